"""Distributions of durations: how a scenario file writes them, their means and quantiles.

Every law is told by its cumulative hazard H(t) = -log P(longer than t) and by the inverse of
that, since patience is drawn as an exponential threshold on H and work as a quantile.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sim.scenario.tables import read_durations
from sim.scenario.values import (
    DURATION_SCHEMA,
    NOT_EMPTY,
    Cv,
    Duration,
    Flag,
    Hours,
    LongerThanZero,
    NotNegative,
    Part,
    SchemaOr,
    Share,
    Wrong,
    nearest,
    pieces_wrong,
    read_duration,
    refuse_all,
    shown,
    surroundings,
    wrong,
)
from sim.times import DAY, MINUTE, format_duration

if TYPE_CHECKING:
    from typing import Self

Array = npt.NDArray[np.float64]


class Law(Part):
    """A distribution of a duration in seconds."""

    atomic: ClassVar[bool] = False
    """True when all chance sits on single durations, so that the hazard is made of steps."""

    @property
    def mean(self) -> float:
        """Mean in seconds."""
        raise NotImplementedError

    def cumulative_hazard(self, t: npt.ArrayLike) -> Array:
        """-log of the chance to last longer than `t` seconds."""
        raise NotImplementedError

    def inverse_hazard(self, x: npt.ArrayLike) -> Array:
        """The smallest t >= 0 with H(t) >= x, in seconds; inf where it is never reached."""
        raise NotImplementedError

    def quantile(self, p: npt.ArrayLike) -> Array:
        """The smallest t with P(at most t) >= p, in seconds."""
        with np.errstate(divide="ignore"):
            return self.inverse_hazard(-np.log1p(-floats(p)))

    def steps(self) -> tuple[Array, Array]:
        """Times in seconds and jumps of the cumulative hazard, the last of which is inf."""
        raise TypeError(f"{type(self).__name__} is not a law of steps")


def floats(x: npt.ArrayLike) -> Array:
    """The numbers as an array of float64."""
    return np.asarray(x, dtype=np.float64)


class MeanCv(Part):
    """Mean and coefficient of variation."""

    mean: LongerThanZero
    """Mean duration."""
    cv: Cv
    """Coefficient of variation: standard deviation / mean, above 0."""

    @field_validator("cv", mode="before")
    @classmethod
    def not_constant(cls, cv: Any) -> Any:
        """A cv of 0 is the constant law."""
        if cv == 0 and not isinstance(cv, bool):
            raise wrong("a cv of 0 does not vary", 'write a constant: { constant = "30 s" }')
        return cv


class MeanShape(Part):
    """Mean and shape of a Weibull law."""

    mean: LongerThanZero
    """Mean duration."""
    shape: Annotated[NotNegative, Field(ge=0.05, le=1000)]
    """Shape: below 1 the hazard falls with time, above 1 it rises."""


class MeanStages(Part):
    """Mean and number of stages of an Erlang law."""

    mean: LongerThanZero
    """Mean duration."""
    stages: Annotated[int, Field(strict=True, ge=1, le=10_000)]
    """Number of exponential stages that follow each other."""


class Constant(Law):
    """Always the same duration; a bare duration such as "30 s" means this."""

    atomic: ClassVar[bool] = True
    constant: Duration
    """The duration."""

    @property
    def mean(self) -> float:
        return self.constant

    def cumulative_hazard(self, t: npt.ArrayLike) -> Array:
        return np.where(floats(t) >= self.constant, np.inf, 0.0)

    def inverse_hazard(self, x: npt.ArrayLike) -> Array:
        return np.where(floats(x) > 0, self.constant, 0.0)

    def quantile(self, p: npt.ArrayLike) -> Array:
        return np.full(np.shape(p), self.constant)

    def steps(self) -> tuple[Array, Array]:
        return np.array([self.constant]), np.array([np.inf])


class Exponential(Law):
    """No memory: the hazard is constant."""

    exponential: LongerThanZero
    """Mean duration."""

    @property
    def mean(self) -> float:
        return self.exponential

    def cumulative_hazard(self, t: npt.ArrayLike) -> Array:
        return np.maximum(floats(t), 0.0) / self.exponential

    def inverse_hazard(self, x: npt.ArrayLike) -> Array:
        return np.maximum(floats(x), 0.0) * self.exponential


class Lognormal(Law):
    """The logarithm is normal: what talk times mostly look like."""

    lognormal: MeanCv
    """Mean and coefficient of variation of the duration itself, not of its logarithm."""

    @property
    def mean(self) -> float:
        return self.lognormal.mean

    @cached_property
    def place_and_scale(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm."""
        variance = math.log1p(self.lognormal.cv**2)
        return math.log(self.mean) - variance / 2, math.sqrt(variance)

    def cumulative_hazard(self, t: npt.ArrayLike) -> Array:
        from scipy.special import log_ndtr

        place, scale = self.place_and_scale
        with np.errstate(divide="ignore"):
            return -floats(log_ndtr((place - np.log(np.maximum(floats(t), 0.0))) / scale))

    def inverse_hazard(self, x: npt.ArrayLike) -> Array:
        from scipy.special import ndtri_exp

        place, scale = self.place_and_scale
        with np.errstate(over="ignore"):
            return np.exp(place - scale * floats(ndtri_exp(-np.maximum(floats(x), 0.0))))

    def quantile(self, p: npt.ArrayLike) -> Array:
        from scipy.special import ndtri

        place, scale = self.place_and_scale
        return np.exp(place + scale * floats(ndtri(floats(p))))


