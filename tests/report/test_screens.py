"""What the screens say of targets, holes, plans and traps, on days made to show each."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from rich.console import Console

import sim
from sim.comparison.break_even import break_even
from sim.comparison.paired import Comparison, compare
from sim.measures.intervals import mean
from sim.report import compared, text
from sim.report.plots import day
from sim.report.verdict import judgements, verdict
from sim.report.wording import clock_minutes, duration, figure, number
from sim.report.worth import worth_it

SHOP = """
name = "Shop $5"
about = "About the shop."
[day]
opens = "09:00"
closes = "13:00"
interval = "30 min"
[targets]
service_level = { share = 0.8, within = "20 s" }
abandonment = { at_most = 0.10 }
occupancy = { at_most = 0.95 }
[callers.orders]
label = "Orders"
arrivals = { per_hour = [60, 120, 60, 30], every = "1 h" }
talk = { exponential = "3 min" }
patience = { exponential = "4 min" }
money = { lost_call_cost = 5.0 }
[callers.returns]
arrivals = { per_hour = 20 }
talk = { exponential = "2 min" }
patience = { exponential = "4 min" }
targets = { service_level = { within = "60 s" } }
[operators.shop]
skills = ["orders", "returns"]
wage = 20.0
headcount = 6
[plans.two_more]
change = { "operators.shop.headcount" = "+2" }
[plans.patient]
callers.orders.patience = { exponential = "60 min" }
callers.returns.patience = { exponential = "60 min" }
[plans.strict]
targets.service_level.within = "5 s"
[plans.fewer_calls]
change = { "callers.orders.volume" = "-20 %" }
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "shop.toml"
    path.write_text(SHOP, "utf-8")
    return path


@pytest.fixture(scope="module")
def plans(shop: Path) -> Comparison:
    return compare(shop, replications=60)


def printed(show: object, *arguments: object, width: int = 80) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, markup=False, highlight=False, emoji=False)
    show(console, *arguments)  # type: ignore[operator]
    return out.getvalue()


def test_every_target_is_judged_missed_ones_first(plans: Comparison) -> None:
    base = plans.results["base"]
    judged = {(each.measure, each.type): each for each in judgements(base)}
    assert set(judged) == {
        ("service_level", None), ("abandonment", None), ("occupancy", None),
        ("service_level", "returns"),
    }  # fmt: skip
    for (measure, kind), each in judged.items():
        measures = base.measures if kind is None else base.by_type[kind]
        value = measures[measure].value
        assert each.estimate.value == value
        assert value is not None
        assert each.met == (value >= each.bound if each.at_least else value <= each.bound)
    sentences = verdict(base)
    missed = [each.startswith(("MISSED", "Just missed")) for each in sentences]
    assert missed == sorted(missed, reverse=True)
    assert "20 s (returns 1 min)" in " ".join(sentences)


def test_holes_and_surplus_are_where_the_hours_say(plans: Comparison) -> None:
    base = plans.results["base"]
    hours = {hour["from"]: hour for hour in base.hourly()}
    assert hours["10:00"]["over"] == min(hour["over"] for hour in hours.values())
    holes = next(each for each in verdict(base) if "too few" in each)
    assert "10:00-11:00" in holes
    assert f"{-hours['10:00']['over']:.1f} short" in holes
    surplus = next(each for each in verdict(base) if "ore than needed" in each)
    assert "12:00-13:00" in surplus


@pytest.mark.parametrize("width", [80, 100, 120])
def test_screens_keep_to_their_width(plans: Comparison, width: int) -> None:
    for screen in (
        printed(text.print_run, plans.results["base"], width=width),
        printed(compared.print_comparison, plans, width=width),
    ):
        lines = [each for each in screen.splitlines() if not each.startswith("  waitline ")]
        assert max(map(len, lines)) <= width


ANSWERING = Path(__file__).parents[1] / "scenario" / "callers.toml"


@pytest.fixture(scope="module")
def answering() -> sim.Results:
    return sim.run(sim.load(ANSWERING), replications=3, workers=1)


