"""What the simulation is held against: scenarios as a user writes them, and their exact figures.

Each case has an exact answer that shares no code with the simulator: `sim.theory`, which has
tests of its own, or a formula written out here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from scipy.stats import lognorm

from sim.theory.birth_death import class_waits
from sim.theory.day import Day
from sim.theory.erlang import Line, erlang_b
from sim.theory.general_patience import PatienceLine
from sim.theory.steady import Steady
from tests.against_theory.days import SHORT, WITHIN, Array, Window

HOUR = 3600.0


class Exact(NamedTuple):
    """What theory says of a quantity."""

    value: float
    density: float = math.nan
    """Only of a quantile: density of the wait there, per s."""
    scale: float = math.nan
    """What a standard error is a share of, where it is not the value."""


Answer = dict[str, Exact]


@dataclass(frozen=True)
class Case:
    """A scenario, how long it is simulated, and what must come out."""

    name: str
    source: str
    text: str
    """The scenario file."""
    days: int
    answer: Callable[[], Answer]
    window: Window = field(default=Window(2 * HOUR, 24 * HOUR))
    error: float = 0.0028
    """Largest standard error of a share or a number, as a share of it."""
    wait_error: float = 0.0028
    """Likewise, of a wait."""
    tail_error: float = 0.0095
    """Likewise, of what is rare: overtime, long waits, quantiles of the wait, single attempts."""
    paces: tuple[float, ...] = ()
    """What multiplies the talk of each operator; drawn by default."""

    @property
    def seed(self) -> int:
        """A world of its own, so that an unlucky one does not colour all cases."""
        return crc32(self.name.encode())


def line_text(
    calls: str,
    talk: str,
    patience: str,
    operators: str,
    closes: str = "24:00",
    interval: str = "1 h",
    opens: str = "00:00",
    caller_more: str = "",
    more: str = "",
) -> str:
    """A scenario file with one call type, "calls", and one group of seats."""
    return f"""
