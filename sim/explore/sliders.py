"""All that can be moved in a scenario: operators, calls, patience, handling times and messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.explore.controls import Changes, Controls, Slider, dotted, percent
from sim.explore.speech import effect_slider, message_choices
from sim.explore.staff import staff_sliders
from sim.explore.stretching import CannotStretch, stretched
from sim.report.wording import listing, plain
from sim.scenario import Scenario

MOST_TYPES = 4
"""Call types with a slider of their own; those of the most calls."""

CALLS, WORK = "Calls and callers", "Work"


def controls_of(scenario: Scenario, raw: Mapping[str, Any]) -> Controls:
    """The sliders and choices of a scenario.

    Parameters
    ----------
    scenario : Scenario
        As the file has it.
    raw : mapping
        The tables of the file that it was made from.

    Returns
    -------
    Controls
    """
    calls = {name: float(scenario.pieces_of(name).calls.sum()) for name in scenario.callers}
    types = sorted(calls, key=lambda name: -calls[name] * scenario.callers[name].volume)
    staff, left_out = staff_sliders(scenario)
    patience, unread = _patience(scenario, raw)
    choices, silent = message_choices(scenario, types)
    rest = [plain(scenario.callers[name].label or name, 40) for name in types[MOST_TYPES:]]
    if rest and len(types) > 1:
        left_out.append(f"Call types of fewer calls, without a slider: {listing(rest)}.")
    return Controls(
        (
            *staff,
            *_volumes(scenario, types),
            *patience,
            _handling(scenario),
            effect_slider(scenario),
            *choices,
        ),
        (*left_out, *unread, *silent),
    )


def _volumes(scenario: Scenario, types: list[str]) -> list[Slider]:
    """Calls of all types, and of each of the largest where there are several."""
    shown = [name for name in scenario.callers if name in types[:MOST_TYPES]]
    several = {name: plain(scenario.callers[name].label or name, 60) for name in shown}
    rows = {"*": "Calls of all types" if len(types) > 1 else "Calls"}
    if len(types) > 1:
        rows |= {name: f"Calls: {label}" for name, label in several.items()}
    return [_volume(name, label) for name, label in rows.items()]


def _volume(name: str, label: str) -> Slider:
    place = dotted("callers", name, "volume")

    def changes(points: int) -> Changes:
        return {place: percent(points)}

    return Slider(place, CALLS, label, "%", "more or fewer", -50, 50, 1, 0, changes)


def _patience(scenario: Scenario, raw: Mapping[str, Any]) -> tuple[list[Slider], list[str]]:
    """How long callers of all types wait before they hang up, and the types that do not move."""
    laws: dict[str, Any] = {}
    left_out = []
    for name, kind in scenario.callers.items():
        law = raw["callers"][name]["patience"]
        try:
            moves = stretched(law, ("callers", name, "patience"), 1)
        except CannotStretch as error:
            called = plain(kind.label or name, 40)
            left_out.append(f"{called}: patience cannot be moved, {plain(str(error), 80)}.")
            continue
        if moves:
            laws[name] = law

    def changes(points: int) -> Changes:
        found: Changes = {}
        for name, law in laws.items():
            found |= stretched(law, ("callers", name, "patience"), points)
        return found

    if not laws:
        return [], [*left_out, "Patience has no slider: nobody hangs up by it."]
    label = "Patience"
    slider = Slider("patience", CALLS, label, "%", "longer or shorter", -50, 100, 5, 0, changes)
    return [slider], left_out


def _handling(scenario: Scenario) -> Slider:
    """How long operators take: talk and wrap-up of every group and call type."""

    def changes(points: int) -> Changes:
        found: Changes = {}
        for name, group in scenario.operators.items():
            for kind, skill in group.skills.items():
                place = ("operators", name, "skills", kind)
                found[dotted(*place, "handling_factor")] = percent(points)
                if skill.wrap_up is not None:
                    found[dotted(*place, "wrap_up")] = percent(points)
        return found

    label = "Handling time (talk and wrap-up)"
    return Slider("handling", WORK, label, "%", "longer or shorter", -30, 30, 1, 0, changes)
