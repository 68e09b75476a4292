"""Who may serve whom, who is next, who answers: the decisions that every engine calls.

Plain functions over the flat arrays of `Routing`. They read lists as well as arrays, and decide
by comparing clock times, never differences of clock times.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.centre import Routing
from sim.conduct import (
    HEAD_OF_LINE,
    LAST_TO_ENTER_SERVICE,
    QUEUE_LENGTH,
    STEPS,
    Announcements,
    Conduct,
    Hazards,
)
from sim.crewing import (
    FASTEST,
    IN_ORDER,
    LEAST_OCCUPIED,
    SLOWEST,
    Crewing,
)

Whole = Sequence[int] | NDArray[np.int32] | NDArray[np.int64]
Clocks = Sequence[float] | NDArray[np.float64]


def may_serve(
    routing: Routing, place: int, joined: float, now: float, idle: int, closed: bool
) -> bool:
    """Whether a group may take a caller of a lane now.

    Parameters
    ----------
    routing : Routing
    place : int
        lane * groups + group.
    joined, now : float
        When the caller joined, and the clock.
    idle : int
        Idle operators of the group, the one who would take the caller included.
    closed : bool
        Whether the line has closed: `after` and `reserve` no longer apply.
    """
    if routing.tier[place] < 0:
        return False
    if closed:
        return True
    return bool(now >= joined + routing.after[place] and idle > routing.reserve[place])


def is_called_for(crewing: Crewing, place: int, waiting: int, expected: float) -> bool:
    """Whether a group is open to a lane, which may be so only while many or long ones wait.

    Parameters
    ----------
    crewing : Crewing
    place : int
        lane * groups + group.
    waiting : int
        Callers who wait in the lane, callbacks included.
    expected : float
        Seconds that the last of them has to expect; see `expected_wait`.
    """
    if crewing.opens_queue[place] >= 0 and waiting <= crewing.opens_queue[place]:
        return False
    return bool(crewing.opens_wait[place] < 0.0 or expected > crewing.opens_wait[place])


def expected_wait(waiting: int, handling: float, on_duty: int) -> float:
    """The wait in s that so many callers mean for who comes next; inf where nobody is on duty.

    Parameters
    ----------
    waiting : int
    handling : float
        Mean handling time of the type in s.
    on_duty : int
        Operators on duty who may serve the lane.
    """
    return float(waiting * handling / on_duty) if on_duty > 0 else float(np.inf)


def goes_first(
    how: int,
    operator: int,
    other: int,
    busy: float,
    other_busy: float,
    pace: float,
    other_pace: float,
) -> bool:
    """Whether an idle operator goes before another of the group who has been idle longer.

    Parameters
    ----------
    how : int
        IN_ORDER: the lower number; FASTEST, SLOWEST: the lower, or higher, personal factor, then
        the lower number; LEAST_OCCUPIED: the smaller share of the time spent handling contacts.
    operator, other : int
        Their numbers.
    busy, other_busy : float
        Their shares, see `share_occupied`.
    pace, other_pace : float
        Their personal factors.
    """
    if how == LEAST_OCCUPIED:
        return busy < other_busy
    if how == FASTEST and pace != other_pace:
        return pace < other_pace
    if how == SLOWEST and pace != other_pace:
        return pace > other_pace
    return how in (IN_ORDER, FASTEST, SLOWEST) and operator < other


def share_occupied(handled: float, came: float, now: float) -> float:
    """Share of the time since an operator came that was spent handling contacts; 0 at first."""
    return handled / (now - came) if now > came else 0.0


def nth_idle(chance: float, idle: int) -> int:
    """Which of so many idle operators it is, from 0, where that is left to chance."""
    return min(int(chance * idle), idle - 1)


def is_unresolved(
    conduct: Conduct, crewing: Crewing, place: int, group: int, groups: int, chance: float,
    procedure: int,
) -> bool:  # fmt: skip
    """Whether the matter is still open after a talk.

    Parameters
    ----------
    place : int
        type * groups + group.
    chance : float
        The contact's draw.
    procedure : int
        What it needs; -1: nothing special.
    """
    if procedure >= 0 and not crewing.knows[procedure * groups + group]:
        return True
    return bool(chance >= conduct.resolves[place])


def is_called_in(
    queue_above: int, wait_above: float, waiting: int, joined: float, now: float
) -> bool:
    """Whether an operator on call is needed.

    Parameters
    ----------
    queue_above, wait_above : int, float
        The condition: more than so many wait, -1: not by the queue; somebody has waited so many
        s, inf: not by the wait.
    waiting : int
        Callers who wait in all lanes that the operator's group serves.
    joined : float
        Since when the caller counts as waiting whose wait is looked at; inf: nobody's is.
    """
    if queue_above >= 0 and waiting > queue_above:
        return True
    return bool(wait_above != np.inf and now >= joined + wait_above)


def choose_caller(
    routing: Routing,
    crewing: Crewing,
    plain: bool,
    group: int,
    groups: int,
    heads: Whole,
    joined: Clocks,
    waiting: Whole,
    expected: Clocks,
    now: float,
    idle: int,
    closed: bool,
    for_holding: Whole,
) -> int:
    """The queue whose first caller an operator of `group` takes; -1 if there is none.

    Lowest rank if the group takes ranked, then the longest queue if it goes by that, then the
    lowest class, then the largest head start + growth * wait, then the earliest to join, then
    the lowest row.

    Parameters
    ----------
    plain : bool
        No group goes by the longest queue, or is open only under a condition: `waiting` and
        `expected` are not looked at.
    heads : sequence of int, one or two a lane
        Row of the first waiting caller of each lane, then, where there are callbacks, of the
        first caller of each lane who is to be called back; -1: nobody waits.
    joined : sequence of float, one a row
        Since when each caller counts as waiting.
    waiting : sequence of int, one a lane
        How many wait, callbacks included.
    expected : sequence of float, one a lane
        The wait in s that they mean; see `expected_wait`.
    for_holding : sequence of int, one a group
        Idle operators that callbacks leave to those who hold the line.
    """
    lanes = len(routing.klass)
    ranked = routing.ranked[group]
    by_length = not plain and crewing.longest_queue[group]
    chosen = -1
    best_rank, best_length, best_class, best_score = 0, 0, 0, 0.0
    best_joined, best_row = 0.0, 0
    for queue in range(len(heads)):
        row = heads[queue]
        if row < 0:
            continue
        lane = queue if queue < lanes else queue - lanes
        place = lane * groups + group
        if not may_serve(routing, place, joined[row], now, idle, closed):
            continue
        kept = queue >= lanes and not closed and idle <= for_holding[group]
        if kept or not (
            plain or closed or is_called_for(crewing, place, waiting[lane], expected[lane])
        ):
            continue
        rank = routing.rank[place] if ranked else 0
        length = waiting[lane] if by_length else 0
        score = routing.head_start[lane] + routing.growth[lane] * (now - joined[row])
        if chosen >= 0:
            if rank != best_rank:
                better = rank < best_rank
            elif length != best_length:
                better = length > best_length
            elif routing.klass[lane] != best_class:
                better = routing.klass[lane] < best_class
            elif score != best_score:
                better = score > best_score
            elif joined[row] != best_joined:
                better = joined[row] < best_joined
            else:
                better = row < best_row
            if not better:
                continue
        chosen = queue
        best_rank, best_length, best_class = rank, length, routing.klass[lane]
        best_score, best_joined, best_row = score, joined[row], row
    return chosen


def choose_operator(
    routing: Routing,
    crewing: Crewing,
    plain: bool,
    lane: int,
    groups: int,
    first_idle: Whole,
    idle_since: Clocks,
    idle: Whole,
    joined: float,
    waiting: int,
    expected: float,
    now: float,
    closed: bool,
) -> int:
    """The group whose first idle operator answers a caller who arrives now; -1 if none does.

    The first tier with an idle operator, there the one idle longest, then the lowest number.

    Parameters
    ----------
    plain : bool
        No group is open only under a condition: `waiting` and `expected` are not looked at.
    joined : float
        Since when the caller counts as waiting: now, unless a place was kept in a transfer.
    waiting, expected : int, float
        How many wait in the lane, the caller not included, and the wait in s that they mean.
    first_idle : sequence of int, one a group
        The idle operator whom each group puts first; -1: nobody is idle.
    idle_since : sequence of float, one an operator
    idle : sequence of int, one a group
        How many are idle.
    """
    chosen = -1
    best_tier, best_since, best_operator = 0, 0.0, 0
    for group in range(groups):
        operator = first_idle[group]
        if operator < 0:
            continue
        place = lane * groups + group
        if not may_serve(routing, place, joined, now, idle[group], closed):
            continue
        if not (plain or closed or is_called_for(crewing, place, waiting, expected)):
            continue
        tier, since = routing.tier[place], idle_since[operator]
        if chosen >= 0:
            if tier != best_tier:
                better = tier < best_tier
            elif since != best_since:
                better = since < best_since
            else:
                better = operator < best_operator
            if not better:
                continue
        chosen = group
        best_tier, best_since, best_operator = tier, since, operator
    return chosen


def thresholds(
    routing: Routing, lanes: int, groups: int, called: Sequence[tuple[int, float]] = ()
) -> list[list[float]]:
    """For each lane the waits after which a further group may take its callers, ascending.

    Parameters
    ----------
    called : sequence of (int, float)
        Groups with operators on call, and the waits in s after which they are called.
    """
    waits: list[set[float]] = [set() for _ in range(lanes)]
    for lane in range(lanes):
        first = lane * groups
        for group in range(groups):
            if routing.tier[first + group] >= 0 and routing.after[first + group] > 0:
                waits[lane].add(float(routing.after[first + group]))
        for group, wait in called:
            if routing.tier[first + group] >= 0 and 0 < wait < np.inf:
                waits[lane].add(float(wait))
    return [sorted(each) for each in waits]


def delay_until(time: float, now: float) -> float:
    """The delay after which the clock has reached a time, whatever the rounding; 0 or less: it
    has."""
    delay = time - now
    while delay > 0.0 and now + delay < time:
        delay += time * 1.2e-16
    return delay


def share_who_balk(conduct: Conduct, kind: int, position: int) -> float:
    """Share of callers of a type who do not stay when they would have this position."""
    share = 0.0
    for step in range(conduct.balk_from[kind], conduct.balk_from[kind + 1]):
        if conduct.balk_position[step] <= position:
            share = float(conduct.balk_share[step])
    return share


def queue_is_full(limit: int, per_operator: float, holding: int, on_duty: int) -> bool:
    """Whether somebody who would have to wait finds no room.

    Parameters
    ----------
    limit : int
        Callers who may wait; -1: no limit.
    per_operator : float
        Callers who may wait for each operator on duty; inf: no limit.
    holding : int
        Callers who wait on the line, of all types.
    on_duty : int
        Operators on duty, of all groups.
    """
    if limit >= 0 and holding >= limit:
        return True
    return bool(per_operator != np.inf and holding >= per_operator * on_duty)


def is_open(conduct: Conduct, kind: int, time: float) -> bool:
    """Whether a call type can be phoned at a time."""
    for hours in range(conduct.hours_from[kind], conduct.hours_from[kind + 1]):
        if conduct.opens[hours] <= time < conduct.closes[hours]:
            return True
    return False


def next_open(conduct: Conduct, kind: int, time: float) -> float:
    """When who would phone at a time gets to a call type: then, or, on several days, when it
    opens next; inf: not any more."""
    for hours in range(conduct.hours_from[kind], conduct.hours_from[kind + 1]):
        if conduct.opens[hours] <= time < conduct.closes[hours]:
            return time
        if conduct.carries[kind] and time < conduct.opens[hours]:
            return float(conduct.opens[hours])
    return float(np.inf)


def talk_time(
    conduct: Conduct, kind: int, talk: float, waited: float, past_promise: float
) -> float:
    """The talk in s, grown with the wait.

    Parameters
    ----------
    talk : float
        Seconds without any wait.
    waited, past_promise : float
        Seconds waited, and waited past the announced wait.
    """
    if conduct.per_minute[kind] != 0.0:
        talk += conduct.per_minute[kind] * waited / 60.0
    if conduct.past_promise[kind] != 0.0 and past_promise > 0.0:
        talk += conduct.past_promise[kind] * past_promise / 60.0
    return talk


def announced_wait(
    said: Announcements,
    quantiles: int,
    message: int,
    position: int,
    handling: float,
    on_duty: int,
    head_waited: float,
    last_waited: float,
    waited: float,
) -> float:
    """The wait that a message announces, in s.

    Parameters
    ----------
    quantiles : int
        Positions in a table of quantiles.
    position : int
        Place in the queue of the type, from 1.
    handling : float
        Mean handling time of the type in s.
    on_duty : int
        Operators on duty with the skill; without any the wait has no end.
    head_waited, last_waited : float
        Seconds that the head of the line has waited, and that the last to enter service had.
    waited : float
        Seconds that the caller has waited.
    """
    estimate = said.estimate[message]
    if estimate == HEAD_OF_LINE:
        wait = max(0.0, head_waited - waited)
    elif estimate == LAST_TO_ENTER_SERVICE:
        wait = max(0.0, last_waited - waited)
    elif on_duty <= 0:
        return float(np.inf)
    elif estimate == QUEUE_LENGTH:
        wait = position * handling / on_duty
    else:
        wait = quantile_at(said, quantiles, message, position) * handling / on_duty
    to = said.round_to[message]
    return float(int(wait / to + 0.5) * to) if to > 0.0 else float(wait)


def quantile_at(said: Announcements, size: int, message: int, position: int) -> float:
    """Quantile of the time in which so many unit-rate services are done; beyond the table's
    `size` the last step goes on."""
    first = said.quantile_from[message]
    if position <= size:
        return float(said.quantiles[first + position - 1])
    last = first + size - 1
    step = said.quantiles[last] - said.quantiles[last - 1]
    return float(said.quantiles[last] + (position - size) * step)


def level_of(said: Announcements, message: int, value: float) -> int:
    """The level that an announced value falls in; -1 for a message without levels."""
    first, last = said.level_from[message], said.level_from[message + 1]
    for level in range(first, last):
        if value <= said.up_to[level]:
            return level
    return -1


def next_message(said: Announcements, kind: int, waited: float, message: int) -> tuple[float, int]:
    """When a waiting caller hears something next, in s of waiting, and what; (inf, -1): nothing.

    Parameters
    ----------
    waited, message : float, int
        What was heard last, and when; message -1 for who has just joined.
    """
    best, which = np.inf, -1
    for other in range(said.message_from[kind], said.message_from[kind + 1]):
        at, every = said.at[other], said.every[other]
        time = at
        if time < waited or (time == waited and other <= message):
            if every == np.inf:
                continue
            times = int((waited - at) / every)
            time = at + times * every
            while time < waited or (time == waited and other <= message):
                times += 1
                time = at + times * every
        if time < best:
            best, which = time, other
    return best, which


def breakpoint_at(values: Clocks, first: int, last: int, value: float) -> int:
    """The first place from `first` on with a value of at least `value`; `last` if there is none."""
    low, high = first, last
    while low < high:
        middle = (low + high) // 2
        if values[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


def level_at(hazards: Hazards, hazard: int, time: float) -> float:
    """Cumulative hazard of a smooth law after so many s."""
    first, last = hazards.start[hazard], hazards.start[hazard + 1]
    place = breakpoint_at(hazards.time, first, last, time)
    if place == last:
        end = last - 1
        return float(hazards.level[end] + hazards.slope[hazard] * (time - hazards.time[end]))
    if place == first:
        return float(hazards.level[first])
    before = place - 1
    share = (time - hazards.time[before]) / (hazards.time[place] - hazards.time[before])
    rise = hazards.level[place] - hazards.level[before]
    return float(hazards.level[before] + share * rise)


def time_at(hazards: Hazards, hazard: int, level: float) -> float:
    """Seconds after which the cumulative hazard of a smooth law reaches a level; inf if never."""
    first, last = hazards.start[hazard], hazards.start[hazard + 1]
    place = breakpoint_at(hazards.level, first, last, level)
    if place == last:
        end, slope = last - 1, hazards.slope[hazard]
        if slope <= 0.0:
            return float(np.inf)
        return float(hazards.time[end] + (level - hazards.level[end]) / slope)
    if place == first:
        return float(hazards.time[first])
    before = place - 1
    share = (level - hazards.level[before]) / (hazards.level[place] - hazards.level[before])
    lasts = hazards.time[place] - hazards.time[before]
    return float(hazards.time[before] + share * lasts)


def steps_left(
    hazards: Hazards, hazard: int, since: float, until: float, budget: float
) -> tuple[float, float]:
    """`patience_left` for a hazard made of steps: a step at `until` belongs to what follows."""
    first, last = hazards.start[hazard], hazards.start[hazard + 1]
    place = breakpoint_at(hazards.time, first, last, since)
    used = hazards.level[place - 1] if place > first else 0.0
    end = breakpoint_at(hazards.time, place, last, until)
    found = breakpoint_at(hazards.level, place, last, used + budget)
    if found < end:
        return max(since, float(hazards.time[found])), 0.0
    if end > place:
        budget -= float(hazards.level[end - 1] - used)
    return until, budget


def patience_left(
    hazards: Hazards,
    hazard: int,
    said: Announcements,
    promise: int,
    since: float,
    until: float,
    scale: float,
    promised: float,
    budget: float,
) -> tuple[float, float]:
    """The wait at which a caller hangs up, at most `until`, and what of the budget is left then.

    Parameters
    ----------
    hazard : int
        The caller's law.
    promise : int
        The message that announced a wait; -1: none has.
    since, until : float
        Seconds of waiting between which no message is heard.
    scale : float
        What the hazard is multiplied by as long as no promise is broken.
    promised : float
        The wait in s at which the promise is broken; inf: never.
    budget : float
        Cumulative hazard that the caller can still bear.

    Returns
    -------
    wait, left : float
    """
    if budget <= 0.0:
        return since, 0.0
    if hazards.steps[hazard]:
        return steps_left(hazards, hazard, since, until, budget)
    begin = since
    level = level_at(hazards, hazard, begin)
    for minutes in range(STEPS + 1):
        edge = promised + 60.0 * minutes if minutes < STEPS else np.inf
        if edge <= begin:
            continue
        end = min(edge, until)
        factor = scale
        if minutes > 0:
            factor = scale * said.broken[promise * (STEPS + 1) + minutes]
        if factor > 0.0:
            if end == np.inf:
                return max(begin, time_at(hazards, hazard, level + budget / factor)), 0.0
            reached = level_at(hazards, hazard, end)
            spent = factor * (reached - level)
            if spent >= budget:
                wait = time_at(hazards, hazard, level + budget / factor)
                return min(max(begin, wait), end), 0.0
            budget -= spent
            level = reached
        elif end < np.inf:
            level = level_at(hazards, hazard, end)
        begin = end
        if begin >= until:
            break
    return until, budget
