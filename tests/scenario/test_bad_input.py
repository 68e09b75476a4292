"""Whatever is wrong with a file: exit 2, one clear line a mistake, and never a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli import waitline
from sim.scenario import ScenarioError, load_plans

DAY = (Path(__file__).parent / "day.toml").read_text(encoding="utf-8")
CALLERS = (Path(__file__).parent / "callers.toml").read_text(encoding="utf-8")


def check(path: Path) -> Result:
    return CliRunner().invoke(waitline, ["check", str(path)])


def told(tmp_path: Path, text: str | bytes, name: str = "bad.toml") -> list[str]:
    """The lines that `waitline check` prints for a file with this content."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = check(path)
    assert result.exit_code == 2, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert all(line.startswith(str(path)) for line in lines)
    return [line.removeprefix(str(path)).lstrip(":") for line in lines]


def test_the_day_itself_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "day.toml"
    path.write_text(DAY, encoding="utf-8")
    result = check(path)
    assert result.exit_code == 0
    fine = f"{path}: fine. 2 call types, 2 operator groups, 2 plans besides base.\n"
    assert result.stdout == fine


EARLY = 'early = { operators = 9, from = "08:00"'
MISTAKES = {
    "unknown key": ("talk = { log", "tlak = { log", "callers.cards.tlak", 'Did you mean "talk"'),
    "unknown table": ("[trunks]", "[trunk]", "trunk", 'Did you mean "trunks"'),
    "unknown law": ("lognormal", "lognorml", "talk.lognorml", 'Did you mean "lognormal"'),
    "unknown choice": ('"ranked"', '"ranks"', "experts.takes", 'Did you mean "ranked"'),
    "missing key": ('currency = "EUR"', "", "", ""),
    "wrong unit": ('"4 min", cv', '"4 mins", cv', "talk.lognormal.mean", "unknown unit"),
    "ambiguous unit": ('"4 min", cv', '"4 m", cv', "talk.lognormal.mean", '"min" or "month"'),
    "no unit": ('"4 min", cv', "4, cv", "talk.lognormal.mean", '"4 s" or "4 min"'),
    "text for number": ("wage = 24.0", 'wage = "24"', "wage", "without quotes: 24"),
    "bool for number": ("wage = 24.0", "wage = true", "wage", "true is not a number"),
    "not a number": ("wage = 24.0", "wage = nan", "wage", "not a finite number"),
    "infinite": ("wage = 24.0", "wage = inf", "wage", ""),
    "negative": ("wage = 24.0", "wage = -24.0", "wage", "-24 is negative"),
    "negative duration": ('wrap_up = { exponential = "30 s" }', 'wrap_up = "-3 s"', "", "negative"),
    "absurd duration": ('exponential = "30 s"', 'exponential = "2000 years"', "", "1000 years"),
    "absurd number": (EARLY, EARLY.replace("9", "10000000"), "operators", "absurdly large"),
    "too many operators": (
        "late = { operators = 9", "late = { operators = 99999", "operators", "at most 100,000",
    ),
    "part of an operator": (EARLY, EARLY.replace("9", "9.5"), "operators", "9 or 10"),
    "share above 1": ("share = 0.80", "share = 80", "targets.service_level.share", "80 % is 0.8"),
    "shift without length": (EARLY, EARLY.replace("08", "16"), "early.to", "ends when it starts"),
    "break outside": ('"11:30", "12:00"', '"11:30", "17:00"', "breaks.0.at.1", "outside its shift"),
    "too few pieces": ("  110, 100, 90, 80, 60, 40,\n", "", "arrivals.per_hour", "12 values"),
    "too few seats": ("[3, 3, 3, 3, 3, 2]", "[3, 3]", "experts.headcount", "6 numbers"),
    "too few laws": ('every = "4 h"', 'every = "1 h"', "talk.by_interval", "do not fill"),
    "skill nobody calls for": ('"deposits"]\nwage', '"deposits", "loans"]\nwage',
        "generalists.skills.2", 'nobody calls for "loans"'),
    "goes to who cannot": ("skills = { cards = { rank = 2 }, ", "skills = { ", "goes_to.0",
        "does not have the skill"),
    "goes to nobody": ('["experts", "generalists"]\n', '["experts", "generalist"]\n', "goes_to.1",
        'Did you mean "generalists"'),
    "goes to not all": ('["experts", "generalists"]\n', '["experts"]\n', "goes_to", "not listed"),
    "unknown messages": ('= "stay"', '= "stey"', "cards.hold_messages", 'Did you mean "stay"'),
    "empty list": ("[3, 3, 3, 3, 3, 2]", "[]", "experts.headcount", "empty list"),
    "interval": ('interval = "30 min"', 'interval = "7 min"', "day.interval", "does not divide"),
    "day of 0 minutes": ('closes = "20:00"', 'closes = "08:00"', "day.closes", "0 minutes"),
    "clock without quotes": ('opens = "08:00"', "opens = 08:00:00", "day.opens", '"08:00"'),
    "own hours outside": ('opens = "09:00"', 'opens = "07:00"', "deposits.opens", "outside"),
    "own hours reversed": ('closes = "17:00"', 'closes = "08:30"', "deposits.closes", "before it"),
    "10^12 calls": ("calls = 360", "calls = 1000000000000", "deposits.arrivals", "200,000 GB"),
    "digits without end": ("calls = 360", f"calls = {'9' * 400}", "", ""),
    "two ways": ("calls = 360", "calls = 360, per_hour = 1", "deposits.arrivals", "both"),
    "no such CSV": ("calls = 360", 'file = "no.csv", time = "t", calls = "c"', "", "no file"),
    "unknown measure": ("[actual]\nservice_level", "[actual]\nservce_level", "actual", "Did"),
    "constant by cv": ("cv = 1.1", "cv = 0", "talk.lognormal.cv", "constant"),
    "no lines": ("lines = 60", "lines = 0", "trunks.lines", "at least 1"),
    "list for table": ("money = { answered_value = 4.0, lost_call_cost = 6.0 }", "money = [4]",
        "cards.money", "not a table"),
    "two busynesses": ("cv = 0.12", "cv = 0.12\nshape = 3", "busyness", "cv and shape at once"),
    "change of nothing": ('"callers.cards.volume"', '"callers.card.volume"', "plans.later.change",
        'Did you mean "cards"'),
    "change of no number": ('"callers.cards.volume"', '"callers.cards.label"', "plans.later.change",
        "not a number or a duration"),
    "change of no form": ('"-8 %"', '"8 %"', "plans.later.change", "is not a change"),
    "change to a part": ('operators" = "-1"', 'operators" = "-10 %"', "plans.later.change", "8.1"),
    "change below 0": ('operators" = "-1"', 'operators" = "-10"', "plans.later.change", "negative"),
    "plan with a misspelt group": ("[plans.noon.operators.noon]", "[plans.noon.operator.noon]",
        "plans.noon.operator", 'Did you mean "operators"'),
    "plan that goes nowhere": ('["generalists", "noon"]]', '["generalists", "non"]]',
        "plans.noon.callers.cards.goes_to.1.1", 'Did you mean "noon"'),
    "plan with an unknown key": ("cost_per_day", "cost_per_dya", "plans.later.cost_per_dya",
        'Did you mean "cost_per_day"'),
    "plan named base": ("[plans.later]", "[plans.base]", "plans.base", "the scenario itself"),
    "absence": ("on_costs = 0.25", "absence = 5", "absence", "5 % is 0.05"),
    "reserve": ("{ rank = 2 }", "{ reserve = -2 }", "reserve", "-2 is negative"),
    "trace and calls": ("calls = 360", 'trace = "x.csv", time = "t", calls = "x"',
        "deposits.arrivals.calls", "does not go with `trace`"),
    "seats with a point": ("[3, 3, 3, 3, 3, 2]", "4.0", "experts.headcount", "is meant: 4."),
    "no law": ('exponential = "2 min", hang_up_at_once = 0.10', "hang_up_at_once = 0.2",
        "cards.patience", "has no law beside hang_up_at_once"),
    "skill without brackets": ('["cards", "deposits"]\nwage', '"cards"\nwage',
        "generalists.skills", 'skills = ["cards"] is meant'),
    "no skills": ('["cards", "deposits"]\nwage', "[]\nwage", "generalists.skills", "empty list"),
    "levels of an apology": ('says = "apology"', 'says = "apology", levels = { up_to = ["1 min"] }',
        "apology.levels", "position and expected_wait have it"),
    "estimate of an apology": ('says = "apology"', 'says = "apology", broken_promise = 1.5',
        "apology.broken_promise", "expected_wait has it"),
    "no such unit": ("cost_per_day = 1.5", 'written_off = "2 moons"', "later.written_off",
        "weeks, months and years"),
    "percent": ("share = 0.80", 'share = "80 %"', "service_level.share", "is meant: 0.8."),
    "three ends": ('{ exponential = "30 s" }', '{ uniform = ["1 s", "2 s", "3 s"] }',
        "wrap_up.uniform", "has 3 values: two values are meant"),
    "roster key": ('headcount = [3, 3, 3, 3, 3, 2]\nevery = "2 h"',
        'roster = { file = "x.csv", fil = "y.csv" }', "experts.roster.fil", 'Did you mean "file"'),
    "key of another form": ("calls = 360", 'calls = 360, time = "t"', "arrivals.time",
        "does not go with `calls`"),
    "absurd talk": ('mean = "4 min"', 'mean = "99999 h"', "cards.talk", "absurdly long"),
    "absurd wrap-up": ('wrap_up = { exponential = "30 s" }', 'wrap_up = "25 h"', "wrap_up",
        "a mean of 25 h is absurdly long: a mean of at most 24 h is meant"),
    "absurd piece": ('["5 min", {', '["5 days", {', "deposits.talk", "absurdly long"),
}  # fmt: skip
del MISTAKES["missing key"]


