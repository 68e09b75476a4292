"""One day's contacts summed in one compiled pass: what large jobs use.

Every sum is that of `sums.py`, added up in the order of the table as there, so that the two
give the same to the last bit. A new sum is a field of `sums.Sums` and a line or two in both.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiling import compiled
from sim.measures.spread import Floats
from sim.measures.sums import LIMITS, Against, Sums
from sim.outcomes import Outcome, Outcomes

# Numba takes plain whole numbers as constants, members of an IntEnum only with a detour.
ANSWERED, ABANDONED, BLOCKED, CUT_OFF = (
    int(Outcome.ANSWERED), int(Outcome.ABANDONED), int(Outcome.BLOCKED), int(Outcome.CUT_OFF),
)  # fmt: skip
LONG, LONGER, LONGEST = LIMITS
UNSORTED = 0
"""Place in `Room.flags`: whether a contact arrived before the one in the row above."""


class Table(NamedTuple):
    """The columns of the table of contacts that are read."""

    kind: NDArray[np.int16]
    outcome: NDArray[np.int8]
    operator: NDArray[np.int32]
    arrival: Floats
    wait_ended: Floats
    handled: Floats


class Room(NamedTuple):
    """Where the pass writes; the fields that `Sums` has too bear its names."""

    by_outcome: Floats
    answered_in_time: Floats
    abandoned_in_time: Floats
    short: Floats
    delayed: Floats
    wait: Floats
    answered_wait: Floats
    over: Floats
    queue_time: Floats
    handled: Floats
    handling_of: Floats
    begun: Floats
    """Handling in s within the interval in which it began; shape (N, G)."""
    finished: Floats
    """Handling in s within a later interval in which it ended; shape (N, G)."""
    across: Floats
    """Change of the number handled throughout the interval; shape (N, G)."""
    at_once: NDArray[np.int64]
    """Contacts with wait 0, by type."""
    queued: NDArray[np.int64]
    """Contacts with a longer wait, by type."""
    first: NDArray[np.int64]
    """Place of each type's first in `joined` and `left`."""
    joined: Floats
    left: Floats
    flags: NDArray[np.bool_]


@compiled
def interval_from(edges: Floats, time: float, row: int) -> int:
    """The reporting interval of a time, looked for from a row on; see `spread.interval_of`."""
    last = len(edges) - 2
    while row < last and time >= edges[row + 1]:
        row += 1
    while row > 0 and time < edges[row]:
        row -= 1
    return row


@compiled
def add_handling(t: Table, a: Against, s: Room, i: int, row: int) -> None:
    """An answered contact: handling by type and group, and in the intervals it fell into."""
    start, end = t.wait_ended[i], t.handled[i]
    group, seconds = a.operator_group[t.operator[i]], end - start
    s.handled[0, t.kind[i], group] += 1.0
    s.handled[1, t.kind[i], group] += seconds
    s.handling_of[group] += seconds
    first = interval_from(a.edges, start, row)
    last = interval_from(a.edges, end, first)
    if first == last:
        s.begun[first, group] += seconds
        return
    s.begun[first, group] += a.edges[first + 1] - start
    s.finished[last, group] += end - a.edges[last]
    s.across[first + 1, group] += 1.0
    s.across[last, group] -= 1.0


@compiled
def add_wait(a: Against, s: Room, kind: int, arrival: float, ended: float) -> None:
    """A contact that has a wait: how long, and what of it was in the queue."""
    s.over[0, kind] += ended > arrival + LONG
    s.over[1, kind] += ended > arrival + LONGER
    s.over[2, kind] += ended > arrival + LONGEST
    if not ended > arrival:
        s.at_once[kind] += 1
        return
    place = s.first[kind] + s.queued[kind]
    s.joined[place], s.left[place] = arrival, ended
    s.queued[kind] += 1
    s.queue_time[kind] += min(ended, a.closes) - arrival


@compiled
def add_up(t: Table, a: Against, s: Room) -> None:
    """Add up the table of contacts, from the first row to the last."""
    row, before = 0, -np.inf
    for i in range(len(t.kind)):
        kind, code, arrival, ended = t.kind[i], t.outcome[i], t.arrival[i], t.wait_ended[i]
        if arrival < before:
            s.flags[UNSORTED] = True
        before = arrival
        row = interval_from(a.edges, arrival, row)
        s.by_outcome[code, row, kind] += 1.0
        if code != BLOCKED and (code != ANSWERED or ended != arrival):
            s.delayed[row, kind] += 1.0
        if np.isnan(ended):
            continue
        add_wait(a, s, kind, arrival, ended)
        if code in (ANSWERED, ABANDONED, CUT_OFF):
            s.wait[row, kind] += ended - arrival
        if code == ANSWERED:
            s.answered_wait[row, kind] += ended - arrival
            s.answered_in_time[row, kind] += ended <= arrival + a.within[kind]
            add_handling(t, a, s, i, row)
        elif code == ABANDONED:
            s.abandoned_in_time[row, kind] += ended <= arrival + a.within[kind]
            s.short[row, kind] += ended < arrival + a.ignore_under[kind]


