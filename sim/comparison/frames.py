"""How plans stand against each other as data frames, with the units of their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.comparison.pareto import AIMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sim.comparison.chances import Chance, Standing
    from sim.comparison.pareto import Front


def standing(chances: Standing) -> pd.DataFrame:
    """The chances of each plan, one a row."""
    import pandas as pd

    rows = {}
    for plan in chances.results:
        row: dict[str, float] = {}
        for name, on_a_day in chances.on_a_day.items():
            row |= _columns(f"{name}_on_a_day", on_a_day, plan)
            row[f"{name}_on_average"] = chances.on_average[name].get(plan, float("nan"))
        rows[plan] = row | _columns("meets_all_targets", chances.meets_all, plan)
    frame = pd.DataFrame.from_dict(rows, orient="index").astype(float)
    frame.index.name = "plan"
    frame.attrs["units"] = dict.fromkeys(frame.columns, "share")
    return frame


def _columns(name: str, chances: Mapping[str, Chance], plan: str) -> dict[str, float]:
    chance = chances.get(plan)
    values = (None, None, None) if chance is None else chance
    ends = ("", "_low", "_high")
    return {
        f"{name}{end}": float("nan") if value is None else value
        for end, value in zip(ends, values, strict=True)
    }


def pareto(front: Front) -> pd.DataFrame:
    """Cost, waiting and hang-ups of each plan, and who dominates it; cheapest first."""
    import pandas as pd

    rows: dict[str, dict[str, Any]] = {}
    units: dict[str, str] = {}
    for plan, each in front.results.items():
        by = front.dominated.get(plan, [])
        values = {name: each.measures[name].value for name in AIMS}
        units = {name: each.measures[name].unit for name in AIMS}
        rows[plan] = values | {
            "on_front": not by,
            "dominated_by": ", ".join(one.by for one in by),
            "surely": any(one.sure for one in by),
        }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame[list(AIMS)] = frame[list(AIMS)].astype(float)
    frame.index.name = "plan"
    frame = frame.sort_values("total_cost", kind="stable")
    frame.attrs["units"] = units
    return frame
