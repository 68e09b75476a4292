"""Runs that go on until something is known: widths, stages, and whether intervals still hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner, Result
from numpy.random import Generator
from numpy.typing import NDArray

import sim
from sim.cli import options, waitline
from sim.comparison.paired import Comparison, compare
from sim.experiment import Campaign, Results, go_on, run
from sim.measures.catalogue import measure_of
from sim.measures.intervals import Estimate, mean
from sim.measures.precision import (
    AT_MOST,
    FIRST,
    Known,
    Precision,
    PrecisionError,
    Width,
    first_days,
    in_unit,
    next_days,
    widths_of,
)
from sim.report.how_many import how_many_days
from sim.scenario import Scenario, load
from tests.measures.document import COMPARE, RUN

LINE = """
name = "An hour"
[day]
opens = "09:00"
closes = "10:00"
interval = "30 min"
[targets]
service_level = { share = 0.8, within = "20 s" }
[callers.calls]
arrivals = { per_hour = 30 }
talk = { exponential = "4 min" }
patience = { exponential = "2 min" }
[operators.clerks]
skills = ["calls"]
wage = 20.0
headcount = 3
[plans.one_more]
change = { "operators.clerks.headcount" = "+1" }
"""

WIDTH = 0.025
"""Of the service level: some 130 days."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hour") / "hour.toml"
    path.write_text(LINE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def scenario(file: Path) -> Scenario:
    return load(file)


@pytest.fixture(scope="module")
def known(scenario: Scenario) -> Results:
    return run(scenario, seed=2, precision={"service_level": WIDTH})


@pytest.fixture(scope="module")
def compared(file: Path) -> Comparison:
    return compare(file, precision={"service_level": "3.5 %"})


def precision(results: Results | Comparison) -> Precision:
    assert results.precision is not None
    return results.precision


def document(results: Results) -> str:
    whole = results.document()
    whole.pop("precision", None)
    return json.dumps(whole)


# ---- a run that can go on -------------------------------------------------------------------


def test_days_are_those_of_one_run_however_they_were_asked_for(scenario: Scenario) -> None:
    campaign, told = Campaign(scenario, seed=2), list[int]()
    campaign.more(5)
    before = campaign.so_far()
    early = document(before)
    campaign.more(1)
    assert campaign.so_far().days == 6
    campaign.more(6, told.append)
    assert document(campaign.so_far()) == document(run(scenario, 12, seed=2))
    assert document(before) == early == document(run(scenario, 5, seed=2))
    assert told[-1] == campaign.days == 12
    with pytest.raises(ValueError, match="1 or more, not 0"):
        campaign.more(0)


def test_a_ledger_that_was_read_takes_more_in(scenario: Scenario) -> None:
    campaign = Campaign(scenario)
    ledger = campaign._ledger
    for days in (3, 7):
        campaign.more(days - campaign.days)
        book = ledger.everything()
        assert len(book.columns["offered"]) == days
        assert book.pool is not None
        assert len(book.pool.sizes) == days
        assert book.pool.sizes.sum() == len(book.pool.waits)


def test_an_audit_names_the_days_of_every_stage(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sim.audit

    monkeypatch.setattr(sim.audit, "broken_facts", lambda *day: ["wrong"])
    campaign = Campaign(scenario, workers=1, audit=True)
    campaign.more(2)
    campaign.more(1)
    assert campaign.so_far().broken == tuple(f"replication {n}: wrong" for n in range(3))


# ---- until it is known ----------------------------------------------------------------------


def test_a_run_ends_when_the_interval_is_narrow_enough(known: Results, scenario: Scenario) -> None:
    found = known.measures["service_level"]
    assert found.low is not None
    assert found.high is not None
    assert 0.8 * WIDTH < (found.high - found.low) / 2 <= WIDTH
    [only] = precision(known).known
    assert only.half == pytest.approx((found.high - found.low) / 2)
    assert precision(known).reached
    assert known.days > FIRST
    assert document(known) == document(run(scenario, known.days, seed=2))


def test_the_document_has_it_only_where_it_was_asked(known: Results, scenario: Scenario) -> None:
    asked = known.document()
    assert asked["precision"]["at_most"] == 10_000
    assert asked["precision"]["reached"] is True
    assert asked["precision"]["widths"][0] == {
        "measure": "service_level", "plan": "base", "against": None, "width": WIDTH,
        "half_width": precision(known).known[0].half, "unit": "share", "reached": True,
    }  # fmt: skip
    del asked["precision"]
    jsonschema.validate(json.loads(json.dumps(asked)), RUN)
    assert "precision" not in run(scenario, 2).document()


def test_a_ceiling_ends_it_and_says_by_how_much_it_falls_short(scenario: Scenario) -> None:
    planned: list[int] = []
    results = run(
        scenario, precision={"service_level": "0.1 %"}, at_most=130, planned=planned.append
    )
    assert (results.days, planned) == (130, [FIRST, 130])
    found = precision(results)
    assert not found.reached
    half = found.known[0].half
    assert half is not None
    assert found.predicted == int(np.ceil(130 * (half / 0.001) ** 2))
    [said] = how_many_days(found)
    assert said.startswith("service_level: NOT known to +- 0.1 pt. After 130 days")
    assert f"+- {100 * half:.2f} pt, {100 * half - 0.1:.2f} pt too wide" in said


def test_what_does_not_vary_is_known_at_once_and_said(scenario: Scenario) -> None:
    results = run(scenario, precision={"on_duty_hours": 0.001}, at_most=20)
    assert results.days == 20
    assert how_many_days(results.precision) == [
        "on_duty_hours: 20 days show no spread at all, so that its interval has no width."
    ]
    assert how_many_days(run(scenario, 2).precision) == []


def test_a_share_of_none_is_not_known_at_once(scenario: Scenario) -> None:
    """Nobody waits half an hour; Wilson's interval still has a width, and it takes days."""
    results = run(scenario, precision={"waited_over_30_min": 0.001}, at_most=300)
    assert results.measures["waited_over_30_min"].value == 0
    high = results.measures["waited_over_30_min"].high
    assert high is not None
    assert precision(results).known[0].half == high <= 0.001
    assert results.days > FIRST


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"servce_level": 0.1}, 'no measure "servce_level". Did you mean "service_level"'),
        ({"xyz": 0.1}, "docs/measures.md has them all"),
        ({}, "No measure is named"),
        ({"service_level": 5}, "is a share, and 5 is all of it or more"),
        ({"asa": 0}, "asa: 0 must be above 0"),
        ({"asa": "5 kg"}, '"5 kg" is no amount of asa, such as "5 s"'),
        ({"total_cost": "10 USD"}, 'such as "10"'),
        ({"offered": "nan"}, '"nan" is no amount of offered, such as "10" or "10 contacts"'),
        ({"asa": float("nan")}, "must be above 0"),
        ({"asa": -1, "xyz": 1}, "asa: -1 must be above 0. There is no measure"),
        ({"callback_delay": 1}, "has no value under plan base: nothing of the kind happened"),
    ],
)
def test_what_cannot_be_known_is_refused(
    scenario: Scenario, asked: dict[str, float | str], said: str
) -> None:
    with pytest.raises(PrecisionError) as error:
        run(scenario, precision=asked, at_most=5)
    assert said in str(error.value)


