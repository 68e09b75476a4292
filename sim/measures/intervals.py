"""How well a figure is known: 95 % intervals over independent replications.

A replication is one day and the days are independent, so every interval rests on one number
a day, its *influence*: how much that day pulls the estimate up or down. An estimate is, to
first order, its true value plus the mean of its influences. Their standard deviation gives
the interval; the difference of two plans' influences, day by day, gives the interval of the
paired difference, whatever the measure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
NORMAL = 1.959963984540054
"""The standard normal quantile that leaves 2.5 % above it."""

EVEN = 1e-9
"""Spread below this part of the figures is none: sums differ in their last digits."""

FEW = 10
"""Fewer days than these do not tell how far single days may lie from the rest."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """A measure, how well it is known, and how far its days differ.

    `low` and `high` bound the figure itself with 95 % confidence; `day_p10` and `day_p90`
    are the range in which eight days of ten fall. They answer different questions.
    """

    value: float | None
    """The estimate; None where it has no meaning or is 0/0."""
    low: float | None
    """Lower end of the 95 % interval; None with one replication, or where the days do not tell."""
    high: float | None
    day_p10: float | None
    """Quantile 0.1 over the days of the day's own value, days without one left out."""
    day_p90: float | None
    unit: str
    influence: Floats
    """Each replication's pull on the value, with mean 0; NaN where a quantile has no upper end;
    shape (replications,)."""
    days: Floats
    """Each replication's own value, NaN where it has none; shape (replications,)."""
    chance: Floats | None = None
    """The figures of each day that are left to chance, where that is not the whole measure: none
    of the wages of those who surely come, the lost calls of all costs; shape (figures,
    replications). None where all of it is."""

    def document(self) -> dict[str, float | str | None]:
        """The estimate as the JSON object of the result document."""
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "day_p10": self.day_p10,
            "day_p90": self.day_p90,
            "unit": self.unit,
        }


@dataclass(frozen=True, eq=False)
class Pool:
    """Waits of many days in one array, day after day, each day's ascending."""

    waits: Floats
    """All waits in s; shape (sum of sizes,)."""
    sizes: NDArray[np.int64]
    """Number of waits of each day; shape (replications,)."""

    @cached_property
    def queued(self) -> Floats:
        """The waits of all days that are longer than 0, ascending."""
        if len(self.sizes) == 1:
            return self.waits[np.searchsorted(self.waits, 0.0, side="right") :]
        # Timsort merges the days; those who did not wait, often most, need no merging.
        queued = self.waits[self.waits > 0]
        queued.sort(kind="stable")
        return queued

    def at(self, percent: float) -> float:
        """The smallest wait that at least so many per cent of all did not exceed."""
        # percent / 100 first would be wrong: 100 * 0.07 is more than 7.
        number = len(self.waits)
        rank = min(max(math.ceil(number * percent / 100), 1), number)
        place = rank - 1 - (number - len(self.queued))
        return float(self.queued[place]) if place >= 0 else 0.0

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """Place of each day's first wait."""
        return np.cumsum(self.sizes) - self.sizes

    def by_day(self, percent: int) -> Floats:
        """A quantile of each day's waits; NaN where it has none."""
        ranks = np.maximum(np.ceil(self.sizes * percent / 100).astype(np.int64), 1)
        found = np.full(len(self.sizes), np.nan)
        some = self.sizes > 0
        found[some] = self.waits[(self.first + ranks - 1)[some]]
        return found

    def number_up_to(self, wait: float) -> NDArray[np.int64]:
        """Number of waits of each day that are no longer than a given one."""
        # All days are halved at once: `low` waits are known to be no longer, `high` may be.
        low, high = np.zeros_like(self.sizes), self.sizes.copy()
        while (open_ := low < high).any():
            middle = (low + high) // 2
            place = np.minimum(self.first + middle, max(len(self.waits) - 1, 0))
            up_to = open_ & (self.waits[place] <= wait)
            low = np.where(up_to, middle + 1, low)
            high = np.where(open_ & ~up_to, middle, high)
        return low


def missing(unit: str, replications: int) -> Estimate:
    """The estimate of what has no meaning here or never happened (0/0)."""
    nothing = np.full(replications, np.nan)
    return Estimate(None, None, None, None, None, unit, nothing, nothing)


def half_width(influence: Floats) -> float:
    """Half the width of the 95 % interval of an estimate with these influences.

    Parameters
    ----------
    influence : ndarray, shape (R,), R at least 2
        Each replication's pull on the estimate.

    Returns
    -------
    float
        Student's t quantile, with the degrees of freedom that the influences have, times the
        standard error of their mean.
    """
    spread = float(np.std(influence, ddof=1)) / math.sqrt(len(influence))
    return student(freedom(influence)) * spread


