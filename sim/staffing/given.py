"""What given operators give, judged as a search judges: by day, by interval, by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiment import Results, run
from sim.scenario.aims import aims_of
from sim.staffing.aims import gaps_of
from sim.staffing.confirming import Checked
from sim.staffing.found import Staffing, Standing
from sim.staffing.staff import judge_of
from sim.staffing.trials import Trials
from sim.staffing.written import of_standing

if TYPE_CHECKING:
    from sim.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Given:
    """A scenario with given operators, and whether they meet its targets."""

    results: Results
    judged: Staffing | None
    """None where the scenario sets no target."""

    @property
    def standings(self) -> list[Standing]:
        """Every target and what came of it."""
        return [] if self.judged is None else self.judged.standings

    @property
    def met(self) -> bool:
        """Whether every target is met."""
        return all(each.met for each in self.standings)

    def document(self) -> dict[str, Any]:
        """The document of a run, with what came of the targets."""
        if self.judged is None:
            return self.results.document() | {"met": None, "targets": []}
        targets = [of_standing(self.judged, each) for each in self.standings]
        return self.results.document() | {
            "for": self.judged.meets, "met": self.met, "targets": targets,
        }  # fmt: skip


def service_of(
    scenario: Scenario, meets: str = "day", replications: int = 100, seed: int = 1
) -> Given:
    """Simulate a scenario with the operators that it has, and judge its targets.

    Parameters
    ----------
    scenario : Scenario
    meets : str
        What meets the targets, as in `sim.staff`.
    replications : int
    seed : int

    Returns
    -------
    Given

    Raises
    ------
    ValueError
        No such reading of the targets; or no target, and not an average day.
    """
    aims = aims_of(scenario)
    if not aims:
        if meets != "day":
            raise ValueError(f"--for {meets} judges targets, and the scenario sets none")
        return Given(run(scenario, replications, seed), None)
    trial = Trials(scenario, replications, seed).of(scenario)
    judge = judge_of(meets, trial.contacts.shape[2])
    gaps = gaps_of(trial, aims, judge.together)
    judged = judge.judged(gaps)
    groups = tuple(scenario.operators)
    nothing = np.zeros((gaps.slack.shape[2], len(groups)))
    checked = Checked(nothing.astype(np.int64), trial, gaps, judged)
    staffing = Staffing(
        asked=scenario, scenario=scenario, groups=groups, aims=aims, meets=meets, judge=judge,
        least="operators", seed=seed, replications=replications, fresh=replications, sure=False,
        tried=1, cost=nothing, allowed=np.zeros_like(judged.slack), found=checked, before=checked,
        one_fewer=None, fewer_simulated=(0, 0), exact=None,
    )  # fmt: skip
    return Given(staffing.results, staffing)
