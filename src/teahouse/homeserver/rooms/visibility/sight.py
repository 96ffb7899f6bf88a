"""Which positions of a room one person may see, as ranges. Pure.

Between two events that change the person's membership or the room's history visibility, every
event is seen or none is; those events themselves are seen by who may see before or after them.
So a room's whole history, for one person, is a few ranges of positions.

Source: client-server API, "Room History Visibility"
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from teahouse.protocol.visibility import DEFAULT, can_see

Step = tuple[int, str]
"""A position, and what holds from there on."""


class Sight:
    __slots__ = ("_firsts", "ranges")

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self.ranges = tuple(ranges)
        """(first, last) position, both seen; in order, apart from each other."""
        self._firsts = [first for first, _ in self.ranges]

    def sees(self, pos: int) -> bool:
        index = bisect_right(self._firsts, pos) - 1
        return index >= 0 and pos <= self.ranges[index][1]

    def between(self, after: int, upto: int) -> Iterator[tuple[int, int]]:
        """The ranges cut to after < pos <= upto, in order."""
        for first, last in self.ranges:
            first, last = max(first, after + 1), min(last, upto)
            if first <= last:
                yield first, last


def sight_of(
    memberships: Sequence[Step], visibilities: Sequence[Step], joined_until: int, end: int
) -> Sight:
    """Steps are in order. `joined_until` is where the person's last join ended, 0 without one;
    nothing from `end` on is looked at."""
    return Sight(_joined_up(_ranges(memberships, visibilities, joined_until, end)))


def _ranges(
    memberships: Sequence[Step], visibilities: Sequence[Step], joined_until: int, end: int
) -> Iterator[tuple[int, int]]:
    membership, visibility = "leave", DEFAULT
    came, set_to = dict(memberships), dict(visibilities)
    turns = sorted({0, *came, *set_to})
    for turn, following in zip(turns, [*turns[1:], end], strict=True):
        after = came.get(turn, membership), set_to.get(turn, visibility)
        if can_see(
            visibility,
            membership,
            turn < joined_until,
            visibility_after=after[1],
            membership_after=after[0],
        ):
            yield turn, turn
        membership, visibility = after
        if following > turn + 1 and can_see(visibility, membership, turn < joined_until):
            yield turn + 1, following - 1


def _joined_up(ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    held: tuple[int, int] | None = None
    for first, last in ranges:
        if held is not None and first <= held[1] + 1:
            held = held[0], last
            continue
        if held is not None:
            yield held
        held = first, last
    if held is not None:
        yield held
