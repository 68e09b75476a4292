"""The kinds of value that a scenario file is made of, and how a wrong one is told."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    Strict,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from sim.times import YEAR, format_duration, parse_clock, parse_duration

LONGEST = 1000 * YEAR


class Part(BaseModel):
    """A table of a scenario file: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Hours(NamedTuple):
    """Open hours on the running clock, and the reporting interval, in seconds."""

    opens: float
    closes: float
    interval: float


class CalendarDay(NamedTuple):
    """A day that is simulated."""

    name: str
    """ "Mon" to "Sun"; "" for a single day without a name."""
    midnight: float
    """When it begins, in seconds on the running clock."""
    hours: Hours
    """When the line, or a call type, is open, on the running clock."""

    @property
    def own(self) -> Hours:
        """The same hours, counted from the midnight of the day."""
        return Hours(
            self.hours.opens - self.midnight, self.hours.closes - self.midnight, self.hours.interval
        )


@dataclass
class Surroundings:
    """What a value of a file needs to know of the rest: the folder and the open hours."""

    folder: Path = field(default_factory=Path)
    day: Hours | None = None
    """Open hours of a day that has no others."""
    days: tuple[CalendarDay, ...] = ()
    """The days that are simulated; empty where the table of the day is wrong."""
    tables: dict[str, Any] = field(default_factory=dict)


def surroundings(info: ValidationInfo) -> Surroundings:
    """The surroundings that a value is validated in."""
    return info.context if isinstance(info.context, Surroundings) else Surroundings()


class Wrong(NamedTuple):
    """One thing that is wrong: where (below the value looked at), what, and what is meant."""

    where: tuple[str | int, ...]
    what: str
    meant: str = ""


def wrong(what: str, meant: str = "") -> PydanticCustomError:
    """The error to raise in a validator."""
    return PydanticCustomError("wrong", "{what}", {"what": what, "meant": meant})


def refuse_all(found: Iterable[Wrong]) -> None:
    """Raise everything that was found, each with its place."""
    details = [
        InitErrorDetails(type=wrong(w.what, w.meant), loc=w.where, input=None) for w in found
    ]
    if details:
        raise ValidationError.from_exception_data("scenario", details)


@contextmanager
def under(*place: str | int) -> Iterator[None]:
    """Whatever is refused within is told at a place below."""
    try:
        yield
    except PydanticCustomError as error:
        context = error.context or {}
        refuse_all([Wrong(place, str(context["what"]), str(context["meant"]))])
    except ValidationError as error:
        refuse_all(
            Wrong((*place, *detail["loc"]), str(detail["ctx"]["what"]), str(detail["ctx"]["meant"]))
            for detail in error.errors(include_url=False)
        )


def nearest(name: str, known: Iterable[str]) -> str:
    """'Did you mean "talk"?', or an empty string when nothing is near."""
    names = list(known)
    lowered = {n.lower(): n for n in names}
    close = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    return f'Did you mean "{lowered[close[0]]}"?' if close else ""


def listed(names: Sequence[str], joint: str = "or") -> str:
    """'a, b or c'."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"


def shown(value: Any) -> str:
    """A value of a file as one would point at it, cut when it is long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, dict):
        return "a table"
    elif isinstance(value, (list, tuple)):
        return "a list"
    elif isinstance(value, float):
        text = f"{value:g}"
    else:
        text = repr(value) if not isinstance(value, (date, time, datetime)) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:56] + "..."


def read_duration(value: Any) -> float:
    """A duration with units; a bare number is refused."""
    if not isinstance(value, str):
        text = shown(value)
        unit = isinstance(value, (int, float)) and not isinstance(value, bool)
        hint = f'a duration in quotes is meant, such as "{text} s" or "{text} min"' if unit else ""
        raise wrong(
            f"{text} is not a duration", hint or 'a duration is meant, such as "20 s" or "4 min"'
        )
    try:
        seconds = parse_duration(value)
    except ValueError as error:
        raise wrong(*what_and_hint(error)) from None
    if seconds > LONGEST:
        raise wrong(f"{shown(value)} is longer than 1000 years")
    return seconds


def what_and_hint(error: ValueError) -> tuple[str, str]:
    """What is wrong with a duration, and the hint where it has one."""
    what, colon, hint = str(error).rpartition(": ")
    if not colon or what.count('"') % 2:
        return str(error), ""
    if "unknown unit" in what and hint.startswith("use "):
        hint = "the units are ms, s, min, h, days, weeks, months and years"
    return what, hint


def read_clock(value: Any) -> float:
    """A time of day in quotes."""
    if isinstance(value, time):
        raise wrong(f"{value} has no quotes", f'a time of day is meant: "{value:%H:%M}"')
    if not isinstance(value, str):
        raise wrong(f"{shown(value)} is not a time of day", 'write it in quotes: "08:30"')
    try:
        return parse_clock(value)
    except ValueError as error:
        hint = str(error).rpartition(": ")[2] if "go from" in str(error) else ""
        meant = hint or 'a time of day is meant, such as "08:30"'
        raise wrong(f"{shown(value)} is not a time of day", meant) from None


