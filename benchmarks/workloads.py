"""The days that are timed, written as scenario files."""

from __future__ import annotations

from pathlib import Path

W1 = """
name = "W1: Erlang A"
[day]
opens = "00:00"
closes = "24:00"
interval = "15 min"
[callers.all]
arrivals = { per_hour = 1200 }
talk = { exponential = "300 s" }
patience = { exponential = "120 s" }
[operators.team]
skills = ["all"]
headcount = 100
"""

W2 = """
name = "W2: three call types, four groups"
[day]
opens = "00:00"
closes = "24:00"
interval = "15 min"
[callers.one]
arrivals = { per_hour = 600 }
talk = { lognormal = { mean = "240 s", cv = 1.2 } }
patience = { weibull = { mean = "150 s", shape = 1.3 } }
[callers.two]
arrivals = { per_hour = 400 }
talk = { lognormal = { mean = "300 s", cv = 1.2 } }
patience = { weibull = { mean = "150 s", shape = 1.3 } }
[callers.three]
arrivals = { per_hour = 200 }
talk = { lognormal = { mean = "420 s", cv = 1.2 } }
patience = { weibull = { mean = "150 s", shape = 1.3 } }
[operators.first]
skills = ["one"]
headcount = 30
[operators.second]
skills = ["two"]
headcount = 30
[operators.third]
skills = ["one", "two"]
headcount = 30
[operators.fourth]
skills = ["two", "three"]
headcount = 30
"""


def written(folder: Path) -> dict[str, Path]:
    """Write the workloads into a folder; name to file."""
    files = {"W1": W1, "W2": W2}
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return {name: folder / f"{name}.toml" for name in files}
