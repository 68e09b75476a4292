"""Telephone lines that are not held for the time an operator is: wrap-up, and a menu before."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sim.theory.chain import LongRun, long_run
from sim.theory.erlang import check_caller, require
from sim.theory.steady import ratio


class Working(NamedTuple):
    """A line whose operators wrap up after the talk."""

    talking: int
    """Operators who talk; each holds a telephone line."""
    wrapping: int
    """Operators who wrap up."""
    waiting: int
    """Callers who wait; each holds a telephone line."""


@dataclass(frozen=True)
class WrapUpLine:
    """A line in its steady state where the telephone line is free at the end of the talk.

    Parameters
    ----------
    rate
        Calls offered per second.
    talk, wrap_up
        Mean times in s, both exponential and drawn apart.
    operators
        Operators, a whole number.
    lines
        Telephone lines; who finds as many callers talking and waiting is blocked.
    patience
        Mean patience in s (exponential); inf when nobody hangs up.

    Raises
    ------
    ValueError
        For figures outside their range.

    Examples
    --------
    >>> line = WrapUpLine(0.05, 60, 30, 4, 5, 120)
    >>> round(line.blocked, 6), round(line.delayed_share, 6)
    (0.148467, 0.487034)
    """

    rate: float
    talk: float
    wrap_up: float
    operators: int
    lines: int
    patience: float = math.inf

    def __post_init__(self) -> None:
        check_caller(self.rate, self.talk, self.patience, 0.0, self.lines)
        require(self.rate > 0, "the rate must be above 0 calls per second")
        require(0 < self.wrap_up < math.inf, f"the wrap-up must be above 0 s, not {self.wrap_up}")
        require(self.operators >= 1, f"operators are a whole number >= 1, not {self.operators}")

    def _moves(self, state: Working) -> Iterator[tuple[Working, float]]:
        talking, wrapping, waiting = state
        if talking + waiting < self.lines:
            idle = talking + wrapping < self.operators
            yield Working(talking + idle, wrapping, waiting + (not idle)), self.rate
        if talking:
            yield Working(talking - 1, wrapping + 1, waiting), talking / self.talk
        if wrapping:
            next_talks = waiting > 0
            after = Working(talking + next_talks, wrapping - 1, waiting - next_talks)
            yield after, wrapping / self.wrap_up
        if waiting:
            yield state._replace(waiting=waiting - 1), waiting / self.patience

    @cached_property
    def run(self) -> LongRun[Working]:
        """The chain and the share of the time in each state."""
        return long_run(Working(0, 0, 0), self._moves)

    @property
    def blocked(self) -> float:
        """Share of offered calls that find all telephone lines busy."""
        return self.run.share(lambda state: state.talking + state.waiting == self.lines)

    @property
    def at_once(self) -> float:
        """Share of offered calls answered at the instant of arrival."""
        return self.run.share(
            lambda state: (
                state.talking + state.wrapping < self.operators
                and state.talking + state.waiting < self.lines
            )
        )

    @property
    def delayed_share(self) -> float:
        """Share of offered calls that are neither blocked nor answered at once."""
        return 1 - self.blocked - self.at_once

    @property
    def abandonment(self) -> float:
        """Share of offered calls that hang up while waiting."""
        return self.queue_mean / self.patience / self.rate

    @property
    def wait_mean(self) -> float:
        """Mean wait in s of all that are not blocked."""
        return ratio(self.queue_mean, self.rate * (1 - self.blocked))

    @property
    def queue_mean(self) -> float:
        """Mean number of callers who wait."""
        return self.run.mean(lambda state: state.waiting)

    @property
    def occupancy(self) -> float:
        """Share of the operators' time that is talk or wrap-up."""
        return self.run.mean(lambda state: state.talking + state.wrapping) / self.operators


class Held(NamedTuple):
    """Who holds a telephone line."""

    menu: int
    """Callers in the menu."""
    on_line: int
    """Callers who wait or talk."""


@dataclass(frozen=True)
class MenuLine:
    """A line in its steady state whose callers pass a menu, which holds a telephone line too.

    Parameters
    ----------
    rate
        Calls per second, all that phone.
    menu
        Mean time in the menu in s (exponential).
    contained
        Share of those in the menu that are served there.
    handling
        Mean handling time in s (exponential), no wrap-up.
    operators
        Operators, a whole number.
    lines
        Telephone lines; who phones and finds all held is blocked, who leaves the menu never is.
    patience
        Mean patience in s (exponential) from the end of the menu on; inf when nobody hangs up.

    Raises
    ------
    ValueError
        For figures outside their range.

    Notes
    -----
    Without a limit of lines, who comes out of the menu is a Poisson stream with rate
    (1 - contained) rate whatever the law of the menu time (Mirasol 1963), so the line is
    `Line((1 - contained) * rate, ...)`.

    Examples
    --------
    >>> line = MenuLine(0.1, 40, 0.3, 60, 4, 9, 120)
    >>> round(line.blocked, 6), round(line.wait_mean, 5)
    (0.202336, 8.86328)
    """

    rate: float
    menu: float
    contained: float
    handling: float
    operators: int
    lines: int
    patience: float = math.inf

    def __post_init__(self) -> None:
        check_caller(self.rate, self.handling, self.patience, 0.0, self.lines)
        require(self.rate > 0, "the rate must be above 0 calls per second")
        require(0 < self.menu < math.inf, f"the menu takes more than 0 s, not {self.menu}")
        require(0 <= self.contained <= 1, f"contained is a share, not {self.contained}")
        require(self.operators >= 1, f"operators are a whole number >= 1, not {self.operators}")

    def _moves(self, state: Held) -> Iterator[tuple[Held, float]]:
        menu, on_line = state
        if menu + on_line < self.lines:
            yield Held(menu + 1, on_line), self.rate
        if menu:
            yield Held(menu - 1, on_line), menu / self.menu * self.contained
            yield Held(menu - 1, on_line + 1), menu / self.menu * (1 - self.contained)
        if on_line:
            leave = min(on_line, self.operators) / self.handling
            yield Held(menu, on_line - 1), leave + self._waiting(state) / self.patience

    def _waiting(self, state: Held) -> int:
        return max(0, state.on_line - self.operators)

    @cached_property
    def run(self) -> LongRun[Held]:
        """The chain and the share of the time in each state."""
        return long_run(Held(0, 0), self._moves)

    @property
    def blocked(self) -> float:
        """Share of all calls that find all telephone lines busy."""
        return self.run.share(lambda state: state.menu + state.on_line == self.lines)

    @property
    def come_out(self) -> float:
        """Share of all calls that come out of the menu and want an operator."""
        return (1 - self.blocked) * (1 - self.contained)

    @property
    def delayed_share(self) -> float:
        """Share of those who come out that are not answered at that instant.

        They do not come as a Poisson stream, so what they find is weighted by who is in the menu.
        """
        busy = self.run.mean(lambda s: s.menu if s.on_line >= self.operators else 0)
        return ratio(busy, self.run.mean(lambda state: state.menu))

    @property
    def queue_mean(self) -> float:
        """Mean number of callers who wait."""
        return self.run.mean(self._waiting)

    @property
    def wait_mean(self) -> float:
        """Mean wait in s of those who come out, from then on."""
        return ratio(self.queue_mean, self.rate * self.come_out)

    @property
    def abandonment(self) -> float:
        """Share of those who come out that hang up while waiting."""
        return self.wait_mean / self.patience
