"""Whether a staffing holds on days that did not lead to it, and what one operator fewer does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.measures.intervals import Floats, share, wilson
from sim.scenario.aims import Aim
from sim.staffing.aims import Gaps
from sim.staffing.fewest import Fewest, Removing
from sim.staffing.judging import Judge, Judged, OnTheDay, WithAChance
from sim.staffing.moving import Slopes
from sim.staffing.search import LITTLE, Point, Search
from sim.staffing.seats import Whole
from sim.staffing.trials import Trial, Trials

if TYPE_CHECKING:
    from sim.scenario import Scenario

STOPS = (25, 50, 100, 200, 400)
"""After so many days it is asked whether a staffing misses a target beyond doubt."""

SETTLING = 4
"""Most searches, each from what the last one found and the fresh days confirmed."""

REPAIRS = 5
"""How often a search goes on for what the fresh days showed."""


class Checked(NamedTuple):
    """A staffing on the fresh days."""

    seats: Whole
    trial: Trial
    gaps: Gaps
    judged: Judged


class Tried(NamedTuple):
    """A staffing on some or all of the fresh days."""

    seats: Whole
    slack: Floats
    """What each requirement has to spare, or is expected to have; shape (Q,)."""
    days: int
    """Fresh days that were simulated."""
    whole: Checked | None
    """The staffing on all of them; None where the first left no doubt."""


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
        return self._judged(seats, self.search.trial(seats, self.fresh))

    def _judged(self, seats: Whole, trial: Trial) -> Checked:
        gaps = self.search.gaps(trial)
        judged = judged_with_care(self.search.judge, gaps, self.sure, self.search.aims)
        return Checked(seats, trial, gaps, judged)

    def tried(self, seats: Whole, now: Checked) -> Tried:
        """A staffing on as many of the fresh days as are needed to say that it misses a target.

        Parameters
        ----------
        seats : ndarray, shape (N, G')
        now : Checked
            A staffing that the other is compared with day by day.
        """
        days = len(self.fresh.numbers)
        early = not self.sure and steady(self.fresh.scenario)
        stops = {each for each in STOPS if each < days} if early else ()
        for trial in self.fresh.growing(self.search.staffed(seats), stops):
            seen = len(trial.contacts)
            if seen == days:
                whole = self._judged(seats, trial)
                return Tried(seats, whole.judged.slack, seen, whole)
            slack = self.search.judge.foreseen(now.gaps, self.search.gaps(trial))
            if slack is not None:
                return Tried(seats, slack, seen, None)
        raise AssertionError("no days")

    def missing(self, slack: Floats) -> float:
        """How much is missed on the fresh days with such a slack."""
        spare = self._reachable(slack - self.search.allowed)
        return float(-spare[spare < -1e-9].sum())

    def _reachable(self, spare: Floats) -> Floats:
        """What is to spare; where a requirement is out of reach, the search's days decide."""
        return np.where(self.search.allowed < 0, np.maximum(spare, 0.0), spare)

    def settled(self, point: Point, slopes: Slopes) -> tuple[Checked, Slopes]:
        """The cheapest staffing found that meets the aims on the fresh days.

        Each search goes on from the last one's answer, with what seats do there and with what the
        fresh days showed, until one saves too little.

        Returns
        -------
        Checked
            Where none was found, the one that misses least.
        Slopes
            What one seat more or less does near it.
        """
        search = self.search
        kept: tuple[tuple[float, float], Checked, Slopes, Floats] | None = None
        for attempt in range(SETTLING):
            if attempt > 0:
                slopes = search.slopes(point)
            point, slopes = search.best(point, slopes)
            now, point = self.confirmed(point, slopes)
            rank = (self.missing(now.judged.slack), search.spent(now.seats))
            last = kept
            if kept is None or rank < kept[0]:
                kept = rank, now, slopes, search.offset
            if last is not None and not clearly_better(rank, last[0]):
                break
        assert kept is not None
        _, now, slopes, search.offset = kept
        return now, slopes

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
            rank = (self.missing(now.judged.slack), search.spent(now.seats))
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

    def fewest(self, now: Checked, slopes: Slopes) -> Fewest:
        """Take away seats as long as nothing is missed, and try one fewer in every cell."""
        if self.missing(now.judged.slack) > 0 or (self.search.allowed < 0).any():
            cells = len(self.search.removable(now.seats))
            return Fewest(now, None, 0, cells, np.full(now.seats.shape, np.nan))
        return Removing(self, now, slopes).done()


def clearly_better(rank: tuple[float, float], than: tuple[float, float]) -> bool:
    """Whether less is missed, or as much for clearly less money."""
    return rank[0] < than[0] or (rank[0] == than[0] and rank[1] < (1 - LITTLE) * than[1])


def steady(scenario: Scenario) -> bool:
    """Whether no operators come only when many wait: then one fewer wins nothing on a rare day."""
    groups = scenario.operators.values()
    skills = [skill for group in groups for skill in group.skills.values()]
    shifts = [shift for group in groups for shift in (group.shifts or {}).values()]
    return all(skill.opens_when is None for skill in skills) and all(
        shift.on_call is None for shift in shifts
    )


def judged_with_care(judge: Judge, gaps: Gaps, sure: bool, aims: tuple[Aim, ...]) -> Judged:
    """How a trial stands; with `sure`, at that end of each 95 % interval that is nearer to a miss.

    The intervals are those that a run gives the measures.
    """
    judged = judge.judged(gaps)
    days = gaps.slack.shape[1]
    if not sure or days < 2:
        return judged
    if isinstance(judge, WithAChance):
        return WithAChance(surely(judge.chance, days)).judged(gaps)
    slack, base = gaps
    if isinstance(judge, OnTheDay):
        slack, base = (each.sum(axis=2, keepdims=True) for each in gaps)
    ends = [
        _spare_at_the_end(aim, slack[number, :, row], base[number, :, row])
        for number, aim in enumerate(aims)
        for row in range(slack.shape[2])
    ]
    return judged._replace(slack=np.array(ends))


def _spare_at_the_end(aim: Aim, slack: Floats, base: Floats) -> float:
    """What an aim has to spare at the end of its interval; (R,) slack and base of the days."""
    # Counts and seconds, of which the slack is a difference of multiples.
    top = np.round(aim.bound * base + (slack if aim.at_least else -slack), 6)
    known = share(top, base)
    if known.value is None:
        return 0.0
    end = known.low if aim.at_least else known.high
    return aim.slack(known.value if end is None else end)


def surely(chance: float, days: int) -> float:
    """The share of so many days from which the chance is surely reached (Wilson, 95 %)."""
    for number in range(days + 1):
        if wilson(number / days, days)[0] >= chance:
            return number / days
    return 1.0
