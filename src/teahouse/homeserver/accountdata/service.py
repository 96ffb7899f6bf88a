"""Account data: stored for a user's clients, told to them by sync."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import msgspec

from teahouse.homeserver.accountdata import store
from teahouse.homeserver.accountdata.invite_permission import InvitePermissions
from teahouse.homeserver.accountdata.scope import GLOBAL
from teahouse.homeserver.accountdata.store import Piece
from teahouse.homeserver.accountdata.tables import account_data
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Refused, invalid_param, not_found
from teahouse.kit.log import LogWriter, WriteTx

KIND = "account_data"
MAX_TYPE_BYTES = 255
MAX_CONTENT_BYTES = 256 * 1024
MAX_PIECES = 10_000
MAX_BYTES = 4 << 20

MANAGED = frozenset({"m.fully_read", "m.push_rules"})
"""Types that clients read here and set through operations of their own."""

Follower = Callable[[WriteTx, str, bytes], None]
"""(tx, user_id, content): in the same transaction, which may still be undone."""

Presenter = Callable[[str, bytes | None], bytes]
"""(user_id, what is stored if anything): the content that clients see."""


class AccountData:
    def __init__(self, database: Database, log: LogWriter) -> None:
        self._database = database
        self._log = log
        self._presenters: dict[str, Presenter] = {}
        self._followers: dict[str, list[Follower]] = {}
        self.invite_permissions = InvitePermissions()

    def present(self, type: str, presenter: Presenter) -> None:
        """Registers a type of the whole account that everybody has, set or not."""
        self._presenters[type] = presenter

    def follow(self, type: str, follower: Follower) -> None:
        """Calls `follower` when this type of the whole account is set."""
        self._followers.setdefault(type, []).append(follower)

    # for clients

    async def read(self, user_id: str, room_id: str, type: str) -> bytes:
        """The content. Errors: M_NOT_FOUND."""
        stored = await self._database.read(store.content, user_id, room_id, type)
        shown = self._shown(user_id, room_id, type, stored)
        if shown is None:
            raise not_found("No such account data")
        return shown

    async def write(self, user_id: str, room_id: str, type: str, content: dict[str, Any]) -> None:
        """Errors: 405 M_BAD_JSON for what the server manages; M_INVALID_PARAM, M_TOO_LARGE."""
        if type in MANAGED:
            raise Refused("M_BAD_JSON", f"{type} is set by an operation of its own", status=405)
        check_type(type)
        encoded = msgspec.json.encode(content)
        await self._log.submit(
            lambda tx: self.put(tx, user_id, room_id, type, encoded), size_bytes=len(encoded)
        )

    # for other packages

    def put(self, tx: WriteTx, user_id: str, room_id: str, type: str, content: bytes) -> None:
        """`room_id` "" is the whole account. Errors: M_TOO_LARGE.

        Who has too much already, from before there was a bound, may have less, or the same.
        """
        if len(content) > MAX_CONTENT_BYTES:
            raise Refused("M_TOO_LARGE", "Account data has at most 256 KiB")
        pos = tx.next_pos()
        before, now = store.put(tx, user_id, room_id, type, content, pos)
        if now.pieces > max(MAX_PIECES, before.pieces) or now.size_bytes > max(
            MAX_BYTES, before.size_bytes
        ):
            raise Refused(
                "M_TOO_LARGE", f"An account keeps {MAX_PIECES} pieces and {MAX_BYTES} bytes at most"
            )
        if room_id == GLOBAL:
            for follower in self._followers.get(type, ()):
                follower(tx, user_id, content)
        tx.touch(user_id, KIND, pos)

    def get(self, tx: ReadTx, user_id: str, room_id: str, type: str) -> bytes | None:
        """What is stored."""
        return store.content(tx, user_id, room_id, type)

    def delete_all(self, tx: WriteTx, user_id: str) -> None:
        store.delete_all(tx, user_id)

    # for sync

    def global_changes(self, tx: ReadTx, user_id: str, after: int, upto: int) -> list[bytes]:
        """Ready `{"type", "content"}` objects last changed in after < pos <= upto.

        From the beginning (`after` 0) what everybody has is among them, changed or not.
        """
        of_account = account_data.c.room_id == GLOBAL
        pieces = store.changes(tx, user_id, after, upto, of_account)
        ready = [self._event(user_id, piece) for piece in pieces]
        if after == 0:
            found = {piece.type for piece in pieces}
            missing = [type for type in self._presenters if type not in found]
            ready += [_ready(type, self._presenters[type](user_id, None)) for type in missing]
        return ready

    def room_changes(
        self, tx: ReadTx, user_id: str, after: int, upto: int
    ) -> dict[str, list[bytes]]:
        """The same by room; rooms without changes are not in it."""
        by_room: dict[str, list[bytes]] = defaultdict(list)
        for piece in store.changes(tx, user_id, after, upto, account_data.c.room_id != GLOBAL):
            by_room[piece.room_id].append(self._event(user_id, piece))
        return dict(by_room)

    def newest(self, tx: ReadTx, user_id: str) -> int:
        return store.newest(tx, user_id)

    def _event(self, user_id: str, piece: Piece) -> bytes:
        shown = self._shown(user_id, piece.room_id, piece.type, piece.content)
        return _ready(piece.type, shown or piece.content)

    def _shown(self, user_id: str, room_id: str, type: str, stored: bytes | None) -> bytes | None:
        presenter = self._presenters.get(type) if room_id == GLOBAL else None
        return presenter(user_id, stored) if presenter else stored


def check_type(type: str) -> None:
    if not type or len(type.encode()) > MAX_TYPE_BYTES:
        raise invalid_param("A type has 1 to 255 bytes")


def _ready(type: str, content: bytes) -> bytes:
    return b'{"type":%b,"content":%b}' % (msgspec.json.encode(type), content)
