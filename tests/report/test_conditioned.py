"""The screen of plans under conditions: its figures, its marks and the survivor in words."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from sim.comparison.conditions import Conditions, compare_under
from sim.report import conditioned
from sim.report.verdict import targets_met
from sim.report.wording import figure
from tests.comparison.lines import LINE
from tests.comparison.test_conditions import AIMS, under


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Conditions:
    path = tmp_path_factory.mktemp("line") / "line.toml"
    path.write_text(LINE, "utf-8")
    volumes = "-30%..+30%:20%"
    plans = ["base", "two_more"]
    return compare_under(path, {"callers.*.volume": volumes}, replications=5, plans=plans)


def printed(found: Conditions, width: int = 80) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, markup=False, highlight=False, emoji=False)
    conditioned.print_conditions(console, found)
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_the_screen_keeps_to_its_width(found: Conditions, width: int) -> None:
    assert max(map(len, printed(found, width).splitlines())) <= width


def test_every_cell_is_there_with_its_mark(found: Conditions) -> None:
    lines = printed(found).splitlines()
    title = next(k for k, line in enumerate(lines) if line.startswith("hang up, of contacts"))
    for place, plan in enumerate(found.plans, start=1):
        row = lines[title + place]
        assert row.startswith(f"  {plan}")
        for name in list(found.comparisons)[:3]:
            estimate = found.comparisons[name].results[plan].measures["abandonment"]
            assert figure(estimate.value, "share") in row
    base = found.targets["base"]["+30%"][1]
    assert base.measure == "abandonment"
    assert not base.met
    cell = conditioned.cell_under(found, "base", "+30%", "abandonment")
    assert cell[-1] == ("!" if base.sure else "?")
    two = found.targets["two_more"]["-30%"]
    assert all(each.met and each.sure for each in two)
    assert targets_met(two) == "3 of 3 "


def test_what_the_conditions_change_is_said(found: Conditions) -> None:
    assert "callers.*.volume -30%, -10%, +10%, +30%." in printed(found)
    assert conditioned.survivor_in_words(found) in " ".join(printed(found, 400).split("\n"))


def test_the_survivor_in_words() -> None:
    conditions = under(
        AIMS,
        cheap=[(0.9, 0.01, 100.0), (0.7, 0.02, 110.0)],
        good=[(0.95, 0.01, 130.0), (0.85, 0.02, 150.0)],
    )
    for each in conditions.comparisons.values():
        for results in each.results.values():
            results.scenario.currency = "EUR"  # type: ignore[misc]
            results.scenario.days = ()  # type: ignore[misc]
    assert conditioned.survivor_in_words(conditions) == (
        "good survives: it meets all its targets under every condition, the only plan that does; "
        "140 EUR a day on average."
    )
    only = Conditions(
        {
            name: type(each)({"cheap": each.results["cheap"]})
            for name, each in conditions.comparisons.items()
        },
        conditions.changes,
    )
    assert conditioned.survivor_in_words(only) == (
        "No plan survives: none meets its targets under every condition. cheap misses least: "
        "answered in time under high (70.0 %, target 80 %); 105 EUR a day on average."
    )


def test_a_type_without_calls_is_in_no_doubt(tmp_path: Path) -> None:
    path = tmp_path / "line.toml"
    path.write_text(LINE, "utf-8")
    found = compare_under(
        path, {"callers.deposits.volume": "0,1"}, replications=20, plans=["two_more"],
        change={"operators.clerks.headcount": "12"},
    )  # fmt: skip
    nobody = found.targets["two_more"]["0"][-1]
    assert (nobody.type, nobody.estimate.value, nobody.met, nobody.sure) == (
        "deposits", None, True, True,
    )  # fmt: skip
    assert not found.survivor.only_just
    assert "only just" not in conditioned.survivor_in_words(found)
    # People who phone and are not counted leave it open, as does a single day.
    asked = replace(nobody, asked=np.ones(20))
    assert not asked.sure
    assert not replace(nobody, asked=np.zeros(1)).sure


def test_the_charts_of_conditions(found: Conditions) -> None:
    axes = found.plot.measure("abandonment")
    labels = [text.get_text() for text in axes.get_xticklabels()]
    assert labels == list(found.comparisons)
    line = next(each for each in axes.lines if each.get_label() == "two_more")
    values = [
        100 * (each.results["two_more"].measures["abandonment"].value or 0.0)
        for each in found.comparisons.values()
    ]
    assert list(line.get_ydata()) == pytest.approx(values)  # type: ignore[arg-type]
    out = io.BytesIO()
    found.plot.page().savefig(out, format="png")
    assert out.tell() > 1000


def test_a_file_can_be_written_from_the_command_line(tmp_path: Path) -> None:
    from tests.test_cli import call

    path, plot = tmp_path / "line.toml", tmp_path / "plans.png"
    path.write_text(LINE, "utf-8")
    grid = ("--grid", "operators.clerks.headcount=5..6")
    done = call("compare", path, "-n", 2, *grid, "--plot", plot)
    assert done.exit_code == 0, done.output
    assert f"wrote {plot}\n" in done.stderr
    assert "clerks.headcount=6" in done.stdout
    assert plot.read_bytes()[:4] == b"\x89PNG"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["line.toml", "plans.png"]
    again = call("compare", path, "-n", 2, *grid, "--plot", plot)
    assert again.exit_code == 2
    assert "--force writes over it" in again.stderr
    conditions = ("--conditions", "callers.*.volume=-10%,+10%")
    done = call("compare", path, "-n", 2, *grid, *conditions, "--csv", "measures")
    assert done.exit_code == 0, done.output
    head, first = done.stdout.splitlines()[:2]
    assert head.startswith("condition,plan,measure,value,")
    assert first.startswith("-10%,clerks.headcount=5,offered,")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--grid", "operators.clerks.headcount=1..9999"], "--at-most-plans N lets more run"),
        (["--grid", "operators.clerks.headcount"], "is not NAME=VALUES"),
        (["--grid", "operators.clerks.headcount=9..4"], "goes down"),
        (["--grid", "operators.clerk.headcount=4..5"], 'Did you mean "clerks"?'),
        (["--conditions", "callers.cards.volume=10%"], "write +10% or -10%"),
        (["--plot", "plans.jpg"], "ends in .png, .svg or .pdf"),
        (["--plot", "nowhere/plans.png"], "does not exist"),
    ],
)
def test_bad_input_ends_in_one_line_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    from tests.test_cli import call

    path = tmp_path / "line.toml"
    path.write_text(LINE, "utf-8")
    monkeypatch.chdir(tmp_path)
    done = call("compare", path, "-n", 1_000_000, *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
