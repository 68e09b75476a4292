"""What an engine makes of random days breaks no fact."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.audit import broken_facts
from sim.engine import simulate
from tests.crews import CREW
from tests.strategies import BUSY, Day, days

CREWS = {feature: (feature,) for feature in CREW} | {
    "procedures": ("procedures", "follow_ups"),
    "hours_of_days": ("periods", "hours", "follow_ups", "staff"),
    "called_days": ("periods", "on_call", "stays", "callbacks"),
}
"""Rules of crews whose rarer turns need callers, and each other."""


@given(days())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_few_random_days_break_no_fact(day: Day) -> None:
    assert broken_facts(*day, simulate(*day)) == []


@pytest.mark.slow
@given(days())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_days_break_no_fact(day: Day) -> None:
    assert broken_facts(*day, simulate(*day)) == []


@pytest.mark.slow
@pytest.mark.parametrize("features", BUSY)
@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_busy_days_break_no_fact(features: str, data: st.DataObject) -> None:
    day = data.draw(days(BUSY[features], least=15))
    assert broken_facts(*day, simulate(*day)) == []


@pytest.mark.slow
@pytest.mark.parametrize("features", CREWS)
@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_days_of_crews_break_no_fact(features: str, data: st.DataObject) -> None:
    day = data.draw(days(CREWS[features], least=10))
    assert broken_facts(*day, simulate(*day)) == []


@pytest.mark.slow
@given(days())
@settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_thousands_of_random_days_break_no_fact(day: Day) -> None:
    assert broken_facts(*day, simulate(*day)) == []
