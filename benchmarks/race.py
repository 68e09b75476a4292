"""Contenders on the same days, and whether their answers are right."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from importlib import import_module
from statistics import fmean, stdev
from typing import Any

from benchmarks.apart import apart
from benchmarks.contenders import CONTENDERS, PEERS, Contender
from benchmarks.tables import Table
from benchmarks.workloads import NAMED, ErlangA, workload_of

TOO_FAR = 4.0
"""Standard errors from the exact value at which an answer is called wrong."""

COLUMNS = (
    "", "contacts", "CPU s", "contacts a CPU s", "kernel is faster by", "peak MB",
    "wait, s", "hung up", "within 20 s", "answer",
)  # fmt: skip


def least_seconds(work: Callable[[], Any], rounds: int) -> tuple[Any, float]:
    """What the work gives, and the least CPU seconds of some rounds of it."""
    least = math.inf
    for _ in range(rounds):
        start = time.process_time()
        result = work()
        least = min(least, time.process_time() - start)
    return result, least


def run(place: str, workload: str, days: int, rounds: int) -> dict[str, Any]:
    """Time a contender, in this process.

    Returns
    -------
    dict
        `contacts`, `seconds` (of each day the least of its rounds, summed) and `figures`, those
        of each day; or `absent`, the name of what is not installed.
    """
    module, _, name = place.partition(":")
    try:
        contender = getattr(import_module(f"benchmarks.{module}"), name)
    except ModuleNotFoundError as error:
        if error.name not in PEERS:
            raise
        return {"absent": error.name}
    from benchmarks.days import figures_of

    line = workload_of(workload)
    contender(line, 0).work()  # compiles, loads, fills caches
    contacts, total, figures = 0, 0.0, []
    for number in range(days):
        prepared = contender(line, number)
        result, seconds = least_seconds(prepared.work, rounds)
        day = prepared.read(result)
        contacts += len(day.arrival)
        total += seconds
        figures.append(figures_of(day))
    return {"contacts": contacts, "seconds": total, "figures": figures}


def race(name: str, most_days: int) -> Table:
    """All contenders on one workload, each in a process of its own."""
    line = NAMED[name].line
    exact = exact_figures(line) if line else None
    kernel: dict[str, Any] = {}
    rows = [["exact, steady state", "", "", "", "", "", *written(exact), ""]] if exact else []
    for each in CONTENDERS[name]:
        # The kernel's days say how far a right answer may be off, so there are always all of them.
        days = each.days if each.place == "ours:kernel" else min(each.days, most_days)
        found = apart("race:run", place=each.place, workload=name, days=days, rounds=each.rounds)
        if "absent" in found:
            rows.append([each.title, f"{found['absent']} is not installed", *[""] * 8])
            continue
        kernel = kernel or found
        rows.append(row_of(each, found, kernel, exact))
    return Table(f"{name}: contenders", COLUMNS, rows)


def row_of(
    contender: Contender, found: dict[str, Any], kernel: dict[str, Any], exact: list[float] | None
) -> list[str]:
    """A contender's row of the table."""
    rate = found["contacts"] / found["seconds"]
    ratio = kernel["contacts"] / kernel["seconds"] / rate
    means = [fmean(column) for column in zip(*found["figures"], strict=True)]
    said = []
    if exact:
        said.append(judged(means, exact, kernel["figures"], len(found["figures"])))
    if contender.drawn and found is not kernel:
        said.append(compared(found["figures"], kernel["figures"]))
    return [
        contender.title, f"{found['contacts']:,}", f"{found['seconds']:.2f}", f"{rate:,.0f}",
        f"{ratio:.1f}", f"{found['peak']:.0f}", *written(means), ", ".join(said),
    ]  # fmt: skip


def exact_figures(line: ErlangA) -> list[float]:
    """The `FIGURES` of the steady state, by the formulas."""
    from sim.theory.erlang import Line

    steady = Line(line.per_hour / 3600.0, line.talk, line.operators, line.patience)
    return [steady.wait_mean, steady.abandonment, steady.service_level(20.0)]


def judged(means: list[float], exact: list[float], spread: list[list[float]], days: int) -> str:
    """How far the worst figure is from the exact one.

    The standard errors follow from how the kernel's days differ (`spread`, the figures of
    each), so that a contender whose days differ too much does not excuse itself.
    """
    if len(spread) < 2:
        return "one day tells nothing"
    worst = max(
        abs(mean - right) / (stdev(column) / math.sqrt(days))
        for mean, right, column in zip(means, exact, zip(*spread, strict=True), strict=True)
    )
    return f"{'WRONG: ' if worst > TOO_FAR else ''}{worst:.1f} s.e. off"


def compared(figures: list[list[float]], kernel: list[list[float]]) -> str:
    """Whether a contender who got the kernel's callers says of each day what the kernel says."""
    same = all(
        math.isclose(one, other, rel_tol=1e-6)
        for day, days in zip(figures, kernel, strict=False)
        for one, other in zip(day, days, strict=True)
    )
    return "as the kernel" if same else "NOT as the kernel"


def written(figures: list[float] | None) -> list[str]:
    """The `FIGURES` as text."""
    if figures is None:
        return [""] * 3
    wait, hung_up, in_time = figures
    return [f"{wait:.3f}", f"{hung_up:.5f}", f"{in_time:.4f}"]
