"""The best of several plans: the procedure by hand, how often it is right, and what is told."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner, Result
from numpy.random import Generator
from numpy.typing import NDArray

import sim
from sim.cli import waitline
from sim.comparison.best import FIRST, GROWTH, Best, best, constant, select
from sim.experiment import run
from sim.measures.better import _LESS, _MORE, _NEITHER, BETTER, LESS, MORE
from sim.measures.catalogue import MEASURES
from sim.measures.precision import PrecisionError
from sim.report.best import in_words, print_best
from sim.report.text import console_for
from sim.scenario import Scenario, load_plans
from tests.measures.document import RUN

Floats = NDArray[np.float64]

# ---- the procedure --------------------------------------------------------------------------


@pytest.mark.parametrize(("plans", "first"), [(2, 10), (5, 50), (20, 100)])
def test_the_constant_leaves_each_pair_its_share_of_the_error(plans: int, first: int) -> None:
    """Kim and Nelson's g(eta) = 1/2 (1 + 2 eta)^(-(n - 1) / 2) is the error of one pair."""
    eta = constant(plans, first) / (2 * (first - 1))
    assert 0.5 * (1 + 2 * eta) ** (-(first - 1) / 2) == pytest.approx(0.05 / (plans - 1))
    assert constant(plans, first, 0.99) > constant(plans, first)


def test_with_many_first_days_the_constant_is_that_of_a_known_spread() -> None:
    assert constant(5, 1_000_000) == pytest.approx(-2 * math.log(2 * 0.05 / 4), rel=1e-4)


def drawn(data: Floats):  # type: ignore[no-untyped-def]
    """A `look` at days that are there already; shape (plans, days)."""

    def look(plans: Sequence[int], days: int) -> tuple[Floats, Floats]:
        seen = data[list(plans), :days]
        values = seen.mean(axis=1)
        return values, seen - values[:, None]

    return look


def plainly(data: Floats, difference: float) -> tuple[list[int], dict[int, int]]:
    """The plans left and when the others went, written out from the definition."""
    k, days = len(data), FIRST
    left, gone = set(range(k)), dict[int, int]()
    h2 = (FIRST - 1) * ((2 * 0.05 / (k - 1)) ** (-2 / (FIRST - 1)) - 1)
    spread = {
        (i, j): float(np.var(data[i, :FIRST] - data[j, :FIRST], ddof=1))
        for i in range(k) for j in range(k)
    }  # fmt: skip
    while True:
        means = {i: float(np.mean(data[i, :days])) for i in left}
        out = set()
        for i in left:
            for j in left:
                room = difference / (2 * days) * (h2 * spread[i, j] / difference**2 - days)
                if i != j and means[i] < means[j] - max(0.0, room):
                    out.add(i)
        gone |= dict.fromkeys(out, days)
        left -= out
        longest = max(
            (math.floor(h2 * spread[i, j] / difference**2) for i in left for j in left), default=0
        )
        if len(left) == 1 or days > longest:
            return sorted(left), gone
        days = min(math.ceil(GROWTH * days), longest + 1)


@pytest.mark.parametrize("seed", range(20))
def test_the_procedure_is_the_one_written_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plans = int(rng.integers(2, 8))
    day = rng.normal(0, 3, 4_000)  # what all plans have in common
    data = day + rng.normal(0, 1, (plans, 4_000)) + rng.normal(0, 0.3, (plans, 1))
    found = select(plans, 0.2, drawn(data))
    left, gone = plainly(data, 0.2)
    assert list(found.left) == left
    assert {plan: out.days for plan, out in found.dropped.items()} == gone
    assert found.clear
    for plan, out in found.dropped.items():
        means = data[[plan, out.by], : out.days].mean(axis=1)
        assert out.behind == pytest.approx(means[1] - means[0])


