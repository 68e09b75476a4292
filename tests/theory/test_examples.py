"""The examples in the docstrings of theory are true."""

from __future__ import annotations

import doctest
import importlib

import pytest


@pytest.mark.parametrize("module", ["steady", "erlang", "general_patience", "birth_death", "day"])
def test_examples(module: str) -> None:
    assert doctest.testmod(importlib.import_module(f"sim.theory.{module}")).failed == 0
