"""What may follow each contact, and what its caller will choose: the tree of potential contacts.

A contact may be followed by a redial, a repeat call or a transfer, whichever the day brings, so
each has a row of its own, drawn beforehand. At most one of them happens: the contacts of a person
are one path through the tree. Chance comes from `sim.callers`, by person and attempt, so that a
changed share or type leaves all other people as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.columns import Column
from sim.conduct import Floats
from sim.crewing import lanes_of, procedures_of, tiers_of
from sim.needs import Needs
from sim.outcomes import Via
from sim.scenario import Scenario
from sim.scenario.schema import CallType
from sim.streams import FIRST

Whole = NDArray[np.int64]
Chance = Callable[[str, str, int], Floats]
"""Uniform draws by the call type that persons first phone about, column and attempt: one a
person of the type."""

FOLLOW_UPS = (
    Column("via", "int8", "", "first attempt 0, redial 1, repeat call 2, transfer 3"),
    Column("redial", "int32", "", "row of the redial that may follow; -1: none"),
    Column("redial_after", "int8", "", "after which outcomes: 1 abandoned + 2 blocked + 4 cut off"),
    Column("redial_delay", "float64", "s", "from hanging up, or being cut off, to the redial"),
    Column("redial_blocked_delay", "float64", "s", "from a busy tone to the redial"),
    Column("repeat", "int32", "", "row of the repeat call that may follow; -1: none"),
    Column("repeat_delay", "float64", "s", "from the end of the talk to the repeat call"),
    Column("unresolved", "float64", "", "the caller phones again if this is not under `resolves`"),
    Column("transfer", "int32", "", "row of the contact after a transfer; -1: no transfer"),
    Column("conference", "float64", "s", "for how long the first operator stays on the call"),
)
"""What may follow a contact, a row a potential contact; empty where nothing ever does."""

CHOICES = (
    Column("menu", "float64", "s", "time in the menu before the queue; NaN: there is none"),
    Column("contained", "bool", "", "whether the menu is all that the caller needs"),
    Column("balk", "float64", "", "the caller does not stay if this is under the share who do not"),
    Column("accepts", "bool", "", "whether the caller accepts to be called back"),
    Column("instead", "bool", "", "whether the caller asks for a callback instead of hanging up"),
    Column("reached_at", "int32", "", "number of the first try that reaches the caller"),
    Column("threshold", "float64", "", "cumulative hazard at which the caller hangs up"),
    Column("hazard", "int32", "", "the caller's patience, by its place in `Hazards`"),
    Column("pick", "float64", "", "which of the idle operators of a group answers, where it is "
           "left to chance: their number x this"),
    Column("procedure", "int16", "", "the procedure that the contact needs; -1: none"),
)  # fmt: skip
"""What a caller will choose, a row a potential contact; each empty where no type needs it."""


class FollowUps(NamedTuple):
    """What may follow each contact, column by column (see `FOLLOW_UPS`)."""

    via: NDArray[np.int8]
    redial: NDArray[np.int32]
    redial_after: NDArray[np.int8]
    redial_delay: Floats
    redial_blocked_delay: Floats
    repeat: NDArray[np.int32]
    repeat_delay: Floats
    unresolved: Floats
    transfer: NDArray[np.int32]
    conference: Floats


class Choices(NamedTuple):
    """What each caller will choose, column by column (see `CHOICES`)."""

    menu: Floats
    contained: NDArray[np.bool_]
    balk: Floats
    accepts: NDArray[np.bool_]
    instead: NDArray[np.bool_]
    reached_at: NDArray[np.int32]
    threshold: Floats
    hazard: NDArray[np.int32]
    pick: Floats
    procedure: NDArray[np.int16]


NO_PROCEDURE, NOT_DRAWN = -1, -2
"""In place of a procedure: the contact needs nothing special, or is about something new."""

NO_FOLLOW_UPS = FollowUps(*(np.zeros(0, column.dtype) for column in FOLLOW_UPS))
NO_CHOICES = Choices(*(np.zeros(0, column.dtype) for column in CHOICES))


class Generation(NamedTuple):
    """The potential contacts of one attempt; one entry a row."""

    row: Whole
    """Number of the row in the table of callers."""
    type: Whole
    first_type: Whole
    """What the person phoned about first."""
    person: Whole
    """Number of the person among those of the first type."""
    caller: Whole
    origin: Floats
    """When the person phoned first, in s: the interval by which laws go."""
    via: NDArray[np.int8]
    talk_work: Floats
    wrap_work: Floats
    threshold: Floats
    procedure: NDArray[np.int16]
    """What the contact needs, by its place in `procedures_of`; see also `NOT_DRAWN`."""

    def part(self, rows: Any) -> Generation:
        """Some of the rows."""
        return Generation(*(column[rows] for column in self))


class Tree:
    """Grows the potential contacts attempt by attempt, and draws what their callers choose."""

    def __init__(self, scenario: Scenario, chance: Chance) -> None:
        self.scenario, self.chance = scenario, chance
        self.names = list(scenario.callers)
        kinds = scenario.callers.values()
        self.follows = any(kind.redial or kind.repeat or kind.transfer for kind in kinds)
        self.menus = any(kind.ivr for kind in kinds)
        self.balks = any(kind.balk for kind in kinds)
        self.calls_back = any(kind.callback for kind in kinds)
        self.shares = any(kind.shares for kind in kinds)
        self.picks = scenario.picks_at_random
        self.procedures = procedures_of(scenario)
        self.needs = Needs(scenario)
        self.listens = [self.needs.listens[name] for name in self.names]
        lane_type = [self.names.index(name) for name, _ in lanes_of(scenario)]
        self.first_lane = np.searchsorted(lane_type, np.arange(len(self.names)))
        self.generations: list[Generation] = []
        self.patience: list[Floats] = []
        self.follow_ups: list[dict[str, NDArray[Any]]] = []
        self.choices: list[dict[str, NDArray[Any]]] = []
        self.lanes: list[NDArray[np.int16]] = []

    @property
    def is_plain(self) -> bool:
        """Whether callers do nothing but wait."""
        others = self.follows or self.menus or self.balks or self.calls_back
        crew = self.shares or self.picks or self.procedures
        return not (others or crew or any(self.listens))

    def grow(self, first: Generation, patience: Floats) -> None:
        """All attempts, from the first ones on, whose patience is known."""
        generation, attempt, rows = first, FIRST, len(first.row)
        while True:
            self.generations.append(generation)
            self.patience.append(patience)
            self.lanes.append(self._lanes(generation, attempt))
            self.choices.append(self._choose(generation, attempt))
            if not self.follows:
                return
            columns, children = self._follow(generation, attempt, rows)
            self.follow_ups.append(columns)
            rows += len(children.row)
            if not len(children.row):
                return
            generation, attempt = self._draw_anew(children, attempt + 1), attempt + 1
            patience = self._patience(generation)

    # --- laws ----------------------------------------------------------------------------------

    def _groups(self, generation: Generation) -> Iterator[tuple[str, CallType, str, Whole]]:
        """Rows of one call type and one first type: both names, and the places of the rows."""
        types = len(self.names)
        pair = generation.first_type * types + generation.type
        for code in np.unique(pair).tolist():
            first, own = self.names[code // types], self.names[code % types]
            yield own, self.scenario.callers[own], first, np.flatnonzero(pair == code)

    def _uniform(
        self, generation: Generation, places: Whole, first: str, column: str, attempt: int
    ) -> Floats:
        """The draws of these rows' persons for a purpose."""
        return self.chance(first, column, attempt)[generation.person[places]]

    def _draw_anew(self, generation: Generation, attempt: int) -> Generation:
        """Work of repeats and transfers, and the patience of everybody, are drawn anew."""
        talk, wrap = generation.talk_work.copy(), generation.wrap_work.copy()
        threshold = generation.threshold.copy()
        for name, kind, first, places in self._groups(generation):
            uniform = self._uniform(generation, places, first, "patience", attempt)
            threshold[places] = -np.log1p(-uniform)
            fresh = places[generation.via[places] != Via.REDIAL]
            origin = generation.origin[fresh]
            for work, column, law in ((talk, "talk", kind.talk), (wrap, "wrap_up", kind.wrap_up)):
                uniform = self._uniform(generation, fresh, first, column, attempt)
                work[fresh] = self.needs.work(law, uniform, origin, name)
        anew = generation._replace(talk_work=talk, wrap_work=wrap, threshold=threshold)
        return self.with_procedures(anew, attempt)

    def with_procedures(self, generation: Generation, attempt: int) -> Generation:
        """What contacts need: drawn for first ones, after a transfer and for another type."""
        if not self.procedures:
            return generation
        procedure = generation.procedure.copy()
        for _, kind, first, places in self._groups(generation):
            fresh = places[procedure[places] == NOT_DRAWN]
            procedure[fresh] = NO_PROCEDURE
            if kind.procedures and len(fresh):
                uniform = self._uniform(generation, fresh, first, "procedure", attempt)
                ends = np.cumsum(list(kind.procedures.values()))
                numbers = [self.procedures.index(each) for each in kind.procedures]
                which = np.searchsorted(ends, uniform, side="right")
                procedure[fresh] = np.array([*numbers, NO_PROCEDURE], np.int16)[which]
        return generation._replace(procedure=procedure)

    def _patience(self, generation: Generation) -> Floats:
        """Wait until hang-up of each row; NaN where it depends on the queue."""
        patience = np.full(len(generation.row), np.nan)
        for name, _, _, rows in self._groups(generation):
            origin, threshold = generation.origin[rows], generation.threshold[rows]
            patience[rows] = self.needs.patience(threshold, origin, name)
        return patience

    # --- what callers choose -------------------------------------------------------------------

    def _columns(self, generation: Generation) -> dict[str, NDArray[Any]]:
        """The columns of `Choices` that are needed, for somebody who chooses nothing."""
        rows = len(generation.row)
        columns: dict[str, NDArray[Any]] = {}
        if self.menus:
            columns |= {"menu": np.full(rows, np.nan), "contained": np.zeros(rows, np.bool_)}
        if self.balks:
            columns["balk"] = np.ones(rows)
        if self.calls_back:
            columns |= {"accepts": np.zeros(rows, np.bool_), "instead": np.zeros(rows, np.bool_),
                        "reached_at": np.zeros(rows, np.int32)}  # fmt: skip
        if self.procedures:
            columns["procedure"] = generation.procedure
        if self.picks:
            columns["pick"] = np.zeros(rows)
        if any(self.listens):
            columns |= {"threshold": generation.threshold, "hazard": self._hazard(generation)}
        return columns

    def _choose(self, generation: Generation, attempt: int) -> dict[str, NDArray[Any]]:
        """The columns of `Choices` for the rows of one attempt; those that are not needed lack."""
        columns = self._columns(generation)
        for _, kind, first, places in self._groups(generation):

            def uniform(column: str, rows: Whole, first: str = first) -> Floats:
                return self._uniform(generation, rows, first, column, attempt)

            if kind.ivr:
                phoned = places[generation.via[places] != Via.TRANSFER]
                columns["menu"][phoned] = kind.ivr.time.quantile(uniform("menu", phoned))
                contained = uniform("contained", phoned) < kind.ivr.contained
                columns["contained"][phoned] = contained
            if self.picks:
                columns["pick"][places] = uniform("pick", places)
            if kind.balk:
                columns["balk"][places] = uniform("balk", places)
            if kind.callback:
                offer = kind.callback
                columns["accepts"][places] = uniform("accepts", places) < offer.accepts
                asks = uniform("instead", places) < offer.instead_of_hanging_up
                columns["instead"][places] = asks
                reached = first_success(uniform("reached", places), offer.reached)
                columns["reached_at"][places] = reached
        return columns

    def _hazard(self, generation: Generation) -> NDArray[np.int32]:
        """The place of each row's patience in `Hazards`; -1 where messages do not matter."""
        hazard = np.full(len(generation.row), -1, np.int32)
        for name, _, _, rows in self._groups(generation):
            hazard[rows] = self.needs.hazard(generation.origin[rows], name)
        return hazard

    def _lanes(self, generation: Generation, attempt: int) -> NDArray[np.int16]:
        """The queue that each contact joins: of its type, or of a group by the type's shares."""
        lane = self.first_lane[generation.type].astype(np.int16)
        for name, kind, first, places in self._groups(generation) if self.shares else ():
            if kind.shares:
                uniform = self._uniform(generation, places, first, "share", attempt)
                shares = [kind.shares[group] for group in tiers_of(self.scenario, name)]
                which = np.searchsorted(np.cumsum(shares), uniform, side="right")
                lane[places] += np.minimum(which, len(shares) - 1).astype(np.int16)
        return lane

    # --- what may follow -----------------------------------------------------------------------

    def _follow(
        self, generation: Generation, attempt: int, rows: int
    ) -> tuple[dict[str, NDArray[Any]], Generation]:
        """The columns of `FollowUps` for one attempt, and the rows of the next, from `rows` on."""
        size = len(generation.row)
        columns: dict[str, NDArray[Any]] = {
            column.name: np.full(size, -1 if column.name in CHILDREN else 0, column.dtype)
            for column in FOLLOW_UPS
        }
        columns["via"] = generation.via
        to = {key: np.zeros(size, np.int64) for key in CHILDREN}
        for name, kind, first, places in self._groups(generation):

            def uniform(column: str, first: str = first, places: Whole = places) -> Floats:
                return self._uniform(generation, places, first, column, attempt)

            own: dict[str, NDArray[Any]] = {key: np.zeros(len(places)) for key in columns}
            if kind.redial and attempt < kind.redial.attempts:
                self._redial(kind, own, uniform, attempt)
                to["redial"][places] = self.names.index(self.scenario.redials_as(name))
            if kind.repeat and attempt < kind.repeat.attempts:
                own["unresolved"] = uniform("repeat")
                own["repeat"] = own["unresolved"] >= self.scenario.least_resolved(name)
                own["repeat"] |= self._may_be_unknown(name, generation.procedure[places])
                own["repeat_delay"] = kind.repeat.delay.quantile(uniform("repeat_delay"))
                to["repeat"][places] = self.names.index(name)
            if kind.transfer:
                own["transfer"] = uniform("transfer") < kind.transfer.share
                own["conference"] = kind.transfer.conference.quantile(uniform("conference"))
                to["transfer"][places] = self.names.index(kind.transfer.to)
            for column in PLAIN:
                columns[column][places] = own[column]
            for key in CHILDREN:
                columns[key][places] = np.where(own[key], 0, -1)
        children = []
        for key, via in CHILDREN.items():
            parents = np.flatnonzero(columns[key] >= 0)
            numbers = np.arange(rows, rows + len(parents), dtype=np.int64)
            columns[key][parents] = numbers
            rows += len(parents)
            rest = generation.part(parents)
            about = rest.procedure.copy()
            about[(to[key][parents] != rest.type) | (via == Via.TRANSFER)] = NOT_DRAWN
            children.append(
                rest._replace(
                    row=numbers, type=to[key][parents], procedure=about,
                    via=np.full(len(parents), via, np.int8),
                )
            )  # fmt: skip
        return columns, Generation(*(np.concatenate(each) for each in zip(*children, strict=True)))

    def _may_be_unknown(self, name: str, procedure: NDArray[np.int16]) -> NDArray[np.bool_]:
        """Whether some group that serves a call type lacks what each contact needs."""
        unknown = [self.procedures.index(each) for each in self.scenario.unknown_to_some(name)]
        found: NDArray[np.bool_] = np.isin(procedure, unknown)
        return found

    def _redial(
        self, kind: CallType, own: dict[str, Any], uniform: Callable[[str], Floats], attempt: int
    ) -> None:
        """After which outcomes each caller phones again, and how much later."""
        redial = kind.redial
        assert redial is not None
        chance = uniform("redial")
        share = redial.share if attempt == FIRST else redial.later_share
        after = np.zeros(len(chance), np.int8)
        for outcome, bit in REDIAL_BITS.items():
            if outcome in redial.after:
                limit = redial.blocked_share if outcome == "blocked" else share
                after |= np.where(chance < limit, np.int8(bit), np.int8(0))
        law = redial.delay if attempt == FIRST else redial.later_delay
        delay = uniform("redial_delay")
        own["redial_after"], own["redial"] = after, after > 0
        own["redial_delay"] = law.quantile(delay)
        own["redial_blocked_delay"] = redial.blocked_delay.quantile(delay)

    # --- the tables ----------------------------------------------------------------------------

    def tables(self) -> tuple[FollowUps, Choices]:
        """What was drawn of all attempts, one row after another."""
        follow_ups = _joined(FOLLOW_UPS, self.follow_ups)
        return FollowUps(*follow_ups), Choices(*_joined(CHOICES, self.choices))


