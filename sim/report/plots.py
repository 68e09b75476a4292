"""Plots of results: one quiet style, safe for the colour-blind, readable in black and white."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.measures.tables import EVERY_TYPE
from sim.report.wording import plain
from sim.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# From the Okabe-Ito palette; they differ in lightness too.
ANSWERED, HUNG_UP = "#56B4E9", "#D55E00"
REQUIRED, ON_DUTY, SCHEDULED = "#D55E00", "#0072B2", "#999999"
INK = "#333333"


def day(results: Results) -> Figure:
    """The day at a glance: calls and hang-ups above, operators needed and there below.

    Parameters
    ----------
    results : Results

    Returns
    -------
    matplotlib.figure.Figure
        Two axes that share the clock; not registered with pyplot.
    """
    from sim.report.charts import empty_figure

    figure = empty_figure(8.0, 5.2)
    calls, operators = figure.subplots(2, 1, sharex=True)
    plot_calls(results, calls)
    plot_operators(results, operators)
    operators.set_xlabel("open hours of the week" if results.scenario.days else "time of day")
    title = f"{plain(results.scenario.name, 70)}, plan {plain(results.plan, 30)}"
    # A dollar sign would start a formula.
    figure.suptitle(title.replace("$", r"\$"), fontsize=11, color=INK)
    return figure


def plot_calls(results: Results, ax: Axes) -> Axes:
    """Calls offered a reporting interval, and how many of them hang up or get no answer.

    Parameters
    ----------
    results : Results
    ax : matplotlib.axes.Axes

    Returns
    -------
    matplotlib.axes.Axes
        The same axes.
    """
    edges = edges_of(results)
    rows = [row for row in results.by_interval if row["type"] == EVERY_TYPE]
    offered = np.array([row["offered"] for row in rows], np.float64)
    answered = np.array([row["answered"] for row in rows], np.float64)
    width = np.diff(edges)
    ax.bar(edges[:-1], answered, width, align="edge", color=ANSWERED, edgecolor="white",
           linewidth=0.6, label="answered")  # fmt: skip
    ax.bar(edges[:-1], offered - answered, width, bottom=answered, align="edge", color=HUNG_UP,
           edgecolor="white", linewidth=0.6, hatch="///", label="not answered")  # fmt: skip
    minutes = results.scenario.day.interval / 60
    ax.set_ylabel(f"calls in {minutes:g} min")
    return finished(results, ax, edges)


def plot_operators(results: Results, ax: Axes) -> Axes:
    """Operators required (Erlang A), scheduled and on duty, all groups together.

    Parameters
    ----------
    results : Results
    ax : matplotlib.axes.Axes

    Returns
    -------
    matplotlib.axes.Axes
        The same axes.
    """
    edges = edges_of(results)
    groups = len(results.by_group)
    rows = results.staff_by_interval
    lines = {
        name: np.array([row[name] for row in rows], np.float64).reshape(-1, groups).sum(axis=1)
        for name in ("scheduled", "on_duty", "required")
    }
    ax.stairs(lines["scheduled"], edges, fill=True, color=SCHEDULED, alpha=0.3, label="scheduled")
    ax.stairs(lines["on_duty"], edges, color=ON_DUTY, linewidth=1.8, label="on duty", baseline=None)
    ax.stairs(
        lines["required"], edges, color=REQUIRED, linewidth=1.8, linestyle="--", baseline=None,
        label="required (Erlang A)",
    )  # fmt: skip
    ax.set_ylabel("operators")
    return finished(results, ax, edges)


def edges_of(results: Results) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Edges of the reporting intervals in hours; on several days the open hours in one row."""
    day = results.scenario.day
    if results.scenario.days:
        return np.concatenate([[0.0], np.cumsum(results.ledger.grid.clock.lengths)]) / 3600
    number = round((day.closes - day.opens) / day.interval)
    return (day.opens + day.interval * np.arange(number + 1, dtype=np.float64)) / 3600


def ticks_of(
    results: Results, edges: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> dict[float, str]:
    """Where the axis of time has marks, by their place in hours: full hours, or the days."""
    if results.scenario.days:
        day = results.ledger.grid.clock.day
        starts = edges[np.searchsorted(day, np.arange(day[-1] + 1))].tolist()
        return dict(zip(starts, results.scenario.days, strict=True))
    return hours_of(edges[0], edges[-1])


def finished(
    results: Results, ax: Axes, edges: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> Axes:
    """The quiet frame, a legend outside the data, and hours as a clock shows them."""
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(bottom=0)
    ticks = ticks_of(results, edges)
    ax.set_xticks(list(ticks), list(ticks.values()))
    ax.tick_params(colors=INK, labelsize=9)
    ax.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


def hours_of(first: float, last: float) -> dict[float, str]:
    """Full hours as a clock shows them, at most some twelve of them, by their place."""
    step = max(1, round((last - first) / 12))
    hours = np.arange(np.ceil(first), last + 1e-9, step).tolist()
    return {hour: f"{hour % 24 if hour > 24 else hour:02.0f}:00" for hour in hours}


def hours_on(ax: Axes, first: float, last: float) -> None:
    """Hours along the axis as a clock shows them."""
    ax.set_xlim(first, last)
    hours = hours_of(first, last)
    ax.set_xticks(list(hours), list(hours.values()))
