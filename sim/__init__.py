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
    from sim.staffing.found import Staffing
    from sim.staffing.staff import staff

__all__ = [
    "Callers",
    "Centre",
    "Comparison",
    "Outcome",
    "Outcomes",
    "Results",
    "Scenario",
    "ScenarioError",
    "Staff",
    "Staffing",
    "broken_facts",
    "centre_of",
    "compare",
    "draw",
    "load",
    "load_plans",
    "run",
    "simulate",
    "staff",
]

_HOMES = {
    "Callers": "sim.callers",
    "Centre": "sim.centre",
    "Comparison": "sim.comparison.paired",
    "Outcome": "sim.outcomes",
    "Outcomes": "sim.outcomes",
    "Results": "sim.experiment",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.scenario",
    "Staff": "sim.callers",
    "Staffing": "sim.staffing.found",
    "broken_facts": "sim.audit",
    "centre_of": "sim.centre",
    "compare": "sim.comparison.paired",
    "draw": "sim.callers",
    "load": "sim.scenario",
    "load_plans": "sim.scenario",
    "run": "sim.experiment",
    "simulate": "sim.engine",
    "staff": "sim.staffing.staff",
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
