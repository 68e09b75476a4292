"""What becomes of contacts, as a file says it: values that are written, and those that follow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.scenario import Scenario, load
from sim.scenario.contacts import Redial
from sim.scenario.laws import Constant, Exponential
from sim.scenario.schema import Percentile

FILE = Path(__file__).parent / "callers.toml"
SMALL = """\
name = "x"
day = { opens = "08:00", closes = "09:00", interval = "1 h" }
[operators]
g = { skills = ["a"], headcount = 1 }
[hold_messages.m.messages]
place = { says = "position" }
wait = { says = "expected_wait" }
[hold_messages.n.messages]
offer = { says = "callback_offer" }
[callers.a]
arrivals = { per_hour = 1 }
talk = "1 min"
patience = "never"
hold_messages = "m"
"""


def scenario_with(tmp_path: Path, keys: str) -> Scenario:
    path = tmp_path / "x.toml"
    path.write_text(SMALL + keys, encoding="utf-8")
    return load(path)


def test_what_is_written_is_read() -> None:
    scenario = load(FILE)
    cards, deposits = scenario.callers["cards"], scenario.callers["deposits"]
    assert (scenario.queue_limit, scenario.queue_per_operator) == (30, None)
    assert cards.priority.growth == 2.0
    assert cards.ivr is not None
    assert (cards.ivr.time.mean, cards.ivr.contained) == (40.0, 0.3)
    assert cards.balk is not None
    assert (cards.balk.position, cards.balk.share) == ((3, 10), (0.1, 0.4))
    assert cards.redial is not None
    assert (cards.redial.share, cards.redial.later_share, cards.redial.blocked_share) == (
        0.6, 0.6, 0.9,
    )  # fmt: skip
    assert cards.redial.later_delay == Exponential(exponential="10 min")
    assert cards.redial.blocked_delay == Constant(constant="1 min")
    assert (scenario.redials_as("cards"), scenario.redials_as("deposits")) == ("deposits",) * 2
    assert scenario.redials_as("loans") == "loans"
    assert deposits.redial is not None
    assert (deposits.redial.later_share, deposits.redial.attempts) == (0.4, 5)
    assert cards.transfer is not None
    assert (cards.transfer.conference.mean, cards.transfer.keeps_place) == (30.0, True)
    assert cards.transfer.warm
    assert cards.callback is not None
    assert (cards.callback.instead_of_hanging_up, cards.callback.promise) == (0.3, 7200.0)
    assert scenario.operators["generalists"].reserve_for_holding == 2


def test_messages_that_are_written_are_read() -> None:
    scenario = load(FILE)
    programme = scenario.programme_of("cards")
    assert programme is not None
    assert programme is scenario.hold_messages["stay"]
    place, wait, offer = programme.messages.values()
    assert (place.may_go_back, wait.may_go_back) == (True, False)
    assert wait.estimate == Percentile(percentile=0.9)
    assert (wait.round_to, offer.round_to, place.round_to) == (60.0, 300.0, None)
    assert (offer.estimate, offer.when_wait_over) == ("queue_length", 180.0)
    assert place.levels is not None
    assert wait.levels is not None
    assert (place.levels.up_to, wait.levels.up_to) == ((3, 10), (60.0, 300.0))
    assert (place.levels.hang_ups, place.levels.patiences) == ((0.0, 0.05, 0.2), (1.0, 1.0, 1.0))
    assert (wait.levels.hang_ups, wait.levels.patiences) == ((0.0, 0.0, 0.0), (0.6, 0.9, 1.4))
    assert wait.broken_promise == 1.52
    music = scenario.programme_of("loans")
    assert music is not None
    assert (programme.by_queue, music.by_queue) == (True, False)
    assert scenario.programme_of("deposits") is None


def test_what_is_not_written_changes_nothing(tmp_path: Path) -> None:
    scenario = scenario_with(tmp_path, "")
    a = scenario.callers["a"]
    features = (a.ivr, a.balk, a.redial, a.repeat, a.transfer, a.callback, a.talk_grows)
    assert features == (None,) * 7
    assert (scenario.queue, scenario.queue_limit, scenario.queue_per_operator) == (None,) * 3
    assert scenario.operators["g"].reserve_for_holding == 0
    assert scenario.resolves("a", "g") == 1.0
    programmes = scenario.hold_messages.values()
    for message in [each for programme in programmes for each in programme.messages.values()]:
        assert (message.estimate, message.broken_promise) == ("queue_length", 1.0)
        assert (message.round_to, message.levels, message.when_wait_over) == (None,) * 3
        assert not message.may_go_back


def test_defaults_that_follow_from_other_keys(tmp_path: Path) -> None:
    keys = """
