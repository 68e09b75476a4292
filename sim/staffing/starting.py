"""Where a search starts: Erlang A with the load that is being handled, and more than enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.measures.required import offered_of, required
from sim.staffing.seats import Whole
from sim.staffing.trials import Trial

if TYPE_CHECKING:
    from sim.centre import Centre

MOST_SEATS = 20_000
"""Most seats of a group that a search looks at."""


def may_serve(centre: Centre) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Which groups may serve which call types; shape (T, G)."""
    groups = len(centre.groups)
    may = np.zeros((len(centre.types), groups), np.bool_)
    lanes = (centre.routing.tier >= 0).reshape(-1, groups)
    np.logical_or.at(may, centre.crewing.lane_type, lanes)
    return may


def plenty(trial: Trial, occupancy: float) -> Whole:
    """More seats than any target of waits needs, by interval and group; shape (N, G).

    Parameters
    ----------
    trial : Trial
        Any trial: it says how many phone.
    occupancy : float
        How busy operators may be at most.

    Returns
    -------
    ndarray, shape (N, G)
        Each group could take all calls that it may serve alone, on a day of twice the load.
    """
    ledger, centre = trial.ledger, trial.ledger.centre
    shape = len(centre.types), len(centre.groups)
    mean = (centre.talk_mean + centre.wrap_mean).reshape(shape)
    ring = np.array([each.ring for each in trial.scenario.operators.values()])
    rate = offered_of(ledger) / ledger.grid.clock.lengths[:, None]
    load = rate @ (may_serve(centre) * (mean + ring))
    before = np.vstack([load[:1], load[:-1]])
    load = np.maximum(load, before) / max(occupancy, 0.01)
    seats: Whole = np.ceil(2 * load + 6 * np.sqrt(load) + 5).astype(np.int64)
    return np.minimum(seats, MOST_SEATS)


def start(trial: Trial) -> Whole:
    """Seats by Erlang A with the lagged load of each interval and group; shape (N, G).

    Parameters
    ----------
    trial : Trial
        Days with plenty of operators: each call is with the group that it goes to first.

    Returns
    -------
    ndarray, shape (N, G)
        As many as there may be where no number is enough.
    """
    needed = required(trial.ledger, lagged=True)
    known = np.where(np.isnan(needed), MOST_SEATS, needed)
    whole: Whole = np.ceil(known - 1e-9).astype(np.int64)
    return whole
