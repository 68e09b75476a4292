"""`waitline new`: what it writes over, and what it leaves alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli import waitline


def new(path: Path | str, *more: str) -> Result:
    return CliRunner().invoke(waitline, ["new", str(path), *more])


def test_a_file_that_is_there_needs_force(tmp_path: Path) -> None:
    path = tmp_path / "day.toml"
    path.write_text("mine", encoding="utf-8")
    assert new(path).exit_code == 2
    assert path.read_text(encoding="utf-8") == "mine"
    assert new(path, "--force").exit_code == 0
    assert "[day]" in path.read_text(encoding="utf-8")
    assert os.listdir(tmp_path) == ["day.toml"]


@pytest.mark.parametrize("kind", ["fifo", "directory", "device", "loop"])
def test_what_is_no_file_is_left_alone(tmp_path: Path, kind: str) -> None:
    path = Path("/dev/null") if kind == "device" else tmp_path / "day.toml"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path)
    before = path.lstat().st_mode
    result = new(path, "--force")
    assert result.exit_code == 2
    assert len([line for line in result.stderr.splitlines() if line.startswith("Error")]) == 1
    assert path.lstat().st_mode == before


def test_a_link_to_a_device_is_left_alone(tmp_path: Path) -> None:
    link = tmp_path / "null.toml"
    link.symlink_to("/dev/null")
    assert new(link, "--force").exit_code == 2
    assert link.is_symlink()


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_its_file_is_written(tmp_path: Path, there: bool) -> None:
    (tmp_path / "deep").mkdir()
    target, link = tmp_path / "deep" / "real.toml", tmp_path / "day.toml"
    if there:
        target.write_text("mine", encoding="utf-8")
    link.symlink_to(target)
    assert new(link, "--force").exit_code == 0
    assert link.is_symlink()
    assert "[day]" in target.read_text(encoding="utf-8")
