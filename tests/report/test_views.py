"""Charts of a result: what they show against the measures and against theory, and their make-up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.report.lived import in_time_of, leaving_of, queues_of
from sim.report.views import load_of

ROOT = Path(__file__).parents[2]
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
        ("calls", "", "calls in 30 min"),
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


def test_a_week_has_a_row_a_weekday() -> None:
    week = sim.load(ROOT / "scenarios" / "online_store_week.toml")
    found = sim.run(week, replications=2)
    ax = found.plot.service_level()
    assert [text.get_text() for text in ax.get_yticklabels()] == list(week.days)
    assert found.plot.day().get_xlabel() == "open hours of the week"


def test_plans_in_a_notebook_have_their_change_below_the_value() -> None:
    found = sim.compare(ROOT / "scenarios" / "bank.toml", replications=3)
    html = found._repr_html_()
    assert html.count('<th scope="col"') == 1 + len(found.results)
    assert "±" in html
    assert "later_<wbr>lunch" in html
