"""`waitline theory`: Erlang C and A beside the simulation, and what makes the difference."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.mistakes import load_or_exit, stop
from sim.cli.options import (
    FILE,
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

if TYPE_CHECKING:
    from sim.comparison.beside import Beside


@click.command("theory", short_help="Erlang C and A beside the simulation.")
@click.argument("file", type=FILE)
@click.option("--plan", default="base", show_default=True, help="Which plan of the file.")
@set_option
@days_option("Days to simulate in every run.")
@seed_option()
@workers_option
@engine_option()
@json_option
@click.option(
    "--csv",
    "csv",
    type=click.Choice(["hours", "properties"]),
    help="Print one table as CSV.",
)
def command(
    file: Path, plan: str, changes: dict[str, str], replications: int, seed: int,
    workers: int | None, engine: str, as_json: bool, csv: str | None,
) -> None:  # fmt: skip
    """Hold the simulation of FILE beside what Erlang C and A say of the same intervals.

    Then each property that the formulas do not know (redials, messages, absence, unequal
    operators, skills, shifts ...) is switched off in turn, to see which makes the difference.
    """
    one_form(as_json, csv)
    scenario = load_or_exit(file, plan, changes)
    from sim.comparison.beside import RUNS, beside_theory
    from sim.scenario import ScenarioError

    say_if_compiling([scenario], replications * RUNS, engine)
    try:
        with progress_bar(replications, RUNS) as told:
            result = beside_theory(scenario, replications, seed, workers, engine, told)
    except ScenarioError as error:
        stop(error)
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None
    _print(result, as_json, csv)


def _print(result: Beside, as_json: bool, csv: str | None) -> None:
    if as_json:
        write_json(result.document())
    elif csv:
        table = result.table() if csv == "hours" else result.properties()
        table.to_csv(sys.stdout, index=False, lineterminator="\n")
    else:
        from sim.report.beside import print_beside

        print_beside(screen(), result)
