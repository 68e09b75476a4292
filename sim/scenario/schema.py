"""The scenario file as frozen models: what may stand in it, and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from sim.scenario.arrivals import AnyArrivals, check_arrivals
from sim.scenario.attempts import (
    MOST_ROWS,
    FollowUps,
    attempts_made,
    edges_of,
    expected_rows,
    reachable,
)
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
from sim.scenario.laws import ByInterval, Law, Patience, Work, check_pieces, not_absurd
from sim.scenario.messages import BY_QUEUE, Filler, Levels, Message, Percentile, Programme
from sim.scenario.staff import MOST_OPERATORS, Break, Group, Shift, Skill
from sim.scenario.values import (
    NOT_EMPTY,
    Clock,
    Duration,
    Factor,
    Hours,
    LongerThanZero,
    Money,
    Name,
    Number,
    Part,
    Positive,
    SchemaOr,
    Share,
    SomeText,
    Text,
    Whole,
    Wrong,
    nearest,
    pieces_needed,
    read_duration,
    refuse_all,
    shown,
    surroundings,
    wrong,
)
from sim.streams import COLUMNS, EVERY_TYPE, OF_FEATURE, clashes, stream_name, stream_names
from sim.times import DAY, format_clock, format_duration

if TYPE_CHECKING:
    from typing import Self

MOST_CONTACTS = 100_000_000
BYTES_A_CONTACT = 200
Convention = Literal["offered", "answered", "excluding_short", "abandoned_in_time_met"]


class Day(Part):
    """Open hours of the line."""

    opens: Clock
    """When the line opens."""
    closes: Clock
    """When it closes; a time before `opens` is on the next day."""
    interval: LongerThanZero
    """Reporting interval; it divides the open hours."""
    after_closing: Literal["serve", "disconnect"] = "serve"
    """What becomes of waiting callers at closing: served, or cut off."""

    @field_validator("closes")
    @classmethod
    def closes_later(cls, closes: float, info: ValidationInfo) -> float:
        """A day of 0 minutes is an error; a line that closes earlier closes the next day."""
        opens = info.data.get("opens")
        if opens is not None and closes == opens:
            hint = 'a later time is meant, or "00:00" to "24:00" for a day of 24 hours'
            raise wrong("a day of 0 minutes, since the line closes when it opens", hint)
        return closes if opens is None or closes > opens else closes + DAY

    @field_validator("interval")
    @classmethod
    def divides(cls, interval: float, info: ValidationInfo) -> float:
        """The reporting interval divides the open hours."""
        if interval < 1:
            raise wrong("is shorter than 1 s", "15, 30 or 60 minutes are common")
        opens, closes = info.data.get("opens"), info.data.get("closes")
        if opens is not None and closes is not None:
            hours = Hours(opens, closes, interval)
            if pieces_needed(hours, interval) is None:
                length = format_duration(closes - opens)
                raise wrong(
                    f"{format_duration(interval)} does not divide the open hours, {length}",
                    "an interval that fits a whole number of times is meant",
                )
        return interval


class ServiceLevel(Part):
    """Share of calls to be answered in time."""

    share: Share | None = None
    """Share to be reached; without it the service level is shown and not judged."""
    within: Duration | None = None
    """What "in time" means; "20 s" by default."""
    counts: Convention | None = None
    """Of which calls, and what hang-ups count as; "offered" by default."""


class Abandonment(Part):
    """Share of calls that may hang up."""

    at_most: Share | None = None
    """Share that may hang up."""
    ignore_under: Duration | None = None
    """Hang-ups sooner than this are left out of the ratio."""


class Occupancy(Part):
    """How busy operators may be."""

    at_most: Share | None = None
    """Handling time / time on duty."""


class Targets(Part):
    """What the centre promises itself."""

    service_level: ServiceLevel | None = None
    """Share of calls to be answered in time."""
    abandonment: Abandonment | None = None
    """Share of calls that may hang up."""
    occupancy: Occupancy | None = None
    """How busy operators may be."""


class Trunks(Part):
    """Telephone lines."""

    lines: Annotated[Whole, Field(ge=1, le=10_000_000)]
    """Telephone lines, all call types together; a call that finds all of them busy is blocked."""


class Busyness(Part):
    """A factor a day on the number of calls, gamma with mean 1."""

    cv: Annotated[Number, Field(ge=0, le=100)] | None = None
    """Coefficient of variation."""
    shape: Annotated[Positive, Field(ge=1e-4)] | None = None
    """Shape of the gamma law: 1 / cv^2."""

    @model_validator(mode="after")
    def one_way(self) -> Self:
        """cv or shape, not both."""
        if (self.cv is None) == (self.shape is None):
            both = "has cv and shape at once" if self.cv is not None else "is an empty table"
            raise wrong(both, "cv or shape is meant")
        return self

    @property
    def gamma_shape(self) -> float | None:
        """Shape of the gamma law; None where nothing varies."""
        if self.shape is not None:
            return self.shape
        return 1 / self.cv**2 if self.cv else None


class MoneyOfCalls(Part):
    """What calls are worth."""

    answered_value: Money = 0.0
    """Worth of an answered call."""
    lost_call_cost: Money = 0.0
    """Cost of a call that was not answered."""
    cost_per_waiting_minute: Money = 0.0
    """Cost of a minute that a caller waits."""


def equal_groups(value: Any) -> Any:
    """A name stands for a list of one; an inner list are groups of equal standing."""
    if not isinstance(value, list):
        what = f"{shown(value)} is not a list of groups"
        raise wrong(what, 'goes_to = ["experts", "generalists"] is meant')
    return tuple([item] if isinstance(item, str) else item for item in value)


class CallType(Part):
    """One kind of call."""

    label: Text = ""
    """What reports call it; the name by default."""
    opens: Clock | None = None
    """The call type's own hours, inside the day's."""
    closes: Clock | None = None
    """The call type's own hours, inside the day's."""
    arrivals: AnyArrivals
    """When callers phone."""
    talk: Work
    """How long the talk takes."""
    wrap_up: Work = Field(default="0 s", validate_default=True)
    """Work after the talk."""
    patience: Patience
    """How long callers wait before they hang up."""
    hold_messages: SomeText | None = None
    """The hold messages that waiting callers hear."""
    goes_to: (
        Annotated[
            tuple[Annotated[tuple[Name, ...], SchemaOr("one"), NOT_EMPTY], ...],
            BeforeValidator(equal_groups),
            NOT_EMPTY,
        ]
        | None
    ) = None
    """Groups in the order they are tried, equals in an inner list; by default all are equal."""
    priority: Priority = Priority()
    """Who is taken before whom."""
    ivr: Ivr | None = None
    """Self-service in a menu before the queue."""
    balk: Balk | None = None
    """Callers who do not join a queue that is too long for them."""
    redial: Redial | None = None
    """Callers who did not get through and phone again."""
    repeat: Repeat | None = None
    """Callers whose matter was not resolved and who phone again."""
    transfer: Transfer | None = None
    """Calls that are passed on to another call type."""
    callback: Callback | None = None
    """Callers who leave the line and are phoned."""
    talk_grows: TalkGrows | None = None
    """Talk that gets longer with the wait."""
    avoidable: Share = 0.0
    """Share of these calls that has a cause one could remove; shown, and changes nothing."""
    volume: Factor = 1.0
    """Multiplies the arrivals."""
    money: MoneyOfCalls = MoneyOfCalls()
    """What these calls are worth."""
    targets: Targets | None = None
    """Targets of this call type: they override the scenario's key by key."""
    busyness: Busyness | None = None
    """A factor a day of its own, which multiplies the shared one."""

    @field_validator("opens", "closes")
    @classmethod
    def in_the_day(cls, time: float | None, info: ValidationInfo) -> float | None:
        """A call type's own hours are inside the day's, on the same running clock."""
        day = surroundings(info).day
        if time is None or day is None:
            return time
        placed = time if time >= day.opens else time + DAY
        if not day.opens <= placed <= day.closes:
            hours = f"{format_clock(day.opens)} to {format_clock(day.closes)}"
            raise wrong(f"{format_clock(time)} is outside the day's hours, {hours}")
        opens = info.data.get("opens")
        if info.field_name == "closes" and placed <= (opens if opens is not None else day.opens):
            raise wrong("it closes before it opens", "a later time is meant")
        if info.field_name == "opens" and placed == day.closes:
            raise wrong("it opens when the line closes", "an earlier time is meant")
        return placed

    @field_validator("arrivals", "talk", "wrap_up", "patience")
    @classmethod
    def fills_the_hours(cls, value: Any, info: ValidationInfo) -> Any:
        """Pieces of arrivals and laws fill the call type's own open hours exactly."""
        day = surroundings(info).day
        if day is None or "opens" not in info.data or "closes" not in info.data:
            return value
        hours = own_hours(day, info.data["opens"], info.data["closes"])
        if info.field_name == "arrivals":
            check_arrivals(value, hours, info)
        check_pieces(value.law if isinstance(value, Patience) else value, hours)
        return value

    @field_validator("talk", "wrap_up")
    @classmethod
    def takes_no_day(cls, value: Any) -> Any:
        """Talk and wrap-up take less than a day; a longer mean is a wrong unit."""
        not_absurd(value)
        return value

    @property
    def busyness_shape(self) -> float | None:
        """Shape of the call type's own factor a day; None where it does not vary."""
        return self.busyness.gamma_shape if self.busyness else None


