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
from sim.engine.compiling import compiled, inlined, inlined_rule
from sim.engine.heap import pop, push, replace
from sim.events import Kind
from sim.outcomes import Outcome, Outcomes

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


def wide(numbers: Iterable[int]) -> tuple[int, ...]:
    """The numbers in 64 bits, which is what an engine hands on.

    Numba compiles a function once for each type that it is called with, and takes a plain 5 for
    a type of its own.
    """
    return tuple(cast(int, np.int64(number)) for number in numbers)


ANSWERED, ABANDONED, BLOCKED, CUT_OFF = wide(
    (Outcome.ANSWERED, Outcome.ABANDONED, Outcome.BLOCKED, Outcome.CUT_OFF)
)
DUTY, FREED, OPENED, CLOSING, HANG_UP, ARRIVAL = wide(
    (Kind.DUTY, Kind.FREED, Kind.OPENED, Kind.CLOSING, Kind.HANG_UP, Kind.ARRIVAL)
)
AWAY, IDLE, TALKING, WRAPPING_UP, ON_BREAK = wide(range(5))
STARTS, ENDS, BREAK_DUE, SEATS_CHANGE = wide(range(4))
NOTHING, ROSTER, CLOSES, ARRIVES, STAFF, CALLER = wide(range(6))
"""Where the next event comes from."""
FIRST, NEVER, KIND = wide((0, -1, 1 << 32))
"""A key is kind * KIND + entity. NEVER is the key of nothing, which is due at inf: lower than
every key, so that an empty heap never ties with it."""
LINES_BUSY, QUEUED, AT_REST, CLOSED, STAFF_EVENTS, SPENT, CALLER_EVENTS, PRESENCES, BREAKS = wide(
    range(9)
)
"""Places of `State.scalars`: lines taken, callers who wait, operators who idle, 1 once closed,
events of the staff, 1 while the first of them is being handled, events of callers, rows written."""


may_serve = inlined_rule(rules.may_serve)
choose_caller = inlined_rule(rules.choose_caller, may_serve=may_serve)
choose_operator = inlined_rule(rules.choose_operator, may_serve=may_serve)


class Given(NamedTuple):
    """What is known of the day before it starts."""

    routing: Routing
    groups: int
    closes: float
    serve: bool
    lines: int
    joined: Floats
    kind: NDArray[np.int16]
    patience: Floats
    talk_work: Floats
    wrap_work: Floats
    talk_mean: Floats
    wrap_mean: Floats
    threshold_from: Longs
    """Thresholds of type t are `thresholds[threshold_from[t]:threshold_from[t + 1]]`."""
    thresholds: Floats
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


class State(NamedTuple):
    """Everything that changes during the day."""

    scalars: Longs
    """See `LINES_BUSY` to `BREAKS`."""
    staff_time: Floats
    staff_key: Longs
    caller_time: Floats
    caller_key: Longs
    waiting: NDArray[np.bool_]
    behind: Ints
    """The row that joined next after a row, of its type; -1: none."""
    heads: Longs
    tails: Longs
    outcome: NDArray[np.int8]
    wait_ended: Floats
    talk_ended: Floats
    handled: Floats
    operator: Ints
    doing: NDArray[np.int8]
    serving: Longs
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


@inlined
def wait(g: Given, s: State, row: int, kind: int, now: float) -> None:
    """The caller waits; patience runs, and groups that help out later come nearer."""
    s.waiting[row] = True
    s.scalars[QUEUED] += 1
    if s.heads[kind] < 0:
        s.heads[kind] = row
    else:
        s.behind[s.tails[kind]] = row
    s.tails[kind] = row
    if g.patience[row] != np.inf:
        schedule_caller(s, now + g.patience[row], HANG_UP, row)
    for place in range(g.threshold_from[kind], g.threshold_from[kind + 1]):
        schedule_caller(s, now + g.thresholds[place], OPENED, row)


@inlined
def leaves_queue(g: Given, s: State, row: int, outcome: int, now: float) -> None:
    """The wait is over, one way or another."""
    s.waiting[row] = False
    s.outcome[row] = outcome
    s.wait_ended[row] = now
    s.scalars[QUEUED] -= 1
    kind = int(g.kind[row])
    head = s.heads[kind]
    while head >= 0 and not s.waiting[head]:
        head = int(s.behind[head])
    s.heads[kind] = head


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