name = "A line that theory knows"
[day]
opens = "{opens}"
closes = "{closes}"
interval = "{interval}"
{more}
[callers.calls]
arrivals = {calls}
talk = {talk}
patience = {patience}
{caller_more}
[operators.team]
skills = ["calls"]
headcount = {operators}
"""


def exponential(mean: str) -> str:
    """An exponential law in a scenario file."""
    return f'{{ exponential = "{mean}" }}'


CONVENTIONS = (
    "service_level, answered",
    "service_level, excluding_short",
    "service_level, abandoned_in_time_met",
)
USUAL = ("delayed_share", "abandonment", "wait_mean", "asa", "occupancy", "service_level")
PATIENT = ("delayed_share", "wait_mean", "occupancy", "service_level")


def steady(line: Steady, *names: str) -> Answer:
    """Figures of a line in its steady state; "wait_p90" is a quantile."""
    answer = {"offered": Exact(line.rate * 22 * HOUR), "work": Exact(1.0)}
    for name in names:
        if name.startswith("wait_p"):
            wait = line.wait_quantile(int(name[6:]) / 100)
            step = 1e-4 * line.handling
            density = (line.waited_over(wait - step) - line.waited_over(wait + step)) / (2 * step)
            answer[name] = Exact(wait, density)
        elif name.startswith("service_level"):
            counts = name.partition(", ")[2] or "offered"
            answer[name] = Exact(line.service_level(WITHIN, counts, SHORT))  # type: ignore[arg-type]
        elif name == "waited_over_1_min":
            answer[name] = Exact(line.waited_over(60))
        elif name == "blocked_share":
            answer[name] = Exact(line.blocked)
        else:
            answer[name] = Exact(getattr(line, name))
    return answer


# --- Erlang ----------------------------------------------------------------------------------

ERLANG_A = Case(
    "Erlang A, 24 operators",
    "360 calls/h, handling 240 s, patience 120 s; published figures",
    line_text("{ per_hour = 360 }", exponential("240 s"), exponential("120 s"), "24"),
    days=480,
    answer=lambda: (
        steady(Line(0.1, 240, 24, 120), *CONVENTIONS, "waited_over_1_min")
        | steady(Line(0.1, 240, 24, 120), "wait_p90", "wait_p95", "wait_p99")
        | {
            "delayed_share": Exact(0.446883),
            "abandonment": Exact(0.094927),
            "wait_mean": Exact(11.39126),
            "asa": Exact(10.32771),
            "occupancy": Exact(0.905073),
            "service_level": Exact(0.719457),
        }
    ),
)

ERLANG_A_LARGE = Case(
    "Erlang A, 50 operators",
    "2880 calls/h, handling 60 s, patience 120 s; abandonment and wait published",
    line_text(
        "{ per_hour = 2880 }", exponential("1 min"), exponential("2 min"), "50", closes="06:00"
    ),
    days=1200,
    window=Window(HOUR, 6 * HOUR),
    answer=lambda: (
        steady(Line(0.8, 60, 50, 120), *USUAL, *CONVENTIONS, "wait_p90")
        | {"offered": Exact(0.8 * 5 * HOUR)}
        | {"abandonment": Exact(0.030912), "wait_mean": Exact(3.7095)}
    ),
)

ERLANG_A_FULL = Case(
    "Erlang A, overloaded",
    "360 calls/h, handling 240 s, patience 180 s, 18 operators: a load of 24",
    line_text("{ per_hour = 360 }", exponential("240 s"), exponential("3 min"), "18"),
    days=600,
    answer=lambda: steady(
        Line(0.1, 240, 18, 180), *USUAL, *CONVENTIONS, "waited_over_1_min", "wait_p50", "wait_p95"
    ),
)

ERLANG_A_SHIFTS = Case(
    "Erlang A, persons who are there all day",
    "120 calls/h, handling 120 s, patience 300 s, 5 operators on a shift, not seats",
    line_text(
        "{ per_hour = 120 }", exponential("2 min"), exponential("5 min"), "5"
    ).replace("headcount = 5", 'shifts = [{ operators = 5, from = "00:00", to = "24:00" }]'),
    days=1440,
    answer=lambda: steady(Line(1 / 30, 120, 5, 300), *USUAL, "wait_p90"),
)  # fmt: skip

ERLANG_C = Case(
    "Erlang C, 17 operators",
    "200 calls/h, handling 240 s; published figures",
    line_text("{ per_hour = 200 }", exponential("240 s"), '"never"', "17"),
    days=16800,
    answer=lambda: (
        steady(Line(200 / HOUR, 240, 17), "wait_p90", "occupancy")
        | {
            "delayed_share": Exact(0.25731),
            "wait_mean": Exact(16.842),
            "service_level": Exact(0.81044),
        }
    ),
)

LINES = Case(
    "Telephone lines, M/M/s/K+M",
    "360 calls/h, handling 240 s, patience 120 s, 20 operators, 26 lines",
    line_text(
        "{ per_hour = 360 }", exponential("240 s"), exponential("120 s"), "20",
        more="[trunks]\nlines = 26",
    ),
    days=1200,
    answer=lambda: steady(
        Line(0.1, 240, 20, 120, lines=26), *USUAL, "blocked_share", "wait_p50", "wait_p95"
    ),
)  # fmt: skip

LINES_PATIENT = Case(
    "Telephone lines, M/M/s/K, nobody hangs up",
    "360 calls/h, handling 240 s, 20 operators, 24 lines",
    line_text(
        "{ per_hour = 360 }", exponential("240 s"), '"never"', "20", more="[trunks]\nlines = 24"
    ),
    days=360,
    answer=lambda: steady(Line(0.1, 240, 20, lines=24), *PATIENT, "blocked_share"),
)

# --- any law of handling ---------------------------------------------------------------------

LOSS = Case(
    "Nobody waits: Erlang B for any law of talk and wrap-up",
    "360 calls/h, lognormal talk of 180 s, uniform wrap-up of 60 s, 24 operators",
    line_text(
        "{ per_hour = 360 }", '{ lognormal = { mean = "180 s", cv = 1.4 } }',
        '{ exponential = "1 min", hang_up_at_once = 1.0 }', "24",
        caller_more='wrap_up = { uniform = ["30 s", "90 s"] }',
    ),
    days=120,
    answer=lambda: {
        "abandonment": Exact(erlang_b(24, 24)),
        "delayed_share": Exact(erlang_b(24, 24)),
        "occupancy": Exact(1 - erlang_b(24, 24)),
        "service_level": Exact(1 - erlang_b(24, 24)),
        "service_level, answered": Exact(1.0),
    },
)  # fmt: skip

ONE_OPERATOR = Case(
    "One operator, M/G/1 (Pollaczek and Khinchine)",
    "216 calls/h, gamma talk of 6 s with cv 1.5, exponential wrap-up of 4 s",
    line_text(
        "{ per_hour = 216 }", '{ gamma = { mean = "6 s", cv = 1.5 } }', '"never"', "1",
        caller_more='wrap_up = { exponential = "4 s" }',
    ),
    days=960,
    # Mean square of talk + wrap-up: its variance and the square of its mean.
    answer=lambda: {
        "wait_mean": Exact(0.06 * ((1.5 * 6) ** 2 + 4**2 + 10**2) / (2 * (1 - 0.6))),
        "delayed_share": Exact(0.6),
        "occupancy": Exact(0.6),
    },
)  # fmt: skip

# --- any patience ----------------------------------------------------------------------------

ANY = (*USUAL, *CONVENTIONS, "waited_over_1_min")


def patience_case(
    name: str, source: str, patience: str, line: Callable[[], PatienceLine], *names: str,
    messages: str = "",
) -> Case:  # fmt: skip
    """A line of 22 operators with a load of 24, and some law of patience."""
    programme = 'hold_messages = "programme"' if messages else ""
    text = line_text(
        "{ per_hour = 360 }", exponential("240 s"), patience, "22", caller_more=programme
    )
    return Case(
        name, source, text + messages, 900, lambda: steady(line(), *ANY, *names),
    )  # fmt: skip


def never(wait: Array) -> Array:
    """The cumulative hazard of those who never hang up."""
    return 0.0 * wait


def mixture(wait: Array) -> Array:
    """The cumulative hazard of 30 % with a mean patience of 20 s, the others of 200 s."""
    return -np.log(0.3 * np.exp(-wait / 20) + 0.7 * np.exp(-wait / 200))


DETERMINISTIC = patience_case(
    "M/M/s+D, patience of one minute",
    "360 calls/h, handling 240 s, 22 operators",
    '"1 min"',
    lambda: PatienceLine(0.1, 240, 22, never, ([60.0], [math.inf])),
)

WEIBULL = patience_case(
    "M/M/s+G, Weibull patience with rising hazard",
    "as above; mean 120 s, shape 2",
    '{ weibull = { mean = "120 s", shape = 2 } }',
    lambda: PatienceLine(0.1, 240, 22, lambda t: (t / (120 / math.gamma(1.5))) ** 2),
    "wait_p90",
)

WEIBULL_FALLING = patience_case(
    "M/M/s+G, Weibull patience with falling hazard",
    "as above; mean 300 s, shape 0.6",
    '{ weibull = { mean = "300 s", shape = 0.6 } }',
    lambda: PatienceLine(0.1, 240, 22, lambda t: (t / (300 / math.gamma(1 + 1 / 0.6))) ** 0.6),
    "wait_p90",
)

MIXED = patience_case(
    "M/M/s+G, hyperexponential patience, 10 % hang up at once",
    "as above; 30 % with mean 20 s, 70 % with mean 200 s",
    '{ hyperexponential = { shares = [0.3, 0.7], means = ["20 s", "200 s"] }, '
    "hang_up_at_once = 0.1 }",
    lambda: PatienceLine(0.1, 240, 22, mixture, ([0.0], [-math.log(0.9)])),
    "wait_p90",
)

EMPIRICAL = patience_case(
    "M/M/s+G, patience as it was seen",
    "as above; 10 s, 40 s, 40 s or 180 s, each as likely",
    '{ empirical = ["10 s", "40 s", "40 s", "180 s"] }',
    lambda: PatienceLine(
        0.1, 240, 22, never, ([10.0, 40.0, 180.0], [-math.log(3 / 4), math.log(3), math.inf])
    ),
)

MESSAGES = patience_case(
    "A message that makes 15 % hang up every 60 s",
    "as above; nobody hangs up for any other reason",
    '"never"',
    lambda: PatienceLine(
        0.1, 240, 22, never, (60.0 * np.arange(1, 400), np.full(399, -math.log(0.85)))
    ),
    "wait_p90",
    messages="""
