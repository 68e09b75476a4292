"""The explored page in Chromium: moved by keyboard, narrow and wide, silent and alone."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sim.explore.state import Explorer
from tests.browsers import a_browser, asked_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
BANK = ROOT / "scenarios/bank.toml"
DAYS = 6
PATIENCE = 60
"""Seconds until a test gives up; it takes a second or two."""

REFUSED = re.compile("Refusing websocket connection|^403 GET /ws")
"""What the terminal says of whom `test_nobody_else_is_let_in` tries to let in."""

EVIL = """<script>document.title = "hacked"</script> "both" 'quotes' & $$x^2$$ {{ 7 * 7 }}"""
LONG = "ever longer " * 840

SHOP = f"""
name = '''{EVIL}{LONG}'''
about = '''{EVIL}{LONG}'''
[day]
opens = "09:00"
closes = "13:00"
interval = "30 min"
[callers.orders]
label = '''{EVIL}'''
arrivals = {{ per_hour = 60 }}
talk = {{ exponential = "3 min" }}
patience = {{ exponential = "4 min" }}
[callers.{json.dumps(LONG)}]
arrivals = {{ per_hour = 20 }}
talk = {{ exponential = "3 min" }}
patience = {{ exponential = "4 min" }}
[operators.{json.dumps(EVIL)}]
skills = ["orders", {json.dumps(LONG)}]
wage = 20.0
[operators.{json.dumps(EVIL)}.shifts]
{json.dumps(LONG)} = {{ operators = 4, from = "09:00", to = "13:00" }}
"""

DEEP = """
const found = []
const walk = (root) => {
  for (const element of root.querySelectorAll("*")) {
    if (element.matches(arguments[0])) found.push(element)
    if (element.shadowRoot !== null) walk(element.shadowRoot)
  }
}
walk(document)
"""


@contextmanager
def served(file: Path) -> Iterator[str]:
    """`waitline explore` of a file; ended with Ctrl-C."""
    command = [sys.executable, "-m", "sim", "explore", str(file), "--no-browser", "-n", str(DAYS)]
    # Whatever the environment says, nothing is fetched from elsewhere and nobody is let in.
    environment = os.environ | {"BOKEH_RESOURCES": "cdn", "BOKEH_ALLOW_WS_ORIGIN": "*"}
    with subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if "The page is at" in line:
                break
        try:
            at = re.search(r"The page is at (http://127\.0\.0\.1:\d+/) - Ctrl-C ends it\.$", said)
            assert at, said
            yield at[1]
        finally:
            process.send_signal(signal.SIGINT)
            rest = process.stderr.read()
        told = [line for line in rest.splitlines() if line and not REFUSED.search(line)]
        assert (process.wait(PATIENCE), told) == (130, ["stopped."]), rest


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    browser = a_browser()
    yield browser
    browser.quit()


@pytest.fixture(scope="module")
def bank() -> Iterator[str]:
    with served(BANK) as address:
        yield address


@pytest.fixture
def browser(session: Any, bank: str) -> Iterator[Any]:
    """The page of the bank, freshly opened; after the test it has fetched nothing from elsewhere
    and the console is silent."""
    yield from opened(session, bank)


def opened(session: Any, address: str) -> Iterator[Any]:
    session.get_log("browser")
    asked_for(session)
    session.get(address)
    until(lambda: every(session, ".noUi-handle[aria-label]"))
    yield session
    told = [each for each in session.get_log("browser") if each["level"] != "INFO"]
    assert told == []
    host = address.removeprefix("http://")
    ours = (f"http://{host}", f"ws://{host}", "data:")
    assert [url for url in asked_for(session) if not url.startswith(ours)] == []


def every(browser: Any, css: str) -> list[Any]:
    """Elements by their style, in shadow trees too."""
    found: list[Any] = browser.execute_script(f"{DEEP}; return found", css)
    return found


def texts(browser: Any, css: str) -> list[str]:
    script = f"{DEEP}; return found.map((each) => each.textContent)"
    found: list[str] = browser.execute_script(script, css)
    return found


def until(met: Callable[[], Any]) -> Any:
    """Wait for something."""
    start = time.monotonic()
    while not (found := met()):
        assert time.monotonic() - start < PATIENCE
        time.sleep(0.02)
    return found


def press(element: Any, *pressed: str) -> None:
    element.send_keys(*pressed)


def expected(places: dict[str, float | str]) -> list[tuple[str, ...]]:
    """What the page says of the bank, on the first days and on more and more of them."""
    explorer = Explorer(BANK, DAYS)
    looked = explorer.look(places)
    found = [explorer.view(looked).said]
    while looked.can_grow:
        looked = explorer.more(looked)
        found.append(explorer.view(looked).said)
    return found


def test_a_move_is_simulated_again_and_reset_takes_it_back(browser: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    before = texts(browser, "li")
    assert "Your change" not in before[0]
    handles = every(browser, ".noUi-handle")
    press(handles[0], Keys.ARROW_LEFT)
    press(handles[3], Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    places = {"operators.generalists.shifts.early.operators": 10, "callers.*.volume": 2}
    wanted = [list(each) for each in expected(places)]
    assert wanted[0][0].startswith("Your change")
    until(lambda: texts(browser, "li") in wanted)
    assert "CLIENT" in texts(browser, "tbody th")
    # The last of all moves is shown, however quickly they came.
    until(lambda: texts(browser, "li") == wanted[-1])
    assert "48 days, seed 1" in " ".join(texts(browser, "p"))
    [button] = [each for each in every(browser, "button") if each.text == "Reset"]
    button.click()
    until(lambda: "Your change" not in texts(browser, "li")[0])
    assert [each.get_attribute("aria-valuetext") for each in handles[:4]] == [
        "11.00", "8.00", "0.00", "0.00"
    ]  # fmt: skip


def test_what_cannot_be_is_refused_and_left_again(browser: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    early, late, *_ = every(browser, ".noUi-handle")
    press(early, Keys.HOME)
    until(lambda: "Your change" in texts(browser, "li")[0])
    press(late, Keys.HOME)
    until(lambda: texts(browser, "li")[0].startswith("This cannot be simulated: "))
    assert "operators.generalists: nobody is ever there" in texts(browser, "li")[0]
    press(late, Keys.ARROW_RIGHT)
    until(lambda: "Your change" in texts(browser, "li")[0])


def test_as_a_plan(browser: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    [button] = [each for each in every(browser, "button") if each.text == "As a plan"]
    press(button, Keys.SPACE)
    until(lambda: "Nothing is moved yet." in texts(browser, "p"))
    press(every(browser, ".noUi-handle")[0], Keys.ARROW_RIGHT)
    wanted = Explorer(BANK).as_a_plan({"operators.generalists.shifts.early.operators": 12})
    until(lambda: texts(browser, "pre") == [wanted])
    press(every(browser, "select")[0], Keys.ARROW_DOWN)
    chosen = 'callers.cards.hold_messages = "apology_each_minute"'
    until(lambda: chosen in texts(browser, "pre")[0])


def test_all_can_be_reached_by_keyboard_and_has_a_name(browser: Any) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    focused = """
      let at = document.activeElement
      while (at !== null && at.shadowRoot !== null && at.shadowRoot.activeElement !== null)
        at = at.shadowRoot.activeElement
      return at.getAttribute("aria-label") ?? at.closest(".bk-input-group")?.textContent
        ?? at.textContent"""
    reached = []
    for _ in range(40):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        reached.append(str(browser.execute_script(focused)))
        if "As a plan" in reached:
            break
    controls = Explorer(BANK).controls.all
    for control in controls:
        assert [each for each in reached if each.startswith(control.title)], control.title
    assert reached.index("Reset") == len(controls)


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_screen(browser: Any, width: int) -> None:
    device = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", device)
    try:
        until(lambda: browser.execute_script("return innerWidth") == width)
        fits = f"{DEEP}; return found.every((e) => e.getBoundingClientRect().right <= {width} + 1)"
        until(lambda: browser.execute_script(fits, "li, td, th, dd, .noUi-target, select, canvas"))
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_names_are_shown_as_text(session: Any, tmp_path: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    file = tmp_path / "shop.toml"
    file.write_text(SHOP, "utf-8")
    with served(file) as address:
        for browser in opened(session, address):
            assert browser.find_element("css selector", "h1").text.startswith(EVIL)
            assert browser.title.startswith(EVIL)
            names = [each.get_attribute("aria-label") for each in every(browser, ".noUi-handle")]
            assert names[0].startswith(EVIL[:39])
            assert f"Calls: {EVIL[:59]}" in " ".join(names)
            assert EVIL[:59] in " ".join(texts(browser, "label"))
            press(every(browser, ".noUi-handle")[0], Keys.ARROW_LEFT)
            until(lambda: "Your change" in texts(session, "li")[0])
            [button] = [each for each in every(browser, "button") if each.text == "As a plan"]
            button.click()
            until(lambda: "<script>" in "".join(texts(session, "pre")))
            assert browser.title.startswith(EVIL)
            assert browser.execute_script("return document.documentElement.scrollWidth") <= 1280


def test_nobody_else_is_let_in(bank: str) -> None:
    """Pages of other origins get no socket, and other machines no connection."""
    import asyncio
    import socket

    from tornado.httpclient import HTTPClientError, HTTPRequest
    from tornado.websocket import websocket_connect

    port = int(bank.rstrip("/").rsplit(":", 1)[1])

    async def code_for(origin: str) -> int:
        request = HTTPRequest(f"ws://127.0.0.1:{port}/ws", headers={"Origin": origin})
        try:
            (await websocket_connect(request, subprotocols=["bokeh", "x"])).close()
        except HTTPClientError as error:
            return error.code
        return 101

    assert asyncio.run(code_for("http://elsewhere.example")) == 403
    with socket.socket() as other, pytest.raises(ConnectionRefusedError):
        other.connect(("127.0.0.2", port))
