"""The people of one day: who phones when, what they need, how patient they are; who is at work.

All chance is drawn here, before the clock starts, and nowhere else. Every purpose has a stream
of its own, so that a new call type, column or attempt leaves all other draws as they were, and
the same person keeps their place in a distribution when its mean changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.chains import CHOICES as CHOICES
from sim.chains import FOLLOW_UPS as FOLLOW_UPS
from sim.chains import NO_CHOICES, NO_FOLLOW_UPS, Chance, Generation, Tree
from sim.chains import Choices as Choices
from sim.chains import FollowUps as FollowUps
from sim.columns import Column
from sim.conduct import mean_of
from sim.patience import Same, hazard_of
from sim.scenario import Scenario
from sim.scenario.laws import ByInterval, Constant, Law
from sim.scenario.schema import CallType
from sim.streams import EVERY_TYPE, FIRST, stream_key, stream_name

Floats = NDArray[np.float64]

CALLERS = (
    Column("arrival", "float64", "s", "when the call reaches the line, on the running clock; NaN: "
           "it follows another"),
    Column("type", "int16", "", "call type, by its place in the scenario file"),
    Column("caller", "int32", "", "the person, the same in all of their attempts"),
    Column("attempt", "int16", "", "1 for a first attempt, 2 for the next ..."),
    Column("talk_work", "float64", "", "talk as a multiple of the mean of type and group"),
    Column("wrap_work", "float64", "", "wrap-up as a multiple of the mean of type and group"),
    Column("patience", "float64", "s", "wait until hang-up, hold messages included; inf: never; "
           "NaN: it depends on what the queue makes the messages say"),
    Column("lane", "int16", "", "the queue that the contact joins; the type where that has one"),
)  # fmt: skip
"""The table of callers: a row a potential contact, in the order of arrival."""

STAFF = (
    Column("operator", "int32", "", "operator, numbered in file order"),
    Column("absent", "bool", "", "whether the operator does not come at all that day; by operator "
           "* days + day"),
    Column("late", "float64", "s", "from the start of the duty until the operator is at the desk; "
           "likewise"),
    Column("pace", "float64", "", "multiplies the operator's talk and wrap-up"),
)  # fmt: skip
"""The table of staff: a row an operator; of who comes, a row an operator and day."""


@dataclass(frozen=True, eq=False)
class Callers:
    """The drawn callers, column by column (see `CALLERS`).

    First attempts come first, sorted by arrival, then type; follow-ups come after them, and
    have no arrival (NaN) until they happen.
    """

    arrival: Floats
    type: NDArray[np.int16]
    caller: NDArray[np.int32]
    attempt: NDArray[np.int16]
    talk_work: Floats
    wrap_work: Floats
    patience: Floats
    lane: NDArray[np.int16] = None  # type: ignore[assignment]
    """The queue that each contact joins, see `sim.crewing`; the type where that has but one."""
    follow_ups: FollowUps = NO_FOLLOW_UPS
    choices: Choices = NO_CHOICES

    def __post_init__(self) -> None:
        if self.lane is None:
            object.__setattr__(self, "lane", self.type)

    def __len__(self) -> int:
        return len(self.arrival)


@dataclass(frozen=True, eq=False)
class Staff:
    """The drawn staff, column by column (see `STAFF`)."""

    operator: NDArray[np.int32]
    absent: NDArray[np.bool_]
    late: Floats = None  # type: ignore[assignment]
    pace: Floats = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.late is None:
            object.__setattr__(self, "late", np.zeros(len(self.absent)))
        if self.pace is None:
            object.__setattr__(self, "pace", np.ones(len(self.operator)))


class Streams:
    """The random streams of one replication, by name.

    Parameters
    ----------
    seed, replication : int
        Both enter the seed of every stream; the third part is the crc32 of its name,
        "call type/column/attempt". That no two names share one is seen to at load.
    """

    def __init__(self, seed: int, replication: int) -> None:
        self.seed, self.replication = seed, replication

    def open(self, kind: str, column: str, attempt: int = FIRST) -> np.random.Generator:
        """The stream of a purpose."""
        key = stream_key(stream_name(kind, column, attempt))
        return np.random.default_rng(
            np.random.SeedSequence(self.seed, spawn_key=(self.replication, key))
        )

    def of_persons(self, persons: dict[str, int]) -> Chance:
        """Uniform draws for each purpose and attempt, one a person of a call type.

        Parameters
        ----------
        persons : dict of str to int
            How many persons phone about each call type first.
        """

        @cache
        def chance(kind: str, column: str, attempt: int) -> Floats:
            return self.open(kind, column, attempt).random(persons[kind])

        return chance


def draw(scenario: Scenario, replication: int = 0, seed: int = 1) -> tuple[Callers, Staff]:
    """Draw the people of one day.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario (one plan of a file).
    replication : int
        Which day; the same number gives the same people under every plan.
    seed : int
        Which world the days belong to.

    Returns
    -------
    Callers, Staff
        A row a potential contact, sorted by arrival; a row an operator.
    """
    streams = Streams(seed, replication)
    busyness = _busyness(streams, EVERY_TYPE, scenario.busyness_shape)
    parts = [
        _people(scenario, streams, place, name, busyness)
        for place, name in enumerate(scenario.callers)
    ]
    arrival, kind, talk_work, wrap_work, threshold, patience = _in_order(parts)
    rows = len(arrival)
    callers = Callers(
        arrival=arrival,
        type=kind,
        caller=np.arange(rows, dtype=np.int32),
        attempt=np.full(rows, FIRST, np.int16),
        talk_work=talk_work,
        wrap_work=wrap_work,
        patience=patience,
    )
    persons = {name: len(part[0]) for name, part in zip(scenario.callers, parts, strict=True)}
    tree = Tree(scenario, streams.of_persons(persons))
    if not tree.is_plain:
        callers = _with_tree(callers, tree, threshold)
    return callers, everyone(sum(group.size for group in scenario.operators.values()))


def _with_tree(callers: Callers, tree: Tree, threshold: Floats) -> Callers:
    """The first attempts with what may follow them, and with what their callers choose."""
    rows = len(callers)
    kind = callers.type.astype(np.int64)
    person = np.zeros(rows, np.int64)
    for own in (kind == place for place in range(len(tree.names))):
        person[own] = np.arange(np.count_nonzero(own))
    first = Generation(
        row=np.arange(rows), type=kind, first_type=kind, person=person,
        caller=callers.caller.astype(np.int64), origin=callers.arrival,
        via=np.zeros(rows, np.int8), talk_work=callers.talk_work,
        wrap_work=callers.wrap_work, threshold=threshold,
    )  # fmt: skip
    tree.grow(first, callers.patience)
    every = Generation(*(np.concatenate(c) for c in zip(*tree.generations, strict=True)))
    follow_ups, choices = tree.tables()
    sizes = [len(generation.row) for generation in tree.generations]
    later = np.full(len(every.row) - rows, np.nan)
    return Callers(
        arrival=np.concatenate([callers.arrival, later]),
        type=every.type.astype(np.int16),
        caller=every.caller.astype(np.int32),
        attempt=np.repeat(np.arange(FIRST, FIRST + len(sizes)), sizes).astype(np.int16),
        talk_work=every.talk_work,
        wrap_work=every.wrap_work,
        patience=np.concatenate(tree.patience),
        follow_ups=follow_ups,
        choices=choices,
    )


def _in_order(parts: list[tuple[NDArray[Any], ...]]) -> list[NDArray[Any]]:
    """The columns of all call types together, by arrival; each type's are in that order."""
    if len(parts) == 1:
        return list(parts[0])
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return [column[order] for column in columns]


