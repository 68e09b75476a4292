"""The result document as a strict JSON Schema, written out from section 6 of the design."""

from __future__ import annotations

from typing import Any

NUMBER = {"type": "number"}
MAYBE = {"type": ["number", "null"]}
TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
CLOCK = {"type": "string", "pattern": r"^\d{2,}:\d{2}(:\d{2}(\.\d+)?)?$"}

_MEASURES = """
offered answered abandoned blocked cut_off callbacks callback_lost callback_delay redials
service_level abandonment delayed_share wait_mean asa wait_p50 wait_p90 wait_p95 wait_p99
waited_over_1_min waited_over_5_min waited_over_30_min wait_max queue_mean queue_max
handling_mean occupancy utilisation shrinkage overtime_hours paid_hours on_duty_hours fte
staffing_cost staff_cost_per_answered lost_call_cost answered_value waiting_cost total_cost
net callers_reached attempts service_level_day service_level_intervals
repeats transfers contained follow_ups_lost callbacks_kept time_to_served redial_inflation
announced_bias announced_rmse promises_broken
telephone_cost repeat_cost plan_cost premium_cost standby_cost cost_week cost_month cost_year
cost_per_contact cost_per_caller_reached longest_stretch breaks_late breaks_missed
calls_per_operator resolved
"""
MEASURES = _MEASURES.split()
_GROUP_MEASURES = """
answered handling_mean occupancy utilisation shrinkage overtime_hours paid_hours
on_duty_hours fte staffing_cost staff_cost_per_answered premium_cost standby_cost
longest_stretch breaks_late breaks_missed calls_per_operator
"""
GROUP_MEASURES = _GROUP_MEASURES.split()


def table(**columns: Any) -> dict[str, Any]:
    """An object with exactly these keys."""
    return {
        "type": "object",
        "properties": columns,
        "required": list(columns),
        "additionalProperties": False,
    }


def same(names: list[str], value: Any) -> dict[str, Any]:
    """An object with exactly these keys and one kind of value."""
    return table(**dict.fromkeys(names, value))


def named(value: Any) -> dict[str, Any]:
    """An object with any keys and one kind of value."""
    return {"type": "object", "additionalProperties": value, "minProperties": 1}


ESTIMATE = table(value=MAYBE, low=MAYBE, high=MAYBE, day_p10=MAYBE, day_p90=MAYBE, unit=TEXT)
_CONTACTS = """
offered answered abandoned blocked cut_off callbacks callback_lost answered_in_time
abandoned_in_time delayed wait answered_wait
"""
CONTACTS = _CONTACTS.split()
INTERVAL = table(**({"from": CLOCK, "type": TEXT} | dict.fromkeys(CONTACTS, NUMBER)))
STAFF = table(
    **{
        "from": CLOCK, "group": TEXT, "required": MAYBE, "required_paid": MAYBE,
        "scheduled": NUMBER, "on_duty": NUMBER, "handling": NUMBER, "overtime": NUMBER,
        "occupancy": MAYBE,
    }
)  # fmt: skip
for _rows in (INTERVAL, STAFF):
    _rows["properties"]["day"] = {"enum": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]}
PART = table(group=TEXT, part=TEXT, hours=NUMBER, share=MAYBE)
HEARD = table(type=TEXT, message=TEXT, says=TEXT, contacts=NUMBER, share=MAYBE, hearings=NUMBER)
PLAN = table(
    measures=same(MEASURES, ESTIMATE),
    by_type=named(same(MEASURES, ESTIMATE)),
    by_group=named(same(GROUP_MEASURES, ESTIMATE)),
    by_interval={"type": "array", "items": INTERVAL, "minItems": 1},
    staff_by_interval={"type": "array", "items": STAFF, "minItems": 1},
    shrinkage_parts={"type": "array", "items": PART},
    by_message={"type": "array", "items": HEARD},
)
HEAD = {
    "waitline": TEXT,
    "format": {"const": 1},
    "scenario": table(name=TEXT, sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"}),
    "seed": WHOLE,
    "replications": WHOLE,
    "engine": TEXT,
    "plans": named(PLAN),
}
RUN = table(**HEAD)
BREAK_EVEN = table(
    better={"enum": ["above", "below", "always", "never", "unsure"]},
    value=MAYBE, low=MAYBE, high=MAYBE, unit=TEXT,
)  # fmt: skip
TOGETHER = table(low=NUMBER, high=NUMBER, p={"type": "number", "minimum": 0, "maximum": 1})
DIFFERENCE = table(
    plan=TEXT,
    against=TEXT,
    measures=same(MEASURES, table(value=MAYBE, low=MAYBE, high=MAYBE)),
    together=same(MEASURES, {"anyOf": [{"type": "null"}, TOGETHER]}),
    correlation=same(MEASURES, MAYBE),
    independent_days=same(MEASURES, MAYBE),
    break_even=same(["answered_value", "lost_call_cost", "wages"], BREAK_EVEN),
)
CHANCE = table(value=NUMBER, low=MAYBE, high=MAYBE)
_AIMS = ["total_cost", "wait_mean", "abandonment"]
_MEETS = table(
    measure=TEXT, type={"type": ["string", "null"]}, at_least=NUMBER, at_most=NUMBER,
    value=NUMBER, low=MAYBE, high=MAYBE,
)  # fmt: skip
_MEETS["required"] = [key for key in _MEETS["required"] if not key.startswith("at_")]
STANDING = table(
    plan=TEXT,
    best_on_a_day=same(_AIMS, {"anyOf": [{"type": "null"}, CHANCE]}),
    best_on_average=same(_AIMS, MAYBE),
    meets_all_targets={"anyOf": [{"type": "null"}, CHANCE]},
    meets={"type": "array", "items": _MEETS},
    on_front={"type": "boolean"},
    dominated={
        "type": "array",
        "items": table(
            by=TEXT, sure={"type": "boolean"}, too_close={"type": "array", "items": TEXT}
        ),
    },
)
BODY = {
    "differences": {"type": "array", "items": DIFFERENCE},
    "standing": {"type": "array", "items": STANDING},
}
COMPARE = table(**HEAD, **BODY)
CONDITIONS = table(
    **{key: value for key, value in HEAD.items() if key != "plans"},
    conditions={
        "type": "array",
        "items": table(condition=TEXT, changes=named(TEXT), plans=HEAD["plans"], **BODY),
    },
    through_all={
        "type": "array",
        "items": table(
            plan=TEXT, targets_missed=WHOLE, shortfall=NUMBER, mean_cost=NUMBER, regret=NUMBER
        ),
    },
    survivor=table(
        plan=TEXT, rule={"enum": ["meets_all", "misses_least", "least_regret"]},
        only_just={"type": "boolean"}, rivals={"type": "array", "items": TEXT},
    ),
)  # fmt: skip
