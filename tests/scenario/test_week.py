"""Several days in a file: hours, forecasts, traces and rosters by weekday, and plans on them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sim.centre import centre_of
from sim.scenario import Scenario, ScenarioError, load, load_plans
from sim.scenario.days import WEEKDAYS, days_after, weekday
from sim.scenario.pay import Shrinkage
from sim.scenario.tables import day_of_instant
from sim.scenario.values import Hours

HOUR, DAY = 3600.0, 86400.0
WEEK = Path(__file__).parent / "week.toml"
TEXT = """
name = "Week"
[day]
opens = "08:00"
closes = "10:00"
interval = "30 min"
days = ["Fri", "Sat", "Sun"]
MORE
[callers.a]
arrivals = ARRIVALS
ON
talk = "2 min"
patience = "never"
[operators.g]
skills = ["a"]
CREW
"""
FORECAST = '{ file = "data.csv", time = "start", calls = "calls" }'


def written(
    folder: Path,
    arrivals: str = "{ per_hour = 10 }",
    crew: str = "headcount = 1",
    csv: Sequence[str] = (),
    more: str = "",
    on: str = "",
) -> Path:
    (folder / "data.csv").write_text("\n".join(csv) + "\n", encoding="utf-8")
    path = folder / "week.toml"
    text = TEXT.replace("ARRIVALS", arrivals).replace("CREW", crew)
    path.write_text(text.replace("MORE", more).replace("ON", on, 1), encoding="utf-8")
    return path


def calls_of(scenario: Scenario) -> dict[float, float]:
    """Calls expected by the hour on the running clock at which each piece begins."""
    edges, calls, _ = scenario.pieces_of("a")
    return dict(zip((edges[:-1] / HOUR).tolist(), calls.tolist(), strict=True))


# --- days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WEEKDAYS)
def test_weekdays(name: str) -> None:
    assert weekday(name) == name
    assert days_after(name, name) == 0
    assert sorted(days_after(name, other) for other in WEEKDAYS) == list(range(7))


@given(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7))
def test_days_are_in_the_order_of_a_week_or_refused(days: list[str]) -> None:
    from sim.scenario.days import Day

    raw = {"opens": "08:00", "closes": "10:00", "interval": "1 h", "days": days}
    after = [(WEEKDAYS.index(day) - WEEKDAYS.index(days[0])) % 7 for day in days]
    if all(one < other for one, other in pairwise(after)):
        assert Day.model_validate(raw).days == tuple(days)
    else:
        with pytest.raises(ValidationError):
            Day.model_validate(raw)


@pytest.mark.parametrize(
    ("on", "opens", "closes"),
    [
        ("", 8, 10),
        ('on.Sat = { opens = "09:00" }', 9, 10),
        ('on.Sat = { closes = "12:00" }', 8, 12),
        ('on.Sat = { opens = "20:00", closes = "02:00" }', 20, 26),
        ('on.Sat = { opens = "00:00", closes = "24:00" }', 0, 24),
    ],
)
def test_hours_on_a_weekday(tmp_path: Path, on: str, opens: float, closes: float) -> None:
    scenario = load(written(tmp_path, more=on))
    days = scenario.calendar_days
    assert [day.name for day in days] == ["Fri", "Sat", "Sun"]
    assert days[1].hours == ((24 + opens) * HOUR, (24 + closes) * HOUR, 1800)
    assert days[1].own == (opens * HOUR, closes * HOUR, 1800)
    assert days[2].hours == (56 * HOUR, 58 * HOUR, 1800)
    assert scenario.hours == (8 * HOUR, 58 * HOUR, 1800)


def test_a_single_day_is_without_a_name(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('days = ["Fri", "Sat", "Sun"]\n', ""))
    scenario = load(path)
    assert scenario.days == ()
    assert [day.name for day in scenario.calendar_days] == [""]
    assert scenario.days_a_week == 5


def test_days_a_week(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert load(path).days_a_week == 3
    with_money = path.read_text(encoding="utf-8") + "[money]\ndays_a_week = 6\nweeks_a_year = 50\n"
    path.write_text(with_money, encoding="utf-8")
    scenario = load(path)
    assert (scenario.days_a_week, scenario.money.weeks_a_year) == (6, 50)
    cost = '[plans.p]\none_off_cost = 5200.0\nwritten_off = "52 weeks"\n'
    path.write_text(with_money + cost, encoding="utf-8")
    assert load(path, "p").plan_cost_per_day == pytest.approx(5200 / (52 * 6))


# --- forecasts and traces -------------------------------------------------------------------------


def test_a_forecast_without_dates_holds_for_every_day(tmp_path: Path) -> None:
    csv = ["start,calls", "08:00,3", "09:00,5"]
    found = calls_of(load(written(tmp_path, FORECAST, csv=csv)))
    assert found == {8: 3, 9: 5, 10: 0, 32: 3, 33: 5, 34: 0, 56: 3, 57: 5}
    dated = ["start,calls", "2024-03-04 08:00,3", "2024-03-04 09:00,5"]
    assert calls_of(load(written(tmp_path, FORECAST, csv=dated))) == found


def test_rows_of_several_dates_go_to_their_weekdays(tmp_path: Path) -> None:
    """1 March 2024 was a Friday; Monday's rows are of no day that is simulated."""
    csv = ["start,calls", "2024-03-03 08:00,7", "2024-03-03 09:00,8", "2024-03-01 08:00,1",
           "2024-03-01 09:00,2", "2024-03-04 08:00,99", "2024-03-02 09:00,5"]  # fmt: skip
    found = calls_of(load(written(tmp_path, FORECAST, csv=csv)))
    assert found == {8: 1, 9: 2, 10: 0, 32: 0, 33: 5, 34: 0, 56: 7, 57: 8}


