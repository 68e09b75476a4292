"""Plans under conditions: each as if written out, and the survivor by the rule as it is worded."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import numpy as np
import pytest

import sim
from sim.comparison.conditions import Conditions, compare_under
from sim.comparison.paired import Comparison
from sim.measures.intervals import Estimate
from sim.scenario import ScenarioError
from sim.scenario.targets import Abandonment, ServiceLevel, Targets
from tests.comparison.lines import LINE
from tests.measures.document import CONDITIONS

VOLUME = "callers.*.volume"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("line") / "line.toml"
    file.write_text(LINE, "utf-8")
    return file


@pytest.fixture(scope="module")
def found(path: Path) -> Conditions:
    return compare_under(path, {VOLUME: "-30%,0%,+30%"}, replications=12)


def test_each_condition_is_a_comparison_on_callers_of_its_own(
    found: Conditions, path: Path
) -> None:
    assert list(found.comparisons) == ["-30%", "+0%", "+30%"]
    assert found.changes["+30%"] == {VOLUME: "+30%"}
    assert found.plans == ["base", "one_more", "two_more", "dear_music"]
    wanted = sim.compare(path, replications=12, change={VOLUME: "+30%"}, plans=["base", "two_more"])
    under = found.comparisons["+30%"]
    for plan in ("base", "two_more"):
        for name in ("offered", "abandonment", "total_cost"):
            ours, theirs = (each.results[plan].measures[name] for each in (under, wanted))
            assert ours.value == theirs.value
    assert under.differences["two_more"]["offered"].value == 0
    lesser = found.comparisons["-30%"].results["base"].measures["offered"].value
    assert lesser is not None
    assert lesser < (under.results["base"].measures["offered"].value or 0) / 1.5


def test_the_document_is_one_comparison_a_condition(found: Conditions) -> None:
    document = json.loads(json.dumps(found.document(), allow_nan=False))
    jsonschema.validate(document, CONDITIONS)
    assert [each["condition"] for each in document["conditions"]] == list(found.comparisons)
    assert document["conditions"][1] == json.loads(
        json.dumps(
            {"condition": "+0%", "changes": {VOLUME: "+0%"}} | found.comparisons["+0%"].body()
        )
    )
    assert document["survivor"]["plan"] == found.survivor.plan


def test_the_table_has_the_figures_of_the_comparisons(found: Conditions) -> None:
    frame = found.table()
    assert list(frame.index) == found.plans
    for name, comparison in found.comparisons.items():
        for plan, results in comparison.results.items():
            assert frame.loc[plan, (name, "abandonment")] == results.measures["abandonment"].value
            assert frame.loc[plan, (name, "targets")] == 3
        cost = frame[name, "total_cost"]
        assert frame[name, "regret"].tolist() == pytest.approx((cost - cost.min()).tolist())
    assert frame.attrs["units"]["regret"] == "EUR"
    assert "base" in found._repr_html_()


def test_mean_costs_are_plain_means_over_conditions(found: Conditions) -> None:
    for plan in found.plans:
        costs = [
            each.results[plan].measures["total_cost"].value for each in found.comparisons.values()
        ]
        assert found.cost[plan].value == pytest.approx(np.mean([c or 0.0 for c in costs]))


def fake(level: float, half: float, hang_up: float, cost: float, targets: Targets) -> Any:
    """A plan under a condition with given figures; its days wiggle by nothing."""

    def estimate(value: float, unit: str, half: float = 0.0) -> Estimate:
        zeros = np.zeros(6)
        ends = (value - half, value + half)
        return Estimate(value, *ends, None, None, unit, zeros, np.full(6, value))

    measures = {
        "service_level": estimate(level, "share", half),
        "abandonment": estimate(hang_up, "share"),
        "total_cost": estimate(cost, "EUR"),
        "offered": estimate(100.0, "contacts"),
    }
    scenario = SimpleNamespace(targets_of=lambda name: targets, callers={})
    return SimpleNamespace(measures=measures, by_type={}, scenario=scenario)


AIMS = Targets(service_level=ServiceLevel(share=0.8), abandonment=Abandonment(at_most=0.05))


def under(targets: Targets, **plans: list[tuple[float, float, float]]) -> Conditions:
    """Conditions "low" and "high"; of each plan service level, hang-ups and cost in both."""
    conditions = {
        name: Comparison(
            {plan: fake(each[k][0], 0.01, *each[k][1:], targets) for plan, each in plans.items()}
        )
        for k, name in enumerate(("low", "high"))
    }
    return Conditions(conditions, {"low": {}, "high": {}})


def test_the_cheapest_that_meets_everything_survives() -> None:
    found = under(
        AIMS,
        cheap=[(0.9, 0.01, 100.0), (0.7, 0.02, 110.0)],  # misses in time when it is high
        good=[(0.95, 0.01, 130.0), (0.85, 0.02, 150.0)],
        better=[(0.99, 0.01, 150.0), (0.95, 0.01, 160.0)],
    ).survivor
    assert (found.plan, found.rule, found.only_just, found.rivals) == (
        "good",
        "meets_all",
        False,
        (),
    )


def test_one_that_only_just_meets_a_target_says_so_and_names_its_rivals() -> None:
    found = under(
        AIMS,
        good=[(0.95, 0.01, 130.0), (0.805, 0.02, 150.0)],
        same=[(0.95, 0.01, 130.0), (0.9, 0.02, 150.0)],
    ).survivor
    assert (found.plan, found.only_just, found.rivals) == ("good", True, ("same",))


def test_where_none_survives_the_fewest_targets_missed_decide_then_by_how_much() -> None:
    conditions = under(
        AIMS,
        two=[(0.79, 0.01, 10.0), (0.79, 0.01, 10.0)],
        far=[(0.9, 0.01, 100.0), (0.5, 0.01, 100.0)],
        near=[(0.9, 0.01, 200.0), (0.6, 0.01, 200.0)],
    )
    found = conditions.survivor
    assert (found.plan, found.rule) == ("near", "misses_least")
    assert [(name, target.measure) for name, target in conditions.missed("near")] == [
        ("high", "service_level")
    ]
    assert conditions.missed("near")[0][1].shortfall == pytest.approx(0.2)


def test_without_targets_the_least_regret_decides() -> None:
    conditions = under(
        Targets(),
        low=[(0.9, 0.01, 100.0), (0.9, 0.01, 200.0)],  # 0 and 60 above the cheapest
        high=[(0.9, 0.01, 150.0), (0.9, 0.01, 140.0)],  # 50 and 0
        middle=[(0.9, 0.01, 120.0), (0.9, 0.01, 175.0)],  # 20 and 35
    )
    assert (conditions.survivor.plan, conditions.survivor.rule) == ("middle", "least_regret")
    assert conditions.regret["middle"] == {"low": 20.0, "high": 35.0}


def test_several_keys_are_combined_and_named(path: Path) -> None:
    both = {"callers.cards.volume": "-10%,+10%", "callers.deposits.volume": ["-10%"]}
    found = compare_under(path, both, replications=1, plans=["base"])
    assert list(found.comparisons) == [
        "cards.volume=-10% deposits.volume=-10%", "cards.volume=+10% deposits.volume=-10%",
    ]  # fmt: skip
    assert next(iter(found.results)) == "base (cards.volume=-10% deposits.volume=-10%)"


def test_changes_grid_and_condition_come_one_after_the_other(path: Path) -> None:
    """+10 % three times over, and not the last alone."""
    name = "callers.cards.volume"
    found = compare_under(
        path, {name: "+10%"}, replications=1, plans=["base"], change={name: "+10%"},
        grid={name: "+10%"},
    )  # fmt: skip
    results = found.comparisons["+10%"].results["cards.volume=+10%"]
    assert results.scenario.callers["cards"].volume == pytest.approx(1.1**3)


def test_every_condition_has_the_same_plans_even_if_it_undoes_them(path: Path) -> None:
    name = "operators.clerks.headcount"
    found = compare_under(path, {name: "6,7"}, replications=1, plans=["base"], grid={name: "5..6"})
    assert found.plans == ["clerks.headcount=5", "clerks.headcount=6"]
    assert all(list(each.results) == found.plans for each in found.comparisons.values())


def test_mistakes_of_all_conditions_are_told_at_once(path: Path) -> None:
    with pytest.raises(ScenarioError) as error:
        compare_under(path, {"callers.cards.volume": "-200%,-300%"}, replications=1)
    said = [str(each) for each in error.value.mistakes]
    assert len(said) == 2
    assert all("--conditions callers.cards.volume: " in each for each in said)


def test_progress_names_plan_and_condition(path: Path) -> None:
    said: set[str] = set()
    compare_under(
        path, {VOLUME: "+10%"}, replications=1, plans=["base"],
        progress=lambda plan, done: said.add(plan),
    )  # fmt: skip
    assert said == {"base (+10%)"}
