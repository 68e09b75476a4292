"""Callers who answer back, held against theory: more cases in the manner of `cases`.

What the queue makes the line say, joining or not, phoning again, being phoned, transfers, menus.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
from scipy.special import gammaincinv

from sim.theory.announced import announcement_errors, promises_broken
from sim.theory.balking import BalkingLine
from sim.theory.birth_death import growing_waits
from sim.theory.callbacks import callback_line_without_dialling
from sim.theory.erlang import Line
from sim.theory.general_patience import PatienceLine
from sim.theory.in_order import InOrder, announced_line
from sim.theory.redial import RedialLine, repeat_line, transfer_lines
from sim.theory.steady import Steady
from sim.theory.trunks import MenuLine, WrapUpLine
from tests.against_theory import cases
from tests.against_theory.cases import (
    HOUR,
    PATIENT,
    USUAL,
    Answer,
    Case,
    Exact,
    exponential,
    line_text,
)
from tests.against_theory.days import WITHIN, Array, Window

RARELY = 0.0095
"""Largest standard error, as a share of the value, of what needs many more days."""
EARLY = Window(2 * HOUR, 22 * HOUR)
"""Whoever phones again does so before the line closes."""


def told(line: object, *names: str) -> Answer:
    """Figures of a line by their names there."""
    return {name: Exact(float(getattr(line, name))) for name in names}


def steady(line: Steady, *names: str) -> Answer:
    """Figures of a line in its steady state, service levels too."""
    plain = [name for name in names if name != "service_level"]
    level = {"service_level": Exact(line.service_level(WITHIN))} if "service_level" in names else {}
    return {"work": Exact(1.0)} | told(line, *plain) | level


def with_messages(text: str, messages: str) -> str:
    """A scenario file whose callers hear a list of messages, each a table in one line."""
    text = text.replace("[operators.team]", 'hold_messages = "programme"\n[operators.team]')
    return text + f"\n[hold_messages.programme]\nmessages = [\n{messages}\n]\n"


# --- joining or not --------------------------------------------------------------------------

SMALL = line_text("{ per_hour = 360 }", exponential("40 s"), exponential("2 min"), "4")
"""A load of 4 for 4 operators."""
SMALL_LINE = "360 calls/h, handling 40 s, patience 120 s, 4 operators"
LEVELS = 'up_to = ["25 s", "60 s"], hang_up = [0.0, 0.1, 0.5]'
ANNOUNCED = (0.1, 40, 4, (25, 60), (0.0, 0.1, 0.5))

BALKING = Case(
    "Joining falls with the position",
    f"{SMALL_LINE}; from position 3 on 10 % do not stay, from 10 on 40 %",
    line_text(
        "{ per_hour = 360 }", exponential("40 s"), exponential("2 min"), "4",
        caller_more="balk = { position = [3, 10], share = [0.1, 0.4] }",
    ),
    days=250,
    answer=lambda: steady(BalkingLine(0.1, 40, 4, (3, 10), (0.1, 0.4), 120), *USUAL),
)  # fmt: skip

BALKING_ON_A_WAIT = Case(
    "Joining falls with the announced wait",
    f"{SMALL_LINE}; position x 10 s is announced: 10 % hang up over 25 s, 50 % over 60 s",
    with_messages(SMALL, f'{{ says = "expected_wait", levels = {{ {LEVELS} }} }}'),
    days=250,
    answer=lambda: steady(BalkingLine.announced(*ANNOUNCED, 120), *USUAL),
)


def by_level(line: InOrder) -> Answer:
    """All callers together, whatever level they heard."""
    answered = line.at_once + sum(fate.answered for fate in line.fates)
    return {
        "delayed_share": Exact(1 - line.at_once),
        "abandonment": Exact(1 - answered),
        "wait_mean": Exact(sum(fate.wait for fate in line.fates)),
        "asa": Exact(sum(fate.taken_wait for fate in line.fates) / answered),
        "occupancy": Exact(line.rate * line.handling * answered / line.operators),
    }


ANNOUNCED_PATIENCE = Case(
    "The announced wait changes patience too",
    "as above; the hazard is x 0.6 up to 25 s, x 2 over 60 s",
    with_messages(
        SMALL, f'{{ says = "expected_wait", levels = {{ {LEVELS}, patience = [0.6, 1, 2] }} }}'
    ),
    days=1000,
    answer=lambda: by_level(
        announced_line(0.1, 40, 4, 120, ANNOUNCED[3], ANNOUNCED[4], (0.6, 1.0, 2.0), 14)
    ),
)

# --- announced waits -------------------------------------------------------------------------

BUSY = line_text("{ per_hour = 324 }", exponential("40 s"), '"never"', "4")
BUSY_LINE = "324 calls/h, handling 40 s, 4 operators, nobody hangs up"


def announcement(name: str, estimate: str, days: int, answer: Callable[[], Answer]) -> Case:
    """A busy line that announces the wait at joining and changes nobody's mind."""
    return Case(
        f"Errors of an announced wait: {name}",
        BUSY_LINE,
        with_messages(BUSY, f'{{ says = "expected_wait", estimate = {estimate} }}'),
        days,
        # From empty such a line needs hours: its slowest mode fades with 3800 s.
        window=Window(8 * HOUR, 23 * HOUR),
        error=RARELY,
        answer=answer,
    )


