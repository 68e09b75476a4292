"""Make the pictures of the documentation: `python docs/pictures.py [NAME ...]`."""

from __future__ import annotations

import sys
from pathlib import Path

import sim
from sim.report import plots

ROOT = Path(__file__).parents[1]


def main(names: list[str]) -> None:
    """Run the scenarios, all if none is named, and draw their days."""
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    for file in sorted((ROOT / "scenarios").glob("*.toml")):
        if names and file.stem not in names:
            continue
        results = sim.run(sim.load(file), replications=200)
        figure = plots.day(results)
        figure.savefig(folder / f"{file.stem}.png", dpi=110, metadata={"Software": None})
    if not names or "plans" in names:
        draw_plans(folder)


def draw_plans(folder: Path) -> None:
    """Cost against waits and hang-ups, and the plans under a low and a high forecast."""
    bank, options = ROOT / "scenarios" / "bank.toml", {"dpi": 90, "metadata": {"Software": None}}
    sim.compare(bank).plot.page().savefig(folder / "plans.png", **options)
    found = sim.compare_under(bank, {"callers.*.volume": "-10%,0%,+10%"})
    found.plot.page().savefig(folder / "conditions.png", **options)


if __name__ == "__main__":
    main(sys.argv[1:])
