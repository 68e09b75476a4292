"""Facts that each row of the contacts obeys by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.audit.facts import Fact, Findings, clock
from sim.audit.work import work_of
from sim.outcomes import BREAKS, CONTACTS, PRESENCE, TRIES, Outcome, Via

if TYPE_CHECKING:
    from sim.callers import Callers
    from sim.centre import Centre
    from sim.outcomes import Outcomes

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


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
    return _numbers_exist(centre, callers, outcomes, found)


def _numbers_exist(centre: Centre, callers: Callers, outcomes: Outcomes, found: Findings) -> bool:
    wrong = (outcomes.type < 0) | (outcomes.type >= len(centre.types))
    wrong |= (outcomes.operator < -1) | (outcomes.operator >= centre.operators)
    found.note_where(
        Fact.OPERATOR_NUMBER,
        wrong,
        lambda i: f"row {i} has type {outcomes.type[i]} and operator {outcomes.operator[i]}",
    )
    for name in ("presence_operator", "break_operator", "try_operator"):
        numbers = getattr(outcomes, name)
        strange = (numbers < 0) | (numbers >= centre.operators)
        found.note_where(Fact.OPERATOR_NUMBER, strange, _words(name, numbers))
    told = outcomes.contact
    found.note_where(
        Fact.CALLERS,
        (told < 0) | (told >= len(callers)) | (np.diff(told, prepend=-1) < 1),
        _words("contact", told),
    )
    tried = outcomes.try_contact
    found.note_where(Fact.TRIES, ~np.isin(tried, told), _words("try_contact", tried))
    return not found.said(Fact.OPERATOR_NUMBER, Fact.CALLERS, Fact.TRIES)


def note_rows(centre: Centre, callers: Callers, outcomes: Outcomes, found: Findings) -> None:
    """Note what does not hold in single rows of the contacts."""
    _note_identity(callers, outcomes, found)
    _note_outcomes(centre, callers, outcomes, found)
    _note_nans(outcomes, found)
    _note_times(callers, outcomes, found)
    _note_hang_ups(callers, outcomes, found)
    _note_two_contacts(outcomes, found)


def _note_identity(callers: Callers, outcomes: Outcomes, found: Findings) -> None:
    here = outcomes.contact
    for name in ("type", "caller", "attempt"):
        drawn, told = getattr(callers, name)[here], getattr(outcomes, name)
        found.note_where(Fact.CALLERS, drawn != told, _words(name, told, drawn))
    via = column_of(callers.follow_ups.via, here, Via.FIRST.value)
    found.note_where(Fact.CALLERS, via != outcomes.via, _words("via", outcomes.via, via))


def column_of(column: NDArray[Any], rows: NDArray[np.int32], none: float) -> NDArray[Any]:
    """The entries of some rows; of a column that a day does not need, what stands for none."""
    return column[rows] if len(column) else np.full(len(rows), none, column.dtype)


def _note_outcomes(centre: Centre, callers: Callers, outcomes: Outcomes, found: Findings) -> None:
    here, kind, outcome = outcomes.contact, outcomes.type, outcomes.outcome
    transfer = outcomes.via == Via.TRANSFER
    menu = column_of(callers.choices.menu, here, np.nan)
    menu = np.where(transfer, np.nan, menu)
    contained = column_of(callers.choices.contained, here, False) & ~np.isnan(menu)
    possible = np.isin(outcome, list(Outcome))
    possible &= (outcome != Outcome.CALLBACK_LOST) | centre.conduct.called_back[kind]
    found.note_where(Fact.OUTCOME, ~possible, lambda i: f"row {i} has outcome {outcome[i]}")
    found.note_where(
        Fact.MENU,
        (outcome != Outcome.BLOCKED) & ((outcome == Outcome.CONTAINED) != contained),
        lambda i: f"row {i} has outcome {outcome[i]}, contained is {contained[i]}",
    )
    phones = callers.arrival[here]
    found.note_where(
        Fact.OPEN_HOURS,
        ~np.isnan(phones) & ~(_at_hours(centre, phones) & _at_own_hours(centre, kind, phones)),
        lambda i: f"row {i} phones at {clock(phones[i])}",
    )
    late = ~np.isnan(menu) & ~_at_hours(centre, outcomes.arrival)
    late &= ~np.isin(outcome, [Outcome.BLOCKED, Outcome.CONTAINED])
    found.note_where(
        Fact.CUT_OFF,
        late & ((outcome != Outcome.CUT_OFF) | (outcomes.wait_ended != outcomes.arrival)),
        lambda i: f"row {i} leaves the menu at {clock(outcomes.arrival[i])} and is not cut off",
    )


def _at_hours(centre: Centre, times: Floats) -> Flags:
    """Whether the line is open at each time."""
    within = np.zeros(len(times), np.bool_)
    calendar = centre.calendar
    for opens, closes in zip(calendar.period_opens, calendar.period_closes, strict=True):
        within |= (opens <= times) & (times < closes)
    return within


def _at_own_hours(centre: Centre, kind: NDArray[np.int16], times: Floats) -> Flags:
    """Whether each call type can be phoned at a time."""
    conduct = centre.conduct
    within = np.zeros(len(times), np.bool_)
    for number in range(len(centre.types)):
        for row in range(*conduct.hours_from[number : number + 2].tolist()):
            here = (conduct.opens[row] <= times) & (times < conduct.closes[row])
            within |= (kind == number) & here
    return within


def _note_nans(outcomes: Outcomes, found: Findings) -> None:
    outcome = outcomes.outcome
    answered = outcome == Outcome.ANSWERED
    happened = {
        "wait_ended": ~np.isin(outcome, [Outcome.BLOCKED, Outcome.CONTAINED]),
        "talk_started": answered,
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
        lambda i: f"row {i} has operator {outcomes.operator[i]} and outcome {outcome[i]}",
    )
    called = ~np.isnan(outcomes.callback)
    wrong = called & ~answered & (outcome != Outcome.CALLBACK_LOST)
    wrong |= ~called & (outcome == Outcome.CALLBACK_LOST)
    wrong |= np.isnan(outcomes.announced_wait) != np.isnan(outcomes.announced_at)
    found.note_where(Fact.NAN, wrong, _words("callback", outcomes.callback))


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
    runs = (ended <= outcomes.talk_started) & (outcomes.talk_started <= outcomes.talk_ended)
    runs &= (outcomes.talk_ended <= outcomes.handled) & np.isfinite(outcomes.handled)
    found.note_where(
        Fact.TIMES,
        (answered & ~runs) | np.isinf(ended),
        lambda i: (
            f"row {i}: wait until {clock(ended[i])}, talk from {clock(outcomes.talk_started[i])} "
            f"to {clock(outcomes.talk_ended[i])}, wrap-up until {clock(outcomes.handled[i])}"
        ),
    )
    found.note_where(
        Fact.CALLBACK,
        (outcomes.callback != ended) & ~np.isnan(outcomes.callback),
        lambda i: f"row {i} takes a callback, and its wait ends at {clock(ended[i])}",
    )


def _note_hang_ups(callers: Callers, outcomes: Outcomes, found: Findings) -> None:
    """Note what does not fit the patience of those whose messages do not depend on the queue."""
    arrival, ended = outcomes.arrival, outcomes.wait_ended
    limit = arrival + callers.patience[outcomes.contact]  # NaN, hence no fact, for the others
    known = ~np.isnan(limit)
    # who balks leaves at once whatever their patience; whether they may is seen in the replay
    balked = (ended == arrival) & (len(callers.choices.balk) > 0)
    hung_up = (outcomes.outcome == Outcome.ABANDONED) & ~balked
    found.note_where(
        Fact.PATIENCE,
        known & hung_up & (ended != limit),
        lambda i: f"row {i} hung up at {clock(ended[i])}, patience ends at {clock(limit[i])}",
    )
    found.note_where(
        Fact.PAST_PATIENCE,
        ended > limit,
        lambda i: f"row {i} waited until {clock(ended[i])}, patience ends at {clock(limit[i])}",
    )


def _note_two_contacts(outcomes: Outcomes, found: Findings) -> None:
    work = work_of(outcomes)
    found.note_where(
        Fact.TWO_CONTACTS,
        (work.operator[:-1] == work.operator[1:]) & (work.end[:-1] > work.start[1:]),
        lambda j: (
            f"operator {work.operator[j]} is busy with row {work.contact[j]} until "
            f"{clock(work.end[j])} and with row {work.contact[j + 1]} from "
            f"{clock(work.start[j + 1])}"
        ),
    )
