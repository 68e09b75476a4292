"""`waitline erlang`: what Erlang's formulas say of one queue, and how many operators it needs."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import click

from sim.cli.queue import (
    Asked,
    against,
    aligned,
    asked_of,
    figure,
    figures,
    finite,
    given,
    load_options,
    people,
    percent,
    queue_options,
    row_of,
    said,
    seconds,
    wanted,
)
from sim.cli.readers import duration, number, option, sentence, share, target_share, together


@click.group(name="erlang")
def command() -> None:
    """Erlang B, C and A: one queue in its steady state, exactly.

    B: nobody can wait. C: everybody waits as long as it takes. A: callers hang up.
    """


patience_options = together(
    option("--patience", duration, 'Mean patience, such as "2 min".', required=True),
    option("--hang-up-at-once", share, "Share of the delayed who hang up at once.", default="0"),
    option("--abandonment", target_share, 'Target: at most this share hangs up, such as "5 %".'),
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@command.command("b")
@load_options
@option("--lines --operators", number, "Telephone lines (or operators): says what is blocked.")
@option("--blocked", target_share, 'Target: at most this share blocked, such as "1 %".')
@json_option
def loss(
    calls: float, per: float, aht: float, lines: float | None, blocked: float | None, as_json: bool
) -> None:
    """Erlang B: a call that finds all lines busy is blocked."""
    if lines is None and blocked is None:
        raise click.UsageError("Give --lines (what is blocked?) or --blocked (how many lines?).")
    try:
        document = loss_report(calls, per, aht, lines, blocked)
    except ValueError as error:
        raise click.UsageError(sentence(error)) from None
    click.echo(json.dumps(document) if as_json else loss_text(document))


def loss_report(
    calls: float, per: float, aht: float, lines: float | None, blocked: float | None
) -> dict[str, Any]:
    """The answer of Erlang B as one document."""
    from sim.theory.erlang import erlang_b, lines_needed

    load = calls / per * aht

    def row(lines: float) -> dict[str, float]:
        lost = erlang_b(load, lines)
        return {"lines": lines, "blocked": lost, "occupancy": load * (1 - lost) / lines}

    document: dict[str, Any] = {
        "formula": "b", "calls": calls, "per": per, "aht": aht, "load": load,
        "service": None if lines is None else row(lines), "needed": None,
    }  # fmt: skip
    if blocked is not None:
        whole = int(lines_needed(load, blocked))
        document["needed"] = {
            "lines": whole,
            "fractional": lines_needed(load, blocked, whole=False),
            "targets": {"blocked": blocked},
            "rows": [row(n) for n in (whole - 1, whole, whole + 1) if n > 0],
        }
    return document


@command.command("c")
@load_options
@queue_options
@json_option
def endless(**options: Any) -> None:
    """Erlang C: nobody hangs up."""
    answer("c", patience=math.inf, hang_up_at_once=0.0, abandonment=None, **options)


@command.command("a")
@load_options
@patience_options
@queue_options
@json_option
def impatient(**options: Any) -> None:
    """Erlang A: callers hang up after an exponential time of patience."""
    answer("a", **options)


def answer(formula: str, *, as_json: bool, **options: Any) -> None:
    """Say what the formula says, or in one message why it cannot."""
    asked = asked_of(formula, **options)
    if asked.operators is None and not asked.targets:
        raise click.UsageError(
            "Give --operators (what service?) or a target such as --target 80/20 (how many?)."
        )
    try:
        document = report(asked)
    except ValueError as error:
        raise click.UsageError(sentence(error)) from None
    click.echo(json.dumps(document) if as_json else text(asked, document))


def report(asked: Asked) -> dict[str, Any]:
    """The answer as one document; a figure that does not exist is null."""
    document: dict[str, Any] = {
        "formula": asked.formula, "calls": asked.calls, "per": asked.per, "aht": asked.aht,
        "patience": finite(asked.patience), "hang_up_at_once": asked.hang_up_at_once,
        "lines": asked.lines, "load": asked.rate * asked.aht, "within": asked.within,
        "counts": asked.counts, "ignore_under": asked.ignore_under, "service": None,
        "needed": None,
    }  # fmt: skip
    if asked.operators is not None:
        document["service"] = figures(asked, asked.operators)
    if asked.targets:
        whole = int(asked.needed(whole=True))
        document["needed"] = {
            "operators": whole,
            "fractional": asked.needed(whole=False),
            "targets": asked.targets,
            "rows": [row_of(asked, n) for n in (whole - 1, whole, whole + 1) if n > 0],
        }
    return document


def text(asked: Asked, document: dict[str, Any]) -> str:
    """The answer for reading."""
    parts = [f"Erlang {asked.formula.upper()}: {given(asked)}"]
    if document["service"]:
        parts.append(service_text(asked, document["service"]))
    if document["needed"]:
        parts.append(needed_text(asked, document["needed"]))
    return "\n\n".join(parts)


def service_text(asked: Asked, row: dict[str, Any]) -> str:
    """One number of operators, figure by figure."""
    levels = [
        (asked.served(counts), percent(level)) for counts, level in row["service_levels"].items()
    ]
    levels.sort(key=lambda level: level[0] != asked.served(asked.counts))
    lines = [
        *levels,
        ("wait at all (delayed) / offered", percent(row["delayed_share"])),
        *(
            [("hung up / offered", percent(row["abandonment"]))]
            if asked.patience < math.inf
            else []
        ),
        *([("blocked / offered", percent(row["blocked"]))] if asked.lines is not None else []),
        ("mean wait of all", seconds(row["wait_mean"])),
        ("mean wait of the answered (asa)", seconds(row["asa"])),
        ("half of all wait at most", seconds(row["wait_p50"])),
        ("9 in 10 of all wait at most", seconds(row["wait_p90"])),
        ("9 in 10 of the answered wait at most", seconds(row["answered_wait_p90"])),
        ("wait over 1 min", percent(row["waited_over_1_min"])),
        ("wait over 5 min", percent(row["waited_over_5_min"])),
        ("waiting at one time, mean", f"{figure(row['queue_mean'])} callers"),
        ("occupancy of the operators", percent(row["occupancy"])),
    ]
    wide = max(len(name) for name, _ in lines)
    title = f"With {people(row['operators'])}"
    return "\n".join([title, *(f"  {name:<{wide}}  {value:>9}" for name, value in lines)])


def needed_text(asked: Asked, needed: dict[str, Any]) -> str:
    """How many operators, and what one fewer or one more would do."""
    columns: dict[str, tuple[str, Callable[[Any], str]]] = {
        "operators": ("operators", lambda n: f"{n:,}"),
        "in time": ("service_level", percent),
        "hung up": ("abandonment", percent),
        "blocked": ("blocked", percent),
        "mean wait": ("wait_mean", seconds),
        "asa": ("asa", seconds),
        "occupancy": ("occupancy", percent),
    }
    if asked.patience == math.inf:
        del columns["hung up"]
    if asked.lines is None:
        del columns["blocked"]
    table = [list(columns)]
    for row in needed["rows"]:
        if "asa" in row:
            table.append([show(row[name]) for name, show in columns.values()])
        else:
            table.append([f"{row['operators']:,}", "the queue grows without end"])
    return "\n".join([
        f"Target: {wanted(asked)}",
        f"Needed: {people(needed['operators'])} (exactly met by {needed['fractional']:.2f})"
        + against(asked.operators, needed["operators"]),
        "",
        aligned(table),
        "",
        f"in time: {asked.served(asked.counts)}; asa: mean wait of the answered",
    ])  # fmt: skip


def loss_text(document: dict[str, Any]) -> str:
    """Erlang B for reading."""
    parts = [
        f"Erlang B: {document['calls']:.10g} calls per {said(document['per'])}, handling "
        f"{said(document['aht'])}; load {figure(document['load'])} Erlangs"
    ]
    if service := document["service"]:
        parts.append(
            f"With {figure(service['lines'])} lines\n"
            f"  blocked / offered         {percent(service['blocked']):>9}\n"
            f"  occupancy of the lines    {percent(service['occupancy']):>9}"
        )
    if needed := document["needed"]:
        rows = [
            [str(row["lines"]), percent(row["blocked"]), percent(row["occupancy"])]
            for row in needed["rows"]
        ]
        parts.append(
            f"Target: at most {percent(needed['targets']['blocked'])} blocked\n"
            f"Needed: {needed['lines']} lines (exactly met by {needed['fractional']:.2f})\n\n"
            + aligned([["lines", "blocked", "occupancy"], *rows])
        )
    return "\n\n".join(parts)
