"""Properties of a scenario that the Erlang formulas do not know, each with its switch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.centre import centre_of
from sim.comparison.formulas import Load, Steps, load_of, mean_of_steps, on_roster, pooled
from sim.comparison.levers import messages, skills
from sim.measures.grid import grid_of
from sim.measures.intervals import Floats
from sim.scenario import Scenario
from sim.scenario.laws import Exponential
from sim.scenario.scaling import as_table
from sim.scenario.variations import Tables
from sim.times import MINUTE

Switch = Callable[[Tables, Scenario], bool]
"""Takes a property out of tables that are changed in place; says whether it was there."""


@dataclass(frozen=True)
class Property:
    """Something that a scenario may have and an Erlang formula leaves out."""

    name: str
    label: str
    """What people call it."""
    off: str
    """What holds when it is switched off."""
    switch: Switch


def _types(tables: Tables) -> Iterator[dict[str, Any]]:
    yield from tables["callers"].values()


def _groups(tables: Tables) -> Iterator[dict[str, Any]]:
    yield from tables["operators"].values()


def _some(found: Iterable[bool]) -> bool:
    """Whether any is true; all are looked at, since looking takes something out."""
    return sum(found) > 0


def _drop(table: dict[str, Any], *keys: str) -> bool:
    """Take keys out; whether any was there."""
    return _some(table.pop(key, None) is not None for key in keys)


def _without(*keys: str) -> Switch:
    """A switch that takes keys out of every call type."""
    return lambda tables, scenario: _some(_drop(kind, *keys) for kind in _types(tables))


def callbacks(tables: Tables, scenario: Scenario) -> bool:
    """Nobody is called back, and no message offers it."""
    made = _some(_drop(kind, "callback") for kind in _types(tables))
    for name, programme in list(tables.get("hold_messages", {}).items()):
        said = programme.get("messages", {})
        pairs = said.items() if isinstance(said, dict) else enumerate(said)
        offers = [key for key, message in pairs if message["says"] == "callback_offer"]
        for key in reversed(offers):
            del said[key]
        if offers and not said:
            _forget(tables, name)
    return made


def _forget(tables: Tables, name: str) -> None:
    """A programme that says nothing any more plays only what is between messages."""
    tables["hold_messages"][name].pop("messages")
    if not tables["hold_messages"][name]:
        del tables["hold_messages"][name]


def hold_messages(tables: Tables, scenario: Scenario) -> bool:
    """Callers hear nothing that moves them; what only a message can offer goes with it."""
    effective = messages(tables, scenario, 0.99) > 0
    offered = any(kind.callback for kind in scenario.callers.values())
    for kind in _types(tables):
        if not _drop(kind, "hold_messages"):
            continue
        callback, grows = kind.get("callback"), kind.get("talk_grows")
        if callback and callback.get("instead_of_hanging_up"):
            callback["accepts"] = 0.0
        else:
            kind.pop("callback", None)
        if grows and grows.pop("past_promise", None) is not None and not grows:
            del kind["talk_grows"]
    tables.pop("hold_messages", None)
    return effective or offered


def repeats(tables: Tables, scenario: Scenario) -> bool:
    """Every answered call is resolved."""
    found = _some(_drop(kind, "repeat") for kind in _types(tables))
    if found:
        for kind in _types(tables):
            kind.pop("procedures", None)
        for group in _groups(tables):
            group.pop("knows", None)
            for skill in skills(group).values():
                skill.pop("resolves", None)
    return found


def limits(tables: Tables, scenario: Scenario) -> bool:
    """Enough telephone lines, and room for everybody in the queue."""
    found = scenario.lines is not None or scenario.queue is not None
    tables.pop("queue", None)
    if scenario.lines is not None:
        tables["trunks"].pop("lines")
        if not tables["trunks"]:
            del tables["trunks"]
    return found


def busyness(tables: Tables, scenario: Scenario) -> bool:
    """Days differ by chance only."""
    return _some(_drop(each, "busyness") for each in (tables, *_types(tables)))


def absence(tables: Tables, scenario: Scenario) -> bool:
    """Everybody comes, and on time."""
    return _some(_drop(group, "absence", "late") for group in _groups(tables))


def unequal(tables: Tables, scenario: Scenario) -> bool:
    """Operators are alike: each takes the call type's mean."""
    found = False
    for group in _groups(tables):
        found |= _drop(group, "pace", "learning", "ring")
        if group.get("picks") in ("fastest", "slowest"):
            del group["picks"]
        for skill in skills(group).values():
            found |= _drop(skill, "handling_factor", "wrap_up")
    return found


