"""What a search found: seats by interval and group, what they bring, and what is out of reach."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.experiment import Results
from sim.measures.intervals import Estimate, Floats, share_of_days
from sim.measures.required import required
from sim.measures.tables import Row, begins_of
from sim.scenario import Scenario
from sim.scenario.aims import Aim
from sim.staffing.aims import in_words
from sim.staffing.confirming import Checked
from sim.staffing.judging import Judge, WithAChance, days_met
from sim.staffing.menu import on_the_phones
from sim.staffing.paying import off_phone
from sim.staffing.seats import Whole

if TYPE_CHECKING:
    import pandas as pd


FAR = 3.0
"""Times Erlang A beyond which so many more operators are hardly what a target lacks."""


class Standing(NamedTuple):
    """A target and what came of it on the fresh days."""

    aim: Aim | None
    """None for the share of days that meet all targets."""
    value: float | None
    """The measure; of intervals the one that is nearest to missing, or misses most."""
    low: float | None
    """Lower end of the 95 % interval of `value`."""
    high: float | None
    bound: float
    met: bool
    reachable: bool
    """Whether any number of operators meets it."""
    row: int | None = None
    """The interval that `value` is of; None for the whole day."""
    missed: int = 0
    """In how many intervals it is missed."""

    @property
    def at_least(self) -> bool:
        """Whether more is better."""
        return self.aim is None or self.aim.at_least

    @property
    def sure(self) -> bool:
        """Whether the whole interval lies on one side of the bound."""
        if self.low is None or self.high is None:
            return False
        return (self.low >= self.bound) == (self.high >= self.bound)

    @property
    def short(self) -> float:
        """By how much the target is missed; 0 where it is met."""
        if self.met or self.value is None:
            return 0.0
        return abs(self.value - self.bound)


@dataclass(frozen=True, eq=False)
class Staffing:
    """The fewest operators on the phones that meet the targets, and what the day gets."""

    asked: Scenario
    """The scenario as it was given."""
    scenario: Scenario
    """The scenario with the seats that were found."""
    groups: tuple[str, ...]
    """The groups that were staffed, G' of them."""
    aims: tuple[Aim, ...]
    meets: str
    """What meeting the targets means: "day", "intervals" or "chance=..."."""
    judge: Judge
    least: str
    seed: int
    replications: int
    """Days of the search."""
    fresh: int
    """Other days, on which the answer was held against the targets; all figures are theirs."""
    sure: bool
    tried: int
    """Staffings that were simulated."""
    cost: Floats
    """What a seat costs in what was saved; shape (N, G')."""
    allowed: Floats
    """Below 0 where a requirement is out of reach."""
    found: Checked
    before: Checked
    one_fewer: Checked | None
    """The same with one operator fewer, where that does least harm."""
    fewer_simulated: tuple[int, int]
    """In how many intervals and groups one operator fewer was simulated, of how many that have
    one to spare by `at_least`."""
    exact: Floats | None
    """Fractional seats by simulation, of a search for every interval, NaN where one fewer was not
    simulated; shape (N, G')."""

    @property
    def seats(self) -> dict[str, Whole]:
        """Operators on the phones by interval, of each group."""
        return {name: self.found.seats[:, g] for g, name in enumerate(self.groups)}

    @cached_property
    def results(self) -> Results:
        """Every measure of the staffing found, on the fresh days."""
        return Results(self.scenario, self.seed, "kernel", self.found.trial.ledger)

    @cached_property
    def as_it_is(self) -> Results:
        """Every measure of the scenario with its own staff, on the same days."""
        return Results(self.asked, self.seed, "kernel", self.before.trial.ledger)

    @property
    def met(self) -> bool:
        """Whether every target is met on the fresh days."""
        return all(each.met for each in self.standings)

    @cached_property
    def standings(self) -> list[Standing]:
        """Every target and what came of it."""
        return self.standing_of(self.found)

    def standing_of(self, checked: Checked) -> list[Standing]:
        """Every target and what comes of it under some staffing.

        Parameters
        ----------
        checked : Checked
            The fresh days under that staffing.
        """
        results = Results(checked.trial.scenario, self.seed, "kernel", checked.trial.ledger)
        if self.meets == "intervals":
            return [self._worst(checked, number) for number in range(len(self.aims))]
        found = []
        if isinstance(self.judge, WithAChance):
            days = days_met(checked.gaps)
            share = share_of_days(days, np.ones_like(days))
            holds = checked.judged.slack[0] >= -1e-9
            found.append(
                Standing(None, share.value, share.low, share.high, self.judge.chance, bool(holds),
                         bool(self.allowed[0] >= 0))
            )  # fmt: skip
        else:
            for number, aim in enumerate(self.aims):
                value = _estimate(results, aim)
                holds = checked.judged.slack[number] >= -1e-9
                found.append(
                    Standing(aim, value.value, value.low, value.high, aim.bound, bool(holds),
                             bool(self.allowed[number] >= 0))
                )  # fmt: skip
        return found

    def _worst(self, checked: Checked, number: int) -> Standing:
        """The interval in which an aim is nearest to missed, or missed most."""
        aim = self.aims[number]
        rows = checked.gaps.slack.shape[2]
        slack = checked.judged.slack.reshape(-1, rows)[number]
        asked = checked.gaps.base[number].sum(axis=0) > 0
        if not asked.any():
            return Standing(aim, None, None, None, aim.bound, True, True)
        row = int(np.where(asked, slack, np.inf).argmin())
        top, base = (each[number, :, row] for each in checked.gaps)
        over, half = float(top.sum() / base.sum()), _half(top, base)
        value = aim.bound + over if aim.at_least else aim.bound - over
        missed = int((slack < -1e-9).sum())
        reachable = bool((self.allowed.reshape(-1, rows)[number] >= 0).all())
        return Standing(aim, value, max(value - half, 0.0), min(value + half, 1.0), aim.bound,
                        missed == 0, reachable, row, missed)  # fmt: skip

    @cached_property
    def fractional(self) -> Floats:
        """Operators by Erlang A with the load being handled; shape (N, G'), NaN where none do."""
        places = [list(self.scenario.operators).index(name) for name in self.groups]
        return required(self.found.trial.ledger, lagged=True)[:, places]

    @cached_property
    def now(self) -> Floats:
        """Operators on the phones by the roster that the scenario has; shape (N, G').

        As of seats, who is absent is counted; breaks and meetings are off, at their times.
        """
        places = [list(self.scenario.operators).index(name) for name in self.groups]
        ledger = self.before.trial.ledger
        return on_the_phones(ledger.centre, ledger.grid, self.before.trial.scenario)[:, places]

    def rows(self) -> list[Row]:
        """One row for each interval and group.

        Returns
        -------
        list of dict
            `day` (where days have names), `from`, `group`, `operators` found, `fractional` by
            Erlang A, `exact` by simulation (None but for every interval, where one
            fewer was simulated), `now` on the phones by the roster of the scenario (before
            absence, as `operators` is) and `difference` = operators - now.
        """
        rows: list[Row] = []
        for row, begins in enumerate(begins_of(self.found.trial.ledger.grid)):
            for g, name in enumerate(self.groups):
                seats, now = int(self.found.seats[row, g]), float(self.now[row, g])
                rows.append({
                    **begins, "group": name, "operators": seats,
                    "fractional": _known(self.fractional, row, g),
                    "exact": _known(self.exact, row, g),
                    "now": now, "difference": seats - now,
                })  # fmt: skip
        return rows

    def table(self) -> pd.DataFrame:
        """`rows` as a data frame; `attrs["units"]` has the unit of each column."""
        import pandas as pd

        frame = pd.DataFrame(self.rows())
        counted = ("operators", "fractional", "exact", "now", "difference")
        frame.attrs["units"] = dict.fromkeys(counted, "operators")
        return frame

    def totals(self) -> dict[str, dict[str, float]]:
        """Hours, FTE and money of each group, a replication.

        Returns
        -------
        dict
            `hours` on the phones (who is absent included), `roster_hours` with breaks and
            meetings as in the roster of the scenario, `paid_hours` with planned shrinkage,
            overtime and without unpaid breaks, `fte`, `cost`; and `now_...` of the staff that
            the scenario has.
        """
        off = off_phone(self.before.trial.ledger.centre)
        hours = self.found.trial.ledger.grid.clock.lengths / 3600
        found = {}
        for g, name in enumerate(self.groups):
            place = list(self.scenario.operators).index(name)
            own, was = self.results.by_group[name], self.as_it_is.by_group[name]
            group = self.scenario.operators[name]
            seat_hours = float(hours @ self.found.seats[:, g])
            overtime = own["overtime_hours"].value or 0.0
            dear = overtime * group.overtime_wage * (1 + group.on_costs)
            factor = float(off.paid[place])
            paid = ((own["paid_hours"].value or 0.0) - overtime) * factor + overtime
            found[name] = {
                "hours": seat_hours,
                "roster_hours": seat_hours * float(off.rostered[place]),
                "paid_hours": paid,
                "fte": paid * self.results.ledger.days_a_week / group.contract_hours,
                "cost": ((own["staffing_cost"].value or 0.0) - dear) * factor + dear,
                "now_hours": float(hours @ self.now[:, g]),
                "now_paid_hours": float(was["paid_hours"].value or 0.0),
                "now_fte": float(was["fte"].value or 0.0),
                "now_cost": float(was["staffing_cost"].value or 0.0),
            }
        return found

    def as_a_run(self) -> dict[str, dict[str, float]]:
        """What a run of the seats found shows of each group: these have no breaks to be paid.

        Returns
        -------
        dict
            `run_paid_hours` and `run_cost` a replication, on the fresh days.
        """
        shown = {name: self.results.by_group[name] for name in self.groups}
        return {
            name: {
                "run_paid_hours": float(own["paid_hours"].value or 0.0),
                "run_cost": float(own["staffing_cost"].value or 0.0),
            }
            for name, own in shown.items()
        }

    def document(self) -> dict[str, Any]:
        """The answer as plain JSON values."""
        from sim.staffing.written import document

        return document(self)

    def plan(self, name: str = "found") -> str:
        """The staffing as a plan that can be put into the scenario file."""
        from sim.staffing.written import plan_of

        return plan_of(self, name)

    @property
    def blocked(self) -> float:
        """Share of contacts that find all lines busy, or the queue full, with the seats found."""
        offered = self.results.measures["offered"].value or 0.0
        return (self.results.measures["blocked"].value or 0.0) / offered if offered else 0.0

    @property
    def far_above(self) -> tuple[int, int] | None:
        """The interval and the group in which the seats are furthest above Erlang A.

        None where they are nowhere more than three times as many, and three more.
        """
        fewer = np.nan_to_num(self.fractional, nan=np.inf)
        many = self.found.seats > np.maximum(FAR * fewer, fewer + FAR)
        if not many.any():
            return None
        over = np.where(many, self.found.seats - fewer, -np.inf)
        row, place = np.unravel_index(int(over.argmax()), over.shape)
        return int(row), int(place)

    def sentence(self, standing: Standing) -> str:
        """What a target asks for, in words."""
        if standing.aim is None:
            word = "weeks" if self.scenario.days else "days"
            return f"at least {100 * standing.bound:g} % of {word} meet all targets"
        return in_words(standing.aim, self.scenario)

    def _repr_html_(self) -> str:
        return str(self.table().to_html(float_format="{:.2f}".format))


def _known(numbers: Floats | None, row: int, place: int) -> float | None:
    """A number of a table, None where there is none."""
    if numbers is None or np.isnan(numbers[row, place]):
        return None
    return float(numbers[row, place])


def _estimate(results: Results, aim: Aim) -> Estimate:
    """The measure that an aim is about."""
    measures = results.measures if aim.type is None else results.by_type[aim.type]
    return measures[aim.measure]


def _half(top: Floats, base: Floats) -> float:
    """Half the 95 % interval of a ratio of sums over days; 0 of a single day."""
    from sim.measures.intervals import half_width

    if len(top) < 2:
        return 0.0
    pull = (top - top.sum() / base.sum() * base) / base.mean()
    return half_width(pull)
