"""Operators of whom some are quicker than others, one queue: who of the idle goes first matters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.theory.chain import LongRun, long_run
from sim.theory.erlang import check_caller, require
from sim.theory.steady import ratio

Array = NDArray[np.float64]
Picks = Literal["in_order", "fastest", "slowest", "random", "longest_idle"]
PICKS: tuple[Picks, ...] = ("in_order", "fastest", "slowest", "random", "longest_idle")
"""Which of the idle operators answers."""

MOST_OPERATORS = 12
LEFT_OUT = 1e-16


class State(NamedTuple):
    """Who is at work, and how many wait."""

    busy: tuple[bool, ...]
    queue: int


@dataclass(frozen=True)
class UnequalLine:
    """M/M/s+M whose operators have mean handling times of their own.

    Parameters
    ----------
    rate
        Calls offered per second.
    handling
        (s,) mean handling time in s of each operator (exponential), twelve operators at most.
    patience
        Mean patience in s (exponential); inf when nobody hangs up.
    picks
        Which of the idle answers: the first "in_order", the "fastest" or "slowest" (of the equally
        quick, the first), one at "random", or the one idle longest.
    longest
        Most that wait; who would be the next is blocked. None: as many as there ever are.

    Raises
    ------
    ValueError
        For figures outside their range, or where the queue would grow for ever.

    Notes
    -----
    The state is the set of operators at work and the number who wait. Longest idle needs the
    order of the idle, but it puts the same weight on a set of idle operators as choosing at random
    does: the longer idle go first with a chance that is the same for all orders (Adan & Weiss
    2012), so both have the same figures. Without hang-ups and for "random" Gumbel (1960).

    Examples
    --------
    >>> quick_first = UnequalLine(0.02, (40, 80), 60, "fastest")
    >>> slow_first = UnequalLine(0.02, (40, 80), 60, "slowest")
    >>> round(quick_first.abandonment, 6), round(slow_first.abandonment, 6)
    (0.106869, 0.118578)
    """

    rate: float
    handling: Sequence[float]
    patience: float = math.inf
    picks: Picks = "longest_idle"
    longest: int | None = None

    def __post_init__(self) -> None:
        require(0 < len(self.handling) <= MOST_OPERATORS, f"1 to {MOST_OPERATORS} operators")
        require(self.rate > 0, "the rate must be above 0 calls per second")
        require(self.picks in PICKS, f"picks is one of {', '.join(PICKS)}")
        for mean in self.handling:
            check_caller(self.rate, mean, self.patience, 0.0, None)
        stable = self.patience < math.inf or self.longest is not None
        require(stable or self.rate < self.pull, "the queue would grow for ever")

    @property
    def pull(self) -> float:
        """Calls per second that all operators together can take."""
        return math.fsum(1 / mean for mean in self.handling)

    @cached_property
    def _most(self) -> int:
        """Most that wait: beyond, there is next to nobody."""
        if self.longest is not None:
            return self.longest
        most, weight, total = 0, 1.0, 1.0
        while weight > LEFT_OUT * total:
            most += 1
            weight *= self.rate / (self.pull + most / self.patience)
            total += weight
        return most

    @cached_property
    def _order(self) -> list[int]:
        """Operators in the order in which they answer, where that is fixed."""
        own = range(len(self.handling))
        if self.picks == "in_order":
            return list(own)
        sign = -1 if self.picks == "slowest" else 1
        return sorted(own, key=lambda who: (sign * self.handling[who], who))

    def _answers(self, busy: tuple[bool, ...]) -> list[int]:
        """Who may be the one to answer, each as likely."""
        idle = [who for who in self._order if not busy[who]]
        return idle if self.picks in ("random", "longest_idle") else idle[:1]

    def _moves(self, state: State) -> Iterator[tuple[State, float]]:
        answers = self._answers(state.busy)
        for who in answers:
            yield State(_with(state.busy, who, True), 0), self.rate / len(answers)
        if not answers and state.queue < self._most:
            yield State(state.busy, state.queue + 1), self.rate
        for who, mean in enumerate(self.handling):
            if state.busy[who] and state.queue:
                yield State(state.busy, state.queue - 1), 1 / mean
            elif state.busy[who]:
                yield State(_with(state.busy, who, False), 0), 1 / mean
        yield State(state.busy, max(0, state.queue - 1)), state.queue / self.patience

    @cached_property
    def run(self) -> LongRun[State]:
        """The chain and the share of the time in each state."""
        return long_run(State((False,) * len(self.handling), 0), self._moves)

    @property
    def blocked(self) -> float:
        """Share of offered calls that find the queue full; 0 without a limit."""
        if self.longest is None:
            return 0.0
        return self.run.share(lambda state: all(state.busy) and state.queue == self.longest)

    @property
    def delayed_share(self) -> float:
        """Share of offered calls that are neither blocked nor answered at once."""
        return self.run.share(lambda state: all(state.busy)) - self.blocked

    @property
    def queue_mean(self) -> float:
        """Mean number of callers who wait."""
        return self.run.mean(lambda state: state.queue)

    @property
    def abandonment(self) -> float:
        """Share of offered calls that hang up."""
        return self.queue_mean / self.patience / self.rate

    @property
    def wait_mean(self) -> float:
        """Mean wait in s of all that are not blocked."""
        return ratio(self.queue_mean, self.rate * (1 - self.blocked))

    @property
    def busy(self) -> Array:
        """(s,) share of the time that each operator is at work."""
        return np.array([
            self.run.share(lambda state, who=who: state.busy[who])  # type: ignore[misc]
            for who in range(len(self.handling))
        ])  # fmt: skip

    @property
    def occupancy(self) -> float:
        """Share of all operators' time that is handling time."""
        return float(self.busy.mean())

    @property
    def handling_mean(self) -> float:
        """Mean handling time in s of the answered: the quick answer more."""
        answered = self.busy / np.asarray(self.handling)
        return float(self.busy.sum() / answered.sum())


def _with(busy: tuple[bool, ...], who: int, at_work: bool) -> tuple[bool, ...]:
    """The same operators, but one."""
    return (*busy[:who], at_work, *busy[who + 1 :])
