"""Plans against conditions, printed: a block a measure, a row a plan, and which survives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.comparison.conditions import LEAST_REGRET, MISSES_LEAST, Conditions
from sim.comparison.targets import Target
from sim.experiment import Results
from sim.report import wording
from sim.report.text import indented
from sim.report.verdict import mark_of, targets_met

NAME_WIDTH, CELL_WIDTH = 29, 16

MOST_LINES = 20
"""Plans that are printed; of more, those that miss the fewest targets and are the cheapest."""


def print_conditions(console: Console, conditions: Conditions) -> None:
    """Print what becomes of every plan under every condition.

    Parameters
    ----------
    console : rich.console.Console
        Its width decides how many conditions stand side by side.
    conditions : Conditions
    """
    names = list(conditions.comparisons)
    first = conditions.comparisons[names[0]]
    base = first.results[first.base]
    console.print(Text(wording.plain(base.scenario.name), style="bold"))
    indented(
        console,
        f"{wording.how_many(base)} under each condition, seed {base.seed}; under one condition the "
        "same callers under every plan. +- is half the 95 % interval; ! = misses its target, "
        "? = too close to call.",
        by=0,
    )
    indented(console, f"Conditions: {changes_in_words(conditions)}.", by=0, hang=2)
    console.print()
    indented(console, survivor_in_words(conditions), by=0)
    console.print()
    room = max(1, (console.width - NAME_WIDTH) // CELL_WIDTH)
    for start in range(0, len(names), room):
        _print_block(console, conditions, names[start : start + room])
    indented(console, f"in time: within {wording.limits(base)}.")
    left = len(conditions.plans) - len(shown_plans(conditions))
    if left:
        indented(console, f"{left} plans more are in --json.")
    for plan in missing_plans(conditions):
        indented(console, plan, hang=2)


def changes_in_words(conditions: Conditions) -> str:
    """What the conditions change: "callers.*.volume -10%, +0%, +10%"."""
    keys: dict[str, list[str]] = {}
    for change in conditions.changes.values():
        for name, value in change.items():
            keys.setdefault(name, []).append(value)
    return "; ".join(
        f"{wording.plain(name)} {', '.join(wording.plain(v) for v in dict.fromkeys(values))}"
        for name, values in keys.items()
    )


def shown_plans(conditions: Conditions) -> list[str]:
    """The plans that are printed: all, or of very many those that do best."""
    plans = conditions.plans
    if len(plans) <= MOST_LINES:
        return plans
    best = sorted(
        plans, key=lambda plan: (len(conditions.missed(plan)), conditions.cost[plan].value or 0.0)
    )
    chosen = {plans[0], *best[: MOST_LINES - 1]}
    return [plan for plan in plans if plan in chosen]


def titles_under(conditions: Conditions) -> dict[str, str]:
    """The measures that are shown of every plan, and what they are called."""
    results = _first(conditions)
    return {
        "service_level": wording.level_of(results),
        "abandonment": "hang up, of contacts",
        "total_cost": f"in all a {wording.period(results)}, {results.scenario.currency}",
    }


def _first(conditions: Conditions) -> Results:
    """The base under the first condition."""
    first = next(iter(conditions.comparisons.values()))
    return first.results[first.base]


def _print_block(console: Console, conditions: Conditions, names: Sequence[str]) -> None:
    """Some conditions side by side."""
    table = Table(
        box=None, pad_edge=False, padding=(0, 1), collapse_padding=True, header_style="bold"
    )
    table.add_column("", overflow="fold", min_width=NAME_WIDTH - 1, max_width=NAME_WIDTH - 1)
    for name in names:
        label = wording.broken_name(wording.plain(name), CELL_WIDTH - 1)
        table.add_column(label, justify="right", overflow="fold", max_width=CELL_WIDTH - 1)
    for measure, title in titles_under(conditions).items():
        table.add_row(Text(title, style="bold"))
        for plan in shown_plans(conditions):
            cells = [cell_under(conditions, plan, name, measure) for name in names]
            table.add_row(Text(f"  {wording.plain(plan, NAME_WIDTH - 4)}"), *cells)
    if any(conditions.targets[plan][name] for plan in conditions.plans for name in names):
        table.add_row(Text("targets met", style="bold"))
        for plan in shown_plans(conditions):
            cells = [targets_met(conditions.targets[plan][name]) for name in names]
            table.add_row(Text(f"  {wording.plain(plan, NAME_WIDTH - 4)}"), *cells)
    console.print(table)
    console.print()


def cell_under(conditions: Conditions, plan: str, name: str, measure: str) -> str:
    """A value with its margin, and a mark where it misses a target of the whole line."""
    results: Results = conditions.comparisons[name].results[plan]
    estimate = results.measures[measure]
    value = wording.figure(estimate.value, estimate.unit, measure)
    known = estimate.low is not None and estimate.value is not None
    margin = f" +-{wording.margin(estimate)}" if known else ""
    aims = [
        each
        for each in conditions.targets[plan][name]
        if each.measure == measure and each.type is None
    ]
    return f"{value}{margin.replace(' %', '')}{mark_of(aims)}"


def survivor_in_words(conditions: Conditions) -> str:
    """The plan that comes best through all conditions, and why, in a sentence or two."""
    rule = conditions.survivor.rule
    if rule == LEAST_REGRET:
        return _least_regret(conditions)
    return _misses_least(conditions) if rule == MISSES_LEAST else _meets_all(conditions)


def _least_regret(conditions: Conditions) -> str:
    plan = conditions.survivor.plan
    regret = conditions.regret[plan]
    worst = max(regret, key=lambda name: regret[name])
    least = "it is the cheapest under every condition"
    if regret[worst] > 0:
        dearer = f"{wording.money(regret[worst])} {_money(conditions)} dearer than the cheapest"
        least = f"at worst ({wording.plain(worst)}) it is {dearer}"
    return f"No targets are set. {wording.plain(plan)} leaves the least regret: {least}."


def _misses_least(conditions: Conditions) -> str:
    found = conditions.survivor
    missed = conditions.missed(found.plan)
    said = [_missed(name, target) for name, target in missed[:MOST_NAMED]]
    more = [f"{len(missed) - MOST_NAMED} more"] if len(missed) > MOST_NAMED else []
    doubt = " Some of it is too close to call." if found.only_just else ""
    return (
        "No plan survives: none meets its targets under every condition. "
        f"{wording.plain(found.plan)} misses least: {wording.listing([*said, *more])}; "
        f"{_cost(conditions, found.plan)}.{doubt}"
    )


def _meets_all(conditions: Conditions) -> str:
    found = conditions.survivor
    number = sum(not conditions.missed(plan) for plan in conditions.plans)
    alone = "the only plan that does" if number == 1 else f"the cheapest of {number} that do"
    said = (
        f"{wording.plain(found.plan)} survives: it meets all its targets under every condition, "
        f"{alone}; {_cost(conditions, found.plan)}."
    )
    if found.only_just:
        said += " It does so only just: a target is too close to call."
    if found.rivals:
        names = [wording.plain(plan) for plan in found.rivals[:MOST_NAMED]]
        said += f" Too close to call in cost: {wording.listing(names)}."
    return said


MOST_NAMED = 4
"""Targets, or plans, that one sentence names."""


def _money(conditions: Conditions) -> str:
    base = _first(conditions)
    return f"{base.scenario.currency} a {wording.period(base)}"


def _cost(conditions: Conditions, plan: str) -> str:
    return f"{wording.money(conditions.cost[plan].value)} {_money(conditions)} on average"


def _missed(name: str, target: Target) -> str:
    """ "answered in time under +10% (76.0 %, target 80 %)"."""
    called = {"service_level": "answered in time", "abandonment": "hang-ups"}
    what = called.get(target.measure, target.measure)
    of = f" of {wording.plain(target.type, 30)}" if target.type else ""
    bound = f"{100 * target.bound:g} %"
    value = wording.share(target.estimate.value)
    return f"{what}{of} under {wording.plain(name)} ({value}, target {bound})"


def missing_plans(conditions: Conditions) -> Iterator[str]:
    """What each plan misses, in a line."""
    for plan in shown_plans(conditions):
        missed = conditions.missed(plan)
        if missed:
            said = [_missed(name, target) for name, target in missed[:3]]
            more = [f"{len(missed) - 3} more"] if len(missed) > 3 else []
            yield f"{wording.plain(plan)} misses {wording.listing([*said, *more])}."
