"""What callers of each type do beside waiting and talking, as plain arrays that engines read.

Everything here is neutral by default: a scenario that says nothing of it has nobody who balks,
phones again or is phoned, and messages that do not depend on the queue.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.scenario import Scenario
from sim.scenario.laws import ByInterval, Exponential, Law
from sim.scenario.schema import Message, Percentile
from sim.scenario.values import CalendarDay

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]

STEPS = 10
"""A promise can be broken by so many started minutes; further ones change nothing."""

PLAIN, POSITION, EXPECTED_WAIT, CALLBACK_OFFER = range(4)
"""What a message says, as far as it matters to an engine."""

QUEUE_LENGTH, HEAD_OF_LINE, LAST_TO_ENTER_SERVICE, PERCENTILE = range(4)
"""How an announced wait is estimated."""

SAYS = {"position": POSITION, "expected_wait": EXPECTED_WAIT, "callback_offer": CALLBACK_OFFER}
ESTIMATES = {
    "queue_length": QUEUE_LENGTH,
    "head_of_line": HEAD_OF_LINE,
    "last_to_enter_service": LAST_TO_ENTER_SERVICE,
}

QUANTILES = 1000
"""Positions in a table of quantiles."""

LEAST, MOST = 1e-6, 20.72326583694641
"""Cumulative hazards of the quantiles 1e-6 and 1 - 1e-9."""

FOR_EVER = 1e9
"""Seconds of waiting (32 years) that nobody outlives unless by never hanging up."""

HALVINGS = 40
"""A piece is halved so often at most."""


class Conduct(NamedTuple):
    """Rules of each call type; T types, G groups."""

    opens: Floats
    """When types open, in s on the running clock, type after type; ascending within a type."""
    closes: Floats
    """When they close; a follow-up from then on is lost, or waits for the next opening."""
    keeps_place: Flags
    """Whether a transfer from each type keeps the place in the queue; shape (T,)."""
    resolves: Floats
    """Share of contacts after which nobody phones again, by type * G + group."""
    per_minute: Floats
    """Seconds of talk added for each minute waited; shape (T,)."""
    past_promise: Floats
    """Seconds of talk added for each minute past the announced wait; shape (T,)."""
    mean_handling: Floats
    """Mean talk and wrap-up of each type in s, before factors of groups; shape (T,)."""
    called_back: Flags
    """Whether callers of a type can be called back; shape (T,)."""
    dial: Floats
    """Seconds that a try takes; shape (T,)."""
    again: Floats
    """Seconds from a try in vain to the next; shape (T,)."""
    tries: Ints
    """Tries in all; shape (T,)."""
    balk_from: Ints
    """Type t has the steps `balk_from[t]` to `balk_from[t + 1] - 1`; shape (T + 1,)."""
    balk_position: Ints
    """From this position on; ascending within a type."""
    balk_share: Floats
    """... this share does not stay."""
    for_holding: Ints
    """Operators of each group that callbacks leave to those who hold the line; shape (G,)."""
    queue_limit: int
    """At most so many wait on the line; -1: no limit."""
    per_operator: float
    """At most so many wait for each operator on duty; inf: no limit."""
    hours_from: Ints
    """Type t has the hours `hours_from[t]` to `hours_from[t + 1] - 1`; shape (T + 1,)."""
    carries: Flags
    """Whether a follow-up that falls into closed hours comes at the next opening; shape (T,)."""


class Announcements(NamedTuple):
    """Messages of the types whose programme depends on the queue, and what they change."""

    by_queue: Flags
    """Whether the programme of each type depends on the queue; shape (T,)."""
    at_once: Floats
    """Cumulative hazard of who hangs up at once, by type; shape (T,)."""
    filler: Floats
    """Hazard multiplier of what plays between messages, by type; shape (T,)."""
    message_from: Ints
    """Type t has the messages `message_from[t]` to `message_from[t + 1] - 1`; shape (T + 1,)."""
    says: Ints
    """PLAIN, POSITION, EXPECTED_WAIT or CALLBACK_OFFER; one a message."""
    at: Floats
    """Wait in s after which a message is heard first."""
    every: Floats
    """Seconds after which it is heard again; inf: once."""
    jump: Floats
    """Cumulative hazard added by each hearing, -log(1 - hang_up)."""
    effect: Floats
    """Hazard multiplier from here on; NaN: the message leaves it as it is."""
    estimate: Ints
    """QUEUE_LENGTH, HEAD_OF_LINE, LAST_TO_ENTER_SERVICE or PERCENTILE."""
    quantile_from: Ints
    """Where the message's quantiles by position begin in `quantiles`; there are `quantile_size`."""
    round_to: Floats
    """What is announced is a multiple of this many s; 0: as estimated."""
    may_go_back: Flags
    """Whether an announced position may be worse than the one before."""
    over: Floats
    """A callback is offered only where a longer wait is expected, in s; -1: always."""
    broken: Floats
    """Hazard multiplier after k started minutes past the promise, by message * (STEPS + 1) + k."""
    level_from: Ints
    """Message m has the levels `level_from[m]` to `level_from[m + 1] - 1`; shape (M + 1,)."""
    up_to: Floats
    """Upper end of each level, in s or places; the last of a message is inf."""
    level_jump: Floats
    """Cumulative hazard added on hearing a level."""
    level_effect: Floats
    """Hazard multiplier while a level is the last one heard."""
    quantiles: Floats
    """Quantiles of the time until so many unit-rate services are done, one a position."""
    quantile_size: int
    """Positions in a table of quantiles; beyond them the last step goes on."""


