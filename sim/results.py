"""What a run found, as documents and tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.measures import tables
from sim.measures.catalogue import ALL, GROUP, TYPE, estimates, measure_of
from sim.measures.desks import OPERATORS, operators_of
from sim.measures.intervals import Estimate, Floats
from sim.measures.ledger import Ledger
from sim.measures.precision import Precision
from sim.measures.required import assumptions, required
from sim.scenario import Scenario
from sim.working import Job, day_of, quickest_for, simulate_day

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.views import Plots

FORMAT = 1
"""Version of the result document."""


@dataclass(frozen=True, eq=False)
class Results:
    """What a run found: every measure with its interval, by type, group and interval.

    Intervals of measures are 95 %; `day_p10` to `day_p90` is the range of eight days in ten.
    """

    scenario: Scenario
    seed: int
    engine: str
    ledger: Ledger
    broken: tuple[str, ...] = ()
    """Facts that an outcome table broke, each with its replication; only with `audit`."""
    precision: Precision | None = None
    """How well what was asked for is known; only of a run that went on until it was."""

    @property
    def plan(self) -> str:
        """Name of the plan."""
        return str(self.scenario.plan)

    @property
    def days(self) -> int:
        """Number of simulated days, that is of replications."""
        return self.ledger.replications

    @cached_property
    def measures(self) -> dict[str, Estimate]:
        """Every measure of the whole line, by name."""
        return estimates(self.ledger.everything(), ALL, self.scenario.currency)

    def measure(self, name: str) -> Estimate:
        """One measure of the whole line, without working out the others; KeyError if none."""
        found = measure_of(name)
        return found.figure.estimate(
            self.ledger.everything(), found.unit_in(self.scenario.currency)
        )

    @cached_property
    def by_type(self) -> dict[str, dict[str, Estimate]]:
        """Every measure of each call type; null where it has no meaning."""
        currency = self.scenario.currency
        return {
            name: estimates(self.ledger.of_type(name), TYPE, currency)
            for name in self.ledger.centre.types
        }

    @cached_property
    def by_group(self) -> dict[str, dict[str, Estimate]]:
        """The measures of each operator group."""
        currency = self.scenario.currency
        return {
            name: estimates(self.ledger.of_group(name), GROUP, currency)
            for name in self.ledger.centre.groups
        }

    @cached_property
    def by_interval(self) -> list[tables.Row]:
        """Contacts by interval of arrival and call type ("*" for all), means per replication."""
        return tables.by_interval(self.ledger)

    @cached_property
    def by_message(self) -> list[tables.Row]:
        """Who hears which hold message: `type`, `message`, `says`, `contacts` that heard it and
        `hearings` (means a day), and `share` of the contacts offered."""
        return tables.by_message(self.ledger)

    @cached_property
    def staff_by_interval(self) -> list[tables.Row]:
        """Operators required, scheduled and on duty, by interval and group."""
        return tables.staff_by_interval(self.ledger, self.required)

    @cached_property
    def shrinkage_parts(self) -> list[tables.Row]:
        """What paid time off duty is made of, by group: `part`, `hours` a replication, and
        `share` of the paid hours."""
        return tables.shrinkage_parts(self.ledger)

    @cached_property
    def required(self) -> Floats:
        """Operators that the Erlang formulas ask for; shape (intervals, groups)."""
        return required(self.ledger)

    @property
    def assumptions(self) -> list[str]:
        """What was assumed and not measured, in sentences."""
        return [*self.scenario.assumptions, *assumptions(self.scenario)]

    def hourly(self) -> list[tables.Row]:
        """The day hour by hour: contacts, hang-ups, waits, and operators against the need.

        Returns
        -------
        list of dict
            `from`, `to` (clock), `offered`, `answered`, `abandoned`, `blocked`, `abandonment`,
            `service_level`, `asa` (s), `required`, `scheduled`, `on_duty` and
            `over` = on duty - required. None where nothing was offered or answered.
        """
        return tables.hourly(self.ledger, self.required)

    def daily(self) -> list[tables.Row]:
        """Several days one by one: the columns of `hourly`, and `day`."""
        return tables.daily(self.ledger, self.required)

    def plan_document(self) -> dict[str, Any]:
        """The results of this plan as plain JSON values."""
        return {
            "measures": _documents(self.measures),
            "by_type": {name: _documents(each) for name, each in self.by_type.items()},
            "by_group": {name: _documents(each) for name, each in self.by_group.items()},
            "by_interval": self.by_interval,
            "staff_by_interval": self.staff_by_interval,
            "shrinkage_parts": self.shrinkage_parts,
            "by_message": self.by_message,
        }

    def document(self) -> dict[str, Any]:
        """The result document: plain JSON values, numbers null where they have no meaning."""
        asked = {} if self.precision is None else {"precision": self.precision.document()}
        return heading(self) | asked | {"plans": {self.plan: self.plan_document()}}

    def summary(self, by: str | None = None) -> pd.DataFrame:
        """Every measure, one a row.

        Parameters
        ----------
        by : {"type", "group"}, optional
            Rows for each call type or operator group instead of for the whole line.

        Returns
        -------
        pandas.DataFrame
            Columns value, low, high, day_p10, day_p90, unit; index `measure`, after `by`.
        """
        if by not in (None, "type", "group"):
            raise ValueError(f'by is "type", "group" or None, not {by!r}')
        if by is None:
            return tables.summary_frame({"": self.measures}, None)
        return tables.summary_frame(self.by_type if by == "type" else self.by_group, by)

    def intervals(self) -> pd.DataFrame:
        """`by_interval` as a data frame; `attrs["units"]` has the unit of each column."""
        return tables.intervals_frame(self.by_interval)

    def staff(self) -> pd.DataFrame:
        """`staff_by_interval` as a data frame; `attrs["units"]` has the unit of each column."""
        return tables.staff_frame(self.staff_by_interval)

    def operators(self) -> pd.DataFrame:
        """What each operator does: all days simulated again, means per replication.

        Returns
        -------
        pandas.DataFrame
            One operator a row: operator, group, calls, handling, on_duty, overtime (s),
            occupancy and longest_stretch (s); `attrs["units"]` has the unit of each.
        """
        centre = self.ledger.centre
        job = Job(self.scenario, self.seed, quickest_for(self.scenario, self.days, self.engine))
        sums = np.zeros((len(OPERATORS), centre.operators))
        for replication in range(self.days):
            sums += operators_of(day_of(centre, job, replication).outcomes, centre)
        return tables.operators_frame(centre, sums, self.days)

    def replications(self) -> pd.DataFrame:
        """Each day's own value of every measure, one replication a row."""
        return tables.days_frame(self.measures)

    def contacts(self, replication: int = 0) -> pd.DataFrame:
        """The contacts of one day, simulated again; one a row.

        Parameters
        ----------
        replication : int
            Which day, from 0 on; ValueError if the run has no such day.
        """
        self.refuse_other_days(replication)
        engine = quickest_for(self.scenario, 1, self.engine)
        day = simulate_day(self.scenario, replication, self.seed, engine)
        return day.outcomes.frame(day.centre)

    def refuse_other_days(self, replication: int) -> None:
        """ValueError if the run has no such day."""
        if not 0 <= replication < self.days:
            word = "week" if self.scenario.days else "day"
            has = f"0 to {self.days - 1}, one a {word}" if self.days > 1 else f"one {word}, 0"
            raise ValueError(f"there is no replication {replication}; this run has {has}")

    def __repr__(self) -> str:
        name, plan = self.scenario.name, self.plan
        return f"<Results of {name!r}, plan {plan!r}: {self.days} replications, seed {self.seed}>"

    @property
    def plot(self) -> Plots:
        """The charts of a result: `plot.day()`, `plot.waits()`, `plot.operators()` and others."""
        from sim.report.views import Plots

        return Plots(self)

    def _repr_html_(self) -> str:
        from sim.report.glance import of_results

        return of_results(self)


def heading(results: Results) -> dict[str, Any]:
    """The head of a result document: what it depends on."""
    return {
        "waitline": version("waitline"),
        "format": FORMAT,
        "scenario": {"name": results.scenario.name, "sha256": results.scenario.sha256},
        "seed": results.seed,
        "replications": results.days,
        "engine": results.engine,
    }


def _documents(measures: dict[str, Estimate]) -> dict[str, Any]:
    return {name: estimate.document() for name, estimate in measures.items()}
