"""The targets of a scenario one by one, as plain bounds on measures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Aim:
    """A bound that a measure is to keep."""

    measure: str
    """"service_level", "abandonment" or "occupancy", as a run measures it."""
    type: str | None
    """The call type that has a target of its own; None for the whole line."""
    bound: float
    """The share that is to be reached, or not to be passed."""

    @property
    def at_least(self) -> bool:
        """Whether more is better."""
        return self.measure == "service_level"

    def holds(self, value: float | None, asked: bool = True) -> bool:
        """Whether a value keeps the bound.

        Without a value nothing is missed where nobody phoned (`asked`); where people phoned and
        the convention leaves none to judge, a service level is.
        """
        return self.slack(value, asked) >= 0

    def slack(self, value: float | None, asked: bool = True) -> float:
        """How far a value is on the right side of the bound; below 0 it is missed."""
        if value is None:
            return float("-inf") if asked and self.at_least else float("inf")
        return value - self.bound if self.at_least else self.bound - value

    def document(self) -> dict[str, str | float | None]:
        """The target as plain JSON values."""
        side = "at_least" if self.at_least else "at_most"
        return {"measure": self.measure, "type": self.type, side: self.bound}


def aims_of(scenario: Scenario) -> tuple[Aim, ...]:
    """Every target of a scenario: the line's, then those that call types have of their own.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    tuple of Aim
        Empty if the scenario sets no target.
    """
    whole = scenario.targets_of(None)
    found = [*_of_callers(scenario, None)]
    if whole.occupancy is not None and whole.occupancy.at_most is not None:
        found.append(Aim("occupancy", None, whole.occupancy.at_most))
    for name in scenario.callers:
        own = scenario.targets_of(name)
        for aim in _of_callers(scenario, name):
            if getattr(own, aim.measure) != getattr(whole, aim.measure):
                found.append(aim)
    return tuple(found)


def _of_callers(scenario: Scenario, name: str | None) -> Iterator[Aim]:
    targets = scenario.targets_of(name)
    level, lost = targets.service_level, targets.abandonment
    if level is not None and level.share is not None:
        yield Aim("service_level", name, level.share)
    if lost is not None and lost.at_most is not None:
        yield Aim("abandonment", name, lost.at_most)
