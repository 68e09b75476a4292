"""Names of the random streams, and the keys that tell them apart."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

FIRST = 1
"""The number of a first attempt."""

COLUMNS = ("arrivals", "talk", "wrap_up", "patience", "busyness")
"""What is drawn for every call type, each from a stream of its own."""

EVERY_TYPE = ""
"""Stands for the call type where a draw is for all of them."""


def stream_name(kind: str, column: str, attempt: int = FIRST) -> str:
    """The name of a stream: "call type/column/attempt"."""
    return f"{kind}/{column}/{attempt}"


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
