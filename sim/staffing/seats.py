"""A scenario with other operators: seats by interval, or other numbers in its shifts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario import Scenario
from sim.scenario.shifts import MOST_OPERATORS, Shift
from sim.scenario.staff import Group, GroupOn

Whole = NDArray[np.int64]


def with_seats(scenario: Scenario, seats: Mapping[str, Whole]) -> Scenario:
    """The scenario with a number of seats in each reporting interval.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.
    seats : mapping of str to ndarray, shape (N,)
        Seats by reporting interval of all days simulated, for each group that is to have them;
        the other groups stay as they are.

    Returns
    -------
    Scenario
        What goes with persons only (shifts, a roster, lateness, staying on) is left out of the
        groups that have seats now.

    Raises
    ------
    ValueError
        The seats do not fill the open hours.
    """
    groups = {name: _seated(scenario, scenario.operators[name], each) for name, each in
              seats.items()}  # fmt: skip
    return with_groups(scenario, groups)


def _seated(scenario: Scenario, group: Group, seats: Whole) -> Group:
    """A group with seats."""
    lengths = [
        round((day.hours.closes - day.hours.opens) / scenario.day.interval)
        for day in scenario.calendar_days
    ]
    if len(seats) != sum(lengths):
        raise ValueError(f"{len(seats)} numbers of seats for {sum(lengths)} intervals")
    days = np.split(np.asarray(seats, np.int64), np.cumsum(lengths)[:-1])
    pieces = [tuple(int(number) for number in day) for day in days]
    on = {
        day.name: GroupOn.model_construct(every=None, headcount=piece)
        for day, piece in zip(scenario.calendar_days[1:], pieces[1:], strict=True)
    }
    update: dict[str, Any] = {
        "headcount": pieces[0], "on": on, "every": None, "shifts": None, "roster": None,
        "late": None, "stays": 0.0,
    }  # fmt: skip
    seated = group.model_copy(update=update)
    first = scenario.calendar_days[0].hours
    seated._headcount_every = (first.closes - first.opens) / len(pieces[0])
    return seated


def with_shifts(scenario: Scenario, shifts: Mapping[str, Mapping[str, Shift]]) -> Scenario:
    """The scenario with other shifts.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.
    shifts : mapping of str to mapping of str to Shift
        For each group that is to have them, its shifts by name.

    Returns
    -------
    Scenario
        What goes with seats only is left out of these groups.
    """
    update: dict[str, Any] = {"headcount": None, "on": {}, "every": None, "roster": None}
    groups = {
        name: scenario.operators[name].model_copy(update=update | {"shifts": dict(own)})
        for name, own in shifts.items()
    }
    return with_groups(scenario, groups)


def with_groups(scenario: Scenario, groups: Mapping[str, Group]) -> Scenario:
    """The scenario with some of its groups in another form, the order of groups kept."""
    operators = {name: groups.get(name, group) for name, group in scenario.operators.items()}
    changed = scenario.model_copy(update={"operators": operators})
    changed._origin = scenario._origin
    return changed


def with_seats_all_day(scenario: Scenario, seats: Mapping[str, int]) -> Scenario:
    """The scenario with the same number of seats in all intervals.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.
    seats : mapping of str to int
        Seats of each group that is to have them.

    Returns
    -------
    Scenario

    Raises
    ------
    ValueError
        More seats than a scenario may have.
    """
    if sum(seats.values()) > MOST_OPERATORS:
        raise ValueError(f"at most {MOST_OPERATORS:,} operators are meant")
    intervals = sum(
        round((day.hours.closes - day.hours.opens) / scenario.day.interval)
        for day in scenario.calendar_days
    )
    whole = {name: np.full(intervals, number, np.int64) for name, number in seats.items()}
    return with_seats(scenario, whole)
