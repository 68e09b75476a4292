"""The notebooks run from a fresh kernel, and show what is saved in them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WIDGET = "application/vnd.jupyter.widget-view+json"


def texts(notebook: Any) -> Iterator[tuple[int, str]]:
    """What the cells print and what their last lines come to; charts and widgets left out."""
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if output.output_type == "stream" and output.name == "stdout":
                yield number, output.text
            elif WIDGET not in data and "image/png" not in data:
                yield number, data.get("text/plain", "")


def pictures(notebook: Any) -> list[int]:
    """The cells that show a chart."""
    return [
        number
        for number, cell in enumerate(notebook.cells)
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_runs_and_shows_what_is_saved(file: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    saved = nbformat.read(file, as_version=4)
    again = copy.deepcopy(saved)
    for cell in again.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    NotebookClient(again, resources={"metadata": {"path": str(file.parent)}}).execute()
    assert list(texts(again)) == list(texts(saved))
    assert pictures(again) == pictures(saved)


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_starts_from_a_question_and_ends_with_a_decision(file: Path) -> None:
    notebook = nbformat.read(file, as_version=4)
    first, last = notebook.cells[0], notebook.cells[-1]
    assert first.cell_type == last.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert "?" in first.source
    assert "**Decision.**" in last.source
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert not any(output.output_type == "error" for cell in code for output in cell.outputs)


def test_there_is_one_for_each_question() -> None:
    assert len(NOTEBOOKS) >= 7
    assert any("ipywidgets" in file.read_text("utf-8") for file in NOTEBOOKS)
