"""The line opens and closes, in the compiled engine, once or on several days."""

from __future__ import annotations

from sim.engine.answering import settle
from sim.engine.compiling import apart
from sim.engine.hearing import ends, frees_line
from sim.engine.queues import leaves, leaves_calls, leaves_line, next_opening, stops_idling
from sim.engine.state import (
    AWAY,
    CALLBACK_LOST,
    CLOSED,
    CLOSING,
    CUT_OFF,
    FIRST,
    IDLE,
    KIND,
    ON_BREAK,
    PERIOD,
    STARTS,
    Given,
    State,
)


@apart
def gives_up_callbacks(g: Given, s: State, lane: int, only_new: bool) -> None:
    """Callers of a lane who are to be called back never will be."""
    row = s.heads[g.lanes + lane]
    while row >= 0:
        behind = int(s.calls.behind[row])
        if not (only_new and s.calls.tried[row] > 0):
            leaves_calls(g, s, row)
            s.outcome[row] = CALLBACK_LOST
        row = behind


@apart
def cuts_off(g: Given, s: State, lane: int, now: float) -> None:
    """Send all of a lane away who wait."""
    while s.heads[lane] >= 0:
        row = s.heads[lane]
        leaves_line(g, s, row, now)
        frees_line(g, s, row)
        ends(g, s, row, CUT_OFF, now)
    if g.calls_back:
        gives_up_callbacks(g, s, lane, False)


@apart
def count_coming(g: Given, s: State, now: float) -> None:
    """At closing: who is still to come before the line opens again."""
    until = next_opening(g, s)
    for operator in range(g.operators):
        s.crew.coming[operator] = False
    for place in range(g.changes):
        if g.roster.act[place] == STARTS and now < g.roster.time[place] < until:
            s.crew.coming[g.roster.entity[place]] = True
    for place in range(g.on_calls):
        if now < s.called[place] < until:
            s.crew.coming[g.on_call.operator[place]] = True


@apart
def count_able(g: Given, s: State, now: float) -> None:
    """At closing: how many of each group are there, or come, and take calls."""
    count_coming(g, s, now)
    able = s.teams.able
    for group in range(g.groups):
        able[group] = -s.departures_owed[group]
    for operator in range(g.operators):
        doing = s.doing[operator]
        stays = doing not in (AWAY, ON_BREAK) and not s.due_to_leave[operator]
        returns = doing == ON_BREAK and s.crew.break_until[operator] < s.crew.duty_until[operator]
        if stays or returns or s.crew.coming[operator]:
            able[g.group[operator]] += 1


@apart
def closing(g: Given, s: State, now: float) -> None:
    """Nobody phones any more; those who wait are served to the end, or cut off."""
    s.scalars[CLOSED] = 1
    for lane in range(g.lanes if g.calls_back else 0):
        gives_up_callbacks(g, s, lane, g.serve)
    able = s.teams.able
    if g.serve:
        settle(g, s, now)
        count_able(g, s, now)
    for lane in range(g.lanes):
        served = False
        for group in range(g.groups):
            if able[group] > 0 and g.routing.tier[lane * g.groups + group] >= 0:
                served = True
        if not served:
            cuts_off(g, s, lane, now)
    until = next_opening(g, s)
    for group in range(g.groups):
        operator = s.first_idle[group]
        while operator >= 0:
            behind = s.after[operator]
            if not s.crew.duty_until[operator] > until:
                stops_idling(g, s, operator)
                leaves(g, s, operator, now)
            operator = behind


@apart
def opening(g: Given, s: State, now: float) -> None:
    """The line opens again; whose duty is over leaves when the work in hand is done."""
    s.scalars[CLOSED] = 0
    s.scalars[PERIOD] += 1
    for operator in range(g.operators):
        at_work = s.doing[operator] not in (AWAY, IDLE, ON_BREAK)
        if at_work and s.crew.duty_until[operator] <= now:
            s.due_to_leave[operator] = True


@apart
def hours_change(g: Given, s: State, now: float) -> None:
    """The line closes, or opens again."""
    if s.scalars[CLOSED] == 1:
        opening(g, s, now)
    else:
        closing(g, s, now)


@apart
def next_change(g: Given, s: State) -> tuple[float, int]:
    """When the hours change next, and the key of the event; due at inf: never."""
    if s.scalars[CLOSED] == 1:
        return next_opening(g, s), FIRST
    period = s.scalars[PERIOD]
    return float(g.calendar.period_closes[period]), CLOSING * KIND + period
