"""Callers who wait, in the compiled engine: what they hear, how they leave without an answer."""

from __future__ import annotations

import numpy as np

from sim import rules
from sim.conduct import CALLBACK_OFFER, EXPECTED_WAIT, POSITION
from sim.engine.compiling import apart, apart_rule, inlined
from sim.engine.queues import (
    enters_calls,
    leaves_line,
    on_duty_for,
    position,
    schedule_caller,
)
from sim.engine.state import (
    ABANDONED,
    ARRIVAL,
    BLOCKED,
    CLOSED,
    CUT_OFF,
    HANG_UP,
    LINES_BUSY,
    MESSAGE,
    PAST,
    REDIAL,
    TRANSFER,
    Given,
    State,
)

is_open = apart_rule(rules.is_open)
next_open = apart_rule(rules.next_open)
delay_until = apart_rule(rules.delay_until)
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
    """Release the next contact of the person, if the line is open to it then, or opens later."""
    kind, time = int(g.kind[child]), now + delay
    if not is_open(g.conduct, kind, time):
        opens = np.inf if via == TRANSFER else next_open(g.conduct, kind, time)
        if opens == np.inf:
            s.follow_up_lost[row] = via
            return False
        time = now + delay_until(opens, now)
    schedule_caller(s, time, ARRIVAL, child)
    return True


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
    kind, lane = int(g.kind[row]), int(g.lane[row])
    head = s.heads[lane]
    return announced_wait(
        g.said, g.quantiles, message, position(g, s, row), g.conduct.mean_handling[kind],
        on_duty_for(g, s, lane), 0.0 if head == row else now - s.arrival[head],
        s.lanes.last_waited[kind], s.listening.waited[row],
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
