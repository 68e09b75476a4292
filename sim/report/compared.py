"""The printed comparison: plans side by side, who pays for what, and the traps."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.comparison.break_even import break_even
from sim.comparison.paired import Comparison, Difference, difference
from sim.experiment import Results
from sim.measures.intervals import Estimate
from sim.report import wording
from sim.report.how_many import how_many_days
from sim.report.ranking import print_ranking
from sim.report.standing import print_standing, shown_plans
from sim.report.text import indented, sections
from sim.report.verdict import judgements, label_of, targets_met
from sim.report.worth import price_with_ends, worth_it

LABEL_WIDTH, BASE_WIDTH, PLAN_WIDTH = 31, 12, 17

TAILS = {"waited_over_5_min": "over 5 min", "waited_over_30_min": "over 30 min"}

SMALL = {"share": 0.0005, "h": 0.1, "s": 0.05, "contacts": 0.05}
"""Changes below these are called none in words; of money, below a thousandth of the base's."""


MOST_COLUMNS = 6
"""Plans up to which each has a column of its own and a paragraph on who pays for it."""


def stars(comparison: Comparison) -> str:
    """What the mark behind a change says, of one plan beside the base or of several."""
    if len(comparison.results) < 3:
        return "* = surely not zero"
    return "* = surely not zero, all plans taken together; ? = by itself only"


