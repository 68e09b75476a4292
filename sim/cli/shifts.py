"""`waitline shifts`: the cheapest roster from a menu of shifts that meets the targets."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.mistakes import load_or_exit
from sim.cli.options import (
    FILE,
    MOST_REPLICATIONS,
    days_option,
    engine_option,
    json_option,
    one_form,
    say_if_it_compiles,
    screen,
    set_option,
    write_csv,
    write_json,
)
from sim.cli.outputs import refuse_plot, write_plot

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.mistakes import Mistake
    from sim.staffing.shifts import Built
    from sim.staffing.suggestion import MenuError

EXACT = (
    "plan.toml is the roster as it was checked. In {rosters} breaks are unpaid gaps in the duty: a "
    "call that goes on into one is overtime and no break is late, so a run of it differs a little."
)
"""What has to be known of the roster files."""


@click.command("shifts", short_help="Build the cheapest roster that meets the targets.")
@click.argument("file", type=FILE)
@click.option("--plan", default="base", show_default=True, help="Which plan of the file.")
@set_option
@days_option("Fresh days that the roster is held against.", least=2, default=1000)
@click.option(
    "--search-days",
    type=click.IntRange(2, MOST_REPLICATIONS),
    default=100,
    show_default=True,
    help="Days on which rosters are tried.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**62),
    default=1,
    show_default=True,
    help="Which callers phone on the search days; the fresh days are of seeds after it.",
)
@engine_option()
@json_option
@click.option(
    "--csv",
    type=click.Choice(["shifts", "roster", "staff"]),
    help="Print one table as CSV.",
)
@click.option(
    "--out",
    type=FILE,
    metavar="DIR",
    help="Write the plan as TOML, the roster as CSV, tables and plot into a folder.",
)
@click.option("--force", is_flag=True, help="Let --out and --plot write over their files.")
@click.option(
    "--plot",
    type=FILE,
    metavar="FILE",
    help="Draw required, scheduled and on duty (.png, .svg or .pdf).",
)
def command(
    file: Path, plan: str, changes: dict[str, str], replications: int, search_days: int,
    seed: int, engine: str, as_json: bool, csv: str | None, out: Path | None, force: bool,
    plot: Path | None,
) -> None:  # fmt: skip
    """Build the cheapest roster from the menus of FILE that meets its targets.

    A group's menu says which shifts are allowed; without any, one is made of the present
    shifts. Exit code 1 if the targets are not met for certain.
    """
    one_form(as_json, csv)
    if out is not None:
        from sim.cli.folder import refuse_folder_in_use

        refuse_folder_in_use(out, force)
    if plot is not None:
        refuse_plot(plot, force)
    scenario = load_or_exit(file, plan, changes)
    from sim.staffing.shifts import MenuError, shifts

    say_if_it_compiles(engine)
    try:
        built = shifts(scenario, replications, seed, search_days, engine, _told())
    except MenuError as error:
        for mistake in mistakes_of(error, scenario):
            click.echo(str(mistake), err=True)
        sys.exit(2)
    if out is not None:
        whole_file = plan == "base" and not changes
        _write_folder(out, built, file if whole_file else None)
    if plot is not None:
        from sim.report.rostered import plot as drawn

        write_plot(drawn(built), plot)
        click.echo(f"wrote {plot}", err=True)
    asked = ["--plan", plan] if plan != "base" else []
    asked += [word for name, value in changes.items() for word in ("--set", f"{name}={value}")]
    _print(built, as_json, csv, next_commands(built, file, asked, out))
    sys.exit(0 if built.certain else 1)


def next_commands(built: Built, file: Path, asked: list[str], out: Path | None) -> list[str]:
    """How to have the roster as files, and to see it on the same days.

    Parameters
    ----------
    built : Built
    file : Path
        The scenario file.
    asked : list of str
        The plan and the changes, as options; empty for the file as it stands.
    out : Path or None
        Where the files were written, if they were.
    """
    lines, whole = [], not asked
    if out is None:
        context = click.get_current_context()
        for name in ("replications", "search_days", "seed"):
            if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
                asked = [*asked, f"--{name.replace('_', '-')}", str(context.params[name])]
        lines.append(["waitline", "shifts", str(file), *asked, "--out", "DIR"])
    else:
        whole = (out / "scenario.toml").is_file()
    if whole:
        scenario = str((out or Path("DIR")) / "scenario.toml")
        days = ["--seed", str(built.results.seed), "--replications", str(built.results.days)]
        lines.append(["waitline", "run", scenario, "--plan", built.scenario.plan, *days])
    return [shlex.join(line) for line in lines]


def mistakes_of(error: MenuError, scenario: Scenario) -> list[Mistake]:
    """What stands in the way of a roster, with the line of its key."""
    from sim.scenario.mistakes import Mistake, dotted

    return [
        Mistake(str(scenario.path), line_of(scenario, each.where), dotted(each.where), each.what)
        for each in error.all
    ]


def line_of(scenario: Scenario, where: tuple[str, ...]) -> int | None:
    """The line of a key of a scenario's file, of the plan where that has it; None without one."""
    from sim.scenario import ScenarioError
    from sim.scenario.reading import read_document

    if scenario.path is None or not where:
        return None
    try:
        document = read_document(scenario.path)
    except ScenarioError:
        return None
    own = ("plans", scenario.plan, *where)
    if own in document.lines:
        return document.lines[own]
    return document.line(where) if where[:1] in document.lines else None


