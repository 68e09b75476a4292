"""Arrivals: rates, counts, forecasts and traces; what a CSV may look like."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.scenario import Scenario, ScenarioError, load

FRAME = """
name = "x"
[day]
opens = "{opens}"
closes = "{closes}"
interval = "30 min"
[callers.a]
arrivals = {arrivals}
talk = "1 min"
patience = "never"
{more}
[operators.g]
skills = ["a"]
{staff}
"""


def day(
    folder: Path, arrivals: str, csv: str = "", opens: str = "08:00", closes: str = "10:00",
    more: str = "", staff: str = "headcount = 1",
) -> Scenario:  # fmt: skip
    text = FRAME.format(arrivals=arrivals, opens=opens, closes=closes, more=more, staff=staff)
    (folder / "x.toml").write_text(text, encoding="utf-8")
    (folder / "x.csv").write_text(csv, encoding="utf-8")
    return load(folder / "x.toml")


def calls(scenario: Scenario) -> list[float]:
    edges, found, _ = scenario.callers["a"].arrivals.pieces(scenario, "a")
    assert len(edges) == len(found) + 1
    assert (edges[0], edges[-1]) == scenario.hours_of("a")
    return found.tolist()


def why_not(folder: Path, arrivals: str, csv: str = "", **frame: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        day(folder, arrivals, csv, **frame)
    return str(caught.value)


@pytest.mark.parametrize(
    ("arrivals", "expected"),
    [
        ("{ per_hour = 60 }", [120]),
        ("{ per_hour = 60, every = '1 h' }", [60, 60]),
        ("{ per_hour = [60, 30], every = '1 h' }", [60, 30]),
        ("{ per_hour = [60, 30, 10, 20] }", [30, 15, 5, 10]),
        ("{ calls = 60 }", [60, 60, 60, 60]),
        ("{ calls = 60, every = '1 h' }", [60, 60]),
        ("{ calls = [60, 30], every = '1 h' }", [60, 30]),
        ("{ calls = [1, 2, 3, 4.5], count = 'exact' }", [1, 2, 3, 4.5]),
    ],
)
def test_rates_and_counts(tmp_path: Path, arrivals: str, expected: list[float]) -> None:
    scenario = day(tmp_path, arrivals)
    assert calls(scenario) == pytest.approx(expected)
    assert scenario.callers["a"].arrivals.exact == ("exact" in arrivals)
    assert scenario.callers["a"].arrivals.instants is None


@pytest.mark.parametrize(
    ("arrivals", "why"),
    [
        ("{ per_hour = [1, 2, 3], every = '1 h' }", "do not fill the 2 h"),
        ("{ per_hour = [1, 2, 3] }", "4 values are meant"),
        ("{ per_hour = 1, every = '45 min' }", "do not fill the 2 h"),
        ("{ per_hour = [] }", "empty list"),
        ("{ every = '1 h' }", "does not say how many calls"),
        ("{ per_hour = 1, count = 'exactly' }", 'Did you mean "exact"'),
        ("60", "is not a table of arrivals"),
        ("{ per_hour = '60' }", "without quotes"),
    ],
)
def test_rates_that_do_not_fit(tmp_path: Path, arrivals: str, why: str) -> None:
    assert why in why_not(tmp_path, arrivals)


def test_pieces_fill_the_call_types_own_hours(tmp_path: Path) -> None:
    own = 'opens = "08:30"\ncloses = "09:30"'
    scenario = day(tmp_path, "{ per_hour = [60, 30] }", more=own)
    assert calls(scenario) == [30, 15]
    assert "2 values are meant" in why_not(tmp_path, "{ per_hour = [1, 2, 3] }", more=own)


FORECAST = '{ file = "x.csv", time = "start", calls = "offered" }'


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_forecast(tmp_path: Path, mark: str) -> None:
    csv = "start,offered\n07:30,0\n08:00,12\n08:30,7.5\n09:30,1\n".replace(",", mark)
    assert calls(day(tmp_path, FORECAST, csv)) == [12, 7.5, 0, 1]


@pytest.mark.parametrize(
    "times",
    [
        ["08:00", "09:00"],
        ["08:00:00", "09:00:00"],
        ["2024-03-01T08:00:00", "2024-03-01 09:00"],
        ["28800", "32400"],
    ],
)
def test_times_in_a_csv(tmp_path: Path, times: list[str]) -> None:
    csv = "".join(f"{time},{number}\n" for time, number in zip(times, (3, 4), strict=True))
    assert calls(day(tmp_path, FORECAST, f"start,offered\n{csv}")) == [3, 4]


def test_a_forecast_of_one_type_with_handling_times(tmp_path: Path) -> None:
    arrivals = FORECAST.replace(" }", ', type = "loans", handling = "aht" }')
    csv = "Queue,start,offered,aht\nloans,08:00,5,120\ncards,08:00,9,10\nloans,09:00,15,\n"
    assert "calls without a handling time" in why_not(tmp_path, arrivals, csv)
    scenario = day(tmp_path, arrivals, csv.replace("15,", "15,240"))
    _, found, handling = scenario.callers["a"].arrivals.pieces(scenario, "a")
    assert found.tolist() == [5, 15]
    assert handling is not None
    assert handling.tolist() == [120, 240]


@pytest.mark.parametrize(
    ("csv", "why"),
    [
        ("", "is empty"),
        ("start,offered\n", "no rows"),
        ("begin,offered\n08:00,1\n", 'no column "start"'),
        ("start,offerd\n08:00,1\n", 'Did you mean "offerd"?'),
        ("start,offered\n08:00,many\n", 'line 2: offered "many" is not a number'),
        ("start,offered\n08:00,nan\n", "is not a number"),
        ("start,offered\n08:00,-1\n", "is negative"),
        ("start,offered\n8 am,1\n", '"8 am" is not a time'),
        ("start,offered\n08:00,1,2\n", "line 2 has 3 cells"),
        ("start,offered\n07:30,1\n08:00,1\n", "07:30 is outside the open hours"),
        ("start,offered\n10:00,1\n08:00,1\n", "10:00 is outside the open hours"),
        ("start,offered\n08:00,1\n08:00,2\n08:30,2\n", "08:00 is there twice"),
        ("start,offered\n08:00,1\n08:30,1\n08:45,1\n09:10,1\n", "not on the grid"),
        ("start,offered\n08:00,1\n08:35,1\n", "do not fill the 2 h"),
        ("start,offered\n2024-03-01 08:00,1\n2024-03-02 08:00,1\n", "and one day is simulated"),
        ("type,start,offered\na,08:00,1\nb,08:00,1\n", "several types: a and b"),
        ("start,offered\n" + "x,1\n" * 9, "and 4 more such cells"),
    ],
)
def test_forecasts_that_do_not_fit(tmp_path: Path, csv: str, why: str) -> None:
    assert why in why_not(tmp_path, FORECAST, csv)


def test_a_type_that_is_not_in_the_csv(tmp_path: Path) -> None:
    arrivals = FORECAST.replace(" }", ', type = "loan" }')
    csv = "type,start,offered\nloans,08:00,1\ncards,08:00,1\n"
    assert 'no rows of type "loan". Did you mean "loans"?' in why_not(tmp_path, arrivals, csv)


def test_a_trace_is_the_exact_instants(tmp_path: Path) -> None:
    csv = "time\n08:30:00.25\n08:00\n09:59:59\n"
    scenario = day(tmp_path, '{ trace = "x.csv", time = "time" }', csv)
    instants = scenario.callers["a"].arrivals.instants
    assert instants is not None
    assert instants.tolist() == [28800.0, 30600.25, 35999.0]
    assert calls(scenario) == [1, 1, 0, 1]
    outside = csv + "10:00\n"
    assert "outside the open hours" in why_not(
        tmp_path, '{ trace = "x.csv", time = "time" }', outside
    )


def test_a_trace_over_midnight(tmp_path: Path) -> None:
    csv = "time\n2024-03-01T23:00\n2024-03-02T01:00\n"
    trace = '{ trace = "x.csv", time = "time" }'
    scenario = day(tmp_path, trace, csv, opens="22:00", closes="02:00")
    instants = scenario.callers["a"].arrivals.instants
    assert instants is not None
    assert instants.tolist() == [82800.0, 90000.0]


def test_an_empirical_law_from_a_csv(tmp_path: Path) -> None:
    more = 'wrap_up = { empirical = { file = "x.csv", column = "wrap" } }'
    scenario = day(tmp_path, "{ per_hour = 1 }", "wrap\n10\n30 s\n1 min\n", more=more)
    wrap_up = scenario.callers["a"].wrap_up
    assert wrap_up.mean == pytest.approx(100 / 3)
    assert wrap_up.quantile(np.array([0.5])).tolist() == [30]
    assert 'wrap "x" is not a duration' in why_not(
        tmp_path, "{ per_hour = 1 }", "wrap\nx\n", more=more
    )


ROSTER = """operator,start,end,activity
Ann,08:00,09:00,phone
Ben,08:00,10:00,phone
Ann,09:00,09:15,break
Ann,09:15,09:30,Phone
Ann,09:30,10:00,phone
Cid,09:00,10:00,training
"""


def test_a_roster_is_phone_duty_merged_where_it_touches(tmp_path: Path) -> None:
    scenario = day(tmp_path, "{ per_hour = 1 }", ROSTER, staff='roster = { file = "x.csv" }')
    rows = scenario.operators["g"].roster
    assert rows is not None
    assert [(row.operator, row.start / 3600, row.end / 3600) for row in rows] == [
        ("Ann", 8.0, 9.0),
        ("Ann", 9.25, 10.0),
        ("Ben", 8.0, 10.0),
    ]


@pytest.mark.parametrize(
    ("csv", "why"),
    [
        (ROSTER.replace("operator,", "who,"), 'no column "operator"'),
        (ROSTER.replace(",activity", ",doing"), 'no column "activity"'),
        (ROSTER.replace("phone", "e-mail").replace("Phone", "e-mail"), "no row with the activity"),
        (ROSTER.replace("08:00,09:00", "08:00,08:00"), "line 2: it ends when it starts"),
        (ROSTER.replace("08:00,09:00", "8:00,9 o'clock"), "is not a time of day"),
        (ROSTER.replace("08:00,09:00", "8,09:00"), 'line 2: start 8 is not a time of day: "08:00"'),
        (
            ROSTER.replace("09:30,10:00", "0930,10:00"),
            'line 6: start 0930 is not a time of day: "09:30"',
        ),
        (
            ROSTER.replace("08:00,10:00", "08:00,9.5"),
            'line 3: end 9.5 is not a time of day: "09:30"',
        ),
        (ROSTER + "Ann,09:45,10:00,phone\n", 'line 8: "Ann" is on the phone twice at once (line 6'),
        (ROSTER + "Ben,08:00,10:00,phone\n", 'line 8: "Ben" is there twice (line 3 too)'),
        (
            "operator,start,end,activity\nAnn,2024-03-01T08:00,2024-03-01T09:00,phone\n"
            "Ben,2024-03-04T08:00,2024-03-04T09:00,phone\n",
            "and one day is simulated",
        ),
        (
            "operator,start,end,activity\nAnn,2024-03-01T08:00,2024-03-03T09:00,phone\n",
            "line 2: it is longer than 24 h",
        ),
        (
            "operator,start,end,activity\nAnn,08:00,09:00,phone\nAnn,08:00,09:00,lunch\n",
            "leaves no time for the phone",
        ),
    ],
)
def test_rosters_that_do_not_fit(tmp_path: Path, csv: str, why: str) -> None:
    staff = 'roster = { file = "x.csv" }'
    assert why in why_not(tmp_path, "{ per_hour = 1 }", csv, staff=staff)


def duty(folder: Path, rows: str, **frame: str) -> list[tuple[str, float, float]]:
    """The roster's rows in hours."""
    csv = "operator,start,end,activity\n" + rows
    staff = 'roster = { file = "x.csv" }'
    found = day(folder, "{ per_hour = 1 }", csv, staff=staff, **frame).operators["g"].roster
    assert found is not None
    return [(row.operator, row.start / 3600, row.end / 3600) for row in found]


