"""Operations that read a room as it is: one event, the state, the members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from teahouse.homeserver.rooms.members import membership_reads
from teahouse.homeserver.rooms.state import state_reads
from teahouse.homeserver.rooms.timeline import stored
from teahouse.homeserver.rooms.timeline.paging_query import one_of, place
from teahouse.homeserver.rooms.timeline.render import render
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.homeserver.rooms.visibility.reading import Reading
from teahouse.homeserver.rooms.visibility.standing import (
    NOW,
    access_joined_room,
    access_room,
    outsider,
)
from teahouse.homeserver.rooms.visibility.viewpoint import Reader
from teahouse.homeserver.rooms.visibility.visibility_reads import sight, visible
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import forbidden, not_found
from teahouse.kit.http import Access, Request, Route, Service

V3 = "/_matrix/client/v3"
ROOM = V3 + "/rooms/{room_id}"
MEMBERSHIPS = ("join", "invite", "knock", "leave", "ban")


class _Profile(msgspec.Struct):
    """What a membership event says of its person; anyone may have put anything there."""

    displayname: Any = None
    avatar_url: Any = None


class _MemberEvent(msgspec.Struct):
    content: _Profile


_decode_member = msgspec.json.Decoder(_MemberEvent).decode


class RoomReadsApi:
    def __init__(self, reading: Reading) -> None:
        self._read = reading.read

    def routes(self) -> Sequence[Route]:
        state = ROOM + "/state/{event_type}"
        return [
            Route("GET", V3 + "/joined_rooms", self.getJoinedRooms),
            Route("GET", ROOM + "/event/{event_id}", self.getOneRoomEvent, Access.GUEST),
            Route("GET", ROOM + "/state", self.getRoomState, Access.GUEST),
            Route("GET", state, self.getRoomStateWithKey, Access.GUEST),
            Route("GET", state + "/{state_key}", self.getRoomStateWithKey, Access.GUEST),
            Route("GET", ROOM + "/members", self.getMembersByRoom, Access.GUEST),
            Route("GET", ROOM + "/joined_members", self.getJoinedMembersByRoom),
        ]

    async def getJoinedRooms(self, request: Request) -> Any:
        return {"joined_rooms": await self._read(request, _joined_rooms)}

    async def getOneRoomEvent(self, request: Request) -> bytes:
        return await self._read(request, _one_event, request["room_id"], request["event_id"])

    async def getRoomState(self, request: Request) -> bytes:
        return await self._read(request, _whole_state, request["room_id"])

    async def getRoomStateWithKey(self, request: Request) -> bytes:
        key = (request["event_type"], request.params.get("state_key", ""))
        whole = one_of(request, "format", "content", "event") == "event"
        return await self._read(request, _state_event, request["room_id"], key, whole=whole)

    async def getMembersByRoom(self, request: Request) -> bytes:
        return await self._read(
            request,
            _members,
            request["room_id"],
            place(request, "at"),
            one_of(request, "membership", *MEMBERSHIPS),
            one_of(request, "not_membership", *MEMBERSHIPS),
        )

    async def getJoinedMembersByRoom(self, request: Request) -> Any:
        service = request.requester.service
        joined = await self._read(request, _joined_members, request["room_id"], service)
        return {"joined": joined}


def _joined_rooms(tx: ReadTx, reader: Reader, _now_ms: int) -> list[str]:
    return membership_reads.joined_rooms(tx, reader.user_id)


def _one_event(tx: ReadTx, reader: Reader, now_ms: int, room_id: str, event_id: str) -> bytes:
    found = stored.by_id(tx, room_id, event_id)
    if found is None or not visible(tx, reader.user_id, room_id, [found]):
        raise not_found("There is no such event")
    return render(tx, reader, [found], now_ms)[0]


def _whole_state(tx: ReadTx, reader: Reader, now_ms: int, room_id: str) -> bytes:
    standing = access_room(tx, reader.user_id, room_id)
    state = state_reads.state_at(tx, room_id, standing.upto)
    return b"[%b]" % b",".join(render(tx, reader, state, now_ms))


def _state_event(
    tx: ReadTx, reader: Reader, now_ms: int, room_id: str, key: tuple[str, str], *, whole: bool
) -> bytes:
    standing = access_room(tx, reader.user_id, room_id)
    found = state_reads.state_event(tx, room_id, *key, standing.upto)
    if found is None:
        raise not_found("There is no such state")
    if whole:
        return render(tx, reader, [found], now_ms)[0]
    return msgspec.json.encode(state_reads.content(found))


def _members(
    tx: ReadTx,
    reader: Reader,
    now_ms: int,
    room_id: str,
    at: int | None,
    membership: str | None,
    not_membership: str | None,
) -> bytes:
    standing = access_room(tx, reader.user_id, room_id)
    pos = standing.upto
    if at is not None and at < pos:
        # A timeline that begins with the room begins before anybody is in it.
        pos = max(at, state_reads.first_member_pos(tx, room_id))
        if not sight(tx, reader.user_id, room_id).sees(pos):
            raise forbidden("You may not see the room as it was then")
    chosen = [
        found
        for has, found in state_reads.members(tx, room_id, pos)
        if _is_chosen(has, membership, not_membership)
    ]
    return b'{"chunk":[%b]}' % b",".join(render(tx, reader, chosen, now_ms))


def _is_chosen(has: str, membership: str | None, not_membership: str | None) -> bool:
    """Given both, either will do."""
    if membership is None:
        return has != not_membership
    return has == membership or (not_membership is not None and has != not_membership)


def _joined_members(
    tx: ReadTx, reader: Reader, _now_ms: int, room_id: str, service: Service | None
) -> dict[str, dict[str, str | None]]:
    """For an application service any of its users will do."""
    if service is None:
        access_joined_room(tx, reader.user_id, room_id)
    members = state_reads.members(tx, room_id, NOW)
    joined = {found.state_key or "": found for has, found in members if has == "join"}
    if service is not None and not any(map(service.has_user, joined)):
        raise outsider()
    return {user_id: _profile(found) for user_id, found in joined.items()}


def _profile(found: StoredEvent) -> dict[str, str | None]:
    """Both keys always: there are clients that look for them."""
    said = _decode_member(found.body).content
    shown = {"display_name": said.displayname, "avatar_url": said.avatar_url}
    return {key: value if isinstance(value, str) else None for key, value in shown.items()}