def errors_of(estimate: str) -> Answer:
    """Bias and mean square of an estimator; a bias is measured against the mean of the waits."""
    error = getattr(announcement_errors(0.09, 40, 4), estimate)
    return {
        "announced_bias": Exact(error.bias, scale=100.0),
        "announced_mean_square": Exact(error.mean_square),
    }


def too_long(share: float) -> float:
    """What the quantile of n services, 10 s each, is above their mean; n is geometric."""
    position = np.arange(1.0, 600.0)
    weight = 0.1 * 0.9 ** (position - 1)
    return float(weight @ (gammaincinv(position, share) - position) * 10)


QUEUE_LENGTH = announcement(
    "queue length",
    '"queue_length"',
    1200,
    lambda: errors_of("queue_length") | {"promises_broken": Exact(promises_broken(0.09, 40, 4))},
)
HEAD_OF_LINE = announcement(
    "head of line", '"head_of_line"', 2000, lambda: errors_of("head_of_line")
)
LAST_SERVED = announcement(
    "last to enter service",
    '"last_to_enter_service"',
    1200,
    lambda: errors_of("last_to_enter_service"),
)
PERCENTILE = announcement(
    "nine in ten wait less",
    "{ percentile = 0.9 }",
    600,
    lambda: {"promises_broken": Exact(0.1), "announced_bias": Exact(too_long(0.9), scale=100.0)},
)

# --- phoning again ---------------------------------------------------------------------------


def redial_answer(line: RedialLine) -> Answer:
    """Per caller, and per contact of each attempt."""
    answer = {"calls": Exact(line.rate * 20 * HOUR), "work": Exact(1.0)}
    answer |= {
        "attempts": Exact(line.attempts_per_caller),
        "callers_reached": Exact(line.callers_reached),
    }
    for attempt, each in enumerate(line.by_attempt, 1):
        figures = {
            "blocked_share": each.blocked,
            "delayed_share": each.delayed,
            "abandonment": each.abandoned,
            "wait_mean": each.wait_mean,
        }
        answer |= {f"attempt {attempt}: {n}": Exact(v) for n, v in figures.items() if v > 0}
    return answer


