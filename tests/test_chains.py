"""The tree of potential contacts, against the same person looked at one by one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.callers import Callers, Streams, draw
from sim.centre import centre_of
from sim.chains import CHOICES, FOLLOW_UPS, first_success
from sim.engine import simulate
from sim.outcomes import Outcome, Via
from sim.scenario import Scenario, load

HOUR, SIGMAS, SEED, DAY = 3600.0, 4.0, 7, 2

TEXT = """
name = "Chains"
[day]
opens = "08:00"
closes = "20:00"
interval = "30 min"
[trunks]
lines = 40
[callers.cards]
arrivals = { per_hour = CARDS }
talk = { exponential = "4 min" }
wrap_up = { exponential = "30 s" }
patience = { exponential = "2 min", hang_up_at_once = 0.1 }
hold_messages = "place"
ivr = { time = { uniform = ["20 s", "60 s"] }, contained = 0.3 }
balk = { position = [3], share = [0.5] }
repeat = { share = 0.25, delay = { exponential = "30 min" }, attempts = 3 }
transfer = { to = "deposits", share = 0.2, conference = { exponential = "40 s" } }
callback = { accepts = 0.6, reached = 0.4, tries = 3, instead_of_hanging_up = 0.3 }
[callers.cards.redial]
after = ["abandoned", "blocked"]
share = 0.6
later_share = 0.4
blocked_share = 0.9
delay = { exponential = "10 min" }
later_delay = { uniform = ["1 min", "2 min"] }
blocked_delay = { exponential = "1 min" }
attempts = 4
as = "deposits"
[callers.deposits]
arrivals = { per_hour = DEPOSITS }
talk = { by_interval = ["2 min", { exponential = "6 min" }], every = "6 h" }
patience = { by_interval = [{ exponential = "60 s" }, { exponential = "180 s" }], every = "6 h" }
hold_messages = "place"
ivr = { time = "30 s" }
redial = { after = ["abandoned", "cut_off"], share = 0.5, delay = "5 min", attempts = 3 }
[operators.team]
skills = { cards = { resolves = 0.8 }, deposits = {} }
headcount = 6
[operators.others]
skills = ["cards"]
headcount = 2
[hold_messages.place.messages]
place = { says = "position", at = "20 s" }
"""


def scenario_of(folder: Path, cards: int, deposits: int) -> Scenario:
    path = folder / "chains.toml"
    text = TEXT.replace("CARDS", str(cards)).replace("DEPOSITS", str(deposits))
    path.write_text(text, encoding="utf-8")
    return load(path)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Callers:
    """Some 36,000 persons who phone about cards, and 12,000 about deposits."""
    return draw(scenario_of(tmp_path_factory.mktemp("many"), 3000, 1000), DAY, SEED)[0]


class People:
    """What was drawn for each row's person, straight from the streams."""

    def __init__(self, callers: Callers) -> None:
        first = callers.attempt == 1
        kind = callers.type[first]
        place = np.zeros(len(kind), np.int64)
        for own in (kind == 0, kind == 1):
            place[own] = np.arange(np.count_nonzero(own))
        self.persons = np.bincount(kind, minlength=2)
        self.first_type, self.person = kind[callers.caller], place[callers.caller]
        self.origin = callers.arrival[first][callers.caller]
        self.attempt = callers.attempt
        self.streams = Streams(SEED, DAY)

    def chance(self, column: str, rows: NDArray[np.bool_]) -> NDArray[np.float64]:
        """The draw of each of these rows for a purpose."""
        found = np.full(len(rows), np.nan)
        for kind, name in enumerate(("cards", "deposits")):
            for attempt in np.unique(self.attempt).tolist():
                here = rows & (self.first_type == kind) & (self.attempt == attempt)
                if here.any():
                    drawn = self.streams.open(name, column, attempt).random(self.persons[kind])
                    found[here] = drawn[self.person[here]]
        return found[rows]


