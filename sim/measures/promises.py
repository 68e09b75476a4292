"""What callers were told on one day, and what came true: callbacks and announced waits."""

from __future__ import annotations

import numpy as np

from sim.columns import Column
from sim.measures.spread import Floats, Whole, and_all, interval_of, numbers_at, sums_at
from sim.outcomes import Outcome, Outcomes

PROMISES = (
    Column("callback_time", "float64", "s", "from accepting a callback to the talk, of those "
           "reached"),
    Column("callbacks_promised", "float64", "contacts", "accepted to be called back, where a "
           "latest time is promised"),
    Column("callbacks_kept", "float64", "contacts", "of these, talking by that time"),
    Column("announced", "float64", "contacts", "answered on the line, and told a wait that ends"),
    Column("announced_error", "float64", "s", "the wait announced first less the one that came "
           "true from then on, of these"),
    Column("announced_square", "float64", "s2", "squares of these errors"),
    Column("promises", "float64", "contacts", "told a wait that ends, and answered on the line or "
           "waiting past its end"),
    Column("promises_broken", "float64", "contacts", "of these, waiting past its end"),
)  # fmt: skip
"""Figures of callbacks and announced waits, by type and all."""


def callbacks_by_interval(outcomes: Outcomes, edges: Floats, types: int) -> Floats:
    """Contacts that took a callback, by interval of arrival and type.

    Parameters
    ----------
    outcomes : Outcomes
        What an engine made of the day.
    edges : ndarray, shape (N + 1,)
        Ends of the reporting intervals in s.
    types : int
        Number of call types.

    Returns
    -------
    ndarray, shape (N, T)
    """
    rows, shape = _took_callback(outcomes), (len(edges) - 1, types)
    if len(rows) == 0:
        return np.zeros(shape)
    cell = interval_of(outcomes.arrival[rows], edges) * types + outcomes.type[rows]
    return numbers_at(cell, shape[0] * shape[1]).reshape(shape)


def promises_of(outcomes: Outcomes, promise: Floats, ended: Floats) -> dict[str, Floats]:
    """Hold what was promised against what came true.

    Parameters
    ----------
    outcomes : Outcomes
        What an engine made of the day.
    promise : ndarray, shape (T,)
        Seconds from acceptance within which each type promises a callback; NaN: none.
    ended : ndarray
        When the wait of each contact was over.

    Returns
    -------
    dict of str to ndarray, shape (T + 1,)
        `PROMISES`, all types in the last place; those of what nobody was promised are left out.

    Notes
    -----
    Times are compared by the clock. Of the announced waits the first counts for the error and
    the last for the promise; a wait without end, said when nobody is on duty, is neither.
    """
    figures: dict[str, Floats] = {}
    rows = _took_callback(outcomes)
    if len(rows):
        figures |= _callbacks(outcomes, rows, promise)
    if outcomes.tells("announced_wait"):
        figures |= _announced(outcomes, len(promise), ended)
    return figures


def _took_callback(outcomes: Outcomes) -> Whole:
    if not outcomes.tells("callback"):
        return np.zeros(0, np.intp)
    return np.flatnonzero(~np.isnan(outcomes.callback))


def _callbacks(outcomes: Outcomes, rows: Whole, promise: Floats) -> dict[str, Floats]:
    """What became of the contacts that took a callback."""
    kind, taken, types = outcomes.type[rows].astype(np.intp), outcomes.callback[rows], len(promise)
    talk, answered = outcomes.talk_started[rows], outcomes.outcome[rows] == Outcome.ANSWERED
    promised = ~np.isnan(promise[kind])
    kept = answered & (talk <= taken + promise[kind])
    figures = {
        "callback_time": sums_at(kind[answered], (talk - taken)[answered], types),
        "callbacks_promised": numbers_at(kind[promised], types),
        "callbacks_kept": numbers_at(kind[kept], types),
    }
    return {name: and_all(each) for name, each in figures.items()}


def _announced(outcomes: Outcomes, types: int, ended: Floats) -> dict[str, Floats]:
    """The announced waits against those that came true."""
    kind = outcomes.type.astype(np.intp)
    on_the_line = (outcomes.outcome == Outcome.ANSWERED) & np.isnan(outcomes.callback)
    told = on_the_line & np.isfinite(outcomes.announced_wait)
    error = outcomes.announced_wait[told] - (ended[told] - outcomes.announced_at[told])
    broken = np.isfinite(outcomes.promised_until) & (ended > outcomes.promised_until)
    judged = broken | (on_the_line & np.isfinite(outcomes.promised_until))
    figures = {
        "announced": numbers_at(kind[told], types),
        "announced_error": sums_at(kind[told], error, types),
        "announced_square": sums_at(kind[told], error**2, types),
        "promises": numbers_at(kind[judged], types),
        "promises_broken": numbers_at(kind[broken], types),
    }
    return {name: and_all(each) for name, each in figures.items()}
