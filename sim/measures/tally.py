"""What one replication contributes to the measures: sums, and the waits for quantiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.centre import Centre
from sim.columns import Column
from sim.measures.heard import Played, heard, played
from sim.measures.persons import PERSONS, persons_of
from sim.measures.promises import PROMISES, callbacks_by_interval, promises_of
from sim.measures.spread import (
    Floats,
    Stretches,
    and_all,
    duty_within,
    interval_of,
    seat_time,
    seats_at,
    spread,
    sums_at,
)
from sim.measures.sums import CALLED_BACK, Against, StaffSums, Sums, staff_sums_of, sums_of
from sim.outcomes import Outcome, Outcomes

if TYPE_CHECKING:
    from sim.scenario import Scenario

CONTACT_SUMS = (
    Column("offered", "float64", "contacts", "contacts that arrived"),
    Column("answered", "float64", "contacts", "an operator answered"),
    Column("abandoned", "float64", "contacts", "the caller hung up while waiting"),
    Column("blocked", "float64", "contacts", "all telephone lines were busy, or the queue full"),
    Column("cut_off", "float64", "contacts", "waiting when the line closed, and sent away"),
    Column("callbacks", "float64", "contacts", "accepted to be called back"),
    Column("callback_lost", "float64", "contacts", "to be called back, and never reached"),
    Column("answered_in_time", "float64", "contacts", "answered on the line with wait <= "
           "`within`"),
    Column("abandoned_in_time", "float64", "contacts", "hung up with wait <= `within`"),
    Column("delayed", "float64", "contacts", "neither blocked nor answered on arrival"),
    Column("wait", "float64", "s", "waits on the line of answered, abandoned and cut off"),
    Column("answered_wait", "float64", "s", "waits of those answered on the line"),
    Column("short", "float64", "contacts", "hung up with wait < `ignore_under`"),
    Column("called_back", "float64", "contacts", "answered by a callback"),
)  # fmt: skip
"""Sums by interval of arrival and call type."""

REPORTED = tuple(c.name for c in CONTACT_SUMS if c.name not in ("short", "called_back"))
"""The sums that `by_interval` shows."""

TYPE_FIGURES = (
    Column("over_1_min", "float64", "contacts", "waited over a minute"),
    Column("over_5_min", "float64", "contacts", "waited over five minutes"),
    Column("over_30_min", "float64", "contacts", "waited over thirty minutes"),
    Column("wait_max", "float64", "s", "the longest wait; 0 without contacts"),
    Column("queue_time", "float64", "s", "integral of the number waiting over the open hours"),
    Column("queue_max", "float64", "callers", "the most who waited at once"),
    Column("contained", "float64", "contacts", "served in the menu; in no other figure"),
    *PERSONS,
    *PROMISES,
    Column("intervals_met", "float64", "intervals", "intervals that met the service level"),
    Column("intervals", "float64", "intervals", "intervals with contacts, if there is a target"),
)
"""Figures by call type, and of all types together (in the last place)."""

STAFF_SUMS = (
    Column("on_duty", "float64", "s", "present and not on a break, within rostered duty"),
    Column("handling", "float64", "s", "talk, wrap-up, conferences and tries to call back"),
    Column("overtime", "float64", "s", "present outside rostered duty"),
)
"""Sums by interval and operator group."""

_CODES = {
    "answered": Outcome.ANSWERED,
    "abandoned": Outcome.ABANDONED,
    "blocked": Outcome.BLOCKED,
    "cut_off": Outcome.CUT_OFF,
    "callback_lost": Outcome.CALLBACK_LOST,
}
_OVER = ("over_1_min", "over_5_min", "over_30_min")
_PERSONAL = [
    [column.name for column in CONTACT_SUMS].index(name)
    for name in ("offered", "answered", "answered_wait")
]
_FIGURE = {column.name: place for place, column in enumerate(TYPE_FIGURES)}
_COUNTED = {column.name for column in CONTACT_SUMS} & set(Sums._fields)


@dataclass(frozen=True, eq=False)
class Grid:
    """What contacts and operators of a scenario are counted against, the same every day.

    Arrays by "type and all" have an entry for each of T types and a last one for all.
    """

    edges: Floats
    """Ends of the N reporting intervals in s; shape (N + 1,)."""
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
    rostered: Floats
    """Paid seconds of a day without overtime, by group; shape (G,)."""

    @property
    def intervals(self) -> int:
        """Number of reporting intervals."""
        return len(self.edges) - 1


@dataclass(frozen=True, eq=False)
class Tally:
    """What one replication contributes; N intervals, T call types, G operator groups."""

    contacts: Floats
    """`CONTACT_SUMS` by interval of arrival and type; shape (14, N, T)."""
    figures: Floats
    """`TYPE_FIGURES` by type and all; shape (27, T + 1)."""
    handled: Floats
    """Answered contacts by type and the group that talked, and handling time in s by type and
    the group that was at work; shape (2, T, G)."""
    heard: Floats
    """Contacts that heard each message, and hearings; shape (2, M)."""
    staff: Floats
    """`STAFF_SUMS` by interval and group; on duty within the open hours only, the others with
    what lies outside them in the first and last interval; shape (3, N, G)."""
    groups: Floats
    """`STAFF_SUMS` by group, whenever they happened; shape (3, G)."""
    waits: tuple[Floats, ...]
    """Waits in s of the contacts that were not blocked, ascending; one array a type."""


def grid_of(centre: Centre, scenario: Scenario) -> Grid:
    """The intervals, thresholds and rostered sums of a scenario.

    Parameters
    ----------
    centre : Centre
        The line.
    scenario : Scenario
        It has the targets.

    Returns
    -------
    Grid
    """
    intervals = round((centre.closes - centre.opens) / centre.interval)
    edges = centre.opens + centre.interval * np.arange(intervals + 1.0)
    edges[-1] = centre.closes
    scopes = (*centre.types, None)
    targets = [scenario.targets_of(scope).service_level for scope in scopes]
    return Grid(
        edges=edges,
        within=np.array([scenario.within(name) for name in centre.types]),
        ignore_under=np.array([scenario.ignore_under(name) or 0.0 for name in centre.types]),
        target=np.array([np.nan if t is None or t.share is None else t.share for t in targets]),
        counts=tuple(scenario.counts(scope) for scope in scopes),
        promise=_promise(scenario, centre.types),
        messages=played(scenario),
        scheduled=_scheduled(centre, edges),
        rostered=_rostered(centre),
    )


def tally(
    centre: Centre,
    scenario: Scenario,
    outcomes: Outcomes,
    grid: Grid | None = None,
    compiled: bool = False,
) -> Tally:
    """Sum up one replication.

    Parameters
    ----------
    centre : Centre
        The line.
    scenario : Scenario
        It has the thresholds.
    outcomes : Outcomes
        What an engine made of the day.
    grid : Grid, optional
        `grid_of(centre, scenario)`, when it is at hand.
    compiled : bool
        Sum up in one compiled pass, which pays where compiled code is loaded already; the
        result is the same to the last bit.

    Returns
    -------
    Tally
        Sums only: nothing of it is a share, a mean or money.

    Notes
    -----
    A wait is compared by the clock, `wait_ended <= arrival + within`, and each contact with the
    threshold of its own call type. Who is called back is answered, but never in time. A hang-up
    is short if its wait is under `ignore_under`; one of just that long counts. A wait is over a
    limit if it is longer. Contacts count in the interval in which they arrived, whenever they
    were answered; those contained in the menu are in no figure but `contained`.
    """
    grid = grid or grid_of(centre, scenario)
    against = Against(
        grid.edges, grid.within, grid.ignore_under, centre.closes, centre.operator_group,
        len(centre.groups),
    )  # fmt: skip
    sums, staff = _summed(outcomes, centre, against, compiled)
    contacts = _contact_sums(outcomes, sums, grid)
    _add_seats(outcomes, centre, grid.edges, staff)
    staff.by_interval[1], staff.by_group[1] = sums.handling, sums.handling_of
    return Tally(
        contacts=contacts,
        figures=_type_figures(outcomes, sums, contacts, grid),
        handled=sums.handled,
        heard=heard(outcomes, grid.messages),
        staff=staff.by_interval,
        groups=staff.by_group,
        waits=sums.waits,
    )


def _summed(
    outcomes: Outcomes, centre: Centre, against: Against, compiled: bool
) -> tuple[Sums, StaffSums]:
    """The sums of contacts and of persons, compiled or with numpy."""
    if not compiled:
        return sums_of(outcomes, against), staff_sums_of(outcomes, centre, against.edges)
    from sim.measures import passes

    return passes.sums_of(outcomes, against), passes.staff_sums_of(outcomes, centre, against.edges)


def service_level_parts(sums: Mapping[str, Floats], counts: str) -> tuple[Floats, Floats]:
    """Numerator and denominator of the service level under a convention on hang-ups.

    Parameters
    ----------
    sums : mapping of str to ndarray
        Sums named as in `CONTACT_SUMS`.
    counts : str
        "offered", "answered", "excluding_short" or "abandoned_in_time_met".

    Returns
    -------
    met, judged : ndarray
        Contacts.
    """
    met = sums["answered_in_time"]
    if counts == "answered":
        return met, sums["answered"]
    if counts == "excluding_short":
        return met, sums["offered"] - sums["short"]
    if counts == "abandoned_in_time_met":
        return met + sums["abandoned_in_time"], sums["offered"]
    return met, sums["offered"]


def meets(sums: Mapping[str, Floats], counts: str, target: float | Floats) -> tuple[Floats, Floats]:
    """Which sums meet a service level, and which have something offered and can be judged.

    Where contacts were offered but the convention leaves none to judge, the target is missed.

    Returns
    -------
    met, judged : ndarray
        1 or 0; all 0 without a target.
    """
    judged = (sums["offered"] > 0) & ~np.isnan(target)
    top, bottom = service_level_parts(sums, counts)
    level = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
    return (judged & (level >= target)).astype(np.float64), judged.astype(np.float64)


def _contact_sums(outcomes: Outcomes, sums: Sums, grid: Grid) -> Floats:
    """`CONTACT_SUMS` by interval and type."""
    found = {name: sums.by_outcome[code] for name, code in _CODES.items()}
    found["called_back"] = sums.by_outcome[CALLED_BACK]
    found["answered"] = found["answered"] + found["called_back"]
    found["offered"] = np.sum([found[name] for name in _CODES], axis=0)
    found["callbacks"] = callbacks_by_interval(outcomes, grid.edges, len(grid.within))
    found |= {name: each for name, each in sums._asdict().items() if name in _COUNTED}
    return np.stack([found[column.name] for column in CONTACT_SUMS])


def _type_figures(outcomes: Outcomes, sums: Sums, contacts: Floats, grid: Grid) -> Floats:
    """`TYPE_FIGURES` by type and all."""
    figures = {name: and_all(each) for name, each in zip(_OVER, sums.over, strict=True)}
    longest = np.array([own[-1] if len(own) else 0.0 for own in sums.waits])
    figures["wait_max"] = np.append(longest, longest.max())
    figures["queue_time"] = and_all(sums.queue_time)
    figures["queue_max"] = sums.queue_max
    figures["contained"] = and_all(sums.by_outcome[Outcome.CONTAINED].sum(axis=0))
    figures |= persons_of(outcomes, *(contacts[place].sum(axis=0) for place in _PERSONAL))
    figures |= promises_of(outcomes, grid.promise)
    figures["intervals_met"], figures["intervals"] = _intervals_met(contacts, grid)
    whole = np.zeros((len(TYPE_FIGURES), len(grid.target)))
    for name, figure in figures.items():
        whole[_FIGURE[name]] = figure
    return whole


def _intervals_met(contacts: Floats, grid: Grid) -> tuple[Floats, Floats]:
    """Intervals that met the service level, and intervals judged, by type and all."""
    everyone = np.concatenate([contacts, contacts.sum(axis=2, keepdims=True)], axis=2)
    met, judged = np.zeros(len(grid.target)), np.zeros(len(grid.target))
    for counts in dict.fromkeys(grid.counts):
        alike = np.array([each == counts for each in grid.counts])
        sums = {c.name: each[:, alike] for c, each in zip(CONTACT_SUMS, everyone, strict=True)}
        met_here, judged_here = meets(sums, counts, grid.target[alike])
        met[alike], judged[alike] = met_here.sum(axis=0), judged_here.sum(axis=0)
    return met, judged


def _add_seats(outcomes: Outcomes, centre: Centre, edges: Floats, staff: StaffSums) -> None:
    """Fill in the groups of seats, whose operators are no persons with a duty of their own."""
    if not centre.seats.any():
        return
    of = centre.operator_group[outcomes.presence_operator]
    for g in np.flatnonzero(centre.seats).tolist():
        mine = of == g
        start, end = outcomes.presence_start[mine], outcomes.presence_end[mine]
        seconds = seat_time(g, start, end, centre, edges)
        staff.by_interval[0, :, g], staff.by_interval[2, :, g] = seconds.on_duty, seconds.overtime
        staff.by_group[0, g] = seconds.on_duty_total
        staff.by_group[2, g] = seconds.overtime_total


def _scheduled(centre: Centre, edges: Floats) -> Floats:
    """Mean number on the roster by interval and group, breaks included."""
    groups = centre.operator_group[centre.duty_operator].astype(np.intp)
    start, end = np.clip((centre.duty_start, centre.duty_end), centre.opens, centre.closes)
    seconds = spread(start, end, groups, len(centre.groups), edges)
    for g in np.flatnonzero(centre.seats).tolist():
        times = np.unique(np.concatenate([edges, centre.seat_time[centre.seat_group == g]]))
        seats = seats_at(g, times, centre)[:-1] * np.diff(times)
        seconds[:, g] = sums_at(interval_of(times[:-1], edges), seats, len(edges) - 1)
    scheduled: Floats = seconds / np.diff(edges)[:, None]
    return scheduled


def breaks_in_turn(centre: Centre) -> tuple[Floats, Floats]:
    """When each rostered break begins and ends where no call delays it.

    A break that falls due during another of the same operator begins when that ends.
    """
    start = centre.break_due.copy()
    for row in range(1, len(start)):
        if centre.break_operator[row] == centre.break_operator[row - 1]:
            start[row] = max(start[row], start[row - 1] + centre.break_lasts[row - 1])
    return start, start + centre.break_lasts


def _promise(scenario: Scenario, names: tuple[str, ...]) -> Floats:
    """Seconds within which each type promises to call back; NaN where it promises nothing."""
    callbacks = [scenario.callers[name].callback for name in names]
    return np.array([np.nan if c is None or c.promise is None else c.promise for c in callbacks])


def _rostered(centre: Centre) -> Floats:
    """Paid seconds of a day without overtime: rostered duty or seats, less unpaid breaks."""
    columns = len(centre.groups)
    of = centre.operator_group.astype(np.intp)
    duty = centre.duty_end - centre.duty_start
    paid = sums_at(of[centre.duty_operator], duty, columns)
    unpaid = ~centre.break_paid
    start, end = breaks_in_turn(centre)
    breaks = Stretches(centre.break_operator[unpaid].astype(np.intp), start[unpaid], end[unpaid])
    inside, _ = duty_within(breaks, centre)
    paid = paid - sums_at(of[inside.operator], inside.end - inside.start, columns)
    for g in np.flatnonzero(centre.seats).tolist():
        times = np.append(centre.seat_time[centre.seat_group == g], centre.closes)
        paid[g] = (seats_at(g, times, centre)[:-1] * np.diff(times)).sum()
    return paid
