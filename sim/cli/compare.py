"""`waitline compare`: plans side by side on the same callers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.mistakes import load_plans_or_exit
from sim.cli.options import (
    FILE,
    one_form,
    progress_bar,
    refuse_what_is_to_come,
    report_broken_facts,
    run_options,
    say_if_compiling,
    screen,
    table_of,
    write_csv,
    write_json,
)
from sim.cli.outputs import refuse_outputs, write_outputs

if TYPE_CHECKING:
    from sim.comparison.paired import Comparison


@click.command("compare", short_help="Compare staffing plans on the same callers.")
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@click.option("--plan", "plans", multiple=True, help="A plan to compare; all if none is named.")
@run_options
def command(
    files: tuple[Path, ...], plans: tuple[str, ...], changes: dict[str, str],
    replications: int, precision: str | None, seed: int, workers: int | None, engine: str,
    as_json: bool, csv: str | None, out: Path | None, report: Path | None, replay_day: int,
    force: bool, check: bool, audit: bool,
) -> None:  # fmt: skip
    """Compare the plans of FILE (or of several) on the same callers.

    The first plan is the base that the others are held against.
    """
    refuse_what_is_to_come(precision)
    one_form(as_json, csv)
    refuse_outputs(out, report, force, replay_day, replications)
    scenarios = [
        scenario
        for file in files
        for scenario in load_plans_or_exit(file, list(plans) or None, changes)
    ]
    from sim.comparison.paired import compare

    say_if_compiling(scenarios, replications, engine)
    with progress_bar(replications, len(scenarios)) as told:
        comparison = compare(scenarios, replications, seed, workers, engine, told, audit)
    if audit:
        report_broken_facts(
            tuple(fact for results in comparison.results.values() for fact in results.broken)
        )
    write_outputs(out, report, comparison.results, comparison.document, changes, replay_day)
    _print(comparison, as_json, csv)
    if check:
        from sim.report.verdict import judgements

        judged = [each for results in comparison.results.values() for each in judgements(results)]
        sys.exit(0 if all(each.met for each in judged) else 1)


def _print(comparison: Comparison, as_json: bool, csv: str | None) -> None:
    if as_json:
        write_json(comparison.document())
    elif csv:
        import pandas as pd

        frames = {plan: table_of(each, csv) for plan, each in comparison.results.items()}
        whole = pd.concat(frames, names=["plan"])
        if csv != "measures":
            whole = whole.reset_index("plan").reset_index(drop=True)
        write_csv(whole, csv)
    else:
        from sim.report.compared import print_comparison

        print_comparison(screen(), comparison)
