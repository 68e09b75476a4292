"""`waitline compare`: plans side by side on the same callers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.best import Options, choose, refuse_beside_best
from sim.cli.options import (
    FILE,
    Aim,
    bar_of,
    one_form,
    one_number_of_days,
    planning,
    precision_refused,
    report_broken_facts,
    run_options,
    say_how_many,
    say_if_compiling,
    screen,
    write_csv,
    write_json,
)
from sim.cli.outputs import refuse_outputs, refuse_plot, write_outputs, write_plot
from sim.cli.plans import (
    plan_options,
    plans_refused,
    print_plans,
    read_plans,
    refuse_beside_conditions,
    tables_of,
    telling,
    together,
)

if TYPE_CHECKING:
    from sim.comparison.conditions import Conditions
    from sim.comparison.paired import Comparison


@click.command("compare", short_help="Compare staffing plans on the same callers.")
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@click.option("--plan", "plans", multiple=True, help="A plan to compare; all if none is named.")
@plan_options
@click.option(
    "--best", type=Aim("MEASURE=DIFFERENCE", "total_cost=25"),
    help="Instead of -n: go on until it is clear (95 %) which plan is best in a measure, or within "
    "DIFFERENCE of the best; plans that are surely worse get no more days.",
)  # fmt: skip
@click.option(
    "--meeting-targets", is_flag=True,
    help="With --best: leave out plans that surely miss a target.",
)  # fmt: skip
@run_options(writes="--out, --report and --plot")
def command(
    files: tuple[Path, ...], plans: tuple[str, ...], best: tuple[str, str] | None,
    meeting_targets: bool, grid: dict[str, str], conditions: dict[str, str],
    at_most_plans: int | None, plot: Path | None, changes: dict[str, str],
    replications: int, precision: dict[str, str], at_most: int | None, seed: int,
    workers: int | None, engine: str, as_json: bool, csv: str | None, out: Path | None,
    report: Path | None, replay_day: int,
    force: bool, check: bool, audit: bool,
) -> None:  # fmt: skip
    """Compare the plans of FILE (or of several) on the same callers.

    The first plan is the base that the others are held against. With --grid the plans are the
    base, or those named by --plan, at every combination of the values.
    """
    goes_on = "--best" if best else "--precision" if precision else ""
    most = one_number_of_days(goes_on, at_most)
    one_form(as_json, csv)
    kept = [name for name, file in (("--out", out), ("--report", report)) if file is not None]
    refuse_beside_best(best is not None, bool(precision), kept, meeting_targets)
    refuse_beside_conditions(bool(conditions), goes_on, plot is not None, report is not None)
    refuse_outputs(out, report, force, replay_day, min(replications, most))
    if plot is not None:
        refuse_plot(plot, force)
    with plans_refused():
        read = read_plans(
            files, plans, grid, conditions, at_most_plans, changes, replications, engine
        )
    every = [scenario for scenarios in read.values() for scenario in scenarios]
    if best is not None:
        options = Options(seed, workers, engine, audit, most, meeting_targets)
        sys.exit(choose(every, best, options, as_json, csv, check))
    from sim.comparison.paired import Comparison, compare

    with precision_refused("--precision"), bar_of(replications, len(every)) as bar:
        if not precision:
            together_at_once = max(len(scenarios) for scenarios in read.values())
            say_if_compiling(every, replications * together_at_once, engine)
        found = {
            name: compare(
                scenarios, replications, seed, workers, engine, telling(bar.told, name), audit,
                precision=precision or None, at_most=most, planned=planning(bar, every, engine),
            )
            for name, scenarios in read.items()
        }  # fmt: skip
    comparison = together(found, conditions)
    if audit:
        report_broken_facts(
            tuple(fact for results in comparison.results.values() for fact in results.broken)
        )
    write_outputs(
        out, report, comparison.results, comparison.document, changes, replay_day,
        paged=isinstance(comparison, Comparison),
    )  # fmt: skip
    if plot is not None:
        write_plot(comparison.plot.page(), plot)
        click.echo(f"wrote {plot}", err=True)
    if isinstance(comparison, Comparison) and (as_json or csv):
        say_how_many(comparison.precision, comparison.results[comparison.base])
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
