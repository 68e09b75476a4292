"""How well the change of a measure between two plans is known, day by day on the same callers.

Days that all show the very same change have no spread, and Student's t would call the change
known without doubt. Whole numbers of contacts do that by luck: two days on each of which two
fewer hang up. So a change without spread is taken as exact only where chance has no part in it.
"""

from __future__ import annotations

import math

import numpy as np

from sim.measures.intervals import CONFIDENCE, EVEN, Estimate, Floats, half_width


def apart(one: Estimate, other: Estimate) -> Floats:
    """Each day's pull on the change from the other estimate to the one; shape (replications,)."""
    return one.influence - other.influence


def half_of_change(one: Estimate, other: Estimate) -> float | None:
    """Half the width of the 95 % interval of the change from the other estimate to the one.

    Parameters
    ----------
    one, other : Estimate
        The same measure under two plans, from the same replications; both with a value.

    Returns
    -------
    float or None
        None with one replication, and where the days do not tell: a quantile that has no upper
        end by either plan's waits, or a change without spread on too few days (`sign_test`).
    """
    pull = apart(one, other)
    if len(pull) == 1:
        return None
    if unchanged(one, other):
        return 0.0
    if not np.isfinite(pull).all():
        return None
    if not without_spread(one, other) or exact(one, other):
        return half_width(pull)
    if sign_test(one, other) > 1 - CONFIDENCE:
        return None
    # Where neither plan varies the doubt of each is left, such as Wilson's of a share.
    steady = not (one.influence.any() or other.influence.any())
    return math.hypot(_longer(one), _longer(other)) if steady else half_width(pull)


def unchanged(one: Estimate, other: Estimate) -> bool:
    """Whether both are the same on every day."""
    return one.value == other.value and (
        np.array_equal(one.days, other.days, equal_nan=True)
        and np.array_equal(one.influence, other.influence, equal_nan=True)
    )


def without_spread(one: Estimate, other: Estimate) -> bool:
    """Whether all days pull alike on a change that is not 0."""
    size = abs(one.value or 0.0) + abs(other.value or 0.0)
    return one.value != other.value and float(np.ptp(apart(one, other))) <= EVEN * size


def exact(one: Estimate, other: Estimate) -> bool:
    """Whether chance has no part in the change: all that is left to chance is equal every day."""
    return (
        one.chance is not None
        and other.chance is not None
        and np.array_equal(one.chance, other.chance)
    )


def sign_test(one: Estimate, other: Estimate) -> float:
    """How often days would all show the sign of a change if up and down were as likely.

    Returns
    -------
    float
        Of both signs, 2 x 0.5 to the power of the days that show it: those on which both plans
        have a value of their own, and not the same. At most 0.05 from 6 such days on.
    """
    return _signs(one.days - other.days)


def alike_by_luck(days: Floats) -> bool:
    """Whether days of a change that is left to chance are all alike, not 0, and too few to tell.

    Parameters
    ----------
    days : ndarray, shape (R,)
        The change on each day. One day has no interval, and is left out here.
    """
    even = float(np.ptp(days)) <= EVEN * float(np.abs(days).max())
    return len(days) > 1 and bool(days.any()) and even and _signs(days) > 1 - CONFIDENCE


def _signs(days: Floats) -> float:
    return min(1.0, 2 * 0.5 ** int(np.count_nonzero(days[~np.isnan(days)])))


def _longer(estimate: Estimate) -> float:
    """The longer side of an estimate's own interval; 0 where it has none."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return 0.0
    return max(estimate.high - estimate.value, estimate.value - estimate.low)
