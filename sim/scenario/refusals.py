"""What a scenario file may say already and the simulator does not do yet.

Each line goes when its feature lands. What is written out and changes nothing is accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from sim.scenario.values import Wrong

Path = tuple[str | int, ...]


def number_other_than(neutral: float) -> Callable[[Any], bool]:
    """True of a number that is not the neutral one."""
    return lambda value: (
        isinstance(value, (int, float)) and not isinstance(value, bool) and value != neutral
    )


class Refusal(NamedTuple):
    """One feature that is not simulated yet: where it stands, when it is used, what it is."""

    key: str
    used: Callable[[Any], bool]
    feature: str


REFUSED = (
    Refusal("operators.*.absence", number_other_than(0), "absence of operators"),
    Refusal("operators.*.skills.*.reserve", number_other_than(0), "reserve (operators kept back)"),
)


def matches(raw: Any, parts: list[str], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place of the file that a dotted name with wildcards names."""
    if not parts:
        yield path, raw
    elif parts[0] == "*" and isinstance(raw, (Mapping, list)):
        pairs = raw.items() if isinstance(raw, Mapping) else enumerate(raw)
        for key, below in pairs:
            yield from matches(below, parts[1:], (*path, key))
    elif isinstance(raw, Mapping) and parts[0] in raw:
        yield from matches(raw[parts[0]], parts[1:], (*path, parts[0]))


def not_simulated(raw: Any) -> Iterator[Wrong]:
    """Every use of a feature that is not simulated yet."""
    for refusal in REFUSED:
        for path, value in matches(raw, refusal.key.split(".")):
            if refusal.used(value):
                yield Wrong(path, f"{refusal.feature} is not simulated yet", "Leave it out for now")
