"""What came of every contact, and when every operator was there: the one result of an engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
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
    CONTAINED = 5


class Via(IntEnum):
    """Why a contact happened."""

    FIRST = 0
    """The person phones for the first time."""
    REDIAL = 1
    """The person did not get through before."""
    REPEAT = 2
    """The matter was not resolved."""
    TRANSFER = 3
    """An operator passed the call on."""


CONTACTS = (
    Column("contact", "int32", "", "the row of the table of callers"),
    Column("type", "int16", "", "call type, by its place in the scenario file"),
    Column("caller", "int32", "", "the person, the same in all of their attempts"),
    Column("attempt", "int16", "", "1 for a first attempt, 2 for the next ..."),
    Column("via", "int8", "", "first attempt 0, redial 1, repeat call 2, transfer 3"),
    Column("arrival", "float64", "s", "when the contact came to be served, on the running clock"),
    Column("outcome", "int8", "", "answered 0, abandoned 1, blocked 2, cut off 3, "
           "callback lost 4, contained in the menu 5"),
    Column("wait_ended", "float64", "s", "when the wait on the line ended, however; NaN for a "
           "contact that was blocked or contained"),
    Column("callback", "float64", "s", "when the caller took a callback; NaN without one"),
    Column("talk_started", "float64", "s", "when the talk began; NaN if not answered"),
    Column("talk_ended", "float64", "s", "when the caller left the operator; NaN if not answered"),
    Column("handled", "float64", "s", "when the wrap-up was done; NaN if not answered"),
    Column("operator", "int32", "", "who answered, numbered in file order; -1 if nobody did"),
    Column("announced_wait", "float64", "s", "the wait announced first; NaN if none was"),
    Column("announced_at", "float64", "s", "when it was announced"),
    Column("announced_position", "int32", "", "the position announced first; -1 if none was"),
    Column("promised_until", "float64", "s", "end of the wait announced last; NaN if none was"),
    Column("follow_up_lost", "int8", "", "the redial 1, repeat call 2 or transfer 3 that would "
           "have come to a closed line; -1 if none would"),
)  # fmt: skip
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
    Column("break_row", "int32", "", "the rostered break that it is, by its row in the roster"),
)
"""The table of breaks as they were taken."""

TRIES = (
    Column("try_contact", "int32", "", "the row of the table of callers"),
    Column("try_operator", "int32", "", "who phoned"),
    Column("try_start", "float64", "s", "when the operator began to dial"),
    Column("try_end", "float64", "s", "when the caller answered, or the operator gave up"),
    Column("try_reached", "bool", "", "whether the caller answered; then the talk begins"),
)
"""The table of tries to call somebody back, in the order in which they began."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """The outcome tables of one replication, column by column.

    `type` to `operator`, `contact` and those after it up to `follow_up_lost` have one entry a
    contact that happened (see `CONTACTS`), the others one entry a presence (`PRESENCE`) or a
    break (`BREAKS`), in the order of operator and start, or a try (`TRIES`). Columns of what a
    line does not have may be left out; they then say so in every row.
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
    contact: NDArray[np.int32] = None  # type: ignore[assignment]
    via: NDArray[np.int8] = None  # type: ignore[assignment]
    callback: NDArray[np.float64] = None  # type: ignore[assignment]
    talk_started: NDArray[np.float64] = None  # type: ignore[assignment]
    announced_wait: NDArray[np.float64] = None  # type: ignore[assignment]
    announced_at: NDArray[np.float64] = None  # type: ignore[assignment]
    announced_position: NDArray[np.int32] = None  # type: ignore[assignment]
    promised_until: NDArray[np.float64] = None  # type: ignore[assignment]
    follow_up_lost: NDArray[np.int8] = None  # type: ignore[assignment]
    try_contact: NDArray[np.int32] = None  # type: ignore[assignment]
    try_operator: NDArray[np.int32] = None  # type: ignore[assignment]
    try_start: NDArray[np.float64] = None  # type: ignore[assignment]
    try_end: NDArray[np.float64] = None  # type: ignore[assignment]
    try_reached: NDArray[np.bool_] = None  # type: ignore[assignment]
    break_row: NDArray[np.int32] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        for column in (*CONTACTS, *TRIES):
            if getattr(self, column.name) is None:
                object.__setattr__(self, column.name, self._neutral(column))
        if self.break_row is None:
            object.__setattr__(self, "break_row", np.full(len(self.break_start), -1, np.int32))

    def _neutral(self, column: Column) -> NDArray[Any]:
        """The column where nothing of the kind happens; it takes no memory where it can."""
        rows = len(self.type)
        if column.name == "contact":
            return np.arange(rows, dtype=np.int32)
        if column.name == "talk_started":
            return np.where(self.operator >= 0, self.wait_ended, np.nan)
        if column.name.startswith("try_"):
            return np.zeros(0, column.dtype)
        value = _nothing(column)
        # As `np.broadcast_to`, which takes longer than all else here.
        return np.ndarray((rows,), value.dtype, value, 0, (0,))

    def __len__(self) -> int:
        return len(self.type)

    def tells(self, name: str) -> bool:
        """Whether a column was given; one that was left out says the same in every row."""
        return bool(getattr(self, name).strides != (0,))

    @property
    def wait(self) -> NDArray[np.float64]:
        """Seconds from arrival to the end of the wait; NaN for who was blocked or contained."""
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
                "via": _named(self.via, [via.name.lower() for via in Via]),
                "arrival": self.arrival,
                "outcome": _named(self.outcome, names),
                "wait": self.wait,
                "wait_ended": self.wait_ended,
                "callback": self.callback,
                "talk_started": self.talk_started,
                "talk_ended": self.talk_ended,
                "handled": self.handled,
                "operator": self.operator,
                "group": _named(groups, centre.groups),
                "announced_wait": self.announced_wait,
                "announced_at": self.announced_at,
                "announced_position": self.announced_position,
                "promised_until": self.promised_until,
                "follow_up_lost": self.follow_up_lost,
            }
        )
        frame.attrs["units"] = {c.name: c.unit for c in CONTACTS} | {"wait": "s", "group": ""}
        return frame


@cache
def _nothing(column: Column) -> NDArray[Any]:
    """What a column says where nothing of the kind happens, in one place that is not written to."""
    none = {"via": Via.FIRST.value, "announced_position": -1, "follow_up_lost": -1}
    value = np.array([none.get(column.name, np.nan)]).astype(column.dtype)
    value.flags.writeable = False
    return value


def _named(codes: NDArray[Any], names: Sequence[str]) -> Any:
    import pandas as pd

    return pd.Categorical.from_codes(codes, pd.Index(list(names), dtype=object))
