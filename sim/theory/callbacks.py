"""Callbacks that keep their place: by a chain on the queue, and by quadrature without dialling."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.theory.erlang import require
from sim.theory.general_patience import Array, PatienceLine
from sim.theory.in_order import InOrder, Kind
from sim.theory.steady import ratio


class Callbacks(NamedTuple):
    """A line that offers callbacks to those who wait, as shares of offered and in s."""

    delayed: float
    """Neither answered at the instant of arrival nor turned away."""
    accepted: float
    """Accepted the callback, or asked for one."""
    called_back: float
    """Accepted, and talked in the end."""
    callback_lost: float
    """Accepted, and was not reached."""
    answered_on_line: float
    """Answered at once or after holding."""
    abandoned: float
    """Held and hung up."""
    callback_delay: float
    """Mean time from acceptance to the talk, in s, of those called back."""
    holders_wait: float
    """Mean wait of the delayed who accept none until they are answered or hang up, in s."""
    asa: float
    """Mean wait of those answered on the line, in s, those answered at once included."""
    wait_mean: float
    """Mean wait in s of all that are not turned away: of who accepts it ends there."""
    turned_away: float
    """Found the queue full (callbacks included)."""


def callback_line(
    rate: float,
    handling: float,
    operators: int,
    patience: float,
    accepts: float,
    reached: float = 1.0,
    dial: float = 0.0,
    from_position: int = 1,
    longest: int = 12,
) -> Callbacks:
    """Callbacks offered at joining; one try; who accepts never hangs up.

    Parameters
    ----------
    rate, handling, operators, longest
        As for `InOrder`.
    patience
        Mean patience in s (exponential) of those who hold.
    accepts
        Share of those to whom it is offered that accepts.
    reached
        Chance that the one try finds the caller.
    dial
        Mean time in s (exponential) for which the operator dials, reached or not.
    from_position
        First position (callbacks count) that is offered one: an offer when the expected wait
        is over so much is an offer from some position on.

    Returns
    -------
    Callbacks

    Examples
    --------
    >>> line = callback_line(0.01, 60, 1, 60, accepts=0.5, reached=0.8, longest=10)
    >>> round(line.callback_delay, 4), round(line.abandoned, 6)
    (84.7899, 0.144024)
    """

    def joins(position: int) -> tuple[float, float]:
        return (1 - accepts, accepts) if position >= from_position else (1.0, 0.0)

    require(0 <= accepts <= 1, f"accepts is a share, not {accepts}")
    kinds = (Kind(1 / patience), Kind(dial=dial, reached=reached))
    line = InOrder(rate, handling, operators, kinds, joins, longest)
    hold, back = line.fates
    return Callbacks(
        delayed=1 - line.at_once - line.turned_away,
        accepted=back.joined,
        called_back=back.answered,
        callback_lost=back.taken - back.answered,
        answered_on_line=line.at_once + hold.answered,
        abandoned=hold.joined - hold.taken,
        callback_delay=ratio(back.taken_wait, back.taken) + dial,
        holders_wait=ratio(hold.wait, hold.joined),
        asa=ratio(hold.taken_wait, line.at_once + hold.answered),
        wait_mean=hold.wait / (1 - line.turned_away),
        turned_away=line.turned_away,
    )


def callback_line_without_dialling(
    rate: float,
    handling: float,
    operators: float,
    patience: float,
    accepts: float,
    reached: float = 1.0,
    offered_at: float = 0.0,
    instead: float = 0.0,
) -> Callbacks:
    """Callbacks with no time to dial, on an endless queue, for any number of operators.

    Parameters
    ----------
    rate, handling, operators, patience, reached
        As for `callback_line`.
    accepts
        Share of those who hear the offer that accepts.
    offered_at
        Time since joining in s at which those still waiting hear the offer.
    instead
        Share of those about to hang up that ask for a callback instead.

    Returns
    -------
    Callbacks

    Notes
    -----
    Who is not reached brings no work, as if it had hung up, and who is reached never hangs up:
    the work ahead is that of M/M/s+G whose patience is such a mixture. All callers meet the same
    law of it, whatever they do themselves.

    Examples
    --------
    >>> line = callback_line_without_dialling(0.1, 240, 24, 120, accepts=0.5, reached=0.8)
    >>> round(line.callback_delay, 4), round(line.abandoned, 6)
    (35.1368, 0.051535)
    """
    offer = Offer(patience, accepts, reached, offered_at, instead)
    lost = offer.lost_at_once
    steps = ([offered_at], [lost]) if lost > 0 else ((), ())
    line = PatienceLine(rate, handling, operators, offer.hazard, steps, kinks=(offered_at,))
    mean, delayed = line.mean_when_delayed, line.fate.delayed
    told, hung_up = mean(offer.accepting), mean(offer.would_hang_up)
    accepted = told + instead * hung_up
    asked_wait = instead * mean(offer.hung_up_after)
    delay = mean(lambda wait: offer.accepting(wait) * offer.past(wait))
    delay += instead * mean(lambda wait: wait * offer.would_hang_up(wait)) - asked_wait
    on_line = line.fate.at_once + delayed * mean(offer.answered)
    return Callbacks(
        delayed=delayed,
        accepted=delayed * accepted,
        called_back=delayed * accepted * reached,
        callback_lost=delayed * accepted * (1 - reached),
        answered_on_line=on_line,
        abandoned=delayed * (1 - instead) * hung_up,
        callback_delay=ratio(delay, accepted),
        holders_wait=ratio(mean(offer.held) - told * offered_at - asked_wait, 1 - accepted),
        asa=ratio(delayed * mean(lambda wait: wait * offer.answered(wait)), on_line),
        wait_mean=delayed * mean(offer.held),
        turned_away=0.0,
    )


@dataclass(frozen=True)
class Offer:
    """What a caller does who would have to wait so long, as chances and times in s.

    The parameters are those of `callback_line_without_dialling`; a wait is the offered one, an
    array in s.
    """

    patience: float
    accepts: float
    reached: float
    offered_at: float
    instead: float

    def __post_init__(self) -> None:
        for name, value in (("accepts", self.accepts), ("instead", self.instead)):
            require(0 <= value <= 1, f"{name} is a share, not {value}")
        require(0 < self.reached <= 1, f"reached is a share above 0, not {self.reached}")
        at = self.offered_at
        require(0 <= at < math.inf, f"the offer is at a time >= 0 s, not {at}")

    @property
    def _hears(self) -> float:
        """Chance to be still on the line at the offer if no operator comes."""
        return math.exp(-self.offered_at / self.patience)

    @property
    def lost_at_once(self) -> float:
        """Step of the cumulative hazard at the offer: who accepts and will not be reached."""
        found = self.instead * self.reached
        before = self._hears + found * (1 - self._hears)
        return -math.log1p(-self._hears * self.accepts * (1 - self.reached) / before)

    def hazard(self, wait: Array) -> Array:
        """Cumulative hazard of bringing no work, without its step at the offer."""
        found = self.instead * self.reached
        left = self.answered(wait) + found * self.would_hang_up(wait)
        brings = left + self.reached * self.accepting(wait)
        smooth = -np.log(brings) - np.where(self._is_past(wait), self.lost_at_once, 0.0)
        return np.asarray(smooth, dtype=float)

    def past(self, wait: Array) -> Array:
        """Time from the offer to the operator."""
        past: Array = np.maximum(0.0, wait - self.offered_at)
        return past

    def _is_past(self, wait: Array) -> NDArray[np.bool_]:
        # At the very instant of the offer an operator comes first; at 0 the offer does.
        past: NDArray[np.bool_] = (wait > self.offered_at) | (self.offered_at == 0)
        return past

    def _gone(self, wait: Array) -> Array:
        return np.asarray(-np.expm1(-wait / self.patience), dtype=float)

    def accepting(self, wait: Array) -> Array:
        """Chance to hear the offer and accept."""
        return np.where(self._is_past(wait), self.accepts * self._hears, 0.0)

    def would_hang_up(self, wait: Array) -> Array:
        """Chance to lose patience: hang up, or ask for a callback instead."""
        return self._gone(wait) - self.accepting(wait) * self._gone(self.past(wait))

    def answered(self, wait: Array) -> Array:
        """Chance to be answered on the line."""
        return 1 - self.accepting(wait) - self.would_hang_up(wait)

    def held(self, wait: Array) -> Array:
        """Mean time on the line, until a callback is accepted or asked for if one is."""
        return self.patience * self.would_hang_up(wait)

    def hung_up_after(self, wait: Array) -> Array:
        """Mean time on the line of those who lose patience, else 0."""
        late = self.past(wait)
        after = self._gone_after(late) + self.offered_at * self._gone(late)
        return self._gone_after(wait) - self.accepting(wait) * after

    def _gone_after(self, wait: Array) -> Array:
        return self.patience * self._gone(wait) - wait * (1 - self._gone(wait))
