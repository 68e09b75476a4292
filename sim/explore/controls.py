"""Sliders and choices: where each stands, how far it goes, and what it changes in the file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Changes = dict[str, str]
"""Dotted names of the scenario file with a change ("+10 %") or a value as TOML writes it."""

Moves = Mapping[str, float | str]
"""Where controls stand, by their key; those that are left out stand where they began."""


@dataclass(frozen=True)
class Slider:
    """A number that can be moved."""

    key: str
    part: str
    """Under which heading it stands."""
    label: str
    """What it is, in words."""
    unit: str
    more: str
    """What a higher place and a lower one mean; empty where the number says it."""
    low: int
    high: int
    step: int
    start: int
    """Where it stands when nothing is changed."""
    changes: Callable[[int], Changes] = field(repr=False, compare=False)
    """What a place of the slider changes in the file."""

    @property
    def title(self) -> str:
        """The label with the unit."""
        return f"{self.label}, {f'{self.unit} {self.more}'.strip()}"

    def moved(self, value: float | str) -> str:
        """A move in words: "early, 08:00-16:00: 11 -> 9 operators"."""
        if self.start:
            return f"{self.label}: {self.start} -> {value} {self.unit}"
        return f"{self.label} {int(value):+d} {self.unit}"


@dataclass(frozen=True)
class Choice:
    """One of several."""

    key: str
    part: str
    label: str
    options: dict[str, str]
    """What can be chosen, each with its words; the first is what the file says."""
    changes: Callable[[str], Changes] = field(repr=False, compare=False)

    @property
    def start(self) -> str:
        """What is chosen when nothing is changed."""
        return next(iter(self.options))

    @property
    def title(self) -> str:
        """The label."""
        return self.label

    def moved(self, value: float | str) -> str:
        """A move in words."""
        return f"{self.label}: {self.options[str(value)]}"


Control = Slider | Choice


@dataclass(frozen=True)
class Controls:
    """All that can be moved on the page, and what cannot and why."""

    all: tuple[Control, ...]
    left_out: tuple[str, ...]
    """Sentences."""

    def moved(self, places: Moves) -> list[tuple[Control, float | str]]:
        """The controls that do not stand where they began, with where they stand."""
        return [
            (each, places[each.key])
            for each in self.all
            if each.key in places and places[each.key] != each.start
        ]

    def changes(self, places: Moves) -> Changes:
        """What the controls change in the file: values first, then changes of them."""
        found: Changes = {}
        for control, place in self.moved(places):
            if isinstance(control, Slider):
                found |= control.changes(int(place))
            else:
                found |= control.changes(str(place))
        return dict(sorted(found.items(), key=lambda each: is_relative(each[1])))


def is_relative(text: str) -> bool:
    """Whether a text changes what stands in the file, and does not replace it."""
    return text[0] in "+-x"


def dotted(*parts: str | int) -> str:
    """A dotted name; a part that is not plain stands in quotes, as TOML wants it."""
    return ".".join(
        part if re.fullmatch(r"[A-Za-z0-9_-]+|\*", part) else quoted(part)
        for part in map(str, parts)
    )


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def percent(points: int) -> str:
    """A change by so many per cent."""
    return f"{points:+d} %"
