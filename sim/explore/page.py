"""The page in the browser: sliders on one side, what comes of them on the other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from importlib.resources import files
from typing import Any

from bokeh.document import Document
from bokeh.events import DocumentReady
from bokeh.layouts import column, row
from bokeh.models import CustomJS, InlineStyleSheet
from bokeh.models.ui import UIElement
from bokeh.models.widgets import Button, Div, Select, Slider, Toggle
from jinja2 import Environment, select_autoescape

from sim.explore import words
from sim.explore.charts import Charts
from sim.explore.controls import Choice, Control
from sim.explore.state import Explorer, Looked, refusal
from sim.explore.view import View
from sim.report.wording import plain
from sim.scenario import ScenarioError

IDLE = 600
"""Milliseconds without a move after which more days are simulated."""

TITLE, ABOUT = 200, 400
"""Characters of the scenario's name, and of what it is about, that are shown."""


FAILED = "This could not be simulated; the terminal says why."


class Page:
    """One page of one browser: it asks for what the sliders say, and shows what it gets.

    While something is being simulated, moves are only remembered; when it is done, the last
    state of all sliders is simulated next, so that no move waits for those before it.

    Parameters
    ----------
    document : bokeh.document.Document
    explorer : Explorer
        Shared by all pages.
    first : Looked
        The file as it is.
    worker : concurrent.futures.Executor
        With a single thread, in which everything is simulated.
    """

    def __init__(
        self, document: Document, explorer: Explorer, first: Looked, worker: Executor
    ) -> None:
        self.document, self.explorer, self.worker = document, explorer, worker
        self.looked, self.shown, self.busy = first, dict[str, float | str](), False
        self.moves = 0
        view = explorer.view(first)
        self.charts = Charts(view, explorer.scenario.day.interval / 60)
        style = InlineStyleSheet(css=_read("parts.css"))
        self.said = _text(words.said_html(view), style, {"role": "status", "aria-live": "polite"})
        self.brief = _text(words.brief_html(view), style)
        self.figures = _text(words.figures_html(view), style)
        self.plan = _text("", style, visible=False)
        self.widgets = {each.key: _widget(each, style) for each in explorer.controls.all}
        for widget in self.widgets.values():
            widget.on_change("value", lambda attr, old, new: self.move())
        self.reset = Button(label="Reset")
        self.reset.on_click(self.put_back)
        self.keep = Toggle(label="As a plan")
        self.keep.on_change("active", lambda attr, old, new: self.show_plan())
        self._build(style)

        document.js_on_event(DocumentReady, CustomJS(code=_read("named.js")))
        document.add_timeout_callback(partial(self.grow, self.moves), 3 * IDLE)
        document.on_session_destroyed(lambda _: self.end())

    def _build(self, style: InlineStyleSheet) -> None:
        """Hand everything to the template."""
        scenario = self.explorer.scenario
        name = plain(scenario.name, TITLE)
        roots: dict[str, UIElement] = {
            "said": self.said,
            "brief": self.brief,
            "controls": column(*self._controls(style), sizing_mode="stretch_width"),
            "buttons": row(self.reset, self.keep),
            "plan": self.plan,
            "figures": self.figures,
            **{f"chart{place}": each for place, each in enumerate(self.charts.figures)},
        }
        for called, root in roots.items():
            root.name = called
            self.document.add_root(root)
        self.document.title = f"{name} - Waitline"
        environment = Environment(
            autoescape=select_autoescape(default=True, default_for_string=True)
        )
        self.document.template = environment.from_string(_read("page.html.j2"))
        self.document.template_variables.update(
            {"name": name, "about": plain(scenario.about, ABOUT), "style": _read("page.css"),
             "charts": [f"chart{place}" for place in range(len(self.charts.figures))]}
        )  # fmt: skip

    def _controls(self, style: InlineStyleSheet) -> list[UIElement]:
        """The widgets under their headings, and what cannot be moved."""
        found: list[UIElement] = []
        part = ""
        for control in self.explorer.controls.all:
            if control.part != part:
                part = control.part
                found.append(_text(f"<h3>{part}</h3>", style))
            found.append(self.widgets[control.key])
        rest = self.explorer.controls.left_out
        return [*found, _text(words.left_out_html(rest), style)] if rest else found

    @property
    def places(self) -> dict[str, float | str]:
        """Where the controls stand, those that were moved."""
        return {
            each.key: self.widgets[each.key].value
            for each in self.explorer.controls.all
            if self.widgets[each.key].value != each.start
        }

    def move(self) -> None:
        """Something was moved."""
        self.moves += 1
        self.show_plan()
        self.follow()

    def follow(self) -> None:
        """Simulate where the controls stand, unless something is being simulated."""
        if not self.busy and self.places != self.shown:
            places = self.places
            self.brief.css_classes = ["busy"]
            self._work(partial(self.explorer.look, places), places)

    def grow(self, moves: int) -> None:
        """More days, if nothing was moved since there were so many moves."""
        if moves == self.moves and not self.busy and self.looked.can_grow:
            self._work(partial(self.explorer.more, self.looked), self.shown)

    def put_back(self) -> None:
        """All controls to where they began."""
        for each in self.explorer.controls.all:
            self.widgets[each.key].value = each.start

    def end(self) -> None:
        """The browser has gone: nothing more is asked for."""
        self.busy = True

    def _work(self, task: Callable[[], Looked], places: dict[str, float | str]) -> None:
        self.busy = True
        future = self.worker.submit(self._done_in_worker, task)
        future.add_done_callback(
            lambda done: self.document.add_next_tick_callback(partial(self._show, done, places))
        )

    def _done_in_worker(self, task: Callable[[], Looked]) -> tuple[Looked, View]:
        looked = task()
        return looked, self.explorer.view(looked)

    def _show(self, done: Future[tuple[Looked, View]], places: dict[str, float | str]) -> None:
        """Show what was simulated, then go on with the last moves."""
        self.busy, self.shown = False, places
        self.brief.css_classes = []
        try:
            self.looked, view = done.result()
        except ScenarioError as error:
            self.said.text = words.refused_html(refusal(error, self.explorer.name))
        except Exception:
            self.said.text = words.refused_html(FAILED)
            raise
        else:
            self.said.text = words.said_html(view)
            self.brief.text = words.brief_html(view)
            self.figures.text = words.figures_html(view)
            self.charts.fill(view)
            self.document.add_timeout_callback(partial(self.grow, self.moves), IDLE)
        self.follow()

    def show_plan(self) -> None:
        """What is moved, as a plan, where that is asked for."""
        self.plan.visible = bool(self.keep.active)
        if self.keep.active:
            self.plan.text = words.plan_html(self.explorer.as_a_plan(self.places))


def _widget(control: Control, style: InlineStyleSheet) -> Any:
    if isinstance(control, Choice):
        options: list[str | tuple[Any, str]] = [*control.options.items()]
        return Select(
            title=control.title, value=control.start, options=options,
            sizing_mode="stretch_width", stylesheets=[style],
        )  # fmt: skip
    return Slider(
        title=control.title, start=control.low, end=control.high, step=control.step,
        value=control.start, sizing_mode="stretch_width", stylesheets=[style],
    )  # fmt: skip


def _text(
    html: str,
    style: InlineStyleSheet,
    attributes: dict[str, str] | None = None,
    visible: bool = True,
) -> Div:
    """A text; formulas are not looked for, whose program would have to be fetched."""
    return Div(
        text=html, disable_math=True, stylesheets=[style], visible=visible,
        sizing_mode="stretch_width", html_attributes=attributes or {},
    )  # fmt: skip


def _read(name: str) -> str:
    return files("sim.explore").joinpath(name).read_text("utf-8")
