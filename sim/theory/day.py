"""A whole day of one queue, from empty, by the Kolmogorov equations.

Calls come at rates that are constant in each piece of the day, seats change between pieces, and
an operator whose seat is gone finishes the call in hand. The state is (operators present, calls
on the line); more operators than seats are present only while all of them are at work. The
equations are solved by uniformization; queues that are longer less than 1e-14 of the time are left
out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.theory.erlang import check_caller, require

Array = NDArray[np.float64]

LEFT_OUT = 1e-14
LARGEST = 200_000


class DayTotals(NamedTuple):
    """What is expected of the day: calls, and seconds summed over calls or operators."""

    offered: float
    answered: float
    abandoned: float
    blocked: float
    cut_off: float
    delayed: float
    """Neither blocked nor answered at once."""
    answered_within: float
    """Answered after a wait of at most `within`."""
    wait: float
    """Wait of all, in s."""
    handling: float
    """Operators' time at work, in s."""
    overtime: float
    """Operators beyond the seats, and all presence after closing, in s."""
    present: float
    """Operators' time present, in s."""


class Piece(NamedTuple):
    """A part of the day with one rate and one number of seats."""

    start: float
    end: float
    rate: float
    seats: int


class Spent(NamedTuple):
    """A law carried over some time: where it is at the end, and the time spent in each state."""

    law: Array
    time: Array


