"""Runs: the document, the tables, and that nothing depends on the number of workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import numpy as np
import pytest

import sim.audit
from sim import experiment
from sim.experiment import Results, expected_contacts, run, simulate_day
from sim.measures.tables import EVERY_TYPE
from sim.scenario import Scenario, load
from sim.theory.erlang import operators_needed
from tests.measures.document import RUN

LINE = """
name = "Two types"
[day]
opens = "22:00"
closes = "01:00"
interval = "30 min"
[targets]
service_level = { share = 0.8, within = "20 s" }
[callers.cards]
arrivals = { per_hour = 40 }
talk = { exponential = "4 min" }
patience = { exponential = "2 min", hang_up_at_once = 0.1 }
[callers.deposits]
arrivals = { per_hour = 20 }
talk = { exponential = "3 min" }
wrap_up = "30 s"
patience = "never"
[operators.clerks]
skills = ["cards", "deposits"]
wage = 20.0
shifts = { night = { operators = 4, from = "22:00", to = "01:00" } }
[operators.seats]
skills = ["cards"]
headcount = 1
"""


def scenario_of(text: str, folder: Path) -> Scenario:
    path = folder / "line.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return scenario_of(LINE, tmp_path_factory.mktemp("line"))


@pytest.fixture(scope="module")
def results(scenario: Scenario) -> Results:
    return run(scenario, replications=12, seed=3)


def test_document_is_as_the_design_has_it(results: Results, scenario: Scenario) -> None:
    text = json.dumps(results.document(), allow_nan=False)
    document = json.loads(text)
    jsonschema.validate(document, RUN)
    assert document["scenario"] == {"name": "Two types", "sha256": scenario.sha256}
    assert (document["seed"], document["replications"]) == (3, 12)
    plan = document["plans"]["base"]
    assert list(plan["by_type"]) == ["cards", "deposits"]
    assert list(plan["by_group"]) == ["clerks", "seats"]
    assert plan["measures"]["staffing_cost"]["unit"] == "EUR"
    assert plan["by_type"]["cards"]["occupancy"]["value"] is None


def test_rows_of_every_interval_and_type_on_the_running_clock(results: Results) -> None:
    rows = results.by_interval
    assert [row["from"] for row in rows[::3]] == [
        "22:00", "22:30", "23:00", "23:30", "24:00", "24:30",
    ]  # fmt: skip
    assert [row["type"] for row in rows[:3]] == ["cards", "deposits", EVERY_TYPE]
    for cards, deposits, both in zip(rows[::3], rows[1::3], rows[2::3], strict=True):
        for name in ("offered", "wait", "answered_in_time"):
            parts = [row[name] for row in (cards, deposits)]
            assert both[name] == pytest.approx(sum(map(float, parts)))  # type: ignore[arg-type]
    offered = sum(float(row["offered"] or 0) for row in rows[2::3])
    assert offered == pytest.approx(results.measures["offered"].value)
    assert len(results.staff_by_interval) == 6 * 2


def test_types_add_up_to_the_line(results: Results) -> None:
    for name in ("offered", "answered", "abandoned", "queue_mean", "waiting_cost"):
        parts = [measures[name].value or 0.0 for measures in results.by_type.values()]
        assert sum(parts) == pytest.approx(results.measures[name].value), name
    for name in ("answered", "paid_hours", "on_duty_hours", "overtime_hours", "staffing_cost"):
        parts = [measures[name].value or 0.0 for measures in results.by_group.values()]
        assert sum(parts) == pytest.approx(results.measures[name].value), name


@pytest.mark.parametrize("workers", [2, 3])
def test_results_do_not_depend_on_the_number_of_workers(
    scenario: Scenario, results: Results, workers: int
) -> None:
    done: list[int] = []
    other = run(scenario, replications=12, seed=3, workers=workers, progress=done.append)
    assert json.dumps(other.document()) == json.dumps(results.document())
    assert done == sorted(done)
    assert done[-1] == 12


def test_results_do_not_depend_on_the_engine(
    scenario: Scenario, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compiled engine and compiled measures, on a job for which they would not be loaded."""
    monkeypatch.setattr(experiment, "quickest_for", lambda scenario, days, engine: engine)
    compiled = run(scenario, replications=12, seed=3, engine="kernel").document()
    plain = run(scenario, replications=12, seed=3, engine="simpy").document()
    assert (compiled.pop("engine"), plain.pop("engine")) == ("kernel", "simpy")
    assert json.dumps(compiled) == json.dumps(plain)


def test_results_of_callers_who_answer_back_do_not_depend_on_the_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scenario = load(Path(__file__).parent / "scenario" / "callers.toml")
    monkeypatch.setattr(experiment, "quickest_for", lambda scenario, days, engine: engine)
    compiled = run(scenario, replications=2, workers=1, engine="kernel").document()
    plain = run(scenario, replications=2, workers=1, engine="simpy").document()
    jsonschema.validate(plain, RUN)
    del compiled["engine"], plain["engine"]
    assert json.dumps(compiled) == json.dumps(plain)
    messages = plain["plans"]["base"]["by_message"]
    assert [row["message"] for row in messages] == ["place", "wait", "offer"]
    assert all(0 < row["contacts"] <= row["hearings"] for row in messages)


def test_more_replications_keep_the_first(scenario: Scenario, results: Results) -> None:
    fewer = run(scenario, replications=5, seed=3)
    assert fewer.measures["asa"].days.tolist() == results.measures["asa"].days[:5].tolist()
    assert run(scenario, 5, seed=4).measures["asa"].value != fewer.measures["asa"].value


