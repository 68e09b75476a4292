"""The heap and the tree of the compiled engine, against the heap of Python and a plain list."""

from __future__ import annotations

from heapq import heappop, heappush, heapreplace

import numpy as np
import pytest

from sim.engine.heap import heap_of, pop, push, put, replace, tree_of

pytestmark = pytest.mark.skipif(
    hasattr(push, "signatures"),
    reason="the compiler is on, and what is inlined cannot be called from Python",
)

ADDED, TAKEN, REPLACED = range(3)


def test_pairs_come_in_the_order_of_time_and_key() -> None:
    """Times are so few that most pairs tie, and no pair is there twice, as in an engine."""
    chance = np.random.default_rng(1)
    for room in (1, 2, 3, 7, 60):
        times, keys = heap_of(room)
        plain: list[tuple[float, int]] = []
        size = 0
        for key in chance.permutation(2000).tolist():
            pair = float(chance.integers(4)), key
            act = chance.integers(3)
            if act == ADDED and size < room:
                size = push(times, keys, size, *pair)
                heappush(plain, pair)
            elif act == TAKEN and size:
                size = pop(times, keys, size)
                heappop(plain)
            elif act == REPLACED and size:
                replace(times, keys, size, *pair)
                heapreplace(plain, pair)
            assert size == len(plain)
            first = (times[0], keys[0]) if size else (times[0], -1)
            assert first == (plain[0] if plain else (np.inf, -1))


def test_a_tree_has_one_pair_in_each_place() -> None:
    """Most pairs tie; a third of what is put is a pair taken out."""
    chance = np.random.default_rng(2)
    for places in (0, 1, 2, 3, 7, 8, 60):
        times, keys = tree_of(places)
        plain: dict[int, tuple[float, int]] = {}
        assert times[0] == np.inf
        for key in chance.permutation(2000).tolist() if places else ():
            place, time = int(chance.integers(places)), float(chance.integers(4))
            if chance.integers(3):
                plain[place] = time, key
            else:
                plain.pop(place, None)
                time = np.inf
            put(times, keys, place, time, key)
            assert times[0] == min(plain.values(), default=(np.inf,))[0]
            assert not plain or keys[0] == min(plain.values())[1]