@dataclass(frozen=True)
class Day:
    """One queue over a day.

    Parameters
    ----------
    edges
        (K + 1,) clock times in s, rising, at which rates or seats may change; the first is
        opening, the last closing.
    rates
        (K,) calls offered per second.
    seats
        (K,) operators wanted, whole numbers; the last at least 1.
    handling
        Mean handling time in s (exponential).
    patience
        Mean patience in s (exponential); inf when nobody hangs up.
    hang_up_at_once
        Share of those who must wait that hang up at once.
    lines
        Telephone lines, those in use by operators included; None for no limit.
    after_closing
        "serve": those who wait at closing are served; "disconnect": they are cut off.

    Raises
    ------
    ValueError
        For figures outside their range.
    """

    edges: Sequence[float]
    rates: Sequence[float]
    seats: Sequence[int]
    handling: float
    patience: float = math.inf
    hang_up_at_once: float = 0.0
    lines: int | None = None
    after_closing: Literal["serve", "disconnect"] = "serve"

    def __post_init__(self) -> None:
        require(
            len(self.edges) == len(self.rates) + 1 == len(self.seats) + 1 > 1,
            "a day needs one more edge than rates, and as many seats as rates",
        )
        require(all(a < b for a, b in pairwise(self.edges)), "edges must rise")
        require(all(n >= 0 and n == int(n) for n in self.seats), "seats are whole numbers >= 0")
        require(self.seats[-1] >= 1, "somebody must be there at closing")
        require(self.after_closing in ("serve", "disconnect"), "after_closing: serve or disconnect")
        for rate in self.rates:
            check_caller(rate, self.handling, self.patience, self.hang_up_at_once, self.lines)

    @property
    def pieces(self) -> list[Piece]:
        """The pieces of the day in order."""
        return [
            Piece(start, end, rate, int(seats))
            for (start, end), rate, seats in zip(
                pairwise(self.edges), self.rates, self.seats, strict=True
            )
        ]

    def totals(self, within: float = 20.0) -> DayTotals:
        """Calls and times expected over the day, the time after closing included.

        Parameters
        ----------
        within
            Longest wait in s that is in time.

        Returns
        -------
        DayTotals
        """
        require(within >= 0, f"within must be a number of seconds >= 0, not {within}")
        path = self._path
        offered = sum((piece.end - piece.start) * piece.rate for piece in self.pieces)
        delayed = blocked = wait = handling = overtime = present = 0.0
        for piece, spent in zip(self.pieces, path.spent, strict=True):
            delayed += piece.rate * float(spent.time[path.must_wait].sum())
            wait += float((spent.time * path.waiting).sum())
            handling += float((spent.time * path.working).sum())
            here = path.operators[:, None]
            present += float((spent.time * here).sum())
            overtime += float((spent.time * np.maximum(0, here - piece.seats)).sum())
            if self.lines is not None:
                full = float(spent.time[:, -1].sum())
                blocked += piece.rate * full
                delayed -= piece.rate * float(spent.time[path.must_wait[:, -1], -1].sum())
        cut_off = 0.0
        if self.after_closing == "disconnect":
            cut_off = float((path.spent[-1].law * path.waiting).sum())
        late_wait, late_work = self._after_closing(path.spent[-1].law, path)
        wait += late_wait
        abandoned = wait / self.patience + self.hang_up_at_once * delayed
        return DayTotals(
            offered=offered,
            answered=offered - abandoned - blocked - cut_off,
            abandoned=abandoned,
            blocked=blocked,
            cut_off=cut_off,
            delayed=delayed,
            answered_within=offered
            - blocked
            - delayed
            + self._delayed_answered_within(within, path),
            wait=wait,
            handling=handling + late_work,
            overtime=overtime + late_work,
            present=present + late_work,
        )

    @cached_property
    def _path(self) -> Path:
        """The law of the state over the day, on a space large enough for it."""
        if self.lines is not None:
            return Path.of(self, self.lines)
        most = max(self.seats)
        load = max(self.rates) * self.handling
        size = most + 40 + math.ceil(8 * math.sqrt(load + most))
        while True:
            path = Path.of(self, size)
            if all(
                float(spent.time[:, -1].sum()) < LEFT_OUT * spent.time.sum() for spent in path.spent
            ):
                return path
            size *= 2
            require(size < LARGEST, "the queue grows too long to follow")

    def _after_closing(self, law: Array, path: Path) -> tuple[float, float]:
        """Wait of all and time at work after closing, in s, from the law at closing."""
        hang_up, finish = 1 / self.patience, 1 / self.handling
        serve = self.after_closing == "serve"
        wait = np.zeros_like(law)
        work = np.zeros_like(law)
        for i, here in enumerate(path.operators):
            for n in range(1, law.shape[1]):
                busy, queue = min(n, int(here)), max(0, n - int(here)) if serve else 0
                leave = busy * finish + queue * hang_up
                if busy == 0:
                    continue
                # While more are present than seats, a call that ends takes its operator along.
                next_row = i - 1 if here > self.seats[-1] and i > 0 else i
                n_left = n - 1 if serve else busy - 1
                stays, ends = queue * hang_up / leave, busy * finish / leave
                wait[i, n] = queue / leave + stays * wait[i, n - 1] + ends * wait[next_row, n_left]
                work[i, n] = busy / leave + stays * work[i, n - 1] + ends * work[next_row, n_left]
        return float((law * wait).sum()), float((law * work).sum())

    @property
    def _changes(self) -> list[float]:
        """Times in s at which those who wait may find other seats, or be cut off."""
        pairs = zip(self.edges[1:-1], pairwise(self.seats), strict=True)
        changes = [edge for edge, (before, after) in pairs if before != after]
        return changes + ([self.edges[-1]] if self.after_closing == "disconnect" else [])

    def _delayed_answered_within(self, within: float, path: Path) -> float:
        """Calls that had to wait, and were answered within `within` seconds."""
        total = 0.0
        if within == 0:
            return total
        for piece, law, spent in zip(self.pieces, path.at_start, path.spent, strict=True):
            marks = (change - within for change in self._changes)
            inner = sorted(t for t in marks if piece.start < t < piece.end)
            for start, end in pairwise([piece.start, *inner, piece.end]):
                part = path.carry(law, piece, end - start) if inner else spent
                if self._alone(start, end + within):
                    # Whoever joins meets the same seats until they are answered or out of time.
                    chance = Tagged(self, path).answered(start, start + within)
                    joined = float((path.joining(part.time) * chance).sum())
                else:
                    joined = self._joined_answered(law, piece, start, end, within, path)
                total += piece.rate * (1 - self.hang_up_at_once) * joined
                law = part.law
        return total

    def _alone(self, start: float, end: float) -> bool:
        """Whether no change of seats lies strictly between two times."""
        slack = 1e-9 * max(1.0, abs(end))
        return not any(start + slack < change < end - slack for change in self._changes)

    def _joined_answered(
        self, law: Array, piece: Piece, start: float, end: float, within: float, path: Path
    ) -> float:
        """Time-integral of the chance to find all busy and be answered in time over an edge."""
        turns = (end - start) / min(self.handling, self.patience)
        nodes, weights = np.polynomial.legendre.leggauss(min(96, 12 + math.ceil(4 * turns)))
        total, now = 0.0, start
        for node, weight in zip(((nodes + 1) / 2).tolist(), (weights / 2).tolist(), strict=True):
            then = start + node * (end - start)
            law = path.carry(law, piece, then - now).law
            now = then
            chance = Tagged(self, path).answered(then, then + within)
            total += weight * (end - start) * float((path.joining(law) * chance).sum())
        return total


