"""One day as the report page replays it: every caller and operator, in small whole numbers.

Times are tenths of a second from the start of what is shown. A contact's times are rounded one
by one and then subtracted, so that no rounding adds up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.crewing import OFF_PHONE
from sim.experiment import Day, quickest_for, simulate_day
from sim.measures.heard import played
from sim.outcomes import Outcome
from sim.report import wording
from sim.report.story import clock
from sim.times import HOUR

if TYPE_CHECKING:
    from sim.comparison.paired import Comparison
    from sim.experiment import Results

MOST_CONTACTS = 8_000
"""Contacts of one plan that are replayed; of a larger day a window around its busiest time."""

MOST_IN_ALL = 16_000
"""Contacts of all plans that are replayed; the base and the chosen plan come first."""

MOST_OPERATORS = 2_000
"""Operators of one plan up to whom a replay is shown."""

LIKE = 0.9
"""Plans differ in contacts by what follows on hang-ups: so much of a limit is used at first."""

WINDOWS = (12, 8, 6, 4, 3, 2, 1, 0.5, 0.25)
"""Hours that a window may have, the longest that fits."""

AWAY = tuple(sorted(OFF_PHONE, key=lambda kind: OFF_PHONE[kind]))
"""What keeps operators off the phone, by its number."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Window(NamedTuple):
    """What is shown, in s on the running clock."""

    start: float
    end: float
    cut: bool
    """Whether it is less than the open hours and what is left to do after them."""
    whole: bool
    """Whether it is all that was simulated."""
    closes: float
    """When the line closes, and when it opens again (inf: no more)."""
    following: float


def replay_of(comparison: Comparison, chosen: str, replication: int = 0) -> dict[str, Any]:
    """A day of the base, of the chosen plan and of as many others as there is room for.

    Parameters
    ----------
    comparison : Comparison
    chosen : str
        The plan that is shown beside the base.
    replication : int
        Which day, from 0.

    Returns
    -------
    dict
        Plain JSON values. Without plans if the day is too large to be shown; `why` then says so.
    """
    base = comparison.results[comparison.base]
    first = simulated(base, replication)
    head: dict[str, Any] = {"replication": replication, "plans": [], "why": ""}
    window = _window(first)
    if window is None or first.centre.operators > MOST_OPERATORS:
        many = f"{first.centre.operators:,} operators and {len(first.outcomes):,} contacts"
        return head | {"why": f"There is no replay: a day of {many} is too large for this page."}
    days = {comparison.base: first}
    room = MOST_IN_ALL - (usual := len(_rows(first, window)))
    for plan in dict.fromkeys([chosen, *comparison.results]):
        # Other plans have about as many contacts: where there is no room, none is simulated.
        if plan != comparison.base and room >= LIKE * usual:
            day = simulated(comparison.results[plan], replication)
            size = len(_rows(day, window))
            if size <= min(room, MOST_CONTACTS) and day.centre.operators <= MOST_OPERATORS:
                days[plan], room = day, room - size
    if not window.cut:
        ends = [_last(day, window.closes, window.following) for day in days.values()]
        window = window._replace(end=min(max(ends), window.following))
    plans = [
        {"name": wording.plain(plan), **_plan(comparison.results[plan], day, window)}
        for plan, day in days.items()
    ]
    left = len(comparison.results) - len(plans)
    return head | {
        "plans": plans,
        "start": window.start,
        "length": round(10 * (window.end - window.start)),
        "days": list(base.scenario.days),
        "left": 0,
        "right": min(1, len(plans) - 1),
        "about": " ".join(_said(comparison, replication, window, len(plans), left)),
    }


def simulated(results: Results, replication: int) -> Day:
    """One day of a plan as it was in the run."""
    engine = quickest_for(results.scenario, 1, results.engine)
    return simulate_day(results.scenario, replication, results.seed, engine)


