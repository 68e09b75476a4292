"""Which way a measure gets better: what a search for the best plan may be asked about."""

from __future__ import annotations

MORE, LESS = "more", "less"

_MORE = """
answered service_level callers_reached service_level_day service_level_intervals callbacks_kept
answered_value net resolved
"""
_LESS = """
abandoned blocked cut_off callback_lost callback_delay redials repeats follow_ups_lost
abandonment delayed_share wait_mean asa wait_p50 wait_p90 wait_p95 wait_p99
waited_over_1_min waited_over_5_min waited_over_30_min wait_max queue_mean queue_max
time_to_served redial_inflation attempts announced_rmse promises_broken
overtime_hours paid_hours fte longest_stretch breaks_late breaks_missed
staffing_cost staff_cost_per_answered lost_call_cost waiting_cost total_cost telephone_cost
repeat_cost plan_cost premium_cost standby_cost cost_week cost_month cost_year cost_per_contact
cost_per_caller_reached
"""
_NEITHER = """
offered callbacks transfers contained handling_mean occupancy utilisation shrinkage on_duty_hours
announced_bias calls_per_operator
"""
"""What is good in the middle (occupancy, a bias), or good or bad by what it comes from."""

BETTER: dict[str, str | None] = {
    **dict.fromkeys(_MORE.split(), MORE),
    **dict.fromkeys(_LESS.split(), LESS),
    **dict.fromkeys(_NEITHER.split()),
}
"""For every measure "more", "less", or None where neither is better by itself."""
