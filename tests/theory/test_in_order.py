"""Queues kept in order against Erlang's lines, Little's law, quadrature, and lines played out."""

from __future__ import annotations

import random

import pytest

from sim.theory.balking import BalkingLine
from sim.theory.erlang import Line
from sim.theory.in_order import (
    Callbacks,
    InOrder,
    Kind,
    announced_line,
    callback_line,
    callback_line_without_dialling,
)
from tests.theory.played import Contact, Played

LEVELS = announced_line(0.1, 40, 4, 120, (25, 60), (0.0, 0.1, 0.5), (0.6, 1.0, 2.0), 14)


def test_levels_that_all_leave_patience_alone_are_the_birth_death_chain() -> None:
    line = announced_line(0.1, 40, 4, 60, (25, 60), (0.05, 0.2, 1.0), (1.0, 1.0, 1.0), 8)
    plain = BalkingLine.announced(0.1, 40, 4, (25, 60), (0.05, 0.2, 1.0), 60)
    assert line.turned_away == 0
    assert line.at_once == pytest.approx(plain.fate.at_once, rel=1e-12)
    assert line.balked == pytest.approx(plain.balked, rel=1e-12)
    waited = sum(fate.wait for fate in line.fates)
    answered_wait = sum(fate.taken_wait for fate in line.fates)
    assert waited == pytest.approx(plain.fate.wait, rel=1e-12)
    assert answered_wait == pytest.approx(plain.fate.answered_wait, rel=1e-12)


def test_followed_callers_agree_with_littles_law() -> None:
    """Two routes: each caller followed from joining, and the time averages of the queue."""
    line = LEVELS
    for kind, fate in enumerate(line.fates):
        waiting = line.run.mean(lambda state, kind=kind: state.queue.count(kind))
        assert fate.wait * line.rate == pytest.approx(waiting, rel=1e-10)
        hung_up = line.kinds[kind].hang_up * waiting / line.rate
        assert fate.joined - fate.taken == pytest.approx(hung_up, rel=1e-9)
    at_work = line.run.mean(lambda state: state.talking) / line.handling
    answered = line.at_once + sum(fate.answered for fate in line.fates)
    assert at_work == pytest.approx(line.rate * answered, rel=1e-10)


def test_levels_played_out() -> None:
    def joins(position: int, chance: random.Random) -> int | None:
        level = 0 if position <= 2 else 1 if position <= 6 else 2
        return level if chance.random() >= (0.0, 0.1, 0.5)[level] else None

    assert LEVELS.turned_away < 1e-6
    hang_ups = (0.6 / 120, 1 / 120, 2 / 120)
    contacts = Played(0.1, 40, 4, hang_ups, joins).play(200_000, seed=2).contacts
    for kind, fate in enumerate(LEVELS.fates[:2]):
        own = [contact for contact in contacts if contact.kind == kind]
        assert len(own) / len(contacts) == pytest.approx(fate.joined, rel=0.02)
        abandoned = sum(contact.fate == "abandoned" for contact in own) / len(contacts)
        assert abandoned == pytest.approx(fate.joined - fate.taken, rel=0.04)
        taken = [contact.wait for contact in own if contact.fate == "answered"]
        assert sum(taken) / len(contacts) == pytest.approx(fate.taken_wait, rel=0.03)
    balked = sum(contact.fate == "balked" for contact in contacts) / len(contacts)
    assert balked == pytest.approx(LEVELS.balked, rel=0.03)


def test_a_full_queue_turns_away_as_telephone_lines_do() -> None:
    line = InOrder(0.1, 40, 4, (Kind(1 / 120),), lambda position: (1.0,), 5)
    limited = Line(0.1, 40, 4, 120, lines=9)
    assert line.turned_away == pytest.approx(limited.blocked, rel=1e-12)
    assert line.fates[0].wait == pytest.approx(limited.fate.wait, rel=1e-12)
    assert line.fates[0].taken_wait == pytest.approx(limited.fate.answered_wait, rel=1e-12)


def figures(line: Callbacks) -> dict[str, float]:
    return {name: value for name, value in line._asdict().items() if name != "turned_away"}


@pytest.mark.parametrize("accepts, reached", [(0.5, 1.0), (0.5, 0.8), (0.9, 0.5)])
def test_callbacks_by_the_chain_and_by_quadrature(accepts: float, reached: float) -> None:
    chain = callback_line(0.01, 60, 2, 60, accepts, reached, longest=11)
    quadrature = callback_line_without_dialling(0.01, 60, 2, 60, accepts, reached)
    assert chain.turned_away < 1e-7
    assert figures(chain) == pytest.approx(figures(quadrature), rel=1e-5)


