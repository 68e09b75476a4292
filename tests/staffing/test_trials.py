"""A trial of a staffing is the run of the scenario that has it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.experiment import run
from sim.measures.catalogue import ALL, estimates
from sim.staffing.seats import with_seats, with_shifts
from sim.staffing.trials import Trials

LINE = """
name = "A line"
[day]
opens = "08:00"
closes = "12:00"
interval = "1 h"
{days}
[callers.cards]
arrivals = {{ per_hour = 40 }}
talk = {{ exponential = "3 min" }}
patience = {{ exponential = "2 min" }}
redial = {{ share = 0.5, delay = "5 min" }}
[operators.people]
skills = ["cards"]
absence = 0.1
{staff}
"""


def scenario(tmp_path: Path, staff: str, days: str = "") -> sim.Scenario:
    file = tmp_path / "line.toml"
    file.write_text(LINE.format(staff=staff, days=days))
    return sim.load(file)


def same(trial_ledger, results) -> None:
    found = estimates(trial_ledger.everything(), ALL, "EUR")
    for name, wanted in results.measures.items():
        np.testing.assert_array_equal(found[name].days, wanted.days, err_msg=name)


@pytest.mark.parametrize("days", ["", 'days = ["Mon", "Tue"]'])
def test_seats_of_a_trial_are_those_of_a_file(tmp_path: Path, days: str) -> None:
    shifts = 'shifts = { all = { operators = 3, from = "08:00", to = "12:00" } }\nstays = "1 min"'
    other = scenario(tmp_path, shifts, days)
    seats = [2, 4, 3, 1] * (2 if days else 1)
    trial = Trials(other, 6, seed=3, engine="simpy").of(
        with_seats(other, {"people": np.array(seats)})
    )
    seated = scenario(tmp_path, "headcount = [2, 4, 3, 1]", days)
    same(trial.ledger, run(seated, 6, seed=3, engine="simpy"))
    assert trial.contacts.shape[0] == 6
    np.testing.assert_array_equal(trial.contacts.sum(axis=0), trial.ledger.contacts)


def test_shifts_of_a_trial_are_those_of_a_file(tmp_path: Path) -> None:
    shifts = 'shifts = {{ all = {{ operators = {}, from = "08:00", to = "12:00" }} }}'
    three, five = (scenario(tmp_path, shifts.format(number)) for number in (3, 5))
    trials = Trials(three, 6, seed=3, engine="simpy")
    for wanted in (three, five):
        own = {"people": wanted.operators["people"].shifts}
        same(trials.of(with_shifts(three, own)).ledger, run(wanted, 6, 3, engine="simpy"))
    assert trials.tried == 2


def test_an_hour_without_anybody(tmp_path: Path) -> None:
    line = scenario(tmp_path, "headcount = 2")
    trial = Trials(line, 2, engine="simpy").of(with_seats(line, {"people": np.zeros(4, int)}))
    assert trial.ledger.everything().columns["answered"].sum() == 0


def test_seats_that_do_not_fill_the_day(tmp_path: Path) -> None:
    line = scenario(tmp_path, "headcount = 2")
    with pytest.raises(ValueError, match="3 numbers of seats for 4 intervals"):
        with_seats(line, {"people": np.ones(3, int)})
