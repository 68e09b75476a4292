"""What results depend on: versions, seed, and the scenario with its hash and its text."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from sim.experiment import Results

PACKAGES = ("numpy", "scipy", "simpy", "pandas")


def manifest_of(
    results: Mapping[str, Results], changes: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the results of some plans depend on.

    Parameters
    ----------
    results : mapping of str to Results
        By plan.
    changes : mapping of str to str, optional
        What `--set` changed in each of them, by dotted name.

    Returns
    -------
    dict
        Plain JSON values. `text` is the scenario file of the first plan.
    """
    first = next(iter(results.values()))
    scenario = first.scenario
    text = scenario.path.read_text("utf-8") if scenario.path is not None else None
    return {
        "waitline": version("waitline"),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "seed": first.seed,
        "replications": first.days,
        "engine": first.engine,
        "plans": list(results),
        "changes": dict(changes or {}),
        "scenario": {"name": scenario.name, "sha256": scenario.sha256, "text": text},
    }
