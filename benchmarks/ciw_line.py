"""A peer: the line in Ciw, with its customers who renege."""

from __future__ import annotations

from typing import Any

import ciw
import numpy as np

from benchmarks.days import Day, Prepared
from benchmarks.workloads import DAY, Workload
from sim.callers import draw

LATER = 3600.0
"""Seconds after which those who were on the line at midnight have gone: Ciw records the gone."""


class Column(ciw.dists.Distribution):  # type: ignore[misc]
    """Seconds of each caller, by the number that Ciw gives them as they arrive, from 1."""

    def __init__(self, seconds: list[float]) -> None:
        self.seconds = seconds

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        """Seconds of one caller."""
        return self.seconds[ind.id_number - 1]


def given(workload: Workload, day: int) -> Prepared:
    """On callers drawn beforehand: one call type and one group."""
    callers, _ = draw(workload.scenario, day)
    talks = (callers.talk_work * workload.centre.talk_mean[0]).tolist()
    gaps = [*np.diff(callers.arrival, prepend=0.0).tolist(), float("inf")]

    def work() -> list[Any]:
        return records(
            workload.centre.operators,
            ciw.dists.Sequential(gaps),
            Column(talks),
            Column(callers.patience.tolist()),
        )

    return Prepared(work, table)


def drawing(workload: Workload, day: int) -> Prepared:
    """With Ciw's own laws."""
    line = workload.line
    assert line is not None

    def work() -> list[Any]:
        ciw.seed(day)
        return records(
            line.operators,
            ciw.dists.Exponential(line.per_hour / 3600.0),
            ciw.dists.Exponential(1.0 / line.talk),
            ciw.dists.Exponential(1.0 / line.patience),
        )

    return Prepared(work, table)


def records(operators: int, gaps: Any, talk: Any, patience: Any) -> list[Any]:
    """What Ciw records of a day."""
    network = ciw.create_network(
        arrival_distributions=[gaps],
        service_distributions=[talk],
        reneging_time_distributions=[patience],
        number_of_servers=[operators],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(DAY + LATER)
    return simulation.get_all_records()  # type: ignore[no-any-return]


def table(rows: list[Any]) -> Day:
    """The records as every contender gives them."""
    return Day(
        np.array([row.arrival_date for row in rows]),
        np.array([row.waiting_time for row in rows]),
        np.array([row.record_type == "renege" for row in rows]),
    )
