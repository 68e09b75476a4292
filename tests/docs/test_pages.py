"""The documentation is built without a warning, its examples are true, its pages are current."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def build(builder: str, target: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", builder, "docs", target],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_pages_are_built_without_a_warning_and_open_offline(tmp_path: Path) -> None:
    build("html", tmp_path)
    for page in tmp_path.glob("*.html"):
        text = page.read_text("utf-8")
        assert 'src="http' not in text
        assert 'rel="stylesheet" type="text/css" href="http' not in text
    assert (tmp_path / "tutorial.html").stat().st_size > 10_000


@pytest.mark.slow
def test_the_examples_are_true(tmp_path: Path) -> None:
    build("doctest", tmp_path)
    assert " 0 failures in tests" in (tmp_path / "output.txt").read_text("utf-8")


def test_the_page_of_columns_is_current() -> None:
    page = runpy.run_path(str(ROOT / "docs" / "columns.py"))["page"]()
    stored = (ROOT / "docs" / "columns.md").read_text("utf-8")
    assert stored == page, "python docs/columns.py > docs/columns.md"


def test_every_page_is_in_the_contents_and_every_scenario_in_the_gallery() -> None:
    contents = (ROOT / "docs" / "index.md").read_text("utf-8").splitlines()
    pages = {file.stem for file in (ROOT / "docs").glob("*.md")} - {"index"}
    assert pages <= set(contents)
    gallery = (ROOT / "docs" / "gallery.md").read_text("utf-8")
    for file in (ROOT / "scenarios").glob("*.toml"):
        assert f"pictures/{file.stem}.png" in gallery
        assert (ROOT / "docs" / "pictures" / f"{file.stem}.png").exists()


@pytest.mark.slow
def test_every_command_of_the_tutorial_works(tmp_path: Path) -> None:
    """In the order in which a reader types them, in an empty folder."""
    text = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    blocks = re.findall(r"<!-- tried -->\n```sh\n(.*?)```", text, re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines()]
    assert len(commands) >= 10
    for command in commands:
        name, *arguments = shlex.split(command)
        assert name == "waitline"
        done = subprocess.run(
            [sys.executable, "-m", "sim", *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        # 1 says that a target is missed, which the reader is to see.
        assert done.returncode in (0, 1), command + done.stderr
        assert "Traceback" not in done.stderr
    assert (tmp_path / "monday.html").exists()
