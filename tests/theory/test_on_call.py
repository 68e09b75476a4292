"""Days with operators on call against days without, a chain with a flag, phases, and play."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from sim.theory.day import Day
from sim.theory.on_call import OnCallDay
from sim.theory.transient import passed, until_rest

DAY = OnCallDay(1500, 0.05, 100, 60, 4, 2, 3, 150)
NAMES = ("offered", "answered", "abandoned", "delayed", "wait", "handling", "overtime")


@pytest.mark.parametrize(
    "day", [replace(DAY, on_call=0), replace(DAY, queue_above=40), replace(DAY, comes_after=1600.0)]
)
def test_where_nobody_comes_it_is_a_plain_day(day: OnCallDay) -> None:
    totals, plain = day.totals(), Day((0, 1500), (0.05,), (4,), 100, 60).totals()
    for name in NAMES:
        assert getattr(totals, name) == pytest.approx(getattr(plain, name), rel=1e-9), name
    assert totals.on_duty == pytest.approx(0, abs=1e-9)
    assert totals.handling == pytest.approx(100 * totals.answered, rel=1e-9)


def test_nobody_is_called_where_so_many_never_wait() -> None:
    totals = replace(DAY, queue_above=60).totals()
    assert totals.called == pytest.approx(0, abs=1e-12)
    assert totals.until_called == pytest.approx(1500)


def with_flag(day: OnCallDay, phases: int) -> tuple[float, float, float]:
    """(called, hung up, time on duty) by one chain whose state says how far the help has come.

    Stage 0: not called; 1 to `phases`: on the way, so many exponential phases; then there.
    """
    most, there = 40, phases + 1
    step = phases / day.comes_after if phases else math.inf

    def here(stage: int) -> int:
        return day.operators + (day.on_call if stage == there else 0)

    def moves(state: tuple[int, int], calls: float) -> Iterator[tuple[tuple[int, int], float]]:
        stage, n = state
        if n < most:
            called = stage == 0 and n == day.operators + day.queue_above
            yield (1 if called else stage, n + 1), calls
        if calls and 0 < stage < there:
            yield (stage + 1, n), step
        busy = min(n, here(stage))
        if n:
            yield (stage, n - 1), busy / day.handling + (n - busy) / day.patience

    on = passed({(0, 0): 1.0}, lambda state: moves(state, day.rate), day.seconds)
    rest = until_rest(on.law, lambda state: moves(state, 0.0))

    def waiting(state: tuple[int, int]) -> float:
        return max(0, state[1] - here(state[0]))

    called = sum(chance for (stage, _), chance in on.law.items() if stage > 0)
    hung_up = (on.spent(waiting) + rest.spent(waiting)) / day.patience
    return called, hung_up, day.on_call * on.spent(lambda state: float(state[0] == there))


def told(day: OnCallDay) -> tuple[float, float, float]:
    """The same figures."""
    totals = day.totals()
    return totals.called, totals.abandoned, totals.on_duty


def test_who_comes_at_once_is_a_chain_with_a_flag() -> None:
    day = replace(DAY, comes_after=0.0)
    assert told(day) == pytest.approx(with_flag(day, 0), rel=1e-9)
    assert 0.3 < told(day)[0] < 0.99


def test_a_fixed_time_is_the_end_of_many_phases() -> None:
    """The error of k phases falls as 1/k, so two numbers of phases tell where it leads."""
    few, many = np.array(with_flag(DAY, 16)), np.array(with_flag(DAY, 32))
    assert told(DAY) == pytest.approx((2 * many - few).tolist(), rel=3e-5)
    assert told(DAY)[1] != pytest.approx(few[1], rel=1e-4)


def test_called_early_enough_and_calls_that_are_handled() -> None:
    totals = DAY.totals()
    assert totals.come == pytest.approx(replace(DAY, seconds=1350.0).totals().called, rel=1e-9)
    assert totals.handling == pytest.approx(100 * totals.answered, rel=1e-9)


def played(day: OnCallDay, seed: int) -> list[float]:
    """One day played out: called or not, hung up, when called."""
    chance = np.random.default_rng(seed)
    arrivals = np.sort(chance.uniform(0, day.seconds, chance.poisson(day.rate * day.seconds)))
    hangs_up = arrivals + chance.exponential(day.patience, arrivals.size)
    events = [(float(t), 1, row) for row, t in enumerate(arrivals)]
    queue: list[int] = []
    idle, gone, called = day.operators, 0, math.inf
    while events:
        now, what, row = heapq.heappop(events)
        left = [each for each in queue if hangs_up[each] < now]
        gone, queue = gone + len(left), [each for each in queue if hangs_up[each] >= now]
        if what == 1:
            queue.append(row)
        else:
            idle += row
        while idle and queue:
            idle -= 1
            queue.pop(0)
            heapq.heappush(events, (now + chance.exponential(day.handling), 0, 1))
        if what == 1 and len(queue) > day.queue_above and called == math.inf:
            called = now
            if now + day.comes_after < day.seconds:
                heapq.heappush(events, (now + day.comes_after, 0, day.on_call))
    return [float(called < math.inf), gone + len(queue), min(called, day.seconds)]


@pytest.mark.slow
def test_a_day_with_help_played_out() -> None:
    days = np.array([played(DAY, seed) for seed in range(3000)])
    totals = DAY.totals()
    exact = np.array([totals.called, totals.abandoned, totals.until_called])
    error = days.std(axis=0, ddof=1) / math.sqrt(len(days))
    assert np.all(error < 0.02 * exact)
    assert np.all(np.abs(days.mean(axis=0) - exact) < 4 * error)


def test_wrong_days_are_refused() -> None:
    for change in ({"seconds": 0}, {"operators": 0}, {"queue_above": -1}, {"patience": math.inf}):
        with pytest.raises(ValueError):  # noqa: PT011
            replace(DAY, **change)  # type: ignore[arg-type]
