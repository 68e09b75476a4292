"""The decisions of both engines, each against a naive twin that is plain to read.

Two engines that call one wrong rule agree: what these tests see, the identity test cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import reduce
from itertools import pairwise, product, takewhile
from math import inf
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import rules
from sim.centre import Routing
from sim.conduct import (
    HEAD_OF_LINE,
    LAST_TO_ENTER_SERVICE,
    PERCENTILE,
    QUEUE_LENGTH,
    STEPS,
    Announcements,
    Conduct,
    Hazards,
    no_announcements,
    no_conduct,
)
from sim.crewing import (
    FASTEST,
    IN_ORDER,
    LEAST_OCCUPIED,
    LONGEST_IDLE,
    RANDOM,
    SLOWEST,
    Crewing,
    no_crewing,
)

EXAMPLES = settings(max_examples=200, deadline=None, derandomize=True)

OPENS, CLOSES = 28_800.0, 61_200.0


# --- who may serve whom ---------------------------------------------------------------------------


class Floor(NamedTuple):
    """A moment of a line: who waits, who idles, and the rules."""

    routing: Routing
    crewing: Crewing
    types: int
    """Lanes, of which each type has one."""
    groups: int
    waiting: list[int]
    expected: list[float]
    joined: list[float]
    heads: list[int]
    now: float
    idle: list[int]
    first_idle: list[int]
    idle_since: list[float]
    for_holding: list[int]
    closed: bool


def floors(number: int) -> Iterator[Floor]:
    """Few values for everything, so that each level of an order is often tied."""
    chance = np.random.default_rng(number)

    def some(size: int, *values: Any) -> list[Any]:
        return [values[which] for which in chance.integers(0, len(values), size)]

    for _ in range(number):
        types, groups = map(int, chance.integers(1, 5, 2))
        pairs, idle = types * groups, some(groups, 0, 1, 2, 3)
        rows, operators = chance.permutation(2 * types), chance.permutation(groups).tolist()
        heads = np.where(some(2 * types, True, True, False), rows, -1).tolist()
        yield Floor(
            routing=Routing(
                tier=np.array(some(pairs, -1, 0, 0, 1)),
                rank=np.array(some(pairs, 1, 2)),
                after=np.array(some(pairs, 0.0, 0.0, 60.0)),
                reserve=np.array(some(pairs, 0, 0, 1, 2)),
                klass=np.array(some(types, 1, 2)),
                head_start=np.array(some(types, 0.0, 60.0)),
                growth=np.array(some(types, 1.0, 1.0, 0.0, 2.0)),
                ranked=np.array(some(groups, False, True)),
            ),
            crewing=no_crewing(types, groups)._replace(
                opens_queue=np.array(some(pairs, -1, -1, 0, 2)),
                opens_wait=np.array(some(pairs, -1.0, -1.0, 0.0, 60.0)),
                longest_queue=np.array(some(groups, False, True)),
            ),
            types=types, groups=groups, waiting=some(types, 1, 2, 3),
            expected=some(types, 0.0, 60.0, 60.5, inf),
            joined=[OPENS + each for each in some(2 * types, 0.0, 60.0, 120.0)],
            heads=heads[: types * some(1, 1, 2)[0]],
            now=OPENS + 120.0, idle=idle,
            first_idle=[who if here else -1 for who, here in zip(operators, idle, strict=True)],
            idle_since=[OPENS + each for each in some(groups, 0.0, 0.0, 60.0)],
            for_holding=some(groups, 0, 0, 1, 2), closed=some(1, True, False)[0],
        )  # fmt: skip


def allowed(floor: Floor, kind: int, group: int, joined: float) -> bool:
    """Whether a group may take such a caller, word by word from the design."""
    place = kind * floor.groups + group
    if floor.routing.tier[place] < 0:
        return False
    waited_enough = joined + floor.routing.after[place] <= floor.now
    more_than_reserve = floor.idle[group] - 1 >= floor.routing.reserve[place]
    return floor.closed or bool(waited_enough and more_than_reserve)


def is_needed(floor: Floor, kind: int, group: int, waiting: int, expected: float) -> bool:
    """Whether a group is open to a lane now, word by word from the design."""
    place = kind * floor.groups + group
    least, wait = floor.crewing.opens_queue[place], floor.crewing.opens_wait[place]
    too_few = least != -1 and not waiting > least
    too_short = wait != -1.0 and not expected > wait
    return not (too_few or too_short)


def test_may_serve() -> None:
    for floor in floors(500):
        for kind in range(floor.types):
            for group in range(floor.groups):
                for joined in (floor.now, floor.now - 60.0, floor.now - 61.0):
                    found = rules.may_serve(
                        floor.routing, kind * floor.groups + group, joined, floor.now,
                        floor.idle[group], floor.closed,
                    )  # fmt: skip
                    assert found == allowed(floor, kind, group, joined)


def test_after_is_reached_by_the_clock() -> None:
    """A wait of 30 s has passed when the clock shows 30 s later, whatever the difference is."""
    joined = np.random.default_rng(1).uniform(OPENS, CLOSES, 5000)
    short = (joined + 30.0) - joined < 30.0
    assert short.any()
    one = np.zeros(1, np.int32)
    routing = Routing(one, one, np.array([30.0]), one, one, np.zeros(1), np.ones(1), one > 0)
    for since in joined[short].tolist():
        assert rules.may_serve(routing, 0, since, since + 30.0, 1, False)
        assert not rules.may_serve(routing, 0, since, np.nextafter(since + 30.0, 0), 1, False)


def test_is_called_for() -> None:
    seen = set()
    for floor in floors(200):
        for kind, group in product(range(floor.types), range(floor.groups)):
            for waiting, expected in product((0, 1, 2, 3), (0.0, 60.0, 61.0, inf)):
                found = rules.is_called_for(
                    floor.crewing, kind * floor.groups + group, waiting, expected
                )
                assert found == is_needed(floor, kind, group, waiting, expected)
                seen.add(found)
    assert seen == {False, True}


@pytest.mark.parametrize(
    "waiting, on_duty, expected", [(0, 3, 0.0), (4, 2, 200.0), (1, 8, 12.5), (0, 0, inf),
                                   (3, 0, inf)],
)  # fmt: skip
def test_expected_wait(waiting: int, on_duty: int, expected: float) -> None:
    """By hand, for a mean handling time of 100 s."""
    assert rules.expected_wait(waiting, 100.0, on_duty) == expected


@pytest.mark.parametrize("plain", [True, False])
def test_choose_caller(plain: bool) -> None:
    """In a plain line nothing is asked of how many wait."""
    for floor in floors(500):
        for group in range(floor.groups):
            waiting = callers_in_turn(floor, group, plain)
            found = rules.choose_caller(
                floor.routing, floor.crewing, plain, group, floor.groups, floor.heads,
                floor.joined, floor.waiting, floor.expected, floor.now, floor.idle[group],
                floor.closed, floor.for_holding,
            )  # fmt: skip
            assert found == (waiting[0][1] if waiting else -1)


def callers_in_turn(floor: Floor, group: int, plain: bool) -> list[tuple[Any, int]]:
    """The queues from which a group may take somebody, the first of them first."""
    routing, waiting = floor.routing, []
    for queue, row in enumerate(floor.heads):
        kind = queue % floor.types
        if row < 0 or not allowed(floor, kind, group, floor.joined[row]):
            continue
        left = floor.idle[group] - 1
        if queue >= floor.types and left < floor.for_holding[group] and not floor.closed:
            continue
        length, expected = floor.waiting[kind], floor.expected[kind]
        if not (plain or floor.closed or is_needed(floor, kind, group, length, expected)):
            continue
        by_length = floor.crewing.longest_queue[group] and not plain
        rank = routing.rank[kind * floor.groups + group] if routing.ranked[group] else 0
        waited = floor.now - floor.joined[row]
        score = routing.head_start[kind] + routing.growth[kind] * waited
        order = (rank, -length if by_length else 0, routing.klass[kind], -score,
                 floor.joined[row], row)  # fmt: skip
        waiting.append((order, queue))
    return sorted(waiting)


@pytest.mark.parametrize("plain", [True, False])
def test_choose_operator(plain: bool) -> None:
    """Also for who kept a place, and counts as waiting since then."""
    for floor, kept in product(floors(500), (0.0, 60.0)):
        joined = floor.now - kept
        for kind in range(floor.types):
            waiting, expected = floor.waiting[kind] - 1, floor.expected[kind]
            idle = [
                (floor.routing.tier[kind * floor.groups + group], floor.idle_since[who], who, group)
                for group, who in enumerate(floor.first_idle)
                if who >= 0 and allowed(floor, kind, group, joined)
                if plain or floor.closed or is_needed(floor, kind, group, waiting, expected)
            ]
            found = rules.choose_operator(
                floor.routing, floor.crewing, plain, kind, floor.groups, floor.first_idle,
                floor.idle_since, floor.idle, joined, waiting, expected, floor.now, floor.closed,
            )  # fmt: skip
            assert found == (min(idle)[3] if idle else -1)


# --- which operator of a group --------------------------------------------------------------------


class Idle(NamedTuple):
    """An idle operator; `place` is that in the order of who has been idle longest."""

    place: int
    number: int
    busy: float
    pace: float


ORDERS: dict[int, Callable[[Idle], Any]] = {
    LONGEST_IDLE: lambda who: who.place,
    RANDOM: lambda who: who.place,
    LEAST_OCCUPIED: lambda who: (who.busy, who.place),
    IN_ORDER: lambda who: who.number,
    FASTEST: lambda who: (who.pace, who.number),
    SLOWEST: lambda who: (-who.pace, who.number),
}


@pytest.mark.parametrize("how", ORDERS)
def test_goes_first(how: int) -> None:
    """From one to the next, against the first in order."""

    def foremost(first: Idle, other: Idle) -> Idle:
        ahead = rules.goes_first(
            how, other.number, first.number, other.busy, first.busy, other.pace, first.pace
        )
        return other if ahead else first

    chance = np.random.default_rng(how)
    for _ in range(300):
        busy, pace = chance.choice([0.0, 0.25, 0.5], 6), chance.choice([0.5, 1.0, 2.0], 6)
        numbers = chance.permutation(6)[: chance.integers(1, 6)].tolist()
        idle = [Idle(place, who, busy[who], pace[who]) for place, who in enumerate(numbers)]
        assert reduce(foremost, idle) == min(idle, key=ORDERS[how])


@pytest.mark.parametrize(
    "handled, came, now, share",
    [(0.0, OPENS, OPENS, 0.0), (0.0, OPENS, OPENS + 60, 0.0), (15.0, OPENS, OPENS + 60, 0.25),
     (60.0, OPENS, OPENS + 60, 1.0), (70.0, OPENS, OPENS, 0.0)],
)  # fmt: skip
def test_share_occupied(handled: float, came: float, now: float, share: float) -> None:
    assert rules.share_occupied(handled, came, now) == share


def test_nth_idle() -> None:
    """Each of n has the nth part of all chances; a draw of 1 would be the last one's."""
    for idle in range(1, 9):
        for share in range(1025):
            chance = Fraction(share, 1024)
            below = sum(Fraction(each, idle) <= chance for each in range(1, idle))
            assert rules.nth_idle(float(chance), idle) == below


