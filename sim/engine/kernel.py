"""The line compiled: one event loop over plain arrays, the same outcomes as the model in SimPy.

Read `model.py` first; the functions here bear the same names. Nothing is drawn, nothing is
allocated per event, and decisions are those of `sim.rules`, compiled.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from sim import rules
from sim.callers import Callers, Staff
from sim.centre import Centre, Routing
from sim.chains import Choices
from sim.conduct import (
    CALLBACK_OFFER,
    EXPECTED_WAIT,
    POSITION,
    Announcements,
    Conduct,
    Hazards,
)
from sim.engine.compiling import apart, apart_rule, compiled, inlined, inlined_rule
from sim.engine.heap import heap_of, pop, push, replace
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
(LINES_BUSY, QUEUED, TO_CALL, AT_REST, CLOSED, STAFF_EVENTS, SPENT, CALLER_EVENTS, PRESENCES,
 BREAKS, TRIES) = wide(range(11))  # fmt: skip
"""Places of `State.scalars`: lines taken, callers with a place in a queue, those of them who are
to be called back, operators who idle, 1 once closed, events of the staff, 1 while the first of
them is being handled, events of callers, rows written."""


NO_ROW = np.int32(-1)
"""No row, message or operator, in a column of 32 bits."""

may_serve = inlined_rule(rules.may_serve)
choose_caller = inlined_rule(rules.choose_caller, may_serve=may_serve)
choose_operator = inlined_rule(rules.choose_operator, may_serve=may_serve)
delay_until = apart_rule(rules.delay_until)
is_open = apart_rule(rules.is_open)
queue_is_full = apart_rule(rules.queue_is_full)
share_who_balk = apart_rule(rules.share_who_balk)
talk_time = apart_rule(rules.talk_time)
quantile_at = apart_rule(rules.quantile_at)
announced_wait = apart_rule(rules.announced_wait, quantile_at=quantile_at)
level_of = apart_rule(rules.level_of)
next_message = apart_rule(rules.next_message)
breakpoint_at = apart_rule(rules.breakpoint_at)
level_at = apart_rule(rules.level_at, breakpoint_at=breakpoint_at)
time_at = apart_rule(rules.time_at, breakpoint_at=breakpoint_at)
steps_left = apart_rule(rules.steps_left, breakpoint_at=breakpoint_at)
patience_left = apart_rule(
    rules.patience_left, level_at=level_at, time_at=time_at, steps_left=steps_left
)


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
    queue_limit: int
    per_operator: float
    quantiles: int
    types: int
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
    """See `LINES_BUSY` to `BREAKS`."""
    staff_time: Floats
    staff_key: Longs
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


@inlined
def schedule_staff(s: State, time: float, kind: int, operator: int) -> None:
    """An operator's talk, wrap-up or break will end."""
    key, size = kind * KIND + operator, s.scalars[STAFF_EVENTS]
    if s.scalars[SPENT] == 1:
        s.scalars[SPENT] = 0
        replace(s.staff_time, s.staff_key, size, time, key)
    else:
        s.scalars[STAFF_EVENTS] = push(s.staff_time, s.staff_key, size, time, key)


@inlined
def schedule_caller(s: State, time: float, kind: int, row: int) -> None:
    """A caller will hang up, or come within reach of a further group."""
    key = kind * KIND + row
    s.scalars[CALLER_EVENTS] = push(
        s.caller_time, s.caller_key, s.scalars[CALLER_EVENTS], time, key
    )


# --- queues -----------------------------------------------------------------------------------


@inlined
def joined_before(s: State, row: int, other: int) -> bool:
    """Whether a row has its place before another."""
    if s.joined[row] != s.joined[other]:
        return bool(s.joined[row] < s.joined[other])
    return row < other


@inlined
def enters_line(g: Given, s: State, kind: int, row: int) -> None:
    """Wait on the line, behind those who joined earlier.

    Rows stay linked after they have left, until they are the first; each enters once.
    """
    s.stage[row] = HOLDING
    s.scalars[QUEUED] += 1
    head, tail = s.heads[kind], s.tails[kind]
    if head < 0:
        s.heads[kind] = row
        s.tails[kind] = row
    elif not joined_before(s, row, tail):
        s.behind[tail] = row
        s.tails[kind] = row
    elif joined_before(s, row, head):
        s.behind[row] = head
        s.heads[kind] = row
    else:
        ahead = head
        while not joined_before(s, row, int(s.behind[ahead])):
            ahead = int(s.behind[ahead])
        s.behind[row] = s.behind[ahead]
        s.behind[ahead] = row


@inlined
def leaves_line(g: Given, s: State, row: int, now: float) -> None:
    """The wait on the line is over, one way or another."""
    s.stage[row] = PAST
    s.wait_ended[row] = now
    s.scalars[QUEUED] -= 1
    kind = int(g.kind[row])
    head = s.heads[kind]
    while head >= 0 and s.stage[head] != HOLDING:
        head = int(s.behind[head])
    s.heads[kind] = head


