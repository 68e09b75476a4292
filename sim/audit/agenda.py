"""What is to happen, in the order in which the design puts events."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import Any

# the order at one instant, written down here again rather than taken from sim.events
DUTY, FREED, OPENED, CLOSING, MESSAGE, HANG_UP, ARRIVAL = range(7)

Act = Callable[[float, Any], None]


def clock_at(time: float, now: float) -> float:
    """The clock after a delay that is to reach a time later than now: a sum, hence perhaps just
    past it."""
    delay = time - now
    while now + delay < time:
        delay += time * 1.2e-16
    return now + delay


class Agenda:
    """Events by time, kind, entity (an operator or a row), and when they were put down."""

    def __init__(self) -> None:
        self._events: list[tuple[float, int, int, int, Act, Any]] = []
        self._ticket = count()

    def put(self, time: float, kind: int, entity: int, act: Act, what: Any) -> None:
        """Have `act(time, what)` called at `time`."""
        heappush(self._events, (time, kind, entity, next(self._ticket), act, what))

    def next_time(self) -> float:
        """When the next event is; inf when there is none."""
        return self._events[0][0] if self._events else inf

    def step(self) -> float:
        """Let the next event happen, and tell its time."""
        now, _, _, _, act, what = heappop(self._events)
        act(now, what)
        return now
