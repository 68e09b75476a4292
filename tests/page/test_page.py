"""The report page without a browser: self-contained, safe, the same bytes, and true figures."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from sim.cli import waitline
from sim.comparison.paired import Comparison, compare
from sim.outcomes import Outcome
from sim.report import page_data, replay
from sim.report.choice import choice_of
from sim.report.page import HERE, html_of
from sim.report.page_tables import COLUMNS
from sim.report.svg import round_marks
from sim.report.verdict import judgements
from sim.report.wording import plain
from sim.scenario import load_plans
from tests.page.shop import EVIL, LONG, SHOP, compared, page, shop_at

Page = dict[str, Any]


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return compared(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def data(comparison: Comparison) -> Page:
    return page(comparison)


@pytest.fixture(scope="module")
def html(data: Page) -> str:
    return html_of(data)


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the text of those that were asked for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "input", "wbr"):
            self._open.append(tag)
            self.text.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.text[tag][-1] += data


def test_nothing_is_fetched(html: str) -> None:
    elements = Elements(html)
    for tag, attributes in elements.found:
        for name in ("src", "srcset", "action", "poster", "xlink:href", "style", "onclick"):
            assert name not in attributes, tag
        link = attributes.get("href")
        assert link is None or link.startswith("#") or link == "data:,"
    policy = next(a["content"] for t, a in elements.found if a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    styles = "".join(elements.text["style"])
    assert not re.search(r"url\(|@import|@font-face", styles)
    program = "".join(elements.text["script"])
    assert not re.search(r"https?:|fetch\(|XMLHttp|import\(|innerHTML|eval\(", program)
    assert not re.search(r"https?://", html)


def test_ids_are_single_and_links_arrive(html: str) -> None:
    attributes = [each for _, each in Elements(html).found]
    ids = [each["id"] for each in attributes if "id" in each]
    assert len(ids) == len(set(ids))
    named = [word for each in attributes for key in ("aria-labelledby", "for")
             for word in str(each.get(key) or "").split()]  # fmt: skip
    named += [str(each["href"])[1:] for each in attributes
              if str(each.get("href")).startswith("#")]  # fmt: skip
    assert named
    assert set(named) <= set(ids)


def test_names_are_text(html: str, data: Page) -> None:
    elements = Elements(html)
    assert [tag for tag, _ in elements.found].count("script") == 2
    assert elements.text["h1"] == [EVIL]
    assert plain(EVIL) in elements.text["summary"][2]
    assert elements.text["title"][0] == f"{EVIL} - Waitline report"
    cells = elements.text["th"]
    assert plain(EVIL) in cells
    assert plain(LONG) in cells
    assert elements.text["pre"] == [SHOP]
    assert json.loads(elements.text["script"][0]) == data["replay"]


def test_a_long_name_leaves_the_page_small(html: str) -> None:
    assert len(html.encode()) < 200_000
    assert max(map(len, re.findall(r"<title[^>]*>([^<]*)", html))) < 400


def test_same_results_same_bytes(data: Page, html: str, tmp_path: Path) -> None:
    assert html_of(json.loads(json.dumps(data))) == html
    again = page(compared(tmp_path))
    assert html_of(again) == html


def test_figures_are_those_of_the_document(comparison: Comparison, data: Page) -> None:
    document = comparison.document()
    moves = {each["plan"]: each["measures"] for each in document["differences"]}
    for place, (plan, results) in enumerate(comparison.results.items()):
        measures = document["plans"][plan]["measures"]
        shown = data["table"]["bodies"][0]["rows"][place]
        for cell, name in zip(shown[2:], COLUMNS, strict=True):
            assert cell["value"] == measures[name]["value"], name
        judged = judgements(results)
        assert shown[1]["value"] == sum(each.met for each in judged)
        for name, figure in data["plans"][place]["figures"].items():
            assert {key: figure[key] for key in ("value", "low", "high")} == {
                key: measures[name][key] for key in ("value", "low", "high")
            }
        known = {each["value"] for each in measures.values()}
        client, staff, money = data["plans"][place]["tables"][0]["bodies"]
        rows = client["rows"] + staff["rows"] + money["rows"]
        assert len(rows) > 12
        assert all(row[1].get("value") in known for row in rows)
        if place:
            for name, move in data["differences"][place - 1]["measures"].items():
                assert {key: move[key] for key in ("value", "low", "high")} == moves[plan][name]


def test_every_number_to_sort_by_is_the_one_that_is_read(data: Page) -> None:
    tables = [data["table"], *(table for plan in data["plans"] for table in plan["tables"])]
    cells = [cell for each in tables for body in each["bodies"] for row in body["rows"]
             for cell in row[1:] if "value" in cell]  # fmt: skip
    shares = [cell for cell in cells if cell["text"].endswith(" %")]
    assert len(shares) > 30
    for cell in shares:
        assert float(cell["text"][:-2]) == pytest.approx(100 * cell["value"], abs=0.06)
    plain_numbers = [each for each in cells if re.fullmatch(r"[+-]?[\d,]+(\.\d+)?", each["text"])]
    assert len(plain_numbers) > 60
    for cell in plain_numbers:
        read = float(cell["text"].replace(",", ""))
        # A margin of a share is in points.
        assert any(read == pytest.approx(times * cell["value"], abs=0.51) for times in (1, 100))


def test_charts_are_drawn_from_the_tables(comparison: Comparison, data: Page) -> None:
    for plan, results in zip(data["plans"], comparison.results.values(), strict=True):
        rows = [row for row in results.by_interval if row["type"] == "*"]
        for name in ("offered", "answered"):
            assert plan["steps"][name] == pytest.approx([row[name] for row in rows])
        staff = results.staff_by_interval
        assert plan["steps"]["on_duty"] == pytest.approx([row["on_duty"] for row in staff])
        assert plan["steps"]["required"] == pytest.approx([row["required"] for row in staff])
        assert len(plan["steps"]["edges"]) == len(rows) + 1


def test_the_curve_of_waits_is_counted_one_by_one(comparison: Comparison, data: Page) -> None:
    for plan, results in zip(data["plans"], comparison.results.values(), strict=True):
        days = [replay.simulated(results, day).outcomes for day in range(results.days)]
        waits = [wait for day in days for wait in day.wait.tolist() if not np.isnan(wait)]
        seconds, longer = plan["waits"]["seconds"], plan["waits"]["longer"]
        assert longer == [sum(wait > each for wait in waits) / len(waits) for each in seconds]
        assert plan["waits"]["over_1_min"] == sum(wait > 60 for wait in waits) / len(waits)


def test_the_replay_is_the_day(comparison: Comparison) -> None:
    told = page(comparison, day=2)["replay"]
    assert told["about"].startswith("Day 3 of 4: ")
    for name, plan in zip(comparison.results, told["plans"], strict=True):
        assert plan["name"] == plain(name)
        day = replay.simulated(comparison.results[name], 2)
        outcomes, start = day.outcomes, told["start"]
        order = np.argsort(outcomes.arrival, kind="stable")
        arrival = np.cumsum(plan["arrival"])
        ended = arrival + plan["wait"]
        talk = ended + plan["lag"]
        talked = talk + plan["talk"]
        columns = {"arrival": arrival, "wait_ended": ended, "talk_started": talk,
                   "talk_ended": talked, "handled": talked + plan["wrap_up"]}  # fmt: skip
        for column, tenths in columns.items():
            true = 10 * (getattr(outcomes, column)[order] - start)
            known = ~np.isnan(true)
            assert known.sum() > 100
            assert np.abs(true - tenths)[known].max() <= 0.5 + 1e-6, column
        offered = comparison.results[name].measures["offered"].days[2]
        assert len(plan["arrival"]) == offered
        assert plan["outcome"] == outcomes.outcome[order].tolist()
        assert plan["operator"] == outcomes.operator[order].tolist()
        assert len(plan["there"]) == len(outcomes.presence_start)
        assert len(plan["away"]) == len(outcomes.break_start)
        assert len(plan["dialling"]) == len(outcomes.try_start)
        assert told["length"] >= 10 * (np.nanmax(outcomes.handled) - start)


def test_a_callback_is_awaited_until_it_is_given_up(comparison: Comparison) -> None:
    lost = 0
    for number in range(comparison.results["base"].days):
        day = replay.simulated(comparison.results["base"], number)
        outcomes = day.outcomes
        over = replay._given_up(day)
        for row in np.flatnonzero(outcomes.outcome == Outcome.CALLBACK_LOST):
            tries = outcomes.try_end[outcomes.try_contact == outcomes.contact[row]]
            closes = day.centre.calendar.period_closes[0]
            assert over[row] == max([*tries] or [closes])
            lost += 1
    assert lost > 3


def test_a_large_day_is_shown_in_part(
    comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "MOST_CONTACTS", 120)
    told = replay.replay_of(comparison, "base")
    assert "Shown is its busiest part" in told["about"]
    assert 0 < told["length"] < 36000
    sizes = [len(plan["arrival"]) for plan in told["plans"]]
    assert sizes
    assert max(sizes) <= 120
    monkeypatch.setattr(replay, "MOST_CONTACTS", 3)
    told = replay.replay_of(comparison, "base")
    assert told["plans"] == []
    assert "too large" in told["why"]


def test_plans_for_which_there_is_no_room_are_counted(
    comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [len(replay.simulated(comparison.results[plan], 0).outcomes) for plan in ("base", EVIL)]
    monkeypatch.setattr(replay, "MOST_IN_ALL", sum(both) + 20)
    told = replay.replay_of(comparison, EVIL)
    assert [plan["name"] for plan in told["plans"]] == ["base", plain(EVIL)]
    assert "1 plan more is left out" in told["about"]
    monkeypatch.setattr(page_data, "MOST_PLANS", 2)
    data = page(comparison)
    assert len(data["plans"]) == 2
    assert data["more_plans"] == 1
    assert len(data["table"]["bodies"][0]["rows"]) == 3
    assert "1 plans more" not in html_of(data)
    monkeypatch.setattr(page_data, "MOST_PLANS", 30)
    monkeypatch.setattr(page_data, "MOST_SIZE", 10)
    assert len(page(comparison)["plans"]) == (1 if data["chosen"] == 0 else 2)


SMALL = """
name = "Small"
[day]
opens = "09:00"
closes = "10:00"
interval = "30 min"
{targets}
[callers.a]
arrivals = {{ per_hour = {calls} }}
talk = {{ exponential = "3 min" }}
patience = {{ exponential = "4 min" }}
money = {{ lost_call_cost = {lost} }}
[operators.o]
skills = ["a"]
headcount = 3
wage = 20.0
[plans.more]
change = {{ "operators.o.headcount" = "+9" }}
[plans.most]
change = {{ "operators.o.headcount" = "+12" }}
"""


def small(folder: Path, days: int = 3, calls: int = 40, target: float = 0.0) -> Comparison:
    targets = f"[targets]\nabandonment = {{ at_most = {target} }}" if target else ""
    path = folder / "small.toml"
    path.write_text(SMALL.format(targets=targets, calls=calls, lost=1.0), "utf-8")
    return compare(load_plans(path), days, workers=1)


@pytest.mark.parametrize(
    ("target", "calls", "plan", "said"),
    [
        (0.0, 40, "base", "base: the cheapest of 3 plans. No target is set that would judge them."),
        (0.02, 40, "more", "more: the cheapest of the 2 of 3 plans that meet every target."),
        (0.9, 40, "base", "base: the cheapest of 3 plans, all of which meet every target."),
        (0.02, 215, "most", "most: the only one of 3 plans that meets every target."),
        (0.001, 900, "base", "None of 3 plans meets every target. base misses 1 of 1, and costs "
         "least of those."),
    ],
)  # fmt: skip
def test_the_cheapest_plan_that_meets_the_targets_is_chosen(
    tmp_path: Path, target: float, calls: int, plan: str, said: str
) -> None:
    comparison = small(tmp_path, calls=calls, target=target)
    choice = choice_of(comparison)
    assert choice.sentences["Which plan"] == said
    results = comparison.results
    missed = {n: sum(not j.met for j in judgements(each)) for n, each in results.items()}
    fewest = [name for name in results if missed[name] == min(missed.values())]
    cheapest = min(fewest, key=lambda name: results[name].measures["total_cost"].value or 0.0)
    assert choice.plan == cheapest == plan


def test_one_plan_of_one_day_is_judged_too(tmp_path: Path) -> None:
    comparison = small(tmp_path, days=1, target=0.001, calls=300)
    alone = Comparison({"base": comparison.results["base"]})
    sentences = choice_of(alone).sentences
    assert list(sentences) == ["Targets", "Cost", "Clients", "How sure"]
    assert sentences["Targets"] == "base misses its target."
    assert sentences["How sure"].startswith("One day was simulated: that tells nothing")
    assert "+-" not in sentences["Cost"]
    shown = html_of(page(alone))
    assert "Plans side by side" not in shown
    assert "None" not in re.sub(r"<script>.*?</script>", "", shown, flags=re.DOTALL)


def test_a_day_without_callers_is_drawn(tmp_path: Path) -> None:
    comparison = small(tmp_path, calls=0, target=0.5)
    data = page(comparison)
    assert "Cost and hang-ups" not in html_of(data)
    assert [len(plan["arrival"]) for plan in data["replay"]["plans"]] == [0, 0, 0]
    assert "nan" not in json.dumps(data, allow_nan=False).lower()


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 0.003), (0.0, 1.0), (-3.7, 0.0), (-12.0, 480.0), (5.0, 5.0), (0, 7e6)]
)
def test_marks_are_round_and_hold_the_data(low: float, high: float) -> None:
    marks = round_marks(low, high)
    assert marks[0] <= low <= high <= marks[-1]
    assert 2 <= len(marks) <= 8
    steps = np.diff(marks)
    assert steps == pytest.approx(steps[0])


def test_text_stands_out_from_its_ground() -> None:
    style = (HERE / "page.css").read_text("utf-8")
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", style))

    def lightness(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
        parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        line = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * line[0] + 0.7152 * line[1] + 0.0722 * line[2]

    for text in (colours["ink"], colours["quiet"], "#005a9c"):
        for ground in (colours["ground"], colours["soft"]):
            one, other = sorted((lightness(text), lightness(ground)))
            assert (other + 0.05) / (one + 0.05) >= 4.5, (text, ground)


# --- the command line ---------------------------------------------------------------------------


def call(*arguments: object) -> Result:
    runner = CliRunner(env={"COLUMNS": "80", "NO_COLOR": "1"})
    return runner.invoke(waitline, [str(each) for each in arguments], prog_name="waitline")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with results in `out` and their page in `now.html`."""
    folder = tmp_path_factory.mktemp("finished")
    done = call("compare", shop_at(folder), "-n", 2, "--workers", 1, "--set",
                "callers.*.volume=+5%", "--replay-day", 2, "--out", folder / "out",
                "--report", folder / "now.html", "--json")  # fmt: skip
    assert done.exit_code == 0, done.output
    json.loads(done.stdout)
    return folder


