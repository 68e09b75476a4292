"""The solver of chains against birth-death laws, a dense solution and balance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from sim.theory.birth_death import stationary
from sim.theory.chain import long_run


def test_a_birth_death_chain_is_that_chain() -> None:
    births, deaths = [3.0, 0.2, 5.0, 1e-3], [1.0, 7.0, 2.0, 9.0]

    def moves(state: int) -> Iterator[tuple[int, float]]:
        if state < 4:
            yield state + 1, births[state]
        if state > 0:
            yield state - 1, deaths[state - 1]

    run = long_run(0, moves)
    assert run.states == [0, 1, 2, 3, 4]
    assert run.shares == pytest.approx(stationary(births, deaths), rel=1e-11)
    assert run.mean(float) == pytest.approx(np.dot(run.shares, range(5)))


def test_a_chain_without_order_by_dense_algebra() -> None:
    rng = np.random.default_rng(3)
    rates = rng.exponential(size=(12, 12)) * (rng.random((12, 12)) < 0.4)
    rates[np.arange(12), (np.arange(12) + 1) % 12] += 0.1
    # Moves that stay count for nothing, moves to one state add up.
    run = long_run(
        0,
        lambda state: [(to, rate / 2) for to, rate in enumerate(rates[state]) for _ in range(2)],
    )
    order = np.array(run.states)
    np.fill_diagonal(rates, 0)
    balance = np.vstack([(rates - np.diag(rates.sum(axis=1))).T, np.ones(12)])
    share = np.linalg.lstsq(balance, np.eye(13)[12], rcond=None)[0]
    assert run.shares == pytest.approx(share[order], rel=1e-10)


def test_a_first_state_that_is_hardly_ever_come_back_to_spoils_nothing() -> None:
    """Endless operators with a load of 150: empty e^-150 of the time."""
    run = long_run(
        0, lambda n: [(n + 1, 150.0 * (n < 400)), (n - 1, float(n))] if n else [(1, 150)]
    )
    assert run.mean(float) == pytest.approx(150, rel=1e-10)
    assert run.mean(lambda n: n * n) == pytest.approx(150 + 150**2, rel=1e-10)


def test_a_state_that_is_never_left_alone_has_all_the_time() -> None:
    assert long_run("only", lambda state: [(state, 1.0)]).shares.tolist() == [1.0]


def test_wrong_chains_are_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        long_run(0, lambda state: [(1 - state, -1.0)])
    with pytest.raises(ValueError, match="states"):
        long_run(0, lambda state: [(state + 1, 1.0), (max(0, state - 1), 2.0)])
