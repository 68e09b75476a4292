"""What came of every contact, and when every operator was there: the one result of an engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.columns import Column

if TYPE_CHECKING:
    import pandas as pd

    from sim.centre import Centre


class Outcome(IntEnum):
    """How a contact ended."""

    ANSWERED = 0
    ABANDONED = 1
    BLOCKED = 2
    CUT_OFF = 3
    CALLBACK_LOST = 4


CONTACTS = (
    Column("type", "int16", "", "call type, by its place in the scenario file"),
    Column("caller", "int32", "", "the person, the same in all of their attempts"),
    Column("attempt", "int16", "", "1 for a first attempt, 2 for the next ..."),
    Column("arrival", "float64", "s", "when the contact reached the line, on the running clock"),
    Column("outcome", "int8", "", "answered 0, abandoned 1, blocked 2, cut off 3, callback lost 4"),
    Column("wait_ended", "float64", "s", "when the wait ended, however; NaN for a blocked contact"),
    Column("talk_ended", "float64", "s", "when the caller left the operator; NaN if not answered"),
    Column("handled", "float64", "s", "when the wrap-up was done; NaN if not answered"),
    Column("operator", "int32", "", "who answered, numbered in file order; -1 if nobody did"),
)
"""The table of contacts: a row a contact, in the order of `Callers`."""

PRESENCE = (
    Column("presence_operator", "int32", "", "operator"),
    Column("presence_start", "float64", "s", "when the operator came"),
    Column("presence_end", "float64", "s", "when the operator left; breaks lie inside"),
)
"""The table of presence: a row for each time that an operator was there."""

BREAKS = (
    Column("break_operator", "int32", "", "operator"),
    Column("break_start", "float64", "s", "when the break began"),
    Column("break_end", "float64", "s", "when the break ended"),
)
"""The table of breaks as they were taken."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """The outcome tables of one replication, column by column.

    `type` to `operator` have one entry a contact (see `CONTACTS`), the others one entry a
    presence (`PRESENCE`) or a break (`BREAKS`), in the order of operator and start.
    """

    type: NDArray[np.int16]
    caller: NDArray[np.int32]
    attempt: NDArray[np.int16]
    arrival: NDArray[np.float64]
    outcome: NDArray[np.int8]
    wait_ended: NDArray[np.float64]
    talk_ended: NDArray[np.float64]
    handled: NDArray[np.float64]
    operator: NDArray[np.int32]
    presence_operator: NDArray[np.int32]
    presence_start: NDArray[np.float64]
    presence_end: NDArray[np.float64]
    break_operator: NDArray[np.int32]
    break_start: NDArray[np.float64]
    break_end: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.type)

    @property
    def wait(self) -> NDArray[np.float64]:
        """Seconds from arrival to the end of the wait; NaN for a blocked contact."""
        return self.wait_ended - self.arrival

    def frame(self, centre: Centre) -> pd.DataFrame:
        """The contacts as a data frame, with names for numbers and the unit of each column.

        Parameters
        ----------
        centre : Centre
            The line that the outcomes belong to; it gives the names.

        Returns
        -------
        pandas.DataFrame
            One row a contact; `attrs["units"]` maps a column to its unit.
        """
        import pandas as pd

        names = [kind.name.lower() for kind in Outcome]
        groups = np.append(centre.operator_group, -1)[self.operator]
        frame = pd.DataFrame(
            {
                "type": _named(self.type, centre.types),
                "caller": self.caller,
                "attempt": self.attempt,
                "arrival": self.arrival,
                "outcome": _named(self.outcome, names),
                "wait": self.wait,
                "wait_ended": self.wait_ended,
                "talk_ended": self.talk_ended,
                "handled": self.handled,
                "operator": self.operator,
                "group": _named(groups, centre.groups),
            }
        )
        frame.attrs["units"] = {c.name: c.unit for c in CONTACTS} | {"wait": "s", "group": ""}
        return frame


def _named(codes: NDArray[Any], names: Sequence[str]) -> Any:
    import pandas as pd

    return pd.Categorical.from_codes(codes, pd.Index(list(names), dtype=object))
