"""How wrong a forecast may be before a target is missed, or how wrong it would have to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from sim.comparison.levers import Lever
from sim.comparison.trials import Trial, Trials
from sim.measures.intervals import half_width
from sim.scenario.aims import Aim

MORE = (0.1, 0.2, 0.4, 0.7, 1.0)
"""How much more is tried, one after the other, where a target is kept as it is."""
FEWER = (-0.1, -0.2, -0.4, -0.6, -0.8, -0.9)
"""How much less is tried where it is not."""

STEP = 0.005
"""Width of the bracket at which the search for the first target to fail ends."""
ROUGH = 0.02
"""The same for other targets; a straight line is put through its ends."""

Place = Callable[[Trial], float]


@dataclass(frozen=True)
class Limit:
    """By how much a lever may be turned up before one target is missed.

    `value`, `low` and `high` are shares of what the scenario says: 0.065 is 6.5 % more.
    """

    lever: str
    aim: Aim
    value: float | None
    """Where the estimate crosses the target; below 0 where it is missed as it is. None where it
    does not cross up to twice as much, or down to a tenth."""
    low: float | None
    """Lower end of the 95 % interval; None where it lies beyond what was tried."""
    high: float | None
    kept: bool
    """Whether the estimate keeps the target as the scenario is."""

    def document(self) -> dict[str, Any]:
        """The limit as plain JSON values."""
        return {
            "target": self.aim.document(), "kept": self.kept, "value": self.value,
            "low": self.low, "high": self.high, "unit": "share",
        }  # fmt: skip


def first_to_fail(limits: list[Limit]) -> Limit:
    """The target that leaves the least room; one that is never kept before all others."""
    never = [limit for limit in limits if limit.value is None and not limit.kept]
    if never:
        return never[0]
    return min(limits, key=lambda limit: np.inf if limit.value is None else limit.value)


def limits_of(trials: Trials, lever: Lever, aims: Sequence[Aim]) -> list[Limit]:
    """The limits of all targets, in their order; that of the first to fail to 0.5 %.

    Which one that is may change as it is known better.
    """
    limits = [limit_of(trials, lever, aim, ROUGH) for aim in aims]
    fine: set[Aim] = set()
    while limits and (first := first_to_fail(limits)).aim not in fine:
        fine.add(first.aim)
        limits[limits.index(first)] = limit_of(trials, lever, first.aim)
    return limits


def limit_of(trials: Trials, lever: Lever, aim: Aim, step: float = STEP) -> Limit:
    """Search for the least turn of a lever at which a target is missed.

    Parameters
    ----------
    trials : Trials
        What has been run is not run again.
    lever : Lever
        Turned up where the target is kept, and down where it is missed.
    aim : Aim
        The target.
    step : float
        Width of the bracket at which the search ends.

    Returns
    -------
    Limit
        Within the last bracket by a straight line. The interval has all turns at which the 95 %
        interval of the measure holds the target, by straight lines between the runs.
    """
    kept = trials.trial().slack(aim) >= 0

    def slack(turn: float) -> float:
        return trials.trial((lever, factor_of(turn))).slack(aim)

    bracket = _bracket(trials, lever, aim, kept, slack)
    if bracket is None:
        return Limit(lever.name, aim, None, None, None, kept)
    low, high = _narrowed(*bracket, slack, step)
    value = _zero(low, high, slack(low), slack(high))
    ends = _band(trials, lever, aim, value)
    return Limit(lever.name, aim, value, *ends, kept)


def factor_of(turn: float) -> float:
    """What 6.5 % more multiplies by."""
    return round(1 + turn, 6)


def _seen(trials: Trials, lever: Lever) -> dict[float, Trial]:
    """What was run with this lever alone, by the turn, in order."""
    along = trials.along(lever)
    return {round(factor - 1, 6): along[factor] for factor in sorted(along)}


def _bracket(
    trials: Trials, lever: Lever, aim: Aim, kept: bool, slack: Callable[[float], float]
) -> tuple[float, float] | None:
    """The nearest two turns between which the target begins to be missed, the kept one first."""
    seen = {turn: trial.slack(aim) >= 0 for turn, trial in _seen(trials, lever).items()}
    tried = [turn for turn in seen if (turn > 0) == kept and turn != 0]
    wanted = sorted({*tried, *(MORE if kept else FEWER)}, key=abs)
    before = 0.0
    for turn in wanted:
        met = seen[turn] if turn in seen else slack(turn) >= 0
        if met != kept:
            return (before, turn) if kept else (turn, before)
        before = turn
    return None


def _narrowed(
    low: float, high: float, slack: Callable[[float], float], step: float
) -> tuple[float, float]:
    """A bracket of at most `step`, with the target kept at its lower end only."""
    while high - low > step + 1e-9:
        guess = _zero(low, high, slack(low), slack(high))
        # One step from an end, so that a good guess closes the bracket with the next run.
        if high - low > 2 * step:
            guess = min(max(guess, low + step), high - step)
        else:
            guess = (low + high) / 2
        guess = round(guess, 4)
        if slack(guess) >= 0:
            low = guess
        else:
            high = guess
    return low, high


def _zero(low: float, high: float, at_low: float, at_high: float) -> float:
    """Where a straight line crosses 0; the middle where an end has no value."""
    if not np.isfinite(at_low) or not np.isfinite(at_high) or at_low == at_high:
        return (low + high) / 2
    return low + (high - low) * at_low / (at_low - at_high)


def _band(
    trials: Trials, lever: Lever, aim: Aim, value: float
) -> tuple[float | None, float | None]:
    """Where the ends of the measure's interval cross the target, below and above the limit."""
    if trials.replications < 2:
        return None, None
    ends: list[float | None] = []
    for side in (-1, 1):
        found = _crossing(_seen(trials, lever), aim, value, side)
        if found is None:
            reach = value + side * 2 * abs(_reach(_seen(trials, lever), aim, value))
            if -0.95 < reach < 2 * MORE[-1]:
                trials.trial((lever, factor_of(round(reach, 4))))
                found = _crossing(_seen(trials, lever), aim, value, side)
        ends.append(found)
    return ends[0], ends[1]


def _half(trial: Trial, aim: Aim) -> float:
    estimate = trial.aims[aim]
    return 0.0 if estimate.value is None else half_width(estimate.influence)


def _crossing(seen: Mapping[float, Trial], aim: Aim, value: float, side: int) -> float | None:
    """To one side of the limit, the furthest turn at which slack + side x half-width is 0."""
    points = [(turn, trial.slack(aim) + side * _half(trial, aim)) for turn, trial in seen.items()]
    near = sorted(
        (
            (turn, side * at)
            for turn, at in points
            if np.isfinite(at) and side * (turn - value) > -STEP
        ),
        key=lambda point: -side * point[0],
    )
    for outer, inner in pairwise(near):
        if outer[1] >= 0:
            return None
        if inner[1] >= 0:
            end = _zero(inner[0], outer[0], inner[1], outer[1])
            return side * max(side * end, side * value)
    return None


def _reach(seen: Mapping[float, Trial], aim: Aim, value: float) -> float:
    """About how far the interval goes: half-width over the slope at the limit."""
    nearest = sorted(seen, key=lambda turn: abs(turn - value))
    one = nearest[0]
    other = next((t for t in nearest if abs(t - one) > 2 * STEP), nearest[-1])
    rise = seen[other].slack(aim) - seen[one].slack(aim)
    if not np.isfinite(rise) or rise == 0 or other == one:
        return 0.1
    slope = rise / (other - one)
    return min(_half(seen[one], aim) / abs(slope), 0.4)
