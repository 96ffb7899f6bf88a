"""A space, its rooms, and the rooms of the spaces in it: a walk, each room once.

The walk is made anew for each page, up to where the page ends; nothing is kept between them.
Source: client-server API, "Discovering rooms within spaces"
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from teahouse.homeserver.rooms.outside.previews import shown_to
from teahouse.homeserver.rooms.outside.room_summary import RoomSummary, joined_counts, summaries
from teahouse.homeserver.rooms.outside.space_children import Child, children
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import forbidden, invalid_param

MAX_DEPTH = 20
MAX_ROOMS = 2_000
"""Where a walk ends."""

_TOKEN = re.compile(r"h([0-9]{1,6})_([0-9]{1,3})_([01])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Walk:
    """What is walked, and how many rooms of it earlier pages have had."""

    max_depth: int = MAX_DEPTH
    suggested_only: bool = False
    skip: int = 0

    def __str__(self) -> str:
        return f"h{self.skip}_{self.max_depth}_{int(self.suggested_only)}"

    @classmethod
    def parse(cls, text: str) -> Walk:
        """Errors: M_INVALID_PARAM."""
        match = _TOKEN.fullmatch(text)
        if match is None:
            raise invalid_param("This token is not one of this server")
        return cls(min(int(match[2]), MAX_DEPTH), match[3] == "1", int(match[1]))


@dataclass(frozen=True, slots=True)
class Step:
    summary: RoomSummary
    """Not counted."""
    children: list[Child]

    def shown(self, members: int) -> dict[str, Any]:
        state = [child.shown(self.summary.room_id) for child in self.children]
        summary: dict[str, Any] = msgspec.to_builtins(self.summary)
        return summary | {"num_joined_members": members, "children_state": state}


def hierarchy(tx: ReadTx, user_id: str, space_id: str, walk: Walk, limit: int) -> dict[str, Any]:
    """The answer's body. Errors: M_FORBIDDEN, the same for a room that does not exist."""
    root = shown_to(tx, user_id, summaries(tx, [space_id], counted=False)).get(space_id)
    if root is None:
        raise forbidden("You may not see this room")
    steps = islice(_walked(tx, user_id, root, walk), MAX_ROOMS)
    page = list(islice(steps, walk.skip, walk.skip + limit))
    sizes = joined_counts(tx, [step.summary.room_id for step in page])
    rooms = [step.shown(sizes.get(step.summary.room_id, 0)) for step in page]
    answer: dict[str, Any] = {"rooms": rooms}
    if next(steps, None) is not None:
        after = Walk(walk.max_depth, walk.suggested_only, walk.skip + limit)
        answer["next_batch"] = str(after)
    return answer


def _walked(tx: ReadTx, user_id: str, root: RoomSummary, walk: Walk) -> Iterator[Step]:
    """Depth first; a space comes before its children, which are in their order."""
    seen: set[str] = set()
    waiting = [(root, 0)]
    while waiting:
        summary, depth = waiting.pop()
        if summary.room_id in seen:
            continue
        seen.add(summary.room_id)
        links: list[Child] = []
        if summary.is_space:
            links = children(tx, summary.room_id, suggested_only=walk.suggested_only)
        yield Step(summary, links)
        if depth < walk.max_depth:
            unseen = [child.room_id for child in links if child.room_id not in seen]
            found = shown_to(tx, user_id, summaries(tx, unseen, counted=False))
            below = [found[room_id] for room_id in unseen if room_id in found]
            waiting += [(room, depth + 1) for room in reversed(below)]
