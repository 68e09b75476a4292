"""Scenario files: what may stand in them, how they are read, and what is wrong with them."""

from __future__ import annotations

from sim.scenario.files import load, load_plans, loaded
from sim.scenario.mistakes import Mistake, ScenarioError
from sim.scenario.schema import Scenario

__all__ = ["Mistake", "Scenario", "ScenarioError", "load", "load_plans", "loaded"]
