"""Birth-death laws and priority classes."""

from __future__ import annotations

import numpy as np
import pytest

from sim.theory.birth_death import class_waits, stationary
from sim.theory.erlang import Line, erlang_b


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