def test_the_page_of_finished_results_is_the_one_of_the_run(finished: Path) -> None:
    done = call("report", finished / "out", "-o", finished / "later.html")
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    later = (finished / "later.html").read_bytes()
    assert later == (finished / "now.html").read_bytes()
    assert b"callers.*.volume = +5%" in later
    assert b"Day 2 of 2: " in later
    assert str(finished).encode() not in later
    refused = call("report", finished / "out", "-o", finished / "later.html")
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert call("report", finished / "out", "-o", finished / "later.html", "--force").exit_code == 0
    assert [each for each in finished.iterdir() if each.name.startswith(".waitline")] == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("manifest.json", None, "there is no manifest.json in it, so it is no folder that --out"),
        ("manifest.json", "[1]", "manifest.json is damaged: it is no JSON object"),
        ("manifest.json", "[" * 100_000, "manifest.json is damaged: it is no JSON"),
        ("manifest.json", '{"waitline": "0.0.9"}', "Waitline 0.0.9 wrote it and kept no page"),
        ("manifest.json", '{"waitline": "9.1", "page": {"format": 99}}', "in format 99, and this"),
        ("page.json", None, "there is no page.json in it, though manifest.json names it"),
        ("page.json", "{}", "page.json is damaged: it is not what --out wrote"),
    ],
)
def test_a_folder_that_cannot_be_drawn_is_told(
    finished: Path, tmp_path: Path, name: str, content: str | None, said: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    for each in ("manifest.json", "page.json"):
        (folder / each).write_bytes((finished / "out" / each).read_bytes())
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content, "utf-8")
    done = call("report", folder, "-o", tmp_path / "page.html")
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "page.html").exists()


