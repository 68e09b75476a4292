"""A browser to look at pages with, and what it fetched and said."""

from __future__ import annotations

import json
import os
import shutil
from typing import Any

import pytest


def a_browser() -> Any:
    """Chromium as the system has it; the test is skipped without one, and fails where CI runs."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        reason = "no Chromium with its driver (Debian: chromium and chromium-driver)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--no-first-run", "--disable-background-networking",
                     "--window-size=1280,900"):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service(driver))


def asked_for(browser: Any) -> list[str]:
    """Addresses that were asked for since this was last called."""
    found = []
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            found.append(str(message["params"]["request"]["url"]))
        elif message["method"] == "Network.webSocketCreated":
            found.append(str(message["params"]["url"]))
    return found
