"""Every fact is silent about tables that are right, and speaks up when one thing is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.audit import Fact, broken_facts
from sim.callers import Callers, Staff
from sim.centre import Centre, Routing
from sim.outcomes import CONTACTS, Outcome, Outcomes

NAN, INF = np.nan, np.inf
A, H, B, C = Outcome.ANSWERED, Outcome.ABANDONED, Outcome.BLOCKED, Outcome.CUT_OFF


def clock(minutes: float) -> float:
    """Minutes after 08:00 on the running clock; the line is open for 30."""
    return 28_800.0 + 60.0 * minutes


def clocks(minutes: Sequence[float]) -> NDArray[np.float64]:
    return clock(0) + 60.0 * np.array(minutes, np.float64)


@dataclass
class World:
    """What goes into an engine and what came out; tests change its arrays in place."""

    centre: Centre
    callers: Callers
    staff: Staff
    outcomes: Outcomes

    def facts(self) -> list[str]:
        return broken_facts(self.centre, self.callers, self.staff, self.outcomes)


def centre_with(
    tiers: list[list[int]],
    group_of: list[int],
    *,
    duties: Sequence[tuple[int, float, float]] = (),
    breaks: Sequence[tuple[int, float, float]] = (),
    seats: Sequence[tuple[float, int, int]] = (),
    after: float = 0.0,
    klass: list[int] | None = None,
    head_start: list[float] | None = None,
    rank: list[int] | None = None,
    serve: bool = True,
    lines: int = -1,
) -> Centre:
    """A line whose talks and wrap-ups take a minute for a work of 1; `tiers` by type, group."""
    types, groups = len(tiers), len(tiers[0])
    pairs = types * groups
    members = np.array(group_of, np.int32)
    return Centre(
        types=tuple("abc"[:types]),
        groups=tuple("xyz"[:groups]),
        opens=clock(0),
        closes=clock(30),
        interval=900.0,
        serve=serve,
        lines=lines,
        routing=Routing(
            tier=np.array(tiers, np.int32).ravel(),
            rank=np.array(rank or [1] * pairs, np.int32),
            after=np.full(pairs, 60.0 * after),
            reserve=np.zeros(pairs, np.int32),
            klass=np.array(klass or [1] * types, np.int32),
            head_start=60.0 * np.array(head_start or [0.0] * types),
            growth=np.ones(types),
            ranked=np.full(groups, rank is not None),
        ),
        talk_mean=np.full(pairs, 60.0),
        wrap_mean=np.full(pairs, 60.0),
        first_operator=np.searchsorted(members, np.arange(groups + 1)).astype(np.int32),
        operator_group=members,
        operator_name=tuple(f"operator {k}" for k in range(len(members))),
        seats=np.isin(np.arange(groups), [group for _, group, _ in seats]),
        seat_time=clocks([time for time, _, _ in seats]),
        seat_group=np.array([group for _, group, _ in seats], np.int32),
        seat_number=np.array([number for _, _, number in seats], np.int32),
        duty_operator=np.array([who for who, _, _ in duties], np.int32),
        duty_start=clocks([start for _, start, _ in duties]),
        duty_end=clocks([end for _, _, end in duties]),
        break_operator=np.array([who for who, _, _ in breaks], np.int32),
        break_due=clocks([due for _, due, _ in breaks]),
        break_lasts=60.0 * np.array([lasts for _, _, lasts in breaks], np.float64),
        break_paid=np.zeros(len(breaks), np.bool_),
    )


Row = tuple[float, int, float, Outcome, float, float, float, int]
"""Arrival, type, patience; outcome, end of wait, of talk, of wrap-up, operator (in minutes)."""


def world(
    centre: Centre,
    rows: list[Row],
    presences: list[tuple[int, float, float]],
    breaks: Sequence[tuple[int, float, float]] = (),
) -> World:
    """Tables from rows; the work of each caller is what makes them right."""
    columns = list(zip(*rows, strict=True)) or [()] * 8
    arrival, ended, talked, handled = (clocks(columns[k]) for k in (0, 4, 5, 6))
    kind = np.array(columns[1], np.int16)
    caller, attempt = np.arange(len(rows), dtype=np.int32), np.ones(len(rows), np.int16)
    callers = Callers(
        arrival=arrival,
        type=kind,
        caller=caller,
        attempt=attempt,
        talk_work=np.nan_to_num((talked - ended) / 60.0, nan=1.0),
        wrap_work=np.nan_to_num((handled - talked) / 60.0, nan=1.0),
        patience=60.0 * np.array(columns[2], np.float64),
    )
    outcomes = Outcomes(
        type=kind.copy(),
        caller=caller.copy(),
        attempt=attempt.copy(),
        arrival=arrival.copy(),
        outcome=np.array(columns[3], np.int8),
        wait_ended=ended,
        talk_ended=talked,
        handled=handled,
        operator=np.array(columns[7], np.int32),
        presence_operator=np.array([who for who, _, _ in presences], np.int32),
        presence_start=clocks([start for _, start, _ in presences]),
        presence_end=clocks([end for _, _, end in presences]),
        break_operator=np.array([who for who, _, _ in breaks], np.int32),
        break_start=clocks([start for _, start, _ in breaks]),
        break_end=clocks([end for _, _, end in breaks]),
    )
    operators = np.arange(centre.operators, dtype=np.int32)
    return World(centre, callers, Staff(operators, np.zeros(centre.operators, np.bool_)), outcomes)


# right tables


def counter() -> World:
    """Two operators; callers wait, one hangs up, and who is idle longest answers."""
    return world(
        centre_with([[0]], [0, 0], duties=[(0, 0, 30), (1, 0, 30)]),
        [
            (1, 0, INF, A, 1, 6, 6, 0),
            (2, 0, INF, A, 2, 7, 7, 1),
            (3, 0, INF, A, 6, 8, 8, 0),
            (4, 0, 1, H, 5, NAN, NAN, -1),
            (5, 0, 2, A, 7, 9, 9, 1),
            (10, 0, INF, A, 10, 12, 13, 0),
        ],
        [(0, 0, 30), (1, 0, 30)],
    )


def lines() -> World:
    """Two telephone lines: free again when the talk ends, not the wrap-up."""
    return world(
        centre_with([[0]], [0, 0, 0], duties=[(k, 0, 30) for k in range(3)], lines=2),
        [
            (1, 0, INF, A, 1, 6, 9, 0),
            (2, 0, INF, A, 2, 7, 7, 1),
            (3, 0, INF, B, NAN, NAN, NAN, -1),
            (6, 0, INF, A, 6, 8, 8, 2),
        ],
        [(k, 0, 30) for k in range(3)],
    )


def breaks() -> World:
    """A late break, one that follows it, and a contact in hand when the duty ends."""
    return world(
        centre_with([[0]], [0], duties=[(0, 0, 10)], breaks=[(0, 4, 2), (0, 6, 1)]),
        [(3, 0, INF, A, 3, 5, 5, 0), (9, 0, INF, A, 9, 12, 13, 0)],
        [(0, 0, 13)],
        [(0, 5, 7), (0, 7, 8)],
    )


def break_cut_short() -> World:
    """A break that is due before the duty ends, ends with it; one due at its end is skipped."""
    return world(
        centre_with([[0]], [0], duties=[(0, 0, 10)], breaks=[(0, 9, 5), (0, 9.5, 5)]),
        [],
        [(0, 0, 10)],
        [(0, 9, 10)],
    )


def seats() -> World:
    """Seats fall while all are at work, rise again, and fall while all are idle."""
    return world(
        centre_with([[0]], [0, 0], seats=[(0, 0, 2), (10, 0, 1), (20, 0, 2), (25, 0, 1)]),
        [(8, 0, INF, A, 8, 12, 12, 0), (9, 0, INF, A, 9, 14, 14, 1)],
        [(0, 0, 12), (0, 20, 30), (1, 0, 25)],
    )


def owed_cancelled() -> World:
    """Seats rise before the departure owed was paid: nobody leaves and nobody comes."""
    return world(
        centre_with([[0]], [0, 0], seats=[(0, 0, 1), (10, 0, 0), (11, 0, 1)]),
        [(8, 0, INF, A, 8, 12, 12, 0)],
        [(0, 0, 30)],
    )


def disconnected() -> World:
    """Who waits at closing is cut off; the contact in hand is finished."""
    return world(
        centre_with([[0]], [0], duties=[(0, 0, 40)], serve=False),
        [(28, 0, INF, A, 28, 32, 33, 0), (29, 0, INF, C, 30, NAN, NAN, -1)],
        [(0, 0, 33)],
    )


def served() -> World:
    """After closing `after` is gone, who can be served is, and who cannot is cut off."""
    return world(
        centre_with([[0, -1], [-1, 0]], [0, 1], duties=[(0, 0, 30), (1, 0, 20)], after=2),
        [
            (25, 1, INF, C, 30, NAN, NAN, -1),
            (26, 0, INF, A, 28, 32, 32, 0),
            (29, 0, INF, A, 32, 33, 33, 0),
            (29.5, 0, 1, H, 30.5, NAN, NAN, -1),
        ],
        [(0, 0, 33), (1, 0, 20)],
    )


def back_from_break() -> World:
    """On a break at closing: back at its end for who waits, and kept past the end of the duty."""
    return world(
        centre_with([[0]], [0], duties=[(0, 0, 32)], breaks=[(0, 29, 2), (0, 29.5, 1)]),
        [(29, 0, INF, A, 31, 33, 33, 0), (29.5, 0, INF, A, 33, 34, 35, 0)],
        [(0, 0, 35)],
        [(0, 29, 31)],
    )


def classes() -> World:
    """The second type goes first, though its caller came later."""
    return _two_types(centre_with([[0], [0]], [0], duties=[(0, 0, 30)], klass=[2, 1]))


def head_starts() -> World:
    """A head start of three minutes outdoes a wait that is one longer."""
    return _two_types(centre_with([[0], [0]], [0], duties=[(0, 0, 30)], head_start=[0, 3]))


def ranks() -> World:
    """The lower rank goes first where the group takes ranked, whatever the class."""
    return _two_types(centre_with([[0], [0]], [0], duties=[(0, 0, 30)], rank=[2, 1], klass=[1, 2]))


def _two_types(centre: Centre) -> World:
    return world(
        centre,
        [
            (1, 0, INF, A, 1, 6, 6, 0),
            (2, 0, INF, A, 8, 9, 9, 0),
            (3, 1, INF, A, 6, 8, 8, 0),
        ],
        [(0, 0, 30)],
    )


def tiers() -> World:
    """The second group comes first in `goes_to`."""
    return world(
        centre_with([[1, 0]], [0, 1], duties=[(0, 0, 30), (1, 0, 30)]),
        [(1, 0, INF, A, 1, 3, 3, 1), (2, 0, INF, A, 2, 3, 3, 0)],
        [(0, 0, 30), (1, 0, 30)],
    )


def opened() -> World:
    """Two groups open to a caller at once: the first in the file takes them."""
    return world(
        centre_with([[1, 0]], [0, 1], duties=[(0, 0, 30), (1, 0, 30)], after=2),
        [(1, 0, INF, A, 3, 5, 5, 0)],
        [(0, 0, 30), (1, 0, 30)],
    )


def ties() -> World:
    """At one instant an end comes before a hang-up, and a hang-up before an arrival."""
    return world(
        centre_with([[0]], [0], duties=[(0, 0, 30)], lines=2),
        [
            (1, 0, INF, A, 1, 6, 6, 0),
            (2, 0, 4, A, 6, 8, 8, 0),
            (3, 0, INF, B, NAN, NAN, NAN, -1),
            (6, 0, 2, A, 8, 9, 9, 0),
            (8, 0, 0, H, 8, NAN, NAN, -1),
        ],
        [(0, 0, 30)],
    )


def two_duties() -> World:
    """A duty that begins while its person is still at work: one presence goes on."""
    return world(
        centre_with([[0]], [0], duties=[(0, 0, 10), (0, 12, 20), (0, 25, 26)]),
        [(9, 0, INF, A, 9, 13, 13, 0), (12, 0, INF, A, 13, 14, 14, 0)],
        [(0, 0, 20), (0, 25, 26)],
    )


def absent() -> World:
    """Nobody is there, so that all who wait are cut off."""
    made = world(
        centre_with([[0]], [0], duties=[(0, 0, 30)]),
        [(1, 0, INF, C, 30, NAN, NAN, -1), (2, 0, 1, H, 3, NAN, NAN, -1)],
        [],
    )
    made.staff.absent[0] = True
    return made


def nobody() -> World:
    """No caller, no operator."""
    return world(centre_with([[0]], []), [], [])


RIGHT = [
    counter,
    lines,
    breaks,
    break_cut_short,
    seats,
    owed_cancelled,
    disconnected,
    served,
    back_from_break,
    classes,
    head_starts,
    ranks,
    tiers,
    opened,
    ties,
    two_duties,
    absent,
    nobody,
]


@pytest.mark.parametrize("scene", RIGHT, ids=lambda scene: scene.__name__)
def test_a_right_table_breaks_no_fact(scene: Callable[[], World]) -> None:
    assert scene().facts() == []


# one thing changed

Change = Callable[[World], None]


def put(column: str, row: int, value: float) -> Change:
    """Set one value of an outcome column; a float is minutes after 08:00, NaN stays NaN."""

    def change(made: World) -> None:
        values = getattr(made.outcomes, column)
        values[row] = clock(value) if values.dtype == np.float64 else value

    return change


def move(row: int, minutes: float) -> Change:
    """Let a contact be answered later."""

    def change(made: World) -> None:
        for column in ("wait_ended", "talk_started", "talk_ended", "handled"):
            getattr(made.outcomes, column)[row] += 60.0 * minutes

    return change


def exchange(one: int, other: int) -> Change:
    """Let two callers with the same work be answered in each other's place."""

    def change(made: World) -> None:
        for column in ("wait_ended", "talk_started", "talk_ended", "handled", "operator"):
            values = getattr(made.outcomes, column)
            values[[one, other]] = values[[other, one]]
        for column in ("talk_work", "wrap_work"):
            values = getattr(made.callers, column)
            values[[one, other]] = values[[other, one]]

    return change


