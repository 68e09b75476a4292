"""When the line is open."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.centre import Centre


class Hours:
    """The periods in which the line is open, first to last."""

    def __init__(self, centre: Centre) -> None:
        self.opens: list[float] = centre.calendar.period_opens.tolist()
        self.closes: list[float] = centre.calendar.period_closes.tolist()

    def open_at(self, time: float) -> bool:
        """Whether calls may come at a time."""
        pairs = zip(self.opens, self.closes, strict=True)
        return any(opens <= time < closes for opens, closes in pairs)

    def closed_by(self, time: float) -> bool:
        """Whether the line has closed and not opened again."""
        return time >= self.closes[0] and not self.open_at(time)

    def opening_after(self, period: int) -> float:
        """When the line opens again after a period; inf: never."""
        return self.opens[period + 1] if period + 1 < len(self.opens) else inf
