"""`waitline check`: whether scenario files are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sim.cli.mistakes import tell

if TYPE_CHECKING:
    from sim.scenario import Scenario


def counted(number: int, one: str, many: str) -> str:
    """'1 plan', '2 plans'."""
    return f"{number} {one if number == 1 else many}"


def in_one_line(scenario: Scenario, plans: int) -> str:
    """What a scenario is made of."""
    parts = [
        counted(len(scenario.callers), "call type", "call types"),
        counted(len(scenario.operators), "operator group", "operator groups"),
        counted(plans, "plan", "plans") + " besides base" if plans else "no plans besides base",
    ]
    return ", ".join(parts)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def command(files: tuple[str, ...]) -> None:
    """Say whether scenario files are right, plans included; all mistakes at once."""
    from sim.scenario import ScenarioError, load_plans

    wrong = False
    for file in files:
        try:
            scenarios = load_plans(file)
        except ScenarioError as error:
            tell(error)
            wrong = True
        else:
            click.echo(f"{file}: fine. {in_one_line(scenarios[0], len(scenarios) - 1)}.")
    if wrong:
        raise click.exceptions.Exit(2)
