"""The days that are timed, written as scenario files."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.centre import Centre
    from sim.scenario import Scenario

DAY = 86_400.0
"""Length of a workload's day in s."""

HEAD = """
name = "{name}"
[day]
opens = "00:00"
closes = "24:00"
interval = "15 min"
"""

ERLANG_A = """
[callers.all]
arrivals = {{ per_hour = {per_hour!r} }}
talk = {{ exponential = "{talk!r} s" }}
patience = {{ exponential = "{patience!r} s" }}
[operators.team]
skills = ["all"]
headcount = {operators}
"""

TYPE = """
[callers.{name}]
arrivals = {{ per_hour = {per_hour!r} }}
talk = {{ lognormal = {{ mean = "{talk!r} s", cv = 1.2 }} }}
patience = {{ weibull = {{ mean = "{patience!r} s", shape = 1.3 }} }}
"""

GROUP = """
[operators.{name}]
skills = {skills}
headcount = {operators}
"""


@dataclass(frozen=True)
class ErlangA:
    """The figures of a line with exponential talk and patience, which the formulas know.

    `per_hour` calls, `talk` and `patience` mean seconds.
    """

    per_hour: float
    talk: float
    patience: float
    operators: int


@dataclass(frozen=True)
class Workload:
    """A day to be timed: its scenario file's text, and its figures where the formulas know it."""

    name: str
    text: str
    line: ErlangA | None = None

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario, loaded from a file as any other."""
        from sim.scenario import load

        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "workload.toml"
            file.write_text(self.text, "utf-8")
            return load(file)

    @cached_property
    def centre(self) -> Centre:
        """The line as arrays."""
        from sim.centre import centre_of

        return centre_of(self.scenario)


def erlang_a(name: str, line: ErlangA) -> Workload:
    """One call type, one group, exponential laws."""
    return Workload(name, HEAD.format(name=name) + ERLANG_A.format(**vars(line)), line)


def three_types(name: str, volume: float = 1.0) -> Workload:
    """W2: three call types and four groups of 30 whose skills overlap."""
    text = HEAD.format(name=name)
    for kind, per_hour, talk in (("one", 600, 240), ("two", 400, 300), ("three", 200, 420)):
        text += TYPE.format(name=kind, per_hour=per_hour * volume, talk=talk, patience=150)
    skills = (["one"], ["two"], ["one", "two"], ["two", "three"])
    for number, each in enumerate(skills, 1):
        text += GROUP.format(name=f"group_{number}", skills=each, operators=30)
    return Workload(name, text)


def sized(calls: int, operators: int) -> Workload:
    """W1 with other numbers of calls and operators: the load of an operator stays 1 Erlang.

    Talk and patience shrink or grow with the calls, so the queue behaves the same at any number
    of calls and only its clock runs faster.
    """
    talk = operators * DAY / calls
    line = ErlangA(calls / 24, talk, 0.4 * talk, operators)
    return erlang_a(f"{calls:,} calls, {operators:,} operators", line)


def many_types(types: int, calls: int = 300_000, operators: int = 100) -> Workload:
    """Call types in a ring: as many groups, each of which serves a type and the next one."""
    text = HEAD.format(name=f"{types} call types")
    talk = operators * DAY / calls
    for number in range(types):
        each = calls / 24 / types
        text += TYPE.format(name=f"type_{number}", per_hour=each, talk=talk, patience=talk / 2)
    for number in range(types):
        skills = sorted({f"type_{number}", f"type_{(number + 1) % types}"})
        text += GROUP.format(name=f"group_{number}", skills=skills, operators=operators // types)
    return Workload(f"{types} call types", text)


W1 = erlang_a("W1", ErlangA(per_hour=1200, talk=300, patience=120, operators=100))
W2 = three_types("W2")
W2_BUSY = three_types("W2 x 1.3", volume=1.3)
NAMED = {each.name: each for each in (W1, W2, W2_BUSY)}


def workload_of(name: str, *sizes: int) -> Workload:
    """A workload by its name; of those made to size, by the name of what makes it."""
    made = {"sized": sized, "many_types": many_types}
    return made[name](*sizes) if name in made else NAMED[name]
