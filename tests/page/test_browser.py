"""The report page in Chromium: sorted, played, moved by mouse and keyboard, silent and alone.

Figures of the replay are held against plain counts over the outcome tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.comparison.paired import Comparison
from sim.experiment import Day
from sim.outcomes import Outcome
from sim.report import replay
from sim.report.page import html_of
from sim.report.wording import plain
from tests.browsers import a_browser
from tests.page.shop import EVIL, compared, page

pytestmark = pytest.mark.slow

DAY = 1
UNFOLD = "for (const each of document.querySelectorAll('details')) each.open = true"

DRAWN = """
return [...document.querySelectorAll("figure > svg")].map((svg) => {
  const box = svg.getBoundingClientRect();
  const scale = box.width / svg.viewBox.baseVal.width;
  return [svg.getAttribute("class"), box.left, box.right, 13 * scale];
}).filter(([, left, right]) => right > left);
"""
"""Charts that are shown: their class, their ends across, and the size of their letters, in px."""

MINUTE = 600
"""Tenths of a second."""


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return compared(tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="module")
def data(comparison: Comparison) -> dict[str, Any]:
    return page(comparison, DAY)


@pytest.fixture(scope="module")
def file(data: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("file") / "report.html"
    path.write_text(html_of(data), "utf-8")
    return path


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    browser = a_browser()
    yield browser
    browser.quit()


@pytest.fixture
def browser(session: Any, file: Path) -> Iterator[Any]:
    """The page, freshly opened; after the test nothing was fetched and the console is silent."""
    for kind in ("browser", "performance"):
        session.get_log(kind)
    session.get(file.as_uri())
    yield session
    assert session.get_log("browser") == []
    messages = [json.loads(each["message"])["message"] for each in session.get_log("performance")]
    asked = [each["params"]["request"]["url"] for each in messages
             if each["method"] == "Network.requestWillBeSent"]  # fmt: skip
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]


def one(browser: Any, css: str) -> Any:
    return browser.find_element("css selector", css)


def every(browser: Any, css: str) -> list[Any]:
    found: list[Any] = browser.find_elements("css selector", css)
    return found


def keys(browser: Any, *pressed: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(browser).send_keys(*pressed).perform()


def until(browser: Any, what: Any) -> Any:
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, 20, 0.05).until(lambda _: what())


def clock(browser: Any) -> str:
    return str(one(browser, "#clock").text)


def move(browser: Any, slider: str, value: int) -> None:
    """A slider at a value, as the mouse would put it there."""
    browser.execute_script(
        "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input'))",
        one(browser, slider), value,
    )  # fmt: skip


def column(browser: Any, place: int) -> list[str]:
    return [each.text for each in every(browser, f"#plans tbody tr > :nth-child({place})")]


def test_names_are_shown_as_text(browser: Any) -> None:
    assert one(browser, "h1").text == EVIL
    assert browser.title == f"{EVIL} - Waitline report"
    assert plain(EVIL) in column(browser, 1)
    options = [each.text for each in every(browser, "#plan-left option")]
    assert options == ["base", "two_more", plain(EVIL)]
    signs = [each.text for each in every(browser, "#signs li")]
    assert f"waits: {plain(EVIL)}" in signs
    assert len(every(browser, "script")) == 2
    assert every(browser, "h1 *, figcaption script") == []


def test_a_click_sorts_by_number_and_again_the_other_way(
    browser: Any, comparison: Comparison
) -> None:
    cost = {plain(name): each.measures["total_cost"].value or 0.0
            for name, each in comparison.results.items()}  # fmt: skip
    rising = sorted(cost, key=lambda name: cost[name])
    head = every(browser, "#plans thead th")[-1]
    head.find_element("css selector", "button").click()
    assert column(browser, 1) == rising
    assert head.get_attribute("aria-sort") == "ascending"
    head.find_element("css selector", "button").click()
    assert column(browser, 1) == rising[::-1]
    assert head.get_attribute("aria-sort") == "descending"
    assert "sorted by cost in all, descending" in one(browser, "#told").get_attribute("textContent")
    first = every(browser, "#plans thead th")[0]
    first.find_element("css selector", "button").send_keys("\ue007")
    assert column(browser, 1) == sorted(column(browser, 1), key=str.lower)
    assert head.get_attribute("aria-sort") is None


def test_parts_of_a_table_stay_together_when_it_is_sorted(browser: Any) -> None:
    table = one(browser, "#each details[open] table")

    def rows() -> list[list[str]]:
        return [[row.text for row in every(body, "tr")] for body in every(table, "tbody")]

    parts = rows()
    every(table, "thead button")[1].click()
    after = rows()
    assert after != parts
    assert [sorted(each) for each in after] == [sorted(each) for each in parts]
    assert [each[0] for each in after] == ["Client", "Staff", "Money"]


def counted(day: Day, t: float) -> dict[str, Any]:
    """What the replay counts, from the outcome tables, times in tenths of a second."""
    outcomes = day.outcomes

    def at(times: Any) -> Any:
        return np.round(10 * (times - START))

    arrival, ended, talk = (at(getattr(outcomes, name))
                            for name in ("arrival", "wait_ended", "talk_started"))  # fmt: skip
    waiting = (arrival <= t) & (t < ended)
    # The apology is heard after 10 s and then every 30 s; what is offered after 20 s, once.
    passed, orders = (t - arrival)[waiting], (outcomes.type == 0)[waiting]
    apology = orders & (passed >= 100) & ((passed - 100) % 300 < 100)
    offer = ~orders & (passed >= 200) & (passed < 300)
    longest = int(t - arrival[waiting].min()) // 10 if waiting.any() else None
    there = set(outcomes.presence_operator[
        (at(outcomes.presence_start) <= t) & (t < at(outcomes.presence_end))].tolist())  # fmt: skip
    away = set(outcomes.break_operator[
        (at(outcomes.break_start) <= t) & (t < at(outcomes.break_end))].tolist())  # fmt: skip
    dials = set(outcomes.try_operator[
        (at(outcomes.try_start) <= t) & (t < at(outcomes.try_end))].tolist())  # fmt: skip
    busy = set(outcomes.operator[(talk <= t) & (t < at(outcomes.handled))].tolist())
    return {
        "waiting": str(int(waiting.sum())),
        "longest": longest,
        "hear": int((apology | offer).sum()),
        "free": f"{len(there - away - dials - busy)} of {len(there | away | dials | busy)}",
        "answered": str(int((talk <= t).sum())),
        "hungUp": str(int(((outcomes.outcome == Outcome.ABANDONED) & (ended <= t)).sum())),
    }


START = 9 * 3600.0


def seconds(text: str) -> int | None:
    if text == "-":
        return None
    numbers = [int(each) for each in text.split() if each.isdigit()]
    return numbers[0] if len(numbers) == 1 else 60 * numbers[0] + numbers[1]


def test_the_replay_counts_as_the_outcome_tables_do(browser: Any, comparison: Comparison) -> None:
    heard = list[int]()
    days = {plan: replay.simulated(each, DAY) for plan, each in comparison.results.items()}
    most_hear = sorted(range(0, 240 * MINUTE, 137), key=lambda t: counted(days["base"], t)["hear"])[
        -3:
    ]
    for left, right in (("base", "two_more"), (EVIL, "base")):
        for side, plan in (("left", left), ("right", right)):
            choice = one(browser, f"#plan-{side}")
            for option in every(choice, "option"):
                if option.text == plain(plan):
                    option.click()
        for t in (0, 20_022, *most_hear, 144 * MINUTE, 236 * MINUTE):
            move(browser, "#time", t)
            for panel, plan in zip(every(browser, ".panel"), (left, right), strict=True):
                shown = {each.get_attribute("data-count"): each.text for each in every(panel, "dd")}
                expected = counted(days[plan], t)
                assert seconds(shown.pop("longest")) == expected.pop("longest"), t
                hear = expected.pop("hear")
                heard.append(hear)
                assert shown == expected, (plan, t)
                said = one(panel, ".now").text
                if expected["waiting"] != "0":
                    assert f" {hear} {'hears' if hear == 1 else 'hear'} a message" in said
                assert said.startswith(f"{clock(browser)}: {expected['waiting']} caller")
                assert f"So far {expected['answered']} answered" in said
    assert sum(heard) > 3


def test_play_goes_on_and_pause_rests(browser: Any) -> None:
    play = one(browser, "#play")
    assert play.text == "Play"
    assert clock(browser) == "09:00:00"
    move(browser, "#speed", 4)
    assert one(browser, "#pace").text == "2 min a second"
    play.click()
    assert play.text == "Pause"
    until(browser, lambda: clock(browser) > "09:02:00")
    play.click()
    rests = clock(browser)
    assert play.text == "Play"
    # Were it not resting, these would draw further pictures.
    browser.execute_async_script(
        "let n = 5; const f = () => (n-- ? requestAnimationFrame(f) : arguments[0]()); f()"
    )
    assert clock(browser) == rests
    told = until(browser, lambda: one(browser, "#told").get_attribute("textContent"))
    assert f"base, {rests}" in told
    assert "two_more, " in told


def test_the_replay_ends_and_begins_again(browser: Any, data: dict[str, Any]) -> None:
    move(browser, "#time", data["replay"]["length"] - 5)
    one(browser, "#play").click()
    until(browser, lambda: one(browser, "#play").text == "Play")
    last = clock(browser)
    assert int(one(browser, "#time").get_attribute("value")) == data["replay"]["length"]
    one(browser, "#play").click()
    until(browser, lambda: clock(browser) < last)
    one(browser, "#play").click()


def test_keys_move_everything(browser: Any) -> None:
    keys(browser, "\ue004")
    assert browser.switch_to.active_element.text == "Skip to the report"
    browser.execute_script("document.getElementById('play').focus()")
    keys(browser, "\ue00d")
    assert one(browser, "#play").text == "Pause"
    keys(browser, "\ue00d")
    assert one(browser, "#play").text == "Play"
    move(browser, "#time", 0)
    for pressed, shows in (("\ue004\ue007", "09:00:00"), ("\ue004\ue007", "09:01:00"),
                           ("\ue004\ue014\ue014", "09:03:00"), ("\ue012", "09:02:00"),
                           ("\ue00e", "09:12:00"), ("\ue011", "09:00:00")):  # fmt: skip
        keys(browser, *pressed)
        assert clock(browser) == shows, pressed
    keys(browser, "\ue004", "\ue014")
    assert one(browser, "#pace").text == "2 min a second"
    slider = one(browser, "#speed")
    assert slider.get_attribute("aria-valuetext") == "2 min a second"
    assert one(browser, "#time").get_attribute("aria-valuetext") == "09:00:00"


def test_what_can_be_used_has_a_name_for_those_who_listen(browser: Any) -> None:
    browser.execute_script(UNFOLD)
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    roles: dict[str, list[str]] = {}
    for node in tree:
        if not node.get("ignored"):
            role = node["role"]["value"]
            roles.setdefault(role, []).append(node.get("name", {}).get("value", "").strip())
    for role in ("button", "slider", "combobox", "image", "table", "link", "columnheader"):
        names = roles.get(role, []) + (roles.get("img", []) if role == "image" else [])
        assert names, role
        assert all(names), role
    assert len(roles["slider"]) == 2
    assert len(roles["main"]) == len(roles["navigation"]) == 1


@pytest.mark.parametrize("wide", [360, 768, 1280])
def test_no_width_makes_the_page_scroll_sideways(browser: Any, wide: int) -> None:
    size = {"width": wide, "height": 800, "deviceScaleFactor": 1, "mobile": wide < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.refresh()
        browser.execute_script(
            "for (const d of document.querySelectorAll('details')) d.open = true"
        )
        assert browser.execute_script("return document.documentElement.scrollWidth") == wide
        drawn = browser.execute_script(DRAWN)
        assert len(drawn) > 10
        for style, left, right, letters in drawn:
            assert style == ("narrow" if wide == 360 else "wide")
            assert 0 <= left < right <= wide
            assert letters >= 10
        for canvas in every(browser, ".panel canvas"):
            assert 250 < canvas.size["width"] <= wide
            assert canvas.size["height"] > 100
        targets = every(browser, ".controls button")
        assert all(each.size["height"] >= 36 for each in targets)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.get_log("performance")
        browser.get(browser.current_url)


def test_print_opens_what_is_folded_and_leaves_the_replay_out(browser: Any) -> None:
    folded = len(every(browser, "details:not([open])"))
    assert folded >= 3
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    assert every(browser, "details:not([open])") == []
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not one(browser, "#replay").is_displayed()
    assert one(browser, "#plans table").is_displayed()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    browser.execute_script("dispatchEvent(new Event('afterprint'))")
    assert len(every(browser, "details:not([open])")) == folded


def test_who_wants_no_motion_sees_a_picture_a_second(browser: Any) -> None:
    calm = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": calm})
    one(browser, "#play").click()
    until(browser, lambda: clock(browser) != "09:00:00")
    shown = clock(browser)
    one(browser, "#play").click()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert shown.endswith(":00")
    assert shown >= "09:01:00"


def test_without_a_program_all_but_the_replay_is_there(browser: Any, file: Path) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get_log("performance")
    browser.get(file.as_uri())
    shown = one(browser, "body").text
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert "The replay needs JavaScript" in shown
    assert "Plans side by side" in shown
    assert "Pause" not in shown
