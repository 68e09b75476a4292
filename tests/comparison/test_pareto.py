"""The front: right against a plain loop from the definition, and sure only where the days are."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.comparison.frames import pareto
from sim.comparison.pareto import AIMS, Front
from sim.measures.intervals import mean, missing

WIGGLE = np.array([-1.0, 1.0, 0.5, -0.5, 0.25, -0.25])


def plan(*about: float | None, wiggle: float = 0.0) -> Any:
    """A plan with so much cost, waiting and hang-ups; all plans wiggle alike from day to day."""
    measures = {
        name: missing(unit, 6) if value is None else mean(value + wiggle * WIGGLE, unit, -math.inf)
        for name, value, unit in zip(AIMS, about, ("EUR", "s", "share"), strict=True)
    }
    return SimpleNamespace(measures=measures)


points = st.lists(st.tuples(*[st.sampled_from([0.0, 1.0, 2.0])] * 3), min_size=1, max_size=7)


@given(points)
def test_who_dominates_whom_by_the_definition(places: list[tuple[float, float, float]]) -> None:
    front = Front({str(k): plan(*place) for k, place in enumerate(places)})
    for k, here in enumerate(places):
        by = {
            str(j)
            for j, other in enumerate(places)
            if all(a <= b for a, b in zip(other, here, strict=True)) and other != here
        }
        assert {each.by for each in front.dominated.get(str(k), [])} == by
        assert all(each.sure for each in front.dominated.get(str(k), []))
        assert (str(k) in front.plans) == (not by)
    costs = [places[int(name)][0] for name in front.plans]
    assert costs == sorted(costs)


def test_dominance_is_sure_only_where_every_difference_is() -> None:
    steady, shaky = plan(10.0, 5.0, 0.1), plan(10.1, 6.0, 0.2)
    # Its cost moves against the others' days, so that 0.1 dearer is not known to be dearer.
    shaky.measures["total_cost"] = mean(10.1 + WIGGLE, "EUR")
    front = Front({"steady": steady, "shaky": shaky})
    (one,) = front.dominated["shaky"]
    assert (one.by, one.sure, one.unsure) == ("steady", False, ("total_cost",))
    assert front.document("shaky") == {
        "on_front": False,
        "dominated": [{"by": "steady", "sure": False, "too_close": ["total_cost"]}],
    }
    assert front.document("steady") == {"on_front": True, "dominated": []}


def test_common_days_make_a_small_difference_sure() -> None:
    one, other = plan(10.0, 5.0, 0.1, wiggle=3.0), plan(10.1, 5.1, 0.2, wiggle=3.0)
    assert Front({"one": one, "other": other}).dominated["other"][0].sure


def test_plans_that_are_the_same_do_not_dominate_each_other() -> None:
    front = Front({"one": plan(1.0, 1.0, 1.0), "other": plan(1.0, 1.0, 1.0)})
    assert front.plans == ["one", "other"]


def test_what_nobody_waited_is_left_out_of_the_comparison() -> None:
    """Nobody phoned under either plan, so that cost alone is left."""
    front = Front({"cheap": plan(1.0, None, None), "dear": plan(2.0, None, None)})
    assert front.plans == ["cheap"]
    assert Front({"none": plan(None, None, None)}).plans == ["none"]


def test_one_day_is_never_sure() -> None:
    single = {name: SimpleNamespace(measures={}) for name in ("a", "b")}
    for value, each in enumerate(single.values()):
        each.measures = {name: mean(np.array([float(value)]), "s") for name in AIMS}
    (found,) = Front(single).dominated["b"]  # type: ignore[arg-type]
    assert found.unsure == AIMS


def test_the_frame() -> None:
    front = Front({"dear": plan(3.0, 5.0, 0.2), "cheap": plan(1.0, 4.0, 0.1)})
    frame = pareto(front)
    assert list(frame.index) == ["cheap", "dear"]
    assert frame.loc["dear", "dominated_by"] == "cheap"
    assert frame["on_front"].tolist() == [True, False]
    assert frame["surely"].tolist() == [False, True]
    assert frame.attrs["units"] == {"total_cost": "EUR", "wait_mean": "s", "abandonment": "share"}
    assert frame.loc["cheap", "wait_mean"] == pytest.approx(4.0)
