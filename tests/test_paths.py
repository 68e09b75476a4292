"""Functions that take a scenario take the path of its file as well, and mean its base."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.scenario import loaded

LINE = """
name = "A line"
[day]
opens = "08:00"
closes = "10:00"
interval = "30 min"
[targets]
service_level = { share = 0.5, within = "60 s" }
[callers.cards]
arrivals = { per_hour = 30 }
talk = { exponential = "4 min" }
patience = { exponential = "2 min" }
[operators.people]
skills = ["cards"]
wage = 20.0
shifts = { all = { operators = 3, from = "08:00", to = "10:00" } }
"""

ASKED: dict[str, Callable[[Any], Any]] = {
    "run": lambda given: sim.run(given, replications=2),
    "staff": lambda given: sim.staff(given, replications=5, fresh=5),
    "sensitivity": lambda given: sim.sensitivity(
        given, only=["volume"], parts=["tornado", "room"], replications=2
    ),
    "beside_theory": lambda given: sim.beside_theory(given, replications=2),
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("paths") / "line.toml"
    path.write_text(LINE)
    return path


@pytest.mark.parametrize("name", ASKED)
def test_a_path_is_as_good_as_a_scenario(file: Path, name: str) -> None:
    ask = ASKED[name]
    assert ask(str(file)).document() == ask(sim.load(file)).document()


def test_a_loaded_scenario_stays_as_it_is(file: Path) -> None:
    scenario = sim.load(file, change={"callers.cards.volume": "+10 %"})
    assert loaded(scenario) is scenario
    assert loaded(file) == loaded(str(file)) == sim.load(file)


def test_frames_of_levers_and_of_theory_have_units(file: Path) -> None:
    found = sim.sensitivity(
        file, by=0.4, only=["volume"], replications=30, parts=["tornado", "room"]
    )
    frame = found.table()
    units = frame.attrs["units"]
    assert units["turn"] == "share"
    assert all(units[row.measure] == row.unit for row in frame.itertuples())
    # More calls, more hang-ups: the change is the new value less the old one.
    more = frame[(frame.measure == "abandonment") & (frame.turn > 0)]
    assert (more.change > 0).all()
    assert found.room().attrs["units"] == {
        "value": "share", "low": "share", "high": "share", "service_level": "share",
    }  # fmt: skip
    beside = ASKED["beside_theory"](file)
    assert beside.table().attrs["units"]["asa_erlang_a"] == "s"
    assert beside.properties().attrs["units"]["abandonment"] == "share"
