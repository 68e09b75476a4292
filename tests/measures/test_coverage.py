"""Intervals of runs of 30 uneven days hold the truth as often as they say: docs/coverage.md."""

from __future__ import annotations

from pathlib import Path

import pytest
from scipy import stats

from benchmarks.coverage import (
    CHANGE,
    DAYS,
    SEED,
    Covered,
    Interval,
    covered,
    main,
    run,
    table,
)
from benchmarks.covered import LINES

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"

LEAST, MOST = 0.93, 0.97
"""Between these the share of intervals that hold the truth has to lie."""

RUNS = 100

ASKED = [
    prefix + name
    for name in ("service_level", "abandonment", "asa", "wait_p95")
    for prefix in ("", CHANGE)
]


def told(title: str) -> dict[str, list[float]]:
    """The rows of a table of the page."""
    (part,) = (
        part for part in PAGE.read_text("utf-8").split("\n### ")
        if part.partition("\n")[0].endswith(f": {title}")
    )  # fmt: skip
    cells = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("|")]
    return {name: [float(each) for each in rest] for name, *rest in cells[2:]}


@pytest.mark.slow
def test_runs_of_uneven_days_hold_the_truth() -> None:
    """Fewer runs than the page has, against its truth: within what chance allows."""
    plans, page = LINES["uneven"](), told("uneven")
    truth = {name: Interval(row[0], row[0], row[0]) for name, row in page.items()}
    found = covered([run(plans, SEED, number, DAYS) for number in range(RUNS)], [truth, truth])
    least = stats.binom.ppf(0.001, RUNS, LEAST) / RUNS
    shares = {name: (found[name].held, found[name].width) for name in ASKED}
    assert {
        name: each for name, each in shares.items() if not (each[0] >= least and each[1] < 3)
    } == {}


@pytest.mark.parametrize("name", ASKED)
def test_the_page_says_that_the_truth_is_held_as_often_as_it_should(name: str) -> None:
    _, error, held, below, above, _ = told("uneven")[name]
    assert 100 * LEAST <= held <= 100 * MOST
    assert held + below + above == pytest.approx(100, abs=0.11)
    assert error < 0.05


def test_runs_that_miss_are_counted_by_their_side() -> None:
    ends = [(1.0, 3.0), (2.1, 4.1), (0.0, 1.9), (0.0, 1.8), (1.0, 2.0)]
    short = [{"asa": Interval((low + high) / 2, low, high)} for low, high in ends]
    long = [{"asa": Interval(value, value, value)} for value in (1.9, 2.1)]
    (one,) = covered(short, long).values()
    assert (one.truth, one.runs, one.below, one.above) == (pytest.approx(2.0), 5, 2, 1)
    assert one.held == pytest.approx(0.4)
    spread = stats.tstd([2.0, 3.1, 0.95, 0.9, 1.5])
    assert one.width == pytest.approx((1 + 1 + 0.95 + 0.9 + 0.5) / 5 / spread)
    assert one.error == pytest.approx(0.1 / spread)


def test_what_a_run_lacks_or_never_varies_is_left_out() -> None:
    same = {"fte": Interval(1.0, 1.0, 1.0), "asa": Interval(2.0, 1.0, 3.0)}
    assert covered([same, {"fte": same["fte"]}], [same, same]) == {}


def test_a_row_says_what_was_counted() -> None:
    found = {"change of asa": Covered(-9.16251, 0.0272, 1000, 45, 12, 2.0912)}
    assert table("uneven", found).rows == [
        ["change of asa", "-9.1625", "0.027", "94.3", "4.5", "1.2", "2.09"]
    ]
    assert table("uneven", found).title == "1,000 runs of 30 days: uneven"


@pytest.mark.parametrize(
    ("arguments", "said"), [(["ringing"], "no line 'ringing'"), (["--runs", "1"], "2 or more")]
)
def test_what_cannot_be_run_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert said in capsys.readouterr().err
