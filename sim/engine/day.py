"""What the model in SimPy knows while a day passes: callers, queues, operators, the clock."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from sim.callers import Callers, Staff
from sim.centre import Centre, Routing
from sim.conduct import Announcements, Conduct, Hazards
from sim.crewing import Crewing
from sim.events import Kind
from sim.rules import thresholds

NAN = float("nan")
Act = Callable[[Any], None]


class Stage(IntEnum):
    """Where a contact is."""

    BEFORE = 0
    IN_MENU = 1
    HOLDING = 2
    """Waits on the line."""
    TO_BE_CALLED = 3
    """Waits at home for a callback, with a place in the queue."""
    RETURNING = 4
    """Was not reached, and will be tried again later."""
    PAST = 5


class State(IntEnum):
    """What an operator is doing."""

    AWAY = 0
    IDLE = 1
    AT_WORK = 2
    ON_BREAK = 3


def as_lists(table: Any) -> Any:
    """A named tuple of arrays as one of lists, which Python reads faster."""
    return type(table)(*(each.tolist() if hasattr(each, "tolist") else each for each in table))


class Day:
    """The state of the line, and the queues. What happens is told in `crew`, `listening`, `model`.

    A queue holds (since, row) in order; queue t is of those of type t who hold the line, queue
    T + t of those who are to be called back.
    """

    def __init__(self, centre: Centre, callers: Callers, staff: Staff) -> None:
        self.centre = centre
        self.types, self.groups = len(centre.types), len(centre.groups)
        self.routing: Routing = as_lists(centre.routing)
        self.crewing: Crewing = as_lists(centre.crewing)
        self.conduct: Conduct = as_lists(centre.conduct)
        self.said: Announcements = as_lists(centre.announcements)
        self.hazards: Hazards = as_lists(centre.hazards)
        self.absent: list[bool] = staff.absent.tolist()
        self._take_callers(callers)
        self._take_operators()
        self.closed = False

    # --- what is different in a real day: see `model` -----------------------------------------

    @property
    def now(self) -> float:
        """The clock."""
        raise NotImplementedError

    def happens(self, kind: Kind, entity: int, delay: float, act: Act, value: Any = None) -> None:
        """Let `act` happen to an entity after a delay."""
        raise NotImplementedError

    def looks_for_work(self, operator: int) -> None:
        """A free operator takes the caller who is next, or idles; after closing, goes home."""
        raise NotImplementedError

    def settle(self) -> None:
        """Groups in file order, longest idle first, take whom they may."""
        raise NotImplementedError

    # --- who there is -------------------------------------------------------------------------

    def _take_callers(self, callers: Callers) -> None:
        rows = len(callers)
        self.kind: list[int] = callers.type.tolist()
        self.arrival: list[float] = callers.arrival.tolist()
        self.joined = self.arrival.copy()
        self.patience: list[float] = callers.patience.tolist()
        self.talk_work: list[float] = callers.talk_work.tolist()
        self.wrap_work: list[float] = callers.wrap_work.tolist()
        self.talk_mean: list[float] = self.centre.talk_mean.tolist()
        self.wrap_mean: list[float] = self.centre.wrap_mean.tolist()
        self.follow_ups = as_lists(callers.follow_ups)
        self.choices = as_lists(callers.choices)
        self.may_follow = bool(self.follow_ups.via)
        self.thresholds = thresholds(self.routing, self.types, self.groups)
        self.calls_back = any(self.conduct.called_back)
        self.stage = [Stage.BEFORE] * rows
        self.queues: list[list[tuple[float, int]]] = [
            [] for _ in range(self.types * (2 if self.calls_back else 1))
        ]
        self.heads = [-1] * len(self.queues)
        self.holding = 0
        self.lines_busy = 0
        self.lineless = [False] * rows
        self.last_waited = [0.0] * self.types
        self._take_outcomes(rows)

    def _take_outcomes(self, rows: int) -> None:
        self.outcome = [-1] * rows
        self.wait_ended = [NAN] * rows
        self.talk_started = [NAN] * rows
        self.talk_ended = [NAN] * rows
        self.handled = [NAN] * rows
        self.operator = [-1] * rows
        self.callback = [NAN] * rows
        self.tried = [0] * rows
        self.tries: list[list[Any]] = []
        self.follow_up_lost = [-1] * rows
        self.announced_wait = [NAN] * rows
        self.announced_at = [NAN] * rows
        self.announced_position = [-1] * rows
        self.promised_until = [NAN] * rows

    def _take_operators(self) -> None:
        operators = self.centre.operators
        self.group: list[int] = self.centre.operator_group.tolist()
        self.first: list[int] = self.centre.first_operator.tolist()
        self.seats: list[bool] = self.centre.seats.tolist()
        self.state = [State.AWAY] * operators
        self.serving = [-1] * operators
        self.came = [NAN] * operators
        self.duty_until = [NAN] * operators
        self.break_until = [NAN] * operators
        self.due_to_leave = [False] * operators
        self.breaks_owed: list[list[float]] = [[] for _ in range(operators)]
        self.idle_since = [NAN] * operators
        self.idle: list[list[tuple[float, int]]] = [[] for _ in range(self.groups)]
        self.idle_count = [0] * self.groups
        self.first_idle = [-1] * self.groups
        self.there = [0] * self.groups
        self.seats_set = [0] * self.groups
        self.departures_owed = [0] * self.groups
        self.presence: list[tuple[int, float, float]] = []
        self.breaks: list[tuple[int, float, float]] = []

    # --- queues -------------------------------------------------------------------------------

    def enters(self, queue: int, row: int) -> None:
        """Take the place in a queue that the time of joining gives."""
        insort(self.queues[queue], (self.joined[row], row))
        self.heads[queue] = self.queues[queue][0][1]

    def quits(self, queue: int, row: int) -> None:
        """Give up the place in a queue."""
        waiting = self.queues[queue]
        del waiting[bisect_left(waiting, (self.joined[row], row))]
        self.heads[queue] = waiting[0][1] if waiting else -1

    def position(self, row: int) -> int:
        """1 + those of the type who joined earlier and still hold the line or a callback."""
        kind, place = self.kind[row], (self.joined[row], row)
        ahead = bisect_left(self.queues[kind], place)
        if self.calls_back:
            ahead += bisect_left(self.queues[self.types + kind], place)
        return 1 + ahead

    # --- operators ----------------------------------------------------------------------------

    def on_duty(self, group: int) -> int:
        """Operators present and not on a break; of seats at most the seats."""
        there = self.there[group]
        return min(there, self.seats_set[group]) if self.seats[group] else there

    def on_duty_for(self, kind: int) -> int:
        """Operators on duty who have the skill for a type."""
        tiers = self.routing.tier[kind * self.groups : (kind + 1) * self.groups]
        return sum(self.on_duty(group) for group, tier in enumerate(tiers) if tier >= 0)

    def starts_idling(self, operator: int) -> None:
        """Join the idle of the group."""
        group = self.group[operator]
        self.state[operator] = State.IDLE
        self.idle_since[operator] = self.now
        insort(self.idle[group], (self.now, operator))
        self._idle_changed(group)

    def stops_idling(self, operator: int) -> None:
        """The operator is no longer among the idle."""
        group = self.group[operator]
        idle = self.idle[group]
        del idle[bisect_left(idle, (self.idle_since[operator], operator))]
        self._idle_changed(group)

    def _idle_changed(self, group: int) -> None:
        """Keep who has been idle longest, and how many are."""
        idle = self.idle[group]
        self.idle_count[group] = len(idle)
        self.first_idle[group] = idle[0][1] if idle else -1

    def place(self, row: int, operator: int) -> int:
        """Where the arrays by type and group keep this pair."""
        return self.kind[row] * self.groups + self.group[operator]
