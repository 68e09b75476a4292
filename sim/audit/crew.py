"""Who is there and who is idle: the roster lived again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import nan
from typing import TYPE_CHECKING

from sim.audit.agenda import DUTY, Agenda
from sim.audit.facts import Fact
from sim.audit.hours import Hours
from sim.audit.spells import Spell
from sim.audit.turnout import Duty, Turnout
from sim.crewing import FASTEST, IN_ORDER, LEAST_OCCUPIED, LONGEST_IDLE, RANDOM, SLOWEST

if TYPE_CHECKING:
    from sim.callers import Staff
    from sim.centre import Centre


@dataclass(slots=True)
class Operator:
    """One operator, at one moment of the day."""

    number: int
    group: int
    pace: float
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
    owed: list[tuple[float, int]] = field(default_factory=list)
    """How long each break lasts that is due and has not begun, and its row in the roster."""
    began: float = nan
    """When the contact in hand began."""
    busy: float = 0.0
    """Seconds spent on contacts since the operator came."""

    @property
    def idle(self) -> bool:
        """Whether a caller could be put through."""
        return self.present and not self.on_break and not self.contacts

    def share_busy(self, now: float) -> float:
        """Share of the time since the operator came that was spent on contacts."""
        return self.busy / (now - self.came) if now > self.came else 0.0


class Crew:
    """All operators; follows the roster, and is told of contacts by the day."""

    def __init__(
        self, centre: Centre, staff: Staff, turnout: Turnout, agenda: Agenda, hours: Hours
    ) -> None:
        self._agenda, self._hours = agenda, hours
        self._serve = centre.serve
        self._seats: list[bool] = centre.seats.tolist()
        self._first: list[int] = centre.first_operator.tolist()
        self._picks: list[int] = centre.crewing.picks.tolist()
        self._stays: list[float] = centre.crewing.stays.tolist()
        self._owed = [0] * len(self._seats)
        """Departures owed by groups of seats."""
        self._coming: list[list[float]] = [[] for _ in self._seats]
        """When duties begin that have not, by group."""
        self._seats_set = [0] * len(self._seats)
        self.closed = False
        self._period = 0
        paces = staff.pace.tolist()
        self.operators = [
            Operator(k, g, paces[k]) for k, g in enumerate(centre.operator_group.tolist())
        ]
        self.idle: list[set[int]] = [set() for _ in self._seats]
        """Numbers of the idle, by group; those overlooked by the table are left out."""
        self.fresh: list[int] = []
        """Who was freed or came in the event being handled, in that order."""
        self.leaving: list[int] = []
        """Who was freed past the end of duty, and stays if somebody waits whom they may serve."""
        self.one_came: Callable[[float], None] = lambda now: None
        """Told when one of several who come at once is there: each looks for work at once."""
        self.presences: list[Spell] = []
        self.breaks: list[Spell] = []
        self.on_call = [duty for duty in turnout.duties if duty.on_call]
        self._schedule(turnout)

    def _schedule(self, turnout: Turnout) -> None:
        for period, opens in list(enumerate(self._hours.opens))[1:]:
            self._agenda.put(opens, DUTY, 0, self._open, period)
        for duty in turnout.duties:
            if not duty.on_call:
                self._expect(duty, duty.start)
        for who, due, lasts, row in turnout.breaks:
            self._agenda.put(due, DUTY, who, self._break_due, (who, lasts, row))
        for duty in turnout.duties:
            self._agenda.put(duty.end, DUTY, duty.operator, self._end_duty, duty)
        for time, group, number in turnout.changes:
            self._agenda.put(time, DUTY, self._first[group], self._set_seats, (group, number))

    # what the roster says

    def _open(self, now: float, period: int) -> None:
        self.closed, self._period = False, period

    @property
    def next_opening(self) -> float:
        """When the line opens next; inf: not any more."""
        return self._hours.opening_after(self._period)

    def _expect(self, duty: Duty, comes: float) -> None:
        self._agenda.put(comes, DUTY, duty.operator, self._begin_duty, (duty, comes))
        self._coming[self.operators[duty.operator].group].append(comes)

    def call_in(self, now: float, groups: list[int], waiting: list[int], joined: float) -> None:
        """Call those on call whom the callers who wait make necessary; not who is still at work.

        Parameters
        ----------
        groups : list of int
            Those looked at.
        waiting : list of int, one a group
            How many wait whom it may serve.
        joined : float
            Since when somebody waits whose wait is looked at; NaN: nobody's is.
        """
        for duty in self.on_call:
            who = self.operators[duty.operator]
            group = who.group
            if self.closed or duty.called or who.present or group not in groups:
                continue
            needed = 0 <= duty.above_queue < waiting[group] or now >= joined + duty.above_wait
            if needed and duty.start <= now < duty.end:
                duty.called = True
                if now + duty.delay < duty.end:
                    self._expect(duty, now + duty.delay)

    def _begin_duty(self, now: float, what: tuple[Duty, float]) -> None:
        duty, comes = what
        who = self.operators[duty.operator]
        self._coming[who.group].remove(comes)
        who.duty_end = duty.end
        if not who.present:  # else still at work from an earlier duty: one presence goes on
            self._come(who, now, Fact.ON_CALL if duty.on_call else Fact.DUTY_START)

    def _end_duty(self, now: float, duty: Duty) -> None:
        if duty.on_call and not duty.called:
            return
        who = self.operators[duty.operator]
        who.owed.clear()
        if who.idle and self._duty_over(who, now):
            self.leave(who, now, Fact.DUTY_END)

    def _duty_over(self, who: Operator, now: float) -> bool:
        """Who is on duty just before closing stays to serve those who wait."""
        closes = self._hours.closes[self._period]
        return now >= who.duty_end and not (self._serve and who.duty_end >= closes)

    def stays_for_opening(self, who: Operator) -> bool:
        """Whether the duty goes on after the line opens again."""
        return who.duty_end > self.next_opening

    def _may_rest(self, who: Operator, now: float) -> bool:
        on = not self.closed or self.stays_for_opening(who)
        return bool(who.owed) and on and now < who.duty_end

    def _break_due(self, now: float, what: tuple[int, float, int]) -> None:
        who = self.operators[what[0]]
        if who.present and now < who.duty_end:
            who.owed.append(what[1:])
            if who.idle and self._may_rest(who, now):
                self._start_break(who, now)

    def _start_break(self, who: Operator, now: float) -> None:
        lasts, row = who.owed.pop(0)
        end = min(now + lasts, who.duty_end)
        self.idle[who.group].discard(who.number)
        who.on_break, who.back = True, end
        self.breaks.append(Spell(who.number, now, end, Fact.BREAK_START, Fact.BREAK_LASTS, row))
        self._agenda.put(end, DUTY, who.number, self._end_break, who.number)

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
        if self.closed:
            return
        group, number = what
        members = self.operators[self._first[group] : self._first[group + 1]]
        present = sum(who.present for who in members)
        self._seats_set[group] = number
        if now in self._hours.opens[1:]:
            self._owed[group] = max(0, present - number)
            self._fill_seats(members, number - present, now, Fact.SEATS_ANEW)
            return
        rise = number - (present - self._owed[group])
        if rise >= 0:
            cancelled = min(rise, self._owed[group])
            self._owed[group] -= cancelled
            self._fill_seats(members, rise - cancelled, now, Fact.SEATS_RISE)
        else:
            leaving = [who for who in reversed(members) if who.idle][:-rise]
            for who in leaving:
                self.leave(who, now, Fact.SEATS_FALL)
            self._owed[group] += -rise - len(leaving)

    def _fill_seats(self, members: list[Operator], number: int, now: float, why: Fact) -> None:
        free = [who for who in members if not who.present]
        for who in free[: max(0, number)]:
            self._come(who, now, why)
            self.one_came(now)

    # what operators do

    def _come(self, who: Operator, now: float, why: Fact) -> None:
        who.present, who.came, who.came_by, who.busy = True, now, why, 0.0
        if who.idle:
            self._turn_idle(who, now)

    def leave(self, who: Operator, now: float, why: Fact) -> None:
        """Let an operator go."""
        who.present = False
        who.owed.clear()
        self.idle[who.group].discard(who.number)
        self.presences.append(Spell(who.number, who.came, now, who.came_by, why))

    def _turn_idle(self, who: Operator, now: float) -> None:
        who.since = now
        self.idle[who.group].add(who.number)
        self.fresh.append(who.number)

    def _go_on(self, who: Operator, now: float) -> None:
        """What an operator does whose work or break is done and who stays."""
        if self._may_rest(who, now):
            self._start_break(who, now)
        else:
            self._turn_idle(who, now)

    def take(self, number: int, now: float) -> None:
        """An operator gets a contact."""
        who = self.operators[number]
        who.contacts += 1
        who.began = now
        self.idle[who.group].discard(number)

    def freed(self, now: float, number: int) -> None:
        """A contact of an operator is done, wrap-up included."""
        who = self.operators[number]
        who.contacts -= 1
        who.busy += now - who.began
        if not who.idle:
            return
        if self._seats[who.group] and self._owed[who.group]:
            self._owed[who.group] -= 1
            self.leave(who, now, Fact.SEATS_OWED)
        elif self._seats[who.group] or not self._duty_over(who, now):
            self._go_on(who, now)
        elif now < who.duty_end + self._stays[who.group] and not self.closed:
            self.idle[who.group].add(number)
            self.leaving.append(number)
        else:
            self.leave(who, now, Fact.DUTY_END)

    # what the day asks

    def goes_first(self, group: int, now: float, chance: float) -> int:
        """The idle operator whom a group puts first; -1: nobody is idle.

        Parameters
        ----------
        chance : float
            The caller's draw, by which it goes where that is left to chance.
        """
        how, idle = self._picks[group], self.idle[group]
        if not idle:
            return -1
        if how == RANDOM:
            in_turn = sorted(idle, key=lambda n: (self.operators[n].since, n))
            return in_turn[min(int(chance * len(idle)), len(idle) - 1)]

        def merit(number: int) -> tuple[float, ...]:
            who = self.operators[number]
            if how == LEAST_OCCUPIED:
                return who.share_busy(now), who.since, number
            slower = {IN_ORDER: 0, FASTEST: 1, SLOWEST: -1}.get(how)
            return (who.since if slower is None else slower * who.pace), number

        return min(idle, key=merit)

    def by_idleness(self, group: int) -> bool:
        """Whether a group puts first who has been idle longest."""
        return self._picks[group] == LONGEST_IDLE

    def idle_longest(self, numbers: list[int]) -> int:
        """Of some operators the one idle longest, then the lowest number; -1: there is none."""
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
            if any(comes < self.next_opening for comes in self._coming[group]):
                return f"an operator of group {group} who comes later"
            members = self.operators[self._first[group] : self._first[group + 1]]
            staying = [who for who in members if who.present and self._serves_on(who)]
            if len(staying) > self._owed[group]:
                return f"operator {staying[-1].number}"
        return ""

    def _serves_on(self, who: Operator) -> bool:
        if self._seats[who.group]:
            return True
        if who.on_break:
            return who.back < who.duty_end
        return self._serve and (who.idle or who.duty_end >= self._hours.closes[self._period])
