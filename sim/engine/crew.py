"""Operators who come and go: duty, breaks, seats and closing, in the model in SimPy."""

from __future__ import annotations

from typing import Any

from sim.engine.day import Day, State
from sim.events import Kind


class Crew(Day):
    """The operators' part of a day."""

    def schedule_crew(self) -> None:
        """All that is known of the roster, while the clock is 0."""
        centre = self.centre
        duties = zip(centre.duty_operator, centre.duty_start, centre.duty_end, strict=True)
        for operator, start, end in duties:
            if not self.absent[operator]:
                who = int(operator)
                self.happens(Kind.DUTY, who, float(start), self.duty_starts, float(end))
                self.happens(Kind.DUTY, who, float(end), self.duty_ends)
        breaks = zip(centre.break_operator, centre.break_due, centre.break_lasts, strict=True)
        for operator, due, lasts in breaks:
            if not self.absent[operator]:
                self.happens(Kind.DUTY, int(operator), float(due), self.break_is_due, float(lasts))
        seats = zip(centre.seat_time, centre.seat_group, centre.seat_number, strict=True)
        for time, group, number in seats:
            change = (int(group), int(number))
            self.happens(Kind.DUTY, self.first[group], float(time), self.seats_change, change)

    def duty_starts(self, event: Any) -> None:
        """A person's duty begins; who is still at work from an earlier one just goes on."""
        operator = event.entity
        self.duty_until[operator] = event._value
        self.due_to_leave[operator] = False
        if self.state[operator] == State.AWAY:
            self.comes(operator)

    def comes(self, operator: int) -> None:
        """The operator is there."""
        self.came[operator] = self.now
        self.there[self.group[operator]] += 1
        self.looks_for_work(operator)

    def duty_ends(self, event: Any) -> None:
        """A person's duty ends; a call in hand is finished, and closing has its own rule."""
        operator = event.entity
        self.breaks_owed[operator].clear()
        state = self.state[operator]
        if state == State.ON_BREAK:
            self.there[self.group[operator]] += 1
            self.leaves(operator)
        elif self.centre.serve and self.now >= self.centre.closes:
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
        self.there[self.group[operator]] -= 1
        if self.now > self.came[operator]:
            self.presence.append((operator, self.came[operator], self.now))

    def is_free(self, operator: int) -> None:
        """To go home, to have the break that is due, or for the next caller."""
        self.serving[operator] = -1
        group = self.group[operator]
        if self.due_to_leave[operator]:
            self.leaves(operator)
        elif self.departures_owed[group]:
            self.departures_owed[group] -= 1
            self.leaves(operator)
        elif not self.has_break(operator):
            self.looks_for_work(operator)

    def break_is_due(self, event: Any) -> None:
        """A break begins, now or when the work in hand or an earlier break is done."""
        operator = event.entity
        self.breaks_owed[operator].append(event._value)
        if self.state[operator] == State.IDLE and self.may_have_break(operator):
            self.stops_idling(operator)
            self.has_break(operator)

    def may_have_break(self, operator: int) -> bool:
        """Whether a break is owed and there is still time for it."""
        due = bool(self.breaks_owed[operator]) and not self.closed
        return due and self.now < self.duty_until[operator]

    def has_break(self, operator: int) -> bool:
        """Begin the break that is owed, if one is; it ends with the duty at the latest."""
        if not self.may_have_break(operator):
            return False
        now, lasts = self.now, self.breaks_owed[operator].pop(0)
        if self.state[operator] != State.ON_BREAK:
            self.there[self.group[operator]] -= 1
        self.state[operator] = State.ON_BREAK
        end = min(now + lasts, self.duty_until[operator])
        self.break_until[operator] = end
        self.breaks.append((operator, now, end))
        if end < self.duty_until[operator]:
            self.happens(Kind.DUTY, operator, lasts, self.break_ends)
        return True

    def break_ends(self, event: Any) -> None:
        """Back to work, unless another break is owed."""
        operator = event.entity
        if not self.has_break(operator):
            self.there[self.group[operator]] += 1
            self.looks_for_work(operator)

    def seats_change(self, event: Any) -> None:
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

    def groups_that_stay(self) -> list[bool]:
        """At closing, of each group: whether an operator who takes calls is there or to come."""
        able = [-owed for owed in self.departures_owed]
        coming = set(self.centre.duty_operator[self.centre.duty_start > self.now].tolist())
        for operator, state in enumerate(self.state):
            stays = state in (State.IDLE, State.AT_WORK) and not self.due_to_leave[operator]
            # A break that ends with the duty has no return.
            returns = (
                state == State.ON_BREAK and self.break_until[operator] < self.duty_until[operator]
            )
            if stays or returns or (operator in coming and not self.absent[operator]):
                able[self.group[operator]] += 1
        return [number > 0 for number in able]
