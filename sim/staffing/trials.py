"""The same days under any staffing: callers are drawn once, and each staffing meets them all."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.callers import Callers, draw, draw_staff
from sim.centre import centre_of
from sim.engine import simulate
from sim.measures.grid import grid_of
from sim.measures.intervals import Floats
from sim.measures.ledger import Ledger
from sim.measures.tally import Tally, tally

if TYPE_CHECKING:
    from sim.scenario import Scenario

MOST_ROWS = 3_000_000
"""Contacts that are kept; days beyond these are drawn anew in each trial."""


class Trial(NamedTuple):
    """What became of the days under one staffing."""

    scenario: Scenario
    ledger: Ledger
    contacts: Floats
    """`CONTACT_SUMS` of each day by interval of arrival and type; shape (R, 14, N, T)."""
    staff: Floats
    """`STAFF_SUMS` of each day by interval and group; shape (R, 3, N, G)."""


class Trials:
    """Days of a scenario that any staffing of it can be tried on.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.
    days : int
        Replications.
    seed : int
        Which world they belong to; another seed brings other callers.
    first : int
        Number of the first replication.
    engine : str
        Which engine runs the days; the result does not depend on it.
    """

    def __init__(
        self,
        scenario: Scenario,
        days: int = 100,
        seed: int = 1,
        first: int = 0,
        engine: str = "kernel",
    ) -> None:
        self.scenario, self.seed, self.engine = scenario, seed, engine
        self.numbers = range(first, first + days)
        self.tried = 0
        """Staffings that were simulated."""
        self._drawn: dict[int, Callers] = {}
        self._rows = 0

    def of(self, scenario: Scenario, days: int | None = None) -> Trial:
        """All days under one staffing.

        Parameters
        ----------
        scenario : Scenario
            The scenario of these trials with other operators, and nothing else changed: the
            callers are those of the scenario that the trials were made for.
        days : int, optional
            Only the first so many days.

        Returns
        -------
        Trial
        """
        *_, whole = self.growing(scenario, (), days)
        return whole

    def growing(
        self, scenario: Scenario, stops: Collection[int], days: int | None = None
    ) -> Iterator[Trial]:
        """The days so far under one staffing; those that nobody waits for are not simulated.

        Parameters
        ----------
        scenario : Scenario
            As in `of`.
        stops : collection of int
            After so many days there is a trial of the days so far.
        days : int, optional
            Only the first so many days.

        Yields
        ------
        Trial
            The last has all days. Its ledger goes on with the next.
        """
        centre = centre_of(scenario)
        ledger = Ledger(centre, scenario, grid_of(centre, scenario))
        contacts, time = [], []
        last = len(self.numbers[:days])
        for number, each in enumerate(self.tallies(scenario, days), start=1):
            ledger.add(each)
            contacts.append(each.contacts)
            time.append(each.staff)
            if number in stops or number == last:
                yield Trial(scenario, ledger, np.stack(contacts), np.stack(time))

    def tallies(self, scenario: Scenario, days: int | None = None) -> Iterator[Tally]:
        """What each day under one staffing adds to a ledger; the days of `of`, one by one."""
        centre = centre_of(scenario)
        grid = grid_of(centre, scenario)
        compiled = self.engine == "kernel"
        self.tried += 1
        for number in self.numbers[:days]:
            callers = self._callers(number)
            staff = draw_staff(scenario, number, self.seed)
            outcomes = simulate(centre, callers, staff, engine=self.engine)
            yield tally(centre, scenario, outcomes, grid, compiled, staff, callers)

    def _callers(self, number: int) -> Callers:
        if number in self._drawn:
            return self._drawn[number]
        callers, _ = draw(self.scenario, number, self.seed)
        if self._rows + len(callers) <= MOST_ROWS:
            self._drawn[number] = callers
            self._rows += len(callers)
        return callers
