"""One operator with a break that is due at a time, and begins when the call in hand is done."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.theory.erlang import check_caller, require
from sim.theory.transient import Passed, passed, until_rest

LEFT_OUT = 1e-16
LONGEST_CALL = 36.0
"""Means of handling after which a call is over, but for 2e-16."""
POINTS, PANELS = 12, 6


class State(NamedTuple):
    """Whether the operator is at work, and how many wait."""

    busy: bool
    queue: int


class BreakTotals(NamedTuple):
    """What is expected of the day: calls, and seconds summed over calls."""

    offered: float
    answered: float
    abandoned: float
    delayed: float
    """Not answered at once."""
    wait: float
    """Wait of all, in s."""
    handling: float
    """The operator's time at work, in s."""
    late: float
    """How long after it is due the break begins, in s."""


@dataclass(frozen=True)
class BreakDay:
    """A day of one operator, from empty; who waits at closing is served.

    Parameters
    ----------
    seconds
        How long the line is open; long enough for a call and the break after it is due.
    rate
        Calls offered per second.
    handling, patience
        Mean handling time and mean patience in s (both exponential).
    due
        When the break is due, in s after opening.
    lasts
        How long it lasts, from when it begins.

    Raises
    ------
    ValueError
        For figures outside their range.

    Notes
    -----
    From when it is due to its end nobody is taken, so those who wait are a chain of arrivals and
    hang-ups, whenever the call in hand ends. That end is exponential; what follows the break is
    weighted by its density (Gauss and Legendre, relative error about 1e-9).
    """

    seconds: float
    rate: float
    handling: float
    patience: float
    due: float
    lasts: float

    def __post_init__(self) -> None:
        check_caller(self.rate, self.handling, self.patience, 0.0, None)
        require(self.patience < math.inf, "callers hang up in the end")
        require(self.due >= 0 and self.lasts >= 0, "times are >= 0 s")
        needed = self.due + self.lasts + LONGEST_CALL * self.handling
        require(self.seconds >= needed, f"the break ends before closing: {needed:g} s are needed")

    @property
    def _most(self) -> int:
        most, weight, total = 0, 1.0, 1.0
        while weight > LEFT_OUT * total:
            most += 1
            weight *= self.rate * self.patience / most
            total += weight
        return most

    def _moves(self, state: State, calls: float, takes: bool) -> Iterator[tuple[State, float]]:
        """As things are; `takes`: the operator is on duty, not on a break nor to have one."""
        busy, queue = state
        if takes and not busy:
            yield State(True, 0), calls
        elif queue < self._most:
            yield State(busy, queue + 1), calls
        if takes and busy:
            yield State(queue > 0, max(0, queue - 1)), 1 / self.handling
        yield State(busy, max(0, queue - 1)), queue / self.patience

    def _on(self, law: dict[State, float], seconds: float, takes: bool) -> Passed[State]:
        return passed(law, lambda state: self._moves(state, self.rate, takes), seconds)

    def _ends(self) -> tuple[list[float], list[float]]:
        """When the call in hand ends, in s after the break is due, and the weight of each time."""
        nodes, weights = np.polynomial.legendre.leggauss(POINTS)
        ends = LONGEST_CALL * self.handling * np.linspace(0, 1, PANELS + 1) ** 2
        widths = np.diff(ends)[:, None]
        times = ends[:-1, None] + (nodes + 1) / 2 * widths
        density = np.exp(-times / self.handling) / self.handling
        return times.ravel().tolist(), (weights / 2 * widths * density).ravel().tolist()

    def totals(self) -> BreakTotals:
        """Calls and times expected over the day, the time after closing included."""
        before = self._on({State(False, 0): 1.0}, self.due, True)
        at_work = {State(False, s.queue): p for s, p in before.law.items() if s.busy}
        at_rest = {state: p for state, p in before.law.items() if not state.busy}
        sums = self._sums(before, False)
        busy = sum(at_work.values())
        sums += np.array([0.0, 0.0, busy * self.handling])
        sums += self._break_and_after(at_rest, 0.0)
        if busy > 0:
            for time, weight in zip(*self._ends(), strict=True):
                sums += weight * self._break_and_after(at_work, time)
        wait, must_wait, handling = sums.tolist()
        offered, abandoned = self.rate * self.seconds, wait / self.patience
        return BreakTotals(
            offered=offered,
            answered=offered - abandoned,
            abandoned=abandoned,
            delayed=self.rate * must_wait,
            wait=wait,
            handling=handling,
            late=busy * self.handling,
        )

    def _break_and_after(self, law: dict[State, float], time: float) -> np.ndarray:
        """(wait, time in which one must wait, time at work) from when the break is due on."""
        away = self._on(law, time + self.lasts, False)
        back: dict[State, float] = {}
        for state, chance in away.law.items():
            taken = State(state.queue > 0, max(0, state.queue - 1))
            back[taken] = back.get(taken, 0.0) + chance
        there = self._on(back, self.seconds - self.due - time - self.lasts, True)
        rest = until_rest(there.law, lambda state: self._moves(state, 0.0, True))
        late = self._sums(rest, False) * np.array([1.0, 0.0, 1.0])
        total: np.ndarray = self._sums(away, True) + self._sums(there, False) + late
        return total

    def _sums(self, part: Passed[State], away: bool) -> np.ndarray:
        """(wait, time in which one must wait, time at work) in s."""
        return np.array([
            part.spent(lambda state: state.queue),
            part.spent(lambda state: 1.0 if away or state.busy else 0.0),
            part.spent(lambda state: float(state.busy)),
        ])  # fmt: skip