def freedom(influence: Floats) -> float:
    """Effective degrees of freedom of the variance of influences.

    Parameters
    ----------
    influence : ndarray, shape (R,), R at least 2
        Each replication's pull on the estimate.

    Returns
    -------
    float
        R - 1 for days as even as normal ones, or fewer than `FEW`; less where single days lie far
        from the rest.

    Notes
    -----
    Twice the squared mean of the variance over the variance of it (Satterthwaite 1946). The
    variance of a sample variance is its square times 2 / (R - 1) + excess kurtosis / R (Cramér
    1946, 27.4), with Fisher's estimate G2 of the kurtosis and never less than the normal's 0.
    With R - 1 alone, intervals over days of which some are very busy are too narrow.
    """
    number = len(influence)
    usual = 2 / (number - 1)
    gaps = influence - influence.mean()
    variance = float(np.mean(gaps**2))
    if number < FEW or not variance > 0:
        return 2 / usual
    excess = float(np.mean((gaps / math.sqrt(variance)) ** 4)) - 3
    fisher = (number - 1) * ((number + 1) * excess + 6) / ((number - 2) * (number - 3))
    return 2 / (usual + max(fisher, 0.0) / number)


@lru_cache(maxsize=256)
def student(freedom: float) -> float:
    """Quantile 0.975 of Student's t with so many degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + CONFIDENCE / 2))


def mean(days: Floats, unit: str, lowest: float = 0.0, highest: float = float("inf")) -> Estimate:
    """Mean of one figure a day, with Student's t interval.

    Parameters
    ----------
    days : ndarray, shape (R,)
        One figure a replication.
    unit : str
        Unit of the figure.
    lowest, highest : float
        Bounds that the figure cannot pass; the interval is cut there.

    Returns
    -------
    Estimate
    """
    return ratio(days, np.ones(len(days)), unit, lowest, highest)


def ratio(
    top: Floats, bottom: Floats, unit: str, lowest: float = 0.0, highest: float = float("inf")
) -> Estimate:
    """Ratio of two expectations, sum over sum, with the delta method's interval.

    Parameters
    ----------
    top, bottom : ndarray, shape (R,)
        Numerator and denominator of each replication.
    unit : str
        Unit of the ratio.
    lowest, highest : float
        Bounds that the ratio cannot pass; the interval is cut there.

    Returns
    -------
    Estimate
        Missing where the denominators are all 0. Without an interval where there is anything to
        go by on one day alone: it does not tell how days differ.

    Notes
    -----
    The mean of daily ratios is another figure: it weighs a quiet day like a busy one. The
    daily ratios are `days`, and give the range of days.
    """
    replications, total = len(top), float(bottom.sum())
    if not total > 0:
        return missing(unit, replications)
    days = np.divide(top, bottom, out=np.full(replications, np.nan), where=bottom > 0)
    known = days[bottom > 0]
    if len(known) == replications and (known == known[0]).all():
        value, influence = float(known[0]), np.zeros(replications)  # exact, whatever the rounding
    else:
        value = float(top.sum()) / total
        influence = (top - value * bottom) / (total / replications)
    if replications == 1 or (len(known) == 1 and not influence.any()):
        return _estimate(value, None, unit, influence, days)
    half = half_width(influence)
    ends = (min(value, max(value - half, lowest)), max(value, min(value + half, highest)))
    return _estimate(value, ends, unit, influence, days)


def root_of_ratio(top: Floats, bottom: Floats, unit: str) -> Estimate:
    """Square root of a ratio of two expectations, such as a root mean square.

    Parameters
    ----------
    top, bottom : ndarray, shape (R,)
        Numerator (squares) and denominator of each replication.
    unit : str
        Unit of the root.

    Returns
    -------
    Estimate
        The delta method's interval: an influence on the ratio pulls the root by as much over
        twice the root.
    """
    squared = ratio(top, bottom, unit)
    if squared.value is None:
        return squared
    root, days = math.sqrt(squared.value), np.sqrt(squared.days)
    influence = squared.influence / (2 * root) if root > 0 else np.zeros(len(top))
    if squared.low is None:
        return _estimate(root, None, unit, influence, days)
    half = half_width(influence)
    return _estimate(root, (max(root - half, 0.0), root + half), unit, influence, days)


def share(top: Floats, bottom: Floats) -> Estimate:
    """Share of contacts (callers, intervals, days), sum over sum.

    Parameters
    ----------
    top, bottom : ndarray, shape (R,)
        How many did, and of how many, in each replication.

    Returns
    -------
    Estimate
        The delta method's interval, cut at 0 and 1.

    Notes
    -----
    A share that was the same on every day, such as 0 or 1, shows no spread at all, yet is not
    known: it gets Wilson's interval, of 0 or 1 about 4 / n wide, with n the number of contacts
    seen. That takes them as independent, which is the least doubt that one may have.
    """
    estimate = ratio(top, bottom, "share", 0.0, 1.0)
    if estimate.value is None or np.ptp(estimate.influence) > EVEN or len(top) == 1:
        return estimate
    ends = wilson(estimate.value, float(bottom.sum()))
    return _estimate(estimate.value, ends, "share", estimate.influence, estimate.days)


def share_of_days(met: Floats, judged: Floats) -> Estimate:
    """Share of days that meet something, with Wilson's interval.

    Parameters
    ----------
    met, judged : ndarray, shape (R,)
        1 for a day that does, and for a day that can be judged; else 0.

    Returns
    -------
    Estimate
    """
    estimate = ratio(met, judged, "share", 0.0, 1.0)
    if estimate.value is None or len(met) == 1:
        return estimate
    ends = wilson(estimate.value, float(judged.sum()))
    return _estimate(estimate.value, ends, "share", estimate.influence, estimate.days)


def wilson(value: float, trials: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share seen in so many independent trials."""
    square = NORMAL**2
    middle = (value + square / (2 * trials)) / (1 + square / trials)
    half = NORMAL * math.sqrt(value * (1 - value) / trials + square / (4 * trials**2))
    half /= 1 + square / trials
    return min(value, max(middle - half, 0.0)), max(value, min(middle + half, 1.0))


