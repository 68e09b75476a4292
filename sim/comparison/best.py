"""The best of several plans, with no more days for those that are surely worse."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.comparison.currency import one_currency
from sim.comparison.paired import plan_names
from sim.experiment import Campaign, Planned, PlanProgress, Results, heading
from sim.measures.better import BETTER, LESS
from sim.measures.intervals import CONFIDENCE, Estimate, Floats
from sim.measures.paired import half_of_change
from sim.measures.precision import AT_MOST, PrecisionError, Width, first_days, in_unit, named
from sim.scenario import Scenario, load_plans

FIRST = 50
"""Days of the first stage, from which the spread of every paired difference is taken; more where
so few do not tell it."""

GROWTH = 1.2
"""Each stage has so many times the days of the one before it."""


class Beaten(NamedTuple):
    """When a plan, by its number, was dropped, by which other, and how far behind it was."""

    days: int
    by: int
    behind: float


class Dropped(NamedTuple):
    """A plan that is out of the running."""

    days: int
    """After how many days."""
    by: str
    """The plan that was ahead by most."""
    behind: float
    """By how much then, in the measure's unit."""


class Selection(NamedTuple):
    """What a selection found, plans by their number."""

    left: tuple[int, ...]
    """Those not dropped: one if it is clear."""
    dropped: dict[int, Beaten]
    days: int
    """Days of those that are left."""
    clear: bool
    """Whether it ended by itself, and not at the most days allowed."""


Look = Callable[[Sequence[int], int], tuple[Floats, Floats]]
"""Takes numbers of plans and a number of days, and gives their values then, more being better;
shape (plans,); and the influence of each day on them; shape (plans, days)."""


def select(
    plans: int,
    difference: float,
    look: Look,
    first: int = FIRST,
    at_most: int = AT_MOST,
    confidence: float = CONFIDENCE,
) -> Selection:
    """The best of some plans by the procedure KN, on common random numbers.

    Parameters
    ----------
    plans : int
        How many; 2 or more.
    difference : float
        The smallest difference that matters, above 0.
    look : callable
        Gives values and influences after some days.
    first : int
        Days of the first stage.
    at_most : int
        Days after which it ends though more than one plan is left.
    confidence : float
        With which the best plan is to be left, if it leads by `difference` or more.

    Returns
    -------
    Selection

    Notes
    -----
    Kim and Nelson 2001 ("A fully sequential procedure for indifference-zone selection in
    simulation", ACM TOMACS 11, 251-273) with c = 1 and Bonferroni's share alpha / (k - 1) for each
    pair, as dependent plans ask for. Plan i is dropped when another is ahead of it by more than

        W(r) = max(0, difference / (2 r) (h2 S2 / difference^2 - r))

    with r days, S2 the variance of the paired daily differences in the first stage, and h2 of
    `constant`. After more than h2 S2 / difference^2 days W is 0 for a pair, so it always ends.
    It looks at days that are fixed beforehand (each stage 1.2 times the one before), which can
    only make a wrong drop rarer than looking after every day.
    """
    left, dropped, days = list(range(plans)), dict[int, Beaten](), min(first, at_most)
    values, pulls = look(left, days)
    reach = constant(plans, days, confidence) * _variances(pulls) / difference**2
    while True:
        ahead = values[None, :] - values[:, None]
        pairs = reach[np.ix_(left, left)]
        margin = np.maximum(0.0, difference / (2 * days) * (pairs - days))
        beaten = np.asarray((ahead > margin).any(axis=1))
        for place in np.flatnonzero(beaten):
            by = int(np.argmax(values))
            dropped[left[place]] = Beaten(days, left[by], float(ahead[place, by]))
        left = [plan for plan, out in zip(left, beaten, strict=True) if not out]
        longest = float(reach[np.ix_(left, left)].max())
        if len(left) == 1 or days > longest:
            return Selection(tuple(left), dropped, days, True)
        if days >= at_most:
            return Selection(tuple(left), dropped, days, False)
        days = min(math.ceil(GROWTH * days), math.floor(longest) + 1, at_most)
        values, _ = look(left, days)


