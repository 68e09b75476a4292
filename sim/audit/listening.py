"""What callers hear while they wait, and when it makes them hang up."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from math import floor, inf, isinf, isnan, nan
from typing import TYPE_CHECKING

from sim.audit.house import listed
from sim.conduct import (
    CALLBACK_OFFER,
    EXPECTED_WAIT,
    HEAD_OF_LINE,
    LAST_TO_ENTER_SERVICE,
    POSITION,
    QUEUE_LENGTH,
    STEPS,
)

if TYPE_CHECKING:
    from sim.centre import Centre


@dataclass(frozen=True, slots=True)
class Moment:
    """The line as it is when a message plays."""

    now: float
    position: int
    head_waited: float
    """How long the first of the type on the line has waited; 0 where the hearer is the first."""
    last_waited: float
    """How long the last of the type answered on the line had waited; 0 before there is one."""
    on_duty: int
    """Operators on duty who have the skill."""


@dataclass(slots=True)
class Ear:
    """What one caller has heard, and how much patience is left."""

    kind: int
    hazard: int
    budget: float
    """Cumulative hazard that is left."""
    waited: float = 0.0
    last: tuple[float, int] = (-1.0, -1)
    """Wait and number of the message heard last."""
    effect: float = 1.0
    level_effect: float = 1.0
    promise: float = inf
    """The wait at which the last promise is broken."""
    broken: list[float] = field(default_factory=lambda: [1.0] * (STEPS + 1))
    position: int = -1
    """The position said last."""
    announced_wait: float = nan
    announced_at: float = nan
    announced_position: int = -1
    promised_until: float = nan


class Programmes:
    """The messages of the types whose programme depends on the queue."""

    def __init__(self, centre: Centre) -> None:
        self._a = listed(centre.announcements)
        self._hazards = listed(centre.hazards)
        self._mean: list[float] = centre.conduct.mean_handling.tolist()
        self.by_queue: list[bool] = self._a.by_queue

    def begin(self, kind: int, threshold: float, hazard: int) -> Ear:
        """Somebody begins to wait."""
        return Ear(kind, hazard, threshold - self._a.at_once[kind])

    def next_message(self, ear: Ear) -> tuple[float, int]:
        """The wait at which the next message plays, and which; inf, -1: no further one."""
        first, end = self._a.message_from[ear.kind : ear.kind + 2]
        return min((self._next_time(ear, m) for m in range(first, end)), default=(inf, -1))

    def _next_time(self, ear: Ear, message: int) -> tuple[float, int]:
        at, every = self._a.at[message], self._a.every[message]
        if (at, message) > ear.last:
            return at, message
        if isinf(every):
            return inf, -1
        k = max(1, floor((ear.last[0] - at) / every) - 1)
        while (at + k * every, message) <= ear.last:
            k += 1
        return at + k * every, message

    # patience

    def is_smooth(self, ear: Ear) -> bool:
        """Whether the hazard of a caller grows with time, not in steps."""
        return not self._hazards.steps[ear.hazard]

    def used_up(self, ear: Ear) -> float:
        """The wait at which the hazard that is left will be used up, if nothing more is heard."""
        if ear.budget <= 0:
            return ear.waited
        if self._hazards.steps[ear.hazard]:
            return self._step_that_uses_up(ear)
        left, at = ear.budget, ear.waited
        for end, rate in self._pieces(ear):
            if rate > 0 and left <= rate * (end - at):
                return at + left / rate
            if rate > 0:
                left -= rate * (end - at)
            at = end
        return inf

    def _step_that_uses_up(self, ear: Ear) -> float:
        times, levels = self._breakpoints(ear)
        first = bisect_left(times, ear.waited)
        before = levels[first - 1] if first else 0.0
        for time, level in zip(times[first:], levels[first:], strict=True):
            if level - before >= ear.budget:
                return time
        return inf

    def spent(self, ear: Ear, until: float) -> float:
        """Hazard from the wait so far until just before another wait."""
        if self._hazards.steps[ear.hazard]:
            times, levels = self._breakpoints(ear)
            first, last = bisect_left(times, ear.waited), bisect_left(times, until)
            before = levels[first - 1] if first else 0.0
            return (levels[last - 1] if last else 0.0) - before
        spent: float = 0.0
        at = ear.waited
        for end, rate in self._pieces(ear):
            if until <= end:
                return spent + rate * (until - at)
            spent += rate * (end - at)
            at = end
        return spent

    def _breakpoints(self, ear: Ear) -> tuple[list[float], list[float]]:
        here = slice(*self._hazards.start[ear.hazard : ear.hazard + 2])
        times: list[float] = self._hazards.time[here]
        levels: list[float] = self._hazards.level[here]
        return times, levels

    def _pieces(self, ear: Ear) -> list[tuple[float, float]]:
        """Ends of the pieces from the wait so far on, each with its hazard per s."""
        times, levels = self._breakpoints(ear)
        minutes = [] if isinf(ear.promise) else [ear.promise + 60.0 * k for k in range(STEPS)]
        cuts = sorted({t for t in (*times, *minutes) if t > ear.waited})
        pieces = []
        at = ear.waited
        for end in (*cuts, inf):
            k = bisect_right(times, at) - 1
            if k + 1 < len(times):
                slope = (levels[k + 1] - levels[k]) / (times[k + 1] - times[k])
            else:
                slope = self._hazards.slope[ear.hazard]
            broken = ear.broken[bisect_right(minutes, at)]
            scale = self._a.filler[ear.kind] * ear.effect * ear.level_effect * broken
            pieces.append((end, slope * scale))
            at = end
        return pieces

    # messages

    def hear(self, ear: Ear, waited: float, message: int, moment: Moment) -> None:
        """Let a message play."""
        a = self._a
        ear.budget -= self.spent(ear, waited)
        ear.waited, ear.last = waited, (waited, message)
        ear.budget -= a.jump[message]
        if not isnan(a.effect[message]):
            ear.effect = a.effect[message]
        if a.says[message] == POSITION:
            self._hear_position(ear, message, moment.position)
        elif a.says[message] == EXPECTED_WAIT:
            self._hear_wait(ear, message, moment)

    def _hear_position(self, ear: Ear, message: int, position: int) -> None:
        if ear.position >= 0 and not self._a.may_go_back[message]:
            position = min(position, ear.position)
        ear.position = position
        if ear.announced_position < 0:
            ear.announced_position = position
        self._hear_level(ear, message, position)

    def _hear_wait(self, ear: Ear, message: int, moment: Moment) -> None:
        wait = self._expected(ear, message, moment)
        if isnan(ear.announced_wait):
            ear.announced_wait, ear.announced_at = wait, moment.now
        ear.promise = ear.waited + wait
        ear.promised_until = moment.now + wait
        ear.broken = self._a.broken[message * (STEPS + 1) : (message + 1) * (STEPS + 1)]
        self._hear_level(ear, message, wait)

    def _hear_level(self, ear: Ear, message: int, value: float) -> None:
        for level in range(*self._a.level_from[message : message + 2]):
            if value <= self._a.up_to[level]:
                ear.budget -= self._a.level_jump[level]
                ear.level_effect = self._a.level_effect[level]
                return

    def offers_callback(self, ear: Ear, message: int, moment: Moment) -> bool:
        """Whether the message offers to call the caller back."""
        if self._a.says[message] != CALLBACK_OFFER:
            return False
        over = self._a.over[message]
        return bool(over < 0 or self._expected(ear, message, moment) > over)

    def _expected(self, ear: Ear, message: int, moment: Moment) -> float:
        """The wait that a message tells, or goes by."""
        estimate, mean = self._a.estimate[message], self._mean[ear.kind]
        unit: float = self._a.round_to[message]
        if estimate == HEAD_OF_LINE:
            wait = max(0.0, moment.head_waited - ear.waited)
        elif estimate == LAST_TO_ENTER_SERVICE:
            wait = max(0.0, moment.last_waited - ear.waited)
        elif not moment.on_duty:
            wait = inf
        elif estimate == QUEUE_LENGTH:
            wait = moment.position * mean / moment.on_duty
        else:
            wait = self._quantile(message, moment.position) * mean / moment.on_duty
        return floor(wait / unit + 0.5) * unit if unit > 0 and not isinf(wait) else wait

    def _quantile(self, message: int, position: int) -> float:
        first, size = self._a.quantile_from[message], self._a.quantile_size
        quantiles: list[float] = self._a.quantiles[first : first + size]
        if position <= size:
            return quantiles[position - 1]
        step = quantiles[-1] - (quantiles[-2] if size > 1 else 0.0)
        beyond: float = (position - size) * step
        return quantiles[-1] + beyond
