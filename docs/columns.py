"""The reference page of tables: `python docs/columns.py > docs/columns.md`."""

from __future__ import annotations

from collections.abc import Iterable

from sim.attendance import STAFF
from sim.callers import CALLERS, CHOICES, FOLLOW_UPS
from sim.columns import Column
from sim.measures.desks import OPERATORS
from sim.measures.tally import CONTACT_SUMS, REPORTED, STAFF_SUMS
from sim.outcomes import BREAKS, CONTACTS, PRESENCE, TRIES

TABLES: dict[str, tuple[str, Iterable[Column]]] = {
    "Callers": ("`sim.draw`: a row a potential contact, in the order of arrival.", CALLERS),
    "What may follow a contact": ("`Callers.follow_ups`, row by row.", FOLLOW_UPS),
    "What callers would choose": ("`Callers.choices`, row by row.", CHOICES),
    "Staff": ("`sim.draw`: a row an operator and day.", STAFF),
    "Outcomes": (
        "`sim.simulate`, `Results.contacts()` and `contacts.parquet`: a row a contact. In frames "
        "types, groups and outcomes have their names.",
        CONTACTS,
    ),
    "Presence of operators": ("`Outcomes`: a row a time that an operator was there.", PRESENCE),
    "Breaks taken": ("`Outcomes`: a row a break.", BREAKS),
    "Tries to call back": ("`Outcomes`: a row a try.", TRIES),
    "Contacts by interval": (
        "`Results.intervals()`, `--csv intervals` and `by_interval`, means per replication; with "
        "`from` (and `day`) and `type`.",
        (column for column in CONTACT_SUMS if column.name in REPORTED),
    ),
    "Operators by interval": (
        "`Results.staff()`, `--csv staff` and `staff_by_interval`; with `from` (and `day`), "
        "`group`, `required` (Erlang A), `required_paid` (with shrinkage), `scheduled`, all in "
        "operators, and `occupancy`. `on_duty` is in operators there.",
        STAFF_SUMS,
    ),
    "Operators one by one": (
        "`Results.operators()` and `--csv operators`, means per replication; with `group` and "
        "`occupancy`.",
        OPERATORS,
    ),
}


def page() -> str:
    """The whole page, in Markdown."""
    parts = [
        "# Columns of tables\n\n<!-- Made by `python docs/columns.py > docs/columns.md`; a test "
        "sees to it that it is current. -->\n\nNaN means that something did not happen, -1 in a "
        "whole number that there is none. Times are seconds on the running clock: after midnight "
        "of the first day, past 86,400 on the next."
    ]
    for title, (about, columns) in TABLES.items():
        rows = [
            f"| `{column.name}` | {column.dtype} | {column.unit} | {column.meaning} |"
            for column in columns
        ]
        head = "| column | type | unit | meaning |\n|---|---|---|---|"
        parts.append("\n".join([f"## {title}\n\n{about}\n", head, *rows]))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    print(page(), end="")
