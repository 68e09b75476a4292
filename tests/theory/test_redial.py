"""Redials against closed forms of retrial queues, limits of the delay, and lines played out."""

from __future__ import annotations

import math

import pytest
from scipy.optimize import brentq

from sim.theory.erlang import Line, erlang_b
from sim.theory.redial import RedialLine, repeat_line, transfer_lines
from tests.theory.played import Played

BOUNDED = RedialLine(
    0.04, 60, 3, 60, 5, 120, 0.6, later_share=0.4, blocked_share=0.9, attempts=2, most_in_orbit=25
)


@pytest.mark.parametrize("load, delay", [(0.3, 100.0), (0.6, 100.0), (0.6, 5.0)])
def test_one_operator_and_one_line_has_a_closed_form(load: float, delay: float) -> None:
    """M/M/1/1 with retrials for ever (Falin & Templeton 1997, 1.1)."""
    rate, handling = load / 60, 60.0
    line = RedialLine(rate, handling, 1, math.inf, 1, delay, blocked_share=1.0, most_in_orbit=400)
    orbit = rate * load * delay / (1 - load) + load**2 / (1 - load)
    assert line.orbit_mean == pytest.approx(orbit, rel=1e-10)
    assert line.run.share(lambda state: state.busy == 1) == pytest.approx(load, rel=1e-10)
    assert line.attempts_per_caller == pytest.approx(1 + orbit / delay / rate, rel=1e-10)
    assert line.callers_reached == pytest.approx(1, abs=1e-10)


def test_phoning_again_at_once_for_ever_is_a_queue() -> None:
    line = RedialLine(0.03, 60, 3, math.inf, 3, 0.05, blocked_share=1.0, most_in_orbit=300)
    queue = Line(0.03, 60, 3)
    assert line.orbit_mean == pytest.approx(queue.queue_mean, rel=0.01)
    all_busy = line.run.share(lambda state: state.busy == 3)
    assert all_busy == pytest.approx(queue.all_busy, rel=0.01)


@pytest.mark.parametrize("rate", [0.005, 0.01, 0.03])
def test_long_delays_make_redials_a_poisson_stream(rate: float) -> None:
    """Twice the delay leaves half the distance, so that two delays tell the limit."""

    def line_of(delay: float) -> RedialLine:
        return RedialLine(rate, 60, 1, 60, 3, delay, 0.5, blocked_share=0.8, most_in_orbit=500)

    def excess(contacts: float) -> float:
        fate = Line(contacts, 60, 1, 60, lines=3).fate
        return rate + contacts * (0.5 * fate.abandoned + 0.8 * fate.blocked) - contacts

    contacts = brentq(excess, rate, 20 * rate)
    met = Line(contacts, 60, 1, 60, lines=3)
    near, far = line_of(3600), line_of(7200)
    assert far.cut < 1e-12
    for figure, limit in (
        ("attempts_per_caller", contacts / rate),
        ("blocked", met.blocked),
        ("delayed_share", met.delayed_share),
        ("abandonment", met.abandonment),
        ("wait_mean", met.wait_mean),
    ):
        at_near, at_far = getattr(near, figure), getattr(far, figure)
        assert at_far == pytest.approx(limit, rel=0.02)
        assert 2 * at_far - at_near == pytest.approx(limit, rel=3e-4)


def test_nobody_redials_is_the_line_itself() -> None:
    line, erlang = RedialLine(0.04, 60, 3, 60, 6, 120), Line(0.04, 60, 3, 60, lines=6)
    (only,) = line.by_attempt
    assert line.attempts_per_caller == pytest.approx(1)
    assert only.blocked == pytest.approx(erlang.blocked, rel=1e-12)
    assert only.delayed == pytest.approx(erlang.delayed_share, rel=1e-12)
    assert only.abandoned == pytest.approx(erlang.abandonment, rel=1e-12)
    assert only.wait_mean == pytest.approx(erlang.wait_mean, rel=1e-12)
    assert line.callers_reached == pytest.approx(erlang.answered, rel=1e-12)


