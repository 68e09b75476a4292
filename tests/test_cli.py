"""The command line as people use it: what it prints, what it refuses, and what it imports."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli import COMMANDS, waitline

ROOT = Path(__file__).parents[1]
TINY = """
name = "A small shop [bold]"
currency = "EUR"
[day]
opens = "09:00"
closes = "12:00"
interval = "30 min"
[targets]
service_level = { share = 0.8, within = "20 s" }
abandonment = { at_most = 0.05 }
[callers.orders]
arrivals = { per_hour = 60 }
talk = { exponential = "3 min" }
patience = { exponential = "2 min" }
hold_messages = "music"
[callers."returns and a name that is far longer than any column of a screen would want"]
arrivals = { per_hour = 10 }
talk = "2 min"
patience = "5 min"
[operators.shop]
skills = ["orders", "returns and a name that is far longer than any column of a screen would want"]
wage = 20.0
[operators.shop.shifts]
morning = { operators = 4, from = "09:00", to = "12:00" }
[hold_messages.music.messages]
sorry = { says = "apology", at = "10 s", every = "30 s", hang_up = 0.05 }
[plans.one_more]
about = "One more in the morning."
change = { "operators.shop.shifts.morning.operators" = "+1" }
[plans.quiet]
change = { "hold_messages.music.messages.sorry.hang_up" = "x 0.5" }
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "shop.toml"
    path.write_text(TINY, "utf-8")
    return path


def call(*arguments: object, width: int = 80) -> Result:
    runner = CliRunner(env={"COLUMNS": str(width), "NO_COLOR": "1"})
    return runner.invoke(waitline, [str(each) for each in arguments], prog_name="waitline")


HEAVY = ("numpy", "pandas", "scipy", "matplotlib", "numba", "simpy", "pydantic", "rich", "joblib",
         "jinja2", "bokeh")  # fmt: skip


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], []])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom sim.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stderr.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    done = call(name, "--help")
    assert done.exit_code == 0
    assert "Usage: waitline" in done.output


def test_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sim", "--version"], capture_output=True, text=True, cwd=ROOT,
        check=True,
    )  # fmt: skip
    assert done.stdout.startswith("waitline ")


@pytest.mark.parametrize("width", [80, 120])
def test_run_fits_the_screen(tiny: Path, width: int) -> None:
    done = call("run", tiny, "-n", 5, width=width)
    assert done.exit_code == 0, done.output
    for title in ("CLIENT", "STAFF", "MONEY", "Assumed, not measured", "Next"):
        assert title in done.stdout
    assert "A small shop [bold]" in done.stdout
    assert "\x1b" not in done.stdout
    command = [line for line in done.stdout.splitlines() if line.startswith("  waitline ")]
    assert len(command) == 1
    others = [line for line in done.stdout.splitlines() if line not in command]
    assert max(map(len, others)) <= width


def test_changes_are_answered_first(tiny: Path) -> None:
    name = "operators.shop.shifts.morning.operators"
    done = call("run", tiny, "-n", 20, "--set", f"{name}=-1", "--set", "callers.*.volume=+10%")
    assert done.exit_code == 0, done.output
    verdict = done.stdout.split("\n\n")[1]
    assert verdict.lstrip().startswith("Your change: ")
    assert "->" in verdict


def test_json_is_one_document_and_does_not_depend_on_workers(tiny: Path) -> None:
    documents = [
        call("run", tiny, "-n", 6, "--seed", 7, "--json", "--workers", workers)
        for workers in (1, 2)
    ]
    assert [each.exit_code for each in documents] == [0, 0]
    assert documents[0].stdout == documents[1].stdout
    document = json.loads(documents[0].stdout)
    assert document["seed"] == 7
    assert document["replications"] == 6
    assert set(document["plans"]) == {"base"}


@pytest.mark.parametrize("table", ["intervals", "measures", "staff"])
@pytest.mark.parametrize("command", ["run", "compare"])
def test_csv_is_one_table(tiny: Path, command: str, table: str) -> None:
    done = call(command, tiny, "-n", 3, "--csv", table)
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) >= 6
    key = {"intervals": "offered", "measures": "value", "staff": "on_duty"}[table]
    assert all(key in row for row in rows)
    if command == "compare":
        assert {row["plan"] for row in rows} == {"base", "one_more", "quiet"}


def test_json_and_csv_exclude_each_other(tiny: Path) -> None:
    done = call("run", tiny, "--json", "--csv", "staff")
    assert done.exit_code == 2
    assert "--json and --csv" in done.stderr


@pytest.mark.parametrize("width", [80, 120])
def test_compare_names_changes_and_who_pays(tiny: Path, width: int) -> None:
    done = call("compare", tiny, "-n", 10, width=width)
    assert done.exit_code == 0, done.output
    assert "Who pays for what" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= width
    for plan in ("base", "one_more", "quiet"):
        assert plan in done.stdout


