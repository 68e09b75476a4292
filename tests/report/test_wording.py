"""Figures in words: what people read is what was computed, with its unit."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measures.intervals import Estimate
from sim.report import wording


def estimate(value: float, half: float, unit: str, p10: float = 0.0, p90: float = 1.0) -> Estimate:
    zeros = np.zeros(5)
    return Estimate(value, value - half, value + half, p10, p90, unit, zeros, zeros)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.8123, "share", "81.2 %"),
        (0.0042, "share", "0.42 %"),
        (0.0, "share", "0.0 %"),
        (1.0, "share", "100.0 %"),
        (7.26, "s", "7.3 s"),
        (59.96, "s", "1 min 00 s"),
        (247.2, "s", "4 min 07 s"),
        (3599.7, "s", "1 h 00 min"),
        (3900.0, "s", "1 h 05 min"),
        (1712.3, "contacts", "1,712"),
        (99.96, "contacts", "100"),
        (12.34, "callers", "12.3"),
        (0.049, "h", "0.05 h"),
        (174.4, "h", "174 h"),
        (2.5, "FTE", "2.5 FTE"),
        (5320.4, "EUR", "5,320"),
        (3.3333, "EUR", "3.33"),
        (-785.1, "CHF", "-785"),
        (None, "share", "-"),
    ],
)
def test_figures(value: float | None, unit: str, said: str) -> None:
    assert wording.figure(value, unit) == said


@pytest.mark.parametrize(
    ("value", "half", "unit", "said"),
    [
        (0.124, 0.007, "share", "+12.4 pt +-0.7"),
        (-0.0014, 0.0007, "share", "-0.14 pt +-0.07"),
        (-8.3, 1.04, "s", "-8.3 s +-1.0 s"),
        (-283.0, 30.2, "s", "-4:43 +-0:30 min"),
        (8.06, 0.01, "h", "+8.06 h +-0.01"),
        (-243.0, 5.6, "contacts", "-243.0 +-5.6"),
        (30.2, 34.1, "EUR", "+30 +-34"),
        (0.062, 0.004, "EUR", "+0.06 +-0.00"),
        (12.4, None, "s", "+12.4 s"),
        (0.031, None, "share", "+3.1 pt"),
        (None, None, "share", "-"),
    ],
)
def test_changes(value: float | None, half: float | None, unit: str, said: str) -> None:
    assert wording.change(value, half, unit) == said


@pytest.mark.parametrize(
    ("value", "low", "high", "unit", "half"),
    [
        (0.05, 0.0, 0.386, "share", 0.336),  # cut at 0
        (0.98, 0.342, 1.0, "share", 0.638),  # cut at 100 %
        (0.5, 0.4, 0.8, "share", 0.2),
        (10.1, 0.0, 25.2, "s", 15.1),
        (10.1, 1.0, 1.0 + 2 * 12.6, "s", 12.6),
    ],
)
def test_half_of_a_cut_interval_is_its_longer_side(value, low, high, unit, half) -> None:
    known = replace(estimate(value, 0.0, unit), low=low, high=high)
    assert wording.half_of(known) == pytest.approx(half)


@pytest.mark.parametrize(
    ("value", "half", "unit", "said"),
    [
        (0.826, 0.015, "share", "1.5"),
        (0.826, 0.0004, "share", "0.04"),
        (9.6, 0.9, "s", "0.9 s"),
        (247.0, 31.0, "s", "0:31 min"),
        (5320.0, 48.2, "EUR", "48"),
        (3.33, 0.051, "EUR", "0.05"),
        (1692.0, 33.6, "contacts", "34"),
    ],
)
def test_margins(value: float, half: float, unit: str, said: str) -> None:
    assert wording.margin(estimate(value, half, unit)) == said


def test_range_of_days_has_one_unit_and_one_precision() -> None:
    assert wording.days_range(estimate(0.8, 0, "share", 0.727, 0.928)) == "72.7 - 92.8 %"
    assert wording.days_range(estimate(20, 0, "s", 9.1, 26.6)) == "9.1 - 26.6 s"
    assert wording.days_range(estimate(80, 0, "s", 43.2, 90.1)) == "0:43 - 1:30 min"
    assert wording.days_range(estimate(800, 0, "EUR", 9.5, 801.2)) == "10 - 801"
    assert wording.days_range(estimate(1, 0, "h", 0.5, 1.46)) == "0.5 - 1.5 h"


@given(st.floats(-1e6, 1e6))
def test_numbers_read_back_within_their_precision(value: float) -> None:
    back = float(wording.number(value).replace(",", ""))
    assert math.isclose(back, value, rel_tol=0.0051, abs_tol=0.0501)


@given(st.text(max_size=200))
def test_names_stay_on_one_line_and_cannot_command_a_terminal(name: str) -> None:
    shown = wording.plain(name)
    assert len(shown) <= 60
    assert all(each.isprintable() for each in shown)


def test_listing() -> None:
    assert wording.listing(["a"]) == "a"
    assert wording.listing(["a", "b", "c"]) == "a, b and c"
    assert wording.listing([]) == ""
