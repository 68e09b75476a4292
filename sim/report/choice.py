"""The first words of the report: which plan, what it costs, what clients feel, and how sure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sim.comparison.paired import Comparison, difference
from sim.measures.intervals import Estimate
from sim.report import wording
from sim.report.compared import changed, same_level
from sim.report.verdict import Judgement, hang_up, judgements


class Choice(NamedTuple):
    """A plan, and why it."""

    plan: str
    sentences: dict[str, str]
    """By what they answer: "Which plan" (of one plan "Targets"), "Cost", "Clients", "How sure"."""


def choice_of(comparison: Comparison) -> Choice:
    """The plan that a planner would take by targets and cost alone, in words.

    The cheapest plan that meets every target; where none does, the cheapest of those that miss
    fewest; where no target is set, the cheapest of all. By estimates; how sure they are is said.

    Parameters
    ----------
    comparison : Comparison
        One plan or more, the first is the base.

    Returns
    -------
    Choice
    """
    judged = {plan: judgements(each) for plan, each in comparison.results.items()}
    missed = {plan: sum(not each.met for each in found) for plan, found in judged.items()}
    fewest = min(missed.values())
    left = sorted((plan for plan in missed if missed[plan] == fewest), key=_costing(comparison))
    plan = left[0]
    sentences = {"Cost": _cost(comparison, plan), "Clients": _clients(comparison, plan)}
    if len(judged) > 1:
        sentences = {"Which plan": _which(plan, len(judged), left, judged[plan])} | sentences
    else:
        sentences = {"Targets": _alone(plan, judged[plan])} | sentences
    sure = [*_targets(judged[plan]), *_rival(comparison, left), _days(comparison)]
    return Choice(plan, sentences | {"How sure": " ".join(sure)})


def _costing(comparison: Comparison) -> Callable[[str], float]:
    def cost(plan: str) -> float:
        value = comparison.results[plan].measures["total_cost"].value
        return float("inf") if value is None else value

    return cost


def _which(plan: str, plans: int, left: list[str], judged: list[Judgement]) -> str:
    name, missed = wording.plain(plan), sum(not each.met for each in judged)
    if not judged:
        return f"{name}: the cheapest of {plans} plans. No target is set that would judge them."
    if missed:
        said = f"None of {plans} plans meets every target. {name} misses {missed} of {len(judged)}"
        return f"{said}, {'the fewest' if len(left) == 1 else 'and costs least of those'}."
    if len(left) == 1:
        return f"{name}: the only one of {plans} plans that meets every target."
    many = f"the {len(left)} of {plans} plans that meet every target"
    return f"{name}: the cheapest of {many if len(left) < plans else _all_meet(plans)}."


def _alone(plan: str, judged: list[Judgement]) -> str:
    """How many targets a plan meets that is compared with no other."""
    name, missed = wording.plain(plan), sum(not each.met for each in judged)
    if not judged:
        return f"No target is set that would judge {name}."
    if len(judged) == 1:
        return f"{name} {'misses' if missed else 'meets'} its target."
    many = f"{missed} of its" if missed else "all of its"
    return f"{name} {'misses' if missed else 'meets'} {many} {len(judged)} targets."


def _all_meet(plans: int) -> str:
    return f"{plans} plans, all of which meet every target"


def _cost(comparison: Comparison, plan: str) -> str:
    results = comparison.results[plan]
    word, currency = wording.period(results), results.scenario.currency
    staff = wording.figure(results.measures["staffing_cost"].value, currency)
    return (
        f"{known(results.measures['total_cost'])} {currency} a {word} in all"
        f"{_against(comparison, plan, 'total_cost')}; staff is {staff} of it."
    )


def _clients(comparison: Comparison, plan: str) -> str:
    results = comparison.results[plan]
    level = _against(comparison, plan, "service_level") if same_level(comparison, plan) else ""
    said = [
        f"{known(results.measures['service_level'])} {wording.level_of(results)}{level}",
        f"{known(results.measures['abandonment'])} {hang_up(results)}"
        f"{_against(comparison, plan, 'abandonment')}",
        f"the mean wait is {known(results.measures['wait_mean'])}"
        f"{_against(comparison, plan, 'wait_mean')}",
        f"9 in 10 wait {known(results.measures['wait_p90'])} at most",
    ]
    return f"{'; '.join(said)}."


def known(estimate: Estimate) -> str:
    """A figure and half its 95 % interval: "86.7 % +-1.0"."""
    value = wording.figure(estimate.value, estimate.unit)
    half = wording.margin(estimate)
    return value if half == wording.NOTHING else f"{value} +-{half}"


def _against(comparison: Comparison, plan: str, name: str) -> str:
    """What a measure is more or less than under the base."""
    if plan == comparison.base:
        return ""
    move, base = comparison.differences[plan][name], wording.plain(comparison.base)
    if move.value is None:
        return ""
    one_day = comparison.results[plan].days == 1
    unsure = "" if move.sure_together or one_day or move.value == 0 else ", too close to call"
    return f" (against {base}: {changed(move).strip().rstrip('*?')}{unsure})"


def _targets(judged: list[Judgement]) -> Iterator[str]:
    """Targets that are too close to tell, or that none is."""
    close = [each for each in judged if not each.sure and each.estimate.low is not None]
    yield from (each.sentence() for each in close)
    if judged and not close and all(each.sure for each in judged):
        found = {each.met for each in judged}
        ends = "met or missed" if len(found) > 1 else "met" if found == {True} else "missed"
        yield f"Every target is surely {ends}: its 95 % interval is on one side."


def _rival(comparison: Comparison, left: list[str]) -> Iterator[str]:
    """How the next cheapest of those that meet as many targets compares."""
    if len(left) < 2:
        return
    plan, rival = left[:2]
    costs = [comparison.results[each].measures["total_cost"] for each in (rival, plan)]
    move, currency = difference(*costs), comparison.results[plan].scenario.currency
    half = None if move.high is None or move.value is None else move.high - move.value
    more = wording.change(move.value, half, move.unit).removeprefix("+")
    sure = "surely" if move.sure else "too close to call"
    said = f"The next in cost of these, {wording.plain(rival)}, costs"
    yield f"{said} {more} {currency} more ({sure})."


def _days(comparison: Comparison) -> str:
    results = comparison.results[comparison.base]
    word = wording.period(results)
    if results.days == 1:
        return f"One {word} was simulated: that tells nothing of how sure the figures are."
    same = ", the same callers under every plan" if len(comparison.results) > 1 else ""
    return (
        f"{results.days:,} {word}s were simulated{same}; +- is half of a 95 % interval of the mean."
    )
