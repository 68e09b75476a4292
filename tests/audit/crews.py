"""Tables of lines with rules for crews: right ones, and one thing changed in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.audit import Fact
from sim.crewing import FASTEST, IN_ORDER, LEAST_OCCUPIED, LONGEST_IDLE, RANDOM, SLOWEST
from tests.audit.worlds import (
    INF,
    NAN,
    A,
    C,
    Change,
    H,
    World,
    add,
    after,
    calendar,
    centre_with,
    chose,
    clock,
    clocks,
    conduct,
    crewing,
    drop,
    in_lane,
    line,
    put,
    routing,
    staffed,
    with_more,
    world,
)

ALONE = [(0, 0.0, 30.0)]
"""A duty, or the presence, of the only operator from opening to closing."""

PAIR = [(0, 0.0, 30.0), (1, 0.0, 30.0)]
"""Duties, or presences, of two operators from opening to closing."""


# who is served by whom


def shared_out() -> World:
    """The calls of one type are shared out between two groups; each waits for its own."""
    made = world(
        centre_with([[0, 0]], [0, 1], duties=PAIR),
        [
            (1, 0, INF, A, 1, 6, 6, 0),
            (2, 0, INF, A, 6, 8, 8, 0),
            (3, 0, INF, A, 3, 9, 9, 1),
            (4, 0, INF, A, 8, 9, 9, 0),
        ],
        PAIR,
    )
    return after(
        made,
        routing(
            tier=np.array([0, -1, -1, 0]), rank=np.ones(4, np.int32), after=np.zeros(4),
            reserve=np.zeros(4, np.int32), klass=np.array([1, 1]), head_start=np.zeros(2),
            growth=np.ones(2),
        ),
        crewing(lane_type=[0, 0], opens_queue=[-1] * 4, opens_wait=[-1.0] * 4),
        in_lane(0, 0, 1, 0),
    )  # fmt: skip


def many_wait() -> World:
    """The second group helps while more than one waits: when one joins, not once it is over."""
    made = world(
        centre_with([[0, 1]], [0, 1], duties=PAIR),
        [
            (1, 0, INF, A, 1, 10, 10, 0),
            (2, 0, INF, A, 3, 5, 5, 1),
            (3, 0, INF, A, 10, 11, 11, 0),
        ],
        PAIR,
    )
    return after(made, crewing(opens_queue=[-1, 1]))


def long_waits() -> World:
    """The second group helps while the wait is long, as it is once fewer are on duty."""
    made = world(
        centre_with([[0, 1]], [0, 0, 1], duties=[(0, 0, 30), (1, 0, 5), (2, 0, 30)]),
        [
            (1, 0, INF, A, 1, 10, 10, 0),
            (1, 0, INF, A, 1, 5, 5, 1),
            (2, 0, INF, A, 5, 7, 7, 2),
            (3, 0, INF, A, 10, 11, 11, 0),
        ],
        [(0, 0, 30), (1, 0, 5), (2, 0, 30)],
    )
    return after(made, crewing(opens_wait=[-1.0, 100.0]), conduct(mean_handling=[120.0]))


def longest_queue() -> World:
    """The longer queue goes first, whatever the class; of equal ones the better class."""
    made = world(
        centre_with([[0], [0]], [0], duties=ALONE, klass=[2, 1]),
        [
            (1, 0, INF, A, 1, 6, 6, 0),
            (2, 1, INF, A, 7, 8, 8, 0),
            (3, 0, INF, A, 6, 7, 7, 0),
            (4, 0, INF, A, 8, 9, 9, 0),
        ],
        ALONE,
    )
    return after(made, crewing(longest_queue=[True]))


# which operator


def in_order() -> World:
    """The lowest number goes first, though it was at work last."""
    made = world(
        centre_with([[0]], [0, 0], duties=PAIR),
        [(1, 0, INF, A, 1, 2, 2, 0), (3, 0, INF, A, 3, 5, 5, 0), (4, 0, INF, A, 4, 5, 5, 1)],
        PAIR,
    )
    return after(made, crewing(picks=[IN_ORDER]))


def quickest() -> World:
    """Who works in half the time goes first, then who takes the time that it takes."""
    return _paced([1, 0, 1], FASTEST)


def slowest() -> World:
    """Who takes twice the time goes first, then who takes the time that it takes."""
    return _paced([2, 0, 2], SLOWEST)


def _paced(who: list[int], picks: int) -> World:
    paces, everybody = np.array([1.0, 0.5, 2.0]), [(k, 0, 30) for k in range(3)]
    made = world(
        centre_with([[0]], [0, 0, 0], duties=everybody),
        [
            (1, 0, INF, A, 1, 3, 4, who[0]),
            (2, 0, INF, A, 2, 4, 5, who[1]),
            (6, 0, INF, A, 6, 8, 9, who[2]),
        ],
        everybody,
    )
    made.callers.talk_work[:] /= paces[who]
    made.callers.wrap_work[:] /= paces[who]
    return after(made, crewing(picks=[picks]), staffed(pace=paces))


def least_occupied() -> World:
    """Who has spent less of the time on contacts goes first, though idle for a shorter time."""
    made = world(
        centre_with([[0]], [0, 0], duties=PAIR),
        [
            (1, 0, INF, A, 1, 4, 5, 0),
            (2, 0, INF, A, 2, 3, 3, 1),
            (3.5, 0, INF, A, 3.5, 5.5, 5.5, 1),
            (6, 0, INF, A, 6, 8, 8, 1),
        ],
        PAIR,
    )
    return after(made, crewing(picks=[LEAST_OCCUPIED]))


def by_chance() -> World:
    """The caller's draw says who of the idle answers, on arrival and after a wait."""
    made = with_more(
        world(
            centre_with([[0, 0]], [0, 0, 1, 1], duties=[(k, 0, 30) for k in range(4)]),
            [(1, 0, INF, A, 1, 9, 9, 1), (2, 0, INF, A, 2, 9, 9, 0), (3, 0, INF, A, 5, 9, 9, 3)],
            [(k, 0, 30) for k in range(4)],
        ),
        choices={"pick": {0: 0.7, 1: 0.9, 2: 0.6}},
    )
    return after(made, crewing(picks=[RANDOM, RANDOM]), routing(after=np.array([0.0, 120.0])))


