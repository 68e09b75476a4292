"""Balking against Erlang A and B, closed forms, Little's law, quadrature, and lines played out."""

from __future__ import annotations

import math
import random

import pytest

from sim.theory.balking import BalkingLine, level_of
from sim.theory.erlang import Line, erlang_b
from tests.theory.played import Played

FALLING = BalkingLine(0.1, 40, 4, (3, 10), (0.1, 0.4), 120)


@pytest.mark.parametrize(
    "rate, handling, operators, patience, balk",
    [
        (0.1, 40, 4, 120, 0.2),
        (0.1, 240, 24, 120, 0.0),
        (0.8, 60, 50, 1, 0.3),
        (0.09, 40, 4, 1e6, 0),
    ],
)
def test_one_share_from_the_first_position_on_is_erlang_a(
    rate: float, handling: float, operators: int, patience: float, balk: float
) -> None:
    line = BalkingLine(rate, handling, operators, (1,), (balk,), patience)
    erlang = Line(rate, handling, operators, patience, balk)
    assert line.fate == pytest.approx(erlang.fate, rel=1e-10)
    for seconds in (0.0, 20.0, 300.0):
        assert line.later(seconds) == pytest.approx(erlang.later(seconds), rel=1e-10)
    assert line.balked == pytest.approx(balk * erlang.delayed_share, rel=1e-10, abs=1e-15)


def test_nobody_joins_from_the_first_position_is_erlang_b() -> None:
    line = BalkingLine(0.1, 40, 4, (1,), (1.0,))
    assert line.balked == line.abandonment == pytest.approx(erlang_b(4, 4), rel=1e-12)
    assert line.wait_mean == 0


def test_nobody_joins_from_a_later_position_is_a_line_with_so_many_telephone_lines() -> None:
    line = BalkingLine(0.1, 40, 4, (6,), (1.0,), 90)
    limited = Line(0.1, 40, 4, 90, lines=9)
    assert line.balked == pytest.approx(limited.blocked, rel=1e-12)
    assert line.fate.wait == pytest.approx(limited.fate.wait, rel=1e-12)
    assert line.later(30.0) == pytest.approx(limited.later(30.0), rel=1e-12)


def test_two_shares_without_hang_ups_have_a_closed_form() -> None:
    """One operator: geometric with ratio r up to position 3, half of it from there on."""
    rate, handling = 0.01, 60.0
    line = BalkingLine(rate, handling, 1, (3,), (0.5,))
    r = rate * handling
    # On the line 0, 1, 2, 3 with weights 1, r, r^2, r^3, then each half as probable per caller.
    tail = r**3 / (1 - r / 2)
    weights = 1 + r + r**2 + tail
    assert line.fate.at_once == pytest.approx(1 / weights, rel=1e-12)
    assert line.balked == pytest.approx(0.5 * tail / weights, rel=1e-12)
    queue = (r**2 + r**3 * (2 / (1 - r / 2) + (r / 2) / (1 - r / 2) ** 2)) / weights
    assert line.queue_mean == pytest.approx(queue, rel=1e-12)


def test_callers_and_work_are_conserved() -> None:
    fate = FALLING.fate
    assert fate.answered + fate.abandoned == pytest.approx(1, abs=1e-13)
    assert fate.at_once + fate.delayed == pytest.approx(1, abs=1e-13)
    from scipy.integrate import quad

    wait = quad(lambda t: FALLING.later(t).waiting, 0, 2000, epsrel=1e-9)[0]
    assert wait == pytest.approx(fate.wait, rel=1e-7)
    answered = quad(lambda t: FALLING.later(t).answered, 0, 2000, epsrel=1e-9)[0]
    assert answered == pytest.approx(fate.answered_wait, rel=1e-7)


@pytest.mark.slow
def test_a_line_played_out() -> None:
    def joins(position: int, chance: random.Random) -> int | None:
        share = 0.4 if position >= 10 else 0.1 if position >= 3 else 0.0
        return 0 if chance.random() >= share else None

    contacts = Played(0.1, 40, 4, (1 / 120,), joins).play(100_000, seed=1).contacts
    total = len(contacts)
    balked = sum(contact.fate == "balked" for contact in contacts) / total
    assert balked == pytest.approx(FALLING.balked, rel=0.02)
    assert sum(c.wait for c in contacts) / total == pytest.approx(FALLING.wait_mean, rel=0.02)
    in_time = sum(c.fate == "answered" and c.wait <= 20 for c in contacts) / total
    assert in_time == pytest.approx(FALLING.service_level(20), rel=0.01)


def test_an_announced_wait_is_a_share_by_position() -> None:
    line = BalkingLine.announced(0.1, 40, 4, (25, 60), (0.05, 0.1, 0.5), 120)
    # 10 s a position: up to 25 s is positions 1 and 2, exactly 60 s is still the second level.
    assert [line.share_at(n) for n in (1, 2, 3, 6, 7, 50)] == [0.05, 0.05, 0.1, 0.1, 0.5, 0.5]
    assert (line.positions, line.shares) == ((1, 3, 7), (0.05, 0.1, 0.5))
    same = BalkingLine(0.1, 40, 4, (1, 3, 7), (0.05, 0.1, 0.5), 120)
    assert line.fate == same.fate
    assert level_of(6, 40, 4, (25, 60)) == 1
    assert level_of(7, 40, 4, (25, 60)) == 2


@pytest.mark.parametrize(
    "change, message",
    [
        ({"positions": (3, 3)}, "rise"),
        ({"positions": (0, 3)}, "rise"),
        ({"positions": (3,)}, "as many"),
        ({"shares": (0.1, 1.4)}, "share"),
        ({"patience": math.inf, "rate": 0.2}, "without end"),
        ({"operators": 0}, "operators"),
        ({"rate": 0.0}, "rate"),
    ],
)
def test_wrong_figures_are_refused(change: dict[str, object], message: str) -> None:
    good = {
        "rate": 0.1,
        "handling": 40,
        "operators": 4,
        "positions": (3, 10),
        "shares": (0.1, 0.4),
        "patience": 120,
    }
    with pytest.raises(ValueError, match=message):
        BalkingLine(**{**good, **change})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="level"):
        BalkingLine.announced(0.1, 40, 4, (25, 20), (0.1, 0.2, 0.3), 120)
    with pytest.raises(ValueError, match="level"):
        BalkingLine.announced(0.1, 40, 4, (25, 60), (0.1, 0.2), 120)
