"""What an engine makes of random days breaks no fact."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.audit import broken_facts
from sim.engine import simulate
from tests.crews import CREW
from tests.strategies import BUSY, Day, days


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
@pytest.mark.parametrize("feature", CREW)
@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_days_of_crews_break_no_fact(feature: str, data: st.DataObject) -> None:
    day = data.draw(days([feature], least=8))
    assert broken_facts(*day, simulate(*day)) == []


@pytest.mark.slow
@given(days())
@settings(max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_thousands_of_random_days_break_no_fact(day: Day) -> None:
    assert broken_facts(*day, simulate(*day)) == []