# contacts


def ringing() -> World:
    """It rings for half a minute; patience does not run, and the operator is at work."""
    made = with_more(
        world(
            centre_with([[0]], [0], duties=ALONE),
            [(1, 0, 0.25, A, 1, 3.5, 4, 0), (2, 0, 2.25, A, 4, 5, 5, 0)],
            ALONE,
        ),
        told={"talk_started": {0: 1.5, 1: 4.5}},
    )
    return after(made, crewing(ring=[30.0]))


def not_known() -> World:
    """Who does not know the procedure settles nothing, even what would have been settled."""
    made = with_more(
        world(
            centre_with([[0]], [0], duties=ALONE),
            [(1, 0, INF, A, 1, 3, 3, 0), (4, 0, INF, A, 4, 5, 5, 0)],
            ALONE,
        ),
        follow_ups={
            "via": {1: 2},
            "repeat": {0: 1, 1: -1},
            "repeat_delay": {0: 60},
            "unresolved": {0: 0.1},
        },
        choices={"procedure": {0: 1}},
        resolves=[0.5],
    )
    return after(made, crewing(knows=[True, False]))


# who is there


def late() -> World:
    """Who is two minutes late misses a break, and keeps a caller waiting."""
    made = world(
        centre_with([[0]], [0], duties=ALONE, breaks=[(0, 1.5, 2), (0, 10, 1)]),
        [(1, 0, INF, A, 2, 3, 3, 0)],
        [(0, 2, 30)],
        [(0, 10, 11)],
    )
    made.outcomes.break_row[:] = 1
    return after(made, staffed(late=[120.0]))


def too_late() -> World:
    """Who would come when the duty is over does not come."""
    made = world(
        centre_with([[0]], [0, 0], duties=[(0, 0, 30), (1, 5, 10)]),
        [(1, 0, INF, A, 1, 12, 12, 0), (2, 0, INF, A, 12, 13, 13, 0)],
        ALONE,
    )
    return after(made, staffed(late=[0.0, 300.0]))


AT_LUNCH = {"period_opens": clocks([0, 20]), "period_closes": clocks([10, 30])}
"""The line is closed from 08:10 to 08:20."""


def absent_on_a_day() -> World:
    """Absent on the second of two days; breaks of that day are not there either."""
    made = world(
        centre_with([[0]], [0], duties=[(0, 0, 10), (0, 20, 30)], breaks=[(0, 5, 1), (0, 25, 1)]),
        [(1, 0, INF, A, 1, 3, 3, 0), (21, 0, 1, H, 22, NAN, NAN, -1)],
        [(0, 0, 10)],
        [(0, 5, 6)],
    )
    return after(
        made,
        calendar(**AT_LUNCH, day_start=clocks([0, 20]), duty_day=[0, 1], break_day=[0, 1]),
        staffed(absent=[False, True], late=[0.0, 0.0]),
    )


