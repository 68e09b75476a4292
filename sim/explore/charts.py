"""The charts of the page: calls, operators, waits and service level over the day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bokeh.models import ColumnDataSource, DataRange1d, FixedTicker, HoverTool, Range1d
from bokeh.models.annotations import Legend, LegendItem, Title
from bokeh.plotting import figure

from sim.explore.view import Series, View
from sim.report.plots import ANSWERED, HUNG_UP, INK, ON_DUTY, REQUIRED, SCHEDULED

if TYPE_CHECKING:
    from bokeh.models.renderers import GlyphRenderer

HEIGHT = 230
MOST_APART = 60
"""Intervals whose bars have a line between them."""

BEFORE = "#777777"
"""The file as it is, beside what was moved."""


class Charts:
    """The charts, drawn once and filled anew with each view."""

    def __init__(self, view: View, minutes: float) -> None:
        self.bars = ColumnDataSource()
        self.steps = ColumnDataSource()
        self.figures = [
            self._calls(minutes, apart=len(view.series.left) <= MOST_APART),
            self._operators(),
            self._waits(),
            self._levels(),
        ]
        for each in self.figures:
            each.x_range = Range1d(start=view.series.left[0], end=view.series.right[-1])
            each.xaxis.ticker = FixedTicker(ticks=list(view.ticks))
            labels: dict[float | str, Any] = dict(view.ticks.items())
            each.xaxis.major_label_overrides = labels
        self.fill(view)

    def fill(self, view: View) -> None:
        """Show another view."""
        series, before = view.series, view.before
        self.bars.data = {
            "left": series.left,
            "right": series.right,
            "clock": series.clock,
            "answered": series.answered,
            "offered": _sums(series.answered, series.not_answered),
            "not_answered": series.not_answered,
            "before": _sums(before.answered, before.not_answered),
            "required": _known(series.required),
            "scheduled": series.scheduled,
            "on_duty": series.on_duty,
            "asa": _known(series.asa),
            "level": _known(series.level),
            "asa_before": _known(before.asa),
            "level_before": _known(before.level),
        }
        self.steps.data = {**_steps(series, before)}

    def _calls(self, minutes: float, apart: bool) -> figure:
        chart = _empty("Calls", f"calls in {minutes:g} min")
        common: dict[str, Any] = {
            "left": "left", "right": "right", "source": self.bars,
            "line_color": "white" if apart else None
        }  # fmt: skip
        answered = chart.quad(top="answered", bottom=0, color=ANSWERED, **common)
        lost = chart.quad(
            top="offered", bottom="answered", color=HUNG_UP, hatch_pattern="/",
            hatch_color="white", hatch_alpha=0.6, **common,
        )  # fmt: skip
        hint = [("calls", "@offered{0.0}"), ("not answered", "@not_answered{0.0}"),
                ("in the file", "@before{0.0} calls")]  # fmt: skip
        _explained(chart, {"answered": answered, "not answered": lost}, hint, [answered, lost])
        return chart

    def _operators(self) -> figure:
        chart = _empty("Operators", "operators")
        chart.varea(x="at", y1=0, y2="scheduled", source=self.steps, color=SCHEDULED, alpha=0.3)
        seats = chart.line("at", "scheduled", source=self.steps, color=SCHEDULED)
        there = chart.line("at", "on_duty", source=self.steps, color=ON_DUTY, line_width=2)
        needed = chart.line(
            "at", "required", source=self.steps, color=REQUIRED, line_width=2, line_dash="dashed"
        )
        hint = [("scheduled", "@scheduled{0.0}"), ("on duty", "@on_duty{0.0}"),
                ("required", "@required{0.0}")]  # fmt: skip
        lines = {"scheduled": seats, "on duty": there, "required (Erlang A)": needed}
        _explained(chart, lines, hint, [self._area(chart, "scheduled")])
        return chart

    def _waits(self) -> figure:
        chart = _empty("Waits", "mean wait of answered, s")
        return self._both(chart, "asa", [("mean wait", "@asa{0.0} s"),
                                         ("in the file", "@asa_before{0.0} s")])  # fmt: skip

    def _levels(self) -> figure:
        chart = _empty("Answered in time", "service level, %")
        chart.y_range = Range1d(start=0, end=100)
        return self._both(chart, "level", [("service level", "@level{0.0} %"),
                                           ("in the file", "@level_before{0.0} %")])  # fmt: skip

    def _both(self, chart: figure, name: str, hint: list[tuple[str, str]]) -> figure:
        """A line of what was moved and one of the file."""
        before = chart.line(
            "at",
            f"{name}_before",
            source=self.steps,
            color=BEFORE,
            line_width=2,
            line_dash="dotted",
        )
        now = chart.line("at", name, source=self.steps, color=ON_DUTY, line_width=2)
        area = self._area(chart, name)
        _explained(chart, {"now": now, "in the file": before}, hint, [area])
        return chart

    def _area(self, chart: figure, top: str) -> GlyphRenderer[Any]:
        """What the pointer meets: an unseen bar for each interval."""
        return chart.quad(
            left="left", right="right", top=top, bottom=0, source=self.bars, alpha=0.0
        )


def _empty(title: str, axis: str) -> figure:
    chart = figure(
        title=Title(text=title, text_color=INK),
        height=HEIGHT, sizing_mode="stretch_width", toolbar_location=None, tools="",
        y_axis_label=axis, min_border_right=12,
        html_attributes={"role": "img", "aria-label": f"Chart: {title}, {axis}"},
    )  # fmt: skip
    chart.y_range = DataRange1d(start=0)
    chart.xgrid.visible = False
    chart.axis.minor_tick_line_color = None
    chart.outline_line_color = None
    chart.xaxis.major_label_orientation = math.pi / 4
    return chart


def _explained(
    chart: figure,
    lines: dict[str, GlyphRenderer[Any]],
    hint: list[tuple[str, str]],
    pointed: list[Any],
) -> None:
    """A legend above the data, and what the pointer says."""
    items = [LegendItem(label=label, renderers=[each]) for label, each in lines.items()]
    legend = Legend(
        items=items, orientation="horizontal", border_line_color=None, margin=0,
        label_text_font_size="12px", spacing=12,
    )  # fmt: skip
    chart.add_layout(legend, "above")
    chart.add_tools(HoverTool(tooltips=[("from", "@clock"), *hint], renderers=pointed))


def _sums(one: list[float], other: list[float]) -> list[float]:
    return [a + b for a, b in zip(one, other, strict=True)]


def _known(values: Sequence[float | None]) -> list[float]:
    return [math.nan if value is None else value for value in values]


def _steps(series: Series, before: Series) -> dict[str, list[float]]:
    """Lines that are level over each interval: two points an interval."""
    columns: dict[str, Sequence[float | None]] = {
        "required": series.required,
        "scheduled": series.scheduled,
        "on_duty": series.on_duty,
        "asa": series.asa,
        "level": series.level,
        "asa_before": before.asa,
        "level_before": before.level,
    }
    found = {name: [v for v in _known(c) for _ in range(2)] for name, c in columns.items()}
    edges = zip(series.left, series.right, strict=True)
    return {"at": [edge for pair in edges for edge in pair], **found}
