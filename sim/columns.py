"""Every column of every table, declared once: its name, type, unit and meaning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column of a table.

    NaN means "did not happen" in a float column, -1 "none" in a whole-number column.
    """

    name: str
    dtype: str
    unit: str
    meaning: str
