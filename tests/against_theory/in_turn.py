"""Lines worked out caller by caller, where no formula has an exact value.

First come, first served, with one call type and seats that are there all day, nobody's fate
depends on those who join later. So the callers can be gone through once, in order, each from
joining to the end of the wait, with no events, no clock and no queue: whoever joined earlier has
been worked out already, and tells how long the queue is at any instant of this caller's wait.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

MINUTE = 60.0


@dataclass(frozen=True)
class Message:
    """What is said after `at` s and every `every` s; shares, factors and times as in the file."""

    says: str
    at: float = 0.0
    every: float = math.inf
    hang_up: float = 0.0
    patience: float | None = None
    estimate: str = "queue_length"
    round_to: float = 0.0
    up_to: tuple[float, ...] = ()
    level_hang_up: tuple[float, ...] = ()
    level_patience: tuple[float, ...] = ()
    broken_promise: float = 1.0
    over: float = -1.0


@dataclass(frozen=True)
class Rules:
    """One call type of exponential patience, and its seats."""

    seats: int
    handling: float
    """Mean handling time in s."""
    patience: float
    """Mean patience in s."""
    messages: Sequence[Message]
    filler: float = 1.0
    at_once: float = 0.0
    """Share that hangs up at once."""
    dial: float = 0.0
    """Seconds for which a seat dials; one try."""
    balk: Sequence[tuple[int, float]] = ()


class Person(NamedTuple):
    """What was drawn of one caller."""

    arrival: float
    handling: float
    threshold: float
    """Cumulative hazard at which the caller hangs up."""
    balks: float = 1.0
    """Does not stay where this is under the share that does not."""
    accepts: bool = False
    instead: bool = False
    reached: bool = True


@dataclass
class Fate:
    """What came of a caller; times in s."""

    arrival: float
    ended: float = math.nan
    """End of the wait on the line."""
    left: float = math.nan
    """End of the time in the queue, as a callback too."""
    outcome: str = ""
    talk: float = math.nan
    callback: float = math.nan
    announced: float = math.nan
    promised_until: float = math.nan
    position: int = -1


@dataclass
class Line:
    """All callers so far, and when each seat is free."""

    rules: Rules
    free: list[float]
    fates: list[Fate] = field(default_factory=list)
    waiting: list[Fate] = field(default_factory=list)
    """Those who may still be in the queue."""

    def joins(self, person: Person) -> Fate:
        """The next caller, from joining to the end."""
        now = person.arrival
        fate = Fate(now)
        self.waiting = [each for each in self.waiting if each.left > now]
        start = max(now, self.free[0])
        if start > now and self.balks(person):
            fate.outcome, fate.ended, fate.left = "abandoned", now, now
        elif start > now:
            Caller(self, person, fate).waits(start)
        if not fate.outcome and math.isnan(fate.callback):
            fate.outcome, fate.ended, fate.talk = "answered", start, start
        if fate.outcome != "abandoned":
            self.taken(person, fate, start)
        self.fates.append(fate)
        self.waiting.append(fate)
        return fate

    def taken(self, person: Person, fate: Fate, start: float) -> None:
        """A seat takes the caller in turn, or dials."""
        fate.left, busy = start, person.handling
        if not math.isnan(fate.callback):
            fate.outcome = "answered" if person.reached else "callback_lost"
            fate.talk = start + self.rules.dial if person.reached else math.nan
            busy = self.rules.dial + (person.handling if person.reached else 0.0)
        heapq.heapreplace(self.free, start + busy)

    def balks(self, person: Person) -> bool:
        """Whether the queue is too long to join."""
        position = 1 + len(self.waiting)
        shares = [share for place, share in self.rules.balk if place <= position]
        return bool(shares) and person.balks < shares[-1]

    def ahead(self, now: float) -> list[Fate]:
        """Who of the earlier callers is in the queue, callbacks included."""
        return [each for each in self.waiting if each.left > now]

    def estimate(self, how: str, now: float, waited: float) -> float:
        """The wait from now on that is announced."""
        if how == "queue_length":
            return (1 + len(self.ahead(now))) * self.rules.handling / self.rules.seats
        if how == "head_of_line":
            head = [each for each in self.ahead(now) if each.ended > now]
            return max(0.0, now - head[0].arrival - waited) if head else 0.0
        for last in reversed(self.fates):
            if last.ended <= now and last.talk == last.ended:
                return max(0.0, last.ended - last.arrival - waited)
        return 0.0


@dataclass
class Caller:
    """One caller while waiting."""

    line: Line
    person: Person
    fate: Fate
    level_factor: float = 1.0
    message_factor: float = 1.0
    promise: float = math.inf
    """The wait at which the last promise is broken."""
    broken: float = 1.0

    def waits(self, start: float) -> None:
        """Until an operator would come."""
        rules, now = self.line.rules, self.person.arrival
        budget = self.person.threshold + step(rules.at_once)
        heard = sorted(
            (message.at + n * min(message.every, 1e9), place)
            for place, message in enumerate(rules.messages)
            for n in range(1 + (int((start - now) / message.every) if message.every else 0))
        )
        waited = 0.0
        for until, place in [*heard, (start - now, -1)]:
            if now + until > start:
                break
            lost = self.loses_patience(waited, until, budget)
            if lost is not None:
                return self.hangs_up(now + lost)
            budget -= self.spent(waited, until)
            waited = until
            if place >= 0:
                budget += self.hears(rules.messages[place], now + until)
                if not math.isnan(self.fate.callback):
                    return None
                if budget <= 0:
                    return self.hangs_up(now + until)
        lost = self.loses_patience(waited, start - now, budget)
        return None if lost is None else self.hangs_up(now + lost)

    def pieces(self, since: float, until: float) -> list[tuple[float, float, float]]:
        """Stretches of a wait with the hazard per s of each, by started minutes of a promise."""
        usual = self.line.rules.filler * self.message_factor * self.level_factor
        usual /= self.line.rules.patience
        edges = [self.promise + MINUTE * n for n in range(11) if self.promise < math.inf]
        cuts = [since, *(edge for edge in edges if since < edge < until), until]
        return [
            (a, b, usual * self.broken ** sum(edge <= a for edge in edges))
            for a, b in pairwise(cuts)
        ]

    def spent(self, since: float, until: float) -> float:
        """Cumulative hazard between two waits."""
        return sum((b - a) * rate for a, b, rate in self.pieces(since, until))

    def loses_patience(self, since: float, until: float, budget: float) -> float | None:
        """The wait at which the budget is used up, if before `until`."""
        if budget <= 0:
            return since
        for a, b, rate in self.pieces(since, until):
            if (b - a) * rate >= budget:
                return a + budget / rate
            budget -= (b - a) * rate
        return None

    def hears(self, message: Message, now: float) -> float:
        """A message; what it takes from the budget, as a negative number."""
        fate, change = self.fate, step(message.hang_up)
        if message.patience is not None:
            self.message_factor = message.patience
        if message.says == "position":
            place = 1 + len(self.line.ahead(now))
            fate.position = place if fate.position < 0 else fate.position
            return change + self.level(message, place)
        if message.says == "expected_wait":
            wait = self.line.estimate(message.estimate, now, now - fate.arrival)
            if message.round_to:
                wait = math.floor(wait / message.round_to + 0.5) * message.round_to
            fate.announced = wait if math.isnan(fate.announced) else fate.announced
            fate.promised_until = now + wait
            self.promise, self.broken = now - fate.arrival + wait, message.broken_promise
            return change + self.level(message, wait)
        if message.says == "callback_offer" and self.person.accepts:
            wait = self.line.estimate(message.estimate, now, now - fate.arrival)
            if message.over < 0 or wait > message.over:
                fate.callback = fate.ended = now
        return change

    def level(self, message: Message, value: float) -> float:
        """What is announced, by its level."""
        if not message.up_to:
            return 0.0
        place = sum(value > end for end in message.up_to)
        self.level_factor = message.level_patience[place]
        return step(message.level_hang_up[place])

    def hangs_up(self, now: float) -> None:
        """Or asks for a callback."""
        self.fate.ended = now
        if self.person.instead:
            self.fate.callback = now
        else:
            self.fate.outcome, self.fate.left = "abandoned", now


def step(share: float) -> float:
    """Change of the budget where a share hangs up."""
    return math.log1p(-share) if share < 1 else -math.inf


def worked_out(rules: Rules, persons: Sequence[Person]) -> list[Fate]:
    """What comes of callers in the order of arrival."""
    line = Line(rules, [0.0] * rules.seats)
    return [line.joins(person) for person in persons]


class Help(NamedTuple):
    """A second group of one call type, which takes only some callers, or comes only when called."""

    seats: int
    handling: float
    """Its mean handling time in s."""
    after: float = 0.0
    """It takes who has waited so many s."""
    wait_above: float = math.inf
    """It is called when somebody has waited so many s ..."""
    queue_above: float = math.inf
    """... or when more than so many wait; by default it is there."""
    comes_after: float = 0.0
    """Seconds from the call until it is there."""

    @property
    def on_call(self) -> bool:
        """Whether it has to be called."""
        return min(self.wait_above, self.queue_above) < math.inf


def helped(
    seats: int, handling: float, help_: Help, callers: Sequence[tuple[float, float, float]]
) -> list[tuple[float, int]]:
    """Wait in s and group that answers (-1: none) of callers as (arrival, work, patience).

    All are taken in the order of joining, by whichever group may take them first.
    """
    free = [0.0] * seats
    there = [] if help_.on_call else [0.0] * help_.seats
    head, called, fates, leaves = 0.0, not help_.on_call, [], [0.0]

    def start(arrival: float) -> tuple[float, int]:
        own = max(arrival, head, free[0])
        other = max(arrival + help_.after, head, there[0]) if there else math.inf
        return (other, 1) if other < own else (own, 0)

    for arrival, work, patience in callers:
        then, group = start(arrival)
        waiting = 1 + sum(leave > arrival for leave in leaves[-200:])
        if not called and then > arrival:
            by_wait = min(then, arrival + patience) > arrival + help_.wait_above
            called = by_wait or waiting > help_.queue_above
            if called:
                call = arrival if waiting > help_.queue_above else arrival + help_.wait_above
                there = [call + help_.comes_after] * help_.seats
                then, group = start(arrival)
        if arrival + patience < then:
            then, group = arrival + patience, -1
        elif group == 0:
            heapq.heapreplace(free, then + work * handling)
        else:
            heapq.heapreplace(there, then + work * help_.handling)
        head = max(head, then)
        leaves.append(then)
        fates.append((then - arrival, group))
    return fates


class Waiting(NamedTuple):
    """A caller of some priority."""

    arrival: float
    handling: float
    patience: float
    """Wait in s at which the caller hangs up."""
    head_start: float
    growth: float


def by_priority(seats: int, callers: Sequence[Waiting]) -> list[float]:
    """Waits in s where the largest head start + growth x time waited is taken.

    Whenever a seat is free, all who have come and not hung up are looked at.
    """
    free, waits = [0.0] * seats, [math.nan] * len(callers)
    queue: list[int] = []
    coming = 0
    while queue or coming < len(callers):
        now = free[0] if queue else max(free[0], callers[coming].arrival)
        while coming < len(callers) and callers[coming].arrival <= now:
            queue.append(coming)
            coming += 1
        for row in queue:
            if callers[row].arrival + callers[row].patience < now:
                waits[row] = callers[row].patience
        queue = [row for row in queue if math.isnan(waits[row])]
        if queue:
            row = max(queue, key=lambda each: (points(callers[each], now), -each))
            waits[row] = now - callers[row].arrival
            heapq.heapreplace(free, now + callers[row].handling)
            queue.remove(row)
    return waits


def points(caller: Waiting, now: float) -> float:
    """How urgent a caller is."""
    return caller.head_start + caller.growth * (now - caller.arrival)
