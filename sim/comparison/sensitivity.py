"""What moves service, hang-ups and cost most, and how wrong a forecast may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.comparison.levers import HANDLING, VOLUME, Lever, OutOfRange, chosen, lever_of
from sim.comparison.paired import Difference, difference
from sim.comparison.room import Limit, factor_of, first_to_fail, limits_of
from sim.comparison.trials import MOVED, Trial, TrialProgress, Trials
from sim.experiment import Results, heading
from sim.scenario import Scenario, ScenarioError, loaded
from sim.scenario.aims import aims_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.tornado import Plots

PARTS = ("tornado", "grid", "room")
LARGEST = 0.5
"""Changes are below this, so that twice as much less is still above nothing."""


@dataclass(frozen=True, eq=False)
class Side:
    """A lever turned one way."""

    turn: float
    """By how much: 0.1 is 10 % more."""
    differences: dict[str, Difference]
    """Every measure of `MOVED` less the same without the turn, on the same callers; empty where
    it cannot be."""
    impossible: str = ""
    """Why it cannot be."""


@dataclass(frozen=True, eq=False)
class Swing:
    """A lever turned down and up."""

    lever: Lever
    sides: tuple[Side, Side]
    """Less, and more."""

    def reach(self, measure: str) -> float:
        """The larger of the two changes of a measure, without sign; 0 where there is none."""
        moves = [side.differences[measure].value for side in self.sides if side.differences]
        return max((abs(move) for move in moves if move is not None), default=0.0)


@dataclass(frozen=True, eq=False)
class Cell:
    """A place of the grid of volume by handling time."""

    volume: float
    """By how much more or less: -0.2 is 20 % fewer calls."""
    handling: float
    trial: Trial


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How far results move when what a forecast says is not what comes."""

    base: Results
    by: float
    """By how much each lever was turned."""
    swings: tuple[Swing, ...]
    """In the order of the levers; see `tornado`."""
    absent: tuple[Lever, ...]
    """Levers that were asked for and of which the scenario has nothing."""
    cells: tuple[Cell, ...]
    """The grid, row after row by volume; empty if it was not asked for."""
    limits: tuple[Limit, ...]
    """How much room each target leaves, for volume, then for handling time."""
    parts: tuple[str, ...] = PARTS
    """What was asked for."""

    def tornado(self, measure: str) -> list[Swing]:
        """The levers by how far they move a measure, the strongest first."""
        return sorted(self.swings, key=lambda swing: -swing.reach(measure))

    def limits_of(self, lever: Lever) -> list[Limit]:
        """How much room each target leaves to a lever."""
        return [limit for limit in self.limits if limit.lever == lever.name]

    def table(self) -> pd.DataFrame:
        """Every change of every measure, one a row, the strongest lever of a measure first.

        Returns
        -------
        pandas.DataFrame
            Columns measure, lever, turn (a share: 0.1 is 10 % more of the lever, -0.1 less), base
            (the value with nothing turned), change (the value with the lever turned less base, so
            above 0 where the measure rises), low and high (95 % interval of the change) and unit,
            that of base to high. `attrs["units"]` has that of turn and of each measure.
        """
        import pandas as pd

        rows = [
            {
                "measure": measure, "lever": swing.lever.name, "turn": side.turn,
                "base": self.base.measures[measure].value, "change": move.value,
                "low": move.low, "high": move.high, "unit": move.unit,
            }
            for measure in MOVED
            for swing in self.tornado(measure)
            for side in swing.sides
            if side.differences
            for move in (side.differences[measure],)
        ]  # fmt: skip
        columns = ["measure", "lever", "turn", "base", "change", "low", "high", "unit"]
        frame = pd.DataFrame(rows, columns=columns)
        frame.attrs["units"] = {"turn": "share"} | {
            measure: self.base.measures[measure].unit for measure in MOVED
        }
        return frame

    def grid(self) -> pd.DataFrame:
        """Volume by handling time, one place a row.

        Returns
        -------
        pandas.DataFrame
            Columns volume and handling (shares: 0.1 is 10 % more, -0.1 less), for each measure
            its value, and its 95 % interval as `..._low` and `..._high`, and `missed`, the number
            of targets missed; `attrs["units"]` has the unit of each.
        """
        import pandas as pd

        rows, units = [], {"volume": "share", "handling": "share", "missed": "targets"}
        for cell in self.cells:
            row: dict[str, Any] = {"volume": cell.volume, "handling": cell.handling}
            for name, estimate in cell.trial.measures.items():
                row |= {
                    name: estimate.value, f"{name}_low": estimate.low,
                    f"{name}_high": estimate.high,
                }  # fmt: skip
                units |= dict.fromkeys((name, f"{name}_low", f"{name}_high"), estimate.unit)
            rows.append(row | {"missed": cell.trial.missed()})
        frame = pd.DataFrame(rows)
        frame.attrs["units"] = units
        return frame

    def room(self) -> pd.DataFrame:
        """How much more each target stands, one target and lever a row.

        Returns
        -------
        pandas.DataFrame
            Columns lever, measure, type ("" for the whole line), target (in the unit of the
            measure), kept (whether the target is met as it stands), value, low and high (by how
            much more of the lever the target begins to be missed, with its 95 % interval: 0.1 is
            10 % more, below 0 where it takes less to meet it; NaN where a target is not crossed).
            `attrs["units"]` has the unit of value, low, high and of each measure.
        """
        import pandas as pd

        rows = [
            {
                "lever": limit.lever, "measure": limit.aim.measure, "type": limit.aim.type or "",
                "target": limit.aim.bound, "kept": limit.kept, "value": limit.value,
                "low": limit.low, "high": limit.high,
            }
            for limit in self.limits
        ]  # fmt: skip
        columns = ["lever", "measure", "type", "target", "kept", "value", "low", "high"]
        frame = pd.DataFrame(rows, columns=columns)
        frame = frame.astype(dict.fromkeys(("target", "value", "low", "high"), float))
        frame.attrs["units"] = dict.fromkeys(("value", "low", "high"), "share") | {
            limit.aim.measure: self.base.measures[limit.aim.measure].unit for limit in self.limits
        }
        return frame

    def document(self) -> dict[str, Any]:
        """The result as plain JSON values, numbers null where they have no meaning."""
        base = {name: self.base.measures[name].document() for name in MOVED}
        return heading(self.base) | {
            "plan": self.base.plan, "by": self.by, "base": base,
            "levers": [_swing(swing) for swing in self.swings],
            "absent": {lever.name: lever.missing for lever in self.absent},
            "grid": [_cell(cell) for cell in self.cells],
            "room": {
                lever.name: _room(limits)
                for lever in (VOLUME, HANDLING)
                if (limits := self.limits_of(lever))
            },
        }  # fmt: skip

    @property
    def plot(self) -> Plots:
        """The charts: `plot.tornado("abandonment")`, `plot.page()`."""
        from sim.report.tornado import Plots

        return Plots(self)

    def __repr__(self) -> str:
        return f"<Sensitivity of {self.base.plan!r}: {len(self.swings)} levers, +- {self.by:.0%}>"

    def _repr_html_(self) -> str:
        return str(self.table().to_html(float_format="{:.4g}".format))


