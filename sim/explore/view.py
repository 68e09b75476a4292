"""What the page shows of a comparison, as plain values: words, figures, and columns for charts."""

from __future__ import annotations

from typing import NamedTuple

from sim.comparison.paired import Comparison
from sim.experiment import Results
from sim.measures.tables import stretches
from sim.report import wording
from sim.report.compared import cell, in_one_line
from sim.report.plots import edges_of, ticks_of
from sim.report.text import sections
from sim.report.verdict import verdict


class Figure(NamedTuple):
    """One line of the table."""

    called: str
    before: str
    """In the file; empty where nothing is moved."""
    value: str
    margin: str
    """Half of its 95 % interval."""
    change: str
    """Against the file on the same callers, with half the 95 % interval of the change."""
    sure: bool
    """Whether the interval of the change leaves out 0."""


class Series(NamedTuple):
    """The day by reporting interval: one value an interval, None where there is none."""

    left: list[float]
    """When the intervals begin and end, in hours; on several days the open hours in one row."""
    right: list[float]
    clock: list[str]
    answered: list[float]
    not_answered: list[float]
    required: list[float | None]
    scheduled: list[float]
    on_duty: list[float]
    asa: list[float | None]
    """Mean wait of those answered, in s."""
    level: list[float | None]
    """Service level in per cent."""


class View(NamedTuple):
    """All that the page shows."""

    said: tuple[str, ...]
    """What the change does, if anything is moved, and the verdict."""
    brief: tuple[Figure, ...]
    """The figures that one looks at while moving something."""
    figures: dict[str, tuple[Figure, ...]]
    """Under client, staff and money."""
    series: Series
    before: Series
    """The file as it is."""
    ticks: dict[float, str]
    """Marks of the axis of time."""
    days: str
    """How many days were simulated."""


def view_of(comparison: Comparison) -> View:
    """What the page shows.

    Parameters
    ----------
    comparison : Comparison
        The file as it is, and what was moved if anything is.

    Returns
    -------
    View
        Texts are plain, and not escaped.
    """
    base = comparison.results[comparison.base]
    shown = next(reversed(comparison.results.values()))
    moved = [plan for plan in comparison.results if plan != comparison.base]
    answers = [in_one_line(comparison, plan) for plan in moved]
    word = wording.period(base)
    return View(
        (*answers, *verdict(shown)),
        tuple(_figure(comparison, shown, moved, *line) for line in _brief(shown)),
        {
            title: tuple(_figure(comparison, shown, moved, *line) for line in lines)
            for title, lines in sections(shown).items()
        },
        series_of(shown),
        series_of(base),
        ticks_of(shown, edges_of(shown)),
        f"{shown.days:,} {word}s, seed {shown.seed}",
    )


def _brief(results: Results) -> list[tuple[str, str]]:
    """Client, staff and money in four figures."""
    return [
        ("service_level", "in time"),
        ("abandonment", "hang up"),
        ("occupancy", "occupancy"),
        ("total_cost", f"{results.scenario.currency} a {wording.period(results)}"),
    ]


def _figure(
    comparison: Comparison, shown: Results, moved: list[str], name: str, called: str
) -> Figure:
    estimate, before, change, sure = shown.measures[name], "", "", False
    if moved:
        was = comparison.results[comparison.base].measures[name]
        before = wording.figure(was.value, was.unit, name)
        change = cell(comparison, moved[0], name).strip().removesuffix("*")
        sure = comparison.differences[moved[0]][name].sure
    value = wording.figure(estimate.value, estimate.unit, name)
    return Figure(called, before, value, wording.margin(estimate), change, sure)


def series_of(results: Results) -> Series:
    """The columns of the charts.

    Parameters
    ----------
    results : Results

    Returns
    -------
    Series
        Means per replication, as in `Results.hourly`, by reporting interval.
    """
    rows = stretches(results.ledger, results.required)
    edges = edges_of(results).tolist()

    def column(name: str, times: float = 1.0) -> list[float | None]:
        return [None if row[name] is None else times * float(row[name] or 0.0) for row in rows]

    def known(name: str) -> list[float]:
        return [float(row[name] or 0.0) for row in rows]

    answered = known("answered")
    pairs = zip(known("offered"), answered, strict=True)
    return Series(
        edges[:-1],
        edges[1:],
        [" ".join(str(row[key]) for key in ("day", "from") if key in row) for row in rows],
        answered,
        [offered - got for offered, got in pairs],
        column("required"),
        known("scheduled"),
        known("on_duty"),
        column("asa"),
        column("service_level", 100.0),
    )