def test_nobody_accepts_is_erlang_a_and_everybody_erlang_c() -> None:
    line, erlang = callback_line_without_dialling(0.1, 240, 24, 120, 0.0), Line(0.1, 240, 24, 120)
    assert line.abandoned == pytest.approx(erlang.abandonment, rel=1e-10)
    assert line.asa == pytest.approx(erlang.asa, rel=1e-10)
    assert line.wait_mean == pytest.approx(erlang.wait_mean, rel=1e-10)
    line, erlang = callback_line_without_dialling(0.09, 240, 24, 120, 1.0), Line(0.09, 240, 24)
    assert line.called_back == pytest.approx(erlang.delayed_share, rel=1e-10)
    assert line.callback_delay == pytest.approx(1 / (24 / 240 - 0.09), rel=1e-10)
    # Who is never found brings no work: as if it had hung up at once.
    line = callback_line_without_dialling(0.1, 240, 24, 120, 1.0, 0.7)
    erlang = Line(0.1, 240, 24, hang_up_at_once=0.3)
    assert line.callback_lost == pytest.approx(0.3 * erlang.delayed_share, rel=1e-10)
    assert line.callback_delay == pytest.approx(24.0 / (24 / 10 - 24 * 0.07), rel=1e-10)


def test_dialling_that_everybody_gets_is_a_longer_handling_of_two_stages() -> None:
    """One operator, all accept, all are found: M/G/1 where only who waits is dialled (Welch)."""
    rate, handling, dial = 0.006, 60.0, 20.0
    line = callback_line(rate, handling, 1, 60, 1.0, 1.0, dial, longest=60)
    load, mean = rate * handling, dial + handling
    at_once = (1 - rate * mean) / (1 - rate * mean + load)
    first_square, square = 2 * handling**2, 2 * handling**2 + 2 * dial**2 + 2 * handling * dial
    # Mean wait where the first service of a busy period differs (Welch 1964).
    wait = rate * square / (2 * (1 - rate * mean)) + rate * (first_square - square) / (
        2 * (1 - rate * (mean - handling))
    )
    assert line.delayed == pytest.approx(1 - at_once, rel=1e-9)
    assert (line.callback_delay - dial) * line.delayed == pytest.approx(wait, rel=1e-6)


def test_callbacks_that_take_time_to_dial_played_out() -> None:
    line = callback_line(0.015, 60, 2, 60, 0.5, 0.8, dial=15, longest=11)

    def joins(position: int, chance: random.Random) -> int:
        return 1 if chance.random() < 0.5 else 0

    played = Played(0.015, 60, 2, (1 / 60, 0.0), joins, dial=(0.0, 15.0), reached=(1.0, 0.8)).play(
        200_000, seed=3
    )
    contacts = played.contacts
    held = [c for c in contacts if c.kind != 1]

    def share(chosen: list[Contact], fate: str) -> float:
        return sum(c.fate == fate for c in chosen) / len(contacts)

    assert share(held, "abandoned") == pytest.approx(line.abandoned, rel=0.03)
    assert share(held, "answered") == pytest.approx(line.answered_on_line, rel=0.01)
    assert share(contacts, "lost") == pytest.approx(line.callback_lost, rel=0.04)
    delays = [c.talk - c.arrived for c in contacts if c.kind == 1 and c.fate == "answered"]
    assert sum(delays) / len(delays) == pytest.approx(line.callback_delay, rel=0.02)
    holders = [c.wait for c in contacts if c.kind == 0]
    assert sum(holders) / len(holders) == pytest.approx(line.holders_wait, rel=0.02)


def test_everybody_is_counted_once() -> None:
    line = callback_line(0.02, 60, 2, 60, 0.5, 0.8, dial=15, longest=6)
    everybody = (
        line.called_back
        + line.callback_lost
        + line.answered_on_line
        + line.abandoned
        + line.turned_away
    )
    assert line.turned_away > 1e-4
    assert everybody == pytest.approx(1, abs=1e-12)


def test_wrong_figures_are_refused() -> None:
    with pytest.raises(ValueError, match="reached"):
        callback_line_without_dialling(0.1, 240, 24, 120, 0.5, 0.0)
    with pytest.raises(ValueError, match="accepts"):
        callback_line_without_dialling(0.1, 240, 24, 120, 1.5)
    with pytest.raises(ValueError, match="reached"):
        callback_line(0.01, 60, 1, 60, 0.5, 0.0)
    with pytest.raises(ValueError, match="one kind"):
        InOrder(0.1, 40, 4, (Kind(dial=1), Kind(dial=2)), lambda position: (0.5, 0.5), 3)
    with pytest.raises(ValueError, match="each kind"):
        InOrder(0.1, 40, 4, (Kind(),), lambda position: (0.5, 0.5), 3)
    with pytest.raises(ValueError, match="level"):
        announced_line(0.1, 40, 4, 120, (25, 60), (0, 0, 0), (1, 1), 5)
    with pytest.raises(ValueError, match="level"):
        announced_line(0.1, 40, 4, 120, (60, 25), (0, 0, 0), (1, 1, 1), 5)