def everyone(operators: int) -> Staff:
    """A staff of which nobody is absent."""
    return Staff(np.arange(operators, dtype=np.int32), np.zeros(operators, np.bool_))


def _busyness(streams: Streams, kind: str, shape: float | None) -> float:
    """The day's factor: gamma with mean 1 and the given shape, by inversion; 1 without one."""
    if shape is None:
        return 1.0
    from scipy.special import gammaincinv

    return float(gammaincinv(shape, streams.open(kind, "busyness").random()) / shape)


def _people(
    scenario: Scenario, streams: Streams, place: int, name: str, shared: float
) -> tuple[NDArray[Any], ...]:
    """Columns arrival, type, talk_work, wrap_work, threshold and patience of one call type."""
    kind = scenario.callers[name]
    busyness = shared * _busyness(streams, name, kind.busyness_shape)
    arrival, piece_edges, handling = _arrivals(scenario, streams, name, busyness)
    rows, opens = len(arrival), scenario.hours_of(name)[0]
    works = []
    for column, law in (("talk", kind.talk), ("wrap_up", kind.wrap_up)):
        if isinstance(law, Constant):
            works.append(np.ones(rows))  # the multiple of its mean, whatever the chance
            continue
        chance = streams.open(name, column).random(rows)
        works.append(_work(law, chance, arrival, opens))
    if handling is not None:
        factor = _handling_factor(kind, arrival, opens, piece_edges, handling)
        works = [work * factor for work in works]
    threshold = -np.log1p(-streams.open(name, "patience").random(rows))
    patience = _patience(scenario, kind, threshold, arrival, opens)
    return arrival, np.full(rows, place, np.int16), works[0], works[1], threshold, patience


def _arrivals(
    scenario: Scenario, streams: Streams, name: str, busyness: float
) -> tuple[Floats, Floats, Floats | None]:
    """Arrival instants; and edges and mean handling times of a forecast that has them."""
    kind = scenario.callers[name]
    closes = scenario.hours_of(name)[1]
    if kind.arrivals.instants is not None:
        rng = streams.open(name, "arrivals")
        return _repeated(rng, kind.arrivals.instants, kind.volume, closes), np.empty(0), None
    edges, calls, handling = _forecast(Same(scenario), name)
    if kind.arrivals.exact:
        return _spread(streams, name, edges, calls * kind.volume), edges, handling
    rng = streams.open(name, "arrivals")
    return _poisson(rng, edges, calls * (kind.volume * busyness)), edges, handling