def own_hours(day: Hours, opens: float | None, closes: float | None) -> Hours:
    """A call type's hours: its own where it has them, else the day's."""
    return Hours(
        day.opens if opens is None else opens,
        day.closes if closes is None else closes,
        day.interval,
    )


WAITS = (
    "asa", "wait_mean", "wait_p50", "wait_p90", "wait_p95", "wait_p99", "wait_max",
    "callback_delay", "handling_mean", "time_to_served", "announced_rmse",
)  # fmt: skip
SHARES = (
    "service_level", "abandonment", "delayed_share", "waited_over_1_min", "waited_over_5_min",
    "waited_over_30_min", "occupancy", "utilisation", "shrinkage", "callers_reached",
    "service_level_day", "service_level_intervals", "callbacks_kept", "promises_broken",
)  # fmt: skip
SIGNED = ("announced_bias",)
AMOUNTS = (
    "offered", "answered", "abandoned", "blocked", "cut_off", "callbacks", "callback_lost",
    "redials", "queue_mean", "queue_max", "overtime_hours", "paid_hours", "on_duty_hours", "fte",
    "staffing_cost", "staff_cost_per_answered", "lost_call_cost", "answered_value",
    "waiting_cost", "total_cost", "net", "attempts", "repeats", "transfers", "contained",
    "follow_ups_lost", "redial_inflation",
)  # fmt: skip