# --- after the talk -------------------------------------------------------------------------------


def test_is_unresolved() -> None:
    """Two types, three groups, two procedures; whatever is not known is never resolved."""
    knows = np.array([True, False, True, False, True, True])
    crewing = no_crewing(2, 3)._replace(knows=knows)
    resolves = np.array([0.0, 0.3, 0.7, 1.0, 0.5, 0.2])
    rows = no_conduct(2, 3, OPENS, CLOSES)._replace(resolves=resolves)
    for kind, group, procedure in product(range(2), range(3), (-1, 0, 1)):
        lost = procedure >= 0 and not knows.reshape(2, 3)[procedure, group]
        share = resolves.reshape(2, 3)[kind, group]
        for chance in (0.0, 0.1, 0.2, 0.3, 0.5, 0.69, 0.7, 0.99):
            found = rules.is_unresolved(
                rows, crewing, kind * 3 + group, group, 3, chance, procedure
            )
            assert found == (lost or not chance < share)


# --- who is on call -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "queue_above, wait_above, waiting, waited, called",
    [
        (3, inf, 3, 900.0, False),
        (3, inf, 4, 0.0, True),
        (0, inf, 0, -inf, False),
        (0, inf, 1, -inf, True),
        (-1, 60.0, 9, 59.0, False),
        (-1, 60.0, 0, 60.0, True),
        (-1, 60.0, 9, -inf, False),
        (-1, inf, 9, 900.0, False),
        (3, 60.0, 1, 61.0, True),
        (3, 60.0, 4, 1.0, True),
        (3, 60.0, 3, 1.0, False),
        (-1, 0.0, 1, 0.0, True),
    ],
)
def test_is_called_in(
    queue_above: int, wait_above: float, waiting: int, waited: float, called: bool
) -> None:
    found = rules.is_called_in(queue_above, wait_above, waiting, OPENS - waited, OPENS)
    assert found == called


