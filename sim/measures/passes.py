"""One day's contacts summed in one compiled pass: what large jobs use.

Every sum is that of `sums.py`, added up in the order of the table as there, so that the two
give the same to the last bit. A new sum is a field of `sums.Sums` and a line or two in both.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.centre import Centre
from sim.engine.compiling import compiled
from sim.measures.spread import Floats
from sim.measures.sums import (
    CALLED_BACK,
    LIMITS,
    PAUSE,
    Against,
    StaffSums,
    Sums,
    Tries,
    codes_of,
    tries_of,
    wait_over,
)
from sim.outcomes import Outcome, Outcomes

# Numba takes plain whole numbers as constants, members of an IntEnum only with a detour.
ANSWERED, ABANDONED, BLOCKED, CUT_OFF, CONTAINED = (
    int(Outcome.ANSWERED), int(Outcome.ABANDONED), int(Outcome.BLOCKED), int(Outcome.CUT_OFF),
    int(Outcome.CONTAINED),
)  # fmt: skip
LONG, LONGER, LONGEST = LIMITS
UNSORTED, OUT_OF_TURN = 0, 1
"""Places in `Room.flags`: whether a contact arrived before the one in the row above, and whether
an operator answered one after one that is further down."""


_OWN = set(Sums._fields) - {"longest"}


class Table(NamedTuple):
    """The columns of the table of contacts that are read."""

    kind: NDArray[np.int16]
    outcome: NDArray[np.int8]
    """Or CALLED_BACK."""
    operator: NDArray[np.int32]
    arrival: Floats
    wait_ended: Floats
    wait_over: Floats
    """The same, but for who hears it ring at a desk: then with the talk."""
    handled: Floats
    talk_started: Floats
    """Read for who was called back only; empty where nobody can be."""


class Spread(NamedTuple):
    """Seconds of stretches of time by interval and group, in parts; each of shape (N, G)."""

    begun: Floats
    """Within the interval in which they began."""
    finished: Floats
    """Within a later interval in which they ended."""
    across: Floats
    """Change of the number that lasted throughout the interval."""

    def seconds(self, edges: Floats) -> Floats:
        """Seconds by interval and group, as `spread.spread` has them."""
        whole = np.cumsum(self.across, axis=0)
        result: Floats = (self.begun + self.finished) + whole * np.diff(edges)[:, None]
        return result


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
    handling: Spread
    at_once: NDArray[np.int64]
    """Contacts with wait 0, by type."""
    queued: NDArray[np.int64]
    """Contacts with a longer wait, by type."""
    first: NDArray[np.int64]
    """Place of each type's first in `joined` and `left`."""
    joined: Floats
    left: Floats
    since: Floats
    """When the stretch of work of each operator began."""
    until: Floats
    """When their last contact was done."""
    longest: Floats
    """The longest stretch by group; not right where `OUT_OF_TURN` is set."""
    flags: NDArray[np.bool_]


class Roster(NamedTuple):
    """Rostered duty, and what the time of persons is counted against."""

    edges: Floats
    opens: float
    closes: float
    group: NDArray[np.int32]
    seats: NDArray[np.bool_]
    first_duty: NDArray[np.int64]
    """Duties of operator i are those from `first_duty[i]` to before `first_duty[i + 1]`."""
    duty_start: Floats
    duty_end: Floats


class Who(NamedTuple):
    """Presences or breaks."""

    operator: NDArray[np.int32]
    start: Floats
    end: Floats


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
def add_stretch(
    edges: Floats, spread: Spread, column: int, start: float, end: float, row: int
) -> int:
    """Spread a stretch of time over the intervals; the row in which it began."""
    first = interval_from(edges, start, row)
    last = interval_from(edges, end, first)
    if first == last:
        spread.begun[first, column] += end - start
        return first
    spread.begun[first, column] += edges[first + 1] - start
    spread.finished[last, column] += end - edges[last]
    spread.across[first + 1, column] += 1.0
    spread.across[last, column] -= 1.0
    return first


