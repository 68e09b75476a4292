"""The menu of a scenario as columns: every shift that may be built, its duty and its cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, product
from typing import Any, NamedTuple

import numpy as np

from sim.centre import Centre, centre_of
from sim.measures.grid import Clock, Grid, clock_of, grid_of
from sim.measures.intervals import Floats
from sim.measures.pay import breaks_in_turn, pay_of
from sim.measures.spread import spread
from sim.scenario import Scenario
from sim.scenario.menu import MenuBreak, MenuShift
from sim.scenario.shifts import Shift
from sim.scenario.staff import Group
from sim.staffing.seats import Whole, with_shifts
from sim.staffing.suggestion import MenuError, in_words, suggested, surroundings_of
from sim.times import DAY, HOUR, format_clock, format_duration

MOST_COLUMNS = 5_000
"""Possible shifts of all groups together."""


class Column(NamedTuple):
    """One possible shift: the same times and breaks on each of its days."""

    group: str
    entry: str
    """Name of the entry of the menu."""
    start: float
    """In seconds after midnight."""
    lasts: float
    days: tuple[str, ...]
    """Names of its days; none of a single day without a name."""
    breaks: tuple[tuple[float, MenuBreak], ...]
    """When each break begins, in seconds from the start of the shift."""

    @property
    def form(self) -> tuple[str, str, float, float, tuple[str, ...]]:
        """What columns have in common that differ in the times of their breaks only."""
        return self[:5]


@dataclass(frozen=True, eq=False)
class Menu:
    """Every possible shift of the groups that are to be rostered; K columns, N intervals."""

    scenario: Scenario
    entries: dict[str, dict[str, MenuShift]]
    """The entries of each group that is to be rostered."""
    columns: tuple[Column, ...]
    clock: Clock
    duty: Floats
    """Part of each interval in which the person is on duty; shape (K, N)."""
    hours: Floats
    """Paid hours a replication as `paid_hours` counts them, overtime left out; shape (K,)."""
    cost: Floats
    """What a person costs a replication, overtime left out; shape (K,)."""
    fixed: Floats
    """On duty of all other groups, 0 of those to be rostered; shape (N, G)."""
    assumed: tuple[str, ...]
    """What was assumed, in sentences."""

    @property
    def groups(self) -> list[str]:
        """Groups that are to be rostered."""
        return list(self.entries)

    @property
    def group_of(self) -> Whole:
        """Place of each column's group among those to be rostered; shape (K,)."""
        place = {name: number for number, name in enumerate(self.groups)}
        return np.array([place[column.group] for column in self.columns], np.int64)

    def members(self, group: str, entry: str) -> Floats:
        """1 for the columns of an entry; shape (K,)."""
        own = [column[:2] == (group, entry) for column in self.columns]
        return np.array(own, np.float64)

    def on_duty(self, counts: Whole) -> Floats:
        """Rostered on duty by interval and group to be rostered; shape (N, groups)."""
        of = self.group_of
        found = [counts[of == g] @ self.duty[of == g] for g in range(len(self.groups))]
        return np.stack(found, axis=1)

    def shifts_of(self, counts: Whole) -> dict[str, dict[str, Shift]]:
        """The shifts of so many persons in each column, by group and name."""
        around = surroundings_of(self.scenario)
        return {
            group: kept_shifts(self.scenario.operators[group])
            | {
                name: Shift.model_validate(table, context=around)
                for name, table in self.tables_of(counts).get(group, {}).items()
            }
            for group in self.groups
        }

    def name_of(self, counts: Whole, k: int) -> str:
        """The shift of the roster that a column is part of, with its group."""
        group = self.columns[k].group
        named = [
            n for n in self.tables_of(counts)[group] if k in self.columns_named(counts, group, n)
        ]
        return f"{group} {named[0]}"

    def columns_named(self, counts: Whole, group: str, name: str) -> Whole:
        """Places of the columns that are one shift of the roster."""
        return self._forms(counts)[group, name]

    def forms(self) -> list[Whole]:
        """Places of the columns that differ in the times of their breaks only."""
        return list(self._forms(np.ones(len(self.columns), np.int64)).values())

    def _forms(self, counts: Whole) -> dict[tuple[str, str], Whole]:
        found: dict[tuple[str, str], Whole] = {}
        taken: dict[str, dict[str, Any]] = {group: {} for group in self.groups}
        used = np.flatnonzero(counts).tolist()
        for _, same in groupby(used, key=lambda k: self.columns[k].form):
            members = list(same)
            column = self.columns[members[0]]
            name = shift_name(column, self.scenario, taken[column.group])
            taken[column.group][name] = True
            found[column.group, name] = np.array(members, np.int64)
        return found

    def tables_of(self, counts: Whole) -> dict[str, dict[str, dict[str, Any]]]:
        """The same as the tables of a scenario file."""
        found: dict[str, dict[str, dict[str, Any]]] = {group: {} for group in self.groups}
        for (group, name), members in self._forms(counts).items():
            found[group][name] = table_of([(self.columns[k], int(counts[k])) for k in members])
        return found

    def staffed(self, counts: Whole, extra: Mapping[str, Mapping[str, Shift]]) -> Scenario:
        """The scenario with so many persons in each column, and further shifts behind them."""
        shifts = self.shifts_of(counts)
        for group, more in extra.items():
            shifts[group] = {**shifts[group], **more}
        return with_shifts(self.scenario, shifts)