[hold_messages.programme]
messages = [{ says = "apology", at = "60 s", every = "60 s", hang_up = 0.15 }]
""",
)


class Played(NamedTuple):
    """A programme, written out by ear: the filler x 1.5; an apology at 30 s and every 60 s from
    there (15 % hang up, then x 0.5); an advert once at 45 s (5 % hang up, then x 1.3)."""

    starts: Array
    scales: Array

    @classmethod
    def out(cls) -> Played:
        """What holds when: 1.5; from 30 s 0.75; from 45 s 1.95; from 90 s on 0.75 again."""
        return cls(np.array([0.0, 30.0, 45.0, 90.0]), np.array([1.5, 0.75, 1.95, 0.75]))

    def hazard(self, wait: Array) -> Array:
        """The lognormal hazard (mean 180 s, cv 1), scaled piece by piece."""
        sigma = math.sqrt(math.log(2.0))
        law = lognorm(sigma, scale=180 / math.sqrt(2.0))
        total = np.zeros(np.shape(wait))
        for k, (start, scale) in enumerate(zip(self.starts, self.scales, strict=True)):
            end = self.starts[k + 1] if k + 1 < len(self.starts) else math.inf
            inside = np.clip(wait, start, end)
            total += scale * (law.logsf(start) - law.logsf(inside))
        return total

    @property
    def steps(self) -> tuple[Array, Array]:
        """The hearings and what they do at once."""
        apologies = 30 + 60.0 * np.arange(300)
        times = np.sort(np.append(apologies, 45.0))
        return times, -np.log(np.where(times == 45, 0.95, 0.85))


PROGRAMME = patience_case(
    "Filler, an apology that repeats, an advert; lognormal patience",
    "as above; mean 180 s, cv 1; filler x 1.5; apology at 30 s, every 60 s, 15 % hang up, x 0.5; "
    "advert at 45 s, 5 % hang up, x 1.3",
    '{ lognormal = { mean = "180 s", cv = 1 } }',
    lambda: PatienceLine(0.1, 240, 22, Played.out().hazard, Played.out().steps,
                         kinks=Played.out().starts[1:]),
    "wait_p90",
    messages="""
