"""How operators are called, paid attention to and rostered, as plain arrays that engines read.

Everything here is neutral by default: one queue a call type, operators who are all alike, one day.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
