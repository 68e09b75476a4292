"""How many contacts a person may come to make: the tree of potential contacts, in numbers.

A contact may be followed by a redial, by a repeat call and by a transfer; which of them happens
is decided on the line, so that a row is drawn for each. Rows of the next attempt are expected to
be rows of this one times the chances that there is a row, and the sum over attempts is what one
person takes of memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.scenario.contacts import Redial, Repeat, Transfer

MOST_ROWS = 20
"""Potential contacts that a person may be expected to make, the first included."""

RARE = 1e-12
"""Expected rows of an attempt below which it is taken never to happen."""

ENDLESS = 1e300
"""Stands for more rows than can be counted."""


class FollowUps(NamedTuple):
    """What may follow a contact of one call type."""

    redial: Redial | None = None
    repeat: Repeat | None = None
    transfer: Transfer | None = None
    unresolved: float = 0.0
    """The largest chance over the groups that a call is not resolved."""
    unknown: float = 0.0
    """Share of contacts that need a procedure which some group does not know."""


class Edge(NamedTuple):
    """One way from a contact to the next."""

    source: str
    target: str
    key: str
    """redial, repeat or transfer."""
    first: float
    """Chance that a first contact is followed by this one."""
    later: float
    """The same for second and later contacts."""
    attempts: int | None
    """The last contact to which it may lead; None: not bounded."""


def edges_of(kinds: Mapping[str, FollowUps]) -> list[Edge]:
    """Every way from a contact to the next; those that never happen are left out."""
    edges: list[Edge] = []
    for name, (redial, repeat, transfer, unresolved, unknown) in kinds.items():
        if redial is not None:
            to, chances = redial.as_ or name, (redial.chance(1), redial.chance(2))
            edges.append(Edge(name, to, "redial", *chances, redial.attempts))
        if repeat is not None:
            first = later = unresolved
            if unknown > 0:
                # Who needs what a group does not know needs it again: a repeat may follow each.
                first, later = 1 - (1 - unresolved) * (1 - unknown), 1.0
            edges.append(Edge(name, name, "repeat", first, later, repeat.attempts))
        if transfer is not None:
            share = transfer.share
            edges.append(Edge(name, transfer.to, "transfer", share, share, None))
    return [e for e in edges if max(e.first, e.later) > 0 and e.target in kinds]


class Steps:
    """The ways from each attempt to the next, as arrays over call types.

    Parameters
    ----------
    kinds : mapping of str to FollowUps
        Call types in file order, without rings of transfers.
    """

    def __init__(self, kinds: Mapping[str, FollowUps]) -> None:
        places = {name: place for place, name in enumerate(kinds)}
        edges = edges_of(kinds)
        self.source = np.array([places[e.source] for e in edges], dtype=np.intp)
        self.target = np.array([places[e.target] for e in edges], dtype=np.intp)
        self.first = np.array([e.first for e in edges])
        self.later = np.array([e.later for e in edges])
        self.bound = np.array([np.inf if e.attempts is None else e.attempts for e in edges])
        bounds = [e.attempts for e in edges if e.attempts is not None]
        # When the last redial is over, transfers go on to other types only, each once.
        self.last = max(bounds, default=1) + len(kinds)

    def chances(self, attempt: int) -> npt.NDArray[np.float64]:
        """Chance of each way from this attempt."""
        chances = self.first if attempt == 1 else self.later
        found: npt.NDArray[np.float64] = np.where(attempt < self.bound, chances, 0.0)
        return found


def expected_rows(kinds: Mapping[str, FollowUps]) -> dict[str, float]:
    """Potential contacts of a person, by the call type of the first.

    Parameters
    ----------
    kinds : mapping of str to FollowUps
        Call types in file order, without rings of transfers.

    Returns
    -------
    dict of str to float
        Expected numbers, the first contact included; `ENDLESS` at most.
    """
    steps = Steps(kinds)
    rows = np.ones(len(kinds))
    for attempt in range(steps.last if len(steps.source) else 0, 0, -1):
        below = np.ones(len(kinds))
        np.add.at(below, steps.source, steps.chances(attempt) * rows[steps.target])
        rows = np.minimum(below, ENDLESS)
    return dict(zip(kinds, rows.tolist(), strict=True))


def attempts_made(kinds: Mapping[str, FollowUps]) -> dict[str, int]:
    """The last attempt that may be a contact of each call type.

    Parameters
    ----------
    kinds : mapping of str to FollowUps
        Call types in file order, without rings of transfers.

    Returns
    -------
    dict of str to int
        1 for a call type that only first attempts have; attempts so rare that they do not
        happen are not counted.
    """
    steps = Steps(kinds)
    reached, last = np.ones(len(kinds)), np.ones(len(kinds), dtype=int)
    for attempt in range(1, steps.last + 1):
        flow = steps.chances(attempt) * reached[steps.source]
        reached = np.zeros(len(kinds))
        np.add.at(reached, steps.target, flow)
        reached = np.minimum(reached, ENDLESS)
        if not (reached > RARE).any():
            break
        last[reached > RARE] = attempt + 1
    return dict(zip(kinds, last.tolist(), strict=True))


def reachable(edges: Sequence[Edge], name: str) -> set[str]:
    """Call types that a person who phones about one may come to, that one included."""
    found, left = {name}, [name]
    while left:
        here = left.pop()
        new = {e.target for e in edges if e.source == here} - found
        found |= new
        left += new
    return found


def rings(kinds: Mapping[str, FollowUps]) -> list[list[str]]:
    """Call types that transfer to each other in a ring; each ring once, in file order."""
    to = {e.source: e.target for e in edges_of(kinds) if e.key == "transfer"}
    found: list[list[str]] = []
    told: set[str] = set()
    for name in kinds:
        way = [name]
        while way[-1] in to and way[-1] not in way[:-1]:
            way.append(to[way[-1]])
        if len(way) > 2 and way[-1] == name and name not in told:
            told |= set(way)
            found.append(way)
    return found
