"""Engines: deterministic functions from (Centre, Callers, Staff) to Outcomes."""

from __future__ import annotations

from sim.callers import Callers, Staff
from sim.centre import Centre
from sim.outcomes import Outcomes

ENGINES = ("simpy",)
"""The engines by name; each gives the same outcomes."""


def simulate(centre: Centre, callers: Callers, staff: Staff, engine: str = "simpy") -> Outcomes:
    """Run one day.

    Parameters
    ----------
    centre : Centre
        The line: hours, routing, roster.
    callers : Callers
        The drawn callers, sorted by arrival.
    staff : Staff
        The drawn staff.
    engine : {"simpy"}
        Which engine runs the day; the result does not depend on it.

    Returns
    -------
    Outcomes
        What came of every contact, and who was there when.

    Raises
    ------
    ValueError
        There is no such engine.
    """
    if engine not in ENGINES:
        raise ValueError(f"no engine {engine!r}; there is {', '.join(ENGINES)}")
    from sim.engine.model import run_day

    return run_day(centre, callers, staff)
