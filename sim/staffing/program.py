"""A linear program with whole numbers, put together piece by piece and solved by HiGHS."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from sim.measures.intervals import Floats
from sim.staffing.seats import Whole

GAP = 0.008
"""Relative gap between the cost found and the bound at which a solution is good enough."""

MOST_NODES = 40
"""Nodes of the search tree; a number of nodes, not of seconds, so that results repeat."""


class Row(NamedTuple):
    """weights @ persons is at least `low` and at most `high`."""

    weights: Floats
    low: float
    high: float = math.inf


class Solution(NamedTuple):
    """The best that was found."""

    values: Floats
    """Of all variables."""
    bound: float
    """No values that keep all rows have a smaller objective."""


class NotSolved(ValueError):
    """No whole numbers were found that keep all rows."""


class Program:
    """Variables and rows, in the order in which they are added; the objective is made small."""

    def __init__(self) -> None:
        self._cost: list[Floats] = []
        self._low: list[Floats] = []
        self._high: list[Floats] = []
        self._whole: list[Floats] = []
        self._size = 0
        self._rows: list[Whole] = []
        self._places: list[Whole] = []
        self._weights: list[Floats] = []
        self._bounds: list[tuple[float, float]] = []

    def variables(
        self, cost: Floats, low: float = 0.0, high: float | Floats = math.inf, whole: bool = False
    ) -> Whole:
        """Add variables, one for each cost; their places are given back."""
        number = len(cost)
        self._cost.append(np.asarray(cost, np.float64))
        self._low.append(np.full(number, low))
        self._high.append(np.full(number, high))
        self._whole.append(np.full(number, float(whole)))
        self._size += number
        return np.arange(self._size - number, self._size)

    def row(
        self, places: Sequence[int] | Whole, weights: Sequence[float] | Floats,
        low: float = -math.inf, high: float = math.inf,
    ) -> None:  # fmt: skip
        """Add a row over some variables; it is scaled by its largest weight."""
        found = np.asarray(weights, np.float64)
        keep = np.flatnonzero(found)
        scale = float(np.abs(found).max(initial=0.0)) or 1.0
        self._rows.append(np.full(len(keep), len(self._bounds)))
        self._places.append(np.asarray(places, np.int64)[keep])
        self._weights.append(found[keep] / scale)
        self._bounds.append((low / scale, high / scale))

    def solve(self, nodes: int = MOST_NODES, gap: float = GAP) -> Solution | None:
        """The values that make the objective small; None where no values keep all rows.

        Raises
        ------
        NotSolved
            Nothing was found in so many nodes.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_array

        cells = (np.concatenate(self._rows), np.concatenate(self._places))
        shape = (len(self._bounds), self._size)
        matrix = coo_array((np.concatenate(self._weights), cells), shape=shape).tocsr()
        low, high = np.array(self._bounds).T
        with _silent():
            result = milp(
                np.concatenate(self._cost),
                integrality=np.concatenate(self._whole),
                bounds=Bounds(np.concatenate(self._low), np.concatenate(self._high)),
                constraints=LinearConstraint(matrix, low - 1e-9, high + 1e-9),
                options={"node_limit": nodes, "mip_rel_gap": gap},
            )
        if result.x is not None:
            return Solution(np.asarray(result.x, np.float64), float(result.mip_dual_bound))
        if result.status == 2:
            return None
        raise NotSolved(f"the solver gave up: {result.message}")


@contextmanager
def _silent() -> Iterator[None]:
    """HiGHS writes some of its remarks to the terminal, past everything that could stop them."""
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