@apart
def enters_calls(g: Given, s: State, row: int) -> None:
    """Wait to be called back, behind those who joined earlier."""
    s.stage[row] = TO_BE_CALLED
    s.scalars[QUEUED] += 1
    s.scalars[TO_CALL] += 1
    queue = g.types + int(g.kind[row])
    ahead, behind = -1, s.heads[queue]
    while behind >= 0 and not joined_before(s, row, behind):
        ahead, behind = behind, int(s.calls.behind[behind])
    s.calls.ahead[row], s.calls.behind[row] = ahead, behind
    if behind >= 0:
        s.calls.ahead[behind] = row
    if ahead < 0:
        s.heads[queue] = row
    else:
        s.calls.behind[ahead] = row


@apart
def leaves_calls(g: Given, s: State, row: int) -> None:
    """No longer wait to be called back."""
    s.stage[row] = PAST
    s.scalars[QUEUED] -= 1
    s.scalars[TO_CALL] -= 1
    ahead, behind = int(s.calls.ahead[row]), int(s.calls.behind[row])
    if behind >= 0:
        s.calls.ahead[behind] = ahead
    if ahead < 0:
        s.heads[g.types + int(g.kind[row])] = behind
    else:
        s.calls.behind[ahead] = behind


@apart
def position(g: Given, s: State, row: int) -> int:
    """1 + those of the type who joined earlier and still hold the line or a callback."""
    kind, ahead = int(g.kind[row]), 0
    other = s.heads[kind]
    while other >= 0 and joined_before(s, other, row):
        ahead += int(s.stage[other] == HOLDING)
        other = int(s.behind[other])
    if g.calls_back:
        other = s.heads[g.types + kind]
        while other >= 0 and joined_before(s, other, row):
            ahead += 1
            other = int(s.calls.behind[other])
    return 1 + ahead


@inlined
def on_duty(g: Given, s: State, group: int) -> int:
    """Operators present and not on a break; of seats at most the seats."""
    there = s.there[group]
    return int(min(there, s.seats_set[group]) if g.seats[group] else there)


# --- the caller's story -----------------------------------------------------------------------


@inlined
def is_transfer(g: Given, row: int) -> bool:
    """Whether the contact is one that an operator passed on."""
    return bool(g.follows and g.follow_ups.via[row] == TRANSFER)


@inlined
def frees_line(g: Given, s: State, row: int) -> None:
    """The telephone line is free; who was called back held none."""
    if not (g.calls_back and s.calls.lineless[row]):
        s.scalars[LINES_BUSY] -= 1


@apart
def follows(g: Given, s: State, row: int, child: int, delay: float, via: int, now: float) -> bool:
    """Release the next contact of the person, if the line is open to it then."""
    if is_open(g.conduct, int(g.kind[child]), now + delay):
        schedule_caller(s, now + delay, ARRIVAL, child)
        return True
    s.follow_up_lost[row] = via
    return False


@inlined
def ends(g: Given, s: State, row: int, outcome: int, now: float) -> None:
    """A contact ends without an answer; the caller may phone again."""
    s.stage[row] = PAST
    s.outcome[row] = outcome
    if g.follows and outcome <= CUT_OFF and g.follow_ups.redial[row] >= 0:
        may_redial(g, s, row, outcome, now)


@apart
def may_redial(g: Given, s: State, row: int, outcome: int, now: float) -> None:
    """The caller who did not get through phones again, or does not."""
    # The bits of `redial_after`: 1 abandoned, 2 blocked, 4 cut off.
    if (g.follow_ups.redial_after[row] >> (outcome - ABANDONED)) & 1:
        delay = g.follow_ups.redial_delay[row]
        if outcome == BLOCKED:
            delay = g.follow_ups.redial_blocked_delay[row]
        follows(g, s, row, int(g.follow_ups.redial[row]), delay, REDIAL, now)


@apart
def takes_callback(g: Given, s: State, row: int, now: float) -> None:
    """The caller leaves the line, keeps the place, and will be called back."""
    leaves_line(g, s, row, now)
    frees_line(g, s, row)
    s.calls.lineless[row] = True
    s.calls.callback[row] = now
    enters_calls(g, s, row)


@inlined
def hangs_up(g: Given, s: State, row: int, now: float) -> None:
    """Patience ends."""
    may_ask = g.calls_back and s.scalars[CLOSED] == 0
    if may_ask and g.conduct.called_back[g.kind[row]] and g.choices.instead[row]:
        takes_callback(g, s, row, now)
        return
    leaves_line(g, s, row, now)
    frees_line(g, s, row)
    ends(g, s, row, ABANDONED, now)


# --- messages that depend on the queue --------------------------------------------------------


