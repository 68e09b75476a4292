"""The targets of a scenario held against what came of them, on the whole and day by day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.experiment import Results
from sim.measures.intervals import Estimate, Floats


@dataclass(frozen=True, eq=False)
class Target:
    """A target of the scenario and what came of it."""

    measure: str
    """service_level, abandonment or occupancy."""
    type: str | None
    """The call type with a target of its own; None for the whole line."""
    estimate: Estimate
    bound: float
    at_least: bool
    asked: Floats
    """Contacts offered, without which nothing is met or missed; shape (replications,)."""

    @property
    def met(self) -> bool:
        """Whether the estimate meets the target.

        Where nobody phoned nothing is missed; where people phoned and the convention leaves
        none to judge, as when nobody was answered under `answered`, a service level is.
        """
        value = self.estimate.value
        if value is None:
            return not (bool(self.asked.any()) and self.at_least)
        return self._holds(value)

    @property
    def sure(self) -> bool:
        """Whether the whole interval lies on one side of the target."""
        low, high = self.estimate.low, self.estimate.high
        return low is not None and high is not None and self._holds(low) == self._holds(high)

    @property
    def shortfall(self) -> float:
        """How far the estimate misses the target, as a share; 0 where it is met."""
        if self.met:
            return 0.0
        return self.bound if self.estimate.value is None else abs(self.estimate.value - self.bound)

    @property
    def met_by_day(self) -> NDArray[np.bool_]:
        """Whether each day by itself meets the target, by the same rule; shape (replications,)."""
        days = self.estimate.days
        holds = days >= self.bound if self.at_least else days <= self.bound
        nobody = (self.asked == 0) | (not self.at_least)
        return np.where(np.isnan(days), nobody, holds)

    def _holds(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound


def targets_of(results: Results) -> list[Target]:
    """Every target of the scenario, the whole line's first, then those of single call types.

    Parameters
    ----------
    results : Results

    Returns
    -------
    list of Target
        Empty if the scenario sets none.
    """
    found = list(_of_scope(results, None, results.measures))
    whole = results.scenario.targets_of(None)
    for name, measures in results.by_type.items():
        own = results.scenario.targets_of(name)
        differs = {
            "service_level": own.service_level != whole.service_level,
            "abandonment": own.abandonment != whole.abandonment,
        }
        found += [
            each for each in _of_scope(results, name, measures) if differs.get(each.measure, False)
        ]
    return found


def _of_scope(
    results: Results, name: str | None, measures: Mapping[str, Estimate]
) -> Iterator[Target]:
    targets, asked = results.scenario.targets_of(name), measures["offered"].days
    level, hang_up, busy = targets.service_level, targets.abandonment, targets.occupancy
    bounds = (
        ("service_level", None if level is None else level.share, True),
        ("abandonment", None if hang_up is None else hang_up.at_most, False),
        ("occupancy", None if busy is None else busy.at_most, False),
    )
    for measure, bound, at_least in bounds:
        if bound is not None:
            yield Target(measure, name, measures[measure], bound, at_least, asked)
