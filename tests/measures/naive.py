"""Every figure and measure again, in plain loops and as the design words it."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from sim.centre import Centre
from sim.outcomes import Outcome, Outcomes, Via

Contact = dict[str, Any]


def contacts_of(outcomes: Outcomes) -> list[Contact]:
    """The table of contacts as a list of rows."""
    names = (
        "contact", "type", "caller", "attempt", "via", "arrival", "outcome", "wait_ended",
        "callback", "talk_started", "handled", "operator", "announced_wait", "announced_at",
        "promised_until", "follow_up_lost",
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


def interval(centre: Centre, time: float) -> int:
    """Number of the interval; what lies outside counts with the nearest."""
    rows = round((centre.closes - centre.opens) / centre.interval)
    for row in reversed(range(rows)):
        if time >= centre.opens + row * centre.interval:
            return row
    return 0


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
        in_time = c["wait_ended"] <= c["arrival"] + scene.within(name)
        wait = c["wait_ended"] - c["arrival"]
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
        if c["wait_ended"] > c["arrival"]:
            events += [(c["arrival"], 1), (c["wait_ended"], 0)]
    most = now = 0
    for _, joins in sorted(events):
        now += 1 if joins else -1
        most = max(most, now)
    return most


def queue_time(contacts: list[Contact], closes: float) -> float:
    """Seconds waited before closing."""
    return sum(
        max(0.0, min(c["wait_ended"], closes) - c["arrival"])
        for c in contacts
        if not math.isnan(c["wait_ended"])
    )


def waits(contacts: list[Contact]) -> list[float]:
    """Waits of all that were not blocked, ascending."""
    return sorted(
        c["wait_ended"] - c["arrival"] for c in contacts if not math.isnan(c["wait_ended"])
    )


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


def figures(scene: Any, centre: Centre, outcomes: Outcomes, name: str | None) -> dict[str, float]:
    """Figures of a day for one type (or all): sums, and what does not add up."""
    everyone = contacts_of(outcomes)
    contacts = [c for c in everyone if name in (None, centre.types[c["type"]])]
    result = contact_sums(scene, centre, contacts)
    result["contained"] = len(contacts) - len(offered(contacts))
    result["follow_ups_lost"] = sum(c["follow_up_lost"] != -1 for c in contacts)
    contacts = offered(contacts)
    there = [c for c in contacts if c["outcome"] != Outcome.BLOCKED]
    for key, limit in (("over_1_min", 60), ("over_5_min", 300), ("over_30_min", 1800)):
        result[key] = sum(c["wait_ended"] > c["arrival"] + limit for c in there)
    result["wait_max"] = max(waits(contacts), default=0.0)
    result["queue_time"] = queue_time(contacts, centre.closes)
    result["queue_max"] = queue_max(contacts)
    result["callers"] = len({c["caller"] for c in contacts})
    answered = [c for c in contacts if c["outcome"] == Outcome.ANSWERED]
    result["reached"] = len({c["caller"] for c in answered})
    for key, via in (("redials", Via.REDIAL), ("repeats", Via.REPEAT), ("transfers", Via.TRANSFER)):
        result[key] = sum(c["via"] == via for c in contacts)
    result["handling"] = sum(c["handled"] - c["talk_started"] for c in answered)
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
        rows = round((centre.closes - centre.opens) / centre.interval)
        for row in range(rows):
            part = [c for c in contacts if interval(centre, c["arrival"]) == row]
            if part:
                result["intervals"] += 1
                sums = contact_sums(scene, centre, part)
                result["intervals_met"] += meets(scene, sums, name)
        if contacts:
            result["day_judged"] = 1
            result["day_met"] = meets(scene, result, name)
    result["lost"] = lost_call_cost(scene, centre, everyone, name)
    result["value"], result["minute"] = money(scene, contacts, centre)
    return result


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
            error = c["announced_wait"] - (c["wait_ended"] - c["announced_at"])
            result["announced"] += 1
            result["announced_error"] += error
            result["announced_square"] += error * error
        if math.isfinite(c["promised_until"]):
            broken = c["wait_ended"] > c["promised_until"]
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
            minute += (c["wait_ended"] - c["arrival"]) / 60 * of.cost_per_waiting_minute
    return value, minute


def covers(stretches: list[tuple[float, float]], time: float) -> int:
    """How many of the stretches hold at a time."""
    return sum(start <= time < end for start, end in stretches)


def staff_figures(centre: Centre, outcomes: Outcomes) -> list[dict[str, Any]]:
    """On duty, overtime, handling and paid seconds by group, in all and by interval."""
    rows = round((centre.closes - centre.opens) / centre.interval)
    edges = [centre.opens + row * centre.interval for row in range(rows + 1)]
    result = []
    for group in range(len(centre.groups)):
        figure: dict[str, Any] = {
            name: [0.0] * rows for name in ("on_duty", "overtime", "handling", "scheduled")
        }
        figure |= {"on_duty_all": 0.0, "overtime_all": 0.0, "handling_all": 0.0, "paid": 0.0}
        members = range(centre.first_operator[group], centre.first_operator[group + 1])
        measure = seat_pieces if centre.seats[group] else person_pieces
        for start, end, on_duty, overtime, roster, paid in measure(
            centre, outcomes, group, members, edges
        ):
            length, row = end - start, interval(centre, start)
            figure["on_duty_all"] += on_duty * length
            figure["overtime_all"] += overtime * length
            figure["overtime"][row] += overtime * length
            figure["paid"] += (paid + overtime) * length
            if centre.opens <= start < centre.closes:
                figure["on_duty"][row] += on_duty * length
                figure["scheduled"][row] += roster * length / centre.interval
        contacts = contacts_of(outcomes)
        work = [(c["operator"], c["talk_started"], c["handled"]) for c in contacts]
        tries = tries_of(outcomes, contacts)
        work += [(one["operator"], one["start"], one["end"]) for one in tries]
        for who, begins, ends in work:
            if who in members:
                figure["handling_all"] += ends - begins
                for start, end in pieces([begins, ends, *edges]):
                    if begins <= start and end <= ends:
                        figure["handling"][interval(centre, start)] += end - start
        result.append(figure)
    return result


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
    centre: Centre, outcomes: Outcomes, group: int, members: range, edges: list[float]
) -> list[tuple[float, ...]]:
    """Start, end, on duty, overtime, on the roster and paid, person by person."""
    result = []
    for who in members:
        duty = [
            (s, e)
            for o, s, e in zip(
                centre.duty_operator.tolist(), centre.duty_start.tolist(),
                centre.duty_end.tolist(), strict=True,
            )
            if o == who
        ]  # fmt: skip
        unpaid, free = [], float("-inf")
        for o, due, lasts, paid in zip(
            centre.break_operator.tolist(), centre.break_due.tolist(),
            centre.break_lasts.tolist(), centre.break_paid.tolist(), strict=True,
        ):  # fmt: skip
            if o == who:
                begin = max(due, free)
                free = begin + lasts
                if not paid:
                    unpaid.append((begin, free))
        present, away = table(outcomes, "presence", who), table(outcomes, "break", who)
        times = [t for s in (duty, unpaid, present, away) for pair in s for t in pair]
        for start, end in pieces([*times, *edges]):
            on_roster, here = covers(duty, start), covers(present, start)
            result.append(
                (
                    start, end, here and on_roster and not covers(away, start),
                    here and not on_roster, on_roster,
                    on_roster - (covers(unpaid, start) if on_roster else 0),
                )
            )  # fmt: skip
    return result


def seat_pieces(
    centre: Centre, outcomes: Outcomes, group: int, members: range, edges: list[float]
) -> list[tuple[float, ...]]:
    """Start, end, on duty, overtime, on the roster and paid, all seats together."""
    present = [stretch for who in members for stretch in table(outcomes, "presence", who)]
    changes = [
        (time, number)
        for time, g, number in zip(
            centre.seat_time.tolist(), centre.seat_group.tolist(), centre.seat_number.tolist(),
            strict=True,
        )
        if g == group
    ]  # fmt: skip
    result = []
    times = [t for pair in present for t in pair] + [time for time, _ in changes]
    for start, end in pieces([*times, *edges]):
        seats = 0
        for time, number in changes:
            if time <= start < centre.closes:
                seats = number
        here = covers(present, start)
        result.append((start, end, min(here, seats), max(0, here - seats), seats, seats))
    return result


def quantile(values: list[float], percent: int) -> float:
    """Smallest value that at least so many per cent do not exceed."""
    for value in values:
        if 100 * sum(other <= value for other in values) >= percent * len(values):
            return value
    return float("nan")


def measures(
    scene: Any, centre: Centre, days: list[Outcomes], name: str | None
) -> dict[str, float | None]:
    """Value of every measure of a type, or of the whole line."""
    tables = [contacts_of(day) for day in days]
    own = [figures(scene, centre, day, name) for day in days]
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
        "queue_mean": mean(lambda d: d["queue_time"] / (centre.closes - centre.opens)),
        "handling_mean": ratio(lambda d: d["handling"], lambda d: d["answered"]),
        "lost_call_cost": mean(lambda d: d["lost"]),
        "answered_value": mean(lambda d: d["value"]),
        "waiting_cost": mean(lambda d: d["minute"]),
        "callers_reached": ratio(lambda d: d["reached"], lambda d: d["callers"]),
        "attempts": ratio(lambda d: d["offered"], lambda d: d["callers"]),
        "service_level_day": ratio(lambda d: d["day_met"], lambda d: d["day_judged"]),
        "service_level_intervals": ratio(lambda d: d["intervals_met"], lambda d: d["intervals"]),
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
    staff = staff_measures(scene, centre, days, None) if name is None else {}
    for key in (
        "occupancy", "utilisation", "shrinkage", "overtime_hours", "paid_hours", "on_duty_hours",
        "fte", "staffing_cost", "staff_cost_per_answered",
    ):  # fmt: skip
        result[key] = staff.get(key)
    result["total_cost"] = result["net"] = None
    if name is None:
        total = staff["staffing_cost"] + result["lost_call_cost"] + result["waiting_cost"]
        result["total_cost"] = total + scene.plan_cost_per_day
        result["net"] = result["answered_value"] - result["total_cost"]  # type: ignore[operator]
    return result


def staff_measures(
    scene: Any, centre: Centre, days: list[Outcomes], group: str | None
) -> dict[str, Any]:
    """Value of every measure of a group, or those of staff for the whole line."""
    sums = dict.fromkeys(
        ("handling", "on_duty", "overtime", "paid", "cost", "fte", "answered"), 0.0
    )
    for day in days:
        for name, figure in zip(centre.groups, staff_figures(centre, day), strict=True):
            if group not in (None, name):
                continue
            of = scene.operators[name]
            for key in ("handling", "on_duty", "overtime"):
                sums[key] += figure[f"{key}_all"]
            sums["paid"] += figure["paid"]
            plain = figure["paid"] - figure["overtime_all"]
            wages = plain * of.wage + figure["overtime_all"] * of.overtime_wage
            sums["cost"] += wages / 3600 * (1 + of.on_costs)
            sums["fte"] += figure["paid"] / 3600 * 5 / of.contract_hours
            first, stop = (centre.first_operator[centre.groups.index(name) + i] for i in (0, 1))
            sums["answered"] += sum(first <= c["operator"] < stop for c in contacts_of(day))
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
    }