REDIAL = 'redial = { share = 0.5, later_share = 0.4, delay = "5 min", later_delay = "20 min" }'
MISTAKES_OF_CALLERS = {
    "queue in no way": ("limit = 30", "", "queue", "limit or per_operator is meant"),
    "queue in two ways": ("limit = 30", "limit = 30\nper_operator = 1.5", "queue", "at once"),
    "negative limit": ("limit = 30", "limit = -1", "queue.limit", "-1 is negative"),
    "part of a place": ("limit = 30", "limit = 1.5", "queue.limit", "1 or 2"),
    "negative queue": ("limit = 30", "per_operator = -1.5", "per_operator", "-1.5 is negative"),
    "places out of order": ("[3, 10], share", "[10, 3], share", "cards.balk.position",
        "the places are not in order"),
    "place twice": ("[3, 10], share", "[3, 3], share", "cards.balk.position", "not in order"),
    "place 0": ("[3, 10], share", "[0, 10], share", "balk.position.0", "at least 1"),
    "part of a balking place": ("[3, 10], share", "[3, 10.5], share", "balk.position.1",
        "10 or 11"),
    "balking share": ("[0.1, 0.4]", "[0.1, 40]", "balk.share.1", "40 % is 0.4"),
    "negative balking": ("[0.1, 0.4]", "[-0.1, 0.4]", "balk.share.0", "negative"),
    "too few balking shares": ("[0.1, 0.4]", "[0.1]", "balk.share", "1 shares and 2 places"),
    "balking at nothing": ("position = [3, 10], share = [0.1, 0.4]",
        "position = [], share = [0.1]", "balk.position", "empty list"),
    "no time in the menu": ('time = { gamma = { mean = "40 s", cv = 0.5 } }, ', "",
        "cards.ivr.time", "is missing"),
    "absurd menu": ('mean = "40 s", cv', 'mean = "40 h", cv', "cards.ivr.time", "absurdly long"),
    "contained": ("contained = 0.3", "contained = 30", "ivr.contained", "30 % is 0.3"),
    "redial as nobody": ('as = "deposits"', 'as = "deposit"', "cards.redial.as",
        'there is no call type "deposit". Did you mean "deposits"?'),
    "redial once": ("attempts = 3", "attempts = 1", "redial.attempts", "none to phone again with"),
    "repeat once": ('delay = { exponential = "3 h" }', 'delay = "3 h", attempts = 1',
        "repeat.attempts", "none to phone again with"),
    "redial never": ("attempts = 3", "attempts = 0", "redial.attempts", "at least 1"),
    "redial without end": (REDIAL, 'redial = { share = 1.0, delay = "5 min", attempts = 1000 }',
        "deposits.redial", "to make 1,000.0 contacts, by deposits.redial 1 in 1000 attempts"),
    "several kinds without end": (REDIAL,
        'redial = { share = 0.9, delay = "5 min" }\nrepeat = { share = 0.9, delay = "1 h" }',
        "deposits.re", "deposits.redial 0.9 in 5 attempts and deposits.repeat 0.9 in 5 attempts"),
    "redial share": ("share = 0.6", "share = 1.6", "redial.share", "above 1"),
    "later share": ("later_share = 0.4", "later_share = -0.4", "redial.later_share", "negative"),
    "busy tones that do not count": ("later_share = 0.4", "blocked_share = 0.4",
        "deposits.redial.blocked_share", 'an `after` without "blocked"'),
    "delay of busy tones that do not count": ("later_delay", "blocked_delay",
        "deposits.redial.blocked_delay", 'an `after` without "blocked"'),
    "redial after answers": ('"blocked"]', '"answered"]', "redial.after.1", '"cut_off" is meant'),
    "ring": (REDIAL, 'transfer = { to = "cards", share = 0.01 }', "cards.transfer.to",
        "in a ring: cards -> deposits -> cards"),
    "transfer to itself": ('to = "deposits"', 'to = "cards"', "transfer.to", "goes to itself"),
    "transfer to nobody": ('to = "deposits"', 'to = "depots"', "transfer.to", '"deposits"?'),
    "place of nobody": ("share = 0.08", "share = 0", "transfer.keeps_place", "the share"),
    "absurd conference": ('conference = { exponential = "30 s" }', 'conference = "30 h"',
        "transfer.conference", "absurdly long"),
    "place by words": ("keeps_place = true", 'keeps_place = "yes"', "keeps_place", "yes or no"),
    "callback that reaches nobody": ("reached = 0.9", "reached = 0", "callback.reached",
        "reaches nobody"),
    "callback without a try": ("tries = 2", "tries = 0", "callback.tries", "at least 1"),
    "callback instead": ("up = 0.3", "up = 3", "callback.instead_of_hanging_up", "3 % is 0.03"),
    "promise of nothing": ('promise = "2 h"', 'promise = "0 s"', "callback.promise", "is 0 s"),
    "offer that nobody accepts": ('hold_messages = "music"', 'hold_messages = "m2"\n'
        '[hold_messages.m2.messages]\noffer = { says = "callback_offer" }',
        "hold_messages.m2.messages.offer.says", "nobody can accept it"),
    "callback of who hears nothing": (REDIAL, "callback = { accepts = 0.5 }", "deposits.callback",
        "nobody is ever offered one"),
    "part of a reserve": ("holding = 2", "holding = 2.5", "reserve_for_holding", "2 or 3"),
    "promise to who hears none": (REDIAL, 'talk_grows = { past_promise = "21 s" }',
        "deposits.talk_grows.past_promise", "no wait is announced"),
    "message at a negative time": ('at = "20 s"', 'at = "-20 s"', "place.at", "negative"),
    "levels out of order": ('["1 min", "5 min"]', '["5 min", "1 min"]', "wait.levels.up_to",
        "not in order"),
    "positions out of order": ("up_to = [3, 10]", "up_to = [10, 3]", "place.levels.up_to",
        "not in order"),
    "level of position 0": ("up_to = [3, 10]", "up_to = [0, 10]", "place.levels.up_to",
        "0 is not a place in the queue: a whole number from 1"),
    "level of part of a place": ("up_to = [3, 10]", "up_to = [3, 9.5]", "place.levels.up_to",
        "9.5 is not a place"),
    "positions in minutes": ("up_to = [3, 10]", 'up_to = ["3 min", "10 min"]',
        "place.levels.up_to", "durations are no positions"),
    "waits without a unit": ('["1 min", "5 min"]', "[1, 5]", "wait.levels.up_to",
        "numbers are no durations"),
    "levels of two kinds": ('["1 min", "5 min"]', '[1, "5 min"]', "wait.levels.up_to", "one list"),
    "one effect too few": ("[0.0, 0.05, 0.20]", "[0.0, 0.05]", "levels.hang_up", "3: one more"),
    "level's share": ("[0.0, 0.05, 0.20]", "[0.0, 0.05, 20]", "levels.hang_up.2", "20 % is 0.2"),
    "level's negative share": ("[0.0, 0.05, 0.20]", "[-0.1, 0.0, 0.2]", "levels.hang_up.0",
        "negative"),
    "negative patience of a level": ("[0.6, 0.9, 1.4]", "[-0.6, 0.9, 1.4]", "levels.patience.0",
        "-0.6 is negative"),
    "negative patience": ('at = "20 s"', "patience = -0.5", "place.patience", "negative"),
    "message's share": ('at = "20 s"', "hang_up = 1.2", "place.hang_up", "above 1"),
    "negative broken promise": ("promise = 1.52", "promise = -1", "broken_promise", "negative"),
    "absurd broken promise": ("promise = 1.52", "promise = 1e5", "broken_promise",
        "absurdly large: at most 1,000"),
    "rounded to nothing": ('round_to = "1 min"', 'round_to = "0 s"', "wait.round_to", "is 0 s"),
    "rounded position": ("may_go_back = true", 'round_to = "1 min"', "place.round_to",
        "expected_wait and callback_offer have it"),
    "wait that goes back": ("broken_promise = 1.52", "may_go_back = true", "wait.may_go_back",
        "position has it"),
    "percentile": ("percentile = 0.9", "percentile = 1", "wait.estimate.percentile", "below 1"),
    "percentile of nothing": ("percentile = 0.9", "", "wait.estimate.percentile", "is missing"),
    "estimator": ("estimate = { percentile = 0.9 }", 'estimate = "queue_lenght"',
        "wait.estimate", 'Did you mean "queue_length"?'),
    "no estimator": ("estimate = { percentile = 0.9 }", "estimate = 0.9", "wait.estimate",
        "0.9 is none of its values"),
    "negative growth": ("growth = 2.0", "growth = -2.0", "priority.growth", "negative"),
    "257 messages": ("[hold_messages.stay.messages]", "[hold_messages.stay.messages]\n"
        + "".join(f'm{k} = {{ says = "advert" }}\n' for k in range(254)),
        "hold_messages.stay.messages", "257 messages in one programme: at most 256"),
}  # fmt: skip


