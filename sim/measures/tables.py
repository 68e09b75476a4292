"""Results as rows and data frames: by interval, by hour, by day."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.measures.desks import OPERATORS
from sim.measures.grid import Grid
from sim.measures.intervals import Estimate, Floats
from sim.measures.ledger import Ledger
from sim.measures.tally import CONTACT_SUMS, REPORTED, STAFF_SUMS, service_level_parts
from sim.times import HOUR, format_clock

if TYPE_CHECKING:
    import pandas as pd

    from sim.centre import Centre
    from sim.scenario.staff import Group

Row = dict[str, str | float | None]

EVERY_TYPE = "*"
"""Stands for all call types together."""

SIMULATED = ("absence", "late", "breaks", "meetings", "training", "coaching", "overtime")
"""Parts of the shrinkage that are simulated."""

LEAST = 0.5
"""Seconds a day below which a part of the shrinkage is rounding."""

_PLACE = {column.name: place for place, column in enumerate(CONTACT_SUMS)}
_STAFF = {column.name: place for place, column in enumerate(STAFF_SUMS)}


def by_interval(ledger: Ledger) -> list[Row]:
    """Contact sums by interval and call type, "*" last, as means per replication."""
    sums = _with_all(ledger.contacts / ledger.replications)
    names = (*ledger.centre.types, EVERY_TYPE)
    return [
        {**begins, "type": name}
        | {column: float(sums[_PLACE[column], row, place]) for column in REPORTED}
        for row, begins in enumerate(begins_of(ledger.grid))
        for place, name in enumerate(names)
    ]


def begins_of(grid: Grid) -> list[Row]:
    """When each interval begins: the day where days have names, and the clock of that day."""
    named = grid.days != ("",)
    return [
        {**({"day": grid.days[day]} if named else {}), "from": format_clock(start)}
        for day, start in zip(grid.clock.day.tolist(), grid.clock.start.tolist(), strict=True)
    ]


def staff_by_interval(ledger: Ledger, required: Floats) -> list[Row]:
    """Operators by interval and group, as means per replication; times in s.

    `required_paid` is what has to be paid for so that `required` are on duty: required / (1 -
    `shrinkage` of the group), planned and simulated shrinkage together.
    """
    sums, grid = ledger.staff / ledger.replications, ledger.grid
    lengths = grid.clock.lengths
    there = [_part_there(ledger, name) for name in ledger.centre.groups]
    on_duty, handling, overtime = (sums[_STAFF[name]] for name in _STAFF)
    return [
        {
            **begins,
            "group": name,
            "required": _known(required[row, place]),
            "required_paid": _known(required[row, place] / there[place]),
            "scheduled": float(grid.scheduled[row, place]),
            "on_duty": float(on_duty[row, place] / lengths[row]),
            "handling": float(handling[row, place]),
            "overtime": float(overtime[row, place]),
            "occupancy": _part(handling[row, place], on_duty[row, place] + overtime[row, place]),
        }
        for row, begins in enumerate(begins_of(grid))
        for place, name in enumerate(ledger.centre.groups)
    ]


def _part_there(ledger: Ledger, name: str) -> float:
    """The part of the paid time in which a group is on duty; NaN where it is never."""
    columns = ledger.of_group(name).columns
    on_duty, paid = (float(columns[key].sum()) for key in ("on_duty", "paid"))
    return on_duty / paid if on_duty > 0 and paid > 0 else math.nan


def shrinkage_parts(ledger: Ledger) -> list[Row]:
    """What the paid time off duty of each group is made of, as means per replication.

    `hours`, and `share` of the paid hours; shares of a group add up to its `shrinkage`. Parts
    that are 0 are left out.
    """
    rows: list[Row] = []
    for name, group in ledger.scenario.operators.items():
        columns = ledger.of_group(name).columns
        paid, off_duty = (float(columns[key].sum()) for key in ("paid", "off_duty"))
        parts = {part: float(columns[part].sum()) for part in SIMULATED}
        planned = float(columns["planned"].sum())
        parts |= {f"planned {part}": planned * weight for part, weight in _weights(group).items()}
        # Who leaves early is paid to the end of duty, and breaks may be longer than the unpaid.
        parts["other"] = off_duty - sum(parts.values())
        for part, seconds in parts.items():
            if abs(seconds) > LEAST * ledger.replications:
                hours = seconds / ledger.replications / HOUR
                share = seconds / paid if paid > 0 else None
                rows.append({"group": name, "part": part, "hours": hours, "share": share})
    return rows


def _weights(group: Group) -> dict[str, float]:
    """How planned shrinkage is divided among its parts."""
    if not group.shrinkage or not group.shrinkage.share:
        return {}
    parts = group.shrinkage.parts or {"shrinkage": group.shrinkage.share}
    return {part: share / sum(parts.values()) for part, share in parts.items()}


def by_message(ledger: Ledger) -> list[Row]:
    """Who hears which message: contacts and hearings as means per replication.

    `share` is of the contacts offered of that call type; None where none was.
    """
    offered = ledger.contacts[_PLACE["offered"]].sum(axis=0)
    return [
        {
            "type": ledger.centre.types[message.type],
            "message": message.name,
            "says": message.says,
            "contacts": float(contacts / ledger.replications),
            "share": _part(contacts, offered[message.type]),
            "hearings": float(hearings / ledger.replications),
        }
        for message, contacts, hearings in zip(ledger.grid.messages, *ledger.heard, strict=True)
    ]


def hourly(ledger: Ledger, required: Floats) -> list[Row]:
    """The day by hours from the opening, or by intervals where these do not divide an hour."""
    many = HOUR / ledger.centre.interval
    return stretches(ledger, required, int(many) if many >= 1 and many == int(many) else 1)


def stretches(ledger: Ledger, required: Floats, step: int = 1) -> list[Row]:
    """Every day in stretches of `step` reporting intervals, the last of a day maybe shorter."""
    grid = ledger.grid
    sums, on_duty = _sums_of_all(ledger)
    rows = []
    for day in range(len(grid.days)):
        own = np.flatnonzero(grid.clock.day == day)
        for first in range(int(own[0]), int(own[-1]) + 1, step):
            part = slice(first, min(first + step, int(own[-1]) + 1))
            rows.append(_stretch(ledger, part, sums, required, on_duty))
    return rows


def daily(ledger: Ledger, required: Floats) -> list[Row]:
    """Several days, one a row."""
    day = ledger.grid.clock.day
    sums, on_duty = _sums_of_all(ledger)
    bounds = np.searchsorted(day, np.arange(len(ledger.grid.days) + 1)).tolist()
    return [
        _stretch(ledger, slice(first, stop), sums, required, on_duty)
        for first, stop in pairwise(bounds)
    ]


def _sums_of_all(ledger: Ledger) -> tuple[Floats, Floats]:
    """Contact sums of all types by interval, and operators on duty by interval and group."""
    sums = _with_all(ledger.contacts / ledger.replications)[:, :, -1]
    seconds = ledger.staff[_STAFF["on_duty"]] / ledger.replications
    on_duty: Floats = seconds / ledger.grid.clock.lengths[:, None]
    return sums, on_duty


def _stretch(ledger: Ledger, part: slice, sums: Floats, required: Floats, on_duty: Floats) -> Row:
    """Some neighbouring intervals of one day together."""
    grid = ledger.grid
    whole = {name: sums[place, part].sum() for name, place in _PLACE.items()}
    needed, there = (float(x[part].sum(axis=1).mean()) for x in (required, on_duty))
    name = grid.days[int(grid.clock.day[part.start])]
    return {
        **({"day": name} if name else {}),
        "from": format_clock(float(grid.clock.start[part.start])),
        "to": format_clock(float(grid.clock.end[part.stop - 1])),
        **_contacts_of(whole, grid.counts[-1]),
        "required": _known(needed),
        "scheduled": float(grid.scheduled[part].sum(axis=1).mean()),
        "on_duty": there,
        "over": _known(there - needed),
    }


def _contacts_of(hour: Mapping[str, Floats], counts: str) -> Row:
    met, judged = service_level_parts(hour, counts)
    asked = hour["offered"] - hour["short"]
    return {
        **{name: float(hour[name]) for name in ("offered", "answered", "abandoned", "blocked")},
        "abandonment": _part(hour["abandoned"] - hour["short"], asked),
        "service_level": _part(met, judged),
        "asa": _part(hour["answered_wait"], hour["answered"] - hour["called_back"]),
    }


def _part(top: Floats, bottom: Floats) -> float | None:
    return float(top / bottom) if bottom > 0 else None


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _with_all(sums: Floats) -> Floats:
    return np.concatenate([sums, sums.sum(axis=2, keepdims=True)], axis=2)


def summary_frame(scopes: Mapping[str, Mapping[str, Estimate]], by: str | None) -> pd.DataFrame:
    """One measure a row, with a first index level `by` if there is one."""
    import pandas as pd

    rows = [
        {**({by: scope} if by else {}), "measure": name, **estimate.document()}
        for scope, measures in scopes.items()
        for name, estimate in measures.items()
    ]
    frame = pd.DataFrame(rows).set_index([by, "measure"] if by else "measure")
    numbers = [column for column in frame.columns if column != "unit"]
    frame[numbers] = frame[numbers].astype(float)
    frame.attrs["units"] = {row["measure"]: row["unit"] for row in rows}
    return frame


def intervals_frame(rows: list[Row]) -> pd.DataFrame:
    """`by_interval` as a data frame."""
    import pandas as pd

    frame = pd.DataFrame(rows)
    frame.attrs["units"] = {c.name: c.unit for c in CONTACT_SUMS if c.name in REPORTED}
    return frame


def staff_frame(rows: list[Row]) -> pd.DataFrame:
    """`staff_by_interval` as a data frame."""
    import pandas as pd

    frame = pd.DataFrame(rows)
    for name in ("required", "required_paid", "occupancy"):
        frame[name] = frame[name].astype(float)
    names = ("required", "required_paid", "scheduled", "on_duty")
    operators = dict.fromkeys(names, "operators")
    units = operators | {"handling": "s", "overtime": "s", "occupancy": "share"}
    frame.attrs["units"] = units
    return frame


def operators_frame(centre: Centre, sums: Floats, replications: int) -> pd.DataFrame:
    """What each operator does, as means per replication; one operator a row."""
    import pandas as pd

    columns = dict(zip((column.name for column in OPERATORS), sums / replications, strict=True))
    there = columns["on_duty"] + columns["overtime"]
    frame = pd.DataFrame(
        {
            "operator": centre.operator_name,
            "group": [centre.groups[group] for group in centre.operator_group],
            "calls": columns["calls"],
            "handling": columns["handling"],
            "on_duty": columns["on_duty"],
            "overtime": columns["overtime"],
            "occupancy": np.divide(
                columns["handling"], there, out=np.full(len(there), np.nan), where=there > 0
            ),
            "longest_stretch": columns["longest_stretch"],
        }
    )
    frame.attrs["units"] = {c.name: c.unit for c in OPERATORS} | {"occupancy": "share"}
    return frame


def days_frame(measures: Mapping[str, Estimate]) -> pd.DataFrame:
    """Each day's own value of every measure; NaN where it has none."""
    import pandas as pd

    frame = pd.DataFrame({name: estimate.days for name, estimate in measures.items()})
    frame.index.name = "replication"
    frame.attrs["units"] = {name: estimate.unit for name, estimate in measures.items()}
    return frame
