"""When the line closes and opens again, in the model in SimPy."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.calling import Calling
from sim.engine.day import Stage, State
from sim.events import Kind
from sim.outcomes import Outcome


class Periods(Calling):
    """The part of a day in which the line closes, and of several days in which it opens."""

    def leaves_line(self, row: int) -> None:
        """The wait on the line is over, one way or another."""
        raise NotImplementedError

    def frees_line(self, row: int) -> None:
        """The telephone line is free; who was called back held none."""
        raise NotImplementedError

    def ends(self, row: int, outcome: Outcome) -> None:
        """A contact ends without an answer; the caller may phone again."""
        raise NotImplementedError

    def schedule_openings(self) -> None:
        """The line opens before anything else happens at that instant."""
        for period, opens in enumerate(self.period_opens[1:], start=1):
            self.happens(Kind.DUTY, 0, opens, self.opening, period)

    def schedule_closings(self) -> None:
        """When the line closes, once or on several days."""
        for period, closes in enumerate(self.period_closes):
            self.happens(Kind.CLOSING, period, closes, self.closing)

    def opening(self, event: Any) -> None:
        """The line opens again; whose duty ended meanwhile goes home after the call in hand."""
        self.closed = False
        self.period = event._value
        for operator, state in enumerate(self.state):
            if state == State.AT_WORK and self.duty_until[operator] <= self.now:
                self.due_to_leave[operator] = True

    def closing(self, event: Any) -> None:
        """Nobody phones any more; those who wait are served to the end, or cut off."""
        self.closed = True
        for lane in range(self.lanes if self.calls_back else 0):
            self.gives_up_callbacks(lane, only_new=self.centre.serve)
        if self.centre.serve:
            self.settle()
        able = self.groups_that_stay() if self.centre.serve else [False] * self.groups
        for lane in range(self.lanes):
            if not any(able[group] for group in self.serving_groups(lane)):
                self.cuts_off(lane)
        for group in range(self.groups):
            for _, operator in list(self.idle[group]):
                if not self.awaits_opening(operator):
                    self.stops_idling(operator)
                    self.leaves(operator)

    def groups_that_stay(self) -> list[bool]:
        """At closing, of each group: whether an operator who takes calls is there or to come."""
        able = [-owed for owed in self.departures_owed]
        coming = self.coming()
        for operator, state in enumerate(self.state):
            stays = state in (State.IDLE, State.AT_WORK) and not self.due_to_leave[operator]
            # A break that ends with the duty has no return.
            returns = (
                state == State.ON_BREAK and self.break_until[operator] < self.duty_until[operator]
            )
            if stays or returns or operator in coming:
                able[self.group[operator]] += 1
        return [number > 0 for number in able]

    def coming(self) -> set[int]:
        """Operators whose duty starts before the line opens next."""
        roster, found = self.expected, set()
        following = self.period + 1
        until = self.period_opens[following] if following < len(self.period_opens) else inf
        for row, operator in enumerate(roster.duty_operator):
            by_clock = roster.on_call[row] < 0
            start = roster.duty_start[row] if by_clock else self.called_for.get(row, inf)
            if self.now < start < until:
                found.add(operator)
        return found

    def cuts_off(self, lane: int) -> None:
        """Send all of a lane away who wait."""
        for _, row in list(self.queues[lane]):
            self.leaves_line(row)
            self.frees_line(row)
            self.ends(row, Outcome.CUT_OFF)
        if self.calls_back:
            self.gives_up_callbacks(lane, only_new=False)

    def gives_up_callbacks(self, lane: int, only_new: bool) -> None:
        """Callers of a lane who are to be called back never will be."""
        for _, row in list(self.queues[self.lanes + lane]):
            if not (only_new and self.tried[row]):
                self.quits(self.lanes + lane, row)
                self.stage[row] = Stage.PAST
                self.outcome[row] = Outcome.CALLBACK_LOST
