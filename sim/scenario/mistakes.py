"""What is wrong with a scenario file, told so that it can be put right."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.scenario.arrivals import WAYS
from sim.scenario.laws import NAMED
from sim.scenario.tree import description_of, field_at, known_keys, node_at
from sim.scenario.values import NO_NAME, Wrong, listed, nearest, shown


@dataclass(frozen=True)
class Mistake:
    """One mistake of a scenario file."""

    file: str
    """The file, as it was named."""
    line: int | None
    """Line of the key; None for what does not stand in the file."""
    key: str
    """Dotted name of the key."""
    what: str
    """What is wrong."""
    suggestion: str = ""
    """What is meant."""

    def __str__(self) -> str:
        file, key = printable(self.file), cut_words(printable(self.key))
        place = file if self.line is None else f"{file}:{self.line}"
        what, hint = (
            cut(cut_words(printable(t))).rstrip(".") for t in (self.what, self.suggestion)
        )
        said = f"{place}: {key}: {what}" if key else f"{place}: {what}"
        if not hint:
            return f"{said}."
        joint = ". " if hint[0].isupper() else ": "
        return said + joint + hint + ("" if hint.endswith("?") else ".")


LONGEST_WORD = 80
LONGEST_TEXT = 600


def printable(text: str) -> str:
    """A text that may go to a terminal: what cannot be printed is written as an escape.

    Examples
    --------
    >>> printable("a\\x1b[31mb\\n")
    'a\\\\x1b[31mb\\\\n'
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def cut(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text without its middle, where it is long."""
    if len(text) <= longest:
        return text
    return f"{text[: longest * 2 // 3]}...{text[-(longest // 3 - 3) :]}"


def cut_words(text: str) -> str:
    """A text whose quoted parts and words, which come from a file, are not too long."""
    text = re.sub(r'"[^"]*"', lambda match: cut(match[0], LONGEST_WORD + 2), text)
    return re.sub(r'[^\s"/.]+', lambda match: cut(match[0], LONGEST_WORD), text)


class ScenarioError(ValueError):
    """A scenario file that cannot be used, with all its mistakes."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = list(mistakes)

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[list[Mistake]]]:
        return ScenarioError, (self.mistakes,)


BARE = re.compile(r"[A-Za-z0-9_-]+")


def dotted(path: Iterable[str | int]) -> str:
    """A key path as TOML writes it."""
    return ".".join(
        str(part) if isinstance(part, int) or BARE.fullmatch(part) else f'"{part}"' for part in path
    )


def place_in(raw: Any, loc: tuple[str | int, ...], keep_last: bool) -> tuple[str | int, ...]:
    """The part of pydantic's place that stands in the file: names of its own are left out."""
    path: tuple[str | int, ...] = ()
    for number, item in enumerate(loc):
        if isinstance(raw, Mapping) and item in raw:
            path, raw = (*path, item), raw[item]
        elif isinstance(raw, list) and isinstance(item, str) and item.isdecimal():
            # An unnamed list is named from 1 in the model, and counted from 0 in the file.
            place = min(int(item) - 1, len(raw) - 1)
            path, raw = (*path, place), raw[place]
        elif isinstance(raw, list) and isinstance(item, int) and item < len(raw):
            path, raw = (*path, item), raw[item]
        elif keep_last and number == len(loc) - 1 and isinstance(item, str):
            path = (*path, item)
    return path


def wrong_number(kind: str, value: Any, context: Mapping[str, Any]) -> tuple[str, str]:
    """What to say of a number that is out of its range."""
    said = shown(value)
    limits = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le"}
    limit = context.get(limits.get(kind, "lt"), 0)
    if kind.startswith("greater"):
        if value < 0 and limit in (0, 0.0):
            return f"{said} is negative", "a number that is not negative is meant"
        above = "above" if kind == "greater_than" else "at least"
        return f"{said} is too small", f"{above} {limit:g} is meant"
    if limit == 1 and kind == "less_than":
        return f"{said} is too large", "a share below 1 is meant"
    if limit == 1:
        hint = f" ({said} % is {value / 100:g})" if 1 < value <= 100 else ""
        return f"{said} is above 1", f"a share from 0 to 1 is meant{hint}"
    return f"{said} is absurdly large", f"at most {limit:,.10g} is meant"


def not_a_number(value: Any, whole: bool) -> tuple[str, str]:
    """What to say of something that should have been a number."""
    said, kind = shown(value), "a whole number" if whole else "a number"
    if isinstance(value, float) and whole and value.is_integer():
        return f"{value!r} has a decimal point", f"{kind} is meant: {int(value)}"
    if isinstance(value, float) and whole and math.isfinite(value):
        below = math.floor(value)
        return f"{said} is not a whole number", f"{below} or {below + 1} is meant, say"
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9.]+\s*", value):
        return f"{said} is a text", f"{kind} is meant, without quotes: {value.strip()}"
    percent = (
        re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*", value) if isinstance(value, str) else None
    )
    if percent:
        return f"{said} is a text", f"{kind} is meant: {float(percent[1]) / 100:g}"
    return f"{said} is not {kind}", f"{kind} is meant"


