"""The line compiled: one event loop over plain arrays, the same outcomes as the model in SimPy.

Read `model.py` first; functions here and in `queues`, `hearing` and `answering` bear the same
names. Nothing is drawn, nothing is allocated per event, and decisions are those of `sim.rules`,
compiled.
"""

from __future__ import annotations

import numpy as np

from sim.callers import Callers, Staff
from sim.centre import Centre, Routing
from sim.engine.answering import arrives, is_freed, opens, phones, seeks, settle
from sim.engine.compiling import apart, compiled, inlined
from sim.engine.heap import leaf, pop, put
from sim.engine.hearing import hangs_up, hears
from sim.engine.hours import hours_change, next_change
from sim.engine.preparing import given_of, outcomes_of, state_of
from sim.engine.queues import (
    gives_up_breaks,
    has_break,
    leaves,
    may_have_break,
    stops_idling,
    takes_break,
)
from sim.engine.state import (
    ARRIVAL,
    ARRIVES,
    AWAY,
    BREAK_DUE,
    CALLER,
    CALLER_EVENTS,
    CLOSED,
    ENDS,
    FIRST,
    FREED,
    HANG_UP,
    HOLDING,
    HOURS,
    IDLE,
    KIND,
    MESSAGE,
    NEVER,
    NOTHING,
    ON_BREAK,
    OPENED,
    PERIOD,
    ROSTER,
    SEATS_CHANGE,
    STAFF,
    STARTS,
    Given,
    State,
)
from sim.outcomes import Outcomes


@apart
def comes(g: Given, s: State, operator: int, now: float) -> None:
    """The operator is there."""
    s.crew.came[operator], s.crew.busy[operator] = now, 0.0
    s.teams.there[g.group[operator]] += 1
    seeks(g, s, operator, now)


@apart
def follows_roster(g: Given, s: State, place: int, now: float) -> None:
    """A duty starts or ends, a break falls due, or a headcount changes."""
    who, act, called = g.roster.entity[place], g.roster.act[place], g.roster.on_call[place]
    if act == STARTS:
        duty_starts(g, s, who, g.roster.value[place], now)
    elif act == ENDS:
        if called < 0 or not np.isnan(s.called[called]):
            duty_ends(g, s, who, now)
    elif act == BREAK_DUE:
        break_is_due(g, s, who, now)
    else:
        seats_change(g, s, act - SEATS_CHANGE, int(g.roster.value[place]), now)


@apart
def duty_starts(g: Given, s: State, operator: int, until: float, now: float) -> None:
    """A person's duty begins; who is still at work from an earlier one just goes on."""
    s.crew.duty_until[operator] = until
    s.due_to_leave[operator] = False
    if s.doing[operator] == AWAY:
        comes(g, s, operator, now)


@apart
def comes_back_or_in(g: Given, s: State, operator: int, now: float) -> None:
    """Who was on call is there, or a break ends: back to work, unless another one is owed."""
    if s.doing[operator] == AWAY:
        duty_starts(g, s, operator, g.on_call.end[s.crew.comes_for[operator]], now)
    elif not has_break(g, s, operator, now):
        s.teams.there[g.group[operator]] += 1
        s.doing[operator] = IDLE
        seeks(g, s, operator, now)


@apart
def break_is_due(g: Given, s: State, operator: int, now: float) -> None:
    """A break begins, now or when the work in hand or an earlier break is done; who is not on
    duty gives it up."""
    s.break_owed[operator] += 1
    if s.doing[operator] == AWAY or now >= s.crew.duty_until[operator]:
        gives_up_breaks(s, operator)
    elif s.doing[operator] == IDLE and may_have_break(g, s, operator, now):
        stops_idling(g, s, operator)
        takes_break(g, s, operator, now)


@apart
def duty_ends(g: Given, s: State, operator: int, now: float) -> None:
    """A person's duty ends; a call in hand is finished, and closing has its own rule."""
    gives_up_breaks(s, operator)
    doing = s.doing[operator]
    if doing == ON_BREAK:
        leaves(g, s, operator, now)
    elif g.serve and now >= g.calendar.period_closes[s.scalars[PERIOD]]:
        return
    elif doing == IDLE:
        stops_idling(g, s, operator)
        leaves(g, s, operator, now)
    elif doing != AWAY:
        s.due_to_leave[operator] = True


@apart
def seats_change(g: Given, s: State, group: int, number: int, now: float) -> None:
    """A headcount falls (idle ones leave, others once free) or rises (departures owed are
    cancelled first); when the line opens again it is set anew."""
    if s.scalars[CLOSED] == 1:
        return
    period = s.scalars[PERIOD]
    if period > 0 and now == g.calendar.period_opens[period]:
        s.teams.seats_set[group], s.departures_owed[group] = present(g, s, group), 0
    change = number - s.teams.seats_set[group]
    s.teams.seats_set[group] = number
    if change < 0:
        leaving = min(-change, s.idle_count[group])
        s.departures_owed[group] += -change - leaving
        operator = g.teams.first[group + 1] - 1
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
    for operator in range(g.teams.first[group], g.teams.first[group + 1]):
        if lacking > 0 and s.doing[operator] == AWAY:
            comes(g, s, operator, now)
            lacking -= 1


@apart
def present(g: Given, s: State, group: int) -> int:
    """Operators of a group who are there."""
    number = 0
    for operator in range(g.teams.first[group], g.teams.first[group + 1]):
        number += int(s.doing[operator] != AWAY)
    return number


@apart
def foreseen(g: Given, s: State, change: int) -> tuple[float, int, int]:
    """Time, key and source of what is next of the roster and the opening hours."""
    time, key, source = np.inf, NEVER, NOTHING
    if change < g.changes:
        time, key, source = g.roster.time[change], g.roster.entity[change], ROSTER
    hours, hours_key = next_change(g, s)
    # An opening comes before all else of its instant.
    if hours < time or (hours == time and hours_key <= key):
        time, key, source = hours, hours_key, HOURS
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
    else:
        comes_back_or_in(g, s, operator, now)
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
        opens(g, s, key - OPENED * KIND, now)


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
        elif source == HOURS:
            hours_change(g, s, time)
            following = foreseen(g, s, change)
        else:
            return
        if g.settles:
            settle(g, s, time)


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
