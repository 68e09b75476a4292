"""A chain solved by dense algebra from a table of its rates: small, plain, and by another way."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

import numpy as np
from scipy.linalg import expm


def generator(
    states: list[Hashable], rates: Iterable[tuple[Hashable, Hashable, float]]
) -> np.ndarray:
    """The matrix of rates (from, to), its rows summing to 0."""
    number = {state: place for place, state in enumerate(states)}
    matrix = np.zeros((len(states), len(states)))
    for source, target, rate in rates:
        matrix[number[source], number[target]] += rate
    np.fill_diagonal(matrix, 0.0)
    return matrix - np.diag(matrix.sum(axis=1))


def in_the_long_run(
    states: list[Hashable], rates: Iterable[tuple[Hashable, Hashable, float]]
) -> dict[Hashable, float]:
    """Share of the time in each state."""
    balance = np.vstack([generator(states, rates).T, np.ones(len(states))])
    shares = np.linalg.lstsq(balance, np.append(np.zeros(len(states)), 1.0), rcond=None)[0]
    return dict(zip(states, shares.tolist(), strict=True))


def carried(
    law: Mapping[Hashable, float],
    states: list[Hashable],
    rates: Iterable[tuple[Hashable, Hashable, float]],
    seconds: float,
) -> tuple[dict[Hashable, float], dict[Hashable, float]]:
    """The law after some time, and the time spent in each state, by one matrix exponential."""
    matrix, size = generator(states, rates), len(states)
    wide = np.zeros((2 * size, 2 * size))
    wide[:size, :size], wide[:size, size:] = matrix, np.eye(size)
    start = np.array([law.get(state, 0.0) for state in states])
    moved = np.concatenate([start, np.zeros(size)]) @ expm(wide * seconds)
    return (
        dict(zip(states, moved[:size].tolist(), strict=True)),
        dict(zip(states, moved[size:].tolist(), strict=True)),
    )
