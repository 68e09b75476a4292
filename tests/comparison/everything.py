"""A short line that has everything a lever or a switch can turn."""

from __future__ import annotations

EVERYTHING = """
name = "A line with everything"
[day]
opens = "08:00"
closes = "10:00"
interval = "30 min"
[targets]
service_level = { share = 0.8, within = "20 s" }
abandonment = { at_most = 0.06 }
[trunks]
lines = 30
[busyness]
cv = 0.1
[callers.cards]
arrivals = { per_hour = 60 }
talk = { lognormal = { mean = "4 min", cv = 1.1 } }
wrap_up = { exponential = "20 s" }
patience = { hazard = { from = ["0 s", "30 s"], per_minute = [1.0, 0.2] }, hang_up_at_once = 0.1 }
redial = { share = 0.5, later_share = 0.95, delay = { exponential = "10 min" }, attempts = 3 }
repeat = { share = 0.2, delay = "30 min" }
hold_messages = "m"
callback = { accepts = 0.4, reached = 0.9 }
balk = { position = [3, 6], share = [0.05, 0.2] }
transfer = { to = "other", share = 0.1 }
ivr = { time = "20 s", contained = 0.1 }
talk_grows = { per_minute = "2 s", past_promise = "4 s" }
money = { lost_call_cost = 4.0 }
[callers.other]
arrivals = { per_hour = 10, count = "exact" }
talk = "3 min"
patience = "never"
priority = { head_start = "60 s" }
busyness = { shape = 25.0 }
[operators.team]
skills = { cards = { wrap_up = "25 s", resolves = 0.9 }, other = { handling_factor = 0.9 } }
absence = 0.1
late = { share = 0.1, by = "10 min" }
pace = { cv = 0.1 }
wage = 20.0
on_costs = 0.2
stays = "10 min"
[operators.team.shifts]
a = { operators = 6, from = "08:00", to = "10:00", breaks = [{ at = ["08:40"], lasts = "10 min" }] }
b = { operators = 2, from = "09:00", to = "10:00", on_call = { queue_above = 4 } }
[operators.rest]
skills = ["other"]
headcount = 1
wage = 15.0
[hold_messages.m]
filler = { patience = 0.9 }
[hold_messages.m.messages]
sorry = { says = "apology", at = "10 s", every = "30 s", hang_up = 0.02, patience = 0.5 }
call = { says = "callback_offer", at = "20 s" }
[hold_messages.m.messages.wait]
says = "expected_wait"
levels = { up_to = ["1 min"], hang_up = [0.0, 0.05], patience = [0.64, 1.0] }
broken_promise = 1.44
[plans.two_more]
change = { "operators.team.shifts.a.operators" = "+2" }
"""

PLAIN = """
name = "M/M/6+M, a morning"
[day]
opens = "08:00"
closes = "12:00"
interval = "1 h"
[targets]
abandonment = { at_most = 0.13 }
[callers.calls]
arrivals = { per_hour = 90 }
talk = { exponential = "200 s" }
patience = { exponential = "120 s" }
[operators.team]
skills = ["calls"]
headcount = 6
wage = 20.0
"""
"""What Erlang A assumes, but for an empty line in the morning."""
