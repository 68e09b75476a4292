"""Who must meet by the rules, and whether the table says that they did."""

from __future__ import annotations

from abc import ABC, abstractmethod

from sim.audit.agenda import Agenda
from sim.audit.crew import Crew
from sim.audit.facts import Fact, Findings, clock
from sim.audit.house import House
from sim.audit.told import Told
from sim.audit.waiting import HOLDING, TO_BE_CALLED, Waiting
from sim.outcomes import Outcome


class Floor(ABC):
    """The queues and the operators at one moment."""

    def __init__(
        self, house: House, told: Told, crew: Crew, agenda: Agenda, found: Findings
    ) -> None:
        self.house, self.told, self.crew, self.agenda = house, told, crew, agenda
        self.found = found
        crew.one_came = self.settle
        self.waiting = Waiting(told.lane, house.lanes)
        self.tries = [0] * told.rows
        """Tries that each row has had."""
        self.ripe: dict[int, float] = {}
        """When a row reached an `after`, last."""
        self.arrived = -1
        """The row that arrives in the event being handled."""
        self.idle_look = False
        """Whether the event being handled makes those look who have been idle for a while."""
        self._pick = told.pick
        """By which it goes who answers each row, where that is left to chance."""
        self.noted: set[int] = set()
        """Rows of which something wrong was told that will show again when their wait ends."""
        self._overlooked: dict[int, list[int]] = {}
        """Operators whom the table leaves idle beside a row that they could serve."""
        self._services: dict[tuple[int, float], list[int]] = {}
        """Rows by the operator and the time of a service told."""
        for row in range(told.rows):
            for time, number in self._all_services(row):
                self._services.setdefault((number, time), []).append(row)

    def _all_services(self, row: int) -> list[tuple[float, int]]:
        """Times at which the table has an operator turn to a row, and who does."""
        tries = [(start, number) for start, _, number, _ in self.told.tries[row]]
        return [self._on_line(row), *tries]

    def _on_line(self, row: int) -> tuple[float, int]:
        called = self.told.callback[row] == self.told.callback[row]
        answered = self.told.outcome[row] == Outcome.ANSWERED and not called
        return (self.told.ended[row], self.told.operator[row]) if answered else (-1.0, -1)

    def service(self, row: int) -> tuple[float, int]:
        """When the table has somebody turn to a waiting row next, and who; -1, -1: nobody."""
        if self.waiting.state[row] == HOLDING:
            return self._on_line(row)
        tries = self.told.tries[row][self.tries[row] :]
        return (tries[0][0], tries[0][2]) if tries else (-1.0, -1)

    @abstractmethod
    def serve(self, now: float, row: int) -> None:
        """Let the operator told turn to a waiting row."""

    # what the rules say

    def settle(self, now: float, look: bool = False) -> None:
        """Let all meet who must, one after the other.

        Parameters
        ----------
        look : bool
            Whether those look as well who have been idle for a while. They find nobody else than
            who reaches an `after` at this instant, or makes a group necessary.
        """
        self._receive(now)
        self._see_off(now)
        while self.waiting.waits and any(self.crew.idle):
            row, number = self._due_to_meet(now, look)
            if row < 0:
                break
            self._meet(now, row, number)
        self.crew.fresh.clear()

    def _receive(self, now: float) -> None:
        """Let the row that arrives choose an operator."""
        row, self.arrived = self.arrived, -1
        while row >= 0 and self.waiting.state[row] == HOLDING:
            number = self.operator_for(row, now)
            if number < 0:
                return
            self._meet(now, row, number, arrives=True)

    def _see_off(self, now: float) -> None:
        """Let who is due to leave do so, or serve one more caller."""
        for number in self.crew.leaving:
            row = self._preferred(self.group(number), now, look=True)
            who = self.crew.operators[number]
            if row >= 0:
                self._meet(now, row, number)
                if who.idle:
                    self.found.note(
                        Fact.STAYS,
                        f"operator {number} leaves at {clock(now)} though row {row} waits",
                    )
            if who.idle:
                self.crew.leave(who, now, Fact.DUTY_END)
        self.crew.leaving.clear()

    def _due_to_meet(self, now: float, look: bool) -> tuple[int, int]:
        """The row and the operator who meet next by the rules; -1, -1 when nobody does."""
        for number in self.crew.fresh:
            if number in self._idle_of(number):
                row = self._preferred(self.group(number), now, look=True)
                if row >= 0:
                    return row, number
        for group, idle in enumerate(self.crew.idle):
            row = self._preferred(group, now, look) if idle else -1
            if row >= 0:
                return row, self.crew.goes_first(group, now, self._pick[row])
        return -1, -1

    def operator_for(self, row: int, now: float) -> int:
        """The operator whom a row that arrives chooses; -1: none."""
        for equals in self.house.tiers[self.told.lane[row]]:
            open_groups = [g for g in equals if self._open(row, g, now, arrives=True)]
            first = [self.crew.goes_first(g, now, self._pick[row]) for g in open_groups]
            number = self.crew.idle_longest([n for n in first if n >= 0])
            if number >= 0:
                return number
        return -1

    def _idle_of(self, number: int) -> set[int]:
        return self.crew.idle[self.group(number)]

    def group(self, number: int) -> int:
        """The group of an operator."""
        return self.crew.operators[number].group

    def _open(
        self, row: int, group: int, now: float, look: bool = True, arrives: bool = False
    ) -> bool:
        """Whether an idle operator of the group may serve the row at this instant.

        Parameters
        ----------
        look : bool
            Whether the operator looks for work; if not, it goes by what was so before.
        arrives : bool
            Whether the row has just arrived, and does not count as waiting yet.
        """
        lane = self.told.lane[row]
        if self.house.tier[lane][group] < 0:
            return False
        if self.crew.closed:
            return True
        opens = self.waiting.place[row] + self.house.after[lane][group]
        unripe = opens == now > self.told.arrival[row] and self.ripe.get(row) != now
        if not look and (unripe or self.house.only_in_need(lane, group)):
            return False
        idle = len(self.crew.idle[group])
        enough = idle > max(self.house.reserve[lane][group], self._left(row, group))
        return opens <= now and enough and self._is_needed(row, group, arrives)

    def _is_needed(self, row: int, group: int, arrives: bool = False) -> bool:
        """Whether as many wait as a group waits for, or as long."""
        lane = self.told.lane[row]
        if not self.house.only_in_need(lane, group):
            return True
        waiting = self.waiting.length(lane) - arrives
        on_duty = self.crew.on_duty(self.house.groups_of[lane])
        return self.house.is_needed(lane, group, waiting, on_duty)

    def _left(self, row: int, group: int) -> int:
        """How many of a group's idle a callback leaves to those who hold the line."""
        called = self.waiting.state[row] == TO_BE_CALLED
        return int(self.house.conduct.for_holding[group]) if called else 0

    def _preferred(self, group: int, now: float, look: bool) -> int:
        """The row that an idle operator of a group takes; -1: none."""
        heads = [row for lane in self.house.lanes_of[group] for row in self.waiting.heads(lane)]
        mine = [row for row in heads if self._open(row, group, now, look)]
        return min(mine, key=lambda row: self._merit(row, group, now), default=-1)

    def _merit(self, row: int, group: int, now: float) -> tuple[float, ...]:
        house, lane, place = self.house, self.told.lane[row], self.waiting.place[row]
        rank = house.rank[lane][group] if house.ranked[group] else 0
        length = self.waiting.length(lane) if house.longest_queue[group] else 0
        score = house.head_start[lane] + house.growth[lane] * (now - place)
        return rank, -length, house.klass[lane], -score, place, row

    # what the table says

    def _meet(self, now: float, row: int, number: int, arrives: bool = False) -> None:
        """Let the two meet who are due to, or those whom the table names in their place."""
        time, told = self.service(row)
        if (time, told) == (now, number):
            self.serve(now, row)
        elif (
            time == now
            and told in self._idle_of(told)
            and self._open(row, self.group(told), now, arrives=arrives)
        ):
            self.found.note(
                self._choice(row, number, told, arrives),
                f"operator {told} turned to row {row} at {clock(now)}, operator {number} was due",
            )
            self.serve(now, row)
        else:
            self._meet_another(now, row, number)

    def _meet_another(self, now: float, row: int, number: int) -> None:
        for other in self._services.get((number, now), []):
            waits = self.waiting.state[other] in (HOLDING, TO_BE_CALLED)
            if (
                waits
                and self.service(other) == (now, number)
                and self._open(other, self.group(number), now)
            ):
                same = self.told.lane[other] == self.told.lane[row]
                self.found.note(
                    Fact.SAME_TYPE if same else Fact.ORDER,
                    f"operator {number} took row {other} at {clock(now)}, row {row} was due",
                )
                self.serve(now, other)
                return
        waits_on = "is to be called back"
        if self.waiting.state[row] == HOLDING:
            waits_on = f"waits until {clock(self.told.ended[row])}"
        self.found.note(
            Fact.UNMATCHED, f"row {row} {waits_on} though operator {number} is idle at {clock(now)}"
        )
        self.noted.add(row)
        self._idle_of(number).discard(number)
        self._overlooked.setdefault(row, []).append(number)

    def _choice(self, row: int, due: int, told: int, arrives: bool) -> Fact:
        """The fact that forbids the operator told."""
        one, other = self.group(due), self.group(told)
        chooses = due in self.crew.fresh or due in self.crew.leaving
        if one == other and (arrives or not chooses):
            return Fact.LONGEST_IDLE if self.crew.by_idleness(one) else Fact.PICK
        tiers = self.house.tier[self.told.lane[row]]
        if arrives:
            return Fact.LONGEST_IDLE if tiers[one] == tiers[other] else Fact.TIER
        return Fact.TURN

    def move(self, row: int, state: int) -> None:
        """A row is now elsewhere; whom it was kept from may be had by others again."""
        self.waiting.put(row, state)
        for number in self._overlooked.pop(row, []):
            if self.crew.operators[number].idle:
                self._idle_of(number).add(number)

    def note_service(self, now: float, row: int) -> None:
        """Note why the operator told may not turn to a waiting row now."""
        number, lane = self.service(row)[1], self.told.lane[row]
        who = self.crew.operators[number]
        turns = f"operator {number} turns to row {row} at {clock(now)}"
        group = who.group
        if not who.present or who.on_break:
            where = "is on a break" if who.on_break else "is not on duty"
            over = not who.on_break and now >= who.duty_end and self.house.stays[group] > 0
            self.found.note(Fact.STAYS if over else Fact.ON_DUTY, f"{turns} and {where}")
        elif who.contacts:
            self.found.note(Fact.TWO_CONTACTS, f"{turns} and has another contact in hand")
        elif self._too_early(now, row, group):
            since = clock(self.waiting.place[row])
            self.found.note(Fact.AFTER, f"{turns}, which has waited since {since} only")
        elif (
            row not in self.noted
            and number in self._idle_of(number)
            and self.house.tier[lane][group] >= 0
        ):
            # with the skill, on duty, idle and past `after`, only these are in the way
            if not self._is_needed(row, group):
                waiting = self.waiting.length(lane)
                self.found.note(Fact.IN_NEED, f"{turns} while {waiting} of the lane wait")
                return
            left = len(self.crew.idle[group]) > self.house.reserve[lane][group]
            self.found.note(
                Fact.FOR_HOLDING if left else Fact.RESERVE, f"{turns} and is one of the last idle"
            )

    def _too_early(self, now: float, row: int, group: int) -> bool:
        after = self.house.after[self.told.lane[row]][group]
        return self.waiting.place[row] + after > now and not self.crew.closed