def _swing(swing: Swing) -> dict[str, Any]:
    return {
        "lever": swing.lever.name, "label": swing.lever.label, "meaning": swing.lever.meaning,
        "sides": [
            {"turn": side.turn, "impossible": side.impossible or None, "differences": {
                name: move.document() | {"unit": move.unit}
                for name, move in side.differences.items()
            }}
            for side in swing.sides
        ],
    }  # fmt: skip


def _cell(cell: Cell) -> dict[str, Any]:
    measures = {name: each.document() for name, each in cell.trial.measures.items()}
    return {
        "volume": cell.volume, "handling": cell.handling, "missed": cell.trial.missed(),
        "measures": measures,
    }  # fmt: skip


def _room(limits: list[Limit]) -> dict[str, Any]:
    return {
        "first_to_fail": first_to_fail(limits).document(),
        "targets": [limit.document() for limit in limits],
    }


def sensitivity(
    scenario: str | Path | Scenario,
    by: float = 0.1,
    only: Sequence[str] | None = None,
    levers: Mapping[str, str] | None = None,
    replications: int = 100,
    seed: int = 1,
    workers: int | None = None,
    engine: str = "kernel",
    parts: Sequence[str] = PARTS,
    progress: TrialProgress | None = None,
) -> Sensitivity:
    """Turn what a scenario assumes up and down, on the same callers.

    Parameters
    ----------
    scenario : str or Path or Scenario
        A scenario file, whose base is meant, or one plan of it as loaded, with its changes.
    by : float
        By how much each lever is turned; a share, below 0.5.
    only : sequence of str, optional
        Names of the levers to turn; all that the scenario has by default.
    levers : mapping of str to str, optional
        Levers of one's own: a name for each, and the dotted name of what is multiplied.
    replications, seed, workers, engine
        As for `sim.experiment.run`, and the same for all runs.
    parts : sequence of {"tornado", "grid", "room"}
        What is worked out.
    progress : callable, optional
        Called with the number of a run and its days done.

    Returns
    -------
    Sensitivity

    Raises
    ------
    ValueError
        For a `by` out of range, and a lever or part that there is not.
    """
    if not 0 < by < LARGEST:
        raise ValueError(f"a change must be above 0 % and below {LARGEST:.0%}, not {by:.6g}")
    for part in parts:
        if part not in PARTS:
            raise ValueError(f'there is no part "{part}"; there is {", ".join(PARTS)}')
    asked = chosen(only, [lever_of(name, place) for name, place in (levers or {}).items()])
    scenario = loaded(scenario)
    trials = Trials(
        scenario, replications, seed, workers, engine, progress, runs_expected(scenario, parts)
    )
    there = [lever for lever in asked if trials.turns(lever)] if "tornado" in parts else []
    swings = tuple(Swing(lever, _sides(trials, lever, by)) for lever in there)
    absent = tuple(lever for lever in asked if lever not in there) if "tornado" in parts else ()
    cells = tuple(_cells(trials, by)) if "grid" in parts else ()
    limits = tuple(_limits(trials)) if "room" in parts else ()
    return Sensitivity(trials.base, by, swings, absent, cells, limits, tuple(parts))


