"""How often days that stop by themselves are right: `python -m benchmarks.best_of_k [DAYS]`.

A line with six plans is simulated for many days. They are cut into pieces, one after the other,
each as long as the procedure itself asks for; what a piece says is held against all days.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.tables import Table
from sim.comparison.best import FIRST, select
from sim.comparison.paired import Comparison, compare
from sim.measures.intervals import Estimate, Floats, mean, share
from sim.measures.precision import Width, first_days, next_days, precision_of

LINE = """
name = "How many operators"
[day]
opens = "09:00"
closes = "11:00"
interval = "30 min"
[busyness]
cv = 0.2
[callers.calls]
arrivals = { per_hour = 60 }
talk = { exponential = "4 min" }
patience = { exponential = "2 min" }
money = { lost_call_cost = 6.0 }
[operators.clerks]
skills = ["calls"]
wage = 20.0
headcount = 4
"""
OPERATORS = (4, 5, 6, 7, 8, 9)

DIFFERENCES = (20.0, 10.0, 5.0, 2.0)
"""Of the total cost a day that matter, in EUR."""

WIDTHS = (0.03, 0.02, 0.01)
"""Half-widths of the service level."""

COST_WIDTHS = (8.0,)
"""Half-widths of the total cost, in EUR."""


def simulated(days: int) -> Comparison:
    """The plans on the same callers, for many days."""
    plans = "".join(
        f'[plans.with_{n}]\nchange = {{ "operators.clerks.headcount" = "+{n - 4}" }}\n'
        for n in OPERATORS[1:]
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "line.toml"
        path.write_text(LINE + plans, encoding="utf-8")
        return compare(path, days)


def choices(costs: Floats, difference: float) -> Iterator[tuple[int, int, int]]:
    """The plan chosen, the days of all plans and those without dropping, piece after piece.

    Parameters
    ----------
    costs : ndarray, shape (plans, days)
        What each day costs under each plan.
    difference : float
        The difference that matters.
    """
    start = 0
    while start + FIRST <= costs.shape[1]:
        rest = costs[:, start:]

        def look(plans: Sequence[int], days: int, rest: Floats = rest) -> tuple[Floats, Floats]:
            seen = -rest[list(plans), :days]
            values = seen.mean(axis=1)
            return values, seen - values[:, None]

        found = select(len(costs), difference, look, at_most=rest.shape[1])
        if not found.clear:
            return
        dropped = sum(out.days for out in found.dropped.values())
        left = len(found.left)
        yield found.left[0], dropped + left * found.days, len(costs) * found.days
        start += found.days


def pieces(estimate: Callable[[slice], Estimate], width: float, days: int) -> Iterator[Estimate]:
    """Estimates that are known to a width, piece after piece.

    Parameters
    ----------
    estimate : callable
        The estimate of a slice of the days.
    width : float
        Half the width of its interval.
    days : int
        Days there are.
    """
    start, asked = 0, Width("service_level", width, "share")
    while True:
        length = first_days(days)
        while start + length <= days:
            found = estimate(slice(start, start + length))
            known = precision_of((asked,), {"base": {asked.measure: found}}, days + 1)
            if known.reached:
                break
            length = next_days(known)
        else:
            return
        yield found
        start += length


def holds(found: Estimate, truth: float) -> bool:
    """Whether an interval has the truth in it."""
    assert found.low is not None
    assert found.high is not None
    return found.low <= truth <= found.high


def best_table(comparison: Comparison) -> Table:
    """How often the plan that is chosen is the best, or within the difference of it."""
    books = [each.ledger.everything().columns for each in comparison.results.values()]
    costs = np.array([book["total_cost"] for book in books])
    truth = costs.mean(axis=1)
    rows = []
    for difference in DIFFERENCES:
        found = list(choices(costs, difference))
        chosen = np.array([each[0] for each in found])
        good = np.mean(truth[chosen] <= truth.min() + difference)
        spent, without = (np.mean([each[i] for each in found]) for i in (1, 2))
        rows.append(
            [
                f"{difference:g} EUR", f"{len(found)}", f"{np.mean(chosen == truth.argmin()):.3f}",
                f"{good:.3f}", f"{spent:,.0f}", f"{without:,.0f}",
            ]
        )  # fmt: skip
    costs_said = ", ".join(f"{each:.2f}" for each in truth)
    return Table(
        f"Best of six by total cost; true means {costs_said} EUR",
        ["difference", "times", "chose the best", "within the difference", "days of all plans",
         "without dropping"],
        rows,
    )  # fmt: skip


def width_table(comparison: Comparison) -> Table:
    """How often intervals hold the truth where the days went on until they are narrow."""
    book = comparison.results[comparison.base].ledger.everything().columns
    met, judged, cost = book["met"], book["judged"], book["total_cost"]
    rows = []
    for width in WIDTHS:
        level = list(pieces(lambda days: share(met[days], judged[days]), width, len(met)))
        truth = met.sum() / judged.sum()
        rows.append(_row("service_level", f"{100 * width:g} pt", level, truth))
    for width in COST_WIDTHS:
        mean_cost = list(pieces(lambda days: mean(cost[days], "EUR"), width, len(cost)))
        rows.append(_row("total_cost", f"{width:g} EUR", mean_cost, float(cost.mean())))
    return Table(
        "Intervals of the plan with four operators",
        ["measure", "width", "times", "hold", "days"], rows,
    )  # fmt: skip


def _row(name: str, width: str, found: list[Estimate], truth: float) -> list[str]:
    held = np.mean([holds(each, truth) for each in found])
    days = np.mean([len(each.days) for each in found])
    return [name, width, f"{len(found)}", f"{held:.3f}", f"{days:,.0f}"]


def main(arguments: list[str]) -> None:
    """Print both tables."""
    comparison = simulated(int(arguments[0]) if arguments else 15_000)
    for table in (best_table(comparison), width_table(comparison)):
        print(table.markdown(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
