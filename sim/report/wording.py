"""How figures are written for people: shares, durations, money, counts, and how sure they are."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from sim.experiment import Results
from sim.measures.intervals import Estimate
from sim.times import format_duration

COUNTS = {
    "offered": "of offered",
    "answered": "of answered",
    "excluding_short": "of offered less short",
    "abandoned_in_time_met": "hang-ups in time met",
}
"""What each convention of the service level counts over."""

NOTHING = "-"
"""Stands where there is no figure."""

THINGS = ("contacts", "callers", "operators", "h", "FTE")
"""Units that are counted, not money."""


PER_CALLER = ("attempts", "redial_inflation")
"""Measures of contacts a caller: hardly above 1, so that the second digit tells."""


def figure(value: float | None, unit: str, name: str = "") -> str:
    """A value in the manner of its unit; money (any other unit) without its currency."""
    if value is None:
        return NOTHING
    if name in PER_CALLER:
        return f"{value:.2f}"
    if unit == "share":
        return share(value)
    if unit == "s":
        return duration(value)
    if unit in ("h", "FTE"):
        return f"{number(value)} {unit}"
    return number(value) if unit in THINGS else money(value)


def share(value: float | None) -> str:
    """A share in per cent: 0.8123 is "81.2 %"; one below a hundredth keeps two digits."""
    if value is None:
        return NOTHING
    percent = 100 * value
    return f"{percent:.{1 if abs(percent) >= 0.995 or abs(percent) < 0.005 else 2}f} %"


def duration(value: float | None) -> str:
    """Seconds as people say them: "7.3 s", "4 min 07 s", "1 h 05 min"."""
    if value is None:
        return NOTHING
    if abs(value) < 59.95:
        return f"{value:.1f} s"
    if value < 0:
        return f"-{duration(-value)}"
    seconds = round(value)
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    minutes = round(value / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def number(value: float | None) -> str:
    """A count or a mean count: whole from a hundred on, then one digit, two below a tenth."""
    if value is None:
        return NOTHING
    size = abs(value)
    return f"{value:,.{0 if size >= 99.95 else 1 if size >= 0.095 or size < 0.005 else 2}f}"


def money(value: float | None) -> str:
    """An amount: whole from a hundred on, else with two digits."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if abs(value) >= 99.5 else f"{value:.2f}"


def clock_minutes(seconds: float) -> str:
    """Minutes and seconds, short: 247 s is "4:07"."""
    whole = round(abs(seconds))
    return f"{'-' if seconds < 0 and whole else ''}{whole // 60}:{whole % 60:02d}"


def half_of(estimate: Estimate) -> float | None:
    """Half the width of a 95 % interval; the longer side of one that is cut at 0, or at 100 %."""
    low, high, value = estimate.low, estimate.high, estimate.value
    if low is None or high is None or value is None:
        return None
    if low == 0 or (estimate.unit == "share" and high == 1):
        return max(high - value, value - low)
    return (high - low) / 2


def margin(estimate: Estimate) -> str:
    """Half the width of a 95 % interval, with as many digits as the value beside it."""
    half, value = half_of(estimate), estimate.value
    if half is None or value is None:
        return NOTHING
    if estimate.unit == "share":
        return f"{100 * half:.{1 if half >= 0.00095 else 2}f}"
    if estimate.unit == "s":
        return f"{half:.1f} s" if abs(value) < 59.95 else f"{clock_minutes(half)} min"
    return f"{half:,.{_places(half, value, estimate.unit)}f}"


def _places(half: float, value: float, unit: str) -> int:
    """Digits after the point that both a value and its half-width deserve."""
    if unit not in THINGS and abs(value) >= 99.5:
        return 0 if half >= 0.95 else 1
    if half >= 9.5:
        return 0
    return 1 if half >= 0.095 and unit in THINGS else 2


def days_range(estimate: Estimate) -> str:
    """The range in which eight days of ten fall; nothing for a single day."""
    low, high, unit = estimate.day_p10, estimate.day_p90, estimate.unit
    if low is None or high is None or len(estimate.days) < 2:
        return NOTHING
    if unit == "share":
        return f"{100 * low:.1f} - {100 * high:.1f} %"
    if unit == "s":
        if max(abs(low), abs(high)) >= 3600:
            return f"{clock_minutes(low / 60)} - {clock_minutes(high / 60)} h"
        if max(abs(low), abs(high)) >= 59.95:
            return f"{clock_minutes(low)} - {clock_minutes(high)} min"
        return f"{low:.1f} - {high:.1f} s"
    largest = max(abs(low), abs(high))
    places = 0 if largest >= 99.5 else 1 if unit in THINGS else 2
    mark = f" {unit}" if unit in ("h", "FTE") else ""
    return f"{low:,.{places}f} - {high:,.{places}f}{mark}"


