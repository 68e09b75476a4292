"""Facts of talks, wrap-ups and tries that each contact obeys by itself."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.audit.facts import Fact, Findings, clock
from sim.audit.rows import column_of
from sim.outcomes import Outcome

if TYPE_CHECKING:
    from sim.audit.told import Chain, Told, Try
    from sim.callers import Callers, Staff
    from sim.centre import Centre
    from sim.outcomes import Outcomes

Floats = NDArray[np.float64]


def note_handling(
    centre: Centre,
    callers: Callers,
    staff: Staff,
    outcomes: Outcomes,
    chain: Chain,
    found: Findings,
) -> None:
    """Note who answers without the skill, and talks and wrap-ups of a wrong length."""
    rows = np.flatnonzero((outcomes.outcome == Outcome.ANSWERED) & (outcomes.operator >= 0))
    who, contact, kind = outcomes.operator[rows], outcomes.contact[rows], outcomes.type[rows]
    pair = kind.astype(np.int64) * len(centre.groups) + centre.operator_group[who]
    pace = staff.pace[who]
    _note_skill(centre, callers, contact, who, found)
    started, talked = outcomes.talk_started[rows], outcomes.talk_ended[rows]
    on_line = np.isnan(outcomes.callback[rows])
    ring = np.where(on_line, centre.crewing.ring[centre.operator_group[who]], 0.0)
    rung = outcomes.wait_ended[rows] + ring
    found.note_where(
        Fact.TALK_START,
        on_line & (started != rung),
        _late(contact, who, started, rung, "begins to talk"),
    )
    answered = np.where(on_line, outcomes.wait_ended[rows], started)
    talk_due = answered + (ring + _talk(centre, callers, outcomes, rows, pair, pace))
    ends = "ends to talk"
    found.note_where(Fact.TALK, talked != talk_due, _late(contact, who, talked, talk_due, ends))
    conference = np.array([chain.conference(row) for row in contact.tolist()], np.float64)
    wrap_up = callers.wrap_work[contact] * centre.wrap_mean[pair] * pace
    wrap_due = talked + (wrap_up + conference)
    wrapped = outcomes.handled[rows]
    found.note_where(
        Fact.WRAP_UP, wrapped != wrap_due, _late(contact, who, wrapped, wrap_due, "is done")
    )


def _note_skill(
    centre: Centre,
    callers: Callers,
    contact: NDArray[np.int32],
    who: NDArray[np.int32],
    found: Findings,
) -> None:
    lane, kind = callers.lane[contact], callers.type[contact]
    pair = lane.astype(np.int64) * len(centre.groups) + centre.operator_group[who]
    found.note_where(
        Fact.SKILL,
        centre.routing.tier[pair] < 0,
        lambda j: (
            f"row {contact[j]} of {centre.types[kind[j]]}, lane {lane[j]}, was served by "
            f"operator {who[j]} ({centre.operator_name[who[j]]})"
        ),
    )


def _talk(
    centre: Centre,
    callers: Callers,
    outcomes: Outcomes,
    rows: NDArray[np.int64],
    pair: NDArray[np.int64],
    pace: Floats,
) -> Floats:
    """Seconds that each talk should last; the additions in the order of the design."""
    kind, ended = outcomes.type[rows], outcomes.wait_ended[rows]
    per_minute = centre.conduct.per_minute[kind]
    past_promise = centre.conduct.past_promise[kind]
    talk = callers.talk_work[outcomes.contact[rows]] * centre.talk_mean[pair] * pace
    longer = talk + per_minute * (ended - outcomes.arrival[rows]) / 60
    talk = np.where(per_minute != 0, longer, talk)
    promised = outcomes.promised_until[rows]
    longer = talk + past_promise * np.maximum(0.0, ended - promised) / 60
    return np.where((past_promise != 0) & ~np.isnan(promised), longer, talk)


def _late(
    contact: NDArray[np.int32], who: NDArray[np.int32], told: Floats, due: Floats, does: str
) -> Callable[[int], str]:
    return lambda j: (
        f"row {contact[j]} with operator {who[j]} {does} at {clock(told[j])}, "
        f"due was {clock(due[j])}"
    )


def note_tries(
    centre: Centre, callers: Callers, outcomes: Outcomes, told: Told, found: Findings
) -> None:
    """Note what does not hold in the tries to call each contact back."""
    began = outcomes.try_start
    found.note_where(
        Fact.TRIES,
        np.diff(began, prepend=-np.inf) < 0,
        lambda j: f"try {j} begins at {clock(began[j])}, before the one in front of it",
    )
    kind = callers.type[outcomes.try_contact]
    _note_skill(centre, callers, outcomes.try_contact, outcomes.try_operator, found)
    due = began + centre.conduct.dial[kind]
    found.note_where(
        Fact.DIAL,
        outcomes.try_end != due,
        lambda j: f"try {j} ends at {clock(outcomes.try_end[j])}, due was {clock(due[j])}",
    )
    reached_at = column_of(callers.choices.reached_at, outcomes.contact, 0).tolist()
    for row, at in zip(outcomes.contact.tolist(), reached_at, strict=True):
        if told.tries[row] or not np.isnan(told.callback[row]):
            _note_tries_of(centre, told, row, at, found)


def _note_tries_of(centre: Centre, told: Told, row: int, reached_at: int, found: Findings) -> None:
    tries, conduct, kind = told.tries[row], centre.conduct, told.type[row]
    if np.isnan(told.callback[row]):
        found.note(Fact.TRIES, f"row {row} was tried and took no callback")
        return
    if tries and tries[0][0] < told.callback[row]:
        found.note(Fact.TRIES, f"row {row} was tried at {clock(tries[0][0])}, before the callback")
    _note_reached(told, row, reached_at, found)
    again = float(conduct.again[kind])
    too_early = [two[0] for one, two in pairwise(tries) if two[0] < one[1] + again]
    if too_early:
        found.note(Fact.AGAIN, f"row {row} is tried again at {clock(too_early[0])} already")
    if len(tries) > conduct.tries[kind]:
        found.note(Fact.AGAIN, f"row {row} is tried {len(tries)} times")


def _note_reached(told: Told, row: int, reached_at: int, found: Findings) -> None:
    tries: list[Try] = told.tries[row]
    wrong = [k for k, one in enumerate(tries, 1) if one[3] != (k == reached_at)]
    if wrong:
        found.note(
            Fact.REACHED, f"row {row} is to be reached at try {reached_at}; try {wrong[0]} differs"
        )
    if len(tries) > reached_at:
        found.note(Fact.REACHED, f"row {row} is tried after try {reached_at}")
    reached = bool(tries) and tries[-1][3]
    if reached != (told.outcome[row] == Outcome.ANSWERED):
        found.note(Fact.REACHED, f"row {row} has outcome {told.outcome[row]}, reached {reached}")
    elif reached and (told.talk_started[row], told.operator[row]) != tries[-1][1:3]:
        found.note(
            Fact.TALK_START,
            f"row {row} is reached by operator {tries[-1][2]} at {clock(tries[-1][1])} and talks "
            f"with operator {told.operator[row]} from {clock(told.talk_started[row])}",
        )
