"""Every measure against plain loops; and the page that is made from the catalogue."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from sim.centre import centre_of
from sim.experiment import simulate_day
from sim.measures.catalogue import BY_GROUP, MEASURES, estimates
from sim.measures.grid import grid_of
from sim.measures.ledger import Ledger
from sim.measures.page import page
from sim.measures.tables import shrinkage_parts
from sim.measures.tally import tally
from sim.scenario import load
from tests.measures import naive
from tests.measures.crews import crewed
from tests.measures.scenes import NAN, A, B, H, Scene, centre, outcomes, simulated

SECTION_6 = """offered, answered, abandoned, blocked, cut_off, callbacks, callback_lost,
callback_delay, redials; service_level, abandonment, delayed_share, wait_mean, asa, wait_p50,
wait_p90, wait_p95, wait_p99, waited_over_1_min, waited_over_5_min, waited_over_30_min, wait_max,
queue_mean, queue_max; handling_mean, occupancy, utilisation, shrinkage, overtime_hours,
paid_hours, on_duty_hours, fte; staffing_cost, staff_cost_per_answered, lost_call_cost,
answered_value, waiting_cost, total_cost, net; callers_reached, attempts; service_level_day,
service_level_intervals"""
FURTHER = """repeats transfers contained follow_ups_lost callbacks_kept time_to_served
redial_inflation announced_bias announced_rmse promises_broken"""
OF_CREWS = """telephone_cost repeat_cost plan_cost premium_cost standby_cost cost_week cost_month
cost_year cost_per_contact cost_per_caller_reached longest_stretch breaks_late breaks_missed
calls_per_operator resolved"""


def ledger_of(
    scene: Scene,
    line: object,
    days: list,  # type: ignore[type-arg]
    staffs: list | None = None,  # type: ignore[type-arg]
) -> Ledger:
    ledger = Ledger(line, scene, grid_of(line, scene))  # type: ignore[arg-type]
    for day, staff in zip(days, staffs or [None] * len(days), strict=True):
        ledger.add(tally(line, scene, day, ledger.grid, staff=staff))  # type: ignore[arg-type]
    return ledger


def test_names_are_those_of_the_design() -> None:
    named = [name.strip() for name in SECTION_6.replace(";", ",").split(",")]
    names = [measure.name for measure in MEASURES]
    assert sorted(names[: len(named)]) == sorted(named)
    assert names[len(named) :] == [*FURTHER.split(), *OF_CREWS.split()]
    assert len(BY_GROUP) == 17


@settings(deadline=None, max_examples=60)
@given(simulated(most=3))
def test_every_measure_equals_plain_loops(drawn: object) -> None:
    scene, line, days = drawn  # type: ignore[misc]
    ledger = ledger_of(scene, line, days)
    for name in (None, *line.types):
        book = ledger.everything() if name is None else ledger.of_type(name)
        found = estimates(book, "all" if name is None else "type", "EUR")
        expected = naive.measures(scene, line, days, name)
        assert found.keys() == expected.keys()
        for measure, estimate in found.items():
            assert estimate.value == pytest.approx(expected[measure], abs=1e-9), measure
            _is_well_formed(estimate.document(), len(days))
    for name in line.groups:
        found = estimates(ledger.of_group(name), "group", "EUR")
        expected = naive.staff_measures(scene, line, days, name)
        assert found.keys() == expected.keys()
        for measure, estimate in found.items():
            assert estimate.value == pytest.approx(expected[measure], abs=1e-9), measure


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(crewed(most=3))
def test_every_measure_of_crews_and_weeks_equals_plain_loops(drawn: object) -> None:
    scene, line, runs = drawn  # type: ignore[misc]
    days, staffs = [day for day, _ in runs], [staff for _, staff in runs]
    ledger = ledger_of(scene, line, days, staffs)
    for name in (None, *line.types):
        book = ledger.everything() if name is None else ledger.of_type(name)
        found = estimates(book, "all" if name is None else "type", "EUR")
        expected = naive.measures(scene, line, days, name, staffs)
        assert found.keys() == expected.keys()
        for measure, estimate in found.items():
            assert estimate.value == pytest.approx(expected[measure], abs=1e-9), measure
            _is_well_formed(estimate.document(), len(days))
    for name in line.groups:
        found = estimates(ledger.of_group(name), "group", "EUR")
        expected = naive.staff_measures(scene, line, days, name, staffs)
        for measure, estimate in found.items():
            assert estimate.value == pytest.approx(expected[measure], abs=1e-9), measure
    parts = shrinkage_parts(ledger)
    for name in line.groups:
        whole = estimates(ledger.of_group(name), "group", "EUR")["shrinkage"].value
        told = sum(row["share"] for row in parts if row["group"] == name and row["share"])
        assert whole is None or told == pytest.approx(whole, abs=1e-3)


@pytest.mark.slow
def test_every_measure_of_whole_days_with_every_feature() -> None:
    """A busy line, so that callbacks, promises and follow-ups are many."""
    file = Path(__file__).parents[1] / "scenario" / "callers.toml"
    change = {
        "operators.generalists.shifts.early.operators": 4,
        "operators.experts.headcount": 2,
        "operators.generalists.reserve_for_holding": 0,
        "callers.cards.volume": 0.7,
        "callers.deposits.volume": 0.5,
        "callers.cards.callback.promise": "20 min",
        "hold_messages.stay.messages.offer.when_wait_over": "1 min",
    }
    scenario = load(file, change=change)
    line = centre_of(scenario)
    days = [simulate_day(scenario, day).outcomes for day in range(2)]
    ledger = ledger_of(scenario, line, days)  # type: ignore[arg-type]
    for name in (None, "cards", "deposits"):
        book = ledger.everything() if name is None else ledger.of_type(name)
        found = estimates(book, "all" if name is None else "type", "EUR")
        expected = naive.measures(scenario, line, days, name)
        for measure, estimate in found.items():
            assert estimate.value == pytest.approx(expected[measure], abs=1e-9), measure
            _is_well_formed(estimate.document(), len(days))
            if measure in FURTHER.split() and name is None:
                assert estimate.value, measure  # it does happen
    counted = np.sum([naive.hearings(scenario, line, naive.contacts_of(d)) for d in days], axis=0)
    assert ledger.heard.T.tolist() == counted.tolist()


def _is_well_formed(document: dict, days: int) -> None:  # type: ignore[type-arg]
    value, low, high = (document[key] for key in ("value", "low", "high"))
    if value is None:
        assert low is None
        assert high is None
    elif days == 1:
        assert low is None
        assert high is None
        assert document["day_p10"] == document["day_p90"]
    else:
        # Few waits have no upper end, and one day with anything to go by tells nothing.
        assert (low is None) == (high is None)
        assert low is None or low <= value <= high
        assert document["day_p10"] <= document["day_p90"]
    assert all(number == number for number in document.values())  # no NaN


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ("offered", 2 / 6),
        ("answered", 2 / 3),
        ("excluding_short", 2 / 5),
        ("abandoned_in_time_met", 4 / 6),
    ],
)
def test_the_four_conventions_on_hang_ups(counts: str, expected: float) -> None:
    line = centre()
    rows = [
        (0, 28800.0, A, 0.0, 60.0, 0),
        (0, 28801.0, A, 20.0, 60.0, 0),
        (0, 28802.0, A, 90.0, 60.0, 0),
        (0, 28803.0, H, 3.0, NAN, -1),
        (0, 28804.0, H, 19.0, NAN, -1),
        (0, 28805.0, B, NAN, NAN, -1),
    ]
    scene = Scene(line.types, line.groups, short={"a": 5.0}, convention={None: counts, "a": counts})
    ledger = ledger_of(scene, line, [outcomes(rows)])
    for book, scope in ((ledger.everything(), "all"), (ledger.of_type("a"), "type")):
        found = estimates(book, scope, "EUR")
        assert found["service_level"].value == pytest.approx(expected)
        assert found["abandonment"].value == pytest.approx(1 / 5)  # without the short one
        assert found["wait_mean"].value == pytest.approx(132 / 5)  # without the blocked one
        assert found["asa"].value == pytest.approx(110 / 3)


def test_money_by_hand() -> None:
    line = centre()
    rows = [
        (0, 28800.0, A, 60.0, 60.0, 0),
        (0, 28801.0, H, 30.0, NAN, -1),
        (1, 28802.0, B, NAN, NAN, -1),
    ]
    scene = Scene(
        line.types,
        line.groups,
        worth={"a": (4.0, 6.0, 0.1), "b": (1.0, 2.0, 3.0)},
        wages={"x": (24.0, 36.0, 0.25, 37.5), "s": (10.0, 10.0, 0.0, 20.0)},
        plan_cost_per_day=5.0,
    )
    presence = [(0, 27900.0, 31500.0), (1, 28800.0, 32400.0 + 1800)]
    ledger = ledger_of(scene, line, [outcomes(rows, presence)] * 2)
    found = estimates(ledger.everything(), "all", "EUR")
    paid_x, paid_s = (2 * 3600 - 900) / 3600, 5400 / 3600  # without overtime
    staff = (paid_x * 24 + 0.5 * 36) * 1.25 + paid_s * 10
    assert found["staffing_cost"].value == pytest.approx(staff)
    assert found["paid_hours"].value == pytest.approx(paid_x + 0.5 + paid_s)
    assert found["fte"].value == pytest.approx((paid_x + 0.5) * 5 / 37.5 + paid_s * 5 / 20)
    assert found["lost_call_cost"].value == 8.0
    assert found["answered_value"].value == 4.0
    assert found["waiting_cost"].value == pytest.approx(0.15)
    assert found["total_cost"].value == pytest.approx(staff + 8.15 + 5)
    assert found["net"].value == pytest.approx(4 - staff - 8.15 - 5)
    assert found["net"].low == found["net"].high == found["net"].value
    assert found["net"].unit == "EUR"


def test_the_page_of_measures_is_up_to_date() -> None:
    written = Path(__file__).parents[2] / "docs" / "measures.md"
    assert written.read_text(encoding="utf-8") == page(), (
        "python -m sim.measures > docs/measures.md"
    )
