"""The printed result of a run: one screen, the verdict first, then client, staff and money."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.experiment import Results
from sim.measures.intervals import Estimate
from sim.report import wording
from sim.report.verdict import HOLE, judgements, verdict

if TYPE_CHECKING:
    from sim.comparison.paired import Comparison

Line = tuple[str, str]
"""A row of a section: the measure's name, and what the row calls it."""


def console_for(width: int | None = None) -> Console:
    """A console for stdout that prints what it is given: no markup, no emoji, no guesses."""
    return Console(width=width, markup=False, highlight=False, emoji=False)


def print_run(console: Console, results: Results, unchanged: Comparison | None = None) -> None:
    """Print the result of a run.

    Parameters
    ----------
    console : rich.console.Console
    results : Results
    unchanged : Comparison, optional
        The file as it stands, and the same with the changes of the command line; the first
        line of the verdict then says what the changes do.
    """
    scenario = results.scenario
    head = f"{wording.plain(scenario.name)} - plan {wording.plain(results.plan)}"
    console.print(Text(head, style="bold"))
    days = f"{results.days:,} days" if results.days > 1 else "one day (no intervals)"
    console.print(f"{days}, seed {results.seed}; the same seed brings the same callers.")
    console.print()
    for sentence in [*(_answer(unchanged) if unchanged else ()), *verdict(results)]:
        indented(console, sentence)
    console.print()
    _print_sections(console, results)
    _print_hours(console, results)
    if len(results.by_group) > 1:
        _print_groups(console, results)
    if len(results.by_type) > 1:
        _print_types(console, results)
    _print_notes(console, results)


def indented(console: Console, sentence: str, by: int = 2, hang: int = 0) -> None:
    """Print a sentence set in from the left; further lines hang `hang` more."""
    first, rest = " " * by, " " * (by + hang)
    lines = textwrap.wrap(
        sentence, console.width, initial_indent=first, subsequent_indent=rest,
        break_on_hyphens=False,
    )  # fmt: skip
    console.print("\n".join(lines), soft_wrap=True)


def _answer(unchanged: Comparison) -> list[str]:
    """Monday's question in one line: what the changes of the command line do."""
    from sim.report.compared import in_one_line

    return [in_one_line(unchanged, next(reversed(unchanged.results)))]


def _print_sections(console: Console, results: Results) -> None:
    actual = results.scenario.actual
    columns = ["value", "+-", "8 days in 10", "target", *(["actual"] if actual else [])]
    table = _table(console, "", *columns)
    targets = {each.measure: each for each in judgements(results) if each.type is None}
    for title, lines in sections(results).items():
        table.add_row(Text(title, style="bold"))
        for name, called in lines:
            estimate, aim = results.measures[name], targets.get(name)
            target = ""
            if aim is not None:
                target = f"{'>=' if aim.at_least else '<='} {100 * aim.bound:g} %"
            row = [f"  {called}", *known(estimate), target]
            if actual:
                row.append(wording.figure(actual[name], estimate.unit) if name in actual else "")
            table.add_row(*row)
    console.print(table)
    console.print(
        "  +- is how well the mean is known (95 %); 8 days in 10 is how far days differ.",
        style="dim",
    )
    console.print()


def known(estimate: Estimate) -> list[str]:
    """Value, half-width and range of days."""
    return [
        wording.figure(estimate.value, estimate.unit),
        wording.margin(estimate.low, estimate.high, estimate.unit, estimate.value),
        wording.days_range(estimate),
    ]


def sections(results: Results) -> dict[str, list[Line]]:
    """Which measures the first screen shows, under client, staff and money.

    A row that can only be empty in this scenario (blocked without a limit on lines, worth where
    none is set) is left out.
    """
    scenario, measures = results.scenario, results.measures
    money = scenario.currency
    level = level_of(results)
    client = [
        ("offered", "calls offered a day"),
        ("service_level", level),
        ("abandonment", _hang_up(results)),
        ("asa", "asa (answered waited)"),
        ("wait_p90", "9 in 10 waited at most"),
        ("waited_over_5_min", "waited over 5 min"),
        ("waited_over_30_min", "waited over 30 min"),
        *_where(measures, ("blocked", "found all lines busy"), ("cut_off", "cut off at closing")),
    ]
    staff = [
        ("occupancy", "occupancy"),
        ("paid_hours", "paid hours a day"),
        ("overtime_hours", "of these overtime"),
        ("shrinkage", "shrinkage"),
    ]
    cost = [
        ("staffing_cost", f"staff a day, {money}"),
        ("staff_cost_per_answered", f"staff a call answered, {money}"),
        *_where(
            measures,
            ("lost_call_cost", f"calls lost, {money}"),
            ("waiting_cost", f"minutes waited, {money}"),
        ),
    ]
    if scenario.plan_cost_per_day:
        cost.append(("total_cost", f"in all, {money} (plan: {scenario.plan_cost_per_day:,.2f})"))
    elif len(cost) > 2:
        cost.append(("total_cost", f"in all, {money}"))
    if measures["answered_value"].value:
        cost.append(("net", f"worth less cost, {money}"))
    return {"CLIENT": client, "STAFF": staff, "MONEY": cost}


