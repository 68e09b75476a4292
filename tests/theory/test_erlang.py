"""Erlang B, C and A against published figures, exact fractions and brute chains."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.birth_death import stationary
from sim.theory.erlang import (
    Line,
    erlang_b,
    erlang_c,
    inverse_b,
    lines_needed,
    log_poisson,
    operators_needed,
)
from sim.theory.steady import CONVENTIONS, Counts

LINE = Line(rate=0.1, handling=240, operators=24, patience=120)


def exact_b(load: Fraction, operators: int) -> Fraction:
    """Blocking as a fraction, by the recursion in whole numbers."""
    blocked = Fraction(1)
    for n in range(1, operators + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def chain(
    rate: float, handling: float, operators: int, patience: float, balk: float, top: int
) -> dict[str, float]:
    """The line as a plain birth-death chain of at most `top` calls, figures by counting."""
    n = np.arange(top + 1)
    births = np.where(n[:-1] >= operators, rate * (1 - balk), rate)
    queue = np.maximum(0, n - operators)
    deaths = (np.minimum(n, operators) / handling + queue / patience)[1:]
    share = stationary(births, deaths)
    return {
        "blocked": float(share[-1]),
        "delayed": float(share[operators:-1].sum()),
        "abandoned": float((share * queue).sum() / patience / rate)
        + balk * float(share[operators:-1].sum()),
        "wait": float((share * queue).sum() / rate),
    }


def test_known_values_of_erlang_a() -> None:
    assert LINE.delayed_share == pytest.approx(0.446883, abs=5e-7)
    assert LINE.abandonment == pytest.approx(0.094927, abs=5e-7)
    assert LINE.wait_mean == pytest.approx(11.39126, abs=5e-6)
    assert LINE.asa == pytest.approx(10.32771, abs=5e-6)
    assert LINE.occupancy == pytest.approx(0.905073, abs=5e-7)
    assert LINE.service_level(20) == pytest.approx(0.719457, abs=5e-7)
    busy = Line(rate=0.8, handling=60, operators=50, patience=120)
    assert busy.abandonment == pytest.approx(0.030912, abs=5e-7)
    assert busy.wait_mean == pytest.approx(3.7095, abs=5e-5)


def test_known_values_of_erlang_c() -> None:
    line = Line(rate=200 / 3600, handling=240, operators=17)
    assert line.delayed_share == pytest.approx(0.25731, abs=5e-6)
    assert line.service_level(20) == pytest.approx(0.81044, abs=5e-6)
    assert line.asa == pytest.approx(16.842, abs=5e-4)
    assert erlang_c(40 / 3, 17) == pytest.approx(line.delayed_share, rel=1e-14)


def test_the_convention_decides_between_15_16_and_17_operators() -> None:
    def needed(patience: float, counts: Counts) -> float:
        return operators_needed(200 / 3600, 240, patience, share=0.8, counts=counts, ignore_under=5)

    assert [needed(180, counts) for counts in CONVENTIONS] == [16, 15, 16, 16]
    assert {needed(math.inf, counts) for counts in CONVENTIONS} == {17}


@pytest.mark.parametrize("operators", [0, 1, 2, 5, 17, 40, 120])
@pytest.mark.parametrize("load", ["1/1000000", "1/3", "1", "3/2", "40/3", "100"])
def test_b_is_the_exact_fraction(load: str, operators: int) -> None:
    exact = float(exact_b(Fraction(load), operators))
    assert erlang_b(float(Fraction(load)), operators) == pytest.approx(exact, rel=1e-13)


@pytest.mark.parametrize("operators", [0.001, 0.5, 1.5, 3.25, 23.7])
@pytest.mark.parametrize("load", [0.01, 0.3, 0.99, 1.01, 1.5, 5, 24])
def test_fractional_b_is_the_integral(load: float, operators: float) -> None:
    from scipy.integrate import quad

    def grown(t: float) -> float:
        return math.exp(-t + operators * math.log1p(t / load))

    integral = sum(quad(grown, a, b, epsabs=0)[0] for a, b in [(0, load), (load, 9), (9, 300)])
    assert inverse_b(load, operators) == pytest.approx(integral, rel=1e-9)


@pytest.mark.parametrize("operators, load", [(10_000, 9_900.0), (10_000, 10_000.0), (10_000, 1.0)])
def test_b_of_ten_thousand_operators(operators: int, load: float) -> None:
    n = np.arange(operators + 1)
    logs = np.array([log_poisson(float(k), load) for k in n])
    top = logs.max()
    log_blocked = logs[-1] - top - math.log(np.exp(logs - top).sum())
    assert erlang_b(load, operators) == pytest.approx(math.exp(log_blocked), rel=1e-10)


@pytest.mark.parametrize("balk", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("patience", [1.0, 120.0, 1e5])
@pytest.mark.parametrize("rate, operators", [(0.1, 24), (0.1, 30), (0.1, 12), (0.004, 1)])
def test_a_is_the_brute_chain(rate: float, operators: int, patience: float, balk: float) -> None:
    line = Line(rate, 240, operators, patience, balk)
    top = operators + math.ceil(3 * rate * patience + 400)
    brute = chain(rate, 240, operators, patience, balk, top)
    assert line.delayed_share == pytest.approx(brute["delayed"], rel=1e-9)
    assert line.abandonment == pytest.approx(brute["abandoned"], rel=1e-9)
    assert line.queue_mean == pytest.approx(brute["wait"] * rate, rel=1e-9)


@pytest.mark.parametrize("patience", [30.0, 120.0, math.inf])
@pytest.mark.parametrize("lines", [20, 24, 25, 40, 400])
def test_telephone_lines_are_the_brute_chain(lines: int, patience: float) -> None:
    line = Line(0.11, 240, 24, patience, 0.1, lines)
    brute = chain(0.11, 240, min(24, lines), patience, 0.1, lines)
    assert line.blocked == pytest.approx(brute["blocked"], rel=1e-10, abs=1e-17)
    assert line.delayed_share == pytest.approx(brute["delayed"], rel=1e-10)
    assert line.abandonment == pytest.approx(brute["abandoned"], rel=1e-10)
    assert line.queue_mean == pytest.approx(brute["wait"] * 0.11, rel=1e-10, abs=1e-300)


def test_waits_behind_telephone_lines_are_the_backward_equations() -> None:
    from scipy.linalg import expm

    line = Line(0.12, 240, 24, 120, 0.1, 30)
    places = 6
    # States: so many ahead of the tagged caller, then answered.
    rates = np.zeros((places + 1, places + 1))
    for ahead in range(places):
        rates[ahead, ahead - 1 if ahead else places] = 24 / 240 + ahead / 120
        if not ahead:
            rates[0, places] = 24 / 240
        rates[ahead, ahead] = -(24 / 240 + ahead / 120) - 1 / 120
    n = np.arange(31)
    deaths = (np.minimum(n, 24) / 240 + np.maximum(0, n - 24) / 120)[1:]
    share = stationary(np.where(n[:-1] >= 24, 0.12 * 0.9, 0.12), deaths)[24:30] * 0.9
    for seconds in (0.0, 5.0, 20.0, 90.0, 600.0):
        then = expm(rates * seconds)
        in_time = float(share @ then[:places, places])
        waiting = float(share @ then[:places, :places].sum(axis=1))
        assert line.answered_within(seconds) - line.fate.at_once == pytest.approx(
            in_time, abs=1e-12
        )
        assert line.later(seconds).waiting == pytest.approx(waiting, abs=1e-12)


def test_limits_from_a_to_b_and_c() -> None:
    endless = Line(0.1, 240, 26)
    patient = Line(0.1, 240, 26, 1e8)
    for name in ("delayed_share", "wait_mean", "asa", "queue_mean", "occupancy"):
        assert getattr(patient, name) == pytest.approx(getattr(endless, name), rel=1e-4)
    assert patient.service_level(20) == pytest.approx(endless.service_level(20), rel=1e-5)
    hasty = Line(0.1, 240, 26, 1e-6)
    assert hasty.abandonment == pytest.approx(erlang_b(24, 26), rel=1e-5)
    full = Line(0.1, 240, 26, 120, lines=26)
    assert full.blocked == pytest.approx(erlang_b(24, 26), rel=1e-14)
    assert full.delayed_share == full.abandonment == 0
    many = Line(0.1, 240, 24, 120, lines=4000)
    assert many.fate == pytest.approx(LINE.fate, rel=1e-12, abs=1e-15)
    assert many.later(20) == pytest.approx(LINE.later(20), rel=1e-12)


lines_of_work = st.builds(
    Line,
    rate=st.floats(1e-9, 50),
    handling=st.floats(1, 1e4),
    operators=st.one_of(st.integers(0, 200).map(float), st.floats(1e-3, 200)),
    patience=st.floats(0.1, 1e4),
    hang_up_at_once=st.sampled_from([0.0, 0.1, 1.0]),
    lines=st.one_of(st.none(), st.integers(1, 300)),
)


@settings(max_examples=150, deadline=None)
@given(line=lines_of_work, seconds=st.floats(0, 1e4))
def test_every_line_conserves_calls_and_obeys_its_laws(line: Line, seconds: float) -> None:
    fate, later = line.fate, line.later(seconds)
    assert fate.at_once + fate.delayed + fate.blocked == pytest.approx(1, abs=1e-10)
    assert fate.answered + fate.abandoned + fate.blocked == pytest.approx(1, abs=1e-10)
    assert all(value >= 0 for value in fate)
    assert all(value <= 1 + 1e-12 for value in fate[:5])
    # Little's law for hang-ups, and a wait of the answered is part of the wait of all.
    hung_up_later = fate.abandoned - line.hang_up_at_once * fate.delayed
    assert hung_up_later == pytest.approx(fate.wait / line.patience, abs=1e-9)
    assert fate.answered_wait <= fate.wait * (1 + 1e-9)
    assert 0 <= later.answered <= later.waiting * (1 + 1e-9) <= 1 + 1e-8
    assert not line.operators or line.occupancy <= 1 + 1e-9
    assert line.answered_within(seconds) + line.abandoned_within(seconds) <= 1 + 1e-9


@settings(max_examples=60, deadline=None)
@given(
    load=st.floats(0.01, 150),
    operators=st.floats(0.05, 150),
    more=st.floats(1e-3, 3),
    patience=st.floats(1, 2000),
    lines=st.sampled_from([None, 160]),
)
def test_more_operators_serve_better(
    load: float, operators: float, more: float, patience: float, lines: int | None
) -> None:
    few = Line(load / 240, 240, operators, patience, lines=lines)
    many = Line(load / 240, 240, operators + more, patience, lines=lines)
    assert many.answered >= few.answered - 1e-12
    assert many.service_level(20) >= few.service_level(20) - 1e-9
    if lines is not None:
        # Fewer hang-ups keep more telephone lines busy, so more may be blocked: a true effect.
        return
    assert many.delayed_share <= few.delayed_share + 1e-12
    assert many.wait_mean <= few.wait_mean * (1 + 1e-9)
    assert many.occupancy <= few.occupancy * (1 + 1e-9)
    for counts in CONVENTIONS:
        better, worse = (line.service_level(20, counts, 5) for line in (many, few))
        assert better >= worse - 1e-9


@pytest.mark.parametrize("lines", [None, 40])
@pytest.mark.parametrize("patience", [120.0, math.inf])
def test_fractional_operators_meet_the_whole_ones(patience: float, lines: int | None) -> None:
    for whole in (26, 27):
        at = Line(0.1, 240, whole, patience, 0.05, lines)
        for near in (whole - 1e-9, whole + 1e-9):
            beside = Line(0.1, 240, near, patience, 0.05, lines)
            assert beside.fate == pytest.approx(at.fate, rel=1e-6)
            assert beside.later(20) == pytest.approx(at.later(20), rel=1e-6)


def test_quantiles_undo_the_shares() -> None:
    for line in (LINE, Line(0.1, 240, 25), Line(0.1, 240, 24, 120, 0.1, 40)):
        for share in (0.7, 0.9, 0.999):
            assert line.waited_over(line.wait_quantile(share)) == pytest.approx(1 - share, rel=1e-9)
            wait = line.answered_wait_quantile(share)
            assert line.service_level(wait, "answered") == pytest.approx(share, rel=1e-9)
    assert LINE.wait_quantile(0.5) == 0


def test_mean_waits_are_integrals_of_the_shares() -> None:
    from scipy.integrate import quad

    for line in (LINE, Line(0.1, 240, 24, 120, 0.1, 40), Line(0.1, 240, 20.5, 60)):
        wait = quad(lambda t, line=line: line.later(t).waiting, 0, 3000, limit=200)[0]
        answered = quad(lambda t, line=line: line.later(t).answered, 0, 3000, limit=200)[0]
        assert wait == pytest.approx(line.fate.wait, rel=1e-8)
        assert answered == pytest.approx(line.fate.answered_wait, rel=1e-8)


def test_patience_of_a_report_is_wait_over_abandonment() -> None:
    assert LINE.wait_mean / LINE.abandonment == pytest.approx(120, rel=1e-12)


@pytest.mark.parametrize("load", [1e-9, 1.0, 9_000.0, 10_000.0, 20_000.0, 1e5])
def test_ten_thousand_operators_with_hang_ups(load: float) -> None:
    line = Line(load / 240, 240, 10_000, 120)
    fate = line.fate
    assert fate.answered + fate.abandoned == pytest.approx(1, abs=1e-9)
    if load > 15_000:
        # All are always at work, so what is answered is what they can do.
        assert fate.answered == pytest.approx(10_000 / load, rel=1e-9)
        assert line.asa == pytest.approx(120 * math.log(load / 10_000), rel=1e-3)


def test_targets_are_met_and_only_just() -> None:
    targets: list[dict[str, float]] = [
        {"share": 0.8}, {"abandonment": 0.05}, {"occupancy": 0.85}, {"asa": 5.0},
        {"share": 0.8, "abandonment": 0.02, "occupancy": 0.9, "asa": 60.0},
    ]  # fmt: skip
    for target in targets:
        whole = operators_needed(0.1, 240, 120, **target)
        exact = operators_needed(0.1, 240, 120, whole=False, **target)
        assert whole - 1 < exact <= whole
        line = Line(0.1, 240, exact, 120)
        slack = [
            line.service_level(20) - target.get("share", -9.0),
            target.get("abandonment", 9.0) - line.abandonment,
            target.get("occupancy", 9.0) - line.occupancy,
            1 - line.asa / target.get("asa", math.inf),
        ]
        assert min(slack) == pytest.approx(0, abs=1e-9)


def test_operators_needed_at_the_edges() -> None:
    assert operators_needed(0, 240, 120, share=0.8) == 0
    assert operators_needed(1e-12, 240, share=0.8) == 1
    needed = operators_needed(10_000 / 240, 240, 120, share=0.8)
    levels = [Line(10_000 / 240, 240, n, 120).service_level(20) for n in (needed - 1, needed)]
    assert levels[0] < 0.8 <= levels[1]
    assert 10_000 < operators_needed(10_000 / 240, 240, share=0.8) < 10_100
    # Everybody hangs up in time, answered or not: nobody is needed.
    assert operators_needed(0.1, 240, 1, share=0.8, counts="abandoned_in_time_met") == 0
    with pytest.raises(ValueError, match="out of reach"):
        operators_needed(0.1, 240, 120, share=0.99, lines=20)
    assert lines_needed(40 / 3, 0.01) == 22
    assert 21 < lines_needed(40 / 3, 0.01, whole=False) < 22
    assert lines_needed(0, 0.01) == 0


def test_no_calls_and_no_operators() -> None:
    assert Line(0, 240, 3, 120).service_level(20) == 1
    nobody = Line(0.1, 240, 0, 120)
    assert nobody.abandonment == pytest.approx(1)
    assert nobody.wait_mean == pytest.approx(120)
    assert math.isnan(nobody.asa)
    assert math.isnan(nobody.occupancy)
    assert math.isnan(nobody.service_level(20, "answered"))


@pytest.mark.parametrize(
    "figures, message",
    [
        ({"rate": -1}, "rate"),
        ({"rate": math.nan}, "rate"),
        ({"rate": 1e12}, "absurd"),
        ({"handling": 0}, "handling"),
        ({"handling": math.inf}, "handling"),
        ({"operators": -1}, "operators"),
        ({"operators": math.nan}, "operators"),
        ({"patience": 0}, "patience"),
        ({"patience": 1e12}, "patience"),
        ({"patience": math.inf}, "not below"),
        ({"patience": math.inf, "operators": 0, "lines": 3}, "stays full"),
        ({"hang_up_at_once": 1.5}, "share"),
        ({"lines": 0}, "lines"),
    ],
)
def test_figures_that_no_line_has_are_refused(figures: dict[str, float], message: str) -> None:
    good = {"rate": 0.1, "handling": 240, "operators": 24, "patience": 120}
    with pytest.raises(ValueError, match=message):
        Line(**{**good, **figures})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "target, message",
    [
        ({}, "target"),
        ({"share": 1.0}, "share"),
        ({"abandonment": 0.0}, "abandonment"),
        ({"occupancy": 1.5}, "occupancy"),
        ({"asa": -1.0}, "asa"),
        ({"share": 0.8, "within": -1.0}, "within"),
        ({"share": 0.8, "counts": "excluding_short"}, "ignore_under"),
    ],
)
def test_targets_that_make_no_sense_are_refused(target: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        operators_needed(0.1, 240, 120, **target)  # type: ignore[arg-type]


def test_wrong_questions_to_a_line_are_refused() -> None:
    with pytest.raises(ValueError, match="counts"):
        LINE.service_level(20, "all")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="ignore_under"):
        LINE.service_level(20, "excluding_short")
    with pytest.raises(ValueError, match="wait"):
        LINE.later(-1)
    with pytest.raises(ValueError, match="quantile"):
        LINE.wait_quantile(1)
