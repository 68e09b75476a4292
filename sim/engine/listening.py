"""What a waiting caller hears, and does about it, where messages depend on the queue.

A caller has a budget of hazard. Between two messages it is used up at the pace that the last
ones set; when it is gone, the caller hangs up. One event is ahead of a listening caller at any
time: the next message, or the hang-up if that is sooner.
"""

from __future__ import annotations

from math import inf, isnan
from typing import Any

from sim.callers import Callers, Staff
from sim.centre import Centre
from sim.conduct import CALLBACK_OFFER, EXPECTED_WAIT, POSITION
from sim.engine.day import Stage
from sim.engine.periods import Periods
from sim.events import Kind
from sim.rules import announced_wait, level_of, next_message, patience_left


class Listening(Periods):
    """The part of a day in which callers listen."""

    def __init__(self, centre: Centre, callers: Callers, staff: Staff) -> None:
        super().__init__(centre, callers, staff)
        rows = len(callers) if any(self.said.by_queue) else 0
        self.budget: list[float] = self.choices.threshold.copy()
        self.waited = [0.0] * rows
        self.message = [-1] * rows
        self.effect = [1.0] * rows
        self.level_effect = [1.0] * rows
        self.promise = [-1] * rows
        self.promised = [inf] * rows
        self.said_position = [0] * rows
        self.next_waited = [inf] * rows
        self.next_message = [-1] * rows

    def hangs_up(self, event: Any) -> None:
        """Patience ends, if the caller is still waiting."""
        raise NotImplementedError

    def takes_callback(self, row: int) -> None:
        """The caller leaves the line, to be called back."""
        raise NotImplementedError

    def starts_listening(self, row: int) -> None:
        """Those who hang up at once hear what is said at 0 s, and no more."""
        self.budget[row] -= self.said.at_once[self.kind[row]]
        self.listens_on(row)

    def listens_on(self, row: int) -> None:
        """Set what comes next: a message, or the hang-up."""
        waited = self.waited[row]
        until, message = next_message(self.said, self.kind[row], waited, self.message[row])
        wait, _ = self.patience_until(row, inf)
        if message >= 0 and until <= wait:
            self.next_waited[row], self.next_message[row] = until, message
            self.happens(Kind.MESSAGE, row, until - waited, self.hears)
        elif wait < inf:
            self.happens(Kind.HANG_UP, row, wait - waited, self.hangs_up)

    def patience_until(self, row: int, until: float) -> tuple[float, float]:
        """The wait at hang-up, at most `until`, and the budget that is left then."""
        scale = self.said.filler[self.kind[row]] * self.effect[row] * self.level_effect[row]
        return patience_left(
            self.hazards, self.choices.hazard[row], self.said, self.promise[row],
            self.waited[row], until, scale, self.promised[row], self.budget[row],
        )  # fmt: skip

    def hears(self, event: Any) -> None:
        """A message plays."""
        row, said = event.entity, self.said
        if self.stage[row] != Stage.HOLDING:
            return
        message, until = self.next_message[row], self.next_waited[row]
        _, left = self.patience_until(row, until)
        self.budget[row] = left - said.jump[message]
        self.waited[row], self.message[row] = until, message
        if not isnan(said.effect[message]):
            self.effect[row] = said.effect[message]
        says = said.says[message]
        if says == POSITION:
            self.hears_level(row, message, self.hears_position(row, message))
        elif says == EXPECTED_WAIT:
            self.hears_level(row, message, self.hears_wait(row, message))
        elif says == CALLBACK_OFFER and self.accepts_offer(row, message):
            self.takes_callback(row)
            return
        self.listens_on(row)

    def hears_position(self, row: int, message: int) -> float:
        """The announced position, which does not move backwards unless it may."""
        position = self.position(row)
        before = self.said_position[row]
        if before > 0 and not self.said.may_go_back[message]:
            position = min(position, before)
        self.said_position[row] = position
        if before == 0:
            self.announced_position[row] = position
        return float(position)

    def hears_wait(self, row: int, message: int) -> float:
        """The announced wait, a promise that can be broken."""
        wait = self.expected_wait(row, message)
        if isnan(self.announced_wait[row]):
            self.announced_wait[row], self.announced_at[row] = wait, self.now
        self.promised_until[row] = self.now + wait
        self.promise[row], self.promised[row] = message, self.waited[row] + wait
        return wait

    def expected_wait(self, row: int, message: int) -> float:
        """The wait that a message announces."""
        kind, lane = self.kind[row], self.lane[row]
        head = self.heads[lane]
        return announced_wait(
            self.said, self.said.quantile_size, message, self.position(row),
            self.conduct.mean_handling[kind], self.on_duty_for(lane),
            0.0 if head == row else self.now - self.arrival[head],
            self.last_waited[kind], self.waited[row],
        )  # fmt: skip

    def hears_level(self, row: int, message: int, value: float) -> None:
        """What is announced makes some hang up and changes the patience of the others."""
        level = level_of(self.said, message, value)
        if level >= 0:
            self.budget[row] -= self.said.level_jump[level]
            self.level_effect[row] = self.said.level_effect[level]

    def accepts_offer(self, row: int, message: int) -> bool:
        """Whether a callback is offered and accepted."""
        if self.closed or not self.conduct.called_back[self.kind[row]]:
            return False
        if not self.choices.accepts[row]:
            return False
        over = self.said.over[message]
        return bool(over < 0 or self.expected_wait(row, message) > over)
