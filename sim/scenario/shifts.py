"""Shifts: operators who come and go together, and what keeps them off the phone meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationInfo, field_validator, model_validator

from sim.scenario.days import Weekdays, refuse_missing
from sim.scenario.roster import best_day
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
from sim.times import DAY, format_clock, format_duration

if TYPE_CHECKING:
    from typing import Self

MOST_OPERATORS = 100_000


class OffPhone(Part):
    """Time off the phone within a shift."""

    at: Annotated[tuple[Clock, ...], SchemaOr("one"), ONE_OR_LIST, NOT_EMPTY] | None = None
    """When it is due; operators take turns by number."""
    between: Annotated[tuple[Clock, Clock], Field(min_length=2, max_length=2)] | None = None
    """It may begin from the first of these times to the second; operators are spread so that the
    fewest are away when the load is highest."""
    lasts: LongerThanZero
    """How long it lasts."""

    @field_validator("lasts")
    @classmethod
    def fits_its_window(cls, lasts: float, info: ValidationInfo) -> float:
        """A window that is shorter than what it is for leaves no choice."""
        window = info.data.get("between")
        if window is not None:
            first, last = window
            length = (last - first) % DAY
            if length < lasts:
                what = f"is longer than its window of {format_duration(length)}"
                raise wrong(what, "a wider `between`, or `at`, is meant")
        return lasts

    @model_validator(mode="after")
    def one_way(self) -> Self:
        """at or between, not both."""
        if (self.at is None) == (self.between is None):
            both = "has at and between at once" if self.at else "does not say when"
            raise wrong(both, 'at = "12:00" or between = ["11:00", "14:00"] is meant')
        return self

    @property
    def named(self) -> str:
        """What it is, in a sentence."""
        raise NotImplementedError

    def turn(self, number: int) -> float | None:
        """When it is due for an operator of the shift, from 0; None where there is a window."""
        return self.at[number % len(self.at)] if self.at is not None else None


class Break(OffPhone):
    """A break, which the operators of a shift take in turns or at some time in a window."""

    paid: Flag = False
    """Whether it is paid."""

    @property
    def named(self) -> str:
        return "break"


class Meeting(OffPhone):
    """Paid work off the phone: meetings, training, coaching."""

    what: Literal["meeting", "training", "coaching"] = "meeting"
    """What it is."""
    days: Weekdays | None = None
    """On these days of the shift; on all of them by default."""

    @field_validator("days")
    @classmethod
    def are_simulated(cls, days: tuple[str, ...] | None, info: ValidationInfo) -> Any:
        """Its days are simulated."""
        refuse_missing(days or (), surroundings(info).days)
        return days

    @property
    def named(self) -> str:
        return self.what


class OnCall(Part):
    """Operators who are not there and come when they are needed."""

    queue_above: Whole | None = None
    """They are called when more than so many wait of the call types that the group serves."""
    wait_above: LongerThanZero | None = None
    """They are called when somebody of these call types has waited so long."""
    comes_after: Duration = 0.0
    """How long after the call they are at the desk."""

    @model_validator(mode="after")
    def asks_for_something(self) -> Self:
        """There is a condition."""
        if self.queue_above is None and self.wait_above is None:
            raise wrong("asks for nothing", "queue_above or wait_above is meant")
        return self


class Shift(Part):
    """Operators who come and go together."""

    operators: Annotated[Whole, Field(le=MOST_OPERATORS)]
    """How many operators."""
    days: Weekdays | None = None
    """On which days they come; on all days simulated by default."""
    from_: Clock = Field(alias="from")
    """When they come."""
    to: Clock
    """When they go; a time before `from` is on the next day."""
    breaks: tuple[Break, ...] = ()
    """Breaks, each at one time, at several in turns, or in a window."""
    meetings: tuple[Meeting, ...] = ()
    """Meetings, training and coaching, likewise."""
    on_call: OnCall | None = None
    """They are at home, and come for the rest of the shift when a condition holds."""

    @field_validator("days")
    @classmethod
    def are_simulated(cls, days: tuple[str, ...] | None, info: ValidationInfo) -> Any:
        """Its days are simulated."""
        refuse_missing(days or (), surroundings(info).days)
        return days

    @field_validator("to")
    @classmethod
    def ends_later(cls, to: float, info: ValidationInfo) -> float:
        """A shift that ends when it starts is an error; one that ends earlier ends the next day."""
        start = info.data.get("from_")
        if start is not None and to == start:
            raise wrong("the shift ends when it starts", "a later time is meant")
        return to if start is None or to > start else to + DAY

    @model_validator(mode="after")
    def on_the_clock(self, info: ValidationInfo) -> Self:
        """The shift and what is within it stand on the running clock of their day."""
        days = [day for day in surroundings(info).days if self.is_on(day)]
        moved = best_day(self.from_, self.to, [day.own for day in days])
        start, end = self.from_ + moved, self.to + moved
        problems: list[Wrong] = []
        breaks = tuple(placed_in(self.breaks, start, end, "breaks", problems))
        meetings = tuple(placed_in(self.meetings, start, end, "meetings", problems))
        problems += self.meetings_on_no_day()
        if not problems:
            problems += overlapping(breaks, meetings, self.operators)
        if not problems:
            problems += crowded(breaks, meetings, self.operators)
        refuse_all(problems)
        found = {"from_": start, "to": end, "breaks": breaks, "meetings": meetings}
        return self.model_copy(update=found)

    def meetings_on_no_day(self) -> Iterator[Wrong]:
        """Meetings on days on which the shift is not."""
        for number, meeting in enumerate(self.meetings):
            odd = [day for day in meeting.days or () if self.days and day not in self.days]
            if odd:
                hint = f"The shift is on {listed(self.days or (), 'and')}"
                what = f"the shift is not on {listed(odd)}"
                yield Wrong(("meetings", number, "days"), what, hint)

    def is_on(self, day: CalendarDay) -> bool:
        """Whether the shift is on a day."""
        return not self.days or not day.name or day.name in self.days


AnyOffPhone = TypeVar("AnyOffPhone", bound=OffPhone)


def placed_in(
    rests: tuple[AnyOffPhone, ...], start: float, end: float, key: str, problems: list[Wrong]
) -> Iterator[AnyOffPhone]:
    """Breaks or meetings of a shift on the running clock; those outside it are told."""
    shift = f"its shift, {format_clock(start)} to {format_clock(end)}"
    for number, rest in enumerate(rests):
        times = {"at": rest.at or (), "between": rest.between or ()}
        found: dict[str, Any] = {"at": None, "between": None}
        for name, clocks in times.items():
            # A window may last to the end of the shift: nothing has to begin at its last instant.
            until = end + 1e-3 if name == "between" else end
            placed = tuple(within_shift(time, start, until) for time in clocks)
            for place, (time, there) in enumerate(zip(clocks, placed, strict=True)):
                if there is None:
                    what = f"the {rest.named} at {format_clock(time)} is outside {shift}"
                    problems.append(Wrong((key, number, name, place), what))
            if placed and None not in placed:
                found[name] = placed
        if rest.between is not None and found["between"] is not None:
            problems += backwards(rest, found["between"], (key, number, "between"))
        yield rest.model_copy(update=found)


def backwards(
    rest: OffPhone, window: tuple[float, float], where: tuple[str | int, ...]
) -> Iterator[Wrong]:
    """A window that ends before it begins, on the clock of the shift."""
    first, last = window
    if last <= first:
        what = f"the window of the {rest.named} ends before it begins, within the shift"
        yield Wrong(where, what, "the earlier time first is meant")


def within_shift(time: float, start: float, end: float) -> float | None:
    """The time of day on the running clock within [start, end), or None when it is outside."""
    for moved in (0.0, DAY):
        if start <= time + moved < end:
            return time + moved
    return None


def overlapping(
    breaks: tuple[Break, ...], meetings: tuple[Meeting, ...], operators: int
) -> Iterator[Wrong]:
    """Breaks and meetings that one operator of the shift would have at once."""
    rests: list[tuple[tuple[str, int], OffPhone]] = [
        *((("breaks", place), rest) for place, rest in enumerate(breaks)),
        *((("meetings", place), rest) for place, rest in enumerate(meetings)),
    ]
    for later, (where, rest) in enumerate(rests):
        for _, other in rests[:later]:
            clash = first_clash(rest, other, operators)
            if clash is not None:
                at = f"{format_clock(clash[0])}"
                what = f"the {rest.named} at {at} and the {other.named} at"
                what += f" {format_clock(clash[1])} are at once, for one operator"
                yield Wrong(where, what, "one after the other is meant")
                break


def first_clash(one: OffPhone, other: OffPhone, operators: int) -> tuple[float, float] | None:
    """When an operator would have both at once; None where nobody would."""
    if one.at is None or other.at is None or not share_a_day(one, other):
        return None
    for turn in range(min(operators, len(one.at) * len(other.at))):
        first, second = one.at[turn % len(one.at)], other.at[turn % len(other.at)]
        if first < second + other.lasts and second < first + one.lasts:
            return first, second
    return None


def share_a_day(one: OffPhone, other: OffPhone) -> bool:
    """Whether both may be on one day."""
    days = [rest.days for rest in (one, other) if isinstance(rest, Meeting) and rest.days]
    return len(days) < 2 or bool(set(days[0]) & set(days[1]))


def crowded(
    breaks: tuple[Break, ...], meetings: tuple[Meeting, ...], operators: int
) -> Iterator[Wrong]:
    """A window in which an operator finds no time beside what else there is on some day."""
    rests: list[tuple[tuple[str, int], OffPhone]] = [
        *((("breaks", place), rest) for place, rest in enumerate(breaks)),
        *((("meetings", place), rest) for place, rest in enumerate(meetings)),
    ]
    open_ended = [(where, rest) for where, rest in rests if rest.between is not None]
    fixed = [rest for _, rest in rests if rest.at is not None]
    turns = min(operators, prod(len(rest.at or ()) for rest in fixed), MOST_TURNS)
    days = {day for rest in meetings for day in rest.days or ()} or {""}
    for where in dict.fromkeys(
        place
        for turn in range(turns)
        for day in sorted(days)
        for place in without_room(turn, day, fixed, open_ended)
    ):
        what = "an operator finds no time for it in its window, beside what else there is"
        yield Wrong((*where, "between"), what, "a wider window is meant")


MOST_TURNS = 1000
"""Operators who are looked at one by one; with more, turns have come round."""


def without_room(
    turn: int, day: str, fixed: list[OffPhone], windows: list[tuple[tuple[str, int], OffPhone]]
) -> Iterator[tuple[str, int]]:
    """The first window in which an operator finds no time, if they take what ends first first."""
    times = [(rest.turn(turn), rest.lasts) for rest in fixed if is_on(rest, day)]
    taken = [(at, at + lasts) for at, lasts in times if at is not None]
    own = [(where, rest) for where, rest in windows if is_on(rest, day)]
    for where, rest in sorted(own, key=lambda pair: (pair[1].between or (0.0, 0.0))[1]):
        start, last = rest.between or (0.0, 0.0)
        for begin, end in sorted(taken):
            if begin < start + rest.lasts and start < end:
                start = end
        if start > last:
            yield where
            return
        taken.append((start, start + rest.lasts))


def is_on(rest: OffPhone, day: str) -> bool:
    """Whether a break or meeting of a shift is on a day."""
    return not (isinstance(rest, Meeting) and rest.days and day) or day in (rest.days or ())