def redial_case(name: str, line: RedialLine, days: int) -> Case:
    """A line whose callers phone again after hanging up and after busy tones."""
    # Nobody hangs up where no more lines than operators are there: nobody waits.
    after = '["abandoned", "blocked"]' if line.share > 0 else '["blocked"]'
    share = line.share or line.blocked_share
    return Case(
        f"Phoning again, {name}",
        f"{line.rate * HOUR:g} callers/h, handling 60 s, patience 60 s, {line.operators} "
        f"operators, {line.lines} lines; redial {line.share:.0%} after hanging up, "
        f"{line.blocked_share:.0%} after a busy tone, after {line.delay:g} s on average, "
        f"{line.attempts:g} attempts at most",
        line_text(
            f"{{ per_hour = {line.rate * HOUR!r} }}",
            exponential("60 s"),
            exponential("60 s"),
            str(line.operators),
            more=f"[trunks]\nlines = {line.lines}",
            caller_more=(
                f"redial = {{ after = {after}, share = {share}, blocked_share = "
                f'{line.blocked_share}, delay = {{ exponential = "{line.delay:g} s" }}, '
                f"attempts = {line.attempts:g} }}"
            ),
        ),
        days,
        window=EARLY,
        answer=lambda: redial_answer(line),
    )


REDIALS = tuple(
    redial_case(
        f"M/M/1/3 with a load of {rate * 60:g}",
        RedialLine(rate, 60, 1, 60, 3, 300, 0.6, blocked_share=0.9, attempts=2, most_in_orbit=40),
        days,
    )
    for rate, days in ((0.01, 2300), (0.015, 1000), (0.02, 600))
)
REDIALS_OF_THREE = redial_case(
    "M/M/3/6 with a load of 3",
    RedialLine(0.05, 60, 3, 60, 6, 120, 0.6, blocked_share=0.9, attempts=2, most_in_orbit=40),
    600,
)
REDIALS_BUSY = redial_case(
    "M/M/3/3: busy tones only, three attempts",
    RedialLine(0.05, 60, 3, 60, 3, 120, blocked_share=0.9, attempts=3, most_in_orbit=30),
    300,
)


def repeats() -> Answer:
    """Every contact meets the same line."""
    line = repeat_line(0.05, 60, 5, 0.2, attempts=3, delay=600)
    answer = {"attempts": Exact(line.attempts)} | steady(line.line, *PATIENT)
    return answer | {"attempt 2: delayed_share": Exact(line.line.delayed_share)}


REPEATS = Case(
    "Repeat calls where nobody hangs up (Jackson)",
    "180 callers/h, handling 60 s, 5 operators; 20 % phone again after 10 min (gamma, cv 0.5), "
    "three contacts at most",
    line_text(
        "{ per_hour = 180 }", exponential("60 s"), '"never"', "5",
        caller_more='repeat = { share = 0.2, delay = { gamma = { mean = "10 min", cv = 0.5 } }, '
        "attempts = 3 }",
    ),
    days=450,
    window=Window(3 * HOUR, 22 * HOUR),
    wait_error=RARELY,
    answer=repeats,
)  # fmt: skip

TRANSFER_TEXT = """
name = "Three in ten are passed on"
[day]
opens = "00:00"
closes = "24:00"
interval = "1 h"
[callers.first]
arrivals = { per_hour = 180 }
talk = { exponential = "60 s" }
patience = "never"
transfer = { to = "second", share = 0.3 }
[callers.second]
arrivals = { per_hour = 0 }
talk = { exponential = "90 s" }
patience = "never"
[operators.front]
skills = ["first"]
headcount = 4
[operators.back]
skills = ["second"]
headcount = 2
"""


def transfers() -> Answer:
    """Both lines."""
    first, second = transfer_lines(0.05, (60, 90), (4, 2), 0.3)
    names = ("delayed_share", "wait_mean")
    answer = {f"first: {name}": exact for name, exact in told(first, *names).items()}
    return answer | {f"second: {name}": exact for name, exact in told(second, *names).items()}


TRANSFERS = Case(
    "Cold transfers to other operators (Burke)",
    "180 calls/h, handling 60 s, 4 operators; 30 % are passed on: 90 s, 2 operators",
    TRANSFER_TEXT,
    days=1200,
    window=Window(5 * HOUR, 22 * HOUR),
    wait_error=RARELY,
    answer=transfers,
)

