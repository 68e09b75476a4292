"""How every command loads scenario files and tells what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from pathlib import Path

    from sim.scenario import Scenario, ScenarioError


def tell(error: ScenarioError) -> None:
    """Print each mistake on a line of its own on stderr."""
    for mistake in error.mistakes:
        click.echo(str(mistake), err=True)


def stop(error: ScenarioError) -> NoReturn:
    """Print the mistakes and end with exit code 2."""
    tell(error)
    raise click.exceptions.Exit(2)


def load_or_exit(
    path: str | Path, plan: str = "base", change: Mapping[str, str | float] | None = None
) -> Scenario:
    """One plan of a scenario file; its mistakes end the command with exit code 2."""
    from sim.scenario import ScenarioError, load

    try:
        return load(path, plan, change)
    except ScenarioError as error:
        stop(error)


def load_plans_or_exit(
    path: str | Path,
    names: Iterable[str] | None = None,
    change: Mapping[str, str | float] | None = None,
) -> list[Scenario]:
    """Plans of a scenario file; its mistakes end the command with exit code 2."""
    from sim.scenario import ScenarioError, load_plans

    try:
        return load_plans(path, names, change)
    except ScenarioError as error:
        stop(error)
