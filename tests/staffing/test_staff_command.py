"""`waitline staff FILE`: the screen, the document, the files, the reverse, and mistakes."""

from __future__ import annotations

import io
import json
import shlex
import tomllib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

import sim
from sim.cli.staff import command
from sim.report.needed import needed
from sim.report.staffed import beyond, print_staffing
from sim.staffing.found import Staffing
from sim.staffing.seats import with_seats_all_day
from sim.staffing.staff import staff

FILE = """
name = "A short day"
[day]
opens = "08:00"
closes = "10:00"
interval = "1 h"
[targets]
service_level = { share = 0.70, within = "30 s" }
[callers.calls]
arrivals = { per_hour = 24 }
talk = { exponential = "4 min" }
patience = { exponential = "3 min" }
[operators.people]
skills = ["calls"]
wage = 20.0
absence = 0.05
late = { share = 0.1, by = "5 min" }
stays = "10 min"
shrinkage = { leave = 0.1 }
[operators.people.shifts]
all = { operators = 3, from = "08:00", to = "10:00", breaks = [{ at = "09:00", lasts = "12 min" }] }
"""


def run(*words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


class Answer(NamedTuple):
    folder: Path
    document: dict
    result: Result


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    folder = tmp_path_factory.mktemp("staff")
    file = folder / "day.toml"
    file.write_text(FILE)
    result = run(file, "-n", 4, "--fresh", 6, "--json", "--plot", folder / "needed.png",
                 "--out-plan", folder / "plan.toml")  # fmt: skip
    assert result.exit_code == 0, result.output
    return Answer(folder, json.loads(result.stdout), result)


def test_the_document(answer: Answer) -> None:
    found = answer.document
    assert found["met"]
    assert (found["replications"], found["fresh_days"], found["for"]) == (4, 6, "day")
    target = found["targets"][0]
    assert target["value"] >= target["bound"] == 0.70
    assert target["reachable"]
    group = found["groups"]["people"]
    assert [row["operators"] for row in found["intervals"]] == group["operators"]
    assert [row["from"] for row in found["intervals"]] == ["08:00", "09:00"]
    hours = sum(group["operators"])
    assert group["hours"] == hours
    # 12 minutes of 2 hours are a break, not paid; a tenth of what is paid is leave.
    assert group["roster_hours"] == pytest.approx(hours / 0.9)
    overtime = found["measures"]["overtime_hours"]["value"]
    assert group["paid_hours"] == pytest.approx(hours / 0.9 + overtime)
    assert group["cost"] == pytest.approx(20.0 * group["paid_hours"])
    fewer = found["one_fewer"]
    assert fewer is None or not fewer["targets"][0]["met"]


def test_the_plan_that_is_written_is_the_staffing(answer: Answer) -> None:
    whole = answer.folder / "whole.toml"
    whole.write_text(FILE + (answer.folder / "plan.toml").read_text())
    plan = sim.load(whole, plan="found")
    group = answer.document["groups"]["people"]
    assert list(plan.operators["people"].headcount) == group["operators"]
    # Simulated as any plan, its fresh days are those that the answer was held against.
    results = sim.run(plan, replications=10, engine="simpy")
    own = results.measures["offered"].days[4:].mean()
    assert own == pytest.approx(answer.document["measures"]["offered"]["value"])
    answered = results.measures["occupancy"].days[4:]
    found = staff(sim.load(answer.folder / "day.toml"), replications=4, fresh=6, engine="simpy")
    assert list(answered) == pytest.approx(list(found.results.measures["occupancy"].days))


def test_the_chart_is_there(answer: Answer) -> None:
    assert (answer.folder / "needed.png").read_bytes()[:4] == b"\x89PNG"
    found = staff(sim.load(answer.folder / "day.toml"), replications=2, fresh=2, engine="simpy")
    panel = needed(found).axes[0]
    names = [text.get_text() for text in panel.get_legend().get_texts()]
    assert names == ["on the phones now", "found by simulation", "Erlang A by interval"]
    assert all(float(mark).is_integer() for mark in panel.get_yticks())
    title = "operators that meet the targets" if found.met else "operators that miss least"
    assert title in panel.figure.get_suptitle()


def test_the_screen_fits_and_says_what_matters(answer: Answer) -> None:
    found = staff(sim.load(answer.folder / "day.toml"), replications=4, fresh=6, engine="simpy")
    out = io.StringIO()
    print_staffing(Console(file=out, width=80, markup=False, highlight=False), found)
    text = out.getvalue()
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
    words = " ".join(text.split())
    level = next(each for each in found.standings if each.aim.measure == "service_level")
    met = "Met" if level.sure else "Just met (too close to tell in so many days)"
    assert f"{met}: at least 70 % answered in 30 s (offered)" in words
    assert "Absence of people is simulated" in words
    assert "Lateness and staying on of people go with shifts" in words
    assert f"{found.totals()['people']['hours']:.1f} h" in words
    frame = found.table()
    assert frame.attrs["units"]["operators"] == "operators"
    assert list(frame["operators"]) == found.seats["people"].tolist()


def test_csv_and_targets_of_the_command_line(answer: Answer) -> None:
    file = answer.folder / "day.toml"
    result = run(file, "-n", 2, "--fresh", 2, "--csv", "--target", "50/60", "--occupancy", "99 %")
    assert result.exit_code == 0, result.output
    frame = pd.read_csv(io.StringIO(result.stdout))
    assert list(frame["from"]) == ["08:00", "09:00"]
    assert frame["operators"].sum() <= sum(answer.document["groups"]["people"]["operators"])


def test_the_reverse(answer: Answer) -> None:
    file = answer.folder / "day.toml"
    result = run(file, "--operators", "people=4", "-n", 3)
    assert result.exit_code == 0, result.output
    assert "with 4 people all day" in result.output
    document = json.loads(run(file, "--operators", "people=4", "-n", 3, "--json").stdout)
    wanted = sim.load(
        file, change={"operators.people.absence": 0.05}
    )  # fmt: skip
    assert document["operators"] == {"people": 4}
    assert document["plans"]["base"]["measures"]["offered"]["value"] == pytest.approx(
        sim.run(wanted, replications=3).measures["offered"].value
    )
    rows = document["plans"]["base"]["staff_by_interval"]
    assert {row["scheduled"] for row in rows} == {4.0}


def test_the_reverse_is_judged_as_asked(answer: Answer) -> None:
    file = answer.folder / "day.toml"
    seated = with_seats_all_day(sim.load(file), {"people": 2})
    results = sim.run(seated, replications=10)
    words = (file, "--operators", "people=2", "-n", 10)

    result = run(*words, "--for", "chance=0.9", "--json")
    target = json.loads(result.stdout)["targets"][0]
    share = float((results.measures["service_level"].days >= 0.70).mean())
    assert (target["measure"], target["value"]) == ("days_met", pytest.approx(share))
    assert (target["met"], result.exit_code) == (share >= 0.9, int(share < 0.9))

    result = run(*words, "--json")
    target = json.loads(result.stdout)["targets"][0]
    level = results.measures["service_level"].value
    assert target["value"] == pytest.approx(level)
    assert (target["met"], result.exit_code) == (level >= 0.70, int(level < 0.70))

    assert share < 0.9
    assert run(*words, "--for", "intervals").exit_code == 1


def test_targets_out_of_reach_end_with_one(answer: Answer) -> None:
    file = answer.folder / "few.toml"
    file.write_text(FILE + "[trunks]\nlines = 1\n")
    result = run(file, "-n", 2, "--fresh", 2)
    assert result.exit_code == 1
    words = " ".join(result.output.split())
    assert "CANNOT BE MET: at least 70 % answered in 30 s" in words
    assert "points short" in words


@pytest.mark.parametrize(
    "words, message",
    [
        ([], "Give a scenario FILE, or --calls and --aht"),
        (["{file}", "--for", "weeks"], "is not"),
        (["{file}", "--group", "robots"], 'There is no operator group "robots"'),
        (["{file}", "--json", "--csv"], "cannot both"),
        (["{file}", "--operators", "people=many"], "is not GROUP=NUMBER"),
        (["{file}", "--operators", "robots=2"], 'There is no operator group "robots"'),
        (["{file}", "--plot", "{file}"], "ends in .png, .svg or .pdf"),
        (["{file}", "--plot", "/no/such/folder/x.png"], "/no/such/folder does not exist"),
        (["{file}", "--out-plan", "{file}"], "the file is there; --force writes over it"),
        (["{file}", "--out-plan", "/no/such/folder/x.toml"], "/no/such/folder does not exist"),
        (["{file}", "--operators", "people=2", "--plot", "x.png"], "--operators and --plot do not"),
        (["{file}", "--operators", "people=2", "--sure"], "--operators and --sure do not go"),
        (["{file}", "--target", "80"], "is not a target"),
        (["nowhere.toml"], "there is no such file"),
        (["{file}", "--calls", "180", "--aht", "3 min"], "a FILE and --calls do not go together"),
        (["{file}", "--calls", "180"], "a FILE and --calls do not go together"),
        (["--calls", "180", "-n", "5", "{file}"], "a FILE and --calls do not go together"),
        (["--for", "intervals", "--calls", "10"], "--for needs a FILE"),
        (
            ["--calls", "9", "--aht", "3 min", "--target", "80/20", "--plot", "x.png"],
            "--plot needs a FILE",
        ),
        (["{file}", "--shrinkage", "0.3"], "a FILE and --shrinkage do not go together"),
        (["--calls", "10", "--foo"], "No such option '--foo'"),
        (["{file}", "--set", "callers.calls.arrivals.per_hour=0"], "The file expects no calls"),
    ],
)
def test_mistakes_in_one_line(answer: Answer, words: list[str], message: str) -> None:
    file = str(answer.folder / "day.toml")
    result = run(*(word.format(file=file) for word in words))
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


def words_on_screen(found, again: str = "") -> str:
    out = io.StringIO()
    print_staffing(Console(file=out, width=80, markup=False, highlight=False), found, again)
    return " ".join(out.getvalue().split())


def test_found_and_now_are_counted_alike(answer: Answer) -> None:
    found = staff(sim.load(answer.folder / "day.toml"), replications=2, fresh=4, engine="simpy")
    # Three by the roster, absence or not; all have 12 minutes off after 9, a fifth of the hour.
    assert found.now[:, 0].tolist() == pytest.approx([3.0, 2.4])
    assert found.totals()["people"]["now_hours"] == pytest.approx(5.4)
    assert [row["difference"] for row in found.rows()] == pytest.approx(
        found.seats["people"] - np.array([3.0, 2.4])
    )
    whole = answer.folder / "again.toml"
    whole.write_text(FILE + found.plan())
    again = staff(sim.load(whole, plan="found"), replications=2, fresh=4, engine="simpy")
    assert [row["now"] for row in again.rows()] == found.seats["people"].tolist()
    assert [row["difference"] for row in again.rows()] == [0.0, 0.0]
    totals = again.totals()["people"]
    assert totals["now_hours"] == totals["hours"]


def test_what_a_run_of_the_plan_shows_is_said_where_it_differs(answer: Answer) -> None:
    file = answer.folder / "paid.toml"
    file.write_text(FILE.replace('lasts = "12 min"', 'lasts = "12 min", paid = true'))
    found = staff(sim.load(file), replications=2, fresh=4, engine="simpy")
    totals, hours = found.totals()["people"], float(found.seats["people"].sum())
    overtime = found.results.measures["overtime_hours"].value
    assert totals["paid_hours"] == pytest.approx(hours / 0.9 / 0.9 + overtime)
    own = found.as_a_run()["people"]
    assert own == pytest.approx({
        "run_paid_hours": hours / 0.9 + overtime, "run_cost": 20 * (hours / 0.9 + overtime),
    })  # fmt: skip
    shown = f"{own['run_paid_hours']:.1f} h paid and {own['run_cost']:,.0f} EUR on these days"
    assert f"A run of the plan found shows {shown}" in words_on_screen(found)
    whole = answer.folder / "paid_found.toml"
    whole.write_text(file.read_text() + found.plan())
    days = sim.run(sim.load(whole, plan="found"), 6, engine="simpy").measures["paid_hours"].days
    assert days[2:].mean() == pytest.approx(own["run_paid_hours"])
    plain = staff(sim.load(answer.folder / "day.toml"), replications=2, fresh=4, engine="simpy")
    assert "A run of the plan" not in words_on_screen(plain)


@pytest.fixture(scope="module")
def few_lines(answer: Answer) -> Staffing:
    file = answer.folder / "lines.toml"
    file.write_text(FILE + '[trunks]\nlines = 1\n[operators.others]\nskills = ["calls"]\n'
                    "headcount = 1\n")  # fmt: skip
    return staff(sim.load(file), groups=["people"], replications=2, fresh=4, engine="simpy")


def test_where_a_target_is_missed_nothing_is_said_to_hold(few_lines: Staffing) -> None:
    words = words_on_screen(few_lines, "waitline staff x.toml")
    assert "The targets hold" not in words
    assert "Next:" not in words
    reverse = run(few_lines.asked.path, "--operators", "people=3", "-n", 3).stdout
    assert "of calls find the only telephone line busy" in " ".join(reverse.split())
    assert "however many people there are, with the other groups as they are" in words
    results = sim.run(few_lines.scenario, 6, engine="simpy").measures
    blocked, offered = (results[name].days[2:].sum() for name in ("blocked", "offered"))
    assert blocked > 0
    assert f"{100 * blocked / offered:.1f} % of calls find the only telephone line busy" in words
    about = tomllib.loads(few_lines.plan())["plans"]["found"]["about"]
    level = few_lines.standings[0].value
    said = f"A TARGET IS MISSED: at least 70 % answered in 30 s (offered): {100 * level:.1f} %."
    assert about.endswith(said)


def test_a_plan_that_meets_the_targets_says_no_more(answer: Answer) -> None:
    plan = tomllib.loads((answer.folder / "plan.toml").read_text())["plans"]["found"]
    assert plan["about"].endswith("least cost, seed 1.")


def test_the_next_command_asks_for_the_same(answer: Answer) -> None:
    file = answer.folder / "day with spaces.toml"
    file.write_text(FILE)
    words = [
        "--for",
        "chance=0.5",
        "-n",
        "2",
        "--fresh=4",
        "--seed",
        "3",
        "--least",
        "operators",
        "--target",
        "50/60",
        "--at-least",
        "2",
        "--set",
        "callers.calls.volume=+10%",
    ]
    result = run(file, *words, "--plot", answer.folder / "next.png", "--force")
    assert result.exit_code == 0, result.output
    (line,) = [each for each in result.stdout.splitlines() if each.startswith("Next: ")]
    given = shlex.split(line.removeprefix("Next: "))
    assert given == ["waitline", "staff", str(file), *words, "--out-plan", "found.toml"]
    assert "for at least 50 % of days" in " ".join(result.stdout.split())
    written = run(file, *words, "--out-plan", answer.folder / "next.toml")
    assert written.exit_code == 0
    assert "Next:" not in written.stdout


def test_days_of_a_week_are_said_to_be_weeks(answer: Answer) -> None:
    file = answer.folder / "week.toml"
    file.write_text(FILE.replace("[day]", '[day]\ndays = ["Mon", "Tue"]'))
    words = words_on_screen(staff(sim.load(file), replications=2, fresh=4, engine="simpy"))
    assert "tried on 2 weeks, held to the targets on 4 others" in words
    assert "for an average week" in words
    assert "on the fresh weeks found" in words
    assert "for the estimate on the fresh weeks; other weeks" in words


def test_the_interval_that_misses_most_is_the_worst(answer: Answer) -> None:
    result = run(answer.folder / "day.toml", "--operators", "people=1", "-n", 3, "--for",
                 "intervals")  # fmt: skip
    words = " ".join(result.stdout.split())
    assert result.exit_code == 1
    assert "at worst, in the interval from 0" in words
    assert "nearest" not in words


@pytest.mark.parametrize(
    ("value", "said"), [(0.0512, "5.12 %"), (0.050012, "5.001 %"), (None, "-")]
)
def test_a_share_is_told_so_that_it_is_not_its_bound(value: float | None, said: str) -> None:
    assert beyond(value, 0.05) == said


def test_help_tells_both_forms() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "--out-plan" in result.output
    assert "--shrinkage" in result.output
