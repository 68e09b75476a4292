"""The line compiled: one event loop over plain arrays, the same outcomes as the model in SimPy.

Read `model.py` first; the functions here bear the same names. Nothing is drawn, nothing is
allocated per event, and decisions are those of `sim.rules`, compiled.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import rules
from sim.callers import Callers, Staff
from sim.centre import Centre, Routing
from sim.engine.compiling import compiled, compiled_rule
from sim.engine.heap import pop, push
from sim.events import Kind
from sim.outcomes import Outcome, Outcomes

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

# Numba takes plain whole numbers as constants, members of an IntEnum only with a detour.
ANSWERED, ABANDONED, BLOCKED, CUT_OFF = (
    int(Outcome.ANSWERED), int(Outcome.ABANDONED), int(Outcome.BLOCKED), int(Outcome.CUT_OFF),
)  # fmt: skip
DUTY, FREED, OPENED, CLOSING, HANG_UP, ARRIVAL = (
    int(Kind.DUTY), int(Kind.FREED), int(Kind.OPENED), int(Kind.CLOSING), int(Kind.HANG_UP),
    int(Kind.ARRIVAL),
)  # fmt: skip
AWAY, IDLE, TALKING, WRAPPING_UP, ON_BREAK = range(5)
STARTS, ENDS, BREAK_DUE, SEATS_CHANGE = range(4)
KIND = 1 << 32
"""A key is kind * KIND + entity."""
LAST = 1 << 62
"""Later than every key."""
LINES_BUSY, CLOSED, STAFF_EVENTS, CALLER_EVENTS, PRESENCES, BREAKS = range(6)
"""Places of `State.scalars`."""


may_serve = compiled_rule(rules.may_serve)
choose_caller = compiled_rule(rules.choose_caller, may_serve=may_serve)
choose_operator = compiled_rule(rules.choose_operator, may_serve=may_serve)


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
    group: Ints
    first: Ints
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
    heads: Ints
    tails: Ints
    outcome: NDArray[np.int8]
    wait_ended: Floats
    talk_ended: Floats
    handled: Floats
    operator: Ints
    doing: NDArray[np.int8]
    serving: Ints
    came: Floats
    duty_until: Floats
    break_until: Floats
    due_to_leave: NDArray[np.bool_]
    break_next: Longs
    break_owed: Longs
    idle_since: Floats
    before: Ints
    """The idle operator of the group who comes before an operator; -1: none."""
    after: Ints
    first_idle: Ints
    last_idle: Ints
    idle_count: Ints
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


@compiled
def schedule_staff(s: State, time: float, kind: int, operator: int) -> None:
    """An operator's talk, wrap-up or break will end."""
    key, size = kind * KIND + int(operator), s.scalars[STAFF_EVENTS]
    s.scalars[STAFF_EVENTS] = push(s.staff_time, s.staff_key, size, time, key)


@compiled
def schedule_caller(s: State, time: float, kind: int, row: int) -> None:
    """A caller will hang up, or come within reach of a further group."""
    key = kind * KIND + row
    s.scalars[CALLER_EVENTS] = push(
        s.caller_time, s.caller_key, s.scalars[CALLER_EVENTS], time, key
    )


@compiled
def wait(g: Given, s: State, row: int, kind: int, now: float) -> None:
    """The caller waits; patience runs, and groups that help out later come nearer."""
    s.waiting[row] = True
    if s.heads[kind] < 0:
        s.heads[kind] = row
    else:
        s.behind[s.tails[kind]] = row
    s.tails[kind] = row
    if g.patience[row] != np.inf:
        schedule_caller(s, now + g.patience[row], HANG_UP, row)
    for place in range(g.threshold_from[kind], g.threshold_from[kind + 1]):
        schedule_caller(s, now + g.thresholds[place], OPENED, row)


@compiled
def leaves_queue(g: Given, s: State, row: int, outcome: int, now: float) -> None:
    """The wait is over, one way or another."""
    s.waiting[row] = False
    s.outcome[row] = outcome
    s.wait_ended[row] = now
    kind = g.kind[row]
    head = s.heads[kind]
    while head >= 0 and not s.waiting[head]:
        head = s.behind[head]
    s.heads[kind] = head


@compiled
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


@compiled
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


@compiled
def answer(g: Given, s: State, operator: int, row: int, now: float) -> None:
    """An idle operator and a caller meet."""
    stops_idling(g, s, operator)
    s.doing[operator] = TALKING
    s.serving[operator] = row
    s.operator[row] = operator
    if s.waiting[row]:
        leaves_queue(g, s, row, ANSWERED, now)
    else:
        s.outcome[row] = ANSWERED
        s.wait_ended[row] = now
    place = g.kind[row] * g.groups + g.group[operator]
    schedule_staff(s, now + g.talk_work[row] * g.talk_mean[place], FREED, operator)


@compiled
def next_caller(g: Given, s: State, group: int, now: float) -> int:
    """The call type that an idle operator of the group takes now; -1: none."""
    closed = s.scalars[CLOSED] == 1
    return choose_caller(
        g.routing, group, g.groups, s.heads, g.joined, now, s.idle_count[group], closed
    )


@compiled
def looks_for_work(g: Given, s: State, operator: int, now: float) -> None:
    """A free operator takes the caller who is next, or idles; after closing, goes home."""
    starts_idling(g, s, operator, now)
    kind = next_caller(g, s, g.group[operator], now)
    if kind >= 0:
        answer(g, s, operator, s.heads[kind], now)
    elif s.scalars[CLOSED] == 1:
        stops_idling(g, s, operator)
        leaves(s, operator, now)


