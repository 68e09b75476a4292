"""`waitline report`: finished results as one page that opens without a network."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli import Stop
from sim.cli.options import FILE
from sim.cli.outputs import refuse_file_in_use, write_whole


@click.command("report", short_help="Write finished results as one HTML page.")
@click.argument("folder", type=FILE, metavar="RESULTS")
@click.option(
    "-o", "--output", "file", type=FILE, default="report.html", show_default=True,
    metavar="FILE", help="The page.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def command(folder: Path, file: Path, force: bool) -> None:
    """Write the page of RESULTS, a folder that `run` or `compare` wrote with --out.

    Nothing is simulated: the page is the one that --report would have written then.
    """
    refuse_file_in_use(file, force, "-o")
    from jinja2 import TemplateError

    from sim.report.page import html_of
    from sim.report.stored import NAME, NotStored, page_in

    try:
        text = html_of(page_in(folder))
    except NotStored as error:
        raise Stop(f"{folder}: {error}") from None
    except (LookupError, TypeError, ValueError, ArithmeticError, TemplateError):
        raise Stop(f"{folder}: {NAME} is damaged: something is missing in it.") from None
    write_whole(file, text)
    click.echo(f"{file}: {len(text.encode()) / 1e6:.2f} MB", err=True)
