"""Names of random streams: each has a key of its own, or the file is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import ScenarioError, load
from sim.streams import (
    COLUMNS,
    FOLLOW_UPS,
    OF_FEATURE,
    clashes,
    stream_key,
    stream_name,
    stream_names,
)

CLASHING = ("aglh/talk/1", "aktv/wrap_up/1")
"""Found by trying names; their crc32 is the same."""


def test_a_name_is_told_in_three_parts() -> None:
    assert stream_name("cards", "talk") == "cards/talk/1"


def test_clashes_are_found() -> None:
    assert stream_key(CLASHING[0]) == stream_key(CLASHING[1])
    assert clashes(["a/talk/1", *CLASHING, "b/talk/1", "a/talk/1"]) == [CLASHING]


def test_every_attempt_has_streams_of_its_own() -> None:
    assert stream_names("a", [], 1) == []
    names = stream_names("a", ["redial", "balk"], 3)
    assert names[:3] == ["a/redial/1", "a/redial_delay/1", "a/balk/1"]
    assert names[3:9] == [
        "a/talk/2", "a/wrap_up/2", "a/patience/2", "a/redial/2", "a/redial_delay/2", "a/balk/2",
    ]  # fmt: skip
    assert len(names) == 15
    assert set(FOLLOW_UPS) < {column for columns in OF_FEATURE.values() for column in columns}


def test_no_column_has_two_names() -> None:
    columns = [*COLUMNS, *(column for columns in OF_FEATURE.values() for column in columns)]
    assert len(set(columns)) == len(columns)


def file_with(tmp_path: Path, kinds: dict[str, str]) -> Path:
    """A small scenario with these call types, each with these keys besides."""
    file = tmp_path / "clash.toml"
    written = "".join(
        f'[callers.{name}]\narrivals = {{ per_hour = 5 }}\ntalk = "1 min"\n'
        f'patience = "never"\n{more}'
        for name, more in kinds.items()
    )
    skills = ", ".join(f'"{name}"' for name in kinds)
    file.write_text(
        'name = "x"\n[day]\nopens = "08:00"\ncloses = "10:00"\ninterval = "30 min"\n'
        f"{written}[operators.all]\nskills = [{skills}]\nheadcount = 1\n",
        encoding="utf-8",
    )
    return file


def test_types_that_would_share_draws_are_refused(tmp_path: Path) -> None:
    file = file_with(tmp_path, {"aglh": "", "aktv": ""})
    with pytest.raises(ScenarioError) as caught:
        load(file)
    (mistake,) = caught.value.mistakes
    assert mistake.key == "callers.aktv"
    assert mistake.line == 10
    assert "the same random numbers" in mistake.what


REDIAL = 'redial = { share = 0.5, delay = "1 min", attempts = 3 }\n'
REPEAT = 'repeat = { share = 0.5, delay = "1 min", attempts = 2 }\n'


def test_later_attempts_that_would_share_draws_are_refused(tmp_path: Path) -> None:
    assert stream_key("bkmd/redial/3") == stream_key("cuxk/repeat_delay/2")
    with pytest.raises(ScenarioError) as caught:
        load(file_with(tmp_path, {"bkmd": REDIAL, "cuxk": REPEAT}))
    (mistake,) = caught.value.mistakes
    assert mistake.key == "callers.cuxk"
    assert '"bkmd/redial/3" and "cuxk/repeat_delay/2"' in mistake.what
    # What is not drawn is not looked at.
    for kinds in ({"bkmd": REDIAL, "cuxk": ""}, {"bkmd": "", "cuxk": REPEAT}):
        assert list(load(file_with(tmp_path, kinds)).callers) == ["bkmd", "cuxk"]
    many = REPEAT.replace("attempts = 2", "attempts = 9")
    with pytest.raises(ScenarioError) as caught:
        load(file_with(tmp_path, {"bkmd": REDIAL, "cuxk": many}))
    assert len(caught.value.mistakes) == 1
    # Streams are named after the first contact, whatever call type has the feature.
    there = {"bkmd": REDIAL, "cuxk": 'transfer = { to = "c", share = 0.1 }\n', "c": REPEAT}
    with pytest.raises(ScenarioError, match="bkmd/redial/3"):
        load(file_with(tmp_path, there))
    once = REDIAL.replace("attempts = 3", "attempts = 2")
    assert list(load(file_with(tmp_path, {"bkmd": once, "cuxk": REPEAT})).callers)
