"""The printed staffing: what was asked and met, operators by interval, hours and money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.experiment import Results
from sim.report import wording
from sim.report.text import indented
from sim.report.wording import NOTHING, number, plain, share
from sim.staffing.found import Staffing, Standing
from sim.staffing.given import Given
from sim.staffing.judging import WithAChance
from sim.staffing.written import begins, where_fewer

WIDE = 2
"""Groups up to which a row has all columns."""

SHOWN = (
    ("service_level", "in time"), ("abandonment", "hang up"), ("asa", "asa"),
    ("wait_p90", "9 in 10 waited at most"), ("occupancy", "occupancy"),
    ("overtime_hours", "overtime"),
)  # fmt: skip


def print_staffing(console: Console, found: Staffing, again: str = "") -> None:
    """Print a staffing.

    Parameters
    ----------
    console : rich.console.Console
    found : Staffing
    again : str
        The command that writes the plan, with all that was asked; empty where it is written.
    """
    word = wording.period(found.results)
    asked = found.asked
    console.print(Text(f"{plain(asked.name)} - plan {plain(asked.plan)}", style="bold"))
    saved = "the least cost" if found.least == "cost" else "the fewest operator hours"
    indented(console, f"Operators on the phones for {meaning_of(found)}, at {saved}. {found.tried} "
             f"staffings tried on {found.replications:,} {word}s, held to the targets on "
             f"{found.fresh:,} others; seed {found.seed}.", by=0)  # fmt: skip
    console.print()
    for standing in sorted(found.standings, key=lambda each: each.met):
        indented(console, sentence(found, standing), hang=2)
    for line in (*why_missed(found), *fewer(found)):
        indented(console, line, hang=2)
    console.print()
    _print_intervals(console, found)
    _print_totals(console, found)
    _print_day(console, found)
    for note in notes(found):
        indented(console, note, hang=2)
    if again and found.met:
        console.print(Text(f"Next: {again}"), soft_wrap=True)


def meaning_of(found: Staffing) -> str:
    """What has to meet the targets, in words."""
    word = wording.period(found.results)
    if isinstance(found.judge, WithAChance):
        return f"at least {100 * found.judge.chance:g} % of {word}s"
    return f"an average {word}" if found.meets == "day" else "every interval"


def sentence(found: Staffing, standing: Standing) -> str:
    """A target and what came of it, in words."""
    what = found.sentence(standing)
    if standing.value is None:
        return f"Not judged: {what}; no call to judge it by."
    known = share(standing.value)
    if standing.low is not None and standing.high is not None:
        known += f" (95 %: {100 * standing.low:.1f} to {100 * standing.high:.1f})"
    if standing.row is not None:
        place = " ".join(begins(found, standing.row).values())
        which = "in the interval nearest to it," if standing.met else "at worst, in the interval"
        known += f" {which} from {place}"
    word = wording.period(found.results)
    known_well = standing.sure or standing.low is None
    doubt = "" if known_well else f" (too close to tell in so many {word}s)"
    if standing.met:
        return f"{'Just met' if doubt else 'Met'}{doubt}: {what}: {known}."
    by = f"{100 * standing.short:.1f} points {'short' if standing.at_least else 'over'}"
    many = f", missed in {standing.missed} intervals" if standing.missed > 1 else ""
    if not standing.reachable:
        return (
            f"CANNOT BE MET: {what}: {however_many(found)}, it is missed; this is the "
            f"best found: {known}, {by}{many}."
        )
    return f"{'Just missed' if doubt else 'MISSED'}{doubt}: {what}: {known}, {by}{many}."


def however_many(found: Staffing) -> str:
    """Of which groups no number does."""
    if len(found.groups) == len(found.scenario.operators):
        return "however many operators there are"
    names = wording.listing([plain(name) for name in found.groups])
    return f"however many {names} there are, with the other groups as they are"


def why_missed(found: Staffing) -> Iterator[str]:
    """What else than operators may be what a missed target lacks."""
    missed = [each for each in found.standings if not each.met]
    if missed and found.blocked > 0:
        scenario, busy = found.scenario, []
        if scenario.lines is not None:
            one = scenario.lines == 1
            busy.append("the only telephone line busy" if one else
                        f"all {scenario.lines:,} telephone lines busy")  # fmt: skip
        if scenario.queue is not None:
            busy.append("the queue full")
        yield (
            f"With these operators {wording.share(found.blocked)} of calls find "
            f"{wording.listing_or(busy)}, which may be why, more than too few operators."
        )
    if any(each.reachable for each in missed) and found.far_above is not None:
        row, place = found.far_above
        begin = " ".join(begins(found, row).values())
        number, formula = found.found.seats[row, place], found.fractional[row, place]
        yield (
            f"In the interval from {begin} there are {number:,} {plain(found.groups[place])} where "
            f"Erlang A asks for {formula:.1f}: so many more do not help, and no number may. More "
            f"{wording.period(found.results)}s (-n) would tell."
        )


def fewer(found: Staffing) -> Iterator[str]:
    """What one operator fewer does."""
    if found.one_fewer is None:
        return
    row, group = where_fewer(found)
    missed = [each for each in found.standing_of(found.one_fewer) if not each.met]
    told = [f"{found.sentence(each)}: {beyond(each.value, each.bound)}" for each in missed]
    place = " ".join(begins(found, row).values())
    tried, cells = found.fewer_simulated
    if tried == cells:
        claim = "One operator fewer anywhere misses a target (each was simulated)"
    else:
        claim = (
            f"One operator fewer misses a target in each of the {tried:,} of {cells:,} intervals "
            "and groups in which it was simulated; the others are not known"
        )
    yield (
        f"{claim}; where it does least harm ({plain(group)}, the interval from {place}): "
        f"{wording.listing(told)}."
    )


def beyond(value: float | None, bound: float) -> str:
    """A share with two digits after the point, or as many as show that it is not the bound."""
    if value is None:
        return NOTHING
    digits = 2
    while digits < 6 and round(100 * value, digits) == round(100 * bound, digits):
        digits += 1
    return f"{100 * value:.{digits}f} %"


def _print_intervals(console: Console, found: Staffing) -> None:
    """Operators found, by Erlang A and now, a row an interval."""
    table = Table(box=None, pad_edge=False, padding=(0, 1), collapse_padding=True,
                  header_style="bold")  # fmt: skip
    wide = len(found.groups) <= WIDE
    table.add_column("from", justify="right", no_wrap=True)
    table.add_column("offered", justify="right")
    table.add_column("in time", justify="right")
    for name in found.groups:
        called = wording.broken_name(plain(name, 24), 12)
        table.add_column(f"{called}\nfound", justify="right")
        if wide:
            table.add_column("\nErlang A", justify="right")
        table.add_column("\nnow", justify="right")
        if wide:
            table.add_column("\n+/-", justify="right")
    offered = [r for r in found.results.by_interval if r["type"] == "*"]
    levels = levels_by_interval(found.results)
    day = None
    for row, whole in enumerate(offered):
        place = begins(found, row)
        if place.get("day") != day:
            day = place.get("day")
            table.add_row(Text(str(day), style="bold"))
        cells = [place["from"], number(_plain(whole["offered"])), share(levels[row])]
        for g in range(len(found.groups)):
            seats, now = int(found.found.seats[row, g]), float(found.now[row, g])
            fraction = float(found.fractional[row, g])
            cells.append(str(seats))
            if wide:
                cells.append(NOTHING if fraction != fraction else f"{fraction:.1f}")
            cells.append(number(now))
            if wide:
                cells.append(f"{seats - now:+.1f}" if abs(seats - now) >= 0.05 else "0")
        table.add_row(*cells)
    console.print(table)
    formula = ("Erlang A: what each interval would need by itself, with the load that talks carry "
               "over, fractional; ") if wide else ""  # fmt: skip
    change = "; +/-: found - now" if wide else ""
    indented(
        console,
        f"found: operators on the phones; {formula}now: on the phones by the roster that the file "
        f"has{change}. Who is absent is counted in found and now.",
        by=0,
    )
    console.print()


def _plain(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def levels_by_interval(results: Results) -> list[float | None]:
    """The service level of each interval, by the convention of the line."""
    from sim.measures.tally import CONTACT_SUMS, service_level_parts

    ledger = results.ledger
    sums = {c.name: ledger.contacts[i].sum(axis=1) for i, c in enumerate(CONTACT_SUMS)}
    met, judged = service_level_parts(sums, ledger.grid.counts[-1])
    return [
        float(m / j) if j > 0 else None for m, j in zip(met.tolist(), judged.tolist(), strict=True)
    ]


def _print_totals(console: Console, found: Staffing) -> None:
    """Hours, FTE and money of each group, found and now."""
    word, currency = wording.period(found.results), found.scenario.currency
    table = Table(box=None, pad_edge=False, padding=(0, 1), collapse_padding=True,
                  header_style="bold")  # fmt: skip
    for place, head in enumerate((f"a {word}", "on the phones", "on the roster", "paid", "FTE",
                                  f"cost, {currency}")):  # fmt: skip
        table.add_column(head, justify="left" if place == 0 else "right")
    totals = found.totals()
    for name, own in totals.items():
        table.add_row(
            plain(name, 24), f"{own['hours']:,.1f} h", f"{own['roster_hours']:,.1f} h",
            f"{own['paid_hours']:,.1f} h", f"{own['fte']:.2f}", wording.money(own["cost"]),
        )  # fmt: skip
    sums = {key: sum(own[key] for own in totals.values()) for key in next(iter(totals.values()))}
    if len(totals) > 1:
        table.add_row(
            "together", f"{sums['hours']:,.1f} h", f"{sums['roster_hours']:,.1f} h",
            f"{sums['paid_hours']:,.1f} h", f"{sums['fte']:.2f}", wording.money(sums["cost"]),
        )  # fmt: skip
    table.add_row(
        "now", f"{sums['now_hours']:,.1f} h", "", f"{sums['now_paid_hours']:,.1f} h",
        f"{sums['now_fte']:.2f}", wording.money(sums["now_cost"]), style="dim",
    )  # fmt: skip
    console.print(table)
    indented(console, "on the roster: with breaks and meetings as the file's roster has them; "
             "paid: with planned shrinkage and overtime, without unpaid breaks. Shifts have "
             "lengths, so that a roster needs more: waitline shifts.", by=0)  # fmt: skip
    for line in as_a_run_says(found, sums):
        indented(console, line, by=0)
    console.print()


def as_a_run_says(found: Staffing, sums: Mapping[str, float]) -> Iterator[str]:
    """What a run of the plan found shows, where breaks that seats do not have make it another.

    Parameters
    ----------
    found : Staffing
    sums : mapping of str to float
        Its totals, all groups together.
    """
    shown = found.as_a_run().values()
    hours = sum(own["run_paid_hours"] for own in shown)
    cost = wording.money(sum(own["run_cost"] for own in shown))
    printed = f"{sums['paid_hours']:,.1f}", wording.money(sums["cost"])
    if (f"{hours:,.1f}", cost) == printed:
        return
    money = f" and {cost} {found.scenario.currency}" if sums["cost"] else ""
    yield (
        f"A run of the plan found shows {hours:,.1f} h paid{money} on these "
        f"{wording.period(found.results)}s: its operators are seats and have no breaks; above, "
        "paid breaks and meetings are in."
    )


def _print_day(console: Console, found: Staffing) -> None:
    """What callers and operators get, found and now."""
    table = Table(box=None, pad_edge=False, padding=(0, 1), collapse_padding=True,
                  header_style="bold")  # fmt: skip
    table.add_column(f"on the fresh {wording.period(found.results)}s")
    for head in ("found", "+-", "now", "+-"):
        table.add_column(head, justify="right")
    for name, called in SHOWN:
        cells = [called]
        for results in (found.results, found.as_it_is):
            estimate = results.measures[name]
            cells += [wording.figure(estimate.value, estimate.unit), wording.margin(estimate)]
        table.add_row(*cells)
    console.print(table)
    limits = wording.limits(found.results)
    indented(
        console,
        f"in time: {wording.COUNTS[found.scenario.counts(None)]}, within {limits}; +-: how well "
        "it is known (95 %).",
        by=0,
    )
    console.print()


def notes(found: Staffing) -> Iterator[str]:
    """What the answer rests on."""
    absent = [n for n in found.groups if found.scenario.operators[n].absence]
    if absent:
        yield (
            f"Absence of {wording.listing([plain(n) for n in absent])} is simulated: some of the "
            "operators found are away each day; no more has to be added for them."
        )
    gone = [
        n for n in found.groups if found.asked.operators[n].late or found.asked.operators[n].stays
    ]
    if gone:
        yield (
            f"Lateness and staying on of {wording.listing([plain(n) for n in gone])} go with "
            "shifts and are not in the seats found."
        )
    word = wording.period(found.results)
    if found.met and any(each.value is not None for each in found.standings):
        yield (
            f"The targets hold for the estimate on the fresh {word}s"
            + (", and for the lower end of its interval." if found.sure else
               f"; other {word}s can fall short by its interval. --sure asks for more.")
        )  # fmt: skip


def print_service(console: Console, served: Given, seats: Mapping[str, int]) -> None:
    """Print what service given operators give, interval by interval.

    Parameters
    ----------
    console : rich.console.Console
    served : Given
        The scenario with them.
    seats : mapping of str to int
        The operators that were given, by group.
    """
    results = served.results
    given = wording.listing([f"{n} {plain(name)}" for name, n in seats.items()])
    console.print(Text(f"{plain(results.scenario.name)} - with {given} all day", style="bold"))
    meaning = ""
    if served.judged is not None:
        meaning = f" Judged for {meaning_of(served.judged)}."
    console.print(f"{results.days:,} {wording.period(results)}s, seed {results.seed}.{meaning}")
    console.print()
    if served.judged is not None:
        for each in sorted(served.standings, key=lambda each: each.met):
            indented(console, sentence(served.judged, each), hang=2)
        for line in why_missed(served.judged):
            indented(console, line, hang=2)
    console.print()
    table = Table(box=None, pad_edge=False, padding=(0, 1), collapse_padding=True,
                  header_style="bold")  # fmt: skip
    for head in ("from", "offered", "hang up", "in time", "required", "on duty", "over"):
        table.add_column(head, justify="right")
    levels = levels_by_interval(results)
    rows = [r for r in results.by_interval if r["type"] == "*"]
    groups = len(results.by_group)
    for row, whole in enumerate(rows):
        own = results.staff_by_interval[row * groups : (row + 1) * groups]
        needed = sum(_plain(each["required"]) for each in own)
        there = sum(_plain(each["on_duty"]) for each in own)
        place = " ".join(str(whole[key]) for key in ("day", "from") if key in whole)
        offered = _plain(whole["offered"])
        lost = _plain(whole["abandoned"]) / offered if offered else None
        table.add_row(place, number(offered), share(lost), share(levels[row]), number(needed),
                      number(there), f"{there - needed:+.1f}")  # fmt: skip
    console.print(table)
    indented(console, "required: by Erlang A with the interval's load, all groups together.", by=0)
