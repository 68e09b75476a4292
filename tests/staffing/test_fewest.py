"""One operator fewer is simulated in every interval and group before it is said to miss."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

import sim
from sim.report.staffed import print_staffing, why_missed
from sim.scenario.aims import aims_of
from sim.staffing import fewest
from sim.staffing.aims import Gaps
from sim.staffing.confirming import STOPS, Confirming, Tried, steady
from sim.staffing.fewest import Removing
from sim.staffing.found import Staffing
from sim.staffing.judging import InEveryInterval, OnTheDay, WithAChance
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
    assert confirming.missing(now.judged.slack) == 0
    # Slopes that call every seat of "few" indispensable, and wrongly so.
    steep = Slopes(slopes.more, slopes.less.copy())
    steep.less[1::2] = 1.0
    return confirming, confirming.fewest(now, steep)


def test_slopes_that_are_wrong_keep_no_seat(ended) -> None:
    confirming, last = ended
    assert confirming.missing(last.now.judged.slack) == 0
    assert last.now.seats[:, 1].max() <= 4
    cells = confirming.search.removable(last.now.seats)
    assert last.simulated == last.cells == len(cells)
    harm = {
        cell: confirming.missing(confirming.checked(one_fewer(last.now.seats, cell)).judged.slack)
        for cell in cells
    }
    assert min(harm.values()) > 0
    assert confirming.missing(last.least_harm.judged.slack) == pytest.approx(min(harm.values()))


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


def test_far_more_than_erlang_a_is_doubted_where_a_target_is_missed(ended) -> None:
    confirming, last = ended
    search, line = confirming.search, confirming.fresh.scenario
    for seats, doubted in (([[40, 11], [2, 6]], True), ([[8, 5], [2, 5]], False)):
        now = confirming.checked(np.array(seats))
        found = Staffing(
            asked=line, scenario=now.trial.scenario, groups=search.groups, aims=search.aims,
            meets="intervals", judge=search.judge, least="cost", seed=1, replications=3, fresh=8,
            sure=False, tried=1, cost=search.cost, allowed=np.zeros_like(search.allowed),
            found=now, before=last.now, one_fewer=None, fewer_simulated=(0, 0), exact=None,
        )  # fmt: skip
        assert not found.met
        told = list(why_missed(found))
        if doubted:
            assert found.far_above == (0, 0)
            assert told == [
                "In the interval from 09:00 there are 40 m where Erlang A asks for "
                f"{found.fractional[0, 0]:.1f}: so many more do not help, and no number may. "
                "More days (-n) would tell."
            ]
        else:
            assert told == []


@pytest.fixture(scope="module")
def by_the_day(searching):
    """The same line, whose average day has to meet the targets, with 200 fresh days."""
    line = searching[0].fresh.scenario
    task = Task(line, tuple(line.operators), aims_of(line), "cost", 1)
    search, _, slopes = started(task, Trials(line, 3, engine="simpy"), "day", None)
    confirming = Confirming(search, Trials(line, 200, first=3), False)
    return confirming, confirming.fewest(confirming.checked(np.array([[8, 5], [8, 5]])), slopes)


@pytest.mark.slow
def test_what_a_part_of_the_days_decides_all_days_decide_likewise(by_the_day) -> None:
    confirming, last = by_the_day
    stopped = 0
    for cell in confirming.search.removable(last.now.seats):
        seats = one_fewer(last.now.seats, cell)
        tried, whole = confirming.tried(seats, last.now), confirming.checked(seats)
        assert confirming.missing(whole.judged.slack) > 0
        assert confirming.missing(tried.slack) > 0
        if tried.whole is None:
            stopped += 1
            assert tried.days in STOPS
            # What is foreseen is near to what comes, and far from what there was.
            lost = last.now.judged.slack - whole.judged.slack
            assert np.abs(tried.slack - whole.judged.slack).max() < 0.4 * lost.max()
        else:
            assert (tried.slack == whole.judged.slack).all()
    assert last.simulated == last.cells
    assert stopped >= 2
    assert last.least_harm.gaps.slack.shape[1] == 200


@pytest.mark.slow
def test_with_sure_every_day_is_simulated(by_the_day) -> None:
    confirming, last = by_the_day
    sure = replace(confirming, sure=True)
    cell = confirming.search.removable(last.now.seats)[0]
    assert sure.tried(one_fewer(last.now.seats, cell), last.now).days == 200


def planted(confirming, now, harms: dict[int, float]) -> Removing:
    """As if one fewer in some cells had been tried on 25 days."""
    removing = Removing(confirming, now, Slopes(np.zeros((4, 2)), np.zeros((4, 2))))
    for cell, harm in harms.items():
        slack = np.array([-harm, 1.0])
        removing._harm[cell] = Tried(one_fewer(now.seats, cell), slack, 25, None)
    return removing


@pytest.mark.slow
def test_harm_that_all_days_do_not_bear_out_takes_the_seat(by_the_day) -> None:
    confirming, last = by_the_day
    removing = planted(confirming, confirming.checked(last.now.seats + 1), {0: 0.01, 1: 0.02})
    assert removing.least_harm() is None
    assert (removing.now.seats == one_fewer(last.now.seats + 1, 0)).all()


@pytest.mark.slow
def test_the_least_harm_is_that_of_all_days(by_the_day) -> None:
    confirming, last = by_the_day
    cells = confirming.search.removable(last.now.seats)
    assert len(cells) >= 3
    harm = {
        cell: confirming.missing(confirming.checked(one_fewer(last.now.seats, cell)).judged.slack)
        for cell in cells
    }
    # By the days on which they were tried the most harmful came out least.
    order = sorted(cells, key=lambda cell: -harm[cell])
    removing = planted(confirming, last.now, {c: 1e-4 * (i + 1) for i, c in enumerate(order[:3])})
    found = removing.least_harm()
    assert confirming.missing(found.judged.slack) == min(harm[cell] for cell in order[:3])


@pytest.mark.parametrize(
    ("add", "early"),
    [
        ("", True),
        ("[operators.m.shifts]\na = { operators = 1, from = '09:00', to = '10:00', "
         "on_call = { queue_above = 5 } }\n", False),
        ("[operators.more]\nskills = { many = { opens_when = { queue_above = 5 } } }\n"
         "wage = 10\nheadcount = 1\n", False),
    ],
)  # fmt: skip
def test_no_trial_is_cut_short_where_operators_come_when_many_wait(tmp_path, add, early) -> None:
    file = tmp_path / "two.toml"
    text = FILE.replace("headcount = 4\n", "" if "m.shifts" in add else "headcount = 4\n", 1)
    file.write_text(text + add)
    assert steady(sim.load(file)) is early


@pytest.mark.parametrize(
    ("change", "foreseen"),
    [
        # 100 days with 1 to spare each: 25 days that lose 3 +- 2 each leave no doubt, and 3 +- 4
        # do: 100 - 300 + 5 x sd x sqrt(100 x 75 / 25), sd = the half of the range x sqrt(25 / 24).
        ([-1.0, -5.0] * 12 + [-3.0], (100 - 300) / 1000),
        ([1.0, -7.0] * 12 + [-3.0], None),
        ([-1.0] * 25, None),
        ([-1.01] * 25, -0.001),
    ],
)
def test_doubt_is_worked_out_by_hand(change, foreseen) -> None:
    now = Gaps(np.full((1, 100, 2), 0.5), np.full((1, 100, 2), 5.0))
    part = Gaps(now.slack[:, :25].copy(), now.base[:, :25])
    part.slack[0, :, 1] += change
    found = OnTheDay().foreseen(now, part)
    if foreseen is None:
        assert found is None
    else:
        assert found == pytest.approx([foreseen])


def test_days_that_decide_alone_are_never_foreseen() -> None:
    now = Gaps(np.full((1, 100, 2), 0.5), np.full((1, 100, 2), 5.0))
    part = Gaps(np.full((1, 25, 2), -5.0), now.base[:, :25])
    assert InEveryInterval(2).foreseen(now, part) is None
    assert WithAChance(0.9).foreseen(now, part) is None
    assert OnTheDay().foreseen(now, Gaps(part.slack[:, :1], part.base[:, :1])) is None
