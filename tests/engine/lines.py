"""Small lines, callers and what came of them, written in minutes after 08:00.

The line closes at 30 unless it is given other hours. A talk of work 1 takes a minute, and there is
no wrap-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.audit import broken_facts
from sim.callers import Callers, Staff
from sim.centre import Centre, Routing
from sim.chains import NO_FOLLOW_UPS
from sim.conduct import no_announcements, no_conduct
from sim.crewing import no_crewing
from sim.engine import simulate
from sim.outcomes import Outcome, Outcomes

ANSWERED, ABANDONED, CUT_OFF = Outcome.ANSWERED, Outcome.ABANDONED, Outcome.CUT_OFF
OPENS, CLOSES = 28_800.0, 30_600.0
INF = np.inf

Row = tuple[float, int, float, float]
"""Arrival, type, patience and talk of a caller."""


def centre_of(
    group_of: Sequence[int],
    duties: Sequence[tuple[int, float, float]] = (),
    *,
    tiers: Sequence[int] = (0,),
    after: Sequence[float] | None = None,
    reserve: int = 0,
    breaks: Sequence[tuple[int, float, float]] = (),
    seats: Sequence[tuple[float, int, int]] = (),
    serve: bool = True,
    lane_type: Sequence[int] | None = None,
) -> Centre:
    """A line with so many groups as tiers of one type, or lane; for several all tiers in a row."""
    groups = max(group_of, default=0) + 1
    lanes = len(tiers) // groups
    lane_type = range(lanes) if lane_type is None else lane_type
    types = max(lane_type) + 1
    members, whole = np.array(group_of, np.int32), np.zeros(len(tiers), np.int32)

    def column(table: Sequence[Sequence[Any]], place: int, dtype: Any = np.int32) -> Any:
        return np.array([each[place] for each in table], dtype)

    def times(table: Sequence[Sequence[Any]], place: int) -> Any:
        return OPENS + 60.0 * column(table, place, np.float64)

    return Centre(
        types=tuple("ab"[:types]), groups=tuple("xyz"[:groups]), opens=OPENS, closes=CLOSES,
        interval=900.0, serve=serve, lines=-1,
        routing=Routing(
            tier=np.array(tiers, np.int32), rank=whole + 1,
            after=60.0 * np.array(after or [0.0] * len(tiers)), reserve=whole + reserve,
            klass=np.ones(lanes, np.int32), head_start=np.zeros(lanes), growth=np.ones(lanes),
            ranked=np.zeros(groups, np.bool_),
        ),
        talk_mean=np.full(types * groups, 60.0), wrap_mean=np.zeros(types * groups),
        first_operator=np.searchsorted(members, np.arange(groups + 1)).astype(np.int32),
        operator_group=members, operator_name=tuple(str(who) for who in range(len(members))),
        seats=np.isin(np.arange(groups), column(seats, 1)), seat_time=times(seats, 0),
        seat_group=column(seats, 1), seat_number=column(seats, 2),
        duty_operator=column(duties, 0), duty_start=times(duties, 1), duty_end=times(duties, 2),
        break_operator=column(breaks, 0), break_due=times(breaks, 1),
        break_lasts=60.0 * column(breaks, 2, np.float64),
        break_paid=np.zeros(len(breaks), np.bool_),
        conduct=no_conduct(types, groups, OPENS, CLOSES),
        announcements=no_announcements(types),
        crewing=no_crewing(types, groups)._replace(
            lane_type=np.array(lane_type, np.int32), opens_queue=whole - 1,
            opens_wait=np.full(len(tiers), -1.0),
        ),
    )  # fmt: skip


def changed(centre: Centre, table: str, **values: Any) -> Centre:
    """The line with other columns in one of its tables: `routing`, `conduct`, `crewing` ..."""
    before = getattr(centre, table)
    columns = {
        name: np.array(value, getattr(before, name).dtype)
        if hasattr(getattr(before, name), "dtype") else value
        for name, value in values.items()
    }  # fmt: skip
    return Centre(**{**vars(centre), table: before._replace(**columns)})


def on_days(centre: Centre, *hours: tuple[float, float], **values: Any) -> Centre:
    """The line, open in these hours, a day each; on the first of them everything in the roster
    happens unless something else is given."""
    opens, closes = OPENS + 60.0 * np.array(hours, float).T
    types = len(centre.types)
    centre = changed(
        centre, "calendar", day_name=("Mon", "Tue", "Wed")[: len(hours)],
        day_start=[0.0, *opens[1:]], period_opens=opens, period_closes=closes, **values,
    )  # fmt: skip
    centre = Centre(**{**vars(centre), "closes": closes[-1]})
    return changed(
        centre, "conduct", opens=np.tile(opens, types), closes=np.tile(closes, types),
        hours_from=len(hours) * np.arange(types + 1), carries=[True] * types,
    )  # fmt: skip


def callers_of(*rows: Row, **columns: Any) -> Callers:
    """First attempts, in the order of arrival; of who never comes of itself it is NaN."""
    number = len(rows)
    arrival, kind, patience, talk = (np.array(column, float) for column in zip(*rows, strict=True))
    return Callers(
        arrival=OPENS + 60.0 * arrival, type=kind.astype(np.int16),
        caller=np.arange(number, dtype=np.int32), attempt=np.ones(number, np.int16),
        talk_work=talk, wrap_work=np.zeros(number), patience=60.0 * patience, **columns,
    )  # fmt: skip


def followed_by(callers: Callers, row: int, child: int, via: str, **values: float) -> Callers:
    """The callers, a row of whom is a follow-up of another: its redial, repeat or transfer."""
    follow_ups = NO_FOLLOW_UPS._replace(**{
        name: np.full(len(callers), -1 if name in ("redial", "repeat", "transfer") else 0,
                      column.dtype)
        for name, column in NO_FOLLOW_UPS._asdict().items()
    })  # fmt: skip
    follow_ups.via[child] = ("redial", "repeat", "transfer").index(via) + 1
    getattr(follow_ups, via)[row] = child
    for name, value in values.items():
        getattr(follow_ups, name)[row] = value
    callers.arrival[child], callers.attempt[child] = np.nan, 2
    callers.caller[child] = callers.caller[row]
    return Callers(**{**vars(callers), "follow_ups": follow_ups})


def staff_of(centre: Centre, **columns: Any) -> Staff:
    """Operators who all come in time and are all alike, unless something else is given."""
    operators = np.arange(centre.operators, dtype=np.int32)
    absent = np.zeros(centre.operators * centre.calendar.days, np.bool_)
    given = {name: np.array(value) for name, value in columns.items()}
    return Staff(**{"operator": operators, "absent": absent, **given})


def lived(engine: str, centre: Centre, callers: Callers, staff: Staff | None = None) -> Outcomes:
    """The day as an engine lives it, which breaks no fact either."""
    staff = staff_of(centre) if staff is None else staff
    outcomes = simulate(centre, callers, staff, engine=engine)
    assert broken_facts(centre, callers, staff, outcomes) == []
    return outcomes


def told(outcomes: Outcomes, row: int) -> tuple[Outcome, float, int]:
    """Outcome, end of the wait in minutes, and operator of a row."""
    ended = (outcomes.wait_ended[row] - OPENS) / 60.0
    return Outcome(outcomes.outcome[row]), float(ended), int(outcomes.operator[row])


def minutes(times: Any) -> list[float]:
    """Times of the clock, so that NaN equals NaN as -1."""
    return np.nan_to_num((times - OPENS) / 60.0, nan=-1.0).tolist()


def there(outcomes: Outcomes, operator: int) -> list[tuple[float, float]]:
    """From when to when an operator was there."""
    own = outcomes.presence_operator == operator
    start, end = (outcomes.presence_start[own], outcomes.presence_end[own])
    return list(zip(minutes(start), minutes(end), strict=True))
