"""What a forecast may be wrong in: levers that multiply something wherever a scenario has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from sim.scenario import Scenario
from sim.scenario.changes import changed, places, put, split_key, value_at
from sim.scenario.scaling import multiplied, scaled
from sim.scenario.variations import Tables

Turn = Callable[[Tables, Scenario, float], int]
"""Multiplies something in tables that are changed in place; says in how many places."""


class OutOfRange(ValueError):
    """A share that would be above 1."""


@dataclass(frozen=True)
class Lever:
    """Something that a forecast or an estimate may be wrong in."""

    name: str
    """What `--only` calls it."""
    label: str
    """What people call it."""
    meaning: str
    """What is multiplied."""
    turn: Turn
    missing: str = ""
    """What to say where a scenario has nothing of the kind."""
    money_only: bool = False
    """Whether it changes what the same day costs, and nothing else."""


def _tables(tables: Tables, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Call types, groups or programmes by name."""
    yield from tables.get(kind, {}).items()


def _multiply(table: Any, key: str | int, factor: float, where: str, share: bool = False) -> int:
    """Multiply what stands under a key; 0 where nothing does, or a 0."""
    value = table.get(key) if isinstance(table, dict) else table[key]
    if not value:
        return 0
    new = multiplied(value, factor)
    if share and new > 1:
        raise OutOfRange(f"{where}.{key} is {value:g} and would be {new:g}, above 1")
    table[key] = new
    return 1


def _of_types(feature: str, *keys: str, share: bool = True) -> Turn:
    """Multiply keys of a table of each call type."""

    def turn(tables: Tables, scenario: Scenario, factor: float) -> int:
        return sum(
            _multiply(kind.get(feature) or {}, key, factor, f"callers.{name}.{feature}", share)
            for name, kind in _tables(tables, "callers")
            for key in keys
        )

    return turn


def _of_groups(*keys: str, share: bool = False) -> Turn:
    """Multiply keys of each group."""

    def turn(tables: Tables, scenario: Scenario, factor: float) -> int:
        return sum(
            _multiply(group, key, factor, f"operators.{name}", share)
            for name, group in _tables(tables, "operators")
            for key in keys
        )

    return turn


def volume(tables: Tables, scenario: Scenario, factor: float) -> int:
    """Arrivals of every call type."""
    for _, kind in _tables(tables, "callers"):
        kind["volume"] = multiplied(kind.get("volume", 1.0), factor)
    return sum(float(scenario.pieces_of(name).calls.sum()) > 0 for name in scenario.callers)


def skills(group: dict[str, Any]) -> dict[str, Any]:
    """The skills of a group as a table, which is put in the place of a list."""
    if isinstance(group["skills"], list):
        group["skills"] = {name: {} for name in group["skills"]}
    found: dict[str, Any] = group["skills"]
    return found


def handling(tables: Tables, scenario: Scenario, factor: float) -> int:
    """Talk and wrap-up of every call type."""
    for name, kind in _tables(tables, "callers"):
        model = scenario.callers[name]
        # Where a forecast brings the handling time, laws are scaled to it: groups take longer.
        told = scenario.pieces_of(name).handling is not None
        if not told:
            for key in ("talk", "wrap_up"):
                if key in kind:
                    kind[key] = scaled(kind[key], factor, getattr(model, key))
        for _, group in _tables(tables, "operators"):
            skill = skills(group).get(name)
            if skill is None:
                continue
            if told:
                skill["handling_factor"] = multiplied(skill.get("handling_factor", 1.0), factor)
            _multiply(skill, "wrap_up", factor, "")
    return len(scenario.callers)


def patience(tables: Tables, scenario: Scenario, factor: float) -> int:
    """How long callers wait before they hang up; shares that leave at once stay."""
    number = 0
    for name, kind in _tables(tables, "callers"):
        new = scaled(kind["patience"], factor, scenario.callers[name].patience)
        number += new != kind["patience"]
        kind["patience"] = new
    return number


