"""A scenario as plain arrays: what an engine needs to know of the line, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.conduct import (
    Announcements,
    Conduct,
    Hazards,
    announcements_of,
    conduct_of,
    hazards_of,
    mean_of,
    no_announcements,
    no_conduct,
    no_hazards,
)
from sim.crewing import Calendar, Crewing, no_crewing, one_day
from sim.scenario import Scenario
from sim.scenario.schema import CallType, Group

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class Routing(NamedTuple):
    """Who may serve whom, and in which order; flat arrays that both engines read.

    The first four are indexed by `lane * len(ranked) + group`; a lane is a queue, one a call type
    unless its calls are shared out among groups (see `sim.crewing`).
    """

    tier: Ints
    """Place of the group in the call type's `goes_to`, lowest first; -1: may not serve it."""
    rank: Ints
    """Rank of the skill; the lowest goes first where the group takes ranked."""
    after: Floats
    """Seconds that a caller must have waited before the group may serve them."""
    reserve: Ints
    """The group serves the type only while more than this many of its operators are idle."""
    klass: Ints
    """Priority class of each lane; the lowest goes first."""
    head_start: Floats
    """Seconds credited to each lane on arrival."""
    growth: Floats
    """Score gained by each lane per second waited."""
    ranked: NDArray[np.bool_]
    """For each group: whether it goes by rank before it goes by wait."""


@dataclass(frozen=True, eq=False)
class Centre:
    """The line on one day or several: hours, who may serve whom, and the roster.

    Operators are numbered in file order; those of one group are neighbours. Times are
    seconds on the running clock.
    """

    types: tuple[str, ...]
    groups: tuple[str, ...]
    opens: float
    closes: float
    interval: float
    serve: bool
    """Whether who waits at closing is still served."""
    lines: int
    """Telephone lines; -1: no limit."""
    routing: Routing
    talk_mean: Floats
    """Mean talk in s by `type * groups + group`, handling factor included; 0 where not served."""
    wrap_mean: Floats
    """Mean wrap-up in s, likewise."""
    first_operator: Ints
    """Group g has the operators `first_operator[g]` to `first_operator[g + 1] - 1`."""
    operator_group: Ints
    operator_name: tuple[str, ...]
    seats: NDArray[np.bool_]
    """For each group: whether its operators are seats (a headcount), not persons."""
    seat_time: Floats
    """Times at which a number of seats is set, ascending; the first is the opening."""
    seat_group: Ints
    seat_number: Ints
    duty_operator: Ints
    """Rostered duty of persons, sorted by operator and start; touching duties are one."""
    duty_start: Floats
    duty_end: Floats
    break_operator: Ints
    """Rostered breaks, sorted by operator and time."""
    break_due: Floats
    break_lasts: Floats
    break_paid: NDArray[np.bool_]
    conduct: Conduct = None  # type: ignore[assignment]
    """What callers of each type do beside waiting and talking; by default nothing."""
    announcements: Announcements = None  # type: ignore[assignment]
    """Messages that depend on the queue; by default none."""
    hazards: Hazards = None  # type: ignore[assignment]
    """Patience of the types that hear such messages, as pieces."""
    crewing: Crewing = None  # type: ignore[assignment]
    """Rules of queues and groups; by default one queue a type, and operators all alike."""
    calendar: Calendar = None  # type: ignore[assignment]
    """The days simulated; by default one, on which everybody comes by the clock."""

    def __post_init__(self) -> None:
        types, groups = len(self.types), len(self.groups)
        neutral = {
            "conduct": no_conduct(types, groups, self.opens, self.closes),
            "announcements": no_announcements(types),
            "hazards": no_hazards(),
            "crewing": no_crewing(types, groups),
            "calendar": one_day(
                self.opens, self.closes, len(self.duty_start), self.break_due, len(self.seat_time)
            ),
        }
        for name, value in neutral.items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)

    @property
    def operators(self) -> int:
        """Number of operators, seats included."""
        return len(self.operator_group)


def centre_of(scenario: Scenario) -> Centre:
    """The line of a scenario as plain arrays.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario (one plan of a file).

    Returns
    -------
    Centre
        T call types, G groups and all operators in file order.
    """
    types, groups = tuple(scenario.callers), tuple(scenario.operators)
    roster = _Roster()
    for place, group in enumerate(scenario.operators.values()):
        roster.add(place, groups[place], group, scenario)
    return Centre(
        types=types,
        groups=groups,
        opens=scenario.day.opens,
        closes=scenario.day.closes,
        interval=scenario.day.interval,
        serve=scenario.day.after_closing == "serve",
        lines=-1 if scenario.lines is None else scenario.lines,
        routing=_routing(scenario),
        talk_mean=_means(scenario, "talk"),
        wrap_mean=_means(scenario, "wrap_up"),
        seats=np.array([g.headcount is not None for g in scenario.operators.values()], np.bool_),
        conduct=conduct_of(scenario),
        announcements=announcements_of(scenario),
        hazards=hazards_of(scenario),
        **roster.arrays(len(groups)),  # type: ignore[arg-type]
    )


