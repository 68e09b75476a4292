"""Callers who do not stay when too many wait, or when the wait announced to them is too long."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.theory.birth_death import stationary
from sim.theory.erlang import NEGLIGIBLE, check_caller, later_behind, require
from sim.theory.steady import Fate, Later, Steady

Array = NDArray[np.float64]

LONGEST_QUEUE = 1_000_000


def level_of(position: int, handling: float, operators: int, up_to: Sequence[float]) -> int:
    """Number of the level that the announced wait falls in, from 0.

    Parameters
    ----------
    position
        1 + the callers ahead.
    handling
        Mean handling time in s.
    operators
        Operators on duty.
    up_to
        Longest announced wait in s of each level but the last, rising.

    Returns
    -------
    int

    Examples
    --------
    >>> [level_of(n, 120, 4, [60, 300]) for n in (1, 2, 3, 10, 11)]
    [0, 0, 1, 1, 2]
    """
    announced = position * handling / operators
    return sum(announced > limit for limit in up_to)


@dataclass(frozen=True)
class BalkingLine(Steady):
    """A line in its steady state that callers do not join when too many are ahead: M/M/s+M.

    Parameters
    ----------
    rate
        Calls offered per second.
    handling
        Mean handling time in s (exponential).
    operators
        Operators, a whole number.
    positions
        Whole positions >= 1, rising: 1 + the callers who wait already.
    shares
        Share of those who must wait that hang up at once from each of these positions on.
    patience
        Mean patience in s (exponential) of those who join; inf when nobody of them hangs up.

    Raises
    ------
    ValueError
        For figures outside their range, or when the queue would grow without end.

    Notes
    -----
    A birth-death chain. Who does not stay is delayed and abandoned with a wait of 0 s.

    Examples
    --------
    >>> line = BalkingLine(0.1, 40, 4, (3, 10), (0.1, 0.4), patience=120)
    >>> round(line.balked, 6), round(line.wait_mean, 5)
    (0.037278, 14.15883)
    """

    rate: float
    handling: float
    operators: int
    positions: tuple[int, ...]
    shares: tuple[float, ...]
    patience: float = math.inf

    def __post_init__(self) -> None:
        check_caller(self.rate, self.handling, self.patience, 0.0, None)
        require(self.rate > 0, "the rate must be above 0 calls per second")
        require(self.operators >= 1, f"operators are a whole number >= 1, not {self.operators}")
        require(len(self.positions) == len(self.shares), "as many positions as shares")
        rising = all(a < b for a, b in pairwise((0, *self.positions)))
        require(rising, "positions are whole numbers >= 1 and rise")
        require(all(0 <= share <= 1 for share in self.shares), "a share is from 0 to 1")
        last = self.shares[-1] if self.shares else 0.0
        require(
            self._hang_up > 0 or self.rate * (1 - last) < self._service,
            "too few callers ever hang up for the load: the queue grows without end",
        )

    @classmethod
    def announced(
        cls,
        rate: float,
        handling: float,
        operators: int,
        up_to: Sequence[float],
        hang_up: Sequence[float],
        patience: float = math.inf,
    ) -> BalkingLine:
        """The line that announces position x mean handling / operators to those who must wait.

        Parameters
        ----------
        rate, handling, operators, patience
            As for the class.
        up_to
            Longest announced wait in s of each level but the last, rising.
        hang_up
            Share that hangs up at once by level, one more than `up_to`.

        Returns
        -------
        BalkingLine
        """
        require(len(hang_up) == len(up_to) + 1, "one more level than thresholds")
        require(all(a < b for a, b in pairwise(up_to)), "levels rise")
        top = math.ceil(max([0.0, *up_to]) * operators / handling) + 2
        by_position = [
            hang_up[level_of(position, handling, operators, up_to)] for position in range(1, top)
        ]
        changes = [
            place
            for place, share in enumerate(by_position)
            if place == 0 or share != by_position[place - 1]
        ]
        positions = tuple(place + 1 for place in changes)
        shares = tuple(by_position[place] for place in changes)
        return cls(rate, handling, operators, positions, shares, patience)

    @property
    def _service(self) -> float:
        return self.operators / self.handling

    @property
    def _hang_up(self) -> float:
        return 1 / self.patience

    def share_at(self, position: int) -> float:
        """Share that does not stay when it would be at this position."""
        place = sum(start <= position for start in self.positions)
        return self.shares[place - 1] if place else 0.0

    @cached_property
    def _joining(self) -> Array:
        """Callers per s who join, by the number that waits already, as far as it counts."""
        joining: list[float] = []
        log_weight = log_total = 0.0
        last = self.positions[-1] if self.positions else 0
        while True:
            queue = len(joining)
            joining.append(self.rate * (1 - self.share_at(queue + 1)))
            ratio = joining[-1] / (self._service + (queue + 1) * self._hang_up)
            if ratio == 0:
                break
            log_weight += math.log(ratio)
            log_total = float(np.logaddexp(log_total, log_weight))
            small = math.log(NEGLIGIBLE * (1 - ratio)) if ratio < 1 else -math.inf
            if queue > last and log_weight - log_total < small:
                break
            require(queue < LONGEST_QUEUE, "the queue is longer than can be followed")
        return np.array(joining)

    @cached_property
    def _time(self) -> Array:
        """Share of the time with so many calls on the line."""
        joining, operators = self._joining, self.operators
        births = np.concatenate([np.full(operators, self.rate), joining[:-1]])
        waiting = np.arange(1, len(joining))
        deaths = np.concatenate(
            [np.arange(1, operators + 1) / self.handling, self._service + waiting * self._hang_up]
        )
        return stationary(births, deaths)

    @cached_property
    def _joined(self) -> Array:
        """Share of offered that joins behind so many waiting."""
        joined: Array = self._time[self.operators :] * self._joining / self.rate
        return joined

    @property
    def balked(self) -> float:
        """Share of offered calls that do not stay on hearing how the queue is."""
        return max(0.0, float(self._time[self.operators :].sum() - self._joined.sum()))

    @cached_property
    def fate(self) -> Fate:
        """What becomes of the offered, as shares of offered and seconds per offered call."""
        joined = self._joined
        ahead = np.arange(len(joined))
        leave = self._service + (ahead + 1) * self._hang_up
        wait = float((joined * (ahead + 1) / leave).sum())
        served = joined * self._service / leave
        at_once = float(self._time[: self.operators].sum())
        return Fate(
            at_once=at_once,
            blocked=0.0,
            delayed=float(self._time[self.operators :].sum()),
            answered=at_once + float(served.sum()),
            abandoned=self.balked + wait * self._hang_up,
            wait=wait,
            answered_wait=float((served * np.cumsum(1 / leave)).sum()),
        )

    def later(self, seconds: float) -> Later:
        """Who still waits `seconds` after arrival, as shares of offered."""
        require(seconds >= 0, f"a wait must be a number of seconds >= 0, not {seconds}")
        return later_behind(self._joined.tolist(), 0, self._service, self._hang_up, seconds)
