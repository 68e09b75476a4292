"""Who takes whom, and who is there, held against theory: more cases in the manner of `cases`.

Groups with different skills, the order of the idle and of those who wait, operators who differ,
duties, and operators who come when they are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from sim.theory.day import Day, DayTotals
from sim.theory.duties import Duty, DutyDay
from sim.theory.erlang import Line, erlang_b
from sim.theory.on_call import OnCallDay
from sim.theory.pauses import BreakDay
from sim.theory.people import (
    Law,
    contacts_of_a_caller,
    lateness,
    learning,
    mean_over,
    mean_over_each,
    nobody,
    personal,
    present,
)
from sim.theory.skills import SkillLine
from sim.theory.unequal import PICKS, Picks, UnequalLine
from tests.against_theory.callers import RARELY
from tests.against_theory.cases import HOUR, Answer, Case, Exact
from tests.against_theory.cases import day_sums as cases_day_sums
from tests.against_theory.days import WITHIN, Window

INSIDE = Window(2 * HOUR, 23 * HOUR)
"""Nobody who counts is still waiting when the line closes and the others no longer come."""

SELDOM = 3.39
"""How many times larger an error is allowed of what is rare: 0.95 % to 0.28 %."""


# --- groups with different skills ------------------------------------------------------------


def skill_text(callers: dict[str, str], operators: dict[str, str], limit: int) -> str:
    """A scenario file with call types and groups, a limit on those who wait, open all day."""
    head = (
        'name = "Who takes whom"\n[day]\nopens = "00:00"\ncloses = "24:00"\ninterval = "1 h"\n'
        f"[queue]\nlimit = {limit}\n"
    )
    tables = [f"[callers.{name}]\n{keys}\n" for name, keys in callers.items()]
    return head + "".join(tables + [f"[operators.{n}]\n{k}\n" for n, k in operators.items()])


def calls(per_hour: float, talk: float, patience: float, more: str = "") -> str:
    """The keys of a call type; times in s."""
    return (
        f"arrivals = {{ per_hour = {per_hour:g} }}\n"
        f'talk = {{ exponential = "{talk:g} s" }}\npatience = {{ exponential = "{patience:g} s" }}'
        f"\n{more}"
    )


def skilled(line: SkillLine, types: Sequence[str], groups: Sequence[str]) -> Answer:
    """What becomes of each call type, and how busy each group is."""
    answer = {"work": Exact(1.0)}
    for kind, name in enumerate(types):
        answer |= {
            f"{name}: offered": Exact(line.rates[kind] * 21 * HOUR),
            f"{name}: delayed_share": Exact(line.delayed_share(kind)),
            # Hardly anybody is blocked, so it takes many days to know the share well.
            f"{name}: blocked_share": Exact(line.blocked(kind), scale=SELDOM * line.blocked(kind)),
            f"{name}: abandonment": Exact(line.abandonment(kind)),
            f"{name}: wait_mean": Exact(line.wait_mean(kind)),
        }
    if len(groups) > 1:
        for place, name in enumerate(groups):
            answer[f"{name}: occupancy"] = Exact(line.occupancy(place))
    else:
        answer["occupancy"] = Exact(line.occupancy(0))
    return answer


def skill_case(
    name: str, source: str, days: int, text: str, types: Sequence[str], groups: Sequence[str],
    line: Callable[[], SkillLine],
) -> Case:  # fmt: skip
    """A line whose call types and groups are told apart."""
    return Case(
        name, source, text, days, lambda: skilled(line(), types, groups), window=INSIDE,
    )  # fmt: skip


N_CALLERS = {
    "cards": calls(150, 60, 90, 'goes_to = ["experts", "generalists"]'),
    "deposits": calls(100, 60, 120, 'goes_to = ["generalists"]'),
}
N_OPERATORS = {
    "experts": 'skills = ["cards"]\nheadcount = 2',
    "generalists": "skills = { cards = { handling_factor = 1.2 }, "
    "deposits = { handling_factor = 1.2 } }\nheadcount = 3",
}
N_LINE = ((150 / HOUR, 100 / HOUR), ((60, 72), (0, 72)), (2, 3), (90, 120), 6, ((0, 1), (-1, 0)))
N_SOURCE = (
    "150 calls/h on cards to 2 experts (60 s), then 3 generalists (72 s), 100 calls/h on deposits "
    "to the generalists; patience 90 and 120 s; six may wait"
)


def with_more(tables: dict[str, str], **more: str) -> dict[str, str]:
    """The same tables, some with another key."""
    return {name: f"{keys}\n{more.get(name, '')}" for name, keys in tables.items()}


N_IN_ORDER = skill_case(
    "N-design, longest wait",
    N_SOURCE,
    900,
    skill_text(N_CALLERS, N_OPERATORS, 6),
    ("cards", "deposits"),
    ("experts", "generalists"),
    lambda: SkillLine(*N_LINE),
)
N_PRIORITY = skill_case(
    "N-design, deposits have priority",
    "as above",
    900,
    skill_text(with_more(N_CALLERS, cards="priority = { class = 2 }"), N_OPERATORS, 6),
    ("cards", "deposits"),
    ("experts", "generalists"),
    lambda: SkillLine(*N_LINE, classes=(2, 1)),
)

M_CALLERS = {
    "cards": calls(120, 60, 80, 'goes_to = ["experts", "generalists"]'),
    "deposits": calls(100, 80, 100, 'goes_to = ["clerks", "generalists"]'),
}
M_OPERATORS = {
    "experts": 'skills = ["cards"]\nheadcount = 2',
    "generalists": 'skills = ["cards", "deposits"]\nheadcount = 1',
    "clerks": "skills = { deposits = { handling_factor = 0.9 } }\nheadcount = 2",
}
M_LINE = (
    (120 / HOUR, 100 / HOUR), ((60, 60, 0), (0, 80, 72)), (2, 1, 2), (80, 100), 5,
    ((0, 1, -1), (-1, 1, 0)),
)  # fmt: skip
M_SOURCE = (
    "120 calls/h on cards (60 s) to 2 experts, 100 calls/h on deposits to 2 clerks (72 s), both "
    "then to 1 generalist (60, 80 s); patience 80 and 100 s; five may wait"
)

M_IN_ORDER = skill_case(
    "M-design, longest wait",
    M_SOURCE,
    1200,
    skill_text(M_CALLERS, M_OPERATORS, 5),
    ("cards", "deposits"),
    ("experts", "generalists", "clerks"),
    lambda: SkillLine(*M_LINE),
)
M_PRIORITY = skill_case(
    "M-design, cards have priority",
    "as above",
    1200,
    skill_text(with_more(M_CALLERS, deposits="priority = { class = 2 }"), M_OPERATORS, 5),
    ("cards", "deposits"),
    ("experts", "generalists", "clerks"),
    lambda: SkillLine(*M_LINE, classes=(1, 2)),
)

X_CALLERS = {
    "north": calls(110, 60, 90, 'goes_to = ["northern", "southern"]'),
    "south": calls(80, 75, 70, 'goes_to = ["southern", "northern"]'),
}
X_OPERATORS = {
    "northern": "skills = { north = { rank = 1 }, south = { rank = 2, handling_factor = 1.2 } }\n"
    "headcount = 2",
    "southern": "skills = { north = { rank = 2, handling_factor = 1.5 }, south = { rank = 1 } }\n"
    "headcount = 2",
}
X_LINE = (
    (110 / HOUR, 80 / HOUR), ((60, 90), (90, 75)), (2, 2), (90, 70), 5, ((0, 1), (1, 0)),
)  # fmt: skip
X_SOURCE = (
    "110 calls/h to 2 of the north (60 s), then 2 of the south (90 s), 80 calls/h to the south "
    "(75 s), then the north (90 s); patience 90 and 70 s; five may wait"
)

X_IN_ORDER = skill_case(
    "X-design, longest wait",
    X_SOURCE,
    900,
    skill_text(X_CALLERS, X_OPERATORS, 5),
    ("north", "south"),
    ("northern", "southern"),
    lambda: SkillLine(*X_LINE),
)
X_RANKED = skill_case(
    "X-design, each takes its own first",
    "as above, by rank, then longest wait",
    1200,
    skill_text(
        X_CALLERS,
        with_more(X_OPERATORS, northern='takes = "ranked"', southern='takes = "ranked"'),
        5,
    ),
    ("north", "south"),
    ("northern", "southern"),
    lambda: SkillLine(*X_LINE, ranks=((1, 2), (2, 1))),
)
X_EQUAL = skill_case(
    "X-design, the operator idle longest of two equal groups",
    "as above, with no list of groups",
    900,
    skill_text(
        {name: keys.rpartition("\n")[0] for name, keys in X_CALLERS.items()}, X_OPERATORS, 5
    ),
    ("north", "south"),
    ("northern", "southern"),
    lambda: SkillLine(*X_LINE[:5]),
)

LONGEST_QUEUE = 'takes = "longest_queue"'

N_LONGEST = skill_case(
    "N-design, longest queue",
    "as above; of queues as long as each other that for cards",
    900,
    skill_text(
        with_more(N_CALLERS, deposits="priority = { class = 2 }"),
        with_more(N_OPERATORS, experts=LONGEST_QUEUE, generalists=LONGEST_QUEUE),
        6,
    ),
    ("cards", "deposits"),
    ("experts", "generalists"),
    lambda: SkillLine(*N_LINE, classes=(1, 2), longest_queue=True),
)
M_LONGEST = skill_case(
    "M-design, longest queue",
    "as above; of queues as long as each other that for cards",
    1200,
    skill_text(
        with_more(M_CALLERS, deposits="priority = { class = 2 }"),
        with_more(M_OPERATORS, generalists=LONGEST_QUEUE),
        5,
    ),
    ("cards", "deposits"),
    ("experts", "generalists", "clerks"),
    lambda: SkillLine(*M_LINE, classes=(1, 2), longest_queue=True),
)
X_LONGEST = skill_case(
    "X-design, longest queue",
    "as above; of queues as long as each other that of the north",
    900,
    skill_text(
        with_more(X_CALLERS, south="priority = { class = 2 }"),
        with_more(X_OPERATORS, northern=LONGEST_QUEUE, southern=LONGEST_QUEUE),
        5,
    ),
    ("north", "south"),
    ("northern", "southern"),
    lambda: SkillLine(*X_LINE, classes=(1, 2), longest_queue=True),
)
X_PRIORITY = skill_case(
    "X-design, the north has priority",
    "as above, by class",
    900,
    skill_text(with_more(X_CALLERS, south="priority = { class = 2 }"), X_OPERATORS, 5),
    ("north", "south"),
    ("northern", "southern"),
    lambda: SkillLine(*X_LINE, classes=(1, 2)),
)

# --- a reserve, and groups that open ---------------------------------------------------------

RESERVE = skill_case(
    "A reserve of one operator",
    "150 urgent and 100 usual calls/h, 60 s, 5 operators; the usual are taken only while more "
    "than one is idle; patience 90 and 120 s; six may wait",
    1300,
    skill_text(
        {"urgent": calls(150, 60, 90), "usual": calls(100, 60, 120)},
        {"team": "skills = { urgent = {}, usual = { reserve = 1 } }\nheadcount = 5"},
        6,
    ),
    ("urgent", "usual"),
    ("team",),
    lambda: SkillLine(
        (150 / HOUR, 100 / HOUR), ((60,), (60,)), (5,), (90, 120), 6, reserve=((0,), (1,))
    ),
)


def opening_case(name: str, condition: str, source: str) -> Case:
    """Three regulars, and two helpers who open for more than three."""
    return skill_case(
        name,
        f"240 calls/h, 60 s, 3 regulars; 2 helpers (75 s) {source}; patience 120 s; seven may wait",
        1500,
        skill_text(
            {"calls": calls(240, 60, 120, 'goes_to = ["regulars", "helpers"]')},
            {
                "regulars": 'skills = ["calls"]\nheadcount = 3',
                "helpers": "skills = { calls = { handling_factor = 1.25, opens_when = "
                f"{{ {condition} }} }} }}\nheadcount = 2",
            },
            7,
        ),
        ("calls",),
        ("regulars", "helpers"),
        lambda: SkillLine(
            (240 / HOUR,), ((60, 75),), (3, 2), (120,), 7, ((0, 1),), opens_above=((-1, 3),)
        ),
    )


OPENS_ON_QUEUE = opening_case(
    "A group that is open while more than three wait",
    "queue_above = 3",
    "take callers only while more than three wait",
)
# 60 s x waiting / 5 operators is above 40 s from four on.
OPENS_ON_WAIT = opening_case(
    "A group that is open while the expected wait is above 40 s",
    'wait_above = "40 s"',
    "take callers only while waiting x mean handling / operators is above 40 s",
)

# --- allocation shares -----------------------------------------------------------------------

SHARES_TEXT = (
    'name = "Seven in ten"\n[day]\nopens = "00:00"\ncloses = "24:00"\ninterval = "1 h"\n'
    f"[callers.calls]\n{calls(360, 60, 90, 'shares = { inhouse = 0.7, partner = 0.3 }')}\n"
    '[operators.inhouse]\nskills = ["calls"]\nheadcount = 4\n'
    "[operators.partner]\nskills = { calls = { handling_factor = 1.5 } }\nheadcount = 2\n"
)


def shared_out() -> Answer:
    """Each group has a line of its own (a Poisson stream that is thinned is two)."""
    lines = {"inhouse": Line(0.07, 60, 4, 90), "partner": Line(0.03, 90, 2, 90)}
    shares = {"inhouse": 0.7, "partner": 0.3}
    answer = {"work": Exact(1.0), "calls: offered": Exact(360 * 21)}
    for name in ("delayed_share", "abandonment", "wait_mean"):
        parts = (share * getattr(lines[group], name) for group, share in shares.items())
        answer[name] = Exact(sum(parts))
    answer |= {f"{name}: occupancy": Exact(line.occupancy) for name, line in lines.items()}
    return answer


SHARES = Case(
    "Allocation shares",
    "360 calls/h, patience 90 s; 70 % for 4 operators (60 s), 30 % for 2 (90 s), no overflow",
    SHARES_TEXT,
    400,
    shared_out,
    window=INSIDE,
)

# --- operators who differ --------------------------------------------------------------------

PACES = (0.8, 0.7, 1.5, 1.0, 1.3, 0.9)
TEAM = calls(330, 60, 90)


def team_text(group: str, caller: str = TEAM, more: str = "") -> str:
    """One call type and one group, open all day."""
    return (
        'name = "A team"\n[day]\nopens = "00:00"\ncloses = "24:00"\ninterval = "1 h"\n'
        f"{more}[callers.calls]\n{caller}\n[operators.team]\n"
        f'skills = ["calls"]\n{group}\n'
    )


def unequal(line: UnequalLine) -> Answer:
    """One line."""
    return {
        "offered": Exact(line.rate * 21 * HOUR),
        "work": Exact(1.0),
        "delayed_share": Exact(line.delayed_share),
        "abandonment": Exact(line.abandonment),
        "wait_mean": Exact(line.wait_mean),
        "occupancy": Exact(line.occupancy),
    }


def picks_case(picks: Picks, days: int) -> Case:
    """Six operators of other paces."""
    words = {
        "in_order": "the first of the idle",
        "fastest": "the fastest of the idle",
        "slowest": "the slowest of the idle",
        "random": "any of the idle",
        "longest_idle": "the one idle longest",
    }
    return Case(
        f"Unequal operators, {words[picks]}",
        "330 calls/h, patience 90 s, 6 operators with 60 s times 0.8, 0.7, 1.5, 1, 1.3, 0.9",
        team_text(f'headcount = 6\npicks = "{picks}"'),
        days,
        lambda: unequal(UnequalLine(330 / HOUR, [60 * p for p in PACES], 90, picks)),
        window=INSIDE,
        paces=PACES,
    )


UNEQUAL = tuple(picks_case(picks, 380) for picks in PICKS)

EQUAL_LEAST_OCCUPIED = Case(
    "Equal operators, the least occupied of the idle: Erlang A",
    "330 calls/h, 60 s, patience 90 s, 6 operators",
    team_text('headcount = 6\npicks = "least_occupied"'),
    350,
    lambda: unequal(UnequalLine(330 / HOUR, (60,) * 6, 90)),
    window=INSIDE,
)


def drawn_line(law: Law) -> Answer:
    """Two operators whose factor is drawn each day: the mean over both."""

    def figures(factors: tuple[float, ...]) -> list[float]:
        line = UnequalLine(75 / HOUR, [80 * factor for factor in factors], 90, "random")
        return [line.delayed_share, line.abandonment, line.wait_mean, line.occupancy]

    values = mean_over_each(law, 2, figures).tolist()
    names = ("delayed_share", "abandonment", "wait_mean", "occupancy")
    return {"work": Exact(1.0)} | {
        name: Exact(value) for name, value in zip(names, values, strict=True)
    }


def drawn_case(name: str, source: str, keys: str, law: Callable[[], Law], days: int) -> Case:
    """Two operators with a factor of their own, any of the idle answers."""
    return Case(
        name,
        f"75 calls/h, 80 s, patience 90 s, 2 operators, any of the idle; {source}",
        team_text(f'headcount = 2\npicks = "random"\n{keys}', calls(75, 80, 90)),
        days,
        lambda: drawn_line(law()),
        window=INSIDE,
        # The operators of a day are the same all day, so days differ.
        error=RARELY,
        wait_error=RARELY,
    )


PACE = drawn_case(
    "A pace of each operator",
    "factors lognormal, cv 0.3",
    "pace = { cv = 0.3 }",
    lambda: personal(0.3, points=10),
    1800,
)
LEARNING = drawn_case(
    "A learning curve",
    "1 + 0.8 x 2^(-tenure / 4 weeks), tenure uniform up to 12 weeks",
    'learning = { new = 1.8, halves_in = "4 weeks", tenure = { uniform = ["0 weeks", "12 weeks"] '
    "} }",
    lambda: learning(1.8, 4, 0, 12, points=10),
    400,
)

# --- ring and wrap-up of a group: nobody waits, so any law of handling will do ----------------

LOSS = (
    'arrivals = { per_hour = 240 }\ntalk = { lognormal = { mean = "60 s", cv = 0.8 } }\n'
    'patience = { exponential = "1 min", hang_up_at_once = 1.0 }\n'
    'wrap_up = { exponential = "40 s" }\n'
)


def lost(load: float, operators: int) -> Answer:
    """Erlang B."""
    blocked = erlang_b(load, operators)
    return {
        "work": Exact(1.0),
        "abandonment": Exact(blocked),
        "occupancy": Exact(load * (1 - blocked) / operators),
    }


RING = Case(
    "It rings for 8 s, nobody waits: Erlang B",
    "240 calls/h, 8 s + lognormal 60 s + 40 s, 8 operators",
    team_text('headcount = 8\nring = "8 s"', LOSS),
    200,
    lambda: lost(240 / HOUR * 108, 8) | {"asa": Exact(8.0)},
    window=INSIDE,
)
WRAP_UP = Case(
    "A wrap-up of the group's own, nobody waits: Erlang B",
    "240 calls/h, lognormal 60 s x 0.9 + 25 s (the type has 40 s), 6 operators",
    team_text("headcount = 6", LOSS).replace(
        'skills = ["calls"]', 'skills = { calls = { handling_factor = 0.9, wrap_up = "25 s" } }'
    ),
    200,
    lambda: lost(240 / HOUR * 79, 6),
    window=INSIDE,
)

# --- procedures ------------------------------------------------------------------------------


def not_known() -> Answer:
    """Repeat calls leave each contact an Erlang C line (Kelly), at the rate of all contacts."""
    contacts = contacts_of_a_caller(0.2, 3, [0.25, 0.15], [1.0, 0.0])
    line = Line(180 / HOUR * contacts, 60, 6)
    return {
        "attempts": Exact(contacts),
        "work": Exact(1.0),
        "delayed_share": Exact(line.delayed_share),
        "wait_mean": Exact(line.wait_mean),
        "occupancy": Exact(line.occupancy),
    }


PROCEDURES = Case(
    "Procedures that the group does not know, nobody hangs up (Kelly)",
    "180 callers/h, 60 s, 6 operators; a quarter needs what they do not know, 15 % what they do; "
    "20 % phone again after 10 min anyway; three contacts at most",
    team_text(
        'headcount = 6\nknows = ["card"]',
        'arrivals = { per_hour = 180 }\ntalk = { exponential = "60 s" }\npatience = "never"\n'
        "procedures = { fee = 0.25, card = 0.15 }\n"
        'repeat = { share = 0.2, delay = { exponential = "10 min" }, attempts = 3 }',
    ),
    700,
    not_known,
    window=Window(3 * HOUR, 22 * HOUR),
    wait_error=RARELY,
)

# --- duties ----------------------------------------------------------------------------------

PLAIN_SUMS = ("offered", "answered", "abandoned", "delayed", "wait", "handling")
TURN_SUMS = (*PLAIN_SUMS, "overtime")


def turns_text(group: str, per_hour: str, patience: float = 60, closes: str = "10:00") -> str:
    """Two hours from 8 on, 100 s."""
    return (
        f'name = "Turns"\n[day]\nopens = "08:00"\ncloses = "{closes}"\ninterval = "30 min"\n'
        f'[callers.calls]\narrivals = {{ {per_hour} }}\ntalk = {{ exponential = "100 s" }}\n'
        f'patience = {{ exponential = "{patience:g} s" }}\n'
        f'[operators.team]\nskills = ["calls"]\n{group}\n'
    )


def day_sums(totals: NamedTuple, *names: str) -> Answer:
    """Totals of a day by their names."""
    return {"work": Exact(1.0)} | {name: Exact(getattr(totals, name)) for name in names}


TWO_HOURS = Window(8 * HOUR, 10 * HOUR)
HALVES = (180, 288, 216, 108)
EDGES = tuple(8 * HOUR + 1800.0 * k for k in range(5))
SHIFTS = """
shifts.all = { operators = 4, from = "08:00", to = "10:00" }
shifts.first = { operators = 3, from = "08:00", to = "08:45" }
shifts.later = { operators = 2, from = "09:00", to = "10:00" }
"""


def turns_case(picks: Literal["in_order", "random"], stays: float, days: int) -> Case:
    """Persons who leave and come, the call in hand finished."""
    words = "any of the idle" if picks == "random" else "the first of the idle"
    late = f"; who is due to leave stays up to {stays / 60:g} min while somebody waits"
    keys = f'picks = "{picks}"\nstays = "{stays:g} s"{SHIFTS}'
    duties = (
        Duty(EDGES[0], EDGES[4], 4),
        Duty(EDGES[0], EDGES[0] + 2700, 3),
        Duty(EDGES[2], EDGES[4], 2),
    )
    return Case(
        f"A step in staff, {words} answers" + (", overtime while somebody waits" if stays else ""),
        "2 h; 180, 288, 216, 108 calls/h by half-hour, 100 s, patience 60 s; 4 persons all the "
        "time, 3 who leave after 45 min, 2 who come after 1 h" + (late if stays else ""),
        turns_text(keys, f'per_hour = {list(HALVES)}, every = "30 min"'),
        days,
        lambda: day_sums(
            DutyDay(
                EDGES, [calls / HOUR for calls in HALVES], duties, 100, 60, picks, stays
            ).totals(),
            *TURN_SUMS,
        ),
        window=TWO_HOURS,
    )


TURNS = (
    turns_case("in_order", 0.0, 6000),
    turns_case("random", 0.0, 6000),
    turns_case("random", 600.0, 6000),
)

ON_CALL_TEXT = turns_text(
    'shifts = [{ operators = 4, from = "08:00", to = "10:00" }]\n'
    '[operators.help]\nskills = ["calls"]\n'
    'shifts = [{ operators = 2, from = "08:00", to = "10:00", '
    'on_call = { queue_above = 4, comes_after = "10 min" } }]',
    "per_hour = 144",
)


def called() -> Answer:
    """The line, on how many days they come, and how long they are there before closing."""
    totals = OnCallDay(7200, 144 / HOUR, 100, 60, 4, 2, 4, 600).totals()
    # Yes or no once a day, so it takes many days to know it well.
    return day_sums(totals, *PLAIN_SUMS) | {
        "help: came": Exact(totals.come, scale=SELDOM * totals.come),
        "help: there": Exact(totals.on_duty, scale=SELDOM * totals.on_duty),
    }


ON_CALL = Case(
    "Operators on call",
    "2 h, 144 calls/h, 100 s, patience 60 s, 4 operators; 2 are called when more than four wait "
    "and come after 10 min",
    ON_CALL_TEXT,
    15000,
    called,
    window=TWO_HOURS,
)

BREAK = Case(
    "A break that waits for the call in hand",
    "2 h, 40 calls/h, 100 s, patience 90 s, one operator whose break of 10 min is due after 30",
    turns_text(
        'shifts.one = { operators = 1, from = "08:00", to = "10:00", '
        'breaks = [{ at = "08:30", lasts = "10 min" }] }',
        "per_hour = 40",
        patience=90,
    ),
    6000,
    lambda: day_sums(BreakDay(7200, 40 / HOUR, 100, 90, 1800, 600).totals(), *PLAIN_SUMS),
    window=TWO_HOURS,
)

# --- who comes, and how late -----------------------------------------------------------------

ATTENDED = ("offered", "answered", "abandoned", "delayed", "wait", "handling", "in_time")


def weighed(law: Law, totals_of: Callable[[float], DayTotals]) -> Answer:
    """The mean over who comes, or how late."""
    means = DayTotals(*mean_over(law, lambda value: totals_of(value)).tolist())
    values = means._asdict() | {"in_time": means.answered_within}
    return {"work": Exact(1.0)} | {name: Exact(values[name]) for name in ATTENDED}


def who_comes(number: float) -> DayTotals:
    """Two hours with so many operators."""
    if number == 0:
        return nobody(7200, 100 / HOUR, 60)
    return Day((0, 7200), (100 / HOUR,), (int(number),), 100, 60).totals(WITHIN)


ABSENCE = Case(
    "Absence of each operator",
    "2 h, 100 calls/h, 100 s, patience 60 s, 4 persons, each away one day in five",
    turns_text(
        'shifts = [{ operators = 4, from = "08:00", to = "10:00" }]\nabsence = 0.2',
        "per_hour = 100",
    ),
    6500,
    lambda: weighed(present(4, 0.2), who_comes),
    window=TWO_HOURS,
    # As many come all day, so days differ.
    error=RARELY,
    wait_error=RARELY,
)
ABSENCE_OF_SEATS = Case(
    "Absence among seats",
    "as above, a headcount of 4",
    turns_text("headcount = 4\nabsence = 0.2", "per_hour = 100"),
    6500,
    lambda: weighed(present(4, 0.2), who_comes),
    window=TWO_HOURS,
    # As many come all day, so days differ.
    error=RARELY,
    wait_error=RARELY,
)


def who_is_late(seconds: float) -> DayTotals:
    """One operator, from so late on."""
    if seconds >= 7200:
        return nobody(7200, 30 / HOUR, 60)
    edges, seats = ((0, seconds, 7200), (0, 1)) if seconds > 0 else ((0, 7200), (1,))
    return Day(edges, (30 / HOUR,) * len(seats), seats, 100, 60).totals(WITHIN)


LATE = Case(
    "Late at the desk",
    "2 h, 30 calls/h, 100 s, patience 60 s, one operator, late on half of the days by 20 min on "
    "average (exponential)",
    turns_text(
        'shifts = [{ operators = 1, from = "08:00", to = "10:00" }]\n'
        'late = { share = 0.5, by = { exponential = "20 min" } }',
        "per_hour = 30",
    ),
    14000,
    lambda: weighed(lateness(0.5, 1200, 7200, panels=4, points=8), who_is_late),
    window=TWO_HOURS,
)

# --- days that follow each other -------------------------------------------------------------

NIGHT_TEXT = """
name = "Monday and Tuesday, day and night"
[day]
opens = "00:00"
closes = "24:00"
interval = "1 h"
days = ["Mon", "Tue"]
[callers.calls]
arrivals = { per_hour = 120 }
on.Tue = { volume = 1.4 }
talk = { exponential = "100 s" }
patience = { exponential = "60 s" }
[operators.team]
skills = ["calls"]
headcount = 4
on.Tue = { headcount = 5 }
"""

NIGHT = Case(
    "Two days without a night between them",
    "Monday 120 calls/h and 4 seats, Tuesday 168 calls/h and 5 seats; 100 s, patience 60 s",
    NIGHT_TEXT,
    250,
    lambda: cases_day_sums(
        Day((0, 24 * HOUR, 48 * HOUR), (120 / HOUR, 168 / HOUR), (4, 5), 100, 60),
        "offered", "delayed", "in_time", "wait", "answered", "abandoned", "handling",
    ),
    window=Window(0.0, 48 * HOUR),
)  # fmt: skip

EVENINGS_TEXT = """
name = "Saturday and Monday"
[day]
opens = "08:00"
closes = "10:00"
interval = "30 min"
days = ["Sat", "Mon"]
on.Sat = { closes = "09:00" }
[callers.calls]
arrivals = { per_hour = 180 }
talk = { exponential = "100 s" }
patience = { exponential = "60 s" }
[operators.team]
skills = ["calls"]
headcount = 5
on.Sat = { headcount = 4 }
"""


def evenings() -> Answer:
    """Each day from empty, and served out."""
    short = Day((0, 3600), (0.05,), (4,), 100, 60).totals(WITHIN)
    long = Day((0, 7200), (0.05,), (5,), 100, 60).totals(WITHIN)
    both = DayTotals(*(a + b for a, b in zip(short, long, strict=True)))
    values = both._asdict() | {"in_time": both.answered_within}
    names = (*ATTENDED, "present")
    return {"work": Exact(1.0)} | {name: Exact(values[name]) for name in names}


EVENINGS = Case(
    "Two days with nights between them",
    "Saturday 1 h with 4 seats, Monday 2 h with 5; 180 calls/h, 100 s, patience 60 s",
    EVENINGS_TEXT,
    2000,
    evenings,
    window=Window(0.0, 4 * 24 * HOUR),
)

CASES = (
    N_IN_ORDER, N_PRIORITY, N_LONGEST, M_IN_ORDER, M_PRIORITY, M_LONGEST, X_IN_ORDER, X_PRIORITY,
    X_LONGEST, X_RANKED, X_EQUAL, RESERVE, OPENS_ON_QUEUE, OPENS_ON_WAIT, SHARES, *UNEQUAL,
    EQUAL_LEAST_OCCUPIED, PACE, LEARNING, RING, WRAP_UP, PROCEDURES, *TURNS, ON_CALL, BREAK,
    ABSENCE, ABSENCE_OF_SEATS, LATE, NIGHT, EVENINGS,
)  # fmt: skip
