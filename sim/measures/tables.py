"""Results as rows and data frames: by interval, by hour, by day."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.measures.intervals import Estimate, Floats
from sim.measures.ledger import Ledger
from sim.measures.tally import CONTACT_SUMS, REPORTED, STAFF_SUMS, service_level_parts
from sim.times import HOUR, format_clock

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, str | float | None]

EVERY_TYPE = "*"
"""Stands for all call types together."""

_PLACE = {column.name: place for place, column in enumerate(CONTACT_SUMS)}
_STAFF = {column.name: place for place, column in enumerate(STAFF_SUMS)}


def by_interval(ledger: Ledger) -> list[Row]:
    """Contact sums by interval and call type, "*" last, as means per replication."""
    sums = _with_all(ledger.contacts / ledger.replications)
    names = (*ledger.centre.types, EVERY_TYPE)
    return [
        {"from": format_clock(start), "type": name}
        | {column: float(sums[_PLACE[column], row, place]) for column in REPORTED}
        for row, start in enumerate(ledger.grid.edges[:-1].tolist())
        for place, name in enumerate(names)
    ]


def staff_by_interval(ledger: Ledger, required: Floats) -> list[Row]:
    """Operators by interval and group, as means per replication; times in s."""
    sums, grid = ledger.staff / ledger.replications, ledger.grid
    lengths = np.diff(grid.edges)
    return [
        {
            "from": format_clock(start),
            "group": name,
            "required": _known(required[row, place]),
            "scheduled": float(grid.scheduled[row, place]),
            "on_duty": float(sums[_STAFF["on_duty"], row, place] / lengths[row]),
            "handling": float(sums[_STAFF["handling"], row, place]),
            "overtime": float(sums[_STAFF["overtime"], row, place]),
        }
        for row, start in enumerate(grid.edges[:-1].tolist())
        for place, name in enumerate(ledger.centre.groups)
    ]


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
    grid, centre = ledger.grid, ledger.centre
    many = HOUR / centre.interval
    step = int(many) if many >= 1 and many == int(many) else 1
    sums = _with_all(ledger.contacts / ledger.replications)[:, :, -1]
    on_duty = ledger.staff[_STAFF["on_duty"]] / ledger.replications / np.diff(grid.edges)[:, None]
    rows = []
    for first in range(0, grid.intervals, step):
        part = slice(first, min(first + step, grid.intervals))
        hour = {name: sums[place, part].sum() for name, place in _PLACE.items()}
        needed, there = (float(x[part].sum(axis=1).mean()) for x in (required, on_duty))
        rows.append(
            {
                "from": format_clock(float(grid.edges[part.start])),
                "to": format_clock(float(grid.edges[part.stop])),
                **_contacts_of(hour, grid.counts[-1]),
                "required": _known(needed),
                "scheduled": float(grid.scheduled[part].sum(axis=1).mean()),
                "on_duty": there,
                "over": _known(there - needed),
            }
        )
    return rows


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
    frame["required"] = frame["required"].astype(float)
    operators = dict.fromkeys(("required", "scheduled", "on_duty"), "operators")
    frame.attrs["units"] = operators | {"handling": "s", "overtime": "s"}
    return frame


def days_frame(measures: Mapping[str, Estimate]) -> pd.DataFrame:
    """Each day's own value of every measure; NaN where it has none."""
    import pandas as pd

    frame = pd.DataFrame({name: estimate.days for name, estimate in measures.items()})
    frame.index.name = "replication"
    frame.attrs["units"] = {name: estimate.unit for name, estimate in measures.items()}
    return frame
