"""One queue in its steady state, as options of the command line ask for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from sim.cli.readers import (
    duration,
    duration_or_zero,
    number,
    option,
    target,
    target_share,
    together,
)

if TYPE_CHECKING:
    from sim.theory.erlang import Line

COUNTS = ("offered", "answered", "excluding_short", "abandoned_in_time_met")

SERVED = {
    "offered": "answered within {within} / offered",
    "answered": "answered within {within} / answered",
    "excluding_short": "answered within {within} / (offered - hung up within {ignore})",
    "abandoned_in_time_met": "(answered + hung up) within {within} / offered",
}


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


def asked_of(
    formula: str, *, target: tuple[float, float] | None, within: float | None, **options: Any
) -> Asked:
    """What the options ask, or in one message why they do not go together."""
    level, threshold = target or (None, 20.0 if within is None else within)
    if within not in (None, threshold):
        raise click.UsageError("--target has its own threshold: leave out --within.")
    asked = Asked(formula=formula, share=level, within=threshold, **options)
    if asked.counts == "excluding_short" and asked.ignore_under is None:
        raise click.UsageError('--counts excluding_short needs --ignore-under, such as "5 s".')
    return asked


def wanted(asked: Asked) -> str:
    """The targets in words."""
    words = {
        "service_level": f"{percent(asked.share)} {asked.served(asked.counts)}",
        "abandonment": f"at most {percent(asked.abandonment)} hang up",
        "occupancy": f"at most {percent(asked.occupancy)} occupancy",
        "asa": f"asa at most {said(asked.asa or 0.0)}",
    }
    return " and ".join(words[name] for name in asked.targets)


def row_of(asked: Asked, operators: float) -> dict[str, Any]:
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