@pytest.mark.parametrize("width", [80, 120])
def test_screens_of_callers_who_answer_back_keep_to_their_width(
    answering: sim.Results, width: int
) -> None:
    screen = printed(text.print_run, answering, width=width)
    lines = [each for each in screen.splitlines() if not each.startswith("  waitline ")]
    assert max(map(len, lines)) <= width
    measures = answering.measures
    for name, called in (
        ("abandonment", "hang up, of contacts"),
        ("callers_reached", "callers reached in the end"),
        ("attempts", "contacts a caller"),
        ("redials", "- redials (no answer before)"),
        ("transfers", "- passed on by an operator"),
        ("contained", "besides: served in the menu"),
        ("callbacks_kept", "- kept as promised"),
        ("announced_rmse", "- typical error (rms)"),
    ):
        row = next(line for line in lines if line.strip().startswith(called))
        assert figure(measures[name].value, measures[name].unit, name) in row
    for heard in answering.by_message:
        row = next(
            line for line in lines if line.startswith(f"{heard['message']} ({heard['says']}")
        )
        assert number(heard["contacts"]) in row
    assert "Who accepts a callback" in screen


def test_rows_of_features_stand_only_where_the_scenario_has_them(plans: Comparison) -> None:
    screen = printed(text.print_run, plans.results["base"])
    for absent in ("redial", "callback", "menu", "contacts a caller", "hears", "announced"):
        assert absent not in screen


def test_a_wait_below_nothing_keeps_its_sign() -> None:
    assert duration(-70.0) == "-1 min 10 s"
    assert clock_minutes(-70.0) == "-1:10"


def test_printed_figures_are_the_measures(plans: Comparison) -> None:
    base = plans.results["base"]
    screen = printed(text.print_run, base)
    assert "About the shop." in screen
    assert f"{100 * base.measures['abandonment'].value:.1f} %" in screen
    assert f"{base.measures['asa'].value:.1f} s" in screen
    assert f"{base.measures['staffing_cost'].value:,.0f}" in screen
    one = sim.run(base.scenario, replications=1)
    assert "8 days in 10" not in printed(text.print_run, one)


def test_paired_changes_stand_under_the_values(plans: Comparison) -> None:
    screen = printed(compared.print_comparison, plans, width=120)
    move = plans.differences["two_more"]["paid_hours"]
    assert move.value == pytest.approx(8.0, abs=0.1)
    assert compared.changed(move) in screen
    assert compared.changed(plans.differences["two_more"]["abandonment"]).strip() in screen


def test_keeping_callers_who_wait_is_told_as_a_trap(plans: Comparison) -> None:
    traps = list(compared.traps_of(plans, "patient"))
    assert any("fewer hang up" in each and "fewer are answered in time" in each for each in traps)
    assert list(compared.traps_of(plans, "two_more")) == []


def test_another_threshold_is_not_compared(plans: Comparison) -> None:
    assert not compared.same_level(plans, "strict")
    assert compared.cell(plans, "strict", "service_level") == "another limit"
    screen = printed(compared.print_comparison, plans)
    assert "in time under strict: of offered, within 5 s (returns 1 min)." in screen


def test_the_price_of_a_hang_up_by_hand(plans: Comparison) -> None:
    base, new = (plans.results[each].measures for each in ("base", "two_more"))
    saved = base["abandoned"].value - new["abandoned"].value
    dearer = new["staffing_cost"].value - base["staffing_cost"].value
    said = compared.price_of_hang_up(plans, "two_more")
    point = break_even(
        base["staffing_cost"].days - new["staffing_cost"].days,
        base["abandoned"].days - new["abandoned"].days,
        "EUR",
    )
    assert said == (
        f"Each hang-up less costs {dearer / saved:.2f} ({point.low:.2f} to {point.high:.2f}) EUR "
        "in staff and plan."
    )
    # Who hangs up is lost and nothing else is, so the two sentences have the same figures.
    assert f"more than {dearer / saved:.2f} ({point.low:.2f} to {point.high:.2f}) EUR" in (
        worth_it(plans, "two_more")
    )
    # Fewer calls hang up less too: that is not what a hang-up costs.
    assert compared.price_of_hang_up(plans, "fewer_calls") == ""