def test_classes_told_apart_that_do_alike_are_one() -> None:
    together = RedialLine(0.01, 60, 1, 60, 3, 300, 0.6, blocked_share=0.9)
    apart = RedialLine(0.01, 60, 1, 60, 3, 300, 0.6, 0.6 + 1e-12, blocked_share=0.9)
    assert (together.classes, apart.classes) == (1, 2)
    assert apart.attempts_per_caller == pytest.approx(together.attempts_per_caller, rel=1e-9)
    assert apart.blocked == pytest.approx(together.blocked, rel=1e-9)
    assert apart.wait_mean == pytest.approx(together.wait_mean, rel=1e-9)
    assert apart.orbit_mean == pytest.approx(together.orbit_mean, rel=1e-9)


def test_many_attempts_are_as_good_as_no_bound() -> None:
    """No room to wait, so that states are few: the share of a fourth contact is tiny."""
    bounded = RedialLine(
        0.002, 60, 1, math.inf, 1, 60, blocked_share=0.3, attempts=5, most_in_orbit=6
    )
    endless = RedialLine(0.002, 60, 1, math.inf, 1, 60, blocked_share=0.3, most_in_orbit=40)
    assert bounded.attempts_per_caller == pytest.approx(endless.attempts_per_caller, rel=2e-4)
    assert bounded.blocked == pytest.approx(endless.blocked, rel=1e-3)
    assert bounded.by_attempt[1].contacts == pytest.approx(
        0.3 * bounded.by_attempt[0].blocked, rel=1e-9
    )


def test_contacts_follow_from_those_before() -> None:
    line = BOUNDED
    first, second = line.by_attempt
    assert line.cut < 1e-9
    assert first.contacts == pytest.approx(1, rel=1e-9)
    assert second.contacts == pytest.approx(0.6 * first.abandoned + 0.9 * first.blocked, rel=1e-7)
    assert line.orbit_mean == pytest.approx(line.rate * second.contacts * line.delay, rel=1e-7)
    busy = line.run.mean(lambda state: state.busy)
    assert busy == pytest.approx(line.rate * line.handling * line.callers_reached, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("attempts", [2, 3])
def test_bounded_attempts_played_out(attempts: int) -> None:
    line = RedialLine(
        0.02, 60, 2, 60, 4, 120, 0.6, 0.4, blocked_share=0.9, attempts=attempts, most_in_orbit=18
    )

    def redials(attempt: int, fate: str) -> float:
        if attempt == attempts:
            return 0.0
        return 0.9 if fate == "blocked" else 0.6 if attempt == 1 else 0.4

    played = Played(0.04 / 2, 60, 2, (1 / 60,), lines=4, redials=redials, delay=120)
    callers = 100_000
    contacts = played.play(callers, seed=4).contacts
    assert line.cut < 1e-7
    assert len(contacts) / callers == pytest.approx(line.attempts_per_caller, rel=0.005)
    reached = sum(contact.fate == "answered" for contact in contacts) / callers
    assert reached == pytest.approx(line.callers_reached, rel=0.005)
    # The second contacts are a tenth, and differ from the first by a half or more.
    for number, theory in enumerate(line.by_attempt[:2], start=1):
        own = [contact for contact in contacts if contact.attempt == number]
        blocked = sum(contact.fate == "blocked" for contact in own)
        abandoned = sum(contact.fate == "abandoned" for contact in own)
        assert len(own) / callers == pytest.approx(theory.contacts, rel=0.05)
        assert blocked / len(own) == pytest.approx(theory.blocked, rel=0.1)
        assert abandoned / len(own) == pytest.approx(theory.abandoned, rel=0.06)
        delayed = sum(contact.delayed for contact in own) / len(own)
        assert delayed == pytest.approx(theory.delayed, rel=0.04)
        waits = sum(contact.wait for contact in own) / (len(own) - blocked)
        assert waits == pytest.approx(theory.wait_mean, rel=0.06)


def test_who_was_blocked_finds_the_line_busier_than_who_phones_first() -> None:
    line = RedialLine(0.04, 60, 3, math.inf, 3, 20, blocked_share=0.9, attempts=3, most_in_orbit=20)
    blocked = [each.blocked for each in line.by_attempt]
    assert blocked == sorted(blocked)
    # With redials that come much later, all meet the same line.
    late = RedialLine(
        0.001, 60, 1, math.inf, 1, 1e5, blocked_share=0.9, attempts=2, most_in_orbit=60
    )
    first, second = late.by_attempt
    assert second.blocked == pytest.approx(first.blocked, rel=0.01)
    assert first.blocked == pytest.approx(erlang_b(0.06 * (1 + second.contacts), 1), rel=0.01)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"share": 1.2}, "share"),
        ({"blocked_share": -0.1}, "share"),
        ({"delay": 0.0}, "delay"),
        ({"attempts": 0}, "attempt"),
        ({"operators": 7}, "operators"),
        ({"rate": 0.0}, "rate"),
    ],
)
def test_wrong_figures_are_refused(change: dict[str, float], message: str) -> None:
    good = {
        "rate": 0.04,
        "handling": 60,
        "operators": 3,
        "patience": 60,
        "lines": 6,
        "delay": 120,
    }
    with pytest.raises(ValueError, match=message):
        RedialLine(**{**good, **change})  # type: ignore[arg-type]