def line(**values: Any) -> Change:
    """Change the centre, as though the engine had not known."""

    def change(made: World) -> None:
        made.centre = replace(made.centre, **values)

    return change


def routing(**values: Any) -> Change:
    """Change the routing, as though the engine had not known."""

    def change(made: World) -> None:
        made.centre = replace(made.centre, routing=made.centre.routing._replace(**values))

    return change


def add(table: str, operator: int, start: float, end: float) -> Change:
    """Add a last row to the table of presences or breaks."""

    def change(made: World) -> None:
        columns: dict[str, Any] = {}
        for name, value in {"operator": operator, "start": clock(start), "end": clock(end)}.items():
            column = getattr(made.outcomes, f"{table}_{name}")
            columns[f"{table}_{name}"] = np.append(column, np.array([value], column.dtype))
        made.outcomes = replace(made.outcomes, **columns)

    return change


def drop(table: str) -> Change:
    """Leave out the last row of the table of presences or breaks."""

    def change(made: World) -> None:
        names = [f"{table}_{name}" for name in ("operator", "start", "end")]
        made.outcomes = replace(
            made.outcomes, **{name: getattr(made.outcomes, name)[:-1] for name in names}
        )

    return change


def retype(made: World) -> None:
    made.outcomes = replace(made.outcomes, wait_ended=made.outcomes.wait_ended.astype(np.float32))


