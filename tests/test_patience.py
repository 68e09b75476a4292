"""Patience and hold messages: against a twin that walks from hearing to hearing and bisects."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from heapq import merge
from itertools import count, takewhile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from scipy import stats

from sim.callers import draw
from sim.patience import HORIZON, hazard_of
from sim.scenario import load
from sim.scenario.laws import Patience
from sim.scenario.schema import Programme

READ: TypeAdapter[Patience] = TypeAdapter(Patience)
HEARD: TypeAdapter[Programme] = TypeAdapter(Programme)

FAR = 20_000.0
"""Seconds that the twin walks."""

Written = dict[str, Any]


# --- the twin ----------------------------------------------------------------------------------


class Law(NamedTuple):
    """A law by its survival: the logarithm of a smooth one, or atoms of equal chance."""

    log_survival: Callable[[float], float] | None
    atoms: tuple[float, ...] = ()


class Heard(NamedTuple):
    """What happens at an instant of the wait: a step of the hazard, perhaps a new effect."""

    time: float
    order: int
    step: float
    effect: float | None = None


def seconds(written: str) -> float:
    """The number of a duration that is written in seconds."""
    assert written.endswith(" s")
    return float(written[:-2])


def step_of(share: float) -> float:
    return math.inf if share == 1 else -math.log1p(-share)


def law_of(written: Written) -> Law:
    """A law by textbook formulas, not by `sim.scenario.laws`."""
    (name, value), *_ = written.items()
    if name == "constant":
        return Law(None, (seconds(value),))
    if name == "empirical":
        return Law(None, tuple(sorted(map(seconds, value))))
    if name == "never":
        return Law(lambda t: 0.0)
    if name == "hazard":
        begins = [*map(seconds, value["from"]), math.inf]
        pieces = list(zip(begins, begins[1:], value["per_minute"], strict=False))
        return Law(lambda t: -sum(h / 60 * max(0.0, min(t, b) - a) for a, b, h in pieces))
    if name == "hyperexponential":
        parts = list(zip(value["shares"], map(seconds, value["means"]), strict=True))

        def log_mixture(t: float) -> float:
            # 1 - survival is kept apart: near 0 the logarithm of the survival is all rounding.
            gone = sum(share * -math.expm1(-t / mean) for share, mean in parts)
            return math.log1p(-gone) if gone < 0.5 else slow(t)

        def slow(t: float) -> float:
            longest = max(mean for share, mean in parts if share > 0)
            left = sum(s * math.exp(-t / m + t / longest) for s, m in parts if s > 0)
            return math.log(left) - t / longest

        return Law(log_mixture)
    if name == "exponential":
        return Law(stats.expon(scale=seconds(value)).logsf)
    if name == "uniform":
        low, high = map(seconds, value)
        return Law(stats.uniform(low, high - low).logsf)
    mean = seconds(value["mean"])
    if name == "weibull":
        shape = value["shape"]
        return Law(stats.weibull_min(shape, scale=mean / math.gamma(1 + 1 / shape)).logsf)
    if name == "erlang":
        return Law(stats.gamma(value["stages"], scale=mean / value["stages"]).logsf)
    variance = math.log1p(value["cv"] ** 2)
    return Law(stats.lognorm(math.sqrt(variance), scale=mean * math.exp(-variance / 2)).logsf)


def hearings(order: int, message: Written) -> Iterator[Heard]:
    """Every time that a message is heard."""
    at = seconds(message["at"])
    times = [at]
    if "every" in message:
        every = seconds(message["every"])
        times = (at + k * every for k in count())  # type: ignore[assignment]
    for time in takewhile(lambda t: t <= FAR, times):
        yield Heard(time, order, step_of(message.get("hang_up", 0.0)), message.get("patience"))


def plan_of(law: Law, at_once: float, programme: Written | None) -> Iterator[Heard]:
    """All that happens to one who waits, in order, to the end of the walk."""
    messages = programme["messages"].values() if programme else ()
    own = [hearings(order, message) for order, message in enumerate(messages)]
    values = sorted(set(law.atoms))
    over = [sum(atom >= value for atom in law.atoms) for value in values]
    left = [*over[1:], 0][: len(over)]
    atoms = [
        Heard(value, len(own), math.log(a / b) if b else math.inf)
        for value, a, b in zip(values, over, left, strict=True)
    ]
    return merge([Heard(0.0, -1, step_of(at_once))], *own, atoms, [Heard(FAR, 10**6, 0.0)])


class Twin(NamedTuple):
    """A caller's hazard, walked through."""

    law: Law
    at_once: float
    programme: Written | None

    def smooth(self, start: float, end: float) -> float:
        if self.law.log_survival is None or start == end:
            return 0.0
        before, after = self.law.log_survival(start), self.law.log_survival(end)
        return math.inf if after == -math.inf else float(before - after)

    def grown(self, scale: float, start: float, end: float) -> float:
        return scale * self.smooth(start, end) if scale > 0 else 0.0

    def wait(self, threshold: float) -> float:
        """Seconds until the hazard reaches the threshold; inf if not within the walk."""
        now, hazard = 0.0, 0.0
        filler = self.programme["filler"]["patience"] if self.programme else 1.0
        scale = filler
        for heard in plan_of(*self):
            grown = self.grown(scale, now, heard.time)
            if hazard + grown >= threshold > hazard:
                return self.bisect(scale, now, heard.time, threshold - hazard)
            now, hazard = heard.time, hazard + grown + heard.step
            if hazard >= threshold:
                return now
            if heard.effect is not None:
                scale = filler * heard.effect
        return math.inf

    def bisect(self, scale: float, start: float, end: float, wanted: float) -> float:
        low, high = start, end
        for _ in range(100):
            middle = (low + high) / 2
            if self.grown(scale, start, middle) >= wanted:
                high = middle
            else:
                low = middle
        return high

    def hazard(self, wait: float) -> float:
        """The cumulative hazard just after `wait` seconds."""
        now, hazard = 0.0, 0.0
        filler = self.programme["filler"]["patience"] if self.programme else 1.0
        scale = filler
        for heard in plan_of(*self):
            if heard.time > wait:
                break
            hazard += self.grown(scale, now, heard.time) + heard.step
            now = heard.time
            if heard.effect is not None:
                scale = filler * heard.effect
        return hazard + self.grown(scale, now, wait)


