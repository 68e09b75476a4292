"""Whether a staffing holds on days that did not lead to it, and what one operator fewer does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.measures.intervals import Floats, half_width, wilson
from sim.staffing.aims import Gaps, gaps_of
from sim.staffing.judging import Judge, Judged, OnTheDay, WithAChance
from sim.staffing.moving import Slopes
from sim.staffing.search import Point, Search, one_fewer, steeper
from sim.staffing.seats import Whole
from sim.staffing.trials import Trial, Trials

REPAIRS = 5
"""How often a search goes on for what the fresh days showed."""

TRIED = 10
"""How many single seats are taken away on the fresh days."""


class Checked(NamedTuple):
    """A staffing on the fresh days."""

    seats: Whole
    trial: Trial
    gaps: Gaps
    judged: Judged


@dataclass
class Confirming:
    """Holds the answers of a search against fresh days, and has the search go on by them.

    Parameters
    ----------
    search : Search
    fresh : Trials
        Days that the search does not see.
    sure : bool
        Ask for the lower end of the 95 % interval to meet the aims, not only for the estimate.
    """

    search: Search
    fresh: Trials
    sure: bool

    def checked(self, seats: Whole) -> Checked:
        """A staffing on the fresh days."""
        trial = self.search.trial(seats, self.fresh)
        gaps = gaps_of(trial, self.search.aims)
        return Checked(seats, trial, gaps, judged_with_care(self.search.judge, gaps, self.sure))

    def missing(self, checked: Checked) -> float:
        """How much a staffing misses on the fresh days."""
        spare = self._reachable(checked.judged.slack - self.search.allowed)
        return float(-spare[spare < -1e-9].sum())

    def _reachable(self, spare: Floats) -> Floats:
        """What is to spare; where a requirement is out of reach, the search's days decide."""
        return np.where(self.search.allowed < 0, np.maximum(spare, 0.0), spare)

    def confirmed(self, point: Point, slopes: Slopes) -> tuple[Checked, Point]:
        """The cheapest staffing found that meets the aims on the fresh days.

        Returns
        -------
        Checked
            Where none was found, the one that misses least.
        Point
            The same on the days of the search.
        """
        search, best = self.search, None
        known: set[bytes] = set()
        for attempt in range(REPAIRS):
            now = self.checked(point.seats)
            known.add(point.seats.tobytes())
            rank = (self.missing(now), search.spent(now.seats))
            if best is None or rank < best[0]:
                best = rank, now, point
            apart = now.judged.slack - point.judged.slack
            # Where it was missed again, a little more is asked for each time.
            extra = min(0.3 * attempt, 1.0) * np.minimum(now.judged.slack - search.allowed, 0.0)
            search.offset = np.where(search.allowed < 0, 0.0, apart + extra)
            point = search.mended(point, slopes)
            if point.seats.tobytes() in known:
                break
        assert best is not None
        _, now, point = best
        search.offset = np.where(
            search.allowed < 0, 0.0, now.judged.slack - point.judged.slack
        )  # fmt: skip
        return now, point

    def fewest(self, now: Checked, slopes: Slopes) -> tuple[Checked, Checked | None]:
        """Take away the seat that is missed least, as long as nothing is missed.

        Returns
        -------
        Checked
            The staffing that is left.
        Checked or None
            The same with one operator fewer where that does least harm; None where a target is
            missed or out of reach in any case, or no seat may go.
        """
        if self.missing(now) > 0 or (self.search.allowed < 0).any():
            return now, None
        slopes = Slopes(slopes.more, slopes.less.copy())
        for _ in range(TRIED):
            cell = self.least_missed(now, slopes)
            if cell is None:
                return now, None
            other = self.checked(one_fewer(now.seats, cell))
            if self.missing(other) > 0:
                return now, other
            steeper(slopes, cell, now.judged, other.judged)
            now = other
        return now, None

    def least_missed(self, now: Checked, slopes: Slopes) -> int | None:
        """The cell from which a seat would be missed least, by what the search's days say."""
        cells = self.search.removable(now.seats)
        if not cells:
            return None
        spare = self._reachable(now.judged.slack - self.search.allowed)
        over = (slopes.less[cells] - spare).max(axis=1)
        return int(cells[int(np.argmin(over))])


def judged_with_care(judge: Judge, gaps: Gaps, sure: bool) -> Judged:
    """How a trial stands; with `sure`, at the lower end of the 95 % interval of each slack."""
    judged = judge.judged(gaps)
    days = gaps.slack.shape[1]
    if not sure or days < 2:
        return judged
    if isinstance(judge, WithAChance):
        return WithAChance(surely(judge.chance, days)).judged(gaps)
    if isinstance(judge, OnTheDay):
        daily = (gaps.slack * judged.weight).sum(axis=2)
    else:
        daily = (gaps.slack * judged.weight).transpose(0, 2, 1).reshape(-1, days)
    half = np.array([half_width(each * days) for each in daily])
    return judged._replace(slack=judged.slack - half)


def surely(chance: float, days: int) -> float:
    """The share of so many days from which the chance is surely reached (Wilson, 95 %)."""
    for number in range(days + 1):
        if wilson(number / days, days)[0] >= chance:
            return number / days
    return 1.0
