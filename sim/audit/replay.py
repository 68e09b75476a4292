"""The day lived again, event by event, with the answers that the table tells.

Whenever a caller and an operator must meet by the rules, the table must say that they did. Where
it says something else that is noted, and the day goes on as the table has it. Presences and
breaks follow from the roster and the contacts, and are compared with the table at the end.
"""

from __future__ import annotations

from collections import deque
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.audit.agenda import ARRIVAL, CLOSING, FREED, HANG_UP, OPENED, Agenda
from sim.audit.crew import Crew
from sim.audit.facts import Fact, Findings, clock
from sim.audit.spells import break_rows, moot, note_spells, presence_rows
from sim.outcomes import Outcome

if TYPE_CHECKING:
    from sim.callers import Callers, Staff
    from sim.centre import Centre
    from sim.outcomes import Outcomes

COMING, WAITING, PAST = range(3)


def replay(
    centre: Centre, callers: Callers, staff: Staff, outcomes: Outcomes, found: Findings
) -> None:
    """Note what in the tables does not follow from the events of the day and the rules."""
    day = _Day(centre, callers, staff, outcomes, found)
    day.live()
    due = [spell for spell in day.crew.presences if not moot(spell.times, centre.closes)]
    told = presence_rows(outcomes, centre.closes)
    note_spells("is there", due, told, Fact.STRAY, found)
    note_spells("has a break", day.crew.breaks, break_rows(outcomes), Fact.BREAK_STRAY, found)


