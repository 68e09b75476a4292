"""The facts by name, and the list of those found broken."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

SHOWN = 5
"""Examples of one fact that are told in full."""


class Fact(StrEnum):
    """What holds in every outcome table."""

    COLUMNS = "the columns of a table have one length and their declared types"
    CALLERS = "every contact has one row, with the type, caller, attempt and arrival drawn for it"
    FOLLOW_UP = "a follow-up comes when the contact before it says, by its outcome, and only then"
    FOLLOW_UP_LOST = "a follow-up that would come to a closed line is lost, and only then"
    CARRIED = "a follow-up that is carried over the closed time comes when the line opens again"
    MENU = "a menu takes the time drawn, and is all for those whom it contains"
    OUTCOME = "every contact has exactly one of the outcomes that this line has"
    NAN = "a time is NaN and an operator -1 exactly where nothing happened"
    OPEN_HOURS = "calls arrive from opening until just before closing"
    WAIT_SIGN = "no wait is negative"
    TIMES = "a wait ends, then the talk, then the wrap-up, all in finite time"
    TALK_START = "a talk begins when it has rung at a desk, or a try reaches the caller"
    TALK = "a talk lasts work times mean times pace, and what it grows by with the wait"
    WRAP_UP = "a wrap-up lasts work times mean times pace, and the conference of a transfer"
    PATIENCE = "who hangs up waited exactly as long as their patience"
    PAST_PATIENCE = "nobody waits past their patience"
    OPERATOR_NUMBER = "operators and call types have numbers that exist"
    SKILL = "who answers may serve the call type, and the lane that the contact was given"
    TWO_CONTACTS = "no operator has two contacts at once"
    PRESENT = "who answers is there until the wrap-up is done"
    AT_BREAK = "nobody on a break answers"
    ABSENT = "nobody is there on a day of absence"
    PRESENCE_TABLE = "presences are sorted by operator and start, and do not overlap"
    BREAK_TABLE = "breaks are sorted by operator and start, do not overlap, and lie in a presence"
    LINES = "a call is blocked when all telephone lines are busy, and only then or for a full queue"
    QUEUE_FULL = "who would have to wait is blocked while the queue is full, and only then"
    BALK = "who would have to wait does not stay where the position says so, and only then"
    ON_DUTY = "who answers is on duty"
    AFTER = "a skill is used only for callers who have waited its `after`"
    RESERVE = "a skill is used only while more than its reserve are idle"
    IN_NEED = "a skill for times of need is used only while many wait, or would wait long"
    UNMATCHED = "no waiting caller and idle operator who may meet are left apart"
    SAME_TYPE = "callers of one lane are answered in the order in which they joined"
    ORDER = "the caller is taken by rank and longest queue, where they count, class, score, joining"
    TIER = "who arrives goes to the first idle group of `goes_to`"
    LONGEST_IDLE = "of equal operators the one idle longest answers, then the lowest number"
    PICK = "of its idle operators a group puts first whom its rule names"
    TURN = "an operator just freed or just come chooses first, then groups in file order"
    CUT_OFF = "callers are cut off only at or after closing, as the closing rule says"
    STRANDED = "whom nobody will serve after closing is cut off"
    ANNOUNCED = "what is announced first is what the queue says at that moment"
    PROMISED = "the wait announced last ends when the queue says at that moment"
    CALLBACK = "a callback is taken when it is offered and accepted, or instead of hanging up"
    TRIES = "tries are told in the order in which they began, for those who took a callback"
    DIAL = "a try takes the time to dial"
    REACHED = "the try drawn for it reaches the caller, and no other"
    AGAIN = "after a try in vain the next may come `again` later, as long as tries are left"
    FIRST_TRY = "nobody is tried for the first time after closing"
    FOR_HOLDING = "callbacks leave operators to those who hold the line"
    CALLBACK_LOST = "a callback is lost when no further try may come, and only then"
    DUTY_START = "a person comes when their duty starts, or as late as was drawn"
    ON_CALL = "who is on call comes when called by those who wait, so long after the call"
    DUTY_END = "a person leaves when their duty ends, or with the contact in hand"
    STAYS = "past the end of duty a person serves who waits, but begins nothing after so long"
    SEATS_RISE = "when seats rise, departures owed are cancelled, then the lowest numbers come"
    SEATS_FALL = "when seats fall, the idle with the highest numbers leave at once"
    SEATS_OWED = "a departure still owed is paid by the next of the group to become free"
    SEATS_ANEW = "when the line opens again the seats are set anew"
    GONE = "after closing, who finds nobody to serve is gone, unless on duty at the next opening"
    STRAY = "nobody is there without a reason"
    BREAK_START = "a break starts when it is due, or right after what kept it"
    BREAK_LASTS = "a break lasts its full length or ends with the duty"
    BREAK_STRAY = "nobody takes a break that is not due, or one after closing"
    BREAK_ROW = "a break is the one of the roster that was due"


class Findings:
    """The broken facts of one table, in the order in which they were found."""

    def __init__(self) -> None:
        self._examples: dict[Fact, list[str]] = {}
        self._further: dict[Fact, int] = {}

    def note(self, fact: Fact, example: str) -> None:
        """Add one example of a broken fact."""
        examples = self._examples.setdefault(fact, [])
        if len(examples) < SHOWN:
            examples.append(example)
        else:
            self._further[fact] = self._further.get(fact, 0) + 1

    def note_where(
        self, fact: Fact, broken: NDArray[np.bool_], example: Callable[[int], str]
    ) -> None:
        """Add an example for every True in `broken`; `example` words the one at an index."""
        rows = np.flatnonzero(broken)
        for row in rows[:SHOWN]:
            self.note(fact, example(int(row)))
        if len(rows) > SHOWN:
            self._further[fact] = self._further.get(fact, 0) + len(rows) - SHOWN

    def said(self, *facts: Fact) -> bool:
        """Whether any of these facts was found broken."""
        return any(fact in self._examples for fact in facts)

    def lines(self) -> list[str]:
        """One line an example."""
        told = []
        for fact, examples in self._examples.items():
            told += [f"{fact}: {example}" for example in examples]
            if self._further.get(fact):
                told.append(f"{fact}: and {self._further[fact]} more")
        return told


def clock(seconds: float) -> str:
    """A time on the running clock; what is no time is told as it is."""
    from sim.times import format_clock

    return format_clock(float(seconds)) if np.isfinite(seconds) else str(float(seconds))
