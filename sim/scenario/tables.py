"""CSV files that a scenario names: forecasts, exact instants, rosters and lists of durations."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationInfo

from sim.scenario.days import WEEKDAYS
from sim.scenario.values import (
    LONGEST,
    Hours,
    Part,
    SomeText,
    Surroundings,
    Wrong,
    listed,
    nearest,
    not_empty,
    read_duration,
    refuse_all,
    shown,
    surroundings,
    wrong,
)
from sim.times import DAY, parse_clock, parse_duration

MOST_BYTES = 500_000_000
MOST_TOLD = 5
FULL = dict(
    zip(
        WEEKDAYS,
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        strict=True,
    )
)
SYNONYMS = {
    "operator": ("operator", "agent"),
    "type": ("type", "call type", "call_type", "calltype", "queue", "skill set", "skill_set"),
}
"""Other names that a column may have in files of other programs."""


@dataclass(frozen=True, eq=False)
class Table:
    """A CSV file as text: the header, the rows, and the line each row stands on."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def place(self, column: str) -> int | None:
        """Number of a column, by its name or another name for it; None when there is none."""
        if column in self.header:
            return self.header.index(column)
        lowered = [name.strip().lower() for name in self.header]
        for name in (column.lower(), *SYNONYMS.get(column, ())):
            if name in lowered:
                return lowered.index(name)
        return None

    def column(self, column: str) -> list[str]:
        """The cells of a column."""
        place = self.place(column)
        if place is None:
            known = f"its columns are {listed(list(self.header), 'and')}"
            raise wrong(
                f'{self.name} has no column "{column}"', nearest(column, self.header) or known
            )
        return [row[place].strip() for row in self.rows]

    def at(self, row: int) -> str:
        """'forecast.csv, line 7'."""
        return f"{self.name}, line {self.lines[row]}"


def read_table(around: Surroundings, name: str) -> Table:
    """Read a CSV once a load; commas, semicolons and tabs are told apart by the header."""
    if name not in around.tables:
        around.tables[name] = parse_table(name, read_text(around.folder / name, name))
    table: Table = around.tables[name]
    return table


def read_text(path: Path, name: str) -> str:
    """The text of a file that a scenario names."""
    try:
        if path.is_dir():
            raise wrong(f'"{name}" is a directory', "a CSV file is meant")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        beside = "paths are relative to the scenario file"
        raise wrong(f'there is no file "{name}"', f"{beside} ({path.parent})") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise wrong(f'"{name}" cannot be read: {reason}') from None
    if len(content) > MOST_BYTES:
        raise wrong(f'"{name}" is larger than {MOST_BYTES // 10**6} MB')
    if b"\0" in content:
        raise wrong(f'"{name}" is not a text file', "a CSV file is meant")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise wrong(f'"{name}" is not UTF-8 (line {line})', "save it as UTF-8") from None