@compiled
def settle(g: Given, s: State, now: float) -> None:
    """Groups in file order, longest idle first, take whom they may."""
    for group in range(g.groups):
        while s.idle_count[group] > 0:
            kind = next_caller(g, s, group, now)
            if kind < 0:
                break
            answer(g, s, s.first_idle[group], s.heads[kind], now)


@compiled
def phones(g: Given, s: State, row: int, now: float) -> None:
    """A caller reaches the line: a busy tone, an operator at once, or the queue."""
    if s.scalars[LINES_BUSY] == g.lines:
        s.outcome[row] = BLOCKED
        return
    s.scalars[LINES_BUSY] += 1
    kind = g.kind[row]
    closed = s.scalars[CLOSED] == 1
    group = choose_operator(
        g.routing, kind, g.groups, s.first_idle, s.idle_since, s.idle_count, now, closed
    )
    if group >= 0:
        answer(g, s, s.first_idle[group], row, now)
    else:
        wait(g, s, row, kind, now)


@compiled
def is_freed(g: Given, s: State, operator: int, now: float) -> None:
    """A talk ends and the wrap-up begins, or the wrap-up ends."""
    row = s.serving[operator]
    if s.doing[operator] == TALKING:
        s.talk_ended[row] = now
        s.scalars[LINES_BUSY] -= 1
        wrap_up = g.wrap_work[row] * g.wrap_mean[g.kind[row] * g.groups + g.group[operator]]
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


@compiled
def comes(g: Given, s: State, operator: int, now: float) -> None:
    """The operator is there."""
    s.came[operator] = now
    looks_for_work(g, s, operator, now)


@compiled
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


@compiled
def may_have_break(s: State, operator: int, now: float) -> bool:
    """Whether a break is owed and there is still time for it."""
    due = s.break_owed[operator] > 0 and s.scalars[CLOSED] == 0
    return bool(due and now < s.duty_until[operator])


@compiled
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


@compiled
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


@compiled
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


@compiled
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


@compiled
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


@compiled
def live_through(g: Given, s: State) -> None:  # noqa: C901
    """Handle every event of the day in the order (time, kind, entity, ticket)."""
    rows, changes = len(g.joined), len(g.roster_time)
    row, change, closed = 0, 0, False
    while True:
        # Of what is known beforehand: roster, closing and arrivals, each already in order.
        time, key, source = np.inf, LAST, 0
        if change < changes:
            time, key, source = g.roster_time[change], int(g.roster_entity[change]), 1
        if not closed and (g.closes < time or (g.closes == time and key > CLOSING * KIND)):
            time, key, source = g.closes, CLOSING * KIND, 2
        if row < rows and (
            g.joined[row] < time or (g.joined[row] == time and key > ARRIVAL * KIND + row)
        ):
            time, key, source = g.joined[row], ARRIVAL * KIND + row, 3
        # Of what the day itself brings; at a full tie the roster's ticket is the older.
        if s.scalars[STAFF_EVENTS] > 0 and (
            s.staff_time[0] < time or (s.staff_time[0] == time and s.staff_key[0] < key)
        ):
            time, key, source = s.staff_time[0], int(s.staff_key[0]), 4
        if s.scalars[CALLER_EVENTS] > 0 and (
            s.caller_time[0] < time or (s.caller_time[0] == time and s.caller_key[0] < key)
        ):
            time, key, source = s.caller_time[0], int(s.caller_key[0]), 5
        if source == 3:
            phones(g, s, row, time)
            row += 1
        elif source == 4:
            s.scalars[STAFF_EVENTS] = pop(s.staff_time, s.staff_key, s.scalars[STAFF_EVENTS])
            if key >= FREED * KIND:
                is_freed(g, s, key - FREED * KIND, time)
            elif not has_break(g, s, key, time):
                looks_for_work(g, s, key, time)
        elif source == 5:
            s.scalars[CALLER_EVENTS] = pop(s.caller_time, s.caller_key, s.scalars[CALLER_EVENTS])
            if key >= HANG_UP * KIND:
                who = key - HANG_UP * KIND
                if s.waiting[who]:
                    leaves_queue(g, s, who, ABANDONED, time)
                    s.scalars[LINES_BUSY] -= 1
            elif s.waiting[key - OPENED * KIND]:
                settle(g, s, time)
        elif source == 1:
            follows_roster(g, s, change, time)
            change += 1
        elif source == 2:
            closing(g, s)
            closed = True
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
        group=centre.operator_group,
        first=centre.first_operator,
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

    def longs(number: int) -> Longs:
        return np.zeros(number, np.int64)

    first_break = np.searchsorted(centre.break_operator, np.arange(operators))
    return State(
        scalars=longs(6), staff_time=np.empty(operators + 1), staff_key=longs(operators + 1),
        caller_time=np.empty(room + 1), caller_key=np.empty(room + 1, np.int64),
        waiting=np.zeros(rows, np.bool_), behind=none(rows), heads=none(types),
        tails=none(types), outcome=np.full(rows, -1, np.int8), wait_ended=floats(rows),
        talk_ended=floats(rows), handled=floats(rows), operator=none(rows),
        doing=np.zeros(operators, np.int8), serving=none(operators), came=floats(operators),
        duty_until=floats(operators), break_until=floats(operators),
        due_to_leave=np.zeros(operators, np.bool_), break_next=first_break.astype(np.int64),
        break_owed=longs(operators), idle_since=floats(operators), before=none(operators),
        after=none(operators), first_idle=none(groups), last_idle=none(groups),
        idle_count=np.zeros(groups, np.int32), seats_set=longs(groups),
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
