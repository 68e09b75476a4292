"""When callers phone: rates, counts, a forecast from a CSV, or the exact instants of a trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PrivateAttr,
    Tag,
    model_validator,
)

from sim.scenario.tables import (
    Instant,
    Problem,
    Table,
    day_of_instant,
    has_columns,
    instants,
    numbers,
    one_day_only,
    read_table,
    told,
    weekdays_in,
)
from sim.scenario.values import (
    NOT_EMPTY,
    ONE_OR_LIST,
    CalendarDay,
    Hours,
    LongerThanZero,
    NotNegative,
    Part,
    SchemaOr,
    SomeText,
    Surroundings,
    Wrong,
    listed,
    nearest,
    pieces_needed,
    pieces_wrong,
    refuse_all,
    shown,
    wrong,
)
from sim.times import DAY, HOUR, format_clock, format_duration

if TYPE_CHECKING:
    from typing import Self

    from sim.scenario.schema import Scenario

Array = npt.NDArray[np.float64]
Counts = Annotated[
    tuple[Annotated[NotNegative, Field(le=1e13)], ...], SchemaOr("one"), ONE_OR_LIST, NOT_EMPTY
]


class Laid(NamedTuple):
    """Calls expected in the pieces of a day, or of all days."""

    edges: Array
    """Where the pieces begin and end, in seconds; one more than pieces."""
    calls: Array
    """Expected calls."""
    handling: Array | None
    """Mean handling time in seconds where a forecast has it, NaN where it does not; None: no
    forecast has."""


class Arrivals(Part):
    """When the callers of one call type phone."""

    count: Literal["poisson", "exact"] = "poisson"
    """"poisson": the number of calls varies by chance; "exact": whole numbers, spread."""

    @property
    def exact(self) -> bool:
        """True when the number of calls does not vary."""
        return self.count == "exact"

    @property
    def recorded(self) -> bool:
        """True when the instants are those of a day that was."""
        return False

    @property
    def instants(self) -> Array | None:
        """Exact instants in seconds of a single day, in order; None where arrivals are drawn."""
        return None

    def check(self, days: Sequence[CalendarDay], around: Surroundings) -> None:
        """Refuse arrivals that do not fit the open hours of these days."""

    def instants_on(self, day: CalendarDay) -> Array:
        """Exact instants on a day, on the running clock, in order; none where they are drawn."""
        return np.zeros(0)

    def laid_on(self, day: CalendarDay) -> Laid:
        """Edges on the clock of the day, calls and handling time of the pieces of a day."""
        raise NotImplementedError

    def pieces(self, scenario: Scenario, type_name: str) -> Laid:
        """Expected calls in each piece of the call type's open hours.

        Parameters
        ----------
        scenario : Scenario
            The scenario that the arrivals belong to.
        type_name : str
            The call type.

        Returns
        -------
        edges : float64[K + 1]
            Where the pieces begin and end, in seconds on the running clock.
        calls : float64[K]
            Expected calls, before `volume` and busyness; a weekday's own volume is in them.
        handling : float64[K] or None
            Mean handling time in seconds where a forecast has it, in every piece.
        """
        return scenario.pieces_of(type_name)


class Rates(Arrivals):
    """Rates or counts in pieces of equal length."""

    per_hour: Counts | None = None
    """Calls per hour: one number, or one a piece."""
    calls: Counts | None = None
    """Calls a piece: one number holds for every piece."""
    every: LongerThanZero | None = None
    """Length of a piece; without it a piece is a reporting interval."""

    @model_validator(mode="after")
    def one_way(self) -> Self:
        """Rates or counts, not both."""
        if (self.per_hour is None) == (self.calls is None):
            raise wrong("has both per_hour and calls", "one of the two is meant")
        return self

    @property
    def values(self) -> tuple[float, ...]:
        """The numbers as written."""
        return self.per_hour if self.per_hour is not None else self.calls or ()

    def check(self, days: Sequence[CalendarDay], around: Surroundings) -> None:
        key = "per_hour" if self.per_hour is not None else "calls"
        problems = {day: self.problem_in(day.own) for day in days}
        refuse_all(
            Wrong((key,), f"{what} on {day.name}" if day.name else what, meant)
            for day, (what, meant) in problems.items()
            if what
        )

    def problem_in(self, hours: Hours) -> tuple[str, str]:
        """Why the values do not fill open hours, and what is meant; empty when they do."""
        problem = ""
        if len(self.values) == 1:
            if self.every is not None and pieces_needed(hours, self.every) is None:
                problem = pieces_wrong(hours, 1, self.every).replace("1 pieces", "pieces", 1)
        else:
            problem = pieces_wrong(hours, len(self.values), self.every)
        needed = pieces_needed(hours, self.every or hours.interval)
        meant = f"{needed} values are meant" if needed else "`every` must divide the open hours"
        return problem, meant

    def laid_on(self, day: CalendarDay) -> Laid:
        hours = day.own
        values = np.array(self.values, dtype=np.float64)
        length = hours.closes - hours.opens
        piece = self.every or hours.interval
        if len(values) == 1:
            # A constant rate is one piece; a constant count is told piece by piece, unless own
            # hours are no whole number of reporting intervals.
            told = self.every is not None or self.calls is not None
            count = (pieces_needed(hours, piece) if told else None) or 1
            values = np.full(count, values[0])
            if self.calls is not None and count == 1:
                values *= length / piece
        edges = even_edges(hours, len(values))
        calls = values if self.calls is not None else values * (length / len(values) / HOUR)
        return Laid(edges, calls, None)


def even_edges(hours: Hours, count: int) -> Array:
    """Where `count` pieces of equal length begin and end, the last at closing exactly."""
    return np.linspace(hours.opens, hours.closes, count + 1, dtype=np.float64)


def on_clock(found: list[Instant], hours: Hours) -> Array:
    """Times of a CSV on the running clock; before opening is the next day, if open then."""
    seconds = np.array([instant.seconds for instant in found], dtype=np.float64)
    next_day = (seconds < hours.opens) & (seconds + DAY < hours.closes)
    return seconds + DAY * next_day


def sorted_by_day(
    table: Table,
    rows: list[int],
    found: list[Instant],
    days: Sequence[CalendarDay],
    around: Surroundings,
) -> dict[str, tuple[list[int], Array]]:
    """For each of some days its rows of a CSV, and their times on the clock of the day.

    Rows of one date, or of none, hold for every day. Of several dates, or where there is a column
    `day`, each goes to its weekday, and those of weekdays that are not simulated are passed over;
    what is before opening is the night of the day before, if that is open then.
    """
    weekdays = weekdays_in(table, rows, found) if days and days[0].name else None
    if weekdays is None:
        one_day_only([found[row] for row in rows], days[0].own if days else None, table.name)
        return {day.name: (rows, on_clock([found[row] for row in rows], day.own)) for day in days}
    known = {day.name: day.own for day in around.days}
    own: dict[str, list[int]] = {day.name: [] for day in days}
    clock: dict[str, list[float]] = {day.name: [] for day in days}
    for row in rows:
        name, time = day_of_instant(weekdays[row], found[row].seconds, known)
        if name in own:
            own[name].append(row)
            clock[name].append(time)
    refuse_all(
        Wrong((), f"{table.name} has no rows for {name}", "rows of each day simulated are meant")
        for name, there in own.items()
        if not there
    )
    return {name: (there, np.array(clock[name])) for name, there in own.items()}


def rows_of_type(table: Table, type_name: str | None) -> list[int]:
    """The rows of one call type; without a type all rows, if they are of one type."""
    place = table.place("type")
    if type_name is None:
        names = sorted({row[place].strip() for row in table.rows}) if place is not None else []
        if len(names) > 1:
            some = listed(names[:5], "and")
            raise wrong(f"{table.name} has several types: {some}", 'add type = "..." to choose one')
        return list(range(len(table.rows)))
    cells = table.column("type")
    chosen = [row for row, cell in enumerate(cells) if cell == type_name]
    if not chosen:
        names = sorted(set(cells))
        hint = nearest(type_name, names) or f"its types are {listed(names[:8], 'and')}"
        refuse_all([Wrong(("type",), f'{table.name} has no rows of type "{type_name}"', hint)])
    return chosen


def outside(
    rows: list[int], found: list[Instant], clock: Array, day: CalendarDay
) -> Iterator[Problem]:
    """Rows whose time is not in the open hours."""
    hours, on = day.own, f" on {day.name}" if day.name else ""
    open_hours = f"the open hours{on}, {format_clock(hours.opens)} to {format_clock(hours.closes)}"
    for row, instant, time in zip(rows, found, clock.tolist(), strict=True):
        if not hours.opens <= time < hours.closes:
            said = format_clock(time)
            what, meant = f"{said} is outside {open_hours}", "calls arrive while the line is open"
            if instant.bare:
                what = f"{instant.bare} was read as seconds, and {what}"
                meant = 'write a time of day as "08:00"'
            yield Problem(row, what, meant)


class Forecast(Arrivals):
    """Calls per interval from a CSV."""

    file: SomeText
    """The CSV, beside the scenario file."""
    time: SomeText
    """Column with the beginning of each interval."""
    calls: SomeText
    """Column with the calls expected in it."""
    type: SomeText | None = None
    """Only the rows whose column "type" (or "queue", "skill set") says this."""
    handling: SomeText | None = None
    """Column with the mean handling time in seconds; talk and wrap-up are scaled to it."""
    every: LongerThanZero | None = None
    """Length of an interval; without it the shortest step of the file's times."""
    _laid: dict[str, Laid] = PrivateAttr(default_factory=dict)

    def check(self, days: Sequence[CalendarDay], around: Surroundings) -> None:
        table = read_table(around, self.file)
        has_columns(table, self.time, self.calls, *([self.handling] if self.handling else []))
        problems: list[Problem] = []
        found = instants(table, self.time, problems)
        calls = numbers(table, self.calls, problems)
        handling = numbers(table, self.handling, problems, 0.0) if self.handling else None
        told(table, problems)
        chosen = rows_of_type(table, self.type)
        each = sorted_by_day(table, chosen, found, days, around)
        for name, (rows, clock) in each.items():
            # Intervals at night with no calls are in many exports and mean nothing.
            busy = np.array([calls[row] > 0 for row in rows], dtype=np.bool_)
            rows = [row for row, some in zip(rows, busy.tolist(), strict=True) if some]
            each[name] = rows, clock[busy]
        for day in days:
            rows, clock = each[day.name]
            told(table, outside(rows, [found[row] for row in rows], clock, day))
        for day in days:
            step = self.every or shortest_step(on_clock(found, day.own), day.own)
            self._laid[day.name] = laid(table, *each[day.name], step, day, calls, handling)

    def laid_on(self, day: CalendarDay) -> Laid:
        return self._laid[day.name]


