"""Several plans held against one base: what is sure of all of them together.

With 95 % for each of twenty plans that change nothing, one is expected to look different. What is
said of a plan here holds with 95 % for all plans together: the step-down test of Holm (1979)
says which changes are sure, and intervals with Bonferroni's share of the 5 % (Dunn 1961) hold
the true changes all at once. Neither asks how the plans depend on each other.

References: S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian
Journal of Statistics 6 (1979) 65-70; O. J. Dunn, Multiple comparisons among means, Journal of the
American Statistical Association 56 (1961) 52-64.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.measures.intervals import CONFIDENCE, Floats, student


class Together(NamedTuple):
    """A change as it is known together with those of the other plans."""

    low: float
    """Lower end of the interval that holds for all plans at once, with 95 %."""
    high: float
    p: float
    """Holm's p value: a change is sure, for all plans together, at 0.05 or less."""

    @property
    def sure(self) -> bool:
        """Whether the change is surely not zero, all plans together."""
        return self.p <= 1 - CONFIDENCE

    def document(self) -> dict[str, float]:
        """As the JSON object of the result document."""
        return {"low": self.low, "high": self.high, "p": self.p}


def p_value(value: float, influence: Floats) -> float:
    """How often a change of 0 would show as large a one, by Student's t on paired days.

    Parameters
    ----------
    value : float
        The change.
    influence : ndarray, shape (R,), R at least 2
        Each replication's pull on it.

    Returns
    -------
    float
        Of both sides; 0 for a change that is the same every day, 1 for none on any day.
    """
    replications = len(influence)
    error = float(np.std(influence, ddof=1)) / math.sqrt(replications)
    if error == 0:
        return 1.0 if value == 0 else 0.0
    from scipy.special import stdtr

    return min(1.0, 2 * float(stdtr(replications - 1, -abs(value) / error)))


def holm(values: Sequence[float]) -> list[float]:
    """Holm's adjusted p values, in the order given.

    Parameters
    ----------
    values : sequence of float
        p values of each plan by itself.

    Returns
    -------
    list of float
        The smallest is taken times their number, the next times one less, and so on; none is
        less than one before it, none above 1.

    Examples
    --------
    >>> holm([0.25, 0.5, 0.125])
    [0.5, 0.5, 0.375]
    """
    order = sorted(range(len(values)), key=lambda place: values[place])
    adjusted, largest = [1.0] * len(values), 0.0
    for step, place in enumerate(order):
        largest = max(largest, min(1.0, (len(values) - step) * values[place]))
        adjusted[place] = largest
    return adjusted


def together(
    values: Sequence[float], halves: Sequence[float], ps: Sequence[float], replications: int
) -> list[Together]:
    """What is known of several changes at once.

    Parameters
    ----------
    values, halves, ps : sequence of float
        Each change, half the width of its own 95 % interval, and its own p value.
    replications : int
        Number of paired days, at least 2.

    Returns
    -------
    list of Together
        In the order given.
    """
    wider = bonferroni(replications - 1, len(values)) / student(replications - 1)
    return [
        Together(value - wider * half, value + wider * half, p)
        for value, half, p in zip(values, halves, holm(ps), strict=True)
    ]


@lru_cache(maxsize=256)
def bonferroni(freedom: int, number: int) -> float:
    """Student's quantile that leaves 2.5 % / number above it."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 1 - (1 - CONFIDENCE) / (2 * number)))
