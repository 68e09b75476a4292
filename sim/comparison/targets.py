"""The targets of a scenario held against what came of them, on the whole and day by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.experiment import Results
from sim.measures.intervals import Estimate, Floats
from sim.scenario.aims import Aim, aims_of


@dataclass(frozen=True, eq=False)
class Target:
    """A target of the scenario and what came of it."""

    aim: Aim
    estimate: Estimate
    asked: Floats
    """Contacts offered, without which nothing is met or missed; shape (replications,)."""

    @property
    def measure(self) -> str:
        """service_level, abandonment or occupancy."""
        return self.aim.measure

    @property
    def type(self) -> str | None:
        """The call type with a target of its own; None for the whole line."""
        return self.aim.type

    @property
    def bound(self) -> float:
        """The share that is to be reached, or not to be passed."""
        return self.aim.bound

    @property
    def at_least(self) -> bool:
        """Whether more is better."""
        return self.aim.at_least

    @property
    def met(self) -> bool:
        """Whether the estimate meets the target.

        Where nobody phoned nothing is missed; where people phoned and the convention leaves
        none to judge, as when nobody was answered under `answered`, a service level is.
        """
        return self.aim.holds(self.estimate.value, bool(self.asked.any()))

    @property
    def sure(self) -> bool:
        """Whether the whole interval is on one side of the target, or nobody phoned on any day."""
        if len(self.asked) > 1 and not self.asked.any():
            return True
        low, high = self.estimate.low, self.estimate.high
        return low is not None and high is not None and self.aim.holds(low) == self.aim.holds(high)

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
    found = []
    for aim in aims_of(results.scenario):
        measures = results.measures if aim.type is None else results.by_type[aim.type]
        found.append(Target(aim, measures[aim.measure], measures["offered"].days))
    return found
