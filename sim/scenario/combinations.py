"""Keys that are right one by one and make no sense together, found in the raw tables.

As with names, what is malformed is passed over here, since it has been told already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from sim.scenario.attempts import (
    MOST_ROWS,
    Edge,
    FollowUps,
    edges_of,
    expected_rows,
    reachable,
    rings,
)
from sim.scenario.contacts import Callback, Redial, Repeat, TalkGrows, Transfer
from sim.scenario.references import tables_in
from sim.scenario.values import Part, Wrong, listed

LAWS = ("delay", "later_delay", "blocked_delay", "conference")
"""Keys whose values say nothing of how many contacts there are."""

COUNTLESS = 1e6
AnyPart = TypeVar("AnyPart", bound=Part)


def part_in(table: Mapping[str, Any], key: str, part: type[AnyPart]) -> AnyPart | None:
    """The table under a key, its laws left out; None where it is not there or malformed."""
    raw = table.get(key)
    if not isinstance(raw, Mapping):
        return None
    try:
        return part.model_validate({k: "0 s" if k in LAWS else v for k, v in raw.items()})
    except ValidationError:
        return None


def broken_combinations(raw: Any) -> Iterator[Wrong]:
    """Everything that is right by itself and not beside the rest."""
    callers, operators = tables_in(raw, "callers"), tables_in(raw, "operators")
    kinds = {name: follow_ups_in(name, table, operators) for name, table in callers.items()}
    found = rings(kinds)
    for way in found:
        what = f"calls are passed on in a ring: {' -> '.join(way)}"
        meant = "a call type that passes on no calls of this kind is meant"
        yield Wrong(("callers", way[0], "transfer", "to"), what, meant)
    if not found:
        yield from endless(kinds, callers)
    yield from unaccepted_offers(raw, callers)
    for name, table in callers.items():
        yield from unoffered_callback(name, table)
        yield from unpromised(name, table, raw)
        yield from unhelped(name, table, operators)


def unhelped(
    name: str, table: Mapping[str, Any], operators: Mapping[str, Mapping[str, Any]]
) -> Iterator[Wrong]:
    """Procedures that some group does not know, where nobody phones again for that."""
    unknown = unknown_in(name, table, operators)
    if unknown and "repeat" not in table:
        what = f"who needs {listed(unknown)} and is not helped does not phone again"
        meant = 'repeat = { share = 0.0, delay = "1 h" } is meant beside it, say'
        yield Wrong(("callers", name, "procedures"), what, meant)


def unknown_in(
    name: str, table: Mapping[str, Any], operators: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Procedures of a call type that some group which serves it does not know."""
    procedures = table.get("procedures")
    if not isinstance(procedures, Mapping):
        return []
    serving = [
        group
        for group in operators.values()
        if isinstance(skills := group.get("skills"), (list, Mapping)) and name in skills
    ]
    known = [group["knows"] for group in serving if isinstance(group.get("knows"), list)]
    return [str(each) for each in procedures if any(each not in knows for knows in known)]


def follow_ups_in(
    name: str, table: Mapping[str, Any], operators: Mapping[str, Mapping[str, Any]]
) -> FollowUps:
    """What may follow a contact of a call type."""
    repeat = part_in(table, "repeat", Repeat)
    unresolved = 0.0
    if repeat is not None:
        shares = [unresolved_in(group.get("skills"), name, repeat) for group in operators.values()]
        unresolved = max((s for s in shares if s is not None), default=0.0)
    redial, transfer = part_in(table, "redial", Redial), part_in(table, "transfer", Transfer)
    shares = [table["procedures"][each] for each in unknown_in(name, table, operators)]
    unknown = sum(s for s in shares if isinstance(s, (int, float)) and 0 <= s <= 1)
    return FollowUps(redial, repeat, transfer, unresolved, min(1.0, unknown))


def unresolved_in(skills: Any, name: str, repeat: Repeat) -> float | None:
    """Share of calls that a group does not resolve; None where it does not serve them."""
    if not isinstance(skills, (list, Mapping)) or name not in skills:
        return None
    skill = skills[name] if isinstance(skills, Mapping) else {}
    resolves = skill.get("resolves") if isinstance(skill, Mapping) else None
    if not isinstance(resolves, (int, float)) or not 0 <= resolves <= 1:
        return repeat.share
    return 1.0 - resolves


