"""Operators who differ: who comes, how late, how quick; means over what is drawn of them.

On a given day the line is one that is known; what is expected before the day is the mean over who
comes and how quick they are, by a binomial law or by Gauss's quadrature.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.day import DayTotals
from sim.theory.erlang import require

Array = NDArray[np.float64]


class Law(NamedTuple):
    """A law in points: values and their chances, which sum to 1."""

    values: Array
    chances: Array

    @property
    def mean(self) -> float:
        """The mean of the values."""
        return float(self.values @ self.chances)


def present(operators: int, absence: float) -> Law:
    """How many of the operators come, each away with the same chance.

    Parameters
    ----------
    operators
        How many are on the roster.
    absence
        Chance that one does not come, independent of the others.

    Examples
    --------
    >>> present(2, 0.1).chances.round(12).tolist()
    [0.01, 0.18, 0.81]
    """
    require(0 <= absence <= 1, f"absence is a share, not {absence}")
    come = np.arange(operators + 1)
    chances = [
        math.comb(operators, n) * (1 - absence) ** n * absence ** (operators - n) for n in come
    ]
    return Law(come.astype(float), np.array(chances))


def personal(cv: float, points: int = 24) -> Law:
    """A lognormal factor with mean 1, in points of Gauss and Hermite.

    Parameters
    ----------
    cv
        Standard deviation of the factor.
    points
        Points of quadrature; 24 are exact to 1e-12 for smooth figures and a cv up to 0.5.

    Examples
    --------
    >>> factor = personal(0.2)
    >>> round(factor.mean, 12), round(float(factor.values**2 @ factor.chances), 12)
    (1.0, 1.04)
    """
    require(cv >= 0, f"a coefficient of variation is >= 0, not {cv}")
    nodes, weights = np.polynomial.hermite_e.hermegauss(points)
    sigma = math.sqrt(math.log1p(cv**2))
    return Law(np.exp(sigma * nodes - sigma**2 / 2), weights / weights.sum())


def learning(new: float, halves_in: float, earliest: float, latest: float, points: int = 24) -> Law:
    """The factor 1 + (new - 1) 2^(-tenure/halves_in) of a tenure that is uniform.

    Parameters
    ----------
    new
        The factor of one who has just begun.
    halves_in, earliest, latest
        Half-life of what is still to be learnt, and the ends of the tenure, in one unit.
    points
        Points of quadrature (Gauss and Legendre).

    Examples
    --------
    >>> round(learning(1.5, 4, 0, 52).mean, 9), round(mean_factor(1.5, 4, 0, 52), 9)
    (1.055481497, 1.055481497)
    """
    require(new > 0 and halves_in > 0, "a factor and a time to halve are above 0")
    require(0 <= earliest < latest, "a tenure from 0 on, and its ends rise")
    nodes, weights = np.polynomial.legendre.leggauss(points)
    tenure = earliest + (nodes + 1) / 2 * (latest - earliest)
    return Law(1 + (new - 1) * 2 ** (-tenure / halves_in), weights / 2)


def mean_factor(new: float, halves_in: float, earliest: float, latest: float) -> float:
    """The mean of `learning`, in closed form."""
    left = 2 ** (-earliest / halves_in) - 2 ** (-latest / halves_in)
    return 1 + (new - 1) * left * halves_in / (math.log(2) * (latest - earliest))


def lateness(share: float, mean: float, latest: float, panels: int = 8, points: int = 12) -> Law:
    """Seconds of delay: 0 but for a share, which is late by an exponential time.

    Parameters
    ----------
    share
        Share that is late.
    mean
        Mean time in s of those who are.
    latest
        When the duty ends, in s from its start: who would come then or later does not, told as
        this value.

    Examples
    --------
    >>> law = lateness(0.2, 300.0, 1e5)
    >>> round(law.mean, 6)
    60.0
    """
    require(0 <= share <= 1, f"a share, not {share}")
    nodes, weights = np.polynomial.legendre.leggauss(points)
    # Beyond 40 means there is nobody.
    ends = np.linspace(0, min(latest, 40 * mean), panels + 1)
    widths = np.diff(ends)[:, None]
    times = (ends[:-1, None] + (nodes + 1) / 2 * widths).ravel()
    density = (weights / 2 * widths).ravel() * np.exp(-times / mean) / mean
    never = math.exp(-latest / mean)
    values = np.concatenate([[0.0], times, [latest]])
    return Law(values, np.concatenate([[1 - share], share * density, [share * never]]))


def mean_over(law: Law, figure: Callable[[float], ArrayLike]) -> Array:
    """The mean of figures that depend on one drawn value.

    Examples
    --------
    >>> float(mean_over(present(2, 0.5), lambda n: n**2))
    1.5
    """
    parts = zip(law.values.tolist(), law.chances.tolist(), strict=True)
    mean: Array = np.sum([chance * np.asarray(figure(value)) for value, chance in parts], axis=0)
    return mean


def mean_over_each(
    law: Law, operators: int, figure: Callable[[tuple[float, ...]], ArrayLike]
) -> Array:
    """The mean of figures that depend on one drawn value of each operator, independent of others.

    Examples
    --------
    >>> float(mean_over_each(present(1, 0.25), 2, lambda each: each[0] * each[1]))
    0.5625
    """
    total: Array | float = 0.0
    points = list(zip(law.values.tolist(), law.chances.tolist(), strict=True))
    for drawn in product(points, repeat=operators):
        chance = math.prod(each for _, each in drawn)
        total = total + chance * np.asarray(figure(tuple(value for value, _ in drawn)))
    return np.asarray(total)


def nobody(seconds: float, rate: float, patience: float) -> DayTotals:
    """A day on which no operator comes: who has not hung up at closing is cut off.

    Parameters
    ----------
    seconds, rate, patience
        How long the line is open, calls per second, mean patience in s (exponential).

    Examples
    --------
    >>> day = nobody(3600, 0.1, 60)
    >>> round(day.abandoned, 6), round(day.cut_off, 6)
    (354.0, 6.0)
    """
    left = rate * patience * -math.expm1(-seconds / patience)
    wait = patience * (rate * seconds - left)
    return DayTotals(
        offered=rate * seconds, answered=0.0, abandoned=wait / patience, blocked=0.0,
        cut_off=left, delayed=rate * seconds, answered_within=0.0, wait=wait, handling=0.0,
        overtime=0.0, present=0.0,
    )  # fmt: skip


def contacts_of_a_caller(
    unresolved: float, attempts: int, needs: Sequence[float] = (), unknown: Sequence[float] = ()
) -> float:
    """Mean contacts of one who phones again until the matter is resolved, nobody hanging up.

    Parameters
    ----------
    unresolved
        Chance that a talk leaves the matter open, drawn anew each time.
    attempts
        Most contacts of one caller.
    needs
        Share of callers who need each procedure; the others need none.
    unknown
        Chance that whoever answers does not know it, for each; the matter is left open then.

    Examples
    --------
    >>> round(contacts_of_a_caller(0.2, 3), 6)
    1.24
    >>> round(contacts_of_a_caller(0.2, 3, [0.25], [1.0]), 6)
    1.68
    """
    require(len(needs) == len(unknown), "a chance for each procedure")
    require(sum(needs) <= 1 + 1e-12, "shares sum to at most 1")
    total = (1 - sum(needs)) * _geometric(unresolved, attempts)
    for share, missing in zip(needs, unknown, strict=True):
        total += share * _geometric(missing + (1 - missing) * unresolved, attempts)
    return total


def _geometric(again: float, attempts: int) -> float:
    return math.fsum(again**n for n in range(attempts))