# --- what is drawn -----------------------------------------------------------------------------

durations = st.sampled_from(["5 s", "20 s", "60 s", "97.3 s", "300 s", "1500 s"])
laws: st.SearchStrategy[Written] = st.one_of(
    st.just({"never": True}),
    durations.map(lambda d: {"constant": d}),
    durations.map(lambda d: {"exponential": d}),
    st.lists(durations, min_size=1, max_size=5).map(lambda seen: {"empirical": seen}),
    st.builds(
        lambda m, k: {"weibull": {"mean": m, "shape": k}}, durations, st.sampled_from([0.6, 1.3, 4])
    ),
    st.builds(
        lambda m, c: {"lognormal": {"mean": m, "cv": c}}, durations, st.sampled_from([0.4, 1.1])
    ),
    st.just({"hazard": {"from": ["0 s", "15 s", "100 s"], "per_minute": [2.0, 0.0, 0.5]}}),
    st.just({"hyperexponential": {"shares": [0.3, 0.7], "means": ["20 s", "300 s"]}}),
)
ending: st.SearchStrategy[Written] = st.one_of(
    st.builds(lambda m, n: {"erlang": {"mean": m, "stages": n}}, durations, st.integers(1, 6)),
    st.just({"uniform": ["15 s", "90 s"]}),
)
"""Laws whose survival is 0, to a float, within the walk."""
factors = st.sampled_from([0.0, 0.4, 1.0, 1.7])


