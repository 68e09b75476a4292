"""Simulated days summed up, and estimates with standard errors, apart from `sim.measures`.

Calls and their work are drawn, so how many there should be is known exactly. The part of an
error that too many calls or too much work explain is taken out by regression over the days
(control variates), which makes the standard errors two to three times smaller. That the calls
and their work are as many as they should be is a figure of its own, without regression.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.callers import Callers, draw
from sim.centre import Centre, centre_of
from sim.engine import simulate
from sim.outcomes import Outcome, Outcomes, Via
from sim.scenario import Scenario

Array = NDArray[np.float64]

WITHIN, SHORT = 20.0, 5.0
"""Seconds: what is in time, and which hang-ups are short."""

RATIOS = {
    "work": ("work", "calls"),
    "delayed_share": ("delayed", "offered"),
    "abandonment": ("abandoned", "offered"),
    "blocked_share": ("blocked", "offered"),
    "wait_mean": ("wait", "joined"),
    "asa": ("answered_wait", "answered_on_line"),
    "occupancy": ("busy", "seat_time"),
    "waited_over_1_min": ("over_1_min", "joined"),
    "service_level": ("in_time", "offered"),
    "service_level, answered": ("in_time", "answered"),
    "service_level, excluding_short": ("in_time", "long"),
    "service_level, abandoned_in_time_met": ("met", "offered"),
    "attempts": ("contacts", "calls"),
    "callers_reached": ("reached", "calls"),
    "come_out": ("offered_past_menu", "calls"),
    "callback_share": ("callbacks", "offered"),
    "called_back_share": ("called_back", "offered"),
    "callback_lost_share": ("callback_lost", "offered"),
    "answered_on_line_share": ("answered_on_line", "offered"),
    "callback_delay": ("callback_wait", "called_back"),
    "announced_bias": ("announced_error", "announced"),
    "announced_mean_square": ("announced_square", "announced"),
    "promises_broken": ("broken", "announced"),
}
"""Ratios of two sums; whatever else is asked for is the mean of a sum over days."""

DRAWN = ("calls", "work")
"""What is known of the callers alone, whatever becomes of them."""
KNOWN = (*DRAWN, "offered")
"""Judged as they come out, by no regression."""


class Figure(NamedTuple):
    """What the simulation says, and how well it knows."""

    value: float
    error: float
    """Standard error."""


@dataclass(frozen=True)
class Window:
    """The persons that count: those who first phone from `start` until before `end`, in s."""

    start: float
    end: float


@dataclass(frozen=True)
class Days:
    """Sums of many days: {scope: {sum: one number a day}}.

    The scope "" is the whole line; others are call types, operator groups, and "attempt 1",
    "attempt 2" ...
    """

    sums: dict[str, dict[str, Array]]
    expected: dict[str, float]
    """Calls expected a day within the window, by call type."""
    waits: Array
    """Waits of all days, ascending, in s."""
    waits_of_day: list[Array]

    def figure(self, name: str) -> Figure:
        """The estimate of "quantity" or "scope: quantity"."""
        scope, _, quantity = name.rpartition(": ")
        sums = self.sums[scope]
        top, bottom = RATIOS.get(quantity, (quantity, None))
        if bottom is None:
            days = sums[top]
        else:
            value, size = sums[top].sum() / sums[bottom].sum(), sums[bottom].mean()
            days = value + (sums[top] - value * sums[bottom]) / size
        return regressed(days, [] if quantity in KNOWN else self.controls)

    @property
    def controls(self) -> list[Array]:
        """Calls and work of each type that is phoned on each day, less what is expected."""
        return [
            self.sums[name][drawn] - calls
            for name, calls in self.expected.items()
            for drawn in DRAWN
            if calls > 0
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


def simulate_days(
    scenario: Scenario, days: int, seed: int, window: Window, paces: Sequence[float] = ()
) -> Days:
    """The sums of the days 0 to `days` - 1; `paces` in place of what is drawn of each operator."""
    centre = centre_of(scenario)
    rows: list[dict[str, dict[str, float]]] = []
    waits = []
    for replication in range(days):
        callers, staff = draw(scenario, replication, seed)
        if paces:
            staff = replace(staff, pace=np.array(paces))
        outcomes = simulate(centre, callers, staff, engine="kernel")
        first_phoned = callers.arrival[outcomes.caller]
        there = (first_phoned >= window.start) & (first_phoned < window.end)
        scopes = {name: outcomes.type == place for place, name in enumerate(centre.types)}
        for attempt in attempts_of(scenario):
            scopes[f"attempt {attempt}"] = outcomes.attempt == attempt
        day = {scope: contact_sums(callers, outcomes, there & of) for scope, of in scopes.items()}
        day[""] = contact_sums(callers, outcomes, there)
        day[""] |= staff_sums(scenario, centre, outcomes, window)
        for name in centre.groups if len(centre.groups) > 1 else ():
            day[name] = staff_sums(scenario, centre, outcomes, window, name)
        rows.append(day)
        wait = waits_over(outcomes) - outcomes.arrival
        waits.append(np.sort(wait[there & ~np.isnan(wait)]))
    sums = {
        scope: {name: np.array([day[scope][name] for day in rows]) for name in first}
        for scope, first in rows[0].items()
    }
    expected = {name: expected_calls(scenario, name, window) for name in centre.types}
    return Days(sums, expected, np.sort(np.concatenate(waits)), waits)


def attempts_of(scenario: Scenario) -> range:
    """Numbers of the attempts that are told apart; none where nobody phones twice."""
    again = [each for kind in scenario.callers.values() for each in (kind.redial, kind.repeat)]
    most = max((each.attempts for each in again if each is not None), default=1)
    return range(1, most + 1) if most > 1 else range(0)


def expected_calls(scenario: Scenario, name: str, window: Window) -> float:
    """Calls of a type expected within the window."""
    edges, calls, _ = scenario.callers[name].arrivals.pieces(scenario, name)
    inside = np.diff(np.clip(edges, window.start, window.end))
    return float((calls * inside / np.diff(edges)).sum()) * scenario.callers[name].volume


def waits_over(outcomes: Outcomes) -> Array:
    """When each wait on the line ends: where it rings at a desk, with the talk."""
    on_line = (outcomes.outcome == Outcome.ANSWERED) & np.isnan(outcomes.callback)
    over: Array = np.where(on_line, outcomes.talk_started, outcomes.wait_ended)
    return over


def contact_sums(
    callers: Callers, outcomes: Outcomes, counts: NDArray[np.bool_]
) -> dict[str, float]:
    """What the counted contacts of a day add up to."""
    arrival, chosen = outcomes.arrival[counts], outcomes.wait_ended[counts]
    outcome = outcomes.outcome[counts]
    answered, abandoned = outcome == Outcome.ANSWERED, outcome == Outcome.ABANDONED
    blocked, contained = outcome == Outcome.BLOCKED, outcome == Outcome.CONTAINED
    first = outcomes.via[counts] == Via.FIRST
    called = ~np.isnan(outcomes.callback[counts])
    on_line, joined = answered & ~called, ~blocked & ~contained
    delayed = joined & ~(on_line & (chosen == arrival))
    ended = waits_over(outcomes)[counts]
    wait, in_time = ended - arrival, ended <= arrival + WITHIN
    return (
        {
            "calls": first.sum(),
            "contacts": len(arrival),
            "offered": (~contained).sum(),
            "offered_past_menu": joined.sum(),
            "work": callers.talk_work[outcomes.contact[counts][first]].sum(),
            "answered": answered.sum(),
            "abandoned": abandoned.sum(),
            "blocked": blocked.sum(),
            "cut_off": (outcome == Outcome.CUT_OFF).sum(),
            "joined": joined.sum(),
            "delayed": delayed.sum(),
            "in_time": (on_line & in_time).sum(),
            "met": ((on_line | abandoned) & in_time).sum(),
            "long": (~contained & ~(abandoned & (wait < SHORT))).sum(),
            "over_1_min": (ended > arrival + 60).sum(),
            "wait": wait[joined].sum(),
            "answered_wait": wait[on_line].sum(),
            "answered_on_line": on_line.sum(),
            "reached": len(np.unique(outcomes.caller[counts][answered])),
        }
        | callback_sums(outcomes, counts)
        | announcement_sums(outcomes, counts)
    )


def callback_sums(outcomes: Outcomes, counts: NDArray[np.bool_]) -> dict[str, float]:
    """What the callbacks of the counted contacts add up to."""
    called = counts & ~np.isnan(outcomes.callback)
    talked = called & (outcomes.outcome == Outcome.ANSWERED)
    return {
        "callbacks": called.sum(),
        "called_back": talked.sum(),
        "callback_lost": (counts & (outcomes.outcome == Outcome.CALLBACK_LOST)).sum(),
        "callback_wait": (outcomes.talk_started - outcomes.callback)[talked].sum(),
    }


def announcement_sums(outcomes: Outcomes, counts: NDArray[np.bool_]) -> dict[str, float]:
    """What the first announced waits of those answered add up to."""
    answered = counts & (outcomes.outcome == Outcome.ANSWERED)
    told = answered & ~np.isnan(outcomes.announced_wait)
    came_true = (outcomes.wait_ended - outcomes.announced_at)[told]
    error = outcomes.announced_wait[told] - came_true
    return {
        "announced": len(error),
        "announced_error": error.sum(),
        "announced_square": (error**2).sum(),
        "broken": (outcomes.wait_ended > outcomes.promised_until)[told].sum(),
    }


def staff_sums(
    scenario: Scenario, centre: Centre, outcomes: Outcomes, window: Window, group: str = ""
) -> dict[str, float]:
    """What the operators' day adds up to, in s: within the window, and all in all; of one group
    where it is named."""
    answered = outcomes.outcome == Outcome.ANSWERED
    spells = np.ones(len(outcomes.presence_operator), np.bool_)
    if group:
        place = centre.groups.index(group)
        answered &= centre.operator_group[outcomes.operator] == place
        spells = centre.operator_group[outcomes.presence_operator] == place
    began, done = outcomes.talk_started[answered], outcomes.handled[answered]
    rings = centre.crewing.ring[centre.operator_group[outcomes.operator[answered]]]
    began = began - np.where(np.isnan(outcomes.callback[answered]), rings, 0.0)
    edges, seats = seats_of(scenario, group)
    came, left = outcomes.presence_start[spells], outcomes.presence_end[spells]
    present = left - came
    times = np.unique(np.concatenate([came, left, edges]))
    here = np.searchsorted(np.sort(came), times[:-1], side="right")
    here -= np.searchsorted(np.sort(left), times[:-1], side="right")
    wanted = np.append(seats, 0)[np.searchsorted(edges, times[:-1], side="right") - 1]
    return {
        "busy": np.diff(np.clip([began, done], window.start, window.end), axis=0).sum(),
        "seat_time": (np.diff(np.clip(edges, window.start, window.end)) * seats).sum(),
        "handling": (done - began).sum(),
        "present": present.sum(),
        "there": np.diff(np.clip([came, left], window.start, window.end), axis=0).sum(),
        "came": len(came) > 0,
        "overtime": (np.maximum(0, here - wanted) * np.diff(times)).sum(),
    }


def seats_of(scenario: Scenario, name: str = "") -> tuple[Array, Array]:
    """Edges in s from opening to closing, and operators wanted in each piece, of a group or all."""
    opens, closes = scenario.day.opens, scenario.day.closes
    groups = [g for each, g in scenario.operators.items() if name in ("", each)]
    shifts = [shift for group in groups for shift in (group.shifts or {}).values()]
    cuts = [opens, closes, *(t for shift in shifts for t in (shift.from_, shift.to))]
    for group in groups:
        if group.headcount is not None:
            cuts += np.arange(opens, closes - 1e-6, group.headcount_every).tolist()
    edges = np.unique(np.clip(cuts, opens, closes))
    seats = np.zeros(len(edges) - 1)
    for group in groups:
        if group.headcount is not None:
            place = (edges[:-1] - opens + 1e-6) // group.headcount_every
            seats += np.array(group.headcount)[place.astype(int)]
    for shift in shifts:
        seats += shift.operators * ((shift.from_ <= edges[:-1]) & (edges[:-1] < shift.to))
    return edges, seats
