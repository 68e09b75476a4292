"""Many independent days of one scenario, on all cores of the machine, to one set of results."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.callers import Callers, Staff, draw
from sim.centre import Centre, centre_of
from sim.engine import quickest, simulate
from sim.measures import tables
from sim.measures.catalogue import ALL, GROUP, TYPE, estimates
from sim.measures.desks import OPERATORS, operators_of
from sim.measures.grid import grid_of
from sim.measures.intervals import Estimate, Floats
from sim.measures.ledger import Ledger
from sim.measures.required import assumptions, required
from sim.measures.tally import Tally, tally
from sim.outcomes import Outcomes
from sim.scenario import Scenario
from sim.scenario.attempts import expected_rows

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.views import Plots

FORMAT = 1
"""Version of the result document."""

SMALL = {"simpy": 100_000, "kernel": 3_000_000}
"""Contacts that an engine has done sooner than worker processes have started."""

CHUNK = 25
"""Most replications that a worker does at once."""

CHUNK_CONTACTS = 50_000
"""Most contacts that a worker does at once, so that progress shows; one replication at least."""

Progress = Callable[[int], None]


class WorkerDied(RuntimeError):
    """A worker process ended before its work was done."""


class Day(NamedTuple):
    """One replication, all of it."""

    centre: Centre
    callers: Callers
    staff: Staff
    outcomes: Outcomes


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
        return heading(self) | {"plans": {self.plan: self.plan_document()}}

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
            sums += operators_of(_day(centre, job, replication).outcomes, centre)
        return tables.operators_frame(centre, sums, self.days)

    def replications(self) -> pd.DataFrame:
        """Each day's own value of every measure, one replication a row."""
        return tables.days_frame(self.measures)

    def contacts(self, replication: int = 0) -> pd.DataFrame:
        """The contacts of one day, simulated again; one a row."""
        day = simulate_day(self.scenario, replication, self.seed, self.engine)
        return day.outcomes.frame(day.centre)

    @property
    def plot(self) -> Plots:
        """The charts of a result: `plot.day()`, `plot.waits()`, `plot.operators()` and others."""
        from sim.report.views import Plots

        return Plots(self)

    def _repr_html_(self) -> str:
        from sim.report.glance import of_results

        return of_results(self)


def run(
    scenario: Scenario,
    replications: int = 100,
    seed: int = 1,
    workers: int | None = None,
    engine: str = "kernel",
    progress: Progress | None = None,
    audit: bool = False,
) -> Results:
    """Simulate independent days of a scenario and measure them.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario (one plan of a file).
    replications : int
        Number of days.
    seed : int
        Which world they belong to; the same seed gives the same people under every plan.
    workers : int, optional
        Processes; by default as many as there are cores, and one for a small job. Results do
        not depend on it, to the last bit.
    engine : {"kernel", "simpy"}
        Which engine runs a day; for "kernel", the model in SimPy still does where a job is so
        small that it is done sooner. The results are the same to the last bit.
    progress : callable, optional
        Called with the number of days done so far.
    audit : bool
        Check every outcome table against the facts that it must obey.

    Returns
    -------
    Results

    Raises
    ------
    ValueError
        Fewer than one replication or worker, or no such engine.
    """
    if replications < 1:
        raise ValueError(f"replications must be 1 or more, not {replications}")
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be 1 or more, not {workers}")
    centre = centre_of(scenario)
    ledger, broken = Ledger(centre, scenario, grid_of(centre, scenario)), list[str]()
    quick = quickest_for(scenario, replications, engine)
    if quick == "kernel":
        # Compiled here, once, so that worker processes find it done.
        from sim.engine import kernel
        from sim.measures import passes

        kernel.warm_up()
        passes.warm_up()
    job = Job(scenario, seed, quick, audit)
    number = _workers(scenario, replications, workers, quick)
    with closing(_parts(job, replications, number)) as parts:
        for part in parts:
            for each in part.tallies:
                ledger.add(each)
            broken += part.broken
            if progress is not None:
                progress(ledger.replications)
    return Results(scenario, seed, engine, ledger, tuple(broken))


def quickest_for(scenario: Scenario, replications: int, engine: str) -> str:
    """The engine that will run a job: as asked for, or the quicker one of equals."""
    if engine != "kernel":
        return engine
    return quickest(expected_contacts(scenario) * replications)


