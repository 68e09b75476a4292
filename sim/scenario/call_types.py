"""Call types: who phones, when, what they need, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from sim.scenario.arrivals import AnyArrivals
from sim.scenario.contacts import (
    Balk,
    Callback,
    Ivr,
    Priority,
    Redial,
    Repeat,
    TalkGrows,
    Transfer,
)
from sim.scenario.days import Weekday, days_missing, names_of
from sim.scenario.laws import Patience, Work, check_pieces, not_absurd
from sim.scenario.targets import Targets
from sim.scenario.values import (
    NOT_EMPTY,
    CalendarDay,
    Clock,
    Factor,
    Hours,
    Money,
    Name,
    Number,
    Part,
    Positive,
    SchemaOr,
    Share,
    SomeText,
    Text,
    refuse_all,
    shown,
    surroundings,
    under,
    wrong,
)
from sim.times import DAY, format_clock

if TYPE_CHECKING:
    from typing import Self


class Busyness(Part):
    """A factor a day on the number of calls, gamma with mean 1."""

    cv: Annotated[Number, Field(ge=0, le=100)] | None = None
    """Coefficient of variation."""
    shape: Annotated[Positive, Field(ge=1e-4)] | None = None
    """Shape of the gamma law: 1 / cv^2."""

    @model_validator(mode="after")
    def one_way(self) -> Self:
        """cv or shape, not both."""
        if (self.cv is None) == (self.shape is None):
            both = "has cv and shape at once" if self.cv is not None else "is an empty table"
            raise wrong(both, "cv or shape is meant")
        return self

    @property
    def gamma_shape(self) -> float | None:
        """Shape of the gamma law; None where nothing varies."""
        if self.shape is not None:
            return self.shape
        return 1 / self.cv**2 if self.cv else None


class MoneyOfCalls(Part):
    """What calls are worth."""

    answered_value: Money = 0.0
    """Worth of an answered call."""
    lost_call_cost: Money = 0.0
    """Cost of a call that was not answered."""
    cost_per_waiting_minute: Money = 0.0
    """Cost of a minute that a caller waits."""
    repeat_cost: Money = 0.0
    """Cost of a repeat call."""


def equal_groups(value: Any) -> Any:
    """A name stands for a list of one; an inner list are groups of equal standing."""
    if not isinstance(value, list):
        what = f"{shown(value)} is not a list of groups"
        raise wrong(what, 'goes_to = ["experts", "generalists"] is meant')
    return tuple([item] if isinstance(item, str) else item for item in value)


ROUNDING = 1e-6
"""By how much shares that are written out may miss 1."""


def sum_to_one(shares: dict[str, float]) -> dict[str, float]:
    """Shares of all contacts leave nobody out and count nobody twice."""
    total = fsum(shares.values())
    if abs(total - 1) > ROUNDING:
        raise wrong(f"the shares sum to {total:g}", "shares that sum to 1 are meant")
    return shares


def at_most_one(shares: dict[str, float]) -> dict[str, float]:
    """Shares of some contacts count nobody twice."""
    total = fsum(shares.values())
    if total > 1 + ROUNDING:
        raise wrong(f"the shares sum to {total:g}", "at most 1 is meant: the rest needs none")
    return shares


class CallTypeOn(Part):
    """What is other on a weekday."""

    opens: Clock | None = None
    """When the call type opens on that day."""
    closes: Clock | None = None
    """When it closes on that day."""
    arrivals: AnyArrivals | None = None
    """When callers phone on that day."""
    volume: Factor = 1.0
    """Multiplies that day's arrivals, beside the call type's own volume."""


class CallType(Part):
    """One kind of call."""

    label: Text = ""
    """What reports call it; the name by default."""
    opens: Clock | None = None
    """The call type's own hours, inside the day's."""
    closes: Clock | None = None
    """The call type's own hours, inside the day's."""
    on: dict[Weekday, CallTypeOn] = Field(default_factory=dict)
    """What is other on a weekday: on.Sat = { volume = 0.6 }."""
    arrivals: AnyArrivals
    """When callers phone."""
    talk: Work
    """How long the talk takes."""
    wrap_up: Work = Field(default="0 s", validate_default=True)
    """Work after the talk."""
    patience: Patience
    """How long callers wait before they hang up."""
    hold_messages: SomeText | None = None
    """The hold messages that waiting callers hear."""
    goes_to: (
        Annotated[
            tuple[Annotated[tuple[Name, ...], SchemaOr("one"), NOT_EMPTY], ...],
            BeforeValidator(equal_groups),
            NOT_EMPTY,
        ]
        | None
    ) = None
    """Groups in the order they are tried, equals in an inner list; by default all are equal."""
    shares: Annotated[dict[Name, Share], NOT_EMPTY, AfterValidator(sum_to_one)] | None = None
    """Allocation: each contact is for one group, drawn by these shares, and only that group serves
    it; in place of goes_to."""
    procedures: Annotated[dict[Name, Share], NOT_EMPTY, AfterValidator(at_most_one)] | None = None
    """What contacts need a group to know, by shares; the rest needs nothing special."""
    priority: Priority = Priority()
    """Who is taken before whom."""
    ivr: Ivr | None = None
    """Self-service in a menu before the queue."""
    balk: Balk | None = None
    """Callers who do not join a queue that is too long for them."""
    redial: Redial | None = None
    """Callers who did not get through and phone again."""
    repeat: Repeat | None = None
    """Callers whose matter was not resolved and who phone again."""
    transfer: Transfer | None = None
    """Calls that are passed on to another call type."""
    callback: Callback | None = None
    """Callers who leave the line and are phoned."""
    talk_grows: TalkGrows | None = None
    """Talk that gets longer with the wait."""
    avoidable: Share = 0.0
    """Share of these calls that has a cause one could remove; shown, and changes nothing."""
    volume: Factor = 1.0
    """Multiplies the arrivals."""
    money: MoneyOfCalls = MoneyOfCalls()
    """What these calls are worth."""
    targets: Targets | None = None
    """Targets of this call type: they override the scenario's key by key."""
    busyness: Busyness | None = None
    """A factor a day of its own, which multiplies the shared one."""

    @field_validator("opens", "closes")
    @classmethod
    def in_the_day(cls, time: float | None, info: ValidationInfo) -> float | None:
        """A call type's own hours are inside the day's, on the same running clock."""
        day = surroundings(info).day
        if time is None or day is None:
            return time
        opens = info.data.get("opens") if info.field_name == "closes" else None
        return within(time, day, day.opens if opens is None else opens, str(info.field_name))

    @field_validator("on")
    @classmethod
    def on_days_simulated(
        cls, on: dict[str, CallTypeOn], info: ValidationInfo
    ) -> dict[str, CallTypeOn]:
        """What is other is of days that are simulated, and fits their hours."""
        days = surroundings(info).days
        refuse_all(days_missing(on, names_of(days)) if days else ())
        if not {"opens", "closes"} <= set(info.data):
            return on
        placed = dict(on)
        for day in days:
            if day.name in on:
                with under(day.name):
                    placed[day.name] = placed_on(day, on[day.name], info)
        return placed

    @field_validator("arrivals")
    @classmethod
    def fills_each_day(cls, arrivals: Any, info: ValidationInfo) -> Any:
        """Arrivals fill the call type's own open hours of each day that has no others."""
        if {"opens", "closes", "on"} <= set(info.data):
            opens, closes, on = (info.data[key] for key in ("opens", "closes", "on"))
            days = own_days(surroundings(info).days, opens, closes, on)
            if surroundings(info).days and not days:
                raise wrong("it is never open", "hours within those of a day simulated are meant")
            plain = [d for d in days if d.name not in on or on[d.name].arrivals is None]
            arrivals.check(plain, surroundings(info))
        return arrivals

    @field_validator("talk", "wrap_up", "patience")
    @classmethod
    def fills_the_hours(cls, value: Any, info: ValidationInfo) -> Any:
        """Pieces of laws fill the call type's own open hours exactly."""
        day = surroundings(info).day
        if day is None or "opens" not in info.data or "closes" not in info.data:
            return value
        hours = own_hours(day, info.data["opens"], info.data["closes"])
        check_pieces(value.law if isinstance(value, Patience) else value, hours)
        return value

    @field_validator("talk", "wrap_up")
    @classmethod
    def takes_no_day(cls, value: Any) -> Any:
        """Talk and wrap-up take less than a day; a longer mean is a wrong unit."""
        not_absurd(value)
        return value

    @property
    def busyness_shape(self) -> float | None:
        """Shape of the call type's own factor a day; None where it does not vary."""
        return self.busyness.gamma_shape if self.busyness else None


