"""Rare turns of a day and what comes first at one instant, by hand, for both engines.

Random days seldom come to them, and what the engines share they cannot show. Times are minutes
after 08:00; the line closes at 30. See `lines`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from sim.callers import Callers
from sim.centre import Centre
from sim.chains import NO_CHOICES, NO_FOLLOW_UPS
from sim.conduct import (
    CALLBACK_OFFER,
    EXPECTED_WAIT,
    LAST_TO_ENTER_SERVICE,
    POSITION,
    QUEUE_LENGTH,
    STEPS,
    Announcements,
    Hazards,
    no_announcements,
)
from sim.engine import ENGINES
from sim.outcomes import Outcome, Via
from tests.engine.lines import (
    ABANDONED,
    ANSWERED,
    CUT_OFF,
    INF,
    Row,
    callers_of,
    centre_of,
    changed,
    followed_by,
    lived,
    minutes,
    told,
)

pytestmark = pytest.mark.parametrize("engine", ENGINES)


# --- what comes first at one instant --------------------------------------------------------------


def test_who_becomes_free_comes_before_a_group_that_may_help_from_now_on(engine: str) -> None:
    centre = centre_of([0, 1], [(0, 0, 30), (1, 0, 30)], tiers=[0, 0], after=[0.0, 5.0])
    found = lived(engine, centre, callers_of((0, 0, INF, 6), (1, 0, INF, 1)))
    assert told(found, 0) == (ANSWERED, 0.0, 0)
    assert told(found, 1) == (ANSWERED, 6.0, 0)


def test_a_group_that_may_help_at_closing_still_does(engine: str) -> None:
    centre = centre_of([0], [(0, 0, 31)], after=[5.0], serve=False)
    found = lived(engine, centre, callers_of((25, 0, INF, 1), (25.5, 0, INF, 1)))
    assert told(found, 0) == (ANSWERED, 30.0, 0)
    assert told(found, 1) == (CUT_OFF, 30.0, -1)


def test_a_group_that_comes_first_answers_first(engine: str) -> None:
    """Whoever has been idle longer in the other group."""
    centre = centre_of([0, 1], [(0, 0, 30), (1, 2, 30)], tiers=[1, 0])
    assert told(lived(engine, centre, callers_of((3, 0, INF, 1))), 0) == (ANSWERED, 3.0, 1)


def said(kinds: Sequence[bool], **message: Any) -> Announcements:
    """One message for the last type, heard by those who wait for it."""
    none = no_announcements(len(kinds))
    own = {
        "says": POSITION, "at": 0.0, "every": INF, "jump": 0.0, "effect": np.nan, "estimate": 0,
        "quantile_from": 0, "round_to": 0.0, "may_go_back": False, "over": -1.0,
    } | message  # fmt: skip
    levels = own.pop("levels", [])
    columns = {name: np.array([value], getattr(none, name).dtype) for name, value in own.items()}
    ends, jumps, effects = np.array(levels, float).reshape(-1, 3).T
    return none._replace(
        by_queue=np.array(kinds), message_from=np.array([0] * len(kinds) + [1], np.int32),
        broken=np.ones(STEPS + 1), level_from=np.array([0, len(levels)], np.int32),
        up_to=ends, level_jump=jumps, level_effect=effects, **columns,
    )  # fmt: skip


def listening(
    centre: Centre, callers: Callers, announcements: Announcements, threshold: float,
    hazards: Hazards,
) -> tuple[Centre, Callers]:  # fmt: skip
    """All callers hear a message, and bear so much hazard."""
    rows = len(callers)
    choices = callers.choices._replace(
        threshold=np.full(rows, threshold), hazard=np.zeros(rows, np.int32)
    )
    centre = Centre(**{**vars(centre), "announcements": announcements, "hazards": hazards})
    # The patience of who listens depends on what is said.
    callers.patience[announcements.by_queue[callers.type]] = np.nan
    return centre, Callers(**{**vars(callers), "choices": choices})


def after_minutes(wait: float) -> Hazards:
    """All hang up after the same wait."""
    return Hazards(np.array([0, 1], np.int32), np.array([60.0 * wait]), np.array([100.0]),
                   np.zeros(1), np.array([True]))  # fmt: skip


def per_minute(rate: float) -> Hazards:
    """The same hazard all the time."""
    return Hazards(np.array([0, 1], np.int32), np.zeros(1), np.zeros(1), np.array([rate / 60.0]),
                   np.array([False]))  # fmt: skip


NEVER = per_minute(0.0)


def test_who_is_cut_off_hears_no_message_at_that_instant(engine: str) -> None:
    centre = centre_of([0], [(0, 0, 1)], serve=False)
    day = listening(centre, callers_of((24, 0, INF, 1), (25, 0, INF, 1)), said([True], at=300.0),
                    1.0, NEVER)  # fmt: skip
    found = lived(engine, *day)
    assert [told(found, row) for row in (0, 1)] == [(CUT_OFF, 30.0, -1)] * 2
    assert found.announced_position.tolist() == [1, -1]


def test_a_message_plays_before_another_caller_hangs_up(engine: str) -> None:
    centre = centre_of([0], [(0, 0, 1)])
    day = listening(centre, callers_of((2, 0, INF, 1), (5, 0, INF, 1)), said([True], at=120.0),
                    1.0, after_minutes(5.0))  # fmt: skip
    found = lived(engine, *day)
    assert [told(found, row) for row in (0, 1)] == [(ABANDONED, 7.0, -1), (ABANDONED, 10.0, -1)]
    assert found.announced_position.tolist() == [1, 2]


def test_a_break_that_falls_due_at_the_end_of_another_follows_it(engine: str) -> None:
    centre = centre_of([0], [(0, 0, 30)], breaks=[(0, 5, 5), (0, 10, 5)])
    found = lived(engine, centre, callers_of((6, 0, INF, 1)))
    assert told(found, 0) == (ANSWERED, 15.0, 0)
    assert minutes(found.break_start) == [5.0, 10.0]


# --- closing --------------------------------------------------------------------------------------


def test_all_who_may_help_at_closing_do(engine: str) -> None:
    """A reserve holds no longer."""
    centre = centre_of([0, 0], [(0, 0, 30), (1, 0, 30)], reserve=2)
    found = lived(engine, centre, callers_of((10, 0, INF, 1), (11, 0, INF, 1)))
    assert told(found, 0) == (ANSWERED, 30.0, 0)
    assert told(found, 1) == (ANSWERED, 30.0, 1)


def test_nobody_waits_for_an_operator_whose_seat_is_gone(engine: str) -> None:
    centre = centre_of([0], seats=[(0, 0, 1), (25, 0, 0)])
    found = lived(engine, centre, callers_of((20, 0, INF, 20), (22, 0, INF, 1)))
    assert told(found, 0) == (ANSWERED, 20.0, 0)
    assert told(found, 1) == (CUT_OFF, 30.0, -1)


@pytest.mark.parametrize(
    "lasts, expected", [(5.0, (ANSWERED, 33.0, 0)), (12.0, (CUT_OFF, 30.0, -1)),
                        (20.0, (CUT_OFF, 30.0, -1))]
)  # fmt: skip
def test_callers_wait_for_who_comes_back_from_a_break(
    engine: str, lasts: float, expected: tuple[Outcome, float, int]
) -> None:
    """Who has a break to the end of the duty does not come back."""
    centre = centre_of([0], [(0, 0, 40)], breaks=[(0, 28, lasts)])
    assert told(lived(engine, centre, callers_of((29, 0, INF, 1))), 0) == expected


def test_the_roster_of_the_closing_instant_holds_before_closing(engine: str) -> None:
    centre = centre_of([0], [(0, 30, 40)])
    assert told(lived(engine, centre, callers_of((29, 0, INF, 1))), 0) == (ANSWERED, 30.0, 0)


def test_who_is_due_to_leave_at_closing_serves_to_the_end(engine: str) -> None:
    centre = centre_of([0], [(0, 0, 30)])
    found = lived(engine, centre, callers_of((28, 0, INF, 5), (29, 0, INF, 1)))
    assert told(found, 1) == (ANSWERED, 33.0, 0)


def test_no_break_is_taken_after_closing(engine: str) -> None:
    centre = centre_of([0], [(0, 0, 50)], breaks=[(0, 28, 5)])
    found = lived(engine, centre, callers_of((27, 0, INF, 5), (29, 0, INF, 1)))
    assert told(found, 1) == (ANSWERED, 32.0, 0)


def test_a_seat_that_comes_back_keeps_who_would_have_left(engine: str) -> None:
    centre = centre_of([0], seats=[(0, 0, 1), (10, 0, 0), (12, 0, 1)])
    found = lived(engine, centre, callers_of((5, 0, INF, 15), (19, 0, INF, 1)))
    assert told(found, 1) == (ANSWERED, 20.0, 0)


# --- callbacks ------------------------------------------------------------------------------------


def called_back(
    centre: Centre, callers: Callers, reached_at: int = 1, **conduct: float
) -> tuple[Centre, Callers]:
    """All callers ask to be called back instead of hanging up."""
    rows, rules = len(callers), {"called_back": True, "tries": reached_at, **conduct}
    none = NO_CHOICES
    choices = none._replace(
        accepts=np.ones(rows, np.bool_), instead=np.ones(rows, np.bool_),
        reached_at=np.full(rows, reached_at, none.reached_at.dtype),
    )  # fmt: skip
    columns = {name: np.array([value], getattr(centre.conduct, name).dtype)
               for name, value in rules.items()}  # fmt: skip
    centre = Centre(**{**vars(centre), "conduct": centre.conduct._replace(**columns)})
    return centre, Callers(**{**vars(callers), "choices": choices})


def test_who_is_to_be_called_back_keeps_the_place(engine: str) -> None:
    """The second to phone is the first to be called, though the last to leave the line."""
    centre = centre_of([0], [(0, 0, 30)])
    day = called_back(centre, callers_of((0, 0, INF, 6), (1, 0, 4, 1), (2, 0, 1, 1)))
    found = lived(engine, *day)
    assert minutes(found.callback) == [-1.0, 5.0, 3.0]
    assert minutes(found.talk_started) == [0.0, 6.0, 7.0]


def test_a_group_that_helps_after_a_while_helps_with_callbacks(engine: str) -> None:
    centre = centre_of([0], [(0, 0, 30)], after=[10.0])
    found = lived(engine, *called_back(centre, callers_of((1, 0, 1, 1))))
    assert minutes(found.callback) == [2.0]
    assert minutes(found.talk_started) == [11.0]


def test_who_is_called_back_frees_the_line_once(engine: str) -> None:
    centre = centre_of([0], [(0, 0, 30)])
    rows: list[Row] = [(0, 0, INF, 6), (1, 0, 1, 1), (8, 0, INF, 10), (8.5, 0, INF, 1),
                       (9, 0, INF, 1)]  # fmt: skip
    centre, callers = called_back(centre, callers_of(*rows))
    found = lived(engine, Centre(**{**vars(centre), "lines": 2}), callers)
    assert minutes(found.talk_started) == [0.0, 6.0, 8.0, 18.0, -1.0]
    assert found.outcome.tolist() == [ANSWERED] * 4 + [Outcome.BLOCKED]


def test_nobody_asks_to_be_called_back_after_closing(engine: str) -> None:
    """Gives up at 29 or at 31, while the operator talks until 35."""
    centre = centre_of([0], [(0, 0, 30)])
    day = called_back(centre, callers_of((20, 0, INF, 15), (25, 0, 4, 1), (26, 0, 5, 1)))
    found = lived(engine, *day)
    assert minutes(found.callback) == [-1.0, 29.0, -1.0]
    assert told(found, 2) == (ABANDONED, 31.0, -1)


def test_a_callback_that_was_tried_before_closing_is_tried_again_after_it(engine: str) -> None:
    """Tried from 27 to 29, back at 29:30, while the operator talks until 33; dials until 35."""
    centre = centre_of([0], [(0, 0, 30)])
    day = called_back(
        centre, callers_of((0, 0, INF, 27), (1, 0, 1, 1), (28, 0, INF, 4)), 2,
        dial=120.0, again=30.0,
    )  # fmt: skip
    found = lived(engine, *day)
    assert minutes(found.try_start) == [27.0, 33.0]
    assert minutes(found.talk_started) == [0.0, 35.0, 29.0]


def test_whose_patience_ends_after_closing_takes_no_callback(engine: str) -> None:
    centre = centre_of([0], [(0, 0, 30)])
    day = called_back(centre, callers_of((28, 0, INF, 5), (29, 0, 2, 1), (29, 0, 0.5, 1)))
    found = lived(engine, *day)
    assert found.outcome.tolist() == [ANSWERED, Outcome.ABANDONED, Outcome.CALLBACK_LOST]
    assert minutes(found.wait_ended) == [28.0, 31.0, 29.5]
    assert minutes(found.callback) == [-1.0, -1.0, 29.5]


@pytest.mark.parametrize("over, taken", [(119.0, 6.0), (120.0, -1.0), (-1.0, 6.0)])
def test_a_callback_is_offered_for_a_longer_wait_only(
    engine: str, over: float, taken: float
) -> None:
    """The second caller would be first in the queue of one operator, who needs 2 minutes."""
    centre = centre_of([0], [(0, 0, 30)])
    day = called_back(centre, callers_of((5, 0, INF, 9), (6, 0, INF, 1)), mean_handling=120.0)
    message = said([True], says=CALLBACK_OFFER, over=over, estimate=QUEUE_LENGTH)
    found = lived(engine, *listening(*day, message, 1.0, NEVER))
    assert minutes(found.callback) == [-1.0, taken]


# --- what is said ---------------------------------------------------------------------------------


def test_the_last_wait_is_that_on_the_line_and_not_before_a_transfer(engine: str) -> None:
    """Passed on at 5 with the place of 0, answered at 7: the wait was 2 minutes."""
    centre = centre_of([0, 1], [(0, 0, 30), (1, 7, 30)], tiers=[0, -1, -1, 0])
    callers = callers_of((0, 0, INF, 5), (8, 1, INF, 1), (0, 1, INF, 10))
    callers.arrival[2], callers.caller[2], callers.attempt[2] = np.nan, 0, 2
    follow_ups = NO_FOLLOW_UPS._replace(**{
        name: np.full(3, -1 if name in ("redial", "repeat", "transfer") else 0, column.dtype)
        for name, column in NO_FOLLOW_UPS._asdict().items()
    })  # fmt: skip
    follow_ups.via[2], follow_ups.transfer[0] = Via.TRANSFER, 2
    callers = Callers(**{**vars(callers), "follow_ups": follow_ups})
    message = said([False, True], says=EXPECTED_WAIT, estimate=LAST_TO_ENTER_SERVICE)
    centre.conduct.keeps_place[0] = True
    found = lived(engine, *listening(centre, callers, message, 1.0, NEVER))
    assert found.contact.tolist() == [0, 1, 2]
    assert told(found, 2) == (ANSWERED, 7.0, 1)
    assert found.announced_wait[1] == 120.0


def test_a_position_that_gets_better_is_said(engine: str) -> None:
    """Whoever is told to be first hangs up, the second a minute after the first."""
    levels = [(1.0, INF, 1.0), (INF, 0.0, 1.0)]
    message = said([True], at=60.0, every=60.0, levels=levels)
    day = listening(centre_of([0], [(0, 0, 1)]), callers_of((2, 0, INF, 1), (2, 0, INF, 1)),
                    message, 1.0, NEVER)  # fmt: skip
    found = lived(engine, *day)
    assert [told(found, row) for row in (0, 1)] == [(ABANDONED, 3.0, -1), (ABANDONED, 4.0, -1)]
    assert found.announced_position.tolist() == [1, 2]  # what was said first


def test_the_effect_of_a_level_is_not_compounded(engine: str) -> None:
    """1 in the first minute, then 2 a minute; compounded it would be 1 + 2 + 4."""
    message = said([True], at=60.0, every=60.0, levels=[(INF, 0.0, 2.0)])
    day = listening(centre_of([0], [(0, 0, 1)]), callers_of((2, 0, INF, 1)), message, 7.0,
                    per_minute(1.0))  # fmt: skip
    assert told(lived(engine, *day), 0) == (ABANDONED, 6.0, -1)


def test_the_effect_of_a_repeated_message_is_not_compounded(engine: str) -> None:
    """1 in the first minute, then 2 a minute; compounded it would be 1 + 2 + 4."""
    message = said([True], at=60.0, every=60.0, effect=2.0)
    day = listening(centre_of([0], [(0, 0, 1)]), callers_of((2, 0, INF, 1)), message, 7.0,
                    per_minute(1.0))  # fmt: skip
    assert told(lived(engine, *day), 0) == (ABANDONED, 6.0, -1)


def in_line(centre: Centre, *, handling: float = 60.0, **values: Any) -> Centre:
    """A call of the first type is worth a minute of handling."""
    return changed(centre, "conduct", mean_handling=[handling] * len(centre.types), **values)


def test_the_first_wait_said_is_the_announced_one(engine: str) -> None:
    """The last of the line is told 2 minutes, and one when it has become the first."""
    message = said([True], says=EXPECTED_WAIT, estimate=QUEUE_LENGTH, every=300.0)
    callers = callers_of((0, 0, INF, 20), (1, 0, INF, 3), (2, 0, INF, 1))
    day = listening(in_line(centre_of([0], [(0, 0, 30)])), callers, message, 1.0, NEVER)
    found = lived(engine, *day)
    assert told(found, 2) == (ANSWERED, 23.0, 0)
    assert found.announced_wait[1:].tolist() == [60.0, 120.0]
    assert minutes(found.announced_at[1:]) == [1.0, 2.0]


def test_a_promise_counts_from_when_it_is_made(engine: str) -> None:
    """After 2 minutes of waiting one more is promised: 3 minutes at 1, then 2 at 3 a minute."""
    message = said([True], says=EXPECTED_WAIT, estimate=QUEUE_LENGTH, at=120.0)
    message.broken[1:] = 3.0
    callers = callers_of((0, 0, INF, 20), (1, 0, INF, 1))
    day = listening(in_line(centre_of([0], [(0, 0, 30)])), callers, message, 9.0, per_minute(1.0))
    assert told(lived(engine, *day), 1) == (ABANDONED, 6.0, -1)


def test_who_has_left_has_no_position(engine: str) -> None:
    """The second in the line hangs up at 3, and who comes at 4 is the second."""
    callers = callers_of((0, 0, INF, 20), (0, 0, INF, 1), (1, 0, INF, 1), (4, 0, INF, 1))
    day = listening(centre_of([0], [(0, 0, 30)]), callers, said([True]), 50.0, per_minute(1.0))
    day[1].choices.threshold[2] = 2.0
    found = lived(engine, *day)
    assert told(found, 2) == (ABANDONED, 3.0, -1)
    assert found.announced_position[1:].tolist() == [1, 2, 2]


def test_who_owes_a_departure_is_not_on_duty(engine: str) -> None:
    """Two talk, but one of the seats is gone: who waits is told a minute."""
    centre = in_line(centre_of([0, 0], seats=[(0, 0, 2), (10, 0, 1)]))
    message = said([True], says=EXPECTED_WAIT, estimate=QUEUE_LENGTH)
    callers = callers_of((5, 0, INF, 10), (5, 0, INF, 10), (9, 0, INF, 1), (12, 0, 0, 1))
    found = lived(engine, *listening(centre, callers, message, 1.0, NEVER))
    assert found.announced_wait[2:].tolist() == [30.0, 120.0]


def test_a_talk_grows_by_the_wait_since_the_transfer(engine: str) -> None:
    """Passed on at 5 with the place of 0, answered at 7: 10 minutes, and one for each of 2."""
    centre = centre_of([0, 1], [(0, 0, 30), (1, 7, 30)], tiers=[0, -1, -1, 0])
    centre = changed(centre, "conduct", per_minute=[0.0, 60.0], keeps_place=[True, False])
    callers = followed_by(callers_of((0, 0, INF, 5), (-1, 1, INF, 10)), 0, 1, "transfer")
    found = lived(engine, centre, callers)
    assert minutes(found.wait_ended) == [0.0, 7.0]
    assert minutes(found.talk_ended) == [5.0, 19.0]
