"""Expected contacts of a person, against every way that the contacts can go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.attempts import (
    ENDLESS,
    FollowUps,
    attempts_made,
    edges_of,
    expected_rows,
    reachable,
    rings,
)
from sim.scenario.contacts import Redial, Repeat, Transfer


def redial(share: float, attempts: int = 5, **more: object) -> Redial:
    return Redial.model_validate({"share": share, "delay": "1 min", "attempts": attempts, **more})


def transfer(to: str, share: float) -> Transfer:
    return Transfer.model_validate({"to": to, "share": share})


def walked(kinds: dict[str, FollowUps], name: str, attempt: int = 1) -> float:
    """Contacts of a person from this one on, by walking the tree of all that may follow."""
    kind, rows = kinds[name], 1.0
    if kind.redial is not None and attempt < kind.redial.attempts:
        chance = kind.redial.chance(attempt)
        rows += chance * walked(kinds, kind.redial.as_ or name, attempt + 1)
    if kind.repeat is not None and attempt < kind.repeat.attempts:
        rows += kind.unresolved * walked(kinds, name, attempt + 1)
    if kind.transfer is not None:
        rows += kind.transfer.share * walked(kinds, kind.transfer.to, attempt + 1)
    return rows


SHARES = st.floats(0, 1)


@st.composite
def some_kinds(draw: st.DrawFn) -> dict[str, FollowUps]:
    """Up to three call types; transfers go to later ones only, so that there is no ring."""
    names = "abc"[: draw(st.integers(1, 3))]
    kinds: dict[str, FollowUps] = {}
    for place, name in enumerate(names):
        again = draw(st.none() | st.sampled_from(names))
        after = draw(st.sampled_from([["abandoned"], ["blocked"], ["blocked", "cut_off"]]))
        more = {"later_share": draw(SHARES), "after": after, "as": again}
        if "blocked" in after:
            more["blocked_share"] = draw(SHARES)
        repeat = {"share": draw(SHARES), "delay": "1 h", "attempts": draw(st.integers(2, 5))}
        later = names[place + 1 :]
        kinds[name] = FollowUps(
            redial(draw(SHARES), draw(st.integers(2, 5)), **more) if draw(st.booleans()) else None,
            Repeat.model_validate(repeat) if draw(st.booleans()) else None,
            transfer(draw(st.sampled_from(later)), draw(SHARES))
            if later and draw(st.booleans())
            else None,
            draw(SHARES),
        )
    return kinds


@given(some_kinds())
def test_expected_rows_are_those_of_the_whole_tree(kinds: dict[str, FollowUps]) -> None:
    rows = expected_rows(kinds)
    for name in kinds:
        assert rows[name] == pytest.approx(walked(kinds, name), rel=1e-12)


def deepest(kinds: dict[str, FollowUps]) -> dict[str, int]:
    """The last attempt of each call type, by walking all ways that can happen at all."""
    last = dict.fromkeys(kinds, 1)
    level, attempt = set(kinds), 1
    while level:
        for name in level:
            last[name] = attempt
        edges = [e for e in edges_of(kinds) if e.source in level]
        chance = [(e, e.first if attempt == 1 else e.later) for e in edges]
        level = {
            e.target for e, c in chance if c > 1e-2 and (not e.attempts or attempt < e.attempts)
        }
        attempt += 1
    return last


def test_a_share_of_redials_is_a_sum_of_powers() -> None:
    rows = expected_rows({"a": FollowUps(redial(0.5, 4))})
    assert rows == {"a": 1 + 0.5 + 0.25 + 0.125}
    # The first share holds once, the later one from then on.
    rows = expected_rows({"a": FollowUps(redial(0.5, 4, later_share=1.0))})
    assert rows == {"a": 1 + 0.5 + 0.5 + 0.5}


def test_attempts_bound_all_contacts_and_transfers_come_on_top() -> None:
    kinds = {"a": FollowUps(redial(0.5, 3), transfer=transfer("b", 0.1)), "b": FollowUps()}
    assert attempts_made(kinds) == {"a": 3, "b": 4}
    assert expected_rows(kinds)["a"] == pytest.approx(1.75 * 1.1)
    assert attempts_made({"a": FollowUps()}) == {"a": 1}


@given(st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=6, max_size=6), st.integers(2, 6))
def test_attempts_made_are_those_that_can_happen(shares: list[float], most: int) -> None:
    kinds = {
        "a": FollowUps(
            redial(shares[0], most, later_share=shares[1]), None, transfer("b", shares[2])
        ),
        "b": FollowUps(redial(shares[3], 4), None, transfer("c", shares[4])),
        "c": FollowUps(redial(shares[5], most, **{"as": "a"})),
    }
    assert attempts_made(kinds) == deepest(kinds)


def test_attempts_that_never_come_need_no_streams() -> None:
    made = attempts_made({"a": FollowUps(redial(0.05, 1000))})
    assert made == {"a": 10}  # 0.05^9 is above 1e-12, and 0.05^10 is not
    assert attempts_made({"a": FollowUps(redial(1.0, 1000))}) == {"a": 1000}


def test_what_never_ends_is_a_number_still() -> None:
    both = FollowUps(redial(1.0, 1000), Repeat.model_validate(
        {"share": 1, "delay": "1 h", "attempts": 1000}), None, 1.0)  # fmt: skip
    assert expected_rows({"a": both}) == {"a": ENDLESS}


def test_rings_are_told_once_however_long() -> None:
    kinds = {
        "x": FollowUps(transfer=transfer("a", 0.5)),
        "a": FollowUps(transfer=transfer("b", 0.1)),
        "b": FollowUps(transfer=transfer("c", 0.1)),
        "c": FollowUps(transfer=transfer("a", 0.1)),
        "d": FollowUps(transfer=transfer("e", 0.1)),
        "e": FollowUps(transfer=transfer("d", 0.1)),
    }
    assert rings(kinds) == [["a", "b", "c", "a"], ["d", "e", "d"]]
    never = kinds | {"c": FollowUps(transfer=transfer("a", 0.0))}
    assert rings(never) == [["d", "e", "d"]]
    assert reachable(edges_of(kinds), "x") == {"x", "a", "b", "c"}
