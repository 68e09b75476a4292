"""Stretches of time, summed by reporting interval: who was there, and who was at work."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.centre import Centre

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]


class Stretches(NamedTuple):
    """Stretches [start, end) of time, each of one operator."""

    operator: Whole
    start: Floats
    end: Floats


def interval_of(times: Floats, edges: Floats) -> Whole:
    """The reporting interval of each time; what lies outside counts with the nearest one."""
    row = np.searchsorted(edges, times, side="right") - 1
    # np.clip would take longer than this on the few times of a day.
    return np.minimum(np.maximum(row, 0), len(edges) - 2)


def sums_at(cell: Whole, amount: Floats, cells: int) -> Floats:
    """Sum of the amounts in each cell."""
    return np.bincount(cell, amount, cells).astype(np.float64, copy=False)


def numbers_at(cell: Whole, cells: int) -> Floats:
    """Number of entries in each cell."""
    return np.bincount(cell, minlength=cells).astype(np.float64)


def and_all(by_type: Floats) -> Floats:
    """Figures by type, and their sum in the last place."""
    return np.append(by_type, by_type.sum())


def spread(start: Floats, end: Floats, column: Whole, columns: int, edges: Floats) -> Floats:
    """Seconds of the stretches in each interval, summed by column.

    Parameters
    ----------
    start, end : ndarray, shape (K,)
        Stretches of time in s.
    column : ndarray of int, shape (K,)
        Where each stretch is counted.
    columns : int
        Number of columns.
    edges : ndarray, shape (N + 1,)
        Ends of the intervals in s; time outside is counted in the first or the last.

    Returns
    -------
    ndarray, shape (N, columns)
        In s. The sum over intervals is the sum of the lengths.
    """
    rows = len(edges) - 1
    first, last = interval_of(start, edges), interval_of(end, edges)
    within = first == last
    head = np.where(within, end, edges[first + 1]) - start
    tail = np.where(within, 0.0, end - edges[last])
    cells = rows * columns
    seconds = sums_at(first * columns + column, head, cells)
    seconds += sums_at(last * columns + column, tail, cells)
    across = ~within
    opened = numbers_at(((first + 1) * columns + column)[across], cells)
    closed = numbers_at((last * columns + column)[across], cells)
    whole = np.cumsum((opened - closed).reshape(rows, columns), axis=0)
    result: Floats = seconds.reshape(rows, columns) + whole * np.diff(edges)[:, None]
    return result


class Crossings(NamedTuple):
    """What stretches of time and duties of the same operator have in common."""

    row: Whole
    """Place of the stretch."""
    duty: Whole
    """Place of the duty."""
    start: Floats
    """The duty cut to the stretch; its length may be 0."""
    end: Floats


def duties_of(centre: Centre) -> Stretches:
    """The rostered duty of persons, sorted by operator and start."""
    return Stretches(centre.duty_operator.astype(np.intp), centre.duty_start, centre.duty_end)


def crossings(stretches: Stretches, duties: Stretches) -> Crossings:
    """Each stretch with each duty of its operator.

    Parameters
    ----------
    stretches : Stretches
        Presences or breaks of persons.
    duties : Stretches
        Sorted by operator and start; no two of one operator overlap.
    """
    who, start, end = stretches
    first = np.searchsorted(duties.operator, who, side="left")
    count = np.searchsorted(duties.operator, who, side="right") - first
    before = np.cumsum(count) - count
    row = np.repeat(np.arange(len(who)), count)
    duty = np.arange(len(row)) - np.repeat(before - first, count)
    duty_start = np.clip(duties.start[duty], start[row], end[row])
    duty_end = np.clip(duties.end[duty], start[row], end[row])
    return Crossings(row, duty, duty_start, duty_end)


def duty_within(stretches: Stretches, duties: Stretches) -> tuple[Stretches, Stretches]:
    """Parts of the stretches inside and outside the duties of their operators.

    Parameters
    ----------
    stretches, duties : Stretches
        As for `crossings`.

    Returns
    -------
    inside, outside : Stretches
        Stretches of length 0 may be among them.
    """
    who, start, end = stretches
    row, _, duty_start, duty_end = crossings(stretches, duties)
    # What is outside: from each duty's predecessor (or the coming) to the duty, and from the
    # last duty (or the coming) to the leaving.
    previous = start[row]
    follows = np.flatnonzero(row[1:] == row[:-1]) + 1
    previous[follows] = duty_end[follows - 1]
    last = start.copy()
    # Rows go up, so that of several duties of a stretch the last one stays.
    last[row] = duty_end
    inside = Stretches(who[row], duty_start, duty_end)
    outside = Stretches(
        np.concatenate([who[row], who]),
        np.concatenate([previous, last]),
        np.concatenate([duty_start, end]),
    )
    return inside, outside


class SeatTime(NamedTuple):
    """Seconds of one group of seats, by interval and in all."""

    on_duty: Floats
    overtime: Floats
    on_duty_total: float
    overtime_total: float


def seats_at(
    group: int, times: Floats, centre: Centre, number: NDArray[np.int32] | None = None
) -> Floats:
    """Number of seats of a group from each time on; 0 while the line is closed.

    Parameters
    ----------
    number : ndarray of int, optional
        Seats at each change of the roster, less those whose operator is absent.
    """
    mine = centre.seat_group == group
    changes = centre.seat_time[mine]
    numbers = (centre.seat_number if number is None else number)[mine]
    seats = np.zeros(len(changes) + 1)
    seats[1:] = numbers
    there: Floats = seats[np.searchsorted(changes, times, side="right")]
    there[~is_open(times, centre)] = 0
    return there


def is_open(times: Floats, centre: Centre) -> NDArray[np.bool_]:
    """Whether the line is open at each time."""
    opens, closes = centre.calendar.period_opens, centre.calendar.period_closes
    if len(opens) == 1:
        during: NDArray[np.bool_] = (times >= opens[0]) & (times < closes[0])
    else:
        period = np.searchsorted(opens, times, side="right") - 1
        during = (period >= 0) & (times < closes[period])
    return during


def seat_time(
    group: int, start: Floats, end: Floats, centre: Centre, edges: Floats,
    number: NDArray[np.int32] | None = None,
) -> SeatTime:  # fmt: skip
    """On duty up to the number of seats, overtime above it, at every instant.

    Parameters
    ----------
    group : int
        A group that has a headcount.
    start, end : ndarray, shape (K,)
        When its operators were there.
    centre : Centre
        It has the number of seats over time.
    edges : ndarray, shape (N + 1,)
        Ends of the reporting intervals.
    number : ndarray of int, optional
        As for `seats_at`.

    Returns
    -------
    SeatTime
        Overtime after closing counts in the last interval.
    """
    times, present, seats = seat_pieces(group, start, end, centre, edges, number)
    length, row = np.diff(times), interval_of(times[:-1], edges)
    on_duty = np.minimum(present, seats) * length
    overtime = np.maximum(0, present - seats) * length
    rows = len(edges) - 1
    return SeatTime(
        sums_at(row, on_duty, rows),
        sums_at(row, overtime, rows),
        float(on_duty.sum()),
        float(overtime.sum()),
    )


def seat_pieces(
    group: int, start: Floats, end: Floats, centre: Centre, edges: Floats,
    number: NDArray[np.int32] | None = None,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """Times between which nothing changes for a group of seats, who is there and the seats.

    Returns
    -------
    times : ndarray, shape (K + 1,)
    present, seats : ndarray, shape (K,)
    """
    changes = centre.seat_time[centre.seat_group == group]
    closes = centre.calendar.period_closes
    times = np.concatenate([start, end, changes, closes, edges])
    times.sort()
    times = times[np.append(True, times[1:] > times[:-1])]
    came = np.searchsorted(np.sort(start), times, side="right")
    left = np.searchsorted(np.sort(end), times, side="right")
    seats = seats_at(group, times, centre, number)
    return times, (came - left)[:-1].astype(np.float64), seats[:-1]
