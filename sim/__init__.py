"""Waitline: a simulator of customer-support telephone lines."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.audit import broken_facts
    from sim.callers import Callers, Staff, draw
    from sim.centre import Centre, centre_of
    from sim.comparison.paired import Comparison, compare
    from sim.engine import simulate
    from sim.experiment import Results, run
    from sim.outcomes import Outcome, Outcomes
    from sim.scenario import Scenario, ScenarioError, load, load_plans
    from sim.staffing.shifts import Built, MenuError, shifts

__all__ = [
    "Built",
    "Callers",
    "Centre",
    "Comparison",
    "MenuError",
    "Outcome",
    "Outcomes",
    "Results",
    "Scenario",
    "ScenarioError",
    "Staff",
    "broken_facts",
    "centre_of",
    "compare",
    "draw",
    "load",
    "load_plans",
    "run",
    "shifts",
    "simulate",
]

_HOMES = {
    "Built": "sim.staffing.shifts",
    "Callers": "sim.callers",
    "Centre": "sim.centre",
    "Comparison": "sim.comparison.paired",
    "MenuError": "sim.staffing.shifts",
    "Outcome": "sim.outcomes",
    "Outcomes": "sim.outcomes",
    "Results": "sim.experiment",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.scenario",
    "Staff": "sim.callers",
    "broken_facts": "sim.audit",
    "centre_of": "sim.centre",
    "compare": "sim.comparison.paired",
    "draw": "sim.callers",
    "load": "sim.scenario",
    "load_plans": "sim.scenario",
    "run": "sim.experiment",
    "shifts": "sim.staffing.shifts",
    "simulate": "sim.engine",
}


def __getattr__(name: str) -> Any:
    # Names are fetched when they are used, so that `waitline --help` imports nothing heavy.
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
