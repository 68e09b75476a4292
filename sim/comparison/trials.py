"""Runs of one scenario with levers turned, all on the same callers, each run once."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field

from sim.comparison.levers import Lever
from sim.experiment import Results, run
from sim.measures.catalogue import measure_of
from sim.measures.intervals import Estimate
from sim.measures.ledger import Book
from sim.scenario import Scenario
from sim.scenario.aims import Aim, aims_of
from sim.scenario.variations import Tables, Variations

MOVED = ("service_level", "abandonment", "wait_mean", "total_cost")
"""The measures that are looked at."""

TrialProgress = Callable[[str, int], None]
Turned = tuple[tuple[Lever, float], ...]
"""Levers, each with what it multiplies by."""


@dataclass(frozen=True, eq=False)
class Trial:
    """What a run came to: only what is looked at, since there are many runs."""

    measures: dict[str, Estimate]
    aims: dict[Aim, Estimate]
    asked: dict[Aim, bool]
    """Whether anybody phoned whom the target is about."""

    def slack(self, aim: Aim) -> float:
        """How far a target is kept; below 0 it is missed."""
        return aim.slack(self.aims[aim].value, self.asked[aim])

    def missed(self) -> int:
        """Number of targets that are missed."""
        return sum(self.slack(aim) < 0 for aim in self.aims)


def trial_of(results: Results) -> Trial:
    """What is kept of a run; no measure is worked out that is not looked at."""
    ledger, currency = results.ledger, results.scenario.currency
    aims = aims_of(results.scenario)
    books: dict[str | None, Book] = {None: ledger.everything()}
    books |= {aim.type: ledger.of_type(aim.type) for aim in aims if aim.type is not None}

    def estimate(name: str, of: str | None) -> Estimate:
        measure = measure_of(name)
        return measure.figure.estimate(books[of], measure.unit_in(currency))

    return Trial(
        {name: estimate(name, None) for name in MOVED},
        {aim: estimate(aim.measure, aim.type) for aim in aims},
        {aim: bool(estimate("offered", aim.type).value) for aim in aims},
    )


def repriced(results: Results, scenario: Scenario) -> Results:
    """The same days at the wages and costs of a scenario that differs in nothing else."""
    ledger = copy.copy(results.ledger)
    ledger.scenario = scenario
    return Results(scenario, results.seed, results.engine, ledger)


@dataclass
class Trials:
    """Runs a scenario with levers turned, and remembers what came of it."""

    scenario: Scenario
    replications: int
    seed: int
    workers: int | None
    engine: str
    progress: TrialProgress | None = None
    expected: int = 1
    """How many runs there will be, about."""
    base: Results = field(init=False)
    """The scenario as it is."""
    _seen: dict[tuple[tuple[str, float], ...], Trial] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.variations = Variations(self.scenario)
        self.base = self.run(self.scenario)
        self._seen[()] = trial_of(self.base)

    def run(self, scenario: Scenario) -> Results:
        """A scenario on the same callers."""
        told = None
        if self.progress is not None:
            name, tell = str(len(self._seen)), self.progress

            def told(done: int) -> None:
                tell(name, done)

        return run(
            scenario, self.replications, self.seed, self.workers, self.engine, told,
            alike=self.expected,
        )  # fmt: skip

    def trial(self, *turned: tuple[Lever, float]) -> Trial:
        """What comes of some levers turned.

        Parameters
        ----------
        *turned : (Lever, float)
            Each with what it multiplies by; 1 is as it is.

        Returns
        -------
        Trial

        Raises
        ------
        ValueError
            When the scenario cannot be so (ScenarioError), or a share would be above 1.
        """
        moved = [(lever, factor) for lever, factor in turned if factor != 1]
        key = tuple((lever.name, factor) for lever, factor in moved)
        if key not in self._seen:

            def change(tables: Tables) -> None:
                for lever, factor in moved:
                    lever.turn(tables, self.scenario, factor)

            scenario = self.variations.varied(change)
            paid_only = all(lever.money_only for lever, _ in moved)
            results = repriced(self.base, scenario) if paid_only else self.run(scenario)
            self._seen[key] = trial_of(results)
        return self._seen[key]

    def along(self, lever: Lever) -> dict[float, Trial]:
        """What has been seen so far with this lever alone, by the factor, 1 included."""
        return {
            key[0][1] if key else 1.0: trial
            for key, trial in self._seen.items()
            if len(key) == 0 or (len(key) == 1 and key[0][0] == lever.name)
        }

    def turns(self, lever: Lever) -> bool:
        """Whether the scenario has anything that a lever could turn."""
        # Less of a share is always possible.
        return lever.turn(self.variations.copied(), self.scenario, 0.99) > 0
