"""What a staffing has to reach, and how far each day and interval of a trial is from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.measures.intervals import Floats
from sim.measures.tally import CONTACT_SUMS, service_level_parts
from sim.scenario.aims import Aim
from sim.staffing.trials import Trial

if TYPE_CHECKING:
    from sim.scenario import Scenario


class Gaps(NamedTuple):
    """How far a trial is from its aims, as sums that add up over days and intervals.

    A aims, R days, N intervals. The measure of an aim is a ratio of sums; it holds where the
    sum of `slack` is not negative.
    """

    slack: Floats
    """What is over (or, below 0, what is missing), in contacts or s; shape (A, R, N)."""
    base: Floats
    """What the measure is a share of, in contacts or s; shape (A, R, N)."""


def gaps_of(trial: Trial, aims: tuple[Aim, ...], together: tuple[int, ...] = (0, 1)) -> Gaps:
    """How far a trial is from each aim.

    Parameters
    ----------
    trial : Trial
        Days under one staffing.
    aims : tuple of Aim
    together : tuple of int
        Over what an aim is one ratio, as the judge does: days (0), intervals (1) or both.

    Returns
    -------
    Gaps

    Notes
    -----
    For a service level the sums are met - bound x judged, for hang-ups bound x (offered - short)
    - (abandoned - short), for occupancy bound x attended - handling. Time on duty outside the
    open hours is in the last interval. Where contacts were offered and the convention leaves none
    to judge, of those that are one ratio, all of them count as judged and missed.
    """
    pairs = [_parts(trial, aim, together) for aim in aims]
    slack = np.stack([
        (top - aim.bound * base) if aim.at_least else (aim.bound * base - top)
        for aim, (top, base) in zip(aims, pairs, strict=True)
    ])  # fmt: skip
    return Gaps(slack, np.stack([base for _, base in pairs]))


def _parts(trial: Trial, aim: Aim, together: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Numerator and denominator of a measure by day and interval; shape (R, N)."""
    if aim.measure == "occupancy":
        return _time(trial)
    scenario, types = trial.scenario, list(trial.scenario.callers)
    own = trial.contacts
    own = own.sum(axis=3) if aim.type is None else own[..., types.index(aim.type)]
    sums = {column.name: own[:, i] for i, column in enumerate(CONTACT_SUMS)}
    if aim.measure == "abandonment":
        return sums["abandoned"] - sums["short"], sums["offered"] - sums["short"]
    met, judged = service_level_parts(sums, scenario.counts(aim.type))
    judgeable, offered = (
        each.sum(axis=together, keepdims=True) for each in (judged, sums["offered"])
    )
    unjudged = (judgeable == 0) & (offered > 0)
    return met, np.where(unjudged, sums["offered"], judged)


def _time(trial: Trial) -> tuple[Floats, Floats]:
    """Handling time and time attended by day and interval; shape (R, N)."""
    on_duty, handling, overtime = trial.staff.sum(axis=3).transpose(1, 0, 2)
    top, base = handling.copy(), on_duty + overtime
    books = [trial.ledger.of_group(name).columns for name in trial.ledger.centre.groups]
    for sums, name in ((top, "handling"), (base, "attended")):
        whole = np.sum([book[name] for book in books], axis=0)
        sums[:, -1] += whole - sums.sum(axis=1)
    return top, base


def in_words(aim: Aim, scenario: Scenario) -> str:
    """An aim as a planner says it."""
    from sim.times import format_duration

    bound = f"{100 * aim.bound:g} %"
    if aim.measure == "service_level":
        limit = format_duration(scenario.within(aim.type))
        said = f"at least {bound} answered in {limit} ({scenario.counts(aim.type)})"
    elif aim.measure == "abandonment":
        said = f"at most {bound} hang up"
    else:
        said = f"occupancy at most {bound}"
    return said if aim.type is None else f"{aim.type}: {said}"
