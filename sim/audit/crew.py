"""Who is there and who is idle: the roster lived again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import nan
from typing import TYPE_CHECKING

from sim.audit.agenda import DUTY, Agenda
from sim.audit.facts import Fact
from sim.audit.spells import Spell

if TYPE_CHECKING:
    from sim.callers import Staff
    from sim.centre import Centre


@dataclass(slots=True)
class Operator:
    """One operator, at one moment of the day."""

    number: int
    group: int
    present: bool = False
    on_break: bool = False
    contacts: int = 0
    """Contacts in hand; more than one only in a table that is wrong."""
    came: float = nan
    came_by: Fact = Fact.DUTY_START
    since: float = nan
    """Idle since."""
    duty_end: float = nan
    back: float = nan
    """When the break under way ends."""
    late_breaks: list[float] = field(default_factory=list)
    """How long each break lasts that is due and has not begun."""

    @property
    def idle(self) -> bool:
        """Whether a caller could be put through."""
        return self.present and not self.on_break and not self.contacts


class Crew:
    """All operators; follows the roster, and is told of contacts by the day."""

    def __init__(self, centre: Centre, staff: Staff, agenda: Agenda) -> None:
        self._agenda = agenda
        self._serve, self._closes = centre.serve, centre.closes
        self._seats: list[bool] = centre.seats.tolist()
        self._first: list[int] = centre.first_operator.tolist()
        self._absent = set(staff.operator[staff.absent].tolist())
        self._owed = [0] * len(self._seats)
        """Departures owed by groups of seats."""
        self._coming = [0] * len(self._seats)
        """Duties that have not begun."""
        self._seats_set = [0] * len(self._seats)
        self.closed = False
        self.operators = [Operator(k, g) for k, g in enumerate(centre.operator_group.tolist())]
        self.idle: list[set[int]] = [set() for _ in self._seats]
        """Numbers of the idle, by group; those overlooked by the table are left out."""
        self.fresh: list[int] = []
        """Who was freed or came in the event being handled, in that order."""
        self.one_came: Callable[[float], None] = lambda now: None
        """Told when one of several who come at once is there: each looks for work at once."""
        self.presences: list[Spell] = []
        self.breaks: list[Spell] = []
        self._schedule(centre)

    def _schedule(self, centre: Centre) -> None:
        duties = list(
            zip(
                centre.duty_operator.tolist(),
                centre.duty_start.tolist(),
                centre.duty_end.tolist(),
                strict=True,
            )
        )
        duties = [duty for duty in duties if duty[0] not in self._absent]
        for who, start, end in duties:
            self._agenda.put(start, DUTY, who, self._begin_duty, (who, end))
            self._coming[self.operators[who].group] += 1
        breaks = zip(
            centre.break_operator.tolist(),
            centre.break_due.tolist(),
            centre.break_lasts.tolist(),
            strict=True,
        )
        for who, due, lasts in breaks:
            self._agenda.put(due, DUTY, who, self._break_due, (who, lasts))
        for who, _, end in duties:
            self._agenda.put(end, DUTY, who, self._end_duty, who)
        changes = zip(
            centre.seat_time.tolist(),
            centre.seat_group.tolist(),
            centre.seat_number.tolist(),
            strict=True,
        )
        for time, group, number in changes:
            self._agenda.put(time, DUTY, self._first[group], self._set_seats, (group, number))

    # what the roster says

    def _begin_duty(self, now: float, what: tuple[int, float]) -> None:
        who = self.operators[what[0]]
        self._coming[who.group] -= 1
        who.duty_end = what[1]
        if not who.present:  # else still at work from an earlier duty: one presence goes on
            self._come(who, now, Fact.DUTY_START)

    def _end_duty(self, now: float, number: int) -> None:
        who = self.operators[number]
        if who.idle and self._duty_over(who, now):
            self.leave(who, now, Fact.DUTY_END)

    def _duty_over(self, who: Operator, now: float) -> bool:
        """Who is on duty just before closing stays to serve those who wait."""
        return now >= who.duty_end and not (self._serve and who.duty_end >= self._closes)

    def _break_due(self, now: float, what: tuple[int, float]) -> None:
        who, lasts = self.operators[what[0]], what[1]
        if not who.present or self.closed:
            return
        if who.idle:
            self._start_break(who, now, lasts)
        else:
            who.late_breaks.append(lasts)

    def _start_break(self, who: Operator, now: float, lasts: float) -> bool:
        end = min(now + lasts, who.duty_end)
        if end <= now:
            return False
        self.idle[who.group].discard(who.number)
        who.on_break, who.back = True, end
        self.breaks.append(Spell(who.number, now, end, Fact.BREAK_START, Fact.BREAK_LASTS))
        self._agenda.put(end, DUTY, who.number, self._end_break, who.number)
        return True

    def _end_break(self, now: float, number: int) -> None:
        who = self.operators[number]
        who.on_break = False
        if not who.idle:
            return  # a table that is wrong has given them a contact
        if now >= who.duty_end:
            self.leave(who, now, Fact.DUTY_END)
        else:
            self._go_on(who, now)

    def _set_seats(self, now: float, what: tuple[int, int]) -> None:
        group, number = what
        members = self.operators[self._first[group] : self._first[group + 1]]
        self._seats_set[group] = number
        rise = number - (sum(who.present for who in members) - self._owed[group])
        if rise >= 0:
            cancelled = min(rise, self._owed[group])
            self._owed[group] -= cancelled
            free = [w for w in members if not w.present and w.number not in self._absent]
            for who in free[: rise - cancelled]:
                self._come(who, now, Fact.SEATS_RISE)
                self.one_came(now)
        else:
            leaving = [who for who in reversed(members) if who.idle][:-rise]
            for who in leaving:
                self.leave(who, now, Fact.SEATS_FALL)
            self._owed[group] += -rise - len(leaving)

    # what operators do

    def _come(self, who: Operator, now: float, why: Fact) -> None:
        who.present, who.came, who.came_by = True, now, why
        if who.idle:
            self._turn_idle(who, now)

    def leave(self, who: Operator, now: float, why: Fact) -> None:
        """Let an operator go."""
        who.present = False
        who.late_breaks.clear()
        self.idle[who.group].discard(who.number)
        self.presences.append(Spell(who.number, who.came, now, who.came_by, why))

    def _turn_idle(self, who: Operator, now: float) -> None:
        who.since = now
        self.idle[who.group].add(who.number)
        self.fresh.append(who.number)

    def _go_on(self, who: Operator, now: float) -> None:
        """What an operator does whose work or break is done and who stays."""
        while who.late_breaks and not self.closed:
            if self._start_break(who, now, who.late_breaks.pop(0)):
                return
        self._turn_idle(who, now)

    def take(self, number: int) -> None:
        """An operator gets a contact."""
        who = self.operators[number]
        who.contacts += 1
        self.idle[who.group].discard(number)

    def freed(self, now: float, number: int) -> None:
        """A contact of an operator is done, wrap-up included."""
        who = self.operators[number]
        who.contacts -= 1
        if not who.idle:
            return
        if self._seats[who.group] and self._owed[who.group]:
            self._owed[who.group] -= 1
            self.leave(who, now, Fact.SEATS_OWED)
        elif not self._seats[who.group] and self._duty_over(who, now):
            self.leave(who, now, Fact.DUTY_END)
        else:
            self._go_on(who, now)

    # what the day asks

    def longest_idle(self, groups: list[int]) -> int:
        """Of the idle of some groups the one idle longest, then the lowest number; -1: none."""
        numbers = [number for group in groups for number in self.idle[group]]
        return min(numbers, key=lambda n: (self.operators[n].since, n), default=-1)

    def on_duty(self, groups: list[int]) -> int:
        """Operators of some groups who are present and on no break; of seats as many as are set."""
        number = 0
        for group in groups:
            members = self.operators[self._first[group] : self._first[group + 1]]
            there = sum(who.present and not who.on_break for who in members)
            number += min(there, self._seats_set[group]) if self._seats[group] else there
        return number

    def who_could_serve(self, groups: list[int]) -> str:
        """Who of these groups is there, or comes, to serve after closing; empty if nobody."""
        for group in groups:
            if self._coming[group]:
                return f"an operator of group {group} who comes later"
            members = self.operators[self._first[group] : self._first[group + 1]]
            staying = [who for who in members if who.present and self._stays(who)]
            if len(staying) > self._owed[group]:
                return f"operator {staying[-1].number}"
        return ""

    def _stays(self, who: Operator) -> bool:
        if self._seats[who.group]:
            return True
        if who.on_break:
            return who.back < who.duty_end
        return self._serve and (who.idle or who.duty_end >= self._closes)
