"""Estimates by hand, and whether 95 % intervals hold the truth 95 times in 100."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.random import Generator
from scipy import stats

from sim.measures.intervals import (
    FEW,
    Estimate,
    Pool,
    freedom,
    half_width,
    mean,
    missing,
    quantile,
    ratio,
    share,
    share_of_days,
    wilson,
)


def test_mean_has_students_interval() -> None:
    days = np.array([1.0, 2.0, 3.0, 6.0])
    estimate = mean(days, "s")
    expected = stats.t.interval(0.95, 3, loc=3, scale=stats.sem(days))
    assert (estimate.low, estimate.high) == (0.0, pytest.approx(expected[1]))  # never below 0
    assert mean(days, "s", lowest=-np.inf).low == pytest.approx(expected[0])
    assert estimate.value == 3.0
    assert estimate.day_p10 == pytest.approx(1.3)
    assert estimate.day_p90 == pytest.approx(5.1)
    assert estimate.influence.tolist() == [-2, -1, 0, 3]


@pytest.mark.parametrize("draw", ["normal", "exponential", "standard_cauchy", "uniform"])
def test_freedom_is_that_of_a_variance_with_the_kurtosis_of_the_days(draw: str) -> None:
    days = getattr(np.random.default_rng(3), draw)(size=40)
    kurtosis = max(stats.kurtosis(days, bias=False), 0.0)
    expected = 2 / (2 / 39 + kurtosis / 40)
    assert freedom(days) == pytest.approx(expected)
    assert freedom(1e-9 * days - 7e-7) == pytest.approx(expected, rel=1e-5)
    assert half_width(days) == pytest.approx(stats.t.ppf(0.975, expected) * stats.sem(days))
    assert (expected == 39) == (draw == "uniform")


def test_freedom_of_few_or_equal_days_is_one_less_than_they_are() -> None:
    one = np.zeros(FEW)
    one[0] = 1.0
    assert freedom(one[1:]) == freedom(one[:-1]) == FEW - 2
    # The most that ten days can be apart: the kurtosis is their number.
    assert freedom(one) == pytest.approx(2 / (2 / 9 + 1))


def test_ratio_is_of_sums_not_a_mean_of_ratios() -> None:
    top, bottom = np.array([1.0, 9.0, 0.0]), np.array([10.0, 30.0, 0.0])
    estimate = ratio(top, bottom, "share", 0.0, 1.0)
    assert estimate.value == 0.25
    influence = (top - 0.25 * bottom) / (40 / 3)
    assert estimate.influence == pytest.approx(influence)
    half = stats.t.ppf(0.975, 2) * influence.std(ddof=1) / 3**0.5
    assert estimate.high == pytest.approx(0.25 + half)
    assert estimate.days[:2].tolist() == [0.1, 0.3]
    assert np.isnan(estimate.days[2])
    assert estimate.day_p90 == pytest.approx(0.28)  # of the two days that have a ratio


def test_nothing_over_nothing_is_missing() -> None:
    estimate = share(np.zeros(3), np.zeros(3))
    assert estimate.document() == {
        "value": None, "low": None, "high": None, "day_p10": None, "day_p90": None,
        "unit": "share",
    }  # fmt: skip
    assert np.isnan(estimate.influence).all()
    assert missing("s", 2).unit == "s"


@pytest.mark.parametrize(
    "estimate",
    [
        mean(np.array([5.0]), "s"),
        ratio(np.array([1.0]), np.array([3.0]), "share"),
        share(np.array([0.0]), np.array([3.0])),
        share_of_days(np.array([1.0]), np.array([1.0])),
        quantile(Pool(np.array([1.0, 2.0]), np.array([2])), 50),
    ],
)
def test_one_replication_has_no_interval(estimate: Estimate) -> None:
    assert estimate.value is not None
    assert estimate.low is None
    assert estimate.high is None
    assert estimate.day_p10 == estimate.day_p90 == estimate.value
    assert estimate.influence.tolist() == [0.0]


@pytest.mark.parametrize("figure", [0.1, 1 / 3, 7.0, 0.0])
def test_days_that_are_all_alike_leave_no_doubt(figure: float) -> None:
    estimate = mean(np.full(10, figure), "s")
    assert estimate.low == estimate.value == estimate.high == figure
    alike = ratio(np.full(10, figure), np.full(10, 3.0), "s")
    assert alike.low == alike.value == alike.high == figure / 3
    assert not alike.influence.any()


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_share_of_none_or_all_is_not_certain(value: float) -> None:
    contacts = np.full(10, 100.0)
    estimate = share(value * contacts, contacts)
    assert estimate.value == value
    assert (estimate.low, estimate.high) == pytest.approx(
        (0.0, 0.003827) if value == 0 else (1 - 0.003827, 1.0), abs=1e-6
    )
    assert not estimate.influence.any()


@pytest.mark.parametrize("met", [0, 1, 30, 99, 100])
def test_wilson_as_scipy_has_it(met: int) -> None:
    expected = stats.binomtest(met, 100).proportion_ci(method="wilson")
    assert wilson(met / 100, 100) == pytest.approx((expected.low, expected.high))


def test_quantile_is_the_smallest_wait_that_enough_did_not_exceed() -> None:
    pool = Pool(np.array([0.0, 1.0, 2.0, 3.0, 4.0, 0.0, 0.0, 0.0, 9.0, 9.0]), np.array([5, 0, 5]))
    assert quantile(pool, 50).value == 1.0  # 5 of 10 waited at most 1
    assert quantile(pool, 80).value == 4.0
    assert quantile(pool, 81).value == 9.0
    estimate = quantile(pool, 50)
    assert estimate.days[[0, 2]].tolist() == [2.0, 0.0]
    assert np.isnan(estimate.days[1])
    assert estimate.influence.sum() == pytest.approx(0)


@pytest.mark.parametrize("percent", [7, 29, 57, 58, 90, 99])
def test_whole_percents_of_a_hundred_are_exact(percent: int) -> None:
    pool = Pool(np.arange(1.0, 101.0), np.array([100]))
    assert quantile(pool, percent).value == percent


def _busy_days(rng: Generator, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Answered in time and offered, with days that are busy for both reasons."""
    busyness = rng.gamma(20.0, 1 / 20.0, days)
    offered = rng.poisson(200 * busyness).astype(float)
    return rng.binomial(offered.astype(int), np.clip(1.3 - 0.5 * busyness, 0, 1)).astype(
        float
    ), offered


