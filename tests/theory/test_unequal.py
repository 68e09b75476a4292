"""Unequal operators against Erlang's line, hand-worked balance, Gumbel's weights, and sequences."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from sim.theory.erlang import Line
from sim.theory.skills import SkillLine
from sim.theory.unequal import PICKS, Picks, UnequalLine
from tests.theory.dense import in_the_long_run


@pytest.mark.parametrize("picks", PICKS)
@pytest.mark.parametrize("patience", [90.0, math.inf])
def test_equal_operators_are_an_erlang_line(picks: Picks, patience: float) -> None:
    line, one = UnequalLine(0.05, (60,) * 4, patience, picks), Line(0.05, 60, 4, patience)
    assert line.delayed_share == pytest.approx(one.delayed_share, rel=1e-9)
    assert line.wait_mean == pytest.approx(one.wait_mean, rel=1e-9)
    assert line.abandonment == pytest.approx(one.abandonment, rel=1e-9, abs=1e-15)
    assert line.occupancy == pytest.approx(one.occupancy, rel=1e-9)


@pytest.mark.parametrize("first, second", [(40.0, 80.0), (80.0, 40.0)])
def test_two_operators_without_a_queue_by_hand(first: float, second: float) -> None:
    """Balance of the four states, the first operator always first, from the full state down."""
    rate, one, two = 0.02, 1 / first, 1 / second
    full = 1.0
    only_second = one * full / (rate + two)
    only_first = (one + two) * full / rate - only_second
    empty = (one * only_first + two * only_second) / rate
    total = full + only_second + only_first + empty
    picks: Picks = "fastest" if first < second else "slowest"
    for how, means in ((picks, (second, first)), ("in_order", (first, second))):
        line = UnequalLine(rate, means, 60, how, longest=0)  # type: ignore[arg-type]
        assert line.blocked == pytest.approx(full / total, rel=1e-10)
        busy = dict(zip(means, line.busy, strict=True))
        assert busy[first] == pytest.approx((full + only_first) / total, rel=1e-10)
        assert busy[second] == pytest.approx((full + only_second) / total, rel=1e-10)


@pytest.mark.parametrize("picks", ["random", "longest_idle"])
def test_random_choice_has_gumbels_weights(picks: Picks) -> None:
    """Idle operators of a set I weigh |I|! times the product of their rates over the calls'."""
    rate, means, patience = 0.04, (40.0, 60.0, 110.0), 80.0
    weight = {}
    for busy in product((False, True), repeat=3):
        idle = [1 / mean for mean, at_work in zip(means, busy, strict=True) if not at_work]
        weight[busy] = math.factorial(len(idle)) * math.prod(mu / rate for mu in idle)
    pull, queue = sum(1 / mean for mean in means), [1.0]
    for waiting in range(1, 60):
        queue.append(queue[-1] * rate / (pull + waiting / patience))
    total = sum(weight.values()) - 1 + sum(queue)
    line = UnequalLine(rate, means, patience, picks)
    assert line.delayed_share == pytest.approx(sum(queue) / total, rel=1e-10)
    assert line.queue_mean == pytest.approx(np.dot(queue, range(60)) / total, rel=1e-10)


@pytest.mark.parametrize("means", [(40.0, 80.0), (30.0, 50.0, 100.0)])
def test_longest_idle_is_the_same_where_the_order_is_kept(means: tuple[float, ...]) -> None:
    """A group for each operator, with the sequence of the idle as the state."""
    kept = SkillLine((0.03,), (means,), (1,) * len(means), (60,), 30)
    line = UnequalLine(0.03, means, 60, "longest_idle", longest=30)
    assert line.delayed_share == pytest.approx(kept.delayed_share(0), rel=1e-9)
    assert line.abandonment == pytest.approx(kept.abandonment(0), rel=1e-9)
    assert line.busy == pytest.approx([kept.occupancy(who) for who in range(len(means))], rel=1e-9)


def test_slowest_first_of_three_by_dense_algebra() -> None:
    rate, means, theta, longest = 0.04, (70.0, 30.0, 50.0), 1 / 45, 6
    order = (0, 2, 1)
    states = [(set_of, 0) for set_of in product((0, 1), repeat=3)]
    states += [((1, 1, 1), n) for n in range(1, longest + 1)]

    def rates() -> Iterator[tuple[object, object, float]]:
        for busy, n in states:
            free = [who for who in order if not busy[who]]
            if free:
                yield (busy, n), (put(busy, free[0], 1), n), rate
            elif n < longest:
                yield (busy, n), (busy, n + 1), rate
            for who, mean in enumerate(means):
                if busy[who]:
                    yield (busy, n), (busy, n - 1) if n else (put(busy, who, 0), 0), 1 / mean
            if n:
                yield (busy, n), (busy, n - 1), n * theta

    def put(busy: tuple[int, ...], who: int, value: int) -> tuple[int, ...]:
        changed = list(busy)
        changed[who] = value
        return tuple(changed)

    by_hand = in_the_long_run(states, rates())  # type: ignore[arg-type]
    line = UnequalLine(rate, means, 45, "slowest", longest=longest)
    for who in range(3):
        busy = sum(p for (set_of, _), p in by_hand.items() if set_of[who])  # type: ignore[misc]
        assert line.busy[who] == pytest.approx(busy, rel=1e-9)
    assert line.queue_mean == pytest.approx(sum(p * n for (_, n), p in by_hand.items()), rel=1e-9)  # type: ignore[misc]


def test_the_quick_first_is_best_and_the_slow_first_worst() -> None:
    means = (40.0, 40.0, 60.0, 90.0, 120.0, 55.0, 75.0, 100.0)
    lines = {
        picks: UnequalLine(0.11, means, 60, picks) for picks in ("fastest", "random", "slowest")
    }  # type: ignore[arg-type]
    lost = {picks: line.abandonment for picks, line in lines.items()}
    assert lost["fastest"] < lost["random"] < lost["slowest"]
    for line in lines.values():
        answered = float((line.busy / np.array(means)).sum())
        assert answered == pytest.approx(line.rate * (1 - line.abandonment), rel=1e-9)
        assert line.handling_mean == pytest.approx(8 * line.occupancy / answered, rel=1e-9)


def test_wrong_figures_are_refused() -> None:
    with pytest.raises(ValueError, match="operators"):
        UnequalLine(0.1, ())
    with pytest.raises(ValueError, match="picks"):
        UnequalLine(0.1, (60,), 60, "quickest")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="for ever"):
        UnequalLine(0.1, (60, 60))
    with pytest.raises(ValueError, match="rate"):
        UnequalLine(0.0, (60, 60), 60)
