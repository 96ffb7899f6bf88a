"""Keys in a backup: of all rooms, of a room, of a session."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import msgspec

from teahouse.homeserver.keys import backup, backup_store
from teahouse.homeserver.keys.backup_shapes import KeyData, RoomBody, RoomsBody, key_of, shown
from teahouse.homeserver.keys.backup_store import BackedUpKey, Version
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import invalid_param, not_found
from teahouse.kit.http import FileReply, Request, Route
from teahouse.kit.log import LogWriter

KEYS = "/_matrix/client/v3/room_keys/keys"
MAX_ID_BYTES = 255
_SESSION_ID = re.compile(r"[\x21-\x7e]{1,255}")
MAX_BODY_BYTES = 10 << 20
KEYS_A_PAGE = 500


class BackupKeysApi:
    def __init__(self, database: Database, log: LogWriter) -> None:
        self._database = database
        self._log = log

    def routes(self) -> Sequence[Route]:
        room, session = KEYS + "/{roomId}", KEYS + "/{roomId}/{sessionId}"
        return [
            Route("PUT", KEYS, self.putRoomKeys, max_body_bytes=MAX_BODY_BYTES),
            Route("GET", KEYS, self.getRoomKeys),
            Route("DELETE", KEYS, self.deleteRoomKeys),
            Route("PUT", room, self.putRoomKeysByRoomId, max_body_bytes=MAX_BODY_BYTES),
            Route("GET", room, self.getRoomKeysByRoomId),
            Route("DELETE", room, self.deleteRoomKeysByRoomId),
            Route("PUT", session, self.putRoomKeyBySessionId),
            Route("GET", session, self.getRoomKeyBySessionId),
            Route("DELETE", session, self.deleteRoomKeyBySessionId),
        ]

    # put

    async def putRoomKeys(self, request: Request) -> Any:
        body = await request.json(RoomsBody)
        return await self._put(
            request,
            lambda: [
                key_of(room_id, session_id, key)
                for room_id, room in body.rooms.items()
                for session_id, key in room.sessions.items()
            ],
        )

    async def putRoomKeysByRoomId(self, request: Request) -> Any:
        room_id = _room_id(request)
        sessions = (await request.json(RoomBody)).sessions
        return await self._put(
            request,
            lambda: [key_of(room_id, session_id, key) for session_id, key in sessions.items()],
        )

    async def putRoomKeyBySessionId(self, request: Request) -> Any:
        room_id, session_id = _room_id(request), _session_id(request)
        key = await request.json(KeyData)
        return await self._put(request, lambda: [key_of(room_id, session_id, key)])

    async def _put(self, request: Request, keys: Callable[[], list[BackedUpKey]]) -> Any:
        user_id, version = request.user_id, request.required_query("version")
        # Megabytes of JSON again: not on the event loop.
        encoded = await asyncio.to_thread(keys)
        size_bytes = sum(len(key.session_data) for key in encoded)
        changed = await self._log.submit(
            lambda tx: backup.put_keys(tx, user_id, version, encoded), size_bytes=size_bytes
        )
        return _state(changed)

    # get

    async def getRoomKeys(self, request: Request) -> Any:
        pages = _Pages(self._database, request.user_id, None)
        first = await pages.first(request.required_query("version"))
        return _reply(b'{"rooms":{', _rooms(pages.all(first)), b"}}")

    async def getRoomKeysByRoomId(self, request: Request) -> Any:
        pages = _Pages(self._database, request.user_id, request["roomId"])
        first = await pages.first(request.required_query("version"))
        return _reply(b'{"sessions":{', _sessions(pages.all(first)), b"}}")

    async def getRoomKeyBySessionId(self, request: Request) -> Any:
        version = request.required_query("version")
        names = request["roomId"], request["sessionId"]

        def read(tx: ReadTx) -> list[BackedUpKey]:
            there = backup.get(tx, request.user_id, version)
            return backup_store.keys(tx, request.user_id, there.version, *names)

        found = await self._database.read(read)
        if not found:
            raise not_found("There is no such key")
        return shown(found[0])

    # delete

    async def deleteRoomKeys(self, request: Request) -> Any:
        return await self._delete(request, None, None)

    async def deleteRoomKeysByRoomId(self, request: Request) -> Any:
        return await self._delete(request, request["roomId"], None)

    async def deleteRoomKeyBySessionId(self, request: Request) -> Any:
        return await self._delete(request, request["roomId"], request["sessionId"])

    async def _delete(self, request: Request, room_id: str | None, session_id: str | None) -> Any:
        user_id, version = request.user_id, request.required_query("version")
        changed = await self._log.submit(
            lambda tx: backup.delete_keys(tx, user_id, version, room_id, session_id)
        )
        return _state(changed)


class _Pages:
    """Keys a page at a time, so that a backup of any size takes little memory."""

    def __init__(self, database: Database, user_id: str, room_id: str | None) -> None:
        self._database = database
        self._user_id = user_id
        self._room_id = room_id
        self._version = 0

    async def first(self, version: str) -> list[BackedUpKey]:
        """Errors: M_NOT_FOUND without such a backup."""

        def read(tx: ReadTx) -> tuple[int, list[BackedUpKey]]:
            there = backup.get(tx, self._user_id, version)
            return there.version, self._page(tx, there.version, ("", ""))

        self._version, page = await self._database.read(read)
        return page

    async def all(self, page: list[BackedUpKey]) -> AsyncIterator[list[BackedUpKey]]:
        while page:
            yield page
            if len(page) < KEYS_A_PAGE:
                return
            after = (page[-1].room_id, page[-1].session_id)
            page = await self._database.read(self._page, self._version, after)

    def _page(self, tx: ReadTx, version: int, after: tuple[str, str]) -> list[BackedUpKey]:
        return backup_store.keys(
            tx, self._user_id, version, self._room_id, after=after, most=KEYS_A_PAGE
        )


async def _sessions(pages: AsyncIterator[list[BackedUpKey]]) -> AsyncIterator[bytes]:
    separator = b""
    async for page in pages:
        yield separator + b",".join([_member(key.session_id, shown(key)) for key in page])
        separator = b","


async def _rooms(pages: AsyncIterator[list[BackedUpKey]]) -> AsyncIterator[bytes]:
    room_id = None
    async for page in pages:
        parts = []
        for key in page:
            if key.room_id != room_id:
                parts.append(b"" if room_id is None else b"}},")
                parts.append(msgspec.json.encode(key.room_id) + b':{"sessions":{')
                room_id = key.room_id
            else:
                parts.append(b",")
            parts.append(_member(key.session_id, shown(key)))
        yield b"".join(parts)
    if room_id is not None:
        yield b"}}"


def _member(name: str, value: Any) -> bytes:
    return msgspec.json.encode(name) + b":" + msgspec.json.encode(value)


def _reply(start: bytes, parts: AsyncIterator[bytes], end: bytes) -> FileReply:
    async def stream() -> AsyncIterator[bytes]:
        yield start
        async for part in parts:
            yield part
        yield end

    return FileReply(stream(), None, "application/json")


def _state(version: Version) -> dict[str, Any]:
    return {"etag": str(version.etag), "count": version.key_count}


def _room_id(request: Request) -> str:
    room_id = request["roomId"]
    if not room_id.startswith("!") or len(room_id.encode()) > MAX_ID_BYTES:
        raise invalid_param("Not a room ID")
    return room_id


def _session_id(request: Request) -> str:
    session_id = request["sessionId"]
    if _SESSION_ID.fullmatch(session_id) is None:
        raise invalid_param("Not a session ID")
    return session_id
