"""Charts of a result: what they show against the measures and against theory, and their make-up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.report.choice import choice_of
from sim.report.hanging_up import heard_at
from sim.report.lived import in_time_of, leaving_of, queues_of
from sim.report.placing import Box, place
from sim.report.views import load_of

ROOT = Path(__file__).parents[2]
BANK = ROOT / "scenarios" / "bank.toml"
ODD = "<script>alert('$x$')</script>"

LINE = f"""
name = "{ODD}"
[day]
opens = "08:00"
closes = "14:00"
interval = "30 min"
after_closing = "disconnect"
[targets]
service_level = {{ share = 0.8, within = "20 s" }}
occupancy = {{ at_most = 0.85 }}
[callers.cards]
label = "{ODD}"
arrivals = {{ per_hour = 120 }}
talk = {{ exponential = "4 min" }}
patience = {{ exponential = "2 min", hang_up_at_once = 0.1 }}
hold_messages = "sorry"
money = {{ lost_call_cost = 4.0 }}
[callers.loans]
arrivals = {{ per_hour = 20 }}
talk = {{ exponential = "4 min" }}
patience = {{ exponential = "2 min" }}
[operators.people]
skills = ["cards", "loans"]
wage = 20.0
shifts = {{ all = {{ operators = 8, from = "08:00", to = "14:00", breaks = [{{ at = "11:00", lasts = "15 min" }}] }} }}
[hold_messages.sorry.messages]
apology = {{ says = "apology", at = "15 s", every = "60 s" }}
"""  # noqa: E501


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> sim.Results:
    file = tmp_path_factory.mktemp("views") / "line.toml"
    file.write_text(LINE)
    return sim.run(sim.load(file), replications=30, seed=5)


def test_the_queue_of_the_chart_is_the_queue_of_the_measures(results: sim.Results) -> None:
    queues = queues_of(results)
    assert queues.waiting.shape == (30, 72)
    days = results.measures["queue_mean"].days
    np.testing.assert_allclose(queues.waiting.mean(axis=1), days, rtol=1e-9)


def test_the_heat_map_is_of_the_service_level(results: sim.Results) -> None:
    met, judged = in_time_of(results)
    assert met.shape == (30, 12)
    level = results.measures["service_level"]
    np.testing.assert_allclose(met.sum(axis=1) / judged.sum(axis=1), level.days)
    assert met.sum() / judged.sum() == pytest.approx(level.value)


def test_hang_ups_are_at_the_rate_of_the_patience(results: sim.Results) -> None:
    found = leaving_of(results, "cards", span=10.0, longest=60.0)
    expected = found.at_risk / 120  # a mean patience of two minutes
    assert (np.abs(found.hung_up - expected) < 4 * np.sqrt(expected)).all()
    assert found.hung_up.sum() == pytest.approx(expected.sum(), abs=2.6 * expected.sum() ** 0.5)
    assert found.rate[0] == pytest.approx(60 * found.hung_up[0] / found.at_risk[0])


def test_time_at_risk_is_the_time_waited(results: sim.Results) -> None:
    whole = leaving_of(results, "loans", span=60.0, longest=36_000.0)
    waited = results.ledger.of_type("loans").columns["wait"].sum()
    assert whole.at_risk.sum() == pytest.approx(waited)
    lost = results.ledger.of_type("loans").columns["abandoned"].sum()
    assert whole.hung_up.sum() == lost  # nobody of this type hangs up at once


def test_offered_load_is_calls_by_handling_time(results: sim.Results) -> None:
    load = load_of(results)
    assert load.shape == (12,)
    # 140 calls of 4 min an hour.
    assert load.mean() == pytest.approx(140 * 4 / 60, rel=0.03)


@pytest.mark.parametrize(
    ("name", "across", "up"),
    [
        ("day", "time of day", "persons"),
        ("calls", "time of day", "calls in 30 min"),
        ("service_level", "time of day", ""),
        ("waits", "wait (s)", "contacts that wait longer (%)"),
        ("hazard", "time waited (s)", "hang up, per minute of waiting"),
        ("occupancy", "time of day", "occupancy (%)"),
        ("operators", "time of day 1", ""),
        ("costs", "cost (EUR a day)", ""),
    ],
)
def test_every_chart_says_what_its_axes_are(
    results: sim.Results, tmp_path: Path, name: str, across: str, up: str
) -> None:
    ax = getattr(results.plot, name)()
    assert (ax.get_xlabel(), ax.get_ylabel()) == (across, up)
    figure = ax.get_figure()
    figure.savefig(tmp_path / "chart.png", dpi=40)  # odd names are drawn as text
    from matplotlib.figure import Figure

    given = Figure().subplots()
    assert getattr(results.plot, name)(ax=given) is given


def test_operators_at_work_are_drawn_for_the_time_they_work(results: sim.Results) -> None:
    ax = results.plot.operators(replication=2)
    at_work = next(bars for bars in ax.containers if bars.get_label() == "at work")
    drawn = sum(bar.get_width() for bar in at_work)
    assert drawn * 3600 == pytest.approx(
        float(results.ledger.everything().columns["handling"][2]), rel=1e-9
    )
    breaks = next(bars for bars in ax.containers if bars.get_label() == "on a break")
    assert sum(bar.get_width() for bar in breaks) == pytest.approx(8 * 0.25)


def test_costs_add_up(results: sim.Results) -> None:
    ax = results.plot.costs()
    *parts, whole = [bars[0].get_width() for bars in ax.containers]
    assert sum(parts) == pytest.approx(whole)
    assert whole == pytest.approx(results.measures["total_cost"].value)


def test_a_notebook_shows_the_three_questions_and_no_markup_of_the_file(
    results: sim.Results,
) -> None:
    html = results._repr_html_()
    for word in ("CLIENT", "STAFF", "MONEY", "MISSED", "8 days in 10", "&lt;script&gt;"):
        assert word in html
    assert "<script>" not in html


@pytest.mark.slow
def test_a_week_has_a_row_a_weekday() -> None:
    week = sim.load(ROOT / "scenarios" / "online_store_week.toml")
    found = sim.run(week, replications=2)
    ax = found.plot.service_level()
    assert [text.get_text() for text in ax.get_yticklabels()] == list(week.days)
    assert found.plot.day().get_xlabel() == "open hours of the week"


def test_plans_in_a_notebook_have_their_change_below_the_value() -> None:
    found = sim.compare(BANK, replications=3)
    html = found._repr_html_()
    assert html.count('<th scope="col"') == 1 + len(found.results)
    assert "±" in html
    assert "later_<wbr>lunch" in html
    assert "<strong>Which plan.</strong>" in html
    assert "<strong>Targets under " in html
    assert "? = not zero by its own interval" in html


@pytest.mark.slow
def test_of_many_plans_a_notebook_shows_the_one_to_choose() -> None:
    file = ROOT / "scenarios" / "stay_on_the_line.toml"
    found = sim.compare(file, replications=2)
    chosen = choice_of(found).plan
    assert chosen not in list(found.results)[1:7]
    assert f">{chosen.replace('_', '_<wbr>')}</th>" in found._repr_html_()
    base = found.plot.pareto(against="abandonment")
    assert "base" in {text.get_text() for text in base.texts}


def test_spans_put_together_lose_nothing(results: sim.Results) -> None:
    fine = leaving_of(results, "cards", span=1.0, longest=600.0)
    found = fine.gathered(0.01)
    share = found.at_risk / fine.at_risk.sum()
    assert (share >= 0.01).all()
    assert 1 - share.sum() < 0.01
    stop = int(found.edges[-1])
    assert found.hung_up.sum() == fine.hung_up[:stop].sum()
    assert found.at_risk.sum() == pytest.approx(fine.at_risk[:stop].sum())
    for low, high, lost in zip(found.edges[:-1], found.edges[1:], found.hung_up, strict=True):
        assert lost == fine.hung_up[int(low) : int(high)].sum()


def test_the_chart_of_hanging_up_says_what_is_heard(results: sim.Results) -> None:
    ax = results.plot.hazard()
    assert "who hangs up at once is left out" in ax.get_title()
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert "apology,\nafter 15 s, then every 1 min" in legend
    message = results.scenario.programme_of("cards").messages["apology"]
    assert heard_at(message, 200.0) == [15.0, 75.0, 135.0, 195.0]
    assert heard_at(message, 3600.0) == [15.0, 75.0, 135.0]
    assert heard_at(message, 15.0) == []
    with pytest.raises(ValueError, match=r'no call type "card". Did you mean "cards"'):
        results.plot.hazard("card")
    with pytest.raises(ValueError, match=r'There is "cards" and "loans"'):
        results.plot.hazard("nix")


@pytest.mark.parametrize("day", [-1, 30])
def test_a_day_that_was_not_run_is_refused(results: sim.Results, day: int) -> None:
    for asked in (results.contacts, results.plot.operators):
        with pytest.raises(ValueError, match=f"no replication {day}; this run has 0 to 29"):
            asked(day)


def test_thresholds_say_whose_they_are() -> None:
    found = sim.run(BANK, replications=2)
    said = {text.get_text() for text in found.plot.waits().texts}
    assert said == {"20 s: Card services, Internet bank", "60 s: Deposits and loans"}


def test_names_stand_beside_their_marks_and_cover_nothing() -> None:
    rng = np.random.default_rng(3)
    marks = {f"plan {row}": (float(x), float(y)) for row, (x, y) in
             enumerate(rng.uniform(180, 260, (12, 2)))}  # fmt: skip
    room = Box(0, 0, 450, 300)
    found = place(marks, dict.fromkeys(marks, 60.0), room)
    boxes = [label.box for label in found.values()]
    for row, box in enumerate(boxes):
        assert box.area == pytest.approx(box.covers(room))
        assert all(box.covers(other) == 0 for other in boxes[row + 1 :])
        assert all(box.covers(Box(x - 4, y - 4, x + 4, y + 4)) == 0 for x, y in marks.values())


def test_plans_under_conditions_in_a_notebook_and_on_axes() -> None:
    found = sim.compare_under(
        BANK, {"callers.*.volume": "-10%,+10%"}, replications=3, plans=["base", "later_lunch"]
    )
    html = found._repr_html_()
    for word in ("misses least:", "callers.*.volume -10%, +10%", "targets met", "later_lunch"):
        assert word in html
    assert html.count('<th scope="col"') == 3
    page = found.plot.page()
    assert {ax.get_xlabel() for ax in page.axes} == {"change of callers.*.volume"}
    with pytest.raises(ValueError, match=r'Did you mean "abandonment"'):
        found.plot.measure("abandoment")
