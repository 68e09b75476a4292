"""Erlang beside the simulation: loads against loops, switches one by one, gaps against theory."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.centre import centre_of
from sim.comparison.beside import HELD, Beside, Step, beside_theory
from sim.comparison.difference import Difference
from sim.comparison.formulas import Load, load_of, mean_of_steps, on_roster, parts_of
from sim.comparison.switches import HANG_UPS, PROPERTIES
from sim.measures.grid import grid_of
from sim.report.beside import causes
from sim.scenario import Scenario, load
from sim.scenario.variations import Tables, Variations
from sim.theory.day import Day
from sim.theory.erlang import Line
from tests.comparison.everything import EVERYTHING, PLAIN

ROOT = Path(__file__).parents[2]
NAMED = {each.name: each for each in (*PROPERTIES, HANG_UPS)}
REDIALS = 'redial = { share = 0.7, delay = { exponential = "5 min" }, attempts = 5 }'


def written(folder: Path, text: str) -> Scenario:
    file = folder / "line.toml"
    file.write_text(text, "utf-8")
    return load(file)


def load_in(scenario: Scenario) -> Load:
    centre = centre_of(scenario)
    return load_of(scenario, centre, grid_of(centre, scenario))


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return written(tmp_path_factory.mktemp("everything"), EVERYTHING)


def without(scenario: Scenario, *names: str) -> Scenario:
    def change(tables: Tables) -> None:
        for name in names:
            NAMED[name].switch(tables, scenario)

    return Variations(scenario).varied(change)


def present(scenario: Scenario) -> list[str]:
    tables = Variations(scenario)
    return [name for name, each in NAMED.items() if each.switch(tables.copied(), scenario)]


def test_a_line_with_everything_has_every_property(everything: Scenario) -> None:
    assert present(everything) == list(NAMED)


@pytest.mark.parametrize("name", NAMED)
def test_each_switch_leaves_a_scenario_without_the_property(
    everything: Scenario, name: str
) -> None:
    tables = Variations(everything).copied()
    assert NAMED[name].switch(tables, everything)
    if name != "laws":  # as they are looked at in the scenario itself
        assert not NAMED[name].switch(tables, without(everything, name))
    without(everything, name)


def test_switched_off_after_each_other_all_are_gone(everything: Scenario) -> None:
    last = without(everything, *(each.name for each in PROPERTIES))
    kinds = list(last.callers.values())
    for kind in kinds:
        assert kind.redial is kind.repeat is kind.transfer is kind.callback is None
        assert kind.ivr is kind.balk is kind.talk_grows is kind.hold_messages is None
        assert kind.wrap_up.mean == 0
        assert not kind.arrivals.exact
    assert kinds[0].talk == kinds[1].talk
    assert kinds[0].patience.law == kinds[1].patience.law
    assert last.lines is None
    for group in last.operators.values():
        assert group.headcount is not None
        assert set(group.skills) == set(last.callers)
        assert group.pace is group.late is None
        assert group.absence == 0


@pytest.mark.parametrize("name", ["bank", "online_store_week", "help_desk"])
def test_formulas_see_the_same_load_at_the_end_of_the_ladder(name: str) -> None:
    scenario = load(ROOT / "scenarios" / f"{name}.toml")
    last = without(scenario, *(each.name for each in PROPERTIES))
    before, after = load_in(scenario), load_in(last)
    assert after.operators == pytest.approx(before.operators, abs=1e-9)
    for row in range(len(before.calls)):
        assert after.pooled(row)[0] == pytest.approx(before.pooled(row)[0], rel=1e-9)
        if name != "online_store_week":  # its days share their laws
            assert after.pooled(row) == pytest.approx(before.pooled(row), rel=1e-9)


@pytest.mark.parametrize("name", ["bank", "online_store_week"])
def test_the_roster_is_counted_minute_by_minute(name: str) -> None:
    centre = centre_of(load(ROOT / "scenarios" / f"{name}.toml"))
    times = np.arange(centre.opens + 30, centre.closes, 420.0)
    steps = on_roster(centre)
    groups = range(len(centre.groups))
    for group in groups:
        if centre.seats[group]:
            continue
        found = mean_of_steps(steps[group], times - 1, times + 1)
        assert found.tolist() == [there(centre, group, time) for time in times]


def there(centre: sim.Centre, group: int, time: float) -> int:
    """Operators of a group on duty by the roster and not on a break, one by one."""
    count = 0
    for place, who in enumerate(centre.duty_operator):
        if centre.calendar.on_call[place] >= 0:
            continue
        start, end = centre.duty_start[place], centre.duty_end[place]
        if centre.operator_group[who] == group and start <= time < end:
            own = centre.break_operator == who
            due, lasts = centre.break_due[own], centre.break_lasts[own]
            count += not ((due >= start) & (due <= time) & (time < due + lasts)).any()
    return count


def test_one_interval_is_erlang(tmp_path: Path) -> None:
    scenario = written(tmp_path, PLAIN.replace("headcount = 6", "headcount = 5"))
    centre = centre_of(scenario)
    grid = grid_of(centre, scenario)
    load_there = load_of(scenario, centre, grid)
    line = Line(90 / 3600, 200.0, 5, 120.0)
    parts = parts_of(load_there, grid, 2, hang_ups=True)
    assert parts is not None
    assert parts.offered == pytest.approx(90)
    assert parts.met / 90 == pytest.approx(line.service_level(20.0))
    assert parts.abandoned / 90 == pytest.approx(line.abandonment)
    assert parts.answered_wait / parts.answered == pytest.approx(line.asa)
    assert parts_of(load_there, grid, 2, hang_ups=False) is None  # five Erlangs, five operators


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Beside:
    scenario = written(tmp_path_factory.mktemp("plain"), PLAIN)
    return beside_theory(scenario, replications=40, seed=2)


def test_what_is_erlang_a_has_nothing_to_explain(plain: Beside) -> None:
    assert [step.property for step in plain.alone] == [HANG_UPS]
    assert plain.ladder == ()
    day = Day([0.0, 4 * 3600.0], [90 / 3600], [6], 200.0, 120.0).totals(20.0)
    exact = (day.answered_within / day.offered, day.abandoned / day.offered)
    for measure, value in zip(HELD, exact, strict=False):
        gap, formula = plain.gap[measure], getattr(plain.erlang_a, measure)
        assert gap.low is not None
        assert gap.high is not None
        # All that is left is that the line is empty in the morning.
        assert gap.low <= value - formula <= gap.high
        assert gap.document() == plain.rest[measure].document()
        assert abs(value - formula) < 0.01


@pytest.fixture(scope="module")
def redials(tmp_path_factory: pytest.TempPathFactory) -> Beside:
    text = PLAIN.replace("[operators", f"{REDIALS}\n[operators", 1)
    return beside_theory(written(tmp_path_factory.mktemp("redials"), text), replications=40, seed=2)


def test_redials_are_the_cause_where_there_is_nothing_else(plain: Beside, redials: Beside) -> None:
    assert [step.property.name for step in redials.ladder] == ["redials"]
    (step,) = redials.ladder
    for measure in HELD:
        assert step.differences[measure].sure
        assert redials.left[measure].document() == plain.results.measures[measure].document()
    assert redials.erlang_a == plain.erlang_a
    assert (step.differences["abandonment"].value or 0) > 0.02


def test_the_ladder_adds_up_to_the_gap(redials: Beside) -> None:
    for measure in HELD:
        steps = [step.differences[measure].value or 0.0 for step in redials.ladder]
        total = sum(steps) + (redials.rest[measure].value or 0.0)
        assert total == pytest.approx(redials.gap[measure].value, abs=1e-12)


def test_what_is_added_up_is_said_and_agrees_with_the_ladder(redials: Beside) -> None:
    move = Difference(0.05, None, None, "share", None)
    moves = dict.fromkeys(HELD, move)
    alone = (*(Step(each.property, moves) for each in redials.ladder), Step(HANG_UPS, moves))
    found = replace(redials, alone=alone)
    sums = [step.differences["service_level"].value or 0.0 for step in redials.ladder]
    gap = redials.gap["service_level"].value
    (said,) = (line for line in causes(found) if line.startswith("Added up"))
    assert said == (
        f"Added up, in time: all but hang-ups +5.0 pt each by itself, {100 * sum(sums):+.1f} pt "
        f"one after the other ({100 * gap:+.1f} pt with what goes on from hour to hour); one "
        "changes what another does."
    )


def test_tables_and_document(redials: Beside) -> None:
    table, rows = redials.table(), redials.properties()
    assert table.when.tolist() == ["08:00", "09:00", "10:00", "11:00", "whole"]
    assert table.calls.tolist() == pytest.approx([90.0] * 4 + [360.0])
    assert table.service_level_erlang_a.nunique() <= 2
    alone = rows[rows["view"] == "alone"]
    assert alone.property.unique().tolist() == ["redials", "hang_ups"]
    document = json.loads(json.dumps(redials.document(), allow_nan=False))
    assert [each["property"] for each in document["ladder"]] == ["redials"]
    assert document["erlang_a"]["abandonment"] == redials.erlang_a.abandonment
    assert sim.beside_theory is beside_theory


def test_erlang_c_without_an_answer_is_told(tmp_path: Path) -> None:
    scenario = written(tmp_path, PLAIN.replace("headcount = 6", "headcount = [6, 5, 6, 6]"))
    found = beside_theory(scenario, replications=1)
    assert found.endless == 1
    assert found.erlang_c.service_level is None
    assert found.stretches[0].erlang_c.service_level is not None
    assert found.stretches[1].erlang_c.asa is None


@pytest.mark.slow
def test_the_bank_ends_at_erlang_a() -> None:
    """With all switched off, what is left of a real day is within its own interval."""
    found = beside_theory(ROOT / "scenarios" / "bank.toml", replications=30)
    for measure in HELD:
        assert not found.rest[measure].sure
    unequal = {step.property.name: step.differences for step in found.alone}["unequal"]
    assert unequal["abandonment"].sure  # experts take a seventh less time
    assert (unequal["abandonment"].value or 0.0) < 0


RECORDED = """
name = "Recorded, two days"
[day]
opens = "08:00"
closes = "10:00"
interval = "30 min"
days = ["Mon", "Sat"]
on.Sat = { closes = "09:00" }
[callers.calls]
arrivals = { trace = "calls.csv", time = "start" }
volume = 1.5
talk = { by_interval = ["2 min", "3 min"], every = "1 h" }
patience = { exponential = "3 min" }
[callers.more]
arrivals = { per_hour = 12, count = "exact" }
on.Sat = { arrivals = { file = "forecast.csv", time = "start", calls = "n", handling = "aht" } }
talk = "3 min"
patience = "never"
[operators.team]
skills = ["calls", "more"]
roster = { file = "roster.csv" }
"""


def test_recorded_days_and_rosters_of_files_are_switched_too(tmp_path: Path) -> None:
    calls = [(day, f"{8 + k // 20}:{3 * (k % 20):02}:07") for day in ("Mon",) for k in range(40)]
    calls += [("Sat", f"08:{5 * k:02}:30") for k in range(12)]
    files = {
        "calls.csv": [("day", "start"), *calls],
        "forecast.csv": [("start", "n", "aht"), ("08:00", "4", "100"), ("08:30", "6", "150")],
        "roster.csv": [
            ("operator", "start", "end", "activity"),
            ("a", "08:00", "10:00", "phone"), ("b", "08:10", "09:40", "phone"),
            ("b", "08:30", "08:40", "break"),
        ],
    }  # fmt: skip
    for name, rows in files.items():
        (tmp_path / name).write_text("\n".join(",".join(row) for row in rows) + "\n", "utf-8")
    scenario = written(tmp_path, RECORDED)
    assert present(scenario) == ["arrivals", "laws", "shifts", "hang_ups"]
    last = without(scenario, "arrivals", "laws", "shifts")
    before, after = load_in(scenario), load_in(last)
    assert before.calls[:, 0].tolist() == pytest.approx([15.0] * 4 + [9.0, 9.0])
    assert before.calls[:, 1].tolist() == pytest.approx([6.0] * 4 + [4.0, 6.0])
    assert before.operators[:4].tolist() == pytest.approx([5 / 3, 5 / 3, 2.0, 4 / 3])
    assert after.calls == pytest.approx(before.calls)
    assert after.operators == pytest.approx(before.operators)
    assert sim.run(last, 2).measures["answered"].value is not None
