"""A browser to look at pages with, and what it fetched and said."""

from __future__ import annotations

import json
import os
import shutil
from typing import Any

import pytest


def a_browser() -> Any:
    """Chromium as the system has it; without one the test is skipped, in a full check it fails."""
    programs = [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    found, driver = next(filter(None, programs), None), shutil.which("chromedriver")
    if found is None or driver is None:
        reason = "no Chromium with its driver (Debian: chromium and chromium-driver)"
        if os.environ.get("CI") == "true" or os.environ.get("WAITLINE_BROWSER") == "must":
            pytest.fail(reason)
        pytest.skip(reason)
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = str(found)
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--hide-scrollbars", "--no-first-run", "--disable-background-networking",
                     "--window-size=1280,900"):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service(str(driver)))


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
