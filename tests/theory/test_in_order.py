"""Queues kept in order against Erlang's lines, Little's law, quadrature, and lines played out."""

from __future__ import annotations

import random

import pytest

from sim.theory.balking import BalkingLine
from sim.theory.erlang import Line
from sim.theory.in_order import InOrder, Kind, announced_line
from tests.theory.played import Played

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


@pytest.mark.slow
def test_levels_played_out() -> None:
    def joins(position: int, chance: random.Random) -> int | None:
        level = 0 if position <= 2 else 1 if position <= 6 else 2
        return level if chance.random() >= (0.0, 0.1, 0.5)[level] else None

    assert LEVELS.turned_away < 1e-6
    hang_ups = (0.6 / 120, 1 / 120, 2 / 120)
    contacts = Played(0.1, 40, 4, hang_ups, joins).play(100_000, seed=2).contacts
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


def test_wrong_figures_are_refused() -> None:
    with pytest.raises(ValueError, match="reached"):
        InOrder(0.1, 40, 4, (Kind(reached=0.0),), lambda position: (1.0,), 3)
    with pytest.raises(ValueError, match="one kind"):
        InOrder(0.1, 40, 4, (Kind(dial=1), Kind(dial=2)), lambda position: (0.5, 0.5), 3)
    with pytest.raises(ValueError, match="each kind"):
        InOrder(0.1, 40, 4, (Kind(),), lambda position: (0.5, 0.5), 3)
    with pytest.raises(ValueError, match="level"):
        announced_line(0.1, 40, 4, 120, (25, 60), (0, 0, 0), (1, 1), 5)
    with pytest.raises(ValueError, match="level"):
        announced_line(0.1, 40, 4, 120, (60, 25), (0, 0, 0), (1, 1, 1), 5)
