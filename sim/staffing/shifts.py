"""The cheapest roster from a menu of shifts that meets the targets, simulated and checked."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiment import Results, heading
from sim.scenario import Scenario, loaded
from sim.staffing.building import Contradiction, Found, Search
from sim.staffing.floors import (
    contradictions,
    rules,
    too_many,
    uncovered,
    work_bound_row,
    work_of,
)
from sim.staffing.goals import goals_of, least_answered
from sim.staffing.menu import Menu, menu_of, rostered_cost
from sim.staffing.program import NotSolved, Program
from sim.staffing.reached import Reached
from sim.staffing.rostered import operators, plan_toml, roster_rows, shift_rows
from sim.staffing.seats import Whole
from sim.staffing.suggestion import MenuError
from sim.staffing.trials import Trial, Trials
from sim.times import HOUR

if TYPE_CHECKING:
    import pandas as pd

MOST_CHECKS = 6
"""Rosters that are held against fresh days before the search makes do with what it has."""

SAFE = 1.1
"""Half-widths of the interval on the check days that a roster is asked to have to spare."""

PLAN = "built"
"""Name of the plan; where the file has one of that name, a number is added."""


CAVEATS = (
    "The targets are those of the file, of the whole time that is simulated: single hours may be "
    "worse and others better.",
    "The bound holds if the service of each interval is concave in its operators, as the cuts "
    "assume, and as precisely as the search days tell; the bound from work holds in any case.",
)


@dataclass(frozen=True, eq=False)
class Built:
    """A roster built from a menu: what it is, what it reaches, and how far from optimal it may be.

    Every figure of `results` is of days that the search has not seen.
    """

    menu: Menu
    counts: Whole
    """Persons in each possible shift; shape (K,)."""
    results: Results
    """The check days under the built roster; `run` with its seed gives the same."""
    before: Results
    """The same days under the present roster."""
    targets: tuple[Reached, ...]
    fewer: str
    """Where the one operator was taken out that is missed least; empty where nobody can go."""
    met: bool
    """Whether the search found a roster that meets the targets on its own days."""
    bound: float
    """No roster costs less, if the cuts are right; -inf where there is none."""
    work_bound: float
    """No roster costs less that does the work; -inf where there is none."""
    seed: int
    search_days: int
    tried: int
    """Rosters simulated on the search days."""
    checks: int
    """Rosters held against fresh days."""

    @property
    def scenario(self) -> Scenario:
        """The scenario with the built roster."""
        return self.results.scenario

    @property
    def certain(self) -> bool:
        """Whether every target is met for certain: the whole 95 % interval of each.

        Where no call comes nothing is missed.
        """
        return all(each.certain for each in self.targets)

    @property
    def judged(self) -> bool:
        """Whether there is a call to judge any target by."""
        return any(each.judged for each in self.targets)

    @property
    def cost(self) -> float:
        """Rostered pay of the groups that were rostered, overtime left out; a replication."""
        return float(self.menu.cost @ self.counts)

    @property
    def hours(self) -> float:
        """Their paid hours, planned shrinkage included and overtime left out; a replication."""
        return float(self.menu.hours @ self.counts)

    @cached_property
    def present_rostered(self) -> tuple[float, float]:
        """Paid hours and cost of the same groups as they are rostered now."""
        return rostered_cost(self.menu.scenario, self.menu.groups)

    @property
    def gap(self) -> float | None:
        """How much more it costs than the bound, as a share of it; None without a bound."""
        if not math.isfinite(self.bound) or self.bound <= 0:
            return None
        return max(0.0, self.cost / self.bound - 1)

    @property
    def persons(self) -> int:
        """Persons in the roster."""
        return int(self.counts.sum())

    def rows(self) -> list[dict[str, Any]]:
        """The shifts, one a row: group, shift, operators, days, from, to, breaks, and paid_hours
        and cost of all operators of the row, a replication."""
        return shift_rows(self.menu, self.counts)

    def table(self) -> pd.DataFrame:
        """`rows` as a data frame."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def intervals(self) -> pd.DataFrame:
        """Operators required, scheduled and on duty by interval and group."""
        return self.results.staff()

    def roster(self) -> pd.DataFrame:
        """Who is there when: operator, start, end and activity, as `roster.file` reads them."""
        import pandas as pd

        return pd.DataFrame(roster_rows(self.menu, self.counts))

    def plan_toml(self) -> str:
        """The roster as a plan to put at the end of the scenario file."""
        return plan_toml(self.menu, self.counts, self.scenario.plan, self.about)

    @property
    def assumed(self) -> list[str]:
        """What was assumed and not measured, in sentences."""
        return [*self.menu.assumed, *CAVEATS, *self.results.assumptions]

    @property
    def about(self) -> str:
        """What the plan is, in a sentence."""
        said = "meets" if self.certain else "comes nearest to"
        what = f"the cheapest found that {said} the targets"
        if not self.judged:
            what = "the cheapest found by the rules of the menu; no call came to judge a target by"
        return (
            f"Built by waitline shifts: {operators(self.persons)} for "
            f"{', '.join(self.menu.groups)}, {what}."
        )

    def document(self) -> dict[str, Any]:
        """All of it as plain JSON values."""
        hours, cost = self.present_rostered
        return heading(self.results) | {
            "seed": self.seed,
            "check_seed": self.results.seed,
            "search": {"days": self.search_days, "rosters": self.tried, "checks": self.checks},
            "certain": self.certain,
            "cost": {
                "built": self.cost, "present": cost, "bound": _finite(self.bound),
                "gap": self.gap, "bound_from_work": _finite(self.work_bound),
                "unit": self.scenario.currency,
            },
            "paid_hours": {"built": self.hours, "present": hours},
            "targets": [each.document() for each in self.targets],
            "one_fewer": self.fewer or None,
            "shifts": self.rows(),
            "staff_by_interval": self.results.staff_by_interval,
            "assumed": self.assumed,
        }  # fmt: skip

    def _repr_html_(self) -> str:
        return str(self.table().to_html(index=False))