def gamma_hazard(t: Array, shape: float, scale: float) -> Array:
    """Cumulative hazard of a gamma law, accurate in both tails."""
    from scipy.special import gammainc, gammaincc

    u = np.maximum(t, 0.0) / scale
    below, above = floats(gammainc(shape, u)), floats(gammaincc(shape, u))
    with np.errstate(divide="ignore"):
        return np.where(below < 0.5, -np.log1p(-below), -np.log(above))


def gamma_inverse(x: Array, shape: float, scale: float) -> Array:
    """The time at which a gamma law's cumulative hazard is `x`, accurate in both tails."""
    from scipy.special import gammainccinv, gammaincinv

    x = np.maximum(x, 0.0)
    early = floats(gammaincinv(shape, -np.expm1(-x)))
    late = floats(gammainccinv(shape, np.exp(-x)))
    return scale * np.where(x < math.log(2), early, late)


class Gamma(Law):
    """A gamma law by mean and coefficient of variation."""

    gamma: MeanCv
    """Mean and coefficient of variation."""

    @property
    def mean(self) -> float:
        return self.gamma.mean

    def cumulative_hazard(self, t: npt.ArrayLike) -> Array:
        cv2 = self.gamma.cv**2
        return gamma_hazard(floats(t), 1 / cv2, self.mean * cv2)

    def inverse_hazard(self, x: npt.ArrayLike) -> Array:
        cv2 = self.gamma.cv**2
        return gamma_inverse(floats(x), 1 / cv2, self.mean * cv2)


class Erlang(Law):
    """Exponential stages that follow each other."""

    erlang: MeanStages
    """Mean of the whole, and number of stages."""

    @property
    def mean(self) -> float:
        return self.erlang.mean

    def cumulative_hazard(self, t: npt.ArrayLike) -> Array:
        return gamma_hazard(floats(t), self.erlang.stages, self.mean / self.erlang.stages)

    def inverse_hazard(self, x: npt.ArrayLike) -> Array:
        return gamma_inverse(floats(x), self.erlang.stages, self.mean / self.erlang.stages)


class Weibull(Law):
    """The hazard is a power of time."""

    weibull: MeanShape
    """Mean and shape."""

    @property
    def mean(self) -> float:
        return self.weibull.mean

    @property
    def scale(self) -> float:
        """The duration at which the cumulative hazard is 1, in seconds."""
        return self.mean / math.gamma(1 + 1 / self.weibull.shape)

    def cumulative_hazard(self, t: npt.ArrayLike) -> Array:
        with np.errstate(over="ignore"):
            hazard: Array = (np.maximum(floats(t), 0.0) / self.scale) ** self.weibull.shape
        return hazard

    def inverse_hazard(self, x: npt.ArrayLike) -> Array:
        time: Array = self.scale * np.maximum(floats(x), 0.0) ** (1 / self.weibull.shape)
        return time


