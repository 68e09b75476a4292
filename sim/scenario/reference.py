"""The reference page of the scenario format, made from the models and what they say of each key.

`python -m sim.scenario.reference > docs/scenario-format.md` writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic.fields import FieldInfo

from sim.scenario import (
    arrivals,
    call_types,
    contacts,
    crew,
    days,
    laws,
    menu,
    messages,
    pay,
    schema,
    shifts,
    staff,
    targets,
)
from sim.scenario.plans import Plan
from sim.scenario.tree import alias_of
from sim.scenario.values import READS_DURATION, Part
from sim.times import format_duration

TABLES: tuple[tuple[str, type[Part]], ...] = (
    ("the file", schema.Scenario),
    ("day", days.Day),
    ("day.on.WEEKDAY", days.DayOn),
    ("money", pay.WorkingYear),
    ("targets (also callers.NAME.targets)", targets.Targets),
    ("targets.service_level", targets.ServiceLevel),
    ("targets.abandonment", targets.Abandonment),
    ("targets.occupancy", targets.Occupancy),
    ("trunks", schema.Trunks),
    ("queue", contacts.Queue),
    ("busyness (also callers.NAME.busyness)", call_types.Busyness),
    ("callers.NAME", call_types.CallType),
    ("callers.NAME.on.WEEKDAY", call_types.CallTypeOn),
    ("callers.NAME.arrivals, as rates or counts", arrivals.Rates),
    ("callers.NAME.arrivals, as a forecast", arrivals.Forecast),
    ("callers.NAME.arrivals, as a trace", arrivals.Trace),
    ("callers.NAME.patience", laws.Patience),
    ("callers.NAME.priority", contacts.Priority),
    ("callers.NAME.ivr", contacts.Ivr),
    ("callers.NAME.balk", contacts.Balk),
    ("callers.NAME.redial", contacts.Redial),
    ("callers.NAME.repeat", contacts.Repeat),
    ("callers.NAME.transfer", contacts.Transfer),
    ("callers.NAME.callback", contacts.Callback),
    ("callers.NAME.talk_grows", contacts.TalkGrows),
    ("callers.NAME.money", call_types.MoneyOfCalls),
    ("operators.NAME", staff.Group),
    ("operators.NAME.on.WEEKDAY", staff.GroupOn),
    ("operators.NAME.skills.TYPE", staff.Skill),
    ("operators.NAME.skills.TYPE.opens_when", crew.OpensWhen),
    ("operators.NAME.premiums", pay.Premium),
    ("operators.NAME.late", crew.Late),
    ("operators.NAME.pace", crew.Pace),
    ("operators.NAME.learning", crew.Learning),
    ("operators.NAME.shrinkage", pay.Shrinkage),
    ("operators.NAME.shifts.NAME", shifts.Shift),
    ("operators.NAME.shifts.NAME.breaks", shifts.Break),
    ("operators.NAME.shifts.NAME.meetings", shifts.Meeting),
    ("operators.NAME.shifts.NAME.on_call", shifts.OnCall),
    ("operators.NAME.menu.NAME", menu.MenuShift),
    ("operators.NAME.menu.NAME.starts", menu.Starts),
    ("operators.NAME.menu.NAME.breaks", menu.MenuBreak),
    ("operators.NAME.menu.NAME.weekly_hours", menu.HoursOfWeek),
    ("hold_messages.NAME", messages.Programme),
    ("hold_messages.NAME.filler", messages.Filler),
    ("hold_messages.NAME.messages.NAME", messages.Message),
    ("hold_messages.NAME.messages.NAME.levels", messages.Levels),
    ("plans.NAME", Plan),
)
"""Every table of the format, in the order of the page."""

HEAD = """\
# The scenario format

Made from the models by `python -m sim.scenario.reference`; `docs/design.md` tells what it means.

A scenario is a TOML file. Times of day are texts such as "08:30", durations are texts with units
such as "20 s" or "4 min 30 s", shares are numbers from 0 to 1, and numbers are never read from
texts. Paths are relative to the scenario file. `waitline check FILE` tells all mistakes at once.
"""

LAWS_HEAD = """
## Laws

`talk`, `wrap_up`, `time` in a menu, a `conference` and delays are laws; a bare duration such as
`"30 s"` is constant. `talk`, `wrap_up` and `patience` also take one law for each piece of the
day, by the instant of arrival. Any table of `patience` may add `hang_up_at_once`.

| written | what it is |
|---|---|
"""

WRITTEN = {
    "constant": '{ constant = "30 s" }',
    "exponential": '{ exponential = "5 min" }',
    "lognormal": '{ lognormal = { mean = "4 min", cv = 1.1 } }',
    "gamma": '{ gamma = { mean = "4 min", cv = 0.5 } }',
    "weibull": '{ weibull = { mean = "3 min", shape = 1.3 } }',
    "erlang": '{ erlang = { mean = "4 min", stages = 3 } }',
    "uniform": '{ uniform = ["3 min", "7 min"] }',
    "triangular": '{ triangular = ["1 min", "3 min", "9 min"] }',
    "hyperexponential": '{ hyperexponential = { shares = [0.9, 0.1], means = ["1 min", "1 h"] } }',
    "empirical": '{ empirical = ["20 s", "1 min"] }, or { file = "x.csv", column = "s" } in it',
    "never": '"never", { never = true } (patience only)',
    "hazard": '{ hazard = { from = ["0 s", "15 s"], per_minute = [2.0, 0.2] } } (patience only)',
    "from_report": '{ from_report = { abandonment = 0.06, mean_wait = "25 s" } } (patience only)',
    "by_interval": '{ by_interval = ["3 min", { exponential = "4 min" }], every = "2 h" }',
}
"""An example of each law."""


def default_text(field: FieldInfo) -> str:
    """The default of a key as the file would write it."""
    if field.is_required():
        return "required"
    value: Any = field.default
    if field.default_factory is not None or value is None or isinstance(value, Part):
        return ""
    if READS_DURATION in field.metadata and isinstance(value, float):
        return f'"{format_duration(value)}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{item}"' for item in value) + "]" if value else "none"
    return f"{value:g}"


def said(text: str | None) -> str:
    """A text in one line of a table."""
    return " ".join((text or "").split()).replace("|", "\\|")


def table_of(title: str, part: type[Part]) -> Iterator[str]:
    """One table of the format with its keys."""
    yield f"\n## {title}\n\n{said(part.__doc__)}\n\n| key | default | meaning |\n|---|---|---|\n"
    for name, field in part.model_fields.items():
        key = "(a law)" if name == "written" else f"`{alias_of(name, field)}`"
        yield f"| {key} | {default_text(field)} | {said(field.description)} |\n"


def reference_page() -> str:
    """The whole page.

    Returns
    -------
    str
        Markdown.
    """
    lines = [HEAD]
    for title, part in TABLES:
        lines += table_of(title, part)
    lines.append(LAWS_HEAD)
    for name, written in WRITTEN.items():
        lines.append(f"| `{written}` | {said(laws.NAMED[name].__doc__)} |\n")
    return "".join(lines)


if __name__ == "__main__":
    print(reference_page(), end="")
