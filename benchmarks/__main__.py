"""Print the tables: CPU seconds, memory, and whether the answers are right."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Iterable
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from benchmarks.bank import bank
from benchmarks.race import race
from benchmarks.report_page import report_page
from benchmarks.scaling import scaling
from benchmarks.staffing import staffing
from benchmarks.steps import steps
from benchmarks.tables import Table

PARTS: dict[str, Callable[[int], Iterable[Table]]] = {
    "W1": lambda days: [race("W1", days)],
    "W2": lambda days: (race(name, days) for name in ("W2", "W2 x 1.3")),
    "W3": lambda days: [bank()],
    "steps": lambda days: [steps(days)],
    "scaling": lambda days: scaling(),
    "page": lambda days: [report_page(days)],
    "staffing": lambda days: [staffing()],
}


def machine() -> str:
    """What the figures were measured with and when."""
    parts = [f"Python {platform.python_version()}"]
    for package in ("numpy", "numba", "simpy", "ciw"):
        try:
            parts.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            parts.append(f"no {package}")
    cores = f"{platform.machine()}, {os.cpu_count()} cores"
    return f"{cores}; {', '.join(parts)}; {date.today():%d %B %Y}"


def main(arguments: list[str] | None = None) -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all if none")
    parser.add_argument("--markdown", action="store_true", help="as they stand in the page")
    parser.add_argument("--days", type=int, default=1_000, help="at most so many days a contender")
    told = parser.parse_args(arguments)
    unknown = [part for part in told.parts if part not in PARTS]
    if unknown or told.days < 1:
        parser.error(f"no part {unknown[0]!r}" if unknown else "--days must be 1 or more")
    print(machine(), end="\n\n", flush=True)
    for part in told.parts or PARTS:
        for table in PARTS[part](told.days):
            print(table.markdown() if told.markdown else table.text(), flush=True)


if __name__ == "__main__":
    main()
