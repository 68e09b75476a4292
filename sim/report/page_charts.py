"""The charts of the report page, drawn from its data. A new one goes into a list below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from markupsafe import Markup

from sim.report import wording
from sim.report.svg import WIDTH, Chart, round_marks

Data = dict[str, Any]

CALLED = {
    "total_cost": "cost in all",
    "abandonment": "hang up, of contacts",
    "wait_mean": "mean wait",
    "service_level": "answered in time",
}


class Figure(NamedTuple):
    """A chart with its words."""

    title: str
    svg: Markup
    caption: str
    legend: tuple[tuple[str, str], ...] = ()
    """Class of a sign in page.css, and what it stands for."""


def charts_of(plan: Data, base: Data | None, place: int) -> Iterator[Figure]:
    """The charts of one plan.

    Parameters
    ----------
    plan : dict
        A plan of the page's data.
    base : dict or None
        The base, drawn behind it; None where the plan is the base.
    place : int
        Its number on the page, for ids.
    """
    for number, draw in enumerate(OF_A_PLAN):
        yield draw(plan, base, f"p{place}-{number}")


def charts_of_all(page: Data) -> Iterator[Figure]:
    """The charts of all plans together; none of a single plan."""
    if len(page["plans"]) > 1:
        drawn = (draw(page, f"all-{number}") for number, draw in enumerate(OF_ALL))
        yield from (figure for figure in drawn if figure is not None)


def calls(plan: Data, base: Data | None, name: str) -> Figure:
    """Contacts offered, and how many of them nobody answers."""
    steps = plan["steps"]
    offered, answered = steps["offered"], steps["answered"]
    chart = _of_day(steps, max(offered, default=0.0))
    unit = f"contacts in {steps['minutes']:g} min"
    chart.marks_up(_plain_marks(chart), unit)
    chart.area(steps["edges"], [0.0] * len(answered), answered, "answered")
    chart.area(steps["edges"], answered, offered, "lost")
    most = max(range(len(offered)), key=lambda place: offered[place])
    said = (
        f"Most from {steps['from'][most]}: {wording.number(offered[most])} {unit}, of which "
        f"{wording.number(offered[most] - answered[most])} without an answer."
    )
    title = f"Who phones under {plan['name']}"
    legend = (("answered", "answered"), ("lost", "not answered"))
    return Figure(title, chart.svg(name, title, said), said, legend)


def operators(plan: Data, base: Data | None, name: str) -> Figure:
    """Operators required, scheduled and on duty."""
    steps = plan["steps"]
    lines = {key: steps[key] for key in ("scheduled", "on_duty", "required")}
    top = max((v for each in lines.values() for v in each if v is not None), default=0.0)
    chart = _of_day(steps, top)
    chart.marks_up(_plain_marks(chart), "operators")
    zero = [0.0] * len(lines["scheduled"])
    chart.area(steps["edges"], zero, lines["scheduled"], "scheduled")
    chart.steps(steps["edges"], lines["on_duty"], "line one")
    chart.steps(steps["edges"], lines["required"], "line need")
    pairs = zip(lines["on_duty"], lines["required"], steps["from"], strict=True)
    gaps = [(there - need, when) for there, need, when in pairs if need is not None]
    said = "How many are required could not be worked out."
    if gaps:
        least = min(gaps)
        over = "over" if least[0] >= 0 else "short"
        said = f"Tightest from {least[1]}: {wording.number(abs(least[0]))} operators {over}."
    title = f"Operators under {plan['name']}"
    legend = (("scheduled", "scheduled"), ("line one", "on duty"),
              ("line need", "required (Erlang A)"))  # fmt: skip
    return Figure(title, chart.svg(name, title, said), said, legend)


def service_level(plan: Data, base: Data | None, name: str) -> Figure:
    """The share answered in time through the day, with its target and the base."""
    steps = plan["steps"]
    chart = _of_day(steps, 1.0)
    chart.marks_up([(v / 100, f"{v} %") for v in (0, 20, 40, 60, 80, 100)], "in time")
    legend = [("line one", plan["name"])]
    if base is not None:
        chart.steps(base["steps"]["edges"], base["steps"]["service_level"], "line other")
        legend.append(("line other", base["name"]))
    chart.steps(steps["edges"], steps["service_level"], "line one")
    target = plan["targets"].get("service_level")
    if target is not None:
        chart.line([(chart.x[0], target), (chart.x[1], target)], "line aim")
        legend.append(("line aim", f"target {100 * target:g} %"))
    known = [(v, w) for v, w in zip(steps["service_level"], steps["from"], strict=True)
             if v is not None]  # fmt: skip
    said = "Nobody phoned."
    if known:
        said = f"Lowest from {min(known)[1]}: {wording.share(min(known)[0])} {plan['level']}."
    title = f"Service level through the day under {plan['name']}"
    return Figure(title, chart.svg(name, title, said), said, tuple(legend))


def waits(plan: Data, base: Data | None, name: str) -> Figure:
    """The share of contacts that wait longer than a time."""
    curves = [("line one", plan)] if base is None else [("line other", base), ("line one", plan)]
    top = max(max(each["waits"]["longer"]) for _, each in curves)
    end = plan["waits"]["seconds"][-1]
    marks = round_marks(0.0, max(top, 0.01))
    chart = Chart((0.0, end), (0.0, marks[-1]))
    chart.marks_up([(v, f"{100 * v:g} %") for v in marks], "wait longer")
    minutes = round_marks(0.0, end / 60, 6)
    inside = [v for v in minutes if v * 60 <= end + 1e-9]
    chart.marks_across([(v * 60, f"{v:g}") for v in inside], "minutes on the line")
    for style, each in curves:
        points = zip(each["waits"]["seconds"], each["waits"]["longer"], strict=True)
        chart.line(list(points), style)
    over = plan["waits"]["over_1_min"]
    said = f"{wording.share(plan['waits']['longer'][0])} wait at all"
    said += "." if over is None else f", {wording.share(over)} longer than 1 min."
    title = f"How long contacts wait under {plan['name']}"
    legend = [(style, each["name"]) for style, each in reversed(curves)]
    return Figure(title, chart.svg(name, title, said), said, tuple(legend))


def differences(page: Data, name: str) -> Figure:
    """The change of each plan from the base, with its 95 % interval, measure by measure."""
    rows = page["differences"]
    names = list(CALLED)
    row, head, gutter = 30.0, 46.0, 160.0
    wide = (WIDTH - gutter) / 2
    deep = head + row * len(rows) + 18
    chart = Chart((0.0, 1.0), (0.0, 1.0), height=deep * 2)
    for place, measure in enumerate(names):
        left, top = gutter + wide * (place % 2), deep * (place // 2)
        _panel(chart, rows, measure, (left, top + head), (wide - 48, row))
        unit = _unit(rows, measure)
        chart.add('<text class="strong" x="{}" y="{}">{}</text>', left, top + 18,
                  f"{CALLED[measure]}{unit}")  # fmt: skip
    for start in (0.0, deep):
        for place, each in enumerate(rows):
            y = start + head + row * (place + 0.5) + 4
            chart.add('<text x="0" y="{}">{}</text>', y, wording.plain(each["plan"], 20))
    said = "; ".join(
        f"{each['plan']}: " + ", ".join(f"{CALLED[m]} {each['measures'][m]['text']}" for m in names)
        for each in rows
    )
    title = f"What changes against {page['base']}"
    caption = (
        f"Each plan less {page['base']} on the same callers, with its 95 % interval; a dot that is "
        "filled is surely not zero."
    )
    return Figure(title, chart.svg(name, title, f"{said}."), caption)


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
    for value in marks:
        style = "axis" if value == 0 else "grid"
        chart.add('<path class="{}" d="M{} {}V{}"/>', style, across(value), top - 4, floor)
        chart.add('<text class="mid small" x="{}" y="{}">{}</text>', across(value), top - 8,
                  f"{value:+,g}" if value else "0")  # fmt: skip
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


def cost_and_hang_ups(page: Data, name: str) -> Figure | None:
    """Every plan by what it costs and who hangs up: further down and left is better."""
    plans = [each for each in page["plans"] if each["figures"]["total_cost"]["value"] is not None
             and each["figures"]["abandonment"]["value"] is not None]  # fmt: skip
    if not plans:
        return None
    cost = [each["figures"]["total_cost"] for each in plans]
    lost = [each["figures"]["abandonment"] for each in plans]
    across = round_marks(*_span(cost), 6)
    up = round_marks(0.0, max(_span(lost)[1], 0.001))
    chart = Chart((across[0], across[-1]), (0.0, up[-1]), height=320.0)
    chart.marks_up([(v, f"{100 * v:g} %") for v in up], "hang up, of contacts")
    chart.marks_across([(v, f"{v:,g}") for v in across], f"cost in all, {cost[0]['unit']}")
    taken: list[tuple[float, float]] = []
    chosen = page["plans"][page["chosen"]]
    for number, (plan, money, gone) in enumerate(zip(plans, cost, lost, strict=True), 1):
        x, y = chart.at(money["value"], gone["value"])
        if money["low"] is not None and gone["low"] is not None:
            chart.add('<path class="bar" d="M{} {}H{}M{} {}V{}"/>',
                      chart.across(money["low"]), y, chart.across(money["high"]),
                      x, chart.up(gone["low"]), chart.up(gone["high"]))  # fmt: skip
        style = "dot chosen" if plan is chosen else "dot"
        chart.add('<circle class="{}" cx="{}" cy="{}" r="5"/>', style, x, y)
        _label(chart, (x, y), str(number), taken)
    said = "; ".join(
        f"{number} {plan['name']}: {money['text']}, {gone['text']} hang up"
        for number, (plan, money, gone) in enumerate(zip(plans, cost, lost, strict=True), 1)
    )
    title = "Cost and hang-ups of every plan"
    return Figure(title, chart.svg(name, title, f"{said}."), f"Further down and left is better; "
                  f"bars: 95 % intervals of each plan by itself. {said}.")  # fmt: skip


def _label(
    chart: Chart, point: tuple[float, float], text: str, taken: list[tuple[float, float]]
) -> None:
    """The number of a dot, on the first side of it where no other number is."""
    for dx, dy in ((9, -7), (9, 17), (-19, -7), (-19, 17), (22, -7), (22, 17), (-32, -7)):
        x, y = point[0] + dx, point[1] + dy
        if all(abs(x - a) > 13 or abs(y - b) > 13 for a, b in taken):
            break
    taken.append((x, y))
    chart.add('<text class="strong" x="{}" y="{}">{}</text>', x, y, text)


def _span(figures: list[Data]) -> tuple[float, float]:
    ends = [each[end] for each in figures for end in ("value", "low", "high")
            if each[end] is not None]  # fmt: skip
    return min(ends), max(ends)


def _of_day(steps: Data, top: float) -> Chart:
    """A chart over the time of day, from 0 to a round number."""
    edges = steps["edges"]
    chart = Chart((edges[0], edges[-1]), (0.0, round_marks(0.0, max(top, 0.1))[-1]))
    chart.marks_across([(place, text) for place, text in steps["ticks"]])
    return chart


def _plain_marks(chart: Chart) -> list[tuple[float, str]]:
    return [(value, f"{value:,g}") for value in round_marks(*chart.y)]


OF_A_PLAN: tuple[Callable[[Data, Data | None, str], Figure], ...] = (
    calls, operators, service_level, waits,
)  # fmt: skip
"""The charts that each plan has."""

OF_ALL: tuple[Callable[[Data, str], Figure | None], ...] = (differences, cost_and_hang_ups)
"""The charts of all plans together; None where there is nothing to draw."""
