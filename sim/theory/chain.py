"""The long run of any Markov chain with a few hundred thousand states at most."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.theory.erlang import require

Array = NDArray[np.float64]
State = TypeVar("State", bound=Hashable)

MOST_STATES = 400_000
SHIFT = 1e-11
MOST_ROUNDS = 100
SETTLED = 1e-13


@dataclass(frozen=True)
class LongRun(Generic[State]):
    """The states of a chain and the share of the time that it is in each."""

    states: list[State]
    """Every state that can be reached from the first."""
    shares: Array
    """(states,) long-run shares of the time; they sum to 1."""

    def mean(self, value: Callable[[State], float]) -> float:
        """Long-run mean of a figure that depends on the state."""
        return float(np.dot(self.shares, [value(state) for state in self.states]))

    def share(self, holds: Callable[[State], bool]) -> float:
        """Long-run share of the time that a condition on the state holds."""
        return self.mean(lambda state: 1.0 if holds(state) else 0.0)


def long_run(
    first: State, moves: Callable[[State], Iterable[tuple[State, float]]]
) -> LongRun[State]:
    """Solve a chain that always comes back to its first state.

    Parameters
    ----------
    first
        A state that is come back to.
    moves
        From a state to the states that can follow and the rate per s of each; a rate of 0 is no
        move, a move to the same state changes nothing, two moves to one state add up.

    Returns
    -------
    LongRun

    Raises
    ------
    ValueError
        For a negative rate, more than 400,000 states, or a chain that hardly ever moves between
        its parts.

    Notes
    -----
    Inverse iteration: the equations of balance are shifted by a tiny rate, which makes them
    diagonally dominant by columns, so that they are factored once without pivoting; every round
    brings the shares closer by the shift over the slowest rate of relaxation. No state is singled
    out, since one that is hardly ever visited would spoil all others. Shares are exact to about
    1e-13 of the whole, not each to so many digits.

    Examples
    --------
    >>> run = long_run(0, lambda n: [(min(n + 1, 2), 2.0), (max(n - 1, 0), n)])
    >>> run.shares.round(12).tolist()
    [0.2, 0.4, 0.4]
    """
    from scipy.sparse import coo_array, eye_array
    from scipy.sparse.linalg import splu

    states, sources, targets, rates = explored([first], moves)
    size = len(states)
    if size == 1:
        return LongRun(states, np.ones(1))
    flow = np.asarray(rates)
    require(bool(np.all(flow >= 0)), "a rate is not negative")
    out = np.bincount(sources, weights=flow, minlength=size)
    rows = np.concatenate([targets, np.arange(size)])
    columns = np.concatenate([sources, np.arange(size)])
    # Times the vector of shares: what flows out of each state less what flows into it.
    balance = coo_array((np.concatenate([-flow, out]), (rows, columns)), shape=(size, size)).tocsc()
    fastest = float(out.max())
    factors = splu(
        (balance + SHIFT * fastest * eye_array(size)).tocsc(),
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )
    shares = np.full(size, 1 / size)
    for _ in range(MOST_ROUNDS):
        # What is negative is rounding of states that are next to never visited.
        following = np.maximum(factors.solve(shares), 0.0)
        following /= following.sum()
        moved = float(np.abs(following - shares).sum())
        shares = following
        if moved < SETTLED:
            return LongRun(states, shares)
    raise ValueError("the chain moves too slowly between its states to be solved")


def explored(
    first: Iterable[State], moves: Callable[[State], Iterable[tuple[State, float]]]
) -> tuple[list[State], list[int], list[int], list[float]]:
    """All states in the order of their discovery, the first ones given, and the moves between them
    by number: from, to, rate."""
    states = list(first)
    number = {state: place for place, state in enumerate(states)}
    sources: list[int] = []
    targets: list[int] = []
    rates: list[float] = []
    for state in states:
        here = number[state]
        for following, rate in moves(state):
            if rate == 0 or following == state:
                continue
            if following not in number:
                number[following] = len(states)
                states.append(following)
                require(len(states) <= MOST_STATES, f"more than {MOST_STATES} states")
            sources.append(here)
            targets.append(number[following])
            rates.append(rate)
    return states, sources, targets, rates
