"""Many independent days of a scenario, to one set of results; more of them where it is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from sim.centre import centre_of
from sim.measures.grid import grid_of
from sim.measures.ledger import Ledger
from sim.measures.precision import (
    AT_MOST,
    Precision,
    first_days,
    next_days,
    precision_of,
    widths_of,
)
from sim.results import Results, heading
from sim.scenario import Scenario, loaded
from sim.working import (
    Day,
    Job,
    WorkerDied,
    expected_contacts,
    parts_of,
    quickest_for,
    simulate_day,
    workers_for,
)

__all__ = [
    "Campaign",
    "Day",
    "Results",
    "WorkerDied",
    "expected_contacts",
    "go_on",
    "heading",
    "quickest_for",
    "run",
    "simulate_day",
]

Progress = Callable[[int], None]
PlanProgress = Callable[[str, int], None]
Planned = Callable[[int], None]


class Campaign:
    """A run that can go on: days of one scenario, and more of them whenever they are wanted.

    The days are those of one run of as many, to the last bit, however they were asked for.

    Parameters
    ----------
    scenario, seed, workers, engine, audit, alike
        As for `run`.

    Raises
    ------
    ValueError
        Fewer than one worker, or no such engine.

    Examples
    --------
    >>> campaign = Campaign(scenario, seed=3)  # doctest: +SKIP
    >>> campaign.more(50)  # doctest: +SKIP
    >>> campaign.so_far().measures["asa"].value  # doctest: +SKIP
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int = 1,
        workers: int | None = None,
        engine: str = "kernel",
        audit: bool = False,
        alike: int = 1,
    ) -> None:
        if workers is not None and workers < 1:
            raise ValueError(f"workers must be 1 or more, not {workers}")
        self.scenario, self.seed, self.engine = scenario, seed, engine
        self._workers, self._audit, self._alike = workers, audit, alike
        centre = centre_of(scenario)
        self._ledger, self._broken = (
            Ledger(centre, scenario, grid_of(centre, scenario)),
            list[str](),
        )

    @property
    def days(self) -> int:
        """Number of replications simulated so far."""
        return self._ledger.replications

    def more(self, replications: int, progress: Progress | None = None) -> None:
        """Simulate the next days.

        Parameters
        ----------
        replications : int
            How many.
        progress : callable, optional
            Called with the number of days done so far, earlier ones included.

        Raises
        ------
        ValueError
            Fewer than one.
        """
        if replications < 1:
            raise ValueError(f"replications must be 1 or more, not {replications}")
        start, end = self.days, self.days + replications
        quick = quickest_for(self.scenario, end * self._alike, self.engine)
        if quick == "kernel":
            # Compiled here, once, so that worker processes find it done.
            from sim.engine import kernel
            from sim.measures import passes

            kernel.warm_up()
            passes.warm_up()
        job = Job(self.scenario, self.seed, quick, self._audit)
        number = workers_for(self.scenario, replications, self._workers, quick)
        with closing(parts_of(job, range(start, end), number)) as parts:
            for part in parts:
                for each in part.tallies:
                    self._ledger.add(each)
                self._broken += part.broken
                if progress is not None:
                    progress(self.days)

    def so_far(self) -> Results:
        """The results of the days up to now; they stay as they are when more are simulated."""
        ledger, broken = self._ledger.so_far(), tuple(self._broken)
        return Results(self.scenario, self.seed, self.engine, ledger, broken)


def go_on(
    campaigns: Mapping[str, Campaign],
    precision: Mapping[str, float | str],
    at_most: int = AT_MOST,
    progress: PlanProgress | None = None,
    planned: Planned | None = None,
) -> tuple[dict[str, Results], Precision]:
    """Simulate days of every plan until all that is asked is known.

    Parameters
    ----------
    campaigns : mapping of str to Campaign
        By plan, the base first; all of the same seed, with no days yet.
    precision : mapping of str to float or str
        Half the width of the 95 % interval by measure.
    at_most : int
        Replications after which it ends in any case.
    progress : callable, optional
        Called with a plan's name and the number of its days done.
    planned : callable, optional
        Called before each stage with the number of days that each plan will have had then.

    Returns
    -------
    results : dict of str to Results
        Every plan with the same number of days.
    precision : Precision
        How well each plan's own value is known, and each one's change from the base.

    Raises
    ------
    PrecisionError
        What is asked cannot be known.

    Notes
    -----
    A first stage shows the spread; the next has the days that it predicts, and seldom another is
    needed. Looking after every day would stop where the spread is small by luck, and the intervals
    would hold less often than 95 times in 100.
    """
    first = next(iter(campaigns.values()))
    asked, days = widths_of(precision, first.scenario.currency), first_days(at_most)
    while True:
        if planned is not None:
            planned(days)
        for name, campaign in campaigns.items():
            told = None if progress is None else partial(progress, name)
            campaign.more(days - campaign.days, told)
        results = {name: campaign.so_far() for name, campaign in campaigns.items()}
        found = {
            name: {width.measure: each.measure(width.measure) for width in asked}
            for name, each in results.items()
        }
        known = precision_of(asked, found, at_most)
        if known.reached or days >= at_most:
            return results, known
        days = next_days(known)


def run(
    scenario: str | Path | Scenario,
    replications: int = 100,
    seed: int = 1,
    workers: int | None = None,
    engine: str = "kernel",
    progress: Progress | None = None,
    audit: bool = False,
    *,
    precision: Mapping[str, float | str] | None = None,
    at_most: int = AT_MOST,
    planned: Planned | None = None,
    alike: int = 1,
) -> Results:
    """Simulate independent days of a scenario and measure them.

    Parameters
    ----------
    scenario : str or Path or Scenario
        A scenario file, whose base is meant, or one plan of it as loaded.
    replications : int
        Number of days; not looked at where a `precision` is asked for.
    seed : int
        Which world they belong to; the same seed gives the same people under every plan.
    workers : int, optional
        Processes; by default as many as there are cores, and one for a small job. Results do
        not depend on it, to the last bit.
    engine : {"kernel", "simpy"}
        Which engine runs a day; for "kernel", the model in SimPy still does where a job is so
        small that it is done sooner. The results are the same to the last bit.
    progress : callable, optional
        Called with the number of days done so far.
    audit : bool
        Check every outcome table against the facts that it must obey.
    precision : mapping of str to float or str, optional
        Run until the 95 % intervals of these measures have at most this half-width: a number in
        the measure's unit or text, such as {"service_level": 0.005, "asa": "2 s"}.
    at_most : int
        With `precision`: days after which the run ends in any case.
    planned : callable, optional
        With `precision`: called before each stage with the number of days there will be then.
    alike : int
        How many runs of this size there will be; the compiled engine pays sooner for many.

    Returns
    -------
    Results
        With `precision`, how well it is known is in `Results.precision`.

    Raises
    ------
    ValueError
        Fewer than one replication or worker, no such engine, or a precision that cannot be had
        (`PrecisionError`).
    ScenarioError
        With all mistakes of the file.
    """
    scenario = loaded(scenario)
    campaign = Campaign(scenario, seed, workers, engine, audit, alike)
    if precision is None:
        campaign.more(replications, progress)
        return campaign.so_far()
    told = None if progress is None else lambda _, done: progress(done)
    found, known = go_on({str(scenario.plan): campaign}, precision, at_most, told, planned)
    return replace(found[str(scenario.plan)], precision=known)
