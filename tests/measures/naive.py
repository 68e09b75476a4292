"""Every figure and measure again, in plain loops and as the design words it."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from sim.centre import Centre
from sim.outcomes import Outcome, Outcomes, Via

Contact = dict[str, Any]


def contacts_of(outcomes: Outcomes) -> list[Contact]:
    """The table of contacts as a list of rows."""
    names = (
        "contact", "type", "caller", "attempt", "via", "arrival", "outcome", "wait_ended",
        "callback", "talk_started", "talk_ended", "handled", "operator", "announced_wait",
        "announced_at", "promised_until", "follow_up_lost",
    )  # fmt: skip
    columns = [getattr(outcomes, name).tolist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def tries_of(outcomes: Outcomes, contacts: list[Contact]) -> list[dict[str, Any]]:
    """The table of tries as a list of rows, with the type of each contact."""
    kinds = {c["contact"]: c["type"] for c in contacts}
    names = ("contact", "operator", "start", "end")
    columns = [getattr(outcomes, f"try_{name}").tolist() for name in names]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    return [row | {"type": kinds[row["contact"]]} for row in rows]


def offered(contacts: list[Contact]) -> list[Contact]:
    """Those that were not served in the menu."""
    return [c for c in contacts if c["outcome"] != Outcome.CONTAINED]


def took_callback(c: Contact) -> bool:
    """Whether the caller accepted to be called back."""
    return not math.isnan(c["callback"])


def hours(scene: Any, centre: Centre) -> list[tuple[float, float]]:
    """When the line opens and closes on each day."""
    if not scene.days:
        return [(centre.opens, centre.closes)]
    return [(day.hours.opens, day.hours.closes) for day in scene.calendar_days]


def intervals(scene: Any, centre: Centre) -> list[tuple[int, float, float]]:
    """Day, start and end of each reporting interval."""
    rows = []
    for day, (opens, closes) in enumerate(hours(scene, centre)):
        for row in range(round((closes - opens) / centre.interval)):
            start = opens + row * centre.interval
            rows.append((day, start, start + centre.interval))
    return rows


def interval(rows: list[tuple[int, float, float]], time: float) -> int:
    """Number of the interval of a contact; who comes outside counts with the one before."""
    started = [row for row, (_, start, _) in enumerate(rows) if time >= start]
    return started[-1] if started else 0


def nearest(rows: list[tuple[int, float, float]], time: float) -> int:
    """Number of the interval of staff; who is there outside counts with the nearest."""
    row = interval(rows, time)
    end = rows[row][2]
    if time >= end and row + 1 < len(rows) and time - end >= rows[row + 1][1] - time:
        return row + 1
    return row


def is_open(scene: Any, centre: Centre, time: float) -> bool:
    """Whether the line is open."""
    return any(opens <= time < closes for opens, closes in hours(scene, centre))


def wait_over(c: Contact) -> float:
    """When the wait was over: for who is answered on the line, with the talk."""
    on_the_line = c["outcome"] == Outcome.ANSWERED and not took_callback(c)
    return float(c["talk_started"] if on_the_line else c["wait_ended"])


def day_of(scene: Any, centre: Centre, time: float) -> int:
    """The day with which a time counts: the middle of the night divides two."""
    found = 0
    open_hours = hours(scene, centre)
    for day in range(1, len(open_hours)):
        if time - open_hours[day - 1][1] >= open_hours[day][0] - time:
            found = day
    return found


def contact_sums(scene: Any, centre: Centre, contacts: list[Contact]) -> dict[str, float]:
    """The sums of `CONTACT_SUMS` over the given contacts."""
    sums = dict.fromkeys(
        (
            "offered", "answered", "abandoned", "blocked", "cut_off", "callbacks",
            "callback_lost", "answered_in_time", "abandoned_in_time", "delayed", "wait",
            "answered_wait", "short", "called_back",
        ),
        0.0,
    )  # fmt: skip
    for c in offered(contacts):
        name = centre.types[c["type"]]
        sums["offered"] += 1
        sums[Outcome(c["outcome"]).name.lower()] += 1
        sums["callbacks"] += took_callback(c)
        if c["outcome"] == Outcome.BLOCKED:
            continue
        in_time = wait_over(c) <= c["arrival"] + scene.within(name)
        wait = wait_over(c) - c["arrival"]
        if c["outcome"] != Outcome.CALLBACK_LOST:
            sums["wait"] += wait
        if c["outcome"] == Outcome.ANSWERED and took_callback(c):
            sums["called_back"] += 1
            sums["delayed"] += 1
        elif c["outcome"] == Outcome.ANSWERED:
            sums["answered_in_time"] += in_time
            sums["answered_wait"] += wait
            sums["delayed"] += c["wait_ended"] > c["arrival"]
        else:
            sums["delayed"] += 1
        if c["outcome"] == Outcome.ABANDONED:
            sums["abandoned_in_time"] += in_time
            limit = scene.ignore_under(name)
            sums["short"] += limit is not None and c["wait_ended"] < c["arrival"] + limit
    return sums


def queue_max(contacts: list[Contact]) -> int:
    """The most who wait at once, by walking through joins and leaves."""
    events = []
    for c in contacts:
        if wait_over(c) > c["arrival"]:
            events += [(c["arrival"], 1), (wait_over(c), 0)]
    most = now = 0
    for _, joins in sorted(events):
        now += 1 if joins else -1
        most = max(most, now)
    return most


def queue_time(contacts: list[Contact], open_hours: list[tuple[float, float]]) -> float:
    """Seconds waited while the line was open."""
    return sum(
        max(0.0, min(wait_over(c), closes) - max(c["arrival"], opens))
        for c in contacts
        if not math.isnan(c["wait_ended"])
        for opens, closes in open_hours
    )


def waits(contacts: list[Contact]) -> list[float]:
    """Waits of all that were not blocked, ascending."""
    return sorted(wait_over(c) - c["arrival"] for c in contacts if not math.isnan(c["wait_ended"]))


def service_level(sums: dict[str, float], counts: str) -> tuple[float, float]:
    """Numerator and denominator."""
    return {
        "offered": (sums["answered_in_time"], sums["offered"]),
        "answered": (sums["answered_in_time"], sums["answered"]),
        "excluding_short": (sums["answered_in_time"], sums["offered"] - sums["short"]),
        "abandoned_in_time_met": (
            sums["answered_in_time"] + sums["abandoned_in_time"],
            sums["offered"],
        ),
    }[counts]


def meets(scene: Any, sums: dict[str, float], name: str | None) -> bool:
    """Whether the sums reach the target of the type, or of the scenario."""
    top, bottom = service_level(sums, scene.counts(name))
    return (top / bottom if bottom else 0.0) >= scene.targets_of(name).service_level.share


def figures(
    scene: Any, centre: Centre, outcomes: Outcomes, name: str | None, menu: Any = None
) -> dict[str, float]:
    """Figures of a day for one type (or all): sums, and what does not add up."""
    everyone = contacts_of(outcomes)
    contacts = [c for c in everyone if name in (None, centre.types[c["type"]])]
    result = contact_sums(scene, centre, contacts)
    result["contained"] = len(contacts) - len(offered(contacts))
    result["follow_ups_lost"] = sum(c["follow_up_lost"] != -1 for c in contacts)
    mine, contacts = contacts, offered(contacts)
    there = [c for c in contacts if c["outcome"] != Outcome.BLOCKED]
    for key, limit in (("over_1_min", 60), ("over_5_min", 300), ("over_30_min", 1800)):
        result[key] = sum(wait_over(c) > c["arrival"] + limit for c in there)
    open_hours = hours(scene, centre)
    of_days = [
        [c for c in contacts if day_of(scene, centre, c["arrival"]) == day]
        for day in range(len(open_hours))
    ]
    longest = [max(waits(each), default=0.0) for each in of_days]
    result["wait_max"] = sum(longest) / len(of_days)
    result["queue_time"] = queue_time(contacts, open_hours)
    result["queue_max"] = sum(map(queue_max, of_days)) / len(of_days)
    result["callers"] = len({c["caller"] for c in contacts})
    answered = [c for c in contacts if c["outcome"] == Outcome.ANSWERED]
    result["reached"] = len({c["caller"] for c in answered})
    for key, via in (("redials", Via.REDIAL), ("repeats", Via.REPEAT), ("transfers", Via.TRANSFER)):
        result[key] = sum(c["via"] == via for c in contacts)
    result["handling"] = sum(c["handled"] - work_began(c) for c in answered)
    result["handling"] += sum(
        one["end"] - one["start"]
        for one in tries_of(outcomes, everyone)
        if name in (None, centre.types[one["type"]])
    )
    result |= chains(everyone, None if name is None else centre.types.index(name))
    result |= promises(scene, centre, contacts)
    result["intervals"] = result["intervals_met"] = 0
    result["day_judged"] = result["day_met"] = 0
    if scene.targets_of(name).service_level is not None:
        rows = intervals(scene, centre)
        rows_of = [interval(rows, c["arrival"]) for c in contacts]
        for row in range(len(rows)):
            part = [c for c, own in zip(contacts, rows_of, strict=True) if own == row]
            if part:
                result["intervals"] += 1
                sums = contact_sums(scene, centre, part)
                result["intervals_met"] += meets(scene, sums, name)
        for day in range(len(open_hours)):
            part = [c for c, own in zip(contacts, rows_of, strict=True) if rows[own][0] == day]
            if part:
                result["day_judged"] += 1
                result["day_met"] += meets(scene, contact_sums(scene, centre, part), name)
    result["followed"] = followed(everyone, None if name is None else centre.types.index(name))
    result["line_time"] = 0.0
    if scene.trunks and scene.trunks.cost_per_minute:
        result["line_time"] = line_time(mine, everyone, menu)
    result["lost"] = lost_call_cost(scene, centre, everyone, name)
    result["repeat_cost"] = sum(
        scene.callers[centre.types[c["type"]]].money.repeat_cost
        for c in contacts
        if c["via"] == Via.REPEAT
    )
    result["value"], result["minute"] = money(scene, contacts, centre)
    return result


def work_began(c: Contact) -> float:
    """When the operator began to work on an answered contact, ring included."""
    return float(c["talk_started"] if took_callback(c) else c["wait_ended"])


def before(everyone: list[Contact], c: Contact) -> Contact:
    """The contact of the same person before this one."""
    return next(
        other
        for other in everyone
        if other["caller"] == c["caller"] and other["attempt"] == c["attempt"] - 1
    )


def followed(everyone: list[Contact], kind: int | None) -> int:
    """Answered contacts of a type after which the caller came again or was passed on."""
    number = 0
    for c in everyone:
        if c["via"] in (Via.REPEAT, Via.TRANSFER):
            number += kind in (None, before(everyone, c)["type"])
        if c["follow_up_lost"] in (Via.REPEAT, Via.TRANSFER):
            number += kind in (None, c["type"])
    return number


def line_time(contacts: list[Contact], everyone: list[Contact], menu: Any) -> float:
    """Seconds on the telephone lines."""
    total = 0.0
    for c in contacts:
        first = c
        while first["via"] == Via.TRANSFER:
            first = before(everyone, first)
            if took_callback(first):  # an operator had phoned
                break
        if c["outcome"] == Outcome.BLOCKED or (first is not c and took_callback(first)):
            continue
        if c["via"] != Via.TRANSFER and menu is not None and not math.isnan(menu[c["contact"]]):
            total += menu[c["contact"]]
        if c["outcome"] == Outcome.ANSWERED and not took_callback(c):
            total += c["talk_ended"] - c["arrival"]
        elif c["outcome"] != Outcome.CONTAINED:
            total += c["wait_ended"] - c["arrival"]
    return total


def chains(everyone: list[Contact], kind: int | None) -> dict[str, float]:
    """Figures of persons, each counted under the type of the first contact offered."""
    result = dict.fromkeys(("served", "lost_callers", "time_to_served", "dialled"), 0.0)
    for contacts in persons(everyone):
        first = contacts[0]
        if kind not in (None, first["type"]):
            continue
        talks = [c["talk_started"] for c in contacts if c["outcome"] == Outcome.ANSWERED]
        result["served"] += bool(talks)
        result["lost_callers"] += not talks
        result["time_to_served"] += min(talks) - first["arrival"] if talks else 0.0
        result["dialled"] += sum(c["via"] in (Via.FIRST, Via.REDIAL) for c in contacts)
    return result


def persons(contacts: list[Contact]) -> list[list[Contact]]:
    """The offered contacts of each person, in the order in which they came."""
    numbers = {c["caller"] for c in offered(contacts)}
    return [
        sorted((c for c in offered(contacts) if c["caller"] == number), key=lambda c: c["attempt"])
        for number in sorted(numbers)
    ]


def lost_call_cost(scene: Any, centre: Centre, contacts: list[Contact], name: str | None) -> float:
    """What callers cost who are never answered, by the type of their first contact."""
    cost = 0.0
    for own in persons(contacts):
        kind = centre.types[own[0]["type"]]
        if name in (None, kind) and all(c["outcome"] != Outcome.ANSWERED for c in own):
            cost += scene.callers[kind].money.lost_call_cost
    return cost


def promises(scene: Any, centre: Centre, contacts: list[Contact]) -> dict[str, float]:
    """Callbacks against what was promised, and announced waits against those that came true."""
    result = dict.fromkeys(
        (
            "callback_time", "callbacks_promised", "callbacks_kept", "announced",
            "announced_error", "announced_square", "promises", "promises_broken",
        ),
        0.0,
    )  # fmt: skip
    for c in contacts:
        answered = c["outcome"] == Outcome.ANSWERED
        callback = scene.callers[centre.types[c["type"]]].callback
        promise = callback.promise if callback else None
        if took_callback(c):
            if answered:
                result["callback_time"] += c["talk_started"] - c["callback"]
            if promise is not None:
                result["callbacks_promised"] += 1
                kept = answered and c["talk_started"] <= c["callback"] + promise
                result["callbacks_kept"] += kept
        elif answered and math.isfinite(c["announced_wait"]):
            error = c["announced_wait"] - (wait_over(c) - c["announced_at"])
            result["announced"] += 1
            result["announced_error"] += error
            result["announced_square"] += error * error
        if math.isfinite(c["promised_until"]):
            broken = wait_over(c) > c["promised_until"]
            result["promises_broken"] += broken
            result["promises"] += broken or (answered and not took_callback(c))
    return result


def hearings(scene: Any, centre: Centre, contacts: list[Contact]) -> list[tuple[int, int]]:
    """Contacts that heard each message and how often it was heard, type after type."""
    found = []
    for place, name in enumerate(centre.types):
        programme = scene.programme_of(name)
        if programme is None:
            continue
        mine = [c for c in contacts if c["type"] == place and not math.isnan(c["wait_ended"])]
        each = [heard_by(c, list(programme.messages.values())) for c in mine]
        for m in range(len(programme.messages)):
            numbers = [counts[m] for counts in each]
            found.append((sum(number > 0 for number in numbers), sum(numbers)))
    return found


def heard_by(c: Contact, messages: list[Any]) -> list[int]:
    """How often a contact heard each message."""
    counts = [0] * len(messages)
    # An engine's clock goes from message to message: the last digits may be others.
    near = 1e-6
    own_accord = c["outcome"] == Outcome.ABANDONED or took_callback(c)
    accepted = False
    for m, message in enumerate(messages):
        time, offered_now = c["arrival"] + message.at, False
        while time < c["wait_ended"] + near:
            now = time > c["wait_ended"] - near
            if not now or (own_accord and not (accepted and took_callback(c))):
                counts[m] += 1
                offered_now = now and message.says == "callback_offer"
            if message.every is None:
                break
            time += message.every
        accepted = accepted or offered_now
    return counts


def money(scene: Any, contacts: list[Contact], centre: Centre) -> tuple[float, float]:
    """Answered value and waiting cost; a callback that reaches nobody is no wait."""
    value = minute = 0.0
    for c in contacts:
        of = scene.callers[centre.types[c["type"]]].money
        if c["outcome"] == Outcome.ANSWERED:
            value += of.answered_value
        if c["outcome"] not in (Outcome.BLOCKED, Outcome.CALLBACK_LOST):
            minute += (wait_over(c) - c["arrival"]) / 60 * of.cost_per_waiting_minute
    return value, minute


def covers(stretches: list[tuple[float, float]], time: float) -> int:
    """How many of the stretches hold at a time."""
    return sum(start <= time < end for start, end in stretches)


def staff_figures(
    scene: Any, centre: Centre, outcomes: Outcomes, staff: Any = None
) -> list[dict[str, Any]]:
    """On duty, overtime, handling and paid seconds by group, in all and by interval."""
    rows = intervals(scene, centre)
    edges = [edge for _, start, end in rows for edge in (start, end)]
    edges += [(a[1] + b[0]) / 2 for a, b in pairwise(hours(scene, centre))]
    result = []
    for group, name in enumerate(centre.groups):
        figure: dict[str, Any] = {
            name: [0.0] * len(rows) for name in ("on_duty", "overtime", "handling", "scheduled")
        }
        totals = ("on_duty_all", "overtime_all", "handling_all", "duty", "standby", "premium")
        figure |= dict.fromkeys(totals, 0.0)
        members = range(centre.first_operator[group], centre.first_operator[group + 1])
        of = scene.operators[name]
        dear = premium_hours(scene, centre, of.premiums)
        times = [*edges, *(edge for start, end, _ in dear for edge in (start, end))]
        measure = seat_pieces if centre.seats[group] else person_pieces
        for start, end, on_duty, overtime, roster, paid, standby in measure(
            scene, centre, outcomes, group, members, times, staff
        ):
            length, row = end - start, nearest(rows, start)
            share = sum(share for begins, ends, share in dear if begins <= start < ends)
            figure["on_duty_all"] += on_duty * length
            figure["overtime_all"] += overtime * length
            figure["overtime"][row] += overtime * length
            figure["duty"] += paid * length
            figure["standby"] += standby * length
            figure["premium"] += (paid + overtime) * share * length
            if is_open(scene, centre, start):
                figure["on_duty"][row] += on_duty * length
                figure["scheduled"][row] += roster * length / centre.interval
        grossed = figure["duty"] / (1 - (of.shrinkage.share if of.shrinkage else 0.0))
        figure["planned"] = grossed - figure["duty"]
        figure["paid"] = grossed + figure["overtime_all"]
        for who, begins, ends in work_of(outcomes):
            if who in members:
                figure["handling_all"] += ends - begins
                for start, end in pieces([begins, ends, *edges]):
                    if begins <= start and end <= ends:
                        figure["handling"][nearest(rows, start)] += end - start
        figure |= parts(centre, outcomes, group, members, staff, of)
        figure |= desks(scene, centre, outcomes, members)
        result.append(figure)
    return result


def work_of(outcomes: Outcomes) -> list[tuple[int, float, float]]:
    """Operator, start and end of all work on contacts, tries included."""
    contacts = contacts_of(outcomes)
    work = [
        (c["operator"], work_began(c), c["handled"])
        for c in contacts
        if c["outcome"] == Outcome.ANSWERED
    ]
    return work + [(t["operator"], t["start"], t["end"]) for t in tries_of(outcomes, contacts)]


WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def premium_hours(scene: Any, centre: Centre, premiums: Any) -> list[tuple[float, float, float]]:
    """Start, end and share of each premium on each day, from the day before to two after."""
    found = []
    for premium in premiums:
        for day in range(-1, len(WEEK) + 3):
            name = WEEK[(WEEK.index(scene.days[0]) + day) % 7] if scene.days else None
            if premium.days is None or name in premium.days:
                start = 0.0 if premium.from_ is None else premium.from_
                end = 86400.0 if premium.to is None else premium.to
                if end <= start:
                    end += 86400.0
                found.append((start + day * 86400, end + day * 86400, premium.share))
    return found


def is_absent(centre: Centre, staff: Any, who: int, day: int) -> bool:
    """Whether an operator does not come that day."""
    return staff is not None and bool(staff.absent[who * centre.calendar.days + day])


def duties(centre: Centre, who: int) -> list[tuple[float, float, int, bool]]:
    """Start, end and day of an operator's duties, and whether they are on call."""
    rows = np.flatnonzero(centre.duty_operator == who)
    calendar = centre.calendar
    return [
        (
            float(centre.duty_start[r]), float(centre.duty_end[r]), int(calendar.duty_day[r]),
            bool(calendar.on_call[r] >= 0),
        )
        for r in rows
    ]  # fmt: skip


