"""Plans taken together: Holm's test against a plain one, its error, and the wider intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.comparison.paired import Difference, held_together
from sim.comparison.together import bonferroni, holm, p_value, together
from sim.measures.intervals import half_width


def step_down(ps: list[float], level: float) -> set[int]:
    """Holm (1979) as he words it: go on rejecting the smallest while it is small enough."""
    left, rejected = dict(enumerate(ps)), set()
    while left:
        place = min(left, key=left.__getitem__)
        if left[place] > level / len(left):
            break
        rejected.add(place)
        del left[place]
    return rejected


shares = st.lists(st.floats(0, 1), min_size=1, max_size=9)


@given(shares, st.floats(0.001, 0.2))
def test_adjusted_p_values_reject_what_the_steps_reject(ps: list[float], level: float) -> None:
    adjusted = holm(ps)
    # Where a p value lies on the very bound, the last digit of a product would decide.
    if any(abs(n * p - level) < 1e-12 for p in ps for n in range(1, len(ps) + 1)):
        return
    assert {place for place, p in enumerate(adjusted) if p <= level} == step_down(ps, level)


def test_a_worked_example() -> None:
    """Four p values: .01 x 4, .03 x 3 carried on to .04 x 2 and .005 x 4 first of all."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=12))
def test_p_values_are_of_the_paired_t_test(days: list[float]) -> None:
    moved = np.array(days)
    if np.std(moved) < 1e-6:
        return
    wanted = stats.ttest_1samp(moved, 0.0)
    assert p_value(float(moved.mean()), moved - moved.mean()) == pytest.approx(wanted.pvalue)


def test_days_that_do_not_vary() -> None:
    assert p_value(0.0, np.zeros(5)) == 1.0
    assert p_value(-3.0, np.zeros(5)) == 0.0


def test_the_error_of_all_plans_together_is_five_per_cent_at_most() -> None:
    """2,500 comparisons of six plans on 30 days that share their callers: four change nothing.

    Any of the four called sure is an error. Each by itself at 5 % would err in some 15 %.
    """
    drawn = np.random.default_rng(20)
    errors = alone = covered = 0
    trials, days, plans, idle = 2_500, 30, 6, 4
    true = np.array([0.0] * idle + [0.8, 1.5])
    for _ in range(trials):
        # The base's day is in every difference, so that the differences depend on each other.
        moves = drawn.standard_normal((days, plans)) - drawn.standard_normal((days, 1)) + true
        means, errors_of = moves.mean(axis=0), moves.std(axis=0, ddof=1) / math.sqrt(days)
        ps = (2 * stats.t.sf(np.abs(means) / errors_of, days - 1)).tolist()
        halves = (stats.t.ppf(0.975, days - 1) * errors_of).tolist()
        held = together(means.tolist(), halves, ps, days)
        errors += any(each.sure for each in held[:idle])
        alone += any(p <= 0.05 for p in ps[:idle])
        covered += all(each.low <= t <= each.high for each, t in zip(held, true, strict=True))
    slack = 3 * math.sqrt(0.05 * 0.95 / trials)
    assert 0.02 < errors / trials < 0.05 + slack
    assert alone / trials > 0.1
    assert covered / trials > 0.95 - slack


def test_intervals_for_all_at_once_are_wider_by_bonferronis_quantile() -> None:
    moved = np.array([1.0, 2.0, 4.0, 5.0])
    half = half_width(moved - 3.0)
    (one,) = together([3.0], [half], [0.02], 4)
    assert (one.low, one.high) == pytest.approx((3.0 - half, 3.0 + half))  # of one plan: its own
    three = together([3.0] * 3, [half] * 3, [0.02] * 3, 4)
    wide = stats.t.ppf(1 - 0.05 / 6, 3) * np.std(moved, ddof=1) / 2
    assert three[0].high - 3.0 == pytest.approx(wide)
    assert bonferroni(3, 3) == pytest.approx(stats.t.ppf(1 - 0.05 / 6, 3))


def test_a_change_that_is_sure_by_itself_need_not_be_so_together() -> None:
    def move(p: float) -> Difference:
        return Difference(1.0, 0.1, 1.9, "s", None, None, p)

    held = held_together({"a": {"asa": move(0.03)}, "b": {"asa": move(0.04)}}, 20)
    assert held["a"]["asa"].sure
    assert not held["a"]["asa"].sure_together
    assert held["a"]["asa"].together is not None
    assert held["a"]["asa"].together.p == pytest.approx(0.06)
    alone = held_together({"a": {"asa": move(0.03)}}, 20)
    assert alone["a"]["asa"].sure_together


def test_what_has_no_value_is_not_counted_among_the_plans() -> None:
    nothing = Difference(None, None, None, "s", None)
    known = Difference(1.0, 0.1, 1.9, "s", None, None, 0.03)
    held = held_together({"a": {"asa": known}, "b": {"asa": nothing}}, 20)
    assert held["b"]["asa"].together is None
    assert held["a"]["asa"].sure_together
