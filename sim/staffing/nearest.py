"""Of the rosters that come about as near to targets out of reach, the cheapest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.staffing.building import Found, Search

ABOUT = 0.005
"""How much farther off, all targets together, a roster comes about as near as the nearest."""


def cheapest_near(search: Search, known: list[Found]) -> Found:
    """The cheapest roster about as near to the targets as the nearest that was tried.

    Parameters
    ----------
    search : Search
        It says what a roster costs and misses.
    known : list of Found
        Rosters that were tried and keep the rules; one or more.

    Returns
    -------
    Found
        It misses the targets together by at most `ABOUT` more than the nearest, and none that
        the nearest meets.

    Notes
    -----
    From the cheapest that was tried persons are taken out of one column after the other, the
    dearest first: all of it, then half as many, down to one.
    """
    nearest = min(known, key=search.short)
    most, met = search.short(nearest) + ABOUT, nearest.surplus >= search.margins

    def near(found: Found) -> bool:
        keeps = found.surplus[met] >= search.margins[met]
        return search.short(found) <= most and bool(keeps.all())

    found = min((each for each in known if near(each)), key=search.cost)
    used = np.flatnonzero(found.counts)
    for k in used[np.argsort(-search.menu.cost[used], kind="stable")].tolist():
        step = int(found.counts[k])
        while step > 0:
            fewer = found.counts - step * (np.arange(len(found.counts)) == k)
            if fewer.any() and search.keeps(fewer) and near(tried := search.tried(fewer)):
                found = tried
                step = min(step, int(fewer[k]))
            else:
                step //= 2
    return found
