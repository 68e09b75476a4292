"""The examples in the docstrings of theory are true."""

from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = (
    "announced",
    "balking",
    "birth_death",
    "callbacks",
    "chain",
    "day",
    "erlang",
    "general_patience",
    "in_order",
    "redial",
    "steady",
    "trunks",
)


@pytest.mark.parametrize("module", MODULES)
def test_examples(module: str) -> None:
    assert doctest.testmod(importlib.import_module(f"sim.theory.{module}")).failed == 0
