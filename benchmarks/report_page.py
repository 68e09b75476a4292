"""The report page of 20 plans and 1,000 days, from finished results to the file."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.apart import ROOT, apart
from benchmarks.tables import Table

if TYPE_CHECKING:
    from sim.comparison.paired import Comparison

PLANS = 20

PLAN = """
[plans.other_{number}]
about = "So many more of the early shift, and so many calls."
change = {{ "operators.generalists.shifts.early.operators" = "+{more}", "callers.cards.volume" = "x {volume}" }}
"""  # noqa: E501


def written(days: int) -> dict[str, Any]:
    """Simulate plans of the bank, and time what comes after that.

    Returns
    -------
    dict
        CPU seconds for the measures and paired differences (`measures`), for all that the page
        shows (`data`), for drawing it (`page`); and its size in MB (`size`).
    """
    from sim.comparison.paired import compare
    from sim.report.manifest import manifest_of
    from sim.report.page import html_of
    from sim.report.page_data import page_of

    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder) / "bank.toml"
        text = (ROOT / "scenarios" / "bank.toml").read_text("utf-8")
        for number in range(PLANS - text.count("\n[plans.") - 1):
            text += PLAN.format(number=number, more=1 + number % 4, volume=1 + number / 50)
        scenario.write_text(text, "utf-8")
        comparison = compare(scenario, days)
        assert len(comparison.results) == PLANS
        found: dict[str, Any] = {}

        def timed(name: str, work: Callable[[], Any]) -> Any:
            start = time.process_time()
            result = work()
            found[name] = time.process_time() - start
            return result

        timed("measures", lambda: measured(comparison))
        page = timed("data", lambda: page_of(comparison, manifest_of(comparison.results)))
        html = timed("page", lambda: html_of(page))
        found["size"] = len(html.encode()) / 1e6
    return found


def measured(comparison: Comparison) -> None:
    """Every measure of every plan, call type and group, and every paired difference."""
    for results in comparison.results.values():
        for found in (results.measures, results.by_type, results.by_group):
            assert found
    for moves in (comparison.differences, comparison.differences_by_type, comparison.break_even):
        assert moves


def report_page(days: int) -> Table:
    """What the page costs."""
    found = apart("report_page:written", days=days)
    rows = [
        ["measures and paired differences", f"{found['measures']:.2f}"],
        ["what the page shows, one day of each plan simulated again", f"{found['data']:.2f}"],
        ["the page", f"{found['page']:.2f}"],
    ]
    title = f"The page of {PLANS} plans and {days:,} days, {found['size']:.2f} MB"
    return Table(title, ("", "CPU s"), rows)
