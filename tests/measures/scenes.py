"""The least of a scenario that measures read, and days simulated at random."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.callers import Callers
from sim.centre import Centre, Routing
from sim.engine import simulate
from sim.outcomes import Outcome, Outcomes
from sim.scenario.values import CalendarDay
from tests.strategies import days

CONVENTIONS = ("offered", "answered", "excluding_short", "abandoned_in_time_met")


NO_EXTRAS = {
    "premiums": (), "absence": 0.0, "absence_paid": True, "shrinkage": None, "standby_wage": 0.0,
}  # fmt: skip


@dataclass
class Scene:
    """A stand-in for Scenario with targets and money, by call type and (None) for all."""

    types: tuple[str, ...]
    groups: tuple[str, ...]
    threshold: dict[str | None, float] = field(default_factory=dict)
    convention: dict[str | None, str] = field(default_factory=dict)
    short: dict[str | None, float] = field(default_factory=dict)
    share: dict[str | None, float] = field(default_factory=dict)
    worth: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    """Worth of an answered call, cost of a lost one and of a minute waited, by type."""
    wages: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    plan_cost_per_day: float = 0.0
    currency: str = "EUR"
    name: str = "Scene"
    plan: str = "base"
    sha256: str = "0" * 64
    assumptions: tuple[str, ...] = ()
    promise: dict[str, float] = field(default_factory=dict)
    extras: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What a group has beside wages: premiums, absence_paid, shrinkage, standby_wage."""
    calendar_days: tuple[CalendarDay, ...] = ()
    trunks: Any = None
    repeat_cost: float = 0.0
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def money(self) -> Any:
        return SimpleNamespace(weeks_a_year=52.0)

    def programme_of(self, name: str) -> Any:
        messages = self.messages.get(name)
        return None if messages is None else SimpleNamespace(messages=messages)

    def within(self, name: str | None) -> float:
        return self.threshold.get(name, 20.0)

    def counts(self, name: str | None) -> str:
        return self.convention.get(name, "offered")

    def ignore_under(self, name: str | None) -> float | None:
        return self.short.get(name)

    def targets_of(self, name: str | None) -> Any:
        if name not in self.share:
            return SimpleNamespace(service_level=None, abandonment=None, occupancy=None)
        level = SimpleNamespace(
            share=self.share[name], within=self.within(name), counts=self.counts(name)
        )
        return SimpleNamespace(service_level=level, abandonment=None, occupancy=None)

    @property
    def callers(self) -> dict[str, Any]:
        patience = SimpleNamespace(law=SimpleNamespace(mean=120.0), hang_up_at_once=0.0)
        return {
            name: SimpleNamespace(
                money=SimpleNamespace(
                    **dict(
                        zip(
                            ("answered_value", "lost_call_cost", "cost_per_waiting_minute"),
                            self.worth.get(name, (0.0, 0.0, 0.0)),
                            strict=True,
                        )
                    ),
                    repeat_cost=self.repeat_cost,
                ),
                patience=patience,
                callback=SimpleNamespace(promise=self.promise.get(name)),
            )
            for name in self.types
        }

    @property
    def operators(self) -> dict[str, Any]:
        names = ("wage", "overtime_wage", "on_costs", "contract_hours")
        plain = (0.0, 0.0, 0.0, 37.5)
        return {
            name: SimpleNamespace(
                **dict(zip(names, self.wages.get(name, plain), strict=True)),
                **(NO_EXTRAS | self.extras.get(name, {})),
            )
            for name in self.groups
        }

    @property
    def days(self) -> tuple[str, ...]:
        return tuple(day.name for day in self.calendar_days if day.name)

    @property
    def days_a_week(self) -> float:
        return float(len(self.days) or 5)


def centre(**changes: Any) -> Centre:
    """An hour from 08:00 in intervals of 30 min: types a and b, two persons, two seats."""
    pairs = 4
    plain: dict[str, Any] = {
        "types": ("a", "b"),
        "groups": ("x", "s"),
        "opens": 28800.0,
        "closes": 32400.0,
        "interval": 1800.0,
        "serve": True,
        "lines": -1,
        "routing": Routing(
            tier=np.zeros(pairs, np.int32),
            rank=np.ones(pairs, np.int32),
            after=np.zeros(pairs),
            reserve=np.zeros(pairs, np.int32),
            klass=np.ones(2, np.int32),
            head_start=np.zeros(2),
            growth=np.ones(2),
            ranked=np.zeros(2, np.bool_),
        ),
        "talk_mean": np.full(pairs, 240.0),
        "wrap_mean": np.full(pairs, 60.0),
        "first_operator": np.array([0, 2, 4], np.int32),
        "operator_group": np.array([0, 0, 1, 1], np.int32),
        "operator_name": ("x 1", "x 2", "s 1", "s 2"),
        "seats": np.array([False, True]),
        "seat_time": np.array([28800.0, 30600.0]),
        "seat_group": np.array([1, 1], np.int32),
        "seat_number": np.array([2, 1], np.int32),
        "duty_operator": np.array([0, 1], np.int32),
        "duty_start": np.array([27900.0, 28800.0]),
        "duty_end": np.array([31500.0, 32400.0]),
        "break_operator": np.array([0, 1], np.int32),
        "break_due": np.array([30000.0, 32100.0]),
        "break_lasts": np.array([600.0, 600.0]),
        "break_paid": np.array([False, False]),
    }
    return Centre(**(plain | changes))


