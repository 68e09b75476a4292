"""The report page: one file of HTML that opens without a network, drawn from the page's data."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.page_charts import charts_of, charts_of_all

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

HERE = Path(__file__).parent

PROGRAM = ("page_tables.js", "page_line.js", "page_drawing.js", "page_replay.js")
"""The files of the page's program, in the order in which they use each other."""


def html_of(page: dict[str, Any]) -> str:
    """The whole page.

    Parameters
    ----------
    page : dict
        What `sim.report.page_data.page_of` gives, as it is or read back from JSON.

    Returns
    -------
    str
        The same text for the same data. Nothing in it is fetched: styles, program and data are
        inside, and its policy forbids all else.
    """
    style, script = (HERE / "page.css").read_text("utf-8"), _program()
    plans = page["plans"]
    charts = [
        list(charts_of(plan, plans[0] if place else None, place))
        for place, plan in enumerate(plans)
    ]
    return _template().render(
        page=page,
        style=style,
        script=script,
        policy=_policy(style, script),
        charts=charts,
        charts_of_all=list(charts_of_all(page)),
        replay=_embedded(page["replay"]),
    )


def _program() -> str:
    """The program in one piece, with no name that anything else could meet."""
    parts = "\n".join((HERE / name).read_text("utf-8") for name in PROGRAM)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    surroundings = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    surroundings.filters |= {"typeset": _typeset, "breakable": _breakable}
    return surroundings.get_template("page.html.j2")


def _typeset(text: str) -> Markup:
    """Text with the plus-minus sign that a screen writes as two, and units beside their number."""
    from markupsafe import Markup, escape

    signs = re.sub(r"(?<![^\s(])\+-(?=[\s\d:]|$)", "\N{PLUS-MINUS SIGN}", str(escape(text)))
    return Markup(re.sub(r"(?<=\d) (?=(?:%|pt)(?!\w))", "\N{NO-BREAK SPACE}", signs))


def _breakable(text: str) -> Markup:
    """A name that may be broken after each underscore."""
    from markupsafe import Markup, escape

    return Markup("_<wbr>").join(escape(part) for part in text.split("_"))


def _policy(style: str, script: str) -> str:
    """What the page may do: run its own program, use its own style, fetch nothing."""
    return (
        f"default-src 'none'; style-src 'sha256-{_hash(style)}'; "
        f"script-src 'sha256-{_hash(script)}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _embedded(data: Any) -> Markup:
    """Data as JSON that cannot end the element that it stands in."""
    from markupsafe import Markup

    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)
