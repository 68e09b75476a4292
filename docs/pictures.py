"""Make the pictures of the documentation: `python docs/pictures.py`."""

from __future__ import annotations

from pathlib import Path

import sim
from sim.report import plots

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Run the bank and draw its day."""
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    results = sim.run(sim.load(ROOT / "scenarios" / "bank.toml"), replications=200)
    figure = plots.day(results)
    figure.savefig(folder / "bank.png", dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    main()
