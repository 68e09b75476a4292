"""All that operators do: contacts answered on the line, tries, and talks with who is reached."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.outcomes import Outcome, Outcomes


class Work(NamedTuple):
    """A row for each time that an operator is at work, in the order of operator and start."""

    contact: NDArray[np.int32]
    operator: NDArray[np.int32]
    start: NDArray[np.float64]
    end: NDArray[np.float64]


def work_of(outcomes: Outcomes) -> Work:
    """What the table says that operators did."""
    talks = np.flatnonzero((outcomes.outcome == Outcome.ANSWERED) & (outcomes.operator >= 0))
    contact = np.concatenate([outcomes.contact[talks], outcomes.try_contact])
    operator = np.concatenate([outcomes.operator[talks], outcomes.try_operator])
    # who answers on the line is at work from then on, while it rings at the desk too
    answered = np.where(
        np.isnan(outcomes.callback[talks]), outcomes.wait_ended[talks], outcomes.talk_started[talks]
    )
    start = np.concatenate([answered, outcomes.try_start])
    end = np.concatenate([outcomes.handled[talks], outcomes.try_end])
    order = np.lexsort((end, start, operator))
    return Work(contact[order], operator[order], start[order], end[order])
