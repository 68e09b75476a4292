"""What the centre's own report says of such a day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.scenario.values import Wrong, nearest, read_duration, refuse_all, shown, wrong

WAITS = (
    "asa", "wait_mean", "wait_p50", "wait_p90", "wait_p95", "wait_p99", "wait_max",
    "callback_delay", "handling_mean", "time_to_served", "announced_rmse",
    "longest_stretch",
)  # fmt: skip
SHARES = (
    "service_level", "abandonment", "delayed_share", "waited_over_1_min", "waited_over_5_min",
    "waited_over_30_min", "occupancy", "utilisation", "shrinkage", "callers_reached",
    "service_level_day", "service_level_intervals", "callbacks_kept", "promises_broken",
    "breaks_late", "breaks_missed", "resolved",
)  # fmt: skip
SIGNED = ("announced_bias",)
AMOUNTS = (
    "offered", "answered", "abandoned", "blocked", "cut_off", "callbacks", "callback_lost",
    "redials", "queue_mean", "queue_max", "overtime_hours", "paid_hours", "on_duty_hours", "fte",
    "staffing_cost", "staff_cost_per_answered", "lost_call_cost", "answered_value",
    "waiting_cost", "total_cost", "net", "attempts", "repeats", "transfers", "contained",
    "follow_ups_lost", "redial_inflation", "telephone_cost", "repeat_cost", "premium_cost",
    "standby_cost", "cost_week", "cost_month", "cost_year", "cost_per_contact",
    "cost_per_caller_reached", "calls_per_operator",
)  # fmt: skip


def read_actual(value: Any) -> Any:
    """Measures of the centre's own report: shares, amounts, and waits as durations."""
    if not isinstance(value, Mapping):
        raise wrong(f"{shown(value)} is not a table", "measures of a report are meant")
    found, problems = {}, []
    for name, item in value.items():
        number = isinstance(item, (int, float)) and not isinstance(item, bool)
        if name in WAITS + SIGNED:
            below = name in SIGNED and isinstance(item, str) and item.startswith("-")
            try:
                found[name] = -read_duration(item[1:]) if below else read_duration(item)
            except ValueError as error:
                problems.append(Wrong((name,), str(error), 'a duration is meant, such as "11 s"'))
        elif name not in SHARES + AMOUNTS:
            hint = nearest(str(name), WAITS + SIGNED + SHARES + AMOUNTS)
            problems.append(Wrong((name,), "is not a measure", hint))
        elif not number or not abs(item) < 1e15:
            problems.append(Wrong((name,), f"{shown(item)} is not a number", "a number is meant"))
        elif name in SHARES and not 0 <= item <= 1:
            problems.append(Wrong((name,), f"{shown(item)} is not a share", "0 to 1 is meant"))
        elif name != "net" and item < 0:
            problems.append(Wrong((name,), f"{shown(item)} is negative"))
        else:
            found[name] = float(item)
    refuse_all(problems)
    return found
