"""Small charts as SVG text: axes with round marks, lines, steps, bars; every text is escaped.

Colours and sizes of letters are in page.css, so that charts print and follow the page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markupsafe import Markup, escape

Pairs = Sequence[tuple[float, float]]

WIDTH = 640.0
"""Of a drawing on a screen, in its own units: pixels, about."""

NARROW = 340.0
"""Of a drawing on a phone, where letters stay as large."""

LETTER = 8.0
"""Room for a letter across."""


@dataclass
class Chart:
    """A plot of one pair of axes that grows by what is drawn into it."""

    x: tuple[float, float]
    """Ends of the axis across."""
    y: tuple[float, float]
    """Ends of the axis upwards."""
    height: float = 240.0
    width: float = WIDTH
    left: float = 66.0
    right: float = 24.0
    top: float = 12.0
    bottom: float = 40.0
    parts: list[Markup] = field(default_factory=list)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the data is in the drawing."""
        return self.across(x), self.up(y)

    def across(self, x: float) -> float:
        """Where a value of the axis across is."""
        low, high = self.x
        wide = self.width - self.left - self.right
        return self.left + wide * (x - low) / ((high - low) or 1.0)

    def up(self, y: float) -> float:
        """Where a value of the axis upwards is."""
        low, high = self.y
        tall = self.height - self.top - self.bottom
        return self.height - self.bottom - tall * (y - low) / ((high - low) or 1.0)

    def add(self, text: str, *values: object) -> None:
        """Put in an element; values are escaped, numbers get one digit."""
        shown = [f"{v:.1f}" if isinstance(v, float) else v for v in values]
        self.parts.append(Markup(text).format(*shown))

    def marks_up(self, marks: Sequence[tuple[float, str]], title: str = "") -> None:
        """Marks of the axis upwards, with lines across, and what it counts."""
        end = self.width - self.right
        for value, text in marks:
            y = self.up(value)
            self.add('<path class="grid" d="M{} {}H{}"/>', self.left, y, end)
            self.add('<text class="end" x="{}" y="{}">{}</text>', self.left - 6, y + 4, text)
        if title:
            middle = (self.top + self.height - self.bottom) / 2
            self.add('<text class="mid" transform="rotate(-90 12 {})" x="12" y="{}">{}</text>',
                     middle, middle, title)  # fmt: skip

    def marks_across(self, marks: Sequence[tuple[float, str]], title: str = "") -> None:
        """Marks of the axis across, those named that have room for it, and what it counts."""
        floor = self.height - self.bottom
        named = with_room([(value, self.across(value), text) for value, text in marks])
        self.add('<path class="axis" d="M{} {}H{}"/>', self.left, floor, self.width - self.right)
        for value, text in marks:
            x = self.across(value)
            self.add('<path class="axis" d="M{} {}v4"/>', x, floor)
            if value in named:
                self.add('<text class="mid" x="{}" y="{}">{}</text>', x, floor + 17, text)
        if title:
            middle = (self.left + self.width - self.right) / 2
            self.add('<text class="mid" x="{}" y="{}">{}</text>', middle, self.height - 5, title)

    def line(self, points: Sequence[tuple[float, float | None]], style: str) -> None:
        """A line through points, with gaps where there is no value."""
        self._path(" ".join(_joined([self._point(x, y) for x, y in points])), style)

    def steps(self, edges: Sequence[float], values: Sequence[float | None], style: str) -> None:
        """A value for each stretch between two edges, as a line of steps."""
        path = []
        before = None
        for start, end, value in zip(edges[:-1], edges[1:], values, strict=True):
            if value is not None:
                x, y = self.at(start, value)
                path.append(f"M{x:.1f} {y:.1f}" if before is None else f"V{y:.1f}")
                path.append(f"H{self.across(end):.1f}")
            before = value
        self._path("".join(path), style)

    def area(self, edges: Sequence[float], low: Sequence[float], high: Sequence[float],
             style: str) -> None:  # fmt: skip
        """The area between two lines of steps."""
        up, down = [], []
        for start, end, bottom, top in zip(edges[:-1], edges[1:], low, high, strict=True):
            one, other = self.across(start), self.across(end)
            up.append(f"{one:.1f} {self.up(top):.1f} {other:.1f} {self.up(top):.1f}")
            down.append(f"{other:.1f} {self.up(bottom):.1f} {one:.1f} {self.up(bottom):.1f}")
        self._path(f"M{' '.join([*up, *reversed(down)])}Z", style)

    def _path(self, path: str, style: str) -> None:
        if path:
            self.add('<path class="{}" d="{}"/>', style, path)

    def _point(self, x: float, y: float | None) -> str | None:
        return None if y is None else f"{self.across(x):.1f} {self.up(y):.1f}"

    def svg(self, name: str, title: str, description: str) -> Markup:
        """The drawing, with its title and what it shows for those who do not see it.

        Parameters
        ----------
        name : str
            An id that no other drawing of the page has.
        title, description : str
        """
        style = "wide" if self.width >= WIDTH else "narrow"
        head = Markup(
            '<svg class="{5}" viewBox="0 0 {0:g} {1:g}" role="img" aria-labelledby="{2}-t {2}-d">'
            '<title id="{2}-t">{3}</title><desc id="{2}-d">{4}</desc>'
        ).format(self.width, self.height, escape(name), title, description, style)
        return head + Markup("").join(self.parts) + Markup("</svg>")


def _joined(points: Sequence[str | None]) -> list[str]:
    """Points of a path, each run of them begun anew."""
    path, before = [], None
    for point in points:
        if point is not None:
            path.append(point if before is not None else f"M{point}")
        before = point
    return path


def with_room(
    marks: Sequence[tuple[float, float, str]], always: float | None = None, letter: float = LETTER
) -> set[float]:
    """Marks whose names do not run into each other: all of them, or every second, third ...

    Parameters
    ----------
    marks : sequence of (float, float, str)
        Value, place across and name of each, from left to right.
    always : float, optional
        A value that is named in any case; None for the first.
    letter : float
        Room for a letter.
    """
    if not marks:
        return set()
    values = [value for value, _, _ in marks]
    start = values.index(always) if always in values else 0
    for step in range(1, len(marks) + 1):
        kept = marks[start % step :: step]
        ends = [(x - len(text) * letter / 2, x + len(text) * letter / 2) for _, x, text in kept]
        if all(one[1] + 4 < other[0] for one, other in pairwise(ends)):
            break
    return {value for value, _, _ in kept}


def round_marks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers from `low` to `high`, both ends inside, about `most` of them.

    Examples
    --------
    >>> round_marks(0.0, 37.0)
    [0.0, 10.0, 20.0, 30.0, 40.0]
    """
    wide = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(wide / most))
    step = next(f * power for f in (1, 2, 2.5, 5, 10) if wide / (f * power) <= most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(place * step, 10) for place in range(first, max(last, first + 1) + 1)]
