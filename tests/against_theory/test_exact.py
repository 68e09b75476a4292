"""The simulation against exact figures: within 4 standard errors, and these are small."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from sim.experiment import run
from sim.scenario import load
from tests.against_theory import crews, page
from tests.against_theory.callers import BROKEN_AGAIN, CALLBACKS_INSTEAD, REDIALS_OF_THREE
from tests.against_theory.cases import (
    DAY_IMPATIENT,
    ERLANG_A,
    HOUR,
    MESSAGES,
    STEPS,
    STEPS_CUT_OFF,
    Case,
)
from tests.against_theory.days import Window
from tests.against_theory.judged import Row, rows_of, simulated
from tests.against_theory.published import NAME, compared

SIGMAS = 4.0

CASES = page.CASES if os.environ.get("WAITLINE_CASES") == "all" else page.CASES[::2]
"""Half of the cases, so that all checks take less than 25 minutes; the page has all of them."""


def misses(rows: list[Row], largest_errors: float = 1.0) -> list[str]:
    """Quantities too far from the exact value, or not known well enough."""
    return [
        f"{row.quantity}: {row.simulated.value:.6g} +- {row.simulated.error:.2g}, "
        f"not {row.exact:.6g} (z = {row.z:.2f}, error at most {row.largest_error:.2g})"
        for row in rows
        if not (
            abs(row.z) < SIGMAS
            and row.simulated.error <= largest_errors * row.largest_error + 1e-12 * abs(row.exact)
        )
    ]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_simulation_is_exact(case: Case, tmp_path: Path) -> None:
    rows = rows_of(case, simulated(case, tmp_path))
    assert misses(rows) == []
    told = page.rows_told(case.name)
    assert told == [page.told(row) for row in rows], f"stale page: run {page.COMMAND}"


GLANCES = {
    "Erlang A": ERLANG_A,
    "messages": MESSAGES,
    "redials": REDIALS_OF_THREE,
    "callbacks": CALLBACKS_INSTEAD,
    "broken promises": BROKEN_AGAIN,
}


@pytest.mark.parametrize("case", GLANCES.values(), ids=GLANCES)
def test_simulation_is_exact_at_a_glance(case: Case, tmp_path: Path) -> None:
    rows = rows_of(case, simulated(case, tmp_path, days=150))
    common = [row for row in rows if not row.quantity.startswith(("waited_over", "wait_p"))]
    assert misses(common, largest_errors=5.0) == []


CREWS = {
    "N-design": (crews.N_IN_ORDER, 60),
    "X-design by queue": (crews.X_LONGEST, 40),
    "opens": (crews.OPENS_ON_QUEUE, 80),
    "shares": (crews.SHARES, 60),
    "slowest first": (crews.UNEQUAL[2], 60),
    "procedures": (crews.PROCEDURES, 40),
    "pace": (crews.PACE, 100),
    "stays": (crews.TURNS[2], 300),
    "on call": (crews.ON_CALL, 700),
    "days": (crews.EVENINGS, 200),
}


@pytest.mark.parametrize("case, days", CREWS.values(), ids=CREWS)
def test_a_crew_is_exact_at_a_glance(case: Case, days: int, tmp_path: Path) -> None:
    rows = rows_of(case, simulated(case, tmp_path, days=days))
    assert misses(rows, largest_errors=5.0) == []


def test_a_day_is_exact_at_a_glance(tmp_path: Path) -> None:
    rows = rows_of(STEPS, simulated(STEPS, tmp_path, days=1000))
    assert misses(rows, largest_errors=5.0) == []


@pytest.mark.slow
def test_an_error_of_two_per_cent_is_seen(tmp_path: Path) -> None:
    """The net has holes small enough: handling 2 % longer than theory has it is found."""
    longer = replace(ERLANG_A, text=ERLANG_A.text.replace("240 s", "244.8 s"))
    found = misses(rows_of(longer, simulated(longer, tmp_path, days=20)), largest_errors=5.0)
    assert any("occupancy" in miss for miss in found)


# --- the measures that a user sees -------------------------------------------------------------

TARGETS = """
[targets]
service_level = {{ share = 0.8, within = "20 s", counts = "{counts}" }}
abandonment = {{ at_most = 0.05, ignore_under = "5 s" }}
[callers.calls]"""


RINGS_ALL_DAY = replace(crews.RING, window=Window(0.0, 24 * HOUR))


@pytest.mark.parametrize(
    "case",
    [DAY_IMPATIENT, STEPS, STEPS_CUT_OFF, crews.TURNS[2], RINGS_ALL_DAY],
    ids=["day", "steps", "cut off", "turns", "ring"],
)
def test_measures_are_the_same_figures(case: Case, tmp_path: Path) -> None:
    """`sim.experiment.run` against the sums of this folder, on the same days."""
    days = simulated(case, tmp_path, days=25)
    sums = days.sums[""]
    measures = run(load(tmp_path / "line.toml"), 25, seed=case.seed, workers=1).measures
    total = {name: float(values.sum()) for name, values in sums.items()}
    expected = {
        "offered": total["offered"] / 25,
        "answered": total["answered"] / 25,
        "abandoned": total["abandoned"] / 25,
        "blocked": total["blocked"] / 25,
        "cut_off": total["cut_off"] / 25,
        "delayed_share": total["delayed"] / total["offered"],
        "abandonment": total["abandoned"] / total["offered"],
        "service_level": total["in_time"] / total["offered"],
        "wait_mean": total["wait"] / total["joined"],
        "asa": total["answered_wait"] / total["answered"],
        "waited_over_1_min": total["over_1_min"] / total["joined"],
        "handling_mean": total["handling"] / total["answered"],
        "occupancy": total["handling"] / total["present"],
        "overtime_hours": total["overtime"] / HOUR / 25,
        "on_duty_hours": (total["present"] - total["overtime"]) / HOUR / 25,
        "paid_hours": (total["seat_time"] + total["overtime"]) / HOUR / 25,
        "wait_p90": float(days.waits[-(-90 * len(days.waits) // 100) - 1]),
    }
    found = {name: measures[name].value for name in expected}
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(
    "counts", ["offered", "answered", "excluding_short", "abandoned_in_time_met"]
)
def test_conventions_of_the_service_level(counts: str, tmp_path: Path) -> None:
    """What the scenario asks for is what theory calls by that name, and this folder counts."""
    text = ERLANG_A.text.replace("[callers.calls]", TARGETS.format(counts=counts))
    case = replace(ERLANG_A, text=text, window=Window(0.0, 24 * HOUR))
    days = simulated(case, tmp_path, days=6)
    quantity = "service_level" if counts == "offered" else f"service_level, {counts}"
    top, bottom = {
        "offered": ("in_time", "offered"),
        "answered": ("in_time", "answered"),
        "excluding_short": ("in_time", "long"),
        "abandoned_in_time_met": ("met", "offered"),
    }[counts]
    measured = run(load(tmp_path / "line.toml"), 6, seed=case.seed, workers=1).measures
    sums = days.sums[""]
    assert measured["service_level"].value == pytest.approx(sums[top].sum() / sums[bottom].sum())
    assert measured["service_level"].value == pytest.approx(
        ERLANG_A.answer()[quantity].value, rel=0.03
    )


@pytest.mark.slow
def test_the_published_day_of_several_skills(tmp_path: Path) -> None:
    rows = compared(tmp_path)
    for row in rows:
        assert row.ours.error < 1.5 * row.theirs.error, row
        assert abs(row.z) < 3, row
        assert row.theirs.low <= row.ours.value <= row.theirs.high, row
    told = page.rows_told(NAME)
    assert told == [page.told_beside(row) for row in rows], f"stale page: run {page.COMMAND}"


def test_the_page_tells_every_case() -> None:
    assert list(page.sections()) == [*(case.name for case in page.CASES), NAME]