@st.composite
def messages(draw: st.DrawFn) -> Written:
    message: Written = {"says": "apology"}
    message["at"] = draw(st.sampled_from(["0 s", "15 s", "60 s", "97.3 s", "30.5 s"]))
    if draw(st.booleans()):
        message["every"] = draw(st.sampled_from(["20 s", "60 s", "45.5 s"]))
    if draw(st.booleans()):
        message["hang_up"] = draw(st.sampled_from([0.0, 0.02, 0.15, 0.6, 1.0]))
    if draw(st.booleans()):
        message["patience"] = draw(factors)
    return message


@st.composite
def programmes(draw: st.DrawFn) -> Written:
    heard = draw(st.lists(messages(), min_size=1, max_size=3))
    return {
        "filler": {"patience": draw(factors)},
        "messages": {f"m{number}": message for number, message in enumerate(heard)},
    }


def waits(
    law: Written, at_once: float, programme: Written | None, thresholds: list[float]
) -> list[float]:
    """What `sim.patience` says."""
    read = READ.validate_python(law | {"hang_up_at_once": at_once})
    heard = None if programme is None else HEARD.validate_python(programme)
    asked = np.array(thresholds)
    hazard = hazard_of(read.law, at_once, heard, float(asked.max()))  # type: ignore[arg-type]
    found: list[float] = hazard.wait_until_hang_up(asked).tolist()
    return found


THRESHOLDS = [1e-9, 1e-4, 0.02, 0.1625, 0.7, 1.0, 2.3, 5.0, 11.0, 36.0]
REMINDER = {"says": "apology", "at": "60 s", "every": "60 s", "hang_up": 0.15}
UNIFORM = {"uniform": ["15 s", "90 s"]}


def messages_of(*heard: Written, filler: float = 1.0) -> Written:
    named = {f"m{number}": message for number, message in enumerate(heard)}
    return {"filler": {"patience": filler}, "messages": named}


@settings(deadline=None, max_examples=25)
@given(laws, st.sampled_from([0.0, 0.1, 1.0]), st.none() | programmes())
def test_waits_are_those_of_the_twin(
    law: Written, at_once: float, programme: Written | None
) -> None:
    hold_against_twin(law, at_once, programme)


@settings(deadline=None, max_examples=25)
@given(ending, st.sampled_from([0.0, 0.1]), st.none() | programmes())
@example(UNIFORM, 0.0, messages_of(REMINDER))
@example(UNIFORM, 0.0, messages_of(REMINDER, filler=0.0))
@example(
    UNIFORM,
    0.0,
    messages_of(
        {"says": "apology", "at": "0 s", "patience": 0.0},
        {"says": "advert", "at": "97.3 s", "patience": 0.4},
        {"says": "advert", "at": "160 s", "hang_up": 0.1},
    ),
)
def test_waits_are_those_of_the_twin_past_the_end_of_a_law(
    law: Written, at_once: float, programme: Written | None
) -> None:
    hold_against_twin(law, at_once, programme)


def hold_against_twin(law: Written, at_once: float, programme: Written | None) -> None:
    twin = Twin(law_of(law), at_once, programme)
    found = waits(law, at_once, programme, THRESHOLDS)
    for threshold, wait in zip(THRESHOLDS, found, strict=True):
        expected = twin.wait(threshold)
        if expected == math.inf or wait > FAR:
            assert min(expected, wait) > FAR * (1 - 1e-9), (threshold, wait, expected)
            continue
        # Where the hazard is flat or steep, a rounding moves one of the two and not the other.
        same_time = wait == pytest.approx(expected, rel=1e-7, abs=1e-9)
        before, after = twin.hazard(wait * (1 - 1e-10)), twin.hazard(wait * (1 + 1e-10))
        same_hazard = before <= threshold * (1 + 1e-9) and after >= threshold * (1 - 1e-9)
        assert same_time or same_hazard, (threshold, wait, expected)


# --- the rules one by one ----------------------------------------------------------------------


PROGRAMME = messages_of(
    REMINDER | {"patience": 0.4},
    {"says": "advert", "at": "20 s", "hang_up": 0.05, "patience": 1.7},
    filler=0.8,
)