ROUTING = ("rank", "after", "reserve", "opens_when")


def one_team(tables: Tables, scenario: Scenario) -> bool:
    """Any operator answers any call, who waits longest first."""
    names = list(tables["callers"])
    found = _some(_drop(kind, "goes_to", "shares", "priority") for kind in _types(tables))
    for group in _groups(tables):
        found |= _drop(group, "takes", "picks", "reserve_for_holding")
        own = skills(group)
        found |= len(own) < len(names) or _some(_drop(skill, *ROUTING) for skill in own.values())
        group["skills"] = {name: own.get(name, {}) for name in names}
    return found


def arrivals(tables: Tables, scenario: Scenario) -> bool:
    """Calls come at random (Poisson), as many as were expected or recorded."""
    found = False
    for name, kind in tables["callers"].items():
        tabled = [kind, *kind.get("on", {}).values()]
        written = scenario.arrivals_of(name)
        for table in tabled:
            if "arrivals" in table and table["arrivals"].get("count") == "exact":
                del table["arrivals"]["count"]
                found = True
        if any(each.recorded for each in written):
            _drawn(kind, scenario, name)
            found = True
    return found


def _drawn(kind: dict[str, Any], scenario: Scenario, name: str) -> None:
    """Recorded calls as expected numbers, in pieces of those hours."""
    for day in scenario.days_of(name):
        laid = scenario.arrivals_on(name, day).laid_on(day)
        length = float(laid.edges[1] - laid.edges[0])
        counts = {"calls": laid.calls.tolist(), "every": f"{length!r} s"}
        if day.name:
            kind.setdefault("on", {}).setdefault(day.name, {})["arrivals"] = counts
        kind["arrivals"] = counts
    if scenario.days:
        kind["arrivals"] = {"per_hour": 1.0}


def exponential(tables: Tables, scenario: Scenario) -> bool:
    """All call types have the same exponential handling time and patience, in each interval."""
    if _is_exponential(scenario):
        return False
    centre = centre_of(scenario)
    grid = grid_of(centre, scenario)
    load = load_of(scenario, centre, grid)
    pieces = _by_time_of_day(load, grid.clock.start)
    whole = pooled(
        load.calls.ravel(), load.handling.ravel(), load.leaving.ravel(),
        np.tile(load.at_once, len(load.calls)),
    )  # fmt: skip
    for name, kind in tables["callers"].items():
        model = scenario.callers[name]
        opens = scenario.day.opens if model.opens is None else model.opens
        closes = scenario.day.closes if model.closes is None else model.closes
        number = (closes - opens) / scenario.day.interval
        rows: list[tuple[float, float]] = [whole[1:3]]
        if number == int(number):
            begins = opens + scenario.day.interval * np.arange(int(number))
            rows = [pieces.get(round(float(t), 3), whole[1:3]) for t in begins]
        kind.pop("wrap_up", None)
        kind["talk"] = _law([1 / time if time > 0 else 0.0 for time, _ in rows], "0 s")
        kind["patience"] = as_table(_law([rate for _, rate in rows], "never"))
        if model.patience.hang_up_at_once:
            kind["patience"]["hang_up_at_once"] = model.patience.hang_up_at_once
        for table in (kind, *kind.get("on", {}).values()):
            table.get("arrivals", {}).pop("handling", None)
    for group in _groups(tables):
        for skill in skills(group).values():
            skill.pop("wrap_up", None)
    return True


def _law(rates: list[float], otherwise: str) -> Any:
    """An exponential law by interval from its rates per s."""
    laws = [{"exponential": f"{1 / rate!r} s"} if rate > 0 else otherwise for rate in rates]
    return laws[0] if len(laws) == 1 else {"by_interval": laws}


def _by_time_of_day(load: Load, start: Floats) -> dict[float, tuple[float, float]]:
    """Mean handling and hang-ups per s of all types at each time of day that has calls."""
    found = {}
    for time in np.unique(np.round(start, 3)):
        own = np.flatnonzero(np.round(start, 3) == time)
        calls, handling, leaving = (x[own].ravel() for x in load[:3])
        total, *means, _ = pooled(calls, handling, leaving, np.tile(load.at_once, len(own)))
        if total > 0:
            found[float(time)] = (means[0], means[1])
    return found


