"""A law of waiting made longer or shorter: which durations of the file that changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.explore.controls import Changes, dotted, percent

Path = tuple[str | int, ...]


class CannotStretch(ValueError):
    """A law that has no duration in the file that a change could reach."""


def stretched(law: Any, path: Path, points: int) -> Changes:
    """The changes that make every time of a law longer by some per cent.

    Parameters
    ----------
    law : object
        The law as the file has it: a duration, or a table.
    path : tuple of str or int
        Where it stands.
    points : int
        Per cent; -50 halves every time.

    Returns
    -------
    dict of str to str
        The survival function S(t) becomes S(t / f) with f = 1 + points / 100. "never" stays.

    Raises
    ------
    CannotStretch
        The times stand in a CSV file.
    """
    factor = 1 + points / 100
    return {
        dotted(*place): percent(points) if longer else f"x {1 / factor!r}"
        for place, longer in _times(law, path)
    }


PLACES: dict[str, tuple[tuple[str, ...], ...]] = {
    "constant": ((),),
    "exponential": ((),),
    "lognormal": (("mean",),),
    "gamma": (("mean",),),
    "weibull": (("mean",),),
    "erlang": (("mean",),),
    "uniform": (("*",),),
    "triangular": (("*",),),
    "empirical": (("*",),),
    "hyperexponential": (("means", "*"),),
    "from_report": (("mean_wait",),),
    "hazard": (("from", "*"),),
}
"""Where the times of a law stand in its table."""


def _times(law: Any, path: Path) -> Iterator[tuple[Path, bool]]:
    """The places to multiply, and those to divide."""
    if not isinstance(law, Mapping):
        if law != "never":
            yield path, True
        return
    for name, said in law.items():
        if name == "empirical" and isinstance(said, Mapping):
            raise CannotStretch(f"its times stand in {said.get('file')}")
        for below in PLACES.get(name, ()):
            yield (*path, name, *below), True
        if name == "hazard":
            yield (*path, name, "per_minute", "*"), False
        if name == "by_interval":
            for place, each in enumerate(said):
                yield from _times(each, (*path, name, place))