def shorten(made: World) -> None:
    made.outcomes = replace(made.outcomes, handled=made.outcomes.handled[:-1])


def lose_a_contact(made: World) -> None:
    made.outcomes = replace(
        made.outcomes, **{c.name: getattr(made.outcomes, c.name)[:-1] for c in CONTACTS}
    )


def phone_too_early(made: World) -> None:
    made.callers.arrival[0] = made.outcomes.arrival[0] = clock(-1)


def patience(row: int, minutes: float) -> Change:
    def change(made: World) -> None:
        made.callers.patience[row] = 60.0 * minutes

    return change


def stay_away(made: World) -> None:
    made.staff.absent[0] = True


def answer_instead(made: World) -> None:
    """The caller who should be cut off at closing is served."""
    for column, value in {
        "wait_ended": 33,
        "talk_started": 33,
        "talk_ended": 34,
        "handled": 35,
    }.items():
        getattr(made.outcomes, column)[1] = clock(value)
    made.outcomes.outcome[1], made.outcomes.operator[1] = A, 0
    made.outcomes.presence_end[0] = clock(35)


def cut_off_instead(made: World) -> None:
    """A caller whom a present operator would serve is cut off."""
    for column in ("talk_started", "talk_ended", "handled"):
        getattr(made.outcomes, column)[2] = NAN
    made.outcomes.wait_ended[2] = clock(30)
    made.outcomes.outcome[2], made.outcomes.operator[2] = C, -1
    made.outcomes.presence_end[0] = clock(32)


