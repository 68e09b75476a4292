"""What the centre promises itself."""

from __future__ import annotations

from typing import Any, Literal

from sim.scenario.values import Duration, Part, Share

Convention = Literal["offered", "answered", "excluding_short", "abandoned_in_time_met"]


class ServiceLevel(Part):
    """Share of calls to be answered in time."""

    share: Share | None = None
    """Share to be reached; without it the service level is shown and not judged."""
    within: Duration | None = None
    """What "in time" means; "20 s" by default."""
    counts: Convention | None = None
    """Of which calls, and what hang-ups count as; "offered" by default."""


class Abandonment(Part):
    """Share of calls that may hang up."""

    at_most: Share | None = None
    """Share that may hang up."""
    ignore_under: Duration | None = None
    """Hang-ups sooner than this are left out of the ratio."""


class Occupancy(Part):
    """How busy operators may be."""

    at_most: Share | None = None
    """Handling time / time on duty."""


class Targets(Part):
    """What the centre promises itself."""

    service_level: ServiceLevel | None = None
    """Share of calls to be answered in time."""
    abandonment: Abandonment | None = None
    """Share of calls that may hang up."""
    occupancy: Occupancy | None = None
    """How busy operators may be."""


def overridden(base: Any, own: Any) -> Any:
    """A target with the keys that a call type has of its own."""
    if base is None or own is None:
        return own if base is None else base
    return base.model_copy(update={k: v for k, v in own if v is not None})
