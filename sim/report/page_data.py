"""All that the report page shows, as plain JSON values: what `--out` keeps, and `report` draws."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from sim.comparison.paired import Comparison, Difference
from sim.experiment import Results
from sim.measures import tables
from sim.measures.intervals import Estimate
from sim.report import wording
from sim.report.choice import choice_of
from sim.report.compared import traps_of, who_pays
from sim.report.page_tables import table_of_plans, tables_of
from sim.report.plots import edges_of, ticks_of
from sim.report.replay import replay_of
from sim.report.staffing import cost_of_year, parts_of_shrinkage
from sim.report.verdict import has_holes, judgements, verdict

FORMAT = 2
"""Version of the file page.json."""

MOST_PLANS = 30
"""Plans that are shown one by one; all are in the table of plans and in results.json."""

MOST_SIZE = 500_000
"""Characters of JSON that they may have together, which make two to three times as many of HTML."""

MOST_STEPS = 200
"""Reporting intervals that a chart shows one by one; of more it shows hours."""

MOST_TEXT = 100_000
"""Characters of a scenario file that are shown."""

WAITS = 90
"""Points of the curve of waits."""

WEIGHED = ("total_cost", "abandonment", "wait_mean", "service_level")
"""Measures whose changes are drawn."""


def page_of(
    comparison: Comparison, manifest: dict[str, Any], replication: int = 0
) -> dict[str, Any]:
    """All that the page shows of one plan, or of several on the same callers.

    Parameters
    ----------
    comparison : Comparison
        One plan or more, the first is the base.
    manifest : dict
        What the results depend on, as `--out` writes it.
    replication : int
        Which day is replayed, from 0.

    Returns
    -------
    dict
        Plain JSON values; texts are not escaped.
    """
    base = comparison.results[comparison.base]
    choice = choice_of(comparison)
    plans = _plans(comparison, choice.plan)
    shown = list(plans)
    return {
        "format": FORMAT,
        "name": wording.plain(base.scenario.name, 200),
        "about": wording.plain(base.scenario.about, 400),
        "simulated": _simulated(base),
        "base": wording.plain(comparison.base),
        "chosen": shown.index(choice.plan),
        "verdict": choice.sentences,
        "table": table_of_plans(comparison) if len(comparison.results) > 1 else None,
        "plans": list(plans.values()),
        "more_plans": len(comparison.results) - len(shown),
        "differences": _differences(comparison, shown),
        "assumptions": _assumptions(comparison),
        "manifest": _manifest(manifest),
        "replay": replay_of(comparison, choice.plan, replication),
    }


def _simulated(base: Results) -> str:
    """How many days, and which."""
    word, days = wording.period(base), len(base.scenario.days)
    number = f"{base.days:,} {word}s" if base.days > 1 else f"one {word}"
    return f"{number}{f' of {days} days' if days else ''}, seed {base.seed}"


def _plans(comparison: Comparison, chosen: str) -> dict[str, dict[str, Any]]:
    """The plans that are shown one by one, in their order: the base, the chosen one and as many
    others as there is room for."""
    base = comparison.base
    longest = _longest(comparison.results[base], comparison.results[chosen])
    found: dict[str, dict[str, Any]] = {}
    room = MOST_SIZE
    for plan in dict.fromkeys([base, chosen, *comparison.results]):
        told = _plan(comparison, plan, longest)
        room -= len(json.dumps(told))
        if len(found) == MOST_PLANS or (room < 0 and plan not in (base, chosen)):
            break
        found[plan] = told
    return {plan: found[plan] for plan in comparison.results if plan in found}


def _plan(comparison: Comparison, plan: str, longest: float) -> dict[str, Any]:
    results = comparison.results[plan]
    against = plan != comparison.base
    about = results.scenario.plan_about
    return {
        "name": wording.plain(plan),
        "about": wording.plain(about, 400),
        "verdict": verdict(results),
        "holes": has_holes(results.hourly()),
        "pays": _pays(comparison, plan) if against else [],
        "traps": list(traps_of(comparison, plan)) if against else [],
        "notes": [cost_of_year(results), *parts_of_shrinkage(results)],
        "tables": list(tables_of(results)),
        "figures": {name: _figure(results.measures[name]) for name in WEIGHED},
        "steps": _steps(results),
        "waits": _waits(results, longest),
        "level": wording.level_of(results),
        "targets": {each.measure: each.bound for each in judgements(results) if each.type is None},
    }


def _pays(comparison: Comparison, plan: str) -> list[list[Any]]:
    """Who pays for what: each with all that is said of them."""
    found: list[list[Any]] = []
    for who, said in who_pays(comparison, plan):
        if who:
            found.append([who, []])
        found[-1][1].append(said)
    return found


def _figure(estimate: Estimate) -> dict[str, Any]:
    text = wording.figure(estimate.value, estimate.unit)
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high, "text": text,
            "unit": estimate.unit}  # fmt: skip


def _steps(results: Results) -> dict[str, Any]:
    """The day by reporting interval, or by hour where these are many: columns for the charts."""
    rows = tables.stretches(results.ledger, results.required)
    edges, minutes = edges_of(results), results.scenario.day.interval / 60
    if len(rows) > MOST_STEPS:
        per = max(1, round(60 / minutes))
        rows, minutes = tables.stretches(results.ledger, results.required, per), per * minutes
        steps = np.searchsorted(results.ledger.grid.clock.day, _days_of(results), "right")
        edges = _thinned(edges, per, steps.tolist())
    names = ("offered", "answered", "abandonment", "service_level", "required", "scheduled",
             "on_duty")  # fmt: skip
    return {
        "edges": edges.tolist(),
        "ticks": [[place, text] for place, text in ticks_of(results, edges_of(results)).items()],
        "minutes": minutes,
        "from": [" ".join(str(row[key]) for key in ("day", "from") if key in row) for row in rows],
        **{name: [row[name] for row in rows] for name in names},
    }


def _days_of(results: Results) -> list[int]:
    return list(range(len(results.ledger.grid.days)))


def _thinned(
    edges: np.ndarray[Any, np.dtype[np.float64]], per: int, ends: list[int]
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Every so many edges of each day, and its last one."""
    kept, start = [0], 0
    for end in ends:
        kept += [*range(start + per, end, per), end]
        start = end
    return edges[kept]


