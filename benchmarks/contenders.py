"""Who is timed on what. Nothing of a contender is imported before its own process runs it."""

from __future__ import annotations

from typing import NamedTuple

PEERS = ("ciw",)
"""Packages that need not be installed: the extra `bench`."""


class Contender(NamedTuple):
    """One way to run a day.

    `days` are simulated, each `rounds` times; the slow ones simulate the first days of the
    others. `drawn` says whether callers are drawn beforehand, the same for all who do so.
    What is called textbook is written as the documentation of its library writes such a line.
    """

    title: str
    place: str
    days: int
    rounds: int = 3
    drawn: bool = True


KERNEL = Contender("Waitline, kernel", "ours:kernel", days=100)
KERNEL_DRAWING = Contender(
    "Waitline, kernel, with drawing", "ours:kernel_drawing", days=100, drawn=False
)
MODEL = Contender("Waitline, model in SimPy", "ours:model", days=10)

CONTENDERS = {
    "W1": (
        KERNEL,
        KERNEL_DRAWING,
        Contender("plain heapq loop", "heap_loop:events", days=20),
        Contender("heapq loop, talks' ends only", "heap_loop:shortest", days=20),
        MODEL,
        Contender("textbook SimPy", "textbook:given", days=10),
        Contender("textbook SimPy, with drawing", "textbook:drawing", days=10, drawn=False),
        Contender("Ciw", "ciw_line:given", days=8, rounds=2),
        Contender("Ciw, with drawing", "ciw_line:drawing", days=8, rounds=2, drawn=False),
    ),
    "W2": (KERNEL, MODEL, Contender("textbook SimPy", "textbook_skills:given", days=5, rounds=2)),
}
CONTENDERS["W2 x 1.3"] = CONTENDERS["W2"]
