"""Contacts that follow others: redials, repeat calls, transfers, in the model in SimPy."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.day import Stage
from sim.engine.listening import Listening
from sim.events import Kind
from sim.outcomes import Outcome, Via
from sim.rules import delay_until, is_open, is_unresolved, next_open

AFTER = {Outcome.ABANDONED: 1, Outcome.BLOCKED: 2, Outcome.CUT_OFF: 4}
"""The bit of each outcome in `redial_after`."""


class Following(Listening):
    """The part of a day in which one contact leads to another."""

    def phones(self, event: Any) -> None:
        """A caller reaches the line."""
        raise NotImplementedError

    def is_transfer(self, row: int) -> bool:
        """Whether the contact is one that an operator passed on."""
        return self.may_follow and self.follow_ups.via[row] == Via.TRANSFER

    def frees_line(self, row: int) -> None:
        """The telephone line is free; who was called back held none."""
        if not self.lineless[row]:
            self.lines_busy -= 1

    def ends(self, row: int, outcome: Outcome) -> None:
        """A contact ends without an answer; the caller may phone again."""
        self.stage[row] = Stage.PAST
        self.outcome[row] = outcome
        if self.may_follow and self.follow_ups.redial[row] >= 0:
            self.may_redial(row, outcome)

    def may_redial(self, row: int, outcome: Outcome) -> None:
        """The caller who did not get through phones again, or does not."""
        follow_ups = self.follow_ups
        if follow_ups.redial_after[row] & AFTER.get(outcome, 0):
            blocked = outcome == Outcome.BLOCKED
            delays = follow_ups.redial_blocked_delay if blocked else follow_ups.redial_delay
            self.follows(row, follow_ups.redial[row], delays[row], Via.REDIAL)

    def follows(self, row: int, child: int, delay: float, via: Via) -> bool:
        """Release the next contact of the person, if the line is open to it then; on several
        days it phones when the line opens."""
        time, kind = self.now + delay, self.kind[child]
        if via == Via.TRANSFER:
            opens = time if is_open(self.conduct, kind, time) else inf
        else:
            opens = next_open(self.conduct, kind, time)
        if opens == inf:
            self.follow_up_lost[row] = via
            return False
        if opens != time:
            delay = delay_until(opens, self.now)
        self.happens(Kind.ARRIVAL, child, delay, self.phones)
        return True

    def is_passed_on(self, row: int) -> bool:
        """Pass the call on if it is to be, and the call type that it goes to is open."""
        if not self.may_follow or self.follow_ups.transfer[row] < 0:
            return False
        child = self.follow_ups.transfer[row]
        if not self.follows(row, child, 0.0, Via.TRANSFER):
            return False
        self.lineless[child] = self.lineless[row]
        if self.conduct.keeps_place[self.kind[row]]:
            self.joined[child] = self.joined[row]
        return True

    def may_repeat(self, row: int, operator: int) -> None:
        """The caller phones again if the matter was not resolved."""
        if not self.may_follow or self.follow_ups.transfer[row] >= 0:
            return
        follow_ups = self.follow_ups
        if follow_ups.repeat[row] >= 0 and self.is_left_open(row, operator):
            self.follows(row, follow_ups.repeat[row], follow_ups.repeat_delay[row], Via.REPEAT)

    def is_left_open(self, row: int, operator: int) -> bool:
        """Whether the matter is not resolved after the talk."""
        procedure = self.choices.procedure[row] if self.choices.procedure else -1
        return is_unresolved(
            self.conduct, self.crewing, self.place(row, operator), self.group[operator],
            self.groups, self.follow_ups.unresolved[row], procedure,
        )  # fmt: skip
