"""The format as a whole: the page's own example, the JSON Schema, `new`, and random damage."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.cli import waitline
from sim.cli.new import STARTER, packaged_names
from sim.scenario import Mistake, ScenarioError, load, load_plans
from sim.scenario.reference import reference_page

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DAY = (HERE / "day.toml").read_text(encoding="utf-8")
CALLERS = (HERE / "callers.toml").read_text(encoding="utf-8")
WEEK = (HERE / "week.toml").read_text(encoding="utf-8")
DESIGN = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
EXAMPLE = DESIGN.split("```toml\n")[1].split("```")[0]


def test_the_second_example_of_the_page_means_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "crews.toml"
    path.write_text(DESIGN.split("```toml\n")[2].split("```")[0], encoding="utf-8")
    scenario = load(path)
    store, partner = scenario.operators.values()
    assert scenario.days == ("Fri", "Sat", "Sun", "Mon")
    assert [day.midnight / 86400 for day in scenario.calendar_days] == [0, 1, 2, 3]
    assert scenario.calendar_days[1].own == (10 * 3600, 18 * 3600, 1800)
    assert (scenario.days_a_week, scenario.money.weeks_a_year) == (4.0, 52.0)
    assert scenario.trunks is not None
    assert (scenario.lines, scenario.trunks.cost_per_minute) == (None, 0.03)
    assert scenario.callers["parcels"].procedures == {"refund": 0.3, "claim": 0.2}
    assert scenario.callers["parcels"].money.repeat_cost == 2.0
    assert scenario.callers["orders"].shares == {"store": 0.7, "partner": 0.3}
    skill = store.skills["parcels"]
    assert skill.opens_when is not None
    assert (skill.wrap_up, skill.reserve, skill.opens_when.queue_above) == (40.0, 1, 5)
    assert (store.takes, store.picks, store.ring) == ("longest_queue", "least_occupied", 4.0)
    assert (store.knows, store.standby_wage, store.stays) == (("claim",), 4.0, 1800.0)
    assert [(p.from_, p.to, p.days, p.share) for p in store.premiums] == [
        (20 * 3600, 6 * 3600, None, 0.25), (None, None, ("Sun",), 0.5)
    ]  # fmt: skip
    assert store.late is not None
    assert store.pace is not None
    assert store.learning is not None
    assert (store.late.share, store.late.by.mean, store.pace.cv) == (0.2, 300.0, 0.15)
    assert (store.learning.new, store.learning.halves_in) == (1.5, 4 * 7 * 86400)
    assert store.shrinkage is not None
    assert store.shrinkage.parts == {"leave": 0.1, "coaching": 0.02}
    assert store.shrinkage.share == pytest.approx(1 - 0.9 * 0.98)
    shifts = store.shifts
    assert shifts is not None
    assert shifts["early"].days == ("Fri", "Mon")
    assert shifts["early"].breaks[0].between == (11 * 3600, 13.5 * 3600)
    assert shifts["early"].meetings[0].what == "training"
    called = shifts["reserve"].on_call
    assert called is not None
    assert (called.queue_above, called.wait_above, called.comes_after) == (10, None, 900.0)
    assert [list(partner.seats_on(day)) for day in scenario.calendar_days][1] == [(122400.0, 1)]


def test_the_example_of_the_page_means_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "example.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    base, lunch, noon = load_plans(path)
    assert list(base.callers) == ["cards", "deposits"]
    assert base.hours_of("deposits") == (9 * 3600, 17 * 3600)
    assert base.hours_of("cards") == (8 * 3600, 20 * 3600)
    assert base.lines == 60
    assert base.busyness_shape == pytest.approx(1 / 0.12**2)
    deposits = base.targets_of("deposits")
    assert deposits.service_level is not None
    assert (deposits.service_level.share, deposits.service_level.within) == (0.7, 60.0)
    assert deposits.service_level.counts == "offered"
    assert deposits.abandonment is not None
    assert (deposits.abandonment.at_most, base.ignore_under("deposits")) == (0.05, 5.0)
    assert base.callers["cards"].patience.hang_up_at_once == 0.1
    assert base.callers["deposits"].wrap_up.mean == 0
    assert base.operators["generalists"].overtime_wage == 24.0
    assert base.operators["experts"].skills["deposits"].handling_factor == 0.8
    assert base.operators["experts"].headcount_every == 7200
    assert base.actual == {"service_level": 0.74, "abandonment": 0.118, "asa": 11.0}
    assert lunch.callers["cards"].volume == pytest.approx(0.92)
    assert list(noon.operators) == ["generalists", "experts", "noon"]


def test_defaults_are_those_of_the_page(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(
        'name = "x"\nday = { opens = "08:00", closes = "09:00", interval = "1 h" }\n'
        'callers.a = { arrivals = { per_hour = 1 }, talk = "1 min", patience = "never" }\n'
        'operators.g = { skills = ["a"], headcount = 1 }\n',
        encoding="utf-8",
    )
    scenario = load(path)
    kind, group = scenario.callers["a"], scenario.operators["g"]
    assert (scenario.about, scenario.currency, scenario.day.after_closing) == ("", "EUR", "serve")
    assert (scenario.within(), scenario.counts(), scenario.ignore_under()) == (
        20.0,
        "offered",
        None,
    )
    assert scenario.targets_of("a").service_level is None
    assert (scenario.lines, scenario.busyness_shape, kind.busyness_shape) == (None, None, None)
    assert (kind.label, kind.volume, kind.avoidable, kind.goes_to) == ("", 1.0, 0.0, None)
    assert (kind.priority.class_, kind.priority.head_start, kind.priority.growth) == (1, 0.0, 1.0)
    assert kind.money.answered_value == kind.money.lost_call_cost == 0.0
    skill = group.skills["a"]
    assert (skill.rank, skill.handling_factor, skill.after, skill.reserve) == (1, 1.0, 0.0, 0)
    assert (group.takes, group.wage, group.overtime_wage) == ("longest_wait", 0.0, 0.0)
    assert (group.on_costs, group.contract_hours, group.absence) == (0.0, 37.5, 0.0)
    assert (group.headcount, group.headcount_every) == ((1,), 3600.0)
    assert scenario.assumptions == []


def test_what_changes_nothing_may_be_written_out(tmp_path: Path) -> None:
    text = DAY.replace("rank = 2", "rank = 2, reserve = 0, resolves = 0.9").replace(
        "on_costs = 0.25", "on_costs = 0.25\nabsence = 0\nabsence_paid = true"
    )
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")
    assert load(path).operators["generalists"].absence == 0


def test_an_estimate_is_told() -> None:
    estimate, messages = load(HERE / "day.toml").assumptions
    assert "deposits: mean patience 6 min 57 s is an estimate" in estimate
    assert "hold messages do to patience" in messages


def test_what_callers_are_assumed_to_do_is_told_where_they_do_it() -> None:
    said = load(HERE / "callers.toml").assumptions
    for what in ("hold messages", "phones again", "passed on", "callback", "long queue", "menu"):
        assert sum(what in sentence for sentence in said) == 1, what


def test_short_calls_need_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    text = DAY.replace(', ignore_under = "5 s"', "").replace(
        'within = "60 s"', 'within = "60 s", counts = "excluding_short"'
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match="excluding_short") as caught:
        load(path)
    assert caught.value.mistakes[0].key == "callers.deposits.targets.service_level"


def schema() -> dict[str, Any]:
    result = CliRunner().invoke(waitline, ["schema"])
    assert result.exit_code == 0
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_schema_is_the_one_in_the_folder() -> None:
    result = CliRunner().invoke(waitline, ["schema"])
    stored = (ROOT / "scenarios" / "scenario.schema.json").read_text(encoding="utf-8")
    assert result.stdout == stored, "waitline schema > scenarios/scenario.schema.json"


def test_the_schema_lets_scenarios_pass_and_finds_mistakes() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    validator = jsonschema.Draft202012Validator(schema())
    for text in (EXAMPLE, DAY, CALLERS, WEEK, STARTER):
        assert not list(validator.iter_errors(tomllib.loads(text)))
    for name in packaged_names():
        path = ROOT / "scenarios" / f"{name}.toml"
        assert not list(validator.iter_errors(tomllib.loads(path.read_text(encoding="utf-8"))))
    for old, new in (
        ("talk = { log", "tlak = { log"),
        ('mean = "4 min"', "mean = 4"),
        ("share = 0.80", "share = 80"),
        ("[plans.noon.operators.noon]\n", "[plans.noon.operators.noon]\nwagee = 2\n"),
        ('"ranked"', '"rank"'),
        ("hang_up_at_once = 0.10", "hang_up_at_once = 1.10"),
    ):
        assert list(validator.iter_errors(tomllib.loads(DAY.replace(old, new, 1)))), new
    for old, new in (
        ('"random"', '"by chance"'),
        ("shrinkage = 0.3", "shrinkage = 1.3"),
        ('on.Sun = { headcount = [2, 1], every = "4 h" }', "on.Sun = { heads = 2 }"),
        ("queue_above = 3", "queue_above = -3"),
        ('between = ["11:00", "14:00"]', 'between = ["11:00"]'),
    ):
        assert old in WEEK
        assert list(validator.iter_errors(tomllib.loads(WEEK.replace(old, new, 1)))), new
    for old, new in (
        ("limit = 30", "limit = -1"),
        ("position = [3, 10]", "position = [0, 10]"),
        ("later_share = 0.4", "later_share = 1.4"),
        ('as = "deposits"', "as = 3"),
        ("keeps_place = true", 'keeps_place = "yes"'),
        ('promise = "2 h"', "promise = 2"),
        ("contained = 0.3", "contaned = 0.3"),
        ("reserve_for_holding = 2", "reserve_for_holding = 2.5"),
        ('round_to = "1 min"', "round_to = 1"),
        ("up_to = [3, 10]", "up_to = [0.5, 10]"),
    ):
        assert old in CALLERS
        assert list(validator.iter_errors(tomllib.loads(CALLERS.replace(old, new, 1)))), new


def test_the_reference_page_is_up_to_date() -> None:
    stored = (ROOT / "docs" / "scenario-format.md").read_text(encoding="utf-8")
    assert stored == reference_page(), "python -m sim.scenario.reference > docs/scenario-format.md"


def new(*arguments: object) -> Any:
    return CliRunner().invoke(waitline, ["new", *map(str, arguments)])


def test_new_writes_a_scenario_that_loads(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    result = new(path)
    assert result.exit_code == 0
    assert f"waitline run {path}" in result.stdout
    assert [scenario.plan for scenario in load_plans(path)] == ["base", "one_more"]
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 36
    assert list(tmp_path.iterdir()) == [path]


def test_new_names_the_schema_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "scenario.schema.json").write_text("{}", encoding="utf-8")
    path = tmp_path / "mine.toml"
    assert new(path).exit_code == 0
    assert path.read_text(encoding="utf-8").startswith("#:schema ./scenario.schema.json\n")
    assert load(path).name == "My support line"


def test_new_does_not_write_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("precious", encoding="utf-8")
    result = new(path)
    assert result.exit_code == 2
    assert "is there already" in result.stderr
    assert path.read_text(encoding="utf-8") == "precious"
    assert new("--force", path).exit_code == 0
    assert load(path)


@pytest.mark.parametrize("name", packaged_names())
def test_new_from_a_packaged_scenario(tmp_path: Path, name: str) -> None:
    path = tmp_path / "mine.toml"
    assert new("--from", name, path).exit_code == 0
    assert load_plans(path)[0].name == load(ROOT / "scenarios" / f"{name}.toml").name


@pytest.mark.parametrize("arguments", [["--from", "no_such", "x.toml"], ["nowhere/x.toml"], ["."]])
def test_new_says_what_it_cannot_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = new(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def mistakes_of(run: Callable[[], object]) -> list[Mistake]:
    """The mistakes that loading told; any other error is the test's failure."""
    try:
        run()
    except ScenarioError as error:
        return error.mistakes
    return []


