"""Names that somebody asks a chart for: those that there are, and a hint at what was meant."""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario.values import listed, nearest, shown

MOST_LISTED = 8
"""Names up to which a message lists them all."""


def known_name(name: str, known: Iterable[str], kind: str) -> str:
    """A name that there is.

    Parameters
    ----------
    name : str
        What is asked for.
    known : iterable of str
        What there is.
    kind : str
        What it names, such as "call type".

    Returns
    -------
    str
        The same name.

    Raises
    ------
    ValueError
        There is no such name; the message has the nearest, or all if they are few.
    """
    names = list(known)
    if name in names:
        return name
    said = f"there is no {kind} {shown(name)}"
    hint = nearest(str(name), names)
    if not hint and len(names) <= MOST_LISTED:
        hint = f"There is {listed([shown(each) for each in names], 'and')}."
    if not hint:
        hint = f"The {kind}s are the rows of `.summary()` of a result."
    raise ValueError(f"{said}. {hint}")
