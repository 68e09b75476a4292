"""Chains over some time against matrix exponentials and hand-worked passages."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from scipy.linalg import expm

from sim.theory.chain import long_run
from sim.theory.transient import passed, until_rest

RATES = np.random.default_rng(5).exponential(size=(7, 7))


def moves(state: int) -> list[tuple[int, float]]:
    """A chain that has no order."""
    return [(to, float(rate)) for to, rate in enumerate(RATES[state])]


def test_a_chain_over_some_time_by_a_matrix_exponential() -> None:
    rates = RATES.copy()
    np.fill_diagonal(rates, 0)
    rates -= np.diag(rates.sum(axis=1))
    wide = np.block([[rates, np.eye(7)], [np.zeros((7, 14))]])
    start = np.zeros(14)
    start[[2, 4]] = 0.3, 0.5
    exact = start @ expm(1.7 * wide)
    on = passed({2: 0.3, 4: 0.5}, moves, 1.7)
    order = np.array(on.states)
    assert on.at_end == pytest.approx(exact[:7][order], rel=1e-11)
    assert on.time == pytest.approx(exact[7:][order], rel=1e-11)
    assert on.spent(lambda state: 1.0) == pytest.approx(0.8 * 1.7)
    assert sum(on.law.values()) == pytest.approx(0.8)


def test_after_a_long_time_it_is_the_long_run() -> None:
    on, run = passed({0: 1.0}, moves, 200.0), long_run(0, moves)
    assert [on.law[state] for state in run.states] == pytest.approx(run.shares.tolist(), rel=1e-10)


def test_no_time_and_no_moves_change_nothing() -> None:
    assert passed({0: 1.0}, moves, 0.0).law == {0: 1.0}
    still = passed({3: 0.4}, lambda state: [], 10.0)
    assert still.law == {3: 0.4}
    assert still.spent(float) == pytest.approx(12.0)
    with pytest.raises(ValueError, match="time"):
        passed({0: 1.0}, moves, -1.0)


def test_until_rest_by_hand() -> None:
    """Up with chance 1/3 or down with 2/3 between 0 and 3, from 1: the gambler's ruin."""

    def gamble(state: int) -> Iterator[tuple[int, float]]:
        if 0 < state < 3:
            yield state + 1, 0.1
            yield state - 1, 0.2

    end = until_rest({1: 1.0}, gamble)
    assert end.law == {3: pytest.approx(1 / 7), 0: pytest.approx(6 / 7)}
    # From 1 the visits to 1 and 2 are 9/7 and 3/7, each of 1/0.3 s.
    assert end.spent(lambda state: float(state == 1)) == pytest.approx(9 / 7 / 0.3)
    assert end.spent(lambda state: float(state == 2)) == pytest.approx(3 / 7 / 0.3)