class Uniform(Law):
    """Any duration from the lowest to the highest is equally likely."""

    uniform: tuple[Duration, Duration]
    """Lowest and highest."""

    @field_validator("uniform")
    @classmethod
    def in_order(cls, ends: tuple[float, float]) -> tuple[float, float]:
        """The lowest comes first."""
        if not ends[0] < ends[1]:
            raise wrong("the lowest is not below the highest", "[lowest, highest] is meant")
        return ends

    @property
    def mean(self) -> float:
        return sum(self.uniform) / 2

    def cumulative_hazard(self, t: npt.ArrayLike) -> Array:
        low, high = self.uniform
        with np.errstate(divide="ignore"):
            return -np.log1p(-np.clip((floats(t) - low) / (high - low), 0.0, 1.0))

    def inverse_hazard(self, x: npt.ArrayLike) -> Array:
        low, high = self.uniform
        x = floats(x)
        return np.where(x > 0, low - np.expm1(-np.maximum(x, 0.0)) * (high - low), 0.0)


class Triangular(Law):
    """The density rises to the mode and falls from there, in straight lines."""

    triangular: tuple[Duration, Duration, Duration]
    """Lowest, most likely, highest."""

    @field_validator("triangular")
    @classmethod
    def in_order(cls, ends: tuple[float, float, float]) -> tuple[float, float, float]:
        """The mode lies between the lowest and the highest."""
        if not (ends[0] <= ends[1] <= ends[2] and ends[0] < ends[2]):
            raise wrong("the three are not in order", "[lowest, most likely, highest] is meant")
        return ends

    @property
    def mean(self) -> float:
        return sum(self.triangular) / 3

    def cumulative_hazard(self, t: npt.ArrayLike) -> Array:
        low, mode, high = self.triangular
        t = np.clip(floats(t), low, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            rising = -np.log1p(-((t - low) ** 2) / ((high - low) * (mode - low)))
            falling = -np.log((high - t) ** 2 / ((high - low) * (high - mode)))
        # A side without width is 0/0: nothing is left of it at the top, nothing gone at the bottom.
        hazard = np.where((t < mode) | (mode == high), rising, np.maximum(falling, 0.0))
        return np.where(t >= high, np.inf, np.where(t <= low, 0.0, hazard))

    def inverse_hazard(self, x: npt.ArrayLike) -> Array:
        low, mode, high = self.triangular
        x = floats(x)
        above = np.exp(-np.maximum(x, 0.0))
        below = -np.expm1(-np.maximum(x, 0.0))
        rising = low + np.sqrt(below * (high - low) * (mode - low))
        falling = high - np.sqrt(above * (high - low) * (high - mode))
        time = np.where(below * (high - low) < mode - low, rising, falling)
        return np.where(x > 0, time, 0.0)


class SharesMeans(Part):
    """A mixture of exponential laws."""

    shares: Annotated[tuple[Share, ...], NOT_EMPTY]
    """Share of each law; they add up to 1."""
    means: Annotated[tuple[LongerThanZero, ...], NOT_EMPTY]
    """Mean of each law."""

    @field_validator("shares")
    @classmethod
    def whole(cls, shares: tuple[float, ...]) -> tuple[float, ...]:
        """Shares add up to 1."""
        if abs(sum(shares) - 1) > 1e-9:
            raise wrong(
                f"the shares add up to {sum(shares):g}", "shares that add up to 1 are meant"
            )
        return shares

    @model_validator(mode="after")
    def as_many(self) -> Self:
        """There is one mean for each share."""
        if len(self.shares) != len(self.means):
            raise wrong(
                f"{len(self.shares)} shares and {len(self.means)} means", "one mean a share"
            )
        return self


class Hyperexponential(Law):
    """A mixture of exponential laws: some durations are of a longer kind."""

    hyperexponential: SharesMeans
    """Shares and means."""

    @property
    def mean(self) -> float:
        return math.fsum(
            s * m
            for s, m in zip(self.hyperexponential.shares, self.hyperexponential.means, strict=True)
        )

    def hazard_and_slope(self, t: Array) -> tuple[Array, Array]:
        """H and its derivative; both stay exact where the survival is near 1 or near 0."""
        shares = np.array(self.hyperexponential.shares)
        rates = 1 / np.array(self.hyperexponential.means)
        shares, rates = shares[shares > 0], rates[shares > 0]
        # Taking the slowest law out of the sum keeps it from vanishing far in the tail.
        slowest = rates.min()
        weights = shares * np.exp(-np.multiply.outer(t, rates - slowest))
        left = weights.sum(axis=-1)
        gone = (shares * np.expm1(-np.multiply.outer(t, rates))).sum(axis=-1)
        early = -np.log1p(np.maximum(gone, -0.9))
        late = t * slowest - np.log(left)
        return np.where(late < 0.5, early, late), (weights * rates).sum(axis=-1) / left

    def cumulative_hazard(self, t: npt.ArrayLike) -> Array:
        t = np.maximum(floats(t), 0.0)
        finite = np.where(np.isfinite(t), t, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(np.isfinite(t), self.hazard_and_slope(finite)[0], t)

    def inverse_hazard(self, x: npt.ArrayLike) -> Array:
        x = np.maximum(floats(x), 0.0)
        target = np.where(np.isfinite(x), x, 0.0)
        time = np.zeros_like(target)
        # H is concave, so Newton's steps from the left never pass the root: no bracket needed.
        for _ in range(200):
            with np.errstate(divide="ignore"):
                hazard, slope = self.hazard_and_slope(time)
            step = np.maximum((target - hazard) / slope, 0.0)
            time = time + step
            if not np.any(step > 4e-16 * time):
                break
        return np.where(np.isfinite(x), time, x)


class Empirical(Law):
    """The durations that were seen, each equally likely."""

    atomic: ClassVar[bool] = True
    empirical: Annotated[
        tuple[float, ...],
        PlainValidator(read_durations),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "array", "minItems": 1, "items": DURATION_SCHEMA},
                    {
                        "type": "object",
                        "properties": {"file": {"type": "string"}, "column": {"type": "string"}},
                        "required": ["file", "column"],
                        "additionalProperties": False,
                    },
                ]
            }
        ),
    ]
    """The durations, or { file, column } of a CSV (a bare number in the CSV is in seconds)."""

    @property
    def mean(self) -> float:
        return math.fsum(self.empirical) / len(self.empirical)

    @cached_property
    def ordered(self) -> Array:
        """The durations from short to long, in seconds."""
        return np.sort(np.array(self.empirical, dtype=np.float64))

    def cumulative_hazard(self, t: npt.ArrayLike) -> Array:
        above = 1 - np.searchsorted(self.ordered, floats(t), side="right") / len(self.ordered)
        with np.errstate(divide="ignore"):
            return -np.log(above)

    def inverse_hazard(self, x: npt.ArrayLike) -> Array:
        times, jumps = self.steps()
        with np.errstate(invalid="ignore"):
            reached = np.cumsum(jumps)
        x = floats(x)
        return np.where(x > 0, times[np.minimum(np.searchsorted(reached, x), len(times) - 1)], 0.0)

    def quantile(self, p: npt.ArrayLike) -> Array:
        count = len(self.ordered)
        place = np.ceil(floats(p) * count - 1e-9).astype(np.int64) - 1
        return self.ordered[np.clip(place, 0, count - 1)]

    def steps(self) -> tuple[Array, Array]:
        times, counts = np.unique(self.ordered, return_counts=True)
        before = len(self.ordered) - np.concatenate([[0], np.cumsum(counts)[:-1]])
        with np.errstate(divide="ignore"):
            return times, -np.log1p(-counts / before)


