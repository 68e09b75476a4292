"""Who waits: on the line, or to be called back."""

from __future__ import annotations

from bisect import bisect_left, insort
from math import nan

BEFORE, IN_MENU, HOLDING, TO_BE_CALLED, IN_HAND, RETURNING, PAST = range(7)
"""Where a contact is; in hand: somebody dials, talks or wraps up."""


class Waiting:
    """The two queues of each type, in the order of their places."""

    def __init__(self, kinds: list[int], types: int) -> None:
        self._kind = kinds
        self.state = [BEFORE] * len(kinds)
        self.place = [nan] * len(kinds)
        """The time by which each row is in its queue."""
        self.waits = 0
        """How many are in any queue."""
        self.queues: dict[int, list[list[tuple[float, int]]]] = {
            state: [[] for _ in range(types)] for state in (HOLDING, TO_BE_CALLED)
        }

    def put(self, row: int, state: int) -> None:
        """A row is now elsewhere."""
        entry, kind = (self.place[row], row), self._kind[row]
        before = self.queues.get(self.state[row])
        if before is not None:
            before[kind].remove(entry)
            self.waits -= 1
        self.state[row] = state
        if state in self.queues:
            insort(self.queues[state][kind], entry)
            self.waits += 1

    def rows(self, state: int, kind: int) -> list[int]:
        """The rows of a type in one queue, first come first."""
        return [row for _, row in self.queues[state][kind]]

    def head(self, state: int, kind: int) -> int:
        """The first of a type in one queue; -1: nobody."""
        queue = self.queues[state][kind]
        return queue[0][1] if queue else -1

    def heads(self, kind: int) -> list[int]:
        """The first of each queue of a type, where there is one."""
        return [row for state in self.queues if (row := self.head(state, kind)) >= 0]

    def number(self, state: int) -> int:
        """How many are in one of the queues, all types together."""
        return sum(len(queue) for queue in self.queues[state])

    def position(self, row: int) -> int:
        """One more than those of the type ahead in either queue."""
        entry, kind = (self.place[row], row), self._kind[row]
        return 1 + sum(bisect_left(queues[kind], entry) for queues in self.queues.values())
