"""Plans on the same callers: paired differences and the document of a comparison."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from sim.comparison.paired import Comparison, compare, difference, plan_names
from sim.measures.intervals import mean, missing
from sim.scenario import Scenario, load_plans
from tests.measures.document import COMPARE

LINE = """
name = "A small line"
[day]
opens = "08:00"
closes = "12:00"
interval = "1 h"
[targets]
service_level = { share = 0.8, within = "20 s" }
[busyness]
cv = 0.2
[callers.cards]
arrivals = { per_hour = 40 }
talk = { exponential = "4 min" }
patience = { exponential = "2 min" }
[callers.deposits]
arrivals = { per_hour = 20 }
talk = { exponential = "3 min" }
patience = "never"
[operators.clerks]
skills = ["cards", "deposits"]
wage = 20.0
headcount = 5
[plans.one_more]
change = { "operators.clerks.headcount" = "+1" }
[plans.no_deposits.callers.deposits]
volume = 0
[plans.same]
cost_per_day = 12.5
"""


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> list[Scenario]:
    path = tmp_path_factory.mktemp("line") / "line.toml"
    path.write_text(LINE, encoding="utf-8")
    return load_plans(path)


@pytest.fixture(scope="module")
def comparison(plans: list[Scenario]) -> Comparison:
    return compare(plans, replications=30)


def test_document_is_as_the_design_has_it(comparison: Comparison) -> None:
    document = json.loads(json.dumps(comparison.document(), allow_nan=False))
    jsonschema.validate(document, COMPARE)
    assert list(document["plans"]) == ["base", "one_more", "no_deposits", "same"]
    assert [each["plan"] for each in document["differences"]] == list(document["plans"])[1:]
    assert {each["against"] for each in document["differences"]} == {"base"}


def test_the_same_callers_phone_under_every_plan(comparison: Comparison) -> None:
    more = comparison.differences["one_more"]
    assert (more["offered"].value, more["offered"].low, more["offered"].high) == (0, 0, 0)
    assert more["staffing_cost"].value == pytest.approx(4 * 20.0, rel=0.05)
    assert more["wait_mean"].value is not None
    assert more["wait_mean"].value < 0
    assert more["wait_mean"].sure


NEVER = (
    "callback_delay", "callbacks_kept", "announced_bias", "announced_rmse", "promises_broken",
    "breaks_late", "breaks_missed",
)  # fmt: skip
"""What has no meaning where nobody is called back, told a wait, or has a break."""


def test_a_plan_that_changes_nothing_differs_by_its_cost_alone(comparison: Comparison) -> None:
    same = comparison.differences["same"]
    for name, each in same.items():
        if each.value is None:
            assert name in NEVER
        elif name != "net" and not name.startswith(("total_cost", "plan_cost", "cost_")):
            assert (each.value, each.low, each.high) == (0, 0, 0), name
            assert each.correlation is None or each.correlation == pytest.approx(1)
    cost, net = same["total_cost"], same["net"]
    assert [cost.value, cost.low, cost.high] == pytest.approx([12.5] * 3)
    assert [net.value, net.low, net.high] == pytest.approx([-12.5] * 3)


def test_pairs_know_more_than_two_intervals_apart(comparison: Comparison) -> None:
    base, more = (comparison.results[name].measures["abandonment"] for name in ("base", "one_more"))
    paired = comparison.differences["one_more"]["abandonment"]
    gap = base.influence.var(ddof=1) + more.influence.var(ddof=1)
    assert paired.high is not None
    assert paired.low is not None
    assert paired.correlation is not None
    assert paired.correlation > 0.5
    assert paired.high - paired.low < 2 * 2.05 * np.sqrt(gap / 30)


def test_by_type(comparison: Comparison) -> None:
    types = comparison.differences_by_type["no_deposits"]
    assert types["deposits"]["wait_mean"].value is None  # nobody phones
    assert types["deposits"]["offered"].value == pytest.approx(
        -(comparison.results["base"].by_type["deposits"]["offered"].value or 0)
    )
    assert types["cards"]["offered"].value == 0


def test_table(comparison: Comparison) -> None:
    frame = comparison.table()
    assert frame.loc["offered", ("one_more", "change")] == 0
    assert frame.loc["offered", ("", "unit")] == "contacts"
    assert ("base", "change") not in frame.columns
    assert "one_<wbr>more" in comparison._repr_html_()


def test_difference_by_hand() -> None:
    one, other = mean(np.array([1.0, 3.0, 5.0]), "s"), mean(np.array([1.0, 2.0, 3.0]), "s")
    found = difference(one, other)
    assert found.value == 1.0
    half = 4.302652729749464 / 3**0.5  # t with 2 degrees of freedom; daily differences 0, 1, 2
    assert (found.low, found.high) == pytest.approx((1 - half, 1 + half))
    assert found.correlation == pytest.approx(1.0)
    assert not found.sure
    # Variances of days 4 and 1, of the daily differences 1: 3 paired days are worth 15 apart.
    assert found.independent_days == pytest.approx(15.0)
    assert found.p == pytest.approx(0.22540333)  # t = 3 ** 0.5 with 2 degrees of freedom
    nothing = difference(one, missing("s", 3))
    assert nothing.document() == {"value": None, "low": None, "high": None}
    single = difference(mean(np.array([2.0]), "s"), mean(np.array([1.5]), "s"))
    assert single.document() == {"value": 0.5, "low": None, "high": None}
    assert not single.sure


def test_progress_names_the_plan(plans: list[Scenario]) -> None:
    said: list[tuple[str, int]] = []
    compare(plans[:2], replications=2, progress=lambda plan, done: said.append((plan, done)))
    assert said[-1] == ("one_more", 2)
    assert ("base", 2) in said


def test_plans_of_one_name_are_told_apart(plans: list[Scenario], tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(LINE, encoding="utf-8")
    both = [plans[0], load_plans(other)[0]]
    assert plan_names(both) == ["line:base", "other:base"]
    assert plan_names([plans[0], plans[0], plans[1]]) == [
        "line:base (1)", "line:base (2)", "one_more",
    ]  # fmt: skip
    assert len(compare(both, replications=1).results) == 2


def test_no_plans() -> None:
    with pytest.raises(ValueError, match="no plan"):
        compare([])
