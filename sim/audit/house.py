"""The rules of the line, read into lists by type and group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sim.centre import Centre


def listed(table: Any) -> Any:
    """A named tuple of arrays as one of lists; single numbers stay as they are."""
    return type(table)(*(c.tolist() if isinstance(c, np.ndarray) else c for c in table))


class House:
    """Who may serve whom, in which order, and what callers of each type do."""

    def __init__(self, centre: Centre) -> None:
        routing, types, groups = centre.routing, len(centre.types), len(centre.groups)
        self.types, self.groups = types, groups
        self.lines, self.serve, self.closes = centre.lines, centre.serve, centre.closes
        self.tier: list[list[int]] = routing.tier.reshape(types, groups).tolist()
        self.rank: list[list[int]] = routing.rank.reshape(types, groups).tolist()
        self.after: list[list[float]] = routing.after.reshape(types, groups).tolist()
        self.reserve: list[list[int]] = routing.reserve.reshape(types, groups).tolist()
        self.klass: list[int] = routing.klass.tolist()
        self.head_start: list[float] = routing.head_start.tolist()
        self.growth: list[float] = routing.growth.tolist()
        self.ranked: list[bool] = routing.ranked.tolist()
        self.groups_of = [[g for g in range(groups) if of[g] >= 0] for of in self.tier]
        self.tiers = [
            [[g for g in range(groups) if of[g] == tier] for tier in sorted(set(of) - {-1})]
            for of in self.tier
        ]
        self.afters = [{self.after[t][g] for g in self.groups_of[t]} for t in range(types)]
        self.types_of = [[t for t in range(types) if self.tier[t][g] >= 0] for g in range(groups)]
        self.conduct = listed(centre.conduct)

    def balking_share(self, kind: int, position: int) -> float:
        """Share of callers who do not stay at a position."""
        conduct = self.conduct
        share = 0.0
        for step in range(conduct.balk_from[kind], conduct.balk_from[kind + 1]):
            if conduct.balk_position[step] <= position:
                share = conduct.balk_share[step]
        return share
