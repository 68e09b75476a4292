"""The search for the fewest operators: exact Erlang A, brute force, and one fewer that misses."""

from __future__ import annotations

import itertools
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.experiment import run
from sim.measures.intervals import wilson
from sim.measures.required import carried_over
from sim.report.verdict import judgements
from sim.scenario.aims import Aim, aims_of
from sim.staffing.aims import Gaps, gaps_of
from sim.staffing.confirming import Confirming, judged_with_care, surely
from sim.staffing.judging import InEveryInterval, OnTheDay, WithAChance, days_met
from sim.staffing.moving import Slopes, effect_of
from sim.staffing.search import one_fewer
from sim.staffing.seats import with_seats
from sim.staffing.staff import Task, judge_of, started
from sim.staffing.trials import Trials
from sim.theory.erlang import Line, operators_needed

SCENARIOS = Path(__file__).parents[2] / "scenarios"

STATIONARY = """
name = "A line that never closes"
[day]
opens = "00:00"
closes = "24:00"
interval = "24 h"
[targets]
service_level = {{ share = {share}, within = "{within} s" }}
[callers.calls]
arrivals = {{ per_hour = {calls} }}
talk = {{ exponential = "{handling} s" }}
patience = {{ exponential = "{patience} s" }}
[operators.people]
skills = ["calls"]
headcount = 1
"""

CASES = (
    (45, 180, 120, 0.8, 10), (45, 300, 120, 0.8, 10), (20, 240, 300, 0.8, 10),
    (240, 120, 300, 0.7, 20), (60, 180, 120, 0.9, 20), (60, 420, 300, 0.7, 10),
    (20, 420, 60, 0.9, 10), (20, 240, 120, 0.9, 10), (20, 180, 180, 0.9, 60),
    (20, 120, 180, 0.7, 30), (60, 180, 180, 0.8, 30), (90, 180, 300, 0.9, 60),
    (45, 240, 300, 0.8, 20), (240, 420, 300, 0.7, 30), (20, 180, 180, 0.7, 30),
    (45, 120, 300, 0.8, 60), (90, 180, 60, 0.7, 10), (90, 180, 180, 0.7, 60),
    (60, 120, 120, 0.7, 60), (45, 240, 120, 0.9, 10),
)  # fmt: skip
"""Calls an hour, handling, patience, share and threshold: drawn by lot from those of a grid where
both neighbours are 2 points or more from the target."""


@pytest.mark.slow
@pytest.mark.parametrize("calls, handling, patience, share, within", CASES)
def test_stationary_cases_are_those_of_exact_erlang_a(
    tmp_path: Path, calls: int, handling: int, patience: int, share: float, within: int
) -> None:
    exact = int(operators_needed(calls / 3600, handling, patience, share=share, within=within))
    for number, sign in ((exact, 1), (exact - 1, -1)):
        level = Line(calls / 3600, handling, number, patience).service_level(within)
        assert sign * (level - share) > 0.02
    file = tmp_path / "line.toml"
    file.write_text(
        STATIONARY.format(
            calls=calls, handling=handling, patience=patience, share=share, within=within
        )
    )
    contacts = calls * 24
    days = max(4, round(16_000 / contacts))
    found = sim.staff(sim.load(file), replications=days, fresh=4 * days, engine="kernel")
    assert found.seats["people"].tolist() == [exact]
    assert found.met
    level = Line(calls / 3600, handling, exact, patience).service_level(within)
    assert found.results.measures["service_level"].value == pytest.approx(level, abs=0.02)
    fraction = operators_needed(calls / 3600, handling, patience, share=share, within=within,
                                whole=False)  # fmt: skip
    assert found.fractional[0, 0] == pytest.approx(fraction, rel=0.05)


DAY = """
name = "Two kinds of calls"
[day]
opens = "08:00"
closes = "{closes}"
interval = "1 h"
[targets]
service_level = {{ share = 0.75, within = "30 s" }}
abandonment = {{ at_most = 0.10 }}
{more}
[callers.orders]
arrivals = {{ per_hour = 30 }}
talk = {{ exponential = "4 min" }}
patience = {{ exponential = "3 min" }}
redial = {{ share = 0.4, delay = "4 min" }}
[callers.claims]
arrivals = {{ per_hour = 18 }}
talk = {{ exponential = "5 min" }}
patience = {{ exponential = "3 min" }}
targets = {{ service_level = {{ share = 0.60 }} }}
[operators.clerks]
skills = ["orders"]
headcount = 3
wage = 20.0
[operators.both]
skills = ["orders", "claims"]
headcount = 3
wage = 26.0
on_costs = 0.1
"""


