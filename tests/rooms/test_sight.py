"""A room's history as ranges says the same as the rules asked of each event by itself."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from teahouse.homeserver.rooms.visibility.sight import Sight, Step, sight_of
from teahouse.protocol.visibility import can_see

END = 40
MEMBERSHIPS = ("invite", "join", "leave", "ban", "knock")
VISIBILITIES = ("world_readable", "shared", "invited", "joined")


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Step], list[Step]]:
    """Memberships and visibilities with the positions of their events, all apart."""
    turns = draw(st.lists(st.integers(1, END - 1), unique=True, max_size=12))
    memberships, visibilities = [], []
    for turn in sorted(turns):
        if draw(st.booleans()):
            memberships.append((turn, draw(st.sampled_from(MEMBERSHIPS))))
        else:
            visibilities.append((turn, draw(st.sampled_from(VISIBILITIES))))
    return memberships, visibilities


@given(histories())
def test_ranges_say_the_same_as_the_rules(history: tuple[list[Step], list[Step]]) -> None:
    memberships, visibilities = history
    sight = sight_of(memberships, visibilities, _joined_until(memberships), END)
    assert [pos for pos in range(1, END) if sight.sees(pos)] == [
        pos for pos in range(1, END) if _naively_sees(memberships, visibilities, pos)
    ]


@given(histories(), st.integers(-2, END), st.integers(-2, END))
def test_a_part_of_it_has_what_is_seen_there(
    history: tuple[list[Step], list[Step]], after: int, upto: int
) -> None:
    memberships, visibilities = history
    sight = sight_of(memberships, visibilities, _joined_until(memberships), END)
    parts = [pos for first, last in sight.between(after, upto) for pos in range(first, last + 1)]
    assert parts == [pos for pos in range(END) if after < pos <= upto and sight.sees(pos)]


@given(histories())
def test_ranges_are_apart_and_in_order(history: tuple[list[Step], list[Step]]) -> None:
    memberships, visibilities = history
    ranges = sight_of(memberships, visibilities, _joined_until(memberships), END).ranges
    assert all(first <= last for first, last in ranges)
    assert all(one[1] + 1 < other[0] for one, other in pairwise(ranges))


def test_a_stranger_sees_nothing_of_a_shared_room() -> None:
    assert sight_of([], [(3, "shared")], 0, END).ranges == ()


def test_nothing_is_seen_without_ranges() -> None:
    assert not Sight([]).sees(1)


def _joined_until(memberships: list[Step]) -> int:
    ends = [turn for turn, _ in memberships[1:]] + [END]
    joins = [end for (_, what), end in zip(memberships, ends, strict=False) if what == "join"]
    return max(joins, default=0)


def _naively_sees(memberships: list[Step], visibilities: list[Step], pos: int) -> bool:
    def before(steps: list[Step], default: str) -> str:
        return next((what for turn, what in reversed(steps) if turn < pos), default)

    return can_see(
        before(visibilities, "shared"),
        before(memberships, "leave"),
        any(what == "join" and turn > pos for turn, what in memberships),
        visibility_after=dict(visibilities).get(pos),
        membership_after=dict(memberships).get(pos),
    )
