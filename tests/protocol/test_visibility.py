"""History visibility, by the whole table."""

from __future__ import annotations

from typing import Any

import pytest

from teahouse.protocol.visibility import can_see, visibility_of

VISIBILITIES = ["world_readable", "shared", "invited", "joined"]
MEMBERSHIPS = ["join", "invite", "leave", "knock", "ban"]

# (visibility, membership at the event): seen, also by who did not join later; then by who did.
TABLE: dict[tuple[str, str], tuple[bool, bool]] = {
    ("world_readable", "join"): (True, True),
    ("world_readable", "invite"): (True, True),
    ("world_readable", "leave"): (True, True),
    ("world_readable", "knock"): (True, True),
    ("world_readable", "ban"): (True, True),
    ("shared", "join"): (True, True),
    ("shared", "invite"): (False, True),
    ("shared", "leave"): (False, True),
    ("shared", "knock"): (False, True),
    ("shared", "ban"): (False, True),
    ("invited", "join"): (True, True),
    ("invited", "invite"): (True, True),
    ("invited", "leave"): (False, False),
    ("invited", "knock"): (False, False),
    ("invited", "ban"): (False, False),
    ("joined", "join"): (True, True),
    ("joined", "invite"): (False, False),
    ("joined", "leave"): (False, False),
    ("joined", "knock"): (False, False),
    ("joined", "ban"): (False, False),
}


def test_the_table_is_whole() -> None:
    assert set(TABLE) == {(v, m) for v in VISIBILITIES for m in MEMBERSHIPS}


@pytest.mark.parametrize(("visibility", "membership"), TABLE)
def test_who_sees_an_event(visibility: str, membership: str) -> None:
    never_joined, joined_later = TABLE[visibility, membership]
    assert can_see(visibility, membership, False) == never_joined
    assert can_see(visibility, membership, True) == joined_later


@pytest.mark.parametrize("before", VISIBILITIES)
@pytest.mark.parametrize("after", VISIBILITIES)
@pytest.mark.parametrize("membership", MEMBERSHIPS)
@pytest.mark.parametrize("later", [False, True])
def test_a_change_of_visibility_is_seen_by_whom_either_allows(
    before: str, after: str, membership: str, later: bool
) -> None:
    expected = can_see(before, membership, later) or can_see(after, membership, later)
    assert can_see(before, membership, later, visibility_after=after) == expected


@pytest.mark.parametrize("visibility", VISIBILITIES)
@pytest.mark.parametrize("before", MEMBERSHIPS)
@pytest.mark.parametrize("after", MEMBERSHIPS)
@pytest.mark.parametrize("later", [False, True])
def test_ones_own_membership_is_seen_if_either_allows(
    visibility: str, before: str, after: str, later: bool
) -> None:
    expected = can_see(visibility, before, later) or can_see(visibility, after, later)
    assert can_see(visibility, before, later, membership_after=after) == expected
    if "join" in (before, after):
        assert expected


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_the_visibility_is_what_the_event_says(visibility: str) -> None:
    assert visibility_of({"history_visibility": visibility}) == visibility


@pytest.mark.parametrize(
    "content",
    [
        None,
        {},
        {"history_visibility": "everybody"},
        {"history_visibility": ["joined"]},
        {"history_visibility": None},
    ],
)
def test_it_is_shared_when_not_understood(content: Any) -> None:
    assert visibility_of(content) == "shared"


def test_a_visibility_that_is_not_understood_counts_as_shared() -> None:
    for membership in MEMBERSHIPS:
        for later in (False, True):
            assert can_see("odd", membership, later) == can_see("shared", membership, later)
