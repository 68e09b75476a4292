"""Operators as persons: how quick they are, what they have learnt, when they are at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from sim.scenario.laws import PlainLaw, not_absurd
from sim.scenario.values import Duration, LongerThanZero, Number, Part, Share, Whole, wrong

if TYPE_CHECKING:
    from typing import Self

Picks = Literal["longest_idle", "least_occupied", "random", "in_order", "fastest", "slowest"]
"""Which of the idle operators of a group goes first."""

MOST_CV = 10
SLOWEST = 100


class Pace(Part):
    """A factor of each operator on talk and wrap-up, lognormal with mean 1."""

    cv: Annotated[Number, Field(ge=0, le=MOST_CV)]
    """Coefficient of variation; each operator's factor is drawn once."""


class Learning(Part):
    """New operators are slower, the less so the longer they have been there."""

    new: Annotated[Number, Field(ge=1, le=SLOWEST)]
    """What talk and wrap-up of somebody new are multiplied by."""
    halves_in: LongerThanZero
    """Time in which half of what is above 1 goes: 1 + (new - 1) x 2^(-tenure / halves_in)."""
    tenure: PlainLaw
    """How long operators have been there, drawn once for each."""


class Late(Part):
    """Operators who are late at the desk; the time is paid."""

    share: Share
    """Chance of each operator to be late that day."""
    by: PlainLaw
    """How late."""

    @field_validator("by")
    @classmethod
    def takes_no_day(cls, law: Any) -> Any:
        """Nobody is a day late; a longer mean is a wrong unit."""
        not_absurd(law)
        return law


class OpensWhen(Part):
    """A group that takes a call type only while a condition holds."""

    queue_above: Whole | None = None
    """Only while more than so many of the call type wait."""
    wait_above: Duration | None = None
    """Only while the wait expected is longer: waiting x mean handling / operators on duty."""

    @model_validator(mode="after")
    def one_way(self) -> Self:
        """queue_above or wait_above, not both."""
        if (self.queue_above is None) == (self.wait_above is None):
            both = "has queue_above and wait_above at once"
            what = both if self.queue_above is not None else "is an empty table"
            raise wrong(what, "queue_above or wait_above is meant")
        return self
