"""Callers who phone again: redials by an exact chain; repeat calls and transfers by products."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sim.theory.chain import LongRun, long_run
from sim.theory.erlang import Line, check_caller, require
from sim.theory.steady import ratio


class State(NamedTuple):
    """Operators, queue, and those who will phone again."""

    busy: int
    """Operators at work."""
    queue: tuple[int, ...]
    """Class of attempt of those who wait, the first to join first."""
    orbit: tuple[int, ...]
    """How many will phone again, by the class of the attempt to come less 1."""


class Attempt(NamedTuple):
    """What becomes of the contacts of one class of attempt."""

    contacts: float
    """Contacts per caller."""
    blocked: float
    """Share of these contacts that find all telephone lines busy."""
    delayed: float
    """Share of these contacts neither blocked nor answered at the instant of arrival."""
    abandoned: float
    """Share of these contacts that hang up."""
    answered: float
    """Share of these contacts that are answered."""
    wait_mean: float
    """Mean wait in s of these contacts, the blocked left out."""


@dataclass(frozen=True)
class RedialLine:
    """A line in its steady state whose callers phone again: M/M/s/K+M with an orbit.

    Parameters
    ----------
    rate
        Callers per second, each counted once.
    handling
        Mean handling time in s (exponential), no wrap-up.
    operators
        Operators, a whole number.
    patience
        Mean patience in s (exponential, drawn anew by each attempt); inf when nobody hangs up.
    lines
        Telephone lines, those in use by operators included; large enough stands for no limit.
    delay
        Mean time in s (exponential) until a redial.
    share
        Share of the first contacts hung up that redial.
    later_share
        Share of later contacts hung up that redial; None for `share`.
    blocked_share
        Share of blocked contacts, first or later, that redial.
    attempts
        Most contacts of a caller, the first included; inf for no limit.
    most_in_orbit
        Most of each class that wait to phone again at one time; who would be the next is lost.

    Raises
    ------
    ValueError
        For figures outside their range, or more states than can be solved.

    Notes
    -----
    The classes of attempt are 1, 2, ... when `attempts` is bounded. Without a bound they are
    first and later, or all in one when first and later contacts do alike. Callers in the queue
    keep their order, since it decides who of them is served; so the chain is exact, and the
    queue must be short when there is more than one class.

    Examples
    --------
    >>> line = RedialLine(0.01, 60, 1, 60, 3, delay=300, share=0.6, blocked_share=0.9)
    >>> round(line.attempts_per_caller, 6), round(line.callers_reached, 6)
    (1.249161, 0.85931)
    """

    rate: float
    handling: float
    operators: int
    patience: float
    lines: int
    delay: float
    share: float = 0.0
    later_share: float | None = None
    blocked_share: float = 0.0
    attempts: float = math.inf
    most_in_orbit: int = 60

    def __post_init__(self) -> None:
        check_caller(self.rate, self.handling, self.patience, 0.0, self.lines)
        require(self.rate > 0, "the rate must be above 0 calls per second")
        require(1 <= self.operators <= self.lines, "operators are from 1 to the lines")
        require(0 < self.delay < math.inf, f"the delay must be above 0 s, not {self.delay}")
        require(self.attempts >= 1, "a caller makes one attempt at least")
        for share in (self.share, self._later_share, self.blocked_share):
            require(0 <= share <= 1, f"a share is from 0 to 1, not {share}")

    @property
    def _later_share(self) -> float:
        return self.share if self.later_share is None else self.later_share

    @property
    def classes(self) -> int:
        """Classes of attempt that are told apart."""
        if self.attempts < math.inf:
            return int(self.attempts)
        return 1 if self.share == self._later_share else 2

    def redials(self, attempt: int, blocked: bool) -> float:
        """Share of blocked or hung-up contacts of a class (from 0) that redial."""
        if attempt + 1 >= self.attempts:
            return 0.0
        if blocked:
            return self.blocked_share
        return self.share if attempt == 0 else self._later_share

    def _place(self, attempt: int) -> int:
        """Where in the orbit those wait whose contact of this class failed."""
        return min(attempt, self._orbits - 1)

    @property
    def _orbits(self) -> int:
        return max(1, self.classes - 1)

    def _lost(self, state: State, attempt: int, blocked: bool) -> Iterator[tuple[State, float]]:
        """Where the chain goes when a contact, counted no more in `state`, has failed."""
        again = self.redials(attempt, blocked)
        place = self._place(attempt)
        if again > 0 and state.orbit[place] < self.most_in_orbit:
            yield state._replace(orbit=_changed(state.orbit, place, 1)), again
            yield state, 1 - again
        else:
            yield state, 1.0

    def _calls(self, state: State) -> Iterator[tuple[State, int, float]]:
        """Contacts to come: the state without the one that phones, its class and its rate."""
        yield state, 0, self.rate
        for place, count in enumerate(state.orbit):
            if count:
                left = state._replace(orbit=_changed(state.orbit, place, -1))
                yield left, place + 1 if self.classes > 1 else 0, count / self.delay

    def _moves(self, state: State) -> Iterator[tuple[State, float]]:
        for left, attempt, rate in self._calls(state):
            if left.busy < self.operators:
                yield left._replace(busy=left.busy + 1), rate
            elif left.busy + len(left.queue) < self.lines:
                yield left._replace(queue=(*left.queue, attempt)), rate
            else:
                for following, chance in self._lost(left, attempt, True):
                    yield following, rate * chance
        if state.queue:
            yield state._replace(queue=state.queue[1:]), state.busy / self.handling
        elif state.busy:
            yield state._replace(busy=state.busy - 1), state.busy / self.handling
        for place, attempt in enumerate(state.queue):
            left = state._replace(queue=state.queue[:place] + state.queue[place + 1 :])
            for following, chance in self._lost(left, attempt, False):
                yield following, chance / self.patience

    @cached_property
    def run(self) -> LongRun[State]:
        """The chain and the share of the time in each state."""
        return long_run(State(0, (), (0,) * self._orbits), self._moves)

    @cached_property
    def by_attempt(self) -> tuple[Attempt, ...]:
        """What becomes of the contacts, by class of attempt.

        Redials do not come as a Poisson stream, so what they find is weighted by how many are
        about to phone; time in the queue is by Little's law.
        """
        contacts, blocked, delayed, waiting = ([0.0] * self.classes for _ in range(4))
        for state, share in zip(self.run.states, self.run.shares.tolist(), strict=True):
            full = state.busy + len(state.queue) >= self.lines
            for _, attempt, rate in self._calls(state):
                contacts[attempt] += share * rate
                blocked[attempt] += share * rate * full
                delayed[attempt] += share * rate * (state.busy == self.operators and not full)
            for attempt in state.queue:
                waiting[attempt] += share
        return tuple(
            Attempt(
                contacts=calls / self.rate,
                blocked=ratio(none, calls),
                delayed=ratio(must_wait, calls),
                abandoned=ratio(time / self.patience, calls),
                answered=1 - ratio(none + time / self.patience, calls),
                wait_mean=ratio(time, calls - none),
            )
            for calls, none, must_wait, time in zip(
                contacts, blocked, delayed, waiting, strict=True
            )
        )

    def _of_contacts(self, figure: Callable[[Attempt], float]) -> float:
        """A share of all contacts from that of each class."""
        total = sum(each.contacts * figure(each) for each in self.by_attempt if each.contacts)
        return total / self.attempts_per_caller

    @property
    def blocked(self) -> float:
        """Share of all contacts that find all telephone lines busy."""
        return self._of_contacts(lambda each: each.blocked)

    @property
    def delayed_share(self) -> float:
        """Share of all contacts that are neither blocked nor answered at once."""
        return self._of_contacts(lambda each: each.delayed)

    @property
    def abandonment(self) -> float:
        """Share of all contacts that hang up."""
        return self._of_contacts(lambda each: each.abandoned)

    @property
    def attempts_per_caller(self) -> float:
        """Contacts per caller, the first included."""
        return sum(each.contacts for each in self.by_attempt)

    @property
    def callers_reached(self) -> float:
        """Share of callers who are answered in the end."""
        return self.attempts_per_caller * self._of_contacts(lambda each: each.answered)

    @property
    def wait_mean(self) -> float:
        """Mean wait in s of all contacts that are not blocked."""
        waiting = self.run.mean(lambda state: len(state.queue))
        return waiting / (self.rate * self.attempts_per_caller * (1 - self.blocked))

    @property
    def orbit_mean(self) -> float:
        """Mean number of callers who will phone again."""
        return self.run.mean(lambda state: sum(state.orbit))

    @property
    def cut(self) -> float:
        """Share of the time that an orbit is full: the size of the error of `most_in_orbit`."""
        return self.run.share(lambda state: max(state.orbit) == self.most_in_orbit)


def _changed(orbit: tuple[int, ...], place: int, by: int) -> tuple[int, ...]:
    return (*orbit[:place], orbit[place] + by, *orbit[place + 1 :])


class Repeats(NamedTuple):
    """A line whose answered callers phone again because the matter is not resolved."""

    attempts: float
    """Contacts per caller."""
    line: Line
    """The line as each contact meets it: Erlang C at the rate of all contacts."""
    coming: float
    """Mean number of callers who will phone again."""


def repeat_line(
    rate: float,
    handling: float,
    operators: int,
    share: float,
    attempts: float = math.inf,
    delay: float = 0.0,
) -> Repeats:
    """Repeat calls where nobody hangs up: exact by the product form (Jackson 1957; Kelly 1975).

    Parameters
    ----------
    rate
        Callers per second, each counted once.
    handling, operators
        As for `Line`; every contact has its own handling time.
    share
        Chance that a contact is followed by another.
    attempts
        Most contacts of a caller, the first included; inf for no limit.
    delay
        Mean time in s until the repeat, of any law.

    Returns
    -------
    Repeats

    Examples
    --------
    >>> repeats = repeat_line(0.05, 60, 5, 0.2, attempts=3)
    >>> round(repeats.attempts, 6), round(repeats.line.delayed_share, 6)
    (1.24, 0.451267)
    """
    require(0 <= share <= 1, f"a share is from 0 to 1, not {share}")
    require(attempts >= 1, "a caller makes one attempt at least")
    require(share < 1 or attempts < math.inf, "everybody phones again without end")
    # One contact, one more of each share, and so on: a geometric sum, ended by `attempts`.
    if share == 1:
        contacts = float(attempts)
    else:
        contacts = (1 - (share**attempts if attempts < math.inf else 0.0)) / (1 - share)
    again = rate * (contacts - 1)
    return Repeats(contacts, Line(rate * contacts, handling, operators), again * delay)


def transfer_lines(
    rate: float,
    handling: tuple[float, float],
    operators: tuple[int, int],
    share: float,
    own_rate: float = 0.0,
) -> tuple[Line, Line]:
    """Cold transfers where nobody hangs up: two lines, each exactly Erlang C (Burke 1956).

    Parameters
    ----------
    rate
        Callers per second of the first line.
    handling
        Mean handling times in s of the two lines, exponential, no wrap-up.
    operators
        Operators of the two lines, each for its own callers only.
    share
        Share of the callers of the first line that is transferred at the end of the talk.
    own_rate
        Callers per second who phone the second line themselves.

    Returns
    -------
    tuple[Line, Line]
        The first line and the second, which counts transfers and its own callers alike.

    Examples
    --------
    >>> first, second = transfer_lines(0.05, (60, 90), (4, 2), 0.3)
    >>> round(first.wait_mean, 5), round(second.wait_mean, 4)
    (30.56604, 75.3272)
    """
    require(0 <= share <= 1, f"a share is from 0 to 1, not {share}")
    first = Line(rate, handling[0], operators[0])
    return first, Line(share * rate + own_rate, handling[1], operators[1])
