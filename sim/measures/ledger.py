"""The tallies of all replications together: one column a figure, one entry a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.centre import Centre
from sim.columns import Column
from sim.measures.grid import Grid
from sim.measures.intervals import Floats, Pool
from sim.measures.tally import (
    CONTACT_SUMS,
    GROUP_FIGURES,
    STAFF_SUMS,
    TYPE_FIGURES,
    Tally,
    meets,
    service_level_parts,
)

if TYPE_CHECKING:
    from sim.scenario import Scenario

MONEY = "money"
"""Stands for the unit of the scenario's currency."""

DERIVED = (
    Column("not_blocked", "float64", "contacts", "offered - blocked"),
    Column("met", "float64", "contacts", "in time, by the convention on hang-ups"),
    Column("judged", "float64", "contacts", "what the convention compares them with"),
    Column("hung_up", "float64", "contacts", "abandoned - short"),
    Column("could_hang_up", "float64", "contacts", "offered - short"),
    Column("answered_on_the_line", "float64", "contacts", "answered - called_back"),
    Column("persons", "float64", "callers", "served + lost_callers"),
    Column("day_met", "float64", "days", "days that met the service level"),
    Column("day_judged", "float64", "days", "days that had contacts, if there is a target"),
    Column("queue", "float64", "callers", "mean number waiting over the open hours"),
    Column("answered_value", "float64", MONEY, "answered contacts x `answered_value`"),
    Column("lost_call_cost", "float64", MONEY, "`lost_callers` x `lost_call_cost`"),
    Column("waiting_cost", "float64", MONEY, "minutes waited x `cost_per_waiting_minute`"),
    Column("attended", "float64", "s", "on duty + overtime"),
    Column("resolved", "float64", "contacts", "answered - followed"),
    Column("paid", "float64", "s", "rostered / (1 - planned shrinkage) + overtime"),
    Column("planned", "float64", "s", "paid for planned shrinkage"),
    Column(
        "duty_by_chance", "float64", "s", "rostered, of groups in which who is absent is not paid"
    ),
    Column("off_duty", "float64", "s", "paid - on duty"),
    Column("on_duty_hours", "float64", "h", "on duty"),
    Column("paid_hours", "float64", "h", "paid"),
    Column("overtime_hours", "float64", "h", "overtime"),
    Column("fte", "float64", "FTE", "paid hours of a week / contract hours"),
    Column("premium_cost", "float64", MONEY, "premium x wage, on-costs included"),
    Column("standby_cost", "float64", MONEY, "standby x `standby_wage`, on-costs included"),
    Column("staffing_cost", "float64", MONEY, "wages, premiums and standby, on-costs included"),
    Column("telephone_cost", "float64", MONEY, "line_time x `cost_per_minute`"),
    Column("repeat_cost", "float64", MONEY, "repeats x `repeat_cost`"),
    Column("plan_cost", "float64", MONEY, "the plan's `cost_per_day` and written-off cost"),
    Column(
        "total_cost",
        "float64",
        MONEY,
        "staff, lost calls, waiting, lines, repeat calls and the plan",
    ),
    Column("net", "float64", MONEY, "answered value - total cost"),
    Column("cost_week", "float64", MONEY, "total_cost x `days_a_week` / days simulated"),
    Column("cost_month", "float64", MONEY, "cost_year / 12"),
    Column("cost_year", "float64", MONEY, "cost_week x `weeks_a_year`"),
)
"""Figures of a day that follow from its sums."""


_OF_TYPES = (
    "answered_value", "lost_call_cost", "waiting_cost", "repeat_cost", "telephone_cost", "handling",
)  # fmt: skip
_OF_GROUPS = (
    "on_duty", "overtime", "paid", "planned", "duty_by_chance", "fte", "premium_cost",
    "standby_cost", "staffing_cost",
)  # fmt: skip


_MADE_OF_ALL = ("_stacked", "_pools", "_pool_of_all")
"""What is worked out once of all replications, and anew when there are more."""


class Book(NamedTuple):
    """The figures of one scope (all, a call type or a group), day by day."""

    columns: dict[str, Floats]
    """Each of shape (replications,); a figure that has no meaning in the scope is not there."""
    pool: Pool | None
    """The waits; None for a group."""


