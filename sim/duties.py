"""The roster of a scenario as plain arrays: operators, duties, breaks and seats, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sim.conduct import open_periods, talk_mean, wrap_mean
from sim.crewing import NO_CONDITION, OFF_PHONE, Calendar, share_served
from sim.scenario import Scenario
from sim.scenario.schema import Break, Group, Shift
from sim.scenario.shifts import OffPhone, OnCall
from sim.scenario.values import CalendarDay
from sim.staggering import Load, Span, Window, staggered


class Duty(NamedTuple):
    """A stretch of duty of one operator, in s on the running clock."""

    operator: int
    start: float
    end: float
    day: int
    condition: int
    """Condition under which it begins; -1: it begins by the clock."""


class Rest(NamedTuple):
    """Time off the phone of one operator, in s on the running clock."""

    operator: int
    due: float
    lasts: float
    paid: bool
    day: int
    kind: int
    latest: float
    """It is late if it begins later than this."""


class Seats(NamedTuple):
    """A number of seats from some time on, in s on the running clock."""

    time: float
    group: int
    number: int
    day: int


class Roster:
    """Operators, duties, breaks and seats, gathered group by group in file order."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.days = scenario.calendar_days
        self.operators: list[tuple[int, str]] = []
        self.duties: list[Duty] = []
        self.rests: list[Rest] = []
        self.seats: list[Seats] = []
        self.conditions: list[OnCall] = []
        for place, (name, group) in enumerate(scenario.operators.items()):
            if group.shifts is not None:
                self._add_shifts(place, name, group)
            elif group.roster is not None:
                self._add_rows(place, name, group)
            else:
                self._add_seats(place, name, group)

    def _hire(self, place: int, name: str) -> int:
        self.operators.append((place, name))
        return len(self.operators) - 1

    # --- shifts --------------------------------------------------------------------------------

    def _add_shifts(self, place: int, name: str, group: Group) -> None:
        """Operators of shifts, with breaks at their times, then those that have a window."""
        first, rests = len(self.duties), len(self.rests)
        windows: list[tuple[Window, Rest]] = []
        for shift_name, shift in (group.shifts or {}).items():
            condition = self._condition(shift)
            for turn in range(shift.operators):
                who = self._hire(place, f"{name} {shift_name} {turn + 1}")
                for number, day in enumerate(self.days):
                    if shift.is_on(day):
                        self._add_duty(who, shift, number, condition)
                        windows += self._add_rests(who, turn, shift, number)
        if windows:
            self._spread(place, windows, self.duties[first:], self.rests[rests:])

    def _condition(self, shift: Shift) -> int:
        if shift.on_call is None:
            return NO_CONDITION
        self.conditions.append(shift.on_call)
        return len(self.conditions) - 1

    def _add_duty(self, who: int, shift: Shift, number: int, condition: int) -> None:
        """A duty; one that begins when the last one of the operator ends goes on with it."""
        midnight = self.days[number].midnight
        duty = Duty(who, shift.from_ + midnight, shift.to + midnight, number, condition)
        last = self.duties[-1] if self.duties else None
        if last is not None and last.operator == who and last.end == duty.start:
            self.duties[-1] = last._replace(end=duty.end)
        else:
            self.duties.append(duty)

    def _add_rests(
        self, who: int, turn: int, shift: Shift, number: int
    ) -> Iterator[tuple[Window, Rest]]:
        """Breaks and meetings at their times; those that have a window are given back."""
        day = self.days[number]
        for rest in rests_on(shift, day):
            paid = rest.paid if isinstance(rest, Break) else True
            kind = OFF_PHONE[rest.named]
            due = rest.turn(turn)
            if due is not None:
                due += day.midnight
                self.rests.append(Rest(who, due, rest.lasts, paid, number, kind, due))
                continue
            first, last = (time + day.midnight for time in rest.between or ())
            window = Window(who, first, last, rest.lasts, shift.to + day.midnight)
            yield window, Rest(who, first, rest.lasts, paid, number, kind, last)

    def _spread(
        self,
        place: int,
        windows: list[tuple[Window, Rest]],
        duties: list[Duty],
        rests: list[Rest],
    ) -> None:
        """Breaks with a window where they leave the least to do for those who stay.

        Who is on call is not counted on, and has each break as early as may be.
        """
        on_call = {duty.operator for duty in duties if duty.condition != NO_CONDITION}
        windows.sort(key=lambda pair: (pair[0].operator, pair[0].last))
        fixed: dict[int, list[Span]] = {}
        for rest in rests:
            fixed.setdefault(rest.operator, []).append((rest.due, rest.due + rest.lasts))
        load = load_of(self.scenario, place)
        for called in (False, True):
            own = [pair for pair in windows if (pair[0].operator in on_call) == called]
            there = [d[1:3] for d in duties if (d.operator in on_call) == called]
            spans = {who: s for who, s in fixed.items() if (who in on_call) == called}
            nothing = load._replace(erlangs=np.zeros(len(load.erlangs)))
            begin = staggered(
                [window for window, _ in own], spans, there, nothing if called else load
            )
            self.rests += [
                rest._replace(due=start) for (_, rest), start in zip(own, begin, strict=True)
            ]

    # --- rosters from a file, and seats --------------------------------------------------------

    def _add_rows(self, place: int, name: str, group: Group) -> None:
        known: dict[str, int] = {}
        for row in group.roster or ():
            if row.operator not in known:
                known[row.operator] = self._hire(place, f"{name} {row.operator}")
            who = known[row.operator]
            if row.activity == "phone":
                self.duties.append(Duty(who, row.start, row.end, row.day, NO_CONDITION))
            else:
                lasts, kind = row.end - row.start, OFF_PHONE[row.activity]
                self.rests.append(Rest(who, row.start, lasts, True, row.day, kind, row.start))

    def _add_seats(self, place: int, name: str, group: Group) -> None:
        for turn in range(group.size):
            self._hire(place, f"{name} {turn + 1}")
        closes, before = -np.inf, -1
        for number, day in enumerate(self.days):
            if day.hours.opens > closes:
                before = -1  # seats are set at every opening
            for time, seats in group.seats_on(day):
                if seats != before:
                    self.seats.append(Seats(time, place, seats, number))
                before = seats
            closes = day.hours.closes

    # --- arrays --------------------------------------------------------------------------------

    def arrays(self) -> dict[str, object]:
        """The gathered roster as the arrays of `sim.centre.Centre`."""
        groups = len(self.scenario.operators)
        of = np.array([place for place, _ in self.operators], np.int32)
        duties, rests, seats = sorted(self.duties), sorted(self.rests), sorted(self.seats)
        for one, other in pairwise(duties):
            assert one.operator != other.operator or one.end < other.start, "told at load"
        return {
            "first_operator": np.searchsorted(of, np.arange(groups + 1)).astype(np.int32),
            "operator_group": of,
            "operator_name": tuple(name for _, name in self.operators),
            "seat_time": np.array([s.time for s in seats], np.float64),
            "seat_group": np.array([s.group for s in seats], np.int32),
            "seat_number": np.array([s.number for s in seats], np.int32),
            "duty_operator": np.array([d.operator for d in duties], np.int32),
            "duty_start": np.array([d.start for d in duties], np.float64),
            "duty_end": np.array([d.end for d in duties], np.float64),
            "break_operator": np.array([r.operator for r in rests], np.int32),
            "break_due": np.array([r.due for r in rests], np.float64),
            "break_lasts": np.array([r.lasts for r in rests], np.float64),
            "break_paid": np.array([r.paid for r in rests], np.bool_),
            "calendar": self._calendar(duties, rests, seats),
        }

    def _calendar(self, duties: list[Duty], rests: list[Rest], seats: list[Seats]) -> Calendar:
        periods = open_periods(self.days)
        calls = self.conditions
        queue = [NO_CONDITION if c.queue_above is None else c.queue_above for c in calls]
        wait = [np.inf if c.wait_above is None else c.wait_above for c in calls]
        return Calendar(
            day_name=tuple(day.name for day in self.days),
            day_start=np.array([day.midnight for day in self.days]),
            period_opens=np.array([opens for opens, _ in periods]),
            period_closes=np.array([closes for _, closes in periods]),
            duty_day=np.array([d.day for d in duties], np.int32),
            on_call=np.array([d.condition for d in duties], np.int32),
            break_day=np.array([r.day for r in rests], np.int32),
            break_kind=np.array([r.kind for r in rests], np.int32),
            break_latest=np.array([r.latest for r in rests], np.float64),
            seat_day=np.array([s.day for s in seats], np.int32),
            call_queue=np.array(queue, np.int32),
            call_wait=np.array(wait, np.float64),
            call_delay=np.array([c.comes_after for c in calls], np.float64),
        )