# --- callbacks -------------------------------------------------------------------------------


def callback_answer(*line: float) -> Answer:
    """Who holds, who is phoned, and when."""
    exact = callback_line_without_dialling(*line)
    names = {
        "delayed_share": exact.delayed,
        "callback_share": exact.accepted,
        "called_back_share": exact.called_back,
        "callback_lost_share": exact.callback_lost,
        "answered_on_line_share": exact.answered_on_line,
        "abandonment": exact.abandoned,
        "callback_delay": exact.callback_delay,
        "asa": exact.asa,
        "wait_mean": exact.wait_mean,
    }
    return {"work": Exact(1.0)} | {name: Exact(v) for name, v in names.items() if v > 1e-9}


def callback_case(
    name: str, line: tuple[float, ...], days: int, more: str = "", at: float = 0
) -> Case:
    """Callbacks that take no time to dial; one try."""
    rate, handling, operators, patience, accepts, reached = line[:6]
    source = (
        f"{rate * HOUR:g} calls/h, handling {handling:g} s, patience {patience:g} s, "
        f"{operators:g} operators; {accepts:.0%} accept, {reached:.0%} are reached"
    )
    text = line_text(
        f"{{ per_hour = {rate * HOUR:g} }}",
        exponential(f"{handling:g} s"),
        exponential(f"{patience:g} s"),
        f"{operators:g}",
        caller_more=f"callback = {{ accepts = {accepts}, reached = {reached}{more} }}",
    )
    offer = f'{{ says = "callback_offer", at = "{at:g} s" }}'
    return Case(
        f"Callbacks, {name}",
        source,
        with_messages(text, offer),
        days,
        window=EARLY,
        answer=lambda: callback_answer(*line),
    )


CALLBACKS = callback_case("offered at joining", (0.1, 240, 24, 120, 0.5, 0.8), 800)
CALLBACKS_LATER = callback_case("offered after 20 s", (0.1, 40, 4, 60, 0.5, 0.8, 20), 1100, at=20)
CALLBACKS_INSTEAD = callback_case(
    "three in ten ask for one instead of hanging up",
    (0.1, 40, 4, 60, 0.0, 1.0, 0, 0.3),
    650,
    more=", instead_of_hanging_up = 0.3",
)

# --- lines, limits and menus -----------------------------------------------------------------


def wrap_up_answer(line: WrapUpLine) -> Answer:
    """The telephone line is free before the operator is."""
    names = ("delayed_share", "abandonment", "wait_mean", "occupancy")
    return {"work": Exact(1.0), "blocked_share": Exact(line.blocked)} | told(line, *names)


WRAP_UP = Case(
    "Wrap-up without a telephone line",
    "180 calls/h, talk 60 s, wrap-up 30 s, patience 120 s, 4 operators, 5 lines",
    line_text(
        "{ per_hour = 180 }", exponential("60 s"), exponential("2 min"), "4",
        caller_more='wrap_up = { exponential = "30 s" }', more="[trunks]\nlines = 5",
    ),
    days=350,
    answer=lambda: wrap_up_answer(WrapUpLine(0.05, 60, 30, 4, 5, 120)),
)  # fmt: skip

QUEUE_LIMIT = Case(
    "Five may wait",
    f"{SMALL_LINE}; who finds five waiting is blocked",
    line_text(
        "{ per_hour = 360 }", exponential("40 s"), exponential("2 min"), "4",
        more="[queue]\nlimit = 5",
    ),
    days=800,
    answer=lambda: (
        steady(Line(0.1, 40, 4, 120, lines=9), *USUAL)
        | {"blocked_share": Exact(Line(0.1, 40, 4, 120, lines=9).blocked)}
    ),
)  # fmt: skip