class Hazards(NamedTuple):
    """Cumulative hazards of waiting, each piecewise linear or made of steps."""

    start: Ints
    """Hazard h has the breakpoints `start[h]` to `start[h + 1] - 1`; shape (H + 1,)."""
    time: Floats
    """Seconds of waiting at each breakpoint, ascending; the first of a smooth one is 0."""
    level: Floats
    """Cumulative hazard there; of steps, the step itself included."""
    slope: Floats
    """Hazard per s beyond the last breakpoint; shape (H,)."""
    steps: Flags
    """Whether a hazard is made of steps, which no message scales; shape (H,)."""


def no_conduct(types: int, groups: int, opens: float, closes: float) -> Conduct:
    """Callers who do nothing beside waiting and talking."""
    return Conduct(
        opens=np.full(types, opens),
        closes=np.full(types, closes),
        keeps_place=np.zeros(types, np.bool_),
        resolves=np.ones(types * groups),
        per_minute=np.zeros(types),
        past_promise=np.zeros(types),
        mean_handling=np.zeros(types),
        called_back=np.zeros(types, np.bool_),
        dial=np.zeros(types),
        again=np.zeros(types),
        tries=np.zeros(types, np.int32),
        balk_from=np.zeros(types + 1, np.int32),
        balk_position=np.zeros(0, np.int32),
        balk_share=np.zeros(0),
        for_holding=np.zeros(groups, np.int32),
        queue_limit=-1,
        per_operator=np.inf,
        hours_from=np.arange(types + 1, dtype=np.int32),
        carries=np.zeros(types, np.bool_),
    )


def no_announcements(types: int) -> Announcements:
    """Messages that do not depend on the queue."""
    whole, floats, flags = np.zeros(0, np.int32), np.zeros(0), np.zeros(0, np.bool_)
    return Announcements(
        by_queue=np.zeros(types, np.bool_),
        at_once=np.zeros(types),
        filler=np.ones(types),
        message_from=np.zeros(types + 1, np.int32),
        says=whole, at=floats, every=floats, jump=floats, effect=floats, estimate=whole,
        quantile_from=whole, round_to=floats, may_go_back=flags, over=floats, broken=floats,
        level_from=np.zeros(1, np.int32), up_to=floats, level_jump=floats,
        level_effect=floats, quantiles=floats, quantile_size=0,
    )  # fmt: skip


