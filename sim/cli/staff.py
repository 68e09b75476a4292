"""`waitline staff`: the fewest operators that meet the targets, by simulation or by a formula."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.calculator import calculator
from sim.cli.mistakes import load_or_exit
from sim.cli.options import (
    FILE,
    MOST_REPLICATIONS,
    days_option,
    json_option,
    one_form,
    say_if_it_compiles,
    screen,
    seed_option,
    set_option,
    write_csv,
    write_json,
)
from sim.cli.outputs import refuse_file_in_use, refuse_plot, write_plot, write_whole
from sim.cli.readers import option, sentence, target, target_share

if TYPE_CHECKING:
    from sim.staffing.found import Staffing

WITHOUT_FILE = ("--calls", "--aht", "--per")
"""Options that ask for the form without a file."""

GIVEN = "waitline.staff.given"
"""Where the words of the command line are kept."""

OUTPUTS = ("--json", "--csv", "--plot", "--out-plan", "--force")
"""What does not belong to the question."""

SEARCHED = ("groups", "least", "fresh", "sure", "at_least", "plot", "out_plan")
"""What only a search knows."""


class TwoForms(click.Command):
    """One command with a scenario file, and another for one interval without."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:  # fmt: skip
        told = [word.partition("=")[0] for word in args]
        if any(word in ("-h", "--help") for word in told):
            return super().make_context(info_name, args, parent, **extra)
        without = next((word for word in told if word in WITHOUT_FILE), None)
        form, other = (with_file, calculator) if without is None else (calculator, with_file)
        has_file = without is not None and any(not word for word, _ in words_of(args))
        if without is not None and has_file:
            raise apart(without, click.Context(form, parent, info_name))
        try:
            made = form.make_context(info_name, list(args), parent, **extra)
        except click.NoSuchOption as error:
            if not is_of(other, error.option_name):
                raise
            if without is None:
                raise apart(error.option_name, error.ctx) from None
            raise click.UsageError(
                f"{error.option_name} needs a FILE, of which a day is simulated; with {without} "
                "one interval goes by Erlang's formulas.", error.ctx
            ) from None  # fmt: skip
        made.meta[GIVEN] = list(args)
        return made

    def invoke(self, ctx: click.Context) -> Any:
        return ctx.command.invoke(ctx)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        name = ctx.command_path
        formatter.write_usage(name, "FILE [OPTIONS]")
        formatter.write_usage(name, '--calls N --aht "4 min" --target 80/20 [OPTIONS]')

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, form in (("With a FILE", with_file), ("Without, for one interval", calculator)):
            records = [each.get_help_record(ctx) for each in form.params]
            with formatter.section(title):
                formatter.write_dl([record for record in records if record is not None])


def is_of(form: click.Command, name: str) -> bool:
    """Whether an option is one of a form."""
    return any(name in each.opts for each in form.params)


