"""What the steps of a run cost: drawing, simulation, measures; and all of a run together."""

from __future__ import annotations

from typing import Any

from benchmarks.apart import apart
from benchmarks.race import least_seconds
from benchmarks.tables import Table
from benchmarks.workloads import NAMED, workload_of

STEPS = ("drawing", "simulate", "measures")


def measured(workload: list[Any], days: int, rounds: int, whole: bool = False) -> dict[str, Any]:
    """Time the steps of some days, in this process.

    Returns
    -------
    dict
        `contacts`, CPU seconds of each of the `STEPS` (of each day the least of its rounds,
        summed) and, if asked for, of the `whole`: `sim.run` of all days to its document.
    """
    from sim.callers import draw
    from sim.engine import simulate
    from sim.engine.kernel import warm_up
    from sim.experiment import run
    from sim.measures import passes
    from sim.measures.tally import grid_of, tally

    line = workload_of(*workload)
    scenario, centre = line.scenario, line.centre
    grid = grid_of(centre, scenario)
    warm_up()
    passes.warm_up()
    total = dict.fromkeys(("contacts", *STEPS), 0.0)
    for day in range(days):
        people, seconds = least_seconds(lambda day=day: draw(scenario, day), rounds)
        total["drawing"] += seconds
        outcomes, seconds = least_seconds(
            lambda people=people: simulate(centre, *people, "kernel"), rounds
        )
        total["simulate"] += seconds
        _, seconds = least_seconds(
            lambda outcomes=outcomes: tally(centre, scenario, outcomes, grid, compiled=True), rounds
        )
        total["measures"] += seconds
        total["contacts"] += len(outcomes)
        del people, outcomes
    if whole:
        _, total["whole"] = least_seconds(lambda: run(scenario, days, workers=1).document(), rounds)
    return total


def steps(most_days: int) -> Table:
    """The steps of the named workloads, by the compiled engine."""
    rows = []
    for name in NAMED:
        found = apart(
            "steps:measured", workload=[name], days=min(40, most_days), rounds=3, whole=True
        )
        contacts = found["contacts"]
        rows += [
            [name, f"{contacts:,.0f}", step, f"{found[key]:.3f}", f"{contacts / found[key]:,.0f}"]
            for step, key in zip((*STEPS, "`sim.run`, all of it"), (*STEPS, "whole"), strict=True)
        ]
    return Table(
        "Steps of a run, by the kernel",
        ("", "contacts", "step", "CPU s", "contacts a CPU s"),
        rows,
    )
