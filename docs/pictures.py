"""Make the pictures of the documentation: `python docs/pictures.py`."""

from __future__ import annotations

from pathlib import Path

import sim
from sim.report import plots

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Run the bank and draw its day, its plans, and its plans under other forecasts."""
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    draw_day(folder)
    draw_plans(folder)


def draw_day(folder: Path) -> None:
    """The day at a glance."""
    results = sim.run(sim.load(ROOT / "scenarios" / "bank.toml"), replications=200)
    figure = plots.day(results)
    figure.savefig(folder / "bank.png", dpi=110, metadata={"Software": None})


def draw_plans(folder: Path) -> None:
    """Cost against waits and hang-ups, and the plans under a low and a high forecast."""
    bank, options = ROOT / "scenarios" / "bank.toml", {"dpi": 90, "metadata": {"Software": None}}
    sim.compare(bank).plot.page().savefig(folder / "plans.png", **options)
    found = sim.compare_under(bank, {"callers.*.volume": "-10%,0%,+10%"})
    found.plot.page().savefig(folder / "conditions.png", **options)


if __name__ == "__main__":
    main()
