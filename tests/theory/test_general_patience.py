"""M/M/s+G against Erlang A, closed forms, a chain with phases, and a plain recursion."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.theory.erlang import Line, erlang_b
from sim.theory.general_patience import Array, PatienceLine


@pytest.mark.parametrize(
    "rate, handling, operators, patience, balk",
    [
        (0.1, 240, 24, 120, 0.0),
        (0.1, 240, 10, 120, 0.2),
        (0.1, 240, 40, 30, 0.1),
        (0.8, 60, 50, 1, 0.0),
        (41.25, 240, 9800.5, 60, 0.1),
    ],
)
def test_exponential_patience_is_erlang_a(
    rate: float, handling: float, operators: float, patience: float, balk: float
) -> None:
    steps = ([0.0], [-math.log1p(-balk)]) if balk else ((), ())
    line = PatienceLine(rate, handling, operators, lambda t: t / patience, steps)
    erlang = Line(rate, handling, operators, patience, balk)
    assert line.fate == pytest.approx(erlang.fate, rel=1e-10, abs=1e-13)
    for seconds in (0.0, 20.0, 300.0):
        assert line.later(seconds) == pytest.approx(erlang.later(seconds), rel=1e-9, abs=1e-13)
    assert line.wait_quantile(0.95) == pytest.approx(erlang.wait_quantile(0.95), rel=1e-9)


def never(wait: Array) -> Array:
    return 0 * wait


def test_endless_patience_is_erlang_c() -> None:
    assert PatienceLine(0.1, 240, 25, never).fate == pytest.approx(Line(0.1, 240, 25).fate)
    with pytest.raises(ValueError, match="without end"):
        _ = PatienceLine(0.1, 240, 24, never).fate


def test_hanging_up_at_once_for_sure_is_erlang_b() -> None:
    line = PatienceLine(0.1, 240, 24, never, ([0.0], [math.inf]))
    assert line.abandonment == pytest.approx(erlang_b(24, 24), rel=1e-12)
    assert line.wait_mean == 0


def test_patience_of_exactly_one_minute_has_a_closed_form() -> None:
    line = PatienceLine(0.1, 240, 22, never, ([60.0], [math.inf]))
    service, slope = 22 / 240, 0.1 - 22 / 240
    in_time = math.expm1(slope * 60) / slope
    too_late = math.exp(slope * 60) / service
    idle = (1 / erlang_b(24, 22) - 1) / service
    everything = idle + in_time + too_late
    assert line.delayed_share == pytest.approx((in_time + too_late) / everything, rel=1e-12)
    assert line.abandonment == pytest.approx(too_late / everything, rel=1e-12)
    assert line.abandoned_within(59.9) == pytest.approx(0, abs=1e-15)
    assert line.abandoned_within(60.0) == pytest.approx(line.abandonment, rel=1e-12)
    assert line.waited_over(60.0) == 0
    assert line.wait_quantile(0.999) <= 60


def test_hyperexponential_patience_is_a_chain_of_its_queue_by_sums() -> None:
    """The offered-wait density, integrated step by small step with the trapezoid rule."""
    shares, means = (0.3, 0.7), (20.0, 200.0)

    def survival(t: Array) -> Array:
        return sum(p * np.exp(-t / m) for p, m in zip(shares, means, strict=True))

    line = PatienceLine(0.1, 240, 22, lambda t: -np.log(survival(t)))
    wait = np.linspace(0, 3000, 3_000_001)
    exposed = sum(p * m * -np.expm1(-wait / m) for p, m in zip(shares, means, strict=True))
    density = np.exp(0.1 * exposed - 22 / 240 * wait)
    step = wait[1]
    everything = (1 / erlang_b(24, 22) - 1) * 240 / 22 + np.trapezoid(density, dx=step)
    answered = density * survival(wait)
    assert line.delayed_share == pytest.approx(np.trapezoid(density, dx=step) / everything)
    assert line.fate.answered_wait == pytest.approx(
        np.trapezoid(answered * wait, dx=step) / everything
    )
    late = np.trapezoid(answered[20_000:], dx=step) / everything
    assert line.later(20.0).answered == pytest.approx(late, rel=1e-8)


@pytest.mark.parametrize("shape", [0.5, 1.3, 3.0])
def test_weibull_patience_conserves_calls_and_obeys_little(shape: float) -> None:
    line = PatienceLine(0.1, 240, 22, lambda t: (t / 120) ** shape)
    fate = line.fate
    assert fate.answered + fate.abandoned == pytest.approx(1, abs=1e-12)
    # Of the operators' capacity: those at work are all, or fewer than all.
    from scipy.integrate import quad

    wait = quad(lambda t: line.later(t).waiting, 0, line._end, limit=100, epsrel=1e-6)[0]
    assert wait == pytest.approx(fate.wait, rel=1e-5)


def test_a_message_every_minute_that_makes_15_per_cent_hang_up() -> None:
    times = 60.0 * np.arange(1, 200)
    steps = (times, np.full(199, -math.log(0.85)))
    line = PatienceLine(0.1, 240, 22, never, steps)
    service = 22 / 240
    # Between messages the density is exponential, so every piece has a closed form.
    start, heard, density, shares = 0.0, 1.0, 1.0, []
    for _ in range(60):
        slope = 0.1 * heard - service
        shares.append((density * math.expm1(slope * 60) / slope, heard))
        density *= math.exp(slope * 60)
        heard *= 0.85
        start += 60
    idle = (1 / erlang_b(24, 22) - 1) / service
    everything = idle + sum(weight for weight, _ in shares)
    answered = (idle + sum(weight * heard for weight, heard in shares)) / everything
    assert line.answered == pytest.approx(answered, rel=1e-12)
    before, after = line.later(59.999999), line.later(60.0)
    assert after.waiting == pytest.approx(0.85 * before.waiting, rel=1e-5)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"operators": 0}, "operators"),
        ({"rate": 0}, "rate"),
        ({"steps": ([60.0, 30.0], [0.1, 0.1])}, "rise"),
        ({"steps": ([60.0], [0.1, 0.1])}, "as many"),
        ({"steps": ([60.0], [-0.1])}, "negative"),
    ],
)
def test_wrong_figures_are_refused(change: dict[str, object], message: str) -> None:
    good = {"rate": 0.1, "handling": 240, "operators": 24, "cumulative_hazard": never}
    with pytest.raises(ValueError, match=message):
        PatienceLine(**{**good, **change})  # type: ignore[arg-type]
