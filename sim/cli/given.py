"""`waitline staff FILE --operators`: what service the given operators give, by interval."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.cli.mistakes import load_or_exit
from sim.cli.options import say_if_compiling, screen, table_of, write_csv, write_json
from sim.cli.readers import sentence


def say_what_service(
    file: Path, plan: str, changes: dict[str, Any], operators: dict[str, str], meets: str,
    replications: int, seed: int, as_json: bool, as_csv: bool,
) -> bool:  # fmt: skip
    """Simulate the scenario with so many seats all day and print what they give.

    Returns
    -------
    bool
        Whether every target is met; of no target, true.
    """
    import click

    from sim.staffing.given import service_of
    from sim.staffing.seats import with_seats_all_day

    scenario = load_or_exit(file, plan, changes)
    for name in operators:
        if name not in scenario.operators:
            known = ", ".join(scenario.operators)
            raise click.UsageError(f'There is no operator group "{name}"; there are {known}.')
    seats = {name: int(number) for name, number in operators.items()}
    try:
        seated = with_seats_all_day(scenario, seats)
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None
    say_if_compiling([seated], replications, "kernel")
    try:
        given = service_of(seated, meets, replications, seed)
    except ValueError as error:
        raise click.UsageError(sentence(error)) from None
    if as_json:
        write_json(given.document() | {"operators": seats})
    elif as_csv:
        write_csv(table_of(given.results, "staff"), "staff")
    else:
        from sim.report.staffed import print_service

        print_service(screen(), given, seats)
    return given.met
