"""The printed comparison: plans side by side, who pays for what, and the traps."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.comparison.paired import Comparison, Difference, difference
from sim.measures.intervals import Estimate, half_width
from sim.report import wording
from sim.report.text import indented, level_of, sections
from sim.report.verdict import judgements

LABEL_WIDTH = 31
PLAN_WIDTH = 16


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
    indented(
        console,
        f"{base.days:,} days, seed {base.seed}, the same callers under every plan. Changes are "
        f"against {wording.plain(comparison.base)}, +- 95 %; * = surely not zero.",
        by=0,
    )
    console.print()
    _print_plans(console, comparison)
    room = max(1, (console.width - LABEL_WIDTH) // PLAN_WIDTH - 1)
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


def _print_plans(console: Console, comparison: Comparison) -> None:
    for plan, results in comparison.results.items():
        missed = [each for each in judgements(results) if not each.met]
        aims = len(judgements(results))
        met = f"{aims - len(missed)} of {aims} targets met" if aims else "no targets"
        about = results.scenario.plan_about
        said = f": {wording.plain(about, 200)}" if about else ""
        indented(console, f"{wording.plain(plan)} ({met}){said}")
    console.print()


def _print_columns(console: Console, comparison: Comparison, plans: list[str]) -> None:
    """A block of plans beside the base; under each value its change."""
    base = comparison.results[comparison.base]
    table = Table(
        box=None, pad_edge=False, padding=(0, 1), collapse_padding=True, header_style="bold"
    )
    table.add_column("", overflow="fold", min_width=LABEL_WIDTH, max_width=LABEL_WIDTH)
    for plan in [comparison.base, *plans]:
        table.add_column(wording.plain(plan, 40), justify="right", overflow="fold")
    for title, lines in _sections(comparison).items():
        table.add_row(Text(title, style="bold"))
        for name, called in lines:
            measures = [comparison.results[plan].measures[name] for plan in plans]
            values = [wording.figure(each.value, each.unit) for each in measures]
            own = base.measures[name]
            table.add_row(f"  {called}", wording.figure(own.value, own.unit), *values)
            if plans:
                moves = [changed(comparison.differences[plan][name]) for plan in plans]
                table.add_row("", "", *(Text(move, style="dim") for move in moves))
    console.print(table)
    console.print()


def _sections(comparison: Comparison) -> dict[str, list[tuple[str, str]]]:
    """The rows that any of the plans has something to say on, worded as in the base."""
    found: dict[str, dict[str, str]] = {}
    for results in comparison.results.values():
        for title, lines in sections(results).items():
            rows = found.setdefault(title, {})
            for name, called in lines:
                rows.setdefault(name, called.partition(" (plan:")[0])
    return {title: list(rows.items()) for title, rows in found.items()}


def changed(move: Difference) -> str:
    """A paired change with its half-width, and a star where it is surely not zero."""
    if move.value is None:
        return wording.NOTHING
    if move.value == 0 and move.low == move.high:
        return "same"
    sure = "*" if move.sure else " "
    if move.unit == "s" and abs(move.value) >= 99.95 and move.low is not None:
        sign, half = "+" if move.value > 0 else "-", (move.high or 0.0) - move.value
        ends = [wording.clock_minutes(each) for each in (abs(move.value), half)]
        return f"{sign}{ends[0]} +-{ends[1]} min{sure}"
    margin = wording.margin(move.low, move.high, move.unit, move.value)
    return f"{wording.change(move.value, move.unit)} +-{margin}{sure}"


def in_one_line(comparison: Comparison, plan: str) -> str:
    """What a plan changes for client, staff and money against the base, in one sentence."""
    base, new = (comparison.results[each].measures for each in (comparison.base, plan))
    moves = comparison.differences[plan]

    def step(name: str) -> str:
        unit = base[name].unit
        ends = [wording.figure(each[name].value, unit) for each in (base, new)]
        return f"{ends[0]} -> {ends[1]} ({changed(moves[name]).strip().removesuffix('*')})"

    scenario = comparison.results[comparison.base].scenario
    level = level_of(comparison.results[comparison.base])
    return (
        f"Your change: {level} {step('service_level')}; hang up {step('abandonment')}; "
        f"occupancy {step('occupancy')}; cost a day, {scenario.currency} {step('total_cost')}."
    )


def who_pays(comparison: Comparison, plan: str) -> Iterator[tuple[str, str]]:
    """Client, staff and money of a plan against the base: who, and what changes for them."""
    moves = comparison.differences[plan]
    aspects = {
        "client": {
            "service_level": "answered in time", "abandoned": "hang-ups a day",
            "wait_mean": "mean wait",
        },
        "staff": {"occupancy": "occupancy", "paid_hours": "paid a day"},
        "money": {"total_cost": f"{moves['total_cost'].unit} a day in all"},
    }  # fmt: skip
    for who, names in aspects.items():
        said = [_moved(moves[name], what) for name, what in names.items()]
        yield who, ", ".join(each for each in said if each) or "as before"
    price = price_of_hang_up(comparison, plan)
    if price:
        yield "", price


def _moved(move: Difference, what: str) -> str:
    """A sure change in words; what is too close to call says so; no change says nothing."""
    if move.value is None or (move.value == 0 and move.low == move.high):
        return ""
    if move.low is not None and not move.sure:
        return f"{what}: too close to call"
    said = wording.change(move.value, move.unit)
    # A change that rounds to nothing is nobody's pay.
    return f"{said} {what}" if any(digit in said for digit in "123456789") else ""


def price_of_hang_up(comparison: Comparison, plan: str) -> str:
    """What each hang-up less costs in staff and plan, where both are known well enough."""
    base, new = (comparison.results[each] for each in (comparison.base, plan))
    fewer = comparison.differences[plan]["abandoned"]
    dearer = difference(_outlay(new.measures), _outlay(base.measures))
    if not fewer.sure or fewer.value is None or fewer.value >= 0 or dearer.value is None:
        return ""
    money = base.scenario.currency
    if dearer.value <= 0:
        return "Fewer hang up and it costs no more in staff and plan."
    price = dearer.value / -fewer.value
    pull = _outlay(new.measures).influence - _outlay(base.measures).influence
    less = base.measures["abandoned"].influence - new.measures["abandoned"].influence
    half = half_width((pull - price * less) / -fewer.value)
    known = f" +- {wording.money(half)}"
    return f"Each hang-up less costs {wording.money(price)}{known} {money} in staff and plan."


def _outlay(measures: dict[str, Estimate]) -> Estimate:
    """What a plan spends: all costs less those of lost calls and of waiting."""
    total, lost, waiting = (
        measures[name] for name in ("total_cost", "lost_call_cost", "waiting_cost")
    )
    value = (total.value or 0.0) - (lost.value or 0.0) - (waiting.value or 0.0)
    influence = total.influence - lost.influence - waiting.influence
    return Estimate(value, None, None, None, None, total.unit, influence, total.days)


def traps_of(comparison: Comparison, plan: str) -> Iterator[str]:
    """Where one figure gets better and another worse, though both are called service."""
    moves = comparison.differences[plan]
    level, hang_up = moves["service_level"], moves["abandonment"]
    name = wording.plain(plan)
    if _falls(level) and _falls(hang_up):
        yield (
            f"{name}: fewer hang up ({wording.change(hang_up.value, 'share')}) but fewer are "
            f"answered in time ({wording.change(level.value, 'share')}): who is kept on the line "
            "makes the others wait."
        )
    if _rises(level) and _rises(hang_up):
        yield (
            f"{name}: more are answered in time ({wording.change(level.value, 'share')}) because "
            f"more hang up ({wording.change(hang_up.value, 'share')})."
        )
    for long_wait, called in (("waited_over_30_min", "30 min"), ("waited_over_5_min", "5 min")):
        if _falls(hang_up) and _rises(moves[long_wait]):
            yield (
                f"{name}: fewer hang up, and more wait over {called} "
                f"({wording.change(moves[long_wait].value, 'share')})."
            )
            break
    if _falls(moves["total_cost"]) and _rises(hang_up):
        yield (
            f"{name}: cheaper by {wording.change(moves['total_cost'].value, 'money')} a day as "
            "counted, and more hang up; what a lost call costs decides."
        )


def _falls(move: Difference) -> bool:
    return move.sure and move.value is not None and move.value < 0


def _rises(move: Difference) -> bool:
    return move.sure and move.value is not None and move.value > 0
