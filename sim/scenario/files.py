"""From a scenario file to scenarios: reading, plans, changes, and all mistakes at once."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from sim.scenario.changes import apply
from sim.scenario.combinations import broken_combinations
from sim.scenario.days import Day, calendar_of
from sim.scenario.misspelt import misspelt_names, without_paths
from sim.scenario.mistakes import Mistake, ScenarioError, dotted, translated
from sim.scenario.plans import (
    PLAN_KEYS,
    Plan,
    drop_references,
    flat_changes,
    merged,
    table_at,
)
from sim.scenario.reading import Document, KeyPath, read_document
from sim.scenario.references import broken_references, misspelt_tables
from sim.scenario.schema import Origin, Scenario
from sim.scenario.values import Hours, Surroundings, Wrong, listed, nearest, shown

BASE = "base"


@dataclass
class Variant:
    """The tables of one plan, what the plan says of itself, and what was changed where."""

    name: str
    raw: dict[str, Any]
    plan: Plan = field(default_factory=Plan)
    changed: dict[KeyPath, tuple[KeyPath | str, str]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)


def load(
    path: str | Path, plan: str = BASE, change: Mapping[str, str | float] | None = None
) -> Scenario:
    """One plan of a scenario file, validated.

    Parameters
    ----------
    path : str or Path
        The file.
    plan : str
        Name of a plan; "base" is the scenario itself.
    change : mapping, optional
        Dotted names with changes ("+10 %") or values, made after the plan.

    Returns
    -------
    Scenario
        The frozen scenario.

    Raises
    ------
    ScenarioError
        With all mistakes of the file, its plans and the changes.
    """
    return load_plans(path, [plan], change)[0]


def loaded(scenario: str | Path | Scenario) -> Scenario:
    """A scenario as it is given, or the base of a file.

    Parameters
    ----------
    scenario : str or Path or Scenario
        A scenario file, or one plan of it as loaded.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        With all mistakes of the file.
    """
    return scenario if isinstance(scenario, Scenario) else load(scenario)


def load_plans(
    path: str | Path,
    names: Iterable[str] | None = None,
    change: Mapping[str, str | float] | None = None,
) -> list[Scenario]:
    """Plans of a scenario file, in order; base and all plans if none is named.

    Parameters
    ----------
    path : str or Path
        The file.
    names : iterable of str, optional
        Names of plans; "base" is the scenario itself.
    change : mapping, optional
        Dotted names with changes ("+10 %") or values, made after each plan.

    Returns
    -------
    list of Scenario
        One for each plan.

    Raises
    ------
    ScenarioError
        With all mistakes of the file, its plans and the changes.
    """
    document, chosen = chosen_plans(Path(path), names)
    if not change:
        return [scenario for _, scenario in chosen]
    return changed_scenarios(document, [variant for variant, _ in chosen], change)


def chosen_plans(
    path: Path, names: Iterable[str] | None
) -> tuple[Document, list[tuple[Variant, Scenario]]]:
    """Plans of a scenario file, in order, as tables and validated; all if none is named."""
    document = read_document(path)
    variants, scenarios = validated(document)
    chosen = list(scenarios) if names is None else list(names)
    unknown = [
        Mistake(
            str(document.path),
            None,
            "plans",
            f"there is no plan {shown(name)}",
            nearest(name, scenarios) or f"The plans are {listed(list(scenarios), 'and')}",
        )
        for name in chosen
        if name not in scenarios
    ]
    if unknown:
        raise ScenarioError(unknown)
    return document, [(variants[name], scenarios[name]) for name in chosen]


def validated(document: Document) -> tuple[dict[str, Variant], dict[str, Scenario]]:
    """Every plan of a file; all their mistakes are raised together."""
    variants = {BASE: Variant(BASE, {k: v for k, v in document.raw.items() if k != "plans"})}
    mistakes: list[Mistake] = []
    plans = document.raw.get("plans", {})
    if isinstance(plans, Mapping):
        variants |= {
            name: variant_of(document, name, over)
            for name, over in plans.items()
            if name_fits(document, name, over, mistakes)
        }
    else:
        mistakes.append(document.mistake(("plans",), f"{shown(plans)} is not a table"))
    scenarios: dict[str, Scenario] = {}
    told: set[tuple[KeyPath, str]] = set()
    for name, variant in variants.items():
        scenario, wrongs = assessed(document, variant)
        new = [wrong for wrong in wrongs if not inherited(document, variant, wrong, told)]
        told |= {(wrong.where, wrong.what) for wrong in wrongs if name == BASE}
        mistakes += variant.mistakes
        mistakes += [placed(document, variant, wrong) for wrong in new]
        if scenario is not None:
            scenarios[name] = scenario
    raise_if_any(mistakes)
    return variants, scenarios


def inherited(
    document: Document, variant: Variant, wrong: Wrong, told: set[tuple[KeyPath, str]]
) -> bool:
    """Whether a plan's mistake is the base's: the same, or at a key that the plan does not give."""
    given = ("plans", variant.name, *wrong.where) in document.lines
    return any(
        wrong.where == where and (not given or alike(wrong.what, what)) for where, what in told
    )


def alike(one: str, other: str) -> bool:
    """Whether two mistakes are one, apart from the numbers in them."""
    return re.sub(r"[0-9.,]+", "#", one) == re.sub(r"[0-9.,]+", "#", other)


def raise_if_any(mistakes: list[Mistake]) -> None:
    """Raise the mistakes in the order of their lines, each once."""
    if mistakes:
        raise ScenarioError(sorted(dict.fromkeys(mistakes), key=lambda m: m.line or 0))


def name_fits(document: Document, name: str, over: Any, mistakes: list[Mistake]) -> bool:
    """Whether a plan has a name of its own and is a table."""
    if name == BASE:
        mistakes.append(
            document.mistake(("plans", name), '"base" is the scenario itself', "another name")
        )
    elif not name.strip() or not name.isprintable():
        mistakes.append(document.mistake(("plans", name), f"{shown(name)} cannot be a name"))
    elif not isinstance(over, Mapping):
        mistakes.append(document.mistake(("plans", name), f"{shown(over)} is not a table"))
    else:
        return True
    return False


def variant_of(document: Document, name: str, over: Mapping[str, Any]) -> Variant:
    """The scenario with a plan's values put in and its changes made."""
    head = {key: value for key, value in over.items() if key in PLAN_KEYS}
    body = {key: value for key, value in over.items() if key not in PLAN_KEYS}
    base = {key: value for key, value in document.raw.items() if key != "plans"}
    wrongs: list[Wrong] = []
    plan = Plan()
    try:
        plan = Plan.model_validate(head)
    except ValidationError as error:
        wrongs += translated(error, head)
    odd = [key for key in body if key == "plans" or key not in Scenario.model_fields]
    for key in odd:
        keys = [*PLAN_KEYS, *Scenario.model_fields]
        what = "a plan within a plan" if key == "plans" else "is not a key here"
        wrongs.append(Wrong((key,), what, nearest(key, keys)))
        del body[key]
    if misspelt_tables(dict.fromkeys(odd)):
        # What is missing from a misspelt table would only be told twice.
        body = {}
    raw = with_values(base, body, wrongs)
    drop_references(raw, base)
    variant = Variant(name, raw, plan)
    above = ("plans", name)
    variant.mistakes = [document.mistake((*above, *w.where), w.what, w.meant) for w in wrongs]
    for key, text in flat_changes(plan.change).items():
        place: KeyPath = (*above, "change", key)
        try:
            note_changes(variant, apply(raw, key, text, absolute=False), place, text)
        except PydanticCustomError as error:
            variant.mistakes.append(document.mistake(place, *said(error)))
    return variant


