"""One operator fewer, tried in every interval and group on the fresh days."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.experiment import expected_contacts
from sim.measures.intervals import Floats
from sim.measures.required import required
from sim.staffing.moving import Slopes
from sim.staffing.search import steeper
from sim.staffing.seats import Whole

if TYPE_CHECKING:
    from sim.staffing.confirming import Checked, Confirming, Tried

CONTACTS, TRIALS = 400_000_000, (100, 5_000)
"""Contacts that may be simulated for this, and trials of all days: at least and at most."""

LIKELY = 3
"""So many of the least harmful ones are simulated on all days."""

FAR = 3
"""So many seats above Erlang A, a cell is tried first, and with several seats fewer at once."""

SAME = 1e-9
"""Shares nearer than this are equal."""


class Fewest(NamedTuple):
    """A staffing from which no seat could be taken, and what one fewer does."""

    now: Checked
    least_harm: Checked | None
    """One operator fewer where that does least harm, of those simulated; None where a target is
    missed or out of reach in any case, or no seat may go."""
    simulated: int
    """Cells in which one operator fewer was simulated; each misses a target, on all days or beyond
    doubt by those that were simulated."""
    cells: int
    """Cells from which a seat may be taken."""
    exact: Floats
    """Where between one fewer and the seats the targets are met exactly, on a straight line; NaN
    where one fewer was not simulated; shape (N, G')."""


@dataclass
class Removing:
    """Takes seats away on the fresh days until one fewer in any cell misses a target.

    Parameters
    ----------
    confirming : Confirming
    now : Checked
        A staffing that misses nothing.
    slopes : Slopes
        What the days of the search say that a seat less does; only the order is theirs.
    """

    confirming: Confirming
    now: Checked
    slopes: Slopes
    _harm: dict[int, Tried] = field(default_factory=dict)
    """One fewer, of the cells simulated with the seats there are now."""
    _stale: set[int] = field(default_factory=set)
    """Cells in which one fewer missed a target when there were more seats elsewhere."""

    def __post_init__(self) -> None:
        self.slopes = Slopes(self.slopes.more, self.slopes.less.copy())
        scenario, groups = self.now.trial.scenario, self.confirming.search.groups
        places = [list(scenario.operators).index(name) for name in groups]
        needed = required(self.now.trial.ledger, lagged=True)[:, places]
        self._erlang = np.ceil(np.nan_to_num(needed) - SAME).astype(np.int64).ravel()
        days = len(self.confirming.fresh.numbers)
        contacts = max(expected_contacts(scenario), 1.0) * days
        self._left = int(np.clip(CONTACTS / contacts, *TRIALS)) * days
        """Days that may still be simulated."""

    def done(self) -> Fewest:
        """Take away seats as long as nothing is missed, the least missed first."""
        least = None
        while least is None:
            self.sweep()
            if not self._harm:
                break
            least = self.least_harm()
        cells = self.confirming.search.removable(self.now.seats)
        return Fewest(self.now, least, len(self._harm), len(cells), self.exact(cells))

    def sweep(self) -> None:
        """Try every cell, and again whenever a seat went."""
        while self._left > 0:
            cell = self.next()
            if cell is None:
                break
            self.tried(cell)

    def least_harm(self) -> Checked | None:
        """The least harmful, of which all days are simulated; None if one proves to be harmless.

        So are the next few, lest it be the least by the days alone on which it was tried.
        """
        while True:
            order = sorted(self._harm, key=lambda cell: self.missing(self._harm[cell]))
            unsure = [cell for cell in order[:LIKELY] if self._harm[cell].whole is None]
            if not unsure:
                return self._harm[order[0]].whole
            cell = unsure[0]
            other = self.confirming.checked(self._harm[cell].seats)
            self._harm[cell] = self._harm[cell]._replace(slack=other.judged.slack, whole=other)
            if self.missing(self._harm[cell]) == 0:
                self.take(cell, other)
                return None

    def missing(self, tried: Tried) -> float:
        """How much a staffing misses, or is expected to miss."""
        return self.confirming.missing(tried.slack)

    def next(self) -> int | None:
        """The cell to be tried next, or None where each was with the seats there are now."""
        search = self.confirming.search
        open_ = [c for c in search.removable(self.now.seats) if c not in self._harm]
        if not open_:
            return None
        cells = np.array(open_)
        spare = self.now.judged.slack - search.allowed
        harm = (self.slopes.less[cells] - spare).max(axis=1)
        over = self.over(cells)
        far = np.where(over >= FAR, -over, 0)
        stale = np.isin(cells, list(self._stale))
        return int(cells[np.lexsort((harm, far, stale))[0]])

    def over(self, cells: Whole) -> Whole:
        """Seats above those of Erlang A."""
        above: Whole = self.now.seats.ravel()[cells] - self._erlang[cells]
        return above

    def tried(self, cell: int) -> None:
        """Try fewer seats in a cell: far above Erlang A several, then half as many, then one."""
        search = self.confirming.search
        over = int(self.over(np.array([cell]))[0])
        fewer = over if over >= FAR and cell not in self._stale else 1
        while fewer > 1 and not search.leaves_enough(self.now.seats.ravel(), ((cell, -fewer),)):
            fewer //= 2
        while fewer >= 1:
            seats = self.now.seats.copy()
            seats.ravel()[cell] -= fewer
            other = self.confirming.tried(seats, self.now)
            self._left -= other.days
            if search.told is not None:
                search.told("one operator fewer tried", self.confirming.fresh.tried)
            if other.whole is not None and self.missing(other) == 0:
                self.take(cell, other.whole)
                return
            if fewer == 1:
                self._harm[cell] = other
            fewer //= 2

    def take(self, cell: int, other: Checked) -> None:
        """Go on from a staffing with fewer seats; what was tried before it is tried again."""
        steeper(self.slopes, cell, self.now.judged, other.judged)
        self._stale |= set(self._harm)
        self._stale.discard(cell)
        self._harm, self.now = {}, other

    def exact(self, cells: list[int]) -> Floats:
        """Seats less the part of one that the requirements can spare; shape (N, G')."""
        found = self.now.seats.astype(np.float64).ravel()
        found[[cell for cell in cells if cell not in self._harm]] = np.nan
        spare = np.maximum(self.now.judged.slack - self.confirming.search.allowed, 0.0)
        for cell, tried in self._harm.items():
            lost = self.now.judged.slack - tried.slack
            felt = lost > SAME
            found[cell] -= float(np.min(spare[felt] / lost[felt], initial=1.0))
        return found.reshape(self.now.seats.shape)