# --- when something may change --------------------------------------------------------------------


@pytest.mark.parametrize("called", [(), ((0, 45.0),), ((0, 60.0), (0, inf), (1, 90.0), (1, 0.0))])
def test_thresholds(called: Sequence[tuple[int, float]]) -> None:
    """Of groups with the skill: when they may help, and when somebody is called."""
    for floor in floors(500):
        calls = [(group, wait) for group, wait in called if group < floor.groups]
        found = rules.thresholds(floor.routing, floor.types, floor.groups, calls)
        after = floor.routing.after.reshape(floor.types, floor.groups)
        skilled = floor.routing.tier.reshape(floor.types, floor.groups) >= 0
        for kind in range(floor.types):
            waits = after[kind][skilled[kind]].tolist()
            waits += [wait for group, wait in calls if skilled[kind][group]]
            assert found[kind] == sorted({wait for wait in waits if 0.0 < wait < inf})


def test_thresholds_ascend_and_each_is_there_once() -> None:
    whole = np.zeros(6, np.int32)
    after = np.array([120.0, 30.0, 0.0, 120.0, 60.0, 30.0])
    routing = Routing(whole, whole, after, whole, whole, np.zeros(1), np.ones(1), whole > 0)
    assert rules.thresholds(routing, 1, 6) == [[30.0, 60.0, 120.0]]