MENU = Case(
    "A menu before the queue",
    "360 calls/h, a menu of 40 s (gamma, cv 0.5) that serves 30 %; handling 60 s, patience 120 s, "
    "4 operators",
    line_text(
        "{ per_hour = 360 }", exponential("60 s"), exponential("2 min"), "4",
        caller_more='ivr = { time = { gamma = { mean = "40 s", cv = 0.5 } }, contained = 0.3 }',
    ),
    days=400,
    answer=lambda: steady(Line(0.07, 60, 4, 120), *USUAL) | {"come_out": Exact(0.7)},
)  # fmt: skip


def menu_answer(line: MenuLine) -> Answer:
    """Shares of those offered: blocked, or come out of the menu."""
    offered = line.blocked + line.come_out
    out = line.come_out / offered
    return {
        "work": Exact(1.0),
        "blocked_share": Exact(line.blocked / offered),
        "come_out": Exact(line.come_out),
        "delayed_share": Exact(line.delayed_share * out),
        "abandonment": Exact(line.abandonment * out),
        "wait_mean": Exact(line.wait_mean),
    }


MENU_LINES = Case(
    "A menu that holds telephone lines",
    "as above, but an exponential menu time, and 9 lines",
    line_text(
        "{ per_hour = 360 }", exponential("60 s"), exponential("2 min"), "4",
        caller_more='ivr = { time = { exponential = "40 s" }, contained = 0.3 }',
        more="[trunks]\nlines = 9",
    ),
    days=600,
    answer=lambda: menu_answer(MenuLine(0.1, 40, 0.3, 60, 4, 9, 120)),
)  # fmt: skip

# --- priority that grows ---------------------------------------------------------------------

GROWTH_TEXT = """
name = "Three seconds for one"
[day]
opens = "00:00"
closes = "24:00"
interval = "1 h"
[callers.urgent]
arrivals = { per_hour = 129.6 }
talk = { exponential = "40 s" }
patience = "never"
priority = { growth = 3 }
[callers.usual]
arrivals = { per_hour = 194.4 }
talk = { exponential = "40 s" }
patience = "never"
[operators.team]
skills = ["urgent", "usual"]
headcount = 4
"""


def growth_answer() -> Answer:
    """Both classes, and both together, which the order does not change."""
    waits = growing_waits([0.036, 0.054], [3.0, 1.0], 40, 4)
    return {
        "urgent: wait_mean": Exact(float(waits[0])),
        "usual: wait_mean": Exact(float(waits[1])),
        "wait_mean": Exact(Line(0.09, 40, 4).wait_mean),
    }


GROWTH = Case(
    "Priority that grows three times as fast (Kleinrock)",
    "129.6 and 194.4 calls/h, handling 40 s, 4 operators, nobody hangs up",
    GROWTH_TEXT,
    days=1200,
    window=Window(8 * HOUR, 23 * HOUR),
    wait_error=RARELY,
    answer=growth_answer,
)

# --- messages that depend on the queue in name only ------------------------------------------

POSITION = '{ says = "position", at = "17 s", every = "23 s" }'


def listened(case: Case, days: int) -> Case:
    """The same line; callers hear their position as well, which changes nothing."""
    text = case.text
    if "[hold_messages.programme.messages]" in text:
        text += f"place = {POSITION}\n"
    elif "messages = [" in text:
        text = text.replace("messages = [", f"messages = [{POSITION}, ")
    else:
        text = with_messages(text, POSITION)
    source = "As above under the same name; the position is said at 17 s and every 23 s"
    return replace(case, name=f"{case.name}; positions are said", source=source, text=text,
                   days=days)  # fmt: skip


LISTENED = (
    listened(cases.PROGRAMME, 250),
    listened(cases.MESSAGES, 750),
    listened(cases.WEIBULL, 250),
    listened(cases.MIXED, 550),
    listened(cases.EMPIRICAL, 650),
    listened(cases.DETERMINISTIC, 250),
)