def no_hazards() -> Hazards:
    """No hazard at all."""
    return Hazards(np.zeros(1, np.int32), np.zeros(0), np.zeros(0), np.zeros(0),
                   np.zeros(0, np.bool_))  # fmt: skip


# --- from a scenario ----------------------------------------------------------------------------


def conduct_of(scenario: Scenario) -> Conduct:
    """The rules of each call type of a scenario."""
    kinds, groups = scenario.callers, scenario.operators
    hours = [open_periods(scenario.days_of(name)) for name in kinds]
    grows = [kind.talk_grows for kind in kinds.values()]
    callbacks = [kind.callback for kind in kinds.values()]
    balks = [kind.balk for kind in kinds.values()]
    steps = [(p, s) for b in balks if b for p, s in zip(b.position, b.share, strict=True)]
    resolves = [
        scenario.resolves(name, group) if name in groups[group].skills else 1.0
        for name in kinds
        for group in groups
    ]
    limit, per_operator = scenario.queue_limit, scenario.queue_per_operator
    return Conduct(
        opens=np.array([opens for periods in hours for opens, _ in periods]),
        closes=np.array([closes for periods in hours for _, closes in periods]),
        keeps_place=np.array([bool(k.transfer and k.transfer.keeps_place) for k in kinds.values()]),
        resolves=np.array(resolves, np.float64),
        per_minute=np.array([g.per_minute if g else 0.0 for g in grows]),
        past_promise=np.array([g.past_promise if g else 0.0 for g in grows]),
        mean_handling=np.array([mean_of(k.talk) + mean_of(k.wrap_up) for k in kinds.values()]),
        called_back=np.array([c is not None for c in callbacks]),
        dial=np.array([c.dial if c else 0.0 for c in callbacks]),
        again=np.array([c.again if c else 0.0 for c in callbacks]),
        tries=np.array([c.tries if c else 0 for c in callbacks], np.int32),
        balk_from=np.cumsum([0, *(len(b.share) if b else 0 for b in balks)]).astype(np.int32),
        balk_position=np.array([p for p, _ in steps], np.int32),
        balk_share=np.array([s for _, s in steps], np.float64),
        for_holding=np.array([g.reserve_for_holding for g in groups.values()], np.int32),
        queue_limit=-1 if limit is None else limit,
        per_operator=np.inf if per_operator is None else per_operator,
        hours_from=np.cumsum([0, *map(len, hours)]).astype(np.int32),
        carries=np.array([len(periods) > 1 for periods in hours]),
    )


def open_periods(days: Sequence[CalendarDay]) -> list[tuple[float, float]]:
    """When something opens and closes, in s on the running clock; days that touch are one."""
    periods: list[tuple[float, float]] = []
    for day in days:
        opens, closes = day.hours.opens, day.hours.closes
        if periods and periods[-1][1] == opens:
            periods[-1] = (periods[-1][0], closes)
        else:
            periods.append((opens, closes))
    return periods


def mean_of(law: Law | ByInterval) -> float:
    """Mean of a law in s; of a law by interval the mean of its intervals' means."""
    if isinstance(law, ByInterval):
        return float(np.mean([piece.mean for piece in law.laws]))
    return law.mean


def talk_mean(scenario: Scenario, type_name: str, group_name: str) -> float:
    """Mean talk in s of a call type with a group that serves it."""
    factor = scenario.operators[group_name].skills[type_name].handling_factor
    return mean_of(scenario.callers[type_name].talk) * factor


def wrap_mean(scenario: Scenario, type_name: str, group_name: str) -> float:
    """Mean wrap-up in s of a call type with a group that serves it: the group's own, if it has."""
    skill = scenario.operators[group_name].skills[type_name]
    if skill.wrap_up is not None:
        return skill.wrap_up
    return mean_of(scenario.callers[type_name].wrap_up) * skill.handling_factor


