"""What a roster has to reach, as sums over intervals that must not be below zero."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.measures.catalogue import MEASURES
from sim.measures.intervals import Estimate, Floats, half_width
from sim.measures.ledger import Ledger
from sim.measures.tally import CONTACT_SUMS, STAFF_SUMS, service_level_parts
from sim.scenario import Scenario
from sim.staffing.trials import Trial

_FIGURES = {measure.name: measure for measure in MEASURES}
_CONTACT = [column.name for column in CONTACT_SUMS]
_STAFF = [column.name for column in STAFF_SUMS]


class Aim(NamedTuple):
    """A target of the whole line, or of a call type."""

    measure: str
    """service_level, abandonment or occupancy."""
    type: str | None
    bound: float

    @property
    def at_least(self) -> bool:
        """Whether more is better."""
        return self.measure == "service_level"

    def parts(self, trial: Trial) -> tuple[Floats, Floats]:
        """Numerator and denominator of the measure by interval, means of a replication."""
        scenario, ledger = trial.scenario, trial.ledger
        if self.measure == "occupancy":
            staff = ledger.staff.sum(axis=2) / ledger.replications
            sums = dict(zip(_STAFF, staff, strict=True))
            return sums["handling"], sums["on_duty"] + sums["overtime"]
        each = ledger.contacts / ledger.replications
        own = slice(None) if self.type is None else [ledger.centre.types.index(self.type)]
        found = dict(zip(_CONTACT, each[:, :, own].sum(axis=2), strict=True))
        if self.measure == "service_level":
            return service_level_parts(found, scenario.counts(self.type))
        return found["abandoned"] - found["short"], found["offered"] - found["short"]

    def surplus(self, trial: Trial) -> Floats:
        """By how much each interval is above what the target asks for; shape (N,).

        Notes
        -----
        A ratio of expectations reaches its target where the sum of these is not below 0:
        of a service level E[met] - target x E[judged], of what is to stay small the reverse.
        """
        top, bottom = self.parts(trial)
        return top - self.bound * bottom if self.at_least else self.bound * bottom - top

    def margin(self, trial: Trial, days: int) -> float:
        """Half the width of the 95 % interval of the whole surplus, if known from so many days."""
        estimate = self.estimate(trial.ledger)
        if estimate.value is None or trial.ledger.replications < 2:
            return 0.0
        _, bottom = self.parts(trial)
        half = half_width(estimate.influence) * float(np.sqrt(trial.ledger.replications / days))
        return half * float(bottom.sum())

    def estimate(self, ledger: Ledger) -> Estimate:
        """The measure with its interval, as the result of a run has it."""
        book = ledger.everything() if self.type is None else ledger.of_type(self.type)
        measure = _FIGURES[self.measure]
        return measure.figure.estimate(book, measure.unit)

    def met(self, estimate: Estimate) -> bool:
        """Whether the estimate is on the right side of the target."""
        return self._holds(estimate.value)

    def certain(self, estimate: Estimate) -> bool:
        """Whether the whole 95 % interval is."""
        return self._holds(estimate.low) and self._holds(estimate.high)

    def _holds(self, value: float | None) -> bool:
        if value is None:
            return not self.at_least
        return value >= self.bound if self.at_least else value <= self.bound


def aims_of(scenario: Scenario) -> list[Aim]:
    """Every target of a scenario: the whole line's, then those that single types have of their own.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.

    Returns
    -------
    list of Aim
        Empty where nothing is to be reached.
    """
    return list(_aims(scenario))


def _aims(scenario: Scenario) -> Iterator[Aim]:
    whole = scenario.targets_of(None)
    scopes: list[str | None] = [None, *scenario.callers]
    for scope in scopes:
        own = scenario.targets_of(scope)
        level, lost = own.service_level, own.abandonment
        if scope is not None:
            # What a type has from the whole line is judged there.
            level = None if level == whole.service_level else level
            lost = None if lost == whole.abandonment else lost
        if level is not None and level.share is not None:
            yield Aim("service_level", scope, level.share)
        if lost is not None and lost.at_most is not None:
            yield Aim("abandonment", scope, lost.at_most)
        busy = own.occupancy
        if scope is None and busy is not None and busy.at_most is not None:
            yield Aim("occupancy", None, busy.at_most)


def least_answered(scenario: Scenario, aims: list[Aim]) -> tuple[float, float]:
    """Share of contacts that is answered where the targets are met, and the most occupancy."""
    share, occupancy = 0.0, 1.0
    for aim in aims:
        if aim.type is None and aim.measure == "service_level":
            share = max(share, aim.bound if scenario.counts(None) == "offered" else 0.0)
        elif aim.measure == "occupancy":
            occupancy = aim.bound
    return share, occupancy
