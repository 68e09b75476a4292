"""One queue with any law of patience: M/M/s+G, by quadrature (Zeltyn & Mandelbaum 2005).

Hold messages that do not depend on the queue are a law of patience too: each hearing is a step
of the cumulative hazard, so the line with such messages is exactly this queue.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.theory.erlang import check_caller, inverse_b, require
from sim.theory.steady import Fate, Later, Steady

Array = NDArray[np.float64]

NODES = 16
DECADES = 14
MOST_PANELS = 200_000
DEEP = 60.0


class Offered(NamedTuple):
    """The offered wait on a grid: what an endlessly patient caller would wait, if delayed."""

    wait: Array
    """Wait in s, by panel and node."""
    weight: Array
    """Chance of the node, given delay, by panel and node."""
    survival: Array
    """Chance that patience exceeds the wait, by panel and node."""
    exposed: Array
    """Mean of the smaller of patience and the wait, in s, by panel and node."""
    log_integral: float
    """Logarithm of the integral in s that the weights were divided by."""


@dataclass(frozen=True)
class PatienceLine(Steady):
    """A line in its steady state whose callers' patience follows any law.

    Parameters
    ----------
    rate
        Calls offered per second.
    handling
        Mean handling time in s (exponential).
    operators
        Operators, above 0; fractional ones allowed.
    cumulative_hazard
        Continuous part of -log P(patience > t): waits in s as an array to an array.
    steps
        Times in s at which the cumulative hazard jumps, rising, and by how much: a message at
        60 s that makes 15 % hang up is a step of -log(0.85), patience that ends surely one of
        inf, a share that hangs up at once a step at 0.
    kinks
        Times in s at which the continuous part is not smooth.

    Raises
    ------
    ValueError
        For figures outside their range, or when the queue would grow without end.

    Examples
    --------
    >>> line = PatienceLine(0.1, 240, 24, lambda t: t / 120)
    >>> round(line.abandonment, 6), round(line.asa, 5)
    (0.094927, 10.32771)
    """

    rate: float
    handling: float
    operators: float
    cumulative_hazard: Callable[[Array], Array]
    steps: tuple[Sequence[float] | Array, Sequence[float] | Array] = ((), ())
    kinks: Sequence[float] | Array = ()

    def __post_init__(self) -> None:
        check_caller(self.rate, self.handling, math.inf, 0.0, None)
        require(self.rate > 0, "the rate must be above 0 calls per second")
        require(0 < self.operators <= 1e6, f"operators must be above 0, not {self.operators}")
        times, jumps = self._steps
        require(times.shape == jumps.shape, "steps are as many times as jumps")
        require(bool(np.all(times >= 0) and np.all(np.diff(times) > 0)), "steps must rise in time")
        require(bool(np.all(jumps >= 0)), "a step of the cumulative hazard is not negative")

    @cached_property
    def _steps(self) -> tuple[Array, Array]:
        times, jumps = self.steps
        return np.asarray(times, dtype=float), np.asarray(jumps, dtype=float)

    def survival(self, wait: Array) -> Array:
        """Chance that patience exceeds a wait in s, by wait."""
        times, jumps = self._steps
        total = np.concatenate([[0.0], np.cumsum(jumps)])
        stepped = total[np.searchsorted(times, wait, side="right")]
        # Far out a hazard written as -log(survival) is -log(0): nobody is left.
        with np.errstate(divide="ignore", over="ignore"):
            survival: Array = np.exp(-(self.cumulative_hazard(wait) + stepped))
        return survival

    @cached_property
    def _end(self) -> float:
        """Wait in s beyond which the offered wait has no weight that counts."""
        service = self.operators / self.handling
        ever = self.survival(np.array([1e12 / service]))[0]
        require(
            self.rate * ever < service,
            "too few callers ever hang up for the load: the queue grows without end",
        )
        end = 8 / service
        while True:
            wait, _, exposed, survival = self._grid(end)
            log_density = self.rate * exposed - service * wait
            falls = self.rate * survival[-1, -1] < service
            if falls and log_density[-1, -1] < log_density.max() - DEEP:
                return end
            end *= 1.5
            require(end < 1e12 / service, "the queue is longer than can be followed")

    def _grid(self, end: float, cut: float | None = None) -> tuple[Array, Array, Array, Array]:
        """Waits, quadrature weights, mean exposed time and survival, by panel and node."""
        service = self.operators / self.handling
        panels = min(MOST_PANELS, max(64, math.ceil(end * max(self.rate, service) / 8)))
        even = np.linspace(0, end, panels + 1)
        marks = [even, self._steps[0], np.asarray(self.kinks, dtype=float)]
        if cut is not None:
            marks.append(np.array([cut]))
        rough = np.unique(np.concatenate(marks))
        rough = rough[(rough >= 0) & (rough <= end)]
        # A hazard may be infinite at 0 (Weibull below 1): panels shrink towards it.
        fine = rough[1] * 0.25 ** np.arange(DECADES, 0, -1)
        edges = np.concatenate([[0.0], fine, rough[1:]])
        nodes, weights, within = _rule()
        width = np.diff(edges)[:, None]
        wait = edges[:-1, None] + width * nodes
        survival = self.survival(wait)
        whole = np.concatenate([[0.0], np.cumsum((width * survival) @ weights)[:-1]])
        exposed = whole[:, None] + width * (survival @ within.T)
        return wait, width * weights, exposed, survival

    def _offered(self, cut: float | None = None) -> Offered:
        """The offered wait on a grid that has `cut` among its edges."""
        wait, width, exposed, survival = self._grid(self._end, cut)
        log_density = self.rate * exposed - self.operators / self.handling * wait
        top = float(log_density.max())
        weight = width * np.exp(log_density - top)
        total = float(weight.sum())
        return Offered(wait, weight / total, survival, exposed, top + math.log(total))

    @cached_property
    def _whole(self) -> Offered:
        return self._offered()

    @cached_property
    def _at_once(self) -> float:
        """Share of offered answered at the instant of arrival."""
        idle = inverse_b(self.load, self.operators) - 1
        # Rate of completion times the integral is the weight of all busy over none waiting.
        log_odds = self._whole.log_integral + math.log(self.operators / self.handling)
        if idle == 0:
            return 0.0
        odds = math.exp(min(700.0, log_odds - math.log(idle))) if idle < math.inf else 0.0
        return 1 / (1 + odds)

    @cached_property
    def fate(self) -> Fate:
        """What becomes of the offered, as shares of offered and seconds per offered call."""
        whole = self._whole
        delayed = 1 - self._at_once
        served = whole.weight * whole.survival
        return Fate(
            at_once=self._at_once,
            blocked=0.0,
            delayed=delayed,
            answered=self._at_once + delayed * float(served.sum()),
            abandoned=delayed * float((whole.weight * (1 - whole.survival)).sum()),
            wait=delayed * float((whole.weight * whole.exposed).sum()),
            answered_wait=delayed * float((served * whole.wait).sum()),
        )

    def mean_when_delayed(self, value: Callable[[Array], Array]) -> float:
        """Mean over those delayed of a figure that depends on the offered wait in s.

        The offered wait is what an endlessly patient caller would wait; all callers meet the same
        law of it, so that callers of several kinds can be told apart.
        """
        whole = self._whole
        return float((whole.weight * value(whole.wait)).sum())

    def later(self, seconds: float) -> Later:
        """Who still waits `seconds` after arrival, as shares of offered."""
        require(seconds >= 0, f"a wait must be a number of seconds >= 0, not {seconds}")
        if seconds >= self._end:
            return Later(0.0, 0.0)
        cut = self._offered(seconds)
        after = np.where(cut.wait > seconds, cut.weight, 0.0)
        delayed = 1 - self._at_once
        waiting = float(after.sum()) * float(self.survival(np.array([seconds]))[0])
        return Later(delayed * waiting, delayed * float((after * cut.survival).sum()))


def _rule() -> tuple[Array, Array, Array]:
    """Gauss-Legendre nodes and weights on [0, 1], and weights of the integrals up to each node."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    # The integral of the Legendre polynomial P_k up to x is (P_{k+1} - P_{k-1}) / (2k + 1).
    values = np.polynomial.legendre.legvander(nodes, NODES)
    degree = np.arange(NODES)
    to_coefficient = (2 * degree[:, None] + 1) / 2 * (values[:, :NODES].T * weights)
    before = np.concatenate([-np.ones((NODES, 1)), values[:, : NODES - 1]], axis=1)
    integrals = (values[:, 1 : NODES + 1] - before) / (2 * degree + 1)
    return (nodes + 1) / 2, weights / 2, integrals @ to_coefficient / 2
