"""Rows of the screen for the operators: stretches, breaks, and where paid time goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.crewing import BREAK
from sim.report import wording

if TYPE_CHECKING:
    from sim.experiment import Results
    from sim.report.returning import Line

MISSED = 0.005
"""Share of breaks never taken from which the screen says so."""

UNTOLD = ("overtime", "other")
"""Parts of the shrinkage that say nothing by themselves."""


def desk_lines(results: Results) -> Iterator[Line]:
    """What the day is for the operators."""
    calendar, measures = results.ledger.centre.calendar, results.measures
    yield "longest_stretch", "longest stretch at work"
    if (calendar.break_kind == BREAK).any():
        yield "breaks_late", "breaks begun late"
        if (measures["breaks_missed"].value or 0.0) >= MISSED:
            yield "breaks_missed", "breaks never taken"


def cost_of_year(results: Results) -> str:
    """What all of it costs a week and a year, and for each contact and caller."""
    scenario, measures = results.scenario, results.measures

    def amount(name: str) -> str:
        return wording.figure(measures[name].value, measures[name].unit)

    known = f" +- {wording.margin(measures['cost_year'])}" if results.days > 1 else ""
    return (
        f"in all {amount('cost_week')} {scenario.currency} a week of {scenario.days_a_week:g} "
        f"days, {amount('cost_year')}{known} a year; {amount('cost_per_contact')} a contact, "
        f"{amount('cost_per_caller_reached')} a caller reached."
    )


def parts_of_shrinkage(results: Results) -> Iterator[str]:
    """Where the paid time off duty of each group goes; nothing where that is overtime only."""
    for name, measures in results.by_group.items():
        rows = [row for row in results.shrinkage_parts if row["group"] == name]
        if all(row["part"] in UNTOLD for row in rows):
            continue
        told = [
            f"{row['part']} {wording.share(share)}"
            for row in rows
            if isinstance(share := row["share"], float)
        ]
        whole = wording.share(measures["shrinkage"].value)
        yield f"shrinkage of {wording.plain(name, 30)} {whole}: {', '.join(told)}."
