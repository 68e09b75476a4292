"""A scenario as plain arrays: what an engine needs to know of the line, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
    no_announcements,
    no_conduct,
    no_hazards,
    talk_mean,
    wrap_mean,
)
from sim.crewing import (
    Calendar,
    Crewing,
    crewing_of,
    lanes_of,
    no_crewing,
    one_day,
    tiers_of,
)
from sim.duties import Roster
from sim.scenario import Scenario

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
    return Centre(
        types=tuple(scenario.callers),
        groups=tuple(scenario.operators),
        opens=scenario.hours.opens,
        closes=scenario.hours.closes,
        interval=scenario.day.interval,
        serve=scenario.day.after_closing == "serve",
        lines=-1 if scenario.lines is None else scenario.lines,
        routing=_routing(scenario),
        talk_mean=_means(scenario, talk_mean),
        wrap_mean=_means(scenario, wrap_mean),
        seats=np.array([g.headcount is not None for g in scenario.operators.values()], np.bool_),
        conduct=conduct_of(scenario),
        announcements=announcements_of(scenario),
        hazards=hazards_of(scenario),
        crewing=crewing_of(scenario),
        **Roster(scenario).arrays(),  # type: ignore[arg-type]
    )


def _means(scenario: Scenario, mean: Callable[[Scenario, str, str], float]) -> Floats:
    means = np.zeros((len(scenario.callers), len(scenario.operators)))
    for t, name in enumerate(scenario.callers):
        for g, (group_name, group) in enumerate(scenario.operators.items()):
            if name in group.skills:
                means[t, g] = mean(scenario, name, group_name)
    return means.ravel()


def _routing(scenario: Scenario) -> Routing:
    lanes, groups = lanes_of(scenario), scenario.operators
    kinds = [scenario.callers[name] for name, _ in lanes]
    shape = (len(lanes), len(groups))
    tier, rank = np.full(shape, -1, np.int32), np.ones(shape, np.int32)
    after, reserve = np.zeros(shape), np.zeros(shape, np.int32)
    for lane, (name, only) in enumerate(lanes):
        places = tiers_of(scenario, name)
        for g, (group_name, group) in enumerate(groups.items()):
            if name in group.skills and group_name in places and only in (None, group_name):
                skill = group.skills[name]
                tier[lane, g], rank[lane, g] = places[group_name], skill.rank
                after[lane, g], reserve[lane, g] = skill.after, skill.reserve
    return Routing(
        tier=tier.ravel(),
        rank=rank.ravel(),
        after=after.ravel(),
        reserve=reserve.ravel(),
        klass=np.array([k.priority.class_ for k in kinds], np.int32),
        head_start=np.array([k.priority.head_start for k in kinds], np.float64),
        growth=np.array([k.priority.growth for k in kinds], np.float64),
        ranked=np.array([g.takes == "ranked" for g in groups.values()], np.bool_),
    )
