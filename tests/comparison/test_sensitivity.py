"""Levers against the same change made by hand, the grid against runs, the room against theory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from scipy.optimize import brentq

import sim
from sim.comparison.levers import HANDLING, LEVERS, NAMES, VOLUME, OutOfRange, chosen, lever_of
from sim.comparison.room import ROUGH, STEP, factor_of, first_to_fail, limit_of, limits_of
from sim.comparison.sensitivity import PARTS, Sensitivity, sensitivity
from sim.comparison.trials import MOVED, Trial, Trials
from sim.measures.intervals import Estimate, half_width
from sim.report.verdict import judgements
from sim.scenario import Scenario, load
from sim.scenario.aims import Aim, aims_of
from sim.scenario.scaling import multiplied, scaled
from sim.scenario.variations import Variations
from sim.theory.day import Day
from tests.comparison.everything import EVERYTHING, PLAIN

ROOT = Path(__file__).parents[2]
LEVER = {lever.name: lever for lever in LEVERS}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("line") / "everything.toml"
    file.write_text(EVERYTHING, "utf-8")
    return file


@pytest.fixture(scope="module")
def everything(path: Path) -> Scenario:
    return load(path)


@pytest.fixture(scope="module")
def result(everything: Scenario) -> Sensitivity:
    return sensitivity(everything, replications=2, seed=3, parts=("tornado", "grid"))


def turned(scenario: Scenario, name: str, factor: float) -> dict[str, Any]:
    """The scenario with one lever turned, as plain values."""
    lever = LEVER[name]
    varied = Variations(scenario).varied(lambda tables: lever.turn(tables, scenario, factor))
    return varied.model_dump()


BY_HAND: dict[str, Mapping[str, str | float]] = {
    "volume": {"callers.*.volume": "x 1.1"},
    "handling": {
        "callers.cards.talk.lognormal.mean": "x 1.1",
        "callers.cards.wrap_up.exponential": "x 1.1",
        "callers.other.talk": "x 1.1",
        "operators.team.skills.cards.wrap_up": "x 1.1",
    },
    "patience": {
        "callers.cards.patience.hazard.from.1": "x 1.1",
        "callers.cards.patience.hazard.per_minute.0": 1.0 / 1.1,
        "callers.cards.patience.hazard.per_minute.1": 0.2 / 1.1,
    },
    "hang_up_at_once": {"callers.cards.patience.hang_up_at_once": "x 1.1"},
    "absence": {"operators.team.absence": "x 1.1"},
    "lateness": {"operators.team.late.share": "x 1.1"},
    "repeat": {
        "callers.cards.repeat.share": "x 1.1", "operators.team.skills.cards.resolves": 0.89,
    },
    "transfer": {"callers.cards.transfer.share": "x 1.1"},
    "messages": {
        "hold_messages.m.filler.patience": 0.9**1.1,
        "hold_messages.m.messages.sorry.patience": 0.5**1.1,
        "hold_messages.m.messages.sorry.hang_up": "x 1.1",
        "hold_messages.m.messages.wait.levels.hang_up.1": "x 1.1",
        "hold_messages.m.messages.wait.levels.patience.0": 0.64**1.1,
        "hold_messages.m.messages.wait.broken_promise": 1.44**1.1,
    },
    "callback": {"callers.cards.callback.accepts": "x 1.1"},
    "balking": {
        "callers.cards.balk.share.0": "x 1.1", "callers.cards.balk.share.1": "x 1.1",
    },
    "menu": {"callers.cards.ivr.contained": "x 1.1"},
    "busyness": {"busyness.cv": "x 1.1", "callers.other.busyness.shape": 25.0 / 1.1**2},
    "wages": {"operators.*.wage": "x 1.1"},
    "lost_calls": {"callers.cards.money.lost_call_cost": "x 1.1"},
}  # fmt: skip
"""What each lever does when it is turned up by a tenth, by dotted names."""


@pytest.mark.parametrize("name", BY_HAND)
def test_lever_is_the_change_by_hand(path: Path, everything: Scenario, name: str) -> None:
    assert turned(everything, name, 1.1) == load(path, change=BY_HAND[name]).model_dump()


def test_every_lever_is_tried_by_hand() -> None:
    assert set(NAMES) == {*BY_HAND, "redial"}


def test_redials_less_by_hand_and_more_cannot_be(path: Path, everything: Scenario) -> None:
    less = {
        "callers.cards.redial.share": "x 0.9",
        "callers.cards.redial.later_share": "x 0.9",
    }
    assert turned(everything, "redial", 0.9) == load(path, change=less).model_dump()
    with pytest.raises(OutOfRange, match=r"later_share is 0\.95 and would be 1\.045, above 1"):
        turned(everything, "redial", 1.1)


@pytest.mark.slow
def test_differences_are_those_of_separate_runs(path: Path, result: Sensitivity) -> None:
    for name in ("volume", "absence", "wages"):
        changed = sim.run(load(path, change=BY_HAND[name]), 2, 3).measures
        (swing,) = [each for each in result.swings if each.lever.name == name]
        for measure in MOVED:
            base, move = result.base.measures[measure], swing.sides[1].differences[measure]
            one, other = changed[measure].value, base.value
            assert one is not None
            assert other is not None
            assert move.value == one - other
            half = half_width(changed[measure].influence - base.influence)
            assert move.high is not None
            assert move.high == pytest.approx(move.value + half, rel=1e-12)


@pytest.mark.slow
def test_grid_holds_separate_runs(path: Path, result: Sensitivity) -> None:
    change = {"callers.*.volume": "x 1.2"} | dict.fromkeys(BY_HAND["handling"], "x 0.9")
    direct = sim.run(load(path, change=change), 2, 3)
    (cell,) = [each for each in result.cells if (each.volume, each.handling) == (0.2, -0.1)]
    for measure in MOVED:
        assert cell.trial.measures[measure].document() == direct.measures[measure].document()
    assert cell.trial.missed() == sum(not each.met for each in judgements(direct))
    assert len(result.cells) == len(result.grid()) == 25


@pytest.mark.slow
def test_tornado_is_sorted_and_has_all_that_there_is(result: Sensitivity) -> None:
    assert {swing.lever.name for swing in result.swings} == set(NAMES)
    assert result.absent == ()
    for measure in MOVED:
        reach = [swing.reach(measure) for swing in result.tornado(measure)]
        assert reach == sorted(reach, reverse=True)
    (redial,) = [swing for swing in result.swings if swing.lever.name == "redial"]
    assert redial.sides[1].differences == {}
    assert "above 1" in redial.sides[1].impossible
    table = result.table()
    assert len(table) == len(MOVED) * (2 * len(NAMES) - 1)
    assert (table.low <= table.change).all()


@pytest.mark.slow
def test_document_is_plain_json(result: Sensitivity) -> None:
    document = json.loads(json.dumps(result.document(), allow_nan=False))
    assert document["by"] == 0.1
    assert [each["lever"] for each in document["levers"]] == list(NAMES)
    assert document["room"] == {}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    file = tmp_path_factory.mktemp("plain") / "plain.toml"
    file.write_text(PLAIN, "utf-8")
    return load(file)


def test_what_a_scenario_has_not_is_told_and_not_turned(plain: Scenario) -> None:
    found = sensitivity(plain, only=("redial", "absence", "wages"), replications=2, parts=PARTS[:1])
    assert [lever.name for lever in found.absent] == ["redial", "absence"]
    assert [swing.lever.name for swing in found.swings] == ["wages"]
    assert found.cells == found.limits == ()


def test_plan_and_changes_are_kept(path: Path) -> None:
    scenario = load(path, "two_more", {"callers.cards.volume": "+50 %"})
    varied = Variations(scenario).varied(lambda tables: VOLUME.turn(tables, scenario, 1.1))
    assert varied.callers["cards"].volume == pytest.approx(1.65, abs=1e-15)
    assert varied.plan == "two_more"
    assert varied.operators["team"].shifts is not None
    assert varied.operators["team"].shifts["a"].operators == 8


def test_a_file_that_is_another_by_now_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "line.toml"
    file.write_text(PLAIN, "utf-8")
    scenario = load(file)
    file.write_text(PLAIN.replace("per_hour = 90", "per_hour = 91"), "utf-8")
    with pytest.raises(ValueError, match="has been changed since"):
        Variations(scenario)


@pytest.mark.parametrize(
    "law",
    [
        "2 min", {"constant": "2 min"}, {"exponential": "2 min"},
        {"lognormal": {"mean": "2 min", "cv": 1.3}}, {"gamma": {"mean": "2 min", "cv": 0.5}},
        {"weibull": {"mean": "2 min", "shape": 1.3}}, {"erlang": {"mean": "2 min", "stages": 3}},
        {"uniform": ["1 min", "3 min"]}, {"triangular": ["1 min", "2 min", "4 min"]},
        {"hyperexponential": {"shares": [0.25, 0.75], "means": ["1 min", "3 min"]}},
        {"empirical": ["30 s", "2 min", "7 min"]},
        {"hazard": {"from": ["0 s", "40 s"], "per_minute": [2.0, 0.5]}, "hang_up_at_once": 0.2},
        {"by_interval": ["1 min", {"exponential": "3 min"}], "every": "2 h"},
        {"from_report": {"abandonment": 0.05, "mean_wait": "20 s"}},
    ],
)  # fmt: skip
def test_scaled_laws_are_stretched(tmp_path: Path, law: Any) -> None:
    def read(written: Any) -> Any:
        file = tmp_path / "law.toml"
        file.write_text(PLAIN, "utf-8")
        change = cast(Any, {"callers.calls.patience": written})
        return load(file, change=change).callers["calls"].patience

    before = read(law)
    after = read(scaled(law, 1.25, before))
    assert after.hang_up_at_once == before.hang_up_at_once
    chance = np.linspace(0.01, 0.99, 23)
    for one, other in zip(laws(before.law), laws(after.law), strict=True):
        assert other.mean == pytest.approx(1.25 * one.mean, rel=1e-12)
        assert other.quantile(chance) == pytest.approx(1.25 * one.quantile(chance), rel=1e-9)


def laws(law: Any) -> Any:
    return getattr(law, "laws", (law,))


def test_multiplied_is_exact_in_decimals() -> None:
    assert multiplied(0.1, 1.1) == 0.11
    assert multiplied("90 s", 0.9) == "81.0 s"


def test_a_forecast_that_brings_handling_times_is_turned_at_the_desks(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(
        "start,calls,aht\n" + "".join(f"{h:02}:00,60,{150 + h}\n" for h in range(8, 12)), "utf-8"
    )
    file = tmp_path / "line.toml"
    arrivals = '{ file = "f.csv", time = "start", calls = "calls", handling = "aht" }'
    file.write_text(PLAIN.replace("{ per_hour = 90 }", arrivals), "utf-8")
    scenario = load(file)
    varied = Variations(scenario).varied(lambda tables: HANDLING.turn(tables, scenario, 1.1))
    one, other = (sim.run(each, 3).measures["handling_mean"].value for each in (scenario, varied))
    assert one is not None
    assert other == pytest.approx(1.1 * one, rel=0.03)
    assert varied.operators["team"].skills["calls"].handling_factor == 1.1


def test_own_levers(path: Path, everything: Scenario) -> None:
    own = lever_of("wait", "hold_messages.m.messages.*.at")
    varied = Variations(everything).varied(lambda t: own.turn(t, everything, 2.0))
    assert [m.at for m in varied.hold_messages["m"].messages.values()] == [20.0, 40.0, 0.0]
    for place, told in (
        ("callers.cadrs.volume", 'there is no "cadrs"'),
        ("callers.cards.talk", "not one number or duration"),
        ("callers.cards.label", "not a number or a duration"),
    ):
        with pytest.raises(ValueError, match=told):
            sensitivity(everything, levers={"mine": place}, replications=1, parts=PARTS[:1])


def test_wrong_wishes_are_refused(everything: Scenario) -> None:
    for by in (0.0, -0.1, 0.5, float("nan")):
        with pytest.raises(ValueError, match="above 0 % and below 50%"):
            sensitivity(everything, by=by)
    with pytest.raises(ValueError, match='no lever "volumes"'):
        sensitivity(everything, only=["volumes"])
    with pytest.raises(ValueError, match='no part "all"'):
        sensitivity(everything, parts=["all"])
    with pytest.raises(ValueError, match='a lever "volume" already'):
        chosen(None, [lever_of("volume", "callers.cards.volume")])


def test_aims_are_the_targets_that_the_verdict_judges() -> None:
    for name in ("bank", "help_desk", "clinic"):
        scenario = load(ROOT / "scenarios" / f"{name}.toml")
        results = sim.run(scenario, 1)
        judged = [(each.measure, each.bound, each.at_least) for each in judgements(results)]
        assert [(a.measure, a.bound, a.at_least) for a in aims_of(scenario)] == judged


class Straight:
    """Trials in which a target's slack falls by a (nearly) straight line, known to +- half."""

    replications = 50

    def __init__(self, at_zero: float, slope: float, half: float, bend: float = 0.0) -> None:
        wave = np.tile([1.0, -1.0], 25)
        self.influence = wave * half / half_width(wave)
        self.line = at_zero, slope, bend
        self.aim = Aim("abandonment", None, 0.05)
        self.seen: dict[float, Trial] = {}
        self.trial()

    def trial(self, *turned: tuple[Any, float]) -> Trial:
        factor = turned[0][1] if turned else 1.0
        if factor not in self.seen:
            turn = factor - 1
            slack = self.line[0] - self.line[1] * turn - self.line[2] * turn**2
            estimate = Estimate(0.05 - slack, None, None, None, None, "share", self.influence,
                                self.influence)  # fmt: skip
            self.seen[factor] = Trial({}, {self.aim: estimate}, {self.aim: True})
        return self.seen[factor]

    def along(self, lever: Any) -> dict[float, Trial]:
        return self.seen