def scenario(tmp_path: Path, closes: str = "12:00", more: str = "") -> sim.Scenario:
    file = tmp_path / "day.toml"
    file.write_text(DAY.format(closes=closes, more=more))
    return sim.load(file)


def begun(line: sim.Scenario, days: int, meets: str = "day"):
    """A search at its start, with the model in SimPy."""
    task = Task(line, tuple(line.operators), aims_of(line), "cost", 1)
    return started(task, Trials(line, days, 3, engine="simpy"), meets, None)


@pytest.mark.slow
def test_the_cheapest_mix_is_that_of_brute_force(tmp_path: Path) -> None:
    line = scenario(tmp_path, "10:00")
    search, point, slopes = begun(line, 6)
    best, _ = search.best(point, slopes)
    met = {}
    near = [range(max(n - 1, 0), n + 2) for n in best.seats.ravel().tolist()]
    for seats in itertools.product(*near):
        other = np.array(seats).reshape(best.seats.shape)
        # Only what is cheaper can show that the answer is not the best.
        if search.spent(other) < search.spent(best.seats) and (other.sum(axis=1) > 0).all():
            met[seats] = search.missing(search.point(other))
    assert search.missing(best) == 0
    assert len(met) > 20
    assert min(met.values()) > 0


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory):
    line = scenario(tmp_path_factory.mktemp("day"), "10:00")
    search, point, slopes = begun(line, 6)
    point, slopes = search.best(point, slopes)
    confirming = Confirming(search, Trials(line, 12, 3, first=6, engine="simpy"), False)
    now, point = confirming.confirmed(point, slopes)
    now, fewer, *_ = confirming.fewest(now, slopes)
    return confirming, now, fewer, slopes


@pytest.mark.slow
def test_one_operator_fewer_anywhere_misses(day) -> None:
    confirming, now, fewer, _ = day
    assert confirming.missing(now.judged.slack) == 0
    assert confirming.missing(fewer.judged.slack) > 0
    cells = confirming.search.removable(now.seats)
    assert len(cells) >= 2
    for cell in cells:
        other = confirming.checked(one_fewer(now.seats, cell))
        assert confirming.missing(other.judged.slack) > 0


@pytest.mark.slow
def test_fresh_days_are_others(day) -> None:
    confirming, now, _, _ = day
    assert confirming.fresh.numbers.start == confirming.search.trials.numbers.stop
    alone = run(now.trial.scenario, 18, seed=3, engine="simpy")
    own = alone.measures["service_level"].days[6:]
    np.testing.assert_array_equal(
        sim.Results(now.trial.scenario, 3, "simpy", now.trial.ledger)
        .measures["service_level"].days, own,
    )  # fmt: skip


@pytest.mark.slow
def test_slopes_of_seats_far_apart_are_those_of_single_seats(tmp_path: Path) -> None:
    search, point, slopes = begun(scenario(tmp_path, "16:00"), 6)
    for cell in (2, 5, 9):
        one = search.point(one_fewer(point.seats, cell))
        loss = point.judged.slack - one.judged.slack
        np.testing.assert_allclose(slopes.less[cell], np.maximum(loss, 0), atol=0.004)


@pytest.mark.parametrize("name", ["bank", "help_desk", "online_store", "clinic"])
def test_aims_are_the_targets_that_a_run_judges(name: str) -> None:
    line = sim.load(SCENARIOS / f"{name}.toml")
    aims = aims_of(line)
    results = run(line, 3, engine="simpy")
    judged = judgements(results)
    assert [(a.measure, a.bound, a.at_least) for a in aims] == [
        (each.measure, each.bound, each.at_least) for each in judged
    ]
    slack = OnTheDay().judged(gaps_of(Trials(line, 3, engine="simpy").of(line), aims)).slack
    for spare, each in zip(slack, judged, strict=True):
        sign = 1 if each.at_least else -1
        assert spare == pytest.approx(sign * (each.estimate.value - each.bound), abs=1e-12)