def own_hours(day: Hours, opens: float | None, closes: float | None) -> Hours:
    """A call type's hours: its own where it has them, else the day's."""
    return Hours(
        day.opens if opens is None else opens,
        day.closes if closes is None else closes,
        day.interval,
    )


def within(time: float, day: Hours, opens: float, key: str) -> float:
    """A time of a call type's own hours on the clock of the day; refused outside the day's."""
    placed = time if time >= day.opens else time + DAY
    if not day.opens <= placed <= day.closes:
        hours = f"{format_clock(day.opens)} to {format_clock(day.closes)}"
        raise wrong(f"{format_clock(time)} is outside the day's hours, {hours}")
    if key == "closes" and placed <= opens:
        raise wrong("it closes before it opens", "a later time is meant")
    if key == "opens" and placed == day.closes:
        raise wrong("it opens when the line closes", "an earlier time is meant")
    return placed


def own_days(
    days: Sequence[CalendarDay],
    opens: float | None,
    closes: float | None,
    on: Mapping[str, CallTypeOn],
) -> tuple[CalendarDay, ...]:
    """The days on which a call type is open, with its hours: its own within those of the line."""
    found = []
    for day in days:
        other = on.get(day.name, CallTypeOn())
        starts = opens if other.opens is None else other.opens
        ends = closes if other.closes is None else other.closes
        line = day.own
        hours = own_hours(line, starts, ends)
        if day.name:
            start, end = max(hours.opens, line.opens), min(hours.closes, line.closes)
            hours = hours._replace(opens=start, closes=end)
        if hours.opens < hours.closes:
            moved = hours._replace(
                opens=hours.opens + day.midnight, closes=hours.closes + day.midnight
            )
            found.append(day._replace(hours=moved))
    return tuple(found)


def placed_on(day: CalendarDay, other: CallTypeOn, info: ValidationInfo) -> CallTypeOn:
    """What is other on a weekday, its hours on the clock of the day and its arrivals in them."""
    line = day.own
    found: dict[str, float] = {}
    usual = info.data["opens"]
    start = line.opens if usual is None else usual
    for key in ("opens", "closes"):
        time = getattr(other, key)
        if time is not None:
            with under(key):
                found[key] = within(time, line, found.get("opens", start), key)
    other = other.model_copy(update=found)
    open_days = own_days([day], info.data["opens"], info.data["closes"], {day.name: other})
    if other.arrivals is not None:
        with under("arrivals"):
            other.arrivals.check(open_days, surroundings(info))
    return other
