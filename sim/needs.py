"""What callers need and bear: work and patience by the law that holds when they phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.conduct import first_hazard, mean_of
from sim.patience import hazard_of
from sim.scenario import Scenario
from sim.scenario.laws import ByInterval, Law

Floats = NDArray[np.float64]


class Needs:
    """The laws of a scenario's call types, from uniform draws to work and patience.

    `origin` is when a person phoned first, in s on the running clock: it says which law of a
    day holds.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        days = scenario.calendar_days
        self.opens = np.array([day.hours.opens for day in days])
        self.midnight = np.array([day.midnight for day in days])
        self.listens = {
            name: (programme := scenario.programme_of(name)) is not None and programme.by_queue
            for name in scenario.callers
        }
        """Whether each call type hears messages that depend on the queue."""

    def day(self, origin: Floats) -> NDArray[np.int64]:
        """The day of each instant, by its place among those simulated."""
        found: NDArray[np.int64] = np.searchsorted(self.opens, origin, side="right") - 1
        return np.maximum(found, 0)

    def by_law(
        self, law: Law | ByInterval, origin: Floats, name: str
    ) -> Iterator[tuple[int, Law, Any]]:
        """Each law that holds, with its number and the places for which it does.

        The laws of a call type begin with its hours, on every day at the same times of day.
        """
        if not isinstance(law, ByInterval):
            yield 0, law, slice(None)
            return
        own = self.scenario.callers[name].opens
        opens = self.scenario.day.opens if own is None else own
        edges = opens + law.every * np.arange(1, len(law.laws))
        clock = origin - self.midnight[self.day(origin)]
        piece = np.searchsorted(edges, clock, side="right")
        for number, each in enumerate(law.laws):
            yield number, each, np.flatnonzero(piece == number)

    def work(self, law: Law | ByInterval, chance: Floats, origin: Floats, name: str) -> Floats:
        """Multiples of the law's mean; by interval, multiples of the mean of all intervals."""
        work, mean = np.ones(len(chance)), mean_of(law)
        for _, each, places in self.by_law(law, origin, name) if mean > 0 else ():
            work[places] = each.quantile(chance[places]) / mean
        return work

    def usual_handling(self, origin: Floats, name: str) -> Floats:
        """Mean talk and wrap-up in s by the laws that hold."""
        kind, usual = self.scenario.callers[name], np.zeros(len(origin))
        for law in (kind.talk, kind.wrap_up):
            for _, each, places in self.by_law(law, origin, name):
                usual[places] += each.mean
        return usual

    def patience(self, threshold: Floats, origin: Floats, name: str) -> Floats:
        """Wait until hang-up of each row, with the hold messages of its type; NaN where what they
        say depends on the queue."""
        patience = np.full(len(threshold), np.nan)
        if self.listens[name]:
            return patience
        programme = self.scenario.programme_of(name)
        written = self.scenario.callers[name].patience
        for _, each, places in self.by_law(written.law, origin, name):
            own = threshold[places]
            reach = float(own.max(initial=0.0))
            hazard = hazard_of(each, written.hang_up_at_once, programme, reach)
            patience[places] = hazard.wait_until_hang_up(own)
        return patience

    def hazard(self, origin: Floats, name: str) -> NDArray[np.int32]:
        """The place of each row's patience in `Hazards`; -1 where messages do not matter."""
        hazard = np.full(len(origin), -1, np.int32)
        if self.listens[name]:
            begin = first_hazard(self.scenario, name)
            law = self.scenario.callers[name].patience.law
            for number, _, places in self.by_law(law, origin, name):
                hazard[places] = begin + number
        return hazard
