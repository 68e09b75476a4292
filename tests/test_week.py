"""Who phones on several days, for which group, with what they need, and who picks up."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import special, stats

from sim.callers import Callers, Streams, draw
from sim.chains import NO_PROCEDURE
from sim.crewing import lanes_of, procedures_of
from sim.outcomes import Via
from sim.scenario import Scenario, load

SIGMAS, SEED, REPLICATION = 4.0, 7, 2
HOUR, DAY = 3600.0, 86400.0
TEXT = """
name = "Week"
[day]
opens = "08:00"
closes = "20:00"
interval = "30 min"
DAYS
MORE
[callers.cards]
arrivals = ARRIVALS
talk = { by_interval = ["2 min", { exponential = "6 min" }], every = "6 h" }
patience = { by_interval = [{ exponential = "60 s" }, { exponential = "180 s" }], every = "6 h" }
volume = 1.0
CARDS
[callers.loans]
opens = "10:00"
arrivals = { per_hour = 40 }
talk = "1 min"
patience = "never"
LOANS
[operators.team]
skills = ["cards", "loans"]
headcount = 6
TEAM
[operators.partner]
skills = ["cards", "loans"]
headcount = 2
"""
DAYS = 'days = ["Fri", "Sat", "Sun", "Mon"]\non.Sat = { opens = "14:00", closes = "18:00" }'


def scenario_of(
    folder: Path,
    *,
    days: str = DAYS,
    arrivals: str = "{ per_hour = 300 }",
    **more: str,
) -> Scenario:
    path = folder / "week.toml"
    text = TEXT.replace("DAYS", days).replace("ARRIVALS", arrivals)
    for name in ("MORE", "CARDS", "LOANS", "TEAM"):
        text = text.replace(name, more.get(name.lower(), ""))
    path.write_text(text, encoding="utf-8")
    return load(path)


def people(scenario: Scenario) -> Callers:
    return draw(scenario, REPLICATION, SEED)[0]


def of_type(callers: Callers, kind: int) -> Callers:
    own = (callers.type == kind) & (callers.attempt == 1)
    names = ("arrival", "type", "caller", "attempt", "talk_work", "wrap_work", "patience", "lane")
    return Callers(**{name: getattr(callers, name)[own] for name in names})


# --- days -----------------------------------------------------------------------------------------


def test_calls_come_while_their_type_is_open(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path)
    callers = people(scenario)
    for kind, name in enumerate(scenario.callers):
        days = scenario.days_of(name)
        own = of_type(callers, kind).arrival
        rate = 300 if kind == 0 else 40
        for day in days:
            opens, closes, _ = day.hours
            number = np.count_nonzero((own >= opens) & (own < closes))
            expected = rate * (closes - opens) / HOUR
            assert abs(number - expected) < SIGMAS * math.sqrt(expected)
        inside = sum((own >= d.hours.opens) & (own < d.hours.closes) for d in days)
        assert np.all(inside == 1)
    assert [d.own.opens / HOUR for d in scenario.days_of("loans")] == [10, 14, 10, 10]


def test_a_longer_week_keeps_its_head(tmp_path: Path) -> None:
    """More days leave those before as they were, the busyness of each day included."""
    busy = "[busyness]\ncv = 0.3\n"
    short = people(scenario_of(tmp_path, more=busy, days='days = ["Fri", "Sat"]'))
    long = people(scenario_of(tmp_path, more=busy, days='days = ["Fri", "Sat", "Sun", "Mon"]'))
    alone = people(scenario_of(tmp_path, more=busy, days=""))
    for kind in (0, 1):
        for few, many in ((short, long), (alone, short)):
            one, other = of_type(few, kind), of_type(many, kind)
            number = len(one)
            assert 0 < number < len(other)
            for column in ("arrival", "talk_work", "wrap_work", "patience"):
                assert np.array_equal(getattr(one, column), getattr(other, column)[:number])


def test_each_day_has_its_busyness(tmp_path: Path) -> None:
    more = "[busyness]\nshape = 4\n"
    scenario = scenario_of(tmp_path, more=more, cards="busyness = { shape = 9 }\n", days=DAYS)
    streams = Streams(SEED, REPLICATION)
    shared = special.gammaincinv(4, streams.open("", "busyness").random(4)) / 4
    own = special.gammaincinv(9, streams.open("cards", "busyness").random(4)) / 9
    arrival = of_type(people(scenario), 0).arrival
    for day, factor in zip(scenario.days_of("cards"), shared * own, strict=True):
        opens, closes, _ = day.hours
        expected = factor * 300 * (closes - opens) / HOUR
        number = np.count_nonzero((arrival >= opens) & (arrival < closes))
        assert abs(number - expected) < SIGMAS * math.sqrt(expected)


def test_a_weekday_has_a_volume_of_its_own(tmp_path: Path) -> None:
    usual = scenario_of(tmp_path)
    scenario = scenario_of(tmp_path, cards="on.Sun = { volume = 0.5 }\n")
    edges, calls, _ = scenario.pieces_of("cards")
    sums = {
        day.name: calls[(edges[:-1] >= day.hours.opens) & (edges[1:] <= day.hours.closes)].sum()
        for day in scenario.calendar_days
    }
    assert sums == {"Fri": 3600, "Sat": 1200, "Sun": 1800, "Mon": 3600}
    before, after = of_type(people(usual), 0), of_type(people(scenario), 0)
    same = before.arrival < 2 * DAY
    assert np.array_equal(before.arrival[same], after.arrival[: np.count_nonzero(same)])


def test_laws_keep_their_times_of_day(tmp_path: Path) -> None:
    """From 14:00 on the second law holds, on Saturday from the opening on."""
    callers = of_type(people(scenario_of(tmp_path)), 0)
    clock = callers.arrival % DAY
    early = clock < 14 * HOUR
    assert np.array_equal(early, callers.talk_work == 120 / 240)
    saturday = (callers.arrival >= DAY) & (callers.arrival < 2 * DAY)
    assert not (saturday & early).any()
    chance = Streams(SEED, REPLICATION).open("cards", "patience").random(len(callers))
    right = -np.log1p(-chance) * np.where(early, 60.0, 180.0)
    np.testing.assert_allclose(callers.patience, right, rtol=1e-12)


def test_whole_numbers_on_every_day(tmp_path: Path) -> None:
    arrivals = '{ per_hour = 10.25, count = "exact" }'
    scenario = scenario_of(tmp_path, arrivals=arrivals, cards="on.Sat = { volume = 2.0 }\n")
    arrival = of_type(people(scenario), 0).arrival
    days = np.bincount((arrival // DAY).astype(int))
    assert days.tolist() == [123, 82, 123, 123]


def test_a_recorded_week(tmp_path: Path) -> None:
    dates = ["2024-03-01 08:00", "2024-03-01 19:59", "2024-03-02 15:00", "2024-03-03 12:00",
             "2024-03-04 09:00"]  # fmt: skip
    (tmp_path / "log.csv").write_text("at\n" + "\n".join(dates) + "\n", encoding="utf-8")
    arrivals = '{ trace = "log.csv", time = "at" }'
    found = of_type(people(scenario_of(tmp_path, arrivals=arrivals)), 0).arrival / HOUR
    np.testing.assert_allclose(found, [8, 19 + 59 / 60, 39, 60, 81])
    more = scenario_of(tmp_path, arrivals=arrivals, cards="on.Fri = { volume = 50 }\n")
    arrival = of_type(people(more), 0).arrival / HOUR
    assert np.count_nonzero(arrival < 24) == 100
    # Copies fall before the next call of the day, and before the line closes.
    assert np.count_nonzero(arrival < 19 + 59 / 60) == 50
    assert arrival[arrival < 24].max() < 20
    assert np.array_equal(arrival[100:], found[2:])


def test_recorded_and_drawn_days_together(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("at\n15:00\n16:00\n", encoding="utf-8")
    saturday = 'on.Sat = { arrivals = { trace = "log.csv", time = "at" } }\n'
    sunday = 'on.Sun = { arrivals = { calls = 2, count = "exact" } }\n'
    arrival = of_type(people(scenario_of(tmp_path, cards=saturday + sunday)), 0).arrival
    assert np.all(np.diff(arrival) >= 0)
    day = (arrival // DAY).astype(int)
    assert (arrival[day == 1] / HOUR).tolist() == [39, 40]
    assert np.count_nonzero(day == 2) == 48
    assert abs(np.count_nonzero(day == 0) - 3600) < SIGMAS * 60
    assert abs(np.count_nonzero(day == 3) - 3600) < SIGMAS * 60


# --- lanes, picks, procedures ---------------------------------------------------------------------

SHARES = "shares = { partner = 0.25, team = 0.75 }\n"
FOLLOW = """procedures = { fee = 0.3, limit = 0.2 }
repeat = { share = 0.2, delay = "30 min", attempts = 4 }
transfer = { to = "loans", share = 0.1 }
redial = { share = 0.4, delay = "10 min", attempts = 4 }
"""
LOANS = 'procedures = { limit = 0.5 }\nrepeat = { share = 0.1, delay = "1 h", attempts = 3 }\n'


@pytest.fixture(scope="module")
def chains(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Callers]:
    scenario = scenario_of(
        tmp_path_factory.mktemp("chains"), cards=FOLLOW + SHARES, loans=LOANS,
        team='knows = ["limit"]\npicks = "random"\n',
    )  # fmt: skip
    return scenario, people(scenario)


def chance_of(callers: Callers, column: str) -> np.ndarray:
    """The draw of each row for a purpose, straight from the streams."""
    first = callers.attempt == 1
    kind = callers.type[first]
    place = np.zeros(len(kind), np.int64)
    for own in (kind == 0, kind == 1):
        place[own] = np.arange(np.count_nonzero(own))
    of = kind[callers.caller]
    found = np.full(len(callers), np.nan)
    for number, name in enumerate(("cards", "loans")):
        for attempt in np.unique(callers.attempt).tolist():
            rows = (of == number) & (callers.attempt == attempt)
            stream = Streams(SEED, REPLICATION).open(name, column, attempt)
            drawn = stream.random(np.count_nonzero(kind == number))
            found[rows] = drawn[place[callers.caller[rows]]]
    return found


def test_lanes_go_by_shares_at_every_attempt(chains: tuple[Scenario, Callers]) -> None:
    scenario, callers = chains
    assert lanes_of(scenario) == [("cards", "team"), ("cards", "partner"), ("loans", None)]
    cards = callers.type == 0
    chance = chance_of(callers, "share")
    assert np.array_equal(callers.lane[cards], np.where(chance[cards] < 0.75, 0, 1))
    assert np.all(callers.lane[~cards] == 2)
    for attempt in (1, 2):
        own = cards & (callers.attempt == attempt)
        error = SIGMAS * math.sqrt(0.25 * 0.75 / own.sum())
        assert abs(callers.lane[own].mean() - 0.25) < error
    assert callers.lane.dtype == np.int16


def test_without_shares_the_lane_is_the_type(tmp_path: Path) -> None:
    for cards in ("", FOLLOW):
        callers = people(scenario_of(tmp_path, cards=cards))
        assert np.array_equal(callers.lane, callers.type)
        assert len(callers.choices.pick) == 0


def test_picks_are_drawn_where_chance_decides(chains: tuple[Scenario, Callers]) -> None:
    callers = chains[1]
    assert np.array_equal(callers.choices.pick, chance_of(callers, "pick"))
    assert stats.kstest(callers.choices.pick, "uniform").pvalue > 1e-4


def test_procedures_are_kept_but_for_something_new(chains: tuple[Scenario, Callers]) -> None:
    scenario, callers = chains
    assert procedures_of(scenario) == ["fee", "limit"]
    procedure, via = callers.choices.procedure, callers.follow_ups.via
    parents = np.full(len(callers), -1)
    for column in ("redial", "repeat", "transfer"):
        children = getattr(callers.follow_ups, column)
        has = children >= 0
        parents[children[has]] = np.flatnonzero(has)
    kept = (via == Via.REDIAL) | (via == Via.REPEAT)
    assert kept.sum() > 1000
    assert np.array_equal(procedure[kept], procedure[parents[kept]])
    chance = chance_of(callers, "procedure")
    anew, cards = ~kept, callers.type == 0
    right = np.where(chance < 0.3, 0, np.where(chance < 0.5, 1, NO_PROCEDURE))
    right = np.where(cards, right, np.where(chance < 0.5, 1, NO_PROCEDURE))
    assert (via[anew] == Via.TRANSFER).sum() > 100
    assert np.array_equal(procedure[anew], right[anew])


def test_who_needs_what_a_group_does_not_know_has_a_row_for_a_repeat(
    chains: tuple[Scenario, Callers],
) -> None:
    """The team does not know the fee: whoever needs it may have to phone again, at each attempt."""
    scenario, callers = chains
    assert scenario.unknown_to_some("cards") == ["fee"]
    assert scenario.unknown_to_some("loans") == []
    may = callers.choices.procedure == 0
    may |= callers.follow_ups.unresolved >= np.where(callers.type == 0, 0.8, 0.9)
    before = callers.attempt < np.where(callers.type == 0, 4, 3)
    assert np.array_equal(callers.follow_ups.repeat >= 0, may & before)


def test_a_redial_as_another_type_is_about_something_new(tmp_path: Path) -> None:
    redial = 'redial = { share = 1.0, delay = "10 min", attempts = 2, as = "loans" }\n'
    scenario = scenario_of(
        tmp_path,
        cards="procedures = { fee = 1.0 }\n" + redial,
        loans="procedures = { limit = 1.0 }\n",
    )
    callers = people(scenario)
    second = callers.attempt == 2
    assert np.all(callers.choices.procedure[second] == 1)
    assert np.all(callers.choices.procedure[(callers.type == 0)] == 0)


def test_a_new_share_leaves_everything_else_as_it_was(
    tmp_path: Path, chains: tuple[Scenario, Callers]
) -> None:
    shares = SHARES.replace("0.25", "0.5").replace("0.75", "0.5")
    more = FOLLOW.replace("fee = 0.3", "fee = 0.31")
    team = 'knows = ["limit"]\npicks = "random"\n'
    other = people(scenario_of(tmp_path, cards=more + shares, loans=LOANS, team=team))
    one, two = of_type(chains[1], 0), of_type(other, 0)
    for column in ("arrival", "talk_work", "patience"):
        assert np.array_equal(getattr(one, column), getattr(two, column))
    assert np.all(two.lane >= one.lane)


def test_rows_expected_and_drawn(chains: tuple[Scenario, Callers]) -> None:
    """What is refused as too much counts at least the rows that there are."""
    from sim.scenario.attempts import expected_rows

    scenario, callers = chains
    expected = expected_rows(scenario.follow_ups)
    first = callers.type[callers.attempt == 1][callers.caller]
    for kind, name in enumerate(scenario.callers):
        persons = len(of_type(callers, kind))
        rows = np.count_nonzero(first == kind) / persons
        assert 1 < rows < expected[name] * 1.02
