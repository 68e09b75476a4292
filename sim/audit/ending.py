"""How contacts end: after a talk or tries, at closing, or without anybody."""

from __future__ import annotations

from abc import abstractmethod
from math import inf

from sim.audit.agenda import ARRIVAL, FREED
from sim.audit.facts import Fact, clock
from sim.audit.settling import Floor
from sim.audit.told import Chain
from sim.audit.waiting import BEFORE, HOLDING, IN_HAND, PAST, RETURNING, TO_BE_CALLED
from sim.outcomes import Outcome, Via


class Ending(Floor):
    """What happens to contacts from the moment that somebody turns to them, or they leave."""

    chain: Chain
    _closes_now = False
    """Whether the event being handled is a closing."""
    began: tuple[int, bool] = (-1, False)
    """The row because of which operators on call are thought of, and whether for its wait."""

    def open_lines(self) -> None:
        """No line is busy, and nobody has been answered."""
        self.lines_busy = 0
        self.has_line = [False] * self.told.rows
        self.last_waited = [0.0] * self.house.types

    @abstractmethod
    def phone(self, now: float, row: int) -> None:
        """A contact reaches the line."""

    def note_once(self, fact: Fact, row: int, example: str) -> None:
        """Note what is wrong with a row of which nothing was noted yet."""
        if row not in self.noted:
            self.found.note(fact, example)
            self.noted.add(row)

    # ends of contacts

    def end(self, row: int, state: int) -> None:
        """A contact leaves the line, and its line is free unless a transfer needs it."""
        self.move(row, state)
        child = self.chain.child[row]
        passed_on = child >= 0 and self.told.via[child] == Via.TRANSFER
        if passed_on:
            self.has_line[child] = self.has_line[row]
        elif self.has_line[row]:
            self.lines_busy -= 1
        self.has_line[row] = False
        if child >= 0 and self.waiting.state[child] == BEFORE:
            self.agenda.put(self.chain.phones[child], ARRIVAL, child, self.phone, child)

    def take_callback(self, row: int) -> None:
        """A caller leaves the line and keeps the place."""
        self.move(row, TO_BE_CALLED)
        self.lines_busy -= self.has_line[row]
        self.has_line[row] = False

    def serve(self, now: float, row: int) -> None:
        """Let the operator told answer a row, or begin to dial."""
        number = self.service(row)[1]
        holding = self.waiting.state[row] == HOLDING
        self.move(row, IN_HAND)
        self.crew.take(number, now)
        if holding:
            self.last_waited[self.told.type[row]] = now - self.told.arrival[row]
            self._talk(row, number)
        else:
            self.tries[row] += 1
            ends = self.told.tries[row][self.tries[row] - 1][1]
            self.agenda.put(ends, FREED, number, self._end_try, row)

    def _talk(self, row: int, number: int) -> None:
        self.agenda.put(self.told.talked[row], FREED, number, self._end_talk, (row, number))

    def _end_talk(self, now: float, what: tuple[int, int]) -> None:
        """The caller leaves; without anything to wrap up that is one event with what follows."""
        row, number = what
        self.end(row, PAST)
        if self.told.handled[row] == now:
            self.crew.freed(now, number)
        else:
            self.agenda.put(self.told.handled[row], FREED, number, self.crew.freed, number)

    # callbacks

    def _end_try(self, now: float, row: int) -> None:
        _, _, number, reached = self.told.tries[row][self.tries[row] - 1]
        if reached:
            self._talk(row, number)
            return
        self.crew.freed(now, number)
        conduct, kind = self.house.conduct, self.told.type[row]
        if self.tries[row] < conduct.tries[kind] and not self.crew.closed:
            self.move(row, RETURNING)
            self.agenda.put(now + conduct.again[kind], ARRIVAL, row, self._come_back, row)
        else:
            self._lose(now, row)

    def _come_back(self, now: float, row: int) -> None:
        if self.crew.closed:
            self._lose(now, row)
        else:
            self.move(row, TO_BE_CALLED)
            self.idle_look = True
            self.began = (row, False)

    def _lose(self, now: float, row: int) -> None:
        """Nobody is to try a row any more; where the table has it otherwise, it stays."""
        tried, tries = self.tries[row], len(self.told.tries[row])
        if self.told.outcome[row] == Outcome.CALLBACK_LOST and tries == tried:
            self.end(row, PAST)
            return
        fact = Fact.CALLBACK_LOST if tried else Fact.FIRST_TRY
        self.note_once(fact, row, f"row {row} is tried after it is lost at {clock(now)}")
        self.move(row, TO_BE_CALLED)

    # closing

    def close(self, now: float, _: None) -> None:
        """The line closes."""
        self.crew.closed = self.idle_look = self._closes_now = True
        for lane in range(self.house.lanes):
            for row in self.waiting.rows(TO_BE_CALLED, lane):
                if not self.tries[row] or not self.house.serve:
                    self._lose(now, row)
            for row in self.waiting.rows(HOLDING, lane):
                if not self.house.serve:
                    self._cut_off(row, now, Fact.CUT_OFF)

    def _cut_off(self, row: int, now: float, fact: Fact) -> None:
        """Cut a row off that the rules cut off now; where the table does not, it waits on."""
        if self.told.outcome[row] == Outcome.CUT_OFF and self.told.ended[row] == now:
            self.end(row, PAST)
        else:
            self.note_once(fact, row, f"row {row} is not cut off at {clock(now)}")

    def wind_up(self, now: float) -> None:
        """After closing: who finds nobody to serve goes, whom nobody can serve is cut off."""
        lanes = range(self.house.lanes)
        wanted = [bool(self.waiting.heads(lane)) for lane in lanes]
        for who in self.crew.operators:
            serves = any(wanted[lane] for lane in self.house.lanes_of[who.group])
            if who.idle and not serves and not self.crew.stays_for_opening(who):
                self.crew.leave(who, now, Fact.GONE)
        # Nobody is left to whom nobody comes; only until an opening may what was seen to at
        # closing be otherwise later, since operators have breaks.
        if self._closes_now or self.crew.next_opening == inf:
            for lane in lanes:
                if wanted[lane] and not self.crew.who_could_serve(self.house.groups_of[lane]):
                    self._abandon_lane(now, lane)
        self._closes_now = False

    def _abandon_lane(self, now: float, lane: int) -> None:
        for row in self.waiting.rows(HOLDING, lane):
            self._cut_off(row, now, Fact.STRANDED)
        for row in self.waiting.rows(TO_BE_CALLED, lane):
            self._lose(now, row)
