"""What a roster costs, summed up by hand from the roster alone; and weeks by the clock."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings

from sim.experiment import run, simulate_day
from sim.measures.desks import OPERATORS, operators_of
from sim.measures.pay import rate_of
from sim.report.staffing import parts_of_shrinkage
from sim.report.story import story
from sim.scenario import load
from tests.measures import naive
from tests.measures.crews import crewed
from tests.measures.document import RUN
from tests.measures.scenes import centre

QUIET = """
name = "Nobody phones"
[day]
days = ["Fri", "Sat", "Sun"]
opens = "08:00"
closes = "24:00"
interval = "1 h"
on.Sun = { opens = "10:00", closes = "14:00" }
[trunks]
cost_per_minute = 0.10
[callers.a]
arrivals = { per_hour = 0 }
talk = "1 min"
patience = "never"
[operators.g]
skills = ["a"]
wage = 20.0
standby_wage = 5.0
on_costs = 0.25
shrinkage = { leave = 0.10, training = 0.05 }
premiums = [{ from = "22:00", to = "06:00", share = 0.25 }, { days = ["Sun"], share = 0.5 }]
[operators.g.shifts]
late = { operators = 2, days = ["Fri", "Sat"], from = "16:00", to = "24:00", breaks = [
  { at = "22:30", lasts = "30 min" },
], meetings = [{ at = "17:00", lasts = "30 min", what = "coaching" }] }
sunday = { operators = 1, days = ["Sun"], from = "10:00", to = "14:00", breaks = [
  { at = "12:00", lasts = "20 min", paid = true },
] }
[operators.g.shifts.home]
operators = 3
days = ["Sat"]
from = "10:00"
to = "14:00"
on_call = { queue_above = 5 }
[money]
days_a_week = 3
weeks_a_year = 50
"""


def test_the_cost_of_a_roster_by_hand(tmp_path: Path) -> None:
    """Two persons on two evenings, one on Sunday, three at home who are never called."""
    (tmp_path / "quiet.toml").write_text(QUIET)
    results = run(load(tmp_path / "quiet.toml"), replications=2)
    value = {name: each.value for name, each in results.measures.items()}
    evenings = 2 * 2 * (8 - 0.5)  # half an hour of break is not paid
    sunday = 4.0
    there = evenings + sunday
    paid = there / (0.90 * 0.95)  # and so many hours more are paid for leave and training
    assert value["paid_hours"] == pytest.approx(paid)
    # A quarter from 22:00 to 24:00 without the break, half of Sunday.
    premiums = (2 * 2 * 1.5 * 0.25 + sunday * 0.50) * 20.0 * 1.25
    assert value["premium_cost"] == pytest.approx(premiums)
    standby = 3 * 4 * 5.0 * 1.25
    assert value["standby_cost"] == pytest.approx(standby)
    cost = paid * 20.0 * 1.25 + premiums + standby
    assert value["staffing_cost"] == pytest.approx(cost)
    assert value["total_cost"] == value["cost_week"] == pytest.approx(cost)
    assert value["cost_year"] == pytest.approx(50 * cost)
    assert value["cost_month"] == pytest.approx(50 * cost / 12)
    assert value["fte"] == pytest.approx(paid / 37.5)
    # Coaching and the paid break are off the phone, and the leave that is planned.
    off = 2 * 2 * 0.5 + 1 / 3
    assert value["on_duty_hours"] == pytest.approx(there - off)
    assert value["shrinkage"] == pytest.approx(1 - (there - off) / paid)
    parts = {row["part"]: row["hours"] for row in results.shrinkage_parts}
    assert parts == pytest.approx(
        {
            "breaks": 1 / 3, "coaching": 2.0,
            "planned leave": (paid - there) * 2 / 3, "planned training": (paid - there) / 3,
        }
    )  # fmt: skip
    (said,) = parts_of_shrinkage(results)
    assert f"coaching {100 * 2.0 / paid:.1f} %" in said


def test_a_week_has_rows_by_day_and_clock(tmp_path: Path) -> None:
    (tmp_path / "quiet.toml").write_text(QUIET)
    results = run(load(tmp_path / "quiet.toml"), replications=1)
    rows = [(row["day"], row["from"]) for row in results.staff_by_interval]
    hours = [("Fri", h) for h in range(8, 24)] + [("Sat", h) for h in range(8, 24)]
    hours += [("Sun", h) for h in range(10, 14)]
    assert rows == [(day, f"{hour:02d}:00") for day, hour in hours]
    scheduled = {key: row["scheduled"] for key, row in zip(rows, results.staff_by_interval)}  # noqa: B905
    assert scheduled["Sat", "12:00"] == 0  # who is on call is not scheduled
    assert scheduled["Sat", "16:00"] == 2
    assert scheduled["Sun", "13:00"] == 1
    days = results.daily()
    assert [(row["day"], row["from"], row["to"]) for row in days] == [
        ("Fri", "08:00", "24:00"), ("Sat", "08:00", "24:00"), ("Sun", "10:00", "14:00"),
    ]  # fmt: skip


@pytest.mark.slow
def test_every_measure_of_a_week_that_was_simulated(tmp_path: Path) -> None:
    """Calls over midnight, absence, lateness, ring, operators on call: by the model itself."""
    busy = QUIET.replace(
        "per_hour = 0 }", "per_hour = 30 }\nrepeat = { share = 0.2, delay = '3 h' }"
    )
    busy = busy.replace('patience = "never"', 'patience = "3 min"\nmoney = { repeat_cost = 2.0 }')
    busy = busy.replace("queue_above = 5", "queue_above = 2").replace('"1 min"', '"4 min"')
    busy = busy.replace(
        "wage = 20.0", 'wage = 20.0\nring = "4 s"\nabsence = 0.3\nabsence_paid = false\n'
        'late = { share = 0.5, by = "6 min" }\nstays = "10 min"',
    )  # fmt: skip
    (tmp_path / "busy.toml").write_text(busy)
    scenario = load(tmp_path / "busy.toml")
    results = run(scenario, replications=3)
    runs = [simulate_day(scenario, number) for number in range(3)]
    days, staffs = [each.outcomes for each in runs], [each.staff for each in runs]
    line = runs[0].centre
    expected = naive.measures(scenario, line, days, None, staffs)
    for name, estimate in results.measures.items():
        assert estimate.value == pytest.approx(expected[name], abs=1e-9), name
    for name in ("standby_cost", "telephone_cost", "repeat_cost", "breaks_late", "resolved"):
        assert results.measures[name].value, name
    assert any((day.talk_started > day.wait_ended).any() for day in days)
    jsonschema.validate(results.document(), RUN)
    told = list(story(scenario, runs[0], -math.inf, math.inf))
    assert told[0].startswith("Fri 08:")
    assert any("is being coached until 17:3" in line for line in told)
    assert any("comes, 6 min late" in line or "called from home" in line for line in told)
    assert any("the line opens" in line and line.startswith("Sun 10:00:00.0") for line in told)


def test_premiums_add_up_by_the_clock() -> None:
    line = centre()
    night = SimpleNamespace(from_=79200.0, to=21600.0, days=None, share=0.25)
    early = SimpleNamespace(from_=18000.0, to=25200.0, days=None, share=0.1)
    rate = rate_of((night, early), (), line)
    assert rate is not None
    start, end = np.array([0.0, 25200.0, 14400.0]), np.array([21600.0, 79200.0, 36000.0])
    # 00:00-06:00: the night of the day before, and an hour of both; 07:00-22:00: none.
    expected = [6 * 3600 * 0.25 + 3600 * 0.1, 0.0, 2 * 3600 * 0.25 + 2 * 3600 * 0.1]
    assert (rate.until(end) - rate.until(start)) == pytest.approx(expected)
    assert rate_of((), ("Mon",), line) is None
    sunday = SimpleNamespace(from_=None, to=None, days=("Sun",), share=0.5)
    assert rate_of((sunday,), (), line) is None  # which day it is nobody knows
    assert rate_of((sunday,), ("Mon",), line) is not None  # the night before is Sunday's


@settings(deadline=None, max_examples=40)
@given(crewed())
def test_what_each_operator_does_equals_plain_loops(drawn: object) -> None:
    scene, line, ((day, _),) = drawn  # type: ignore[misc]
    found = dict(zip((c.name for c in OPERATORS), operators_of(day, line), strict=True))
    contacts = naive.contacts_of(day)
    for who in range(line.operators):
        work = sorted((start, end) for w, start, end in naive.work_of(day) if w == who)
        assert found["calls"][who] == sum(c["operator"] == who for c in contacts)
        assert found["handling"][who] == pytest.approx(sum(end - start for start, end in work))
        since, until, longest = -math.inf, -math.inf, 0.0
        for start, end in work:
            since = start if start >= until + 60 else since
            until, longest = end, max(longest, end - since)
        assert found["longest_stretch"][who] == pytest.approx(longest)
        duty = [(start, end) for start, end, _, _ in naive.duties(line, who)]
        if line.seats[line.operator_group[who]]:
            duty = naive.hours(scene, line)
        present, away = (naive.table(day, name, who) for name in ("presence", "break"))
        times = [t for pair in (*duty, *present, *away) for t in pair]
        on_duty = overtime = 0.0
        for start, end in naive.pieces(times):
            here, rostered = naive.covers(present, start), naive.covers(duty, start)
            on_duty += (end - start) * (here and rostered and not naive.covers(away, start))
            overtime += (end - start) * (here and not rostered)
        assert found["on_duty"][who] == pytest.approx(on_duty, abs=1e-6)
        assert found["overtime"][who] == pytest.approx(overtime, abs=1e-6)
