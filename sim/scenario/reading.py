"""A scenario file as TOML: its tables, the line of each key, and what cannot be read at all."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.scenario.lines import key_lines
from sim.scenario.mistakes import Mistake, ScenarioError, dotted
from sim.scenario.values import listed, nearest

KeyPath = tuple[str | int, ...]
MOST_BYTES = 20_000_000


@dataclass
class Document:
    """A scenario file that is TOML: its tables, and the line of each key."""

    path: Path
    raw: dict[str, Any]
    lines: dict[KeyPath, int]
    sha256: str
    tables: dict[str, Any] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """The line of a key, or of the table it would stand in."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1

    def mistake(self, path: KeyPath, what: str, meant: str = "") -> Mistake:
        """A mistake at a key of the file."""
        return Mistake(str(self.path), self.line(path), dotted(path), what, meant)


def read_document(path: Path) -> Document:
    """Read a scenario file as TOML."""
    content = read_bytes(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refused(path, "is not UTF-8", "save it as UTF-8", line) from None
    text = text.replace("\r\n", "\n")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise not_toml(path, text, str(error)) from None
    except (RecursionError, ValueError, OverflowError):
        raise refused(path, "is not TOML that can be read", "fewer brackets or digits") from None
    return Document(path, raw, key_lines(text), hashlib.sha256(content).hexdigest())


def read_bytes(path: Path) -> bytes:
    """The bytes of a scenario file, which is a text file of some size."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except IsADirectoryError:
        raise refused(path, "is a directory", "a scenario file is meant") from None
    except FileNotFoundError:
        raise refused(path, "there is no such file", beside(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refused(path, f"cannot be read: {reason}") from None
    if b"\0" in content:
        raise refused(path, "is not a text file", "a scenario file in TOML is meant")
    if len(content) > MOST_BYTES:
        raise refused(path, f"is larger than {MOST_BYTES // 10**6} MB", "put data in a CSV")
    return content


def beside(path: Path) -> str:
    """The scenario files that are where one was looked for."""
    try:
        names = sorted(other.name for other in path.parent.glob("*.toml"))
    except OSError:
        return ""
    hint = nearest(path.name, names)
    return hint or (f"There is {listed(names[:8], 'and')}" if names else "")


def not_toml(path: Path, text: str, reason: str) -> ScenarioError:
    """The error of a text that is not TOML, with its line."""
    place = re.search(r" \(at line (\d+), column \d+\)$| \(at end of document\)$", reason)
    line = int(place[1]) if place and place[1] else max(len(text.splitlines()), 1)
    what = reason[: place.start()] if place else reason
    shown_line = text.split("\n")[line - 1].strip() if line <= text.count("\n") + 1 else ""
    hint = f"The line reads: {shown_line[:80]}" if shown_line.isprintable() else ""
    return refused(path, f"is not TOML: {what}", hint if shown_line else "", line)


def refused(path: Path, what: str, meant: str = "", line: int | None = None) -> ScenarioError:
    """The error of a file that cannot be read at all."""
    return ScenarioError([Mistake(str(path), line, "", what, meant)])