def test_one_replication_has_no_intervals(scenario: Scenario) -> None:
    document = run(scenario, replications=1).document()
    jsonschema.validate(document, RUN)
    for estimate in document["plans"]["base"]["measures"].values():
        assert estimate["low"] is None
        assert estimate["high"] is None


def test_a_day_is_the_same_seen_alone(scenario: Scenario, results: Results) -> None:
    day = simulate_day(scenario, replication=7, seed=3)
    assert len(day.outcomes) == results.measures["offered"].days[7]
    frame = results.contacts(replication=7)
    assert len(frame) == len(day.outcomes)
    assert frame.attrs["units"]["wait"] == "s"


def test_hours_of_the_day(results: Results) -> None:
    hours = results.hourly()
    assert [(hour["from"], hour["to"]) for hour in hours] == [
        ("22:00", "23:00"), ("23:00", "24:00"), ("24:00", "25:00"),
    ]  # fmt: skip
    assert sum(float(hour["offered"] or 0) for hour in hours) == pytest.approx(
        results.measures["offered"].value
    )
    for hour in hours:
        assert hour["scheduled"] == 5.0
        assert hour["over"] == pytest.approx(5.0 - float(hour["required"] or 0))
        assert 0 <= float(hour["service_level"] or 0) <= 1


def test_hours_are_intervals_where_these_do_not_divide_one(tmp_path: Path) -> None:
    odd = scenario_of(LINE.replace('"30 min"', '"45 min"'), tmp_path)
    hours = run(odd, replications=1).hourly()
    assert [hour["from"] for hour in hours] == ["22:00", "22:45", "23:30", "24:15"]


def test_required_operators_are_those_of_erlang(tmp_path: Path) -> None:
    """One type and one group: the formula with the interval's load and the run's handling."""
    one = scenario_of(
        """
        name = "One type"
        [day]
        opens = "08:00"
        closes = "10:00"
        interval = "1 h"
        [callers.a]
        arrivals = { calls = [40, 0], every = "1 h", count = "exact" }
        talk = "4 min"
        patience = { exponential = "2 min", hang_up_at_once = 0.1 }
        targets = { service_level = { share = 0.9, within = "30 s", counts = "answered" } }
        [operators.g]
        skills = ["a"]
        headcount = 5
        """,
        tmp_path,
    )
    results = run(one, replications=2)
    expected = operators_needed(
        40 / 3600, 240, 120, share=0.9, within=30, counts="answered", hang_up_at_once=0.1,
        whole=False,
    )  # fmt: skip
    assert results.required[0, 0] == pytest.approx(expected)
    assert results.required[1, 0] == 0.0
    assert len(results.assumptions) == 1


def test_without_a_target_operators_are_required_for_80_per_cent_and_it_says_so(
    tmp_path: Path,
) -> None:
    loose = scenario_of(LINE.replace("share = 0.8, ", ""), tmp_path)
    results, same = run(loose, 2), run(scenario_of(LINE, tmp_path), 2)
    assert results.required.tolist() == same.required.tolist()
    assert "80% in time" in results.assumptions[-1]
    assert results.measures["service_level_day"].value is None


def test_frames_say_their_units(results: Results) -> None:
    summary = results.summary()
    assert summary.loc["asa", "unit"] == "s"
    assert summary.loc["asa", "value"] == results.measures["asa"].value
    assert np.isnan(summary.loc["callback_delay", "value"])
    assert results.summary("type").loc[("cards", "offered"), "value"] > 0
    assert results.summary("group").index.names == ["group", "measure"]
    with pytest.raises(ValueError, match='"type", "group" or None'):
        results.summary("hour")
    assert results.intervals().attrs["units"]["wait"] == "s"
    assert results.staff().attrs["units"]["on_duty"] == "operators"
    assert results.replications()["offered"].tolist() == results.measures["offered"].days.tolist()
    assert results.replications().attrs["units"]["fte"] == "FTE"
    assert "asa" in results._repr_html_()


def test_the_audit_is_asked_about_every_day(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(scenario, 2, audit=True).broken == ()
    monkeypatch.setattr(sim.audit, "broken_facts", lambda *day: ["no wait is negative: row 3"])
    broken = run(scenario, 2, workers=1, audit=True).broken
    assert broken == (
        "replication 0: no wait is negative: row 3",
        "replication 1: no wait is negative: row 3",
    )


@pytest.mark.parametrize("wrong", [{"replications": 0}, {"workers": 0}, {"engine": "steam"}])
def test_what_makes_no_sense_is_refused(scenario: Scenario, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must be 1 or more|no engine"):
        run(scenario, **wrong)  # type: ignore[arg-type]


def test_expected_contacts(scenario: Scenario, tmp_path: Path) -> None:
    assert expected_contacts(scenario) == pytest.approx(180)
    again = 'patience = "never"\nredial = { share = 0.5, delay = "5 min", attempts = 3 }'
    more = scenario_of(LINE.replace('patience = "never"', again), tmp_path)
    assert expected_contacts(more) == pytest.approx(120 + 60 * 1.75)


INTERRUPTED = """
import signal
import sys
from sim.experiment import run
from sim.scenario import load
if __name__ == "__main__":
    # A shell that starts the tests in the background has them ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        run(load(sys.argv[1]), 100_000, workers=2, progress=lambda done: print(done, flush=True))
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of a process group")
def test_an_interrupt_ends_the_run_and_its_workers(scenario: Scenario, tmp_path: Path) -> None:
    script = tmp_path / "interrupted.py"
    script.write_text(INTERRUPTED, encoding="utf-8")
    command = [sys.executable, str(script), str(scenario.path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0
        started = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - started < 10
    assert said == ""
