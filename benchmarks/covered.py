"""Lines on which it is counted how often intervals hold the truth: a base and another plan."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario import Scenario

SCENARIOS = Path(__file__).parents[1] / "scenarios"

UNEVEN = """
name = "A small line, its days uneven"
[day]
opens = "08:00"
closes = "16:00"
interval = "1 h"
[targets]
service_level = { share = 0.8, within = "20 s" }
abandonment = { at_most = 0.05, ignore_under = "5 s" }
[busyness]
cv = 0.25
[callers.cards]
arrivals = { per_hour = [10, 16, 22, 26, 20, 16, 12, 8], every = "1 h" }
talk = { lognormal = { mean = "4 min", cv = 1.1 } }
wrap_up = { exponential = "30 s" }
patience = { exponential = "3 min", hang_up_at_once = 0.02 }
money = { lost_call_cost = 6.0 }
[callers.loans]
arrivals = { per_hour = [2, 4, 6, 6, 6, 4, 4, 2], every = "1 h" }
talk = { lognormal = { mean = "7 min", cv = 0.9 } }
patience = { weibull = { mean = "5 min", shape = 1.3 } }
money = { lost_call_cost = 9.0 }
[operators.clerks]
skills = ["cards", "loans"]
wage = 20.0
headcount = [2, 3, 4, 4, 4, 3, 2, 2]
every = "1 h"
[plans.one_more]
operators.clerks.headcount = [3, 4, 5, 5, 5, 4, 3, 3]
"""

ROOMY = """
name = "A line where few wait"
[day]
opens = "09:00"
closes = "15:00"
interval = "1 h"
[targets]
service_level = { share = 0.9, within = "10 s" }
[busyness]
cv = 0.15
[callers.orders]
arrivals = { per_hour = [20, 30, 36, 30, 24, 16], every = "1 h" }
talk = { exponential = "3 min" }
patience = { exponential = "4 min" }
[operators.clerks]
skills = ["orders"]
wage = 20.0
headcount = 4
[plans.one_more]
change = { "operators.clerks.headcount" = "+1" }
"""

Plans = tuple["Scenario", "Scenario"]


def written(text: str, plan: str) -> Plans:
    """The base and a plan of a scenario file's text."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "line.toml"
        file.write_text(text, "utf-8")
        return shipped(file, plan)


def shipped(file: Path, plan: str) -> Plans:
    """The base and a plan of a scenario file."""
    from sim.scenario import load

    return load(file), load(file, plan)


LINES: dict[str, Callable[[], Plans]] = {
    "uneven": lambda: written(UNEVEN, "one_more"),
    "roomy": lambda: written(ROOMY, "one_more"),
    "help desk": lambda: shipped(SCENARIOS / "help_desk.toml", "one_more_early"),
    "clinic": lambda: shipped(SCENARIOS / "clinic.toml", "twelve_lines"),
}