def constant(plans: int, first: int, confidence: float = CONFIDENCE) -> float:
    """h2 of the procedure KN: how long a pair may go on, in variances over difference squared.

    Parameters
    ----------
    plans : int
        2 or more.
    first : int
        Days of the first stage, 2 or more.
    confidence : float

    Returns
    -------
    float
        2 eta (first - 1), where (1 + 2 eta) to the power -(first - 1) / 2 is twice the error
        allowed for one pair.
    """
    freedom, error = first - 1, (1 - confidence) / (plans - 1)
    return freedom * float((2 * error) ** (-2 / freedom) - 1)


def _variances(pulls: Floats) -> Floats:
    """Variance of the paired differences of each two plans; shape (plans, plans)."""
    # One plan at a time and not by covariances: plans that are the same differ by 0 exactly.
    return np.array([np.var(pulls - one, axis=1, ddof=1) for one in pulls])


def _told(estimates: Sequence[Estimate]) -> bool:
    """Whether the days tell how well the change between each two plans is known."""
    known = [each for each in estimates if each.value is not None]
    return all(half_of_change(*pair) is not None for pair in combinations(known, 2))


@dataclass(frozen=True, eq=False)
class Best:
    """Which plan is best in one measure, or within a difference of the best."""

    asked: Width
    """The measure, and the smallest difference in it that matters."""
    results: dict[str, Results]
    """By plan, each with the days that it was given."""
    left: tuple[str, ...]
    """The plans that were not dropped, best first; the first is the choice where it is clear."""
    dropped: dict[str, Dropped]
    """When and by what the others were dropped, in the order of their going."""
    clear: bool
    """Whether it is clear which to choose; if not, the most days allowed were not enough."""
    at_most: int
    left_out: tuple[str, ...] = ()
    """Plans that were not in the running, since they surely miss a target."""

    def __repr__(self) -> str:
        return f"<Best in {self.asked.measure}: {self.chosen or 'not clear'}>"

    @property
    def chosen(self) -> str | None:
        """The plan to choose; None where the days allowed do not tell."""
        return self.left[0] if self.clear else None

    @property
    def better(self) -> str:
        """ "more" or "less": which way the measure gets better."""
        return BETTER[self.asked.measure] or ""

    @property
    def days_in_all(self) -> int:
        """Days simulated, of all plans together."""
        return sum(each.days for each in self.results.values())

    @property
    def days_without_dropping(self) -> int:
        """Days there would have been if every plan had gone on to the end."""
        return len(self.results) * max(each.days for each in self.results.values())

    def document(self) -> dict[str, Any]:
        """The result document of all plans, each with its own days, and which is best."""
        longest = max(self.results.values(), key=lambda each: each.days)
        return heading(longest) | {
            "best": {
                "measure": self.asked.measure,
                "better": self.better,
                "difference": self.asked.width,
                "unit": self.asked.unit,
                "confidence": CONFIDENCE,
                "chosen": self.chosen,
                "left": list(self.left),
                "left_out": list(self.left_out),
                "at_most": self.at_most,
                "days": {plan: each.days for plan, each in self.results.items()},
                "days_in_all": self.days_in_all,
                "days_without_dropping": self.days_without_dropping,
                "dropped": [
                    {"plan": plan, "days": out.days, "by": out.by, "behind": out.behind}
                    for plan, out in self.dropped.items()
                ],
            },
            "plans": {plan: each.plan_document() for plan, each in self.results.items()},
        }


