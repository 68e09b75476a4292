"""What came of a target under a built roster, on days that the search has not seen."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.measures.intervals import Estimate
from sim.staffing.goals import Goal


class Reached(NamedTuple):
    """A target and what came of it on the check days."""

    aim: Goal
    present: Estimate
    built: Estimate
    fewer: Estimate | None
    """With one operator fewer; None where nobody can go by the rules of the menu."""
    asked: bool
    """Whether anybody phoned; without calls nothing is met or missed."""

    @property
    def judged(self) -> bool:
        """Whether there is a call to judge it by."""
        return self.asked or self.built.value is not None

    @property
    def certain(self) -> bool:
        """Whether the whole 95 % interval is on the right side; nothing is missed without calls."""
        return self.aim.certain(self.built, self.asked)

    @property
    def fewer_certain(self) -> bool:
        """The same with one operator fewer; so it is where nobody can go."""
        return self.fewer is None or self.aim.certain(self.fewer, self.asked)

    @property
    def by(self) -> float:
        """How much the estimate misses the target by; 0 where it is met."""
        value = self.built.value
        if value is None:
            return self.aim.bound if self.aim.at_least and self.asked else 0.0
        gap = self.aim.bound - value
        return max(0.0, gap if self.aim.at_least else -gap)

    def document(self) -> dict[str, Any]:
        """All of it as plain JSON values."""
        aim = self.aim
        return {
            "measure": aim.measure, "type": aim.type or "*", "target": aim.bound,
            "at_least": aim.at_least, "judged": self.judged, "certain": self.certain,
            "missed_by": self.by, "present": _figures(self.present),
            "built": _figures(self.built), "one_fewer": _figures(self.fewer),
        }  # fmt: skip


def _figures(estimate: Estimate | None) -> dict[str, float | None] | None:
    if estimate is None:
        return None
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}
