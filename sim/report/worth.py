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


def worth_it(comparison: Comparison, plan: str) -> str:
    """From what prices on a plan is worth it, in one sentence; of each price by itself."""
    told, same = [], dict[str, list[str]]()
    for name, point in comparison.break_even[plan].items():
        if point.unit == "factor" and (point.value or 0.0) > MOST_TIMES:
            continue
        if point.value is not None and point.better in (ABOVE, BELOW):
            told.append(f"{IF_PRICE[name]} {_price(point)}")
        elif point.better in (ALWAYS, NEVER):
            same.setdefault(point.better, []).append(_ANY[name])
    said = [f"if {wording.listing_or(told)}"] if told else []
    said += [f"{better}, whatever {wording.listing_or(of)}" for better, of in same.items()]
    return f"Worth it {'; '.join(said)}." if said else ""


MOST_TIMES = 10
"""Wages so many times what they are say nothing."""

_ANY = {
    ANSWERED_VALUE: "an answered call is worth",
    LOST_CALL_COST: "a lost caller costs",
    WAGES: "wages are",
}


def _price(point: BreakEven) -> str:
    """ "more than 8.72 (7.90 to 9.80) EUR"."""
    than = "more" if point.better == ABOVE else "less"
    if point.unit == "factor":
        than = {"more": "above", "less": "below"}[than]
        ends = "" if point.low is None else f" ({_times(point.low)} to {_times(point.high)})"
        return f"{than} {_times(point.value)}{ends} of what they are"
    ends = ""
    if point.low is not None:
        ends = f" ({wording.money(max(point.low, 0.0))} to {wording.money(point.high)})"
    return f"{than} than {wording.money(point.value)}{ends} {point.unit}"


def _times(value: float | None) -> str:
    return wording.NOTHING if value is None else f"{100 * max(value, 0.0):,.0f} %"