class Never(Law):
    """Patience without end."""

    never: Flag
    """true: nobody hangs up."""

    @field_validator("never")
    @classmethod
    def only_true(cls, never: bool) -> bool:
        """`never = false` says nothing."""
        if not never:
            raise wrong("false says nothing", 'never = true, or a law such as "2 min", is meant')
        return never

    @property
    def mean(self) -> float:
        return math.inf

    def cumulative_hazard(self, t: npt.ArrayLike) -> Array:
        return np.zeros(np.shape(t))

    def inverse_hazard(self, x: npt.ArrayLike) -> Array:
        return np.where(floats(x) > 0, np.inf, 0.0)


class Pieces(Part):
    """A hazard that is constant in pieces."""

    from_: Annotated[tuple[Duration, ...], NOT_EMPTY] = Field(alias="from")
    """Where each piece begins, after "0 s"; the last goes on for ever."""
    per_minute: Annotated[tuple[Annotated[NotNegative, Field(le=1e9)], ...], NOT_EMPTY]
    """Hang-ups a minute and waiting caller in each piece."""

    @field_validator("from_")
    @classmethod
    def in_order(cls, begins: tuple[float, ...]) -> tuple[float, ...]:
        """The first piece begins at 0 s, and each later than the one before."""
        if begins[0] != 0:
            raise wrong("the first piece does not begin at 0 s", 'from = ["0 s", ...] is meant')
        if any(b <= a for a, b in pairwise(begins)):
            raise wrong("the pieces are not in order", "each piece begins later than the last")
        return begins

    @model_validator(mode="after")
    def as_many(self) -> Self:
        """There is one hazard for each piece."""
        if len(self.from_) != len(self.per_minute):
            raise wrong(f"{len(self.from_)} pieces and {len(self.per_minute)} hazards")
        return self


