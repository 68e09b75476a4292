"""Rows that every roster keeps whatever the simulation says: somebody there, enough for work."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.conduct import talk_mean, wrap_mean
from sim.measures.intervals import Floats
from sim.scenario import Scenario
from sim.staffing.menu import Menu
from sim.staffing.program import Row
from sim.staffing.suggestion import Placed
from sim.times import HOUR, format_clock

FLOOR = 0.75
"""Part of an interval's expected work for which operators are on duty in any roster."""

PLENTY = 20.0
"""Times the work, and one operator there all the time, beyond which persons are absurdly many."""

MOST_SUBSETS = 6
"""Call types up to which every set of types is looked at; with more, single ones and all."""


class Work(NamedTuple):
    """What first calls bring by interval and call type; N intervals, T types."""

    calls: Floats
    erlangs: Floats
    """Operators kept busy if all were answered, by the quickest group; shape (N, T)."""
    serves: NDArray[np.bool_]
    """Whether a group serves a type; shape (T, G)."""


def work_of(scenario: Scenario, menu: Menu) -> Work:
    """Expected first calls of each interval that no menu serves, and the least work they are."""
    edges, rows = menu.clock.edges, menu.clock.open_rows
    calls = np.zeros((len(rows), len(scenario.callers)))
    erlangs = np.zeros_like(calls)
    serves = np.zeros((len(scenario.callers), len(scenario.operators)), np.bool_)
    for place, (name, kind) in enumerate(scenario.callers.items()):
        own = [name in group.skills for group in scenario.operators.values()]
        serves[place] = own
        laid = scenario.pieces_of(name)
        running = np.concatenate([[0.0], np.cumsum(laid.calls * kind.volume)])
        queued = 1 - kind.ivr.contained if kind.ivr else 1.0
        calls[:, place] = queued * np.diff(np.interp(edges, laid.edges, running))[rows]
        handling = min(
            talk_mean(scenario, name, group) + wrap_mean(scenario, name, group)
            for group, has in zip(scenario.operators, own, strict=True)
            if has
        )
        erlangs[:, place] = calls[:, place] * handling / menu.clock.lengths
    return Work(calls, erlangs, serves)


def floors(menu: Menu, work: Work, floor: float = FLOOR) -> Iterator[Row]:
    """Rows by interval: the groups that serve some call types can do most of their work.

    Somebody who serves it is rostered wherever a call is expected, whatever the work.
    """
    scenario = menu.scenario
    names = list(scenario.operators)
    there = np.array([1 - scenario.operators[name].absence for name in names])
    group = np.array([names.index(column.group) for column in menu.columns])
    for row in range(len(work.calls)):
        known: set[bytes] = set()
        for types in _subsets(np.flatnonzero(work.calls[row] > 0).tolist()):
            serving = work.serves[types].sum(axis=0) > 0
            needed = floor * float(work.erlangs[row, types].sum())
            needed -= float(menu.fixed[row] @ (serving * there))
            weights = menu.duty[:, row] * (serving * there)[group]
            if needed > 0 and weights.any():
                yield Row(weights, needed)
            # Somebody at all, as a whole person.
            some = (menu.duty[:, row] > 0) * serving[group]
            alone = len(types) == 1 and not menu.fixed[row] @ serving and some.any()
            if alone and some.tobytes() not in known:
                known.add(some.tobytes())
                yield Row(menu.duty[:, row] * serving[group], float(menu.duty[some, row].min()))


def _subsets(types: list[int]) -> Iterator[list[int]]:
    sizes = range(1, len(types) + 1) if len(types) <= MOST_SUBSETS else (1, len(types))
    for size in sizes:
        yield from (list(each) for each in combinations(types, size))


def uncovered(menu: Menu, work: Work) -> list[Placed]:
    """Intervals in which calls come that nobody of a menu or of another group could answer."""
    return [
        Placed(("operators", of[0], "menu") if of else ("callers", name),
               f"{_spans(menu, rows)}: calls of {name} come, and "
               + (f"no shift of the menu of {', '.join(of)} covers them" if of else
                  "no group with a menu serves them"))
        for name, of, rows in _lone(menu, work, np.ones(len(menu.columns), np.bool_))
    ]  # fmt: skip


def _lone(
    menu: Menu, work: Work, may: NDArray[np.bool_]
) -> Iterator[tuple[str, list[str], list[int]]]:
    """Call types, the groups with a menu that serve them, and when nobody could be there."""
    scenario = menu.scenario
    names = list(scenario.operators)
    group = np.array([names.index(column.group) for column in menu.columns])
    for place, name in enumerate(scenario.callers):
        serving = work.serves[place]
        able = menu.fixed @ serving + (menu.duty * (serving[group] & may)[:, None]).sum(axis=0)
        lone = np.flatnonzero((work.calls[:, place] > 0) & (able <= 0)).tolist()
        if lone:
            yield name, [each for each in menu.groups if serving[names.index(each)]], lone


