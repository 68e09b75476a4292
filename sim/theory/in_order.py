"""A short queue served in order whose callers differ: by what they heard, or called back.

The state of the chain is the queue itself, kind by kind in the order of joining, so it is exact
for queues of a dozen callers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from sim.theory.balking import level_of
from sim.theory.chain import LongRun, long_run
from sim.theory.erlang import check_caller, require


class Kind(NamedTuple):
    """What sets some callers in the queue apart."""

    hang_up: float = 0.0
    """Hang-ups per s while one waits."""
    dial: float = 0.0
    """Mean time in s (exponential) for which an operator dials before the talk."""
    reached: float = 1.0
    """Chance that there is a talk."""


class KindFate(NamedTuple):
    """What becomes of those who join as one kind."""

    joined: float
    """Share of offered that joins the queue as this kind."""
    taken: float
    """Share of offered that joins as this kind and is taken by an operator."""
    answered: float
    """Share of offered that joins as this kind and talks."""
    wait: float
    """Time in the queue of this kind, in s per offered call."""
    taken_wait: float
    """Time in the queue of those taken, in s per offered call."""


class State(NamedTuple):
    """Operators and queue."""

    talking: int
    """Operators who talk."""
    dialling: int
    """Operators who dial, all for callers of the one kind that is dialled."""
    queue: tuple[int, ...]
    """Kinds of those who wait, the first to join first."""


class Passage(NamedTuple):
    """What the last of a queue can expect."""

    taken: float
    """Chance to be taken by an operator."""
    wait: float
    """Mean time in s until it is taken or hangs up."""
    taken_wait: float
    """Mean over all of the time if taken, else 0, in s."""


@dataclass(frozen=True)
class InOrder:
    """A line in its steady state with callers of several kinds in one queue, first come first.

    Parameters
    ----------
    rate
        Calls offered per second.
    handling
        Mean handling time in s (exponential), dialling not included.
    operators
        Operators, a whole number.
    kinds
        The kinds; at most one is dialled.
    joins
        From the position of one who must wait (1 + those in the queue) to the shares that join
        as each kind; the rest does not stay.
    longest
        Most that the queue holds; who would be the next is turned away.

    Raises
    ------
    ValueError
        For figures outside their range.

    Examples
    --------
    >>> two = InOrder(0.02, 60, 1, (Kind(1 / 60), Kind()), lambda position: (0.5, 0.5), 3)
    >>> round(two.turned_away, 6), [round(fate.wait, 4) for fate in two.fates]
    (0.122972, [13.2963, 34.3553])
    """

    rate: float
    handling: float
    operators: int
    kinds: tuple[Kind, ...]
    joins: Callable[[int], Sequence[float]]
    longest: int

    def __post_init__(self) -> None:
        check_caller(self.rate, self.handling, math.inf, 0.0, None)
        require(self.rate > 0, "the rate must be above 0 calls per second")
        require(self.operators >= 1, f"operators are a whole number >= 1, not {self.operators}")
        require(self.longest >= 1, "the queue holds at least one caller")
        for kind in self.kinds:
            require(kind.hang_up >= 0 and kind.dial >= 0, "rates and times are not negative")
            require(0 < kind.reached <= 1, "reached is a share above 0")
        require(sum(kind.dial > 0 for kind in self.kinds) <= 1, "at most one kind is dialled")
        for position in range(1, self.longest + 1):
            shares = self.joins(position)
            require(len(shares) == len(self.kinds), "a share for each kind")
            require(min(shares) >= 0 and sum(shares) <= 1 + 1e-12, "shares are not negative")

    @cached_property
    def _dialled(self) -> Kind:
        return next((kind for kind in self.kinds if kind.dial > 0), Kind())

    def _freed(self, state: State) -> Iterator[tuple[State, float]]:
        """What follows when an operator, counted no more in `state`, takes the next in turn."""
        if not state.queue:
            yield state, 1.0
            return
        kind, rest = self.kinds[state.queue[0]], state.queue[1:]
        if kind.dial > 0:
            yield State(state.talking, state.dialling + 1, rest), 1.0
            return
        yield State(state.talking + 1, state.dialling, rest), kind.reached
        if kind.reached < 1:
            for following, chance in self._freed(state._replace(queue=rest)):
                yield following, (1 - kind.reached) * chance

    def _completions(self, state: State) -> Iterator[tuple[State, float]]:
        """Ends of talks and of dialling."""
        if state.talking:
            rate = state.talking / self.handling
            for following, chance in self._freed(state._replace(talking=state.talking - 1)):
                yield following, rate * chance
        if state.dialling:
            kind, left = self._dialled, state._replace(dialling=state.dialling - 1)
            rate = state.dialling / kind.dial
            yield left._replace(talking=left.talking + 1), rate * kind.reached
            if kind.reached < 1:
                for following, chance in self._freed(left):
                    yield following, rate * (1 - kind.reached) * chance

    def _moves(self, state: State) -> Iterator[tuple[State, float]]:
        queue = state.queue
        if state.talking + state.dialling < self.operators:
            yield state._replace(talking=state.talking + 1), self.rate
        elif len(queue) < self.longest:
            for kind, share in enumerate(self.joins(len(queue) + 1)):
                yield state._replace(queue=(*queue, kind)), self.rate * share
        yield from self._completions(state)
        for place, kind in enumerate(queue):
            left = state._replace(queue=queue[:place] + queue[place + 1 :])
            yield left, self.kinds[kind].hang_up

    @cached_property
    def run(self) -> LongRun[State]:
        """The chain and the share of the time in each state; arrivals see the same shares."""
        return long_run(State(0, 0, ()), self._moves)

    @property
    def at_once(self) -> float:
        """Share of offered calls answered at the instant of arrival."""
        return self.run.share(lambda state: state.talking + state.dialling < self.operators)

    @property
    def turned_away(self) -> float:
        """Share of offered calls that find the queue full: blocked, or the error of a cut."""
        return self.run.share(lambda state: len(state.queue) == self.longest)

    @property
    def balked(self) -> float:
        """Share of offered calls that must wait, find room and do not stay."""
        joined = sum(fate.joined for fate in self.fates)
        return max(0.0, 1 - self.at_once - self.turned_away - joined)

    @cached_property
    def fates(self) -> tuple[KindFate, ...]:
        """What becomes of those who join, by kind, followed from the moment of joining."""
        passages: dict[State, Passage] = {}
        totals = [[0.0] * 4 for _ in self.kinds]
        for state, share in zip(self.run.states, self.run.shares.tolist(), strict=True):
            room = len(state.queue) < self.longest
            if state.talking + state.dialling < self.operators or not room:
                continue
            for kind, joining in enumerate(self.joins(len(state.queue) + 1)):
                if joining > 0:
                    last = state._replace(queue=(*state.queue, kind))
                    passage = self._passage(last, passages)
                    for place, value in enumerate((1.0, *passage)):
                        totals[kind][place] += share * joining * value
        return tuple(
            KindFate(joined, taken, taken * kind.reached, wait, taken_wait)
            for kind, (joined, taken, wait, taken_wait) in zip(self.kinds, totals, strict=True)
        )

    def _passage(self, state: State, known: dict[State, Passage]) -> Passage:
        """What the last in the queue can expect; those who join later do not matter to it."""
        if state in known:
            return known[state]
        moves = [(following, rate, True) for following, rate in self._completions(state)]
        for place, kind in enumerate(state.queue):
            left = state._replace(queue=state.queue[:place] + state.queue[place + 1 :])
            is_last = place == len(state.queue) - 1
            moves.append((left, self.kinds[kind].hang_up, not is_last))
        total = sum(rate for _, rate, _ in moves)
        taken = wait = taken_wait = 0.0
        for following, rate, stays in moves:
            if rate == 0 or not stays:
                continue
            then = self._passage(following, known) if following.queue else Passage(1.0, 0.0, 0.0)
            taken += rate / total * then.taken
            wait += rate / total * then.wait
            taken_wait += rate / total * (then.taken_wait + then.taken / total)
        known[state] = Passage(taken, wait + 1 / total, taken_wait)
        return known[state]


def announced_line(
    rate: float,
    handling: float,
    operators: int,
    patience: float,
    up_to: Sequence[float],
    hang_up: Sequence[float],
    multipliers: Sequence[float],
    longest: int,
) -> InOrder:
    """The line that announces position x mean handling / operators once, to those who must wait.

    Parameters
    ----------
    rate, handling, operators, longest
        As for `InOrder`.
    patience
        Mean patience in s (exponential) without announcements.
    up_to
        Longest announced wait in s of each level but the last, rising.
    hang_up
        Share that hangs up at once by level, one more than `up_to`.
    multipliers
        What the rate of hanging up is multiplied by while one waits, by the level heard.

    Returns
    -------
    InOrder
        With a kind for each level.
    """
    require(len(hang_up) == len(multipliers) == len(up_to) + 1, "one more level than thresholds")
    require(all(a < b for a, b in pairwise(up_to)), "levels rise")

    def joins(position: int) -> list[float]:
        heard = level_of(position, handling, operators, up_to)
        return [1 - share if level == heard else 0.0 for level, share in enumerate(hang_up)]

    kinds = tuple(Kind(multiplier / patience) for multiplier in multipliers)
    return InOrder(rate, handling, operators, kinds, joins, longest)