def simulate_day(
    scenario: Scenario, replication: int = 0, seed: int = 1, engine: str = "simpy"
) -> Day:
    """One replication of a scenario with all that happened in it.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.
    replication : int
        Which day, from 0.
    seed : int
        Which world it belongs to.
    engine : str
        Which engine runs it.

    Returns
    -------
    Day
        The line, the people, and what came of them.
    """
    centre = centre_of(scenario)
    return _day(centre, Job(scenario, seed, engine, False), replication)


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


class Job(NamedTuple):
    """What a worker has to know."""

    scenario: Scenario
    seed: int
    engine: str
    audit: bool = False


class Part(NamedTuple):
    """What a worker brings back of some replications: outcome tables stay where they were."""

    tallies: list[Tally]
    broken: list[str]


def _day(centre: Centre, job: Job, replication: int) -> Day:
    callers, staff = draw(job.scenario, replication, job.seed)
    return Day(centre, callers, staff, simulate(centre, callers, staff, engine=job.engine))


def _replicate(job: Job, numbers: range, apart: bool) -> Part:
    """Simulate and tally some replications; `apart` says whether in a process of its own."""
    if apart:
        # Ctrl-C reaches all processes of the terminal; the parent alone answers it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    centre = centre_of(job.scenario)
    grid = grid_of(centre, job.scenario)
    part = Part([], [])
    for number in numbers:
        day = _day(centre, job, number)
        compiled = job.engine == "kernel"
        _, callers, staff, outcomes = day
        part.tallies.append(tally(centre, job.scenario, outcomes, grid, compiled, staff, callers))
        if job.audit:
            part.broken.extend(f"replication {number}: {fact}" for fact in _broken(day))
    return part


def _broken(day: Day) -> list[str]:
    from sim.audit import broken_facts

    return broken_facts(*day)


def _workers(scenario: Scenario, replications: int, workers: int | None, engine: str) -> int:
    """As many as asked for, or as there are cores; one for a small job."""
    contacts = expected_contacts(scenario) * replications
    if workers == 1 or (workers is None and contacts < SMALL.get(engine, 0)):
        return 1
    from joblib import cpu_count

    return min(workers or cpu_count(), replications)


def expected_contacts(scenario: Scenario) -> float:
    """Contacts that a day brings on average, with all that may follow first attempts."""
    total, rows = 0.0, expected_rows(scenario.follow_ups)
    for name, kind in scenario.callers.items():
        instants = kind.arrivals.instants
        day = (
            float(np.sum(kind.arrivals.pieces(scenario, name)[1]))
            if instants is None
            else float(len(instants))
        )
        total += day * kind.volume * rows[name]
    return total


def _parts(job: Job, replications: int, workers: int) -> Generator[Part, None, None]:
    """The replications in order, some at a time."""
    most = int(CHUNK_CONTACTS / max(1.0, expected_contacts(job.scenario)))
    size = max(1, min(CHUNK, most, -(-replications // (4 * workers))))
    chunks = [
        range(start, min(start + size, replications)) for start in range(0, replications, size)
    ]
    if workers == 1:
        yield from (_replicate(job, numbers, apart=False) for numbers in chunks)
        return
    from joblib import Parallel, delayed

    with _ends_with_interrupt(), _own_modules_only():
        pool = Parallel(n_jobs=workers, return_as="generator", backend="loky", batch_size=1)
        yield from pool(delayed(_replicate)(job, numbers, apart=True) for numbers in chunks)


@contextmanager
def _ends_with_interrupt() -> Iterator[None]:
    """End the workers when Ctrl-C ends the parent; they would go on to the end of their part."""
    # That work was cancelled is what was asked for; joblib would warn of it, while the interrupt
    # is still on its way here.
    warnings.filterwarnings("ignore", ".*have been (cancelled|successfully executed)", UserWarning)
    try:
        yield
    except (KeyboardInterrupt, GeneratorExit, SystemExit):
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=False, kill_workers=True)
        raise
    except RuntimeError as error:
        # Of joblib's class that is the executor's own; it is not a public name.
        if "Worker" not in type(error).__name__:
            raise
        reason = "a worker process died (out of memory?); fewer --workers may do"
        raise WorkerDied(reason) from error


@contextmanager
def _own_modules_only() -> Iterator[None]:
    """Start workers that do not look for modules in the folder where the user happens to be."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


def _documents(measures: dict[str, Estimate]) -> dict[str, Any]:
    return {name: estimate.document() for name, estimate in measures.items()}