def test_rows_with_a_column_day(tmp_path: Path) -> None:
    csv = ["day,start,calls", "Sunday,08:00,7", "sun,09:00,8", "Fri,08:00,1", "Fri,09:00,2",
           "Mon,08:00,99", "Saturday,09:00,5"]  # fmt: skip
    found = calls_of(load(written(tmp_path, FORECAST, csv=csv)))
    assert found == {8: 1, 9: 2, 10: 0, 32: 0, 33: 5, 34: 0, 56: 7, 57: 8}


def test_the_night_is_the_day_befores(tmp_path: Path) -> None:
    """A line that closes at 02:00 on Saturday has Sunday's calls of 01:00."""
    csv = ["start,calls", "2024-03-01 08:00,1", "2024-03-01 09:00,2", "2024-03-02 20:00,3",
           "2024-03-03 01:00,4", "2024-03-03 08:00,5", "2024-03-02 01:00,0"]  # fmt: skip
    on = 'on.Sat = { opens = "20:00", closes = "02:00" }'
    found = calls_of(load(written(tmp_path, FORECAST, csv=csv, more=on)))
    assert {time: calls for time, calls in found.items() if calls} == {
        8: 1, 9: 2, 44: 3, 49: 4, 56: 5,
    }  # fmt: skip


def test_handling_times_of_some_days(tmp_path: Path) -> None:
    csv = ["start,calls,aht", "08:00,3,100", "09:00,5,200"]
    arrivals = FORECAST.replace(" }", ', handling = "aht" }')
    scenario = load(
        written(tmp_path, arrivals, csv=csv, on="on.Sat = { arrivals = { calls = 4 } }")
    )
    handling = scenario.pieces_of("a").handling
    assert handling is not None
    np.testing.assert_array_equal(handling, [100, 200, np.nan, *[np.nan] * 4, np.nan, 100, 200])


