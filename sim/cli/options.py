"""Options that several commands share, and how a run is shown while it goes on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sim.cli import Stop

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from sim.experiment import Results
    from sim.scenario import Scenario

F = TypeVar("F", bound=Callable[..., Any])

MOST_REPLICATIONS = 1_000_000
FILE = click.Path(path_type=Path)


class Setting(click.ParamType[Any]):
    """NAME=VALUE: a key of the scenario file by its dotted name, and its new value or change."""

    name = "NAME=VALUE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, sign, setting = str(value).partition("=")
        if not sign or not name.strip():
            self.fail(f"{value!r} is not NAME=VALUE, such as callers.cards.volume=+10%", param, ctx)
        return name.strip(), setting.strip()


def changes_of(
    ctx: click.Context, param: click.Parameter, value: tuple[tuple[str, str], ...]
) -> dict[str, str]:
    """The changes of all `--set` options by dotted name, each name once."""
    changes = dict(value)
    if len(changes) < len(value):
        twice = next(name for name, _ in value if [each for each, _ in value].count(name) > 1)
        raise click.BadParameter(f"{twice} is given twice", ctx, param)
    return changes


set_option = click.option(
    "--set", "changes", type=Setting(), multiple=True, callback=changes_of,
    help="Put in a value or a change (+1, -2, +10%, -20s, x 1.1) by its dotted name.",
)  # fmt: skip


def run_options(command: F) -> F:
    """The options of `run` and `compare`, in the order of their help."""
    for option in reversed(
        (
            set_option,
            click.option(
                "-n", "--replications", type=click.IntRange(1, MOST_REPLICATIONS), default=100,
                show_default=True, help="Days to simulate.",
            ),
            click.option(
                "--precision", metavar="MEASURE=WIDTH",
                help="Run until a measure is known to +- WIDTH (not simulated yet).",
            ),
            click.option(
                "--seed", type=click.IntRange(0, 2**63 - 1), default=1, show_default=True,
                help="Which callers phone; the same seed brings the same people.",
            ),
            click.option(
                "--workers", type=click.IntRange(1, 1024),
                help="Processes; results do not depend on it.  [default: one a core]",
            ),
            click.option(
                "--engine", type=click.Choice(["kernel", "simpy"]), default="kernel",
                show_default=True, help="What runs the day; results do not depend on it.",
            ),
            click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
            click.option(
                "--csv", "csv", type=click.Choice(["intervals", "measures", "staff", "operators"]),
                help="Print one table as CSV.",
            ),
            click.option(
                "--out", type=FILE, metavar="DIR",
                help="Write contacts, measures and a manifest into a folder.",
            ),
            click.option(
                "--report", type=FILE, metavar="FILE", help="Write one HTML page of it all.",
            ),
            click.option(
                "--replay-day", type=click.IntRange(1), default=1, show_default=True,
                help="Which day the page replays.",
            ),
            click.option(
                "--force", is_flag=True, help="Let --out and --report write over their files.",
            ),
            click.option(
                "--check", is_flag=True, help="Exit 1 if an estimate misses its target.",
            ),
            click.option(
                "--audit", is_flag=True, help="Check every day against what must hold.",
            ),
        )
    ):  # fmt: skip
        command = option(command)
    return command


def refuse_what_is_to_come(precision: str | None) -> None:
    """Options of the design whose feature has not landed say so in one line."""
    if precision is not None:
        raise click.UsageError("--precision is not built yet; use --replications N.")


def say_if_compiling(scenarios: Iterable[Scenario], replications: int, engine: str) -> None:
    """Announce that the first large run takes longer."""
    from sim.engine import must_compile
    from sim.experiment import quickest_for

    engines = {quickest_for(scenario, replications, engine) for scenario in scenarios}
    if "kernel" in engines and must_compile():
        click.echo("compiling the engine, once", err=True)


def one_form(as_json: bool, csv: str | None) -> None:
    """Standard output holds one thing."""
    if as_json and csv:
        raise click.UsageError("--json and --csv cannot both have standard output; choose one.")


@contextmanager
def progress_bar(replications: int, plans: int) -> Iterator[Callable[[str, int], None] | None]:
    """A bar on standard error, if that is a terminal and NO_COLOR is not set.

    Parameters
    ----------
    replications, plans : int
        How much there is to do.

    Yields
    ------
    callable or None
        Takes a plan's name and its number of days done.
    """
    from sim.experiment import WorkerDied

    try:
        with _bar(replications, plans) as told:
            yield told
    except WorkerDied as error:
        raise Stop(f"{error}.") from None


@contextmanager
def _bar(replications: int, plans: int) -> Iterator[Callable[[str, int], None] | None]:
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR"):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("simulating"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} days"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=replications * plans)
        done: dict[str, int] = {}

        def told(plan: str, days: int) -> None:
            done[plan] = days
            bar.update(task, completed=sum(done.values()))

        yield told


def screen() -> Console:
    """The console that results are printed on: 80 to 120 columns, plain unless a terminal."""
    from sim.report.text import console_for

    console = console_for()
    console.width = min(max(console.width, 80), 120)
    return console


def table_of(results: Results, name: str) -> pd.DataFrame:
    """The table that `--csv NAME` prints of one plan."""
    tables = {
        "measures": results.summary,
        "intervals": results.intervals,
        "staff": results.staff,
        "operators": results.operators,
    }
    return tables[name]()


def write_csv(table: pd.DataFrame, name: str) -> None:
    """One table on standard output; of measures the index is their names."""
    table.to_csv(sys.stdout, index=name == "measures", lineterminator="\n")


def write_json(document: dict[str, Any]) -> None:
    """One JSON document on standard output."""
    import json

    click.echo(json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False))


def report_broken_facts(facts: tuple[str, ...]) -> None:
    """Facts that an outcome table broke are an error of ours: say them and stop with 2."""
    for fact in facts[:20]:
        click.echo(f"audit: {fact}", err=True)
    if facts:
        raise Stop(f"the audit found {len(facts)} broken facts; please report it.")
    click.echo("audit: every fact holds on every day.", err=True)