@inlined
def answer(g: Given, s: State, operator: int, row: int, now: float) -> None:
    """A free operator, no longer among the idle, and a caller meet."""
    s.doing[operator] = TALKING
    s.serving[operator] = row
    s.operator[row] = operator
    if s.waiting[row]:
        leaves_queue(g, s, row, ANSWERED, now)
    else:
        s.outcome[row] = ANSWERED
        s.wait_ended[row] = now
    place = int(g.kind[row]) * g.groups + g.group[operator]
    schedule_staff(s, now + g.talk_work[row] * g.talk_mean[place], FREED, operator)


@inlined
def next_caller(g: Given, s: State, group: int, idle: int, now: float) -> int:
    """The call type that one of so many idle operators of the group takes now; -1: none."""
    if s.scalars[QUEUED] == 0:
        return -1
    closed = s.scalars[CLOSED] == 1
    return choose_caller(g.routing, group, g.groups, s.heads, g.joined, now, idle, closed)


@inlined
def looks_for_work(g: Given, s: State, operator: int, now: float) -> None:
    """A free operator takes the caller who is next, or idles; after closing, goes home."""
    group = g.group[operator]
    kind = next_caller(g, s, group, s.idle_count[group] + 1, now)
    if kind >= 0:
        answer(g, s, operator, s.heads[kind], now)
    elif s.scalars[CLOSED] == 1:
        leaves(s, operator, now)
    else:
        starts_idling(g, s, operator, now)


@inlined
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
    """A caller reaches the line: a busy tone, an operator at once, or the queue."""
    if s.scalars[LINES_BUSY] == g.lines:
        s.outcome[row] = BLOCKED
        return
    s.scalars[LINES_BUSY] += 1
    kind, group = int(g.kind[row]), -1
    if s.scalars[AT_REST] > 0:
        closed = s.scalars[CLOSED] == 1
        group = choose_operator(
            g.routing, kind, g.groups, s.first_idle, s.idle_since, s.idle_count, now, closed
        )
    if group >= 0:
        operator = s.first_idle[group]
        stops_idling(g, s, operator)
        answer(g, s, operator, row, now)
    else:
        wait(g, s, row, kind, now)


@inlined
def is_freed(g: Given, s: State, operator: int, now: float) -> None:
    """A talk ends and the wrap-up begins, or the wrap-up ends."""
    row = s.serving[operator]
    if s.doing[operator] == TALKING:
        s.talk_ended[row] = now
        s.scalars[LINES_BUSY] -= 1
        wrap_up = g.wrap_work[row] * g.wrap_mean[int(g.kind[row]) * g.groups + g.group[operator]]
        if wrap_up > 0.0:
            s.doing[operator] = WRAPPING_UP
            schedule_staff(s, now + wrap_up, FREED, operator)
            return
    s.handled[row] = now
    s.serving[operator] = -1
    group = g.group[operator]
    if s.due_to_leave[operator]:
        leaves(s, operator, now)
    elif s.departures_owed[group] > 0:
        s.departures_owed[group] -= 1
        leaves(s, operator, now)
    elif not has_break(g, s, operator, now):
        looks_for_work(g, s, operator, now)


@inlined
def comes(g: Given, s: State, operator: int, now: float) -> None:
    """The operator is there."""
    s.came[operator] = now
    looks_for_work(g, s, operator, now)


@inlined
def leaves(s: State, operator: int, now: float) -> None:
    """The operator goes home."""
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
    """Begin the break that is owed, if one is; it ends with the duty at the latest."""
    if not may_have_break(s, operator, now):
        return False
    lasts = g.break_lasts[s.break_next[operator]]
    s.break_next[operator] += 1
    s.break_owed[operator] -= 1
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
    return True


@inlined
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


@inlined
def duty_ends(g: Given, s: State, operator: int, now: float) -> None:
    """A person's duty ends; a call in hand is finished, and closing has its own rule."""
    s.break_next[operator] += s.break_owed[operator]
    s.break_owed[operator] = 0
    doing = s.doing[operator]
    if doing == ON_BREAK:
        leaves(s, operator, now)
    elif g.serve and now >= g.closes:
        return
    elif doing == IDLE:
        stops_idling(g, s, operator)
        leaves(s, operator, now)
    elif doing != AWAY:
        s.due_to_leave[operator] = True


@inlined
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
                leaves(s, operator, now)
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


