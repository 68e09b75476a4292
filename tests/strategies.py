"""Hypothesis strategies: days at random, drawn as the plain arrays that an engine reads.

Half of the days lie on a coarse grid of whole minutes, where nearly everything happens at one
instant with something else; the others have times of any fraction of a second.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from sim.callers import Callers, Staff
from sim.centre import Centre, Routing

OPENS, CLOSES = 28_800.0, 30_600.0
"""Every day drawn is open for half an hour, from 08:00."""

MINUTE = 60.0


class Day(NamedTuple):
    """What an engine is given."""

    centre: Centre
    callers: Callers
    staff: Staff


class _Clock(NamedTuple):
    """Draws times on a coarse grid of minutes, or anywhere."""

    draw: st.DrawFn
    coarse: bool

    def between(self, low: float, high: float) -> float:
        """A time from `low` to `high`, which lie on the grid."""
        if self.coarse:
            return low + MINUTE * self.draw(st.integers(0, int((high - low) // MINUTE)))
        return self.draw(st.floats(low, high, width=64))

    def after(self, low: float, high: float) -> float:
        """A time after `low`, at most `high`."""
        time = self.between(low, high)
        return high if time <= low else time

    def work(self) -> float:
        """A multiple of a mean; now and then nothing at all."""
        if self.coarse:
            return float(self.draw(st.sampled_from([0, 1, 1, 1, 2, 3, 5])))
        return self.draw(st.floats(0.0, 5.0, width=64))


class _Roster:
    """The operators drawn, group by group."""

    def __init__(self, clock: _Clock) -> None:
        self.clock = clock
        self.group: list[int] = []
        self.absent: list[bool] = []
        self.seats: list[bool] = []
        self.duties: list[tuple[int, float, float]] = []
        self.breaks: list[tuple[int, float, float, bool]] = []
        self.changes: list[tuple[float, int, int]] = []

    def hire(self, number: int) -> range:
        """The numbers of new operators of the next group."""
        first = len(self.group)
        self.group += [len(self.seats)] * number
        self.absent += [False] * number
        return range(first, first + number)

    def add_shifts(self) -> None:
        """A group of persons with one duty each, and breaks."""
        draw = self.clock.draw
        for who in self.hire(draw(st.integers(1, 3))):
            start = self.clock.between(OPENS - 300, CLOSES - 60)
            end = self.clock.after(start, CLOSES + 300)
            self.duties.append((who, start, end))
            self.absent[who] = draw(st.integers(0, 7)) == 7
            for _ in range(draw(st.integers(0, 2))):
                due = self.clock.between(start, end)
                lasts = MINUTE * draw(st.integers(1, 6))
                if start < due < end:
                    self.breaks.append((who, due, lasts, draw(st.booleans())))
        self.seats.append(False)

    def add_rows(self) -> None:
        """A group from a roster: persons with several duties, no breaks."""
        draw = self.clock.draw
        for who in self.hire(draw(st.integers(1, 2))):
            start = self.clock.between(OPENS - 300, CLOSES - 60)
            for _ in range(draw(st.integers(1, 3))):
                end = self.clock.after(start, CLOSES + 300)
                self.duties.append((who, start, end))
                if end >= CLOSES - 60:
                    break
                start = self.clock.after(end, CLOSES - 60)
            self.absent[who] = draw(st.integers(0, 7)) == 7
        self.seats.append(False)

    def add_seats(self) -> None:
        """A group of seats."""
        draw = self.clock.draw
        pieces = draw(st.sampled_from([1, 3, 6]))
        numbers = draw(st.lists(st.integers(0, 3), min_size=pieces, max_size=pieces))
        self.hire(max(numbers))
        before = -1
        for piece, number in enumerate(numbers):
            if number != before:
                time = OPENS + piece * (CLOSES - OPENS) / pieces
                self.changes.append((time, len(self.seats), number))
            before = number
        self.seats.append(True)

    def arrays(self) -> dict[str, object]:
        """The roster as the columns of `Centre`."""
        duties, breaks, changes = sorted(self.duties), sorted(self.breaks), sorted(self.changes)
        groups = len(self.seats)
        return {
            "first_operator": np.searchsorted(self.group, np.arange(groups + 1)).astype(np.int32),
            "operator_group": np.array(self.group, np.int32),
            "operator_name": tuple(f"operator {k}" for k in range(len(self.group))),
            "seats": np.array(self.seats, np.bool_),
            "seat_time": np.array([c[0] for c in changes], np.float64),
            "seat_group": np.array([c[1] for c in changes], np.int32),
            "seat_number": np.array([c[2] for c in changes], np.int32),
            "duty_operator": np.array([d[0] for d in duties], np.int32),
            "duty_start": np.array([d[1] for d in duties], np.float64),
            "duty_end": np.array([d[2] for d in duties], np.float64),
            "break_operator": np.array([b[0] for b in breaks], np.int32),
            "break_due": np.array([b[1] for b in breaks], np.float64),
            "break_lasts": np.array([b[2] for b in breaks], np.float64),
            "break_paid": np.array([b[3] for b in breaks], np.bool_),
        }


def _routing(clock: _Clock, types: int, groups: int) -> Routing:
    draw = clock.draw
    pairs = types * groups
    tier = draw(st.lists(st.sampled_from([-1, 0, 0, 1, 2]), min_size=pairs, max_size=pairs))
    for kind in range(types):  # a type that nobody serves is refused at load
        if max(tier[kind * groups : (kind + 1) * groups]) < 0:
            tier[kind * groups] = 0
    waits = [0.0, 0.0, 60.0, 120.0] if clock.coarse else [0.0, 0.0, 30.0, 41.7]

    def several(values: list[float], size: int) -> list[float]:
        return draw(st.lists(st.sampled_from(values), min_size=size, max_size=size))

    return Routing(
        tier=np.array(tier, np.int32),
        rank=np.array(several([1, 1, 2, 3], pairs), np.int32),
        after=np.array(several(waits, pairs), np.float64),
        reserve=np.zeros(pairs, np.int32),
        klass=np.array(several([1, 1, 2], types), np.int32),
        head_start=np.array(several([0.0, 0.0, 60.0, 90.0], types), np.float64),
        growth=np.ones(types),
        ranked=np.array(several([0, 1], groups), np.bool_),
    )


def _callers(clock: _Clock, types: int) -> Callers:
    draw = clock.draw
    rows = []
    for _ in range(draw(st.integers(0, 25))):
        patience = draw(st.sampled_from(["never", "at once", "some", "some", "some"]))
        wait = {"never": np.inf, "at once": 0.0}.get(patience)
        rows.append(
            (
                min(clock.between(OPENS, CLOSES), np.nextafter(CLOSES, 0)),
                draw(st.integers(0, types - 1)),
                clock.work(),
                clock.work(),
                clock.between(0.0, 600.0) if wait is None else wait,
            )
        )
    rows.sort(key=lambda row: row[:2])
    arrival, kind, talk, wrap, patience_ = zip(*rows, strict=True) if rows else ((),) * 5
    return Callers(
        arrival=np.array(arrival, np.float64),
        type=np.array(kind, np.int16),
        caller=np.arange(len(rows), dtype=np.int32),
        attempt=np.ones(len(rows), np.int16),
        talk_work=np.array(talk, np.float64),
        wrap_work=np.array(wrap, np.float64),
        patience=np.array(patience_, np.float64),
    )


@st.composite
def days(draw: st.DrawFn) -> Day:
    """A small line with any mixture of the model's features, its callers and its staff."""
    clock = _Clock(draw, draw(st.booleans()))
    types, groups = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    roster = _Roster(clock)
    for _ in range(groups):
        draw(st.sampled_from([roster.add_shifts, roster.add_rows, roster.add_seats]))()
    routing = _routing(clock, types, groups)
    means = [30.0, 60.0, 120.0] if clock.coarse else [20.0, 47.3, 111.1]
    size = types * groups
    talk = draw(st.lists(st.sampled_from(means), min_size=size, max_size=size))
    wrap = draw(st.lists(st.sampled_from([0.0, *means]), min_size=size, max_size=size))
    served = routing.tier >= 0
    centre = Centre(
        types=tuple("abc"[:types]),
        groups=tuple("xyz"[:groups]),
        opens=OPENS,
        closes=CLOSES,
        interval=900.0,
        serve=draw(st.booleans()),
        lines=draw(st.sampled_from([-1, -1, 1, 2, 4])),
        routing=routing,
        talk_mean=np.where(served, talk, 0.0),
        wrap_mean=np.where(served, wrap, 0.0),
        **roster.arrays(),  # type: ignore[arg-type]
    )
    staff = Staff(
        operator=np.arange(len(roster.group), dtype=np.int32),
        absent=np.array(roster.absent, np.bool_),
    )
    return Day(centre, _callers(clock, types), staff)
