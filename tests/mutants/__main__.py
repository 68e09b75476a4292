"""Seeded mutants: each is caught by the tests named for it, or the command ends with 1.

    python -m tests.mutants [NAME ...]

A NAME is that of a mutant or the beginning of some, such as `rules/` or `rules/talk_time`;
without one all are run.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.mutants.catalogue import MUTANTS
from tests.mutants.running import ROOT, MutantError, copy_of, run_unchanged, survived


def main(names: Sequence[str]) -> int:
    """Run the mutants whose names begin so; 1 if one survives."""
    unknown = [name for name in names if not any(m.name.startswith(name) for m in MUTANTS)]
    if unknown:
        print(f"no mutant {', '.join(unknown)}", file=sys.stderr)
        return 2
    chosen = [m for m in MUTANTS if not names or m.name.startswith(tuple(names))]
    survivors = 0
    with copy_of(ROOT) as tree:
        total = run_unchanged(chosen, tree).cpu
        print(f"{total:6.1f} s  named tests pass where nothing is changed", flush=True)
        for mutant in chosen:
            try:
                unseen_by, cpu = survived(mutant, tree)
            except MutantError as error:
                print(f"{mutant.name}: NO RESULT, {error}", flush=True)
                survivors += 1
                continue
            total += cpu
            survivors += bool(unseen_by)
            found = f"SURVIVED {', '.join(unseen_by)}" if unseen_by else "caught"
            print(f"{cpu:6.1f} s  {mutant.name}: {found}", flush=True)
    print(f"{total:6.1f} s  {len(chosen)} mutants, {survivors} not caught")
    return 1 if survivors else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except MutantError as error:
        sys.exit(str(error))
