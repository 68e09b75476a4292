"""The day lived again, event by event, with the answers that the table tells.

Whenever a caller and an operator must meet by the rules, the table must say that they did. Where
it says something else that is noted, and the day goes on as the table has it. Presences and
breaks follow from the roster and the contacts, and are compared with the table at the end.
"""

from __future__ import annotations

from math import inf, nan
from typing import TYPE_CHECKING

from sim.audit.agenda import ARRIVAL, CLOSING, HANG_UP, MESSAGE, OPENED, Agenda, clock_at
from sim.audit.crew import Crew
from sim.audit.ending import Ending
from sim.audit.facts import Fact, Findings, clock
from sim.audit.house import House
from sim.audit.listening import Ear, Moment, Programmes
from sim.audit.spells import break_rows, moot, note_break_rows, note_spells, presence_rows
from sim.audit.told import Chain, Told
from sim.audit.turnout import Turnout
from sim.audit.waiting import HOLDING, IN_MENU, PAST, TO_BE_CALLED
from sim.outcomes import Outcome, Via

if TYPE_CHECKING:
    from sim.callers import Callers, Staff
    from sim.centre import Centre
    from sim.outcomes import Outcomes

TOLERANCE = 1e-6
"""Seconds by which a hang-up between messages may differ where its hazard is smooth: the sum may be
taken in another order. All other times are compared as they are."""


def replay(
    centre: Centre,
    callers: Callers,
    staff: Staff,
    outcomes: Outcomes,
    told: Told,
    chain: Chain,
    found: Findings,
) -> None:
    """Note what in the tables does not follow from the events of the day and the rules."""
    agenda, turnout = Agenda(), Turnout(centre, staff)
    house = House(centre, turnout)
    crew = Crew(centre, staff, turnout, agenda, house.hours)
    day = _Day(house, told, crew, agenda, found)
    day.begin(centre, callers, chain)
    day.live()
    day.note_leftovers()
    due = [spell for spell in crew.presences if not moot(spell.times, house.hours)]
    spells = presence_rows(outcomes, house.hours)
    note_spells("is there", due, spells, Fact.STRAY, found)
    note_spells("has a break", crew.breaks, break_rows(outcomes), Fact.BREAK_STRAY, found)
    note_break_rows(crew.breaks, outcomes, found)


