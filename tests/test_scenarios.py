"""Every scenario of the gallery loads, obeys the audit, and teaches what it says it teaches."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim.comparison.paired import Comparison, difference
from sim.experiment import Results, run
from sim.report.compared import traps_of
from sim.report.verdict import judgements, verdict
from sim.report.wording import figure
from sim.scenario import load, load_plans
from sim.theory.day import Day

FOLDER = Path(__file__).parents[1] / "scenarios"
PLANS = {
    "bank": ["later_lunch", "two_more_at_noon", "tell_about_the_fee", "tell_and_two_fewer"],
    "bank_part_timers": [
        "teach_the_fee",
        "tell_about_the_fee",
        "all_eat_at_noon",
        "experts_help_at_once",
        "no_partner",
        "two_generalists_for_five",
    ],
    "classic_day": ["same_hours_moved", "flat_six", "flat_seven"],
    "clinic": ["twelve_lines", "morning_help", "private"],
    "help_desk": ["help_after_1_min", "one_more_early", "reset_page", "save_one"],
    "online_store": ["two_more", "courier_calls", "courier_and_roster", "text_message"],
    "online_store_week": [
        "two_more_evenings",
        "courier_calls",
        "courier_and_roster",
        "night_on_call",
        "shorter_sunday",
    ],
    "stay_on_the_line": [
        "music_only",
        "reasons",
        "something_useful",
        "position",
        "expected_wait",
        "expected_wait_by_the_first",
        "expected_wait_by_the_last",
        "cautious_wait",
        "callback",
        "one_more",
    ],
}
SEED = 5


def file_of(name: str) -> Path:
    return FOLDER / f"{name}.toml"


@cache
def simulated(name: str, plan: str, days: int) -> Results:
    return run(load(file_of(name), plan), days, SEED, workers=1)


def compared(name: str, plan: str, days: int) -> Comparison:
    return Comparison({each: simulated(name, each, days) for each in ("base", plan)})


def change(name: str, plan: str, measure: str, days: int = 20) -> float:
    """The paired change of a measure, once it is surely not zero; else 0."""
    found = compared(name, plan, days).differences[plan][measure]
    assert found.value is not None
    return found.value if found.sure else 0.0


def base(name: str, days: int = 20) -> Results:
    return simulated(name, "base", days)


def under(name: str, plan: str, days: int = 20) -> Results:
    return simulated(name, plan, days)


def value(results: Results, measure: str) -> float:
    found = results.measures[measure].value
    assert found is not None
    return found


def test_gallery_is_complete() -> None:
    assert {each.stem for each in FOLDER.glob("*.toml")} == set(PLANS)


@pytest.mark.parametrize("name", PLANS)
def test_says_what_it_teaches_and_what_each_plan_does(name: str) -> None:
    scenarios = load_plans(file_of(name))
    assert [each.plan for each in scenarios] == ["base", *PLANS[name]]
    assert "Teaches: " in scenarios[0].about
    assert all(each.plan_about for each in scenarios[1:])
    assert all(group.wage > 0 for each in scenarios for group in each.operators.values())
    assert file_of(name).read_text(encoding="utf-8").startswith("#:schema ./scenario.schema.json\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANS)
def test_obeys_the_audit_under_every_plan(name: str) -> None:
    for scenario in load_plans(file_of(name)):
        results = run(scenario, 2, SEED, workers=1, audit=True)
        assert results.broken == ()
        assert value(results, "answered") > 0


@pytest.mark.parametrize("name", PLANS)
def test_the_gallery_page_tells_of_every_plan(name: str) -> None:
    page = (FOLDER.parent / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert f"scenarios/{name}.toml" in page
    assert all(f"`{plan}`" in page for plan in PLANS[name])


COLUMNS = {
    "service_level": "in time",
    "abandonment": "hang up",
    "asa": "asa",
    "waited_over_5_min": "over 5 min",
    "waited_over_30_min": "over 30 min",
    "blocked": "busy tone",
    "repeats": "repeat calls",
    "callers_reached": "reached",
    "wait_mean": "mean wait",
    "occupancy": "occupancy",
    "paid_hours": "paid",
    "staffing_cost": "staff",
    "lost_call_cost": "lost calls",
    "waiting_cost": "waiting",
    "total_cost": "in all",
    "net": "net",
}
SHOWN = {
    "bank": ["service_level", "abandonment", "asa", "occupancy", "staffing_cost", "total_cost"],
    "classic_day": ["service_level", "abandonment", "asa", "occupancy", "paid_hours", "total_cost"],
    "clinic": ["service_level", "abandonment", "blocked", "asa", "occupancy", "total_cost", "net"],
    "help_desk": [
        "service_level", "abandonment", "staffing_cost", "lost_call_cost", "waiting_cost",
        "total_cost",
    ],
    "online_store": ["service_level", "abandonment", "occupancy", "staffing_cost", "total_cost"],
    "stay_on_the_line": [
        "service_level", "abandonment", "callers_reached", "wait_mean", "waited_over_30_min",
        "total_cost",
    ],
    "online_store_week": [
        "service_level", "abandonment", "occupancy", "paid_hours", "staffing_cost", "total_cost",
    ],
    "bank_part_timers": [
        "service_level", "abandonment", "repeats", "occupancy", "staffing_cost", "total_cost",
    ],
}  # fmt: skip


def table_of(name: str) -> list[str]:
    """The gallery page's table of a scenario: what `waitline compare` prints of each plan."""
    lines = [f"| plan | {' | '.join(COLUMNS[each] for each in SHOWN[name])} |"]
    for plan in ["base", *PLANS[name]]:
        measures = run(load(file_of(name), plan)).measures
        cells = [figure(measures[each].value, measures[each].unit) for each in SHOWN[name]]
        lines.append(f"| `{plan}` | {' | '.join(cells)} |")
    return lines


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANS)
def test_the_gallery_page_prints_what_compare_prints(name: str) -> None:
    page = (FOLDER.parent / "docs" / "scenarios.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in table_of(name) if line not in page] == []


def test_bank_is_near_its_targets_and_shows_its_holes() -> None:
    results = base("bank", 30)
    assert 1600 < value(results, "offered") < 1800
    assert 0.78 < value(results, "service_level") < 0.88
    assert 0.03 < value(results, "abandonment") < 0.08
    assert 0.60 < value(results, "occupancy") < 0.85
    assert any("too few operators" in line and "11:00" in line for line in verdict(results))


def test_bank_telling_about_the_fee_is_worth_its_cost() -> None:
    told = load(file_of("bank"), "tell_about_the_fee")
    kind = load(file_of("bank")).callers["cards"]
    assert kind.avoidable == 0.30
    assert told.callers["cards"].volume == pytest.approx(1 - 0.7 * kind.avoidable)
    assert 100 < told.plan_cost_per_day < 120
    assert change("bank", "tell_about_the_fee", "total_cost", 30) < 0
    assert change("bank", "tell_about_the_fee", "service_level", 30) > 0


@pytest.mark.slow
def test_bank_with_two_fewer_is_still_better_for_callers_and_far_cheaper() -> None:
    assert change("bank", "tell_and_two_fewer", "service_level", 30) > 0
    assert change("bank", "tell_and_two_fewer", "abandonment", 30) < 0
    assert change("bank", "tell_and_two_fewer", "total_cost", 30) < -250
    assert change("bank", "two_more_at_noon", "service_level", 30) > 0
    assert change("bank", "two_more_at_noon", "total_cost", 30) > 0


def test_bank_later_lunch_helps_at_no_cost() -> None:
    assert change("bank", "later_lunch", "abandonment", 30) < 0
    assert abs(change("bank", "later_lunch", "staffing_cost", 30)) < 5


def test_bank_answers_monday_s_question() -> None:
    monday = load(
        file_of("bank"),
        change={
            "callers.cards.volume": "+10%",
            "operators.generalists.shifts.early.operators": "-2",
        },
    )
    assert monday.callers["cards"].volume == pytest.approx(1.1)
    assert monday.operators["generalists"].shifts["early"].operators == 9


def test_on_the_line_people_wait_for_half_an_hour() -> None:
    results = base("stay_on_the_line", 40)
    assert 0.5 < value(results, "waited_over_5_min") < 0.9
    assert 0.02 < value(results, "waited_over_30_min") < 0.2
    assert value(results, "abandonment") > 0.1


def test_a_message_that_keeps_callers_lowers_the_service_level() -> None:
    plan = "something_useful"
    assert change("stay_on_the_line", plan, "abandonment", 40) < 0
    assert change("stay_on_the_line", plan, "service_level", 40) < 0
    assert change("stay_on_the_line", plan, "waited_over_30_min", 40) > 0
    traps = list(traps_of(compared("stay_on_the_line", plan, 40), plan))
    assert any("fewer are answered in time" in trap for trap in traps)


def test_an_excuse_drives_callers_away_and_that_looks_like_service() -> None:
    plan = "reasons"
    assert change("stay_on_the_line", plan, "abandonment", 40) > 0
    assert change("stay_on_the_line", plan, "service_level", 40) > 0
    traps = list(traps_of(compared("stay_on_the_line", plan, 40), plan))
    assert any("while more hang up" in trap for trap in traps)


def test_only_one_more_operator_helps_in_every_way() -> None:
    assert change("stay_on_the_line", "one_more", "abandonment", 40) < -0.05
    assert change("stay_on_the_line", "one_more", "service_level", 40) > 0.15
    assert change("stay_on_the_line", "one_more", "waited_over_30_min", 40) < 0


@pytest.mark.slow
def test_a_callback_waits_at_home() -> None:
    assert change("stay_on_the_line", "callback", "abandonment", 40) < 0
    assert change("stay_on_the_line", "callback", "waited_over_5_min", 40) < -0.1
    called = run(load(file_of("stay_on_the_line"), "callback"), 12).measures
    assert (called["callbacks"].value or 0) > 100
    assert 0.7 < (called["callbacks_kept"].value or 0) < 1


@pytest.mark.slow
def test_announced_waits_differ_as_their_estimators_do() -> None:
    """People ahead hang up, so what the queue promises is too long; a cautious promise more so."""
    bias = {}
    for plan in ("expected_wait", "expected_wait_by_the_first", "cautious_wait"):
        measures = run(load(file_of("stay_on_the_line"), plan), 12).measures
        bias[plan] = measures["announced_bias"].value or 0.0
    assert bias["cautious_wait"] > bias["expected_wait"]
    assert abs(bias["expected_wait_by_the_first"]) < abs(bias["cautious_wait"])


def test_an_apology_is_worth_what_was_published() -> None:
    with_music = load(file_of("stay_on_the_line"), "music_only")
    assert with_music.callers["repairs"].hold_messages is None
    sorry = load(file_of("stay_on_the_line")).hold_messages["important"].messages["sorry"]
    assert sorry.patience == 0.95


def test_the_courier_who_calls_takes_away_most_parcel_calls() -> None:
    both = compared("online_store", "courier_calls", 30).results
    before, after = (each.by_type["where_is_my_parcel"]["offered"].value for each in both.values())
    assert before is not None
    assert after == pytest.approx(0.3 * before, rel=0.05)
    assert load(file_of("online_store"), "courier_calls").plan_cost_per_day == 2400 * 0.15


@pytest.mark.slow
def test_the_courier_pays_only_where_the_roster_follows() -> None:
    assert change("online_store", "courier_calls", "service_level", 30) > 0.05
    assert change("online_store", "courier_calls", "total_cost", 30) > 0
    assert change("online_store", "courier_and_roster", "total_cost", 30) < 0
    assert change("online_store", "courier_and_roster", "service_level", 30) >= 0
    assert change("online_store", "text_message", "total_cost", 30) < 0
    assert change("online_store", "two_more", "total_cost", 30) > 0


def test_more_lines_make_nobody_pick_up() -> None:
    assert value(base("clinic"), "blocked") > 50
    assert change("clinic", "twelve_lines", "blocked") < -50
    assert change("clinic", "twelve_lines", "abandonment") > 0.1
    assert change("clinic", "twelve_lines", "service_level") < 0
    assert change("clinic", "twelve_lines", "wait_mean") > 30


def test_the_same_people_phone_the_private_clinic_and_are_worth_answering() -> None:
    assert change("clinic", "private", "offered") == 0
    assert value(base("clinic"), "net") < 0 < value(under("clinic", "private"), "net")
    public, private = (
        load(file_of("clinic"), plan).callers["appointments"].patience
        for plan in ("base", "private")
    )
    assert private.law.mean < public.law.mean
    assert all(each.met for each in judgements(under("clinic", "private")))


def test_what_the_desk_saves_the_company_pays() -> None:
    saved = -change("help_desk", "save_one", "staffing_cost", 40)
    paid = change("help_desk", "save_one", "waiting_cost", 40)
    paid += change("help_desk", "save_one", "lost_call_cost", 40)
    assert 200 < saved < 350
    assert paid > 0.7 * saved
    assert change("help_desk", "save_one", "total_cost", 40) == 0, "too close to call"


def test_help_from_the_second_line_comes_sooner_and_costs_nothing() -> None:
    assert change("help_desk", "help_after_1_min", "service_level", 40) > 0
    assert change("help_desk", "help_after_1_min", "total_cost", 40) < 0
    assert change("help_desk", "reset_page", "total_cost", 40) < 0


def test_the_till_that_stands_still_is_helped_by_its_head_start() -> None:
    equal = load(file_of("help_desk"), change={"callers.tills.priority.head_start": "0 s"})
    others = run(equal, 40, SEED, workers=1).by_type["tills"]["wait_mean"]
    move = difference(base("help_desk", 40).by_type["tills"]["wait_mean"], others)
    assert move.sure
    assert move.value is not None
    assert move.value < -10


def test_the_classic_day_is_the_published_one() -> None:
    scenario = load(file_of("classic_day"))
    calls = [100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60]
    kind = scenario.callers["calls"]
    assert kind.arrivals.pieces(scenario, "calls")[1].tolist() == calls
    assert scenario.operators["agents"].headcount == (4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4)
    assert scenario.busyness_shape == 10
    assert (kind.talk.mean, kind.patience.law.mean, kind.patience.hang_up_at_once) == (
        100, 1000, 0.1,
    )  # fmt: skip


@pytest.mark.slow
def test_the_classic_day_comes_to_its_exact_figures() -> None:
    results = base("classic_day", 60)
    for measure, exact in results.scenario.actual.items():
        found = results.measures[measure]
        assert found.value is not None
        assert found.low is not None
        error = (found.value - found.low) / 2
        assert abs(found.value - exact) < 4 * error, measure


@pytest.mark.slow
def test_the_exact_figures_of_the_classic_day() -> None:
    scenario = load(file_of("classic_day"))
    edges, calls, _ = scenario.callers["calls"].arrivals.pieces(scenario, "calls")
    seats = scenario.operators["agents"].headcount
    # Gauss-Laguerre over the busyness of the day, which is gamma with mean 1.
    from scipy.special import roots_genlaguerre

    nodes, weights = roots_genlaguerre(12, scenario.busyness_shape - 1)
    offered = in_time = abandoned = wait = 0.0
    weights /= weights.sum()
    for busyness, weight in zip(nodes / scenario.busyness_shape, weights, strict=True):
        if weight < 1e-9:
            continue
        rates = calls * busyness / np.diff(edges)
        day = Day(edges, rates, seats, 100.0, patience=1000.0, hang_up_at_once=0.1).totals(20.0)
        offered += weight * day.offered
        in_time += weight * day.answered_within
        abandoned += weight * day.abandoned
        wait += weight * day.wait
    actual = scenario.actual
    assert offered == pytest.approx(actual["offered"], rel=1e-6)
    assert in_time / offered == pytest.approx(actual["service_level"], rel=1e-4)
    assert abandoned / offered == pytest.approx(actual["abandonment"], rel=1e-4)
    assert wait / offered == pytest.approx(actual["wait_mean"], rel=1e-4)


@pytest.mark.slow
def test_the_same_hours_elsewhere_give_another_service() -> None:
    moved = load(file_of("classic_day"), "same_hours_moved").operators["agents"].headcount
    assert sum(moved) == sum(load(file_of("classic_day")).operators["agents"].headcount) == 81
    assert change("classic_day", "same_hours_moved", "abandonment", 60) < 0
    assert change("classic_day", "same_hours_moved", "service_level", 60) > 0
    assert change("classic_day", "flat_six", "service_level", 60) < -0.05


@pytest.mark.slow
def test_ten_hours_more_without_a_curve_are_not_better_than_moving() -> None:
    flat = value(under("classic_day", "flat_seven", 60), "service_level")
    assert value(under("classic_day", "flat_seven", 60), "paid_hours") > 90
    assert flat < value(under("classic_day", "same_hours_moved", 60), "service_level")


@pytest.mark.parametrize("name", PLANS)
def test_lines_fit_a_screen(name: str) -> None:
    text = file_of(name).read_text(encoding="utf-8")
    assert not [line for line in text.splitlines() if len(line) > 140]
    assert not re.search(r"\t| +$", text, re.MULTILINE)
