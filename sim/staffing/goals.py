"""What a roster has to reach, as sums over intervals that must not be below zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.measures.catalogue import MEASURES
from sim.measures.intervals import Estimate, Floats, half_width
from sim.measures.ledger import Ledger
from sim.measures.tally import CONTACT_SUMS, STAFF_SUMS, service_level_parts
from sim.scenario import Scenario
from sim.scenario.aims import Aim, aims_of
from sim.staffing.trials import Trial

_FIGURES = {measure.name: measure for measure in MEASURES}
_CONTACT = [column.name for column in CONTACT_SUMS]
_STAFF = [column.name for column in STAFF_SUMS]


@dataclass(frozen=True)
class Goal(Aim):
    """A target of the whole line, or of a call type, and how far a trial of a roster is from it."""

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
        return self.holds(estimate.value)

    def certain(self, estimate: Estimate, asked: bool = True) -> bool:
        """Whether the whole 95 % interval is; without calls (`asked`) nothing is missed."""
        if estimate.value is None:
            return self.holds(None, asked)
        return all(self.holds(end) for end in (estimate.low, estimate.high))

    def asked(self, ledger: Ledger) -> bool:
        """Whether anybody phoned whom the target is about."""
        book = ledger.everything() if self.type is None else ledger.of_type(self.type)
        return bool(book.columns["offered"].any())


def goals_of(scenario: Scenario) -> list[Goal]:
    """Every target of a scenario: the whole line's, then those that single types have of their own.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.

    Returns
    -------
    list of Goal
        Empty where nothing is to be reached.
    """
    return [Goal(each.measure, each.type, each.bound) for each in aims_of(scenario)]


def least_answered(
    scenario: Scenario, aims: Sequence[Aim], otherwise: float = 0.0, short: float = 0.0
) -> tuple[float, float]:
    """Share of contacts that is answered where the targets are met, and the most occupancy.

    Parameters
    ----------
    scenario : Scenario
    aims : sequence of Aim
    otherwise : float
        Share of contacts that is lost and has not hung up: blocked, cut off at closing, or not
        reached when called back.
    short : float
        Share that hangs up so soon that a target of abandonment leaves it out.

    Returns
    -------
    share : float
        0 where no target of the whole line says anything.
    occupancy : float
    """
    share, occupancy = 0.0, 1.0
    for aim in aims:
        if aim.type is None and aim.measure == "service_level":
            share = max(share, aim.bound if scenario.counts(None) == "offered" else 0.0)
        elif aim.type is None and aim.measure == "abandonment":
            # hung up - short <= bound x (offered - short), and the rest but `otherwise` is answered
            share = max(share, (1 - aim.bound) * (1 - short) - otherwise)
        elif aim.measure == "occupancy":
            occupancy = aim.bound
    return share, occupancy
