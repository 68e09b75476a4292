"""A staffing that was found, written down: as JSON values, and as a plan of the scenario file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiment import heading
from sim.staffing.found import Standing
from sim.times import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.staffing.found import Staffing

SHOWN = (
    "offered", "service_level", "abandonment", "asa", "wait_p90", "callers_reached", "occupancy",
    "overtime_hours", "service_level_day", "service_level_intervals",
)  # fmt: skip
"""Measures of the day under the staffing found that the document has."""


def document(found: Staffing) -> dict[str, Any]:
    """The answer as plain JSON values, null where a number has no meaning."""
    scenario, totals, as_a_run = found.scenario, found.totals(), found.as_a_run()
    return heading(found.results) | {
        "plan": scenario.plan,
        "replications": found.replications,
        "fresh_days": found.fresh,
        "for": found.meets,
        "least": found.least,
        "sure": found.sure,
        "staffings_tried": found.tried,
        "met": found.met,
        "targets": [of_standing(found, each) for each in found.standings],
        "groups": {
            name: {
                "operators": [int(n) for n in found.seats[name]],
                "fractional": [None if np.isnan(n) else float(n) for n in found.fractional[:, g]],
            } | totals[name] | as_a_run[name]
            for g, name in enumerate(found.groups)
        },
        "intervals": found.rows(),
        "measures": {name: found.results.measures[name].document() for name in SHOWN},
        "measures_now": {name: found.as_it_is.measures[name].document() for name in SHOWN},
        "one_fewer": None if found.one_fewer is None else one_fewer(found),
    }  # fmt: skip


def of_standing(found: Staffing, standing: Standing) -> dict[str, Any]:
    """A target and what came of it."""
    aim = standing.aim
    place = {} if standing.row is None else begins(found, standing.row)
    return {
        "measure": "days_met" if aim is None else aim.measure,
        "type": None if aim is None else aim.type,
        "bound": standing.bound, "value": standing.value, "low": standing.low,
        "high": standing.high, "met": standing.met, "reachable": standing.reachable,
        "short": standing.short, "interval": place or None, "intervals_missed": standing.missed,
    }  # fmt: skip


def begins(found: Staffing, row: int) -> dict[str, Any]:
    """The day and the clock of an interval."""
    own = found.rows()[row * len(found.groups)]
    return {key: own[key] for key in ("day", "from") if key in own}


def where_fewer(found: Staffing) -> tuple[int, str]:
    """The interval and the group in which the staffing of `one_fewer` has one less."""
    assert found.one_fewer is not None
    row, place = np.argwhere(found.found.seats != found.one_fewer.seats)[0]
    return int(row), found.groups[int(place)]


def one_fewer(found: Staffing) -> dict[str, Any]:
    """What one operator fewer does where it does least harm."""
    assert found.one_fewer is not None
    row, group = where_fewer(found)
    standings = found.standing_of(found.one_fewer)
    return begins(found, row) | {
        "group": group, "simulated": found.fewer_simulated[0], "of": found.fewer_simulated[1],
        "targets": [of_standing(found, each) for each in standings],
    }  # fmt: skip


def plan_of(found: Staffing, name: str) -> str:
    """The staffing as TOML: a plan to be put at the end of the scenario file.

    Parameters
    ----------
    found : Staffing
    name : str
        Name of the plan; letters, digits, - and _.
    """
    return "\n".join([
        f"[plans.{name}]",
        f"about = {json.dumps(about(found), ensure_ascii=False)}",
        *(line for group in found.groups for line in _of_group(found, group)),
        "",
    ])  # fmt: skip


def about(found: Staffing) -> str:
    """What the plan is, and which targets it misses."""
    said = (
        f"Operators on the phones by waitline staff, {found.meets}, least {found.least}, seed "
        f"{found.seed}."
    )
    missed = [each for each in found.standings if not each.met and each.value is not None]
    if not missed:
        return said
    told = [f"{found.sentence(each)}: {100 * (each.value or 0.0):.1f} %" for each in missed]
    return f"{said} A TARGET IS MISSED: {'; '.join(told)}."


def _of_group(found: Staffing, name: str) -> Iterator[str]:
    """The lines of one group: its seats by reporting interval, day by day."""
    group = found.scenario.operators[name]
    every = format_duration(found.scenario.day.interval)
    at = f"operators.{_key(name)}"
    yield f'{at}.every = "{every}"'
    yield f"{at}.headcount = {list(group.headcount or ())}"
    for day, own in group.on.items():
        yield f'{at}.on.{day}.every = "{every}"'
        yield f"{at}.on.{day}.headcount = {list(own.headcount)}"


def _key(name: str) -> str:
    """A name as a TOML key."""
    import re

    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name)
