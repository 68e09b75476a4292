"""Operator groups: skills, and who is there when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    PrivateAttr,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from sim.scenario.crew import Late, Learning, OpensWhen, Pace, Picks
from sim.scenario.days import Weekday, days_missing, each_once, names_of
from sim.scenario.menu import MenuShift
from sim.scenario.pay import Premium, Shrinkage, one_number
from sim.scenario.roster import ROSTER_SCHEMA, RosterRow, read_roster
from sim.scenario.shifts import MOST_OPERATORS, Shift
from sim.scenario.values import (
    LIST_OR_NAMES,
    NOT_EMPTY,
    ONE_OR_LIST,
    CalendarDay,
    Duration,
    Flag,
    LongerThanZero,
    Money,
    Name,
    Number,
    Part,
    SchemaOr,
    Share,
    SomeText,
    Whole,
    Wrong,
    pieces_needed,
    pieces_wrong,
    refuse_all,
    shown,
    surroundings,
    wrong,
)

if TYPE_CHECKING:
    from typing import Self

Seats = Annotated[
    tuple[Annotated[Whole, Field(le=MOST_OPERATORS)], ...], SchemaOr("one"), ONE_OR_LIST, NOT_EMPTY
]


class Skill(Part):
    """How a group serves one call type."""

    rank: Whole = 1
    """A group with takes = "ranked" serves the lowest rank first."""
    handling_factor: Annotated[Number, Field(gt=0, le=1000)] = 1.0
    """Multiplies talk and wrap-up: 0.8 is a fifth quicker."""
    wrap_up: Duration | None = None
    """Mean wrap-up of this group, factor included; by default the call type's x the factor."""
    after: Duration = 0.0
    """Only callers who have waited this long."""
    reserve: Whole = 0
    """Only while more than this many operators of the group are idle."""
    opens_when: OpensWhen | None = None
    """Only while many wait, or the wait expected is long."""
    resolves: Share | None = None
    """Share of these calls after which nobody has to phone again; 1 - repeat.share by default."""


def skills_by_name(value: Any) -> Any:
    """A list of call types is a table of skills with nothing special to them."""
    if isinstance(value, str):
        raise wrong(f"{shown(value)} is not a list", f"skills = [{shown(value)}] is meant")
    if not isinstance(value, list):
        return value
    for place, name in enumerate(value):
        if not isinstance(name, str):
            what = f"{shown(name)} is not the name of a call type"
            refuse_all([Wrong((place,), what, 'skills = ["cards", "deposits"] is meant')])
        if name in value[:place]:
            refuse_all([Wrong((place,), f'"{name}" is there twice')])
    return {name: {} for name in value}


class GroupOn(Part):
    """Other seats on a weekday."""

    every: LongerThanZero | None = None
    """Length of a piece of the headcount; without it a list is by reporting interval."""
    headcount: Seats
    """Seats on that day."""


