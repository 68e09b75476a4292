"""How far the simulated days are from the log of a real telephone centre (docs/real-log.md)."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.audit import broken_facts
from sim.experiment import run, simulate_day
from sim.outcomes import Outcome
from sim.scenario import load
from tests.real import bank_1999 as bank

WITHIN = 20.0

MEASURES = {
    "abandonment": lambda calls: ~calls["answered"],
    "wait_mean": lambda calls: calls["wait"],
    "asa": lambda calls: calls["wait"].where(calls["answered"]),
    "delayed_share": lambda calls: calls["wait"] > 0,
    "service_level": lambda calls: calls["answered"] & (calls["wait"] <= WITHIN),
    "waited_over_1_min": lambda calls: calls["wait"] > 60,
}

AVERAGE_DAY = {
    "abandonment": 0.03,
    "wait_mean": 10.0,
    "asa": 10.0,
    "delayed_share": 0.12,
    "service_level": 0.09,
    "waited_over_1_min": 0.04,
}
"""How far the average weekday may be: an operator more or less all day is farther."""

DAY_BY_DAY = {
    "abandonment": 0.02,
    "wait_mean": 4.0,
    "asa": 4.0,
    "delayed_share": 0.10,
    "service_level": 0.08,
    "waited_over_1_min": 0.03,
}
"""How far the nine days together may be, on their own callers and operators."""


@pytest.fixture(scope="module")
def log() -> bank.Log:
    path = bank.find()
    if path is None:
        pytest.skip("the log of the bank is not here; WAITLINE_DATA says where it is")
    return bank.read(path)


def figures(calls: pd.DataFrame) -> pd.Series:
    """Every measure of a table of calls."""
    return pd.Series({name: measure(calls).mean() for name, measure in MEASURES.items()})


def by_day(calls: pd.DataFrame) -> pd.DataFrame:
    """Every measure of each day."""
    return pd.DataFrame({day: figures(own) for day, own in calls.groupby("day")}).T


def told(title: str, log: pd.Series, simulated: pd.Series) -> None:
    """Say how far the simulated figures are from those of the log."""
    table = pd.DataFrame({"log": log, "simulated": simulated, "apart": simulated - log})
    print(f"\n{title}\n{table.to_string(float_format='{:.3f}'.format)}")


def assert_near(log: pd.Series, simulated: pd.Series, band: dict[str, float]) -> None:
    far = {
        name: (log[name], simulated[name])
        for name, width in band.items()
        if not abs(simulated[name] - log[name]) <= width
    }
    assert not far


def test_reads_calls_that_joined_the_line(log: bank.Log) -> None:
    calls = log.calls
    assert len(calls) == 12999
    assert log.never_joined == 301
    assert set(calls["day"]) == set(bank.WEEKDAYS)
    assert calls["joined"].between(bank.OPENS, bank.CLOSES, inclusive="left").all()
    assert (calls.loc[~calls["answered"], "wait"] > 0).all()
    assert calls["kind"].notna().all()
    # Two in three known callers have priority, in the log and where it was drawn.
    regular = calls[calls["skill"] == "PS"]
    shares = regular.groupby(regular["priority"] > 0)["has_priority"].mean()
    assert shares[False] == pytest.approx(shares[True], abs=0.02)


def test_an_operator_is_in_one_place(log: bank.Log) -> None:
    for _, own in log.presence.sort_values("start").groupby(["day", "operator"]):
        assert (own["end"] >= own["start"]).all()
        for earlier, later in pairwise(own.itertuples()):
            assert later.start >= earlier.end


def test_patience_counts_who_was_answered() -> None:
    # 48 callers wait through the first five seconds: four minutes, in which one hangs up.
    calls = pd.DataFrame({"wait": [5.0] * 48, "answered": [False] + [True] * 47})
    rates = bank.hang_up_rates(calls.assign(wait=[5.0] * 47 + [65.0]))
    assert rates[0] == pytest.approx(1 / 4)
    assert rates[1] == 0


@pytest.mark.slow
def test_average_weekday_is_near_the_log(log: bank.Log, tmp_path: Path) -> None:
    scenario = load(bank.write_average(log, tmp_path))
    results = run(scenario, replications=40, seed=1, workers=1, audit=True)
    assert results.broken == ()
    actual = figures(log.calls)
    simulated = pd.Series({name: results.measures[name].value for name in MEASURES})
    told("the average weekday", actual, simulated)
    days = len(log.calls) / len(bank.WEEKDAYS)
    assert results.measures["offered"].value == pytest.approx(days, rel=0.05)
    assert_near(actual, simulated, AVERAGE_DAY)
    # Priority is worth something, and new customers, whom few operators serve, wait longest.
    kinds = {name: results.by_type[name]["wait_mean"].value for name in results.by_type}
    assert kinds["regular_priority"] < kinds["regular"]
    assert results.by_type["new"]["abandonment"].value > results.measures["abandonment"].value


@pytest.mark.slow
def test_each_day_with_its_own_callers_and_operators(log: bank.Log, tmp_path: Path) -> None:
    parts = []
    for day in bank.WEEKDAYS:
        scenario = load(bank.write_day(log, day, tmp_path / str(day)))
        for replication in range(4):
            centre, callers, staff, outcomes = simulate_day(scenario, replication, seed=1)
            assert broken_facts(centre, callers, staff, outcomes) == []
            # The log counts whole seconds.
            own = {"day": day, "kind": np.array(centre.types)[outcomes.type]}
            own |= {"wait": np.round(outcomes.wait)}
            parts.append(pd.DataFrame(own | {"answered": outcomes.outcome == Outcome.ANSWERED}))
    simulated = pd.concat(parts)
    actual_days, simulated_days = by_day(log.calls), by_day(simulated)
    for kind, calls in simulated.groupby("kind"):
        told(f"day by day: {kind}", figures(log.calls[log.calls["kind"] == kind]), figures(calls))
    told("day by day: all", figures(log.calls), figures(simulated))
    assert_near(figures(log.calls), figures(simulated), DAY_BY_DAY)
    # Bad days are bad in the simulation too: nothing but callers and operators tells it which.
    for name in ("abandonment", "wait_mean"):
        assert np.corrcoef(actual_days[name], simulated_days[name])[0, 1] > 0.8
    assert (simulated_days["abandonment"] - actual_days["abandonment"]).abs().max() < 0.06
