"""Operators on call, who come when many or long ones wait, in the model in SimPy."""

from __future__ import annotations

from typing import Any

from sim.callers import Callers, Staff
from sim.centre import Centre
from sim.engine.crew import Crew
from sim.engine.day import State
from sim.events import Kind
from sim.rules import is_called_in


class Calling(Crew):
    """The part of a day in which operators on call are called."""

    def __init__(self, centre: Centre, callers: Callers, staff: Staff) -> None:
        super().__init__(centre, callers, staff)
        on_call = self.expected.on_call
        self.at_home = [row for row, condition in enumerate(on_call) if condition >= 0]
        self.called_for: dict[int, float] = {}
        """When who was called comes, by the row of the duty."""

    def calls_in(self, row: int, joined: float) -> None:
        """Call whom the wait of a caller, or the length of the queues, calls for.

        Parameters
        ----------
        joined : float
            Since when the caller waits whose wait is looked at; inf: nobody's is.
        """
        if self.closed or not self.at_home:
            return
        groups = self.serving_groups(self.lane[row])
        for duty in list(self.at_home):
            if self.group[self.expected.duty_operator[duty]] in groups:
                self.may_call(duty, joined)

    def may_call(self, duty: int, joined: float) -> None:
        """Call one operator if the condition holds, and there is time enough to come; who is still
        at work from an earlier duty is not called."""
        roster, calendar = self.expected, self.centre.calendar
        operator, end = roster.duty_operator[duty], roster.duty_end[duty]
        if not roster.duty_start[duty] <= self.now < end or self.state[operator] != State.AWAY:
            return
        condition = roster.on_call[duty]
        group = self.group[operator]
        waiting = sum(
            self.waiting(lane)
            for lane in range(self.lanes)
            if self.routing.tier[lane * self.groups + group] >= 0
        )
        needed = is_called_in(
            int(calendar.call_queue[condition]), float(calendar.call_wait[condition]), waiting,
            joined, self.now,
        )  # fmt: skip
        delay = float(calendar.call_delay[condition])
        if needed and self.now + delay < end:
            self.at_home.remove(duty)
            self.called_for[duty] = self.now + delay
            self.happens(Kind.DUTY, operator, delay, self.duty_starts, end)

    def on_call_ends(self, event: Any) -> None:
        """A duty on call ends, if it ever began."""
        if event._value in self.called_for:
            self.duty_ends(event)
