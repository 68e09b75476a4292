"""How many operators each interval would need, by the Erlang formulas."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.conduct import mean_of
from sim.measures.intervals import Floats
from sim.measures.ledger import Ledger
from sim.measures.tally import CONTACT_SUMS
from sim.theory.erlang import operators_needed

if TYPE_CHECKING:
    from sim.scenario import Scenario

_OFFERED = [column.name for column in CONTACT_SUMS].index("offered")

DEFAULT_SHARE = 0.80
"""The service level that is asked for where a scenario sets none."""


class Aim(NamedTuple):
    """A service level to reach."""

    share: float
    within: float
    counts: str
    ignore_under: float | None


def aim_of(scenario: Scenario, name: str) -> Aim:
    """The service level of a call type; 80 % within its threshold where it has no target."""
    level = scenario.targets_of(name).service_level
    wanted = DEFAULT_SHARE if level is None or level.share is None else level.share
    return Aim(wanted, scenario.within(name), scenario.counts(name), scenario.ignore_under(name))


def required(ledger: Ledger, lagged: bool = False) -> Floats:
    """Operators that each interval and group would need, by Erlang A with the interval's load.

    Parameters
    ----------
    ledger : Ledger
        All replications of a run.
    lagged : bool
        Take the load that is really being handled: talks carry it over from one interval to the
        next, so that it follows the calls later and lower.

    Returns
    -------
    ndarray, shape (N, G)
        Fractional; NaN where no number of operators is enough.

    Notes
    -----
    A group gets the share of a type's offered contacts that it took of the answered (an equal
    part where none was answered), at its own mean handling time. Patience is exponential with
    the mean of the type's law, so that the rates of hanging up are averaged over types; hold
    messages are left out. Where the types of a group have different targets, each target is
    applied to the whole load and the results are averaged by the contacts.
    """
    scenario, centre = ledger.scenario, ledger.centre
    offered = offered_of(ledger)
    part, handling = _allotment(ledger)
    if lagged:
        offered = carried_over(offered, (part * handling).sum(axis=1), ledger)
    aims = [aim_of(scenario, name) for name in centre.types]
    patience = [scenario.callers[name].patience for name in centre.types]
    leaving = np.array([1 / max(mean_of(each.law), 1e-3) for each in patience])
    at_once = np.array([each.hang_up_at_once for each in patience])
    result = np.zeros((ledger.grid.intervals, len(centre.groups)))
    for row, seconds in enumerate(ledger.grid.clock.lengths):
        for group in range(len(centre.groups)):
            calls = offered[row] * part[:, group]
            total = float(calls.sum())
            if total == 0:
                continue
            weight = calls / total
            rate, time = total / float(seconds), float(weight @ handling[:, group])
            hang_up, quick = float(weight @ leaving), float(weight @ at_once)
            wanted: dict[Aim, float] = {}
            for aim, share in zip(aims, weight.tolist(), strict=True):
                if share > 0:
                    wanted[aim] = wanted.get(aim, 0.0) + share
            result[row, group] = sum(
                share * _needed(rate, time, 1 / hang_up if hang_up else math.inf, quick, aim)
                for aim, share in wanted.items()
            )
    return result


def offered_of(ledger: Ledger) -> Floats:
    """Contacts offered by interval and type, means per replication; shape (N, T)."""
    offered: Floats = ledger.contacts[_OFFERED] / max(ledger.replications, 1)
    return offered


def carried_over(offered: Floats, handling: Floats, ledger: Ledger) -> Floats:
    """Contacts that would bring the load being handled, if each were handled where it arrives.

    Parameters
    ----------
    offered : ndarray, shape (N, T)
        Contacts by interval of arrival.
    handling : ndarray, shape (T,)
        Mean handling time of each type in s.
    ledger : Ledger
        It has the lengths of the intervals, and the days.

    Returns
    -------
    ndarray, shape (N, T)

    Notes
    -----
    With enough operators the mean number at work m follows m' = rate - m / handling where
    handling is exponential (Jennings, Mandelbaum, Massey and Whitt 1996, whose other laws differ
    little from it); its mean over each interval is given back as contacts, m x length /
    handling. The line begins empty whenever it opens.
    """
    clock = ledger.grid.clock
    begins, ends = clock.edges[clock.open_rows], clock.edges[clock.open_rows + 1]
    time = np.where(handling > 0, handling, 1.0)
    found, left = np.zeros_like(offered), np.zeros(offered.shape[1])
    for row, seconds in enumerate(clock.lengths):
        if row and begins[row] != ends[row - 1]:
            left = np.zeros_like(left)
        goal, fall = offered[row] / seconds * time, np.exp(-seconds / time)
        mean = goal + (left - goal) * (1 - fall) * time / seconds
        left = goal + (left - goal) * fall
        found[row] = mean * seconds / time
    return found


def _allotment(ledger: Ledger) -> tuple[Floats, Floats]:
    """The part of each type's contacts that is a group's, and its mean handling; shape (T, G)."""
    centre = ledger.centre
    shape = (len(centre.types), len(centre.groups))
    number, time = ledger.handled
    # A type may have several lanes, each with groups of its own.
    may = np.zeros(shape, np.bool_)
    lanes = (centre.routing.tier >= 0).reshape(-1, shape[1])
    np.logical_or.at(may, centre.crewing.lane_type, lanes)
    answered = number.sum(axis=1, keepdims=True)
    equal = may / np.maximum(may.sum(axis=1, keepdims=True), 1)
    part = np.where(answered > 0, number / np.maximum(answered, 1), equal)
    usual = (centre.talk_mean + centre.wrap_mean).reshape(shape)
    handling = np.divide(time, number, out=usual.copy(), where=number > 0)
    return part, handling


@lru_cache(maxsize=65536)
def _needed(rate: float, handling: float, patience: float, at_once: float, aim: Aim) -> float:
    if rate == 0 or handling == 0 or aim.share <= 0:
        return 0.0
    try:
        return operators_needed(
            rate,
            handling,
            patience,
            share=aim.share,
            within=aim.within,
            counts=aim.counts,  # type: ignore[arg-type]
            ignore_under=aim.ignore_under,
            hang_up_at_once=at_once,
            whole=False,
        )
    except ValueError:  # 100 % in time, for one, takes endless operators
        return math.nan


def assumptions(scenario: Scenario) -> list[str]:
    """What the required operators rest on besides the scenario, in sentences."""
    loose = [
        name
        for name in scenario.callers
        if (level := scenario.targets_of(name).service_level) is None or level.share is None
    ]
    said = [
        "Operators required are by Erlang A (C where nobody hangs up) with each interval's load "
        "on an average day; busy days need more. "
        "Hold messages, telephone lines and what is left of the interval before are not in them."
    ]
    if loose:
        names = ", ".join(name for name in loose)
        said.append(
            f"Without a service-level target for {names}, operators required are for "
            f"{DEFAULT_SHARE:.0%} in time."
        )
    return said