def laid(
    table: Table,
    rows: list[int],
    clock: Array,
    step: float,
    day: CalendarDay,
    calls: list[float],
    handling: list[float] | None,
) -> Laid:
    """The rows of a day as pieces that fill its open hours."""
    edges = piece_edges(table, step, day.own)
    piece = pieces_begun(table, rows, clock, step, edges)
    number = np.zeros(len(edges) - 1)
    number[piece] = [calls[row] for row in rows]
    if handling is None:
        return Laid(edges, number, None)
    told(table, no_handling(rows, handling))
    times = np.array([handling[row] for row in rows])
    # Nobody is expected in the other pieces: what stands there must only be harmless.
    typical = np.average(times, weights=[calls[row] for row in rows]) if rows else 1.0
    known = np.full(len(number), float(typical))
    known[piece] = times
    return Laid(edges, number, known)


def piece_edges(table: Table, step: float, hours: Hours) -> Array:
    """Where pieces of a forecast begin and end that fill the open hours."""
    count = pieces_needed(hours, step)
    if count is None:
        length, lasts = format_duration(hours.closes - hours.opens), format_duration(step)
        raise wrong(f"{table.name}: pieces of {lasts} do not fill the {length} of open hours")
    return even_edges(hours, count)


def pieces_begun(
    table: Table, rows: list[int], clock: Array, step: float, edges: Array
) -> npt.NDArray[np.int64]:
    """The piece that the time of each row begins; times that begin none are refused."""
    pieces: npt.NDArray[np.int64] = np.round((clock - edges[0]) / (edges[1] - edges[0])).astype(
        np.int64
    )
    seen: dict[int, int] = {}
    problems, meant = [], "one row for each interval is meant"
    for row, time, piece in zip(rows, clock.tolist(), pieces.tolist(), strict=True):
        if abs(time - edges[piece]) > 1e-3:
            said = format_clock(time)
            lasts = format_duration(step)
            problems.append(Problem(row, f"{said} is not on the grid of {lasts}", meant))
        elif piece in seen:
            said = format_clock(time)
            what = f"{said} is there twice (line {seen[piece]} too)"
            problems.append(Problem(row, what, meant))
        seen[piece] = table.lines[row]
    told(table, problems)
    return pieces


