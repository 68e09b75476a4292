"""A whole day: published figures, identities, dense matrices, and a day played out."""

from __future__ import annotations

import heapq
import math
from collections import deque

import numpy as np
import pytest

from sim.theory.day import Day, DayTotals
from sim.theory.erlang import Line

HOUR = 3600.0


def test_known_day_without_hang_ups() -> None:
    totals = Day((0, 8 * HOUR), (4.2 / 60,), (12,), 120).totals(20)
    assert totals.offered == pytest.approx(2016)
    assert totals.answered == pytest.approx(2016, abs=1e-9)
    assert totals.answered_within == pytest.approx(1815.27, abs=5e-3)
    assert totals.wait == pytest.approx(12178.3, abs=0.05)


def test_known_day_with_hang_ups() -> None:
    totals = Day((0, 8 * HOUR), (4.2 / 60,), (12,), 120, 60).totals(20)
    assert totals.abandoned == pytest.approx(59.2632, abs=5e-5)
    assert totals.answered_within == pytest.approx(1906.719, abs=5e-4)


STEPS = Day(
    edges=(0, 1800, 2400, 3600, 5400),
    rates=(0.05, 0.08, 0.06, 0.03),
    seats=(6, 10, 4, 7),
    handling=100,
    patience=60,
    hang_up_at_once=0.1,
)


@pytest.mark.parametrize("closing", ["serve", "disconnect"])
@pytest.mark.parametrize("lines", [None, 9])
@pytest.mark.parametrize("patience", [60.0, math.inf])
def test_operators_work_as_long_as_the_answered_talk(
    closing: str, lines: int | None, patience: float
) -> None:
    day = Day(STEPS.edges, STEPS.rates, STEPS.seats, 100, patience, 0.1, lines, closing)  # type: ignore[arg-type]
    totals = day.totals(20)
    parts = totals.answered + totals.abandoned + totals.blocked + totals.cut_off
    assert totals.answered * 100 == pytest.approx(totals.handling, rel=1e-9)
    assert parts == pytest.approx(totals.offered)
    assert (totals.blocked > 0) == (lines is not None)
    assert (totals.cut_off > 0) == (closing == "disconnect")
    seats = sum(n * (b - a) for n, a, b in zip(day.seats, day.edges, day.edges[1:], strict=False))
    assert totals.present - totals.overtime == pytest.approx(seats, rel=1e-9)
    assert day.totals(0).answered_within == pytest.approx(
        totals.offered - totals.delayed - totals.blocked
    )


def test_pieces_without_a_change_are_one_piece() -> None:
    one = Day((0, 2 * HOUR), (0.05,), (6,), 100, 60).totals(20)
    many = Day((0, 10, 1000, 7190, 2 * HOUR), (0.05,) * 4, (6,) * 4, 100, 60).totals(20)
    assert list(many) == pytest.approx(list(one), rel=1e-10, abs=1e-9)


@pytest.mark.slow
def test_a_long_day_is_the_steady_state() -> None:
    hours = 40
    day = Day((0, hours * HOUR), (0.05,), (6,), 100, 60, 0.1).totals(20)
    line = Line(0.05, 100, 6, 60, 0.1)
    assert day.abandoned / day.offered == pytest.approx(line.abandonment, rel=1e-2)
    assert day.delayed / day.offered == pytest.approx(line.delayed_share, rel=1e-2)
    assert day.answered_within / day.offered == pytest.approx(line.service_level(20), rel=1e-2)


def test_two_pieces_by_dense_matrices() -> None:
    """Two seats, then one: states are (present, calls), written out by hand."""
    from scipy.linalg import expm

    rate, finish, leave, top = 0.02, 1 / 60, 1 / 45, 60

    def generator(seats: int, call: float) -> np.ndarray:
        rows = np.zeros((2, top + 1, 2, top + 1))
        for here in (1, 2):
            for n in range(top + 1):
                if here < seats or (here > seats and n < here):
                    continue
                i = here - 1
                if n < top:
                    rows[i, n, i, n + 1] += call
                if n > here:
                    rows[i, n, i, n - 1] += (n - here) * leave
                if n:
                    rows[i, n, i - 1 if here > seats else i, n - 1] += min(n, here) * finish
        flat = rows.reshape(2 * (top + 1), -1)
        return flat - np.diag(flat.sum(axis=1))

    def carry(law: np.ndarray, rows: np.ndarray, seconds: float) -> tuple[np.ndarray, np.ndarray]:
        size = law.size
        wide = np.zeros((2 * size, 2 * size))
        wide[:size, :size], wide[:size, size:] = rows, np.eye(size)
        moved = np.concatenate([law, np.zeros(size)]) @ expm(wide * seconds)
        return moved[:size], moved[size:]

    law = np.zeros((2, top + 1))
    law[1, 0] = 1
    law, first = carry(law.ravel(), generator(2, rate), 300)
    law = law.reshape(2, -1)
    law[0, :2], law[1, :2] = law[0, :2] + law[1, :2], 0  # the idle leave
    law, second = carry(law.ravel(), generator(1, rate), 200)
    _, late = carry(law, generator(1, 0.0), 20_000)
    n, here = np.arange(top + 1), np.array([[1], [2]])
    waiting, working = np.maximum(0, n - here).ravel(), np.minimum(n, here).ravel()
    totals = Day((0, 300, 500), (rate, rate), (2, 1), 60, 45).totals(20)
    assert totals.wait == pytest.approx(float((first + second + late) @ waiting), rel=1e-9)
    assert totals.handling == pytest.approx(float((first + second + late) @ working), rel=1e-9)
    over = float(second.reshape(2, -1)[1].sum() + late @ working)
    assert totals.overtime == pytest.approx(over, rel=1e-9)


