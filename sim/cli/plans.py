"""The options of `compare` that say which plans, under which conditions, and where to draw them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sim.cli import Stop
from sim.cli.mistakes import stop
from sim.cli.options import FILE, Setting, changes_of, table_of, table_of_plans

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from sim.comparison.conditions import Conditions as ConditionsRun
    from sim.comparison.paired import Comparison
    from sim.scenario import Scenario

F = TypeVar("F", bound=Callable[..., Any])


class Values(Setting):
    """NAME=VALUES: a key of the scenario file by its dotted name, and values it takes in turn."""

    name = "NAME=VALUES"
    example = "operators.team.headcount=4..9"


class Conditions(Setting):
    """NAME=VALUES: what may befall every plan."""

    name = "NAME=VALUES"
    example = "callers.*.volume=-10%,0%,+10%"


def plan_options(command: F) -> F:
    """The options that make plans and conditions, in the order of their help."""
    for option in reversed(
        (
            click.option(
                "--grid", type=Values(), multiple=True, callback=changes_of,
                help="Plans from values in turn: 4..9, 4..20:2, -2..+2 or a,b,c.",
            ),
            click.option(
                "--conditions", type=Conditions(), multiple=True, callback=changes_of,
                help="Each plan under each of these, such as callers.*.volume=-10%,0%,+10%.",
            ),
            click.option(
                "--at-most-plans", type=click.IntRange(1), metavar="N",
                help="Run so many plans (under all conditions).  [default: 200]",
            ),
            click.option(
                "--plot", type=FILE, metavar="FILE",
                help="Draw the plans into a .png, .svg or .pdf file.",
            ),
        )
    ):  # fmt: skip
        command = option(command)
    return command


@contextmanager
def plans_refused() -> Iterator[None]:
    """What is wrong with files, values or their number ends the command with exit code 2."""
    from sim.comparison.currency import Currencies
    from sim.comparison.grid import TooMany
    from sim.comparison.values import ValuesError
    from sim.scenario import ScenarioError

    try:
        yield
    except ScenarioError as error:
        stop(error)
    except TooMany as error:
        raise Stop(f"{error}; --at-most-plans N lets more run.") from None
    except Currencies as error:
        raise Stop(f"{error}.") from None
    except ValuesError as error:
        raise click.UsageError(f"{error}.") from None


def read_plans(
    files: Sequence[Path], plans: Sequence[str], grid: dict[str, str], conditions: dict[str, str],
    at_most: int | None, changes: dict[str, str], replications: int, engine: str,
) -> dict[str, list[Scenario]]:  # fmt: skip
    """The plans to run by what the condition is called; by "" where there are no conditions."""
    from sim.comparison.conditions import plans_under
    from sim.comparison.grid import MOST_PLANS, axes_of, planned, refuse_too_many

    axes, around = axes_of(grid), axes_of(conditions)
    most, names = at_most or MOST_PLANS, list(plans) or None
    refuse_too_many(files, names, axes, around, replications, most, engine)
    if not conditions:
        return {"": planned(files, names, changes, axes)}
    return plans_under(files, around, names, changes, axes)


def refuse_beside_conditions(conditions: bool, goes_on: str, plot: bool, report: bool) -> None:
    """What cannot stand together, since all conditions have as many days."""
    if conditions and goes_on:
        raise click.UsageError(
            f"{goes_on} and --conditions do not go together: all conditions have as many days; "
            "use -n."
        )
    if conditions and report:
        raise click.UsageError(
            "--report and --conditions do not go together: the page compares plans on the same "
            "callers. Run one condition with --set."
        )
    if plot and goes_on == "--best":
        raise click.UsageError(
            "--plot draws plans with as many days; --best does not simulate them."
        )


def telling(told: Callable[[str, int], None], condition: str) -> Callable[[str, int], None]:
    """What tells the bar of a plan's days, so that those of each condition are counted."""
    return lambda plan, days: told(f"{plan} ({condition})", days)


def together(
    found: dict[str, Comparison], conditions: dict[str, str]
) -> Comparison | ConditionsRun:
    """The comparison, or those under all conditions."""
    if not conditions:
        return found[""]
    from sim.comparison.conditions import Conditions, condition_names
    from sim.comparison.grid import axes_of

    return Conditions(found, condition_names(axes_of(conditions)))


def tables_of(comparison: Comparison | ConditionsRun, name: str) -> pd.DataFrame:
    """The table that `--csv NAME` prints: those of all plans, and of all conditions, in one."""
    import pandas as pd

    from sim.comparison.paired import Comparison

    if isinstance(comparison, Comparison):
        return table_of_plans(comparison.results, name)
    keys = ["condition", "plan"]
    frames = {
        (condition, plan): table_of(each, name)
        for condition, under in comparison.comparisons.items()
        for plan, each in under.results.items()
    }
    whole = pd.concat(frames, names=keys)
    return whole if name == "measures" else whole.reset_index(keys).reset_index(drop=True)


def print_plans(console: Console, comparison: Comparison | ConditionsRun) -> None:
    """Print a comparison, or plans under conditions."""
    from sim.comparison.paired import Comparison

    if isinstance(comparison, Comparison):
        from sim.report.compared import print_comparison

        print_comparison(console, comparison)
    else:
        from sim.report.conditioned import print_conditions

        print_conditions(console, comparison)
