"""Names in a scenario file that must name something.

The raw tables are looked at, not the models, so that these mistakes are told together with all
others; what is malformed is passed over here, since it has been told already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.values import Wrong, can_be_name, listed, nearest

TABLES = ("callers", "operators", "hold_messages")
Skills = dict[str, dict[str, int | str]]


def tables_in(raw: Any, key: str) -> dict[str, Mapping[str, Any]]:
    """The named tables under a key."""
    named = raw.get(key) if isinstance(raw, Mapping) else None
    if not isinstance(named, Mapping):
        return {}
    return {str(name): table for name, table in named.items() if isinstance(table, Mapping)}


def skills_in(operators: Mapping[str, Mapping[str, Any]]) -> Skills:
    """Call types that each group serves, with the key that says so."""
    found: Skills = {}
    for group, table in operators.items():
        skills = table.get("skills")
        # An empty list is told as such, and not once more for each call type it does not serve.
        if isinstance(skills, list) and skills:
            found[group] = {name: at for at, name in enumerate(skills) if isinstance(name, str)}
        elif isinstance(skills, Mapping):
            found[group] = {str(name): str(name) for name in skills}
    return found


def broken_references(raw: Any) -> Iterator[Wrong]:
    """Skills nobody calls for, call types nobody serves, and names of what is not there."""
    callers, operators = tables_in(raw, "callers"), tables_in(raw, "operators")
    if not callers or not operators or misspelt_tables(raw):
        return
    skills = skills_in(operators)
    missing: set[str] = set()
    for group, known in skills.items():
        for name, at in known.items():
            if name not in callers and can_be_name(name):
                missing.add(name)
                hint = (
                    nearest(name, callers) or f"The call types are {listed(list(callers), 'and')}"
                )
                what = f'nobody calls for "{name}"'
                yield Wrong(("operators", group, "skills", at), what, hint)
    for name, table in callers.items():
        yield from unserved(name, skills, missing, len(skills) == len(operators))
        yield from broken_goes_to(name, table.get("goes_to"), operators, skills, missing)
        yield from broken_shares(name, table, operators, skills, missing)
        yield from broken_names(name, table, raw)
    yield from unknown_procedures(callers, operators)


def broken_shares(
    name: str,
    table: Mapping[str, Any],
    operators: Mapping[str, Any],
    skills: Skills,
    missing: set[str],
) -> Iterator[Wrong]:
    """Shares of groups that are not there or lack the skill, and groups that get none."""
    shares = table.get("shares")
    if not isinstance(shares, Mapping) or not shares:
        return
    where = ("callers", name, "shares")
    if "goes_to" in table:
        yield Wrong(where, "does not go with `goes_to`", "Leave one of the two out")
        return
    odd = False
    for group in map(str, shares):
        if group not in operators:
            odd = True
            known = f"The groups are {listed(list(operators), 'and')}"
            hint = nearest(group, operators) or known
            yield Wrong((*where, group), f'there is no group "{group}"', hint)
        elif group in skills and name not in skills[group] and not nearest(name, missing):
            hint = f'Add "{name}" to its skills, or leave the group out'
            yield Wrong((*where, group), f'"{group}" does not have the skill "{name}"', hint)
    left_out = [group for group, known in skills.items() if name in known and group not in shares]
    if left_out and not odd:
        names = listed([f'"{group}"' for group in left_out], "and")
        what = f'no share for {names}, with the skill "{name}"'
        yield Wrong(where, what, "Give every group that has the skill a share, 0 too")


def unknown_procedures(
    callers: Mapping[str, Mapping[str, Any]], operators: Mapping[str, Mapping[str, Any]]
) -> Iterator[Wrong]:
    """Procedures that a group knows and no call needs."""
    tables = [table.get("procedures") for table in callers.values()]
    needed = list(dict.fromkeys(str(n) for t in tables if isinstance(t, Mapping) for n in t))
    for group, table in operators.items():
        knows = table.get("knows")
        for place, procedure in enumerate(knows if isinstance(knows, list) else ()):
            if isinstance(procedure, str) and procedure not in needed:
                known = f"The procedures are {listed(needed, 'and')}"
                nothing = "procedures = { fee = 0.3 } in callers.NAME is meant, say"
                hint = nearest(procedure, needed) or (known if needed else nothing)
                what = f'no call needs the procedure "{procedure}"'
                yield Wrong(("operators", group, "knows", place), what, hint)


def misspelt_tables(raw: Mapping[str, Any]) -> bool:
    """Whether named things may stand under a misspelt table, so that they only seem missing."""
    return any(key not in TABLES and nearest(str(key), TABLES) for key in raw)


def unserved(name: str, skills: Skills, missing: set[str], complete: bool) -> Iterator[Wrong]:
    """A call type that no group has the skill for; a misspelt skill has been told already."""
    served = any(name in known for known in skills.values())
    if not served and complete and not nearest(name, missing):
        what = f'nobody serves "{name}"'
        yield Wrong(("callers", name), what, "Give a group of operators this skill")


def broken_goes_to(
    name: str, goes_to: Any, operators: Mapping[str, Any], skills: Skills, missing: set[str]
) -> Iterator[Wrong]:
    """Groups that are not there, that lack the skill, or that have it and are not listed."""
    if not isinstance(goes_to, list):
        return
    seen: set[str] = set()
    odd = False
    for place, item in enumerate(goes_to):
        for inner, group in enumerate(item if isinstance(item, list) else [item]):
            where = ("callers", name, "goes_to", place, *((inner,) if item is not group else ()))
            if not isinstance(group, str):
                odd = True
            elif group not in operators:
                odd = True
                if not can_be_name(group):
                    continue
                known = listed(list(operators), "and")
                hint = nearest(group, operators) or f"The groups are {known}"
                yield Wrong(where, f'there is no group "{group}"', hint)
            elif group in seen:
                yield Wrong(where, f'"{group}" is listed twice', "once is meant")
            elif group in skills and name not in skills[group] and not nearest(name, missing):
                hint = f'Add "{name}" to its skills, or leave the group out'
                yield Wrong(where, f'"{group}" does not have the skill "{name}"', hint)
            if isinstance(group, str):
                seen.add(group)
    left_out = [group for group, known in skills.items() if name in known and group not in seen]
    if left_out and goes_to and not odd:
        names = listed([f'"{group}"' for group in left_out], "and")
        has, is_ = ("has", "is") if len(left_out) == 1 else ("have", "are")
        what = f'{names} {has} the skill "{name}" and {is_} not listed'
        yield Wrong(("callers", name, "goes_to"), what, "List every group that has the skill")


def broken_names(name: str, table: Mapping[str, Any], raw: Any) -> Iterator[Wrong]:
    """Hold messages and call types that are not there."""
    programme = table.get("hold_messages")
    known = raw.get("hold_messages", {})
    if isinstance(programme, str) and isinstance(known, Mapping) and programme not in known:
        hint = nearest(programme, known) or f"Write [hold_messages.{programme}], or leave it out"
        what = f'there are no hold messages "{programme}"'
        yield Wrong(("callers", name, "hold_messages"), what, hint)
    yield from broken_target(name, table, "transfer", "to", raw["callers"])
    yield from broken_target(name, table, "redial", "as", raw["callers"])


def broken_target(
    name: str, table: Mapping[str, Any], feature: str, key: str, callers: Mapping[str, Any]
) -> Iterator[Wrong]:
    """A call type that contacts go on to: it is there, and a transfer goes to another."""
    below = table.get(feature)
    to = below.get(key) if isinstance(below, Mapping) else None
    itself = to == name and feature == "transfer"
    if isinstance(to, str) and (to not in callers or itself):
        what = "goes to itself" if itself else f'there is no call type "{to}"'
        hint = nearest(to, [other for other in callers if other != name or not itself])
        yield Wrong(("callers", name, feature, key), what, hint)
