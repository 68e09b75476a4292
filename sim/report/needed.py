"""The chart of a staffing: operators needed and there, group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report.plots import INK, ON_DUTY, REQUIRED, SCHEDULED, edges_of, finished
from sim.report.wording import plain
from sim.staffing.found import Staffing

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def needed(found: Staffing) -> Figure:
    """Operators found, by Erlang A, and on the phones now; one panel a group.

    Parameters
    ----------
    found : Staffing

    Returns
    -------
    matplotlib.figure.Figure
        Axes that share the clock; not registered with pyplot.
    """
    from matplotlib.figure import Figure

    number = len(found.groups)
    figure = Figure(figsize=(8.0, 1.2 + 2.2 * number), layout="constrained")
    panels = figure.subplots(number, 1, sharex=True, squeeze=False)[:, 0]
    edges = edges_of(found.results)
    for g, (name, ax) in enumerate(zip(found.groups, panels, strict=True)):
        ax.stairs(found.now[:, g], edges, fill=True, color=SCHEDULED, alpha=0.3,
                  label="on the phones now")  # fmt: skip
        ax.stairs(found.found.seats[:, g], edges, color=ON_DUTY, linewidth=1.8, baseline=None,
                  label="found by simulation")  # fmt: skip
        ax.stairs(np.nan_to_num(found.fractional[:, g]), edges, color=REQUIRED, linewidth=1.4,
                  linestyle="--", baseline=None, label="Erlang A by interval")  # fmt: skip
        ax.set_ylabel(plain(name, 24).replace("$", r"\$"))
        finished(found.results, ax, edges)
        ax.yaxis.get_major_locator().set_params(integer=True)
        if g:
            ax.get_legend().remove()
    days = bool(found.scenario.days)
    panels[-1].set_xlabel("open hours of the week" if days else "time of day")
    what = "that meet the targets" if found.met else "that miss least"
    title = f"{plain(found.asked.name, 60)}: operators {what} ({found.meets})"
    figure.suptitle(title.replace("$", r"\$"), fontsize=11, color=INK)
    return figure
