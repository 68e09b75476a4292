"""Skill systems against Erlang's lines, product forms, Cobham, and chains written out by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import permutations, product

import pytest

from sim.theory.birth_death import class_waits, stationary
from sim.theory.erlang import Line, erlang_b
from sim.theory.skills import SkillLine
from tests.theory.dense import in_the_long_run

N_TIERS = ((0, 1), (-1, 0))
BOTH = ((60, 60), (60, 60))


@pytest.mark.parametrize("classes", [(), (1, 2)])
@pytest.mark.parametrize("longest_queue", [False, True])
def test_who_can_do_everything_is_one_erlang_line(
    classes: tuple[int, ...], longest_queue: bool
) -> None:
    """Two types and two groups that are all alike: whatever the order, together M/M/4/12+M."""
    line = SkillLine(
        (0.03, 0.04), BOTH, (2, 2), (90, 90), 8, classes=classes, longest_queue=longest_queue
    )
    one = Line(0.07, 60, 4, 90, lines=12)
    queue = line.queue_mean(0) + line.queue_mean(1)
    assert queue == pytest.approx(one.queue_mean, rel=1e-10)
    assert line.blocked(0) == pytest.approx(one.blocked, rel=1e-10)
    assert line.delayed_share(1) == pytest.approx(one.delayed_share, rel=1e-10)
    assert line.occupancy_of_all == pytest.approx(one.occupancy, rel=1e-10)


def test_groups_that_share_nothing_are_two_lines() -> None:
    line = SkillLine(
        (0.03, 0.02), ((60, 0), (0, 80)), (2, 3), (90, math.inf), 40, ((0, -1), (-1, 0)), (1, 2)
    )
    first, second = Line(0.03, 60, 2, 90), Line(0.02, 80, 3)
    for kind, alone in enumerate((first, second)):
        assert line.delayed_share(kind) == pytest.approx(alone.delayed_share, rel=1e-6)
        assert line.abandonment(kind) == pytest.approx(alone.abandonment, rel=1e-6, abs=1e-12)
        assert line.wait_mean(kind) == pytest.approx(alone.wait_mean, rel=1e-6)
        assert line.occupancy(kind) == pytest.approx(alone.occupancy, rel=1e-6)


def test_two_classes_of_one_group_are_cobhams() -> None:
    line = SkillLine((0.008, 0.012), ((60,), (60,)), (2,), (math.inf,) * 2, 90, classes=(1, 2))
    waits = class_waits([0.008, 0.012], 60, 2)
    assert line.wait_mean(0) == pytest.approx(float(waits[0]), rel=1e-9)
    assert line.wait_mean(1) == pytest.approx(float(waits[1]), rel=1e-9)


def test_work_that_comes_is_work_that_is_done() -> None:
    """Operators' time by kind of work, against who is answered: an M-design, all in order."""
    line = SkillLine(
        (0.03, 0.03), ((60, 90, 0), (0, 70, 50)), (1, 2, 1), (80, 120), 5,
        ((0, 1, -1), (-1, 1, 0)),
    )  # fmt: skip
    began = sum(
        line.run.mean(lambda state, at=place: state.busy[at]) / mean
        for place, (_, mean) in enumerate(line.work)
    )
    answered = sum(line.rates[kind] * line.answered(kind) for kind in range(2))
    assert began == pytest.approx(answered, rel=1e-10)


# --- chains written out by hand ----------------------------------------------------------------


def n_design(longest: int) -> dict[object, float]:
    """One expert (type a only) and two generalists (a and b); class 1 is a; (x, y, a, b)."""
    lam, mu_x, mu_y, theta = (0.02, 0.03), 1 / 60, 1 / 80, (1 / 90, 1 / 70)

    def rates() -> Iterator[tuple[object, object, float]]:
        for x, y, a, b in states:
            if x == 0:
                yield (x, y, a, b), (x + 1, y, a, b), lam[0]
            elif y < 2:
                yield (x, y, a, b), (x, y + 1, a, b), lam[0]
            elif a + b < longest:
                yield (x, y, a, b), (x, y, a + 1, b), lam[0]
            if y < 2:
                yield (x, y, a, b), (x, y + 1, a, b), lam[1]
            elif a + b < longest:
                yield (x, y, a, b), (x, y, a, b + 1), lam[1]
            if x:
                yield (x, y, a, b), (1, y, a - 1, b) if a else (0, y, a, b), mu_x
            if y:
                after = (x, y, a - 1, b) if a else (x, y, a, b - 1) if b else (x, y - 1, a, b)
                yield (x, y, a, b), after, y * mu_y
            if a:
                yield (x, y, a, b), (x, y, a - 1, b), a * theta[0]
            if b:
                yield (x, y, a, b), (x, y, a, b - 1), b * theta[1]

    states = [
        (x, y, a, b)
        for x, y, a, b in product(range(2), range(3), range(longest + 1), range(longest + 1))
        if a + b <= longest and (a == 0 or (x == 1 and y == 2)) and (b == 0 or y == 2)
    ]
    return in_the_long_run(states, rates())  # type: ignore[arg-type]