@apart
def patience_until(g: Given, s: State, row: int, until: float) -> tuple[float, float]:
    """The wait at hang-up, at most `until`, and the budget that is left then."""
    own = s.listening
    scale = g.said.filler[g.kind[row]] * own.effect[row] * own.level_effect[row]
    return patience_left(
        g.hazards, int(g.choices.hazard[row]), g.said, int(own.promise[row]), own.waited[row],
        until, scale, own.promised[row], own.budget[row],
    )  # fmt: skip


@apart
def listens_on(g: Given, s: State, row: int, now: float) -> None:
    """Set what comes next: a message, or the hang-up."""
    own = s.listening
    waited = own.waited[row]
    until, message = next_message(g.said, int(g.kind[row]), waited, int(own.message[row]))
    wait, _ = patience_until(g, s, row, np.inf)
    if message >= 0 and until <= wait:
        own.next_waited[row], own.next_message[row] = until, message
        schedule_caller(s, now + (until - waited), MESSAGE, row)
    elif wait < np.inf:
        schedule_caller(s, now + (wait - waited), HANG_UP, row)


@apart
def expected_wait(g: Given, s: State, row: int, message: int, now: float) -> float:
    """The wait that a message announces."""
    kind = int(g.kind[row])
    head, duty = s.heads[kind], 0
    for group in range(g.groups):
        if g.routing.tier[kind * g.groups + group] >= 0:
            duty += on_duty(g, s, group)
    return announced_wait(
        g.said, g.quantiles, message, position(g, s, row), g.conduct.mean_handling[kind], duty,
        0.0 if head == row else now - s.arrival[head], s.last_waited[kind],
        s.listening.waited[row],
    )  # fmt: skip


@apart
def hears_level(g: Given, s: State, row: int, message: int, value: float) -> None:
    """What is announced makes some hang up and changes the patience of the others."""
    level = level_of(g.said, message, value)
    if level >= 0:
        s.listening.budget[row] -= g.said.level_jump[level]
        s.listening.level_effect[row] = g.said.level_effect[level]


@apart
def hears_position(g: Given, s: State, row: int, message: int) -> float:
    """The announced position, which does not move backwards unless it may."""
    own = s.listening
    place, before = position(g, s, row), int(own.said_position[row])
    if before > 0 and not g.said.may_go_back[message]:
        place = min(place, before)
    own.said_position[row] = place
    if before == 0:
        own.announced_position[row] = place
    return float(place)


@apart
def hears_wait(g: Given, s: State, row: int, message: int, now: float) -> float:
    """The announced wait, a promise that can be broken."""
    own = s.listening
    wait = expected_wait(g, s, row, message, now)
    if np.isnan(own.announced_wait[row]):
        own.announced_wait[row], own.announced_at[row] = wait, now
    own.promised_until[row] = now + wait
    own.promise[row], own.promised[row] = message, own.waited[row] + wait
    return wait


@apart
def accepts_offer(g: Given, s: State, row: int, message: int, now: float) -> bool:
    """Whether a callback is offered and accepted."""
    if not g.calls_back or s.scalars[CLOSED] == 1 or not g.conduct.called_back[g.kind[row]]:
        return False
    if not g.choices.accepts[row]:
        return False
    over = g.said.over[message]
    return bool(over < 0.0 or expected_wait(g, s, row, message, now) > over)


@apart
def hears(g: Given, s: State, row: int, now: float) -> None:
    """A message plays."""
    own = s.listening
    message, until = int(own.next_message[row]), own.next_waited[row]
    _, left = patience_until(g, s, row, until)
    own.budget[row] = left - g.said.jump[message]
    own.waited[row], own.message[row] = until, message
    if not np.isnan(g.said.effect[message]):
        own.effect[row] = g.said.effect[message]
    says = g.said.says[message]
    if says == POSITION:
        hears_level(g, s, row, message, hears_position(g, s, row, message))
    elif says == EXPECTED_WAIT:
        hears_level(g, s, row, message, hears_wait(g, s, row, message, now))
    elif says == CALLBACK_OFFER and accepts_offer(g, s, row, message, now):
        takes_callback(g, s, row, now)
        return
    listens_on(g, s, row, now)


# --- a wait begins ----------------------------------------------------------------------------


@inlined
def wait(g: Given, s: State, row: int, kind: int, now: float) -> None:
    """The caller waits; patience runs, and groups that help out later come nearer."""
    enters_line(g, s, kind, row)
    if g.listens and g.said.by_queue[kind]:
        s.listening.budget[row] -= g.said.at_once[kind]
        listens_on(g, s, row, now)
    elif g.patience[row] != np.inf:
        schedule_caller(s, now + g.patience[row], HANG_UP, row)
    for place in range(g.threshold_from[kind], g.threshold_from[kind + 1]):
        delay = g.thresholds[place]
        if s.joined[row] < now:  # a place that was kept is older than the wait
            delay = delay_until(s.joined[row] + g.thresholds[place], now)
        if delay > 0.0:
            schedule_caller(s, now + delay, OPENED, row)