@compiled
def add_handling(t: Table, a: Against, s: Room, i: int, row: int) -> None:
    """An answered contact: handling by type and group, and in the intervals it fell into."""
    start, end = t.wait_ended[i], t.handled[i]
    if t.outcome[i] == CALLED_BACK:
        start = t.talk_started[i]
    operator = t.operator[i]
    group, seconds = a.operator_group[operator], end - start
    last = s.until[operator]
    if start < last:
        s.flags[OUT_OF_TURN] = True
    # Whether there was a pause cannot be foreseen, so that a branch would cost more than this.
    since = start if start >= last + PAUSE else s.since[operator]
    s.since[operator], s.until[operator] = since, end
    if end - since > s.longest[group]:
        s.longest[group] = end - since
    s.handled[0, t.kind[i], group] += 1.0
    s.handled[1, t.kind[i], group] += seconds
    s.handling_of[group] += seconds
    add_stretch(a.edges, s.handling, group, start, end, row)


@compiled
def add_tries(tries: Tries, a: Against, s: Room) -> None:
    """Tries to call back: handling of who dialled, in the order in which they began."""
    row = 0
    for i in range(len(tries.kind)):
        start, end = tries.start[i], tries.end[i]
        group, seconds = a.operator_group[tries.operator[i]], end - start
        s.handled[1, tries.kind[i], group] += seconds
        s.handling_of[group] += seconds
        row = add_stretch(a.edges, s.handling, group, start, end, row)


@compiled
def add_wait(a: Against, s: Room, kind: int, arrival: float, ended: float) -> None:
    """A contact that has a wait: how long, and what of it was in the queue."""
    if not ended > arrival:
        s.at_once[kind] += 1
        return
    if ended > arrival + LONG:
        s.over[0, kind] += 1.0
        s.over[1, kind] += ended > arrival + LONGER
        s.over[2, kind] += ended > arrival + LONGEST
    place = s.first[kind] + s.queued[kind]
    s.joined[place], s.left[place] = arrival, ended
    s.queued[kind] += 1
    if len(a.opens) == 1:
        s.queue_time[kind] += min(ended, a.closes[0]) - arrival
        return
    seconds = 0.0
    for period in range(len(a.opens)):
        opens, closes = a.opens[period], a.closes[period]
        seconds += min(max(ended, opens), closes) - min(max(arrival, opens), closes)
    s.queue_time[kind] += seconds


@compiled
def add_up(t: Table, a: Against, s: Room) -> None:
    """Add up the table of contacts, from the first row to the last."""
    row, before = 0, -np.inf
    for i in range(len(t.kind)):
        kind, code, arrival, ended = t.kind[i], t.outcome[i], t.arrival[i], t.wait_over[i]
        if arrival < before:
            s.flags[UNSORTED] = True
        before = arrival
        row = interval_from(a.edges, arrival, row)
        s.by_outcome[code, row, kind] += 1.0
        if code not in (BLOCKED, CONTAINED) and (code != ANSWERED or t.wait_ended[i] != arrival):
            s.delayed[row, kind] += 1.0
        if np.isnan(ended):
            continue
        add_wait(a, s, kind, arrival, ended)
        if code in (ANSWERED, ABANDONED, CUT_OFF, CALLED_BACK):
            s.wait[row, kind] += ended - arrival
        if code == ANSWERED:
            s.answered_wait[row, kind] += ended - arrival
            s.answered_in_time[row, kind] += ended <= arrival + a.within[kind]
            add_handling(t, a, s, i, row)
        elif code == ABANDONED:
            s.abandoned_in_time[row, kind] += ended <= arrival + a.within[kind]
            s.short[row, kind] += ended < arrival + a.ignore_under[kind]
        elif code == CALLED_BACK:
            add_handling(t, a, s, i, row)