CHILDREN = {"redial": Via.REDIAL, "repeat": Via.REPEAT, "transfer": Via.TRANSFER}
"""The ways to a further contact."""

PLAIN = ("redial_after", "redial_delay", "redial_blocked_delay", "repeat_delay", "unresolved",
         "conference")  # fmt: skip
"""Columns of `FollowUps` that are neither `via` nor a row."""

REDIAL_BITS = {"abandoned": 1, "blocked": 2, "cut_off": 4}
"""The bit of each outcome in `redial_after`."""


def first_success(chance: Floats, success: float) -> NDArray[np.int32]:
    """Number of the first try that succeeds, by inversion of the geometric law."""
    if success >= 1.0:
        return np.ones(len(chance), np.int32)
    number = np.floor(np.log1p(-chance) / np.log1p(-success)) + 1
    capped: NDArray[np.int32] = np.minimum(number, 2**31 - 1).astype(np.int32)
    return capped


def _joined(table: tuple[Column, ...], parts: list[dict[str, NDArray[Any]]]) -> list[NDArray[Any]]:
    """The columns of a table, each from its parts; of length 0 where no part has it."""
    return [
        np.concatenate(
            [
                np.zeros(0, column.dtype),
                *(part[column.name] for part in parts if column.name in part),
            ]
        ).astype(column.dtype)
        for column in table
    ]
