"""Break-even points: right by hand, inside their intervals, and silent where nothing is sure."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.comparison.break_even import BreakEven, break_even
from sim.measures.intervals import freedom
from sim.report.worth import in_words

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
    # One day is sure of nothing, so that it says where the plan is better, never "always".
    side = {"always": "above", "never": "below"}.get(better, better)
    assert (one.better, one.value, one.low, one.high) == (side, -gain / rate, None, None)


@pytest.mark.parametrize(("sign", "better"), [(1.0, "above"), (-1.0, "below")])
def test_always_and_never_are_not_said_where_the_interval_reaches_over_0(
    sign: float, better: str
) -> None:
    """Cheaper by 1 on average, 4 more answered: -0.25, give or take t(3) x sd / sqrt(4) / 4."""
    found = break_even(sign * (1.0 + STEPS), np.full(4, sign * 4.0), "EUR")
    half = 3.182446305284263 * np.std(STEPS, ddof=1) / 2 / 4
    assert found.value == pytest.approx(-0.25)
    assert (found.low, found.high) == pytest.approx((-0.25 - half, -0.25 + half))
    assert found.high is not None
    assert found.high > 0
    assert found.better == better
    sure = break_even(sign * (2.0 + STEPS), np.full(4, sign * 4.0), "EUR")
    assert sure.better == ("always" if sign > 0 else "never")


@pytest.mark.parametrize(("rate", "better"), [(4.0, "always"), (-4.0, "never")])
def test_a_plan_that_costs_the_same_and_answers_more_is_worth_it_at_any_price(
    rate: float, better: str
) -> None:
    found = break_even(np.zeros(4), rate + STEPS / 10, "EUR")
    assert (found.better, found.value, found.low, found.high) == (better, 0.0, 0.0, 0.0)
    assert math.copysign(1.0, found.value or 0.0) == 1.0


def point(better: str, value: float | None, ends: tuple[float, float] | None, unit: str = "EUR"
) -> BreakEven:  # fmt: skip
    low, high = ends or (None, None)
    return BreakEven(better, value, low, high, unit)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (
            [point("above", 3.926, (3.262, 4.731)), point("above", 8.55, (7.88, 9.34)),
             point("below", 0.54, (0.49, 0.59), "factor")],
            "Worth it if an answered call is worth more than 3.93 (3.26 to 4.73) EUR, a caller "
            "who is never answered costs more than 8.55 (7.88 to 9.34) EUR or wages are below "
            "54 % (49 % to 59 %) of those in the file.",
        ),
        (
            [point("always", -1.0, (-2.0, -0.5)), point("never", -1.0, (-2.0, -0.5)),
             point("unsure", None, None, "factor")],
            "Worth it whatever an answered call is worth. Not worth it whatever a caller who is "
            "never answered costs.",
        ),
        (
            [point("above", -0.015, (-0.137, 0.105)), point("above", -0.02, (-0.2, 0.12)),
             point("below", -0.1, (-0.5, 0.4), "factor")],
            "Too close to call if an answered call is worth less than 0.10 EUR or a caller who "
            "is never answered costs less than 0.12 EUR; above that surely worth it. Too close "
            "to call if wages are below 40 % of those in the file; above that surely not worth "
            "it.",
        ),
        ([point("above", 12.0, (9.0, 15.0), "factor")] * 3, ""),
        ([point("above", -3.0, None)] * 3, ""),
    ],
)  # fmt: skip
def test_where_a_plan_is_worth_it_in_words(points: list[BreakEven], said: str) -> None:
    names = ("answered_value", "lost_call_cost", "wages")
    assert in_words(dict(zip(names, points, strict=True))) == said


def test_nothing_is_said_where_the_sign_of_the_rate_is_not_sure() -> None:
    found = break_even(np.full(4, -12.0), 0.1 + STEPS, "EUR")
    assert found.document() == {
        "better": "unsure", "value": None, "low": None, "high": None, "unit": "EUR",
    }  # fmt: skip


@pytest.mark.parametrize(("gain", "better"), [(9.0, "always"), (-9.0, "never"), (0.1, "unsure")])
def test_a_price_that_makes_no_difference(gain: float, better: str) -> None:
    assert break_even(gain + STEPS, np.zeros(4), "EUR").better == better
    assert break_even(np.array([gain]), np.zeros(1), "EUR").better == "unsure"


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
