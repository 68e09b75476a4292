"""Operators of one replication: who is absent or late on which day, and how quick each one is.

Chance comes from `sim.callers`, by group, purpose and day, one draw an operator: more operators,
or more days, leave the others as they were.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.columns import Column
from sim.scenario import Scenario
from sim.scenario.schema import Group
from sim.streams import FIRST

Floats = NDArray[np.float64]
Chance = Callable[[str, str, int, int], Floats]
"""Uniform draws by group, column and day (the first is 1), one for each of so many operators."""

STAFF = (
    Column("operator", "int32", "", "operator, numbered in file order"),
    Column("absent", "bool", "", "whether the operator does not come at all that day; by operator "
           "* days + day"),
    Column("late", "float64", "s", "from the start of the duty until the operator is at the desk; "
           "likewise"),
    Column("pace", "float64", "", "multiplies the operator's talk and wrap-up"),
)  # fmt: skip
"""The table of staff: a row an operator; of who comes, a row an operator and day."""


@dataclass(frozen=True, eq=False)
class Staff:
    """The drawn staff, column by column (see `STAFF`)."""

    operator: NDArray[np.int32]
    absent: NDArray[np.bool_]
    late: Floats = None  # type: ignore[assignment]
    pace: Floats = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.late is None:
            object.__setattr__(self, "late", np.zeros(len(self.absent)))
        if self.pace is None:
            object.__setattr__(self, "pace", np.ones(len(self.operator)))


def everyone(operators: int, days: int = 1) -> Staff:
    """A staff of which nobody is absent."""
    return Staff(np.arange(operators, dtype=np.int32), np.zeros(operators * days, np.bool_))


def staff_of(scenario: Scenario, chance: Chance) -> Staff:
    """The staff of one replication.

    Parameters
    ----------
    scenario : Scenario
    chance : Chance
        Uniform draws.

    Returns
    -------
    Staff
    """
    groups, days = scenario.operators, len(scenario.calendar_days)
    sizes = [group.size for group in groups.values()]
    staff = everyone(sum(sizes), days)
    absent, late = (column.reshape(-1, days) for column in (staff.absent, staff.late))
    first = 0
    for size, (name, group) in zip(sizes, groups.items(), strict=True):
        own = slice(first, first + size)
        for day in range(days):
            if group.absence:
                absent[own, day] = chance(name, "absence", FIRST + day, size) < group.absence
            if group.late is not None:
                is_late = chance(name, "late", FIRST + day, size) < group.late.share
                by = group.late.by.quantile(chance(name, "late_by", FIRST + day, size))
                late[own, day] = np.where(is_late, by, 0.0)
        staff.pace[own] = paces(name, group, chance)
        first += size
    return staff


def paces(name: str, group: Group, chance: Chance) -> Floats:
    """What each operator's talk and wrap-up are multiplied by: the person, and what they know."""
    pace = np.ones(group.size)
    if group.pace is not None and group.pace.cv > 0:
        pace *= lognormal(group.pace.cv, chance(name, "pace", FIRST, group.size))
    if group.learning is not None:
        tenure = group.learning.tenure.quantile(chance(name, "tenure", FIRST, group.size))
        left = 2.0 ** (-tenure / group.learning.halves_in)
        pace *= 1.0 + (group.learning.new - 1.0) * left
    return pace


def lognormal(cv: float, chance: Floats) -> Floats:
    """Quantiles of the lognormal law of mean 1."""
    from scipy.special import ndtri

    variance = np.log1p(cv * cv)
    found: Floats = np.exp(np.sqrt(variance) * ndtri(chance) - variance / 2)
    return found