def _order(scenario: Scenario, column: Column) -> tuple[Any, ...]:
    groups, days = list(scenario.operators), list(scenario.days)
    numbers = tuple(days.index(name) for name in column.days)
    rests = tuple(after for after, _ in column.breaks)
    return groups.index(column.group), column.start, column.lasts, column.entry, numbers, rests


def kept_shifts(group: Group) -> dict[str, Shift]:
    """Shifts that are no part of the menu: those of operators on call stay as they are."""
    return {name: shift for name, shift in (group.shifts or {}).items() if shift.on_call}


def table_of(members: Sequence[tuple[Column, int]]) -> dict[str, Any]:
    """Columns that differ in breaks only, with their numbers of persons, as one shift."""
    column = members[0][0]
    start, end = column.start % DAY, (column.start + column.lasts) % DAY
    table: dict[str, Any] = {
        "operators": sum(number for _, number in members),
        "from": format_clock(start),
        "to": format_clock(end),
    }
    if column.days:
        table["days"] = list(column.days)
    breaks = []
    for place, (_, rest) in enumerate(column.breaks):
        # Operators take turns by number: as many times as there are persons, one for each.
        at = [each.breaks[place][0] for each, number in members for _ in range(number)]
        times = [format_clock((column.start + after) % DAY) for after in at]
        written: dict[str, Any] = {"at": times if len(set(times)) > 1 else times[:1]}
        written["lasts"] = format_duration(rest.lasts)
        breaks.append(written | ({"paid": True} if rest.paid else {}))
    return table | ({"breaks": breaks} if breaks else {})


def shift_name(column: Column, scenario: Scenario, taken: Mapping[str, Any]) -> str:
    """A name that says what it is, and that no present shift of the group has."""
    clock = format_clock(column.start % DAY).replace(":", "")
    name = f"{column.entry}_{clock}_{format_duration(column.lasts).replace(' ', '')}"
    if column.days and len(column.days) < len(scenario.days):
        name += "_" + "".join(day[:2] for day in column.days)
    present = scenario.operators[column.group].shifts or {}
    while name in present or name in taken:
        name += "_"
    return name


def menu_of(scenario: Scenario) -> Menu:
    """The menu of a scenario: what its groups say, or what its present shifts suggest.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.

    Returns
    -------
    Menu

    Raises
    ------
    MenuError
        There is nothing to build from, or too much.
    """
    entries = {name: dict(g.menu) for name, g in scenario.operators.items() if g.menu}
    assumed: list[str] = []
    if not entries:
        entries = suggested(scenario)
        assumed.append(in_words(entries))
    columns = [
        column
        for group, own in entries.items()
        for entry, kind in own.items()
        for column in columns_of(scenario, group, entry, kind)
    ]
    columns.sort(key=lambda column: _order(scenario, column))
    if len(columns) > MOST_COLUMNS:
        raise MenuError(
            f"the menu has {len(columns):,} possible shifts, at most {MOST_COLUMNS:,} are meant: "
            "fewer starts, lengths, times of breaks or sets of days would do"
        )
    for name in entries:
        group = scenario.operators[name]
        if any(shift.meetings for shift in (group.shifts or {}).values()):
            assumed.append(f"Meetings of {name} are not planned; a paid break stands for one.")
    return _with_figures(scenario, entries, tuple(columns), tuple(assumed))


def columns_of(scenario: Scenario, group: str, entry: str, kind: MenuShift) -> Iterator[Column]:
    """The possible shifts of one entry."""
    for tour, start in product(kind.tours(scenario.calendar_days), kind.starts.clocks):
        for rests in kind.rests(tour.lasts):
            breaks = tuple(zip(rests, kind.breaks, strict=True))
            yield Column(group, entry, start % DAY, tour.lasts, tour.days, breaks)


