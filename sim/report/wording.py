"""How figures are written for people: shares, durations, money, counts, and how sure they are."""

from __future__ import annotations

from collections.abc import Sequence

from sim.measures.intervals import Estimate

COUNTS = {
    "offered": "of offered",
    "answered": "of answered",
    "excluding_short": "of offered less short",
    "abandoned_in_time_met": "hang-ups in time met",
}
"""What each convention of the service level counts over."""

NOTHING = "-"
"""Stands where there is no figure."""


def share(value: float | None) -> str:
    """A share in per cent: 0.8123 is "81.2 %"; a small one keeps two digits."""
    if value is None:
        return NOTHING
    percent = 100 * value
    places = 1 if abs(percent) >= 1 or percent == 0 else 2
    return f"{percent:.{places}f} %"


def duration(value: float | None) -> str:
    """Seconds as people say them: "7.3 s", "4 min 07 s", "1 h 05 min"."""
    if value is None:
        return NOTHING
    if abs(value) < 99.95:
        return f"{value:.1f} s"
    seconds = round(value)
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    minutes = round(value / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def number(value: float | None) -> str:
    """A count or a mean count: thousands apart, one digit after the point below a thousand, two
    below a tenth."""
    if value is None:
        return NOTHING
    if abs(value) >= 999.5:
        return f"{value:,.0f}"
    return f"{value:.2f}" if 0 < abs(value) < 0.095 else f"{value:.1f}"


def money(value: float | None) -> str:
    """An amount: whole from a hundred on, else with two digits."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if abs(value) >= 99.5 else f"{value:.2f}"


def figure(value: float | None, unit: str) -> str:
    """A value in the manner of its unit."""
    if unit == "share":
        return share(value)
    if unit == "s":
        return duration(value)
    if unit in ("contacts", "callers", "operators"):
        return number(value)
    if unit in ("h", "FTE"):
        return NOTHING if value is None else f"{number(value)} {unit}"
    return money(value)


def change(value: float | None, unit: str) -> str:
    """A difference with its sign; of shares in points (hundredths)."""
    if value is None:
        return NOTHING
    sign = "+" if value >= 0 else "-"
    size = abs(value)
    if unit == "share":
        return f"{sign}{100 * size:.{1 if size >= 0.00995 else 2}f} pt"
    return sign + figure(size, unit)


def margin(low: float | None, high: float | None, unit: str, value: float | None = None) -> str:
    """Half the width of a 95 % interval, in the manner of the unit and of the value beside it."""
    if low is None or high is None:
        return NOTHING
    half = (high - low) / 2
    if unit == "share":
        return f"{100 * half:.{1 if half >= 0.00095 else 2}f}"
    if unit == "s":
        return f"{half:.1f} s" if half < 99.95 else duration(half)
    if unit in ("contacts", "callers", "operators", "h", "FTE"):
        return number(half)
    beside_whole = value is not None and abs(value) >= 99.5
    return f"{half:,.{0 if half >= 9.5 else 1}f}" if beside_whole else money(half)


def days_range(estimate: Estimate) -> str:
    """The range in which eight days of ten fall."""
    if estimate.day_p10 is None or estimate.day_p90 is None:
        return NOTHING
    low, high, unit = estimate.day_p10, estimate.day_p90, estimate.unit
    if unit == "s" and high >= 99.95:
        return f"{clock_minutes(low)} - {clock_minutes(high)} min"
    ends = [figure(low, unit), figure(high, unit)]
    for mark in (" %", " s", " h", " FTE"):
        if ends[0].endswith(mark) and ends[1].endswith(mark):
            ends[0] = ends[0].removesuffix(mark)
    return " - ".join(ends)


def clock_minutes(seconds: float) -> str:
    """Minutes and seconds, short: 247 s is "4:07"."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def plain(text: str, most: int = 60) -> str:
    """A name from a file, fit for a screen: printable, on one line, cut where it is too long."""
    shown = "".join(each if each.isprintable() else " " for each in text)
    return shown if len(shown) <= most else shown[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"


def listing(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def named_level(within: float, counts: str) -> str:
    """The service level with its threshold and its convention, without which it means nothing."""
    return f"answered in {plain_duration(within)}, {COUNTS[counts]}"


def plain_duration(seconds: float) -> str:
    """A duration of a setting, without needless digits: "20 s", "1 min 30 s"."""
    from sim.times import format_duration

    return format_duration(seconds)
