"""Plans side by side on the same callers, and how well their differences are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.comparison.break_even import BreakEven, break_evens
from sim.experiment import Campaign, Planned, PlanProgress, Results, go_on, heading, run
from sim.measures.intervals import Estimate, half_width
from sim.measures.precision import AT_MOST, Precision
from sim.scenario import Scenario, load_plans

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Difference:
    """A measure under one plan less the same under another, with its 95 % interval.

    Both plans saw the same callers on the same days, so the interval is of daily differences
    and far narrower than the plans' own intervals suggest.
    """

    value: float | None
    """The difference; None where either plan has no value."""
    low: float | None
    """Lower end of the interval; None with one replication."""
    high: float | None
    unit: str
    correlation: float | None
    """Of the two plans' days; None where either does not vary."""

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    def document(self) -> dict[str, float | None]:
        """The difference as the JSON object of the result document."""
        return {"value": self.value, "low": self.low, "high": self.high}


def difference(one: Estimate, other: Estimate) -> Difference:
    """One estimate less another, both from the same replications.

    Parameters
    ----------
    one, other : Estimate
        The same measure under two plans.

    Returns
    -------
    Difference
        To first order the difference of two estimates is the mean of the differences of their
        influences, whatever the measure is.
    """
    if one.value is None or other.value is None:
        return Difference(None, None, None, one.unit, None)
    value = one.value - other.value
    correlation = _correlation(one, other)
    if len(one.influence) == 1:
        return Difference(value, None, None, one.unit, correlation)
    half = half_width(one.influence - other.influence)
    return Difference(value, value - half, value + half, one.unit, correlation)


def _correlation(one: Estimate, other: Estimate) -> float | None:
    spread = float(np.std(one.influence) * np.std(other.influence))
    if spread == 0:
        return None
    return float(np.mean(one.influence * other.influence)) / spread


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
        return {
            plan: _differences(results.measures, base) for plan, results in self._others.items()
        }

    @cached_property
    def differences_by_type(self) -> dict[str, dict[str, dict[str, Difference]]]:
        """The same by plan, call type and measure, for the types that both plans have."""
        base = self.results[self.base].by_type
        return {
            plan: {
                name: _differences(measures, base[name])
                for name, measures in results.by_type.items()
                if name in base
            }
            for plan, results in self._others.items()
        }

    @cached_property
    def break_even(self) -> dict[str, dict[str, BreakEven]]:
        """By plan: at what worth of an answered call, cost of a lost one and factor on wages its
        net equals that of the base."""
        base = self.results[self.base]
        return {plan: break_evens(results, base) for plan, results in self._others.items()}

    @property
    def _others(self) -> dict[str, Results]:
        return {plan: each for plan, each in self.results.items() if plan != self.base}

    def document(self) -> dict[str, Any]:
        """The result document of all plans with the paired differences."""
        asked = {} if self.precision is None else {"precision": self.precision.document()}
        return (
            heading(self.results[self.base])
            | asked
            | {
                "plans": {plan: each.plan_document() for plan, each in self.results.items()},
                "differences": [
                    {
                        "plan": plan,
                        "against": self.base,
                        "measures": {name: each.document() for name, each in measures.items()},
                        "break_even": {
                            name: each.document() for name, each in self.break_even[plan].items()
                        },
                    }
                    for plan, measures in self.differences.items()
                ],
            }
        )

    def table(self) -> pd.DataFrame:
        """Plans as columns and measures as rows, with each plan's change against the base.

        Returns
        -------
        pandas.DataFrame
            Columns by plan and value, change, low, high (the base has only a value), and unit.
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
        frame = pd.DataFrame(columns, index=pd.Index(list(base), name="measure"))
        frame.columns.names = ["plan", ""]
        return frame

    def _repr_html_(self) -> str:
        return str(self.table().to_html(float_format="{:.4g}".format))


def compare(
    scenarios: str | Path | Sequence[Scenario],
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
) -> Comparison:
    """Run several plans on the same callers; the first is the base.

    Parameters
    ----------
    scenarios : str or Path or sequence of Scenario
        A scenario file, for its base and all its plans; or the plans, the base first.
    replications, seed, workers, engine, audit
        As for `sim.experiment.run`, and the same for all.
    progress : callable, optional
        Called with a plan's name and the number of its days done.
    precision, at_most, planned
        As for `sim.experiment.run`: days go on, as many under every plan, until the measures are
        known so well under every plan, and every paired change from the base as well.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        No scenario is given, or a precision that cannot be had.
    """
    if isinstance(scenarios, (str, Path)):
        scenarios = load_plans(scenarios)
    if not scenarios:
        raise ValueError("there is no plan to compare")
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
        results[name] = run(scenario, replications, seed, workers, engine, told, audit)
    return Comparison(results)


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