@pytest.mark.parametrize("case", [*MISTAKES, *MISTAKES_OF_CALLERS])
def test_one_mistake_is_one_line(tmp_path: Path, case: str) -> None:
    good, cases = (DAY, MISTAKES) if case in MISTAKES else (CALLERS, MISTAKES_OF_CALLERS)
    old, new, key, why = cases[case]
    assert old in good
    lines = told(tmp_path, good.replace(old, new, 1))
    assert len(lines) == 1, lines
    assert key in lines[0].split(": ")[1]
    assert why in lines[0]
    # The line that is named is the one that was changed, or near it for a table.
    number = int(lines[0].split(":")[0])
    changed = good[: good.index(old)].count("\n") + 1
    far = case in ("goes to who cannot", "ring", "257 messages")
    assert abs(number - changed) <= (30 if far else 6)


def test_operators_who_all_wait_for_those_holding(tmp_path: Path) -> None:
    text = CALLERS.replace("reserve_for_holding = 2", "reserve_for_holding = 9", 1)
    path = tmp_path / "experts.toml"
    path.write_text(text, encoding="utf-8")
    assert check(path).exit_code == 0  # an expert can still make the callback
    lines = told(tmp_path, text.replace("headcount = 3", "headcount = 3\nreserve_for_holding = 5"))
    assert len(lines) == 1
    assert "cards.callback: nobody can make it: every group that serves this" in lines[0]