def _with_figures(
    scenario: Scenario, entries: dict[str, dict[str, MenuShift]], columns: tuple[Column, ...],
    assumed: tuple[str, ...],
) -> Menu:  # fmt: skip
    """The columns with their duty and cost, as the simulator itself sees one person of each."""
    around = surroundings_of(scenario)
    single: dict[str, dict[str, Shift]] = {group: {} for group in entries}
    for number, column in enumerate(columns):
        table = table_of([(column, 1)])
        single[column.group][str(number)] = Shift.model_validate(table, context=around)
    catalogue = with_shifts(scenario, single)
    centre = centre_of(catalogue)
    clock, pay = clock_of(centre, catalogue), pay_of(centre, catalogue)
    mine = np.isin(centre.operator_group, [centre.groups.index(name) for name in entries])
    who = np.flatnonzero(mine)
    paid = pay.of_day.reshape(centre.operators, -1).sum(axis=1)[who] / HOUR
    dearer = pay.premium_of_day.reshape(centre.operators, -1).sum(axis=1)[who] / HOUR
    duty = planned(centre, clock, np.arange(centre.operators), centre.operators)[:, who].T
    # Nobody is paid to sit there while the line is closed.
    kept = np.flatnonzero(duty.any(axis=1))
    duty, paid, dearer = duty[kept], paid[kept], dearer[kept]
    columns = tuple(columns[k] for k in kept.tolist())
    for group, entry in ((group, entry) for group, own in entries.items() for entry in own):
        if not any(column[:2] == (group, entry) for column in columns):
            what = "no such shift is on the phones while the line is open"
            raise MenuError(what, ("operators", group, "menu", entry, "starts"))
    own = [scenario.operators[column.group] for column in columns]
    return Menu(
        scenario, entries, columns, clock,
        duty=duty,
        hours=np.array([paid_hours(*each) for each in zip(own, paid, strict=True)]),
        cost=np.array([wages(*each) for each in zip(own, paid, dearer, strict=True)]),
        fixed=_fixed(scenario, entries),
        assumed=assumed,
    )  # fmt: skip


def paid_hours(group: Group, hours: float) -> float:
    """Paid hours for so many rostered: with planned shrinkage, less absence that is not paid."""
    planned_for = group.shrinkage.share if group.shrinkage else 0.0
    return hours / (1 - planned_for) * _paid_share(group)


def wages(group: Group, hours: float, dearer: float) -> float:
    """What so many rostered hours cost, planned shrinkage, premiums and on-costs included."""
    pay = (paid_hours(group, hours) + dearer * _paid_share(group)) * group.wage
    return pay * (1 + group.on_costs)


def _paid_share(group: Group) -> float:
    """The part of the roster that is paid for: without absence that is not paid."""
    return 1 - (0.0 if group.absence_paid else group.absence)


def rostered_cost(scenario: Scenario, names: Sequence[str]) -> tuple[float, float]:
    """Paid hours and cost a replication of some groups as they are rostered, overtime left out."""
    centre = centre_of(scenario)
    pay = pay_of(centre, scenario)
    hours = cost = 0.0
    for name in names:
        place = centre.groups.index(name)
        own = float(pay.rostered[place]) / HOUR, float(pay.premium[place]) / HOUR
        hours += paid_hours(scenario.operators[name], own[0])
        cost += wages(scenario.operators[name], *own)
    return hours, cost


def planned(centre: Centre, clock: Clock, column: Whole, columns: int) -> Floats:
    """Rostered time of persons on duty, breaks left out, as a part of each interval.

    Parameters
    ----------
    column : ndarray of int
        Where each operator is counted.

    Returns
    -------
    ndarray, shape (N, columns)
    """
    edges, by_clock = clock.edges, centre.calendar.on_call < 0
    who = centre.duty_operator[by_clock].astype(np.intp)
    start, end = centre.duty_start[by_clock], centre.duty_end[by_clock]
    start, end = (np.clip(each, edges[0], edges[-1]) for each in (start, end))
    seconds = spread(start, end, column[who].astype(np.intp), columns, edges)
    away = centre.break_operator.astype(np.intp)
    on_call = np.zeros(centre.operators, np.bool_)
    on_call[centre.duty_operator[~by_clock]] = True
    counted = ~on_call[away]
    start, end = (np.clip(each[counted], edges[0], edges[-1]) for each in breaks_in_turn(centre))
    seconds = seconds - spread(start, end, column[away[counted]].astype(np.intp), columns, edges)
    found: Floats = clock.open_only(seconds) / clock.lengths[:, None]
    return found


def _fixed(scenario: Scenario, entries: Mapping[str, Any]) -> Floats:
    """On duty by interval and group as they are rostered, 0 of the groups that have a menu."""
    centre = centre_of(scenario)
    there = on_the_phones(centre, grid_of(centre, scenario), scenario)
    for place, name in enumerate(centre.groups):
        if name in entries:
            there[:, place] = 0.0
    return there


def on_the_phones(centre: Centre, grid: Grid, scenario: Scenario) -> Floats:
    """Operators or seats by the roster, less breaks and meetings at their times; everybody comes.

    Returns
    -------
    ndarray, shape (N, G)
        Who is on call is not in it.
    """
    there = planned(centre, grid.clock, centre.operator_group.astype(np.int64), len(centre.groups))
    for place, name in enumerate(centre.groups):
        if scenario.operators[name].headcount is not None:
            there[:, place] = grid.scheduled[:, place]
    return there