@compiled
def most_waiting(joined: Floats, left: Floats) -> int:
    """The most who wait at once, from joins and leaves in ascending order."""
    gone, most = 0, 0
    for i in range(len(joined)):
        while gone < len(left) and left[gone] <= joined[i]:
            gone += 1
        most = max(most, i + 1 - gone)
    return most


@compiled
def add_within(r: Roster, who: Who, within: Spread, total: Floats) -> None:
    """Parts of stretches inside the rostered duty: in all, and in the open hours by interval."""
    row = 0
    for i in range(len(who.operator)):
        operator, start, end = who.operator[i], who.start[i], who.end[i]
        group = r.group[operator]
        if r.seats[group]:
            continue
        for duty in range(r.first_duty[operator], r.first_duty[operator + 1]):
            begins = min(max(r.duty_start[duty], start), end)
            ends = min(max(r.duty_end[duty], start), end)
            total[group] += ends - begins
            begins = min(max(begins, r.opens), r.closes)
            ends = min(max(ends, r.opens), r.closes)
            row = add_stretch(r.edges, within, group, begins, ends, row)


@compiled
def add_outside(r: Roster, who: Who, outside: Spread, total: Floats) -> None:
    """Parts of stretches outside the rostered duty: those before a duty, then those after all."""
    row = 0
    for after in range(2):
        for i in range(len(who.operator)):
            operator, start, end = who.operator[i], who.start[i], who.end[i]
            group = r.group[operator]
            if r.seats[group]:
                continue
            gone = start
            for duty in range(r.first_duty[operator], r.first_duty[operator + 1]):
                begins = min(max(r.duty_start[duty], start), end)
                if after == 0:
                    total[group] += begins - gone
                    row = add_stretch(r.edges, outside, group, gone, begins, row)
                gone = min(max(r.duty_end[duty], start), end)
            if after == 1:
                total[group] += end - gone
                row = add_stretch(r.edges, outside, group, gone, end, row)


def staff_sums_of(outcomes: Outcomes, centre: Centre, edges: Floats) -> StaffSums:
    """Sum up when persons were there; see `sim.measures.sums.staff_sums_of`."""
    first = np.searchsorted(centre.duty_operator, np.arange(centre.operators + 1))
    roster = Roster(
        edges, float(edges[0]), float(edges[-1]), centre.operator_group, centre.seats,
        first.astype(np.int64), centre.duty_start, centre.duty_end,
    )  # fmt: skip
    return _staff_sums(roster, outcomes)


def _staff_sums(roster: Roster, outcomes: Outcomes) -> StaffSums:
    edges, rows, groups = roster.edges, len(roster.edges) - 1, len(roster.seats)
    present = Who(outcomes.presence_operator, outcomes.presence_start, outcomes.presence_end)
    away = Who(outcomes.break_operator, outcomes.break_start, outcomes.break_end)
    inside, breaks, outside = (_spread(rows, groups) for _ in range(3))
    totals = np.zeros((3, groups))
    add_within(roster, present, inside, totals[0])
    add_within(roster, away, breaks, totals[1])
    add_outside(roster, present, outside, totals[2])
    by_interval, by_group = np.zeros((3, rows, groups)), np.zeros((3, groups))
    by_interval[0] = inside.seconds(edges) - breaks.seconds(edges)
    by_interval[2] = outside.seconds(edges)
    by_group[0], by_group[2] = totals[0] - totals[1], totals[2]
    return StaffSums(by_interval, by_group)


def sums_of(outcomes: Outcomes, against: Against) -> Sums:
    """Sum up the contacts of a day; see `sim.measures.sums.sums_of`."""
    room = _room(outcomes, against)
    talk_started = outcomes.talk_started if outcomes.tells("callback") else np.zeros(0)
    table = Table(
        outcomes.type, codes_of(outcomes), outcomes.operator, outcomes.arrival,
        outcomes.wait_ended, wait_over(outcomes, against.rings), outcomes.handled, talk_started,
    )  # fmt: skip
    add_up(table, against, room)
    add_tries(tries_of(outcomes), against, room)
    waits, queue_max = _queues(room)
    found = {name: each for name, each in room._asdict().items() if name in _OWN}
    found |= {"handling": room.handling.seconds(against.edges)}
    in_turn = not (room.flags[OUT_OF_TURN] or len(outcomes.try_contact))
    longest = room.longest if in_turn else None
    return Sums(**found, waits=waits, queue_max=queue_max, longest=longest)


