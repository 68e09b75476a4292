"""`waitline compare --best`: days until it is clear which plan is best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from sim.cli.options import (
    bar_of,
    planning,
    precision_refused,
    report_broken_facts,
    screen,
    table_of_plans,
    write_csv,
    write_json,
)

if TYPE_CHECKING:
    from sim.comparison.best import Best
    from sim.experiment import Results
    from sim.scenario import Scenario


class Options(NamedTuple):
    """How the days are simulated."""

    seed: int
    workers: int | None
    engine: str
    audit: bool
    at_most: int
    meeting_targets: bool


def refuse_beside_best(
    best: bool, precision: bool, kept: Sequence[str], meeting_targets: bool
) -> None:
    """Options that --best leaves nothing to do for, and those that need it."""
    if best and precision:
        raise click.UsageError("--best and --precision each say when to stop; choose one.")
    if best and kept:
        raise click.UsageError(
            f"{kept[0]} holds as many days of every plan; --best does not simulate them. Run the "
            f"plan that it finds with {kept[0]}."
        )
    if meeting_targets and not best:
        raise click.UsageError("--meeting-targets goes with --best.")


def choose(
    scenarios: list[Scenario], asked: tuple[str, str], options: Options, as_json: bool,
    csv: str | None, check: bool,
) -> int:  # fmt: skip
    """Find the best plan and print it; returns the exit code."""
    from sim.comparison.best import FIRST, best

    seed, workers, engine, audit, at_most, meeting_targets = options
    with precision_refused("--best"), bar_of(FIRST, len(scenarios)) as bar:
        found = best(
            scenarios, *asked, seed, workers, engine, bar.told, audit, at_most=at_most,
            planned=planning(bar, scenarios, engine), fails=_misses if meeting_targets else None,
        )  # fmt: skip
    if audit:
        report_broken_facts(
            tuple(fact for results in found.results.values() for fact in results.broken)
        )
    _print(found, as_json, csv)
    if not check:
        return 0
    from sim.report.verdict import judgements

    judged = [each for plan in found.left for each in judgements(found.results[plan])]
    return 0 if all(each.met for each in judged) else 1


def _misses(results: Results) -> bool:
    """Whether a plan surely misses a target."""
    from sim.report.verdict import judgements

    return any(each.sure and not each.met for each in judgements(results))


def _print(found: Best, as_json: bool, csv: str | None) -> None:
    from sim.report.best import in_words, print_best

    if not as_json and not csv:
        print_best(screen(), found)
        return
    for sentence in in_words(found):
        click.echo(sentence, err=True)
    if as_json:
        write_json(found.document())
    elif csv:
        write_csv(table_of_plans(found.results, csv), csv)
