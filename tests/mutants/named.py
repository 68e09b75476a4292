"""The tests that mutants name, and the mutants of one file."""

from __future__ import annotations

from tests.mutants.running import Mutant

IDENTITY = "tests/engine/test_identity.py::test_random_days"
AUDIT = "tests/audit/test_engine.py::test_random_days_break_no_fact"
BUSY = "tests/engine/test_identity.py::test_busy_days"
BUSY_AUDIT = "tests/audit/test_engine.py::test_busy_days_break_no_fact"
CREWS_AUDIT = "tests/audit/test_engine.py::test_days_of_crews_break_no_fact"
HEAP_ALONE = "tests/engine/test_heap.py::test_pairs_come_in_the_order_of_time_and_key"
TREE_ALONE = "tests/engine/test_heap.py::test_a_tree_has_one_pair_in_each_place"
TURNS = "tests/engine/test_turns.py::"
CREW_TURNS = "tests/engine/test_crew_turns.py::"
RULES = "tests/test_rules.py::"
CHAINS = "tests/test_chains.py::"
CONDUCT = "tests/test_conduct.py::"


def in_file(file: str, *mutants: tuple[str, str, str, str | tuple[str, ...], str]) -> list[Mutant]:
    """The mutants of one file: name, old, new, tests, why."""
    stem = file.removesuffix(".py").removeprefix("engine/")
    return [
        Mutant(f"{stem}/{name}", file, old, new, (tests,) if isinstance(tests, str) else tests, why)
        for name, old, new, tests, why in mutants
    ]
