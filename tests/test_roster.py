"""The roster: as plain arrays, spread over its windows, and as it turns out on a day."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.attendance import Staff, everyone
from sim.centre import Centre, centre_of
from sim.conduct import talk_mean, wrap_mean
from sim.crewing import BREAK, MEETING, TRAINING
from sim.duties import load_of
from sim.roster import Expected, expected_at
from sim.scenario import Scenario, load, load_plans
from sim.staggering import Load, Span, Window, begins, staggered

WEEK = Path(__file__).parent / "scenario" / "week.toml"
HOUR, DAY = 3600.0, 86400.0


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load(WEEK)


@pytest.fixture(scope="module")
def centre(scenario: Scenario) -> Centre:
    return centre_of(scenario)


# --- arrays ---------------------------------------------------------------------------------------


def duties_of(centre: Centre, operator: int) -> list[tuple[float, float, int]]:
    """Duties of one operator: hours on the running clock, and the day."""
    own = centre.duty_operator == operator
    starts, ends = centre.duty_start[own] / HOUR, centre.duty_end[own] / HOUR
    return list(zip(starts, ends, centre.calendar.duty_day[own].tolist(), strict=True))


def operator_named(centre: Centre, name: str) -> int:
    return centre.operator_name.index(name)


def test_days_and_periods(centre: Centre) -> None:
    calendar = centre.calendar
    assert calendar.day_name == ("Fri", "Sat", "Sun", "Mon")
    assert calendar.day_start.tolist() == [0, DAY, 2 * DAY, 3 * DAY]
    assert (calendar.period_opens / HOUR).tolist() == [8, 34, 68, 80]
    assert (calendar.period_closes / HOUR).tolist() == [20, 38, 76, 92]
    assert (centre.opens, centre.closes) == (8 * HOUR, 92 * HOUR)


def test_hours_of_each_type(centre: Centre) -> None:
    """Loans have hours of their own, cut to the line's; on Sunday night nothing is left of them."""
    conduct = centre.conduct
    assert conduct.hours_from.tolist() == [0, 4, 7]
    assert (conduct.opens / HOUR).tolist() == [8, 34, 68, 80, 9, 34, 81]
    assert (conduct.closes / HOUR).tolist() == [20, 38, 76, 92, 17, 37, 89]
    assert conduct.carries.all()


def test_days_that_touch_are_one_period(tmp_path: Path) -> None:
    path = tmp_path / "round.toml"
    path.write_text(
        'name = "x"\n[day]\nopens = "00:00"\ncloses = "24:00"\ninterval = "1 h"\n'
        'days = ["Sat", "Sun", "Mon"]\non.Sun = { closes = "20:00" }\n'
        '[callers.a]\narrivals = { per_hour = 1 }\ntalk = "1 min"\npatience = "never"\n'
        '[callers.b]\nopens = "08:00"\narrivals = { per_hour = 1 }\ntalk = "1 min"\n'
        'patience = "never"\n[operators.g]\nskills = ["a", "b"]\nheadcount = [1, 1, 2]\n'
        'every = "8 h"\non.Sun = { headcount = 2 }\n[operators.h]\nskills = ["a"]\n'
        'shifts = [{ operators = 1, from = "00:00", to = "24:00" }]\n',
        encoding="utf-8",
    )
    scenario = load(path)
    centre = centre_of(scenario)
    calendar, conduct = centre.calendar, centre.conduct
    assert (calendar.period_opens / HOUR).tolist() == [0, 48]
    assert (calendar.period_closes / HOUR).tolist() == [44, 72]
    assert (conduct.opens / HOUR).tolist() == [0, 48, 8, 32, 56]
    assert (conduct.closes / HOUR).tolist() == [44, 72, 24, 44, 72]
    # Seats are set at every opening, and at midnight only where they change.
    assert (centre.seat_time / HOUR).tolist() == [0, 16, 48, 64]
    assert centre.seat_number.tolist() == [1, 2, 1, 2]
    assert calendar.seat_day.tolist() == [0, 0, 2, 2]
    # Duties that touch are one.
    assert duties_of(centre, 2) == [(0, 72, 0)]
    text = path.read_text(encoding="utf-8").replace('on.Sun = { closes = "20:00" }\n', "")
    path.write_text(text, encoding="utf-8")
    assert not centre_of(load(path)).conduct.carries[0]


def test_shifts_on_their_days(centre: Centre) -> None:
    early = operator_named(centre, "team early 1")
    assert duties_of(centre, early) == [(8, 16, 0), (80, 88, 3)]
    saturday = operator_named(centre, "team saturday 2")
    assert duties_of(centre, saturday) == [(34, 38, 1)]
    night = operator_named(centre, "team night 1")
    assert duties_of(centre, night) == [(68, 76, 2)]
    called = operator_named(centre, "team reserve 1")
    assert duties_of(centre, called) == [(16 + 24 * k, 20 + 24 * k, k) for k in range(4)]
    partner = operator_named(centre, "partner 1 3")
    assert duties_of(centre, partner) == [(9, 17, 0), (33, 41, 1), (81, 89, 3)]


