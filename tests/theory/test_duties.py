"""Days of persons against days of seats, dense matrices, and a day played out."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from sim.theory.day import Day
from sim.theory.duties import Duty, DutyDay
from tests.theory.dense import carried


@pytest.mark.parametrize("picks", ["in_order", "random"])
def test_where_nobody_leaves_persons_are_seats(picks: str) -> None:
    """Four from opening on, two more come later and take who waits at once."""
    edges, rates = (0.0, 900.0, 2000.0, 3600.0), (0.05, 0.08, 0.03)
    duties = (Duty(0, 3600, 4), Duty(900, 3600, 2))
    persons = DutyDay(edges, rates, duties, 100, 60, picks).totals()  # type: ignore[arg-type]
    seats = Day(edges, rates, (4, 6, 6), 100, 60).totals()
    for name in ("offered", "answered", "abandoned", "delayed", "wait", "handling", "overtime"):
        assert getattr(persons, name) == pytest.approx(getattr(seats, name), rel=1e-8), name


def test_a_duty_that_ends_while_all_are_at_work_is_a_seat_that_falls() -> None:
    """So heavy a load that nobody is ever idle at the step: who leaves is then no matter."""
    edges, rates = (0.0, 1200.0, 2400.0), (0.6, 0.05)
    duties = (Duty(0, 2400, 3), Duty(0, 1200, 3))
    persons = DutyDay(edges, rates, duties, 100, 60).totals()
    seats = Day(edges, rates, (6, 3), 100, 60).totals()
    # With seats the first of six to be free leave, with persons the three whose time it is:
    # the same numbers come back to the phone only on the average, so waits differ a little.
    assert persons.overtime > seats.overtime
    assert persons.wait == pytest.approx(seats.wait, rel=0.02)


@pytest.mark.parametrize("picks, stays", [("in_order", 0.0), ("random", 150.0)])
def test_a_step_by_dense_matrices(picks: str, stays: float) -> None:
    """Two who stay and one whose duty ends after 400 s; (a, b, waiting) written out."""
    rate, mu, theta, longest = 0.02, 1 / 60, 1 / 30, 11
    states = list(product(range(3), range(2), range(longest + 1)))

    def rates(calls: float, b_on: bool, b_takes: bool) -> Iterator[tuple[object, object, float]]:
        for a, b, n in states:
            here = (a, b, n)
            idle_a, idle_b = 2 - a, (1 - b) if b_on else 0
            if n == 0 and idle_a + idle_b:
                first = 1.0 if idle_a else 0.0
                to_a = first if picks == "in_order" else idle_a / (idle_a + idle_b)
                if to_a:
                    yield here, (a + 1, b, 0), calls * to_a
                if to_a < 1:
                    yield here, (a, b + 1, 0), calls * (1 - to_a)
            elif n < longest:
                yield here, (a, b, n + 1), calls
            if a:
                yield here, (a, b, n - 1) if n else (a - 1, b, n), a * mu
            if b:
                yield here, (a, b, n - 1) if n and b_takes else (a, b - 1, n), mu
            if n:
                yield here, (a, b, n - 1), n * theta

    law, parts = {(0, 0, 0): 1.0}, []
    for seconds, calls, on, takes in (
        (400.0, rate, True, True), (stays, rate, False, True),
        (600.0 - stays, rate, False, False), (3000.0, 0.0, False, False),
    ):  # fmt: skip
        law, time = carried(law, states, rates(calls, on, takes), seconds)  # type: ignore[arg-type, assignment]
        parts.append(time)

    def spent(part: int, value: int) -> float:
        return sum(t * state[value] for state, t in parts[part].items())  # type: ignore[index, misc]

    duties = (Duty(0, 1000, 2), Duty(0, 400, 1))
    totals = DutyDay((0, 1000), (rate,), duties, 60, 30, picks, stays).totals()  # type: ignore[arg-type]
    assert totals.wait == pytest.approx(sum(spent(part, 2) for part in range(4)), rel=1e-9)
    b_busy = [spent(part, 1) for part in range(4)]
    assert totals.handling_of[1] == pytest.approx(sum(b_busy), rel=1e-9)
    assert totals.overtime == pytest.approx(sum(b_busy[1:]) + spent(3, 0), rel=1e-9)
    assert totals.handling == pytest.approx(totals.answered * 60, rel=1e-9)
    must = sum(
        t
        for part, on in ((0, True), (1, False), (2, False))
        for (a, b, _), t in parts[part].items()  # type: ignore[misc]
        if a == 2 and (b == 1 or not on)
    )
    assert totals.delayed == pytest.approx(rate * must, rel=1e-9)


def played(day: DutyDay, seed: int) -> list[float]:
    """One day played out person by person: hung up, overtime."""
    chance = np.random.default_rng(seed)
    arrivals = np.sort(chance.uniform(0, day.closes, chance.poisson(day.rates[0] * day.closes)))
    people = [duty for duty in day.duties for _ in range(duty.operators)]
    free_at = [duty.start for duty in people]
    events = [(float(t), 2, row) for row, t in enumerate(arrivals)]
    events += [(duty.start, 0, who) for who, duty in enumerate(people)]
    heapq.heapify(events)
    hangs_up = arrivals + chance.exponential(day.patience, arrivals.size)
    queue: list[int] = []
    gone, overtime = 0, 0.0
    while events:
        now, what, which = heapq.heappop(events)
        if what == 2:
            queue.append(which)
        left = [row for row in queue if hangs_up[row] < now]
        gone += len(left)
        queue = [row for row in queue if hangs_up[row] >= now]
        able = [which] if what < 2 else []
        if what == 2:
            able = [w for w, d in enumerate(people) if free_at[w] <= now and d.start <= now < d.end]
        if able and queue:
            who = able[int(chance.integers(len(able)))] if day.picks == "random" else able[0]
            end = people[who].end
            if now < end + day.stays or end >= day.closes:
                queue.pop(0)
                free_at[who] = now + chance.exponential(day.handling)
                overtime += max(0.0, free_at[who] - max(end, now))
                heapq.heappush(events, (free_at[who], 1, who))
    return [gone + len(queue), overtime]


@pytest.mark.slow
@pytest.mark.parametrize("picks", ["in_order", "random"])
def test_a_day_with_turns_played_out(picks: str) -> None:
    duties = (Duty(0, 3600, 3), Duty(0, 1500, 2), Duty(2000, 3600, 1))
    day = DutyDay((0, 3600), (0.05,), duties, 100, 60, picks, 300)  # type: ignore[arg-type]
    days = np.array([played(day, seed) for seed in range(2000)])
    totals = day.totals()
    exact = np.array([totals.abandoned, totals.overtime])
    error = days.std(axis=0, ddof=1) / math.sqrt(len(days))
    assert np.all(error < 0.02 * exact)
    assert np.all(np.abs(days.mean(axis=0) - exact) < 4 * error)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"edges": (0,)}, "edge"),
        ({"edges": (100, 0)}, "rise"),
        ({"picks": "fastest"}, "picks"),
        ({"patience": math.inf}, "hang up"),
        ({"duties": (Duty(0, 50, 1),)}, "closes"),
        ({"duties": (Duty(0, 100, 1), Duty(0, 90, 1)), "stays": 20.0}, "before closing"),
    ],
)
def test_wrong_days_are_refused(change: dict[str, object], message: str) -> None:
    good: dict[str, object] = {
        "edges": (0, 100), "rates": (0.1,), "duties": (Duty(0, 100, 1),), "handling": 60,
        "patience": 60,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        DutyDay(**{**good, **change})  # type: ignore[arg-type]
