"""`waitline erlang`: answers that can be read, documents that can be parsed, mistakes in a line."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from sim.cli.erlang import command
from sim.theory.erlang import Line

WORK = ["--calls", "200", "--aht", "240 s"]
PATIENT = [*WORK, "--patience", "3 min"]


def run(*words: str) -> Result:
    return CliRunner().invoke(command, list(words))


def test_a_says_what_service_so_many_operators_give() -> None:
    result = run("a", *PATIENT, "--operators", "14")
    assert result.exit_code == 0
    lines = {" ".join(line.split()) for line in result.output.splitlines()}
    assert "answered within 20 s / offered 68.0 %" in lines
    assert "answered within 20 s / answered 75.0 %" in lines
    assert "hung up / offered 9.3 %" in lines
    assert "mean wait of the answered (asa) 15.1 s" in lines
    assert "occupancy of the operators 86.3 %" in lines


def test_a_says_how_many_operators_a_target_needs() -> None:
    result = run("a", *PATIENT, "--target", "80/20")
    assert result.exit_code == 0
    assert "Target: 80.0 % answered within 20 s / offered" in result.output
    assert "Needed: 16 operators (exactly met by 15.46)" in result.output
    first = [
        line.split()[0] for line in result.output.splitlines() if "%" in line and line[0] == " "
    ]
    assert first == ["15", "16", "17"]


@pytest.mark.parametrize(
    "counts, needed", [("answered", 15), ("offered", 16), ("abandoned_in_time_met", 16)]
)
def test_the_convention_is_named_and_matters(counts: str, needed: int) -> None:
    words = [*PATIENT, "--target", "80 % / 20 s", "--counts", counts]
    document = json.loads(run("a", *words, "--json").output)
    assert document["needed"]["operators"] == needed
    assert document["counts"] == counts


def test_c_names_the_operators_at_which_the_queue_never_settles() -> None:
    result = run("c", *WORK, "--target", "10/20")
    assert "13  the queue grows without end" in result.output
    assert "Needed: 14 operators" in result.output


def test_b_blocks_and_says_how_many_lines() -> None:
    result = run("b", *WORK, "--lines", "20", "--blocked", "1 %")
    assert result.exit_code == 0
    assert "Needed: 22 lines (exactly met by 21.61)" in result.output
    document = json.loads(run("b", *WORK, "--operators", "20", "--json").output)
    assert document["service"]["blocked"] == pytest.approx(0.0216, abs=5e-4)
    assert document["needed"] is None


def test_the_document_is_the_theory() -> None:
    words = ["--operators", "14.5", "--lines", "30", "--hang-up-at-once", "10%"]
    words += ["--ignore-under", "5 s", "--counts", "excluding_short", "--within", "30 s"]
    service = json.loads(run("a", *PATIENT, *words, "--json").output)["service"]
    line = Line(200 / 3600, 240, 14.5, 180, 0.1, 30)
    assert service["abandonment"] == pytest.approx(line.abandonment)
    assert service["service_level"] == pytest.approx(line.service_level(30, "excluding_short", 5))
    assert service["wait_p90"] == pytest.approx(line.wait_quantile(0.9))


def test_every_target_at_once() -> None:
    words = ["--target", "80/20", "--abandonment", "2 %", "--occupancy", "85%", "--asa", "10 s"]
    result = run("a", *PATIENT, *words, "--operators", "16")
    assert result.exit_code == 0
    assert (
        "at most 2.0 % hang up and at most 85.0 % occupancy and asa at most 10 s" in result.output
    )
    assert "more than given" in result.output


@pytest.mark.parametrize(
    "words, message",
    [
        (["a", *PATIENT], "Give --operators"),
        (["b", *WORK], "Give --lines"),
        (
            ["c", *WORK, "--operators", "13"],
            "The load of 13.3333 Erlangs is not below 13 operators",
        ),
        (["c", "--calls", "-1", "--aht", "240 s", "--operators", "3"], "not a number above 0"),
        (["c", "--calls", "nan", "--aht", "240 s", "--operators", "3"], "not a number above 0"),
        (["c", "--calls", "many", "--aht", "240 s", "--operators", "3"], "not a number"),
        (["a", *PATIENT, "--calls", "1e15", "--operators", "3"], "absurd"),
        (["b", "--calls", "1e15", "--aht", "240 s", "--lines", "3"], "absurd"),
        (["a", *PATIENT, "--aht", "240", "--operators", "3"], "unit"),
        (["a", *PATIENT, "--aht", "0 s", "--operators", "3"], "longer than 0 s"),
        (["a", *PATIENT, "--patience", "1000 years", "--operators", "3"], "patience"),
        (["a", *PATIENT, "--operators", "0"], "not a number above 0"),
        (["a", *PATIENT, "--operators", "1e12"], "1e6"),
        (["a", *PATIENT, "--target", "80"], "80/20"),
        (["a", *PATIENT, "--target", "100/20"], "80/20"),
        (["a", *PATIENT, "--target", "nan/20"], "80/20"),
        (["a", *PATIENT, "--target", "80/20 parsecs"], "80/20"),
        (["a", *PATIENT, "--target", "80/20", "--within", "30 s"], "--within"),
        (["a", *PATIENT, "--target", "99/20", "--lines", "12"], "out of reach"),
        (["a", *PATIENT, "--abandonment", "0 %"], "out of reach"),
        (["a", *PATIENT, "--occupancy", "85"], "share"),
        (["a", *PATIENT, "--counts", "excluding_short", "--operators", "3"], "--ignore-under"),
        (["a", *WORK, "--operators", "3"], "--patience"),
    ],
)
def test_a_mistake_is_one_message_and_exit_code_2(words: list[str], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.output
    assert result.output.count("Error:") == 1
    assert "Traceback" not in result.output


def test_help_and_the_module_import_nothing_heavy() -> None:
    code = (
        "import sys, sim.cli.erlang, sim.theory.erlang\n"
        "print([m for m in ('numpy', 'scipy', 'pandas', 'simpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
