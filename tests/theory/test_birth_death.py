"""Birth-death laws and priority classes."""

from __future__ import annotations

import random

import numpy as np
import pytest

from sim.theory.birth_death import class_waits, growing_waits, stationary
from sim.theory.erlang import Line, erlang_b
from tests.theory.played import Contact, Played


def test_stationary_balances_every_cut() -> None:
    births, deaths = np.array([3.0, 0.2, 5.0, 1e-3]), np.array([1.0, 7.0, 2.0, 9.0])
    share = stationary(births, deaths)
    assert share.sum() == pytest.approx(1)
    assert share[:-1] * births == pytest.approx(share[1:] * deaths)


def test_states_behind_a_closed_door_are_never_reached() -> None:
    assert stationary([1.0, 0.0, 2.0], [1.0, 1.0, 1.0]).tolist() == [0.5, 0.5, 0.0, 0.0]


def test_erlang_b_of_ten_thousand_operators_by_the_chain() -> None:
    share = stationary(np.full(10_000, 9_900.0), np.arange(1.0, 10_001))
    assert share[-1] == pytest.approx(erlang_b(9_900, 10_000), rel=1e-9)


@pytest.mark.parametrize("births, deaths", [([-1.0], [1.0]), ([1.0], [0.0]), ([1.0], [1.0, 2.0])])
def test_wrong_rates_are_refused(births: list[float], deaths: list[float]) -> None:
    with pytest.raises(ValueError, match=r"rate|births"):
        stationary(births, deaths)


def test_classes_share_the_wait_of_the_line() -> None:
    rates = [0.02, 0.03, 0.01]
    waits = class_waits(rates, 240, 17)
    line = Line(0.06, 240, 17)
    assert np.all(np.diff(waits) > 0)
    # Order does not change the work that waits.
    assert np.dot(rates, waits) / 0.06 == pytest.approx(line.wait_mean, rel=1e-12)
    assert class_waits([0.06], 240, 17) == pytest.approx([line.wait_mean])


def test_two_classes_are_the_two_dimensional_chain() -> None:
    rates, handling, operators, top = (0.3, 0.4), 1.0, 1, 60
    size = top + 1
    # States (first waiting, second waiting) with all busy, and one idle state at the end.
    index = np.arange(size * size).reshape(size, size)
    rows = np.zeros((size * size + 1, size * size + 1))
    idle = size * size
    for i in range(size):
        for j in range(size):
            here = index[i, j]
            if i < top:
                rows[here, index[i + 1, j]] += rates[0]
            if j < top:
                rows[here, index[i, j + 1]] += rates[1]
            done = index[i - 1, j] if i else index[i, j - 1] if j else idle
            rows[here, done] += operators / handling
    rows[idle, index[0, 0]] = sum(rates)
    share = np.full(idle + 1, 1 / (idle + 1))
    fastest = rows.sum(axis=1).max() * 1.1
    from scipy.sparse import csr_matrix, diags

    step = csr_matrix(rows / fastest) + diags(1 - rows.sum(axis=1) / fastest)
    for _ in range(4000):
        share = share @ step
    busy = share[:-1].reshape(size, size)
    first = float((busy.sum(axis=1) * np.arange(size)).sum()) / rates[0]
    second = float((busy.sum(axis=0) * np.arange(size)).sum()) / rates[1]
    assert class_waits(rates, handling, operators) == pytest.approx([first, second], rel=1e-4)


def test_more_than_the_operators_can_do_is_refused() -> None:
    with pytest.raises(ValueError, match="without end"):
        class_waits([0.05, 0.06], 240, 24)


def test_equal_growth_is_first_come_first_served_and_steep_growth_is_cobham() -> None:
    rates, line = [0.02, 0.03, 0.01], Line(0.06, 240, 17)
    assert growing_waits(rates, [2.0, 2.0, 2.0], 240, 17) == pytest.approx([line.wait_mean] * 3)
    steep = growing_waits(rates, [1e14, 1e7, 1.0], 240, 17)
    assert steep == pytest.approx(class_waits(rates, 240, 17), rel=1e-6)
    # Classes may come in any order.
    assert growing_waits(rates[::-1], [1.0, 1e7, 1e14], 240, 17)[::-1] == pytest.approx(steep)


def test_growth_moves_waits_between_classes_and_adds_none() -> None:
    rates = [0.02, 0.03]
    for ratio in (1.5, 3.0, 10.0):
        waits = growing_waits(rates, [ratio, 1.0], 240, 14)
        assert waits[0] < waits[1]
        assert np.dot(rates, waits) / 0.05 == pytest.approx(Line(0.05, 240, 14).wait_mean)


def test_two_classes_by_the_formula_of_kleinrock() -> None:
    """1964, equation 9, for one operator: the slow class first."""
    slow, fast, handling, low, high = 0.006, 0.005, 60.0, 1.0, 4.0
    load = (slow + fast) * handling
    start, fast_load = load * handling, fast * handling
    wait_slow = start / (1 - load) / (1 - fast_load * (1 - low / high))
    wait_fast = start / (1 - load) - slow * handling * wait_slow * (1 - low / high)
    waits = growing_waits([slow, fast], [low, high], handling, 1)
    assert waits == pytest.approx([wait_slow, wait_fast], rel=1e-12)


@pytest.mark.slow
def test_growth_played_out() -> None:
    growth = (3.0, 1.0)

    def joins(position: int, chance: random.Random) -> int:
        return 0 if chance.random() < 0.4 else 1

    def chosen(queue: list[Contact], now: float) -> int:
        points = [growth[contact.kind] * (now - contact.arrived) for contact in queue]
        return points.index(max(points))

    played = Played(0.07, 40, 4, (0.0, 0.0), joins, chosen=chosen).play(100_000, seed=9)
    first, second = growing_waits([0.028, 0.042], growth, 40, 4)
    seen = [
        [contact.wait for contact in played.contacts if contact.kind == kind] for kind in (0, 1)
    ]
    # The line's own luck is in both; what the order does is in their ratio.
    ratio = (sum(seen[0]) / len(seen[0])) / (sum(seen[1]) / len(seen[1]))
    assert ratio == pytest.approx(first / second, rel=0.04)


def test_a_limit_on_those_waiting_is_a_limit_of_telephone_lines() -> None:
    """Without a wrap-up, operators + limit telephone lines; `stationary` says the same."""
    rate, handling, operators, patience, limit = 0.1, 40.0, 4, 120.0, 5
    busy = np.arange(1, operators + 1) / handling
    deaths = np.concatenate([busy, operators / handling + np.arange(1, limit + 1) / patience])
    share = stationary(np.full(operators + limit, rate), deaths)
    line = Line(rate, handling, operators, patience, lines=operators + limit)
    assert line.blocked == pytest.approx(share[-1], rel=1e-12)
    assert line.delayed_share == pytest.approx(share[operators:-1].sum(), rel=1e-12)
    waiting = float(share[operators:] @ np.arange(limit + 1))
    assert line.queue_mean == pytest.approx(waiting, rel=1e-12)
    assert line.abandonment == pytest.approx(waiting / patience / rate, rel=1e-12)


@pytest.mark.parametrize("growth", [[1.0], [1.0, 0.0], [1.0, -2.0]])
def test_wrong_growth_is_refused(growth: list[float]) -> None:
    with pytest.raises(ValueError, match="growth"):
        growing_waits([0.02, 0.03], growth, 240, 14)
