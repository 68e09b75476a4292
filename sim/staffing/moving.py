"""The next staffing to try: the cheapest one that, to first order, meets every requirement."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.measures.intervals import Floats
from sim.staffing.seats import Whole

SECOND = (0.6, 1.6)
"""What a second seat more, or less, does of what the first one does."""

GAP, NODES = 1e-4, 300
"""How near to the cheapest choice is near enough, as a share of what all seats cost, and among how
many nodes of the solver's tree it is looked for. Not for how long: answers must not depend on the
machine."""


@dataclass(frozen=True)
class Slopes:
    """What one seat more or less does; C cells (interval and group), Q requirements."""

    more: Floats
    """Gain of one seat more; shape (C, Q)."""
    less: Floats
    """Loss by one seat less, not negative; shape (C, Q)."""


@dataclass(frozen=True)
class Bounds:
    """Between which numbers of seats a step may go; C cells."""

    cost: Floats
    """What a seat costs in each cell; shape (C,)."""
    fewest: Floats
    """Rows of cells of which some seats must be left: 1 where a cell counts; shape (K, C)."""
    left: Floats
    """How many must be left of each row; shape (K,)."""
    most: Whole
    """Most seats of each cell; shape (C,)."""


def best_step(
    seats: Whole, slack: Floats, slopes: Slopes, bounds: Bounds, reach: float, changes: int | None
) -> Whole:
    """Seats more and less by cell that save most and leave no requirement missed.

    Parameters
    ----------
    seats : ndarray, shape (C,)
        Seats now.
    slack : ndarray, shape (Q,)
        What each requirement has to spare now; below 0 it has to be won.
    slopes : Slopes
    bounds : Bounds
    reach : float
        What a unit of a missed requirement is worth in cost: more than seats can win it for.
    changes : int, optional
        At most so many seats more and less in all.

    Returns
    -------
    ndarray, shape (C,)
        From -2 to 2.

    Notes
    -----
    A mixed-integer linear programme, after the cutting planes by simulated subgradients of
    Cezik and L'Ecuyer (2008), with all cells together and steps of at most two seats.
    """
    from scipy.optimize import Bounds as Between
    from scipy.optimize import LinearConstraint, milp
    from scipy.sparse import csr_array, eye_array, hstack

    cells, wanted = len(seats), len(slack)
    # Beside the steps: what stays missed of each requirement, and 1 for what the seats cost now.
    beside = wanted + 1
    more, less = csr_array(slopes.more.T), csr_array(slopes.less.T)
    effect = hstack([more, SECOND[0] * more, -less, -SECOND[1] * less])
    one = eye_array(cells)
    count = hstack([one, one, -one, -one])
    rows = [
        # What is won and what stays missed make up for what is missing.
        LinearConstraint(
            hstack([effect, eye_array(wanted), csr_array((wanted, 1))]), -slack, np.inf
        ),
        _padded(csr_array(bounds.fewest) @ count, beside,
                bounds.left - bounds.fewest @ seats, np.inf),
        # A cell goes one way.
        *(_padded(hstack([one * u for u in up] + [one * d for d in down]), beside, -np.inf, 1.0)
          for up in ((1, 0), (0, 1)) for down in ((1, 0), (0, 1))),
    ]  # fmt: skip
    if changes is not None:
        rows.append(_padded(np.ones((1, 4 * cells)), beside, -np.inf, changes))
    room, there = bounds.most - seats, seats
    upper = np.concatenate([room >= 1, room >= 2, there >= 1, there >= 2]).astype(np.float64)
    # Where a seat costs nothing, fewer are still better.
    cost = bounds.cost + 1e-6 * max(float(bounds.cost.max()), 1e-6)
    # A step for its own sake is none.
    idle = 1e-3 * float(cost.min())
    price = np.concatenate([cost + idle, cost + 2 * idle, -cost + idle, -cost + 2 * idle])
    low = np.append(np.zeros(4 * cells + wanted), 1.0)
    with _own_output_silent():
        found = milp(
            np.concatenate([price, np.full(wanted, reach), [float(cost @ seats)]]),
            integrality=np.concatenate([np.ones(4 * cells), np.zeros(beside)]),
            bounds=Between(low, np.concatenate([upper, np.full(wanted, np.inf), [1.0]])),
            constraints=rows,
            options={"mip_rel_gap": GAP, "node_limit": NODES},
        )
    if found.x is None:
        return np.zeros(cells, np.int64)
    up, up_again, down, down_again = np.round(found.x[: 4 * cells]).reshape(4, cells)
    step: Whole = (up + up_again - down - down_again).astype(np.int64)
    return step


@contextmanager
def _own_output_silent() -> Iterator[None]:
    """Send elsewhere what the solver now and then writes on standard output by itself."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # there is no standard output
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _padded(matrix: Any, beside: int, low: Any, high: Any) -> Any:
    """A constraint on steps only."""
    from scipy.optimize import LinearConstraint
    from scipy.sparse import csr_array, hstack

    rows = csr_array(matrix)
    empty: Any = csr_array((rows.shape[0], beside), dtype=np.float64)
    return LinearConstraint(hstack([rows, empty]), low, high)
