"""Waitline's own engines."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.days import Day, Prepared
from benchmarks.workloads import Workload
from sim.callers import draw
from sim.engine import simulate
from sim.outcomes import Outcome, Outcomes


def kernel(workload: Workload, day: int) -> Prepared:
    """The compiled engine, on callers drawn beforehand."""
    return _engine("kernel", workload, day)


def model(workload: Workload, day: int) -> Prepared:
    """The model in SimPy, on callers drawn beforehand."""
    return _engine("simpy", workload, day)


def kernel_drawing(workload: Workload, day: int) -> Prepared:
    """The compiled engine, drawing its callers in the time that is taken."""

    def work() -> Any:
        return simulate(workload.centre, *draw(workload.scenario, day), "kernel")

    return Prepared(work, table)


def _engine(engine: str, workload: Workload, day: int) -> Prepared:
    people = draw(workload.scenario, day)
    return Prepared(partial(simulate, workload.centre, *people, engine), table)


def table(outcomes: Outcomes) -> Day:
    """The outcomes as every contender gives them."""
    return Day(outcomes.arrival, outcomes.wait, outcomes.outcome == Outcome.ABANDONED)
