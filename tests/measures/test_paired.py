"""What few days or few contacts do not tell has no interval, no p value and no star."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.comparison.chances import best_on_average
from sim.comparison.difference import Difference, difference, held_together
from sim.measures.intervals import (
    Estimate,
    Pool,
    mean,
    quantile,
    ratio,
    root_of_ratio,
    share,
    share_of_days,
    tells,
)
from sim.measures.paired import alike_by_luck, half_of_change
from sim.report.compared import changed


def pool(*days: list[float]) -> Pool:
    return Pool(np.concatenate([np.sort(day) for day in days]), np.array([len(d) for d in days]))


def by_chance(days: list[float]) -> Estimate:
    return mean(np.array(days), "contacts")


def ends(move: Difference) -> tuple[float | None, float | None, float | None]:
    return move.low, move.high, move.p


# ---- quantiles ------------------------------------------------------------------------------


@pytest.mark.parametrize(("percent", "fewest"), [(50, 6), (90, 36), (95, 72), (99, 368)])
def test_contacts_that_a_quantile_needs(percent: int, fewest: int) -> None:
    """0.9^36 = 0.0225, and 0.9^35 = 0.0250 is just too much; 0.5^6 = 0.0156 and 0.5^5 = 0.031."""
    assert tells(fewest, percent)
    assert not tells(fewest - 1, percent)


def test_a_quantile_that_is_the_longest_wait_has_no_interval() -> None:
    estimate = quantile(pool([1.0, 5.0, 9.0], [2.0, 493.09], [3.0]), 99)
    assert estimate.value == 493.09
    assert (estimate.low, estimate.high) == (None, None)
    assert estimate.days.tolist() == [9.0, 493.09, 3.0]
    assert np.isnan(estimate.influence).all()


def test_nobody_waited_is_known_of_enough_contacts_only() -> None:
    few, enough = (quantile(pool([0.0] * n, [0.0] * n), 99) for n in (183, 184))
    assert (few.value, few.low, few.high) == (0.0, None, None)
    assert (enough.value, enough.low, enough.high) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("longest", "low"), [(5, 0.0), (10, 180.0)])
def test_a_longest_wait_that_many_share_has_wilsons_interval(longest: int, low: float) -> None:
    """400 waits are none over 180 s: Wilson's z2 / (n + z2) is 0.95 %, so the lower end is the
    wait that 98.05 % did not exceed, the 393rd: 0 where five waited, 180 s where ten did."""
    day = [0.0] * (200 - longest) + [180.0] * longest
    estimate = quantile(pool([0.0] * 200, day), 99)
    assert (estimate.low, estimate.value, estimate.high) == (low, 180.0, 180.0)


@pytest.mark.parametrize(("contacts", "percent"), [(100, 99), (25, 95), (15, 90)])
def test_quantiles_of_four_days_hold_the_truth_or_have_no_interval(
    contacts: int, percent: int
) -> None:
    """Planted exponential waits of mean 60 s, so that the truth is -60 ln(1 - percent / 100)."""
    rng, told, held = np.random.default_rng(11), 0, 0
    truth, runs = -60 * math.log(1 - percent / 100), 1500
    for _ in range(runs):
        days = [rng.exponential(60.0, n).tolist() for n in rng.poisson(contacts, 4)]
        estimate = quantile(pool(*days), percent)
        enough = (percent / 100) ** sum(map(len, days)) <= 0.025
        assert (estimate.low is not None) == (estimate.high is not None) == enough
        if estimate.low is not None and estimate.high is not None:
            assert estimate.low < estimate.high
            told, held = told + 1, held + (estimate.low <= truth <= estimate.high)
    assert told > 0.5 * runs
    assert held / told > 0.91


def test_of_60_runs_of_few_contacts_none_is_called_certain() -> None:
    rng = np.random.default_rng(60)
    for _ in range(60):
        days = [rng.exponential(60.0, 24).tolist() for _ in range(4)]
        assert quantile(pool(*days), 99).low is None


def test_a_change_of_a_quantile_without_upper_end_has_no_interval() -> None:
    one, other = quantile(pool([1.0, 2.0], [300.0]), 90), quantile(pool([1.0, 2.0], [85.0]), 90)
    move = difference(one, other)
    assert (move.value, *ends(move)) == (215.0, None, None, None)
    assert (move.independent_days, move.correlation) == (None, None)
    assert not move.sure
    assert half_of_change(one, other) is None
    assert changed(move) == "+3:35 min "
    held = held_together({"a": {"wait_p90": move}}, 2)["a"]["wait_p90"]
    assert held.together is None
    assert not held.sure_together


def test_the_same_waits_under_both_plans_stay_the_same() -> None:
    one, other = (quantile(pool([1.0, 2.0], [300.0]), 90) for _ in range(2))
    assert ends(difference(one, other)) == (0.0, 0.0, 1.0)
    assert changed(difference(one, other)) == "same"


# ---- a figure by itself ---------------------------------------------------------------------


def test_one_contact_in_all_tells_nothing_of_other_days() -> None:
    wait = ratio(np.array([12.0, 0.0]), np.array([1.0, 0.0]), "s")
    assert (wait.value, wait.low, wait.high) == (12.0, None, None)
    error = root_of_ratio(np.array([9.0, 0.0]), np.array([1.0, 0.0]), "s")
    assert (error.value, error.low, error.high) == (3.0, None, None)
    hung_up = share(np.array([1.0, 0.0]), np.array([1.0, 0.0]))
    expected = stats.binomtest(1, 1).proportion_ci(method="wilson")
    assert (hung_up.low, hung_up.high) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("offered", [[24.0, 24.0], [12.0, 36.0]])
def test_a_share_that_is_alike_on_all_days_is_not_certain(offered: list[float]) -> None:
    """One in twelve on both days."""
    bottom = np.array(offered)
    estimate = share(bottom / 12, bottom)
    expected = stats.binomtest(4, 48).proportion_ci(method="wilson")
    assert (estimate.low, estimate.high) == pytest.approx((expected.low, expected.high))


# ---- changes without spread -----------------------------------------------------------------


def test_two_fewer_on_both_days_is_not_sure() -> None:
    """Of 24 contacts a day 3 and 5 hang up, under the other plan 1 and 3."""
    offered = np.array([24.0, 24.0])
    shares = [share(np.array(hung_up), offered) for hung_up in ([1.0, 3.0], [3.0, 5.0])]
    counts = [by_chance(hung_up) for hung_up in ([1.0, 3.0], [3.0, 5.0])]
    for one, other in (shares, counts):
        move = difference(one, other)
        assert ends(move) == (None, None, None)
        assert not move.sure
        assert not changed(move).rstrip().endswith(("*", "?"))
        assert best_on_average({"one": one, "other": other}) == {}
    assert difference(*shares).value == pytest.approx(-2 / 24)


@pytest.mark.parametrize(("days", "p"), [(5, None), (6, 0.03125), (10, 2**-9)])
def test_alike_on_six_days_is_sure_by_the_sign(days: int, p: float | None) -> None:
    """2 x 0.5^6 = 1/32; five days have 1/16."""
    many = np.arange(10.0, 10.0 + days)
    move = difference(by_chance((many - 2).tolist()), by_chance(many.tolist()))
    assert move.p == p
    assert move.sure == (p is not None)
    assert (move.low, move.high) == ((None, None) if p is None else (-2.0, -2.0))


def test_plans_that_are_many_need_more_days_that_are_alike() -> None:
    """1/32 for one of two plans is 1/16 for both, by Holm: sure by itself only."""
    base = by_chance([3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    less = by_chance([2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    held = held_together({name: {"x": difference(less, base)} for name in "ab"}, 6)["a"]["x"]
    assert held.together is not None
    assert held.together.p == 2 * 0.03125
    assert changed(held).endswith("?")


def test_days_without_a_value_of_their_own_do_not_count() -> None:
    """Ten days and three contacts, on days of their own: none hangs up, or all do."""
    phoned = np.array([1.0, 1.0, 1.0, *[0.0] * 7])
    assert ends(difference(share(phoned, phoned), share(0 * phoned, phoned))) == (None, None, None)


def test_from_none_to_all_has_the_doubt_of_both() -> None:
    """Six of six against none of six, Wilson's ends 0 and z2 / (6 + z2) = 0.390 apart from 1."""
    asked = np.ones(6)
    side = 3.841458820694124 / 9.841458820694124
    for of in (share, share_of_days):
        move = difference(of(asked, asked), of(0 * asked, asked))
        assert move.value == 1.0
        assert (move.low, move.high) == pytest.approx((1 - 2**0.5 * side, 1 + 2**0.5 * side))
        assert move.p == 0.03125


