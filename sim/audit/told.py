"""What the outcome table tells of each row of the callers, and what leads to what."""

from __future__ import annotations

from math import inf, nan
from typing import TYPE_CHECKING

import numpy as np

from sim.audit.agenda import clock_at
from sim.audit.facts import Fact, Findings, clock
from sim.audit.house import listed
from sim.outcomes import Outcome, Via

if TYPE_CHECKING:
    from sim.callers import Callers
    from sim.centre import Centre
    from sim.outcomes import Outcomes

NOBODY = -1
NO_OUTCOME = -1
NO_FOLLOW_UP = (-1, nan, nan, -1)


class Told:
    """The table of contacts by row of the callers; outcome -1 where the table has no row."""

    def __init__(self, callers: Callers, outcomes: Outcomes) -> None:
        self.rows = len(callers)
        here = outcomes.contact

        def spread(name: str, none: float) -> list[float]:
            column = getattr(outcomes, name)
            whole = np.full(self.rows, none, column.dtype)
            whole[here] = column
            told: list[float] = whole.tolist()
            return told

        self.outcome = [int(code) for code in spread("outcome", NO_OUTCOME)]
        self.operator = [int(number) for number in spread("operator", NOBODY)]
        self.lost = [int(kind) for kind in spread("follow_up_lost", -1)]
        self.announced_position = [int(place) for place in spread("announced_position", -1)]
        self.arrival = spread("arrival", nan)
        self.ended = spread("wait_ended", nan)
        self.callback = spread("callback", nan)
        self.talk_started = spread("talk_started", nan)
        self.talked = spread("talk_ended", nan)
        self.handled = spread("handled", nan)
        self.announced_wait = spread("announced_wait", nan)
        self.announced_at = spread("announced_at", nan)
        self.promised_until = spread("promised_until", nan)
        self.type: list[int] = callers.type.tolist()
        self.lane: list[int] = callers.lane.tolist()
        self.pick: list[float] = callers.choices.pick.tolist() or [0.0] * self.rows
        self.via: list[int] = callers.follow_ups.via.tolist() or [Via.FIRST.value] * self.rows
        self.tries: list[list[Try]] = [[] for _ in range(self.rows)]
        columns = (outcomes.try_start, outcomes.try_end, outcomes.try_operator,
                   outcomes.try_reached)  # fmt: skip
        tries = zip(*(column.tolist() for column in columns), strict=True)
        for row, one in zip(outcomes.try_contact.tolist(), tries, strict=True):
            self.tries[row].append(one)


Try = tuple[float, float, int, bool]
"""Start, end, operator and whether the caller was reached."""


