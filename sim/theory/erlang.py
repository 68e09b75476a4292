"""Erlang B, C and A: one queue, Poisson arrivals, exponential handling and patience, exact.

One birth-death chain holds all three: with as many telephone lines as operators it is B, with
endless patience C, else A. Between whole numbers of operators the chain goes on smoothly, and at
whole numbers it is the chain itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sim.theory.steady import Counts, Fate, Later, Steady

NEGLIGIBLE = 1e-18
MOST_OPERATORS = 1e6
LONGEST_PATIENCE = 1e9


def erlang_b(load: float, operators: float) -> float:
    """Share of calls that find all operators busy when nobody can wait.

    Parameters
    ----------
    load
        Offered load in Erlangs.
    operators
        Operators (or telephone lines), fractional ones allowed.

    Returns
    -------
    float
        A share of offered.

    Notes
    -----
    1/B(s) is the integral over t > 0 of exp(-t) (1 + t/load)^s, for any real s >= 0 (Erlang
    1917; Jagerman 1974); it obeys 1/B(s) = 1 + s / (load B(s - 1)).

    Examples
    --------
    >>> round(erlang_b(2.0, 3), 6)
    0.210526
    """
    check_load(load)
    require(0 <= operators <= MOST_OPERATORS, f"operators must be from 0 to 1e6, not {operators}")
    return 1 / inverse_b(load, operators)


def erlang_c(load: float, operators: float) -> float:
    """Share of calls that must wait when nobody hangs up.

    Parameters
    ----------
    load
        Offered load in Erlangs, below `operators`.
    operators
        Operators, fractional ones allowed.

    Returns
    -------
    float
        A share of offered.

    Raises
    ------
    ValueError
        When the load is not below the operators: the queue would grow without end.

    Examples
    --------
    >>> round(erlang_c(40 / 3, 17), 5)
    0.25731
    """
    return Line(load, 1.0, operators).delayed_share


def lines_needed(load: float, blocked_at_most: float, whole: bool = True) -> float:
    """Fewest telephone lines with at most `blocked_at_most` of the calls blocked (Erlang B).

    Parameters
    ----------
    load
        Offered load in Erlangs.
    blocked_at_most
        A share above 0 and below 1.
    whole
        False for the fractional number at which the share is met exactly.

    Returns
    -------
    float
        Lines.
    """
    check_load(load)
    require(0 < blocked_at_most < 1, f"the blocked share must be in (0, 1), not {blocked_at_most}")
    if load == 0:
        return 0.0
    return fewest(
        lambda lines: math.log(blocked_at_most * inverse_b(load, lines)),
        load,
        MOST_OPERATORS,
        whole,
    )


def inverse_b(load: float, operators: float) -> float:
    """1/B, which grows where B vanishes: inf when B is below the smallest number."""
    if load == 0:
        return 1.0 if operators == 0 else math.inf
    above = max(0, math.ceil(operators - load))
    start = operators - above
    if start < 0 or load < 1:
        start = operators - math.floor(operators)
    value = _inverse_b_below_one(load, start) if load < 1 else _inverse_b_fraction(load, start)
    for step in range(1, round(operators - start) + 1):
        value = 1 + (start + step) / load * value
        if value == math.inf:
            break
    return value


def _inverse_b_below_one(load: float, operators: float) -> float:
    """1/B for operators in [0, 1) and a load below 1, by the series of the incomplete gamma."""
    if operators == 0:
        return 1.0
    below, term = 0.0, load / (1 + operators)
    for step in range(2, 40):
        below += term
        term *= load / (step + operators)
    return math.gamma(1 + operators) * math.exp(load - operators * math.log(load)) - below


def _inverse_b_fraction(load: float, operators: float) -> float:
    """1/B for operators up to the load, by Legendre's continued fraction (Lentz's way)."""
    tiny = 1e-30
    base = load - operators
    value = upper = base if abs(base) > tiny else tiny
    lower = 0.0
    step = 0
    while True:
        step += 1
        base += 2
        partial = step * (operators + 1 - step)
        lower = 1 / ((base + partial * lower) or tiny)
        upper = (base + partial / upper) or tiny
        change = upper * lower
        value *= change
        if abs(change - 1) < 5e-16:
            return load / value


class Busy(NamedTuple):
    """The line while all operators are busy: its weight, and what those who join can expect."""

    log_weight: float
    """Logarithm of its chance over that of all operators busy and nobody waiting."""
    joins: float
    """Chance that a caller finds a free telephone line."""
    blocks: float
    """Chance that a caller finds none."""
    answered: float
    """Chance that one who joins is answered."""
    wait: float
    """Mean wait of one who joins, in s."""
    answered_wait: float
    """Mean over those who join of their wait if answered, else 0, in s."""
    first: int
    """Queue length of the first of `shares`."""
    shares: tuple[float, ...]
    """Share of those who join that find so many waiting; kept for a limited number of lines."""


def busy_law(joining: float, service: float, hang_up: float, places: float) -> Busy:
    """What the queue is like while all operators are busy.

    Parameters
    ----------
    joining, service
        Arrivals who would wait and completions, per s.
    hang_up
        Hang-ups per s of one who waits.
    places
        Telephone lines beyond the operators, inf for no limit; a fraction is the share of the
        time that one more line is there.

    Returns
    -------
    Busy

    Notes
    -----
    With j waiting the chance is proportional to the product over i = 1..j of
    joining / (service + i hang_up). Terms far below the largest are left out, so the sum starts
    near the fullest queue and cannot overflow. Nothing is subtracted, so nothing is lost.
    """
    if places == math.inf and hang_up == 0:
        slack = service - joining
        return Busy(-math.log(slack / service), 1.0, 0.0, 1.0, 1 / slack, 1 / slack, 0, ())
    full = math.floor(places) if places < math.inf else math.inf
    part = places - full if places < math.inf else 0.0
    first, log_first, stages = _first_term(joining, service, hang_up, full)
    total = joined = blocked = answered = wait = answered_wait = 0.0
    shares: list[float] = []
    queue, weight = first, 1.0
    while True:
        total += weight
        enters = weight if queue < full else weight * part if queue == full else 0.0
        leave = service + (queue + 1) * hang_up
        stages += 1 / leave
        served = enters * service / leave
        joined += enters
        blocked += weight - enters
        answered += served
        wait += enters * ((queue + 1) / leave)
        answered_wait += served * stages
        if full < math.inf:
            shares.append(enters)
        ratio = joining / leave
        weight = enters * ratio
        queue += 1
        if weight == 0 or (ratio < 1 and weight < NEGLIGIBLE * total * (1 - ratio)):
            break
    return Busy(
        log_first + math.log(total),
        joined / total,
        blocked / total,
        answered / joined if joined else 0.0,
        wait / joined if joined else 0.0,
        answered_wait / joined if joined else 0.0,
        first,
        tuple(share / joined for share in shares) if joined else (),
    )


def _first_term(
    joining: float, service: float, hang_up: float, full: float
) -> tuple[int, float, float]:
    """Queue length where the sum starts, log of its weight, and mean time to pass all before it."""
    if joining <= service + hang_up:
        return 0, 0.0, 0.0
    scaled = joining / hang_up if hang_up > 0 else math.inf
    fullest = math.floor(min(full, (joining - service) / hang_up if hang_up > 0 else math.inf))
    steepness = math.log(joining / (service + max(fullest, 1) * hang_up))
    width = 12 + 9 * math.sqrt(scaled)
    if fullest == full and steepness > 0:
        width = min(width, 12 + 42 / steepness)
    if fullest <= width:
        return 0, 0.0, 0.0
    first = fullest - math.ceil(width)
    if hang_up == 0:
        return first, first * math.log(joining / service), first / service
    servers = service / hang_up
    log_first = log_poisson(servers + first, scaled) - log_poisson(servers, scaled)
    return first, log_first, (digamma(servers + first + 1) - digamma(servers + 1)) / hang_up


def log_poisson(count: float, mean: float) -> float:
    """Logarithm of mean^count exp(-mean) / Gamma(count + 1), for any real count >= 0."""
    if count < 16:
        return count * math.log(mean) - mean - math.lgamma(count + 1)
    square = count * count
    stirling = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / count
    gap = mean - count
    deviance = count * math.log1p(gap / count) - gap
    return deviance - stirling - 0.5 * math.log(2 * math.pi * count)


def log(x: float) -> float:
    """Natural logarithm, with -inf for 0."""
    return math.log(x) if x > 0 else -math.inf


def digamma(x: float) -> float:
    """Derivative of the logarithm of the gamma function, for x > 0."""
    shift = 0.0
    while x < 16:
        shift -= 1 / x
        x += 1
    square = x * x
    series = (
        1 / 12 - (1 / 120 - (1 / 252 - (1 / 240 - 1 / (132 * square)) / square) / square) / square
    ) / square
    return shift + math.log(x) - 0.5 / x - series


@dataclass(frozen=True)
class Line(Steady):
    """A telephone line in its steady state: Erlang B, C or A by its patience and its lines.

    Parameters
    ----------
    rate
        Calls offered per second.
    handling
        Mean handling time in s (exponential).
    operators
        Operators; fractional ones allowed.
    patience
        Mean patience in s (exponential); inf when nobody hangs up.
    hang_up_at_once
        Share of those who must wait that hang up at once.
    lines
        Telephone lines, those in use by operators included; None for no limit.

    Raises
    ------
    ValueError
        For a figure outside its range, or when nobody hangs up and the load is not below the
        operators, so that no steady state exists.

    Examples
    --------
    >>> line = Line(rate=0.1, handling=240, operators=24, patience=120)
    >>> round(line.abandonment, 6), round(line.asa, 5), round(line.service_level(20), 6)
    (0.094927, 10.32771, 0.719457)
    """

    rate: float
    handling: float
    operators: float
    patience: float = math.inf
    hang_up_at_once: float = 0.0
    lines: float | None = None

    def __post_init__(self) -> None:
        check_caller(self.rate, self.handling, self.patience, self.hang_up_at_once, self.lines)
        require(
            0 <= self.operators <= MOST_OPERATORS,
            f"operators must be from 0 to 1e6, not {self.operators}",
        )
        if self.lines is None and self.patience == math.inf:
            require(
                self._joining < self._service,
                f"the load of {self.load * (1 - self.hang_up_at_once):.6g} Erlangs is not below "
                f"{self.operators:.6g} operators and nobody hangs up: the queue grows without end",
            )
        require(
            self._service > 0 or self.patience < math.inf,
            "no operators and nobody hangs up: the line fills and stays full",
        )

    @property
    def _joining(self) -> float:
        return self.rate * (1 - self.hang_up_at_once)

    @property
    def _service(self) -> float:
        return self._serving / self.handling

    @property
    def _serving(self) -> float:
        # An operator without a telephone line never gets a call.
        return self.operators if self.lines is None else min(self.operators, self.lines)

    @property
    def _hang_up(self) -> float:
        return 1 / self.patience

    @cached_property
    def _busy(self) -> Busy:
        places = math.inf if self.lines is None else self.lines - self._serving
        return busy_law(self._joining, self._service, self._hang_up, places)

    @cached_property
    def _idle(self) -> float:
        """Chance that an operator is idle over that of all busy and nobody waiting."""
        return max(0.0, inverse_b(self.load, self._serving) - 1)

    @cached_property
    def all_busy(self) -> float:
        """Share of the time that all operators are busy."""
        idle = self._idle
        if idle == math.inf:
            return 0.0
        log_odds = self._busy.log_weight
        if log_odds > 0:
            return 1 / (1 + idle * math.exp(-log_odds))
        return math.exp(log_odds) / (idle + math.exp(log_odds))

    @cached_property
    def fate(self) -> Fate:
        """What becomes of the offered, as shares of offered and seconds per offered call."""
        busy, all_busy = self._busy, self.all_busy
        idle = self._idle
        at_once = idle * math.exp(-busy.log_weight) * all_busy if idle < math.inf else 1.0
        delayed = all_busy * busy.joins
        joined = delayed * (1 - self.hang_up_at_once)
        return Fate(
            at_once=at_once,
            blocked=all_busy * busy.blocks,
            delayed=delayed,
            answered=at_once + joined * busy.answered,
            abandoned=min(
                delayed, delayed * self.hang_up_at_once + joined * busy.wait * self._hang_up
            ),
            wait=joined * busy.wait,
            answered_wait=joined * busy.answered_wait,
        )

    def later(self, seconds: float) -> Later:
        """Who still waits `seconds` after arrival, as shares of offered."""
        require(seconds >= 0, f"a wait must be a number of seconds >= 0, not {seconds}")
        joined = self.fate.delayed * (1 - self.hang_up_at_once)
        if seconds == math.inf or joined == 0:
            return Later(0.0, 0.0)
        waiting, answered = self._one_later(seconds)
        return Later(joined * waiting, joined * answered)

    def _one_later(self, seconds: float) -> Later:
        """For one who joins: the chances of `later`."""
        if self.lines is not None:
            return self._one_later_of_lines(seconds)
        joining, service, hang_up = self._joining, self._service, self._hang_up
        # One who has waited stands as one who joins a line with fewer arrivals: those who joined
        # earlier and are still there.
        left = math.exp(-hang_up * seconds)
        then = busy_law(joining * left, service, hang_up, math.inf)
        exposed = -math.expm1(-hang_up * seconds) / hang_up if hang_up else seconds
        log_odds = joining * exposed - service * seconds + then.log_weight - self._busy.log_weight
        waiting = min(1.0, math.exp(log_odds)) * left
        return Later(waiting, waiting * then.answered)

    def _one_later_of_lines(self, seconds: float) -> Later:
        """As `_one_later`, by the queue found."""
        busy = self._busy
        return later_behind(busy.shares, busy.first, self._service, self._hang_up, seconds)


def later_behind(
    shares: Sequence[float], first: int, service: float, hang_up: float, seconds: float
) -> Later:
    """Who still waits `seconds` after joining, by the queue found.

    Parameters
    ----------
    shares
        Share of those who join that find `first`, `first` + 1, ... waiting.
    first
        Queue length of the first of `shares`.
    service, hang_up
        Completions per s of all operators, and hang-ups per s of one who waits.
    seconds
        Time since joining in s.

    Returns
    -------
    Later
        As shares of those who join.

    Notes
    -----
    The time to pass j waiting is a sum of exponentials with rates service + i hang_up.
    """
    exposed = -math.expm1(-hang_up * seconds) / hang_up if hang_up else seconds
    log_one = -service * seconds
    log_served = log_one - hang_up * seconds
    not_passed = not_served = waiting = answered = 0.0
    for queue in range(first + len(shares)):
        if queue:
            log_one += log((service + (queue - 1) * hang_up) * exposed / queue)
            log_served += log((service + queue * hang_up) * exposed / queue)
        not_passed += math.exp(log_one)
        not_served += math.exp(log_served)
        if queue >= first:
            share = shares[queue - first]
            waiting += share * not_passed
            answered += share * not_served * service / (service + (queue + 1) * hang_up)
    return Later(waiting * math.exp(-hang_up * seconds), answered)


def operators_needed(
    rate: float,
    handling: float,
    patience: float = math.inf,
    *,
    share: float | None = None,
    within: float = 20.0,
    counts: Counts = "offered",
    ignore_under: float | None = None,
    abandonment: float | None = None,
    occupancy: float | None = None,
    asa: float | None = None,
    hang_up_at_once: float = 0.0,
    lines: float | None = None,
    whole: bool = True,
) -> float:
    """Fewest operators with which the line meets every target that is given.

    Parameters
    ----------
    rate, handling, patience, hang_up_at_once, lines
        As for `Line`.
    share, within, counts, ignore_under
        At least this service level, as for `Line.service_level`.
    abandonment, occupancy
        At most these shares.
    asa
        At most this mean wait of the answered, in s.
    whole
        False for the fractional number at which the hardest target is met exactly.

    Returns
    -------
    float
        Operators; 0 when no calls come.

    Raises
    ------
    ValueError
        For no target, one out of range, or one that no number of operators meets.

    Examples
    --------
    >>> operators_needed(200 / 3600, 240, 180, share=0.8, counts="answered")
    15.0
    """
    check_caller(rate, handling, patience, hang_up_at_once, lines)
    check_targets(share, within, counts, ignore_under, abandonment, occupancy, asa)

    def slack(operators: float) -> float:
        """Least distance to a target; negative when one is missed."""
        endless = patience == math.inf
        if endless and rate * handling * (1 - hang_up_at_once) >= operators and lines is None:
            return -1.0
        if endless and operators == 0:
            return -1.0
        line = Line(rate, handling, operators, patience, hang_up_at_once, lines)
        margins = [
            share is not None and line.service_level(within, counts, ignore_under) - share,
            abandonment is not None and abandonment - line.abandonment,
            occupancy is not None and occupancy - (line.occupancy if operators else 1.0),
            asa is not None and (1 - line.asa / asa if line.answered else -1.0),
        ]
        return min(-1.0 if math.isnan(gap) else gap for gap in margins if gap is not False)

    if rate == 0:
        return 0.0
    return fewest(slack, rate * handling, MOST_OPERATORS if lines is None else lines, whole)


def fewest(slack: Callable[[float], float], load: float, most: float, whole: bool) -> float:
    """Smallest number at which a rising function is not negative.

    Parameters
    ----------
    slack
        Distance to the target.
    load
        A number near which the answer is looked for.
    most
        The largest number that makes sense.
    whole
        Whole numbers only, or the root.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        When `most` is not enough.
    """
    high = min(math.ceil(load), math.floor(most))
    stride = max(1, math.ceil(math.sqrt(load)))
    if slack(high) < 0:
        low, high = _up(slack, high, stride, most)
    else:
        low, high = _down(slack, high, stride)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if slack(middle) >= 0 else (middle, high)
    if whole or high == 0:
        return float(high)
    return root(slack, float(low), float(high))


def _up(slack: Callable[[float], float], low: int, stride: int, most: float) -> tuple[int, int]:
    """A whole number that misses and a larger one that meets."""
    while low < math.floor(most):
        high = min(low + stride, math.floor(most))
        if slack(high) >= 0:
            return low, high
        low, stride = high, 2 * stride
    raise ValueError(f"the target is out of reach: even {low} operators or lines do not meet it")


def _down(slack: Callable[[float], float], high: int, stride: int) -> tuple[int, int]:
    """A whole number that misses (-1 if none does) and a larger one that meets."""
    while high > 0:
        low = max(0, high - stride)
        if slack(low) < 0:
            return low, high
        high, stride = low, 2 * stride
    return -1, 0


def root(slack: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function becomes 0 between a miss and a hit, on the side of the hit."""
    at_low, at_high = slack(low), slack(high)
    kept = 0
    for _ in range(200):
        if at_high == 0 or high - low <= 1e-12 * high:
            break
        # False position; the end that stays has its weight halved (Illinois), so both ends move.
        middle = high - (high - low) * at_high / (at_high - at_low)
        if not low < middle < high:
            middle = (low + high) / 2
        value = slack(middle)
        if value >= 0:
            high, at_high = middle, value
            at_low = at_low / 2 if kept == 1 else at_low
            kept = 1
        else:
            low, at_low = middle, value
            at_high = at_high / 2 if kept == -1 else at_high
            kept = -1
    return high