redial = { after = ["blocked"], share = 0.5, delay = "5 min" }
repeat = { share = 0.2, delay = "1 h" }
transfer = { to = "b", share = 0.1 }
callback = { accepts = 0.6 }
[callers.b]
arrivals = { per_hour = 0 }
talk = "1 min"
patience = "never"
[operators.h]
skills = { a = { resolves = 0.9 }, b = {} }
headcount = 1
[queue]
per_operator = 1.5
"""
    scenario = scenario_with(tmp_path, keys)
    a = scenario.callers["a"]
    assert a.redial is not None
    assert (a.redial.later_share, a.redial.blocked_share, a.redial.attempts) == (0.5, 0.5, 5)
    assert a.redial.later_delay == a.redial.blocked_delay == a.redial.delay
    assert scenario.resolves("a", "g") == 0.8
    assert scenario.resolves("a", "h") == 0.9
    assert scenario.least_resolved("a") == 0.8
    assert scenario.unresolved("a") == pytest.approx(0.2)
    assert a.transfer is not None
    assert (a.transfer.conference.mean, a.transfer.keeps_place, a.transfer.warm) == (
        0,
        False,
        False,
    )
    assert a.callback is not None
    assert (a.callback.reached, a.callback.tries, a.callback.promise) == (1.0, 1, None)
    assert (scenario.queue_limit, scenario.queue_per_operator) == (None, 1.5)


@pytest.mark.parametrize("keys", ["[queue]\nlimit = 0", "[queue]\nper_operator = 0"])
def test_a_queue_may_have_no_room_at_all(tmp_path: Path, keys: str) -> None:
    queue = scenario_with(tmp_path, keys).queue
    assert queue is not None
    assert 0 in (queue.limit, queue.per_operator)


@pytest.mark.parametrize(
    "keys",
    [
        'redial = { share = 0, delay = "1 min", attempts = 1 }',
        'repeat = { share = 0, delay = "1 min", attempts = 1 }',
        "callback = { accepts = 0 }",
        'talk_grows = { per_minute = "0 s", past_promise = "0 s" }',
        'balk = { position = [1], share = [0] }\nivr = { time = "0 s" }',
        "priority = { growth = 0 }",
    ],
)
def test_what_is_switched_off_may_be_written_out(tmp_path: Path, keys: str) -> None:
    assert scenario_with(tmp_path, f"{keys}\n").name == "x"


@pytest.mark.parametrize(
    ("after", "first", "later"),
    [
        (["abandoned"], 0.3, 0.2),
        (["cut_off", "abandoned"], 0.3, 0.2),
        (["blocked"], 0.25, 0.25),
        (["abandoned", "blocked"], 0.3, 0.25),
    ],
)
def test_the_largest_chance_of_a_redial(after: list[str], first: float, later: float) -> None:
    shares = {"share": 0.3, "later_share": 0.2, "delay": "1 min"}
    if "blocked" in after:
        shares["blocked_share"] = 0.25
    redial = Redial.model_validate({"after": after, **shares})
    assert (redial.chance(1), redial.chance(2), redial.chance(9)) == (first, later, later)


@pytest.mark.parametrize(
    ("name", "change", "where"),
    [
        ("callers.cards.redial.share", "+10%", lambda s: s.callers["cards"].redial.share == 0.66),
        ("callers.cards.redial.later_share", "x 0.5",
            lambda s: s.callers["cards"].redial.later_share == 0.3),
        ("callers.deposits.redial.blocked_share", "+10 %", None),
        ("callers.deposits.redial.later_delay", "+5 min",
            lambda s: s.callers["deposits"].redial.later_delay.mean == 1500),
        ("callers.cards.redial.delay.exponential", "-20 s",
            lambda s: s.callers["cards"].redial.delay.mean == 580),
        ("callers.cards.redial.as", "loans", lambda s: s.redials_as("cards") == "loans"),
        ("callers.cards.balk.share.1", "+10 %", lambda s: s.callers["cards"].balk.share[1] == 0.44),
        ("callers.cards.balk.position.0", "+1", lambda s: s.callers["cards"].balk.position[0] == 4),
        ("callers.cards.ivr.contained", "x 1.1",
            lambda s: s.callers["cards"].ivr.contained == 0.33),
        ("callers.cards.ivr.time.gamma.mean", "+20 s",
            lambda s: s.callers["cards"].ivr.time.mean == 60),
        ("callers.cards.transfer.conference.exponential", "x 2",
            lambda s: s.callers["cards"].transfer.conference.mean == 60),
        ("callers.cards.callback.promise", "-1 h",
            lambda s: s.callers["cards"].callback.promise == 3600),
        ("callers.cards.callback.instead_of_hanging_up", "-0.1",
            lambda s: s.callers["cards"].callback.instead_of_hanging_up == 0.2),
        ("callers.cards.talk_grows.past_promise", "x 2",
            lambda s: s.callers["cards"].talk_grows.past_promise == 42),
        ("queue.limit", "+10 %", lambda s: s.queue_limit == 33),
        ("operators.experts.reserve_for_holding", "+1",
            lambda s: s.operators["experts"].reserve_for_holding == 1),
        ("operators.experts.skills.cards.resolves", "-0.05",
            lambda s: s.resolves("cards", "experts") == 0.9),
        ("hold_messages.stay.messages.wait.round_to", "x 2",
            lambda s: s.hold_messages["stay"].messages["wait"].round_to == 120),
        ("hold_messages.stay.messages.wait.estimate.percentile", "+0.05",
            lambda s: s.hold_messages["stay"].messages["wait"].estimate.percentile == 0.95),
        ("hold_messages.stay.messages.wait.estimate", "head_of_line",
            lambda s: s.hold_messages["stay"].messages["wait"].estimate == "head_of_line"),
        ("hold_messages.stay.messages.wait.levels.up_to.0", "+30 s",
            lambda s: s.hold_messages["stay"].messages["wait"].levels.up_to == (90.0, 300.0)),
        ("hold_messages.stay.messages.place.levels.up_to.1", "+2",
            lambda s: s.hold_messages["stay"].messages["place"].levels.up_to == (3, 12)),
        ("hold_messages.stay.messages.place.may_go_back", "false",
            lambda s: not s.hold_messages["stay"].messages["place"].may_go_back),
        ("hold_messages.stay.messages.wait.broken_promise", "-0.52",
            lambda s: s.hold_messages["stay"].messages["wait"].broken_promise == 1.0),
    ],
)  # fmt: skip
def test_every_number_can_be_changed_by_name(name: str, change: str, where: Any) -> None:
    if where is None:
        with pytest.raises(ValueError, match='without "blocked"'):
            load(FILE, change={name: change})
    else:
        assert where(load(FILE, change={name: change}))
