"""`sim.staff`: the fewest operators, or the least cost, that meet the targets of a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine import quickest
from sim.experiment import expected_contacts
from sim.measures.intervals import Floats
from sim.measures.required import offered_of
from sim.scenario import loaded
from sim.scenario.aims import Aim, aims_of
from sim.staffing.aims import gaps_of
from sim.staffing.confirming import Checked, Confirming
from sim.staffing.found import Staffing
from sim.staffing.judging import InEveryInterval, Judge, OnTheDay, WithAChance
from sim.staffing.moving import Bounds, Slopes
from sim.staffing.paying import LEASTS, cost_of_seat, off_phone
from sim.staffing.search import Point, Search, Told
from sim.staffing.seats import Whole, with_seats
from sim.staffing.starting import may_serve, plenty, start
from sim.staffing.trials import Trial, Trials

if TYPE_CHECKING:
    from sim.scenario import Scenario

DAYS, CONTACTS = (30, 100), 250_000
"""Days of a search: at least and at most, and as many as bring so many contacts."""

FRESH, FRESH_CONTACTS = (2, 5), 1_000_000
"""Fresh days for each day of the search, likewise."""

USUAL = 50
"""Staffings that a search tries at least, as a rule."""

ALLOWANCE = 0.005
"""How far below the best that any number reaches a search stays content, as a share."""


def staff(
    scenario: str | Path | Scenario,
    meets: str = "day",
    groups: Sequence[str] | None = None,
    least: str | None = None,
    replications: int | None = None,
    seed: int = 1,
    fresh: int | None = None,
    at_least: int = 1,
    sure: bool = False,
    progress: Told | None = None,
    engine: str = "kernel",
) -> Staffing:
    """The fewest operators on the phones, by interval and group, that meet the targets.

    Parameters
    ----------
    scenario : str or Path or Scenario
        A scenario with targets: a file, whose base is meant, or one plan of it as loaded.
    meets : str
        What meets them: "day" (an average day, as `run` judges), "intervals" (every reporting
        interval) or a chance such as "chance=0.9" (nine days in ten meet all of them).
    groups : sequence of str, optional
        Groups to be staffed; the others stay as they are. All by default.
    least : {"cost", "operators"}, optional
        What is saved: money, or hours on the phones. Money by default where each group that is
        staffed has a wage.
    replications : int, optional
        Days on which the search compares staffings; by default 100, of long days down to 30.
    seed : int
        Which world they belong to.
    fresh : int, optional
        Days, others than those, on which the answer has to hold; by default five times as many,
        of long days down to twice.
    at_least : int
        Operators who may serve a call type, wherever calls of it are expected.
    sure : bool
        Ask for the lower end of the 95 % interval on the fresh days to meet the targets.
    progress : callable, optional
        Called with a stage and the number of staffings tried so far.
    engine : {"kernel", "simpy"}
        Which engine runs a day; for "kernel", the model in SimPy still does where all is sooner
        done by it. The answer does not depend on it.

    Returns
    -------
    Staffing

    Raises
    ------
    ValueError
        No target, no such group or reading of the targets, or numbers out of range.
    ScenarioError
        With all mistakes of the file.

    Notes
    -----
    docs/finding-the-staff.md tells the method and its limits.
    """
    scenario = loaded(scenario)
    names = tuple(groups) if groups else tuple(scenario.operators)
    aims = aims_of(scenario)
    least = _checked(scenario, names, aims, least, at_least)
    replications, days = days_of(scenario, replications, fresh)
    task = Task(scenario, names, aims, least, at_least)
    if engine == "kernel":
        engine = engine_for(scenario, replications)
    trials = Trials(scenario, replications, seed, engine=engine)
    checks = Trials(scenario, days, seed, first=replications, engine=engine)
    search, point, slopes = started(task, trials, meets, progress)
    confirming = Confirming(search, checks, sure)
    if progress is not None:
        progress("staffings tried", trials.tried)
    now, slopes = confirming.settled(point, slopes)
    last = confirming.fewest(now, slopes)
    before = _as_it_is(confirming, scenario)
    return Staffing(
        asked=scenario, scenario=last.now.trial.scenario, groups=names, aims=aims, meets=meets,
        judge=search.judge, least=least, seed=seed, replications=replications, fresh=days,
        sure=sure, tried=trials.tried + checks.tried, cost=search.cost, allowed=search.allowed,
        found=last.now, before=before, one_fewer=last.least_harm,
        fewer_simulated=(last.simulated, last.cells),
        exact=last.exact if meets == "intervals" else None,
    )  # fmt: skip


def days_of(scenario: Scenario, replications: int | None, fresh: int | None) -> tuple[int, int]:
    """Days of the search and fresh days, as asked for or by how much a day brings."""
    contacts = max(expected_contacts(scenario), 1.0)
    if replications is None:
        replications = int(np.clip(CONTACTS / contacts, *DAYS))
    if fresh is None:
        fewest, most = (each * replications for each in FRESH)
        fresh = int(np.clip(FRESH_CONTACTS / contacts, fewest, most))
    if replications < 2 or fresh < 2:
        raise ValueError("a search needs 2 days or more, and as many fresh ones")
    return replications, fresh


def engine_for(scenario: Scenario, replications: int | None) -> str:
    """The engine by which a search is done first."""
    replications, _ = days_of(scenario, replications, None)
    return quickest(expected_contacts(scenario) * replications * USUAL)


class Task(NamedTuple):
    """What is to be found."""

    scenario: Scenario
    groups: tuple[str, ...]
    aims: tuple[Aim, ...]
    least: str
    at_least: int


def started(
    task: Task, trials: Trials, meets: str, progress: Told | None
) -> tuple[Search, Point, Slopes]:
    """A search at its first staffing: Erlang A with the load that is being handled."""
    as_it_is = trials.of(task.scenario)
    places = [list(task.scenario.operators).index(name) for name in task.groups]
    occupancy = min([aim.bound for aim in task.aims if aim.measure == "occupancy"], default=1.0)
    most = plenty(as_it_is, occupancy)[:, places]
    judge = judge_of(meets, len(most))
    generous = trials.of(
        with_seats(task.scenario, {g: most[:, i] for i, g in enumerate(task.groups)})
    )
    best = judge.judged(gaps_of(generous, task.aims, judge.together)).slack
    off = off_phone(as_it_is.ledger.centre)
    cost = cost_of_seat(as_it_is, task.least, off)[:, places]
    rows, left = served(as_it_is, places, task.at_least)
    bounds = Bounds(cost.ravel(), rows, left, most.ravel())
    allowed = np.where(best < -1e-9, best - ALLOWANCE, 0.0)
    search = Search(trials, task.groups, task.aims, judge, cost, bounds, allowed, progress)
    seats = somebody(np.minimum(start(generous)[:, places], most), bounds)
    point = search.point(seats)
    return search, point, search.slopes(point)


def judge_of(meets: str, intervals: int) -> Judge:
    """What "meets the targets" is to mean."""
    if meets == "day":
        return OnTheDay()
    if meets == "intervals":
        return InEveryInterval(intervals)
    return WithAChance(chance_of(meets))


def chance_of(meets: str) -> float:
    """The chance in "chance=0.9"."""
    word, _, number = meets.partition("=")
    try:
        chance = float(number.removesuffix("%")) / (100 if number.endswith("%") else 1)
    except ValueError:
        chance = 0.0
    if word != "chance" or not 0 < chance < 1:
        raise ValueError(f'{meets!r} is not "day", "intervals" or a chance such as "chance=0.9"')
    return chance


def served(trial: Trial, places: list[int], at_least: int) -> tuple[Floats, Floats]:
    """Of which cells how many seats must be left, so that each call finds somebody.

    Returns
    -------
    rows : ndarray, shape (K, C)
        1 for cells that may serve a type whose calls are expected in the interval.
    left : ndarray, shape (K,)
    """
    may, offered = may_serve(trial.ledger.centre), offered_of(trial.ledger)
    scheduled = np.floor(trial.ledger.grid.scheduled + 1e-9)
    others = [g for g in range(may.shape[1]) if g not in places]
    rows: dict[bytes, tuple[Floats, float]] = {}
    for interval, kind in zip(*np.nonzero(offered > 0), strict=True):
        row = np.zeros((len(offered), len(places)))
        row[interval] = may[kind, places]
        there = float((scheduled[interval] * may[kind])[others].sum())
        left = max(at_least - there, 0.0)
        if row.any() and left > rows.get(row.tobytes(), (row, 0.0))[1]:
            rows[row.tobytes()] = row, left
    kept = list(rows.values())
    whole = np.zeros((len(kept), len(offered) * len(places)))
    for number, (row, _) in enumerate(kept):
        whole[number] = row.ravel()
    return whole, np.array([left for _, left in kept])


def somebody(seats: Whole, bounds: Bounds) -> Whole:
    """The seats with those added that must be there, in the cheapest group."""
    flat = seats.ravel().copy()
    for row, left in zip(bounds.fewest, bounds.left, strict=True):
        cells = np.flatnonzero(row)
        lacking = int(left - flat[cells].sum())
        if lacking > 0:
            flat[cells[np.argmin(bounds.cost[cells])]] += lacking
    return flat.reshape(seats.shape)


def _as_it_is(confirming: Confirming, scenario: Scenario) -> Checked:
    """The scenario with the staff that it has, on the fresh days."""
    trial = confirming.fresh.of(scenario)
    gaps = confirming.search.gaps(trial)
    seats = np.zeros((0, 0), np.int64)
    return Checked(seats, trial, gaps, confirming.search.judge.judged(gaps))


def _checked(
    scenario: Scenario, groups: tuple[str, ...], aims: tuple[Aim, ...], least: str | None,
    at_least: int,
) -> str:  # fmt: skip
    """Refuse what cannot be searched for; what is to be saved."""
    if not aims:
        raise ValueError(
            "the scenario sets no target: [targets] is meant, such as service_level = "
            '{ share = 0.80, within = "20 s" }'
        )
    if at_least < 0:
        raise ValueError(f"at_least must be 0 or more, not {at_least}")
    if expected_contacts(scenario) <= 0:
        raise ValueError("the file expects no calls, so that no operators are needed")
    for name in groups:
        if name not in scenario.operators:
            known = ", ".join(scenario.operators)
            raise ValueError(f'there is no operator group "{name}"; there are {known}')
    free = [name for name in groups if not scenario.operators[name].wage]
    if least not in (None, *LEASTS):
        raise ValueError(f'least is "cost" or "operators", not {least!r}')
    if least == "cost" and free:
        raise ValueError(f"{free[0]} has no wage, so that the least cost says nothing")
    return least or ("operators" if free else "cost")
