"""What was moved, as a plan that can be pasted into the file; it is also what is simulated."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from typing import Any

from sim.explore.controls import Controls, Moves, dotted, is_relative, quoted

NAME = "mine"


def free_plan_name(plans: Iterable[str]) -> str:
    """A name that no plan of the file has."""
    taken, name, number = {*plans}, NAME, 2
    while name in taken:
        name, number = f"{NAME}_{number}", number + 1
    return name


def plan_text(controls: Controls, places: Moves, name: str) -> str:
    """What was moved as a table [plans.NAME] in TOML.

    Parameters
    ----------
    controls : Controls
    places : mapping
        Where the controls stand.
    name : str
        What the plan is called.

    Returns
    -------
    str
        Empty when nothing is moved.
    """
    changes = controls.changes(places)
    if not changes:
        return ""
    words = [control.moved(place) for control, place in controls.moved(places)]
    lines = [f"[{dotted('plans', name)}]", f"about = {quoted('; '.join(words))}"]
    lines += [f"{key} = {text}" for key, text in changes.items() if not is_relative(text)]
    relative = [(key, text) for key, text in changes.items() if is_relative(text)]
    if relative:
        lines += ["", f"[{dotted('plans', name, 'change')}]"]
        lines += [f"{quoted(key)} = {quoted(text)}" for key, text in relative]
    return "\n".join(lines) + "\n"


def plan_of(text: str, name: str) -> dict[str, Any]:
    """The tables of the plan, as the file would have them."""
    tables: dict[str, Any] = tomllib.loads(text)["plans"][name]
    return tables
