"""What is moved is what a plan of the file would do, and is measured as `run` measures it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.comparison.paired import compare
from sim.explore import words
from sim.explore.controls import Slider
from sim.explore.plan_text import plan_of
from sim.explore.state import Explorer, refusal
from sim.explore.stretching import CannotStretch, stretched
from sim.explore.view import series_of
from sim.report.compared import in_one_line
from sim.scenario import ScenarioError
from sim.scenario.laws import ByInterval

LINE = '''
name = """<script>alert("x")</script> & 'quotes'"""
[day]
opens = "08:00"
closes = "10:00"
interval = "30 min"
[targets]
service_level = { share = 0.8, within = "20 s" }
[callers."cards & <b>"]
label = "<i>Cards</i>"
arrivals = { per_hour = [40, 60, 50, 30] }
talk = { exponential = "3 min" }
patience = { exponential = "2 min", hang_up_at_once = 0.05 }
hold_messages = "kind.words"
redial = { share = 0.5, delay = "5 min" }
[callers.loans]
arrivals = { per_hour = 10 }
talk = "4 min"
wrap_up = { lognormal = { mean = "30 s", cv = 1.0 } }
patience = { weibull = { mean = "3 min", shape = 1.3 } }
[operators."the first"]
skills = ["cards & <b>", "loans"]
wage = 20.0
[operators."the first".shifts]
early = { operators = 3, from = "08:00", to = "10:00" }
late = { operators = 1, from = "09:00", to = "10:00" }
[operators.seats]
skills = { loans = { wrap_up = "20 s" } }
headcount = [1, 0, 2, 1]
[hold_messages."kind.words".messages]
sorry = { says = "apology", at = "10 s", every = "30 s", hang_up = 0.05, patience = 1.2 }
[plans.mine]
change = { "callers.loans.volume" = "+1 %" }
'''

EARLY = 'operators."the first".shifts.early.operators'
SEATS = "operators.seats.headcount"
HEARD = 'callers."cards & <b>".hold_messages'
DAYS = 4


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explore") / "line.toml"
    path.write_text(LINE, "utf-8")
    return path


@pytest.fixture(scope="module")
def explorer(file: Path) -> Explorer:
    return Explorer(file, DAYS, seed=5, engine="simpy")


MOVES = [
    {},
    {EARLY: 2},
    {SEATS: -1},
    {"callers.*.volume": 20},
    {"callers.*.volume": 10, "callers.loans.volume": -50},
    {"patience": -35},
    {"handling": 12},
    {"messages effect": -40},
    {HEARD: "music_only"},
    {"callers.loans.hold_messages": "place_in_the_queue", "messages effect": 25},
    {HEARD: "apology_each_minute", EARLY: 4, "callers.loans.hold_messages": "file kind.words"},
]


@pytest.mark.parametrize("places", MOVES, ids=str)
def test_what_is_moved_is_the_plan_that_is_shown(
    explorer: Explorer, file: Path, tmp_path: Path, places: dict[str, float | str]
) -> None:
    """The plan pasted into the file and compared on the command line gives the same figures."""
    looked = explorer.look(places)
    found = explorer.comparison(looked)
    pasted = tmp_path / "pasted.toml"
    pasted.write_text(LINE + explorer.as_a_plan(places), "utf-8")
    plans = ["base", "mine_2"] if places else ["base"]
    wanted = compare(sim.load_plans(pasted, plans), DAYS, seed=5, engine="simpy")
    assert list(found.results) == plans
    for plan in plans:
        for name, estimate in wanted.results[plan].measures.items():
            np.testing.assert_array_equal(
                found.results[plan].measures[name].days, estimate.days, err_msg=name
            )
    if places:
        assert found.differences["mine_2"] == wanted.differences["mine_2"]
        assert explorer.view(looked).said[0] == in_one_line(wanted, "mine_2")
    else:
        assert not explorer.as_a_plan(places)


def test_more_days_are_those_of_a_longer_run(explorer: Explorer, file: Path) -> None:
    looked = explorer.look({EARLY: 2})
    explorer.look({"patience": 10})
    looked = explorer.more(explorer.more(looked))
    found = explorer.comparison(looked).results
    for results in found.values():
        wanted = sim.run(results.scenario, 3 * DAYS, seed=5, engine="simpy")
        for name, estimate in wanted.measures.items():
            np.testing.assert_array_equal(results.measures[name].days, estimate.days)
    assert explorer.view(looked).days == "12 days, seed 5"


def test_every_place_of_every_slider_is_a_scenario(explorer: Explorer) -> None:
    for control in explorer.controls.all:
        ends = (control.low, control.high) if isinstance(control, Slider) else control.options
        for place in ends:
            if place != control.start:
                assert explorer.moved({control.key: place}).plan == "mine_2"


def test_what_moves_in_the_file(explorer: Explorer) -> None:
    def moved(places: dict[str, float | str]) -> sim.Scenario:
        return explorer.moved(places)

    assert moved({EARLY: 5}).operators["the first"].shifts["early"].operators == 5
    assert moved({SEATS: 1}).operators["seats"].headcount == (2, 0, 3, 2)
    assert moved({SEATS: -1}).operators["seats"].headcount == (0, 0, 1, 0)
    both = moved({"callers.*.volume": 10, "callers.loans.volume": -50})
    assert [kind.volume for kind in both.callers.values()] == pytest.approx([1.1, 0.55])
    longer = moved({"patience": 50}).callers
    assert longer["loans"].patience.law.mean == pytest.approx(270.0)
    assert longer["cards & <b>"].patience.law.mean == pytest.approx(180.0)
    assert longer["cards & <b>"].patience.hang_up_at_once == 0.05
    slower = moved({"handling": 10}).operators
    assert slower["the first"].skills["loans"].handling_factor == pytest.approx(1.1)
    assert slower["seats"].skills["loans"].wrap_up == pytest.approx(22.0)
    heard = moved({"messages effect": -40})
    assert heard.hold_messages["kind.words"].filler.patience == pytest.approx(0.6)
    silent = heard.callers["loans"].hold_messages
    assert heard.hold_messages[silent].filler.patience == pytest.approx(0.6)
    assert not heard.hold_messages[silent].messages


LAWS = [
    '"90 s"',
    '{ constant = "90 s" }',
    '{ exponential = "2 min", hang_up_at_once = 0.1 }',
    '{ lognormal = { mean = "2 min", cv = 0.5 } }',
    '{ gamma = { mean = "2 min", cv = 0.5 } }',
    '{ weibull = { mean = "2 min", shape = 1.5 } }',
    '{ erlang = { mean = "2 min", stages = 3 } }',
    '{ uniform = ["1 min", "3 min"] }',
    '{ triangular = ["1 min", "2 min", "5 min"] }',
    '{ hyperexponential = { shares = [0.3, 0.7], means = ["1 min", "4 min"] } }',
    '{ empirical = ["1 min", "4 min", "4 min"] }',
    '{ hazard = { from = ["0 s", "15 s"], per_minute = [2.0, 0.2] } }',
    '{ from_report = { abandonment = 0.1, mean_wait = "12 s" } }',
    '{ by_interval = [{ exponential = "1 min" }, "2 min"], every = "1 h" }',
]


@pytest.mark.parametrize("law", LAWS)
def test_patience_of_every_law_is_stretched(tmp_path: Path, law: str) -> None:
    """Every quantile of patience is longer by as much."""
    file = tmp_path / "line.toml"
    file.write_text(LINE.replace('{ exponential = "2 min", hang_up_at_once = 0.05 }', law), "utf-8")
    explorer = Explorer(file, DAYS)
    before, after = (
        explorer.moved(places).callers["cards & <b>"].patience for places in ({}, {"patience": 50})
    )
    assert after.hang_up_at_once == before.hang_up_at_once
    if isinstance(before.law, ByInterval):
        pairs = zip(before.law.laws, after.law.laws, strict=True)
    else:
        pairs = iter([(before.law, after.law)])
    hazards = np.array([0.01, 0.3, 1.0, 2.5])
    for old, new in pairs:
        np.testing.assert_allclose(new.mean, 1.5 * old.mean, rtol=1e-9)
        np.testing.assert_allclose(
            new.inverse_hazard(hazards), 1.5 * old.inverse_hazard(hazards), rtol=1e-9
        )


def test_patience_that_cannot_be_moved(tmp_path: Path) -> None:
    assert stretched("never", ("patience",), 10) == stretched({"never": True}, ("p",), 10) == {}
    with pytest.raises(CannotStretch, match=r"waits\.csv"):
        stretched({"empirical": {"file": "waits.csv", "column": "wait"}}, ("patience",), 10)
    (tmp_path / "waits.csv").write_text("wait\n60\n120\n", "utf-8")
    text = LINE.replace(
        '{ exponential = "2 min", hang_up_at_once = 0.05 }',
        '{ empirical = { file = "waits.csv", column = "wait" } }',
    ).replace('{ weibull = { mean = "3 min", shape = 1.3 } }', '"never"')
    file = tmp_path / "line.toml"
    file.write_text(text, "utf-8")
    controls = Explorer(file, DAYS).controls
    assert "patience" not in [each.key for each in controls.all]
    said = " ".join(controls.left_out)
    assert "its times stand in waits.csv" in said
    assert "Patience has no slider" in said


def test_many_shifts_and_rosters(tmp_path: Path) -> None:
    shifts = "".join(
        f's{n} = {{ operators = {n}, from = "08:00", to = "10:00" }}\n' for n in range(1, 13)
    )
    text = LINE.replace('early = { operators = 3, from = "08:00", to = "10:00" }\n', shifts)
    roster = '[operators.read]\nskills = ["loans"]\nroster = { file = "roster.csv" }\n'
    (tmp_path / "roster.csv").write_text(
        "operator,start,end,activity\nAnn,08:00,10:00,phone\n", "utf-8"
    )
    file = tmp_path / "line.toml"
    file.write_text(text.replace("[operators.seats]", roster + "[operators.seats]"), "utf-8")
    controls = Explorer(file, DAYS).controls
    staff = [each for each in controls.all if each.part == "Operators"]
    assert [each.key.split(".")[-2] for each in staff if "shifts" in each.key] == [
        f"s{n}" for n in range(6, 13)
    ]
    assert len(staff) == 8
    said = " ".join(controls.left_out)
    assert "of fewer hours: the first, s1 08:00-10:00" in said
    assert "read: rostered by a CSV file" in said


def test_what_cannot_be_is_refused_with_reasons(explorer: Explorer) -> None:
    late = EARLY.replace("early", "late")
    with pytest.raises(ScenarioError) as caught:
        explorer.look({EARLY: 0, late: 0})
    said = refusal(caught.value, explorer.name)
    assert said == (
        'This cannot be simulated: operators."the first": nobody is ever there '
        "(at least one operator at some time is meant)."
    )


def test_texts_of_the_file_are_escaped(explorer: Explorer) -> None:
    places = {"callers.loans.volume": 10, 'callers."cards & <b>".volume': 10}
    view = explorer.view(explorer.look(places))
    plan = words.plan_html(explorer.as_a_plan(places))
    hard = words.refused_html("<script>")
    for html in (
        words.said_html(view),
        words.figures_html(view),
        words.brief_html(view),
        plan,
        hard,
    ):
        assert "<script" not in html
        assert "<i>" not in html
        assert "<b>" not in html
    assert "&lt;i&gt;Cards&lt;/i&gt;" in plan
    assert tomllib.loads(explorer.as_a_plan(places))["plans"]["mine_2"] == plan_of(
        explorer.as_a_plan(places), "mine_2"
    )


def test_series_are_those_of_the_intervals(explorer: Explorer) -> None:
    results = explorer.comparison(explorer.look({EARLY: 2})).results["mine_2"]
    series = series_of(results)
    rows = [row for row in results.by_interval if row["type"] == "*"]
    assert series.clock == [row["from"] for row in rows] == ["08:00", "08:30", "09:00", "09:30"]
    assert series.left == [8.0, 8.5, 9.0, 9.5]
    assert series.right == [8.5, 9.0, 9.5, 10.0]
    for place, row in enumerate(rows):
        lost = row["offered"] - row["answered"]
        assert series.answered[place] == row["answered"]
        assert series.not_answered[place] == pytest.approx(lost)
        assert series.asa[place] == pytest.approx(row["answered_wait"] / row["answered"])
        level = 100 * row["answered_in_time"] / row["offered"]
        assert series.level[place] == pytest.approx(level)
        staff = [each for each in results.staff_by_interval if each["from"] == row["from"]]
        for name in ("required", "scheduled", "on_duty"):
            there = sum(each[name] for each in staff)
            assert getattr(series, name)[place] == pytest.approx(there)