def runs_expected(scenario: Scenario, parts: Sequence[str]) -> int:
    """About how many runs there will be."""
    room = 8 * len(aims_of(scenario)) if "room" in parts else 0
    return 1 + 12 * ("tornado" in parts) + 20 * ("grid" in parts) + room


def _sides(trials: Trials, lever: Lever, by: float) -> tuple[Side, Side]:
    return _side(trials, lever, -by), _side(trials, lever, by)


def _side(trials: Trials, lever: Lever, turn: float) -> Side:
    try:
        trial = trials.trial((lever, factor_of(turn)))
    except ScenarioError as error:
        return Side(turn, {}, "; ".join(f"{each.key}: {each.what}" for each in error.mistakes))
    except OutOfRange as error:
        return Side(turn, {}, str(error))
    base = trials.trial().measures
    return Side(turn, {name: difference(trial.measures[name], base[name]) for name in MOVED})


def _cells(trials: Trials, by: float) -> list[Cell]:
    steps = [round(step * by, 6) for step in (-2, -1, 0, 1, 2)]
    return [
        Cell(volume, handling, trials.trial(
            (VOLUME, factor_of(volume)), (HANDLING, factor_of(handling)))
        )
        for volume, handling in product(steps, steps)
    ]  # fmt: skip


def _limits(trials: Trials) -> list[Limit]:
    aims = aims_of(trials.scenario)
    return [limit for lever in (VOLUME, HANDLING) for limit in limits_of(trials, lever, aims)]