@apart
def finds_no_room(g: Given, s: State, row: int) -> bool:
    """Whether the queue is full; a transferred call is taken in all the same."""
    if not g.limited or is_transfer(g, row):
        return False
    duty = 0
    for group in range(g.groups):
        duty += on_duty(g, s, group)
    holding = s.scalars[QUEUED] - s.scalars[TO_CALL]
    return queue_is_full(g.queue_limit, g.per_operator, holding, duty)


@apart
def does_not_stay(g: Given, s: State, row: int, now: float) -> bool:
    """Whether who would have to wait finds the queue full, or balks; then the contact ends."""
    if finds_no_room(g, s, row):
        frees_line(g, s, row)
        ends(g, s, row, BLOCKED, now)
        return True
    if g.balks:
        share = share_who_balk(g.conduct, int(g.kind[row]), position(g, s, row))
        if g.choices.balk[row] < share:
            frees_line(g, s, row)
            s.wait_ended[row] = now
            ends(g, s, row, ABANDONED, now)
            return True
    return False


@inlined
def starts_idling(g: Given, s: State, operator: int, now: float) -> None:
    """Join the idle of the group, in the order (idle since, number)."""
    group = g.group[operator]
    s.doing[operator] = IDLE
    s.idle_since[operator] = now
    ahead = s.last_idle[group]
    while ahead >= 0 and s.idle_since[ahead] == now and ahead > operator:
        ahead = s.before[ahead]
    behind = s.first_idle[group] if ahead < 0 else s.after[ahead]
    s.before[operator], s.after[operator] = ahead, behind
    if ahead < 0:
        s.first_idle[group] = operator
    else:
        s.after[ahead] = operator
    if behind < 0:
        s.last_idle[group] = operator
    else:
        s.before[behind] = operator
    s.idle_count[group] += 1
    s.scalars[AT_REST] += 1


@inlined
def stops_idling(g: Given, s: State, operator: int) -> None:
    """The operator is no longer among the idle."""
    group = g.group[operator]
    ahead, behind = s.before[operator], s.after[operator]
    if ahead < 0:
        s.first_idle[group] = behind
    else:
        s.after[ahead] = behind
    if behind < 0:
        s.last_idle[group] = ahead
    else:
        s.before[behind] = ahead
    s.idle_count[group] -= 1
    s.scalars[AT_REST] -= 1


# --- the operator's story ---------------------------------------------------------------------


@inlined
def answer(g: Given, s: State, operator: int, row: int, now: float) -> None:
    """A free operator, no longer among the idle, and a caller meet."""
    s.serving[operator] = row
    if g.calls_back and s.stage[row] == TO_BE_CALLED:
        dials(g, s, operator, row, now)
        return
    if s.stage[row] == HOLDING:
        leaves_line(g, s, row, now)
    else:
        s.wait_ended[row] = now
    if g.listens:
        s.last_waited[g.kind[row]] = now - s.arrival[row]
    talks(g, s, operator, row, now)


@apart
def grown(g: Given, s: State, row: int, kind: int, talk: float) -> float:
    """The talk in s, longer for who waited."""
    ended, past = s.wait_ended[row], 0.0
    if g.listens and not np.isnan(s.listening.promised_until[row]):
        past = ended - s.listening.promised_until[row]
    return talk_time(g.conduct, kind, talk, ended - s.arrival[row], past)


@apart
def dials(g: Given, s: State, operator: int, row: int, now: float) -> None:
    """An operator takes the place of a caller who is to be called back."""
    leaves_calls(g, s, row)
    s.doing[operator] = DIALLING
    s.calls.tried[row] += 1
    place = s.scalars[TRIES]
    s.scalars[TRIES] += 1
    s.tries.contact[place], s.tries.operator[place], s.tries.start[place] = row, operator, now
    s.try_of[operator] = place
    schedule_staff(s, now + g.conduct.dial[g.kind[row]], FREED, operator)


@inlined
def talks(g: Given, s: State, operator: int, row: int, now: float) -> None:
    """The talk begins."""
    s.doing[operator] = TALKING
    s.outcome[row] = ANSWERED
    s.operator[row] = operator
    kind = int(g.kind[row])
    talk = g.talk_work[row] * g.talk_mean[kind * g.groups + g.group[operator]]
    if g.calls_back:
        s.calls.talk_started[row] = now
    if g.grows:
        talk = grown(g, s, row, kind, talk)
    schedule_staff(s, now + talk, FREED, operator)


@inlined
def next_caller(g: Given, s: State, group: int, idle: int, now: float) -> int:
    """The call type that one of so many idle operators of the group takes now; -1: none."""
    if s.scalars[QUEUED] == 0:
        return -1
    closed = s.scalars[CLOSED] == 1
    return choose_caller(
        g.routing, group, g.groups, s.heads, s.joined, now, idle, closed, g.conduct.for_holding
    )


