"""Days of a week: which are simulated, when the line is open on each, and where they begin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, Strict, ValidationInfo, field_validator, model_validator

from sim.scenario.values import (
    NOT_EMPTY,
    CalendarDay,
    Clock,
    Hours,
    LongerThanZero,
    Part,
    Wrong,
    listed,
    nearest,
    pieces_needed,
    refuse_all,
    shown,
    wrong,
)
from sim.times import DAY, format_clock, format_duration

if TYPE_CHECKING:
    from typing import Self

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def weekday(name: str) -> str:
    """Refuse what is no weekday."""
    if name not in WEEKDAYS:
        begins = [day for day in WEEKDAYS if name.strip().lower().startswith(day.lower())]
        hint = f'Did you mean "{begins[0]}"?' if begins else nearest(name, WEEKDAYS)
        days = f"The weekdays are {listed(WEEKDAYS, 'and')}"
        raise wrong(f"{shown(name)} is not a weekday", hint or days)
    return name


Weekday = Annotated[str, Strict(), AfterValidator(weekday)]


def each_once(names: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Refuse a weekday that is there twice."""
    for place, name in enumerate(names or ()):
        if name in (names or ())[:place]:
            refuse_all([Wrong((place,), f'"{name}" is there twice', "once is meant")])
    return names


Weekdays = Annotated[tuple[Weekday, ...], NOT_EMPTY, AfterValidator(each_once)]
"""Some weekdays, each once."""


def days_after(first: str, name: str) -> int:
    """How many days a weekday is after another, 0 to 6."""
    return (WEEKDAYS.index(name) - WEEKDAYS.index(first)) % 7


class DayOn(Part):
    """Other open hours on a weekday."""

    opens: Clock | None = None
    """When the line opens; as on the other days by default."""
    closes: Clock | None = None
    """When it closes; a time before it opens is on the next day."""


class Day(Part):
    """Open hours of the line."""

    opens: Clock
    """When the line opens."""
    closes: Clock
    """When it closes; a time before `opens` is on the next day."""
    interval: LongerThanZero
    """Reporting interval; it divides the open hours."""
    after_closing: Literal["serve", "disconnect"] = "serve"
    """What becomes of waiting callers at closing: served, or cut off."""
    days: Weekdays | None = None
    """The days simulated, ["Mon", "Tue"], say; in order, within a week. One day by default."""
    on: dict[Weekday, DayOn] = Field(default_factory=dict)
    """Other open hours on a weekday: on.Sat = { opens = "10:00", closes = "14:00" }."""

    @field_validator("closes")
    @classmethod
    def closes_later(cls, closes: float, info: ValidationInfo) -> float:
        """A day of 0 minutes is an error; a line that closes earlier closes the next day."""
        opens = info.data.get("opens")
        if opens is not None and closes == opens:
            hint = 'a later time is meant, or "00:00" to "24:00" for a day of 24 hours'
            raise wrong("a day of 0 minutes, since the line closes when it opens", hint)
        return closes if opens is None or closes > opens else closes + DAY

    @field_validator("interval")
    @classmethod
    def divides(cls, interval: float, info: ValidationInfo) -> float:
        """The reporting interval divides the open hours."""
        if interval < 1:
            raise wrong("is shorter than 1 s", "15, 30 or 60 minutes are common")
        opens, closes = info.data.get("opens"), info.data.get("closes")
        if opens is not None and closes is not None:
            refuse_odd_hours(Hours(opens, closes, interval), "the open hours")
        return interval

    @field_validator("days")
    @classmethod
    def in_order(cls, days: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """Each day is later than the one before, and within 7 days of the first."""
        for place, (before, after) in enumerate(pairwise(days or ()), 1):
            first = (days or ())[0]
            if days_after(first, after) <= days_after(first, before):
                what = f'"{after}" comes after "{before}", and not within 7 days of "{first}"'
                refuse_all([Wrong((place,), what, "days in the order of one week are meant")])
        return days

    @field_validator("on")
    @classmethod
    def on_days_simulated(cls, on: dict[str, DayOn], info: ValidationInfo) -> dict[str, DayOn]:
        """Other hours are of days that are simulated."""
        if "days" in info.data:
            refuse_all(days_missing(on, info.data["days"] or ()))
        return on

    @model_validator(mode="after")
    def do_not_overlap(self) -> Self:
        """Each day has its hours, and they do not run into the next day's."""
        days = calendar_of(self)
        refuse_all(self.odd_hours(days))
        for before, after in pairwise(days):
            if after.hours.opens < before.hours.closes:
                what = f"{before.name} closes at {format_clock(before.hours.closes)}"
                opens = format_clock(after.hours.opens)
                raise wrong(f"{what}, after {after.name} has opened, at {opens}")
        return self

    def odd_hours(self, days: Iterable[CalendarDay]) -> Iterator[Wrong]:
        """Hours of a weekday that end before they begin, or are no whole number of intervals."""
        for day in days:
            if day.name not in self.on:
                continue
            opens, closes, interval = day.hours
            if closes <= opens:
                what = "the line closes before it opens" if closes < opens else "a day of 0 minutes"
                yield Wrong(("on", day.name), what, "a later time is meant")
            elif pieces_needed(day.hours, interval) is None:
                what = odd_hours(day.hours, f"the open hours on {day.name}")
                yield Wrong(("on", day.name), what, "hours in whole intervals are meant")


def odd_hours(hours: Hours, called: str) -> str:
    """What to say of hours that the reporting interval does not divide."""
    length = format_duration(hours.closes - hours.opens)
    return f"{format_duration(hours.interval)} does not divide {called}, {length}"


def refuse_odd_hours(hours: Hours, called: str) -> None:
    """Refuse an interval that does not divide the open hours."""
    if pieces_needed(hours, hours.interval) is None:
        hint = "an interval that fits a whole number of times is meant"
        raise wrong(odd_hours(hours, called), hint)


def days_missing(names: Iterable[str], days: Sequence[str]) -> Iterator[Wrong]:
    """Weekdays that something is said of and that are not simulated; each at its name."""
    for name in names:
        if not days:
            meant = 'days = ["Mon", "Tue"] is meant there, say'
            yield Wrong((name,), "goes with `day.days` only", meant)
        elif name not in days:
            yield Wrong((name,), f"{name} is not simulated", f"The days are {listed(days, 'and')}")


def names_of(days: Iterable[CalendarDay]) -> tuple[str, ...]:
    """Names of the days; none of a single day without a name."""
    return tuple(day.name for day in days if day.name)


def refuse_missing(names: tuple[str, ...], days: tuple[CalendarDay, ...]) -> None:
    """Refuse a list of weekdays that are not simulated, at their places."""
    missing = days_missing(names, names_of(days)) if days else ()
    refuse_all(found._replace(where=(names.index(str(found.where[0])),)) for found in missing)


def calendar_of(day: Day) -> tuple[CalendarDay, ...]:
    """The days that are simulated, with their open hours on the running clock."""
    if not day.days:
        return (CalendarDay("", 0.0, Hours(day.opens, day.closes, day.interval)),)
    return tuple(day_of(day, name) for name in day.days)


def day_of(day: Day, name: str) -> CalendarDay:
    """One weekday."""
    assert day.days
    midnight = DAY * days_after(day.days[0], name)
    own = day.on.get(name, DayOn())
    opens = day.opens if own.opens is None else own.opens
    closes = day.closes if own.closes is None else own.closes
    if own.closes is not None and closes < opens:
        closes += DAY
    return CalendarDay(name, midnight, Hours(opens + midnight, closes + midnight, day.interval))
