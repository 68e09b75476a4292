"""The targets of a scenario as plain bounds on measures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.measures.intervals import Estimate
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.experiment import Results


@dataclass(frozen=True)
class Aim:
    """A bound that a measure is to keep."""

    measure: str
    type: str | None
    """The call type that has a target of its own; None for the whole line."""
    bound: float
    at_least: bool

    def slack(self, estimate: Estimate, asked: bool = True) -> float:
        """How far an estimate is on the right side of the bound; below 0 it is missed.

        Where nobody phoned nothing is missed; where people phoned and none is left to judge, a
        service level is.
        """
        if estimate.value is None:
            return float("-inf") if asked and self.at_least else float("inf")
        return (estimate.value - self.bound) * (1 if self.at_least else -1)

    def document(self) -> dict[str, str | float | None]:
        """The target as plain JSON values."""
        side = "at_least" if self.at_least else "at_most"
        return {"measure": self.measure, "type": self.type, side: self.bound}


def aims_of(scenario: Scenario) -> tuple[Aim, ...]:
    """Every target, the whole line's first, then those that call types have of their own."""
    return tuple(_aims(scenario))


def _aims(scenario: Scenario) -> Iterator[Aim]:
    whole = scenario.targets_of(None)
    yield from _level(scenario, None)
    yield from _abandonment(scenario, None)
    if whole.occupancy is not None and whole.occupancy.at_most is not None:
        yield Aim("occupancy", None, whole.occupancy.at_most, False)
    for name in scenario.callers:
        own = scenario.targets_of(name)
        if own.service_level != whole.service_level:
            yield from _level(scenario, name)
        if own.abandonment != whole.abandonment:
            yield from _abandonment(scenario, name)


def _level(scenario: Scenario, name: str | None) -> Iterator[Aim]:
    level = scenario.targets_of(name).service_level
    if level is not None and level.share is not None:
        yield Aim("service_level", name, level.share, True)


def _abandonment(scenario: Scenario, name: str | None) -> Iterator[Aim]:
    lost = scenario.targets_of(name).abandonment
    if lost is not None and lost.at_most is not None:
        yield Aim("abandonment", name, lost.at_most, False)


def aimed_at(results: Results, aim: Aim) -> Estimate:
    """What became of a target."""
    measures = results.measures if aim.type is None else results.by_type[aim.type]
    return measures[aim.measure]