def at_once(tables: Tables, scenario: Scenario, factor: float) -> int:
    """Share that hangs up at once on finding no operator."""
    return sum(
        _multiply(kind["patience"], "hang_up_at_once", factor, f"callers.{name}.patience", True)
        for name, kind in _tables(tables, "callers")
        if isinstance(kind["patience"], dict)
    )


def repeats(tables: Tables, scenario: Scenario, factor: float) -> int:
    """Share of answered calls that is not resolved: `repeat.share`, and 1 - `resolves`."""
    number = _of_types("repeat", "share")(tables, scenario, factor)
    for group_name, group in _tables(tables, "operators"):
        for name, skill in skills(group).items():
            resolves = skill.get("resolves")
            if scenario.callers[name].repeat is None or resolves in (None, 1):
                continue
            failing = multiplied(round(1 - resolves, 12), factor)
            if failing > 1:
                where = f"1 - operators.{group_name}.skills.{name}.resolves"
                raise OutOfRange(f"{where} is {1 - resolves:g} and would be {failing:g}, above 1")
            skill["resolves"] = round(1 - failing, 12)
            number += 1
    return number


def balking(tables: Tables, scenario: Scenario, factor: float) -> int:
    """Shares that do not join a long queue."""
    return sum(
        _multiply(kind["balk"]["share"], place, factor, f"callers.{name}.balk.share", True)
        for name, kind in _tables(tables, "callers")
        if "balk" in kind
        for place in range(len(kind["balk"]["share"]))
    )


def messages(tables: Tables, scenario: Scenario, factor: float) -> int:
    """What hold messages do: hazard multipliers to the power, shares that hang up times."""
    heard = {kind.hold_messages for kind in scenario.callers.values()}
    number = 0
    for name, programme in _tables(tables, "hold_messages"):
        if name not in heard:
            continue
        where = f"hold_messages.{name}"
        if "filler" in programme:
            number += _stronger(programme["filler"], "patience", factor)
        said = programme.get("messages", {})
        pairs = said.items() if isinstance(said, dict) else enumerate(said)
        for key, message in pairs:
            number += _message(message, factor, f"{where}.messages.{key}")
    return number


def _message(message: dict[str, Any], factor: float, where: str) -> int:
    number = _multiply(message, "hang_up", factor, where, share=True)
    number += _stronger(message, "patience", factor) + _stronger(message, "broken_promise", factor)
    levels = message.get("levels", {})
    for place in range(len(levels.get("hang_up", ()))):
        number += _multiply(levels["hang_up"], place, factor, f"{where}.levels.hang_up", True)
    for place in range(len(levels.get("patience", ()))):
        number += _stronger(levels["patience"], place, factor)
    return number


def _stronger(table: Any, key: str | int, factor: float) -> int:
    """A multiplier of the hazard to the power of a factor: 1, no effect, stays 1."""
    multiplier = table.get(key, 1) if isinstance(table, dict) else table[key]
    if multiplier in (0, 1):
        return 0
    table[key] = float(multiplier) ** factor
    return 1


def busyness(tables: Tables, scenario: Scenario, factor: float) -> int:
    """How much days differ: the coefficient of variation of the factor a day."""
    number = 0
    for table in (tables, *(kind for _, kind in _tables(tables, "callers"))):
        own = table.get("busyness") or {}
        number += _multiply(own, "cv", factor, "busyness")
        if own.get("shape"):
            own["shape"] /= factor**2
            number += 1
    return number