@pytest.mark.parametrize(
    ("at_zero", "slope", "half", "value", "ends"),
    [
        (0.05, 0.8, 0.008, 0.0625, (0.0525, 0.0725)),
        (0.001, 0.5, 0.01, 0.002, (-0.018, 0.022)),
        (-0.03, 0.4, 0.004, -0.075, (-0.085, -0.065)),
        (0.30, 0.5, 0.05, 0.6, (0.5, 0.7)),
        (-0.395, 0.5, 0.0, -0.79, (-0.79, -0.79)),
    ],
)
def test_limits_of_a_straight_line(
    at_zero: float, slope: float, half: float, value: float, ends: tuple[float, float]
) -> None:
    trials = Straight(at_zero, slope, half)
    limit = limit_of(cast(Any, trials), VOLUME, trials.aim)
    assert limit.kept == (at_zero >= 0)
    assert limit.value == pytest.approx(value, abs=1e-9)
    assert (limit.low, limit.high) == pytest.approx(ends, abs=1e-9)


def test_the_first_to_fail_is_known_to_half_a_per_cent_and_others_to_two() -> None:
    exact = (np.sqrt(0.64 + 4 * 2 * 0.05) - 0.8) / 4
    trials = Straight(0.05, 0.8, 0.008, bend=2.0)

    def bracket() -> float:
        turns = np.array(sorted(trials.seen)) - 1
        return float(turns[turns > exact].min() - turns[turns < exact].max())

    rough = limit_of(cast(Any, trials), VOLUME, trials.aim, ROUGH)
    assert STEP < bracket() <= ROUGH + 1e-9
    assert rough.value == pytest.approx(exact, abs=0.0005)
    (fine,) = limits_of(cast(Any, trials), VOLUME, [trials.aim])
    assert bracket() <= STEP + 1e-9
    assert fine.value == pytest.approx(exact, abs=0.00005)