def print_comparison(console: Console, comparison: Comparison) -> None:
    """Print plans as columns with the paired change against the base.

    Parameters
    ----------
    console : rich.console.Console
        Its width decides how many plans stand side by side.
    comparison : Comparison
    """
    base = comparison.results[comparison.base]
    console.print(Text(wording.plain(base.scenario.name), style="bold"))
    indented(console, _heading(comparison), by=0)
    for sentence in how_many_days(comparison.precision, wording.period(base)):
        indented(console, sentence, by=0)
    console.print()
    _print_plans(console, comparison)
    print_ranking(console, comparison)
    print_standing(console, comparison)
    if len(comparison.results) > MOST_COLUMNS:
        console.print("Up to 6 plans have columns of their own; --json has every figure of all.")
        return
    room = max(1, (console.width - LABEL_WIDTH - BASE_WIDTH) // (PLAN_WIDTH + 1))
    others = [plan for plan in comparison.results if plan != comparison.base]
    for start in range(0, max(len(others), 1), room):
        _print_columns(console, comparison, others[start : start + room])
    if others:
        console.print(Text("Who pays for what", style="bold"))
    for plan in others:
        indented(console, wording.plain(plan))
        for who, said in who_pays(comparison, plan):
            indented(console, f"{who:8}{said}", 4, 8)
    traps = [trap for plan in others for trap in traps_of(comparison, plan)]
    if traps:
        console.print()
        console.print(Text("Traps", style="bold"))
    for trap in traps:
        indented(console, trap)


def _heading(comparison: Comparison) -> str:
    """What was run, and what stands under each value."""
    base = comparison.results[comparison.base]
    said = f"{wording.how_many(base)}, seed {base.seed}, the same callers under every plan."
    if len(comparison.results) < 2:
        return said
    under = f"{said} Under each value: its change from {wording.plain(comparison.base)}"
    if base.days < 2:
        return f"{under}; one {wording.period(base)} does not tell how sure that is."
    return f"{under} and half the 95 % interval of the change (+-); {stars(comparison)}."


def _print_plans(console: Console, comparison: Comparison) -> None:
    marks = ""
    for plan in shown_plans(comparison):
        results = comparison.results[plan]
        targets = [each.target for each in judgements(results)]
        met = targets_met(targets)
        marks += met[-1] if targets else ""
        about = results.scenario.plan_about
        said = f": {wording.plain(about, 200)}" if about else ""
        told = f"{met.strip()} targets met" if targets else "no targets"
        indented(console, f"{wording.plain(plan)} ({told}){said}")
    explained = {"!": "! = a target is missed", "?": "? = a target is too close to call"}
    used = [said for mark, said in explained.items() if mark in marks]
    if used:
        indented(console, f"Behind the targets met: {'; '.join(used)}.")
    console.print()


def _print_columns(console: Console, comparison: Comparison, plans: list[str]) -> None:
    """A block of plans beside the base; under each value its change."""
    base = comparison.results[comparison.base]
    table = Table(
        box=None, pad_edge=False, padding=(0, 1), collapse_padding=True, header_style="bold"
    )
    table.add_column("", overflow="fold", min_width=LABEL_WIDTH, max_width=LABEL_WIDTH)
    base_name = wording.broken_name(wording.plain(comparison.base), BASE_WIDTH)
    table.add_column(base_name, justify="right", overflow="fold", max_width=BASE_WIDTH)
    for plan in plans:
        name = wording.broken_name(wording.plain(plan), PLAN_WIDTH)
        table.add_column(name, justify="right", overflow="fold", max_width=PLAN_WIDTH)
    for title, lines in rows_of(comparison).items():
        table.add_row(Text(title, style="bold"))
        for name, called in lines:
            row = [_value(comparison.results[plan], name) for plan in plans]
            table.add_row(f"  {called}", _value(base, name), *row)
            if plans:
                moves = [cell(comparison, plan, name) for plan in plans]
                table.add_row("", "", *(Text(move, style="dim") for move in moves))
    console.print(table)
    for plan in (comparison.base, *plans):
        results = comparison.results[plan]
        if results is base or wording.limits(results) != wording.limits(base):
            name = wording.plain(plan, 30)
            said = f"in time under {name}: {wording.level_of(results).partition(', ')[2]},"
            indented(console, f"{said} within {wording.limits(results)}.")
    console.print()


def _value(results: Results, name: str) -> str:
    estimate = results.measures[name]
    # Without a worth of a call, worth less cost would only repeat the cost.
    if name == "net" and not results.measures["answered_value"].value:
        return wording.NOTHING
    return wording.figure(estimate.value, estimate.unit, name)


def rows_of(comparison: Comparison) -> dict[str, list[tuple[str, str]]]:
    """The rows that any of the plans has something to say on, worded as in the base."""
    found: dict[str, dict[str, str]] = {}
    for results in comparison.results.values():
        for title, lines in sections(results).items():
            rows = found.setdefault(title, {})
            for name, called in lines:
                rows.setdefault(name, called.partition(" (plan:")[0])
    base, *others = (wording.level_of(each) for each in comparison.results.values())
    if any(other != base for other in others):
        found["CLIENT"]["service_level"] = "answered in time"
    for name in TAILS:
        values = [each.measures[name].value or 0.0 for each in comparison.results.values()]
        if max(values) < SMALL["share"]:
            del found["CLIENT"][name]
    return {title: list(rows.items()) for title, rows in found.items()}


def same_level(comparison: Comparison, plan: str) -> bool:
    """Whether a plan and the base mean the same by "in time", so that they can be compared."""
    one, other = comparison.results[comparison.base], comparison.results[plan]
    types = [name for name in one.by_type if name in other.by_type]
    scopes: list[str | None] = [None, *types]
    return all(
        (one.scenario.within(name), one.scenario.counts(name))
        == (other.scenario.within(name), other.scenario.counts(name))
        for name in scopes
    )


def cell(comparison: Comparison, plan: str, name: str) -> str:
    """What stands under a value: the change, or why there is none."""
    if name == "service_level" and not same_level(comparison, plan):
        return "another limit"
    if name == "net" and "-" in {
        _value(comparison.results[each], name) for each in (comparison.base, plan)
    }:
        return ""
    return changed(comparison.differences[plan][name])


def changed(move: Difference) -> str:
    """A paired change with its half-width, and a star where it is surely not zero."""
    if move.value is None:
        return wording.NOTHING
    if move.same:
        return "same"
    return f"{_in_words(move)}{mark(move)}"


def mark(move: Difference) -> str:
    """ "*" for a change that is surely not zero, "?" where the other plans leave that in doubt."""
    if move.sure_together:
        return "*"
    return "?" if move.sure else " "


def _in_words(move: Difference) -> str:
    half = None if move.high is None or move.value is None else move.high - move.value
    return wording.change(move.value, half, move.unit)


def in_one_line(comparison: Comparison, plan: str) -> str:
    """What a plan changes for client, staff and money against the base, in one sentence."""
    base, new = (comparison.results[each].measures for each in (comparison.base, plan))
    moves = comparison.differences[plan]

    def step(name: str) -> str:
        unit = base[name].unit
        ends = [wording.figure(each[name].value, unit) for each in (base, new)]
        return f"{ends[0]} -> {ends[1]} ({changed(moves[name]).strip().rstrip('*?')})"

    results = comparison.results[comparison.base]
    word, level = wording.period(results), wording.level_of(results)
    if same_level(comparison, plan):
        level = f"{level} {step('service_level')}"
    else:
        level = "in time is another limit now"
    return (
        f"Your change: {level}; contacts that hang up {step('abandonment')}; "
        f"occupancy {step('occupancy')}; cost a {word}, {results.scenario.currency} "
        f"{step('total_cost')}."
    )


def who_pays(comparison: Comparison, plan: str) -> Iterator[tuple[str, str]]:
    """Client, staff and money of a plan against the base: who, and what changes for them."""
    moves = comparison.differences[plan]
    level = {"service_level": "answered in time"} if same_level(comparison, plan) else {}
    tails = {name: what for name, what in TAILS.items() if _surely_moves(moves[name], 0.01)}
    in_the_end = any(
        comparison.results[each].measures[name].value
        for each in (comparison.base, plan)
        for name in ("blocked", "cut_off", "redials", "repeats", "transfers")
    )
    reached = {"callers_reached": "reached in the end (of callers)"} if in_the_end else {}
    word = wording.period(comparison.results[comparison.base])
    aspects = {
        "client": {
            **level,
            **reached,
            "abandonment": "hang up (of contacts)",
            "wait_mean": "mean wait",
            **tails,
        },
        "staff": {"occupancy": "occupancy", "paid_hours": f"paid a {word}"},
        "money": {"total_cost": f"{moves['total_cost'].unit} a {word} in all"},
    }
    for who, names in aspects.items():
        said = [_moved(comparison, moves[name], name, what) for name, what in names.items()]
        yield who, ", ".join(each for each in said if each) or "as before"
    types = _types_moved(comparison, plan) if level else ""
    if types:
        yield "types", types
    price = price_of_hang_up(comparison, plan)
    if price:
        yield "", price
    worth = worth_it(comparison, plan)
    if worth:
        yield "", worth


def _surely_moves(move: Difference, least: float) -> bool:
    return move.sure_together and move.value is not None and abs(move.value) >= least


def _types_moved(comparison: Comparison, plan: str) -> str:
    """The call types whose service level surely moves by a point or more."""
    types = comparison.differences_by_type[plan]
    moved = [
        f"{wording.plain(_called(comparison, name), 30)} {_in_words(each['service_level'])}"
        for name, each in types.items()
        if _surely_moves(each["service_level"], 0.01)
    ]
    return f"in time: {', '.join(moved)}" if moved and len(types) > 1 else ""


def _called(comparison: Comparison, name: str) -> str:
    return label_of(comparison.results[comparison.base], name) or name


def _moved(comparison: Comparison, move: Difference, name: str, what: str) -> str:
    """A change in words; what is too close to call says so; what is too small says nothing."""
    if move.value is None or move.same:
        return ""
    usual = abs(comparison.results[comparison.base].measures[name].value or 0.0)
    small = SMALL.get(move.unit, usual / 1000)
    if max(abs(each) for each in (move.value, move.low or 0.0, move.high or 0.0)) < small:
        return ""
    if comparison.results[comparison.base].days > 1 and not move.sure_together:
        return f"{what}: too close to call"
    if abs(move.value) < small:
        return ""
    return f"{wording.change(move.value, None, move.unit)} {what}"


def price_of_hang_up(comparison: Comparison, plan: str) -> str:
    """What each hang-up less costs in staff and plan, or that it is not clear that it does.

    Said only where the same number of calls is offered, the plan surely saves hang-ups, and
    nobody waits longer for it.
    """
    base, new = (comparison.results[each] for each in (comparison.base, plan))
    moves = comparison.differences[plan]
    if moves["offered"].value != 0 or not _falls(moves["abandoned"]):
        return ""
    if any(traps_of(comparison, plan)):
        return ""
    one, other = _outlay(new.measures), _outlay(base.measures)
    dearer, money = difference(one, other), base.scenario.currency
    if dearer.same or (dearer.high is not None and dearer.high <= 0):
        return "Fewer hang up and it costs no more in staff and plan."
    if not dearer.sure:
        change = f"{_in_words(dearer)} {money} a {wording.period(base)}"
        return (
            f"Fewer hang up; if that costs more in staff and plan is too close to call: {change}."
        )
    saved = base.measures["abandoned"].days - new.measures["abandoned"].days
    price = break_even(other.days - one.days, saved, money)
    if price.value is None:
        return ""
    return f"Each hang-up less costs {price_with_ends(price)} in staff and plan."


def _outlay(measures: dict[str, Estimate]) -> Estimate:
    """What a plan spends: all costs less those of lost calls and of waiting."""
    total, lost, waiting = (
        measures[name] for name in ("total_cost", "lost_call_cost", "waiting_cost")
    )
    value = (total.value or 0.0) - (lost.value or 0.0) - (waiting.value or 0.0)
    influence = total.influence - lost.influence - waiting.influence
    days = total.days - lost.days - waiting.days
    return Estimate(value, None, None, None, None, total.unit, influence, days)


def traps_of(comparison: Comparison, plan: str) -> Iterator[str]:
    """Where one figure gets better and another worse, though both are called service."""
    moves = comparison.differences[plan]
    level, hang_up, cost = moves["service_level"], moves["abandonment"], moves["total_cost"]
    name, word = wording.plain(plan), wording.period(comparison.results[plan])

    def step(move: Difference) -> str:
        return wording.change(move.value, None, move.unit)

    if same_level(comparison, plan) and _falls(level) and _falls(hang_up):
        yield (
            f"{name}: fewer hang up ({step(hang_up)}) but fewer are answered in time "
            f"({step(level)}): who is kept on the line makes the others wait."
        )
    if same_level(comparison, plan) and _rises(level) and _rises(hang_up):
        yield (
            f"{name}: more are answered in time ({step(level)}) while more hang up "
            f"({step(hang_up)})."
        )
    for tail, called in reversed(TAILS.items()):
        if _falls(hang_up) and _rises(moves[tail]):
            yield f"{name}: fewer hang up, and more wait {called} ({step(moves[tail])})."
            break
    if _falls(cost) and _rises(hang_up):
        yield (
            f"{name}: cheaper as counted ({step(cost)} {cost.unit} a {word}), and more hang up "
            f"({step(hang_up)}); what a lost call costs decides."
        )


def _falls(move: Difference) -> bool:
    return move.sure_together and move.value is not None and move.value < 0


def _rises(move: Difference) -> bool:
    return move.sure_together and move.value is not None and move.value > 0
