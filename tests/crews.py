"""Rosters, days and rules of groups at random, for the days of `tests.strategies`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from sim.callers import Staff
from sim.centre import Routing
from sim.conduct import Conduct
from sim.crewing import COACHING, SLOWEST, Calendar, Crewing, no_crewing
from tests.drawing import CLOSES, MINUTE, OPENS, Clock, ends

CREW = ("lanes", "conditions", "longest_queue", "picks", "ring", "staff", "procedures", "on_call",
        "stays", "periods")  # fmt: skip
"""What groups of operators may have beside skills and a roster."""


class Times(NamedTuple):
    """When the line is open."""

    days: list[tuple[float, float]]
    """Hours of each day; the days of one line follow each other within half an hour."""
    periods: list[tuple[float, float]]
    """The same, touching ones made one."""

    def day_of(self, time: float) -> int:
        """The day to which a time of the roster belongs."""
        return max(day for day, (opens, _) in enumerate(self.days) if day == 0 or opens <= time)


def times_of(clock: Clock, on: frozenset[str]) -> Times:
    """One day, or two or three of a few minutes each, with a short night between or none."""
    days, opens = [], OPENS
    if "periods" in on:
        for _ in range(clock.one([1, 2])):
            closes = clock.between(opens + 2 * MINUTE, opens + 9 * MINUTE)
            days.append((opens, closes))
            opens = closes + clock.one([0.0, 60.0, 120.0, 240.0], [0.0, 13.7, 61.1, 200.3])
    days.append((opens, CLOSES))
    periods = days[:1]
    for opens, closes in days[1:]:
        if opens == periods[-1][1]:
            periods[-1] = (periods[-1][0], closes)
        else:
            periods.append((opens, closes))
    return Times(days, periods)


def with_hours(
    clock: Clock, conduct: Conduct, times: Times, types: int, on: frozenset[str]
) -> Conduct:
    """Each type's hours: those of the line, or its own, not on every day."""
    hours = []
    for _ in range(types):
        own = list(times.periods)
        if "hours" in on:
            open_on = [day for day in times.days if clock.one([True, True, True, False])]
            own = [_own_hours(clock, *day) for day in open_on or times.days[-1:]]
        hours.append(own)
    return conduct._replace(
        opens=np.array([opens for own in hours for opens, _ in own]),
        closes=np.array([closes for own in hours for _, closes in own]),
        hours_from=ends(map(len, hours)),
        carries=np.array([len(times.days) > 1 and clock.one([True, True, False])
                          for _ in range(types)]),
    )  # fmt: skip


def _own_hours(clock: Clock, opens: float, closes: float) -> tuple[float, float]:
    third = (closes - opens) // (3 * MINUTE) * MINUTE
    return clock.between(opens, opens + third), clock.between(closes - third, closes)