@inlined
def closing(g: Given, s: State) -> None:
    """Nobody phones any more; those who wait are served to the end, or cut off."""
    s.scalars[CLOSED] = 1
    now = g.closes
    if g.serve:
        settle(g, s, now)
    able = s.able
    if g.serve:
        for group in range(g.groups):
            able[group] = -s.departures_owed[group]
        for operator in range(len(g.group)):
            doing = s.doing[operator]
            stays = doing != AWAY and doing != ON_BREAK and not s.due_to_leave[operator]
            returns = doing == ON_BREAK and s.break_until[operator] < s.duty_until[operator]
            if stays or returns or g.coming[operator] > now:
                able[g.group[operator]] += 1
    for kind in range(len(s.heads)):
        served = False
        for group in range(g.groups):
            if able[group] > 0 and g.routing.tier[kind * g.groups + group] >= 0:
                served = True
        while not served and s.heads[kind] >= 0:
            leaves_queue(g, s, s.heads[kind], CUT_OFF, now)
            s.scalars[LINES_BUSY] -= 1
    for group in range(g.groups):
        while s.first_idle[group] >= 0:
            operator = s.first_idle[group]
            stops_idling(g, s, operator)
            leaves(s, operator, now)


@inlined
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
        looks_for_work(g, s, key, now)
    if s.scalars[SPENT] == 1:
        s.scalars[SPENT] = 0
        s.scalars[STAFF_EVENTS] = pop(s.staff_time, s.staff_key, s.scalars[STAFF_EVENTS])


@inlined
def caller_event(g: Given, s: State, key: int, now: float) -> None:
    """An event of a caller; one who no longer waits is not affected."""
    if key >= HANG_UP * KIND:
        row = key - HANG_UP * KIND
        if s.waiting[row]:
            leaves_queue(g, s, row, ABANDONED, now)
            s.scalars[LINES_BUSY] -= 1
    elif s.waiting[key - OPENED * KIND]:
        settle(g, s, now)


@compiled
def live_through(g: Given, s: State) -> None:
    """Handle every event of the day in the order (time, kind, entity, ticket)."""
    rows = len(g.joined)
    row, change = FIRST, FIRST
    following = foreseen(g, s, change)
    while True:
        # Of what is known beforehand: roster, closing and arrivals, each already in order.
        time, key, source = following
        if row < rows and (
            g.joined[row] < time or (g.joined[row] == time and key > ARRIVAL * KIND + row)
        ):
            time, key, source = g.joined[row], ARRIVAL * KIND + row, ARRIVES
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
    return outcomes_of(callers, state)


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
        joined=callers.arrival,
        kind=callers.type,
        patience=callers.patience,
        talk_work=callers.talk_work,
        wrap_work=callers.wrap_work,
        talk_mean=centre.talk_mean,
        wrap_mean=centre.wrap_mean,
        threshold_from=np.cumsum([0, *map(len, thresholds)]),
        thresholds=np.array([each for own in thresholds for each in own], np.float64),
        group=centre.operator_group.astype(np.int64),
        first=centre.first_operator.astype(np.int64),
        coming=coming,
        **_roster(centre, staff),
        break_lasts=centre.break_lasts,
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
    # A row has at most one hang-up and its type's thresholds ahead of it.
    room = rows * (1 + max(map(len, thresholds), default=0))
    comings = len(centre.duty_start) + int(np.sum(centre.seat_number))

    def floats(number: int) -> Floats:
        return np.full(number, np.nan)

    def none(number: int) -> Ints:
        return np.full(number, -1, np.int32)

    def nobody(number: int) -> Longs:
        return np.full(number, -1, np.int64)

    def longs(number: int) -> Longs:
        return np.zeros(number, np.int64)

    caller_time = np.empty(room + 1)
    caller_time[0] = np.inf
    first_break = np.searchsorted(centre.break_operator, np.arange(operators))
    return State(
        scalars=longs(9), staff_time=np.full(operators + 1, np.inf),
        staff_key=longs(operators + 1), caller_time=caller_time,
        caller_key=np.empty(room + 1, np.int64), waiting=np.zeros(rows, np.bool_),
        behind=none(rows), heads=nobody(types), tails=nobody(types),
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


def outcomes_of(callers: Callers, s: State) -> Outcomes:
    """The outcome tables of the day."""
    presences, breaks = slice(s.scalars[PRESENCES]), slice(s.scalars[BREAKS])
    order = np.lexsort((s.presence_start[presences], s.presence_operator[presences]))
    turns = np.lexsort((s.break_start[breaks], s.break_operator[breaks]))
    return Outcomes(
        type=callers.type, caller=callers.caller, attempt=callers.attempt,
        arrival=callers.arrival, outcome=s.outcome, wait_ended=s.wait_ended,
        talk_ended=s.talk_ended, handled=s.handled, operator=s.operator,
        presence_operator=s.presence_operator[order], presence_start=s.presence_start[order],
        presence_end=s.presence_end[order], break_operator=s.break_operator[turns],
        break_start=s.break_start[turns], break_end=s.break_end[turns],
    )  # fmt: skip
