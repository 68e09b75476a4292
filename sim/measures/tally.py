"""What one replication contributes to the measures: sums, and the waits for quantiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.centre import Centre
from sim.columns import Column
from sim.measures.desks import DESK_FIGURES, desks_of
from sim.measures.grid import Grid, grid_of
from sim.measures.heard import heard
from sim.measures.pay import PAY_FIGURES, paid_for
from sim.measures.persons import PERSONS, followed, line_time, persons_of
from sim.measures.promises import PROMISES, callbacks_by_interval, promises_of
from sim.measures.spread import Floats, and_all, numbers_at, seat_time
from sim.measures.sums import (
    CALLED_BACK,
    Against,
    StaffSums,
    Sums,
    against_of,
    most_at_once,
    staff_sums_of,
    sums_of,
    wait_over,
)
from sim.outcomes import Outcome, Outcomes
from sim.roster import seats_taken

if TYPE_CHECKING:
    from sim.callers import Callers, Staff
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
    Column(
        "followed",
        "float64",
        "contacts",
        "answered, and followed by a repeat call or a "
        "transfer, or by one that came to a closed line",
    ),
    Column(
        "line_time",
        "float64",
        "s",
        "on the telephone lines, the menu included; 0 where lines cost nothing",
    ),
    Column("intervals_met", "float64", "intervals", "intervals that met the service level"),
    Column("intervals", "float64", "intervals", "intervals with contacts, if there is a target"),
)
"""Figures by call type, and of all types together (in the last place)."""

GROUP_FIGURES = (*PAY_FIGURES, *DESK_FIGURES)
"""Figures by operator group, and of all groups together (in the last place)."""

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
JUDGED = ("offered", "answered", "answered_in_time", "abandoned_in_time", "short")
"""Sums that a service level is made of."""
_JUDGED = [[column.name for column in CONTACT_SUMS].index(name) for name in JUDGED]
_GROUP_FIGURE = {column.name: place for place, column in enumerate(GROUP_FIGURES)}
_FIGURE = {column.name: place for place, column in enumerate(TYPE_FIGURES)}
_COUNTED = {column.name for column in CONTACT_SUMS} & set(Sums._fields)


@dataclass(frozen=True, eq=False)
class Tally:
    """What one replication contributes; N intervals, T call types, G operator groups."""

    contacts: Floats
    """`CONTACT_SUMS` by interval of arrival and type; shape (14, N, T)."""
    figures: Floats
    """`TYPE_FIGURES` by type and all; shape (29, T + 1)."""
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
    desks: Floats
    """`GROUP_FIGURES` by group and all; shape (15, G + 1)."""
    waits: tuple[Floats, ...]
    """Waits in s of the contacts that were not blocked, ascending; one array a type."""


def tally(
    centre: Centre,
    scenario: Scenario,
    outcomes: Outcomes,
    grid: Grid | None = None,
    compiled: bool = False,
    staff: Staff | None = None,
    callers: Callers | None = None,
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
    staff : Staff, optional
        Who was absent or late; without it nobody was.
    callers : Callers, optional
        It has the time that each contact spent in the menu; without it there is none.

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
    clock = grid.clock
    against = against_of(centre, clock.edges, grid.within, grid.ignore_under)
    sums, time = _summed(outcomes, centre, against, compiled)
    contacts = clock.contacts(_contact_sums(outcomes, sums, grid))
    _add_seats(outcomes, centre, clock.edges, time, staff)
    time.by_interval[1], time.by_group[1] = sums.handling, sums.handling_of
    by_interval = clock.staff(time.by_interval)
    by_interval[0] = clock.open_only(time.by_interval[0])
    return Tally(
        contacts=contacts,
        figures=_type_figures(outcomes, sums, contacts, grid, against, callers),
        handled=sums.handled,
        heard=heard(outcomes, grid.messages),
        staff=by_interval,
        groups=time.by_group,
        desks=_group_figures(outcomes, centre, grid, staff, sums.longest),
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
    found["callbacks"] = callbacks_by_interval(outcomes, grid.clock.edges, len(grid.within))
    found |= {name: each for name, each in sums._asdict().items() if name in _COUNTED}
    return np.stack([found[column.name] for column in CONTACT_SUMS])


def _type_figures(
    outcomes: Outcomes, sums: Sums, contacts: Floats, grid: Grid, against: Against,
    callers: Callers | None,
) -> Floats:  # fmt: skip
    """`TYPE_FIGURES` by type and all."""
    types = len(grid.within)
    figures = {name: and_all(each) for name, each in zip(_OVER, sums.over, strict=True)}
    longest = np.array([own[-1] if len(own) else 0.0 for own in sums.waits])
    figures["wait_max"] = np.append(longest, longest.max())
    figures["queue_time"] = and_all(sums.queue_time)
    figures["queue_max"] = sums.queue_max
    figures["contained"] = and_all(sums.by_outcome[Outcome.CONTAINED].sum(axis=0))
    figures |= persons_of(outcomes, *(contacts[place].sum(axis=0) for place in _PERSONAL))
    figures |= promises_of(outcomes, grid.promise, wait_over(outcomes, against.rings))
    if len(grid.days) > 1:
        figures |= _longest_of_days(outcomes, grid, against)
    if outcomes.tells("via") or outcomes.tells("follow_up_lost"):
        kinds = outcomes.type[followed(outcomes)].astype(np.intp)
        figures["followed"] = and_all(numbers_at(kinds, types))
    if grid.line_costs:
        figures["line_time"] = and_all(line_time(outcomes, callers, types))
    figures["intervals_met"], figures["intervals"] = _intervals_met(contacts, grid)
    whole = np.zeros((len(TYPE_FIGURES), len(grid.target)))
    for name, figure in figures.items():
        whole[_FIGURE[name]] = figure
    return whole


def _longest_of_days(outcomes: Outcomes, grid: Grid, against: Against) -> dict[str, Floats]:
    """The longest wait and the longest queue, as means of the days; by type and all."""
    arrival, left, types = outcomes.arrival, wait_over(outcomes, against.rings), len(grid.within)
    day = grid.clock.day_of(arrival)
    longest, most = (np.zeros((len(grid.days), types + 1)) for _ in range(2))
    for place in range(types + 1):
        there = ~np.isnan(left) & ((outcomes.type == place) | (place == types))
        np.maximum.at(longest[:, place], day[there], (left - arrival)[there])
        for number in range(len(grid.days)):
            queued = there & (day == number) & (left > arrival)
            most[number, place] = most_at_once(arrival[queued], left[queued])
    return {"wait_max": longest.mean(axis=0), "queue_max": most.mean(axis=0)}


def _group_figures(
    outcomes: Outcomes, centre: Centre, grid: Grid, staff: Staff | None, longest: Floats | None
) -> Floats:
    """`GROUP_FIGURES` by group and all."""
    figures = paid_for(grid.pay, centre, outcomes, staff)
    figures |= desks_of(outcomes, centre, grid.clock.day_begins, longest)
    whole = np.zeros((len(GROUP_FIGURES), len(centre.groups) + 1))
    for name, figure in figures.items():
        whole[_GROUP_FIGURE[name]] = figure
    return whole


def _intervals_met(contacts: Floats, grid: Grid) -> tuple[Floats, Floats]:
    """Intervals that met the service level, and intervals judged, by type and all."""
    own = contacts[_JUDGED]
    everyone = np.concatenate([own, own.sum(axis=2, keepdims=True)], axis=2)
    met, judged = np.zeros(len(grid.target)), np.zeros(len(grid.target))
    for counts in dict.fromkeys(grid.counts):
        alike = np.array([each == counts for each in grid.counts])
        sums = dict(zip(JUDGED, everyone[:, :, alike], strict=True))
        met_here, judged_here = meets(sums, counts, grid.target[alike])
        met[alike], judged[alike] = met_here.sum(axis=0), judged_here.sum(axis=0)
    return met, judged


def _add_seats(
    outcomes: Outcomes, centre: Centre, edges: Floats, time: StaffSums, staff: Staff | None
) -> None:
    """Fill in the groups of seats, whose operators are no persons with a duty of their own."""
    if not centre.seats.any():
        return
    number = centre.seat_number if staff is None else seats_taken(centre, staff)
    of = centre.operator_group[outcomes.presence_operator]
    for g in np.flatnonzero(centre.seats).tolist():
        mine = of == g
        start, end = outcomes.presence_start[mine], outcomes.presence_end[mine]
        seconds = seat_time(g, start, end, centre, edges, number)
        time.by_interval[0, :, g], time.by_interval[2, :, g] = seconds.on_duty, seconds.overtime
        time.by_group[0, g] = seconds.on_duty_total
        time.by_group[2, g] = seconds.overtime_total
