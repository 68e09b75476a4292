"""At what worth of a call, cost of a lost one, or wages a plan is as good as the base."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.measures.intervals import Floats, freedom, half_width, student
from sim.measures.paired import alike_by_luck

if TYPE_CHECKING:
    from sim.experiment import Results

ABOVE, BELOW, ALWAYS, NEVER, UNSURE = "above", "below", "always", "never", "unsure"

BY_CHANCE = (
    "answered_value", "lost_call_cost", "waiting_cost", "telephone_cost", "repeat_cost",
    "duty_by_chance",
)  # fmt: skip
"""Figures through which chance comes into the net."""

WORTH_OF_ANSWERED, COST_OF_LOST, FACTOR_ON_WAGES = (
    "answered_value", "lost_call_cost", "wages",
)  # fmt: skip


EXACT = 6
"""Digits after the point of a day's money that count; in those beyond it sums differ by chance,
though the days are the same."""


@dataclass(frozen=True)
class BreakEven:
    """Where a plan's net equals the base's, if one price is changed for both.

    The two nets differ by gain + price x rate, a straight line.
    """

    better: str
    """Where the plan is the better one: "above" or "below" the value; "always" or "never", surely
    so at every price above 0, as the whole interval is below; or "unsure": the days do not tell.
    A value below 0 whose interval reaches above 0 is "above" or "below" like any other: at prices
    up to its upper end it is too close to call."""
    value: float | None
    """The price at which both are as good; None where there is none, or it is not known on which
    side of it the plan is better."""
    low: float | None
    """Lower end of the 95 % interval; None with one replication."""
    high: float | None
    unit: str
    """The currency, or "factor"."""

    def document(self) -> dict[str, float | str | None]:
        """As the JSON object of the result document."""
        return {
            "better": self.better,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "unit": self.unit,
        }


def break_even(gain: Floats, rate: Floats, unit: str) -> BreakEven:
    """The price at which gain + price x rate is 0.

    Parameters
    ----------
    gain, rate : ndarray, shape (R,)
        By how much the plan's net is above the base's at a price of 0, and how much that grows
        with the price; day by day on the same callers.
    unit : str
        Unit of the price.

    Returns
    -------
    BreakEven
        With Fieller's interval: the prices at which the mean of gain + price x rate is not
        surely other than 0. It has two ends where the sign of the rate is sure; else nothing is
        said.
    """
    there, slope = float(gain.mean()), float(rate.mean())
    if not rate.any():
        return BreakEven(_whatever_the_price(gain), None, None, None, unit)
    if slope == 0:
        return BreakEven(UNSURE, None, None, None, unit)
    value = -there / slope + 0.0  # no "-0"
    if len(gain) == 1:
        return BreakEven(ABOVE if slope > 0 else BELOW, value, None, None, unit)
    # From here on deviations are squared standard errors times Student's quantile squared, with
    # the degrees of freedom that the difference of the nets has at the break-even price.
    square = student(freedom(gain + value * rate)) ** 2 / len(gain)
    (var_gain, covar), (_, var_rate) = np.cov(gain, rate, ddof=1) * square
    a, b, c = slope**2 - var_rate, -(there * slope - covar), there**2 - var_gain
    if a <= 0:
        return BreakEven(UNSURE, None, None, None, unit)
    root = math.sqrt(max(b * b - a * c, 0.0))
    low, high = min((b - root) / a, value), max((b + root) / a, value)
    return BreakEven(_side(float(high), slope), value, float(low), float(high), unit)


def _side(high: float, slope: float) -> str:
    """On which side of a price the plan is better, by the upper end of its interval.

    Prices are not below 0, so an interval that is says the same of all of them.
    """
    if slope > 0:
        return ABOVE if high > 0 else ALWAYS
    return BELOW if high > 0 else NEVER


def _whatever_the_price(gain: Floats) -> str:
    """Which plan is better where the price makes no difference; one day does not tell."""
    mean = float(gain.mean())
    if len(gain) < 2 or abs(mean) <= half_width(gain):
        return UNSURE
    return ALWAYS if mean > 0 else NEVER


def break_evens(plan: Results, base: Results) -> dict[str, BreakEven]:
    """The break-even points of a plan against the base.

    Parameters
    ----------
    plan, base : Results
        Of the same replications.

    Returns
    -------
    dict of str to BreakEven
        `answered_value`: the worth of an answered call, the same for all types, in place of what
        the plans set. `lost_call_cost`: the cost of a caller who is never answered, likewise.
        `wages`: a factor on all wages, premiums and standby of both. "unsure" where days that
        are alike by luck are too few to tell (`sim.measures.paired.alike_by_luck`).
    """
    one, other = (each.ledger.everything().columns for each in (plan, base))
    more = {
        name: np.round(one[name] - other[name], EXACT)
        for name in (
            "net", "answered", "lost_callers", "staffing_cost", *BY_CHANCE,
        )
    }  # fmt: skip
    money = base.scenario.currency
    lines = {
        WORTH_OF_ANSWERED: (more["net"] - more["answered_value"], more["answered"], money),
        COST_OF_LOST: (more["net"] + more["lost_call_cost"], -more["lost_callers"], money),
        FACTOR_ON_WAGES: (more["net"] + more["staffing_cost"], -more["staffing_cost"], "factor"),
    }
    by_chance = any(more[name].any() for name in BY_CHANCE)
    wages_by_chance = bool(more["duty_by_chance"].any())
    found = {}
    for name, (gain, rate, unit) in lines.items():
        left_to_chance = wages_by_chance if name == FACTOR_ON_WAGES else True
        told = not (left_to_chance and alike_by_luck(rate))
        if not rate.any():
            told = not (by_chance and alike_by_luck(gain))
        unsure = BreakEven(UNSURE, None, None, None, unit)
        found[name] = break_even(gain, rate, unit) if told else unsure
    return found
