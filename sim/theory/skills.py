"""Several call types on groups with different skills, as a Markov chain.

N-, M- and X-designs and any other small system: who calls goes to the first idle group of its
list, who becomes free takes by rank, longest queue, class and longest wait; a group may keep a
reserve, or be open only while more than so many wait.

Notes
-----
The state is what is at work in each group, the groups of the idle in the order in which they
became idle (only where it matters), and the types of those who wait in the order in which they
joined (only where it matters). Arrivals are Poisson, handling and patience exponential, so this
is a Markov chain, and arrivals find it as it is on the average. With a limit on those who wait
it is finite, hence exact. Designs are named as in Gans, Koole & Mandelbaum (2003), section 5.
The order of the idle and of those who wait is that of Adan & Weiss (2012, 2014), whose product
forms (without hang-ups) are a test.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sim.theory.chain import LongRun, long_run
from sim.theory.erlang import check_caller, require
from sim.theory.steady import ratio

Table = Sequence[Sequence[float]]
Whole = Sequence[Sequence[int]]


class State(NamedTuple):
    """What one has to know of the line to know what can happen next."""

    busy: tuple[int, ...]
    """Operators at work, by kind of work: a group and a mean handling time."""
    idle: tuple[int, ...]
    """Groups of the idle operators, the one idle longest first; sorted where that is no matter."""
    queue: tuple[int, ...]
    """Types of those who wait, the first to join first; sorted where that is no matter."""


@dataclass(frozen=True)
class SkillLine:
    """A line with T call types and G groups in its steady state.

    Parameters
    ----------
    rates
        (T,) calls offered per second.
    handling
        (T, G) mean handling time in s (exponential); 0 where the group has not the skill.
    operators
        (G,) operators.
    patience
        (T,) mean patience in s (exponential); inf where nobody hangs up.
    longest
        Most that wait, all types together; who would be the next is blocked.
    tiers
        (T, G) who calls goes to the idle operators with the lowest, there to the one idle
        longest; all alike by default.
    classes
        (T,) lower ones are taken first; all alike by default.
    ranks
        (T, G) lower ones are taken first, before classes; all alike by default.
    longest_queue
        Whether the type of which most wait is taken first, after ranks and before classes.
    reserve
        (T, G) the group serves the type only while more than so many of it are idle.
    opens_above
        (T, G) ... only while more than so many of the type wait, who has just come not counted;
        -1: always.

    Raises
    ------
    ValueError
        For figures outside their range.

    Examples
    --------
    An N-design: the first type may go to both groups.

    >>> line = SkillLine(
    ...     (0.02, 0.02), ((60, 60), (0, 60)), (1, 2), (90, 90), 4, ((0, 1), (-1, 0)), (1, 2)
    ... )
    >>> [round(line.abandonment(kind), 6) for kind in range(2)]
    [0.081298, 0.216211]
    """

    rates: Sequence[float]
    handling: Table
    operators: Sequence[int]
    patience: Sequence[float]
    longest: int
    tiers: Whole = ()
    classes: Sequence[int] = ()
    ranks: Whole = ()
    longest_queue: bool = False
    reserve: Whole = ()
    opens_above: Whole = ()

    def __post_init__(self) -> None:
        types, groups = len(self.rates), len(self.operators)
        require(types > 0 and len(self.patience) == types, "as many patiences as rates")
        for table in (self.handling, self.tiers, self.ranks, self.reserve, self.opens_above):
            if len(table):
                require(len(table) == types, "a row for each call type")
                require(all(len(row) == groups for row in table), "a column for each group")
        require(len(self.classes) in (0, types), "a class for each call type")
        require(all(n >= 0 and n == int(n) for n in self.operators), "operators are whole numbers")
        require(self.longest >= 0, "a queue holds a whole number of callers")
        for kind, rate in enumerate(self.rates):
            served = [mean for mean in self.handling[kind] if mean > 0]
            require(bool(served), "each call type is served by a group")
            for mean in served:
                check_caller(rate, mean, self.patience[kind], 0.0, None)

    # --- the rules -------------------------------------------------------------------------

    @cached_property
    def work(self) -> list[tuple[int, float]]:
        """Kinds of work: a group and a mean handling time in s."""
        kinds = {
            (group, float(mean))
            for row in self.handling
            for group, mean in enumerate(row)
            if mean > 0
        }
        return sorted(kinds)

    @cached_property
    def _in_order(self) -> bool:
        """Whether it matters who of two types joined first."""
        return len(set(self.classes)) < len(self.rates)

    @cached_property
    def _idle_in_order(self) -> bool:
        """Whether it matters which of two groups has an operator who is idle longer."""
        for kind in range(len(self.rates)):
            skilled = [g for g in range(len(self.operators)) if self._may_ever(kind, g)]
            if len({self._tier(kind, group) for group in skilled}) < len(skilled):
                return True
        return False

    def _tier(self, kind: int, group: int) -> int:
        return self.tiers[kind][group] if len(self.tiers) else 0

    def _may_ever(self, kind: int, group: int) -> bool:
        return self.handling[kind][group] > 0 and self._tier(kind, group) >= 0

    def _may_serve(self, state: State, kind: int, group: int) -> bool:
        """Whether the group has an idle operator who may serve the type as things are."""
        if not self._may_ever(kind, group):
            return False
        kept = self.reserve[kind][group] if len(self.reserve) else 0
        above = self.opens_above[kind][group] if len(self.opens_above) else -1
        return state.idle.count(group) > kept and state.queue.count(kind) > above

    def _served(self, state: State, kind: int, group: int) -> State:
        """The state once an idle operator of the group is at work for the type."""
        place = self.work.index((group, float(self.handling[kind][group])))
        busy = (*state.busy[:place], state.busy[place] + 1, *state.busy[place + 1 :])
        longest = state.idle.index(group)
        return State(busy, state.idle[:longest] + state.idle[longest + 1 :], state.queue)

    def arrives(self, state: State, kind: int) -> tuple[State, bool, bool]:
        """The state after a call, whether it was answered at once, whether it was blocked."""
        able = [g for g in range(len(self.operators)) if self._may_serve(state, kind, g)]
        if able:
            group = min(able, key=lambda g: (self._tier(kind, g), state.idle.index(g)))
            return self._served(state, kind, group), True, False
        if len(state.queue) == self.longest:
            return state, False, True
        queue = (*state.queue, kind)
        joined = state._replace(queue=queue if self._in_order else tuple(sorted(queue)))
        settled = self._settled(joined, ())
        # Those of one type are taken in order, so this one is gone if none of them is left.
        return settled, settled.queue.count(kind) == 0, False

    def _settled(self, state: State, freed: tuple[int, ...]) -> State:
        """The state once no idle operator may take one who waits; `freed` look first."""
        for group in (*freed, *range(len(self.operators))):
            while group in state.idle:
                place = self._taken(state, group)
                if place < 0:
                    break
                kind = state.queue[place]
                served = self._served(state, kind, group)
                state = served._replace(queue=state.queue[:place] + state.queue[place + 1 :])
        return state

    def _taken(self, state: State, group: int) -> int:
        """The place in the queue of who is taken by an idle operator of a group; -1: nobody."""
        best, chosen = None, -1
        for kind in set(state.queue):
            if not self._may_serve(state, kind, group):
                continue
            place = state.queue.index(kind)
            order = (
                self.ranks[kind][group] if len(self.ranks) else 0,
                -state.queue.count(kind) if self.longest_queue else 0,
                self.classes[kind] if len(self.classes) else 0,
                place,
            )
            if best is None or order < best:
                best, chosen = order, place
        return chosen

    def moves(self, state: State) -> Iterator[tuple[State, float]]:
        """What can happen next, and how often per second."""
        for kind, rate in enumerate(self.rates):
            yield self.arrives(state, kind)[0], rate
        for place, (group, mean) in enumerate(self.work):
            if state.busy[place]:
                busy = (*state.busy[:place], state.busy[place] - 1, *state.busy[place + 1 :])
                idle = (*state.idle, group)
                order = idle if self._idle_in_order else tuple(sorted(idle))
                after = self._settled(State(busy, order, state.queue), (group,))
                yield after, state.busy[place] / mean
        for place, kind in enumerate(state.queue):
            left = state.queue[:place] + state.queue[place + 1 :]
            yield state._replace(queue=left), 1 / self.patience[kind]

    @cached_property
    def run(self) -> LongRun[State]:
        """The chain and the share of the time in each state."""
        idle = tuple(g for g, number in enumerate(self.operators) for _ in range(int(number)))
        return long_run(State((0,) * len(self.work), idle, ()), self.moves)

    # --- figures of a call type ------------------------------------------------------------

    def delayed_share(self, kind: int) -> float:
        """Share of the offered calls of a type neither blocked nor answered at once."""
        return self.run.share(lambda state: not any(self.arrives(state, kind)[1:]))

    def blocked(self, kind: int) -> float:
        """Share of the offered calls of a type that find the queue full."""
        return self.run.share(lambda state: self.arrives(state, kind)[2])

    def queue_mean(self, kind: int) -> float:
        """Mean number of callers of a type who wait."""
        return self.run.mean(lambda state: state.queue.count(kind))

    def abandonment(self, kind: int) -> float:
        """Share of the offered calls of a type that hang up."""
        return ratio(self.queue_mean(kind) / self.patience[kind], self.rates[kind])

    def wait_mean(self, kind: int) -> float:
        """Mean wait in s of the callers of a type who are not blocked (Little)."""
        return ratio(self.queue_mean(kind), self.rates[kind] * (1 - self.blocked(kind)))

    def answered(self, kind: int) -> float:
        """Share of the offered calls of a type that are answered."""
        return 1 - self.blocked(kind) - self.abandonment(kind)

    # --- figures of a group ----------------------------------------------------------------

    def busy(self, group: int) -> float:
        """Mean number of operators of a group at work."""
        own = [place for place, (g, _) in enumerate(self.work) if g == group]
        return self.run.mean(lambda state: sum(state.busy[place] for place in own))

    def occupancy(self, group: int) -> float:
        """Share of the group's time that is handling time; NaN without operators."""
        return ratio(self.busy(group), self.operators[group])

    @property
    def occupancy_of_all(self) -> float:
        """Share of the time of all operators that is handling time."""
        groups = range(len(self.operators))
        return ratio(math.fsum(map(self.busy, groups)), sum(self.operators))
