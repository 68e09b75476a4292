"""What becomes of a contact beside waiting and talk: menus, balking, phoning again, callbacks."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from sim.scenario.laws import PlainLaw, not_absurd
from sim.scenario.values import (
    NOT_EMPTY,
    Duration,
    Factor,
    Flag,
    LongerThanZero,
    Part,
    Share,
    SomeText,
    Whole,
    Wrong,
    refuse_all,
    wrong,
)

if TYPE_CHECKING:
    from typing import Self


class Queue(Part):
    """How many callers may wait on the line."""

    limit: Annotated[Whole, Field(le=10_000_000)] | None = None
    """Callers who may wait, all call types together; who would be one more is blocked."""
    per_operator: Factor | None = None
    """The same as a multiple of the operators on duty."""

    @model_validator(mode="after")
    def one_way(self) -> Self:
        """limit or per_operator, not both."""
        if (self.limit is None) == (self.per_operator is None):
            both = "has limit and per_operator at once"
            what = both if self.limit is not None else "is an empty table"
            raise wrong(what, "limit or per_operator is meant")
        return self


class Priority(Part):
    """Who is taken before whom."""

    class_: Whole = Field(default=1, alias="class")
    """The lower class is taken first."""
    head_start: Duration = 0.0
    """Counts as if the caller had waited this much longer."""
    growth: Factor = 1.0
    """How fast a place in the queue grows with the wait; 1 is first come, first served."""


class Ivr(Part):
    """Self-service in a menu before the queue; it occupies a telephone line."""

    time: PlainLaw
    """Time in the menu."""
    contained: Share = 0.0
    """Share of calls that are served there and never reach the queue."""

    @field_validator("time")
    @classmethod
    def takes_no_day(cls, law: Any) -> Any:
        """A menu takes less than a day; a longer mean is a wrong unit."""
        not_absurd(law)
        return law


class Balk(Part):
    """Callers who do not join a queue that is too long for them."""

    position: Annotated[tuple[Annotated[Whole, Field(ge=1)], ...], NOT_EMPTY]
    """Places in the queue of the call type, rising; a share holds from its place on."""
    share: Annotated[tuple[Share, ...], NOT_EMPTY]
    """Share that does not stay, for each place."""

    @field_validator("position")
    @classmethod
    def rising(cls, places: tuple[int, ...]) -> tuple[int, ...]:
        """The places rise."""
        if any(not later > sooner for sooner, later in pairwise(places)):
            raise wrong("the places are not in order", "each is above the last: [3, 10], say")
        return places

    @model_validator(mode="after")
    def as_many(self) -> Self:
        """There is one share for each place."""
        places, shares = len(self.position), len(self.share)
        if places != shares:
            refuse_all([Wrong(("share",), f"{shares} shares and {places} places", "one a place")])
        return self


def of_first(key: str) -> Any:
    """A default that is the value of another key of the same table."""
    return lambda known: known.get(key)


def second_attempt(attempts: int, info: ValidationInfo) -> int:
    """One contact at most, and some phone again: the two do not go together."""
    shares = [info.data.get(key) for key in ("share", "later_share", "blocked_share")]
    if attempts < 2 and any(shares):
        what = "1 contact a person, the first included, leaves none to phone again with"
        raise wrong(what, "2 or more is meant, or a share of 0")
    return attempts


Attempts = Annotated[Whole, Field(ge=1, le=1000), AfterValidator(second_attempt)]


class Redial(Part):
    """Callers who did not get through and phone again."""

    after: Annotated[tuple[Literal["abandoned", "blocked", "cut_off"], ...], NOT_EMPTY] = (
        "abandoned",
    )
    """Which outcomes make a caller phone again."""
    share: Share
    """Share of first contacts that phones again."""
    later_share: Share = Field(default_factory=of_first("share"))
    """Share of second and later contacts that does; `share` by default."""
    blocked_share: Share = Field(default_factory=of_first("share"))
    """Share of all contacts that does after a busy tone; `share` by default."""
    delay: PlainLaw
    """After how long."""
    later_delay: PlainLaw = Field(default_factory=of_first("delay"))
    """After how long from the second contact on; `delay` by default."""
    blocked_delay: PlainLaw = Field(default_factory=of_first("delay"))
    """After how long after a busy tone; `delay` by default."""
    attempts: Attempts = 5
    """Contacts of one person at most, the first included."""
    as_: SomeText | None = Field(default=None, alias="as")
    """The call type they phone as; their own by default."""

    @field_validator("blocked_share", "blocked_delay")
    @classmethod
    def after_busy_tones(cls, value: Any, info: ValidationInfo) -> Any:
        """What is said of busy tones needs them in `after`."""
        if "blocked" not in info.data.get("after", ("blocked",)):
            raise wrong('does not go with an `after` without "blocked"', "Add it to `after`")
        return value

    def chance(self, attempt: int) -> float:
        """The largest chance that a contact is followed by another.

        Parameters
        ----------
        attempt : int
            Number of the contact, from 1.

        Returns
        -------
        float
            Over the outcomes in `after`; `attempts` is not looked at.
        """
        unserved = self.share if attempt == 1 else self.later_share
        busy = self.blocked_share if "blocked" in self.after else 0.0
        return max(busy, unserved if set(self.after) != {"blocked"} else 0.0)


class Repeat(Part):
    """Callers whose matter was not resolved and who phone again."""

    share: Share
    """Share of answered calls that is not resolved, where no `resolves` of a skill says else."""
    delay: PlainLaw
    """After how long they phone again."""
    attempts: Attempts = 5
    """Contacts of one person at most, the first included."""


class Transfer(Part):
    """Calls that an operator passes on to another call type."""

    to: SomeText
    """The call type."""
    share: Share
    """Share of answered calls."""
    conference: PlainLaw = Field(default="0 s", validate_default=True)
    """How long the first operator stays on the call after the talk; 0 s is a cold transfer."""
    keeps_place: Flag = False
    """Whether the caller keeps place and priority in the second queue."""

    @field_validator("conference")
    @classmethod
    def takes_no_day(cls, law: Any) -> Any:
        """A conference takes less than a day; a longer mean is a wrong unit."""
        not_absurd(law)
        return law

    @field_validator("keeps_place")
    @classmethod
    def is_made(cls, keeps: bool, info: ValidationInfo) -> bool:
        """Only who is passed on keeps a place."""
        if keeps and info.data.get("share") == 0:
            what = "nobody keeps a place, since the share of calls passed on is 0"
            raise wrong(what, "Leave it out, or give a share above 0")
        return keeps

    @property
    def warm(self) -> bool:
        """Whether the first operator stays on the call for a while."""
        return self.conference.mean > 0


class Callback(Part):
    """Callers who leave the line and are phoned."""

    accepts: Share
    """Share of those it is offered to who accept."""
    reached: Share = 1.0
    """Chance that a try reaches the caller."""
    dial: Duration = 0.0
    """Time to dial."""
    tries: Annotated[Whole, Field(ge=1, le=1000)] = 1
    """Tries in all."""
    again: Duration = 0.0
    """How long after a try in vain the next one is."""
    instead_of_hanging_up: Share = 0.0
    """Share of those about to hang up who ask for a callback instead."""
    promise: LongerThanZero | None = None
    """Latest time promised, after the callback is accepted; nothing is promised without it."""

    @field_validator("reached")
    @classmethod
    def reaches_some(cls, reached: float) -> float:
        """A callback that reaches nobody cannot be made."""
        if reached == 0:
            raise wrong("a callback that reaches nobody cannot be made", "above 0 is meant")
        return reached

    @property
    def made(self) -> bool:
        """Whether anyone is called back."""
        return self.accepts > 0 or self.instead_of_hanging_up > 0


class TalkGrows(Part):
    """Talk that gets longer with the wait."""

    per_minute: Duration = 0.0
    """Added for each minute waited."""
    past_promise: Duration = 0.0
    """Added for each minute past the announced wait."""
