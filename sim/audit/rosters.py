"""Facts of the presence and break tables, by themselves and beside the contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.audit.facts import Fact, Findings, clock
from sim.audit.hours import Hours
from sim.audit.work import Work, work_of

if TYPE_CHECKING:
    from sim.callers import Staff
    from sim.centre import Centre
    from sim.outcomes import Outcomes

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]


def note_rosters(centre: Centre, staff: Staff, outcomes: Outcomes, found: Findings) -> None:
    """Note what does not hold in the tables of presences and breaks."""
    presence = (outcomes.presence_operator, outcomes.presence_start, outcomes.presence_end)
    breaks = (outcomes.break_operator, outcomes.break_start, outcomes.break_end)
    _note_order(Fact.PRESENCE_TABLE, *presence, found)
    _note_order(Fact.BREAK_TABLE, *breaks, found)
    _note_absent(centre, staff, presence, found)
    if not found.said(Fact.PRESENCE_TABLE, Fact.BREAK_TABLE):
        _note_inside(Fact.BREAK_TABLE, "is on a break", breaks, presence, found)
        work = work_of(outcomes)
        # who comes after closing for a contact of no length may be gone at once, without a row
        hours = Hours(centre)
        moot = (work.start == work.end) & np.array([hours.closed_by(t) for t in work.start], bool)
        work = Work(*(column[~moot] for column in work))
        does = "is with a caller"
        _note_inside(Fact.PRESENT, does, (work.operator, work.start, work.end), presence, found)
        _note_at_break(work, breaks, found)


def _note_absent(
    centre: Centre, staff: Staff, presence: tuple[Numbers, Floats, Floats], found: Findings
) -> None:
    """Note who comes during a duty of a day on which they are absent."""
    who, day = centre.duty_operator.astype(np.int64), centre.calendar.duty_day
    missed = np.flatnonzero(staff.absent[who * centre.calendar.days + day])
    there = np.zeros(len(presence[0]), np.bool_)
    for duty in missed.tolist():
        starts = (presence[1] >= centre.duty_start[duty]) & (presence[1] < centre.duty_end[duty])
        there |= (presence[0] == who[duty]) & starts
    found.note_where(
        Fact.ABSENT,
        there,
        lambda i: f"operator {presence[0][i]} is there from {clock(presence[1][i])}",
    )


def _note_order(fact: Fact, operator: Numbers, start: Floats, end: Floats, found: Findings) -> None:
    found.note_where(
        fact,
        ~((start <= end) & np.isfinite(start) & np.isfinite(end)),
        lambda i: f"operator {operator[i]} from {clock(start[i])} to {clock(end[i])}",
    )
    follows = (operator[1:] > operator[:-1]) | (
        (operator[1:] == operator[:-1]) & (start[1:] >= end[:-1])
    )
    found.note_where(
        fact,
        ~follows,
        lambda i: (
            f"operator {operator[i + 1]} from {clock(start[i + 1])} comes after "
            f"operator {operator[i]} until {clock(end[i])}"
        ),
    )


def _spans(operator: Numbers, who: int) -> slice:
    """Where a sorted column names one operator."""
    return slice(
        int(np.searchsorted(operator, who)), int(np.searchsorted(operator, who, side="right"))
    )


def _note_inside(
    fact: Fact,
    does: str,
    spells: tuple[Numbers, Floats, Floats],
    presence: tuple[Numbers, Floats, Floats],
    found: Findings,
) -> None:
    """Note the spells (operator, start, end) that lie in no presence of their operator."""
    operator, start, end = spells
    outside = np.ones(len(operator), np.bool_)
    for who in np.unique(operator):
        mine, here = np.flatnonzero(operator == who), _spans(presence[0], who)
        comes, goes = presence[1][here], presence[2][here]
        if len(comes):
            last = np.searchsorted(comes, start[mine], side="right") - 1
            outside[mine] = (last < 0) | (goes[last] < end[mine])
    found.note_where(
        fact,
        outside,
        lambda i: f"operator {operator[i]} {does} from {clock(start[i])} to {clock(end[i])}",
    )


def _note_at_break(work: Work, breaks: tuple[Numbers, Floats, Floats], found: Findings) -> None:
    clash = np.zeros(len(work.start), np.bool_)
    for who in np.unique(breaks[0]):
        mine, here = np.flatnonzero(work.operator == who), _spans(breaks[0], who)
        begins, ends = breaks[1][here], breaks[2][here]
        next_break = np.searchsorted(ends, work.start[mine], side="right")
        clash[mine] = np.append(begins, np.inf)[next_break] < work.end[mine]
    found.note_where(
        Fact.AT_BREAK,
        clash,
        lambda j: (
            f"operator {work.operator[j]} handles row {work.contact[j]} from "
            f"{clock(work.start[j])} to {clock(work.end[j])}, with a break in it"
        ),
    )
