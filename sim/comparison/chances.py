"""How a plan stands among the others: the chance to be the best, and to meet the targets.

Two chances are asked for again and again and are not the same. *On a day*: on how many of the days
was the plan the best, all plans having had the same callers. *On average*: how likely it is, with
what these days tell, that its true mean is the best. A plan that is a little dearer on every
second day and much cheaper on the others is the best on half the days, and surely on average.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.comparison.targets import Target, targets_of
from sim.measures.intervals import Estimate, Floats, freedom, wilson
from sim.measures.paired import half_of_change

if TYPE_CHECKING:
    from sim.experiment import Results

LESS, MORE = 1, -1

JUDGED = {"total_cost": LESS, "wait_mean": LESS, "abandonment": LESS}
"""What a plan can be the best in, and whether less or more of it is better."""

POINTS = 2**15
"""Points of the rule that chances on average are worked out by; good to 0.002 for up to 6 plans, to
0.004 for 20."""

KNOTS = 512
"""Points between which the spread of Student's t is drawn as lines; good to 1 in 10,000."""

ALIKE = 1e-9
"""Plans as near to the best as this, of its size, are as good: sums differ in their last digits."""


class Chance(NamedTuple):
    """A share of days, with Wilson's 95 % interval."""

    value: float
    low: float | None
    """None with one replication."""
    high: float | None

    def document(self) -> dict[str, float | None]:
        """As the JSON object of the result document."""
        return {"value": self.value, "low": self.low, "high": self.high}


def share_of(days: Floats) -> Chance:
    """Share of days, from 1 for a day that counts, 0 for one that does not, or a part of it."""
    value = float(days.mean())
    ends = wilson(value, len(days)) if len(days) > 1 else (None, None)
    return Chance(value, *ends)


def best_on_a_day(days: Mapping[str, Floats], sense: int = LESS) -> dict[str, Chance]:
    """Share of days on which each plan is the best.

    Parameters
    ----------
    days : mapping of str to ndarray, shape (R,)
        Each day's own value, by plan; NaN where it has none.
    sense : {1, -1}
        1 where less is better.

    Returns
    -------
    dict of str to Chance
        A day on which several plans are the best counts for each of them in equal parts, so
        that the chances add up to 1; a day without a value under any plan is left out. Empty
        where no day has one.
    """
    values = np.array([sense * each for each in days.values()], np.float64)
    values = values[:, ~np.isnan(values).all(axis=0)]
    if values.shape[1] == 0:
        return {}
    shares = _shared(np.where(np.isnan(values), np.inf, values))
    return {plan: share_of(row) for plan, row in zip(days, shares, strict=True)}


def best_on_average(estimates: Mapping[str, Estimate], sense: int = LESS) -> dict[str, float]:
    """How likely each plan's true figure is the best, with what the days tell.

    Parameters
    ----------
    estimates : mapping of str to Estimate
        One measure, by plan, from the same replications.
    sense : {1, -1}
        1 where less is better.

    Returns
    -------
    dict of str to float
        Adds up to 1; plans that are as good share. A plan without a value has no chance. Empty
        with one replication, where no plan has a value, and where the days do not tell how the
        plan that is ahead differs from another (`sim.measures.paired.half_of_change`).

    Notes
    -----
    Given the days and nothing known before, the true difference of each plan from the one with the
    best estimate is taken as Student's t about the paired difference, with the degrees of freedom
    of its interval; all of them together as grouped t (Daul et al. 2003): normals with the
    covariance of the influences' means, each stretched by the same quantile of the chi-square of
    its own degrees of freedom. Of two plans it is 1 less the one-sided p value of the paired t
    test. With R - 1 degrees of freedom for all it is the multivariate t. The chances are worked out
    on the points of Sobol's sequence, which are no random draws, turned so that the first of its
    coordinates go to what varies most.

    References: S. Daul, E. De Giorgi, F. Lindskog and A. McNeil, The grouped t-copula with an
    application to credit risk, Risk 16 (2003) 73-76.
    """
    known = {plan: each for plan, each in estimates.items() if each.value is not None}
    replications = len(next(iter(estimates.values())).influence)
    if not known or replications < 2:
        return {}
    about = np.array([sense * _value(each) for each in known.values()])
    pull = sense * np.array([each.influence for each in known.values()])
    best = int(np.argmin(about))
    ahead = list(known.values())[best]
    if any(half_of_change(each, ahead) is None for each in known.values()):
        return {}
    apart = np.nan_to_num(pull - pull[best])  # where both have the same waits
    # Influences have mean 0; this turns them so that apart @ apart.T = turned @ turned.T.
    directions, sizes, _ = np.linalg.svd(apart, full_matrices=False)
    turned = directions * sizes / np.sqrt(replications * (replications - 1))
    turned[best] = 0.0
    normal, quantiles = _points(turned.shape[1])
    points = turned @ normal
    for row, days in zip(points, apart, strict=True):
        row *= _stretch(freedom(days), quantiles)
    points += about[:, None]
    chances = dict(zip(known, _shared(points).mean(axis=1).tolist(), strict=True))
    return {plan: chances.get(plan, 0.0) for plan in estimates}


