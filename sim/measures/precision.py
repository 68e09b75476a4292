"""How many days it takes to know a measure: widths asked for, and whether they are reached."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.measures.catalogue import MEASURES, Measure, measure_of
from sim.measures.intervals import Estimate
from sim.measures.ledger import MONEY
from sim.measures.paired import half_of_change
from sim.scenario.values import nearest
from sim.times import parse_duration

FIRST = 100
"""Days of the first stage: where days are skewed, fewer often look better known than they are."""

AT_MOST = 10_000
"""Days after which a run ends though a width is not reached, unless another number is asked."""

SPARE = 1.05
"""Days of the next stage over the days that the spread so far predicts, so that it is mostly the
last: each look at the width is a chance to stop by luck."""

BARE = re.compile(r"[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]{1,3})?")


class PrecisionError(ValueError):
    """What is asked cannot be known: no such measure or width, or it has no value here."""


@dataclass(frozen=True)
class Width:
    """A measure, and half the width that its 95 % interval may have."""

    measure: str
    width: float
    """In `unit`, above 0."""
    unit: str


@dataclass(frozen=True)
class Known:
    """How well a measure, or its change from the base, is known at the end."""

    asked: Width
    plan: str
    against: str | None
    """The plan that it is a change from; None for the plan's own value."""
    half: float | None
    """Half the 95 % interval, the longer side of a lopsided one; None where there is none."""

    @property
    def reached(self) -> bool:
        """Whether the interval is as narrow as asked."""
        return self.half is not None and self.half <= self.asked.width

    def document(self) -> dict[str, str | float | bool | None]:
        """As the JSON object of the result document."""
        return {
            "measure": self.asked.measure,
            "plan": self.plan,
            "against": self.against,
            "width": self.asked.width,
            "half_width": self.half,
            "unit": self.asked.unit,
            "reached": self.reached,
        }


@dataclass(frozen=True)
class Precision:
    """What came of a run that went on until something is known."""

    days: int
    """Replications simulated, of every plan."""
    at_most: int
    """Replications after which it ends in any case."""
    known: tuple[Known, ...]
    """One for each width, plan and change."""

    @property
    def reached(self) -> bool:
        """Whether every interval is as narrow as asked."""
        return all(each.reached for each in self.known)

    @property
    def predicted(self) -> int:
        """Replications that would do, by the spread so far."""
        return max(days_needed(each, self.days) for each in self.known)

    def document(self) -> dict[str, object]:
        """As the JSON object of the result document."""
        return {
            "at_most": self.at_most,
            "reached": self.reached,
            "widths": [each.document() for each in self.known],
        }


def widths_of(precision: Mapping[str, float | str], currency: str) -> tuple[Width, ...]:
    """The widths that are asked for, checked.

    Parameters
    ----------
    precision : mapping of str to float or str
        Half the width of the 95 % interval by measure: a number in the measure's unit, or text
        such as "0.5 %", "5 s", "10 EUR".
    currency : str
        Unit of money.

    Returns
    -------
    tuple of Width

    Raises
    ------
    PrecisionError
        All that is wrong, in one message.
    """
    found, wrong = [], []
    for name, width in precision.items():
        try:
            unit = named(name).unit_in(currency)
            found.append(Width(name, in_unit(width, named(name), currency), unit))
        except PrecisionError as error:
            wrong.append(str(error))
    if not precision:
        wrong.append("No measure is named that should become known.")
    if wrong:
        raise PrecisionError(" ".join(wrong))
    return tuple(found)


def named(name: str) -> Measure:
    """The measure of a name; one that is not there names the nearest."""
    try:
        return measure_of(name)
    except KeyError:
        hint = nearest(name, (each.name for each in MEASURES)) or "docs/measures.md has them all."
        raise PrecisionError(f'There is no measure "{name}". {hint}') from None