class Chain:
    """Which contact each contact brings about, and when each phones, by the outcomes told."""

    def __init__(self, centre: Centre, callers: Callers, told: Told) -> None:
        self._told, self._follow_ups = told, listed(callers.follow_ups)
        self._conduct, self._groups = listed(centre.conduct), len(centre.groups)
        self._group: list[int] = centre.operator_group.tolist()
        self._knows: list[bool] = centre.crewing.knows.tolist()
        self._procedure: list[int] = callers.choices.procedure.tolist() or [-1] * told.rows
        self.phones: list[float] = callers.arrival.tolist()
        """When each row phones; NaN: never."""
        self.first = [at == at for at in self.phones]
        self.child = [-1] * told.rows
        """The follow-up that each row releases; -1: none."""
        self.parent = [-1] * told.rows
        self.lost = [-1] * told.rows
        """The kind of follow-up that comes to a closed line; -1: none does."""
        self.carried = [False] * told.rows
        """Whether each row comes at an opening only, having been carried over the closed time."""
        if self._follow_ups.via:
            for row in range(told.rows):
                if told.outcome[row] != NO_OUTCOME:
                    self._release(row)

    def _release(self, row: int) -> None:
        child, now, delay, kind = self._due(row)
        if child < 0:
            return
        of = self._told.type[child]
        at = now + delay
        opening = self._next_open(of, at)
        if opening > at and (kind == Via.TRANSFER or not self._conduct.carries[of]):
            opening = inf
        if opening == inf:
            self.lost[row] = kind
            return
        self.carried[child] = opening > at
        self.child[row], self.parent[child] = child, row
        self.phones[child] = clock_at(opening, now) if opening > at else at

    def _next_open(self, kind: int, time: float) -> float:
        """The first time from another on at which a call type is open; inf: there is none."""
        rows = range(*self._conduct.hours_from[kind : kind + 2])
        hours = [(self._conduct.opens[k], self._conduct.closes[k]) for k in rows]
        return min((max(opens, time) for opens, closes in hours if time < closes), default=inf)

    def _due(self, row: int) -> tuple[int, float, float, int]:
        """The follow-up that an outcome brings about, from when, so many s later, and its kind;
        -1: none."""
        told, after = self._told, self._follow_ups
        outcome = told.outcome[row]
        if outcome == Outcome.ANSWERED:
            return self._due_after_talk(row)
        bits = {Outcome.ABANDONED: 1, Outcome.BLOCKED: 2, Outcome.CUT_OFF: 4}
        if after.redial[row] < 0 or not after.redial_after[row] & bits.get(Outcome(outcome), 0):
            return NO_FOLLOW_UP
        if outcome == Outcome.BLOCKED:
            delay = after.redial_blocked_delay[row]
            return after.redial[row], told.arrival[row], delay, Via.REDIAL
        return after.redial[row], told.ended[row], after.redial_delay[row], Via.REDIAL

    def _due_after_talk(self, row: int) -> tuple[int, float, float, int]:
        told, after = self._told, self._follow_ups
        if after.transfer[row] >= 0:
            return after.transfer[row], told.talked[row], 0.0, Via.TRANSFER
        if after.repeat[row] >= 0 and not self._is_settled(row):
            return after.repeat[row], told.talked[row], after.repeat_delay[row], Via.REPEAT
        return NO_FOLLOW_UP

    def _is_settled(self, row: int) -> bool:
        """Whether who answered could settle the matter, and did."""
        group, procedure = self._group[self._told.operator[row]], self._procedure[row]
        if procedure >= 0 and not self._knows[procedure * self._groups + group]:
            return False
        resolves = self._conduct.resolves[self._told.type[row] * self._groups + group]
        return bool(self._follow_ups.unresolved[row] < resolves)

    def conference(self, row: int) -> float:
        """Seconds for which the operator stays on the call with the next one."""
        child = self.child[row]
        warm = child >= 0 and self._told.via[child] == Via.TRANSFER
        return float(self._follow_ups.conference[row]) if warm else 0.0


def note_chain(chain: Chain, told: Told, callers: Callers, found: Findings) -> None:
    """Note follow-ups that come without a reason, or do not come, and wrong arrivals."""
    menus = callers.choices.menu.tolist() or [nan] * told.rows
    for row in range(told.rows):
        there = told.outcome[row] != NO_OUTCOME
        phones = chain.phones[row]
        if there and told.lost[row] != chain.lost[row]:
            found.note(
                Fact.FOLLOW_UP_LOST,
                f"row {row} has follow_up_lost {told.lost[row]}, not {chain.lost[row]}",
            )
        if not there and phones == phones:
            _note_missing(chain, row, found)
        elif there and phones != phones:
            found.note(
                Fact.FOLLOW_UP,
                f"row {row} arrives at {clock(told.arrival[row])}, and nothing brings it about",
            )
        elif there:
            menu = nan if told.via[row] == Via.TRANSFER else menus[row]
            _note_arrival(chain, told, row, menu, found)


def _note_missing(chain: Chain, row: int, found: Findings) -> None:
    if chain.first[row]:
        found.note(Fact.CALLERS, f"row {row} of the callers is not in the table")
    else:
        found.note(
            Fact.FOLLOW_UP,
            f"row {row} should follow row {chain.parent[row]} at {clock(chain.phones[row])}, "
            "and is not in the table",
        )


def _note_arrival(chain: Chain, told: Told, row: int, menu: float, found: Findings) -> None:
    phones, arrival = chain.phones[row], told.arrival[row]
    due = phones if menu != menu else phones + menu
    if arrival == due or (told.outcome[row] == Outcome.BLOCKED and arrival == phones):
        return
    if menu == menu:
        fact = Fact.MENU
    elif chain.carried[row]:
        fact = Fact.CARRIED
    else:
        fact = Fact.CALLERS if chain.first[row] else Fact.FOLLOW_UP
    found.note(fact, f"row {row} arrives at {clock(arrival)}, not {clock(due)}")