# --- broken promises -------------------------------------------------------------------------


@cache
def pieces(at: float, every: float, broken: float, effect: float) -> tuple[Array, Array]:
    """Starts in s and hazard multipliers, minute by minute, where a wait of 0 s is announced.

    Each started minute past the promise multiplies by `broken`, ten times at most; each
    announcement is a new promise.
    """
    end, starts, scales = 8 * HOUR, [0.0], [1.0]
    while at < end:
        for minute in range(11):
            start = at + 60.0 * minute
            if start >= min(at + every, end):
                break
            starts.append(start)
            scales.append(effect * broken ** min(minute + 1, 10))
        at += every
    return np.array(starts), np.array(scales)


def broken_hazard(
    patience: float, at: float, every: float, broken: float, effect: float
) -> Callable[[Array], Array]:
    """The cumulative hazard of callers of exponential patience to whom 0 s is promised."""
    starts, scales = pieces(at, every, broken, effect)

    def hazard(wait: Array) -> Array:
        widths = np.diff(starts, append=math.inf)
        inside = np.clip(wait[..., None] - starts, 0.0, widths)
        total: Array = (inside * scales).sum(axis=-1) / patience
        return total

    return hazard


def broken_line(at: float, every: float, broken: float, effect: float, share: float) -> Steady:
    """The line of 22 operators, of whom a share hangs up at each announcement."""
    hearings = np.arange(at, 8 * HOUR, every) if every < math.inf else np.array([at])
    jumps = np.full(len(hearings), -math.log1p(-share))
    return PatienceLine(
        0.1, 240, 22, broken_hazard(300, at, every, broken, effect),
        (hearings, jumps) if share > 0 else ((), ()),
        kinks=pieces(at, every, broken, effect)[0][1:],
    )  # fmt: skip


def broken_case(name: str, source: str, line: Callable[[], Steady], messages: str) -> Case:
    """A line of 22 operators with a load of 24."""
    text = line_text(
        "{ per_hour = 360 }",
        exponential("240 s"),
        exponential("300 s"),
        "22",
        caller_more='hold_messages = "programme"',
    )
    return Case(name, source, text + messages, 300, lambda: steady(line(), *USUAL))  # fmt: skip


BROKEN = broken_case(
    "Promises broken at once: each started minute makes the hazard x 1.5",
    "360 calls/h, handling 240 s, patience 300 s, 22 operators; a wait rounded to 0 s is announced "
    "at joining",
    lambda: broken_line(0, math.inf, 1.5, 1.0, 0.0),
    """
[hold_messages.programme]
messages = [{ says = "expected_wait", round_to = "100 h", broken_promise = 1.5 }]
""",
)

BROKEN_AGAIN = broken_case(
    "Promises renewed every 150 s, with an effect of their level",
    "as above, at 30 s and every 150 s; 10 % hang up on each, then the hazard is x 0.5 and x 2 "
    "with each started minute",
    lambda: broken_line(30, 150, 2.0, 0.5, 0.1),
    """
[hold_messages.programme]
messages = [{ says = "expected_wait", at = "30 s", every = "150 s", round_to = "100 h", \
broken_promise = 2.0, levels = { up_to = ["1 h"], hang_up = [0.1, 1.0], patience = [0.5, 9.0] } }]
""",
)

CASES = (
    BALKING, BALKING_ON_A_WAIT, ANNOUNCED_PATIENCE, QUEUE_LENGTH, HEAD_OF_LINE, LAST_SERVED,
    PERCENTILE, *REDIALS, REDIALS_OF_THREE, REDIALS_BUSY, REPEATS, TRANSFERS, CALLBACKS,
    CALLBACKS_LATER, CALLBACKS_INSTEAD, WRAP_UP, QUEUE_LIMIT, MENU, MENU_LINES, GROWTH,
    *LISTENED, BROKEN, BROKEN_AGAIN,
)  # fmt: skip
