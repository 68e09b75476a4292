"""Print the tables: contacts per CPU second, and whether the answers are right."""

from __future__ import annotations

import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks import textbook, workloads
from sim.callers import draw
from sim.centre import centre_of
from sim.engine import simulate
from sim.experiment import run
from sim.measures.tally import grid_of, tally
from sim.outcomes import Outcome
from sim.scenario import load
from sim.theory.erlang import Line

T = TypeVar("T")
ROW = "{:28} {:>9} {:>9} {:>12} {:>10} {:>10}"
TIMES = 3


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work gives, and the least CPU seconds of a few runs of it."""
    best = float("inf")
    for _ in range(TIMES):
        start = time.process_time()
        result = work()
        best = min(best, time.process_time() - start)
    return result, best


def line(name: str, contacts: int, seconds: float, waits: np.ndarray, hung_up: np.ndarray) -> None:
    print(
        ROW.format(
            name, f"{contacts:,}", f"{seconds:.3f}", f"{contacts / seconds:,.0f}",
            f"{np.nanmean(waits):.2f}", f"{hung_up.mean():.4f}",
        )
    )  # fmt: skip


def main() -> None:
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}")
    print(ROW.format("", "contacts", "CPU s", "per CPU s", "wait, s", "hung up"))
    exact = Line(rate=1200 / 3600, handling=300, operators=100, patience=120)
    print(
        ROW.format("W1 exact, steady state", "", "", "", f"{exact.wait_mean:.2f}",
                   f"{exact.abandonment:.4f}")
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for name, file in workloads.written(Path(folder)).items():
            scenario = load(file)
            centre, (callers, staff) = centre_of(scenario), draw(scenario)
            (_, drawing), contacts = timed(lambda s=scenario: draw(s)), len(callers)
            seconds = {}
            for engine in ("kernel", "simpy"):
                simulate(centre, callers, staff, engine)  # compiles, or loads what is compiled
                outcomes, seconds[engine] = timed(
                    lambda c=centre, p=callers, s=staff, e=engine: simulate(c, p, s, e)
                )
                hung_up = outcomes.outcome == Outcome.ABANDONED
                title = f"{name} simulate, {engine}"
                line(title, contacts, seconds[engine], outcomes.wait, hung_up)
            grid = grid_of(centre, scenario)
            _, measuring = timed(lambda c=centre, s=scenario, o=outcomes, g=grid: tally(c, s, o, g))
            print(f"{'':28} drawing {drawing:.3f} s, tally {measuring:.3f} s")
            _, whole = timed(lambda s=scenario: run(s, 1, workers=1).document())
            line(f"{name} run with all measures", contacts, whole, outcomes.wait, hung_up)
            if len(centre.types) == 1:
                peer, took = timed(lambda c=centre, p=callers: textbook.run_day(c, p))
                line(f"{name} textbook SimPy", contacts, took, *peer)
                ratios = {engine: took / each for engine, each in seconds.items()}
                said = ", ".join(f"{engine} {ratio:.1f}" for engine, ratio in ratios.items())
                print(f"{'':28} times as fast as that: {said}")


if __name__ == "__main__":
    main()