@dataclass(frozen=True)
class Path:
    """The law of (operators present, calls on the line) over the day."""

    day: Day
    operators: Array
    """(P,) operators present, by row."""
    calls: Array
    """(N + 1,) calls on the line, by column."""
    at_start: list[Array]
    spent: list[Spent]

    @classmethod
    def of(cls, day: Day, size: int) -> Path:
        """The path from empty at opening, at most `size` calls on the line."""
        operators = np.arange(min(day.seats), max(day.seats) + 1, dtype=float)
        path = cls(day, operators, np.arange(size + 1, dtype=float), [], [])
        law = np.zeros((operators.size, size + 1))
        law[int(day.seats[0]) - int(operators[0]), 0] = 1.0
        for piece in day.pieces:
            law = path.reseat(law, piece.seats)
            path.at_start.append(law)
            path.spent.append(path.carry(law, piece, piece.end - piece.start))
            law = path.spent[-1].law
        return path

    @cached_property
    def working(self) -> Array:
        """Operators at work, by state."""
        return np.minimum(self.calls, self.operators[:, None])

    @cached_property
    def waiting(self) -> Array:
        """Callers who wait, by state."""
        return np.maximum(0.0, self.calls - self.operators[:, None])

    @cached_property
    def must_wait(self) -> NDArray[np.bool_]:
        """Whether one who calls finds no idle operator, by state."""
        return self.calls >= self.operators[:, None]

    def joining(self, law: Array) -> Array:
        """The part of a law in which one who calls must wait, by (row, queue found)."""
        found = np.zeros_like(law)
        last = law.shape[1] if self.day.lines is None else law.shape[1] - 1
        for row, here in enumerate(self.operators.astype(int)):
            if here < last:
                found[row, : last - here] = law[row, here:last]
        return found

    def reseat(self, law: Array, seats: int) -> Array:
        """The law after the seats have changed: the idle leave, those at work finish first."""
        first = int(self.operators[0])
        moved = np.zeros_like(law)
        for row in range(law.shape[0]):
            target = np.maximum(seats, self.working[row]).astype(int) - first
            np.add.at(moved, (target, np.arange(law.shape[1])), law[row])
        return moved

    def carry(self, law: Array, piece: Piece, seconds: float) -> Spent:
        """The law some seconds later in a piece, and the time spent in each state till then."""
        rows = slice(
            piece.seats - int(self.operators[0]),
            max(piece.seats - int(self.operators[0]), int(np.flatnonzero(law.any(axis=1))[-1])) + 1,
        )
        here, calls = self.operators[rows, None], self.calls
        births = np.where(
            calls >= here, piece.rate * (1 - self.day.hang_up_at_once), piece.rate
        ) * (calls < calls[-1])
        finish = self.working[rows] / self.day.handling
        hang_up = self.waiting[rows] / self.day.patience
        fastest = float((births + finish + hang_up).max()) or 1.0
        stay = 1 - (births + finish + hang_up) / fastest
        births, finish, hang_up = births / fastest, finish / fastest, hang_up / fastest

        def step(now: Array) -> Array:
            after: Array = now * stay
            after[:, 1:] += now[:, :-1] * births[:, :-1]
            after[:, :-1] += now[:, 1:] * hang_up[:, 1:]
            ended = now[:, 1:] * finish[:, 1:]
            after[0, :-1] += ended[0]
            after[:-1, :-1] += ended[1:]
            return after

        moved, time = uniformize(step, law[rows], fastest * seconds)
        at_end, spent = np.zeros_like(law), np.zeros_like(law)
        at_end[rows], spent[rows] = moved, time / fastest
        return Spent(at_end, spent)


