"""Lines held for other times than operators: Erlang B and A, Pollaczek-Khinchine, played out."""

from __future__ import annotations

import math

import pytest

from sim.theory.erlang import Line, erlang_b
from sim.theory.trunks import MenuLine, WrapUpLine
from tests.theory.played import Played


def test_one_operator_with_lines_enough_is_m_g_1() -> None:
    rate, talk, wrap_up = 0.008, 60.0, 40.0
    line = WrapUpLine(rate, talk, wrap_up, 1, 600)
    square = 2 * talk**2 + 2 * wrap_up**2 + 2 * talk * wrap_up
    wait = rate * square / (2 * (1 - rate * (talk + wrap_up)))
    assert line.wait_mean == pytest.approx(wait, rel=1e-9)
    assert line.occupancy == pytest.approx(rate * (talk + wrap_up), rel=1e-12)
    # The line is open though the operator wraps up: who comes then waits.
    assert line.delayed_share == pytest.approx(0.8, rel=1e-9)


def test_operators_enough_is_erlang_b_of_the_talk_alone() -> None:
    line = WrapUpLine(0.05, 60, 500, 80, 4)
    assert line.blocked == pytest.approx(erlang_b(3.0, 4), rel=1e-9)
    assert line.delayed_share < 1e-9


def test_a_wrap_up_of_no_time_is_a_line_with_telephone_lines() -> None:
    line, erlang = WrapUpLine(0.05, 60, 1e-6, 3, 5, 120), Line(0.05, 60, 3, 120, lines=5)
    assert line.blocked == pytest.approx(erlang.blocked, rel=1e-6)
    assert line.delayed_share == pytest.approx(erlang.delayed_share, rel=1e-6)
    assert line.abandonment == pytest.approx(erlang.abandonment, rel=1e-6)
    assert line.wait_mean == pytest.approx(erlang.wait_mean, rel=1e-6)


def test_a_free_telephone_line_after_the_talk_blocks_fewer() -> None:
    line = WrapUpLine(0.05, 60, 30, 4, 5, 120)
    held = Line(0.05, 90, 4, 120, lines=5)
    assert line.blocked < held.blocked
    answered = 1 - line.blocked - line.abandonment
    assert line.occupancy == pytest.approx(0.05 * 90 * answered / 4, rel=1e-12)


@pytest.mark.slow
def test_wrap_up_played_out() -> None:
    line = WrapUpLine(0.05, 60, 30, 4, 5, 120)
    played = Played(0.05, 60, 4, (1 / 120,), lines=5, wrap_up=30).play(80_000, seed=6)
    total = len(played.contacts)
    blocked = sum(contact.fate == "blocked" for contact in played.contacts)
    assert blocked / total == pytest.approx(line.blocked, rel=0.02)
    delayed = sum(contact.delayed for contact in played.contacts) / total
    assert delayed == pytest.approx(line.delayed_share, rel=0.01)
    wait = sum(contact.wait for contact in played.contacts) / (total - blocked)
    assert wait == pytest.approx(line.wait_mean, rel=0.02)


def test_a_menu_with_lines_enough_thins_a_poisson_stream() -> None:
    line, after = MenuLine(0.1, 40, 0.3, 60, 4, 80, 120), Line(0.07, 60, 4, 120)
    assert line.come_out == pytest.approx(0.7, rel=1e-12)
    assert line.delayed_share == pytest.approx(after.delayed_share, rel=1e-9)
    assert line.wait_mean == pytest.approx(after.wait_mean, rel=1e-9)
    assert line.abandonment == pytest.approx(after.abandonment, rel=1e-9)


def test_operators_for_every_telephone_line_is_erlang_b_of_both_times() -> None:
    line = MenuLine(0.1, 40, 0.3, 60, 9, 9)
    assert line.blocked == pytest.approx(erlang_b(0.1 * (40 + 0.7 * 60), 9), rel=1e-12)
    assert line.wait_mean == 0


def test_all_contained_is_erlang_b_of_the_menu() -> None:
    line = MenuLine(0.1, 40, 1.0, 60, 4, 5)
    assert line.blocked == pytest.approx(erlang_b(4.0, 5), rel=1e-12)
    assert line.come_out == 0
    assert math.isnan(line.delayed_share) is False
    assert math.isnan(line.wait_mean)


def test_a_menu_of_no_time_is_a_line_with_telephone_lines() -> None:
    line, erlang = MenuLine(0.1, 1e-6, 0.3, 60, 3, 6, 120), Line(0.07, 60, 3, 120, lines=6)
    # Who would be contained finds the lines busy too.
    assert line.blocked == pytest.approx(erlang.blocked, rel=1e-5)
    assert line.wait_mean == pytest.approx(erlang.wait_mean, rel=1e-5)
    delayed = erlang.delayed_share / (1 - erlang.blocked)
    assert line.delayed_share == pytest.approx(delayed, rel=1e-5)


@pytest.mark.slow
def test_menu_played_out() -> None:
    """As a line of endless operators that sends its callers on; written out, for it is short."""
    import heapq
    import random

    chance, now, calls = random.Random(7), 0.0, 80_000
    events: list[tuple[float, int, str]] = []
    ticket = blocked = menu = talking = waits = delayed = out = 0
    queue: list[tuple[float, float]] = []
    waited = 0.0

    def plan(at: float, what: str) -> None:
        nonlocal ticket
        ticket += 1
        heapq.heappush(events, (at, ticket, what))

    for _ in range(calls):
        now += chance.expovariate(0.1)
        plan(now, "call")
    while events:
        now, _, what = heapq.heappop(events)
        waited += sum(end - at for at, end in queue if end <= now)
        waits += sum(end <= now for _, end in queue)
        queue = [(at, end) for at, end in queue if end > now]
        if what == "call":
            if menu + talking + len(queue) >= 9:
                blocked += 1
            else:
                menu += 1
                plan(now + chance.expovariate(1 / 40), "out")
        elif what == "out":
            menu -= 1
            if chance.random() >= 0.3:
                out += 1
                if talking < 4:
                    talking += 1
                    plan(now + chance.expovariate(1 / 60), "end")
                else:
                    delayed += 1
                    end = now + chance.expovariate(1 / 120)
                    queue.append((now, end))
                    plan(end, "hang up")
        elif what == "end":
            talking -= 1
            if queue:
                joined, _ = queue.pop(0)
                waited += now - joined
                talking += 1
                plan(now + chance.expovariate(1 / 60), "end")
    line = MenuLine(0.1, 40, 0.3, 60, 4, 9, 120)
    assert blocked / calls == pytest.approx(line.blocked, rel=0.02)
    assert out / calls == pytest.approx(line.come_out, rel=0.01)
    assert delayed / out == pytest.approx(line.delayed_share, rel=0.02)
    assert waited / out == pytest.approx(line.wait_mean, rel=0.03)
    assert waits / out == pytest.approx(line.abandonment, rel=0.03)


@pytest.mark.parametrize("line", [WrapUpLine, MenuLine])
def test_wrong_figures_are_refused(line: type) -> None:
    good = (0.1, 40, 0.3, 60, 4, 9) if line is MenuLine else (0.05, 60, 30, 4, 5)
    assert line(*good).blocked > 0
    for place in (0, 1, len(good) - 1):
        with pytest.raises(ValueError, match=r"rate|above|more than|lines"):
            line(*(0 if here == place else value for here, value in enumerate(good)))
    with pytest.raises(ValueError, match="contained"):
        MenuLine(0.1, 40, 1.3, 60, 4, 9)