@pytest.mark.parametrize(
    ("csv", "why"),
    [
        (["start,calls", "2024-03-01 08:00,1", "2024-03-02 08:00,1"],
         "data.csv has no rows for Sun"),
        (["start,calls", "2024-03-01 08:00,1", "2024-03-08 08:00,1"],
         "data.csv has Fri twice (2024-03-01 and 2024-03-08)"),
        (["start,calls", "2024-03-01 08:00,1", "08:30,1", "2024-03-02 08:00,1"],
         "line 3: a time without a date"),
        (["day,start,calls", "Fri,08:00,1", "Frei,08:00,1"], 'line 3: day "Frei" is not a weekday'),
        (["day,start,calls", "Fri,08:00,1", "Sat,11:00,1", "Sun,08:00,1"],
         "line 3: 11:00 is outside the open hours on Sat, 08:00 to 10:00"),
        (["day,start,calls", "Fri,08:00,1", "Fri,08:00,1", "Sat,08:00,1", "Sun,08:00,1"],
         "line 3: 08:00 is there twice (line 2 too)"),
    ],
)  # fmt: skip
def test_forecasts_that_do_not_fit(tmp_path: Path, csv: list[str], why: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(written(tmp_path, FORECAST, csv=csv))
    (mistake,) = caught.value.mistakes
    assert mistake.key == "callers.a.arrivals"
    assert why in mistake.what


def test_a_trace_by_weekday(tmp_path: Path) -> None:
    csv = ["start", "2024-03-03 08:10", "2024-03-01 09:00", "2024-03-02 08:00", "2024-03-01 08:30"]
    scenario = load(written(tmp_path, '{ trace = "data.csv", time = "start" }', csv=csv))
    days = scenario.days_of("a")
    found = [scenario.arrivals_on("a", day).instants_on(day) / HOUR for day in days]
    assert [times.tolist() for times in found] == [[8.5, 9], [32], [56 + 1 / 6]]
    assert sum(calls_of(scenario).values()) == 4


@given(st.sampled_from(WEEKDAYS), st.floats(0, DAY - 1), st.sampled_from([10, 24, 26, 30]))
def test_an_instant_is_of_one_day(name: str, seconds: float, closes: int) -> None:
    """Open hours of every day from 08:00: what is in none of them stays where it is."""
    known = {each: Hours(8 * HOUR, closes * HOUR, 1800) for each in WEEKDAYS}
    day, time = day_of_instant(name, seconds, known)
    before = WEEKDAYS[(WEEKDAYS.index(name) + 6) % 7]
    if 8 * HOUR <= seconds < closes * HOUR:
        assert (day, time) == (name, seconds)
    elif seconds + DAY < closes * HOUR:
        assert (day, time) == (before, seconds + DAY)
    else:
        assert (day, time) == (name, seconds)


# --- rosters --------------------------------------------------------------------------------------


PLAIN = "operator,start,end,activity"
Row = tuple[str, float, float, int, str]


def roster(folder: Path, *rows: str, more: str = "", head: str = PLAIN) -> list[Row]:
    """Rows of the group's roster, in hours on the running clock."""
    path = written(folder, crew='roster = { file = "data.csv" }', csv=[head, *rows], more=more)
    found = load(path).operators["g"].roster or ()
    return [(r.operator, r.start / HOUR, r.end / HOUR, r.day, r.activity) for r in found]


def test_rows_without_a_day_hold_for_every_day(tmp_path: Path) -> None:
    assert roster(tmp_path, "Ann,08:00,09:00,phone") == [
        ("Ann", 8 + 24 * day, 9 + 24 * day, day, "phone") for day in range(3)
    ]


def test_rows_by_weekday_and_by_date(tmp_path: Path) -> None:
    right = [("Ann", 8, 9, 0, "phone"), ("Ben", 57, 58, 2, "phone")]
    assert roster(
        tmp_path, "Ann,Fri,08:00,09:00,phone", "Ben,Sun,09:00,10:00,phone",
        "Ben,Mon,09:00,10:00,phone", head="operator,day,start,end,activity",
    ) == right  # fmt: skip
    assert roster(
        tmp_path, "Ann,2024-03-01 08:00,2024-03-01 09:00,phone",
        "Ben,2024-03-03 09:00,2024-03-03 10:00,phone",
        "Ben,2024-03-04 09:00,2024-03-04 10:00,phone",
    ) == right  # fmt: skip


def test_meetings_are_duty_off_the_phone(tmp_path: Path) -> None:
    """A meeting between two stretches on the phone joins them; a lunch parts them."""
    found = roster(
        tmp_path, "Ann,08:00,08:30,phone", "Ann,08:30,08:45,Meeting", "Ann,08:45,10:00,phone",
        "Ann,09:00,09:15,lunch", "Ben,08:00,10:00,phone", "Ben,08:10,08:20,training",
    )  # fmt: skip
    assert [row for row in found if row[3] == 0] == [
        ("Ann", 8, 9, 0, "phone"), ("Ann", 9.25, 10, 0, "phone"),
        ("Ann", 8.5, 8.75, 0, "meeting"), ("Ben", 8, 10, 0, "phone"),
        ("Ben", pytest.approx(8 + 1 / 6), pytest.approx(8 + 1 / 3), 0, "training"),
    ]  # fmt: skip
    assert len(found) == 15
    centre = centre_of(load(tmp_path / "week.toml"))
    assert len(centre.duty_start) == 9
    assert (centre.break_due[:1] / HOUR).tolist() == [8.5]
    assert centre.break_paid.all()
    assert centre.calendar.break_day.tolist() == [0, 1, 2] * 2


def test_a_night_on_the_roster(tmp_path: Path) -> None:
    night = 'on.Sat = { opens = "20:00", closes = "04:00" }'
    found = roster(
        tmp_path, "Ann,Sat,20:00,04:00,phone", "Ann,Sun,01:00,01:30,lunch",
        head="operator,day,start,end,activity", more=night,
    )  # fmt: skip
    assert found == [("Ann", 44, 49, 1, "phone"), ("Ann", 49.5, 52, 1, "phone")]


def test_touching_duties_are_one(tmp_path: Path) -> None:
    day_and_night = 'on.Fri = { closes = "24:00" }\non.Sat = { opens = "00:00" }'
    found = roster(
        tmp_path, "Ann,Fri,20:00,24:00,phone", "Ann,Sat,00:00,04:00,phone",
        head="operator,day,start,end,activity", more=day_and_night,
    )  # fmt: skip
    assert found == [("Ann", 20, 28, 0, "phone")]
    assert len(centre_of(load(tmp_path / "week.toml")).calendar.period_opens) == 2


def test_meetings_of_one_day_are_cut_out_as_before(tmp_path: Path) -> None:
    rows = ["operator,start,end,activity", "Ann,08:00,10:00,phone", "Ann,08:30,08:45,meeting"]
    path = written(tmp_path, crew='roster = { file = "data.csv" }', csv=rows)
    one = path.read_text(encoding="utf-8").replace('days = ["Fri", "Sat", "Sun"]\n', "")
    path.write_text(one, encoding="utf-8")
    found = load(path).operators["g"].roster or ()
    assert [(row.start / HOUR, row.end / HOUR) for row in found] == [(8, 8.5), (8.75, 10)]


# --- plans ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plans() -> dict[str, Scenario]:
    return {scenario.plan: scenario for scenario in load_plans(WEEK)}


def test_shares_of_who_is_gone_go_to_the_others(plans: dict[str, Scenario]) -> None:
    assert plans["base"].callers["loans"].shares == {"team": 0.7, "partner": 0.3}
    assert plans["no_partner"].callers["loans"].shares == {"team": 1.0}


def test_an_order_of_groups_replaces_shares(plans: dict[str, Scenario]) -> None:
    loans = plans["in_order"].callers["loans"]
    assert (loans.shares, loans.goes_to) == (None, (("partner",), ("team",)))


def test_with_its_days_goes_what_is_said_of_them(plans: dict[str, Scenario]) -> None:
    scenario = plans["two_days"]
    shifts = scenario.operators["team"].shifts
    assert shifts is not None
    assert scenario.days == ("Fri", "Sat")
    assert list(shifts) == ["early", "saturday", "reserve"]
    assert shifts["early"].days == ("Fri",)
    assert [meeting.what for meeting in shifts["early"].meetings] == ["training"]
    assert list(scenario.operators["experts"].on) == ["Sat"]
    assert scenario.operators["team"].premiums[1].days == ("Sun",)


def test_changes_by_dotted_name(plans: dict[str, Scenario]) -> None:
    scenario = plans["numbers"]
    team, experts = scenario.operators["team"], scenario.operators["experts"]
    assert team.shifts is not None
    assert team.late is not None
    assert team.shifts["saturday"].operators == 3
    assert experts.on["Sat"].headcount == (2,)
    assert scenario.callers["cards"].on["Sat"].volume == pytest.approx(0.6)
    assert scenario.callers["cards"].on["Fri"].volume == 0.9
    assert team.late.share == pytest.approx(0.1)
    assert team.premiums[1].share == pytest.approx(0.6)
    assert team.stays == 20 * 60
    assert scenario.trunks is not None
    assert scenario.trunks.cost_per_minute == pytest.approx(0.04)
    assert scenario.callers["cards"].procedures == {"fee": pytest.approx(0.2), "limit": 0.2}


def test_procedures_that_no_call_needs_any_more_are_not_known() -> None:
    gone = load(WEEK, change={"callers.cards.procedures": "{ fee = 0.3 }"})
    assert gone.operators["team"].knows == ()
    assert gone.unknown_to_some("cards") == ["fee"]


def test_days_from_the_command_line() -> None:
    scenario = load(WEEK, change={"day.days": '["Sat"]', "day.on": "{}"})
    shifts = scenario.operators["team"].shifts
    assert shifts is not None
    assert list(shifts) == ["saturday", "reserve"]


# --- shrinkage ------------------------------------------------------------------------------------


def test_shrinkage_in_parts_and_as_one_number() -> None:
    parts = TypeAdapter(Shrinkage).validate_python({"leave": 0.1, "absence": 0.05, "coaching": 0.0})
    assert parts.parts == {"leave": 0.1, "absence": 0.05}
    assert parts.share == pytest.approx(1 - 0.9 * 0.95)
    whole = load(WEEK).operators["experts"].shrinkage
    assert whole is not None
    assert (whole.share, whole.parts) == (0.3, {})
    with pytest.raises(ValidationError):
        TypeAdapter(Shrinkage).validate_python({"whole": 0.1, "leave": 0.1})