def change(value: float | None, half: float | None, unit: str) -> str:
    """A difference with its sign and its half-width; of shares in points (hundredths)."""
    if value is None:
        return NOTHING
    sign, size, known = "+" if value >= 0 else "-", abs(value), half is not None
    half = half or 0.0
    if unit == "share":
        places = 1 if 100 * max(half, size if not known else 0) >= 0.095 else 2
        ends = f"{100 * size:.{places}f} pt", f"{100 * half:.{places}f}"
    elif unit == "s" and size >= 59.95:
        ends = clock_minutes(size), f"{clock_minutes(half)} min"
        if not known:
            ends = f"{ends[0]} min", ""
    elif unit == "s":
        ends = f"{size:.1f} s", f"{half:.1f} s"
    else:
        places = _places(half if known else size / 10, size, unit)
        mark = f" {unit}" if unit in ("h", "FTE") else ""
        ends = f"{size:,.{places}f}{mark}", f"{half:,.{places}f}"
    return f"{sign}{ends[0]} +-{ends[1]}" if known else f"{sign}{ends[0]}"


def half(value: float, unit: str) -> str:
    """Half the width of an interval by itself, to three digits: "0.487 pt", "1.25 s", "12,300 EUR".

    Shares are in points, hundredths of the whole.
    """
    size = 100 * value if unit == "share" else value
    places = 2 - math.floor(math.log10(size)) if size > 0 else 0
    return f"{round(size, places):,.{max(places, 0)}f} {_MARKS.get(unit, unit)}"


def given(value: float, unit: str) -> str:
    """A width or difference as it was asked for: "0.5 pt", "25 EUR"."""
    size = 100 * value if unit == "share" else value
    return f"{size:,.9g} {_MARKS.get(unit, unit)}"


_MARKS = {"share": "pt"}


def round_up(count: float) -> str:
    """A predicted number, to two digits and never less: "5,800"."""
    step = 10 ** max(math.floor(math.log10(count)) - 1, 0) if count > 0 else 1
    return f"{math.ceil(count / step) * step:,}"


def plain(text: str, most: int = 60) -> str:
    """A name from a file, fit for a screen: printable, on one line, cut where it is too long."""
    shown = "".join(each if each.isprintable() else " " for each in text)
    return shown if len(shown) <= most else shown[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"


def distinct(names: Sequence[str], most: int) -> list[str]:
    """Names of at most so many signs, cut in their middle so that no two become alike.

    Examples
    --------
    >>> distinct(["wait_by_the_first", "wait_by_the_last", "base"], 12)
    ['wait_b…first', 'wait_b…_last', 'base']
    """
    room = most - 1
    for tail in sorted(range(room), key=lambda tail: abs(tail - room // 2)):
        cut = [_cut(name, most, tail) for name in names]
        if len(set(cut)) == len(names):
            return cut
    room -= 6
    return [f"{_cut(name, room, room // 2)} ({place})" for place, name in enumerate(names, 1)]


def _cut(name: str, most: int, tail: int) -> str:
    shown = plain(name, max(most, len(name)))
    if len(shown) <= most:
        return shown
    head = most - 1 - tail
    return f"{shown[:head]}\N{HORIZONTAL ELLIPSIS}{shown[len(shown) - tail :]}"


def listing(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def listing_or(parts: Sequence[str]) -> str:
    """ "a", "a or b", "a, b or c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} or {parts[-1]}"


def limits(results: Results) -> str:
    """What "in time" means: "20 s", or "20 s (deposits 1 min)" where types have their own."""
    scenario = results.scenario
    usual = scenario.within(None)
    own = [
        f"{plain(kind.label or name, 30)} {format_duration(scenario.within(name))}"
        for name, kind in scenario.callers.items()
        if scenario.within(name) != usual
    ]
    return f"{format_duration(usual)}{f' ({listing(own)})' if own else ''}"


def level_of(results: Results) -> str:
    """The service level of the whole line with its convention, and its threshold if it has one."""
    scenario = results.scenario
    single = all(scenario.within(name) == scenario.within(None) for name in scenario.callers)
    within = format_duration(scenario.within(None)) if single else "time"
    return f"answered in {within}, {COUNTS[scenario.counts(None)]}"


def period(results: Results) -> str:
    """What a replication is: a day, or the days of a week that are simulated."""
    return "week" if results.scenario.days else "day"


def how_many(results: Results) -> str:
    """How many were simulated: "100 days", "1 week"."""
    return f"{results.days:,} {period(results)}{'' if results.days == 1 else 's'}"


def broken_name(name: str, width: int) -> str:
    """A plan's name on lines that fit a column, broken where a word of it ends."""
    lines = [""]
    for part in re.findall(r"[^_ =.:]*[_ =.:]+|[^_ =.:]+", name):
        if lines[-1] and len(lines[-1]) + len(part.rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(line.rstrip() for line in lines)
