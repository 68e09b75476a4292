"""A small line with targets and plans that differ, for the tests of comparisons."""

from __future__ import annotations

LINE = """
name = "A small line"
[day]
opens = "08:00"
closes = "12:00"
interval = "1 h"
[targets]
service_level = { share = 0.6, within = "20 s" }
abandonment = { at_most = 0.15 }
[callers.cards]
arrivals = { per_hour = 40 }
talk = { exponential = "4 min" }
patience = { exponential = "2 min" }
money = { lost_call_cost = 3.0 }
[callers.deposits]
arrivals = { per_hour = 20 }
talk = { exponential = "3 min" }
patience = { exponential = "4 min" }
targets = { service_level = { share = 0.65 } }
[operators.clerks]
skills = ["cards", "deposits"]
wage = 20.0
headcount = 5
[plans.one_more]
change = { "operators.clerks.headcount" = "+1" }
[plans.two_more]
change = { "operators.clerks.headcount" = "+2" }
[plans.dear_music]
about = "Costs something and does nothing."
cost_per_day = 12.5
"""