class Group(Part):
    """Operators with the same skills and pay."""

    skills: Annotated[
        dict[Name, Skill],
        SchemaOr("names"),
        BeforeValidator(skills_by_name),
        NOT_EMPTY,
    ]
    """Call types the group serves: a list of names, or a table with what is special to each."""
    takes: Literal["longest_wait", "ranked", "longest_queue"] = "longest_wait"
    """Whom a free operator takes: who waits longest, or the lowest rank of skill first, or of the
    longest queue."""
    picks: Picks = "longest_idle"
    """Which of its idle operators answers: the one idle longest, the one least occupied so far,
    any at random, the first in order, the fastest or the slowest."""
    ring: Duration = 0.0
    """How long it rings at the operator's desk before the talk."""
    knows: Annotated[tuple[SomeText, ...], AfterValidator(each_once)] | None = None
    """Procedures they know; all by default. Who needs another one is not helped."""
    reserve_for_holding: Annotated[Whole, Field(le=MOST_OPERATORS)] = 0
    """A callback is made only while more than this many operators of the group are idle."""
    wage: Money = 0.0
    """Per paid hour."""
    overtime_wage: Money = Field(default_factory=lambda known: float(known.get("wage", 0.0)))
    """Per hour of overtime; the wage by default."""
    standby_wage: Money = 0.0
    """Per hour on call and not called."""
    premiums: tuple[Premium, ...] = ()
    """What is added to the wage at some hours or on some days."""
    on_costs: Annotated[Number, Field(ge=0, le=10)] = 0.0
    """Employer's share: an hour costs wage x (1 + on_costs)."""
    contract_hours: Annotated[Number, Field(gt=0, le=168)] = 37.5
    """Paid hours a week of a full-time operator."""
    absence: Share = 0.0
    """Chance of each operator to be away that day."""
    absence_paid: Flag = True
    """Whether who is away is paid."""
    late: Late | None = None
    """Operators who are late at the desk."""
    pace: Pace | None = None
    """Some operators are quicker than others."""
    learning: Learning | None = None
    """New operators are slower."""
    stays: Duration = 0.0
    """How long past the end of duty operators stay while somebody waits whom they may serve."""
    shifts: Annotated[dict[Name, Shift], SchemaOr("list"), LIST_OR_NAMES, NOT_EMPTY] | None = None
    """Shifts by name, or an unnamed list."""
    menu: Annotated[dict[Name, MenuShift], SchemaOr("list"), LIST_OR_NAMES, NOT_EMPTY] | None = None
    """Shifts that `waitline shifts` may build; it changes nothing else."""
    every: LongerThanZero | None = None
    """Length of a piece of the headcount; without it a list is by reporting interval."""
    on: dict[Weekday, GroupOn] = Field(default_factory=dict)
    """Other seats on a weekday: on.Sat = { headcount = 2 }."""
    headcount: Seats | None = None
    """Seats instead of persons: a number, or a list as in arrivals."""
    roster: Annotated[
        tuple[RosterRow, ...] | None, PlainValidator(read_roster), WithJsonSchema(ROSTER_SCHEMA)
    ] = None
    """Duty of each operator from a CSV with the columns operator, start, end and activity."""
    shrinkage: Annotated[Shrinkage, SchemaOr("share"), BeforeValidator(one_number)] | None = None
    """Paid time off the phone that is planned for and not simulated: one number, or parts."""
    _headcount_every: float = PrivateAttr(default=0.0)

    @field_validator("on")
    @classmethod
    def on_days_simulated(cls, on: dict[str, GroupOn], info: ValidationInfo) -> dict[str, GroupOn]:
        """Other seats are of days that are simulated, and fill them exactly."""
        days = surroundings(info).days
        refuse_all(days_missing(on, names_of(days)) if days else ())
        own = [(day, on[day.name]) for day in days if day.name in on]
        refuse_all(
            odd._replace(where=(day.name, "headcount"))
            for day, other in own
            for odd in unfilled(other.headcount, other.every, day)
        )
        return on

    @field_validator("headcount")
    @classmethod
    def fills_the_day(cls, seats: tuple[int, ...] | None, info: ValidationInfo) -> Any:
        """The pieces fill the open hours exactly; one number is for all of them."""
        around, every = surroundings(info), info.data.get("every")
        if seats is None or around.day is None or not {"every", "on"} <= set(info.data):
            return seats
        plain = [day for day in around.days if day.name not in info.data["on"]]
        for odd in (odd for day in plain for odd in unfilled(seats, every, day)):
            raise wrong(odd.what, odd.meant)
        pieces = pieces_needed(around.day, every) if every and len(seats) == 1 else None
        return seats * (pieces or 1)

    @field_validator("shrinkage")
    @classmethod
    def once(cls, shrinkage: Shrinkage | None, info: ValidationInfo) -> Shrinkage | None:
        """What is simulated is not planned for once more."""
        if shrinkage is not None:
            shrinkage.refuse_twice(dict(simulated_parts(info.data)))
        return shrinkage

    @model_validator(mode="after")
    def there_in_one_way(self, info: ValidationInfo) -> Self:
        """Exactly one of shifts, headcount and roster says who is there."""
        ways = [name for name in ("shifts", "headcount", "roster") if getattr(self, name)]
        if not ways:
            raise wrong("does not say who is there", "shifts, headcount or roster is meant")
        if len(ways) > 1:
            raise wrong(f"has {' and '.join(ways)} at once", "one of them is meant")
        if not self.headcount:
            needless: list[tuple[str, Any]] = [("every", self.every), ("on", self.on)]
            refuse_all(
                Wrong((key,), "goes with headcount only") for key, value in needless if value
            )
        else:
            needless = [("late", self.late), ("stays", self.stays)]
            what = "does not go with seats, which have no duty that begins or ends"
            refuse_all(Wrong((key,), what) for key, value in needless if value)
        if not self.size:
            raise wrong("nobody is ever there", "at least one operator at some time is meant")
        day = surroundings(info).day
        if self.headcount and day:
            self._headcount_every = (day.closes - day.opens) / len(self.headcount)
        return self

    @property
    def headcount_every(self) -> float:
        """Length of a piece of the headcount in seconds."""
        return self._headcount_every

    @property
    def keeps_everyone(self) -> bool:
        """Whether all operators are kept for those holding, so that none makes a callback."""
        return 0 < self.reserve_for_holding >= self.size

    @property
    def size(self) -> int:
        """Operators of the group: persons, or the most seats."""
        if self.shifts is not None:
            return sum(shift.operators for shift in self.shifts.values())
        if self.headcount is not None:
            others = (other.headcount for other in self.on.values())
            return max(max(seats) for seats in (self.headcount, *others))
        return len({row.operator for row in self.roster or ()})

    def seats_on(self, day: CalendarDay) -> Iterator[tuple[float, int]]:
        """When the number of seats changes on a day, on the running clock, and to what."""
        seats = self.on[day.name].headcount if day.name in self.on else self.headcount or ()
        length = (day.hours.closes - day.hours.opens) / len(seats)
        for piece, number in enumerate(seats):
            if piece == 0 or number != seats[piece - 1]:
                yield day.hours.opens + piece * length, number


def simulated_parts(group: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Parts of shrinkage that a group simulates, each with the key that says so."""
    if group.get("absence"):
        yield "absence", "`absence`"
    if group.get("late") is not None and group["late"].share:
        yield "adherence", "`late`"
    shifts = (group.get("shifts") or {}).values()
    held = {str(meeting.what) for shift in shifts for meeting in shift.meetings}
    held |= {row.activity for row in group.get("roster") or ()}
    for what, part in (("meeting", "meetings"), ("training",) * 2, ("coaching",) * 2):
        if what in held:
            yield part, f"a {what} of {'a shift' if shifts else 'the roster'}"


def unfilled(seats: tuple[int, ...], every: float | None, day: CalendarDay) -> Iterator[Wrong]:
    """A headcount whose pieces do not fill the open hours of a day; one number always does."""
    needed = pieces_needed(day.own, every or day.own.interval)
    fits = needed == len(seats) or (len(seats) == 1 and (needed or not every))
    if not fits:
        meant = f"{needed} numbers are meant" if needed else "`every` must divide the open hours"
        what = pieces_wrong(day.own, len(seats), every)
        yield Wrong((), f"{what} on {day.name}" if day.name else what, meant)
