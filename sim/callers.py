"""The people of one day: who phones when, what they need, how patient they are; who is at work.

All chance is drawn here, before the clock starts, and nowhere else. Every purpose has a stream
of its own, so that a new call type, column or attempt leaves all other draws as they were, and
the same person keeps their place in a distribution when its mean changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.attendance import STAFF as STAFF
from sim.attendance import Staff as Staff
from sim.attendance import everyone as everyone
from sim.attendance import staff_of
from sim.chains import CHOICES as CHOICES
from sim.chains import FOLLOW_UPS as FOLLOW_UPS
from sim.chains import NO_CHOICES, NO_FOLLOW_UPS, NOT_DRAWN, Chance, Generation, Tree
from sim.chains import Choices as Choices
from sim.chains import FollowUps as FollowUps
from sim.columns import Column
from sim.needs import Needs
from sim.patience import Same
from sim.scenario import Scenario
from sim.scenario.arrivals import Laid
from sim.scenario.laws import Constant
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

    def of_operators(self, group: str, column: str, day: int, operators: int) -> Floats:
        """Uniform draws for a purpose and day, one an operator of a group."""
        return self.open(group, column, day).random(operators)


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
    days = len(scenario.calendar_days)
    busyness = _busyness(streams, EVERY_TYPE, scenario.busyness_shape, days)
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
    return callers, staff_of(scenario, streams.of_operators)


def draw_staff(scenario: Scenario, replication: int = 0, seed: int = 1) -> Staff:
    """Draw the staff of one day alone, as `draw` does.

    Parameters
    ----------
    scenario, replication, seed
        As for `draw`.

    Returns
    -------
    Staff
        A row an operator.
    """
    return staff_of(scenario, Streams(seed, replication).of_operators)


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
        procedure=np.full(rows, NOT_DRAWN, np.int16),
    )  # fmt: skip
    tree.grow(tree.with_procedures(first, FIRST), callers.patience)
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
        lane=np.concatenate(tree.lanes),
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


def _busyness(streams: Streams, kind: str, shape: float | None, days: int) -> Floats:
    """The factor of each day: gamma with mean 1 and the given shape, by inversion; 1 without."""
    if shape is None:
        return np.ones(days)
    from scipy.special import gammaincinv

    chance = streams.open(kind, "busyness").random(days)
    factors: Floats = np.asarray(gammaincinv(shape, chance) / shape, np.float64)
    return factors


def _people(
    scenario: Scenario, streams: Streams, place: int, name: str, shared: Floats
) -> tuple[NDArray[Any], ...]:
    """Columns arrival, type, talk_work, wrap_work, threshold and patience of one call type."""
    kind, needs = scenario.callers[name], _needs(Same(scenario))
    busyness = shared * _busyness(streams, name, kind.busyness_shape, len(shared))
    laid = _laid(Same(scenario), name)
    arrival = _arrivals(scenario, streams, name, busyness)
    rows = len(arrival)
    works = []
    for column, law in (("talk", kind.talk), ("wrap_up", kind.wrap_up)):
        if isinstance(law, Constant):
            works.append(np.ones(rows))  # the multiple of its mean, whatever the chance
            continue
        chance = streams.open(name, column).random(rows)
        works.append(needs.work(law, chance, arrival, name))
    if laid.handling is not None:
        piece = np.searchsorted(laid.edges, arrival, side="right") - 1
        told = laid.handling[piece]
        usual = needs.usual_handling(arrival, name)
        factor = np.where(np.isnan(told), 1.0, told / usual)
        works = [work * factor for work in works]
    threshold = -np.log1p(-streams.open(name, "patience").random(rows))
    patience = needs.patience(threshold, arrival, name)
    return arrival, np.full(rows, place, np.int16), works[0], works[1], threshold, patience


def _arrivals(scenario: Scenario, streams: Streams, name: str, busyness: Floats) -> Floats:
    """Arrival instants of a call type on all days: drawn, whole numbers spread, or recorded."""
    volume = scenario.callers[name].volume
    edges, calls, _ = _laid(Same(scenario), name)
    day, recorded, exact, drawn = _manner(Same(scenario), name)
    rng = streams.open(name, "arrivals")
    parts = []
    if recorded.any():
        parts.append(_recorded(scenario, rng, name))
    if exact.any():
        parts.append(_spread(streams, name, edges, np.where(exact, calls, 0.0) * volume))
    if drawn.any():
        parts.append(_poisson(rng, edges, np.where(drawn, calls, 0.0) * (volume * busyness[day])))
    return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))


@lru_cache(maxsize=64)
def _needs(scenario: Same[Scenario]) -> Needs:
    """The laws of a scenario, looked at once for all replications."""
    return Needs(scenario.it)


@lru_cache(maxsize=256)
def _manner(scenario: Same[Scenario], name: str) -> tuple[NDArray[Any], ...]:
    """The day of each piece of a call type, and whether its calls are recorded, whole numbers, or
    drawn."""
    day = _needs(scenario).day(_laid(scenario, name).edges[:-1])
    written = [scenario.it.arrivals_on(name, each) for each in scenario.it.calendar_days]
    recorded = np.array([arrivals.recorded for arrivals in written])[day]
    exact = ~recorded & np.array([arrivals.exact for arrivals in written])[day]
    return day, recorded, exact, ~(recorded | exact)


@lru_cache(maxsize=256)
def _laid(scenario: Same[Scenario], name: str) -> Laid:
    """Edges, calls and handling of the pieces of a call type, worked out once for all days."""
    return scenario.it.pieces_of(name)


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


def _recorded(scenario: Scenario, rng: np.random.Generator, name: str) -> Floats:
    """Recorded days, each thinned or thickened to its volume; as recorded at volume 1.

    Each recorded call happens floor(volume) times and once more with the chance that is left;
    extra ones fall between it and the next of its day.
    """
    days = scenario.days_of(name)
    each = [scenario.arrivals_on(name, day).instants_on(day) for day in days]
    sizes = [len(instants) for instants in each]
    volume = [scenario.callers[name].volume * scenario.volume_on(name, day) for day in days]
    instants = np.concatenate(each)
    closes = np.repeat([day.hours.closes for day in days], sizes)
    whole, rest = np.divmod(np.repeat(volume, sizes), 1.0)
    copies = (whole + (rng.random(len(instants)) < rest)).astype(int)
    first = instants[copies > 0]
    extra = np.repeat(np.arange(len(instants)), np.maximum(copies - 1, 0))
    until = np.minimum(np.append(instants[1:], np.inf), closes)
    gaps = rng.random(len(extra)) * (until[extra] - instants[extra])
    later = np.minimum(instants[extra] + gaps, np.nextafter(closes[extra], 0.0))
    return np.sort(np.concatenate([first, later]))