def test_offers_may_wait_for_a_call_type_that_hears_them(tmp_path: Path) -> None:
    path = tmp_path / "later.toml"
    text = '\n[hold_messages.later.messages]\noffer = { says = "callback_offer" }\n'
    path.write_text(CALLERS + text, encoding="utf-8")
    assert check(path).exit_code == 0


def test_all_mistakes_of_callers_are_told_together(tmp_path: Path) -> None:
    text = CALLERS
    cases = ("negative limit", "places out of order", "balking share", "redial as nobody",
             "redial without end", "callback that reaches nobody", "offer that nobody accepts",
             "message at a negative time", "levels out of order", "absurd broken promise",
             "rounded position")  # fmt: skip
    for case in cases:
        text = text.replace(*MISTAKES_OF_CALLERS[case][:2], 1)
    lines = told(tmp_path, text)
    assert len(lines) == len(cases), "\n".join(lines)
    for case in cases:
        key, why = MISTAKES_OF_CALLERS[case][2:]
        assert any(key in line and why in line for line in lines), case


def test_all_mistakes_are_told_together(tmp_path: Path) -> None:
    text = DAY
    cases = ("unknown key", "negative", "share above 1", "break outside", "empty list", "interval",
             "unknown messages", "goes to nobody", "skill nobody calls for", "change of nothing",
             "absence", "unknown measure")  # fmt: skip
    for case in cases:
        text = text.replace(*MISTAKES[case][:2], 1)
    lines = told(tmp_path, text)
    assert len(lines) == len(cases), "\n".join(lines)
    for case in cases:
        assert any(MISTAKES[case][2] in line and MISTAKES[case][3] in line for line in lines), case
    numbers = [int(line.split(":")[0]) for line in lines]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("table", ["day", "callers", "operators"])
