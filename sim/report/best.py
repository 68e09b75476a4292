"""The printed choice of a plan: which is best, when the others were dropped, and what it took."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.comparison.best import Best
from sim.measures.better import LESS
from sim.report import wording
from sim.report.text import indented
from sim.report.verdict import judgements

NAME_WIDTH = 24


def print_best(console: Console, best: Best) -> None:
    """Print which plan is best, then every plan with its days.

    Parameters
    ----------
    console : rich.console.Console
    best : Best
    """
    first = next(iter(best.results.values()))
    console.print(Text(wording.plain(first.scenario.name), style="bold"))
    way = "less" if best.better == LESS else "more"
    matters = wording.given(best.asked.width, best.asked.unit)
    indented(
        console,
        f"Best of {len(best.results)} plans by {best.asked.measure} ({way} is better); differences "
        f"under {matters} do not matter. Seed {first.seed}, the same callers under every plan.",
        by=0,
    )
    console.print()
    for sentence in in_words(best):
        indented(console, sentence)
    console.print()
    console.print(_table(best))
    word = wording.period(first)
    notes = [
        f"+-: how well the value is known after the plan's own {word}s (95 %).",
        "behind: the plan that was ahead by most when it was dropped, and by how much; as it was "
        "dropped for that, the true gap is rather smaller.",
    ]
    for note in notes[: 2 if best.dropped else 1]:
        indented(console, note)
    if best.chosen is not None:
        console.print()
        for each in judgements(best.results[best.chosen]):
            indented(console, f"{wording.plain(best.chosen, 30)}: {each.sentence()}")


def in_words(best: Best) -> list[str]:
    """The answer, and what it took, in sentences."""
    word = wording.period(next(iter(best.results.values())))
    matters = wording.given(best.asked.width, best.asked.unit)
    answer = [*_left_out(best, word), _answer(best, matters, word)]
    all_days, without = best.days_in_all, best.days_without_dropping
    took = f"{all_days:,} {word}s simulated in all"
    if all_days < without:
        took += f"; {without:,} if no plan had been dropped on the way"
    return [*answer, f"{took}."]


def _left_out(best: Best, word: str) -> list[str]:
    if not best.left_out:
        return []
    days = min(best.results[plan].days for plan in best.left_out)
    names = wording.listing([wording.plain(plan, 30) for plan in best.left_out])
    return [f"Left out, since they surely miss a target after {days} {word}s: {names}."]


def _answer(best: Best, matters: str, word: str) -> str:
    plans = [wording.plain(plan, 30) for plan in best.left]
    if not best.clear:
        return (
            f"NOT clear after {best.at_most:,} {word}s, the most that --at-most allows: "
            f"{wording.listing(plans)} are left, the best so far first."
        )
    if len(best.results) == len(best.left_out) + 1:
        return f"{plans[0]} is the only plan left."
    if len(plans) > 1:
        return f"{wording.listing(plans)} are equal, to the last digit, and the best (95 % sure)."
    return f"{plans[0]} is the best, or within {matters} of the best (95 % sure)."


def _table(best: Best) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("plan", overflow="fold", max_width=NAME_WIDTH)
    word = wording.period(next(iter(best.results.values())))
    for name in (f"{word}s", best.asked.measure, "+-", "behind"):
        table.add_column(name, justify="right", overflow="fold")
    order = [*best.left, *reversed(best.dropped), *best.left_out]
    for plan in order:
        results = best.results[plan]
        estimate, out = results.measure(best.asked.measure), best.dropped.get(plan)
        behind = "left out" if plan in best.left_out else ""
        if out is not None:
            by = wording.plain(out.by, 20)
            behind = f"{by}, {wording.half(out.behind, best.asked.unit)}"
        table.add_row(
            Text(wording.broken_name(wording.plain(plan), NAME_WIDTH)),
            f"{results.days:,}",
            wording.figure(estimate.value, estimate.unit, best.asked.measure),
            wording.margin(estimate),
            behind,
        )
    return table
