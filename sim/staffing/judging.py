"""What it means that a staffing meets its aims: on the day, in every interval, by chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

import numpy as np

from sim.measures.intervals import Floats
from sim.staffing.aims import Gaps

CLEARLY = 5.0
"""Standard deviations by which days to come would have to differ for a miss not to be one."""

NEAR = 0.25
"""Share of the days, those nearest to the one that decides, on which a change is looked at."""


class Judged(NamedTuple):
    """How a trial stands; Q requirements."""

    slack: Floats
    """What each requirement has to spare, as a share; below 0 it is missed; shape (Q,)."""
    weight: Floats
    """What a unit of slack of each day and interval adds to a requirement: shape (A, R, N)."""


class Judge(Protocol):
    """A reading of "meets the targets"."""

    together: ClassVar[tuple[int, ...]]
    """Over what an aim is one ratio: days (0), intervals (1) or both."""

    def judged(self, gaps: Gaps) -> Judged:
        """How a trial stands."""
        ...

    def effect(self, before: Judged, change: Floats, rows: slice) -> Floats:
        """What a change of slack in some intervals does to each requirement.

        Parameters
        ----------
        before : Judged
            How the trial stood without the change.
        change : ndarray, shape (A, R, N)
            Slack less slack before.
        rows : slice
            The intervals to which the change is held.

        Returns
        -------
        ndarray, shape (Q,)
        """
        ...

    def foreseen(self, now: Gaps, part: Gaps) -> Floats | None:
        """What is expected to be to spare, where the first days leave no doubt of a miss.

        Parameters
        ----------
        now : Gaps
            All days under a staffing.
        part : Gaps
            The first of these days under another one.

        Returns
        -------
        ndarray, shape (Q,)
            None where there is doubt, or where all days are needed to say.
        """
        ...

    def named(self, number: int) -> tuple[int | None, int | None]:
        """The aim and the interval that a requirement is about; None for all of them."""
        ...


def _shares(top: Floats, base: Floats) -> Floats:
    """Ratios; 0 where there is nothing to judge."""
    found: Floats = np.divide(top, base, out=np.zeros_like(top), where=base > 0)
    return found


class OnTheDay:
    """Every aim holds on an average day: ratios of sums over all days, as `run` judges."""

    together: ClassVar[tuple[int, ...]] = (0, 1)

    def judged(self, gaps: Gaps) -> Judged:
        """One requirement an aim."""
        base = gaps.base.sum(axis=(1, 2))
        slack = _shares(gaps.slack.sum(axis=(1, 2)), base)
        one = _shares(np.ones_like(base), base)[:, None, None]
        return Judged(slack, np.broadcast_to(one, gaps.slack.shape))

    def effect(self, before: Judged, change: Floats, rows: slice) -> Floats:
        """The share that an average day gains."""
        gain: Floats = (change[..., rows] * before.weight[..., rows]).sum(axis=(1, 2))
        return gain

    def foreseen(self, now: Gaps, part: Gaps) -> Floats | None:
        """The change from day to day is carried on, with its scatter on both sides."""
        days, seen = now.slack.shape[1], part.slack.shape[1]
        if seen < 2:
            return None
        change = part.slack.sum(axis=2) - now.slack[:, :seen].sum(axis=2)
        expected = now.slack.sum(axis=(1, 2)) + days * change.mean(axis=1)
        # The mean of the days seen and the sum of those to come both scatter.
        scatter = change.std(axis=1, ddof=1) * math.sqrt(days * (days - seen) / seen)
        if (expected + CLEARLY * scatter >= 0).all():
            return None
        return _shares(expected, now.base.sum(axis=(1, 2)))

    def named(self, number: int) -> tuple[int | None, int | None]:
        """Requirements are aims."""
        return number, None


class InEveryInterval:
    """Every aim holds in every interval, as ratios of sums over all days."""

    together: ClassVar[tuple[int, ...]] = (0,)

    def __init__(self, intervals: int) -> None:
        self.intervals = intervals

    def judged(self, gaps: Gaps) -> Judged:
        """One requirement an aim and interval, aim after aim."""
        base = gaps.base.sum(axis=1)
        slack = _shares(gaps.slack.sum(axis=1), base)
        one = _shares(np.ones_like(base), base)[:, None, :]
        return Judged(slack.ravel(), np.broadcast_to(one, gaps.slack.shape))

    def effect(self, before: Judged, change: Floats, rows: slice) -> Floats:
        """The shares that the intervals gain."""
        gain = np.zeros((change.shape[0], self.intervals))
        gain[:, rows] = (change[..., rows] * before.weight[..., rows]).sum(axis=1)
        return gain.ravel()

    def foreseen(self, now: Gaps, part: Gaps) -> Floats | None:
        """What each interval loses is told of all days."""
        return None

    def named(self, number: int) -> tuple[int | None, int | None]:
        """Requirements are aims by interval."""
        return divmod(number, self.intervals)


@dataclass(frozen=True)
class WithAChance:
    """All aims hold on a given share of the days."""

    chance: float
    together: ClassVar[tuple[int, ...]] = (1,)

    def days(self, gaps: Gaps) -> Floats:
        """What each day has to spare in the aim that it is nearest to missing; shape (R,)."""
        return self._worst(gaps)[0]

    def _worst(self, gaps: Gaps) -> tuple[Floats, Floats, Floats]:
        mean = gaps.base.sum(axis=2).mean(axis=1, keepdims=True)
        daily = _shares(gaps.slack.sum(axis=2), np.broadcast_to(mean, gaps.base.shape[:2]).copy())
        return daily.min(axis=0), daily.argmin(axis=0), mean[:, 0]

    def judged(self, gaps: Gaps) -> Judged:
        """One requirement: what the day has to spare that as many days are better than."""
        daily, aim, mean = self._worst(gaps)
        number = len(daily)
        rank = max(math.ceil(self.chance * number - 1e-9), 1)
        order = np.argsort(-daily, kind="stable")
        near = max(1, round(NEAR * number / 2))
        chosen = order[max(rank - 1 - near, 0) : rank + near]
        weight = np.zeros(gaps.slack.shape)
        weight[aim[chosen], chosen] = (1 / (mean[aim[chosen]] * len(chosen)))[:, None]
        return Judged(daily[order[rank - 1 : rank]], weight)

    def effect(self, before: Judged, change: Floats, rows: slice) -> Floats:
        """What days near the one that decides gain."""
        gain = (change[..., rows] * before.weight[..., rows]).sum()
        return np.array([gain])

    def foreseen(self, now: Gaps, part: Gaps) -> Floats | None:
        """The day that decides is known when all days are."""
        return None

    def named(self, number: int) -> tuple[int | None, int | None]:
        """One requirement for all aims."""
        return None, None


def days_met(gaps: Gaps) -> Floats:
    """1 for each day that meets every aim by itself, else 0; shape (R,)."""
    met: Floats = (gaps.slack.sum(axis=2) >= 0).all(axis=0).astype(np.float64)
    return met
