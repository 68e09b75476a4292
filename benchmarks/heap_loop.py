"""Peers: loops over a heap that do one call type and one group and no more, without a library."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from heapq import heappop, heappush

import numpy as np

from benchmarks.days import Day, Prepared
from benchmarks.workloads import Workload
from sim.callers import draw

Floats = list[float]


def events(workload: Workload, day: int) -> Prepared:
    """Each arrival, hang-up and end of a talk is an event, as in a simulator of any kind."""
    return _prepared(every_event, workload, day)


def shortest(workload: Workload, day: int) -> Prepared:
    """Ends of talks alone are events: what this line allows, and few others."""
    return _prepared(ends_of_talks, workload, day)


def _prepared(loop: Callable[..., Floats], workload: Workload, day: int) -> Prepared:
    callers, _ = draw(workload.scenario, day)
    arrivals = callers.arrival.tolist()
    hangs_up = (callers.arrival + callers.patience).tolist()
    talks = (callers.talk_work * workload.centre.talk_mean[0]).tolist()

    def read(ended: Floats) -> Day:
        wait_ended = np.array(ended)
        return Day(callers.arrival, wait_ended - callers.arrival, wait_ended == hangs_up)

    return Prepared(partial(loop, arrivals, hangs_up, talks, workload.centre.operators), read)


def every_event(arrivals: Floats, hangs_up: Floats, talks: Floats, operators: int) -> Floats:
    """When each caller's wait ended: they were answered, or it is when they hang up."""
    ended = hangs_up.copy()
    waiting: deque[int] = deque()
    gone = [False] * len(arrivals)
    idle = operators
    agenda = [(arrivals[0], 0, 0)]
    while agenda:
        now, kind, caller = heappop(agenda)
        if kind == 0 and caller + 1 < len(arrivals):
            # One arrival at a time, so that the heap stays small.
            heappush(agenda, (arrivals[caller + 1], 0, caller + 1))
        if kind == 0 and idle:
            idle -= 1
            ended[caller] = now
            heappush(agenda, (now + talks[caller], 1, caller))
        elif kind == 0:
            waiting.append(caller)
            heappush(agenda, (hangs_up[caller], 2, caller))
        elif kind == 1:
            while waiting and gone[waiting[0]]:
                waiting.popleft()
            if waiting:
                first = waiting.popleft()
                ended[first] = now
                heappush(agenda, (now + talks[first], 1, first))
            else:
                idle += 1
        elif ended[caller] == now:
            gone[caller] = True
    return ended


def ends_of_talks(arrivals: Floats, hangs_up: Floats, talks: Floats, operators: int) -> Floats:
    """The same; who has hung up is passed over by the operator who would answer them."""
    ended = hangs_up.copy()
    waiting: deque[int] = deque()
    busy: Floats = []
    closed = float("inf")
    for caller, arrival in enumerate([*arrivals, closed]):
        while busy and busy[0] <= arrival:
            now = heappop(busy)
            while waiting:
                first = waiting.popleft()
                if hangs_up[first] > now:
                    ended[first] = now
                    heappush(busy, now + talks[first])
                    break
        if arrival == closed:
            break
        if len(busy) < operators:
            ended[caller] = arrival
            heappush(busy, arrival + talks[caller])
        else:
            waiting.append(caller)
    return ended
