"""Hypothesis strategies: days at random, drawn as the plain arrays that an engine reads.

Half of the days lie on a coarse grid of whole minutes, where nearly everything happens at one
instant with something else; the others have times of any fraction of a second. On the grid all
hazards are multiples of one 64th a second, so that they are used up at whole minutes exactly, in
whichever order they are added up.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from sim.callers import NO_CHOICES, NO_FOLLOW_UPS, Callers, Choices, FollowUps, Staff
from sim.centre import Centre, Routing
from sim.conduct import (
    CALLBACK_OFFER,
    EXPECTED_WAIT,
    PLAIN,
    POSITION,
    STEPS,
    Announcements,
    Conduct,
    Hazards,
    no_announcements,
    no_conduct,
    no_hazards,
)
from sim.crewing import Crewing
from sim.outcomes import Via
from tests.crews import (
    CREW,
    PROCEDURES,
    Roster,
    Times,
    crewing_of,
    lanes_of,
    times_of,
    with_hours,
    with_lanes,
)
from tests.drawing import CLOSES, MINUTE, OPENS, Clock, ends

BUSY = {
    "messages": ("messages", "growing_talk", "follow_ups"),
    "callbacks": ("callbacks", "messages", "limit"),
    "follow_ups": ("follow_ups", "menus", "growth"),
    "roster": ("reserve",),
    "crews": ("on_call", "stays", "staff", "periods"),
    "choosing": ("picks", "conditions", "longest_queue", "lanes"),
    "nights": ("periods", "hours", "follow_ups", "callbacks"),
}
"""Features whose rarer turns need many callers and each other, by what each group is for."""

FEATURES = ("follow_ups", "hours", "menus", "balking", "limit", "callbacks", "growing_talk",
            "messages", "growth", "reserve", *CREW)  # fmt: skip
"""What a day may have beside callers, operators and their roster."""

MOST_FOLLOW_UPS = 25
"""Potential follow-ups of one day."""

SAID = (PLAIN, POSITION, EXPECTED_WAIT, EXPECTED_WAIT, CALLBACK_OFFER)
"""What a message says; announced waits have the most to go wrong."""

UNIT = MINUTE / 128
"""Cumulative hazards on the grid are multiples of this."""


class Day(NamedTuple):
    """What an engine is given."""

    centre: Centre
    callers: Callers
    staff: Staff


def _routing(clock: Clock, types: int, groups: int, on: frozenset[str]) -> Routing:
    pairs = types * groups
    tier = clock.several(pairs, [0, 0, 1, 2, -1])
    for kind in range(types):  # a type that nobody serves is refused at load
        if max(tier[kind * groups : (kind + 1) * groups]) < 0:
            tier[kind * groups] = 0
    reserve = clock.several(pairs, [0, 0, 1, 2]) if "reserve" in on else [0] * pairs
    growth = clock.several(types, [1.0, 0.0, 0.5, 3.0]) if "growth" in on else [1.0] * types
    return Routing(
        tier=np.array(tier, np.int32),
        rank=np.array(clock.several(pairs, [1, 1, 2, 3]), np.int32),
        after=np.array(clock.several(pairs, [0.0, 0.0, 60.0, 120.0], [0.0, 0.0, 30.0, 41.7])),
        reserve=np.array(reserve, np.int32),
        klass=np.array(clock.several(types, [1, 1, 2]), np.int32),
        head_start=np.array(clock.several(types, [0.0, 0.0, 60.0, 90.0]), np.float64),
        growth=np.array(growth, np.float64),
        ranked=np.array(clock.several(groups, [0, 1]), np.bool_),
    )


def _conduct(clock: Clock, times: Times, types: int, groups: int, on: frozenset[str]) -> Conduct:
    """What callers of each type do."""
    conduct = no_conduct(types, groups, OPENS, CLOSES)
    conduct = with_hours(clock, conduct, times, types, on)
    if "follow_ups" in on:
        conduct = conduct._replace(
            keeps_place=np.array(clock.several(types, [False, True])),
            resolves=np.array(clock.several(types * groups, [0.0, 0.3, 0.5, 1.0])),
        )
    if "growing_talk" in on:
        conduct = conduct._replace(
            per_minute=np.array(clock.several(types, [0.0, 60.0, 30.0], [0.0, 2.0, 7.7])),
            past_promise=np.array(clock.several(types, [0.0, 60.0, 30.0], [0.0, 21.0, 33.3])),
        )
    if "messages" in on or "conditions" in on:
        means = np.array(clock.several(types, [60.0, 120.0], [47.3, 100.1]))
        conduct = conduct._replace(mean_handling=means)
    if "balking" in on:
        conduct = _with_balking(clock, conduct, types)
    if "callbacks" in on:
        conduct = _with_callbacks(clock, conduct, types, groups)
    if "limit" in on:
        if clock.one([True, False]):
            conduct = conduct._replace(queue_limit=clock.one([4, 2, 1, 0]))
        else:
            conduct = conduct._replace(per_operator=clock.one([3.0, 1.5, 1.0, 0.5]))
    return conduct


def _with_balking(clock: Clock, conduct: Conduct, types: int) -> Conduct:
    positions = st.lists(st.integers(1, 5), max_size=3, unique=True)
    steps = [sorted(clock.draw(positions)) for _ in range(types)]
    number = sum(map(len, steps))
    return conduct._replace(
        balk_from=ends(map(len, steps)),
        balk_position=np.array([p for of_type in steps for p in of_type], np.int32),
        balk_share=np.array(clock.several(number, [0.0, 0.3, 0.6, 1.0]), np.float64),
    )


def _with_callbacks(clock: Clock, conduct: Conduct, types: int, groups: int) -> Conduct:
    return conduct._replace(
        called_back=np.array(clock.several(types, [True, True, False])),
        dial=np.array(clock.several(types, [0.0, 60.0, 120.0], [0.0, 15.0, 22.3])),
        again=np.array(clock.several(types, [60.0, 300.0, 0.0], [45.6, 200.1, 0.0])),
        tries=np.array(clock.several(types, [1, 2, 3]), np.int32),
        for_holding=np.array(clock.several(groups, [0, 0, 1, 2]), np.int32),
    )


class _Book:
    """Messages that depend on the queue, one after the other."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.rows: list[dict[str, Any]] = []
        self.levels: list[tuple[float, float, float]] = []
        self.sizes: list[int] = []

    def add(self) -> None:
        """One more message."""
        clock = self.clock
        says = clock.draw(st.sampled_from(SAID))
        base = clock.one([1.0, 2.0, 0.5], [1.0, 1.52, 0.8]) if says == EXPECTED_WAIT else 1.0
        self.rows.append(
            {
                "says": says,
                "at": clock.one([0.0, 60.0, 120.0, 180.0], [0.0, 15.0, 33.3, 71.9]),
                "every": clock.one([np.inf, 60.0, 120.0], [np.inf, 30.0, 47.7]),
                "jump": self.jump(),
                "effect": clock.one([np.nan, 1.0, 0.5, 2.0, 0.0], [np.nan, 1.0, 0.7, 1.3, 0.0]),
                "estimate": clock.draw(st.integers(0, 3)),
                "quantile_from": clock.one([0, 3]),
                "round_to": clock.one([0.0, 60.0, 30.0], [0.0, 30.0, 10.0]),
                "may_go_back": clock.one([False, True]),
                "over": clock.one([-1.0, 0.0, 60.0, 120.0]),
                "broken": [base**k for k in range(STEPS + 1)],
            }
        )
        steps = clock.draw(st.integers(0, 2)) if says in (POSITION, EXPECTED_WAIT) else 0
        ends = clock.one([[1.0, 3.0], [2.0, 4.0]] if says == POSITION else [[60.0, 120.0]])
        ends = [*ends[:steps], np.inf] if steps else []
        self.sizes.append(len(ends))
        self.levels += [
            (up_to, self.jump(), clock.one([1.0, 0.5, 2.0], [1.0, 0.6, 1.4])) for up_to in ends
        ]

    def jump(self) -> float:
        """Cumulative hazard that a message adds."""
        return self.clock.one([0.0, 0.0, UNIT, 2 * UNIT, np.inf], [0.0, 0.0, 0.05, 0.7, np.inf])

    def columns(self) -> dict[str, Any]:
        """The messages as columns of `Announcements`."""
        whole = no_announcements(1)
        told = {
            name: np.array(
                [row[name] for row in self.rows], getattr(whole, name).dtype
            ).ravel()
            for name in ("says", "at", "every", "jump", "effect", "estimate", "quantile_from",
                         "round_to", "may_go_back", "over", "broken")
        }  # fmt: skip
        names = ("up_to", "level_jump", "level_effect")
        levels = np.array(self.levels, np.float64).reshape(-1, 3).T
        return told | dict(zip(names, levels, strict=True)) | {"level_from": ends(self.sizes)}


