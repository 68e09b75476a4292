"""One operator fewer is simulated in every interval and group before it is said to miss."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

import sim
from sim.report.staffed import print_staffing
from sim.scenario.aims import aims_of
from sim.staffing import fewest
from sim.staffing.confirming import Confirming
from sim.staffing.fewest import Removing
from sim.staffing.found import Staffing
from sim.staffing.moving import Slopes
from sim.staffing.search import one_fewer
from sim.staffing.staff import Task, started
from sim.staffing.trials import Trials

FILE = """
name = "Two lines"
[day]
opens = "09:00"
closes = "10:00"
interval = "30 min"
[targets]
service_level = { share = 0.80, within = "20 s" }
[callers.many]
arrivals = { per_hour = 60 }
talk = { exponential = "3 min" }
patience = { exponential = "2 min" }
[callers.few]
arrivals = { per_hour = 10 }
talk = { exponential = "3 min" }
patience = { exponential = "2 min" }
targets = { service_level = { share = 0.90, within = "1 s" } }
[operators.m]
skills = ["many"]
wage = 10
headcount = 4
[operators.f]
skills = ["few"]
wage = 10
headcount = 2
"""


@pytest.fixture(scope="module")
def searching(tmp_path_factory: pytest.TempPathFactory):
    file = tmp_path_factory.mktemp("two") / "two.toml"
    file.write_text(FILE)
    line = sim.load(file)
    task = Task(line, tuple(line.operators), aims_of(line), "cost", 1)
    search, _, slopes = started(task, Trials(line, 3, engine="simpy"), "intervals", None)
    confirming = Confirming(search, Trials(line, 8, first=3, engine="simpy"), False)
    return confirming, confirming.checked(np.array([[8, 11], [8, 6]])), slopes


@pytest.fixture(scope="module")
def ended(searching):
    confirming, now, slopes = searching
    assert confirming.missing(now) == 0
    # Slopes that call every seat of "few" indispensable, and wrongly so.
    steep = Slopes(slopes.more, slopes.less.copy())
    steep.less[1::2] = 1.0
    return confirming, confirming.fewest(now, steep)


def test_slopes_that_are_wrong_keep_no_seat(ended) -> None:
    confirming, last = ended
    assert confirming.missing(last.now) == 0
    assert last.now.seats[:, 1].max() <= 4
    cells = confirming.search.removable(last.now.seats)
    assert last.simulated == last.cells == len(cells)
    harm = {
        cell: confirming.missing(confirming.checked(one_fewer(last.now.seats, cell)))
        for cell in cells
    }
    assert min(harm.values()) > 0
    assert confirming.missing(last.least_harm) == pytest.approx(min(harm.values()))


def test_exact_is_on_the_line_between_two_simulated_staffings(ended) -> None:
    confirming, last = ended
    for cell in confirming.search.removable(last.now.seats):
        other = confirming.checked(one_fewer(last.now.seats, cell)).judged.slack
        own, part = last.now.judged.slack, last.now.seats.ravel()[cell] - last.exact.ravel()[cell]
        assert 0 <= part <= 1
        assert (own + part * (other - own)).min() == pytest.approx(0.0, abs=1e-9)


def test_only_what_was_simulated_is_known(searching, ended, monkeypatch) -> None:
    confirming, _, slopes = searching
    now = ended[1].now
    monkeypatch.setattr(fewest, "TRIALS", (2, 2))
    last = Removing(confirming, now, slopes).done()
    assert (last.simulated, last.cells) == (2, ended[1].cells)
    assert np.isnan(last.exact).sum() == last.cells - 2


def test_the_screen_claims_what_was_simulated(ended) -> None:
    confirming, last = ended
    search, line = confirming.search, confirming.fresh.scenario
    found = Staffing(
        asked=line, scenario=last.now.trial.scenario, groups=search.groups, aims=search.aims,
        meets="intervals", judge=search.judge, least="cost", seed=1, replications=3, fresh=8,
        sure=False, tried=1, cost=search.cost, allowed=search.allowed, found=last.now,
        before=last.now, one_fewer=last.least_harm,
        fewer_simulated=(last.simulated, last.cells), exact=last.exact,
    )  # fmt: skip
    for own, words in (
        (found, "One operator fewer anywhere misses a target (each was simulated)"),
        (replace(found, fewer_simulated=(1, last.cells)),
         f"in each of the 1 of {last.cells} intervals and groups in which it was simulated"),
    ):  # fmt: skip
        out = io.StringIO()
        print_staffing(Console(file=out, width=80, markup=False, highlight=False), own)
        assert words in " ".join(out.getvalue().split())
        fewer = own.document()["one_fewer"]
        assert (fewer["simulated"], fewer["of"]) == own.fewer_simulated
