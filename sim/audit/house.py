"""The rules of the line, read into lists by lane and group.

A lane is a queue: one a call type, or one for each of the groups among which its calls are shared.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.audit.hours import Hours

if TYPE_CHECKING:
    from sim.audit.turnout import Duty, Turnout
    from sim.centre import Centre


def listed(table: Any) -> Any:
    """A named tuple of arrays as one of lists; single numbers stay as they are."""
    return type(table)(*(c.tolist() if isinstance(c, np.ndarray) else c for c in table))


class House:
    """Who may serve whom, in which order, and what callers of each type do."""

    def __init__(self, centre: Centre, turnout: Turnout) -> None:
        routing, crewing = listed(centre.routing), listed(centre.crewing)
        self.type_of: list[int] = crewing.lane_type
        self.types, self.groups = len(centre.types), len(centre.groups)
        self.lanes = len(self.type_of)
        self.lines, self.serve, self.hours = centre.lines, centre.serve, Hours(centre)
        self.tier: list[list[int]] = self._by_lane(routing.tier)
        self.rank: list[list[int]] = self._by_lane(routing.rank)
        self.after: list[list[float]] = self._by_lane(routing.after)
        self.reserve: list[list[int]] = self._by_lane(routing.reserve)
        self.opens_queue: list[list[int]] = self._by_lane(crewing.opens_queue)
        self.opens_wait: list[list[float]] = self._by_lane(crewing.opens_wait)
        self.klass: list[int] = routing.klass
        self.head_start: list[float] = routing.head_start
        self.growth: list[float] = routing.growth
        self.ranked: list[bool] = routing.ranked
        self.longest_queue: list[bool] = crewing.longest_queue
        self.stays: list[float] = crewing.stays
        self.groups_of = [[g for g in range(self.groups) if of[g] >= 0] for of in self.tier]
        self.lanes_of = [
            [lane for lane in range(self.lanes) if self.tier[lane][g] >= 0]
            for g in range(self.groups)
        ]
        self.tiers = [
            [[g for g in range(self.groups) if of[g] == tier] for tier in sorted(set(of) - {-1})]
            for of in self.tier
        ]
        self.in_need = [
            any(self.only_in_need(lane, g) for g in range(self.groups))
            for lane in range(self.lanes)
        ]
        """Whether a group takes callers of each lane only under a condition."""
        self.by_wait = any(wait >= 0 for of_lane in self.opens_wait for wait in of_lane)
        """Whether a group is open while the wait is long: it may be so after any event."""
        self.afters = self._afters(turnout.duties, centre.operator_group.tolist())
        self.conduct = listed(centre.conduct)

    def _by_lane(self, column: list[Any]) -> list[list[Any]]:
        return [column[k * self.groups : (k + 1) * self.groups] for k in range(self.lanes)]

    def _afters(self, duties: list[Duty], group_of: list[int]) -> list[set[float]]:
        """Waits in each lane at which a further group may serve, or operators are called."""
        afters = [{self.after[lane][g] for g in self.groups_of[lane]} for lane in range(self.lanes)]
        for duty in duties:
            for lane in self.lanes_of[group_of[duty.operator]] if duty.above_wait < inf else ():
                afters[lane].add(duty.above_wait)
        return afters

    def only_in_need(self, lane: int, group: int) -> bool:
        """Whether a group takes callers of a lane only while many, or long ones, wait."""
        return self.opens_queue[lane][group] >= 0 or self.opens_wait[lane][group] >= 0

    def is_needed(self, lane: int, group: int, waiting: int, on_duty: int) -> bool:
        """Whether so many wait, or so long, that a group takes callers of a lane."""
        queue, wait = self.opens_queue[lane][group], self.opens_wait[lane][group]
        if queue >= 0 and waiting <= queue:
            return False
        if wait < 0:
            return True
        mean: float = self.conduct.mean_handling[self.type_of[lane]]
        return not on_duty or waiting * mean / on_duty > wait

    def balking_share(self, kind: int, position: int) -> float:
        """Share of callers who do not stay at a position."""
        conduct = self.conduct
        share = 0.0
        for step in range(conduct.balk_from[kind], conduct.balk_from[kind + 1]):
            if conduct.balk_position[step] <= position:
                share = conduct.balk_share[step]
        return share
