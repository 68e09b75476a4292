"""Days of the file and of what was moved, simulated some at a time on the same callers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from sim.centre import centre_of
from sim.experiment import Results, expected_contacts
from sim.measures.grid import grid_of
from sim.measures.ledger import Ledger
from sim.measures.tally import Tally
from sim.scenario import Scenario
from sim.staffing.trials import Trials

FIRST_CONTACTS = 100_000
"""Contacts that are simulated while one waits; more days come after."""

FEWEST, MOST = 4, 50
"""Days that are simulated while one waits."""

TIMES = 8
"""So many times the first days are simulated in the end."""

KEPT = 2
"""Sorts of callers whose draws are kept: those of the file, and the last others."""


def first_days(scenario: Scenario) -> int:
    """How many days to simulate while one waits."""
    return int(min(MOST, max(FEWEST, FIRST_CONTACTS / max(1.0, expected_contacts(scenario)))))


class Days:
    """Independent days, in parts of as many, on which scenarios are tried.

    Parameters
    ----------
    step : int
        Days in a part.
    seed : int
        Which callers phone.
    engine : str
        Which engine runs the days; the result does not depend on it.
    """

    def __init__(self, step: int, seed: int = 1, engine: str = "kernel") -> None:
        self.step, self.seed, self.engine = step, seed, engine
        self._trials: OrderedDict[str, list[Trials]] = OrderedDict()

    def part(self, scenario: Scenario, callers: str, number: int) -> list[Tally]:
        """One part of the days.

        Parameters
        ----------
        scenario : Scenario
        callers : str
            What is other than in the file of all that is not operators; scenarios with the same
            have the same callers.
        number : int
            Which part, from 0.

        Returns
        -------
        list of Tally
            One for each day.
        """
        parts = self._trials.setdefault(callers, [])
        self._trials.move_to_end(callers)
        while len(self._trials) > KEPT:
            oldest = next(key for key in self._trials if key)  # "" is the file's own
            del self._trials[oldest]
        while len(parts) <= number:
            first = len(parts) * self.step
            parts.append(Trials(scenario, self.step, self.seed, first, self.engine))
        return list(parts[number].tallies(scenario))


class Tried:
    """One scenario on more and more days."""

    def __init__(self, days: Days, scenario: Scenario, changes: Mapping[str, Any]) -> None:
        self.days, self.scenario = days, scenario
        others = {key: text for key, text in changes.items() if not key.startswith("operators.")}
        self._callers = repr(sorted(others.items())) if others else ""
        self._tallies: list[list[Tally]] = []
        self._found: dict[int, Results] = {}

    def after(self, parts: int) -> Results:
        """The results of so many parts of the days; the same however they were asked for."""
        while len(self._tallies) < parts:
            part = self.days.part(self.scenario, self._callers, len(self._tallies))
            self._tallies.append(part)
        if parts not in self._found:
            centre = centre_of(self.scenario)
            ledger = Ledger(centre, self.scenario, grid_of(centre, self.scenario))
            for each in (tally for part in self._tallies[:parts] for tally in part):
                ledger.add(each)
            self._found[parts] = Results(self.scenario, self.days.seed, self.days.engine, ledger)
        return self._found[parts]
