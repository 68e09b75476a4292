"""`waitline schema`: the JSON Schema of scenario files."""

from __future__ import annotations

import click


def schema_text() -> str:
    """The JSON Schema as it stands in scenarios/scenario.schema.json."""
    import json

    from sim.scenario.json_schema import json_schema

    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


@click.command()
def command() -> None:
    """Print the JSON Schema of scenario files, for editors that complete and check them.

    Save it beside your scenarios, and begin each with the line
    `#:schema ./scenario.schema.json`.
    """
    click.echo(schema_text(), nl=False)