def in_unit(amount: float | str, measure: Measure, currency: str) -> float:
    """An amount of a measure, above 0, as a number in its unit.

    Parameters
    ----------
    amount : float or str
        A number in the measure's unit, or text with a unit: "0.5 %" or "0.5 pt" of a share, "5 s"
        or "1 min" of a time, "10 EUR" of money, "2 contacts".
    measure : Measure
    currency : str

    Raises
    ------
    PrecisionError
        It is not an amount in such a unit, not above 0, or of a share not below 1.
    """
    unit = measure.unit_in(currency)
    try:
        value = _read(amount, unit) if isinstance(amount, str) else float(amount)
    except ValueError:
        such = _SUCH.get(measure.unit, f'"10" or "10 {unit}"')
        raise PrecisionError(
            f'"{amount}" is no amount of {measure.name}, such as {such}.'
        ) from None
    if not 0 < value < math.inf:
        raise PrecisionError(f"{measure.name}: {amount} must be above 0.")
    if unit == "share" and value >= 1:
        raise PrecisionError(
            f"{measure.name} is a share, and {amount} is all of it or more: half a point of a "
            'hundred is written 0.005 or "0.5 %".'
        )
    return value


_SUCH = {"share": '"0.5 %" or 0.005', "s": '"5 s"', "h": '"0.5 h"', MONEY: '"10"'}


def _read(text: str, unit: str) -> float:
    """A number with or without its unit."""
    bare = text.strip()
    if unit == "share":
        for mark in ("%", "pts", "pt"):
            if bare.endswith(mark):
                return _number(bare.removesuffix(mark)) / 100
    if unit in ("s", "h") and not BARE.fullmatch(bare):
        return parse_duration(bare) / (3600 if unit == "h" else 1)
    return _number(bare.removesuffix(unit))


def _number(text: str) -> float:
    """A plain number; ValueError for anything else, "nan" included."""
    if not BARE.fullmatch(text.strip()):
        raise ValueError(text)
    return float(text)


def precision_of(
    asked: tuple[Width, ...], found: Mapping[str, Mapping[str, Estimate]], at_most: int
) -> Precision:
    """How well everything is known after some days.

    Parameters
    ----------
    asked : tuple of Width
    found : mapping of str to mapping of str to Estimate
        The estimates of each measure asked for, by plan, the base first.
    at_most : int

    Returns
    -------
    Precision
        Of every plan's own values, and of every other plan's paired changes from the base.

    Raises
    ------
    PrecisionError
        A measure has no value under a plan.
    """
    known = tuple(each for width in asked for each in _known(width, found))
    first = next(iter(found.values()))[asked[0].measure]
    return Precision(len(first.days), at_most, known)


def _known(width: Width, found: Mapping[str, Mapping[str, Estimate]]) -> Iterator[Known]:
    base, *others = found
    for plan, estimates in found.items():
        yield Known(width, plan, None, _half(estimates[width.measure], width, plan))
    start = found[base][width.measure]
    for plan in others:
        yield Known(width, plan, base, half_of_change(found[plan][width.measure], start))


def _half(estimate: Estimate, width: Width, plan: str) -> float | None:
    if estimate.value is None:
        raise PrecisionError(
            f"{width.measure} has no value under plan {plan}: nothing of the kind happened in "
            f"{len(estimate.days)} replications, so that it cannot be known to any width."
        )
    if estimate.low is None or estimate.high is None:
        return None
    # The longer side: one that is cut at 0 or 1 would look better known than it is.
    return max(estimate.high - estimate.value, estimate.value - estimate.low)


def days_needed(known: Known, days: int) -> int:
    """Replications after which an interval is as narrow as asked, by the spread so far.

    Parameters
    ----------
    known : Known
    days : int
        Replications so far.

    Returns
    -------
    int
        An interval narrows with the root of their number.
    """
    if known.half is None:
        return 2 * days
    return max(days, math.ceil(days * (known.half / known.asked.width) ** 2))


def next_days(precision: Precision) -> int:
    """Replications at which to look again; what is asked is not reached yet."""
    more = max(math.ceil(SPARE * precision.predicted), precision.days + 1)
    return min(more, precision.at_most)


def first_days(at_most: int) -> int:
    """Replications of the first stage.

    Raises
    ------
    PrecisionError
        Fewer than two are allowed, which have no interval.
    """
    if at_most < 2:
        raise PrecisionError(f"At most {at_most} is too few: one day has no interval.")
    return min(FIRST, at_most)
