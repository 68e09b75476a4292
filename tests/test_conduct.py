"""Patience as straight pieces, and what a scenario says of its callers, as arrays."""

from __future__ import annotations

from math import inf, isnan, log
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import TypeAdapter
from scipy import optimize, special, stats

from sim.conduct import (
    EXPECTED_WAIT,
    LAST_TO_ENTER_SERVICE,
    PERCENTILE,
    PLAIN,
    POSITION,
    QUANTILES,
    QUEUE_LENGTH,
    STEPS,
    Hazards,
    announcements_of,
    conduct_of,
    first_hazard,
    hazards_of,
    pieces_of,
)
from sim.rules import time_at
from sim.scenario import Scenario, load
from sim.scenario.laws import Law, Patience

READ: TypeAdapter[Patience] = TypeAdapter(Patience)

Floats = NDArray[np.float64]


def law_of(written: Any) -> Law:
    law = READ.validate_python(written).law
    assert isinstance(law, Law)
    return law


# --- pieces ---------------------------------------------------------------------------------------


def mixture(gone: Floats, shares: list[float], means: list[float]) -> Floats:
    """Quantiles of a mixture of exponential laws, by their survival beyond the median."""

    def missing(time: float, share: float) -> float:
        parts = list(zip(shares, means, strict=True))
        if share < 0.5:
            return sum(s * -special.expm1(-time / m) for s, m in parts) - share
        return log(sum(s * np.exp(-time / m) for s, m in parts)) - log(1 - share)

    return np.array([optimize.brentq(missing, 0.0, 1e5, (g,), 1e-12, 1e-12) for g in gone])


def in_pieces(gone: Floats) -> Floats:
    """Quantiles of 2 a minute for 15 s, then 0.2 a minute."""
    level = -np.log1p(-gone)
    return np.where(level < 0.5, level * 30.0, 15.0 + (level - 0.5) * 300.0)


SMOOTH = {
    "exponential": ({"exponential": "120 s"}, stats.expon(scale=120.0).ppf),
    "lognormal": (
        {"lognormal": {"mean": "240 s", "cv": 1.1}},
        stats.lognorm(
            np.sqrt(np.log1p(1.21)), scale=240.0 * np.exp(-np.log1p(1.21) / 2)
        ).ppf,
    ),
    "lognormal, wide": (
        {"lognormal": {"mean": "100 s", "cv": 4.0}},
        stats.lognorm(np.sqrt(np.log1p(16.0)), scale=100.0 * np.exp(-np.log1p(16.0) / 2)).ppf,
    ),
    "gamma": ({"gamma": {"mean": "200 s", "cv": 0.5}}, stats.gamma(4.0, scale=50.0).ppf),
    "gamma, wide": ({"gamma": {"mean": "200 s", "cv": 2.0}}, stats.gamma(0.25, scale=800.0).ppf),
    "erlang": ({"erlang": {"mean": "90 s", "stages": 3}}, stats.gamma(3.0, scale=30.0).ppf),
    "weibull": (
        {"weibull": {"mean": "150 s", "shape": 1.3}},
        stats.weibull_min(1.3, scale=150.0 / special.gamma(1 + 1 / 1.3)).ppf,
    ),
    "weibull, early": (
        {"weibull": {"mean": "150 s", "shape": 0.6}},
        stats.weibull_min(0.6, scale=150.0 / special.gamma(1 + 1 / 0.6)).ppf,
    ),
    "uniform": ({"uniform": ["60 s", "180 s"]}, stats.uniform(60.0, 120.0).ppf),
    "triangular": (
        {"triangular": ["30 s", "60 s", "330 s"]}, stats.triang(0.1, 30.0, 300.0).ppf,
    ),
    "hyperexponential": (
        {"hyperexponential": {"shares": [0.3, 0.7], "means": ["10 s", "300 s"]}},
        lambda gone: mixture(gone, [0.3, 0.7], [10.0, 300.0]),
    ),
    "hazard": ({"hazard": {"from": ["0 s", "15 s"], "per_minute": [2.0, 0.2]}}, in_pieces),
}  # fmt: skip
"""Each smooth law as it is written, and its quantiles by other people's code."""


def hazards(law: Law) -> Hazards:
    time, level, slope = pieces_of(law)
    ends = np.array([0, len(time)])
    return Hazards(ends, time, level, np.array([slope]), np.zeros(1, np.bool_))


@pytest.mark.parametrize("name", SMOOTH)
def test_pieces_are_right_within_a_thousandth_or_1_ms(name: str) -> None:
    written, quantile = SMOOTH[name]
    low = np.geomspace(1e-6, 0.5, 300)
    high = 1 - np.geomspace(0.5, 1e-9, 300)
    gone = np.concatenate([low, high])
    own = hazards(law_of(written))
    found = np.array([time_at(own, 0, level) for level in -np.log1p(-gone)])
    right = quantile(gone)
    assert np.all(np.abs(found - right) <= np.maximum(1e-3, 1e-3 * right))
    assert own.time[0] == own.level[0] == 0.0
    assert np.all(np.diff(own.time) > 0)
    assert np.all(np.diff(own.level) >= 0)
    assert len(own.time) < 5000


