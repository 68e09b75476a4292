"""Operators on call: they come a fixed time after more than so many wait for the first time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.theory.day import uniformize
from sim.theory.erlang import check_caller, require

Array = NDArray[np.float64]

NODES = 10
"""Points of quadrature in each panel."""
LEFT_OUT = 1e-16


class CalledTotals(NamedTuple):
    """What is expected of the day: calls, and seconds summed over calls or operators."""

    offered: float
    answered: float
    abandoned: float
    delayed: float
    """Not answered at once."""
    wait: float
    """Wait of all, in s."""
    handling: float
    """Operators' time at work, in s."""
    overtime: float
    """Time at work after closing, in s."""
    called: float
    """Share of days on which those on call are called."""
    until_called: float
    """Mean time in s from opening until they are called, or until closing if they are not."""
    come: float
    """Share of days on which they are called early enough to come."""
    on_duty: float
    """Time that those on call are there before closing, in s over all of them."""


class Stage(NamedTuple):
    """How a part of the day passes by calls on the line."""

    time: Array
    """(N + 1,) mean time spent, in s."""
    at_closing: Array
    """(N + 1,) chance to be in this part at closing."""


@dataclass(frozen=True)
class OnCallDay:
    """One queue on a day of one rate, from empty; who waits at closing is served.

    Parameters
    ----------
    seconds
        How long the line is open.
    rate
        Calls offered per second.
    handling, patience
        Mean handling time and mean patience in s (both exponential).
    operators
        Operators who are there all day.
    on_call
        Operators who come, all at once, when they are called, and stay to closing.
    queue_above
        They are called when more than so many wait for the first time.
    comes_after
        Seconds from the call until they are there; where that is closing or later, they do not
        come.

    Raises
    ------
    ValueError
        For figures outside their range.

    Notes
    -----
    Until the call the calls on the line are a birth-death chain that ends when one more than
    `queue_above` wait, so the density of the instant of the call is known from the Kolmogorov
    equations, and the line always starts from the same number of calls then. What follows is
    weighted by that density, by Gauss-Legendre quadrature (relative error about 1e-9).
    """

    seconds: float
    rate: float
    handling: float
    patience: float
    operators: int
    on_call: int
    queue_above: int
    comes_after: float = 0.0

    def __post_init__(self) -> None:
        check_caller(self.rate, self.handling, self.patience, 0.0, None)
        require(self.rate > 0, "the rate must be above 0 calls per second")
        require(self.patience < math.inf, "callers hang up in the end")
        require(self.seconds > 0 and self.comes_after >= 0, "times are in s, the day above 0")
        require(self.operators >= 1 and self.on_call >= 0, "one operator at least")
        require(self.queue_above >= 0, "a number of callers who wait")

    @cached_property
    def _calls(self) -> Array:
        """Numbers of calls on the line."""
        most, weight, total = 0, 1.0, 1.0
        while weight > LEFT_OUT * total or most <= self.queue_above + 1:
            most += 1
            weight *= self.rate * self.patience / most
            total += weight
        return np.arange(self.operators + self.on_call + most + 1, dtype=float)

    @property
    def _called_at(self) -> int:
        """Calls on the line just after the call for help."""
        return self.operators + self.queue_above + 1

    def _carried(self, law: Array, here: int, seconds: float, last: int) -> tuple[Array, Array]:
        """The law later, and time spent till then; who would be beyond `last` calls is lost."""
        calls = self._calls
        births = np.where(calls <= last, self.rate, 0.0)
        births[-1] = 0.0
        finish = np.minimum(calls, here) / self.handling
        deaths = finish + np.maximum(0.0, calls - here) / self.patience
        fastest = float((births + deaths).max())

        def step(now: Array) -> Array:
            after: Array = now * (1 - (births + deaths) / fastest)
            up = now[:-1] * births[:-1] / fastest
            up[last if last < len(up) else len(up) - 1 :] = 0.0
            after[1:] += up
            after[:-1] += now[1:] * deaths[1:] / fastest
            return after

        if seconds == 0:
            return law, np.zeros_like(law)
        at_end, spent = uniformize(step, law, fastest * seconds)
        return at_end, spent / fastest

    def _before(self, law: Array, seconds: float) -> tuple[Array, Array]:
        return self._carried(law, self.operators, seconds, self._called_at - 1)

    def _after(self, law: Array, here: int, seconds: float) -> tuple[Array, Array]:
        return self._carried(law, here, seconds, len(self._calls))

    def _nodes(self, start: float, end: float) -> tuple[Array, Array]:
        """Points and weights of quadrature between two times, closer together at both ends."""
        if end <= start:
            return np.zeros(0), np.zeros(0)
        shortest = min(self.handling, self.patience, 1 / self.rate)
        panels = max(4, math.ceil((end - start) / (4 * shortest)))
        edges = np.linspace(start, end, panels + 1)
        unit, weight = np.polynomial.legendre.leggauss(NODES)
        widths = np.diff(edges)[:, None]
        times = edges[:-1, None] + (unit + 1) / 2 * widths
        return times.ravel(), (weight / 2 * widths).ravel()

    @cached_property
    def _waiting_for_help(self) -> tuple[Stage, tuple[Array, Array, Array]]:
        """The part of the day before the call; times, weights and densities of the call."""
        border = max(0.0, self.seconds - self.comes_after)
        early, late = self._nodes(0.0, border), self._nodes(border, self.seconds)
        times = np.concatenate([early[0], late[0]])
        weights = np.concatenate([early[1], late[1]])
        law = np.zeros_like(self._calls)
        law[0] = 1.0
        time, density, now = np.zeros_like(law), [], 0.0
        for then in times.tolist():
            law, spent = self._before(law, then - now)
            time, now = time + spent, then
            density.append(self.rate * float(law[self._called_at - 1]))
        law, spent = self._before(law, self.seconds - now)
        return Stage(time + spent, law), (times, weights, np.array(density))

    def _followed(self, start: Array, here: int, left: Array, weights: Array) -> Stage:
        """What passes from one law on until closing, over many times left and their weights."""
        time, at_closing = np.zeros_like(start), np.zeros_like(start)
        law, spent, past = start, np.zeros_like(start), 0.0
        for place in np.argsort(left):
            law, more = self._after(law, here, float(left[place]) - past)
            spent, past = spent + more, float(left[place])
            time += weights[place] * spent
            at_closing += weights[place] * law
        return Stage(time, at_closing)

    def _stages(self) -> list[tuple[int, Stage]]:
        """Operators there and what passes: before the call, until they come, afterwards."""
        before, (times, weights, density) = self._waiting_for_help
        mass = weights * density
        called = np.zeros_like(self._calls)
        called[self._called_at] = 1.0
        come = times < self.seconds - self.comes_after
        met, coming = self._after(called, self.operators, self.comes_after)
        late = self._followed(called, self.operators, self.seconds - times[~come], mass[~come])
        on_the_way = Stage(late.time + mass[come].sum() * coming, late.at_closing)
        left = self.seconds - self.comes_after - times[come]
        there = self._followed(met, self.operators + self.on_call, left, mass[come])
        few, all_ = self.operators, self.operators + self.on_call
        return [(few, before), (few, on_the_way), (all_, there)]

    def totals(self) -> CalledTotals:
        """Calls and times expected over the day, the time after closing included."""
        calls = self._calls
        delayed = wait = handling = overtime = 0.0
        stages = self._stages()
        for here, stage in stages:
            queue, busy = np.maximum(0.0, calls - here), np.minimum(calls, here)
            delayed += self.rate * float(stage.time[here:].sum())
            late_wait, late_work = self._served_out(here)
            wait += float(stage.time @ queue + stage.at_closing @ late_wait)
            handling += float(stage.time @ busy)
            overtime += float(stage.at_closing @ late_work)
        before, there = stages[0][1], stages[2][1]
        offered, abandoned = self.rate * self.seconds, wait / self.patience
        return CalledTotals(
            offered=offered,
            answered=offered - abandoned,
            abandoned=abandoned,
            delayed=delayed,
            wait=wait,
            handling=handling + overtime,
            overtime=overtime,
            called=1 - float(before.at_closing.sum()),
            until_called=float(before.time.sum()),
            come=float(there.at_closing.sum()),
            on_duty=self.on_call * float(there.time.sum()),
        )

    def _served_out(self, here: int) -> tuple[Array, Array]:
        """Wait of all and time at work after closing in s, by calls on the line at closing."""
        wait, work = np.zeros_like(self._calls), np.zeros_like(self._calls)
        for n in range(1, len(self._calls)):
            busy, queue = min(n, here), max(0, n - here)
            leave = busy / self.handling + queue / self.patience
            wait[n] = queue / leave + wait[n - 1]
            work[n] = busy / leave + work[n - 1]
        return wait, work