@pytest.mark.parametrize(
    ("dearer", "said"),
    [
        ([-1.0, 1.0, -1.0, 0.6], "Fewer hang up; if that costs more in staff and plan is too "
         "close to call: -0.10 +-1.67 EUR a day."),
        ([1.0, -1.0, 1.0, -0.6], "Fewer hang up; if that costs more in staff and plan is too "
         "close to call: +0.10 +-1.67 EUR a day."),
        ([0.0, 0.0, 0.0, 0.0], "Fewer hang up and it costs no more in staff and plan."),
        ([-2.0, -2.1, -2.2, -1.9], "Fewer hang up and it costs no more in staff and plan."),
    ],
)  # fmt: skip
def test_fewer_hang_ups_for_no_more_money_only_where_the_days_tell(
    plans: Comparison, dearer: list[float], said: str
) -> None:
    """+-1.67: t(3) x sd / sqrt(4), with sd 1.0520."""
    base = four_days(plans, [50.0] * 4, [9.0, 10.0, 11.0, 10.0])
    new = four_days(plans, [50.0 + each for each in dearer], [4.0, 5.0, 6.1, 5.0])
    assert compared.price_of_hang_up(Comparison({"base": base, "new": new}), "new") == said


def four_days(plans: Comparison, cost: list[float], hung_up: list[float]) -> sim.Results:
    """The base with other costs and hang-ups on four days, and nothing else that differs."""
    results = plans.results["base"]
    same = {
        name: replace(each, influence=np.zeros(4), days=np.zeros(4))
        for name, each in results.measures.items()
    }
    same |= {
        "total_cost": mean(np.array(cost), "EUR"),
        "abandoned": mean(np.array(hung_up), "contacts"),
    }
    for name in ("lost_call_cost", "waiting_cost"):
        same[name] = mean(np.zeros(4), "EUR")
    fake = SimpleNamespace(measures=same, scenario=results.scenario, days=4, by_type={})
    return cast(sim.Results, fake)


def test_what_is_the_same_is_not_too_close_to_call(tmp_path: Path) -> None:
    """Nothing costs anything, so that there is no thousandth of it either."""
    path = tmp_path / "free.toml"
    free = SHOP.replace("wage = 20.0", "wage = 0.0").partition("[plans.two_more]")[0]
    free = free.replace("money = { lost_call_cost = 5.0 }", "") + "[plans.same]\nabout = 'Same.'\n"
    path.write_text(free, "utf-8")
    found = compare(path, replications=3)
    assert found.results["base"].measures["total_cost"].value == 0
    assert list(compared.who_pays(found, "same")) == [
        ("client", "as before"), ("staff", "as before"), ("money", "as before"),
    ]  # fmt: skip


def test_one_day_is_told_as_one_and_explains_no_marks(shop: Path) -> None:
    grid = {"operators.shop.wage": ["20.0", "21.0", "22.0", "23.0"]}
    screen = " ".join(printed(compared.print_comparison, compare(shop, 1, grid=grid)).split())
    assert "1 day, seed 1, the same callers under every plan." in screen
    assert "one day does not tell how sure that is." in screen
    for absent in ("1 days", "+-); *", "surely not zero", "+0.0 s"):
        assert absent not in screen


def test_targets_met_are_marked_as_under_conditions(shop: Path) -> None:
    found = compare(shop, replications=8)
    lines = " ".join(printed(compared.print_comparison, found).split())
    marks = set()
    for plan, results in found.results.items():
        judged = judgements(results)
        mark = "?" if not all(each.sure for each in judged) else ""
        mark = mark or ("" if all(each.met for each in judged) else "!")
        marks.add(mark)
        met = sum(each.met for each in judged)
        assert f" {plan} ({met} of {len(judged)}{mark} targets met)" in lines
    assert "?" in marks
    assert "? = a target is too close to call" in lines
    assert ("! = a target is missed" in lines) == ("!" in marks)