def test_the_help_of_force_names_every_option_that_it_lets_write() -> None:
    for command, said in (
        ("compare", "Let --out, --report and --plot write over their files."),
        ("run", "Let --out and --report write over their files."),
    ):
        assert said in " ".join(call(command, "--help").stdout.split())


def test_compare_document_has_paired_differences(tiny: Path) -> None:
    done = call("compare", tiny, "-n", 10, "--json", "--plan", "base", "--plan", "one_more")
    document = json.loads(done.stdout)
    assert list(document["plans"]) == ["base", "one_more"]
    (difference,) = document["differences"]
    assert (difference["plan"], difference["against"]) == ("one_more", "base")
    assert difference["measures"]["paid_hours"]["value"] == pytest.approx(3.0, abs=0.2)


@pytest.mark.parametrize(("operators", "code"), [("+6", 0), ("-3", 1)])
def test_check_tells_by_exit_code(tiny: Path, operators: str, code: int) -> None:
    name = f"operators.shop.shifts.morning.operators={operators}"
    assert call("run", tiny, "-n", 5, "--check", "--set", name).exit_code == code


def test_audit_says_so_on_stderr(tiny: Path) -> None:
    done = call("run", tiny, "-n", 3, "--audit", "--json")
    assert done.exit_code == 0
    assert "every fact holds" in done.stderr
    json.loads(done.stdout)


