"""Plans: the scenario with other values put in."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from sim.scenario.days import WEEKDAYS
from sim.scenario.values import (
    LongerThanZero,
    Money,
    Part,
    Text,
    Wrong,
    listed,
    nearest,
    refuse_all,
)
from sim.times import WEEK

Path = tuple[str | int, ...]

WHOLE = (
    "busyness",
    "queue",
    "callers.*.arrivals",
    "callers.*.talk",
    "callers.*.wrap_up",
    "callers.*.patience",
    "callers.*.on.*.arrivals",
    "callers.*.busyness",
    "callers.*.shares",
    "callers.*.procedures",
    "callers.*.priority",
    "callers.*.ivr",
    "callers.*.balk",
    "callers.*.redial",
    "callers.*.repeat",
    "callers.*.transfer",
    "callers.*.callback",
    "operators.*.skills",
    "operators.*.pace",
    "operators.*.learning",
    "operators.*.late",
    "operators.*.shrinkage",
    "operators.*.shifts.*.on_call",
    "operators.*.menu.*.starts",
    "operators.*.menu.*.weekly_hours",
    "operators.*.roster",
    "hold_messages.*.messages.*.levels",
    "hold_messages.*.messages.*.estimate",
)
"""Tables that are values: a plan replaces them whole. All others merge key by key."""

NAMED_THINGS = (
    "callers.*",
    "operators.*",
    "operators.*.shifts.*",
    "operators.*.menu.*",
    "hold_messages.*",
    "hold_messages.*.messages.*",
    "day.on.*",
    "callers.*.on.*",
    "operators.*.on.*",
)
"""What `remove = true` takes out."""

STAFFED_BY = ("shifts", "headcount", "roster")
SENT_BY = ("goes_to", "shares")


class Plan(Part):
    """What a plan says of itself, beside the values that it puts in."""

    about: Text = ""
    """What the plan does."""
    cost_per_day: Money = 0.0
    """What it costs a day, apart from staff."""
    one_off_cost: Money = 0.0
    """What it costs once."""
    written_off: LongerThanZero | None = None
    """Over how long the one-off cost is spread."""
    change: dict[str, Any] = Field(default_factory=dict)
    """Changes by dotted name: "+1", "-2", "+10 %", "-20 s", "x 1.1"."""

    @model_validator(mode="after")
    def spread(self) -> Plan:
        """A one-off cost is spread over some time."""
        if self.one_off_cost and self.written_off is None:
            what = "a one_off_cost without written_off"
            refuse_all([Wrong(("one_off_cost",), what, 'written_off = "24 months" is meant, say')])
        return self

    def daily_cost(self, days_a_week: float) -> float:
        """Cost a day, where a week has so many."""
        if self.written_off is None:
            return self.cost_per_day
        days = self.written_off / WEEK * days_a_week
        return self.cost_per_day + self.one_off_cost / days


PLAN_KEYS = tuple(Plan.model_fields)


def like(path: Path, patterns: tuple[str, ...]) -> bool:
    """True when a path has the form of one of the patterns."""
    return any(
        len(parts) == len(path)
        and all(p in ("*", str(item)) for p, item in zip(parts, path, strict=True))
        for parts in (pattern.split(".") for pattern in patterns)
    )


def merged(
    base: Mapping[str, Any], over: Mapping[str, Any], wrongs: list[Wrong], path: Path = ()
) -> dict[str, Any]:
    """The tables of `base` with those of `over` put in, key by key; values are replaced whole."""
    result = dict(base)
    if like(path, ("operators.*",)):
        result = staffed_anew(result, over)
    elif like(path, ("callers.*",)) and any(way in over for way in SENT_BY):
        # A plan's order of groups replaces shares, and the reverse.
        result = {key: value for key, value in result.items() if key in over or key not in SENT_BY}
    for key, value in over.items():
        here = (*path, key)
        if like(here, NAMED_THINGS) and isinstance(value, Mapping) and "remove" in value:
            value = take_out(result, value, here, wrongs)
            if value is None:
                continue
        old = result.get(key)
        if isinstance(value, Mapping) and not like(here, WHOLE):
            # What is new is merged into nothing, so that a `remove` inside it is seen.
            below = old if isinstance(old, Mapping) else {}
            result[key] = merged(below, value, wrongs, here)
        else:
            result[key] = copy.deepcopy(value)
    return result


def staffed_anew(group: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """A plan's headcount replaces shifts and what goes with them, and the reverse."""
    new = [way for way in STAFFED_BY if way in over]
    if not new:
        return group
    gone = {way for way in STAFFED_BY if way not in new}
    if "headcount" not in new:
        gone |= {"every", "on"}
    else:  # what goes with shifts only
        gone |= {"late", "stays"}
    return {key: value for key, value in group.items() if key not in gone}


def take_out(
    tables: dict[str, Any], value: Mapping[str, Any], here: Path, wrongs: list[Wrong]
) -> Mapping[str, Any] | None:
    """Take a named thing out; None when that is done, else what is left to merge."""
    key = here[-1]
    rest = {name: item for name, item in value.items() if name != "remove"}
    if value["remove"] is False:
        return rest
    if value["remove"] is not True:
        wrongs.append(Wrong((*here, "remove"), "is not true", "remove = true is meant"))
    elif rest:
        wrongs.append(Wrong((*here, "remove"), "stands beside other keys", "remove = true alone"))
    elif key not in tables:
        hint = nearest(str(key), tables) or f"There is {listed(list(tables), 'and') or 'nothing'}"
        wrongs.append(Wrong(here, f'there is no "{key}" to remove', hint))
    else:
        del tables[str(key)]
    return None


