"""W3: the bank scenario end to end, as a user starts it; and what starting costs at all."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from typing import Any

from benchmarks.apart import ROOT, apart, peak_memory
from benchmarks.tables import Table

WAITLINE = ["-m", "sim"]
RUN = [*WAITLINE, "run", "scenarios/bank.toml", "--replications", "1000"]


def timed(arguments: list[str], rounds: int, cold: bool = False) -> dict[str, Any]:
    """Start Python with some arguments, and time it with all processes that it starts.

    Returns
    -------
    dict
        `seconds`, the least CPU seconds of the rounds, and `peak`, the largest process's MB.
    """
    least = float("inf")
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as empty:
            environment = dict(os.environ) | ({"NUMBA_CACHE_DIR": empty} if cold else {})
            before = spent()
            subprocess.run(
                [sys.executable, *arguments], cwd=ROOT, env=environment, check=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            least = min(least, spent() - before)
    return {"seconds": least, "peak": peak_memory(resource.RUSAGE_CHILDREN)}


def spent() -> float:
    """CPU seconds of all processes that this one has started and that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def bank() -> Table:
    """The commands and what they cost."""
    compiling = ["-c", "from sim.engine.kernel import warm_up; warm_up()"]
    commands = (
        ("`python -c pass`", ["-c", "pass"], 5, False),
        ("`waitline --help`", [*WAITLINE, "--help"], 5, False),
        ("loading the kernel, compiled before", compiling, 3, False),
        ("compiling the kernel, nothing kept from before", compiling, 1, True),
        ("`waitline run scenarios/bank.toml --replications 1000`", RUN, 3, False),
        ("the same, the kernel not yet compiled", RUN, 1, True),
    )
    apart("bank:timed", arguments=compiling, rounds=1)
    rows = []
    for title, arguments, rounds, cold in commands:
        found = apart("bank:timed", arguments=arguments, rounds=rounds, cold=cold)
        rows.append([title, f"{found['seconds']:.2f}", f"{found['peak']:.0f}"])
    return Table("W3: from the command line", ("", "CPU s", "peak MB"), rows)