@inlined
def looks_for_work(g: Given, s: State, operator: int, now: float) -> None:
    """A free operator takes the caller who is next, or idles; after closing, goes home."""
    group = g.group[operator]
    kind = next_caller(g, s, group, s.idle_count[group] + 1, now)
    if kind >= 0:
        answer(g, s, operator, s.heads[kind], now)
    elif s.scalars[CLOSED] == 1:
        leaves(g, s, operator, now)
    else:
        starts_idling(g, s, operator, now)


@apart
def seeks(g: Given, s: State, operator: int, now: float) -> None:
    """`looks_for_work` where it is rare, so that it is not put into every place."""
    looks_for_work(g, s, operator, now)


@apart
def settle(g: Given, s: State, now: float) -> None:
    """Groups in file order, longest idle first, take whom they may."""
    for group in range(g.groups):
        while s.idle_count[group] > 0:
            kind = next_caller(g, s, group, s.idle_count[group], now)
            if kind < 0:
                break
            operator = s.first_idle[group]
            stops_idling(g, s, operator)
            answer(g, s, operator, s.heads[kind], now)


@inlined
def phones(g: Given, s: State, row: int, now: float) -> None:
    """A caller reaches the line: a busy tone, the menu, an operator at once, or the queue."""
    if not is_transfer(g, row):
        if s.scalars[LINES_BUSY] == g.lines:
            if g.follows or g.uses_menu:
                s.arrival[row] = now
            ends(g, s, row, BLOCKED, now)
            return
        s.scalars[LINES_BUSY] += 1
        if g.uses_menu and not np.isnan(g.choices.menu[row]):
            s.stage[row] = IN_MENU
            schedule_caller(s, now + g.choices.menu[row], ARRIVAL, row)
            return
    joins(g, s, row, now)


@apart
def leaves_menu(g: Given, s: State, row: int, now: float) -> None:
    """The menu was all that was needed, or the caller joins the queue."""
    if s.scalars[CLOSED] == 0 and not g.choices.contained[row]:
        joins(g, s, row, now)
        return
    s.arrival[row] = now
    frees_line(g, s, row)
    if g.choices.contained[row]:
        ends(g, s, row, CONTAINED, now)
    else:
        s.wait_ended[row] = now
        ends(g, s, row, CUT_OFF, now)


@inlined
def joins(g: Given, s: State, row: int, now: float) -> None:
    """Somebody answers at once, or the caller waits."""
    since = now
    if g.follows or g.uses_menu:
        s.arrival[row] = now
        if np.isnan(s.joined[row]) or s.stage[row] == IN_MENU:
            s.joined[row] = now
        since = s.joined[row]
    kind, group = int(g.kind[row]), -1
    if s.scalars[AT_REST] > 0:
        closed = s.scalars[CLOSED] == 1
        group = choose_operator(
            g.routing, kind, g.groups, s.first_idle, s.idle_since, s.idle_count, since, now, closed
        )
    if group >= 0:
        operator = s.first_idle[group]
        stops_idling(g, s, operator)
        answer(g, s, operator, row, now)
    elif not ((g.limited or g.balks) and does_not_stay(g, s, row, now)):
        wait(g, s, row, kind, now)


@apart
def arrives(g: Given, s: State, row: int, now: float) -> None:
    """A contact that follows another, the end of a menu, or a callback that comes back."""
    if s.stage[row] == BEFORE:
        phones(g, s, row, now)
    elif s.stage[row] == IN_MENU:
        leaves_menu(g, s, row, now)
    else:
        comes_back(g, s, row, now)


@apart
def comes_back(g: Given, s: State, row: int, now: float) -> None:
    """Time for another try; the place is still the old one."""
    if s.scalars[CLOSED] == 1:
        s.stage[row] = PAST
        s.outcome[row] = CALLBACK_LOST
        return
    enters_calls(g, s, row)
    settle(g, s, now)


@apart
def is_passed_on(g: Given, s: State, row: int, now: float) -> bool:
    """Pass the call on if it is to be, and the call type that it goes to is open."""
    child = int(g.follow_ups.transfer[row])
    if child < 0 or not follows(g, s, row, child, 0.0, TRANSFER, now):
        return False
    if g.calls_back:
        s.calls.lineless[child] = s.calls.lineless[row]
    if g.conduct.keeps_place[g.kind[row]]:
        s.joined[child] = s.joined[row]
    return True


@apart
def goes_on(g: Given, s: State, row: int, place: int, now: float) -> float:
    """The call is passed on, or the caller may phone again; how long the operator still stays."""
    if is_passed_on(g, s, row, now):
        return float(g.follow_ups.conference[row])
    frees_line(g, s, row)
    child = int(g.follow_ups.repeat_call[row])
    unresolved = g.follow_ups.unresolved[row] >= g.conduct.resolves[place]
    if unresolved and g.follow_ups.transfer[row] < 0 and child >= 0:
        follows(g, s, row, child, g.follow_ups.repeat_delay[row], REPEAT, now)
    return 0.0


