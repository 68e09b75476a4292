"""The rules that stop by themselves, on days that are drawn: `python -m benchmarks.stopping`.

What the truth is is known here, and trials cost nothing; `benchmarks.best_of_k` has simulated days.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.random import Generator

from benchmarks.tables import Table
from sim.comparison.best import select
from sim.measures.intervals import Floats, mean
from sim.measures.precision import AT_MOST, Width, first_days, next_days, precision_of

LAWS: dict[str, Callable[[Generator, int], Floats]] = {
    "normal": lambda rng, days: rng.normal(1.0, 1.0, days),
    "gamma, skewness 1.4": lambda rng, days: rng.gamma(2.0, 0.5, days) * 2**0.5 + 1 - 2**0.5,
    "exponential, skewness 2": lambda rng, days: rng.exponential(1.0, days),
    "lognormal, skewness 4": lambda rng, days: _lognormal(rng, days),
}
"""All with mean 1 and standard deviation 1."""

CASES = {
    "all others a difference behind": [0, -1, -1, -1, -1],
    "one 0.9 behind, four 1.05": [0, -0.9, -1.05, -1.05, -1.05, -1.05],
    "steps of 0.9": [0, -0.9, -1.8, -2.7, -3.6],
    "two 0.95 behind, seven 1.01": [0, -0.95, -0.95, *[-1.01] * 7],
    "steps of 0.5": [0, -0.5, -1.0, -1.5, -2.0],
    "far apart": [0, -1, -4, -8, -8],
}
"""How far plans are behind the best, in differences that matter."""


def _lognormal(rng: Generator, days: int) -> Floats:
    square = math.log(2.0)
    return np.exp(rng.normal(-square / 2, math.sqrt(square), days))


def widths(trials: int, rng: Generator) -> Table:
    """How often the interval of a mean holds it where the days stop by the width."""
    rows = []
    for name, draw in LAWS.items():
        for needed in (50, 120, 400, 1000):
            ended = [_known(rng, draw, 1.96 / math.sqrt(needed)) for _ in range(trials)]
            held, days, stages = np.mean(ended, axis=0)
            fixed = np.mean([_holds(draw(rng, round(days))) for _ in range(trials)])
            rows.append([name, f"{needed}", f"{days:.0f}", f"{stages:.1f}", f"{held:.3f}",
                         f"{fixed:.3f}"])  # fmt: skip
    return Table(
        f"Intervals where days stop by the width ({trials:,} trials)",
        ["days", "needed if the spread were known", "taken", "stages", "hold",
         "hold with so many days fixed"],
        rows,
    )  # fmt: skip


def _known(
    rng: Generator, draw: Callable[[Generator, int], Floats], width: float
) -> tuple[bool, int, int]:
    days, stages, asked = first_days(AT_MOST), 1, Width("total_cost", width, "EUR")
    values = draw(rng, days)
    while True:
        found = {"base": {asked.measure: mean(values, "EUR", -math.inf)}}
        known = precision_of((asked,), found, AT_MOST)
        if known.reached:
            return _holds(values), len(values), stages
        values = np.append(values, draw(rng, next_days(known) - len(values)))
        stages += 1


def _holds(values: Floats) -> bool:
    found = mean(values, "EUR", -math.inf)
    assert found.low is not None
    assert found.high is not None
    return found.low <= 1.0 <= found.high


def choices(trials: int, rng: Generator) -> Table:
    """How often the plan chosen is the best, or one within the difference of it."""
    rows = []
    for name, behind in CASES.items():
        for alike in (0.0, 0.8):
            means = np.array(behind, float) * 0.3
            found = [_chosen(rng, means, alike) for _ in range(trials)]
            best, good, spent, without = np.mean(found, axis=0)
            rows.append([name, f"{alike:g}", f"{best:.3f}", f"{good:.3f}", f"{spent:,.0f}",
                         f"{without:,.0f}"])  # fmt: skip
    return Table(
        f"The best of several plans ({trials:,} trials)",
        ["plans", "correlation of days", "best", "best or less than a difference behind",
         "days of all plans", "without dropping"],
        rows,
    )  # fmt: skip


def _chosen(rng: Generator, means: Floats, alike: float) -> tuple[bool, bool, int, int]:
    """Days with a spread of 1 that plans do not share, and as much more as they do."""
    shape = (len(means), 1_500)
    common = math.sqrt(alike / (1 - alike)) * rng.standard_normal(shape[1])
    data = rng.standard_normal(shape) + common + means[:, None]

    def look(plans: Sequence[int], days: int) -> tuple[Floats, Floats]:
        seen = data[list(plans), :days]
        values = seen.mean(axis=1)
        return values, seen - values[:, None]

    found = select(len(means), 0.3, look, at_most=shape[1])
    gap = float(means[found.left[0]])
    spent = sum(out.days for out in found.dropped.values()) + found.days * len(found.left)
    return gap == 0, gap > -0.3 + 1e-12, spent, found.days * len(means)


def main() -> None:
    """Print both tables."""
    rng = np.random.default_rng(1)
    print(widths(2_000, rng).markdown(), flush=True)
    print(choices(1_000, rng).markdown(), flush=True)


if __name__ == "__main__":
    main()