def test_delay_until() -> None:
    """The clock reaches the time, and passes it by no more than rounding."""
    chance = np.random.default_rng(2)
    times, nows = chance.uniform(OPENS, 2 * CLOSES, 20_000), chance.uniform(OPENS, CLOSES, 20_000)
    assert (nows + (times - nows) < times).any()
    for time, now in zip(times.tolist(), nows.tolist(), strict=True):
        delay = rules.delay_until(time, now)
        if time <= now:
            assert delay <= 0.0
        else:
            assert time <= now + delay <= time * (1 + 4e-16)


# --- what callers do ------------------------------------------------------------------------------


def conduct(types: int = 1, **values: Any) -> Conduct:
    return no_conduct(types, 1, OPENS, CLOSES)._replace(**values)


def test_share_who_balk() -> None:
    rows = conduct(
        3,
        balk_from=np.array([0, 0, 2, 3]),
        balk_position=np.array([3, 10, 1]),
        balk_share=np.array([0.1, 0.4, 0.7]),
    )
    shares = {1: [(2, 0.0), (3, 0.1), (9, 0.1), (10, 0.4), (99, 0.4)], 2: [(1, 0.7)], 0: [(50, 0)]}
    for kind, expected in shares.items():
        for position, share in expected:
            assert rules.share_who_balk(rows, kind, position) == share, (kind, position)


@pytest.mark.parametrize(
    "limit, per_operator, holding, on_duty, full",
    [
        (-1, inf, 10**6, 0, False),
        (0, inf, 0, 5, True),
        (3, inf, 2, 0, False),
        (3, inf, 3, 9, True),
        (3, inf, 4, 9, True),
        (-1, 1.5, 2, 2, False),
        (-1, 1.5, 3, 2, True),
        (-1, 1.5, 0, 0, True),
        (-1, 0.0, 0, 4, True),
    ],
)
def test_queue_is_full(
    limit: int, per_operator: float, holding: int, on_duty: int, full: bool
) -> None:
    assert rules.queue_is_full(limit, per_operator, holding, on_duty) == full