def test_one_day_is_too_few(scenario: Scenario) -> None:
    with pytest.raises(PrecisionError, match="one day has no interval"):
        run(scenario, precision={"asa": 1}, at_most=1)


@pytest.mark.parametrize(
    ("measure", "amount", "value"),
    [
        ("service_level", "0.5 %", 0.005), ("service_level", "0.5%", 0.005),
        ("service_level", "1 pt", 0.01), ("service_level", "0.5pts", 0.005),
        ("service_level", "0.005", 0.005), ("service_level", 0.005, 0.005),
        ("asa", "5 s", 5.0), ("asa", "1 min", 60.0), ("asa", "5", 5.0), ("asa", 5, 5.0),
        ("paid_hours", "30 min", 0.5), ("paid_hours", "0.5 h", 0.5), ("paid_hours", "2", 2.0),
        ("total_cost", "10", 10.0), ("total_cost", "10 EUR", 10.0), ("total_cost", "1e3", 1000.0),
        ("offered", "2 contacts", 2.0),
    ],
)  # fmt: skip
def test_widths_have_the_unit_of_the_measure(
    measure: str, amount: float | str, value: float
) -> None:
    assert in_unit(amount, measure_of(measure), "EUR") == pytest.approx(value)
    [width] = widths_of({measure: amount}, "EUR")
    assert width.unit == measure_of(measure).unit_in("EUR")


def test_the_next_stage_is_what_the_spread_predicts() -> None:
    width = Width("asa", 2.0, "s")
    wide = Precision(100, 10_000, (Known(width, "base", None, 4.0),))
    assert wide.predicted == 400
    assert next_days(wide) == 420
    assert next_days(Precision(100, 300, wide.known)) == 300
    nearly = Precision(100, 300, (Known(width, "base", None, 2.0000001),))
    assert next_days(nearly) > 100
    assert next_days(Precision(1, 300, (Known(width, "base", None, None),))) > 1
    assert [first_days(at_most) for at_most in (2, FIRST, 10_000)] == [2, FIRST, FIRST]


# ---- plans ----------------------------------------------------------------------------------


def test_plans_have_as_many_days_and_every_value_and_change_is_known(
    compared: Comparison, file: Path
) -> None:
    assert {each.days for each in compared.results.values()} == {precision(compared).days}
    assert [(each.plan, each.against) for each in precision(compared).known] == [
        ("base", None), ("one_more", None), ("one_more", "base"),
    ]  # fmt: skip
    assert precision(compared).reached
    for plan, moves in compared.differences.items():
        move = moves["service_level"]
        assert move.high is not None
        assert move.value is not None
        [change] = [e for e in precision(compared).known if (e.plan, e.against) == (plan, "base")]
        assert change.half == pytest.approx(move.high - move.value)
        assert move.high - move.value <= 0.035
    same = compare(file, precision(compared).days).document()
    asked = compared.document()
    assert asked.pop("precision")["reached"]
    assert json.dumps(asked) == json.dumps(same)
    jsonschema.validate(json.loads(json.dumps(asked)), COMPARE)