def test_an_n_design_with_priority_by_hand() -> None:
    line = SkillLine((0.02, 0.03), ((60, 80), (0, 80)), (1, 2), (90, 70), 5, N_TIERS, (1, 2))
    by_hand = n_design(5)
    assert len(line.run.states) == len(by_hand)
    waiting = [sum(p * state[2 + kind] for state, p in by_hand.items()) for kind in range(2)]  # type: ignore[index]
    assert line.queue_mean(0) == pytest.approx(waiting[0], rel=1e-9)
    assert line.queue_mean(1) == pytest.approx(waiting[1], rel=1e-9)
    full = sum(p for (_, _, a, b), p in by_hand.items() if a + b == 5)  # type: ignore[misc]
    idle = sum(p for (x, _, a, b), p in by_hand.items() if x == 0 and a + b == 5)  # type: ignore[misc]
    assert line.blocked(1) == pytest.approx(full, rel=1e-9)
    assert line.blocked(0) == pytest.approx(full - idle, rel=1e-9)
    busy = sum(p * y for (_, y, _, _), p in by_hand.items()) / 2  # type: ignore[misc]
    assert line.occupancy(1) == pytest.approx(busy, rel=1e-9)


def test_first_come_first_served_over_two_types_by_hand() -> None:
    """The same N-design in the order of joining: a generalist takes the head of the line, the
    expert the first who wants type a (0)."""
    lam, mu_x, mu_y, theta, longest = (0.02, 0.03), 1 / 60, 1 / 80, (1 / 90, 1 / 70), 4
    lines = [line for n in range(longest + 1) for line in product((0, 1), repeat=n)]
    states = [
        (x, y, line)
        for x, y, line in product(range(2), range(3), lines)
        if not line or (y == 2 and (x == 1 or 0 not in line))
    ]

    def rates() -> Iterator[tuple[object, object, float]]:
        for x, y, line in states:
            here = (x, y, line)
            if x == 0:
                yield here, (1, y, line), lam[0]
            for kind in range(x == 0, 2):
                if y < 2:
                    yield here, (x, y + 1, line), lam[kind]
                elif len(line) < longest:
                    yield here, (x, y, (*line, kind)), lam[kind]
            if x and 0 in line:
                first = line.index(0)
                yield here, (1, y, line[:first] + line[first + 1 :]), mu_x
            elif x:
                yield here, (0, y, line), mu_x
            if y:
                yield here, (x, y, line[1:]) if line else (x, y - 1, line), y * mu_y
            for place, kind in enumerate(line):
                yield here, (x, y, line[:place] + line[place + 1 :]), theta[kind]

    by_hand = in_the_long_run(states, rates())  # type: ignore[arg-type]
    line = SkillLine((0.02, 0.03), ((60, 80), (0, 80)), (1, 2), (90, 70), longest, N_TIERS)
    assert len(line.run.states) == len(states)
    for kind in range(2):
        waiting = sum(p * state[2].count(kind) for state, p in by_hand.items())  # type: ignore[index]
        assert line.queue_mean(kind) == pytest.approx(waiting, rel=1e-9)
    priority = SkillLine(
        (0.02, 0.03), ((60, 80), (0, 80)), (1, 2), (90, 70), longest, N_TIERS, (1, 2)
    )
    assert priority.wait_mean(0) < line.wait_mean(0)


def test_longest_queue_by_hand() -> None:
    """One operator, two types: the longer queue, the first type where both are as long."""
    lam, mu, theta, longest = (0.02, 0.01), 1 / 60, (1 / 90, 1 / 50), 6
    pairs = [(a, b) for a in range(longest + 1) for b in range(longest + 1 - a)]
    states: list[object] = ["idle", *pairs]

    def rates() -> Iterator[tuple[object, object, float]]:
        yield "idle", (0, 0), sum(lam)
        for a, b in pairs:
            if a + b < longest:
                yield (a, b), (a + 1, b), lam[0]
                yield (a, b), (a, b + 1), lam[1]
            after = "idle" if a + b == 0 else (a - 1, b) if a >= b else (a, b - 1)
            yield (a, b), after, mu
            if a:
                yield (a, b), (a - 1, b), a * theta[0]
            if b:
                yield (a, b), (a, b - 1), b * theta[1]

    by_hand = in_the_long_run(states, rates())  # type: ignore[arg-type]
    line = SkillLine(
        lam, ((60,), (60,)), (1,), (90, 50), longest, classes=(1, 2), longest_queue=True
    )
    for kind in range(2):
        waiting = sum(by_hand[pair] * pair[kind] for pair in pairs)
        assert line.queue_mean(kind) == pytest.approx(waiting, rel=1e-9)


def test_a_reserve_without_a_queue_is_a_birth_death_chain() -> None:
    """Five operators; the second type is taken only while more than two are idle."""
    line = SkillLine(
        (0.03, 0.04), ((60,), (60,)), (5,), (90, 90), 0, reserve=((0,), (2,))
    )  # fmt: skip
    law = stationary([0.07, 0.07, 0.07, 0.03, 0.03], [n / 60 for n in range(1, 6)])
    assert line.blocked(0) == pytest.approx(law[5], rel=1e-10)
    assert line.blocked(1) == pytest.approx(law[3:].sum(), rel=1e-10)
    assert line.occupancy(0) == pytest.approx(float(law @ range(6)) / 5, rel=1e-10)


