"""The front of cost against waiting and hang-ups: plans that no other plan beats in all three."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.comparison.difference import Difference, difference

if TYPE_CHECKING:
    from sim.experiment import Results

AIMS = ("total_cost", "wait_mean", "abandonment")
"""Less of each is better."""


class Dominance(NamedTuple):
    """That one plan is no worse than another in cost, waiting and hang-ups, and better in one."""

    by: str
    """The plan that is no worse."""
    unsure: tuple[str, ...]
    """The measures in which this is too close to call, by the 95 % interval of the paired
    difference; empty where the other plan is surely dominated."""

    @property
    def sure(self) -> bool:
        """Whether the days leave no doubt."""
        return not self.unsure

    def document(self) -> dict[str, Any]:
        """As the JSON object of the result document."""
        return {"by": self.by, "sure": self.sure, "too_close": list(self.unsure)}


@dataclass(frozen=True, eq=False)
class Front:
    """Which plans are worth a thought, whatever waiting and hang-ups are held to be worth."""

    results: Mapping[str, Results]
    """By plan, all on the same callers."""

    @cached_property
    def dominated(self) -> dict[str, list[Dominance]]:
        """By dominated plan: the plans that dominate it, those that surely do first."""
        found = {
            plan: [
                each
                for by in self.results
                if by != plan and (each := self._dominance(plan, by)) is not None
            ]
            for plan in self.results
        }
        return {
            plan: sorted(each, key=lambda one: len(one.unsure))
            for plan, each in found.items()
            if each
        }

    @cached_property
    def plans(self) -> list[str]:
        """The plans on the front, cheapest first."""
        left = [plan for plan in self.results if plan not in self.dominated]

        def cost(plan: str) -> float:
            value = self.results[plan].measures["total_cost"].value
            return float("inf") if value is None else value

        return sorted(left, key=cost)

    def document(self, plan: str) -> dict[str, Any]:
        """Whether a plan is on the front, and who dominates it, as plain JSON values."""
        by = self.dominated.get(plan, [])
        return {"on_front": not by, "dominated": [each.document() for each in by]}

    def _dominance(self, plan: str, by: str) -> Dominance | None:
        """Whether one plan is dominated by another, by the estimates; else None."""
        one, other = (self.results[each].measures for each in (by, plan))
        moves = {name: difference(one[name], other[name]) for name in AIMS}
        known = {name: move for name, move in moves.items() if move.value is not None}
        values = [move.value or 0.0 for move in known.values()]
        if not values or max(values) > 0 or min(values) == 0:
            return None
        return Dominance(by, tuple(name for name, move in known.items() if not _no_worse(move)))


def _no_worse(move: Difference) -> bool:
    """Whether a difference is surely below 0, or 0 on every day."""
    return move.high is not None and (move.high < 0 or move.low == move.high == 0)
