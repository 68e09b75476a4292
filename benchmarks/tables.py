"""Tables as text for a screen, or in Markdown for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A title, the names of the columns, and rows of text; the first column names the row."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def text(self) -> str:
        """For a screen: columns in line, figures to the right."""
        lines = [self.columns, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join([self.title, *(aligned(line, widths) for line in lines), ""])

    def markdown(self) -> str:
        """For a page."""
        rule = ["---", *["--:"] * (len(self.columns) - 1)]
        lines = [self.columns, rule, *self.rows]
        return "\n".join(
            [f"### {self.title}", "", *(f"| {' | '.join(line)} |" for line in lines), ""]
        )


def aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    """A line of text, the first column to the left."""
    first, *others = zip(line, widths, strict=True)
    return "  ".join([f"{first[0]:<{first[1]}}", *(f"{cell:>{width}}" for cell, width in others)])
