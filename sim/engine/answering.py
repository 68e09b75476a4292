"""Callers and operators meet, in the compiled engine: from the telephone call to the wrap-up."""

from __future__ import annotations

import numpy as np

from sim import rules
from sim.engine.choosing import next_caller, next_operator, pick
from sim.engine.compiling import apart, apart_rule, inlined
from sim.engine.hearing import (
    delay_until,
    ends,
    follows,
    frees_line,
    is_transfer,
    listens_on,
)
from sim.engine.on_call import calls_in
from sim.engine.queues import (
    enters_calls,
    enters_line,
    has_break,
    leaves,
    leaves_calls,
    leaves_line,
    next_opening,
    on_duty,
    position,
    schedule_caller,
    schedule_staff,
    starts_idling,
    stops_idling,
)
from sim.engine.state import (
    ABANDONED,
    ANSWERED,
    ARRIVAL,
    BEFORE,
    BLOCKED,
    CALLBACK_LOST,
    CLOSED,
    CONTAINED,
    CUT_OFF,
    DIALLING,
    FREED,
    HANG_UP,
    HOLDING,
    IN_MENU,
    LINES_BUSY,
    OPENED,
    PAST,
    QUEUED,
    REPEAT,
    RETURNING,
    TALKING,
    TO_BE_CALLED,
    TO_CALL,
    TRANSFER,
    TRIES,
    WRAPPING_UP,
    Given,
    State,
)

is_unresolved = apart_rule(rules.is_unresolved)
queue_is_full = apart_rule(rules.queue_is_full)
share_who_balk = apart_rule(rules.share_who_balk)
talk_time = apart_rule(rules.talk_time)


@inlined
def wait(g: Given, s: State, row: int, lane: int, now: float) -> None:
    """The caller waits; patience runs, and groups that help out later come nearer."""
    enters_line(g, s, lane, row)
    if g.listens and g.said.by_queue[g.kind[row]]:
        s.listening.budget[row] -= g.said.at_once[g.kind[row]]
        listens_on(g, s, row, now)
    elif g.patience[row] != np.inf:
        schedule_caller(s, now + g.patience[row], HANG_UP, row)
    for place in range(g.threshold_from[lane], g.threshold_from[lane + 1]):
        delay = g.thresholds[place]
        if s.joined[row] < now:  # a place that was kept is older than the wait
            delay = delay_until(s.joined[row] + g.thresholds[place], now)
        if delay > 0.0:
            schedule_caller(s, now + delay, OPENED, row)
    if g.counts:
        is_counted(g, s, lane, now)


@apart
def is_counted(g: Given, s: State, lane: int, now: float) -> None:
    """One more waits in a lane: groups may open to it, and operators be called."""
    for group in range(g.groups):
        place = lane * g.groups + group
        if g.crewing.opens_queue[place] >= 0 or g.crewing.opens_wait[place] >= 0.0:
            settle(g, s, now)
            break
    calls_in(g, s, lane, np.inf, now)


@apart
def opens(g: Given, s: State, row: int, now: float) -> None:
    """A wait reaches a threshold: a further group may help, or operators be called."""
    if s.stage[row] not in (HOLDING, TO_BE_CALLED):
        return
    settle(g, s, now)
    waits = s.stage[row] in (HOLDING, TO_BE_CALLED)
    calls_in(g, s, int(g.lane[row]), s.joined[row] if waits else np.inf, now)


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
        s.lanes.last_waited[g.kind[row]] = now - s.arrival[row]
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
    s.crew.try_of[operator] = place
    schedule_staff(s, now + g.conduct.dial[g.kind[row]], FREED, operator)


@inlined
def talks(g: Given, s: State, operator: int, row: int, now: float) -> None:
    """The talk begins."""
    s.doing[operator] = TALKING
    s.outcome[row] = ANSWERED
    s.operator[row] = operator
    kind = int(g.kind[row])
    talk = g.talk_work[row] * g.talk_mean[kind * g.groups + g.group[operator]]
    if g.varies:
        talk = varied(g, s, operator, row, talk, now)
    schedule_staff(s, now + talk, FREED, operator)


@apart
def varied(g: Given, s: State, operator: int, row: int, talk: float, now: float) -> float:
    """The talk in s at the operator's own pace, longer for who waited, after the ringing."""
    if g.paced:
        talk *= g.staff.pace[operator]
    if g.grows:
        talk = grown(g, s, row, int(g.kind[row]), talk)
    if g.rings or g.calls_back:
        is_callback = g.calls_back and s.calls.tried[row] > 0
        ring = 0.0 if is_callback else g.crewing.ring[g.group[operator]]
        s.calls.talk_started[row] = now + ring
        talk = ring + talk
    return talk


@inlined
def looks_for_work(g: Given, s: State, operator: int, now: float) -> None:
    """A free operator takes the caller who is next, or idles; after closing, goes home."""
    group = g.group[operator]
    queue = next_caller(g, s, group, s.idle_count[group] + 1, now)
    if queue >= 0:
        answer(g, s, operator, s.heads[queue], now)
    elif s.scalars[CLOSED] == 1 or (g.stays and s.due_to_leave[operator]):
        finds_nobody(g, s, operator, now)
    else:
        starts_idling(g, s, operator, now)


@apart
def finds_nobody(g: Given, s: State, operator: int, now: float) -> None:
    """Who has nothing more to do goes home, unless the line opens again within the duty."""
    until = s.crew.duty_until[operator]
    if not s.due_to_leave[operator] and until > next_opening(g, s):
        starts_idling(g, s, operator, now)
    else:
        leaves(g, s, operator, now)


