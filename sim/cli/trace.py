"""`waitline trace`: one simulated day, event by event."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sim.cli.mistakes import load_or_exit
from sim.cli.options import FILE, set_option


class Clock(click.ParamType[Any]):
    """A time of day, "08:30" or "25:30" on the running clock."""

    name = "HH:MM"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        if isinstance(value, float):
            return value
        parts = str(value).split(":")
        if len(parts) not in (2, 3) or not all(part.isdecimal() for part in parts):
            self.fail(f'{value!r} is not a time of day such as "08:30"', param, ctx)
        hours, minutes, seconds = (*map(int, parts), 0)[:3]
        if hours > 999 or minutes > 59 or seconds > 59:
            self.fail(f'{value!r} is not a time of day such as "08:30"', param, ctx)
        return float(3600 * hours + 60 * minutes + seconds)


@click.command("trace", short_help="Tell one simulated day event by event.")
@click.argument("file", type=FILE)
@click.option("--plan", default="base", show_default=True, help="Which plan of the file.")
@set_option
@click.option(
    "--replication", type=click.IntRange(0), default=0, show_default=True, help="Which day."
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=1,
    show_default=True,
    help="Which callers phone.",
)
@click.option(
    "--engine", type=click.Choice(["kernel", "simpy"]), default="simpy", show_default=True
)
@click.option("--from", "start", type=Clock(), help="First moment to tell.")
@click.option("--to", "end", type=Clock(), help="Last moment to tell.")
def command(
    file: Path, plan: str, changes: dict[str, str], replication: int, seed: int,
    engine: str, start: float | None, end: float | None,
) -> None:  # fmt: skip
    """Tell one day of FILE event by event: who phones, waits, hears, hangs up, answers."""
    if start is not None and end is not None and end < start:
        raise click.UsageError("--to is before --from.")
    scenario = load_or_exit(file, plan, changes)
    from sim.experiment import simulate_day
    from sim.report.story import story

    day = simulate_day(scenario, replication, seed, engine)
    first = float("-inf") if start is None else start
    last = float("inf") if end is None else end
    told = False
    for line in story(scenario, day, first, last):
        told = True
        click.echo(line)
    if not told:
        click.echo("nothing happens in that time.", err=True)
