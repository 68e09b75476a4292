"""The line in SimPy, the model of record: callers phone, wait, are answered or hang up.

Events are handled one by one in the order (time, kind, entity, ticket); after each, whoever may
meet has met. Every decision is made by `sim.rules`.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable
from enum import IntEnum
from typing import Any

import numpy as np
import simpy

from sim.callers import Callers, Staff
from sim.centre import Centre, Routing
from sim.events import Kind
from sim.outcomes import Outcome, Outcomes
from sim.rules import choose_caller, choose_operator, thresholds

NAN = float("nan")


class Happening(simpy.Event):
    """Something that happens to an entity (an operator or a row) at a set time.

    Triggered when created, as a Timeout is; at one instant the lower kind comes first, within
    a kind the lower entity, then whatever was scheduled first.
    """

    def __init__(
        self,
        line: Line,
        kind: Kind,
        entity: int,
        delay: float,
        act: Callable[[Happening], None],
        value: Any = None,
    ) -> None:
        self.env = line.env
        self.callbacks = [act]
        self._ok = True
        self._value = value
        self.entity = entity
        # SimPy keeps the priorities 0 and 1 for itself.
        priority = 2 + kind * 2**32 + entity
        line.env.schedule(self, priority, delay)  # type: ignore[arg-type]


class State(IntEnum):
    """What an operator is doing."""

    AWAY = 0
    IDLE = 1
    AT_WORK = 2
    ON_BREAK = 3


class Line:
    """One day of a telephone line, between its callers and its operators."""

    def __init__(self, centre: Centre, callers: Callers, staff: Staff) -> None:
        self.env = simpy.Environment()
        self.centre = centre
        self.routing = Routing(*(column.tolist() for column in centre.routing))
        self.groups = len(centre.groups)
        self.absent = staff.absent.tolist()
        self._take_callers(callers)
        self._take_operators()
        self.closed = False

    # --- who there is ------------------------------------------------------------------------

    def _take_callers(self, callers: Callers) -> None:
        types, rows = len(self.centre.types), len(callers)
        self.joined: list[float] = callers.arrival.tolist()
        self.kind: list[int] = callers.type.tolist()
        self.patience: list[float] = callers.patience.tolist()
        self.talk_work: list[float] = callers.talk_work.tolist()
        self.wrap_work: list[float] = callers.wrap_work.tolist()
        self.talk_mean: list[float] = self.centre.talk_mean.tolist()
        self.wrap_mean: list[float] = self.centre.wrap_mean.tolist()
        self.thresholds = thresholds(self.routing, types, self.groups)
        self.waiting = [False] * rows
        self.queue: list[deque[int]] = [deque() for _ in range(types)]
        self.heads = [-1] * types
        self.lines_busy = 0
        self.outcome = [-1] * rows
        self.wait_ended = [NAN] * rows
        self.talk_ended = [NAN] * rows
        self.handled = [NAN] * rows
        self.operator = [-1] * rows

    def _take_operators(self) -> None:
        operators = self.centre.operators
        self.group: list[int] = self.centre.operator_group.tolist()
        self.first: list[int] = self.centre.first_operator.tolist()
        self.state = [State.AWAY] * operators
        self.serving = [-1] * operators
        self.came = [NAN] * operators
        self.duty_until = [NAN] * operators
        self.break_until = [NAN] * operators
        self.due_to_leave = [False] * operators
        self.breaks_owed: list[list[float]] = [[] for _ in range(operators)]
        self.idle_since = [NAN] * operators
        self.idle: list[list[tuple[float, int]]] = [[] for _ in range(self.groups)]
        self.idle_count = [0] * self.groups
        self.first_idle = [-1] * self.groups
        self.seats_set = [0] * self.groups
        self.departures_owed = [0] * self.groups
        self.presence: list[tuple[int, float, float]] = []
        self.breaks: list[tuple[int, float, float]] = []

    def run(self) -> None:
        """Live through the day; all that is known of it is scheduled while the clock is 0."""
        centre = self.centre
        duties = zip(centre.duty_operator, centre.duty_start, centre.duty_end, strict=True)
        for operator, start, end in duties:
            if not self.absent[operator]:
                who = int(operator)
                Happening(self, Kind.DUTY, who, float(start), self.duty_starts, float(end))
                Happening(self, Kind.DUTY, who, float(end), self.duty_ends)
        breaks = zip(centre.break_operator, centre.break_due, centre.break_lasts, strict=True)
        for operator, due, lasts in breaks:
            if not self.absent[operator]:
                Happening(
                    self, Kind.DUTY, int(operator), float(due), self.break_is_due, float(lasts)
                )
        seats = zip(centre.seat_time, centre.seat_group, centre.seat_number, strict=True)
        for time, group, number in seats:
            change = (int(group), int(number))
            Happening(self, Kind.DUTY, self.first[group], float(time), self.seats_change, change)
        Happening(self, Kind.CLOSING, 0, centre.closes, self.closing)
        for row, arrival in enumerate(self.joined):
            Happening(self, Kind.ARRIVAL, row, arrival, self.phones)
        self.env.run()

    # --- the caller's story ------------------------------------------------------------------

    def phones(self, event: Happening) -> None:
        """A caller reaches the line: a busy tone, an operator at once, or the queue."""
        row, now = event.entity, self.env.now
        if self.lines_busy == self.centre.lines:
            self.outcome[row] = Outcome.BLOCKED
            return
        self.lines_busy += 1
        kind = self.kind[row]
        group = choose_operator(
            self.routing, kind, self.groups, self.first_idle, self.idle_since, self.idle_count,
            now, self.closed,
        )  # fmt: skip
        if group >= 0:
            self.answer(self.first_idle[group], row)
        else:
            self.wait(row, kind)

    def wait(self, row: int, kind: int) -> None:
        """The caller waits; patience runs, and groups that help out later come nearer."""
        self.waiting[row] = True
        self.queue[kind].append(row)
        if self.heads[kind] < 0:
            self.heads[kind] = row
        if self.patience[row] != np.inf:
            Happening(self, Kind.HANG_UP, row, self.patience[row], self.hangs_up)
        for after in self.thresholds[kind]:
            Happening(self, Kind.OPENED, row, after, self.group_opens)

    def hangs_up(self, event: Happening) -> None:
        """Patience ends, if the caller is still waiting."""
        row = event.entity
        if self.waiting[row]:
            self.leaves_queue(row, Outcome.ABANDONED)
            self.lines_busy -= 1

    def group_opens(self, event: Happening) -> None:
        """The caller has waited long enough for another group to help."""
        if self.waiting[event.entity]:
            self.settle()

    def leaves_queue(self, row: int, outcome: Outcome) -> None:
        """The wait is over, one way or another."""
        self.waiting[row] = False
        self.outcome[row] = outcome
        self.wait_ended[row] = self.env.now
        kind = self.kind[row]
        queue = self.queue[kind]
        while queue and not self.waiting[queue[0]]:
            queue.popleft()
        self.heads[kind] = queue[0] if queue else -1

    # --- the operator's story ----------------------------------------------------------------

    def answer(self, operator: int, row: int) -> None:
        """An idle operator and a caller meet."""
        self.stops_idling(operator)
        self.state[operator] = State.AT_WORK
        self.serving[operator] = row
        self.operator[row] = operator
        if self.waiting[row]:
            self.leaves_queue(row, Outcome.ANSWERED)
        else:
            self.outcome[row] = Outcome.ANSWERED
            self.wait_ended[row] = self.env.now
        talk = self.talk_work[row] * self.talk_mean[self.place(row, operator)]
        Happening(self, Kind.FREED, operator, talk, self.talk_ends)

    def place(self, row: int, operator: int) -> int:
        """Where the arrays by type and group keep this pair."""
        return self.kind[row] * self.groups + self.group[operator]

    def talk_ends(self, event: Happening) -> None:
        """The caller leaves; the operator wraps up."""
        operator = event.entity
        row = self.serving[operator]
        self.talk_ended[row] = self.env.now
        self.lines_busy -= 1
        wrap_up = self.wrap_work[row] * self.wrap_mean[self.place(row, operator)]
        if wrap_up > 0.0:
            Happening(self, Kind.FREED, operator, wrap_up, self.wrap_up_ends)
        else:
            self.wrap_up_ends(event)

    def wrap_up_ends(self, event: Happening) -> None:
        """The operator is free: to go home, to have the break that is due, or for the next."""
        operator = event.entity
        self.handled[self.serving[operator]] = self.env.now
        self.serving[operator] = -1
        group = self.group[operator]
        if self.due_to_leave[operator]:
            self.leaves(operator)
        elif self.departures_owed[group]:
            self.departures_owed[group] -= 1
            self.leaves(operator)
        elif not self.has_break(operator):
            self.looks_for_work(operator)

    def looks_for_work(self, operator: int) -> None:
        """A free operator takes the caller who is next, or idles; after closing, goes home."""
        group, now = self.group[operator], self.env.now
        self.state[operator] = State.IDLE
        self.idle_since[operator] = now
        insort(self.idle[group], (now, operator))
        self.idle_changed(group)
        kind = self.next_caller(group)
        if kind >= 0:
            self.answer(operator, self.heads[kind])
        elif self.closed:
            self.stops_idling(operator)
            self.leaves(operator)

    def next_caller(self, group: int) -> int:
        """The call type that an idle operator of the group takes now; -1: none."""
        return choose_caller(
            self.routing, group, self.groups, self.heads, self.joined, self.env.now,
            self.idle_count[group], self.closed,
        )  # fmt: skip

    def stops_idling(self, operator: int) -> None:
        """The operator is no longer among the idle."""
        group = self.group[operator]
        idle = self.idle[group]
        del idle[bisect_left(idle, (self.idle_since[operator], operator))]
        self.idle_changed(group)

    def idle_changed(self, group: int) -> None:
        """Keep who has been idle longest, and how many are."""
        idle = self.idle[group]
        self.idle_count[group] = len(idle)
        self.first_idle[group] = idle[0][1] if idle else -1

    def settle(self) -> None:
        """Groups in file order, longest idle first, take whom they may."""
        for group in range(self.groups):
            while self.idle_count[group] and (kind := self.next_caller(group)) >= 0:
                self.answer(self.first_idle[group], self.heads[kind])

    # --- coming and going --------------------------------------------------------------------

    def duty_starts(self, event: Happening) -> None:
        """A person's duty begins; who is still at work from an earlier one just goes on."""
        operator = event.entity
        self.duty_until[operator] = event._value
        self.due_to_leave[operator] = False
        if self.state[operator] == State.AWAY:
            self.comes(operator)

    def comes(self, operator: int) -> None:
        """The operator is there."""
        self.came[operator] = self.env.now
        self.looks_for_work(operator)

    def duty_ends(self, event: Happening) -> None:
        """A person's duty ends; a call in hand is finished, and closing has its own rule."""
        operator = event.entity
        self.breaks_owed[operator].clear()
        state = self.state[operator]
        if state == State.ON_BREAK:
            self.leaves(operator)
        elif self.centre.serve and self.env.now >= self.centre.closes:
            return
        elif state == State.IDLE:
            self.stops_idling(operator)
            self.leaves(operator)
        elif state == State.AT_WORK:
            self.due_to_leave[operator] = True

    def leaves(self, operator: int) -> None:
        """The operator goes home."""
        self.state[operator] = State.AWAY
        self.due_to_leave[operator] = False
        if self.env.now > self.came[operator]:
            self.presence.append((operator, self.came[operator], self.env.now))

    def break_is_due(self, event: Happening) -> None:
        """A break begins, now or when the work in hand or an earlier break is done."""
        operator = event.entity
        self.breaks_owed[operator].append(event._value)
        if self.state[operator] == State.IDLE and self.may_have_break(operator):
            self.stops_idling(operator)
            self.has_break(operator)

    def may_have_break(self, operator: int) -> bool:
        """Whether a break is owed and there is still time for it."""
        due = bool(self.breaks_owed[operator]) and not self.closed
        return due and self.env.now < self.duty_until[operator]

    def has_break(self, operator: int) -> bool:
        """Begin the break that is owed, if one is; it ends with the duty at the latest."""
        if not self.may_have_break(operator):
            return False
        now, lasts = self.env.now, self.breaks_owed[operator].pop(0)
        self.state[operator] = State.ON_BREAK
        end = min(now + lasts, self.duty_until[operator])
        self.break_until[operator] = end
        self.breaks.append((operator, now, end))
        if end < self.duty_until[operator]:
            Happening(self, Kind.DUTY, operator, lasts, self.break_ends)
        return True

    def break_ends(self, event: Happening) -> None:
        """Back to work, unless another break is owed."""
        operator = event.entity
        if not self.has_break(operator):
            self.looks_for_work(operator)

    def seats_change(self, event: Happening) -> None:
        """A headcount falls (idle ones leave, others once free) or rises (departures owed are
        cancelled first)."""
        group, number = event._value
        change = number - self.seats_set[group]
        self.seats_set[group] = number
        if change < 0:
            idle = sorted((who for _, who in self.idle[group]), reverse=True)[:-change]
            for operator in idle:
                self.stops_idling(operator)
                self.leaves(operator)
            self.departures_owed[group] += -change - len(idle)
            return
        cancelled = min(change, self.departures_owed[group])
        self.departures_owed[group] -= cancelled
        own = range(self.first[group], self.first[group + 1])
        free = [who for who in own if self.state[who] == State.AWAY]
        for operator in free[: change - cancelled]:
            self.comes(operator)

    # --- closing -----------------------------------------------------------------------------

    def closing(self, event: Happening) -> None:
        """Nobody phones any more; those who wait are served to the end, or cut off."""
        self.closed = True
        if self.centre.serve:
            self.settle()
        able = self.groups_that_stay() if self.centre.serve else [False] * self.groups
        for kind, queue in enumerate(self.queue):
            row = kind * self.groups
            tiers = self.routing.tier[row : row + self.groups]
            if not any(able[g] and tier >= 0 for g, tier in enumerate(tiers)):
                for waiting in [row for row in queue if self.waiting[row]]:
                    self.leaves_queue(waiting, Outcome.CUT_OFF)
                    self.lines_busy -= 1
        for group in range(self.groups):
            for _, operator in list(self.idle[group]):
                self.stops_idling(operator)
                self.leaves(operator)

    def groups_that_stay(self) -> list[bool]:
        """For each group: whether an operator is present, or still to come, who takes calls."""
        able = [-owed for owed in self.departures_owed]
        coming = set(self.centre.duty_operator[self.centre.duty_start > self.env.now].tolist())
        for operator, state in enumerate(self.state):
            stays = state in (State.IDLE, State.AT_WORK) and not self.due_to_leave[operator]
            # A break that ends with the duty has no return.
            returns = (
                state == State.ON_BREAK and self.break_until[operator] < self.duty_until[operator]
            )
            if stays or returns or (operator in coming and not self.absent[operator]):
                able[self.group[operator]] += 1
        return [number > 0 for number in able]

    def outcomes(self, callers: Callers) -> Outcomes:
        """The outcome tables of the day."""
        presence, breaks = sorted(self.presence), sorted(self.breaks)
        return Outcomes(
            type=callers.type,
            caller=callers.caller,
            attempt=callers.attempt,
            arrival=callers.arrival,
            outcome=np.array(self.outcome, np.int8),
            wait_ended=np.array(self.wait_ended, np.float64),
            talk_ended=np.array(self.talk_ended, np.float64),
            handled=np.array(self.handled, np.float64),
            operator=np.array(self.operator, np.int32),
            presence_operator=np.array([p[0] for p in presence], np.int32),
            presence_start=np.array([p[1] for p in presence], np.float64),
            presence_end=np.array([p[2] for p in presence], np.float64),
            break_operator=np.array([b[0] for b in breaks], np.int32),
            break_start=np.array([b[1] for b in breaks], np.float64),
            break_end=np.array([b[2] for b in breaks], np.float64),
        )


def run_day(centre: Centre, callers: Callers, staff: Staff) -> Outcomes:
    """Run one day in SimPy; see `sim.engine.simulate`."""
    line = Line(centre, callers, staff)
    line.run()
    return line.outcomes(callers)
