"""Plans in several currencies are refused, from the command line and from Python."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.comparison.currency import Currencies
from tests.comparison.lines import LINE
from tests.test_cli import call


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The same line in pounds and in euros."""
    pounds, euros = tmp_path / "pounds.toml", tmp_path / "euros.toml"
    pounds.write_text(f'currency = "GBP"\n{LINE}', "utf-8")
    euros.write_text(LINE, "utf-8")
    return pounds, euros


@pytest.mark.parametrize(
    "options",
    [
        ("-n", 2),
        ("--best", "total_cost=25"),
        ("-n", 2, "--conditions", "callers.*.volume=0%,+10%"),
        ("-n", 2, "--grid", "operators.clerks.headcount=5..6"),
        ("--precision", "total_cost=100"),
    ],
)
def test_files_in_two_currencies_are_refused_with_exit_code_2(
    files: tuple[Path, Path], options: tuple[str | int, ...]
) -> None:
    pounds, euros = files
    done = call("compare", pounds, euros, "--plan", "base", *options)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr == (
        "Error: money in several currencies cannot be compared: "
        f"{pounds} has GBP, {euros} has EUR.\n"
    )


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--grid", "plan currency=EUR has EUR, plan currency=GBP has GBP"),
        ("--conditions", "there are GBP and EUR"),
    ],
)
def test_plans_of_one_file_in_two_currencies_are_refused(
    files: tuple[Path, Path], option: str, said: str
) -> None:
    done = call("compare", files[1], "-n", 2, "--plan", "base", option, "currency=GBP,EUR")
    assert done.exit_code == 2
    assert said in done.stderr


def test_python_refuses_them_too(files: tuple[Path, Path]) -> None:
    scenarios = [sim.load(each) for each in files]
    for given in (list(files), scenarios):
        with pytest.raises(ValueError, match=r"pounds\.toml has GBP, .*euros\.toml has EUR"):
            sim.compare(given, replications=2)
    with pytest.raises(Currencies):
        sim.compare_under(list(files), {"callers.*.volume": "0%,+10%"}, replications=2)
    with pytest.raises(Currencies):
        sim.best(scenarios, "total_cost", 25)


def test_one_currency_is_enough_for_several_files(files: tuple[Path, Path]) -> None:
    found = sim.compare(list(files), replications=2, plans=["base"], change={"currency": "CHF"})
    assert {each.scenario.currency for each in found.results.values()} == {"CHF"}
