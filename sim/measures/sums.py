"""One day's contacts summed with numpy: what small jobs use, where compiled code is not loaded.

`passes.py` finds the same sums in one compiled pass, added up in the same order, so that they
are the same to the last bit and a result does not depend on which of the two found it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.centre import Centre
from sim.measures.spread import (
    Floats,
    Stretches,
    Whole,
    duties_of,
    duty_within,
    interval_of,
    numbers_at,
    spread,
    sums_at,
)
from sim.outcomes import Outcome, Outcomes

LIMITS = (60.0, 300.0, 1800.0)
"""Waits in s whose excess is counted: `over_1_min`, `over_5_min`, `over_30_min`."""


PAUSE = 60.0
"""Seconds without a contact in hand, free or on a break, that end a stretch of work."""

CALLED_BACK = len(Outcome)
"""Stands for the outcome of who was answered by a callback, in sums only."""


class Against(NamedTuple):
    """What contacts are counted against; N intervals, T call types, G operator groups."""

    edges: Floats
    """Ends of the reporting intervals in s; shape (N + 1,)."""
    within: Floats
    """Threshold of each type in s; shape (T,)."""
    ignore_under: Floats
    """Who hangs up sooner is short, in s; shape (T,)."""
    opens: Floats
    """When the line opens, in s on the running clock; shape (P,)."""
    closes: Floats
    """When it closes, likewise."""
    rings: bool
    """Whether it rings at a desk before the talk, so that the wait goes on until then."""
    operator_group: NDArray[np.int32]
    """Group of each operator."""
    groups: int
    """Number of groups."""


class Tries(NamedTuple):
    """Tries to call somebody back, with the type of the contact."""

    kind: NDArray[np.int16]
    operator: NDArray[np.int32]
    start: Floats
    end: Floats


class Sums(NamedTuple):
    """What the contacts of a day add up to, always in the order of the table."""

    by_outcome: Floats
    """Contacts by outcome (see `codes_of`), interval of arrival and type; shape (7, N, T)."""
    answered_in_time: Floats
    """This and what follows as in `CONTACT_SUMS`; shape (N, T)."""
    abandoned_in_time: Floats
    short: Floats
    delayed: Floats
    wait: Floats
    answered_wait: Floats
    over: Floats
    """Contacts that waited longer than each of `LIMITS`; shape (3, T)."""
    queue_time: Floats
    """Integral of the number waiting over the open hours in s; shape (T,)."""
    queue_max: Floats
    """The most who waited at once; shape (T + 1,), all types in the last place."""
    handled: Floats
    """Answered contacts, by the group that talked; handling in s, tries to call back included,
    by the group that was at work; shape (2, T, G)."""
    handling: Floats
    """Handling in s by the interval in which it fell, tries included; shape (N, G)."""
    handling_of: Floats
    """Handling in s; shape (G,)."""
    waits: tuple[Floats, ...]
    """Waits in s of the contacts that have one, ascending; one array a type."""
    longest: Floats | None
    """The longest stretch of work by group where it is found in passing; shape (G,)."""


class StaffSums(NamedTuple):
    """`STAFF_SUMS` of operators with a duty of their own; handling, and seats, are left at 0."""

    by_interval: Floats
    """Time on duty within the open hours only; shape (3, N, G)."""
    by_group: Floats
    """Whenever it happened; shape (3, G)."""


def sums_of(outcomes: Outcomes, against: Against) -> Sums:
    """Sum up the contacts of a day.

    Parameters
    ----------
    outcomes : Outcomes
        What an engine made of the day.
    against : Against
        Intervals, thresholds and groups.

    Returns
    -------
    Sums
    """
    kind, types = outcomes.type.astype(np.intp), len(against.within)
    return Sums(
        **_by_interval(outcomes, kind, against),
        **_by_type(outcomes, kind, types, against),
        **_handling(outcomes, kind, against),
        longest=None,
    )


def against_of(centre: Centre, edges: Floats, within: Floats, ignore_under: Floats) -> Against:
    """What the contacts of a line are counted against."""
    calendar = centre.calendar
    return Against(
        edges, within, ignore_under, calendar.period_opens, calendar.period_closes,
        bool(centre.crewing.ring.any()), centre.operator_group, len(centre.groups),
    )  # fmt: skip


def wait_over(outcomes: Outcomes, rings: bool) -> Floats:
    """When each caller's wait was over: with the talk, where it rings at the desk before."""
    if not rings:
        return outcomes.wait_ended
    on_the_line = codes_of(outcomes) == Outcome.ANSWERED
    return np.where(on_the_line, outcomes.talk_started, outcomes.wait_ended)