def _told() -> Callable[[str], None] | None:
    """Notes on standard error, if that is a terminal."""
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR"):
        return None
    return lambda said: click.echo(said, err=True)


def _print(built: Built, as_json: bool, csv: str | None, next_ones: Sequence[str]) -> None:
    if as_json:
        write_json(built.document())
    elif csv:
        tables = {"shifts": built.table, "roster": built.roster, "staff": built.intervals}
        write_csv(tables[csv](), csv)
    else:
        from sim.report.rostered import print_built

        print_built(screen(), built, next_ones)


def _write_folder(out: Path, built: Built, file: Path | None) -> None:
    """Everything beside the target, moved in when it is whole."""
    from sim.cli.folder import moved_in

    moved_in(out, lambda folder: _write(folder, built, file))
    rosters = " and ".join(roster_files(built.menu.groups).values())
    click.echo(f"wrote {out}; {EXACT.format(rosters=rosters)}", err=True)
    if file is not None and not (out / "scenario.toml").is_file():
        click.echo(
            f"{file} reads files of its own, so put {out / 'plan.toml'} at its end.", err=True
        )


def roster_files(groups: Sequence[str]) -> dict[str, str]:
    """The name of the roster file of each group: letters and digits only, each name once."""
    if len(groups) == 1:
        return {groups[0]: "roster.csv"}
    files: dict[str, str] = {}
    taken: set[str] = set()
    for group in groups:
        plain = "".join(c if c.isalnum() or c in "-_" else "_" for c in group)[:60]
        names = chain([plain], (f"{plain}_{number}" for number in count(2)))
        name = next(each for each in names if each.casefold() not in taken)
        taken.add(name.casefold())
        files[group] = f"roster_{name}.csv"
    return files


def _write(folder: Path, built: Built, file: Path | None) -> None:
    from sim.report.rostered import plot

    plan = built.plan_toml()
    (folder / "plan.toml").write_text(plan, "utf-8")
    document = json.dumps(built.document(), indent=1, allow_nan=False, ensure_ascii=False)
    (folder / "result.json").write_text(document + "\n", "utf-8")
    built.table().to_csv(folder / "shifts.csv", index=False, lineterminator="\n")
    built.intervals().to_csv(folder / "staff.csv", index=False, lineterminator="\n")
    files = roster_files(built.menu.groups)
    for name, rows in built.roster().groupby("group", sort=False):
        target = folder / files[str(name)]
        rows.drop(columns="group").to_csv(target, index=False, lineterminator="\n")
    plot(built).savefig(folder / "roster.png", dpi=150)
    if file is not None:
        _write_scenario(folder / "scenario.toml", file, plan)


def _write_scenario(target: Path, file: Path, plan: str) -> None:
    """The scenario file with the plan at its end, where that can be read from the folder."""
    from sim.scenario import ScenarioError, load_plans

    text = file.read_text("utf-8-sig").rstrip("\n")
    target.write_text(f"{text}\n\n{plan}", "utf-8")
    try:
        load_plans(target)
    except ScenarioError:
        target.unlink()
