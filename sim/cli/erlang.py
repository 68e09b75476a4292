"""`waitline erlang`: what Erlang's formulas say of one queue, and how many operators it needs."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sim.theory.erlang import Line

COUNTS = ("offered", "answered", "excluding_short", "abandoned_in_time_met")

SERVED = {
    "offered": "answered within {within} / offered",
    "answered": "answered within {within} / answered",
    "excluding_short": "answered within {within} / (offered - hung up within {ignore})",
    "abandoned_in_time_met": "(answered + hung up) within {within} / offered",
}


Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def option(
    name: str, read: Callable[[str], Any], help: str, default: str | None = None, **more: Any
) -> Decorator:
    """An option whose text `read` turns into a value, or says in a ValueError what is wrong."""

    def callback(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
        try:
            return None if value is None else read(value)
        except ValueError as error:
            raise click.BadParameter(sentence(error), ctx, param) from None

    metavar = read.__name__.removeprefix("target_").removesuffix("_or_zero").upper()
    if default is not None:
        more |= {"default": default, "show_default": True}
    return click.option(*name.split(), metavar=metavar, callback=callback, help=help, **more)


def number(text: str) -> float:
    """A number above 0."""
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None
    if not 0 < value < math.inf:
        raise ValueError(f"{text} is not a number above 0")
    return value


def share(text: str) -> float:
    """A share written "5 %" or 0.05."""
    bare = text.strip()
    try:
        value = float(bare.removesuffix("%")) / (100 if bare.endswith("%") else 1)
    except ValueError:
        raise ValueError(f'{text!r} is not a share such as "5 %" or 0.05') from None
    if not 0 <= value < 1:
        raise ValueError(f'{text!r} is not from 0 to below 1: write a share as "5 %" or 0.05')
    return value


def target_share(text: str) -> float:
    """A share above 0, since nothing reaches 0."""
    if share(text) == 0:
        raise ValueError(f"{text!r} is out of reach: give a share above 0")
    return share(text)


def duration(text: str) -> float:
    """A duration above 0, in s."""
    if duration_or_zero(text) == 0:
        raise ValueError(f"{text!r} must be longer than 0 s")
    return duration_or_zero(text)


def duration_or_zero(text: str) -> float:
    """A duration with its unit, such as "240 s", in s."""
    from sim.times import parse_duration

    return parse_duration(text)


def target(text: str) -> tuple[float, float]:
    """A share and a threshold in s: 80/20 is 80 % within 20 s, as the trade writes it."""
    first, slash, second = (part.strip() for part in text.partition("/"))
    try:
        value = float(first.removesuffix("%"))
        within = float(second) if second.replace(".", "", 1).isdigit() else duration_or_zero(second)
    except ValueError:
        value, within = 0.0, 0.0
    value /= 100 if value > 1 or first.endswith("%") else 1
    if not slash or not 0 < value < 1:
        raise ValueError(
            f'{text!r} is not a target such as 80/20 (80 % within 20 s) or "90 % / 1 min"'
        )
    return value, within


@dataclass(frozen=True)
class Asked:
    """What the user asked, in seconds and shares."""

    formula: str
    calls: float
    per: float
    aht: float
    operators: float | None
    patience: float
    hang_up_at_once: float
    lines: float | None
    within: float
    counts: str
    ignore_under: float | None
    share: float | None
    abandonment: float | None
    occupancy: float | None
    asa: float | None

    @property
    def rate(self) -> float:
        """Calls offered per second."""
        return self.calls / self.per

    def line(self, operators: float) -> Line:
        """The line with so many operators."""
        from sim.theory.erlang import Line

        return Line(self.rate, self.aht, operators, self.patience, self.hang_up_at_once, self.lines)

    @property
    def targets(self) -> dict[str, float]:
        """The targets that were given."""
        named = {
            "service_level": self.share,
            "abandonment": self.abandonment,
            "occupancy": self.occupancy,
            "asa": self.asa,
        }
        return {name: value for name, value in named.items() if value is not None}

    def needed(self, whole: bool) -> float:
        """Fewest operators that meet every target."""
        from sim.theory.erlang import operators_needed

        return operators_needed(
            self.rate,
            self.aht,
            self.patience,
            share=self.share,
            within=self.within,
            counts=self.counts,  # type: ignore[arg-type]
            ignore_under=self.ignore_under,
            abandonment=self.abandonment,
            occupancy=self.occupancy,
            asa=self.asa,
            hang_up_at_once=self.hang_up_at_once,
            lines=self.lines,
            whole=whole,
        )

    def served(self, counts: str) -> str:
        """The name of a service level: threshold and convention."""
        ignore = self.within if self.ignore_under is None else self.ignore_under
        return SERVED[counts].format(within=said(self.within), ignore=said(ignore))


@click.group(name="erlang")
def command() -> None:
    """Erlang B, C and A: one queue in its steady state, exactly.

    B: nobody can wait. C: everybody waits as long as it takes. A: callers hang up.
    """


def together(*options: Decorator) -> Decorator:
    """Several options as one decorator, shown in this order."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for one in reversed(options):
            function = one(function)
        return function

    return decorate