def seats_without() -> World:
    """Of two seats one is empty, since its operator is absent."""
    made = world(
        centre_with([[0]], [0, 0, 0], seats=[(0, 0, 2), (20, 0, 3)]),
        [(1, 0, INF, A, 1, 3, 3, 0), (2, 0, INF, A, 3, 4, 4, 0)],
        [(0, 0, 30), (1, 20, 30)],
    )
    return after(made, staffed(absent=[False, True, False]))


def _on_call(made: World, *, queue: int = -1, wait: float = INF, delay: float = 300.0) -> World:
    """The second operator comes only when called."""
    return after(
        made,
        calendar(on_call=[-1, 0], call_queue=[queue], call_wait=[wait], call_delay=[delay]),
    )


def called_by_queue() -> World:
    """A second caller who waits calls an operator, who is there five minutes later."""
    made = world(
        centre_with([[0]], [0, 0], duties=PAIR, breaks=[(1, 5, 1), (1, 20, 1)]),
        [
            (1, 0, INF, A, 1, 12, 12, 0),
            (2, 0, INF, A, 8, 9, 9, 1),
            (3, 0, INF, A, 9, 10, 10, 1),
        ],
        [(0, 0, 30), (1, 8, 30)],
        [(1, 20, 21)],
    )
    made.outcomes.break_row[:] = 1
    return _on_call(made, queue=1)


def called_by_wait() -> World:
    """A caller who has waited three minutes calls an operator."""
    made = world(
        centre_with([[0]], [0, 0], duties=PAIR),
        [(1, 0, INF, A, 1, 12, 12, 0), (2, 0, INF, A, 7, 9, 9, 1)],
        [(0, 0, 30), (1, 7, 30)],
    )
    return _on_call(made, wait=180.0, delay=120.0)


def not_called() -> World:
    """Nobody waits as long as it takes to call an operator."""
    made = world(
        centre_with([[0]], [0, 0], duties=PAIR),
        [(1, 0, INF, A, 1, 4, 4, 0), (2, 0, INF, A, 4, 5, 5, 0)],
        ALONE,
    )
    return _on_call(made, wait=180.0)


def called_when_away() -> World:
    """Who is still at work from an earlier duty is called only once gone home."""
    made = world(
        centre_with([[0]], [0, 0], duties=[(0, 0, 30), (1, 0, 5), (1, 6, 30)]),
        [
            (1, 0, INF, A, 1, 20, 20, 0),
            (2, 0, INF, A, 2, 9, 9, 1),
            (7, 0, INF, A, 15, 16, 16, 1),
            (10, 0, INF, A, 16, 17, 17, 1),
        ],
        [(0, 0, 30), (1, 0, 9), (1, 15, 30)],
    )
    called = {"call_queue": [0], "call_wait": [INF], "call_delay": [300.0]}
    return after(made, calendar(on_call=[-1, -1, 0], **called))


def staying() -> World:
    """Five minutes past the end of duty one more caller is served, but not ten."""
    made = world(
        centre_with([[0]], [0], duties=[(0, 0, 10)], breaks=[(0, 8, 1)]),
        [
            (1, 0, INF, A, 1, 11, 11, 0),
            (2, 0, INF, A, 11, 16, 16, 0),
            (3, 0, INF, C, 30, NAN, NAN, -1),
        ],
        [(0, 0, 16)],
    )
    return after(made, crewing(stays=[300.0]))


# several days


def lunch() -> World:
    """Closed from 08:10 to 08:20: who is on duty afterwards stays and has a break, others go."""
    made = world(
        centre_with([[0]], [0, 0], duties=[(0, 0, 30), (1, 0, 15)], breaks=[(0, 13.5, 2)]),
        [
            (7, 0, INF, A, 7, 12, 12, 0),
            (8, 0, INF, A, 8, 13, 13, 1),
            (9, 0, INF, A, 12, 13, 13, 0),
            (21, 0, INF, A, 21, 23, 23, 0),
        ],
        [(0, 0, 30), (1, 0, 13)],
        [(0, 13.5, 15.5)],
    )
    return after(made, calendar(**AT_LUNCH))


