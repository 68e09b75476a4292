"""Laws as a scenario file writes them, with all their durations longer or shorter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.scenario.changes import changed
from sim.scenario.laws import ByInterval, Empirical, FromReport, Law, Never, Patience

OF_MEAN = ("lognormal", "gamma", "weibull", "erlang")


def multiplied(value: Any, factor: float) -> Any:
    """A number or duration of a file multiplied, exact in decimals, as `x 1.1` does it.

    Examples
    --------
    >>> multiplied("2 min", 1.1), multiplied(0.2, 1.1)
    ('132.0 s', 0.22)
    """
    return changed(value, f"x {factor!r}")


def scaled(law: Any, factor: float, model: Law | ByInterval | Patience | FromReport) -> Any:
    """A law with every duration multiplied, so that its mean is, and its shape is not.

    Parameters
    ----------
    law : object
        The law as the file writes it.
    factor : float
        Above 0.
    model : Law, ByInterval, Patience or FromReport
        The same law as it was read; an empirical law from a CSV is written out from it.

    Returns
    -------
    object
        A law as a file would write it. What never ends stays so; `hang_up_at_once` stays.
    """
    if isinstance(model, Patience):
        rest = {"hang_up_at_once": model.hang_up_at_once} if model.hang_up_at_once else {}
        plain = law
        if isinstance(law, Mapping):
            plain = {key: value for key, value in law.items() if key != "hang_up_at_once"}
        new = scaled(plain, factor, model.written)
        return {**as_table(new), **rest} if rest else new
    if isinstance(model, Never):
        return law
    if isinstance(law, str):
        return multiplied(law, factor)
    if isinstance(model, ByInterval):
        pairs = zip(law["by_interval"], model.laws, strict=True)
        return {**law, "by_interval": [scaled(each, factor, read) for each, read in pairs]}
    if isinstance(model, Empirical):
        return {"empirical": [multiplied(f"{time!r} s", factor) for time in model.empirical]}
    (name, value), *_ = law.items()
    return {name: _scaled_value(name, value, factor)}


def as_table(law: Any) -> dict[str, Any]:
    """A law as a table; a bare duration is a constant."""
    if isinstance(law, Mapping):
        return dict(law)
    return {"never": True} if law == "never" else {"constant": law}


def _scaled_value(name: str, value: Any, factor: float) -> Any:
    """What stands under the name of a law."""
    if name in OF_MEAN:
        return {**value, "mean": multiplied(value["mean"], factor)}
    if name == "hyperexponential":
        return {**value, "means": [multiplied(mean, factor) for mean in value["means"]]}
    if name == "hazard":
        times = [multiplied(time, factor) for time in value["from"]]
        return {"from": times, "per_minute": [rate / factor for rate in value["per_minute"]]}
    if name == "from_report":
        return {**value, "mean_wait": multiplied(value["mean_wait"], factor)}
    if isinstance(value, list):
        return [multiplied(time, factor) for time in value]
    return multiplied(value, factor)