def played(day: Day, within: float, seed: int) -> list[float]:
    """One day played out event by event, by the rules in words: answered in time, hung up, over."""
    chance = np.random.default_rng(seed)
    arrivals = np.concatenate([
        np.sort(chance.uniform(a, b, chance.poisson(rate * (b - a))))
        for a, b, rate in zip(day.edges, day.edges[1:], day.rates, strict=False)
    ])  # fmt: skip
    patience = chance.exponential(day.patience, arrivals.size)
    patience[chance.random(arrivals.size) < day.hang_up_at_once] = 0
    talk = chance.exponential(day.handling, arrivals.size)
    changes = list(zip(day.edges[1:-1], day.seats[1:], strict=False))
    queue: deque[int] = deque()
    talks: list[float] = []
    seats, idle, in_time, gone, overtime = day.seats[0], day.seats[0], 0, 0, 0.0
    closing, next_call, now = day.edges[-1], 0, 0.0
    while next_call < arrivals.size or changes or talks:
        call = arrivals[next_call] if next_call < arrivals.size else math.inf
        change = changes[0][0] if changes else math.inf
        then = min(call, change, talks[0] if talks else math.inf)
        present = len(talks) + idle
        overtime += max(0, present - seats) * max(0.0, min(then, closing) - now)
        overtime += len(talks) * max(0.0, then - max(now, closing))
        now = then
        if talks and now == talks[0]:
            heapq.heappop(talks)
            idle += present <= seats
        elif now == change:
            seats = changes.pop(0)[1]
            idle = max(0, seats - len(talks))
        else:
            queue.append(next_call)
            next_call += 1
        while queue and (idle or arrivals[queue[0]] + patience[queue[0]] <= now):
            row = queue.popleft()
            if arrivals[row] + patience[row] < now or (patience[row] == 0 and not idle):
                gone += 1
                continue
            idle -= 1
            heapq.heappush(talks, now + talk[row])
            in_time += now <= arrivals[row] + within
    return [in_time, gone + len(queue), overtime]


@pytest.mark.slow
def test_a_day_with_falling_seats_played_out() -> None:
    days = np.array([played(STEPS, 25, seed) for seed in range(1000)])
    totals = STEPS.totals(25)
    exact = np.array([totals.answered_within, totals.abandoned, totals.overtime])
    error = days.std(axis=0, ddof=1) / math.sqrt(len(days))
    assert np.all(error < 0.025 * exact)
    assert np.all(np.abs(days.mean(axis=0) - exact) < 4 * error)


@pytest.mark.parametrize("within", [5.0, 25.0, 150.0])
def test_in_time_does_not_depend_on_where_the_quadrature_is_cut(within: float) -> None:
    edges = (0, 700, 1700, 1795, 1800, 2100, 2400, 3585, 3600, 4500, 5400)
    rates = (0.05,) * 4 + (0.08,) * 2 + (0.06,) * 2 + (0.03,) * 2
    seats = (6,) * 4 + (10,) * 2 + (4,) * 2 + (7,) * 2
    finer = Day(edges, rates, seats, 100, 60, 0.1).totals(within)
    assert list(finer) == pytest.approx(list(STEPS.totals(within)), rel=1e-8, abs=1e-9)


def test_ten_minutes_of_nothing() -> None:
    totals = Day((0, 600), (0.0,), (3,), 100).totals(20)
    assert totals == DayTotals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, present=pytest.approx(1800))


@pytest.mark.parametrize(
    "change, message",
    [
        ({"edges": (0, 600)}, "one more edge"),
        ({"edges": (0, 0, 600)}, "rise"),
        ({"seats": (1, 1.5)}, "whole"),
        ({"seats": (1, 0)}, "closing"),
        ({"rates": (-0.1, 0.1)}, "rate"),
        ({"handling": 0}, "handling"),
        ({"after_closing": "wait"}, "after_closing"),
    ],
)
def test_wrong_days_are_refused(change: dict[str, object], message: str) -> None:
    good = {"edges": (0, 300, 600), "rates": (0.1, 0.1), "seats": (2, 3), "handling": 60}
    with pytest.raises(ValueError, match=message):
        Day(**{**good, **change})  # type: ignore[arg-type]
