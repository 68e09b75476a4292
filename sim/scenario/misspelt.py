"""Names that only seem new: what a plan means to change and misspells."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.plans import NAMED_THINGS, STAFFED_BY, table_at
from sim.scenario.tree import fields_of, kinds_at, matches, node_at
from sim.scenario.values import Part, Wrong, nearest

Path = tuple[str | int, ...]


def misspelt_names(
    base: Mapping[str, Any], over: Mapping[str, Any], raw: Mapping[str, Any]
) -> Iterator[Wrong]:
    """New names in a plan that cannot stand alone and are close to one that is there."""
    for pattern in NAMED_THINGS:
        for path, value in matches(over, pattern.split(".")):
            known, name = node_at(base, path[:-1]), path[-1]
            if not isinstance(known, Mapping) or not isinstance(name, str) or name in known:
                continue
            if not isinstance(value, Mapping) or "remove" in value:
                continue
            kept = node_at(raw, path[:-1])
            hint = nearest(name, [n for n in known if isinstance(kept, Mapping) and n in kept])
            if hint and (incomplete(path, value) or is_unplayed(path, raw)):
                table = ".".join(map(str, path[:-1]))
                yield Wrong(path, f'there is no "{name}" in {table}', hint)


def incomplete(path: Path, table: Mapping[str, Any]) -> bool:
    """Whether a table lacks keys that it must have to stand alone."""
    required = {
        key
        for kind, _ in kinds_at(path)
        if isinstance(kind, type) and issubclass(kind, Part)
        for key, field in fields_of(kind).items()
        if field.is_required()
    }
    staffed = len(path) != 2 or path[0] != "operators" or any(way in table for way in STAFFED_BY)
    return not (staffed and required <= set(table))


def is_unplayed(path: Path, raw: Mapping[str, Any]) -> bool:
    """Whether a place is a programme of hold messages that no call type plays."""
    return len(path) == 2 and path[0] == "hold_messages" and path[1] not in played(raw)


def played(raw: Mapping[str, Any]) -> list[Any]:
    """What the call types name as their hold messages."""
    types = [table for table in table_at(raw, "callers").values() if isinstance(table, Mapping)]
    return [table["hold_messages"] for table in types if "hold_messages" in table]


def without_paths(over: Mapping[str, Any], paths: list[Path]) -> dict[str, Any]:
    """Tables without some places."""
    rest = copy.deepcopy(dict(over))
    for path in paths:
        del node_at(rest, path[:-1])[path[-1]]
    return rest
