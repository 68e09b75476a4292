"""Tests run fast to slow, so that a mistake shows early."""

from __future__ import annotations

import pytest
from hypothesis import Phase, settings

# Whether a test notices a mutant is all that is asked, not by how small an example.
settings.register_profile(
    "mutants", phases=[Phase.explicit, Phase.generate], derandomize=True, database=None
)

LATE = ("test_scenarios", "test_exact", "test_screens", "test_experiment", "test_cli")
"""Modules whose tests simulate many days, latest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests marked slow last, and before them those of the modules that simulate much."""

    def lateness(item: pytest.Item) -> tuple[bool, int]:
        module = item.nodeid.partition("::")[0].rpartition("/")[2].removesuffix(".py")
        return bool(item.get_closest_marker("slow")), (
            len(LATE) - LATE.index(module) if module in LATE else 0
        )

    items.sort(key=lateness)
