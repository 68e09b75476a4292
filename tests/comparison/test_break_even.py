"""Break-even points: right by hand, inside their intervals, and silent where nothing is sure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.comparison.break_even import break_even
from sim.measures.intervals import freedom

STEPS = np.array([-1.0, 0.0, 1.0, 0.0])
"""Deviations of four days with mean 0."""


def test_a_dearer_plan_that_answers_more_is_worth_it_above_a_price() -> None:
    """12 a day dearer, 4 more answered: 3.00 each."""
    found = break_even(-12.0 + STEPS, np.full(4, 4.0), "EUR")
    assert (found.better, found.value) == ("above", 3.0)
    # The rate is known, so Fieller's interval is Student's: t(3) x sd / sqrt(4) / 4.
    half = 3.182446305284263 * np.std(STEPS, ddof=1) / 2 / 4
    assert found.low == pytest.approx(3.0 - half)
    assert found.high == pytest.approx(3.0 + half)


@pytest.mark.parametrize(
    ("gain", "rate", "better"),
    [
        (-12.0, 4.0, "above"),
        (12.0, 4.0, "always"),  # cheaper, and answers more
        (12.0, -4.0, "below"),  # cheaper, and answers fewer
        (-12.0, -4.0, "never"),  # dearer, and answers fewer
    ],
)
def test_on_which_side_the_plan_is_better(gain: float, rate: float, better: str) -> None:
    found = break_even(gain + STEPS, rate + STEPS / 10, "EUR")
    assert found.better == better
    assert found.value == pytest.approx(-gain / rate)
    one = break_even(np.array([gain]), np.array([rate]), "EUR")
    assert (one.better, one.value, one.low, one.high) == (better, -gain / rate, None, None)


def test_nothing_is_said_where_the_sign_of_the_rate_is_not_sure() -> None:
    found = break_even(np.full(4, -12.0), 0.1 + STEPS, "EUR")
    assert found.document() == {
        "better": "unsure", "value": None, "low": None, "high": None, "unit": "EUR",
    }  # fmt: skip


@pytest.mark.parametrize(("gain", "better"), [(9.0, "always"), (-9.0, "never"), (0.1, "unsure")])
def test_a_price_that_makes_no_difference(gain: float, better: str) -> None:
    assert break_even(gain + STEPS, np.zeros(4), "EUR").better == better


days = st.lists(st.floats(-100, 100), min_size=3, max_size=20)


@given(days, days, st.floats(-50, 50))
def test_prices_in_the_interval_and_no_others_may_leave_no_difference(
    gains: list[float], rates: list[float], price: float
) -> None:
    number = min(len(gains), len(rates))
    gain, rate = np.array(gains[:number]), np.array(rates[:number])
    found = break_even(gain, rate, "EUR")
    if found.value is None:
        return
    left = gain + price * rate
    quantile = stats.t.ppf(0.975, freedom(gain + found.value * rate))
    sure = abs(left.mean()) - quantile * stats.sem(left)
    inside = found.low <= price <= found.high
    if abs(sure) > 1e-6 * (1 + np.abs(left).max()):
        assert inside == (sure < 0)
