"""Plans that are held against each other count their money in one currency."""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario import Scenario


class Currencies(ValueError):
    """Plans in several currencies, and which has which."""


def one_currency(scenarios: Iterable[Scenario]) -> None:
    """Refuse plans whose money cannot be added or subtracted.

    Raises
    ------
    Currencies
        Not all have the same currency; with a file, or a plan, of each.
    """
    first: dict[str, Scenario] = {}
    for each in scenarios:
        first.setdefault(each.currency, each)
    if len(first) < 2:
        return
    files = {each.path for each in first.values()}
    by_file = None not in files and len(files) == len(first)
    named = [
        f"{each.path if by_file else f'plan {each.plan}'} has {currency}"
        for currency, each in first.items()
    ]
    if len({each.plan for each in first.values()}) < len(first) and not by_file:
        # One plan under several conditions.
        named = [f"there are {' and '.join(first)}"]
    raise Currencies(f"money in several currencies cannot be compared: {', '.join(named)}")
