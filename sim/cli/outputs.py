"""What `run` and `compare` write into files: the folder of `--out` and the page of `--report`."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.folder import refuse_folder_in_use, write_folder

if TYPE_CHECKING:
    from sim.experiment import Results


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

        write_page(report, html_of(page))


def write_page(file: Path, text: str) -> None:
    """Write a file beside its place and move it there when it is whole."""
    number, name = tempfile.mkstemp(prefix=".waitline-", dir=file.absolute().parent)
    made = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        made.chmod(0o644)
        os.replace(made, file)
    finally:
        made.unlink(missing_ok=True)
