"""Tags of rooms: the content of one piece of room account data, `m.tag`, changed tag by tag."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec

from teahouse.homeserver.accountdata.service import AccountData
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Refused, bad_json, invalid_param
from teahouse.kit.log import LogWriter, WriteTx

TYPE = "m.tag"
MAX_TAGS = 100
MAX_TAG_BYTES = 255

Tag = dict[str, Any]


class Tags:
    def __init__(self, database: Database, log: LogWriter, accountdata: AccountData) -> None:
        self._database = database
        self._log = log
        self._accountdata = accountdata

    async def all_of(self, user_id: str, room_id: str) -> dict[str, Tag]:
        return await self._database.read(self._stored, user_id, room_id)

    async def put(self, user_id: str, room_id: str, tag: str, content: Tag) -> None:
        """Errors: M_BAD_JSON, M_INVALID_PARAM, M_TOO_LARGE."""
        if not tag or len(tag.encode()) > MAX_TAG_BYTES:
            raise invalid_param("A tag has 1 to 255 bytes")
        order = content.get("order", 0)
        if isinstance(order, bool) or not isinstance(order, int | float):
            raise bad_json("order must be a number")
        await self._log.submit(partial(self._put, user_id, room_id, tag, content))

    async def delete(self, user_id: str, room_id: str, tag: str) -> None:
        """A tag that is not there is gone already."""
        await self._log.submit(partial(self._delete, user_id, room_id, tag))

    def set(self, tx: WriteTx, user_id: str, room_id: str, tag: str, content: Tag) -> None:
        """Errors: M_TOO_LARGE."""
        self._put(user_id, room_id, tag, content, tx)

    def _put(self, user_id: str, room_id: str, tag: str, content: Tag, tx: WriteTx) -> None:
        tags = self._stored(tx, user_id, room_id) | {tag: content}
        if len(tags) > MAX_TAGS:
            raise Refused("M_TOO_LARGE", f"A room has at most {MAX_TAGS} tags")
        self._store(tx, user_id, room_id, tags)

    def _delete(self, user_id: str, room_id: str, tag: str, tx: WriteTx) -> None:
        tags = self._stored(tx, user_id, room_id)
        if tags.pop(tag, None) is not None:
            self._store(tx, user_id, room_id, tags)

    def _stored(self, tx: ReadTx, user_id: str, room_id: str) -> dict[str, Tag]:
        """A client may have stored anything under this type: what is no tag is passed over."""
        stored = self._accountdata.get(tx, user_id, room_id, TYPE)
        tags = msgspec.json.decode(stored).get("tags") if stored else None
        if not isinstance(tags, dict):
            return {}
        return {tag: content for tag, content in tags.items() if isinstance(content, dict)}

    def _store(self, tx: WriteTx, user_id: str, room_id: str, tags: dict[str, Tag]) -> None:
        self._accountdata.put(tx, user_id, room_id, TYPE, msgspec.json.encode({"tags": tags}))
