"""Changes one line of a copy of the simulator, and sees whether a test notices."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

COPIED = ("sim", "tests", "scenarios", "pyproject.toml")

LIMIT = 60
"""CPU seconds after which the test of a mutant is stopped, so that none goes round for ever."""

LIMIT_UNCHANGED = 600
"""CPU seconds after which all named tests, where nothing is changed, are stopped."""


class Mutant(NamedTuple):
    """One line of the simulator, written wrongly."""

    name: str
    file: str
    """Under `sim/`."""
    old: str
    """What is written there, once."""
    new: str
    tests: tuple[str, ...]
    """Each of these must fail."""
    why: str
    """What goes wrong in the simulated centre."""


class MutantError(Exception):
    """A mutant or a test of it is not what the list says."""


class Run(NamedTuple):
    """What came of a test in a copy."""

    fails: bool
    cpu: float
    """Seconds, in user and system mode."""
    told: str
    """What the test printed."""


def mutated(mutant: Mutant, text: str) -> str:
    """The text of a file with the mutant in it."""
    times = text.count(mutant.old)
    if times != 1:
        where = f"sim/{mutant.file}"
        raise MutantError(f"{mutant.name}: {times} times in {where}, not once: {mutant.old!r}")
    return text.replace(mutant.old, mutant.new)


@contextmanager
def copy_of(tree: Path) -> Iterator[Path]:
    """A copy of what the tests need, as long as it is used."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        for name in COPIED:
            if (tree / name).is_dir():
                # Another test may be writing compiled modules, under such a name at first.
                unfinished = shutil.ignore_patterns("*.pyc.*")
                shutil.copytree(tree / name, Path(folder) / name, ignore=unfinished)
            else:
                shutil.copy2(tree / name, Path(folder) / name)
        yield Path(folder)


def run(tests: Sequence[str], tree: Path, limit: int, keep_code: bool = False) -> Run:
    """Run tests of a copy in a process of their own, up to the first that fails.

    Parameters
    ----------
    tests : sequence of str
        As pytest names them.
    tree : Path
        The copy.
    limit : int
        CPU seconds after which the process is ended, which is an error.
    keep_code : bool
        Whether Python may write compiled modules into the copy.
    """
    environment = os.environ | {
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONPATH": str(tree),
        "PYTHONDONTWRITEBYTECODE": "" if keep_code else "1",
    }
    command = [
        sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider",
        "--hypothesis-profile=mutants", *tests,
    ]  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, cwd=tree, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit)),
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode not in (0, 1):
        raise MutantError(f"pytest ended with {done.returncode}:\n{done.stdout}")
    return Run(done.returncode == 1, cpu, done.stdout)


def run_unchanged(mutants: Sequence[Mutant], tree: Path) -> Run:
    """Run all named tests where nothing is changed; they must pass."""
    tests = sorted({test for mutant in mutants for test in mutant.tests})
    found = run(tests, tree, LIMIT_UNCHANGED, keep_code=True)
    if found.fails:
        raise MutantError(f"a named test fails where nothing is changed:\n{found.told}")
    return found


def survived(mutant: Mutant, tree: Path) -> tuple[list[str], float]:
    """The named tests that do not notice a mutant, and the CPU seconds that they took.

    Parameters
    ----------
    tree : Path
        A copy in which nothing is changed, and stays so.
    """
    with copy_of(tree) as changed:
        path = changed / "sim" / mutant.file
        path.write_text(mutated(mutant, path.read_text(encoding="utf-8")), encoding="utf-8")
        for stale in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            stale.unlink()
        runs = {test: run([test], changed, LIMIT) for test in mutant.tests}
    return [test for test, each in runs.items() if not each.fails], sum(
        each.cpu for each in runs.values()
    )
