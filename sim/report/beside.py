"""The printed comparison with the Erlang formulas, and what makes the difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.comparison.beside import HELD, Beside, Moves, Step
from sim.comparison.formulas import Answer
from sim.comparison.switches import HANG_UPS
from sim.report import wording
from sim.report.text import indented
from sim.report.verdict import hang_up

CALLED = {"service_level": "in time", "abandonment": "hung up", "asa": "asa"}


def print_beside(console: Console, result: Beside) -> None:
    """Print the formulas beside the simulation, and which property parts them.

    Parameters
    ----------
    console : rich.console.Console
    result : Beside
    """
    results = result.results
    name = f"{wording.plain(results.scenario.name)} - plan {wording.plain(results.plan)}"
    console.print(Text(name, style="bold"))
    word = wording.period(results)
    days = f"{results.days:,} {word}s" if results.days > 1 else f"one {word} (no intervals)"
    indented(
        console,
        f"{days}, seed {results.seed}, the same callers in every run. +-: half the 95 % interval; "
        "* = surely not zero.",
        by=0,
    )
    console.print()
    _print_hours(console, result)
    _print_causes(console, result)


def _print_hours(console: Console, result: Beside) -> None:
    results = result.results
    console.print(Text("The simulation beside Erlang A and C", style="bold"))
    table = Table(
        box=None, pad_edge=False, padding=(0, 1), collapse_padding=True, header_style="bold"
    )
    table.add_column("day" if results.scenario.days else "from")
    heads = ["calls", "oper-\nators", "in time,\n%", "\nA", "\nC", "hung\nup, %", "\nA",
             "asa, s", "\nA", "\nC"]  # fmt: skip
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    for each in result.stretches:
        when = str(each.named.get("day", each.named["from"]))
        answers = (each.simulated, each.erlang_a, each.erlang_c)
        table.add_row(*_row(when, each.calls, each.operators, answers))
    whole = Answer(*(results.measures[measure].value for measure in HELD))
    answers = (whole, result.erlang_a, result.erlang_c)
    calls, word = float(result.load.calls.sum()), wording.period(results)
    table.add_row(*_row(word, calls, result.operators, answers))
    if results.days > 1:
        margins = [_half(result, measure) for measure in HELD]
        row = ["+-", "", "", margins[0], "", "", margins[1], "", margins[2]]
        table.add_row(*(Text(cell, style="dim") for cell in row))
    console.print(table)
    counts = wording.level_of(results).partition(", ")[2]
    indented(
        console,
        f"in time: {counts}, within {wording.limits(results)}; hung up: {hang_up(results)}, of "
        "contacts; asa: mean wait of the answered. C has no hang-ups.",
    )
    indented(
        console,
        "Erlang: calls are the first calls of the forecast, operators the roster less breaks; all "
        "call types and groups are one queue in a steady state, at the mean handling time"
        " (and, in A, the mean patience) of each interval. Intervals are weighed by their calls.",
    )
    if result.endless:
        number = len(result.load.calls)
        indented(
            console,
            f"- : Erlang C has no answer in {result.endless} of {number} intervals, where more "
            "work comes than the operators can do and nobody would hang up.",
        )
    console.print()


def _row(
    when: str, calls: float, operators: float, answers: tuple[Answer, Answer, Answer]
) -> list[str]:
    simulated, a, _ = answers
    return [
        when, wording.number(calls), f"{operators:.1f}",
        *(_percent(each.service_level) for each in answers),
        _percent(simulated.abandonment), _percent(a.abandonment),
        *(_seconds(each.asa) for each in answers),
    ]  # fmt: skip


def _percent(share: float | None) -> str:
    return wording.NOTHING if share is None else f"{100 * share:.1f}"


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return wording.NOTHING
    return f"{seconds:,.{1 if seconds < 999.95 else 0}f}"


def _half(result: Beside, measure: str) -> str:
    """Half the interval of a measure, in the unit of its column."""
    estimate = result.results.measures[measure]
    half = wording.half_of(estimate)
    if half is None:
        return wording.NOTHING
    return f"{half * (100 if estimate.unit == 'share' else 1):.1f}"


def _print_causes(console: Console, result: Beside) -> None:
    console.print(Text("What makes the difference", style="bold"))
    if not result.alone:
        indented(console, "The scenario has nothing that Erlang A leaves out.")
    else:
        indented(console, "Each by itself: the simulation with it, less without it.")
        table = _table()
        for step in result.alone:
            _add(table, step.property.label, step.differences)
        console.print(table)
        console.print()
    indented(console, "From Erlang A up, one after the other, in this order:")
    ladder = _table()
    _add(ladder, "Erlang A", None, result.erlang_a)
    _add(ladder, "+ from hour to hour", result.rest)
    for step in reversed(result.ladder):
        _add(ladder, f"+ {step.property.label}", step.differences)
    values = Answer(*(result.results.measures[name].value for name in HELD))
    _add(ladder, "= the simulation", None, values)
    console.print(ladder)
    for line in causes(result):
        indented(console, line)
    for step in result.alone:
        indented(console, f"without {step.property.label}: {step.property.off}.", hang=2)
    indented(
        console,
        "from hour to hour: the line is empty in the morning, and what waits goes on into the next "
        "interval; Erlang takes each by itself, in a steady state.",
        hang=2,
    )


def _table() -> Table:
    table = Table(
        box=None, pad_edge=False, padding=(0, 1), collapse_padding=True, header_style="bold"
    )
    table.add_column("", min_width=26)
    for measure in HELD:
        table.add_column(CALLED[measure], justify="right", no_wrap=True, min_width=15)
    return table


def _add(table: Table, label: str, moves: Moves | None, answer: Answer | None = None) -> None:
    cells: Sequence[str]
    if moves is not None:
        cells = [_change(moves, measure) for measure in HELD]
    else:
        assert answer is not None
        units = ("share", "share", "s")
        cells = [f"{wording.figure(v, u)} " for v, u in zip(answer, units, strict=True)]
    table.add_row(f"  {label}", *cells)


def _change(moves: Moves, measure: str) -> str:
    move = moves[measure]
    half = None if move.high is None or move.low is None else (move.high - move.low) / 2
    return f"{wording.change(move.value, half, move.unit)}{'*' if move.sure else ' '}"


def causes(result: Beside) -> list[str]:
    """Which property matters most to each measure, and whether anything is left unexplained."""
    lines = []
    for measure in HELD:
        gap = result.gap[measure]
        if gap.value is None:
            continue
        steps = [step for step in result.ladder if step.differences[measure].sure]
        steps.sort(key=lambda step: -abs(_value(step, measure)))
        size = wording.change(gap.value, None, gap.unit)
        said = wording.listing([
            f"{step.property.label} ({wording.change(_value(step, measure), None, gap.unit)})"
            for step in steps[:3]
        ])  # fmt: skip
        because = f"most of all {said}" if said else "no property surely makes a difference"
        rest = result.rest[measure]
        also = ""
        if rest.sure:
            also = f"; from hour to hour {wording.change(rest.value, None, rest.unit)}"
        lines.append(f"{CALLED[measure]}: {size} from Erlang A, {because}{also}.")
    return [*lines, *_interplay(result)]


def _interplay(result: Beside) -> Iterator[str]:
    """That properties change each other's effect, where they do: the same ones, added up."""
    measure = HELD[0]
    sums = [
        sum(_value(step, measure) for step in steps if step.property is not HANG_UPS)
        for steps in (result.alone, result.ladder)
    ]
    if abs(sums[0] - sums[1]) < 0.001:
        return
    alone, ladder = (wording.change(each, None, "share") for each in sums)
    left_out = any(step.property is HANG_UPS for step in result.alone)
    without = " but hang-ups" if left_out else ""
    rest = result.rest[measure].value
    more = ""
    if rest is not None:
        whole = wording.change(sums[1] + rest, None, "share")
        more = f" ({whole} with what goes on from hour to hour)"
    yield (
        f"Added up, {CALLED[measure]}: all{without} {alone} each by itself, {ladder} one after the "
        f"other{more}; one changes what another does."
    )


def _value(step: Step, measure: str) -> float:
    return step.differences[measure].value or 0.0
