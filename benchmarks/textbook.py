"""A peer: the line as SimPy's own documentation writes it, one process a caller.

It compares differences of times and lets SimPy order what falls on one instant, so its results
agree with ours but for rounding.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from benchmarks.days import Day, Prepared
from benchmarks.workloads import DAY, Workload
from sim.callers import draw

Process = Generator[Any, Any, None]
Row = tuple[float, float, bool]


def given(workload: Workload, day: int) -> Prepared:
    """On callers drawn beforehand: one call type and one group."""
    callers, _ = draw(workload.scenario, day)
    talks = (callers.talk_work * workload.centre.talk_mean[0]).tolist()
    people = list(zip(callers.arrival.tolist(), callers.patience.tolist(), talks, strict=True))

    def work() -> list[Row]:
        env = simpy.Environment()
        operators = simpy.Resource(env, capacity=workload.centre.operators)
        rows: list[Row] = []

        def source() -> Process:
            for arrival, patience, talk in people:
                yield env.timeout(arrival - env.now)
                env.process(caller(env, operators, patience, talk, rows))

        env.process(source())
        env.run()
        return rows

    return Prepared(work, table)


def caller(
    env: simpy.Environment, operators: simpy.Resource, patience: float, talk: float, rows: list[Row]
) -> Process:
    """One caller: waits for an operator or hangs up."""
    arrival = env.now
    with operators.request() as turn:
        got = yield turn | env.timeout(patience)
        rows.append((arrival, env.now - arrival, turn not in got))
        if turn in got:
            yield env.timeout(talk)


def drawing(workload: Workload, day: int) -> Prepared:
    """As in the renege example of SimPy's documentation: processes draw for themselves."""
    line = workload.line
    assert line is not None

    def work() -> list[Row]:
        random.seed(day)
        env = simpy.Environment()
        operators = simpy.Resource(env, capacity=line.operators)
        rows: list[Row] = []

        def caller() -> Process:
            arrival = env.now
            with operators.request() as turn:
                patience = random.expovariate(1.0 / line.patience)
                got = yield turn | env.timeout(patience)
                rows.append((arrival, env.now - arrival, turn not in got))
                if turn in got:
                    yield env.timeout(random.expovariate(1.0 / line.talk))

        def source() -> Process:
            while True:
                yield env.timeout(random.expovariate(line.per_hour / 3600.0))
                if env.now >= DAY:
                    return
                env.process(caller())

        env.process(source())
        env.run()
        return rows

    return Prepared(work, table)


def table(rows: list[Row]) -> Day:
    """The rows as every contender gives them."""
    arrival, wait, hung_up = zip(*rows, strict=True)
    return Day(np.array(arrival), np.array(wait), np.array(hung_up, bool))