def work_started(outcomes: Outcomes, rows: NDArray[np.intp]) -> Floats:
    """When operators began to work on some answered contacts: with the end of the wait on the
    line, ring included, but for who was called back with the talk."""
    started = outcomes.wait_ended[rows]
    if outcomes.tells("callback"):
        back = ~np.isnan(outcomes.callback[rows])
        started[back] = outcomes.talk_started[rows[back]]
    return started


def codes_of(outcomes: Outcomes) -> NDArray[np.int8]:
    """The outcome of each contact, with CALLED_BACK for who was answered by a callback."""
    if not outcomes.tells("callback"):
        return outcomes.outcome
    back = (outcomes.outcome == Outcome.ANSWERED) & ~np.isnan(outcomes.callback)
    return np.where(back, np.int8(CALLED_BACK), outcomes.outcome)


def tries_of(outcomes: Outcomes) -> Tries:
    """The tries of a day; the operator who dials is at work all the while."""
    row = np.searchsorted(outcomes.contact, outcomes.try_contact)
    return Tries(outcomes.type[row], outcomes.try_operator, outcomes.try_start, outcomes.try_end)


def _by_interval(outcomes: Outcomes, kind: Whole, against: Against) -> dict[str, Any]:
    arrival, taken, outcome = outcomes.arrival, outcomes.wait_ended, codes_of(outcomes)
    ended = wait_over(outcomes, against.rings)
    shape = (len(against.edges) - 1, len(against.within))
    cell = interval_of(arrival, against.edges) * shape[1] + kind
    cells = shape[0] * shape[1]
    codes = numbers_at(outcome.astype(np.intp) * cells + cell, (CALLED_BACK + 1) * cells)

    def number(rows: NDArray[np.bool_]) -> Floats:
        return numbers_at(cell[rows], cells).reshape(shape)

    def total(rows: NDArray[np.bool_]) -> Floats:
        return sums_at(cell[rows], (ended - arrival)[rows], cells).reshape(shape)

    answered, abandoned = outcome == Outcome.ANSWERED, outcome == Outcome.ABANDONED
    waited = answered | abandoned | (outcome == Outcome.CUT_OFF) | (outcome == CALLED_BACK)
    came = (outcome != Outcome.BLOCKED) & (outcome != Outcome.CONTAINED)
    in_time = ended <= arrival + against.within[kind]  # False for a blocked contact's NaN
    return {
        "by_outcome": codes.reshape(CALLED_BACK + 1, *shape),
        "answered_in_time": number(answered & in_time),
        "abandoned_in_time": number(abandoned & in_time),
        "short": number(abandoned & (ended < arrival + against.ignore_under[kind])),
        "delayed": number(came & ~(answered & (taken == arrival))),
        "wait": total(waited),
        "answered_wait": total(answered),
    }


