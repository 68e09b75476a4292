"""Operators on call, in the compiled engine: they come some time after they are needed."""

from __future__ import annotations

import numpy as np

from sim import rules
from sim.engine.compiling import apart, apart_rule
from sim.engine.queues import schedule_staff
from sim.engine.state import AWAY, CLOSED, DUTY, Given, State

is_called_in = apart_rule(rules.is_called_in)


@apart
def waiting_for(g: Given, s: State, group: int) -> int:
    """Callers who wait in all lanes that a group serves."""
    number = 0
    for lane in range(g.lanes):
        if g.routing.tier[lane * g.groups + group] >= 0:
            number += s.lanes.waiting[lane]
    return number


@apart
def calls_in(g: Given, s: State, lane: int, joined: float, now: float) -> None:
    """Call those who are on call for a lane and needed now.

    Parameters
    ----------
    joined : float
        Since when the caller counts as waiting whose wait is looked at; inf: nobody's is.
    """
    if s.scalars[CLOSED] == 1:
        return
    for place in range(g.on_calls):
        # Who is still at work from an earlier duty is not called.
        operator = g.on_call.operator[place]
        if not np.isnan(s.called[place]) or s.doing[operator] != AWAY:
            continue
        if not g.on_call.start[place] <= now < g.on_call.end[place]:
            continue
        group = g.on_call.group[place]
        if g.routing.tier[lane * g.groups + group] < 0:
            continue
        comes = now + g.on_call.delay[place]
        needed = is_called_in(
            g.on_call.queue_above[place], g.on_call.wait_above[place], waiting_for(g, s, group),
            joined, now,
        )  # fmt: skip
        if needed and comes < g.on_call.end[place]:
            # An earlier duty is over before this one begins: there is one event ahead at most.
            s.called[place] = comes
            s.crew.comes_for[operator] = place
            schedule_staff(s, comes, DUTY, int(operator))
