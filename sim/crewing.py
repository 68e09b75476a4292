"""How operators are called, paid attention to and rostered, as plain arrays that engines read.

Everything here is neutral by default: one queue a call type, operators who are all alike, one day.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]

LONGEST_IDLE, LEAST_OCCUPIED, RANDOM, IN_ORDER, FASTEST, SLOWEST = range(6)
"""Which of its idle operators a group puts first."""

PICKS = {
    "longest_idle": LONGEST_IDLE, "least_occupied": LEAST_OCCUPIED, "random": RANDOM,
    "in_order": IN_ORDER, "fastest": FASTEST, "slowest": SLOWEST,
}  # fmt: skip

BREAK, MEETING, TRAINING, COACHING = range(4)
"""What keeps an operator off the phone."""

OFF_PHONE = {"break": BREAK, "meeting": MEETING, "training": TRAINING, "coaching": COACHING}

NO_CONDITION = -1
"""In place of a number that has to be exceeded: it is not asked for."""


class Crewing(NamedTuple):
    """Rules of queues and groups; L lanes, G groups, Q procedures.

    A lane is a queue. A call type has one, or one for each group among which its calls are
    shared out; lanes are numbered by type, then by group.
    """

    lane_type: Ints
    """Call type of each lane; shape (L,)."""
    opens_queue: Ints
    """The group takes callers of the lane only while more than so many wait in it; -1: always.
    By lane * G + group."""
    opens_wait: Floats
    """... only while the wait expected in the lane is above so many s; -1: always."""
    longest_queue: Flags
    """Whether a group goes by the longest queue first; shape (G,)."""
    picks: Ints
    """Which idle operator of a group goes first, LONGEST_IDLE to SLOWEST; shape (G,)."""
    ring: Floats
    """Seconds for which it rings at the desk before the talk; shape (G,)."""
    stays: Floats
    """Seconds past the end of duty for which operators stay while somebody waits; shape (G,)."""
    knows: Flags
    """Whether a group knows a procedure, by procedure * G + group; shape (Q * G,)."""


class Calendar(NamedTuple):
    """The days simulated, and what the roster has beside duties and breaks.

    D days, P periods in which the line is open, K conditions for operators on call. Rows are
    those of the roster in `sim.centre.Centre`.
    """

    day_name: tuple[str, ...]
    """ "Mon" to "Sun"; "" for a single day without a name."""
    day_start: Floats
    """Midnight of each day on the running clock, in s; shape (D,)."""
    period_opens: Floats
    """When the line opens, ascending, in s on the running clock; shape (P,)."""
    period_closes: Floats
    """When it closes, before it opens again."""
    duty_day: Ints
    """Day to which each duty belongs, by its place."""
    on_call: Ints
    """Condition under which each duty begins; -1: it begins by the clock."""
    break_day: Ints
    """Day to which each break belongs, by its place."""
    break_kind: Ints
    """BREAK, MEETING, TRAINING or COACHING."""
    break_latest: Floats
    """A break that begins later than this is late, in s on the running clock."""
    seat_day: Ints
    """Day to which each change of seats belongs, by its place."""
    call_queue: Ints
    """Operators are called when more than so many wait; -1: not by the queue; shape (K,)."""
    call_wait: Floats
    """... when somebody has waited so many s; inf: not by the wait; shape (K,)."""
    call_delay: Floats
    """Seconds from the call until they are there; shape (K,)."""

    @property
    def days(self) -> int:
        """Number of days."""
        return len(self.day_start)


def no_crewing(types: int, groups: int) -> Crewing:
    """One queue a type, and operators who are all alike."""
    return Crewing(
        lane_type=np.arange(types, dtype=np.int32),
        opens_queue=np.full(types * groups, NO_CONDITION, np.int32),
        opens_wait=np.full(types * groups, float(NO_CONDITION)),
        longest_queue=np.zeros(groups, np.bool_),
        picks=np.full(groups, LONGEST_IDLE, np.int32),
        ring=np.zeros(groups),
        stays=np.zeros(groups),
        knows=np.zeros(0, np.bool_),
    )


# --- from a scenario ----------------------------------------------------------------------------


def tiers_of(scenario: Scenario, type_name: str) -> dict[str, int]:
    """The groups that may serve a call type, each with its place in the order of trying."""
    kind, groups = scenario.callers[type_name], scenario.operators
    if kind.shares is not None:
        return dict.fromkeys((name for name in groups if name in kind.shares), 0)
    if kind.goes_to is None:
        return {name: 0 for name, group in groups.items() if type_name in group.skills}
    return {name: place for place, equals in enumerate(kind.goes_to) for name in equals}


def share_served(scenario: Scenario, type_name: str, group_name: str) -> float:
    """Share of a call type's contacts that is expected at a group: as `shares` says, else equal
    among those that may serve it."""
    shares = scenario.callers[type_name].shares
    if shares is not None:
        return shares.get(group_name, 0.0)
    tiers = tiers_of(scenario, type_name)
    return 1.0 / len(tiers) if group_name in tiers else 0.0


def lanes_of(scenario: Scenario) -> list[tuple[str, str | None]]:
    """Each lane's call type, and the only group that it is for; None: it is for all of them."""
    return [
        (name, group)
        for name, kind in scenario.callers.items()
        for group in (tiers_of(scenario, name) if kind.shares is not None else [None])
    ]