[hold_messages.programme]
filler = { patience = 1.5 }
[hold_messages.programme.messages]
apology = { says = "apology", at = "30 s", every = "60 s", hang_up = 0.15, patience = 0.5 }
advert = { says = "advert", at = "45 s", hang_up = 0.05, patience = 1.3 }
""",
)  # fmt: skip

# --- several call types ----------------------------------------------------------------------


def two_types_text(urgent: str, usual: str, patience: str, seats: int) -> str:
    """Two call types of one group; the first has priority."""
    return f"""
name = "Two classes"
[day]
opens = "00:00"
closes = "24:00"
interval = "1 h"
[callers.urgent]
arrivals = {{ per_hour = {urgent} }}
talk = {{ exponential = "60 s" }}
patience = {patience}
priority = {{ class = 1 }}
[callers.usual]
arrivals = {{ per_hour = {usual} }}
talk = {{ exponential = "60 s" }}
patience = {patience}
priority = {{ class = 2 }}
[operators.team]
skills = ["usual", "urgent"]
headcount = {seats}
"""


def cobham() -> Answer:
    """Each class, and both together, which priority does not change."""
    waits = class_waits([240 / HOUR, 300 / HOUR], 60, 12)
    both = Line(540 / HOUR, 60, 12)
    return {
        "urgent: offered": Exact(240 * 21),
        "usual: offered": Exact(300 * 21),
        "urgent: wait_mean": Exact(float(waits[0])),
        "usual: wait_mean": Exact(float(waits[1])),
        "urgent: delayed_share": Exact(both.delayed_share),
        "usual: delayed_share": Exact(both.delayed_share),
        "wait_mean": Exact(both.wait_mean),
        "occupancy": Exact(both.occupancy),
    }


PRIORITY = Case(
    "Two classes, nobody hangs up (Cobham)",
    "240 urgent and 300 usual calls/h, handling 60 s, 12 operators; the urgent go first",
    two_types_text("240", "300", '"never"', 12),
    days=4320,
    window=Window(2 * HOUR, 23 * HOUR),
    answer=cobham,
)


def together() -> Answer:
    """Who is taken first does not change how many wait, if all are as patient."""
    both = steady(Line(540 / HOUR, 60, 9, 90), "delayed_share", "abandonment", "wait_mean")
    return {name: exact for name, exact in both.items() if name != "offered"}


PRIORITY_IMPATIENT = Case(
    "Two classes as patient as each other: together Erlang A",
    "240 urgent and 300 usual calls/h, handling 60 s, patience 90 s, 9 operators",
    two_types_text("240", "300", exponential("90 s"), 9),
    days=300,
    window=Window(2 * HOUR, 23 * HOUR),
    answer=together,
)

OVERFLOW_TEXT = """
name = "Cards go to the experts first, then to the generalists"
[day]
opens = "00:00"
closes = "24:00"
interval = "1 h"
[callers.cards]
arrivals = { per_hour = 150 }
talk = { exponential = "2 min" }
patience = { exponential = "1 min", hang_up_at_once = 1.0 }
goes_to = ["experts", "generalists"]
[callers.deposits]
arrivals = { per_hour = 90 }
talk = { exponential = "2 min" }
patience = { exponential = "1 min", hang_up_at_once = 1.0 }
[operators.generalists]
skills = ["cards", "deposits"]
headcount = 4
[operators.experts]
skills = ["cards"]
headcount = 4
"""


def overflow() -> Answer:
    """Cards are lost when all are busy, deposits when the generalists are: a chain of 25 states."""
    cards, deposits, done = 150 / HOUR, 90 / HOUR, 1 / 120
    rates = np.zeros((5, 5, 5, 5))  # from (experts, generalists) busy to the same
    for x in range(5):
        for y in range(5):
            if x < 4:
                rates[x, y, x + 1, y] += cards
            elif y < 4:
                rates[x, y, x, y + 1] += cards
            if y < 4:
                rates[x, y, x, y + 1] += deposits
            if x:
                rates[x, y, x - 1, y] += x * done
            if y:
                rates[x, y, x, y - 1] += y * done
    chain = rates.reshape(25, 25)
    chain = chain - np.diag(chain.sum(axis=1))
    system = np.vstack([chain.T, np.ones(25)])
    law = np.linalg.lstsq(system, np.append(np.zeros(25), 1.0), rcond=None)[0].reshape(5, 5)
    busy = np.arange(5)
    return {
        "cards: abandonment": Exact(float(law[4, 4])),
        "deposits: abandonment": Exact(float(law[:, 4].sum())),
        "occupancy": Exact(float((law.sum(axis=1) @ busy + law.sum(axis=0) @ busy) / 8)),
    }


OVERFLOW = Case(
    "Overflow to a second group, nobody waits",
    "150 calls/h to 4 experts, then 4 generalists; 90 calls/h to the generalists; 120 s",
    OVERFLOW_TEXT,
    days=240,
    answer=overflow,
)

# --- whole days ------------------------------------------------------------------------------

SERVED = ("offered", "delayed", "in_time", "wait", "overtime", "present")
DAY_SUMS = (*SERVED, "answered", "abandoned", "handling")


def day_sums(day: Day, *names: str) -> Answer:
    """Totals of a day from empty, by `sim.theory.day`."""
    totals = day.totals(WITHIN)._asdict()
    totals["in_time"] = totals["answered_within"]
    return {name: Exact(totals[name]) for name in names}


EIGHT_HOURS = Window(0.0, 8 * HOUR)

DAY = Case(
    "A day from empty, nobody hangs up, served out",
    "8 h, 4.2 calls/min, handling 120 s, 12 operators; in time and wait published",
    line_text("{ per_hour = 252 }", exponential("2 min"), '"never"', "12", closes="08:00"),
    days=28800,
    window=EIGHT_HOURS,
    answer=lambda: (
        day_sums(Day((0, 8 * HOUR), (0.07,), (12,), 120), *SERVED)
        | {"in_time": Exact(1815.27), "wait": Exact(12178.3), "offered": Exact(2016.0)}
    ),
)

DAY_IMPATIENT = Case(
    "A day from empty, patience 60 s",
    "8 h, 4.2 calls/min, handling 120 s, 12 operators; abandoned and in time published",
    line_text("{ per_hour = 252 }", exponential("2 min"), exponential("1 min"), "12",
              closes="08:00"),
    days=6480,
    window=EIGHT_HOURS,
    answer=lambda: (
        day_sums(Day((0, 8 * HOUR), (0.07,), (12,), 120, 60), *DAY_SUMS)
        | {"abandoned": Exact(59.2632), "in_time": Exact(1906.719)}
    ),
)  # fmt: skip

STEP_RATES = (180, 288, 216, 108)
STEP_EDGES = tuple(8 * HOUR + 1800.0 * k for k in range(5))


def step_text(after_closing: str, seats: list[int], patience: str, more: str = "") -> str:
    """Two hours with other rates and seats each half-hour."""
    return line_text(
        f'{{ per_hour = {list(STEP_RATES)}, every = "30 min" }}',
        exponential("100 s"),
        patience,
        f'{seats}\nevery = "30 min"',
        closes="10:00",
        interval="30 min",
        opens="08:00",
        more=f'after_closing = "{after_closing}"\n{more}',
    )


def step_day(seats: list[int], patience: float, **more: Any) -> Day:
    """The same two hours by the Kolmogorov equations."""
    rates = [calls / HOUR for calls in STEP_RATES]
    return Day(STEP_EDGES, rates, seats, 100, patience, **more)


TWO_HOURS = Window(8 * HOUR, 10 * HOUR)

STEPS = Case(
    "Rates and seats that step, the call in hand finished, served out",
    "2 h; 180, 288, 216, 108 calls/h, 6, 10, 4, 7 seats by half-hour; handling 100 s, patience "
    "60 s, 10 % hang up at once",
    step_text("serve", [6, 10, 4, 7], '{ exponential = "60 s", hang_up_at_once = 0.1 }'),
    days=8000,
    window=TWO_HOURS,
    answer=lambda: day_sums(step_day([6, 10, 4, 7], 60, hang_up_at_once=0.1), *DAY_SUMS),
)

STEPS_CUT_OFF = Case(
    "Rates and seats that step, 9 telephone lines, cut off at closing",
    "as above, but 3 seats in the end, and nobody hangs up",
    step_text("disconnect", [6, 10, 4, 3], '"never"', "[trunks]\nlines = 9"),
    days=10000,
    window=TWO_HOURS,
    answer=lambda: day_sums(
        step_day([6, 10, 4, 3], math.inf, lines=9, after_closing="disconnect"),
        *SERVED, "answered", "handling", "blocked", "cut_off",
    ),
)  # fmt: skip

CASES = (
    ERLANG_A, ERLANG_A_LARGE, ERLANG_A_FULL, ERLANG_A_SHIFTS, ERLANG_C, LINES, LINES_PATIENT,
    LOSS, ONE_OPERATOR, DETERMINISTIC, WEIBULL, WEIBULL_FALLING, MIXED, EMPIRICAL, MESSAGES,
    PROGRAMME, PRIORITY, PRIORITY_IMPATIENT, OVERFLOW, DAY, DAY_IMPATIENT, STEPS, STEPS_CUT_OFF,
)  # fmt: skip
