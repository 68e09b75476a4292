"""`waitline staff` without a file: how many operators one interval needs, and what they cost."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from sim.cli.queue import (
    Asked,
    against,
    aligned,
    asked_of,
    figure,
    figures,
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
from sim.cli.readers import (
    duration,
    number,
    number_or_zero,
    option,
    sentence,
    share,
    target_share,
    together,
)

HOUR = 3600.0
ROUNDING = 1e-9
"""What a quotient may be above a whole number by rounding alone: 21 / 0.7 is 30 operators."""

money_options = together(
    option("--shrinkage", share, "Share of the paid time that is not on the phones, such as "
           "0.30: holidays, illness, breaks, meetings.", default="0"),
    option("--wage", number_or_zero, "Wage of a paid hour: says what the operators cost."),
    option("--on-costs", number_or_zero, "Employer's share on top: 0.25 makes an hour cost "
           "wage x 1.25.", default="0"),
    option("--contract-hours", number, "Paid hours a week of a full-time operator.",
           default="37.5"),
    option("--hours-a-week", number, "Hours a week for which so many are needed, for FTE.  "
           "[default: the contract hours, so that each on the schedule is one FTE]"),
)  # fmt: skip


def patience_or_never(text: str) -> float:
    """A mean patience in s, without end for "never"."""
    return math.inf if text.strip() == "never" else duration(text)


@dataclass(frozen=True)
class Pay:
    """What turns operators on the phones into paid ones."""

    shrinkage: float
    wage: float | None
    on_costs: float
    contract_hours: float
    hours_a_week: float | None

    def paid(self, operators: float) -> float:
        """Operators who have to be paid for so that so many are on the phones."""
        return operators / (1 - self.shrinkage)

    def row(self, operators: float, per: float) -> dict[str, float | None]:
        """What so many operators on the phones mean for the schedule and the money."""
        paid = self.paid(operators)
        hours = self.contract_hours if self.hours_a_week is None else self.hours_a_week
        hourly = None if self.wage is None else paid * self.wage * (1 + self.on_costs)
        return {
            "scheduled": math.ceil(paid - ROUNDING),
            "scheduled_fractional": paid,
            "fte": paid * hours / self.contract_hours,
            "cost": None if hourly is None else hourly * per / HOUR,
            "cost_per_hour": hourly,
        }


@click.command("staff")
@load_options
@option(
    "--patience",
    patience_or_never,
    'Mean patience, such as "2 min": Erlang A; without it nobody hangs up: Erlang C.',
    default="never",
)
@option("--hang-up-at-once", share, "Share of the delayed who hang up at once.", default="0")
@option("--abandonment", target_share, 'Target: at most this share hangs up, such as "5 %".')
@queue_options
@money_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def calculator(
    as_json: bool, shrinkage: float, wage: float | None, on_costs: float, contract_hours: float,
    hours_a_week: float | None, **options: Any,
) -> None:  # fmt: skip
    """How many operators one interval needs, in the steady state of Erlang's formulas."""
    formula = "c" if options["patience"] == math.inf else "a"
    asked = asked_of(formula, **options)
    if formula == "c" and asked.abandonment is not None:
        raise click.UsageError('--abandonment needs --patience, such as "2 min".')
    if asked.operators is None and not asked.targets:
        raise click.UsageError(
            "Give a target such as --target 80/20 (how many?) or --operators (what service?)."
        )
    pay = Pay(shrinkage, wage, on_costs, contract_hours, hours_a_week)
    try:
        document = report(asked, pay)
    except ValueError as error:
        raise click.UsageError(sentence(error)) from None
    click.echo(json.dumps(document) if as_json else text(asked, pay, document))


def report(asked: Asked, pay: Pay) -> dict[str, Any]:
    """The answer as one document; a figure that does not exist is null."""
    document: dict[str, Any] = {
        "formula": asked.formula, "calls": asked.calls, "per": asked.per, "aht": asked.aht,
        "patience": None if asked.patience == math.inf else asked.patience,
        "hang_up_at_once": asked.hang_up_at_once, "lines": asked.lines,
        "load": asked.rate * asked.aht, "within": asked.within, "counts": asked.counts,
        "ignore_under": asked.ignore_under, "targets": asked.targets,
        "shrinkage": pay.shrinkage, "wage": pay.wage, "on_costs": pay.on_costs,
        "contract_hours": pay.contract_hours,
        "hours_a_week": pay.contract_hours if pay.hours_a_week is None else pay.hours_a_week,
        "operators": None, "fractional": None, "scheduled": None, "scheduled_fractional": None,
        "fte": None, "cost": None, "cost_per_hour": None, "service": None, "table": [],
    }  # fmt: skip
    if asked.operators is not None:
        # Beside a target the answer is there all the same where the queue grows without end.
        service = (row_of if asked.targets else figures)(asked, asked.operators)
        document["service"] = service | pay.row(asked.operators, asked.per)
    if asked.targets:
        whole = needed_or_why_not(asked)
        document |= {"operators": whole, "fractional": asked.needed(whole=False)}
        document |= pay.row(whole, asked.per)
        document["table"] = [
            row_of(asked, n) | pay.row(n, asked.per) for n in (whole - 1, whole, whole + 1) if n > 0
        ]
    return document