def _points(dimensions: int) -> tuple[Floats, Floats]:
    """Evenly spread points of independent normals; shapes (dimensions, POINTS) and (POINTS,)."""
    from scipy.special import ndtri
    from scipy.stats import qmc

    # Half a step away from 0, where the quantile is not finite; both tails alike.
    spread = (
        qmc.Sobol(dimensions + 1, scramble=False).random_base2(POINTS.bit_length() - 1)
        + 0.5 / POINTS
    )
    normal = ndtri(spread.T)
    return normal[1:], normal[0]


def _stretch(freedom: float, normal: Floats) -> Floats:
    """What makes a normal into Student's t, at the quantiles that a second normal has."""
    from scipy.special import chdtri, ndtr

    knots = np.linspace(normal.min(), normal.max(), KNOTS)
    logs = 0.5 * np.log(freedom / chdtri(freedom, ndtr(knots)))
    return np.asarray(np.exp(np.interp(normal, knots, logs)), np.float64)


def _shared(values: Floats) -> Floats:
    """Which plan is the smallest on each day (or point), in equal parts; columns add up to 1."""
    least = values.min(axis=0)
    best = values <= least + ALIKE * np.abs(least)
    parts: Floats = best / best.sum(axis=0)
    return parts


def _value(estimate: Estimate) -> float:
    assert estimate.value is not None
    return estimate.value


@dataclass(frozen=True, eq=False)
class Standing:
    """How all plans of a comparison stand against each other."""

    results: Mapping[str, Results]
    """By plan, all on the same callers."""

    @cached_property
    def on_a_day(self) -> dict[str, dict[str, Chance]]:
        """By measure and plan: on what share of the days the plan is the best."""
        return {
            name: best_on_a_day(
                {plan: each.measures[name].days for plan, each in self.results.items()}, sense
            )
            for name, sense in JUDGED.items()
        }

    @cached_property
    def on_average(self) -> dict[str, dict[str, float]]:
        """By measure and plan: how likely the plan's true figure is the best."""
        return {
            name: best_on_average(
                {plan: each.measures[name] for plan, each in self.results.items()}, sense
            )
            for name, sense in JUDGED.items()
        }

    @cached_property
    def targets(self) -> dict[str, list[Target]]:
        """The targets of each plan."""
        return {plan: targets_of(each) for plan, each in self.results.items()}

    @cached_property
    def meets_all(self) -> dict[str, Chance]:
        """By plan: on what share of the days all its targets are met; of plans that set any."""
        return {
            plan: share_of(np.all([each.met_by_day for each in targets], axis=0).astype(np.float64))
            for plan, targets in self.targets.items()
            if targets
        }

    def meets(self, plan: str) -> list[tuple[Target, Chance]]:
        """Each target of a plan, and on what share of the days it is met."""
        return [(each, share_of(each.met_by_day.astype(np.float64))) for each in self.targets[plan]]

    def document(self, plan: str) -> dict[str, Any]:
        """How one plan stands, as plain JSON values."""
        whole = self.meets_all.get(plan)
        return {
            "best_on_a_day": {
                name: chances[plan].document() if plan in chances else None
                for name, chances in self.on_a_day.items()
            },
            "best_on_average": {
                name: chances.get(plan) for name, chances in self.on_average.items()
            },
            "meets_all_targets": None if whole is None else whole.document(),
            "meets": [
                {
                    "measure": target.measure,
                    "type": target.type,
                    "at_least" if target.at_least else "at_most": target.bound,
                    **chance.document(),
                }
                for target, chance in self.meets(plan)
            ],
        }
