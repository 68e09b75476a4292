"""`waitline new`: a small scenario file to start from."""

from __future__ import annotations

import os
import shutil
from importlib.resources import files
from pathlib import Path

import click

SCHEMA = "scenario.schema.json"
SCHEMA_LINE = f"#:schema ./{SCHEMA}\n"
STARTER = """\
name = "My support line"
about = "A first scenario: change the numbers to your own."

[day]
opens = "08:00"
closes = "18:00"
interval = "30 min"

[targets]
service_level = { share = 0.80, within = "20 s" }
abandonment = { at_most = 0.05 }

[callers.questions]
arrivals = { per_hour = [30, 55, 70, 65, 50, 45, 50, 45, 35, 25], every = "1 h" }
talk = { lognormal = { mean = "4 min", cv = 1.0 } }
wrap_up = "30 s"
patience = { exponential = "3 min" }

[operators.team]
skills = ["questions"]
wage = 20.0                      # per hour

[operators.team.shifts]
early = { operators = 4, from = "08:00", to = "16:00" }
middle = { operators = 1, from = "09:00", to = "17:00" }
late = { operators = 3, from = "10:00", to = "18:00" }

[plans.one_more]                 # a plan changes what it names and nothing else
about = "One more operator in the middle of the day."
change = { "operators.team.shifts.middle.operators" = "+1" }
"""


def packaged_folder() -> Path:
    """The folder of the scenarios that come with Waitline."""
    inside = Path(str(files("sim") / "scenarios"))
    # An editable install has them beside the package, as the repository does.
    return inside if inside.is_dir() else inside.parent.parent / "scenarios"


def packaged_names() -> list[str]:
    """Names of the scenarios that come with Waitline."""
    return sorted(path.stem for path in packaged_folder().glob("*.toml"))


def text_to_write(source: Path | None, folder: Path) -> str:
    """The file's text; it names the JSON Schema when that is there to be found."""
    text = source.read_text(encoding="utf-8") if source else STARTER
    text = text.removeprefix(SCHEMA_LINE).lstrip("\n")
    return f"{SCHEMA_LINE}\n{text}" if (folder / SCHEMA).is_file() else text


def data_files(source: Path) -> list[Path]:
    """The CSV files that a scenario names."""
    import tomllib

    found: list[str] = []

    def look(node: object) -> None:
        if isinstance(node, dict):
            for key, below in node.items():
                if key in ("file", "trace") and isinstance(below, str):
                    found.append(below)
                look(below)
        elif isinstance(node, list):
            for below in node:
                look(below)

    look(tomllib.loads(source.read_text(encoding="utf-8")))
    return [source.parent / name for name in dict.fromkeys(found)]


def source_of(name: str | None) -> Path | None:
    """The packaged scenario of a name."""
    if name is None:
        return None
    known = packaged_names()
    if name.removesuffix(".toml") in known:
        return packaged_folder() / f"{name.removesuffix('.toml')}.toml"
    from sim.scenario.values import listed, nearest

    hint = nearest(name, known) or f"There is {listed(known, 'and') or 'none'}."
    raise click.UsageError(f'there is no scenario "{name}" to start from. {hint}')


def write(path: Path, text: str, copies: list[Path]) -> None:
    """Write the file, whole or not at all, and what it names beside it."""
    folder = path.parent
    # What a link names is written, and the link stays.
    path = Path(os.path.realpath(path)) if path.is_symlink() else path
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    for copy in copies:
        shutil.copyfile(copy, folder / copy.name)


def refuse_what_is_no_file(path: Path) -> None:
    """Refuse a directory, a device and whatever else is there and is not a regular file."""
    if path.is_dir():
        raise click.UsageError(f"{path} is a directory: the name of a file is meant")
    if path.exists() and not path.is_file():
        raise click.UsageError(f"{path} is not a regular file: the name of a file is meant")
    if os.path.islink(os.path.realpath(path)):
        raise click.UsageError(f"{path} is a link to itself: the name of a file is meant")


@click.command()
@click.option("--from", "name", metavar="NAME", help="A scenario that comes with Waitline.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.argument("path", type=click.Path(path_type=Path))
def command(name: str | None, force: bool, path: Path) -> None:
    """Write a small scenario file to start from."""
    source = source_of(name)
    copies = data_files(source) if source else []
    targets = [path, *(path.parent / copy.name for copy in copies)]
    there = [str(target) for target in targets if target.exists()]
    for target in targets:
        refuse_what_is_no_file(target)
    if there and not force:
        raise click.UsageError(f"{', '.join(there)} is there already: --force writes over it")
    try:
        write(path, text_to_write(source, path.parent), copies)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror or error}") from None
    click.echo(f"{path} is written. Next: waitline run {path}")
