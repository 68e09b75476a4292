"""Every fact is silent about tables that are right, and speaks up when one thing is changed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.audit import Fact
from sim.centre import Centre
from sim.conduct import CALLBACK_OFFER, EXPECTED_WAIT, POSITION
from sim.outcomes import Outcome
from tests.audit import crews
from tests.audit.worlds import (
    INF,
    NAN,
    A,
    B,
    C,
    Change,
    H,
    Row,
    World,
    add,
    answer_instead,
    block_the_transfer,
    calendar,
    centre_with,
    chose,
    clock,
    clocks,
    conduct,
    cut_off_instead,
    drop,
    exchange,
    forget_the_place,
    line,
    lose_a_contact,
    move,
    patience,
    phone_too_early,
    put,
    retype,
    routing,
    said,
    shorten,
    stay_away,
    swap_operators,
    swap_presences,
    tried_late,
    turn_tries_round,
    with_messages,
    with_more,
    world,
)

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


@pytest.mark.parametrize("scene", [*RIGHT, *crews.RIGHT], ids=lambda scene: scene.__name__)
def test_a_right_table_breaks_no_fact(scene: Callable[[], World]) -> None:
    assert scene().facts() == []


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
    (Fact.OPEN_HOURS, counter, calendar(period_closes=[clock(10)])),
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
    (Fact.BREAK_ROW, breaks, put("break_row", 0, 1)),
    (Fact.BREAK_ROW, breaks, put("break_row", 1, -1)),
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
    "fact, scene, change",
    [*WRONG, *crews.WRONG],
    ids=[f"{fact.name}-{scene.__name__}" for fact, scene, _ in [*WRONG, *crews.WRONG]],
)
def test_one_thing_changed_is_told(fact: Fact, scene: Callable[[], World], change: Change) -> None:
    made = scene()
    change(made)
    told = made.facts()
    assert any(text.startswith(f"{fact}: ") for text in told), told


def test_every_fact_is_broken_by_some_test() -> None:
    assert {fact for fact, _, _ in [*WRONG, *crews.WRONG]} == set(Fact)


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
