"""Names beside the marks of a chart, placed so that they do not cover each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = 8.0
"""Of the letters, in points."""

MARK = 4.5
"""Half the width of a mark, in points."""

SIDES = (
    (1.0, 1.0), (-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0), (0.0, 1.0), (0.0, -1.0),
    (1.0, 0.0), (-1.0, 0.0), (1.0, 1.6), (-1.0, 1.6), (1.0, -1.6), (-1.0, -1.6),
)  # fmt: skip
"""Where a name may stand from its mark, the best first."""

REACHES = (8.0, 15.0, 24.0, 36.0, 50.0, 66.0, 84.0, 104.0)
"""How far from it, in points."""


class Box(NamedTuple):
    """What a name or a mark covers, in points."""

    left: float
    bottom: float
    right: float
    top: float

    def covers(self, other: Box) -> float:
        """The area that both cover."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(wide, 0.0) * max(high, 0.0)

    @property
    def area(self) -> float:
        """Its own."""
        return (self.right - self.left) * (self.top - self.bottom)


class Label(NamedTuple):
    """Where a name stands."""

    offset: tuple[float, float]
    """Of its lower left corner from the mark, in points."""
    box: Box
    far: bool
    """Whether a line should lead to the mark."""


def place(
    marks: Mapping[str, tuple[float, float]], widths: Mapping[str, float], room: Box,
    others: Sequence[tuple[float, float]] = (),
) -> dict[str, Label]:  # fmt: skip
    """Where names stand so that they cover no mark and no other name, one after the other.

    Parameters
    ----------
    marks : mapping of str to pair of float
        Where each name's mark is, in points; the names that come first have the first choice.
    widths : mapping of str to float
        Of the names, in points.
    room : Box
        What names should not leave.
    others : sequence of pair of float
        Marks without a name.

    Returns
    -------
    dict of str to Label
        Where nothing is free, the place that covers least.
    """
    taken = [Box(x - MARK, y - MARK, x + MARK, y + MARK) for x, y in (*marks.values(), *others)]
    found: dict[str, Label] = {}
    for name, at in marks.items():
        best, least = None, np.inf
        for label in _candidates(at, widths[name]):
            outside = label.box.area - label.box.covers(room)
            covered = sum(label.box.covers(each) for each in taken) + 2 * outside
            if covered < least - 1e-9:
                best, least = label, covered
            if covered <= 1e-9:
                break
        assert best is not None
        found[name] = best
        taken.append(best.box)
    return found


def _candidates(at: tuple[float, float], width: float) -> Iterator[Label]:
    """Places for a name, the nearest first."""
    x, y = at
    height = 1.3 * SIZE
    for reach, (right, up) in product(REACHES, SIDES):
        left = reach * right - width * (1 - np.sign(right)) / 2
        bottom = reach * up - height / 2
        box = Box(x + left, y + bottom, x + left + width, y + bottom + height)
        far = reach > REACHES[0] or abs(up) > 1
        yield Label((left, bottom + 0.2 * height), box, far)


def name_points(
    ax: Axes, points: Mapping[str, tuple[float, float]], ink: str, line: str,
    others: Sequence[tuple[float, float]] = (),
) -> None:  # fmt: skip
    """Write names beside marks, with thin lines to the marks that are further away.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With all that decides about its size and its limits.
    points : mapping of str to pair of float
        In units of the data, by the text that is written; the first have the first choice.
    ink, line : str
        Colours of the text and of the lines.
    others : sequence of pair of float
        Marks without a name.
    """
    from matplotlib.textpath import TextPath

    figure = ax.get_figure(root=True)
    if not points or figure is None:
        return
    # The layout decides how far apart the marks are on paper.
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.execute(figure)
    ax.set(xlim=ax.get_xlim(), ylim=ax.get_ylim())
    per_point = figure.dpi / 72
    drawn = ax.get_window_extent()
    room = Box(*(each / per_point for each in (drawn.x0, drawn.y0, drawn.x1, drawn.y1)))

    def on_paper(at: tuple[float, float]) -> tuple[float, float]:
        x, y = ax.transData.transform(at) / per_point
        return float(x), float(y)

    widths = {
        name: float(TextPath((0, 0), name, size=SIZE).get_extents().width) + 3 for name in points
    }
    marks = {name: on_paper(at) for name, at in points.items()}
    for name, label in place(marks, widths, room, [on_paper(at) for at in others]).items():
        lead = {"arrowstyle": "-", "color": line, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 4}
        written = ax.annotate(
            name, points[name], xytext=label.offset, textcoords="offset points", fontsize=SIZE,
            color=ink, ha="left", va="baseline", zorder=4,
            arrowprops=lead if label.far else None,
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "alpha": 0.7, "linewidth": 0},
        )  # fmt: skip
        written.set_in_layout(False)
