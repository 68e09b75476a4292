"""A tiny line on few days: what the days do not tell is said nowhere, and nothing falls over."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import matplotlib as mpl
import numpy as np
import pytest
from click.testing import CliRunner

from sim.cli import waitline
from sim.comparison.best import best
from sim.comparison.break_even import UNSURE
from sim.comparison.paired import Comparison, compare
from sim.experiment import run
from sim.scenario import load, load_plans
from tests.measures.document import COMPARE

mpl.use("Agg")

LINE = """
name = "Few calls"
[day]
opens = "09:00"
closes = "10:00"
interval = "30 min"
[callers.calls]
arrivals = { per_hour = 4 }
talk = { exponential = "10 min" }
patience = { exponential = "2 min" }
money = { lost_call_cost = 10.0 }
[operators.clerks]
skills = ["calls"]
wage = 20.0
headcount = 1
ABSENCE
[plans.one_more]
change = { "operators.clerks.headcount" = "+1" }
[plans.same]
cost_per_day = 5
"""


def line(folder: Path, absence: str = "") -> Path:
    path = folder / "few.toml"
    path.write_text(LINE.replace("ABSENCE", absence), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return line(tmp_path_factory.mktemp("few"))


@pytest.fixture(scope="module")
def few(file: Path) -> Comparison:
    return compare(file, 4)


def test_no_star_behind_a_percentile_of_few_contacts(file: Path, few: Comparison) -> None:
    assert len(few.results["base"].ledger.everything().pool.waits) == 12  # type: ignore[union-attr]
    move = few.differences["one_more"]["wait_p90"]
    assert move.value is not None
    assert move.value < 0
    assert (move.low, move.high, move.p, move.together) == (None, None, None, None)
    said = CliRunner().invoke(waitline, ["compare", str(file), "-n", "4"])
    assert said.exit_code == 0
    rows = said.output.splitlines()
    (place,) = [k for k, row in enumerate(rows) if "9 in 10 waited at most" in row]
    assert rows[place + 1].split() == [f"{move.value:.1f}", "s", "same"]


def test_documents_pages_and_pictures_stand_without_intervals(
    file: Path, few: Comparison, tmp_path: Path
) -> None:
    document = json.loads(json.dumps(few.document(), allow_nan=False))
    jsonschema.validate(document, COMPARE)
    own = document["plans"]["base"]["measures"]["wait_p99"]
    assert (own["low"], own["high"]) == (None, None)
    assert own["value"] > 0
    few.plot.differences("wait_p99")
    few.plot.pareto(against="wait_p90")
    assert few.table().loc["wait_p99", ("one_more", "p_together")] is not None
    assert np.isnan(few.table().loc["wait_p99", ("one_more", "p_together")])
    for command in ("run", "compare"):
        asked = [command, str(file), "-n", "2", "--out", str(tmp_path / command)]
        said = CliRunner().invoke(waitline, asked)
        assert said.exit_code == 0, said.output


def test_wages_and_plan_costs_are_exact_on_two_days(file: Path) -> None:
    moves = compare(file, 2).differences
    same = moves["same"]["total_cost"]
    assert (same.value, same.low, same.high, same.p) == (5.0, 5.0, 5.0, 0.0)
    wages = moves["one_more"]["staffing_cost"]
    assert (wages.value, wages.low, wages.high) == (20.0, 20.0, 20.0)
    assert moves["one_more"]["paid_hours"].sure


def test_wages_of_who_may_stay_away_unpaid_are_left_to_chance(tmp_path: Path) -> None:
    unpaid = line(tmp_path, "absence = 0.01\nabsence_paid = false")
    moves = compare(unpaid, 2, seed=3).differences["one_more"]
    assert moves["paid_hours"].value == pytest.approx(1.0)  # nobody was absent
    assert moves["paid_hours"].low is None
    paid = compare(line(tmp_path, "absence = 0.01"), 2, seed=3).differences["one_more"]
    assert paid["paid_hours"].low == pytest.approx(1.0)


def test_a_run_for_precision_goes_on_until_there_are_contacts_enough(file: Path) -> None:
    """Two calls a day on average: 368 contacts take more than the first stage's 100 days."""
    scenario = load(file, change={"callers.calls.arrivals.per_hour": 2})
    results = run(scenario, precision={"wait_p99": "1 h"}, at_most=1000)
    assert results.days == 210  # twice the days, and 1.05 times that
    assert results.measures["wait_p99"].low is not None
    sizes = results.ledger.everything().pool.sizes  # type: ignore[union-attr]
    assert sizes[:100].sum() < 368 <= sizes.sum()
    stopped = run(scenario, precision={"wait_p99": "1 h"}, at_most=120)
    assert stopped.days == 120
    assert stopped.precision is not None
    assert not stopped.precision.reached
    both = compare(file, precision={"wait_p99": "1 h"}, at_most=60, grid=None)
    assert both.precision is not None
    assert {each.half for each in both.precision.known if each.against != "base"} == {None}


def test_the_best_is_not_chosen_by_a_percentile_that_is_not_known(file: Path) -> None:
    plans = load_plans(file)[:2]
    found = best(plans, "wait_p99", "1 s", at_most=60)
    assert (found.clear, found.chosen, set(found.left)) == (False, None, {"base", "one_more"})
    assert {each.days for each in found.results.values()} == {60}
    longer = best(plans, "wait_p99", "5 min", at_most=1000)
    assert longer.clear
    assert min(each.days for each in longer.results.values()) >= 100


def test_break_even_of_days_alike_by_luck_is_unsure(few: Comparison) -> None:
    """The same wages, and on both days one lost call less."""
    from types import SimpleNamespace

    from sim.comparison.break_even import BY_CHANCE, break_evens

    def results(lost: float, days: int) -> SimpleNamespace:
        columns = dict.fromkeys(BY_CHANCE, np.zeros(days)) | {
            "net": np.full(days, -20.0 - 10 * lost), "answered": np.full(days, 3.0 - lost),
            "lost_callers": np.full(days, lost), "lost_call_cost": np.full(days, 10.0 * lost),
            "staffing_cost": np.full(days, 20.0),
        }  # fmt: skip
        book = SimpleNamespace(columns=columns)
        ledger = SimpleNamespace(everything=lambda: book)
        return SimpleNamespace(ledger=ledger, scenario=SimpleNamespace(currency="EUR"))

    two, six = (break_evens(results(1.0, n), results(2.0, n)) for n in (2, 6))  # type: ignore[arg-type]
    assert {name: each.better for name, each in two.items()} == {
        "answered_value": UNSURE, "lost_call_cost": UNSURE, "wages": UNSURE,
    }  # fmt: skip
    assert UNSURE not in {each.better for each in six.values()}
