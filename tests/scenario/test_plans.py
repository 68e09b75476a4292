"""Plans, changes and --set: what they put in, and what they leave alone."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from sim.scenario import ScenarioError, load, load_plans
from sim.scenario.changes import changed, split_key

DAY = Path(__file__).parent / "day.toml"
CALLERS = Path(__file__).parent / "callers.toml"


def with_plan(tmp_path: Path, plan: str, file: Path = DAY) -> Any:
    """The day with one more plan, that plan loaded."""
    path = tmp_path / "day.toml"
    path.write_text(file.read_text(encoding="utf-8") + plan, encoding="utf-8")
    return load(path, "new")


def mistakes(run: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        run()
    return [str(mistake) for mistake in caught.value.mistakes]


def test_base_and_all_plans_come_in_order() -> None:
    assert [scenario.plan for scenario in load_plans(DAY)] == ["base", "later", "noon"]
    assert [s.plan for s in load_plans(DAY, ["noon", "base"])] == ["noon", "base"]


def test_a_plan_changes_what_it_names_and_nothing_else() -> None:
    base, later, noon = load_plans(DAY)
    assert later.operators["generalists"].shifts["early"].operators == 8
    assert later.callers["cards"].volume == pytest.approx(0.92)
    assert later.plan_about == "One early becomes a late."
    assert later.plan_cost_per_day == 1.5
    assert later.callers["deposits"] == base.callers["deposits"]
    assert later.operators["experts"] == base.operators["experts"]
    assert list(noon.operators) == ["generalists", "experts", "noon"]
    assert noon.callers["cards"].goes_to == (("experts",), ("generalists", "noon"))
    assert noon.callers["cards"].talk == base.callers["cards"].talk
    assert base.sha256 == noon.sha256
    assert base.path == DAY


def test_tables_merge_and_values_are_replaced_whole(tmp_path: Path) -> None:
    plan = """
[plans.new]
targets.service_level.share = 0.9
busyness = { shape = 28.7 }
[plans.new.callers.cards]
priority = { class = 2 }
talk = "3 min"
money = { lost_call_cost = 9.0 }
[plans.new.operators.generalists.shifts.early]
operators = 10
[plans.new.operators.experts]
skills = ["cards", "deposits"]
[plans.new.hold_messages.stay.messages.apology]
hang_up = 0.03
"""
    new = with_plan(tmp_path, plan)
    assert new.targets.service_level is not None
    assert (new.targets.service_level.share, new.within()) == (0.9, 20.0)
    assert new.busyness_shape == 28.7
    cards = new.callers["cards"]
    assert (cards.priority.class_, cards.priority.head_start) == (2, 0.0)
    assert cards.talk.mean == 180
    assert (cards.money.lost_call_cost, cards.money.answered_value) == (9.0, 4.0)
    early = new.operators["generalists"].shifts["early"]
    assert (early.operators, early.from_, len(early.breaks)) == (10, 28800.0, 1)
    assert new.operators["experts"].skills["deposits"].handling_factor == 1.0
    message = new.hold_messages["stay"].messages["apology"]
    assert (message.hang_up, message.at) == (0.03, 15.0)


def test_what_callers_do_is_replaced_whole(tmp_path: Path) -> None:
    plan = """
