"""Kinds of events, in the order in which they are handled when they fall on one instant."""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """What happens; at one instant the lower kind comes first.

    Within a kind the lower entity comes first (an operator or a row), then whatever was
    scheduled first.
    """

    DUTY = 0
    """Duty, seats and breaks (operator): the roster holds before anyone acts on it."""
    FREED = 1
    """A talk or a wrap-up ends (operator): before hang-ups, so that who runs out of patience
    at that instant is answered."""
    OPENED = 2
    """A wait reaches the `after` of a skill (row): the group may take the caller from now on."""
    CLOSING = 3
    """The line closes: whoever phones at that instant is too late."""
    MESSAGE = 4
    """A hold message plays (row): its effect comes before the hang-up that it causes."""
    HANG_UP = 5
    """A caller's patience ends (row)."""
    ARRIVAL = 6
    """A caller phones (row): last, so that what the instant frees is there for them."""
