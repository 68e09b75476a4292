"""Times of day and durations as people write them, to seconds and back."""

from __future__ import annotations

import math
import re
from decimal import Decimal

MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0
WEEK = 7 * DAY
YEAR = 365.25 * DAY
MONTH = YEAR / 12

UNITS: dict[str, float] = {
    "ms": 0.001,
    **dict.fromkeys(["s", "sec", "second", "seconds"], 1.0),
    **dict.fromkeys(["min", "minute", "minutes"], MINUTE),
    **dict.fromkeys(["h", "hour", "hours"], HOUR),
    **dict.fromkeys(["day", "days"], DAY),
    **dict.fromkeys(["week", "weeks"], WEEK),
    **dict.fromkeys(["month", "months"], MONTH),
    **dict.fromkeys(["year", "years"], YEAR),
}
"""Every unit a duration may have, in seconds; "m" is left out because it could be either."""

CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}(?:\.[0-9]+)?))?")
AMOUNT = r"(?:[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,3})?)"
PART = re.compile(rf"({AMOUNT})\s*([a-z]+)\s*")
DURATION = re.compile(rf"\s*(?:{AMOUNT}\s*[a-z]+\s*)+")


def parse_clock(text: str) -> float:
    """Seconds after midnight of a time of day from "00:00" to "24:00".

    Parameters
    ----------
    text : str
        "HH:MM", "HH:MM:SS" or "HH:MM:SS.fff".

    Returns
    -------
    float
        Seconds after midnight.

    Raises
    ------
    ValueError
        When the text is not a time of day.

    Examples
    --------
    >>> parse_clock("08:30")
    30600.0
    """
    match = CLOCK.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'"{text}" is not a time of day such as "08:30"')
    hours, minutes, seconds = int(match[1]), int(match[2]), float(match[3] or 0)
    clock = hours * HOUR + minutes * MINUTE + seconds
    if minutes > 59 or seconds >= 60 or clock > DAY:
        raise ValueError(f'"{text}" is not a time of day: they go from "00:00" to "24:00"')
    return clock


def parse_duration(text: str) -> float:
    """Seconds of a duration with its units, such as "4 min 30 s".

    Parameters
    ----------
    text : str
        Numbers, each followed by a unit: ms, s, min, h, day, week, month or year.

    Returns
    -------
    float
        Seconds, never negative.

    Raises
    ------
    ValueError
        When a unit is missing or unknown, a unit comes twice, or the duration is negative.

    Examples
    --------
    >>> parse_duration("4 min 30 s")
    270.0
    """
    lowered = text.strip().lower()
    if lowered.startswith("-") and DURATION.fullmatch(lowered[1:]):
        raise ValueError(f'"{text}" is negative: durations are not')
    if not DURATION.fullmatch(lowered):
        if re.fullmatch(rf"[+-]?{AMOUNT}", lowered):
            raise ValueError(f'"{text}" has no unit: is it "{text} s" or "{text} min"?')
        raise ValueError(f'"{text}" is not a duration such as "20 s" or "4 min 30 s"')
    seconds, seen = 0.0, set[float]()
    for amount, unit in PART.findall(lowered):
        if unit not in UNITS:
            hint = 'is "min" or "month" meant?' if unit == "m" else "use s, min, h, days or weeks"
            raise ValueError(f'"{text}" has the unknown unit "{unit}": {hint}')
        if UNITS[unit] in seen:
            raise ValueError(f'"{text}" has one unit twice')
        seen.add(UNITS[unit])
        seconds += float(amount) * UNITS[unit] if unit != "ms" else float(amount) / 1000
    if not math.isfinite(seconds):
        raise ValueError(f'"{text}" is longer than can be counted')
    return seconds


def format_clock(seconds: float) -> str:
    """The running clock "25:30"; seconds are shown only when there are any.

    Examples
    --------
    >>> format_clock(91800.0)
    '25:30'
    """
    if not math.isfinite(seconds):
        return ""
    sign = "-" if seconds < 0 else ""
    milliseconds = round(abs(seconds) * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    clock = f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
    if rest == 0:
        return clock
    whole, thousandths = divmod(rest, 1000)
    return f"{clock}:{whole:02d}" + (f".{thousandths:03d}".rstrip("0") if thousandths else "")


def format_duration(seconds: float) -> str:
    """A duration as one would say it, to the millisecond.

    Examples
    --------
    >>> format_duration(270.0)
    '4 min 30 s'
    """
    if not math.isfinite(seconds):
        return "" if math.isnan(seconds) else "for ever"
    sign = "-" if seconds < 0 else ""
    left = round(abs(seconds) * 1000)
    parts = []
    for unit, size in (("days", 86_400_000), ("h", 3_600_000), ("min", 60_000)):
        # "24 h" and "36 h" are said rather than "1 days 12 h".
        if unit == "days" and left < 3 * size:
            continue
        amount, left = divmod(left, size)
        if amount:
            parts.append(f"{amount} {unit}")
    if left or not parts:
        parts.append(f"{(Decimal(left) / 1000).normalize():f} s")
    return sign + " ".join(parts)
