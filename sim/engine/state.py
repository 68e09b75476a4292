"""What the compiled engine knows of a day: what is given, what changes, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from sim.centre import Routing
from sim.chains import Choices
from sim.conduct import Announcements, Conduct, Hazards
from sim.crewing import Calendar, Crewing
from sim.events import Kind
from sim.outcomes import Outcome, Via

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


def wide(numbers: Iterable[int]) -> tuple[int, ...]:
    """The numbers in 64 bits, which is what an engine hands on.

    Numba compiles a function once for each type that it is called with, and takes a plain 5 for
    a type of its own.
    """
    return tuple(cast(int, np.int64(number)) for number in numbers)


ANSWERED, ABANDONED, BLOCKED, CUT_OFF, CALLBACK_LOST, CONTAINED = wide(Outcome)
DUTY, FREED, OPENED, CLOSING, MESSAGE, HANG_UP, ARRIVAL = wide(Kind)
FIRST_CALL, REDIAL, REPEAT, TRANSFER = wide(Via)
BEFORE, IN_MENU, HOLDING, TO_BE_CALLED, RETURNING, PAST = wide(range(6))
"""Where a contact is; see `sim.engine.day.Stage`."""
AWAY, IDLE, TALKING, WRAPPING_UP, ON_BREAK, DIALLING = wide(range(6))
STARTS, ENDS, BREAK_DUE, SEATS_CHANGE = wide(range(4))
NOTHING, ROSTER, HOURS, ARRIVES, STAFF, CALLER = wide(range(6))
"""Where the next event comes from."""
FIRST, NEVER, KIND = wide((0, -1, 1 << 32))
"""A key is kind * KIND + entity. NEVER is the key of nothing, which is due at inf: lower than
every key, so that an empty heap never ties with it."""
(LINES_BUSY, QUEUED, TO_CALL, AT_REST, CLOSED, PERIOD, CALLER_EVENTS, PRESENCES, BREAKS,
 TRIES) = wide(range(10))  # fmt: skip
"""Places of `State.scalars`: lines taken, callers with a place in a queue, those of them who are
to be called back, operators who idle, 1 while closed, the period that opened last, events of
callers, rows written."""


NO_ROW = np.int32(-1)
"""No row, message or operator, in a column of 32 bits."""


class Duty:
    """Records of the duties for which operators are called."""

    operator: Ints
    group: Ints
    start: Floats
    """From when on they may be called."""
    end: Floats
    queue_above: Ints
    wait_above: Floats
    delay: Floats
    """From the call until they are there."""


class Roster:
    """Records of duties, breaks and seats in the order (time, operator, ticket)."""

    time: Floats
    entity: Longs
    act: Longs
    """STARTS, ENDS, BREAK_DUE, or SEATS_CHANGE + group."""
    value: Floats
    """End of the duty, or number of seats."""
    on_call: Longs
    """Row of `Duty`, if operators are called for the duty; else -1."""


class Rest:
    """Records of the breaks of those who come, in the order of operator and time."""

    lasts: Floats
    row: Ints
    """Row of the break in the arrays of `sim.centre.Centre`."""


class Team:
    """Records of the groups: whether their operators are seats, and the first of these."""

    seats: NDArray[np.bool_]
    first: Longs


class Member:
    """Records of the operators."""

    pace: Floats
    """Multiplies the operator's talk and wrap-up."""
    first_break: Longs
    """First of the operator's in `Given.breaks`."""


class Given(NamedTuple):
    """What is known of the day before it starts."""

    routing: Routing
    groups: int
    serve: bool
    lines: int
    follows: bool
    """Whether contacts may follow others; likewise whether callers use a menu, balk, need a
    procedure, are called back, hear messages that depend on the queue, find it full."""
    uses_menu: bool
    balks: bool
    procedures: bool
    calls_back: bool
    listens: bool
    limited: bool
    grows: bool
    """Whether talks grow with the wait; likewise whether operators have a pace of their own,
    whether it rings before a talk, and whether talks are as given or any of these."""
    paced: bool
    rings: bool
    varies: bool
    plain: bool
    """Whether no group goes by the longest queue, or is open only under a condition."""
    picky: bool
    """Whether any group is so, or does not put the longest idle first."""
    least: bool
    """Whether a group puts the least occupied first."""
    stays: bool
    """Whether operators stay past the end of duty while somebody waits."""
    counts: bool
    """Whether it matters how many wait in a lane."""
    settles: bool
    """Whether it matters how long they have to expect to wait, which any event may change."""
    comes_later: bool
    """Whether a caller who does not wait may have an event ahead: an arrival of its own."""
    queue_limit: int
    per_operator: float
    quantiles: int
    lanes: int
    operators: int
    periods: int
    changes: int
    """Changes of the roster; duties for which operators are called."""
    on_calls: int
    crewing: Crewing
    calendar: Calendar
    conduct: Conduct
    """Of what follows, each is one array of records; see `sim.engine.records`."""
    said: Announcements
    hazards: Hazards
    follow_ups: Any
    """`FollowUps`, with `repeat` as `repeat_call`: an array has a `repeat` of its own."""
    choices: Choices
    on_call: Duty
    roster: Roster
    breaks: Rest
    phoned: Floats
    """When each first attempt reaches the line."""
    kind: NDArray[np.int16]
    lane: NDArray[np.int16]
    """The queue that a row joins; the same array as `kind` where a type has but one."""
    patience: Floats
    talk_work: Floats
    wrap_work: Floats
    talk_mean: Floats
    wrap_mean: Floats
    threshold_from: Longs
    """Thresholds of lane l are `thresholds[threshold_from[l]:threshold_from[l + 1]]`."""
    thresholds: Floats
    group: Longs
    teams: Team
    staff: Member


