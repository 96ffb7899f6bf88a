"""Operations that change a room: parse, submit to the log, answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import msgspec

from teahouse.homeserver.rooms.members.membership import Memberships
from teahouse.homeserver.rooms.outside.addresses import Addresses
from teahouse.homeserver.rooms.writing.append import Origin
from teahouse.homeserver.rooms.writing.creation import CreateRoom, RoomCreation, check
from teahouse.homeserver.rooms.writing.sending import Sending
from teahouse.kit.database import Database
from teahouse.kit.errors import Refused, invalid_param, suspended
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.http.route import Handler
from teahouse.kit.log import LogWriter, Once, WriteTx
from teahouse.protocol import identifiers

T = TypeVar("T")

V3 = "/_matrix/client/v3"
ROOM = V3 + "/rooms/{room_id}"
DELAY = "org.matrix.msc4140.delay"
"""In the query of what is to be sent later."""

SendLater = Callable[[Request, str | None], Awaitable[bytes]]
"""(request, state key of what is to become state)"""


class Reason(msgspec.Struct):
    reason: str | None = None


class Target(msgspec.Struct):
    user_id: str
    reason: str | None = None


class Invitation(msgspec.Struct):
    user_id: str | None = None
    reason: str | None = None
    id_server: str | None = None
    medium: str | None = None
    address: str | None = None


class RoomWritesApi:
    def __init__(
        self,
        log: LogWriter,
        database: Database,
        creation: RoomCreation,
        memberships: Memberships,
        sending: Sending,
        addresses: Addresses,
        send_later: SendLater,
    ) -> None:
        self._log = log
        self._send_later = send_later
        self._database = database
        self._creation = creation
        self._memberships = memberships
        self._sending = sending
        self._addresses = addresses

    def routes(self) -> Sequence[Route]:
        state = ROOM + "/state/{event_type}"
        return [
            _acting(V3 + "/createRoom", self.createRoom, "room"),
            _acting(V3 + "/join/{room_id_or_alias}", self.joinRoom, "room", Access.GUEST),
            _acting(ROOM + "/join", self.joinRoomById, "room", Access.GUEST),
            _acting(V3 + "/knock/{room_id_or_alias}", self.knockRoom, "room"),
            _acting(ROOM + "/invite", self.inviteUser, "invite"),
            Route("POST", ROOM + "/leave", self.leaveRoom, Access.GUEST, limit="room"),
            Route("POST", ROOM + "/forget", self.forgetRoom),
            _acting(ROOM + "/kick", self.kick),
            _acting(ROOM + "/ban", self.ban),
            _acting(ROOM + "/unban", self.unban),
            Route(
                "PUT",
                ROOM + "/send/{event_type}/{txn_id}",
                self.sendMessage,
                Access.GUEST,
                limit="send",
            ),
            # Of clients older than transaction ids: a repetition is a message of its own.
            Route(
                "POST", ROOM + "/send/{event_type}", self.sendMessage, Access.GUEST, limit="send"
            ),
            Route("POST", ROOM + "/redact/{event_id}", self.redactEvent, limit="send"),
            Route("PUT", state, self.setRoomStateWithKey, Access.GUEST, limit="send"),
            Route(
                "PUT", state + "/{state_key}", self.setRoomStateWithKey, Access.GUEST, limit="send"
            ),
            Route("PUT", ROOM + "/redact/{event_id}/{txn_id}", self.redactEvent, limit="send"),
        ]

    async def createRoom(self, request: Request) -> Any:
        wanted = await request.json(CreateRoom)
        check(wanted)
        if wanted.room_alias_name is not None:
            alias = self._creation.alias(wanted.room_alias_name)
            self._addresses.bridges.check_alias(request.requester, alias)
        await self._addresses.bridges.introduce(request.requester, wanted.invite)
        create = partial(self._creation.create_own, creator=request.user_id, wanted=wanted)
        size_bytes = len(await request.raw_body())
        created = {"room_id": await self._log.submit(create, size_bytes=size_bytes)}
        if wanted.room_alias_name is not None:
            created["room_alias"] = self._creation.alias(wanted.room_alias_name)
        return created

    async def joinRoom(self, request: Request) -> Any:
        room_id = await self._resolve(request)
        return await self._join(request, room_id)

    async def joinRoomById(self, request: Request) -> Any:
        return await self._join(request, request["room_id"])

    async def _join(self, request: Request, room_id: str) -> Any:
        await request.json(Reason)
        said = await request.json_object() if await request.raw_body() else {}
        joined = await self._log.submit(
            lambda tx: self._memberships.join(tx, request.user_id, room_id, said)
        )
        return {"room_id": joined}

    async def knockRoom(self, request: Request) -> Any:
        reason = (await request.json(Reason)).reason
        room_id = await self._resolve(request)
        knocked = await self._log.submit(
            lambda tx: self._memberships.knock(tx, request.user_id, room_id, reason)
        )
        return {"room_id": knocked}

    async def inviteUser(self, request: Request) -> Any:
        body = await request.json(Invitation)
        if body.user_id is None and body.address is not None:
            raise Refused("M_THREEPID_DENIED", "This server asks no identity server")
        if body.user_id is None:
            raise Refused("M_MISSING_PARAM", "Missing parameter: user_id")
        await self._addresses.bridges.introduce(request.requester, [body.user_id])
        return await self._change(request, self._memberships.invite, body.user_id, body.reason)

    async def leaveRoom(self, request: Request) -> Any:
        body = await request.json(Reason)
        reason = None if request.requester.is_suspended else body.reason
        return await self._change(request, self._memberships.leave, reason)

    async def forgetRoom(self, request: Request) -> Any:
        return await self._change(request, self._memberships.forget)

    async def kick(self, request: Request) -> Any:
        body = await request.json(Target)
        return await self._change(request, self._memberships.kick, body.user_id, body.reason)

    async def ban(self, request: Request) -> Any:
        body = await request.json(Target)
        return await self._change(request, self._memberships.ban, body.user_id, body.reason)

    async def unban(self, request: Request) -> Any:
        body = await request.json(Target)
        return await self._change(request, self._memberships.unban, body.user_id, body.reason)

    async def _change(
        self, request: Request, change: Callable[..., None], *arguments: Any
    ) -> bytes:
        room_id, user_id = request["room_id"], request.user_id
        await self._log.submit(lambda tx: change(tx, user_id, room_id, *arguments))
        return b"{}"

    async def sendMessage(self, request: Request) -> bytes:
        if request.query(DELAY) is not None:
            return await self._send_later(request, None)
        content = await request.json_object()
        own_only = request.requester.is_suspended
        if own_only and request["event_type"] != "m.room.redaction":
            raise suspended()
        content = _without_words(request, content, "redacts")
        origin = Origin(request.device_id, request.params.get("txn_id"), _given_time(request))
        send = partial(
            self._sending.message,
            sender=request.user_id,
            room_id=request["room_id"],
            type=request["event_type"],
            content=content,
            origin=origin,
            own_only=own_only,
        )
        return await self._submit_once(request, send)

    async def setRoomStateWithKey(self, request: Request) -> bytes:
        if request.query(DELAY) is not None:
            return await self._send_later(request, request.params.get("state_key", ""))
        content = await request.json_object()
        if request.requester.is_suspended and not _is_own_departure(request, content):
            raise suspended()
        content = _without_words(request, content, "membership")
        set_state = partial(
            self._sending.state,
            sender=request.user_id,
            room_id=request["room_id"],
            type=request["event_type"],
            state_key=request.params.get("state_key", ""),
            content=content,
            origin=Origin(ts_ms=_given_time(request)),
        )
        size_bytes = len(await request.raw_body())
        return await self._log.submit(set_state, size_bytes=size_bytes)

    async def redactEvent(self, request: Request) -> bytes:
        content = _without_words(request, await request.json_object())
        redact = partial(
            self._sending.redact,
            sender=request.user_id,
            room_id=request["room_id"],
            event_id=request["event_id"],
            content=content,
            origin=Origin(request.device_id, request.params.get("txn_id")),
            own_only=request.requester.is_suspended,
        )
        return await self._submit_once(request, redact)

    async def _submit_once(self, request: Request, change: Callable[[WriteTx], T]) -> T:
        once = None
        if "txn_id" in request.params:
            once = Once.of(request.user_id, request.device_id, request.path)
        size_bytes = len(await request.raw_body())
        return await self._log.submit(change, once=once, size_bytes=size_bytes)

    async def _resolve(self, request: Request) -> str:
        """Errors: M_NOT_FOUND for an alias that nobody has, M_INVALID_PARAM for neither."""
        room_id_or_alias = request["room_id_or_alias"]
        if identifiers.is_room_id(room_id_or_alias):
            return room_id_or_alias
        if not identifiers.is_room_alias(room_id_or_alias):
            raise invalid_param("This is neither a room ID nor an alias")
        return await self._addresses.room_of(self._database, request.requester, room_id_or_alias)


def _acting(
    path: str, handler: Handler, limit: str | None = None, access: Access = Access.USER
) -> Route:
    """What the suspended may not do."""
    return Route("POST", path, handler, access, limit=limit, when_suspended=False)


def _given_time(request: Request) -> int | None:
    """Only application services say when something was sent. Errors: M_INVALID_PARAM.

    Source: application service API, "Timestamp massaging"
    """
    given = request.query("ts")
    if given is None or request.requester.service is None:
        return None
    if not (given.isascii() and given.isdigit()) or len(given) > 16 or int(given) >= 2**53:
        raise invalid_param("ts must be a time in milliseconds")
    return int(given)


def _is_own_departure(request: Request, content: Mapping[str, Any]) -> bool:
    about = request["event_type"], request.params.get("state_key", "")
    is_own = about == ("m.room.member", request.user_id)
    return is_own and content.get("membership") == "leave"


def _without_words(request: Request, content: dict[str, Any], *kept: str) -> dict[str, Any]:
    """What leaves or takes back may say why, in any words: who is suspended does so silently."""
    if not request.requester.is_suspended:
        return content
    return {key: content[key] for key in kept if key in content}