def contradictions(menu: Menu, work: Work) -> list[Placed]:
    """Which rules of the menu leave no roster, where it is known that none keeps them all.

    All other rules ask for more persons, so that it is an `at_most`.
    """
    limited = {
        (group, entry): kind.at_most
        for group, own in menu.entries.items()
        for entry, kind in own.items()
        if kind.at_most is not None
    }
    none = [each for each, most in limited.items() if most == 0]
    for group, own in menu.entries.items():
        mine = [each for each in none if each[0] == group]
        if len(mine) == len(own):
            return [
                Placed(_at_most(each), f"at most 0 persons of each entry of the menu of {group}, "
                       "and of a group with a menu one is there at least") for each in mine[:1]
            ]  # fmt: skip
    may = np.array([column[:2] not in none for column in menu.columns])
    for name, of, rows in _lone(menu, work, may):
        there = [each for each in none if each[0] in of
                 and (menu.duty[:, rows] * menu.members(*each)[:, None]).any()]  # fmt: skip
        return [
            Placed(_at_most(each), f"at most 0 persons, and in {_spans(menu, rows)} calls of "
                   f"{name} come that no other shift covers") for each in there[:1]
        ]  # fmt: skip
    few = [Placed(_at_most(each), f"at most {most}") for each, most in limited.items()]
    said = ", ".join(map(str, few[:4])) + (f" and {len(few) - 4} more" if len(few) > 4 else "")
    what = "with so few persons there is not somebody wherever calls come"
    return [Placed(few[0].where, f"{what} ({said})")] if few else []


def _at_most(entry: tuple[str, str]) -> tuple[str, ...]:
    """The key that says how many persons of an entry there may be."""
    group, name = entry
    return "operators", group, "menu", name, "at_most"


def too_many(menu: Menu, work: Work) -> list[Placed]:
    """Entries of which more persons are asked for than any calls could need."""
    names, hours = list(menu.scenario.operators), menu.clock.lengths / HOUR
    found = []
    for group, own in menu.entries.items():
        serves = work.serves[:, names.index(group)]
        needed = float(hours @ work.erlangs[:, serves].sum(axis=1))
        enough = PLENTY * (needed + float(hours.sum()))
        for entry, kind in own.items():
            each = (menu.duty @ hours)[menu.members(group, entry) > 0]
            there = kind.at_least * float(each.min(initial=math.inf)) if kind.at_least else 0.0
            if len(each) and there > enough:
                what = (
                    f"{kind.at_least:,} persons at least are {there:,.0f} h on the phones, and the "
                    f"calls that they may take are {needed:,.1f} h of work: at most "
                    f"{math.floor(enough / float(each.min())):,} is meant"
                )
                found.append(Placed(("operators", group, "menu", entry, "at_least"), what))
    return found


def _spans(menu: Menu, rows: Sequence[int]) -> str:
    """Neighbouring intervals as stretches: "Mon 18:00-20:00, Tue 18:00-20:00"."""
    clock, days = menu.clock, menu.scenario.days
    spans: list[tuple[int, int]] = []
    for row in rows:
        last = spans[-1][1] if spans else -2
        if row == last + 1 and clock.day[row] == clock.day[last]:
            spans[-1] = (spans[-1][0], row)
        else:
            spans.append((row, row))
    said = [
        (f"{days[int(clock.day[first])]} " if days else "")
        + f"{format_clock(float(clock.start[first]))}-{format_clock(float(clock.end[last]))}"
        for first, last in spans
    ]
    more = f" and {len(said) - 4} more" if len(said) > 4 else ""
    return ", ".join(said[:4]) + more


def rules(menu: Menu) -> Iterator[Row]:
    """At least and at most so many persons of each entry; at least one of each group."""
    for group, own in menu.entries.items():
        everyone = np.zeros(len(menu.columns))
        for entry, kind in own.items():
            mine = menu.members(group, entry)
            everyone += mine
            most = np.inf if kind.at_most is None else float(kind.at_most)
            if kind.at_least or kind.at_most is not None:
                yield Row(mine, float(kind.at_least), most)
        yield Row(everyone, 1.0)


def work_bound_row(menu: Menu, work: Work, share: float, occupancy: float) -> Row:
    """All who are rostered together can do the share of the work that has to be answered.

    Parameters
    ----------
    share : float
        Share of first contacts that is answered in any roster that meets the targets; those with
        the least work may be the ones.
    occupancy : float
        How busy operators may be at most.
    """
    seconds = menu.clock.lengths
    needed = least_work(work, share, seconds) / occupancy
    there = float((menu.fixed.sum(axis=1) * seconds).sum())
    return Row(menu.duty @ seconds, needed - there)


def least_work(work: Work, share: float, seconds: Floats) -> float:
    """What answering a share of the first contacts takes at least, in s: the shortest first.

    Parameters
    ----------
    work : Work
    share : float
    seconds : ndarray, shape (N,)
        Length of each interval.
    """
    calls = work.calls.ravel()
    whole = (work.erlangs * seconds[:, None]).ravel()
    some = np.flatnonzero(calls > 0)
    order = some[np.argsort(whole[some] / calls[some], kind="stable")]
    before = np.cumsum(calls[order]) - calls[order]
    taken = np.clip(share * calls.sum() - before, 0.0, calls[order])
    return float((taken / calls[order] * whole[order]).sum())
