"""A small shop with names that would break a careless page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim.comparison.paired import Comparison, compare
from sim.report.manifest import manifest_of
from sim.report.page_data import page_of

EVIL = """<script>alert(1)</script> "both" 'quotes' & </script><!-- {{ 7 * 7 }} %s"""
LONG = "long " * 2000

BREAK = """{ at = "10:00", lasts = "15 min" }"""

SHOP = f"""
name = '''{EVIL}'''
about = '''{LONG}{EVIL}'''
[day]
opens = "09:00"
closes = "13:00"
interval = "30 min"
[targets]
service_level = {{ share = 0.8, within = "20 s" }}
abandonment = {{ at_most = 0.10 }}
[callers.orders]
label = '''{EVIL}'''
arrivals = {{ per_hour = [60, 120, 60, 30], every = "1 h" }}
talk = {{ exponential = "3 min" }}
wrap_up = "30 s"
patience = {{ exponential = "4 min" }}
hold_messages = "music"
money = {{ lost_call_cost = 5.0 }}
redial = {{ share = 0.5, delay = "5 min", attempts = 2 }}
[callers.returns]
label = '''{LONG}'''
arrivals = {{ per_hour = 20 }}
talk = {{ exponential = "2 min" }}
patience = {{ exponential = "4 min" }}
callback = {{ accepts = 0.5, reached = 0.8, dial = "15 s" }}
hold_messages = "offer"
[hold_messages.music.messages]
sorry = {{ says = "apology", at = "10 s", every = "30 s", hang_up = 0.02 }}
[hold_messages.offer.messages]
offer = {{ says = "callback_offer", at = "20 s" }}
[operators.shop]
skills = ["orders", "returns"]
wage = 20.0
[operators.shop.shifts]
early = {{ operators = 4, from = "09:00", to = "12:00", breaks = [{BREAK}] }}
late = {{ operators = 3, from = "10:00", to = "13:00" }}
[plans.two_more]
about = '''{EVIL}'''
change = {{ "operators.shop.shifts.early.operators" = "+2" }}
[plans.{json.dumps(EVIL)}]
change = {{ "operators.shop.shifts.late.operators" = "-1" }}
"""


def shop_at(folder: Path) -> Path:
    """The file of the shop."""
    path = folder / "shop.toml"
    path.write_text(SHOP, "utf-8")
    return path


def compared(folder: Path, days: int = 4) -> Comparison:
    """All plans of the shop."""
    return compare(shop_at(folder), days, workers=1)


def page(comparison: Comparison, day: int = 0) -> dict[str, Any]:
    """The data of their page."""
    return page_of(comparison, manifest_of(comparison.results), day)
