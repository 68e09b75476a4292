"""One day's contacts by the persons who made them: who was reached, and how long that took.

The contacts of a person stand in the table in the order in which they happened. A person is
counted once, whatever the number of contacts; those contained in the menu are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.columns import Column
from sim.measures.spread import Floats, Whole, and_all, numbers_at, sums_at
from sim.outcomes import Outcome, Outcomes, Via

if TYPE_CHECKING:
    from sim.callers import Callers

PERSONS = (
    Column("callers", "float64", "callers", "persons with an offered contact (by type: of it)"),
    Column("reached", "float64", "callers", "persons who were answered at least once (by type: "
           "in it)"),
    Column("served", "float64", "callers", "persons answered in the end, in any contact; by the "
           "type of their first"),
    Column("lost_callers", "float64", "callers", "persons never answered; by the type of their "
           "first contact"),
    Column("time_to_served", "float64", "s", "from the first arrival to the start of the talk "
           "that reached the person; by the type of the first contact"),
    Column("dialled", "float64", "contacts", "first attempts and redials of persons; by the type "
           "of their first contact"),
    Column("redials", "float64", "contacts", "of callers who had not got through before"),
    Column("repeats", "float64", "contacts", "of callers whose matter was not resolved"),
    Column("transfers", "float64", "contacts", "passed on by an operator"),
    Column("follow_ups_lost", "float64", "contacts", "followed by a redial, a repeat call or a "
           "transfer that came to a closed line"),
)  # fmt: skip
"""Figures of persons, and of why contacts happen, by type and all."""


def persons_of(outcomes: Outcomes, offered: Floats, answered: Floats, waited: Floats) -> dict[
    str, Floats
]:  # fmt: skip
    """Count persons instead of contacts.

    Parameters
    ----------
    outcomes : Outcomes
        What an engine made of the day.
    offered, answered : ndarray, shape (T,)
        Contacts by type.
    waited : ndarray, shape (T,)
        Waits in s of those answered on the line, by type.

    Returns
    -------
    dict of str to ndarray, shape (T + 1,)
        `PERSONS`, all types in the last place; those that are 0 may be left out.
    """
    types = len(offered)
    once = len(outcomes) == 0 or bool(outcomes.attempt.max() <= 1)
    if once and not _any_called_back(outcomes):
        persons, served, took = (and_all(each) for each in (offered, answered, waited))
        figures = {
            "callers": persons, "reached": served, "served": served,
            "lost_callers": persons - served, "time_to_served": took, "dialled": persons,
        }  # fmt: skip
    else:
        figures = _counted(outcomes, types)
    if outcomes.tells("follow_up_lost"):
        # A single contact may have been followed by one that came to a closed line.
        lost = outcomes.type[outcomes.follow_up_lost > 0].astype(np.intp)
        figures["follow_ups_lost"] = and_all(numbers_at(lost, types))
    return figures


def before_of(outcomes: Outcomes, rows: Whole) -> Whole:
    """The contact of the same person before each of some contacts that follow one."""
    # Attempts of a person are numbered one by one, so that who came before is found by number.
    most = int(outcomes.attempt.max()) + 1
    chain = outcomes.caller.astype(np.intp) * most + outcomes.attempt
    place = np.full(int(chain.max()) + 1, -1, np.intp)
    place[chain] = np.arange(len(chain))
    found: Whole = place[chain[rows] - 1]
    return found


def followed(outcomes: Outcomes) -> Whole:
    """Rows of answered contacts that a repeat call or a transfer followed, or would have if the
    line had not closed."""
    came = np.flatnonzero((outcomes.via == Via.REPEAT) | (outcomes.via == Via.TRANSFER))
    lost = np.flatnonzero(outcomes.follow_up_lost >= Via.REPEAT)
    return np.concatenate([before_of(outcomes, came), lost]) if len(came) else lost


def line_time(outcomes: Outcomes, callers: Callers | None, types: int) -> Floats:
    """Seconds on the telephone lines, by type.

    From reaching the line, menu included, to the end of the talk, or of the wait of who is not
    answered on the line. A blocked call takes no line, a call that is passed on keeps its own,
    and the line on which an operator phones is not counted.
    """
    kind, arrival = outcomes.type.astype(np.intp), outcomes.arrival
    on_the_line = (outcomes.outcome == Outcome.ANSWERED) & np.isnan(outcomes.callback)
    left = np.where(on_the_line, outcomes.talk_ended, outcomes.wait_ended)
    left = np.where(np.isnan(left), arrival, left)
    seconds = left - arrival
    if callers is not None and len(callers.choices.menu):
        menu = callers.choices.menu[outcomes.contact]
        passed = (outcomes.via != Via.TRANSFER) & (outcomes.outcome != Outcome.BLOCKED)
        seconds = seconds + np.where(passed & ~np.isnan(menu), menu, 0.0)
    seconds[_phoned_by_us(outcomes)] = 0.0
    return sums_at(kind, seconds, types)


def _phoned_by_us(outcomes: Outcomes) -> Whole:
    """Contacts passed on from a talk for which an operator had phoned."""
    passed_on = np.flatnonzero(outcomes.via == Via.TRANSFER)
    if not len(passed_on) or not _any_called_back(outcomes):
        return passed_on[:0]
    ours = ~np.isnan(outcomes.callback)
    found = []
    # One after the other: what is passed on may be passed on again.
    for row, before in zip(passed_on.tolist(), before_of(outcomes, passed_on), strict=True):
        if ours[before]:
            ours[row] = True
            found.append(row)
    return np.array(found, np.intp)


def _any_called_back(outcomes: Outcomes) -> bool:
    return outcomes.tells("callback") and not bool(np.isnan(outcomes.callback).all())


def _counted(outcomes: Outcomes, types: int) -> dict[str, Floats]:
    kind, caller = outcomes.type.astype(np.intp), outcomes.caller.astype(np.intp)
    offered = np.flatnonzero(outcomes.outcome != Outcome.CONTAINED)
    answered = np.flatnonzero(outcomes.outcome == Outcome.ANSWERED)
    people, via = int(caller.max()) + 1, outcomes.via[offered]
    # Later entries overwrite earlier ones, so that backwards the first contact stays.
    first, talk = np.full(people, -1), np.full(people, np.nan)
    first[caller[offered][::-1]] = offered[::-1]
    talk[caller[answered][::-1]] = outcomes.talk_started[answered][::-1]
    persons = np.flatnonzero(first >= 0)
    own, there = kind[first[persons]], ~np.isnan(talk[persons])
    took = (talk[persons] - outcomes.arrival[first[persons]])[there]
    dialling = offered[(via == Via.FIRST) | (via == Via.REDIAL)]
    by_type = {
        "served": numbers_at(own[there], types),
        "lost_callers": numbers_at(own[~there], types),
        "time_to_served": sums_at(own[there], took, types),
        "dialled": numbers_at(kind[first[caller[dialling]]], types),
        "redials": numbers_at(kind[offered[via == Via.REDIAL]], types),
        "repeats": numbers_at(kind[offered[via == Via.REPEAT]], types),
        "transfers": numbers_at(kind[offered[via == Via.TRANSFER]], types),
    }
    return {name: and_all(each) for name, each in by_type.items()} | {
        "callers": _distinct(caller[offered], kind[offered], people, types),
        "reached": _distinct(caller[answered], kind[answered], people, types),
    }


def _distinct(caller: Whole, kind: Whole, people: int, types: int) -> Floats:
    """Number of distinct persons among contacts, by type and all.

    Each contact writes its number beside its person; one contact of each person finds it again.
    """
    room: NDArray[Any] = np.empty(people, np.intp)

    def number(who: Whole) -> float:
        place = np.arange(len(who))
        room[who] = place
        return float(np.count_nonzero(room[who] == place))

    return np.array([*(number(caller[kind == each]) for each in range(types)), number(caller)])
