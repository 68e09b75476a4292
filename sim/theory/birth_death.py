"""Birth-death chains in their steady state, and two or more priority classes on one line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.erlang import Line, require

Array = NDArray[np.float64]


def stationary(births: ArrayLike, deaths: ArrayLike) -> Array:
    """Long-run share of the time in each state of a birth-death chain.

    Parameters
    ----------
    births
        (N,) rate per s from state n to n + 1.
    deaths
        (N,) rate per s from state n + 1 back to n, above 0.

    Returns
    -------
    ndarray
        (N + 1,) shares that sum to 1.

    Examples
    --------
    >>> stationary([2.0, 2.0], [1.0, 2.0]).tolist()
    [0.2, 0.4, 0.4]
    """
    up, down = np.asarray(births, dtype=float), np.asarray(deaths, dtype=float)
    require(up.ndim == 1 and up.shape == down.shape, "as many births as deaths")
    require(bool(np.all(up >= 0) and np.all(np.isfinite(up))), "a birth rate is a number >= 0")
    require(bool(np.all(down > 0) and np.all(np.isfinite(down))), "a death rate is above 0")
    closed = np.flatnonzero(up == 0)
    reached = int(closed[0]) if closed.size else up.size
    log_weight = np.zeros(reached + 1)
    log_weight[1:] = np.cumsum(np.log(up[:reached]) - np.log(down[:reached]))
    weight = np.zeros(up.size + 1)
    weight[: reached + 1] = np.exp(log_weight - log_weight.max())
    shares: Array = weight / weight.sum()
    return shares


def class_waits(rates: Sequence[float], handling: float, operators: float) -> Array:
    """Mean wait of each priority class when a call in hand is never put aside (Cobham 1954).

    Parameters
    ----------
    rates
        (K,) calls offered per second, the first class served first; nobody hangs up.
    handling
        Mean handling time in s, exponential and the same for all classes.
    operators
        Operators, above the load of all classes.

    Returns
    -------
    ndarray
        (K,) mean wait of all callers of a class, in s.

    Examples
    --------
    >>> class_waits([0.02, 0.03], 240, 14).round(3).tolist()
    [12.566, 87.964]
    """
    arrivals = np.asarray(rates, dtype=float)
    require(bool(np.all(arrivals >= 0)), "a rate is calls per second >= 0")
    delayed = Line(float(arrivals.sum()), handling, operators).delayed_share
    taken = np.concatenate([[0.0], np.cumsum(arrivals)]) * handling / operators
    waits: Array = delayed * handling / operators / ((1 - taken[:-1]) * (1 - taken[1:]))
    return waits


def growing_waits(
    rates: Sequence[float], growth: Sequence[float], handling: float, operators: float
) -> Array:
    """Mean wait of each class when the largest growth x time waited is taken (Kleinrock 1964).

    Parameters
    ----------
    rates
        (K,) calls offered per second; nobody hangs up, a call in hand is never put aside.
    growth
        (K,) priority points per second waited, above 0, in any order.
    handling
        Mean handling time in s, exponential and the same for all classes.
    operators
        Operators, above the load of all classes.

    Returns
    -------
    ndarray
        (K,) mean wait of all callers of a class, in s.

    Notes
    -----
    With b the growth, r the load per operator and W0 the delayed share x handling / operators,
    W_p = W0 + sum_i r_i W_i min(1, b_i / b_p) + sum_i r_i W_p max(0, 1 - b_p / b_i): those who
    are ahead already, and those who will overtake. The equations are linear and solved as such.
    Kleinrock has one operator; while all are busy, several with one exponential law are one.

    Examples
    --------
    >>> growing_waits([0.02, 0.03], [2.0, 1.0], 240, 14).round(3).tolist()
    [39.865, 69.764]
    """
    arrivals, points = np.asarray(rates, dtype=float), np.asarray(growth, dtype=float)
    require(arrivals.ndim == 1 and arrivals.shape == points.shape, "as many rates as growths")
    require(bool(np.all(arrivals >= 0)), "a rate is calls per second >= 0")
    require(bool(np.all(points > 0) and np.all(np.isfinite(points))), "a growth is above 0")
    delayed = Line(float(arrivals.sum()), handling, operators).delayed_share
    load = arrivals * handling / operators
    faster = points[None, :] / points[:, None]
    ahead = load * np.minimum(1.0, faster)
    overtaking = (load * np.maximum(0.0, 1 - 1 / faster)).sum(axis=1)
    waits: Array = np.linalg.solve(
        np.diag(1 - overtaking) - ahead, np.full(len(load), delayed * handling / operators)
    )
    return waits
