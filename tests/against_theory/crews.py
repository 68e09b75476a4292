"""Who takes whom, and who is there, held against theory: more cases in the manner of `cases`.

Groups with different skills, the order of the idle and of those who wait, operators who differ,
duties, and operators who come when they are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.theory.skills import SkillLine
from tests.against_theory.cases import HOUR, Answer, Case, Exact
from tests.against_theory.days import Window

INSIDE = Window(2 * HOUR, 23 * HOUR)
"""Nobody who counts is still waiting when the line closes and the others no longer come."""


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
            f"{name}: blocked_share": Exact(line.blocked(kind)),
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
    800,
    skill_text(N_CALLERS, N_OPERATORS, 6),
    ("cards", "deposits"),
    ("experts", "generalists"),
    lambda: SkillLine(*N_LINE),
)
N_PRIORITY = skill_case(
    "N-design, deposits have priority",
    "as above",
    800,
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
    800,
    skill_text(M_CALLERS, M_OPERATORS, 5),
    ("cards", "deposits"),
    ("experts", "generalists", "clerks"),
    lambda: SkillLine(*M_LINE),
)
M_PRIORITY = skill_case(
    "M-design, cards have priority",
    "as above",
    800,
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
    800,
    skill_text(X_CALLERS, X_OPERATORS, 5),
    ("north", "south"),
    ("northern", "southern"),
    lambda: SkillLine(*X_LINE),
)
X_RANKED = skill_case(
    "X-design, each takes its own first",
    "as above, by rank, then longest wait",
    800,
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
    800,
    skill_text(
        {name: keys.rpartition("\n")[0] for name, keys in X_CALLERS.items()}, X_OPERATORS, 5
    ),
    ("north", "south"),
    ("northern", "southern"),
    lambda: SkillLine(*X_LINE[:5]),
)

CASES = (
    N_IN_ORDER, N_PRIORITY, M_IN_ORDER, M_PRIORITY, X_IN_ORDER, X_RANKED, X_EQUAL,
)  # fmt: skip