def check_caller(
    rate: float, handling: float, patience: float, hang_up_at_once: float, lines: float | None
) -> None:
    """Refuse figures that no line can have."""
    require(0 <= rate < math.inf, f"the rate must be calls per second >= 0, not {rate}")
    require(0 < handling < math.inf, f"the handling time must be above 0 s, not {handling}")
    require(
        0 < patience <= LONGEST_PATIENCE or patience == math.inf,
        f"the mean patience must be above 0 s and at most 1e9 s, or inf, not {patience}",
    )
    require(0 <= hang_up_at_once <= 1, f"hang_up_at_once is a share, not {hang_up_at_once}")
    check_load(rate * handling)
    if lines is not None:
        require(0 < lines <= MOST_OPERATORS, f"lines must be above 0 and at most 1e6, not {lines}")


def check_load(load: float) -> None:
    """Refuse a load that is no number of Erlangs, or an absurd one."""
    require(load >= 0, f"the load must be a number of Erlangs >= 0, not {load}")
    require(load <= MOST_OPERATORS, f"a load of {load:.3g} Erlangs is absurd (1e6 at most)")


def check_targets(
    share: float | None,
    within: float,
    counts: Counts,
    ignore_under: float | None,
    abandonment: float | None,
    occupancy: float | None,
    asa: float | None,
) -> None:
    """Refuse targets that nothing could meet, or none at all."""
    require(
        any(target is not None for target in (share, abandonment, occupancy, asa)),
        "give a target: share, abandonment, occupancy or asa",
    )
    for name, value in (("share", share), ("abandonment", abandonment)):
        require(value is None or 0 < value < 1, f"{name} must be in (0, 1), not {value}")
    require(
        occupancy is None or 0 < occupancy <= 1, f"occupancy must be in (0, 1], not {occupancy}"
    )
    require(asa is None or asa > 0, f"asa must be above 0 s, not {asa}")
    require(within >= 0, f"within must be a number of seconds >= 0, not {within}")
    require(
        counts != "excluding_short" or ignore_under is not None,
        "excluding_short needs ignore_under, the short-abandon limit",
    )


def require(holds: bool, message: str) -> None:
    """Raise ValueError with `message` unless the condition holds (NaN never does)."""
    if not holds:
        raise ValueError(message)
