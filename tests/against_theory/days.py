"""Simulated days summed up, and estimates with standard errors, apart from `sim.measures`.

Calls and their work are drawn, so how many there should be is known exactly. The part of an
error that too many calls or too much work explain is taken out by regression over the days
(control variates), which makes the standard errors two to three times smaller. That the calls
and their work are as many as they should be is a figure of its own, without regression.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.callers import Callers, draw
from sim.centre import centre_of
from sim.engine import simulate
from sim.outcomes import Outcome, Outcomes
from sim.scenario import Scenario

Array = NDArray[np.float64]

WITHIN, SHORT = 20.0, 5.0
"""Seconds: what is in time, and which hang-ups are short."""

RATIOS = {
    "work": ("work", "offered"),
    "delayed_share": ("delayed", "offered"),
    "abandonment": ("abandoned", "offered"),
    "blocked_share": ("blocked", "offered"),
    "wait_mean": ("wait", "joined"),
    "asa": ("answered_wait", "answered"),
    "occupancy": ("busy", "seat_time"),
    "waited_over_1_min": ("over_1_min", "joined"),
    "service_level": ("in_time", "offered"),
    "service_level, answered": ("in_time", "answered"),
    "service_level, excluding_short": ("in_time", "long"),
    "service_level, abandoned_in_time_met": ("met", "offered"),
}
"""Ratios of two sums; whatever else is asked for is the mean of a sum over days."""

DRAWN = ("offered", "work")
"""What is known of the callers alone, whatever becomes of them."""


class Figure(NamedTuple):
    """What the simulation says, and how well it knows."""

    value: float
    error: float
    """Standard error."""


@dataclass(frozen=True)
class Window:
    """The callers that count: those who phone from `start` until before `end`, in s."""

    start: float
    end: float


@dataclass(frozen=True)
class Days:
    """Sums of many days: {scope: {sum: one number a day}}; the scope "" is the whole line."""

    sums: dict[str, dict[str, Array]]
    expected: dict[str, float]
    """Calls expected a day within the window, by call type."""
    waits: Array
    """Waits of all days, ascending, in s."""
    waits_of_day: list[Array]

    def figure(self, name: str) -> Figure:
        """The estimate of "quantity" or "call type: quantity"."""
        scope, _, quantity = name.rpartition(": ")
        sums = self.sums[scope]
        top, bottom = RATIOS.get(quantity, (quantity, None))
        if bottom is None:
            days = sums[top]
        else:
            value, size = sums[top].sum() / sums[bottom].sum(), sums[bottom].mean()
            days = value + (sums[top] - value * sums[bottom]) / size
        return regressed(days, [] if quantity in DRAWN else self.controls)

    @property
    def controls(self) -> list[Array]:
        """Calls and work of each type on each day, less what is expected."""
        return [
            self.sums[name][drawn] - calls
            for name, calls in self.expected.items()
            for drawn in DRAWN
        ]

    def quantile(self, percent: int, exact: float, density: float) -> Figure:
        """A wait quantile; its error is that of the share at or under the exact one."""
        value = float(np.quantile(self.waits, percent / 100, method="inverted_cdf"))
        size = np.array([len(day) for day in self.waits_of_day], float)
        under = np.array([np.count_nonzero(day <= exact) for day in self.waits_of_day], float)
        share = under.sum() / size.sum()
        error = regressed((under - share * size) / size.mean(), []).error
        return Figure(value, error / density)


def regressed(days: Array, controls: list[Array]) -> Figure:
    """Mean over days where all controls are 0, by least squares."""
    design = np.column_stack([np.ones(len(days)), *controls])
    scale = np.maximum(np.abs(design).max(axis=0), 1e-300)
    weights, _, rank, _ = np.linalg.lstsq(design / scale, days, rcond=None)
    assert rank == design.shape[1] < len(days) // 5, "too few days for so many controls"
    left = days - design / scale @ weights
    variance = left @ left / (len(days) - design.shape[1])
    spread = np.linalg.inv((design / scale).T @ (design / scale))[0, 0]
    return Figure(float(weights[0] / scale[0]), math.sqrt(variance * spread) / scale[0])


def simulate_days(scenario: Scenario, days: int, seed: int, window: Window) -> Days:
    """The sums of the days 0 to `days` - 1."""
    centre = centre_of(scenario)
    scopes = {"": None} | {name: place for place, name in enumerate(centre.types)}
    rows: dict[str, list[dict[str, float]]] = {scope: [] for scope in scopes}
    waits = []
    for replication in range(days):
        callers, staff = draw(scenario, replication, seed)
        outcomes = simulate(centre, callers, staff, engine="kernel")
        there = (outcomes.arrival >= window.start) & (outcomes.arrival < window.end)
        for scope, place in scopes.items():
            counts = there if place is None else there & (outcomes.type == place)
            rows[scope].append(contact_sums(callers, outcomes, counts))
        rows[""][-1] |= staff_sums(scenario, outcomes, window)
        ordered = np.sort(outcomes.wait[there & (outcomes.outcome != Outcome.BLOCKED)])
        waits.append(ordered)
    sums = {
        scope: {name: np.array([day[name] for day in each]) for name in each[0]}
        for scope, each in rows.items()
    }
    expected = {name: expected_calls(scenario, name, window) for name in centre.types}
    return Days(sums, expected, np.sort(np.concatenate(waits)), waits)


def expected_calls(scenario: Scenario, name: str, window: Window) -> float:
    """Calls of a type expected within the window."""
    edges, calls, _ = scenario.callers[name].arrivals.pieces(scenario, name)
    inside = np.diff(np.clip(edges, window.start, window.end))
    return float((calls * inside / np.diff(edges)).sum()) * scenario.callers[name].volume


def contact_sums(
    callers: Callers, outcomes: Outcomes, counts: NDArray[np.bool_]
) -> dict[str, float]:
    """What the counted contacts of a day add up to."""
    arrival, ended = outcomes.arrival[counts], outcomes.wait_ended[counts]
    outcome, wait = outcomes.outcome[counts], ended - arrival
    answered, abandoned = outcome == Outcome.ANSWERED, outcome == Outcome.ABANDONED
    blocked, in_time = outcome == Outcome.BLOCKED, ended <= arrival + WITHIN
    return {
        "offered": len(arrival),
        "work": callers.talk_work[counts].sum(),
        "answered": answered.sum(),
        "abandoned": abandoned.sum(),
        "blocked": blocked.sum(),
        "cut_off": (outcome == Outcome.CUT_OFF).sum(),
        "joined": (~blocked).sum(),
        "delayed": (~blocked & ~(answered & (wait == 0))).sum(),
        "in_time": (answered & in_time).sum(),
        "met": ((answered | abandoned) & in_time).sum(),
        "long": (~(abandoned & (wait < SHORT))).sum(),
        "over_1_min": (ended > arrival + 60).sum(),
        "wait": wait[~blocked].sum(),
        "answered_wait": wait[answered].sum(),
    }


def staff_sums(scenario: Scenario, outcomes: Outcomes, window: Window) -> dict[str, float]:
    """What the operators' day adds up to, in s: within the window, and all in all."""
    answered = outcomes.outcome == Outcome.ANSWERED
    began, done = outcomes.wait_ended[answered], outcomes.handled[answered]
    edges, seats = seats_of(scenario)
    present = outcomes.presence_end - outcomes.presence_start
    times = np.unique(np.concatenate([outcomes.presence_start, outcomes.presence_end, edges]))
    here = np.searchsorted(np.sort(outcomes.presence_start), times[:-1], side="right")
    here -= np.searchsorted(np.sort(outcomes.presence_end), times[:-1], side="right")
    wanted = np.append(seats, 0)[np.searchsorted(edges, times[:-1], side="right") - 1]
    return {
        "busy": np.diff(np.clip([began, done], window.start, window.end), axis=0).sum(),
        "seat_time": (np.diff(np.clip(edges, window.start, window.end)) * seats).sum(),
        "handling": (done - began).sum(),
        "present": present.sum(),
        "overtime": (np.maximum(0, here - wanted) * np.diff(times)).sum(),
    }


def seats_of(scenario: Scenario) -> tuple[Array, Array]:
    """Edges in s from opening to closing, and operators wanted in each piece, all groups."""
    opens, closes = scenario.day.opens, scenario.day.closes
    every = [g.headcount_every for g in scenario.operators.values() if g.headcount is not None]
    step = min(every, default=closes - opens)
    edges = np.append(np.arange(opens, closes - 1e-6, step), closes)
    seats = np.zeros(len(edges) - 1)
    for group in scenario.operators.values():
        if group.headcount is not None:
            place = (edges[:-1] - opens) // group.headcount_every
            seats += np.array(group.headcount)[place.astype(int)]
        else:
            seats += sum(shift.operators for shift in (group.shifts or {}).values())
    return edges, seats
