"""`waitline trace`: one simulated day, event by event."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from sim.cli.mistakes import load_or_exit
from sim.cli.options import FILE, engine_option, seed_option, set_option

if TYPE_CHECKING:
    from sim.scenario import Scenario


class Moment(NamedTuple):
    """A time of day, and the weekday if one is named."""

    day: str
    seconds: float


class Clock(click.ParamType[Any]):
    """A time of day, "08:30" or "25:30" on the running clock, or "Tue 08:30" in a week."""

    name = "[DAY] HH:MM"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Moment:
        if isinstance(value, Moment):
            return value
        *day, time = str(value).split()
        parts = time.split(":")
        if len(parts) not in (2, 3) or not all(part.isdecimal() for part in parts):
            self.fail(f'{value!r} is not a time of day such as "08:30"', param, ctx)
        hours, minutes, seconds = (*map(int, parts), 0)[:3]
        if hours > 999 or minutes > 59 or seconds > 59:
            self.fail(f'{value!r} is not a time of day such as "08:30"', param, ctx)
        if len(day) > 1:
            self.fail(f'{value!r} is not a time such as "Tue 08:30"', param, ctx)
        return Moment("".join(day), float(3600 * hours + 60 * minutes + seconds))


def on_running_clock(moment: Moment, scenario: Scenario) -> float:
    """Seconds on the running clock."""
    if not moment.day:
        return moment.seconds
    midnights = {day.name: day.midnight for day in scenario.calendar_days}
    if moment.day not in scenario.days:
        known = ", ".join(scenario.days)
        hint = f"the days are {known}" if known else "no days are named in this file"
        raise click.UsageError(f"{moment.day} is not simulated: {hint}.")
    return midnights[moment.day] + moment.seconds


@click.command("trace", short_help="Tell one simulated day event by event.")
@click.argument("file", type=FILE)
@click.option("--plan", default="base", show_default=True, help="Which plan of the file.")
@set_option
@click.option(
    "--replication", type=click.IntRange(0), default=0, show_default=True, help="Which day."
)
@seed_option("Which callers phone.")
@engine_option("simpy")
@click.option("--from", "start", type=Clock(), help="First moment to tell.")
@click.option("--to", "end", type=Clock(), help="Last moment to tell.")
def command(
    file: Path, plan: str, changes: dict[str, str], replication: int, seed: int,
    engine: str, start: Moment | None, end: Moment | None,
) -> None:  # fmt: skip
    """Tell one day of FILE event by event: who phones, waits, hears, hangs up, answers."""
    scenario = load_or_exit(file, plan, changes)
    first = float("-inf") if start is None else on_running_clock(start, scenario)
    last = float("inf") if end is None else on_running_clock(end, scenario)
    if last < first:
        raise click.UsageError("--to is before --from.")
    from sim.experiment import simulate_day
    from sim.report.story import story

    day = simulate_day(scenario, replication, seed, engine)
    told = False
    for line in story(scenario, day, first, last):
        told = True
        click.echo(line)
    if not told:
        click.echo("nothing happens in that time.", err=True)
