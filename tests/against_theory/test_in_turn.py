"""Both engines against lines worked out caller by caller: the same callers have the same fate."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from sim.callers import Callers, draw
from sim.centre import centre_of
from sim.engine import simulate
from sim.outcomes import Outcome, Outcomes
from sim.scenario import load
from tests.against_theory.cases import HOUR, exponential, line_text
from tests.against_theory.in_turn import (
    Fate,
    Help,
    Message,
    Person,
    Rules,
    Waiting,
    by_priority,
    helped,
    worked_out,
)

Engine = Literal["kernel", "simpy"]
ENGINES: list[Engine] = ["kernel", "simpy"]
UNTIL = 5 * HOUR
"""The line is open an hour longer, so that closing changes nothing for those who count."""
LEVELS = {
    "up_to": (30.0, 70.0),
    "level_hang_up": (0.0, 0.05, 0.3),
    "level_patience": (0.6, 1.0, 1.8),
}
PLACES = {"up_to": (2, 6), "level_hang_up": (0.0, 0.02, 0.2), "level_patience": (0.7, 1.0, 1.5)}
WAIT = Message("expected_wait", broken_promise=1.7, **LEVELS)  # type: ignore[arg-type]


def again(estimate: str) -> Message:
    """An announced wait that is renewed, rounded and not kept."""
    return Message(
        "expected_wait", 5.0, 45.0, 0.01, estimate=estimate, round_to=15.0, broken_promise=2.0,
        **LEVELS,  # type: ignore[arg-type]
    )  # fmt: skip


SCENES = {
    "levels": Rules(4, 40.0, 90.0, [WAIT]),
    "promises long broken": Rules(
        2, 40.0, 600.0, [Message("expected_wait", round_to=1000.0, broken_promise=1.3)]
    ),
    "queue length again": Rules(4, 40.0, 90.0, [again("queue_length")], filler=1.2, at_once=0.03),
    "head of line again": Rules(4, 40.0, 90.0, [again("head_of_line")]),
    "last served again": Rules(4, 40.0, 90.0, [again("last_to_enter_service")]),
    "positions": Rules(
        4, 40.0, 90.0,
        [Message("position", 3.0, 20.0, **PLACES),  # type: ignore[arg-type]
         Message("apology", 10.0, 30.0, 0.02, 0.8)],
    ),
    "balking": Rules(4, 40.0, 90.0, [WAIT], balk=((3, 0.1), (8, 0.5))),
    "callbacks": Rules(
        4, 40.0, 60.0,
        [Message("position", 0.0, 15.0, **PLACES),  # type: ignore[arg-type]
         Message("callback_offer", 12.0, over=25.0, estimate="head_of_line")],
        dial=7.0, balk=((4, 0.2),),
    ),
}  # fmt: skip


def seconds(value: float) -> str:
    """A duration in a scenario file."""
    return f'"{value:g} s"'


def message_text(message: Message) -> str:
    """The message as a scenario file has it."""
    parts = [f'says = "{message.says}"', f"at = {seconds(message.at)}"]
    if message.every < np.inf:
        parts.append(f"every = {seconds(message.every)}")
    if message.hang_up:
        parts.append(f"hang_up = {message.hang_up}")
    if message.patience is not None:
        parts.append(f"patience = {message.patience}")
    if message.says in ("expected_wait", "callback_offer"):
        parts.append(f'estimate = "{message.estimate}"')
    if message.round_to:
        parts.append(f"round_to = {seconds(message.round_to)}")
    if message.broken_promise != 1:
        parts.append(f"broken_promise = {message.broken_promise}")
    if message.over >= 0:
        parts.append(f"when_wait_over = {seconds(message.over)}")
    if message.up_to:
        ends = [str(end) if message.says == "position" else seconds(end) for end in message.up_to]
        parts.append(
            f"levels = {{ up_to = [{', '.join(ends)}], hang_up = {list(message.level_hang_up)}, "
            f"patience = {list(message.level_patience)} }}"
        )
    return f"{{ {', '.join(parts)} }}"


def scene_text(rules: Rules) -> str:
    """The scenario file of the rules."""
    caller = ['hold_messages = "programme"']
    if rules.balk:
        places, shares = zip(*rules.balk, strict=True)
        caller.append(f"balk = {{ position = {list(places)}, share = {list(shares)} }}")
    if rules.dial:
        caller.append(
            f"callback = {{ accepts = 0.4, reached = 0.7, dial = {seconds(rules.dial)}, "
            "instead_of_hanging_up = 0.3 }"
        )
    law = f"{{ exponential = {seconds(rules.patience)}, hang_up_at_once = {rules.at_once} }}"
    text = line_text(
        "{ per_hour = 380 }", exponential(f"{rules.handling:g} s"), law, str(rules.seats),
        closes="06:00", caller_more="\n".join(caller),
    )  # fmt: skip
    messages = ",\n".join(map(message_text, rules.messages))
    filler = f"filler = {{ patience = {rules.filler} }}"
    return f"{text}\n[hold_messages.programme]\n{filler}\nmessages = [\n{messages}\n]\n"


def persons_of(callers: Callers, rules: Rules) -> list[Person]:
    """What was drawn, row by row."""
    drawn, rows = callers.choices, len(callers)
    balk = drawn.balk if len(drawn.balk) else np.ones(rows)
    phoned = len(drawn.accepts) > 0
    return [
        Person(
            callers.arrival[row], callers.talk_work[row] * rules.handling, drawn.threshold[row],
            balk[row], phoned and drawn.accepts[row], phoned and drawn.instead[row],
            not phoned or drawn.reached_at[row] == 1,
        )
        for row in range(rows)
    ]  # fmt: skip


def told(outcomes: Outcomes, row: int) -> tuple[str, list[float]]:
    """What the outcome table says of a contact."""
    times = (
        outcomes.wait_ended,
        outcomes.talk_started,
        outcomes.callback,
        outcomes.announced_wait,
        outcomes.promised_until,
        outcomes.announced_position,
    )
    return Outcome(outcomes.outcome[row]).name.lower(), [column[row] for column in times]


def expected(fate: Fate) -> tuple[str, list[float]]:
    """The same, worked out."""
    return fate.outcome, [fate.ended, fate.talk, fate.callback, fate.announced,
                          fate.promised_until, fate.position]  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("rules", SCENES.values(), ids=SCENES)
def test_every_caller_has_the_fate_worked_out(rules: Rules, engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "line.toml"
    path.write_text(scene_text(rules), encoding="utf-8")
    scenario = load(path)
    compared = 0
    for day in range(2):
        callers, staff = draw(scenario, day, 4)
        outcomes = simulate(centre_of(scenario), callers, staff, engine=engine)
        fates = worked_out(rules, persons_of(callers, rules))
        for row in np.flatnonzero(callers.arrival < UNTIL):
            outcome, times = told(outcomes, row)
            meant, instants = expected(fates[row])
            assert outcome == meant, (day, row)
            assert times == pytest.approx(instants, abs=1e-6, nan_ok=True), (day, row)
            compared += 1
    assert compared > 3000


def priority_text(patience: str) -> str:
    """Three types: one counts as having waited 90 s when it comes, one gains twice as fast."""
    types = {
        "credited": 'head_start = "90 s"',
        "rising": "growth = 2.0",
        "usual": "class = 1",
    }
    callers = "".join(
        f'[callers.{name}]\narrivals = {{ per_hour = 125 }}\ntalk = {{ exponential = "40 s" }}\n'
        f"patience = {patience}\npriority = {{ {priority} }}\n"
        for name, priority in types.items()
    )
    return (
        'name = "Credit"\n[day]\nopens = "00:00"\ncloses = "06:00"\ninterval = "1 h"\n'
        f"{callers}[operators.team]\nskills = {list(types)}\nheadcount = 4\n"
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("patience", ['"never"', '{ exponential = "80 s" }'])
def test_head_starts_and_growth_worked_out(engine: Engine, patience: str, tmp_path: Path) -> None:
    path = tmp_path / "line.toml"
    path.write_text(priority_text(patience), encoding="utf-8")
    scenario = load(path)
    priorities = [(90.0, 1.0), (0.0, 2.0), (0.0, 1.0)]
    for day in range(2):
        callers, staff = draw(scenario, day, 4)
        outcomes = simulate(centre_of(scenario), callers, staff, engine=engine)
        people = [
            Waiting(arrival, work * 40.0, patient, *priorities[kind])
            for arrival, work, patient, kind in zip(
                callers.arrival, callers.talk_work, callers.patience, callers.type, strict=True
            )
        ]
        assert outcomes.wait == pytest.approx(by_priority(4, people), abs=1e-6)
        means = [outcomes.wait[outcomes.type == kind].mean() for kind in range(3)]
        assert max(means[:2]) < means[2]


HELPS = {
    "after 30 s": Help(2, 50.0, after=30.0),
    "called by the wait": Help(2, 40.0, wait_above=60.0, comes_after=900.0),
    "called by the wait, and at once": Help(1, 40.0, wait_above=75.0),
    "called by the queue": Help(2, 40.0, queue_above=7, comes_after=600.0),
}


def help_text(help_: Help) -> str:
    """Four operators and their help, from midnight to six."""
    skill = f'handling_factor = {help_.handling / 40}, after = "{help_.after:g} s"'
    condition = []
    if help_.wait_above < np.inf:
        condition.append(f'wait_above = "{help_.wait_above:g} s"')
    if help_.queue_above < np.inf:
        condition.append(f"queue_above = {help_.queue_above:g}")
    condition.append(f'comes_after = "{help_.comes_after:g} s"')
    on_call = f", on_call = {{ {', '.join(condition)} }}" if help_.on_call else ""
    text = line_text(
        "{ per_hour = 400 }", exponential("40 s"), exponential("90 s"), "4", closes="06:00",
        caller_more='goes_to = ["team", "help"]',
    )  # fmt: skip
    return (
        f"{text}\n[operators.help]\nskills = {{ calls = {{ {skill} }} }}\n"
        f'shifts = [{{ operators = {help_.seats}, from = "00:00", to = "06:00"{on_call} }}]\n'
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("help_", HELPS.values(), ids=HELPS)
def test_help_worked_out(help_: Help, engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "line.toml"
    path.write_text(help_text(help_), encoding="utf-8")
    scenario, helps = load(path), 0
    centre = centre_of(scenario)
    for day in range(1):
        callers, staff = draw(scenario, day, 4)
        outcomes = simulate(centre, callers, staff, engine=engine)
        people = zip(callers.arrival, callers.talk_work, callers.patience, strict=True)
        fates = helped(4, 40.0, help_, list(people))
        for row in np.flatnonzero(callers.arrival < UNTIL):
            answered = outcomes.outcome[row] == Outcome.ANSWERED
            group = int(centre.operator_group[outcomes.operator[row]]) if answered else -1
            assert group == fates[row][1], (day, row)
            assert outcomes.wait[row] == pytest.approx(fates[row][0], abs=1e-6), (day, row)
            helps += group == 1
    assert helps > 100
