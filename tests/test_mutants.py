"""The list of mutants does not rot, and some of them are caught on every full run of the tests."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.mutants.catalogue import MUTANTS
from tests.mutants.running import (
    ROOT,
    Mutant,
    MutantError,
    copy_of,
    mutated,
    run_unchanged,
    survived,
)

FEW = (
    "rules/may_serve/after", "rules/choose_caller/class_before_score",
    "rules/announced_wait/half_to_even", "rules/patience_left/first_minute",
    "queues/leaves_line/lazily", "hours/count_able/owed", "heap/replace/ties",
    "day/position/callbacks", "crew/seats_change/cancelled", "listening/hears/effect",
    "model/joins/menu", "events/freed_opened", "chains/redial/later_share",
    "conduct/pieces_of/tolerance", "rules/expected_wait/on_duty",
)  # fmt: skip
"""One or a few of each file; `python -m tests.mutants` runs all."""


def test_names_are_unique_and_every_reason_is_given() -> None:
    assert [name for name, times in Counter(m.name for m in MUTANTS).items() if times > 1] == []
    assert all(m.why and m.tests for m in MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_what_a_mutant_changes_is_written_once(mutant: Mutant) -> None:
    path = ROOT / "sim" / mutant.file
    text = path.read_text(encoding="utf-8")
    changed = mutated(mutant, text)
    assert changed != text
    compile(changed, mutant.file, "exec")


@pytest.mark.parametrize("test", sorted({test for m in MUTANTS for test in m.tests}))
def test_named_tests_exist(test: str) -> None:
    path, name = test.partition("[")[0].split("::")
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_a_line_that_is_not_there_once_is_refused() -> None:
    mutant = MUTANTS[0]
    for text in ("", mutant.old * 2):
        with pytest.raises(MutantError, match="not once"):
            mutated(mutant, text)


@pytest.mark.slow
@pytest.mark.skipif(
    any(os.environ.get(name, "0") not in ("", "0")
        for name in ("NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK")),
    reason="mutants run without the compiler in any case: once is enough",
)  # fmt: skip
def test_mutants_are_caught() -> None:
    few = [mutant for mutant in MUTANTS if mutant.name in FEW]
    assert len(few) == len(FEW)
    with copy_of(ROOT) as tree:
        run_unchanged(few, tree)
        assert {m.name: unseen_by for m in few if (unseen_by := survived(m, tree)[0])} == {}


@pytest.mark.slow
def test_a_mutant_that_changes_nothing_survives() -> None:
    """What is said to be caught would be seen if it were not."""
    rule = next(m for m in MUTANTS if m.name == "rules/is_open/opens")
    same = rule._replace(new=rule.old)
    with copy_of(ROOT) as tree:
        assert survived(same, tree)[0] == list(rule.tests)
        assert survived(rule, tree)[0] == []
