"""A day of persons whose duties begin and end, the call in hand finished (Kolmogorov).

`sim.theory.day` has seats: whoever is free first leaves. Here it is persons: those whose duty ends
leave, the idle at once, the others when their call is done, or, if they stay, when nobody waits
or their time to stay is over.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from sim.theory.erlang import check_caller, require
from sim.theory.transient import Passed, passed, until_rest

LEFT_OUT = 1e-16


class Duty(NamedTuple):
    """Some operators who are there from one time to another."""

    start: float
    """In s on the running clock; whoever waits then is taken at once."""
    end: float
    operators: int


class State(NamedTuple):
    """Who is at work, and how many wait."""

    busy: tuple[int, ...]
    """Operators at work, by duty."""
    queue: int


class DutyTotals(NamedTuple):
    """What is expected of the day: calls, and seconds summed over calls or operators."""

    offered: float
    answered: float
    abandoned: float
    delayed: float
    """Not answered at once."""
    wait: float
    """Wait of all, in s."""
    handling: float
    """Operators' time at work, in s."""
    overtime: float
    """Time at work after the end of one's duty, in s."""
    handling_of: tuple[float, ...]
    """Time at work by duty, in s."""


@dataclass(frozen=True)
class DutyDay:
    """One queue served by persons.

    Parameters
    ----------
    edges
        (K + 1,) clock times in s, rising, at which the rate may change; the first is opening,
        the last closing, after which those who wait are served.
    rates
        (K,) calls offered per second.
    duties
        At least one ends at closing or later; each other, with the time to stay, before that.
    handling
        Mean handling time in s (exponential).
    patience
        Mean patience in s (exponential).
    picks
        Which idle operator answers: one of the first duty that has one, or any, each as likely.
    stays
        Seconds past the end of a duty for which its operators go on taking callers who wait.

    Raises
    ------
    ValueError
        For figures outside their range.

    Notes
    -----
    The state is (operators at work by duty, those who wait); longer queues than there are 1e-16 of
    the time even if nobody answered are left out.
    """

    edges: Sequence[float]
    rates: Sequence[float]
    duties: Sequence[Duty]
    handling: float
    patience: float
    picks: Literal["in_order", "random"] = "random"
    stays: float = 0.0

    def __post_init__(self) -> None:
        require(len(self.edges) == len(self.rates) + 1 > 1, "one more edge than rates")
        require(all(a < b for a, b in pairwise(self.edges)), "edges must rise")
        require(self.picks in ("in_order", "random"), "picks: in_order or random")
        require(self.patience < math.inf, "callers hang up in the end")
        require(any(duty.end >= self.closes for duty in self.duties), "somebody closes the line")
        for duty in self.duties:
            require(duty.start < duty.end, "a duty ends after its start")
            ends = duty.end >= self.closes or duty.end + self.stays <= self.closes
            require(ends, "who stays has gone before closing")
        for rate in self.rates:
            check_caller(rate, self.handling, self.patience, 0.0, None)

    @property
    def closes(self) -> float:
        """When the line closes, in s."""
        return self.edges[-1]

    @property
    def _most(self) -> int:
        most, weight, total = 0, 1.0, 1.0
        while weight > LEFT_OUT * total:
            most += 1
            weight *= max(self.rates) * self.patience / most
            total += weight
        return most

    @property
    def _cuts(self) -> list[float]:
        """Times in s at which a rate or a roster changes, opening and closing among them."""
        turns = {t for duty in self.duties for t in (duty.start, duty.end, duty.end + self.stays)}
        inside = {t for t in turns if self.edges[0] < t < self.closes}
        return sorted({*self.edges, *inside})

    def _on_duty(self, now: float) -> list[bool]:
        """Of each duty, whether it has begun and not ended."""
        if now >= self.closes:
            return [duty.end >= self.closes for duty in self.duties]
        return [duty.start <= now < duty.end for duty in self.duties]

    def _idle(self, state: State, now: float) -> list[int]:
        on_duty = self._on_duty(now)
        return [
            duty.operators - busy if on else 0
            for duty, busy, on in zip(self.duties, state.busy, on_duty, strict=True)
        ]

    def _answers(self, state: State, now: float) -> list[tuple[int, float]]:
        """Duties of whose idle operators one answers, and the chance of each."""
        idle = self._idle(state, now)
        able = [(place, number / sum(idle)) for place, number in enumerate(idle) if number]
        return [(able[0][0], 1.0)] if able and self.picks == "in_order" else able

    def _goes_on(self, place: int, now: float) -> bool:
        """Whether an operator who is free takes who waits."""
        duty = self.duties[place]
        if now >= self.closes:
            return duty.end >= self.closes
        return now < duty.end + self.stays

    def _moves(self, state: State, now: float, rate: float) -> Iterator[tuple[State, float]]:
        answers = self._answers(state, now)
        for place, chance in answers:
            yield _changed(state, place, +1), rate * chance
        if not answers and state.queue < self._most:
            yield state._replace(queue=state.queue + 1), rate
        for place, busy in enumerate(state.busy):
            if state.queue and self._goes_on(place, now):
                yield state._replace(queue=state.queue - 1), busy / self.handling
            else:
                yield _changed(state, place, -1), busy / self.handling
        yield state._replace(queue=max(0, state.queue - 1)), state.queue / self.patience

    def _settled(self, law: dict[State, float], now: float) -> dict[State, float]:
        """The law once those who have just come have taken who waits."""
        settled: dict[State, float] = {}
        for state, chance in law.items():
            for place, idle in enumerate(self._idle(state, now)):
                taken = min(idle, state.queue)
                state = _changed(state, place, taken)._replace(queue=state.queue - taken)
            settled[state] = settled.get(state, 0.0) + chance
        return settled

    def _parts(self) -> Iterator[tuple[float, float, Passed[State]]]:
        """The parts of the day: start, rate, and what passes; the last is after closing."""
        law = {State((0,) * len(self.duties), 0): 1.0}
        for start, end in pairwise(self._cuts):
            rate = self.rates[sum(start >= edge for edge in self.edges[1:])]
            law = self._settled(law, start)
            part = passed(law, lambda s, t=start, r=rate: self._moves(s, t, r), end - start)  # type: ignore[misc]
            yield start, rate, part
            law = part.law
        rest = until_rest(law, lambda state: self._moves(state, self.closes, 0.0))
        yield self.closes, 0.0, rest

    def totals(self) -> DutyTotals:
        """Calls and times expected over the day, the time after closing included."""
        delayed = wait = overtime = 0.0
        handling = [0.0] * len(self.duties)
        for start, rate, part in self._parts():
            wait += part.spent(lambda state: state.queue)
            if rate > 0:
                must = part.spent(lambda s, now=start: not self._answers(s, now))  # type: ignore[misc]
                delayed += rate * must
            for place, duty in enumerate(self.duties):
                busy = part.spent(lambda state, at=place: state.busy[at])  # type: ignore[misc]
                handling[place] += busy
                overtime += busy if start >= min(duty.end, self.closes) else 0.0
        pieces = zip(pairwise(self.edges), self.rates, strict=True)
        offered = math.fsum((end - start) * rate for (start, end), rate in pieces)
        abandoned = wait / self.patience
        return DutyTotals(
            offered=offered,
            answered=offered - abandoned,
            abandoned=abandoned,
            delayed=delayed,
            wait=wait,
            handling=math.fsum(handling),
            overtime=overtime,
            handling_of=tuple(handling),
        )


def _changed(state: State, place: int, change: int) -> State:
    """The state with so many more of a duty at work."""
    busy = state.busy
    return state._replace(busy=(*busy[:place], busy[place] + change, *busy[place + 1 :]))
