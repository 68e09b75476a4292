"""The fewest seats that meet the aims: steps over all intervals and groups at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.measures.intervals import Floats
from sim.scenario.aims import Aim
from sim.staffing.aims import Gaps, gaps_of
from sim.staffing.judging import Judge, Judged, WithAChance
from sim.staffing.moving import SECOND, Bounds, Slopes, best_step, effect_of
from sim.staffing.seats import Whole, with_seats
from sim.staffing.trials import Trial, Trials

if TYPE_CHECKING:
    from sim.scenario import Scenario

EXACT = 1e-9
"""Shares nearer than this are equal."""

WINDOW = 5400.0
"""For how many seconds around an interval a seat in it is looked at."""

MOST_APART = 8
"""Most intervals from one changed seat to the next in a trial."""

ROUNDS, ATTEMPTS = 10, 8
"""Steps from one staffing to a better one, and trials until a step is given up."""

LITTLE = 0.002
"""Share of the cost below which a step saves too little for another round."""

SINGLES = 16
"""Most trials in which seats are taken away one by one at the end."""

ADDITIONS = 6
"""Trials in which seats are added to make up for what fresh days showed."""

EXCHANGES, NEARLY = 16, 0.02
"""Trials of exchanges of seats at the end, and how far from the targets they may seem to be."""

FEW = 40
"""Days that are enough to see what a seat does; half of all days where these are more."""

Told = Callable[[str, int], None]


class Point(NamedTuple):
    """A staffing and how it stands on the days of a search."""

    seats: Whole
    """Seats by interval and group; shape (N, G')."""
    gaps: Gaps
    judged: Judged


@dataclass
class Search:
    """A search on the same days, for some of the groups; the others stay as they are.

    Parameters
    ----------
    trials : Trials
        The days.
    groups : tuple of str
        Groups that are staffed, G' of them.
    aims : tuple of Aim
        What has to be met.
    judge : Judge
        What that means.
    cost : ndarray, shape (N, G')
        What a seat costs.
    bounds : Bounds
        Between which seats the search goes.
    """

    trials: Trials
    groups: tuple[str, ...]
    aims: tuple[Aim, ...]
    judge: Judge
    cost: Floats
    bounds: Bounds
    allowed: Floats
    """What each requirement has to spare at least; below 0 where it cannot be met; shape (Q,)."""
    told: Told | None = None
    offset: Floats = field(init=False)
    """What the requirements have to spare on other days beyond those of the search; (Q,)."""

    def __post_init__(self) -> None:
        self.offset = np.zeros_like(self.allowed)

    def trial(
        self, seats: Whole, trials: Trials | None = None, days: int | None = None
    ) -> Trial:  # fmt: skip
        """The days under a staffing."""
        return (trials or self.trials).of(self.staffed(seats), days)

    def staffed(self, seats: Whole) -> Scenario:
        """The scenario with a staffing."""
        by_group = {name: seats[:, place] for place, name in enumerate(self.groups)}
        return with_seats(self.trials.scenario, by_group)

    def gaps(self, trial: Trial) -> Gaps:
        """How far a trial is from each aim."""
        return gaps_of(trial, self.aims, self.judge.together)

    def point(self, seats: Whole) -> Point:
        """How a staffing stands."""
        gaps = self.gaps(self.trial(seats))
        if self.told is not None:
            self.told("staffings tried", self.trials.tried)
        return Point(seats, gaps, self.judge.judged(gaps))

    def spare(self, judged: Judged) -> Floats:
        """What each requirement has to spare, as far as it can be met at all; shape (Q,)."""
        return judged.slack + self.offset - self.allowed

    def missing(self, point: Point) -> float:
        """How much is missing in all requirements; 0 if all are met."""
        spare = self.spare(point.judged)
        return float(-spare[spare < -EXACT].sum())

    def spent(self, seats: Whole) -> float:
        """What a staffing costs, in what the search saves."""
        return float((seats * self.cost).sum())

    def best(self, point: Point, slopes: Slopes) -> tuple[Point, Slopes]:
        """The cheapest staffing near the given one that meets all requirements.

        Parameters
        ----------
        point : Point
            Where to begin.
        slopes : Slopes
            What one seat more or less does there.

        Returns
        -------
        Point
            No seat can be taken from it without missing one; where a requirement stays missed,
            the one that misses least.
        Slopes
            What one seat more or less does there.
        """
        for _ in range(ROUNDS):
            other = self.step(point, slopes)
            if other is None:
                break
            saved = self.spent(point.seats) - self.spent(other.seats)
            enough = self.missing(point) > 0 or saved > LITTLE * self.spent(point.seats)
            point, slopes = other, self.slopes(other)
            if not enough:
                break
        return self.exchanged(self.without_single_seats(point, slopes), slopes), slopes

    def mended(self, point: Point, slopes: Slopes) -> Point:
        """The same from a staffing that is near to what is wanted, with the slopes at hand.

        Slopes hold near the staffing that they were measured at: seats are only added where they
        win most for their cost, or taken away one by one.
        """
        slopes = Slopes(slopes.more.copy(), slopes.less.copy())
        for _ in range(ADDITIONS):
            if self.missing(point) == 0:
                break
            point = self.point(self.with_more(point, slopes))
        return self.without_single_seats(point, slopes)

    def with_more(self, point: Point, slopes: Slopes) -> Whole:
        """Seats added, the best for their cost first, until to first order nothing is missed."""
        flat, spare = point.seats.ravel().copy(), self.spare(point.judged)
        cost = self.bounds.cost + 1e-6 * max(float(self.bounds.cost.max()), 1e-6)
        while (missed := spare < -EXACT).any():
            # What goes beyond the target wins nothing.
            gain = np.minimum(slopes.more[:, missed], -spare[missed]).sum(axis=1)
            worth = np.where(flat < self.bounds.most, gain / cost, 0.0)
            cell = int(np.argmax(worth))
            if worth[cell] <= 0:
                break
            flat[cell] += 1
            spare = spare + slopes.more[cell]
            slopes.more[cell] *= SECOND[0]
            # The seat is there now, and what it wins is what the next one less would lose.
            slopes.less[cell] = slopes.more[cell] / SECOND[0]
        return flat.reshape(point.seats.shape)

    def step(self, point: Point, slopes: Slopes) -> Point | None:
        """A better staffing than the given one, or None where none is found.

        Where a step misses more than its slopes said, as much is asked for in addition for each
        seat changed, and then only half as many seats change.
        """
        missing, spent = self.missing(point), self.spent(point.seats)
        apart, most = np.zeros_like(self.allowed), point.seats.size
        limit = None
        for attempt in range(ATTEMPTS):
            move = self.move(point, slopes, apart * min(most, limit or most), limit)
            changed = int(np.abs(move).sum())
            if changed == 0:
                if limit is None or limit <= 2:
                    return None
                limit = max(2, limit // 2)
                continue
            other = self.point(point.seats + move)
            left = self.missing(other)
            if left == 0 and (missing > 0 or self.spent(other.seats) < spent):
                return other
            if 0 < left < 0.7 * missing:
                return other
            foreseen = point.judged.slack + effect_of(move.ravel(), slopes)
            error = np.maximum(foreseen - other.judged.slack, 0.0) / changed
            apart, most = np.maximum(apart, error), changed
            if attempt >= 1:
                limit = max(2, changed // 2)
            else:
                limit = changed
        return None

    def move(
        self, point: Point, slopes: Slopes, margin: Floats, changes: int | None
    ) -> Whole:  # fmt: skip
        """The step that saves most, to first order."""
        spare = self.spare(point.judged) - margin
        # Small shares are scaled up, so that the solver's tolerance is small beside them.
        scale = 1e3
        reach = 50.0 * float(self.bounds.cost.max() + 1e-6)
        move = best_step(
            point.seats.ravel(), spare * scale, Slopes(slopes.more * scale, slopes.less * scale),
            self.bounds, reach, changes,
        )  # fmt: skip
        return move.reshape(point.seats.shape)

    def slopes(self, point: Point) -> Slopes:
        """What one seat more or less does in each interval and group.

        Returns
        -------
        Slopes

        Notes
        -----
        Seats are changed in intervals far apart in one trial, and each change of contacts is put
        down to the changed seat next to it: from the interval before, whose last callers still
        wait, to a few after. Two trials for each group and interval of a window are enough.
        """
        cells, wanted = point.seats.size, len(self.allowed)
        more, less = np.zeros((cells, wanted)), np.zeros((cells, wanted))
        few, days = self.few, len(self.trials.numbers)
        before = point.judged._replace(weight=point.judged.weight[:, :few] * (days / few))
        for place, changed, rows, sign in self.perturbed(point.seats):
            gaps = self.gaps(self.trial(changed, days=few))
            change = gaps.slack - point.gaps.slack[:, :few]
            for row in rows:
                around = slice(max(row - 1, 0), row + max(self.apart - 1, 1))
                effect = self.judge.effect(before, change, around)
                cell = row * len(self.groups) + place
                if sign > 0:
                    more[cell] = np.maximum(effect, 0.0)
                else:
                    less[cell] = np.maximum(-effect, 0.0)
        return Slopes(more, less)

    @property
    def few(self) -> int:
        """Days on which slopes are seen; all where single days decide."""
        days = len(self.trials.numbers)
        return days if isinstance(self.judge, WithAChance) else min(days, max(FEW, days // 2))

    @property
    def apart(self) -> int:
        """From one changed interval to the next."""
        wanted = int(np.ceil(WINDOW / self.trials.scenario.day.interval))
        return min(max(wanted, 2), MOST_APART, len(self.cost))

    def perturbed(self, seats: Whole) -> Iterator[tuple[int, Whole, range, int]]:
        """Staffings with a seat more, or less, of a group in intervals far apart."""
        for place in range(len(self.groups)):
            for first in range(self.apart):
                rows = range(first, len(seats), self.apart)
                for sign in (1, -1):
                    changed = seats.copy()
                    changed[rows.start :: self.apart, place] += sign
                    yield place, np.maximum(changed, 0), rows, sign

    def without_single_seats(self, point: Point, slopes: Slopes) -> Point:
        """Take away seats one by one as long as nothing is missed.

        Only those are tried whose loss was not clearly more than there is to spare.
        """
        tried: set[int] = set()
        slopes = Slopes(slopes.more, slopes.less.copy())
        if self.missing(point) > 0:
            return point
        for _ in range(SINGLES):
            near = [cell for cell in self.removable(point.seats)
                    if cell not in tried and self.may_go(point, slopes.less[cell])]  # fmt: skip
            if not near:
                break
            cell = min(near, key=lambda c: float((slopes.less[c] - self.spare(point.judged)).max()))
            other = self.point(one_fewer(point.seats, cell))
            if self.missing(other) == 0:
                steeper(slopes, cell, point.judged, other.judged)
                point = other
            else:
                tried.add(cell)
        return point

    def exchanged(self, point: Point, slopes: Slopes) -> Point:
        """Exchange seats for cheaper ones nearby as long as nothing is missed.

        What two groups do at one time is not the sum of what each does, so that a step that is
        right to first order can miss what an exchange of two or three seats saves.
        """
        failed: set[tuple[tuple[int, int], ...]] = set()
        slopes = Slopes(slopes.more.copy(), slopes.less.copy())
        for _ in range(EXCHANGES):
            if self.missing(point) > 0:
                break
            swap = self.likeliest(point, slopes, failed)
            if swap is None:
                break
            seats = point.seats.copy()
            for cell, number in swap:
                seats.ravel()[cell] += number
            other = self.point(seats)
            if self.missing(other) == 0:
                point = other
                for cell, _ in swap:
                    slopes.less[cell] *= SECOND[1]
                    slopes.more[cell] *= SECOND[0]
            else:
                failed.add(swap)
        return point

    def likeliest(
        self, point: Point, slopes: Slopes, failed: set[tuple[tuple[int, int], ...]]
    ) -> tuple[tuple[int, int], ...] | None:
        """The exchange that saves something and, to first order, misses least."""
        groups, cells = len(self.groups), point.seats.size
        spare, cost = self.spare(point.judged), self.bounds.cost
        flat, most = point.seats.ravel(), self.bounds.most
        best: tuple[float, tuple[tuple[int, int], ...] | None] = (-np.inf, None)
        for gone, taken in product(range(cells), (1, 2)):
            if flat[gone] < taken:
                continue
            lost = spare - slopes.less[gone] * (1.0 if taken == 1 else 1 + SECOND[1])
            first = max((gone // groups - 1) * groups, 0)
            for come in range(first, min((gone // groups + 2) * groups, cells)):
                for added in (1, 2):
                    swap = ((gone, -taken), (come, added))
                    saved = taken * cost[gone] - added * cost[come]
                    if come == gone or saved <= EXACT or flat[come] + added > most[come]:
                        continue
                    gain = slopes.more[come] * (1.0 if added == 1 else 1 + SECOND[0])
                    worst = float((lost + gain).min())
                    if worst > best[0] and swap not in failed and self.leaves_enough(flat, swap):
                        best = worst, swap
        return best[1] if best[0] > -NEARLY else None

    def leaves_enough(self, flat: Whole, swap: tuple[tuple[int, int], ...]) -> bool:
        """Whether every call still finds somebody."""
        other = flat.copy()
        for cell, number in swap:
            other[cell] += number
        return bool((self.bounds.fewest @ other >= self.bounds.left).all())

    def removable(self, seats: Whole) -> list[int]:
        """Cells from which a seat may be taken."""
        flat, bounds = seats.ravel(), self.bounds
        free = bounds.fewest @ flat - bounds.left
        stuck = (bounds.fewest[free < 1] > 0).any(axis=0)
        return np.flatnonzero((flat >= 1) & ~stuck).tolist()

    def may_go(self, point: Point, loss: Floats) -> bool:
        """Whether a seat with such a loss may be missed by nobody."""
        return bool((self.spare(point.judged) >= 0.8 * loss - EXACT).all())


def one_fewer(seats: Whole, cell: int) -> Whole:
    """The seats with one less in a cell, counted interval after interval."""
    other = seats.copy()
    other.ravel()[cell] -= 1
    return other


def steeper(slopes: Slopes, cell: int, before: Judged, after: Judged) -> None:
    """Take in what a seat less did, so that the next of its cell is not taken for free."""
    lost = np.maximum(before.slack - after.slack, slopes.less[cell])
    slopes.less[cell] = SECOND[1] * np.maximum(lost, 0.0)