def operators_of(group: Group) -> int:
    """Number of operators of a group: persons, or the most seats there ever are."""
    if group.shifts is not None:
        return sum(shift.operators for shift in group.shifts.values())
    if group.roster is not None:
        return len({row.operator for row in group.roster})
    return max(group.headcount or (), default=0)


def _means(scenario: Scenario, what: str) -> Floats:
    means = np.zeros((len(scenario.callers), len(scenario.operators)))
    for t, (name, kind) in enumerate(scenario.callers.items()):
        for g, group in enumerate(scenario.operators.values()):
            if name in group.skills:
                means[t, g] = mean_of(getattr(kind, what)) * group.skills[name].handling_factor
    return means.ravel()


def _tiers(kind: CallType, name: str, groups: dict[str, Group]) -> dict[str, int]:
    if kind.goes_to is None:
        return {g: 0 for g, group in groups.items() if name in group.skills}
    return {g: place for place, equals in enumerate(kind.goes_to) for g in equals}


def _routing(scenario: Scenario) -> Routing:
    kinds, groups = scenario.callers, scenario.operators
    shape = (len(kinds), len(groups))
    tier, rank = np.full(shape, -1, np.int32), np.ones(shape, np.int32)
    after, reserve = np.zeros(shape), np.zeros(shape, np.int32)
    for t, (name, kind) in enumerate(kinds.items()):
        places = _tiers(kind, name, groups)
        for g, (group_name, group) in enumerate(groups.items()):
            if name in group.skills and group_name in places:
                skill = group.skills[name]
                tier[t, g], rank[t, g] = places[group_name], skill.rank
                after[t, g], reserve[t, g] = skill.after, skill.reserve
    return Routing(
        tier=tier.ravel(),
        rank=rank.ravel(),
        after=after.ravel(),
        reserve=reserve.ravel(),
        klass=np.array([k.priority.class_ for k in kinds.values()], np.int32),
        head_start=np.array([k.priority.head_start for k in kinds.values()], np.float64),
        growth=np.array([k.priority.growth for k in kinds.values()], np.float64),
        ranked=np.array([g.takes == "ranked" for g in groups.values()], np.bool_),
    )


class _Roster:
    """Operators, duties, breaks and seats, gathered group by group in file order."""

    def __init__(self) -> None:
        self.operators: list[tuple[int, str]] = []
        self.duties: list[tuple[int, float, float]] = []
        self.breaks: list[tuple[int, float, float, bool]] = []
        self.changes: list[tuple[float, int, int]] = []

    def add(self, place: int, name: str, group: Group, scenario: Scenario) -> None:
        """Take in the roster of one group."""
        if group.shifts is not None:
            self._add_shifts(place, name, group)
        elif group.roster is not None:
            self._add_rows(place, name, group)
        else:
            self._add_seats(place, name, group, scenario)

    def _hire(self, place: int, name: str) -> int:
        self.operators.append((place, name))
        return len(self.operators) - 1

    def _add_shifts(self, place: int, name: str, group: Group) -> None:
        for shift_name, shift in (group.shifts or {}).items():
            for turn in range(shift.operators):
                who = self._hire(place, f"{name} {shift_name} {turn + 1}")
                self.duties.append((who, shift.from_, shift.to))
                self.breaks += [(who, b.turn(turn) or 0.0, b.lasts, b.paid) for b in shift.breaks]

    def _add_rows(self, place: int, name: str, group: Group) -> None:
        known: dict[str, int] = {}
        for row in group.roster or ():
            if row.operator not in known:
                known[row.operator] = self._hire(place, f"{name} {row.operator}")
            self.duties.append((known[row.operator], row.start, row.end))

    def _add_seats(self, place: int, name: str, group: Group, scenario: Scenario) -> None:
        numbers = group.headcount or ()
        for turn in range(max(numbers, default=0)):
            self._hire(place, f"{name} {turn + 1}")
        before = -1
        for piece, number in enumerate(numbers):
            if number != before:
                start = scenario.day.opens + piece * group.headcount_every
                self.changes.append((start, place, number))
            before = number

    def arrays(self, groups: int) -> dict[str, object]:
        """The gathered roster as the arrays of `Centre`."""
        of = np.array([place for place, _ in self.operators], np.int32)
        duties, breaks = sorted(self.duties), sorted(self.breaks)
        changes = sorted(self.changes)
        for (one, _, end), (other, start, _) in pairwise(duties):
            assert one != other or end < start, "touching duties are merged at load"
        return {
            "first_operator": np.searchsorted(of, np.arange(groups + 1)).astype(np.int32),
            "operator_group": of,
            "operator_name": tuple(name for _, name in self.operators),
            "seat_time": np.array([c[0] for c in changes], np.float64),
            "seat_group": np.array([c[1] for c in changes], np.int32),
            "seat_number": np.array([c[2] for c in changes], np.int32),
            "duty_operator": np.array([d[0] for d in duties], np.int32),
            "duty_start": np.array([d[1] for d in duties], np.float64),
            "duty_end": np.array([d[2] for d in duties], np.float64),
            "break_operator": np.array([b[0] for b in breaks], np.int32),
            "break_due": np.array([b[1] for b in breaks], np.float64),
            "break_lasts": np.array([b[2] for b in breaks], np.float64),
            "break_paid": np.array([b[3] for b in breaks], np.bool_),
        }
