"""What is paid for on one day: the roster, who is absent or called, and hours that cost more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.centre import Centre
from sim.columns import Column
from sim.crewing import BREAK, COACHING, MEETING, TRAINING
from sim.measures.spread import (
    Floats,
    Stretches,
    Whole,
    and_all,
    crossings,
    duties_of,
    duty_within,
    seat_pieces,
    seats_at,
    sums_at,
)
from sim.outcomes import Outcomes
from sim.roster import seats_taken
from sim.scenario.days import WEEKDAYS
from sim.times import DAY

if TYPE_CHECKING:
    from sim.callers import Staff
    from sim.scenario import Scenario
    from sim.scenario.pay import Premium

PAY_FIGURES = (
    Column("rostered", "float64", "s", "paid duty without overtime: as rostered, less unpaid "
           "breaks; of who is on call from when they come; not of who is absent and unpaid"),
    Column("standby", "float64", "s", "on call and not called"),
    Column("premium", "float64", "s", "paid time x the `premiums` that hold then, overtime "
           "included"),
    Column("absence", "float64", "s", "paid duty of who was absent"),
    Column("late", "float64", "s", "from the start of duty until who is late is at the desk"),
    Column("breaks", "float64", "s", "on paid breaks"),
    Column("meetings", "float64", "s", "in meetings"),
    Column("training", "float64", "s", "in training"),
    Column("coaching", "float64", "s", "in coaching"),
)  # fmt: skip
"""What the staff of a day is paid for, by group and all."""

OFF_PHONE = {"breaks": BREAK, "meetings": MEETING, "training": TRAINING, "coaching": COACHING}
"""Figures of time off the phone, and the kind that they are the time of."""


class Rate(NamedTuple):
    """How the premiums of a group add up over time: straight between the times."""

    times: Floats
    """In s on the running clock, ascending."""
    total: Floats
    """Seconds x share up to then."""
    share: Floats
    """Share that holds from then on."""

    def until(self, times: Floats) -> Floats:
        """Seconds x share up to some times."""
        # Not np.interp, which rounds where nothing is added.
        row = np.maximum(np.searchsorted(self.times, times, side="right") - 1, 0)
        found: Floats = self.total[row] + self.share[row] * np.maximum(times - self.times[row], 0.0)
        return found


class Pay(NamedTuple):
    """What the roster is paid for if everybody comes; G groups, persons by operator and day."""

    rostered: Floats
    """Paid seconds by the clock, on call left out; shape (G,)."""
    of_day: Floats
    """The same of each person and day, by operator * days + day; of seats 0."""
    premium: Floats
    """Seconds x share of `rostered`; shape (G,)."""
    premium_of_day: Floats
    rates: tuple[Rate | None, ...]
    """Premiums of each group; None where it has none."""
    absence_paid: NDArray[np.bool_]
    """Whether who is absent is paid, by group."""
    duties: Stretches
    """Rostered duty that begins by the clock."""
    called: Stretches
    """Rostered duty of operators on call, and its places in the roster."""
    called_day: Whole
    unpaid: Stretches
    """Unpaid breaks, as they would be taken if no call delayed them."""


def pay_of(centre: Centre, scenario: Scenario) -> Pay:
    """What the roster of a scenario is paid for if everybody comes.

    Parameters
    ----------
    centre : Centre
        It has the roster.
    scenario : Scenario
        It has the premiums, and says whether who is absent is paid.
    """
    calendar, duties = centre.calendar, duties_of(centre)
    by_clock = calendar.on_call < 0
    groups = scenario.operators.values()
    rates = tuple(rate_of(each.premiums, tuple(scenario.days), centre) for each in groups)
    start, end = breaks_in_turn(centre)
    unpaid = ~centre.break_paid
    pay = Pay(
        rostered=np.zeros(len(centre.groups)),
        of_day=np.zeros(centre.operators * calendar.days),
        premium=np.zeros(len(centre.groups)),
        premium_of_day=np.zeros(centre.operators * calendar.days),
        rates=rates,
        absence_paid=np.array([bool(each.absence_paid) for each in groups]),
        duties=_chosen(duties, by_clock),
        called=_chosen(duties, ~by_clock),
        called_day=calendar.duty_day[~by_clock].astype(np.intp),
        unpaid=Stretches(centre.break_operator[unpaid].astype(np.intp), start[unpaid], end[unpaid]),
    )
    _add_persons(pay, centre, calendar.duty_day[by_clock].astype(np.intp))
    for g in np.flatnonzero(centre.seats).tolist():
        pay.rostered[g], pay.premium[g] = _seats_paid(g, centre, centre.seat_number, rates[g])
    return pay


def _add_persons(pay: Pay, centre: Centre, day: Whole) -> None:
    """Fill in what persons are paid for: their duty less the unpaid breaks in it."""
    of, columns = centre.operator_group.astype(np.intp), len(centre.groups)
    breaks = crossings(pay.unpaid, pay.duties)
    rest = Stretches(pay.unpaid.operator[breaks.row], breaks.start, breaks.end)
    days = centre.calendar.days
    for stretches, sign, at in ((pay.duties, 1, day), (rest, -1, day[breaks.duty])):
        who, seconds = stretches.operator, stretches.end - stretches.start
        pay.rostered[:] += sign * sums_at(of[who], seconds, columns)
        pay.of_day[:] += sign * sums_at(who * days + at, seconds, len(pay.of_day))
        dearer = dear(pay, stretches, of)
        pay.premium[:] += sign * sums_at(of[who], dearer, columns)
        pay.premium_of_day[:] += sign * sums_at(who * days + at, dearer, len(pay.of_day))


def dear(pay: Pay, stretches: Stretches, group: Whole) -> Floats:
    """Seconds x share of premiums of each stretch of time."""
    found, of = np.zeros(len(stretches.operator)), group[stretches.operator]
    for g, rate in enumerate(pay.rates):
        if rate is not None:
            mine = of == g
            found[mine] = rate.until(stretches.end[mine]) - rate.until(stretches.start[mine])
    return found


def _seats_paid(
    group: int, centre: Centre, number: NDArray[np.int32], rate: Rate | None
) -> tuple[float, float]:
    """Seats x time, and seconds x share of their premiums."""
    changes = centre.seat_time[centre.seat_group == group]
    times = np.unique(np.concatenate([changes, centre.calendar.period_closes]))
    seats = seats_at(group, times, centre, number)[:-1]
    dearer = 0.0 if rate is None else float((seats * np.diff(rate.until(times))).sum())
    return float((seats * np.diff(times)).sum()), dearer


def _chosen(stretches: Stretches, rows: NDArray[np.bool_]) -> Stretches:
    return Stretches(stretches.operator[rows], stretches.start[rows], stretches.end[rows])


def breaks_in_turn(centre: Centre) -> tuple[Floats, Floats]:
    """When each rostered break begins and ends where no call delays it.

    A break that falls due during another of the same operator begins when that ends.
    """
    start = centre.break_due.copy()
    for row in range(1, len(start)):
        if centre.break_operator[row] == centre.break_operator[row - 1]:
            start[row] = max(start[row], start[row - 1] + centre.break_lasts[row - 1])
    return start, start + centre.break_lasts


def rate_of(premiums: Sequence[Premium], days: tuple[str, ...], centre: Centre) -> Rate | None:
    """How the premiums of a group add up over the days that are simulated; None without any.

    Parameters
    ----------
    premiums : sequence of Premium
        Those without hours hold from midnight to midnight; one that goes on past midnight
        belongs to the day on which it begins.
    days : tuple of str
        Names of the days; empty for one day without a name, on which only premiums of every
        day are known to hold.
    """
    if not premiums:
        return None
    last = int(max(centre.calendar.day_start[-1], *centre.duty_end, centre.closes) // DAY) + 2
    hours = np.array(list(_hours(premiums, days, range(-1, last)))).reshape(-1, 3)
    if not len(hours):  # on no day that is simulated
        return None
    start, end, share = hours.T
    times = np.unique(np.concatenate([start, end]))
    holds = (start <= times[:, None]) & (times[:, None] < end)
    shares = np.where(holds, share, 0.0).sum(axis=1)
    total = np.concatenate([[0.0], np.cumsum(shares[:-1] * np.diff(times))])
    return Rate(times, total, shares)


def _hours(
    premiums: Iterable[Premium], days: tuple[str, ...], numbers: range
) -> Iterator[tuple[float, float, float]]:
    """Start, end and share of each premium on each day; day 0 is the first simulated."""
    for premium in premiums:
        start, end = premium.from_ or 0.0, DAY if premium.to is None else premium.to
        end += DAY if end <= start else 0.0
        for number in numbers:
            name = WEEKDAYS[(WEEKDAYS.index(days[0]) + number) % 7] if days else ""
            if premium.days is None or name in premium.days:
                yield start + number * DAY, end + number * DAY, premium.share


def paid_for(
    pay: Pay, centre: Centre, outcomes: Outcomes, staff: Staff | None
) -> dict[str, Floats]:  # fmt: skip
    """What the staff of one replication is paid for.

    Parameters
    ----------
    pay : Pay
        What the roster is paid for if everybody comes.
    centre : Centre
        It has the roster.
    outcomes : Outcomes
        It has the presences and breaks.
    staff : Staff, optional
        Who is absent or late; without it nobody is.

    Returns
    -------
    dict of str to ndarray, shape (G + 1,)
        `PAY_FIGURES` by group and all; those that are 0 may be left out.
    """
    found = {"rostered": pay.rostered.copy()}
    if any(rate is not None for rate in pay.rates):
        found["premium"] = pay.premium.copy()
    if staff is not None and staff.absent.any():
        _add_absence(found, pay, centre, staff)
    if staff is not None and staff.late.any():
        _add_late(found, pay, centre, staff)
    if len(pay.called.operator):
        _add_called(found, pay, centre, outcomes, staff)
    if "premium" in found:
        _add_overtime(found, pay, centre, outcomes, staff)
    if len(outcomes.break_row) and (centre.break_paid.any() or centre.calendar.break_kind.any()):
        found |= _off_phone(centre, outcomes)
    return {name: and_all(each) for name, each in found.items()}


def _add_absence(found: dict[str, Floats], pay: Pay, centre: Centre, staff: Staff) -> None:
    """Who is absent: paid all the same, or not."""
    of, columns = centre.operator_group.astype(np.intp), len(centre.groups)
    away = np.flatnonzero(staff.absent)
    group = of[away // centre.calendar.days]
    seconds = sums_at(group, pay.of_day[away], columns)
    dearer = sums_at(group, pay.premium_of_day[away], columns)
    number = seats_taken(centre, staff)
    for g in np.flatnonzero(centre.seats).tolist():
        taken, dear_taken = _seats_paid(g, centre, number, pay.rates[g])
        seconds[g], dearer[g] = pay.rostered[g] - taken, pay.premium[g] - dear_taken
    paid = pay.absence_paid
    found["absence"] = np.where(paid, seconds, 0.0)
    found["rostered"] -= np.where(paid, 0.0, seconds)
    if "premium" in found:
        found["premium"] -= np.where(paid, 0.0, dearer)


def _add_late(found: dict[str, Floats], pay: Pay, centre: Centre, staff: Staff) -> None:
    """Who is late is paid; the time is no duty."""
    of, days = centre.operator_group.astype(np.intp), centre.calendar.days
    who, start, end = pay.duties
    by_clock = centre.calendar.on_call < 0
    number = who * days + centre.calendar.duty_day[by_clock]
    seconds = np.where(staff.absent[number], 0.0, np.minimum(staff.late[number], end - start))
    found["late"] = sums_at(of[who], seconds, len(centre.groups))


def _add_called(
    found: dict[str, Floats], pay: Pay, centre: Centre, outcomes: Outcomes, staff: Staff | None
) -> None:  # fmt: skip
    """Who is on call: paid from when they come, on standby before."""
    of, columns = centre.operator_group.astype(np.intp), len(centre.groups)
    who, start, end = pay.called
    met = crossings(_presences(outcomes), pay.called)
    there = met.end > met.start
    came = end.copy()
    np.minimum.at(came, met.duty[there], met.start[there])
    standby = came - start
    if staff is not None:
        away = staff.absent[who * centre.calendar.days + pay.called_day]
        standby[away & ~pay.absence_paid[of[who]]] = 0.0
    duty = Stretches(who, came, end)
    met = crossings(pay.unpaid, duty)
    # A break that falls due before its operator comes is not taken.
    owed = pay.unpaid.start[met.row] >= came[met.duty]
    rest = Stretches(pay.unpaid.operator[met.row][owed], met.start[owed], met.end[owed])
    for stretches, sign in ((duty, 1), (rest, -1)):
        group = of[stretches.operator]
        found["rostered"] += sign * sums_at(group, stretches.end - stretches.start, columns)
        if "premium" in found:
            found["premium"] += sign * sums_at(group, dear(pay, stretches, of), columns)
    found["standby"] = sums_at(of[who], standby, columns)


def _add_overtime(
    found: dict[str, Floats], pay: Pay, centre: Centre, outcomes: Outcomes, staff: Staff | None
) -> None:  # fmt: skip
    """Premiums of the time present outside rostered duty, or above the seats."""
    of, columns = centre.operator_group.astype(np.intp), len(centre.groups)
    present = _presences(outcomes)
    persons = _chosen(present, ~centre.seats[of[present.operator]])
    _, outside = duty_within(persons, duties_of(centre))
    found["premium"] += sums_at(of[outside.operator], dear(pay, outside, of), columns)
    number = centre.seat_number if staff is None else seats_taken(centre, staff)
    for g in np.flatnonzero(centre.seats).tolist():
        rate, mine = pay.rates[g], of[present.operator] == g
        if rate is not None:
            times, there, seats = seat_pieces(
                g, present.start[mine], present.end[mine], centre, np.zeros(0),
                number,
            )  # fmt: skip
            over = np.maximum(0, there - seats)
            found["premium"][g] += float((over * np.diff(rate.until(times))).sum())


def _off_phone(centre: Centre, outcomes: Outcomes) -> dict[str, Floats]:
    """Paid time off the phone, by kind."""
    of, columns = centre.operator_group.astype(np.intp), len(centre.groups)
    known = outcomes.break_row >= 0
    row = outcomes.break_row[known]
    seconds = (outcomes.break_end - outcomes.break_start)[known]
    group = of[outcomes.break_operator[known]]
    kind, paid = centre.calendar.break_kind[row], centre.break_paid[row]
    return {
        name: sums_at(group[mine], seconds[mine], columns)
        for name, number in OFF_PHONE.items()
        if (mine := (kind == number) & paid).any()
    }


def _presences(outcomes: Outcomes) -> Stretches:
    return Stretches(
        outcomes.presence_operator.astype(np.intp), outcomes.presence_start, outcomes.presence_end
    )
