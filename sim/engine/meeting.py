"""Who meets whom: idle operators and waiting callers, in the model in SimPy."""

from __future__ import annotations

from sim.crewing import LONGEST_IDLE, RANDOM
from sim.engine.day import Day
from sim.rules import (
    choose_caller,
    choose_operator,
    expected_wait,
    goes_first,
    nth_idle,
    share_occupied,
)


class Meeting(Day):
    """The part of a day in which operators choose callers, and callers operators."""

    # --- what there is to wait for -----------------------------------------------------------

    def wait_expected(self, lane: int) -> float:
        """The wait in s that those who wait in a lane mean for who comes next."""
        handling = self.conduct.mean_handling[self.crewing.lane_type[lane]]
        return expected_wait(self.waiting(lane), handling, self.on_duty_for(lane))

    # --- which operator ----------------------------------------------------------------------

    def foremost(self, group: int, row: int) -> int:
        """The idle operator of a group who goes first for a caller; -1: nobody is idle."""
        how, idle = self.crewing.picks[group], self.idle[group]
        if how == LONGEST_IDLE or not idle:
            return self.first_idle[group]
        if how == RANDOM:
            return idle[nth_idle(self.choices.pick[row], len(idle))][1]
        first = self.first_idle[group]
        for _, other in idle[1:]:
            ahead = goes_first(
                how, other, first, self.occupied(other), self.occupied(first),
                self.pace[other], self.pace[first],
            )  # fmt: skip
            if ahead:
                first = other
        return first

    def occupied(self, operator: int) -> float:
        """Share of the time since the operator came that went into contacts now done with."""
        return share_occupied(self.busy[operator], self.came[operator], self.now)

    def operator_for(self, row: int) -> int:
        """The operator who answers a caller who arrives; -1 if nobody may."""
        lane, first = self.lane[row], self.first_idle
        if self.picks:
            first = [self.foremost(group, row) for group in range(self.groups)]
        waiting = 0 if self.plain else self.waiting(lane)
        expected = self.wait_expected(lane) if self.by_wait else 0.0
        group = choose_operator(
            self.routing, self.crewing, self.plain, lane, self.groups, first, self.idle_since,
            self.idle_count, self.joined[row], waiting, expected, self.now, self.closed,
        )  # fmt: skip
        return first[group] if group >= 0 else -1

    # --- which caller ------------------------------------------------------------------------

    def next_queue(self, group: int) -> int:
        """The queue from which an idle operator of the group takes a caller now; -1: none."""
        lanes = range(0 if self.plain else self.lanes)
        waiting = [self.waiting(lane) for lane in lanes]
        expected = [self.wait_expected(lane) if self.by_wait else 0.0 for lane in lanes]
        return choose_caller(
            self.routing, self.crewing, self.plain, group, self.groups, self.heads, self.joined,
            waiting, expected, self.now, self.idle_count[group], self.closed,
            self.conduct.for_holding,
        )  # fmt: skip

    def looks_for_work(self, operator: int) -> None:
        """A free operator takes the caller who is next, or idles, or has no reason to stay."""
        self.starts_idling(operator)
        queue = self.next_queue(self.group[operator])
        if queue >= 0:
            self.answer(operator, self.heads[queue])
        elif self.due_to_leave[operator] or (self.closed and not self.awaits_opening(operator)):
            self.stops_idling(operator)
            self.leaves(operator)

    def settle(self) -> None:
        """Groups in file order, their foremost operators first, take whom they may."""
        for group in range(self.groups):
            while self.idle_count[group] and (queue := self.next_queue(group)) >= 0:
                row = self.heads[queue]
                self.answer(self.foremost(group, row), row)

    def awaits_opening(self, operator: int) -> bool:
        """Whether an operator's duty goes on when the line opens next."""
        opening = self.period + 1
        if opening >= len(self.period_opens):
            return False
        return self.duty_until[operator] > self.period_opens[opening]
