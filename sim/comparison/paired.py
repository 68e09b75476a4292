"""Plans side by side on the same callers, and how well their differences are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.comparison import frames
from sim.comparison.break_even import BreakEven, break_evens
from sim.comparison.chances import Standing
from sim.comparison.currency import one_currency
from sim.comparison.difference import Difference, difference, held_together
from sim.comparison.grid import MOST_PLANS, Values, axes_of, paths_of, refuse_too_many
from sim.comparison.grid import planned as plans_of
from sim.comparison.pareto import Front
from sim.experiment import Campaign, Planned, PlanProgress, Results, go_on, heading, run
from sim.measures.intervals import Estimate
from sim.measures.precision import AT_MOST, Precision
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.charts import Plots

__all__ = ["Comparison", "Difference", "PlanProgress", "compare", "difference", "plan_names"]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Results of several plans on the same callers; the first is the base."""

    results: dict[str, Results]
    """By name of the plan, in the order given."""
    precision: Precision | None = None
    """How well what was asked for is known; only where days went on until it was."""

    @property
    def base(self) -> str:
        """Name of the plan that the others are held against."""
        return next(iter(self.results))

    @cached_property
    def differences(self) -> dict[str, dict[str, Difference]]:
        """Every measure of each other plan less that of the base, by plan and measure."""
        base = self.results[self.base].measures
        return held_together(
            {plan: _differences(results.measures, base) for plan, results in self._others.items()},
            self.results[self.base].days,
        )

    @cached_property
    def differences_by_type(self) -> dict[str, dict[str, dict[str, Difference]]]:
        """The same by plan, call type and measure, for the types that both plans have."""
        base = self.results[self.base].by_type
        of_type = {
            name: held_together(
                {
                    plan: _differences(results.by_type[name], base[name])
                    for plan, results in self._others.items()
                    if name in results.by_type
                },
                self.results[self.base].days,
            )
            for name in base
        }
        return {
            plan: {name: of_type[name][plan] for name in results.by_type if name in base}
            for plan, results in self._others.items()
        }

    @cached_property
    def break_even(self) -> dict[str, dict[str, BreakEven]]:
        """By plan: at what worth of an answered call, cost of a lost one and factor on wages its
        net equals that of the base."""
        base = self.results[self.base]
        return {plan: break_evens(results, base) for plan, results in self._others.items()}

    @cached_property
    def chances(self) -> Standing:
        """The chance of each plan to be the best, and to meet its targets on a day."""
        return Standing(self.results)

    @cached_property
    def front(self) -> Front:
        """The plans that no other beats in cost, waiting and hang-ups, and who beats the others."""
        return Front(self.results)

    @property
    def plot(self) -> Plots:
        """The charts of a comparison: `plot.pareto()`, `plot.differences("abandonment")`."""
        from sim.report.charts import Plots

        return Plots(self)

    @property
    def _others(self) -> dict[str, Results]:
        return {plan: each for plan, each in self.results.items() if plan != self.base}

    def document(self) -> dict[str, Any]:
        """The result document of all plans with the paired differences."""
        asked = {} if self.precision is None else {"precision": self.precision.document()}
        return heading(self.results[self.base]) | asked | self.body()

    def body(self) -> dict[str, Any]:
        """The result document without its head."""
        return {
            "plans": {plan: each.plan_document() for plan, each in self.results.items()},
            "differences": [
                {
                    "plan": plan,
                    "against": self.base,
                    "measures": {name: each.document() for name, each in measures.items()},
                    "together": {
                        name: None if each.together is None else each.together.document()
                        for name, each in measures.items()
                    },
                    "correlation": {name: each.correlation for name, each in measures.items()},
                    "independent_days": {
                        name: each.independent_days for name, each in measures.items()
                    },
                    "break_even": {
                        name: each.document() for name, each in self.break_even[plan].items()
                    },
                }
                for plan, measures in self.differences.items()
            ],
            "standing": [
                {"plan": plan} | self.chances.document(plan) | self.front.document(plan)
                for plan in self.results
            ],
        }

    def standing(self) -> pd.DataFrame:
        """How the plans stand against each other, one a row.

        Returns
        -------
        pandas.DataFrame
            For total_cost, wait_mean and abandonment the chance that the plan is the best on a
            day, with its 95 % interval, and on average; the chance that a day meets all its
            targets, with its interval. `attrs["units"]` has the unit of each column.
        """
        return frames.standing(self.chances)

    def pareto(self) -> pd.DataFrame:
        """Cost against waiting and hang-ups, one plan a row, cheapest first.

        Returns
        -------
        pandas.DataFrame
            total_cost, wait_mean, abandonment, on_front, dominated_by (the plans, those that
            surely do first) and surely (whether one of them surely does). `attrs["units"]` has
            the unit of each column.
        """
        return frames.pareto(self.front)

    def table(self) -> pd.DataFrame:
        """Plans as columns and measures as rows, with each plan's change against the base.

        Returns
        -------
        pandas.DataFrame
            Columns by plan and value (in `unit`), and but for the base: change, low, high;
            low_together, high_together and p_together, which hold for all plans at once;
            correlation with the base's days; independent_days that runs with callers of their
            own would have needed. `attrs["units"]` has the unit of each measure.
        """
        import pandas as pd

        base = self.results[self.base].measures
        columns: dict[tuple[str, str], list[Any]] = {
            ("", "unit"): [each.unit for each in base.values()]
        }
        for plan, results in self.results.items():
            values = [each.value for each in results.measures.values()]
            columns[plan, "value"] = _numbers(values)
            if plan != self.base:
                changes = list(self.differences[plan].values())
                columns[plan, "change"] = _numbers([each.value for each in changes])
                columns[plan, "low"] = _numbers([each.low for each in changes])
                columns[plan, "high"] = _numbers([each.high for each in changes])
                held = [each.together for each in changes]
                for end in ("low", "high", "p"):
                    ends = [None if each is None else getattr(each, end) for each in held]
                    columns[plan, f"{end}_together"] = _numbers(ends)
                columns[plan, "correlation"] = _numbers([each.correlation for each in changes])
                alone = _numbers([each.independent_days for each in changes])
                columns[plan, "independent_days"] = alone
        frame = pd.DataFrame(columns, index=pd.Index(list(base), name="measure"))
        frame.columns.names = ["plan", ""]
        frame.attrs["units"] = {name: each.unit for name, each in base.items()}
        return frame

    def __repr__(self) -> str:
        base = self.results[self.base]
        return f"<Comparison of {', '.join(self.results)}: {base.days} replications each>"

    def _repr_html_(self) -> str:
        from sim.report.glance import of_comparison

        return of_comparison(self)