def test_a_missing_table_is_one_mistake(tmp_path: Path, table: str) -> None:
    text = 'name = "x"\n'
    if table != "day":
        text += '[day]\nopens = "08:00"\ncloses = "12:00"\ninterval = "1 h"\n'
    if table != "callers":
        text += '[callers.a]\narrivals = { per_hour = 1 }\ntalk = "1 min"\npatience = "never"\n'
    if table != "operators":
        text += '[operators.g]\nskills = ["a"]\nheadcount = 1\n'
    lines = told(tmp_path, text)
    assert len(lines) == 1
    assert f" {table}: is missing." in lines[0]


def test_a_call_type_nobody_serves(tmp_path: Path) -> None:
    text = (
        DAY + '[callers.loans]\narrivals = { per_hour = 1 }\ntalk = "1 min"\npatience = "never"\n'
    )
    text = text.replace("[plans", "[plan", 0)
    lines = told(tmp_path, text)
    assert len(lines) == 1
    assert 'nobody serves "loans"' in lines[0]


@pytest.mark.parametrize("plans", ["3", "true", "1.5", "2024-03-01", '"x"', "[1]"])
def test_plans_that_are_no_table_are_one_mistake(tmp_path: Path, plans: str) -> None:
    lines = told(tmp_path, f"plans = {plans}\n" + DAY[: DAY.index("[plans.later]")])
    assert len(lines) == 1
    assert lines[0].startswith("1: plans: ")
    assert "is not a table" in lines[0]