@lru_cache(maxsize=256)
def _forecast(scenario: Same[Scenario], name: str) -> tuple[Floats, Floats, Floats | None]:
    """Edges, calls and handling of the pieces of a call type, worked out once for all days."""
    return scenario.it.callers[name].arrivals.pieces(scenario.it, name)


def _poisson(rng: np.random.Generator, edges: Floats, calls: Floats) -> Floats:
    """A Poisson stream with a constant rate in each piece.

    Unit-exponential gaps are carried over to the clock by the inverse of the expected number
    of calls, so that a longer day keeps its head and more volume keeps its people.
    """
    level = np.concatenate([[0.0], np.cumsum(calls)])
    total = level[-1]
    block = int(total + 6 * np.sqrt(total)) + 16
    gaps = -np.log1p(-rng.random(block))
    while (reached := np.cumsum(gaps))[-1] < total:
        gaps = np.concatenate([gaps, -np.log1p(-rng.random(block))])
    reached = reached[: np.searchsorted(reached, total, side="left")]
    piece = np.searchsorted(level, reached, side="right") - 1
    share = (reached - level[piece]) / calls[piece]
    instants = edges[piece] + share * (edges[piece + 1] - edges[piece])
    capped: Floats = np.minimum(instants, np.nextafter(edges[piece + 1], -np.inf))
    return capped


def _spread(streams: Streams, name: str, edges: Floats, calls: Floats) -> Floats:
    """Whole numbers of calls, each piece's spread evenly at random over it.

    The running total is rounded, so that the day's is the rounded sum of all pieces.
    """
    totals = np.floor(np.concatenate([[0.0], np.cumsum(calls)]) + 0.5)
    instants = []
    for piece, number in enumerate(np.diff(totals).astype(int)):
        if number:
            chance = streams.open(name, f"arrivals {piece}").random(number)
            start, end = edges[piece], edges[piece + 1]
            within = np.minimum(start + np.sort(chance) * (end - start), np.nextafter(end, 0.0))
            instants.append(within)
    return np.concatenate(instants) if instants else np.empty(0)


def _repeated(rng: np.random.Generator, instants: Floats, volume: float, closes: float) -> Floats:
    """A recorded day, thinned or thickened to `volume`; exactly as recorded at volume 1.

    Each recorded call happens floor(volume) times and once more with the chance that is left;
    extra ones fall between it and the next.
    """
    whole, rest = divmod(volume, 1.0)
    copies = (whole + (rng.random(len(instants)) < rest)).astype(int)
    first = instants[copies > 0]
    extra = np.repeat(np.arange(len(instants)), np.maximum(copies - 1, 0))
    until = np.append(instants[1:], closes)
    gaps = rng.random(len(extra)) * (until[extra] - instants[extra])
    later = np.minimum(instants[extra] + gaps, np.nextafter(closes, 0.0))
    return np.sort(np.concatenate([first, later]))


def _pieces(law: Law | ByInterval, arrival: Floats, opens: float) -> Iterator[tuple[Law, slice]]:
    """The laws that hold, each with the rows (in order of arrival) for which it does."""
    if not isinstance(law, ByInterval):
        yield law, slice(0, len(arrival))
        return
    edges = opens + law.every * np.arange(1, len(law.laws))
    cuts = [0, *np.searchsorted(arrival, edges, side="left").tolist(), len(arrival)]
    for piece, each in enumerate(law.laws):
        yield each, slice(cuts[piece], cuts[piece + 1])


def _work(law: Law | ByInterval, chance: Floats, arrival: Floats, opens: float) -> Floats:
    """Multiples of the law's mean; by interval, multiples of the mean of all intervals."""
    mean = mean_of(law)
    work = np.ones(len(chance))
    if mean > 0:
        for each, rows in _pieces(law, arrival, opens):
            work[rows] = each.quantile(chance[rows]) / mean
    return work


def _patience(
    scenario: Scenario, kind: CallType, threshold: Floats, arrival: Floats, opens: float
) -> Floats:
    """Wait until hang-up of each row, with the hold messages of its type; NaN where what they
    say depends on the queue."""
    programme = scenario.hold_messages[kind.hold_messages] if kind.hold_messages else None
    if programme is not None and programme.by_queue:
        return np.full(len(threshold), np.nan)
    patience = np.empty(len(threshold))
    for law, rows in _pieces(kind.patience.law, arrival, opens):
        own = threshold[rows]
        reach = float(own.max(initial=0.0))
        hazard = hazard_of(law, kind.patience.hang_up_at_once, programme, reach)
        patience[rows] = hazard.wait_until_hang_up(own)
    return patience


def _handling_factor(
    kind: CallType, arrival: Floats, opens: float, edges: Floats, handling: Floats
) -> Floats:
    """What talk and wrap-up are multiplied by so that their mean is the forecast's."""
    usual = np.zeros(len(arrival))
    for law in (kind.talk, kind.wrap_up):
        for each, rows in _pieces(law, arrival, opens):
            usual[rows] += each.mean
    piece = np.searchsorted(edges, arrival, side="right") - 1
    return handling[piece] / usual
