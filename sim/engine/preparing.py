"""A day taken into the arrays of the compiled engine, and its outcomes taken out of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import rules
from sim.callers import Callers, Staff
from sim.centre import Centre
from sim.crewing import LEAST_OCCUPIED, LONGEST_IDLE
from sim.engine.heap import heap_of, tree_of
from sim.engine.records import as_records, records_of, side_by_side
from sim.engine.state import (
    BREAK_DUE,
    BREAKS,
    ENDS,
    FIRST_CALL,
    NO_ROW,
    PRESENCES,
    SEATS_CHANGE,
    STARTS,
    TRIES,
    Floats,
    Given,
    Ints,
    Longs,
    State,
)
from sim.outcomes import Outcomes
from sim.roster import Expected, expected_at

NONE = np.int64(0)
"""No callers or operators, in a column of 64 bits."""


def given_of(centre: Centre, callers: Callers, staff: Staff) -> Given:
    """The day as the arrays that the loop reads."""
    everybody = not (staff.absent.any() or staff.late.any())
    line = _line(centre)
    attended = _attended(centre) if everybody else _roster(centre, expected_at(centre, staff))
    uses = _uses(centre, callers)
    paced = bool((staff.pace != 1.0).any())
    first_break = attended["first_break"]
    return Given(
        **line,
        **{name: value for name, value in attended.items() if name != "first_break"},
        **uses,
        counts=not line["plain"] or attended["on_calls"] > 0,
        paced=paced,
        varies=paced or uses["grows"] or uses["rings"] or uses["calls_back"],
        follow_ups=as_records(callers.follow_ups, repeat="repeat_call"),
        choices=as_records(callers.choices),
        phoned=callers.arrival[: _first_attempts(callers)],
        kind=callers.type,
        lane=callers.lane,
        patience=callers.patience,
        talk_work=callers.talk_work,
        wrap_work=callers.wrap_work,
        staff=side_by_side(pace=staff.pace, first_break=first_break),
    )


@lru_cache(maxsize=16)
def _line(centre: Centre) -> dict[str, Any]:
    """What is the same on every day, put together once."""
    crewing = centre.crewing
    picks = set(crewing.picks.tolist())
    plain = not _goes_by_length(centre)
    return {
        "routing": centre.routing,
        "groups": len(centre.groups),
        "serve": centre.serve,
        "lines": centre.lines,
        "plain": plain,
        "picky": not plain or picks != {LONGEST_IDLE},
        "least": LEAST_OCCUPIED in picks,
        "stays": bool(crewing.stays.any()),
        "settles": bool((crewing.opens_wait >= 0.0).any()),
        "queue_limit": centre.conduct.queue_limit,
        "per_operator": float(centre.conduct.per_operator),
        "quantiles": centre.announcements.quantile_size,
        "lanes": len(crewing.lane_type),
        "operators": centre.operators,
        "periods": len(centre.calendar.period_opens),
        "crewing": as_records(crewing),
        "calendar": as_records(centre.calendar),
        "conduct": as_records(centre.conduct),
        "said": as_records(centre.announcements),
        "hazards": as_records(centre.hazards),
        "talk_mean": centre.talk_mean,
        "wrap_mean": centre.wrap_mean,
        "group": centre.operator_group.astype(np.int64),
        "teams": side_by_side(seats=centre.seats, first=centre.first_operator.astype(np.int64)),
    }


@lru_cache(maxsize=16)
def _attended(centre: Centre) -> dict[str, Any]:
    """The roster of a day on which everybody comes in time, put together once."""
    operators, days = centre.operators, centre.calendar.days
    staff = Staff(np.arange(operators, dtype=np.int32), np.zeros(operators * days, np.bool_))
    return _roster(centre, expected_at(centre, staff))


def _roster(centre: Centre, expected: Expected) -> dict[str, Any]:
    """Who comes, and for what."""
    thresholds = _thresholds(centre, expected.duty_operator, expected.on_call)
    on_calls = int(np.count_nonzero(expected.on_call >= 0))
    changes = len(expected.break_due) + len(expected.seat_time) + 2 * len(expected.duty_end)
    return {
        "changes": changes - on_calls,
        "on_calls": on_calls,
        "on_call": _on_call(centre, expected),
        "roster": _in_turn(centre, expected),
        "breaks": side_by_side(lasts=expected.break_lasts, row=expected.break_row),
        "first_break": np.searchsorted(expected.break_operator, np.arange(centre.operators)),
        "threshold_from": np.cumsum([0, *map(len, thresholds)]),
        "thresholds": np.array([each for own in thresholds for each in own], np.float64),
    }


def _uses(centre: Centre, callers: Callers) -> dict[str, Any]:
    """What callers may do on the day; what they do not costs one look at a flag."""
    conduct = centre.conduct
    follows, uses_menu = len(callers.follow_ups.via) > 0, len(callers.choices.menu) > 0
    calls_back = bool(conduct.called_back.any())
    return {
        "follows": follows,
        "uses_menu": uses_menu,
        "balks": len(callers.choices.balk) > 0,
        "procedures": len(callers.choices.procedure) > 0,
        "calls_back": calls_back,
        "comes_later": follows or uses_menu or calls_back,
        "listens": bool(centre.announcements.by_queue.any()),
        "limited": conduct.queue_limit >= 0 or conduct.per_operator != np.inf,
        "grows": bool(conduct.per_minute.any() or conduct.past_promise.any()),
        "rings": bool(centre.crewing.ring.any()),
    }


def _goes_by_length(centre: Centre) -> bool:
    """Whether a group goes by the longest queue, or is open only while many or long ones wait."""
    crewing = centre.crewing
    under_conditions = (crewing.opens_queue >= 0) | (crewing.opens_wait >= 0.0)
    return bool(crewing.longest_queue.any() or under_conditions.any())


def _first_attempts(callers: Callers) -> int:
    """How many rows come first, with arrivals of their own."""
    follow_ups = callers.follow_ups
    return (
        int(np.count_nonzero(follow_ups.via == FIRST_CALL)) if len(follow_ups.via) else len(callers)
    )


def _thresholds(centre: Centre, operator: Ints, on_call: Ints) -> list[list[float]]:
    """Waits of callers of each lane after which somebody may help, given these duties."""
    called = on_call >= 0
    groups = centre.operator_group[operator[called]].tolist()
    waits = centre.calendar.call_wait[on_call[called]].tolist()
    return rules.thresholds(
        centre.routing, len(centre.crewing.lane_type), len(centre.groups),
        list(zip(groups, waits, strict=True)),
    )  # fmt: skip


def _on_call(centre: Centre, expected: Expected) -> Any:
    """The duties for which operators are called, in the order of the roster."""
    called, calendar = expected.on_call >= 0, centre.calendar
    condition, operator = expected.on_call[called], expected.duty_operator[called]
    return side_by_side(
        operator=operator, group=centre.operator_group[operator],
        start=expected.duty_start[called], end=expected.duty_end[called],
        queue_above=calendar.call_queue[condition], wait_above=calendar.call_wait[condition],
        delay=calendar.call_delay[condition],
    )  # fmt: skip


def _in_turn(centre: Centre, expected: Expected) -> Any:
    """Duties, breaks and seats of those who come, in the order (time, operator, ticket)."""
    duties, breaks = len(expected.duty_end), len(expected.break_due)
    called = expected.on_call >= 0
    on_call = np.where(called, np.cumsum(called) - 1, -1)
    when = np.stack([expected.duty_start, expected.duty_end], axis=1).ravel()
    nothing = np.full(breaks + len(expected.seat_time), -1)
    time = np.concatenate([when, expected.break_due, expected.seat_time])
    entity = np.concatenate(
        [
            np.repeat(expected.duty_operator, 2),
            expected.break_operator,
            centre.first_operator[expected.seat_group],
        ]
    )
    act = np.concatenate(
        [
            np.tile([STARTS, ENDS], duties),
            np.full(breaks, BREAK_DUE),
            SEATS_CHANGE + expected.seat_group,
        ]
    )
    value = np.concatenate(
        [np.repeat(expected.duty_end, 2), np.zeros(breaks), expected.seat_number]
    )
    condition = np.concatenate([np.repeat(on_call, 2), nothing])
    order = np.lexsort((np.arange(len(time)), entity, time))
    # That somebody may be called from now on is no event: nobody looks for work because of it.
    order = order[((act != STARTS) | (condition < 0))[order]]
    columns = {
        "time": time, "entity": entity.astype(np.int64), "act": act.astype(np.int64),
        "value": value.astype(np.float64), "on_call": condition.astype(np.int64),
    }  # fmt: skip
    return side_by_side(**{name: column[order] for name, column in columns.items()})


def state_of(centre: Centre, callers: Callers) -> State:
    """The line before anything has happened, with room for all that can."""
    rows, operators = len(callers), centre.operators
    groups, lanes = len(centre.groups), len(centre.crewing.lane_type)
    uses = _uses(centre, callers)
    arrival = callers.arrival
    joined = arrival
    if uses["follows"] or uses["uses_menu"]:
        arrival, joined = arrival.copy(), arrival.copy()
    called, heard = (rows if uses[use] else 0 for use in ("calls_back", "listens"))
    tries = _most_tries(centre, callers) if called else 0

    def floats(number: int) -> Floats:
        return np.full(number, np.nan)

    def none(number: int) -> Ints:
        return np.full(number, -1, np.int32)

    def nobody(number: int) -> Longs:
        return np.full(number, -1, np.int64)

    def longs(number: int) -> Longs:
        return np.zeros(number, np.int64)

    staff_time, staff_key = tree_of(operators)
    caller_time, caller_key = heap_of(len(callers) * _events_ahead(centre, uses["comes_later"]))
    return State(
        scalars=np.zeros(10, np.int64), staff_time=staff_time,
        staff_key=staff_key, caller_time=caller_time,
        caller_key=caller_key, arrival=arrival, joined=joined,
        stage=np.zeros(rows, np.int8), behind=none(rows),
        heads=nobody(2 * lanes if uses["calls_back"] else lanes), tails=nobody(lanes),
        lanes=records_of(lanes, waiting=NONE, expected=0.0, last_waited=0.0),
        follow_up_lost=np.full(rows if uses["follows"] else 0, -1, np.int8),
        calls=records_of(called or (rows if uses["rings"] else 0), ahead=NO_ROW, behind=NO_ROW,
                         talk_started=np.nan, callback=np.nan, tried=np.int32(0), lineless=False),
        tries=records_of(tries, contact=NO_ROW, operator=NO_ROW, start=np.nan, end=np.nan,
                         reached=False),
        listening=_listening(heard, callers),
        outcome=np.full(rows, -1, np.int8), wait_ended=floats(rows),
        talk_ended=floats(rows), handled=floats(rows), operator=none(rows),
        doing=np.zeros(operators, np.int8), serving=nobody(operators),
        due_to_leave=np.zeros(operators, np.bool_), break_owed=longs(operators),
        crew=_crew(operators), idle_since=floats(operators), before=nobody(operators),
        after=nobody(operators), first_idle=nobody(groups), last_idle=nobody(groups),
        idle_count=longs(groups), candidates=nobody(groups), departures_owed=longs(groups),
        teams=records_of(groups, there=NONE, seats_set=NONE, able=NONE),
        called=floats(int(np.count_nonzero(centre.calendar.on_call >= 0))),
        presences=_spells(len(centre.duty_start) + int(np.sum(centre.seat_number))),
        breaks=_spells(len(centre.break_due)),
    )  # fmt: skip


@lru_cache(maxsize=16)
def _events_ahead(centre: Centre, comes_later: bool) -> int:
    """At most so many events of a caller are ahead at a time: a hang-up, the thresholds of the
    lane and one arrival."""
    thresholds = _thresholds(centre, centre.duty_operator, centre.calendar.on_call)
    return 1 + int(comes_later) + max(map(len, thresholds), default=0)


def _crew(operators: int) -> Any:
    """Nobody has come yet."""
    return records_of(
        operators, came=np.nan, duty_until=np.nan, break_until=np.nan, busy=0.0,
        break_next=np.int32(0), comes_for=NO_ROW, try_of=NO_ROW, coming=False,
    )  # fmt: skip


def _spells(room: int) -> Any:
    """Room for so many times that operators are there, or have a break."""
    return records_of(room, operator=NO_ROW, start=np.nan, end=np.nan, row=NO_ROW)


def _most_tries(centre: Centre, callers: Callers) -> int:
    """No more tries than this can be made to call people back."""
    choices = callers.choices
    asks = choices.accepts | choices.instead
    tries = np.minimum(choices.reached_at, centre.conduct.tries[callers.type])
    return int(tries[asks].sum())


def _listening(heard: int, callers: Callers) -> Any:
    """Nothing has been said yet."""
    return records_of(
        heard, budget=callers.choices.threshold if heard else 0.0, waited=0.0, message=NO_ROW,
        effect=1.0, level_effect=1.0, promise=NO_ROW, promised=np.inf, said_position=np.int32(0),
        next_waited=np.inf, next_message=NO_ROW, announced_wait=np.nan, announced_at=np.nan,
        announced_position=NO_ROW, promised_until=np.nan,
    )  # fmt: skip


def outcomes_of(centre: Centre, callers: Callers, s: State) -> Outcomes:
    """The outcome tables of the day; contacts that never happened are not in them."""
    presences = _in_order(s.presences, s.scalars[PRESENCES])
    breaks = _in_order(s.breaks, s.scalars[BREAKS])
    columns: dict[str, NDArray[Any]] = {
        "type": callers.type, "caller": callers.caller, "attempt": callers.attempt,
        "arrival": s.arrival, "outcome": s.outcome, "wait_ended": s.wait_ended,
        "talk_ended": s.talk_ended, "handled": s.handled, "operator": s.operator,
        **_columns_used(callers, s, _uses(centre, callers)),
    }  # fmt: skip
    if len(callers.follow_ups.via):
        happened = np.flatnonzero(s.outcome >= 0).astype(np.int32)
        columns = {name: column[happened] for name, column in columns.items()}
        columns["contact"] = happened
    tries: Any = s.tries
    tries = tries[: s.scalars[TRIES]]
    return Outcomes(
        **columns,
        presence_operator=presences["operator"], presence_start=presences["start"],
        presence_end=presences["end"], break_operator=breaks["operator"],
        break_start=breaks["start"], break_end=breaks["end"], break_row=breaks["row"],
        try_contact=tries.contact.copy(), try_operator=tries.operator.copy(),
        try_start=tries.start.copy(), try_end=tries.end.copy(), try_reached=tries.reached.copy(),
    )  # fmt: skip


def _in_order(spells: Any, number: int) -> dict[str, NDArray[Any]]:
    """The columns of the first so many, by operator and start."""
    written = spells[:number]
    order = np.lexsort((written["start"], written["operator"]))
    return {name: written[name][order] for name in written.dtype.names}


def _columns_used(callers: Callers, s: State, uses: dict[str, Any]) -> dict[str, Any]:
    """The columns of features that the day uses; what is left out never happened."""
    columns: dict[str, Any] = {}
    if len(callers.follow_ups.via):
        columns |= {"via": callers.follow_ups.via, "follow_up_lost": s.follow_up_lost}
    # What is not used has one record; a day with one contact that uses it has one as well.
    tables: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
        ("calls_back", s.calls, ("callback", "talk_started")),
        ("rings", s.calls, ("talk_started",)),
        ("listens", s.listening,
         ("announced_wait", "announced_at", "announced_position", "promised_until")),
    )  # fmt: skip
    for use, table, names in tables:
        if uses[use] and len(callers):
            columns |= {name: np.ascontiguousarray(table[name]) for name in names}
    return columns