def test_patience_may_be_as_long_as_one_likes(tmp_path: Path) -> None:
    path = tmp_path / "day.toml"
    path.write_text(DAY.replace('exponential = "2 min"', 'exponential = "99999 h"', 1), "utf-8")
    assert check(path).exit_code == 0


ODD = "\\u001B[31mred\\nline two\\u202E"


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [
        ('takes = "ranked"', f'takes = "{ODD}"', 1),
        ('takes = "ranked"', f'"{ODD}" = 1', 1),
        ("[callers.deposits]", f'[callers."{ODD}"]', None),
        ('"deposits"]\nwage', f'"deposits", "{ODD}"]\nwage', 1),
        ("calls = 360", f'file = "{ODD}", time = "t", calls = "c"', 1),
        ("[plans.later]", f'[plans."{ODD}"]', 1),
        ('"ranked"', f'"{"long" * 1000}"', 1),
        ("takes =", f"{'long' * 1000} =", 1),
        ('"deposits"]\nwage', f'"deposits", "{"long" * 1000}"]\nwage', 1),
        ('opens = "08:00"', f'opens = "{"long " * 1000}"', 1),
    ],
)
def test_nothing_of_a_file_gets_at_the_terminal(
    tmp_path: Path, old: str, new: str, count: int | None
) -> None:
    lines = told(tmp_path, DAY.replace(old, new, 1))
    assert count is None or len(lines) == count, lines
    for line in lines:
        assert line.isprintable()
        assert len(line) < 500