def over_at_lunch() -> World:
    """Whose duty ended while the line was closed leaves with the contact in hand."""
    made = world(
        centre_with([[0]], [0, 0], duties=[(0, 0, 15), (1, 22, 30)]),
        [(9, 0, INF, A, 9, 21, 21, 0), (20.5, 0, INF, A, 22, 23, 23, 1)],
        [(0, 0, 21), (1, 22, 30)],
    )
    return after(made, calendar(**AT_LUNCH))


def cut_off_at_lunch() -> World:
    """Who comes when the line is open again does not count for who waits at closing."""
    made = world(
        centre_with([[0]], [0], duties=[(0, 20, 30)]),
        [(9, 0, INF, C, 10, NAN, NAN, -1), (20, 0, INF, A, 20, 21, 21, 0)],
        [(0, 20, 30)],
    )
    return after(made, calendar(**AT_LUNCH))


def seats_anew() -> World:
    """At the opening one seat is set, which is taken by who has still a contact in hand."""
    made = world(
        centre_with(
            [[0]], [0, 0, 0],
            seats=[(0, 0, 2), (15, 0, 0), (20, 0, 1), (25, 0, 2)],
        ),
        [(1, 0, INF, A, 1, 9, 9, 0), (2, 0, INF, A, 2, 22, 22, 1)],
        [(0, 0, 10), (0, 25, 30), (1, 0, 30)],
    )  # fmt: skip
    return after(made, calendar(**AT_LUNCH))


def seats_owed_anew() -> World:
    """At the opening no seat is set: who has still a contact in hand owes a departure."""
    made = world(
        centre_with([[0]], [0, 0], seats=[(0, 0, 2), (20, 0, 0)]),
        [(1, 0, INF, A, 1, 9, 9, 0), (2, 0, INF, A, 2, 22, 22, 1)],
        [(0, 0, 10), (1, 0, 22)],
    )
    return after(made, calendar(**AT_LUNCH))


def carried_over() -> World:
    """A redial that would come at lunch comes when the line opens again."""
    made = with_more(
        world(
            centre_with([[0]], [0], duties=[(0, 20, 30)]),
            [(9, 0, 0.5, H, 9.5, NAN, NAN, -1), (20, 0, INF, A, 20, 21, 21, 0)],
            [(0, 20, 30)],
        ),
        follow_ups={
            "via": {1: 1},
            "redial": {0: 1},
            "redial_after": {0: 1},
            "redial_delay": {0: 60},
        },
        opens=clocks([0, 20]),
        closes=clocks([10, 30]),
        hours_from=[0, 2],
        carries=[True],
    )
    return after(made, calendar(**AT_LUNCH))


RIGHT: Sequence[Callable[[], World]] = [
    shared_out, many_wait, long_waits, longest_queue, in_order, quickest, slowest, least_occupied,
    by_chance, ringing, not_known, late, too_late, absent_on_a_day, seats_without,
    called_by_queue, called_by_wait, not_called, called_when_away, staying,
    lunch, over_at_lunch, cut_off_at_lunch,
    seats_anew, seats_owed_anew, carried_over,
]  # fmt: skip