@inlined
def talk_ends(g: Given, s: State, operator: int, row: int, now: float) -> float:
    """The caller leaves, or is passed on; how long the operator is still at work."""
    s.talk_ended[row] = now
    place = int(g.kind[row]) * g.groups + g.group[operator]
    wrap_up = g.wrap_work[row] * g.wrap_mean[place]
    if g.follows:
        wrap_up += goes_on(g, s, row, place, now)
    else:
        frees_line(g, s, row)
    return float(wrap_up)


@apart
def dialled(g: Given, s: State, operator: int, row: int, now: float) -> bool:
    """The caller answers, or may be tried again later, or is given up; whether they answer."""
    kind, tried = int(g.kind[row]), s.calls.tried[row]
    reached = tried == g.choices.reached_at[row]
    place = s.try_of[operator]
    s.tries.end[place], s.tries.reached[place] = now, reached
    if reached:
        talks(g, s, operator, row, now)
    elif tried < g.conduct.tries[kind] and s.scalars[CLOSED] == 0:
        s.stage[row] = RETURNING
        schedule_caller(s, now + g.conduct.again[kind], ARRIVAL, row)
    else:
        s.outcome[row] = CALLBACK_LOST
    return bool(reached)


@inlined
def is_freed(g: Given, s: State, operator: int, now: float) -> None:
    """A try or a talk ends and the wrap-up begins, or the wrap-up ends."""
    row = s.serving[operator]
    if s.doing[operator] == TALKING:
        wrap_up = talk_ends(g, s, operator, row, now)
        if wrap_up > 0.0:
            s.doing[operator] = WRAPPING_UP
            schedule_staff(s, now + wrap_up, FREED, operator)
            return
        s.handled[row] = now
    elif s.doing[operator] == WRAPPING_UP:
        s.handled[row] = now
    elif dialled(g, s, operator, row, now):
        return
    s.serving[operator] = -1
    group = g.group[operator]
    if s.due_to_leave[operator]:
        leaves(g, s, operator, now)
    elif s.departures_owed[group] > 0:
        s.departures_owed[group] -= 1
        leaves(g, s, operator, now)
    elif not has_break(g, s, operator, now):
        looks_for_work(g, s, operator, now)


@apart
def comes(g: Given, s: State, operator: int, now: float) -> None:
    """The operator is there."""
    s.came[operator] = now
    s.there[g.group[operator]] += 1
    seeks(g, s, operator, now)


@apart
def leaves(g: Given, s: State, operator: int, now: float) -> None:
    """The operator goes home."""
    if s.doing[operator] != ON_BREAK:
        s.there[g.group[operator]] -= 1
    s.doing[operator] = AWAY
    s.due_to_leave[operator] = False
    if now > s.came[operator]:
        place = s.scalars[PRESENCES]
        s.presence_operator[place] = operator
        s.presence_start[place] = s.came[operator]
        s.presence_end[place] = now
        s.scalars[PRESENCES] += 1


@inlined
def may_have_break(s: State, operator: int, now: float) -> bool:
    """Whether a break is owed and there is still time for it."""
    due = s.break_owed[operator] > 0 and s.scalars[CLOSED] == 0
    return bool(due and now < s.duty_until[operator])


@inlined
def has_break(g: Given, s: State, operator: int, now: float) -> bool:
    """Begin the break that is owed, if one is."""
    if not may_have_break(s, operator, now):
        return False
    takes_break(g, s, operator, now)
    return True


@apart
def takes_break(g: Given, s: State, operator: int, now: float) -> None:
    """A break begins; it ends with the duty at the latest."""
    lasts = g.break_lasts[s.break_next[operator]]
    s.break_next[operator] += 1
    s.break_owed[operator] -= 1
    if s.doing[operator] != ON_BREAK:
        s.there[g.group[operator]] -= 1
    s.doing[operator] = ON_BREAK
    end = min(now + lasts, s.duty_until[operator])
    s.break_until[operator] = end
    place = s.scalars[BREAKS]
    s.break_operator[place] = operator
    s.break_start[place] = now
    s.break_end[place] = end
    s.scalars[BREAKS] += 1
    if end < s.duty_until[operator]:
        schedule_staff(s, end, DUTY, operator)


@apart
def follows_roster(g: Given, s: State, place: int, now: float) -> None:
    """A duty starts or ends, a break falls due, or a headcount changes."""
    who, act = g.roster_entity[place], g.roster_act[place]
    if act == STARTS:
        s.duty_until[who] = g.roster_value[place]
        s.due_to_leave[who] = False
        if s.doing[who] == AWAY:
            comes(g, s, who, now)
    elif act == ENDS:
        duty_ends(g, s, who, now)
    elif act == BREAK_DUE:
        s.break_owed[who] += 1
        if s.doing[who] == IDLE and may_have_break(s, who, now):
            stops_idling(g, s, who)
            has_break(g, s, who, now)
    else:
        seats_change(g, s, act - SEATS_CHANGE, int(g.roster_value[place]), now)