def test_a_name_with_an_escape_is_one_mistake(tmp_path: Path) -> None:
    more = '[operators."\\u001B[31m"]\nskills = ["cards"]\nheadcount = 1\n'
    lines = told(tmp_path, DAY.replace('goes_to = ["experts", "generalists"]\n', "", 1) + more)
    assert len([line for line in lines if "cannot be a name" in line]) == 1
    text = (
        'name = "x"\n[day]\nopens = "08:00"\ncloses = "12:00"\ninterval = "1 h"\n'
        '[callers."\\u001B[31m"]\narrivals = { per_hour = 1 }\ntalk = "1 min"\npatience = "never"\n'
        '[operators.g]\nskills = ["\\u001B[31m"]\nheadcount = 1\n'
    )
    (only,) = told(tmp_path, text)
    assert 'callers."\\x1b[31m": "\\x1b[31m" cannot be a name' in only


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "bank.toml").write_text(DAY, encoding="utf-8")
    result = check(tmp_path / "bnk.toml")
    assert result.exit_code == 2
    assert "there is no such file" in result.stderr
    assert 'Did you mean "bank.toml"?' in result.stderr


def test_a_directory(tmp_path: Path) -> None:
    result = check(tmp_path)
    assert result.exit_code == 2
    assert result.stderr == f"{tmp_path}: is a directory: a scenario file is meant.\n"


def test_a_name_that_no_file_can_have() -> None:
    result = check(Path("no\0file"))
    assert result.exit_code == 2
    assert "cannot be read" in result.stderr


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x7fELF\x00\x01", "is not a text file"),
        (b"\x00" * 100, "is not a text file"),
        (b'name = "caf\xe9"\n', "is not UTF-8"),
        (DAY.encode("utf-16"), "is not"),
        (b"name = \n", "is not TOML"),
        (b"[day\n", "is not TOML"),
        (b'{"name": "x"}', "is not TOML"),
        (b"a = 1\na = 2\n", "is not TOML"),
        (b"a = " + b"[" * 100_000, "is not TOML"),
        (b"a = 9" + b"9" * 5000, "is not TOML"),
    ],
)
def test_what_is_no_toml(tmp_path: Path, content: bytes, why: str) -> None:
    lines = told(tmp_path, content)
    assert len(lines) == 1
    assert why in lines[0]


def test_an_empty_file_lacks_what_is_required(tmp_path: Path) -> None:
    lines = told(tmp_path, "")
    assert [line.split(": ")[1] for line in lines] == ["name", "day", "callers", "operators"]


def test_a_line_of_toml_that_is_wrong_is_named(tmp_path: Path) -> None:
    lines = told(tmp_path, 'name = "x"\n[day]\nopens = 8:00\n')
    assert lines[0].startswith("3: is not TOML")
    assert "opens = 8:00" in lines[0]


def test_crlf_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "day.toml"
    path.write_bytes(b"\xef\xbb\xbf" + DAY.replace("\n", "\r\n").encode())
    assert check(path).exit_code == 0
    path.write_bytes(
        b"\xef\xbb\xbf" + DAY.replace("20:00", "20:70", 1).replace("\n", "\r\n").encode()
    )
    assert re.search(r":8: day\.closes", check(path).stderr)


def test_a_good_file_beside_a_bad_one(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(DAY, encoding="utf-8")
    bad.write_text("", encoding="utf-8")
    result = CliRunner().invoke(waitline, ["check", str(bad), str(good)])
    assert result.exit_code == 2
    assert f"{good}: fine." in result.stdout


def test_mistakes_can_be_read_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(DAY.replace("wage = 24.0", "wgae = 24.0"), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_plans(path)
    (mistake,) = caught.value.mistakes
    assert mistake.file == str(path)
    assert mistake.line == DAY[: DAY.index("wage = 24.0")].count("\n") + 1
    assert mistake.key == "operators.generalists.wgae"
    assert mistake.what == "is not a key here"
    assert mistake.suggestion == 'Did you mean "wage"?'
