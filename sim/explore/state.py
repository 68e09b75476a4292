"""From where the sliders stand to figures and series: the page without the browser."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sim.comparison.paired import Comparison
from sim.explore.controls import Moves
from sim.explore.days import TIMES, Days, Tried, first_days
from sim.explore.plan_text import free_plan_name, plan_of, plan_text
from sim.explore.sliders import controls_of
from sim.explore.view import View, view_of
from sim.scenario import Scenario, ScenarioError
from sim.scenario.files import BASE, assessed, placed, raise_if_any, validated, variant_of
from sim.scenario.reading import read_document


class Looked(NamedTuple):
    """What was moved, on the days so far."""

    tried: Tried
    parts: int

    @property
    def can_grow(self) -> bool:
        """Whether more days would still be simulated."""
        return self.parts < TIMES


class Explorer:
    """A scenario file whose sliders can be moved; it is read once.

    Parameters
    ----------
    path : Path
        The file.
    days : int, optional
        Days to simulate while one waits; by default as many as take well under a second.
    seed : int
        Which callers phone.
    engine : str
        Which engine runs the days; the result does not depend on it.

    Raises
    ------
    ScenarioError
        With all mistakes of the file.
    """

    def __init__(
        self, path: Path, days: int | None = None, seed: int = 1, engine: str = "kernel"
    ) -> None:
        self._document = read_document(path)
        variants, scenarios = validated(self._document)
        self.scenario = scenarios[BASE]
        self.name = free_plan_name(scenarios)
        """What the plan with all that is moved is called."""
        self.controls = controls_of(self.scenario, variants[BASE].raw)
        self._days = Days(days or first_days(self.scenario), seed, engine)
        self._as_it_is = Tried(self._days, self.scenario, {})

    def look(self, places: Moves) -> Looked:
        """Simulate the first days of what was moved.

        Parameters
        ----------
        places : mapping
            Where the controls stand, by key.

        Raises
        ------
        ScenarioError
            What was moved is no scenario, with the reasons.
        """
        changes = self.controls.changes(places)
        tried = Tried(self._days, self.moved(places), changes) if changes else self._as_it_is
        return self.more(Looked(tried, 0))

    def moved(self, places: Moves) -> Scenario:
        """The scenario with what was moved, as the file would have it with that plan in it."""
        text = self.as_a_plan(places)
        if not text:
            return self.scenario
        variant = variant_of(self._document, self.name, plan_of(text, self.name))
        scenario, wrongs = assessed(self._document, variant)
        raise_if_any([*variant.mistakes, *(placed(self._document, variant, w) for w in wrongs)])
        assert scenario is not None
        return scenario

    def more(self, looked: Looked) -> Looked:
        """Simulate more days of it, and of the file as it is."""
        parts = looked.parts + 1
        self._as_it_is.after(parts)
        looked.tried.after(parts)
        return looked._replace(parts=parts)

    def comparison(self, looked: Looked) -> Comparison:
        """The file as it is, and what was moved if anything is, on the same days."""
        both = {each: each.after(looked.parts) for each in (self._as_it_is, looked.tried)}
        return Comparison({results.plan: results for results in both.values()})

    def view(self, looked: Looked) -> View:
        """All that the page shows of it, as plain values."""
        return view_of(self.comparison(looked))

    def as_a_plan(self, places: Moves) -> str:
        """What was moved, to be pasted into the file; empty when nothing is."""
        return plan_text(self.controls, places, self.name)


def refusal(error: ScenarioError, name: str) -> str:
    """Why what was moved cannot be simulated, in words."""
    said = []
    for each in error.mistakes:
        key = each.key.removeprefix(f"plans.{name}").removeprefix(".change").strip(".")
        what = each.what.removeprefix("with this plan, ")
        hint = f" ({each.suggestion})" if each.suggestion else ""
        said.append(f"{key}: {what}{hint}" if key else f"{what}{hint}")
    return f"This cannot be simulated: {'; '.join(said)}."
