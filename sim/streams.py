"""Names of the random streams, and the keys that tell them apart."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

FIRST = 1
"""The number of a first attempt."""

COLUMNS = ("arrivals", "talk", "wrap_up", "patience", "busyness")
"""What is drawn for every call type, each from a stream of its own."""

ANEW = ("talk", "wrap_up", "patience")
"""What is drawn for every attempt; a stream of its own for each attempt."""

OF_FEATURE = {
    "ivr": ("menu", "contained"),
    "balk": ("balk",),
    "callback": ("accepts", "reached", "instead"),
    "redial": ("redial", "redial_delay"),
    "repeat": ("repeat", "repeat_delay"),
    "transfer": ("transfer", "conference"),
    "shares": ("share",),
    "procedures": ("procedure",),
    "picks": ("pick",),
}
"""What is drawn for every attempt, first ones included, of persons who come to a call type that
has the key, or of everybody where a group picks its operators at random; streams are named after
the call type of a person's first contact."""

OF_OPERATORS = {
    "absence": ("absence",),
    "late": ("late", "late_by"),
    "pace": ("pace",),
    "learning": ("tenure",),
}
"""What is drawn for the operators of a group that has the key: for each day, or once."""

EACH_DAY = ("absence", "late")
"""Keys of a group for which every day has a draw; "group/absence/1" is of the first day."""

FOLLOW_UPS = tuple(name for key in ("redial", "repeat", "transfer") for name in OF_FEATURE[key])
"""What decides whether a contact is followed by another, and when."""

EVERY_TYPE = ""
"""Stands for the call type where a draw is for all of them."""


def stream_name(kind: str, column: str, attempt: int = FIRST) -> str:
    """The name of a stream: "call type/column/attempt"."""
    return f"{kind}/{column}/{attempt}"


def stream_names(kind: str, features: Iterable[str], attempts: int) -> list[str]:
    """Names of the streams of each attempt of a person, beside the `COLUMNS` of the first.

    Parameters
    ----------
    kind : str
        The call type of the first contact.
    features : iterable of str
        Those keys of `OF_FEATURE` that are drawn for.
    attempts : int
        How many attempts there may be.

    Returns
    -------
    list of str
    """
    columns = [column for key in features for column in OF_FEATURE[key]]
    first = [stream_name(kind, column) for column in columns]
    later = [
        stream_name(kind, column, attempt)
        for attempt in range(FIRST + 1, attempts + 1)
        for column in (*ANEW, *columns)
    ]
    return first + later


def operator_streams(group: str, features: Iterable[str], days: int) -> list[str]:
    """Names of the streams of a group's operators.

    Parameters
    ----------
    group : str
    features : iterable of str
        Those keys of `OF_OPERATORS` that the group has.
    days : int
        How many days are simulated.
    """
    return [
        stream_name(group, column, day)
        for key in features
        for column in OF_OPERATORS[key]
        for day in range(FIRST, FIRST + (days if key in EACH_DAY else 1))
    ]


def stream_key(name: str) -> int:
    """The part of a seed that a stream's name gives, its crc32."""
    return crc32(name.encode())


def clashes(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of different names with one key, whose draws would be the same.

    Parameters
    ----------
    names : iterable of str

    Returns
    -------
    list of (str, str)
        Each name that came too late, after the one that had its key.
    """
    seen: dict[int, str] = {}
    pairs = [(seen.setdefault(stream_key(name), name), name) for name in names]
    return [(first, second) for first, second in pairs if first != second]