class _Day:
    """The line at one moment, and the rules by which it goes on."""

    def __init__(
        self, centre: Centre, callers: Callers, staff: Staff, outcomes: Outcomes, found: Findings
    ) -> None:
        self._found = found
        self._agenda = Agenda()
        self.crew = Crew(centre, staff, self._agenda)
        self._read_rules(centre)
        self._read_table(callers, outcomes)
        self._state = [COMING] * len(outcomes)
        self._waiting = 0
        self._lines_busy = 0
        self._ripe: dict[int, float] = {}
        """When a row reached an `after`, last."""
        self._queues: list[deque[int]] = [deque() for _ in centre.types]
        self._only_ripe = False
        """Whether rows that reach an `after` at this instant are still left out."""
        self._arrived = -1
        """The row that arrives in the event being handled."""
        self._told: set[int] = set()
        """Rows of which something wrong was told that will show again when their wait ends."""
        self._overlooked: dict[int, list[int]] = {}
        """Operators whom the table leaves idle beside a row that they could serve."""
        for row, time in enumerate(self._arrival):
            self._agenda.put(time, ARRIVAL, row, self._arrive, row)
        self._agenda.put(centre.closes, CLOSING, 0, self._close, None)

    def _read_rules(self, centre: Centre) -> None:
        routing, types, groups = centre.routing, len(centre.types), len(centre.groups)
        self._lines, self._serve, self._closes = centre.lines, centre.serve, centre.closes
        self._tier: list[list[int]] = routing.tier.reshape(types, groups).tolist()
        self._rank: list[list[int]] = routing.rank.reshape(types, groups).tolist()
        self._after: list[list[float]] = routing.after.reshape(types, groups).tolist()
        self._reserve: list[list[int]] = routing.reserve.reshape(types, groups).tolist()
        self._class: list[int] = routing.klass.tolist()
        self._head_start: list[float] = routing.head_start.tolist()
        self._growth: list[float] = routing.growth.tolist()
        self._ranked: list[bool] = routing.ranked.tolist()
        self._groups = [[g for g in range(groups) if of[g] >= 0] for of in self._tier]
        self._tiers = [
            [[g for g in range(groups) if of[g] == tier] for tier in sorted(set(of) - {-1})]
            for of in self._tier
        ]
        self._afters = [{self._after[t][g] for g in self._groups[t]} for t in range(types)]
        self._types = [[t for t in range(types) if self._tier[t][g] >= 0] for g in range(groups)]

    def _read_table(self, callers: Callers, outcomes: Outcomes) -> None:
        self._type: list[int] = outcomes.type.tolist()
        self._arrival: list[float] = outcomes.arrival.tolist()
        self._outcome: list[int] = outcomes.outcome.tolist()
        self._ended: list[float] = outcomes.wait_ended.tolist()
        self._talked: list[float] = outcomes.talk_ended.tolist()
        self._handled: list[float] = outcomes.handled.tolist()
        self._operator: list[int] = outcomes.operator.tolist()
        self._limit: list[float] = (outcomes.arrival + callers.patience).tolist()
        self._columns = outcomes
        ends = np.isin(outcomes.outcome, [Outcome.ANSWERED, Outcome.CUT_OFF])
        rows = np.flatnonzero(ends)
        self._to_end: list[int] = rows[np.lexsort((-rows, -outcomes.wait_ended[rows]))].tolist()
        """Rows that the rules, not their patience, take out of the line; the next one last."""

    def live(self) -> None:
        """Go through the day."""
        while True:
            upcoming = self._agenda.next_time()
            if self._to_end and self._ended[self._to_end[-1]] < upcoming:
                self._end_as_told(self._to_end.pop())
            elif upcoming == inf:
                return
            else:
                self._settle(self._agenda.step())

    # events

    def _arrive(self, now: float, row: int) -> None:
        blocked = self._lines >= 0 and self._lines_busy >= self._lines
        told = self._outcome[row] == Outcome.BLOCKED
        if blocked != told:
            self._found.note(
                Fact.LINES,
                f"row {row} is {'' if told else 'not '}blocked at {clock(now)} with "
                f"{self._lines_busy} lines busy of {self._lines if self._lines >= 0 else 'any'}",
            )
        if told:
            self._state[row] = PAST
            return
        self._lines_busy += 1
        self._state[row], self._arrived = WAITING, row
        self._waiting += 1
        self._queues[self._type[row]].append(row)
        for after in self._afters[self._type[row]]:
            if after > 0 and self._ended[row] > now:
                self._agenda.put(now + after, OPENED, row, self._ripen, row)
        if self._outcome[row] == Outcome.ABANDONED or self._limit[row] == self._ended[row]:
            self._agenda.put(self._ended[row], HANG_UP, row, self._hang_up, row)

    def _hang_up(self, now: float, row: int) -> None:
        if self._state[row] != WAITING:
            return
        if self._outcome[row] == Outcome.ABANDONED:
            self._end_wait(row)
            self._lines_busy -= 1
        else:
            self._found.note(
                Fact.PAST_PATIENCE,
                f"row {row} still waits when its patience ends at {clock(now)}",
            )
            self._told.add(row)

    def _close(self, now: float, _: None) -> None:
        self.crew.closed = True
        for queue in self._queues:
            for row in [row for row in queue if self._state[row] == WAITING]:
                if not self._serve:
                    self._cut_off(row, now, Fact.CUT_OFF)

    def _hang_line(self, now: float, _: None) -> None:
        self._lines_busy -= 1

    def _ripen(self, now: float, row: int) -> None:
        self._ripe[row] = now

    # settling

    def _settle(self, now: float) -> None:
        while self._waiting and any(self.crew.idle):
            row, number = self._due_to_meet(now)
            if row >= 0 and not self._told_to_meet(now, row, number):
                # at the very instant at which a wait reaches an `after`, and before the event
                # that says so, the design lets the two meet but does not say that they must
                self._only_ripe = True
                row, number = self._due_to_meet(now)
                self._only_ripe = False
            if row < 0:
                break
            self._meet(now, row, number)
        self._arrived = -1
        self.crew.fresh.clear()
        if self.crew.closed:
            self._wind_up(now)

    def _due_to_meet(self, now: float) -> tuple[int, int]:
        """The row and the operator who meet next by the rules; -1, -1 when nobody does."""
        row = self._arrived
        if row >= 0 and self._state[row] == WAITING:
            kind = self._type[row]
            for equals in self._tiers[kind]:
                open_groups = [g for g in equals if self._open(row, g, now)]
                number = self.crew.longest_idle(open_groups)
                if number >= 0:
                    return row, number
        operators = [n for n in self.crew.fresh if n in self._idle_of(n)]
        operators += [self.crew.longest_idle([g]) for g, idle in enumerate(self.crew.idle) if idle]
        for number in operators:
            row = self._preferred(number, now)
            if row >= 0:
                return row, number
        return -1, -1

    def _idle_of(self, number: int) -> set[int]:
        return self.crew.idle[self.crew.operators[number].group]

    def _open(self, row: int, group: int, now: float) -> bool:
        """Whether an idle operator of the group may serve the row at this instant."""
        kind = self._type[row]
        if self._tier[kind][group] < 0:
            return False
        opens = self._arrival[row] + self._after[kind][group]
        if self._only_ripe and opens == now > self._arrival[row] and self._ripe.get(row) != now:
            return self.crew.closed
        return self.crew.closed or (
            opens <= now and len(self.crew.idle[group]) > self._reserve[kind][group]
        )

    def _preferred(self, number: int, now: float) -> int:
        """The row that an idle operator takes; -1: none."""
        group = self.crew.operators[number].group
        heads = [self._head(kind) for kind in self._types[group]]
        mine = [row for row in heads if row >= 0 and self._open(row, group, now)]
        return min(mine, key=lambda row: self._merit(row, group, now), default=-1)

    def _merit(self, row: int, group: int, now: float) -> tuple[float, ...]:
        kind, joined = self._type[row], self._arrival[row]
        rank = self._rank[kind][group] if self._ranked[group] else 0
        score = self._head_start[kind] + self._growth[kind] * (now - joined)
        return rank, self._class[kind], -score, joined, row

    def _head(self, kind: int) -> int:
        """Who of a type joined first and waits; -1: nobody."""
        queue = self._queues[kind]
        while queue and self._state[queue[0]] == PAST:
            queue.popleft()
        return queue[0] if queue else -1

    def _meet(self, now: float, row: int, number: int) -> None:
        """Let the two meet who are due to, or those whom the table names in their place."""
        told = self._operator[row] if self._answered(row, now) else -1
        if self._told_to_meet(now, row, number):
            self._answer(row)
        elif told >= 0 and told in self._idle_of(told) and self._open(row, self._group(told), now):
            self._found.note(
                self._choice(row, number, told),
                f"row {row} was answered by operator {told} at {clock(now)}, "
                f"operator {number} was due",
            )
            self._answer(row)
        else:
            self._meet_another(now, row, number)

    def _meet_another(self, now: float, row: int, number: int) -> None:
        columns = self._columns
        rows = np.flatnonzero((columns.operator == number) & (columns.wait_ended == now))
        for other in rows.tolist():
            if self._state[other] == WAITING and self._open(other, self._group(number), now):
                same = self._type[other] == self._type[row]
                self._found.note(
                    Fact.SAME_TYPE if same else Fact.ORDER,
                    f"operator {number} took row {other} at {clock(now)}, row {row} was due",
                )
                self._answer(other)
                return
        self._found.note(
            Fact.UNMATCHED,
            f"row {row} waits until {clock(self._ended[row])} though operator {number} "
            f"is idle at {clock(now)}",
        )
        self._told.add(row)
        self._idle_of(number).discard(number)
        self._overlooked.setdefault(row, []).append(number)

    def _choice(self, row: int, due: int, told: int) -> Fact:
        """The fact that forbids the operator told."""
        if row == self._arrived:
            tiers = self._tier[self._type[row]]
            same = tiers[self._group(due)] == tiers[self._group(told)]
            return Fact.LONGEST_IDLE if same else Fact.TIER
        same = self._group(due) == self._group(told) and due not in self.crew.fresh
        return Fact.LONGEST_IDLE if same else Fact.TURN

    def _group(self, number: int) -> int:
        return self.crew.operators[number].group

    def _answered(self, row: int, now: float) -> bool:
        return self._outcome[row] == Outcome.ANSWERED and self._ended[row] == now

    def _told_to_meet(self, now: float, row: int, number: int) -> bool:
        return self._answered(row, now) and self._operator[row] == number

    # the ends of waits

    def _answer(self, row: int) -> None:
        number = self._operator[row]
        self._end_wait(row)
        self.crew.take(number)
        self._agenda.put(self._talked[row], FREED, number, self._hang_line, None)
        self._agenda.put(self._handled[row], FREED, number, self.crew.freed, number)

    def _end_wait(self, row: int) -> None:
        self._state[row] = PAST
        self._waiting -= 1
        for number in self._overlooked.pop(row, []):
            if self.crew.operators[number].idle:
                self._idle_of(number).add(number)

    def _cut_off(self, row: int, now: float, fact: Fact) -> None:
        """Cut a row off that the rules cut off now; where the table does not, it waits on."""
        if self._outcome[row] == Outcome.CUT_OFF and self._ended[row] == now:
            self._end_wait(row)
            self._lines_busy -= 1
        elif row not in self._told:
            self._found.note(fact, f"row {row} is not cut off at {clock(now)}")
            self._told.add(row)

    def _wind_up(self, now: float) -> None:
        """After closing: who finds nobody to serve goes, whom nobody can serve is cut off."""
        wanted = [self._head(kind) >= 0 for kind in range(len(self._queues))]
        for who in self.crew.operators:
            if who.idle and not any(wanted[kind] for kind in self._types[who.group]):
                self.crew.leave(who, now, Fact.GONE)
        for kind, queue in enumerate(self._queues):
            if wanted[kind] and not self.crew.who_could_serve(self._groups[kind]):
                for row in [row for row in queue if self._state[row] == WAITING]:
                    self._cut_off(row, now, Fact.STRANDED)

    def _end_as_told(self, row: int) -> None:
        """End a wait that the table ends at an instant at which the rules did not."""
        if self._state[row] != WAITING:
            return
        now = self._ended[row]
        if self._outcome[row] == Outcome.CUT_OFF:
            if row not in self._told:
                self._found.note(Fact.CUT_OFF, self._why_not_cut_off(row, now))
            self._end_wait(row)
            self._lines_busy -= 1
        else:
            self._note_answer(row, now)
            self._answer(row)
        self._settle(now)

    def _why_not_cut_off(self, row: int, now: float) -> str:
        told = f"row {row} is cut off at {clock(now)}"
        if not self.crew.closed:
            return f"{told}, before closing"
        could = self.crew.who_could_serve(self._groups[self._type[row]])
        return f"{told}, though {could} could serve it" if could else told

    def _note_answer(self, row: int, now: float) -> None:
        """Note why the operator told may not answer the row now."""
        number, kind = self._operator[row], self._type[row]
        who = self.crew.operators[number]
        answers = f"operator {number} answers row {row} at {clock(now)}"
        if not who.present or who.on_break:
            where = "is on a break" if who.on_break else "is not on duty"
            self._found.note(Fact.ON_DUTY, f"{answers} and {where}")
        elif who.contacts:
            self._found.note(Fact.TWO_CONTACTS, f"{answers} and has another contact in hand")
        elif self._arrival[row] + self._after[kind][who.group] > now and not self.crew.closed:
            since = clock(self._arrival[row])
            self._found.note(Fact.AFTER, f"{answers}, which has waited since {since} only")
        elif (
            row not in self._told
            and number in self._idle_of(number)
            and self._tier[kind][who.group] >= 0
        ):
            # with the skill, on duty, idle and past `after`, only a reserve is in the way
            self._found.note(Fact.RESERVE, f"{answers} and is one of the last idle")