def test_plans_of_two_files_say_under_which_the_limit_holds(shop: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(SHOP.replace('within = "20 s"', 'within = "30 s"'), "utf-8")
    found = compare([shop, other], replications=2, plans=["base"])
    screen = " ".join(printed(compared.print_comparison, found).split())
    assert "in time under shop:base: of offered, within 20 s (returns 1 min)." in screen
    assert "in time under other:base: of offered, within 30 s (returns 1 min)." in screen


def test_the_day_is_drawn_from_the_results(plans: Comparison) -> None:
    base = plans.results["base"]
    figure = day(base)
    calls, operators = figure.axes
    heights = [bar.get_height() for bar in calls.patches]
    offered = sum(row["offered"] for row in base.by_interval if row["type"] == "*")
    assert sum(heights) == pytest.approx(offered)
    assert calls.get_ylabel() == "calls in 30 min"
    assert operators.get_ylabel() == "operators"
    labels = [each.get_text() for each in operators.get_legend().get_texts()]
    assert labels == ["scheduled", "on duty", "required (Erlang A)"]
    on_duty = operators.patches[1].get_data().values
    assert on_duty == pytest.approx([row["on_duty"] for row in base.staff_by_interval])
    figure.savefig(io.BytesIO(), format="png")


SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(scope="module")
def week() -> sim.Results:
    return sim.run(sim.load(SCENARIOS / "online_store_week.toml"), replications=2, workers=1)


def test_a_week_has_a_row_a_day_and_its_worst_hours_in_the_verdict(week: sim.Results) -> None:
    screen = printed(text.print_run, week)
    lines = screen.splitlines()
    assert "2 weeks of 7 days" in screen
    assert "8 weeks in 10" in screen
    rows = [
        next(line for line in lines if line.startswith(f"{day} ")) for day in week.scenario.days
    ]
    for row, day_ in zip(rows, week.daily(), strict=True):
        assert number(day_["offered"]) in row
    worst = min(week.hourly(), key=lambda hour: hour["over"])
    holes = next(each for each in verdict(week) if "too few" in each)
    assert f"({-worst['over']:.1f} short)" in holes
    assert str(worst["day"]) in holes
    offered = sum(day_["offered"] for day_ in week.daily())
    assert offered == pytest.approx(week.measures["offered"].value)
    for name in ("premium_cost", "standby_cost", "telephone_cost", "cost_year", "longest_stretch"):
        assert figure(week.measures[name].value, week.measures[name].unit) in screen
    assert "planned leave" in screen


@pytest.mark.parametrize("width", [80, 120])
def test_the_screen_of_a_week_keeps_to_its_width(week: sim.Results, width: int) -> None:
    screen = printed(text.print_run, week, width=width)
    lines = [each for each in screen.splitlines() if not each.startswith("  waitline ")]
    assert max(map(len, lines)) <= width


def test_a_week_is_drawn_day_by_day(week: sim.Results) -> None:
    figure = day(week)
    calls, operators = figure.axes
    assert sum(bar.get_height() for bar in calls.patches) == pytest.approx(
        week.measures["offered"].value
    )
    assert [each.get_text() for each in operators.get_xticklabels()] == list(week.scenario.days)


def test_prices_from_which_a_plan_is_worth_it(plans: Comparison) -> None:
    base, new = (plans.results[each].measures for each in ("base", "two_more"))
    more = new["answered"].value - base["answered"].value
    price = (new["total_cost"].value - base["total_cost"].value) / more
    said = compared.worth_it(plans, "two_more")
    assert f"an answered call is worth more than {price:.2f} (" in said
    point = plans.break_even["two_more"]["answered_value"]
    assert point.value == pytest.approx(price)
    assert point.low < price < point.high