OF_A_SHIFT = ("on_call", "breaks", "meetings")
"""Keys that one may look for in a group."""


def unknown_key(path: tuple[str | int, ...], raw: Any) -> tuple[str, str]:
    """What to say of a key that does not stand here, or not beside another."""
    node, key = node_at(raw, path[:-1]), str(path[-1])
    keys = known_keys(path[:-1], raw)
    rival = next((k for k in (*WAYS, *NAMED) if isinstance(node, Mapping) and k in node), None)
    if key in OF_A_SHIFT and len(path) == 3 and path[0] == "operators":
        return "is not a key here", "It is a key of a shift: operators.NAME.shifts.NAME"
    if key == "wage" and path[:-2][-1:] == ("menu",):
        return "is not a key here", "It is a key of the group; another wage is another group"
    if rival not in (None, key) and field_at(path) is not None:
        return f"does not go with `{rival}`", "Leave one of the two out"
    return "is not a key here", (
        nearest(key, keys) or f"The keys here are {listed(sorted(keys), 'and')}"
    )


def told(error: ErrorDetails, raw: Any) -> Wrong | None:
    """One error of pydantic in our words; None for one that only follows from others."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    path = place_in(raw, error["loc"], kind == "missing")
    what, meant = error["msg"], ""
    if kind == "wrong":
        what, meant = str(context["what"]), str(context["meant"])
    elif kind == "default_factory_not_called":
        return None
    elif kind == "missing" and isinstance(error["loc"][-1], int):
        what, meant = "has too few values", description_of(path)
    elif kind == "missing":
        what, meant = "is missing", description_of(path)
    elif kind == "extra_forbidden":
        what, meant = unknown_key(path, raw)
    elif kind in ("float_type", "int_type", "int_from_float"):
        what, meant = not_a_number(value, kind != "float_type")
    elif kind.startswith(("greater_than", "less_than")):
        what, meant = wrong_number(kind, value, context)
    elif kind == "too_long" and context.get("max_length") in COUNTS:
        count, field = COUNTS[context["max_length"]], description_of(path).rstrip(".").lower()
        what = f"has {context['actual_length']} values"
        meant = f"{count} values are meant{f' ({field})' if field else ''}"
    elif kind == "literal_error":
        names = re.findall(r"'([^']*)'", str(context["expected"]))
        what = f"{shown(value)} is none of its values"
        hint = nearest(value, names) if isinstance(value, str) else ""
        meant = hint or f"{listed([chr(34) + n + chr(34) for n in names])} is meant"
    else:
        what, meant = OTHERS.get(kind, (what, ""))
        what = what.format(shown(value))
    return Wrong(path, what, meant)


COUNTS = {2: "two", 3: "three"}
OTHERS = {
    "string_type": ("{} is not a text", "a text in quotes is meant"),
    "bool_type": ("{} is not a yes or no", "true or false, without quotes, is meant"),
    "model_type": ("{} is not a table", "a table is meant: { key = value }"),
    "model_attributes_type": ("{} is not a table", "a table is meant: { key = value }"),
    "dict_type": ("{} is not a table", "a table of named things is meant"),
    "tuple_type": ("{} is not a list", "a list is meant: [ ... ]"),
    "too_long": ("has too many values", "fewer values are meant"),
    "finite_number": ("{} is not a finite number", "a finite number is meant"),
    "int_parsing_size": ("is absurdly large", "a smaller number is meant"),
}


def translated(error: ValidationError, raw: Any) -> list[Wrong]:
    """All errors of pydantic in our words, without those that follow from others."""
    found: list[Wrong] = []
    told_at: set[tuple[str | int, ...]] = set()
    odd_names: set[str] = set()
    for detail in error.errors(include_url=False):
        mistake = told(detail, raw)
        if mistake is None or (detail["type"] != "wrong" and mistake.where in told_at):
            continue
        if mistake.what.endswith(NO_NAME):
            # A name is told once, however often it is referred to.
            if mistake.what in odd_names:
                continue
            odd_names.add(mistake.what)
        told_at.add(mistake.where)
        found.append(mistake)
    # A misspelt key is not missing as well.
    meant = {(w.where[:-1], w.meant) for w in found if w.what == "is not a key here"}
    return [
        w
        for w in found
        if w.what != "is missing" or (w.where[:-1], f'Did you mean "{w.where[-1]}"?') not in meant
    ]
