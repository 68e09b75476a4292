"""The line in SimPy, the model of record: callers phone, wait, are answered or hang up.

Events are handled one by one in the order (time, kind, entity, ticket); after each, whoever may
meet has met. Every decision is made by `sim.rules`. What a day knows is in `day`, who meets whom
in `meeting`; operators who come and go are in `crew`, those on call in `calling`, closing and
opening in `periods`, messages that depend on the queue in `listening`, redials, repeat calls and
transfers in `following`.
"""

from __future__ import annotations

from math import inf, isnan
from typing import Any

import numpy as np
import simpy

from sim.callers import Callers, Staff
from sim.centre import Centre
from sim.engine.day import NAN, Act, Stage, State
from sim.engine.following import Following
from sim.events import Kind
from sim.outcomes import BREAKS, CONTACTS, PRESENCE, TRIES, Outcome, Outcomes
from sim.rules import delay_until, queue_is_full, share_who_balk, talk_time


class Happening(simpy.Event):
    """Something that happens to an entity (an operator or a row) at a set time.

    Triggered when created, as a Timeout is; at one instant the lower kind comes first, within
    a kind the lower entity, then whatever was scheduled first.
    """

    def __init__(
        self, line: Line, kind: Kind, entity: int, delay: float, act: Act, value: Any = None
    ) -> None:
        self.env = line.env
        self.callbacks = [act, line.looks_again] if line.by_wait else [act]
        self._ok = True
        self._value = value
        self.entity = entity
        # SimPy keeps the priorities 0 and 1 for itself.
        priority = 2 + kind * 2**32 + entity
        line.env.schedule(self, priority, delay)  # type: ignore[arg-type]


