"""A built roster for people: what it reaches, its shifts, the bound, and the hours as a plot."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.report import wording
from sim.report.plots import INK, ON_DUTY, REQUIRED, SCHEDULED, edges_of, finished
from sim.report.text import indented
from sim.report.verdict import HOLE, Judgement, holes_and_surplus, judgements
from sim.staffing.reached import Reached
from sim.staffing.rostered import operators
from sim.staffing.shifts import Built

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABEL, BREAKS = 34, 26


def print_built(console: Console, built: Built, next_ones: Sequence[str] = ()) -> None:
    """Print a built roster.

    Parameters
    ----------
    console : rich.console.Console
    built : Built
    next_ones : sequence of str
        Commands that lead on from here.
    """
    results = built.results
    word = wording.period(results)
    head = f"{wording.plain(built.scenario.name)} - a roster for {_groups(built)}"
    console.print(Text(head, style="bold"))
    indented(
        console,
        f"Searched on {built.search_days:,} {word}s of seed {built.seed}; every figure below is "
        f"of {results.days:,} other {word}s, seed {results.seed}.",
        by=0,
    )
    console.print()
    for sentence in verdict(built):
        indented(console, sentence)
    console.print()
    _print_targets(console, built)
    _print_shifts(console, built)
    _print_hours(console, built)
    console.print(Text("Assumed, not measured", style="bold"))
    for sentence in built.assumed:
        indented(console, f"- {sentence}", hang=2)
    if next_ones:
        console.print(Text("Next", style="bold"))
        indented(console, FILES)
        for line in next_ones:
            console.print(Text(f"  {line}"), soft_wrap=True)


FILES = (
    "--out writes the plan as TOML, which is this roster exactly, and who is there when as CSV, "
    "where breaks are unpaid gaps in the duty: a run of that differs a little."
)
"""Which of the files is the exact one."""


def _groups(built: Built) -> str:
    return wording.listing([wording.plain(name, 30) for name in built.menu.groups])


def verdict(built: Built) -> Iterator[str]:
    """What a planner takes to the meeting, in sentences."""
    word, money = wording.period(built.results), built.scenario.currency
    missed = [(each, said) for each, said in zip(built.targets, _judged(built), strict=True)
              if not each.certain]  # fmt: skip
    if not built.judged:
        yield (
            f"There is no call to judge a target by: nobody phoned on these {word}s, so nothing is "
            "missed. The roster is the cheapest found by the rules of the menu."
        )
    elif not missed:
        yield (
            "Every target is met for certain: the whole 95 % interval of each is on the right "
            f"side, on {word}s that the search had not seen."
        )
    elif built.met:
        yield (
            "The targets are met on the search days, but not for certain on others: more "
            "--replications or --search-days would tell."
        )
    elif all(each.by <= 0 for each, _ in missed):
        yield (
            "No roster of this menu was found that is sure to meet the targets in so many "
            f"{word}s; by the estimates this one does. More --replications or --search-days "
            "would tell."
        )
    else:
        yield "No roster of this menu was found that meets the targets; this one comes nearest."
    for each, judged in missed:
        short = f", {100 * each.by:.1f} points short" if each.by > 0 else ""
        yield f"{judged.sentence().removesuffix('.')}{short}."
    if built.judged:
        for each, judged in zip(built.targets, _judged(built), strict=True):
            if not each.judged:
                yield judged.sentence()
    yield _money(built, word, money)
    if built.judged and present_is_better(built):
        yield (
            "The present roster costs less and meets every target for certain on these days too: "
            "keep it, or search on more --search-days. Its shifts need not be on the menu."
        )
    yield _bound(built, money)
    if built.fewer and built.judged and not missed:
        yield _one_fewer(built)
    yield from holes_and_surplus(built.results.hourly())


def present_is_better(built: Built) -> bool:
    """Whether the roster that there is now costs less and surely meets every target."""
    _, cost = built.present_rostered
    sure = all(each.aim.certain(each.present, each.asked) for each in built.targets)
    return sure and cost < built.cost - 0.005


def _money(built: Built, word: str, money: str) -> str:
    hours, cost = built.present_rostered
    change = f" ({100 * (built.cost / cost - 1):+.1f} %)" if cost > 0 else ""
    return (
        f"{operators(built.persons)}, {built.hours:,.1f} paid hours and "
        f"{wording.money(built.cost)} {money} a {word}{change}; now {hours:,.1f} hours "
        f"and {wording.money(cost)} {money}. Planned shrinkage is in the hours and the cost, "
        "overtime is not."
    )


def _bound(built: Built, money: str) -> str:
    work = ""
    if math.isfinite(built.work_bound):
        work = f" The work alone asks for {wording.money(built.work_bound)}."
    if built.gap is None:
        why = "no roster keeps them" if not built.met else "this roster is one that they rule out"
        return f"There is no bound under the cuts, since {why}.{work}"
    return (
        f"Under the cuts no roster that does as much costs less than {wording.money(built.bound)} "
        f"{money}: this one is within {100 * built.gap:.1f} % of the best.{work}"
    )


def _one_fewer(built: Built) -> str:
    lost = [
        f"{wording.share(each.fewer.value)} {judged.wording}"
        for each, judged in zip(built.targets, _judged(built), strict=True)
        if each.fewer is not None and each.judged and not each.aim.met(each.fewer)
    ]
    unsure = [
        judged.wording
        for each, judged in zip(built.targets, _judged(built), strict=True)
        if not each.fewer_certain
    ]
    where = f"Without one operator ({wording.plain(built.fewer)}, missed least)"
    if lost:
        return f"{where} a target is missed: {wording.listing(lost)}."
    if unsure:
        return f"{where} it is not certain any more: {wording.listing(unsure)}."
    return f"{where} the targets are still met for certain on these days; the search says not."


def _judged(built: Built) -> list[Judgement]:
    """The same targets as the verdict of a run words them."""
    found = judgements(built.results)
    assert [(j.measure, j.bound) for j in found] == [(r.aim.measure, r.aim.bound)
                                                     for r in built.targets]  # fmt: skip
    return found


def _plain_table(*columns: tuple[str, str]) -> Table:
    table = Table(
        box=None, pad_edge=False, padding=(0, 1), collapse_padding=True, header_style="bold"
    )
    for name, side in columns:
        table.add_column(name, justify="right" if side == "r" else "left", overflow="fold")
    return table


def _print_targets(console: Console, built: Built) -> None:
    table = _plain_table(
        ("TARGETS", "l"), ("target", "r"), ("now", "r"), ("built", "r"), ("+-", "r"),
        ("one fewer", "r"),
    )  # fmt: skip
    table.columns[0].max_width = LABEL
    for each, judged in zip(built.targets, _judged(built), strict=True):
        of = f"{wording.plain(judged.type, 20)}: " if judged.type else ""
        table.add_row(
            f"{of}{judged.wording}", judged.bound_in_words(), wording.share(each.present.value),
            wording.share(each.built.value), wording.margin(each.built), _fewer(each),
        )  # fmt: skip
    console.print(table)
    note = "now, built, one fewer: on the same callers. +-: how well it is known (95 %)."
    indented(console, f"{note} * = not met for certain.")
    console.print()


def _fewer(each: Reached) -> str:
    if each.fewer is None:
        return wording.NOTHING
    return wording.share(each.fewer.value) + (" " if each.fewer_certain else "*")


def _print_shifts(console: Console, built: Built) -> None:
    week = bool(built.scenario.days)
    table = _plain_table(
        ("SHIFTS", "l"), ("operators", "r"), *([("days", "l")] if week else []), ("from", "l"),
        ("to", "l"), ("breaks", "l"), ("cost", "r"),
    )  # fmt: skip
    several = len(built.menu.groups) > 1
    for row in built.rows():
        name = f"{row['group']} {row['shift']}" if several else row["shift"]
        table.add_row(
            wording.plain(name, 44), str(row["operators"]),
            *([row["days"] or "all"] if week else []),
            row["from"], row["to"], row["breaks"], wording.money(row["cost"]),
        )  # fmt: skip
    console.print(table)
    console.print()


def _print_hours(console: Console, built: Built) -> None:
    results, week = built.results, bool(built.scenario.days)
    rows = list(zip(
        results.daily() if week else results.hourly(),
        built.before.daily() if week else built.before.hourly(), strict=True,
    ))  # fmt: skip
    table = _plain_table(
        ("day" if week else "from", "l"), ("offered", "r"), ("in time", "r"), ("required", "r"),
        ("scheduled", "r"), ("on duty", "r"), ("over", "r"), ("on duty now", "r"),
    )  # fmt: skip
    for row, now in rows:
        over = row["over"]
        short = isinstance(over, float) and over <= -HOLE
        table.add_row(
            str(row["day"] if week else row["from"]), wording.number(_known(row["offered"])),
            wording.share(_known(row["service_level"])),
            *(_one_digit(row[name]) for name in ("required", "scheduled", "on_duty")),
            (f"{over:+.1f}" if isinstance(over, float) else wording.NOTHING)
            + (" !" if short else "  "),
            _one_digit(now["on_duty"]),
        )  # fmt: skip
    console.print(table)
    indented(console, "All groups. over: operators on duty less required (Erlang A).")
    console.print()


def _known(value: object) -> float | None:
    return value if isinstance(value, float) else None


def _one_digit(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else wording.NOTHING


def plot(built: Built) -> Figure:
    """Operators required, scheduled and on duty by interval, and on duty now, for each group.

    Parameters
    ----------
    built : Built

    Returns
    -------
    matplotlib.figure.Figure
        One axes a group that was rostered; not registered with pyplot.
    """
    from matplotlib.figure import Figure

    groups, edges = built.menu.groups, edges_of(built.results)
    figure = Figure(figsize=(8.0, 1.0 + 2.8 * len(groups)), layout="constrained")
    for ax, name in zip(
        np.ravel(figure.subplots(len(groups), 1, sharex=True)), groups, strict=True
    ):
        of = {
            when: [row for row in results.staff_by_interval if row["group"] == name]
            for when, results in (("built", built.results), ("now", built.before))
        }
        lines = {
            key: np.array([row[key] for row in of["built"]], np.float64)
            for key in ("scheduled", "on_duty", "required")
        }
        now = np.array([row["on_duty"] for row in of["now"]], np.float64)
        ax.stairs(lines["scheduled"], edges, fill=True, color=SCHEDULED, alpha=0.3,
                  label="scheduled")  # fmt: skip
        ax.stairs(lines["on_duty"], edges, color=ON_DUTY, linewidth=1.8, baseline=None,
                  label="on duty")  # fmt: skip
        ax.stairs(lines["required"], edges, color=REQUIRED, linewidth=1.8, linestyle="--",
                  baseline=None, label="required (Erlang A)")  # fmt: skip
        ax.stairs(now, edges, color=INK, linewidth=1.0, linestyle=":", baseline=None,
                  label="on duty now")  # fmt: skip
        ax.set_ylabel(f"operators, {wording.plain(name, 30)}")
        ax.yaxis.get_major_locator().set_params(integer=True)
        finished(built.results, ax, edges)
    ax.set_xlabel("open hours of the week" if built.scenario.days else "time of day")
    title = f"{wording.plain(built.scenario.name, 60)}: {operators(built.persons)}"
    figure.suptitle(title.replace("$", r"\$"), fontsize=11, color=INK)
    return figure