class Hazard(Law):
    """Patience told by how fast waiting callers hang up."""

    hazard: Pieces
    """Pieces of constant hazard."""

    @cached_property
    def knots(self) -> tuple[Array, Array, Array]:
        """Beginnings in s, hazards per s, and the cumulative hazard at each beginning."""
        begins = np.array(self.hazard.from_)
        slopes = np.array(self.hazard.per_minute) / MINUTE
        reached = np.concatenate([[0.0], np.cumsum(slopes[:-1] * np.diff(begins))])
        return begins, slopes, reached

    @property
    def mean(self) -> float:
        begins, slopes, reached = self.knots
        if slopes[-1] == 0:
            return math.inf
        lasts = np.append(np.diff(begins), np.inf)
        with np.errstate(divide="ignore", invalid="ignore"):
            spent = np.where(slopes > 0, -np.expm1(-slopes * lasts) / slopes, lasts)
        return float(np.sum(np.exp(-reached) * spent))

    def cumulative_hazard(self, t: npt.ArrayLike) -> Array:
        begins, slopes, reached = self.knots
        t = np.maximum(floats(t), 0.0)
        piece = np.searchsorted(begins, t, side="right") - 1
        with np.errstate(invalid="ignore"):
            more = np.where(slopes[piece] > 0, slopes[piece] * (t - begins[piece]), 0.0)
        return reached[piece] + more

    def inverse_hazard(self, x: npt.ArrayLike) -> Array:
        begins, slopes, reached = self.knots
        x = np.maximum(floats(x), 0.0)
        piece = np.maximum(np.searchsorted(reached, x, side="left") - 1, 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            time = begins[piece] + (x - reached[piece]) / slopes[piece]
        # 0/0 where the hazard begins with a flat piece and nothing is asked of it.
        return np.where(x > 0, time, 0.0)


LAWS: dict[str, type[Law]] = {
    "constant": Constant,
    "exponential": Exponential,
    "lognormal": Lognormal,
    "gamma": Gamma,
    "weibull": Weibull,
    "erlang": Erlang,
    "uniform": Uniform,
    "triangular": Triangular,
    "hyperexponential": Hyperexponential,
    "empirical": Empirical,
}
"""The laws of talk, wrap-up and delays; patience has three more ways to be told."""


def tag_of(value: Any) -> str:
    """The name of the law that a value is written as."""
    if isinstance(value, Mapping):
        return next((f"<{key}>" for key in value if key in NAMED), "<constant>")
    return next((f"<{key}>" for key, law in NAMED.items() if type(value) is law), "<constant>")


def one_of(names: tuple[str, ...]) -> Callable[[Any], Any]:
    """A check that exactly one of the laws is named; a bare duration becomes a constant."""

    def one_law(value: Any) -> Any:
        if isinstance(value, Part):
            return value
        if isinstance(value, str):
            if value == "never" and "never" in names:
                return {"never": True}
            try:
                read_duration(value)
            except PydanticCustomError as error:
                ways = '"30 s", "never"' if "never" in names else '"30 s"'
                hint = (error.context or {})["meant"] or f"{ways} or a law is meant: {EXAMPLE}"
                raise wrong(error.message(), hint) from None
            return {"constant": value}
        if not isinstance(value, Mapping):
            read_duration_or_law(value)
        found = [key for key in value if key in names]
        if len(found) == 1:
            return value
        if found:
            raise wrong(f"{' and '.join(found)} at once", "one law is meant")
        if not value:
            raise wrong("is an empty table", f"a law is meant: {EXAMPLE}")
        refuse_all(unknown_law(str(key), names) for key in value)
        return value

    return one_law


EXAMPLE = '{ exponential = "5 min" }'


def read_duration_or_law(value: Any) -> None:
    """Say what is meant in place of a bare number, a list or the like."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        text = shown(value)
        raise wrong(f"{text} has no unit", f'a duration is meant, such as "{text} s", or a law')
    raise wrong(f"{shown(value)} is not a law", f"a law is meant: {EXAMPLE}")


def unknown_law(key: str, names: tuple[str, ...]) -> Wrong:
    """What to say of a key that should have been a law's name."""
    if key in NAMED:
        return Wrong((key,), f"{key} is a law for patience only")
    return Wrong((key,), "is not a law", nearest(key, names) or f"one of {', '.join(names)}")


WorkLaw = (
    Annotated[Constant, Tag("<constant>")]
    | Annotated[Exponential, Tag("<exponential>")]
    | Annotated[Lognormal, Tag("<lognormal>")]
    | Annotated[Gamma, Tag("<gamma>")]
    | Annotated[Weibull, Tag("<weibull>")]
    | Annotated[Erlang, Tag("<erlang>")]
    | Annotated[Uniform, Tag("<uniform>")]
    | Annotated[Triangular, Tag("<triangular>")]
    | Annotated[Hyperexponential, Tag("<hyperexponential>")]
    | Annotated[Empirical, Tag("<empirical>")]
)
"""A law as a table."""

PlainLaw = Annotated[
    WorkLaw,
    Discriminator(tag_of),
    SchemaOr("duration"),
    BeforeValidator(one_of(tuple(LAWS))),
]
"""A law, or a bare duration for a constant."""


class ByInterval(Part):
    """A law for each piece of the open hours, by the instant of arrival."""

    by_interval: Annotated[tuple[PlainLaw, ...], NOT_EMPTY]
    """One law a piece."""
    every: LongerThanZero = Field(default_factory=float)
    """Length of a piece; without it a piece is a reporting interval."""

    @model_validator(mode="after")
    def by_reporting_interval(self, info: ValidationInfo) -> Self:
        """Without `every` a piece is a reporting interval."""
        day = surroundings(info).day
        return (
            self if self.every or day is None else self.model_copy(update={"every": day.interval})
        )

    @property
    def laws(self) -> tuple[Law, ...]:
        """The laws in order."""
        return self.by_interval

    def pieces_wrong(self, hours: Hours) -> str:
        """Why the pieces do not fill the open hours; empty when they do."""
        return pieces_wrong(hours, len(self.by_interval), self.every)


TALK_NAMES = (*LAWS, "by_interval")
Work = Annotated[
    WorkLaw | Annotated[ByInterval, Tag("<by_interval>")],
    Discriminator(tag_of),
    SchemaOr("duration"),
    BeforeValidator(one_of(TALK_NAMES)),
]
"""Talk or wrap-up: a law, or a law for each piece of the day."""


class Report(Part):
    """What a centre's own report says of hang-ups."""

    abandonment: Annotated[Share, Field(gt=0)]
    """Share of contacts that hung up."""
    mean_wait: LongerThanZero
    """Mean wait of all contacts, those that hung up included."""


class FromReport(Part):
    """Patience guessed from two numbers of a report."""

    from_report: Report
    """Mean patience = mean wait of all / abandonment, as if patience were exponential."""

    @property
    def law(self) -> Exponential:
        """The exponential law that gives the report's two numbers."""
        mean = self.from_report.mean_wait / self.from_report.abandonment
        return Exponential.model_construct(exponential=mean)


PATIENCE_NAMES = (*LAWS, "never", "hazard", "by_interval", "from_report")
NAMED: dict[str, type[Part]] = {
    **LAWS,
    "never": Never,
    "hazard": Hazard,
    "by_interval": ByInterval,
    "from_report": FromReport,
}
EndlessLaw = WorkLaw | Annotated[Never, Tag("<never>")] | Annotated[Hazard, Tag("<hazard>")]
PatiencePiece = Annotated[
    EndlessLaw,
    Discriminator(tag_of),
    SchemaOr("duration"),
    BeforeValidator(one_of((*LAWS, "never", "hazard"))),
]


class PatienceByInterval(ByInterval):
    """A law of patience for each piece of the open hours, by the instant of arrival."""

    by_interval: Annotated[tuple[PatiencePiece, ...], NOT_EMPTY]  # type: ignore[assignment]
    """One law a piece."""


class Patience(Part):
    """How long callers wait before they hang up."""

    hang_up_at_once: Share = 0.0
    """Share of those who find no operator that hang up at once."""
    written: Annotated[
        EndlessLaw
        | Annotated[PatienceByInterval, Tag("<by_interval>")]
        | Annotated[FromReport, Tag("<from_report>")],
        Discriminator(tag_of),
    ]
    """The law, as the file has it."""

    @model_validator(mode="before")
    @classmethod
    def law_apart(cls, value: Any) -> Any:
        """`hang_up_at_once` stands in the table of the law, and is taken out of it here."""
        if isinstance(value, (Patience, str)) or not isinstance(value, Mapping):
            return value if isinstance(value, Patience) else {"written": ONE_PATIENCE(value)}
        rest = {key: item for key, item in value.items() if key != "hang_up_at_once"}
        apart = {k: v for k, v in value.items() if k == "hang_up_at_once"}
        if apart and not rest:
            example = '{ exponential = "2 min", hang_up_at_once = 0.1 }'
            raise wrong("has no law beside hang_up_at_once", f"a law is meant: {example}")
        return {**apart, "written": ONE_PATIENCE(rest)}

    @property
    def law(self) -> Law | ByInterval:
        """The law of patience."""
        return self.written.law if isinstance(self.written, FromReport) else self.written

    @property
    def estimated(self) -> bool:
        """True when the law was guessed from a report."""
        return isinstance(self.written, FromReport)


ONE_PATIENCE = one_of(PATIENCE_NAMES)


LONGEST_MEAN = DAY


def not_absurd(value: Any) -> None:
    """Refuse work that takes more than a day on average."""
    laws = value.laws if isinstance(value, ByInterval) else (value,)
    longest = max(law.mean for law in laws)
    if longest > LONGEST_MEAN:
        what = f"a mean of {format_duration(longest)} is absurdly long"
        raise wrong(what, "a mean of at most 24 h is meant")


def check_pieces(value: Any, hours: Hours | None) -> None:
    """Refuse a law by interval whose pieces do not fill the open hours."""
    if hours is not None and isinstance(value, ByInterval):
        problem = value.pieces_wrong(hours)
        if problem:
            refuse_all([Wrong(("by_interval",), problem, "as many laws as pieces are meant")])


__all__ = [
    "LAWS",
    "ByInterval",
    "Constant",
    "Empirical",
    "Erlang",
    "Exponential",
    "FromReport",
    "Gamma",
    "Hazard",
    "Hyperexponential",
    "Law",
    "Lognormal",
    "Never",
    "Patience",
    "Triangular",
    "Uniform",
    "Weibull",
    "Work",
]
