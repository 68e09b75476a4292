"""What Erlang C and A say of the intervals of a scenario, from its forecast and its roster."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.centre import Centre
from sim.measures.grid import Grid
from sim.measures.intervals import Floats
from sim.needs import Needs
from sim.scenario import Scenario
from sim.theory.erlang import Line

SHORTEST = 1e-3
"""Mean patience in s below which callers are taken to hang up at once."""


class Load(NamedTuple):
    """What a scenario asks of each interval, and who is there; N intervals, T call types."""

    calls: Floats
    """Expected first calls; shape (N, T)."""
    handling: Floats
    """Mean talk and wrap-up in s, before factors of groups and operators; shape (N, T)."""
    leaving: Floats
    """1 / mean patience, per s; shape (N, T)."""
    at_once: Floats
    """Share that hangs up at once; shape (T,)."""
    operators: Floats
    """Mean number on the roster less breaks and meetings, all groups together; shape (N,)."""
    lengths: Floats
    """Length of each interval in s; shape (N,)."""

    def pooled(self, row: int) -> tuple[float, float, float, float]:
        """Calls, mean handling in s, hang-ups per s and share at once of all types together."""
        return pooled(self.calls[row], self.handling[row], self.leaving[row], self.at_once)


def pooled(
    calls: Floats, handling: Floats, leaving: Floats, at_once: Floats
) -> tuple[float, float, float, float]:
    """Some call types as one, weighed by their calls."""
    total = float(calls.sum())
    if total == 0:
        return 0.0, 0.0, 0.0, 0.0
    weight = calls / total
    return total, float(weight @ handling), float(weight @ leaving), float(weight @ at_once)


class Parts(NamedTuple):
    """What measures are made of, over some intervals: contacts, and s."""

    offered: float
    answered: float
    met: float
    """In time, by the convention on hang-ups."""
    abandoned: float
    short: float
    """Hung up so soon that they are left out."""
    answered_wait: float


class Answer(NamedTuple):
    """The measures that are held beside each other; None where there is none."""

    service_level: float | None
    abandonment: float | None
    asa: float | None
    """In s."""


NO_ANSWER = Answer(None, None, None)


def load_of(scenario: Scenario, centre: Centre, grid: Grid) -> Load:
    """Calls, handling and patience of each interval and call type, and operators on the roster.

    Parameters
    ----------
    scenario, centre, grid
        The scenario, as plain arrays, and its intervals.

    Returns
    -------
    Load
        Laws are those that hold in the middle of the interval; a forecast's handling time is
        put in their place.
    """
    edges, rows = grid.clock.edges, grid.clock.open_rows
    starts, ends = edges[rows], edges[rows + 1]
    middle, shape = (starts + ends) / 2, (len(rows), len(centre.types))
    calls, handling, leaving = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    needs = Needs(scenario)
    for place, name in enumerate(centre.types):
        kind, laid = scenario.callers[name], scenario.pieces_of(name)
        sums = np.concatenate([[0.0], np.cumsum(laid.calls)])
        at = np.interp(ends, laid.edges, sums) - np.interp(starts, laid.edges, sums)
        calls[:, place] = at * kind.volume
        handling[:, place] = needs.usual_handling(middle, name)
        if laid.handling is not None:
            piece = np.clip(np.searchsorted(laid.edges, middle, "right") - 1, 0, len(sums) - 2)
            told = laid.handling[piece]
            handling[:, place] = np.where(np.isnan(told), handling[:, place], told)
        for _, law, places in needs.by_law(kind.patience.law, middle, name):
            leaving[places, place] = 1 / max(law.mean, SHORTEST)
    at_once = np.array([scenario.callers[name].patience.hang_up_at_once for name in centre.types])
    there = np.zeros(len(rows))
    for steps in on_roster(centre):
        there += mean_of_steps(steps, starts, ends)
    return Load(calls, handling, leaving, at_once, there, ends - starts)


Steps = tuple[Floats, Floats]
"""Times in s and the numbers from each on; before the first nobody is there."""


def on_roster(centre: Centre) -> list[Steps]:
    """Who is there by the clock, group by group: the roster less breaks and meetings."""
    changes: list[list[tuple[float, int]]] = [[] for _ in centre.groups]
    duties: dict[int, list[tuple[float, float]]] = {}
    by_clock = centre.calendar.on_call < 0
    for place in np.flatnonzero(by_clock).tolist():
        who = int(centre.duty_operator[place])
        start, end = float(centre.duty_start[place]), float(centre.duty_end[place])
        duties.setdefault(who, []).append((start, end))
    rests: dict[int, list[tuple[float, float]]] = {}
    pairs = zip(centre.break_due.tolist(), centre.break_lasts.tolist(), strict=True)
    for who, (due, lasts) in zip(centre.break_operator.tolist(), pairs, strict=True):
        rests.setdefault(who, []).append((due, due + lasts))
    for who, spans in duties.items():
        own = changes[int(centre.operator_group[who])]
        for start, end in spans:
            own += [(start, 1), (end, -1)]
            # Breaks that would overlap follow each other.
            free = start
            for due, until in sorted(rests.get(who, [])):
                if not start <= due < end:
                    continue
                begins = max(due, free)
                free = min(begins + until - due, end)
                if begins < end:
                    own += [(begins, -1), (free, 1)]
    found = [_steps(each) for each in changes]
    for group in np.flatnonzero(centre.seats).tolist():
        own_seats = centre.seat_group == group
        found[group] = centre.seat_time[own_seats], centre.seat_number[own_seats].astype(float)
    return found


def _steps(changes: list[tuple[float, int]]) -> Steps:
    times = np.array([time for time, _ in changes])
    moment, place = np.unique(times, return_inverse=True)
    sums = np.zeros(len(moment))
    np.add.at(sums, place, [by for _, by in changes])
    return moment, np.cumsum(sums)


def mean_of_steps(steps: Steps, starts: Floats, ends: Floats) -> Floats:
    """The mean number over each stretch of time."""
    times, numbers = steps
    if not len(times):
        return np.zeros(len(starts))
    area = np.concatenate([[0.0], np.cumsum(np.diff(times) * numbers[:-1])])

    def until(t: Floats) -> Floats:
        place = np.searchsorted(times, t, side="right") - 1
        known = np.maximum(place, 0)
        sums: Floats = np.where(place < 0, 0.0, area[known] + (t - times[known]) * numbers[known])
        return sums

    return (until(ends) - until(starts)) / (ends - starts)


def parts_of(load: Load, grid: Grid, row: int, hang_ups: bool) -> Parts | None:
    """What Erlang A, or C without hang-ups, says of one interval.

    Parameters
    ----------
    load, grid
        Of the scenario.
    row : int
        Which interval.
    hang_ups : bool
        Erlang A; else C.

    Returns
    -------
    Parts or None
        None where there is no steady state: the queue grows without end.
    """
    calls, handling, leaving, at_once = load.pooled(row)
    if calls == 0:
        return Parts(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    if handling == 0:
        return Parts(calls, calls, calls, 0.0, 0.0, 0.0)
    patience = 1 / leaving if hang_ups and leaving > 0 else math.inf
    line = _line(
        calls / float(load.lengths[row]), handling, round(float(load.operators[row]), 9),
        patience, at_once if hang_ups else 0.0,
    )  # fmt: skip
    if line is None:
        return None
    met = short = 0.0
    for place, own in enumerate(load.calls[row].tolist()):
        if own > 0:
            within, limit = float(grid.within[place]), float(grid.ignore_under[place])
            met += own * line.answered_within(within)
            if grid.counts[-1] == "abandoned_in_time_met":
                met += own * line.abandoned_within(within)
            short += own * (line.abandoned_within(limit) if limit else 0.0)
    fate = line.fate
    return Parts(
        calls, calls * fate.answered, met, calls * fate.abandoned, short,
        calls * fate.answered_wait,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _line(
    rate: float, handling: float, operators: float, patience: float, at_once: float
) -> Line | None:
    try:
        return Line(rate, handling, operators, patience, at_once)
    except ValueError:
        return None


def answer_of(parts: Iterable[Parts | None], counts: str) -> Answer:
    """The measures over some intervals; none where one of them has no steady state."""
    every = list(parts)
    if any(each is None for each in every):
        return NO_ANSWER
    whole = Parts(*(sum(column) for column in zip(*(p for p in every if p), strict=True)))
    judged = {
        "offered": whole.offered,
        "answered": whole.answered,
        "excluding_short": whole.offered - whole.short,
        "abandoned_in_time_met": whole.offered,
    }[counts]
    return Answer(
        _ratio(whole.met, judged),
        _ratio(whole.abandoned - whole.short, whole.offered - whole.short),
        _ratio(whole.answered_wait, whole.answered),
    )


def _ratio(top: float, bottom: float) -> float | None:
    return top / bottom if bottom > 0 else None