def _by_type(outcomes: Outcomes, kind: Whole, types: int, against: Against) -> dict[str, Any]:
    arrival, ended = outcomes.arrival, wait_over(outcomes, against.rings)
    queued = ended > arrival
    joined, left, of = arrival[queued], ended[queued], kind[queued]
    most = [most_at_once(joined[of == scope], left[of == scope]) for scope in range(types)]
    wait = ended - arrival
    there = ~np.isnan(wait)
    return {
        "over": np.stack([numbers_at(kind[ended > arrival + x], types) for x in LIMITS]),
        "queue_time": sums_at(of, open_seconds(joined, left, against), types),
        "queue_max": np.array([*most, most_at_once(joined, left)]),
        "waits": tuple(np.sort(wait[there & (kind == scope)]) for scope in range(types)),
    }


def open_seconds(joined: Floats, left: Floats, against: Against) -> Floats:
    """Seconds of each wait in which the line was open."""
    seconds = np.zeros(len(joined))
    if len(against.opens) == 1:
        seconds += np.minimum(left, against.closes[0]) - joined
        return seconds
    for opens, closes in zip(against.opens, against.closes, strict=True):
        seconds += np.clip(left, opens, closes) - np.clip(joined, opens, closes)
    return seconds


def most_at_once(joined: Floats, left: Floats) -> float:
    """The most who wait at once; who leaves at an instant does so before another joins."""
    if len(joined) == 0:
        return 0.0
    joins, leaves = np.sort(joined), np.sort(left)
    waiting = np.arange(1, len(joins) + 1) - np.searchsorted(leaves, joins, side="right")
    return float(waiting.max())


def _handling(outcomes: Outcomes, kind: Whole, against: Against) -> dict[str, Any]:
    """Talks and wrap-ups in the order of the table, then the tries."""
    answered, tries = np.flatnonzero(outcomes.outcome == Outcome.ANSWERED), tries_of(outcomes)
    operator = np.concatenate([outcomes.operator[answered], tries.operator])
    group = against.operator_group[operator].astype(np.intp)
    start = np.concatenate([work_started(outcomes, answered), tries.start])
    end = np.concatenate([outcomes.handled[answered], tries.end])
    shape = (len(against.within), against.groups)
    cell = np.concatenate([kind[answered], tries.kind]) * shape[1] + group
    cells = shape[0] * shape[1]
    number, time = numbers_at(cell[: len(answered)], cells), sums_at(cell, end - start, cells)
    return {
        "handled": np.stack([number.reshape(shape), time.reshape(shape)]),
        "handling": spread(start, end, group, against.groups, against.edges),
        "handling_of": sums_at(group, end - start, against.groups),
    }


def staff_sums_of(outcomes: Outcomes, centre: Centre, edges: Floats) -> StaffSums:
    """Sum up when persons were there, within their rostered duty and outside it.

    Parameters
    ----------
    outcomes : Outcomes
        It has the presences and the breaks.
    centre : Centre
        It has the rostered duty.
    edges : ndarray, shape (N + 1,)
        Ends of the reporting intervals in s.

    Returns
    -------
    StaffSums
    """
    columns = len(centre.groups)
    by_interval, by_group = np.zeros((3, len(edges) - 1, columns)), np.zeros((3, columns))
    of = centre.operator_group.astype(np.intp)
    present = Stretches(
        outcomes.presence_operator.astype(np.intp), outcomes.presence_start, outcomes.presence_end
    )
    person = ~centre.seats[of[present.operator]]
    persons = Stretches(present.operator[person], present.start[person], present.end[person])
    inside, outside = duty_within(persons, duties_of(centre))
    away = Stretches(
        outcomes.break_operator.astype(np.intp), outcomes.break_start, outcomes.break_end
    )
    away, _ = duty_within(away, duties_of(centre))
    for place, sign, (operator, start, end) in ((0, 1, inside), (0, -1, away), (2, 1, outside)):
        group = of[operator]
        by_group[place] += sign * sums_at(group, end - start, columns)
        if place == 0:
            start, end = np.clip((start, end), edges[0], edges[-1])
        by_interval[place] += sign * spread(start, end, group, columns, edges)
    return StaffSums(by_interval, by_group)