def endless(
    kinds: Mapping[str, FollowUps], callers: Mapping[str, Mapping[str, Any]]
) -> Iterator[Wrong]:
    """Persons who are expected to make more contacts than there is room for."""
    edges, rows = edges_of(kinds), expected_rows(kinds)
    ways = {name: reachable(edges, name) for name in kinds}
    told: set[str] = set()
    # Who comes to a call type that has been told is not told again.
    for name in sorted(kinds, key=lambda name: len(ways[name])):
        if rows[name] > MOST_ROWS and phones(callers[name]) and not told & ways[name]:
            told.add(name)
            yield too_many_rows(name, rows[name], [e for e in edges if e.source in ways[name]])


def too_many_rows(name: str, rows: float, edges: list[Edge]) -> Wrong:
    """The mistake of a call type whose callers never stop."""
    number = f"{rows:,.1f}" if rows < COUNTLESS else "more than a million"
    shares = [share_of(edge) for edge in edges]
    what = f"a person who phones about it is expected to make {number} contacts"
    own = [edge for edge in edges if edge.source == name]
    most = max(own, key=lambda edge: max(edge.first, edge.later))
    meant = f"at most {MOST_ROWS} are meant: smaller shares, or fewer attempts"
    return Wrong(("callers", name, most.key), f"{what}, by {listed(shares, 'and')}", meant)


def share_of(edge: Edge) -> str:
    """A share that makes contacts, as one would point at it."""
    bound = "" if edge.attempts is None else f" in {edge.attempts} attempts"
    return f"{edge.source}.{edge.key} {max(edge.first, edge.later):g}{bound}"


def phones(table: Mapping[str, Any]) -> bool:
    """Whether anyone phones about a call type first; False where the file says 0 calls."""
    arrivals = table.get("arrivals")
    if table.get("volume") == 0:
        return False
    if not isinstance(arrivals, Mapping):
        return True
    rates = [arrivals[key] for key in ("per_hour", "calls") if key in arrivals]
    numbers = [n for rate in rates for n in (rate if isinstance(rate, list) else [rate])]
    return not numbers or any(number != 0 for number in numbers)


def messages_heard(
    table: Mapping[str, Any], raw: Any
) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    """The messages that a call type hears, each with its place in the file."""
    name = table.get("hold_messages")
    programme = tables_in(raw, "hold_messages").get(name) if isinstance(name, str) else None
    messages = programme.get("messages") if programme is not None else None
    pairs: Any = ()
    if isinstance(messages, Mapping):
        pairs = messages.items()
    elif isinstance(messages, list):
        pairs = enumerate(messages)
    for key, message in pairs:
        if isinstance(message, Mapping):
            yield ("hold_messages", str(name), "messages", key), message


def unaccepted_offers(raw: Any, callers: Mapping[str, Mapping[str, Any]]) -> Iterator[Wrong]:
    """Offers of a callback that no call type which hears them can accept."""
    heard: dict[tuple[str | int, ...], list[bool]] = {}
    for table in callers.values():
        for place, message in messages_heard(table, raw):
            if message.get("says") == "callback_offer":
                heard.setdefault(place, []).append("callback" in table)
    for place, accepted in heard.items():
        if not any(accepted):
            what = "nobody can accept it: no call type that hears it has `callback`"
            meant = "callback = { accepts = 0.6 } in callers.NAME is meant, say"
            yield Wrong((*place, "says"), what, meant)


def unoffered_callback(name: str, table: Mapping[str, Any]) -> Iterator[Wrong]:
    """Callbacks of callers who hear nothing, so that none is ever offered."""
    callback = part_in(table, "callback", Callback)
    if callback is None or "hold_messages" in table:
        return
    if callback.accepts > 0 and callback.instead_of_hanging_up == 0:
        what = "nobody is ever offered one, since this call type hears no hold messages"
        meant = 'a message that says "callback_offer", or `instead_of_hanging_up`, is meant'
        yield Wrong(("callers", name, "callback"), what, meant)


def unpromised(name: str, table: Mapping[str, Any], raw: Any) -> Iterator[Wrong]:
    """Talk that grows past an announced wait, where no wait is announced."""
    grows = part_in(table, "talk_grows", TalkGrows)
    if grows is None or grows.past_promise == 0:
        return
    programme = table.get("hold_messages")
    if programme is not None and str(programme) not in tables_in(raw, "hold_messages"):
        return
    says = [message.get("says") for _, message in messages_heard(table, raw)]
    if "expected_wait" not in says:
        what = "no wait is announced to this call type"
        meant = 'a message that says "expected_wait" is meant in its hold messages'
        yield Wrong(("callers", name, "talk_grows", "past_promise"), what, meant)
