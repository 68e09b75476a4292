"""Charts of plans held against each other: what they cost, what waits, and what is sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.plots import INK
from sim.report.wording import period, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.comparison.paired import Comparison

# From the Okabe-Ito palette; on paper without colour fill and shape tell them apart.
BETTER, WORSE, NEUTRAL = "#0072B2", "#D55E00", "#999999"
LIGHT = "#DDDDDD"

NAMES = {
    "service_level": "answered in time",
    "abandonment": "contacts that hang up",
    "wait_mean": "mean wait",
    "asa": "asa",
    "callers_reached": "callers reached",
    "occupancy": "occupancy",
    "total_cost": "cost in all",
    "staffing_cost": "staff",
    "net": "worth less cost",
}
"""What axes call a measure; others go by their names."""

LONGEST_NAME = 34


def quiet(ax: Axes, grid: str = "both") -> Axes:
    """The quiet frame of every chart: no box, a light grid behind the data, ink that is not black.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    grid : {"both", "x", "y"}
        Which way the lines of the grid help to read.

    Returns
    -------
    matplotlib.axes.Axes
        The same axes.
    """
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(NEUTRAL)
    ax.tick_params(colors=INK, labelsize=9)
    ax.grid(axis=grid, color=LIGHT, linewidth=0.6)  # type: ignore[arg-type]
    ax.set_axisbelow(True)
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set_color(INK)
        label.set_fontsize(9.5)
    return ax


def empty_figure(width: float = 8.0, height: float = 5.0) -> Figure:
    """A figure that no window shows and pyplot does not keep."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def axes_or_new(ax: Axes | None, width: float = 7.0, height: float = 4.4) -> Axes:
    """The axes that are given, or those of a figure of their own."""
    return empty_figure(width, height).subplots() if ax is None else ax


def text_of(name: str, longest: int = LONGEST_NAME) -> str:
    """A name from a file as a chart may show it: a dollar sign would start a formula."""
    return plain(name, longest).replace("$", r"\$")


def axis_name(name: str, unit: str, period: str = "day") -> str:
    """What an axis says of a measure: "mean wait (s)", "cost in all (EUR a day)"."""
    called = NAMES.get(name, name.replace("_", " "))
    shown = {"share": "%", "s": "s"}.get(unit, f"{unit} a {period}")
    return text_of(f"{called} ({shown})", 60)


def scaled(value: float, unit: str) -> float:
    """A value as an axis shows it: shares in per cent."""
    return 100 * value if unit == "share" else value


def differences(comparison: Comparison, measure: str, ax: Axes | None = None) -> Axes:
    """Each plan's change of one measure from the base, with its intervals.

    Parameters
    ----------
    comparison : Comparison
    measure : str
        Name of a measure, such as "abandonment".
    ax : matplotlib.axes.Axes, optional
        By default those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        A row a plan. The thick line is the 95 % interval of the plan by itself, the thin one
        holds for all plans together; a hollow mark is a change too close to call.

    Raises
    ------
    KeyError
        There is no such measure.
    """
    moves = {plan: each[measure] for plan, each in comparison.differences.items()}
    moves = {plan: move for plan, move in moves.items() if move.value is not None}
    base = comparison.results[comparison.base]
    unit = base.measures[measure].unit
    ax = axes_or_new(ax, height=1.4 + 0.34 * len(moves))
    for row, move in enumerate(moves.values()):
        colour = INK if move.sure_together else NEUTRAL
        held = move.together
        if held is not None and move.low is not None and move.high is not None:
            ends = [scaled(each, unit) for each in (held.low, held.high)]
            ax.plot(ends, [row, row], color=colour, linewidth=1.0, solid_capstyle="butt")
            ends = [scaled(each, unit) for each in (move.low, move.high)]
            ax.plot(ends, [row, row], color=colour, linewidth=3.0, solid_capstyle="butt")
        assert move.value is not None
        ax.plot(
            scaled(move.value, unit), row, "o", markersize=7, markeredgecolor=colour,
            markerfacecolor=colour if move.sure_together else "white",
        )  # fmt: skip
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_yticks(range(len(moves)), [text_of(plan) for plan in moves])
    ax.set_ylim(len(moves) - 0.4, -0.6)
    said = axis_name(measure, unit, period(base))
    if unit == "share":
        said = said.replace("(%)", "(points)")
    ax.set_xlabel(f"{said}: change from {text_of(comparison.base)}")
    return quiet(ax, "x")
