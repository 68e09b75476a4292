"""Times that somebody is there, or on a break: those due beside those in the table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from sim.audit.facts import Fact, Findings, clock

if TYPE_CHECKING:
    from sim.audit.hours import Hours
    from sim.outcomes import Outcomes

Told = tuple[int, float, float]
"""Operator, start and end of a row of a table."""


@dataclass(slots=True)
class Spell:
    """A time that an operator should be there, or on a break, and the rules that say so."""

    operator: int
    start: float
    end: float
    starts_by: Fact
    ends_by: Fact
    row: int = -1
    """Of a break: its row in the roster."""

    @property
    def times(self) -> Told:
        """The row of the table that the spell should be."""
        return self.operator, self.start, self.end


def presence_rows(outcomes: Outcomes, hours: Hours) -> list[Told]:
    """The table of presences, without those that last no time after closing."""
    columns = (outcomes.presence_operator, outcomes.presence_start, outcomes.presence_end)
    rows: list[Told] = list(zip(*(column.tolist() for column in columns), strict=True))
    return [row for row in rows if not moot(row, hours)]


def break_rows(outcomes: Outcomes) -> list[Told]:
    """The table of breaks."""
    columns = (outcomes.break_operator, outcomes.break_start, outcomes.break_end)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def moot(row: Told, hours: Hours) -> bool:
    """Whether somebody comes while the line is closed, only to be gone at once.

    The design does not say whether they come at all, so the table may have the row or not.
    """
    return row[1] == row[2] and hours.closed_by(row[1])


def note_spells(
    does: str, due: list[Spell], table: list[Told], stray: Fact, found: Findings
) -> None:
    """Note where the rows of a table are not the spells that are due."""
    common = {spell.times for spell in due} & set(table)
    missing: dict[int, list[Spell]] = {}
    extra: dict[int, list[Told]] = {}
    for spell in sorted(due, key=lambda s: s.times):
        if spell.times not in common:
            missing.setdefault(spell.operator, []).append(spell)
    for row in table:
        if row not in common:
            extra.setdefault(row[0], []).append(row)
    for operator in sorted(missing.keys() | extra.keys()):
        pairs = zip_longest(missing.get(operator, []), extra.get(operator, []))
        for spell_due, told in pairs:
            _note_spell(f"operator {operator} {does}", spell_due, told, stray, found)


def note_break_rows(due: list[Spell], outcomes: Outcomes, found: Findings) -> None:
    """Note breaks that are taken as they should be, and are said to be others of the roster."""
    rows = {spell.times: spell.row for spell in due}
    for told, row in zip(break_rows(outcomes), outcomes.break_row.tolist(), strict=True):
        if rows.get(told, row) != row:
            found.note(
                Fact.BREAK_ROW,
                f"the break of operator {told[0]} from {clock(told[1])} is said to be row {row} of "
                f"the roster, not {rows[told]}",
            )


def _note_spell(
    does: str, due: Spell | None, told: Told | None, stray: Fact, found: Findings
) -> None:
    in_table = "" if told is None else f"from {clock(told[1])} to {clock(told[2])}"
    if due is None:
        found.note(stray, f"{does} {in_table}")
        return
    by_rule = f"from {clock(due.start)} to {clock(due.end)}"
    if told is None:
        found.note(due.starts_by, f"{does} {by_rule} by the rules, not in the table")
        return
    if told[1] != due.start:
        found.note(due.starts_by, f"{does} {in_table}, not {by_rule}")
    if told[2] != due.end:
        found.note(due.ends_by, f"{does} {in_table}, not {by_rule}")
