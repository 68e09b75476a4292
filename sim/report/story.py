"""One simulated day told event by event, from its outcome tables."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.events import Kind
from sim.experiment import Day
from sim.outcomes import Outcome
from sim.report.wording import duration, plain
from sim.scenario import Scenario
from sim.times import format_clock


class Moment(NamedTuple):
    """Something that happened, in the order in which the line handled it."""

    time: float
    kind: int
    entity: int
    step: int
    """Order of what one entity does at one instant."""
    sentence: str
    waiting: tuple[str, int] | None = None
    """The call type whose queue changed, and by how much."""


def story(scenario: Scenario, day: Day, start: float, end: float) -> Iterator[str]:
    """The day as lines of text, between two clock times.

    Parameters
    ----------
    scenario : Scenario
        What was simulated.
    day : Day
        One replication of it.
    start, end : float
        Seconds on the running clock, both included.

    Yields
    ------
    str
        "08:00:07.3  cards 12 phones; ..." with the number waiting where it changed.
    """
    waiting: Counter[str] = Counter()
    for moment in sorted(_moments(scenario, day)):
        queue = ""
        if moment.waiting is not None:
            name, step = moment.waiting
            waiting[name] += step
            queue = f"  [{sum(waiting.values())} waiting]"
        if start <= moment.time <= end:
            yield f"{tenths(moment.time)}  {moment.sentence}{queue}"


def tenths(seconds: float) -> str:
    """The running clock to the tenth of a second: "08:00:07.3"."""
    whole, tenth = divmod(round(seconds * 10), 10)
    hours, rest = divmod(whole, 3600)
    return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}.{tenth}"


def _moments(scenario: Scenario, day: Day) -> Iterator[Moment]:
    yield from _contacts(scenario, day)
    yield from _operators(day)
    closing = f"the line closes ({'who waits is served' if day.centre.serve else 'cut off'})"
    yield Moment(day.centre.closes, Kind.CLOSING, -1, 0, closing)


def _contacts(scenario: Scenario, day: Day) -> Iterator[Moment]:
    centre, outcomes = day.centre, day.outcomes
    names = [plain(operator, 40) for operator in centre.operator_name]
    for row in range(len(outcomes)):
        kind = centre.types[outcomes.type[row]]
        who = f"{plain(kind, 30)} #{row}"
        arrival, ended = float(outcomes.arrival[row]), float(outcomes.wait_ended[row])
        outcome = Outcome(int(outcomes.outcome[row]))
        operator = names[outcomes.operator[row]] if outcomes.operator[row] >= 0 else ""
        number = int(outcomes.operator[row])
        if outcome is Outcome.BLOCKED:
            yield Moment(arrival, Kind.ARRIVAL, row, 0, f"{who} phones: all lines are busy")
            continue
        at_once = outcome is Outcome.ANSWERED and ended == arrival
        if at_once:
            yield Moment(arrival, Kind.ARRIVAL, row, 0, f"{who} phones; {operator} answers at once")
        else:
            yield Moment(arrival, Kind.ARRIVAL, row, 0, f"{who} phones and waits", (kind, 1))
            yield from _heard(scenario, kind, who, row, arrival, ended, outcome)
            # An end of the wait at the very instant of arrival comes after the arrival.
            order = Kind.ARRIVAL if ended == arrival else _ENDING[outcome]
            entity = number if order is Kind.FREED else row
            wait = duration(ended - arrival)
            end = {
                Outcome.ANSWERED: f"{operator} answers {who} after {wait}",
                Outcome.ABANDONED: f"{who} hangs up after {wait}",
                Outcome.CUT_OFF: f"{who} is cut off after {wait}",
            }[outcome]
            yield Moment(ended, order, entity, 2, end, (kind, -1))
        if outcome is Outcome.ANSWERED:
            talked, done = float(outcomes.talk_ended[row]), float(outcomes.handled[row])
            talk = f"{who} and {operator} end their talk of {duration(talked - ended)}"
            yield Moment(talked, Kind.FREED, number, 0, talk)
            if done > talked:
                wrap_up = f"{operator} has wrapped up ({duration(done - talked)})"
                yield Moment(done, Kind.FREED, number, 1, wrap_up)


_ENDING = {
    Outcome.ANSWERED: Kind.FREED,
    Outcome.ABANDONED: Kind.HANG_UP,
    Outcome.CUT_OFF: Kind.CLOSING,
}


def _heard(
    scenario: Scenario, kind: str, who: str, row: int, arrival: float, ended: float,
    outcome: Outcome,
) -> Iterator[Moment]:  # fmt: skip
    """The hold messages that played before the wait was over.

    Who is answered or cut off at the instant of a message is so before it plays.
    """
    programme = scenario.callers[kind].hold_messages
    if programme is None:
        return
    for name, message in scenario.hold_messages[programme].messages.items():
        hearings = 1
        if message.every is not None:
            hearings = max(0, math.floor((ended - arrival - message.at) / message.every) + 1)
        for hearing in range(hearings):
            time = arrival + message.at + hearing * (message.every or 0.0)
            if time < ended or (time == ended and outcome is Outcome.ABANDONED):
                said = f"{who} hears {plain(name, 30)} ({message.says})"
                order = Kind.ARRIVAL if time == arrival else Kind.MESSAGE
                yield Moment(time, order, row, 1, said)


def _operators(day: Day) -> Iterator[Moment]:
    outcomes = day.outcomes
    names = [plain(operator, 40) for operator in day.centre.operator_name]
    presence = zip(
        outcomes.presence_operator, outcomes.presence_start, outcomes.presence_end, strict=True
    )
    for number, start, end in presence:
        name = names[number]
        yield Moment(float(start), Kind.DUTY, int(number), 0, f"{name} comes")
        yield Moment(float(end), Kind.CLOSING, int(number), 3, f"{name} leaves")
    breaks = zip(outcomes.break_operator, outcomes.break_start, outcomes.break_end, strict=True)
    for number, start, end in breaks:
        name = names[number]
        until = format_clock(float(np.ceil(end)))
        yield Moment(
            float(start), Kind.CLOSING, int(number), 2, f"{name} has a break until {until}"
        )
