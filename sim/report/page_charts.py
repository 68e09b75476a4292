"""The charts of the report page, drawn from its data. A new one goes into a list below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sim.report import wording
from sim.report.page_compared import OF_ALL
from sim.report.page_figure import Figure, in_two_widths
from sim.report.svg import Chart, round_marks
from sim.report.verdict import HOLE

Data = dict[str, Any]


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
        yield from in_two_widths(partial(draw, plan, base), f"p{place}-{number}")


def charts_of_all(page: Data) -> Iterator[Figure]:
    """The charts of all plans together; none of a single plan."""
    if len(page["plans"]) > 1:
        for number, draw in enumerate(OF_ALL):
            yield from in_two_widths(partial(draw, page), f"all-{number}")


def calls(plan: Data, base: Data | None, name: str, width: float) -> Figure:
    """Contacts offered, and how many of them nobody answers."""
    steps = plan["steps"]
    offered, answered = steps["offered"], steps["answered"]
    chart = _of_day(steps, max(offered, default=0.0), width)
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


def operators(plan: Data, base: Data | None, name: str, width: float) -> Figure:
    """Operators required, scheduled and on duty."""
    steps = plan["steps"]
    lines = {key: steps[key] for key in ("scheduled", "on_duty", "required")}
    top = max((v for each in lines.values() for v in each if v is not None), default=0.0)
    chart = _of_day(steps, top, width)
    chart.marks_up(_plain_marks(chart), "operators")
    zero = [0.0] * len(lines["scheduled"])
    chart.area(steps["edges"], zero, lines["scheduled"], "scheduled")
    chart.steps(steps["edges"], lines["on_duty"], "line one")
    chart.steps(steps["edges"], lines["required"], "line need")
    pairs = zip(lines["on_duty"], lines["required"], steps["from"], strict=True)
    gaps = [(there - need, when) for there, need, when in pairs if need is not None]
    said = "How many are required could not be worked out."
    if gaps:
        said = _tightest(*min(gaps), steps["minutes"], holes=plan["holes"])
    title = f"Operators under {plan['name']}"
    legend = (("scheduled", "scheduled"), ("line one", "on duty"),
              ("line need", "required (Erlang A)"))  # fmt: skip
    return Figure(title, chart.svg(name, title, said), said, legend)


def _tightest(over: float, when: str, minutes: float, *, holes: bool) -> str:
    """Where operators are fewest against the need; short only where the verdict has holes too.

    The verdict goes by the hour and the chart by reporting interval, so the chart says its span.
    """
    span = span_of(minutes)
    if over < 0 and holes:
        return f"Tightest in the {span} from {when}: {wording.number(-over)} operators short."
    spare = over if abs(over) >= 0.005 else 0.0
    said = f"Least to spare in the {span} from {when}: {wording.number(spare)} operators"
    if over > -HOLE:
        return f"{said}{' over' if spare > 0 else ''}."
    return f"{said}; no hour as a whole is {HOLE:g} short."


def span_of(minutes: float) -> str:
    """A stretch of the chart in words: "half-hour"."""
    named = {60.0: "hour", 30.0: "half-hour", 15.0: "quarter-hour"}
    return named.get(minutes, f"{minutes:g} min")


def service_level(plan: Data, base: Data | None, name: str, width: float) -> Figure:
    """The share answered in time through the day, with its target and the base."""
    steps = plan["steps"]
    chart = _of_day(steps, 1.0, width)
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
        least, when = min(known)
        span = span_of(steps["minutes"])
        said = f"Lowest in the {span} from {when}: {wording.share(least)} {plan['level']}."
    title = f"Service level through the day under {plan['name']}"
    return Figure(title, chart.svg(name, title, said), said, tuple(legend))


def waits(plan: Data, base: Data | None, name: str, width: float) -> Figure:
    """The share of contacts that wait longer than a time."""
    curves = [("line one", plan)] if base is None else [("line other", base), ("line one", plan)]
    top = max(max(each["waits"]["longer"]) for _, each in curves)
    end = plan["waits"]["seconds"][-1]
    marks = round_marks(0.0, max(top, 0.01))
    chart = Chart((0.0, end), (0.0, marks[-1]), width=width)
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


def _of_day(steps: Data, top: float, width: float) -> Chart:
    """A chart over the time of day, from 0 to a round number."""
    edges = steps["edges"]
    up = (0.0, round_marks(0.0, max(top, 0.1))[-1])
    chart = Chart((edges[0], edges[-1]), up, width=width)
    chart.marks_across([(place, text) for place, text in steps["ticks"]])
    return chart


def _plain_marks(chart: Chart) -> list[tuple[float, str]]:
    return [(value, f"{value:,g}") for value in round_marks(*chart.y)]


OF_A_PLAN: tuple[Callable[[Data, Data | None, str, float], Figure], ...] = (
    calls, operators, service_level, waits,
)  # fmt: skip
"""The charts that each plan has."""