[plans.new.queue]
per_operator = 2.0
[plans.new.callers.cards]
redial = { share = 0.2, delay = "1 min" }
balk = { position = [5], share = [0.5] }
ivr = { time = "1 min" }
transfer = { to = "loans", share = 0.1 }
callback = { accepts = 0.1 }
talk_grows = { per_minute = "3 s" }
[plans.new.hold_messages.stay.messages.wait]
estimate = "head_of_line"
levels = { up_to = ["2 min"], hang_up = [0.0, 0.1] }
"""
    new = with_plan(tmp_path, plan, CALLERS)
    assert (new.queue_limit, new.queue_per_operator) == (None, 2.0)
    cards = new.callers["cards"]
    assert (cards.redial.after, cards.redial.attempts, cards.redial.as_) == (
        ("abandoned",),
        5,
        None,
    )
    assert (cards.balk.position, cards.balk.share) == ((5,), (0.5,))
    assert (cards.ivr.time.mean, cards.ivr.contained) == (60.0, 0.0)
    assert (cards.transfer.to, cards.transfer.warm, cards.transfer.keeps_place) == (
        "loans", False, False,
    )  # fmt: skip
    assert (cards.callback.tries, cards.callback.promise) == (1, None)
    # Tables that are no values merge.
    assert (cards.talk_grows.per_minute, cards.talk_grows.past_promise) == (3.0, 21.0)
    wait = new.hold_messages["stay"].messages["wait"]
    assert (wait.estimate, wait.round_to, wait.broken_promise) == ("head_of_line", 60.0, 1.52)
    assert wait.levels.patience is None


def test_who_phones_again_as_what_is_gone_phones_as_before(tmp_path: Path) -> None:
    new = with_plan(tmp_path, "\n[plans.new]\ncallers.deposits.remove = true\n", CALLERS)
    assert new.callers["cards"].transfer is None
    assert new.callers["cards"].redial.as_ is None
    assert new.redials_as("cards") == "cards"
    assert new.callers["cards"].redial.share == 0.6


def test_a_plan_that_leaves_a_promise_without_its_message(tmp_path: Path) -> None:
    plan = "\n[plans.new]\nhold_messages.stay.messages.wait.remove = true\n"
    found = mistakes(lambda: with_plan(tmp_path, plan, CALLERS))
    text = [each for each in found if "talk_grows" in each]
    assert len(text) == 1
    assert "with this plan, callers.cards.talk_grows.past_promise: no wait is announced" in text[0]


def test_a_plan_that_makes_a_ring(tmp_path: Path) -> None:
    plan = '\n[plans.new.callers.deposits]\ntransfer = { to = "cards", share = 0.1 }\n'
    (only,) = mistakes(lambda: with_plan(tmp_path, plan, CALLERS))
    assert "with this plan" in only
    assert "cards -> deposits -> cards" in only


def test_headcount_replaces_shifts_and_the_reverse(tmp_path: Path) -> None:
    plan = """
[plans.new.operators.generalists]
headcount = 5
[plans.new.operators.experts.shifts]
all_day = { operators = 3, from = "08:00", to = "20:00" }
"""
    new = with_plan(tmp_path, plan)
    assert new.operators["generalists"].shifts is None
    assert new.operators["generalists"].headcount == (5,)
    assert new.operators["generalists"].headcount_every == 12 * 3600
    assert new.operators["experts"].headcount is None
    assert list(new.operators["experts"].shifts) == ["all_day"]


def test_what_is_removed_is_not_referred_to_any_more(tmp_path: Path) -> None:
    plan = """
[plans.new]
operators.experts.remove = true
callers.deposits.remove = true
hold_messages.stay.remove = true
operators.generalists.shifts.late.remove = true
"""
    new = with_plan(tmp_path, plan)
    assert list(new.operators) == ["generalists"]
    assert list(new.callers) == ["cards"]
    assert new.callers["cards"].goes_to == (("generalists",),)
    assert new.callers["cards"].hold_messages is None
    assert list(new.operators["generalists"].skills) == ["cards"]
    assert list(new.operators["generalists"].shifts) == ["early"]


def test_what_is_left_must_be_right(tmp_path: Path) -> None:
    plan = (
        "\n[plans.new]\noperators.generalists.remove = true\noperators.experts.skills = ['cards']\n"
    )
    (only,) = mistakes(lambda: with_plan(tmp_path, plan))
    assert "plans.new: with this plan, callers.deposits:" in only
    assert 'nobody serves "deposits"' in only


def test_removing_what_is_not_there(tmp_path: Path) -> None:
    (only,) = mistakes(
        lambda: with_plan(tmp_path, "\n[plans.new.operators.expert]\nremove = true\n")
    )
    assert 'there is no "expert" to remove. Did you mean "experts"?' in only


def test_a_new_group_must_be_whole(tmp_path: Path) -> None:
    found = mistakes(lambda: with_plan(tmp_path, "\n[plans.new.operators.night]\nwage = 5\n"))
    assert len(found) == 1
    assert "plans.new.operators.night.skills: is missing" in found[0]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("callers.card.volume = 1.1",
         'callers.card: there is no "card" in callers. Did you mean "cards"?'),
        ("operators.expert.wage = 5",
         'operators.expert: there is no "expert" in operators. Did you mean "experts"?'),
        ('operators.expert.skills = ["cards"]', 'there is no "expert" in operators'),
        ("operators.generalists.shifts.erly.operators = 5",
         'there is no "erly" in operators.generalists.shifts. Did you mean "early"?'),
        ("hold_messages.stey.filler.patience = 2",
         'there is no "stey" in hold_messages. Did you mean "stay"?'),
        ("hold_messages.stay.messages.apolgy.hang_up = 0.1",
         'there is no "apolgy" in hold_messages.stay.messages. Did you mean "apology"?'),
    ],
)  # fmt: skip
def test_a_misspelt_name_in_a_plan_is_one_mistake(tmp_path: Path, body: str, said: str) -> None:
    (only,) = mistakes(lambda: with_plan(tmp_path, f"\n[plans.new]\n{body}\n"))
    assert said in only
    assert "day.toml:82: plans.new." in only


def test_a_new_name_close_to_another_may_stand_alone(tmp_path: Path) -> None:
    plan = """