def test_repeats_played_out_with_a_delay_as_short_as_the_talk() -> None:
    """The product form does not need the repeats to come late."""
    repeats = repeat_line(0.04, 60, 5, 0.2, attempts=3, delay=30)
    assert repeats.attempts == pytest.approx(1.24)
    assert repeats.coming == pytest.approx(0.04 * 0.24 * 30)
    contacts = _with_repeats(80_000, seed=5)
    assert len(contacts) / 80_000 == pytest.approx(repeats.attempts, rel=0.005)
    waits = sum(contacts) / len(contacts)
    assert waits == pytest.approx(repeats.line.wait_mean, rel=0.03)
    waited = sum(wait > 0 for wait in contacts) / len(contacts)
    assert waited == pytest.approx(repeats.line.delayed_share, rel=0.02)


def _with_repeats(callers: int, seed: int) -> list[float]:
    """Waits of all contacts of a line whose answered callers phone again, share 0.2, thrice."""

    class Repeating(Played):
        def _end(self, now: float, contact: object) -> None:
            super()._end(now, contact)  # type: ignore[arg-type]
            self._failed(now, contact, contact.fate)  # type: ignore[attr-defined,arg-type]

    line = Repeating(
        0.04, 60, 5, redials=lambda attempt, fate: 0.2 if attempt < 3 else 0.0, delay=30
    )
    return [contact.wait for contact in line.play(callers, seed).contacts]


def test_repeats_are_a_geometric_sum() -> None:
    assert repeat_line(0.05, 60, 5, 0.2).attempts == pytest.approx(1.25)
    assert repeat_line(0.01, 60, 5, 1.0, attempts=4).attempts == 4
    assert repeat_line(0.05, 60, 5, 0.0).line == Line(0.05, 60, 5)
    with pytest.raises(ValueError, match="without end"):
        repeat_line(0.01, 60, 5, 1.0)
    with pytest.raises(ValueError, match="share"):
        repeat_line(0.01, 60, 5, -0.1)


def test_transfers_make_two_lines_that_know_nothing_of_each_other() -> None:
    """The tandem as a chain of both queues, one operator each."""
    from collections.abc import Iterator

    from sim.theory.chain import long_run

    first, second = transfer_lines(0.01, (60, 90), (1, 1), 0.3, own_rate=0.002)

    def moves(state: tuple[int, int]) -> Iterator[tuple[tuple[int, int], float]]:
        one, two = state
        if one < 40:
            yield (one + 1, two), 0.01
        if two < 40:
            yield (one, two + 1), 0.002
        if one:
            yield (one - 1, two), 0.7 / 60
            yield (one - 1, min(two + 1, 40)), 0.3 / 60
        if two:
            yield (one, two - 1), 1 / 90

    run = long_run((0, 0), moves)
    assert run.mean(lambda state: max(0, state[0] - 1)) == pytest.approx(first.queue_mean, rel=1e-6)
    assert run.mean(lambda state: max(0, state[1] - 1)) == pytest.approx(
        second.queue_mean, rel=1e-6
    )
    both = run.share(lambda state: state[0] > 0 and state[1] > 0)
    assert both == pytest.approx(first.delayed_share * second.delayed_share, rel=1e-6)
    with pytest.raises(ValueError, match="share"):
        transfer_lines(0.01, (60, 90), (1, 1), 1.3)
