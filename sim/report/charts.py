"""Charts of plans held against each other: what they cost, what waits, and what is sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.measures.better import BETTER as WHICH_WAY
from sim.measures.better import MORE
from sim.report.asked import known_name
from sim.report.placing import name_points
from sim.report.plots import INK
from sim.report.wording import period, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.comparison.paired import Comparison
    from sim.measures.intervals import Estimate

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


class Plots:
    """The charts of a comparison, as `comparison.plot`."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def pareto(self, ax: Axes | None = None, against: str = "wait_mean") -> Axes:
        """Cost against waiting, or against another measure; see `sim.report.charts.pareto`."""
        return pareto(self._comparison, ax, against)

    def differences(self, measure: str, ax: Axes | None = None) -> Axes:
        """Each plan's change from the base; see `sim.report.charts.differences`."""
        return differences(self._comparison, measure, ax)

    def page(self) -> Figure:
        """All of it on one page; see `sim.report.charts.page`."""
        return page(self._comparison)


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
    """A figure of its own: in a notebook one that the notebook shows, else one of no window."""
    if _in_a_notebook():
        import matplotlib.pyplot as plt

        return plt.figure(figsize=(width, height), layout="constrained")
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _in_a_notebook() -> bool:
    """Whether IPython runs this, which shows the figures of pyplot below a cell."""
    import sys

    interactive = sys.modules.get("IPython")
    return interactive is not None and interactive.get_ipython() is not None


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


