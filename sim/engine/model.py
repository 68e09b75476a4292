"""The line in SimPy, the model of record: callers phone, wait, are answered or hang up.

Events are handled one by one in the order (time, kind, entity, ticket); after each, whoever may
meet has met. Every decision is made by `sim.rules`. What a day knows is in `day`, operators who
come and go are in `crew`, messages that depend on the queue in `listening`.
"""

from __future__ import annotations

from math import inf, isnan
from typing import Any

import numpy as np
import simpy

from sim.callers import Callers, Staff
from sim.centre import Centre
from sim.engine.day import NAN, Act, Stage, State
from sim.engine.listening import Listening
from sim.events import Kind
from sim.outcomes import CONTACTS, TRIES, Outcome, Outcomes, Via
from sim.rules import (
    choose_caller,
    choose_operator,
    delay_until,
    is_open,
    queue_is_full,
    share_who_balk,
    talk_time,
)

AFTER = {Outcome.ABANDONED: 1, Outcome.BLOCKED: 2, Outcome.CUT_OFF: 4}
"""The bit of each outcome in `redial_after`."""


class Happening(simpy.Event):
    """Something that happens to an entity (an operator or a row) at a set time.

    Triggered when created, as a Timeout is; at one instant the lower kind comes first, within
    a kind the lower entity, then whatever was scheduled first.
    """

    def __init__(
        self, line: Line, kind: Kind, entity: int, delay: float, act: Act, value: Any = None
    ) -> None:
        self.env = line.env
        self.callbacks = [act]
        self._ok = True
        self._value = value
        self.entity = entity
        # SimPy keeps the priorities 0 and 1 for itself.
        priority = 2 + kind * 2**32 + entity
        line.env.schedule(self, priority, delay)  # type: ignore[arg-type]


