"""Building a roster: 200 possible shifts over 30 intervals, to a roster that meets its targets.

python -m benchmarks.shift_building
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import sim

DAY = """
name = "Fifteen hours"
[day]
opens = "07:00"
closes = "22:00"
interval = "30 min"
[targets]
service_level = { share = 0.80, within = "20 s" }
abandonment = { at_most = 0.05 }
[busyness]
cv = 0.10
[callers.calls]
arrivals = { per_hour = [40, 70, 110, 140, 150, 140, 120, 110, 110, 120, 130, 120, 90, 60, 40], every = "1 h" }
talk = { lognormal = { mean = "4 min", cv = 1.0 } }
wrap_up = { exponential = "30 s" }
patience = { exponential = "3 min" }
[operators.people]
skills = ["calls"]
wage = 20.0
shifts = { early = { operators = 9, from = "07:00", to = "15:00" }, late = { operators = 9, from = "14:00", to = "22:00" } }
[operators.people.menu]
full = { lasts = "8 h", starts = { from = "07:00", to = "14:00", every = "30 min" }, breaks = [{ after = ["2 h", "2 h 30 min", "3 h", "3 h 30 min", "4 h", "4 h 30 min", "5 h", "5 h 30 min"], lasts = "30 min" }] }
part = { lasts = ["4 h", "5 h"], starts = { from = "07:00", to = "17:00", every = "30 min" } }
short = { lasts = "4 h 30 min", starts = { from = "07:00", to = "17:30", every = "30 min" } }
long = { lasts = "9 h", starts = { from = "07:00", to = "13:00", every = "1 h 30 min" }, breaks = [{ after = ["4 h", "4 h 30 min", "5 h"], lasts = "30 min" }] }
"""  # noqa: E501


def main() -> None:
    """Build the roster and print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "day.toml"
        file.write_text(DAY)
        sim.run(sim.load(file), 1000)  # compiled before the clock starts
        begun = time.process_time()
        built = sim.shifts(file)
        spent = time.process_time() - begun
    rows = {
        "possible shifts": len(built.menu.columns),
        "intervals": len(built.menu.clock.day),
        "every target met for certain": built.certain,
        "operators": built.persons,
        "cost": f"{built.cost:,.0f}",
        "bound under the cuts": f"{built.bound:,.0f}",
        "rosters simulated": built.tried,
        "checks on fresh days": built.checks,
        "CPU s": f"{spent:.1f}",
    }
    for name, value in rows.items():
        print(f"{name:32}{value}")


if __name__ == "__main__":
    main()
