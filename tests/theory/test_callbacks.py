"""Callbacks by a chain and by quadrature, against Erlang's lines, M/G/1, and lines played out."""

from __future__ import annotations

import heapq
import random

import pytest

from sim.theory.callbacks import Callbacks, callback_line, callback_line_without_dialling
from sim.theory.erlang import Line
from sim.theory.general_patience import PatienceLine
from tests.theory.played import Contact, Played


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


@pytest.mark.slow
def test_callbacks_that_take_time_to_dial_played_out() -> None:
    line = callback_line(0.015, 60, 2, 60, 0.5, 0.8, dial=15, longest=9)

    def joins(position: int, chance: random.Random) -> int:
        return 1 if chance.random() < 0.5 else 0

    played = Played(0.015, 60, 2, (1 / 60, 0.0), joins, dial=(0.0, 15.0), reached=(1.0, 0.8)).play(
        100_000, seed=3
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


@pytest.mark.parametrize("instead", [0.0, 0.4])
def test_an_offer_that_comes_late_counts_everybody_and_all_work(instead: float) -> None:
    line = callback_line_without_dialling(0.1, 40, 4, 60, 0.3, 0.7, 20, instead)
    everybody = line.called_back + line.callback_lost + line.answered_on_line + line.abandoned
    assert everybody == pytest.approx(1, abs=1e-12)
    # An idle operator is found by 1 - delayed: the same by the work that was brought.
    chance = _served_by_quadrature(0.3, 0.7, 20, instead)
    assert line.called_back + line.answered_on_line == pytest.approx(chance, rel=1e-9)


def _served_by_quadrature(accepts: float, reached: float, at: float, instead: float) -> float:
    """Talks per call offered by the fate of the line whose patience is the mixture."""
    import numpy as np

    hears, found = np.exp(-at / 60), instead * reached
    kept = hears * ((1 - accepts) + accepts * reached) + found * (1 - hears)

    def hazard(wait: np.ndarray) -> np.ndarray:
        early = np.exp(-wait / 60) * (1 - found) + found
        then = np.exp(-np.maximum(0, wait - at) / 60) * (1 - found) + found
        late = hears * (accepts * reached + (1 - accepts) * then) + found * (1 - hears)
        before = hears + found * (1 - hears)
        return -np.log(np.where(wait < at, early, late * before / kept))

    step = -np.log(kept / (hears + found * (1 - hears)))
    return PatienceLine(0.1, 40, 4, hazard, ([at], [step]), kinks=(at,)).answered


@pytest.mark.parametrize(
    "accepts, reached, offered_at, instead", [(0.5, 0.8, 20.0, 0.0), (0.3, 0.7, 20.0, 0.4)]
)
def test_late_offers_and_asking_instead_by_the_work_ahead(
    accepts: float, reached: float, offered_at: float, instead: float
) -> None:
    """Each caller takes the operator free first, if it brings work: no queue is needed."""
    theory = callback_line_without_dialling(
        0.1, 40, 4, 60, accepts, reached, offered_at, instead
    )._asdict()
    played = _by_the_work_ahead(accepts, reached, offered_at, instead, 120_000, seed=11)
    for name, value in played.items():
        assert value == pytest.approx(theory[name], rel=0.03), name


def _by_the_work_ahead(
    accepts: float, reached: float, offered_at: float, instead: float, calls: int, seed: int
) -> dict[str, float]:
    chance, free, now = random.Random(seed), [0.0] * 4, 0.0
    count = dict.fromkeys(("accepted", "called_back", "answered_on_line", "abandoned"), 0)
    delay = wait = answered_wait = 0.0
    for _ in range(calls):
        now += chance.expovariate(0.1)
        first = heapq.heappop(free)
        ahead, patience = max(0.0, first - now), chance.expovariate(1 / 60)
        accepted_at = None
        if min(ahead, patience) > offered_at and chance.random() < accepts:
            accepted_at = offered_at
        elif patience < ahead and chance.random() < instead:
            accepted_at = patience
        works = accepted_at is not None and chance.random() < reached
        if accepted_at is not None:
            count["accepted"] += 1
            count["called_back"] += works
            delay += works * (ahead - accepted_at)
            wait += accepted_at
        else:
            works = patience >= ahead
            count["answered_on_line" if works else "abandoned"] += 1
            wait += min(ahead, patience)
            answered_wait += works * ahead
        talk = chance.expovariate(1 / 40)
        heapq.heappush(free, max(now, first) + talk if works else first)
    shares = {name: value / calls for name, value in count.items()}
    return shares | {
        "callback_delay": delay / count["called_back"],
        "wait_mean": wait / calls,
        "asa": answered_wait / count["answered_on_line"],
    }


def test_an_offer_at_once_is_that_of_a_moment_later() -> None:
    now = callback_line_without_dialling(0.1, 40, 4, 60, 0.5, 0.8)
    soon = callback_line_without_dialling(0.1, 40, 4, 60, 0.5, 0.8, offered_at=1e-6)
    assert figures(soon) == pytest.approx(figures(now), rel=1e-5)


def test_an_offer_that_comes_too_late_is_none() -> None:
    late = callback_line_without_dialling(0.1, 40, 4, 60, 0.5, 0.8, offered_at=3000)
    erlang = Line(0.1, 40, 4, 60)
    assert late.accepted < 1e-15
    assert late.abandoned == pytest.approx(erlang.abandonment, rel=1e-10)
    assert late.holders_wait * late.delayed == pytest.approx(erlang.wait_mean, rel=1e-10)


def test_who_always_asks_instead_makes_erlang_c() -> None:
    line = callback_line_without_dialling(0.09, 40, 4, 60, 0.0, instead=1.0)
    erlang = Line(0.09, 40, 4)
    assert line.abandoned == 0
    assert line.delayed == pytest.approx(erlang.delayed_share, rel=1e-10)
    everything = line.wait_mean + line.accepted * line.callback_delay
    assert everything == pytest.approx(erlang.wait_mean, rel=1e-9)


def test_offers_from_some_position_on() -> None:
    none = callback_line(0.05, 40, 2, 60, 0.5, from_position=13, longest=12)
    erlang = Line(0.05, 40, 2, 60, lines=14)
    assert none.accepted == 0
    assert none.abandoned == pytest.approx(erlang.abandonment, rel=1e-9)
    some, all_of_them = (
        callback_line(0.05, 40, 2, 60, 0.5, from_position=place, longest=8) for place in (3, 1)
    )
    assert 0 < some.accepted < all_of_them.accepted
    assert some.callback_delay > all_of_them.callback_delay


def test_wrong_offers_are_refused() -> None:
    for values, name in (
        ((0.5, 0.0), "reached"),
        ((1.5, 0.5), "accepts"),
        ((0.5, 0.5, -1.0), "offer"),
        ((0.5, 0.5, 1.0, 1.2), "instead"),
    ):
        with pytest.raises(ValueError, match=name):
            callback_line_without_dialling(0.1, 240, 24, 120, *values)
    with pytest.raises(ValueError, match="reached"):
        callback_line(0.01, 60, 1, 60, 0.5, 0.0)
    with pytest.raises(ValueError, match="accepts"):
        callback_line(0.01, 60, 1, 60, 1.5)
