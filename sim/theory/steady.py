"""What a line in its steady state gives its callers, whatever law it follows."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Literal, NamedTuple

Counts = Literal["offered", "answered", "excluding_short", "abandoned_in_time_met"]
CONVENTIONS: tuple[Counts, ...] = (
    "offered",
    "answered",
    "excluding_short",
    "abandoned_in_time_met",
)
"""How a service level counts those who hang up."""


class Later(NamedTuple):
    """Who is still on the line a while after arrival, as shares of offered."""

    waiting: float
    """Still waiting then."""
    answered: float
    """Still waiting then, and answered in the end."""


class Fate(NamedTuple):
    """What becomes of the offered, as shares of offered and seconds per offered call."""

    at_once: float
    """Answered at the instant of arrival."""
    blocked: float
    """All telephone lines were busy."""
    delayed: float
    """Neither blocked nor answered at once."""
    answered: float
    """Answered, at once or later."""
    abandoned: float
    """Hung up, those who did at once among them."""
    wait: float
    """Wait of all, in s per offered call."""
    answered_wait: float
    """Wait of the answered, in s per offered call."""


class Steady(ABC):
    """A ratio here is a ratio of expectations: the share of callers over a very long time.

    Lines that follow a law say what becomes of the offered (`fate`) and who is still waiting
    after a time (`later`); all figures below follow from these two.
    """

    rate: float
    handling: float
    operators: float

    @property
    @abstractmethod
    def fate(self) -> Fate:
        """What becomes of the offered."""

    @abstractmethod
    def later(self, seconds: float) -> Later:
        """Who still waits `seconds` after arrival."""

    @property
    def load(self) -> float:
        """Offered load in Erlangs: arrival rate times mean handling time."""
        return self.rate * self.handling

    @property
    def delayed_share(self) -> float:
        """Share of offered calls that are neither blocked nor answered at once."""
        return self.fate.delayed

    @property
    def blocked(self) -> float:
        """Share of offered calls that find all telephone lines busy."""
        return self.fate.blocked

    @property
    def answered(self) -> float:
        """Share of offered calls that are answered."""
        return self.fate.answered

    @property
    def abandonment(self) -> float:
        """Share of offered calls that hang up while waiting."""
        return self.fate.abandoned

    @property
    def wait_mean(self) -> float:
        """Mean wait of all that are not blocked, in s."""
        return ratio(self.fate.wait, 1 - self.fate.blocked)

    @property
    def asa(self) -> float:
        """Mean wait of the answered, in s; NaN when nobody is."""
        return ratio(self.fate.answered_wait, self.fate.answered)

    @property
    def queue_mean(self) -> float:
        """Mean number of callers who wait."""
        return self.rate * self.fate.wait

    @property
    def occupancy(self) -> float:
        """Share of the operators' time that is handling time; NaN with no operators."""
        return ratio(self.load * self.fate.answered, self.operators)

    def answered_within(self, seconds: float) -> float:
        """Share of offered calls answered after a wait of at most `seconds`."""
        return max(0.0, self.fate.answered - self.later(seconds).answered)

    def abandoned_within(self, seconds: float) -> float:
        """Share of offered calls that hung up after a wait of at most `seconds`."""
        later = self.later(seconds)
        return max(0.0, self.fate.abandoned - (later.waiting - later.answered))

    def service_level(
        self, within: float = 20.0, counts: Counts = "offered", ignore_under: float | None = None
    ) -> float:
        """Share of calls answered within `within` seconds, hang-ups counted as `counts` says.

        Parameters
        ----------
        within
            Longest wait that is in time, in s.
        counts
            "offered": answered in time / offered; "answered": answered in time / answered;
            "excluding_short": answered in time / (offered - hung up within `ignore_under`);
            "abandoned_in_time_met": (answered in time + hung up in time) / offered.
        ignore_under
            Short-abandon limit in s, needed by "excluding_short" only.

        Returns
        -------
        float
            A share; NaN when there is nobody to divide by.

        Raises
        ------
        ValueError
            For another `counts`, a negative `within`, or "excluding_short" without a limit.
        """
        in_time = self.answered_within(within)
        if counts == "offered":
            return in_time
        if counts == "answered":
            return ratio(in_time, self.fate.answered)
        if counts == "abandoned_in_time_met":
            return in_time + self.abandoned_within(within)
        if counts != "excluding_short":
            raise ValueError(f"counts is {counts!r}, not one of {', '.join(CONVENTIONS)}")
        if ignore_under is None:
            raise ValueError("excluding_short needs ignore_under, the short-abandon limit")
        return ratio(in_time, 1 - self.abandoned_within(ignore_under))

    def waited_over(self, seconds: float) -> float:
        """Share of all that are not blocked who waited longer than `seconds`."""
        return ratio(self.later(seconds).waiting, 1 - self.fate.blocked)

    def wait_quantile(self, share: float) -> float:
        """Smallest wait in s that `share` of all that are not blocked did not exceed."""
        return quantile(self.waited_over, share, self.handling)

    def answered_wait_quantile(self, share: float) -> float:
        """Smallest wait in s that `share` of the answered did not exceed."""
        answered = self.fate.answered
        return quantile(lambda t: ratio(self.later(t).answered, answered), share, self.handling)


def ratio(numerator: float, denominator: float) -> float:
    """The quotient; NaN when the denominator is not positive."""
    return numerator / denominator if denominator > 0 else math.nan


def quantile(over: Callable[[float], float], share: float, scale: float) -> float:
    """Smallest time t >= 0 with over(t) <= 1 - share, for a falling function `over`.

    Parameters
    ----------
    over
        Share that exceeds a time given in s.
    share
        From 0 to below 1.
    scale
        A time in s from which the search starts.

    Returns
    -------
    float
        Time in s, to 12 digits; NaN when `over` is NaN, inf when it never falls so far.

    Raises
    ------
    ValueError
        When `share` is not in [0, 1).
    """
    if not 0 <= share < 1:
        raise ValueError(f"a quantile is for a share from 0 to below 1, not {share}")
    left = 1 - share
    start = over(0.0)
    if math.isnan(start) or start <= left:
        return start if math.isnan(start) else 0.0
    low, high = 0.0, scale
    while over(high) > left:
        low, high = high, 2 * high
        if high > 1e15 * scale:
            return math.inf
    while high - low > 1e-12 * high and high > 1e-15 * scale:
        middle = (low + high) / 2
        if over(middle) > left:
            low = middle
        else:
            high = middle
    return high
