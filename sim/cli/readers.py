"""How options of the command line are read: counts, shares, durations and targets."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def option(
    name: str, read: Callable[[str], Any], help: str, default: str | None = None, **more: Any
) -> Decorator:
    """An option whose text `read` turns into a value, or says in a ValueError what is wrong."""

    def callback(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
        try:
            return None if value is None else read(value)
        except ValueError as error:
            raise click.BadParameter(sentence(error), ctx, param) from None

    named = read.__name__.removeprefix("target_")
    for ending in ("_or_zero", "_or_never"):
        named = named.removesuffix(ending)
    more.setdefault("metavar", named.upper())
    if default is not None:
        more |= {"default": default, "show_default": True}
    return click.option(*name.split(), callback=callback, help=help, **more)


def number(text: str) -> float:
    """A number above 0."""
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None
    if not 0 < value < math.inf:
        raise ValueError(f"{text} is not a number above 0")
    return value


def number_or_zero(text: str) -> float:
    """A number that is 0 or more."""
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None
    if not 0 <= value < math.inf:
        raise ValueError(f"{text} is not a number from 0 on")
    return value


def share(text: str) -> float:
    """A share written "5 %" or 0.05."""
    bare = text.strip()
    try:
        value = float(bare.removesuffix("%")) / (100 if bare.endswith("%") else 1)
    except ValueError:
        raise ValueError(f'{text!r} is not a share such as "5 %" or 0.05') from None
    if not 0 <= value < 1:
        raise ValueError(f'{text!r} is not from 0 to below 1: write a share as "5 %" or 0.05')
    return value


def target_share(text: str) -> float:
    """A share above 0, since nothing reaches 0."""
    if share(text) == 0:
        raise ValueError(f"{text!r} is out of reach: give a share above 0")
    return share(text)


def duration(text: str) -> float:
    """A duration above 0, in s."""
    if duration_or_zero(text) == 0:
        raise ValueError(f"{text!r} must be longer than 0 s")
    return duration_or_zero(text)


def duration_or_zero(text: str) -> float:
    """A duration with its unit, such as "240 s", in s."""
    from sim.times import parse_duration

    return parse_duration(text)


def target(text: str) -> tuple[float, float]:
    """A share and a threshold in s: 80/20 is 80 % within 20 s, as the trade writes it."""
    first, slash, second = (part.strip() for part in text.partition("/"))
    try:
        value = float(first.removesuffix("%"))
        within = float(second) if second.replace(".", "", 1).isdigit() else duration_or_zero(second)
    except ValueError:
        value, within = 0.0, 0.0
    value /= 100 if value > 1 or first.endswith("%") else 1
    if not slash or not 0 < value < 1:
        raise ValueError(
            f'{text!r} is not a target such as 80/20 (80 % within 20 s) or "90 % / 1 min"'
        )
    return value, within


def together(*options: Decorator) -> Decorator:
    """Several options as one decorator, shown in this order."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for one in reversed(options):
            function = one(function)
        return function

    return decorate


def sentence(error: ValueError) -> str:
    """A message with a capital and a full stop."""
    message = str(error)
    return message[:1].upper() + message[1:] + ("" if message.endswith((".", "?")) else ".")