def parts(
    centre: Centre, outcomes: Outcomes, group: int, members: range, staff: Any, of: Any
) -> dict[str, float]:
    """Paid time off duty, by cause."""
    result = dict.fromkeys(("absence", "late", "breaks", "meetings", "training", "coaching"), 0.0)
    for who in members:
        for start, end, day, on_call in duties(centre, who):
            if is_absent(centre, staff, who, day) or on_call or staff is None:
                continue
            late = float(staff.late[who * centre.calendar.days + day])
            result["late"] += min(late, end - start)
    for row, who, start, end in zip(
        outcomes.break_row.tolist(), outcomes.break_operator.tolist(),
        outcomes.break_start.tolist(), outcomes.break_end.tolist(), strict=True,
    ):  # fmt: skip
        if who in members and row >= 0 and centre.break_paid[row]:
            kind = ("breaks", "meetings", "training", "coaching")[centre.calendar.break_kind[row]]
            result[kind] += end - start
    if of.absence_paid and staff is not None:
        whole = type(staff)(staff.operator, np.zeros_like(staff.absent))
        measure = seat_pieces if centre.seats[group] else person_pieces

        def paid_with(staff: Any) -> float:
            some = measure(None, centre, outcomes, group, members, [], staff, unpaid_away=True)
            return sum((end - start) * paid for start, end, _, _, _, paid, _ in some)

        result["absence"] = paid_with(whole) - paid_with(staff)
    return result


