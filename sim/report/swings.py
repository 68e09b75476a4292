"""The printed sensitivity: what moves each measure, the grid, and the room that targets leave."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.comparison.levers import HANDLING, VOLUME, Lever
from sim.comparison.room import Limit, first_to_fail
from sim.comparison.sensitivity import Cell, Sensitivity, Side, Swing
from sim.comparison.trials import MOVED
from sim.measures.intervals import Estimate
from sim.report import wording
from sim.report.text import indented
from sim.report.verdict import hang_up, label_of
from sim.scenario.aims import Aim

BAR = 19
"""Width of a bar of the printed tornado."""

MOST_ROWS = 8
"""Levers that are shown under one measure."""

LEVER_WIDTH = 20


def called(result: Sensitivity, measure: str) -> str:
    """What a measure is called, with its threshold or unit."""
    base = result.base
    names = {
        "service_level": wording.level_of(base),
        "abandonment": f"{hang_up(base)}, of contacts",
        "wait_mean": "mean wait of all",
        "total_cost": f"cost a {wording.period(base)}, {base.scenario.currency}",
    }
    return names[measure]


def percent(turn: float, signed: bool = True) -> str:
    """A turn in per cent: "+10 %", "-2.5 %"."""
    text = f"{100 * turn:+.1f}" if signed else f"{100 * abs(turn):.1f}"
    return f"{text.removesuffix('.0')} %"


def print_sensitivity(console: Console, result: Sensitivity) -> None:
    """Print what moves the measures, the grid, and how wrong a forecast may be.

    Parameters
    ----------
    console : rich.console.Console
    result : Sensitivity
        What was not asked for is left out.
    """
    base = result.base
    name = f"{wording.plain(base.scenario.name)} - plan {wording.plain(base.plan)}"
    console.print(Text(name, style="bold"))
    word = wording.period(base)
    days = f"{base.days:,} {word}s" if base.days > 1 else f"one {word} (no intervals)"
    indented(
        console,
        f"{days}, seed {base.seed}, the same callers in every run. +-: half the 95 % interval; "
        "in brackets: the 95 % interval; * = surely not zero.",
        by=0,
    )
    console.print()
    if "room" in result.parts:
        _print_room(console, result)
    if "tornado" in result.parts:
        _print_tornado(console, result)
    if "grid" in result.parts:
        _print_grid(console, result.cells, called(result, "service_level"))


def _print_tornado(console: Console, result: Sensitivity) -> None:
    by = percent(result.by, signed=False)
    console.print(Text(f"What moves it most, each {by} less and more by itself", style="bold"))
    indented(console, f"bars: = {by} less, # {by} more; a change of shares is in points (pt).")
    for measure in MOVED:
        _print_measure(console, result, measure, by)
    for swing in result.swings:
        for side in swing.sides:
            if side.impossible:
                way = "more" if side.turn > 0 else "less"
                said = f"{swing.lever.label} {by} {way} cannot be: {side.impossible}."
                indented(console, said)
    if result.absent:
        missing = "; ".join(lever.missing for lever in result.absent)
        indented(console, f"Not turned, since it is not in this scenario: {missing}.")
    console.print()


def _print_measure(console: Console, result: Sensitivity, measure: str, by: str) -> None:
    estimate = result.base.measures[measure]
    shown = [swing for swing in result.tornado(measure) if swing.reach(measure) > 0]
    value = wording.figure(estimate.value, estimate.unit, measure)
    known = "" if estimate.low is None else f" +- {wording.margin(estimate)}"
    title = f"  {called(result, measure)}: {value}{known}"
    console.print(Text(title, style="bold"))
    if not shown:
        indented(console, "nothing that was turned moves it", 4)
        return
    table = _table(("", "left"), ("", "left"), (f"{by} less", "right"), (f"{by} more", "right"))
    largest = max(swing.reach(measure) for swing in shown)
    for swing in shown[:MOST_ROWS]:
        label = wording.plain(swing.lever.label, LEVER_WIDTH)
        cells = [change_of(side, measure) for side in swing.sides]
        table.add_row(f"    {label:{LEVER_WIDTH}}", bar(swing, measure, largest), *cells)
    console.print(table)
    if len(shown) > MOST_ROWS:
        indented(console, f"and {len(shown) - MOST_ROWS} with less effect (--csv tornado)", 4)


def _table(*columns: tuple[str, str]) -> Table:
    table = Table(
        box=None, pad_edge=False, padding=(0, 1), collapse_padding=True, header_style="bold"
    )
    for name, side in columns:
        table.add_column(name, justify="right" if side == "right" else "left", no_wrap=True)
    return table


def change_of(side: Side, measure: str) -> str:
    """A change with its half-width, and a star where it is surely not zero."""
    if not side.differences:
        return "cannot be "
    move = side.differences[measure]
    half = None if move.high is None or move.value is None else move.high - move.value
    return f"{wording.change(move.value, half, move.unit)}{'*' if move.sure else ' '}"


def bar(swing: Swing, measure: str, largest: float) -> str:
    """The two changes as a bar about a middle: = for less, # for more."""
    half = BAR // 2
    cells = [" "] * (2 * half + 1)
    marks = []
    for side, mark in zip(swing.sides, "=#", strict=True):
        move = side.differences[measure].value if side.differences else None
        if move:
            marks.append((round(half * move / largest), mark))
    for length, mark in sorted(marks, key=lambda each: -abs(each[0])):
        for step in range(1, abs(length) + 1):
            cells[half + (step if length > 0 else -step)] = mark
    cells[half] = "|"
    return "".join(cells)