def _said(
    comparison: Comparison, replication: int, window: Window, plans: int, left: int
) -> Iterator[str]:
    """What is replayed, in sentences."""
    base = comparison.results[comparison.base]
    yield f"{_about(base, replication)} under {wording.plain(comparison.base)}."
    if plans > 1:
        yield "The same callers phone under every plan."
    if not window.whole:
        days = base.scenario.days
        start, end = (clock(days, each)[: -len(":00.0")] for each in (window.start, window.end))
        yield f"Shown is its busiest part, so that the page stays small: {start} to {end}."
    if left:
        plans_more = "1 plan more is" if left == 1 else f"{left} plans more are"
        yield f"{plans_more} left out of the replay, for the same reason."


def _about(base: Results, replication: int) -> str:
    """How the day compares with all days, under the base."""
    offered, hung_up = (base.measures[name] for name in ("offered", "abandonment"))
    word, number = wording.period(base), f"{replication + 1:,} of {base.days:,}"

    def of_day(days: Floats, unit: str) -> str:
        value = float(days[replication])
        return wording.figure(None if np.isnan(value) else value, unit)

    return (
        f"{word.capitalize()} {number}: {of_day(offered.days, 'contacts')} contacts offered (mean "
        f"of all {word}s {wording.figure(offered.value, 'contacts')}), of which "
        f"{of_day(hung_up.days, 'share')} hang up (all {word}s "
        f"{wording.figure(hung_up.value, 'share')})"
    )


def _window(day: Day) -> Window | None:
    """The whole day; of several days the busiest; of a large one its busiest hours."""
    calendar, arrival = day.centre.calendar, np.sort(day.outcomes.arrival)
    opens, closes = calendar.period_opens, calendar.period_closes
    inside = np.searchsorted(arrival, closes) - np.searchsorted(arrival, opens)
    period = int(np.argmax(inside))
    start, end = float(opens[period]), float(closes[period])
    following = float(np.append(opens, np.inf)[period + 1])
    alone = len(opens) == 1
    if inside[period] <= LIKE * MOST_CONTACTS:
        return Window(start, end, False, alone, end, following)
    for hours in WINDOWS:
        starts = np.arange(start, end, HOUR / 4)
        ends = np.minimum(starts + hours * HOUR, end)
        number = np.searchsorted(arrival, ends) - np.searchsorted(arrival, starts)
        busiest = int(np.argmax(number))
        if number[busiest] <= LIKE * MOST_CONTACTS:
            return Window(float(starts[busiest]), float(ends[busiest]), True, False, end, following)
    return None


def _last(day: Day, closes: float, following: float) -> float:
    """When the last contact that came in the period is over, on a full minute."""
    outcomes = day.outcomes
    mine = outcomes.arrival < following
    ends = np.concatenate([outcomes.handled[mine], outcomes.wait_ended[mine], [closes]])
    return float(np.ceil(np.nanmax(ends) / 60) * 60)


def _plan(results: Results, day: Day, window: Window) -> dict[str, Any]:
    """The contacts, operators and messages of one plan."""
    scenario, rows = results.scenario, _rows(day, window)
    return {
        "types": [wording.plain(kind.label or name) for name, kind in scenario.callers.items()],
        "groups": [wording.plain(name) for name in day.centre.groups],
        "operators": day.centre.operator_group.tolist(),
        "messages": [
            [each.type, wording.plain(each.name, 30), each.says.replace("_", " "),
             round(10 * each.at), 0 if np.isinf(each.every) else round(10 * each.every)]
            for each in played(scenario)
        ],
        **_contacts(day, window, rows),
        **_spells(day, window),
    }  # fmt: skip


