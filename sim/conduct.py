"""What callers of each type do beside waiting and talking, as plain arrays that engines read.

Everything here is neutral by default: a scenario that says nothing of it has nobody who balks,
phones again or is phoned, and messages that do not depend on the queue.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]

STEPS = 10
"""A promise can be broken by so many started minutes; further ones change nothing."""

PLAIN, POSITION, EXPECTED_WAIT, CALLBACK_OFFER = range(4)
"""What a message says, as far as it matters to an engine."""

QUEUE_LENGTH, HEAD_OF_LINE, LAST_TO_ENTER_SERVICE, PERCENTILE = range(4)
"""How an announced wait is estimated."""


class Conduct(NamedTuple):
    """Rules of each call type; T types, G groups."""

    opens: Floats
    """When each type opens, in s on the running clock; shape (T,)."""
    closes: Floats
    """When each type closes; a follow-up from then on is lost."""
    keeps_place: Flags
    """Whether a transfer from each type keeps the place in the queue; shape (T,)."""
    resolves: Floats
    """Share of contacts after which nobody phones again, by type * G + group."""
    per_minute: Floats
    """Seconds of talk added for each minute waited; shape (T,)."""
    past_promise: Floats
    """Seconds of talk added for each minute past the announced wait; shape (T,)."""
    mean_handling: Floats
    """Mean talk and wrap-up of each type in s, before factors of groups; shape (T,)."""
    called_back: Flags
    """Whether callers of a type can be called back; shape (T,)."""
    dial: Floats
    """Seconds that a try takes; shape (T,)."""
    again: Floats
    """Seconds from a try in vain to the next; shape (T,)."""
    tries: Ints
    """Tries in all; shape (T,)."""
    balk_from: Ints
    """Type t has the steps `balk_from[t]` to `balk_from[t + 1] - 1`; shape (T + 1,)."""
    balk_position: Ints
    """From this position on; ascending within a type."""
    balk_share: Floats
    """... this share does not stay."""
    for_holding: Ints
    """Operators of each group that callbacks leave to those who hold the line; shape (G,)."""
    queue_limit: int
    """At most so many wait on the line; -1: no limit."""
    per_operator: float
    """At most so many wait for each operator on duty; inf: no limit."""


class Announcements(NamedTuple):
    """Messages of the types whose programme depends on the queue, and what they change."""

    by_queue: Flags
    """Whether the programme of each type depends on the queue; shape (T,)."""
    at_once: Floats
    """Cumulative hazard of who hangs up at once, by type; shape (T,)."""
    filler: Floats
    """Hazard multiplier of what plays between messages, by type; shape (T,)."""
    message_from: Ints
    """Type t has the messages `message_from[t]` to `message_from[t + 1] - 1`; shape (T + 1,)."""
    says: Ints
    """PLAIN, POSITION, EXPECTED_WAIT or CALLBACK_OFFER; one a message."""
    at: Floats
    """Wait in s after which a message is heard first."""
    every: Floats
    """Seconds after which it is heard again; inf: once."""
    jump: Floats
    """Cumulative hazard added by each hearing, -log(1 - hang_up)."""
    effect: Floats
    """Hazard multiplier from here on; NaN: the message leaves it as it is."""
    estimate: Ints
    """QUEUE_LENGTH, HEAD_OF_LINE, LAST_TO_ENTER_SERVICE or PERCENTILE."""
    quantile_from: Ints
    """Where the message's quantiles by position begin in `quantiles`; there are `quantile_size`."""
    round_to: Floats
    """What is announced is a multiple of this many s; 0: as estimated."""
    may_go_back: Flags
    """Whether an announced position may be worse than the one before."""
    over: Floats
    """A callback is offered only where a longer wait is expected, in s; -1: always."""
    broken: Floats
    """Hazard multiplier after k started minutes past the promise, by message * (STEPS + 1) + k."""
    promises: Flags
    """Whether a message is a promise that can be broken (`broken` is not 1 throughout)."""
    level_from: Ints
    """Message m has the levels `level_from[m]` to `level_from[m + 1] - 1`; shape (M + 1,)."""
    up_to: Floats
    """Upper end of each level, in s or places; the last of a message is inf."""
    level_jump: Floats
    """Cumulative hazard added on hearing a level."""
    level_effect: Floats
    """Hazard multiplier while a level is the last one heard."""
    quantiles: Floats
    """Quantiles of the time until so many unit-rate services are done, one a position."""
    quantile_size: int
    """Positions in a table of quantiles; beyond them the last step goes on."""


class Hazards(NamedTuple):
    """Cumulative hazards of waiting, each piecewise linear or made of steps."""

    start: Ints
    """Hazard h has the breakpoints `start[h]` to `start[h + 1] - 1`; shape (H + 1,)."""
    time: Floats
    """Seconds of waiting at each breakpoint, ascending; the first of a smooth one is 0."""
    level: Floats
    """Cumulative hazard there; of steps, the step itself included."""
    slope: Floats
    """Hazard per s beyond the last breakpoint; shape (H,)."""
    steps: Flags
    """Whether a hazard is made of steps, which no message scales; shape (H,)."""


def no_conduct(types: int, groups: int, opens: float, closes: float) -> Conduct:
    """Callers who do nothing beside waiting and talking."""
    return Conduct(
        opens=np.full(types, opens),
        closes=np.full(types, closes),
        keeps_place=np.zeros(types, np.bool_),
        resolves=np.ones(types * groups),
        per_minute=np.zeros(types),
        past_promise=np.zeros(types),
        mean_handling=np.zeros(types),
        called_back=np.zeros(types, np.bool_),
        dial=np.zeros(types),
        again=np.zeros(types),
        tries=np.zeros(types, np.int32),
        balk_from=np.zeros(types + 1, np.int32),
        balk_position=np.zeros(0, np.int32),
        balk_share=np.zeros(0),
        for_holding=np.zeros(groups, np.int32),
        queue_limit=-1,
        per_operator=np.inf,
    )


def no_announcements(types: int) -> Announcements:
    """Messages that do not depend on the queue."""
    whole, floats, flags = np.zeros(0, np.int32), np.zeros(0), np.zeros(0, np.bool_)
    return Announcements(
        by_queue=np.zeros(types, np.bool_),
        at_once=np.zeros(types),
        filler=np.ones(types),
        message_from=np.zeros(types + 1, np.int32),
        says=whole, at=floats, every=floats, jump=floats, effect=floats, estimate=whole,
        quantile_from=whole, round_to=floats, may_go_back=flags, over=floats, broken=floats,
        promises=flags, level_from=np.zeros(1, np.int32), up_to=floats, level_jump=floats,
        level_effect=floats, quantiles=floats, quantile_size=0,
    )  # fmt: skip


def no_hazards() -> Hazards:
    """No hazard at all."""
    return Hazards(np.zeros(1, np.int32), np.zeros(0), np.zeros(0), np.zeros(0),
                   np.zeros(0, np.bool_))  # fmt: skip
