"""Names of random streams: each has a key of its own, or the file is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import ScenarioError, load
from sim.streams import clashes, stream_key, stream_name

CLASHING = ("aglh/talk/1", "aktv/wrap_up/1")
"""Found by trying names; their crc32 is the same."""


def test_a_name_is_told_in_three_parts() -> None:
    assert stream_name("cards", "talk") == "cards/talk/1"


def test_clashes_are_found() -> None:
    assert stream_key(CLASHING[0]) == stream_key(CLASHING[1])
    assert clashes(["a/talk/1", *CLASHING, "b/talk/1", "a/talk/1"]) == [CLASHING]


def test_types_that_would_share_draws_are_refused(tmp_path: Path) -> None:
    kinds = "".join(
        f'[callers.{name}]\narrivals = {{ per_hour = 5 }}\ntalk = "1 min"\npatience = "never"\n'
        for name in ("aglh", "aktv")
    )
    file = tmp_path / "clash.toml"
    file.write_text(
        'name = "x"\n[day]\nopens = "08:00"\ncloses = "10:00"\ninterval = "30 min"\n'
        + kinds
        + '[operators.all]\nskills = ["aglh", "aktv"]\nheadcount = 1\n'
    )
    with pytest.raises(ScenarioError) as caught:
        load(file)
    (mistake,) = caught.value.mistakes
    assert mistake.key == "callers.aktv"
    assert mistake.line == 10
    assert "the same random numbers" in mistake.what
