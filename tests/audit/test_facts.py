"""Every fact is silent about tables that are right, and speaks up when one thing is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.audit import Fact, broken_facts
from sim.callers import CHOICES, FOLLOW_UPS, Callers, Choices, FollowUps, Staff
from sim.centre import Centre, Routing
from sim.columns import Column
from sim.conduct import (
    CALLBACK_OFFER,
    EXPECTED_WAIT,
    POSITION,
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
        columns = _columns(CHOICES, rows, {"menu": NAN}, choices)
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


def followed() -> World:
    """A redial, a warm transfer that keeps the place, and a repeat call that comes too late."""
    return with_more(
        world(
            centre_with([[0]], [0], duties=[(0, 0, 30)]),
            [
                (1, 0, INF, A, 1, 6, 8, 0),
                (2, 0, 1, H, 3, NAN, NAN, -1),
                (20, 0, INF, A, 20, 28, 28, 0),
                (6, 0, INF, A, 10, 11, 11, 0),
                (6, 0, INF, A, 8, 10, 10, 0),
            ],
            [(0, 0, 30)],
        ),
        unseen=1,
        follow_ups={
            "via": {3: 1, 4: 3, 5: 2},
            "redial": {1: 3},
            "redial_after": {1: 1},
            "redial_delay": {1: 180},
            "repeat": {2: 5},
            "repeat_delay": {2: 120},
            "unresolved": {2: 0.9},
            "transfer": {0: 4},
            "conference": {0: 120},
        },
        told={"follow_up_lost": {2: 2}},
        keeps_place=[True],
        resolves=[0.5],
    )


def menus() -> World:
    """A menu holds the line, is all for one caller, and ends after closing for another."""
    return with_more(
        world(
            centre_with([[0]], [0], duties=[(0, 0, 30)], lines=1),
            [
                (3, 0, INF, A, 3, 5, 5, 0),
                (7, 0, INF, Outcome.CONTAINED, NAN, NAN, NAN, -1),
                (6.5, 0, INF, B, NAN, NAN, NAN, -1),
                (31, 0, INF, C, 31, NAN, NAN, -1),
            ],
            [(0, 0, 30)],
        ),
        choices={"menu": {0: 120, 1: 60, 2: 60, 3: 120}, "contained": {1: True}},
    )


def full() -> World:
    """One may wait on the line; who finds another waiting is blocked."""
    return with_more(
        world(
            centre_with([[0]], [0], duties=[(0, 0, 30)]),
            [
                (1, 0, INF, A, 1, 6, 6, 0),
                (2, 0, INF, A, 6, 7, 7, 0),
                (3, 0, INF, B, NAN, NAN, NAN, -1),
                (6.5, 0, INF, A, 7, 8, 8, 0),
            ],
            [(0, 0, 30)],
        ),
        queue_limit=1,
    )


def balking() -> World:
    """Half of the callers do not stay in the second place."""
    return with_more(
        world(
            centre_with([[0]], [0], duties=[(0, 0, 30)]),
            [
                (1, 0, INF, A, 1, 6, 6, 0),
                (2, 0, INF, A, 6, 7, 7, 0),
                (3, 0, INF, H, 3, NAN, NAN, -1),
                (4, 0, INF, A, 7, 8, 8, 0),
            ],
            [(0, 0, 30)],
        ),
        choices={"balk": {0: 0.1, 1: 0.1, 2: 0.1, 3: 0.9}},
        balk_from=[0, 1],
        balk_position=[2],
        balk_share=[0.5],
    )


CALLED_BACK = {"called_back": [True], "dial": [60.0], "again": [300.0], "tries": [2]}


def called_back() -> World:
    """One is reached at the second try, in the old place; another is never tried."""
    return with_more(
        world(
            centre_with([[0]], [0], duties=[(0, 0, 30)]),
            [
                (1, 0, INF, A, 1, 6, 6, 0),
                (2, 0, 1, A, 3, 16, 17, 0),
                (9, 0, INF, A, 9, 13, 13, 0),
                (10, 0, INF, A, 17, 18, 18, 0),
                (27, 0, INF, A, 27, 32, 32, 0),
                (28, 0, 1, Outcome.CALLBACK_LOST, 29, NAN, NAN, -1),
            ],
            [(0, 0, 32)],
        ),
        choices={"instead": {1: True, 5: True}, "reached_at": {1: 2, 5: 9}},
        dialled=[(1, 0, 6, 7, False), (1, 0, 13, 14, True)],
        told={"callback": {1: 3, 5: 29}, "talk_started": {1: 14}},
        **CALLED_BACK,
    )


def too_late() -> World:
    """Whose next try would come after closing is lost."""
    return with_more(
        world(
            centre_with([[0]], [0], duties=[(0, 0, 30)]),
            [
                (1, 0, INF, A, 1, 6, 6, 0),
                (2, 0, 1, Outcome.CALLBACK_LOST, 3, NAN, NAN, -1),
                (29, 0, INF, A, 29, 33, 33, 0),
            ],
            [(0, 0, 33)],
        ),
        choices={"instead": {1: True}, "reached_at": {1: 9}},
        dialled=[(1, 0, 6, 7, False)],
        told={"callback": {1: 3}},
        **(CALLED_BACK | {"again": [24 * 60.0]}),
    )


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


def announced() -> World:
    """Places and waits are announced; a broken promise makes the talk longer."""
    made = with_more(
        world(
            centre_with([[0]], [0], duties=[(0, 0, 30)]),
            [
                (1, 0, INF, A, 1, 6, 6, 0),
                (2, 0, INF, A, 6, 7, 7, 0),
                (3, 0, INF, H, 5.5, NAN, NAN, -1),
            ],
            [(0, 0, 30)],
        ),
        choices={"threshold": {0: 9.0, 1: 9.0, 2: 150 / 64}},
        told={
            "announced_wait": {1: 120.0, 2: 240.0},
            "announced_at": {1: 3, 2: 4},
            "announced_position": {1: 1, 2: 2},
            "promised_until": {1: 5, 2: 8},
        },
    )
    made.callers.talk_work[1] = 0.5
    says, at = [POSITION, EXPECTED_WAIT], [0.0, 1.0]
    return with_messages(made, says, at, past_promise=[30.0])


def offered() -> World:
    """A callback is offered after a minute, and accepted."""
    made = with_more(
        world(
            centre_with([[0]], [0], duties=[(0, 0, 30)]),
            [(1, 0, INF, A, 1, 6, 6, 0), (2, 0, INF, A, 3, 8, 8, 0)],
            [(0, 0, 30)],
        ),
        choices={
            "threshold": {0: 9.0, 1: 9.0},
            "accepts": {1: True},
            "reached_at": {0: 1, 1: 1},
        },
        dialled=[(1, 0, 6, 7, True)],
        told={"callback": {1: 3}, "talk_started": {1: 7}},
        **CALLED_BACK,
    )
    return with_messages(made, [CALLBACK_OFFER], [1.0])


RIGHT = [
    followed,
    menus,
    full,
    balking,
    called_back,
    too_late,
    announced,
    offered,
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
    (Fact.CALLERS, followed, put("via", 3, 2)),
    (Fact.CALLERS, followed, put("contact", 3, 2)),
    (Fact.FOLLOW_UP, followed, put("arrival", 3, 6.5)),
    (Fact.FOLLOW_UP, followed, chose("redial_after", 1, 6)),
    (Fact.FOLLOW_UP, followed, chose("redial_delay", 1, 60)),
    (Fact.FOLLOW_UP, followed, chose("transfer", 0, -1)),
    (Fact.FOLLOW_UP, followed, chose("repeat_delay", 2, 60)),
    (Fact.FOLLOW_UP_LOST, followed, put("follow_up_lost", 2, -1)),
    (Fact.FOLLOW_UP_LOST, followed, put("follow_up_lost", 3, 1)),
    (Fact.FOLLOW_UP_LOST, followed, conduct(resolves=[1.0])),
    (Fact.FOLLOW_UP_LOST, followed, conduct(closes=[clock(5)])),
    (Fact.WRAP_UP, followed, chose("conference", 0, 60)),
    (Fact.SAME_TYPE, followed, conduct(keeps_place=[False])),
    (Fact.MENU, menus, put("arrival", 0, 2.5)),
    (Fact.MENU, menus, chose("contained", 1, False)),
    (Fact.MENU, menus, chose("contained", 0, True)),
    (Fact.MENU, menus, put("outcome", 1, B)),
    (Fact.CUT_OFF, menus, put("wait_ended", 3, 32)),
    (Fact.LINES, menus, line(lines=2)),
    (Fact.LINES, followed, block_the_transfer),
    (Fact.QUEUE_FULL, full, conduct(queue_limit=2)),
    (Fact.QUEUE_FULL, full, conduct(queue_limit=0)),
    (Fact.QUEUE_FULL, full, conduct(queue_limit=-1, per_operator=2.0)),
    (Fact.BALK, balking, conduct(balk_share=[0.05])),
    (Fact.BALK, balking, conduct(balk_share=[1.0])),
    (Fact.BALK, balking, conduct(balk_position=[1])),
    (Fact.BALK, balking, conduct(balk_position=[3])),
    (Fact.CALLBACK, called_back, chose("instead", 1, False)),
    (Fact.CALLBACK, called_back, put("callback", 1, 2.5)),
    (Fact.CALLBACK, offered, chose("accepts", 1, False)),
    (Fact.CALLBACK, offered, said(over=[120.0])),
    (Fact.CALLBACK, offered, said(at=[120.0])),
    (Fact.OUTCOME, called_back, conduct(called_back=[False])),
    (Fact.NAN, called_back, put("callback", 5, NAN)),
    (Fact.NAN, followed, put("callback", 1, 3)),
    (Fact.TRIES, called_back, put("callback", 1, NAN)),
    (Fact.REACHED, called_back, put("callback", 2, 9)),
    (Fact.OPERATOR_NUMBER, called_back, put("try_operator", 0, 1)),
    (Fact.TRIES, called_back, turn_tries_round),
    (Fact.TRIES, called_back, put("try_contact", 0, 0)),
    (Fact.TRIES, called_back, put("try_contact", 0, 9)),
    (Fact.TRIES, called_back, put("try_start", 0, 2)),
    (Fact.DIAL, called_back, put("try_end", 0, 7.5)),
    (Fact.REACHED, called_back, chose("reached_at", 1, 1)),
    (Fact.REACHED, called_back, chose("reached_at", 1, 3)),
    (Fact.REACHED, called_back, put("try_reached", 1, False)),
    (Fact.AGAIN, called_back, conduct(again=[420.0])),
    (Fact.AGAIN, called_back, conduct(tries=[1])),
    (Fact.TALK_START, called_back, put("talk_started", 1, 14.5)),
    (Fact.TALK_START, counter, put("talk_started", 5, 11)),
    (Fact.UNMATCHED, called_back, conduct(again=[60.0])),
    (Fact.SAME_TYPE, called_back, forget_the_place),
    (Fact.FIRST_TRY, called_back, tried_late(5, 32)),
    (Fact.FOR_HOLDING, called_back, conduct(for_holding=[1])),
    (Fact.CALLBACK_LOST, too_late, tried_late(1, 33)),
    (Fact.ANNOUNCED, announced, put("announced_wait", 1, 2)),
    (Fact.ANNOUNCED, announced, put("announced_at", 1, 4)),
    (Fact.ANNOUNCED, announced, put("announced_position", 2, 1)),
    (Fact.ANNOUNCED, announced, put("announced_position", 0, 1)),
    (Fact.ANNOUNCED, announced, conduct(mean_handling=[60.0])),
    (Fact.ANNOUNCED, announced, said(round_to=[0.0, 50.0])),
    (Fact.ANNOUNCED, announced, said(says=np.array([POSITION, POSITION], np.int32))),
    (Fact.PROMISED, announced, put("promised_until", 2, 9)),
    (Fact.TALK, announced, put("promised_until", 1, 5.5)),
    (Fact.TALK, announced, conduct(per_minute=[1.0])),
    (Fact.PATIENCE, announced, chose("threshold", 2, 3.0)),
    (Fact.PATIENCE, announced, said(filler=[0.5])),
    (Fact.PAST_PATIENCE, announced, chose("threshold", 2, 2.0)),
    (Fact.PAST_PATIENCE, announced, said(jump=[0.0, 1.0])),
    (Fact.PAST_PATIENCE, announced, said(effect=[2.0, NAN])),
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