def test_a_chance_is_met_when_so_many_days_meet_every_aim() -> None:
    generator = np.random.default_rng(5)
    for chance in (0.5, 0.8, 0.9, 0.99):
        for _ in range(50):
            slack = generator.normal(0.4, 1.0, (2, 30, 3))
            gaps = Gaps(slack, np.ones_like(slack) * 7)
            judged = WithAChance(chance).judged(gaps)
            assert (judged.slack[0] >= 0) == (days_met(gaps).mean() >= chance - 1e-12)


def test_a_share_that_is_surely_reached() -> None:
    # Wilson: 97 of 100 have the lower end .9155, 95 of 100 have .8882, 96 have .9016.
    assert surely(0.9, 100) == 0.96
    assert surely(0.99, 20) == 1.0


def test_load_carried_over_is_that_of_small_steps(tmp_path: Path) -> None:
    line = scenario(tmp_path)
    ledger = Trials(line, 1, engine="simpy").of(line).ledger
    offered = np.array([[10.0, 4.0], [30.0, 0.0], [5.0, 9.0], [0.0, 20.0]])
    handling = np.array([240.0, 1500.0])
    load, wanted, step = np.zeros(2), np.zeros((4, 2)), 0.5
    for tick in range(4 * 7200):
        row = tick // 7200
        wanted[row] += load * step
        load = load + step * (offered[row] / 3600 - load / handling)
    np.testing.assert_allclose(
        carried_over(offered, handling, ledger), wanted / handling, rtol=2e-3, atol=1e-2
    )


@pytest.mark.slow
@pytest.mark.parametrize("meets", ["intervals", "chance=0.8"])
def test_other_readings_of_meeting_the_targets(tmp_path: Path, meets: str) -> None:
    line = scenario(tmp_path, "11:00")
    found = sim.staff(line, meets, replications=5, fresh=10, seed=2, engine="simpy")
    assert found.met
    gaps = found.found.gaps
    if meets == "intervals":
        assert (gaps.slack.sum(axis=1) >= 0).all()
        seats = found.found.seats
        assert ((found.exact <= seats) & (found.exact >= seats - 1)).all()
    else:
        assert (gaps.slack.sum(axis=2) >= 0).all(axis=0).mean() >= 0.8
        assert found.standings[0].value == days_met(gaps).mean()


@pytest.mark.slow
def test_only_some_groups_are_staffed(tmp_path: Path) -> None:
    line = scenario(tmp_path, "10:00")
    found = sim.staff(line, groups=["both"], replications=4, fresh=4, engine="simpy")
    assert list(found.seats) == ["both"]
    assert found.scenario.operators["clerks"] == line.operators["clerks"]


@cache
def impossible(folder: Path) -> sim.Staffing:
    line = scenario(folder, "10:00", "[trunks]\nlines = 2")
    return sim.staff(line, replications=4, fresh=4, engine="simpy")


