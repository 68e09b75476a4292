"""The scenario file as frozen models: what may stand in it, and what it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import BeforeValidator, Field, PrivateAttr, field_validator, model_validator

from sim.scenario.actual import read_actual
from sim.scenario.arrivals import Array, Arrivals, Laid
from sim.scenario.attempts import (
    MOST_ROWS,
    FollowUps,
    attempts_made,
    edges_of,
    expected_rows,
    reachable,
)
from sim.scenario.call_types import Busyness, CallType, own_days
from sim.scenario.contacts import (
    Balk,
    Callback,
    Ivr,
    Priority,
    Queue,
    Redial,
    Repeat,
    TalkGrows,
    Transfer,
)
from sim.scenario.days import Day, calendar_of
from sim.scenario.laws import ByInterval, Law, Patience
from sim.scenario.messages import BY_QUEUE, Filler, Levels, Message, Percentile, Programme
from sim.scenario.pay import WorkingYear
from sim.scenario.shifts import MOST_OPERATORS, Break, Meeting, Shift
from sim.scenario.staff import Group, Skill
from sim.scenario.targets import Targets, overridden
from sim.scenario.values import (
    NOT_EMPTY,
    CalendarDay,
    Hours,
    Money,
    Name,
    Part,
    SomeText,
    Text,
    Whole,
    Wrong,
    refuse_all,
    wrong,
)
from sim.streams import (
    COLUMNS,
    EVERY_TYPE,
    OF_FEATURE,
    OF_OPERATORS,
    clashes,
    operator_streams,
    stream_name,
    stream_names,
)
from sim.times import format_duration

if TYPE_CHECKING:
    from typing import Self

MOST_CONTACTS = 100_000_000
BYTES_A_CONTACT = 200
OPERATOR_COLUMNS = [column for columns in OF_OPERATORS.values() for column in columns]
DAYS_A_WEEK = 5
"""What a single day counts as."""


class Trunks(Part):
    """Telephone lines."""

    lines: Annotated[Whole, Field(ge=1, le=10_000_000)] | None = None
    """Telephone lines, all call types together; a call that finds all of them busy is blocked.
    Without it there are always enough."""
    cost_per_minute: Money = 0.0
    """Cost of a telephone minute, from the menu to the end of the talk, waiting included."""

    @model_validator(mode="after")
    def says_something(self) -> Self:
        """A number of lines, or what they cost."""
        if self.lines is None and not self.cost_per_minute:
            raise wrong("says nothing", "lines = 60 or cost_per_minute = 0.03 is meant, say")
        return self


@dataclass(frozen=True)
class Origin:
    """Where a scenario came from, and which plan of it this is."""

    path: Path | None = None
    sha256: str = ""
    plan: str = "base"
    plan_about: str = ""
    plan_cost_per_day: float = 0.0
    plan_names: tuple[str, ...] = ("base",)
    changes: tuple[tuple[str, str | float], ...] = field(default=(), compare=False)
    """Dotted names with the changes that were made after the plan; a plan that comes to the same
    is the same."""


class Scenario(Part):
    """A day of a support line: who phones, who answers, what is heard meanwhile."""

    name: SomeText
    """What reports call the scenario."""
    about: Text = ""
    """What the scenario is about."""
    currency: SomeText = "EUR"
    """Currency of all money."""
    day: Day
    """Open hours, and the days that are simulated."""
    money: WorkingYear = WorkingYear()
    """How days add up to weeks and years."""
    targets: Targets = Targets()
    """What the centre promises itself; without a target nothing is judged."""
    trunks: Trunks | None = None
    """Telephone lines; without them there are always enough."""
    queue: Queue | None = None
    """How many callers may wait; without it as many as like to."""
    busyness: Busyness | None = None
    """A factor a day for all call types; without it days differ only by chance."""
    callers: Annotated[dict[Name, CallType], NOT_EMPTY]
    """Call types by name."""
    operators: Annotated[dict[Name, Group], NOT_EMPTY]
    """Operator groups by name; operators are numbered in this order."""
    hold_messages: dict[Name, Programme] = Field(default_factory=dict)
    """What waiting callers hear, by name."""
    actual: Annotated[dict[str, float], BeforeValidator(read_actual)] = Field(default_factory=dict)
    """What the centre's own report says of such a day; printed beside the result."""
    _origin: Origin = PrivateAttr(default_factory=Origin)

    @field_validator("operators")
    @classmethod
    def not_too_many(cls, groups: dict[str, Group]) -> dict[str, Group]:
        """At most 100,000 operators."""
        total = sum(group.size for group in groups.values())
        if total > MOST_OPERATORS:
            raise wrong(f"{total:,} operators", f"at most {MOST_OPERATORS:,} are meant")
        return groups

    @model_validator(mode="after")
    def fits_together(self) -> Self:
        """What is right by itself is right together."""
        refuse_all(
            [
                *self.too_many_contacts(),
                *self.shared_draws(),
                *self.short_calls_untold(),
                *self.callbacks_unmade(),
            ]
        )
        return self

    def too_many_contacts(self) -> Iterator[Wrong]:
        """More than 1e8 potential contacts a replication."""
        rows = expected_rows(self.follow_ups)
        calls: dict[str, float] = {}
        for name, call_type in self.callers.items():
            expected = float(self.pieces_of(name).calls.sum())
            calls[name] = expected * call_type.volume * min(rows[name], MOST_ROWS)
        total = sum(calls.values())
        if total > MOST_CONTACTS:
            memory = f"{total * BYTES_A_CONTACT / 1e9:,.0f} GB"
            said = f"{total:,.0f}" if total < 1e16 else f"{total:.3g}"
            time = f"in {len(self.days)} days" if len(self.days) > 1 else "a day"
            what = f"{said} calls {time} would take {memory} of memory"
            most = max(calls, key=lambda name: calls[name])
            meant = f"at most {MOST_CONTACTS:,} calls are meant"
            yield Wrong(("callers", most, "arrivals"), what, meant)

    def shared_draws(self) -> Iterator[Wrong]:
        """Two purposes that would draw the same random numbers."""
        names = [stream_name(EVERY_TYPE, "busyness")]
        for name in self.callers:
            names += [stream_name(name, column) for column in COLUMNS]
            if any(arrivals.exact for arrivals in self.arrivals_of(name)):
                pieces = len(self.pieces_of(name).calls)
                names += [stream_name(name, f"arrivals {piece}") for piece in range(pieces)]
        names += self.later_streams()
        names += self.operator_streams()
        told: set[str] = set()
        for first, second in clashes(names):
            name = second.rsplit("/", 2)[0]
            if name in told:  # where one attempt clashes, others are likely to
                continue
            told.add(name)
            what = f'"{first}" and "{second}" would draw the same random numbers'
            of_type = second.rsplit("/", 2)[1] not in OPERATOR_COLUMNS
            table, thing = ("callers", "call type") if of_type else ("operators", "group")
            yield Wrong((table, name), what, f"another name of the {thing} is meant")

    def later_streams(self) -> Iterator[str]:
        """Streams of all attempts of all persons, by the call type that they phone as first."""
        kinds = self.follow_ups
        edges, made = edges_of(kinds), attempts_made(kinds)
        for name in self.callers:
            ways = reachable(edges, name)
            features = [key for key in OF_FEATURE if any(self.draws_for(key, way) for way in ways)]
            yield from stream_names(name, features, max(made[way] for way in ways))

    def draws_for(self, feature: str, type_name: str) -> bool:
        """Whether something is drawn for contacts of a call type because of a feature."""
        if feature == "picks":
            return self.picks_at_random
        return bool(getattr(self.callers[type_name], feature))

    def operator_streams(self) -> Iterator[str]:
        """Streams of what is drawn for operators."""
        for name, group in self.operators.items():
            features = [key for key in OF_OPERATORS if getattr(group, key)]
            yield from operator_streams(name, features, len(self.calendar_days))

    def short_calls_untold(self) -> Iterator[Wrong]:
        """counts = "excluding_short" without what a short call is."""
        for name in (None, *self.callers):
            if self.counts(name) == "excluding_short" and self.ignore_under(name) is None:
                where = ("targets",) if name is None else ("callers", name, "targets")
                what = 'counts = "excluding_short" without abandonment.ignore_under'
                meant = 'abandonment = { ignore_under = "5 s" } is meant, say'
                yield Wrong((*where, "service_level"), what, meant)
                return

    def callbacks_unmade(self) -> Iterator[Wrong]:
        """Callbacks for which no group ever has an operator to spare."""
        for name, call_type in self.callers.items():
            groups = [group for group in self.operators.values() if name in group.skills]
            kept = groups and all(group.keeps_everyone for group in groups)
            if kept and call_type.callback is not None and call_type.callback.made:
                what = "nobody can make it: every group that serves this call type keeps all of its"
                meant = "a `reserve_for_holding` below the operators of a group is meant"
                yield Wrong(
                    ("callers", name, "callback"), f"{what} operators for those holding", meant
                )

    @property
    def days(self) -> tuple[str, ...]:
        """Names of the days simulated; none for a single day without a name."""
        return self.day.days or ()

    @cached_property
    def calendar_days(self) -> tuple[CalendarDay, ...]:
        """The days simulated, each with its midnight and open hours on the running clock."""
        return calendar_of(self.day)

    @property
    def days_a_week(self) -> float:
        """Days like these a week: what the days simulated are multiplied up to."""
        return float(self.money.days_a_week or len(self.days) or DAYS_A_WEEK)

    @property
    def hours(self) -> Hours:
        """From the first opening of the line to its last closing, on the running clock."""
        first, last = self.calendar_days[0].hours, self.calendar_days[-1].hours
        return Hours(first.opens, last.closes, self.day.interval)

    def days_of(self, type_name: str) -> tuple[CalendarDay, ...]:
        """The days on which a call type is open, with its own hours on the running clock."""
        kind = self.callers[type_name]
        return own_days(self.calendar_days, kind.opens, kind.closes, kind.on)

    def own_hours(self, type_name: str) -> Hours:
        """From the first opening of a call type to its last closing, on the running clock."""
        days = self.days_of(type_name)
        return Hours(days[0].hours.opens, days[-1].hours.closes, self.day.interval)

    def hours_of(self, type_name: str) -> tuple[float, float]:
        """When a call type first opens and last closes, in seconds on the running clock."""
        return self.own_hours(type_name)[:2]

    def arrivals_on(self, type_name: str, day: CalendarDay) -> Arrivals:
        """How callers of a call type phone on a day."""
        kind = self.callers[type_name]
        own = kind.on[day.name].arrivals if day.name in kind.on else None
        return kind.arrivals if own is None else own

    def arrivals_of(self, type_name: str) -> list[Arrivals]:
        """How callers of a call type phone on each day on which it is open."""
        return [self.arrivals_on(type_name, day) for day in self.days_of(type_name)]

    def volume_on(self, type_name: str, day: CalendarDay) -> float:
        """What a weekday's arrivals are multiplied by, beside the call type's own volume."""
        on = self.callers[type_name].on
        return on[day.name].volume if day.name in on else 1.0

    def pieces_of(self, type_name: str) -> Laid:
        """Expected calls in the pieces of all days, on the running clock.

        Between two days there is a piece without calls, unless they touch.
        """
        edges: list[Array] = []
        calls: list[Array] = []
        handling: list[Array] = []
        for day in self.days_of(type_name):
            laid = self.arrivals_on(type_name, day).laid_on(day)
            moved = laid.edges + day.midnight
            if edges and moved[0] > edges[-1][-1]:
                calls.append(np.zeros(1))
                handling.append(np.full(1, np.nan))
            elif edges:
                moved = moved[1:]
            edges.append(moved)
            calls.append(laid.calls * self.volume_on(type_name, day))
            known = laid.handling
            handling.append(np.full(len(laid.calls), np.nan) if known is None else known)
        times = np.concatenate(handling)
        known = None if np.isnan(times).all() else times
        return Laid(np.concatenate(edges), np.concatenate(calls), known)

    def written_targets(self, type_name: str | None) -> Targets:
        """Targets of a call type, the scenario's where it has no own; judged or not."""
        own = self.callers[type_name].targets if type_name is not None else None
        return (
            self.targets
            if own is None
            else Targets.model_construct(
                service_level=overridden(self.targets.service_level, own.service_level),
                abandonment=overridden(self.targets.abandonment, own.abandonment),
                occupancy=overridden(self.targets.occupancy, own.occupancy),
            )
        )

    def targets_of(self, type_name: str | None = None) -> Targets:
        """Targets that are judged: those that say what is to be reached."""
        written = self.written_targets(type_name)
        level, lost, busy = written.service_level, written.abandonment, written.occupancy
        if level is not None:
            counts, within = self.counts(type_name), self.within(type_name)
            level = level.model_copy(update={"within": within, "counts": counts})
        return Targets.model_construct(
            service_level=level if level and level.share is not None else None,
            abandonment=lost if lost and lost.at_most is not None else None,
            occupancy=busy if busy and busy.at_most is not None else None,
        )

    def within(self, type_name: str | None = None) -> float:
        """What "in time" means, in seconds."""
        level = self.written_targets(type_name).service_level
        return level.within if level and level.within is not None else 20.0

    def counts(self, type_name: str | None = None) -> str:
        """Convention of the service level."""
        level = self.written_targets(type_name).service_level
        return (level.counts if level else None) or "offered"

    def ignore_under(self, type_name: str | None = None) -> float | None:
        """Hang-ups sooner than this, in seconds, are left out of abandonment."""
        lost = self.written_targets(type_name).abandonment
        return lost.ignore_under if lost else None

    def resolves(self, type_name: str, group_name: str) -> float:
        """Chance that a call served by a group need not be repeated; 1 without repeat calls."""
        repeat = self.callers[type_name].repeat
        own = self.operators[group_name].skills[type_name].resolves
        if repeat is None:
            return 1.0
        return 1 - repeat.share if own is None else own

    def redials_as(self, type_name: str) -> str:
        """The call type as which callers who did not get through phone again."""
        redial = self.callers[type_name].redial
        return (redial.as_ if redial else None) or type_name

    @property
    def follow_ups(self) -> dict[str, FollowUps]:
        """What may follow a contact of each call type, in file order."""
        return {
            name: FollowUps(
                kind.redial, kind.repeat, kind.transfer, self.unresolved(name), self.unknown(name)
            )
            for name, kind in self.callers.items()
        }

    def least_resolved(self, type_name: str) -> float:
        """The smallest chance over the groups that a call need not be repeated."""
        groups = [name for name, group in self.operators.items() if type_name in group.skills]
        return min((self.resolves(type_name, group) for group in groups), default=1.0)

    def unresolved(self, type_name: str) -> float:
        """The largest chance over the groups that a call has to be repeated."""
        return 1 - self.least_resolved(type_name)

    def unknown_to_some(self, type_name: str) -> list[str]:
        """Procedures of a call type that some group which serves it does not know."""
        groups = [group for group in self.operators.values() if type_name in group.skills]
        return [
            name
            for name in self.callers[type_name].procedures or ()
            if any(group.knows is not None and name not in group.knows for group in groups)
        ]

    def unknown(self, type_name: str) -> float:
        """Share of contacts that need what some group does not know."""
        shares = self.callers[type_name].procedures or {}
        return min(1.0, fsum(shares[name] for name in self.unknown_to_some(type_name)))

    @property
    def picks_at_random(self) -> bool:
        """Whether some group lets chance say which of its idle operators answers."""
        return any(group.picks == "random" for group in self.operators.values())

    def programme_of(self, type_name: str) -> Programme | None:
        """The hold messages that a call type hears; None where it hears none."""
        name = self.callers[type_name].hold_messages
        return self.hold_messages[name] if name is not None else None

    @property
    def queue_limit(self) -> int | None:
        """Callers who may wait; None where it is not limited by a number."""
        return self.queue.limit if self.queue else None

    @property
    def queue_per_operator(self) -> float | None:
        """Callers who may wait for each operator on duty; None where not limited so."""
        return self.queue.per_operator if self.queue else None

    @property
    def lines(self) -> int | None:
        """Telephone lines; None where there are always enough."""
        return self.trunks.lines if self.trunks else None

    @property
    def busyness_shape(self) -> float | None:
        """Shape of the shared factor a day; None where it does not vary."""
        return self.busyness.gamma_shape if self.busyness else None

    @property
    def path(self) -> Path | None:
        """The file."""
        return self._origin.path

    @property
    def sha256(self) -> str:
        """Hash of the file's bytes."""
        return self._origin.sha256

    @property
    def plan_names(self) -> tuple[str, ...]:
        """Names of all plans of the file, "base" first."""
        return self._origin.plan_names

    @property
    def plan(self) -> str:
        """Name of the plan; "base" is the scenario itself."""
        return self._origin.plan

    @property
    def plan_about(self) -> str:
        """What the plan is about."""
        return self._origin.plan_about

    @property
    def plan_cost_per_day(self) -> float:
        """What the plan costs a day, its one-off cost spread over its life."""
        return self._origin.plan_cost_per_day

    @property
    def assumptions(self) -> list[str]:
        """What was assumed and not measured."""
        return [*self._estimated_patience(), *self._assumed_conduct()]

    def _assumed_conduct(self) -> Iterator[str]:
        """What callers are assumed to do beside waiting, where the scenario says so."""
        kinds = self.callers.values()
        said = [
            (any(self.programme_of(name) for name in self.callers),
             "What hold messages do to patience is as the scenario file says."),
            (any(kind.redial or kind.repeat for kind in kinds),
             "Who phones again, and after how long, is as the scenario file says; it does not "
             "depend on how long they waited."),
            (any(kind.transfer for kind in kinds),
             "Which calls are passed on is as the scenario file says, whoever answers."),
            (any(kind.callback and kind.callback.made for kind in kinds),
             "Who accepts a callback, and is reached by it, is as the scenario file says; it "
             "does not depend on the wait announced."),
            (any(kind.balk for kind in kinds),
             "Who does not join a long queue is as the scenario file says."),
            (any(kind.ivr for kind in kinds),
             "What the menu takes and settles is as the scenario file says."),
        ]  # fmt: skip
        return (sentence for holds, sentence in said if holds)

    def _estimated_patience(self) -> list[str]:
        """Mean patience worked out from two figures of a report."""
        return [
            f"{call_type.label or name}: mean patience {format_duration(round(law.mean))} is an"
            " estimate (mean wait of all / abandonment, as if patience were exponential)"
            for name, call_type in self.callers.items()
            if call_type.patience.estimated and isinstance(law := call_type.patience.law, Law)
        ]


__all__ = [
    "BY_QUEUE",
    "Balk",
    "Break",
    "ByInterval",
    "CallType",
    "Callback",
    "Day",
    "Filler",
    "Group",
    "Ivr",
    "Levels",
    "Meeting",
    "Message",
    "Patience",
    "Percentile",
    "Priority",
    "Programme",
    "Queue",
    "Redial",
    "Repeat",
    "Scenario",
    "Shift",
    "Skill",
    "TalkGrows",
    "Targets",
    "Transfer",
]
