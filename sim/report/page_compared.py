"""The charts of the report page that hold all plans against each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.report import wording
from sim.report.labels import numbered
from sim.report.page_figure import Figure
from sim.report.svg import WIDTH, Chart, round_marks, with_room

Data = dict[str, Any]

CALLED = {
    "total_cost": "cost in all",
    "abandonment": "hang up, of contacts",
    "wait_mean": "mean wait",
    "service_level": "answered in time",
}


def differences(page: Data, name: str, width: float) -> Figure:
    """The change of each plan from the base, with its 95 % interval, measure by measure."""
    rows = page["differences"]
    names = list(CALLED)
    many, longest = (2, 20) if width >= WIDTH else (1, 15)
    row, head, gutter = (30.0 if many == 2 else 23.0), 46.0, 8.0 * longest
    wide = (width - gutter) / many
    deep = head + row * len(rows) + 18
    chart = Chart((0.0, 1.0), (0.0, 1.0), height=deep * len(names) / many, width=width)
    for place, measure in enumerate(names):
        left, top = gutter + wide * (place % many), deep * (place // many)
        _panel(chart, rows, measure, (left + 22, top + head), (wide - 48, row))
        chart.add('<text class="strong" x="{}" y="{}">{}</text>', left, top + 18,
                  f"{CALLED[measure]}{_unit(rows, measure)}")  # fmt: skip
    called = wording.distinct([each["plan"] for each in rows], longest)
    for panel in range(len(names) // many):
        for place, each in enumerate(called):
            y = panel * deep + head + row * (place + 0.5) + 4
            chart.add('<text x="0" y="{}">{}</text>', y, each)
    said = "; ".join(
        f"{each['plan']}: " + ", ".join(f"{CALLED[m]} {each['measures'][m]['text']}" for m in names)
        for each in rows
    )
    title = f"What changes against {page['base']}"
    return Figure(title, chart.svg(name, title, f"{said}."), _caption(page))


def _caption(page: Data) -> str:
    """What a dot and its bar are; whether it is filled follows the marks in the table."""
    said = f"Each plan less {page['base']} on the same callers"
    rows = page["differences"]
    if all(move["low"] is None for each in rows for move in each["measures"].values()):
        return f"{said}; one day does not tell how sure a change is."
    together = ", all plans taken together" if len(rows) + page["more_plans"] > 1 else ""
    return (
        f"{said}, with its 95 % interval by itself. A filled dot is surely not zero{together}; a "
        "hollow one is too close to call."
    )


def _unit(rows: list[Data], measure: str) -> str:
    unit = rows[0]["measures"][measure]["unit"]
    return {"share": ", points", "s": ", s"}.get(unit, f", {unit}")


def _panel(
    chart: Chart, rows: list[Data], measure: str, corner: tuple[float, float],
    size: tuple[float, float],
) -> None:  # fmt: skip
    """One measure: an axis with 0 on it, and a dot with its interval for each plan."""
    moves = [each["measures"][measure] for each in rows]
    times = 100.0 if moves[0]["unit"] == "share" else 1.0
    ends = [times * v for move in moves for v in (move["value"], move["low"], move["high"])
            if v is not None]  # fmt: skip
    marks = round_marks(min([0.0, *ends]), max([0.0, *ends]), 4)
    (left, top), (wide, row) = corner, size

    def across(value: float) -> float:
        return left + wide * (value - marks[0]) / (marks[-1] - marks[0])

    floor = top + row * len(rows)
    texts = {value: f"{value:+,g}" if value else "0" for value in marks}
    named = with_room([(value, across(value), texts[value]) for value in marks], 0.0)
    for value in marks:
        style = "axis" if value == 0 else "grid"
        chart.add('<path class="{}" d="M{} {}V{}"/>', style, across(value), top - 4, floor)
        if value in named:
            chart.add('<text class="mid small" x="{}" y="{}">{}</text>', across(value), top - 8,
                      texts[value])  # fmt: skip
    for place, move in enumerate(moves):
        if move["value"] is None:
            continue
        y = top + row * (place + 0.5)
        if move["low"] is not None:
            low, high = (across(times * move[end]) for end in ("low", "high"))
            chart.add('<path class="bar" d="M{} {}H{}"/>', low, y, high)
        style = "dot" if move["sure"] else "dot open"
        chart.add('<circle class="{}" cx="{}" cy="{}" r="4.5"/>', style,
                  across(times * move["value"]), y)  # fmt: skip


def cost_and_hang_ups(page: Data, name: str, width: float) -> Figure | None:
    """Every plan by what it costs and who hangs up: further down and left is better."""
    plans = [each for each in page["plans"] if each["figures"]["total_cost"]["value"] is not None
             and each["figures"]["abandonment"]["value"] is not None]  # fmt: skip
    if not plans:
        return None
    cost = [each["figures"]["total_cost"] for each in plans]
    lost = [each["figures"]["abandonment"] for each in plans]
    across = round_marks(*_span(cost), 6)
    up = round_marks(0.0, max(_span(lost)[1], 0.001))
    chart = Chart((across[0], across[-1]), (0.0, up[-1]), height=320.0, width=width)
    chart.marks_up([(v, f"{100 * v:g} %") for v in up], "hang up, of contacts")
    chart.marks_across([(v, f"{v:,g}") for v in across], f"cost in all, {cost[0]['unit']}")
    for money, gone in zip(cost, lost, strict=True):
        if money["low"] is not None and gone["low"] is not None:
            x, y = chart.at(money["value"], gone["value"])
            chart.add('<path class="bar faint" d="M{} {}H{}M{} {}V{}"/>',
                      chart.across(money["low"]), y, chart.across(money["high"]),
                      x, chart.up(gone["low"]), chart.up(gone["high"]))  # fmt: skip
    points = [chart.at(m["value"], g["value"]) for m, g in zip(cost, lost, strict=True)]
    chosen = page["plans"][page["chosen"]]
    for plan, (x, y) in zip(plans, points, strict=True):
        style = "dot chosen" if plan is chosen else "dot"
        chart.add('<circle class="{}" cx="{}" cy="{}" r="5"/>', style, x, y)
    numbered(chart, points)
    said = "; ".join(
        f"{number} {plan['name']}: {money['text']}, {gone['text']} hang up"
        for number, (plan, money, gone) in enumerate(zip(plans, cost, lost, strict=True), 1)
    )
    title = "Cost and hang-ups of every plan"
    return Figure(title, chart.svg(name, title, f"{said}."), f"Further down and left is better; "
                  f"bars: 95 % intervals of each plan by itself. {said}.")  # fmt: skip


def _span(figures: list[Data]) -> tuple[float, float]:
    ends = [each[end] for each in figures for end in ("value", "low", "high")
            if each[end] is not None]  # fmt: skip
    return min(ends), max(ends)


OF_ALL: tuple[Callable[[Data, str, float], Figure | None], ...] = (
    differences, cost_and_hang_ups,
)  # fmt: skip
"""The charts of all plans together; None where there is nothing to draw."""
