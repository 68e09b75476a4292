"""Who is to come: the roster less those who are absent, and later for those who are late."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.callers import Staff
    from sim.centre import Centre


@dataclass(slots=True)
class Duty:
    """A duty of one who is not absent."""

    operator: int
    start: float
    """When the operator comes; of who is on call, from when on they may be called."""
    end: float
    on_call: bool = False
    called: bool = False
    above_queue: int = -1
    """Called when more than so many wait; -1: not by the queue."""
    above_wait: float = inf
    """... when somebody has waited so many s; inf: not by the wait."""
    delay: float = 0.0
    """Seconds from the call until the operator is there."""


Rest = tuple[int, float, float, int]
"""Operator of a break, when it is due, how long it lasts, and its row in the roster."""

Change = tuple[float, int, int]
"""Time, group and number of seats."""


class Turnout:
    """The roster as those turn out whom it names."""

    def __init__(self, centre: Centre, staff: Staff) -> None:
        self._days = centre.calendar.days
        self._absent: list[bool] = staff.absent.tolist()
        self._late: list[float] = staff.late.tolist()
        self.duties = self._who_comes(centre)
        self.breaks = self._whose_breaks(centre)
        self.changes = self._how_many_seats(centre)

    def absent(self, operator: int, day: int) -> bool:
        """Whether an operator does not come on a day."""
        return self._absent[operator * self._days + day]

    def _who_comes(self, centre: Centre) -> list[Duty]:
        calendar, duties = centre.calendar, []
        rows = zip(
            centre.duty_operator.tolist(),
            centre.duty_start.tolist(),
            centre.duty_end.tolist(),
            calendar.duty_day.tolist(),
            calendar.on_call.tolist(),
            strict=True,
        )
        for who, start, end, day, condition in rows:
            if self.absent(who, day):
                continue
            if condition < 0:
                comes = start + self._late[who * self._days + day]
                if comes < end:
                    duties.append(Duty(who, comes, end))
                continue
            duty = Duty(who, start, end, on_call=True)
            duty.above_queue = int(calendar.call_queue[condition])
            duty.above_wait = float(calendar.call_wait[condition])
            duty.delay = float(calendar.call_delay[condition])
            duties.append(duty)
        return duties

    def _whose_breaks(self, centre: Centre) -> list[Rest]:
        rows = zip(
            centre.break_operator.tolist(),
            centre.break_due.tolist(),
            centre.break_lasts.tolist(),
            centre.calendar.break_day.tolist(),
            strict=True,
        )
        return [
            (who, due, lasts, row)
            for row, (who, due, lasts, day) in enumerate(rows)
            if not self.absent(who, day)
        ]

    def _how_many_seats(self, centre: Centre) -> list[Change]:
        """Seats taken: of so many of a group, those whose operator is not absent that day."""
        changes = []
        rows = zip(
            centre.seat_time.tolist(),
            centre.seat_group.tolist(),
            centre.seat_number.tolist(),
            centre.calendar.seat_day.tolist(),
            strict=True,
        )
        for time, group, number, day in rows:
            first = int(centre.first_operator[group])
            there = [not self.absent(who, day) for who in range(first, first + number)]
            changes.append((time, group, sum(there)))
        return changes
