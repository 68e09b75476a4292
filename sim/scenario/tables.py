"""CSV files that a scenario names: forecasts, exact instants, rosters and lists of durations."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationInfo

from sim.scenario.values import (
    LONGEST,
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


def parse_instant(text: str) -> Instant:
    """A time of day, an ISO date-time, or a number of seconds after midnight."""
    if text.replace(".", "", 1).isdigit():
        seconds = float(text)
        if seconds >= 2 * DAY:
            raise ValueError("is more than two days after midnight")
        return Instant(seconds, None)
    try:
        return Instant(parse_clock(text), None)
    except ValueError:
        moment = datetime.fromisoformat(text)
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    return Instant(seconds, moment.date())


def told(found: Iterator[str], meant: str) -> None:
    """Raise the first few things that are wrong with cells, and say how many more there are."""
    all_found = list(found)
    if not all_found:
        return
    more = len(all_found) - MOST_TOLD
    mistakes = [Wrong((), what, meant) for what in all_found[:MOST_TOLD]]
    if more > 0:
        mistakes.append(Wrong((), f"and {more} more such cell{'s' if more > 1 else ''}"))
    refuse_all(mistakes)


def instants(table: Table, column: str) -> list[Instant]:
    """The times of a column."""
    found, problems = [], []
    for row, cell in enumerate(table.column(column)):
        try:
            found.append(parse_instant(cell))
        except ValueError:
            problems.append(f'{table.at(row)}: {column} "{cell}" is not a time')
    told(iter(problems), 'a time is meant, such as "08:30" or "2024-03-01T08:30:00"')
    return found


def number_in(cell: str) -> float | None:
    """The number in a cell, or None when it is none or not a finite one."""
    try:
        number = float(cell)
    except ValueError:
        return None
    # float() also reads "1_000" and "nan", which no CSV means.
    return number if math.isfinite(number) and "_" not in cell else None


def numbers(table: Table, column: str, empty: float | None = None) -> list[float]:
    """The numbers of a column, none of them negative; `empty` stands for an empty cell."""
    found, problems = [], []
    for row, cell in enumerate(table.column(column)):
        number = empty if cell == "" and empty is not None else number_in(cell)
        if number is None:
            problems.append(f'{table.at(row)}: {column} "{cell}" is not a number')
        elif number < 0:
            problems.append(f"{table.at(row)}: {column} {cell} is negative")
        else:
            found.append(number)
    told(iter(problems), "a number that is not negative is meant")
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
                problems.append(f'{table.at(row)}: {source.column} "{cell}" is not a duration')
            found.append(seconds)
        told(iter(problems), "a number of seconds or a duration is meant")
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