def _announcements(clock: Clock, types: int, on: frozenset[str]) -> Announcements:
    """What is played to callers of types whose messages depend on the queue."""
    if "messages" not in on:
        return no_announcements(types)
    by_queue = clock.several(types, [True, True, False])
    book, sizes = _Book(clock), []
    for of_type in by_queue:
        sizes.append(clock.one([1, 2, 3, 3, 0]) if of_type else 0)
        for _ in range(sizes[-1]):
            book.add()
    scale = ([1.0, 1.0, 0.5, 2.0, 0.0], [1.0, 1.0, 0.8, 1.2, 0.0])
    return Announcements(
        by_queue=np.array(by_queue),
        at_once=np.array(clock.several(types, [0.0, 0.0, UNIT, np.inf], [0.0, 0.1, 0.9, np.inf])),
        filler=np.array(clock.several(types, *scale)),
        message_from=ends(sizes),
        quantiles=np.array([1.0, 2.0, 3.0, 2.3, 3.9, 5.3]),
        quantile_size=3,
        **book.columns(),
    )


def _hazards(clock: Clock, announcements: Announcements) -> Hazards:
    """Patience of the types that hear messages that depend on the queue."""
    if not announcements.by_queue.any():
        return no_hazards()
    sizes: list[int] = []
    times: list[float] = []
    levels: list[float] = []
    slopes: list[float] = []
    steps = clock.several(clock.draw(st.integers(1, 3)), [False, False, True])
    for of_steps in steps:
        size = clock.draw(st.integers(1, 4))
        gaps = clock.several(size, [60.0, 120.0], [20.5, 61.7])
        if of_steps:
            gaps[0] = clock.one([0.0, 60.0], [0.0, 33.3])
            rises = clock.several(size, [UNIT, 2 * UNIT], [0.1, 0.8])
            slopes.append(0.0)
        else:
            gaps[0] = 0.0
            rates = clock.several(size, [0.0, 1 / 128, 1 / 64], [0.0, 0.004, 0.013])
            rises = [gap * rate for gap, rate in zip(gaps, rates, strict=True)]
            slopes.append(clock.one([1 / 64, 1 / 128, 0.0], [0.01, 0.003, 0.0]))
        sizes.append(size)
        times += np.cumsum(gaps).tolist()
        levels += np.cumsum(rises).tolist()
    return Hazards(
        ends(sizes), np.array(times), np.array(levels), np.array(slopes), np.array(steps)
    )


