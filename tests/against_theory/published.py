"""A day with several skills, against figures that another simulator published.

ContactCenters (Montreal), example SimpleMSK: 1000 days, intervals of 95 %. Three call types and
two groups over three periods of two hours, one gamma factor a day.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

from sim.experiment import run
from sim.scenario import load
from tests.against_theory.days import Figure, regressed

DAYS = 150
NAME = "A published day of several skills"

CALLS = {"zero": [252, 318, 192], "one": [306, 258, 288], "two": [378, 312, 288]}
"""Calls per hour by period of arrival."""
GOES_TO = {"zero": ["first"], "one": ["first", "second"], "two": ["second"]}

TYPE = """
[callers.{name}]
arrivals = {{ per_hour = {calls}, every = "2 h" }}
talk = {{ by_interval = [
  {{ exponential = "120 s" }}, {{ exponential = "100 s" }}, {{ exponential = "150 s" }},
], every = "2 h" }}
patience = {{ by_interval = [
  {{ exponential = "200 s" }}, {{ exponential = "150 s" }}, {{ exponential = "300 s" }},
], every = "2 h" }}
goes_to = {goes_to}
"""
TEXT = """
name = "SimpleMSK"
[day]
opens = "08:00"
closes = "14:00"
interval = "2 h"
[busyness]
shape = 28.7
[targets]
service_level = { share = 0.8, within = "20 s", counts = "excluding_short" }
abandonment = { at_most = 0.05, ignore_under = "20 s" }
[operators.first]
skills = ["zero", "one"]
headcount = [12, 18, 9]
[operators.second]
skills = ["one", "two"]
headcount = [15, 20, 11]
""" + "".join(
    TYPE.format(name=name, calls=calls, goes_to=GOES_TO[name]) for name, calls in CALLS.items()
)


class Published(NamedTuple):
    """A mean over days and the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def error(self) -> float:
        """Standard error."""
        return (self.high - self.low) / 2 / 1.962


PUBLISHED = {
    "answered": Published(4297.3, 4270.2, 4324.5),
    "abandoned": Published(910.3, 876.1, 944.5),
    "service_level": Published(0.501, 0.494, 0.509),
    "occupancy of the first group": Published(0.881, 0.877, 0.884),
}


class Compared(NamedTuple):
    """A measure of ours beside the published one."""

    measure: str
    ours: Figure
    theirs: Published

    @property
    def z(self) -> float:
        """Distance in standard errors of the difference."""
        gap = self.ours.value - self.theirs.value
        return gap / math.hypot(self.ours.error, self.theirs.error)


def compared(folder: Path) -> list[Compared]:
    """Our days beside theirs; the number of calls is a control variate."""
    path = folder / "simple_msk.toml"
    path.write_text(TEXT, encoding="utf-8")
    results = run(load(path), DAYS, seed=11, workers=1)
    measures = dict(results.measures)
    measures["occupancy of the first group"] = results.by_group["first"]["occupancy"]
    offered = measures["offered"].days - 2 * sum(map(sum, CALLS.values()))
    found = []
    for name, theirs in PUBLISHED.items():
        value = measures[name].value
        assert value is not None
        ours = regressed(value + measures[name].influence, [offered])
        found.append(Compared(name, ours, theirs))
    return found
