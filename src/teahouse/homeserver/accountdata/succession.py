"""Tags, and being a direct chat, go along to the room that replaces another."""

from __future__ import annotations

from typing import Any

import msgspec

from teahouse.homeserver.accountdata.scope import GLOBAL
from teahouse.homeserver.accountdata.service import AccountData
from teahouse.kit.log import WriteTx

TAGS = "m.tag"
DIRECT = "m.direct"


class AccountDataSuccession:
    def __init__(self, accountdata: AccountData) -> None:
        self._accountdata = accountdata

    def inherit(self, tx: WriteTx, user_id: str, old_room_id: str, room_id: str) -> None:
        self._tags(tx, user_id, old_room_id, room_id)
        self._direct(tx, user_id, old_room_id, room_id)

    def _tags(self, tx: WriteTx, user_id: str, old_room_id: str, room_id: str) -> None:
        """Tags that the new room has already stay as they are."""
        tags = self._accountdata.get(tx, user_id, old_room_id, TAGS)
        if tags and self._accountdata.get(tx, user_id, room_id, TAGS) is None:
            self._accountdata.put(tx, user_id, room_id, TAGS, tags)

    def _direct(self, tx: WriteTx, user_id: str, old_room_id: str, room_id: str) -> None:
        """By the other person: their rooms. A client may have stored anything here."""
        stored = self._accountdata.get(tx, user_id, GLOBAL, DIRECT)
        chats: dict[str, Any] = msgspec.json.decode(stored) if stored else {}
        inherited = {
            other: [*rooms, room_id]
            for other, rooms in chats.items()
            if isinstance(rooms, list) and old_room_id in rooms and room_id not in rooms
        }
        if inherited:
            content = msgspec.json.encode(chats | inherited)
            self._accountdata.put(tx, user_id, GLOBAL, DIRECT, content)
