"""Rosters: the duty of each operator from a CSV."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, NamedTuple

from pydantic import ValidationInfo

from sim.scenario.days import WEEKDAYS, names_of
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
    weekdays_in,
)
from sim.scenario.values import (
    CalendarDay,
    Hours,
    Part,
    SomeText,
    Surroundings,
    surroundings,
    wrong,
)
from sim.times import DAY, format_clock

ON_DUTY = "phone"
MEETINGS = ("meeting", "training", "coaching")
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
    day: int = 0
    """The day it belongs to, by its place among those simulated."""
    activity: str = ON_DUTY
    """"phone", or the work off the phone that it is: meeting, training, coaching."""


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
    """What one row of a roster says of a day, in seconds on the running clock."""

    row: int
    operator: str
    start: float
    end: float
    activity: str
    dated: bool
    day: int = 0
    """The day, by its place among those simulated."""

    @property
    def on_duty(self) -> bool:
        """Whether they are on the phone."""
        return self.activity == ON_DUTY


class Piece(NamedTuple):
    """A stretch of duty, in seconds on the running clock."""

    start: float
    end: float
    day: int


def read_roster(value: Any, info: ValidationInfo) -> tuple[RosterRow, ...]:
    """Duty of each operator from a CSV: phone rows, less what else they do meanwhile.

    On several days meetings, training and coaching are duty off the phone; on a single day
    they are cut out, as all else is.
    """
    source = RosterFile.model_validate(value)
    around = surroundings(info)
    table = read_table(around, source.file)
    several = bool(names_of(around.days))
    stretches = stretches_in(table, around)
    phone, meetings, away = (by_operator(stretches, kind, several) for kind in Kind)
    if not phone:
        raise wrong(f'{source.file} has no row with the activity "{ON_DUTY}"')
    each = [*phone.values(), *meetings.values()]
    # Rows that hold for every day are at odds on every day; they are told once.
    told(table, dict.fromkeys(problem for rows in each for problem in overlaps(table, rows)))
    problems: list[Problem] = []
    rows: list[RosterRow] = []
    for name, on_phone in phone.items():
        own = meetings.pop(name, [])
        pieces = without(merged([*on_phone, *own]), absences(away.get(name, [])))
        rows += [RosterRow(name, *piece) for piece in pieces]
        problems += outside_duty(own, pieces, on_phone)
        rows += [RosterRow(name, m.start, m.end, m.day, m.activity) for m in own]
    problems += [p for own in meetings.values() for p in outside_duty(own, [], [])]
    told(table, dict.fromkeys(problems))
    if not any(row.activity == ON_DUTY for row in rows):
        raise wrong(f"{source.file} leaves no time for the phone beside the other activities")
    return tuple(rows)


class Kind(Enum):
    """What a row of a roster is about."""

    PHONE, MEETING, AWAY = range(3)


def kind_of(activity: str, several: bool) -> Kind:
    """What an activity is; meetings are told apart on several days only."""
    if activity == ON_DUTY:
        return Kind.PHONE
    return Kind.MEETING if several and activity in MEETINGS else Kind.AWAY


def by_operator(stretches: list[Stretch], kind: Kind, several: bool) -> dict[str, list[Stretch]]:
    """The stretches of one kind, by operator in the order of the file."""
    found: dict[str, list[Stretch]] = {}
    for stretch in stretches:
        if kind_of(stretch.activity, several) == kind:
            found.setdefault(stretch.operator, []).append(stretch)
    return found


def absences(stretches: list[Stretch]) -> list[tuple[float, float]]:
    """When an operator does something else."""
    # A lunch at 01:00 is at 25:00 for who is there from 20:00 to 04:00.
    return [
        (stretch.start + moved, stretch.end + moved)
        for stretch in stretches
        for moved in ((0.0,) if stretch.dated else (-DAY, 0.0, DAY))
    ]


def outside_duty(
    meetings: list[Stretch], pieces: list[Piece], phone: list[Stretch]
) -> Iterator[Problem]:
    """Meetings that do not begin within a duty in which their operator is on the phone too."""
    for meeting in meetings:
        inside = [p for p in pieces if p.start <= meeting.start < p.end]
        if not any(p.start < s.end and s.start < p.end for p in inside for s in phone):
            at = format_clock(meeting.start % DAY)
            what = f'the {meeting.activity} of "{meeting.operator}" at {at} is outside their duty'
            yield Problem(meeting.row, what, "a time within a stretch on the phone is meant")


def stretches_in(table: Table, around: Surroundings) -> list[Stretch]:
    """The rows of a roster on the running clock; all cells that are wrong are told."""
    has_columns(table, "operator", "start", "end", "activity")
    problems: list[Problem] = []
    starts, ends = clocks(table, "start", problems), clocks(table, "end", problems)
    names, activities = table.column("operator"), table.column("activity")
    rows: list[Stretch] = []
    for row, (name, activity) in enumerate(zip(names, activities, strict=True)):
        start, end = starts[row], ends[row]
        if not name:
            problems.append(Problem(row, "no operator"))
        problems += wrong_end(row, start, end)
        begins, length = start.seconds, (end.seconds - start.seconds) % DAY or DAY
        dated = start.day is not None
        rows.append(Stretch(row, name, begins, begins + length, activity.lower(), dated))
    told(table, problems)
    if not around.days or around.day is None:
        return rows
    if names_of(around.days):
        weekdays = weekdays_in(table, range(len(rows)), starts)
        if weekdays is not None:
            return on_weekdays(rows, weekdays, around.days)
        return [
            placed_on(stretch._replace(dated=False), number, day)
            for stretch in rows
            for number, day in enumerate(around.days)
        ]
    one_day_only(starts, around.day, table.name)
    first = min((start.day for start in starts if start.day is not None), default=None)
    # Where there are dates, they say which side of midnight a row is on.
    return [
        on_its_day(
            placed_on(stretch, 0, around.days[0]),
            start,
            (start.day - first).days if start.day and first else None,
        )
        for stretch, start in zip(rows, starts, strict=True)
    ]


def placed_on(stretch: Stretch, number: int, day: CalendarDay) -> Stretch:
    """A stretch of a day by its times only, on that side of midnight where the line is open."""
    moved = best_day(stretch.start, stretch.end, [day.own]) + day.midnight
    return stretch._replace(start=stretch.start + moved, end=stretch.end + moved, day=number)


def on_weekdays(
    rows: list[Stretch], weekdays: Mapping[int, str], days: tuple[CalendarDay, ...]
) -> list[Stretch]:
    """Each stretch on its weekday; those on days that are not simulated are passed over.

    What begins after midnight of a day that is not simulated is the night of the day before,
    where the line is open then.
    """
    numbers = {day.name: number for number, day in enumerate(days)}
    found = []
    for stretch in rows:
        name, night = weekdays[stretch.row], 0.0
        if name not in numbers:
            before = WEEKDAYS[WEEKDAYS.index(name) - 1]
            closes = days[numbers[before]].own.closes if before in numbers else 0.0
            if stretch.start + DAY >= closes:
                continue
            name, night = before, DAY
        number = numbers[name]
        moved = days[number].midnight + night
        found.append(
            stretch._replace(
                start=stretch.start + moved, end=stretch.end + moved, dated=True, day=number
            )
        )
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
    return (
        [Problem(row, "it is longer than 24 h", "one row a day is meant")] if length > DAY else []
    )


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
            at_once = "is on the phone twice" if stretch.on_duty else "is in two meetings"
            what = "is there twice" if again else f"{at_once} at once"
            line = table.lines[first.row]
            problems.append(
                Problem(
                    second.row, f'"{stretch.operator}" {what} (line {line} too)', "once is meant"
                )
            )
        last = max(last, stretch, key=lambda s: s.end)
    return problems


def merged(stretches: list[Stretch]) -> list[Piece]:
    """Stretches in time order, those that touch made one."""
    joined: list[Piece] = []
    for start, end, day in sorted((s.start, s.end, s.day) for s in stretches):
        if joined and start <= joined[-1].end:
            joined[-1] = joined[-1]._replace(end=max(end, joined[-1].end))
        else:
            joined.append(Piece(start, end, day))
    return joined


def without(stretches: list[Piece], away: list[tuple[float, float]]) -> list[Piece]:
    """What is left of stretches when others are cut out of them."""
    for gone, back in away:
        stretches = [
            Piece(start, end, whole.day)
            for whole in stretches
            for start, end in (
                (whole.start, min(whole.end, gone)),
                (max(whole.start, back), whole.end),
            )
            if start < end
        ]
    return stretches
