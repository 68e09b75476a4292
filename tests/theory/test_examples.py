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
    "duties",
    "erlang",
    "general_patience",
    "in_order",
    "on_call",
    "pauses",
    "people",
    "redial",
    "skills",
    "steady",
    "transient",
    "trunks",
    "unequal",
)


@pytest.mark.parametrize("module", MODULES)
def test_examples(module: str) -> None:
    assert doctest.testmod(importlib.import_module(f"sim.theory.{module}")).failed == 0
