"""The sliders of operators: one for each shift, and one for the seats of a group."""

from __future__ import annotations

from collections.abc import Iterator

from sim.explore.controls import Changes, Slider, dotted
from sim.report.wording import listing, plain
from sim.scenario import Scenario
from sim.scenario.days import WEEKDAYS
from sim.scenario.shifts import MOST_OPERATORS, Shift
from sim.scenario.staff import Group
from sim.times import DAY, HOUR, format_clock

MOST = 8
"""Sliders of operators; those of the most hours are shown."""

PART = "Operators"


def staff_sliders(scenario: Scenario) -> tuple[list[Slider], list[str]]:
    """The sliders of the operators, those of the most hours, and what is left out.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    sliders : list of Slider
        In the order of the file.
    left_out : list of str
        Sentences.
    """
    found = [pair for name, group in scenario.operators.items() for pair in _of(name, group)]
    kept = sorted(range(len(found)), key=lambda place: -found[place][1])[:MOST]
    shown = [found[place][0] for place in sorted(kept)]
    rest = [plain(each.label, 40) for place, (each, _) in enumerate(found) if place not in kept]
    left_out = []
    if rest:
        more = f" and {len(rest) - 6} more" if len(rest) > 6 else ""
        named = "; ".join(rest[:6])
        left_out.append(f"Operators without a slider, of fewer hours: {named}{more}.")
    read = [plain(name, 40) for name, group in scenario.operators.items() if group.roster]
    if read:
        left_out.append(f"{listing(read)}: rostered by a CSV file, which a slider cannot change.")
    return shown, left_out


def _of(name: str, group: Group) -> Iterator[tuple[Slider, float]]:
    """The sliders of a group, each with its operator hours in a week."""
    for shift_name, shift in (group.shifts or {}).items():
        fewest = 0 if len(group.shifts or {}) > 1 else 1
        yield _of_shift(name, str(shift_name), shift, min(fewest, shift.operators))
    if group.headcount is not None:
        yield _of_seats(name, group)


def _of_shift(group: str, name: str, shift: Shift, fewest: int) -> tuple[Slider, float]:
    place = dotted("operators", group, "shifts", name, "operators")
    start = shift.operators

    def changes(operators: int) -> Changes:
        return {place: f"{operators - start:+d}"}

    end = shift.to - DAY if shift.to > DAY else shift.to
    clock = f"{format_clock(shift.from_ % DAY)}-{format_clock(end)}"
    days = f", {_named(shift.days)}" if shift.days else ""
    called = f"shift {name}" if name.isdecimal() else plain(name, 40)
    label = f"{plain(group, 40)}, {called} {clock}{days}"
    most = min(max(2 * start, start + 5), MOST_OPERATORS)
    slider = Slider(place, PART, label, "operators", "", fewest, most, 1, start, changes)
    return slider, start * (shift.to - shift.from_) / HOUR * max(1, len(shift.days or ()))


def _named(days: tuple[str, ...]) -> str:
    """Weekdays in words: "Mon-Fri", "Mon Wed"."""
    first = WEEKDAYS.index(days[0])
    if len(days) > 2 and days == WEEKDAYS[first : first + len(days)]:
        return f"{days[0]}-{days[-1]}"
    return " ".join(days)


def _of_seats(name: str, group: Group) -> tuple[Slider, float]:
    """Seats more or fewer at all times at which there are any."""
    own: dict[tuple[str, ...], tuple[int, ...]] = {(): group.headcount or ()}
    own |= {("on", str(day)): other.headcount for day, other in group.on.items()}

    def changes(seats: int) -> Changes:
        return {
            dotted("operators", name, *where, "headcount"): str(_added(headcount, seats))
            for where, headcount in own.items()
        }

    most = max(max(headcount, default=0) for headcount in own.values())
    fewest = 1 - max(1, most)  # a group in which nobody ever is would be refused
    label = f"{plain(name, 40)}, at all times"
    key = dotted("operators", name, "headcount")
    slider = Slider(key, PART, label, "seats", "more or fewer", fewest, max(most, 5), 1, 0, changes)
    mean = sum(own[()]) / max(1, len(own[()]))
    return slider, mean * 12


def _added(headcount: tuple[int, ...], seats: int) -> list[int]:
    """Seats more or fewer where there are any; never fewer than none."""
    return [max(0, each + seats) if each else 0 for each in headcount]
