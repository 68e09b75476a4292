"""The line compiled: one event loop over plain arrays, the same outcomes as the model in SimPy.

Read `model.py` first; functions here and in `queues`, `hearing` and `answering` bear the same
names. Nothing is drawn, nothing is allocated per event, and decisions are those of `sim.rules`,
compiled.
"""

from __future__ import annotations

import numpy as np

from sim.callers import Callers, Staff
from sim.centre import Centre, Routing
from sim.engine.answering import arrives, is_freed, phones, seeks, settle
from sim.engine.compiling import apart, compiled, inlined
from sim.engine.heap import leaf, pop, put
from sim.engine.hearing import ends, frees_line, hangs_up, hears
from sim.engine.queues import (
    has_break,
    leaves,
    leaves_calls,
    leaves_line,
    may_have_break,
    stops_idling,
)
from sim.engine.state import (
    ARRIVAL,
    ARRIVES,
    AWAY,
    BREAK_DUE,
    CALLBACK_LOST,
    CALLER,
    CALLER_EVENTS,
    CLOSED,
    CLOSES,
    CLOSING,
    CUT_OFF,
    ENDS,
    FIRST,
    FREED,
    HANG_UP,
    HOLDING,
    IDLE,
    KIND,
    MESSAGE,
    NEVER,
    NOTHING,
    ON_BREAK,
    OPENED,
    ROSTER,
    SEATS_CHANGE,
    STAFF,
    STARTS,
    TO_BE_CALLED,
    Given,
    State,
    given_of,
    outcomes_of,
    state_of,
)
from sim.outcomes import Outcomes


@apart
def comes(g: Given, s: State, operator: int, now: float) -> None:
    """The operator is there."""
    s.came[operator] = now
    s.there[g.group[operator]] += 1
    seeks(g, s, operator, now)


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
    """The first event of the staff; mostly the operator's next one takes its place."""
    freed = key >= FREED * KIND
    operator = key - FREED * KIND if freed else key
    place = leaf(s.staff_time, operator)
    # Only the leaf, to see whether anything comes in its place: what is put there, or the line at
    # the end, also renews what is above it, and the first of all is not looked at before.
    s.staff_time[place] = np.inf
    if freed:
        is_freed(g, s, operator, now)
    elif not has_break(g, s, operator, now):
        s.there[g.group[operator]] += 1
        seeks(g, s, operator, now)
    if s.staff_time[place] == np.inf:
        put(s.staff_time, s.staff_key, operator, np.inf, key)


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
