"""`waitline staff` without a file: Erlang's answer with schedule, FTE and money."""

from __future__ import annotations

import json
import math

import pytest
from click.testing import CliRunner, Result

from sim.cli.staff import command
from sim.theory.erlang import Line, operators_needed

WORK = ["--calls", "180", "--per", "30 min", "--aht", "270 s"]
PATIENT = [*WORK, "--patience", "2 min"]
ISSUE = [*PATIENT, "--target", "80/20", "--shrinkage", "0.30"]


def run(*words: str) -> Result:
    return CliRunner().invoke(command, list(words))


def document(*words: str) -> dict:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_the_line_of_the_issue() -> None:
    found = document(*ISSUE, "--wage", "20", "--on-costs", "0.25")
    needed = operators_needed(0.1, 270, 120, share=0.8)
    assert found["operators"] == needed == 29
    assert found["fractional"] == operators_needed(0.1, 270, 120, share=0.8, whole=False)
    assert found["scheduled"] == math.ceil(29 / 0.7) == 42
    assert found["fte"] == pytest.approx(29 / 0.7, rel=1e-12)
    assert found["cost"] == pytest.approx(29 / 0.7 * 20 * 1.25 / 2, rel=1e-12)
    assert [row["operators"] for row in found["table"]] == [28, 29, 30]
    for row in found["table"]:
        line = Line(0.1, 270, row["operators"], 120)
        assert row["service_level"] == line.service_level(20)
        assert row["abandonment"] == line.abandonment
        assert row["occupancy"] == line.occupancy
        assert row["asa"] == line.asa
        assert row["cost"] == pytest.approx(row["operators"] / 0.7 * 12.5, rel=1e-12)


def test_the_screen() -> None:
    lines = [" ".join(line.split()) for line in run(*ISSUE, "--wage", "20").output.splitlines()]
    assert "Target: 80.0 % answered within 20 s / offered" in lines
    assert "on the phones (bare) 29 exactly met by 28.46" in lines
    assert "on the schedule 42 41.43 with 30.0 % shrinkage" in lines
    assert "29 42 41.43 414.29 82.3 % 5.9 % 6.3 s 87.6 %" in lines


def test_a_published_table_of_erlang_c() -> None:
    # 200 calls an hour of 240 s, 80/20: 17 operators give 81.04 %, asa 16.84 s.
    found = document("--calls", "200", "--aht", "240 s", "--target", "80/20")
    assert found["formula"] == "c"
    assert found["operators"] == 17
    assert found["table"][1]["service_level"] == pytest.approx(0.81044, abs=5e-6)
    assert found["table"][1]["asa"] == pytest.approx(16.842, abs=5e-4)


@pytest.mark.parametrize(
    "counts, needed", [("offered", 16), ("answered", 15), ("abandoned_in_time_met", 16)]
)
def test_what_the_service_level_counts(counts: str, needed: int) -> None:
    words = ["--calls", "200", "--aht", "240 s", "--patience", "3 min", "--target", "80/20"]
    assert document(*words, "--counts", counts)["operators"] == needed
    if counts == "offered":
        assert document(*words)["operators"] == needed


def test_a_quotient_that_is_whole_is_not_rounded_up() -> None:
    # 21 / (1 - 0.3) is 30.000000000000004 in floating point.
    found = document("--calls", "100", "--aht", "10 min", "--occupancy", "80 %", "--shrinkage",
                     "0.3")  # fmt: skip
    assert (found["operators"], found["scheduled"]) == (21, 30)


def test_every_target_at_once_and_the_reverse() -> None:
    found = document(*PATIENT, "--target", "80/20", "--abandonment", "4 %", "--occupancy", "90 %",
                     "--asa", "10 s", "--operators", "27", "--hang-up-at-once", "2 %")  # fmt: skip
    assert found["operators"] == operators_needed(
        0.1, 270, 120, share=0.8, abandonment=0.04, occupancy=0.9, asa=10, hang_up_at_once=0.02
    )
    line = Line(0.1, 270, 27, 120, 0.02)
    assert found["service"]["service_level"] == line.service_level(20)
    alone = run(*PATIENT, "--operators", "27")
    assert "With 27 operators on the phones" in alone.output
    assert document(*PATIENT, "--operators", "27")["operators"] is None


def test_fte_by_the_hours_of_a_week() -> None:
    found = document(*ISSUE, "--hours-a-week", "60", "--contract-hours", "36")
    assert found["fte"] == pytest.approx(29 / 0.7 * 60 / 36)


def test_too_few_lines_are_said_with_by_how_much() -> None:
    result = run(*ISSUE, "--lines", "24")
    assert result.exit_code == 2
    level = Line(0.1, 270, 24, 120, 0.0, 24).service_level(20)
    assert f"The service level is {100 * level:.1f} %, not 80.0 %" in result.output
    assert "More --lines are needed" in result.output


@pytest.mark.parametrize(
    "words, message",
    [
        (WORK, "Give a target such as --target 80/20"),
        ([*WORK, "--abandonment", "5 %"], "--abandonment needs --patience"),
        ([*WORK, "--operators", "27"], "the queue grows without end"),
        ([*ISSUE, "--shrinkage", "1"], "not from 0 to below 1"),
        ([*ISSUE, "--within", "30 s"], "--target has its own threshold"),
        ([*ISSUE, "--wage", "-3"], "not a number from 0 on"),
        ([*PATIENT, "--target", "120/20"], "is not a target such as 80/20"),
        (["--calls", "180", "--target", "80/20"], "Missing option '--aht'"),
        ([*WORK, "--aht", "270", "--target", "80/20"], "270"),
    ],
)
def test_mistakes_in_one_line(words: list[str], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output