def desks(scene: Any, centre: Centre, outcomes: Outcomes, members: range) -> dict[str, Any]:
    """What the days were for the operators of a group; stretches of each day by themselves."""
    days = centre.calendar.days
    result: dict[str, Any] = {"stretches": [0.0] * days, "came": 0}
    for who in members:
        work = sorted((start, end) for w, start, end in work_of(outcomes) if w == who)
        since = until = float("-inf")
        for start, end in work:
            if start >= until + 60:
                since = start
            until = end
            day = day_of(scene, centre, since)
            result["stretches"][day] = max(result["stretches"][day], until - since)
        present = table(outcomes, "presence", who)
        result["came"] += len({day_of(scene, centre, start) for start, _ in present})
    taken, late, due, missed = 0, 0, 0, 0
    rows = dict(zip(outcomes.break_row.tolist(), outcomes.break_start.tolist(), strict=True))
    for row, who in enumerate(centre.break_operator.tolist()):
        if who not in members or centre.calendar.break_kind[row] != 0:
            continue
        there = covers(table(outcomes, "presence", who), float(centre.break_due[row]))
        taken += row in rows
        late += row in rows and rows[row] > centre.calendar.break_latest[row]
        due += row in rows or bool(there)
        missed += row not in rows and bool(there)
    names = ("breaks_taken", "breaks_late", "breaks_due", "breaks_missed")
    known = -1 not in rows
    return result | dict(zip(names, (taken, late, due, missed) if known else (0,) * 4, strict=True))