def level_of(results: Results) -> str:
    """What the service level of the whole line counts, with its threshold or thresholds."""
    scenario = results.scenario
    counts = scenario.counts(None)
    limits = {scenario.within(name) for name in scenario.callers}
    if limits == {scenario.within(None)}:
        return wording.named_level(scenario.within(None), counts)
    return f"answered in time, {wording.COUNTS[counts]}"


def _hang_up(results: Results) -> str:
    short = results.scenario.ignore_under(None)
    over = f" after {wording.plain_duration(short)}" if short else ""
    return f"hang up{over}"


def _where(measures: dict[str, Estimate], *lines: Line) -> Iterable[Line]:
    return (line for line in lines if measures[line[0]].value)


def _print_hours(console: Console, results: Results) -> None:
    table = _table(
        console, "from", "offered", "hung up", "in time", "asa", "required", "scheduled",
        "on duty", "over",
    )  # fmt: skip
    for hour in results.hourly():
        over = hour["over"]
        short = isinstance(over, float) and over <= -HOLE
        balance = f"{over:+.1f}" if isinstance(over, float) else wording.NOTHING
        row = [
            str(hour["from"]),
            wording.number(_value(hour["offered"])),
            wording.share(_value(hour["abandonment"])),
            wording.share(_value(hour["service_level"])),
            wording.duration(_value(hour["asa"])),
            *(
                wording.NOTHING if hour[name] is None else f"{hour[name]:.1f}"
                for name in ("required", "scheduled", "on_duty")
            ),
            balance + (" !" if short else "  "),
        ]
        table.add_row(*row)
    console.print(table)
    console.print("  over: operators on duty less required; ! = a hole.", style="dim")
    console.print()


def _value(value: str | float | None) -> float | None:
    return value if isinstance(value, float) else None


def _print_groups(console: Console, results: Results) -> None:
    table = _table(
        console, "operators", "answered", "handling", "occupancy", "on duty", "overtime", "cost"
    )
    for name, measures in results.by_group.items():
        names = ("answered", "handling_mean", "occupancy", "on_duty_hours", "overtime_hours")
        table.add_row(wording.plain(name, 30), *_figures(measures, [*names, "staffing_cost"]))
    console.print(table)
    console.print()


def _print_types(console: Console, results: Results) -> None:
    scenario = results.scenario
    table = _table(
        console, "callers", "offered", "in time", "within", "hung up", "asa", "9 in 10 under",
        "avoidable",
    )  # fmt: skip
    for name, measures in results.by_type.items():
        kind = scenario.callers[name]
        offered, in_time = _figures(measures, ["offered", "service_level"])
        rest = _figures(measures, ["abandonment", "asa", "wait_p90"])
        within = wording.plain_duration(scenario.within(name))
        avoidable = wording.share(kind.avoidable) if kind.avoidable else wording.NOTHING
        label = wording.plain(kind.label or name, 30)
        table.add_row(label, offered, in_time, within, *rest, avoidable)
    console.print(table)
    console.print()


def _figures(measures: dict[str, Estimate], names: Sequence[str]) -> list[str]:
    return [wording.figure(measures[name].value, measures[name].unit) for name in names]


def _print_notes(console: Console, results: Results) -> None:
    console.print(Text("Assumed, not measured", style="bold"))
    for sentence in results.assumptions:
        indented(console, f"- {sentence}", hang=2)
    console.print(Text("Next", style="bold"))
    console.print(f"  {next_command(results)}", soft_wrap=True)


def next_command(results: Results) -> str:
    """The command that a planner would try next."""
    scenario = results.scenario
    file = scenario.path.as_posix() if scenario.path is not None else "FILE"
    if len(scenario.plan_names) > 1:
        return f"waitline compare {file}"
    group, shift = next(
        ((g, s) for g, each in scenario.operators.items() for s in each.shifts or ()), ("", "")
    )
    if shift:
        return f"waitline run {file} --set operators.{group}.shifts.{shift}.operators=+1"
    kind = next(iter(scenario.callers))
    return f"waitline run {file} --set callers.{kind}.volume=+10%"


def _table(console: Console, first: str, *columns: str) -> Table:
    """A table without rules: the first column to the left, figures to the right."""
    roomy = console.width >= 96
    table = Table(
        box=None, pad_edge=False, padding=(0, 1), collapse_padding=not roomy, header_style="bold"
    )
    table.add_column(first, justify="left", overflow="fold")
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    return table
