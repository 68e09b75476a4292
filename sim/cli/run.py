"""`waitline run`: simulate one plan and print what callers, staff and money get."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.mistakes import load_or_exit
from sim.cli.options import (
    FILE,
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
    table_of,
    write_csv,
    write_json,
)
from sim.cli.outputs import refuse_outputs, write_outputs

if TYPE_CHECKING:
    from sim.experiment import Results
    from sim.scenario import Scenario


@click.command("run", short_help="Simulate a scenario.")
@click.argument("file", type=FILE)
@click.option("--plan", default="base", show_default=True, help="Which plan of the file.")
@run_options()
def command(
    file: Path, plan: str, changes: dict[str, str], replications: int,
    precision: dict[str, str], at_most: int | None, seed: int, workers: int | None,
    engine: str, as_json: bool, csv: str | None, out: Path | None, report: Path | None,
    replay_day: int, force: bool, check: bool, audit: bool,
) -> None:  # fmt: skip
    """Simulate FILE and print what callers, staff and money get."""
    most = one_number_of_days("--precision" if precision else "", at_most)
    one_form(as_json, csv)
    refuse_outputs(out, report, force, replay_day, min(replications, most))
    scenario = load_or_exit(file, plan, changes)
    scenarios = {plan: scenario}
    # With changes on the command line the screen says what they do, so the file as it stands
    # runs on the same callers too.
    asks = bool(changes) and not as_json and csv is None
    if asks:
        scenarios = {"as it is": load_or_exit(file, plan, {}), plan: scenario}
    simulated = partial(_run_all, scenarios, plan, seed, workers, engine, audit)
    found = simulated(replications, precision, most)
    results = found[plan]
    if audit:
        report_broken_facts(results.broken)
    write_outputs(out, report, {plan: results}, results.document, changes, replay_day)
    if as_json or csv:
        say_how_many(results.precision, results)
    _print(results, found if asks else {}, changes, as_json, csv)
    if check:
        from sim.report.verdict import judgements

        sys.exit(0 if all(each.met for each in judgements(results)) else 1)


def _run_all(
    scenarios: dict[str, Scenario], plan: str, seed: int, workers: int | None, engine: str,
    audit: bool, days: int, precision: dict[str, str], at_most: int,
) -> dict[str, Results]:  # fmt: skip
    """The plan, and the file as it stands for as many days, where it is asked for."""
    from sim.experiment import run

    found, many = {}, list(scenarios.values())
    with precision_refused("--precision"), bar_of(days, len(scenarios)) as bar:
        if precision:
            found[plan] = run(
                scenarios[plan], 1, seed, workers, engine, partial(bar.told, plan), audit,
                precision=precision, at_most=at_most, planned=planning(bar, many, engine),
            )  # fmt: skip
            days = found[plan].days
        else:
            say_if_compiling(many, days, engine)
        for name in scenarios:
            if name not in found:
                told = partial(bar.told, name)
                found[name] = run(scenarios[name], days, seed, workers, engine, told, audit)
    return {name: found[name] for name in scenarios}


def _print(
    results: Results, found: dict[str, Results], changes: dict[str, str], as_json: bool,
    csv: str | None,
) -> None:  # fmt: skip
    if as_json:
        write_json(results.document())
    elif csv:
        write_csv(table_of(results, csv), csv)
    else:
        from sim.comparison.paired import Comparison
        from sim.report.text import print_run

        print_run(screen(), results, Comparison(found) if found else None, changes)