[plans.new]
callers.cards.hold_messages = "stay2"
hold_messages.stay2.filler.patience = 2.0
operators.generalists.shifts.early2 = { operators = 1, from = "08:00", to = "12:00" }
operators.experts2 = { skills = ["deposits"], headcount = 1 }
"""
    new = with_plan(tmp_path, plan)
    assert new.callers["cards"].hold_messages == "stay2"
    assert list(new.operators) == ["generalists", "experts", "experts2"]


def test_hold_messages_may_wait_for_a_call_type_to_play_them(tmp_path: Path) -> None:
    more = "\n[hold_messages.music.filler]\npatience = 1.0\n\n[plans.new]\n"
    assert "music" in with_plan(tmp_path, more).hold_messages
    played = with_plan(tmp_path, more + 'callers.cards.hold_messages = "music"\n')
    assert played.callers["cards"].hold_messages == "music"


def test_a_programme_without_its_last_message(tmp_path: Path) -> None:
    new = with_plan(tmp_path, "\n[plans.new]\nhold_messages.stay.messages.apology.remove = true\n")
    assert new.callers["cards"].hold_messages == "stay"
    assert new.hold_messages["stay"].messages == {}
    assert new.hold_messages["stay"].filler.patience == 1.0


def test_a_one_off_cost_is_spread_over_its_life(tmp_path: Path) -> None:
    plan = '\n[plans.new]\ncost_per_day = 10\none_off_cost = 5200\nwritten_off = "52 weeks"\n'
    assert with_plan(tmp_path, plan).plan_cost_per_day == pytest.approx(10 + 5200 / 260)


@pytest.mark.parametrize(
    ("old", "text", "new"),
    [
        (9, "+1", 10),
        (9, "-2", 7),
        (9, "- 2", 7),
        (10, "+10 %", 11),
        (10, "x 1.1", 11),
        (10, "x1.1", 11),
        (9, "+10 %", 9.9),
        (0.5, "+10%", 0.55),
        (1.0, "-8 %", 0.92),
        (0.1, "+0.2", 0.3),
        ("4 min", "-20 s", "220.0 s"),
        ("4 min", "+1 min 5 s", "305.0 s"),
        ("4 min", "+10 %", "264.0 s"),
        ("20 s", "x 3", "60.0 s"),
        ("08:00", "+30 min", "08:30"),
        ("08:00", "-1 h", "07:00"),
    ],
)
def test_changes_are_exact_in_decimals(old: Any, text: str, new: Any) -> None:
    result = changed(old, text)
    assert result == new
    assert type(result) is type(new)


@pytest.mark.parametrize(
    ("old", "text"),
    [
        (9, "9"), (9, "+"), (9, "+ten"), (9, "+10 s"), ("4 min", "+10"), ("4 min", "-5 min"),
        ("08:00", "+10 %"), ("23:00", "+2 h"), ("serve", "+1"), (True, "+1"), ([1], "+1"),
        ({}, "+1"), (None, "+1"), (9, "x"), (9, "+nan"), (9, ""),
    ],
)  # fmt: skip
def test_changes_that_do_not_fit_are_refused(old: Any, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        changed(old, text)


def test_dotted_names_may_be_quoted() -> None:
    assert split_key("callers.cards.volume") == ["callers", "cards", "volume"]
    assert split_key('callers."a b.c".volume') == ["callers", "a b.c", "volume"]
    for odd in ("", ".", "a.", "a..b", '"a"b'):
        with pytest.raises(ValueError, match="dotted name"):
            split_key(odd)


def test_set_changes_after_the_plan() -> None:
    set_ = {"callers.cards.volume": "+10%", "operators.generalists.shifts.early.operators": "-2"}
    scenario = load(DAY, "later", set_)
    assert scenario.callers["cards"].volume == pytest.approx(0.92 * 1.1)
    assert scenario.operators["generalists"].shifts["early"].operators == 6
    assert scenario.plan == "later"


@pytest.mark.parametrize(
    ("name", "value", "where"),
    [
        ("callers.*.volume", "+10 %", lambda s: {c.volume for c in s.callers.values()} == {1.1}),
        ("callers.deposits.volume", "2", lambda s: s.callers["deposits"].volume == 2),
        ("callers.deposits.volume", 2, lambda s: s.callers["deposits"].volume == 2),
        ("trunks.lines", "5", lambda s: s.lines == 5),
        ("day.after_closing", "disconnect", lambda s: s.day.after_closing == "disconnect"),
        ("callers.cards.patience", "30 s", lambda s: s.callers["cards"].patience.law.mean == 30),
        ("callers.cards.patience", "never", lambda s: s.callers["cards"].patience.law.never),
        ("callers.cards.talk.lognormal.mean", "+10 %",
            lambda s: s.callers["cards"].talk.mean == 264),
        ("callers.deposits.talk.by_interval.0", "+1 min",
            lambda s: s.callers["deposits"].talk.laws[0].mean == 360),
        ("operators.experts.headcount.5", "+1", lambda s: s.operators["experts"].headcount[5] == 3),
        ("operators.generalists.skills.cards.rank", "+1",
            lambda s: s.operators["generalists"].skills["cards"].rank == 2),
        ("operators.generalists.overtime_wage", "x 1.5",
            lambda s: s.operators["generalists"].overtime_wage == 36),
        ("operators.generalists.shifts.early.breaks.0.paid", "true",
            lambda s: s.operators["generalists"].shifts["early"].breaks[0].paid),
        ("callers.deposits.wrap_up", "+20 s", lambda s: s.callers["deposits"].wrap_up.mean == 20),
        ("callers.deposits.money.lost_call_cost", "+5",
            lambda s: s.callers["deposits"].money.lost_call_cost == 5),
        ("hold_messages.stay.filler.patience", "x 0.5",
            lambda s: s.hold_messages["stay"].filler.patience == 0.5),
        ("targets.service_level.within", "30 s", lambda s: s.within() == 30),
        ("operators.*.shifts.*.operators", "+1",
            lambda s: s.operators["generalists"].shifts["late"].operators == 10),
    ],
)  # fmt: skip
def test_set_puts_in_changes_and_values(name: str, value: Any, where: Any) -> None:
    assert where(load(DAY, change={name: value}))


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("callers.card.volume", "+1", 'Did you mean "cards"?'),
        ("callers.cards.volum", "+1", 'Did you mean "volume"?'),
        ("callers.cards.volum", "2", 'Did you mean "volume"?'),
        ("nothing", "+1", 'there is no "nothing" in the scenario'),
        (
            "operators.generalists.shifts.early.operators",
            "+10 %",
            '"+10 %" of 9: 9.9 is not a whole',
        ),
        ("operators.generalists.shifts.early.operators", "-10", "-1 is negative"),
        ("operators.experts.headcount", "+1", "Name one place"),
        ("operators.experts.headcount.6", "+1", "places from 0 to 5"),
        ("callers.cards.patience.hang_up_at_once", "+1", "above 1"),
        ("callers.cards.label", "+1", "is not a number or a duration"),
        ("", "+1", "is not a dotted name"),
        ("day.closes", "08:00", "0 minutes"),
        ("callers.cards.talk", "5", "has no unit"),
    ],
)
def test_what_set_cannot_do_is_told(name: str, value: str, why: str) -> None:
    found = mistakes(lambda: load(DAY, change={name: value}))
    assert len(found) == 1
    assert f"{DAY}: --set" in found[0]
    assert why.lower() in found[0].lower()


def test_a_plan_that_is_not_there() -> None:
    (only,) = mistakes(lambda: load(DAY, "latr"))
    assert 'there is no plan "latr". Did you mean "later"?' in only


def test_a_scenario_can_be_sent_to_another_process() -> None:
    scenario = load(DAY, "later")
    again = pickle.loads(pickle.dumps(scenario))
    assert again == scenario
    assert (again.plan, again.sha256, again.path) == ("later", scenario.sha256, DAY)
    assert again.operators["experts"].headcount_every == 7200