def quantile(pool: Pool, percent: int) -> Estimate:
    """Smallest wait that at least so many per cent of all contacts did not exceed.

    Parameters
    ----------
    pool : Pool
        The waits of all replications.
    percent : int
        From 1 to 99.

    Returns
    -------
    Estimate
        In s; missing without contacts.

    Notes
    -----
    Woodruff's interval: the share of contacts at or under the quantile is a ratio over days,
    so its half-width is known; the waits at `percent` less and plus that half-width are the
    ends. The influence of a day on that share, times the slope between the ends, is its
    influence on the quantile.

    There is no upper end, and so no interval, where the longest of so few waits may well be below
    the true quantile: see `tells`. Where days are so alike that the ends are the same wait, the
    share has Wilson's half-width instead, as in `share`; with many equal waits they stay the same.
    """
    number, replications = len(pool.waits), len(pool.sizes)
    if number == 0:
        return missing("s", replications)
    value = pool.at(percent)
    days = pool.by_day(percent)
    if replications == 1:
        return _estimate(value, None, "s", np.zeros(1), days)
    if not tells(number, percent):
        return _estimate(value, None, "s", np.full(replications, np.nan), days)
    under = pool.number_up_to(value)
    pull = (under - under.sum() / number * pool.sizes) / (number / replications)
    half = half_width(pull)
    low, high = (pool.at(percent + 100 * side) for side in (-half, half))
    if low == high:
        up_to = float(under.sum()) / number
        ends = wilson(up_to, number)
        half = max(up_to - ends[0], ends[1] - up_to)
        low, high = (pool.at(percent + 100 * side) for side in (-half, half))
    slope = (high - low) / (2 * half)
    return _estimate(value, (min(low, value), max(high, value)), "s", -slope * pull, days)


def tells(number: int, percent: int) -> bool:
    """Whether so many waits have an upper end for a quantile.

    Parameters
    ----------
    number : int
        Contacts, taken as independent: the least doubt that one may have.
    percent : int
        Of the quantile.

    Returns
    -------
    bool
        Whether the longest of them is above the true quantile with 97.5 %. All are under it with
        a chance of (percent / 100) to the power of their number: it takes 368 contacts for 99 %,
        72 for 95 %, 36 for 90 % and 6 for 50 %.
    """
    return (percent / 100) ** number <= (1 - CONFIDENCE) / 2


def _estimate(
    value: float, ends: tuple[float, float] | None, unit: str, influence: Floats, days: Floats
) -> Estimate:
    low, high = ends if ends is not None else (None, None)
    known = days[~np.isnan(days)]
    p10, p90 = (float(q) for q in np.quantile(known, (0.1, 0.9)))
    return Estimate(value, low, high, p10, p90, unit, influence, days)