def announcements_of(scenario: Scenario) -> Announcements:
    """The messages of the types whose programme depends on the queue."""
    book = _Book()
    for name, kind in scenario.callers.items():
        programme = scenario.programme_of(name)
        if programme is None or not programme.by_queue:
            book.add_type(False, 0.0, 1.0)
            continue
        book.add_type(True, _jump(kind.patience.hang_up_at_once), programme.filler.patience)
        for message in programme.messages.values():
            book.add_message(message)
    return book.announcements()


def _jump(share: float) -> float:
    """The step in the cumulative hazard at which this share hangs up."""
    return float(np.inf) if share >= 1.0 else float(-np.log1p(-share))


class _Book:
    """Messages, levels and tables of quantiles, gathered type by type."""

    def __init__(self) -> None:
        self.types: list[tuple[bool, float, float]] = []
        self.message_from = [0]
        self.messages: list[dict[str, Any]] = []
        self.level_from = [0]
        self.levels: list[tuple[float, float, float]] = []
        self.tables: dict[float, int] = {}

    def add_type(self, by_queue: bool, at_once: float, filler: float) -> None:
        self.types.append((by_queue, at_once, filler))
        self.message_from.append(self.message_from[-1])

    def add_message(self, message: Message) -> None:
        self.message_from[-1] += 1
        estimate, table = message.estimate, 0
        if isinstance(estimate, Percentile):
            table = self.tables.setdefault(estimate.percentile, len(self.tables))
        powers = float(message.broken_promise) ** np.arange(STEPS + 1)
        over = message.when_wait_over
        self.messages.append(
            {
                "says": SAYS.get(message.says, PLAIN),
                "at": message.at,
                "every": np.inf if message.every is None else message.every,
                "jump": _jump(message.hang_up),
                "effect": np.nan if message.patience is None else message.patience,
                "estimate": PERCENTILE if isinstance(estimate, Percentile) else ESTIMATES[estimate],
                "quantile_from": table * QUANTILES,
                "round_to": message.round_to or 0.0,
                "may_go_back": message.may_go_back,
                "over": -1.0 if over is None else over,
                "broken": powers,
            }
        )
        if message.levels is not None:
            ends = (*map(float, message.levels.up_to), np.inf)
            jumps = map(_jump, message.levels.hang_ups)
            self.levels += zip(ends, jumps, message.levels.patiences, strict=True)
        self.level_from.append(len(self.levels))

    def announcements(self) -> Announcements:
        """The gathered messages as arrays."""
        types = np.array(self.types, np.float64).reshape(-1, 3)
        levels = np.array(self.levels, np.float64).reshape(-1, 3)
        dtypes = {"says": np.int32, "estimate": np.int32, "quantile_from": np.int32,
                  "may_go_back": np.bool_}  # fmt: skip
        columns: dict[str, Any] = {
            name: np.array([m[name] for m in self.messages], dtypes.get(name, np.float64))
            for name in ("says", "at", "every", "jump", "effect", "estimate", "quantile_from",
                         "round_to", "may_go_back", "over")
        }  # fmt: skip
        broken = [power for m in self.messages for power in m["broken"]]
        return Announcements(
            by_queue=types[:, 0] > 0,
            at_once=types[:, 1].copy(),
            filler=types[:, 2].copy(),
            message_from=np.array(self.message_from, np.int32),
            broken=np.array(broken, np.float64),
            level_from=np.array(self.level_from, np.int32),
            up_to=levels[:, 0].copy(),
            level_jump=levels[:, 1].copy(),
            level_effect=levels[:, 2].copy(),
            quantiles=_quantiles(list(self.tables)),
            quantile_size=QUANTILES if self.tables else 0,
            **columns,
        )


