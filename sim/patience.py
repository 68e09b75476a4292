"""When a waiting caller hangs up: patience and hold messages as one cumulative hazard.

The survival of a waiting caller is exp(-H(t)) with H the sum of the call type's own hazard,
scaled by what the line plays, and a step of -log(1 - p) for each message at which a share p
hangs up. A caller brings a threshold drawn from the unit exponential law and hangs up when H
reaches it: a change of messages changes the hazard, never the people.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.scenario.laws import Law
from sim.scenario.schema import Programme

Floats = NDArray[np.float64]
T = TypeVar("T")

HORIZON = 1e7
"""Seconds of waiting (116 days) after which messages are no longer followed."""

CERTAIN = 1e200
"""A cumulative hazard that no threshold reaches, which can be scaled and subtracted from."""

FIRST_REACH = 3600.0
"""Seconds for which a programme is laid out at first; doubled until it is long enough."""


class Same(Generic[T]):
    """A frozen thing that equals itself only, to remember by it what follows from it."""

    def __init__(self, it: T) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.it is other.it


@dataclass(frozen=True, eq=False)
class Hazard:
    """A cumulative hazard with steps, laid out at the K instants where something changes.

    Between `times[k]` and `times[k + 1]` it grows as `scale[k]` times the law's own; at
    `times[k]` it steps from `before[k]` to `after[k]`.
    """

    law: Law
    times: Floats
    before: Floats
    after: Floats
    scale: Floats

    def wait_until_hang_up(self, thresholds: Floats) -> Floats:
        """The wait at which the cumulative hazard reaches each threshold.

        Parameters
        ----------
        thresholds : float64 array, shape (n,)
            Draws from the unit exponential law.

        Returns
        -------
        float64 array, shape (n,)
            Seconds of waiting; inf for who never hangs up.
        """
        piece = np.maximum(np.searchsorted(self.before, thresholds, side="left") - 1, 0)
        waits = self.times[piece].copy()
        smooth = thresholds > self.after[piece]
        k = piece[smooth]
        excess, scale = thresholds[smooth] - self.after[k], self.scale[k]
        own = np.full(len(k), np.inf)
        np.divide(excess, scale, out=own, where=scale > 0)
        start, ends = self.own_before[k], self.until[k]
        # Where the hazard is scaled to nothing, nobody hangs up, whatever the law says.
        found = np.where(scale > 0, _inverse(self.law, start + own), np.inf)
        waits[smooth] = np.minimum(np.maximum(found, self.times[k]), ends)
        return waits

    @cached_property
    def own_before(self) -> Floats:
        """The law's own hazard at each of the instants."""
        return _smooth_hazard(self.law, self.times)

    @cached_property
    def until(self) -> Floats:
        """When each piece ends; the last one never."""
        return np.append(self.times[1:], np.inf)


def hazard_of(
    law: Law, hang_up_at_once: float, programme: Programme | None, reach: float
) -> Hazard:
    """The hazard of a call type under a programme of hold messages.

    Parameters
    ----------
    law : Law
        The type's own patience.
    hang_up_at_once : float
        Share of those not answered at the instant they arrive who hang up then.
    programme : Programme or None
        What the line plays; None: nothing that changes anyone's mind.
    reach : float
        The largest threshold that will be asked for.

    Returns
    -------
    Hazard
        Laid out until its value exceeds `reach`, or to `HORIZON`.
    """
    horizon = FIRST_REACH
    while True:
        hazard = _laid_out(Same(law), hang_up_at_once, Same(programme), horizon)
        if not _repeats(programme) or hazard.before[-1] > reach or horizon >= HORIZON:
            return hazard
        horizon = min(horizon * 4, HORIZON)


def _repeats(programme: Programme | None) -> bool:
    return programme is not None and any(
        m.every is not None and (m.hang_up > 0 or m.patience is not None)
        for m in programme.messages.values()
    )


@lru_cache(maxsize=1024)
def _laid_out(
    law: Same[Law], hang_up_at_once: float, programme: Same[Programme | None], horizon: float
) -> Hazard:
    """The hazard up to a horizon, worked out once for all days."""
    return _lay_out(law.it, hang_up_at_once, programme.it, horizon)


def _lay_out(
    law: Law, hang_up_at_once: float, programme: Programme | None, horizon: float
) -> Hazard:
    times: list[Floats] = [np.zeros(1)]
    shares: list[Floats] = [np.array([hang_up_at_once])]
    effects: list[Floats] = [np.array([np.nan])]
    for message in programme.messages.values() if programme else ():
        hearings = 1
        if message.every is not None and message.at <= horizon:
            hearings += int((horizon - message.at) // message.every)
        step = 0.0 if message.every is None else message.every
        times.append(message.at + step * np.arange(hearings, dtype=np.float64))
        shares.append(np.full(hearings, message.hang_up))
        effect = np.nan if message.patience is None else message.patience
        effects.append(np.full(hearings, effect))
    with np.errstate(divide="ignore"):
        jumps: list[Floats] = [-np.log1p(-share) for share in shares]
    if law.atomic:
        at, jump = law.steps()
        times.append(at)
        jumps.append(jump)
        effects.append(np.full(len(at), np.nan))
    when = np.concatenate(times)
    order = np.argsort(when, kind="stable")
    when, jump = when[order], np.concatenate(jumps)[order]
    filler = programme.filler.patience if programme else 1.0
    scale = filler * _last_effect(np.concatenate(effects)[order])
    own = _smooth_hazard(law, when)
    # Who was kept past the end of the law by a multiplier of 0 hangs up when it is over.
    jump = np.where((own >= CERTAIN) & (scale > 0), CERTAIN, jump)
    growth = scale[:-1] * np.diff(own)
    after = np.cumsum(jump) + np.concatenate([[0.0], np.cumsum(growth)])
    before = np.concatenate([[0.0], after[:-1] + growth])
    return Hazard(law=law, times=when, before=before, after=after, scale=scale)


def _last_effect(effects: Floats) -> Floats:
    """The latest effect heard up to each instant; 1 before there is one."""
    heard = np.where(np.isnan(effects), 0, np.arange(len(effects)))
    last = effects[np.maximum.accumulate(heard)]
    return np.where(np.isnan(last), 1.0, last)


def _smooth_hazard(law: Law, times: Floats) -> Floats:
    """The law's own hazard without its steps; past its end not infinite but beyond reach."""
    return np.zeros(len(times)) if law.atomic else np.minimum(law.cumulative_hazard(times), CERTAIN)


def _inverse(law: Law, levels: Floats) -> Floats:
    return np.full(len(levels), np.inf) if law.atomic else law.inverse_hazard(levels)