def test_is_open() -> None:
    rows = conduct(2, opens=np.array([100.0, 200.0]), closes=np.array([300.0, 250.0]))
    for kind, time, expected in [(0, 100.0, True), (0, 99.9, False), (0, 299.9, True),
                                 (0, 300.0, False), (1, 199.9, False), (1, 200.0, True),
                                 (1, 250.0, False)]:  # fmt: skip
        assert rules.is_open(rows, kind, time) == expected


def test_next_open() -> None:
    """Type 0 is open on two days, type 1 on three, of which two touch, type 2 never."""
    hours = [[(100.0, 300.0), (500.0, 700.0)], [(100.0, 200.0), (200.0, 300.0), (500.0, 600.0)], []]
    for carries in product((False, True), repeat=3):
        rows = conduct(
            3,
            opens=np.array([opens for own in hours for opens, _ in own]),
            closes=np.array([closes for own in hours for _, closes in own]),
            hours_from=np.array([0, 2, 5, 5]),
            carries=np.array(carries),
        )
        for kind, time in product(range(3), range(0, 800, 50)):
            # Every 50 s from then on, until it is open.
            later = [
                clock
                for clock in range(time, 800 if carries[kind] else time + 1, 50)
                if any(opens <= clock < closes for opens, closes in hours[kind])
            ]
            found = rules.next_open(rows, kind, float(time))
            assert found == (later[0] if later else inf), (kind, time)
            assert rules.is_open(rows, kind, float(time)) == (later[:1] == [time])


@pytest.mark.parametrize(
    "kind, waited, past, expected",
    [
        (0, 90.0, 50.0, 200.0),
        (1, 90.0, 50.0, 203.0),
        (2, 90.0, 60.0, 221.0),
        (2, 90.0, -60.0, 200.0),
        (2, 90.0, float("nan"), 200.0),
        (3, 30.0, 30.0, 211.5),
        (3, 0.0, -30.0, 200.0),
    ],
)
def test_talk_time(kind: int, waited: float, past: float, expected: float) -> None:
    rows = conduct(
        4,
        per_minute=np.array([0.0, 2.0, 0.0, 2.0]),
        past_promise=np.array([0.0, 0.0, 21.0, 21.0]),
    )
    assert rules.talk_time(rows, kind, 200.0, waited, past) == expected


# --- what is announced ----------------------------------------------------------------------------


def said(**values: Any) -> Announcements:
    return no_announcements(1)._replace(**values)


SIZE = 3
"""Positions in a table of quantiles."""

ESTIMATED = said(
    estimate=np.array([QUEUE_LENGTH, HEAD_OF_LINE, LAST_TO_ENTER_SERVICE, PERCENTILE, PERCENTILE]),
    quantile_from=np.array([0, 0, 0, 0, 3]),
    round_to=np.zeros(5),
    quantiles=np.array([1.0, 2.5, 4.5, 0.5, 0.75, 0.875]),
    quantile_size=SIZE,
)
"""One message for each way to estimate a wait, and a second table of quantiles."""


@pytest.mark.parametrize(
    "message, position, on_duty, head, last, waited, expected",
    [
        (0, 3, 4, 7.0, 8.0, 9.0, 75.0),
        (0, 1, 4, 7.0, 8.0, 9.0, 25.0),
        (0, 3, 0, 7.0, 8.0, 9.0, inf),
        (1, 3, 4, 70.0, 8.0, 9.0, 61.0),
        (1, 3, 0, 70.0, 8.0, 9.0, 61.0),
        (1, 3, 4, 7.0, 8.0, 9.0, 0.0),
        (2, 3, 4, 7.0, 80.0, 9.0, 71.0),
        (2, 3, 0, 7.0, 8.0, 9.0, 0.0),
        (3, 1, 4, 7.0, 8.0, 9.0, 25.0),
        (3, 3, 4, 7.0, 8.0, 9.0, 112.5),
        (3, 5, 4, 7.0, 8.0, 9.0, 212.5),
        (3, 5, 0, 7.0, 8.0, 9.0, inf),
        (4, 1, 4, 7.0, 8.0, 9.0, 12.5),
        (4, 4, 4, 7.0, 8.0, 9.0, 25.0),
    ],
)
def test_announced_wait(
    message: int, position: int, on_duty: int, head: float, last: float, waited: float,
    expected: float,
) -> None:  # fmt: skip
    """By hand, for a mean handling time of 100 s."""
    found = rules.announced_wait(
        ESTIMATED, SIZE, message, position, 100.0, on_duty, head, last, waited
    )
    assert found == expected


