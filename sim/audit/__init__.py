"""Facts that every outcome table obeys, read anew from the design.

Nothing here is shared with the engines, so that an error which they have in common shows. The
facts of single rows are looked at column by column (`rows`, `rosters`); what depends on the
order of events is looked at by living the day again (`replay`), with the answers of the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.audit.facts import Fact, Findings
from sim.audit.handling import note_handling, note_tries
from sim.audit.replay import replay
from sim.audit.rosters import note_rosters
from sim.audit.rows import note_rows, well_formed
from sim.audit.told import Chain, Told, note_chain

if TYPE_CHECKING:
    from sim.callers import Callers, Staff
    from sim.centre import Centre
    from sim.outcomes import Outcomes

__all__ = ["Fact", "broken_facts"]


def broken_facts(centre: Centre, callers: Callers, staff: Staff, outcomes: Outcomes) -> list[str]:
    """Everything in an outcome table that does not hold, in plain words; empty if all is well.

    Parameters
    ----------
    centre, callers, staff
        What the engine was given.
    outcomes : Outcomes
        What it made of it.

    Returns
    -------
    list of str
        "the fact: the row or operator that breaks it, with times on the running clock", at most
        five a fact and one more line with the number of others.

    Notes
    -----
    A table whose columns do not fit together, or whose times run backwards, is not lived again:
    only what is wrong with its columns is told.
    """
    found = Findings()
    if well_formed(centre, callers, outcomes, found):
        note_rows(centre, callers, outcomes, found)
        note_rosters(centre, staff, outcomes, found)
        if not found.said(Fact.WAIT_SIGN, Fact.TIMES, Fact.NAN, Fact.OUTCOME):
            _note_courses(centre, callers, staff, outcomes, found)
    return found.lines()


def _note_courses(
    centre: Centre, callers: Callers, staff: Staff, outcomes: Outcomes, found: Findings
) -> None:
    """Note what does not follow from one contact to the next, or from event to event."""
    told = Told(callers, outcomes)
    chain = Chain(centre, callers, told)
    note_chain(chain, told, callers, found)
    note_handling(centre, callers, staff, outcomes, chain, found)
    note_tries(centre, callers, outcomes, told, found)
    if not found.said(
        Fact.FOLLOW_UP, Fact.CARRIED, Fact.MENU, Fact.TRIES, Fact.REACHED, Fact.AGAIN
    ):
        replay(centre, callers, staff, outcomes, told, chain, found)
