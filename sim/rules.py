"""Who may serve whom, who is next, who answers: the decisions that every engine calls.

Plain functions over the flat arrays of `Routing`. They read lists as well as arrays, and decide
by comparing clock times, never differences of clock times.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.centre import Routing

Whole = Sequence[int] | NDArray[np.int32] | NDArray[np.int64]
Clocks = Sequence[float] | NDArray[np.float64]


def may_serve(
    routing: Routing, place: int, joined: float, now: float, idle: int, closed: bool
) -> bool:
    """Whether a group may take a caller of a type now.

    Parameters
    ----------
    routing : Routing
    place : int
        type * groups + group.
    joined, now : float
        When the caller joined, and the clock.
    idle : int
        Idle operators of the group, the one who would take the caller included.
    closed : bool
        Whether the line has closed: `after` and `reserve` no longer apply.
    """
    if routing.tier[place] < 0:
        return False
    if closed:
        return True
    return bool(now >= joined + routing.after[place] and idle > routing.reserve[place])


def choose_caller(
    routing: Routing,
    group: int,
    groups: int,
    heads: Whole,
    joined: Clocks,
    now: float,
    idle: int,
    closed: bool,
) -> int:
    """The call type whose first caller an operator of `group` takes; -1 if there is none.

    Lowest rank if the group takes ranked, then lowest class, then the largest head start +
    growth * wait, then the earliest to join, then the lowest row.

    Parameters
    ----------
    heads : sequence of int, one a type
        Row of the first waiting caller of each type; -1: nobody waits.
    joined : sequence of float, one a row
        When each caller joined.
    """
    ranked = routing.ranked[group]
    chosen = -1
    best_rank, best_class, best_score = 0, 0, 0.0
    best_joined, best_row = 0.0, 0
    for kind in range(len(heads)):
        row = heads[kind]
        if row < 0:
            continue
        place = kind * groups + group
        if not may_serve(routing, place, joined[row], now, idle, closed):
            continue
        rank = routing.rank[place] if ranked else 0
        score = routing.head_start[kind] + routing.growth[kind] * (now - joined[row])
        if chosen >= 0:
            if rank != best_rank:
                better = rank < best_rank
            elif routing.klass[kind] != best_class:
                better = routing.klass[kind] < best_class
            elif score != best_score:
                better = score > best_score
            elif joined[row] != best_joined:
                better = joined[row] < best_joined
            else:
                better = row < best_row
            if not better:
                continue
        chosen = kind
        best_rank, best_class, best_score = rank, routing.klass[kind], score
        best_joined, best_row = joined[row], row
    return chosen


def choose_operator(
    routing: Routing,
    kind: int,
    groups: int,
    first_idle: Whole,
    idle_since: Clocks,
    idle: Whole,
    now: float,
    closed: bool,
) -> int:
    """The group whose first idle operator answers a caller who arrives now; -1 if none does.

    The first tier with an idle operator, there the one idle longest, then the lowest number.

    Parameters
    ----------
    first_idle : sequence of int, one a group
        The operator idle longest in each group; -1: nobody is idle.
    idle_since : sequence of float, one an operator
    idle : sequence of int, one a group
        How many are idle.
    """
    chosen = -1
    best_tier, best_since, best_operator = 0, 0.0, 0
    for group in range(groups):
        operator = first_idle[group]
        if operator < 0:
            continue
        place = kind * groups + group
        if not may_serve(routing, place, now, now, idle[group], closed):
            continue
        tier, since = routing.tier[place], idle_since[operator]
        if chosen >= 0:
            if tier != best_tier:
                better = tier < best_tier
            elif since != best_since:
                better = since < best_since
            else:
                better = operator < best_operator
            if not better:
                continue
        chosen = group
        best_tier, best_since, best_operator = tier, since, operator
    return chosen


def thresholds(routing: Routing, types: int, groups: int) -> list[list[float]]:
    """For each type the waits after which a further group may take its callers, ascending."""
    return [
        sorted(
            {
                float(routing.after[place])
                for place in range(kind * groups, (kind + 1) * groups)
                if routing.tier[place] >= 0 and routing.after[place] > 0
            }
        )
        for kind in range(types)
    ]
