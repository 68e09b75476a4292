"""Every measure, declared once: its name, unit, meaning, and how it comes from the figures.

The result document, the tables, the printed page and docs/measures.md all read this list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.measures import intervals
from sim.measures.intervals import Estimate
from sim.measures.ledger import MONEY, Book


@dataclass(frozen=True)
class Mean:
    """Mean of one figure a day."""

    column: str
    signed: bool = False
    """Whether it may be below 0."""
    chance: tuple[str, ...] | None = None
    """Figures through which chance comes into it; None where all of it is left to chance."""

    def __str__(self) -> str:
        return f"mean of `{self.column}`"

    def estimate(self, book: Book, unit: str) -> Estimate:
        """The measure in one scope."""
        lowest = float("-inf") if self.signed else 0.0
        found = intervals.mean(book.columns[self.column], unit, lowest)
        return _with_chance(found, self.chance, book)


@dataclass(frozen=True)
class Ratio:
    """Ratio of two expectations, such as seconds per contact."""

    top: str
    bottom: str
    signed: bool = False
    """Whether it may be below 0."""
    chance: tuple[str, ...] | None = None
    """As in `Mean`; of time alone."""

    def __str__(self) -> str:
        return f"`{self.top}` / `{self.bottom}`"

    def estimate(self, book: Book, unit: str) -> Estimate:
        """The measure in one scope."""
        top, bottom = book.columns[self.top], book.columns[self.bottom]
        if unit == "share":  # of time, not of things that are counted: no Wilson
            found = intervals.ratio(top, bottom, unit, 0.0, 1.0)
            return _with_chance(found, self.chance, book)
        return intervals.ratio(top, bottom, unit, float("-inf") if self.signed else 0.0)


@dataclass(frozen=True)
class RootOfRatio:
    """Square root of the ratio of two expectations."""

    top: str
    bottom: str

    def __str__(self) -> str:
        return f"square root of `{self.top}` / `{self.bottom}`"

    def estimate(self, book: Book, unit: str) -> Estimate:
        """The measure in one scope."""
        return intervals.root_of_ratio(book.columns[self.top], book.columns[self.bottom], unit)


@dataclass(frozen=True)
class Share:
    """Share of things that are counted: contacts, callers or intervals."""

    top: str
    bottom: str

    def __str__(self) -> str:
        return f"`{self.top}` / `{self.bottom}`"

    def estimate(self, book: Book, unit: str) -> Estimate:
        """The measure in one scope."""
        return intervals.share(book.columns[self.top], book.columns[self.bottom])


@dataclass(frozen=True)
class ShareOfDays:
    """Share of days."""

    met: str
    judged: str

    def __str__(self) -> str:
        return f"share of days with `{self.met}`, of those with `{self.judged}`"

    def estimate(self, book: Book, unit: str) -> Estimate:
        """The measure in one scope."""
        return intervals.share_of_days(book.columns[self.met], book.columns[self.judged])


@dataclass(frozen=True)
class Quantile:
    """Quantile of the waits of all contacts of all days."""

    percent: int

    def __str__(self) -> str:
        return "of the waits of all days in one pool"

    def estimate(self, book: Book, unit: str) -> Estimate:
        """The measure in one scope."""
        if book.pool is None:
            raise KeyError("waits")
        return intervals.quantile(book.pool, self.percent)


def _with_chance(found: Estimate, names: tuple[str, ...] | None, book: Book) -> Estimate:
    """An estimate with the figures through which chance comes into it."""
    if names is None:
        return found
    parts = [book.columns[name] for name in names]
    return replace(found, chance=np.array(parts).reshape(len(parts), len(found.days)))


_DUTY = ("duty_by_chance",)
"""Hours that are paid, and what they cost, but for overtime, which is never twice the same."""
_ON_DUTY = ("duty_by_chance", "absence", "late")
_COSTS = (*_DUTY, "lost_call_cost", "waiting_cost", "telephone_cost", "repeat_cost")

Figure = Mean | Ratio | RootOfRatio | Share | ShareOfDays | Quantile

ALL, TYPE, GROUP = "all", "type", "group"
"""The scopes: the whole line, a call type, an operator group."""


@dataclass(frozen=True)
class Measure:
    """A measure and its definition."""

    name: str
    unit: str
    meaning: str
    """One sentence that is a law."""
    figure: Figure
    scopes: str = "all type"
    """Where it has a meaning; elsewhere it is null (by type) or not listed (by group)."""

    def unit_in(self, currency: str) -> str:
        """The unit, with the scenario's currency for money."""
        return currency if self.unit == MONEY else self.unit