def compare(
    scenarios: str | Path | Sequence[str | Path] | Sequence[Scenario],
    replications: int = 100,
    seed: int = 1,
    workers: int | None = None,
    engine: str = "kernel",
    progress: PlanProgress | None = None,
    audit: bool = False,
    *,
    precision: Mapping[str, float | str] | None = None,
    at_most: int = AT_MOST,
    planned: Planned | None = None,
    plans: Sequence[str] | None = None,
    change: Mapping[str, str | float] | None = None,
    grid: Mapping[str, Values] | None = None,
    at_most_plans: int = MOST_PLANS,
) -> Comparison:
    """Run several plans on the same callers; the first is the base.

    Parameters
    ----------
    scenarios : str or Path or sequence of them or of Scenario
        Scenario files, for their base and all their plans; or the plans, the base first.
    replications, seed, workers, engine, audit
        As for `sim.experiment.run`, and the same for all.
    progress : callable, optional
        Called with a plan's name and the number of its days done.
    precision, at_most, planned
        As for `sim.experiment.run`: days go on, as many under every plan, until the measures are
        known so well under every plan, and every paired change from the base as well.
    plans : sequence of str, optional
        Names of plans of the files; by default all, and with a grid the base alone.
    change : mapping, optional
        Changes of every plan of the files, by dotted name, as for `sim.load`.
    grid : mapping of str to str or sequence, optional
        Values that keys of the files take in turn, by dotted name: "4..9", "4..20:2", "-2..+2",
        "a,b,c" or a list; every combination is a plan, the plan as it stands comes first.
    at_most_plans : int
        More plans of files are refused, with the time that they would take.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        No scenario is given, values of the grid cannot be read, there are too many plans, they
        have several currencies, or a precision is asked for that cannot be had.
    ScenarioError
        With all mistakes of the files, the changes and the grid.
    """
    scenarios = _scenarios(scenarios, plans, change, grid or {}, replications, at_most_plans)
    if not scenarios:
        raise ValueError("there is no plan to compare")
    one_currency(scenarios)
    named = dict(zip(plan_names(scenarios), scenarios, strict=True))
    if precision is not None:
        campaigns = {
            name: Campaign(scenario, seed, workers, engine, audit)
            for name, scenario in named.items()
        }
        return Comparison(*go_on(campaigns, precision, at_most, progress, planned))
    results = {}
    for name, scenario in named.items():
        told = None if progress is None else _telling(progress, name)
        results[name] = run(
            scenario, replications, seed, workers, engine, told, audit, alike=len(named)
        )
    return Comparison(results)


def _scenarios(
    given: str | Path | Sequence[str | Path] | Sequence[Scenario],
    plans: Sequence[str] | None,
    change: Mapping[str, str | float] | None,
    grid: Mapping[str, Values],
    replications: int,
    most: int,
) -> Sequence[Scenario]:
    """The plans to compare, from files or as they are given."""
    if not isinstance(given, (str, Path)):
        loaded = [each for each in given if isinstance(each, Scenario)]
        if len(loaded) == len(given) and not (plans or change or grid):
            return loaded
    paths, axes = paths_of(given), axes_of(grid)
    refuse_too_many(paths, plans, axes, (), replications, most)
    return plans_of(paths, plans, change, axes)


def plan_names(scenarios: Sequence[Scenario]) -> list[str]:
    """A name for each plan: its own, with the file's before it where two are called the same."""
    plain = Counter(scenario.plan for scenario in scenarios)
    names = [
        each.plan if plain[each.plan] == 1 or each.path is None else f"{each.path.stem}:{each.plan}"
        for each in scenarios
    ]
    again = Counter(names)
    return [
        name if again[name] == 1 else f"{name} ({place})" for place, name in enumerate(names, 1)
    ]


def _telling(progress: PlanProgress, name: str) -> Callable[[int], None]:
    return lambda done: progress(name, done)


def _differences(
    measures: Mapping[str, Estimate], base: Mapping[str, Estimate]
) -> dict[str, Difference]:
    return {name: difference(estimate, base[name]) for name, estimate in measures.items()}


def _numbers(values: Sequence[float | None]) -> list[float]:
    return [float("nan") if value is None else value for value in values]