def parse_table(name: str, text: str) -> Table:
    """The header and rows of a CSV text."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, lines = [], []
    try:
        header = tuple(cell.strip() for cell in next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(tuple(cells))
                lines.append(reader.line_num)
    except csv.Error as error:
        raise wrong(f"{name}, line {reader.line_num}: {error}") from None
    if not any(header):
        raise wrong(f'"{name}" is empty', "a CSV file with a header line is meant")
    if not rows:
        raise wrong(f'"{name}" has a header and no rows')
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(header):
            raise wrong(f"{name}, line {line} has {len(row)} cells, the header {len(header)}")
    return Table(name, header, tuple(rows), tuple(lines))


class Instant(NamedTuple):
    """A time in a CSV: seconds after midnight, and the date where there was one."""

    seconds: float
    day: date | None
    bare: str = ""
    """The cell, where it is a bare number and was read as seconds."""


def parse_instant(text: str) -> Instant:
    """A time of day, an ISO date-time, or a number of seconds after midnight."""
    if text.replace(".", "", 1).isdigit():
        seconds = float(text)
        if seconds >= 2 * DAY:
            raise ValueError("is more than two days after midnight")
        return Instant(seconds, None, text)
    try:
        return Instant(parse_clock(text), None)
    except ValueError:
        moment = datetime.fromisoformat(text)
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    return Instant(seconds, moment.date())


class Problem(NamedTuple):
    """What is wrong with a row of a CSV, and what is meant."""

    row: int
    what: str
    meant: str = ""


def told(table: Table, found: Iterable[Problem]) -> None:
    """Raise the first few things that are wrong with rows, and say how many more there are."""
    problems = sorted(found, key=lambda problem: problem.row)
    mistakes = [
        Wrong((), f"{table.at(row)}: {what}", meant) for row, what, meant in problems[:MOST_TOLD]
    ]
    more = len(problems) - MOST_TOLD
    if more > 0:
        mistakes.append(Wrong((), f"and {more} more such cell{'s' if more > 1 else ''}"))
    refuse_all(mistakes)


def has_columns(table: Table, *columns: str) -> None:
    """Refuse a file that lacks columns, all of them at once."""
    known = f"its columns are {listed(list(table.header), 'and')}"
    refuse_all(
        Wrong((), f'{table.name} has no column "{name}"', nearest(name, table.header) or known)
        for name in dict.fromkeys(columns)
        if table.place(name) is None
    )


TIME_MEANT = 'a time is meant, such as "08:30" or "2024-03-01T08:30:00"'


def instants(table: Table, column: str, problems: list[Problem]) -> list[Instant]:
    """The times of a column; what is no time is added to the problems."""
    found = []
    for row, cell in enumerate(table.column(column)):
        try:
            found.append(parse_instant(cell))
        except ValueError:
            problems.append(Problem(row, f'{column} "{cell}" is not a time', TIME_MEANT))
            found.append(Instant(math.nan, None))
    return found


def one_day_only(found: list[Instant], hours: Hours | None, name: str) -> None:
    """Refuse a file of several days where one day is simulated."""
    days = sorted({instant.day for instant in found if instant.day is not None})
    after_midnight = hours is not None and hours.closes > DAY
    if len(days) > 1 and not (after_midnight and len(days) == 2 and (days[1] - days[0]).days == 1):
        raise wrong(
            f"{name} has {len(days)} days ({days[0]} to {days[-1]}), and one day is simulated",
            "a file with one day is meant, or several `days` in [day]",
        )


def weekdays_in(table: Table, rows: Sequence[int], found: list[Instant]) -> dict[int, str] | None:
    """The weekday of each of these rows, by the column `day` or by their dates.

    Parameters
    ----------
    table : Table
    rows : sequence of int
        Rows that are looked at.
    found : list of Instant
        The time of every row of the file.

    Returns
    -------
    dict of int to str, or None
        None where there is one date or none, so that rows hold for every day.
    """
    if table.place("day") is not None:
        cells = table.column("day")
        named = {row: weekday_named(cells[row]) for row in rows}
        odd = (row for row, name in named.items() if not name)
        meant = f"{listed(WEEKDAYS)} is meant"
        told(table, (Problem(row, f'day "{cells[row]}" is not a weekday', meant) for row in odd))
        return named
    dates = {row: day for row in rows if (day := found[row].day) is not None}
    if len(set(dates.values())) < 2:
        return None
    undated = (row for row in rows if row not in dates)
    told(table, (Problem(row, "a time without a date", "a date is meant") for row in undated))
    seen: dict[int, date] = {}
    for day in sorted(set(dates.values())):
        first = seen.setdefault(day.weekday(), day)
        if first != day:
            what = f"{table.name} has {WEEKDAYS[day.weekday()]} twice ({first} and {day})"
            raise wrong(what, "one week at most is meant")
    return {row: WEEKDAYS[day.weekday()] for row, day in dates.items()}


def weekday_named(cell: str) -> str:
    """The weekday that a cell such as "Mon" or "monday" names; "" where it names none."""
    cell = cell.strip().lower()
    return next((d for d in WEEKDAYS if len(cell) > 2 and FULL[d].startswith(cell)), "")


def day_of_instant(name: str, seconds: float, known: Mapping[str, Hours]) -> tuple[str, float]:
    """The day in whose open hours a time of a weekday is, and the time on the clock of that day.

    Parameters
    ----------
    name : str
        The weekday of the calendar.
    seconds : float
        Seconds after its midnight.
    known : mapping of str to Hours
        Open hours of the days simulated, on the clock of each.
    """
    hours, before = known.get(name), WEEKDAYS[WEEKDAYS.index(name) - 1]
    if hours is not None and hours.opens <= seconds < hours.closes:
        return name, seconds
    night = known.get(before)
    if night is not None and night.opens <= seconds + DAY < night.closes:
        return before, seconds + DAY
    return name, seconds


def number_in(cell: str) -> float | None:
    """The number in a cell, or None when it is none or not a finite one."""
    try:
        number = float(cell)
    except ValueError:
        return None
    # float() also reads "1_000" and "nan", which no CSV means.
    return number if math.isfinite(number) and "_" not in cell else None


def numbers(
    table: Table, column: str, problems: list[Problem], empty: float | None = None
) -> list[float]:
    """The numbers of a column, `empty` for an empty cell; others are added to the problems."""
    found = []
    meant = "a number that is not negative is meant"
    for row, cell in enumerate(table.column(column)):
        number = empty if cell == "" and empty is not None else number_in(cell)
        if number is None:
            problems.append(Problem(row, f'{column} "{cell}" is not a number', meant))
        elif number < 0:
            problems.append(Problem(row, f"{column} {cell} is negative", meant))
        found.append(math.nan if number is None else number)
    return found


class EmpiricalFile(Part):
    """Where durations stand in a CSV."""

    file: SomeText
    """The CSV."""
    column: SomeText
    """Its column."""


def read_durations(value: Any, info: ValidationInfo) -> tuple[float, ...]:
    """The durations of an empirical law, from a list or from a CSV."""
    if isinstance(value, dict):
        source = EmpiricalFile.model_validate(value)
        table = read_table(surroundings(info), source.file)
        found, problems = [], []
        for row, cell in enumerate(table.column(source.column)):
            number = number_in(cell)
            try:
                seconds = parse_duration(cell) if number is None else number
            except ValueError:
                seconds = -1.0
            if not 0 <= seconds <= LONGEST:
                what = f'{source.column} "{cell}" is not a duration'
                problems.append(Problem(row, what, "a number of seconds or a duration is meant"))
            found.append(seconds)
        told(table, problems)
        return tuple(found)
    if not isinstance(value, list):
        raise wrong(f"{shown(value)} is not a list", "a list of durations, or { file, column }")
    not_empty(value)
    found, mistakes = [], []
    for place, item in enumerate(value):
        try:
            found.append(read_duration(item))
        except ValueError as error:
            meant = 'durations are meant: ["20 s", "1 min"]'
            mistakes.append(Wrong((place,), str(error), meant))
    refuse_all(mistakes)
    return tuple(found)
