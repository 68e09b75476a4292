"""Charts of one plan's results, as `results.plot`: what clients, staff and money get."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.measures.intervals import Floats
from sim.report import plots
from sim.report.charts import (
    BETTER,
    LIGHT,
    NEUTRAL,
    WORSE,
    axes_or_new,
    axis_name,
    quiet,
    text_of,
)
from sim.report.hanging_up import hazard
from sim.report.lived import in_time_of, queues_of
from sim.report.plots import INK, ON_DUTY, REQUIRED, SCHEDULED
from sim.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

LINES = (
    ("#0072B2", "-"), ("#D55E00", "--"), ("#009E73", "-."), ("#CC79A7", ":"),
    ("#56B4E9", (0, (5, 1))), ("#000000", (0, (1, 1))),
)  # fmt: skip
"""Colour (Okabe and Ito) and dashes of each line, so that they differ without colour too."""

MOST_LINES = len(LINES)
PAPER = {"boxstyle": "square,pad=0.1", "facecolor": "white", "alpha": 0.7, "linewidth": 0}
"""What lies under a text so that lines do not strike it through."""

MOST_OPERATORS = 60
"""Operators whose day fits one chart."""

COSTS = {
    "staffing_cost": "staff",
    "lost_call_cost": "callers lost",
    "waiting_cost": "waiting",
    "telephone_cost": "telephone lines",
    "repeat_cost": "repeat calls",
    "plan_cost": "the plan itself",
}
"""Parts of the cost of a plan."""


class Plots:
    """The charts of a result, as `results.plot`; each takes axes, or makes a figure of its own."""

    def __init__(self, results: Results) -> None:
        self._results = results

    def day(self, ax: Axes | None = None) -> Axes:
        """The day in persons: see `sim.report.views.day`."""
        return day(self._results, ax)

    def calls(self, ax: Axes | None = None) -> Axes:
        """Calls by interval, answered or not: see `sim.report.plots.plot_calls`."""
        ax = plots.plot_calls(self._results, axes_or_new(ax, 8.0, 3.2))
        ax.set_xlabel(_clock(self._results))
        return quiet(ax, "y")

    def service_level(self, ax: Axes | None = None) -> Axes:
        """Service level by interval and day: see `sim.report.views.service_level`."""
        return service_level(self._results, ax)

    def waits(self, ax: Axes | None = None) -> Axes:
        """How long contacts wait: see `sim.report.views.waits`."""
        return waits(self._results, ax)

    def hazard(self, call_type: str | None = None, ax: Axes | None = None) -> Axes:
        """At what rate callers hang up: see `sim.report.hanging_up.hazard`."""
        return hazard(self._results, call_type, ax)

    def occupancy(self, ax: Axes | None = None) -> Axes:
        """How busy each group is: see `sim.report.views.occupancy`."""
        return occupancy(self._results, ax)

    def operators(self, replication: int = 0, ax: Axes | None = None) -> Axes:
        """One day of each operator: see `sim.report.views.operators`."""
        return operators(self._results, replication, ax)

    def costs(self, ax: Axes | None = None) -> Axes:
        """What the day costs: see `sim.report.views.costs`."""
        return costs(self._results, ax)

    def page(self) -> Figure:
        """Calls above, operators below: see `sim.report.plots.day`."""
        return plots.day(self._results)


def _clock(results: Results) -> str:
    """What the axis of time shows."""
    return "open hours of the week" if results.scenario.days else "time of day"


def day(results: Results, ax: Axes | None = None) -> Axes:
    """The day in persons: operators there and needed, offered load, callers waiting.

    Parameters
    ----------
    results : Results
    ax : matplotlib.axes.Axes, optional
        By default those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Offered load is calls offered x their mean handling time, in Erlangs: operators who would
        be busy if nobody waited. The band is the number waiting on 8 days in 10.
    """
    ax = axes_or_new(ax, 8.0, 4.2)
    edges = plots.edges_of(results)
    rows, groups = results.staff_by_interval, len(results.by_group)
    there = {
        name: np.array([row[name] for row in rows], np.float64).reshape(-1, groups).sum(axis=1)
        for name in ("scheduled", "on_duty", "required")
    }
    ax.stairs(there["scheduled"], edges, fill=True, color=SCHEDULED, alpha=0.25, label="scheduled")
    ax.stairs(there["on_duty"], edges, color=ON_DUTY, linewidth=1.8, label="on duty", baseline=None)
    ax.stairs(there["required"], edges, color=REQUIRED, linewidth=1.6, linestyle="--",
              baseline=None, label="required (Erlang A)")  # fmt: skip
    ax.stairs(load_of(results), edges, color=INK, linewidth=1.0, linestyle=":", baseline=None,
              label="offered load")  # fmt: skip
    if not results.scenario.days:
        _queue(results, ax)
    ax.set_ylabel("persons")
    ax.set_xlabel(_clock(results))
    plots.finished(results, ax, edges)
    return quiet(ax, "y")


def _queue(results: Results, ax: Axes) -> None:
    """How many wait: the mean over days, and the range of 8 days in 10."""
    queues = queues_of(results)
    hours = queues.edges / 3600
    low, high = np.quantile(queues.waiting, (0.1, 0.9), axis=0)
    middle = (hours[1:] + hours[:-1]) / 2
    if len(queues.waiting) > 1:
        ax.fill_between(middle, low, high, step="mid", color=WORSE, alpha=0.25, linewidth=0,
                        label="waiting, 8 days in 10")  # fmt: skip
    ax.stairs(queues.waiting.mean(axis=0), hours, color=WORSE, linewidth=1.4, baseline=None,
              label="waiting")  # fmt: skip


def load_of(results: Results) -> Floats:
    """Offered load of each interval in Erlangs; shape (N,)."""
    ledger = results.ledger
    number, time = ledger.handled.sum(axis=2)
    usual = np.divide(time, number, out=np.zeros(len(time)), where=number > 0)
    offered = ledger.contacts[0] / max(ledger.replications, 1)
    load: Floats = offered @ usual / ledger.grid.clock.lengths
    return load


def service_level(results: Results, ax: Axes | None = None) -> Axes:
    """Service level by interval and day as a heat map.

    Parameters
    ----------
    results : Results
    ax : matplotlib.axes.Axes, optional
        By default those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        One day a row, the busiest on top; on several days one weekday a row, over all weeks.
        White where nothing was offered; shades jump from dark to light at the target.
    """
    ax = axes_or_new(ax, 8.0, 4.6)
    met, judged = in_time_of(results)
    clock, names = results.ledger.grid.clock, results.scenario.days
    if names:
        met, judged = (_by_weekday(each.sum(axis=0), clock.day, clock.start) for each in
                       (met, judged))  # fmt: skip
        first, last = clock.start.min(), clock.end.max()
        ax.set_yticks(np.arange(len(names)) + 0.5, list(names))
    else:
        order = np.argsort(-judged.sum(axis=1), kind="stable")
        met, judged = met[order], judged[order]
        first, last = clock.edges[0], clock.edges[-1]
        ax.set_yticks([0.5, len(order) - 0.5], ["busiest day", "quietest"])
    level = np.divide(met, judged, out=np.full(met.shape, np.nan), where=judged > 0)
    across = np.linspace(first, last, level.shape[1] + 1) / 3600
    down = np.arange(level.shape[0] + 1)
    target = float(results.ledger.grid.target[-1])
    shades = ax.pcolormesh(across, down, 100 * level, cmap=_shades(target), vmin=0, vmax=100)
    ax.invert_yaxis()
    figure = ax.get_figure()
    assert figure is not None
    bar = figure.colorbar(shades, ax=ax, pad=0.02)
    bar.set_label("answered in time (%)", color=INK, fontsize=9.5)
    bar.outline.set_visible(False)
    if not np.isnan(target):
        ax.set_title(f"dark: under the target of {100 * target:g} %", fontsize=9, color=INK)
    plots.hours_on(ax, across[0], across[-1])
    ax.set_xlabel("time of day")
    quiet(ax)
    ax.grid(visible=False)
    return ax


def _shades(target: float) -> Colormap:
    """Dark below the target and light above it, with a step that grey paper shows too."""
    import matplotlib
    from matplotlib.colors import ListedColormap

    every = matplotlib.colormaps["cividis"]
    if np.isnan(target):
        return every
    below = round(256 * target)
    parts = np.concatenate([np.linspace(0.0, 0.55, below), np.linspace(0.85, 1.0, 256 - below)])
    return ListedColormap(every(parts))


def _by_weekday(sums: Floats, day: np.ndarray[tuple[int], np.dtype[np.intp]],
                start: Floats) -> Floats:  # fmt: skip
    """Sums of the intervals of several days, one day a row, by the time of day."""
    times = np.unique(start)
    table = np.zeros((day[-1] + 1, len(times)))
    np.add.at(table, (day, np.searchsorted(times, start)), sums)
    return table


def waits(results: Results, ax: Axes | None = None) -> Axes:
    """Share of contacts that wait longer than so many seconds.

    Parameters
    ----------
    results : Results
    ax : matplotlib.axes.Axes, optional
        By default those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        All call types and each of up to five; of contacts not blocked, those who hang up
        included, up to the wait that 1 in 500 exceeds. Vertical lines are the thresholds, with
        the call types that they hold for where these have different ones.
    """
    ax = axes_or_new(ax)
    ledger = results.ledger
    books = {"all call types": ledger.everything()}
    if len(ledger.centre.types) > 1:
        for name in ledger.centre.types[: MOST_LINES - 1]:
            books[results.scenario.callers[name].label or name] = ledger.of_type(name)
    longest = 1.0
    for (name, book), (colour, dashes) in zip(books.items(), LINES, strict=False):
        assert book.pool is not None
        ordered = np.sort(book.pool.waits)
        if not len(ordered):
            continue
        longest = max(longest, float(np.quantile(ordered, 0.998)))
        times = np.concatenate([[0.0], ordered[ordered > 0]])
        longer = 1 - np.searchsorted(ordered, times, side="right") / len(ordered)
        keep = np.unique(np.linspace(0, len(times) - 1, min(len(times), 2000)).astype(int))
        wide = 1.8 if name == "all call types" else 1.2
        ax.step(times[keep], 100 * longer[keep], where="post", color=colour, linestyle=dashes,
                linewidth=wide, label=text_of(name))  # fmt: skip
    limits = _limits(results)
    for row, (within, said) in enumerate(sorted(limits.items())):
        ax.axvline(within, color=NEUTRAL, linewidth=1.0, linestyle="--", zorder=1)
        ax.annotate(said, (within, 1.0), xycoords=("data", "axes fraction"),
                    xytext=(3, -2 - 11 * row), textcoords="offset points", va="top", fontsize=8,
                    color=INK, bbox=PAPER)  # fmt: skip
    longest = max(longest, 1.15 * max(limits))
    ax.set_xlim(0, longest)
    ax.set_ylim(bottom=0)
    ax.set_xlabel("wait (s)")
    ax.set_ylabel("contacts that wait longer (%)")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK)
    return quiet(ax)


def _limits(results: Results) -> dict[float, str]:
    """What stands at each threshold of the wait, in s: the types that it holds for, if not all."""
    types = results.ledger.centre.types
    found: dict[float, list[str]] = {}
    for name in types:
        label = text_of(results.scenario.callers[name].label or name, 24)
        found.setdefault(results.scenario.within(name), []).append(label)
    if len(found) == 1:
        return {within: f"{within:g} s" for within in found}
    return {
        within: f"{within:g} s: {', '.join(names[:2])}"
        + (f" and {len(names) - 2} more" if len(names) > 2 else "")
        for within, names in found.items()
    }


def occupancy(results: Results, ax: Axes | None = None) -> Axes:
    """How busy each group is, interval by interval.

    Parameters
    ----------
    results : Results
    ax : matplotlib.axes.Axes, optional
        By default those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Handling time / (time on duty + overtime); the line across is the target.
    """
    ax = axes_or_new(ax, 8.0, 3.8)
    edges = plots.edges_of(results)
    for group, (colour, dashes) in zip(results.by_group, LINES, strict=False):
        rows = [row for row in results.staff_by_interval if row["group"] == group]
        busy = np.array([np.nan if row["occupancy"] is None else 100 * row["occupancy"]
                         for row in rows])  # fmt: skip
        ax.stairs(busy, edges, color=colour, linestyle=dashes, linewidth=1.7, baseline=None,
                  label=text_of(group))  # fmt: skip
    target = results.scenario.targets_of().occupancy
    if target is not None and target.at_most is not None:
        ax.axhline(100 * target.at_most, color=INK, linewidth=1.0, linestyle=":",
                   label=f"target, at most {100 * target.at_most:g} %")  # fmt: skip
    ax.set_ylabel("occupancy (%)")
    ax.set_xlabel(_clock(results))
    plots.finished(results, ax, edges)
    ax.set_ylim(0, 105)
    return quiet(ax, "y")


def operators(results: Results, replication: int = 0, ax: Axes | None = None) -> Axes:
    """One day of each operator: at the desk, at work, on a break.

    Parameters
    ----------
    results : Results
    replication : int
        Which day, from 0 on.
    ax : matplotlib.axes.Axes, optional
        By default those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        An operator a row, the first 60 of the roster.

    Raises
    ------
    ValueError
        The run has no such day.
    """
    from sim.working import simulate_day

    results.refuse_other_days(replication)
    lived = simulate_day(results.scenario, replication, results.seed, "simpy")
    out, names = lived.outcomes, lived.centre.operator_name
    shown = min(len(names), MOST_OPERATORS)
    ax = axes_or_new(ax, 9.0, 1.2 + 0.2 * shown)
    answered = out.operator >= 0
    begun = np.where(np.isnan(out.talk_started), out.wait_ended, out.talk_started)
    bars = (
        (out.presence_operator, out.presence_start, out.presence_end, LIGHT, "", "at the desk"),
        (out.operator[answered], begun[answered], out.handled[answered], BETTER, "", "at work"),
        (out.break_operator, out.break_start, out.break_end, "white", "////", "on a break"),
    )
    for who, start, end, colour, hatch, label in bars:
        seen = who < shown
        if not seen.any():
            continue
        ax.barh(who[seen], (end - start)[seen] / 3600, left=start[seen] / 3600, height=0.8,
                color=colour, hatch=hatch, edgecolor=NEUTRAL if hatch else colour, linewidth=0.2,
                label=label)  # fmt: skip
    ax.set_ylim(shown - 0.4, -0.6)
    step = max(1, shown // 30)
    ax.set_yticks(range(0, shown, step), [text_of(name, 22) for name in names[:shown:step]],
                  fontsize=7)  # fmt: skip
    hours = results.scenario.hours
    last = max(hours.closes, float(out.presence_end.max(initial=hours.closes))) / 3600
    first = min(hours.opens, float(out.presence_start.min(initial=hours.opens))) / 3600
    plots.hours_on(ax, first, last)
    ax.set_xlabel(f"time of day {replication + 1}")
    if results.scenario.days:
        days = results.scenario.calendar_days
        ax.set_xticks([day.midnight / 3600 for day in days], [day.name for day in days])
        ax.set_xlabel(f"week {replication + 1}")
    ax.set_title("" if shown == len(names) else f"the first {shown} of {len(names)} operators",
                 fontsize=9, color=INK)  # fmt: skip
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper left",
              bbox_to_anchor=(1.0, 1.0))  # fmt: skip
    quiet(ax, "x")
    ax.tick_params(axis="y", labelsize=7)
    return ax


def costs(results: Results, ax: Axes | None = None) -> Axes:
    """What the day costs, part by part, with 95 % intervals.

    Parameters
    ----------
    results : Results
    ax : matplotlib.axes.Axes, optional
        By default those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        The parts that are not 0; their sum is `total_cost`.
    """
    found = results.measures
    parts = {label: found[name] for name, label in COSTS.items() if found[name].value}
    ax = axes_or_new(ax, 7.0, 1.3 + 0.42 * (len(parts) + 2))
    rows = [(label, each.value or 0.0, each.low, each.high) for label, each in parts.items()]
    total = found["total_cost"]
    rows.append(("in all", total.value or 0.0, total.low, total.high))
    for row, (label, value, low, high) in enumerate(rows):
        whole = label == "in all"
        ax.barh(row, value, height=0.62, color=NEUTRAL if whole else BETTER)
        if low is not None and high is not None:
            ax.plot([low, high], [row, row], color=INK, linewidth=1.6)
        ax.annotate(f"{value:,.0f}", (max(value, high or value), row), xytext=(4, 0),
                    textcoords="offset points", va="center", fontsize=8.5, color=INK)  # fmt: skip
    ax.set_yticks(range(len(rows)), [label for label, *_ in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.margins(x=0.14)
    ax.set_xlim(left=0)
    word = "week" if results.scenario.days else "day"
    ax.set_xlabel(axis_name("total_cost", total.unit, word).replace("cost in all", "cost"))
    return quiet(ax, "x")
