"""docs/validation.md: what theory says and what the simulation says, case by case."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.against_theory import callers, cases, crews
from tests.against_theory.cases import Case
from tests.against_theory.judged import Row, rows_of, simulated
from tests.against_theory.published import DAYS, NAME, Compared, compared

CASES = (*cases.CASES, *callers.CASES, *crews.CASES)
COMMAND = "python -m tests.against_theory.page"
PAGE = Path(__file__).parents[2] / "docs" / "validation.md"

HEAD = f"""# Held against theory

<!-- Made by `{COMMAND}`, which writes this file; the slow tests see to it that it is current. -->

Each case is a scenario file as a user writes it, simulated at a fixed seed and set beside an
exact value. A test asks that every figure lies within 4 standard errors of theory and that the
standard error itself is at most 0.28 % of the value, waits included, and 0.95 % where what is
counted is rare (long waits, quantiles of the wait, overtime, cut off, blocked by a queue that is
seldom full, the contacts of one attempt) or hours of the day hang together (waits of a line of
load 0.7 to 0.9 that nobody leaves, errors of an announcement, operators who are drawn for a day):
an error of 1 % in any of the others shows. The days are run by the compiled
engine, which other tests hold equal to the model in SimPy bit for bit. All cases together have
{{figures}} figures; the largest |z| is {{largest:.2f}}, and {{beyond}} of them are beyond 2 (of so
many independent figures about {{normal:.0f}} would be; those of one case are not independent).

How it is done (`tests/against_theory`):

- Steady states are days of 24 h (or 6 h) from empty. Callers who phone in the first two hours
  (or one; three to eight where a heavy load takes long to settle) are left out. A person counts
  with all contacts, or not at all, by the first; where people phone again, those who come in the
  last two hours do not count. Standard errors come from independent days; a ratio is sum over sum.
- How many calls there are and how much work they bring is drawn, so both are known exactly. What
  they explain of an error is taken out by regression over the days (control variates). That both
  are as many as they should be is tested without it: the rows `calls` or `offered`, and `work`.
- The error of a wait quantile is that of the share of waits at or under the exact quantile,
  divided by the exact density there.
- Sums are taken from the outcome tables by the tests' own code. Other tests hold
  `sim.experiment.run(...).measures` against these sums on the same days, to rounding.

Sources of the exact values: published figures where the case says so (they are typed in, not
computed); Erlang A, B, C and M/M/s/K+M by their birth-death chain (`sim/theory/erlang.py`);
M/M/s+G by quadrature of the offered wait, after Zeltyn and Mandelbaum 2005
(`sim/theory/general_patience.py`); two classes by Cobham 1954 (`sim/theory/birth_death.py`);
whole days by the Kolmogorov equations (`sim/theory/day.py`); M/G/1 by Pollaczek and Khinchine, and
overflow by a chain of 25 states, both written out in `tests/against_theory/cases.py`. Callers who
answer back (`tests/against_theory/callers.py`): joining or not, levels of an announced wait,
redials, wrap-up and menus by their chains (`balking.py`, `in_order.py`, `redial.py`, `trunks.py`
in `sim/theory`); repeat calls and transfers by Jackson 1957 and Burke 1956 (`redial.py`);
callbacks by the law of the offered wait (`callbacks.py`); errors of announced waits by
`announced.py`; growing priorities by Kleinrock 1964 (`birth_death.py`). What has no exact value is
worked out a second time, caller by caller, in `tests/against_theory/in_turn.py`.

Units: waits, handling, overtime and present time in s; sums are per day; the rest are shares.
`work` is the talk of a call over its mean, so 1; `calls` are first contacts, `attempts` and
`callers_reached` are per caller, "attempt 2: wait_mean" is of second contacts. Errors of an
announced wait are in s and s²; that of a bias of 0 s is measured against the mean wait, 100 s.
`callback_delay` is from acceptance to the talk; `come_out` is a share of all that phone. "In time"
is 20 s, a short hang-up under 5 s.
How often runs that stop by themselves are right is in [a page of its own](stopping.md).
The last table is not theory: another simulator's published results, which have errors of their
own. `{COMMAND} "NAME"` makes one table anew.

