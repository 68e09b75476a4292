"""What operators are paid for: premiums, time that is paid and not worked, days of a year."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, ValidationInfo, field_validator, model_validator

from sim.scenario.days import Weekdays, refuse_missing
from sim.scenario.values import (
    Clock,
    Number,
    Part,
    Positive,
    Wrong,
    refuse_all,
    surroundings,
    wrong,
)

if TYPE_CHECKING:
    from typing import Self

PlannedShare = Annotated[Number, Field(ge=0, lt=1)]
PARTS = ("leave", "absence", "meetings", "training", "coaching", "adherence")


class Premium(Part):
    """What is added to the wage at some hours, or on some days; several add up."""

    from_: Clock | None = Field(default=None, alias="from")
    """From this time of day on; the whole day by default."""
    to: Clock | None = None
    """Until then; a time before `from` is on the next day."""
    days: Weekdays | None = None
    """On these weekdays, from midnight to midnight; all days by default."""
    share: Annotated[Number, Field(ge=0, le=10)]
    """Share of the wage that is added."""

    @field_validator("to")
    @classmethod
    def takes_time(cls, to: float | None, info: ValidationInfo) -> float | None:
        """A premium that ends when it starts is for no time."""
        if to is not None and to == info.data.get("from_"):
            raise wrong("the premium ends when it starts", "a later time is meant")
        return to

    @field_validator("days")
    @classmethod
    def there_is_a_week(cls, days: tuple[str, ...] | None, info: ValidationInfo) -> Any:
        """Weekdays are told apart where days are simulated; a premium may be for others too."""
        known = surroundings(info).days
        if days and known and not known[0].name:
            refuse_missing(days, known)
        return days

    @model_validator(mode="after")
    def at_some_time(self) -> Self:
        """Hours have two ends, and a premium is for some of the time only."""
        if (self.from_ is None) != (self.to is None):
            raise wrong("has only one of from and to", "both are meant")
        if self.from_ is None and self.days is None:
            raise wrong("does not say when", "from and to, or days, are meant; else a higher wage")
        return self


class Shrinkage(Part):
    """Paid time off the phone that is planned for and not simulated, in parts."""

    leave: PlannedShare = 0.0
    """Holidays and days off."""
    absence: PlannedShare = 0.0
    """Illness, where `absence` does not simulate it."""
    meetings: PlannedShare = 0.0
    """Meetings, where none are in a roster."""
    training: PlannedShare = 0.0
    """Training, where none is in a roster."""
    coaching: PlannedShare = 0.0
    """Coaching, where none is in a roster."""
    adherence: PlannedShare = 0.0
    """Time at the desk and not ready, where `late` does not simulate it."""
    whole: PlannedShare | None = None
    """All of it in one number, instead of parts; `shrinkage = 0.30` says the same."""

    @model_validator(mode="after")
    def one_way(self) -> Self:
        """One number or parts, and something is left of the time."""
        if self.whole is not None and self.parts:
            refuse_all([Wrong(("whole",), "stands beside parts", "one number or parts is meant")])
        return self

    @property
    def parts(self) -> dict[str, float]:
        """Each part that is there, by its name; of one number none."""
        return {name: share for name in PARTS if (share := getattr(self, name))}

    @property
    def share(self) -> float:
        """All parts together, 1 - the product of what each leaves."""
        if self.whole is not None:
            return self.whole
        return 1.0 - prod(1.0 - share for share in self.parts.values())

    def refuse_twice(self, simulated: Mapping[str, str]) -> None:
        """Refuse parts that are simulated as well.

        Parameters
        ----------
        simulated : mapping of str to str
            Parts that the group simulates, and the key that says so.
        """
        if self.whole and simulated:
            key = next(iter(simulated.values()))
            raise wrong(
                f"counts twice what {key} simulates",
                "shrinkage in parts is meant, such as { leave = 0.10 }",
            )
        refuse_all(
            Wrong((name,), f"is counted twice: {key} simulates it", "one of the two is meant")
            for name, key in simulated.items()
            if getattr(self, name)
        )


def one_number(value: Any) -> Any:
    """A number stands for all parts together."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return {"whole": value} if number else value


class WorkingYear(Part):
    """How days add up to weeks and years."""

    days_a_week: Annotated[Number, Field(gt=0, le=7)] | None = None
    """Days like these a week; 5, or the number of days simulated, by default."""
    weeks_a_year: Annotated[Positive, Field(le=53)] = 52.0
    """Weeks a year."""
