"""Chances: days counted one by one, the paired t test, and an integral for several plans."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from sim.comparison.chances import best_on_a_day, best_on_average, share_of
from sim.comparison.difference import difference
from sim.comparison.paired import Comparison, compare
from sim.comparison.targets import Target, targets_of
from sim.measures.intervals import Estimate, freedom, mean, missing, wilson
from sim.scenario.aims import Aim
from tests.comparison.lines import LINE

values = st.lists(
    st.lists(st.sampled_from([0.0, 1.0, 2.0, math.nan]), min_size=5, max_size=5),
    min_size=1,
    max_size=4,
)


@given(values, st.sampled_from([1, -1]))
def test_days_are_counted_and_equals_share_them(rows: list[list[float]], sense: int) -> None:
    counted, judged = [0.0] * len(rows), 0
    for day in zip(*rows, strict=True):
        known = [sense * each for each in day if not math.isnan(each)]
        if not known:
            continue
        judged += 1
        best = [place for place, each in enumerate(day) if sense * each == min(known)]
        for place in best:
            counted[place] += 1 / len(best)
    found = best_on_a_day({str(k): np.array(row) for k, row in enumerate(rows)}, sense)
    if not judged:
        assert found == {}
        return
    assert [each.value for each in found.values()] == pytest.approx([c / judged for c in counted])
    assert sum(each.value for each in found.values()) == pytest.approx(1.0)


def test_a_share_of_days_has_wilsons_interval() -> None:
    assert share_of(np.array([1.0, 0, 0, 1])) == (0.5, *wilson(0.5, 4))
    assert share_of(np.ones(1)) == (1.0, None, None)


@pytest.mark.parametrize("days", [3, 8, 60])
def test_of_two_plans_it_is_the_paired_t_test(days: int) -> None:
    drawn = np.random.default_rng(days)
    common = drawn.standard_normal(days)
    one, other = common + drawn.normal(0.2, 0.5, days), common + drawn.normal(0.0, 0.5, days)
    found = best_on_average({"one": mean(one, "s"), "other": mean(other, "s")})
    wanted = stats.ttest_rel(one, other, alternative="less").pvalue
    assert found["other"] == pytest.approx(wanted, abs=0.003)
    assert sum(found.values()) == pytest.approx(1.0)
    most = best_on_average({"one": mean(one, "s"), "other": mean(other, "s")}, sense=-1)
    assert most["one"] == pytest.approx(found["other"], abs=0.003)


def test_skewed_days_leave_as_much_doubt_as_their_p_value_says() -> None:
    """One day of 40 lies far out, so that there are fewer degrees of freedom than 39."""
    one, other = np.zeros(40), np.zeros(40)
    one[::2], one[7] = 0.1, 4.0
    plans = {"one": mean(one, "s"), "other": mean(other, "s")}
    apart = difference(plans["one"], plans["other"])
    assert apart.freedom is not None
    assert apart.freedom < 5
    assert apart.p is not None
    assert best_on_average(plans)["one"] == pytest.approx(apart.p / 2, abs=0.002)
    # With 39 degrees of freedom it would be another by more than that.
    plain = stats.ttest_rel(one, other, alternative="greater").pvalue
    assert abs(plain - apart.p / 2) > 0.01


@pytest.mark.slow
def test_of_six_plans_it_is_what_a_million_draws_say() -> None:
    drawn = np.random.default_rng(7)
    days = np.exp(0.7 * drawn.standard_normal((30, 6)) @ drawn.standard_normal((6, 6))).T
    days += days.std(axis=1, keepdims=True) * drawn.standard_normal((6, 1)) / 6
    found = best_on_average({str(k): mean(row, "s", -math.inf) for k, row in enumerate(days)})
    centre = days.mean(axis=1)
    apart = days - days[centre.argmin()]
    covariance = np.cov(apart, ddof=1) / 30
    normal = drawn.multivariate_normal(np.zeros(6), covariance, 1_000_000, method="eigh")
    level = drawn.random(1_000_000)
    for k, row in enumerate(apart):
        if row.any():
            free = freedom(row)
            grid = np.linspace(1e-6, 1 - 1e-6, 20_001)
            chi = np.interp(level, grid, stats.chi2.ppf(grid, free))
            normal[:, k] *= np.sqrt(free / chi)
    best = np.bincount((normal + centre).argmin(axis=1), minlength=6) / 1_000_000
    assert best.max() < 0.95
    assert list(found.values()) == pytest.approx(best, abs=0.003)


def independent(about: list[float], days: int) -> dict[str, Estimate]:
    """Plans with standard error 1 each, whose days do not depend on each other at all."""
    drawn = np.random.default_rng(4).standard_normal((days, len(about)))
    apart, _ = np.linalg.qr(drawn - drawn.mean(axis=0))
    scale = math.sqrt(days * (days - 1))
    return {
        str(k): mean(value + scale * column, "s", -math.inf)
        for k, (value, column) in enumerate(zip(about, apart.T, strict=True))
    }


def test_of_four_plans_it_is_an_integral() -> None:
    """Plan k is least where all others are above it; 2,000 days make Student's t normal."""
    about = [0.0, 0.3, 1.0, 2.5]
    found = best_on_average(independent(about, 2_000))
    for k, centre in enumerate(about):

        def least(x: float, k: int = k, centre: float = centre) -> float:
            others = [stats.norm.sf(x - other) for j, other in enumerate(about) if j != k]
            return float(stats.norm.pdf(x - centre) * np.prod(others))

        wanted = integrate.quad(least, -8, 9)[0]
        assert found[str(k)] == pytest.approx(wanted, abs=0.003)


