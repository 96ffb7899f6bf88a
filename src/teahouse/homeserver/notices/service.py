"""Sending notices.

Source: client-server API, "Server Notices"
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec

from teahouse.homeserver.accountdata.tags import Tags
from teahouse.homeserver.accounts.registration import NewAccount
from teahouse.homeserver.accounts.service import Accounts
from teahouse.homeserver.notices import store
from teahouse.homeserver.rooms.members.membership_reads import membership_at
from teahouse.homeserver.rooms.service import Rooms
from teahouse.homeserver.rooms.visibility.standing import NOW
from teahouse.homeserver.rooms.writing.append import NO_ORIGIN
from teahouse.homeserver.rooms.writing.creation import CreateRoom
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import not_found
from teahouse.kit.log import LogWriter, Once, WriteTx

TAG = "m.server_notice"
TYPE = "im.teahouse.notice"
"""No type of the specification's: those tell of limits that this server has not."""

NAME = "Server notices"

OnAuthor = Callable[[WriteTx, str], None]
"""(tx, user_id): the account that speaks was made."""


class ServerNotices:
    def __init__(
        self,
        author: str,
        database: Database,
        log: LogWriter,
        accounts: Accounts,
        rooms: Rooms,
        tags: Tags,
    ) -> None:
        """`author` is the ID of the account that speaks."""
        self._author = author
        self._database = database
        self._log = log
        self._accounts = accounts
        self._rooms = rooms
        self._tags = tags
        self.on_author: list[OnAuthor] = [store.add_author]

    async def send(self, user_id: str, text: str, once: Once | None = None) -> str:
        """The event's ID. Errors: M_NOT_FOUND when there is no such account; M_TOO_LARGE;
        M_USER_IN_USE when the author's name is somebody's.
        """
        if not await self._database.read(store.is_author, self._author):
            await self._make_author()
        sent = await self._log.submit(partial(self._send, user_id, text), once=once)
        event_id: str = msgspec.json.decode(sent)["event_id"]
        return event_id

    def authors(self, tx: ReadTx) -> frozenset[str]:
        """Accounts that notices came from; nobody can shut them out."""
        return store.authors(tx)

    def keeps_invite(self, tx: ReadTx, room_id: str, user_id: str) -> bool:
        """Whether the person may not reject an invitation to this room; asked by rooms."""
        mine = store.room_of(tx, user_id)
        return mine == room_id and self._accounts.exists(tx, user_id)

    async def _make_author(self) -> None:
        new = NewAccount(self._author, None, wish=None, displayname=NAME, on_created=self.on_author)
        await self._accounts.registration.create(new)

    def _send(self, user_id: str, text: str, tx: WriteTx) -> bytes:
        """As `Sending.message`."""
        if not self._accounts.exists(tx, user_id):
            raise not_found("There is no such account")
        room_id = store.room_of(tx, user_id, self._author)
        if room_id is None:
            room_id = self._make_room(tx, user_id)
        elif membership_at(tx, user_id, room_id, NOW) == "leave":
            self._rooms.memberships.invite(tx, self._author, room_id, user_id, None)
        content = {"msgtype": TAG, "server_notice_type": TYPE, "body": text}
        return self._rooms.sending.message(
            tx, self._author, room_id, "m.room.message", content, NO_ORIGIN
        )

    def _make_room(self, tx: WriteTx, user_id: str) -> str:
        wanted = CreateRoom(
            preset="private_chat",
            name=NAME,
            invite=[user_id],
            # Its one reader can't answer.
            power_level_content_override={"users_default": -10},
        )
        room_id = self._rooms.creation.create(tx, self._author, wanted)
        store.set_room(tx, user_id, self._author, room_id)
        self._tags.set(tx, user_id, room_id, TAG, {})
        return room_id
