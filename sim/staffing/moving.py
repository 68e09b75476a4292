"""The next staffing to try: the cheapest one that, to first order, meets every requirement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.measures.intervals import Floats
from sim.staffing.program import NotSolved, Program
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
    program = Program()
    # Where a seat costs nothing, fewer are still better.
    cost = bounds.cost + 1e-6 * max(float(bounds.cost.max()), 1e-6)
    # A step for its own sake is none.
    idle = 1e-3 * float(cost.min())
    room = bounds.most - seats
    up, up_again, down, down_again = (
        program.variables(way * cost + step * idle, high=fits.astype(np.float64), whole=True)
        for way, step, fits in (
            (1, 1, room >= 1), (1, 2, room >= 2), (-1, 1, seats >= 1), (-1, 2, seats >= 2)
        )
    )  # fmt: skip
    missed = program.variables(np.full(len(slack), reach))
    # The gap is a share of what all seats cost, so that what they cost now is part of it.
    program.variables(np.array([float(cost @ seats)]), low=1.0, high=1.0)
    steps = np.concatenate([up, up_again, down, down_again])
    for number, lacking in enumerate(-slack):
        more, less = slopes.more[:, number], slopes.less[:, number]
        effect = np.concatenate([more, SECOND[0] * more, -less, -SECOND[1] * less])
        program.row(np.append(steps, missed[number]), np.append(effect, 1.0), low=lacking)
    for row, left in zip(bounds.fewest, bounds.left, strict=True):
        program.row(steps, np.concatenate([row, row, -row, -row]), low=float(left - row @ seats))
    for ways in zip(up, up_again, down, down_again, strict=True):
        first, second = ways[:2], ways[2:]
        for one in first:
            for other in second:
                program.row([one, other], [1.0, 1.0], high=1.0)
    if changes is not None:
        program.row(steps, np.ones(len(steps)), high=changes)
    try:
        found = program.solve(NODES, GAP)
    except NotSolved:
        found = None
    if found is None:
        return np.zeros(len(seats), np.int64)
    values = np.round(found.values).astype(np.int64)
    step: Whole = values[up] + values[up_again] - values[down] - values[down_again]
    return step


def effect_of(step: Whole, slopes: Slopes) -> Floats:
    """What a step does to each requirement, to first order; shape (Q,)."""
    up, down = np.maximum(step, 0), np.maximum(-step, 0)
    more = np.minimum(up, 1) + SECOND[0] * np.maximum(up - 1, 0)
    less = np.minimum(down, 1) + SECOND[1] * np.maximum(down - 1, 0)
    found: Floats = more @ slopes.more - less @ slopes.less
    return found