def test_what_is_not_phone_is_cut_out_of_the_phone_time(tmp_path: Path) -> None:
    rows = "Ann,08:00,12:00,phone\nAnn,09:00,09:30,lunch\nBen,08:00,10:00,phone\n"
    assert duty(tmp_path, rows) == [("Ann", 8, 9), ("Ann", 9.5, 12), ("Ben", 8, 10)]
    rows = "Ann,20:00,04:00,phone\nAnn,01:00,01:30,lunch\n"
    expected = [("Ann", 20, 25), ("Ann", 25.5, 28)]
    assert duty(tmp_path, rows, opens="08:00", closes="22:00") == expected
    assert duty(tmp_path, rows, opens="22:00", closes="06:00") == expected


def test_a_roster_with_dates_over_midnight(tmp_path: Path) -> None:
    rows = (
        "Ann,2024-03-01T22:00,2024-03-02T04:00,phone\n"
        "Ann,2024-03-02T01:00,2024-03-02T01:30,lunch\n"
        "Ben,2024-03-02T02:00,2024-03-02T06:00,phone\n"
    )
    expected = [("Ann", 22, 25), ("Ann", 25.5, 28), ("Ben", 26, 30)]
    assert duty(tmp_path, rows, opens="22:00", closes="06:00") == expected