class Line(Following):
    """One day of a telephone line, between its callers and its operators."""

    def __init__(self, centre: Centre, callers: Callers, staff: Staff) -> None:
        self.env = simpy.Environment()
        super().__init__(centre, callers, staff)

    @property
    def now(self) -> float:
        """The clock."""
        return self.env._now  # `env.now` is a property of its own

    def happens(self, kind: Kind, entity: int, delay: float, act: Act, value: Any = None) -> None:
        """Let `act` happen to an entity after a delay."""
        Happening(self, kind, entity, delay, act, value)

    def run(self) -> None:
        """Live through the day; all that is known of it is scheduled while the clock is 0."""
        self.schedule_openings()
        self.schedule_crew()
        self.schedule_closings()
        for row, arrival in enumerate(self.arrival):
            if not isnan(arrival):
                Happening(self, Kind.ARRIVAL, row, arrival, self.phones)
        self.env.run()

    def looks_again(self, event: simpy.Event) -> None:
        """Where a group is open only while a long wait is expected: with fewer on duty it is
        longer."""
        self.settle()

    # --- the caller's story ------------------------------------------------------------------

    def phones(self, event: Happening) -> None:
        """A caller reaches the line: a busy tone, the menu, an operator at once, or the queue."""
        row = event.entity
        if self.is_transfer(row):
            self.joins(row)
            return
        if self.lines_busy == self.centre.lines:
            self.arrival[row] = self.now
            self.ends(row, Outcome.BLOCKED)
            return
        self.lines_busy += 1
        menu = self.choices.menu[row] if self.choices.menu else NAN
        if isnan(menu):
            self.joins(row)
        else:
            self.stage[row] = Stage.IN_MENU
            Happening(self, Kind.ARRIVAL, row, menu, self.leaves_menu)

    def leaves_menu(self, event: Happening) -> None:
        """The menu was all that was needed, or the caller joins the queue."""
        row = event.entity
        if self.closed or self.choices.contained[row]:
            self.arrival[row] = self.now
            self.frees_line(row)
            if self.choices.contained[row]:
                self.ends(row, Outcome.CONTAINED)
            else:
                self.wait_ended[row] = self.now
                self.ends(row, Outcome.CUT_OFF)
        else:
            self.joins(row)

    def joins(self, row: int) -> None:
        """Somebody answers at once, or the caller waits."""
        now = self.now
        self.arrival[row] = now
        if isnan(self.joined[row]) or self.stage[row] == Stage.IN_MENU:
            self.joined[row] = now
        operator = self.operator_for(row)
        if operator >= 0:
            self.answer(operator, row)
        elif self.finds_no_room(row):
            self.frees_line(row)
            self.ends(row, Outcome.BLOCKED)
        elif self.balks(row):
            self.frees_line(row)
            self.wait_ended[row] = now
            self.ends(row, Outcome.ABANDONED)
        else:
            self.wait(row)

    def finds_no_room(self, row: int) -> bool:
        """Whether the queue is full; a transferred call is taken in all the same."""
        limit, per_operator = self.conduct.queue_limit, self.conduct.per_operator
        if (limit < 0 and per_operator == inf) or self.is_transfer(row):
            return False
        on_duty = sum(map(self.on_duty, range(self.groups)))
        return queue_is_full(limit, per_operator, self.holding, on_duty)

    def balks(self, row: int) -> bool:
        """Whether the caller does not stay, the queue being as long as it is."""
        if not self.choices.balk:
            return False
        share = share_who_balk(self.conduct, self.kind[row], self.position(row))
        return bool(self.choices.balk[row] < share)

    def wait(self, row: int) -> None:
        """The caller waits; patience runs, and groups that help out later come nearer, or those
        that help out when many wait are called for at once."""
        lane = self.lane[row]
        self.stage[row] = Stage.HOLDING
        self.holding += 1
        self.enters(lane, row)
        if self.said.by_queue[self.kind[row]]:
            self.starts_listening(row)
        elif self.patience[row] != inf:
            Happening(self, Kind.HANG_UP, row, self.patience[row], self.hangs_up)
        for after in self.thresholds[lane]:
            delay = after
            if self.joined[row] < self.now:  # a place that was kept is older than the wait
                delay = delay_until(self.joined[row] + after, self.now)
            if delay > 0.0:
                Happening(self, Kind.OPENED, row, delay, self.group_opens)
        if self.conditional[lane]:
            self.settle()
        self.calls_in(row, inf)

    def hangs_up(self, event: Happening) -> None:
        """Patience ends, if the caller is still waiting."""
        row = event.entity
        if self.stage[row] != Stage.HOLDING:
            return
        may_ask = not self.closed and self.conduct.called_back[self.kind[row]]
        if may_ask and self.choices.instead[row]:
            self.takes_callback(row)
            return
        self.leaves_line(row)
        self.frees_line(row)
        self.ends(row, Outcome.ABANDONED)

    def group_opens(self, event: Happening) -> None:
        """The caller has waited long enough for another group to help, or to have some called."""
        row = event.entity
        if self.still_waits(row):
            self.settle()
            self.calls_in(row, self.joined[row] if self.still_waits(row) else inf)

    def still_waits(self, row: int) -> bool:
        """Whether the caller holds the line or a callback."""
        return self.stage[row] in (Stage.HOLDING, Stage.TO_BE_CALLED)

    def leaves_line(self, row: int) -> None:
        """The wait on the line is over, one way or another."""
        self.wait_ended[row] = self.now
        self.holding -= 1
        self.quits(self.lane[row], row)

    # --- callbacks ---------------------------------------------------------------------------

    def takes_callback(self, row: int) -> None:
        """The caller leaves the line, keeps the place, and will be called back."""
        self.leaves_line(row)
        self.frees_line(row)
        self.lineless[row] = True
        self.callback[row] = self.now
        self.stage[row] = Stage.TO_BE_CALLED
        self.enters(self.lanes + self.lane[row], row)

    def dials(self, operator: int, row: int) -> None:
        """An operator takes the place of a caller who is to be called back."""
        self.quits(self.lanes + self.lane[row], row)
        self.stage[row] = Stage.PAST
        self.tried[row] += 1
        self.tries.append([row, operator, self.now, NAN, False])
        what = (row, self.tries[-1])
        dial = self.conduct.dial[self.kind[row]]
        Happening(self, Kind.FREED, operator, dial, self.dialled, what)

    def dialled(self, event: Happening) -> None:
        """The caller answers, or may be tried again later, or is given up."""
        operator = event.entity
        row, told = event._value
        kind, tried = self.kind[row], self.tried[row]
        reached = tried == self.choices.reached_at[row]
        told[3:] = self.now, reached
        if reached:
            self.talks(operator, row, 0.0)
            return
        if tried < self.conduct.tries[kind] and not self.closed:
            self.stage[row] = Stage.RETURNING
            Happening(self, Kind.ARRIVAL, row, self.conduct.again[kind], self.comes_back)
        else:
            self.outcome[row] = Outcome.CALLBACK_LOST
        self.is_free(operator)

    def comes_back(self, event: Happening) -> None:
        """Time for another try; the place is still the old one."""
        row = event.entity
        if self.closed:
            self.stage[row] = Stage.PAST
            self.outcome[row] = Outcome.CALLBACK_LOST
            return
        self.stage[row] = Stage.TO_BE_CALLED
        self.enters(self.lanes + self.lane[row], row)
        self.settle()
        self.calls_in(row, inf)

    # --- the operator's story ----------------------------------------------------------------

    def answer(self, operator: int, row: int) -> None:
        """An idle operator and a caller meet."""
        self.stops_idling(operator)
        self.state[operator] = State.AT_WORK
        self.serving[operator], self.began[operator] = row, self.now
        stage = self.stage[row]
        if stage == Stage.TO_BE_CALLED:
            self.dials(operator, row)
            return
        if stage == Stage.HOLDING:
            self.leaves_line(row)
        else:
            self.wait_ended[row] = self.now
        self.last_waited[self.kind[row]] = self.now - self.arrival[row]
        self.talks(operator, row, self.crewing.ring[self.group[operator]])

    def talks(self, operator: int, row: int, rings: float) -> None:
        """The talk begins, when it has rung for so many s."""
        self.stage[row] = Stage.PAST
        self.outcome[row] = Outcome.ANSWERED
        self.operator[row] = operator
        self.talk_started[row] = self.now + rings
        ended = self.wait_ended[row]
        usual = self.talk_work[row] * self.talk_mean[self.place(row, operator)]
        talk = talk_time(
            self.conduct, self.kind[row], usual * self.pace[operator],
            ended - self.arrival[row], ended - self.promised_until[row],
        )  # fmt: skip
        Happening(self, Kind.FREED, operator, rings + talk, self.talk_ends)

    def talk_ends(self, event: Happening) -> None:
        """The caller leaves, or is passed on; the operator wraps up."""
        operator = event.entity
        row = self.serving[operator]
        self.talk_ended[row] = self.now
        place = self.place(row, operator)
        wrap_up = self.wrap_work[row] * self.wrap_mean[place] * self.pace[operator]
        if self.is_passed_on(row):
            wrap_up += self.follow_ups.conference[row]
        else:
            self.frees_line(row)
            self.may_repeat(row, operator)
        if wrap_up > 0.0:
            Happening(self, Kind.FREED, operator, wrap_up, self.wrap_up_ends)
        else:
            self.wrap_up_ends(event)

    def wrap_up_ends(self, event: Happening) -> None:
        """The contact is handled and the operator is free."""
        operator = event.entity
        self.handled[self.serving[operator]] = self.now
        self.is_free(operator)

    # --- what came of it ---------------------------------------------------------------------

    def outcomes(self, callers: Callers) -> Outcomes:
        """The outcome tables of the day; contacts that never happened are not in them."""
        happened = [row for row, outcome in enumerate(self.outcome) if outcome >= 0]
        own = {
            "contact": happened,
            "via": [self.follow_ups.via[row] if self.may_follow else 0 for row in happened],
        }
        for name in ("type", "caller", "attempt"):
            own[name] = getattr(callers, name)[happened].tolist()
        columns = {
            column.name: np.array(
                own.get(column.name) or [getattr(self, column.name)[row] for row in happened],
                column.dtype,
            )
            for column in CONTACTS
        }
        for table, rows in ((PRESENCE, sorted(self.presence)), (BREAKS, sorted(self.breaks))):
            for place, column in enumerate(table):
                columns[column.name] = np.array([each[place] for each in rows], column.dtype)
        for place, column in enumerate(TRIES):
            columns[column.name] = np.array([each[place] for each in self.tries], column.dtype)
        return Outcomes(**columns)


def run_day(centre: Centre, callers: Callers, staff: Staff) -> Outcomes:
    """Run one day in SimPy; see `sim.engine.simulate`."""
    line = Line(centre, callers, staff)
    line.run()
    return line.outcomes(callers)