def swap_presences(made: World) -> None:
    for name in ("operator", "start", "end"):
        getattr(made.outcomes, f"presence_{name}")[:] = getattr(made.outcomes, f"presence_{name}")[
            ::-1
        ].copy()


def swap_operators(made: World) -> None:
    """The first two callers are answered by each other's operator."""
    made.outcomes.operator[:2] = made.outcomes.operator[1::-1].copy()


WRONG: list[tuple[Fact, Callable[[], World], Change]] = [
    (Fact.COLUMNS, counter, retype),
    (Fact.COLUMNS, counter, shorten),
    (Fact.CALLERS, counter, lose_a_contact),
    (Fact.CALLERS, classes, put("type", 1, 1)),
    (Fact.CALLERS, counter, put("caller", 1, 0)),
    (Fact.CALLERS, counter, put("attempt", 1, 2)),
    (Fact.CALLERS, counter, put("arrival", 2, 2.5)),
    (Fact.OUTCOME, counter, put("outcome", 3, Outcome.CALLBACK_LOST)),
    (Fact.OUTCOME, counter, put("outcome", 3, 9)),
    (Fact.NAN, counter, put("talk_ended", 3, 6)),
    (Fact.NAN, counter, put("handled", 3, 6)),
    (Fact.NAN, counter, put("handled", 2, NAN)),
    (Fact.NAN, counter, put("wait_ended", 3, NAN)),
    (Fact.NAN, lines, put("wait_ended", 2, 3)),
    (Fact.NAN, counter, put("operator", 3, 0)),
    (Fact.NAN, counter, put("operator", 2, -1)),
    (Fact.NAN, counter, put("arrival", 2, NAN)),
    (Fact.OPEN_HOURS, counter, phone_too_early),
    (Fact.OPEN_HOURS, counter, line(closes=clock(10))),
    (Fact.WAIT_SIGN, counter, put("wait_ended", 3, 3.9)),
    (Fact.TIMES, counter, put("handled", 5, 11)),
    (Fact.TIMES, counter, put("talk_ended", 5, 9)),
    (Fact.TIMES, counter, put("handled", 5, INF)),
    (Fact.TALK, counter, put("talk_ended", 5, 11)),
    (Fact.TALK, counter, put("talk_ended", 5, 12 + 1e-9)),
    (Fact.WRAP_UP, counter, put("handled", 5, 12.5)),
    (Fact.PATIENCE, counter, put("wait_ended", 3, 4.5)),
    (Fact.PATIENCE, counter, patience(3, 2)),
    (Fact.PAST_PATIENCE, counter, patience(2, 2.9)),
    (Fact.PAST_PATIENCE, disconnected, patience(1, 0.5)),
    (Fact.PAST_PATIENCE, counter, put("wait_ended", 3, 5.1)),
    (Fact.PAST_PATIENCE, tiers, patience(0, -1)),
    (Fact.OPERATOR_NUMBER, counter, put("operator", 5, 2)),
    (Fact.OPERATOR_NUMBER, counter, put("type", 5, 1)),
    (Fact.OPERATOR_NUMBER, counter, put("presence_operator", 1, 2)),
    (Fact.OPERATOR_NUMBER, breaks, put("break_operator", 1, -1)),
    (Fact.SKILL, tiers, routing(tier=np.array([0, -1], np.int32))),
    (Fact.TWO_CONTACTS, counter, put("operator", 4, 0)),
    (Fact.PRESENT, counter, put("presence_end", 0, 5)),
    (Fact.PRESENT, counter, put("presence_start", 0, 2)),
    (Fact.PRESENT, breaks, put("presence_end", 0, 12)),
    (Fact.AT_BREAK, breaks, put("break_start", 0, 4)),
    (Fact.ABSENT, counter, stay_away),
    (Fact.PRESENCE_TABLE, counter, swap_presences),
    (Fact.PRESENCE_TABLE, seats, put("presence_start", 1, 11)),
    (Fact.PRESENCE_TABLE, counter, put("presence_end", 1, -1)),
    (Fact.BREAK_TABLE, breaks, put("break_start", 1, 6.5)),
    (Fact.BREAK_TABLE, breaks, add("break", 0, 14, 15)),
    (Fact.LINES, lines, line(lines=3)),
    (Fact.LINES, lines, line(lines=-1)),
    (Fact.LINES, lines, line(lines=1)),
    (Fact.LINES, counter, line(lines=2)),
    (Fact.ON_DUTY, counter, line(duty_end=clocks([9, 30]))),
    (Fact.ON_DUTY, counter, stay_away),
    (Fact.ON_DUTY, breaks, line(break_lasts=np.array([120.0, 240.0]))),
    (Fact.AFTER, counter, routing(after=np.array([60.0]))),
    (Fact.RESERVE, counter, routing(reserve=np.array([1], np.int32))),
    (Fact.UNMATCHED, counter, move(5, 0.5)),
    (Fact.UNMATCHED, counter, move(2, 0.5)),
    (Fact.UNMATCHED, opened, move(0, 0.5)),
    (Fact.UNMATCHED, opened, routing(after=np.array([60.0, 60.0]))),
    (Fact.UNMATCHED, back_from_break, move(0, 0.5)),
    (Fact.SAME_TYPE, counter, exchange(2, 4)),
    (Fact.ORDER, classes, exchange(1, 2)),
    (Fact.ORDER, head_starts, exchange(1, 2)),
    (Fact.ORDER, ranks, exchange(1, 2)),
    (Fact.ORDER, classes, routing(klass=np.array([1, 1], np.int32))),
    (Fact.ORDER, head_starts, routing(head_start=np.array([0.0, 30.0]))),
    (Fact.ORDER, head_starts, routing(growth=np.array([3.0, 1.0]))),
    (Fact.ORDER, ranks, routing(ranked=np.array([False]))),
    (Fact.TIER, tiers, swap_operators),
    (Fact.TIER, tiers, routing(tier=np.array([0, 1], np.int32))),
    (Fact.LONGEST_IDLE, counter, put("operator", 5, 1)),
    (Fact.LONGEST_IDLE, counter, swap_operators),
    (Fact.TURN, opened, put("operator", 0, 1)),
    (Fact.CUT_OFF, disconnected, put("wait_ended", 1, 29.5)),
    (Fact.CUT_OFF, disconnected, put("wait_ended", 1, 31)),
    (Fact.CUT_OFF, disconnected, answer_instead),
    (Fact.CUT_OFF, served, cut_off_instead),
    (Fact.STRANDED, served, put("wait_ended", 0, 31)),
    (Fact.DUTY_START, counter, put("presence_start", 1, 1)),
    (Fact.DUTY_START, counter, drop("presence")),
    (Fact.DUTY_END, breaks, put("presence_end", 0, 14)),
    (Fact.DUTY_END, two_duties, put("presence_end", 1, 27)),
    (Fact.SEATS_RISE, seats, put("presence_start", 1, 21)),
    (Fact.STRAY, owed_cancelled, add("presence", 1, 11, 30)),
    (Fact.SEATS_FALL, seats, put("presence_end", 2, 26)),
    (Fact.SEATS_OWED, seats, put("presence_end", 0, 13)),
    (Fact.GONE, counter, put("presence_end", 0, 31)),
    (Fact.GONE, served, put("presence_end", 0, 34)),
    (Fact.STRAY, breaks, add("presence", 0, 20, 21)),
    (Fact.STRAY, absent, add("presence", 0, 0, 30)),
    (Fact.BREAK_START, breaks, put("break_start", 0, 5.5)),
    (Fact.BREAK_START, breaks, drop("break")),
    (Fact.BREAK_LASTS, breaks, put("break_end", 1, 8.5)),
    (Fact.BREAK_LASTS, break_cut_short, put("break_end", 0, 9.5)),
    (Fact.BREAK_STRAY, breaks, add("break", 0, 8.25, 8.75)),
    (Fact.BREAK_STRAY, back_from_break, add("break", 0, 33, 34)),
]


@pytest.mark.parametrize(
    "fact, scene, change", WRONG, ids=[f"{fact.name}-{scene.__name__}" for fact, scene, _ in WRONG]
)
def test_one_thing_changed_is_told(fact: Fact, scene: Callable[[], World], change: Change) -> None:
    made = scene()
    change(made)
    told = made.facts()
    assert any(text.startswith(f"{fact}: ") for text in told), told


def test_every_fact_is_broken_by_some_test() -> None:
    assert {fact for fact, _, _ in WRONG} == set(Fact)


def test_examples_name_rows_operators_and_clock_times() -> None:
    made = counter()
    move(5, 0.5)(made)
    assert made.facts() == [
        f"{Fact.UNMATCHED}: row 5 waits until 08:10:30 though operator {k} is idle at 08:10"
        for k in (0, 1)
    ]


def test_a_fact_is_told_with_five_examples_and_the_number_of_others() -> None:
    rows: list[Row] = [(k, 0, 1, H, k + 0.5, NAN, NAN, -1) for k in range(8)]
    told = world(centre_with([[0]], []), rows, []).facts()
    assert len(told) == 6
    assert told[-1] == f"{Fact.PATIENCE}: and 3 more"
