"""Plans from a grid: every combination of values that some keys take in turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.comparison.currency import one_currency
from sim.comparison.values import Axis, axis_of, called, combinations, number_of, short_names
from sim.experiment import expected_contacts, quickest_for
from sim.scenario.files import Setting, changed_scenario, chosen_plans, raise_if_any

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.files import Variant
    from sim.scenario.mistakes import Mistake
    from sim.scenario.reading import Document

Values = str | Sequence[object]

MOST_PLANS = 200
"""Plans (under all conditions) that are run without being asked for twice."""

SECONDS_A_CONTACT = {"simpy": 3e-5, "kernel": 1e-6}
"""Of one core of a machine such as docs/performance.md was measured on, drawing and measures
included."""


class TooMany(ValueError):
    """More plans than are run unasked, and how long they would take."""


def axes_of(grid: Mapping[str, Values]) -> list[Axis]:
    """The keys of a grid and their values.

    Parameters
    ----------
    grid : mapping of str to str or sequence
        "4..9", "4..20:2", "-2..+2", "a,b,c" or a list, by dotted name.

    Returns
    -------
    list of Axis

    Raises
    ------
    ValuesError
        With what is wrong with the first that is wrong.
    """
    return [axis_of(name, values) for name, values in grid.items()]


def refuse_too_many(
    paths: Sequence[str | Path],
    plans: Sequence[str] | None,
    axes: Sequence[Axis],
    conditions: Sequence[Axis],
    replications: int,
    most: int = MOST_PLANS,
    engine: str = "kernel",
) -> None:
    """Stop before the work where a grid, or conditions, ask for too much of it.

    Raises
    ------
    TooMany
        With the number of plans and the time that they would take.
    """
    under = number_of(conditions)
    known = [chosen_plans(Path(path), _names(plans, axes))[1] for path in paths]
    number = sum(len(each) for each in known) * number_of(axes)
    if number * under <= most:
        return
    contacts = max(expected_contacts(scenario) for each in known for _, scenario in each)
    kind = quickest_for(known[0][0][1], replications, engine)
    seconds = contacts * replications * number * under * SECONDS_A_CONTACT[kind]
    times = f" x {under:,} conditions" if under > 1 else ""
    raise TooMany(
        f"{number:,} plans{times} x {replications:,} replications would take about "
        f"{_in_words(seconds)} on one core; at most {most:,} are run unasked"
    )


def _in_words(seconds: float) -> str:
    """A time that is known roughly: "14 h", "3 days"."""
    for size, unit in ((86400 * 365, "years"), (86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{max(seconds, 1):.0f} s"


def _names(plans: Sequence[str] | None, axes: Sequence[Axis]) -> Sequence[str] | None:
    """The plans that a grid varies: those named, else the scenario itself."""
    return plans if plans or not axes else ["base"]


def planned(
    paths: Sequence[str | Path],
    plans: Sequence[str] | None = None,
    change: Mapping[str, str | float] | None = None,
    axes: Sequence[Axis] = (),
    condition: Mapping[str, str] | None = None,
) -> list[Scenario]:
    """The plans of some files after changes, at every point of a grid, under a condition.

    Parameters
    ----------
    paths : sequence of str or Path
        Scenario files.
    plans : sequence of str, optional
        Names of plans; by default all, and with a grid the scenario itself.
    change : mapping, optional
        Changes of all plans, made first.
    axes : sequence of Axis
        The grid. The plan as it stands comes first; a point that changes nothing is not another
        plan, and gives its name to it.
    condition : mapping, optional
        Changes made last: what may befall every plan.

    Returns
    -------
    list of Scenario

    Raises
    ------
    ScenarioError
        With all mistakes of the files, and of the changes at every point.
    Currencies
        The plans have several.
    """
    first: list[Setting] = [("--set", name, text) for name, text in (change or {}).items()]
    last: list[Setting] = [("--conditions", name, text) for name, text in (condition or {}).items()]
    found: list[Scenario] = []
    mistakes: list[Mistake] = []
    for path in paths:
        document, chosen = chosen_plans(Path(path), _names(plans, axes))
        for variant, scenario in chosen:
            if not axes and not first and not last:
                found.append(scenario)
                continue
            made, wrong = _around(document, variant, first, axes, last, len(chosen) > 1)
            found += made
            mistakes += wrong
    raise_if_any(mistakes)
    one_currency(found)
    return found


def _around(
    document: Document,
    variant: Variant,
    first: Sequence[Setting],
    axes: Sequence[Axis],
    last: Sequence[Setting],
    many: bool,
) -> tuple[list[Scenario], list[Mistake]]:
    """A plan as it stands and at every point of the grid, or all mistakes."""
    under = ", ".join(f"{key}={text}" for _, key, text in last)
    whole = f"--conditions {under}" if last else "--set"
    here, mistakes = changed_scenario(document, variant, [*first, *last], whole)
    plain, _ = changed_scenario(document, variant, first) if last else (here, [])
    if here is None or mistakes or not axes:
        return ([] if here is None else [here]), mistakes
    found: list[Scenario] = []
    name = here.plan
    short = short_names([axis.name for axis in axes])
    for point in combinations(axes):
        settings = [("--grid", key, text) for key, text in point.items()]
        point_name = called(point, short)
        scenario, wrong = changed_scenario(
            document, variant, [*first, *settings, *last], f"--grid {point_name}"
        )
        mistakes += wrong
        if scenario is None:
            continue
        if many:
            point_name = f"{variant.name} {point_name}"
        # By what the plans are and not by what a condition makes of them, so that every
        # condition has the same plans.
        bare, _ = (
            changed_scenario(document, variant, [*first, *settings]) if last else (scenario, [])
        )
        if bare == plain:
            name = point_name
        else:
            found.append(_renamed(scenario, point_name))
    about = here.plan_about or "The plan as it stands."
    return [_renamed(here, name, about), *found], mistakes


def _renamed(scenario: Scenario, name: str, about: str = "") -> Scenario:
    """The same plan under another name."""
    other = scenario.model_copy()
    other._origin = replace(scenario._origin, plan=name, plan_about=about)
    return other


def paths_of(scenarios: str | Path | Iterable[object]) -> list[str | Path]:
    """The files of a comparison that has a grid or conditions, which are worked out from files.

    Raises
    ------
    ValueError
        Something else than files is given.
    """
    given = [scenarios] if isinstance(scenarios, (str, Path)) else list(scenarios)
    paths = [each for each in given if isinstance(each, (str, Path))]
    if len(paths) < len(given) or not paths:
        raise ValueError("a grid, changes or conditions need the path of a scenario file")
    return paths