def test_few_days_leave_more_doubt_than_many() -> None:
    few, many = (best_on_average(independent([0.0, 2.0, 2.0], days)) for days in (5, 500))
    assert few["0"] < many["0"] - 0.02


def test_many_plans_that_are_alike_have_equal_chances() -> None:
    found = best_on_average(independent([0.0] * 40, 200))
    assert sum(found.values()) == pytest.approx(1.0)
    assert max(abs(each - 1 / 40) for each in found.values()) < 0.01


def test_plans_that_are_the_same_share_and_those_without_a_value_have_none() -> None:
    days = np.array([1.0, 2.0, 4.0, 3.0, 2.0, 4.0])
    plans = {"a": mean(days, "s"), "b": mean(days, "s"), "c": mean(days + 9, "s")}
    found = best_on_average(plans | {"d": missing("s", 6)})
    assert found == pytest.approx({"a": 0.5, "b": 0.5, "c": 0.0, "d": 0.0})
    assert best_on_average({"a": mean(np.ones(1), "s")}) == {}
    assert best_on_average({"a": missing("s", 4)}) == {}


@pytest.mark.parametrize(
    ("days", "measure", "met"),
    [
        ([0.8, 0.79, math.nan, math.nan], "service_level", [True, False, True, False]),
        ([0.8, 0.81, math.nan, math.nan], "occupancy", [True, False, True, True]),
    ],
)
def test_a_day_is_judged_as_the_whole_is(days: list[float], measure: str, met: list[bool]) -> None:
    """Nobody phoned on the third day; on the fourth people did and none is left to count."""
    estimate = Estimate(0.8, None, None, None, None, "share", np.zeros(4), np.array(days))
    asked = np.array([5.0, 5.0, 0.0, 5.0])
    target = Target(Aim(measure, None, 0.8), estimate, asked)
    assert target.met_by_day.tolist() == met


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    path = tmp_path_factory.mktemp("line") / "line.toml"
    path.write_text(LINE, "utf-8")
    return compare(path, replications=25)


def test_days_that_meet_every_target_counted_from_the_table_of_days(
    comparison: Comparison,
) -> None:
    for plan, results in comparison.results.items():
        frame, deposits = results.replications(), results.by_type["deposits"]
        met = 0
        for number, row in frame.iterrows():
            own = deposits["service_level"].days[int(str(number))]
            met += bool(row["service_level"] >= 0.6 and row["abandonment"] <= 0.15 and own >= 0.65)
        chance = comparison.chances.meets_all[plan]
        assert chance.value == pytest.approx(met / 25)
        assert (chance.low, chance.high) == pytest.approx(wilson(met / 25, 25))
        assert [each.measure for each, _ in comparison.chances.meets(plan)] == [
            "service_level", "abandonment", "service_level",
        ]  # fmt: skip
        assert [each.type for each in targets_of(results)] == [None, None, "deposits"]
    met_by = [each.value for each in comparison.chances.meets_all.values()]
    assert 0 < min(met_by) < max(met_by)


def test_the_frame_says_what_the_document_says(comparison: Comparison) -> None:
    frame, document = comparison.standing(), comparison.document()
    assert list(frame.index) == list(comparison.results)
    assert set(frame.attrs["units"]) == set(frame.columns)
    for row in document["standing"]:
        own = frame.loc[row["plan"]]
        assert own["total_cost_on_average"] == row["best_on_average"]["total_cost"]
        assert own["wait_mean_on_a_day_low"] == row["best_on_a_day"]["wait_mean"]["low"]
        assert own["meets_all_targets"] == row["meets_all_targets"]["value"]
    for name in ("total_cost", "wait_mean", "abandonment"):
        for kind in ("on_a_day", "on_average"):
            assert frame[f"{name}_{kind}"].sum() == pytest.approx(1.0)


def test_a_plan_without_targets_has_no_chance_to_meet_them(tmp_path: Path) -> None:
    path = tmp_path / "line.toml"
    lines = LINE.splitlines()
    aims = ("[targets]", "service_level", "abandonment", "targets")
    path.write_text("\n".join(line for line in lines if not line.startswith(aims)), "utf-8")
    found = compare(path, replications=2, plans=["base", "one_more"])
    assert found.chances.meets_all == {}
    assert found.document()["standing"][0]["meets_all_targets"] is None
    assert np.isnan(found.standing()["meets_all_targets"]).all()
