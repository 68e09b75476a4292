"""A menu for a scenario that has none, made of its present shifts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.scenario import Scenario
from sim.scenario.menu import MenuShift
from sim.scenario.mistakes import dotted
from sim.scenario.shifts import Shift
from sim.scenario.values import Surroundings
from sim.times import DAY, format_clock, format_duration

STEP = 1800.0
"""Shifts that are suggested begin, and have their breaks, on the half-hour."""


class Placed(NamedTuple):
    """What stands in the way of a roster, and at which key of the file."""

    where: tuple[str, ...]
    """Empty where it is no key's."""
    what: str

    def __str__(self) -> str:
        return f"{dotted(self.where)}: {self.what}" if self.where else self.what


class MenuError(ValueError):
    """A menu from which no roster can be built.

    Parameters
    ----------
    what : str or sequence of Placed
    where : tuple of str
        The key, where it is one.
    """

    def __init__(self, what: str | Sequence[Placed], where: tuple[str, ...] = ()) -> None:
        self.all = (Placed(where, what),) if isinstance(what, str) else tuple(what)
        super().__init__("; ".join(map(str, self.all)))


def surroundings_of(scenario: Scenario) -> Surroundings:
    """What a shift of this scenario is validated with."""
    days = scenario.calendar_days
    return Surroundings(day=days[0].own, days=days)


def suggested(scenario: Scenario) -> dict[str, dict[str, MenuShift]]:
    """A menu made of the present shifts: their lengths and breaks, on every half-hour."""
    found: dict[str, dict[str, MenuShift]] = {}
    for name, group in scenario.operators.items():
        own = [_like(scenario, shift) for shift in (group.shifts or {}).values()
               if shift.on_call is None]  # fmt: skip
        if own:
            kinds = _merged(own)
            places = ("shift", *(f"shift_{place}" for place in range(2, len(kinds) + 1)))
            found[name] = dict(zip(places, kinds, strict=False))
    if not found:
        raise MenuError(
            "no group has a menu, nor shifts to take one from: [operators.NAME.menu.full] with "
            "lasts and starts is meant"
        )
    return found


def _like(scenario: Scenario, shift: Shift) -> MenuShift:
    lasts = shift.to - shift.from_
    own = [day.own for day in scenario.calendar_days if shift.is_on(day)]
    opens, closes = min(each.opens for each in own), max(each.closes for each in own)
    starts = np.arange(opens, closes - lasts + 1.0, STEP).tolist() or [shift.from_]
    if shift.from_ not in starts:
        starts.append(shift.from_)
    breaks = [
        {"after": [format_duration(after) for after in afters], "lasts": format_duration(r.lasts),
         "paid": r.paid}
        for r in shift.breaks
        if (afters := _offsets(shift, r))
    ]  # fmt: skip
    table = {
        "lasts": format_duration(lasts),
        "starts": [format_clock(time % DAY) for time in starts],
        "breaks": breaks,
        **({"days": list(shift.days)} if shift.days and scenario.days else {}),
    }
    return MenuShift.model_validate(table, context=surroundings_of(scenario))


def _merged(kinds: list[MenuShift]) -> list[MenuShift]:
    """Entries of one length with as many and as long breaks as one, with the times of all."""
    found: dict[Any, MenuShift] = {}
    for kind in kinds:
        key = (kind.lasts, kind.days, tuple((rest.lasts, rest.paid) for rest in kind.breaks))
        known = found.get(key, kind)
        breaks = tuple(
            one.model_copy(update={"after": tuple(sorted({*one.after, *other.after}))})
            for one, other in zip(known.breaks, kind.breaks, strict=True)
        )
        clocks = tuple(sorted({*known.starts.clocks, *kind.starts.clocks}))
        starts = known.starts.model_copy(update={"at": clocks})
        found[key] = known.model_copy(update={"breaks": breaks, "starts": starts})
    return list(found.values())


def _offsets(shift: Shift, rest: Any) -> list[float]:
    """How long after the start of its shift a break may begin."""
    if rest.at is not None:
        return sorted({time - shift.from_ for time in rest.at})
    first, last = rest.between
    last = min(last, shift.to - rest.lasts)
    times = np.arange(first, last + 1.0, STEP).tolist() or [first]
    return [time - shift.from_ for time in times]


def in_words(entries: Mapping[str, Mapping[str, MenuShift]]) -> str:
    lengths = sorted({x for own in entries.values() for kind in own.values() for x in kind.lasts})
    said = ", ".join(format_duration(x) for x in lengths)
    return (
        f"No group has a menu, so one was made of the shifts of {', '.join(entries)}: their "
        f"lengths ({said}) from any half-hour on, with breaks as long after the start as now."
    )
