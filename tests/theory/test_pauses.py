"""A break that waits for the call in hand: against days of seats, and played out."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.theory.day import Day
from sim.theory.pauses import BreakDay

DAY = BreakDay(2400, 0.018, 40, 60, 500, 300)
NAMES = ("offered", "answered", "abandoned", "delayed", "wait", "handling")


def test_a_break_of_no_time_changes_nothing() -> None:
    totals = replace(DAY, lasts=0.0).totals()
    plain = Day((0, 2400), (0.018,), (1,), 40, 60).totals()
    for name in NAMES:
        assert getattr(totals, name) == pytest.approx(getattr(plain, name), rel=1e-8), name


def test_a_break_at_opening_is_a_seat_that_comes_later() -> None:
    totals = replace(DAY, due=0.0).totals()
    later = Day((0, 300, 2400), (0.018, 0.018), (0, 1), 40, 60).totals()
    for name in NAMES:
        assert getattr(totals, name) == pytest.approx(getattr(later, name), rel=1e-8), name
    assert totals.late == 0


def test_a_break_is_late_by_the_call_in_hand() -> None:
    """It falls due in the steady state of one operator: busy so often, and a mean call more."""
    totals = DAY.totals()
    busy = Day((0, 500), (0.018,), (1,), 40, 60).totals().overtime / 40
    # After closing one is at work for those who wait as well, so this is a bound.
    assert 0.3 < totals.late / 40 < busy
    assert totals.handling == pytest.approx(40 * totals.answered, rel=1e-9)


def played(day: BreakDay, seed: int) -> list[float]:
    """One day played out: hung up, delayed, at work, how late the break was."""
    chance = np.random.default_rng(seed)
    arrivals = np.sort(chance.uniform(0, day.seconds, chance.poisson(day.rate * day.seconds)))
    hangs_up = arrivals + chance.exponential(day.patience, arrivals.size)
    free, gone, delayed, work, late = 0.0, 0, 0, 0.0, math.nan
    for arrival, until in zip(arrivals, hangs_up, strict=True):
        start = max(arrival, free)
        if math.isnan(late) and start >= day.due:
            # Whoever comes first after it is due finds the operator on the break, or waits for it.
            late = max(0.0, free - day.due)
            free = max(free, day.due) + day.lasts
            start = max(arrival, free)
        delayed += start > arrival
        if until < start:
            gone += 1
            continue
        free = start + chance.exponential(day.handling)
        work += free - start
    return [gone, delayed, work, 0.0 if math.isnan(late) else late]


@pytest.mark.slow
def test_a_break_played_out() -> None:
    days = np.array([played(DAY, seed) for seed in range(20_000)])
    totals = DAY.totals()
    exact = np.array([totals.abandoned, totals.delayed, totals.handling, totals.late])
    error = days.std(axis=0, ddof=1) / math.sqrt(len(days))
    assert np.all(error < 0.02 * exact)
    assert np.all(np.abs(days.mean(axis=0) - exact) < 4 * error)


def test_a_day_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="before closing"):
        replace(DAY, seconds=2000.0)
    with pytest.raises(ValueError, match="times"):
        replace(DAY, lasts=-1.0)
