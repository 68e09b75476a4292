"""From seats on the phones to operators on the roster, paid hours and money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.measures.intervals import Floats
from sim.measures.pay import breaks_in_turn
from sim.measures.spread import duties_of, sums_at
from sim.staffing.trials import Trial

if TYPE_CHECKING:
    from sim.centre import Centre

LEASTS = ("cost", "operators")
"""What a search may save."""


@dataclass(frozen=True)
class OffPhone:
    """The part of rostered time that breaks and meetings take, by group; shape (G,)."""

    all: Floats
    """Breaks and meetings, paid or not."""
    unpaid: Floats
    """Unpaid breaks."""

    @property
    def rostered(self) -> Floats:
        """Hours on the roster for an hour on the phones."""
        hours: Floats = 1 / (1 - self.all)
        return hours

    @property
    def paid(self) -> Floats:
        """Hours paid for an hour on the phones, without planned shrinkage."""
        hours: Floats = (1 - self.unpaid) * self.rostered
        return hours


def off_phone(centre: Centre) -> OffPhone:
    """What breaks and meetings take of the roster as it is; nothing of seats."""
    groups, of = len(centre.groups), centre.operator_group.astype(np.intp)
    duties = duties_of(centre)
    duty = sums_at(of[duties.operator], duties.end - duties.start, groups)
    start, end = breaks_in_turn(centre)
    who, paid = of[centre.break_operator.astype(np.intp)], centre.break_paid
    rest = sums_at(who, end - start, groups)
    unpaid = sums_at(who[~paid], (end - start)[~paid], groups)
    some = np.maximum(duty, 1.0)
    return OffPhone(np.minimum(rest / some, 0.9), np.minimum(unpaid / some, 0.9))


def cost_of_seat(trial: Trial, least: str, off: OffPhone) -> Floats:
    """What a seat costs in each interval and group; shape (N, G).

    Parameters
    ----------
    trial : Trial
        It has the hours and the pay.
    least : {"cost", "operators"}
        Money, as `staffing_cost` counts it, or hours.
    off : OffPhone
        What is paid besides: breaks and meetings of the roster as it is.

    Returns
    -------
    ndarray, shape (N, G)
    """
    grid, groups = trial.ledger.grid, trial.scenario.operators.values()
    hours = grid.clock.lengths / 3600
    if least == "operators":
        return np.repeat(hours[:, None], len(groups), axis=1)
    rows, edges = grid.clock.open_rows, grid.clock.edges
    costs = np.zeros((len(hours), len(groups)))
    for place, (group, rate) in enumerate(zip(groups, grid.pay.rates, strict=True)):
        paid = hours / (1 - group.shrinkage.share) if group.shrinkage else hours
        extra = 0.0 if rate is None else np.diff(rate.until(edges))[rows] / 3600
        costs[:, place] = (paid + extra) * group.wage * (1 + group.on_costs)
    return costs * off.paid
