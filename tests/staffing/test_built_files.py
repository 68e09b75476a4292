"""What `shifts` says and writes where it is odd: nobody calls, names with slashes, wrong plots."""

from __future__ import annotations

import csv
import io
import json
import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import sim
from sim.cli import waitline
from sim.cli.shifts import roster_files
from sim.report.rostered import _money, present_is_better
from sim.staffing.nearest import cheapest_near

LINE = """
name = "Two hours"
[day]
opens = "08:00"
closes = "10:00"
interval = "1 h"
[targets]
service_level = {{ share = 0.5, within = "30 s" }}
[callers.calls]
arrivals = {{ per_hour = {rate} }}
talk = {{ exponential = "4 min" }}
patience = {{ exponential = "3 min" }}
[operators."Sales/Support"]
skills = ["calls"]
wage = 20.0
shrinkage = 0.2
shifts = {{ all = {{ operators = 2, from = "08:00", to = "10:00" }} }}
menu.long = {{ lasts = "2 h", starts = "08:00", at_most = 3 }}
[operators."Sales Support"]
skills = ["calls"]
wage = 10.0
on_costs = 0.2
shrinkage = 0.2
shifts = {{ all = {{ operators = 1, from = "08:00", to = "10:00" }} }}
menu.long = {{ lasts = "2 h", starts = "08:00", at_most = 4, at_least = 2 }}
"""
SMALL = ["-n", "3", "--search-days", "3", "--engine", "simpy"]


def ran(folder: Path, rate: int, *more: str) -> Result:
    file = folder / "line.toml"
    file.write_text(LINE.format(rate=rate))
    return CliRunner().invoke(waitline, ["shifts", str(file), *SMALL, *more])


def test_names_of_roster_files_are_plain_and_differ() -> None:
    assert roster_files(["a/b"]) == {"a/b": "roster.csv"}
    assert roster_files(["a/b", "a b", "A_B", "../é"]) == {
        "a/b": "roster_a_b.csv", "a b": "roster_a_b_2.csv", "A_B": "roster_A_B_3.csv",
        "../é": "roster____é.csv",
    }  # fmt: skip