load_options = together(
    option("--calls", number, "Calls offered.", required=True),
    option("--per", duration, "The time in which so many calls come.", default="1 h"),
    option("--aht", duration, 'Mean handling time, such as "240 s".', required=True),
)
queue_options = together(
    option("--operators", number, "Operators, fractional ones allowed: says what service."),
    option("--lines", number, "Telephone lines; who finds all busy is blocked."),
    option("--target", target, "80/20 is 80 % within 20 s: says how many operators."),
    option("--occupancy", target_share, 'Target: at most this occupancy, such as "85 %".'),
    option("--asa", duration, "Target: at most this mean wait of the answered."),
    option("--within", duration_or_zero, "Threshold of the service level.  [default: 20 s]"),
    click.option("--counts", type=click.Choice(COUNTS), default="offered", show_default=True,
                 help="How the service level counts those who hang up."),
    option("--ignore-under", duration_or_zero, "Short-abandon limit for excluding_short."),
)  # fmt: skip
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


def answer(
    formula: str,
    *,
    target: tuple[float, float] | None,
    within: float | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Say what the formula says, or in one message why it cannot."""
    level, threshold = target or (None, 20.0 if within is None else within)
    if within not in (None, threshold):
        raise click.UsageError("--target has its own threshold: leave out --within.")
    asked = Asked(formula=formula, share=level, within=threshold, **options)
    if asked.counts == "excluding_short" and asked.ignore_under is None:
        raise click.UsageError('--counts excluding_short needs --ignore-under, such as "5 s".')
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


def row_of(asked: Asked, operators: int) -> dict[str, Any]:
    """The figures for a number of operators; only the number where the queue never settles."""
    try:
        return figures(asked, operators)
    except ValueError:
        return {"operators": operators}


def figures(asked: Asked, operators: float) -> dict[str, Any]:
    """What callers and operators get, shares of offered and seconds."""
    line = asked.line(operators)
    counted = [c for c in COUNTS if c != "excluding_short" or asked.ignore_under is not None]
    levels = {
        c: finite(line.service_level(asked.within, c, asked.ignore_under))  # type: ignore[arg-type]
        for c in counted
    }
    return {
        "operators": operators,
        "service_level": levels[asked.counts],
        "service_levels": levels,
        "delayed_share": finite(line.delayed_share),
        "abandonment": finite(line.abandonment),
        "blocked": finite(line.blocked),
        "wait_mean": finite(line.wait_mean),
        "asa": finite(line.asa),
        "wait_p50": finite(line.wait_quantile(0.5)),
        "wait_p90": finite(line.wait_quantile(0.9)),
        "answered_wait_p50": finite(line.answered_wait_quantile(0.5)),
        "answered_wait_p90": finite(line.answered_wait_quantile(0.9)),
        "waited_over_1_min": finite(line.waited_over(60.0)),
        "waited_over_5_min": finite(line.waited_over(300.0)),
        "queue_mean": finite(line.queue_mean),
        "occupancy": finite(line.occupancy),
    }


def text(asked: Asked, document: dict[str, Any]) -> str:
    """The answer for reading."""
    parts = [f"Erlang {asked.formula.upper()}: {given(asked)}"]
    if document["service"]:
        parts.append(service_text(asked, document["service"]))
    if document["needed"]:
        parts.append(needed_text(asked, document["needed"]))
    return "\n\n".join(parts)


def given(asked: Asked) -> str:
    """What was asked, in words."""
    words = [
        f"{asked.calls:.10g} calls per {said(asked.per)}",
        f"handling {said(asked.aht)}",
        "nobody hangs up" if asked.patience == math.inf else f"patience {said(asked.patience)}",
    ]
    if asked.hang_up_at_once:
        words.append(f"{percent(asked.hang_up_at_once)} of the delayed hang up at once")
    if asked.lines is not None:
        words.append(f"{asked.lines:.10g} telephone lines")
    return ", ".join(words) + f"; load {figure(asked.rate * asked.aht)} Erlangs"


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
    words = {
        "service_level": f"{percent(asked.share)} {asked.served(asked.counts)}",
        "abandonment": f"at most {percent(asked.abandonment)} hang up",
        "occupancy": f"at most {percent(asked.occupancy)} occupancy",
        "asa": f"asa at most {said(asked.asa or 0.0)}",
    }
    wanted = " and ".join(words[name] for name in needed["targets"])
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
        f"Target: {wanted}",
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


def aligned(table: list[list[str]]) -> str:
    """Columns under their heads, to the right; a row of two cells is a number and a remark."""
    wide = [max(len(row[i]) for row in table if len(row) > 2) for i in range(len(table[0]))]
    lines = []
    for row in table:
        cells = [f"{cell:>{width}}" for cell, width in zip(row, wide, strict=False)]
        lines.append("  ".join(cells if len(row) > 2 else [cells[0], row[1]]))
    return "\n".join(lines)


def finite(value: float) -> float | None:
    """The number, or None where there is none (JSON has no NaN)."""
    return value if math.isfinite(value) else None


def figure(value: float) -> str:
    """A number to read."""
    return f"{value:,.0f}" if value == round(value) and value < 1e9 else f"{value:,.4g}"


def people(operators: float) -> str:
    """A number of operators to read."""
    return f"{operators:,.10g} operator{'' if operators == 1 else 's'}"


def against(operators: float | None, needed: int) -> str:
    """How those given compare with those needed."""
    if operators is None:
        return ""
    short = math.ceil(needed - operators)
    return f": {short} more than given" if short > 0 else ": the target is met"


def percent(share: float | None) -> str:
    """A share to read, in per cent with the small ones not rounded away."""
    if share is None:
        return "none"
    if 0 < share < 0.0005:
        return "< 0.1 %"
    # Not all is not all: 99.97 % is not printed as 100.0 %.
    return "> 99.9 %" if 0.9995 <= share < 1 else f"{share * 100:.1f} %"


def seconds(value: float | None) -> str:
    """A time to read, in its natural unit."""
    if value is None:
        return "none"
    if value >= 7200:
        return f"{value / 3600:.4g} h"
    if value >= 600:
        return f"{value / 60:.4g} min"
    return f"{value:.4g} s" if value == round(value) else f"{value:.1f} s"


def said(value: float) -> str:
    """A duration as people write it."""
    from sim.times import format_duration

    return format_duration(value)


def sentence(error: ValueError) -> str:
    """A message with a capital and a full stop."""
    message = str(error)
    return message[:1].upper() + message[1:] + ("" if message.endswith((".", "?")) else ".")
