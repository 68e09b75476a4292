"""Errors of announced waits against a line played out, and limits that are known."""

from __future__ import annotations

import pytest

from sim.theory.announced import announcement_errors, promises_broken
from sim.theory.erlang import Line
from tests.theory.played import Played


@pytest.mark.slow
@pytest.mark.parametrize("load", [0.4, 0.65])
def test_errors_of_a_line_played_out(load: float) -> None:
    operators, handling = 4, 40.0
    rate = load * operators / handling
    theory = announcement_errors(rate, handling, operators)
    contacts = Played(rate, handling, operators).play(120_000, seed=8).contacts
    waited = [contact for contact in contacts if contact.delayed]
    announced = [
        [(contact.ahead + 1) * handling / operators for contact in waited],
        [contact.heard[0] for contact in waited],
        [contact.heard[1] for contact in waited],
    ]
    for heard, error in zip(announced, theory, strict=True):
        errors = [value - contact.wait for value, contact in zip(heard, waited, strict=True)]
        assert sum(errors) / len(errors) == pytest.approx(error.bias, abs=0.02 * handling)
        square = sum(value**2 for value in errors) / len(errors)
        assert square == pytest.approx(error.mean_square, rel=0.05)
    broken = sum(
        contact.wait > value for value, contact in zip(announced[0], waited, strict=True)
    ) / len(waited)
    assert broken == pytest.approx(promises_broken(rate, handling, operators), rel=0.02)


def test_queue_length_by_its_definition() -> None:
    """The mean square is the variance that the position leaves: stages x mean stage squared."""
    rate, handling, operators = 0.07, 240.0, 20
    line, theory = Line(rate, handling, operators), announcement_errors(rate, handling, operators)
    wait_if_delayed = line.wait_mean / line.delayed_share
    assert theory.queue_length.mean_square == pytest.approx(
        wait_if_delayed * handling / operators, rel=1e-12
    )


def test_the_other_two_are_about_twice_as_wrong() -> None:
    for load, most in ((0.84, 2.3), (0.98, 2.04)):
        theory = announcement_errors(load * 20 / 240, 240, 20)
        unit = theory.queue_length.mean_square
        assert theory.head_of_line.mean_square / unit == pytest.approx(2, rel=1e-12)
        assert 2 < theory.last_to_enter_service.mean_square / unit < most


def test_who_finds_nobody_waiting_and_few_calls_waits_longer_once_in_e() -> None:
    from math import exp

    assert promises_broken(1e-9, 60, 4) == pytest.approx(exp(-1), rel=1e-6)
    # Of a long queue half wait longer.
    assert promises_broken(0.999, 1, 1) == pytest.approx(0.5, abs=0.01)


def test_an_endless_queue_is_refused() -> None:
    with pytest.raises(ValueError, match="without end"):
        announcement_errors(0.1, 240, 20)
    with pytest.raises(ValueError, match="without end"):
        promises_broken(0.1, 240, 20)