def of_mean(mean: float) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Quantiles of the exponential law."""
    return lambda chance: -mean * np.log1p(-chance)


def test_columns_are_as_declared(many: Callers) -> None:
    for columns, table in ((FOLLOW_UPS, many.follow_ups), (CHOICES, many.choices)):
        assert list(table._fields) == [column.name for column in columns]
        for column in columns:
            values = getattr(table, column.name)
            assert values.dtype == np.dtype(column.dtype), column.name
            unused = column.name in ("pick", "procedure")
            assert len(values) == (0 if unused else len(many)), column.name


def test_each_follow_up_is_of_one_contact(many: Callers) -> None:
    """With the same person, the next attempt, no arrival, and the type that it leads to."""
    follow_ups = many.follow_ups
    leads_to = {
        Via.REDIAL: np.ones(len(many)),  # cards redial as deposits, deposits as themselves
        Via.REPEAT: many.type,
        Via.TRANSFER: np.ones(len(many)),
    }
    seen = []
    for via, kind in leads_to.items():
        children = getattr(follow_ups, via.name.lower())
        parents = np.flatnonzero(children >= 0)
        own = children[parents]
        assert np.all(follow_ups.via[own] == via)
        assert np.array_equal(many.caller[own], many.caller[parents])
        assert np.array_equal(many.attempt[own], many.attempt[parents] + 1)
        assert np.array_equal(many.type[own], kind[parents])
        seen += own.tolist()
    first = np.count_nonzero(many.attempt == 1)
    assert sorted(seen) == list(range(first, len(many)))
    assert np.all(np.isnan(many.arrival[first:]))
    assert not np.isnan(many.arrival[:first]).any()
    assert np.all(follow_ups.via[:first] == Via.FIRST)


def test_who_phones_again_and_when(many: Callers) -> None:
    people, found = People(many), many.follow_ups
    for kind, attempts in ((0, 4), (1, 3)):
        may = (many.type == kind) & (many.attempt < attempts)
        chance, delay = people.chance("redial", may), people.chance("redial_delay", may)
        later = many.attempt[may] > 1
        if kind == 0:
            after = (chance < np.where(later, 0.4, 0.6)) + 2 * (chance < 0.9)
            right = np.where(later, 60 + 60 * delay, of_mean(600.0)(delay))
            blocked = of_mean(60.0)(delay)
        else:
            after = 5 * (chance < 0.5)
            right = blocked = np.full(len(chance), 300.0)
        assert np.array_equal(found.redial_after[may], after)
        assert np.array_equal(found.redial[may] >= 0, after > 0)
        np.testing.assert_allclose(found.redial_delay[may], right, rtol=1e-12)
        np.testing.assert_allclose(found.redial_blocked_delay[may], blocked, rtol=1e-12)
        assert np.all(found.redial[(many.type == kind) & ~may] == -1)
    assert many.attempt.max() > 3


def test_who_is_not_helped_and_who_is_passed_on(many: Callers) -> None:
    """Cards: the least that a group resolves is 0.75; the engine compares with its own group."""
    people, found = People(many), many.follow_ups
    cards = many.type == 0
    may = cards & (many.attempt < 3)
    chance = people.chance("repeat", may)
    assert np.array_equal(found.unresolved[may], chance)
    assert np.array_equal(found.repeat[may] >= 0, chance >= 0.75)
    right = of_mean(1800.0)(people.chance("repeat_delay", may))
    np.testing.assert_allclose(found.repeat_delay[may], right, rtol=1e-12)
    assert np.all(found.repeat[~may] == -1)
    assert np.array_equal(found.transfer[cards] >= 0, people.chance("transfer", cards) < 0.2)
    right = of_mean(40.0)(people.chance("conference", cards))
    np.testing.assert_allclose(found.conference[cards], right, rtol=1e-12)
    assert np.all(found.transfer[~cards] == -1)


def test_a_redial_keeps_the_work_and_others_bring_their_own(many: Callers) -> None:
    people, via = People(many), many.follow_ups.via
    parents = np.flatnonzero(many.follow_ups.redial >= 0)
    children = many.follow_ups.redial[parents]
    assert np.array_equal(many.talk_work[children], many.talk_work[parents])
    assert np.array_equal(many.wrap_work[children], many.wrap_work[parents])
    cards = (many.type == 0) & (via != Via.REDIAL)
    assert np.count_nonzero(cards & (via == Via.REPEAT)) > 1000
    talk, wrap = (of_mean(1.0)(people.chance(name, cards)) for name in ("talk", "wrap_up"))
    np.testing.assert_allclose(many.talk_work[cards], talk, rtol=1e-12)
    np.testing.assert_allclose(many.wrap_work[cards], wrap, rtol=1e-12)
    moved = via == Via.TRANSFER
    early = people.origin[moved] < 14 * HOUR
    drawn = of_mean(360.0)(people.chance("talk", moved))
    right = np.where(early, 120.0, drawn) / 240.0
    np.testing.assert_allclose(many.talk_work[moved], right, rtol=1e-12)


def test_patience_is_drawn_anew_for_every_attempt(many: Callers) -> None:
    everyone = np.ones(len(many), np.bool_)
    people = People(many)
    right = -np.log1p(-people.chance("patience", everyone))
    np.testing.assert_allclose(many.choices.threshold, right, rtol=1e-12)
    late = people.origin >= 14 * HOUR
    assert np.array_equal(many.choices.hazard, np.where(many.type == 0, 0, 1 + late))


def test_what_callers_choose(many: Callers) -> None:
    people, found = People(many), many.choices
    cards = many.type == 0
    phoned = cards & (many.follow_ups.via != Via.TRANSFER)
    np.testing.assert_allclose(found.menu[phoned], 20 + 40 * people.chance("menu", phoned))
    passed_on = many.follow_ups.via == Via.TRANSFER
    assert np.all(np.isnan(found.menu[passed_on]))
    assert np.all(found.menu[~cards & ~passed_on] == 30.0)
    assert np.array_equal(found.contained[phoned], people.chance("contained", phoned) < 0.3)
    assert not found.contained[~phoned].any()
    assert np.array_equal(found.balk[cards], people.chance("balk", cards))
    assert np.all(found.balk[~cards] == 1.0)
    assert np.array_equal(found.accepts[cards], people.chance("accepts", cards) < 0.6)
    assert np.array_equal(found.instead[cards], people.chance("instead", cards) < 0.3)
    assert not (found.accepts | found.instead)[~cards].any()
    chance = people.chance("reached", cards)
    tries = np.ceil(np.log1p(-chance) / log(0.6))
    edge = np.abs(1 - 0.6**tries - chance) < 1e-12
    assert np.array_equal(found.reached_at[cards][~edge], np.maximum(tries, 1)[~edge])


def test_shares_are_those_asked_for(many: Callers) -> None:
    """Exact expectations at a fixed seed; draws for different purposes are independent."""
    first = (many.attempt == 1) & (many.type == 0)
    follow_ups, choices = many.follow_ups, many.choices
    events: dict[float, Any] = {
        0.6: follow_ups.redial_after & 1 > 0,
        0.9: follow_ups.redial_after & 2 > 0,
        0.25: follow_ups.repeat >= 0,
        0.2: follow_ups.transfer >= 0,
        0.3: choices.contained,
        0.6 + 1e-9: choices.accepts,
        0.3 + 1e-9: choices.instead,
    }
    number = np.count_nonzero(first)
    assert number > 30_000
    for share, happens in events.items():
        error = sqrt(share * (1 - share) / number)
        assert abs(happens[first].mean() - share) < SIGMAS * error, share
    columns = np.array([happens[first] for happens in events.values()], float)
    off = np.triu_indices(len(columns), 1)
    pairs = np.corrcoef(columns)[off]
    # A redial after a busy tone goes by the same draw as one after a hang-up.
    related = (off[0] == 0) & (off[1] == 1)
    assert np.all(np.abs(pairs[~related]) < SIGMAS / sqrt(number))
    assert pairs[related] == pytest.approx(sqrt(0.6 * 0.1 / (0.4 * 0.9)), abs=0.05)


def test_draws_of_one_person_are_independent_from_attempt_to_attempt(many: Callers) -> None:
    follow_ups = many.follow_ups
    for column in (many.choices.threshold, many.choices.menu, follow_ups.unresolved):
        parents = np.flatnonzero((follow_ups.repeat >= 0) & (many.attempt == 1))
        before, after = column[parents], column[follow_ups.repeat[parents]]
        ranks = stats.spearmanr(before, after).statistic
        assert abs(ranks) < SIGMAS / sqrt(len(parents))


def test_at_most_one_follow_up_of_a_contact_happens(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, 60, 60)
    callers, staff = draw(scenario, DAY, SEED)
    outcomes = simulate(centre_of(scenario), callers, staff)
    happened, follow_ups = set(outcomes.contact.tolist()), callers.follow_ups
    seen = set()
    for row, outcome in zip(outcomes.contact.tolist(), outcomes.outcome.tolist(), strict=True):
        children = [
            via for via in (Via.REDIAL, Via.REPEAT, Via.TRANSFER)
            if int(getattr(follow_ups, via.name.lower())[row]) in happened
        ]  # fmt: skip
        assert len(children) <= 1
        if children:
            seen.add(children[0])
            assert (outcome == Outcome.ANSWERED) == (children[0] != Via.REDIAL)
    assert seen == {Via.REDIAL, Via.REPEAT, Via.TRANSFER}
    for caller in np.unique(outcomes.caller):
        attempts = np.sort(outcomes.attempt[outcomes.caller == caller]).tolist()
        assert attempts == list(range(1, len(attempts) + 1))


@pytest.mark.parametrize("success", [0.05, 0.4, 0.5, 0.9, 1.0])
def test_first_success_is_the_first_of_tries_one_after_another(success: float) -> None:
    chance = np.random.default_rng(3).random(2000)
    found = first_success(chance, success)
    for drawn, number in zip(chance.tolist(), found.tolist(), strict=True):
        before, after = (1 - (1 - success) ** tries for tries in (number - 1, number))
        assert before - 1e-12 <= drawn < after + 1e-12
    assert first_success(np.zeros(1), success).tolist() == [1]
    assert all(a <= b for a, b in pairwise(first_success(np.sort(chance), success).tolist()))
