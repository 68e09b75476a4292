"""A built roster written down: as rows, as a plan in TOML, and person by person."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np

from sim.staffing.menu import Menu, kept_shifts
from sim.staffing.seats import Whole
from sim.times import DAY, format_clock

Row = dict[str, Any]


def shift_rows(menu: Menu, counts: Whole) -> list[Row]:
    """The shifts of a roster, one a row; paid hours and cost are of all its operators."""
    rows = []
    for group, own in menu.tables_of(counts).items():
        for name, table in own.items():
            members = menu.columns_named(counts, group, name)
            rows.append({
                "group": group,
                "shift": name,
                "operators": table["operators"],
                "days": " ".join(table.get("days", ())),
                "from": table["from"],
                "to": table["to"],
                "breaks": breaks_in_words(table),
                "paid_hours": float(menu.hours[members] @ counts[members]),
                "cost": float(menu.cost[members] @ counts[members]),
            })  # fmt: skip
    return rows


def operators(number: int) -> str:
    """So many operators, in words."""
    return f"{number} operator{'' if number == 1 else 's'}"


def breaks_in_words(table: Row) -> str:
    """When the operators of a shift have their breaks: "12:00 2x, 12:30"."""
    said = []
    for rest in table.get("breaks", ()):
        at = rest["at"] if len(rest["at"]) > 1 else rest["at"] * 1
        known = dict.fromkeys(at)
        times = [f"{time} {at.count(time)}x" if at.count(time) > 1 else time for time in known]
        said.append(", ".join(times))
    return "; ".join(said)


def roster_rows(menu: Menu, counts: Whole) -> list[Row]:
    """Who is there when, as a roster file has it; breaks cut the rows of their operator.

    Notes
    -----
    Breaks, paid or not, are gaps in the duty: such a file has no others, and no break is late
    in it. On several days a column `day` has the weekday.
    """
    rows: list[Row] = []
    for group, own in menu.tables_of(counts).items():
        for name in own:
            person = 0
            for k in menu.columns_named(counts, group, name):
                for _ in range(int(counts[k])):
                    person += 1
                    rows += _of_person(menu, k, f"{name} {person}", group)
    return rows


def _of_person(menu: Menu, k: int, who: str, group: str) -> list[Row]:
    column = menu.columns[k]
    times = [column.start]
    for after, rest in sorted(column.breaks, key=lambda pair: pair[0]):
        times += [column.start + after, column.start + after + rest.lasts]
    times.append(column.start + column.lasts)
    spans = [(a, b) for a, b in zip(times[::2], times[1::2], strict=True) if b > a]
    return [
        {
            "group": group, "operator": who, **({"day": day} if day else {}),
            "start": format_clock(start % DAY), "end": format_clock(end % DAY) if end != DAY
            else "24:00", "activity": "phone",
        }
        for day in column.days or ("",)
        for start, end in spans
    ]  # fmt: skip


def plan_toml(menu: Menu, counts: Whole, name: str, about: str) -> str:
    """The roster as a plan of its scenario file."""
    lines = [f"[plans.{key(name)}]", f"about = {json.dumps(about, ensure_ascii=False)}"]
    for group, own in menu.tables_of(counts).items():
        present = menu.scenario.operators[group]
        kept = kept_shifts(present)
        lines += ["", f"[plans.{key(name)}.operators.{key(group)}.shifts]"]
        gone = [each for each in present.shifts or () if each not in kept]
        lines += [f"{key(each)} = {{ remove = true }}" for each in gone]
        lines += [f"{key(each)} = {inline(table)}" for each, table in own.items()]
    return "\n".join(lines) + "\n"


def key(name: str) -> str:
    """A key as TOML writes it."""
    bare = re.fullmatch(r"[A-Za-z0-9_-]+", name)
    return name if bare else json.dumps(name, ensure_ascii=False)


def inline(value: Any) -> str:
    """A value as TOML writes it on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key(k)} = {inline(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(inline(each) for each in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, np.generic):
        value = value.item()
    return json.dumps(value, ensure_ascii=False)