@pytest.mark.slow
def test_targets_out_of_reach_are_told_with_the_best(tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("lines")
    found = impossible(folder)
    level = found.standings[0]
    assert not found.met
    assert not level.reachable
    assert level.short == pytest.approx(0.75 - level.value)
    # No number of operators does much better.
    many = run(sim.load(folder / "day.toml", change={"operators.both.headcount": 40}), 8,
               engine="simpy")  # fmt: skip
    best = many.measures["service_level"].days[4:].mean()
    assert level.value == pytest.approx(best, abs=0.05)
    assert found.seats["both"].max() < 12


@pytest.mark.parametrize(
    "options, message",
    [
        ({"groups": ["nobody"]}, 'no operator group "nobody"; there are clerks, both'),
        ({"meets": "chance=1.2"}, "is not"),
        ({"meets": "often"}, "is not"),
        ({"least": "time"}, "least is"),
        ({"replications": 1}, "2 days or more"),
    ],
)
def test_what_cannot_be_searched_for(tmp_path: Path, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sim.staff(scenario(tmp_path), **{"replications": 2, "engine": "simpy", **options})


def test_a_scenario_without_targets_and_one_without_wages(tmp_path: Path) -> None:
    line = scenario(tmp_path)
    bare = line.model_copy(update={"targets": type(line.targets)()})
    bare = bare.model_copy(update={"callers": {
        name: kind.model_copy(update={"targets": None}) for name, kind in line.callers.items()
    }})  # fmt: skip
    with pytest.raises(ValueError, match="sets no target"):
        sim.staff(bare)
    free = {name: each.model_copy(update={"wage": 0.0}) for name, each in line.operators.items()}
    with pytest.raises(ValueError, match="has no wage"):
        sim.staff(line.model_copy(update={"operators": free}), least="cost")


def test_judge_of_words() -> None:
    assert judge_of("chance=90%", 4) == WithAChance(0.9)
    assert judge_of("intervals", 4).named(5) == (1, 1)


NIGHT = """
name = "Nobody there in the second hour"
[day]
opens = "09:00"
closes = "11:00"
interval = "1 h"
[targets]
service_level = { share = 0.50, within = "20 s", counts = "answered" }
[callers.calls]
arrivals = { per_hour = 30 }
talk = { exponential = "1 min" }
patience = { exponential = "1 min" }
[operators.people]
skills = ["calls"]
headcount = [4, 0]
every = "1 h"
"""


def test_what_nobody_can_be_judged_in_is_missed_only_where_it_is_judged_alone(tmp_path) -> None:
    file = tmp_path / "night.toml"
    file.write_text(NIGHT)
    line = sim.load(file)
    trial = Trials(line, 4, engine="simpy").of(line)
    aims = aims_of(line)
    slack = {
        meets: judge.judged(gaps_of(trial, aims, judge.together)).slack
        for meets in ("day", "intervals", "chance=0.9")
        for judge in [judge_of(meets, 2)]
    }
    # As `run` judges: those who were answered, whenever they phoned.
    level = sim.run(line, 4, engine="simpy").measures["service_level"].value
    assert slack["day"] == pytest.approx([level - 0.5])
    assert slack["day"][0] > 0.2
    assert slack["chance=0.9"][0] > 0.2
    # By itself the second hour, in which people phoned and nobody was answered, is missed.
    assert slack["intervals"] == pytest.approx([level - 0.5, -0.5])


def test_a_day_on_which_nobody_is_answered_is_missed(tmp_path) -> None:
    file = tmp_path / "night.toml"
    file.write_text(NIGHT)
    line = sim.load(file)
    nobody = with_seats(line, {"people": np.array([0, 0])})
    trial = Trials(line, 2, engine="simpy").of(nobody)
    for meets in ("day", "chance=0.5"):
        judge = judge_of(meets, 2)
        assert judge.judged(gaps_of(trial, aims_of(line), judge.together)).slack[0] < -0.4


def test_sure_goes_by_the_interval_that_a_run_shows(tmp_path) -> None:
    file = tmp_path / "night.toml"
    file.write_text(NIGHT.replace("[callers.calls]", "abandonment = { at_most = 0.6 }\n"
                                  "occupancy = { at_most = 0.8 }\n[callers.calls]"))  # fmt: skip
    line = sim.load(file)
    trial, aims, judge = Trials(line, 6, engine="simpy").of(line), aims_of(line), OnTheDay()
    gaps = gaps_of(trial, aims, judge.together)
    measures = sim.run(line, 6, engine="simpy").measures
    assert len(aims) == 3
    plain, sure = (judged_with_care(judge, gaps, each, aims).slack for each in (False, True))
    for number, aim in enumerate(aims):
        known = measures[aim.measure]
        assert plain[number] == pytest.approx(aim.slack(known.value))
        assert sure[number] == pytest.approx(aim.slack(known.low if aim.at_least else known.high))


def test_sure_of_a_share_that_is_1_on_every_day_has_wilsons_doubt() -> None:
    slack, base = np.full((1, 4, 1), 0.2 * 10), np.full((1, 4, 1), 10.0)
    aims = (Aim("service_level", None, 0.8),)
    for judge in (OnTheDay(), InEveryInterval(1)):
        (found,) = judged_with_care(judge, Gaps(slack, base), True, aims).slack
        assert found == pytest.approx(wilson(1.0, 40)[0] - 0.8)


def test_what_a_step_does_to_first_order() -> None:
    slopes = Slopes(np.array([[0.1], [0.2], [0.0]]), np.array([[0.3], [0.0], [0.4]]))
    # One more of the first, two more of the second (the other wins .6 of it), two less of the
    # third (the other loses 1.6 times as much).
    found = effect_of(np.array([1, 2, -2]), slopes)
    assert found == pytest.approx([0.1 + 0.2 * 1.6 - 0.4 * 2.6])
