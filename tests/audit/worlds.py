"""Hand-made tables for the audit, and ways to change one thing in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.audit import broken_facts
from sim.callers import CHOICES, FOLLOW_UPS, Callers, Choices, FollowUps, Staff
from sim.centre import Centre, Routing
from sim.columns import Column
from sim.conduct import (
    QUEUE_LENGTH,
    STEPS,
    Hazards,
    no_announcements,
)
from sim.outcomes import CONTACTS, TRIES, Outcome, Outcomes

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
        break_row=np.arange(len(breaks), dtype=np.int32),
    )
    operators = np.arange(centre.operators, dtype=np.int32)
    return World(centre, callers, Staff(operators, np.zeros(centre.operators, np.bool_)), outcomes)


def with_more(
    made: World,
    *,
    unseen: int = 0,
    follow_ups: dict[str, dict[int, float]] | None = None,
    choices: dict[str, dict[int, float]] | None = None,
    dialled: Sequence[tuple[int, int, float, float, bool]] = (),
    told: dict[str, dict[int, float]] | None = None,
    **conduct: Any,
) -> World:
    """What callers do beside waiting: columns by name and row, tries, rules of the types.

    The last `unseen` rows of the callers have no contact. Times told and tries are in minutes.
    """
    callers, rows = made.callers, len(made.callers) + unseen
    for name in ("arrival", "type", "caller", "attempt", "talk_work", "wrap_work", "patience"):
        column = getattr(callers, name)
        more = np.full(unseen, np.nan if name == "arrival" else 0, column.dtype)
        callers = replace(callers, **{name: np.append(column, more)})
    if follow_ups is not None:
        none = {"redial": -1, "repeat": -1, "transfer": -1}
        made_up = _columns(FOLLOW_UPS, rows, none, follow_ups)
        callers.arrival[made_up["via"] > 0] = NAN
        callers.wrap_work[:] -= made_up["conference"] / 60.0
        callers = replace(callers, follow_ups=FollowUps(**made_up))
    if choices is not None:
        columns = _columns(CHOICES, rows, {"menu": NAN, "procedure": -1}, choices)
        callers = replace(callers, choices=Choices(**columns))
        menu = np.nan_to_num(columns["menu"])
        callers.arrival[made.outcomes.outcome != B] -= menu[made.outcomes.outcome != B]
    outcomes = made.outcomes
    for column in CONTACTS:
        outcomes = replace(outcomes, **{column.name: getattr(outcomes, column.name).copy()})
        for row, value in (told or {}).get(column.name, {}).items():
            getattr(outcomes, column.name)[row] = clock(value) if _is_clock(column) else value
    columns = dict(zip((c.name for c in TRIES), zip(*dialled, strict=True), strict=False))
    for column in TRIES:
        values = columns.get(column.name, ())
        times = clocks(values) if _is_clock(column) else np.array(values, column.dtype)
        outcomes = replace(outcomes, **{column.name: times})
    for row in (told or {}).get("talk_started", {}):
        callers.talk_work[row] = (outcomes.talk_ended[row] - outcomes.talk_started[row]) / 60.0
    if follow_ups is not None:
        outcomes.via[:] = callers.follow_ups.via[outcomes.contact]
    rules = {name: np.array(value) for name, value in conduct.items()}
    centre = replace(made.centre, conduct=made.centre.conduct._replace(**rules))
    return World(centre, callers, made.staff, outcomes)


def _is_clock(column: Column) -> bool:
    return column.dtype == "float64" and column.name != "announced_wait"


def _columns(
    declared: Sequence[Column],
    rows: int,
    none: dict[str, float],
    values: dict[str, dict[int, float]],
) -> dict[str, Any]:
    columns = {c.name: np.full(rows, none.get(c.name, 0), c.dtype) for c in declared}
    for name, of_rows in values.items():
        for row, value in of_rows.items():
            columns[name][row] = value
    return columns


def with_messages(made: World, says: list[int], at: list[float], **conduct: Any) -> World:
    """Let a type hear messages that depend on the queue; patience as a hazard of 1 / 64 a s."""
    number = len(says)
    quiet = no_announcements(1)
    said = quiet._replace(
        by_queue=np.array([True]),
        message_from=np.array([0, number], np.int32),
        says=np.array(says, np.int32),
        at=60.0 * np.array(at),
        every=np.full(number, INF),
        jump=np.zeros(number),
        effect=np.full(number, NAN),
        estimate=np.full(number, QUEUE_LENGTH, np.int32),
        quantile_from=np.zeros(number, np.int32),
        round_to=np.zeros(number),
        may_go_back=np.zeros(number, np.bool_),
        over=np.full(number, -1.0),
        broken=np.ones(number * (STEPS + 1)),
        level_from=np.zeros(number + 1, np.int32),
    )
    hazards = Hazards(
        np.array([0, 1], np.int32), np.zeros(1), np.zeros(1), np.array([1 / 64]), np.zeros(1, bool)
    )
    rules = {name: np.array(value) for name, value in conduct.items()}
    made.centre = replace(
        made.centre,
        announcements=said,
        hazards=hazards,
        conduct=made.centre.conduct._replace(mean_handling=np.array([120.0]), **rules),
    )
    made.callers.patience[:] = NAN
    return made


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
        if table == "break":
            columns["break_row"] = np.append(made.outcomes.break_row, np.int32(0))
        made.outcomes = replace(made.outcomes, **columns)

    return change


def drop(table: str) -> Change:
    """Leave out the last row of the table of presences or breaks."""

    def change(made: World) -> None:
        names = [f"{table}_{name}" for name in ("operator", "start", "end")]
        names += ["break_row"] * (table == "break")
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


def conduct(**values: Any) -> Change:
    """Change what callers do, as though the engine had not known."""

    def change(made: World) -> None:
        rules = {name: np.array(value) for name, value in values.items()}
        made.centre = replace(made.centre, conduct=made.centre.conduct._replace(**rules))

    return change


def said(**values: Any) -> Change:
    """Change what is played, as though the engine had not known."""

    def change(made: World) -> None:
        told = {name: np.array(value) for name, value in values.items()}
        made.centre = replace(made.centre, announcements=made.centre.announcements._replace(**told))

    return change


def chose(column: str, row: int, value: float) -> Change:
    """Change what a caller chooses, or what follows a contact."""

    def change(made: World) -> None:
        of = made.callers.choices if column in Choices._fields else made.callers.follow_ups
        getattr(of, column)[row] = value

    return change


def tried_late(row: int, start: float) -> Change:
    """One more try, which the rules do not allow, takes a minute."""

    def change(made: World) -> None:
        columns: dict[str, Any] = {}
        values = (row, 0, clock(start), clock(start + 1), False)
        for column, value in zip(TRIES, values, strict=True):
            before = getattr(made.outcomes, column.name)
            columns[column.name] = np.append(before, np.array([value], column.dtype))
        made.outcomes = replace(made.outcomes, **columns)
        made.outcomes.presence_end[0] = clock(start + 1)

    return change


def block_the_transfer(made: World) -> None:
    for column in ("wait_ended", "talk_started", "talk_ended", "handled"):
        getattr(made.outcomes, column)[4] = NAN
    made.outcomes.outcome[4], made.outcomes.operator[4] = B, -1


def turn_tries_round(made: World) -> None:
    made.outcomes = replace(
        made.outcomes, **{c.name: getattr(made.outcomes, c.name)[::-1].copy() for c in TRIES}
    )


def forget_the_place(made: World) -> None:
    """Who is called back is served after a caller who joined later."""
    told = made.outcomes
    for column, early, late in (
        ("wait_ended", 13, None), ("talk_started", 13, 15), ("talk_ended", 14, 17),
        ("handled", 14, 18),
    ):  # fmt: skip
        getattr(told, column)[3] = clock(early)
        if late is not None:
            getattr(told, column)[1] = clock(late)
    told.try_start[1], told.try_end[1] = clock(14), clock(15)


def crewing(**values: Any) -> Change:
    """Change the rules of queues and groups, as though the engine had not known."""

    def change(made: World) -> None:
        rules = {name: np.array(value) for name, value in values.items()}
        made.centre = replace(made.centre, crewing=made.centre.crewing._replace(**rules))

    return change


def calendar(**values: Any) -> Change:
    """Change the days, or what the roster has beside duties and breaks."""

    def change(made: World) -> None:
        days = {name: np.array(value) for name, value in values.items()}
        made.centre = replace(made.centre, calendar=made.centre.calendar._replace(**days))

    return change


def staffed(**values: Any) -> Change:
    """Change who is absent, late or slow, as though the engine had not known."""

    def change(made: World) -> None:
        made.staff = replace(made.staff, **{name: np.array(v) for name, v in values.items()})

    return change


def in_lane(*lanes: int) -> Change:
    """Give each contact a lane."""

    def change(made: World) -> None:
        made.callers = replace(made.callers, lane=np.array(lanes, np.int16))

    return change


def after(made: World, *changes: Change) -> World:
    """A table of a line with other rules than those of every line."""
    for change in changes:
        change(made)
    return made