def words_of(args: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The options among the words of either form with their words; of a FILE the name is empty.

    An option of neither form, of which it is not known whether it has a value, is the last.
    """
    values = {
        name: not getattr(each, "is_flag", False)
        for form in (with_file, calculator)
        for each in form.params
        for name in each.opts
        if name.startswith("-")
    }
    words = iter(args)
    for word in words:
        if not word.startswith("-") or word == "-":
            yield "", [word]
            continue
        long = word.startswith("--")
        name, sign, _ = word.partition("=") if long else (word[:2], word[2:], "")
        if name not in values:
            return
        more = [each for each in (next(words, None),) if each] if values[name] and not sign else []
        yield name, [word, *more]


def again(args: list[str]) -> str:
    """The command with all that asks for the same answer, to write its plan.

    Parameters
    ----------
    args : list of str
        The words that were given.
    """
    kept = [word for name, own in words_of(args) if name not in OUTPUTS for word in own]
    return shlex.join(["waitline", "staff", *kept, "--out-plan", "found.toml"])


def apart(name: str, ctx: click.Context | None) -> click.UsageError:
    """What to say where both forms are mixed."""
    return click.UsageError(
        f"a FILE and {name} do not go together: with a FILE and its options a day is simulated, "
        f"with {' or '.join(WITHOUT_FILE[:2])} one interval goes by Erlang's formulas.", ctx
    )  # fmt: skip


def meeting(text: str) -> str:
    """day, intervals, or chance=0.9."""
    if text not in ("day", "intervals"):
        from sim.staffing.staff import chance_of

        chance_of(text)
    return text


def group_seats(text: str) -> dict[str, str]:
    """GROUP=N,GROUP=N: seats all day."""
    found = {}
    for part in text.split(","):
        name, sign, number = (each.strip() for each in part.partition("="))
        if not sign or not name or not number.isdigit() or name in found:
            raise ValueError(f"{part.strip()!r} is not GROUP=NUMBER, each group once")
        found[name] = number
    return found


@click.command("staff")
@click.argument("file", type=FILE, required=False)
@click.option("--plan", default="base", show_default=True, help="Which plan of the file.")
@set_option
@option(
    "--for",
    meeting,
    "What meets the targets: an average day, every interval of it "
    "(intervals), or the day with a chance (chance=0.9).",
    default="day",
    metavar="WHEN",
)
@click.option(
    "--least",
    type=click.Choice(["cost", "operators"]),
    help="What to save: money or hours.  [default: cost where each group has a wage]",
)
@click.option(
    "--group",
    "groups",
    multiple=True,
    help="A group to staff; the others stay as they are.  [default: all]",
)
@option("--target", target, "80/20 is 80 % within 20 s: instead of the file's service level.")
@option("--abandonment", target_share, "At most this share hangs up, instead of the file's.")
@option("--occupancy", target_share, "At most this occupancy, instead of the file's.")
@option(
    "--operators",
    group_seats,
    "The reverse: what service so many give, such as "
    "experts=4,generalists=12 all day; the file's other groups stay.",
    metavar="GROUP=N,...",
)
@days_option("Days of the search.  [default: 100, down to 30 of long days]", least=2, default=None)
@click.option(
    "--fresh",
    type=click.IntRange(2, MOST_REPLICATIONS),
    help="Other days, on which the answer must hold.  [default: 2 to 5 for each of the search]",
)
@click.option(
    "--sure",
    is_flag=True,
    help="The lower end of the 95 % interval must meet the targets, not only the estimate.",
)
@click.option(
    "--at-least",
    type=click.IntRange(0, 100_000),
    default=1,
    show_default=True,
    help="Operators for every call type wherever its calls are expected.",
)
@seed_option("Which callers phone.")
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print the operators by interval as CSV.")
@click.option(
    "--plot", type=FILE, metavar="FILE", help="Draw needed against now (.png, .svg or .pdf)."
)
@click.option(
    "--out-plan",
    type=FILE,
    metavar="FILE.toml",
    help="Write the answer as a plan, to be put at the end of the scenario file.",
)
@click.option("--force", is_flag=True, help="Let --plot and --out-plan write over files.")
def with_file(
    file: Path | None, plan: str, changes: dict[str, str], target: tuple[float, float] | None,
    abandonment: float | None, occupancy: float | None, operators: dict[str, str] | None,
    replications: int | None, fresh: int | None, seed: int, as_json: bool, as_csv: bool,
    plot: Path | None, out_plan: Path | None, force: bool, groups: tuple[str, ...],
    least: str | None, sure: bool, at_least: int, **other: str,
) -> None:  # fmt: skip
    """The fewest operators on the phones, by interval and group, that meet the targets.

    Exit code 1: a target is missed or cannot be met; the best that was found is told.
    """
    if file is None:
        raise click.UsageError(
            "Give a scenario FILE, or --calls and --aht for one interval without a file."
        )
    one_form(as_json, "intervals" if as_csv else None)
    if operators is not None:
        refuse_beside_operators()
    if plot is not None:
        refuse_plot(plot, force)
    if out_plan is not None:
        refuse_file_in_use(out_plan, force, "--out-plan")
    changes = changes | asked_for(target, abandonment, occupancy)
    if operators is not None:
        from sim.cli.given import say_what_service

        met = say_what_service(
            file, plan, changes, operators, other["for"], replications or 100, seed, as_json, as_csv
        )
        sys.exit(0 if met else 1)
    scenario = load_or_exit(file, plan, changes)
    meets = other["for"]
    from sim.staffing.staff import engine_for, staff

    say_if_it_compiles(engine_for(scenario, replications))

    try:
        with counter() as told:
            found = staff(
                scenario, meets, groups or None, least, replications, seed, fresh, at_least, sure,
                told,
            )  # fmt: skip
    except ValueError as error:
        raise click.UsageError(sentence(error)) from None
    _write(found, plot, out_plan)
    if as_json:
        write_json(found.document())
    elif as_csv:
        write_csv(found.table(), "intervals")
    else:
        from sim.report.staffed import print_staffing

        words = click.get_current_context().meta.get(GIVEN)
        next_one = "" if words is None or out_plan is not None else again(words)
        print_staffing(screen(), found, next_one)
    sys.exit(0 if found.met else 1)


def refuse_beside_operators() -> None:
    """The reverse searches for nothing: refuse what only a search knows."""
    ctx = click.get_current_context()
    for each in with_file.params:
        given = ctx.get_parameter_source(each.name or "") is click.core.ParameterSource.COMMANDLINE
        if given and each.name in SEARCHED:
            raise click.UsageError(
                f"--operators and {each.opts[0]} do not go together: with --operators nothing is "
                "searched for."
            )


def asked_for(
    target: tuple[float, float] | None, abandonment: float | None, occupancy: float | None
) -> dict[str, Any]:
    """Targets of the command line, as changes of the scenario."""
    changes: dict[str, Any] = {}
    if target is not None:
        changes["targets.service_level.share"] = target[0]
        changes["targets.service_level.within"] = f"{target[1]:.10g} s"
    if abandonment is not None:
        changes["targets.abandonment.at_most"] = abandonment
    if occupancy is not None:
        changes["targets.occupancy.at_most"] = occupancy
    return changes


def _write(found: Staffing, plot: Path | None, out_plan: Path | None) -> None:
    """The files that were asked for."""
    if out_plan is not None:
        write_whole(out_plan, found.plan())
        click.echo(f"wrote {out_plan}; put it at the end of the scenario file.", err=True)
    if plot is not None:
        from sim.report.needed import needed

        write_plot(needed(found), plot)
        click.echo(f"wrote {plot}", err=True)


@contextmanager
def counter() -> Iterator[Any]:
    """A line on a terminal that counts the staffings tried; nothing elsewhere."""
    import os

    if not sys.stderr.isatty() or os.environ.get("NO_COLOR"):
        yield None
        return

    def told(what: str, number: int) -> None:
        click.echo(f"\r{what}: {number}", nl=False, err=True)

    try:
        yield told
    finally:
        click.echo("\r\033[K", nl=False, err=True)


command = TwoForms("staff", help="""The fewest operators that meet the targets.

    With a scenario FILE: by interval and group, found by simulating the same callers under many
    staffings. Without: one interval in its steady state, by Erlang's formulas.
    """)  # fmt: skip
