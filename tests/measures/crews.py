"""Weeks made at random, with absence, lateness, operators on call, breaks, premiums and ring."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from sim.callers import Staff
from sim.centre import Centre
from sim.crewing import Calendar, no_crewing
from sim.outcomes import Outcome, Outcomes, Via
from sim.scenario.days import WEEKDAYS
from sim.scenario.values import CalendarDay, Hours
from tests.measures.scenes import CONVENTIONS, Scene, centre

DAY = 86400.0
INTERVAL = 1800.0
HOURS = ((8.0, 9.0), (23.0, 24.0), (0.0, 1.0), (8.0, 9.5), (22.5, 25.0))
"""Open hours that a day may have; of some the night goes on past midnight, some touch."""
NAN = float("nan")


@st.composite
def crewed(draw: st.DrawFn, most: int = 1) -> tuple[Scene, Centre, list[tuple[Outcomes, Staff]]]:
    """A scene of one day or several, its line, and one to `most` replications by hand."""
    days = _days(draw)
    roster = _Roster(draw, days)
    line = roster.centre()
    scene = _scene(draw, line, days)
    runs = [_Run(draw, line, roster).outcomes() for _ in range(draw(st.integers(1, most)))]
    return scene, line, runs


def _days(draw: st.DrawFn) -> list[CalendarDay]:
    names = draw(st.sampled_from([("",), ("Mon",), ("Sat", "Sun"), ("Fri", "Sat", "Mon")]))
    days: list[CalendarDay] = []
    for name in names:
        number = (WEEKDAYS.index(name) - WEEKDAYS.index(names[0])) % 7 if name else 0
        midnight, closed = DAY * number, days[-1].hours.closes if days else 0.0
        free = [each for each in HOURS if midnight + each[0] * 3600 >= closed]
        opens, closes = draw(st.sampled_from(free))
        hours = Hours(midnight + opens * 3600, midnight + closes * 3600, INTERVAL)
        days.append(CalendarDay(name, midnight, hours))
    return days


class _Roster:
    """Three persons of group x and three seats of group s."""

    def __init__(self, draw: st.DrawFn, days: list[CalendarDay]) -> None:
        self.days = days
        self.duties: list[tuple[int, float, float, int, bool]] = []
        self.breaks: list[tuple[int, float, float, bool, int, int, float]] = []
        for who in range(3):
            for number, day in enumerate(days):
                self._add_duty(draw, who, number, day)
        self.seats = []
        for number, day in enumerate(days):
            opens = day.hours.opens
            touching = number and days[number - 1].hours.closes == opens
            times = [] if touching else [opens]
            times += [opens + 1800.0] if draw(st.booleans()) else []
            self.seats += [(time, draw(st.integers(0, 3)), number) for time in times]
        self.duties.sort()
        self.breaks.sort()

    def _add_duty(self, draw: st.DrawFn, who: int, number: int, day: CalendarDay) -> None:
        if draw(st.integers(0, 3)) == 0:
            return
        opens, closes, _ = day.hours
        early = 0.0 if number and self.days[number - 1].hours.closes == opens else 600.0
        start = opens + draw(st.sampled_from([-early, 0.0, 900.0]))
        end = closes - draw(st.sampled_from([60.0, 900.0, 1.5]))
        self.duties.append((who, start, end, number, draw(st.integers(0, 3)) == 0))
        for _ in range(draw(st.integers(0, 2))):
            due = start + draw(st.sampled_from([0.0, 300.0, 600.0, 1500.0]))
            if due >= end:
                continue
            kind = draw(st.sampled_from([0, 0, 0, 1, 2, 3]))
            paid = kind > 0 or draw(st.booleans())
            late = draw(st.sampled_from([0.0, 600.0]))
            lasts = draw(st.sampled_from([300.0, 700.0]))
            self.breaks.append((who, due, lasts, paid, number, kind, due + late))

    def centre(self) -> Centre:
        """The line with this roster."""
        periods: list[list[float]] = []
        for day in self.days:
            if periods and periods[-1][1] == day.hours.opens:
                periods[-1][1] = day.hours.closes
            else:
                periods.append([day.hours.opens, day.hours.closes])

        def column(rows: list[Any], place: int, dtype: Any) -> Any:
            return np.array([row[place] for row in rows], dtype)

        d, b, s = self.duties, self.breaks, self.seats
        calendar = Calendar(
            day_name=tuple(day.name for day in self.days),
            day_start=np.array([day.midnight for day in self.days]),
            period_opens=np.array([p[0] for p in periods]),
            period_closes=np.array([p[1] for p in periods]),
            duty_day=column(d, 3, np.int32),
            on_call=np.where(column(d, 4, np.bool_), 0, -1).astype(np.int32),
            break_day=column(b, 4, np.int32),
            break_kind=column(b, 5, np.int32),
            break_latest=column(b, 6, np.float64),
            seat_day=column(s, 2, np.int32),
            call_queue=np.array([2], np.int32),
            call_wait=np.array([np.inf]),
            call_delay=np.array([0.0]),
        )
        return centre(
            opens=periods[0][0], closes=periods[-1][1],
            first_operator=np.array([0, 3, 6], np.int32),
            operator_group=np.array([0, 0, 0, 1, 1, 1], np.int32),
            operator_name=tuple("abcdef"),
            seat_time=column(s, 0, np.float64), seat_group=np.ones(len(s), np.int32),
            seat_number=column(s, 1, np.int32),
            duty_operator=column(d, 0, np.int32), duty_start=column(d, 1, np.float64),
            duty_end=column(d, 2, np.float64),
            break_operator=column(b, 0, np.int32), break_due=column(b, 1, np.float64),
            break_lasts=column(b, 2, np.float64), break_paid=column(b, 3, np.bool_),
            crewing=no_crewing(2, 2)._replace(ring=np.array([5.0, 0.0])),
            calendar=calendar,
        )  # fmt: skip


class _Run:
    """One replication: who comes, who takes which break, and who answers whom."""

    def __init__(self, draw: st.DrawFn, line: Centre, roster: _Roster) -> None:
        self.draw, self.line, self.roster = draw, line, roster
        entries = line.operators * line.calendar.days
        some = st.lists(st.integers(0, 3), min_size=entries, max_size=entries)
        self.staff = Staff(
            operator=np.arange(line.operators, dtype=np.int32),
            absent=np.array(draw(some)) == 0,
            late=np.where(np.array(draw(some)) == 0, 400.0, 0.0),
        )
        self.presences: list[tuple[int, float, float]] = []
        self.breaks: list[tuple[int, float, float, int]] = []
        for who, start, end, day, on_call in roster.duties:
            self._comes(who, start, end, who * line.calendar.days + day, on_call)
        for who in range(3, 6):
            self._sits(who)

    def _comes(self, who: int, start: float, end: float, number: int, on_call: bool) -> None:
        draw = self.draw
        if self.staff.absent[number] or (on_call and draw(st.booleans())):
            return
        came = start + (700.0 if on_call else float(self.staff.late[number]))
        left = end + draw(st.sampled_from([0.0, -200.0, 1.0]))
        if came >= min(left, end):
            return
        self.presences.append((who, came, left))
        free = came
        for row, (other, due, lasts, *_) in enumerate(self.roster.breaks):
            begins = max(due + draw(st.sampled_from([0.0, 100.0, 700.0])), free)
            until = min(begins + lasts, end, left)
            if other == who and came <= due < end and begins < until and draw(st.booleans()):
                self.breaks.append((who, begins, until, row))
                free = until

    def _sits(self, who: int) -> None:
        calendar = self.line.calendar
        for opens, closes in zip(calendar.period_opens, calendar.period_closes, strict=True):
            if self.draw(st.booleans()):
                start = float(opens) + self.draw(st.sampled_from([0.0, 500.0]))
                end = float(closes) + self.draw(st.sampled_from([0.0, -500.0, 800.0]))
                self.presences.append((who, start, end))

    def outcomes(self) -> tuple[Outcomes, Staff]:
        """The tables of the replication."""
        columns = self._contacts()
        presences, breaks = sorted(self.presences), sorted(self.breaks)
        return (
            Outcomes(
                **columns,
                presence_operator=np.array([p[0] for p in presences], np.int32),
                presence_start=np.array([p[1] for p in presences], np.float64),
                presence_end=np.array([p[2] for p in presences], np.float64),
                break_operator=np.array([b[0] for b in breaks], np.int32),
                break_start=np.array([b[1] for b in breaks], np.float64),
                break_end=np.array([b[2] for b in breaks], np.float64),
                break_row=np.array([b[3] for b in breaks], np.int32),
            ),
            self.staff,
        )

    def _contacts(self) -> dict[str, Any]:
        draw = self.draw
        spots = [
            (day.hours.opens + share * (day.hours.closes - day.hours.opens))
            for day in self.roster.days
            for share in draw(st.lists(st.sampled_from([0.0, 0.1, 0.4, 0.5, 0.99]), max_size=6))
        ]
        free = dict.fromkeys(range(6), -np.inf)
        rows: list[dict[str, Any]] = []
        for number, arrival in enumerate(sorted(spots)):
            rows.append(self._contact(number, arrival, rows, free))
        dtypes = {
            "type": np.int16, "caller": np.int32, "attempt": np.int16, "via": np.int8,
            "outcome": np.int8, "operator": np.int32, "follow_up_lost": np.int8,
        }  # fmt: skip
        names = (
            *dtypes, "arrival", "wait_ended", "talk_started", "talk_ended", "handled", "callback",
        )  # fmt: skip
        return {
            name: np.array([row[name] for row in rows], dtypes.get(name, np.float64))
            for name in names
        }

    def _contact(
        self, number: int, arrival: float, rows: list[dict[str, Any]], free: dict[int, float]
    ) -> dict[str, Any]:
        draw, outcome = self.draw, self.draw(st.sampled_from([0, 0, 0, 1, 2, 3]))
        row = {
            "type": draw(st.integers(0, 1)), "caller": number, "attempt": 1, "via": Via.FIRST,
            "outcome": outcome, "operator": -1, "arrival": arrival, "wait_ended": NAN,
            "talk_started": NAN, "talk_ended": NAN, "handled": NAN, "callback": NAN,
            "follow_up_lost": -1, "followed": False,
        }  # fmt: skip
        open_ended = [
            r
            for r in rows
            if r["outcome"] == Outcome.ANSWERED and not r["followed"] and r["talk_ended"] <= arrival
        ]
        if open_ended and draw(st.booleans()):
            before = draw(st.sampled_from(open_ended))
            before["followed"] = True
            before["follow_up_lost"] = -1
            via = draw(st.sampled_from([Via.REPEAT, Via.TRANSFER]))
            row |= {"caller": before["caller"], "attempt": before["attempt"] + 1, "via": via}
        if outcome == Outcome.BLOCKED:
            return row
        row["wait_ended"] = arrival + draw(st.sampled_from([0.0, 3.0, 17.0, 20.0, 70.0, 4000.0]))
        if outcome == Outcome.ANSWERED:
            who = row["operator"] = draw(st.integers(0, 5))
            row["wait_ended"] = max(row["wait_ended"], free[who])
            ring = float(self.line.crewing.ring[self.line.operator_group[who]])
            row["talk_started"] = row["wait_ended"] + ring
            row["talk_ended"] = row["talk_started"] + draw(st.sampled_from([30.0, 45000.0]))
            row["handled"] = row["talk_ended"] + draw(st.sampled_from([0.0, 30.0]))
            free[who] = row["handled"] + draw(st.sampled_from([0.0, 59.0, 60.0]))
            row["follow_up_lost"] = draw(st.sampled_from([-1, -1, 2, 3]))
        return row


def _scene(draw: st.DrawFn, line: Centre, days: list[CalendarDay]) -> Scene:
    premiums = [
        SimpleNamespace(from_=72000.0, to=21600.0, days=None, share=0.25),
        SimpleNamespace(from_=None, to=None, days=("Sun",), share=0.5),
        SimpleNamespace(from_=30600.0, to=32000.0, days=("Fri", "Mon"), share=0.1),
    ]
    shrinkage = SimpleNamespace(share=0.2, parts={"leave": 0.2})
    extras = {
        name: {
            "premiums": tuple(draw(st.lists(st.sampled_from(premiums), max_size=2))),
            "absence": 0.1,
            "absence_paid": draw(st.booleans()),
            "shrinkage": draw(st.sampled_from([None, shrinkage])),
            "standby_wage": 8.0,
        }
        for name in line.groups
    }
    scopes = (*line.types, None)
    return Scene(
        types=line.types,
        groups=line.groups,
        convention={scope: draw(st.sampled_from(CONVENTIONS)) for scope in scopes},
        short=dict.fromkeys(scopes, 5.0),
        share=dict.fromkeys(scopes, 0.5),
        worth=dict.fromkeys(line.types, (4.0, 6.0, 0.1)),
        wages=dict.fromkeys(line.groups, (24.0, 36.0, 0.25, 30.0)),
        plan_cost_per_day=7.0,
        extras=extras,
        calendar_days=tuple(days) if days[0].name else (),
        trunks=SimpleNamespace(cost_per_minute=0.03),
        repeat_cost=2.0,
    )
