"""Rosters: the duty of each operator from a CSV."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from pydantic import ValidationInfo

from sim.scenario.tables import (
    Instant,
    Problem,
    Table,
    has_columns,
    number_in,
    one_day_only,
    parse_instant,
    read_table,
    told,
)
from sim.scenario.values import Hours, Part, SomeText, surroundings, wrong
from sim.times import DAY, format_clock

ON_DUTY = "phone"
LIKE_A_CLOCK = 2400
"""Numbers up to here are times of day that lost their colons; a larger one means seconds."""


class RosterFile(Part):
    """A roster in a CSV."""

    file: SomeText
    """A CSV with the columns operator, start, end and activity."""


@dataclass(frozen=True)
class RosterRow:
    """One stretch of duty of one operator, in seconds on the running clock."""

    operator: str
    start: float
    end: float


ROSTER_SCHEMA = {
    "type": "object",
    "properties": {"file": {"type": "string"}},
    "required": ["file"],
    "additionalProperties": False,
}


def best_day(start: float, end: float, days: Sequence[Hours]) -> float:
    """0 or 24 h, whichever lays the stretch more over the open hours; 0 when both are equal."""

    def overlap(moved: float) -> float:
        return sum(
            max(0.0, min(end + moved, day.closes) - max(start + moved, day.opens)) for day in days
        )

    return max((0.0, DAY), key=overlap)


class Stretch(NamedTuple):
    """What one row of a roster says, in seconds on the running clock."""

    row: int
    operator: str
    start: float
    end: float
    on_duty: bool
    dated: bool


def read_roster(value: Any, info: ValidationInfo) -> tuple[RosterRow, ...]:
    """Duty of each operator from a CSV: phone rows, less what else they do meanwhile."""
    source = RosterFile.model_validate(value)
    table = read_table(surroundings(info), source.file)
    stretches = stretches_in(table, surroundings(info).day)
    duty: dict[str, list[Stretch]] = {}
    for stretch in stretches:
        if stretch.on_duty:
            duty.setdefault(stretch.operator, []).append(stretch)
    if not duty:
        raise wrong(f'{source.file} has no row with the activity "{ON_DUTY}"')
    told(table, (problem for rows in duty.values() for problem in overlaps(table, rows)))
    away: dict[str, list[tuple[float, float]]] = {}
    for stretch in stretches:
        if not stretch.on_duty:
            # A lunch at 01:00 is at 25:00 for who is there from 20:00 to 04:00.
            days = (0.0,) if stretch.dated else (-DAY, 0.0, DAY)
            away.setdefault(stretch.operator, []).extend(
                (stretch.start + moved, stretch.end + moved) for moved in days
            )
    rows = tuple(
        RosterRow(name, start, end)
        for name, phone in duty.items()
        for start, end in without(merged(phone), away.get(name, []))
    )
    if not rows:
        raise wrong(f"{source.file} leaves no time for the phone beside the other activities")
    return rows


def stretches_in(table: Table, day: Hours | None) -> list[Stretch]:
    """The rows of a roster on the running clock; all cells that are wrong are told."""
    has_columns(table, "operator", "start", "end", "activity")
    problems: list[Problem] = []
    starts, ends = clocks(table, "start", problems), clocks(table, "end", problems)
    found = []
    names, activities = table.column("operator"), table.column("activity")
    for row, (name, activity) in enumerate(zip(names, activities, strict=True)):
        start, end = starts[row], ends[row]
        if not name:
            problems.append(Problem(row, "no operator"))
        problems += wrong_end(row, start, end)
        begins, length = start.seconds, (end.seconds - start.seconds) % DAY or DAY
        moved = best_day(begins, begins + length, [day] if day else [])
        on_duty = activity.lower() == ON_DUTY
        dated = start.day is not None
        found.append(Stretch(row, name, begins + moved, begins + moved + length, on_duty, dated))
    told(table, problems)
    if day:
        one_day_only(starts, day, table.name)
        first = min((start.day for start in starts if start.day is not None), default=None)
        # Where there are dates, they say which side of midnight a row is on.
        found = [
            on_its_day(stretch, start, (start.day - first).days if start.day and first else None)
            for stretch, start in zip(found, starts, strict=True)
        ]
    return found


def on_its_day(stretch: Stretch, start: Instant, days: int | None) -> Stretch:
    """A stretch on the second day of a file of two, where its date says so."""
    if not days:
        return stretch
    begins = start.seconds + DAY * days
    return stretch._replace(start=begins, end=begins + stretch.end - stretch.start)


def wrong_end(row: int, start: Instant, end: Instant) -> list[Problem]:
    """A row that ends when it starts, or by its dates before it or a day after."""
    if start.seconds == end.seconds and start.day == end.day:
        return [Problem(row, "it ends when it starts")]
    if start.day is None or end.day is None:
        return []
    days = (end.day - start.day) / timedelta(days=1)
    length = days * DAY + end.seconds - start.seconds
    if length < 0:
        return [Problem(row, "it ends before it starts")]
    return [Problem(row, "it is longer than 24 h", "one day is simulated")] if length > DAY else []


def clocks(table: Table, column: str, problems: list[Problem]) -> list[Instant]:
    """The times of day of a column; what is none is added to the problems."""
    found = []
    # A file that counts seconds has numbers that no time of day without a colon could be.
    numbers = [number_in(cell) or 0.0 for side in ("start", "end") for cell in table.column(side)]
    in_seconds = max(numbers) > LIKE_A_CLOCK
    for row, cell in enumerate(table.column(column)):
        instant, meant = Instant(math.nan, None), 'a time is meant, such as "08:30"'
        try:
            instant = parse_instant(cell)
        except ValueError:
            problems.append(Problem(row, f'{column} "{cell}" is not a time of day', meant))
        if instant.bare and not in_seconds:
            meant = f'"{with_colon(instant.bare)}" is meant'
            problems.append(Problem(row, f"{column} {cell} is not a time of day", meant))
        found.append(instant)
    return found


def with_colon(bare: str) -> str:
    """The time of day that a number such as 8, 8.5 or 0830 would be."""
    number = float(bare)
    if number <= 24:
        return format_clock(number * 3600)
    hours, minutes = divmod(int(number), 100)
    return f"{hours:02d}:{minutes:02d}" if minutes < 60 else "08:30"


def overlaps(table: Table, rows: list[Stretch]) -> list[Problem]:
    """Phone rows of one operator that lie in each other."""
    ordered = sorted(rows, key=lambda stretch: (stretch.start, stretch.row))
    problems = []
    last = ordered[0]
    for stretch in ordered[1:]:
        if stretch.start < last.end:
            first, second = sorted((last, stretch), key=lambda s: s.row)
            again = (first.start, first.end) == (second.start, second.end)
            what = "is there twice" if again else "is on the phone twice at once"
            line = table.lines[first.row]
            problems.append(
                Problem(
                    second.row, f'"{stretch.operator}" {what} (line {line} too)', "once is meant"
                )
            )
        last = max(last, stretch, key=lambda s: s.end)
    return problems


def merged(stretches: list[Stretch]) -> list[tuple[float, float]]:
    """Stretches in time order, those that touch made one."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted((stretch.start, stretch.end) for stretch in stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def without(
    stretches: list[tuple[float, float]], away: list[tuple[float, float]]
) -> list[tuple[float, float]]:
    """What is left of stretches when others are cut out of them."""
    for gone, back in away:
        stretches = [
            (start, end)
            for whole in stretches
            for start, end in ((whole[0], min(whole[1], gone)), (max(whole[0], back), whole[1]))
            if start < end
        ]
    return stretches