def test_a_group_that_opens_above_two_by_hand() -> None:
    """One operator, and one who comes in while more than two wait; (x, y, waiting)."""
    lam, mu_x, mu_y, theta, above, longest = 0.03, 1 / 60, 1 / 90, 1 / 120, 2, 9
    states = [
        (x, y, n)
        for x, y, n in product(range(2), range(2), range(longest + 1))
        if (x == 1 or n == 0) and (y == 1 or n <= above)
    ]

    def rates() -> Iterator[tuple[object, object, float]]:
        for x, y, n in states:
            if x == 0:
                yield (x, y, n), (1, y, n), lam
            elif y == 0 and n == above:
                yield (x, y, n), (x, 1, n), lam  # the head of the line, not who has just come
            elif n < longest:
                yield (x, y, n), (x, y, n + 1), lam
            if x:
                yield (x, y, n), (1, y, n - 1) if n else (0, y, 0), mu_x
            if y:
                yield (x, y, n), (x, 1, n - 1) if n > above else (x, 0, n), mu_y
            if n:
                yield (x, y, n), (x, y, n - 1), n * theta

    by_hand = in_the_long_run(states, rates())  # type: ignore[arg-type]
    line = SkillLine(
        (lam,), ((60, 90),), (1, 1), (120,), longest, ((0, 1),), opens_above=((-1, above),)
    )
    assert len(line.run.states) == len(states)
    waiting = sum(p * n for (_, _, n), p in by_hand.items())  # type: ignore[misc]
    busy = sum(p * y for (_, y, _), p in by_hand.items())  # type: ignore[misc]
    assert line.queue_mean(0) == pytest.approx(waiting, rel=1e-9)
    assert line.occupancy(1) == pytest.approx(busy, rel=1e-9)
    idle = sum(p for (x, _, _), p in by_hand.items() if x == 0)  # type: ignore[misc]
    full = sum(p for (x, _, n), p in by_hand.items() if n == longest)  # type: ignore[misc]
    assert line.delayed_share(0) == pytest.approx(1 - idle - full, rel=1e-9)


def test_a_group_that_opens_above_nobody_is_always_open() -> None:
    line = SkillLine((0.05,), ((60, 60),), (2, 2), (120,), 12, ((0, 1),), opens_above=((-1, 0),))
    one = Line(0.05, 60, 4, 120, lines=16)
    assert line.delayed_share(0) == pytest.approx(one.delayed_share, rel=1e-10)
    assert line.wait_mean(0) == pytest.approx(one.wait_mean, rel=1e-10)


# --- the order of the idle ---------------------------------------------------------------------


def test_longest_idle_without_a_queue_has_a_product_form() -> None:
    """Adan & Weiss (2012): a weight for each order of the idle, the one idle longest first."""
    rates, mu = (0.02, 0.03, 0.01), (1 / 60, 1 / 90, 1 / 40)
    able = ((0, 1), (1, 2), (0, 2))  # operators by call type
    handling = [[1 / mu[who] if who in own else 0 for who in range(3)] for own in able]
    line = SkillLine(rates, handling, (1, 1, 1), (90,) * 3, 0)
    weight = {
        order: math.prod(
            mu[who] / sum(
                rate for rate, own in zip(rates, able, strict=True)
                if set(own) & set(order[: place + 1])
            )
            for place, who in enumerate(order)
        )
        for size in range(4)
        for order in permutations(range(3), size)
    }  # fmt: skip
    total = sum(weight.values())
    for kind, own in enumerate(able):
        lost = sum(w for order, w in weight.items() if not set(order) & set(own)) / total
        assert line.blocked(kind) == pytest.approx(lost, rel=1e-9)
    for who in range(3):
        idle = sum(w for order, w in weight.items() if who in order) / total
        assert line.occupancy(who) == pytest.approx(1 - idle, rel=1e-9)


def test_equal_groups_without_a_queue_are_one_group() -> None:
    line = SkillLine((0.05,), ((60, 60),), (2, 3), (90,), 0)
    assert line.blocked(0) == pytest.approx(erlang_b(3.0, 5), rel=1e-10)
    assert line.occupancy(0) == pytest.approx(line.occupancy(1), rel=1e-9)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"patience": (90,)}, "patiences"),
        ({"handling": ((60, 60),)}, "row"),
        ({"handling": ((60,), (60,))}, "column"),
        ({"handling": ((0, 0), (0, 60))}, "served"),
        ({"operators": (1, 1.5)}, "whole"),
        ({"classes": (1,)}, "class"),
        ({"rates": (-0.1, 0.1)}, "rate"),
    ],
)
def test_wrong_figures_are_refused(change: dict[str, object], message: str) -> None:
    good: dict[str, object] = {
        "rates": (0.02, 0.02), "handling": BOTH, "operators": (1, 1), "patience": (90, 90),
        "longest": 3,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        SkillLine(**{**good, **change})  # type: ignore[arg-type]
