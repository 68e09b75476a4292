"""How often 95 % intervals hold the truth, over many short runs of days that differ strongly.

The truth is the mean over long runs of another seed. Whatever a measure's interval comes from, it
is taken as a user sees it: the measures of a run, and the differences of a comparison.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.covered import LINES, Plans
from benchmarks.tables import Table

if TYPE_CHECKING:
    from sim.measures.ledger import Book
    from sim.scenario import Scenario

DAYS = 30
"""Days of a short run."""

LONG = 2_000
"""Days of each of the long runs that make up the truth."""

SEED, SEED_OF_TRUTH = 1, 2

MEASURES = (
    "service_level", "abandonment", "asa", "wait_mean", "wait_p90", "wait_p95", "wait_p99",
    "occupancy", "callers_reached", "total_cost",
)  # fmt: skip

CHANGE = "change of "
"""Stands before a measure for that of the other plan less that of the base."""


class Interval(NamedTuple):
    """A figure of one run, with the 95 % interval that the run gives it."""

    value: float
    low: float
    high: float


class Covered(NamedTuple):
    """How often the intervals of one figure held the truth."""

    truth: float
    error: float
    """Standard error of the truth, as a share of the figure's standard deviation over the runs."""
    runs: int
    below: int
    """Runs whose interval lay below the truth."""
    above: int
    """Runs whose interval lay above it."""
    width: float
    """Mean half-width of the intervals over the figure's standard deviation over the runs."""

    @property
    def held(self) -> float:
        """Share of the runs whose interval held the truth."""
        return 1 - (self.below + self.above) / self.runs


def book(scenario: Scenario, seed: int, days: range) -> Book:
    """The figures of the whole line on some days: replications of the world `seed`."""
    from sim.callers import draw
    from sim.centre import centre_of
    from sim.engine import simulate
    from sim.measures.grid import grid_of
    from sim.measures.ledger import Ledger
    from sim.measures.tally import tally

    centre = centre_of(scenario)
    grid = grid_of(centre, scenario)
    ledger = Ledger(centre, scenario, grid)
    for day in days:
        callers, staff = draw(scenario, day, seed)
        outcomes = simulate(centre, callers, staff, "kernel")
        ledger.add(tally(centre, scenario, outcomes, grid, True, staff, callers))
    return ledger.everything()


def figures(base: Book, other: Book) -> dict[str, Interval]:
    """Every measure of the base, and "change of ..." the other plan less the base, by name."""
    from sim.comparison.paired import difference
    from sim.measures.catalogue import ALL, estimates

    one, two = (estimates(each, ALL, "") for each in (base, other))
    changes = {CHANGE + name: difference(two[name], one[name]) for name in one}
    return {
        name: Interval(each.value, each.low, each.high)
        for name, each in (one | changes).items()
        if each.value is not None and each.low is not None and each.high is not None
    }


def run(plans: Plans, seed: int, number: int, days: int) -> dict[str, Interval]:
    """The figures of one of the runs into which the days of a world are cut."""
    part = range(number * days, (number + 1) * days)
    base, other = (book(plan, seed, part) for plan in plans)
    return figures(base, other)


def covered(
    runs: Iterable[dict[str, Interval]], truths: Iterable[dict[str, Interval]]
) -> dict[str, Covered]:
    """How often runs held the mean of long runs, figure by figure.

    Parameters
    ----------
    runs, truths : iterable of dict
        The figures of short and of long runs, of days that are independent.

    Returns
    -------
    dict
        By name of the figure; those that a run lacks, or that never vary, are left out.
    """
    short, long = list(runs), list(truths)
    found = {}
    for name in short[0]:
        if not all(name in each for each in (*short, *long)):
            continue
        values, lows, highs = np.array([each[name] for each in short]).T
        truth = np.array([each[name].value for each in long])
        middle, spread = float(truth.mean()), float(values.std(ddof=1))
        if spread == 0:
            continue
        error = float(truth.std(ddof=1)) / math.sqrt(len(truth)) / spread
        below, above = int((highs < middle).sum()), int((lows > middle).sum())
        width = float((highs - lows).mean()) / 2 / spread
        found[name] = Covered(middle, error, len(short), below, above, width)
    return found


def measured(name: str, runs: int, long_runs: int) -> dict[str, Covered]:
    """How often intervals of a named line held the truth."""
    plans = LINES[name]()
    return covered(
        (run(plans, SEED, number, DAYS) for number in range(runs)),
        (run(plans, SEED_OF_TRUTH, number, LONG) for number in range(long_runs)),
    )


def table(name: str, found: dict[str, Covered]) -> Table:
    """A row for each measure, and for its change by the other plan."""
    rows = []
    for each in (prefix + measure for measure in MEASURES for prefix in ("", CHANGE)):
        if each not in found:
            continue
        one = found[each]
        shares = (one.held, one.below / one.runs, one.above / one.runs)
        told = (f"{100 * share:.1f}" for share in shares)
        rows.append([each, f"{one.truth:.5g}", f"{one.error:.3f}", *told, f"{one.width:.2f}"])
    runs = next(iter(found.values())).runs
    head = ("", "truth", "its error", "held, %", "below, %", "above, %", "half-width")
    return Table(f"{runs:,} runs of {DAYS} days: {name}", head, rows)


def main(arguments: list[str] | None = None) -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("lines", nargs="*", metavar="LINE", help=f"{', '.join(LINES)}; all if none")
    parser.add_argument("--markdown", action="store_true", help="as they stand in the page")
    parser.add_argument("--runs", type=int, default=1_000, help=f"runs of {DAYS} days")
    parser.add_argument("--long-runs", type=int, default=20, help=f"runs of {LONG:,} days")
    told = parser.parse_args(arguments)
    unknown = [name for name in told.lines if name not in LINES]
    if unknown:
        parser.error(f"no line {unknown[0]!r}")
    if min(told.runs, told.long_runs) < 2:
        parser.error("--runs and --long-runs must be 2 or more")
    for name in told.lines or LINES:
        found = table(name, measured(name, told.runs, told.long_runs))
        print(found.markdown() if told.markdown else found.text(), flush=True)


if __name__ == "__main__":
    main()