MEASURES = (
    Measure("offered", "contacts", "Contacts that reached the line; who passes a menu "
            "first, when coming out of it.", Mean("offered")),
    Measure(
        "answered", "contacts", "Contacts that an operator answered, by a callback included.",
        Mean("answered"),
        "all type group",
    ),
    Measure("abandoned", "contacts", "Contacts whose caller hung up while waiting.",
            Mean("abandoned")),
    Measure("blocked", "contacts", "Contacts that found all telephone lines busy, or the "
            "queue full.",
            Mean("blocked")),
    Measure("cut_off", "contacts", "Contacts that were waiting when the line closed and were "
            "sent away.", Mean("cut_off")),
    Measure("callbacks", "contacts", "Contacts whose caller accepted to be called back.",
            Mean("callbacks")),
    Measure("callback_lost", "contacts", "Contacts to be called back that were never reached.",
            Mean("callback_lost")),
    Measure("callback_delay", "s", "Mean time from accepting a callback to the talk, of "
            "those reached.", Ratio("callback_time", "called_back")),
    Measure("redials", "contacts", "Contacts of callers who had not got through before.",
            Mean("redials")),
    Measure(
        "service_level", "share",
        "Share of contacts answered on the line with wait <= `within`, under the convention "
        "`counts` on hang-ups: of all offered (`offered`), of the answered (`answered`), of the "
        "offered less those who hung up under `ignore_under` (`excluding_short`), or with those "
        "who hung up in time counted as met, of all offered (`abandoned_in_time_met`). For all "
        "types together each contact is held to its own type's `within`, and the convention "
        "is the scenario's.",
        Share("met", "judged"),
    ),
    Measure(
        "abandonment", "share",
        "Share of offered contacts whose caller hung up; those with wait < `ignore_under` are "
        "left out of both.",
        Share("hung_up", "could_hang_up"),
    ),
    Measure("delayed_share", "share", "Share of offered contacts that were neither blocked nor "
            "answered at the instant of arrival.", Share("delayed", "offered")),
    Measure("wait_mean", "s", "Mean wait on the line of all contacts that were not "
            "blocked; of who takes a callback, up to then.",
            Ratio("wait", "not_blocked")),
    Measure("asa", "s", "Mean wait of the contacts answered on the line.",
            Ratio("answered_wait", "answered_on_the_line")),
    *(
        Measure(
            f"wait_p{percent}", "s",
            f"Smallest wait that at least {percent} % of all contacts not blocked did not exceed.",
            Quantile(percent),
        )
        for percent in (50, 90, 95, 99)
    ),
    Measure("waited_over_1_min", "share", "Share of contacts not blocked with wait > 1 min.",
            Share("over_1_min", "not_blocked")),
    Measure("waited_over_5_min", "share", "Share of contacts not blocked with wait > 5 min.",
            Share("over_5_min", "not_blocked")),
    Measure("waited_over_30_min", "share", "Share of contacts not blocked with wait > 30 min.",
            Share("over_30_min", "not_blocked")),
    Measure("wait_max", "s", "Mean over days of the day's longest wait.", Mean("wait_max")),
    Measure("queue_mean", "callers", "Mean number waiting on the line over the open hours.",
            Mean("queue")),
    Measure("queue_max", "callers", "Mean over days of the most who waited at once; who leaves "
            "at an instant leaves before another joins.", Mean("queue_max")),
    Measure("handling_mean", "s", "Mean talk and wrap-up of the answered contacts, conferences "
            "and all tries to call back included.",
            Ratio("handling", "answered"), "all type group"),
    Measure("occupancy", "share", "Handling time / (time on duty + overtime).",
            Ratio("handling", "attended"), "all group"),
    Measure("utilisation", "share", "Handling time / paid time.", Ratio("handling", "paid"),
            "all group"),
    Measure("shrinkage", "share", "1 - time on duty / paid time.",
            Ratio("off_duty", "paid", chance=_ON_DUTY),
            "all group"),
    Measure("overtime_hours", "h", "Time present outside rostered duty, or above the number of "
            "seats.", Mean("overtime_hours"), "all group"),
    Measure("paid_hours", "h", "Rostered duty, or seats x time, less unpaid breaks and unpaid "
            "absence, of who is on call from when they come; divided by 1 - planned shrinkage; "
            "plus overtime.", Mean("paid_hours", chance=_DUTY), "all group"),
    Measure("on_duty_hours", "h", "Time present within rostered duty and not on a break; at most "
            "the seats.", Mean("on_duty_hours", chance=_ON_DUTY), "all group"),
    Measure("fte", "FTE", "Paid hours a week / contract hours, of `days_a_week` days.",
            Mean("fte", chance=_DUTY), "all group"),
    Measure("staffing_cost", MONEY, "(Paid hours x wage, overtime at overtime_wage, premiums and "
            "standby) x (1 + on_costs).", Mean("staffing_cost", chance=_DUTY), "all group"),
    Measure("staff_cost_per_answered", MONEY, "Staffing cost / answered contacts.",
            Ratio("staffing_cost", "answered"), "all group"),
    Measure("lost_call_cost", MONEY, "Callers who were not answered in any contact x "
            "lost_call_cost of the type of their first.",
            Mean("lost_call_cost")),
    Measure("answered_value", MONEY, "Contacts answered x answered_value of their type.",
            Mean("answered_value")),
    Measure("waiting_cost", MONEY, "Minutes waited by contacts not blocked x "
            "cost_per_waiting_minute of their type.", Mean("waiting_cost")),
    Measure("total_cost", MONEY, "Staffing cost + lost-call cost + waiting cost + the plan's own "
            "cost a day + telephone cost + cost of repeat calls.",
            Mean("total_cost", chance=_COSTS), "all"),
    Measure("net", MONEY, "Answered value - total cost.",
            Mean("net", signed=True, chance=(*_COSTS, "answered_value")), "all"),
    Measure("callers_reached", "share", "Share of callers who were answered in the end, in any of "
            "their contacts (by type: in one of that type).",
            Share("reached", "callers")),
    Measure("attempts", "contacts", "Contacts offered per caller.", Ratio("offered", "callers")),
    Measure("service_level_day", "share", "Share of days that met the service-level target; "
            "days with nothing offered are left out.", ShareOfDays("day_met", "day_judged")),
    Measure("service_level_intervals", "share", "Share of reporting intervals that met the "
            "service-level target; those with nothing offered are left out.",
            Share("intervals_met", "intervals")),
    Measure("repeats", "contacts", "Contacts of callers whose matter was not resolved before.",
            Mean("repeats")),
    Measure("transfers", "contacts", "Contacts passed on by an operator.", Mean("transfers")),
    Measure("contained", "contacts", "Contacts served in the menu; they are not offered and in no "
            "other measure.", Mean("contained")),
    Measure("follow_ups_lost", "contacts", "Redials, repeat calls and transfers that would have "
            "come to a closed line, by the type of the contact before.",
            Mean("follow_ups_lost")),
    Measure("callbacks_kept", "share", "Share of callbacks accepted whose talk began within "
            "`callback.promise` of acceptance; null where nothing is promised.",
            Share("callbacks_kept", "callbacks_promised")),
    Measure("time_to_served", "s", "Mean time from a caller's first arrival to the start of the "
            "first talk, over callers answered in the end; by the type of their first contact.",
            Ratio("time_to_served", "served")),
    Measure("redial_inflation", "contacts", "First attempts and redials per caller, repeat calls "
            "and transfers left out; by the type of the first contact.",
            Ratio("dialled", "persons")),
    Measure("announced_bias", "s", "Mean of the wait announced first less the one that came true "
            "from then on, over contacts answered on the line that were told a wait.",
            Ratio("announced_error", "announced", signed=True)),
    Measure("announced_rmse", "s", "Root mean square of the same difference.",
            RootOfRatio("announced_square", "announced")),
    Measure("promises_broken", "share", "Share of contacts still waiting when the wait announced "
            "last was over, of those answered on the line or still waiting then.",
            Share("promises_broken", "promises")),
    Measure("telephone_cost", MONEY, "Minutes on the telephone lines x `trunks.cost_per_minute`: "
            "from reaching the line, menu and wait included, to the end of the talk; calls back "
            "are not in it.", Mean("telephone_cost")),
    Measure("repeat_cost", MONEY, "Repeat calls x repeat_cost of their type.",
            Mean("repeat_cost")),
    Measure("plan_cost", MONEY, "What the plan itself costs: cost_per_day, and one_off_cost "
            "written off.", Mean("plan_cost", chance=()), "all"),
    Measure("premium_cost", MONEY, "Part of the staffing cost: paid time in the hours of each "
            "premium x its share x wage x (1 + on_costs), overtime included, planned shrinkage "
            "not.", Mean("premium_cost", chance=_DUTY), "all group"),
    Measure("standby_cost", MONEY, "Part of the staffing cost: hours on call and not called x "
            "standby_wage x (1 + on_costs).", Mean("standby_cost", chance=_DUTY), "all group"),
    Measure("cost_week", MONEY, "Total cost of `days_a_week` such days; of several days x "
            "days_a_week / their number.", Mean("cost_week", chance=_COSTS), "all"),
    Measure("cost_month", MONEY, "Total cost of a year / 12.",
            Mean("cost_month", chance=_COSTS), "all"),
    Measure("cost_year", MONEY, "Total cost of a week x `weeks_a_year`.",
            Mean("cost_year", chance=_COSTS), "all"),
    Measure("cost_per_contact", MONEY, "Total cost / contacts offered.",
            Ratio("total_cost", "offered"), "all"),
    Measure("cost_per_caller_reached", MONEY, "Total cost / callers answered in the end.",
            Ratio("total_cost", "reached"), "all"),
    Measure("longest_stretch", "s", "Mean over days of the longest time for which any operator "
            "handled contacts with no pause of a minute or more; free, on a break or in a meeting "
            "is a pause.", Mean("longest_stretch"), "all group"),
    Measure("breaks_late", "share", "Share of breaks that began later than the roster allows: "
            "after `at`, or after the window `between`.", Share("breaks_late", "breaks_taken"),
            "all group"),
    Measure("breaks_missed", "share", "Share of breaks never taken, of those that fell due while "
            "their operator was there.", Share("breaks_missed", "breaks_due"), "all group"),
    Measure("calls_per_operator", "contacts", "Contacts answered per operator who came, and day.",
            Ratio("answered", "came"), "all group"),
    Measure("resolved", "share", "Share of answered contacts that neither a repeat call nor a "
            "transfer followed, nor would have if the line had not closed.",
            Share("resolved", "answered")),
)  # fmt: skip
"""All measures, in the order of the result document."""

BY_GROUP = tuple(measure for measure in MEASURES if GROUP in measure.scopes.split())
"""The measures of an operator group."""


_BY_NAME = {measure.name: measure for measure in MEASURES}


def measure_of(name: str) -> Measure:
    """The measure of a name; KeyError where there is none."""
    return _BY_NAME[name]


def estimates(book: Book, scope: str, currency: str) -> dict[str, Estimate]:
    """Every measure in one scope.

    Parameters
    ----------
    book : Book
        The figures of the scope.
    scope : {"all", "type", "group"}
        What the scope is; a measure without meaning in it is null, or for a group left out.
    currency : str
        Unit of money.

    Returns
    -------
    dict of str to Estimate
        In the order of the catalogue.
    """
    replications = len(book.columns["answered"])
    return {
        measure.name: (
            measure.figure.estimate(book, measure.unit_in(currency))
            if scope in measure.scopes.split()
            else intervals.missing(measure.unit_in(currency), replications)
        )
        for measure in (BY_GROUP if scope == GROUP else MEASURES)
    }
