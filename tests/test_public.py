"""The names that notebooks use, as the design shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.callers import CALLERS, CHOICES, FOLLOW_UPS, STAFF
from sim.outcomes import BREAKS, CONTACTS, PRESENCE, TRIES

BANK = Path(__file__).parents[1] / "scenarios" / "bank.toml"


@pytest.mark.parametrize("name", sim.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(sim, name).__doc__


def test_public_names_are_all_and_sorted() -> None:
    assert list(sim.__all__) == sorted(sim.__all__)
    assert dir(sim) == list(sim.__all__)
    with pytest.raises(AttributeError, match="no attribute 'helper'"):
        _ = sim.helper  # type: ignore[attr-defined]


def test_the_designs_lines_run() -> None:
    scenario = sim.load(BANK, plan="later_lunch", change={"callers.cards.volume": "+10 %"})
    results = sim.run(scenario, replications=3)
    frames = (
        results.summary(), results.intervals(), results.staff(), results.contacts(),
        results.replications(),
    )  # fmt: skip
    assert all(len(frame) for frame in frames)
    assert "answered in time" in results._repr_html_()
    assert sim.compare(BANK, replications=2).table().shape[0] == len(results.measures)
    callers, staff = sim.draw(scenario, replication=0)
    outcomes = sim.simulate(sim.centre_of(scenario), callers, staff, engine="simpy")
    assert sim.broken_facts(sim.centre_of(scenario), callers, staff, outcomes) == []
    assert len(results.contacts()) == len(outcomes)


def test_declared_columns_are_the_tables_columns() -> None:
    scenario = sim.load(BANK)
    callers, staff = sim.draw(scenario)
    outcomes = sim.simulate(sim.centre_of(scenario), callers, staff)
    tables = {CALLERS: callers, STAFF: staff, (*CONTACTS, *PRESENCE, *BREAKS, *TRIES): outcomes}
    parts = {"follow_ups": callers.follow_ups, "choices": callers.choices}
    assert [parts[name]._fields for name in parts] == [
        tuple(each.name for each in columns) for columns in (FOLLOW_UPS, CHOICES)
    ]
    for columns, table in tables.items():
        fields = set(table.__dataclass_fields__) - set(parts)
        assert {each.name for each in columns} == fields
        for column in columns:
            assert getattr(table, column.name).dtype == column.dtype
            assert column.meaning