class _Tree:
    """Potential contacts: first attempts, and what may follow each of them."""

    def __init__(self, clock: Clock, conduct: Conduct, first: int) -> None:
        self.clock, types = clock, len(conduct.carries)
        calls = []
        for _ in range(first):
            kind = clock.draw(st.integers(0, types - 1))
            hours = clock.one(range(*conduct.hours_from[kind : kind + 2]))
            low, high = float(conduct.opens[hours]), float(conduct.closes[hours])
            calls.append((min(clock.between(low, high), np.nextafter(high, 0)), kind))
        calls.sort()
        self.arrival = [arrival for arrival, _ in calls]
        self.kind = [kind for _, kind in calls]
        self.caller = list(range(first))
        self.attempt = [1] * first
        self.via = [int(Via.FIRST)] * first
        self.children: dict[int, list[int]] = {via: [-1] * first for via in (1, 2, 3)}
        self.types = types

    def grow(self) -> None:
        """Add follow-ups of every row, of follow-ups too."""
        room, row = MOST_FOLLOW_UPS, 0
        while row < len(self.kind):
            number = min(self.clock.one([0, 1, 1, 2, 3]), room)
            for via in self.clock.draw(st.permutations([1, 2, 3]))[:number]:
                self._add(row, via)
            room -= number
            row += 1

    def _add(self, row: int, via: int) -> None:
        self.children[via][row] = len(self.kind)
        self.arrival.append(np.nan)
        self.kind.append(self.clock.draw(st.integers(0, self.types - 1)))
        self.caller.append(self.caller[row])
        self.attempt.append(self.attempt[row] + 1)
        self.via.append(via)
        for children in self.children.values():
            children.append(-1)

    def follow_ups(self) -> FollowUps:
        """The tree as columns."""
        clock, rows = self.clock, len(self.kind)
        delays = ([0.0, 60.0, 120.0, 600.0], [0.0, 33.3, 121.9, 600.1])
        return FollowUps(
            via=np.array(self.via, np.int8),
            redial=np.array(self.children[Via.REDIAL], np.int32),
            redial_after=np.array(clock.several(rows, [7, 1, 2, 3, 6, 0]), np.int8),
            redial_delay=np.array(clock.several(rows, *delays), np.float64),
            redial_blocked_delay=np.array(clock.several(rows, *delays), np.float64),
            repeat=np.array(self.children[Via.REPEAT], np.int32),
            repeat_delay=np.array(clock.several(rows, *delays), np.float64),
            unresolved=np.array(clock.several(rows, [0.9, 0.5, 0.3, 0.1]), np.float64),
            transfer=np.array(self.children[Via.TRANSFER], np.int32),
            conference=np.array(
                clock.several(rows, [0.0, 60.0, 120.0], [0.0, 12.3, 77.7]), np.float64
            ),
        )