def test_conditions_of_who_is_on_call(centre: Centre) -> None:
    called = centre.duty_operator == operator_named(centre, "team reserve 1")
    assert np.array_equal(centre.calendar.on_call, np.where(called, 0, -1))
    assert centre.calendar.call_queue.tolist() == [3]
    assert centre.calendar.call_wait.tolist() == [inf]
    assert centre.calendar.call_delay.tolist() == [15 * 60]


def test_breaks_and_meetings(centre: Centre) -> None:
    calendar = centre.calendar
    own = centre.break_operator == operator_named(centre, "team early 2")
    rows = list(
        zip(
            calendar.break_day[own].tolist(), calendar.break_kind[own].tolist(),
            (centre.break_lasts[own] / 60).tolist(), centre.break_paid[own].tolist(),
            strict=True,
        )
    )  # fmt: skip
    assert sorted(rows) == [
        (0, BREAK, 15, True), (0, BREAK, 30, False), (0, TRAINING, 60, True),
        (3, BREAK, 15, True), (3, BREAK, 30, False), (3, MEETING, 20, True),
        (3, TRAINING, 60, True),
    ]  # fmt: skip
    due = centre.break_due - calendar.day_start[calendar.break_day]
    late = calendar.break_latest - calendar.day_start[calendar.break_day]
    lunch = own & (centre.break_lasts == 1800)
    assert np.all((due[lunch] >= 11 * HOUR) & (due[lunch] <= 14 * HOUR))
    assert np.all(late[lunch] == 14 * HOUR)
    turns = own & (centre.break_lasts == 900)
    assert np.all(due[turns] == 10.25 * HOUR)
    assert np.all(late[turns] == due[turns])
    night = centre.break_operator == operator_named(centre, "team night 2")
    assert centre.break_due[night].tolist() == [73 * HOUR]


def test_nobody_is_off_the_phone_twice_at_once(centre: Centre) -> None:
    ends = centre.break_due + centre.break_lasts
    same = centre.break_operator[1:] == centre.break_operator[:-1]
    assert np.all(centre.break_due[1:][same] >= ends[:-1][same])


def test_seats_of_each_day(centre: Centre) -> None:
    hours = (centre.seat_time / HOUR).tolist()
    days = centre.calendar.seat_day.tolist()
    assert list(zip(hours, centre.seat_number.tolist(), days, strict=True)) == [
        (8, 1, 0), (14, 2, 0), (34, 1, 1), (68, 2, 2), (72, 1, 2), (80, 1, 3), (86, 2, 3),
    ]  # fmt: skip


def test_lanes_of_shared_types(centre: Centre, scenario: Scenario) -> None:
    routing, crewing = centre.routing, centre.crewing
    assert crewing.lane_type.tolist() == [0, 1, 1]
    assert routing.tier.reshape(3, 3).tolist() == [[0, 1, -1], [0, -1, -1], [-1, -1, 0]]
    assert routing.reserve.reshape(3, 3).tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert crewing.opens_wait.reshape(3, 3).tolist() == [[-1, 120, -1], [-1] * 3, [-1] * 3]
    assert (crewing.opens_queue == -1).all()
    assert crewing.knows.reshape(2, 3).tolist() == [[False, True, True], [True] * 3]
    assert (crewing.ring.tolist(), crewing.stays.tolist()) == ([4, 0, 0], [1800, 0, 0])
    assert crewing.longest_queue.tolist() == [True, False, False]
    assert centre.wrap_mean.reshape(2, 3).tolist() == [[40, 30, 0], [0, 0, 0]]
    assert wrap_mean(scenario, "cards", "team") == 40
    in_order = centre_of(next(s for s in load_plans(WEEK) if s.plan == "in_order"))
    assert in_order.crewing.lane_type.tolist() == [0, 1]
    assert in_order.routing.tier.reshape(2, 3).tolist() == [[0, 1, -1], [1, -1, 0]]


