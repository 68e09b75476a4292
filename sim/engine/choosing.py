"""Which caller an operator takes and which operator a caller gets, in the compiled engine."""

from __future__ import annotations

from sim import rules
from sim.crewing import LEAST_OCCUPIED, LONGEST_IDLE, RANDOM
from sim.engine.compiling import apart, apart_rule, inlined, inlined_rule
from sim.engine.queues import on_duty_for
from sim.engine.state import AT_REST, CLOSED, QUEUED, Given, State

may_serve = inlined_rule(rules.may_serve)
is_called_for = apart_rule(rules.is_called_for)
choose_caller = inlined_rule(rules.choose_caller, may_serve=may_serve, is_called_for=is_called_for)
choose_operator = inlined_rule(
    rules.choose_operator, may_serve=may_serve, is_called_for=is_called_for
)
wait_expected = apart_rule(rules.expected_wait)
goes_first = apart_rule(rules.goes_first)
share_occupied = apart_rule(rules.share_occupied)
nth_idle = apart_rule(rules.nth_idle)


@apart
def expects(g: Given, s: State, lane: int) -> float:
    """The wait in s that those who wait in a lane mean."""
    handling = g.conduct.mean_handling[g.crewing.lane_type[lane]]
    return wait_expected(s.lanes.waiting[lane], handling, on_duty_for(g, s, lane))


@inlined
def next_caller(g: Given, s: State, group: int, idle: int, now: float) -> int:
    """The queue from which one of so many idle operators of the group takes a caller now; -1:
    none."""
    if s.scalars[QUEUED] == 0:
        return -1
    if not g.plain:
        return next_under_conditions(g, s, group, idle, now)
    closed = s.scalars[CLOSED] == 1
    return choose_caller(
        g.routing, g.crewing, True, group, g.groups, s.heads, s.joined, s.lanes.waiting,
        s.lanes.expected, now, idle, closed, g.conduct.for_holding,
    )  # fmt: skip


@apart
def next_under_conditions(g: Given, s: State, group: int, idle: int, now: float) -> int:
    """`next_caller` where it matters how many wait in a lane."""
    for lane in range(g.lanes if g.settles else 0):
        s.lanes.expected[lane] = expects(g, s, lane)
    closed = s.scalars[CLOSED] == 1
    return choose_caller(
        g.routing, g.crewing, False, group, g.groups, s.heads, s.joined, s.lanes.waiting,
        s.lanes.expected, now, idle, closed, g.conduct.for_holding,
    )  # fmt: skip


@inlined
def next_operator(g: Given, s: State, row: int, lane: int, since: float, now: float) -> int:
    """The idle operator who answers a caller who arrives; -1: nobody does."""
    if s.scalars[AT_REST] == 0:
        return -1
    if g.picky:
        return picked_operator(g, s, row, lane, since, now)
    closed = s.scalars[CLOSED] == 1
    group = choose_operator(
        g.routing, g.crewing, True, lane, g.groups, s.first_idle, s.idle_since, s.idle_count,
        since, 0, 0.0, now, closed,
    )  # fmt: skip
    return int(s.first_idle[group]) if group >= 0 else -1


@apart
def picked_operator(g: Given, s: State, row: int, lane: int, since: float, now: float) -> int:
    """`next_operator` where groups have conditions, or do not put the longest idle first."""
    for group in range(g.groups):
        s.candidates[group] = pick(g, s, group, row, now)
    closed = s.scalars[CLOSED] == 1
    expected = expects(g, s, lane) if g.settles else 0.0
    group = choose_operator(
        g.routing, g.crewing, g.plain, lane, g.groups, s.candidates, s.idle_since, s.idle_count,
        since, s.lanes.waiting[lane], expected, now, closed,
    )  # fmt: skip
    return int(s.candidates[group]) if group >= 0 else -1


@apart
def pick(g: Given, s: State, group: int, row: int, now: float) -> int:
    """The idle operator whom a group puts first for a caller; -1: nobody is idle."""
    how, best = g.crewing.picks[group], s.first_idle[group]
    if best < 0 or how == LONGEST_IDLE:
        return int(best)
    if how == RANDOM:
        for _ in range(nth_idle(g.choices.pick[row], s.idle_count[group])):
            best = s.after[best]
        return int(best)
    busy, other = occupied(g, s, best, how, now), s.after[best]
    while other >= 0:
        other_busy = occupied(g, s, other, how, now)
        if goes_first(how, other, best, other_busy, busy, g.staff.pace[other], g.staff.pace[best]):
            best, busy = other, other_busy
        other = s.after[other]
    return int(best)


@apart
def occupied(g: Given, s: State, operator: int, how: int, now: float) -> float:
    """Share of the time since an operator came that was spent handling contacts."""
    if how != LEAST_OCCUPIED:
        return 0.0
    return share_occupied(s.crew.busy[operator], s.crew.came[operator], now)
