"""What a notebook shows: of a result, of plans, of plans under conditions; the verdict first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from sim.report import wording
from sim.report.text import sections
from sim.report.verdict import judgements, verdict
from sim.results import Results

if TYPE_CHECKING:
    from sim.comparison.conditions import Conditions
    from sim.comparison.paired import Comparison

MOST_PLANS = 6
"""Plans that stand beside the base; the others are in the tables."""

_TABLE = '<table style="font-variant-numeric: tabular-nums; border-collapse: collapse">'
_LEFT = "text-align: left; padding: 1px 10px 1px 0"
_RIGHT = "text-align: right; padding: 1px 0 1px 12px"


def of_results(results: Results) -> str:
    """One plan's result as HTML.

    Parameters
    ----------
    results : Results

    Returns
    -------
    str
        What is plain text in a scenario file stays plain text.
    """
    word, many = wording.period(results), results.days > 1
    head = f"{wording.plain(results.scenario.name)}: plan {wording.plain(results.plan)}"
    targets = {each.measure: each for each in judgements(results) if each.type is None}
    columns = ["", "value", *(["&plusmn;", f"8 {word}s in 10"] if many else []), "target"]
    rows = []
    for title, lines in sections(results).items():
        rows.append(_row([title], "th", span=len(columns)))
        for name, called in lines:
            estimate = results.measures[name]
            cells = [called, wording.figure(estimate.value, estimate.unit, name)]
            if many:
                cells += [wording.margin(estimate), wording.days_range(estimate)]
            aim = targets.get(name)
            rows.append(_row([*cells, aim.bound_in_words() if aim else ""]))
    said = "".join(f"<li>{escape(each)}</li>" for each in verdict(results))
    days = f"{results.days:,} {word}s" if many else f"one {word}"
    notes = f"in time: within {wording.limits(results)}."
    if many:
        notes += f" ±: how well the mean is known (95 %); 8 {word}s in 10: how far {word}s differ."
    return (
        f"<div><strong>{escape(head)}</strong><br>{days}, seed {results.seed}"
        f"<ul>{said}</ul>{_TABLE}{_heads(columns)}<tbody>{''.join(rows)}</tbody></table>"
        f"<small>{escape(notes)}</small></div>"
    )


def of_comparison(comparison: Comparison) -> str:
    """Several plans as HTML: which to choose, values, and the paired change against the base.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    str
        The marks behind a change are explained below the table.
    """
    from sim.report.choice import choice_of
    from sim.report.compared import cell, rows_of

    base = comparison.results[comparison.base]
    others = [plan for plan in comparison.results if plan != comparison.base]
    choice = choice_of(comparison)
    shown = others[:MOST_PLANS]
    if choice.plan in others[MOST_PLANS:]:
        shown[-1] = choice.plan
    columns = ["", *(_broken(plan) for plan in (comparison.base, *shown))]
    rows = []
    for title, lines in rows_of(comparison).items():
        rows.append(_row([title], "th", span=len(columns)))
        for name, called in lines:
            estimates = [comparison.results[plan].measures[name] for plan in
                         (comparison.base, *shown)]  # fmt: skip
            values = [wording.figure(each.value, each.unit, name) for each in estimates]
            moves = ["", *(cell(comparison, plan, name).strip() for plan in shown)]
            rows.append(_row([called, *values], notes=["", *moves]))
    said = {escape(wording.plain(head)): escape(text.replace("+-", "±"))
            for head, text in choice.sentences.items()}  # fmt: skip
    said |= _targets(comparison.results[choice.plan])
    verdicts = "".join(f"<li><strong>{head}.</strong> {text}</li>" for head, text in said.items())
    left = f" {len(others) - len(shown)} more plans are in .table()." if others[MOST_PLANS:] else ""
    period = wording.period(base)
    return (
        f"<div><strong>{escape(wording.plain(base.scenario.name))}</strong><br>"
        f"{base.days:,} {period}s, seed {base.seed}, the same callers under every plan"
        f"<ul>{verdicts}</ul>{_TABLE}{_heads(columns)}<tbody>{''.join(rows)}</tbody></table>"
        "<small>Below a value: its change from the first plan and half the 95 % interval. "
        f"{_marks(len(others))}{left}</small></div>"
    )


def _marks(others: int) -> str:
    """What the marks behind a change mean."""
    if others < 2:
        return "* = surely not zero."
    return (
        "* = surely not zero, all plans taken together; ? = not zero by its own interval, "
        "in doubt among so many plans."
    )


def _targets(results: Results) -> dict[str, str]:
    """What becomes of every target under a plan, by the head of the list."""
    judged = judgements(results)
    if not judged:
        return {}
    lines = "".join(f"<li>{escape(each.sentence())}</li>" for each in judged)
    return {f"Targets under {escape(wording.plain(results.plan))}": f"<ul>{lines}</ul>"}


def of_conditions(conditions: Conditions) -> str:
    """Plans under conditions as HTML: which plan survives, then a block a measure.

    Parameters
    ----------
    conditions : Conditions

    Returns
    -------
    str
        A plan a row and a condition a column; of very many plans those that do best.
    """
    from sim.report.conditioned import (
        cell_under,
        changes_in_words,
        missing_plans,
        shown_plans,
        survivor_in_words,
        titles_under,
    )
    from sim.report.verdict import targets_met

    names, plans = list(conditions.comparisons), shown_plans(conditions)
    first = conditions.comparisons[names[0]]
    base, columns = first.results[first.base], ["", *(_broken(name) for name in names)]
    rows = []
    for measure, title in titles_under(conditions).items():
        rows.append(_row([title], "th", span=len(columns)))
        for plan in plans:
            cells = [cell_under(conditions, plan, name, measure) for name in names]
            rows.append(_row([wording.plain(plan, 30), *(c.replace("+-", "±") for c in cells)]))
    if any(each for own in conditions.targets.values() for each in own.values()):
        rows.append(_row(["targets met"], "th", span=len(columns)))
        for plan in plans:
            cells = [targets_met(conditions.targets[plan][name]) for name in names]
            rows.append(_row([wording.plain(plan, 30), *cells]))
    missing = "".join(f"<li>{escape(each)}</li>" for each in missing_plans(conditions))
    left = len(conditions.plans) - len(plans)
    more = f" {left} more plans are in .table()." if left else ""
    days = f"{base.days:,} {wording.period(base)}{'s' if base.days > 1 else ''}"
    return (
        f"<div><strong>{escape(wording.plain(base.scenario.name))}</strong><br>"
        f"{days} under each condition, seed {base.seed}; conditions: "
        f"{escape(changes_in_words(conditions))}"
        f"<p><strong>{escape(survivor_in_words(conditions))}</strong></p>"
        f"{_TABLE}{_heads(columns)}<tbody>{''.join(rows)}</tbody></table>"
        f"{f'<ul>{missing}</ul>' if missing else ''}"
        "<small>±: half the 95 % interval; ! = misses its target, ? = too close to call; "
        f"in time: within {escape(wording.limits(base))}.{more}</small></div>"
    )


def _broken(plan: str) -> str:
    """The name of a plan, escaped, that may be broken at its underscores."""
    return escape(wording.plain(plan, 30)).replace("_", "_<wbr>")


def _heads(columns: Sequence[str]) -> str:
    """Column heads, already escaped."""
    cells = "".join(
        f'<th scope="col" style="{_RIGHT if place else _LEFT}">{each}</th>'
        for place, each in enumerate(columns)
    )
    return f"<thead><tr>{cells}</tr></thead>"


def _row(cells: Iterable[str], kind: str = "td", span: int = 1, notes: Sequence[str] = ()) -> str:
    """A row; with `notes`, what stands small under each value."""
    made = []
    for place, each in enumerate(cells):
        below = (
            f"<br><small>{escape(notes[place].replace('+-', '±'))}</small>"
            if notes and notes[place]
            else ""
        )
        wide = f' colspan="{span}"' if span > 1 else ""
        align = _RIGHT if place else _LEFT
        tag = "th" if kind == "th" or place == 0 else "td"
        scope = f' scope="{"colgroup" if span > 1 else "row"}"' if tag == "th" else ""
        weight = "; font-weight: normal" if tag == "th" and span == 1 else ""
        made.append(
            f'<{tag}{scope}{wide} style="{align}{weight}">{escape(each.strip())}{below}</{tag}>'
        )
    return f"<tr>{''.join(made)}</tr>"
