"""Any Markov chain of some thousand states over some time, or until it comes to rest."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.theory.chain import explored
from sim.theory.day import uniformize
from sim.theory.erlang import require

Array = NDArray[np.float64]
State = TypeVar("State", bound=Hashable)
Moves = Callable[[State], Iterable[tuple[State, float]]]


@dataclass(frozen=True)
class Passed(Generic[State]):
    """Where a chain is after some time, and the time it has spent in each state till then."""

    states: list[State]
    """Every state that can be reached."""
    at_end: Array
    """(states,) chance to be in each at the end."""
    time: Array
    """(states,) mean time spent in each, in s."""

    @property
    def law(self) -> dict[State, float]:
        """The law at the end, state by state."""
        law = zip(self.states, self.at_end.tolist(), strict=True)
        return {state: chance for state, chance in law if chance > 0}

    def spent(self, value: Callable[[State], float]) -> float:
        """The time-integral of a figure that depends on the state."""
        return float(np.dot(self.time, [value(state) for state in self.states]))


def passed(law: Mapping[State, float], moves: Moves[State], seconds: float) -> Passed[State]:
    """Carry a law some time forward (Kolmogorov's equations, by uniformization).

    Parameters
    ----------
    law
        Chances at the start; they need not sum to 1.
    moves
        From a state to the states that can follow and the rate per s of each.
    seconds
        How long.

    Returns
    -------
    Passed

    Examples
    --------
    >>> on = passed({1: 1.0}, lambda n: [(0, 0.1)] if n else [], 10)
    >>> round(on.law[1], 9), round(on.spent(float), 9)
    (0.367879441, 6.321205588)
    """
    from scipy.sparse import coo_array

    require(seconds >= 0, f"a time in s, not {seconds}")
    states, start, into, out = _explored(law, moves)
    fastest = float(out.max()) if len(out) else 0.0
    if fastest == 0 or seconds == 0:
        return Passed(states, start, start * seconds)
    sources, targets, rates = into
    shape = (len(states), len(states))
    flow = coo_array((rates / fastest, (targets, sources)), shape=shape).tocsr()
    stay = 1 - out / fastest

    def step(now: Array) -> Array:
        after: Array = now * stay + flow @ now
        return after

    at_end, time = uniformize(step, start, fastest * seconds)
    return Passed(states, at_end, time / fastest)


def until_rest(law: Mapping[State, float], moves: Moves[State]) -> Passed[State]:
    """Mean time spent in each state by a chain that comes to rest in the end.

    Parameters
    ----------
    law, moves
        As for `passed`; a state at rest has no moves.

    Returns
    -------
    Passed
        At the end only states at rest have a chance; the time there is told as 0.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.linalg import spsolve

    states, start, into, out = _explored(law, moves)
    sources, targets, rates = into
    size = len(states)
    moving = out > 0
    own = np.flatnonzero(moving)
    place = np.full(size, -1)
    place[own] = np.arange(len(own))
    time = np.zeros(size)
    if len(own):
        inner = moving[targets]
        rows = np.concatenate([place[targets[inner]], np.arange(len(own))])
        columns = np.concatenate([place[sources[inner]], np.arange(len(own))])
        flow = np.concatenate([-rates[inner], out[own]])
        balance = coo_array((flow, (rows, columns)), shape=(len(own), len(own))).tocsc()
        time[own] = spsolve(balance, start[own])
    at_end = np.where(moving, 0.0, start)
    np.add.at(at_end, targets, np.where(moving[targets], 0.0, rates * time[sources]))
    return Passed(states, at_end, time)


def _explored(
    law: Mapping[State, float], moves: Moves[State]
) -> tuple[list[State], Array, tuple[NDArray[np.int64], NDArray[np.int64], Array], Array]:
    """All states, the law, the moves between them as (from, to, rate), and what flows out."""
    states, sources, targets, rates = explored(law, moves)
    start = np.zeros(len(states))
    start[: len(law)] = list(law.values())
    flow, of = np.array(rates, float), np.array(sources, np.int64)
    out = np.bincount(of, weights=flow, minlength=len(states)).astype(float)
    return states, start, (of, np.array(targets, np.int64), flow), out