def test_folder_is_written_whole_and_never_over_something(tiny: Path, tmp_path: Path) -> None:
    import pandas as pd

    out = tmp_path / "out"
    assert call("run", tiny, "-n", 3, "--out", out).exit_code == 0
    names = ["contacts.parquet", "manifest.json", "measures.csv", "page.json", "results.json"]
    assert sorted(each.name for each in out.iterdir()) == names
    contacts = pd.read_parquet(out / "contacts.parquet")
    document = json.loads((out / "results.json").read_text("utf-8"))
    offered = document["plans"]["base"]["measures"]["offered"]["value"]
    assert len(contacts) / 3 == pytest.approx(offered)
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest["scenario"]["sha256"] == document["scenario"]["sha256"]
    assert manifest["scenario"]["text"] == TINY
    assert str(tmp_path) not in (out / "manifest.json").read_text("utf-8")

    other = out / "mine.txt"
    other.write_text("keep", "utf-8")
    refused = call("run", tiny, "-n", 2, "--out", out)
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert json.loads((out / "results.json").read_text("utf-8")) == document
    assert call("compare", tiny, "-n", 2, "--out", out, "--force").exit_code == 0
    assert other.read_text("utf-8") == "keep"
    assert len(json.loads((out / "results.json").read_text("utf-8"))["plans"]) == 3
    assert [each for each in tmp_path.iterdir() if each.name.startswith(".waitline")] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--replications", "0"], "replications"),
        (["--replications", "many"], "many"),
        (["--seed", "-1"], "seed"),
        (["--workers", "0"], "workers"),
        (["--plan", "nobody"], "nobody"),
        (["--set", "volume"], "NAME=VALUE"),
        (["--set", "day.opens=08:30", "--set", "day.opens=08:00"], "given twice"),
        (["--set", "callers.order.volume=2"], "orders"),
        (["--set", "callers.orders.volume=-3"], "volume"),
        (["--precision", "service_level=0.01", "-n", "5"], "leave out --replications"),
        (["--engine", "java"], "java"),
        (["--out", "no/such/folder/here"], "does not exist"),
        (["--csv", "everything"], "everything"),
    ],
)
def test_wrong_options_are_told_in_one_message(tiny: Path, arguments: list[str], said: str) -> None:
    done = call("run", tiny, *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_trace_tells_the_day(tiny: Path) -> None:
    done = call("trace", tiny, "--from", "09:00", "--to", "10:00")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines == sorted(lines, key=lambda line: line[:10])
    for what in ("comes", "phones", "answers", "hears sorry"):
        assert any(what in line for line in lines), what
    assert all("09:00" <= line[:5] <= "10:00" for line in lines)


def test_trace_tells_of_callers_who_answer_back() -> None:
    done = call("trace", ROOT / "tests" / "scenario" / "callers.toml")
    assert done.exit_code == 0, done.output
    for what in (
        "comes out of the menu", "is served in the menu", "is told a wait: about",
        "phones again (redial of #", "was not resolved)", "is transferred (passed on from #",
        "takes a callback after", " dials cards #", ", called back after", "hangs up at once",
        "too late, the line will have closed",
    ):  # fmt: skip
        assert what in done.stdout, what
    waiting = [line.rpartition("[")[2] for line in done.stdout.splitlines() if "waiting]" in line]
    assert not any(number.startswith("-") for number in waiting)
    assert waiting[-1] == "0 waiting]"


def test_trace_refuses_times_that_are_none(tiny: Path) -> None:
    for wrong in (["--from", "9"], ["--to", "25:99"], ["--from", "11:00", "--to", "10:00"]):
        done = call("trace", tiny, *wrong)
        assert done.exit_code == 2
        assert "Traceback" not in done.output


def test_broken_pipe_is_no_error(tiny: Path) -> None:
    command = f"{sys.executable} -m sim trace {tiny} | head -1"
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, cwd=ROOT, check=False,
        env=os.environ | {"COLUMNS": "80"},
    )  # fmt: skip
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def in_a_process(
    *arguments: object, cwd: Path, out: str = "", script: str = ""
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, its output into a file if one is named."""
    command = [sys.executable, "-c", f"{script}\nfrom sim.cli import main\nmain()"]
    with open(out or os.devnull, "w") as file:
        return subprocess.run(
            [*command, *map(str, arguments)], text=True, cwd=cwd, check=False,
            stdout=file if out else subprocess.PIPE, stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip


def test_workers_take_no_modules_from_the_folder(tiny: Path) -> None:
    (tiny.parent / "random.py").write_text("raise RuntimeError('not mine')\n")
    command = [sys.executable, "-P", "-m", "sim", "run", str(tiny), "-n", "8", "--workers", "2"]
    done = subprocess.run(
        [*command, "--json"], capture_output=True, text=True, cwd=tiny.parent, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["replications"] == 8


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no device that is full")
@pytest.mark.parametrize("arguments", [["--json"], ["--csv", "staff"], []])
def test_a_full_disk_is_told_in_one_line(tiny: Path, arguments: list[str]) -> None:
    done = in_a_process("run", tiny, "-n", 2, *arguments, cwd=tiny.parent, out="/dev/full")
    assert done.returncode == 2
    assert done.stderr.strip() == "Error: No space left on device."


def test_a_dead_worker_is_told_in_one_line(tiny: Path) -> None:
    script = (
        "import os, sim.experiment as e\n"
        "parent = os.getpid()\n"
        "def gone(*_): raise type('TerminatedWorkerError', (RuntimeError,), {})('killed')\n"
        "e.expected_contacts = lambda scenario: 0.0\n"
        "import joblib\n"
        "joblib.Parallel.__call__ = gone\n"
    )
    done = in_a_process("run", tiny, "-n", 4, "--workers", 2, cwd=tiny.parent, script=script)
    assert done.returncode == 2
    assert done.stderr.strip().startswith("Error: a worker process died")


def test_nothing_is_judged_where_nobody_phones(tiny: Path) -> None:
    silent = ["--set", "callers.*.volume=0", "-n", "2"]
    done = call("run", tiny, *silent)
    assert done.exit_code == 0
    assert "Not judged: answered in 20 s" in done.stdout
    assert call("run", tiny, *silent, "--check").exit_code == 0


def test_the_next_command_can_be_run(tmp_path: Path) -> None:
    text = TINY.replace("callers.orders", 'callers."a.b c"').replace('["orders"', '["a.b c"')
    path = tmp_path / "my shop.toml"
    body = text[: text.index("[plans")].replace(
        '[operators.shop.shifts]\nmorning = { operators = 4, from = "09:00", to = "12:00" }',
        "",
    )
    path.write_text(body.replace("wage = 20.0", "wage = 20.0\nheadcount = 4"), "utf-8")
    done = call("run", path, "-n", 2)
    assert done.exit_code == 0, done.output
    command = done.stdout.splitlines()[-1].strip()
    again = call(*shlex.split(command)[1:], "-n", 2)
    assert again.exit_code == 0, again.output


def test_who_is_answered_at_the_instant_of_a_message_does_not_hear_it(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("start\n08:00:00\n")
    path = tmp_path / "t.toml"
    path.write_text(
        'name = "t"\n[day]\nopens = "08:00"\ncloses = "09:00"\ninterval = "30 min"\n'
        '[targets]\nservice_level = { share = 0.5, within = "20 s", counts = "answered" }\n'
        '[callers.a]\narrivals = { trace = "one.csv", time = "start" }\ntalk = "60 s"\n'
        'patience = "never"\nhold_messages = "m"\n[operators.g]\nskills = ["a"]\n'
        'shifts = [{ operators = 1, from = "08:01", to = "09:00" }]\n[hold_messages.m]\n'
        'messages = [{ says = "apology", at = "60 s", hang_up = 1.0 }]\n'
    )
    done = call("trace", path)
    assert "answers a #0 after 1 min 00 s" in done.stdout
    assert "hears" not in done.stdout
    # With a message before, everybody hangs up: nobody is answered, which is a target missed.
    missed = call("run", path, "-n", 1, "--check", "--set", "hold_messages.m.messages.0.at=30 s")
    assert missed.exit_code == 1
    assert "MISSED: answered in 20 s, of answered" in missed.stdout