def with_values(
    base: Mapping[str, Any], body: Mapping[str, Any], wrongs: list[Wrong]
) -> dict[str, Any]:
    """The base with a plan's values; a misspelt name is told, and what stands below it is not."""
    odd = list(misspelt_names(base, body, merged(copy.deepcopy(base), body, [])))
    wrongs += odd
    return merged(copy.deepcopy(base), without_paths(body, [w.where for w in odd]), wrongs)


def said(error: PydanticCustomError) -> tuple[str, str]:
    """What is wrong and what is meant."""
    context = error.context or {}
    return str(context.get("what", error)), str(context.get("meant", ""))


def note_changes(
    variant: Variant, before: Mapping[KeyPath, Any], place: KeyPath | str, text: Any
) -> None:
    """Remember which places were changed, so that a mistake there can name the change."""
    for path, old in before.items():
        change = f"{shown(text)} of {shown(old)}" if old is not None else ""
        variant.changed[path] = (place, change)


def assessed(document: Document, variant: Variant) -> tuple[Scenario | None, list[Wrong]]:
    """A plan's scenario if it is right, and everything that is wrong with it."""
    raw = variant.raw
    day = day_in(raw)
    hours = Hours(day.opens, day.closes, day.interval) if day else None
    days = calendar_of(day) if day else ()
    around = Surroundings(document.path.parent, hours, days, document.tables)
    wrongs = [*broken_references(raw), *broken_combinations(raw)]
    try:
        scenario = Scenario.model_validate(raw, context=around)
    except ValidationError as error:
        return None, [*translated(error, raw), *wrongs]
    if wrongs:
        return None, wrongs
    plan = variant.plan
    origin = Origin(
        path=document.path,
        sha256=document.sha256,
        plan=variant.name,
        plan_about=plan.about,
        plan_cost_per_day=plan.daily_cost(scenario.days_a_week),
        plan_names=(BASE, *table_at(document.raw, "plans")),
    )
    scenario._origin = origin
    return scenario, []