@pytest.mark.parametrize(
    "law",
    [
        {"exponential": "120 s"},
        {"weibull": {"mean": "120 s", "shape": 0.6}},
        {"lognormal": {"mean": "120 s", "cv": 1.1}},
        {"empirical": ["10 s", "45 s", "45 s", "300 s"]},
        {"never": True},
    ],
)
def test_survival_is_the_formula(law: Written) -> None:
    """The share of many callers who still wait, against exp(-H), at 4 standard errors."""
    number = 200_000
    thresholds = np.random.default_rng(7).exponential(size=number)
    waited = np.array(waits(law, 0.1, PROGRAMME, thresholds.tolist()))
    twin = Twin(law_of(law), 0.1, PROGRAMME)
    for time in (0.0, 5.0, 19.9, 20.0, 44.0, 59.9, 60.0, 61.0, 130.0, 400.0):
        exact = math.exp(-twin.hazard(time))
        error = math.sqrt(max(exact * (1 - exact), 1e-12) / number)
        assert abs(np.mean(waited > time) - exact) <= 4 * error, time


def test_a_share_hangs_up_at_once() -> None:
    step = -math.log1p(-0.1)
    below, above = waits({"exponential": "120 s"}, 0.1, None, [step * 0.999, step * 1.001])
    assert below == 0.0
    assert above == pytest.approx(120 * step * 0.001)


def test_a_message_at_0_s_comes_on_top_of_who_hangs_up_at_once() -> None:
    heard = messages_of({"says": "apology", "at": "0 s", "hang_up": 0.2, "patience": 2.0})
    both = -math.log(0.9 * 0.8)
    assert waits({"exponential": "120 s"}, 0.1, heard, [both * 0.999])[0] == 0.0
    assert waits({"exponential": "120 s"}, 0.1, heard, [both + 1.0])[0] == pytest.approx(60)


@pytest.mark.parametrize("law", ["never", {"exponential": "300 s"}, {"constant": "500 s"}])
def test_nobody_hears_the_end_of_a_message_that_all_hang_up_on(law: Any) -> None:
    heard = messages_of({"says": "apology", "at": "30 s", "every": "60 s", "hang_up": 1.0})
    written = {"never": True} if law == "never" else law
    found = waits(written, 0.0, heard, [0.05, 1.0, 30.0])
    assert found[1:] == [30.0, 30.0]
    assert found[0] == (pytest.approx(15.0) if "exponential" in written else 30.0)


@pytest.mark.parametrize("law", [{"exponential": "5 s"}, UNIFORM])
def test_filler_0_stops_the_hazard_and_nothing_else(law: Written) -> None:
    assert waits(law, 0.0, messages_of(REMINDER, filler=0.0), [0.1, 0.2]) == [60.0, 120.0]
    quiet = {"says": "advert", "at": "10 s"}
    assert waits(law, 0.0, messages_of(quiet, filler=0.0), [1e-6, 30.0]) == [math.inf] * 2


def test_a_repeated_message_replaces_its_effect() -> None:
    """Half the hazard after one hearing, and still half after five."""
    heard = messages_of({"says": "apology", "at": "10 s", "every": "10 s", "patience": 0.5})
    assert waits({"exponential": "100 s"}, 0.0, heard, [0.35])[0] == pytest.approx(60)


def test_the_last_message_that_has_an_effect_holds() -> None:
    heard = messages_of(
        {"says": "apology", "at": "10 s", "patience": 0.5},
        {"says": "advert", "at": "20 s", "patience": 3.0},
        {"says": "information", "at": "30 s"},
        filler=2.0,
    )
    # 10 s at 2, 10 s at 2 x 0.5, from there on 2 x 3; the information changes nothing.
    reached = (10 * 2 + 10 * 1 + 20 * 6) / 100
    assert waits({"exponential": "100 s"}, 0.0, heard, [reached])[0] == pytest.approx(40)


def test_each_hearing_makes_its_share_hang_up() -> None:
    step = -math.log(0.85)
    found = waits({"never": True}, 0.0, messages_of(REMINDER), [step * k - 1e-9 for k in (1, 2, 9)])
    assert found == [60.0, 120.0, 540.0]


