"""A peer: the line as SimPy's own documentation would write it, one process a caller."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from sim.callers import Callers
from sim.centre import Centre


def run_day(centre: Centre, callers: Callers) -> tuple[np.ndarray, np.ndarray]:
    """Waits in s and who hung up, of one call type and one group without breaks.

    It compares differences of times and lets SimPy order what falls on one instant, so its
    results agree in the mean and not to the last bit.
    """
    env = simpy.Environment()
    operators = simpy.Resource(env, capacity=centre.operators)
    waits = np.full(len(callers), np.nan)
    hung_up = np.zeros(len(callers), bool)
    talk = callers.talk_work * centre.talk_mean[0]

    def caller(row: int) -> Generator[Any, Any, None]:
        with operators.request() as turn:
            got = yield turn | env.timeout(float(callers.patience[row]))
            waits[row] = env.now - callers.arrival[row]
            hung_up[row] = turn not in got
            if not hung_up[row]:
                yield env.timeout(float(talk[row]))

    def source() -> Generator[Any, Any, None]:
        for row, arrival in enumerate(callers.arrival.tolist()):
            yield env.timeout(arrival - env.now)
            env.process(caller(row))

    env.process(source())
    env.run()
    return waits, hung_up
