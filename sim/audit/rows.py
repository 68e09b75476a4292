"""Facts that each row of the contacts obeys by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.audit.facts import Fact, Findings, clock
from sim.outcomes import BREAKS, CONTACTS, PRESENCE, TRIES, Outcome

if TYPE_CHECKING:
    from sim.callers import Callers
    from sim.centre import Centre
    from sim.outcomes import Outcomes

Floats = NDArray[np.float64]


def well_formed(centre: Centre, callers: Callers, outcomes: Outcomes, found: Findings) -> bool:
    """Whether the columns are such that the other facts can be looked at."""
    declared = (*CONTACTS, *PRESENCE, *BREAKS, *TRIES)
    if {c.name for c in declared} != {f.name for f in fields(outcomes)}:
        found.note(Fact.COLUMNS, "the declared columns are not those of the table")
        return False
    for table in (CONTACTS, PRESENCE, BREAKS, TRIES):
        sizes = {column.name: getattr(outcomes, column.name).shape for column in table}
        if len(set(sizes.values())) > 1 or any(len(size) != 1 for size in sizes.values()):
            found.note(Fact.COLUMNS, f"shapes are {sizes}")
        for column in table:
            kind = getattr(outcomes, column.name).dtype
            if kind != np.dtype(column.dtype):
                found.note(Fact.COLUMNS, f"{column.name} is {kind}, not {column.dtype}")
    if found.said(Fact.COLUMNS):
        return False
    if len(outcomes) != len(callers):
        found.note(Fact.CALLERS, f"{len(callers)} callers have {len(outcomes)} rows")
        return False
    return _numbers_exist(centre, outcomes, found)


def _numbers_exist(centre: Centre, outcomes: Outcomes, found: Findings) -> bool:
    wrong = (outcomes.type < 0) | (outcomes.type >= len(centre.types))
    wrong |= (outcomes.operator < -1) | (outcomes.operator >= centre.operators)
    found.note_where(
        Fact.OPERATOR_NUMBER,
        wrong,
        lambda i: f"row {i} has type {outcomes.type[i]} and operator {outcomes.operator[i]}",
    )
    for name in ("presence_operator", "break_operator"):
        numbers = getattr(outcomes, name)
        strange = (numbers < 0) | (numbers >= centre.operators)
        found.note_where(Fact.OPERATOR_NUMBER, strange, _words(name, numbers))
    return not found.said(Fact.OPERATOR_NUMBER)


def note_rows(centre: Centre, callers: Callers, outcomes: Outcomes, found: Findings) -> None:
    """Note what does not hold in single rows of the contacts."""
    _note_identity(centre, callers, outcomes, found)
    _note_nans(outcomes, found)
    _note_times(callers, outcomes, found)
    _note_handling(centre, callers, outcomes, found)
    _note_two_contacts(outcomes, found)


def _note_identity(centre: Centre, callers: Callers, outcomes: Outcomes, found: Findings) -> None:
    for name in ("type", "caller", "attempt", "arrival"):
        drawn, told = getattr(callers, name), getattr(outcomes, name)
        found.note_where(Fact.CALLERS, drawn != told, _words(name, told, drawn))
    # callbacks come with a later issue: until then no contact can be lost in one
    possible = [Outcome.ANSWERED, Outcome.ABANDONED, Outcome.BLOCKED, Outcome.CUT_OFF]
    found.note_where(
        Fact.OUTCOME,
        ~np.isin(outcomes.outcome, possible),
        lambda i: f"row {i} has outcome {outcomes.outcome[i]}",
    )
    found.note_where(
        Fact.OPEN_HOURS,
        ~((outcomes.arrival >= centre.opens) & (outcomes.arrival < centre.closes)),
        lambda i: f"row {i} arrives at {clock(outcomes.arrival[i])}",
    )


def _note_nans(outcomes: Outcomes, found: Findings) -> None:
    answered = outcomes.outcome == Outcome.ANSWERED
    happened = {
        "wait_ended": outcomes.outcome != Outcome.BLOCKED,
        "talk_ended": answered,
        "handled": answered,
    }
    for name, due in happened.items():
        column = getattr(outcomes, name)
        found.note_where(Fact.NAN, np.isnan(column) == due, _words(name, column))
    found.note_where(Fact.NAN, np.isnan(outcomes.arrival), _words("arrival", outcomes.arrival))
    found.note_where(
        Fact.NAN,
        (outcomes.operator >= 0) != answered,
        lambda i: f"row {i} has operator {outcomes.operator[i]} and outcome {outcomes.outcome[i]}",
    )


def _words(name: str, told: NDArray[Any], due: NDArray[Any] | None = None) -> Callable[[int], str]:
    """A wording of what a column has in a row, and what it should have."""

    def value(column: NDArray[Any], row: int) -> str:
        return clock(column[row]) if column.dtype == np.float64 else str(column[row])

    def wording(row: int) -> str:
        ending = "" if due is None else f", not {value(due, row)}"
        return f"row {row} has {name} {value(told, row)}{ending}"

    return wording


def _note_times(callers: Callers, outcomes: Outcomes, found: Findings) -> None:
    arrival, ended = outcomes.arrival, outcomes.wait_ended
    answered = outcomes.outcome == Outcome.ANSWERED
    found.note_where(
        Fact.WAIT_SIGN,
        ended < arrival,
        lambda i: f"row {i} arrives at {clock(arrival[i])}, the wait ends at {clock(ended[i])}",
    )
    runs = (ended <= outcomes.talk_ended) & (outcomes.talk_ended <= outcomes.handled)
    runs &= np.isfinite(outcomes.handled)
    found.note_where(
        Fact.TIMES,
        (answered & ~runs) | np.isinf(ended),
        lambda i: (
            f"row {i}: wait until {clock(ended[i])}, talk until "
            f"{clock(outcomes.talk_ended[i])}, wrap-up until {clock(outcomes.handled[i])}"
        ),
    )
    limit = arrival + callers.patience
    found.note_where(
        Fact.PATIENCE,
        (outcomes.outcome == Outcome.ABANDONED) & (ended != limit),
        lambda i: f"row {i} hung up at {clock(ended[i])}, patience ends at {clock(limit[i])}",
    )
    found.note_where(
        Fact.PAST_PATIENCE,
        ended > limit,
        lambda i: f"row {i} waited until {clock(ended[i])}, patience ends at {clock(limit[i])}",
    )


def _note_handling(centre: Centre, callers: Callers, outcomes: Outcomes, found: Findings) -> None:
    rows = np.flatnonzero((outcomes.outcome == Outcome.ANSWERED) & (outcomes.operator >= 0))
    who = outcomes.operator[rows]
    pair = outcomes.type[rows].astype(np.int64) * len(centre.groups) + centre.operator_group[who]
    found.note_where(
        Fact.SKILL,
        centre.routing.tier[pair] < 0,
        lambda j: (
            f"row {rows[j]} of {centre.types[outcomes.type[rows[j]]]} was answered by "
            f"operator {who[j]} ({centre.operator_name[who[j]]})"
        ),
    )
    ended, talked = outcomes.wait_ended[rows], outcomes.talk_ended[rows]
    talk_due = ended + callers.talk_work[rows] * centre.talk_mean[pair]
    wrap_due = talked + callers.wrap_work[rows] * centre.wrap_mean[pair]
    found.note_where(Fact.TALK, talked != talk_due, _late(rows, who, talked, talk_due))
    wrapped = outcomes.handled[rows]
    found.note_where(Fact.WRAP_UP, wrapped != wrap_due, _late(rows, who, wrapped, wrap_due))


def _late(
    rows: NDArray[np.int64], who: NDArray[np.int32], told: Floats, due: Floats
) -> Callable[[int], str]:
    return lambda j: (
        f"row {rows[j]} with operator {who[j]} ends at {clock(told[j])}, due was {clock(due[j])}"
    )


def _note_two_contacts(outcomes: Outcomes, found: Findings) -> None:
    rows = np.flatnonzero((outcomes.outcome == Outcome.ANSWERED) & (outcomes.operator >= 0))
    order = rows[
        np.lexsort((outcomes.handled[rows], outcomes.wait_ended[rows], outcomes.operator[rows]))
    ]
    one, other = order[:-1], order[1:]
    same = outcomes.operator[one] == outcomes.operator[other]
    found.note_where(
        Fact.TWO_CONTACTS,
        same & (outcomes.handled[one] > outcomes.wait_ended[other]),
        lambda j: (
            f"operator {outcomes.operator[one[j]]} handles row {one[j]} until "
            f"{clock(outcomes.handled[one[j]])} and answers row {other[j]} at "
            f"{clock(outcomes.wait_ended[other[j]])}"
        ),
    )
