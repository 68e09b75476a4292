"""Menus: what may be built, what cannot be, and the covering program against brute force."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.measures.grid import grid_of
from sim.scenario import ScenarioError
from sim.scenario.menu import longest_rest
from sim.staffing.floors import (
    Work,
    floors,
    least_work,
    rules,
    too_many,
    uncovered,
    work_bound_row,
    work_of,
)
from sim.staffing.goals import goals_of, least_answered
from sim.staffing.menu import menu_of, rostered_cost
from sim.staffing.program import Program
from sim.staffing.rostered import shift_rows
from sim.staffing.suggestion import MenuError, Placed

HEAD = """
name = "A line"
[day]
opens = "08:00"
closes = "16:00"
interval = "1 h"
{days}
[callers.calls]
arrivals = {{ per_hour = 20 }}
talk = {{ exponential = "5 min" }}
patience = {{ exponential = "2 min" }}
[operators.people]
skills = ["calls"]
wage = 20.0
on_costs = 0.25
shifts = {{ all = {{ operators = 3, from = "08:00", to = "16:00" }} }}
{menu}
"""

WEEK = 'days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]'


def scenario(tmp_path: Path, menu: str = "", days: str = "", more: str = "") -> sim.Scenario:
    file = tmp_path / "line.toml"
    file.write_text(HEAD.format(menu=menu, days=days) + more)
    return sim.load(file)


def told(tmp_path: Path, entry: str, days: str = "") -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        scenario(tmp_path, f"menu.some = {{ {entry} }}", days)
    lines = (tmp_path / "line.toml").read_text().splitlines()
    for mistake in caught.value.mistakes:
        assert mistake.line is not None
        assert lines[mistake.line - 1].startswith("menu.some")
    return [f"{mistake.key}: {mistake.what}" for mistake in caught.value.mistakes]


@pytest.mark.parametrize(
    ("entry", "days", "said"),
    [
        ('lasts = "4 h", starts = "08:00", at_least = 3, at_most = 2', "", "at least 3 persons"),
        ('lasts = "30 h", starts = "08:00"', "", "30 h is a day or more"),
        ('lasts = "4 h", starts = "08:00", breaks = [{ after = "5 h", lasts = "30 min" }]', "",
         "the break after 5 h does not begin within a shift of 4 h"),
        ('lasts = "4 h", starts = "08:00", breaks = [{ after = "1 h", lasts = "1 h" }, '
         '{ after = "90 min", lasts = "1 h" }]', "", "two of the breaks are at once"),
        ('lasts = "4 h", starts = { from = "08:00" }', "", "has no to or every"),
        ('lasts = "4 h", starts = "08:00", days_on = 5', "", "goes with `day.days` only"),
        ('lasts = "4 h", starts = "08:00", weekly_hours = { at_least = "9 h", at_most = "8 h" }',
         WEEK, "at least 9 h, and at most 8 h"),
        ('lasts = ["7 h", "8 h"], starts = "08:00", days_on = [4, 5], '
         'weekly_hours = { at_least = "36 h", at_most = "39 h" }', WEEK,
         "no shift gives 36 h to 39 h: they give 28 h, 32 h, 35 h and 40 h"),
        ('lasts = "4 h", starts = "08:00", days_on = 6, off_together = 2', WEEK,
         "with 6 days on there are never 2 days off in a row"),
        ('lasts = "4 h", starts = "08:00", days = ["Mon", "Tue"], days_on = 3', WEEK,
         "3 days of 2: Mon and Tue"),
        ('lasts = "4 h", starts = ["02:00"]', "", "no such shift is there while the line is open"),
        ('lasts = ["4 h", "6 h"], starts = ["16:00", "18:00"], days_on = 2', WEEK,
         "no such shift is there while the line is open"),
    ],
)  # fmt: skip
def test_contradictions_are_told_at_their_key(
    tmp_path: Path, entry: str, days: str, said: str
) -> None:
    (line,) = told(tmp_path, entry, days)
    assert said in line
    assert line.startswith("operators.people.menu.some.")


def test_a_wage_of_an_entry_is_told_where_it_belongs(tmp_path: Path) -> None:
    (line,) = told(tmp_path, 'lasts = "4 h", starts = "08:00", wage = 9.0')
    assert line == "operators.people.menu.some.wage: is not a key here"


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    entry = 'lasts = "25 h", starts = "08:00", at_least = 3, at_most = 2'
    assert len(told(tmp_path, entry)) == 2


def test_a_menu_changes_no_run(tmp_path: Path) -> None:
    menu = 'menu.some = { lasts = "4 h", starts = "08:00" }'
    with_menu, without = (
        sim.run(scenario(tmp_path, each), 3, engine="simpy").document() for each in (menu, "")
    )
    assert with_menu["plans"] == without["plans"]


def test_duty_hours_and_cost_of_columns_are_the_simulator_s(tmp_path: Path) -> None:
    menu = (
        'menu.some = { lasts = ["4 h", "5 h 30 min"], starts = ["08:00", "09:30"], '
        'breaks = [{ after = ["1 h", "2 h"], lasts = "30 min" }] }\n'
        "absence = 0.1\nabsence_paid = false\nshrinkage = { leave = 0.2 }\n"
        'premiums = [{ from = "12:00", to = "14:00", share = 0.5 }]'
    )
    made = menu_of(scenario(tmp_path, menu))
    assert len(made.columns) == 8
    for k, column in enumerate(made.columns):
        counts = np.zeros(8, np.int64)
        counts[k] = 2
        staffed = made.staffed(counts, {})
        hours, cost = rostered_cost(staffed, ["people"])
        assert hours == pytest.approx(2 * made.hours[k])
        assert cost == pytest.approx(2 * made.cost[k])
        paid = column.lasts / 3600 - 0.5
        assert made.hours[k] == pytest.approx(paid / 0.8 * 0.9)
        dear = max(0.0, min(14.0, (column.start + column.lasts) / 3600) - 12.0)
        rest = (column.start + column.breaks[0][0]) / 3600
        dear -= max(0.0, min(14.0, rest + 0.5) - max(12.0, rest))
        wages = (paid / 0.8 + 0.5 * dear) * 20 * 0.9 * 1.25
        assert made.cost[k] == pytest.approx(wages)
        clock = np.arange(8 * 60) + 8 * 60 + 0.5
        start, stop = column.start / 60, (column.start + column.lasts) / 60
        there = (clock > start) & (clock < stop)
        there &= ~((clock > rest * 60) & (clock < rest * 60 + 30))
        np.testing.assert_allclose(made.duty[k], there.reshape(8, 60).mean(axis=1), atol=1e-9)
        scheduled = grid_of(sim.centre_of(staffed), staffed).scheduled[:, 0]
        assert (scheduled >= 2 * made.duty[k] - 1e-9).all()


def test_a_row_of_shifts_has_hours_and_cost_of_all_its_operators(tmp_path: Path) -> None:
    menu = (
        'menu.some = { lasts = "4 h", starts = "08:00", days_on = 3, breaks = [{ after = ["1 h", '
        '"2 h"], lasts = "30 min" }] }\nshrinkage = 0.3'
    )
    made = menu_of(scenario(tmp_path, menu, WEEK))
    one, other = (k for k, each in enumerate(made.columns) if each.days == ("Mon", "Tue", "Wed"))
    counts = np.zeros(len(made.columns), np.int64)
    counts[[one, other]] = 2, 3
    (row,) = shift_rows(made, counts)
    hours = 5 * 3 * 3.5 / 0.7
    assert (row["operators"], row["days"]) == (5, "Mon Tue Wed")
    assert row["paid_hours"] == pytest.approx(hours)
    assert row["cost"] == pytest.approx(hours * 20 * 1.25)


def test_tours_of_a_week_keep_the_contract(tmp_path: Path) -> None:
    menu = (
        'menu.full = { lasts = "8 h", starts = "08:00", days_on = 5, off_together = 2 }\n'
        'menu.part = { lasts = "5 h", starts = "09:00", days_on = [2, 3], days = ["Mon", "Tue", '
        '"Wed"], weekly_hours = { at_least = "12 h" } }'
    )
    made = menu_of(scenario(tmp_path, menu, WEEK))
    full = [column.days for column in made.columns if column.entry == "full"]
    # Two days off together in a ring of seven: seven ways.
    assert len(full) == len(set(full)) == 7
    assert all(len(days) == 5 and longest_rest(days) == 2 for days in full)
    part = [column.days for column in made.columns if column.entry == "part"]
    assert part == [("Mon", "Tue", "Wed")]
    monday_to_friday = full.index(("Mon", "Tue", "Wed", "Thu", "Fri"))
    by_day = made.duty[monday_to_friday].reshape(7, 8).sum(axis=1)
    np.testing.assert_allclose(by_day, [8, 8, 8, 8, 8, 0, 0])


def test_nobody_is_paid_to_sit_there_while_the_line_is_closed(tmp_path: Path) -> None:
    menu = 'menu.some = { lasts = "3 h", starts = ["04:00", "05:00", "06:00", "15:00", "16:00"] }'
    made = menu_of(scenario(tmp_path, menu))
    assert [column.start / 3600 for column in made.columns] == [6.0, 15.0]
    assert len(made.hours) == len(made.cost) == len(made.duty) == 2
    assert made.duty.sum(axis=1).tolist() == pytest.approx([1.0, 1.0])


def test_shifts_after_midnight_are_of_a_line_that_is_open_at_night(tmp_path: Path) -> None:
    menu = 'menu.some = { lasts = "3 h", starts = ["02:00", "22:00", "06:00"] }'
    text = HEAD.format(menu=menu, days="").replace('"08:00"', '"22:00"').replace(
        '"16:00"', '"06:00"')  # fmt: skip
    (tmp_path / "night.toml").write_text(text)
    made = menu_of(sim.load(tmp_path / "night.toml"))
    assert sorted(column.start / 3600 for column in made.columns) == [2.0, 22.0]


def test_absurdly_many_persons_are_told_at_their_key(tmp_path: Path) -> None:
    # 160 calls of 5 min are 13.3 h of work, and the line is open for 8 h: 20 x 21.3 / 4 = 106.7.
    for least, told_ in ((106, False), (107, True), (100_000, True)):
        menu = (
            f'menu.some = {{ lasts = "4 h", starts = ["08:00", "12:00"], at_least = {least} }}\n'
            'menu.more = { lasts = "8 h", starts = "08:00" }'
        )
        line = scenario(tmp_path, menu)
        made = menu_of(line)
        found = too_many(made, work_of(line, made))
        assert bool(found) == told_
        for each in found:
            assert each.where == ("operators", "people", "menu", "some", "at_least")
            assert "13.3 h of work: at most 106 is meant" in each.what


def test_the_least_work_by_hand(tmp_path: Path) -> None:
    # 20 calls an hour for 8 hours, 5 min each; 92 % of them are 12.27 h.
    line = scenario(tmp_path, 'menu.some = { lasts = "8 h", starts = "08:00" }')
    made = menu_of(line)
    row = work_bound_row(made, work_of(line, made), 0.92, 1.0)
    assert row.low == pytest.approx(160 * 0.92 * 300)
    assert row.weights == pytest.approx([8 * 3600])
    # 10 calls of 2 min and 10 of 6 min, then 5 of 6 min: 60 % of 25 are the short ones and 5 more.
    work = Work(np.array([[10.0, 10.0], [0.0, 5.0]]), np.array([[1200, 3600], [0, 1800]]) / 1800,
                np.ones((2, 1), np.bool_))  # fmt: skip
    assert least_work(work, 0.6, np.full(2, 1800.0)) == pytest.approx(10 * 120 + 5 * 360)
    assert least_work(work, 1.0, np.full(2, 1800.0)) == pytest.approx(6600)


def test_what_a_menu_serves_is_no_work(tmp_path: Path) -> None:
    menu = 'menu.some = { lasts = "8 h", starts = "08:00" }'
    more = '[callers.calls.ivr]\ntime = "20 s"\ncontained = 0.25\n'
    line = scenario(tmp_path, menu, more=more)
    work = work_of(line, menu_of(line))
    assert work.calls[:, 0] == pytest.approx(np.full(8, 15.0))
    assert work.erlangs[:, 0] == pytest.approx(np.full(8, 1.25))


def test_the_least_share_answered_by_service_level_or_hang_ups(tmp_path: Path) -> None:
    targets = (
        "[targets]\nservice_level = { share = 0.80, within = '20 s' }\n"
        "abandonment = { at_most = 0.08 }\n"
    )
    line = scenario(tmp_path, more=targets)
    aims = goals_of(line)
    assert least_answered(line, aims) == (pytest.approx(0.92), 1.0)
    # 5 % blocked; 10 % hang up at once and are left out: 92 % of 90 % less 5 % is below 80 %.
    assert least_answered(line, aims, 0.05) == (pytest.approx(0.87), 1.0)
    assert least_answered(line, aims, 0.05, 0.10) == (pytest.approx(0.80), 1.0)
    assert least_answered(line, [each for each in aims if each.measure == "abandonment"]) == (
        pytest.approx(0.92), 1.0)  # fmt: skip


def test_without_a_menu_present_shifts_suggest_one(tmp_path: Path) -> None:
    made = menu_of(scenario(tmp_path))
    assert [column.start / 3600 for column in made.columns] == [8.0]
    assert "No group has a menu" in made.assumed[0]


def test_an_interval_that_no_shift_covers_is_named(tmp_path: Path) -> None:
    line = scenario(tmp_path, 'menu.some = { lasts = "4 h", starts = ["08:00", "11:00"] }')
    made = menu_of(line)
    (said,) = uncovered(made, work_of(line, made))
    assert said == Placed(
        ("operators", "people", "menu"),
        "15:00-16:00: calls of calls come, and no shift of the menu of people covers them",
    )
    with pytest.raises(sim.MenuError, match="no target"):
        sim.shifts(line, 2, search_days=2, engine="simpy")


def test_too_many_possible_shifts(tmp_path: Path) -> None:
    menu = (
        'menu.some = { lasts = "8 h", starts = { from = "08:00", to = "16:00", every = "5 min" }, '
        "days_on = [4, 5] }"
    )
    with pytest.raises(MenuError, match="5,432 possible shifts, at most 5,000"):
        menu_of(scenario(tmp_path, menu, WEEK))


@pytest.mark.parametrize("seed", range(4))
def test_the_program_against_every_roster(seed: int) -> None:
    numbers = np.random.default_rng(seed)
    cover = numbers.random((5, 4)) < 0.6
    needed, cost = numbers.integers(0, 4, 4), numbers.uniform(1, 3, 5)
    program = Program()
    persons = program.variables(cost, high=4, whole=True)
    for k in range(4):
        program.row(persons, cover[:, k].astype(float), low=float(needed[k]))
    program.row(persons, np.array([1.0, 1.0, 0, 0, 0]), high=3.0)
    possible = [
        cost @ x
        for x in map(np.array, product(range(5), repeat=5))
        if (x @ cover >= needed).all() and x[0] + x[1] <= 3
    ]
    found = program.solve(gap=0.0)
    if not possible:
        assert found is None
        return
    assert found is not None
    assert cost @ np.round(found.values) == pytest.approx(min(possible))
    assert found.bound <= min(possible) + 1e-6


def test_days_off_by_hand() -> None:
    """Baker's week: 5 days on and 2 off together; 17, 13, 15, 19, 14, 16, 11 take 23 persons."""
    needed = [17, 13, 15, 19, 14, 16, 11]
    program = Program()
    persons = program.variables(np.ones(7), whole=True)
    for day in range(7):
        works = [float((day - first) % 7 < 5) for first in range(7)]
        program.row(persons, works, low=needed[day])
    found = program.solve(gap=0.0)
    assert found is not None
    assert found.values.sum() == pytest.approx(23)


def test_every_roster_keeps_limits_and_somebody_is_there(tmp_path: Path) -> None:
    menu = (
        'menu.full = { lasts = "8 h", starts = "08:00", at_least = 1, at_most = 2 }\n'
        'menu.part = { lasts = "4 h", starts = ["08:00", "12:00"] }'
    )
    line = scenario(tmp_path, menu)
    made = menu_of(line)
    rows = [*rules(made), *floors(made, work_of(line, made))]

    def keeps(*counts: int) -> bool:
        return all(row.low - 1e-9 <= row.weights @ counts <= row.high + 1e-9 for row in rows)

    # 20 calls of 5 min an hour are 1.67 operators of work; three quarters of it are 1.25.
    assert [(c.entry, c.start / 3600) for c in made.columns] == [
        ("part", 8.0), ("full", 8.0), ("part", 12.0)]  # fmt: skip
    assert keeps(1, 1, 1)
    assert keeps(0, 2, 0)
    assert not keeps(0, 3, 0)
    assert not keeps(2, 0, 2)
    assert not keeps(0, 1, 1)
