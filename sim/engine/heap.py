"""The first of many (time, key) pairs, over plain arrays; compiled. Keys are not negative.

A binary heap takes any number of pairs; a tree has a place for each of so many pairs, and is
quicker where each pair is replaced again and again. The first time of either is inf while it has
no pair, so that a loop may look at it without asking how many there are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiling import inlined

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


def heap_of(room: int) -> tuple[Floats, Longs]:
    """Times and keys of an empty heap with room for so many pairs, and one more to move in."""
    times, keys = np.empty(room + 1), np.empty(room + 1, np.int64)
    times[0], keys[0] = np.inf, 0
    return times, keys


def tree_of(places: int) -> tuple[Floats, Longs]:
    """Times and keys of a tree with so many places, each for one pair; without one, due at inf.

    The pairs of all places stand at the end; before them the earlier of each two, before those
    the earlier of each two of them, and so on to the first of all.
    """
    width = 1
    while width < places:
        width *= 2
    return np.full(2 * width - 1, np.inf), np.zeros(2 * width - 1, np.int64)


@inlined
def leaf(times: Floats, place: int) -> int:
    """Where in a tree the pair of a place stands."""
    return (len(times) >> 1) + place


@inlined
def put(times: Floats, keys: Longs, place: int, time: float, key: int) -> None:
    """Put a pair in its place in a tree, instead of what was there; a time of inf takes it out.

    Which pairs are looked at depends on the place alone, so that the processor need neither guess
    nor wait, as it must on the way through a heap.
    """
    node = leaf(times, place)
    times[node], keys[node] = time, key
    while node > 0:
        other = ((node - 1) ^ 1) + 1
        other_time, other_key = times[other], keys[other]
        # Nothing is branched upon, and the time, chosen by itself, is a plain minimum: both
        # matter more than the comparison that is made twice.
        sooner = (other_time < time) | ((other_time == time) & (other_key < key))
        key = other_key if sooner else key
        time = other_time if other_time < time else time
        node = (node - 1) >> 1
        times[node], keys[node] = time, key


@inlined
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


@inlined
def replace(times: Floats, keys: Longs, size: int, time: float, key: int) -> None:
    """Put a pair in the place of the first of `size` pairs."""
    place, below = 0, 1
    while below < size:
        # Which of two comes first is anyone's guess, and a wrong guess costs more than the
        # comparison: so the result is added and not branched upon. Ties are rare.
        other = below + int(below + 1 < size)
        if times[other] == times[below]:
            below += int(keys[other] < keys[below])
        else:
            below += int(times[other] < times[below])
        if time < times[below] or (time == times[below] and key <= keys[below]):
            break
        times[place], keys[place] = times[below], keys[below]
        place, below = below, 2 * below + 1
    times[place], keys[place] = time, key


@inlined
def pop(times: Floats, keys: Longs, size: int) -> int:
    """Take the first pair off a heap of `size` pairs and return the new size."""
    size -= 1
    time, key = times[size], keys[size]
    times[size] = np.inf
    if size > 0:
        replace(times, keys, size, time, key)
    return size
