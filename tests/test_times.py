"""Times of day and durations, there and back."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.times import MONTH, format_clock, format_duration, parse_clock, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:00", 0.0),
        ("08:30", 30600.0),
        ("8:30", 30600.0),
        ("08:00:07", 28807.0),
        ("08:00:00.5", 28800.5),
        ("23:59:59.999", 86399.999),
        ("24:00", 86400.0),
    ],
)
def test_a_time_of_day_is_seconds_after_midnight(text: str, seconds: float) -> None:
    assert parse_clock(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "8", "24:01", "25:00", "08:60", "08:00:60", "-08:00", "08.30", "noon", "٠٨:٠٠"]
)
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time of day"):
        parse_clock(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0 s", 0.0),
        ("20 s", 20.0),
        ("20s", 20.0),
        ("4 min 30 s", 270.0),
        ("1.5 h", 5400.0),
        ("500 ms", 0.5),
        ("2 days", 172800.0),
        ("1 week", 604800.0),
        ("24 months", 24 * MONTH),
        ("1 year", 12 * MONTH),
        ("1 hour 1 minute 1 second", 3661.0),
    ],
)
def test_a_duration_has_units(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("20", "has no unit"),
        ("-5 s", "is negative"),
        ("5 m", "min"),
        ("5 lightyears", "unknown unit"),
        ("4 min 4 min", "one unit twice"),
        ("", "is not a duration"),
        ("s", "is not a duration"),
        ("4 min 30", "is not a duration"),
        ("nan s", "is not a duration"),
        ("1e999 s", "longer than can be counted"),
    ],
)
def test_what_is_no_duration_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_duration(text)


def test_the_clock_runs_on_past_midnight() -> None:
    assert format_clock(91800.0) == "25:30"
    assert format_clock(28807.0) == "08:00:07"
    assert format_clock(28800.25) == "08:00:00.25"
    assert format_clock(59.9999) == "00:01"
    assert format_clock(-3600.0) == "-01:00"
    assert format_clock(math.nan) == ""


def test_durations_are_said_as_people_say_them() -> None:
    assert format_duration(270.0) == "4 min 30 s"
    assert format_duration(0.0) == "0 s"
    assert format_duration(0.25) == "0.25 s"
    assert format_duration(86400.0) == "24 h"
    assert format_duration(7 * 86400.0) == "7 days"
    assert format_duration(-90.0) == "-1 min 30 s"
    assert format_duration(math.inf) == "for ever"
    assert format_duration(math.nan) == ""


@given(st.integers(min_value=0, max_value=86_400_000))
def test_a_time_of_day_comes_back(milliseconds: int) -> None:
    seconds = milliseconds / 1000
    assert parse_clock(format_clock(seconds)) == pytest.approx(seconds, abs=1e-9)


@given(st.integers(min_value=0, max_value=10**12))
def test_a_duration_comes_back(milliseconds: int) -> None:
    seconds = milliseconds / 1000
    assert parse_duration(format_duration(seconds)) == pytest.approx(seconds, rel=1e-12)
