"""On which line of a TOML text each key stands."""

from __future__ import annotations

import bisect
import re
import tomllib

Path = tuple[str | int, ...]

BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
LONG = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}', re.DOTALL)
SCALAR = re.compile(r"[^,\]}#\n]*")


class Scanner:
    """Walks over a TOML text that has been parsed already, and so is known to be right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.newlines = [match.start() for match in re.finditer("\n", text)]
        self.lines: dict[Path, int] = {}
        self.arrays: dict[Path, int] = {}

    def line(self) -> int:
        """Number of the line that is being read, from 1."""
        return bisect.bisect_left(self.newlines, self.at) + 1

    def skip_blank(self) -> str:
        """Step over spaces, line ends and comments; the character that follows."""
        match = BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at : self.at + 1]

    def take(self, pattern: re.Pattern[str]) -> str:
        """Read what the pattern matches here."""
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"unexpected text on line {self.line()}")
        self.at = match.end()
        return match[0]

    def key(self) -> tuple[str, ...]:
        """Read a dotted key."""
        parts = []
        while True:
            if self.skip_blank() in ("'", '"'):
                parts.append(str(tomllib.loads(f"k = {self.take(QUOTED)}")["k"]))
            else:
                parts.append(self.take(BARE_KEY))
            if self.skip_blank() != ".":
                return tuple(parts)
            self.at += 1

    def note(self, path: Path, line: int) -> None:
        """Remember the first line of a path."""
        self.lines.setdefault(path, line)

    def resolved(self, parts: tuple[str, ...]) -> Path:
        """A header's path with the number of the last table in each array of tables."""
        path: Path = ()
        for part in parts:
            path = (*path, part)
            if path in self.arrays:
                path = (*path, self.arrays[path])
        return path

    def document(self) -> None:
        """Read the whole text."""
        table: Path = ()
        while char := self.skip_blank():
            if char == "[":
                table = self.header()
            else:
                self.pair(table)

    def header(self) -> Path:
        """Read a [table] or an [[array of tables]]."""
        line = self.line()
        double = self.text.startswith("[[", self.at)
        self.at += 2 if double else 1
        parts = self.key()
        self.at += 2 if double else 1
        for length in range(1, len(parts)):
            self.note(self.resolved(parts[:length]), line)
        if not double:
            path = self.resolved(parts)
        else:
            array = (*self.resolved(parts[:-1]), parts[-1])
            self.note(array, line)
            self.arrays[array] = self.arrays.get(array, -1) + 1
            path = (*array, self.arrays[array])
        self.note(path, line)
        return path

    def pair(self, table: Path) -> None:
        """Read `key = value`."""
        line = self.line()
        parts = self.key()
        for length in range(1, len(parts) + 1):
            self.note((*table, *parts[:length]), line)
        self.at += 1
        self.skip_blank()
        self.value((*table, *parts))

    def value(self, path: Path) -> None:
        """Read a value of any kind."""
        char = self.text[self.at : self.at + 1]
        if char == "[":
            self.array(path)
        elif char == "{":
            self.inline_table(path)
        elif self.text.startswith(('"""', "'''"), self.at):
            self.take(LONG)
        elif char in ("'", '"'):
            self.take(QUOTED)
        else:
            self.take(SCALAR)

    def array(self, path: Path) -> None:
        """Read [a, b, ...] over as many lines as it takes."""
        self.at += 1
        place = 0
        while (char := self.skip_blank()) != "]":
            if char == ",":
                self.at += 1
                place += 1
                continue
            self.note((*path, place), self.line())
            self.value((*path, place))
        self.at += 1

    def inline_table(self, path: Path) -> None:
        """Read { key = value, ... }."""
        self.at += 1
        while (char := self.skip_blank()) != "}":
            if char == ",":
                self.at += 1
                continue
            self.pair(path)
        self.at += 1


def key_lines(text: str) -> dict[Path, int]:
    """The line of each key path of a TOML text, places in lists included.

    Parameters
    ----------
    text : str
        TOML that `tomllib` has accepted.

    Returns
    -------
    dict
        Key path to line number, from 1.

    Examples
    --------
    >>> key_lines("[day]\\nopens = '08:00'")[("day", "opens")]
    2
    """
    scanner = Scanner(text)
    scanner.document()
    return scanner.lines
