"""Operator groups: skills, and who is there when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PlainValidator,
    PrivateAttr,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from sim.scenario.roster import ROSTER_SCHEMA, RosterRow, best_day, read_roster
from sim.scenario.values import (
    LIST_OR_NAMES,
    NOT_EMPTY,
    ONE_OR_LIST,
    Clock,
    Duration,
    Flag,
    Hours,
    LongerThanZero,
    Money,
    Name,
    Number,
    Part,
    SchemaOr,
    Share,
    Whole,
    Wrong,
    pieces_needed,
    pieces_wrong,
    refuse_all,
    shown,
    surroundings,
    wrong,
)
from sim.times import DAY, format_clock

if TYPE_CHECKING:
    from typing import Self

MOST_OPERATORS = 100_000


class Skill(Part):
    """How a group serves one call type."""

    rank: Whole = 1
    """A group with takes = "ranked" serves the lowest rank first."""
    handling_factor: Annotated[Number, Field(gt=0, le=1000)] = 1.0
    """Multiplies talk and wrap-up: 0.8 is a fifth quicker."""
    after: Duration = 0.0
    """Only callers who have waited this long."""
    reserve: Whole = 0
    """Only while more than this many operators of the group are idle."""
    resolves: Share | None = None
    """Share of these calls after which nobody has to phone again; 1 - repeat.share by default."""


class Break(Part):
    """A break, which the operators of a shift take in turns."""

    at: Annotated[tuple[Clock, ...], SchemaOr("one"), ONE_OR_LIST, NOT_EMPTY]
    """When it is due; operators take turns by number."""
    lasts: LongerThanZero
    """How long it lasts."""
    paid: Flag = False
    """Whether it is paid."""


class Shift(Part):
    """Operators who come and go together."""

    operators: Annotated[Whole, Field(le=MOST_OPERATORS)]
    """How many operators."""
    from_: Clock = Field(alias="from")
    """When they come."""
    to: Clock
    """When they go; a time before `from` is on the next day."""
    breaks: tuple[Break, ...] = ()
    """Breaks, each at one time or at several in turns."""

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
        """The shift and its breaks stand on the running clock of the day."""
        day = surroundings(info).day
        moved = best_day(self.from_, self.to, day) if day else 0.0
        start, end = self.from_ + moved, self.to + moved
        placed, problems = [], []
        for number, rest in enumerate(self.breaks):
            at = tuple(within_shift(time, start, end) for time in rest.at)
            for place, (time, found) in enumerate(zip(rest.at, at, strict=True)):
                if found is None:
                    shift = f"{format_clock(start)} to {format_clock(end)}"
                    what = f"the break at {format_clock(time)} is outside its shift, {shift}"
                    problems.append(Wrong(("breaks", number, "at", place), what))
            placed.append(rest.model_copy(update={"at": at}))
        refuse_all(problems)
        return self.model_copy(update={"from_": start, "to": end, "breaks": tuple(placed)})


def within_shift(time: float, start: float, end: float) -> float | None:
    """The time of day on the running clock within [start, end), or None when it is outside."""
    for moved in (0.0, DAY):
        if start <= time + moved < end:
            return time + moved
    return None


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


class Group(Part):
    """Operators with the same skills and pay."""

    skills: Annotated[
        dict[Name, Skill],
        SchemaOr("names"),
        BeforeValidator(skills_by_name),
        NOT_EMPTY,
    ]
    """Call types the group serves: a list of names, or a table with what is special to each."""
    takes: Literal["longest_wait", "ranked"] = "longest_wait"
    """Whom a free operator takes: who waits longest, or the lowest rank of skill first."""
    reserve_for_holding: Annotated[Whole, Field(le=MOST_OPERATORS)] = 0
    """A callback is made only while more than this many operators of the group are idle."""
    wage: Money = 0.0
    """Per paid hour."""
    overtime_wage: Money = Field(default_factory=lambda known: float(known.get("wage", 0.0)))
    """Per hour of overtime; the wage by default."""
    on_costs: Annotated[Number, Field(ge=0, le=10)] = 0.0
    """Employer's share: an hour costs wage x (1 + on_costs)."""
    contract_hours: Annotated[Number, Field(gt=0, le=168)] = 37.5
    """Paid hours a week of a full-time operator."""
    absence: Share = 0.0
    """Chance of each operator to be away that day."""
    absence_paid: Flag = True
    """Whether who is away is paid."""
    shifts: Annotated[dict[Name, Shift], SchemaOr("list"), LIST_OR_NAMES, NOT_EMPTY] | None = None
    """Shifts by name, or an unnamed list."""
    every: LongerThanZero | None = None
    """Length of a piece of the headcount; without it a list is by reporting interval."""
    headcount: (
        Annotated[
            tuple[Annotated[Whole, Field(le=MOST_OPERATORS)], ...],
            SchemaOr("one"),
            ONE_OR_LIST,
            NOT_EMPTY,
        ]
        | None
    ) = None
    """Seats instead of persons: a number, or a list as in arrivals."""
    roster: Annotated[
        tuple[RosterRow, ...] | None, PlainValidator(read_roster), WithJsonSchema(ROSTER_SCHEMA)
    ] = None
    """Duty of each operator from a CSV with the columns operator, start, end and activity."""
    _headcount_every: float = PrivateAttr(default=0.0)

    @field_validator("headcount")
    @classmethod
    def fills_the_day(cls, seats: tuple[int, ...] | None, info: ValidationInfo) -> Any:
        """The pieces fill the open hours exactly; one number is for all of them."""
        day, every = surroundings(info).day, info.data.get("every")
        if seats is None or day is None or "every" not in info.data:
            return seats
        if len(seats) == 1:
            needed = pieces_needed(day, every) if every else 1
            return seats * (needed or refuse_pieces(day, 1, every))
        problem = pieces_wrong(day, len(seats), every)
        return refuse_pieces(day, len(seats), every) if problem else seats

    @model_validator(mode="after")
    def there_in_one_way(self, info: ValidationInfo) -> Self:
        """Exactly one of shifts, headcount and roster says who is there."""
        ways = [name for name in ("shifts", "headcount", "roster") if getattr(self, name)]
        if not ways:
            raise wrong("does not say who is there", "shifts, headcount or roster is meant")
        if len(ways) > 1:
            raise wrong(f"has {' and '.join(ways)} at once", "one of them is meant")
        if self.every is not None and not self.headcount:
            refuse_all([Wrong(("every",), "goes with headcount only")])
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
            return max(self.headcount)
        return len({row.operator for row in self.roster or ()})


def refuse_pieces(day: Hours, count: int, every: float | None) -> int:
    """Say how many pieces would fill the open hours."""
    needed = pieces_needed(day, every or day.interval)
    meant = f"{needed} numbers are meant" if needed else "`every` must divide the open hours"
    raise wrong(pieces_wrong(day, count, every), meant)