def without(raw: Any, names: list[str]) -> Any:
    """A list or table without some names, inner lists too; an inner list left empty goes."""
    if isinstance(raw, Mapping):
        return {key: value for key, value in raw.items() if key not in names}
    if not isinstance(raw, list):
        return raw
    kept = [without(item, names) for item in raw if not (isinstance(item, str) and item in names)]
    return [item for item in kept if item != []]


def drop_references(raw: dict[str, Any], base: Mapping[str, Any]) -> None:
    """Drop what refers to something that the plan has removed."""
    drop_empty_messages(raw, base)
    gone = {
        kind: [name for name in table_at(base, kind) if name not in table_at(raw, kind)]
        for kind in ("callers", "operators", "hold_messages")
    }
    for group in table_at(raw, "operators").values():
        if isinstance(group, dict) and gone["callers"] and "skills" in group:
            group["skills"] = without(group["skills"], gone["callers"])
    for call_type in table_at(raw, "callers").values():
        if isinstance(call_type, dict):
            drop_from_type(call_type, gone)
    drop_procedures(raw, base)
    drop_days(raw, base)


def drop_procedures(raw: dict[str, Any], base: Mapping[str, Any]) -> None:
    """Procedures that no call needs any more are not known either."""
    gone = [name for name in procedures_in(base) if name not in procedures_in(raw)]
    for group in table_at(raw, "operators").values():
        if isinstance(group, dict) and gone and "knows" in group:
            group["knows"] = without(group["knows"], gone)


def procedures_in(raw: Mapping[str, Any]) -> list[str]:
    """Procedures that calls need."""
    types = [table for table in table_at(raw, "callers").values() if isinstance(table, Mapping)]
    return [name for table in types for name in table_at(table, "procedures")]


def drop_days(raw: dict[str, Any], base: Mapping[str, Any]) -> None:
    """What is said of weekdays that are not simulated any more goes, shifts with them."""
    before, after = (table_at(each, "day").get("days") for each in (base, raw))
    if not isinstance(before, list) or not isinstance(after, list):
        return
    # Where the base's own days are wrong, what is said of others is not told once more.
    right = 0 < len(before) == len({*map(str, before)} & {*WEEKDAYS})
    gone = [day for day in (before if right else WEEKDAYS) if day not in after]
    if not gone or before == after:
        return
    types, groups = (list(table_at(raw, key).values()) for key in ("callers", "operators"))
    for table in (raw.get("day"), *types, *groups):
        if isinstance(table, dict) and "on" in table:
            table["on"] = without(table["on"], gone)
    for group in groups:
        for key in ("shifts", "menu"):
            if isinstance(group, dict) and key in group:
                group[key] = shifts_without(group[key], gone)


def shifts_without(shifts: Any, gone: list[str]) -> Any:
    """Shifts and their meetings without some days; those that are on no other day go."""
    if isinstance(shifts, Mapping):
        kept = {name: left for name, shift in shifts.items() if (left := days_left(shift, gone))}
        return kept or shifts
    if isinstance(shifts, list):
        return [left for shift in shifts if (left := days_left(shift, gone))] or shifts
    return shifts


def days_left(table: Any, gone: list[str]) -> Any:
    """A shift or meeting without some days; None where it is on no other day."""
    if not isinstance(table, Mapping):
        return table
    left = dict(table)
    if isinstance(left.get("days"), list) and left["days"]:
        left["days"] = without(left["days"], gone)
        if not left["days"]:
            return None
    if isinstance(left.get("meetings"), list):
        left["meetings"] = [m for each in left["meetings"] if (m := days_left(each, gone))]
    return left


def drop_from_type(call_type: dict[str, Any], gone: Mapping[str, list[str]]) -> None:
    """Drop what a call type says of things that are gone."""
    if gone["operators"] and "goes_to" in call_type:
        call_type["goes_to"] = without(call_type["goes_to"], gone["operators"])
        if call_type["goes_to"] == []:
            del call_type["goes_to"]
    if gone["operators"] and isinstance(call_type.get("shares"), Mapping):
        call_type["shares"] = shared_anew(call_type["shares"], gone["operators"])
    if call_type.get("hold_messages") in gone["hold_messages"]:
        del call_type["hold_messages"]
    transfer, redial = call_type.get("transfer"), call_type.get("redial")
    if isinstance(transfer, Mapping) and transfer.get("to") in gone["callers"]:
        del call_type["transfer"]
    if isinstance(redial, Mapping) and redial.get("as") in gone["callers"]:
        # They phone again all the same, about what they phoned about first.
        call_type["redial"] = {key: value for key, value in redial.items() if key != "as"}


def shared_anew(shares: Mapping[str, Any], gone: list[str]) -> Any:
    """Shares without some groups: theirs go to the others, in proportion."""
    left = without(shares, gone)
    if len(left) == len(shares) or not all(isinstance(s, (int, float)) for s in left.values()):
        return left
    total = sum(left.values())
    return {name: share / total for name, share in left.items()} if total > 0 else left


def drop_empty_messages(raw: dict[str, Any], base: Mapping[str, Any]) -> None:
    """A programme whose last message the plan has removed has no announcement."""
    for name, programme in table_at(raw, "hold_messages").items():
        before = table_at(table_at(base, "hold_messages"), name)
        if (
            isinstance(programme, dict)
            and programme.get("messages") == {}
            and (table_at(before, "messages"))
        ):
            del programme["messages"]


def table_at(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The table under a key, or an empty one."""
    found = raw.get(key)
    return found if isinstance(found, Mapping) else {}


def flat_changes(change: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Changes by dotted name, whether the name was quoted or written as tables."""
    flat: dict[str, Any] = {}
    for key, value in change.items():
        if isinstance(value, Mapping):
            flat.update(flat_changes(value, f"{above}{key}."))
        else:
            flat[f"{above}{key}"] = value
    return flat