How often the 95 % intervals of a run hold the true value is told in [coverage](coverage.md).
"""

BESIDE = """ContactCenters (Montreal), example SimpleMSK, 1000 days: three call types, two groups,
three periods of two hours, one gamma factor a day, overflow, patience. The published intervals
of 95 % are told as standard errors. `service_level` is answered in under 20 s / (offered - hung
up in under 20 s). In the example nobody of the last period leaves before the last call of the day
is done, and `occupancy` has their idle time below the line; ours go home when nobody waits for
them, and that time is added here (without it the occupancy is about 0.89). Ours: {days} days."""
TABLE_BESIDE = """\
| measure | published | its error | simulated | standard error | z |
|---|---:|---:|---:|---:|---:|"""
TABLE = "| quantity | theory | simulated | standard error | z |\n|---|---:|---:|---:|---:|"


def told(row: Row) -> str:
    """A row of the table."""
    figures = f"{row.exact:.6g} | {row.simulated.value:.6g} | {row.simulated.error:.2g}"
    return f"| {row.quantity} | {figures} | {row.z:+.2f} |"


def told_beside(row: Compared) -> str:
    """A row of the table of published figures."""
    theirs = f"{row.theirs.value:.6g} | {row.theirs.error:.2g}"
    ours = f"{row.ours.value:.6g} | {row.ours.error:.2g}"
    return f"| {row.measure} | {theirs} | {ours} | {row.z:+.2f} |"


def sections() -> dict[str, str]:
    """The parts of the page by the name of their case."""
    if not PAGE.exists():
        return {}
    _, *parts = PAGE.read_text(encoding="utf-8").split("\n## ")
    return {part.partition("\n")[0]: f"\n## {part.rstrip()}" for part in parts}


def rows_of_section(section: str) -> list[str]:
    """The rows of a part's table, without its head."""
    return [line for line in section.splitlines() if line.startswith("| ")][1:]


def rows_told(name: str) -> list[str]:
    """The rows that the page has of a case."""
    return rows_of_section(sections()[name])


def section_of(case: Case, folder: Path) -> str:
    """The page's part on one case."""
    days = simulated(case, folder)
    contacts = days.sums[""]["offered"].sum()
    about = f"{case.source}. {case.days} days, {contacts:,.0f} contacts counted."
    return "\n".join([f"\n## {case.name}\n", about, "", TABLE, *map(told, rows_of(case, days))])


def section_beside(folder: Path) -> str:
    """The page's part on the published day."""
    rows = map(told_beside, compared(folder))
    return "\n".join([f"\n## {NAME}\n", BESIDE.format(days=DAYS), "", TABLE_BESIDE, *rows])


def head(parts: dict[str, str]) -> str:
    """The page's beginning, with how many figures there are and how far off they lie."""
    rows = [row for case in CASES for row in rows_of_section(parts[case.name])]
    distances = [abs(float(row.split("|")[-2])) for row in rows]
    return HEAD.format(
        figures=len(rows),
        largest=max(distances),
        beyond=sum(z > 2 for z in distances),
        normal=0.0455 * len(rows),
    )


def write(chosen: list[str]) -> None:
    """Simulate the chosen cases, or all, and write the page."""
    parts, old = {}, sections() if chosen else {}
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            anew = case.name not in old or case.name in chosen
            parts[case.name] = section_of(case, Path(folder)) if anew else old[case.name]
            print(parts[case.name], flush=True)
        anew = NAME not in old or NAME in chosen
        parts[NAME] = section_beside(Path(folder)) if anew else old[NAME]
    PAGE.write_text(head(parts) + "\n".join(parts.values()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1:])