def _choices(
    clock: Clock, rows: int, announcements: Announcements, hazards: Hazards, on: frozenset[str]
) -> Choices:
    """What each caller will choose."""
    choices = NO_CHOICES
    if "menus" in on:
        times = clock.several(rows, [np.nan, 0.0, 60.0, 120.0], [np.nan, 0.0, 12.3, 88.8])
        choices = choices._replace(
            menu=np.array(times, np.float64),
            contained=np.array(clock.several(rows, [False, False, False, True]), np.bool_),
        )
    if "balking" in on:
        balk = np.array(clock.several(rows, [0.9, 0.5, 0.3, 0.0]), np.float64)
        choices = choices._replace(balk=balk)
    if "callbacks" in on:
        choices = choices._replace(
            accepts=np.array(clock.several(rows, [False, True]), np.bool_),
            instead=np.array(clock.several(rows, [False, True]), np.bool_),
            reached_at=np.array(clock.several(rows, [1, 2, 3, 9]), np.int32),
        )
    if "picks" in on:
        picks = clock.several(rows, [0.0, 0.3, 0.5, 0.75, 0.999])
        choices = choices._replace(pick=np.array(picks, np.float64))
    if "procedures" in on:
        needed = clock.several(rows, [-1, *range(PROCEDURES)])
        choices = choices._replace(procedure=np.array(needed, np.int16))
    if announcements.by_queue.any():
        levels = (
            [UNIT, 2 * UNIT, 3 * UNIT, 4 * UNIT, 8 * UNIT, 50 * UNIT],
            [0.012, 0.3, 0.71, 1.3, 2.9, 20.1],
        )
        which = clock.several(rows, range(len(hazards.slope)))
        choices = choices._replace(
            threshold=np.array(clock.several(rows, *levels), np.float64),
            hazard=np.array(which, np.int32),
        )
    return choices


