"""Queues, idle operators, breaks and presence, as the compiled engine keeps them."""

from __future__ import annotations

import numpy as np

from sim.engine.compiling import apart, inlined
from sim.engine.heap import push, put
from sim.engine.state import (
    AT_REST,
    AWAY,
    BREAKS,
    CALLER_EVENTS,
    CLOSED,
    DUTY,
    HOLDING,
    IDLE,
    KIND,
    ON_BREAK,
    PAST,
    PERIOD,
    PRESENCES,
    QUEUED,
    TO_BE_CALLED,
    TO_CALL,
    Given,
    State,
)


@inlined
def schedule_staff(s: State, time: float, kind: int, operator: int) -> None:
    """An operator's talk, wrap-up or break will end."""
    put(s.staff_time, s.staff_key, operator, time, kind * KIND + operator)


@inlined
def schedule_caller(s: State, time: float, kind: int, row: int) -> None:
    """A caller will hang up, or come within reach of a further group."""
    key = kind * KIND + row
    s.scalars[CALLER_EVENTS] = push(
        s.caller_time, s.caller_key, s.scalars[CALLER_EVENTS], time, key
    )


@inlined
def joined_before(s: State, row: int, other: int) -> bool:
    """Whether a row has its place before another."""
    if s.joined[row] != s.joined[other]:
        return bool(s.joined[row] < s.joined[other])
    return row < other


@inlined
def enters_line(g: Given, s: State, lane: int, row: int) -> None:
    """Wait on the line, behind those who joined earlier.

    Rows stay linked after they have left, until they are the first; each enters once.
    """
    s.stage[row] = HOLDING
    s.scalars[QUEUED] += 1
    if g.counts:
        s.lanes.waiting[lane] += 1
    head, tail = s.heads[lane], s.tails[lane]
    if head < 0:
        s.heads[lane] = row
        s.tails[lane] = row
    elif not joined_before(s, row, tail):
        s.behind[tail] = row
        s.tails[lane] = row
    elif joined_before(s, row, head):
        s.behind[row] = head
        s.heads[lane] = row
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
    if s.scalars[QUEUED] == 0 and not g.comes_later:
        # Whatever is left belongs to callers who no longer wait.
        s.scalars[CALLER_EVENTS], s.caller_time[0] = 0, np.inf
    lane = int(g.lane[row])
    if g.counts:
        s.lanes.waiting[lane] -= 1
    head = s.heads[lane]
    while head >= 0 and s.stage[head] != HOLDING:
        head = int(s.behind[head])
    s.heads[lane] = head


@apart
def enters_calls(g: Given, s: State, row: int) -> None:
    """Wait to be called back, behind those who joined earlier."""
    s.stage[row] = TO_BE_CALLED
    s.scalars[QUEUED] += 1
    s.scalars[TO_CALL] += 1
    queue = g.lanes + int(g.lane[row])
    s.lanes.waiting[g.lane[row]] += 1
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
    s.lanes.waiting[g.lane[row]] -= 1
    ahead, behind = int(s.calls.ahead[row]), int(s.calls.behind[row])
    if behind >= 0:
        s.calls.ahead[behind] = ahead
    if ahead < 0:
        s.heads[g.lanes + int(g.lane[row])] = behind
    else:
        s.calls.behind[ahead] = behind


@apart
def position(g: Given, s: State, row: int) -> int:
    """1 + those of the lane who joined earlier and still hold the line or a callback."""
    lane, ahead = int(g.lane[row]), 0
    other = s.heads[lane]
    while other >= 0 and joined_before(s, other, row):
        ahead += int(s.stage[other] == HOLDING)
        other = int(s.behind[other])
    if g.calls_back:
        other = s.heads[g.lanes + lane]
        while other >= 0 and joined_before(s, other, row):
            ahead += 1
            other = int(s.calls.behind[other])
    return 1 + ahead


@inlined
def on_duty(g: Given, s: State, group: int) -> int:
    """Operators present and not on a break; of seats at most the seats."""
    there = s.teams.there[group]
    return int(min(there, s.teams.seats_set[group]) if g.teams.seats[group] else there)


@apart
def on_duty_for(g: Given, s: State, lane: int) -> int:
    """Operators on duty who may serve a lane."""
    number = 0
    for group in range(g.groups):
        if g.routing.tier[lane * g.groups + group] >= 0:
            number += on_duty(g, s, group)
    return number


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


@apart
def next_opening(g: Given, s: State) -> float:
    """When the line opens again; inf: not any more."""
    period = s.scalars[PERIOD] + 1
    return float(g.calendar.period_opens[period]) if period < g.periods else np.inf


@apart
def gives_up_breaks(s: State, operator: int) -> None:
    """Breaks that are still owed are owed no longer."""
    s.crew.break_next[operator] += s.break_owed[operator]
    s.break_owed[operator] = 0


@apart
def leaves(g: Given, s: State, operator: int, now: float) -> None:
    """The operator goes home."""
    if s.doing[operator] != ON_BREAK:
        s.teams.there[g.group[operator]] -= 1
    s.doing[operator] = AWAY
    s.due_to_leave[operator] = False
    gives_up_breaks(s, operator)
    if now > s.crew.came[operator]:
        place = s.scalars[PRESENCES]
        s.presences.operator[place] = operator
        s.presences.start[place] = s.crew.came[operator]
        s.presences.end[place] = now
        s.scalars[PRESENCES] += 1


@apart
def may_have_break(g: Given, s: State, operator: int, now: float) -> bool:
    """Whether a break is owed and there is still time for it; while the line is closed, only who
    stays until it opens again has one."""
    until = s.crew.duty_until[operator]
    if s.break_owed[operator] == 0 or now >= until:
        return False
    return bool(s.scalars[CLOSED] == 0 or until > next_opening(g, s))


@apart
def has_break(g: Given, s: State, operator: int, now: float) -> bool:
    """Begin the break that is owed, if one is."""
    if not may_have_break(g, s, operator, now):
        return False
    takes_break(g, s, operator, now)
    return True


@apart
def takes_break(g: Given, s: State, operator: int, now: float) -> None:
    """A break begins; it ends with the duty at the latest."""
    which = g.staff.first_break[operator] + s.crew.break_next[operator]
    s.crew.break_next[operator] += 1
    s.break_owed[operator] -= 1
    if s.doing[operator] != ON_BREAK:
        s.teams.there[g.group[operator]] -= 1
    s.doing[operator] = ON_BREAK
    end = min(now + g.breaks.lasts[which], s.crew.duty_until[operator])
    s.crew.break_until[operator] = end
    place = s.scalars[BREAKS]
    s.breaks.operator[place] = operator
    s.breaks.start[place] = now
    s.breaks.end[place] = end
    s.breaks.row[place] = g.breaks.row[which]
    s.scalars[BREAKS] += 1
    if end < s.crew.duty_until[operator]:
        schedule_staff(s, end, DUTY, operator)
