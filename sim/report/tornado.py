"""The tornado: how far each lever moves service, hang-ups, waits and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.comparison.sensitivity import Sensitivity, Side
from sim.comparison.trials import MOVED
from sim.report.asked import known_name
from sim.report.charts import axes_or_new, empty_figure, quiet
from sim.report.plots import INK
from sim.report.swings import called, percent
from sim.report.wording import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# From the Okabe-Ito palette; they differ in lightness too.
SIDES = (("#56B4E9", "", "less"), ("#D55E00", "///", "more"))
"""Colour, hatch and name of a lever turned down, and up."""
MOST_BARS = 8
SCALE = {"share": (100.0, "points"), "s": (1.0, "s")}
"""What values are multiplied by, and what the axis says; money has its currency."""


class Plots:
    """The charts of a sensitivity, as `sensitivity.plot`."""

    def __init__(self, result: Sensitivity) -> None:
        self._result = result

    def tornado(self, measure: str = "abandonment", ax: Axes | None = None) -> Axes:
        """One measure's tornado; see `sim.report.tornado.plot_swings`."""
        return plot_swings(self._result, measure, axes_or_new(ax, 7.0, 3.6))

    def page(self) -> Figure:
        """The tornados of all measures; see `sim.report.tornado.tornado`."""
        return tornado(self._result)


def tornado(result: Sensitivity) -> Figure:
    """Four tornados, one a measure, the strongest lever at the top.

    Parameters
    ----------
    result : Sensitivity
        With its swings.

    Returns
    -------
    matplotlib.figure.Figure
        Four axes; not registered with pyplot.
    """
    from matplotlib.patches import Patch

    rows = max(min(len(result.swings), MOST_BARS), 2)
    figure = empty_figure(9.6, 2.6 + 0.62 * rows)
    for measure, ax in zip(MOVED, figure.subplots(2, 2).ravel(), strict=True):
        plot_swings(result, measure, ax)
    scenario = result.base.scenario
    title = f"{plain(scenario.name, 60)}, plan {plain(result.base.plan, 30)}: each lever by itself"
    # A dollar sign would start a formula.
    figure.suptitle(title.replace("$", r"\$"), fontsize=11, color=INK)
    by = percent(result.by, signed=False)
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=f"{by} {word}")
        for colour, hatch, word in SIDES
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    return figure


def plot_swings(result: Sensitivity, measure: str, ax: Axes) -> Axes:
    """The changes of one measure, with the 95 % interval of each as a whisker.

    Parameters
    ----------
    result : Sensitivity
    measure : str
        One of `MOVED`.
    ax : matplotlib.axes.Axes

    Returns
    -------
    matplotlib.axes.Axes
        The same axes.

    Raises
    ------
    ValueError
        There is no such measure.
    """
    known_name(measure, MOVED, "measure")
    swings = [s for s in result.tornado(measure) if s.reach(measure) > 0][:MOST_BARS]
    unit = result.base.measures[measure].unit
    scale, named = SCALE.get(unit, (1.0, unit))
    for place, swing in enumerate(swings):
        for side, (colour, hatch, _) in zip(swing.sides, SIDES, strict=True):
            _bar(ax, place, side, measure, scale, colour, hatch)
    ax.set_yticks(range(len(swings)), [plain(s.lever.label, 20) for s in swings])
    ax.set_ylim(max(len(swings), 1) - 0.5, -0.5)
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_title(called(result, measure).replace("$", r"\$"), fontsize=10, color=INK)
    ax.set_xlabel(f"change, {named}".replace("$", r"\$"), fontsize=9, color=INK)
    quiet(ax, "x")
    ax.spines["left"].set_visible(False)
    ax.tick_params(left=False)
    if not swings:
        ax.text(0.5, 0.5, "nothing moves it", transform=ax.transAxes, ha="center", color=INK)
    return ax


def _bar(
    ax: Axes, place: int, side: Side, measure: str, scale: float, colour: str, hatch: str
) -> None:
    move = side.differences.get(measure)
    if move is None or move.value is None:
        return
    value = scale * move.value
    ax.barh(place, value, 0.66, color=colour, hatch=hatch, edgecolor="white", linewidth=0.6)
    if move.low is not None and move.high is not None:
        ends = [[value - scale * move.low], [scale * move.high - value]]
        ax.errorbar(value, place, xerr=ends, color=INK, linewidth=1.0, capsize=2)