def pieces(times: list[float]) -> list[tuple[float, float]]:
    """Neighbouring pairs of the distinct times."""
    ordered = sorted(set(times))
    return list(pairwise(ordered))


def table(outcomes: Outcomes, name: str, who: int) -> list[tuple[float, float]]:
    """Stretches of one operator in the presence or break table."""
    columns = [
        getattr(outcomes, f"{name}_{part}").tolist() for part in ("operator", "start", "end")
    ]
    return [(start, end) for operator, start, end in zip(*columns, strict=True) if operator == who]


def person_pieces(
    scene: Any, centre: Centre, outcomes: Outcomes, group: int, members: range,
    edges: list[float], staff: Any, unpaid_away: bool = False,
) -> list[tuple[float, ...]]:  # fmt: skip
    """Start, end, on duty, overtime, on the roster, paid and on standby, person by person."""
    away_paid = not unpaid_away and scene.operators[centre.groups[group]].absence_paid
    result = []
    for who in members:
        present, away = table(outcomes, "presence", who), table(outcomes, "break", who)
        roster, duty, paid, standby = [], [], [], []
        for start, end, day, on_call in duties(centre, who):
            duty.append((start, end))
            gone = is_absent(centre, staff, who, day) and not away_paid
            if on_call:
                came = [max(s, start) for s, e in present if max(s, start) < min(e, end)]
                begins = min(came, default=end)
                paid.append((begins, end))
                if not gone:
                    standby.append((start, begins))
            else:
                roster.append((start, end))
                if not gone:
                    paid.append((start, end))
        unpaid, free = [], float("-inf")
        for o, due, lasts, is_paid in zip(
            centre.break_operator.tolist(), centre.break_due.tolist(),
            centre.break_lasts.tolist(), centre.break_paid.tolist(), strict=True,
        ):  # fmt: skip
            if o == who:
                begin = max(due, free)
                free = begin + lasts
                # Who is called later than that does not take it.
                called = any(s <= begin < e for s, e in standby)
                if not is_paid and not called:
                    unpaid.append((begin, free))
        lists = (duty, paid, standby, unpaid, present, away)
        times = [t for s in lists for pair in s for t in pair]
        for start, end in pieces([*times, *edges]):
            on_roster, here = covers(duty, start), covers(present, start)
            pays = covers(paid, start)
            result.append(
                (
                    start, end, here and on_roster and not covers(away, start),
                    here and not on_roster, covers(roster, start),
                    pays - (covers(unpaid, start) if pays else 0), covers(standby, start),
                )
            )  # fmt: skip
    return result


