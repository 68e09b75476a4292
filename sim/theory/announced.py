"""How wrong an announced wait is where nobody hangs up: M/M/s, first come first served.

The errors are of those who must wait. The mean wait is 1/(s mu - lambda) for all estimators.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.theory.erlang import NEGLIGIBLE, Line


class Error(NamedTuple):
    """Announced wait less the wait that came true, over those who must wait."""

    bias: float
    """Mean error in s; negative where the announcement is too short."""
    mean_square: float
    """Mean square of the error in s squared."""


class Errors(NamedTuple):
    """The errors of three estimators in one line."""

    queue_length: Error
    """Position x mean handling / operators."""
    head_of_line: Error
    """Time for which the first in the queue has waited; 0 when nobody else waits."""
    last_to_enter_service: Error
    """Wait of the last caller who was answered, be it 0."""


def announcement_errors(rate: float, handling: float, operators: int) -> Errors:
    """Bias and mean square error of the announced wait at joining.

    Parameters
    ----------
    rate
        Calls offered per second.
    handling
        Mean handling time in s (exponential).
    operators
        Operators, above the load.

    Returns
    -------
    Errors

    Notes
    -----
    Let m = operators / handling and r = rate / m. Given delay, the position is geometric with
    mean 1/(1 - r) and the wait is a sum of so many exponentials of rate m: queue length has the
    mean square 1/((1 - r) m^2) (Whitt 1999; Ibrahim & Whitt 2009).

    Head of line: with chance r somebody waits, and the first has waited V, exponential with rate
    m - rate; since then Poisson(rate V) have come, independent of V, so the wait is a sum of
    Poisson + 2 stages. Else 0 is announced for one stage. Together 2/((1 - r) m^2), exactly
    twice.

    Last to enter service: he waited U (0 with chance 1 - r, else exponential with rate m - rate)
    and entered A ago, exponential with rate m, for at an end of a talk another would have entered;
    since his arrival Poisson(rate (U + A)) have come, so the wait has Poisson + 1 stages.
    Together 2/((1 - r) m^2) + 2 r/m^2.

    Examples
    --------
    >>> errors = announcement_errors(0.07, 240, 20)
    >>> [round(error.mean_square) for error in errors]
    [900, 1800, 2042]
    """
    line = Line(rate, handling, operators)
    stage = handling / operators
    busy = line.load / operators
    queue_length = stage**2 / (1 - busy)
    return Errors(
        Error(0.0, queue_length),
        Error(-stage, 2 * queue_length),
        Error(-stage, 2 * queue_length + 2 * busy * stage**2),
    )


def promises_broken(rate: float, handling: float, operators: int) -> float:
    """Share of those who must wait that wait longer than the queue length announced.

    Parameters
    ----------
    rate, handling, operators
        As for `announcement_errors`.

    Returns
    -------
    float

    Examples
    --------
    >>> round(promises_broken(0.07, 240, 20), 6)
    0.428686
    """
    from scipy.special import gammaincc

    busy = Line(rate, handling, operators).load / operators
    broken, weight, position = 0.0, 1 - busy, 1
    while weight > NEGLIGIBLE:
        broken += weight * float(gammaincc(position, position))
        weight *= busy
        position += 1
    return broken
