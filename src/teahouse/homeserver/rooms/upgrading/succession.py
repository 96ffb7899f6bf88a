"""What a person takes along when they come into the room that replaces one of theirs.

Source: client-server API, "Room Upgrades"
"""

from __future__ import annotations

from collections.abc import Callable

from teahouse.homeserver.rooms.writing.memory import RoomMemory
from teahouse.homeserver.rooms.writing.room import Room
from teahouse.kit.errors import Refused
from teahouse.kit.log import WriteTx
from teahouse.protocol.identifiers import name_in

Heir = Callable[[WriteTx, str, str, str], None]
"""(tx, user_id, old room, new room): in the transaction of the join."""


class Succession:
    def __init__(self, memory: RoomMemory) -> None:
        self._memory = memory
        self.heirs: list[Heir] = []

    def joined(self, tx: WriteTx, user_id: str, room: Room) -> None:
        old = self._predecessor(tx, room)
        if old is None or user_id not in old.members:
            return
        for heir in self.heirs:
            heir(tx, user_id, old.room_id, room.room_id)

    def buried(self, tx: WriteTx, user_id: str, old: Room) -> None:
        """Who replaces a room by hand is in the new one before the old one says so."""
        new = self._named(tx, old.content("m.room.tombstone"), "replacement_room")
        if new is not None and new.membership(user_id) == "join":
            self.joined(tx, user_id, new)

    def _predecessor(self, tx: WriteTx, room: Room) -> Room | None:
        """The room that this one says it replaces, if that one says so too."""
        old = self._named(tx, (room.create_content or {}).get("predecessor"), "room_id")
        tombstone = (old.content("m.room.tombstone") if old else None) or {}
        return old if tombstone.get("replacement_room") == room.room_id else None

    def _named(self, tx: WriteTx, said: object, key: str) -> Room | None:
        room_id = name_in(said, key)
        try:
            return None if room_id is None else self._memory.get(tx, room_id)
        except Refused:
            return None