def test_plans_that_are_the_same_are_left_together() -> None:
    rng = np.random.default_rng(1)
    one = rng.normal(0, 1, 400)
    found = select(3, 0.5, drawn(np.array([one, one, one - 1e-9])))
    assert (found.left, found.days, found.clear) == ((0, 1), FIRST, True)
    assert list(found.dropped) == [2]


def test_at_the_most_days_it_is_not_clear() -> None:
    data = np.random.default_rng(1).normal(0, 1, (3, 400))
    found = select(3, 0.01, drawn(data), at_most=120)
    assert (found.left, found.days, found.clear) == ((0, 1, 2), 120, False)


DELTA = 0.3
CASES = {
    "the others are a difference behind": [DELTA, 0, 0, 0, 0],
    "one almost a difference behind, others just more": [0, -0.9, -0.9, -1.05, -1.05, -1.05],
    "steps of nine tenths": [0, -0.9, -1.8, -2.7, -3.6],
    "some as good, many just worse": [0, -0.95, -0.95, *[-1.01] * 7],
    "two": [0, -1.0],
    "far apart": [0, -1, -4, -8, -8],
}
"""Means of plans in differences that matter (the first in s.d. of a day)."""


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("alike", [0.0, 0.8])
def test_the_best_or_one_as_good_is_chosen_often_enough(case: str, alike: float) -> None:
    """At least 95 % less three standard errors of so many trials."""
    rng, trials = np.random.default_rng(7), 400
    means = np.array(CASES[case], float)
    means = means / means.max() * DELTA if means.max() else means * DELTA
    # Paired differences have the same spread however alike the days of the plans are.
    scale = 1 / math.sqrt(1 - alike)
    good = sum(_good(rng, means, alike, scale) for _ in range(trials))
    assert good / trials >= 0.95 - 3 * math.sqrt(0.95 * 0.05 / trials)


def _good(rng: Generator, means: Floats, alike: float, scale: float) -> bool:
    shape = (len(means), 900)
    own, common = rng.standard_normal(shape), rng.standard_normal(shape[1])
    data = scale * (math.sqrt(alike) * common + math.sqrt(1 - alike) * own) + means[:, None]
    found = select(len(means), DELTA, drawn(data), at_most=900)
    assert found.clear
    return bool(means[found.left[0]] > means.max() - DELTA + 1e-12)


def test_plans_that_are_surely_worse_cost_few_days() -> None:
    rng = np.random.default_rng(2)
    data = rng.normal(0, 1, (6, 40_000)) + np.array([[0], [-0.05], [-4], [-4], [-4], [-4]])
    found = select(6, 0.05, drawn(data), at_most=40_000)
    assert [out.days for plan, out in found.dropped.items() if plan > 1] == [FIRST] * 4
    assert found.days > 20 * FIRST


# ---- directions -----------------------------------------------------------------------------


def test_every_measure_has_its_direction_declared_once() -> None:
    names = [*_MORE.split(), *_LESS.split(), *_NEITHER.split()]
    assert sorted(names) == sorted(measure.name for measure in MEASURES)
    assert (BETTER["service_level"], BETTER["net"]) == (MORE, MORE)
    assert (BETTER["total_cost"], BETTER["asa"], BETTER["occupancy"]) == (LESS, LESS, None)


# ---- plans of a file ------------------------------------------------------------------------

