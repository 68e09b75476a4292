"""`waitline explore` where there is no page to show."""

from __future__ import annotations

import importlib.util
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sim.cli import explore as command
from sim.cli import waitline

BANK = Path(__file__).parents[2] / "scenarios/bank.toml"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(waitline, ["explore", *map(str, arguments)], prog_name="waitline")


def test_without_bokeh_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> Any:
        return None if name == "bokeh" else found(name, package)

    monkeypatch.setattr(command, "find_spec", without)
    done = call(BANK)
    assert done.exit_code == 2
    assert done.output == "Error: explore needs Bokeh: pip install 'waitline[explore]'\n"


def test_mistakes_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text('name = "Shop"\n[day]\nopens = "9"\n', "utf-8")
    done = call(file, "--no-browser")
    assert done.exit_code == 2
    assert f"{file}:3: day.opens" in done.output
    assert "Traceback" not in done.output
    assert call(tmp_path / "none.toml").exit_code == 2


def test_a_port_in_use() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = call(BANK, "--no-browser", "--port", port)
    assert done.exit_code == 2
    assert done.output == f"Error: port {port}: Address already in use.\n"


@pytest.mark.parametrize(
    "arguments", [["--port", "70000"], ["-n", "1"], ["--seed", "-1"], ["--plan", "base"]]
)
def test_options_that_cannot_be(arguments: list[str]) -> None:
    done = call(BANK, *arguments)
    assert done.exit_code == 2
    assert "Error: " in done.output
