"""Who phones when, and with what: streams, common random numbers, arrivals, memory."""

from __future__ import annotations

import ast
import math
import tracemalloc
from dataclasses import fields
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

import sim
from sim.callers import CALLERS, STAFF, Callers, Streams, draw
from sim.scenario import Scenario, ScenarioError, load, load_plans

HOUR = 3600.0
SIGMAS = 4.0

HEAD = """
name = "Callers"
[day]
opens = "08:00"
closes = "CLOSES"
interval = "30 min"
MORE
"""
CARDS = """
[callers.cards]
arrivals = { per_hour = 200 }
talk = { exponential = "4 min" }
wrap_up = { lognormal = { mean = "30 s", cv = 0.8 } }
patience = { exponential = "2 min" }
"""
DEPOSITS = """
[callers.deposits]
arrivals = { per_hour = [50, 120, 80, 30], every = "1 h" }
talk = { gamma = { mean = "6 min", cv = 0.5 } }
patience = { weibull = { mean = "3 min", shape = 1.3 } }
"""
TEAM = """
[operators.team]
skills = [SKILLS]
headcount = 20
"""


def line(
    folder: Path, *types: str, closes: str = "12:00", more: str = "", tail: str = ""
) -> Scenario:
    """A scenario with the given tables of call types, from a file."""
    names = [text.split("]")[0].split(".")[1] for text in types]
    head = HEAD.replace("CLOSES", closes).replace("MORE", more)
    skills = ", ".join(f'"{name}"' for name in names)
    text = head + "".join(types) + TEAM.replace("SKILLS", skills) + tail
    path = folder / "line.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def people(scenario: Scenario, kind: int = 0, replication: int = 0, seed: int = 1) -> Callers:
    """The rows of one call type."""
    callers, _ = draw(scenario, replication, seed)
    rows = callers.type == kind
    return Callers(**{column.name: getattr(callers, column.name)[rows] for column in CALLERS})