LINE = """
name = "An hour"
[day]
opens = "09:00"
closes = "10:00"
interval = "30 min"
[targets]
service_level = { share = 0.8, within = "20 s" }
[callers.calls]
arrivals = { per_hour = 30 }
talk = { exponential = "4 min" }
patience = { exponential = "2 min" }
money = { lost_call_cost = 10.0 }
[operators.clerks]
skills = ["calls"]
wage = 20.0
headcount = 3
[plans.one]
change = { "operators.clerks.headcount" = "-2" }
[plans.four]
change = { "operators.clerks.headcount" = "+1" }
[plans.nine]
change = { "operators.clerks.headcount" = "+6" }
[plans.dearer]
cost_per_day = 0.5
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hour") / "hour.toml"
    path.write_text(LINE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def plans(file: Path) -> list[Scenario]:
    return load_plans(file)


@pytest.fixture(scope="module")
def found(file: Path) -> Best:
    return best(file, "total_cost", 1)


def test_the_cheapest_is_found_and_the_dear_get_few_days(
    found: Best, plans: list[Scenario]
) -> None:
    # Of 30 calls an hour three operators lose some 4, the fourth saves half of them at 20 EUR an
    # hour, one alone loses 17, and nine cost 180 EUR.
    assert (found.chosen, found.clear) == ("four", True)
    assert {plan: out.days for plan, out in found.dropped.items() if plan != "base"} == {
        "nine": FIRST, "dearer": FIRST, "one": math.ceil(GROWTH * FIRST),
    }  # fmt: skip
    assert found.results["nine"].days == FIRST
    assert found.dropped["base"].days > 2 * FIRST
    assert found.days_in_all == sum(each.days for each in found.results.values())
    assert found.days_in_all < found.days_without_dropping
    longest = max(each.days for each in found.results.values())
    assert found.results[found.left[0]].days == longest
    for scenario in (plans[0], plans[3]):
        one = found.results[scenario.plan]
        alone = run(scenario, one.days)
        assert json.dumps(one.plan_document()) == json.dumps(alone.plan_document())


def test_a_plan_that_only_costs_more_is_dropped_by_the_cost(plans: list[Scenario]) -> None:
    two = best([plans[0], plans[4]], "total_cost", "0.1 EUR")
    assert (two.left, two.days_in_all) == (("base",), 2 * FIRST)
    assert two.dropped["dearer"].behind == pytest.approx(0.5)
    more = best([plans[4], plans[0]], "service_level", "1 %")
    assert more.left == ("dearer", "base")
    assert in_words(more)[0] == (
        "dearer and base are equal, to the last digit, and the best (95 % sure)."
    )


def test_more_is_better_where_it_is(plans: list[Scenario]) -> None:
    pair = [plans[0], plans[3]]
    assert best(pair, "service_level", "2 %", at_most=10).chosen == "nine"
    assert best(pair, "abandonment", 0.02, at_most=10).chosen == "nine"


def test_the_document_says_what_was_found(found: Best) -> None:
    whole = json.loads(json.dumps(found.document(), allow_nan=False))
    said = whole.pop("best")
    jsonschema.validate(whole | {"plans": {"base": whole["plans"]["base"]}}, RUN)
    assert list(whole["plans"]) == ["base", "one", "four", "nine", "dearer"]
    assert whole["replications"] == max(said["days"].values())
    assert (said["measure"], said["better"], said["difference"]) == ("total_cost", "less", 1.0)
    assert (said["unit"], said["confidence"], said["at_most"]) == ("EUR", 0.95, 10_000)
    assert said["chosen"] == found.chosen == said["left"][0]
    assert {each["plan"]: each["days"] for each in said["dropped"]} == {
        plan: found.results[plan].days for plan in found.dropped
    }
    assert said["days_in_all"] < said["days_without_dropping"]


def test_few_days_leave_it_open(plans: list[Scenario]) -> None:
    open_ = best([plans[0], plans[2]], "total_cost", 0.01, at_most=12)
    assert open_.chosen is None
    assert not open_.clear
    assert in_words(open_)[0].startswith("NOT clear after 12 days, the most that --at-most allows")
    assert in_words(open_)[-1] == "24 days simulated in all."


@pytest.mark.parametrize(
    ("measure", "difference", "said"),
    [
        ("occupancy", 0.1, "occupancy has no better end by itself"),
        ("total_csot", 1, 'Did you mean "total_cost"'),
        ("total_cost", -1, "must be above 0"),
        ("callback_delay", 1, "callback_delay has no value under plan base"),
    ],
)
def test_what_cannot_be_chosen_by_is_refused(
    plans: list[Scenario], measure: str, difference: float, said: str
) -> None:
    with pytest.raises(PrecisionError, match=said):
        best(plans[:2], measure, difference, at_most=3)


def test_one_plan_is_no_choice(plans: list[Scenario]) -> None:
    with pytest.raises(PrecisionError, match="one plan only"):
        best(plans[:1], "total_cost", 1)


def test_the_public_name(plans: list[Scenario]) -> None:
    assert isinstance(sim.best(plans[:2], "total_cost", 20, at_most=5), sim.Best)


# ---- the command line -----------------------------------------------------------------------


def call(*arguments: object) -> Result:
    return CliRunner().invoke(waitline, [str(each) for each in arguments])


def test_the_screen_says_which_and_when_the_others_were_dropped(found: Best) -> None:
    console = console_for(80)
    with console.capture() as captured:
        print_best(console, found)
    lines = captured.get().splitlines()
    assert all(len(line) <= 80 for line in lines)
    text = " ".join(captured.get().split())
    assert f"{found.chosen} is the best, or within 1 EUR of the best (95 % sure)." in text
    assert f"{found.days_in_all:,} days simulated in all; {found.days_without_dropping:,}" in text
    rows = [line.split() for line in lines]
    assert [row[:2] for row in rows if row[:1] == ["nine"]] == [["nine", str(FIRST)]]


@pytest.mark.slow
def test_json_and_csv_have_the_answer_on_standard_error(file: Path) -> None:
    asked = ("compare", file, "--plan", "base", "--plan", "one", "--best", "total_cost=1")
    done = call(*asked, "--json")
    assert json.loads(done.stdout)["best"]["chosen"] == "base"
    assert done.stderr.startswith("base is the best, or within 1 EUR")
    table = call(*asked, "--csv", "measures")
    assert table.stdout.startswith("plan,measure,value")
    assert table.stderr == done.stderr


@pytest.mark.slow
def test_plans_that_surely_miss_a_target_can_be_left_out(file: Path) -> None:
    plans = ("--plan", "one", "--plan", "nine", "--plan", "four")
    asked = ("compare", file, *plans, "--best", "staffing_cost=1")
    assert json.loads(call(*asked, "--json").stdout)["best"]["chosen"] == "one"
    assert call(*asked, "--check").exit_code == 1
    left = call(*asked, "--meeting-targets", "--json")
    assert json.loads(left.stdout)["best"]["chosen"] == "four"
    assert json.loads(left.stdout)["best"]["left_out"] == ["one"]
    assert left.stderr.startswith("Left out, since they surely miss a target after 50 days: one.")
    screen = call(*asked, "--meeting-targets", "--check")
    assert "left out" in screen.stdout
    assert (screen.exit_code, "four: Met:" in screen.stdout) == (0, True)
    harder = ("--set", "operators.clerks.headcount=1", "--plan", "one", "--plan", "base")
    none = call("compare", file, *harder, *asked[-2:], "--meeting-targets", "--at-most", 20)
    assert none.exit_code == 2
    assert "every plan is out: each surely misses a target" in none.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--best", "total_cost"], "is not MEASURE=DIFFERENCE, such as total_cost=25"),
        (["--best", "occupancy=1%"], "--best: occupancy has no better end"),
        (["--best", "total_cost=1%"], '"1%" is no amount of total_cost'),
        (["--best", "total_cost=25", "--precision", "asa=1s"], "choose one"),
        (["--best", "total_cost=25", "-n", "10"], "--best finds out the number of days itself"),
        (["--best", "total_cost=25", "--out", "folder"], "Run the plan that it finds"),
        (["--best", "total_cost=25", "--plan", "one"], "one plan only"),
        (["--meeting-targets"], "--meeting-targets goes with --best"),
    ],
)
def test_a_mistake_is_one_message(file: Path, arguments: list[str], said: str) -> None:
    done = call("compare", file, *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert done.stdout == ""
