"""The children of a space: which links are valid, and their order.

Source: client-server API, "m.space.child relationship"
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.state.state_reads import STATE_EVENT, in_room
from teahouse.homeserver.rooms.tables import FOREVER, event, room_state
from teahouse.kit.database import ReadTx

CHILD = "m.space.child"
MAX_CHILDREN = 1_000
"""Of one space; those beyond are not walked."""

_ORDER = re.compile(r"[\x20-\x7e]{1,50}")


@dataclass(frozen=True, slots=True)
class Child:
    room_id: str
    sender: str
    origin_server_ts: int
    content: dict[str, Any]

    @property
    def is_suggested(self) -> bool:
        return self.content.get("suggested") is True

    def shown(self, space_id: str) -> dict[str, Any]:
        """As a stripped event, with the room that it is of."""
        return {
            "type": CHILD,
            "room_id": space_id,
            "state_key": self.room_id,
            "sender": self.sender,
            "origin_server_ts": self.origin_server_ts,
            "content": self.content,
        }


def children(tx: ReadTx, space_id: str, *, suggested_only: bool) -> list[Child]:
    """In the order in which they are to be shown."""
    rows = tx.all(
        sa.select(room_state.c.state_key, event.c.sender, event.c.origin_server_ts, event.c.body)
        .select_from(room_state.join(event, STATE_EVENT))
        .where(*in_room(space_id), room_state.c.type == CHILD, room_state.c.to_pos == FOREVER)
    )
    found = [
        Child(row.state_key, row.sender, row.origin_server_ts, _content(row.body)) for row in rows
    ]
    valid = [one for one in found if is_valid(one) and (one.is_suggested or not suggested_only)]
    return in_order(valid)[:MAX_CHILDREN]


def is_valid(child: Child) -> bool:
    """A link without servers is one that was taken away."""
    via = child.content.get("via")
    return (
        child.room_id.startswith("!")
        and isinstance(via, list)
        and bool(via)
        and all(isinstance(server, str) for server in via)
    )


def in_order(found: Collection[Child]) -> list[Child]:
    return sorted(found, key=_key)


def _key(child: Child) -> tuple[bool, str, int, str]:
    order = child.content.get("order")
    if not isinstance(order, str) or _ORDER.fullmatch(order) is None:
        order = None
    return order is None, order or "", child.origin_server_ts, child.room_id


def _content(body: bytes) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.json.decode(body)["content"]
    return content