def procedures_of(scenario: Scenario) -> list[str]:
    """Procedures that contacts may need, in file order."""
    kinds = scenario.callers.values()
    return list(dict.fromkeys(name for kind in kinds for name in kind.procedures or ()))


def crewing_of(scenario: Scenario) -> Crewing:
    """The rules of queues and groups of a scenario."""
    lanes, groups = lanes_of(scenario), scenario.operators
    types = list(scenario.callers)
    opens_queue = np.full((len(lanes), len(groups)), NO_CONDITION, np.int32)
    opens_wait = np.full((len(lanes), len(groups)), float(NO_CONDITION))
    for lane, (name, _) in enumerate(lanes):
        for place, group in enumerate(groups.values()):
            opens = group.skills[name].opens_when if name in group.skills else None
            if opens is not None and opens.queue_above is not None:
                opens_queue[lane, place] = opens.queue_above
            if opens is not None and opens.wait_above is not None:
                opens_wait[lane, place] = opens.wait_above
    knows = [
        group.knows is None or procedure in group.knows
        for procedure in procedures_of(scenario)
        for group in groups.values()
    ]
    return Crewing(
        lane_type=np.array([types.index(name) for name, _ in lanes], np.int32),
        opens_queue=opens_queue.ravel(),
        opens_wait=opens_wait.ravel(),
        longest_queue=np.array([g.takes == "longest_queue" for g in groups.values()], np.bool_),
        picks=np.array([PICKS[g.picks] for g in groups.values()], np.int32),
        ring=np.array([g.ring for g in groups.values()], np.float64),
        stays=np.array([g.stays for g in groups.values()], np.float64),
        knows=np.array(knows, np.bool_),
    )


def one_day(opens: float, closes: float, duties: int, breaks: Floats, seats: int) -> Calendar:
    """A single day on which everybody comes by the clock.

    Parameters
    ----------
    opens, closes : float
        Seconds on the running clock.
    duties, seats : int
        Rows of the roster.
    breaks : ndarray
        When each break is due, in s.
    """
    return Calendar(
        day_name=("",),
        day_start=np.zeros(1),
        period_opens=np.array([opens]),
        period_closes=np.array([closes]),
        duty_day=np.zeros(duties, np.int32),
        on_call=np.full(duties, NO_CONDITION, np.int32),
        break_day=np.zeros(len(breaks), np.int32),
        break_kind=np.full(len(breaks), BREAK, np.int32),
        break_latest=breaks.copy(),
        seat_day=np.zeros(seats, np.int32),
        call_queue=np.zeros(0, np.int32),
        call_wait=np.zeros(0),
        call_delay=np.zeros(0),
    )
