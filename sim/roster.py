"""Who is expected today: the roster less those who are absent or late, as both engines read it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.callers import Staff
from sim.centre import Centre

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class Expected(NamedTuple):
    """Duties, breaks and seats of those who come, in the order of the roster."""

    duty_operator: Ints
    duty_start: Floats
    """When the operator is at the desk, in s on the running clock; of who is on call, from when
    on they may be called."""
    duty_end: Floats
    on_call: Ints
    """Condition under which the duty begins; -1: it begins by the clock."""
    break_operator: Ints
    break_due: Floats
    break_lasts: Floats
    break_row: Ints
    """Row of each break in the arrays of `Centre`."""
    seat_time: Floats
    seat_group: Ints
    seat_number: Ints
    """Seats less those whose operator is absent."""


def expected_at(centre: Centre, staff: Staff) -> Expected:
    """The roster as it turns out.

    Parameters
    ----------
    centre : Centre
        It has the roster.
    staff : Staff
        Who is absent or late on which day.

    Returns
    -------
    Expected

    Notes
    -----
    Who would be so late that the duty is over does not come. A break that falls due before its
    operator has come is left out. Of n seats of a group those of its first n operators who are
    not absent that day are taken.
    """
    calendar = centre.calendar
    days = calendar.days
    duty = centre.duty_operator.astype(np.int64) * days + calendar.duty_day
    start = centre.duty_start.copy()
    by_clock = calendar.on_call < 0
    start[by_clock] += staff.late[duty[by_clock]]
    comes = ~staff.absent[duty] & (start < centre.duty_end)
    rest = centre.break_operator.astype(np.int64) * days + calendar.break_day
    kept = ~staff.absent[rest]
    if staff.late.any() or not comes.all():
        kept &= _within_a_duty(centre, start, comes)
    return Expected(
        duty_operator=centre.duty_operator[comes],
        duty_start=start[comes],
        duty_end=centre.duty_end[comes],
        on_call=calendar.on_call[comes],
        break_operator=centre.break_operator[kept],
        break_due=centre.break_due[kept],
        break_lasts=centre.break_lasts[kept],
        break_row=np.flatnonzero(kept).astype(np.int32),
        seat_time=centre.seat_time,
        seat_group=centre.seat_group,
        seat_number=seats_taken(centre, staff),
    )


def _within_a_duty(centre: Centre, start: Floats, comes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether each break falls due while its operator has come and is on duty."""
    due, inside = centre.break_due, np.zeros(len(centre.break_due), np.bool_)
    first = np.searchsorted(centre.duty_operator, centre.break_operator, side="left")
    last = np.searchsorted(centre.duty_operator, centre.break_operator, side="right")
    for turn in range(int((last - first).max(initial=0))):
        # The duty of that turn, of those who have so many.
        own = np.flatnonzero(first + turn < last)
        duty = first[own] + turn
        there = (start[duty] <= due[own]) & (due[own] < centre.duty_end[duty])
        inside[own] |= comes[duty] & there
    return inside


def seats_taken(centre: Centre, staff: Staff) -> Ints:
    """Seats of each change less those whose operator is absent that day."""
    taken = centre.seat_number.astype(np.int32)
    if not len(taken) or not staff.absent.any():
        return taken
    absent = staff.absent.reshape(-1, centre.calendar.days)
    for row, (group, number) in enumerate(zip(centre.seat_group, centre.seat_number, strict=True)):
        first = int(centre.first_operator[group])
        away = absent[first : first + int(number), centre.calendar.seat_day[row]]
        taken[row] -= int(np.count_nonzero(away))
    return taken
