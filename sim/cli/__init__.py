"""The command line: one small file a command, imported only when that command is used."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Any

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("sim.cli.run", "Simulate a scenario and say what callers, staff and money get."),
    "compare": ("sim.cli.compare", "Compare staffing plans on the same callers."),
    "shifts": ("sim.cli.shifts", "Build the cheapest roster that meets the targets."),
    "staff": ("sim.cli.staff", "Find the fewest operators that meet the targets."),
    "sensitivity": (
        "sim.cli.sensitivity",
        "What moves service and cost most; how wrong a forecast may be.",
    ),
    "theory": ("sim.cli.theory", "What Erlang C and A say beside it, and why they differ."),
    "explore": ("sim.cli.explore", "Move sliders on a local page and see what comes of it."),
    "check": ("sim.cli.check", "Say whether a scenario file is right, all mistakes at once."),
    "new": ("sim.cli.new", "Write a small scenario file to start from."),
    "schema": ("sim.cli.schema", "Print the JSON Schema of scenario files."),
    "erlang": ("sim.cli.erlang", "Erlang B, C and A: what the formulas say."),
    "report": ("sim.cli.report", "Write finished results as one HTML page."),
    "trace": ("sim.cli.trace", "Tell one simulated day event by event."),
}
"""Command name: the module that holds it as `command`, and its one line of help."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    """Print the installed version and stop."""
    if not value or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    click.echo(f"waitline {version('waitline')}")
    ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=print_version,
    help="Print the version.",
)  # fmt: skip
def waitline() -> None:
    """Simulate a customer-support telephone line: what it costs, and who waits how long."""


class Stop(click.ClickException):
    """What ends a command in one line; 1 is kept for a target missed under --check."""

    exit_code = 2


def main(arguments: list[str] | None = None) -> None:
    """Run the command line.

    Whatever a user can meet ends in one line: an interrupt with exit code 130, an end from
    outside with 143, a mistake or a failure of the machine with 2.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        code: Any = waitline.main(args=arguments, prog_name="waitline", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        click.echo("stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader (head, less) has gone: nothing more to say, and nothing went wrong.
        _say_no_more()
        sys.exit(0)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"Error: {where}{error.strerror or error}.", err=True)
        _say_no_more()
        sys.exit(2)
    except MemoryError:
        click.echo("Error: not enough memory; fewer calls or fewer --workers may do.", err=True)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


def _say_no_more() -> None:
    """Nothing is left to be written at the end, where it would fail once more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
