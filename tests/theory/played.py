"""A line played out caller by caller: slow, plain, and sharing nothing with the formulas.

It knows what callers do (balk, hang up by kind, phone again, be called back) and nothing of the
chains; tests of theory use it with a fixed seed where no closed form is known.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Contact:
    """One call and what became of it."""

    arrived: float
    attempt: int
    kind: int = -1
    fate: str = ""
    delayed: bool = False
    left: float = 0.0
    talk: float = 0.0
    ahead: int = 0
    heard: tuple[float, float] = (0.0, 0.0)

    @property
    def wait(self) -> float:
        """Time in the queue, in s."""
        return self.left - self.arrived


@dataclass
class Played:
    """Plays a line from empty until so many first calls have come.

    Parameters are those of the theory: `joins` gives the kind of one who would be at a position
    (None: does not stay), `hang_ups` the rate by kind, `dial` and `reached` by kind, `redials`
    the chance of another attempt after (attempt, fate), `chosen` the place in the queue of who is
    taken at a time.
    """

    rate: float
    handling: float
    operators: int
    hang_ups: tuple[float, ...] = (0.0,)
    joins: Callable[[int, random.Random], int | None] = lambda position, chance: 0
    lines: float = float("inf")
    dial: tuple[float, ...] = (0.0, 0.0, 0.0)
    reached: tuple[float, ...] = (1.0, 1.0, 1.0)
    redials: Callable[[int, str], float] = lambda attempt, fate: 0.0
    delay: float = 1.0
    wrap_up: float = 0.0
    chosen: Callable[[list[Contact], float], int] = lambda queue, now: 0
    contacts: list[Contact] = field(default_factory=list)

    def play(self, callers: int, seed: int) -> Played:
        """Play, and keep the contacts in the order of their arrival."""
        chance = self.chance = random.Random(seed)
        self.events: list[tuple[float, int, str, Contact]] = []
        self.ticket = self.busy = self.talking = 0
        self.queue: list[Contact] = []
        self.last_wait = 0.0
        clock = 0.0
        for _ in range(callers):
            clock += chance.expovariate(self.rate)
            self._plan(clock, "call", Contact(clock, 1))
        while self.events:
            now, _, what, contact = heapq.heappop(self.events)
            getattr(self, f"_{what}")(now, contact)
        return self

    def _plan(self, at: float, what: str, contact: Contact) -> None:
        self.ticket += 1
        heapq.heappush(self.events, (at, self.ticket, what, contact))

    def _call(self, now: float, contact: Contact) -> None:
        self.contacts.append(contact)
        contact.left = now
        if self.talking + len(self.queue) >= self.lines:
            return self._failed(now, contact, "blocked")
        if self.busy < self.operators:
            return self._serve(now, contact)
        contact.delayed, contact.ahead = True, len(self.queue)
        contact.heard = (now - self.queue[0].arrived if self.queue else 0.0, self.last_wait)
        kind = self.joins(len(self.queue) + 1, self.chance)
        if kind is None:
            return self._failed(now, contact, "balked")
        contact.kind = kind
        self.queue.append(contact)
        if self.hang_ups[kind] > 0:
            self._plan(now + self.chance.expovariate(self.hang_ups[kind]), "hang_up", contact)
        return None

    def _hang_up(self, now: float, contact: Contact) -> None:
        if not contact.fate and contact in self.queue:
            self.queue.remove(contact)
            contact.left = now
            self._failed(now, contact, "abandoned")

    def _failed(self, now: float, contact: Contact, fate: str) -> None:
        contact.fate = fate
        if self.chance.random() < self.redials(contact.attempt, fate):
            at = now + self.chance.expovariate(1 / self.delay)
            self._plan(at, "call", Contact(at, contact.attempt + 1))

    def _serve(self, now: float, contact: Contact) -> None:
        self.busy += 1
        contact.left = now
        self.last_wait = contact.wait
        if contact.kind >= 0 and self.dial[contact.kind] > 0:
            self._plan(now + self.chance.expovariate(1 / self.dial[contact.kind]), "try", contact)
        else:
            self._try(now, contact)

    def _try(self, now: float, contact: Contact) -> None:
        if contact.kind >= 0 and self.chance.random() >= self.reached[contact.kind]:
            contact.fate = "lost"
            return self._free(now)
        contact.fate, contact.talk = "answered", now
        self.talking += 1
        self._plan(now + self.chance.expovariate(1 / self.handling), "end", contact)
        return None

    def _end(self, now: float, contact: Contact) -> None:
        self.talking -= 1
        if self.wrap_up:
            self._plan(now + self.chance.expovariate(1 / self.wrap_up), "wrapped", contact)
        else:
            self._free(now)

    def _wrapped(self, now: float, contact: Contact) -> None:
        self._free(now)

    def _free(self, now: float) -> None:
        self.busy -= 1
        if self.queue:
            self._serve(now, self.queue.pop(self.chosen(self.queue, now)))
