"""Tallies against figures worked out by hand, and against plain loops on random days."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from sim.centre import Centre
from sim.experiment import run, simulate_day
from sim.measures import passes, sums
from sim.measures.sums import Against, Sums, sums_of
from sim.measures.tally import CONTACT_SUMS, STAFF_SUMS, TYPE_FIGURES, Tally, grid_of, tally
from sim.outcomes import Outcomes
from sim.scenario import load
from tests.measures import naive
from tests.measures.scenes import NAN, A, B, C, H, Scene, centre, outcomes, simulated

CONTACT = {c.name: i for i, c in enumerate(CONTACT_SUMS)}
FIGURE = {c.name: i for i, c in enumerate(TYPE_FIGURES)}
STAFF = {c.name: i for i, c in enumerate(STAFF_SUMS)}
OPEN = 28800.0
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
    result = tally(line, scene, day)
    contacts = naive.contacts_of(day)
    for row in range(result.contacts.shape[1]):
        for kind in range(len(line.types)):
            mine = [
                c
                for c in contacts
                if c["type"] == kind and naive.interval(line, c["arrival"]) == row
            ]
            for name, expected in naive.contact_sums(scene, line, mine).items():
                assert result.contacts[CONTACT[name], row, kind] == pytest.approx(expected), name
    for place, name in enumerate((*line.types, None)):
        expected = naive.figures(scene, line, day, name)
        for column, at in FIGURE.items():
            assert result.figures[at, place] == pytest.approx(expected[column]), column
    grid = grid_of(line, scene)
    assert list(zip(*result.heard.tolist(), strict=True)) == naive.hearings(scene, line, contacts)
    for place, figure in enumerate(naive.staff_figures(line, day)):
        assert grid.scheduled[:, place] == pytest.approx(figure["scheduled"])
        assert grid.rostered[place] + result.groups[STAFF["overtime"], place] == pytest.approx(
            figure["paid"]
        )
        for column, at in STAFF.items():
            assert result.groups[at, place] == pytest.approx(figure[f"{column}_all"]), column
            assert result.staff[at, :, place] == pytest.approx(figure[column], abs=1e-6), column


def held_equal(outcomes: Outcomes, line: Centre, scene: object) -> None:
    """The compiled pass finds what the sums with numpy find, to the last bit."""
    against = against_of(line, scene)
    plain, compiled = sums_of(outcomes, against), passes.sums_of(outcomes, against)
    for name, one, other in zip(Sums._fields, plain, compiled, strict=True):
        if name == "waits":
            assert [each.tolist() for each in one] == [each.tolist() for each in other]
        else:
            assert one.dtype == other.dtype, name
            assert one.tolist() == other.tolist(), name
    staff = (each.staff_sums_of(outcomes, line, against.edges) for each in (sums, passes))
    for one, other in zip(*staff, strict=True):
        assert one.tolist() == other.tolist()


def against_of(line: Centre, scene: object) -> Against:
    grid = grid_of(line, scene)  # type: ignore[arg-type]
    groups = len(line.groups)
    return Against(
        grid.edges, grid.within, grid.ignore_under, line.closes, line.operator_group, groups
    )


@settings(deadline=None)
@given(simulated())
def test_one_compiled_pass_gives_the_same_to_the_last_bit(drawn: object) -> None:
    scene, line, (day,) = drawn  # type: ignore[misc]
    held_equal(day, line, scene)


@pytest.mark.parametrize(
    "file", sorted((Path(__file__).parents[2] / "scenarios").glob("*.toml")), ids=lambda f: f.stem
)
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


@pytest.mark.parametrize(("paid_first", "hours"), [(False, 2 / 3), (True, 1.0)])
def test_breaks_that_overlap_are_deducted_once(
    tmp_path: Path, paid_first: bool, hours: float
) -> None:
    (tmp_path / "one.csv").write_text("start\n08:00:05\n")
    (tmp_path / "day.toml").write_text(
        'name = "br"\n[day]\nopens = "08:00"\ncloses = "10:00"\ninterval = "1 h"\n'
        '[callers.a]\narrivals = { trace = "one.csv", time = "start" }\n'
        'talk = "10 s"\npatience = "60 s"\n[operators.g]\nskills = ["a"]\nwage = 30.0\n'
        'shifts = { s = { operators = 1, from = "08:00", to = "09:00", breaks = ['
        f'{{ at = ["08:40"], lasts = "20 min", paid = {str(paid_first).lower()} }}, '
        '{ at = ["08:50"], lasts = "20 min" }] } }\n'
    )
    measures = run(load(tmp_path / "day.toml"), replications=1).measures
    # 08:40 to 09:00 is taken; the second break would begin when the duty is over.
    assert measures["paid_hours"].value == pytest.approx(hours)
    assert measures["on_duty_hours"].value == pytest.approx(2 / 3)
    assert measures["staffing_cost"].value == pytest.approx(30.0 * hours)
