"""Charts of plans under conditions: a line a plan, a place a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.asked import known_name
from sim.report.charts import axes_or_new, axis_name, empty_figure, quiet, scaled, text_of
from sim.report.plots import INK
from sim.report.wording import period, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.comparison.conditions import Conditions


class ConditionPlots:
    """The charts of plans under conditions, as `conditions.plot`."""

    def __init__(self, conditions: Conditions) -> None:
        self._conditions = conditions

    def measure(self, name: str, ax: Axes | None = None) -> Axes:
        """A measure of every plan under every condition."""
        return under(self._conditions, name, ax)

    def page(self) -> Figure:
        """Service level, hang-ups and cost on one page."""
        return page_under(self._conditions)


SERIES = (
    ("#0072B2", "o", "-"),
    ("#D55E00", "s", "--"),
    ("#009E73", "^", "-."),
    ("#E69F00", "D", ":"),
    ("#56B4E9", "v", "-"),
    ("#CC79A7", "P", "--"),
    ("#333333", "X", "-."),
    ("#999999", "*", ":"),
)
"""Colour, mark and line of each plan: marks and lines tell them apart on grey paper."""


def drawn(conditions: Conditions) -> list[str]:
    """The plans that have a line: all, or of many the base and those that do best."""
    plans = conditions.plans
    best = sorted(
        plans, key=lambda plan: (len(conditions.missed(plan)), conditions.cost[plan].value or 0.0)
    )
    chosen = {plans[0], *best[: len(SERIES) - 1]}
    return plans if len(plans) <= len(SERIES) else [plan for plan in plans if plan in chosen]


def under(conditions: Conditions, measure: str, ax: Axes | None = None) -> Axes:
    """One measure of every plan, a line a plan, over the conditions.

    Parameters
    ----------
    conditions : Conditions
    measure : str
        Name of a measure.
    ax : matplotlib.axes.Axes, optional
        By default those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Bars are 95 % intervals; a grey line is the target of the whole line, where all plans
        have the same.

    Raises
    ------
    ValueError
        There is no such measure.
    """
    names = list(conditions.comparisons)
    first = conditions.comparisons[names[0]]
    known_name(measure, first.results[first.base].measures, "measure")
    ax = axes_or_new(ax)
    plans = drawn(conditions)
    unit, many = first.results[first.base].measures[measure].unit, len(plans)
    for place, plan in enumerate(plans):
        colour, mark, line = SERIES[place % len(SERIES)]
        found = [each.results[plan].measures[measure] for each in conditions.comparisons.values()]
        # A little apart, so that bars of plans do not hide each other.
        at = [row + 0.16 * ((place + 0.5) / many - 0.5) for row in range(len(names))]
        values = [float("nan") if e.value is None else scaled(e.value, unit) for e in found]
        ax.plot(at, values, color=colour, marker=mark, linestyle=line, linewidth=1.2,
                markersize=5.5, label=text_of(plan))  # fmt: skip
        for x, each in zip(at, found, strict=True):
            if each.low is not None and each.high is not None:
                ends = [scaled(each.low, unit), scaled(each.high, unit)]
                ax.plot([x, x], ends, color=colour, linewidth=0.9, alpha=0.6)
    bounds = {
        target.bound
        for own in conditions.targets.values()
        for targets in own.values()
        for target in targets
        if target.measure == measure and target.type is None
    }
    if len(bounds) == 1:
        ax.axhline(scaled(bounds.pop(), unit), color=INK, linewidth=0.8, linestyle=(0, (6, 3)),
                   label="target")  # fmt: skip
    ax.set_xticks(range(len(names)), [text_of(name, 24) for name in names])
    ax.set_xlim(-0.4, len(names) - 0.6)
    ax.set_xlabel(what_changes(conditions))
    ax.set_ylabel(axis_name(measure, unit, period(first.results[first.base])))
    return quiet(ax, "y")


def what_changes(conditions: Conditions) -> str:
    """What the axis of conditions shows: "change of callers.*.volume"."""
    changes = conditions.changes.values()
    names = list(dict.fromkeys(name for change in changes for name in change))
    said = plain(" and ".join(names), 40).replace("$", r"\$")
    values = [value.strip() for change in changes for value in change.values()]
    moved = all(value.startswith(("+", "-", "0%")) for value in values)
    return f"{'change of ' if moved else ''}{said}"


def page_under(conditions: Conditions) -> Figure:
    """Service level, hang-ups and cost of every plan over the conditions, on one page.

    Parameters
    ----------
    conditions : Conditions

    Returns
    -------
    matplotlib.figure.Figure
        Three axes with one legend; not registered with pyplot.
    """
    figure = empty_figure(11.0, 4.4)
    axes = figure.subplots(1, 3)
    for ax, name in zip(axes, ("service_level", "abandonment", "total_cost"), strict=True):
        under(conditions, name, ax)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False,
                  fontsize=8.5, labelcolor=INK)  # fmt: skip
    first = next(iter(conditions.comparisons.values()))
    base = first.results[first.base]
    title = f"{text_of(base.scenario.name, 60)}, {base.days:,} {period(base)}s a condition"
    figure.suptitle(title, fontsize=11, color=INK)
    return figure