def outcomes(
    contacts: list[tuple[Any, ...]],
    presence: list[tuple[int, float, float]] = [],  # noqa: B006
    breaks: list[tuple[int, float, float]] = [],  # noqa: B006
    caller: list[int] | None = None,
) -> Outcomes:
    """A table from rows (type, arrival, outcome, wait, handling, operator)."""
    rows = len(contacts)
    kind, arrival, outcome, wait, handling, operator = (
        zip(*contacts, strict=True) if contacts else ((),) * 6
    )
    start = np.array(arrival, float)
    ended = start + np.array(wait, float)
    people = np.arange(rows) if caller is None else np.array(caller)
    seen: dict[int, int] = {}
    attempt = []
    for who in people.tolist():
        seen[who] = seen.get(who, 0) + 1
        attempt.append(seen[who])
    handled = ended + np.array(handling, float)
    return Outcomes(
        type=np.array(kind, np.int16),
        caller=people.astype(np.int32),
        attempt=np.array(attempt, np.int16),
        arrival=start,
        outcome=np.array(outcome, np.int8),
        wait_ended=ended,
        talk_ended=handled,
        handled=handled,
        operator=np.array(operator, np.int32),
        presence_operator=np.array([p[0] for p in presence], np.int32),
        presence_start=np.array([p[1] for p in presence], float),
        presence_end=np.array([p[2] for p in presence], float),
        break_operator=np.array([b[0] for b in breaks], np.int32),
        break_start=np.array([b[1] for b in breaks], float),
        break_end=np.array([b[2] for b in breaks], float),
    )


@st.composite
def simulated(draw: st.DrawFn, most: int = 1) -> tuple[Scene, Centre, list[Outcomes]]:
    """A scene, its line, and the outcomes of one to `most` days: the same people in other
    numbers."""
    day = draw(days(without=("periods",)))  # several days: see `tests.measures.crews`
    scopes = (*day.centre.types, None)

    def some(values: list[Any]) -> dict[str | None, Any]:
        return {s: draw(st.sampled_from(values)) for s in scopes if draw(st.booleans())}

    scene = Scene(
        types=day.centre.types,
        groups=day.centre.groups,
        threshold=some([0.0, 20.0, 60.0]),
        convention=some(list(CONVENTIONS)),
        short=some([5.0, 60.0]),
        share=some([0.0, 0.5, 0.8, 1.0]),
        worth=dict.fromkeys(day.centre.types[:2], (4.0, 6.0, 0.1)),
        wages=dict.fromkeys(day.centre.groups[:2], (24.0, 36.0, 0.25, 30.0)),
        plan_cost_per_day=7.0,
        promise={name: promise for name, promise in some([60.0, 600.0]).items() if name},
        messages=_messages(draw, day.centre),
    )
    runs = []
    persons = int(np.count_nonzero(day.callers.attempt == 1))
    for _ in range(draw(st.integers(1, most))):
        keep = draw(st.lists(st.booleans(), min_size=persons, max_size=persons))
        people = some_people(day.callers, np.array(keep, np.bool_))
        runs.append(simulate(day.centre, people, day.staff))
    return scene, day.centre, runs


def some_people(callers: Callers, keep: NDArray[np.bool_]) -> Callers:
    """The persons kept, with all that may follow their first contacts, numbered anew."""
    rows = keep[callers.caller]
    number = np.append(np.cumsum(rows) - 1, -1)
    after = callers.follow_ups
    if len(after.via):
        after = type(after)(*(column[rows] for column in after))
        after = after._replace(
            **{
                name: number[getattr(after, name)].astype(np.int32)
                for name in ("redial", "repeat", "transfer")
            }
        )
    choices = callers.choices
    choices = type(choices)(*(column[rows] if len(column) else column for column in choices))
    columns = {
        name: getattr(callers, name)[rows]
        for name in ("arrival", "type", "attempt", "talk_work", "wrap_work", "patience")
    }
    caller = (np.cumsum(keep) - 1)[callers.caller[rows]].astype(np.int32)
    return Callers(caller=caller, follow_ups=after, choices=choices, **columns)


def _messages(draw: st.DrawFn, line: Centre) -> dict[str, dict[str, Any]]:
    """What each type hears: the messages of the line that depend on the queue, or any."""
    said, says = line.announcements, ("apology", "position", "expected_wait", "callback_offer")
    found: dict[str, dict[str, Any]] = {}
    for place, name in enumerate(line.types):
        if said.by_queue[place]:
            rows = range(said.message_from[place], said.message_from[place + 1])
            times = [(says[said.says[m]], said.at[m], said.every[m]) for m in rows]
        else:
            ends = (st.sampled_from([0.0, 30.0, 60.0]), st.sampled_from([np.inf, 30.0, 47.7]))
            some = st.lists(st.tuples(st.just("apology"), *ends), max_size=2)
            times = draw(some)
        if times:
            found[name] = {
                f"message {m}": SimpleNamespace(
                    says=what, at=at, every=None if np.isinf(every) else every
                )
                for m, (what, at, every) in enumerate(times)
            }
    return found


L, M = Outcome.CALLBACK_LOST, Outcome.CONTAINED
A, H, B, C = Outcome.ANSWERED, Outcome.ABANDONED, Outcome.BLOCKED, Outcome.CUT_OFF
NAN = float("nan")