@dataclass(frozen=True)
class Tagged:
    """One who waits: those who joined later do not matter to them."""

    day: Day
    path: Path

    def answered(self, start: float, until: float) -> Array:
        """Chance that one who joins at `start` is answered by `until`, by (row, queue found)."""
        shape = (self.path.operators.size, self.path.calls.size)
        chance = np.zeros(shape)
        for piece in reversed(self._between(start, until)):
            chance = self._back(chance, piece)
            if piece.start > start:
                chance = self._before_reseat(chance, piece.seats)
        return chance

    def _between(self, start: float, until: float) -> list[Piece]:
        """The parts of the day's pieces in which one may be answered."""
        pieces = self.day.pieces
        if self.day.after_closing == "serve":
            pieces.append(Piece(pieces[-1].end, math.inf, 0.0, pieces[-1].seats))
        slack = 1e-9 * max(1.0, abs(until))
        return [
            Piece(max(piece.start, start), min(piece.end, until), piece.rate, piece.seats)
            for piece in pieces
            if piece.end > start + slack and piece.start < until - slack
        ]

    def _before_reseat(self, chance: Array, seats: int) -> Array:
        """Chances just before the seats change, from those just after."""
        operators = self.path.operators.astype(int)
        before = np.zeros_like(chance)
        for row, here in enumerate(operators):
            come = max(0, seats - here)
            before[row, :come] = 1.0
            after = chance[max(seats, here) - operators[0]]
            before[row, come:] = after[: chance.shape[1] - come]
        return before

    def _back(self, chance: Array, piece: Piece) -> Array:
        """Chances at the start of a piece from those at its end (Kolmogorov's backward way)."""
        lowest = piece.seats - int(self.path.operators[0])
        here = self.path.operators[lowest:, None]
        ahead = self.path.calls
        finish = here / self.day.handling + 0 * ahead
        # Those ahead hang up, and so may the tagged caller, who then is not answered.
        others, own = ahead / self.day.patience, 1 / self.day.patience
        fastest = float((finish + others + own).max())
        if fastest == 0:
            return chance
        stay = 1 - (finish + others + own) / fastest
        finish, others = finish / fastest, np.broadcast_to(others / fastest, finish.shape)

        def step(later: Array) -> Array:
            earlier: Array = later * stay
            earlier[:, 1:] += later[:, :-1] * others[:, 1:]
            earlier[1:] += later[:-1] * finish[1:]
            earlier[0, 1:] += later[0, :-1] * finish[0, 1:]
            earlier[0, 0] += finish[0, 0]
            return earlier

        moved, _ = uniformize(step, chance[lowest:], fastest * (piece.end - piece.start))
        result = np.zeros_like(chance)
        result[lowest:] = moved
        return result


def uniformize(step: Callable[[Array], Array], start: Array, mean: float) -> tuple[Array, Array]:
    """Where a chain is after a Poisson number of steps, and steps spent in each state till then.

    Parameters
    ----------
    step
        One step of the uniformized chain, from an array to a new one.
    start
        The law (or the chances) to start from.
    mean
        Mean number of steps.

    Returns
    -------
    tuple of ndarray
        Both of the shape of `start`.
    """
    from scipy.special import gammaln, pdtrc

    count = np.arange(math.ceil(mean + 9 * math.sqrt(mean) + 30))
    exactly = np.exp(count * math.log(mean) - mean - gammaln(count + 1))
    exactly /= exactly.sum()
    beyond = pdtrc(count, mean)
    at_end, spent = np.zeros_like(start), np.zeros_like(start)
    now = start
    for chance, more in zip(exactly.tolist(), beyond.tolist(), strict=True):
        if chance > 1e-18:
            at_end += chance * now
        spent += more * now
        now = step(now)
    return at_end, spent
