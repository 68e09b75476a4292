"""The menu of a group: the shifts that may be built, from which a roster is put together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from sim.scenario.days import WEEKDAYS, Weekdays, names_of, refuse_missing
from sim.scenario.roster import best_day
from sim.scenario.shifts import MOST_OPERATORS
from sim.scenario.values import (
    NOT_EMPTY,
    ONE_OR_LIST,
    CalendarDay,
    Clock,
    Duration,
    Flag,
    LongerThanZero,
    Part,
    SchemaOr,
    Whole,
    Wrong,
    listed,
    refuse_all,
    surroundings,
    wrong,
)
from sim.times import DAY, HOUR, format_duration

if TYPE_CHECKING:
    from typing import Self

MOST_STARTS = 288
"""Times at which shifts of one entry may begin."""

DAYS_OF_A_WEEK = len(WEEKDAYS)


class MenuBreak(Part):
    """A break of a shift that may be built."""

    after: Annotated[tuple[Duration, ...], SchemaOr("one"), ONE_OR_LIST, NOT_EMPTY]
    """How long after the start of the shift it begins; of several times one is chosen."""
    lasts: LongerThanZero
    """How long it lasts."""
    paid: Flag = False
    """Whether it is paid."""


class Starts(Part):
    """When shifts may begin."""

    at: Annotated[tuple[Clock, ...], SchemaOr("one"), ONE_OR_LIST, NOT_EMPTY] | None = None
    """At these times; `starts = ["08:00", "12:00"]` says the same."""
    from_: Clock | None = Field(default=None, alias="from")
    """Or from this time on ..."""
    to: Clock | None = None
    """... to this one, itself included; a time before `from` is on the next day."""
    every: LongerThanZero | None = None
    """So often."""

    @model_validator(mode="after")
    def one_way(self) -> Self:
        """A list, or a range in steps."""
        steps = {"from": self.from_, "to": self.to, "every": self.every}
        given = [key for key, value in steps.items() if value is not None]
        example = '{ from = "08:00", to = "12:00", every = "30 min" } is meant, say'
        if self.at is not None and given:
            raise wrong(f"has at and {listed(given, 'and')} at once", "one of the two is meant")
        if self.at is None and len(given) < len(steps):
            missing = [key for key in steps if key not in given]
            raise wrong(f"has no {listed(missing)}", example)
        if len(self.clocks) > MOST_STARTS:
            raise wrong(f"{len(self.clocks):,} times", f"at most {MOST_STARTS} are meant")
        return self

    @property
    def clocks(self) -> tuple[float, ...]:
        """The times, in seconds after midnight."""
        if self.at is not None:
            return tuple(dict.fromkeys(self.at))
        first, last, every = self.from_ or 0.0, self.to or 0.0, self.every or DAY
        steps = int(((last - first) % DAY + 1e-6) / every)
        return tuple((first + step * every) % DAY for step in range(steps + 1))


class HoursOfWeek(Part):
    """Paid hours of one person on the days simulated."""

    at_least: Duration = 0.0
    """At least so many."""
    at_most: LongerThanZero | None = None
    """At most so many."""

    def hold(self, seconds: float) -> bool:
        """Whether so many paid seconds are within the bounds."""
        most = self.at_most
        return seconds >= self.at_least - 1e-6 and (most is None or seconds <= most + 1e-6)

    @property
    def in_words(self) -> str:
        """The bounds, in a sentence."""
        least, most = f"{self.at_least / HOUR:g} h", self.at_most
        return f"at least {least}" if most is None else f"{least} to {most / HOUR:g} h"


def starts_by_name(value: Any) -> Any:
    """A time, or a list of times, instead of the table."""
    return {"at": value} if isinstance(value, (str, list)) else value


class Tour(NamedTuple):
    """One way to work by an entry of the menu, breaks not yet placed."""

    lasts: float
    days: tuple[str, ...]
    """Names of the days worked; none of a single day without a name."""
    paid: float
    """Paid seconds on all of its days."""


class MenuShift(Part):
    """Shifts of one kind that may be built, and the contract of who works them."""

    lasts: Annotated[tuple[LongerThanZero, ...], SchemaOr("one"), ONE_OR_LIST, NOT_EMPTY]
    """How long such a shift is, breaks included; of several lengths one is chosen."""
    starts: Annotated[Starts, SchemaOr("clocks"), BeforeValidator(starts_by_name)]
    """When it may begin: a list of times, or from, to and every."""
    breaks: tuple[MenuBreak, ...] = ()
    """Its breaks, counted from its start."""
    at_least: Annotated[Whole, Field(le=MOST_OPERATORS)] = 0
    """At least so many persons work such shifts."""
    at_most: Annotated[Whole, Field(le=MOST_OPERATORS)] | None = None
    """At most so many persons do."""
    days: Weekdays | None = None
    """On which days such shifts may be; on all simulated by default."""
    days_on: (
        Annotated[tuple[Annotated[Whole, Field(ge=1, le=7)], ...], SchemaOr("one"), ONE_OR_LIST,
                  NOT_EMPTY]
        | None
    ) = None  # fmt: skip
    """On how many of these days a person works, at the same time on each; of several numbers one
    is chosen. On all of them by default."""
    off_together: Annotated[Whole, Field(le=6)] = 0
    """At least so many days off in a row, the week seen as a ring; days on which the line is not
    simulated are off."""
    weekly_hours: HoursOfWeek | None = None
    """Paid hours of a person on the days simulated."""

    @field_validator("days")
    @classmethod
    def are_simulated(cls, days: tuple[str, ...] | None, info: ValidationInfo) -> Any:
        """Its days are simulated."""
        refuse_missing(days or (), surroundings(info).days)
        return days

    @model_validator(mode="after")
    def can_be_worked(self, info: ValidationInfo) -> Self:
        """There is at least one way to work it; whatever stands in the way is told."""
        days = surroundings(info).days
        problems = [*self.contradictory_numbers(), *self.odd_breaks(), *self.without_week(days)]
        if not problems and days:
            problems += self.without_tour(days)
        refuse_all(problems)
        return self

    def contradictory_numbers(self) -> Iterator[Wrong]:
        """Bounds of which the lower is above the upper; shifts of a day or more."""
        if self.at_most is not None and self.at_least > self.at_most:
            what = f"at least {self.at_least} persons, and at most {self.at_most}"
            yield Wrong(("at_least",), what, "a number that is not above at_most is meant")
        hours = self.weekly_hours
        if hours is not None and hours.at_most is not None and hours.at_least > hours.at_most:
            least, most = (format_duration(x) for x in (hours.at_least, hours.at_most))
            what = f"at least {least}, and at most {most}"
            yield Wrong(("weekly_hours",), what, "an at_least that is not above at_most is meant")
        for place, lasts in enumerate(self.lasts):
            if lasts >= DAY:
                what = f"{format_duration(lasts)} is a day or more"
                yield Wrong(("lasts", place), what, "a shift shorter than 24 h is meant")

    def odd_breaks(self) -> Iterator[Wrong]:
        """Breaks that begin after the shift has ended, or for which there is no time in it."""
        shortest = min(self.lasts)
        late = [
            Wrong(("breaks", place, "after", number),
                  f"the break after {format_duration(after)} does not begin within a shift of "
                  f"{format_duration(shortest)}", "a shorter time is meant")
            for place, rest in enumerate(self.breaks)
            for number, after in enumerate(rest.after)
            if after >= shortest
        ]  # fmt: skip
        yield from late
        if not late and self.breaks and not self.rests(shortest):
            what = "whatever is chosen, two of the breaks are at once or one outlasts the shift"
            yield Wrong(("breaks",), what, "breaks one after the other are meant")

    def without_week(self, days: tuple[CalendarDay, ...]) -> Iterator[Wrong]:
        """What is said of a week where a single day is simulated."""
        if not days or days[0].name:
            return
        given = {
            "days_on": self.days_on, "off_together": self.off_together,
            "weekly_hours": self.weekly_hours,
        }  # fmt: skip
        for key, value in given.items():
            if value:
                meant = 'days = ["Mon", "Tue"] is meant there, say'
                yield Wrong((key,), "goes with `day.days` only", meant)

    def without_tour(self, days: tuple[CalendarDay, ...]) -> Iterator[Wrong]:
        """Rules of the contract that no choice of days and length keeps."""
        worked = self.days_worked(days)
        if max(self.days_on or (0,)) > len(worked):
            what = f"{max(self.days_on or ())} days of {len(worked)}: {listed(worked, 'and')}"
            yield Wrong(("days_on",), what, f"at most {len(worked)} is meant")
            return
        sets = list(self.day_sets(days))
        if not sets:
            number = min(self.days_on or (len(worked),))
            what = f"with {number} days on there are never {self.off_together} days off in a row"
            yield Wrong(("off_together",), what, "fewer days, or fewer days on, are meant")
            return
        hours = self.weekly_hours
        if not any(self.is_there(start, lasts, sets, days)
                   for start in self.starts.clocks for lasts in self.lasts):  # fmt: skip
            what = "no such shift is there while the line is open"
            yield Wrong(("starts",), what, "other starts or lasts are meant")
        if hours is not None and not list(self.tours(days)):
            found = sorted({len(each) * self.paid(lasts) for each in sets for lasts in self.lasts})
            given = listed([f"{seconds / HOUR:g} h" for seconds in found], "and")
            what = f"no shift gives {hours.in_words}: they give {given}"
            meant = "other hours, `days_on` or `lasts` are meant (unpaid breaks do not count)"
            yield Wrong(("weekly_hours",), what, meant)

    def days_worked(self, days: tuple[CalendarDay, ...]) -> tuple[str, ...]:
        """Names of the days on which such shifts may be."""
        return self.days or names_of(days)

    def day_sets(self, days: tuple[CalendarDay, ...]) -> Iterator[tuple[str, ...]]:
        """The sets of days that one person may work; one empty set for a day without a name."""
        names = [name for name in names_of(days) if name in self.days_worked(days)]
        if not names:
            yield ()
            return
        for number in self.days_on or (len(names),):
            for chosen in combinations(names, number):
                if longest_rest(chosen) >= self.off_together:
                    yield chosen

    def is_there(
        self, start: float, lasts: float, sets: list[tuple[str, ...]],
        days: tuple[CalendarDay, ...],
    ) -> bool:  # fmt: skip
        """Whether such a shift lies on open hours of a day on which it may be."""
        worked = {name for each in sets for name in each}
        own = [day.own for day in days if not worked or day.name in worked]
        moved = best_day(start, start + lasts, own)
        first, last = start + moved, start + lasts + moved
        return any(first < day.closes and last > day.opens for day in own)

    def paid(self, lasts: float) -> float:
        """Paid seconds of a shift of this length."""
        return lasts - sum(rest.lasts for rest in self.breaks if not rest.paid)

    def tours(self, days: tuple[CalendarDay, ...]) -> Iterator[Tour]:
        """Lengths and sets of days that keep the rules of the contract."""
        for lasts in dict.fromkeys(self.lasts):
            for chosen in self.day_sets(days):
                paid = self.paid(lasts) * max(1, len(chosen))
                if self.weekly_hours is None or self.weekly_hours.hold(paid):
                    yield Tour(lasts, chosen, paid)

    def rests(self, lasts: float) -> list[tuple[float, ...]]:
        """The ways to place the breaks in a shift of this length, in seconds from its start."""
        ways = []
        for chosen in product(*(dict.fromkeys(rest.after) for rest in self.breaks)):
            spans = sorted(
                (after, after + rest.lasts) for after, rest in zip(chosen, self.breaks, strict=True)
            )
            ends = [*(start for start, _ in spans[1:]), lasts][: len(spans)]
            if all(end <= until + 1e-9 for (_, end), until in zip(spans, ends, strict=True)):
                ways.append(chosen)
        return ways


def longest_rest(chosen: tuple[str, ...]) -> int:
    """The most days off in a row beside these days, the week seen as a ring."""
    places = sorted(WEEKDAYS.index(name) for name in chosen)
    after = [*places[1:], places[0] + DAYS_OF_A_WEEK]
    return max(later - place - 1 for place, later in zip(places, after, strict=True))