def read_actual(value: Any) -> Any:
    """Measures of the centre's own report: shares, amounts, and waits as durations."""
    if not isinstance(value, Mapping):
        raise wrong(f"{shown(value)} is not a table", "measures of a report are meant")
    found, problems = {}, []
    for name, item in value.items():
        number = isinstance(item, (int, float)) and not isinstance(item, bool)
        if name in WAITS + SIGNED:
            below = name in SIGNED and isinstance(item, str) and item.startswith("-")
            try:
                found[name] = -read_duration(item[1:]) if below else read_duration(item)
            except ValueError as error:
                problems.append(Wrong((name,), str(error), 'a duration is meant, such as "11 s"'))
        elif name not in SHARES + AMOUNTS:
            hint = nearest(str(name), WAITS + SIGNED + SHARES + AMOUNTS)
            problems.append(Wrong((name,), "is not a measure", hint))
        elif not number or not abs(item) < 1e15:
            problems.append(Wrong((name,), f"{shown(item)} is not a number", "a number is meant"))
        elif name in SHARES and not 0 <= item <= 1:
            problems.append(Wrong((name,), f"{shown(item)} is not a share", "0 to 1 is meant"))
        elif name != "net" and item < 0:
            problems.append(Wrong((name,), f"{shown(item)} is negative"))
        else:
            found[name] = float(item)
    refuse_all(problems)
    return found