def warm_up() -> None:
    """Compile the passes, or load them compiled, by summing up a day without contacts."""
    none, never = np.zeros(0, np.int32), np.zeros(0)
    short = np.zeros(0, np.int16)
    nothing = Outcomes(
        type=short, caller=none, attempt=short, arrival=never, outcome=np.zeros(0, np.int8),
        wait_ended=never, talk_ended=never, handled=never, operator=none, presence_operator=none,
        presence_start=never, presence_end=never, break_operator=none, break_start=never,
        break_end=never,
    )  # fmt: skip
    edges, groups, first = np.array([0.0, 1.0]), np.zeros(1, np.bool_), np.zeros(1, np.int64)
    opens, closes = np.zeros(1), np.ones(1)
    sums_of(nothing, Against(edges, np.zeros(1), np.zeros(1), opens, closes, False, none, 1))
    _staff_sums(Roster(edges, 0.0, 1.0, none, groups, first, never, never), nothing)


def _room(outcomes: Outcomes, against: Against) -> Room:
    """Zeros for every sum, and room for as many waits as there are contacts of each type."""
    types, rows, groups = len(against.within), len(against.edges) - 1, against.groups
    number, operators = np.bincount(outcomes.type, minlength=types), len(against.operator_group)

    def by_interval(columns: int) -> Floats:
        return np.zeros((rows, columns))

    return Room(
        by_outcome=np.zeros((CALLED_BACK + 1, rows, types)), answered_in_time=by_interval(types),
        abandoned_in_time=by_interval(types), short=by_interval(types),
        delayed=by_interval(types), wait=by_interval(types), answered_wait=by_interval(types),
        over=np.zeros((len(LIMITS), types)), queue_time=np.zeros(types),
        handled=np.zeros((2, types, groups)), handling_of=np.zeros(groups),
        handling=_spread(rows, groups), at_once=np.zeros(types, np.int64),
        queued=np.zeros(types, np.int64), first=(np.cumsum(number) - number).astype(np.int64),
        joined=np.empty(len(outcomes)), left=np.empty(len(outcomes)),
        since=np.zeros(operators), until=np.full(operators, -np.inf), longest=np.zeros(groups),
        flags=np.zeros(2, np.bool_),
    )  # fmt: skip


def _spread(rows: int, groups: int) -> Spread:
    """Nothing yet."""
    return Spread(*np.zeros((3, rows, groups)))


def _queues(room: Room) -> tuple[tuple[Floats, ...], Floats]:
    """Waits by type, ascending, and the most who waited at once, by type and all."""
    parts = [
        (room.joined[start : start + number], room.left[start : start + number])
        for start, number in zip(room.first.tolist(), room.queued.tolist(), strict=True)
    ]
    waits, most = [], []
    for (joined, left), zeros in zip(parts, room.at_once.tolist(), strict=True):
        own = np.zeros(zeros + len(joined))
        np.subtract(left, joined, out=own[zeros:])
        own[zeros:].sort()
        waits.append(own)
        if room.flags[UNSORTED]:
            joined.sort()
        left.sort(kind="stable")  # timsort: those who wait leave nearly in the order they came
        most.append(most_waiting(joined, left))
    if len(parts) == 1:
        return tuple(waits), np.array(most * 2, np.float64)
    everyone = [np.concatenate(each) for each in zip(*parts, strict=True)]
    for times in everyone:
        times.sort(kind="stable")  # it only merges the types
    return tuple(waits), np.array([*most, most_waiting(*everyone)], np.float64)
