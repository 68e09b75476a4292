"""Laws: what their mean, quantile and hazard say must be one and the same thing."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import integrate, stats

from sim.scenario.laws import LAWS, ByInterval, Exponential, Law, Patience, Work

READ: TypeAdapter[Any] = TypeAdapter(Work)
PATIENCE: TypeAdapter[Patience] = TypeAdapter(Patience)

seconds = st.floats(0.5, 5000).map(lambda s: f"{s!r} s")
cvs = st.floats(0.05, 5)


def in_order(count: int) -> st.SearchStrategy[list[str]]:
    times = st.lists(st.floats(0.1, 5000), min_size=count, max_size=count, unique=True)
    return times.map(lambda found: [f"{s!r} s" for s in sorted(found)])


@st.composite
def hyperexponential(draw: st.DrawFn) -> dict[str, Any]:
    parts = draw(st.integers(1, 4))
    weights = [draw(st.floats(0.001, 1)) for _ in range(parts)]
    shares = [weight / math.fsum(weights) for weight in weights]
    means = [f"{draw(st.floats(0.01, 1e5))!r} s" for _ in range(parts)]
    return {"hyperexponential": {"shares": shares, "means": means}}


smooth = st.one_of(
    seconds.map(lambda m: {"exponential": m}),
    st.builds(lambda m, cv: {"lognormal": {"mean": m, "cv": cv}}, seconds, cvs),
    st.builds(lambda m, cv: {"gamma": {"mean": m, "cv": cv}}, seconds, cvs),
    st.builds(lambda m, k: {"weibull": {"mean": m, "shape": k}}, seconds, st.floats(0.3, 8)),
    st.builds(lambda m, n: {"erlang": {"mean": m, "stages": n}}, seconds, st.integers(1, 40)),
    in_order(2).map(lambda ends: {"uniform": ends}),
    in_order(3).map(lambda ends: {"triangular": ends}),
    hyperexponential(),
)
atomic = st.one_of(
    seconds,
    seconds.map(lambda m: {"constant": m}),
    st.lists(seconds, min_size=1, max_size=8).map(lambda seen: {"empirical": seen}),
)


@given(smooth, st.floats(1e-12, 30))
def test_the_hazard_and_its_inverse_undo_each_other(written: Any, x: float) -> None:
    law: Law = READ.validate_python(written)
    time = law.inverse_hazard(np.array([x]))
    # Where a bounded law ends, a whole range of x falls on one float.
    around = law.cumulative_hazard(np.nextafter(time, [[-np.inf], [np.inf]]))
    assert around[0, 0] <= x * (1 + 1e-6) + 1e-12
    assert around[1, 0] >= x * (1 - 1e-6) - 1e-12


@given(smooth, st.floats(1e-9, 1 - 1e-9))
def test_the_quantile_is_where_the_hazard_says(written: Any, p: float) -> None:
    law: Law = READ.validate_python(written)
    by_hazard = law.inverse_hazard(np.array([-math.log1p(-p)]))
    assert law.quantile(np.array([p])) == pytest.approx(by_hazard, rel=1e-7)


@given(st.one_of(smooth, atomic))
def test_quantiles_rise(written: Any) -> None:
    law: Law = READ.validate_python(written)
    p = np.linspace(0.0, 1.0, 99)[1:-1]
    assert np.all(np.diff(law.quantile(p)) >= 0)
    x = np.geomspace(1e-12, 40, 99)
    assert np.all(np.diff(law.inverse_hazard(x)) >= 0)
    assert law.inverse_hazard(np.array([0.0, -1.0])).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "written",
    [
        {"exponential": "100 s"},
        {"lognormal": {"mean": "100 s", "cv": 0.8}},
        {"gamma": {"mean": "100 s", "cv": 1.4}},
        {"weibull": {"mean": "100 s", "shape": 1.3}},
        {"erlang": {"mean": "100 s", "stages": 3}},
        {"uniform": ["20 s", "180 s"]},
        {"triangular": ["20 s", "30 s", "250 s"]},
        {"triangular": ["50 s", "50 s", "200 s"]},
        {"triangular": ["0 s", "150 s", "150 s"]},
        {"hyperexponential": {"shares": [0.9, 0.1], "means": ["50 s", "550 s"]}},
    ],
)
def test_the_mean_is_the_integral_of_the_survival(written: Any) -> None:
    law: Law = READ.validate_python(written)
    assert law.mean == pytest.approx(100.0)

    def survival(t: float) -> float:
        return float(np.exp(-law.cumulative_hazard(np.array([t]))[0]))

    pieces = [0.0, 20.0, 50.0, 150.0, 400.0, 1000.0, 2000.0, 60_000.0]
    total = sum(integrate.quad(survival, a, b)[0] for a, b in pairwise(pieces))
    assert total == pytest.approx(law.mean, rel=1e-6)


def test_laws_agree_with_scipy() -> None:
    p = np.array([1e-6, 0.1, 0.5, 0.9, 0.999999])
    sigma = math.sqrt(math.log1p(1.1**2))
    lognormal = stats.lognorm(s=sigma, scale=240 * math.exp(-(sigma**2) / 2))
    law = READ.validate_python({"lognormal": {"mean": "4 min", "cv": 1.1}})
    assert law.quantile(p) == pytest.approx(lognormal.ppf(p), rel=1e-9)
    assert lognormal.mean() == pytest.approx(240)
    law = READ.validate_python({"gamma": {"mean": "4 min", "cv": 0.5}})
    assert law.quantile(p) == pytest.approx(stats.gamma(4, scale=60).ppf(p), rel=1e-9)
    law = READ.validate_python({"triangular": ["10 s", "40 s", "90 s"]})
    triangular = stats.triang(30 / 80, loc=10, scale=80)
    assert law.quantile(p) == pytest.approx(triangular.ppf(p), rel=1e-9)


def test_far_tails_stay_exact() -> None:
    for written in (
        {"lognormal": {"mean": "4 min", "cv": 1.1}},
        {"gamma": {"mean": "4 min", "cv": 1.1}},
        {"weibull": {"mean": "3 min", "shape": 1.3}},
        {"hyperexponential": {"shares": [0.999, 0.001], "means": ["1 s", "10 days"]}},
    ):
        law: Law = READ.validate_python(written)
        x = np.array([1e-12, 1e-9, 1e-6, 1e-3, 1.0, 10.0, 40.0])
        assert law.cumulative_hazard(law.inverse_hazard(x)) == pytest.approx(x, rel=1e-8)


def test_an_empirical_law_steps_at_what_was_seen() -> None:
    law = READ.validate_python({"empirical": ["30 s", "10 s", "10 s", "40 s"]})
    assert law.atomic
    assert law.mean == 22.5
    assert law.quantile(np.array([0.01, 0.5, 0.51, 0.75, 0.76])).tolist() == [10, 10, 30, 30, 40]
    times, jumps = law.steps()
    assert times.tolist() == [10, 30, 40]
    assert jumps[:2] == pytest.approx([math.log(2), math.log(2)])
    assert jumps[2] == math.inf
    assert law.inverse_hazard(np.array([1e-9, 0.69, 0.70, 40.0])).tolist() == [10, 10, 30, 40]
    assert law.cumulative_hazard(np.array([9.0, 10.0, 40.0])).tolist() == [0, math.log(2), math.inf]


def test_a_bare_duration_is_constant() -> None:
    law = READ.validate_python("30 s")
    assert law.quantile(np.array([0.1, 0.9])).tolist() == [30, 30]
    assert law.steps()[1].tolist() == [math.inf]


def test_patience_without_end() -> None:
    for written in ("never", {"never": True}, {"never": True, "hang_up_at_once": 0.2}):
        law = PATIENCE.validate_python(written).law
        assert isinstance(law, Law)
        assert law.mean == math.inf
        assert law.inverse_hazard(np.array([0.0, 1e-9, 40])).tolist() == [0, math.inf, math.inf]


def test_a_hazard_in_pieces() -> None:
    written = {"hazard": {"from": ["0 s", "10 s", "20 s"], "per_minute": [6, 0, 60]}}
    law = PATIENCE.validate_python(written).law
    assert isinstance(law, Law)
    x = np.array([0.0, 0.5, 1.0, 1.5, 2.0])
    assert law.inverse_hazard(x) == pytest.approx([0, 5, 10, 20.5, 21])
    assert law.cumulative_hazard(np.array([5, 15, 21])) == pytest.approx([0.5, 1.0, 2.0])
    mean = 10 * (1 - math.exp(-1)) + 10 * math.exp(-1) + math.exp(-1)
    assert law.mean == pytest.approx(mean)
    endless = {"hazard": {"from": ["0 s", "10 s"], "per_minute": [6, 0]}}
    law = PATIENCE.validate_python(endless).law
    assert isinstance(law, Law)
    assert law.mean == math.inf
    assert law.inverse_hazard(np.array([1.0, 1.0001])).tolist() == pytest.approx([10, math.inf])


def test_patience_from_a_report() -> None:
    patience = PATIENCE.validate_python({"from_report": {"abandonment": 0.06, "mean_wait": "25 s"}})
    assert patience.estimated
    assert isinstance(patience.law, Exponential)
    assert patience.law.mean == pytest.approx(25 / 0.06)


def test_a_law_by_interval() -> None:
    law = READ.validate_python({"by_interval": ["1 min", {"exponential": "2 min"}], "every": "2 h"})
    assert isinstance(law, ByInterval)
    assert [piece.mean for piece in law.laws] == [60, 120]
    assert law.every == 7200


@pytest.mark.parametrize(
    "written",
    [
        30,
        True,
        [],
        {},
        "30",
        "-5 s",
        {"constant": 30},
        {"exponential": "0 s"},
        {"exponential": "1 s", "constant": "1 s"},
        {"exponental": "1 s"},
        {"lognormal": {"mean": "1 s"}},
        {"lognormal": {"mean": "1 s", "cv": 0}},
        {"lognormal": {"mean": "1 s", "cv": -1}},
        {"gamma": {"mean": "1 s", "cv": float("inf")}},
        {"weibull": {"mean": "1 s", "shape": 0}},
        {"erlang": {"mean": "1 s", "stages": 2.0}},
        {"erlang": {"mean": "1 s", "stages": 0}},
        {"uniform": ["2 s", "2 s"]},
        {"uniform": ["1 s"]},
        {"triangular": ["1 s", "4 s", "3 s"]},
        {"hyperexponential": {"shares": [0.5, 0.4], "means": ["1 s", "2 s"]}},
        {"hyperexponential": {"shares": [0.5, 0.5], "means": ["1 s"]}},
        {"empirical": []},
        {"empirical": [1, 2]},
        {"empirical": {"file": "no.csv"}},
        {"by_interval": []},
        {"never": True},
    ],
)
def test_what_is_no_law_is_refused(written: Any) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(written)


@pytest.mark.parametrize(
    "written",
    [
        {"never": False},
        {"exponential": "1 s", "hang_up_at_once": 1.1},
        {"hazard": {"from": ["1 s"], "per_minute": [1]}},
        {"hazard": {"from": ["0 s", "0 s"], "per_minute": [1, 2]}},
        {"hazard": {"from": ["0 s"], "per_minute": [1, 2]}},
        {"from_report": {"abandonment": 0, "mean_wait": "1 s"}},
        {"hang_up_at_once": 0.1},
    ],
)
def test_what_is_no_patience_is_refused(written: Any) -> None:
    with pytest.raises(ValidationError):
        PATIENCE.validate_python(written)


def test_every_law_of_the_format_is_there() -> None:
    assert set(LAWS) == {
        "constant", "exponential", "lognormal", "gamma", "weibull", "erlang", "uniform",
        "triangular", "hyperexponential", "empirical",
    }  # fmt: skip
