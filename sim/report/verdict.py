"""The verdict in words: which targets are missed, where the holes are, where there is too much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.comparison.targets import Target, targets_of
from sim.experiment import Results
from sim.measures.intervals import Estimate
from sim.measures.tables import Row
from sim.report.returning import full
from sim.report.wording import COUNTS, limits, listing, number, period, plain, share
from sim.times import format_duration

HOLE = 0.5
"""Operators short from which an hour is called a hole."""

SPARE = (1.0, 0.15)
"""Operators over, and share of the required, from which an hour is called too much."""

BUSY_TONE = 0.01
"""Share of calls that find all lines busy from which the verdict says so."""


@dataclass(frozen=True)
class Judgement:
    """A target and what came of it, in words."""

    target: Target
    type: str | None
    """What the call type with a target of its own is called; None for the whole line."""
    wording: str
    """What was aimed at, in words."""
    period: str = "day"
    """What a replication is."""

    @property
    def measure(self) -> str:
        """The measure that is judged."""
        return self.target.measure

    @property
    def estimate(self) -> Estimate:
        """What came of it."""
        return self.target.estimate

    @property
    def bound(self) -> float:
        """What was aimed at, as a share."""
        return self.target.bound

    @property
    def at_least(self) -> bool:
        """Whether more is better."""
        return self.target.at_least

    @property
    def met(self) -> bool:
        """Whether the estimate meets the target."""
        return self.target.met

    @property
    def sure(self) -> bool:
        """Whether the whole interval lies on one side of the target."""
        return self.target.sure

    def bound_in_words(self) -> str:
        """The target, short: ">= 80 %"."""
        return f"{'>=' if self.at_least else '<='} {100 * self.bound:g} %"

    def sentence(self) -> str:
        """The outcome in words."""
        if self.estimate.value is None:
            where = f"{plain(self.type, 30)}: " if self.type else ""
            if self.met:
                return f"Not judged: {where}{self.wording}; no call to judge it by."
            return f"MISSED: {where}{self.wording}; people phoned and none is left to count."
        said = "Met" if self.met else "MISSED"
        if not self.sure and self.estimate.low is not None:
            said = f"Just {said.lower()} (too close to tell in so many {self.period}s)"
        where = f"{plain(self.type, 30)}: " if self.type else ""
        bound = f"{'at least' if self.at_least else 'at most'} {100 * self.bound:g} %"
        return f"{said}: {where}{share(self.estimate.value)} {self.wording}; target {bound}."


def judgements(results: Results) -> list[Judgement]:
    """Every target of the scenario, the whole line's first, then those of single call types.

    Parameters
    ----------
    results : Results

    Returns
    -------
    list of Judgement
        Empty if the scenario sets no target.
    """
    word = period(results)
    return [
        Judgement(each, label_of(results, each.type), _aimed_at(results, each), word)
        for each in targets_of(results)
    ]


def _aimed_at(results: Results, target: Target) -> str:
    """What a target asks for, in words."""
    name = target.type
    if target.measure == "occupancy":
        return "occupancy of the operators"
    if target.measure == "abandonment":
        return f"of contacts {hang_up(results, name)}"
    scenario = results.scenario
    within = limits(results) if name is None else format_duration(scenario.within(name))
    return f"answered in {within}, {COUNTS[scenario.counts(name)]}"


def targets_met(targets: Sequence[Target]) -> str:
    """ "3 of 4!": how many targets are met, with a mark behind; a blank where all surely are."""
    met = sum(each.met for each in targets)
    return f"{met} of {len(targets)}{mark_of(targets)}"


def mark_of(targets: Sequence[Target]) -> str:
    """ "!" where a target is missed, "?" where one is too close to call."""
    if any(not each.sure and each.estimate.low is not None for each in targets):
        return "?"
    return " " if all(each.met for each in targets) else "!"


def label_of(results: Results, name: str | None) -> str | None:
    """What people call a call type: its label, or its name where it has none."""
    return None if name is None else results.scenario.callers[name].label or name


def hang_up(results: Results, name: str | None = None) -> str:
    """What counts as hanging up: all, or later than the short calls that are left out."""
    short = results.scenario.ignore_under(name)
    return f"hang up after {format_duration(short)}" if short else "hang up"


def verdict(results: Results) -> list[str]:
    """What a planner has to know first, in sentences.

    Parameters
    ----------
    results : Results

    Returns
    -------
    list of str
        The targets, missed ones first; then holes and surplus in the roster.
    """
    judged = judgements(results)
    lines = [each.sentence() for each in sorted(judged, key=lambda each: each.met)]
    if not judged:
        lines.append("No target is set; [targets] in the scenario file would judge the day.")
    busy, offered = (results.measures[name].value for name in ("blocked", "offered"))
    if busy and offered and busy / offered >= BUSY_TONE:
        found = full(results.scenario)
        lines.append(f"{share(busy / offered)} of calls find {found} and are not heard.")
    return lines + holes_and_surplus(results.hourly())


def has_holes(hours: list[Row]) -> bool:
    """Whether the roster has too few operators in an hour, as the verdict says it."""
    return any(_over(hour) <= -HOLE for hour in hours)


def holes_and_surplus(hours: list[Row]) -> list[str]:
    """Where the roster has too few operators and where too many, against Erlang A."""
    lines = []
    short = [hour for hour in hours if _over(hour) <= -HOLE]
    spare = [
        hour for hour in hours if _over(hour) >= max(SPARE[0], SPARE[1] * _plain(hour["required"]))
    ]
    if "day" in hours[0]:
        return _of_week(hours, short, spare)
    if short:
        worst = min(short, key=_over)
        lines.append(
            f"On an average day too few operators {listing(_stretches(hours, short))}; worst "
            f"from {worst['from']}, {number(-_over(worst))} short."
        )
    if spare:
        most = max(spare, key=_over)
        start = "More" if lines else "On an average day more"
        lines.append(
            f"{start} than needed {listing(_stretches(hours, spare))}; most from {most['from']}, "
            f"{number(_over(most))} over."
        )
    if all(hour["over"] is None for hour in hours):
        lines.append("How many operators are required could not be worked out.")
    elif not lines:
        lines.append("Operators on duty follow the need, hour by hour.")
    return lines


def _of_week(hours: list[Row], short: list[Row], spare: list[Row]) -> list[str]:
    """The same of several days: how many hours, and the worst stretches."""
    lines = []
    number_of = f"of the {len(hours):,} hours"
    if short:
        lines.append(
            f"In an average week too few operators in {len(short):,} {number_of}, most of all "
            f"{_worst(hours, short, -1, 'short')}."
        )
    if spare:
        start = "More" if lines else "In an average week more"
        lines.append(
            f"{start} than needed in {len(spare):,} {number_of}, most of all "
            f"{_worst(hours, spare, 1, 'over')}."
        )
    if all(hour["over"] is None for hour in hours):
        lines.append("How many operators are required could not be worked out.")
    elif not lines:
        lines.append("Operators on duty follow the need, hour by hour.")
    return lines


MOST_NAMED = 4
"""Stretches of a week that the verdict names."""


def _worst(hours: list[Row], chosen: list[Row], sign: int, called: str) -> str:
    """The stretches of a week that are furthest from the need, with by how much."""
    runs: list[list[Row]] = []
    for before, hour in zip([None, *hours], hours, strict=False):
        if hour in chosen:
            if before in chosen and before is not None and before["day"] == hour["day"]:
                runs[-1].append(hour)
            else:
                runs.append([hour])
    size = {place: max(sign * _over(hour) for hour in run) for place, run in enumerate(runs)}
    named = sorted(size, key=lambda place: -size[place])[:MOST_NAMED]
    return listing(
        [
            f"{runs[p][0]['day']} {runs[p][0]['from']}-{runs[p][-1]['to']} "
            f"({number(size[p])} {called})"
            for p in sorted(named)
        ]
    )


def _plain(value: str | float | None) -> float:
    return value if isinstance(value, float) else 0.0


def _over(hour: Row) -> float:
    return _plain(hour["over"])


def _stretches(hours: list[Row], chosen: list[Row]) -> list[str]:
    """Neighbouring hours as one stretch: "08:00-10:00"."""
    stretches: list[tuple[str, str]] = []
    for hour in hours:
        if hour not in chosen:
            continue
        start, end = str(hour["from"]), str(hour["to"])
        if stretches and stretches[-1][1] == start:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
    return [f"{start}-{end}" for start, end in stretches]
