"""Plans ranked: one line a plan, its place for the client and for the money."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.comparison.paired import Comparison, difference
from sim.report import wording
from sim.report.standing import shown_plans
from sim.report.text import indented

COLUMNS = {
    "wait_mean": ("mean wait", 1),
    "abandonment": ("hang up", 1),
    "callers_reached": ("callers reached", -1),
    "total_cost": ("cost in all", 1),
}
"""What plans are ranked by: what it is called, and 1 where less is better, -1 where more is."""

FEWEST = 3
"""Plans beside the base from which a ranking says more than the columns."""

NAME_WIDTH = 16


def print_ranking(console: Console, comparison: Comparison) -> None:
    """Print every plan with its place in waits, hang-ups, callers reached and cost.

    Parameters
    ----------
    console : rich.console.Console
    comparison : Comparison
        Nothing is printed for less than three plans beside the base.
    """
    if len(comparison.results) <= FEWEST:
        return
    places = {name: ranks(comparison, name) for name in COLUMNS}
    table = Table(
        box=None, pad_edge=False, padding=(0, 1), collapse_padding=True, header_style="bold"
    )
    table.add_column("cheapest first", overflow="fold", max_width=NAME_WIDTH)
    for called, _ in COLUMNS.values():
        table.add_column(called, justify="right")
    shown = shown_plans(comparison)
    for plan in (each for each in ordered(comparison, "total_cost") if each in shown):
        measures = comparison.results[plan].measures
        cells = []
        for name in COLUMNS:
            value = wording.figure(measures[name].value, measures[name].unit)
            cell = Text(f"{places[name][plan]}  {value}\n")
            cells.append(cell.append(_change(comparison, plan, name), style="dim"))
        table.add_row(Text(wording.broken_name(wording.plain(plan), NAME_WIDTH)), *cells)
    console.print(Text("Ranked", style="bold"))
    console.print(table)
    indented(
        console,
        "In front the place, = where it is not surely another than the one before; below, the "
        f"change from {wording.plain(comparison.base)} and half its 95 % interval, marked as above "
        "(from a minute on in min:s). Waits and hang-ups are of contacts, redials included; "
        "reached is of callers.",
        by=0,
    )
    console.print()


def ordered(comparison: Comparison, name: str) -> list[str]:
    """The plans from best to worst in one measure; those without a value last."""
    sense = COLUMNS[name][1]

    def value(plan: str) -> float:
        found = comparison.results[plan].measures[name].value
        return float("inf") if found is None else sense * found

    return sorted(comparison.results, key=value)


def ranks(comparison: Comparison, name: str) -> Mapping[str, str]:
    """The place of each plan in one measure, with "=" where two neighbours may be alike.

    Parameters
    ----------
    comparison : Comparison
    name : str
        One of `COLUMNS`.

    Returns
    -------
    mapping of str to str
        "1.", "2.", "=3." ...: a plan that does not surely differ from the one before it, by the
        95 % interval of their paired difference, has an equals sign.
    """
    places, before = {}, ""
    for number, plan in enumerate(ordered(comparison, name), start=1):
        alike = ""
        if before:
            one, other = (comparison.results[each].measures[name] for each in (plan, before))
            alike = "" if difference(one, other).sure else "="
        places[plan], before = f"{alike}{number}.", plan
    return places


def _change(comparison: Comparison, plan: str, name: str) -> str:
    """The paired change from the base; nothing for the base itself."""
    if plan == comparison.base:
        return ""
    move = comparison.differences[plan][name]
    if move.value is None:
        return wording.NOTHING
    if move.same:
        return "same "
    half = None if move.high is None else move.high - move.value
    change = wording.change(move.value, half, move.unit).removesuffix(" min")
    return f"{change}{'*' if move.sure_together else '?' if move.sure else ' '}"
