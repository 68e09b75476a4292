"""The tables of the report page as plain JSON values: text for people, numbers to sort by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sim.comparison.paired import Comparison
from sim.experiment import Results
from sim.measures.intervals import Estimate
from sim.report import returning, wording
from sim.report.compared import cell as change_of
from sim.report.text import sections
from sim.report.verdict import HOLE, judgements

Cell = dict[str, Any]
"""`text`; `value`, the number that it stands for; `sub`, what stands below it."""

Table = dict[str, Any]
"""`caption`, `notes`, `columns` (names), and `bodies`: each a `title` and `rows` of cells."""

MOST_ROWS = 100
"""Rows of one body; results.json has all."""

MOST_PLANS = 500
"""Rows of the table of plans."""

COLUMNS = {
    "service_level": "in time",
    "abandonment": "hang up",
    "wait_mean": "mean wait",
    "wait_p90": "9 in 10 wait at most",
    "callers_reached": "callers reached",
    "occupancy": "occupancy",
    "paid_hours": "paid hours",
    "total_cost": "cost in all",
}
"""Columns of the table of plans, and what they are called."""


def cell(text: str, value: float | None = None, sub: str = "") -> Cell:
    """A cell of a table."""
    made: Cell = {"text": text}
    if value is not None:
        made["value"] = value
    if sub:
        made["sub"] = sub
    return made


def table(
    caption: str, columns: Iterable[str], bodies: dict[str, list[list[Cell]]],
    notes: Iterable[str] = (), most: int = MOST_ROWS,
) -> Table:  # fmt: skip
    """A table; what is more than `most` rows in a body is left out, and a note says so."""
    said = list(notes)
    cut = sum(max(0, len(rows) - most) for rows in bodies.values())
    if cut:
        said.append(f"{cut:,} rows more are in results.json.")
    shown = [{"title": title, "rows": rows[:most]} for title, rows in bodies.items()]
    return {"caption": caption, "columns": list(columns), "bodies": shown, "notes": said}


def table_of_plans(comparison: Comparison) -> Table:
    """One plan a row: targets met, and the figures that weigh most, each with its change."""
    rows = []
    for plan, results in comparison.results.items():
        judged = judgements(results)
        met = sum(each.met for each in judged)
        aims = cell(f"{met} of {len(judged)}" if judged else "none set", met if judged else None)
        figures = [_compared(comparison, plan, name) for name in COLUMNS]
        rows.append([cell(wording.plain(plan)), aims, *figures])
    base = comparison.results[comparison.base]
    word, name = wording.period(base), wording.plain(comparison.base)
    counts = wording.level_of(base).partition(", ")[2]
    notes = [
        f"In time: {counts}, within {wording.limits(base)}. Waits and hang-ups are "
        "of contacts, redials included; reached is of callers. Hours and cost "
        f"({base.scenario.currency}) are of a {word}."
    ]
    if len(rows) > 1 and base.days > 1:
        notes.append(
            f"Below: the change from {name} and half its 95 % interval, in points (pt) of shares; "
            f"from a minute on in min:s. {_marks(len(rows))}"
        )
    called = f"Every plan, with its change from {name}" if len(rows) > 1 else "The plan"
    return table(called, ["plan", "targets met", *COLUMNS.values()], {"": rows}, notes,
                 most=MOST_PLANS)  # fmt: skip


def _marks(plans: int) -> str:
    """What the marks behind changes say, of one plan beside the base or of several."""
    if plans < 3:
        return "* = surely not zero."
    return (
        "* = surely not zero, all plans taken together; ? = not zero by its own interval, in doubt "
        "among so many plans."
    )


def _compared(comparison: Comparison, plan: str, name: str) -> Cell:
    estimate = comparison.results[plan].measures[name]
    sub = "" if plan == comparison.base else change_of(comparison, plan, name).strip()
    return cell(wording.figure(estimate.value, estimate.unit, name), estimate.value, sub)


def tables_of(results: Results) -> Iterator[Table]:
    """The tables of one plan: its figures, its hours, and what there is several of."""
    yield _figures(results)
    yield _hours(results)
    if len(results.by_type) > 1:
        yield _types(results)
    if len(results.by_group) > 1:
        yield _groups(results)
    if results.by_message:
        rows = [[cell(text) for text in row] for row in returning.message_rows(results)]
        columns = ["hears while waiting", "callers", "contacts", "of offered", "times each"]
        more = len(results.by_message) - len(rows)
        notes = [f"{more} messages more are in results.json."] if more > 0 else []
        yield table("Who hears what", columns, {"": rows}, notes)


def _figures(results: Results) -> Table:
    actual, word = results.scenario.actual, wording.period(results)
    targets = {each.measure: each for each in judgements(results) if each.type is None}
    bodies = {}
    for title, lines in sections(results).items():
        rows = bodies[title.capitalize()] = list[list[Cell]]()
        for name, called in lines:
            estimate, aim = results.measures[name], targets.get(name)
            row = [cell(called), _figure(estimate, name)]
            if results.days > 1:
                row += [_margin(estimate), cell(wording.days_range(estimate))]
            if targets:
                row.append(cell("" if aim is None else aim.bound_in_words()))
            if actual:
                row.append(_actual(actual.get(name), estimate.unit, name))
            rows.append(row)
    columns = ["figure", "value", *(["+-", f"8 {word}s in 10"] if results.days > 1 else [])]
    columns += [*(["target"] if targets else []), *(["actual"] if actual else [])]
    notes = [f"In time: within {wording.limits(results)}."]
    if results.days > 1:
        notes.append(
            f"+-: how well the mean is known (half a 95 % interval); 8 {word}s in 10: how far "
            f"{word}s differ."
        )
    return table("Client, staff and money", columns, bodies, notes)


def _actual(value: float | None, unit: str, name: str) -> Cell:
    return cell("" if value is None else wording.figure(value, unit, name), value)


def _figure(estimate: Estimate, name: str = "") -> Cell:
    return cell(wording.figure(estimate.value, estimate.unit, name), estimate.value)


def _margin(estimate: Estimate) -> Cell:
    return cell(wording.margin(estimate), wording.half_of(estimate))


def _hours(results: Results) -> Table:
    week, lines = bool(results.scenario.days), bool(returning.full(results.scenario))
    contacts = {
        "offered": wording.number, **({"blocked": wording.number} if lines else {}),
        "abandonment": wording.share, "service_level": wording.share, "asa": wording.duration,
    }  # fmt: skip
    called = {"blocked": "busy", "abandonment": "hung up", "service_level": "in time"}
    staff = ("required", "scheduled", "on_duty")
    rows = []
    for place, hour in enumerate(results.daily() if week else results.hourly()):
        first = cell(str(hour["day"]) if week else f"{hour['from']}-{hour['to']}", place)
        row = [first, *(cell(say(_value(hour[name])), _value(hour[name]))
                        for name, say in contacts.items())]  # fmt: skip
        for name in staff:
            there = _value(hour[name])
            row.append(cell(wording.NOTHING if there is None else f"{there:.1f}", there))
        over = _value(hour["over"])
        hole = over is not None and over <= -HOLE
        balance = wording.NOTHING if over is None else f"{over:+.1f}{' !' if hole else ''}"
        rows.append([*row, cell(balance, over)])
    heads = ["day" if week else "hours", *(called.get(name, name) for name in contacts)]
    heads += [*(name.replace("_", " ") for name in staff), "over"]
    note = "Required: by Erlang A; over: operators on duty less required; ! = a hole."
    mean = ["Operators: means of the open hours."] if week else []
    return table("Day by day" if week else "Hour by hour", heads, {"": rows}, [note, *mean])


def _value(value: str | float | None) -> float | None:
    return value if isinstance(value, float) else None


def _types(results: Results) -> Table:
    names = ("offered", "service_level", "abandonment", "asa", "wait_p90")
    heads = ["callers", "offered", "in time", "hung up", "asa", "9 in 10 wait at most"]
    rows = [
        [cell(wording.plain(results.scenario.callers[name].label or name)),
         *(_figure(measures[each], each) for each in names)]
        for name, measures in results.by_type.items()
    ]  # fmt: skip
    return table("Call types", heads, {"": rows})


def _groups(results: Results) -> Table:
    names = ("answered", "handling_mean", "occupancy", "on_duty_hours", "overtime_hours",
             "staffing_cost")  # fmt: skip
    heads = ["operators", "answered", "handling", "occupancy", "on duty", "overtime", "cost"]
    rows = [
        [cell(wording.plain(name)), *(_figure(measures[each], each) for each in names)]
        for name, measures in results.by_group.items()
    ]
    return table("Operator groups", heads, {"": rows})