class Roster:
    """The operators drawn, group by group."""

    def __init__(self, clock: Clock, times: Times, on: frozenset[str]) -> None:
        self.clock, self.times, self.on = clock, times, on
        self.group: list[int] = []
        self.absent: list[bool] = []
        self.seats: list[bool] = []
        self.duties: list[tuple[int, float, float, int]] = []
        self.breaks: list[tuple[int, float, float, bool, int]] = []
        self.changes: list[tuple[float, int, int]] = []
        self.conditions = self._conditions() if "on_call" in on else []
        self.most = 5 if "picks" in on else 3

    def _conditions(self) -> list[tuple[int, float, float]]:
        """When operators on call are called: by the queue, by a wait, or by either."""
        clock, found = self.clock, []
        for _ in range(clock.one([1, 2])):
            queue, wait = clock.one([0, 1, 1, 2, 3, -1]), clock.one([60.0, 120.0], [45.3, 99.9])
            wait = wait if queue < 0 else clock.one([np.inf, wait])
            found.append((queue, wait, clock.one([0.0, 60.0, 300.0], [0.0, 33.3, 120.7])))
        return found

    def hire(self, number: int, absent: bool = True) -> range:
        """The numbers of new operators of the next group."""
        first = len(self.group)
        self.group += [len(self.seats)] * number
        for _ in range(number):
            self.absent.append(absent and self.clock.draw(st.integers(0, 7)) == 7)
        return range(first, first + number)

    def last_end(self, start: float) -> float:
        """The latest end of a duty; early enough, now and then, for somebody to wait then."""
        early = "stays" in self.on and self.clock.one([True, False])
        return max(start + MINUTE, CLOSES - 600) if early else CLOSES + 300

    def add_duty(self, who: int, start: float, end: float) -> None:
        """A duty by the clock or on call."""
        at = range(len(self.conditions))
        condition = self.clock.one([-1, -1, *at, *at]) if at else -1
        self.duties.append((who, start, end, condition))

    def add_shifts(self) -> None:
        """A group of persons with one duty each, and breaks."""
        draw = self.clock.draw
        nights = [closes for _, closes in self.times.periods]
        for who in self.hire(draw(st.integers(1, self.most))):
            start = self.clock.between(OPENS - 300, CLOSES + 60)
            end = self.clock.after(start, self.last_end(start))
            self.add_duty(who, start, end)
            over = CLOSES - 300
            for _ in range(draw(st.integers(0, 2))):
                # Anywhere, or about closing, or when the one before it is over.
                due = self.clock.between(min(draw(st.sampled_from([start, over])), end), end)
                due = draw(st.sampled_from([due, over, *nights]))
                lasts = MINUTE * draw(st.integers(1, 6))
                if start < due < end:
                    day = self.times.day_of(start)
                    self.breaks.append((who, due, lasts, draw(st.booleans()), day))
                over = due + lasts
        self.seats.append(False)

    def add_rows(self) -> None:
        """A group from a roster: persons with several duties, no breaks."""
        draw = self.clock.draw
        for who in self.hire(draw(st.integers(1, self.most - 1))):
            start = self.clock.between(OPENS - 300, CLOSES + 60)
            for _ in range(draw(st.integers(1, 3))):
                end = self.clock.after(start, self.last_end(start))
                self.add_duty(who, start, end)
                if end >= CLOSES + 60:
                    break
                start = self.clock.after(end, CLOSES + 60)
        self.seats.append(False)

    def add_seats(self) -> None:
        """A group of seats, which are set at each opening and may change between."""
        draw = self.clock.draw
        pieces = draw(st.sampled_from([1, 3, 6, 15]))
        number = st.integers(0, self.most)
        numbers = draw(st.lists(number, min_size=pieces, max_size=pieces))
        opens = [opens for opens, _ in self.times.periods]
        at = [OPENS + piece * (CLOSES - OPENS) / pieces for piece in range(pieces)]
        numbers += draw(st.lists(number, min_size=len(opens), max_size=len(opens)))
        set_to = dict(zip([*at, *opens], numbers, strict=True))
        self.hire(max(set_to.values()), absent=False)
        before = -1
        for time, number in sorted(set_to.items()):
            if number != before or time in opens:
                self.changes.append((time, len(self.seats), number))
            before = number
        self.seats.append(True)

    def arrays(self) -> dict[str, Any]:
        """The roster as the columns of `Centre`."""
        duties, breaks, changes = sorted(self.duties), sorted(self.breaks), sorted(self.changes)
        groups, days = len(self.seats), self.times.days
        kinds = (
            self.clock.several(len(breaks), range(COACHING + 1)) if self.on else [0] * len(breaks)
        )
        calendar = Calendar(
            day_name=("Mon", "Tue", "Wed")[: len(days)] if len(days) > 1 else ("",),
            day_start=np.array([0.0, *(opens for opens, _ in days[1:])]),
            period_opens=np.array([opens for opens, _ in self.times.periods]),
            period_closes=np.array([closes for _, closes in self.times.periods]),
            duty_day=np.array([self.times.day_of(d[1]) for d in duties], np.int32),
            on_call=np.array([d[3] for d in duties], np.int32),
            break_day=np.array([b[4] for b in breaks], np.int32),
            break_kind=np.array(kinds, np.int32),
            break_latest=np.array([b[1] for b in breaks], np.float64),
            seat_day=np.array([self.times.day_of(c[0]) for c in changes], np.int32),
            call_queue=np.array([c[0] for c in self.conditions], np.int32),
            call_wait=np.array([c[1] for c in self.conditions], np.float64),
            call_delay=np.array([c[2] for c in self.conditions], np.float64),
        )
        return {
            "first_operator": np.searchsorted(self.group, np.arange(groups + 1)).astype(np.int32),
            "operator_group": np.array(self.group, np.int32),
            "operator_name": tuple(f"operator {k}" for k in range(len(self.group))),
            "seats": np.array(self.seats, np.bool_),
            "seat_time": np.array([c[0] for c in changes], np.float64),
            "seat_group": np.array([c[1] for c in changes], np.int32),
            "seat_number": np.array([c[2] for c in changes], np.int32),
            "duty_operator": np.array([d[0] for d in duties], np.int32),
            "duty_start": np.array([d[1] for d in duties], np.float64),
            "duty_end": np.array([d[2] for d in duties], np.float64),
            "break_operator": np.array([b[0] for b in breaks], np.int32),
            "break_due": np.array([b[1] for b in breaks], np.float64),
            "break_lasts": np.array([b[2] for b in breaks], np.float64),
            "break_paid": np.array([b[3] for b in breaks], np.bool_),
            "calendar": calendar,
        }

    def staff(self) -> Staff:
        """Who comes, how late, and how quick each is."""
        clock, operators, days = self.clock, len(self.group), len(self.times.days)
        absent = np.repeat(np.array(self.absent, np.bool_), days)
        late, pace = np.zeros(operators * days), np.ones(operators)
        if "staff" in self.on:
            chances = [False] * 5 + [True]
            absent |= np.array(clock.several(operators * days, chances), np.bool_)
            values = ([0.0, 0.0, 60.0, 120.0, 600.0], [0.0, 0.0, 17.3, 122.2, 555.5])
            late = np.array(clock.several(operators * days, *values), np.float64)
        if "picks" in self.on or "staff" in self.on:
            paces = ([1.0, 0.5, 2.0], [1.0, 0.83, 1.27, 0.5])
            pace = np.array(clock.several(operators, *paces), np.float64)
        return Staff(np.arange(operators, dtype=np.int32), absent, late, pace)