def test_load_of_a_group(scenario: Scenario) -> None:
    """Cards are shared equally by two groups; of the loans the team has seven tenths."""
    load = load_of(scenario, 0)
    cards = talk_mean(scenario, "cards", "team") + 40
    loans = talk_mean(scenario, "loans", "team")
    at = dict(zip((load.edges[:-1] / HOUR).tolist(), load.erlangs.tolist(), strict=True))
    assert at[8] == pytest.approx(30 / HOUR * cards)
    assert at[9] == pytest.approx(30 / HOUR * cards + 0.7 * 30 / HOUR * loans)
    assert at[13] == pytest.approx(30 / HOUR * cards + 0.7 * 20 / HOUR * loans)
    assert at[20] == 0
    assert at[34] == pytest.approx(15 / HOUR * cards + 0.7 * 10 / HOUR * loans)
    assert at[68] == pytest.approx(30 / HOUR * cards)
    experts, partner = load_of(scenario, 1), load_of(scenario, 2)
    assert experts.erlangs[0] == pytest.approx(30 / HOUR * (240 + 30))
    assert partner.erlangs[0] == pytest.approx(0.3 * 30 / HOUR * loans)


# --- staggering -----------------------------------------------------------------------------------


def naive(
    windows: list[Window], fixed: dict[int, list[Span]], duties: list[Span], load: Load
) -> list[float]:
    """The rule, moment by moment, one operator after the other."""
    away = [(who, *span) for who, spans in fixed.items() for span in spans]
    found = []

    def free(who: int, start: float, lasts: float, more: list[tuple[int, float, float]]) -> bool:
        return not any(w == who and start < e and s < start + lasts for w, s, e in more)

    def soonest(window: Window, more: list[tuple[int, float, float]]) -> float:
        ends = sorted({window.first, *(e for w, _, e in more if w == window.operator)})
        return min(
            t for t in ends if t >= window.first and free(window.operator, t, window.lasts, more)
        )

    def room(more: list[tuple[int, float, float]], rest: list[Window]) -> bool:
        for window in rest:
            start = soonest(window, more)
            if start > window.last:
                return False
            more = [*more, (window.operator, start, start + window.lasts)]
        return True

    def peak(start: float, lasts: float) -> float:
        moments = {start, *(t for t in load.edges if start < t < start + lasts)}
        moments |= {t for span in duties for t in span if start < t < start + lasts}
        moments |= {t for _, *span in away for t in span if start < t < start + lasts}
        each = [0.0]
        for moment in moments:
            there = sum(s <= moment < e for s, e in duties)
            there -= sum(s <= moment < e for _, s, e in away)
            work = sum(
                work
                for s, e, work in zip(load.edges, load.edges[1:], load.erlangs, strict=False)
                if s <= moment < e
            )
            each.append(work / (there - 1) if there > 1 else (inf if work > 0 else 0.0))
        return max(each)

    for place, window in enumerate(windows):
        rest = [w for w in windows[place + 1 :] if w.operator == window.operator]
        grid = [window.first + 300 * k for k in range(100) if window.first + 300 * k < window.last]
        fits = [t for t in [*grid, window.last] if t + window.lasts <= window.until]
        times = [
            t
            for t in sorted({*(fits or [window.first]), soonest(window, away)})
            if free(window.operator, t, window.lasts, away)
            and room([*away, (window.operator, t, t + window.lasts)], rest)
        ]
        best = min(times or [soonest(window, away)], key=lambda t: (peak(t, window.lasts), t))
        away.append((window.operator, best, best + window.lasts))
        found.append(best)
    return found


@st.composite
def floors(draw: st.DrawFn) -> tuple[list[Window], dict[int, list[Span]], list[Span], Load]:
    """A few operators with duties, given breaks and windows, some of them too narrow."""
    minutes = st.integers(0, 40).map(lambda n: 420.0 * n)
    duties: list[Span] = []
    windows: list[Window] = []
    fixed: dict[int, list[Span]] = {}
    for who in range(draw(st.integers(1, 5))):
        start = draw(minutes)
        end = start + draw(st.integers(10, 60)) * 420.0
        duties.append((start, end))
        if draw(st.booleans()):
            due = start + draw(st.integers(0, 9)) * 420.0
            fixed[who] = [(due, due + draw(st.sampled_from([300.0, 900.0])))]
        own = []
        for _ in range(draw(st.integers(0, 2))):
            first = start + draw(st.integers(0, 9)) * 420.0
            last = first + draw(st.integers(1, 12)) * 420.0
            own.append(Window(who, first, last, draw(st.sampled_from([300.0, 1800.0])), end))
        windows += sorted(own, key=lambda window: window.last)
    edges = np.arange(draw(st.integers(2, 9))) * draw(st.sampled_from([1800.0, 3600.0]))
    work = [draw(st.sampled_from([0.0, 0.5, 1.0, 2.5])) for _ in edges[1:]]
    return windows, fixed, duties, Load(edges, np.array(work))


@settings(deadline=None, max_examples=150)
@given(floors())
def test_breaks_are_where_the_rule_puts_them(
    floor: tuple[list[Window], dict[int, list[Span]], list[Span], Load],
) -> None:
    assert staggered(*floor) == naive(*floor)


