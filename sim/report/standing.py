"""How plans stand against each other, printed: chances, the front, and what the pairs brought."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.comparison.chances import JUDGED, Chance
from sim.comparison.paired import Comparison
from sim.comparison.pareto import Dominance
from sim.measures.intervals import FEW as FEW_DAYS
from sim.report import wording
from sim.report.text import indented

CALLED = {"total_cost": "cheapest", "wait_mean": "least wait", "abandonment": "fewest hang up"}
FIGURES = {"total_cost": "cost", "wait_mean": "mean wait", "abandonment": "hang-ups"}

SURE = 0.95
"""Chance from which a plan is called the best on average."""

LITTLE = 1e-9
"""Plans as near as this, of their size, are equal: sums differ in their last digits."""

NAME_WIDTH = 20

MOST_LINES = 20
"""Plans that are printed; of more, those with the best chances and all on the front."""


def print_standing(console: Console, comparison: Comparison) -> None:
    """Print the chances of each plan, the front of cost against waits, and what the pairs brought.

    Parameters
    ----------
    console : rich.console.Console
    comparison : Comparison
        Nothing is printed of a single plan, or of a single day.
    """
    base = comparison.results[comparison.base]
    if len(comparison.results) < 2 or base.days < 2:
        return
    _print_chances(console, comparison)
    for sentence in best_in_words(comparison):
        indented(console, sentence, hang=2)
    console.print()
    console.print(Text("Cost against waits and hang-ups", style="bold"))
    for sentence in front_in_words(comparison):
        indented(console, sentence, hang=2)
    close = too_close(comparison)
    if close:
        indented(console, close, hang=2)
    for sentence in pairs_in_words(comparison):
        indented(console, sentence, hang=2)
    console.print()


def _print_chances(console: Console, comparison: Comparison) -> None:
    chances, word = comparison.chances, wording.period(comparison.results[comparison.base])
    table = Table(
        box=None, pad_edge=False, padding=(0, 1), collapse_padding=True, header_style="bold"
    )
    table.add_column("", overflow="fold", max_width=NAME_WIDTH)
    for name in JUDGED:
        table.add_column(f"{CALLED[name]}\n{word} | avg", justify="right")
    if chances.meets_all:
        table.add_column(f"meets all targets\non a {word}", justify="right")
    for plan in shown_plans(comparison):
        cells = [
            f"{_percent(chances.on_a_day[name].get(plan))} | "
            f"{_percent(chances.on_average[name].get(plan)):>5}"
            for name in JUDGED
        ]
        if chances.meets_all:
            cells.append(_with_ends(chances.meets_all.get(plan)))
        table.add_row(Text(wording.broken_name(wording.plain(plan), NAME_WIDTH)), *cells)
    console.print(Text("Chances", style="bold"))
    console.print(table)
    left = len(comparison.results) - len(shown_plans(comparison))
    more = f" {left} plans more are in --json." if left else ""
    indented(
        console,
        f"{word}: on what share of the {word}s the plan is the best of all; avg: how likely its "
        f"true mean is, by what these {word}s tell. In brackets the 95 % interval.{more}",
        by=0,
    )


def shown_plans(comparison: Comparison) -> list[str]:
    """The plans that are printed: all, or of very many those on the front and the cheapest."""
    plans = list(comparison.results)
    if len(plans) <= MOST_LINES:
        return plans
    front = comparison.front.plans
    rest = sorted((p for p in plans if p not in front), key=lambda plan: _cost(comparison, plan))
    chosen = {comparison.base, *front[:MOST_LINES], *rest[: max(0, MOST_LINES - len(front))]}
    return [plan for plan in plans if plan in chosen]


def _cost(comparison: Comparison, plan: str) -> float:
    value = comparison.results[plan].measures["total_cost"].value
    return float("inf") if value is None else value


def _percent(chance: Chance | float | None) -> str:
    """A chance in per cent; what is not quite none or all says so."""
    if chance is None:
        return wording.NOTHING
    value = 100 * (chance.value if isinstance(chance, Chance) else chance)
    if 0 < value < 0.5:
        return "<1 %"
    return ">99 %" if 99.5 <= value < 100 else f"{value:.0f} %"


def _with_ends(chance: Chance | None) -> str:
    if chance is None:
        return wording.NOTHING
    if chance.low is None or chance.high is None:
        return _percent(chance)
    return f"{_percent(chance)} ({100 * chance.low:.0f} to {100 * chance.high:.0f})"


def best_in_words(comparison: Comparison) -> Iterator[str]:
    """Which plan is the best on average in each aim, or between which it is too close to call."""
    for name, chances in comparison.chances.on_average.items():
        ordered = sorted(chances, key=lambda plan: -chances[plan])
        called = CALLED[name].capitalize()
        if not ordered:
            continue
        moves = [each[name] for each in comparison.differences.values()]
        if all(move.value == 0 and move.low == move.high for move in moves):
            yield f"{called} on average: all plans are alike."
            continue
        likely = _likeliest(comparison, name, chances)
        if len(likely) == 1:
            yield f"{called} on average: {_alike(next(iter(likely)))}."
            continue
        said = [f"{' = '.join(map(_named, of))} ({_percent(each)})" for of, each in likely.items()]
        close = wording.listing(_at_most(said, MOST_NAMED))
        yield f"{called} on average: too close to call between {close}."


def _likeliest(
    comparison: Comparison, name: str, chances: Mapping[str, float]
) -> dict[tuple[str, ...], float]:
    """The likeliest plans to be the best that are so together with `SURE`, and their chances.

    Plans that are equal to the last digit stand together.
    """
    equals: list[list[str]] = []
    for plan in (each for each in chances if chances[each] > 0):
        found = next((each for each in equals if _equal(comparison, name, each[0], plan)), None)
        if found is None:
            equals.append([plan])
        else:
            found.append(plan)
    of = {tuple(each): sum(chances[plan] for plan in each) for each in equals}
    likely: dict[tuple[str, ...], float] = {}
    for plans in sorted(of, key=lambda plans: -of[plans]):
        likely[plans] = of[plans]
        if sum(likely.values()) >= SURE:
            break
    return likely


def _equal(comparison: Comparison, name: str, one: str, other: str) -> bool:
    """Whether two plans have the same in a measure, on the whole and on every day."""
    a, b = (comparison.results[plan].measures[name] for plan in (one, other))
    assert a.value is not None
    assert b.value is not None
    alike = math.isclose(a.value, b.value, rel_tol=LITTLE)
    return alike and np.allclose(a.days, b.days, rtol=LITTLE, atol=0.0, equal_nan=True)


def _alike(plans: tuple[str, ...]) -> str:
    if len(plans) == 1:
        return _named(plans[0])
    return f"{wording.listing([_named(plan) for plan in plans])}, equal to the last digit"


MOST_NAMED, FEW = 4, 6
"""Plans that one sentence names; of more plans than a few one that dominates another is enough."""


def front_in_words(comparison: Comparison) -> Iterator[str]:
    """The plans on the front, and of each other plan who dominates it."""
    front = comparison.front
    if not front.dominated:
        yield "No plan is at once cheaper, quicker and with fewer hang-ups than another."
        return
    yield f"On the front, cheapest first: {wording.listing([_named(p) for p in front.plans])}."
    shown = shown_plans(comparison)
    most = MOST_NAMED if len(comparison.results) <= FEW else 1
    for plan, by in front.dominated.items():
        if plan in shown:
            yield f"{_named(plan)}: dominated by {_dominating(by, most)}."
    left = sum(plan not in shown for plan in front.dominated)
    if left:
        yield f"{left} plans more are dominated."


def _dominating(by: list[Dominance], most: int) -> str:
    """Who dominates a plan, and what of it is too close to call."""
    sure = [each for each in by if each.sure]
    named = [_named(each.by) for each in (sure or by)[:most]]
    more = len(sure or by) - len(named)
    said = wording.listing([*named, *([f"{more} more"] if more else [])])
    if sure:
        return f"{said}, surely"
    aims = [FIGURES[name] for name in by[0].unsure]
    which = f" of {_named(by[0].by)}" if len(by) > 1 else ""
    return f"{said} by the estimates; too close to call in {wording.listing(aims)}{which}"


def too_close(comparison: Comparison) -> str:
    """The changes in cost, waits and hang-ups that are too close to call, all plans together."""
    close: dict[str, list[str]] = {}
    for plan, moves in comparison.differences.items():
        for name in JUDGED:
            move = moves[name]
            changes = move.value is not None and not move.low == move.high == 0
            if changes and not move.sure_together:
                close.setdefault(name, []).append(_named(plan))
    if not close:
        return ""
    said = [f"{FIGURES[name]} of {_some(plans)}" for name, plans in close.items()]
    return f"Too close to call against {_named(comparison.base)}: {'; '.join(said)}."


def _some(names: list[str]) -> str:
    return wording.listing(_at_most(names, MOST_NAMED))


def _at_most(names: list[str], most: int) -> list[str]:
    more = len(names) - most
    return [*names[:most], *([f"{more} more"] if more > 0 else [])]


def pairs_in_words(comparison: Comparison) -> Iterator[str]:
    """What the same callers under every plan were worth: correlation, and days saved."""
    results = comparison.results[comparison.base]
    word, said = wording.period(results), []
    if results.days < FEW_DAYS:
        yield (f"What common callers are worth is not told by fewer than {FEW_DAYS} {word}s.")
        return
    for name in JUDGED:
        moves = [each[name] for each in comparison.differences.values()]
        known = [
            (move.correlation, move.independent_days)
            for move in moves
            if move.correlation is not None and move.independent_days is not None
        ]
        if known:
            correlations, days = zip(*known, strict=True)
            most = MOST_TIMES * results.days
            needed = _span(tuple(min(each, most) for each in days), "{:,.0f}")
            over = "or more " if max(days) > most else ""
            said.append(
                f"{needed} {word}s {over}for {FIGURES[name]} (correlation "
                f"{_span(correlations, '{:.2f}')})"
            )
    if said:
        yield (
            "What common callers are worth: with callers of its own each plan would need "
            f"{wording.listing(said)} to know the change from {_named(comparison.base)} as well, "
            f"not {results.days:,}."
        )


MOST_TIMES = 1000
"""Times the days simulated beyond which it does not matter how many more would be needed."""


def _span(values: tuple[float, ...], form: str) -> str:
    low, high = form.format(min(values)), form.format(max(values))
    return low if low == high else f"{low} to {high}"


def _named(plan: str) -> str:
    return wording.plain(plan)