class Line(Listening):
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
        self.schedule_crew()
        Happening(self, Kind.CLOSING, 0, self.centre.closes, self.closing)
        for row, arrival in enumerate(self.arrival):
            if not isnan(arrival):
                Happening(self, Kind.ARRIVAL, row, arrival, self.phones)
        self.env.run()

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

    def is_transfer(self, row: int) -> bool:
        """Whether the contact is one that an operator passed on."""
        return self.may_follow and self.follow_ups.via[row] == Via.TRANSFER

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
        now, kind = self.now, self.kind[row]
        self.arrival[row] = now
        if isnan(self.joined[row]) or self.stage[row] == Stage.IN_MENU:
            self.joined[row] = now
        group = choose_operator(
            self.routing, self.crewing, True, kind, self.groups, self.first_idle, self.idle_since,
            self.idle_count, self.joined[row], 0, 0.0, now, self.closed,
        )  # fmt: skip
        if group >= 0:
            self.answer(self.first_idle[group], row)
        elif self.finds_no_room(row):
            self.frees_line(row)
            self.ends(row, Outcome.BLOCKED)
        elif self.balks(row):
            self.frees_line(row)
            self.wait_ended[row] = now
            self.ends(row, Outcome.ABANDONED)
        else:
            self.wait(row, kind)

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

    def wait(self, row: int, kind: int) -> None:
        """The caller waits; patience runs, and groups that help out later come nearer."""
        self.stage[row] = Stage.HOLDING
        self.holding += 1
        self.enters(kind, row)
        if self.said.by_queue[kind]:
            self.starts_listening(row)
        elif self.patience[row] != inf:
            Happening(self, Kind.HANG_UP, row, self.patience[row], self.hangs_up)
        for after in self.thresholds[kind]:
            delay = after
            if self.joined[row] < self.now:  # a place that was kept is older than the wait
                delay = delay_until(self.joined[row] + after, self.now)
            if delay > 0.0:
                Happening(self, Kind.OPENED, row, delay, self.group_opens)

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
        """The caller has waited long enough for another group to help."""
        if self.stage[event.entity] in (Stage.HOLDING, Stage.TO_BE_CALLED):
            self.settle()

    def leaves_line(self, row: int) -> None:
        """The wait on the line is over, one way or another."""
        self.wait_ended[row] = self.now
        self.holding -= 1
        self.quits(self.kind[row], row)

    def frees_line(self, row: int) -> None:
        """The telephone line is free; who was called back held none."""
        if not self.lineless[row]:
            self.lines_busy -= 1

    def ends(self, row: int, outcome: Outcome) -> None:
        """A contact ends without an answer; the caller may phone again."""
        self.stage[row] = Stage.PAST
        self.outcome[row] = outcome
        if self.may_follow and self.follow_ups.redial[row] >= 0:
            self.may_redial(row, outcome)

    def may_redial(self, row: int, outcome: Outcome) -> None:
        """The caller who did not get through phones again, or does not."""
        follow_ups = self.follow_ups
        if follow_ups.redial_after[row] & AFTER.get(outcome, 0):
            blocked = outcome == Outcome.BLOCKED
            delays = follow_ups.redial_blocked_delay if blocked else follow_ups.redial_delay
            self.follows(row, follow_ups.redial[row], delays[row], Via.REDIAL)

    def follows(self, row: int, child: int, delay: float, via: Via) -> bool:
        """Release the next contact of the person, if the line is open to it then."""
        if is_open(self.conduct, self.kind[child], self.now + delay):
            Happening(self, Kind.ARRIVAL, child, delay, self.phones)
            return True
        self.follow_up_lost[row] = via
        return False

    # --- callbacks ---------------------------------------------------------------------------

    def takes_callback(self, row: int) -> None:
        """The caller leaves the line, keeps the place, and will be called back."""
        self.leaves_line(row)
        self.frees_line(row)
        self.lineless[row] = True
        self.callback[row] = self.now
        self.stage[row] = Stage.TO_BE_CALLED
        self.enters(self.types + self.kind[row], row)

    def dials(self, operator: int, row: int) -> None:
        """An operator takes the place of a caller who is to be called back."""
        kind = self.kind[row]
        self.quits(self.types + kind, row)
        self.stage[row] = Stage.PAST
        self.tried[row] += 1
        self.tries.append([row, operator, self.now, NAN, False])
        what = (row, self.tries[-1])
        Happening(self, Kind.FREED, operator, self.conduct.dial[kind], self.dialled, what)

    def dialled(self, event: Happening) -> None:
        """The caller answers, or may be tried again later, or is given up."""
        operator = event.entity
        row, told = event._value
        kind, tried = self.kind[row], self.tried[row]
        reached = tried == self.choices.reached_at[row]
        told[3:] = self.now, reached
        if reached:
            self.talks(operator, row)
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
        self.enters(self.types + self.kind[row], row)
        self.settle()

    # --- the operator's story ----------------------------------------------------------------

    def answer(self, operator: int, row: int) -> None:
        """An idle operator and a caller meet."""
        self.stops_idling(operator)
        self.state[operator] = State.AT_WORK
        self.serving[operator] = row
        stage = self.stage[row]
        if stage == Stage.TO_BE_CALLED:
            self.dials(operator, row)
            return
        if stage == Stage.HOLDING:
            self.leaves_line(row)
        else:
            self.wait_ended[row] = self.now
        self.last_waited[self.kind[row]] = self.now - self.arrival[row]
        self.talks(operator, row)

    def talks(self, operator: int, row: int) -> None:
        """The talk begins."""
        self.stage[row] = Stage.PAST
        self.outcome[row] = Outcome.ANSWERED
        self.operator[row] = operator
        self.talk_started[row] = self.now
        ended = self.wait_ended[row]
        talk = talk_time(
            self.conduct, self.kind[row],
            self.talk_work[row] * self.talk_mean[self.place(row, operator)],
            ended - self.arrival[row], ended - self.promised_until[row],
        )  # fmt: skip
        Happening(self, Kind.FREED, operator, talk, self.talk_ends)

    def talk_ends(self, event: Happening) -> None:
        """The caller leaves, or is passed on; the operator wraps up."""
        operator = event.entity
        row = self.serving[operator]
        self.talk_ended[row] = self.now
        place = self.place(row, operator)
        wrap_up = self.wrap_work[row] * self.wrap_mean[place]
        if self.is_passed_on(row):
            wrap_up += self.follow_ups.conference[row]
        else:
            self.frees_line(row)
            self.may_repeat(row, self.conduct.resolves[place])
        if wrap_up > 0.0:
            Happening(self, Kind.FREED, operator, wrap_up, self.wrap_up_ends)
        else:
            self.wrap_up_ends(event)

    def is_passed_on(self, row: int) -> bool:
        """Pass the call on if it is to be, and the call type that it goes to is open."""
        if not self.may_follow or self.follow_ups.transfer[row] < 0:
            return False
        child = self.follow_ups.transfer[row]
        if not self.follows(row, child, 0.0, Via.TRANSFER):
            return False
        self.lineless[child] = self.lineless[row]
        if self.conduct.keeps_place[self.kind[row]]:
            self.joined[child] = self.joined[row]
        return True

    def may_repeat(self, row: int, resolved: float) -> None:
        """The caller phones again if the matter was not resolved."""
        if not self.may_follow or self.follow_ups.transfer[row] >= 0:
            return
        follow_ups = self.follow_ups
        if follow_ups.repeat[row] >= 0 and follow_ups.unresolved[row] >= resolved:
            self.follows(row, follow_ups.repeat[row], follow_ups.repeat_delay[row], Via.REPEAT)

    def wrap_up_ends(self, event: Happening) -> None:
        """The contact is handled and the operator is free."""
        operator = event.entity
        self.handled[self.serving[operator]] = self.now
        self.is_free(operator)

    def looks_for_work(self, operator: int) -> None:
        """A free operator takes the caller who is next, or idles; after closing, goes home."""
        self.starts_idling(operator)
        queue = self.next_queue(self.group[operator])
        if queue >= 0:
            self.answer(operator, self.heads[queue])
        elif self.closed:
            self.stops_idling(operator)
            self.leaves(operator)

    def next_queue(self, group: int) -> int:
        """The queue from which an idle operator of the group takes a caller now; -1: none."""
        return choose_caller(
            self.routing, self.crewing, True, group, self.groups, self.heads, self.joined, [], [],
            self.now, self.idle_count[group], self.closed, self.conduct.for_holding,
        )  # fmt: skip

    def settle(self) -> None:
        """Groups in file order, longest idle first, take whom they may."""
        for group in range(self.groups):
            while self.idle_count[group] and (queue := self.next_queue(group)) >= 0:
                self.answer(self.first_idle[group], self.heads[queue])

    # --- closing -----------------------------------------------------------------------------

    def closing(self, event: Happening) -> None:
        """Nobody phones any more; those who wait are served to the end, or cut off."""
        self.closed = True
        for kind in range(self.types if self.calls_back else 0):
            self.gives_up_callbacks(kind, only_new=self.centre.serve)
        if self.centre.serve:
            self.settle()
        able = self.groups_that_stay() if self.centre.serve else [False] * self.groups
        for kind in range(self.types):
            tiers = self.routing.tier[kind * self.groups : (kind + 1) * self.groups]
            if not any(able[g] and tier >= 0 for g, tier in enumerate(tiers)):
                self.cuts_off(kind)
        for group in range(self.groups):
            for _, operator in list(self.idle[group]):
                self.stops_idling(operator)
                self.leaves(operator)

    def cuts_off(self, kind: int) -> None:
        """Send all of a type away who wait."""
        for _, row in list(self.queues[kind]):
            self.leaves_line(row)
            self.frees_line(row)
            self.ends(row, Outcome.CUT_OFF)
        if self.calls_back:
            self.gives_up_callbacks(kind, only_new=False)

    def gives_up_callbacks(self, kind: int, only_new: bool) -> None:
        """Callers of a type who are to be called back never will be."""
        for _, row in list(self.queues[self.types + kind]):
            if not (only_new and self.tried[row]):
                self.quits(self.types + kind, row)
                self.stage[row] = Stage.PAST
                self.outcome[row] = Outcome.CALLBACK_LOST

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
        for name, rows in (("presence", sorted(self.presence)), ("break", sorted(self.breaks))):
            columns[f"{name}_operator"] = np.array([who for who, _, _ in rows], np.int32)
            columns[f"{name}_start"] = np.array([start for _, start, _ in rows], np.float64)
            columns[f"{name}_end"] = np.array([end for _, _, end in rows], np.float64)
        for place, column in enumerate(TRIES):
            columns[column.name] = np.array([each[place] for each in self.tries], column.dtype)
        return Outcomes(**columns)


def run_day(centre: Centre, callers: Callers, staff: Staff) -> Outcomes:
    """Run one day in SimPy; see `sim.engine.simulate`."""
    line = Line(centre, callers, staff)
    line.run()
    return line.outcomes(callers)
