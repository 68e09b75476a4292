"""Breaks and meetings that may begin within a window, spread over it by the expected load.

A plain rule, the same every time: operator after operator, each takes the time at which those
who stay have the least to do at the worst moment of the break, the earliest of equals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GRID = 300.0
"""A break begins on a grid of 5 minutes from the start of its window, or at its end."""


class Load(NamedTuple):
    """Work expected for a group, constant in pieces."""

    edges: Floats
    """Where the pieces begin and end, in s on the running clock; one more than pieces."""
    erlangs: Floats
    """Seconds of work a second in each piece; there is none outside."""


class Window(NamedTuple):
    """Time off the phone that one operator may begin at some time in a window."""

    operator: int
    first: float
    """It may begin from here, in s on the running clock ..."""
    last: float
    """... to here."""
    lasts: float
    until: float
    """End of the duty: it is over by then, unless the window leaves no time for that."""


Span = tuple[float, float]


def begins(window: Window) -> list[float]:
    """When a break may begin: every 5 min of its window, and at its end."""
    count = int(np.ceil((window.last - window.first) / GRID))
    times = [window.first + GRID * step for step in range(count)] + [window.last]
    fitting = [time for time in times if time + window.lasts <= window.until]
    return fitting or [window.first]


def staggered(
    windows: Sequence[Window], fixed: dict[int, list[Span]], duties: Sequence[Span], load: Load
) -> list[float]:
    """When each break begins.

    Parameters
    ----------
    windows : sequence of Window
        In the order in which operators choose; those of one operator by the end of the window.
    fixed : dict of int to list of (float, float)
        What each operator does off the phone at a time that is given.
    duties : sequence of (float, float)
        Duty of everybody in the group, those included who have no window.
    load : Load
        Work expected for the group.

    Returns
    -------
    list of float
        Seconds on the running clock, one a window.
    """
    floor = _Floor(windows, fixed, duties, load)
    taken = {who: list(spans) for who, spans in fixed.items()}
    found: list[float] = []
    for place, window in enumerate(windows):
        own = taken.setdefault(window.operator, [])
        later = [other for other in windows[place + 1 :] if other.operator == window.operator]
        soonest = earliest(window, own)
        times = [
            time
            for time in sorted({*begins(window), soonest})
            if not clashes((time, time + window.lasts), own)
            and leaves_room([*own, (time, time + window.lasts)], later)
        ]
        start = floor.quietest(times or [soonest], window.lasts)
        own.append((start, start + window.lasts))
        floor.leave(start, window.lasts)
        found.append(start)
    return found


def leaves_room(taken: Sequence[Span], windows: Sequence[Window]) -> bool:
    """Whether an operator can begin each of these breaks within its window, in their order."""
    spans = list(taken)
    for window in windows:
        start = earliest(window, spans)
        if start > window.last:
            return False
        spans.append((start, start + window.lasts))
    return True


def clashes(span: Span, others: Sequence[Span]) -> bool:
    """Whether a stretch of time lies in one of several others."""
    return any(span[0] < end and start < span[1] for start, end in others)


def earliest(window: Window, others: Sequence[Span]) -> float:
    """The first time from the start of the window on at which an operator is free."""
    start = window.first
    for begin, end in sorted(others):
        if clashes((start, start + window.lasts), [(begin, end)]):
            start = end
    return start


class _Floor:
    """How many of a group are on duty, and what they have to do, in pieces of time."""

    def __init__(
        self,
        windows: Sequence[Window],
        fixed: dict[int, list[Span]],
        duties: Sequence[Span],
        load: Load,
    ) -> None:
        away = [span for spans in fixed.values() for span in spans]
        times = [*load.edges, *(t for span in (*duties, *away) for t in span)]
        self.edges = np.unique(np.array(times))
        self.on_duty = np.zeros(len(self.edges), np.int64)
        for start, end in duties:
            self._count(start, end, 1)
        for start, end in away:
            self._count(start, end, -1)
        piece = np.searchsorted(load.edges, self.edges, side="right") - 1
        inside = (piece >= 0) & (piece < len(load.erlangs))
        self.load = np.where(inside, load.erlangs[np.clip(piece, 0, len(load.erlangs) - 1)], 0.0)

    def _place(self, time: float) -> int:
        """The piece that begins at a time; one is cut in two where none does."""
        place = int(np.searchsorted(self.edges, time))
        if place == len(self.edges) or self.edges[place] != time:
            self.edges = np.insert(self.edges, place, time)
            before = max(place - 1, 0)
            outside = place == 0
            self.on_duty = np.insert(self.on_duty, place, 0 if outside else self.on_duty[before])
            self.load = np.insert(self.load, place, 0.0 if outside else self.load[before])
        return place

    def _pieces(self, start: float, end: float) -> slice:
        first = self._place(start)
        return slice(first, self._place(end))

    def _count(self, start: float, end: float, change: int) -> None:
        self.on_duty[self._pieces(start, end)] += change

    def leave(self, start: float, lasts: float) -> None:
        """One of them is away for so long."""
        self._count(start, start + lasts, -1)

    def quietest(self, times: Sequence[float], lasts: float) -> float:
        """The time at which one more can be away; the earliest of equals."""
        return min(times, key=lambda time: (self._peak(time, lasts), time))

    def _peak(self, start: float, lasts: float) -> float:
        """The most work for each of those who stay, at any moment of a break."""
        pieces = self._pieces(start, start + lasts)
        stay, load = self.on_duty[pieces] - 1, self.load[pieces]
        each = np.where(load > 0, np.inf, 0.0)
        np.divide(load, stay, out=each, where=stay > 0)
        return float(each.max(initial=0.0))