def best(
    scenarios: str | Path | Sequence[Scenario],
    measure: str,
    difference: float | str,
    seed: int = 1,
    workers: int | None = None,
    engine: str = "kernel",
    progress: PlanProgress | None = None,
    audit: bool = False,
    *,
    at_most: int = AT_MOST,
    planned: Planned | None = None,
    fails: Callable[[Results], bool] | None = None,
) -> Best:
    """The plan that is best in a measure, or within a difference of the best, 95 % sure.

    Parameters
    ----------
    scenarios : str or Path or sequence of Scenario
        A scenario file, for its base and all its plans; or the plans.
    measure : str
        Such as "total_cost"; which way it gets better is in `sim.measures.better`.
    difference : float or str
        The smallest difference that matters, in the measure's unit or with it: 25, "0.5 %".
    seed, workers, engine, audit
        As for `sim.experiment.run`, and the same for all.
    progress : callable, optional
        Called with a plan's name and the number of its days done.
    at_most : int
        Days of a plan after which it ends though more than one is left.
    planned : callable, optional
        Called before each stage with the number of days that plans still in the running get.
    fails : callable, optional
        Says of the results of the first stage whether a plan is out of the question, such as one
        that surely misses a target; it is left out.

    Returns
    -------
    Best

    Raises
    ------
    Currencies
        The plans have several.
    PrecisionError
        Fewer than two plans, no such measure, or one that has no direction or no value; or all
        plans are out of the question.

    Notes
    -----
    All plans see the same callers, so that few days tell them apart; see `select`. A ratio is
    compared as it stands after so many days, sum over sum, with the spread of its influences.
    """
    if isinstance(scenarios, (str, Path)):
        scenarios = load_plans(scenarios)
    if len(scenarios) < 2:
        raise PrecisionError("There is one plan only, so none to choose from.")
    one_currency(scenarios)
    asked = matters(measure, difference, scenarios[0].currency)
    names, first = plan_names(scenarios), min(FIRST, first_days(at_most))
    campaigns = {
        name: Campaign(each, seed, workers, engine, audit)
        for name, each in zip(names, scenarios, strict=True)
    }
    found: dict[str, Results] = {}

    def go_to(plans: Sequence[str], days: int) -> None:
        if planned is not None:
            planned(days)
        for name in plans:
            campaign = campaigns[name]
            if campaign.days < days:
                told = None if progress is None else partial(progress, name)
                campaign.more(days - campaign.days, told)
                found[name] = campaign.so_far()

    go_to(names, first)
    while first < at_most and not _told([found[name].measure(measure) for name in names]):
        first = min(2 * first, at_most)
        go_to(names, first)
    running = [name for name in names if fails is None or not fails(found[name])]
    if not running:
        raise PrecisionError(f"After {first} days every plan is out: each surely misses a target.")
    sense = -1.0 if BETTER[measure] == LESS else 1.0

    def look(plans: Sequence[int], days: int) -> tuple[Floats, Floats]:
        go_to([running[each] for each in plans], days)
        estimates = {running[each]: found[running[each]].measure(measure) for each in plans}
        values = [_value(plan, each, measure) for plan, each in estimates.items()]
        pulls = np.array([each.influence for each in estimates.values()])
        return sense * np.array(values), sense * pulls

    if len(running) == 1:
        chosen = Selection((0,), {}, first, True)
    elif _told([found[name].measure(measure) for name in running]):
        chosen = select(len(running), asked.width, look, first, at_most)
    else:
        chosen = Selection(tuple(range(len(running))), {}, first, False)
    ends = {each: _value(each, found[each].measure(measure), measure) for each in running}
    left = sorted((running[each] for each in chosen.left), key=lambda plan: -sense * ends[plan])
    return Best(
        asked,
        {name: found[name] for name in names},
        tuple(left),
        {
            running[each]: Dropped(out.days, running[out.by], out.behind)
            for each, out in chosen.dropped.items()
        },
        chosen.clear,
        at_most,
        tuple(name for name in names if name not in running),
    )


def _value(plan: str, estimate: Estimate, measure: str) -> float:
    if estimate.value is None:
        raise PrecisionError(
            f"{measure} has no value under plan {plan}: nothing of the kind happened in "
            f"{len(estimate.days)} replications, so that plans cannot be compared by it."
        )
    return estimate.value


def matters(measure: str, difference: float | str, currency: str) -> Width:
    """The measure and the difference that matters, checked.

    Raises
    ------
    PrecisionError
        There is no such measure or amount, or more of it is neither better nor worse.
    """
    found = named(measure)
    if BETTER[measure] is None:
        raise PrecisionError(
            f"{measure} has no better end by itself, so no plan is best in it; total_cost, net, "
            "service_level, abandonment, asa and others have one."
        )
    return Width(measure, in_unit(difference, found, currency), found.unit_in(currency))