@pytest.mark.parametrize(
    "wait, to, expected",
    [(89.0, 60.0, 60.0), (90.0, 60.0, 120.0), (150.0, 60.0, 180.0), (29.9, 60.0, 0.0),
     (30.0, 60.0, 60.0), (44.0, 30.0, 30.0), (45.0, 30.0, 60.0), (44.25, 0.0, 44.25)],
)  # fmt: skip
def test_an_announced_wait_is_rounded_half_up(wait: float, to: float, expected: float) -> None:
    rounded = ESTIMATED._replace(round_to=np.full(5, to))
    assert rules.announced_wait(rounded, SIZE, 1, 1, 100.0, 1, wait, 0.0, 0.0) == expected
    assert rules.announced_wait(rounded, SIZE, 0, 1, wait, 1, 0.0, 0.0, 0.0) == expected
    assert rules.announced_wait(rounded, SIZE, 0, 1, wait, 0, 0.0, 0.0, 0.0) == inf


def test_quantiles_go_on_as_they_end() -> None:
    found = [rules.quantile_at(ESTIMATED, SIZE, 3, position) for position in range(1, 7)]
    assert found == [1.0, 2.5, 4.5, 6.5, 8.5, 10.5]
    found = [rules.quantile_at(ESTIMATED, SIZE, 4, position) for position in range(1, 6)]
    assert found == [0.5, 0.75, 0.875, 1.0, 1.125]


def test_level_of() -> None:
    levels = said(level_from=np.array([0, 0, 3, 5]), up_to=np.array([60.0, 300.0, inf, 3.0, inf]))
    found = [(0, 5.0, -1), (1, 0.0, 0), (1, 60.0, 0), (1, 60.1, 1), (1, 300.0, 1), (1, inf, 2),
             (2, 3.0, 3), (2, 4.0, 4)]  # fmt: skip
    for message, value, level in found:
        assert rules.level_of(levels, message, value) == level, (message, value)


# --- when something is heard ----------------------------------------------------------------------

FAR = 2000.0


@EXAMPLES
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 30.0, 60.0, 0.1]), st.sampled_from([inf, 30.0, 60.0, 90.0, 0.3])
        ),
        max_size=4,
    )
)
def test_next_message_goes_through_all_hearings(messages: list[tuple[float, float]]) -> None:
    """One after the other from the beginning, against the list of all of them in order."""
    programme = said(
        message_from=np.array([0, len(messages)]),
        at=np.array([at for at, _ in messages]),
        every=np.array([every for _, every in messages]),
    )
    hearings = sorted(
        (at + k * every if k else at, message)
        for message, (at, every) in enumerate(messages)
        for k in range(1 if every == inf else int(FAR / every))
    )
    waited, message = 0.0, -1
    for expected in takewhile(lambda hearing: hearing[0] < FAR / 20, hearings):
        waited, message = rules.next_message(programme, 0, waited, message)
        assert (waited, message) == expected
    if not hearings or max(hearings)[0] < FAR / 20:
        assert rules.next_message(programme, 0, waited, message) == (inf, -1)


def test_messages_of_other_types_are_not_heard() -> None:
    programme = said(
        message_from=np.array([0, 1, 3]), at=np.array([5.0, 20.0, 10.0]), every=np.full(3, inf)
    )
    assert rules.next_message(programme, 0, 0.0, -1) == (5.0, 0)
    assert rules.next_message(programme, 0, 5.0, 0) == (inf, -1)
    assert rules.next_message(programme, 1, 0.0, -1) == (10.0, 2)
    assert rules.next_message(programme, 1, 10.0, 2) == (20.0, 1)


