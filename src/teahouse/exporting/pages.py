"""What is exported, read in pages: each on a snapshot of its own, so that none lasts long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.homeserver.keys import backup_store
from teahouse.homeserver.keys.backup_store import BackedUpKey, Version
from teahouse.homeserver.media.model import Media
from teahouse.homeserver.media.service import MediaLibrary
from teahouse.homeserver.rooms.members.spans import MembershipSpan, spans_at
from teahouse.homeserver.rooms.timeline import history
from teahouse.homeserver.rooms.timeline.history import Stretch
from teahouse.homeserver.rooms.timeline.render import render
from teahouse.homeserver.rooms.visibility.standing import NOW, access_room
from teahouse.homeserver.rooms.visibility.viewpoint import Reader
from teahouse.homeserver.rooms.visibility.visibility_reads import sight
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Refused

EVENTS = 100
ROWS = 200


@dataclass(frozen=True, slots=True)
class Pages:
    """Blocks while it reads: use it off the event loop."""

    database: Database
    user_id: str
    now_ms: int
    stop: threading.Event

    def rooms(self) -> list[MembershipSpan]:
        with self.database.snapshot(self.stop) as tx:
            return spans_at(tx, self.user_id, NOW)

    def events(self, room_id: str) -> Iterator[bytes]:
        """What the person may see of the room, oldest first; nothing where they never were."""
        place: int | None = history.START
        while place is not None:
            with self.database.snapshot(self.stop) as tx:
                events, place = self._events(tx, room_id, place)
            yield from events

    def _events(self, tx: ReadTx, room_id: str, start: int) -> tuple[list[bytes], int | None]:
        try:
            standing = access_room(tx, self.user_id, room_id)
        except Refused:
            return [], None
        stretch = Stretch(start, history.end_of(tx, room_id, standing.upto), forward=True)
        seen = sight(tx, self.user_id, room_id)
        page = history.page(history.of_room(tx, room_id, stretch), seen, stretch, EVENTS)
        return render(tx, Reader(self.user_id, ""), page.events, self.now_ms), page.next_place

    def media(self, library: MediaLibrary) -> Iterator[Media]:
        last: Media | None = None
        while True:
            with self.database.snapshot(self.stop) as tx:
                page = library.of_user(tx, self.user_id, ROWS, last)
            yield from page
            if len(page) < ROWS:
                return
            last = page[-1]

    def key_backup(self) -> Iterator[bytes]:
        """The newest one: its version first, then its keys."""
        with self.database.snapshot(self.stop) as tx:
            version = backup_store.newest(tx, self.user_id)
        if version is None:
            return
        yield msgspec.json.encode(_version(version))
        after = ("", "")
        while True:
            with self.database.snapshot(self.stop) as tx:
                keys = backup_store.keys(tx, self.user_id, version.version, after=after, most=ROWS)
            yield from (msgspec.json.encode(_key(key)) for key in keys)
            if len(keys) < ROWS:
                return
            after = (keys[-1].room_id, keys[-1].session_id)


def _version(version: Version) -> dict[str, Any]:
    return {
        "version": str(version.version),
        "algorithm": version.algorithm,
        "auth_data": msgspec.Raw(version.auth_data),
    }


def _key(key: BackedUpKey) -> dict[str, Any]:
    return {
        "room_id": key.room_id,
        "session_id": key.session_id,
        "first_message_index": key.first_message_index,
        "forwarded_count": key.forwarded_count,
        "is_verified": key.is_verified,
        "session_data": msgspec.Raw(key.session_data),
    }
