"""Days of a result lived once more, for what charts show of single days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.measures.intervals import Floats
from sim.measures.spread import interval_of, spread, sums_at
from sim.outcomes import Outcome
from sim.results import Results
from sim.working import Day, quickest_for, simulate_day

MOST_DAYS = 100
"""Days that a chart of single days is made of, at most; the first ones of the run."""


def days_again(results: Results, most: int = MOST_DAYS) -> Iterator[Day]:
    """The first days of a run, with all that happened in them.

    Parameters
    ----------
    results : Results
    most : int
        How many, at most.
    """
    number = min(results.days, most)
    engine = quickest_for(results.scenario, number, results.engine)
    for replication in range(number):
        yield simulate_day(results.scenario, replication, results.seed, engine)


class Queues(NamedTuple):
    """How many wait, on several days."""

    edges: Floats
    """Ends of the spans of time, in s on the running clock; shape (B + 1,)."""
    waiting: Floats
    """Mean number waiting in each span, one day a row; shape (R, B)."""


def queues_of(results: Results, span: float = 300.0, most: int = MOST_DAYS) -> Queues:
    """How many wait on the line, span by span, on each of several days.

    Parameters
    ----------
    results : Results
    span : float
        Length of a span in s; it is made shorter so that a whole number fills the day.
    most : int
        Days, at most.

    Returns
    -------
    Queues
        From the opening of the line to its last closing; who waits past that is left out.
    """
    hours = results.scenario.hours
    number = max(1, int(np.ceil((hours.closes - hours.opens) / span)))
    edges = np.linspace(hours.opens, hours.closes, number + 1)
    rows = []
    for day in days_again(results, most):
        start, end = day.outcomes.arrival, day.outcomes.wait_ended
        waited = end > start
        start, end = np.clip((start[waited], end[waited]), edges[0], edges[-1])
        seconds = spread(start, end, np.zeros(len(start), np.intp), 1, edges)[:, 0]
        rows.append(seconds / np.diff(edges))
    return Queues(edges, np.array(rows, np.float64))


def in_time_of(results: Results, most: int = MOST_DAYS) -> tuple[Floats, Floats]:
    """Contacts that met the service level, and those that it is compared with, day by day.

    Parameters
    ----------
    results : Results
    most : int
        Days, at most.

    Returns
    -------
    met, judged : ndarray, shape (R, N)
        By the interval of arrival, all call types, each held to its own threshold.
    """
    from sim.measures.grid import grid_of
    from sim.measures.tally import CONTACT_SUMS, service_level_parts, tally

    names = [column.name for column in CONTACT_SUMS]
    grid, pairs = None, []
    for day in days_again(results, most):
        grid = grid or grid_of(day.centre, results.scenario)
        found = tally(day.centre, results.scenario, day.outcomes, grid, False, day.staff)
        sums = dict(zip(names, found.contacts.sum(axis=2), strict=True))
        pairs.append(service_level_parts(sums, grid.counts[-1]))
    met, judged = (np.array(each) for each in zip(*pairs, strict=True))
    return met, judged


SPANS = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 300.0)
"""Lengths in s of the spans of waiting that a chart may have."""


class Leaving(NamedTuple):
    """At what rate those who wait hang up, by how long they have waited."""

    edges: Floats
    """Ends of the spans of waiting in s; shape (B + 1,)."""
    hung_up: Floats
    """Contacts that hung up in each span, not at once; shape (B,)."""
    at_risk: Floats
    """Seconds waited in it, all contacts together; shape (B,)."""

    @property
    def rate(self) -> Floats:
        """Hang-ups per minute of waiting; NaN where nobody waited."""
        nobody = np.full(len(self.at_risk), np.nan)
        some = self.at_risk > 0
        rate: Floats = 60 * np.divide(self.hung_up, self.at_risk, out=nobody, where=some)
        return rate

    def gathered(self, least: float) -> Leaving:
        """Neighbouring spans put together, until in each lies a share of all waiting time.

        Parameters
        ----------
        least : float
            That share. The last spans are left out if less lies in them together.
        """
        needed = least * self.at_risk.sum()
        starts, ends, time = list[int](), list[int](), 0.0
        begun = 0
        for place, seconds in enumerate(self.at_risk.tolist(), 1):
            time += seconds
            if time >= needed and time > 0:
                starts.append(begun)
                ends.append(place)
                begun, time = place, 0.0
        if not starts:
            return self
        stop = ends[-1]
        return Leaving(
            self.edges[[*starts, stop]],
            np.add.reduceat(self.hung_up[:stop], starts),
            np.add.reduceat(self.at_risk[:stop], starts),
        )


def leaving_of(
    results: Results, name: str, span: float | None = None, longest: float | None = None,
    most: int = MOST_DAYS,
) -> Leaving:  # fmt: skip
    """Hang-ups of a call type over the time spent waiting (an occurrence-exposure rate).

    Parameters
    ----------
    results : Results
    name : str
        Call type.
    span : float, optional
        Length of a span of waiting in s; by default one of `SPANS`, so that there are some sixty.
    longest : float, optional
        Up to which wait; by default the wait that 1 in 50 of those who wait exceed.
    most : int
        Days, at most.

    Returns
    -------
    Leaving
        Who hangs up at once, or does not stay for the queue, is in none of the spans.
    """
    waits, left = [], []
    for day in days_again(results, most):
        place = day.centre.types.index(name)
        out = day.outcomes
        waited = out.wait_ended - out.arrival
        own = (out.type == place) & (waited > 0)
        waits.append(waited[own])
        left.append((out.outcome == Outcome.ABANDONED)[own])
    wait: Floats = np.concatenate(waits)
    gone = np.concatenate(left)
    if longest is None:
        longest = float(np.quantile(wait, 0.98)) if len(wait) else 60.0
    if span is None:
        span = next((each for each in SPANS if longest <= 60 * each), SPANS[-1])
    edges = span * np.arange(max(1, int(np.ceil(longest / span))) + 1, dtype=np.float64)
    spans = len(edges) - 1
    ended = wait < edges[-1]
    hung_up = sums_at(interval_of(wait[gone & ended], edges), np.ones((gone & ended).sum()), spans)
    # Each wait spends its time in the spans that it passes.
    cut: Floats = np.minimum(wait, edges[-1])
    at_risk = spread(np.zeros(len(cut)), cut, np.zeros(len(cut), np.intp), 1, edges)[:, 0]
    return Leaving(edges, hung_up, at_risk)
