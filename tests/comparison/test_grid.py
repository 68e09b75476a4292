"""Plans from a grid: what values mean, what plans they make, and what is refused before work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.comparison.grid import TooMany, axes_of, planned, refuse_too_many
from sim.comparison.values import ValuesError, axis_of, combinations, number_of, short_names
from sim.scenario import ScenarioError
from tests.comparison.lines import LINE

HEADCOUNT = "operators.clerks.headcount"
SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("line") / "line.toml"
    file.write_text(LINE, "utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("4..9", ["4", "5", "6", "7", "8", "9"]),
        ("4..20:6", ["4", "10", "16"]),
        ("4..9:2", ["4", "6", "8"]),  # stops before what it does not hit
        ("7..7", ["7"]),
        ("-2..+2", ["-2", "-1", "+0", "+1", "+2"]),
        ("0..+1", ["+0", "+1"]),
        ("-10%..+10%:10%", ["-10%", "+0%", "+10%"]),
        ("-10..+10%:10", ["-10%", "+0%", "+10%"]),
        ("-10%,0%,+10%", ["-10%", "+0%", "+10%"]),
        ("0.1..0.3:0.1", ["0.1", "0.2", "0.3"]),
        ("20 s..60s:20", ["20 s", "40 s", "60 s"]),
        ("4..6,9", ["4", "5", "6", "9"]),
        ("a, b,c", ["a", "b", "c"]),
        ("[3,7],[4,8]", ["[3,7]", "[4,8]"]),
        ('"a,b",c', ['"a,b"', "c"]),
        ("08:00,08:30", ["08:00", "08:30"]),
        ("x 0.9,x1.1", ["x 0.9", "x1.1"]),
    ],
)
def test_what_values_mean(text: str, values: list[str]) -> None:
    axis = axis_of("k", text)
    assert axis.values == values
    assert axis.number == len(values)


def test_a_list_is_taken_as_it_is() -> None:
    assert axis_of("k", [4, 5]).values == ["4", "5"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a value is missing"),
        ("4,,5", "a value is missing"),
        ("9..4", "9..4 goes down"),
        ("4..9:0", "steps of 0"),
        ("4...9", "is not a range"),
        ("20 s..2 min", "two units, min and s"),
        ("4,5,4", "4 is there twice"),
        ("10%,20%", "10% is no change; write +10% or -10%"),
        ("10%..20%", "write the signs"),
        ("-1,0,1", "1 is no change; write +1 or -1"),
    ],
)
def test_values_that_cannot_be_meant(text: str, said: str) -> None:
    with pytest.raises(ValuesError, match=r"^callers\.cards\.volume: ") as error:
        axis_of("callers.cards.volume", text)
    assert said in str(error.value)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 9))
def test_ranges_are_pythons(start: int, more: int, step: int) -> None:
    wanted = [str(k) for k in range(start, start + more + 1, step)]
    assert axis_of("k", f"{start}..{start + more}:{step}").values == wanted


def test_every_combination_the_last_key_changing_first() -> None:
    axes = axes_of({"a.b": "1..2", "c": "x,y"})
    assert number_of(axes) == 4
    assert combinations(axes) == [
        {"a.b": "1", "c": "x"}, {"a.b": "1", "c": "y"},
        {"a.b": "2", "c": "x"}, {"a.b": "2", "c": "y"},
    ]  # fmt: skip
    assert number_of([]) == 1
    assert combinations([]) == [{}]


def test_a_million_values_are_counted_and_not_written_out() -> None:
    assert number_of(axes_of({"a": "1..1000000", "b": "1..1000000000"})) == 10**15


def test_names_are_as_short_as_tells_them_apart() -> None:
    assert short_names(["operators.a.shifts.early.operators", "day.opens"]) == {
        "operators.a.shifts.early.operators": "early.operators", "day.opens": "day.opens",
    }  # fmt: skip
    both = short_names(["operators.a.shifts.early.operators", "operators.b.shifts.early.operators"])
    assert list(both.values()) == [
        "a.shifts.early.operators", "b.shifts.early.operators",
    ]  # fmt: skip


def test_the_plan_as_it_stands_comes_first_under_the_name_of_its_point(path: Path) -> None:
    found = planned([path], axes=axes_of({HEADCOUNT: "4..6"}))
    assert [each.plan for each in found] == [
        "clerks.headcount=5", "clerks.headcount=4", "clerks.headcount=6",
    ]  # fmt: skip
    assert found[0].plan_about == "The plan as it stands."
    assert [each.operators["clerks"].headcount for each in found] == [
        sim.load(path, change={HEADCOUNT: number}).operators["clerks"].headcount
        for number in (5, 4, 6)
    ]
    apart = planned([path], axes=axes_of({HEADCOUNT: "6..7"}))
    assert [each.plan for each in apart] == ["base", "clerks.headcount=6", "clerks.headcount=7"]


def test_named_plans_are_each_varied_and_keep_what_they_cost(path: Path) -> None:
    found = planned([path], ["base", "dear_music"], axes=axes_of({HEADCOUNT: "-1,+1"}))
    assert [each.plan for each in found] == [
        "base", "base clerks.headcount=-1", "base clerks.headcount=+1",
        "dear_music", "dear_music clerks.headcount=-1", "dear_music clerks.headcount=+1",
    ]  # fmt: skip
    assert [each.plan_cost_per_day for each in found] == [0, 0, 0, 12.5, 12.5, 12.5]


def test_changes_come_before_the_grid(path: Path) -> None:
    found = planned([path], None, {HEADCOUNT: "+3"}, axes_of({HEADCOUNT: "-1,+1"}))
    wanted = [sim.load(path, change={HEADCOUNT: number}) for number in (8, 7, 9)]
    assert [each.operators for each in found] == [each.operators for each in wanted]


def test_every_mistake_of_every_point_is_told_once(path: Path) -> None:
    axes = axes_of({HEADCOUNT: "-7..-5", "operators.clarks.wage": "20,21"})
    with pytest.raises(ScenarioError) as error:
        planned([path], axes=axes)
    said = [str(each) for each in error.value.mistakes]
    assert len(said) == len(set(said)) == 5
    assert sum("--grid operators.clerks.headcount: " in each for each in said) == 2
    assert sum("--grid clerks.headcount=-5 clarks.wage=2" in each for each in said) == 2
    assert sum('--grid operators.clarks.wage: there is no "clarks"' in each for each in said) == 1


def test_too_many_plans_say_how_long_they_would_take(path: Path) -> None:
    axes = axes_of({HEADCOUNT: "1..1000", "callers.cards.volume": "1..1000"})
    with pytest.raises(TooMany) as error:
        refuse_too_many([path], None, axes, [], 100)
    # 240 calls a day x 100 x 1,000,000 at 3e-5 s are 720,000 s.
    assert str(error.value) == (
        "1,000,000 plans x 100 replications would take about 8 days on one core; at most 200 are "
        "run unasked"
    )
    under = axes_of({"callers.*.volume": "-10%,0%,+10%"})
    with pytest.raises(TooMany, match="100 plans x 3 conditions x 5 replications"):
        refuse_too_many([path], None, axes_of({HEADCOUNT: "1..100"}), under, 5)
    refuse_too_many([path], None, axes_of({HEADCOUNT: "1..100"}), under, 5, 300)
    refuse_too_many([path], None, axes_of({HEADCOUNT: "1..200"}), [], 10**6)


def test_a_grid_is_compared_as_if_its_plans_were_written_out(path: Path) -> None:
    found = sim.compare(path, replications=4, grid={HEADCOUNT: [4, 6]})
    assert list(found.results) == ["base", "clerks.headcount=4", "clerks.headcount=6"]
    alone = sim.run(sim.load(path, change={HEADCOUNT: 6}), replications=4)
    assert found.results["clerks.headcount=6"].measures["wait_mean"].value == (
        alone.measures["wait_mean"].value
    )
    with pytest.raises(ValueError, match="need the path of a scenario file"):
        sim.compare([sim.load(path)], grid={HEADCOUNT: "4..6"})
    with pytest.raises(TooMany):
        sim.compare(path, grid={HEADCOUNT: "4..6"}, at_most_plans=2)


@pytest.mark.parametrize("name", sorted(file.name for file in SCENARIOS.glob("*.toml")))
def test_a_change_of_nothing_is_seen_in_every_scenario(name: str) -> None:
    """Arrivals from files, recorded days and rosters among them."""
    first = next(iter(sim.load(SCENARIOS / name).callers))
    found = planned([SCENARIOS / name], axes=axes_of({f'callers."{first}".volume': "+0%,+10%"}))
    assert len(found) == 2
    assert np.isclose(found[1].callers[first].volume, 1.1 * found[0].callers[first].volume)
