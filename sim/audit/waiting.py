"""Who waits: on the line, or to be called back."""

from __future__ import annotations

from bisect import bisect_left, insort
from math import nan

BEFORE, IN_MENU, HOLDING, TO_BE_CALLED, IN_HAND, RETURNING, PAST = range(7)
"""Where a contact is; in hand: somebody dials, talks or wraps up."""


class Waiting:
    """The two queues of each lane, in the order of their places."""

    def __init__(self, lanes: list[int], number: int) -> None:
        self._lane = lanes
        self.state = [BEFORE] * len(lanes)
        self.place = [nan] * len(lanes)
        """The time by which each row is in its queue."""
        self.waits = 0
        """How many are in any queue."""
        self.queues: dict[int, list[list[tuple[float, int]]]] = {
            state: [[] for _ in range(number)] for state in (HOLDING, TO_BE_CALLED)
        }

    def put(self, row: int, state: int) -> None:
        """A row is now elsewhere."""
        entry, lane = (self.place[row], row), self._lane[row]
        before = self.queues.get(self.state[row])
        if before is not None:
            before[lane].remove(entry)
            self.waits -= 1
        self.state[row] = state
        if state in self.queues:
            insort(self.queues[state][lane], entry)
            self.waits += 1

    def rows(self, state: int, lane: int) -> list[int]:
        """The rows of a lane in one queue, first come first."""
        return [row for _, row in self.queues[state][lane]]

    def head(self, state: int, lane: int) -> int:
        """The first of a lane in one queue; -1: nobody."""
        queue = self.queues[state][lane]
        return queue[0][1] if queue else -1

    def heads(self, lane: int) -> list[int]:
        """The first of each queue of a lane, where there is one."""
        return [row for state in self.queues if (row := self.head(state, lane)) >= 0]

    def number(self, state: int) -> int:
        """How many are in one of the queues, all lanes together."""
        return sum(len(queue) for queue in self.queues[state])

    def length(self, lane: int) -> int:
        """How many wait in a lane, on the line or to be called back."""
        return sum(len(queue[lane]) for queue in self.queues.values())

    def position(self, row: int) -> int:
        """One more than those of the lane ahead in either queue."""
        entry, lane = (self.place[row], row), self._lane[row]
        return 1 + sum(bisect_left(queues[lane], entry) for queues in self.queues.values())