@compiled
def most_waiting(joined: Floats, left: Floats) -> int:
    """The most who wait at once, from joins and leaves in ascending order."""
    gone, most = 0, 0
    for i in range(len(joined)):
        while gone < len(left) and left[gone] <= joined[i]:
            gone += 1
        most = max(most, i + 1 - gone)
    return most


def sums_of(outcomes: Outcomes, against: Against) -> Sums:
    """Sum up the contacts of a day; see `sim.measures.sums.sums_of`."""
    room = _room(outcomes, against)
    table = Table(
        outcomes.type, outcomes.outcome, outcomes.operator, outcomes.arrival, outcomes.wait_ended,
        outcomes.handled,
    )  # fmt: skip
    add_up(table, against, room)
    waits, queue_max = _queues(room)
    whole = np.cumsum(room.across, axis=0) * np.diff(against.edges)[:, None]
    found = {name: each for name, each in room._asdict().items() if name in Sums._fields}
    return Sums(
        **found,
        handling=(room.begun + room.finished) + whole,
        waits=waits,
        queue_max=queue_max,
    )


def warm_up() -> None:
    """Compile the pass, or load it compiled, by summing up a day without contacts."""
    none, never = np.zeros(0, np.int32), np.zeros(0)
    short = np.zeros(0, np.int16)
    nothing = Outcomes(
        type=short, caller=none, attempt=short, arrival=never, outcome=np.zeros(0, np.int8),
        wait_ended=never, talk_ended=never, handled=never, operator=none, presence_operator=none,
        presence_start=never, presence_end=never, break_operator=none, break_start=never,
        break_end=never,
    )  # fmt: skip
    sums_of(nothing, Against(np.array([0.0, 1.0]), np.zeros(1), np.zeros(1), 1.0, none, 1))


def _room(outcomes: Outcomes, against: Against) -> Room:
    """Zeros for every sum, and room for as many waits as there are contacts of each type."""
    types, rows, groups = len(against.within), len(against.edges) - 1, against.groups
    number = np.bincount(outcomes.type, minlength=types)

    def by_interval(columns: int) -> Floats:
        return np.zeros((rows, columns))

    return Room(
        by_outcome=np.zeros((len(Outcome), rows, types)), answered_in_time=by_interval(types),
        abandoned_in_time=by_interval(types), short=by_interval(types),
        delayed=by_interval(types), wait=by_interval(types), answered_wait=by_interval(types),
        over=np.zeros((len(LIMITS), types)), queue_time=np.zeros(types),
        handled=np.zeros((2, types, groups)), handling_of=np.zeros(groups),
        begun=by_interval(groups), finished=by_interval(groups), across=by_interval(groups),
        at_once=np.zeros(types, np.int64), queued=np.zeros(types, np.int64),
        first=(np.cumsum(number) - number).astype(np.int64), joined=np.empty(len(outcomes)),
        left=np.empty(len(outcomes)), flags=np.zeros(1, np.bool_),
    )  # fmt: skip


def _queues(room: Room) -> tuple[tuple[Floats, ...], Floats]:
    """Waits by type, ascending, and the most who waited at once, by type and all."""
    parts = [
        (room.joined[start : start + number], room.left[start : start + number])
        for start, number in zip(room.first.tolist(), room.queued.tolist(), strict=True)
    ]
    joins, leaves = (np.concatenate(each) for each in zip(*parts, strict=True))
    waits, most = [], []
    for (joined, left), zeros in zip(parts, room.at_once.tolist(), strict=True):
        own = np.zeros(zeros + len(joined))
        np.subtract(left, joined, out=own[zeros:])
        own[zeros:].sort()
        waits.append(own)
        if room.flags[UNSORTED]:
            joined.sort()
        left.sort()
        most.append(most_waiting(joined, left))
    if len(parts) == 1:
        return tuple(waits), np.array(most * 2, np.float64)
    joins.sort()
    leaves.sort()
    return tuple(waits), np.array([*most, most_waiting(joins, leaves)], np.float64)