LEVERS = (
    Lever("volume", "calls", "arrivals of every call type", volume, "nobody phones"),
    Lever("handling", "handling time", "talk and wrap-up of every call type", handling),
    Lever(
        "patience", "patience", "every duration of the laws of patience", patience,
        "nobody hangs up",
    ),
    Lever(
        "hang_up_at_once", "leave at once", "share that hangs up at once on finding no operator",
        at_once, "nobody hangs up at once",
    ),
    Lever(
        "absence", "absence", "chance of each operator to be away", _of_groups("absence",
        share=True), "no group has absence",
    ),
    Lever(
        "lateness", "lateness", "chance of each operator to be late",
        lambda tables, scenario, factor: sum(
            _multiply(group.get("late") or {}, "share", factor, f"operators.{name}.late", True)
            for name, group in _tables(tables, "operators")
        ),
        "nobody is late",
    ),
    Lever(
        "redial", "redials", "shares that phone again after not getting through",
        _of_types("redial", "share", "later_share", "blocked_share"), "no call type has redials",
    ),
    Lever(
        "repeat", "repeat calls", "share of answered calls that is not resolved", repeats,
        "no call type has repeat calls",
    ),
    Lever(
        "transfer", "transfers", "share of answered calls that is passed on",
        _of_types("transfer", "share"), "no call type is passed on",
    ),
    Lever(
        "messages", "message effect", "what hold messages do to patience: multipliers to the "
        "power of the factor, shares that hang up on hearing times the factor", messages,
        "no hold message has an effect",
    ),
    Lever(
        "callback", "callbacks taken", "shares that accept a callback, or ask for one",
        _of_types("callback", "accepts", "instead_of_hanging_up"), "no callbacks are made",
    ),
    Lever(
        "balking", "balking", "shares that do not join a long queue", balking,
        "everybody joins the queue",
    ),
    Lever(
        "menu", "served in the menu", "share that the menu serves",
        _of_types("ivr", "contained"), "no menu serves anybody",
    ),
    Lever(
        "busyness", "how days differ", "coefficient of variation of the factor a day", busyness,
        "days differ by chance only",
    ),
    Lever(
        "wages", "wages", "wages, overtime and standby included",
        _of_groups("wage", "overtime_wage", "standby_wage"), "no wage is set", True,
    ),
    Lever(
        "lost_calls", "lost-caller cost", "`lost_call_cost` of every call type",
        _of_types("money", "lost_call_cost", share=False), "lost callers cost nothing", True,
    ),
)  # fmt: skip
"""All levers, in the order in which they are told."""

NAMES = tuple(lever.name for lever in LEVERS)
VOLUME, HANDLING = LEVERS[0], LEVERS[1]


def lever_of(name: str, place: str) -> Lever:
    """A lever of one's own: the number or duration at a dotted name, * for any name.

    Parameters
    ----------
    name : str
        What to call it.
    place : str
        A dotted name such as callers.cards.volume.

    Returns
    -------
    Lever
        Turning it raises ValueError where the name means nothing that can be multiplied.
    """

    def turn(tables: Tables, scenario: Scenario, factor: float) -> int:
        number = 0
        try:
            for path in dict.fromkeys(places(tables, split_key(place))):
                old = value_at(tables, path)
                if isinstance(old, (dict, list, bool)):
                    raise ValueError(f"{place} is not one number or duration that could be turned")
                new = changed(old, f"x {factor!r}")
                number += bool(old) and new != old
                put(tables, path, new)
        except PydanticCustomError as error:
            raise ValueError(f"{place}: {error.message()}") from None
        return number

    return Lever(name, name, place, turn, f"{place} is 0")


def chosen(only: Sequence[str] | None, own: Sequence[Lever]) -> list[Lever]:
    """The levers that are asked for.

    Parameters
    ----------
    only : sequence of str, optional
        Names of levers; all if none is named, and of own ones too.
    own : sequence of Lever
        Levers beside those of the list.

    Returns
    -------
    list of Lever

    Raises
    ------
    ValueError
        For a name that no lever has, or that two have.
    """
    every: dict[str, Lever] = {lever.name: lever for lever in LEVERS}
    for lever in own:
        if lever.name in every:
            raise ValueError(f'there is a lever "{lever.name}" already; another name is meant')
        every[lever.name] = lever
    if only is None:
        return list(every.values())
    unknown = [name for name in only if name not in every]
    if unknown:
        raise ValueError(f'there is no lever "{unknown[0]}"; there is {", ".join(every)}')
    named = [every[name] for name in dict.fromkeys(only)]
    return named + [lever for lever in own if lever.name not in only]