def _ratio(rng: Generator) -> Estimate:
    return share(*_busy_days(rng, 30))


def _median(rng: Generator) -> Estimate:
    return quantile(_pool(rng, 30), 90)


def _pool(rng: Generator, days: int) -> Pool:
    busyness = rng.gamma(20.0, 1 / 20.0, days)
    waits = [np.sort(rng.exponential(60 * b**2, rng.poisson(100 * b))) for b in busyness]
    return Pool(np.concatenate(waits), np.array([len(day) for day in waits]))


def _mean(rng: Generator) -> Estimate:
    return mean(rng.gamma(2.0, 1.0, 30), "s")


def _days(rng: Generator) -> Estimate:
    return share_of_days((rng.random(30) < 0.9).astype(float), np.ones(30))


@pytest.mark.parametrize("draw", [_ratio, _median, _mean, _days])
def test_intervals_hold_the_truth_as_often_as_they_say(draw: Callable[..., Estimate]) -> None:
    rng = np.random.default_rng(8)
    if draw is _ratio:
        met, offered = _busy_days(rng, 400_000)
        truth = met.sum() / offered.sum()
    elif draw is _median:
        truth = float(quantile(_pool(rng, 20_000), 90).value or 0)
    else:
        truth = 2.0 if draw is _mean else 0.9
    hits = 0
    for _ in range(1000):
        estimate = draw(rng)
        assert estimate.low is not None
        assert estimate.high is not None
        hits += estimate.low <= truth <= estimate.high
    assert 925 <= hits <= 975


def test_influence_of_a_quantile_gives_the_interval_of_a_paired_difference() -> None:
    """Two plans on the same days: the second halves every wait."""
    rng = np.random.default_rng(5)
    truth = -0.5 * float(quantile(_pool(rng, 20_000), 90).value or 0)
    hits = 0
    for _ in range(500):
        pool = _pool(rng, 40)
        one, other = quantile(Pool(pool.waits / 2, pool.sizes), 90), quantile(pool, 90)
        assert one.value is not None
        assert other.value is not None
        gap = one.influence - other.influence
        half = stats.t.ppf(0.975, 39) * gap.std(ddof=1) / 40**0.5
        hits += abs(one.value - other.value - truth) <= half
    assert 455 <= hits <= 495
