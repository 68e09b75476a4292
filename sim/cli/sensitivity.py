"""`waitline sensitivity`: what moves the result most, and how wrong a forecast may be."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.mistakes import load_or_exit, stop
from sim.cli.options import (
    FILE,
    Setting,
    changes_of,
    days_option,
    engine_option,
    json_option,
    one_form,
    progress_bar,
    say_if_compiling,
    screen,
    seed_option,
    set_option,
    workers_option,
    write_json,
)
from sim.cli.outputs import refuse_plot, write_plot

if TYPE_CHECKING:
    from sim.comparison.sensitivity import Sensitivity

PARTS = ("tornado", "grid", "room")


class Lever(Setting):
    """NAME=KEY: what a lever is called, and the dotted name of what it turns."""

    name = "NAME=KEY"
    example = "pay=operators.generalists.wage"


class Percent(click.ParamType[Any]):
    """A change in per cent, such as 10%."""

    name = "PERCENT"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%\s*", str(value))
        if match is None:
            self.fail(f"{str(value)[:40]!r} is not a change in per cent, such as 10%", param, ctx)
        share = round(float(match[1]) / 100, 6)
        if not 0 < share < 0.5:
            self.fail(f"{str(value)[:40]!r} is not above 0% and below 50%", param, ctx)
        return share


def names_of(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> list[str] | None:
    """Names with commas between them; None where none is given."""
    names = [name.strip() for each in value for name in each.split(",") if name.strip()]
    if value and not names:
        raise click.BadParameter("names no lever", ctx, param)
    return names or None


@click.command("sensitivity", short_help="What moves the result most.")
@click.argument("file", type=FILE)
@click.option("--plan", default="base", show_default=True, help="Which plan of the file.")
@set_option
@click.option(
    "--by",
    type=Percent(),
    default="10%",
    show_default=True,
    metavar="PERCENT",
    help="By how much each lever is turned down and up.",
)
@click.option(
    "--only",
    multiple=True,
    callback=names_of,
    metavar="NAME,...",
    help="Turn these levers only, such as volume,patience.",
)
@click.option(
    "--lever",
    "levers",
    type=Lever(),
    multiple=True,
    callback=changes_of,
    metavar="NAME=KEY",
    help="One more lever: a number or duration by its dotted name, * for any.",
)
@click.option(
    "--part",
    "parts",
    type=click.Choice(PARTS),
    multiple=True,
    help="What to work out; all three by default.",
)
@days_option("Days to simulate in every run.")
@seed_option()
@workers_option
@engine_option()
@json_option
@click.option(
    "--csv",
    "csv",
    type=click.Choice(PARTS),
    help="Print one table as CSV.",
)
@click.option(
    "--plot", type=FILE, metavar="FILE", help="Draw the tornado (.png, .svg or .pdf).",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Let --plot write over its file.")
def command(
    file: Path, plan: str, changes: dict[str, str], by: float, only: list[str] | None,
    levers: dict[str, str], parts: tuple[str, ...], replications: int, seed: int,
    workers: int | None, engine: str, as_json: bool, csv: str | None, plot: Path | None,
    force: bool,
) -> None:  # fmt: skip
    """Say what moves service, hang-ups and cost of FILE most, and how wrong a forecast may be.

    Each lever (volume, handling, patience, absence, redial, messages ...) is turned down and up
    by itself on the same callers; then calls by handling time; then the room that targets leave.
    """
    one_form(as_json, csv)
    wanted = parts or ((csv,) if csv else PARTS)
    if csv and csv not in wanted:
        raise click.UsageError(f"--csv {csv} needs --part {csv}.")
    if plot is not None:
        _refuse_plot(plot, wanted, force)
    scenario = load_or_exit(file, plan, changes)
    from sim.comparison.sensitivity import runs_expected, sensitivity
    from sim.scenario import ScenarioError

    say_if_compiling([scenario], replications * runs_expected(scenario, wanted), engine)
    try:
        with progress_bar(replications, runs_expected(scenario, wanted)) as told:
            result = sensitivity(
                scenario, by, only, levers, replications, seed, workers, engine, wanted, told
            )
    except ScenarioError as error:
        stop(error)
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None
    if plot is not None:
        from sim.report.tornado import tornado

        write_plot(tornado(result), plot)
        click.echo(f"wrote {plot}", err=True)
    _print(result, as_json, csv)


def _refuse_plot(plot: Path, parts: tuple[str, ...], force: bool) -> None:
    """What cannot be drawn is refused before anything is simulated."""
    if "tornado" not in parts:
        raise click.UsageError("--plot draws the tornado; it needs --part tornado.")
    refuse_plot(plot, force)


def _print(result: Sensitivity, as_json: bool, csv: str | None) -> None:
    if as_json:
        write_json(result.document())
    elif csv:
        tables = {"tornado": result.table, "grid": result.grid, "room": result.room}
        tables[csv]().to_csv(sys.stdout, index=False, lineterminator="\n")
    else:
        from sim.report.swings import print_sensitivity

        print_sensitivity(screen(), result)
