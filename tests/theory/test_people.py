"""Laws of who comes and how quick they are, against closed forms and hand-worked days."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom, lognorm

from sim.theory.erlang import Line
from sim.theory.people import (
    contacts_of_a_caller,
    lateness,
    learning,
    mean_factor,
    mean_over,
    mean_over_each,
    nobody,
    personal,
    present,
)
from sim.theory.transient import passed
from sim.theory.unequal import UnequalLine


@pytest.mark.parametrize("absence", [0.0, 0.07, 0.5, 1.0])
def test_who_comes_is_binomial(absence: float) -> None:
    law = present(9, absence)
    assert law.chances == pytest.approx(binom.pmf(law.values, 9, 1 - absence), abs=1e-14)
    assert law.mean == pytest.approx(9 * (1 - absence))


def test_a_loss_line_with_absence_by_hand() -> None:
    """Two operators, each away one day in ten, a load of 1: Erlang B of 0, 1 and 2."""
    lost = mean_over(
        present(2, 0.1), lambda n: Line(0.01, 100, int(n), lines=int(n)).blocked if n else 1.0
    )
    assert float(lost) == pytest.approx(0.01 * 1 + 0.18 * 0.5 + 0.81 * 0.2)


def test_a_personal_factor_is_lognormal() -> None:
    law, cv = personal(0.3), 0.3
    sigma = math.sqrt(math.log(1 + cv**2))
    exact = lognorm(sigma, scale=math.exp(-(sigma**2) / 2))
    for power in (1, 2, 3, -1):
        assert mean_over(law, lambda f, k=power: f**k) == pytest.approx(exact.expect(  # type: ignore[misc]
            lambda f, k=power: f**k), rel=1e-8)  # fmt: skip
    assert personal(0.0).values == pytest.approx(np.ones(24))


def test_one_operator_with_a_pace_of_their_own_by_adaptive_quadrature() -> None:
    sigma = math.sqrt(math.log(1 + 0.25**2))

    def lost(z: float) -> float:
        factor = math.exp(sigma * z - sigma**2 / 2)
        return UnequalLine(0.02, (60 * factor,), 60).abandonment

    exact, _ = quad(lambda z: lost(z) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi), -8, 8)
    law = personal(0.25, points=14)
    found = mean_over_each(law, 1, lambda each: UnequalLine(0.02, (60 * each[0],), 60).abandonment)
    assert float(found) == pytest.approx(exact, rel=1e-6)
    assert float(found) != pytest.approx(lost(sigma / 2), rel=1e-3)


def test_what_depends_on_each_operator() -> None:
    law = personal(0.4)
    assert mean_over_each(law, 3, math.prod) == pytest.approx(1.0, rel=1e-9)
    spread = mean_over_each(law, 2, lambda each: (sum(each) / 2 - 1) ** 2)
    assert float(spread) == pytest.approx(0.16 / 2, rel=1e-9)


def test_a_learning_curve_by_hand() -> None:
    """A tenure of no time or four half-lives: 1.5 and 1.03125."""
    law = learning(1.5, 1.0, 0.0, 4.0)
    exact, _ = quad(lambda tenure: (1 + 0.5 * 2**-tenure) / 4, 0, 4)
    assert law.mean == pytest.approx(exact, rel=1e-12)
    assert mean_factor(1.5, 1.0, 0.0, 4.0) == pytest.approx(exact, rel=1e-12)
    assert law.values.max() < 1.5
    assert law.values.min() > 1.03125


def test_lateness_is_exponential_for_a_share() -> None:
    law = lateness(0.25, 300, 1800)
    assert law.chances.sum() == pytest.approx(1)
    capped = 0.25 * 300 * (1 - math.exp(-1800 / 300))
    assert law.mean == pytest.approx(capped, rel=1e-10)
    square, _ = quad(lambda t: 0.25 * min(t, 1800) ** 2 * math.exp(-t / 300) / 300, 0, 12_000)
    assert mean_over(law, lambda t: t * t) == pytest.approx(square, rel=1e-7)


def test_where_nobody_comes() -> None:
    """Those who wait are M/M/inf: a chain of births and deaths."""
    day = nobody(150, 0.05, 60)
    assert day.abandoned + day.cut_off == pytest.approx(day.offered)
    on = passed({0: 1.0}, lambda n: [(n + 1, 0.05 * (n < 30)), (max(0, n - 1), n / 60)], 150)
    assert day.wait == pytest.approx(on.spent(float), rel=1e-10)
    assert day.cut_off == pytest.approx(sum(n * p for n, p in on.law.items()), rel=1e-10)


def test_contacts_of_one_caller() -> None:
    assert contacts_of_a_caller(0.0, 5) == 1
    assert contacts_of_a_caller(1.0, 5) == 5
    assert contacts_of_a_caller(0.5, 100) == pytest.approx(2)
    # Half need what one in two groups knows: again with chance 1/2, then with 0.6.
    assert contacts_of_a_caller(0.2, 2, [0.5], [0.5]) == pytest.approx(0.5 * 1.2 + 0.5 * 1.6)
    with pytest.raises(ValueError, match="each"):
        contacts_of_a_caller(0.2, 2, [0.5])