@pytest.mark.parametrize("name", SMOOTH)
def test_the_last_slope_goes_on(name: str) -> None:
    """A law that ends has let everybody go before; no other keeps anyone for ever."""
    own = hazards(law_of(SMOOTH[name][0]))
    far = [time_at(own, 0, level) for level in (25.0, 30.0, 35.0)]
    assert far[0] < inf
    assert far[1] - far[0] == pytest.approx(far[2] - far[1], rel=1e-6)
    assert far[1] > far[0]
    if len(own.time) > 1:
        slope = (own.level[-1] - own.level[-2]) / (own.time[-1] - own.time[-2])
        assert own.slope[0] == pytest.approx(slope)


def test_who_never_hangs_up_has_no_hazard() -> None:
    assert time_at(hazards(law_of("never")), 0, 1e-9) == inf


def test_a_hazard_that_ends_keeps_the_others_for_ever() -> None:
    own = hazards(law_of({"hazard": {"from": ["0 s", "30 s"], "per_minute": [1.0, 0.0]}}))
    assert time_at(own, 0, 0.25) == pytest.approx(15.0, rel=1e-3)
    assert time_at(own, 0, 0.51) == inf


# --- a scenario as arrays -------------------------------------------------------------------------

TEXT = """
name = "Conduct"
[day]
opens = "08:00"
closes = "20:00"
interval = "30 min"
[queue]
limit = 30
[callers.cards]
arrivals = { per_hour = 60 }
talk = { exponential = "4 min" }
wrap_up = "30 s"
hold_messages = "stay"
balk = { position = [3, 10], share = [0.1, 0.4] }
repeat = { share = 0.15, delay = "3 h" }
transfer = { to = "deposits", share = 0.08, keeps_place = true }
callback = { accepts = 0.6, reached = 0.9, dial = "15 s", tries = 2, again = "10 min" }
talk_grows = { per_minute = "2 s", past_promise = "21 s" }
[callers.cards.patience]
by_interval = [{ exponential = "60 s" }, { constant = "50 s" }]
every = "6 h"
hang_up_at_once = 0.1
[callers.loans]
arrivals = { per_hour = 5 }
talk = { by_interval = ["2 min", "6 min"], every = "6 h" }
patience = "never"
hold_messages = "music"
[callers.deposits]
arrivals = { per_hour = 45 }
opens = "09:00"
closes = "17:00"
talk = "6 min"
patience = { empirical = ["10 s", "20 s", "20 s", "40 s"] }
balk = { position = [2], share = [0.7] }
hold_messages = "other"
[operators.generalists]
skills = ["cards", "deposits", "loans"]
reserve_for_holding = 2
headcount = 9
[operators.experts]
skills = { cards = { resolves = 0.95 } }
headcount = 3
[hold_messages.music.filler]
patience = 0.9
[hold_messages.stay.filler]
patience = 0.8
[hold_messages.stay.messages.place]
says = "position"
at = "20 s"
every = "60 s"
may_go_back = true
hang_up = 0.02
levels = { up_to = [3, 10], hang_up = [0.0, 0.05, 1.0] }
[hold_messages.stay.messages.wait]
says = "expected_wait"
at = "5 s"
estimate = { percentile = 0.9 }
round_to = "1 min"
levels = { up_to = ["1 min", "5 min"], patience = [0.6, 0.9, 1.4] }
broken_promise = 1.5
[hold_messages.stay.messages.offer]
says = "callback_offer"
at = "1 min"
when_wait_over = "3 min"
round_to = "5 min"
[hold_messages.other.messages]
advert = { says = "advert", at = "7 s", patience = 1.2 }
wait = { says = "expected_wait", at = "8 s", estimate = { percentile = 0.5 } }
again = { says = "expected_wait", at = "9 s", estimate = { percentile = 0.9 } }
last = { says = "expected_wait", at = "10 s", estimate = "last_to_enter_service" }
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("conduct") / "conduct.toml"
    path.write_text(TEXT, encoding="utf-8")
    return load(path)


def test_rules_of_each_type(scenario: Scenario) -> None:
    found = conduct_of(scenario)
    expected: dict[str, Any] = {
        "opens": [8 * 3600.0, 8 * 3600.0, 9 * 3600.0],
        "closes": [20 * 3600.0, 20 * 3600.0, 17 * 3600.0],
        "keeps_place": [True, False, False],
        "resolves": [0.85, 0.95, 1.0, 1.0, 1.0, 1.0],
        "per_minute": [2.0, 0.0, 0.0],
        "past_promise": [21.0, 0.0, 0.0],
        "mean_handling": [270.0, 240.0, 360.0],
        "called_back": [True, False, False],
        "dial": [15.0, 0.0, 0.0],
        "again": [600.0, 0.0, 0.0],
        "tries": [2, 0, 0],
        "balk_from": [0, 2, 2, 3],
        "balk_position": [3, 10, 2],
        "balk_share": [0.1, 0.4, 0.7],
        "for_holding": [2, 0],
        "queue_limit": 30,
        "per_operator": inf,
        "hours_from": [0, 1, 2, 3],
        "carries": [False, False, False],
    }
    assert set(found._fields) == set(expected)
    for name, value in found._asdict().items():
        assert np.array_equal(value, expected[name]), name


def test_messages_of_each_type(scenario: Scenario) -> None:
    found = announcements_of(scenario)
    nan = np.nan
    expected: dict[str, Any] = {
        "by_queue": [True, False, True],
        "at_once": [-log(0.9), 0.0, 0.0],
        "filler": [0.8, 1.0, 1.0],
        "message_from": [0, 3, 3, 7],
        "says": [POSITION, EXPECTED_WAIT, 3, PLAIN, EXPECTED_WAIT, EXPECTED_WAIT, EXPECTED_WAIT],
        "at": [20.0, 5.0, 60.0, 7.0, 8.0, 9.0, 10.0],
        "every": [60.0, *[inf] * 6],
        "jump": [-log(0.98), *[0.0] * 6],
        "effect": [nan, nan, nan, 1.2, nan, nan, nan],
        "estimate": [QUEUE_LENGTH, PERCENTILE, QUEUE_LENGTH, QUEUE_LENGTH, PERCENTILE, PERCENTILE,
                     LAST_TO_ENTER_SERVICE],
        "round_to": [0.0, 60.0, 300.0, 0.0, 0.0, 0.0, 0.0],
        "may_go_back": [True, False, False, False, False, False, False],
        "over": [-1.0, -1.0, 180.0, -1.0, -1.0, -1.0, -1.0],
        "level_from": [0, 3, 6, 6, 6, 6, 6, 6],
        "up_to": [3.0, 10.0, inf, 60.0, 300.0, inf],
        "level_jump": [0.0, -log(0.95), inf, 0.0, 0.0, 0.0],
        "level_effect": [1.0, 1.0, 1.0, 0.6, 0.9, 1.4],
        "quantile_size": QUANTILES,
    }  # fmt: skip
    for name, value in expected.items():
        own = np.asarray(getattr(found, name), float)
        np.testing.assert_allclose(own, np.asarray(value, float), rtol=1e-14, err_msg=name)
    broken = found.broken.reshape(-1, STEPS + 1)
    assert broken[1].tolist() == pytest.approx([1.5**k for k in range(STEPS + 1)])
    assert np.all(broken[[0, 2, 3, 4, 5, 6]] == 1.0)


def test_tables_of_quantiles_are_those_of_gamma_laws(scenario: Scenario) -> None:
    """One table a share, in which the n-th value is for n services of unit rate."""
    found = announcements_of(scenario)
    for message, share in ((1, 0.9), (4, 0.5), (5, 0.9)):
        first = found.quantile_from[message]
        own = found.quantiles[first : first + found.quantile_size]
        places = np.array([1, 2, 7, 1000])
        np.testing.assert_allclose(own[places - 1], stats.gamma(places).ppf(share), rtol=1e-10)
    assert found.quantile_from[1] == found.quantile_from[5] != found.quantile_from[4]
    assert len(found.quantiles) == 2 * QUANTILES


def test_hazards_of_each_type_and_interval(scenario: Scenario) -> None:
    """Those of the first type's two intervals, then the third type's; the second has none."""
    found = hazards_of(scenario)
    assert found.start.tolist() == [0, 1, 2, 5]
    assert found.steps.tolist() == [False, True, True]
    assert found.time.tolist() == [0.0, 50.0, 10.0, 20.0, 40.0]
    assert found.slope.tolist() == pytest.approx([1 / 60, 0.0, 0.0])
    survival = np.exp(-found.level[2:])
    assert survival[:2].tolist() == pytest.approx([0.75, 0.25])
    assert survival[2] < 1e-80
    assert np.exp(-found.level[1]) < 1e-80
    assert first_hazard(scenario, "cards") == 0
    assert first_hazard(scenario, "deposits") == 2


def test_a_scenario_that_says_nothing_is_neutral(tmp_path: Path) -> None:
    plain = TEXT.split("hold_messages")[0].replace("[queue]\nlimit = 30\n", "")
    plain += 'patience = "never"\n'
    plain += '[operators.team]\nskills = ["cards"]\nheadcount = 3\n'
    path = tmp_path / "plain.toml"
    path.write_text(plain, encoding="utf-8")
    scenario = load(path)
    conduct = conduct_of(scenario)
    assert (conduct.queue_limit, conduct.per_operator) == (-1, inf)
    assert conduct.resolves.tolist() == [1.0]
    assert not any(conduct.called_back)
    assert not any(conduct.keeps_place)
    assert not announcements_of(scenario).by_queue.any()
    assert len(hazards_of(scenario).slope) == 0
    assert not any(isnan(value) for value in conduct.mean_handling)