def _quantiles(shares: list[float]) -> Floats:
    """For each share the gamma quantiles of 1, 2, ... services of unit rate, one after another."""
    if not shares:
        return np.zeros(0)
    from scipy.special import gammaincinv

    positions = np.arange(1.0, QUANTILES + 1)
    return np.concatenate([gammaincinv(positions, share) for share in shares])


def hazard_laws(scenario: Scenario) -> dict[str, list[Law]]:
    """The patience laws of each type that hears messages by the queue, one an interval."""
    laws: dict[str, list[Law]] = {}
    for name, kind in scenario.callers.items():
        programme = scenario.programme_of(name)
        if programme is not None and programme.by_queue:
            law = kind.patience.law
            laws[name] = list(law.laws) if isinstance(law, ByInterval) else [law]
    return laws


def first_hazard(scenario: Scenario, name: str) -> int:
    """Where the hazards of a call type begin in `Hazards`."""
    first = 0
    for other, laws in hazard_laws(scenario).items():
        if other == name:
            break
        first += len(laws)
    return first


def hazards_of(scenario: Scenario) -> Hazards:
    """The patience of the types that hear messages by the queue, as pieces."""
    start, times, levels, slopes, steps = [0], [np.zeros(0)], [np.zeros(0)], [], []
    for laws in hazard_laws(scenario).values():
        for law in laws:
            time, level, slope = stepped(law) if law.atomic else pieces_of(law)
            start.append(start[-1] + len(time))
            times.append(time)
            levels.append(level)
            slopes.append(slope)
            steps.append(law.atomic)
    return Hazards(
        start=np.array(start, np.int32),
        time=np.concatenate(times),
        level=np.concatenate(levels),
        slope=np.array(slopes, np.float64),
        steps=np.array(steps, np.bool_),
    )


def stepped(law: Law) -> tuple[Floats, Floats, float]:
    """Times and running cumulative hazard of a law of steps."""
    time, jump = law.steps()
    return np.asarray(time, np.float64), np.cumsum(jump), 0.0


def pieces_of(law: Law) -> tuple[Floats, Floats, float]:
    """The cumulative hazard of a smooth law as straight pieces.

    Parameters
    ----------
    law : Law
        Without steps.

    Returns
    -------
    time, level : float64 arrays, shape (K,)
        Seconds, and the cumulative hazard there; the first are 0.
    slope : float
        Hazard per s beyond the last; 0 where nobody hangs up.

    Notes
    -----
    The time at which a level is reached is right within 0.1 % or 1 ms for quantiles from 1e-6
    to 1 - 1e-9; beyond, the last slope goes on.
    """
    if isinstance(law, Exponential):
        return np.zeros(1), np.zeros(1), 1 / law.mean
    # Some laws keep a share for ever: their hazard has an end, which is level.
    end = float(law.cumulative_hazard(FOR_EVER))
    if end <= LEAST:
        return np.zeros(1), np.zeros(1), 0.0
    level = np.concatenate([[0.0], np.geomspace(LEAST, min(MOST, end * (1 - 1e-12)), 24)])
    time = law.inverse_hazard(level)
    if time[0] > 0.0:  # nobody hangs up before
        level, time = np.insert(level, 0, 0.0), np.insert(time, 0, 0.0)
    for _ in range(HALVINGS):
        middle = (level[:-1] + level[1:]) / 2
        right = law.inverse_hazard(middle)
        straight = (time[:-1] + time[1:]) / 2
        wrong = np.abs(right - straight) > np.maximum(5e-4, 5e-4 * right)
        if not wrong.any():
            break
        places = np.flatnonzero(wrong) + 1
        level = np.insert(level, places, middle[wrong])
        time = np.insert(time, places, right[wrong])
    keep = np.concatenate([[True], np.diff(time) > 0])
    level, time = level[keep], time[keep]
    lasts = time[-1] - time[-2] if len(time) > 1 else 0.0
    steady = lasts > 0 and end > MOST
    return time, level, float((level[-1] - level[-2]) / lasts) if steady else 0.0