def not_zero(seconds: float) -> float:
    """Refuse a duration of nothing."""
    if seconds <= 0:
        raise wrong("is 0 s", "a duration longer than 0 s is meant")
    return seconds


def not_blank(text: str) -> str:
    """Refuse an empty text."""
    if not text.strip():
        raise wrong("is empty")
    return text


NO_NAME = "cannot be a name"


def can_be_name(name: str) -> bool:
    """True of a name that can be printed and that is not the name for all."""
    return bool(name.strip()) and name.isprintable() and name != "*"


def name_of_thing(name: str) -> str:
    """Refuse what cannot be a name."""
    if not can_be_name(name):
        raise wrong(f"{shown(name)} {NO_NAME}", "a name in plain letters is meant")
    return name


DURATION_SCHEMA = {
    "type": "string",
    "pattern": r"^\s*([0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\s*[A-Za-z]+\s*)+$",
    "description": 'A duration with units: "20 s", "4 min 30 s", "1.5 h".',
}
CLOCK_SCHEMA = {
    "type": "string",
    "pattern": r"^[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?$",
    "description": 'A time of day: "08:30".',
}
READS_DURATION = BeforeValidator(read_duration)
READS_CLOCK = BeforeValidator(read_clock)

Duration = Annotated[float, READS_DURATION, WithJsonSchema(DURATION_SCHEMA)]
LongerThanZero = Annotated[
    float, AfterValidator(not_zero), READS_DURATION, WithJsonSchema(DURATION_SCHEMA)
]
Clock = Annotated[float, READS_CLOCK, WithJsonSchema(CLOCK_SCHEMA)]
Number = Annotated[float, Strict(), AllowInfNan(False)]
NotNegative = Annotated[Number, Field(ge=0, le=1e15)]
Positive = Annotated[Number, Field(gt=0, le=1e15)]
Factor = Annotated[Number, Field(ge=0, le=1e6)]
Share = Annotated[Number, Field(ge=0, le=1)]
Money = Annotated[Number, Field(ge=0, le=1e12)]
Whole = Annotated[int, Strict(), Field(ge=0, le=10**9)]
Cv = Annotated[Number, Field(gt=0, le=100)]
Flag = Annotated[bool, Strict()]
Text = Annotated[str, Strict()]
SomeText = Annotated[str, Strict(), AfterValidator(not_blank)]
Name = Annotated[str, Strict(), AfterValidator(name_of_thing)]


def one_or_list(value: Any) -> Any:
    """One value stands for a list of one."""
    return value if isinstance(value, (list, tuple)) else (value,)


def list_or_names(value: Any) -> Any:
    """An unnamed list of tables is named "1", "2", ... in its order."""
    if isinstance(value, list):
        return {str(place): item for place, item in enumerate(value, 1)}
    return value


def not_empty(value: Any) -> Any:
    """Refuse an empty list or table."""
    if isinstance(value, (list, tuple, dict)) and not value:
        kind = "table" if isinstance(value, dict) else "list"
        raise wrong(f"is an empty {kind}", "at least one entry is meant")
    return value


class SchemaOr:
    """Lets the JSON Schema of a value allow a second way to write it."""

    def __init__(self, other: str) -> None:
        self.other = other

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        written: dict[str, Any] = handler(core)
        ways: dict[str, dict[str, Any]] = {
            "one": written.get("items", {}),
            "list": {
                "type": "array",
                "minItems": 1,
                "items": written.get("additionalProperties", {}),
            },
            "names": {"type": "array", "minItems": 1, "items": {"type": "string"}},
            "duration": DURATION_SCHEMA,
            "clocks": {
                "anyOf": [
                    CLOCK_SCHEMA,
                    {"type": "array", "minItems": 1, "items": CLOCK_SCHEMA},
                ]
            },
            "share": {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
        }
        return {"anyOf": [ways[self.other], written]}


NOT_EMPTY = BeforeValidator(not_empty)
ONE_OR_LIST = BeforeValidator(one_or_list)
LIST_OR_NAMES = BeforeValidator(list_or_names)


def pieces_needed(hours: Hours, every: float) -> int | None:
    """How many pieces of `every` fill the open hours; None when they do not fill exactly."""
    length = hours.closes - hours.opens
    count = round(length / every)
    return count if count and abs(count * every - length) < 1e-6 else None


def pieces_wrong(hours: Hours, count: int, every: float | None) -> str:
    """Why `count` pieces of `every` do not fill the open hours; empty when they do."""
    length = hours.closes - hours.opens
    piece = every or hours.interval
    if pieces_needed(hours, piece) == count:
        return ""
    lasts = f"pieces of {format_duration(piece)}" + ("" if every else " (the reporting interval)")
    return f"{count} {lasts} do not fill the {format_duration(length)} that the line is open"