def test_breaks_avoid_the_peak_and_each_other() -> None:
    """Five operators, a peak in the second hour: nobody is away then while there is other time."""
    load = Load(np.arange(5) * HOUR, np.array([2.0, 4.0, 2.0, 2.0]))
    windows = [Window(who, 0.0, 2.5 * HOUR, 1800.0, 4 * HOUR) for who in range(5)]
    found = staggered(windows, {}, [(0.0, 4 * HOUR)] * 5, load)
    assert found == [0.0, 1800.0, 2 * HOUR, 2.5 * HOUR, 0.0]


def test_candidates_are_a_grid_and_both_ends() -> None:
    assert begins(Window(0, 0.0, 700.0, 60.0, 1e4)) == [0.0, 300.0, 600.0, 700.0]
    assert begins(Window(0, 0.0, 600.0, 60.0, 1e4)) == [0.0, 300.0, 600.0]
    assert begins(Window(0, 0.0, 600.0, 60.0, 400.0)) == [0.0, 300.0]
    assert begins(Window(0, 0.0, 600.0, 60.0, 30.0)) == [0.0]


# --- as it turns out ------------------------------------------------------------------------------


def by_hand(centre: Centre, staff: Staff) -> dict[str, list[tuple[float, ...]]]:
    """Who comes, one after the other."""
    days = centre.calendar.days
    calendar = centre.calendar
    duties, breaks, seats = [], [], []
    for row, who in enumerate(centre.duty_operator):
        place = int(who) * days + int(calendar.duty_day[row])
        start, end = float(centre.duty_start[row]), float(centre.duty_end[row])
        if calendar.on_call[row] == -1:
            start += float(staff.late[place])
        if not staff.absent[place] and start < end:
            duties.append((int(who), start, end, int(calendar.on_call[row])))
    for row, who in enumerate(centre.break_operator):
        due = float(centre.break_due[row])
        away = staff.absent[int(who) * days + int(calendar.break_day[row])]
        there = any(w == who and start <= due < end for w, start, end, _ in duties)
        if there and not away:
            breaks.append((int(who), due, float(centre.break_lasts[row]), row))
    for row, group in enumerate(centre.seat_group):
        first, number = int(centre.first_operator[group]), int(centre.seat_number[row])
        day = int(calendar.seat_day[row])
        missing = sum(staff.absent[who * days + day] for who in range(first, first + number))
        seats.append((float(centre.seat_time[row]), int(group), number - int(missing)))
    return {"duties": duties, "breaks": breaks, "seats": seats}


def as_rows(found: Expected) -> dict[str, list[tuple[float, ...]]]:
    columns = {
        "duties": (found.duty_operator, found.duty_start, found.duty_end, found.on_call),
        "breaks": (found.break_operator, found.break_due, found.break_lasts, found.break_row),
        "seats": (found.seat_time, found.seat_group, found.seat_number),
    }
    return {
        name: list(zip(*(column.tolist() for column in each), strict=True))
        for name, each in columns.items()
    }


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32), share=st.sampled_from([0.0, 0.1, 0.5, 1.0]))
def test_who_is_expected(seed: int, share: float) -> None:
    centre = centre_of(load(WEEK))
    chance = np.random.default_rng(seed)
    shape = centre.operators * centre.calendar.days
    late = np.where(chance.random(shape) < 0.4, chance.exponential(2 * HOUR, shape), 0.0)
    staff = Staff(
        np.arange(centre.operators, dtype=np.int32),
        chance.random(shape) < share,
        late * (chance.random() < 0.7),
    )
    assert as_rows(expected_at(centre, staff)) == by_hand(centre, staff)


def test_everybody_comes_where_nobody_is_absent(centre: Centre) -> None:
    found = expected_at(centre, everyone(centre.operators, centre.calendar.days))
    assert np.array_equal(found.duty_start, centre.duty_start)
    assert np.array_equal(found.break_row, np.arange(len(centre.break_due)))
    assert np.array_equal(found.seat_number, centre.seat_number)


def test_who_is_too_late_does_not_come(centre: Centre) -> None:
    staff = everyone(centre.operators, centre.calendar.days)
    early, reserve = (operator_named(centre, f"team {name} 1") for name in ("early", "reserve"))
    staff.late[early * 4 : early * 4 + 4] = 8 * HOUR
    staff.late[reserve * 4 : reserve * 4 + 4] = 8 * HOUR
    found = expected_at(centre, staff)
    assert early not in found.duty_operator
    assert early not in found.break_operator
    # Who is on call cannot be late.
    assert np.count_nonzero(found.duty_operator == reserve) == 4
    almost = replace(staff, late=staff.late - 1.0 * (staff.late > 0))
    found = expected_at(centre, almost)
    assert np.count_nonzero(found.duty_operator == early) == 2
    assert early not in found.break_operator