def seat_pieces(
    scene: Any, centre: Centre, outcomes: Outcomes, group: int, members: range,
    edges: list[float], staff: Any, unpaid_away: bool = False,
) -> list[tuple[float, ...]]:  # fmt: skip
    """Start, end, on duty, overtime, on the roster, paid and on standby, all seats together."""
    away_paid = not unpaid_away and scene.operators[centre.groups[group]].absence_paid
    present = [stretch for who in members for stretch in table(outcomes, "presence", who)]
    changes = [
        (time, number, day)
        for time, g, number, day in zip(
            centre.seat_time.tolist(), centre.seat_group.tolist(), centre.seat_number.tolist(),
            centre.calendar.seat_day.tolist(), strict=True,
        )
        if g == group
    ]  # fmt: skip
    periods = list(
        zip(
            centre.calendar.period_opens.tolist(),
            centre.calendar.period_closes.tolist(),
            strict=True,
        )
    )
    result = []
    times = [t for pair in [*present, *periods] for t in pair] + [time for time, _, _ in changes]
    for start, end in pieces([*times, *edges]):
        seats = taken = 0
        for time, number, day in changes:
            if time <= start and covers(periods, start):
                seats = number
                taken = sum(not is_absent(centre, staff, who, day) for who in members[:number])
        here = covers(present, start)
        paid = seats if away_paid else taken
        result.append((start, end, min(here, taken), max(0, here - taken), seats, paid, 0))
    return result