def _free(scenario: Scenario) -> str:
    """A name that no plan of the file has."""
    names = chain([PLAN], (f"{PLAN}_{number}" for number in count(2)))
    return next(name for name in names if name not in scenario.plan_names)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def shifts(
    scenario: Scenario | str | Path,
    replications: int = 1000,
    seed: int = 1,
    search_days: int = 100,
    engine: str = "kernel",
    progress: Callable[[str], None] | None = None,
) -> Built:
    """The cheapest roster from the menus of a scenario that meets its targets.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A loaded scenario, or a file whose base is meant.
    replications : int
        Fresh days that a roster is held against.
    seed : int
        Which world the search days belong to; check k is on days of seed + k.
    search_days : int
        Days on which rosters are tried.
    engine : {"kernel", "simpy"}
        Which engine runs the days; the result does not depend on it.
    progress : callable, optional
        Called with what is being done.

    Returns
    -------
    Built

    Raises
    ------
    MenuError
        There is no target, or the menu leaves calls without anybody who could answer, or its
        rules contradict each other.
    ValueError
        Fewer than two days.

    Notes
    -----
    Shifts are covered by a mixed-integer program; where the simulation misses a target, cuts from
    the effect of one person more in each interval are added (Atlason, Epelman and Henderson 2004;
    Cezik and L'Ecuyer 2008), one for each interval.
    """
    if min(replications, search_days) < 2:
        raise ValueError("replications and search_days must be 2 or more")
    scenario = loaded(scenario)
    return _Builder(scenario, replications, seed, search_days, engine, progress).built()


