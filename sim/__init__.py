"""Waitline: a simulator of customer-support telephone lines."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.audit import broken_facts
    from sim.callers import Callers, Staff, draw
    from sim.centre import Centre, centre_of
    from sim.comparison.beside import Beside, beside_theory
    from sim.comparison.best import Best, best
    from sim.comparison.conditions import Conditions, compare_under
    from sim.comparison.paired import Comparison, compare
    from sim.comparison.sensitivity import Sensitivity, sensitivity
    from sim.engine import simulate
    from sim.experiment import run
    from sim.outcomes import Outcome, Outcomes
    from sim.results import Results
    from sim.scenario import Scenario, ScenarioError, load, load_plans
    from sim.staffing.found import Staffing
    from sim.staffing.shifts import Built, MenuError, shifts
    from sim.staffing.staff import staff

__all__ = [
    "Beside",
    "Best",
    "Built",
    "Callers",
    "Centre",
    "Comparison",
    "Conditions",
    "MenuError",
    "Outcome",
    "Outcomes",
    "Results",
    "Scenario",
    "ScenarioError",
    "Sensitivity",
    "Staff",
    "Staffing",
    "beside_theory",
    "best",
    "broken_facts",
    "centre_of",
    "compare",
    "compare_under",
    "draw",
    "load",
    "load_plans",
    "run",
    "sensitivity",
    "shifts",
    "simulate",
    "staff",
]

_HOMES = {
    "Beside": "sim.comparison.beside",
    "Best": "sim.comparison.best",
    "Built": "sim.staffing.shifts",
    "Callers": "sim.callers",
    "Centre": "sim.centre",
    "Comparison": "sim.comparison.paired",
    "Conditions": "sim.comparison.conditions",
    "MenuError": "sim.staffing.shifts",
    "Outcome": "sim.outcomes",
    "Outcomes": "sim.outcomes",
    "Results": "sim.results",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.scenario",
    "Sensitivity": "sim.comparison.sensitivity",
    "Staff": "sim.callers",
    "Staffing": "sim.staffing.found",
    "beside_theory": "sim.comparison.beside",
    "best": "sim.comparison.best",
    "broken_facts": "sim.audit",
    "centre_of": "sim.centre",
    "compare": "sim.comparison.paired",
    "compare_under": "sim.comparison.conditions",
    "draw": "sim.callers",
    "load": "sim.scenario",
    "load_plans": "sim.scenario",
    "run": "sim.experiment",
    "sensitivity": "sim.comparison.sensitivity",
    "shifts": "sim.staffing.shifts",
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
