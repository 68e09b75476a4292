"""Times and other values at random, on a coarse grid of whole minutes or anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from hypothesis import strategies as st

T = TypeVar("T")

OPENS, CLOSES = 28_800.0, 30_600.0
"""Every day drawn is open for half an hour at most, from 08:00."""

MINUTE = 60.0


class Clock(NamedTuple):
    """Draws times on a coarse grid of minutes, or anywhere."""

    draw: st.DrawFn
    coarse: bool

    def one(self, coarse: Sequence[T], fine: Sequence[T] | None = None) -> T:
        """One of a few values; other ones off the grid where they are given."""
        return self.draw(st.sampled_from(coarse if self.coarse or fine is None else fine))

    def several(self, number: int, coarse: Sequence[T], fine: Sequence[T] | None = None) -> list[T]:
        """A few values, with repetition."""
        values = st.sampled_from(coarse if self.coarse or fine is None else fine)
        return self.draw(st.lists(values, min_size=number, max_size=number))

    def between(self, low: float, high: float) -> float:
        """A time from `low` to `high`, which lie on the grid."""
        if self.coarse:
            return low + MINUTE * self.draw(st.integers(0, int((high - low) // MINUTE)))
        return self.draw(st.floats(low, high, width=64))

    def after(self, low: float, high: float) -> float:
        """A time after `low`, at most `high`."""
        time = self.between(low, high)
        return high if time <= low else time

    def work(self) -> float:
        """A multiple of a mean; now and then nothing at all."""
        if self.coarse:
            return float(self.draw(st.sampled_from([0, 1, 1, 1, 2, 3, 5])))
        return self.draw(st.floats(0.0, 5.0, width=64))


def ends(sizes: Iterable[int]) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Where the parts of one array begin, and where the last one ends."""
    return np.cumsum([0, *sizes]).astype(np.int32)