# --- patience -------------------------------------------------------------------------------------


@EXAMPLES
@given(st.lists(st.integers(0, 6), max_size=8), st.integers(0, 7), st.integers(0, 2))
def test_breakpoint_at(values: list[int], value: int, first: int) -> None:
    values = sorted(values)
    first = min(first, len(values))
    found = rules.breakpoint_at([float(v) for v in values], first, len(values), float(value))
    behind = [place for place in range(first, len(values)) if values[place] >= value]
    assert found == (behind[0] if behind else len(values))


class Smooth(NamedTuple):
    """Cumulative hazards whose breakpoints lie on whole seconds."""

    hazards: Hazards
    which: int

    def rate(self, time: float) -> float:
        """Hazard per s at an instant that is no breakpoint."""
        first, last = self.hazards.start[self.which : self.which + 2]
        times, levels = self.hazards.time[first:last], self.hazards.level[first:last]
        for (begin, low), (end, high) in pairwise(zip(times, levels, strict=True)):
            if begin < time < end:
                return float((high - low) / (end - begin))
        return float(self.hazards.slope[self.which])


def smooth_hazards(chance: np.random.Generator) -> Smooth:
    """One to three hazards, some with stretches on which nobody hangs up."""
    start, times, levels, slopes = [0], [], [], []
    for _ in range(chance.integers(1, 4)):
        pieces = chance.integers(0, 5)
        rises = chance.choice([0.0, 0.3, 0.9], pieces) * chance.random(pieces)
        times += np.cumsum([0, *chance.integers(1, 91, pieces)], dtype=float).tolist()
        levels += np.cumsum([0.0, *rises]).tolist()
        slopes.append(chance.choice([0.0, 0.003, 0.02]))
        start.append(len(times))
    hazards = Hazards(np.array(start), np.array(times), np.array(levels), np.array(slopes),
                      np.zeros(len(slopes), np.bool_))  # fmt: skip
    return Smooth(hazards, int(chance.integers(len(slopes))))


def test_level_at_sums_up_the_hazard() -> None:
    chance = np.random.default_rng(4)
    for _ in range(100):
        smooth, time = smooth_hazards(chance), int(chance.integers(400))
        summed = sum(smooth.rate(second + 0.5) for second in range(time))
        found = rules.level_at(smooth.hazards, smooth.which, float(time))
        assert found == pytest.approx(summed, abs=1e-9)


def test_time_at_is_when_the_level_is_reached() -> None:
    chance = np.random.default_rng(5)
    for _ in range(1000):
        smooth, level = smooth_hazards(chance), chance.uniform(0.001, 2.0)
        time = rules.time_at(smooth.hazards, smooth.which, level)
        end = smooth.hazards.start[smooth.which + 1] - 1
        if time == inf:
            assert smooth.hazards.slope[smooth.which] == 0.0
            assert smooth.hazards.level[end] < level
            continue
        before = max(0.0, time - 1e-3)
        reached = rules.level_at(smooth.hazards, smooth.which, time)
        assert reached == pytest.approx(level, abs=1e-9)
        assert rules.level_at(smooth.hazards, smooth.which, before) < level


def used_up_by_steps(
    steps: Sequence[tuple[float, float]], since: float, until: float, budget: float
) -> tuple[float, float]:
    """Step after step; one at `until` belongs to what follows."""
    for time, jump in steps:
        if since <= time < until:
            if jump >= budget:
                return time, 0.0
            budget -= jump
    return until, budget


