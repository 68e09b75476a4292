"""Tallies against figures worked out by hand, and against plain loops on random days."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from sim.callers import Staff
from sim.centre import Centre
from sim.experiment import simulate_day
from sim.measures import passes, sums
from sim.measures.desks import longest_by_group
from sim.measures.grid import grid_of
from sim.measures.ledger import Ledger
from sim.measures.sums import Against, Sums, against_of, sums_of
from sim.measures.tally import CONTACT_SUMS, GROUP_FIGURES, STAFF_SUMS, TYPE_FIGURES, Tally, tally
from sim.outcomes import CONTACTS as CONTACTS_TABLE
from sim.outcomes import TRIES, Outcomes
from sim.scenario import load
from tests.measures import naive
from tests.measures.crews import crewed
from tests.measures.scenes import (
    NAN,
    A,
    B,
    C,
    H,
    L,
    M,
    Scene,
    centre,
    outcomes,
    simulated,
)

CONTACT = {c.name: i for i, c in enumerate(CONTACT_SUMS)}
FIGURE = {c.name: i for i, c in enumerate(TYPE_FIGURES)}
GROUP = {c.name: i for i, c in enumerate(GROUP_FIGURES)}
PARTS = ("absence", "late", "breaks", "meetings", "training", "coaching")
STAFF = {c.name: i for i, c in enumerate(STAFF_SUMS)}
OPEN = 28800.0
ANSWERING = Path(__file__).parents[1] / "scenario" / "callers.toml"
"""A scenario in which callers do everything that they can do."""
SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.toml"))

CONTACTS = [
    # type, arrival, outcome, wait, handling, operator
    (0, OPEN, A, 0.0, 300.0, 0),  # at once
    (0, OPEN + 10, A, 20.0, 300.0, 2),  # in time: exactly 20 s
    (1, OPEN + 20, H, 4.0, NAN, -1),  # short
    (1, OPEN + 30, H, 5.0, NAN, -1),  # exactly the limit: not short
    (0, OPEN + 40, B, NAN, NAN, -1),
    (0, OPEN + 1799, A, 61.0, 120.0, 2),  # handled across two intervals
    (1, OPEN + 1800, H, 0.0, NAN, -1),  # at once: delayed, in time
    (1, OPEN + 3590, A, 100.0, 500.0, 3),  # answered after closing
    (0, OPEN + 3599, C, 1.0, NAN, -1),
]  # fmt: skip
PRESENCE = [
    (0, OPEN - 900, OPEN + 2760),  # 60 s past the end of duty
    (1, OPEN, OPEN + 3600),
    (2, OPEN, OPEN + 2000),  # 200 s above the one seat, from OPEN + 1800
    (3, OPEN, OPEN + 4190),  # 590 s after closing
]
BREAKS = [(0, OPEN + 1200, OPEN + 1800), (1, OPEN + 3300, OPEN + 3600)]


@pytest.fixture
def by_hand() -> Tally:
    scene = Scene(
        ("a", "b"),
        ("x", "s"),
        short={"b": 5.0},
        threshold={"b": 4.0},
        share={"a": 0.5, None: 0.75},
        convention={None: "abandoned_in_time_met"},
    )
    return tally(centre(), scene, outcomes(CONTACTS, PRESENCE, BREAKS))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("offered", [[4, 2], [1, 2]]),
        ("answered", [[3, 0], [0, 1]]),
        ("abandoned", [[0, 2], [0, 1]]),
        ("blocked", [[1, 0], [0, 0]]),
        ("cut_off", [[0, 0], [1, 0]]),
        ("answered_in_time", [[2, 0], [0, 0]]),
        ("abandoned_in_time", [[0, 1], [0, 1]]),  # 5 s is over the 4 s of type b
        ("short", [[0, 1], [0, 1]]),
        ("delayed", [[2, 2], [1, 2]]),
        ("wait", [[81, 9], [1, 100]]),
        ("answered_wait", [[81, 0], [0, 100]]),
        ("callbacks", [[0, 0], [0, 0]]),
    ],
)
def test_contacts_count_in_the_interval_of_their_arrival(
    by_hand: Tally, name: str, expected: list[list[float]]
) -> None:
    assert by_hand.contacts[CONTACT[name]].tolist() == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("over_1_min", [1, 1, 2]),
        ("over_5_min", [0, 0, 0]),
        ("wait_max", [61, 100, 100]),
        ("queue_time", [20 + 61 + 1, 9 + 10, 101]),  # the open hours only
        ("queue_max", [1, 1, 2]),
        ("callers", [5, 4, 9]),
        ("reached", [3, 1, 4]),
        # Type a: 2 of 4 in time, then 0 of 1. All: 3 of 6, then 1 of 3.
        ("intervals_met", [1, 0, 0]),
        ("intervals", [2, 0, 2]),
    ],
)
def test_figures_by_type_and_of_all(by_hand: Tally, name: str, expected: list[float]) -> None:
    assert by_hand.figures[FIGURE[name]].tolist() == expected


@pytest.mark.parametrize(
    ("name", "total", "by_interval"),
    [
        # x: 900 s before opening are on duty, in no interval. s: two seats, then one.
        (
            "on_duty",
            [3600 - 600 + 3600 - 300, 3600 + 1800],
            [[1800 - 600 + 1800, 3600], [900 + 1500, 1800]],
        ),
        ("overtime", [60, 200 + 590], [[0, 0], [60, 790]]),
        ("handling", [300, 300 + 120 + 500], [[300, 300], [0, 620]]),
    ],
)
def test_time_of_operators(
    by_hand: Tally, name: str, total: list[float], by_interval: list[list[float]]
) -> None:
    assert by_hand.groups[STAFF[name]].tolist() == total
    assert by_hand.staff[STAFF[name]].tolist() == by_interval


def test_answered_and_handling_by_type_and_group(by_hand: Tally) -> None:
    assert by_hand.handled.tolist() == [[[1, 2], [0, 1]], [[300, 420], [0, 500]]]


def test_waits_are_those_of_all_that_were_not_blocked(by_hand: Tally) -> None:
    assert [waits.tolist() for waits in by_hand.waits] == [[0, 1, 20, 61], [0, 4, 5, 100]]


def test_roster_of_the_day() -> None:
    grid = grid_of(centre(), Scene(("a", "b"), ("x", "s")))  # type: ignore[arg-type]
    assert grid.scheduled.tolist() == [[2, 2], [1.5, 1]]
    # The second break ends with the duty: 300 s of it are unpaid.
    assert grid.rostered.tolist() == [2 * 3600 - 600 - 300, 3600 + 1800]


def test_attempts_of_one_person_count_once() -> None:
    rows = [(0, OPEN, H, 5.0, NAN, -1), (0, OPEN + 60, A, 0.0, 60.0, 0), (1, OPEN, B, NAN, NAN, -1)]
    line = centre()
    scene = Scene(line.types, line.groups)
    result = tally(line, scene, outcomes(rows, caller=[7, 7, 7]))  # type: ignore[arg-type]
    assert result.figures[FIGURE["callers"]].tolist() == [1, 1, 1]
    assert result.figures[FIGURE["reached"]].tolist() == [1, 0, 1]


def told(rows: list[tuple[object, ...]], **columns: list[float]) -> Outcomes:
    """A table by hand with columns of callers who answer back."""
    table = outcomes(rows, PRESENCE, BREAKS, caller=columns.pop("caller", None))  # type: ignore[arg-type]
    dtypes = {column.name: column.dtype for column in (*CONTACTS_TABLE, *TRIES)}
    return replace(
        table, **{name: np.array(values, dtypes[name]) for name, values in columns.items()}
    )


def test_a_callback_is_answered_and_never_in_time() -> None:
    """Two take a callback: one is reached by a second operator, one by nobody."""
    day = told(
        [
            (0, OPEN, A, 0.0, 300.0, 0),
            (0, OPEN + 10, A, 5.0, 3900.0, 2),  # called back after half an hour
            (1, OPEN + 20, L, 70.0, NAN, -1),
        ],
        callback=[NAN, OPEN + 15, OPEN + 90],
        talk_started=[OPEN, OPEN + 1815, NAN],
        try_contact=[1, 1, 2],
        try_operator=[0, 2, 3],
        try_start=[OPEN + 1000, OPEN + 1785, OPEN + 2000],
        try_end=[OPEN + 1030, OPEN + 1815, OPEN + 2030],
        try_reached=[False, True, False],
    )
    line = centre()
    scene = Scene(line.types, line.groups, promise={"a": 1800.0, "b": 60.0})
    result = tally(line, scene, day)  # type: ignore[arg-type]
    contacts = {name: result.contacts[at].sum(axis=0).tolist() for name, at in CONTACT.items()}
    assert contacts["offered"] == [2, 1]
    assert contacts["answered"] == [2, 0]
    assert contacts["callbacks"] == [1, 1]
    assert contacts["callback_lost"] == [0, 1]
    assert contacts["answered_in_time"] == [1, 0]
    assert contacts["delayed"] == [1, 1]
    assert contacts["wait"] == [5, 0]  # up to the acceptance, of the answered
    assert contacts["answered_wait"] == [0, 0]
    assert [waits.tolist() for waits in result.waits] == [[0, 5], [70]]
    figures = {name: result.figures[at].tolist() for name, at in FIGURE.items()}
    assert figures["over_1_min"] == [0, 1, 1]
    assert figures["queue_time"] == [5, 70, 75]
    assert figures["callback_time"] == [1800, 0, 1800]
    assert figures["callbacks_promised"] == [1, 1, 2]
    assert figures["callbacks_kept"] == [1, 0, 1]  # at exactly the latest time
    assert figures["time_to_served"] == [1805, 0, 1805]
    # Talks count for who talked, tries for who dialled; by type x group.
    assert result.handled[0].tolist() == [[1, 1], [0, 0]]
    ended = OPEN + 15 + 3900
    assert result.handled[1].tolist() == [[300 + 30, 30 + ended - (OPEN + 1815)], [0, 30]]
    held_equal(day, line, scene)


def test_persons_are_counted_under_their_first_contact() -> None:
    """Three persons: reached by a redial as another type, never reached, and served in a menu."""
    day = told(
        [
            (0, OPEN, H, 5.0, NAN, -1),
            (0, OPEN + 1, B, NAN, NAN, -1),
            (0, OPEN + 2, M, NAN, NAN, -1),
            (1, OPEN + 600, A, 60.0, 30.0, 0),  # a redial of the first
            (1, OPEN + 700, A, 0.0, 30.0, 0),  # passed on
            (0, OPEN + 900, H, 0.0, NAN, -1),  # a redial of the second, too late for another
        ],
        caller=[0, 1, 2, 0, 0, 1],
        attempt=[1, 1, 1, 2, 3, 2],
        via=[0, 0, 0, 1, 3, 1],
        follow_up_lost=[-1, -1, -1, -1, -1, 1],
    )
    line = centre()
    money = {"a": (0.0, 6.0, 0.0), "b": (0.0, 1.0, 0.0)}
    scene = Scene(line.types, line.groups, worth=money)
    grid = grid_of(line, scene)  # type: ignore[arg-type]
    ledger = Ledger(line, scene, grid)  # type: ignore[arg-type]
    ledger.add(tally(line, scene, day, grid))  # type: ignore[arg-type]
    whole, a, b = ledger.everything().columns, *(ledger.of_type(t).columns for t in ("a", "b"))
    for name, expected in {
        "offered": [3, 2, 5],
        "contained": [1, 0, 1],
        "callers": [2, 1, 2],
        "reached": [0, 1, 1],
        "served": [1, 0, 1],
        "lost_callers": [1, 0, 1],
        "time_to_served": [660, 0, 660],
        "dialled": [4, 0, 4],
        "redials": [1, 1, 2],
        "transfers": [0, 1, 1],
        "repeats": [0, 0, 0],
        "follow_ups_lost": [1, 0, 1],
        "lost_call_cost": [6, 0, 6],
    }.items():
        assert [book[name].tolist() for book in (a, b, whole)] == [[x] for x in expected], name
    held_equal(day, line, scene)


def test_announced_waits_against_those_that_came_true() -> None:
    day = told(
        [
            (0, OPEN, A, 90.0, 30.0, 0),  # told 60 s after 10 s: 20 s too short, and broken
            (0, OPEN, A, 40.0, 30.0, 0),  # told 60 s at once: 20 s too long
            (0, OPEN, H, 50.0, NAN, -1),  # hung up before the promise ended: left out
            (0, OPEN, H, 80.0, NAN, -1),  # hung up after it: broken
            (1, OPEN, A, 60.0, 30.0, 0),  # answered just in time
            (1, OPEN, A, 60.0, 30.0, 0),  # told of no end
        ],
        announced_wait=[60, 60, 60, 60, 60, np.inf],
        announced_at=[OPEN + 10, OPEN, OPEN, OPEN, OPEN, OPEN],
        promised_until=[OPEN + 70, OPEN + 60, OPEN + 60, OPEN + 60, OPEN + 60, np.inf],
    )
    line = centre()
    result = tally(line, Scene(line.types, line.groups), day)  # type: ignore[arg-type]
    figures = {name: result.figures[at].tolist() for name, at in FIGURE.items()}
    assert figures["announced"] == [2, 1, 3]
    assert figures["announced_error"] == [0, 0, 0]
    assert figures["announced_square"] == [800, 0, 800]
    assert figures["promises"] == [3, 1, 4]
    assert figures["promises_broken"] == [2, 0, 2]


def test_who_hears_which_message() -> None:
    messages = {
        "hello": SimpleNamespace(says="apology", at=0.0, every=None),
        "offer": SimpleNamespace(says="callback_offer", at=60.0, every=None),
        "again": SimpleNamespace(says="apology", at=30.0, every=30.0),
    }
    day = told(
        [
            (0, OPEN, A, 0.0, 30.0, 0),  # answered at once: nothing
            (0, OPEN, A, 60.0, 30.0, 0),  # answered as the second plays: hello, again once
            (0, OPEN, H, 60.0, NAN, -1),  # hangs up as they play: hello, offer, again twice
            (0, OPEN, L, 60.0, NAN, -1),  # takes the offer: what comes after it is not heard
            (0, OPEN, H, 0.0, NAN, -1),  # hello
            (0, OPEN, B, NAN, NAN, -1),
            (1, OPEN, A, 90.0, 30.0, 0),  # another type
        ],
        callback=[NAN, NAN, NAN, OPEN + 60, NAN, NAN, NAN],
    )
    line = centre()
    scene = Scene(line.types, line.groups, messages={"a": messages})
    result = tally(line, scene, day)  # type: ignore[arg-type]
    assert result.heard.tolist() == [[4, 2, 3], [4, 2, 4]]


@pytest.mark.parametrize("within", [20.3, 20.4])
def test_thresholds_are_compared_by_the_clock(within: float) -> None:
    assert (OPEN + within) - OPEN != within  # one is too short, the other too long
    rows = [(0, OPEN, A, within, 60.0, 0), (0, OPEN, H, within, NAN, -1)]
    line = centre()
    scene = Scene(line.types, line.groups, threshold={"a": within}, short={"a": within})
    result = tally(line, scene, outcomes(rows))  # type: ignore[arg-type]
    assert result.contacts[CONTACT["answered_in_time"]].sum() == 1
    assert result.contacts[CONTACT["abandoned_in_time"]].sum() == 1
    assert result.contacts[CONTACT["short"]].sum() == 0


def test_who_leaves_at_an_instant_leaves_before_another_joins() -> None:
    rows = [(0, OPEN, A, 30.0, 1.0, 0), (0, OPEN + 30, A, 30.0, 1.0, 0)]
    line = centre()
    result = tally(line, Scene(line.types, line.groups), outcomes(rows))  # type: ignore[arg-type]
    assert result.figures[FIGURE["queue_max"]].tolist() == [1, 0, 1]


def test_a_day_without_contacts() -> None:
    line = centre()
    result = tally(line, Scene(line.types, line.groups), outcomes([]))  # type: ignore[arg-type]
    assert not result.contacts.any()
    assert not result.figures.any()


@settings(deadline=None)
@given(simulated())
def test_tally_equals_plain_loops(drawn: object) -> None:
    scene, line, (day,) = drawn  # type: ignore[misc]
    equals_plain_loops(scene, line, day)


@pytest.mark.slow
@settings(deadline=None)
@given(crewed())
def test_tally_of_crews_and_weeks_equals_plain_loops(drawn: object) -> None:
    scene, line, ((day, staff),) = drawn  # type: ignore[misc]
    equals_plain_loops(scene, line, day, staff)
    held_equal(day, line, scene)


def equals_plain_loops(scene: Any, line: Centre, day: Outcomes, staff: Staff | None = None) -> None:
    result = tally(line, scene, day, staff=staff)
    contacts = naive.contacts_of(day)
    rows = naive.intervals(scene, line)
    for row in range(result.contacts.shape[1]):
        for kind in range(len(line.types)):
            mine = [
                c
                for c in contacts
                if c["type"] == kind and naive.interval(rows, c["arrival"]) == row
            ]
            for name, expected in naive.contact_sums(scene, line, mine).items():
                assert result.contacts[CONTACT[name], row, kind] == pytest.approx(expected), name
    for place, name in enumerate((*line.types, None)):
        expected = naive.figures(scene, line, day, name)
        for column, at in FIGURE.items():
            assert result.figures[at, place] == pytest.approx(expected[column]), column
    grid = grid_of(line, scene)
    assert list(zip(*result.heard.tolist(), strict=True)) == naive.hearings(scene, line, contacts)
    for place, figure in enumerate(naive.staff_figures(scene, line, day, staff)):
        assert grid.scheduled[:, place] == pytest.approx(figure["scheduled"])
        for column in ("standby", "premium", "came", *PARTS):
            found = result.desks[GROUP[column], place]
            assert found == pytest.approx(figure[column], abs=1e-6), column
        assert result.desks[GROUP["rostered"], place] == pytest.approx(figure["duty"])
        for column, at in STAFF.items():
            assert result.groups[at, place] == pytest.approx(figure[f"{column}_all"]), column
            assert result.staff[at, :, place] == pytest.approx(figure[column], abs=1e-6), column


def held_equal(outcomes: Outcomes, line: Centre, scene: object) -> None:
    """The compiled pass finds what the sums with numpy find, to the last bit."""
    against = against_of_scene(line, scene)
    plain, compiled = sums_of(outcomes, against), passes.sums_of(outcomes, against)
    for name, one, other in zip(Sums._fields, plain, compiled, strict=True):
        if name == "waits":
            assert [each.tolist() for each in one] == [each.tolist() for each in other]
        elif name == "longest":
            # Found in passing where operators take contacts in the order of the table.
            if other is not None:
                assert other.tolist() == longest_by_group(outcomes, line).tolist()
        else:
            assert one.dtype == other.dtype, name
            assert one.tolist() == other.tolist(), name
    staff = (each.staff_sums_of(outcomes, line, against.edges) for each in (sums, passes))
    for one, other in zip(*staff, strict=True):
        assert one.tolist() == other.tolist()


def against_of_scene(line: Centre, scene: object) -> Against:
    grid = grid_of(line, scene)  # type: ignore[arg-type]
    return against_of(line, grid.clock.edges, grid.within, grid.ignore_under)


@pytest.mark.slow
@settings(deadline=None)
@given(simulated())
def test_one_compiled_pass_gives_the_same_to_the_last_bit(drawn: object) -> None:
    scene, line, (day,) = drawn  # type: ignore[misc]
    held_equal(day, line, scene)


@pytest.mark.parametrize("file", [*SCENARIOS, ANSWERING], ids=lambda f: f.stem)
def test_one_compiled_pass_gives_the_same_on_whole_days(file: Path) -> None:
    scenario = load(file)
    day = simulate_day(scenario)
    held_equal(day.outcomes, day.centre, scenario)


@pytest.mark.parametrize("end", [OPEN + 1800.0, OPEN + 3600.0, OPEN + 9000.0])
def test_one_compiled_pass_gives_the_same_out_of_order_and_at_the_edges(end: float) -> None:
    rows = [
        (1, OPEN + 1799.0, A, 1.0, end - OPEN - 1800.0, 1),  # starts on an edge, ends on one
        (0, OPEN - 5.0, H, 65.0, NAN, -1),  # before the opening, and of an earlier arrival
        (0, OPEN + 10.0, A, 301.0, 7000.5, 3),
        (1, OPEN + 20.0, B, NAN, NAN, -1),
        (1, OPEN + 5.0, C, 1900.0, NAN, -1),
        (0, OPEN + 3.0, H, 0.0, NAN, -1),
    ]
    line = centre()
    scene = Scene(line.types, line.groups, short={"a": 65.0}, threshold={"a": 65.0})
    held_equal(outcomes(rows, PRESENCE, BREAKS), line, scene)


@pytest.mark.slow
@settings(deadline=None)
@given(simulated())
def test_what_is_offered_is_accounted_for(drawn: object) -> None:
    scene, line, (day,) = drawn  # type: ignore[misc]
    result = tally(line, scene, day)
    ends = ("answered", "abandoned", "blocked", "cut_off", "callback_lost")
    accounted = sum(result.contacts[CONTACT[name]] for name in ends)
    assert (result.contacts[CONTACT["offered"]] == accounted).all()
    offered = result.contacts[CONTACT["offered"]].sum()
    assert offered + result.figures[FIGURE["contained"], -1] == len(day)
    persons = result.figures[FIGURE["served"]] + result.figures[FIGURE["lost_callers"]]
    assert persons[-1] == result.figures[FIGURE["callers"], -1]
    assert result.figures[FIGURE["served"], -1] == result.figures[FIGURE["reached"], -1]
    assert result.handled[0].sum() == result.contacts[CONTACT["answered"]].sum()
    for name in ("handling", "overtime"):
        assert result.staff[STAFF[name]].sum(axis=0) == pytest.approx(result.groups[STAFF[name]])
    assert (result.groups >= -1e-9).all()
    assert (
        result.groups[STAFF["handling"]]
        <= result.groups[STAFF["on_duty"]] + result.groups[STAFF["overtime"]] + 1e-6
    ).all()
    assert all((np.diff(waits) >= 0).all() for waits in result.waits)


@pytest.mark.parametrize(("paid_first", "off"), [(False, 1200.0 + 300.0), (True, 300.0)])
def test_breaks_that_overlap_are_deducted_once(paid_first: bool, off: float) -> None:
    """The second would begin when the first is over, and ends with the duty at 31,500 s."""
    line = centre(
        break_operator=np.array([0, 0], np.int32),
        break_due=np.array([30000.0, 30600.0]),
        break_lasts=np.array([1200.0, 1200.0]),
        break_paid=np.array([paid_first, False]),
    )
    grid = grid_of(line, Scene(line.types, line.groups))  # type: ignore[arg-type]
    assert grid.rostered[0] == 2 * 3600 - off