def counts(scenario: Scenario, days: int, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Calls of all types by day and piece."""
    arrivals = (draw(scenario, day)[0].arrival for day in range(days))
    return np.array([np.histogram(arrival, edges)[0] for arrival in arrivals], float)


def hours(*clock: float) -> NDArray[np.float64]:
    return np.array(clock) * HOUR


# --- the table -----------------------------------------------------------------------------------


def test_columns_are_as_declared(tmp_path: Path) -> None:
    callers, staff = draw(line(tmp_path, CARDS, DEPOSITS))
    assert [f.name for f in fields(staff)] == [column.name for column in STAFF]
    drawn = [column.name for column in CALLERS]
    assert [f.name for f in fields(callers)] == [*drawn, "follow_ups", "choices"]
    for columns, table in ((CALLERS, callers), (STAFF, staff)):
        for column in columns:
            assert getattr(table, column.name).dtype == np.dtype(column.dtype), column.name
    assert len({len(getattr(callers, column.name)) for column in CALLERS}) == 1
    assert np.all(np.diff(callers.arrival) >= 0)
    assert callers.caller.tolist() == list(range(len(callers)))
    assert set(callers.attempt) == {1}
    assert staff.operator.tolist() == list(range(20))
    assert not staff.absent.any()


def test_a_million_contacts_take_under_200_bytes_each(tmp_path: Path) -> None:
    crowd = CARDS.replace("per_hour = 200", "per_hour = 250_000")
    scenario = line(tmp_path, crowd)
    tracemalloc.start()
    try:
        callers, _ = draw(scenario)
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert callers.lane is callers.type
    table = sum(getattr(callers, c.name).nbytes for c in CALLERS if c.name != "lane")
    assert len(callers) == pytest.approx(1_000_000, rel=0.01)
    for name, size in (("table", table), ("held", held), ("peak", peak)):
        print(f"{name}: {size / len(callers):.1f} bytes a contact")
    assert table <= held < 200 * len(callers)
    assert table == 40 * len(callers)
    assert peak < 200 * len(callers)


def test_random_numbers_are_drawn_in_one_module() -> None:
    folder = Path(sim.__file__).parent
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            imports = isinstance(node, (ast.Import, ast.ImportFrom))
            names = [alias.name for alias in node.names] if imports else []
            module = getattr(node, "module", None) or ""
            random = isinstance(node, ast.Attribute) and node.attr in ("random", "default_rng")
            imported = any(
                "random" in f"{module}.{name}".split(".") or name == "secrets" for name in names
            )
            if random or imported:
                found.add(path.relative_to(folder).as_posix())
    assert found == {"callers.py"}


# --- streams -------------------------------------------------------------------------------------


def test_a_stream_is_its_seed_replication_and_name() -> None:
    key = crc32(b"cards/talk/1")
    expected = np.random.default_rng(np.random.SeedSequence(5, spawn_key=(3, key))).random(4)
    assert Streams(5, 3).open("cards", "talk").random(4).tolist() == expected.tolist()


def test_streams_differ_by_each_part() -> None:
    purposes = [("cards", "talk", 1), ("cards", "talk", 2), ("cards", "patience", 1),
                ("deposits", "talk", 1)]  # fmt: skip
    firsts = {
        Streams(seed, day).open(*purpose).random()
        for seed in (1, 2) for day in (0, 1) for purpose in purposes
    }  # fmt: skip
    assert len(firsts) == 16


def same(one: Callers, other: Callers, *but: str) -> bool:
    """Whether two tables are equal bit for bit, leaving out some columns."""
    names = [f.name for f in fields(one) if f.name not in but]
    return all(np.array_equal(getattr(one, n), getattr(other, n)) for n in names)


def test_a_day_is_the_same_whenever_it_is_drawn(tmp_path: Path) -> None:
    scenario = line(tmp_path, CARDS, DEPOSITS, more="[busyness]\ncv = 0.2")
    third = draw(scenario, 3)[0]
    draw(scenario, 0)
    assert same(draw(scenario, 3)[0], third)
    assert not same(draw(scenario, 4)[0], third)
    assert not same(draw(scenario, 3, seed=2)[0], third)


def test_another_call_type_leaves_all_other_draws_as_they_were(tmp_path: Path) -> None:
    alone = people(line(tmp_path, CARDS))
    beside = people(line(tmp_path, DEPOSITS, CARDS), kind=1)
    assert same(alone, beside, "type", "lane", "caller")


def test_names_with_one_crc32_are_refused(tmp_path: Path) -> None:
    one, other = "line_desk_small_rent", "card_slow_gold_fast"
    assert crc32(f"{one}/talk/1".encode()) == crc32(f"{other}/talk/1".encode())
    with pytest.raises(ScenarioError, match="would draw the same random numbers"):
        line(tmp_path, CARDS.replace("cards", one), CARDS.replace("cards", other))


# --- common random numbers -----------------------------------------------------------------------


def test_who_is_who_stays_when_a_mean_changes(tmp_path: Path) -> None:
    before = people(line(tmp_path, CARDS))
    changed = CARDS.replace("4 min", "5 min").replace("2 min", "200 s").replace("30 s", "45 s")
    after = people(line(tmp_path, changed))
    assert same(before, after, "patience", "talk_work", "wrap_work")
    np.testing.assert_allclose(after.talk_work, before.talk_work, rtol=1e-14)
    np.testing.assert_allclose(after.wrap_work, before.wrap_work, rtol=1e-14)
    np.testing.assert_allclose(after.patience, before.patience * 200 / 120, rtol=1e-14)


@pytest.mark.parametrize(
    "law",
    [
        '{ weibull = { mean = "7 min", shape = 1.4 } }',
        '{ lognormal = { mean = "4 min", cv = 2.0 } }',
        '{ uniform = ["1 min", "9 min"] }',
        '{ hyperexponential = { shares = [0.4, 0.6], means = ["1 min", "5 min"] } }',
    ],
)
def test_people_keep_their_place_in_any_law(tmp_path: Path, law: str) -> None:
    before = people(line(tmp_path, CARDS))
    other = CARDS.replace('{ exponential = "4 min" }', law)
    other = other.replace('{ exponential = "2 min" }', law)
    after = people(line(tmp_path, other))
    assert same(before, after, "talk_work", "patience")
    for column in ("talk_work", "patience"):
        ranks = np.argsort(getattr(before, column), kind="stable")
        assert np.all(np.diff(getattr(after, column)[ranks]) >= 0), column


def test_a_longer_day_keeps_its_head(tmp_path: Path) -> None:
    short = people(line(tmp_path, CARDS, closes="12:00"))
    longer = people(line(tmp_path, CARDS, closes="17:30"))
    number = len(short)
    assert len(longer) > number
    np.testing.assert_allclose(longer.arrival[:number], short.arrival, rtol=1e-13)
    assert longer.arrival[number] >= 12 * HOUR
    for column in ("talk_work", "wrap_work", "patience"):
        assert np.array_equal(getattr(longer, column)[:number], getattr(short, column))


def test_a_longer_day_in_pieces_keeps_its_head(tmp_path: Path) -> None:
    short = people(line(tmp_path, DEPOSITS, closes="12:00"))
    more = DEPOSITS.replace("80, 30]", "80, 30, 90, 10]")
    longer = people(line(tmp_path, more, closes="14:00"))
    np.testing.assert_allclose(longer.arrival[: len(short)], short.arrival, rtol=1e-13)
    assert np.array_equal(longer.patience[: len(short)], short.patience)


@pytest.mark.parametrize("kind", [CARDS, DEPOSITS], ids=["constant", "pieces"])
def test_more_volume_keeps_the_people_in_order(tmp_path: Path, kind: str) -> None:
    usual = people(line(tmp_path, kind))
    more = people(line(tmp_path, kind + "volume = 1.1\n"))
    number = len(usual)
    assert number < len(more) < 1.3 * number
    for column in ("talk_work", "wrap_work", "patience"):
        assert np.array_equal(getattr(more, column)[:number], getattr(usual, column))
    assert np.all(more.arrival[:number] <= usual.arrival)
    # Before each person the usual day expects 1.1 times as many calls as the busier day.
    name = kind.split("]")[0].split(".")[1]
    scenario = line(tmp_path, kind)
    edges, calls, _ = scenario.callers[name].arrivals.pieces(scenario, name)
    level = np.concatenate([[0.0], np.cumsum(calls)])
    busier, before = (np.interp(x.arrival[:number], edges, level) for x in (more, usual))
    np.testing.assert_allclose(busier * 1.1, before, rtol=1e-9)


def test_the_same_people_phone_under_every_plan(tmp_path: Path) -> None:
    plans = """
[plans.more_staff]
change = { "operators.team.headcount" = "+3" }
[plans.patient.callers.deposits]
patience = { exponential = "9 min" }
"""
    line(tmp_path, CARDS, DEPOSITS, tail=plans)
    base, more_staff, patient = load_plans(tmp_path / "line.toml", None)
    callers = draw(base, 2)[0]
    assert same(draw(more_staff, 2)[0], callers)
    assert same(draw(patient, 2)[0], callers, "patience")
    cards = callers.type == 0
    assert np.array_equal(draw(patient, 2)[0].patience[cards], callers.patience[cards])
    assert not np.array_equal(draw(patient, 2)[0].patience, callers.patience)


# --- arrivals ------------------------------------------------------------------------------------


def test_poisson_counts_in_pieces(tmp_path: Path) -> None:
    """Means by piece, dispersion by chi-square, no correlation from piece to piece."""
    days, expected = 500, np.array([50.0, 120.0, 80.0, 30.0])
    found = counts(line(tmp_path, DEPOSITS), days, hours(8, 9, 10, 11, 12))
    z = (found.sum(axis=0) - days * expected) / np.sqrt(days * expected)
    assert np.all(np.abs(z) < SIGMAS)
    dispersion = ((found - expected) ** 2 / expected).sum()
    assert 1e-4 < stats.chi2.cdf(dispersion, found.size) < 1 - 1e-4
    off_diagonal = np.corrcoef(found.T)[np.triu_indices(4, 1)]
    assert np.all(np.abs(off_diagonal) < SIGMAS / math.sqrt(days))


def test_arrivals_are_even_within_a_piece(tmp_path: Path) -> None:
    scenario = line(tmp_path, DEPOSITS)
    arrival = np.concatenate([draw(scenario, day)[0].arrival for day in range(100)])
    within = (arrival % HOUR) / HOUR
    tenths = np.histogram(within, 10, (0, 1))[0]
    assert stats.chisquare(tenths).pvalue > 1e-4
    gaps = np.diff(draw(line(tmp_path, CARDS, closes="24:00"))[0].arrival)
    assert stats.kstest(gaps / (HOUR / 200), "expon").pvalue > 1e-4


def test_no_calls_where_the_rate_is_0(tmp_path: Path) -> None:
    quiet = DEPOSITS.replace("[50, 120, 80, 30]", "[0, 120, 0, 0]")
    found = counts(line(tmp_path, quiet), 50, hours(8, 9, 10, 11, 12)).sum(axis=0)
    assert found[[0, 2, 3]].tolist() == [0, 0, 0]
    assert abs(found[1] - 6000) < SIGMAS * math.sqrt(6000)
    nobody = DEPOSITS.replace("[50, 120, 80, 30]", "[0, 0, 0, 0]")
    assert len(draw(line(tmp_path, nobody))[0]) == 0


def test_volume_multiplies_the_calls(tmp_path: Path) -> None:
    found = counts(line(tmp_path, CARDS + "volume = 0.35\n"), 200, hours(8, 12)).sum()
    expected = 200 * 4 * 200 * 0.35
    assert abs(found - expected) < SIGMAS * math.sqrt(expected)
    assert len(draw(line(tmp_path, CARDS + "volume = 0\n"))[0]) == 0


@pytest.mark.parametrize(
    "calls, volume, expected",
    [
        ([10.4, 10.4, 10.4, 0.0], 1.0, [10, 11, 10, 0]),
        ([10, 20, 0, 5], 1.0, [10, 20, 0, 5]),
        ([10, 20, 0, 5], 1.5, [15, 30, 0, 8]),
        ([0.5, 0.5, 0.5, 0.5], 1.0, [1, 0, 1, 0]),
    ],
)
def test_exact_counts_are_rounded_sums(
    tmp_path: Path, calls: list[float], volume: float, expected: list[int]
) -> None:
    exact = DEPOSITS.replace("per_hour = [50, 120, 80, 30]", f'count = "exact", calls = {calls}')
    scenario = line(tmp_path, exact + f"volume = {volume}\n", more="[busyness]\ncv = 0.3")
    found = counts(scenario, 5, hours(8, 9, 10, 11, 12))
    assert found.tolist() == [expected] * 5
    first, second = (draw(scenario, day)[0].arrival for day in (0, 1))
    assert not np.array_equal(first, second)


def test_exact_counts_are_spread_evenly(tmp_path: Path) -> None:
    exact = CARDS.replace("per_hour = 200", 'count = "exact", per_hour = 1000, every = "4 h"')
    arrival = draw(line(tmp_path, exact))[0].arrival
    assert len(arrival) == 4000
    assert stats.kstest((arrival / HOUR - 8) / 4, "uniform").pvalue > 1e-4


TRACE = [28_800.0, 30_000.25, 30_000.25, 31_234.5, 43_199.999]


def traced(folder: Path, volume: str = "1.0") -> Scenario:
    (folder / "monday.csv").write_text("start\n" + "\n".join(map(str, TRACE)) + "\n", "utf-8")
    trace = '{ trace = "monday.csv", time = "start" }'
    return line(
        folder, CARDS.replace("{ per_hour = 200 }", trace) + f"volume = {volume}\n",
        more="[busyness]\ncv = 0.5",
    )  # fmt: skip


def test_a_trace_is_exact_on_every_day(tmp_path: Path) -> None:
    scenario = traced(tmp_path)
    for day in range(3):
        assert draw(scenario, day)[0].arrival.tolist() == TRACE
    assert not np.array_equal(draw(scenario, 0)[0].patience, draw(scenario, 1)[0].patience)


@pytest.mark.parametrize("volume", [0.4, 2.0, 2.3])
def test_a_trace_with_volume(tmp_path: Path, volume: float) -> None:
    scenario = traced(tmp_path, str(volume))
    days = [draw(scenario, day)[0].arrival for day in range(400)]
    size = np.array([len(day) for day in days])
    assert set(size) <= set(range(5 * math.floor(volume), 5 * math.ceil(volume) + 1))
    part = volume % 1
    error = math.sqrt(5 * part * (1 - part) / 400)
    assert abs(size.mean() - 5 * volume) <= SIGMAS * error
    for arrival in days:
        assert np.all(np.diff(arrival) >= 0)
        assert arrival.min(initial=28_800) >= 28_800
        assert arrival.max(initial=0) < 12 * HOUR
        if volume < 1:
            assert set(arrival) <= set(TRACE)
        else:
            assert set(TRACE) <= set(arrival)


def test_busyness_has_the_moments_of_a_gamma_law(tmp_path: Path) -> None:
    """Calls a day are a mixture: mean L, variance L + (cv L)^2; types share the factor."""
    cv, own, days = 0.3, 0.4, 3000
    cards = CARDS.replace("200", "50")
    deposits = CARDS.replace("200", "50").replace("cards", "deposits")
    deposits += f"busyness = {{ cv = {own} }}\n"
    scenario = line(tmp_path, cards, deposits, more=f"[busyness]\ncv = {cv}")
    found = np.array(
        [np.bincount(draw(scenario, day)[0].type, minlength=2) for day in range(days)], float
    )
    level, both = 200.0, (1 + cv**2) * (1 + own**2) - 1
    spread = level + level**2 * np.array([cv**2, both])
    assert np.all(np.abs(found.mean(axis=0) - level) < SIGMAS * np.sqrt(spread / days))
    left = found - level
    for moment, expected in (
        (left[:, 0] ** 2, spread[0]),
        (left[:, 1] ** 2, spread[1]),
        (left[:, 0] * left[:, 1], level**2 * cv**2),
        (left[:, 0] ** 3, level + 3 * level**2 * cv**2 + 2 * level**3 * cv**4),
    ):
        error = moment.std(ddof=1) / math.sqrt(days)
        assert error < 0.25 * expected
        assert abs(moment.mean() - expected) < SIGMAS * error


def test_busyness_changes_how_many_and_not_who(tmp_path: Path) -> None:
    usual = people(line(tmp_path, CARDS))
    busy = people(line(tmp_path, CARDS, more="[busyness]\nshape = 28.7"))
    number = min(len(usual), len(busy))
    assert len(usual) != len(busy)
    for column in ("talk_work", "wrap_work", "patience"):
        assert np.array_equal(getattr(busy, column)[:number], getattr(usual, column)[:number])


def test_a_forecast_brings_its_handling_times(tmp_path: Path) -> None:
    rows = ["08:00,400,200", "09:00,100,300", "10:00,250,540", "11:00,0,"]
    (tmp_path / "week.csv").write_text("\n".join(["start,calls,aht", *rows]) + "\n", "utf-8")
    file = '{ file = "week.csv", time = "start", calls = "calls" }'
    plain = line(tmp_path, CARDS.replace("{ per_hour = 200 }", file))
    expected = np.array([400.0, 100.0, 250.0, 0.0])
    found = counts(plain, 100, hours(8, 9, 10, 11, 12)).sum(axis=0)
    assert np.all(np.abs(found - 100 * expected) <= SIGMAS * np.sqrt(100 * expected))

    usual = people(plain)
    told = CARDS.replace("{ per_hour = 200 }", file.replace(" }", ', handling = "aht" }'))
    scaled = people(line(tmp_path, told))
    piece = ((usual.arrival - 8 * HOUR) // HOUR).astype(int)
    factor = np.array([200.0, 300.0, 540.0])[piece] / (240 + 30)
    assert same(usual, scaled, "talk_work", "wrap_work")
    np.testing.assert_allclose(scaled.talk_work, usual.talk_work * factor, rtol=1e-12)
    np.testing.assert_allclose(scaled.wrap_work, usual.wrap_work * factor, rtol=1e-12)


def test_own_hours_of_a_call_type(tmp_path: Path) -> None:
    own = CARDS + 'opens = "09:30"\ncloses = "10:15"\n'
    scenario = line(tmp_path, own)
    days = [draw(scenario, day)[0].arrival for day in range(200)]
    arrival = np.concatenate(days)
    assert 9.5 * HOUR <= arrival.min() < 9.6 * HOUR
    assert 10.2 * HOUR < arrival.max() < 10.25 * HOUR
    expected = 200 * 0.75 * 200
    assert abs(len(arrival) - expected) < SIGMAS * math.sqrt(expected)


def test_a_night_is_on_the_running_clock(tmp_path: Path) -> None:
    text = (HEAD + CARDS + TEAM).replace("08:00", "22:00").replace("CLOSES", "01:00")
    path = tmp_path / "night.toml"
    path.write_text(text.replace("MORE", "").replace("SKILLS", '"cards"'), "utf-8")
    arrival = draw(load(path))[0].arrival
    assert arrival.min() >= 22 * HOUR
    assert 24 * HOUR < arrival.max() < 25 * HOUR


def test_arrivals_lie_before_closing_however_many(tmp_path: Path) -> None:
    """With a million calls some would be rounded up to closing."""
    for count in ("poisson", "exact"):
        crowd = CARDS.replace("per_hour = 200", f'per_hour = 250_000, count = "{count}"')
        arrival = draw(line(tmp_path, crowd))[0].arrival
        assert arrival[0] >= 8 * HOUR
        assert arrival[-1] < 12 * HOUR


# --- work ----------------------------------------------------------------------------------------


def test_work_has_mean_1_and_the_law_asked_for(tmp_path: Path) -> None:
    many = people(line(tmp_path, CARDS.replace("200", "20_000")))
    number = len(many)
    assert abs(many.talk_work.mean() - 1) < SIGMAS / math.sqrt(number)
    assert abs(many.wrap_work.mean() - 1) < SIGMAS * 0.8 / math.sqrt(number)
    assert stats.kstest(many.talk_work, "expon").pvalue > 1e-4
    assert stats.kstest(many.patience / 120, "expon").pvalue > 1e-4
    columns = [many.talk_work, many.wrap_work, many.patience]
    ranks = [stats.rankdata(column) for column in columns]
    assert np.all(np.abs(np.corrcoef(ranks)[np.triu_indices(3, 1)]) < SIGMAS / math.sqrt(number))


def test_work_by_interval_is_of_the_mean_of_all_intervals(tmp_path: Path) -> None:
    laws = '{ by_interval = ["2 min", { exponential = "6 min" }], every = "2 h" }'
    mixed = people(
        line(tmp_path, CARDS.replace('talk = { exponential = "4 min" }', f"talk = {laws}"))
    )
    plain = people(line(tmp_path, CARDS))
    early = mixed.arrival < 10 * HOUR
    assert set(mixed.talk_work[early]) == {120 / 240}
    np.testing.assert_allclose(mixed.talk_work[~early], plain.talk_work[~early] * 360 / 240)
    assert same(mixed, plain, "talk_work")


def test_no_wrap_up_is_no_work_and_draws_nothing_else(tmp_path: Path) -> None:
    without = CARDS.replace('wrap_up = { lognormal = { mean = "30 s", cv = 0.8 } }\n', "")
    assert same(people(line(tmp_path, without)), people(line(tmp_path, CARDS)), "wrap_work")
