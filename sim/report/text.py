"""The printed result of a run: one screen, the verdict first, then client, staff and money."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.experiment import Results
from sim.measures.intervals import Estimate
from sim.report import returning, staffing, wording
from sim.report.how_many import how_many_days
from sim.report.verdict import HOLE, hang_up, judgements, verdict

if TYPE_CHECKING:
    from sim.comparison.paired import Comparison
    from sim.report.returning import Line


def console_for(width: int | None = None) -> Console:
    """A console for stdout that prints what it is given: no markup, no emoji, no guesses."""
    return Console(width=width, markup=False, highlight=False, emoji=False)


def print_run(
    console: Console,
    results: Results,
    unchanged: Comparison | None = None,
    changes: Mapping[str, str] | None = None,
) -> None:
    """Print the result of a run.

    Parameters
    ----------
    console : rich.console.Console
    results : Results
    unchanged : Comparison, optional
        The file as it stands, and the same with the changes of the command line; the first
        line of the verdict then says what the changes do.
    changes : mapping of str to str, optional
        The changes of the command line, for the next command.
    """
    scenario = results.scenario
    head = f"{wording.plain(scenario.name)} - plan {wording.plain(results.plan)}"
    console.print(Text(head, style="bold"))
    for about in (scenario.about, scenario.plan_about):
        if about:
            indented(console, wording.plain(about, 400), by=0)
    word, simulated = wording.period(results), len(scenario.days)
    days = f"{results.days:,} {word}s" if results.days > 1 else f"one {word} (no intervals)"
    days += f" of {simulated} days" if simulated else ""
    console.print(f"{days}, seed {results.seed}; the same seed brings the same callers.")
    for sentence in how_many_days(results.precision, word):
        indented(console, sentence, by=0)
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
    if results.by_message:
        _print_messages(console, results)
    _print_notes(console, results, changes or {})


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
    actual, many = results.scenario.actual, results.days > 1
    word = wording.period(results)
    columns = ["value", *(["+-", f"8 {word}s in 10"] if many else []), "target"]
    table = _table(console, "", *columns, *(["actual"] if actual else []))
    targets = {each.measure: each for each in judgements(results) if each.type is None}
    for title, lines in sections(results).items():
        table.add_row(Text(title, style="bold"))
        for name, called in lines:
            estimate, aim = results.measures[name], targets.get(name)
            row = [f"  {called}", wording.figure(estimate.value, estimate.unit, name)]
            if many:
                row += [wording.margin(estimate), wording.days_range(estimate)]
            row.append("" if aim is None else aim.bound_in_words())
            if actual:
                row.append(
                    wording.figure(actual[name], estimate.unit, name) if name in actual else ""
                )
            table.add_row(*row)
    console.print(table)
    notes = [f"in time: within {wording.limits(results)}."]
    if many:
        notes.append(
            f"+-: how well the mean is known (95 %); 8 {word}s in 10: how far {word}s differ."
        )
    for note in [*notes, staffing.cost_of_year(results), *staffing.parts_of_shrinkage(results)]:
        indented(console, note, hang=2 if note.startswith("shrinkage") else 0)
    console.print()


def sections(results: Results) -> dict[str, list[Line]]:
    """Which measures the first screen shows, under client, staff and money.

    A row that can only be empty in this scenario (blocked without a limit on lines, redials
    where nobody phones again, worth where none is set) is left out.
    """
    scenario, measures = results.scenario, results.measures
    money, word = scenario.currency, wording.period(results)
    level = wording.level_of(results)
    client = [
        ("offered", f"contacts offered a {word}"),
        *returning.offered_lines(results),
        ("service_level", level),
        ("abandonment", f"{hang_up(results)}, of contacts"),
        *returning.caller_lines(results),
        ("asa", "asa (answered waited)"),
        ("wait_p90", "9 in 10 waited at most"),
        ("waited_over_5_min", "waited over 5 min"),
        ("waited_over_30_min", "waited over 30 min"),
        *_where(
            measures,
            ("blocked", f"found {returning.full(scenario)}"),
            ("cut_off", "cut off at closing"),
        ),
        *returning.promise_lines(results),
    ]
    staff = [
        ("occupancy", "occupancy"),
        ("paid_hours", f"paid hours a {word}"),
        ("overtime_hours", "of these overtime"),
        ("shrinkage", "shrinkage (paid, not on duty)"),
        *staffing.desk_lines(results),
    ]
    cost = [
        ("staffing_cost", f"staff a {word}, {money}"),
        *_where(
            measures,
            ("premium_cost", f"- of these premiums, {money}"),
            ("standby_cost", f"- of these standby, {money}"),
        ),
        ("staff_cost_per_answered", f"staff a call answered, {money}"),
        *_where(
            measures,
            ("lost_call_cost", f"calls lost, {money}"),
            ("waiting_cost", f"minutes waited, {money}"),
            ("telephone_cost", f"telephone lines, {money}"),
            ("repeat_cost", f"repeat calls, {money}"),
            ("plan_cost", f"the plan itself, {money}"),
        ),
    ]
    if any(name in _BESIDE_STAFF for name, _ in cost):
        cost.append(("total_cost", f"in all, {money}"))
    if measures["answered_value"].value:
        cost.append(("net", f"worth less cost, {money}"))
    return {"CLIENT": client, "STAFF": staff, "MONEY": cost}


_BESIDE_STAFF = (
    "lost_call_cost", "waiting_cost", "telephone_cost", "repeat_cost", "plan_cost",
)  # fmt: skip


def _where(measures: dict[str, Estimate], *lines: Line) -> Iterable[Line]:
    return (line for line in lines if measures[line[0]].value)


def _print_hours(console: Console, results: Results) -> None:
    lines = bool(returning.full(results.scenario))
    week = bool(results.scenario.days)
    table = _table(
        console, "day" if week else "from", "offered", *(["busy"] if lines else []), "hung up",
        "in time", "asa", "required", "scheduled", "on duty", "over",
    )  # fmt: skip
    for hour in results.daily() if week else results.hourly():
        over = hour["over"]
        short = isinstance(over, float) and over <= -HOLE
        balance = f"{over:+.1f}" if isinstance(over, float) else wording.NOTHING
        table.add_row(
            str(hour["day"] if week else hour["from"]),
            wording.number(_value(hour["offered"])),
            *([wording.number(_value(hour["blocked"]))] if lines else []),
            wording.share(_value(hour["abandonment"])),
            wording.share(_value(hour["service_level"])),
            wording.duration(_value(hour["asa"])),
            *(
                wording.NOTHING if hour[name] is None else f"{hour[name]:.1f}"
                for name in ("required", "scheduled", "on_duty")
            ),
            balance + (" !" if short else "  "),
        )
    console.print(table)
    mean = "means of the open hours; " if week else ""
    indented(console, f"over: operators on duty less required; {mean}! = a hole.")
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
    avoidable = any(kind.avoidable for kind in scenario.callers.values())
    table = _table(
        console, "callers", "offered", "in time", "hung up", "asa", "9 in 10 under",
        *(["avoidable"] if avoidable else []),
    )  # fmt: skip
    names = ("offered", "service_level", "abandonment", "asa", "wait_p90")
    for name, measures in results.by_type.items():
        kind = scenario.callers[name]
        row = [wording.plain(kind.label or name, 30), *_figures(measures, names)]
        if avoidable:
            row.append(wording.share(kind.avoidable) if kind.avoidable else wording.NOTHING)
        table.add_row(*row)
    console.print(table)
    console.print()


def _print_messages(console: Console, results: Results) -> None:
    table = _table(console, "hears while waiting", "callers", "contacts", "of offered", "times")
    for row in returning.message_rows(results):
        table.add_row(*row)
    console.print(table)
    more = len(results.by_message) - returning.MOST_MESSAGES
    if more > 0:
        indented(console, f"and {more} messages more (by_message of --json)")
    console.print()


def _figures(measures: dict[str, Estimate], names: Sequence[str]) -> list[str]:
    return [wording.figure(measures[name].value, measures[name].unit) for name in names]


def _print_notes(console: Console, results: Results, changes: Mapping[str, str]) -> None:
    console.print(Text("Assumed, not measured", style="bold"))
    for sentence in results.assumptions:
        indented(console, f"- {sentence}", hang=2)
    console.print(Text("Next", style="bold"))
    console.print(f"  {next_command(results, changes)}", soft_wrap=True)


def next_command(results: Results, changes: Mapping[str, str]) -> str:
    """The command that a planner would try next, with the changes that were made now."""
    scenario = results.scenario
    file = shlex.quote(scenario.path.as_posix()) if scenario.path is not None else "FILE"
    made = "".join(f" --set {shlex.quote(f'{name}={to}')}" for name, to in changes.items())
    if len(scenario.plan_names) > 1:
        return f"waitline compare {file}{made}"
    group, shift = next(
        ((g, s) for g, each in scenario.operators.items() for s in each.shifts or ()), ("", "")
    )
    if shift:
        trial = f"operators.{_key(group)}.shifts.{_key(shift)}.operators"
        step = "+1"
    else:
        trial, step = f"callers.{_key(next(iter(scenario.callers)))}.volume", "+10%"
    if trial in changes:
        return f"waitline trace {file}{made}"
    return f"waitline run {file}{made} --set {shlex.quote(f'{trial}={step}')}"


def _key(name: str) -> str:
    """A part of a dotted name, in quotation marks where TOML wants them."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else f'"{name}"'


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
