"""A simulation beside the Erlang formulas, and which property of the scenario parts them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.comparison.formulas import Answer, Load, Parts, answer_of, load_of, parts_of
from sim.comparison.paired import Difference, difference
from sim.comparison.switches import HANG_UPS, PROPERTIES, Property
from sim.comparison.trials import TrialProgress
from sim.experiment import Results, heading, run
from sim.measures.intervals import Estimate
from sim.measures.tables import Row
from sim.scenario import Scenario, loaded
from sim.scenario.variations import Tables, Variations

if TYPE_CHECKING:
    import pandas as pd

HELD = ("service_level", "abandonment", "asa")
"""The measures that are held beside each other."""

Held = dict[str, Estimate]
Moves = dict[str, Difference]


@dataclass(frozen=True, eq=False)
class Stretch:
    """An hour, or a day of several, in the simulation and by the formulas."""

    named: Row
    """When: `from` and `to`, and `day` where days have names."""
    calls: float
    """First calls that the forecast expects."""
    operators: float
    """On the roster less breaks and meetings."""
    simulated: Answer
    erlang_a: Answer
    erlang_c: Answer


@dataclass(frozen=True, eq=False)
class Step:
    """A property that was switched off."""

    property: Property
    differences: Moves
    """What it does: each measure with it less the same without, on the same callers."""


@dataclass(frozen=True, eq=False)
class Beside:
    """A simulation and what Erlang C and A say of the same intervals."""

    results: Results
    load: Load
    alone: tuple[Step, ...]
    """Each property of the scenario switched off by itself, hang-ups last."""
    ladder: tuple[Step, ...]
    """The same switched off one after the other, without hang-ups."""
    left: Held
    """The simulation at the end of the ladder: only what goes over from one interval to the
    next, an empty line in the morning and the closing tell it from Erlang A."""

    @cached_property
    def _parts(self) -> dict[bool, list[Parts | None]]:
        grid = self.results.ledger.grid
        return {
            hang_ups: [parts_of(self.load, grid, row, hang_ups) for row in range(grid.intervals)]
            for hang_ups in (True, False)
        }

    def formula(self, hang_ups: bool, rows: slice = slice(None)) -> Answer:
        """What Erlang A, or C without hang-ups, says of some intervals together."""
        return answer_of(self._parts[hang_ups][rows], self.results.ledger.grid.counts[-1])

    @property
    def erlang_a(self) -> Answer:
        """Erlang A, the intervals weighed by their calls."""
        return self.formula(True)

    @property
    def erlang_c(self) -> Answer:
        """Erlang C likewise; none if the queue would grow without end in any interval."""
        return self.formula(False)

    @property
    def endless(self) -> int:
        """Intervals in which Erlang C has no answer."""
        return sum(parts is None for parts in self._parts[False])

    @cached_property
    def gap(self) -> Moves:
        """The simulation less Erlang A."""
        measures = {name: self.results.measures[name] for name in HELD}
        return _less(measures, self.erlang_a)

    @cached_property
    def rest(self) -> Moves:
        """What is left at the end of the ladder, less Erlang A."""
        return _less(self.left, self.erlang_a)

    @cached_property
    def stretches(self) -> list[Stretch]:
        """Hour by hour; of several days, day by day."""
        results = self.results
        rows = results.daily() if results.scenario.days else results.hourly()
        return [self._stretch(row, part) for row, part in zip(rows, self._slices(), strict=True)]

    def _slices(self) -> list[slice]:
        """The intervals of each hour from the opening, or of each day."""
        clock, interval = self.results.ledger.grid.clock, self.results.ledger.centre.interval
        if self.results.scenario.days:
            bounds = np.searchsorted(clock.day, np.arange(clock.day[-1] + 2)).tolist()
            return [slice(a, b) for a, b in pairwise(bounds)]
        many = 3600 / interval
        step = int(many) if many >= 1 and many == int(many) else 1
        number = len(clock.day)
        return [slice(first, min(first + step, number)) for first in range(0, number, step)]

    def _stretch(self, row: Row, part: slice) -> Stretch:
        weights = self.load.lengths[part]
        return Stretch(
            {key: row[key] for key in ("day", "from", "to") if key in row},
            float(self.load.calls[part].sum()),
            float(self.load.operators[part] @ weights / weights.sum()),
            Answer(*(_number(row[name]) for name in HELD)),
            self.formula(True, part),
            self.formula(False, part),
        )

    def table(self) -> pd.DataFrame:
        """Hour by hour (of several days, day by day), the whole last.

        Returns
        -------
        pandas.DataFrame
            Columns when, calls, operators, and `service_level`, `abandonment` (shares) and `asa`
            (s) each as simulated and with `_erlang_a` and `_erlang_c`; `attrs["units"]` has the
            unit of each number.
        """
        import pandas as pd

        whole = Answer(*(self.results.measures[name].value for name in HELD))
        rows = [
            (str(each.named.get("day", each.named["from"])), each.calls, each.operators,
             each.simulated, each.erlang_a, each.erlang_c)
            for each in self.stretches
        ]  # fmt: skip
        rows.append(
            ("whole", float(self.load.calls.sum()), self.operators, whole, self.erlang_a,
             self.erlang_c)
        )  # fmt: skip
        frame = pd.DataFrame([
            {"when": when, "calls": calls, "operators": operators}
            | {
                f"{name}{mark}": getattr(answer, name)
                for name in HELD
                for mark, answer in (("", simulated), ("_erlang_a", a), ("_erlang_c", c))
            }
            for when, calls, operators, simulated, a, c in rows
        ])  # fmt: skip
        units = {name: self.results.measures[name].unit for name in HELD}
        frame.attrs["units"] = {"calls": "contacts", "operators": "operators"} | {
            f"{name}{mark}": units[name] for name in HELD for mark in ("", "_erlang_a", "_erlang_c")
        }
        return frame

    @property
    def operators(self) -> float:
        """Mean number on the roster over all intervals."""
        return float(self.load.operators @ self.load.lengths / self.load.lengths.sum())

    def properties(self) -> pd.DataFrame:
        """What each property does, one property, view and measure a row.

        Returns
        -------
        pandas.DataFrame
            Columns view ("alone", "ladder"), property, measure, difference (with it less without
            it; above 0 where the property raises the measure), low and high (95 % interval) and
            unit. The last rows of the ladder are "rest": what is left, less Erlang A.
            `attrs["units"]` has the unit of each measure.
        """
        import pandas as pd

        rows = [
            {"view": view, "property": name, "measure": measure, "difference": move.value,
             "low": move.low, "high": move.high, "unit": move.unit}
            for view, steps in (("alone", self.alone), ("ladder", self.ladder))
            for name, moves in [
                *((step.property.name, step.differences) for step in steps),
                *([("rest", self.rest)] if view == "ladder" else []),
            ]
            for measure, move in moves.items()
        ]  # fmt: skip
        frame = pd.DataFrame(rows)
        frame.attrs["units"] = {name: self.results.measures[name].unit for name in HELD}
        return frame

    def document(self) -> dict[str, Any]:
        """The result as plain JSON values, numbers null where they have no meaning."""
        measures = {name: self.results.measures[name].document() for name in HELD}
        return heading(self.results) | {
            "plan": self.results.plan, "simulated": measures,
            "erlang_a": self.erlang_a._asdict(), "erlang_c": self.erlang_c._asdict(),
            "erlang_c_without_answer": self.endless,
            "gap": _documents(self.gap),
            "stretches": [
                each.named | {
                    "calls": each.calls, "operators": each.operators,
                    "simulated": each.simulated._asdict(), "erlang_a": each.erlang_a._asdict(),
                    "erlang_c": each.erlang_c._asdict(),
                }
                for each in self.stretches
            ],
            "alone": [_step(step) for step in self.alone],
            "ladder": [_step(step) for step in self.ladder],
            "rest": _documents(self.rest),
        }  # fmt: skip

    def __repr__(self) -> str:
        return f"<Beside theory: {self.results!r}, {len(self.alone)} properties>"

    def _repr_html_(self) -> str:
        return str(self.table().to_html(float_format="{:.4g}".format))


def _step(step: Step) -> dict[str, Any]:
    named = {"property": step.property.name, "label": step.property.label,
             "off": step.property.off}  # fmt: skip
    return named | {"differences": _documents(step.differences)}


def _documents(moves: Moves) -> dict[str, Any]:
    return {name: move.document() | {"unit": move.unit} for name, move in moves.items()}


def _number(value: str | float | None) -> float | None:
    return value if isinstance(value, float) else None


def _less(measures: Held, answer: Answer) -> Moves:
    """Estimates less what a formula says; the formula has no doubt of its own."""
    found = {}
    for name, estimate in measures.items():
        exact = getattr(answer, name)
        known = [estimate.value, estimate.low, estimate.high]
        moved = [None if each is None or exact is None else each - exact for each in known]
        found[name] = Difference(moved[0], moved[1], moved[2], estimate.unit, None)
    return found


def beside_theory(
    scenario: str | Path | Scenario,
    replications: int = 100,
    seed: int = 1,
    workers: int | None = None,
    engine: str = "kernel",
    progress: TrialProgress | None = None,
) -> Beside:
    """Hold a simulation beside Erlang C and A, and switch off what they do not know.

    Parameters
    ----------
    scenario : str or Path or Scenario
        A scenario file, whose base is meant, or one plan of it as loaded, with its changes.
    replications, seed, workers, engine
        As for `sim.experiment.run`, and the same for all runs.
    progress : callable, optional
        Called with the number of a run and its days done.

    Returns
    -------
    Beside

    Raises
    ------
    ValueError
        When the scenario does not come from a file that is still the same.
    ScenarioError
        With all mistakes of the file.
    """
    scenario = loaded(scenario)
    bench = _Bench(scenario, replications, seed, workers, engine, progress)
    present = [each for each in (*PROPERTIES, HANG_UPS) if bench.has(each)]
    base = bench.held(())
    alone = tuple(Step(each, _differences(base, bench.held((each,)))) for each in present)
    off: tuple[Property, ...] = ()
    ladder = []
    for each in present:
        if each is not HANG_UPS:
            before, off = bench.held(off), (*off, each)
            ladder.append(Step(each, _differences(before, bench.held(off))))
    results, grid = bench.results, bench.results.ledger.grid
    load_there = load_of(scenario, results.ledger.centre, grid)
    return Beside(results, load_there, alone, tuple(ladder), bench.held(off))


RUNS = 12
"""About how many runs there are."""


class _Bench:
    """Runs a scenario without some of its properties, each run once."""

    def __init__(
        self, scenario: Scenario, replications: int, seed: int, workers: int | None, engine: str,
        progress: TrialProgress | None,
    ) -> None:  # fmt: skip
        self.scenario, self.variations = scenario, Variations(scenario)
        self.settings = (replications, seed, workers, engine)
        self.progress = progress
        self._held: dict[tuple[str, ...], Held] = {}
        self.results = self._run(scenario)
        self._held[()] = {name: self.results.measures[name] for name in HELD}

    def has(self, each: Property) -> bool:
        """Whether the scenario has a property."""
        return each.switch(self.variations.copied(), self.scenario)

    def held(self, off: tuple[Property, ...]) -> Held:
        """The measures without some properties, which are taken out in this order."""
        key = tuple(each.name for each in off)
        if key not in self._held:

            def change(tables: Tables) -> None:
                for each in off:
                    each.switch(tables, self.scenario)

            results = self._run(self.variations.varied(change))
            self._held[key] = {name: results.measures[name] for name in HELD}
        return self._held[key]

    def _run(self, scenario: Scenario) -> Results:
        told = None
        if self.progress is not None:
            name, tell = str(len(self._held)), self.progress

            def told(done: int) -> None:
                tell(name, done)

        replications, seed, workers, engine = self.settings
        return run(scenario, replications, seed, workers, engine, told, alike=RUNS)


def _differences(one: Held, other: Held) -> Moves:
    return {name: difference(one[name], other[name]) for name in HELD}