@dataclass
class Ledger:
    """Takes in the tallies in the order of the replications and keeps what measures need."""

    centre: Centre
    scenario: Scenario
    grid: Grid
    replications: int = 0
    contacts: Floats = field(init=False)
    """Sum of `Tally.contacts`; shape (14, N, T)."""
    staff: Floats = field(init=False)
    """Sum of `Tally.staff`; shape (3, N, G)."""
    handled: Floats = field(init=False)
    """Sum of `Tally.handled`; shape (2, T, G)."""
    heard: Floats = field(init=False)
    """Sum of `Tally.heard`; shape (2, M)."""

    def __post_init__(self) -> None:
        rows, types, groups = self.grid.intervals, len(self.centre.types), len(self.centre.groups)
        self.contacts = np.zeros((len(CONTACT_SUMS), rows, types))
        self.staff = np.zeros((len(STAFF_SUMS), rows, groups))
        self.handled = np.zeros((2, types, groups))
        self.heard = np.zeros((2, len(self.grid.messages)))
        self._days: list[tuple[Floats, ...]] = []
        self._waits: list[tuple[Floats, ...]] = []

    def add(self, tally: Tally) -> None:
        """Take in the next replication."""
        self.contacts += tally.contacts
        self.staff += tally.staff
        self.handled += tally.handled
        self.heard += tally.heard
        totals = tally.contacts.sum(axis=1)
        day = (totals, tally.figures, tally.handled, tally.groups, tally.desks)
        self._days.append((*day, self._by_day(tally.contacts)))
        self._waits.append(tally.waits)
        self.replications += 1
        for name in _MADE_OF_ALL:
            self.__dict__.pop(name, None)

    def so_far(self) -> Ledger:
        """The replications up to now, as they will stay when more are taken in."""
        copy = Ledger(self.centre, self.scenario, self.grid, self.replications)
        copy.contacts, copy.staff = self.contacts.copy(), self.staff.copy()
        copy.handled, copy.heard = self.handled.copy(), self.heard.copy()
        copy._days, copy._waits = self._days.copy(), self._waits.copy()
        return copy

    def _by_day(self, contacts: Floats) -> Floats:
        """Contact sums of each day that is simulated; shape (D, 14, T), none of a single day."""
        if len(self.grid.days) == 1:
            return np.zeros(0)
        day = self.grid.clock.day
        return np.stack([contacts[:, day == d].sum(axis=1) for d in range(len(self.grid.days))])

    @cached_property
    def _stacked(self) -> tuple[Floats, ...]:
        return tuple(np.stack(each) for each in zip(*self._days, strict=True))

    @cached_property
    def _pools(self) -> list[Pool]:
        """The waits of each call type."""
        return [_pool(list(days)) for days in zip(*self._waits, strict=True)]

    @cached_property
    def _pool_of_all(self) -> Pool:
        """The waits of all call types together."""
        if len(self._pools) == 1:
            return self._pools[0]
        return _pool([np.sort(np.concatenate(waits)) for waits in self._waits])

    def everything(self) -> Book:
        """The figures of all call types and groups together."""
        totals, figures, _, _, desks, _ = self._stacked
        types = [self.of_type(name).columns for name in self.centre.types]
        groups = [self.of_group(name).columns for name in self.centre.groups]
        columns = {c.name: totals[:, i].sum(axis=1) for i, c in enumerate(CONTACT_SUMS)}
        columns |= {c.name: figures[:, i, -1] for i, c in enumerate(TYPE_FIGURES)}
        columns |= {c.name: desks[:, i, -1] for i, c in enumerate(GROUP_FIGURES)}
        for name in _OF_TYPES:
            columns[name] = _total([book[name] for book in types])
        for name in _OF_GROUPS:
            columns[name] = _total([book[name] for book in groups])
        self._judge(columns, None)
        self._add_staff(columns)
        plan = self.scenario.plan_cost_per_day * len(self.grid.days)
        columns["plan_cost"] = np.full(self.replications, plan)
        columns["total_cost"] = self._costs(columns)
        columns["net"] = columns["answered_value"] - columns["total_cost"]
        columns["cost_week"] = columns["total_cost"] * self.days_a_week
        columns["cost_year"] = columns["cost_week"] * self.scenario.money.weeks_a_year
        columns["cost_month"] = columns["cost_year"] / 12
        return Book(columns, self._pool_of_all)

    def _costs(self, columns: dict[str, Floats]) -> Floats:
        """All that a replication costs."""
        costs = columns["staffing_cost"] + columns["lost_call_cost"] + columns["waiting_cost"]
        costs = costs + columns["plan_cost"]
        return costs + columns["telephone_cost"] + columns["repeat_cost"]

    @property
    def days_a_week(self) -> float:
        """How many replications make a week: a replication is a day, or all days simulated."""
        return float(self.scenario.days_a_week) / len(self.grid.days)

    def of_type(self, name: str) -> Book:
        """The figures of one call type."""
        totals, figures, handled, *_ = self._stacked
        place = self.centre.types.index(name)
        columns = {c.name: totals[:, i, place] for i, c in enumerate(CONTACT_SUMS)}
        columns |= {c.name: figures[:, i, place] for i, c in enumerate(TYPE_FIGURES)}
        columns["handling"] = handled[:, 1, place].sum(axis=1)
        money, trunks = self.scenario.callers[name].money, self.scenario.trunks
        columns["answered_value"] = columns["answered"] * money.answered_value
        columns["lost_call_cost"] = columns["lost_callers"] * money.lost_call_cost
        columns["waiting_cost"] = columns["wait"] / 60 * money.cost_per_waiting_minute
        columns["repeat_cost"] = columns["repeats"] * money.repeat_cost
        a_minute = trunks.cost_per_minute if trunks else 0.0
        columns["telephone_cost"] = columns["line_time"] / 60 * a_minute
        self._judge(columns, name)
        return Book(columns, self._pools[place])

    def of_group(self, name: str) -> Book:
        """The figures of one operator group."""
        _, _, handled, sums, desks, _ = self._stacked
        place, group = self.centre.groups.index(name), self.scenario.operators[name]
        columns = {c.name: sums[:, i, place] for i, c in enumerate(STAFF_SUMS)}
        columns |= {c.name: desks[:, i, place] for i, c in enumerate(GROUP_FIGURES)}
        columns["answered"] = handled[:, 0, :, place].sum(axis=1)
        there = columns["rostered"] / 3600
        # Who is paid and away by plan is hired beside those on the roster.
        rostered = there / (1 - group.shrinkage.share) if group.shrinkage else there
        overtime = columns["overtime"] / 3600
        columns["planned"] = (rostered - there) * 3600
        by_chance = bool(group.absence) and not group.absence_paid
        columns["duty_by_chance"] = columns["rostered"] * by_chance
        columns["paid"] = (rostered + overtime) * 3600
        columns["fte"] = (rostered + overtime) * self.days_a_week / group.contract_hours
        wages = rostered * group.wage + overtime * group.overtime_wage
        premiums = columns["premium"] / 3600 * group.wage
        standby = columns["standby"] / 3600 * group.standby_wage
        loaded = 1 + group.on_costs
        columns["premium_cost"], columns["standby_cost"] = premiums * loaded, standby * loaded
        columns["staffing_cost"] = (wages + premiums + standby) * loaded
        self._add_staff(columns)
        return Book(columns, None)

    def _judge(self, columns: dict[str, Floats], name: str | None) -> None:
        """Add what follows from the contact sums of a call type, or of all (None)."""
        scope = len(self.centre.types) if name is None else self.centre.types.index(name)
        counts, target = self.grid.counts[scope], float(self.grid.target[scope])
        columns["not_blocked"] = columns["offered"] - columns["blocked"]
        columns["hung_up"] = columns["abandoned"] - columns["short"]
        columns["could_hang_up"] = columns["offered"] - columns["short"]
        columns["answered_on_the_line"] = columns["answered"] - columns["called_back"]
        columns["persons"] = columns["served"] + columns["lost_callers"]
        columns["met"], columns["judged"] = service_level_parts(columns, counts)
        columns["resolved"] = columns["answered"] - columns["followed"]
        columns["day_met"], columns["day_judged"] = meets(columns, counts, target)
        if len(self.grid.days) > 1:
            by_day = self._stacked[-1]
            own = by_day.sum(axis=3) if name is None else by_day[..., scope]
            days = {c.name: own[:, :, i] for i, c in enumerate(CONTACT_SUMS)}
            met, judged = meets(days, counts, target)
            columns["day_met"], columns["day_judged"] = met.sum(axis=1), judged.sum(axis=1)
        columns["queue"] = columns["queue_time"] / self._open_seconds

    @property
    def _open_seconds(self) -> float:
        """Seconds in which the line is open."""
        calendar = self.centre.calendar
        return float((calendar.period_closes - calendar.period_opens).sum())

    def _add_staff(self, columns: dict[str, Floats]) -> None:
        """Add what follows from the time of operators."""
        columns["attended"] = columns["on_duty"] + columns["overtime"]
        columns["off_duty"] = columns["paid"] - columns["on_duty"]
        for name in ("on_duty", "paid", "overtime"):
            columns[f"{name}_hours"] = columns[name] / 3600


def _total(columns: list[Floats]) -> Floats:
    total: Floats = np.sum(columns, axis=0)
    return total


def _pool(days: list[Floats]) -> Pool:
    sizes = np.array([len(day) for day in days], np.int64)
    return Pool(days[0] if len(days) == 1 else np.concatenate(days), sizes)