def needed_or_why_not(asked: Asked) -> int:
    """Fewest whole operators that meet every target; else by how much the best misses."""
    try:
        return int(asked.needed(whole=True))
    except ValueError:
        if asked.lines is None:
            raise
    best = math.floor(asked.lines)
    found = figures(asked, best)
    told = [
        f"{NAMES[name]} is {show(found[name])}, not {show(bound)}"
        for name, bound in asked.targets.items()
        if missed(name, found[name], bound)
    ]
    raise ValueError(
        f"{' and '.join(told)} even with {people(best)}, as many as there are telephone lines; "
        f"{percent(found['blocked'])} of calls are blocked. More --lines are needed"
    )


NAMES = {
    "service_level": "the service level",
    "abandonment": "the share who hang up",
    "occupancy": "occupancy",
    "asa": "asa",
}


def missed(name: str, value: float | None, bound: float) -> bool:
    """Whether a figure misses its target."""
    if value is None:
        return True
    return value < bound if name == "service_level" else value > bound


def show(value: float | None) -> str:
    """A share or a time, as the target it is held against."""
    return seconds(value) if value is not None and value > 1 else percent(value)


def text(asked: Asked, pay: Pay, document: dict[str, Any]) -> str:
    """The answer for reading."""
    parts = [f"Erlang {asked.formula.upper()}: {given(asked)}"]
    if document["service"]:
        title = f"With {people(asked.operators or 0.0)} on the phones"
        parts.append(f"{title}\n{table(asked, pay, [document['service']])}")
    if document["table"]:
        parts.append(needed_text(asked, pay, document))
    notes = f"in time: {asked.served(asked.counts)}; asa: mean wait of the answered"
    return "\n\n".join([*parts, notes])


def needed_text(asked: Asked, pay: Pay, document: dict[str, Any]) -> str:
    """How many operators on the phones, on the schedule and in FTE, and what they cost."""
    per, hours = said(asked.per), document["hours_a_week"]
    lines = [
        ("on the phones (bare)", f"{document['operators']:,}",
         f"exactly met by {document['fractional']:.2f}"),
        ("on the schedule", f"{document['scheduled']:,}",
         f"{document['scheduled_fractional']:.2f} with {percent(pay.shrinkage)} shrinkage"),
        ("FTE", f"{document['fte']:.2f}",
         f"{hours:.10g} h a week / {pay.contract_hours:.10g} contract hours"),
    ]  # fmt: skip
    if document["cost"] is not None:
        hourly = pay.paid(1) * (pay.wage or 0.0) * (1 + pay.on_costs)
        lines.append((f"cost of {per}", f"{document['cost']:,.2f}",
                      f"{document['cost_per_hour']:,.2f} an hour; {hourly:,.2f} for each on the "
                      "phones"))  # fmt: skip
    wide, far = (max(len(line[i]) for line in lines) for i in (0, 1))
    told = [f"  {name:<{wide}}  {value:>{far}}  {note}" for name, value, note in lines]
    given_to = against(asked.operators, document["operators"]).removeprefix(": ")
    return "\n".join([
        f"Target: {wanted(asked)}" + (f"; {given_to}" if given_to else ""),
        *told,
        "",
        table(asked, pay, document["table"]),
    ])  # fmt: skip


def table(asked: Asked, pay: Pay, rows: list[dict[str, Any]]) -> str:
    """Numbers of operators, with what callers, operators and money get."""
    columns: dict[str, tuple[str, Callable[[Any], str]]] = {
        "operators": ("operators", figure),
        "scheduled": ("scheduled", lambda n: f"{n:,}"),
        "FTE": ("fte", lambda n: f"{n:.2f}"),
        f"cost of {said(asked.per)}": ("cost", lambda n: f"{n:,.2f}"),
        "in time": ("service_level", percent),
        "hung up": ("abandonment", percent),
        "blocked": ("blocked", percent),
        "asa": ("asa", seconds),
        "occupancy": ("occupancy", percent),
    }
    if pay.wage is None:
        del columns[f"cost of {said(asked.per)}"]
    if asked.patience == math.inf:
        del columns["hung up"]
    if asked.lines is None:
        del columns["blocked"]
    cells = [list(columns)]
    for row in rows:
        settled = "asa" in row
        shown = [show(row[name]) for name, show in columns.values() if name in row]
        cells.append(shown if settled else [shown[0], "the queue grows without end"])
    return aligned(cells)