@pytest.mark.parametrize("factor", [0.0, 0.3, 2.5])
@pytest.mark.parametrize(
    "law", [{"constant": "50 s"}, {"empirical": ["20 s", "50 s", "50 s", "200 s"]}]
)
def test_steps_are_never_scaled(law: Written, factor: float) -> None:
    changed = messages_of({"says": "apology", "at": "5 s", "patience": factor}, filler=factor)
    thresholds = [0.1, 0.2, 0.5, 0.8, 1.3, 1.5, 9.0]
    assert waits(law, 0.2, changed, thresholds) == waits(law, 0.2, None, thresholds)


def test_who_never_hangs_up_waits_for_ever() -> None:
    assert waits({"never": True}, 0.0, None, [1e-9, 30.0]) == [math.inf] * 2
    once = messages_of({"says": "apology", "at": "30 s", "hang_up": 0.15})
    assert waits({"never": True}, 0.0, once, [0.1, 30.0]) == [30.0, math.inf]


def test_messages_are_followed_for_116_days() -> None:
    rare = messages_of({"says": "apology", "at": "1 s", "every": "10 s", "hang_up": 1e-5})
    assert waits({"never": True}, 0.0, rare, [5.0])[0] == pytest.approx(5e6, rel=1e-4)
    assert waits({"never": True}, 0.0, rare, [36.0]) == [math.inf]
    assert HORIZON == 1e7


# --- in a scenario -----------------------------------------------------------------------------

LINE = """
name = "Patience"
[day]
opens = "08:00"
closes = "10:00"
interval = "30 min"
[callers.calls]
arrivals = { per_hour = 500 }
talk = "4 min"
patience = PATIENCE
MESSAGES
[operators.team]
skills = ["calls"]
headcount = 2
"""
PLAYS = 'hold_messages = "stay"\n[hold_messages.stay]\nmessages = [{ says = "apology", MORE }]'


def patience_of(folder: Path, patience: str, message: str = "") -> tuple[Any, Any]:
    """Arrivals and patience of a day of `LINE`."""
    plays = PLAYS.replace("MORE", message) if message else ""
    path = folder / "line.toml"
    path.write_text(LINE.replace("PATIENCE", patience).replace("MESSAGES", plays), "utf-8")
    callers, _ = draw(load(path))
    return callers.arrival, callers.patience


def test_messages_change_the_hazard_and_never_the_people(tmp_path: Path) -> None:
    exponential = '{ exponential = "2 min" }'
    arrival, plain = patience_of(tmp_path, exponential)
    same, heard = patience_of(tmp_path, exponential, 'at = "60 s", hang_up = 0.15, patience = 0.5')
    assert same.tolist() == arrival.tolist()
    assert (
        np.argsort(heard, kind="stable").tolist()
        == np.argsort(np.where((plain > 60) & (heard == 60), 60.0, plain), kind="stable").tolist()
    )
    early = plain < 60
    assert heard[early].tolist() == plain[early].tolist()
    left = plain[~early] / 120 - 0.5 + math.log(0.85)  # of the hazard, after the message
    expected = np.where(left <= 0, 60, 60 + 240 * left)
    np.testing.assert_allclose(heard[~early], expected, rtol=1e-12)


def test_patience_by_interval_goes_by_the_arrival(tmp_path: Path) -> None:
    by_hour = '{ by_interval = ["40 s", { exponential = "5 min" }], every = "1 h" }'
    arrival, patience = patience_of(tmp_path, by_hour)
    _, exponential = patience_of(tmp_path, '{ exponential = "5 min" }')
    morning = arrival < 9 * 3600
    assert set(patience[morning]) == {40.0}
    assert patience[~morning].tolist() == exponential[~morning].tolist()


def test_patience_from_a_report_is_exponential(tmp_path: Path) -> None:
    report = '{ from_report = { abandonment = 0.06, mean_wait = "25 s" } }'
    _, guessed = patience_of(tmp_path, report)
    _, told = patience_of(tmp_path, '{ exponential = "5 min" }')
    np.testing.assert_allclose(guessed, told * (25 / 0.06) / 300, rtol=1e-12)
