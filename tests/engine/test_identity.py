"""Model and kernel give the same outcome table, bit for bit."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.callers import draw
from sim.centre import centre_of
from sim.engine import ENGINES, kernel, model, simulate
from sim.engine.preparing import state_of
from sim.outcomes import Outcomes
from sim.scenario import load_plans
from tests.strategies import BUSY, Day, days

MANY = int(os.environ.get("WAITLINE_DAYS", "2500"))
"""Random days of the slow test; `WAITLINE_DAYS=20000` is the long run."""

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.toml"))


def differing(one: Outcomes, other: Outcomes) -> list[str]:
    """Columns that are not equal, bit for bit, with NaN equal to NaN."""
    found = []
    for column in fields(one):
        mine, its = getattr(one, column.name), getattr(other, column.name)
        same = mine.dtype == its.dtype and np.array_equal(
            mine, its, equal_nan=mine.dtype.kind == "f"
        )
        if not same:
            found.append(column.name)
    return found


def held_together(day: Day) -> None:
    one, other = (engine.run_day(day.centre, day.callers, day.staff) for engine in (model, kernel))
    assert differing(one, other) == []


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(days())
def test_a_few_random_days(day: Day) -> None:
    held_together(day)


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(days())
def test_random_days(day: Day) -> None:
    held_together(day)


@pytest.mark.slow
@pytest.mark.parametrize("features", BUSY)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_busy_days(features: str, data: st.DataObject) -> None:
    held_together(data.draw(days(BUSY[features], least=15)))


@pytest.mark.slow
@settings(
    max_examples=int(os.environ.get("WAITLINE_DAYS", "2500")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(days())
def test_thousands_of_random_days(day: Day) -> None:
    held_together(day)


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_every_scenario_and_plan(file: Path) -> None:
    for scenario in load_plans(file):
        centre = centre_of(scenario)
        for replication in range(2):
            callers, staff = draw(scenario, replication)
            one, other = (simulate(centre, callers, staff, engine=name) for name in ENGINES)
            assert differing(one, other) == [], (scenario.plan, replication)


def test_one_specialisation_serves_all() -> None:
    if not hasattr(kernel.live_through, "signatures"):
        pytest.skip("the compiler is switched off")
    assert len(kernel.live_through.signatures) <= 1


def test_an_engine_that_is_none_is_refused() -> None:
    scenario = load_plans(SCENARIOS[0])[0]
    with pytest.raises(ValueError, match="no engine 'java'"):
        simulate(centre_of(scenario), *draw(scenario), engine="java")


def test_memory_that_was_never_written_is_never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty heap beside one that is in use: a key left over from elsewhere once ended a day."""
    scenario = load_plans(SCENARIOS[0])[0]
    centre, (callers, staff) = centre_of(scenario), draw(scenario)
    expected, plain = model.run_day(centre, callers, staff), np.empty

    def littered(*args: Any, **kwargs: Any) -> np.ndarray:
        array = plain(*args, **kwargs)
        array.view(np.uint8)[...] = 0x80
        return array

    monkeypatch.setattr(np, "empty", littered)
    state = state_of(centre, callers)
    for times, keys in ((state.staff_time, state.staff_key), (state.caller_time, state.caller_key)):
        assert times[0] == np.inf
        assert keys[0] >= 0
    assert differing(expected, kernel.run_day(centre, callers, staff)) == []
