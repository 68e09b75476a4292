"""What the screens of sensitivity and theory say, at 80 columns, and the tornado."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from sim.cli import waitline
from sim.comparison.beside import Beside, beside_theory
from sim.comparison.sensitivity import Sensitivity, sensitivity
from sim.report.beside import causes, print_beside
from sim.report.swings import bar, print_sensitivity
from sim.report.tornado import tornado
from sim.scenario import load

SHOP = """
name = "Shop $5"
[day]
opens = "09:00"
closes = "12:00"
interval = "1 h"
[targets]
service_level = { share = 0.7, within = "20 s" }
abandonment = { at_most = 0.05 }
[callers.orders]
label = "Orders"
arrivals = { per_hour = 80 }
talk = { exponential = "3 min" }
patience = { exponential = "2 min" }
redial = { share = 0.95, delay = "5 min", attempts = 2 }
[operators.shop]
skills = ["orders"]
wage = 20.0
headcount = [5, 5, 4]
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "shop.toml"
    path.write_text(SHOP, "utf-8")
    return path


@pytest.fixture(scope="module")
def moved(shop: Path) -> Sensitivity:
    return sensitivity(load(shop), only=["volume", "redial", "wages", "absence"], replications=3)


@pytest.fixture(scope="module")
def held(shop: Path) -> Beside:
    return beside_theory(load(shop), replications=12)


def shown(show: Callable[[Console], None]) -> list[str]:
    out = io.StringIO()
    show(Console(file=out, width=80, highlight=False, emoji=False, markup=False))
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    assert max(len(line) for line in lines) <= 80
    assert "…" not in out.getvalue()
    return lines


def test_sensitivity_says_what_moves_and_what_cannot_be(moved: Sensitivity) -> None:
    lines = shown(lambda console: print_sensitivity(console, moved))
    text = " ".join(line.strip() for line in lines)
    assert "redials 10 % more cannot be: callers.orders.redial.share is 0.95" in text
    assert "Not turned, since it is not in this scenario: no group has absence." in text
    assert "Calls: the plan fails as it is, and would hold at" in text
    rows = [line.split()[0] for line in lines if "%" in line and "+-" in line]
    assert {"-20", "-10", "+0", "+10", "+20"} <= set(rows)
    wages = next(line for line in lines if line.strip().startswith("wages"))
    assert "=========|#########" in wages


def test_bars_show_both_sides_by_their_size(moved: Sensitivity) -> None:
    (volume,) = [swing for swing in moved.swings if swing.lever.name == "volume"]
    drawn = bar(volume, "abandonment", volume.reach("abandonment"))
    assert len(drawn) == 19
    assert drawn[9] == "|"
    assert max(drawn.count("#"), drawn.count("=")) == 9
    assert drawn.rindex("=") < 9 < drawn.index("#")


def test_no_target_leaves_no_room_to_speak_of(shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "free.toml"
    file.write_text(SHOP[: SHOP.index("[targets]")] + SHOP[SHOP.index("[callers") :], "utf-8")
    found = sensitivity(file, replications=1, parts=["room"])
    assert found.limits == ()
    assert any("No target is set" in line for line in shown(lambda c: print_sensitivity(c, found)))


def test_theory_names_the_cause(held: Beside) -> None:
    lines = shown(lambda console: print_beside(console, held))
    text = "\n".join(lines)
    assert "+ redials" in text
    assert "= the simulation" in text
    assert any(line.startswith("hung up:") and "redials" in line for line in causes(held))
    hours = [line for line in lines if line[:3] in ("09:", "10:", "11:")]
    assert [line.split()[1:3] for line in hours] == [["80.0", "5.0"]] * 2 + [["80.0", "4.0"]]
    assert hours[-1].split()[-1] == "-"  # four Erlangs, four operators: C has no answer
    assert "Erlang C has no answer in 1 of 3 intervals" in text


def test_tornado_shows_every_lever_once(moved: Sensitivity) -> None:
    figure = tornado(moved)
    service, hung_up, _, cost = figure.axes
    labels = [label.get_text() for label in cost.get_yticklabels()]
    assert labels[0] == "wages"
    assert "calls" in [label.get_text() for label in service.get_yticklabels()]
    widths = {round(patch.get_width(), 9) for patch in hung_up.patches}  # type: ignore[attr-defined]
    for swing in moved.swings:
        for side in swing.sides:
            value = side.differences["abandonment"].value if side.differences else None
            assert not value or round(100 * value, 9) in widths
    assert r"Shop \$5" in figure.get_suptitle()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--by", "0"], "not a change in per cent"),
        (["--by", "0%"], "not above 0% and below 50%"),
        (["--by", "-10%"], "not a change in per cent"),
        (["--by", "60%"], "not above 0% and below 50%"),
        (["--only", "volumes"], 'there is no lever "volumes"'),
        (["--only", ","], "names no lever"),
        (["--lever", "x"], "'x' is not NAME=KEY, such as pay=operators.generalists.wage"),
        (["--lever", "x=callers.nobody.volume"], 'there is no "nobody" in callers'),
        (["--lever", "x=callers.orders.talk"], "not one number or duration"),
        (["--lever", "volume=callers.orders.volume"], 'a lever "volume" already'),
        (["--plot", "x.txt"], "ends in .png, .svg or .pdf"),
        (["--plot", "/no/such/folder/x.png"], "/no/such/folder does not exist"),
        (["--plot", "x.png", "--part", "grid"], "it needs --part tornado"),
        (["--csv", "room", "--part", "grid"], "needs --part room"),
        (["--json", "--csv", "grid"], "choose one"),
        (["--plan", "nope"], "there is no plan"),
        (["-n", "0"], "not in the range"),
    ],
)
def test_wrong_options_end_in_one_message(shop: Path, arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(waitline, ["sensitivity", str(shop), *arguments])
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_command_prints_tables_and_draws(shop: Path, tmp_path: Path) -> None:
    picture = tmp_path / "tornado.png"
    arguments = ["--only", "wages", "-n", "2", "--csv", "tornado", "--plot", str(picture)]
    result = CliRunner().invoke(waitline, ["sensitivity", str(shop), *arguments])
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == "measure,lever,turn,base,change,low,high,unit"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert f"wrote {picture}\n" in result.stderr
    again = CliRunner().invoke(waitline, ["sensitivity", str(shop), *arguments])
    assert again.exit_code == 2
    assert "--force writes over it" in again.output
    forced = CliRunner().invoke(waitline, ["sensitivity", str(shop), *arguments, "--force"])
    assert forced.exit_code == 0, forced.output


def test_theory_command_prints_its_tables(shop: Path) -> None:
    for table, first in (("hours", "when,calls,operators"), ("properties", "view,property")):
        arguments = ["theory", str(shop), "-n", "2", "--csv", table]
        result = CliRunner().invoke(waitline, arguments)
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith(first)
