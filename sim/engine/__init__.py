"""Engines: deterministic functions from (Centre, Callers, Staff) to Outcomes."""

from __future__ import annotations

from sim.callers import Callers, Staff
from sim.centre import Centre
from sim.outcomes import Outcomes

ENGINES = ("kernel", "simpy")
"""The engines by name; each gives the same outcomes."""


WARM, COLD = 100_000, 500_000
"""Contacts from which loading the compiled engine pays, or compiling it first. Compiling takes
some 45 CPU seconds and is for good, so it is done where the model would take a quarter of that."""


def quickest(contacts: float) -> str:
    """The engine that is done first with so many contacts; the result is the same.

    Parameters
    ----------
    contacts : float
        Contacts that are to be simulated in all.

    Returns
    -------
    {"kernel", "simpy"}
    """
    if contacts < WARM:
        return "simpy"
    from sim.engine.compiling import is_compiled

    return "kernel" if contacts >= COLD or is_compiled() else "simpy"


def must_compile() -> bool:
    """Whether the compiled engine would have to be compiled first."""
    from sim.engine.compiling import is_compiled

    return not is_compiled()


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
    engine : {"simpy", "kernel"}
        Which engine runs the day, the model in SimPy or the compiled one; the result does not
        depend on it.

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
    if engine == "kernel":
        from sim.engine.kernel import run_day
    else:
        from sim.engine.model import run_day
    return run_day(centre, callers, staff)