@apart
def may_stay(g: Given, s: State, operator: int, now: float) -> bool:
    """Whether who is due to leave would still take somebody who waits."""
    until = s.crew.duty_until[operator] + g.crewing.stays[g.group[operator]]
    return bool(s.scalars[CLOSED] == 0 and now < until)


@apart
def seeks(g: Given, s: State, operator: int, now: float) -> None:
    """`looks_for_work` where it is rare, so that it is not put into every place."""
    looks_for_work(g, s, operator, now)


@apart
def settle(g: Given, s: State, now: float) -> None:
    """Groups in file order, longest idle first, take whom they may."""
    for group in range(g.groups):
        while s.idle_count[group] > 0:
            queue = next_caller(g, s, group, s.idle_count[group], now)
            if queue < 0:
                break
            operator, row = s.first_idle[group], s.heads[queue]
            if g.picky:
                operator = pick(g, s, group, row, now)
            stops_idling(g, s, operator)
            answer(g, s, operator, row, now)


@inlined
def gets_through(g: Given, s: State, row: int, now: float) -> bool:
    """Whether who phones comes to the operators at once, not to a busy tone or to the menu."""
    if is_transfer(g, row):
        return True
    if s.scalars[LINES_BUSY] == g.lines:
        if g.follows or g.uses_menu:
            s.arrival[row] = now
        ends(g, s, row, BLOCKED, now)
        return False
    s.scalars[LINES_BUSY] += 1
    if g.uses_menu and not np.isnan(g.choices.menu[row]):
        s.stage[row] = IN_MENU
        schedule_caller(s, now + g.choices.menu[row], ARRIVAL, row)
        return False
    return True


@inlined
def phones(g: Given, s: State, row: int, now: float) -> None:
    """A caller reaches the line: a busy tone, the menu, an operator at once, or the queue."""
    if gets_through(g, s, row, now):
        joins(g, s, row, now)


@apart
def leaves_menu(g: Given, s: State, row: int, now: float) -> None:
    """The menu was all that was needed, or the caller joins the queue."""
    if s.scalars[CLOSED] == 0 and not g.choices.contained[row]:
        joins_later(g, s, row, now)
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
    lane = int(g.lane[row])
    operator = next_operator(g, s, row, lane, since, now)
    if operator >= 0:
        stops_idling(g, s, operator)
        answer(g, s, operator, row, now)
    elif not ((g.limited or g.balks) and does_not_stay(g, s, row, now)):
        wait(g, s, row, lane, now)


@apart
def joins_later(g: Given, s: State, row: int, now: float) -> None:
    """`joins` where it is rare, so that it is not put into every place."""
    joins(g, s, row, now)


@apart
def arrives(g: Given, s: State, row: int, now: float) -> None:
    """A contact that follows another, the end of a menu, or a callback that comes back."""
    if s.stage[row] == BEFORE:
        if gets_through(g, s, row, now):
            joins_later(g, s, row, now)
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
    calls_in(g, s, int(g.lane[row]), np.inf, now)


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
    procedure = int(g.choices.procedure[row]) if g.procedures else -1
    unresolved = is_unresolved(
        g.conduct, g.crewing, place, place % g.groups, g.groups, g.follow_ups.unresolved[row],
        procedure,
    )  # fmt: skip
    if unresolved and g.follow_ups.transfer[row] < 0 and child >= 0:
        follows(g, s, row, child, g.follow_ups.repeat_delay[row], REPEAT, now)
    return 0.0


@inlined
def talk_ends(g: Given, s: State, operator: int, row: int, now: float) -> float:
    """The caller leaves, or is passed on; how long the operator is still at work."""
    s.talk_ended[row] = now
    place = int(g.kind[row]) * g.groups + g.group[operator]
    wrap_up = g.wrap_work[row] * g.wrap_mean[place]
    if g.paced:
        wrap_up *= g.staff.pace[operator]
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
    place = s.crew.try_of[operator]
    s.tries.end[place], s.tries.reached[place] = now, reached
    if reached:
        talks(g, s, operator, row, now)
    elif tried < g.conduct.tries[kind] and s.scalars[CLOSED] == 0:
        s.stage[row] = RETURNING
        schedule_caller(s, now + g.conduct.again[kind], ARRIVAL, row)
    else:
        s.outcome[row] = CALLBACK_LOST
    return bool(reached)


@apart
def goes_off(g: Given, s: State, operator: int, now: float) -> bool:
    """Whether who is free leaves or has a break, and does not look for the next caller."""
    group = g.group[operator]
    if s.due_to_leave[operator]:
        if g.stays and may_stay(g, s, operator, now):
            return False
        leaves(g, s, operator, now)
        return True
    if s.departures_owed[group] > 0:
        s.departures_owed[group] -= 1
        leaves(g, s, operator, now)
        return True
    return has_break(g, s, operator, now)


@apart
def was_busy(g: Given, s: State, operator: int, row: int, now: float) -> None:
    """Count what a contact took of the operator's time, dialling and ringing included."""
    began = s.wait_ended[row]
    if g.calls_back and s.calls.tried[row] > 0:
        began = s.tries.start[s.crew.try_of[operator]]
    s.crew.busy[operator] += now - began


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
    if g.least:
        was_busy(g, s, operator, row, now)
    off = s.due_to_leave[operator] or s.break_owed[operator] > 0
    if off or s.departures_owed[g.group[operator]] > 0:
        off = goes_off(g, s, operator, now)
    if not off:
        looks_for_work(g, s, operator, now)
