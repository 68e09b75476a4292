"""What the model in SimPy knows while a day passes: callers, queues, operators, the clock."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from sim.callers import Callers, Staff
from sim.centre import Centre, Routing
from sim.conduct import Announcements, Conduct, Hazards
from sim.crewing import LONGEST_IDLE, Crewing
from sim.events import Kind
from sim.roster import expected_at
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
    """The state of the line, and the queues.

    What happens is told in `meeting`, `crew`, `calling`, `periods`, `listening`, `following` and
    `model`. A queue holds (since, row) in order; queue l is of those of lane l who hold the line,
    queue L + l of those who are to be called back.
    """

    def __init__(self, centre: Centre, callers: Callers, staff: Staff) -> None:
        self.centre = centre
        self.types, self.groups = len(centre.types), len(centre.groups)
        self.lanes = len(centre.crewing.lane_type)
        self.routing: Routing = as_lists(centre.routing)
        self.crewing: Crewing = as_lists(centre.crewing)
        self.conduct: Conduct = as_lists(centre.conduct)
        self.said: Announcements = as_lists(centre.announcements)
        self.hazards: Hazards = as_lists(centre.hazards)
        self.expected = as_lists(expected_at(centre, staff))
        self._take_callers(callers)
        self._take_operators(staff)
        self._take_rules()
        self.closed = False
        self.period = 0

    # --- what is different in a real day: see `model` -----------------------------------------

    @property
    def now(self) -> float:
        """The clock."""
        raise NotImplementedError

    def happens(self, kind: Kind, entity: int, delay: float, act: Act, value: Any = None) -> None:
        """Let `act` happen to an entity after a delay."""
        raise NotImplementedError

    def answer(self, operator: int, row: int) -> None:
        """An idle operator and a caller meet."""
        raise NotImplementedError

    def leaves(self, operator: int) -> None:
        """The operator goes home."""
        raise NotImplementedError

    # --- who there is -------------------------------------------------------------------------

    def _take_callers(self, callers: Callers) -> None:
        rows = len(callers)
        self.kind: list[int] = callers.type.tolist()
        self.lane: list[int] = callers.lane.tolist()
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
        self.calls_back = any(self.conduct.called_back)
        self.stage = [Stage.BEFORE] * rows
        self.queues: list[list[tuple[float, int]]] = [
            [] for _ in range(self.lanes * (2 if self.calls_back else 1))
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

    def _take_operators(self, staff: Staff) -> None:
        operators = self.centre.operators
        self.pace: list[float] = staff.pace.tolist()
        self.group: list[int] = self.centre.operator_group.tolist()
        self.first: list[int] = self.centre.first_operator.tolist()
        self.seats: list[bool] = self.centre.seats.tolist()
        self.state = [State.AWAY] * operators
        self.serving = [-1] * operators
        self.came = [NAN] * operators
        self.duty_until = [NAN] * operators
        self.break_until = [NAN] * operators
        self.due_to_leave = [False] * operators
        self.breaks_owed: list[list[tuple[float, int]]] = [[] for _ in range(operators)]
        self.began = [NAN] * operators
        self.busy = [0.0] * operators
        self.idle_since = [NAN] * operators
        self.idle: list[list[tuple[float, int]]] = [[] for _ in range(self.groups)]
        self.idle_count = [0] * self.groups
        self.first_idle = [-1] * self.groups
        self.there = [0] * self.groups
        self.seats_set = [0] * self.groups
        self.departures_owed = [0] * self.groups
        self.presence: list[tuple[int, float, float]] = []
        self.breaks: list[tuple[int, float, float, int]] = []

    def _take_rules(self) -> None:
        crewing, calendar = self.crewing, self.centre.calendar
        conditions = zip(crewing.opens_queue, crewing.opens_wait, strict=True)
        asked = [queue >= 0 or wait >= 0.0 for queue, wait in conditions]
        self.conditional = [
            any(asked[lane * self.groups : (lane + 1) * self.groups]) for lane in range(self.lanes)
        ]
        """Whether some group takes callers of a lane only while many, or long ones, wait."""
        self.by_wait = any(wait >= 0.0 for wait in crewing.opens_wait)
        self.plain = not (any(asked) or any(crewing.longest_queue))
        self.picks = any(how != LONGEST_IDLE for how in crewing.picks)
        self.period_opens: list[float] = calendar.period_opens.tolist()
        self.period_closes: list[float] = calendar.period_closes.tolist()
        expected = self.expected
        on_call = zip(expected.duty_operator, expected.on_call, strict=True)
        called = {(self.group[who], condition) for who, condition in on_call if condition >= 0}
        waits = [(group, float(calendar.call_wait[condition])) for group, condition in called]
        self.thresholds = thresholds(self.routing, self.lanes, self.groups, waits)

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
        """1 + those of the lane who joined earlier and still hold the line or a callback."""
        lane, place = self.lane[row], (self.joined[row], row)
        ahead = bisect_left(self.queues[lane], place)
        if self.calls_back:
            ahead += bisect_left(self.queues[self.lanes + lane], place)
        return 1 + ahead

    def waiting(self, lane: int) -> int:
        """Callers of a lane who hold the line or a callback."""
        number = len(self.queues[lane])
        return number + len(self.queues[self.lanes + lane]) if self.calls_back else number

    # --- operators ----------------------------------------------------------------------------

    def on_duty(self, group: int) -> int:
        """Operators present and not on a break; of seats at most the seats."""
        there = self.there[group]
        return min(there, self.seats_set[group]) if self.seats[group] else there

    def serving_groups(self, lane: int) -> list[int]:
        """Groups that have the skill for a lane."""
        tiers = self.routing.tier[lane * self.groups : (lane + 1) * self.groups]
        return [group for group, tier in enumerate(tiers) if tier >= 0]

    def on_duty_for(self, lane: int) -> int:
        """Operators on duty who have the skill for a lane."""
        return sum(map(self.on_duty, self.serving_groups(lane)))

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
