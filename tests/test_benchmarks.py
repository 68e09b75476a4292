"""Benchmarks: contenders say the same of a day, and a wrong answer is called wrong."""

from __future__ import annotations

import sys
from importlib import import_module

import numpy as np
import pytest

from benchmarks import stopping
from benchmarks.__main__ import main
from benchmarks.apart import apart
from benchmarks.best_of_k import choices, holds, pieces
from benchmarks.contenders import CONTENDERS, Contender
from benchmarks.days import Day, figures_of
from benchmarks.race import compared, exact_figures, judged, run
from benchmarks.tables import Table
from benchmarks.workloads import NAMED, W1, Workload, many_types, sized
from sim.comparison.best import FIRST as FIRST_OF_BEST
from sim.measures.intervals import mean

SMALL = {"W1": sized(3_000, 10), "W2": many_types(3, calls=1_500, operators=12)}
"""Days on which a third or so have to wait."""

EACH = [
    pytest.param(workload, contender, id=f"{workload}-{contender.place}")
    for workload in SMALL
    for contender in CONTENDERS[workload]
]


def day_of(workload: Workload, place: str, number: int = 0) -> Day:
    module, _, name = place.partition(":")
    if module == "ciw_line":
        pytest.importorskip("ciw")
    prepared = getattr(import_module(f"benchmarks.{module}"), name)(workload, number)
    return prepared.read(prepared.work())


def test_workloads_are_those_of_the_page() -> None:
    assert W1.centre.operators == 100
    assert W1.centre.talk_mean.tolist() == [300.0]
    for name in ("W2", "W2 x 1.3"):
        centre = NAMED[name].centre
        assert len(centre.types) == 3
        assert np.diff(centre.first_operator).tolist() == [30, 30, 30, 30]
        assert centre.talk_mean.reshape(3, 4).max(axis=1).tolist() == [240.0, 300.0, 420.0]


@pytest.mark.parametrize(("calls", "operators"), [(10_000, 10), (10_000_000, 10_000)])
def test_a_line_of_any_size_has_the_load_of_w1(calls: int, operators: int) -> None:
    line = sized(calls, operators).line
    assert line is not None
    assert line.per_hour / 3600 * line.talk / line.operators == pytest.approx(1.0)
    assert line.patience / line.talk == pytest.approx(120 / 300)
    assert sized(calls, operators).centre.operators == operators


@pytest.mark.parametrize("types", [1, 2, 20])
def test_types_in_a_ring_have_operators_for_each(types: int) -> None:
    centre = many_types(types).centre
    assert (len(centre.types), len(centre.groups)) == (types, types)
    served = np.asarray(centre.routing.tier).reshape(types, types) >= 0
    assert served.sum(axis=1).tolist() == [min(2, types)] * types


@pytest.mark.parametrize(("workload", "contender"), EACH)
def test_contenders_agree(workload: str, contender: Contender) -> None:
    line = SMALL[workload]
    days = 1 if contender.drawn else 4
    told = [figures_of(day_of(line, contender.place, number)) for number in range(days)]
    right = [figures_of(day_of(line, "ours:model", number)) for number in range(days)]
    if contender.drawn:
        assert compared(told, right) == "as the kernel"
        assert compared([[each * 1.01 for each in told[0]]], right) == "NOT as the kernel"
    else:
        assert np.mean(told, axis=0) == pytest.approx(np.mean(right, axis=0), rel=0.25)


def test_the_first_hour_and_what_comes_after_midnight_do_not_count() -> None:
    arrival = np.array([3_599.0, 3_600.0, 50_000.0, 86_399.0, 86_400.0])
    wait = np.array([9_999.0, 0.0, 20.0, 40.0, 9_999.0])
    hung_up = np.array([True, False, False, True, True])
    assert figures_of(Day(arrival, wait, hung_up)) == pytest.approx([20.0, 1 / 3, 2 / 3])


def test_a_wrong_answer_is_called_wrong() -> None:
    assert W1.line is not None
    exact = exact_figures(W1.line)
    assert exact == pytest.approx([5.857311, 0.0488109, 0.8517153], rel=1e-6)
    spread = [[each * (1 + 0.1 * sign) for each in exact] for sign in (-1, 1)]
    assert judged(exact, exact, spread, 100) == "0.0 s.e. off"
    assert judged([exact[0] * 1.05, *exact[1:]], exact, spread, 100) == "3.5 s.e. off"
    assert judged([*exact[:2], exact[2] * 0.94], exact, spread, 100) == "WRONG: 4.2 s.e. off"


def test_a_contender_runs_in_a_process_of_its_own() -> None:
    found = apart("race:run", place="heap_loop:events", workload="W1", days=1, rounds=1)
    assert found["contacts"] == len(day_of(W1, "ours:model").arrival)
    assert found["figures"] == [figures_of(day_of(W1, "heap_loop:events"))]
    assert found["seconds"] > 0
    assert 10 < found["peak"] < 2_000


def test_a_peer_that_is_not_installed_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ciw", None)
    monkeypatch.delitem(sys.modules, "benchmarks.ciw_line", raising=False)
    assert run("ciw_line:given", "W1", 1, 1) == {"absent": "ciw"}
    with pytest.raises(ModuleNotFoundError, match="no_such"):
        run("no_such:given", "W1", 1, 1)


def test_tables_are_in_line_and_in_markdown() -> None:
    table = Table("Sizes", ("", "CPU s"), [["kernel", "1.25"], ["model in SimPy", "12"]])
    assert table.text().splitlines() == [
        "Sizes",
        "                CPU s",
        "kernel           1.25",
        "model in SimPy     12",
    ]
    assert table.markdown().splitlines() == [
        "### Sizes",
        "",
        "|  | CPU s |",
        "| --- | --: |",
        "| kernel | 1.25 |",
        "| model in SimPy | 12 |",
    ]


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["W4"])
    assert "no part 'W4'" in capsys.readouterr().err


def test_days_that_stop_are_cut_into_pieces_one_after_the_other() -> None:
    costs = np.random.default_rng(1).normal(100, 1, (3, 2_000)) + np.array([[5], [0], [1]])
    found = list(choices(costs, 0.5))
    assert {each[0] for each in found} == {1}
    assert 2_000 - FIRST_OF_BEST < sum(each[2] for each in found) / 3 <= 2_000
    assert all(spent <= without for _, spent, without in found)
    known = list(pieces(lambda days: mean(costs[0, days], "EUR"), 0.1, 2_000))
    assert sum(holds(each, 105.0) for each in known) >= len(known) - 1
    assert 1_000 < sum(len(each.days) for each in known) <= 2_000


def test_stopping_on_drawn_days() -> None:
    rng = np.random.default_rng(1)
    assert len(stopping.widths(2, rng).rows) == 4 * len(stopping.LAWS)
    table = stopping.choices(2, rng)
    assert [row[0] for row in table.rows[::2]] == list(stopping.CASES)
    assert all(0 <= float(row[3]) <= 1 for row in table.rows)