def day_in(raw: Mapping[str, Any]) -> Day | None:
    """The table of the day, when it is right: pieces and shifts are placed on its hours."""
    try:
        return Day.model_validate(raw.get("day"))
    except ValidationError:
        return None


def placed(document: Document, variant: Variant, wrong: Wrong) -> Mistake:
    """A mistake with its line: in the base, in the plan that brought it, or in a change."""
    path, what, meant = wrong
    for length in range(len(path), 0, -1):
        if path[:length] in variant.changed:
            place, change = variant.changed[path[:length]]
            what = f"{change}: {what}" if change else what
            if isinstance(place, str):
                return Mistake(str(document.path), None, place, what, meant)
            return document.mistake(place, what, meant)
    if variant.name == BASE:
        return document.mistake(path, what, meant)
    above: KeyPath = ("plans", variant.name)
    # A key that is missing is told at its table, if that is the plan's own.
    for length in (len(path), len(path) - 1):
        if length > 1 and (*above, *path[:length]) in document.lines:
            return document.mistake((*above, *path), what, meant)
    where = f"{dotted(path)}: " if path else ""
    return document.mistake(above, f"with this plan, {where}{what}", meant)


Setting = tuple[str, str, str | float]
"""A change: what it is called in a mistake (an option of the command line), name and change."""


def changed_scenarios(
    document: Document, variants: list[Variant], change: Mapping[str, str | float]
) -> list[Scenario]:
    """Scenarios after changes from the command line or from a notebook."""
    settings = [("--set", name, text) for name, text in change.items()]
    found = [changed_scenario(document, variant, settings) for variant in variants]
    raise_if_any([mistake for _, mistakes in found for mistake in mistakes])
    return [scenario for scenario, _ in found if scenario is not None]


def changed_scenario(
    document: Document, old: Variant, settings: Iterable[Setting], whole: str = "--set"
) -> tuple[Scenario | None, list[Mistake]]:
    """One plan after changes made one after the other, or what is wrong with them.

    `whole` names all of them, for what is wrong at no key that one of them changes.
    """
    mistakes: list[Mistake] = []
    variant, settings = Variant(old.name, copy.deepcopy(old.raw), old.plan), list(settings)
    for option, name, text in settings:
        key = f"{option} {name}"
        try:
            note_changes(variant, apply(variant.raw, name, text, absolute=True), key, text)
        except PydanticCustomError as error:
            mistakes.append(Mistake(str(document.path), None, key, *said(error)))
    drop_references(variant.raw, old.raw)
    scenario, wrongs = assessed(document, variant)
    mistakes += [
        m if m.line is None else Mistake(m.file, None, whole, f"{m.key}: {m.what}", m.suggestion)
        for m in (placed(document, variant, wrong) for wrong in wrongs)
    ]
    if scenario is not None:
        made = tuple((name, text) for _, name, text in settings)
        scenario._origin = replace(scenario._origin, changes=made)
    return scenario, mistakes
