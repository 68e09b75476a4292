"""A loaded scenario once more with something else in its tables, validated like the file."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.scenario.changes import apply
from sim.scenario.files import Variant, assessed, placed, raise_if_any, validated
from sim.scenario.plans import drop_references
from sim.scenario.reading import read_document
from sim.scenario.schema import Scenario

Tables = dict[str, Any]
"""A scenario as the file writes it, plan and changes put in."""


class Variations:
    """What a scenario would be with other values; the file is read once.

    Parameters
    ----------
    scenario : Scenario
        Loaded from a file, of any plan and with any changes.

    Raises
    ------
    ValueError
        When it was not loaded from a file, or the file is another one by now.
    """

    def __init__(self, scenario: Scenario) -> None:
        if scenario.path is None:
            raise ValueError("the scenario does not come from a file, so it cannot be varied")
        self.scenario = scenario
        self._document = read_document(Path(scenario.path))
        if self._document.sha256 != scenario.sha256:
            raise ValueError(f"{scenario.path} has been changed since it was loaded; load it again")
        variants, _ = validated(self._document)
        self._variant = variants[scenario.plan]
        self.tables: Tables = copy.deepcopy(self._variant.raw)
        for name, change in scenario._origin.changes:
            apply(self.tables, name, change, absolute=True)
        drop_references(self.tables, self._variant.raw)

    def copied(self) -> Tables:
        """The tables once more, to be changed at will."""
        return copy.deepcopy(self.tables)

    def varied(self, change: Callable[[Tables], object]) -> Scenario:
        """The scenario after its tables have been changed in place.

        Parameters
        ----------
        change : callable
            Is given a copy of the tables, and changes it.

        Returns
        -------
        Scenario

        Raises
        ------
        ScenarioError
            When what is left is not a scenario.
        """
        tables = self.copied()
        change(tables)
        drop_references(tables, self.tables)
        variant = Variant(self._variant.name, tables, self._variant.plan)
        scenario, wrongs = assessed(self._document, variant)
        raise_if_any([placed(self._document, variant, wrong) for wrong in wrongs])
        assert scenario is not None
        return scenario