def quantile(values: list[float], percent: int) -> float:
    """Smallest value that at least so many per cent do not exceed."""
    for value in values:
        if 100 * sum(other <= value for other in values) >= percent * len(values):
            return value
    return float("nan")


def measures(
    scene: Any, centre: Centre, days: list[Outcomes], name: str | None,
    staffs: list[Any] | None = None, menus: list[Any] | None = None,
) -> dict[str, float | None]:  # fmt: skip
    """Value of every measure of a type, or of the whole line."""
    tables = [contacts_of(day) for day in days]
    menus = menus or [None] * len(days)
    own = [figures(scene, centre, day, name, menu) for day, menu in zip(days, menus, strict=True)]
    mine = [[c for c in contacts if name in (None, centre.types[c["type"]])] for contacts in tables]
    number = len(days)

    def mean(of: Callable[[dict[str, float]], float]) -> float:
        return sum(of(day) for day in own) / number

    def ratio(
        top: Callable[[dict[str, float]], float], bottom: Callable[[dict[str, float]], float]
    ) -> float | None:
        under = sum(bottom(day) for day in own)
        return sum(top(day) for day in own) / under if under else None

    pool = sorted(wait for contacts in mine for wait in waits(contacts))
    counts = scene.counts(name)
    result: dict[str, float | None] = {
        key: mean(lambda day, key=key: day[key])  # type: ignore[misc]
        for key in (
            "offered", "answered", "abandoned", "blocked", "cut_off", "callbacks",
            "callback_lost", "redials", "wait_max", "queue_max", "repeats", "transfers",
            "contained", "follow_ups_lost",
        )
    }  # fmt: skip
    result |= {
        "callback_delay": ratio(lambda d: d["callback_time"], lambda d: d["called_back"]),
        "callbacks_kept": ratio(lambda d: d["callbacks_kept"], lambda d: d["callbacks_promised"]),
        "time_to_served": ratio(lambda d: d["time_to_served"], lambda d: d["served"]),
        "redial_inflation": ratio(
            lambda d: d["dialled"], lambda d: d["served"] + d["lost_callers"]
        ),
        "announced_bias": ratio(lambda d: d["announced_error"], lambda d: d["announced"]),
        "promises_broken": ratio(lambda d: d["promises_broken"], lambda d: d["promises"]),
        "service_level": ratio(
            lambda d: service_level(d, counts)[0], lambda d: service_level(d, counts)[1]
        ),
        "abandonment": ratio(
            lambda d: d["abandoned"] - d["short"], lambda d: d["offered"] - d["short"]
        ),
        "delayed_share": ratio(lambda d: d["delayed"], lambda d: d["offered"]),
        "wait_mean": ratio(lambda d: d["wait"], lambda d: d["offered"] - d["blocked"]),
        "asa": ratio(lambda d: d["answered_wait"], lambda d: d["answered"] - d["called_back"]),
        "queue_mean": mean(lambda d: d["queue_time"] / sum(e - s for s, e in hours(scene, centre))),
        "handling_mean": ratio(lambda d: d["handling"], lambda d: d["answered"]),
        "lost_call_cost": mean(lambda d: d["lost"]),
        "answered_value": mean(lambda d: d["value"]),
        "waiting_cost": mean(lambda d: d["minute"]),
        "callers_reached": ratio(lambda d: d["reached"], lambda d: d["callers"]),
        "attempts": ratio(lambda d: d["offered"], lambda d: d["callers"]),
        "service_level_day": ratio(lambda d: d["day_met"], lambda d: d["day_judged"]),
        "service_level_intervals": ratio(lambda d: d["intervals_met"], lambda d: d["intervals"]),
        "resolved": ratio(lambda d: d["answered"] - d["followed"], lambda d: d["answered"]),
        "telephone_cost": mean(
            lambda d: d["line_time"] / 60 * (scene.trunks.cost_per_minute if scene.trunks else 0)
        ),
        "repeat_cost": mean(lambda d: d["repeat_cost"]),
        "plan_cost": None if name else scene.plan_cost_per_day * (len(scene.days) or 1),
    }
    square = ratio(lambda d: d["announced_square"], lambda d: d["announced"])
    result["announced_rmse"] = None if square is None else math.sqrt(square)
    for key in ("over_1_min", "over_5_min", "over_30_min"):
        result[f"waited_{key}"] = ratio(
            lambda d, key=key: d[key],  # type: ignore[misc]
            lambda d: d["offered"] - d["blocked"],
        )
    for percent in (50, 90, 95, 99):
        result[f"wait_p{percent}"] = quantile(pool, percent) if pool else None
    staff = staff_measures(scene, centre, days, None, staffs) if name is None else {}
    for key in (
        "occupancy", "utilisation", "shrinkage", "overtime_hours", "paid_hours", "on_duty_hours",
        "fte", "staffing_cost", "staff_cost_per_answered", "premium_cost", "standby_cost",
        "longest_stretch", "breaks_late", "breaks_missed", "calls_per_operator",
    ):  # fmt: skip
        result[key] = staff.get(key)
    for key in ("total_cost", "net", "cost_week", "cost_month", "cost_year"):
        result[key] = None
    result["cost_per_contact"] = result["cost_per_caller_reached"] = None
    if name is None:
        lost = ("lost_call_cost", "waiting_cost", "telephone_cost", "repeat_cost")
        total = staff["staffing_cost"] + sum(result[key] or 0.0 for key in lost)
        simulated = len(scene.days) or 1
        total += scene.plan_cost_per_day * simulated
        result["total_cost"] = total
        result["net"] = result["answered_value"] - total  # type: ignore[operator]
        result["cost_week"] = total / simulated * scene.days_a_week
        result["cost_year"] = total / simulated * scene.days_a_week * scene.money.weeks_a_year
        result["cost_month"] = result["cost_year"] / 12
        for key, of in (("contact", "offered"), ("caller_reached", "reached")):
            result[f"cost_per_{key}"] = ratio(lambda d: total, lambda d, of=of: d[of])  # type: ignore[misc]
    return result


