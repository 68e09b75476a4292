"""Who heard which hold message on one day, as it follows from the waits on the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.measures.spread import Floats, Whole
from sim.outcomes import Outcome, Outcomes

if TYPE_CHECKING:
    from sim.scenario import Scenario

MOMENT = 1e-6
"""Seconds within which two times are one: a clock that goes from message to message is another
in the last digits than one that goes from the arrival to each of them."""


class Played(NamedTuple):
    """A message that the callers of a type hear while they wait."""

    type: int
    """Place of the call type."""
    name: str
    says: str
    at: float
    """Wait in s after which it is heard first."""
    every: float
    """Seconds after which it is heard again; inf: once."""


def played(scenario: Scenario) -> tuple[Played, ...]:
    """The messages of each call type that has any, in file order."""
    found = []
    for place, kind in enumerate(scenario.callers):
        programme = scenario.programme_of(kind)
        for name, message in programme.messages.items() if programme else ():
            every = np.inf if message.every is None else message.every
            found.append(Played(place, name, message.says, message.at, every))
    return tuple(found)


def heard(outcomes: Outcomes, messages: tuple[Played, ...]) -> Floats:
    """Count who heard each message, and how often it was heard.

    Parameters
    ----------
    outcomes : Outcomes
        What an engine made of the day.
    messages : tuple of Played
        Those of one type stand together, in file order.

    Returns
    -------
    ndarray, shape (2, M)
        Contacts that heard the message at least once, and hearings.

    Notes
    -----
    A message is heard at `at`, `at` + `every` ... by who is still waiting then: not by who is
    answered or cut off at that very instant, but by who hangs up then or takes the callback
    that is offered. After that nothing more is heard.
    """
    counts = np.zeros((2, len(messages)))
    place = 0
    for kind in dict.fromkeys(message.type for message in messages):
        own = [message for message in messages if message.type == kind]
        hearings = _of_type(outcomes, kind, own)
        counts[0, place : place + len(own)] = [np.count_nonzero(each) for each in hearings]
        counts[1, place : place + len(own)] = [each.sum() for each in hearings]
        place += len(own)
    return counts


def _of_type(outcomes: Outcomes, kind: int, messages: list[Played]) -> list[Whole]:
    """How often each contact of a type that has a wait heard each message."""
    rows = np.flatnonzero((outcomes.type == kind) & ~np.isnan(outcomes.wait_ended))
    wait = (outcomes.wait_ended - outcomes.arrival)[rows]
    took = ~np.isnan(outcomes.callback[rows])
    # Who goes of their own accord has heard what plays at that instant.
    stays = took | (outcomes.outcome[rows] == Outcome.ABANDONED)
    until = np.where(stays, wait + MOMENT, wait - MOMENT)
    offered = np.zeros(len(rows), np.bool_)
    found = []
    for message in messages:
        number = _hearings(until, message)
        step = 0.0 if np.isinf(message.every) else message.every
        last = message.at + (number - 1) * step
        at_end = (number > 0) & (np.abs(wait - last) <= MOMENT)
        found.append(number - (at_end & took & offered))
        if message.says == "callback_offer":
            offered |= at_end
    return found


def _hearings(until: Floats, message: Played) -> Whole:
    """How often a message has played by some waits, these included."""
    if np.isinf(message.every):
        return (until >= message.at).astype(np.intp)
    times = np.maximum(np.floor((until - message.at) / message.every) + 1, 0)
    number: Whole = times.astype(np.intp)
    return number