@dataclass(frozen=True)
class Origin:
    """Where a scenario came from, and which plan of it this is."""

    path: Path | None = None
    sha256: str = ""
    plan: str = "base"
    plan_about: str = ""
    plan_cost_per_day: float = 0.0
    plan_names: tuple[str, ...] = ("base",)


class Scenario(Part):
    """A day of a support line: who phones, who answers, what is heard meanwhile."""

    name: SomeText
    """What reports call the scenario."""
    about: Text = ""
    """What the scenario is about."""
    currency: SomeText = "EUR"
    """Currency of all money."""
    day: Day
    """Open hours."""
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
            expected = float(call_type.arrivals.pieces_in(self.own_hours(name))[1].sum())
            calls[name] = expected * call_type.volume * min(rows[name], MOST_ROWS)
        total = sum(calls.values())
        if total > MOST_CONTACTS:
            memory = f"{total * BYTES_A_CONTACT / 1e9:,.0f} GB"
            calls_a_day = f"{total:,.0f}" if total < 1e16 else f"{total:.3g}"
            what = f"{calls_a_day} calls a day would take {memory} of memory"
            most = max(calls, key=lambda name: calls[name])
            meant = f"at most {MOST_CONTACTS:,} calls are meant"
            yield Wrong(("callers", most, "arrivals"), what, meant)

    def shared_draws(self) -> Iterator[Wrong]:
        """Two purposes that would draw the same random numbers."""
        names = [stream_name(EVERY_TYPE, "busyness")]
        for name, call_type in self.callers.items():
            names += [stream_name(name, column) for column in COLUMNS]
            if call_type.arrivals.exact:
                pieces = len(call_type.arrivals.pieces_in(self.own_hours(name))[1])
                names += [stream_name(name, f"arrivals {piece}") for piece in range(pieces)]
        names += self.later_streams()
        told: set[str] = set()
        for first, second in clashes(names):
            name = second.rsplit("/", 2)[0]
            if name in told:  # where one attempt clashes, others are likely to
                continue
            told.add(name)
            what = f'"{first}" and "{second}" would draw the same random numbers'
            yield Wrong(("callers", name), what, "another name of the call type is meant")

    def later_streams(self) -> Iterator[str]:
        """Streams of all attempts of all persons, by the call type that they phone as first."""
        kinds = self.follow_ups
        edges, made = edges_of(kinds), attempts_made(kinds)
        for name in self.callers:
            ways = reachable(edges, name)
            features = [
                key for key in OF_FEATURE if any(getattr(self.callers[way], key) for way in ways)
            ]
            yield from stream_names(name, features, max(made[way] for way in ways))

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
    def hours(self) -> Hours:
        """Open hours of the line on the running clock."""
        return Hours(self.day.opens, self.day.closes, self.day.interval)

    def own_hours(self, type_name: str) -> Hours:
        """Open hours of a call type, with the reporting interval."""
        call_type = self.callers[type_name]
        return own_hours(self.hours, call_type.opens, call_type.closes)

    def hours_of(self, type_name: str) -> tuple[float, float]:
        """When a call type opens and closes, in seconds on the running clock."""
        return self.own_hours(type_name)[:2]

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
            name: FollowUps(kind.redial, kind.repeat, kind.transfer, self.unresolved(name))
            for name, kind in self.callers.items()
        }

    def least_resolved(self, type_name: str) -> float:
        """The smallest chance over the groups that a call need not be repeated."""
        groups = [name for name, group in self.operators.items() if type_name in group.skills]
        return min((self.resolves(type_name, group) for group in groups), default=1.0)

    def unresolved(self, type_name: str) -> float:
        """The largest chance over the groups that a call has to be repeated."""
        return 1 - self.least_resolved(type_name)

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


def overridden(base: Any, own: Any) -> Any:
    """A target with the keys that a call type has of its own."""
    if base is None or own is None:
        return own if base is None else base
    return base.model_copy(update={k: v for k, v in own if v is not None})


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