def staff_measures(
    scene: Any, centre: Centre, days: list[Outcomes], group: str | None,
    staffs: list[Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Value of every measure of a group, or those of staff for the whole line."""
    keys = (
        "handling", "on_duty", "overtime", "paid", "cost", "fte", "answered", "premium", "standby",
        "came", "breaks_taken", "breaks_late", "breaks_due", "breaks_missed", "longest",
    )  # fmt: skip
    sums = dict.fromkeys(keys, 0.0)
    a_week = scene.days_a_week / (len(scene.days) or 1)
    for day, staff in zip(days, staffs or [None] * len(days), strict=True):
        stretches = []
        for name, figure in zip(
            centre.groups, staff_figures(scene, centre, day, staff), strict=True
        ):
            if group not in (None, name):
                continue
            of = scene.operators[name]
            for key in ("handling", "on_duty", "overtime"):
                sums[key] += figure[f"{key}_all"]
            for key in ("came", "breaks_taken", "breaks_late", "breaks_due", "breaks_missed"):
                sums[key] += figure[key]
            stretches.append(figure["stretches"])
            sums["paid"] += figure["paid"]
            plain = figure["paid"] - figure["overtime_all"]
            loaded = (1 + of.on_costs) / 3600
            premium = figure["premium"] * of.wage * loaded
            standby = figure["standby"] * of.standby_wage * loaded
            wages = plain * of.wage + figure["overtime_all"] * of.overtime_wage
            sums["cost"] += wages * loaded + premium + standby
            sums["premium"] += premium
            sums["standby"] += standby
            sums["fte"] += figure["paid"] / 3600 * a_week / of.contract_hours
            first, stop = (centre.first_operator[centre.groups.index(name) + i] for i in (0, 1))
            sums["answered"] += sum(first <= c["operator"] < stop for c in contacts_of(day))
        sums["longest"] += sum(map(max, zip(*stretches, strict=True))) / len(stretches[0])
    number = len(days)

    def part(top: float, bottom: float) -> float | None:
        return top / bottom if bottom else None

    return {
        "answered": sums["answered"] / number,
        "handling_mean": part(sums["handling"], sums["answered"]),
        "occupancy": part(sums["handling"], sums["on_duty"] + sums["overtime"]),
        "utilisation": part(sums["handling"], sums["paid"]),
        "shrinkage": part(sums["paid"] - sums["on_duty"], sums["paid"]),
        "overtime_hours": sums["overtime"] / number / 3600,
        "paid_hours": sums["paid"] / number / 3600,
        "on_duty_hours": sums["on_duty"] / number / 3600,
        "fte": sums["fte"] / number,
        "staffing_cost": sums["cost"] / number,
        "staff_cost_per_answered": part(sums["cost"], sums["answered"]),
        "premium_cost": sums["premium"] / number,
        "standby_cost": sums["standby"] / number,
        "longest_stretch": sums["longest"] / number,
        "breaks_late": part(sums["breaks_late"], sums["breaks_taken"]),
        "breaks_missed": part(sums["breaks_missed"], sums["breaks_due"]),
        "calls_per_operator": part(sums["answered"], sums["came"]),
    }
