"""What the screens say of how plans stand: chances, the front, doubt, and many plans at once."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import sim
from sim.comparison.difference import Difference
from sim.comparison.paired import Comparison
from sim.comparison.together import Together
from sim.report import compared, standing
from sim.report.charts import Plots, differences
from tests.comparison.lines import LINE


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("line") / "line.toml"
    file.write_text(LINE, "utf-8")
    return file


@pytest.fixture(scope="module")
def plans(path: Path) -> Comparison:
    return sim.compare(path, replications=30)


@pytest.fixture(scope="module")
def many(path: Path) -> Comparison:
    """A grid of 24 plans and the one that stands."""
    grid = {"operators.clerks.wage": "18..23", "operators.clerks.headcount": "4..7"}
    return sim.compare(path, replications=3, grid=grid)


def printed(show: object, *arguments: object, width: int = 80) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, markup=False, highlight=False, emoji=False)
    show(console, *arguments)  # type: ignore[operator]
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_the_screen_keeps_to_its_width(plans: Comparison, many: Comparison, width: int) -> None:
    for comparison in (plans, many):
        screen = printed(compared.print_comparison, comparison, width=width)
        assert max(map(len, screen.splitlines())) <= width


def test_chances_stand_beside_each_plan(plans: Comparison) -> None:
    screen = printed(standing.print_standing, plans)
    for plan in plans.results:
        row = next(line for line in screen.splitlines() if line.startswith(plan))
        chance = plans.chances.meets_all[plan]
        assert chance.low is not None
        assert f"{100 * chance.value:.0f} % ({100 * chance.low:.0f} to " in row
        best = plans.chances.on_a_day["total_cost"][plan].value
        assert f" {100 * best:.0f} % | " in row


def test_dominated_plans_and_those_who_dominate_them_are_named(plans: Comparison) -> None:
    said = list(standing.front_in_words(plans))
    assert said[0].startswith("On the front, cheapest first: ")
    assert "dear_music: dominated by base, surely." in said
    assert "dear_music" not in said[0]


def test_a_front_of_all_plans_says_so(plans: Comparison) -> None:
    two = Comparison({name: plans.results[name] for name in ("base", "two_more")})
    cheaper = two.front.plans
    if len(cheaper) == 2:
        (said,) = standing.front_in_words(two)
        assert said.startswith("No plan is at once cheaper")
    else:
        assert len(list(standing.front_in_words(two))) == 2


def test_doubt_is_told_in_words() -> None:
    moves = {
        name: Difference(1.0, 0.1, 1.9, "s", 0.9, 50.0, 0.04, Together(-0.2, 2.2, 0.08))
        for name in ("total_cost", "wait_mean", "abandonment")
    }
    fakes = type("Fake", (), {})()
    fakes.differences = {"one": moves, "other": moves}
    fakes.base = "base"
    assert standing.too_close(fakes) == (
        "Too close to call against base: cost of one and other; mean wait of one and other; "
        "hang-ups of one and other."
    )
    assert compared.mark(moves["wait_mean"]) == "?"
    assert compared.changed(moves["wait_mean"]).endswith("?")


def test_the_best_plans_that_are_equal_are_not_too_close_to_call(plans: Comparison) -> None:
    best, base = plans.results["two_more"], plans.results["base"]
    said = list(standing.best_in_words(Comparison({"base": base, "one": best, "other": best})))
    assert said[0] == "Cheapest on average: base."
    assert said[1] == "Least wait on average: one and other, equal to the last digit."


def with_chances(comparison: Comparison, chances: dict[str, float]) -> list[str]:
    """What is said of the least wait where the plans have these chances."""
    fakes = type("Fake", (), {})()
    fakes.results, fakes.differences = comparison.results, comparison.differences
    fakes.chances = type("Fake", (), {"on_average": {"wait_mean": chances}})()
    return list(standing.best_in_words(fakes))


def test_too_close_to_call_names_as_many_plans_as_have_95_percent(plans: Comparison) -> None:
    chances = {"base": 0.02, "one_more": 0.93, "two_more": 0.04, "dear_music": 0.01}
    assert with_chances(plans, chances) == [
        "Least wait on average: too close to call between one_more (93 %) and two_more (4 %)."
    ]
    chances = {"base": 0.2, "one_more": 0.49, "two_more": 0.11, "dear_music": 0.2}
    assert with_chances(plans, chances) == [
        # Dear music does nothing to waits.
        "Least wait on average: too close to call between one_more (49 %), base = dear_music "
        "(40 %) and two_more (11 %)."
    ]
    assert with_chances(plans, {"base": 0.04, "one_more": 0.96, "two_more": 0.0}) == [
        "Least wait on average: one_more."
    ]


def test_what_is_the_same_under_all_plans_is_said_to_be_alike(plans: Comparison) -> None:
    results = plans.results["base"]
    said = list(standing.best_in_words(Comparison({"base": results, "again": results})))
    assert said[0] == "Cheapest on average: all plans are alike."


def test_what_common_callers_are_worth_is_the_span_over_plans(plans: Comparison) -> None:
    (said,) = standing.pairs_in_words(plans)
    moves = [each["abandonment"] for each in plans.differences.values()]
    days = [each.independent_days for each in moves if each.independent_days is not None]
    assert f"{min(days):,.0f} to {max(days):,.0f} days for hang-ups" in said
    assert "not 30." in said


@pytest.mark.parametrize(("days", "told"), [(2, False), (9, False), (10, True)])
def test_few_days_do_not_tell_what_common_callers_are_worth(
    path: Path, days: int, told: bool
) -> None:
    (said,) = standing.pairs_in_words(sim.compare(path, replications=days))
    assert ("correlation" in said) == told
    if not told:
        assert said == "What common callers are worth is not told by fewer than 10 days."


def test_of_many_plans_the_ranking_and_the_front_are_printed(many: Comparison) -> None:
    screen = printed(compared.print_comparison, many)
    assert len(many.results) == 24
    assert "Up to 6 plans have columns" in screen
    assert "CLIENT" not in screen
    left = len(many.results) - len(standing.shown_plans(many))
    assert left >= 3
    assert f"{left} plans more are dominated." in screen
    assert f"{left} plans more are in --json" in " ".join(screen.split())
    assert len(standing.shown_plans(many)) <= standing.MOST_LINES + 1
    assert many.base in standing.shown_plans(many)
    assert set(many.front.plans) <= set(standing.shown_plans(many))


def test_one_day_and_one_plan_stand_for_nothing(path: Path, plans: Comparison) -> None:
    assert printed(standing.print_standing, sim.compare(path, replications=1)) == ""
    alone = Comparison({"base": plans.results["base"]})
    assert printed(standing.print_standing, alone) == ""


def test_charts_show_the_figures_of_the_comparison(plans: Comparison) -> None:
    axes = plans.plot.pareto()
    assert isinstance(plans.plot, Plots)
    marks = {
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))  # type: ignore[index]
        for line in axes.lines
        if line.get_marker() in ("o", "s")
    }
    wanted = {
        (each.measures["total_cost"].value, each.measures["wait_mean"].value)
        for each in plans.results.values()
    }
    assert marks == wanted
    assert axes.get_xlabel() == "cost in all (EUR a day)"
    assert axes.get_ylabel() == "mean wait (s)"
    moved = differences(plans, "abandonment")
    shown = [line.get_xdata()[0] for line in moved.lines if line.get_marker() == "o"]  # type: ignore[index]
    changes = [100 * (each["abandonment"].value or 0.0) for each in plans.differences.values()]
    assert shown == pytest.approx(changes)
    assert moved.get_xlabel() == "contacts that hang up (points): change from base"
    assert moved.get_legend() is not None
    with pytest.raises(ValueError, match=r'there is no measure "abandonmet". Did you mean "aband'):
        plans.plot.differences("abandonmet")
    with pytest.raises(ValueError, match=r'no measure "nix"\. The measures are the rows of'):
        plans.plot.pareto(against="nix")
    with pytest.raises(ValueError, match='more of "service_level" is better'):
        plans.plot.pareto(against="service_level")


def test_a_page_of_many_plans_can_be_drawn(many: Comparison) -> None:
    out = io.BytesIO()
    many.plot.page().savefig(out, format="svg")
    assert out.tell() > 1000


def test_fronts_are_stairs_down(many: Comparison) -> None:
    axes = many.plot.pareto(against="abandonment")
    stairs = next(line for line in axes.lines if line.get_linestyle() == "--")
    assert (np.diff(np.asarray(stairs.get_ydata())) <= 0).all()
    assert (np.diff(np.asarray(stairs.get_xdata())) >= 0).all()
