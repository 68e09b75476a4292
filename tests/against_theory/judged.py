"""A case simulated and set beside its exact answer."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

from sim.scenario import load
from tests.against_theory.cases import Case
from tests.against_theory.days import Days, Figure, simulate_days

TIMES = ("wait", "wait_mean", "asa", "callback_delay")
RARE = ("overtime", "waited_over", "wait_p", "cut_off")
"""What is a wait, and what is rare."""


class Row(NamedTuple):
    """One quantity of a case."""

    quantity: str
    exact: float
    simulated: Figure
    largest_error: float
    """Largest standard error allowed, in the quantity's unit."""

    @property
    def z(self) -> float:
        """Distance from the exact value in standard errors; 0 where both are the same."""
        gap = self.simulated.value - self.exact
        return 0.0 if abs(gap) <= 1e-9 * abs(self.exact) else gap / self.simulated.error


def simulated(case: Case, folder: Path, days: int | None = None) -> Days:
    """The case's scenario file, written, loaded and simulated."""
    path = folder / "line.toml"
    path.write_text(case.text, encoding="utf-8")
    return simulate_days(load(path), days or case.days, case.seed, case.window, case.paces)


def rows_of(case: Case, days: Days) -> list[Row]:
    """Every quantity of the case's answer beside the simulation's."""
    rows = []
    for name, exact in case.answer().items():
        quantity = name.rpartition(": ")[2]
        if quantity.startswith("wait_p"):
            figure = days.quantile(int(quantity[6:]), exact.value, exact.density)
        else:
            figure = days.figure(name)
        scale = exact.value if math.isnan(exact.scale) else exact.scale
        rows.append(Row(name, exact.value, figure, largest_error(case, name) * scale))
    return rows


def largest_error(case: Case, name: str) -> float:
    """Largest standard error of "quantity" or "scope: quantity", as a share of it."""
    scope, _, quantity = name.rpartition(": ")
    if quantity.startswith(RARE) or scope.startswith("attempt"):
        return case.tail_error
    return case.wait_error if quantity in TIMES else case.error
