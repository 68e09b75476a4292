"""Operators of a replication: absence, lateness and pace, each from a stream of its own."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.attendance import Staff
from sim.callers import Streams, draw
from sim.scenario import Scenario, load

SIGMAS, SEED, REPLICATION = 4.0, 11, 3
TEXT = """
name = "Staff"
[day]
opens = "08:00"
closes = "20:00"
interval = "30 min"
DAYS
[callers.a]
arrivals = { per_hour = 1 }
talk = "1 min"
patience = "never"
[operators.first]
skills = ["a"]
MORE
shifts = { early = { operators = EARLY, from = "08:00", to = "16:00" } }
[operators.second]
skills = ["a"]
absence = 0.25
headcount = SEATS
"""
ALL = """absence = 0.1
late = { share = 0.3, by = { exponential = "5 min" } }
pace = { cv = 0.4 }
learning = { new = 1.5, halves_in = "4 weeks", tenure = { uniform = ["0 weeks", "52 weeks"] } }
"""
WEEK = 'days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]'


def scenario_of(
    folder: Path, early: int = 2000, seats: int = 10, days: str = WEEK, more: str = ALL
) -> Scenario:
    path = folder / "staff.toml"
    text = TEXT.replace("EARLY", str(early)).replace("SEATS", str(seats))
    path.write_text(text.replace("DAYS", days).replace("MORE", more), encoding="utf-8")
    return load(path)


def staff_of(scenario: Scenario) -> Staff:
    return draw(scenario, REPLICATION, SEED)[1]


def by_day(scenario: Scenario, column: NDArray[np.generic]) -> NDArray[np.generic]:
    return column.reshape(-1, len(scenario.calendar_days))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Staff]:
    scenario = scenario_of(tmp_path_factory.mktemp("many"))
    return scenario, staff_of(scenario)


def test_a_row_an_operator_and_day(many: tuple[Scenario, Staff]) -> None:
    scenario, staff = many
    assert len(staff.operator) == len(staff.pace) == 2010
    assert len(staff.absent) == len(staff.late) == 2010 * 7
    assert np.array_equal(staff.operator, np.arange(2010))
    assert scenario.operators["first"].size == 2000


def test_draws_come_from_streams_by_group_purpose_and_day(many: tuple[Scenario, Staff]) -> None:
    scenario, staff = many
    streams = Streams(SEED, REPLICATION)
    absent, late = by_day(scenario, staff.absent), by_day(scenario, staff.late)
    for day in range(7):
        chance = streams.open("first", "absence", day + 1).random(2000)
        assert np.array_equal(absent[:2000, day], chance < 0.1)
        seats = streams.open("second", "absence", day + 1).random(10)
        assert np.array_equal(absent[2000:, day], seats < 0.25)
        is_late = streams.open("first", "late", day + 1).random(2000) < 0.3
        by = -300 * np.log1p(-streams.open("first", "late_by", day + 1).random(2000))
        np.testing.assert_allclose(late[:2000, day], np.where(is_late, by, 0.0), rtol=1e-12)
    quick = stats.lognorm.ppf(
        streams.open("first", "pace").random(2000),
        s=math.sqrt(math.log(1.16)), scale=1 / math.sqrt(1.16),
    )  # fmt: skip
    weeks = 52 * streams.open("first", "tenure").random(2000)
    np.testing.assert_allclose(staff.pace[:2000], quick * (1 + 0.5 * 2 ** (-weeks / 4)), rtol=1e-10)
    assert np.all(staff.pace[2000:] == 1)
    assert not late[2000:].any()


def test_shares_are_those_asked_for(many: tuple[Scenario, Staff]) -> None:
    scenario, staff = many
    absent = by_day(scenario, staff.absent)[:2000]
    late = by_day(scenario, staff.late)[:2000]
    number = absent.size
    assert abs(absent.mean() - 0.1) < SIGMAS * math.sqrt(0.1 * 0.9 / number)
    assert abs((late > 0).mean() - 0.3) < SIGMAS * math.sqrt(0.3 * 0.7 / number)
    assert abs(late[late > 0].mean() - 300) < SIGMAS * 300 / math.sqrt((late > 0).sum())
    # One day tells nothing of the next, and absence nothing of pace.
    again = np.corrcoef(absent[:, 0], absent[:, 1])[0, 1]
    assert abs(again) < SIGMAS / math.sqrt(2000)
    assert abs(np.corrcoef(absent[:, 0], staff.pace[:2000])[0, 1]) < SIGMAS / math.sqrt(2000)


def test_the_mean_pace_is_1(tmp_path: Path) -> None:
    staff = staff_of(scenario_of(tmp_path, 20_000, days="", more="pace = { cv = 0.4 }\n"))
    pace = staff.pace[:20_000]
    assert abs(pace.mean() - 1) < SIGMAS * 0.4 / math.sqrt(20_000)
    assert pace.std() == pytest.approx(0.4, rel=0.05)


def test_learning_halves_what_is_left(tmp_path: Path) -> None:
    for tenure, factor in (("0 s", 1.5), ("4 weeks", 1.25), ("8 weeks", 1.125)):
        learning = f'learning = {{ new = 1.5, halves_in = "4 weeks", tenure = "{tenure}" }}\n'
        staff = staff_of(scenario_of(tmp_path, 3, days="", more=learning))
        assert staff.pace[:3].tolist() == [factor] * 3


def test_more_operators_leave_the_others_as_they_were(
    tmp_path: Path, many: tuple[Scenario, Staff]
) -> None:
    scenario, before = many
    after = staff_of(scenario_of(tmp_path, 2001, 12))
    for column in ("absent", "late"):
        old = by_day(scenario, getattr(before, column))
        new = by_day(scenario, getattr(after, column))
        assert np.array_equal(old[:2000], new[:2000])
        assert np.array_equal(old[2000:], new[2001:2011])
    assert np.array_equal(before.pace[:2000], after.pace[:2000])


def test_a_longer_week_leaves_the_days_before_as_they_were(
    tmp_path: Path, many: tuple[Scenario, Staff]
) -> None:
    scenario, week = many
    shorter = scenario_of(tmp_path, days='days = ["Mon", "Tue", "Wed"]')
    days = staff_of(shorter)
    assert np.array_equal(by_day(shorter, days.absent), by_day(scenario, week.absent)[:, :3])
    assert np.array_equal(by_day(shorter, days.late), by_day(scenario, week.late)[:, :3])
    assert np.array_equal(days.pace, week.pace)


def test_another_share_keeps_who_was_away(tmp_path: Path, many: tuple[Scenario, Staff]) -> None:
    more = staff_of(scenario_of(tmp_path, more=ALL.replace("absence = 0.1", "absence = 0.2")))
    assert np.all(more.absent[many[1].absent])
    assert more.absent.sum() > many[1].absent.sum()
    assert np.array_equal(more.late, many[1].late)


def test_a_group_that_says_nothing_is_all_there(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, more="")
    staff = staff_of(scenario)
    assert not by_day(scenario, staff.absent)[:2000].any()
    assert not staff.late.any()
    assert np.all(staff.pace == 1)
