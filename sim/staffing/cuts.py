"""What a simulated roster says of all others: the effect of one person more in each interval.

A sheet of cuts says of each hour that another roster does not do better there than this one does,
plus what each person more (or less) in it and beside it is worth where the simulation was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.measures.intervals import Floats
from sim.scenario.shifts import Shift
from sim.staffing.goals import Goal
from sim.staffing.menu import Menu
from sim.staffing.program import Program
from sim.staffing.seats import Whole
from sim.staffing.suggestion import surroundings_of
from sim.staffing.trials import Trial, Trials
from sim.times import DAY, HOUR, format_clock

REACH = 3 * HOUR
"""A person more is felt by those who phone so long from just before they come."""


class Sheet(NamedTuple):
    """Cuts from one roster: surplus <= surplus here + effects x (on duty - on duty here).

    They hold if the surplus of each hour is concave in the operators on duty.
    """

    on_duty: Floats
    """Rostered on duty by interval and group; shape (N, G)."""
    surplus: Floats
    """Of each target and interval; shape (A, N)."""
    effect: Floats
    """Of one person more in interval k on interval begins[k] + j; shape (A, G, N, J)."""
    begins: Whole
    """First interval in which a person in an interval is felt; shape (N,)."""

    def add_to(
        self, program: Program, duty: Whole, surplus: Sequence[Whole], blocks: Sequence[Whole]
    ) -> None:
        """Add the cuts to a program.

        Parameters
        ----------
        duty : ndarray of int, shape (N, G)
            Places of the variables of operators on duty.
        surplus : sequence of ndarray of int
            Places of the variables of the surplus of each target, one for each block.
        blocks : sequence of ndarray of int, shape (N,)
            The block of each interval, for each target.
        """
        for a, (places, of) in enumerate(zip(surplus, blocks, strict=True)):
            worth = self._worth(a, of, len(places))
            here = np.bincount(of, self.surplus[a], len(places))
            limits = here - np.einsum("bkg,kg->b", worth, self.on_duty)
            for b, place in enumerate(places.tolist()):
                felt = np.nonzero(worth[b])
                row = np.append(duty[felt], place)
                program.row(row, np.append(-worth[b][felt], 1.0), high=float(limits[b]))

    def _worth(self, aim: int, block: Whole, blocks: int) -> Floats:
        """Effect of one person more in each interval on each block; shape (blocks, N, G)."""
        _, groups, rows, reach = self.effect.shape
        found = np.zeros((blocks, rows, groups))
        for k in range(rows):
            first = int(self.begins[k])
            for j in range(min(reach, rows - first)):
                found[block[first + j], k] += self.effect[aim, :, k, j]
        return found


def sheet_at(
    trials: Trials, menu: Menu, counts: Whole, trial: Trial, aims: Sequence[Goal]
) -> Sheet:
    """Cuts from one roster.

    Parameters
    ----------
    trials : Trials
        The days that are simulated.
    menu : Menu
    counts : ndarray, shape (K,)
        Persons in each column of the roster.
    trial : Trial
        What became of the days under it.
    aims : sequence of Goal
        The targets.

    Returns
    -------
    Sheet

    Notes
    -----
    Intervals that lie so far apart that a person in one is not felt in the other are tried in
    one simulation, on the same callers: what changes in the intervals from just before one to
    just before the next is put down to it.
    """
    clock = menu.clock
    number = len(clock.day)
    apart = min(number, max(3, round(REACH / float(clock.lengths.min()))))
    before = np.stack([aim.surplus(trial) for aim in aims])
    effect = np.zeros((len(aims), len(menu.groups), number, apart + 1))
    begins = np.maximum(np.arange(number) - 1, 0)
    for g, group in enumerate(menu.groups):
        for phase in range(apart):
            rows = np.arange(phase, number, apart)
            extra = {f"+{row}": _single(menu, int(row)) for row in rows}
            tried = trials.of(menu.staffed(counts, {group: extra}))
            change = np.stack([aim.surplus(tried) for aim in aims]) - before
            ends = np.append(begins[rows[1:]], number)
            for k, end in zip(rows.tolist(), ends.tolist(), strict=True):
                stop = min(end, int(begins[k]) + apart + 1)
                effect[:, g, k, : stop - begins[k]] = change[:, begins[k] : stop]
    return Sheet(menu.on_duty(counts), before, _no_harm(effect), begins)


def _no_harm(effect: Floats) -> Floats:
    """Effects of which the sum is not below 0: one person more does no harm on the whole."""
    total = effect.sum(axis=-1, keepdims=True)
    found: Floats = np.where(total > 0, effect, 0.0)
    return found


def _single(menu: Menu, row: int) -> Shift:
    """One person in one interval."""
    scenario, clock = menu.scenario, menu.clock
    table = {
        "operators": 1,
        "from": format_clock(float(clock.start[row]) % DAY),
        "to": format_clock(float(clock.end[row]) % DAY),
        **({"days": [scenario.days[int(clock.day[row])]]} if scenario.days else {}),
    }
    return Shift.model_validate(table, context=surroundings_of(scenario))
