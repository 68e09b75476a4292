"""Changes by dotted name: "+1", "-2", "+10 %", "-20 s", "x 1.1"; and values put in by --set."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from pydantic_core import PydanticCustomError

from sim.scenario.days import WEEKDAYS
from sim.scenario.lines import QUOTED
from sim.scenario.tree import field_at, known_keys
from sim.scenario.values import READS_DURATION, Part, listed, nearest, shown, wrong
from sim.times import DAY, format_clock, format_duration, parse_clock, parse_duration

Path = tuple[str | int, ...]
NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,2})?"
RELATIVE = re.compile(rf"\s*(?:([+-])\s*(.*\S)|[x×*]\s*({NUMBER}))\s*", re.IGNORECASE)
FORMS = 'write "+1", "-2", "+10 %", "-20 s" or "x 1.1"'


def split_key(name: str) -> list[str]:
    """The parts of a dotted name; a part with a dot in it stands in quotes."""
    parts, at = [], 0
    while True:
        pattern = QUOTED if name[at : at + 1] in ("'", '"') else None
        match = pattern.match(name, at) if pattern else re.compile(r"[^.]+").match(name, at)
        if match is None:
            raise wrong(f"{shown(name)} is not a dotted name", "callers.cards.volume is one")
        part = match[0].strip()
        parts.append(str(tomllib.loads(f"k = {part}")["k"]) if pattern else part)
        at = match.end()
        if at >= len(name):
            return parts
        if name[at] != ".":
            raise wrong(f"{shown(name)} is not a dotted name", "callers.cards.volume is one")
        at += 1


def places(raw: Any, parts: list[str], path: Path = ()) -> Iterator[Path]:
    """Every place that a dotted name means; * stands for each name or each place of a list."""
    if not parts:
        yield path
        return
    part, rest = parts[0], parts[1:]
    if isinstance(raw, list) and path and path[-1] == "skills" and part != "*":
        raw = {name: {} for name in raw if isinstance(name, str)}
    if part == "*" and isinstance(raw, (dict, list)):
        yield from places_below(raw, rest, path)
    elif isinstance(raw, list):
        if not part.isdecimal() or int(part) >= len(raw):
            last = f"places from 0 to {len(raw) - 1} are meant"
            raise wrong(f'there is no place "{part}" in the list {".".join(map(str, path))}', last)
        yield from places(raw[int(part)], rest, (*path, int(part)))
    elif isinstance(raw, dict) and part in raw:
        yield from places(raw[part], rest, (*path, part))
    elif isinstance(raw, dict):
        yield absent(raw, path, part, rest)
    else:
        here = ".".join(map(str, path))
        raise wrong(f"{here} is {shown(raw)}, and has nothing below it")


def places_below(raw: dict[str, Any] | list[Any], rest: list[str], path: Path) -> list[Path]:
    """The places below each name; names that have no such place are passed over."""
    found: list[Path] = []
    first: PydanticCustomError | None = None
    pairs: list[tuple[str | int, Any]] = list(enumerate(raw))
    if isinstance(raw, dict):
        pairs = list(raw.items())
    for key, below in pairs:
        try:
            found += places(below, rest, (*path, key))
        except PydanticCustomError as error:
            first = first or error
    if not found and first is not None:
        raise first
    return found


def absent(raw: dict[str, Any], path: Path, part: str, rest: list[str]) -> Path:
    """The place of a key that is not written out; it must be one that may stand there."""
    full: Path = (*path, part, *rest)
    for length in range(len(path) + 1, len(full) + 1):
        above, last = full[: length - 1], str(full[length - 1])
        weekday = above[-1:] == ("on",) and last in WEEKDAYS
        if field_at(full[:length]) is None and not weekday:
            written = raw if above == path else {}
            names = list(dict.fromkeys([*written, *known_keys(above, {})]))
            here = ".".join(map(str, above)) or "the scenario"
            listing = f"There is {listed(names, 'and')}" if names else ""
            raise wrong(f'there is no "{last}" in {here}', nearest(last, names) or listing)
    return full


def value_at(raw: Any, path: Path) -> Any:
    """What stands at a place, or what stands there by default."""
    parent: Any = {}
    for item in path:
        if isinstance(raw, list) and isinstance(item, str):
            raw = {name: {} for name in raw}
        parent = raw
        if isinstance(raw, dict) and item not in raw:
            return default_at(path, parent if item == path[-1] else {})
        raw = raw[item]
    return raw


def default_at(path: Path, parent: Any) -> Any:
    """The default of a key that is not written out, as the file would write it."""
    field = field_at(path)
    if field is None or field.is_required():
        raise wrong("has no value that could be changed", "set it in the plan itself")
    value = field.get_default(call_default_factory=True, validated_data=dict(parent))
    if value is None or isinstance(value, (dict, tuple, Part)):
        raise wrong("has no value that could be changed", "set it in the plan itself")
    if READS_DURATION in field.metadata and isinstance(value, float):
        return f"{value!r} s"
    return value


def put(raw: Any, path: Path, value: Any) -> None:
    """Put a value at a place, with the tables above it."""
    for item in path[:-1]:
        if isinstance(raw, dict):
            below = raw.setdefault(item, {})
            if item == "skills" and isinstance(below, list):
                below = raw[item] = {name: {} for name in below}
            raw = below
        else:
            raw = raw[item]
    raw[path[-1]] = value


def changed(old: Any, text: str) -> Any:
    """A number, duration or time of day after a change such as "+10 %".

    Parameters
    ----------
    old : object
        What stands in the file.
    text : str
        The change.

    Returns
    -------
    object
        The new value as the file would write it; a whole number stays one where it can.

    Raises
    ------
    ValueError
        When the change does not fit the value.

    Examples
    --------
    >>> changed(9, "-1"), changed("4 min", "+10 %"), changed(10, "x 1.1")
    (8, '264.0 s', 11)
    """
    match = RELATIVE.fullmatch(text)
    if match is None:
        raise wrong(f"{shown(text)} is not a change", FORMS)
    factor, amount = factor_and_amount(match)
    if isinstance(old, (int, float)) and not isinstance(old, bool):
        return changed_number(old, factor, amount, text)
    if isinstance(old, str):
        return changed_text(old, factor, amount, text)
    hint = "name one place, such as .0" if isinstance(old, list) else "name a number or a duration"
    raise wrong(f"{shown(old)} cannot be changed by {shown(text)}", hint)


def factor_and_amount(match: re.Match[str]) -> tuple[Fraction | None, Fraction | str | None]:
    """What to multiply by, or what to add: a number, or a duration with its sign."""
    sign, rest, times = match.groups()
    if times is not None:
        return Fraction(times), None
    percent = re.fullmatch(rf"({NUMBER})\s*%", rest)
    one = -1 if sign == "-" else 1
    if percent:
        return 1 + one * Fraction(percent[1]) / 100, None
    if re.fullmatch(NUMBER, rest):
        return None, one * Fraction(rest)
    try:
        parse_duration(rest)
    except ValueError:
        raise wrong(f"{shown(sign + rest)} is not a change", FORMS) from None
    return None, sign + rest


def changed_number(
    old: float, factor: Fraction | None, amount: Fraction | str | None, text: str
) -> float:
    """A number after a change, exact in decimals."""
    if isinstance(amount, str):
        raise wrong(f"{shown(text)} is a duration, and {shown(old)} is a number", FORMS)
    try:
        before = Fraction(repr(old))
        after = before * factor if factor is not None else before + (amount or 0)
        if after.denominator == 1 and isinstance(old, int):
            return int(after)
        return float(after)
    except (ValueError, OverflowError):
        raise wrong(f"{shown(text)} of {shown(old)} is not a number") from None


def changed_text(
    old: str, factor: Fraction | None, amount: Fraction | str | None, text: str
) -> str:
    """A duration or a time of day after a change."""
    try:
        before, clock = parse_duration(old), False
    except ValueError:
        try:
            before, clock = parse_clock(old), True
        except ValueError:
            what = f"{shown(old)} is not a number or a duration"
            raise wrong(f"{what}, and cannot be changed by {shown(text)}", FORMS) from None
    if factor is not None and not clock:
        after = float(Fraction(repr(before)) * factor)
    elif isinstance(amount, str):
        after = before + (-1 if amount[0] == "-" else 1) * parse_duration(amount[1:])
    else:
        hint = f'a duration is meant, such as "{text.strip()} s"' if amount is not None else FORMS
        raise wrong(f"{shown(text)} does not fit {shown(old)}", hint)
    if after < 0 or (clock and after > DAY):
        result = f"-{format_duration(-after)}" if after < 0 else format_clock(after)
        raise wrong(f"{shown(text)} of {shown(old)} is {result}")
    return clock_text(after) if clock else f"{after!r} s"


def clock_text(seconds: float) -> str:
    """A time of day as a scenario file writes it."""
    return format_clock(seconds)


def set_value(text: str) -> Any:
    """A value given on the command line: TOML where it is TOML, else a plain text."""
    if "\n" in text or "\r" in text:
        return text
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return text
    return value if isinstance(value, (bool, int, float, str, list, dict)) else text


def apply(raw: dict[str, Any], name: str, change: Any, absolute: bool) -> dict[Path, Any]:
    """Change every place that a dotted name means.

    Parameters
    ----------
    raw : dict
        Tables of the scenario; changed in place.
    name : str
        Dotted name, in which * stands for any name.
    change : object
        A change such as "+10 %", or a value if `absolute`.
    absolute : bool
        Whether values may be put in.

    Returns
    -------
    dict
        The places that were changed, each with the value before.
    """
    relative = isinstance(change, str) and RELATIVE.fullmatch(change) is not None
    if not relative and not absolute:
        what = f"{shown(change)} is not a change"
        raise wrong(what, f"{FORMS}; a value itself goes into the plan")
    found = list(dict.fromkeys(places(raw, split_key(name))))
    if not found:
        raise wrong("names nothing in this file")
    before: dict[Path, Any] = {}
    for path in found:
        if relative:
            before[path] = value_at(raw, path)
            put(raw, path, changed(before[path], change))
        else:
            before[path] = None
            put(raw, path, set_value(change) if isinstance(change, str) else change)
    return before
