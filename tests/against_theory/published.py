"""A day with several skills, against figures that another simulator published.

ContactCenters (Montreal), example SimpleMSK: 1000 days, intervals of 95 %. Three call types and
two groups over three periods of two hours, one gamma factor a day.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.experiment import Day, simulate_day
from sim.outcomes import Outcome
from sim.scenario import load
from tests.against_theory.days import WITHIN, Array, Figure, regressed

DAYS, SEED = 200, 11
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
[operators.first]
skills = ["zero", "one"]
headcount = [12, 18, 9]
[operators.second]
skills = ["one", "two"]
headcount = [15, 20, 11]
""" + "".join(
    TYPE.format(name=name, calls=calls, goes_to=GOES_TO[name]) for name, calls in CALLS.items()
)


LAST_SEATS = 9
"""Seats of the first group in the last period."""


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
    """Our days beside theirs; the number of calls is a control variate.

    In the example nobody of the last period leaves before the last call of the day is done, so
    its occupancy has their idle time after closing below the line. Ours send who is idle then
    home; the comparison adds that time.
    """
    path = folder / "simple_msk.toml"
    path.write_text(TEXT, encoding="utf-8")
    scenario = load(path)
    days = np.array([sums_of(simulate_day(scenario, day, SEED)) for day in range(DAYS)])
    offered, answered, in_time, judged, busy, present = days.T
    control = [offered - 2 * sum(map(sum, CALLS.values()))]
    found = [answered, offered - answered, ratio(in_time, judged), ratio(busy, present)]
    return [
        Compared(name, regressed(column, control), theirs)
        for column, (name, theirs) in zip(found, PUBLISHED.items(), strict=True)
    ]


def ratio(top: Array, bottom: Array) -> Array:
    """One number a day whose mean is sum over sum."""
    value = top.sum() / bottom.sum()
    pulls: Array = value + (top - value * bottom) / bottom.mean()
    return pulls


def sums_of(day: Day) -> list[float]:
    """Offered, answered, in time, judged; handling and presence of the first group in s."""
    outcomes, centre = day.outcomes, day.centre
    answered = outcomes.outcome == Outcome.ANSWERED
    in_time = outcomes.wait < WITHIN
    mine = answered & (centre.operator_group[outcomes.operator] == 0)
    there = centre.operator_group[outcomes.presence_operator] == 0
    spells = np.array([outcomes.presence_start[there], outcomes.presence_end[there]])
    open_hours = np.diff(np.minimum(spells, centre.closes), axis=0).sum()
    late = np.nanmax(outcomes.handled) - centre.closes
    return [
        len(outcomes),
        answered.sum(),
        (answered & in_time).sum(),
        (answered | ~in_time).sum(),
        (outcomes.handled - outcomes.wait_ended)[mine].sum(),
        open_hours + LAST_SEATS * max(0.0, late),
    ]
