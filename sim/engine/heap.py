"""A binary heap of (time, key) pairs over plain arrays; compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiling import compiled

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@compiled
def push(times: Floats, keys: Longs, size: int, time: float, key: int) -> int:
    """Add a pair to a heap of `size` pairs and return the new size; earlier, then lower key first.

    Parameters
    ----------
    times, keys : arrays with room for one more than `size`
    """
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if times[above] < time or (times[above] == time and keys[above] <= key):
            break
        times[place], keys[place] = times[above], keys[above]
        place = above
    times[place], keys[place] = time, key
    return size + 1


@compiled
def pop(times: Floats, keys: Longs, size: int) -> int:
    """Take the first pair off a heap of `size` pairs and return the new size."""
    size -= 1
    time, key = times[size], keys[size]
    place, below = 0, 1
    while below < size:
        other = below + 1
        if other < size and (
            times[other] < times[below]
            or (times[other] == times[below] and keys[other] < keys[below])
        ):
            below = other
        if time < times[below] or (time == times[below] and key <= keys[below]):
            break
        times[place], keys[place] = times[below], keys[below]
        place, below = below, 2 * below + 1
    times[place], keys[place] = time, key
    return size
