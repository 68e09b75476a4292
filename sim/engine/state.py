"""What the compiled engine knows of a day: what is given, what changes, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from sim import rules
from sim.callers import Callers, Staff
from sim.centre import Centre, Routing
from sim.chains import Choices
from sim.conduct import Announcements, Conduct, Hazards
from sim.crewing import Crewing
from sim.engine.heap import heap_of, tree_of
from sim.engine.records import as_records, records_of
from sim.events import Kind
from sim.outcomes import Outcome, Outcomes, Via

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
NOTHING, ROSTER, CLOSES, ARRIVES, STAFF, CALLER = wide(range(6))
"""Where the next event comes from."""
FIRST, NEVER, KIND = wide((0, -1, 1 << 32))
"""A key is kind * KIND + entity. NEVER is the key of nothing, which is due at inf: lower than
every key, so that an empty heap never ties with it."""
(LINES_BUSY, QUEUED, TO_CALL, AT_REST, CLOSED, CALLER_EVENTS, PRESENCES, BREAKS,
 TRIES) = wide(range(9))  # fmt: skip
"""Places of `State.scalars`: lines taken, callers with a place in a queue, those of them who are
to be called back, operators who idle, 1 once closed, events of callers, rows written."""


NO_ROW = np.int32(-1)
"""No row, message or operator, in a column of 32 bits."""


class Given(NamedTuple):
    """What is known of the day before it starts."""

    routing: Routing
    groups: int
    closes: float
    serve: bool
    lines: int
    follows: bool
    """Whether contacts may follow others; likewise whether callers use a menu, balk, are called
    back, hear messages that depend on the queue, find it full, or talk longer after a wait."""
    uses_menu: bool
    balks: bool
    calls_back: bool
    listens: bool
    limited: bool
    grows: bool
    comes_later: bool
    """Whether a caller who does not wait may have an event ahead: an arrival of its own."""
    queue_limit: int
    per_operator: float
    quantiles: int
    types: int
    crewing: Crewing
    conduct: Conduct
    """Of what follows, each is one array of records; see `sim.engine.records`."""
    said: Announcements
    hazards: Hazards
    follow_ups: Any
    """`FollowUps`, with `repeat` as `repeat_call`: an array has a `repeat` of its own."""
    choices: Choices
    phoned: Floats
    """When each first attempt reaches the line."""
    kind: NDArray[np.int16]
    patience: Floats
    talk_work: Floats
    wrap_work: Floats
    talk_mean: Floats
    wrap_mean: Floats
    threshold_from: Longs
    """Thresholds of type t are `thresholds[threshold_from[t]:threshold_from[t + 1]]`."""
    thresholds: Floats
    seats: NDArray[np.bool_]
    group: Longs
    first: Longs
    coming: Floats
    """Last start of a duty of each operator; -inf without one."""
    roster_time: Floats
    """Duties, breaks and seats in the order (time, operator, ticket)."""
    roster_entity: Longs
    roster_act: Longs
    roster_value: Floats
    """End of the duty, or number of seats."""
    break_lasts: Floats


class Calls:
    """Records of who is called back; empty where nobody is."""

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
    """The row that joined next after a row, of its type; -1: none."""
    heads: Longs
    """First of each type who holds the line; then, where there are callbacks, first of each type
    who is to be called back; -1: nobody."""
    tails: Longs
    last_waited: Floats
    there: Longs
    """Operators of each group present and not on a break."""
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
    try_of: Longs
    """The try that an operator is at, by its row in the table of tries."""
    came: Floats
    duty_until: Floats
    break_until: Floats
    due_to_leave: NDArray[np.bool_]
    break_next: Longs
    break_owed: Longs
    idle_since: Floats
    before: Longs
    """The idle operator of the group who comes before an operator; -1: none."""
    after: Longs
    first_idle: Longs
    last_idle: Longs
    idle_count: Longs
    seats_set: Longs
    departures_owed: Longs
    able: Longs
    """At closing: how many of each group are there, or come, and take calls."""
    presence_operator: Ints
    presence_start: Floats
    presence_end: Floats
    break_operator: Ints
    break_start: Floats
    break_end: Floats


def given_of(centre: Centre, callers: Callers, staff: Staff) -> Given:
    """The day as the arrays that the loop reads."""
    thresholds = rules.thresholds(centre.routing, len(centre.types), len(centre.groups))
    present = ~staff.absent[centre.duty_operator]
    coming = np.full(centre.operators, -np.inf)
    np.maximum.at(coming, centre.duty_operator[present], centre.duty_start[present])
    return Given(
        routing=centre.routing,
        groups=len(centre.groups),
        closes=centre.closes,
        serve=centre.serve,
        lines=centre.lines,
        **_uses(centre, callers),
        queue_limit=centre.conduct.queue_limit,
        per_operator=float(centre.conduct.per_operator),
        quantiles=centre.announcements.quantile_size,
        types=len(centre.types),
        crewing=as_records(centre.crewing),
        conduct=as_records(centre.conduct),
        said=as_records(centre.announcements),
        hazards=as_records(centre.hazards),
        follow_ups=as_records(callers.follow_ups, repeat="repeat_call"),
        choices=as_records(callers.choices),
        phoned=callers.arrival[: _first_attempts(callers)],
        kind=callers.type,
        patience=callers.patience,
        talk_work=callers.talk_work,
        wrap_work=callers.wrap_work,
        talk_mean=centre.talk_mean,
        wrap_mean=centre.wrap_mean,
        threshold_from=np.cumsum([0, *map(len, thresholds)]),
        thresholds=np.array([each for own in thresholds for each in own], np.float64),
        seats=centre.seats,
        group=centre.operator_group.astype(np.int64),
        first=centre.first_operator.astype(np.int64),
        coming=coming,
        **_roster(centre, staff),
        break_lasts=centre.break_lasts,
    )


def _uses(centre: Centre, callers: Callers) -> dict[str, Any]:
    """Which features the day uses; what it does not use costs one look at a flag."""
    conduct = centre.conduct
    follows, uses_menu = len(callers.follow_ups.via) > 0, len(callers.choices.menu) > 0
    calls_back = bool(conduct.called_back.any())
    return {
        "follows": follows,
        "uses_menu": uses_menu,
        "balks": len(callers.choices.balk) > 0,
        "calls_back": calls_back,
        "listens": bool(centre.announcements.by_queue.any()),
        "limited": conduct.queue_limit >= 0 or conduct.per_operator != np.inf,
        "grows": bool(conduct.per_minute.any() or conduct.past_promise.any()),
        "comes_later": follows or uses_menu or calls_back,
    }


def _first_attempts(callers: Callers) -> int:
    """How many rows come first, with arrivals of their own."""
    follow_ups = callers.follow_ups
    return (
        int(np.count_nonzero(follow_ups.via == FIRST_CALL)) if len(follow_ups.via) else len(callers)
    )


def _roster(centre: Centre, staff: Staff) -> dict[str, Any]:
    """Duties, breaks and seats of those who are there, in the order (time, operator, ticket)."""
    duties = ~staff.absent[centre.duty_operator]
    breaks = ~staff.absent[centre.break_operator]
    who = np.repeat(centre.duty_operator[duties], 2)
    ends = centre.duty_end[duties]
    when = np.stack([centre.duty_start[duties], ends], axis=1).ravel()
    time = np.concatenate([when, centre.break_due[breaks], centre.seat_time])
    entity = np.concatenate(
        [who, centre.break_operator[breaks], centre.first_operator[centre.seat_group]]
    )
    act = np.concatenate(
        [
            np.tile([STARTS, ENDS], len(ends)),
            np.full(np.count_nonzero(breaks), BREAK_DUE),
            SEATS_CHANGE + centre.seat_group,
        ]
    )
    value = np.concatenate(
        [np.repeat(ends, 2), np.zeros(np.count_nonzero(breaks)), centre.seat_number]
    )
    order = np.lexsort((np.arange(len(time)), entity, time))
    return {
        "roster_time": time[order],
        "roster_entity": entity[order].astype(np.int64),
        "roster_act": act[order].astype(np.int64),
        "roster_value": value[order].astype(np.float64),
    }


def state_of(centre: Centre, callers: Callers) -> State:
    """The line before anything has happened, with room for all that can."""
    rows, operators, types = len(callers), centre.operators, len(centre.types)
    groups = len(centre.groups)
    thresholds = rules.thresholds(centre.routing, types, groups)
    uses = _uses(centre, callers)
    # A row has at most one hang-up, its type's thresholds and one arrival ahead of it.
    room = rows * (1 + int(uses["comes_later"]) + max(map(len, thresholds), default=0))
    arrival = callers.arrival
    joined = arrival
    if uses["follows"] or uses["uses_menu"]:
        arrival, joined = arrival.copy(), arrival.copy()
    called, heard = (rows if uses[use] else 0 for use in ("calls_back", "listens"))
    tries = _most_tries(centre, callers) if called else 0
    comings = len(centre.duty_start) + int(np.sum(centre.seat_number))

    def floats(number: int) -> Floats:
        return np.full(number, np.nan)

    def none(number: int) -> Ints:
        return np.full(number, -1, np.int32)

    def nobody(number: int) -> Longs:
        return np.full(number, -1, np.int64)

    def longs(number: int) -> Longs:
        return np.zeros(number, np.int64)

    staff_time, staff_key = tree_of(operators)
    caller_time, caller_key = heap_of(room)
    first_break = np.searchsorted(centre.break_operator, np.arange(operators))
    return State(
        scalars=longs(9), staff_time=staff_time,
        staff_key=staff_key, caller_time=caller_time,
        caller_key=caller_key, arrival=arrival, joined=joined,
        stage=np.zeros(rows, np.int8), behind=none(rows),
        heads=nobody(2 * types if uses["calls_back"] else types), tails=nobody(types),
        last_waited=np.zeros(types), there=longs(groups),
        follow_up_lost=np.full(rows if uses["follows"] else 0, -1, np.int8),
        calls=records_of(called, ahead=NO_ROW, behind=NO_ROW, talk_started=np.nan,
                         callback=np.nan, tried=np.int32(0), lineless=False),
        tries=records_of(tries, contact=NO_ROW, operator=NO_ROW, start=np.nan, end=np.nan,
                         reached=False),
        listening=_listening(heard, callers), try_of=longs(operators),
        outcome=np.full(rows, -1, np.int8), wait_ended=floats(rows),
        talk_ended=floats(rows), handled=floats(rows), operator=none(rows),
        doing=np.zeros(operators, np.int8), serving=nobody(operators), came=floats(operators),
        duty_until=floats(operators), break_until=floats(operators),
        due_to_leave=np.zeros(operators, np.bool_), break_next=first_break.astype(np.int64),
        break_owed=longs(operators), idle_since=floats(operators), before=nobody(operators),
        after=nobody(operators), first_idle=nobody(groups), last_idle=nobody(groups),
        idle_count=longs(groups), seats_set=longs(groups),
        departures_owed=longs(groups), able=longs(groups), presence_operator=none(comings),
        presence_start=np.empty(comings), presence_end=np.empty(comings),
        break_operator=none(len(centre.break_due)), break_start=np.empty(len(centre.break_due)),
        break_end=np.empty(len(centre.break_due)),
    )  # fmt: skip


def _most_tries(centre: Centre, callers: Callers) -> int:
    """No more tries than this can be made to call people back."""
    choices = callers.choices
    asks = choices.accepts | choices.instead
    tries = np.minimum(choices.reached_at, centre.conduct.tries[callers.type])
    return int(tries[asks].sum())


def _listening(heard: int, callers: Callers) -> Any:
    """Nothing has been said yet."""
    return records_of(
        heard, budget=callers.choices.threshold if heard else 0.0, waited=0.0, message=NO_ROW,
        effect=1.0, level_effect=1.0, promise=NO_ROW, promised=np.inf, said_position=np.int32(0),
        next_waited=np.inf, next_message=NO_ROW, announced_wait=np.nan, announced_at=np.nan,
        announced_position=NO_ROW, promised_until=np.nan,
    )  # fmt: skip


def outcomes_of(centre: Centre, callers: Callers, s: State) -> Outcomes:
    """The outcome tables of the day; contacts that never happened are not in them."""
    presences, breaks = slice(s.scalars[PRESENCES]), slice(s.scalars[BREAKS])
    order = np.lexsort((s.presence_start[presences], s.presence_operator[presences]))
    turns = np.lexsort((s.break_start[breaks], s.break_operator[breaks]))
    columns: dict[str, NDArray[Any]] = {
        "type": callers.type, "caller": callers.caller, "attempt": callers.attempt,
        "arrival": s.arrival, "outcome": s.outcome, "wait_ended": s.wait_ended,
        "talk_ended": s.talk_ended, "handled": s.handled, "operator": s.operator,
        **_columns_used(callers, s, _uses(centre, callers)),
    }  # fmt: skip
    if len(callers.follow_ups.via):
        happened = np.flatnonzero(s.outcome >= 0).astype(np.int32)
        columns = {name: column[happened] for name, column in columns.items()}
        columns["contact"] = happened
    tries: Any = s.tries
    tries = tries[: s.scalars[TRIES]]
    return Outcomes(
        **columns,
        presence_operator=s.presence_operator[order], presence_start=s.presence_start[order],
        presence_end=s.presence_end[order], break_operator=s.break_operator[turns],
        break_start=s.break_start[turns], break_end=s.break_end[turns],
        try_contact=tries.contact.copy(), try_operator=tries.operator.copy(),
        try_start=tries.start.copy(), try_end=tries.end.copy(), try_reached=tries.reached.copy(),
    )  # fmt: skip


def _columns_used(callers: Callers, s: State, uses: dict[str, Any]) -> dict[str, Any]:
    """The columns of features that the day uses; what is left out never happened."""
    columns: dict[str, Any] = {}
    if len(callers.follow_ups.via):
        columns |= {"via": callers.follow_ups.via, "follow_up_lost": s.follow_up_lost}
    # What is not used has one record; a day with one contact that uses it has one as well.
    tables: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
        ("calls_back", s.calls, ("callback", "talk_started")),
        ("listens", s.listening,
         ("announced_wait", "announced_at", "announced_position", "promised_until")),
    )  # fmt: skip
    for use, table, names in tables:
        if uses[use] and len(callers):
            columns |= {name: np.ascontiguousarray(table[name]) for name in names}
    return columns
