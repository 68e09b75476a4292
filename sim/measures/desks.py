"""What a day is for the operators: stretches without a pause, breaks, and calls that come back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.centre import Centre
from sim.columns import Column
from sim.crewing import BREAK
from sim.measures.spread import (
    Floats,
    Stretches,
    Whole,
    and_all,
    crossings,
    duties_of,
    duty_within,
    numbers_at,
    sums_at,
)
from sim.measures.sums import PAUSE, tries_of, work_started
from sim.outcomes import Outcome, Outcomes

DESK_FIGURES = (
    Column("longest_stretch", "float64", "s", "the longest time for which an operator handled "
           "contacts with no pause of a minute or more; on several days the mean of the days"),
    Column("came", "float64", "operators", "operators who came, on each day"),
    Column("breaks_taken", "float64", "breaks", "breaks taken, meetings left out"),
    Column("breaks_late", "float64", "breaks", "of these, begun later than the roster allows"),
    Column("breaks_due", "float64", "breaks", "rostered breaks that fell due while their operator "
           "was there"),
    Column("breaks_missed", "float64", "breaks", "of these, never taken"),
)  # fmt: skip
"""What a day is for operators, by group and all."""


class Work(NamedTuple):
    """Contacts in hand and tries to call back, by operator and start."""

    operator: Whole
    start: Floats
    end: Floats


def work_of(outcomes: Outcomes) -> Work:
    """When each operator was at work."""
    answered, tries = np.flatnonzero(outcomes.outcome == Outcome.ANSWERED), tries_of(outcomes)
    operator = np.concatenate([outcomes.operator[answered], tries.operator]).astype(np.intp)
    start = np.concatenate([work_started(outcomes, answered), tries.start])
    end = np.concatenate([outcomes.handled[answered], tries.end])
    order = np.lexsort((end, start, operator))
    return Work(operator[order], start[order], end[order])


def stretches_of(work: Work) -> Stretches:
    """Times in which an operator had no pause of a minute or more.

    Notes
    -----
    Times are compared by the clock: work that begins at `end + PAUSE` begins a new stretch.
    """
    who, start, end = work
    if len(who) == 0:
        return Stretches(who, start, end)
    begins = np.ones(len(who), np.bool_)
    begins[1:] = (who[1:] != who[:-1]) | (start[1:] >= end[:-1] + PAUSE)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(who)) - 1
    return Stretches(who[first], start[first], end[last])


def longest_by_group(outcomes: Outcomes, centre: Centre) -> Floats:
    """The longest stretch of each group on a single day; shape (G,)."""
    longest: Floats = longest_stretches(outcomes, centre, np.full(1, -np.inf))[0]
    return longest


def longest_stretches(outcomes: Outcomes, centre: Centre, day_begins: Floats) -> Floats:
    """The longest stretch of each day and group.

    Parameters
    ----------
    outcomes : Outcomes
        What an engine made of the days.
    centre : Centre
        It has the groups.
    day_begins : ndarray, shape (D,)
        From when on a stretch counts with each day, in s.

    Returns
    -------
    ndarray, shape (D, G)
        In s; 0 where nobody worked.
    """
    longest = np.zeros((len(day_begins), len(centre.groups)))
    found = stretches_of(work_of(outcomes))
    day = np.searchsorted(day_begins, found.start, side="right") - 1
    of = centre.operator_group.astype(np.intp)[found.operator]
    np.maximum.at(longest, (day, of), found.end - found.start)
    return longest


def desks_of(
    outcomes: Outcomes, centre: Centre, day_begins: Floats, longest: Floats | None
) -> dict[str, Floats]:
    """What the day was for the operators.

    Parameters
    ----------
    outcomes, centre, day_begins
        As for `longest_stretches`.
    longest : ndarray, shape (G,), optional
        The longest stretch of each group of a single day, where it is known.

    Returns
    -------
    dict of str to ndarray, shape (G + 1,)
        `DESK_FIGURES` by group and all; those that are 0 may be left out.
    """
    days = longest_stretches(outcomes, centre, day_begins) if longest is None else longest[None]
    everybody = np.concatenate([days, days.max(axis=1, keepdims=True)], axis=1)
    found = {"longest_stretch": everybody.sum(axis=0) / len(days)}
    found["came"] = and_all(_came(outcomes, centre, day_begins))
    if len(centre.break_due):
        found |= _breaks(outcomes, centre)
    return found


def _came(outcomes: Outcomes, centre: Centre, day_begins: Floats) -> Floats:
    """Operators who came, once for each day on which they did."""
    who = outcomes.presence_operator
    # Presences are in the order of operator and start.
    new = np.ones(len(who), np.bool_)
    new[1:] = who[1:] != who[:-1]
    if len(day_begins) > 1:
        day = np.searchsorted(day_begins, outcomes.presence_start, side="right")
        new[1:] |= day[1:] != day[:-1]
    return numbers_at(centre.operator_group[who[new]].astype(np.intp), len(centre.groups))


def _breaks(outcomes: Outcomes, centre: Centre) -> dict[str, Floats]:
    """Breaks taken, late and missed; meetings and the like are none."""
    of, columns = centre.operator_group.astype(np.intp), len(centre.groups)
    calendar = centre.calendar
    row, start = outcomes.break_row, outcomes.break_start
    if (row < 0).any():  # the table does not say which breaks they are
        return {}
    taken = np.zeros(len(centre.break_due), np.bool_)
    taken[row] = True
    plain = calendar.break_kind == BREAK
    late = np.zeros(len(centre.break_due), np.bool_)
    late[row] = start > calendar.break_latest[row]
    due = plain if taken.all() else plain & (taken | fell_due(outcomes, centre))
    group = of[centre.break_operator]
    figures = {
        "breaks_taken": plain & taken,
        "breaks_late": plain & late,
        "breaks_due": due,
        "breaks_missed": due & ~taken,
    }
    return {name: and_all(numbers_at(group[each], columns)) for name, each in figures.items()}


def fell_due(outcomes: Outcomes, centre: Centre) -> NDArray[np.bool_]:
    """Whether each rostered break fell due while its operator was there."""
    breaks = Stretches(centre.break_operator.astype(np.intp), centre.break_due, centre.break_due)
    present = Stretches(
        outcomes.presence_operator.astype(np.intp), outcomes.presence_start, outcomes.presence_end
    )
    met = crossings(breaks, present)
    due = breaks.start[met.row]
    there = (present.start[met.duty] <= due) & (due < present.end[met.duty])
    found = np.zeros(len(breaks.operator), np.bool_)
    found[met.row[there]] = True
    return found


OPERATORS = (
    Column("calls", "float64", "contacts", "contacts answered"),
    Column("handling", "float64", "s", "talk, wrap-up, ring, conferences and tries to call back"),
    Column("on_duty", "float64", "s", "present and not on a break, within rostered duty; of seats "
           "in the open hours"),
    Column("overtime", "float64", "s", "present outside rostered duty; of seats in closed hours"),
    Column("longest_stretch", "float64", "s", "longest work without a pause of a minute"),
)  # fmt: skip
"""What each operator did in a replication."""


def operators_of(outcomes: Outcomes, centre: Centre) -> Floats:
    """What each operator did.

    Parameters
    ----------
    outcomes : Outcomes
        What an engine made of the days.
    centre : Centre
        It has the roster.

    Returns
    -------
    ndarray, shape (5, operators)
        `OPERATORS`.
    """
    number, found = centre.operators, np.zeros((len(OPERATORS), centre.operators))
    answered = outcomes.outcome == Outcome.ANSWERED
    found[0] = numbers_at(outcomes.operator[answered].astype(np.intp), number)
    work = work_of(outcomes)
    found[1] = sums_at(work.operator, work.end - work.start, number)
    present = Stretches(
        outcomes.presence_operator.astype(np.intp), outcomes.presence_start, outcomes.presence_end
    )
    away = Stretches(
        outcomes.break_operator.astype(np.intp), outcomes.break_start, outcomes.break_end
    )
    duty = _duties_and_seats(centre)
    for stretches, sign in ((present, 1), (away, -1)):
        inside, outside = duty_within(stretches, duty)
        found[2] += sign * sums_at(inside.operator, inside.end - inside.start, number)
        if sign > 0:
            found[3] = sums_at(outside.operator, outside.end - outside.start, number)
    stretches = stretches_of(work)
    np.maximum.at(found[4], stretches.operator, stretches.end - stretches.start)
    return found


def _duties_and_seats(centre: Centre) -> Stretches:
    """Rostered duty; of a seat the hours in which the line is open."""
    seats = np.flatnonzero(centre.seats[centre.operator_group])
    opens, closes = centre.calendar.period_opens, centre.calendar.period_closes
    duties = duties_of(centre)
    who = np.concatenate([duties.operator, np.repeat(seats, len(opens))])
    start = np.concatenate([duties.start, np.tile(opens, len(seats))])
    end = np.concatenate([duties.end, np.tile(closes, len(seats))])
    order = np.lexsort((start, who))
    return Stretches(who[order], start[order], end[order])
