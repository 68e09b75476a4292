"""Hold messages: what waiting callers hear, when, and what it does to them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from sim.scenario.values import (
    DURATION_SCHEMA,
    LIST_OR_NAMES,
    NOT_EMPTY,
    Duration,
    Factor,
    Flag,
    LongerThanZero,
    Name,
    Number,
    Part,
    SchemaOr,
    Share,
    Wrong,
    listed,
    read_duration,
    refuse_all,
    shown,
    wrong,
)
from sim.times import format_duration

if TYPE_CHECKING:
    from typing import Self

MOST_MESSAGES = 256
MOST_PROMISE = 1000
"""The largest `broken_promise`: ten steps of it are still a number."""


class Filler(Part):
    """What plays between messages."""

    patience: Factor = 1.0
    """Multiplies the hazard of hanging up; music is 1."""


def read_end(end: Any) -> int | float:
    """The upper end of a level: a place in the queue stays whole, a duration is in seconds."""
    if isinstance(end, bool) or not isinstance(end, (int, float)):
        return read_duration(end)
    if isinstance(end, float) or not 1 <= end <= 10**9:
        raise wrong(f"{shown(end)} is not a place in the queue", "a whole number from 1 is meant")
    return end


ENDS_SCHEMA = {
    "type": "array",
    "minItems": 1,
    "items": {"anyOf": [{"type": "integer", "minimum": 1}, DURATION_SCHEMA]},
}


class Levels(Part):
    """Effects of an announcement by what is announced."""

    up_to: Annotated[tuple[Any, ...], NOT_EMPTY, WithJsonSchema(ENDS_SCHEMA)]
    """Upper ends: durations for an expected wait, whole numbers for a position."""
    hang_up: tuple[Share, ...] | None = None
    """Share that hangs up on hearing each level."""
    patience: tuple[Factor, ...] | None = None
    """Hazard multiplier of each level."""

    @field_validator("up_to")
    @classmethod
    def rising(cls, ends: tuple[Any, ...]) -> tuple[int | float, ...]:
        """The upper ends are of one kind, and rise."""
        read = tuple(read_end(end) for end in ends)
        if len({type(end) for end in read}) > 1:
            raise wrong("durations and places in one list", "durations or whole numbers are meant")
        if any(not later > sooner for sooner, later in pairwise(read)):
            raise wrong("the levels are not in order", "each `up_to` is above the last")
        return read

    @model_validator(mode="after")
    def as_many(self) -> Self:
        """There is one effect more than upper ends."""
        needed = len(self.up_to) + 1
        refuse_all(
            Wrong((key,), f"has {len(effects)} values", f"{needed}: one more than up_to")
            for key, effects in (("hang_up", self.hang_up), ("patience", self.patience))
            if effects is not None and len(effects) != needed
        )
        return self

    def refuse_other_kind(self, says: str | None) -> None:
        """Positions have levels in whole numbers, expected waits have them in durations."""
        whole = isinstance(self.up_to[0], int)
        if says == "position" and not whole:
            meant = "whole numbers from 1, such as [3, 10], are meant"
            refuse_all([Wrong(("up_to",), "durations are no positions", meant)])
        if says == "expected_wait" and whole:
            meant = 'durations, such as ["1 min", "5 min"], are meant'
            refuse_all([Wrong(("up_to",), "numbers are no durations", meant)])

    @property
    def hang_ups(self) -> tuple[float, ...]:
        """Share that hangs up on hearing each level; 0 where nothing is said."""
        return self.hang_up or (0.0,) * (len(self.up_to) + 1)

    @property
    def patiences(self) -> tuple[float, ...]:
        """Hazard multiplier of each level; 1 where nothing is said."""
        return self.patience or (1.0,) * (len(self.up_to) + 1)


class Percentile(Part):
    """The announced wait as a quantile."""

    percentile: Annotated[Share, Field(gt=0, lt=1)]
    """Share of callers who wait no longer than is announced."""


def way_of(value: Any) -> str:
    """Whether an estimate is written as a table or by its name."""
    return "<table>" if isinstance(value, (Mapping, Percentile)) else "<name>"


Estimator = Literal["queue_length", "head_of_line", "last_to_enter_service"]
Estimate = Annotated[
    Annotated[Estimator, Tag("<name>")] | Annotated[Percentile, Tag("<table>")],
    Discriminator(way_of),
]
"""How an announced wait is estimated."""

Says = Literal["apology", "advert", "information", "position", "expected_wait", "callback_offer"]
BY_QUEUE = ("position", "expected_wait", "callback_offer")
"""What depends on the queue, so that the wait until hang-up is not known beforehand."""

OWNERS = {
    "estimate": ("expected_wait", "callback_offer"),
    "round_to": ("expected_wait", "callback_offer"),
    "levels": ("position", "expected_wait"),
    "broken_promise": ("expected_wait",),
    "may_go_back": ("position",),
    "when_wait_over": ("callback_offer",),
}
"""Keys that only some messages have."""


class Message(Part):
    """One hold message."""

    says: Says
    """What it is."""
    at: Duration = 0.0
    """After how long a wait it is heard first."""
    every: LongerThanZero | None = None
    """After how long it is heard again; once without it."""
    hang_up: Share = 0.0
    """Share of callers who hang up on each hearing."""
    patience: Factor | None = None
    """Hazard multiplier from here on, until a message with another."""
    estimate: Estimate = "queue_length"
    """How the announced wait is estimated: by a name, or { percentile = 0.9 }."""
    round_to: LongerThanZero | None = None
    """The announced wait is rounded to a multiple of this; not rounded without it."""
    levels: Levels | None = None
    """Effects by what is announced."""
    broken_promise: Annotated[Number, Field(ge=0, le=MOST_PROMISE)] = 1.0
    """Hazard multiplier for each started minute past the announced wait, ten at most."""
    may_go_back: Flag = False
    """Whether the announced position may be a later one than was announced before."""
    when_wait_over: Duration | None = None
    """Offer a callback only when the wait is expected to be longer."""

    @field_validator(*OWNERS)
    @classmethod
    def fits_what_it_says(cls, value: Any, info: ValidationInfo) -> Any:
        """Keys of announcements belong to announcements, and levels are of what is announced."""
        says, owners = info.data.get("says"), OWNERS[str(info.field_name)]
        if says is not None and says not in owners:
            has = f"{listed(owners, 'and')} {'has' if len(owners) == 1 else 'have'} it"
            raise wrong(f'does not go with says = "{says}"', has)
        if isinstance(value, Levels):
            value.refuse_other_kind(says)
        return value

    @field_validator("every")
    @classmethod
    def not_too_often(cls, every: float | None) -> float | None:
        """A message takes time to be heard."""
        if every is not None and every < 1:
            raise wrong(f"{format_duration(every)} is too often", '"1 s" or longer is meant')
        return every

    @property
    def by_queue(self) -> bool:
        """Whether what is said depends on the queue."""
        return self.says in BY_QUEUE


class Programme(Part):
    """What waiting callers hear."""

    filler: Filler = Filler()
    """What plays between messages."""
    messages: Annotated[dict[Name, Message], SchemaOr("list"), LIST_OR_NAMES, NOT_EMPTY] = Field(
        default_factory=dict
    )
    """Messages by name, or an unnamed list; 256 at most."""

    @field_validator("messages")
    @classmethod
    def not_too_many(cls, messages: dict[str, Message]) -> dict[str, Message]:
        """A programme has so many messages at most."""
        if len(messages) > MOST_MESSAGES:
            what = f"{len(messages)} messages in one programme"
            raise wrong(what, f"at most {MOST_MESSAGES} are meant")
        return messages

    @property
    def by_queue(self) -> bool:
        """Whether anything that is said depends on the queue."""
        return any(message.by_queue for message in self.messages.values())
