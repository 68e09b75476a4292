"""The ranking of plans: its order, its places and its width, on days made to show them."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from sim.comparison.paired import Comparison, compare
from sim.report.ranking import COLUMNS, ordered, print_ranking, ranks

LINE = """
name = "One line, plans from worst to best"
[day]
opens = "09:00"
closes = "13:00"
interval = "30 min"
[callers.calls]
arrivals = { per_hour = 90 }
talk = { exponential = "3 min" }
patience = { exponential = "4 min" }
money = { lost_call_cost = 9.0 }
[operators.team]
skills = ["calls"]
wage = 10.0
headcount = 4
[plans.the_same_again]
about = "Nothing changes."
[plans.one_more_operator_for_the_whole_long_morning]
operators.team.headcount = 5
[plans.two_more]
operators.team.headcount = 6
"""


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    path = tmp_path_factory.mktemp("line") / "line.toml"
    path.write_text(LINE, "utf-8")
    return compare(path, replications=20)


def printed(comparison: Comparison, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    print_ranking(console, comparison)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_plans_stand_from_best_to_worst(comparison: Comparison) -> None:
    best = ["two_more", "one_more_operator_for_the_whole_long_morning"]
    for name in ("wait_mean", "abandonment", "callers_reached"):
        assert ordered(comparison, name)[:2] == best
    for name, (_, sense) in COLUMNS.items():
        values = [
            sense * (comparison.results[plan].measures[name].value or 0.0)
            for plan in ordered(comparison, name)
        ]
        assert values == sorted(values)


def test_plans_that_are_alike_say_so(comparison: Comparison) -> None:
    places = ranks(comparison, "wait_mean")
    assert places["two_more"] == "1."
    assert {places["base"], places["the_same_again"]} == {"3.", "=4."}


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_the_screen(comparison: Comparison, width: int) -> None:
    said = printed(comparison, width)
    assert max(map(len, said.splitlines())) <= width
    assert re.search(r"two_more +1\. ", said)
    assert "one_more_" in said


def test_few_plans_are_not_ranked(comparison: Comparison) -> None:
    few = Comparison(dict(list(comparison.results.items())[:3]))
    assert printed(few, 80) == ""
