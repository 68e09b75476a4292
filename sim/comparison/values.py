"""Values that a key of the scenario takes in turn: "4..9", "4..20:2", "-10%,0%,+10%", "a,b,c"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import prod

NUMBER = r"[0-9]+(?:\.[0-9]+)?"
UNIT = r"(?:%|[A-Za-z]+)?"
RANGE = re.compile(
    rf"(?P<sign>[+-]?)\s*(?P<start>{NUMBER})\s*(?P<unit>{UNIT})\s*\.\."
    rf"\s*(?P<sign2>[+-]?)\s*(?P<end>{NUMBER})\s*(?P<unit2>{UNIT})"
    rf"(?:\s*:\s*(?P<step>{NUMBER})\s*(?P<unit3>{UNIT}))?"
)
RELATIVE = re.compile(r"\s*(?:[+-]|[x×*]\s*[0-9])", re.IGNORECASE)
NOTHING = re.compile(rf"\s*0+(?:\.0+)?\s*{UNIT}\s*")
BARE = re.compile(rf"{NUMBER}\s*{UNIT}")
FORMS = "4..9, 4..20:2, -2..+2, -10%,0%,+10% or 08:00,08:30 are meant"


class ValuesError(ValueError):
    """Values that cannot be taken in turn, in one sentence without its full stop."""


@dataclass(frozen=True)
class Run:
    """Numbers from one to another by equal steps, written as changes where they are relative."""

    start: Decimal
    step: Decimal
    number: int
    unit: str
    relative: bool

    def __iter__(self) -> Iterator[str]:
        space = " " if self.unit and self.unit != "%" else ""
        for place in range(self.number):
            value = self.start + place * self.step
            sign = ("-" if value < 0 else "+") if self.relative else ""
            yield f"{sign}{abs(value):f}{space}{self.unit}"


@dataclass(frozen=True)
class Axis:
    """A dotted name of the scenario, and the values it takes in turn."""

    name: str
    parts: tuple[Run | tuple[str], ...]

    @property
    def number(self) -> int:
        """How many values; known without writing them out."""
        return sum(part.number if isinstance(part, Run) else 1 for part in self.parts)

    @property
    def values(self) -> list[str]:
        """The values, as `--set` takes them."""
        return [value for part in self.parts for value in part]


def axis_of(name: str, values: str | Sequence[object]) -> Axis:
    """The values of one key.

    Parameters
    ----------
    name : str
        Dotted name; * stands for any name.
    values : str or sequence
        Ranges and values with commas between them, or a list of values.

    Returns
    -------
    Axis

    Raises
    ------
    ValuesError
        With what is wrong, in one sentence.

    Examples
    --------
    >>> axis_of("operators.team.headcount", "4..8:2,12").values
    ['4', '6', '8', '12']
    >>> axis_of("callers.cards.volume", "-10%,0%,+10%").values
    ['-10%', '+0%', '+10%']
    """
    texts = _split(values) if isinstance(values, str) else [str(each) for each in values]
    if not texts or not all(text.strip() for text in texts):
        raise ValuesError(f"{name}: a value is missing; {FORMS}")
    relative = any(RELATIVE.match(text) for text in texts)
    axis = Axis(name, tuple(_part(name, text.strip(), relative) for text in texts))
    if len(axis.parts) > 1 and axis.number <= MOST_LISTED:
        written = axis.values
        twice = next((value for value in written if written.count(value) > 1), None)
        if twice is not None:
            raise ValuesError(f"{name}: {twice} is there twice")
    return axis


MOST_LISTED = 10_000
"""Values of one key up to which it is looked whether one is there twice."""


def _split(text: str) -> list[str]:
    """The parts between commas that are not inside brackets or quotation marks."""
    parts, depth, quote = [""], 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        else:
            depth += (letter in "[{(") - (letter in "]})")
        if letter == "," and depth <= 0 and not quote:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _part(name: str, text: str, relative: bool) -> Run | tuple[str]:
    """A range, or a single value; 0 among changes is a change of nothing."""
    found = RANGE.fullmatch(text)
    if found is not None:
        return _run(name, text, found, relative)
    if re.search(r"\d\s*[%A-Za-z]*\s*\.\.", text):
        raise ValuesError(f"{name}: {text} is not a range; {FORMS}")
    if relative and NOTHING.fullmatch(text):
        return (f"+{text}",)
    # 10% could be meant as +10% or as 0.1, and 2 among +1 and -1 as 2 or +2.
    if BARE.fullmatch(text) and (relative or text.endswith("%")):
        raise ValuesError(f"{name}: {text} is no change; write +{text} or -{text}")
    return (text,)


def _run(name: str, text: str, found: re.Match[str], relative: bool) -> Run:
    units = {each for each in found.group("unit", "unit2", "unit3") if each}
    if len(units) > 1:
        raise ValuesError(f"{name}: {text} has two units, {' and '.join(sorted(units))}")
    start, end = (
        Decimal(f"{found[sign]}{found[value]}")
        for sign, value in (("sign", "start"), ("sign2", "end"))
    )
    step = Decimal(found["step"] or 1)
    if step <= 0:
        raise ValuesError(f"{name}: {text} goes on by steps of {step}")
    if end < start:
        raise ValuesError(f"{name}: {text} goes down; write the smaller number first")
    number = int((end - start) / step) + 1
    signed, unit = bool(found["sign"] or found["sign2"]), next(iter(units), "")
    if not signed and (relative or unit == "%"):
        raise ValuesError(f"{name}: {text} are no changes; write the signs, as in -2..+2")
    return Run(start, step, number, unit, signed)


def number_of(axes: Sequence[Axis]) -> int:
    """How many combinations there are; 1 where there is no key."""
    return prod(axis.number for axis in axes)


def combinations(axes: Sequence[Axis]) -> list[dict[str, str]]:
    """Every combination, the values of the last key changing first."""
    names = [axis.name for axis in axes]
    return [dict(zip(names, values, strict=True)) for values in product(*(a.values for a in axes))]


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Dotted names without their beginnings, as far as they can be told apart.

    Examples
    --------
    >>> short_names(["operators.generalists.shifts.early.operators"])
    {'operators.generalists.shifts.early.operators': 'early.operators'}
    >>> list(short_names(["operators.team.wage", "operators.team.headcount"]).values())
    ['wage', 'headcount']
    """
    parts = {name: name.split(".") for name in names}
    alike = len({tuple(each[:-1]) for each in parts.values()}) == 1
    if len(parts) > 1 and alike:
        return {name: each[-1] for name, each in parts.items()}
    short = {}
    for name, own in parts.items():
        length = min(2, len(own))
        while length < len(own) and any(
            other != name and parts[other][-length:] == own[-length:] for other in names
        ):
            length += 1
        short[name] = ".".join(own[-length:])
    return short


def called(point: Mapping[str, str], short: Mapping[str, str]) -> str:
    """What a combination is called: "early.operators=8 cards.volume=+10%"."""
    return " ".join(f"{short[name]}={value.replace(' ', '')}" for name, value in point.items())