def test_what_is_never_missed_or_never_kept_has_no_limit() -> None:
    fine, hopeless = Straight(0.5, 0.1, 0.01), Straight(-0.5, 0.1, 0.01)
    limits = [limit_of(cast(Any, each), VOLUME, each.aim) for each in (fine, hopeless)]
    assert [(each.kept, each.value) for each in limits] == [(True, None), (False, None)]
    assert first_to_fail(limits) is limits[1]
    assert max(fine.seen) == factor_of(1.0)
    assert min(hopeless.seen) == factor_of(-0.9)


def exact_abandonment(factor: float) -> float:
    """Of the plain morning with so many times the calls, by the Kolmogorov equations."""
    day = Day([0.0, 4 * 3600.0], [factor * 90 / 3600], [6], 200.0, 120.0)
    return day.totals(20.0).abandoned / day.totals(20.0).offered


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_room_holds_what_the_equations_say(plain: Scenario, seed: int) -> None:
    trials = Trials(plain, 60, seed, None, "kernel", expected=10)
    (aim,) = aims_of(plain)
    limit = limit_of(trials, VOLUME, aim)
    exact = brentq(lambda turn: exact_abandonment(1 + turn) - aim.bound, 0.0, 0.5, xtol=1e-4)
    assert limit.kept
    assert limit.low is not None
    assert limit.high is not None
    assert limit.low < exact < limit.high
    assert limit.high - limit.low < 0.15
    nearest = sorted(abs(factor - 1 - (limit.value or 0)) for factor in trials.along(VOLUME))
    assert nearest[1] <= 0.005


def test_names_of_the_namespace() -> None:
    assert sim.sensitivity is sensitivity
    assert sim.Sensitivity is Sensitivity
