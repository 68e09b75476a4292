"""In words: how many days it took to know what was asked, or by how much they fall short."""

from __future__ import annotations

import math

from sim.measures.precision import Known, Precision
from sim.report import wording


def how_many_days(precision: Precision | None, word: str = "day") -> list[str]:
    """What came of a run that went on until something is known.

    Parameters
    ----------
    precision : Precision or None
        None, and nothing is said, where the number of days was given.
    word : str
        What a replication is, "day" or "week".

    Returns
    -------
    list of str
        A sentence for each measure that was asked for.
    """
    if precision is None:
        return []
    by_measure: dict[str, list[Known]] = {}
    for each in precision.known:
        by_measure.setdefault(each.asked.measure, []).append(each)
    return [_sentence(known, precision, word) for known in by_measure.values()]


def _sentence(known: list[Known], precision: Precision, word: str) -> str:
    """Of one measure; the widest interval stands for all plans."""
    asked, widest = known[0].asked, max(known, key=_half)
    of, unit = asked.measure, asked.unit
    if len(known) > 1:
        of += " of every plan and its change from the base"
    days = f"{precision.days:,} {word}s"
    if widest.half == 0:
        return f"{of}: {days} show no spread at all, so that its interval has no width."
    wanted = wording.given(asked.width, unit)
    if widest.half is None:
        return f"{of}: {days} give no interval."
    if widest.reached:
        where = f"; the widest, {_which(widest)}" if len(known) > 1 else ""
        return (
            f"{of}: known to +- {wanted} as asked, in {days}{where} "
            f"(+- {wording.half(widest.half, unit)})."
        )
    where = f" for {_which(widest)}" if len(known) > 1 else ""
    return (
        f"{of}: NOT known to +- {wanted}. After {days}, the most that --at-most allows, it is "
        f"+- {wording.half(widest.half, unit)}{where}, "
        f"{wording.half(widest.half - asked.width, unit)} too wide; about "
        f"{wording.round_up(precision.predicted)} {word}s would do."
    )


def _half(known: Known) -> float:
    return math.inf if known.half is None else known.half


def _which(known: Known) -> str:
    plan = wording.plain(known.plan, 30)
    return plan if known.against is None else f"{plan} - {wording.plain(known.against, 30)}"
