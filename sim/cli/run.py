"""`waitline run`: simulate one plan and print what callers, staff and money get."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.mistakes import load_or_exit
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
    from sim.experiment import Results


@click.command("run", short_help="Simulate a scenario.")
@click.argument("file", type=FILE)
@click.option("--plan", default="base", show_default=True, help="Which plan of the file.")
@run_options
def command(
    file: Path, plan: str, changes: dict[str, str], replications: int,
    precision: str | None, seed: int, workers: int | None, engine: str, as_json: bool,
    csv: str | None, out: Path | None, report: Path | None, replay_day: int, force: bool,
    check: bool, audit: bool,
) -> None:  # fmt: skip
    """Simulate FILE and print what callers, staff and money get."""
    refuse_what_is_to_come(precision)
    one_form(as_json, csv)
    refuse_outputs(out, report, force, replay_day, replications)
    scenario = load_or_exit(file, plan, changes)
    scenarios = {plan: scenario}
    # With changes on the command line the screen says what they do, so the file as it stands
    # runs on the same callers too.
    asks = bool(changes) and not as_json and csv is None
    if asks:
        scenarios = {"as it is": load_or_exit(file, plan, {}), plan: scenario}
    found = _run_all(scenarios, replications, seed, workers, engine, audit)
    results = found[plan]
    if audit:
        report_broken_facts(results.broken)
    write_outputs(out, report, {plan: results}, results.document, changes, replay_day)
    _print(results, found if asks else {}, changes, as_json, csv)
    if check:
        from sim.report.verdict import judgements

        sys.exit(0 if all(each.met for each in judgements(results)) else 1)


def _run_all(scenarios: dict[str, Any], replications: int, seed: int, workers: int | None,
             engine: str, audit: bool) -> dict[str, Results]:  # fmt: skip
    from sim.experiment import run

    found = {}
    say_if_compiling(scenarios.values(), replications, engine)
    with progress_bar(replications, len(scenarios)) as told:
        for name, scenario in scenarios.items():
            one = None if told is None else (lambda done, name=name: told(name, done))
            found[name] = run(scenario, replications, seed, workers, engine, one, audit)
    return found


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
