"""A chart of the report page with its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from markupsafe import Markup

from sim.report.svg import NARROW, WIDTH


class Figure(NamedTuple):
    """A chart with its words."""

    title: str
    svg: Markup
    caption: str
    legend: tuple[tuple[str, str], ...] = ()
    """Class of a sign in page.css, and what it stands for."""
    narrow: Markup = Markup("")
    """The same drawn for a phone; page.css shows one of the two."""


def in_two_widths(draw: Callable[[str, float], Figure | None], name: str) -> Iterator[Figure]:
    """A chart for screens with the same for phones; none where there is nothing to draw.

    Parameters
    ----------
    draw : callable
        Draws it, given an id and a width.
    name : str
        An id that no other drawing of the page has.
    """
    wide, narrow = draw(name, WIDTH), draw(f"{name}-n", NARROW)
    if wide is not None and narrow is not None:
        yield wide._replace(narrow=narrow.svg)