def no_handling(rows: list[int], handling: list[float]) -> Iterator[Problem]:
    """Rows with calls and without a handling time."""
    for row in rows:
        if handling[row] <= 0:
            yield Problem(row, "calls without a handling time", "seconds above 0 are meant")


def shortest_step(clock: Array, hours: Hours) -> float:
    """The shortest step between the times of a file; of one time, the reporting interval."""
    steps = np.diff(np.unique(np.round(clock, 3)))
    return float(steps.min()) if len(steps) else hours.interval


class Trace(Arrivals):
    """The exact instants of a day that was."""

    trace: SomeText
    """The CSV, beside the scenario file."""
    time: SomeText
    """Column with the instant of each call."""
    type: SomeText | None = None
    """Only the rows whose column "type" (or "queue", "skill set") says this."""
    _instants: dict[str, Array] = PrivateAttr(default_factory=dict)

    @property
    def recorded(self) -> bool:
        return True

    @property
    def instants(self) -> Array | None:
        return next(iter(self._instants.values()), np.zeros(0))

    def check(self, days: Sequence[CalendarDay], around: Surroundings) -> None:
        table = read_table(around, self.trace)
        problems: list[Problem] = []
        found = instants(table, self.time, problems)
        told(table, problems)
        chosen = rows_of_type(table, self.type)
        each = sorted_by_day(table, chosen, found, days, around)
        for day in days:
            rows, clock = each[day.name]
            told(table, outside(rows, [found[row] for row in rows], clock, day))
            self._instants[day.name] = np.sort(clock)

    def instants_on(self, day: CalendarDay) -> Array:
        on_running_clock: Array = self._instants[day.name] + day.midnight
        return on_running_clock

    def laid_on(self, day: CalendarDay) -> Laid:
        hours = day.own
        edges = even_edges(hours, pieces_needed(hours, hours.interval) or 1)
        calls = np.histogram(self._instants[day.name], edges)[0].astype(np.float64)
        return Laid(edges, calls, None)