class Calls:
    """Records of who is called back; empty where nobody is, and where it never rings."""

    ahead: Ints
    """Neighbours among those who are to be called back; -1: none."""
    behind: Ints
    talk_started: Floats
    callback: Floats
    """When the caller took a callback."""
    tried: Ints
    lineless: NDArray[np.bool_]
    """Whether the contact holds no telephone line, having been called back."""


class Tries:
    """Records of tries to call somebody back; see `sim.outcomes.TRIES`."""

    contact: Ints
    operator: Ints
    start: Floats
    end: Floats
    reached: NDArray[np.bool_]


class Lane:
    """Records of the lanes."""

    waiting: Longs
    """How many wait in the lane, callbacks included; kept where it matters."""
    expected: Floats
    """The wait in s that they mean, as of the last time that it was asked for."""
    last_waited: Floats
    """By type: the wait of who was answered last."""


class Group:
    """Records of the groups."""

    there: Longs
    """Operators present and not on a break."""
    seats_set: Longs
    able: Longs
    """At closing: how many are there, or come, and take calls."""


class Operator:
    """Records of what is seldom asked of the operators."""

    came: Floats
    duty_until: Floats
    break_until: Floats
    coming: NDArray[np.bool_]
    """At closing: whether a duty starts before the line opens again."""
    break_next: Ints
    """How many breaks have been taken or given up."""
    comes_for: Ints
    """Row of `Duty` for which an operator has been called."""
    try_of: Ints
    """The try that an operator is at, by its row in the table of tries."""
    busy: Floats
    """Seconds spent handling contacts since the operator came; kept where it matters."""


class Spells:
    """Records of the times that operators were there, or had a break."""

    operator: Ints
    start: Floats
    end: Floats
    row: Ints
    """Row of the break in the arrays of `sim.centre.Centre`."""


class Listening:
    """What has been said to each caller, and what it did; empty where nothing depends on the
    queue. See `sim.engine.listening`."""

    budget: Floats
    waited: Floats
    message: Ints
    effect: Floats
    level_effect: Floats
    promise: Ints
    promised: Floats
    said_position: Ints
    next_waited: Floats
    next_message: Ints
    announced_wait: Floats
    announced_at: Floats
    announced_position: Ints
    promised_until: Floats


class State(NamedTuple):
    """Everything that changes during the day."""

    scalars: Longs
    """See `LINES_BUSY` to `TRIES`."""
    staff_time: Floats
    staff_key: Longs
    """A tree: an operator has one event ahead at most."""
    caller_time: Floats
    caller_key: Longs
    arrival: Floats
    joined: Floats
    """Since when a row counts as waiting: its arrival, unless a transfer kept an older place."""
    stage: NDArray[np.int8]
    behind: Ints
    """The row that joined next after a row, of its lane; -1: none."""
    heads: Longs
    """First of each lane who holds the line; then, where there are callbacks, first of each lane
    who is to be called back; -1: nobody."""
    tails: Longs
    lanes: Lane
    follow_up_lost: NDArray[np.int8]
    calls: Calls
    tries: Tries
    listening: Listening
    outcome: NDArray[np.int8]
    wait_ended: Floats
    talk_ended: Floats
    handled: Floats
    operator: Ints
    doing: NDArray[np.int8]
    serving: Longs
    due_to_leave: NDArray[np.bool_]
    break_owed: Longs
    crew: Operator
    idle_since: Floats
    before: Longs
    """The idle operator of the group who comes before an operator; -1: none."""
    after: Longs
    first_idle: Longs
    last_idle: Longs
    idle_count: Longs
    candidates: Longs
    """The idle operator whom each group puts first, as of the last time that it was asked for."""
    departures_owed: Longs
    teams: Group
    called: Floats
    """When the operators of each duty on call come; NaN: they have not been called."""
    presences: Spells
    breaks: Spells
