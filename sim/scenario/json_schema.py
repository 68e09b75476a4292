"""The JSON Schema of scenario files, made from the models, for editors that complete and check."""

from __future__ import annotations

import copy
from typing import Any

from sim.scenario.actual import AMOUNTS, SHARES, SIGNED, WAITS
from sim.scenario.plans import Plan
from sim.scenario.schema import Scenario
from sim.scenario.values import DURATION_SCHEMA

Schema = dict[str, Any]

MERGED = (
    "Scenario", "Day", "DayOn", "WorkingYear", "Targets", "ServiceLevel", "Abandonment",
    "Occupancy", "Trunks", "CallType", "CallTypeOn", "MoneyOfCalls", "TalkGrows", "Group",
    "GroupOn", "Shift", "MenuShift", "Programme", "Filler", "Message",
)  # fmt: skip
"""Tables that a plan merges key by key: in a plan none of their keys is required."""

REMOVABLE = (
    "CallType", "CallTypeOn", "DayOn", "Group", "GroupOn", "Shift", "MenuShift", "Programme",
    "Message",
)  # fmt: skip


def json_schema() -> Schema:
    """The JSON Schema (draft 2020-12) of a scenario file.

    Returns
    -------
    dict
        The schema; what it lets pass may still be refused by `load`, which also looks at how
        things fit together.
    """
    schema = Scenario.model_json_schema()
    definitions: dict[str, Schema] = schema.pop("$defs")
    without_titles(schema)
    without_titles(definitions)
    patience_as_written(definitions)
    schema["properties"]["actual"] = measures_schema(schema["properties"]["actual"])
    plan = plan_schema(definitions, schema)
    schema["properties"]["plans"] = {
        "type": "object",
        "additionalProperties": plan,
        "description": "Plans by name: the scenario with these values put in.",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Waitline scenario",
        **schema,
        "$defs": dict(sorted(definitions.items())),
    }


def without_titles(node: Any) -> None:
    """Take out the titles that repeat the names of keys."""
    if isinstance(node, dict):
        if isinstance(node.get("title"), str):
            del node["title"]
        for below in node.values():
            without_titles(below)
    elif isinstance(node, list):
        for below in node:
            without_titles(below)


def patience_as_written(definitions: dict[str, Schema]) -> None:
    """In a file, `hang_up_at_once` stands in the table of the law of patience."""
    patience = definitions.pop("Patience")
    at_once = patience["properties"]["hang_up_at_once"]
    ways: list[Schema] = [{"const": "never"}, DURATION_SCHEMA]
    for way in patience["properties"]["written"]["oneOf"]:
        name = way["$ref"].rsplit("/", 1)[-1]
        law = copy.deepcopy(definitions[name])
        law["properties"]["hang_up_at_once"] = at_once
        definitions[f"Patience{name.removeprefix('Patience')}"] = law
        ways.append({"$ref": f"#/$defs/Patience{name.removeprefix('Patience')}"})
    definitions["Patience"] = {"description": patience["description"], "anyOf": ways}
    pieces = definitions["PatienceByInterval"]["properties"]["by_interval"]
    pieces["items"] = {"anyOf": [{"const": "never"}, pieces["items"]]}


SIGNED_SCHEMA = {
    "type": "string",
    "pattern": str(DURATION_SCHEMA["pattern"]).replace("^", "^-?", 1),
    "description": 'A duration with units that may be below 0: "-20 s".',
}


def measures_schema(written: Schema) -> Schema:
    """A table of measures: shares, amounts, and waits as durations."""
    return {
        "type": "object",
        "description": written["description"],
        "properties": {
            **{name: {"type": "number", "minimum": 0, "maximum": 1} for name in SHARES},
            **dict.fromkeys(WAITS, DURATION_SCHEMA),
            **dict.fromkeys(SIGNED, SIGNED_SCHEMA),
            **{name: {"type": "number"} for name in AMOUNTS},
        },
        "additionalProperties": False,
    }


def plan_schema(definitions: dict[str, Schema], scenario: Schema) -> Schema:
    """A plan: any part of the scenario, and what the plan says of itself."""
    own = Plan.model_json_schema()
    without_titles(own)
    for name in [name for name in MERGED if name in definitions]:
        definitions[f"{name}InPlan"] = part_of(definitions[name], name in REMOVABLE)
    plan = part_of(scenario, False)
    plan["properties"] = {**plan["properties"], **own["properties"]}
    plan["description"] = own["description"]
    return plan


def part_of(table: Schema, removable: bool) -> Schema:
    """A table of which a plan gives only some keys."""
    part: Schema = renamed(copy.deepcopy(table))
    part.pop("required", None)
    if removable:
        part["properties"]["remove"] = {
            "type": "boolean",
            "description": "true takes it out; what refers to it is dropped.",
        }
    for value in part["properties"].values():
        value.pop("default", None)
    return part


def renamed(node: Any) -> Any:
    """References to tables that merge, made references to what a plan may give of them."""
    if isinstance(node, dict):
        found = {key: renamed(below) for key, below in node.items()}
        name = str(found.get("$ref", "")).rsplit("/", 1)[-1]
        if name in MERGED:
            found["$ref"] += "InPlan"
        return found
    return [renamed(below) for below in node] if isinstance(node, list) else node