def test_what_is_not_left_to_chance_is_exact() -> None:
    def cost(days: list[float], chance: list[list[float]]) -> Estimate:
        found = mean(np.array(days), "EUR")
        parts = np.array(chance).reshape(len(chance), len(days))
        return Estimate(**{**found.__dict__, "chance": parts})

    wages = difference(cost([120.0, 120.0], []), cost([100.0, 100.0], []))
    assert (wages.value, *ends(wages)) == (20.0, 20.0, 20.0, 0.0)
    assert changed(wages) == "+20.00 +-0.00*"
    # Lost calls cost 10 and 30 under both plans, and wages 20 more: exact.
    total = difference(cost([130.0, 150.0], [[10, 30]]), cost([110.0, 130.0], [[10, 30]]))
    assert ends(total) == (20.0, 20.0, 0.0)
    # They cost 20 more on both days by luck, and wages are the same.
    lost = difference(cost([130.0, 150.0], [[30, 50]]), cost([110.0, 130.0], [[10, 30]]))
    assert (lost.value, *ends(lost)) == (20.0, None, None, None)


def test_no_change_on_any_day_stays_the_same() -> None:
    one = share(np.array([1.0, 3.0]), np.array([24.0, 24.0]))
    assert ends(difference(one, one)) == (0.0, 0.0, 1.0)
    none = share(np.zeros(2), np.array([24.0, 24.0]))
    assert ends(difference(none, none)) == (0.0, 0.0, 1.0)


def test_days_alike_by_luck() -> None:
    assert alike_by_luck(np.full(5, -2.0))
    assert alike_by_luck(np.full(2, 0.1) + np.array([0, 1e-14]))
    assert not alike_by_luck(np.full(6, -2.0))
    assert not alike_by_luck(np.zeros(3))
    assert not alike_by_luck(np.array([1.0, 2.0]))
    assert not alike_by_luck(np.ones(1))