def test_the_widest_stands_for_all_plans(compared: Comparison) -> None:
    [said] = how_many_days(compared.precision)
    widest = max(each.half or 0.0 for each in precision(compared).known)
    assert said.startswith("service_level of every plan and its change from the base: known to")
    assert f"(+- {100 * widest:.2f} pt)" in said


# ---- whether the intervals hold -------------------------------------------------------------


class Drawn:
    """A campaign of days that are drawn, as `go_on` sees one."""

    def __init__(self, rng: Generator, draw: Callable[[Generator, int], NDArray[np.float64]]):
        self.scenario = type("Scenario", (), {"currency": "EUR"})
        self.days, self._rng, self._draw = 0, rng, draw
        self._values = np.zeros(0)

    def more(self, days: int, told: object) -> None:
        self._values = np.append(self._values, self._draw(self._rng, days))
        self.days += days

    def so_far(self) -> Drawn:
        return self

    def measure(self, name: str) -> Estimate:
        return mean(self._values, "EUR", -np.inf)


def _normal(rng: Generator, days: int) -> NDArray[np.float64]:
    return rng.normal(1.0, 1.0, days)


def _skewed(rng: Generator, days: int) -> NDArray[np.float64]:
    return rng.gamma(2.0, 0.5, days)


@pytest.mark.parametrize("draw", [_normal, _skewed])
@pytest.mark.parametrize("needed", [120, 400])
def test_intervals_hold_the_truth_though_the_days_stop_by_themselves(
    draw: Callable[[Generator, int], NDArray[np.float64]], needed: int
) -> None:
    rng = np.random.default_rng(4)
    sd = 1.0 if draw is _normal else 0.5**0.5
    width, hits, days = 1.96 * sd / needed**0.5, 0, 0
    for _ in range(1000):
        found, ended = go_on({"base": Drawn(rng, draw)}, {"total_cost": width})  # type: ignore[dict-item]
        estimate = found["base"].measure("total_cost")
        assert ended.reached
        assert estimate.low is not None
        assert estimate.high is not None
        hits += estimate.low <= 1.0 <= estimate.high
        days += ended.days
    assert 925 <= hits <= 975
    assert needed <= days / 1000 <= 1.25 * needed


# ---- the command line -----------------------------------------------------------------------


def call(*arguments: object) -> Result:
    return CliRunner().invoke(waitline, [str(each) for each in arguments])


def test_run_says_how_many_days_it_took(file: Path) -> None:
    asked = ["run", file, "--precision", "service_level=8 %", "--at-most", 60]
    done = call(*asked, "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    half = found["precision"]["widths"][0]["half_width"]
    said = f"service_level: known to +- 8 pt as asked, in 60 days (+- {100 * half:.2f} pt)."
    assert done.stderr.strip() == said
    screen = " ".join(call(*asked).stdout.split())
    assert f"60 days, seed 1; the same seed brings the same callers. {said}" in screen


def test_changes_run_for_as_many_days_as_the_plan_took(file: Path) -> None:
    asked = [
        "--precision",
        "service_level=5%",
        "--at-most",
        40,
        "--set",
        "callers.calls.volume=+10%",
    ]
    done = call("run", file, *asked, "--json")
    screen = call("run", file, *asked).stdout
    assert f"{json.loads(done.stdout)['replications']} days, seed 1" in screen
    assert "Your change:" in screen


def test_compare_ends_at_the_ceiling_with_exit_code_0(file: Path) -> None:
    done = call("compare", file, "--precision", "service_level=0.1%", "--at-most", 10)
    assert done.exit_code == 0
    said = " ".join(done.stdout.split())
    assert "NOT known to +- 0.1 pt. After 10 days, the most that --at-most allows" in said
    assert "days would do." in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--precision", "service_level"], "is not MEASURE=WIDTH, such as"),
        (["--precision", "=1"], "is not MEASURE=WIDTH, such as"),
        (["--precision", "asa=1s", "--precision", "asa=2s"], "asa is given twice"),
        (["--precision", "asaa=1s"], '--precision: There is no measure "asaa". Did you mean "asa"'),
        (["--precision", "asa=1s", "-n", "50"], "leave out --replications"),
        (["--at-most", "50"], "--at-most goes with --precision"),
        (["--precision", "callback_delay=1s", "--at-most", "5"], "nothing of the kind happened"),
    ],
)
@pytest.mark.parametrize("command", ["run", "compare"])
def test_a_mistake_is_one_message(
    file: Path, command: str, arguments: list[str], said: str
) -> None:
    done = call(command, file, *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert done.stdout == ""


def test_the_help_names_the_most_days() -> None:
    assert options.AT_MOST == AT_MOST
    assert f"{AT_MOST:,}" in call("compare", "--help").stdout


def test_python_has_it_as_the_design_says(file: Path) -> None:
    results = sim.run(sim.load(file), precision={"asa": 60.0}, at_most=200)
    assert results.precision is not None
    assert results.days == FIRST
