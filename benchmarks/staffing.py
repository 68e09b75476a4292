"""How long a search for the staff takes: one group, and three groups with two skills."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from benchmarks.apart import apart
from benchmarks.tables import Table

DAY = """
name = "A day of 30 half-hours"
[day]
opens = "07:00"
closes = "22:00"
interval = "30 min"
[targets]
service_level = { share = 0.80, within = "20 s" }
abandonment = { at_most = 0.05 }
"""

CALLS = """arrivals = { per_hour = %s, every = "1 h" }
talk = { lognormal = { mean = "%s", cv = 1.0 } }
wrap_up = { exponential = "30 s" }
patience = { exponential = "3 min" }
"""

SHAPE = (3, 5, 8, 10, 10, 9, 8, 8, 9, 9, 8, 6, 4, 3, 2)
"""Calls of the hours of the day, to scale."""


def rates(calls: float) -> list[float]:
    """Calls an hour that add up to a number a day."""
    return [round(calls * each / sum(SHAPE), 2) for each in SHAPE]


def one_group() -> str:
    """5,000 calls a day of one type, one group."""
    return f"""{DAY}
[callers.questions]
{CALLS % (rates(5_000), "4 min")}
[operators.team]
skills = ["questions"]
headcount = 40
wage = 20.0
"""


def three_groups() -> str:
    """The same calls of two types; a group for each, and a dearer one for both."""
    return f"""{DAY}
[callers.orders]
{CALLS % (rates(3_000), "4 min")}
[callers.claims]
{CALLS % (rates(2_000), "5 min")}
[operators.orders_only]
skills = ["orders"]
headcount = 20
wage = 20.0
[operators.claims_only]
skills = ["claims"]
headcount = 15
wage = 20.0
[operators.both]
skills = ["orders", "claims"]
headcount = 10
wage = 22.0
"""


FILES = {"one group": one_group, "three groups, two skills": three_groups}


def searched(name: str) -> dict[str, Any]:
    """Search for the staff of a day, in this process; loading the compiled code is not timed."""
    from benchmarks.race import least_seconds
    from sim.engine.kernel import warm_up
    from sim.measures import passes
    from sim.scenario import load
    from sim.staffing.staff import staff

    warm_up()
    passes.warm_up()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "day.toml"
        file.write_text(FILES[name](), encoding="utf-8")
        found, seconds = least_seconds(lambda: staff(load(file)), 1)
    hours = sum(each["hours"] for each in found.totals().values())
    return {
        "seconds": seconds, "tried": found.tried, "hours": hours, "met": found.met,
        "level": found.results.measures["service_level"].value,
        "abandonment": found.results.measures["abandonment"].value,
    }  # fmt: skip


def staffing() -> Table:
    """What a search costs."""
    rows = []
    for name in FILES:
        found = apart("staffing:searched", name=name)
        rows.append([
            name, f"{found['seconds']:.1f}", f"{found['tried']}", f"{found['hours']:.1f}",
            f"{found['level']:.4f}", f"{found['abandonment']:.4f}", "yes" if found["met"] else "no",
        ])  # fmt: skip
    return Table(
        "`waitline staff`: 30 half-hours, 5,000 calls a day",
        ("", "CPU s", "staffings tried", "operator hours", "within 20 s", "hung up", "met"),
        rows,
    )