@apart
def duty_ends(g: Given, s: State, operator: int, now: float) -> None:
    """A person's duty ends; a call in hand is finished, and closing has its own rule."""
    s.break_next[operator] += s.break_owed[operator]
    s.break_owed[operator] = 0
    doing = s.doing[operator]
    if doing == ON_BREAK:
        leaves(g, s, operator, now)
    elif g.serve and now >= g.closes:
        return
    elif doing == IDLE:
        stops_idling(g, s, operator)
        leaves(g, s, operator, now)
    elif doing != AWAY:
        s.due_to_leave[operator] = True


@apart
def seats_change(g: Given, s: State, group: int, number: int, now: float) -> None:
    """A headcount falls (idle ones leave, others once free) or rises (departures owed are
    cancelled first)."""
    change = number - s.seats_set[group]
    s.seats_set[group] = number
    if change < 0:
        leaving = min(-change, s.idle_count[group])
        s.departures_owed[group] += -change - leaving
        operator = g.first[group + 1] - 1
        while leaving > 0:
            if s.doing[operator] == IDLE:
                stops_idling(g, s, operator)
                leaves(g, s, operator, now)
                leaving -= 1
            operator -= 1
        return
    cancelled = min(change, s.departures_owed[group])
    s.departures_owed[group] -= cancelled
    lacking = change - cancelled
    # Whoever comes may be at work at once, but nobody leaves meanwhile: one pass is enough.
    for operator in range(g.first[group], g.first[group + 1]):
        if lacking > 0 and s.doing[operator] == AWAY:
            comes(g, s, operator, now)
            lacking -= 1


@apart
def gives_up_callbacks(g: Given, s: State, kind: int, only_new: bool) -> None:
    """Callers of a type who are to be called back never will be."""
    row = s.heads[g.types + kind]
    while row >= 0:
        behind = int(s.calls.behind[row])
        if not (only_new and s.calls.tried[row] > 0):
            leaves_calls(g, s, row)
            s.outcome[row] = CALLBACK_LOST
        row = behind


@apart
def cuts_off(g: Given, s: State, kind: int, now: float) -> None:
    """Send all of a type away who wait."""
    while s.heads[kind] >= 0:
        row = s.heads[kind]
        leaves_line(g, s, row, now)
        frees_line(g, s, row)
        ends(g, s, row, CUT_OFF, now)
    if g.calls_back:
        gives_up_callbacks(g, s, kind, False)


@apart
def count_able(g: Given, s: State) -> None:
    """At closing: how many of each group are there, or come, and take calls."""
    able, now = s.able, g.closes
    for group in range(g.groups):
        able[group] = -s.departures_owed[group]
    for operator in range(len(g.group)):
        doing = s.doing[operator]
        stays = doing not in (AWAY, ON_BREAK) and not s.due_to_leave[operator]
        returns = doing == ON_BREAK and s.break_until[operator] < s.duty_until[operator]
        if stays or returns or g.coming[operator] > now:
            able[g.group[operator]] += 1


@apart
def closing(g: Given, s: State) -> None:
    """Nobody phones any more; those who wait are served to the end, or cut off."""
    s.scalars[CLOSED] = 1
    now = g.closes
    types = g.types
    for kind in range(types if g.calls_back else 0):
        gives_up_callbacks(g, s, kind, g.serve)
    if g.serve:
        settle(g, s, now)
    able = s.able
    if g.serve:
        count_able(g, s)
    for kind in range(types):
        served = False
        for group in range(g.groups):
            if able[group] > 0 and g.routing.tier[kind * g.groups + group] >= 0:
                served = True
        if not served:
            cuts_off(g, s, kind, now)
    for group in range(g.groups):
        while s.first_idle[group] >= 0:
            operator = s.first_idle[group]
            stops_idling(g, s, operator)
            leaves(g, s, operator, now)


@apart
def foreseen(g: Given, s: State, change: int) -> tuple[float, int, int]:
    """Time, key and source of what is next of the roster and the closing."""
    time, key, source = np.inf, NEVER, NOTHING
    if change < len(g.roster_time):
        time, key, source = g.roster_time[change], g.roster_entity[change], ROSTER
    if s.scalars[CLOSED] == 0 and (g.closes < time or (g.closes == time and key > CLOSING * KIND)):
        time, key, source = g.closes, CLOSING * KIND, CLOSES
    return time, key, source


@inlined
def staff_event(g: Given, s: State, key: int, now: float) -> None:
    """The first event of the staff; what is scheduled meanwhile takes its place in the heap."""
    s.scalars[SPENT] = 1
    if key >= FREED * KIND:
        is_freed(g, s, key - FREED * KIND, now)
    elif not has_break(g, s, key, now):
        s.there[g.group[key]] += 1
        seeks(g, s, key, now)
    if s.scalars[SPENT] == 1:
        s.scalars[SPENT] = 0
        s.scalars[STAFF_EVENTS] = pop(s.staff_time, s.staff_key, s.scalars[STAFF_EVENTS])


