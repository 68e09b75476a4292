"""The chart of hanging up: at what rate callers leave, by how long they have waited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report.asked import known_name
from sim.report.charts import BETTER, axes_or_new, quiet, text_of
from sim.report.lived import leaving_of
from sim.report.plots import INK
from sim.results import Results
from sim.times import format_duration

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.scenario.messages import Message

MARKS = ("v", "s", "o", "d", "^")

LEAST = 0.01
"""Share of the waiting time that a span must have to be drawn by itself."""

LONG = 600.0
"""Seconds from which the axis counts in minutes."""

CLOSE, FIRST = 1 / 20, 3
"""Where hearings of a message are closer than this share of the axis, so many are marked."""


def hazard(results: Results, call_type: str | None = None, ax: Axes | None = None) -> Axes:
    """At what rate those who wait hang up, by how long they have waited.

    Parameters
    ----------
    results : Results
    call_type : str, optional
        By default the type of which most hang up.
    ax : matplotlib.axes.Axes, optional
        By default those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Hang-ups in spans of waiting / minutes waited in them, with 95 % intervals (counts taken
        as Poisson); on top, when messages are heard, of one that is often repeated the first
        three times. Who hangs up at once is left out. Spans in which less than 1 % of the waiting
        time lies are put together.

    Raises
    ------
    ValueError
        There is no such call type.
    """
    name = _most_lost(results) if call_type is None else call_type
    known_name(name, results.by_type, "call type")
    ax = axes_or_new(ax, 8.4, 4.4)
    found = leaving_of(results, name).gathered(LEAST)
    minutes = found.at_risk / 60
    half = 1.96 * np.sqrt(found.hung_up)
    known = minutes > 0
    low = np.divide(np.maximum(found.hung_up - half, 0), minutes, where=known,
                    out=np.zeros(len(minutes)))  # fmt: skip
    high = np.divide(found.hung_up + half, minutes, where=known, out=np.zeros(len(minutes)))
    longest = float(found.edges[-1])
    scale, unit = (60.0, "min") if longest > LONG else (1.0, "s")
    edges = found.edges / scale
    ax.fill_between(edges, np.append(low, low[-1]), np.append(high, high[-1]), step="post",
                    color=BETTER, alpha=0.2, linewidth=0, label="95 % interval")  # fmt: skip
    ax.stairs(found.rate, edges, color=BETTER, linewidth=1.6, baseline=None,
              label="hang-ups")  # fmt: skip
    rows = _messages(results, name, ax, longest, scale)
    label = results.scenario.callers[name].label or name
    ax.set_title(f"{text_of(label)}; who hangs up at once is left out", fontsize=10, color=INK,
                 pad=6 + 8 * rows)  # fmt: skip
    ax.set_xlim(0, edges[-1])
    ax.set_ylim(0, 1.15 * max(float(high.max(initial=0.0)), 1e-3))
    ax.set_xlabel(f"time waited ({unit})")
    ax.set_ylabel("hang up, per minute of waiting")
    ax.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper left",
              bbox_to_anchor=(1.0, 1.0))  # fmt: skip
    return quiet(ax)


def _most_lost(results: Results) -> str:
    lost = {name: each["abandoned"].value or 0.0 for name, each in results.by_type.items()}
    return max(lost, key=lambda name: lost[name])


def _messages(results: Results, name: str, ax: Axes, longest: float, scale: float) -> int:
    """When each message is heard; how many rows of marks that takes."""
    programme = results.scenario.programme_of(name)
    if programme is None:
        return 0
    kinds = [message.says for message in programme.messages.values()]
    rows = 0
    for called, message in programme.messages.items():
        times = heard_at(message, longest)
        if not times:
            continue
        also = f" {text_of(called, 20)}" if kinds.count(message.says) > 1 else ""
        said = f"{message.says.replace('_', ' ')}{also}"
        ax.plot([each / scale for each in times], [1.025 + 0.035 * rows] * len(times),
                linestyle="", marker=MARKS[rows % len(MARKS)], markersize=4.5, color=INK,
                transform=ax.get_xaxis_transform(), clip_on=False,
                label=f"{said},\n{when_heard(message)}")  # fmt: skip
        rows += 1
    return rows


def heard_at(message: Message, longest: float) -> list[float]:
    """Waits in s at which a message is marked: all, or of very many the first ones."""
    if message.at >= longest:
        return []
    if message.every is None:
        return [message.at]
    times = np.arange(message.at, longest, message.every).tolist()
    return times[:FIRST] if message.every < CLOSE * longest else times


def when_heard(message: Message) -> str:
    """When a message is heard: "after 15 s, then every 45 s"."""
    first = "at once" if message.at == 0 else f"after {format_duration(message.at)}"
    if message.every is None:
        return first
    return f"{first}, then every {format_duration(message.every)}"
