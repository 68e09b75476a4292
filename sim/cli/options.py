"""Options that several commands share, and how a run is shown while it goes on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sim.cli import Stop

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from sim.experiment import Results
    from sim.measures.precision import Precision
    from sim.scenario import Scenario

F = TypeVar("F", bound=Callable[..., Any])

MOST_REPLICATIONS = 1_000_000
MOST_SEED = 2**63 - 1
AT_MOST = 10_000
"""As in sim.measures.precision, which is not loaded for a help page."""
FILE = click.Path(path_type=Path)


class Setting(click.ParamType[Any]):
    """NAME=VALUE: a key of the scenario file by its dotted name, and its new value or change."""

    name = "NAME=VALUE"
    example = "callers.cards.volume=+10%"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, sign, setting = str(value).partition("=")
        if not sign or not name.strip():
            self.fail(f"{value!r} is not {self.name}, such as {self.example}", param, ctx)
        return name.strip(), setting.strip()


class Aim(click.ParamType[Any]):
    """MEASURE=AMOUNT: a measure and how well it should be known, or what difference matters."""

    def __init__(self, name: str, such: str) -> None:
        self.name, self.such = name, such

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, _, amount = (part.strip() for part in str(value).partition("="))
        if not name or not amount:
            self.fail(f"{value!r} is not {self.name}, such as {self.such}", param, ctx)
        return name, amount


def aims_of(
    ctx: click.Context, param: click.Parameter, value: tuple[tuple[str, str], ...]
) -> dict[str, str]:
    """What all options of a kind ask, by measure; each measure once."""
    return changes_of(ctx, param, value)


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


def days_option(says: str, least: int = 1, default: int | None = 100) -> Callable[[F], F]:
    """`-n`: how many days."""
    return click.option(
        "-n", "--replications", type=click.IntRange(least, MOST_REPLICATIONS), default=default,
        show_default=default is not None, help=says,
    )  # fmt: skip


def seed_option(
    says: str = "Which callers phone; the same seed brings the same people.",
) -> Callable[[F], F]:
    """`--seed`: which world."""
    return click.option(
        "--seed", type=click.IntRange(0, MOST_SEED), default=1, show_default=True, help=says,
    )  # fmt: skip


workers_option = click.option(
    "--workers", type=click.IntRange(1, 1024),
    help="Processes; results do not depend on it.  [default: one a core]",
)  # fmt: skip


def engine_option(default: str = "kernel") -> Callable[[F], F]:
    """`--engine`: the compiled engine or SimPy."""
    return click.option(
        "--engine", type=click.Choice(["kernel", "simpy"]), default=default, show_default=True,
        help="What runs the day; results do not depend on it.",
    )  # fmt: skip


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def run_options(writes: str = "--out and --report") -> Callable[[F], F]:
    """The options of `run` and `compare`, in the order of their help.

    Parameters
    ----------
    writes : str
        The options whose files `--force` lets them write over.
    """
    options = (
        set_option,
        days_option("Days to simulate."),
        click.option(
            "--precision", type=Aim("MEASURE=WIDTH", "service_level=0.5%"), multiple=True,
            callback=aims_of,
            help="Instead of -n: go on until the 95 % interval of a measure is no wider than "
            "+- WIDTH. Under compare: of every plan, and of its change from the first.",
        ),
        click.option(
            "--at-most", type=click.IntRange(2, MOST_REPLICATIONS),
            help="Days after which --precision (or --best) ends in any case.  "
            f"[default: {AT_MOST:,}]",
        ),
        seed_option(),
        workers_option,
        engine_option(),
        json_option,
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
            "--force", is_flag=True, help=f"Let {writes} write over their files.",
        ),
        click.option(
            "--check", is_flag=True, help="Exit 1 if an estimate misses its target.",
        ),
        click.option(
            "--audit", is_flag=True, help="Check every day against what must hold.",
        ),
    )  # fmt: skip

    def with_options(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return with_options


def one_number_of_days(goes_on: str, at_most: int | None) -> int:
    """Refuse -n beside an option that goes on until something is known, and --at-most without.

    Parameters
    ----------
    goes_on : str
        The option that goes on, such as "--precision"; empty if there is none.
    at_most : int or None

    Returns
    -------
    int
        The days after which it ends in any case.
    """
    source = click.get_current_context().get_parameter_source("replications")
    if goes_on and source is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError(
            f"{goes_on} finds out the number of days itself: leave out --replications, or give "
            "the most that there may be with --at-most."
        )
    if at_most is not None and not goes_on:
        raise click.UsageError(
            "--at-most goes with --precision or --best; -n is the number of days."
        )
    return AT_MOST if at_most is None else at_most


@contextmanager
def precision_refused(option: str) -> Iterator[None]:
    """What cannot be known is a mistake in an option: one message, exit code 2."""
    from sim.measures.precision import PrecisionError

    try:
        yield
    except PrecisionError as error:
        raise click.UsageError(f"{option}: {error}") from None


def say_if_compiling(scenarios: Iterable[Scenario], replications: int, engine: str) -> bool:
    """Announce that the first large run takes longer; says whether it did."""
    from sim.experiment import quickest_for

    engines = {quickest_for(scenario, replications, engine) for scenario in scenarios}
    return say_if_it_compiles("kernel" if "kernel" in engines else "simpy")


def say_if_it_compiles(engine: str) -> bool:
    """Announce that an engine is compiled now; says whether it is."""
    from sim.engine import must_compile

    compiles = engine == "kernel" and must_compile()
    if compiles:
        click.echo("compiling the engine, once", err=True)
    return compiles


def one_form(as_json: bool, csv: str | None) -> None:
    """Standard output holds one thing."""
    if as_json and csv:
        raise click.UsageError("--json and --csv cannot both have standard output; choose one.")


class Bar:
    """How far a job is; shown on standard error, if anywhere."""

    shown = False

    def told(self, plan: str, days: int) -> None:
        """So many days of a plan are done."""

    def planned(self, days: int) -> None:
        """Every plan will have so many."""


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
    with bar_of(replications, plans) as bar:
        yield bar.told if bar.shown else None


@contextmanager
def bar_of(replications: int, plans: int) -> Iterator[Bar]:
    """The same where the number of days may change on the way."""
    from sim.experiment import WorkerDied

    try:
        with _bar(replications, plans) as bar:
            yield bar
    except WorkerDied as error:
        raise Stop(f"{error}.") from None


@contextmanager
def _bar(replications: int, plans: int) -> Iterator[Bar]:
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR"):
        yield Bar()
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

        class Shown(Bar):
            shown = True

            def told(self, plan: str, days: int) -> None:
                done[plan] = days
                bar.update(task, completed=sum(done.values()))

            def planned(self, days: int) -> None:
                bar.update(task, total=days * plans)

        yield Shown()


def planning(bar: Bar, scenarios: Sequence[Scenario], engine: str) -> Callable[[int], None]:
    """What to do before each stage of days: the bar goes further, and compiling is announced."""
    said = False

    def planned(days: int) -> None:
        nonlocal said
        bar.planned(days)
        said = said or say_if_compiling(scenarios, days, engine)

    return planned


def say_how_many(precision: Precision | None, results: Results) -> None:
    """On standard error, where standard output has data: how many days, and what they reach."""
    if precision is not None:
        from sim.report.how_many import how_many_days
        from sim.report.wording import period

        for sentence in how_many_days(precision, period(results)):
            click.echo(sentence, err=True)


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


def table_of_plans(results: Mapping[str, Results], name: str) -> pd.DataFrame:
    """The tables of several plans as one, with a column or index of the plan."""
    import pandas as pd

    whole = pd.concat(
        {plan: table_of(each, name) for plan, each in results.items()}, names=["plan"]
    )
    return whole if name == "measures" else whole.reset_index("plan").reset_index(drop=True)


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