class _Builder:
    """Search, check on fresh days, and search again with what the check has shown."""

    def __init__(
        self, scenario: Scenario, replications: int, seed: int, search_days: int, engine: str,
        progress: Callable[[str], None] | None,
    ) -> None:  # fmt: skip
        self.scenario, self.replications, self.seed = scenario, replications, seed
        self.engine, self.told = engine, progress or (lambda _: None)
        self.aims = goals_of(scenario)
        if not self.aims:
            what = "no target is set, and [targets] says what the roster has to reach"
            raise MenuError(what, ("targets",))
        self.menu = menu_of(scenario)
        self.work = work_of(scenario, self.menu)
        wrong = uncovered(self.menu, self.work) or too_many(self.menu, self.work)
        if wrong:
            raise MenuError(wrong)
        self.trials = Trials(scenario, search_days, seed, engine=engine)
        self.search = Search(self.menu, self.work, self.aims, self.trials, progress)
        self.checks = 0

    def built(self) -> Built:
        """The roster."""
        try:
            present = self.trials.of(self.scenario)
            found, met = self.search.run(self.search.start(present, self.replications))
        except Contradiction:
            raise MenuError(contradictions(self.menu, self.work)) from None
        except NotSolved as error:
            raise MenuError(f"{error}: no roster can be built") from None
        best: tuple[Found, Trials, Trial] | None = None
        for _ in range(MOST_CHECKS):
            checked = self.check(found)
            ledger = checked[1].ledger
            sure = all(aim.certain(aim.estimate(ledger), aim.asked(ledger)) for aim in self.aims)
            if sure and (best is None or self.search.cost(found) < self.search.cost(best[0])):
                best = (found, *checked)
            if best is None:
                nearest = (found, *checked)
            if not met:
                break
            self.learn(found, checked[1], sure)
            found, met = self.search.run(found)
            if best is not None and (not met or self.search.cost(found) >= self.cost_of(best)):
                break
        return self.reported(*(best or nearest), best is not None or met)

    def cost_of(self, best: tuple[Found, Trials, Trial]) -> float:
        """The cost of what was found best."""
        return self.search.cost(best[0])

    def check(self, found: Found) -> tuple[Trials, Trial]:
        """A roster on fresh days."""
        self.checks += 1
        seed = self.seed + self.checks
        self.told(f"check {self.checks}: {self.replications:,} fresh days, seed {seed}")
        trials = Trials(self.scenario, self.replications, seed, engine=self.engine)
        return trials, trials.of(self.menu.staffed(found.counts, {}))

    def learn(self, found: Found, trial: Trial, sure: bool) -> None:
        """Set the margins so that what meets them on the search days does on fresh days.

        The search days are few. The same roster on many fresh days tells how far they are off;
        the first check sets all margins anew, a later one that fails raises what was missed.
        """
        for a, aim in enumerate(self.aims):
            fresh = float(aim.surplus(trial).sum())
            half = aim.margin(trial, self.replications)
            margin = float(found.surplus[a]) - fresh + SAFE * half
            if self.checks == 1:
                self.search.margins[a] = margin
            elif not sure and fresh < half:
                self.search.margins[a] = max(self.search.margins[a], margin)

    def reported(self, found: Found, trials: Trials, trial: Trial, met: bool) -> Built:
        """All that is told of a roster, on the days of its check."""
        before = trials.of(self.scenario)
        fewer, name = self.one_fewer(found)
        without = None if fewer is None else trials.of(self.menu.staffed(fewer, {}))
        targets = tuple(
            Reached(
                aim, aim.estimate(before.ledger), aim.estimate(trial.ledger),
                None if without is None else aim.estimate(without.ledger),
                aim.asked(trial.ledger),
            )
            for aim in self.aims
        )  # fmt: skip
        scenario = trial.scenario
        scenario._origin = dataclasses.replace(scenario._origin, plan=_free(self.scenario))
        bound = self.search.bound
        if self.search.cost(found) < bound * (1 - 1e-6):
            bound = -math.inf  # a roster that does it is cheaper: the cuts were too strict
        return Built(
            self.menu, found.counts,
            Results(scenario, trials.seed, self.engine, trial.ledger),
            Results(self.scenario, trials.seed, self.engine, before.ledger),
            targets, name, met, bound, self.work_bound(trial), self.seed,
            len(self.trials.numbers), self.trials.tried, self.checks,
        )  # fmt: skip

    def one_fewer(self, found: Found) -> tuple[Whole | None, str]:
        """The roster without the one person who is missed least on the search days."""
        best, least, name = None, math.inf, ""
        for k in np.flatnonzero(found.counts).tolist():
            fewer = found.counts - (np.arange(len(found.counts)) == k)
            if fewer.any() and self.search.keeps(fewer):
                short = self.search.short(self.search.tried(fewer))
                if short < least:
                    best, least = fewer, short
                    name = self.menu.name_of(found.counts, k)
        return best, name

    def work_bound(self, trial: Trial) -> float:
        """The least that any roster costs which does the work that the targets ask for."""
        sums = {name: float(days.sum()) for name, days in
                trial.ledger.everything().columns.items()}  # fmt: skip
        offered = max(sums["offered"], 1.0)
        lost = (sums["blocked"] + sums["cut_off"] + sums["callback_lost"]) / offered
        share, occupancy = least_answered(self.scenario, self.aims, lost, sums["short"] / offered)
        if share <= 0:
            return -math.inf
        overtime = sums["overtime_hours"] / trial.ledger.replications * HOUR
        row = work_bound_row(self.menu, self.work, share, occupancy)
        program = Program()
        persons = program.variables(self.menu.cost, whole=True)
        for each in (*rules(self.menu), row._replace(low=row.low - overtime)):
            program.row(persons, each.weights, each.low, each.high)
        try:
            solved = program.solve()
        except NotSolved:
            solved = None
        return -math.inf if solved is None else solved.bound


__all__ = ["Built", "MenuError", "shifts"]
