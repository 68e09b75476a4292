"""Every key of a TOML text is found, on the line where it stands."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.lines import key_lines

TEXT = '''\
# a comment = [not, a, table]
name = "a # is no comment, = is no key"
"quoted key" = 1
'literal.key'.inner = 2
site."google.com" = true

[day]  # [this] is a comment
opens = \'08:00\' # so is = this
about = """
[not.a.table]
key = "no key" \\""" still inside
"""
raw = \'\'\'
a = 1
\'\'\'
list = [
  1, # one, [2]
  [2, 3],
  { x = 1, y = [4,
    5] },
  "]",
]

[day.inner."dotted.name"]
when = 1979-05-27T07:32:00Z
empty = {}
none = []
table = { a = { b.c = 1 }, d = "}" }

[[things]]
name = "first"
[[things.parts]]
p = 1
[[things.parts]]
p = 2
[[things]]
name = "second"
[things.sub]
q = 1
'''


def paths(node: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    pairs: Any = ()
    if isinstance(node, dict):
        pairs = node.items()
    elif isinstance(node, list):
        pairs = enumerate(node)
    for key, below in pairs:
        yield (*above, key)
        yield from paths(below, (*above, key))


def test_each_path_of_the_tables_has_a_line() -> None:
    lines = key_lines(TEXT)
    assert set(lines) == set(paths(tomllib.loads(TEXT)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("name",), 'name = "a'),
        (("quoted key",), '"quoted key"'),
        (("literal.key", "inner"), "'literal.key'"),
        (("site", "google.com"), "site."),
        (("day",), "[day]"),
        (("day", "raw"), "raw ="),
        (("day", "list", 1, 1), "[2, 3]"),
        (("day", "list", 2, "y", 1), "5] }"),
        (("day", "list", 3), '"]"'),
        (("day", "inner", "dotted.name", "table", "a", "b", "c"), "table ="),
        (("things", 0, "parts", 1, "p"), "p = 2"),
        (("things", 1, "sub", "q"), "q = 1"),
    ],
)
def test_a_path_is_on_its_line(path: tuple[str | int, ...], text: str) -> None:
    line = TEXT.split("\n")[key_lines(TEXT)[path] - 1]
    assert line.strip().startswith(text)


keys = st.one_of(
    st.text("abc-_1", min_size=1, max_size=4),
    st.text("ab.#='[]{} \\\"", max_size=5),
)
scalars = st.one_of(
    st.integers(-5, 5),
    st.booleans(),
    st.text("ab#='[]{},\\\" \n", max_size=8),
    st.floats(-10, 10),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=8,
)


def written(value: Any) -> str:
    """A value as TOML, over several lines where TOML allows it."""
    if isinstance(value, dict):
        pairs = ", ".join(f"{json.dumps(k)} = {written(v)}" for k, v in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, list):
        return "[ # ] comment\n" + "".join(f"  {written(item)},\n" for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value)


@given(st.dictionaries(keys, values, max_size=5))
def test_any_tables_are_walked(tables: dict[str, Any]) -> None:
    text = "".join(f"{json.dumps(key)} = {written(value)}\n" for key, value in tables.items())
    assert tomllib.loads(text) == tables
    assert set(key_lines(text)) == set(paths(tables))