def test_a_page_that_lacks_something_is_told(tmp_path: Path) -> None:
    from sim.report.stored import stored

    text, about = stored({"plans": []})
    (tmp_path / "page.json").write_text(text, "utf-8")
    (tmp_path / "manifest.json").write_text(json.dumps({"page": about}), "utf-8")
    done = call("report", tmp_path, "-o", tmp_path / "page.html")
    assert done.exit_code == 2
    assert "page.json is damaged: something is missing in it" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--report", "no/such/page.html"], "does not exist"),
        (["--report", "."], "this is a folder"),
        (["--replay-day", "3"], "only 2 days are simulated"),
        (["--replay-day", "0"], "--replay-day"),
    ],
)
def test_what_could_not_be_written_stops_before_the_work(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = call("run", shop_at(tmp_path), "-n", 2, *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_signs_are_set_and_names_are_not() -> None:
    from sim.report.page import _typeset

    assert _typeset("86.7 % +-1.0 (+-2)") == "86.7\xa0% ±1.0 (±2)"
    assert _typeset("+-") == "±"
    assert _typeset("a+-b & 5 points") == "a+-b &amp; 5 points"


def test_plans_under_conditions_have_no_page(tmp_path: Path) -> None:
    conditions = ["--conditions", "callers.*.volume=-10%,+10%", "--workers", 1]
    scenario = shop_at(tmp_path)
    refused = call("compare", scenario, "-n", 2, *conditions, "--report", tmp_path / "page.html")
    assert refused.exit_code == 2
    assert "--report and --conditions do not go together" in refused.stderr
    done = call("compare", scenario, "-n", 2, *conditions, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.output
    refused = call("report", tmp_path / "out", "-o", tmp_path / "page.html")
    assert refused.exit_code == 2
    assert "under several conditions, and of these there is no page" in refused.stderr
    refused = call(
        "compare", scenario, "--best", "total_cost=5", "--report", tmp_path / "page.html"
    )
    assert "--report holds as many days of every plan" in refused.stderr
    assert not (tmp_path / "page.html").exists()
