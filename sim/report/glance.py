"""What a notebook shows of a result: the verdict, then client, staff and money, at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from sim.report import wording
from sim.report.text import sections
from sim.report.verdict import judgements, verdict
from sim.results import Results

if TYPE_CHECKING:
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
    """Several plans as HTML: values, and the paired change against the base.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    str
        A star marks a change whose 95 % interval leaves out zero.
    """
    from sim.report.compared import cell, rows_of

    base = comparison.results[comparison.base]
    others = [plan for plan in comparison.results if plan != comparison.base]
    shown = others[:MOST_PLANS]
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
    left = f" {len(others) - len(shown)} more plans are in .table()." if others[MOST_PLANS:] else ""
    period = wording.period(base)
    return (
        f"<div><strong>{escape(wording.plain(base.scenario.name))}</strong><br>"
        f"{base.days:,} {period}s, seed {base.seed}, the same callers under every plan"
        f"{_TABLE}{_heads(columns)}<tbody>{''.join(rows)}</tbody></table>"
        "<small>Below a value: its change from the first plan and half the 95 % interval; "
        f"* surely not zero.{left}</small></div>"
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
