"""Days simulated on all cores of the machine: who does which, and what is brought back."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from sim.callers import Callers, Staff, draw
from sim.centre import Centre, centre_of
from sim.engine import quickest, simulate
from sim.measures.grid import grid_of
from sim.measures.tally import Tally, tally
from sim.outcomes import Outcomes
from sim.scenario import Scenario
from sim.scenario.attempts import expected_rows

SMALL = {"simpy": 100_000, "kernel": 3_000_000}
"""Contacts that an engine has done sooner than worker processes have started."""

CHUNK = 25
"""Most replications that a worker does at once."""

CHUNK_CONTACTS = 50_000
"""Most contacts that a worker does at once, so that progress shows; one replication at least."""


class WorkerDied(RuntimeError):
    """A worker process ended before its work was done."""


class Day(NamedTuple):
    """One replication, all of it."""

    centre: Centre
    callers: Callers
    staff: Staff
    outcomes: Outcomes


def quickest_for(scenario: Scenario, replications: int, engine: str) -> str:
    """The engine that will run a job: as asked for, or the quicker one of equals."""
    if engine != "kernel":
        return engine
    return quickest(expected_contacts(scenario) * replications)


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


def day_of(centre: Centre, job: Job, replication: int) -> Day:
    """One replication of a job."""
    callers, staff = draw(job.scenario, replication, job.seed)
    return Day(centre, callers, staff, simulate(centre, callers, staff, engine=job.engine))


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
    return day_of(centre, Job(scenario, seed, engine, False), replication)


def _replicate(job: Job, numbers: range, apart: bool) -> Part:
    """Simulate and tally some replications; `apart` says whether in a process of its own."""
    if apart:
        # Ctrl-C reaches all processes of the terminal; the parent alone answers it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    centre = centre_of(job.scenario)
    grid = grid_of(centre, job.scenario)
    part = Part([], [])
    for number in numbers:
        day = day_of(centre, job, number)
        compiled = job.engine == "kernel"
        _, callers, staff, outcomes = day
        part.tallies.append(tally(centre, job.scenario, outcomes, grid, compiled, staff, callers))
        if job.audit:
            part.broken.extend(f"replication {number}: {fact}" for fact in _broken(day))
    return part


def _broken(day: Day) -> list[str]:
    from sim.audit import broken_facts

    return broken_facts(*day)


def workers_for(scenario: Scenario, replications: int, workers: int | None, engine: str) -> int:
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


def parts_of(job: Job, numbers: range, workers: int) -> Generator[Part, None, None]:
    """Replications in order, some at a time."""
    most = int(CHUNK_CONTACTS / max(1.0, expected_contacts(job.scenario)))
    size = max(1, min(CHUNK, most, -(-len(numbers) // (4 * workers))))
    chunks = [numbers[start : start + size] for start in range(0, len(numbers), size)]
    if workers == 1:
        yield from (_replicate(job, chunk, apart=False) for chunk in chunks)
        return
    from joblib import Parallel, delayed

    with _ends_with_interrupt(), _own_modules_only():
        pool = Parallel(n_jobs=workers, return_as="generator", backend="loky", batch_size=1)
        yield from pool(delayed(_replicate)(job, chunk, apart=True) for chunk in chunks)


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
    """Start workers that do not look for modules in the folder where the user happens to be.

    The process that clears up after them says on standard error what a worker that was interrupted
    left behind, and clears it up all the same: it is told to be silent of that.
    """
    silent = "ignore:resource_tracker"
    warned = os.environ.get("PYTHONWARNINGS")
    new = {"PYTHONSAFEPATH": "1", "PYTHONWARNINGS": f"{warned},{silent}" if warned else silent}
    before = {name: os.environ.get(name) for name in new}
    os.environ.update(new)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