def _callers(
    clock: Clock,
    conduct: Conduct,
    crewing: Crewing,
    announcements: Announcements,
    hazards: Hazards,
    on: frozenset[str],
    least: int,
) -> Callers:
    tree = _Tree(clock, conduct, clock.draw(st.integers(least, 25)))
    if "follow_ups" in on:
        tree.grow()
    rows = len(tree.kind)
    kind = np.array(tree.kind, np.int16)
    patience = []
    for of_type in kind.tolist():
        sort = clock.one(["never", "at once", "some", "some", "some"])
        wait = {"never": np.inf, "at once": 0.0}.get(sort)
        if announcements.by_queue[of_type]:
            wait = np.nan
        patience.append(clock.between(0.0, 600.0) if wait is None else wait)
    return Callers(
        arrival=np.array(tree.arrival, np.float64),
        type=kind,
        caller=np.array(tree.caller, np.int32),
        attempt=np.array(tree.attempt, np.int16),
        talk_work=np.array([clock.work() for _ in range(rows)], np.float64),
        wrap_work=np.array([clock.work() for _ in range(rows)], np.float64),
        patience=np.array(patience, np.float64),
        lane=np.array(lanes_of(clock, kind, crewing.lane_type.tolist()), np.int16),
        follow_ups=tree.follow_ups() if "follow_ups" in on else NO_FOLLOW_UPS,
        choices=_choices(clock, rows, announcements, hazards, on),
    )


def _features(draw: st.DrawFn) -> frozenset[str]:
    """What a day has: each feature in about half of the days, and in some none of them."""
    if draw(st.integers(0, 5)) == 0:
        return frozenset()
    return frozenset(feature for feature in FEATURES if draw(st.integers(0, 4)) >= 2)


@st.composite
def days(
    draw: st.DrawFn, always: Iterable[str] = (), least: int = 0, without: Iterable[str] = ()
) -> Day:
    """A small line with any mixture of the model's features, its callers and its staff.

    Parameters
    ----------
    always : iterable of str
        Those of `FEATURES` that every day has.
    least : int
        First attempts at least, of 25 at most.
    without : iterable of str
        Those of `FEATURES` that no day has.
    """
    clock = Clock(draw, draw(st.booleans()))
    on = _features(draw).union(always).difference(without)
    types, groups = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    times = times_of(clock, on)
    roster = Roster(clock, times, on)
    for _ in range(groups):
        draw(st.sampled_from([roster.add_shifts, roster.add_rows, roster.add_seats]))()
    by_type = _routing(clock, types, groups, on)
    routing, lane_type = with_lanes(clock, by_type, types, on)
    crewing = crewing_of(clock, lane_type, groups, on)
    conduct = _conduct(clock, times, types, groups, on)
    announcements = _announcements(clock, types, on)
    hazards = _hazards(clock, announcements)
    centre = Centre(
        types=tuple("abc"[:types]),
        groups=tuple("xyz"[:groups]),
        opens=OPENS,
        closes=CLOSES,
        interval=900.0,
        serve=draw(st.booleans()),
        lines=draw(st.sampled_from([-1, -1, 1, 2, 4])),
        routing=routing,
        **_means(clock, by_type.tier >= 0),
        conduct=conduct,
        announcements=announcements,
        hazards=hazards,
        crewing=crewing,
        **roster.arrays(),
    )
    callers = _callers(clock, conduct, crewing, announcements, hazards, on, least)
    return Day(centre, callers, roster.staff())


def _means(clock: Clock, served: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Mean talk and wrap-up, which are 0 where a group does not serve a type."""
    means = [30.0, 60.0, 120.0] if clock.coarse else [20.0, 47.3, 111.1]
    return {
        "talk_mean": np.where(served, clock.several(len(served), means), 0.0),
        "wrap_mean": np.where(served, clock.several(len(served), [0.0, *means]), 0.0),
    }
