"""Rows of the screen for what only some scenarios have: phoning again, callbacks, what is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.report import wording

if TYPE_CHECKING:
    from sim.experiment import Results
    from sim.scenario import Scenario

Line = tuple[str, str]
"""A row of a section: the measure's name, and what the row calls it."""

MOST_MESSAGES = 12
"""Messages of which the screen tells who hears them."""


def phone_again(scenario: Scenario) -> bool:
    """Whether a person may make several contacts."""
    kinds = scenario.callers.values()
    return any(kind.redial or kind.repeat or kind.transfer for kind in kinds)


def offers_callbacks(scenario: Scenario) -> bool:
    """Whether anybody may be called back."""
    return any(kind.callback and kind.callback.made for kind in scenario.callers.values())


def full(scenario: Scenario) -> str:
    """What a blocked contact finds."""
    lines = ["all lines busy"] if scenario.lines is not None else []
    return " or ".join([*lines, *(["the queue full"] if scenario.queue is not None else [])])


def offered_lines(results: Results) -> Iterator[Line]:
    """What the contacts offered are made of, and those served in the menu beside them."""
    kinds = results.scenario.callers.values()
    if any(kind.redial for kind in kinds):
        yield "redials", "- redials (no answer before)"
    if any(kind.repeat for kind in kinds):
        yield "repeats", "- repeat calls (not resolved)"
    if any(kind.transfer for kind in kinds):
        yield "transfers", "- passed on by an operator"
    if any(kind.ivr for kind in kinds):
        yield "contained", "besides: served in the menu"


def caller_lines(results: Results) -> Iterator[Line]:
    """Figures whose basis is a caller, where that is not the same as a contact."""
    scenario, measures = results.scenario, results.measures
    again = phone_again(scenario)
    if again or measures["blocked"].value or measures["cut_off"].value:
        yield "callers_reached", "callers reached in the end"
    if again:
        yield "attempts", "contacts a caller"
    if again or offers_callbacks(scenario):
        yield "time_to_served", "callers: first call to talk"
    if again and measures["follow_ups_lost"].value:
        yield "follow_ups_lost", "came too late, line closed"


def promise_lines(results: Results) -> Iterator[Line]:
    """Callbacks, and announced waits against those that came true."""
    scenario, measures = results.scenario, results.measures
    if offers_callbacks(scenario):
        yield "callbacks", "took a callback"
        yield "callback_delay", "- talked after (reached)"
        yield "callback_lost", "- never reached"
        if any(kind.callback and kind.callback.promise for kind in scenario.callers.values()):
            yield "callbacks_kept", "- kept as promised"
    if measures["announced_bias"].value is not None:
        yield "announced_bias", "announced less true wait"
        yield "announced_rmse", "- typical error (rms)"
        yield "promises_broken", "- still waiting past it"


def message_rows(results: Results) -> list[list[str]]:
    """Who hears which message: message, call type, contacts, share of offered, times each."""
    rows = []
    for row in results.by_message[:MOST_MESSAGES]:
        kind = results.scenario.callers[str(row["type"])]
        contacts, hearings = row["contacts"], row["hearings"]
        assert isinstance(contacts, float)
        assert isinstance(hearings, float)
        each = f"{hearings / contacts:.1f}" if contacts else wording.NOTHING
        said = f"{wording.plain(str(row['message']), 18)} ({row['says']})"
        share = row["share"] if isinstance(row["share"], float) else None
        label = wording.plain(kind.label or str(row["type"]), 18)
        rows.append([said, label, wording.number(contacts), wording.share(share), each])
    return rows
