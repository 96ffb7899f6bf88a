"""What the filters of lists ask about rooms, each read once and only if asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import msgspec

from teahouse.homeserver.accountdata.scope import GLOBAL
from teahouse.homeserver.accountdata.service import AccountData
from teahouse.homeserver.rooms.state import traits
from teahouse.homeserver.rooms.state.traits import Traits
from teahouse.homeserver.sliding.own_list import OwnRoom
from teahouse.kit.database import ReadTx

DIRECT = "m.direct"
TAGS = "m.tag"


class Facts:
    def __init__(
        self,
        tx: ReadTx,
        user_id: str,
        rooms: Sequence[OwnRoom],
        upto: int,
        accountdata: AccountData,
    ) -> None:
        self._tx = tx
        self._user_id = user_id
        self._rooms = rooms
        self._upto = upto
        self._accountdata = accountdata
        self._children: dict[str, frozenset[str]] = {}

    @cached_property
    def direct(self) -> frozenset[str]:
        """Rooms that are direct chats by the person's own account."""
        content = self._account_data(GLOBAL, DIRECT)
        lists = [room_ids for room_ids in content.values() if isinstance(room_ids, list)]
        return frozenset(r for room_ids in lists for r in room_ids if isinstance(r, str))

    def tags(self, room_id: str) -> frozenset[str]:
        tags = self._account_data(room_id, TAGS).get("tags")
        return frozenset(tags) if isinstance(tags, dict) else frozenset()

    def is_encrypted(self, room: OwnRoom) -> bool:
        return self._traits[room.room_id].is_encrypted

    def type(self, room: OwnRoom) -> str | None:
        return self._traits[room.room_id].type

    def children(self, space_id: str) -> frozenset[str]:
        """Rooms that a joined space names; none of one that the person is not in."""
        if space_id not in self._children:
            self._children[space_id] = self._read_children(space_id)
        return self._children[space_id]

    def _read_children(self, space_id: str) -> frozenset[str]:
        if not any(room.room_id == space_id and room.is_joined for room in self._rooms):
            return frozenset()
        return traits.children(self._tx, space_id, self._upto)

    @cached_property
    def _traits(self) -> dict[str, Traits]:
        inside = {room.room_id: room.upto for room in self._rooms if room.is_inside}
        found = traits.traits(self._tx, inside)
        for room in self._rooms:
            if not room.is_inside:
                found[room.room_id] = _told(room)
            found.setdefault(room.room_id, Traits())
        return found

    def _account_data(self, room_id: str, type: str) -> dict[str, Any]:
        stored = self._accountdata.get(self._tx, self._user_id, room_id, type)
        content = msgspec.json.decode(stored) if stored else {}
        return content if isinstance(content, dict) else {}


def _told(room: OwnRoom) -> Traits:
    """Of a room from outside: what the invitation says."""
    type: str | None = None
    is_encrypted = False
    for event in msgspec.json.decode(room.span.stripped_state or b"[]"):
        if event["type"] == "m.room.create":
            type = traits.type_of(event["content"])
        elif event["type"] == "m.room.encryption":
            is_encrypted = True
    return Traits(type, is_encrypted)
