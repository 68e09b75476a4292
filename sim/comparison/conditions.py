"""Plans against conditions: what becomes of each if the forecast is wrong, and which survives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.comparison.currency import one_currency
from sim.comparison.difference import difference
from sim.comparison.grid import MOST_PLANS, Values, axes_of, paths_of, planned, refuse_too_many
from sim.comparison.paired import Comparison, PlanProgress, compare
from sim.comparison.targets import Target, targets_of
from sim.comparison.values import Axis, called, combinations, short_names
from sim.experiment import Results, heading
from sim.measures.intervals import Estimate
from sim.scenario import Mistake, Scenario, ScenarioError
from sim.scenario.files import raise_if_any

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.condition_charts import ConditionPlots

MEETS, MISSES_LEAST, LEAST_REGRET = "meets_all", "misses_least", "least_regret"


@dataclass(frozen=True)
class Survivor:
    """The plan that comes best through all conditions, and by which rule it was chosen."""

    plan: str
    rule: str
    """"meets_all": it meets its targets under every condition, at the least mean cost of those
    that do. "misses_least": no plan does; it misses the fewest targets, counted over all
    conditions, of equals by the least in all, then at the least cost. "least_regret": there are
    no targets; the most by which it is dearer than the cheapest plan, over all conditions, is the
    least."""
    only_just: bool
    """Whether a target that decides is too close to call."""
    rivals: tuple[str, ...]
    """Plans that meet all targets too, and whose mean cost does not surely differ."""

    def document(self) -> dict[str, Any]:
        """As the JSON object of the result document."""
        return {
            "plan": self.plan,
            "rule": self.rule,
            "only_just": self.only_just,
            "rivals": list(self.rivals),
        }


@dataclass(frozen=True, eq=False)
class Conditions:
    """The same plans under several conditions; each condition has its own common callers."""

    comparisons: dict[str, Comparison]
    """By what the condition is called."""
    changes: dict[str, dict[str, str]]
    """What each condition changes, by dotted name."""

    @property
    def results(self) -> dict[str, Results]:
        """Every result, by the plan with the condition behind it."""
        return {
            f"{plan} ({name})": results
            for name, each in self.comparisons.items()
            for plan, results in each.results.items()
        }

    @property
    def plans(self) -> list[str]:
        """The plans, in the order given."""
        return list(next(iter(self.comparisons.values())).results)

    @cached_property
    def targets(self) -> dict[str, dict[str, list[Target]]]:
        """The targets by plan and condition."""
        return {
            plan: {name: targets_of(each.results[plan]) for name, each in self.comparisons.items()}
            for plan in self.plans
        }

    def missed(self, plan: str) -> list[tuple[str, Target]]:
        """The targets that a plan misses, each with the condition."""
        return [
            (name, target)
            for name, targets in self.targets[plan].items()
            for target in targets
            if not target.met
        ]

    @cached_property
    def cost(self) -> dict[str, Estimate]:
        """By plan: the plain mean of `total_cost` over the conditions."""
        return {
            plan: _mean([each.results[plan].measures["total_cost"] for each in self._each])
            for plan in self.plans
        }

    @cached_property
    def regret(self) -> dict[str, dict[str, float]]:
        """By plan and condition: by how much `total_cost` is above that of the cheapest plan."""
        costs = {
            name: {plan: _cost(each, plan) for plan in self.plans}
            for name, each in self.comparisons.items()
        }
        return {
            plan: {name: own[plan] - min(own.values()) for name, own in costs.items()}
            for plan in self.plans
        }

    @cached_property
    def survivor(self) -> Survivor:
        """The plan that comes best through all conditions."""
        if not any(targets for own in self.targets.values() for targets in own.values()):
            best = min(self.plans, key=lambda plan: max(self.regret[plan].values()))
            return Survivor(best, LEAST_REGRET, False, ())
        through = [plan for plan in self.plans if not self.missed(plan)]
        if not through:
            best = min(self.plans, key=self._how_bad)
            doubt = any(not target.sure for _, target in self.missed(best))
            return Survivor(best, MISSES_LEAST, doubt, ())
        best = min(through, key=lambda plan: self.cost[plan].value or 0.0)
        doubt = any(not each.sure for targets in self.targets[best].values() for each in targets)
        rivals = [
            plan
            for plan in through
            if plan != best and not difference(self.cost[plan], self.cost[best]).sure
        ]
        return Survivor(best, MEETS, doubt, tuple(rivals))

    def _how_bad(self, plan: str) -> tuple[int, float, float]:
        missed = [target for _, target in self.missed(plan)]
        return len(missed), sum(t.shortfall for t in missed), self.cost[plan].value or 0.0

    @property
    def _each(self) -> list[Comparison]:
        return list(self.comparisons.values())

    @property
    def plot(self) -> ConditionPlots:
        """The charts: `plot.measure("abandonment")`, `plot.page()`."""
        from sim.report.condition_charts import ConditionPlots

        return ConditionPlots(self)

    def table(self) -> pd.DataFrame:
        """Plans as rows; by condition service level, hang-ups, cost and targets met.

        Returns
        -------
        pandas.DataFrame
            Columns by condition and service_level, abandonment, total_cost, targets_met, targets
            and regret; `attrs["units"]` has the unit of each.
        """
        import pandas as pd

        rows = {}
        for plan in self.plans:
            row: dict[tuple[str, str], float] = {}
            for name, each in self.comparisons.items():
                measures, targets = each.results[plan].measures, self.targets[plan][name]
                for measure in ("service_level", "abandonment", "total_cost"):
                    value = measures[measure].value
                    row[name, measure] = np.nan if value is None else value
                row[name, "targets_met"] = sum(target.met for target in targets)
                row[name, "targets"] = len(targets)
                row[name, "regret"] = self.regret[plan][name]
            rows[plan] = row
        frame = pd.DataFrame.from_dict(rows, orient="index").astype(float)
        frame.columns.names = ["condition", ""]
        frame.index.name = "plan"
        money = self.cost[self.plans[0]].unit
        shares = dict.fromkeys(("service_level", "abandonment"), "share")
        counts = dict.fromkeys(("targets_met", "targets"), "targets")
        frame.attrs["units"] = shares | counts | {"total_cost": money, "regret": money}
        return frame

    def document(self) -> dict[str, Any]:
        """The result document: a comparison for every condition, and the plan that survives."""
        first = self._each[0]
        return heading(first.results[first.base]) | {
            "conditions": [
                {"condition": name, "changes": self.changes[name]} | each.body()
                for name, each in self.comparisons.items()
            ],
            "through_all": [
                {
                    "plan": plan,
                    "targets_missed": len(self.missed(plan)),
                    "shortfall": sum(target.shortfall for _, target in self.missed(plan)),
                    "mean_cost": self.cost[plan].value,
                    "regret": max(self.regret[plan].values()),
                }
                for plan in self.plans
            ],
            "survivor": self.survivor.document(),
        }

    def __repr__(self) -> str:
        return f"<Conditions {', '.join(self.comparisons)} for {', '.join(self.plans)}>"

    def _repr_html_(self) -> str:
        from sim.report.glance import of_conditions

        return of_conditions(self)


def _cost(comparison: Comparison, plan: str) -> float:
    return comparison.results[plan].measures["total_cost"].value or 0.0


def _mean(estimates: Sequence[Estimate]) -> Estimate:
    """The plain mean of estimates from the same replications."""
    value = float(np.mean([each.value or 0.0 for each in estimates]))
    influence = np.mean([each.influence for each in estimates], axis=0)
    days = np.mean([each.days for each in estimates], axis=0)
    by_chance = [each.chance for each in estimates if each.chance is not None]
    chance = np.concatenate(by_chance) if len(by_chance) == len(estimates) else None
    unit = estimates[0].unit
    return Estimate(value, None, None, None, None, unit, influence, days, chance)


def condition_names(axes: Sequence[Axis]) -> dict[str, dict[str, str]]:
    """What each condition changes, by what it is called: its value where one key changes."""
    short = short_names([axis.name for axis in axes])
    points = combinations(axes)
    if len(axes) == 1:
        return {next(iter(point.values())): point for point in points}
    return {called(point, short): point for point in points}


def compare_under(
    scenarios: str | Path | Sequence[str | Path],
    conditions: Mapping[str, Values],
    replications: int = 100,
    seed: int = 1,
    workers: int | None = None,
    engine: str = "kernel",
    progress: PlanProgress | None = None,
    audit: bool = False,
    *,
    plans: Sequence[str] | None = None,
    change: Mapping[str, str | float] | None = None,
    grid: Mapping[str, Values] | None = None,
    at_most_plans: int = MOST_PLANS,
) -> Conditions:
    """Run several plans under several conditions, such as a low, expected and high forecast.

    Parameters
    ----------
    scenarios : str or Path or sequence of them
        Scenario files, for their base and all their plans.
    conditions : mapping of str to str or sequence
        What may befall every plan: values by dotted name, such as
        `{"callers.*.volume": "-10%,0%,+10%"}`; several names are combined.
    replications, seed, workers, engine, audit
        As for `sim.experiment.run`, and the same for all.
    progress : callable, optional
        Called with a plan's name, its condition behind it, and the number of its days done.
    plans, change, grid, at_most_plans
        As for `sim.comparison.paired.compare`.

    Returns
    -------
    Conditions

    Raises
    ------
    ValueError
        Values that cannot be read, more plans than are run unasked, or several currencies.
    ScenarioError
        With all mistakes of the files, the changes, the grid and the conditions.
    """
    paths, over, around = paths_of(scenarios), axes_of(grid or {}), axes_of(conditions)
    refuse_too_many(paths, plans, over, around, replications, at_most_plans, engine)
    found = {}
    for name, scenarios_under in plans_under(paths, around, plans, change, over).items():
        told = None if progress is None else _telling(progress, name)
        found[name] = compare(scenarios_under, replications, seed, workers, engine, told, audit)
    return Conditions(found, condition_names(around))


def plans_under(
    paths: Sequence[str | Path],
    conditions: Sequence[Axis],
    plans: Sequence[str] | None,
    change: Mapping[str, str | float] | None,
    axes: Sequence[Axis],
) -> dict[str, list[Scenario]]:
    """The plans under each condition, by its name, all read before any is run."""
    found: dict[str, list[Scenario]] = {}
    mistakes: list[Mistake] = []
    for name, point in condition_names(conditions).items():
        try:
            found[name] = planned(paths, plans, change, axes, point)
        except ScenarioError as error:
            mistakes += error.mistakes
    raise_if_any(mistakes)
    one_currency(each for under in found.values() for each in under)
    return found


def _telling(progress: PlanProgress, condition: str) -> PlanProgress:
    return lambda plan, done: progress(f"{plan} ({condition})", done)