MOST_ROWS = 30
"""Plans up to which each has its row in a chart of changes."""


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
        holds for all plans together; a hollow mark is a change too close to call, all plans taken
        together. Of very many plans those on the front of cost, waits and hang-ups are drawn.

    Raises
    ------
    ValueError
        There is no such measure.
    """
    known_name(measure, comparison.results[comparison.base].measures, "measure")
    moves = {plan: each[measure] for plan, each in comparison.differences.items()}
    front = comparison.front.plans
    moves = {
        plan: move
        for plan, move in moves.items()
        if move.value is not None and (len(moves) <= MOST_ROWS or plan in front)
    }
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
    _what_is_sure(ax, len(comparison.results) > 2)
    name = text_of(comparison.base)
    ax.set_xlabel(f"{said}:{' ' if len(name) < 20 else chr(10)}change from {name}")
    return quiet(ax, "x")


def _what_is_sure(ax: Axes, several: bool) -> None:
    """A legend above a chart of changes: what the bars and the marks mean."""
    from matplotlib.lines import Line2D

    def mark(filled: bool) -> Line2D:
        colour = INK if filled else NEUTRAL
        return Line2D([], [], linestyle="", marker="o", markersize=6, markeredgecolor=colour,
                      markerfacecolor=colour if filled else "white")  # fmt: skip

    sure = f"surely not zero{', all plans together' if several else ''}"
    said = {sure: mark(True), "too close to call": mark(False)}
    own = Line2D([], [], color=INK, linewidth=3.0)
    if several:
        said["95 % interval, this plan alone"] = own
        said["95 % interval, all plans together"] = Line2D([], [], color=INK, linewidth=1.0)
    else:
        said["95 % interval"] = own
    ax.legend(list(said.values()), list(said), frameon=False, fontsize=8, labelcolor=INK, ncols=2,
              loc="lower center", bbox_to_anchor=(0.5, 1.0), borderaxespad=0.2,
              columnspacing=1.2)  # fmt: skip


MOST_NAMED = 12
"""Plans up to which all are named in a chart of the front; of more, the base and the front."""


def pareto(comparison: Comparison, ax: Axes | None = None, against: str = "wait_mean") -> Axes:
    """Cost against waiting (or another measure of which less is better), one plan a mark.

    Parameters
    ----------
    comparison : Comparison
    ax : matplotlib.axes.Axes, optional
        By default those of a new figure.
    against : str
        A measure of which less is better, such as "wait_mean" or "abandonment".

    Returns
    -------
    matplotlib.axes.Axes
        Filled marks are on the front of cost, waiting and hang-ups; hollow ones are dominated.
        The stairs are the front of the two measures shown. Bars are each plan's own 95 %
        intervals, wider than those of the paired differences that the verdict rests on. The base
        has its name in any case.

    Raises
    ------
    ValueError
        There is no such measure, or more of it is better.
    """
    results = comparison.results
    known_name(against, results[comparison.base].measures, "measure")
    if WHICH_WAY[against] == MORE:
        raise ValueError(f'more of "{against}" is better; the front has what is better with less')
    ax = axes_or_new(ax)
    points = {
        plan: (each.measures["total_cost"], each.measures[against])
        for plan, each in results.items()
        if each.measures["total_cost"].value is not None
        and each.measures[against].value is not None
    }
    front = [plan for plan in comparison.front.plans if plan in points]
    names = list(points) if len(points) <= MOST_NAMED else [comparison.base, *front]
    placed = [(_x(cost), scaled(_x(other), other.unit)) for cost, other in points.values()]
    _stairs(ax, placed)
    for (plan, pair), (x, y) in zip(points.items(), placed, strict=True):
        on_front = plan in front
        colour = BETTER if on_front else WORSE
        for estimate, along in zip(pair, ("x", "y"), strict=True):
            if estimate.low is None or estimate.high is None:
                continue
            ends = [scaled(each, estimate.unit) for each in (estimate.low, estimate.high)]
            both = (ends, [y, y]) if along == "x" else ([x, x], ends)
            ax.plot(*both, color=colour, linewidth=0.8, alpha=0.45, zorder=1)
        ax.plot(
            x, y, "o" if on_front else "s", markersize=8 if on_front else 6.5, color=colour,
            markerfacecolor=colour if on_front else "white", zorder=3,
        )  # fmt: skip
    base = results[comparison.base]
    cost, other = next(iter(points.values()), (base.measures["total_cost"], base.measures[against]))
    ax.set_xlabel(axis_name("total_cost", cost.unit, period(base)))
    ax.set_ylabel(axis_name(against, other.unit, period(base)))
    ax.margins(0.1)
    quiet(ax)
    _name(ax, dict(zip(points, placed, strict=True)), names)
    # Last, so that it finds a place where no name is.
    _legend(ax, len(front), len(points))
    return ax


def _name(ax: Axes, placed: Mapping[str, tuple[float, float]], names: Sequence[str]) -> None:
    """The names of some plans beside their marks."""
    named = {text_of(plan): placed[plan] for plan in names if plan in placed}
    others = [at for plan, at in placed.items() if plan not in names]
    name_points(ax, named, INK, NEUTRAL, others)


def _x(estimate: Estimate) -> float:
    assert estimate.value is not None
    return estimate.value


def _stairs(ax: Axes, points: Sequence[tuple[float, float]]) -> None:
    """The front of the points shown: nothing is both cheaper and lower."""
    front: list[tuple[float, float]] = []
    for x, y in sorted(points):
        if not front or y < front[-1][1]:
            front.append((x, y))
    ax.step(*zip(*front, strict=True), where="post", color=BETTER, linewidth=1.0, linestyle="--",
            zorder=2)  # fmt: skip


def _legend(ax: Axes, front: int, plans: int) -> None:
    from matplotlib.lines import Line2D

    marks = [Line2D([], [], linestyle="", marker="o", color=BETTER, label="on the front")]
    if plans > front:
        marks.append(
            Line2D(
                [],
                [],
                linestyle="",
                marker="s",
                color=WORSE,
                markerfacecolor="white",
                label="dominated",
            )
        )
    ax.legend(handles=marks, frameon=False, fontsize=8.5, labelcolor=INK, loc="best")


def page(comparison: Comparison) -> Figure:
    """The comparison on one page: cost against waits and hang-ups, and what surely changes.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    matplotlib.figure.Figure
        Four axes; not registered with pyplot.
    """
    rows = min(max(len(comparison.results) - 1, 1), MOST_ROWS)
    below = 1.3 + 0.3 * rows
    figure = empty_figure(10.5, 4.6 + below)
    grid = figure.add_gridspec(2, 1, height_ratios=[4.2, below])
    base = comparison.results[comparison.base]
    title = f"{text_of(base.scenario.name, 70)}, {base.days:,} {period(base)}s"
    figure.suptitle(title, fontsize=11, color=INK)
    above, under = figure.add_subfigure(grid[0]), figure.add_subfigure(grid[1])
    for ax, against in zip(above.subplots(1, 2), ("wait_mean", "abandonment"), strict=True):
        pareto(comparison, ax, against)
    if len(comparison.results) > 1:
        left, right = under.subplots(1, 2, sharey=True)
        differences(comparison, "wait_mean", left)
        differences(comparison, "total_cost", right)
    return figure
