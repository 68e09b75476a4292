"""What commands write into files: folders, pages, charts and plans, each whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.folder import refuse_folder_in_use, write_folder

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.experiment import Results

KINDS = (".png", ".svg", ".pdf")
"""What a chart may be written as."""


def refuse_outputs(
    out: Path | None, report: Path | None, force: bool, replay_day: int, replications: int
) -> None:
    """Stop before the work if something could not be written after it.

    Raises
    ------
    click.UsageError
        A file or folder is in use or cannot be written; or there is no such day.
    """
    if out is not None:
        refuse_folder_in_use(out, force)
    if report is not None:
        refuse_file_in_use(report, force, "--report")
    if replay_day > replications:
        days = "1 day is" if replications == 1 else f"{replications:,} days are"
        raise click.UsageError(f"--replay-day {replay_day}: only {days} simulated.")


def refuse_file_in_use(file: Path, force: bool, option: str) -> None:
    """Stop before the work if a file cannot be written.

    Raises
    ------
    click.UsageError
        It is there already and `--force` is not given, it is a folder, or the folder that it
        would be in is missing or closed to us.
    """
    if file.is_dir():
        raise click.UsageError(f"{option} {file}: this is a folder, not a file.")
    if file.exists() and not force:
        raise click.UsageError(f"{option} {file}: the file is there; --force writes over it.")
    parent = file.absolute().parent
    if not parent.is_dir():
        raise click.UsageError(f"{option} {file}: the folder {parent} does not exist.")
    if not os.access(parent, os.W_OK):
        raise click.UsageError(f"{option} {file}: not allowed to write there.")


def write_outputs(
    out: Path | None, report: Path | None, results: dict[str, Results],
    document: Callable[[], dict[str, Any]], changes: Mapping[str, str], replay_day: int,
    paged: bool = True,
) -> None:  # fmt: skip
    """Write the folder and the page, each whole or not at all.

    Parameters
    ----------
    out, report : Path or None
        Where, if at all.
    results : dict of str to Results
        By plan, the base first.
    document : callable
        Gives the result document.
    changes : mapping of str to str
        What `--set` changed.
    replay_day : int
        The day that the page replays, from 1.
    paged : bool
        Whether the results can be one page: all on the same callers.
    """
    if out is None and report is None:
        return
    from sim.comparison.paired import Comparison
    from sim.report.manifest import manifest_of
    from sim.report.page_data import page_of

    manifest = manifest_of(results, changes)
    page = page_of(Comparison(results), manifest, replay_day - 1) if paged else None
    if out is not None:
        write_folder(out, results, document(), manifest, page)
    if report is not None and page is not None:
        from sim.report.page import html_of

        write_whole(report, html_of(page))


def write_whole(file: Path, text: str) -> None:
    """Write a text beside its place and move it there when it is whole."""
    with _beside(file) as made:
        made.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A file beside another's place, which it takes if nothing goes wrong."""
    number, name = tempfile.mkstemp(prefix=".waitline-", dir=file.absolute().parent)
    os.close(number)
    made = Path(name)
    try:
        yield made
        made.chmod(0o644)
        os.replace(made, file)
    finally:
        made.unlink(missing_ok=True)


def refuse_plot(plot: Path, force: bool) -> None:
    """Stop before the work if the chart cannot be written.

    Raises
    ------
    click.UsageError
        It is of no kind that can be drawn, or as in `refuse_file_in_use`.
    """
    if plot.suffix.lower() not in KINDS:
        raise click.UsageError(f"--plot {plot}: a name that ends in .png, .svg or .pdf is meant.")
    refuse_file_in_use(plot, force, "--plot")


def write_plot(figure: Figure, plot: Path) -> None:
    """Write a chart beside its place and move it there when it is whole."""
    with _beside(plot) as made:
        figure.savefig(made, dpi=150, format=plot.suffix.lower()[1:])
