"""A built roster: its figures are those of a run, on days that the search has not seen."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import sim
from sim.cli import waitline
from sim.experiment import run
from sim.report.rostered import plot
from sim.scenario.shifts import Shift
from sim.staffing.building import Search
from sim.staffing.cuts import sheet_at
from sim.staffing.floors import work_of
from sim.staffing.goals import goals_of
from sim.staffing.menu import menu_of
from sim.staffing.suggestion import surroundings_of
from sim.staffing.trials import Trials

pytestmark = pytest.mark.slow

LINE = """
name = "A short day"
[day]
opens = "08:00"
closes = "14:00"
interval = "1 h"
{days}
[targets]
service_level = {{ share = {share}, within = "30 s" }}
abandonment = {{ at_most = 0.12 }}
[callers.calls]
arrivals = {{ per_hour = [10, 25, 40, 40, 25, 10], every = "1 h" }}
talk = {{ exponential = "4 min" }}
patience = {{ exponential = "3 min" }}
[operators.people]
skills = ["calls"]
wage = 20.0
shifts = {{ all = {{ operators = 5, from = "08:00", to = "14:00" }} }}
[operators.people.menu]
{menu}
"""

MENU = """
long = { lasts = "6 h", starts = "08:00", breaks = [{ after = ["2 h", "3 h"], lasts = "1 h" }] }
short = { lasts = "3 h", starts = { from = "08:00", to = "11:00", every = "1 h" } }
"""


def written(folder: Path, share: float = 0.8, menu: str = MENU, days: str = "") -> Path:
    file = folder / "line.toml"
    file.write_text(LINE.format(share=share, menu=menu, days=days))
    return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shifts")


@pytest.fixture(scope="module")
def built(folder: Path) -> sim.Built:
    return sim.shifts(written(folder), 60, search_days=30, engine="simpy")


@pytest.fixture(scope="module")
def printed(folder: Path) -> Result:
    arguments = ["shifts", str(written(folder)), "-n", "60", "--search-days", "30"]
    out = ["--out", str(folder / "out")]
    return CliRunner().invoke(waitline, [*arguments, "--engine", "simpy", *out])


def test_every_target_is_met_for_certain_on_days_not_searched(built: sim.Built) -> None:
    assert built.certain
    assert built.results.seed > built.seed
    assert [each.aim.measure for each in built.targets] == ["service_level", "abandonment"]
    for each in built.targets:
        estimate = built.results.measures[each.aim.measure]
        assert (each.built.value, each.built.low) == (estimate.value, estimate.low)


def test_every_target_is_met_under_other_seeds(built: sim.Built) -> None:
    for seed in (101, 102):
        measures = run(built.scenario, 60, seed, engine="simpy").measures
        assert measures["service_level"].value >= 0.8
        assert measures["abandonment"].value <= 0.12


def test_one_operator_fewer_misses_or_is_not_certain(built: sim.Built) -> None:
    assert built.fewer.startswith("people ")
    assert not all(each.aim.certain(each.fewer) for each in built.targets if each.fewer)


def test_the_bound_is_below_the_cost_and_work_s_below_that(built: sim.Built) -> None:
    assert built.work_bound <= built.bound * (1 + 1e-6) <= built.cost * (1 + 2e-6)
    assert built.gap is not None
    assert 0 <= built.gap < 0.2


def test_the_cheapest_by_trying_every_roster(built: sim.Built) -> None:
    """No roster of a small neighbourhood that is cheaper meets the targets on the check days."""
    trials = Trials(built.menu.scenario, 60, built.results.seed, engine="simpy")
    used = np.flatnonzero(built.counts)
    for k in used.tolist():
        fewer = built.counts - (np.arange(len(built.counts)) == k)
        ledger = trials.of(built.menu.staffed(fewer, {})).ledger
        assert not all(aim.certain(aim.estimate(ledger)) for aim in goals_of(built.scenario))


def test_a_sheet_is_what_one_person_more_does(folder: Path) -> None:
    """The effect of a person in one hour, tried alone, is the sum of what is put down to it."""
    scenario = sim.load(written(folder))
    menu, aims = menu_of(scenario), goals_of(scenario)
    trials = Trials(scenario, 20, engine="simpy")
    search = Search(menu, work_of(scenario, menu), aims, trials)
    counts = np.array([2] * len(menu.columns))
    found = search.tried(counts)
    sheet = sheet_at(trials, menu, counts, found.trial, aims)
    np.testing.assert_allclose(sheet.on_duty, menu.on_duty(counts))
    np.testing.assert_allclose(sheet.surplus.sum(axis=1), found.surplus)
    extra = {"operators": 1, "from": "10:00", "to": "11:00"}
    shift = Shift.model_validate(extra, context=surroundings_of(scenario))
    alone = trials.of(menu.staffed(counts, {"people": {"more": shift}}))
    change = aims[0].surplus(alone) - aims[0].surplus(found.trial)
    assert sheet.effect[0, 0, 2].sum() == pytest.approx(change.sum(), abs=0.25)


def test_the_plan_loads_and_is_simulated_alike(built: sim.Built, folder: Path) -> None:
    file = folder / "with_plan.toml"
    file.write_text(written(folder).read_text() + "\n" + built.plan_toml())
    again = run(sim.load(file, "built"), 10, built.results.seed, engine="simpy")
    own = run(built.scenario, 10, built.results.seed, engine="simpy")
    for name, estimate in own.measures.items():
        np.testing.assert_array_equal(again.measures[name].days, estimate.days, err_msg=name)
    hours = float(built.menu.hours @ built.counts)
    overtime = again.measures["overtime_hours"].value
    assert again.measures["paid_hours"].value == pytest.approx(hours + overtime)


def test_the_roster_file_has_everybody_s_duty(built: sim.Built, folder: Path) -> None:
    rows = built.roster()
    assert rows["operator"].nunique() == built.persons
    file = folder / "line_roster.toml"
    rows.drop(columns="group").to_csv(folder / "who.csv", index=False)
    text = written(folder).read_text()
    shifts = 'shifts = { all = { operators = 5, from = "08:00", to = "14:00" } }'
    file.write_text(text.replace(shifts, 'roster = { file = "who.csv" }'))
    assert shifts in text
    measures = run(sim.load(file), 3, engine="simpy").measures
    rostered = measures["paid_hours"].value - measures["overtime_hours"].value
    assert rostered == pytest.approx(built.hours)


def test_what_is_printed_and_written(printed: Result, built: sim.Built, folder: Path) -> None:
    assert printed.exit_code == 0, printed.output
    assert "Every target is met for certain" in printed.stdout
    assert max(len(line) for line in printed.stdout.splitlines() if "waitline " not in line) <= 80
    names = sorted(each.name for each in (folder / "out").iterdir())
    assert names == [
        "plan.toml", "result.json", "roster.csv", "roster.png", "scenario.toml", "shifts.csv",
        "staff.csv",
    ]  # fmt: skip
    assert (folder / "out" / "plan.toml").read_text() == built.plan_toml()
    document = json.loads((folder / "out" / "result.json").read_text())
    assert document == json.loads(json.dumps(built.document()))
    assert document["cost"]["built"] == built.cost
    assert sim.load(folder / "out" / "scenario.toml", "built").operators["people"].shifts
    table = list(csv.DictReader(io.StringIO((folder / "out" / "shifts.csv").read_text())))
    assert sum(int(row["operators"]) for row in table) == built.persons
    assert float(sum(float(row["cost"]) for row in table)) == pytest.approx(built.cost)


def test_the_plot_has_required_scheduled_and_on_duty(built: sim.Built) -> None:
    (ax,) = plot(built).axes
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["scheduled", "on duty", "required (Erlang A)", "on duty now"]


def test_targets_out_of_reach_are_told_with_the_nearest(folder: Path, tmp_path: Path) -> None:
    menu = 'long = { lasts = "6 h", starts = "08:00", at_most = 3 }'
    file = written(tmp_path, 0.9, menu)
    arguments = ["-n", "20", "--search-days", "10", "--engine", "simpy"]
    result = CliRunner().invoke(waitline, ["shifts", str(file), *arguments])
    assert result.exit_code == 1, result.output
    assert "No roster of this menu was found that meets the targets" in result.stdout
    assert "points short" in result.stdout
    assert "3 operators" in result.stdout


@pytest.mark.parametrize(
    ("menu", "said"),
    [
        ('long = { lasts = "3 h", starts = "08:00" }',
         ":19: operators.people.menu: 11:00-14:00: calls of calls come, and no shift of the menu "
         "of people covers them."),
        ('a = { lasts = "3 h", starts = "08:00", at_most = 1 }\n'
         'b = { lasts = "3 h", starts = "11:00", at_most = 0 }',
         ":21: operators.people.menu.b.at_most: at most 0 persons, and in 11:00-14:00 calls of "
         "calls come that no other shift covers."),
        ('a = { lasts = "6 h", starts = "08:00", at_most = 0 }',
         ":20: operators.people.menu.a.at_most: at most 0 persons of each entry of the menu of "
         "people, and of a group with a menu one is there at least."),
        ('a = { lasts = "3 h", starts = ["08:00", "11:00"], at_most = 1 }',
         ":20: operators.people.menu.a.at_most: with so few persons there is not somebody wherever "
         "calls come (operators.people.menu.a.at_most: at most 1)."),
        ('a = { lasts = "6 h", starts = "08:00", at_least = 2000 }',
         ":20: operators.people.menu.a.at_least: 2,000 persons at least are 12,000 h"),
    ],
)  # fmt: skip
def test_what_cannot_be_built_is_one_line(tmp_path: Path, menu: str, said: str) -> None:
    arguments = ["-n", "2", "--search-days", "2", "--engine", "simpy"]
    result = CliRunner().invoke(waitline, ["shifts", str(written(tmp_path, 0.8, menu)), *arguments])
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith(str(tmp_path / "line.toml:"))


def test_no_target_is_told_at_its_table(tmp_path: Path) -> None:
    text = written(tmp_path).read_text()
    file = tmp_path / "aimless.toml"
    head = text.index("[targets]")
    for targets, place in (
        ("", "aimless.toml: targets: no target is set"),
        ("[targets]\nservice_level = { within = '20 s' }\n", "aimless.toml:8: targets: no target"),
    ):
        file.write_text(text[:head] + targets + text[text.index("[callers") :])
        result = CliRunner().invoke(waitline, ["shifts", str(file), "-n", "2"])
        assert result.exit_code == 2
        assert place in result.stderr
        assert len(result.stderr.splitlines()) == 1


def test_a_week_with_days_off(tmp_path: Path) -> None:
    menu = (
        'full = { lasts = "6 h", starts = "08:00", days_on = 3, off_together = 3, '
        'weekly_hours = { at_least = "18 h", at_most = "18 h" } }\n'
        'short = { lasts = "3 h", starts = ["08:00", "11:00", "09:30"], days_on = [1, 4] }'
    )
    days = 'days = ["Mon", "Tue", "Wed", "Thu"]'
    built = sim.shifts(written(tmp_path, 0.75, menu, days), 20, search_days=10, engine="simpy")
    for column, number in zip(built.menu.columns, built.counts, strict=True):
        if number and column.entry == "full":
            assert len(column.days) == 3
    assert built.certain
    by_day = built.menu.on_duty(built.counts)[:, 0].reshape(4, 6)
    assert (by_day > 0).all()
    file = tmp_path / "with_plan.toml"
    file.write_text(written(tmp_path, 0.75, menu, days).read_text() + "\n" + built.plan_toml())
    again = run(sim.load(file, "built"), 20, built.results.seed, engine="simpy")
    value = built.results.measures["service_level"].value
    assert again.measures["service_level"].value == value