def _rows(day: Day, window: Window) -> Ints:
    """The contacts that are in the window, by arrival; what the menu served is left out."""
    outcomes = day.outcomes
    gone = np.fmax(np.fmax(outcomes.wait_ended, outcomes.handled), outcomes.arrival)
    shown = (outcomes.arrival < window.end) & (gone >= window.start)
    shown &= outcomes.outcome != Outcome.CONTAINED
    rows = np.flatnonzero(shown)
    return rows[np.argsort(outcomes.arrival[rows], kind="stable")].astype(np.int64)


def _contacts(day: Day, window: Window, rows: Ints) -> dict[str, list[int]]:
    """Columns of contacts: each time as what passes since the one before it.

    `wait` is -1 where there was none (all lines busy), `lag` what passes between the wait on the
    line and the talk: ringing, or the time until the call back, or until that is given up.
    """
    outcomes = day.outcomes

    def at(column: Floats) -> Ints:
        tenths = np.round(10 * (column[rows] - window.start))
        return np.where(np.isnan(tenths), -1, tenths).astype(np.int64)

    arrival, ended, talk = at(outcomes.arrival), at(outcomes.wait_ended), at(outcomes.talk_started)
    talked, handled = at(outcomes.talk_ended), at(outcomes.handled)
    given_up = at(_given_up(day))
    lost = outcomes.outcome[rows] == Outcome.CALLBACK_LOST
    waits, talks = ~np.isnan(outcomes.wait_ended[rows]), ~np.isnan(outcomes.talk_started[rows])
    return {
        "arrival": np.diff(arrival, prepend=0).tolist(),
        "wait": np.where(waits, ended - arrival, -1).tolist(),
        "outcome": outcomes.outcome[rows].tolist(),
        "type": outcomes.type[rows].tolist(),
        "operator": outcomes.operator[rows].tolist(),
        "callback": (~np.isnan(outcomes.callback[rows])).astype(int).tolist(),
        "lag": np.where(talks, talk - ended, np.where(lost, given_up - ended, 0)).tolist(),
        "talk": np.where(talks, talked - talk, 0).tolist(),
        "wrap_up": np.where(talks, handled - talked, 0).tolist(),
    }


def _given_up(day: Day) -> Floats:
    """When a callback that reached nobody was over: after the last try, untried at closing.

    NaN for other contacts; shape (contacts,).
    """
    outcomes, closes = day.outcomes, day.centre.calendar.period_closes
    lost = outcomes.outcome == Outcome.CALLBACK_LOST
    over = np.full(len(outcomes), np.nan)
    following = np.searchsorted(closes, outcomes.callback[lost])
    over[lost] = closes[np.minimum(following, len(closes) - 1)]
    tried = np.searchsorted(outcomes.contact, outcomes.try_contact)
    last = np.full(len(outcomes), -np.inf)
    np.maximum.at(last, tried, outcomes.try_end)
    again = lost & np.isfinite(last)
    over[again] = last[again]
    ends: Floats = np.fmax(over, outcomes.callback)
    return ends


def _spells(day: Day, window: Window) -> dict[str, list[list[int]]]:
    """When operators are there, away from the phone, and dialling: operator, start, end."""
    outcomes = day.outcomes
    kind = np.zeros(len(outcomes.break_row), np.int64)
    known = outcomes.break_row >= 0
    kind[known] = day.centre.calendar.break_kind[outcomes.break_row[known]]

    def inside(operator: Any, start: Floats, end: Floats, *more: Ints) -> list[list[int]]:
        shown = (start < window.end) & (end > window.start)
        tenths = [np.round(10 * (each[shown] - window.start)) for each in (start, end)]
        columns = [operator[shown], *tenths, *(each[shown] for each in more)]
        rows: list[list[int]] = np.column_stack(columns).astype(np.int64).tolist()
        return rows

    return {
        "there": inside(outcomes.presence_operator, outcomes.presence_start, outcomes.presence_end),
        "away": inside(outcomes.break_operator, outcomes.break_start, outcomes.break_end, kind),
        "dialling": inside(outcomes.try_operator, outcomes.try_start, outcomes.try_end),
    }