def with_lanes(
    clock: Clock, routing: Routing, types: int, on: frozenset[str]
) -> tuple[Routing, list[int]]:
    """Some types' calls are shared out among groups, each of which then has a lane.

    Returns
    -------
    routing, lane_type
        By lane, and the type of each lane.
    """
    groups, rows, tiers = len(routing.ranked), [], []
    for kind in range(types):
        tier = routing.tier[kind * groups : (kind + 1) * groups]
        able = [group for group in range(groups) if tier[group] >= 0]
        shared = "lanes" in on and clock.one([True, True, False])
        if not shared:
            rows.append(kind)
            tiers.append(tier)
            continue
        among = [group for group in able if clock.one([True, True, False])] or able[:1]
        for group in among:
            rows.append(kind)
            tiers.append(np.where(np.arange(groups) == group, tier, -1))
    pairs = (np.array(rows)[:, None] * groups + np.arange(groups)).ravel()
    return routing._replace(
        tier=np.concatenate(tiers).astype(np.int32), rank=routing.rank[pairs],
        after=routing.after[pairs], reserve=routing.reserve[pairs], klass=routing.klass[rows],
        head_start=routing.head_start[rows], growth=routing.growth[rows],
    ), rows  # fmt: skip


def lanes_of(clock: Clock, kind: np.ndarray[Any, Any], lane_type: list[int]) -> list[int]:
    """The lane of each contact, one of those of its type."""
    own = [[lane for lane, of in enumerate(lane_type) if of == each] for each in range(3)]
    return [own[each][0] if len(own[each]) == 1 else clock.one(own[each]) for each in kind]


def crewing_of(clock: Clock, lane_type: list[int], groups: int, on: frozenset[str]) -> Crewing:
    """The rules of queues and groups."""
    crewing = no_crewing(len(lane_type), groups)
    crewing = crewing._replace(lane_type=np.array(lane_type, np.int32))
    pairs = len(lane_type) * groups
    if "conditions" in on:
        waits = ([-1.0, -1.0, 0.0, 60.0, 120.0], [-1.0, -1.0, 0.0, 33.3, 81.2])
        crewing = crewing._replace(
            opens_queue=np.array(clock.several(pairs, [-1, -1, 0, 1, 2]), np.int32),
            opens_wait=np.array(clock.several(pairs, *waits), np.float64),
        )
    if "longest_queue" in on:
        flags = clock.several(groups, [True, True, False])
        crewing = crewing._replace(longest_queue=np.array(flags))
    if "picks" in on:
        picks = clock.several(groups, range(SLOWEST + 1))
        crewing = crewing._replace(picks=np.array(picks, np.int32))
    if "ring" in on:
        ring = clock.several(groups, [0.0, 60.0], [0.0, 4.2, 11.1])
        crewing = crewing._replace(ring=np.array(ring, np.float64))
    if "stays" in on:
        stays = clock.several(groups, [0.0, 60.0, 300.0, 600.0], [0.0, 47.9, 311.1, 600.1])
        crewing = crewing._replace(stays=np.array(stays, np.float64))
    if "procedures" in on:
        knows = clock.several(PROCEDURES * groups, [True, False])
        crewing = crewing._replace(knows=np.array(knows))
    return crewing


PROCEDURES = 2
"""Procedures that contacts may need."""
