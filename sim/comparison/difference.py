"""A measure under one plan less the same under another, on the same callers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.comparison.together import Together, p_value, together
from sim.measures.intervals import Estimate, Floats, freedom
from sim.measures.paired import apart, exact, half_of_change, sign_test, without_spread


@dataclass(frozen=True)
class Difference:
    """A measure under one plan less the same under another, with its 95 % interval.

    Both plans saw the same callers on the same days, so the interval is of daily differences
    and far narrower than the plans' own intervals suggest.
    """

    value: float | None
    """The difference; None where either plan has no value."""
    low: float | None
    """Lower end of the interval; None with one replication, or where the days do not tell."""
    high: float | None
    unit: str
    correlation: float | None
    """Of the two plans' days; None where either does not vary."""
    independent_days: float | None = None
    """Days that each plan would have needed, with callers of its own, for an interval as narrow;
    None where the difference is the same every day."""
    p: float | None = None
    """How often a difference of 0 would show as large a one; None where there is no interval."""
    together: Together | None = None
    """What is known of it and the same of the other plans at once."""
    freedom: float | None = None
    """Degrees of freedom of its interval; None for one less than the days."""

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    @property
    def same(self) -> bool:
        """Whether both plans have the same on every day."""
        return self.value == 0 and self.low == self.high

    @property
    def sure_together(self) -> bool:
        """Whether it is surely not 0, all plans together; by itself where it stands alone."""
        return self.sure if self.together is None else self.together.sure

    def document(self) -> dict[str, float | None]:
        """The difference as the JSON object of the result document."""
        return {"value": self.value, "low": self.low, "high": self.high}


def difference(one: Estimate, other: Estimate) -> Difference:
    """One estimate less another, both from the same replications.

    Parameters
    ----------
    one, other : Estimate
        The same measure under two plans.

    Returns
    -------
    Difference
        To first order the difference of two estimates is the mean of the differences of their
        influences, whatever the measure is. Without an interval where the days do not tell: see
        `sim.measures.paired.half_of_change`.
    """
    if one.value is None or other.value is None:
        return Difference(None, None, None, one.unit, None)
    value = one.value - other.value
    correlation = _correlation(one, other)
    half = half_of_change(one, other)
    if half is None:
        return Difference(value, None, None, one.unit, correlation)
    ends = (value - half, value + half)
    if not np.isfinite(one.influence).all():  # the same waits under both plans
        return Difference(value, *ends, one.unit, correlation, None, 1.0)
    pull = apart(one, other)
    days = _independent_days(one.influence, other.influence)
    by_luck = without_spread(one, other) and not exact(one, other)
    p = sign_test(one, other) if by_luck else p_value(value, pull)
    return Difference(value, *ends, one.unit, correlation, days, p, freedom=freedom(pull))


def _independent_days(one: Floats, other: Floats) -> float | None:
    """Days of independent runs that know the difference of two plans as well as paired ones."""
    paired = float(np.var(one - other))
    if paired == 0:
        return None
    return len(one) * float(np.var(one) + np.var(other)) / paired


def _correlation(one: Estimate, other: Estimate) -> float | None:
    spread = float(np.std(one.influence) * np.std(other.influence))
    if not spread > 0:
        return None
    return float(np.mean(one.influence * other.influence)) / spread


def held_together(
    differences: Mapping[str, Mapping[str, Difference]], replications: int
) -> dict[str, dict[str, Difference]]:
    """Differences of several plans from one base, each with what is known of all plans at once.

    Parameters
    ----------
    differences : mapping of str to mapping of str to Difference
        By plan and measure; the plans have the same measures.
    replications : int
        Number of paired days.

    Returns
    -------
    dict of str to dict of str to Difference
        Plans are taken together in each measure by itself.
    """
    found = {plan: dict(measures) for plan, measures in differences.items()}
    for name in next(iter(found.values()), {}):
        known = {plan: each[name] for plan, each in found.items() if each[name].p is not None}
        if not known:
            continue
        values = [_known(each.value) for each in known.values()]
        halves = [_known(each.high) - _known(each.value) for each in known.values()]
        ps = [_known(each.p) for each in known.values()]
        freedoms = [each.freedom or replications - 1 for each in known.values()]
        held = together(values, halves, ps, freedoms)
        for plan, all_at_once in zip(known, held, strict=True):
            found[plan][name] = replace(found[plan][name], together=all_at_once)
    return found


def _known(value: float | None) -> float:
    assert value is not None
    return value
