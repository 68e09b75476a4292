"""`waitline compare`: plans side by side on the same callers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.options import (
    FILE,
    one_form,
    progress_bar,
    refuse_what_is_to_come,
    report_broken_facts,
    run_options,
    say_if_compiling,
    screen,
    write_csv,
    write_json,
)
from sim.cli.plans import (
    plan_options,
    plans_refused,
    print_plans,
    read_plans,
    refuse_plot,
    tables_of,
    telling,
    together,
    write_plot,
)

if TYPE_CHECKING:
    from sim.comparison.conditions import Conditions
    from sim.comparison.paired import Comparison


@click.command("compare", short_help="Compare staffing plans on the same callers.")
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@click.option("--plan", "plans", multiple=True, help="A plan to compare; all if none is named.")
@plan_options
@run_options
def command(
    files: tuple[Path, ...], plans: tuple[str, ...], grid: dict[str, str],
    conditions: dict[str, str], at_most_plans: int | None, plot: Path | None,
    changes: dict[str, str],
    replications: int, precision: str | None, seed: int, workers: int | None, engine: str,
    as_json: bool, csv: str | None, out: Path | None, force: bool, check: bool, audit: bool,
) -> None:  # fmt: skip
    """Compare the plans of FILE (or of several) on the same callers.

    The first plan is the base that the others are held against. With --grid the plans are the
    base, or those named by --plan, at every combination of the values.
    """
    refuse_what_is_to_come(precision)
    one_form(as_json, csv)
    if out is not None:
        from sim.cli.folder import refuse_folder_in_use

        refuse_folder_in_use(out, force)
    if plot is not None:
        refuse_plot(plot, force)
    with plans_refused():
        read = read_plans(
            files, plans, grid, conditions, at_most_plans, changes, replications, engine
        )
    from sim.comparison.paired import compare

    every = [scenario for scenarios in read.values() for scenario in scenarios]
    say_if_compiling(every, replications, engine)
    with progress_bar(replications, len(every)) as told:
        found = {
            name: compare(
                scenarios, replications, seed, workers, engine, telling(told, name), audit
            )
            for name, scenarios in read.items()
        }
    comparison = together(found, conditions)
    if audit:
        report_broken_facts(
            tuple(fact for results in comparison.results.values() for fact in results.broken)
        )
    if out is not None:
        from sim.cli.folder import write_folder

        write_folder(out, comparison.results, comparison.document(), force)
    if plot is not None:
        write_plot(comparison.plot.page(), plot)
    _print(comparison, as_json, csv)
    if check:
        from sim.report.verdict import judgements

        judged = [each for results in comparison.results.values() for each in judgements(results)]
        sys.exit(0 if all(each.met for each in judged) else 1)


def _print(comparison: Comparison | Conditions, as_json: bool, csv: str | None) -> None:
    if as_json:
        write_json(comparison.document())
    elif csv:
        write_csv(tables_of(comparison, csv), csv)
    else:
        print_plans(screen(), comparison)