def _print_grid(console: Console, cells: Sequence[Cell], level: str) -> None:
    volumes = list(dict.fromkeys(cell.volume for cell in cells))
    handlings = list(dict.fromkeys(cell.handling for cell in cells))
    console.print(Text("Calls by handling time", style="bold"))
    judged = bool(cells[0].trial.aims)
    note = "; ok: every target is kept, 2!: two are missed" if judged else ""
    indented(console, f"% {level}, +- half its 95 % interval{note}.")
    table = _table(("calls", "left"), *((f"handling {percent(h)}", "right") for h in handlings))
    for column in table.columns:
        column.header = str(column.header).replace("handling ", "handling\n")
    for volume in volumes:
        row = [cell for cell in cells if cell.volume == volume]
        table.add_row(percent(volume), *(_cell(cell, judged) for cell in row))
    console.print(table)
    console.print()


def _cell(cell: Cell, judged: bool) -> str:
    estimate: Estimate = cell.trial.measures["service_level"]
    if estimate.value is None:
        return wording.NOTHING
    value = f"{100 * estimate.value:.1f}"
    known = "" if estimate.low is None else f" +-{wording.margin(estimate)}"
    missed = cell.trial.missed()
    mark = (f" {missed}!" if missed else " ok") if judged else ""
    return f"{value}{known}{mark}"


def _print_room(console: Console, result: Sensitivity) -> None:
    console.print(Text("How wrong the forecast may be", style="bold"))
    if not result.limits:
        indented(
            console,
            "No target is set, so nothing can fail; [targets] in the scenario file sets some.",
        )
        console.print()
        return
    for lever in (VOLUME, HANDLING):
        indented(console, sentence(result, lever), hang=2)
    table = _table(("target", "left"), ("more calls, %", "right"), ("longer handling, %", "right"))
    table.columns[0].no_wrap = False
    pairs = zip(result.limits_of(VOLUME), result.limits_of(HANDLING), strict=True)
    for calls, times in pairs:
        table.add_row(f"  {aim_called(result, calls.aim)}", room(calls), room(times))
    console.print(table)
    indented(
        console,
        "from what change of the forecast on each target is missed; below 0: it is missed as it "
        "is.",
    )
    console.print()


def aim_called(result: Sensitivity, aim: Aim) -> str:
    """A target in words: "Deposits: in time >= 70 %"."""
    words = {"service_level": "in time", "abandonment": "hang up", "occupancy": "occupancy"}
    side = ">=" if aim.at_least else "<="
    label = label_of(result.base, aim.type)
    where = f"{wording.plain(label, 24)}: " if label else ""
    return f"{where}{words[aim.measure]} {side} {100 * aim.bound:g} %"


def room(limit: Limit) -> str:
    """The room that a target leaves in per cent: "+6.5 (+5.5 to +7.5)"."""
    if limit.value is None:
        return "over +100" if limit.kept else "not even at -90"
    return f"{100 * limit.value:+.1f}{_ends(limit)}"


def _ends(limit: Limit, unit: str = "") -> str:
    if limit.low is None and limit.high is None:
        return ""
    low, high = ("?" if end is None else f"{100 * end:+.1f}" for end in (limit.low, limit.high))
    return f" ({low} to {high}{unit})"


MORE = {VOLUME.name: ("calls", "more", "fewer"), HANDLING.name: ("handling", "longer", "shorter")}


def sentence(result: Sensitivity, lever: Lever) -> str:
    """How wrong the forecast may be in one thing, and what fails first."""
    first = first_to_fail(result.limits_of(lever))
    what, more, fewer = MORE[lever.name]
    name, target = what.capitalize(), aim_called(result, first.aim)
    if first.value is None:
        if first.kept:
            return f"{name}: every target is kept even at 100 % {more}."
        return f"{name}: missed as it is, and at 90 % {fewer} too: {target}."
    size, known = f"{100 * abs(first.value):.1f} %", _ends(first, " %")
    if first.kept:
        sure = "" if first.low is None or first.low > 0 else " Too close to be sure that it holds."
        return f"{name}: the plan holds up to {size} {more}{known}; first to fail: {target}.{sure}"
    sure = "" if first.high is None or first.high < 0 else " Too close to be sure that it fails."
    return (
        f"{name}: the plan fails as it is, and would hold at {size} {fewer}{known}; "
        f"missed: {target}.{sure}"
    )