@pytest.mark.slow
def test_hours_and_cost_of_a_row_are_of_all_its_operators(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    image = tmp_path / "hours.svg"
    result = ran(tmp_path, 20, "--out", str(out), "--plot", str(image))
    assert not isinstance(result.exception, OSError), result.output
    assert "plan.toml is the roster as it was checked" in result.stderr
    assert "roster_Sales_Support.csv and roster_Sales_Support_2.csv" in result.stderr
    assert (out / "roster_Sales_Support_2.csv").is_file()
    assert not [each for each in out.iterdir() if each.name.startswith(".")]
    wages = {"Sales/Support": 20.0, "Sales Support": 12.0}
    assert f"wrote {image}" in result.stderr
    assert "<svg" in image.read_text()
    rows = list(csv.DictReader(io.StringIO((out / "shifts.csv").read_text())))
    for row in rows:
        hours = float(row["paid_hours"])
        assert hours == pytest.approx(int(row["operators"]) * 2 / 0.8)
        assert float(row["cost"]) == pytest.approx(hours * wages[row["group"]])
    document = json.loads((out / "result.json").read_text())
    total = sum(float(row["paid_hours"]) for row in rows)
    assert document["paid_hours"]["built"] == pytest.approx(total)
    assert document["paid_hours"]["present"] == pytest.approx(3 * 2 / 0.8)
    screen = result.stdout.partition("Assumed, not measured")[2].partition("Next")[0]
    said = [" ".join(each.split()) for each in screen.split("\n  - ")[1:]]
    assert document["assumed"] == said
    assert len(said) >= 3
    # What is said to come next is of the files that were written, on the same days.
    assert commands(result) == [
        ["waitline", "run", str(out / "scenario.toml"), "--plan", "built", "--seed", "2",
         "--replications", "3"],
    ]  # fmt: skip
    scenario = sim.load(out / "scenario.toml", "built")
    measures = sim.run(scenario, 2, engine="simpy").measures
    paid = measures["paid_hours"].value - measures["overtime_hours"].value
    assert paid == pytest.approx(total)


def commands(result: Result) -> list[list[str]]:
    """The commands that the screen ends with, as words."""
    return [shlex.split(each) for each in result.stdout.splitlines()
            if each.startswith("  waitline ")]  # fmt: skip


@pytest.mark.slow
def test_what_is_said_to_come_next_asks_the_same(tmp_path: Path) -> None:
    file = str(tmp_path / "line.toml")
    days = ["--replications", "3", "--search-days", "3"]
    assert commands(ran(tmp_path, 20)) == [
        ["waitline", "shifts", file, *days, "--out", "DIR"],
        ["waitline", "run", "DIR/scenario.toml", "--plan", "built", "--seed", "2",
         "--replications", "3"],
    ]  # fmt: skip
    change = ["--set", "callers.calls.volume=+10%"]
    # With a change the folder has no scenario of its own to run.
    assert commands(ran(tmp_path, 20, *change)) == [
        ["waitline", "shifts", file, *change, *days, "--out", "DIR"]
    ]


def test_where_nobody_calls_nothing_is_missed(tmp_path: Path) -> None:
    result = ran(tmp_path, 0)
    assert result.exit_code == 0, result.output
    assert "There is no call to judge a target by" in result.stdout
    assert "points short" not in result.stdout
    assert "for certain" not in result.stdout.split("TARGETS")[0]


@pytest.mark.parametrize(
    ("name", "said"),
    [("foo.txt", "a name that ends in .png, .svg or .pdf"), ("old.png", "the file is there")],
)
def test_a_plot_that_cannot_be_drawn_is_refused_first(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "old.png").write_text("mine")
    result = ran(tmp_path, 20, "--plot", str(tmp_path / name))
    assert result.exit_code == 2
    assert said in result.stderr
    assert (tmp_path / "old.png").read_text() == "mine"
    assert not (tmp_path / "foo.txt").exists()


class Line:
    """Two targets: the first is out of reach, the second asks for three persons of column 1."""

    margins = np.zeros(2)
    menu = SimpleNamespace(cost=np.array([5.0, 3.0]))

    def tried(self, counts: np.ndarray) -> Any:
        surplus = np.array([-0.2 + 0.001 * min(counts[0], 3), 0.01 * (counts[1] - 3)])
        return SimpleNamespace(counts=counts, surplus=surplus)

    def short(self, found: Any) -> float:
        return float(np.maximum(0.0, -found.surplus).sum())

    def cost(self, found: Any) -> float:
        return float(self.menu.cost @ found.counts)

    def keeps(self, counts: np.ndarray) -> bool:
        return bool(counts[0] >= 1)


def test_hours_have_one_digit_whatever_their_number() -> None:
    built: Any = SimpleNamespace(persons=20, hours=142.46, cost=3000.0, present_rostered=(142.5, 0))
    said = next(iter([_money(built, "day", "EUR")]))
    assert "142.5 paid hours" in said
    assert "now 142.5 hours" in said


@pytest.mark.parametrize(
    ("cost", "sure", "better"), [(90.0, True, True), (90.0, False, False), (100.0, True, False)]
)
def test_a_present_roster_that_is_cheaper_and_as_good_is_better(cost, sure, better) -> None:
    aim = SimpleNamespace(certain=lambda estimate, asked: sure)
    target = SimpleNamespace(aim=aim, present=None, asked=True)
    built: Any = SimpleNamespace(cost=100.0, present_rostered=(8.0, cost), targets=(target,))
    assert present_is_better(built) is better


def test_of_rosters_about_as_near_the_cheapest() -> None:
    line: Any = Line()
    known = [line.tried(np.array(each)) for each in ([40, 17], [2, 2], [30, 9])]
    found = cheapest_near(line, known)
    assert found.counts.tolist() == [1, 3]
    assert line.short(found) <= line.short(known[0]) + 0.005
