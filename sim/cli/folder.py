"""The folder that `--out` writes: contacts as Parquet, measures, the page and a manifest."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.experiment import Results


def refuse_folder_in_use(out: Path, force: bool) -> None:
    """Stop before the work if the folder cannot be written into.

    Raises
    ------
    click.UsageError
        It is a file, or holds something and `--force` is not given, or its parent is missing.
    """
    if out.exists() and not out.is_dir():
        raise click.UsageError(f"--out {out}: this is a file, not a folder.")
    if out.is_dir() and any(out.iterdir()) and not force:
        raise click.UsageError(f"--out {out}: there are files in it; --force writes over ours.")
    parent = out.absolute().parent
    if not parent.is_dir():
        raise click.UsageError(f"--out {out}: the folder {parent} does not exist.")
    if not os.access(out if out.is_dir() else parent, os.W_OK):
        raise click.UsageError(f"--out {out}: not allowed to write there.")


def write_folder(
    out: Path, results: dict[str, Results], document: dict[str, Any], manifest: dict[str, Any],
    page: dict[str, Any] | None,
) -> None:  # fmt: skip
    """Write everything beside the target and move it in when it is whole.

    Parameters
    ----------
    out : Path
        The folder; files of other names in it stay.
    results : dict of str to Results
        By plan.
    document : dict
        The result document.
    manifest : dict
        What the results depend on.
    page : dict
        What the report page shows; None where there is no page.
    """
    moved_in(out, lambda made: _write(made, results, document, manifest, page))


def moved_in(out: Path, write: Callable[[Path], None]) -> None:
    """Write a folder beside the target, or in it where it is there, and move it in when whole.

    Parameters
    ----------
    out : Path
        The folder; files of other names in it stay.
    write : callable
        Writes the files into the folder that it is given.
    """
    beside = out if out.is_dir() else out.parent
    made = Path(tempfile.mkdtemp(prefix=".waitline-", dir=beside.absolute()))
    try:
        write(made)
        if out.is_dir():
            for file in sorted(made.iterdir()):
                os.replace(file, out / file.name)
        else:
            made.chmod(0o755)
            os.rename(made, out)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _write(
    folder: Path, results: dict[str, Results], document: dict[str, Any], manifest: dict[str, Any],
    page: dict[str, Any] | None,
) -> None:  # fmt: skip
    import pandas as pd

    from sim.report.stored import NAME, stored

    frames = {plan: each.summary() for plan, each in results.items()}
    pd.concat(frames, names=["plan"]).to_csv(folder / "measures.csv", lineterminator="\n")
    (folder / "results.json").write_text(
        json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False) + "\n", "utf-8"
    )
    _write_contacts(folder / "contacts.parquet", results)
    said = None
    if page is not None:
        text, said = stored(page)
        (folder / NAME).write_text(text, "utf-8", newline="\n")
    files = sorted(each.name for each in folder.iterdir())
    manifest = manifest | {"files": files, "page": said}
    (folder / "manifest.json").write_text(
        json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8"
    )


def _write_contacts(path: Path, results: dict[str, Results]) -> None:
    """Every contact of every day, simulated again day by day so that memory stays small."""
    import pyarrow.parquet as pq

    tables = (table for plan, each in results.items() for table in _days(plan, each))
    first = next(tables)
    with pq.ParquetWriter(path, first.schema) as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)


def _days(plan: str, results: Results) -> Iterator[pa.Table]:
    import pyarrow as pa

    for replication in range(results.days):
        frame = results.contacts(replication)
        # Plans can differ in types and groups, so names are plain text here.
        for column in frame.select_dtypes("category"):
            frame[column] = frame[column].astype(object)
        frame.insert(0, "replication", replication)
        frame.insert(0, "plan", plan)
        frame.attrs = {}
        table = pa.Table.from_pandas(frame, preserve_index=False)
        for place, field in enumerate(table.schema):
            if pa.types.is_null(field.type):
                table = table.set_column(place, field.name, table[place].cast(pa.string()))
        yield table.replace_schema_metadata(None)