def _longest(*results: Results) -> float:
    """Up to which wait curves are drawn, in s: whole minutes that 99 % do not exceed."""
    waits = [each.measures["wait_p99"].value or 0.0 for each in results]
    return max(60.0, float(np.ceil(max(waits) / 60)) * 60)


def _waits(results: Results, longest: float) -> dict[str, Any]:
    """The share of contacts not blocked that wait longer than so many seconds."""
    pool = results.ledger.everything().pool
    assert pool is not None
    number = len(pool.waits)
    seconds = np.linspace(0.0, longest, WAITS + 1)
    longer = len(pool.queued) - np.searchsorted(pool.queued, seconds, side="right")
    shares = longer / number if number else np.zeros(len(seconds))
    return {
        "seconds": seconds.tolist(),
        "longer": shares.tolist(),
        "over_1_min": results.measures["waited_over_1_min"].value,
    }


def _differences(comparison: Comparison, shown: list[str]) -> list[dict[str, Any]]:
    """The changes of each plan from the base that are drawn, plan by plan."""
    return [
        {"plan": wording.plain(plan), "measures": {name: _move(moves[name]) for name in WEIGHED}}
        for plan, moves in comparison.differences.items()
        if plan in shown
    ]


def _move(move: Difference) -> dict[str, Any]:
    half = None if move.high is None or move.value is None else move.high - move.value
    text = wording.change(move.value, half, move.unit)
    return {**move.document(), "unit": move.unit, "text": text, "sure": move.sure_together}


def _assumptions(comparison: Comparison) -> list[str]:
    """Each assumption once, with the plans that make it where not all do."""
    made: dict[str, list[str]] = {}
    for plan, results in comparison.results.items():
        for sentence in results.assumptions:
            made.setdefault(sentence, []).append(wording.plain(plan))
    everybody = len(comparison.results)
    return [
        sentence if len(plans) == everybody else f"{sentence} (only {wording.listing(plans)})"
        for sentence, plans in made.items()
    ]


def _manifest(manifest: dict[str, Any]) -> dict[str, Any]:
    text = manifest["scenario"]["text"]
    shown = None if text is None else text[:MOST_TEXT]
    cut = text is not None and len(text) > MOST_TEXT
    return manifest | {"scenario": manifest["scenario"] | {"text": shown, "cut": cut}}
