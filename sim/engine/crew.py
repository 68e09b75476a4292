"""Operators who come and go: duty, breaks and seats, in the model in SimPy."""

from __future__ import annotations

from typing import Any

from sim.engine.day import State
from sim.engine.meeting import Meeting
from sim.events import Kind


class Crew(Meeting):
    """The operators' part of a day."""

    def schedule_crew(self) -> None:
        """All that is known of the roster, while the clock is 0."""
        roster = self.expected
        duties = zip(
            roster.duty_operator, roster.duty_start, roster.duty_end, roster.on_call, strict=True
        )
        for row, (operator, start, end, on_call) in enumerate(duties):
            if on_call < 0:
                self.happens(Kind.DUTY, operator, start, self.duty_starts, end)
                self.happens(Kind.DUTY, operator, end, self.duty_ends)
            else:
                self.happens(Kind.DUTY, operator, end, self.on_call_ends, row)
        breaks = zip(
            roster.break_operator, roster.break_due, roster.break_lasts, roster.break_row,
            strict=True,
        )  # fmt: skip
        for operator, due, lasts, row in breaks:
            self.happens(Kind.DUTY, operator, due, self.break_is_due, (lasts, row))
        seats = zip(roster.seat_time, roster.seat_group, roster.seat_number, strict=True)
        for time, group, number in seats:
            anew = time in self.period_opens[1:]
            act = self.seats_are_set if anew else self.seats_change
            self.happens(Kind.DUTY, self.first[group], time, act, (group, number))

    # --- duty --------------------------------------------------------------------------------

    def duty_starts(self, event: Any) -> None:
        """A person's duty begins; who is still at work from an earlier one just goes on."""
        operator = event.entity
        self.duty_until[operator] = event._value
        self.due_to_leave[operator] = False
        if self.state[operator] == State.AWAY:
            self.comes(operator)

    def comes(self, operator: int) -> None:
        """The operator is there."""
        self.came[operator], self.busy[operator] = self.now, 0.0
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
        elif self.centre.serve and self.now >= self.period_closes[self.period]:
            return
        elif state == State.IDLE:
            self.stops_idling(operator)
            self.leaves(operator)
        elif state == State.AT_WORK:
            self.due_to_leave[operator] = True

    def on_call_ends(self, event: Any) -> None:
        """A duty on call ends, if it ever began."""
        raise NotImplementedError

    def leaves(self, operator: int) -> None:
        """The operator goes home."""
        self.state[operator] = State.AWAY
        self.due_to_leave[operator] = False
        self.breaks_owed[operator].clear()
        self.there[self.group[operator]] -= 1
        if self.now > self.came[operator]:
            self.presence.append((operator, self.came[operator], self.now))

    def is_free(self, operator: int) -> None:
        """To go home, to have the break that is due, or for the next caller."""
        self.serving[operator] = -1
        self.busy[operator] += self.now - self.began[operator]
        group = self.group[operator]
        if self.due_to_leave[operator]:
            if self.stays_on(operator):
                self.looks_for_work(operator)
            else:
                self.leaves(operator)
        elif self.departures_owed[group]:
            self.departures_owed[group] -= 1
            self.leaves(operator)
        elif not self.has_break(operator):
            self.looks_for_work(operator)

    def stays_on(self, operator: int) -> bool:
        """Whether who is due to leave stays for another caller, should one wait."""
        stays = self.crewing.stays[self.group[operator]]
        return not self.closed and self.now < self.duty_until[operator] + stays

    # --- breaks ------------------------------------------------------------------------------

    def break_is_due(self, event: Any) -> None:
        """A break begins, now or when the work in hand or an earlier break is done; who is not
        on duty is owed none."""
        operator = event.entity
        state = self.state[operator]
        if state == State.AWAY or self.now >= self.duty_until[operator]:
            return
        self.breaks_owed[operator].append(event._value)
        if state == State.IDLE and self.may_have_break(operator):
            self.stops_idling(operator)
            self.has_break(operator)

    def may_have_break(self, operator: int) -> bool:
        """Whether a break is owed and there is still time for it."""
        if not self.breaks_owed[operator] or self.now >= self.duty_until[operator]:
            return False
        return not self.closed or self.awaits_opening(operator)

    def has_break(self, operator: int) -> bool:
        """Begin the break that is owed, if one is; it ends with the duty at the latest."""
        if not self.may_have_break(operator):
            return False
        now = self.now
        lasts, row = self.breaks_owed[operator].pop(0)
        if self.state[operator] != State.ON_BREAK:
            self.there[self.group[operator]] -= 1
        self.state[operator] = State.ON_BREAK
        end = min(now + lasts, self.duty_until[operator])
        self.break_until[operator] = end
        self.breaks.append((operator, now, end, row))
        if end < self.duty_until[operator]:
            self.happens(Kind.DUTY, operator, lasts, self.break_ends)
        return True

    def break_ends(self, event: Any) -> None:
        """Back to work, unless another break is owed."""
        operator = event.entity
        if not self.has_break(operator):
            self.there[self.group[operator]] += 1
            self.looks_for_work(operator)

    # --- seats -------------------------------------------------------------------------------

    def seats_change(self, event: Any) -> None:
        """A headcount falls (idle ones leave, others once free) or rises (departures owed are
        cancelled first); while the line is closed nobody sits down or gets up."""
        if self.closed:
            return
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
        self.fill_seats(group, change - cancelled)

    def seats_are_set(self, event: Any) -> None:
        """The line opens again: so many are to be there, whoever is still at work among them."""
        group, number = event._value
        own = self.state[self.first[group] : self.first[group + 1]]
        present = sum(state != State.AWAY for state in own)
        self.seats_set[group] = number
        self.departures_owed[group] = max(0, present - number)
        self.fill_seats(group, max(0, number - present))

    def fill_seats(self, group: int, lacking: int) -> None:
        """So many come, the lowest free numbers first."""
        own = range(self.first[group], self.first[group + 1])
        free = [who for who in own if self.state[who] == State.AWAY]
        for operator in free[:lacking]:
            self.comes(operator)
