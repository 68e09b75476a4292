"""What a contender makes of a day, and the figures in which contenders are compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.workloads import DAY

EMPTY = 3600.0
"""Seconds of a day that are left out: it starts with nobody on the line."""

FIGURES = ("wait", "abandonment", "within_20")
"""Mean wait of all in s, share who hang up, share of all who are answered within 20 s."""


class Day(NamedTuple):
    """One day's contacts, in any order: arrival and wait in s, and whether they hung up."""

    arrival: NDArray[np.float64]
    wait: NDArray[np.float64]
    hung_up: NDArray[np.bool_]


class Prepared(NamedTuple):
    """A day that is ready to run: `work` is what is timed, `read` turns what it gives to a Day."""

    work: Callable[[], Any]
    read: Callable[[Any], Day] = lambda result: result


def figures_of(day: Day) -> list[float]:
    """The `FIGURES` of those who phone between the first hour's end and midnight."""
    counted = (day.arrival >= EMPTY) & (day.arrival < DAY)
    wait, hung_up = day.wait[counted], day.hung_up[counted]
    return [
        float(wait.mean()),
        float(hung_up.mean()),
        float(np.mean(~hung_up & (wait <= 20.0))),
    ]
