"""What contacts and operators of a scenario are counted against: intervals, days, thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.centre import Centre
from sim.measures.heard import Played, played
from sim.measures.pay import Pay, pay_of
from sim.measures.spread import Floats, Whole, interval_of, seats_at, spread, sums_at

if TYPE_CHECKING:
    from sim.scenario import Scenario


class Clock(NamedTuple):
    """Reporting intervals on the running clock, and the closed time between days.

    N reporting intervals, P periods in which the line is open. Sums are taken over rows: the
    intervals, and between two periods two rows more, the halves of the closed time.
    """

    edges: Floats
    """Ends of the rows in s; shape (rows + 1,)."""
    open_rows: Whole
    """The rows that are reporting intervals; shape (N,)."""
    closed_rows: Whole
    """The rows that are closed time, two and two; shape (2 * (P - 1),)."""
    day: Whole
    """The day to which each interval belongs; shape (N,)."""
    day_begins: Floats
    """From when on staff and contacts count with each day: the middle of the closed time before
    it, in s on the running clock, -inf for the first; shape (D,)."""
    start: Floats
    """When each interval begins, in s after midnight of its day; shape (N,)."""
    end: Floats
    """When it ends, likewise."""

    @property
    def lengths(self) -> Floats:
        """Length of each reporting interval in s; shape (N,)."""
        lengths: Floats = np.diff(self.edges)[self.open_rows]
        return lengths

    def day_of(self, times: Floats) -> Whole:
        """The day with which each time counts."""
        day: Whole = np.searchsorted(self.day_begins, times, side="right") - 1
        return day

    def contacts(self, sums: Floats) -> Floats:
        """Sums of contacts by interval: those of a closed time with the interval before it.

        Parameters
        ----------
        sums : ndarray, shape (..., rows, columns)

        Returns
        -------
        ndarray, shape (..., N, columns)
        """
        if not len(self.closed_rows):
            return sums
        whole = sums[..., self.open_rows, :]
        for closed in self.closed_rows:
            before = np.searchsorted(self.open_rows, closed) - 1
            whole[..., before, :] += sums[..., closed, :]
        return whole

    def staff(self, sums: Floats) -> Floats:
        """Time of operators by interval: of a closed time with the nearer interval."""
        if not len(self.closed_rows):
            return sums
        whole = sums[..., self.open_rows, :]
        for place, closed in enumerate(self.closed_rows):
            before = np.searchsorted(self.open_rows, closed) - 1
            whole[..., before + place % 2, :] += sums[..., closed, :]
        return whole

    def open_only(self, sums: Floats) -> Floats:
        """Sums by interval, without what lies in a closed time."""
        return sums[..., self.open_rows, :] if len(self.closed_rows) else sums


@dataclass(frozen=True, eq=False)
class Grid:
    """What contacts and operators of a scenario are counted against, the same every day.

    Arrays by "type and all" have an entry for each of T types and a last one for all.
    """

    clock: Clock
    """The N reporting intervals."""
    days: tuple[str, ...]
    """Names of the days simulated; one without a name where it has none."""
    within: Floats
    """Threshold of each type in s; shape (T,)."""
    ignore_under: Floats
    """Who hangs up sooner is left out, in s; 0 where nobody is; shape (T,)."""
    target: Floats
    """Service level to reach, NaN without a target; by type and all."""
    counts: tuple[str, ...]
    """How a service level counts hang-ups; by type and all."""
    promise: Floats
    """Within what time of acceptance a callback is promised, in s; NaN without; shape (T,)."""
    messages: tuple[Played, ...]
    """What is played to those who wait, type after type."""
    scheduled: Floats
    """Mean number of operators or seats on the roster; shape (N, G)."""
    pay: Pay
    """What the roster is paid for if everybody comes."""
    line_costs: bool
    """Whether a minute on a telephone line costs something."""

    @property
    def intervals(self) -> int:
        """Number of reporting intervals."""
        return len(self.clock.day)

    @property
    def rostered(self) -> Floats:
        """Paid seconds of a replication without overtime, if everybody comes; shape (G,)."""
        return self.pay.rostered


def grid_of(centre: Centre, scenario: Scenario) -> Grid:
    """The intervals, thresholds and rostered sums of a scenario.

    Parameters
    ----------
    centre : Centre
        The line.
    scenario : Scenario
        It has the targets and the days.

    Returns
    -------
    Grid
    """
    clock = clock_of(centre, scenario)
    scopes = (*centre.types, None)
    targets = [scenario.targets_of(scope).service_level for scope in scopes]
    return Grid(
        clock=clock,
        days=tuple(scenario.days) or ("",),
        within=np.array([scenario.within(name) for name in centre.types]),
        ignore_under=np.array([scenario.ignore_under(name) or 0.0 for name in centre.types]),
        target=np.array([np.nan if t is None or t.share is None else t.share for t in targets]),
        counts=tuple(scenario.counts(scope) for scope in scopes),
        promise=_promise(scenario, centre.types),
        messages=played(scenario),
        scheduled=_scheduled(centre, clock),
        pay=pay_of(centre, scenario),
        line_costs=bool(scenario.trunks and scenario.trunks.cost_per_minute),
    )


def clock_of(centre: Centre, scenario: Scenario) -> Clock:
    """The reporting intervals of the days that are simulated."""
    hours = [(centre.opens, centre.closes)]
    midnights = [0.0]
    if scenario.days:
        days = scenario.calendar_days
        hours = [(day.hours.opens, day.hours.closes) for day in days]
        midnights = [day.midnight for day in days]
    of_day = [_edges(opens, closes, centre.interval) for opens, closes in hours]
    edges, closed, rows = [of_day[0]], list[int](), len(of_day[0]) - 1
    begins = [-np.inf]
    for (_, closes), (opens, _), own in zip(hours, hours[1:], of_day[1:], strict=False):
        begins.append((closes + opens) / 2)
        if opens > closes:
            edges.append(np.array(begins[-1:]))
            closed += [rows, rows + 1]
            rows += 2
            edges.append(own)
        else:  # closes at midnight, when the next day opens: no time is closed
            edges.append(own[1:])
        rows += len(own) - 1
    numbers = [len(own) - 1 for own in of_day]
    return Clock(
        edges=np.concatenate(edges),
        open_rows=np.setdiff1d(np.arange(rows), closed),
        closed_rows=np.array(closed, np.intp),
        day=np.repeat(np.arange(len(of_day)), numbers),
        day_begins=np.array(begins),
        start=_by_clock([own[:-1] for own in of_day], midnights),
        end=_by_clock([own[1:] for own in of_day], midnights),
    )


def _edges(opens: float, closes: float, interval: float) -> Floats:
    edges = opens + interval * np.arange(round((closes - opens) / interval) + 1.0)
    edges[-1] = closes
    return edges


def _by_clock(times: Sequence[Floats], midnights: Sequence[float]) -> Floats:
    own = [each - midnight for each, midnight in zip(times, midnights, strict=True)]
    return np.concatenate(own)


def _promise(scenario: Scenario, names: tuple[str, ...]) -> Floats:
    """Seconds within which each type promises to call back; NaN where it promises nothing."""
    callbacks = [scenario.callers[name].callback for name in names]
    return np.array([np.nan if c is None or c.promise is None else c.promise for c in callbacks])


def _scheduled(centre: Centre, clock: Clock) -> Floats:
    """Mean number on the roster by interval and group, breaks included; nobody who is on call."""
    edges, calendar = clock.edges, centre.calendar
    by_clock = calendar.on_call < 0
    groups = centre.operator_group[centre.duty_operator[by_clock]].astype(np.intp)
    ends = np.stack([centre.duty_start[by_clock], centre.duty_end[by_clock]])
    start, end = np.clip(ends, edges[0], edges[-1])
    seconds = spread(start, end, groups, len(centre.groups), edges)
    for g in np.flatnonzero(centre.seats).tolist():
        times = np.unique(np.concatenate([edges, centre.seat_time[centre.seat_group == g]]))
        seats = seats_at(g, times, centre)[:-1] * np.diff(times)
        seconds[:, g] = sums_at(interval_of(times[:-1], edges), seats, len(edges) - 1)
    scheduled: Floats = clock.open_only(seconds) / clock.lengths[:, None]
    return scheduled