def _is_exponential(scenario: Scenario) -> bool:
    """Whether handling and patience are exponential already, and the same for all types."""
    laws = set()
    for name, kind in scenario.callers.items():
        plain = isinstance(kind.talk, Exponential) and isinstance(kind.patience.law, Exponential)
        wraps = not isinstance(kind.wrap_up, Exponential) and _mean(kind.wrap_up) == 0
        if not plain or not wraps or scenario.pieces_of(name).handling is not None:
            return False
        laws.add((_mean(kind.talk), _mean(kind.patience.law)))
    return len(laws) == 1


def _mean(law: Any) -> float:
    return float(getattr(law, "mean", np.nan))


def shifts(tables: Tables, scenario: Scenario) -> bool:
    """The same number of operators as seats: by the clock, no break late, nobody on call."""
    steps = dict(zip(scenario.operators, on_roster(centre_of(scenario)), strict=True))
    found = False
    for name, group in list(tables["operators"].items()):
        if "headcount" in group:
            continue
        found = True
        for key in ("shifts", "roster", "late", "stays", "every", "on"):
            group.pop(key, None)
        seated = _seats(scenario, steps[name])
        if seated is None:
            del tables["operators"][name]
        else:
            group |= seated
    return found


def _seats(scenario: Scenario, steps: Steps) -> dict[str, Any] | None:
    """A headcount that follows the roster; None where nobody is ever there."""
    by_day: dict[str, dict[str, Any]] = {}
    most = 0
    for day in scenario.calendar_days:
        opens, closes, interval = day.hours
        length = _grain(steps[0] - opens, interval)
        starts = opens + length * np.arange(round((closes - opens) / length), dtype=np.float64)
        numbers = np.rint(mean_of_steps(steps, starts, starts + length)).astype(int)
        most = max(most, int(numbers.max(initial=0)))
        by_day[day.name] = {"headcount": numbers.tolist(), "every": f"{length!r} s"}
    if most == 0:
        return None
    if not scenario.days:
        return by_day[""]
    return {"headcount": most, "on": by_day}


PIECES = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)


def _grain(changes: Floats, interval: float) -> float:
    """The longest part of an interval on whose grid all changes are; else about a minute."""
    for number in PIECES:
        part = interval / number
        if part < MINUTE:
            break
        if np.allclose(changes / part, np.round(changes / part), rtol=0, atol=1e-6):
            return part
    return interval / max(round(interval / MINUTE), 1)


def hang_ups(tables: Tables, scenario: Scenario) -> bool:
    """Nobody ever hangs up, as Erlang C has it."""
    found = False
    for kind in _types(tables):
        found |= kind["patience"] not in ("never", {"never": True})
        kind["patience"] = "never"
    return found


PROPERTIES = (
    Property("callbacks", "callbacks", "nobody is called back", callbacks),
    Property("messages", "hold messages", "callers hear nothing that moves them", hold_messages),
    Property("redials", "redials", "nobody phones again after not getting through",
             _without("redial")),
    Property("repeats", "repeat calls", "every answered call is resolved", repeats),
    Property("transfers", "transfers", "no call is passed on", _without("transfer")),
    Property("menu", "menu", "every call reaches the queue at once", _without("ivr")),
    Property("balking", "balking", "everybody joins the queue", _without("balk")),
    Property("growing_talk", "talk that grows", "talk does not depend on the wait",
             _without("talk_grows")),
    Property("limits", "telephone lines", "enough lines, and room for all in the queue", limits),
    Property("busyness", "busy and quiet days", "days differ by chance only", busyness),
    Property("arrivals", "calls not at random", "calls come at random (Poisson)", arrivals),
    Property("absence", "absence, lateness", "everybody comes, on time", absence),
    Property("unequal", "unequal operators", "all take the call type's mean time", unequal),
    Property("skills", "skills, priorities", "any operator takes any call, in order", one_team),
    Property("laws", "laws not exponential", "one exponential handling time and patience for "
             "all types", exponential),
    Property("shifts", "shifts, late breaks", "as many seats, by the clock", shifts),
)  # fmt: skip
"""In the order in which the ladder takes them out."""

HANG_UPS = Property("hang_ups", "hang-ups", "nobody hangs up, as Erlang C has it", hang_ups)
"""What tells Erlang C from A; not in the ladder, which ends where Erlang A begins."""