def test_a_bare_number_is_told_to_be_seconds(tmp_path: Path) -> None:
    assert "line 2: 8 was read as seconds, and 00:00:08 is outside the open hours" in why_not(
        tmp_path, '{ trace = "x.csv", time = "time" }', "time\n8\n"
    )
    csv = "start,offered\n8,1\n"
    assert "8 was read as seconds" in why_not(tmp_path, FORECAST, csv)


def test_all_mistakes_of_a_csv_are_told_together(tmp_path: Path) -> None:
    rows = [f"{hour:02d}:{minute},1" for hour in (8, 9, 10, 11) for minute in ("00", "30")]
    rows[2], rows[5], rows[7] = "09:00,thirty", "10:30,-1", "25:99,1"
    csv = "start,offered\n" + "\n".join(rows) + "\n"
    found = why_not(tmp_path, FORECAST, csv, closes="12:00").splitlines()
    assert len(found) == 3
    for line, (number, why) in zip(found, ((4, "thirty"), (7, "-1"), (9, "25:99")), strict=True):
        assert f"x.csv, line {number}: " in line
        assert why in line


def test_all_missing_columns_are_told_together(tmp_path: Path) -> None:
    found = why_not(tmp_path, FORECAST, "a,b\n1,2\n").splitlines()
    assert [name in line for name, line in zip(("start", "offered"), found, strict=True)] == [
        True
    ] * 2


