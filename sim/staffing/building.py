"""Building a roster: a covering problem, cut by the simulation until the simulated day is right."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from sim.measures.intervals import Floats
from sim.measures.required import required
from sim.staffing.cuts import Sheet, sheet_at
from sim.staffing.floors import Work, floors, rules
from sim.staffing.goals import Goal
from sim.staffing.menu import Menu
from sim.staffing.nearest import cheapest_near
from sim.staffing.program import MOST_NODES, NotSolved, Program, Row
from sim.staffing.seats import Whole
from sim.staffing.trials import Trial, Trials
from sim.times import HOUR

MOST_ROUNDS = 25
"""Rosters that are cut off before the search makes do with what it has."""

SAME_COST = 0.003
"""Part of the cost by which a roster may be dearer than the cheapest under the cuts."""

DEAR = 1e5
"""What missing a target whole costs, in costs of the dearest person."""

MOST_SLACK = 0.02
"""How far inside the cuts a roster is asked to be, in shares of what is judged."""

FIRST_NEAR = 2
"""Targets that are cut hour by hour from the start: those with least to spare."""

MOST_HOPELESS = 3
"""Rounds in a row in which no roster keeps the cuts, after which the search gives up."""


class Contradiction(NotSolved):
    """The rules of the menu, with somebody there wherever calls come, leave no roster."""


class Found(NamedTuple):
    """A roster and what became of the search days under it."""

    counts: Whole
    trial: Trial
    surplus: Floats
    """Of each target."""


class Search:
    """The search for the cheapest roster that meets the targets on the search days.

    Parameters
    ----------
    menu : Menu
    work : Work
    aims : sequence of Goal
    trials : Trials
        The search days.
    told : callable, optional
        Called with what is being done.
    """

    def __init__(
        self, menu: Menu, work: Work, aims: Sequence[Goal], trials: Trials,
        told: Callable[[str], None] | None = None,
    ) -> None:  # fmt: skip
        self.menu, self.work, self.aims = menu, work, list(aims)
        self.trials, self.told = trials, told
        self.rows = [*rules(menu), *floors(menu, work)]
        self.forms = menu.forms()
        """Columns that differ in the times of breaks only."""
        self.sheets: list[Sheet] = []
        self.units = np.ones(len(self.aims))
        """What a share of each target is of, on a day: contacts, or seconds."""
        self.margins = np.zeros(len(self.aims))
        """What the surplus of each target has to be on the search days."""
        self.near = np.zeros(len(self.aims), np.bool_)
        """Targets that are cut hour by hour, the others as a whole: those that come near."""
        self.blocks = _hours(menu)
        self.rounds = 0
        self.bound = -math.inf
        """No roster that keeps the rows and cuts costs less."""
        self._known: dict[bytes, Found] = {}

    # --- simulating ----------------------------------------------------------------------------

    def tried(self, counts: Whole) -> Found:
        """A roster on the search days."""
        key = counts.tobytes()
        if key not in self._known:
            trial = self.trials.of(self.menu.staffed(counts, {}))
            surplus = np.array([float(aim.surplus(trial).sum()) for aim in self.aims])
            self._known[key] = Found(counts, trial, surplus)
        return self._known[key]

    def meets(self, found: Found) -> bool:
        """Whether all targets are met by their margins."""
        return bool((found.surplus >= self.margins).all())

    def short(self, found: Found) -> float:
        """How much a roster misses the targets by, in shares of what is judged."""
        missed = np.maximum(0.0, self.margins - found.surplus)
        return float((missed / self.units).sum())

    def cost(self, found: Found) -> float:
        """What a roster costs a replication, overtime left out."""
        return float(self.menu.cost @ found.counts)

    # --- the program ---------------------------------------------------------------------------

    def _program(self, cost: Floats) -> tuple[Program, Whole, list[Whole]]:
        """Persons in each column, and the surplus of each target, under all rows and cuts."""
        menu, program = self.menu, Program()
        persons = self._persons(program, cost)
        number, groups = len(menu.clock.day), len(menu.groups)
        duty = program.variables(np.zeros(number * groups)).reshape(number, groups)
        of = menu.group_of
        for g in range(groups):
            mine = np.flatnonzero(of == g)
            for k in range(number):
                places = np.append(persons[mine], duty[k, g])
                program.row(places, np.append(menu.duty[mine, k], -1.0), 0.0, 0.0)
        blocks = [self.blocks if near else np.zeros_like(self.blocks) for near in self.near]
        surplus = [
            program.variables(np.zeros(int(block.max()) + 1), low=-math.inf) for block in blocks
        ]
        for sheet in self.sheets:
            sheet.add_to(program, duty, surplus, blocks)
        return program, persons, surplus

    def _persons(self, program: Program, cost: Floats) -> Whole:
        """Persons in each column, under all rows; whole in all columns of one form together.

        Columns of one form differ in the times of their breaks only. That these have whole
        numbers too would take the solver far longer and hardly change the cost; they are rounded.
        """
        persons = program.variables(cost)
        for members in self.forms:
            together = program.variables(np.zeros(1), whole=True)
            places = np.append(persons[members], together)
            program.row(places, np.append(np.ones(len(members)), -1.0), 0.0, 0.0)
        for row in self.rows:
            program.row(persons, row.weights, row.low, row.high)
        return persons

    def _rounded(self, values: Floats) -> Whole:
        """Whole persons in each column; in all columns of one form together as many as before."""
        counts = np.floor(values + 1e-6).astype(np.int64)
        for members in self.forms:
            left = round(float(values[members].sum())) - int(counts[members].sum())
            rest = values[members] - counts[members]
            counts[members[np.argsort(-rest, kind="stable")[:left]]] += 1
        return counts

    def _cheapest(self) -> tuple[Whole, bool]:
        """The cheapest roster under all cuts, and whether it keeps them; sets the bound."""
        dearest = float(self.menu.cost.max())
        program, persons, surplus = self._program(self._priced())
        missed = program.variables(DEAR * dearest / self.units)
        for a in range(len(self.aims)):
            places = np.append(surplus[a], missed[a])
            program.row(places, np.ones(len(places)), low=float(self.margins[a]))
        found = program.solve()
        if found is None:
            raise Contradiction("no numbers of persons keep the rules of the menu")
        keeps = bool((found.values[missed] <= 1e-6 * self.units).all())
        self.bound = found.bound if keeps else -math.inf
        return self._rounded(found.values[persons]), keeps

    def _inside(self, counts: Whole) -> Whole:
        """Of the rosters about as cheap as the cheapest, the one furthest inside the cuts.

        Many rosters cost the same. Cutting off one after the other takes long; the one furthest
        inside says most of whether any of them will do.
        """
        cost = self.menu.cost
        program, persons, surplus = self._program(1e-7 * cost / float(cost.max()))
        slack = program.variables(np.full(1, -1.0), low=-1.0, high=MOST_SLACK)
        for a in range(len(self.aims)):
            places = np.append(surplus[a], slack)
            weights = np.append(np.ones(len(surplus[a])), -self.units[a])
            program.row(places, weights, low=float(self.margins[a]))
        most = float(cost @ counts) * (1 + SAME_COST)
        program.row(persons, cost, high=most)
        try:
            found = program.solve(nodes=MOST_NODES // 2, gap=0.05)
        except NotSolved:
            found = None
        return counts if found is None else self._rounded(found.values[persons])

    def _priced(self) -> Floats:
        """The costs, a little above 0: of rosters that cost nothing the smaller is meant."""
        return np.maximum(self.menu.cost, 1e-6 * max(1.0, float(self.menu.cost.max())))

    # --- the way -------------------------------------------------------------------------------

    def start(self, present: Trial, days: int) -> Found:
        """The roster that the Erlang formulas ask for, and cuts from it.

        Parameters
        ----------
        present : Trial
            The search days under the present roster.
        days : int
            From how many days the targets are to be known; it sets the margins.
        """
        needed = required(present.ledger)
        counts = self._asked_for(needed)
        if counts is None:
            # The menu has not even enough for most of the work: whoever is there is welcome.
            self.rows = [*rules(self.menu), *floors(self.menu, self.work, 0.0)]
            counts = self._asked_for(needed)
        if counts is None:
            raise Contradiction("no numbers of persons keep the rules of the menu")
        found = self.tried(counts)
        self.margins = np.array([aim.margin(found.trial, days) for aim in self.aims])
        parts = [float(aim.parts(found.trial)[1].sum()) for aim in self.aims]
        self.units = np.maximum(parts, 1e-9)
        spare = (found.surplus - self.margins) / self.units
        self.near = spare <= np.sort(spare)[:FIRST_NEAR][-1]
        self.cut(found)
        return found

    def _asked_for(self, needed: Floats) -> Whole | None:
        """The cheapest roster for so many operators by interval and group; None without any."""
        program = Program()
        persons = self._persons(program, self._priced())
        dear = 100 * float(self._priced().max())
        for row in self._rows_asked_for(needed):
            lack = program.variables(np.full(1, dear))
            places = np.append(persons, lack)
            program.row(places, np.append(row.weights, 1.0), low=row.low)
        solved = program.solve()
        return None if solved is None else self._rounded(solved.values[persons])

    def _rows_asked_for(self, needed: Floats) -> list[Row]:
        """Operators required by interval and group, as rows."""
        menu, names = self.menu, list(self.menu.scenario.operators)
        rows = []
        for g, group in enumerate(menu.groups):
            there = (menu.group_of == g) * (1 - menu.scenario.operators[group].absence)
            for k, number in enumerate(needed[:, names.index(group)].tolist()):
                weights = menu.duty[:, k] * there
                if number > 0 and weights.any():
                    rows.append(Row(weights, number))
        return rows

    def cut(self, found: Found) -> None:
        """Add cuts from a roster."""
        counts, trial, _ = found
        self.sheets.append(sheet_at(self.trials, self.menu, counts, trial, self.aims))

    def run(self, known: Found | None = None) -> tuple[Found, bool]:
        """Cut until the cheapest roster under the cuts meets the targets on the search days.

        Parameters
        ----------
        known : Found, optional
            A roster that may meet them already.

        Returns
        -------
        found : Found
            The cheapest roster that was found to meet the targets; where none does, the cheapest
            of those that miss them by about the least.
        met : bool
            Whether it meets them.
        """
        met = known if known is not None and self.meets(known) else None
        nearest, hopeless = known, 0
        for _ in range(MOST_ROUNDS):
            counts, keeps = self._cheapest()
            if met is not None and self.cost(met) <= self.bound * (1 + 2 * SAME_COST):
                break
            counts = self._inside(counts) if keeps else counts
            again = counts.tobytes() in self._known
            found = self.tried(counts)
            self._tell(found)
            if self.meets(found):
                if met is None or self.cost(found) < self.cost(met):
                    met = found
                break
            if nearest is None or self.short(found) < self.short(nearest):
                nearest = found
            hopeless = 0 if keeps else hopeless + 1
            if hopeless == MOST_HOPELESS or (again and not keeps):
                break
            self.near |= found.surplus < self.margins
            self.cut(found)
        if met is None and nearest is not None:
            mended = self.mended(nearest)
            if self.meets(mended):
                met = mended
        if met is not None:
            return self.trim(met), True
        assert nearest is not None
        rosters = [nearest, *(each for each in self._known.values() if self.keeps(each.counts))]
        return cheapest_near(self, rosters), False

    def mended(self, found: Found) -> Found:
        """A roster with single persons added where they are worth most for their cost."""
        for _ in range(MOST_ROUNDS):
            if self.meets(found):
                break
            counts, trial, surplus = found
            sheet = sheet_at(self.trials, self.menu, counts, trial, self.aims)
            missed = (surplus < self.margins) / self.units
            worth = np.einsum("a,agkj->gk", missed, sheet.effect)
            gain = (worth[self.menu.group_of] * self.menu.duty).sum(axis=1)
            order = np.argsort(-gain / self._priced(), kind="stable").tolist()
            more = next((each for k in order if gain[k] > 0 and self.keeps(
                each := counts + (np.arange(len(counts)) == k))), None)  # fmt: skip
            if more is None:
                break
            found = self.tried(more)
        return found

    def trim(self, found: Found) -> Found:
        """Take single persons out, the dearest first, while the targets are met on these days."""
        changed = True
        while changed:
            changed = False
            used = np.flatnonzero(found.counts)
            for k in used[np.argsort(-self.menu.cost[used], kind="stable")].tolist():
                fewer = found.counts - (np.arange(len(found.counts)) == k)
                if self.keeps(fewer) and self.meets(tried := self.tried(fewer)):
                    found, changed = tried, True
                    break
        return found

    def keeps(self, counts: Whole) -> bool:
        """Whether a roster keeps the rules of the menu and the floors."""
        return all(
            row.low - 1e-6 <= float(row.weights @ counts) <= row.high + 1e-6 for row in self.rows
        )

    def _tell(self, found: Found) -> None:
        self.rounds += 1
        if self.told is not None:
            short = f", short by {100 * self.short(found):.2f} points" if self.short(found) else ""
            self.told(f"roster {self.rounds}: cost {self.cost(found):,.0f}{short}")


def _hours(menu: Menu) -> Whole:
    """The hour to which each interval belongs, counted over all days."""
    clock = menu.clock
    many = max(1, round(HOUR / float(clock.lengths.min())))
    within = np.arange(len(clock.day)) - np.searchsorted(clock.day, clock.day)
    _, block = np.unique(np.stack([clock.day, within // many]), axis=1, return_inverse=True)
    return block.reshape(-1).astype(np.int64)
