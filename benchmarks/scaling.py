"""What a contact costs the kernel as the line grows: operators, calls, call types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.apart import apart
from benchmarks.steps import STEPS
from benchmarks.tables import Table

OPERATORS = (10, 100, 1_000, 10_000)
CALLS = (10_000, 100_000, 1_000_000, 10_000_000)
TYPES = (1, 2, 5, 10, 20)
ENOUGH = 1_000_000
"""Contacts over which small days are timed; one day at least."""

HEAD = ("contacts a day", "drawing, ns", "simulate, ns", "measures, ns", "peak MB")


def scaling() -> Iterator[Table]:
    """The three tables; times are CPU nanoseconds a contact."""
    yield table("operators", OPERATORS, [["sized", 1_000_000, each] for each in OPERATORS])
    yield table("calls", CALLS, [["sized", each, 100] for each in CALLS])
    yield table("call types", TYPES, [["many_types", each] for each in TYPES])


def table(what: str, sizes: tuple[int, ...], workloads: list[list[Any]]) -> Table:
    """One table: a row for each size."""
    rows = []
    for size, workload in zip(sizes, workloads, strict=True):
        a_day = workload[1] if workload[0] == "sized" else 300_000
        days = max(1, min(50, ENOUGH // a_day))
        found = apart("steps:measured", workload=workload, days=days, rounds=3)
        each = [found[step] / found["contacts"] * 1e9 for step in STEPS]
        rows.append(
            [f"{size:,}", f"{found['contacts'] / days:,.0f}", *(f"{ns:.0f}" for ns in each),
             f"{found['peak']:,.0f}"]
        )  # fmt: skip
    return Table(f"Growing with {what}", (what, *HEAD), rows)
