"""One simulated day told event by event, from its outcome tables."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.crewing import BREAK, COACHING, MEETING, TRAINING
from sim.events import Kind
from sim.experiment import Day
from sim.measures.heard import MOMENT
from sim.outcomes import Outcome, Via
from sim.report.wording import duration, plain
from sim.scenario import Scenario
from sim.scenario.days import WEEKDAYS
from sim.times import DAY, format_clock


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
            yield f"{clock(scenario.days, moment.time)}  {moment.sentence}{queue}"


def clock(days: tuple[str, ...], seconds: float) -> str:
    """The clock to the tenth of a second, with the weekday where days are named: after midnight
    it is the next one's.

    Examples
    --------
    >>> clock(("Mon", "Tue"), 115207.3)
    'Tue 08:00:07.3'
    """
    if not days:
        return tenths(seconds)
    number, rest = divmod(round(seconds * 10), round(DAY * 10))
    name = WEEKDAYS[(WEEKDAYS.index(days[0]) + number) % len(WEEKDAYS)]
    return f"{name} {tenths(rest / 10)}"


def tenths(seconds: float) -> str:
    """The running clock to the tenth of a second: "08:00:07.3"."""
    whole, tenth = divmod(round(seconds * 10), 10)
    hours, rest = divmod(whole, 3600)
    return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}.{tenth}"


def _moments(scenario: Scenario, day: Day) -> Iterator[Moment]:
    yield from _contacts(scenario, day)
    yield from _operators(scenario, day)
    closing = f"the line closes ({'who waits is served' if day.centre.serve else 'cut off'})"
    calendar = day.centre.calendar
    for closes in calendar.period_closes.tolist():
        yield Moment(closes, Kind.CLOSING, -1, 0, closing)
    for opens in calendar.period_opens.tolist()[1:]:
        yield Moment(opens, Kind.DUTY, -1, 0, "the line opens")


def _contacts(scenario: Scenario, day: Day) -> Iterator[Moment]:
    names = [plain(operator, 40) for operator in day.centre.operator_name]
    before: dict[int, int] = {}
    for row, contact in enumerate(_told(day, names)):
        yield from _arrives(contact, before.get(contact.caller))
        before[contact.caller] = row
        if contact.outcome not in (Outcome.BLOCKED, Outcome.CONTAINED):
            yield from _waits(scenario, contact)
            yield from _announced(day, row, contact)
        if contact.outcome is Outcome.ANSWERED:
            yield from _talks(contact)
        yield from _lost(day, row, contact)
    yield from _tries(day, names)


class Contact(NamedTuple):
    """One contact, in the words of the story."""

    row: int
    who: str
    kind: str
    caller: int
    via: Via
    outcome: Outcome
    arrival: float
    ended: float
    callback: float
    talk: float
    """When the talk began; NaN if not answered."""
    talked: float
    handled: float
    number: int
    """Who answered; -1: nobody."""
    operator: str
    menu: bool
    """Whether the contact comes out of a menu."""

    @property
    def rings(self) -> str:
        """How long it rings at the desk before the talk; nothing where it does not."""
        if self.outcome is not Outcome.ANSWERED or not math.isnan(self.callback):
            return ""
        seconds = self.talk - self.ended
        return f", after it rang for {duration(seconds)}" if seconds > 0 else ""

    @property
    def at_once(self) -> bool:
        """Whether an operator answered at the instant of arrival."""
        answered = self.outcome is Outcome.ANSWERED and math.isnan(self.callback)
        return answered and self.ended == self.arrival


def _told(day: Day, names: list[str]) -> Iterator[Contact]:
    centre, outcomes = day.centre, day.outcomes
    menu = day.callers.choices.menu
    for row in range(len(outcomes)):
        kind, number = centre.types[outcomes.type[row]], int(outcomes.operator[row])
        via = Via(int(outcomes.via[row]))
        passes = len(menu) > 0 and via is not Via.TRANSFER
        yield Contact(
            row, f"{plain(kind, 30)} #{row}", kind, int(outcomes.caller[row]), via,
            Outcome(int(outcomes.outcome[row])), float(outcomes.arrival[row]),
            float(outcomes.wait_ended[row]), float(outcomes.callback[row]),
            float(outcomes.talk_started[row]), float(outcomes.talk_ended[row]),
            float(outcomes.handled[row]), number, names[number] if number >= 0 else "",
            passes and not math.isnan(menu[outcomes.contact[row]]),
        )  # fmt: skip


def _arrives(contact: Contact, before: int | None) -> Iterator[Moment]:
    """How the contact comes to be served, or does not."""
    comes = "comes out of the menu" if contact.menu else "phones"
    why = ""
    if before is not None:
        why = {
            Via.REDIAL: f" again (redial of #{before})",
            Via.REPEAT: f" again (#{before} was not resolved)",
            Via.TRANSFER: f" (passed on from #{before})",
        }.get(contact.via, "")
    comes = "is transferred" if contact.via is Via.TRANSFER else comes
    said = f"{contact.who} {comes}{why}"
    if contact.outcome is Outcome.BLOCKED:
        # A busy tone comes before the menu, a full queue after it.
        said = f"{contact.who} phones{why}: the line is full"
    elif contact.outcome is Outcome.CONTAINED:
        said = f"{contact.who} is served in the menu{why} and needs no operator"
    elif contact.at_once:
        said = f"{said}; {contact.operator} answers at once{contact.rings}"
    else:
        said = f"{said} and waits"
        yield Moment(contact.arrival, Kind.ARRIVAL, contact.row, 0, said, (contact.kind, 1))
        return
    yield Moment(contact.arrival, Kind.ARRIVAL, contact.row, 0, said)


def _waits(scenario: Scenario, contact: Contact) -> Iterator[Moment]:
    """What is heard, and how the wait on the line ends."""
    if contact.at_once:
        return
    yield from _heard(scenario, contact)
    who, ended, at_once = contact.who, contact.ended, contact.ended == contact.arrival
    on_the_line = math.isnan(contact.callback)
    order = Kind.HANG_UP if not on_the_line else _ENDING[contact.outcome]
    # An end of the wait at the very instant of arrival comes after the arrival.
    order = Kind.ARRIVAL if at_once else order
    entity = contact.number if order is Kind.FREED else contact.row
    after = f"after {duration(ended - contact.arrival)}"
    end = f"{who} takes a callback {after}"
    if on_the_line:
        end = {
            Outcome.ANSWERED: f"{contact.operator} answers {who} {after}{contact.rings}",
            Outcome.ABANDONED: f"{who} hangs up {'at once' if at_once else after}",
            Outcome.CUT_OFF: f"{who} is cut off {after}",
        }[contact.outcome]
    yield Moment(ended, order, entity, 3, end, (contact.kind, -1))


def _announced(day: Day, row: int, contact: Contact) -> Iterator[Moment]:
    """The wait that was announced first."""
    wait, at = float(day.outcomes.announced_wait[row]), float(day.outcomes.announced_at[row])
    if not math.isnan(wait):
        order = Kind.ARRIVAL if at == contact.arrival else Kind.MESSAGE
        said = f"about {duration(wait)}" if math.isfinite(wait) else "no end of it"
        yield Moment(at, order, row, 2, f"{contact.who} is told a wait: {said}")


def _tries(day: Day, names: list[str]) -> Iterator[Moment]:
    """Operators who dial, and whether somebody takes the call."""
    outcomes = day.outcomes
    rows = np.searchsorted(outcomes.contact, outcomes.try_contact)
    columns = (rows, outcomes.try_operator, outcomes.try_start, outcomes.try_end,
               outcomes.try_reached)  # fmt: skip
    for row, number, start, end, reached in zip(*columns, strict=True):
        who = f"{plain(day.centre.types[outcomes.type[row]], 30)} #{row}"
        yield Moment(float(start), Kind.FREED, int(number), 2, f"{names[number]} dials {who}")
        said = f"{names[number]} does not reach {who}"
        if reached:
            after = duration(float(end - outcomes.callback[row]))
            said = f"{names[number]} talks to {who}, called back after {after}"
        # Dialling may take no time; else the next caller is dialled after this one was.
        yield Moment(float(end), Kind.FREED, int(number), 3 if start == end else 0, said)


def _talks(contact: Contact) -> Iterator[Moment]:
    """The end of a talk and of the wrap-up."""
    who, operator = contact.who, contact.operator
    talk = f"{who} and {operator} end their talk of {duration(contact.talked - contact.talk)}"
    yield Moment(contact.talked, Kind.FREED, contact.number, 0, talk)
    if contact.handled > contact.talked:
        took = duration(contact.handled - contact.talked)
        wrap_up = f"{operator} has wrapped up ({took})"
        yield Moment(contact.handled, Kind.FREED, contact.number, 1, wrap_up)


def _lost(day: Day, row: int, contact: Contact) -> Iterator[Moment]:
    """A follow-up that would come to a closed line, and a callback that reaches nobody."""
    lost = int(day.outcomes.follow_up_lost[row])
    if lost >= 0:
        what = {
            Via.REDIAL: "would phone again",
            Via.REPEAT: "would phone again, its matter not resolved",
            Via.TRANSFER: "would be passed on",
        }[Via(lost)]
        left = contact.talked if contact.outcome is Outcome.ANSWERED else contact.ended
        time = contact.arrival if math.isnan(left) else left
        said = f"{contact.who} {what}: too late, the line will have closed"
        yield Moment(time, Kind.ARRIVAL, row, 4, said)
    if contact.outcome is Outcome.CALLBACK_LOST:
        tries = day.outcomes.try_end[day.outcomes.try_contact == day.outcomes.contact[row]]
        time = max([contact.callback, *tries.tolist()])
        number = len(tries)
        said = f"{contact.who} is never reached ({number} {'try' if number == 1 else 'tries'})"
        yield Moment(time, Kind.ARRIVAL, row, 4, said)


_ENDING = {
    Outcome.ANSWERED: Kind.FREED,
    Outcome.ABANDONED: Kind.HANG_UP,
    Outcome.CUT_OFF: Kind.CLOSING,
}


def _heard(scenario: Scenario, contact: Contact) -> Iterator[Moment]:
    """The hold messages that played before the wait was over.

    Who is answered or cut off at the instant of a message is so before it plays; who hangs up
    or takes a callback then has heard it.
    """
    programme = scenario.programme_of(contact.kind)
    accord = contact.outcome is Outcome.ABANDONED or not math.isnan(contact.callback)
    wait = contact.ended - contact.arrival + (MOMENT if accord else -MOMENT)
    for name, message in programme.messages.items() if programme else ():
        hearings = int(wait >= message.at)
        if message.every is not None:
            hearings = max(0, math.floor((wait - message.at) / message.every) + 1)
        for hearing in range(hearings):
            after = message.at + hearing * (message.every or 0.0)
            time = min(contact.arrival + after, contact.ended)
            said = f"{contact.who} hears {plain(name, 30)} ({message.says})"
            order = Kind.ARRIVAL if time == contact.arrival else Kind.MESSAGE
            yield Moment(time, order, contact.row, 1, said)


def _operators(scenario: Scenario, day: Day) -> Iterator[Moment]:
    outcomes = day.outcomes
    names = [plain(operator, 40) for operator in day.centre.operator_name]
    presence = zip(
        outcomes.presence_operator, outcomes.presence_start, outcomes.presence_end, strict=True
    )
    for number, start, end in presence:
        name, how = names[number], _comes(day, int(number), float(start))
        yield Moment(float(start), Kind.DUTY, int(number), 0, f"{name} comes{how}")
        yield Moment(float(end), Kind.CLOSING, int(number), 3, f"{name} leaves")
    breaks = zip(
        outcomes.break_operator, outcomes.break_start, outcomes.break_end, outcomes.break_row,
        strict=True,
    )  # fmt: skip
    for number, start, end, row in breaks:
        kind = int(day.centre.calendar.break_kind[row]) if row >= 0 else BREAK
        until = format_clock(float(np.ceil(end)) % DAY if scenario.days else float(np.ceil(end)))
        said = f"{names[number]} {_AWAY[kind]} until {until}"
        yield Moment(float(start), Kind.CLOSING, int(number), 2, said)


_AWAY = {
    BREAK: "has a break",
    MEETING: "is in a meeting",
    TRAINING: "is in training",
    COACHING: "is being coached",
}
"""What keeps an operator off the phone."""


def _comes(day: Day, number: int, start: float) -> str:
    """How a person comes to work: late, or called from home; nothing where by the roster."""
    centre, calendar = day.centre, day.centre.calendar
    mine = np.flatnonzero(
        (centre.duty_operator == number) & (centre.duty_start <= start) & (start < centre.duty_end)
    )
    for row in mine.tolist():
        if calendar.on_call[row] >= 0:
            return ", called from home"
        late = float(day.staff.late[number * calendar.days + int(calendar.duty_day[row])])
        if late > 0 and start == centre.duty_start[row] + late:
            return f", {duration(late)} late"
    return ""