class _Day(Ending):
    """The line at one moment, and the rules by which it goes on."""

    def begin(self, centre: Centre, callers: Callers, chain: Chain) -> None:
        """Put down all that is known before the first call."""
        choices, rows = callers.choices, self.told.rows
        self.open_lines()
        self.chain, self._programmes = chain, Programmes(centre)
        self._patience: list[float] = callers.patience.tolist()
        self._menu: list[float] = choices.menu.tolist() or [nan] * rows
        self._contained: list[bool] = choices.contained.tolist()
        self._balk: list[float] = choices.balk.tolist() or [inf] * rows
        self._accepts: list[bool] = choices.accepts.tolist() or [False] * rows
        self._instead: list[bool] = choices.instead.tolist() or [False] * rows
        self._threshold: list[float] = choices.threshold.tolist()
        self._hazard: list[int] = choices.hazard.tolist()
        self._all_groups = list(range(self.house.groups))
        self._ears: dict[int, Ear] = {}
        for row, phones in enumerate(chain.phones):
            if chain.first[row]:
                self.agenda.put(phones, ARRIVAL, row, self.phone, row)
        for period, closes in enumerate(self.house.hours.closes):
            self.agenda.put(closes, CLOSING, period, self.close, None)
        ends = [(self.told.ended[row], row, 0) for row in range(rows)]
        tries = [
            (one[0], row, k) for row in range(rows) for k, one in enumerate(self.told.tries[row], 1)
        ]
        self._to_come = sorted((end for end in ends + tries if end[0] == end[0]), reverse=True)
        """Ends of waits and starts of tries as the table has them; the next one last."""

    def live(self) -> None:
        """Go through the day."""
        while True:
            upcoming = self.agenda.next_time()
            if self._to_come and self._to_come[-1][0] < upcoming:
                self._happens_as_told(*self._to_come.pop())
            elif upcoming == inf:
                return
            else:
                self._settle(self.agenda.step())

    def _settle(self, now: float) -> None:
        """What must come of an event: who may meet does, who is on call is called."""
        self.settle(now, self.idle_look)
        row, for_its_wait = self.began
        if row >= 0:
            self._call_in(now, row, for_its_wait)
        if self.house.by_wait:  # fewer may be on duty, so that those who wait have to expect more
            self.settle(now, look=True)
        self.idle_look, self.began = False, (-1, False)
        if self.crew.closed:
            self.wind_up(now)

    def _call_in(self, now: float, row: int, for_its_wait: bool) -> None:
        """Call operators whom those who wait make necessary."""
        if not self.crew.on_call:
            return
        house, waiting = self.house, self.waiting
        lengths = [sum(map(waiting.length, house.lanes_of[g])) for g in self._all_groups]
        joined = nan
        if for_its_wait and waiting.state[row] in (HOLDING, TO_BE_CALLED):
            joined = waiting.place[row]
        self.crew.call_in(now, house.groups_of[self.told.lane[row]], lengths, joined)

    # somebody phones

    def phone(self, now: float, row: int) -> None:
        """A contact reaches the line."""
        told, transfer = self.told, self.told.via[row] == Via.TRANSFER
        if not transfer:
            busy = 0 <= self.house.lines <= self.lines_busy
            if self._blocked_at_once(now, row, busy):
                self.end(row, PAST)
                return
            self.lines_busy += 1
            self.has_line[row] = True
            if self._menu[row] == self._menu[row]:
                self.move(row, IN_MENU)
                self.agenda.put(now + self._menu[row], ARRIVAL, row, self._leave_menu, row)
                return
        elif told.outcome[row] == Outcome.BLOCKED:
            self.found.note(Fact.LINES, f"row {row}, a transfer, is blocked at {clock(now)}")
            self.end(row, PAST)
            return
        self._join(now, row)

    def _blocked_at_once(self, now: float, row: int, busy: bool) -> bool:
        """Whether the table has a row find all lines busy; noted where that is not so."""
        told = self.told.outcome[row] == Outcome.BLOCKED and self.told.arrival[row] == now
        if told and not busy:  # it may be the queue that is full, where one can be
            conduct = self.house.conduct
            limited = conduct.queue_limit >= 0 or conduct.per_operator < inf
            told = not limited or self._menu[row] > 0
        if told != busy:
            self.found.note(
                Fact.LINES,
                f"row {row} is {'' if told else 'not '}blocked at {clock(now)} with "
                f"{self.lines_busy} lines busy of "
                f"{self.house.lines if self.house.lines >= 0 else 'any'}",
            )
        return told

    def _leave_menu(self, now: float, row: int) -> None:
        if not (self._contained[row] or self.crew.closed):
            self._join(now, row)
            return
        if self.told.outcome[row] == Outcome.BLOCKED:  # what else it may be was looked at before
            self.found.note(Fact.MENU, f"row {row} leaves the menu at {clock(now)} and is blocked")
        self.end(row, PAST)

    def _join(self, now: float, row: int) -> None:
        parent = self.chain.parent[row]
        self.waiting.place[row] = now
        transfer = self.told.via[row] == Via.TRANSFER
        if transfer and self.house.conduct.keeps_place[self.told.type[parent]]:
            self.waiting.place[row] = self.waiting.place[parent]
        self.move(row, HOLDING)
        must_wait = self.operator_for(row, now) < 0
        if self._turned_away(now, row, must_wait):
            self.end(row, PAST)
            return
        self.arrived = row
        if must_wait:
            self.idle_look, self.began = self.house.in_need[self.told.lane[row]], (row, False)
        for after in self.house.afters[self.told.lane[row]]:
            opens = self.waiting.place[row] + after
            if opens > now:
                self.agenda.put(clock_at(opens, now), OPENED, row, self._ripen, row)
        self._begin_to_wait(now, row)

    def _turned_away(self, now: float, row: int, must_wait: bool) -> bool:
        """Whether the table has a row blocked by a full queue, or balk; noted where wrong."""
        told, kind = self.told, self.told.type[row]
        full = must_wait and told.via[row] != Via.TRANSFER and self._queue_full()
        blocked = told.outcome[row] == Outcome.BLOCKED
        if blocked != full:
            self.found.note(
                Fact.QUEUE_FULL,
                f"row {row} is {'' if blocked else 'not '}blocked at {clock(now)} with "
                f"{self.waiting.number(HOLDING) - 1} waiting on the line",
            )
        if blocked or full:
            return blocked
        position = self.waiting.position(row)
        share = self.house.balking_share(kind, position)
        balks = must_wait and self._balk[row] < share
        at_once = told.outcome[row] == Outcome.ABANDONED and told.ended[row] == now
        patient = not self._programmes.by_queue[kind] and now + self._patience[row] > now
        if (balks and not at_once) or (at_once and patient and not balks):
            does = "stays" if balks else "balks"
            self.found.note(Fact.BALK, f"row {row} {does} at {clock(now)} at position {position}")
        return at_once and (balks or patient)

    def _queue_full(self) -> bool:
        """Whether as many as may wait on the line, beside the row that has just joined."""
        conduct, holding = self.house.conduct, self.waiting.number(HOLDING) - 1
        if 0 <= conduct.queue_limit <= holding:
            return True
        if conduct.per_operator == inf:
            return False
        return bool(holding >= conduct.per_operator * self.crew.on_duty(self._all_groups))

    # somebody waits

    def _begin_to_wait(self, now: float, row: int) -> None:
        kind = self.told.type[row]
        if self._programmes.by_queue[kind]:
            ear = self._programmes.begin(kind, self._threshold[row], self._hazard[row])
            self._ears[row] = ear
            self._listen(now, row, ear)
            return
        limit = now + self._patience[row]
        if now <= limit < inf:
            self.agenda.put(limit, HANG_UP, row, self._hang_up, row)

    def _listen(self, now: float, row: int, ear: Ear) -> None:
        """Put down the next message, or the hang-up if that comes first."""
        plays, message = self._programmes.next_message(ear)
        ends = self._programmes.used_up(ear)
        if message >= 0 and plays <= ends:
            self.agenda.put(
                now + (plays - ear.waited), MESSAGE, row, self._hear, (row, plays, message)
            )
        elif ends < inf:
            due, told = now + (ends - ear.waited), self.told.ended[row]
            summed = ends > ear.waited and self._programmes.is_smooth(ear)
            if summed and self._hangs_up(row) and now <= told and abs(told - due) <= TOLERANCE:
                due = told
            self.agenda.put(due, HANG_UP, row, self._hang_up, row)

    def _hangs_up(self, row: int) -> bool:
        """Whether the table has a row hang up, or take a callback."""
        called = self.told.callback[row] == self.told.callback[row]
        return called or self.told.outcome[row] == Outcome.ABANDONED

    def _hear(self, now: float, what: tuple[int, float, int]) -> None:
        row, plays, message = what
        if self.waiting.state[row] != HOLDING:
            return
        ear, moment = self._ears[row], self._moment(now, row)
        self._programmes.hear(ear, plays, message, moment)
        accepted = self._may_be_called(row) and self._accepts[row]
        if accepted and self._programmes.offers_callback(ear, message, moment):
            if self.told.callback[row] == now:
                self.take_callback(row)
                return
            self.note_once(
                Fact.CALLBACK, row, f"row {row} accepts a callback at {clock(now)}, and takes none"
            )
        self._listen(now, row, ear)

    def _moment(self, now: float, row: int) -> Moment:
        kind, lane = self.told.type[row], self.told.lane[row]
        head = self.waiting.head(HOLDING, lane)
        return Moment(
            now=now,
            position=self.waiting.position(row),
            head_waited=0.0 if head == row else now - self.told.arrival[head],
            last_waited=self.last_waited[kind],
            on_duty=self.crew.on_duty(self.house.groups_of[lane]),
        )

    def _may_be_called(self, row: int) -> bool:
        return self.house.conduct.called_back[self.told.type[row]] and not self.crew.closed

    def _hang_up(self, now: float, row: int) -> None:
        if self.waiting.state[row] != HOLDING:
            return
        instead = self._may_be_called(row) and self._instead[row]
        if self._hangs_up(row) and self.told.ended[row] == now:
            called = self.told.callback[row] == now
            if called != instead:
                does = "takes a callback" if called else "hangs up"
                self.note_once(
                    Fact.CALLBACK, row, f"row {row} {does} when its patience ends at {clock(now)}"
                )
            if called:
                self.take_callback(row)
            else:
                self.end(row, PAST)
        elif row in self._ears or self.told.ended[row] == now:
            self.note_once(
                Fact.PAST_PATIENCE,
                row,
                f"row {row} still waits when its patience ends at {clock(now)}",
            )

    def _ripen(self, now: float, row: int) -> None:
        self.ripe[row] = now
        if self.waiting.state[row] in (HOLDING, TO_BE_CALLED):
            self.idle_look, self.began = True, (row, True)

    # where the table goes its own way

    def _happens_as_told(self, now: float, row: int, number: int) -> None:
        """End a wait, or begin a try, that the table has at an instant where the rules do not."""
        state = self.waiting.state[row]
        if number:
            if number != self.tries[row] + 1 or state != TO_BE_CALLED:
                return
            self.note_service(now, row)
            self.serve(now, row)
        elif state != HOLDING:
            return
        elif self.told.callback[row] == now:
            self.note_once(
                Fact.CALLBACK, row, f"row {row} takes a callback at {clock(now)} without an offer"
            )
            self.take_callback(row)
        elif self.told.outcome[row] == Outcome.ANSWERED:
            self.note_service(now, row)
            self.serve(now, row)
        else:
            self._leave_as_told(now, row)
        self._settle(now)

    def _leave_as_told(self, now: float, row: int) -> None:
        if self.told.outcome[row] == Outcome.CUT_OFF:
            self.note_once(Fact.CUT_OFF, row, self._why_not_cut_off(row, now))
        elif row in self._ears:
            self.note_once(
                Fact.PATIENCE, row, f"row {row} hangs up at {clock(now)} with patience left"
            )
        self.end(row, PAST)

    def _why_not_cut_off(self, row: int, now: float) -> str:
        told = f"row {row} is cut off at {clock(now)}"
        if not self.crew.closed:
            return f"{told}, before closing"
        could = self.crew.who_could_serve(self.house.groups_of[self.told.lane[row]])
        return f"{told}, though {could} could serve it" if could else told

    def note_leftovers(self) -> None:
        """Note callbacks lost too early, and what is announced otherwise than the queue says."""
        for row in range(self.told.rows):
            lost = self.told.outcome[row] == Outcome.CALLBACK_LOST
            if lost and self.waiting.state[row] != PAST and row not in self.noted:
                self.found.note(
                    Fact.CALLBACK_LOST, f"row {row} is lost, and could still be called back"
                )
            if row not in self.noted:
                self._note_announced(row, self._ears.get(row))

    def _note_announced(self, row: int, ear: Ear | None) -> None:
        told = self.told
        wait, at = told.announced_wait[row], told.announced_at[row]
        position, until = told.announced_position[row], told.promised_until[row]
        heard = (nan, nan, -1, nan)
        if ear is not None:
            heard = (
                ear.announced_wait, ear.announced_at, ear.announced_position, ear.promised_until
            )  # fmt: skip
        for name, of_row, due in zip(
            ("announced_wait", "announced_at", "announced_position", "promised_until"),
            (wait, at, position, until),
            heard,
            strict=True,
        ):
            if of_row != due and (of_row == of_row or due == due):
                fact = Fact.PROMISED if name == "promised_until" else Fact.ANNOUNCED
                self.found.note(fact, f"row {row} has {name} {of_row}, not {due}")