def rests_on(shift: Shift, day: CalendarDay) -> Iterator[OffPhone]:
    """Breaks and meetings of a shift on a day."""
    yield from shift.breaks
    for meeting in shift.meetings:
        if not meeting.days or day.name in meeting.days:
            yield meeting


def load_of(scenario: Scenario, place: int) -> Load:
    """Work expected for a group: arrivals x handling of the types that it serves.

    Calls of a type are shared equally among the groups that may serve it, or as `shares` says.
    """
    group = list(scenario.operators)[place]
    parts: list[Load] = []
    for name, kind in scenario.callers.items():
        share = share_served(scenario, name, group)
        if share > 0:
            edges, calls, _ = scenario.pieces_of(name)
            handling = talk_mean(scenario, name, group) + wrap_mean(scenario, name, group)
            parts.append(Load(edges, calls * (kind.volume * share) / np.diff(edges) * handling))
    edges = np.unique(np.concatenate([part.edges for part in parts] or [np.arange(2.0)]))
    total = np.zeros(len(edges) - 1)
    for part in parts:
        piece = np.searchsorted(part.edges, edges[:-1], side="right") - 1
        inside = (piece >= 0) & (piece < len(part.erlangs))
        total[inside] += part.erlangs[piece[inside]]
    return Load(edges, total)