ODD: list[Any] = [
    None, True, -1, 0, 1.5, float("nan"), float("inf"), 10**30, "", "x", "never", "-1 s", "0 s",
    "08:00", "24:00", "1e308 s", [], [1], [[]], [[[]]], ["cards"], {}, {"a": 1}, {"remove": True},
    {"file": "no.csv"}, {"trace": ".", "time": "t"}, {"exponential": []}, {"says": "apology"},
    {"by_interval": []}, [{}], {"empirical": {}}, {"from_report": 1}, {"": ""},
]  # fmt: skip


def places(node: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs: Any = ()
    if isinstance(node, dict):
        pairs = node.items()
    elif isinstance(node, list):
        pairs = enumerate(node)
    return [p for k, v in pairs for p in [(*above, k), *places(v, (*above, k))]]


PLACES = [place for text in (DAY, EXAMPLE, CALLERS, WEEK) for place in places(tomllib.loads(text))]


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value)


def damaged(tables: dict[str, Any], place: tuple[Any, ...], value: Any, renamed: str) -> None:
    """Put something else at a place, take it out, or give it another name."""
    node: Any = tables
    for key in place[:-1]:
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            return
    try:
        old = node.pop(place[-1])
    except (KeyError, IndexError, TypeError, AttributeError):
        return
    if isinstance(node, list):
        node.insert(place[-1], 0 if value is None else value)
    elif renamed:
        node[renamed] = old
    elif value is not None:
        node[place[-1]] = value


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from([DAY, CALLERS, EXAMPLE, WEEK]),
    st.lists(
        st.tuples(
            st.sampled_from(PLACES), st.sampled_from(ODD), st.sampled_from(["", "", "tlak", "*"])
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_no_damage_gives_anything_but_a_scenario_error(
    tmp_path: Path, text: str, damage: list[tuple[tuple[Any, ...], Any, str]]
) -> None:
    tables = tomllib.loads(text)
    for place, value, renamed in damage:
        damaged(tables, place, value, renamed)
    path = tmp_path / "damaged.toml"
    path.write_text("".join(f"{json.dumps(k)} = {toml(v)}\n" for k, v in tables.items()))
    for mistake in mistakes_of(lambda: load_plans(path)):
        assert "\n" not in str(mistake)
        assert mistake.line is not None
        assert "Input should" not in mistake.what


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(DAY)), st.integers(0, 12), st.text(max_size=4)), max_size=3
    )
)
def test_no_slip_of_the_hand_does_either(tmp_path: Path, slips: list[tuple[int, int, str]]) -> None:
    text = DAY
    for at, gone, put in slips:
        text = text[:at] + put + text[at + gone :]
    path = tmp_path / "slip.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    mistakes_of(lambda: load_plans(path))


@settings(deadline=None)
@given(
    st.one_of(
        st.sampled_from([".".join(map(str, place)) for place in PLACES]),
        st.text("calers.*0123\"'= ", max_size=20),
    ),
    st.one_of(
        st.sampled_from(
            ["+1", "-1", "+10 %", "x 2", "+20 s", "-1 h", "x 1e99", "", "[", "{}", "nan"]
        ),
        st.text(max_size=6),
        st.integers(-3, 10**20),
        st.floats(),
    ),
)
def test_no_change_gives_anything_but_a_scenario_error(name: str, value: Any) -> None:
    for file in ("day.toml", "callers.toml"):
        found = mistakes_of(lambda file=file: load(HERE / file, change={name: value}))
        assert all("--set" in str(mistake) for mistake in found)
