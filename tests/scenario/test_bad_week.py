"""Whatever is wrong with days, crews and money: one clear line each, with file, line and key."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import pytest
from click.testing import CliRunner

from sim.cli import waitline
from sim.scenario import load

WEEK = (Path(__file__).parent / "week.toml").read_text(encoding="utf-8")


def told(tmp_path: Path, text: str) -> list[str]:
    """The lines that `waitline check` prints for a file with this content."""
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(waitline, ["check", str(path)])
    assert result.exit_code == 2, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    lines = result.stderr.splitlines()
    assert all(line.startswith(f"{path}:") for line in lines)
    return [line.removeprefix(f"{path}:") for line in lines]


def test_the_week_itself_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "week.toml"
    path.write_text(WEEK, encoding="utf-8")
    assert CliRunner().invoke(waitline, ["check", str(path)]).exit_code == 0


EARLY = 'early = { operators = 4, days = ["Fri", "Mon"]'
LUNCH = '{ between = ["11:00", "14:00"], lasts = "30 min" },'
MORNING = '{ at = "08:00", lasts = "20 min", days = ["Mon"] }'
FEE = "{ fee = 0.3, limit = 0.2 }"
LATE = "{ share = 0.2, by"
NIGHT = '{ from = "20:00", to = "06:00", share = 0.25 }'
SHARES = "shares = { team = 0.7, partner = 0.3 }"
LEARNING = "{ new = 1.5"
DAYS = 'days = ["Fri", "Sat", "Sun", "Mon"]'
ON_CALL = '{ queue_above = 3, comes_after = "15 min" }'
OPENS_WHEN = '{ wait_above = "2 min" }'

MISTAKES = {
    "a day of no week": (DAYS, DAYS.replace('"Sun"', '"Sonntag"'), "day.days.2",
        '"Sonntag" is not a weekday. The weekdays are Mon'),
    "a day with its whole name": (DAYS, DAYS.replace('"Sun"', '"sunday"'), "day.days.2",
        'Did you mean "Sun"?'),
    "a day twice": (DAYS, DAYS.replace('"Sun"', '"Sat"'), "day.days.2", '"Sat" is there twice'),
    "days out of order": (DAYS, DAYS.replace('"Sun", "Mon"', '"Mon", "Sun"'), "day.days.3",
        '"Sun" comes after "Mon", and not within 7 days of "Fri"'),
    "no days": (DAYS, "days = []", "day.days", "empty list"),
    "hours on a day not simulated": ("[day]", "[day]\non.Tue = { opens = \"09:00\" }", "day.on.Tue",
        "Tue is not simulated. The days are Fri, Sat, Sun and Mon"),
    "hours on no day": ("[day]", "[day]\non.Son = { opens = \"09:00\" }", "day.on.Son",
        '"Son" is not a weekday. Did you mean "'),
    "hours that are no intervals": ('closes = "14:00" }\non.Sun', 'closes = "14:10" }\non.Sun',
        "day.on.Sat", "30 min does not divide the open hours on Sat, 4 h 10 min"),
    "hours of nothing": ('on.Sat = { opens = "10:00"', 'on.Sat = { opens = "14:00"', "day.on.Sat",
        "a day of 0 minutes"),
    "days that overlap": ('on.Sun = { opens = "20:00", closes = "04:00"',
        'on.Sun = { opens = "20:00", closes = "09:00"', "day",
        "Sun closes at 81:00, after Mon has opened, at 80:00"),
    "arrivals that do not fit a day": ('on.Sat = { arrivals = { per_hour = 10 }, closes',
        "on.Sat = { closes", "loans.arrivals.per_hour",
        "2 pieces of 4 h do not fill the 3 h that the line is open on Sat"),
    "arrivals of a day": ("arrivals = { per_hour = 10 }, closes",
        "arrivals = { per_hour = [10, 9] }, closes", "loans.on.Sat.arrivals.per_hour",
        "do not fill the 3 h that the line is open on Sat: 6 values are meant"),
    "hours outside the day's": ('closes = "13:00"', 'closes = "15:00"', "loans.on.Sat.closes",
        "15:00 is outside the day's hours, 10:00 to 14:00"),
    "volume on no day": ("on.Sat = { volume", "on.Wed = { volume", "cards.on.Wed",
        "Wed is not simulated"),
    "a negative volume": ("volume = 0.5", "volume = -0.5", "on.Sat.volume", "-0.5 is negative"),
    "days a week": ("days_a_week = 4", "days_a_week = 8", "money.days_a_week", "at most 7"),
    "weeks a year": ("weeks_a_year = 50", "weeks_a_year = 500", "weeks_a_year", "at most 53"),
    "lines that say nothing": ("cost_per_minute = 0.03\n", "cost_per_minute = 0\n", "trunks",
        "says nothing"),
    "a wage below zero": ("wage = 20.0", "wage = -20.0", "team.wage", "-20 is negative"),
    "a standby wage below zero": ("standby_wage = 5.0", "standby_wage = -5", "standby_wage",
        "-5 is negative"),
    "a repeat call that earns": ("repeat_cost = 2.0", "repeat_cost = -2", "repeat_cost",
        "-2 is negative"),
    "a premium at no time": (NIGHT, "{ share = 0.25 }", "premiums.0", "does not say when"),
    "a premium without an end": (NIGHT, '{ from = "20:00", share = 0.25 }', "premiums.0",
        "has only one of from and to"),
    "a premium of 0 minutes": (NIGHT, NIGHT.replace("06:00", "20:00"), "premiums.0.to",
        "ends when it starts"),
    "a negative premium": ("share = 0.25 }", "share = -0.25 }", "premiums.0.share", "negative"),
    "a premium on no day": ('days = ["Sun"], share', 'days = ["Sol"], share', "premiums.1.days.0",
        '"Sol" is not a weekday'),
    "shares that leave some out": (SHARES, SHARES.replace("0.7", "0.6"), "loans.shares",
        "the shares sum to 0.9"),
    "shares of nobody": (SHARES, SHARES.replace("partner", "partners"), "loans.shares.partners",
        'there is no group "partners". Did you mean "partner"?'),
    "shares of who cannot": (SHARES, SHARES.replace("0.3 }", "0.2, experts = 0.1 }"),
        "loans.shares.experts", '"experts" does not have the skill "loans"'),
    "shares for some": (SHARES, "shares = { team = 1.0 }", "loans.shares",
        'no share for "partner", with the skill "loans"'),
    "shares and an order": (SHARES, SHARES + '\ngoes_to = ["team", "partner"]', "loans.shares",
        "does not go with `goes_to`"),
    "procedures above 1": (FEE, "{ fee = 0.9, limit = 0.2 }", "cards.procedures",
        "the shares sum to 1.1: at most 1 is meant"),
    "a procedure below 0": (FEE, "{ fee = -0.1, limit = 0.2 }", "procedures.fee", "negative"),
    "an unknown procedure": ('knows = ["limit"]', 'knows = ["limits"]', "team.knows.0",
        'no call needs the procedure "limits". Did you mean "limit"?'),
    "a procedure known twice": ('knows = ["limit"]', 'knows = ["limit", "limit"]', "team.knows.1",
        "there twice"),
    "nobody phones again": ('repeat = { share = 0.1, delay = "1 h", attempts = 3 }\n', "",
        "cards.procedures", "who needs fee and is not helped does not phone again"),
    "absence counted twice": ("{ leave = 0.1, ", "{ leave = 0.1, absence = 0.05, ",
        "team.shrinkage.absence", "counted twice: `absence` simulates it"),
    "adherence counted twice": ("{ leave = 0.1, ", "{ leave = 0.1, adherence = 0.05, ",
        "team.shrinkage.adherence", "counted twice: `late` simulates it"),
    "training counted twice": ("{ leave = 0.1, ", "{ leave = 0.1, training = 0.05, ",
        "team.shrinkage.training", "counted twice: a training of a shift simulates it"),
    "all of it counted twice": ("shrinkage = { leave = 0.1, coaching = 0.02 }", "shrinkage = 0.2",
        "team.shrinkage", "counts twice what `absence` simulates: shrinkage in parts is meant, "
        "such as { leave = 0.10 }."),
    "shrinkage of everything": ("shrinkage = 0.3", "shrinkage = 1.0", "experts.shrinkage",
        "below 1"),
    "an unknown part": ("{ leave = 0.1, ", "{ leaf = 0.1, ", "team.shrinkage.leaf",
        'Did you mean "leave"?'),
    "nothing to open for": (OPENS_WHEN, "{}", "cards.opens_when", "is an empty table"),
    "two reasons to open": (OPENS_WHEN, '{ wait_above = "2 min", queue_above = 3 }',
        "cards.opens_when", "has queue_above and wait_above at once"),
    "no such pick": ('picks = "random"', 'picks = "fast"', "team.picks", 'Did you mean "fastest"?'),
    "no such order": ('"longest_queue"', '"longest_queues"', "team.takes",
        'Did you mean "longest_queue"?'),
    "a negative wrap-up": ('wrap_up = "40 s"', 'wrap_up = "-40 s"', "cards.wrap_up", "negative"),
    "too much spread": ("cv = 0.15", "cv = 15", "team.pace.cv", "at most 10"),
    "too often late": (LATE, LATE.replace("0.2", "20"), "late.share", "20 % is 0.2"),
    "days late": (LATE + ' = { exponential = "5 min" }', LATE + ' = { exponential = "5 days" }',
        "late.by", "absurdly long"),
    "newcomers who are quicker": (LEARNING, "{ new = 0.5", "learning.new", "at least 1"),
    "no time to learn": ('halves_in = "4 weeks"', 'halves_in = "0 s"', "halves_in", "is 0 s"),
    "an on-call condition of nothing": (ON_CALL, '{ comes_after = "15 min" }', "reserve.on_call",
        "asks for nothing"),
    "on call for seats": ("[operators.experts]", f"[operators.experts]\non_call = {ON_CALL}",
        "experts.on_call", "It is a key of a shift"),
    "late seats": ("shrinkage = 0.3", f'late = {LATE} = "5 min" }}', "experts.late",
        "which have no duty that begins or ends"),
    "seats that stay": ("[operators.experts]", '[operators.experts]\nstays = "10 min"',
        "experts.stays", "which have no duty that begins or ends"),
    "seats on no day": ("on.Sat = { headcount = 1 }",
        "on.Sat = { headcount = 1 }\non.Wed = { headcount = 1 }", "experts.on.Wed",
        "Wed is not simulated"),
    "seats that do not fill": ('{ headcount = [2, 1], every = "4 h" }', "{ headcount = [2, 1] }",
        "experts.on.Sun.headcount", "16 numbers are meant"),
    "seats of other hours": ('on.Sun = { headcount = [2, 1], every = "4 h" }\n', "",
        "experts.headcount", "do not fill the 8 h that the line is open on Sun"),
    "other seats without seats": ("[operators.partner]",
        "[operators.partner]\non.Sat = { headcount = 1 }", "partner.on", "with headcount only"),
    "a group without hours": ("{ operators = 3, from", "{ operators = 0, from", "partner",
        "nobody is ever there"),
    "a shift on a day not simulated": (EARLY, EARLY.replace('"Fri"', '"Tue"'), "early.days.0",
        "Tue is not simulated"),
    "a meeting on a day not simulated": (MORNING, MORNING.replace("Mon", "Tue"),
        "early.meetings.0.days.0", "Tue is not simulated"),
    "a meeting on another day": (MORNING, MORNING.replace("Mon", "Sat"),
        "early.meetings.0.days", "the shift is not on Sat. The shift is on Fri and Mon"),
    "a break outside": (LUNCH, '{ at = "17:00", lasts = "30 min" },', "early.breaks.1.at",
        "the break at 17:00 is outside its shift, 08:00 to 16:00"),
    "a window outside": (LUNCH, LUNCH.replace("14:00", "17:00"), "early.breaks.1.between.1",
        "the break at 17:00 is outside its shift"),
    "a meeting outside": (MORNING, MORNING.replace("08:00", "07:00"), "early.meetings.0.at",
        "the meeting at 07:00 is outside its shift"),
    "a window that is too short": (LUNCH, LUNCH.replace("14:00", "11:20"), "early.breaks.1.lasts",
        "is longer than its window of 20 min"),
    "a window backwards": (LUNCH, LUNCH.replace("11:00", "15:00"), "early.breaks.1.between",
        "ends before it begins"),
    "a window and a time": (LUNCH, LUNCH.replace("{ between", '{ at = "12:00", between'),
        "early.breaks.1", "has at and between at once"),
    "a break at no time": (LUNCH, '{ lasts = "30 min" },', "early.breaks.1", "does not say when"),
    "a window with one end": (LUNCH, '{ between = ["11:00"], lasts = "30 min" },',
        "early.breaks.1.between", "too few values"),
    "breaks at once": (LUNCH, '{ at = "10:20", lasts = "30 min" },', "early.breaks.1",
        "the break at 10:20 and the break at 10:15 are at once, for one operator"),
    "a meeting and a break at once": ('lasts = "20 min", days = ["Mon"] }',
        'lasts = "2 h 10 min", days = ["Mon"] }', "early.meetings.0",
        "the meeting at 08:00 and the break at 10:00 are at once"),
    "a window without room": (LUNCH, '{ at = "11:00", lasts = "4 h" }, ' + LUNCH,
        "early.breaks.2.between", "finds no time for it in its window"),
    "no such meeting": (MORNING, MORNING.replace("lasts", 'what = "party", lasts'),
        "meetings.0.what", '"meeting", "training" or "coaching" is meant'),
    "a plan for no day": ('"callers.cards.on.Fri.volume"', '"callers.cards.on.Tue.volume"',
        "callers.cards.on.Tue", "Tue is not simulated"),
    "a plan for a day of no week": ('"callers.cards.on.Fri.volume"',
        '"callers.cards.on.Freitag.volume"', "Freitag", 'there is no "Freitag"'),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES)
def test_one_mistake_is_one_line(tmp_path: Path, case: str) -> None:
    old, new, key, why = MISTAKES[case]
    assert WEEK.count(old) >= 1, old
    lines = told(tmp_path, WEEK.replace(old, new, 1))
    assert len(lines) == 1, "\n".join(lines)
    assert key in lines[0], lines[0]
    assert why in lines[0], lines[0]


def test_all_of_them_are_told_together(tmp_path: Path) -> None:
    cases = ("a negative volume", "a wage below zero", "a premium at no time", "too often late",
             "shares of nobody", "an unknown procedure", "absence counted twice", "no such pick",
             "two reasons to open", "a break outside", "an on-call condition of nothing",
             "seats that do not fill", "days a week")  # fmt: skip
    text = WEEK
    for case in cases:
        old, new = MISTAKES[case][:2]
        assert old in text
        text = text.replace(old, new, 1)
    lines = told(tmp_path, text)
    assert len(lines) == len(cases), "\n".join(lines)
    for case in cases:
        assert any(MISTAKES[case][2] in line and MISTAKES[case][3] in line for line in lines), case


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (["Ann,Mon,08:00,12:00,phone", "Ann,Mon,11:00,15:00,phone"],
         'line 3: "Ann" is on the phone twice at once (line 2 too)'),
        (["Ann,Sun,22:00,06:00,phone", "Ann,Mon,05:00,09:00,phone"],
         'line 3: "Ann" is on the phone twice at once (line 2 too)'),
        (["Ann,Mon,08:00,12:00,phone", "Ann,Mon,11:50,12:30,meeting",
          "Ann,Mon,11:00,12:00,training"],
         'line 4: "Ann" is in two meetings at once (line 3 too)'),
        (["Ann,Mon,08:00,12:00,phone", "Ann,Mon,14:00,15:00,meeting"],
         'line 3: the meeting of "Ann" at 14:00 is outside their duty'),
        (["Ann,Mon,08:00,12:00,phone", "Ben,Mon,09:00,10:00,coaching"],
         'line 3: the coaching of "Ben" at 09:00 is outside their duty'),
        (["Ann,Mond,08:00,12:00,phone", "Ann,Mi,08:00,12:00,phone"],
         'line 3: day "Mi" is not a weekday'),
        (["Ann,Tue,08:00,12:00,phone"], 'has no row with the activity "phone"'),
    ],
)  # fmt: skip
def test_a_roster_of_several_days(tmp_path: Path, rows: list[str], why: str) -> None:
    (tmp_path / "team.csv").write_text(
        "\n".join(["operator,day,start,end,activity", *rows]) + "\n", encoding="utf-8"
    )
    shifts = WEEK.split("[operators.partner]\n")[1].split("\n\n")[0]
    own = 'skills = ["loans"]\nroster = { file = "team.csv" }'
    lines = told(tmp_path, WEEK.replace(shifts, own))
    assert len(lines) == 1, "\n".join(lines)
    assert "operators.partner.roster: team.csv" in lines[0]
    assert why in lines[0], lines[0]


def test_a_call_type_that_is_never_open(tmp_path: Path) -> None:
    days = 'days = ["Sat"]\non.Sat = { opens = "18:00", closes = "23:00" }\n'
    text = WEEK.split("[plans")[0].split(DAYS)
    loans = text[1].split("[callers.loans]")[1].split("[operators")[0]
    closed = loans.replace(', closes = "13:00" }', " }")
    first = text[0] + days + "[money]" + text[1].split("[money]")[1].replace(loans, closed)
    lines = told(tmp_path, first)
    assert any("callers.loans.arrivals: it is never open" in line for line in lines), lines


def test_two_groups_that_would_share_draws(tmp_path: Path) -> None:
    """Streams of operators are looked at as those of callers are; what is not drawn is not."""
    assert crc32(b"brjh/pace/1") == crc32(b"ckdh/absence/1")
    path = tmp_path / "twins.toml"
    text = WEEK.split("[plans")[0].replace("team", "brjh").replace("experts", "ckdh")
    path.write_text(text, encoding="utf-8")
    assert list(load(path).operators) == ["brjh", "ckdh", "partner"]
    text = text.replace("shrinkage = 0.3", "absence = 0.3")
    (line,) = told(tmp_path, text)
    assert "operators.ckdh: " in line
    assert '"brjh/pace/1" and "ckdh/absence/1" would draw the same random numbers' in line
    assert "another name of the group is meant" in line
