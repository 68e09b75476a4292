"""A peer with skills in SimPy: one process a caller, operators in a `FilterStore`.

A store hands out the operator who was put back first, and asks who waits in the order in which
they came: the longest idle operator and the longest wait, as in our lines without ranks.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple

import numpy as np
import simpy

from benchmarks.days import Prepared
from benchmarks.textbook import Row, table
from benchmarks.workloads import Workload
from sim.callers import draw

Process = Generator[Any, Any, None]


class Operator(NamedTuple):
    """An operator and the call types that they serve."""

    number: int
    skills: frozenset[int]


def given(workload: Workload, day: int) -> Prepared:
    """On callers drawn beforehand."""
    centre = workload.centre
    callers, _ = draw(workload.scenario, day)
    # Whoever answers, a call of one type takes as long here; 0 stands for groups without the skill.
    means = centre.talk_mean.reshape(len(centre.types), -1).max(axis=1)
    talks = (callers.talk_work * means[callers.type]).tolist()
    columns = callers.arrival.tolist(), callers.type.tolist(), callers.patience.tolist(), talks
    people = list(zip(*columns, strict=True))
    crew = crew_of(workload)

    def work() -> list[Row]:
        env = simpy.Environment()
        idle = simpy.FilterStore(env)
        idle.items.extend(crew)
        rows: list[Row] = []

        def caller(kind: int, patience: float, talk: float) -> Process:
            arrival = env.now
            turn = idle.get(lambda operator: kind in operator.skills)
            got = yield turn | env.timeout(patience)
            rows.append((arrival, env.now - arrival, turn not in got))
            if turn in got:
                yield env.timeout(talk)
                idle.put(got[turn])
            else:
                turn.cancel()

        def source() -> Process:
            for arrival, *rest in people:
                yield env.timeout(arrival - env.now)
                env.process(caller(*rest))

        env.process(source())
        env.run()
        return rows

    return Prepared(work, table)


def crew_of(workload: Workload) -> list[Operator]:
    """All operators of a workload, in file order."""
    types = list(workload.scenario.callers)
    crew: list[Operator] = []
    for group, number in zip(
        workload.scenario.operators.values(),
        np.bincount(workload.centre.operator_group).tolist(),
        strict=True,
    ):
        skills = frozenset(types.index(name) for name in group.skills)
        crew += [Operator(len(crew) + place, skills) for place in range(number)]
    return crew
