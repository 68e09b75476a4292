"""From what prices on a plan is worth it, in words."""

from __future__ import annotations

from sim.comparison.break_even import ABOVE, ALWAYS, BELOW, NEVER, BreakEven
from sim.comparison.break_even import COST_OF_LOST as LOST_CALL_COST
from sim.comparison.break_even import FACTOR_ON_WAGES as WAGES
from sim.comparison.break_even import WORTH_OF_ANSWERED as ANSWERED_VALUE
from sim.comparison.paired import Comparison
from sim.report import wording

IF_PRICE = {
    ANSWERED_VALUE: "an answered call is worth",
    LOST_CALL_COST: "a caller who is never answered costs",
    WAGES: "wages are",
}
"""What the price of a break-even point is called in a sentence."""

MOST_TIMES = 10
"""Wages so many times what they are say nothing."""

SURELY = {ABOVE: "surely worth it", BELOW: "surely not worth it"}
"""What a plan is at prices above the interval of the break-even point."""


def worth_it(comparison: Comparison, plan: str) -> str:
    """From what prices on a plan is worth it, in a sentence or more; of each price by itself."""
    return in_words(comparison.break_even[plan])


def in_words(points: dict[str, BreakEven]) -> str:
    """The same of break-even points by the name of the price.

    Nothing is said of a price where the days do not tell on which side of it the plan is better.
    """
    told: list[str] = []
    same: dict[str, list[str]] = {ALWAYS: [], NEVER: []}
    unsure: dict[str, list[str]] = {ABOVE: [], BELOW: []}
    for name, point in points.items():
        if point.better in same:
            same[point.better].append(IF_PRICE[name])
        elif point.value is None or _beyond_all_wages(point):
            continue
        elif point.value > 0:
            told.append(f"{IF_PRICE[name]} {_price(point)}")
        elif point.high is not None:
            unsure[point.better].append(f"{IF_PRICE[name]} {_less(point.high, point.unit)}")
    said = [f"Worth it if {wording.listing_or(told)}"] if told else []
    for better, worth in ((ALWAYS, "Worth it"), (NEVER, "Not worth it")):
        if same[better]:
            said.append(f"{worth} whatever {wording.listing_or(same[better])}")
    said += [
        f"Too close to call if {wording.listing_or(of)}; above that {SURELY[side]}"
        for side, of in unsure.items()
        if of
    ]
    return " ".join(f"{each}." for each in said)


def _beyond_all_wages(point: BreakEven) -> bool:
    """Whether a factor on wages is one that wages will never have."""
    assert point.value is not None
    counts = point.value if point.value > 0 else point.high
    return point.unit == "factor" and counts is not None and counts > MOST_TIMES


def _price(point: BreakEven) -> str:
    """ "more than 8.72 (7.90 to 9.80) EUR", "above 54 % (49 % to 59 %) of those in the file"."""
    if point.unit == "factor":
        than = "above" if point.better == ABOVE else "below"
        ends = "" if point.low is None else f" ({_times(point.low)} to {_times(point.high)})"
        return f"{than} {_times(point.value)}{ends} {OF_WAGES}"
    than = "more" if point.better == ABOVE else "less"
    return f"{than} than {price_with_ends(point)}"


def price_with_ends(point: BreakEven) -> str:
    """ "8.72 (7.90 to 9.80) EUR"; prices are not below 0."""
    ends = ""
    if point.low is not None:
        ends = f" ({wording.money(max(point.low, 0.0))} to {wording.money(point.high)})"
    return f"{wording.money(point.value)}{ends} {point.unit}"


def _less(price: float, unit: str) -> str:
    """ "less than 0.11 EUR", "below 40 % of those in the file"."""
    if unit == "factor":
        return f"below {_times(price)} {OF_WAGES}"
    return f"less than {wording.money(price)} {unit}"


OF_WAGES = "of those in the file"


def _times(value: float | None) -> str:
    return wording.NOTHING if value is None else f"{100 * max(value, 0.0):,.0f} %"