@EXAMPLES
@given(
    st.lists(st.tuples(st.integers(1, 60), st.integers(1, 4)), min_size=1, max_size=5),
    st.integers(0, 120),
    st.sampled_from([0.0, 1.0, 60.0, 120.0, inf]),
    st.integers(1, 12),
    st.sampled_from([0.0, 0.5, 2.0]),
)
def test_steps_are_used_up_one_by_one(
    steps: list[tuple[int, int]], since: int, lasts: float, budget: int, scale: float
) -> None:
    """Whole numbers of sixteenths, so that the sums are exact; nothing scales a step."""
    times = np.cumsum([gap for gap, _ in steps], dtype=float)
    jumps = np.array([jump / 16 for _, jump in steps])
    # The hazard is the second of two.
    hazards = Hazards(np.array([0, 1, 1 + len(steps)]), np.concatenate([[0.0], times]),
                      np.concatenate([[0.5], np.cumsum(jumps)]), np.zeros(2),
                      np.array([True, True]))  # fmt: skip
    expected = used_up_by_steps(
        list(zip(times.tolist(), jumps.tolist(), strict=True)), since, since + lasts, budget / 16
    )
    found = rules.patience_left(
        hazards, 1, said(), -1, float(since), since + lasts, scale, inf, budget / 16
    )
    assert found == expected
    if since not in times:
        return
    assert rules.patience_left(hazards, 1, said(), -1, since, inf, scale, inf, 0.0) == (since, 0.0)


class Promises(NamedTuple):
    """Two messages that announce a wait, with the factors of a broken promise."""

    said: Announcements
    promise: int
    promised: float

    def factor(self, time: float) -> float:
        """The factor at an instant: by the minutes started since the promise was broken."""
        if self.promise < 0 or time < self.promised:
            return 1.0
        minutes = min(int((time - self.promised) // 60) + 1, STEPS)
        return float(self.said.broken[self.promise * (STEPS + 1) + minutes])


def promises(chance: np.random.Generator) -> Promises:
    """Powers, as a scenario has them, and any factors at all."""
    powers = 1.5 ** np.arange(STEPS + 1)
    factors = [1.0, *chance.choice([0.0, 0.5, 1.2], STEPS)]
    promise = int(chance.integers(-1, 2))
    promised = inf if promise < 0 else float(chance.choice([0, 17, 60, 200]))
    return Promises(said(broken=np.concatenate([powers, factors])), promise, promised)


def used_up_by_seconds(
    smooth: Smooth, promise: Promises, since: int, until: float, scale: float, budget: float
) -> tuple[float, float]:
    """The hazard summed up second by second, to a time when all has become constant."""
    steady = 400 + 200 + 60 * STEPS
    for second in range(since, int(min(until, since + steady))):
        middle = second + 0.5
        spent = smooth.rate(middle) * scale * promise.factor(middle)
        if spent >= budget:
            return second + budget / spent, 0.0
        budget -= spent
    if until < inf:
        return until, budget
    last = smooth.rate(1e9) * scale * promise.factor(1e9)
    return (since + steady + budget / last if last > 0.0 else inf), 0.0


def test_patience_left_is_used_up_second_by_second() -> None:
    chance = np.random.default_rng(6)
    for _ in range(400):
        smooth, promise = smooth_hazards(chance), promises(chance)
        since, scale = int(chance.integers(301)), float(chance.choice([1.0, 0.5, 2.0, 0.0]))
        until = since + float(chance.choice([30.0, 100.0, 700.0, inf, inf]))
        budget = float(chance.choice([0.1, 1.0, 5.0]) * chance.random()) + 1e-3
        wait, left = used_up_by_seconds(smooth, promise, since, until, scale, budget)
        found = rules.patience_left(
            smooth.hazards, smooth.which, promise.said, promise.promise, float(since), until,
            scale, promise.promised, budget,
        )  # fmt: skip
        assert found[0] == pytest.approx(wait, abs=1e-6)
        if wait < inf:
            assert found[1] == pytest.approx(left, abs=1e-9)


@pytest.mark.parametrize("budget", [0.0, -0.5])
def test_who_has_no_patience_left_hangs_up_now(budget: float) -> None:
    """Even where the hazard is scaled to nothing."""
    hazards = Hazards(np.array([0, 1]), np.zeros(1), np.zeros(1), np.array([0.01]),
                      np.zeros(1, np.bool_))  # fmt: skip
    for scale in (0.0, 1.0):
        for until in (90.0, inf):
            found = rules.patience_left(hazards, 0, said(), -1, 40.0, until, scale, inf, budget)
            assert found == (40.0, 0.0)