@inlined
def caller_event(g: Given, s: State, key: int, now: float) -> None:
    """An event of a caller; one who no longer waits is not affected."""
    if key >= ARRIVAL * KIND:
        arrives(g, s, key - ARRIVAL * KIND, now)
    elif key >= HANG_UP * KIND:
        row = key - HANG_UP * KIND
        if s.stage[row] == HOLDING:
            hangs_up(g, s, row, now)
    elif key >= MESSAGE * KIND:
        row = key - MESSAGE * KIND
        if s.stage[row] == HOLDING:
            hears(g, s, row, now)
    else:
        stage = s.stage[key - OPENED * KIND]
        if stage in (HOLDING, TO_BE_CALLED):
            settle(g, s, now)


@compiled
def live_through(g: Given, s: State) -> None:
    """Handle every event of the day in the order (time, kind, entity, ticket)."""
    rows = len(g.phoned)
    row, change = FIRST, FIRST
    following = foreseen(g, s, change)
    while True:
        # Of what is known beforehand: roster, closing and arrivals, each already in order.
        time, key, source = following
        if row < rows and (
            g.phoned[row] < time or (g.phoned[row] == time and key > ARRIVAL * KIND + row)
        ):
            time, key, source = g.phoned[row], ARRIVAL * KIND + row, ARRIVES
        # Of what the day itself brings; at a full tie the roster's ticket is the older.
        if s.staff_time[0] < time or (s.staff_time[0] == time and s.staff_key[0] < key):
            time, key, source = s.staff_time[0], s.staff_key[0], STAFF
        if s.caller_time[0] < time or (s.caller_time[0] == time and s.caller_key[0] < key):
            time, key, source = s.caller_time[0], s.caller_key[0], CALLER
        if source == ARRIVES:
            phones(g, s, row, time)
            row += 1
        elif source == STAFF:
            staff_event(g, s, key, time)
        elif source == CALLER:
            s.scalars[CALLER_EVENTS] = pop(s.caller_time, s.caller_key, s.scalars[CALLER_EVENTS])
            caller_event(g, s, key, time)
        elif source == ROSTER:
            follows_roster(g, s, change, time)
            change += 1
            following = foreseen(g, s, change)
        elif source == CLOSES:
            closing(g, s)
            following = foreseen(g, s, change)
        else:
            return


def run_day(centre: Centre, callers: Callers, staff: Staff) -> Outcomes:
    """Run one day compiled; see `sim.engine.simulate`."""
    given, state = given_of(centre, callers, staff), state_of(centre, callers)
    live_through(given, state)
    return outcomes_of(centre, callers, state)


def warm_up() -> None:
    """Compile the engine, or load it compiled, by letting a day pass on which nothing happens."""
    nobody, never = np.zeros(0, np.int32), np.zeros(0)
    kinds = np.zeros(1, np.int32)
    routing = Routing(kinds, kinds, np.zeros(1), kinds, kinds, np.zeros(1), np.ones(1),
                      np.zeros(1, np.bool_))  # fmt: skip
    centre = Centre(
        types=("",), groups=("",), opens=0.0, closes=1.0, interval=1.0, serve=True, lines=-1,
        routing=routing, talk_mean=np.zeros(1), wrap_mean=np.zeros(1),
        first_operator=np.zeros(2, np.int32), operator_group=nobody, operator_name=(),
        seats=np.zeros(1, np.bool_), seat_time=never, seat_group=nobody, seat_number=nobody,
        duty_operator=nobody, duty_start=never, duty_end=never, break_operator=nobody,
        break_due=never, break_lasts=never, break_paid=np.zeros(0, np.bool_),
    )  # fmt: skip
    short = np.zeros(0, np.int16)
    callers = Callers(never, short, nobody, short, never, never, never)
    run_day(centre, callers, Staff(nobody, np.zeros(0, np.bool_)))


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
    return {
        "follows": len(callers.follow_ups.via) > 0,
        "uses_menu": len(callers.choices.menu) > 0,
        "balks": len(callers.choices.balk) > 0,
        "calls_back": bool(conduct.called_back.any()),
        "listens": bool(centre.announcements.by_queue.any()),
        "limited": conduct.queue_limit >= 0 or conduct.per_operator != np.inf,
        "grows": bool(conduct.per_minute.any() or conduct.past_promise.any()),
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
    arrives = uses["follows"] or uses["uses_menu"] or uses["calls_back"]
    room = rows * (1 + int(arrives) + max(map(len, thresholds), default=0))
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

    staff_time, staff_key = heap_of(operators)
    caller_time, caller_key = heap_of(room)
    first_break = np.searchsorted(centre.break_operator, np.arange(operators))
    return State(
        scalars=longs(11), staff_time=staff_time,
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