@pytest.mark.parametrize(
    ("shift", "start", "end"),
    [
        ('from = "22:00", to = "06:00"', 22, 30),
        ('from = "00:00", to = "06:00"', 24, 30),
        ('from = "02:00", to = "05:00"', 26, 29),
        ('from = "20:00", to = "23:00"', 20, 23),
    ],
)
def test_shifts_are_laid_over_the_open_hours(
    tmp_path: Path, shift: str, start: float, end: float
) -> None:
    staff = f"shifts = [{{ operators = 1, {shift} }}]"
    scenario = day(tmp_path, "{ per_hour = 1 }", opens="22:00", closes="06:00", staff=staff)
    shifts = scenario.operators["g"].shifts
    assert shifts is not None
    assert (shifts["1"].from_ / 3600, shifts["1"].to / 3600) == (start, end)


def test_breaks_run_past_midnight_with_their_shift(tmp_path: Path) -> None:
    staff = (
        'shifts = [{ operators = 2, from = "22:00", to = "06:00",'
        ' breaks = [{ at = ["23:30", "01:00"], lasts = "15 min" }] }]'
    )
    scenario = day(tmp_path, "{ per_hour = 1 }", opens="22:00", closes="06:00", staff=staff)
    shifts = scenario.operators["g"].shifts
    assert shifts is not None
    assert shifts["1"].breaks[0].at == (23.5 * 3600, 25 * 3600)
    late = staff.replace("01:00", "07:00")
    why = why_not(tmp_path, "{ per_hour = 1 }", opens="22:00", closes="06:00", staff=late)
    assert "shifts.0.breaks.0.at.1: the break at 07:00 is outside its shift, 22:00 to 30:00" in why
