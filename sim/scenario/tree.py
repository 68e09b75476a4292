"""The tree of keys that a scenario file may have, walked by dotted name."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.scenario.laws import Patience
from sim.scenario.roster import RosterFile
from sim.scenario.schema import Scenario
from sim.scenario.tables import EmpiricalFile
from sim.scenario.values import Part

Path = tuple[str | int, ...]
FROM_CSV: dict[str | int, type[Part]] = {"roster": RosterFile, "empirical": EmpiricalFile}
"""Keys whose value may be a table that names a CSV."""


def alternatives(kind: Any) -> Iterator[Any]:
    """The kinds that a union is made of, without annotations."""
    origin = get_origin(kind)
    if origin is Annotated:
        yield from alternatives(get_args(kind)[0])
    elif origin in (Union, types.UnionType):
        for part in get_args(kind):
            yield from alternatives(part)
    elif kind is Patience:
        # The law of patience stands in the same table as hang_up_at_once.
        yield Patience
        yield from alternatives(Patience.model_fields["written"].annotation)
    else:
        yield kind


def alias_of(name: str, field: FieldInfo) -> str:
    """A field's name in the file."""
    return field.alias or name


def fields_of(part: type[Part]) -> dict[str, FieldInfo]:
    """Fields of a table by their names in the file."""
    hidden = {"written"} if part is Patience else set()
    return {
        alias_of(name, field): field
        for name, field in part.model_fields.items()
        if name not in hidden
    }


def step(kind: Any, item: str | int) -> Iterator[tuple[Any, FieldInfo | None]]:
    """The kinds below a key, each with its field if it is one."""
    for part in alternatives(kind):
        origin, inner = get_origin(part), get_args(part)
        if isinstance(part, type) and issubclass(part, Part):
            field = fields_of(part).get(str(item))
            if field is not None:
                yield field.annotation, field
                if item in FROM_CSV:
                    yield FROM_CSV[item], field
        elif origin is dict:
            yield inner[1], None
        elif origin is tuple and isinstance(item, int):
            yield inner[0], None


def kinds_at(path: Path) -> list[tuple[Any, FieldInfo | None]]:
    """What may stand at a place of a file."""
    found: list[tuple[Any, FieldInfo | None]] = [(Scenario, None)]
    for item in path:
        found = [below for kind, _ in found for below in step(kind, item)]
    return found


def field_at(path: Path) -> FieldInfo | None:
    """The field at a place, or None where a name or nothing stands."""
    return next((field for _, field in kinds_at(path) if field is not None), None)


def description_of(path: Path) -> str:
    """What the reference says of a key."""
    field = field_at(path)
    return (field.description or "") if field else ""


def node_at(raw: Any, path: Path) -> Any:
    """What stands at a place of a file; None where there is nothing."""
    for item in path:
        if isinstance(raw, Mapping):
            raw = raw.get(item)
        elif isinstance(raw, list) and isinstance(item, int) and item < len(raw):
            raw = raw[item]
        else:
            return None
    return raw


def matches(raw: Any, parts: Sequence[str], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place of a file that a dotted name with wildcards names, with what stands there."""
    if not parts:
        yield path, raw
    elif parts[0] == "*" and isinstance(raw, (Mapping, list)):
        pairs = raw.items() if isinstance(raw, Mapping) else enumerate(raw)
        for key, below in pairs:
            yield from matches(below, parts[1:], (*path, key))
    elif isinstance(raw, Mapping) and parts[0] in raw:
        yield from matches(raw[parts[0]], parts[1:], (*path, parts[0]))


def known_keys(path: Path, raw: Any) -> list[str]:
    """The keys that a table may have; of several kinds of table, those it looks like."""
    node = node_at(raw, path)
    tables = [
        fields_of(part)
        for kind, _ in kinds_at(path)
        for part in alternatives(kind)
        if isinstance(part, type) and issubclass(part, Part)
    ]
    alike = [keys for keys in tables if isinstance(node, Mapping) and set(keys) & set(node)]
    return list(dict.fromkeys(key for keys in alike or tables for key in keys))
