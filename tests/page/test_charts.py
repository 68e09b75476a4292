"""The charts of the report page: true to the words beside them, and readable on a phone."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest

from sim.comparison.difference import Difference
from sim.comparison.paired import Comparison
from sim.comparison.together import Together
from sim.report import page_data
from sim.report.choice import _against
from sim.report.labels import NEAR, numbered
from sim.report.page_charts import _tightest, charts_of, charts_of_all
from sim.report.page_tables import COLUMNS
from sim.report.svg import NARROW, WIDTH, Chart, with_room
from sim.report.wording import distinct
from tests.page.shop import compared, page

Page = dict[str, Any]


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return compared(tmp_path_factory.mktemp("charts"))


@pytest.fixture(scope="module")
def data(comparison: Comparison) -> Page:
    return page(comparison)


DOUBTFUL = Difference(
    76.0, 9.0, 143.0, "EUR", 0.9, p=0.03, together=Together(-20.0, 172.0, 0.09), freedom=9.0
)
"""Sure by itself, in doubt among others."""


def test_a_change_in_doubt_among_others_is_a_hollow_dot() -> None:
    assert DOUBTFUL.sure
    assert page_data._move(DOUBTFUL)["sure"] is False


def test_as_many_dots_are_filled_as_changes_have_a_star(data: Page) -> None:
    figure = next(charts_of_all(data))
    drawn = [place + 2 for place, name in enumerate(COLUMNS) if name in page_data.WEIGHED]
    subs = [row[place].get("sub", "") for row in data["table"]["bodies"][0]["rows"][1:]
            for place in drawn]  # fmt: skip
    sure = sum(each.endswith("*") for each in subs)
    assert 0 < sure < len(subs)
    for svg in (figure.svg, figure.narrow):
        assert svg.count('class="dot"') == sure
        assert svg.count('class="dot open"') == len(subs) - sure
    assert "surely not zero, all plans taken together; a hollow one is too close" in figure.caption


def test_the_table_explains_its_question_mark(data: Page) -> None:
    note = data["table"]["notes"][1]
    assert "* = surely not zero, all plans taken together; ? = not zero by its own" in note


def test_the_verdict_calls_a_change_in_doubt_too_close(comparison: Comparison) -> None:
    doubtful = Comparison(comparison.results)
    moves = {**comparison.differences["two_more"], "total_cost": DOUBTFUL}
    doubtful.__dict__["differences"] = {**comparison.differences, "two_more": moves}
    said = _against(doubtful, "two_more", "total_cost")
    assert said == " (against base: +76 +-67, too close to call)"


@pytest.mark.parametrize(
    ("over", "minutes", "holes", "said"),
    [
        (-4.7, 30.0, True, "Tightest in the half-hour from 11:30: 4.7 operators short."),
        (-4.7, 60.0, True, "Tightest in the hour from 11:30: 4.7 operators short."),
        (-0.4, 15.0, False, "Least to spare in the quarter-hour from 11:30: -0.4 operators."),
        (-2.0, 30.0, False, "Least to spare in the half-hour from 11:30: -2.0 operators; no hour "
         "as a whole is 0.5 short."),
        (-0.001, 30.0, False, "Least to spare in the half-hour from 11:30: 0.0 operators."),
        (1.2, 10.0, False, "Least to spare in the 10 min from 11:30: 1.2 operators over."),
    ],
)  # fmt: skip
def test_the_chart_says_its_span_and_is_short_where_the_verdict_is(
    over: float, minutes: float, holes: bool, said: str
) -> None:
    assert _tightest(over, "11:30", minutes, holes=holes) == said


def test_holes_are_those_of_the_verdict(data: Page) -> None:
    holes = [plan["holes"] for plan in data["plans"]]
    assert holes == [any("too few operators" in s for s in p["verdict"]) for p in data["plans"]]
    assert any(holes)


@pytest.mark.parametrize("most", [12, 15, 20])
def test_names_stay_different_when_they_are_cut(most: int) -> None:
    names = [
        "expected_wait_by_the_first",
        "expected_wait_by_the_last",
        "the_first_expected_wait",
        "the_last_expected_wait",
        "short",
    ]
    alike = [f"{'a' * 30}{place:02d}{'b' * 30}" for place in range(12)]
    for each in (names, alike, names * 2):
        cut = distinct(each, most)
        assert len(set(cut)) == len(each)
        assert max(map(len, cut)) <= most
    assert distinct(names, most)[-1] == "short"


CLUSTER = [(300.0 + 9 * math.cos(2.4 * n) * n**0.5, 150 + 9 * math.sin(2.4 * n) * n**0.5)
           for n in range(11)]  # fmt: skip


@pytest.mark.parametrize("width", [WIDTH, NARROW])
@pytest.mark.parametrize("points", [CLUSTER, [(240.0, 150.0)] * 12, [(70.0, 20.0), (310.0, 276.0)]])
def test_each_number_can_be_read(points: list[tuple[float, float]], width: float) -> None:
    chart = Chart((0.0, 1.0), (0.0, 1.0), height=320.0, width=width)
    points = [(min(x, width - 30), y) for x, y in points]
    numbered(chart, points)
    drawn = "".join(chart.parts)
    found = [(float(x), float(y) - 4.5) for x, y in
             re.findall(r'<text[^>]* x="([\d.]+)" y="([\d.]+)">\d+<', drawn)]  # fmt: skip
    assert len(found) == len(points)
    for place, one in enumerate(found):
        assert chart.left < one[0] < width
        assert chart.top < one[1] < 320 - chart.bottom
        for other in found[:place]:
            assert abs(one[0] - other[0]) >= 9 or abs(one[1] - other[1]) >= 13
        for x, y in points:
            assert abs(one[0] - x) >= 8 or abs(one[1] - y) >= 9
    far = sum(math.dist(*each) > NEAR + 1 for each in zip(points, found, strict=True))
    assert drawn.count('<path class="leader"') == far


def test_names_of_marks_do_not_run_into_each_other() -> None:
    marks = [(float(v), 50.0 * v, f"{v:02d}:00") for v in range(8, 19)]
    assert with_room(marks) == {float(v) for v in range(8, 19)}
    close = [(value, x / 2, text) for value, x, text in marks]
    assert with_room(close) == {8.0, 10.0, 12.0, 14.0, 16.0, 18.0}
    assert with_room(close, 9.0) == {9.0, 11.0, 13.0, 15.0, 17.0}
    assert with_room([]) == set()


def test_the_drawing_for_a_phone_keeps_its_text_inside(data: Page, tmp_path: Path) -> None:
    figures = [*charts_of_all(data), *charts_of(data["plans"][1], data["plans"][0], 1)]
    assert len(figures) == 6
    for figure in figures:
        assert f'class="wide" viewBox="0 0 {WIDTH:g} ' in figure.svg
        assert f'class="narrow" viewBox="0 0 {NARROW:g} ' in figure.narrow
        texts = re.findall(r'<text class="([^"]*)" x="([\d.]+)"[^>]*>([^<]*)<', figure.narrow)
        assert len(texts) > 4
        for style, x, text in texts:
            wide = len(text) * 6.5
            start = float(x) - (wide if "end" in style else wide / 2 if "mid" in style else 0)
            assert start >= -1, text
            assert start + wide <= NARROW + 1, text
