"""Rules of groups and rosters by hand, for both engines: lanes, need, picks, calls to duty, nights.

Times are minutes after 08:00; the line closes at 30 unless it has several days. See `lines`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.centre import Centre
from sim.chains import NO_CHOICES
from sim.crewing import FASTEST, IN_ORDER, LEAST_OCCUPIED, LONGEST_IDLE, RANDOM, SLOWEST
from sim.engine import ENGINES
from sim.outcomes import Outcome
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
    on_days,
    staff_of,
    there,
    told,
)

pytestmark = pytest.mark.parametrize("engine", ENGINES)

ALWAYS = [(0, 0, 30), (1, 0, 30)]
"""The duties of two operators."""

NEVER = (-1.0, 0, INF, 1.0)
"""A caller who comes only as a follow-up of another."""


# --- lanes ----------------------------------------------------------------------------------------


def two_lanes(**values: Any) -> Centre:
    """Calls of one type are shared out between two groups of one operator each."""
    return centre_of([0, 1], ALWAYS, tiers=[0, -1, -1, 0], lane_type=[0, 0], **values)


def test_a_call_that_is_shared_out_waits_for_its_group(engine: str) -> None:
    rows: list[Row] = [(0, 0, INF, 10), (1, 0, INF, 1), (2, 0, INF, 1)]
    found = lived(engine, two_lanes(), callers_of(*rows, lane=np.array([0, 0, 1], np.int16)))
    assert [told(found, row) for row in range(3)] == [
        (ANSWERED, 0.0, 0), (ANSWERED, 10.0, 0), (ANSWERED, 2.0, 1),
    ]  # fmt: skip


def test_a_lane_that_nobody_serves_after_closing_is_cut_off(engine: str) -> None:
    """The other lane of the type is served to the end."""
    centre = centre_of([0, 1], [(0, 0, 30), (1, 0, 27)], tiers=[0, -1, -1, 0], lane_type=[0, 0])
    rows: list[Row] = [(20, 0, INF, 15), (28, 0, INF, 1), (28, 0, INF, 1)]
    found = lived(engine, centre, callers_of(*rows, lane=np.array([0, 0, 1], np.int16)))
    assert told(found, 1) == (ANSWERED, 35.0, 0)
    assert told(found, 2) == (CUT_OFF, 30.0, -1)


# --- groups that are open only while many or long ones wait ---------------------------------------


def needed(group_of: list[int], duties: list[tuple[int, float, float]], **opens: Any) -> Centre:
    """The second group helps only under a condition; a call is worth 2 minutes of handling."""
    centre = centre_of(group_of, duties, tiers=[0] * (max(group_of) + 1))
    return changed(changed(centre, "crewing", **opens), "conduct", mean_handling=[120.0])


def test_a_group_helps_only_while_more_than_so_many_wait(engine: str) -> None:
    """The second to wait opens it, and the first of both is helped; then one is too few."""
    centre = needed([0, 1], ALWAYS, opens_queue=[-1, 1])
    rows: list[Row] = [(0, 0, INF, 20), (1, 0, INF, 1), (2, 0, INF, 1)]
    found = lived(engine, centre, callers_of(*rows))
    assert told(found, 1) == (ANSWERED, 2.0, 1)
    assert told(found, 2) == (ANSWERED, 20.0, 0)


def test_who_is_taken_counts_among_those_who_wait(engine: str) -> None:
    """At 7 two wait, and the helper who is free takes one of them; at 8 one is too few."""
    centre = needed([0, 1], ALWAYS, opens_queue=[-1, 1])
    rows: list[Row] = [
        (0, 0, INF, 20), (1, 0, INF, 5), (2, 0, INF, 1), (3, 0, INF, 1),
    ]  # fmt: skip
    found = lived(engine, centre, callers_of(*rows))
    assert told(found, 1) == (ANSWERED, 2.0, 1)
    assert told(found, 2) == (ANSWERED, 7.0, 1)
    assert told(found, 3) == (ANSWERED, 20.0, 0)


def test_who_arrives_does_not_wait_yet(engine: str) -> None:
    """One who waits would open the group, but there is no room to wait."""
    centre = changed(needed([0, 1], ALWAYS, opens_queue=[-1, 0]), "conduct", queue_limit=0)
    found = lived(engine, centre, callers_of((0, 0, INF, 20), (1, 0, INF, 1)))
    assert found.outcome.tolist() == [ANSWERED, Outcome.BLOCKED]


def test_a_group_helps_only_while_a_long_wait_is_expected(engine: str) -> None:
    """Two are on duty, so that each who waits means a minute; more than 2 are asked for."""
    centre = needed([0, 1], ALWAYS, opens_wait=[-1.0, 120.0])
    rows: list[Row] = [
        (0, 0, INF, 20), (1, 0, INF, 1), (2, 0, INF, 1), (3, 0, INF, 1),
    ]  # fmt: skip
    found = lived(engine, centre, callers_of(*rows))
    assert told(found, 1) == (ANSWERED, 3.0, 1)
    assert told(found, 2) == (ANSWERED, 20.0, 0)
    assert told(found, 3) == (ANSWERED, 21.0, 0)


@pytest.mark.parametrize("how", ["goes home", "has a break"])
def test_a_longer_wait_is_expected_when_somebody_is_away(engine: str, how: str) -> None:
    """Three are on duty, so that two who wait mean 80 s; when the third leaves, 2 minutes."""
    duties = [(0, 0, 30), (1, 0, 30), (2, 0, 10 if how == "goes home" else 30)]
    breaks = [] if how == "goes home" else [(2, 10, 5)]
    centre = centre_of([0, 1, 2], duties, tiers=[0] * 3, after=[0, 0, 25], breaks=breaks)
    centre = changed(centre, "conduct", mean_handling=[120.0])
    centre = changed(centre, "crewing", opens_wait=[-1.0, 100.0, -1.0])
    found = lived(engine, centre, callers_of((0, 0, INF, 20), (1, 0, INF, 1), (2, 0, INF, 1)))
    assert told(found, 1) == (ANSWERED, 10.0, 1)
    assert told(found, 2) == (ANSWERED, 20.0, 0)


def test_no_condition_holds_after_closing(engine: str) -> None:
    centre = needed([0, 1], ALWAYS, opens_queue=[-1, 5])
    found = lived(engine, centre, callers_of((15, 0, INF, 20), (20, 0, INF, 1)))
    assert told(found, 1) == (ANSWERED, 30.0, 1)


# --- which caller ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "routing, first",
    [({}, [11.0, 10.0, 12.0]), ({"klass": [1, 2]}, [11.0, 10.0, 12.0]),
     ({"ranked": [True], "rank": [1, 2]}, [10.0, 11.0, 12.0])],
)  # fmt: skip
def test_the_longest_queue_goes_first(
    engine: str, routing: dict[str, Any], first: list[float]
) -> None:
    """One waits of the first type, two of the second; only ranks go before."""
    centre = changed(centre_of([0], [(0, 0, 30)], tiers=[0, 0]), "crewing", longest_queue=[True])
    rows: list[Row] = [(0, 0, INF, 10), (1, 0, INF, 1), (2, 1, INF, 1), (3, 1, INF, 1)]
    found = lived(engine, changed(centre, "routing", **routing), callers_of(*rows))
    assert minutes(found.wait_ended[1:]) == first


# --- which operator -------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [0.0, 3.0])
@pytest.mark.parametrize(
    "how, pick, operator",
    [(LONGEST_IDLE, 0.0, 1), (IN_ORDER, 0.0, 0), (FASTEST, 0.0, 2), (SLOWEST, 0.0, 3),
     (LEAST_OCCUPIED, 0.0, 1), (RANDOM, 0.0, 1), (RANDOM, 0.3, 3), (RANDOM, 0.74, 2),
     (RANDOM, 1.0, 0)],
)  # fmt: skip
def test_who_of_the_idle_operators_answers(
    engine: str, how: int, pick: float, operator: int, after: float
) -> None:
    """Idle the longest are 1, 3, 2, 0 in this order; where they may answer only after a while the
    draw is that of who is taken."""
    duties = [(0, -1, 30), (1, -4, 30), (2, -2, 30), (3, -3, 30)]
    centre = changed(centre_of([0] * 4, duties, after=[after]), "crewing", picks=[how])
    choices = NO_CHOICES._replace(pick=np.array([pick]))
    callers = callers_of((1, 0, INF, 1), choices=choices)
    staff = staff_of(centre, pace=[1.0, 1.0, 0.5, 2.0])
    assert told(lived(engine, centre, callers, staff), 0) == (ANSWERED, 1.0 + after, operator)


@pytest.mark.parametrize("how, operator", [(FASTEST, 0), (SLOWEST, 0), (LEAST_OCCUPIED, 1)])
def test_who_answers_of_equal_operators(engine: str, how: int, operator: int) -> None:
    """By pace the lowest number, by occupancy the one idle longest."""
    centre = centre_of([0] * 2, [(0, -1, 30), (1, -2, 30)])
    centre = changed(centre, "crewing", picks=[how])
    assert told(lived(engine, centre, callers_of((1, 0, INF, 1))), 0) == (ANSWERED, 1.0, operator)


@pytest.mark.parametrize(
    "comes, operator",
    [(0, 1), (3.5, 0), (6, 1)],
)
def test_the_least_occupied_since_they_came(engine: str, comes: float, operator: int) -> None:
    """At 6 operator 0 was busy for 2 or 3 of 6 minutes; 1 for 1 of 6, or of 2.5, or just came."""
    centre = centre_of([0, 0], [(0, 0, 30), (1, comes, 30)])
    centre = changed(centre, "crewing", picks=[LEAST_OCCUPIED])
    found = lived(engine, centre, callers_of((0, 0, INF, 2), (4, 0, INF, 1), (6, 0, INF, 1)))
    assert found.operator.tolist() == [0, 1 if comes < 6 else 0, operator]


def test_occupancy_is_that_of_the_present_duty(engine: str) -> None:
    """What operator 0 did before 5 is forgotten."""
    centre = centre_of([0, 0], [(0, 0, 5), (0, 6, 30), (1, 0, 30)])
    centre = changed(centre, "crewing", picks=[LEAST_OCCUPIED])
    found = lived(engine, centre, callers_of((0, 0, INF, 4), (7, 0, INF, 1), (9, 0, INF, 1)))
    assert found.operator.tolist() == [0, 1, 0]


def test_dialling_and_wrapping_up_are_work(engine: str) -> None:
    """At 9 operator 0 has talked for a minute and wrapped up for 2, operator 1 dialled for 2."""
    centre = centre_of([0, 0], ALWAYS)
    centre = changed(centre, "crewing", picks=[LEAST_OCCUPIED])
    centre = changed(centre, "conduct", called_back=[True], tries=[1], dial=[120.0])
    centre = Centre(**{**vars(centre), "wrap_mean": np.full(1, 60.0)})
    choices = NO_CHOICES._replace(
        accepts=np.zeros(4, np.bool_), instead=np.array([False, False, True, False]),
        reached_at=np.full(4, 9, np.int32),
    )  # fmt: skip
    rows: list[Row] = [(0, 0, INF, 1), (0, 0, INF, 2), (1, 0, 0.5, 1), (9, 0, INF, 1)]
    callers = callers_of(*rows, choices=choices)
    callers.wrap_work[0] = 2.0
    callers.wrap_work[1] = 0.5
    found = lived(engine, centre, callers)
    assert found.try_operator.tolist() == [1]
    assert told(found, 3) == (ANSWERED, 9.0, 0)


def test_the_wait_for_a_callback_is_no_work(engine: str) -> None:
    """At 9 operator 0 has talked for 5 minutes; operator 1 for 3, and dialled for one, 2 minutes
    after the caller took the callback."""
    centre = changed(centre_of([0, 0], ALWAYS), "crewing", picks=[LEAST_OCCUPIED])
    centre = changed(centre, "conduct", called_back=[True], tries=[1], dial=[60.0])
    choices = NO_CHOICES._replace(
        accepts=np.zeros(4, np.bool_), instead=np.array([False, False, True, False]),
        reached_at=np.full(4, 9, np.int32),
    )  # fmt: skip
    rows: list[Row] = [(0, 0, INF, 5), (0, 0, INF, 3), (0.5, 0, 0.5, 1), (9, 0, INF, 1)]
    found = lived(engine, centre, callers_of(*rows, choices=choices))
    assert minutes(found.try_start) == [3.0]
    assert told(found, 3) == (ANSWERED, 9.0, 1)


# --- ring, pace, procedures -----------------------------------------------------------------------


def test_it_rings_before_the_talk(engine: str) -> None:
    """The wait of the queue is over when it begins to ring."""
    centre = changed(centre_of([0], [(0, 0, 30)]), "crewing", ring=[60.0])
    found = lived(engine, centre, callers_of((0, 0, INF, 2), (1, 0, 2.5, 2)))
    assert minutes(found.wait_ended) == [0.0, 3.0]
    assert minutes(found.talk_started) == [1.0, 4.0]
    assert minutes(found.talk_ended) == [3.0, 6.0]


def test_who_is_called_back_hears_no_ring(engine: str) -> None:
    centre = changed(centre_of([0], [(0, 5, 30)]), "crewing", ring=[60.0])
    centre = changed(centre, "conduct", called_back=[True], tries=[1], dial=[30.0])
    choices = NO_CHOICES._replace(
        accepts=np.zeros(1, np.bool_), instead=np.ones(1, np.bool_),
        reached_at=np.ones(1, np.int32),
    )  # fmt: skip
    found = lived(engine, centre, callers_of((0, 0, 1, 2), choices=choices))
    assert minutes(found.talk_started) == [5.5]
    assert minutes(found.talk_ended) == [7.5]


def test_pace_multiplies_talk_and_wrap_up_and_nothing_else(engine: str) -> None:
    """Twice 2 minutes after a ring, twice 1 to wrap up; the second talks a minute for each 2 that
    it waited."""
    centre = changed(centre_of([0], [(0, 0, 30)]), "crewing", ring=[60.0])
    centre = changed(centre, "conduct", per_minute=[30.0])
    centre = Centre(**{**vars(centre), "wrap_mean": np.full(1, 60.0)})
    callers = callers_of((0, 0, INF, 2), (1, 0, INF, 1))
    callers.wrap_work[:] = 1.0
    found = lived(engine, centre, callers, staff_of(centre, pace=[2.0]))
    assert minutes(found.talk_ended) == [5.0, 7.0 + 1.0 + 2.0 + 3.0]
    assert minutes(found.handled) == [7.0, 15.0]


def test_pace_does_not_multiply_what_goes_with_a_transfer(engine: str) -> None:
    centre = centre_of([0, 1], ALWAYS, tiers=[0, -1, -1, 0])
    centre = Centre(**{**vars(centre), "wrap_mean": np.full(4, 60.0)})
    callers = callers_of((0, 0, INF, 2), (NEVER[0], 1, INF, 1))
    callers.wrap_work[:] = 1.0
    callers = followed_by(callers, 0, 1, "transfer", conference=180.0)
    found = lived(engine, centre, callers, staff_of(centre, pace=[2.0, 1.0]))
    assert minutes(found.talk_ended) == [4.0, 5.0]
    assert minutes(found.handled) == [9.0, 6.0]


@pytest.mark.parametrize(
    "procedure, operator, again",
    [(0, 0, True), (1, 0, False), (0, 1, False), (1, 1, True), (-1, 0, False)],
)
def test_what_an_operator_does_not_know_is_not_resolved(
    engine: str, procedure: int, operator: int, again: bool
) -> None:
    """Group x does not know procedure 0, group y does not know 1; nobody else phones again."""
    duties = [(operator, 0, 30)]
    centre = centre_of([0, 1], duties, tiers=[0, 0])
    centre = changed(centre, "crewing", knows=[False, True, True, False])
    choices = NO_CHOICES._replace(procedure=np.full(2, procedure, np.int16))
    callers = callers_of((0, 0, INF, 2), NEVER, choices=choices)
    callers = followed_by(callers, 0, 1, "repeat", repeat_delay=180.0)
    found = lived(engine, centre, callers)
    assert minutes(found.arrival) == ([0.0, 5.0] if again else [0.0])


# --- who comes, and when --------------------------------------------------------------------------


def test_who_is_late_is_at_the_desk_later(engine: str) -> None:
    """And a break that would have been before is not had."""
    centre = centre_of([0], [(0, 0, 30)], breaks=[(0, 3, 2), (0, 9, 2)])
    callers = callers_of((2, 0, INF, 1), (10, 0, INF, 1))
    found = lived(engine, centre, callers, staff_of(centre, late=[300.0]))
    assert minutes(found.wait_ended) == [5.0, 11.0]
    assert there(found, 0) == [(5.0, 30.0)]
    assert (minutes(found.break_start), found.break_row.tolist()) == ([9.0], [1])


def test_who_would_come_after_the_duty_does_not_come(engine: str) -> None:
    centre = centre_of([0, 0], [(0, 0, 8), (0, 10, 30), (1, 20, 30)])
    found = lived(engine, centre, callers_of((2, 0, INF, 1)), staff_of(centre, late=[480.0, 0.0]))
    assert told(found, 0) == (ANSWERED, 18.0, 0)
    assert there(found, 0) == [(18.0, 30.0)]


def test_the_seat_of_who_is_absent_is_empty(engine: str) -> None:
    """Of two seats one is taken; of one, whose operator is the absent one, none."""
    centre = centre_of([0, 0], seats=[(0, 0, 2), (10, 0, 1)])
    callers = callers_of((0, 0, INF, 2), (1, 0, INF, 2), (11, 0, 5, 1))
    found = lived(engine, centre, callers, staff_of(centre, absent=[True, False]))
    assert minutes(found.wait_ended) == [0.0, 2.0, 16.0]
    assert found.outcome.tolist() == [ANSWERED, ANSWERED, ABANDONED]


# --- on call --------------------------------------------------------------------------------------


def on_call(
    *duties: tuple[int, float, float], queue: int = -1, wait: float = INF, **values: Any
) -> Centre:
    """Operator 0 is there from 0 to 30; the duties of the others, of the same group, are on call,
    and they come 5 minutes after the call."""
    rows = [(0, 0, 30), *duties]
    centre = centre_of([0] * (1 + max(who for who, _, _ in duties)), rows, **values)
    return changed(
        centre, "calendar", on_call=[-1] + [0] * len(duties), call_queue=[queue],
        call_wait=[60.0 * wait], call_delay=[300.0],
    )  # fmt: skip


THREE: list[Row] = [(0, 0, INF, 20), (1, 0, INF, 1), (2, 0, INF, 1)]


def test_who_is_on_call_comes_when_more_than_so_many_wait(engine: str) -> None:
    """Two wait from 2 on; the operator stays to the end of the duty."""
    found = lived(engine, on_call((1, 0, 25), queue=1), callers_of(*THREE))
    assert told(found, 1) == (ANSWERED, 7.0, 1)
    assert told(found, 2) == (ANSWERED, 8.0, 1)
    assert there(found, 1) == [(7.0, 25.0)]


def test_who_is_on_call_does_not_come_for_fewer(engine: str) -> None:
    found = lived(engine, on_call((1, 0, 25), queue=2), callers_of(*THREE))
    assert told(found, 1) == (ANSWERED, 20.0, 0)
    assert there(found, 1) == []


def test_who_is_on_call_comes_when_somebody_has_waited_long(engine: str) -> None:
    found = lived(engine, on_call((1, 0, 25), wait=4), callers_of(*THREE))
    assert told(found, 1) == (ANSWERED, 10.0, 1)


def test_who_is_answered_in_time_calls_nobody(engine: str) -> None:
    rows: list[Row] = [(0, 0, INF, 4), (1, 0, INF, 1), (1, 0, 2.5, 1)]
    assert there(lived(engine, on_call((1, 0, 25), wait=4), callers_of(*rows)), 1) == []


def test_all_who_are_on_call_are_called_at_once(engine: str) -> None:
    found = lived(engine, on_call((1, 0, 25), (2, 0, 28), queue=1), callers_of(*THREE))
    assert [there(found, who) for who in (1, 2)] == [[(7.0, 25.0)], [(7.0, 28.0)]]


@pytest.mark.parametrize(
    "duty, comes",
    [((1, 6, 30), [(14.0, 30.0)]), ((1, 9, 30), [(14.0, 30.0)]), ((1, 10, 30), []),
     ((1, 0, 7), []), ((1, 0, 8), [(7.0, 8.0)])],
)  # fmt: skip
def test_who_is_on_call_is_called_within_the_duty_only(
    engine: str, duty: tuple[int, float, float], comes: list[tuple[float, float]]
) -> None:
    """Somebody begins to wait at 1, 2 and 9; who would come when the duty is over is not called."""
    found = lived(engine, on_call(duty, queue=1), callers_of(*THREE, (9, 0, INF, 1)))
    assert there(found, 1) == comes


def test_who_is_still_at_work_is_not_called(engine: str) -> None:
    """At 8 operator 1 is still busy from the duty before; at 13 no longer."""
    centre = on_call((1, 0, 5), (1, 7, 30), queue=0)
    centre = changed(centre, "calendar", on_call=[-1, -1, 0])
    rows: list[Row] = [(0, 0, INF, 20), (1, 0, INF, 9), (8, 0, INF, 1), (13, 0, INF, 1)]
    found = lived(engine, centre, callers_of(*rows))
    assert there(found, 1) == [(0.0, 10.0), (18.0, 30.0)]


@pytest.mark.parametrize("tier, comes", [(0, [(7.0, 30.0)]), (-1, [])])
def test_all_who_wait_for_the_group_count(
    engine: str, tier: int, comes: list[tuple[float, float]]
) -> None:
    """One waits of each type; the group on call serves one type or both."""
    centre = centre_of([0, 1], ALWAYS, tiers=[0, 0, 0, tier])
    centre = changed(
        centre, "calendar", on_call=[-1, 0], call_queue=[1], call_wait=[INF], call_delay=[300.0]
    )
    rows: list[Row] = [(0, 0, INF, 20), (1, 1, INF, 1), (2, 0, INF, 1)]
    assert there(lived(engine, centre, callers_of(*rows)), 1) == comes


def test_a_type_that_the_group_does_not_serve_calls_nobody(engine: str) -> None:
    """One too many waits from 2 on, the duty begins at 6; at 7 somebody else begins to wait."""
    centre = centre_of([0, 1], [(0, 0, 30), (1, 6, 30)], tiers=[0, 0, 0, -1])
    centre = changed(
        centre, "calendar", on_call=[-1, 0], call_queue=[0], call_wait=[INF], call_delay=[300.0]
    )
    rows: list[Row] = [(0, 0, INF, 20), (2, 0, INF, 1), (7, 1, INF, 1), (9, 0, INF, 1)]
    assert there(lived(engine, centre, callers_of(*rows)), 1) == [(14.0, 30.0)]


def test_nobody_is_called_for_who_is_answered_at_that_instant(engine: str) -> None:
    """The group may help after 4 minutes, which is also when somebody would be called."""
    centre = on_call((1, 0, 30), wait=4, after=[4.0])
    found = lived(engine, centre, callers_of((1, 0, INF, 1)))
    assert told(found, 0) == (ANSWERED, 5.0, 0)
    assert there(found, 1) == []


def test_nobody_looks_because_somebody_may_be_called_from_now_on(engine: str) -> None:
    """At 5 the first caller may be taken, and operator 1 be called; that is one event, not two:
    the wait ends in it, and so calls for who else waits. The other type is open to nobody."""
    centre = centre_of(
        [0, 0], [(0, 0, 30), (1, 5, 25)], tiers=(0, 0), after=[4.0, 0.0], serve=False
    )
    centre = changed(centre, "crewing", opens_wait=[-1.0, 0.0])
    centre = changed(
        centre, "calendar", on_call=[-1, 0], call_queue=[0], call_wait=[INF], call_delay=[60.0]
    )  # fmt: skip
    found = lived(engine, centre, callers_of((0, 1, INF, 1), (1, 0, INF, 3)))
    assert minutes(found.wait_ended) == [30.0, 5.0]
    assert there(found, 1) == [(6.0, 25.0)]


def test_nobody_is_called_after_closing(engine: str) -> None:
    """Since 28 somebody waits; at 32 the line is closed."""
    callers = callers_of((20, 0, INF, 18), (28, 0, INF, 1))
    found = lived(engine, on_call((1, 0, 50), wait=4), callers)
    assert told(found, 1) == (ANSWERED, 38.0, 0)
    assert there(found, 1) == []


def test_a_callback_that_comes_back_waits_again(engine: str) -> None:
    """Tried from 20 to 21 in vain, back at 22, when it is the second to wait."""
    centre = on_call((1, 15, 30), queue=1)
    centre = changed(centre, "conduct", called_back=[True], tries=[2], dial=[60.0], again=[60.0])
    choices = NO_CHOICES._replace(
        accepts=np.zeros(4, np.bool_), instead=np.array([False, True, False, False]),
        reached_at=np.full(4, 2, np.int32),
    )  # fmt: skip
    rows: list[Row] = [(0, 0, INF, 20), (1, 0, 1, 1), (19, 0, INF, 5), (21.5, 0, INF, 1)]
    rows[2:] = [(20.5, 0, INF, 8), (21.5, 0, INF, 1)]
    found = lived(engine, centre, callers_of(*rows, choices=choices))
    assert minutes(found.try_start[:1]) == [20.0]
    assert there(found, 1) == [(27.0, 30.0)]


@pytest.mark.parametrize("queue, expected", [(0, (ANSWERED, 33.0, 1)), (1, (CUT_OFF, 30.0, -1))])
def test_callers_wait_for_who_was_called_before_closing(
    engine: str, queue: int, expected: tuple[Outcome, float, int]
) -> None:
    """Nobody else serves the type; at 30 the operator is on the way, or was not called."""
    centre = centre_of([0, 1], [(0, 0, 30), (1, 0, 40)], tiers=[0, -1, -1, 0])
    centre = changed(
        centre, "calendar", on_call=[-1, 0], call_queue=[queue], call_wait=[INF],
        call_delay=[300.0],
    )  # fmt: skip
    assert told(lived(engine, centre, callers_of((28, 1, INF, 1))), 0) == expected


def test_who_was_not_called_owes_nothing_at_the_end_of_the_duty(engine: str) -> None:
    """Operator 0 is still at work from the first duty when the second, on call, ends, and goes on
    with the third, break included."""
    centre = centre_of([0], [(0, 0, 4), (0, 6, 10), (0, 11, 30)], breaks=[(0, 7, 2), (0, 12, 3)])
    centre = changed(
        centre, "calendar", on_call=[-1, 0, -1], call_queue=[9], call_wait=[INF],
        call_delay=[0.0],
    )  # fmt: skip
    found = lived(engine, centre, callers_of((3, 0, INF, 10), (10, 0, INF, 1)))
    assert there(found, 0) == [(3.0 - 3.0, 30.0)]
    assert (minutes(found.break_start), minutes(found.break_end)) == ([13.0], [16.0])
    assert found.break_row.tolist() == [1]
    assert told(found, 1) == (ANSWERED, 16.0, 0)


def test_a_break_before_the_call_is_not_had(engine: str) -> None:
    centre = on_call((1, 0, 30), queue=0, breaks=[(1, 5, 2), (1, 8, 2)])
    found = lived(engine, centre, callers_of((0, 0, INF, 20), (1, 0, INF, 1)))
    assert there(found, 1) == [(6.0, 30.0)]
    assert (minutes(found.break_start), found.break_row.tolist()) == ([8.0], [1])


# --- past the end of duty -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stays, leaves", [(0, 12.0), (2, 12.0), (2.5, 13.0), (3.5, 14.0), (10, 14.0)]
)
def test_who_stays_serves_while_somebody_waits(engine: str, stays: float, leaves: float) -> None:
    """The duty ends at 10, the call in hand at 12; two more wait, a minute each."""
    centre = centre_of([0, 1], [(0, 0, 10), (1, 25, 30)], tiers=[0, 0])
    centre = changed(centre, "crewing", stays=[60.0 * stays, 0.0])
    rows: list[Row] = [(0, 0, INF, 8), (1, 0, INF, 4), (2, 0, INF, 1), (3, 0, INF, 1)]
    found = lived(engine, centre, callers_of(*rows))
    assert there(found, 0) == [(0.0, leaves)]
    answered = [12.0 + row if 12.0 + row < leaves else 25.0 for row in range(2)]
    assert minutes(found.wait_ended[2:])[: int(leaves - 12)] == answered[: int(leaves - 12)]


def test_who_stays_has_no_break_and_keeps_nobody_waiting(engine: str) -> None:
    """Idle at the end of the duty, the operator leaves, whoever may phone later."""
    centre = changed(centre_of([0], [(0, 0, 10)]), "crewing", stays=[600.0])
    found = lived(engine, centre, callers_of((2, 0, INF, 1), (11, 0, 3, 1)))
    assert there(found, 0) == [(0.0, 10.0)]
    assert told(found, 1) == (ABANDONED, 14.0, -1)


def test_nobody_stays_after_closing(engine: str) -> None:
    """The duty ends at 28, the call in hand at 31; who waits waits for the other operator."""
    centre = changed(centre_of([0, 0], [(0, 0, 28), (1, 0, 30)]), "crewing", stays=[600.0])
    found = lived(engine, centre, callers_of((20, 0, INF, 11), (20, 0, INF, 14), (25, 0, INF, 1)))
    assert told(found, 2) == (ANSWERED, 34.0, 1)
    assert there(found, 0) == [(0.0, 31.0)]


def test_who_stays_leaves_a_reserve_alone(engine: str) -> None:
    """The operator counts as one of the idle, which is not more than one."""
    centre = centre_of([0, 0], [(0, 0, 10), (1, 0, 12)], tiers=[0, 0], reserve=0)
    centre = changed(centre, "routing", reserve=[0, 1])
    centre = changed(centre, "crewing", stays=[600.0])
    rows: list[Row] = [(5, 0, INF, 10), (6, 0, INF, 9), (7, 1, INF, 1), (8, 0, INF, 1)]
    found = lived(engine, centre, callers_of(*rows))
    assert told(found, 2) == (CUT_OFF, 30.0, -1)
    assert told(found, 3) == (ANSWERED, 15.0, 0)


# --- nights ---------------------------------------------------------------------------------------

DAYS = ((0, 10), (15, 30))
"""Hours of two days."""


def test_who_is_on_duty_over_the_night_stays(engine: str) -> None:
    """Who is not goes home when the line closes."""
    centre = on_days(centre_of([0, 0, 0], [(0, 0, 30), (1, 0, 15), (2, 12, 20)]), *DAYS)
    found = lived(engine, centre, callers_of((5, 0, INF, 1), (15, 0, INF, 1), (16, 0, INF, 1)))
    assert [there(found, who) for who in range(3)] == [[(0.0, 30.0)], [(0.0, 10.0)], [(12.0, 20.0)]]
    assert found.operator.tolist() == [0, 0, 2]


def test_who_comes_in_the_night_and_goes_before_morning_is_not_there(engine: str) -> None:
    centre = on_days(centre_of([0, 0], [(0, 0, 30), (1, 12, 14)]), *DAYS)
    assert there(lived(engine, centre, callers_of((5, 0, INF, 1))), 1) == []


def test_who_comes_in_the_night_takes_who_waits(engine: str) -> None:
    """The first operator talks until 14; the second comes at 12, and goes when nobody waits."""
    centre = on_days(centre_of([0, 0], [(0, 0, 10), (1, 12, 14)]), *DAYS)
    found = lived(engine, centre, callers_of((5, 0, INF, 9), (6, 0, INF, 1)))
    assert told(found, 1) == (ANSWERED, 12.0, 1)
    assert there(found, 1) == [(12.0, 13.0)]


@pytest.mark.parametrize("comes, expected", [(12, (ANSWERED, 12.0, 1)), (15, (CUT_OFF, 10.0, -1))])
def test_nobody_waits_for_who_comes_in_the_morning(
    engine: str, comes: float, expected: tuple[Outcome, float, int]
) -> None:
    centre = centre_of([0, 1], [(0, 0, 30), (1, comes, 18)], tiers=[0, -1, -1, 0])
    assert told(lived(engine, on_days(centre, *DAYS), callers_of((6, 1, INF, 1))), 0) == expected


def test_all_who_wait_are_cut_off_each_evening(engine: str) -> None:
    centre = on_days(centre_of([0], [(0, 0, 1), (0, 20, 21)], serve=False), *DAYS)
    found = lived(engine, centre, callers_of((6, 0, INF, 1), (22, 0, INF, 1)))
    assert [told(found, row) for row in range(2)] == [(CUT_OFF, 10.0, -1), (CUT_OFF, 30.0, -1)]


@pytest.mark.parametrize("carries, arrival", [(True, [8.0, 15.0]), (False, [8.0])])
def test_who_would_phone_at_night_phones_in_the_morning(
    engine: str, carries: bool, arrival: list[float]
) -> None:
    """Gives up at 9 and would try again at 12."""
    centre = on_days(centre_of([0], [(0, 15, 30)]), *DAYS)
    centre = changed(centre, "conduct", carries=[carries])
    callers = callers_of((8, 0, 1, 1), (NEVER[0], 0, INF, 1))
    callers = followed_by(callers, 0, 1, "redial", redial_after=1, redial_delay=180.0)
    found = lived(engine, centre, callers)
    assert minutes(found.arrival) == arrival
    assert found.follow_up_lost[0] == (-1 if carries else 1)


def test_who_would_phone_after_the_last_evening_does_not(engine: str) -> None:
    centre = on_days(centre_of([0], [(0, 0, 1)]), *DAYS)
    callers = callers_of((28, 0, 1, 1), NEVER)
    callers = followed_by(callers, 0, 1, "redial", redial_after=1, redial_delay=180.0)
    found = lived(engine, centre, callers)
    assert minutes(found.arrival) == [28.0]
    assert found.follow_up_lost.tolist() == [1]


def test_a_call_passed_on_at_night_is_lost(engine: str) -> None:
    """A talk that ends at 12, whatever is carried over otherwise."""
    centre = on_days(centre_of([0, 1], ALWAYS, tiers=[0, -1, -1, 0]), *DAYS)
    callers = followed_by(callers_of((5, 0, INF, 7), (NEVER[0], 1, INF, 1)), 0, 1, "transfer")
    found = lived(engine, centre, callers)
    assert found.contact.tolist() == [0]
    assert found.follow_up_lost.tolist() == [3]


def test_who_talks_into_the_morning_past_the_duty_goes_then(engine: str) -> None:
    """The duty ended at 12, when the line was closed; the next caller is not taken."""
    centre = on_days(centre_of([0], [(0, 0, 12)]), *DAYS)
    found = lived(engine, centre, callers_of((9, 0, INF, 7), (15.5, 0, INF, 1)))
    assert told(found, 1) == (CUT_OFF, 30.0, -1)
    assert there(found, 0) == [(0.0, 16.0)]


def test_who_talks_into_the_morning_and_has_duty_goes_on(engine: str) -> None:
    centre = on_days(centre_of([0], [(0, 0, 12), (0, 15, 25)]), *DAYS)
    found = lived(engine, centre, callers_of((9, 0, INF, 7), (15.5, 0, INF, 1)))
    assert told(found, 1) == (ANSWERED, 16.0, 0)
    assert there(found, 0) == [(0.0, 25.0)]


@pytest.mark.parametrize(
    "number, taken, presence",
    [(1, 20.0, [[(0.0, 30.0)], [(0.0, 18.0)], []]), (0, -1.0, [[(0.0, 20.0)], [(0.0, 18.0)], []]),
     (2, 18.0, [[(0.0, 30.0)], [(0.0, 30.0)], []]),
     (3, 16.0, [[(0.0, 30.0)], [(0.0, 30.0)], [(15.0, 30.0)]])],
)  # fmt: skip
def test_seats_are_set_anew_in_the_morning(
    engine: str, number: int, taken: float, presence: list[list[tuple[float, float]]]
) -> None:
    """Two are still at work from the evening, until 20 and 18; nobody sits down at 12."""
    seats = [(0, 0, 2), (12, 0, 3), (15, 0, number)]
    centre = on_days(centre_of([0, 0, 0], seats=seats), *DAYS, seat_day=[0, 0, 1])
    rows: list[Row] = [(9, 0, INF, 11), (9.5, 0, INF, 8.5), (16, 0, INF, 1)]
    found = lived(engine, centre, callers_of(*rows))
    assert minutes(np.where(found.operator >= 0, found.wait_ended, np.nan))[2] == taken
    assert [there(found, who) for who in range(3)] == presence


def test_nobody_sits_down_at_night(engine: str) -> None:
    """Somebody waits from 9 on, whom a second seat at 12 would serve."""
    seats = [(0, 0, 1), (12, 0, 2), (15, 0, 2)]
    centre = on_days(centre_of([0, 0], seats=seats), *DAYS, seat_day=[0, 0, 1])
    found = lived(engine, centre, callers_of((5, 0, INF, 20), (9, 0, INF, 1)))
    assert told(found, 1) == (ANSWERED, 15.0, 1)


def test_a_departure_owed_in_the_evening_is_not_in_the_morning(engine: str) -> None:
    """Two work when one seat goes at 8, until 20 and 18; at 15 there are two seats again."""
    seats = [(0, 0, 2), (8, 0, 1), (15, 0, 2)]
    centre = on_days(centre_of([0, 0], seats=seats), *DAYS, seat_day=[0, 0, 1])
    found = lived(engine, centre, callers_of((5, 0, INF, 15), (6, 0, INF, 12), (17, 0, INF, 1)))
    assert told(found, 2) == (ANSWERED, 18.0, 1)


def test_who_stays_for_the_morning_has_breaks_at_night(engine: str) -> None:
    """Idle at 11, and after work at 13; operator 1, on duty until 14, goes instead."""
    breaks = [(0, 11, 1), (0, 12.5, 1), (1, 12, 1)]
    centre = centre_of([0, 1], [(0, 0, 30), (1, 0, 14)], breaks=breaks, tiers=[0, -1, -1, 0])
    found = lived(engine, on_days(centre, *DAYS), callers_of((9, 1, INF, 4), (16, 0, INF, 1)))
    assert minutes(found.break_start) == [11.0, 12.5]
    assert there(found, 1) == [(0.0, 13.0)]
    assert there(found, 0) == [(0.0, 30.0)]


def test_a_break_at_night_that_follows_work(engine: str) -> None:
    centre = on_days(centre_of([0], [(0, 0, 30)], breaks=[(0, 12, 2)]), *DAYS)
    found = lived(engine, centre, callers_of((9, 0, INF, 4), (9.5, 0, INF, 1)))
    assert minutes(found.break_start) == [13.0]
    assert told(found, 1) == (ANSWERED, 15.0, 0)


def test_who_goes_after_a_break_at_night_is_not_on_duty_in_the_morning(engine: str) -> None:
    """The break is from 10, when the line closes, to 11; at 16 there is nobody to wait for."""
    centre = on_days(centre_of([0], [(0, 0, 12)], breaks=[(0, 10, 1)]), *DAYS)
    centre = changed(centre, "conduct", per_operator=1.0)
    found = lived(engine, centre, callers_of((2, 0, INF, 1), (16, 0, INF, 1)))
    assert there(found, 0) == [(0.0, 11.0)]
    assert found.outcome.tolist() == [ANSWERED, Outcome.BLOCKED]


def test_the_line_has_its_rules_again_in_the_morning(engine: str) -> None:
    """A reserve does not hold at night, and holds again at 15."""
    centre = on_days(centre_of([0, 0], [(0, 0, 30), (1, 0, 30)], reserve=1), *DAYS)
    rows: list[Row] = [(5, 0, INF, 12), (6, 0, INF, 1), (16, 0, INF, 1)]
    found = lived(engine, centre, callers_of(*rows))
    assert [told(found, row) for row in range(3)] == [
        (ANSWERED, 5.0, 0), (ANSWERED, 10.0, 1), (ANSWERED, 17.0, 0),
    ]  # fmt: skip


def test_who_is_absent_on_one_day_comes_on_the_other(engine: str) -> None:
    centre = centre_of([0], [(0, 0, 10), (0, 15, 30)])
    centre = on_days(centre, *DAYS, duty_day=[0, 1])
    staff = staff_of(centre, absent=[True, False], late=[0.0, 60.0])
    found = lived(engine, centre, callers_of((5, 0, 2, 1), (15, 0, INF, 1)), staff)
    assert [told(found, row) for row in range(2)] == [(ABANDONED, 7.0, -1), (ANSWERED, 16.0, 0)]