def arrivals_tag(value: Any) -> str:
    """Which of the three forms arrivals are written in."""
    if isinstance(value, Mapping):
        return "<trace>" if "trace" in value else "<forecast>" if "file" in value else "<rates>"
    return "<trace>" if isinstance(value, Trace) else "<rates>"


FORMS = "{ per_hour = 60 }"
WAYS = ("trace", "file", "per_hour", "calls")
"""Keys that say how arrivals are written, the one that decides first."""


def arrivals_table(value: Any) -> Any:
    """Arrivals are a table that says which form it has."""
    if isinstance(value, Part):
        return value
    if not isinstance(value, Mapping):
        raise wrong(f"{shown(value)} is not a table of arrivals", f"{FORMS} is meant, say")
    if not any(key in value for key in WAYS):
        odd = [(key, nearest(str(key), WAYS)) for key in value]
        near = [Wrong((key,), "is not a key here", hint) for key, hint in odd if hint]
        refuse_all(near)
        raise wrong("does not say how many calls", f"{FORMS}, calls, file or trace is meant")
    return value


AnyArrivals = Annotated[
    Annotated[Rates, Tag("<rates>")]
    | Annotated[Forecast, Tag("<forecast>")]
    | Annotated[Trace, Tag("<trace>")],
    Discriminator(arrivals_tag),
    BeforeValidator(arrivals_table),
]