WRONG: list[tuple[Fact, Callable[[], World], Change]] = [
    (Fact.SKILL, shared_out, in_lane(0, 0, 0, 0)),
    (Fact.SKILL, shared_out, put("operator", 1, 1)),
    (Fact.UNMATCHED, shared_out, routing(tier=np.array([0, 0, 0, 0]))),
    (Fact.IN_NEED, many_wait, crewing(opens_queue=[-1, 2])),
    (Fact.UNMATCHED, many_wait, crewing(opens_queue=[-1, 0])),
    (Fact.UNMATCHED, many_wait, crewing(opens_queue=[-1, -1])),
    (Fact.IN_NEED, long_waits, crewing(opens_wait=[-1.0, 120.0])),
    (Fact.IN_NEED, long_waits, conduct(mean_handling=[100.0])),
    (Fact.UNMATCHED, long_waits, crewing(opens_wait=[-1.0, 70.0])),
    (Fact.UNMATCHED, long_waits, conduct(mean_handling=[160.0])),
    (Fact.ORDER, longest_queue, crewing(longest_queue=[False])),
    (Fact.ORDER, longest_queue, routing(klass=np.array([1, 2]))),
    (Fact.PICK, in_order, put("operator", 1, 1)),
    (Fact.LONGEST_IDLE, in_order, crewing(picks=[LONGEST_IDLE])),
    (Fact.PICK, quickest, crewing(picks=[SLOWEST])),
    (Fact.PICK, slowest, crewing(picks=[FASTEST])),
    (Fact.PICK, slowest, crewing(picks=[IN_ORDER])),
    (Fact.TALK, quickest, staffed(pace=[1.0, 0.6, 2.0])),
    (Fact.WRAP_UP, slowest, staffed(pace=[1.0, 0.5, 2.5])),
    (Fact.PICK, least_occupied, put("operator", 3, 0)),
    (Fact.LONGEST_IDLE, least_occupied, crewing(picks=[LONGEST_IDLE])),
    (Fact.PICK, by_chance, chose("pick", 0, 0.2)),
    (Fact.PICK, by_chance, chose("pick", 2, 0.4)),
    (Fact.TALK_START, ringing, crewing(ring=[20.0])),
    (Fact.TALK_START, ringing, put("talk_started", 0, 1)),
    (Fact.TALK, ringing, put("talk_ended", 0, 3)),
    (Fact.FOLLOW_UP, not_known, crewing(knows=[True, True])),
    (Fact.FOLLOW_UP, not_known, chose("procedure", 0, 0)),
    (Fact.DUTY_START, late, staffed(late=[60.0])),
    (Fact.DUTY_START, late, staffed(late=[0.0])),
    (Fact.ON_DUTY, late, staffed(late=[180.0])),
    (Fact.BREAK_ROW, late, put("break_row", 0, 0)),
    (Fact.DUTY_START, too_late, staffed(late=[0.0, 240.0])),
    (Fact.ABSENT, absent_on_a_day, staffed(absent=[True, True])),
    (Fact.DUTY_START, absent_on_a_day, staffed(absent=[False, False])),
    (Fact.SEATS_RISE, seats_without, staffed(absent=[False, False, False])),
    (Fact.SEATS_RISE, seats_without, staffed(absent=[False, False, True])),
    (Fact.ON_CALL, called_by_queue, put("presence_start", 1, 7)),
    (Fact.ON_CALL, called_by_queue, calendar(call_delay=[240.0])),
    (Fact.ON_CALL, called_by_queue, calendar(call_queue=[0])),
    (Fact.STRAY, called_by_queue, calendar(call_queue=[2])),
    (Fact.ON_CALL, called_by_wait, calendar(call_wait=[120.0])),
    (Fact.STRAY, called_by_wait, calendar(call_wait=[INF])),
    (Fact.STRAY, called_by_wait, line(duty_end=clocks([30, 6]))),
    (Fact.ON_CALL, not_called, calendar(call_wait=[60.0])),
    (Fact.STRAY, not_called, add("presence", 1, 5, 30)),
    (Fact.ON_CALL, called_when_away, put("presence_start", 2, 12)),
    (Fact.STAYS, staying, crewing(stays=[60.0])),
    (Fact.STAYS, staying, crewing(stays=[420.0])),
    (Fact.ON_DUTY, staying, crewing(stays=[0.0])),
    (Fact.BREAK_STRAY, staying, add("break", 0, 11, 11)),
    (Fact.GONE, lunch, put("presence_end", 1, 14)),
    (Fact.GONE, lunch, line(duty_end=clocks([20, 15]))),
    (Fact.OPEN_HOURS, lunch, calendar(period_closes=clocks([8, 30]))),
    (Fact.BREAK_START, lunch, drop("break")),
    (Fact.DUTY_END, over_at_lunch, put("presence_end", 0, 22)),
    (Fact.UNMATCHED, over_at_lunch, line(duty_end=clocks([25, 30]))),
    (Fact.CUT_OFF, cut_off_at_lunch, line(duty_start=clocks([19]))),
    (Fact.STRANDED, cut_off_at_lunch, put("wait_ended", 0, 11)),
    (Fact.SEATS_ANEW, seats_anew, line(seat_number=np.array([2, 0, 2, 3], np.int32))),
    (Fact.SEATS_RISE, seats_anew, put("presence_start", 1, 20)),
    (Fact.SEATS_OWED, seats_owed_anew, put("presence_end", 1, 23)),
    (Fact.CARRIED, carried_over, put("arrival", 1, 19.5)),
    (Fact.FOLLOW_UP_LOST, carried_over, conduct(carries=[False])),
    (Fact.CARRIED, carried_over, conduct(opens=[clock(0), clock(19)])),
]
