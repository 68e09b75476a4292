"""A fortnight of a bank's telephone centre (February 1999), read and written as scenario files.

The log is the "Anonymous Bank" data that A. Mandelbaum and I. Guedj (Technion) gathered. It is
free for study and never part of the project: whoever has it says where in WAITLINE_DATA. What is
read how, and why, is told in docs/real-log.md.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.times import DAY, format_clock

Floats: TypeAlias = NDArray[np.float64]

OPENS, CLOSES, HALF_HOUR = 7 * 3600.0, 24 * 3600.0, 1800.0
EDGES = np.arange(OPENS, CLOSES + 1, HALF_HOUR)

WEEKDAYS = (990201, 990202, 990204, 990207, 990208, 990209, 990210, 990211, 990214)
"""Sunday to Thursday, but not the 3rd: the line broke down that day, 12:50 to 13:30."""

CUT_SHORT = {990214: 21 * 3600.0}
"""On the evening of the 14th four times the usual calls came, most of them about one thing."""

TYPES = {"PS": "regular", "PE": "english", "NE": "stocks", "TT": "callback"}
"""Types of the log whose callers may have priority."""

WITHOUT_PRIORITY = {"NW": "new", "IN": "internet"}
"""The other types of the log."""

PATIENCE_EDGES = (0.0, 5.0, 10.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0, 120.0, 180.0, 300.0)

SKILLS = {"NE": "stocks", "NW": "new", "IN": "internet"}
"""Types of the log that not everybody answers."""

SKILL_SHARE = 0.03
"""Who answers at least this share of NE or NW on a day had the skill that day."""

FEW_CALLS = 3
"""Internet calls are few: who answers so many in the fortnight has the skill."""

BETWEEN_CALLS = 60.0
"""Longest pause (s), with a caller waiting, that still is the end of a call and not a break."""

AWAY = 900.0
"""Longest pause (s), with nobody waiting, of an operator who is still there."""

CONNECTING = 15.0
"""Seconds that a waiting caller may be on the way to an operator: they reveal no absence."""

SEED = 1999
"""Of the priorities that the log does not know."""


def find() -> Path | None:
    """The log, or None where it is absent."""
    root = Path(__file__).resolve().parents[2]
    data = Path(os.environ.get("WAITLINE_DATA", root.parent / "shared" / "data"))
    path = data / "bank_1999" / "february_01_14.tsv"
    return path if path.is_file() else None


@dataclass(frozen=True, eq=False)
class Log:
    """The weekdays of the log, cleaned, with what was estimated from them."""

    calls: pd.DataFrame
    """A row a call that joined the line: day, kind, joined, wait (s), answered, begun, ended,
    operator, skill (the log's own type), has_priority."""
    never_joined: int
    """Callers who hung up in the menu, within the open hours."""
    skills: Mapping[tuple[int, str], frozenset[str]]
    """The types (of the log) that an operator answered on a day."""
    presence: pd.DataFrame
    """When operators were there: day, operator, start, end."""
    between_calls: Floats
    """Pauses between two calls (s) where the next caller was waiting."""


def read(path: Path) -> Log:
    """Read the log: nine weekdays, the open hours, without phantom rows."""
    table = pd.read_csv(path, sep="\t")
    table = table[(table["outcome"] != "PHANTOM") & table["date"].isin(WEEKDAYS)]
    joined = seconds(table["q_start"]).where(table["q_time"] > 0, seconds(table["vru_exit"]))
    answered = table["outcome"] == "AGENT"
    talked = answered & (table["ser_time"] > 0)
    begun, ended = seconds(table["ser_start"]), seconds(table["ser_exit"])
    # The clock of the log begins anew at midnight.
    ended += DAY * (ended < begun)
    calls = pd.DataFrame(
        {
            "day": table["date"],
            "skill": table["type"].str.strip(),
            "priority": table["priority"],
            "joined": joined,
            "wait": table["q_time"].astype(float),
            "answered": answered,
            "begun": begun.where(talked),
            "ended": ended.where(talked),
            "operator": table["server"].where(table["server"] != "NO_SERVER", ""),
        }
    )
    calls = calls[(calls["joined"] >= OPENS) & (calls["joined"] < calls["day"].map(closes))]
    in_menu = ~calls["answered"] & (calls["wait"] == 0)
    calls = calls[~in_menu].sort_values(["day", "joined"], kind="stable", ignore_index=True)
    calls["has_priority"] = priority(calls)
    suffix = calls["has_priority"].map({True: "_priority", False: ""})
    calls["kind"] = calls["skill"].map(TYPES | WITHOUT_PRIORITY) + suffix
    skills = skills_of(calls)
    presence, pauses = presence_of(calls, skills)
    return Log(calls, int(in_menu.sum()), skills, presence, pauses)


def closes(day: int) -> float:
    """When a day of the log ends for us."""
    return CUT_SHORT.get(day, CLOSES)


def seconds(clock: pd.Series[str]) -> pd.Series[float]:
    """ "9:30:01" as seconds after midnight."""
    parts = clock.str.split(":", expand=True).astype(float)
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


def priority(calls: pd.DataFrame) -> pd.Series[bool]:
    """Whether each caller has priority; drawn where the log does not know.

    A caller is identified while waiting, so the log knows the priority of those who waited only.
    Whether somebody waits does not depend on it: the others have it as often.
    """
    may = calls["skill"].isin(list(TYPES))
    unknown = may & (calls["priority"] == 0)
    known = calls[may & (calls["priority"] > 0)]
    share = (known["priority"] == 2).groupby(known["skill"]).mean()
    chance = calls["skill"].map(share).fillna(0.0)
    drawn = np.random.default_rng(SEED).random(len(calls)) < chance
    return (may & (calls["priority"] == 2)) | (unknown & drawn)


def skills_of(calls: pd.DataFrame) -> dict[tuple[int, str], frozenset[str]]:
    """The types that each operator answered on each day."""
    served = calls[calls["operator"] != ""]
    counts = served.groupby(["day", "operator", "skill"]).size().unstack(fill_value=0)
    share = counts.div(counts.sum(axis=1), axis=0)
    internet = counts["IN"].groupby("operator").sum()
    return {
        (int(day), str(operator)): frozenset({"PS", "PE", "TT"})
        | {skill for skill in ("NE", "NW") if share.at[(day, operator), skill] >= SKILL_SHARE}
        | ({"IN"} if internet[operator] >= FEW_CALLS else set())
        for day, operator in counts.index
    }


def presence_of(
    calls: pd.DataFrame, skills: Mapping[tuple[int, str], frozenset[str]]
) -> tuple[pd.DataFrame, Floats]:
    """When each operator was there, and the pauses between calls while somebody waited."""
    rows: list[tuple[int, str, float, float]] = []
    pauses: list[float] = []
    served = calls[(calls["operator"] != "") & calls["begun"].notna()]
    waited = calls[calls["wait"] > 0]
    for (day, operator), own in served.groupby(["day", "operator"]):
        queue = waited[(waited["day"] == day) & waited["skill"].isin(skills[day, operator])]
        since, until = queue["joined"].to_numpy(), (queue["joined"] + queue["wait"]).to_numpy()
        own = own.sort_values("begun")
        talks = list(zip(own["begun"], own["ended"], strict=True))
        rows += [(day, operator, *spell) for spell in spells_of(talks, since, until)]
        pauses += pauses_of(talks, since, until)
    return pd.DataFrame(rows, columns=["day", "operator", "start", "end"]), np.array(pauses)


def spells_of(
    talks: Sequence[tuple[float, float]], since: Floats, until: Floats
) -> Iterator[tuple[float, float]]:
    """The spells that one operator was there on one day.

    There from the first call to the last, except for a pause in which somebody waited (`since`,
    `until`) whom they could have served, longer than `BETWEEN_CALLS`, and any longer than `AWAY`.
    """
    start, end = talks[0]
    for begun, ended in talks[1:]:
        passed_over = (until > end) & (since < begun - CONNECTING)
        seen = until[passed_over].max(initial=end)
        back = begun if seen > begun - CONNECTING else seen
        if begun - end > AWAY:
            back = begun
        if back - end > BETWEEN_CALLS:
            yield start, end
            start = back
        end = max(end, ended)
    yield start, end


def pauses_of(
    talks: Sequence[tuple[float, float]], since: Floats, until: Floats
) -> Iterator[float]:
    """Pauses between two calls (s) of an operator for whom somebody waited all the time."""
    for (_, end), (begun, _) in pairwise(talks):
        # The log's clocks are up to 3 s apart.
        waiting = (since < end) & (until >= begun - 3)
        if 0 <= begun - end <= BETWEEN_CALLS and waiting.any():
            yield begun - end


def hang_up_rates(calls: pd.DataFrame) -> list[float]:
    """Hang-ups per minute of waiting, by time waited: the censored estimate of patience.

    Who was answered tells only that their patience was longer; so hang-ups in a piece are
    divided by all the time that anybody, whatever became of them, waited in it.
    """
    waits, hung_up = calls["wait"].to_numpy(), ~calls["answered"].to_numpy()
    rates = []
    for start, end in pairwise((*PATIENCE_EDGES, np.inf)):
        count = np.sum(hung_up & (waits > start) & (waits <= end))
        exposed = np.clip(waits - start, 0, end - start).sum()
        rates.append(float(count / exposed * 60) if exposed > 0 else 0.0)
    return rates


# ---- scenario files -------------------------------------------------------------------------


def write_day(log: Log, day: int, folder: Path) -> Path:
    """A scenario of one day of the log: its callers to the second, and its operators."""
    folder.mkdir(parents=True, exist_ok=True)
    calls = log.calls[log.calls["day"] == day]
    instants = zip(calls["joined"], calls["kind"], strict=True)
    write_csv(folder / "calls.csv", ("time", "type"), instants)
    arrivals = {
        kind: f'{{ trace = "calls.csv", time = "time", type = "{kind}" }}'
        for kind in sorted(calls["kind"].unique())
    }
    duties: dict[str, list[tuple[object, ...]]] = {}
    for row in log.presence[log.presence["day"] == day].itertuples():
        group = group_name(log.skills[day, row.operator])
        duties.setdefault(group, []).append((row.operator, row.start, row.end, "phone"))
    staff = {}
    for group, rows in sorted(duties.items()):
        write_csv(folder / f"{group}.csv", ("operator", "start", "end", "activity"), rows)
        staff[group] = f'roster = {{ file = "{group}.csv" }}'
    head = [f'name = "Bank, {day}"', *open_hours(closes(day))]
    return write(log, head, arrivals, staff, folder)


def write_average(log: Log, folder: Path) -> Path:
    """A scenario of the average weekday: calls and seats by half-hour."""
    folder.mkdir(parents=True, exist_ok=True)
    days = days_behind()
    arrivals = {}
    for kind, calls in log.calls.groupby("kind"):
        counts = np.histogram(calls["joined"], EDGES)[0] / days
        arrivals[str(kind)] = f'{{ calls = [{numbers(counts)}], every = "30 min" }}'
    staff = {
        group: f'headcount = {seats}\nevery = "30 min"'
        for group, seats in seats_that_fit(log).items()
    }
    head = ['name = "Bank, an average weekday"', *open_hours(CLOSES)]
    head += ["[busyness]", f"cv = {busyness(log):.4f}"]
    return write(log, head, arrivals, staff, folder)


def open_hours(end: float) -> list[str]:
    """The table `day`."""
    return ["[day]", 'opens = "07:00"', f'closes = "{format_clock(end)}"', 'interval = "30 min"']


def busyness(log: Log) -> float:
    """What whole days differ by beyond chance: a Poisson number would differ by its own root."""
    totals = log.calls[~log.calls["day"].isin(list(CUT_SHORT))].groupby("day").size()
    return float(np.sqrt(max(0.0, totals.var() - totals.mean())) / totals.mean())


def days_behind() -> NDArray[np.int64]:
    """How many days stand behind each half-hour of the average."""
    return np.sum([EDGES[:-1] < closes(day) for day in WEEKDAYS], axis=0)


def seats_that_fit(log: Log) -> dict[str, list[int]]:
    """Seats of each group in each half-hour: operators there on average, in whole numbers.

    The total is rounded, then divided by largest remainders.
    """
    groups = sorted({group_name(skills) for skills in log.skills.values()})
    there = np.zeros((len(groups), len(EDGES) - 1))
    for row in log.presence.itertuples():
        group = groups.index(group_name(log.skills[row.day, row.operator]))
        overlap = np.minimum(row.end, EDGES[1:]) - np.maximum(row.start, EDGES[:-1])
        there[group] += overlap.clip(min=0) / HALF_HOUR / days_behind()
    seats = np.floor(there).astype(int)
    for piece in range(len(EDGES) - 1):
        missing = round(there[:, piece].sum()) - seats[:, piece].sum()
        largest = np.argsort(seats[:, piece] - there[:, piece], kind="stable")[:missing]
        seats[largest, piece] += 1
    return {group: row.tolist() for group, row in zip(groups, seats, strict=True) if row.any()}


def write(
    log: Log,
    head: Sequence[str],
    arrivals: Mapping[str, str],
    staff: Mapping[str, str],
    folder: Path,
) -> Path:
    """Write a scenario file with the laws that all days share."""
    write_csv(folder / "between_calls.csv", ("pause",), ((pause,) for pause in log.between_calls))
    lines = list(head)
    for kind in arrivals:
        file = f"talk_{plain(kind)}.csv"
        calls = log.calls[log.calls["kind"].map(plain) == plain(kind)]
        talks = (calls["ended"] - calls["begun"]).dropna().clip(lower=1.0)
        write_csv(folder / file, ("talk",), ((talk,) for talk in talks))
        lines += [
            f"[callers.{kind}]",
            f"arrivals = {arrivals[kind]}",
            f'talk = {{ empirical = {{ file = "{file}", column = "talk" }} }}',
            'wrap_up = { empirical = { file = "between_calls.csv", column = "pause" } }',
            f"patience = {patience(log, kind)}",
        ]
        if kind != plain(kind):
            lines.append('priority = { head_start = "90 s" }')
    for group, presence in staff.items():
        skills = [kind for kind in arrivals if can(group, kind)]
        lines += [f"[operators.{group}]", f"skills = {skills}", presence]
    path = folder / "bank_1999.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def patience(log: Log, kind: str) -> str:
    """Patience as hazard pieces: of priority callers, new customers, internet, the others."""
    calls, own = log.calls, WITHOUT_PRIORITY.values()
    if kind in own:
        chosen = calls["kind"] == kind
    else:
        first = kind != plain(kind)
        chosen = ~calls["kind"].isin(own) & (calls["has_priority"] == first)
    starts = ", ".join(f'"{edge:g} s"' for edge in PATIENCE_EDGES)
    rates = numbers(hang_up_rates(calls[chosen]))
    return f"{{ hazard = {{ from = [{starts}], per_minute = [{rates}] }} }}"


def plain(kind: str) -> str:
    """The call type without regard to priority."""
    return kind.removesuffix("_priority")


def group_name(skills: Iterable[str]) -> str:
    """Operators by what they can do beside the regular calls."""
    return "_".join([name for skill, name in SKILLS.items() if skill in skills] or ["regular"])


def can(group: str, kind: str) -> bool:
    """Whether operators of a group answer a call type."""
    return plain(kind) not in SKILLS.values() or plain(kind) in group.split("_")


def numbers(values: Iterable[float]) -> str:
    """Numbers as a TOML list has them."""
    return ", ".join(f"{value:.6g}" for value in values)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
