"""Joining, inviting, leaving, kicking, banning: each is one membership event.

The auth rules decide; here stands only what they can't know: profiles, what is already so, who
vouches for a restricted join.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.rooms.members import forgetting
from teahouse.homeserver.rooms.members.join_rules import RESTRICTED, allowed_rooms
from teahouse.homeserver.rooms.members.member_content import (
    VIA,
    MemberContents,
    without_voucher,
)
from teahouse.homeserver.rooms.published import EventAppended
from teahouse.homeserver.rooms.tables import FOREVER
from teahouse.homeserver.rooms.tables import membership as membership_table
from teahouse.homeserver.rooms.upgrading.succession import Succession
from teahouse.homeserver.rooms.writing.append import NO_ORIGIN, Appender, Origin
from teahouse.homeserver.rooms.writing.memory import RoomMemory
from teahouse.homeserver.rooms.writing.room import Room
from teahouse.kit.errors import Refused, forbidden, invalid_param
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.protocol import identifiers
from teahouse.protocol.events import Draft

MAX_JOINED_ROOMS = 5_000
NOTHING_SAID: Mapping[str, Any] = {}
SERVERS_WORDS = (
    "membership",
    "displayname",
    "avatar_url",
    "is_direct",
    VIA,
    "third_party_invite",
    "third_party_signed",
)


class Memberships:
    def __init__(
        self,
        memory: RoomMemory,
        appender: Appender,
        members: MemberContents,
        succession: Succession,
    ) -> None:
        self._memory = memory
        self._appender = appender
        self._members = members
        self._succession = succession

    def join(
        self, tx: WriteTx, user_id: str, room_id: str, said: Mapping[str, Any] = NOTHING_SAID
    ) -> str:
        """The room's id. Joining a room one is in changes nothing.

        `said` becomes part of the membership event, but for what the server says of members.
        Errors: M_NOT_FOUND, M_FORBIDDEN, M_TOO_LARGE when the user is in too many rooms.
        """
        room = self._memory.get(tx, room_id)
        if room.membership(user_id) == "join":
            return room_id
        own = {key: value for key, value in said.items() if key not in SERVERS_WORDS}
        self.enter(tx, room, user_id, own | self._members.join(tx, user_id))
        return room_id

    def enter(
        self,
        tx: WriteTx,
        room: Room,
        user_id: str,
        content: dict[str, Any],
        origin: Origin = NO_ORIGIN,
    ) -> EventAppended:
        """Adds the event with which somebody comes in; who vouches for them, the server says.

        Errors: M_FORBIDDEN, M_TOO_LARGE when the user is in too many rooms.
        """
        check_joined_rooms(tx, user_id)
        via = _authorised_via(room, tx, user_id)
        content = without_voucher(content)
        if via is not None:
            content[VIA] = via
        entered = self._set(tx, room, user_id, user_id, content, origin)
        self._succession.joined(tx, user_id, room)
        return entered

    def knock(self, tx: WriteTx, user_id: str, room_id: str, reason: str | None) -> str:
        room = self._memory.get(tx, room_id)
        self._set(tx, room, user_id, user_id, self._members.knock(tx, user_id, reason=reason))
        return room_id

    def invite(
        self, tx: WriteTx, sender: str, room_id: str, user_id: str, reason: str | None
    ) -> None:
        """Errors: M_FORBIDDEN; an invitation that stands is not repeated."""
        room = self._visible_room(tx, sender, room_id)
        _check_user_id(user_id)
        if room.membership(user_id) == "invite" and room.membership(sender) == "join":
            return
        content = self._members.invite(tx, user_id, reason=reason)
        self._set(tx, room, sender, user_id, content)

    def leave(self, tx: WriteTx, user_id: str, room_id: str, reason: str | None) -> None:
        room = self._visible_room(tx, user_id, room_id)
        if room.membership(user_id) == "leave" and user_id in room.members:
            return
        self._set(tx, room, user_id, user_id, _plain("leave", reason))

    def kick(
        self, tx: WriteTx, sender: str, room_id: str, user_id: str, reason: str | None
    ) -> None:
        room = self._visible_room(tx, sender, room_id)
        if room.membership(user_id) not in ("join", "invite", "knock"):
            raise forbidden("This person is not in the room")
        self._set(tx, room, sender, user_id, _plain("leave", reason))

    def ban(self, tx: WriteTx, sender: str, room_id: str, user_id: str, reason: str | None) -> None:
        room = self._visible_room(tx, sender, room_id)
        _check_user_id(user_id)
        self._set(tx, room, sender, user_id, _plain("ban", reason))

    def unban(
        self, tx: WriteTx, sender: str, room_id: str, user_id: str, reason: str | None
    ) -> None:
        room = self._visible_room(tx, sender, room_id)
        if room.membership(user_id) != "ban":
            raise forbidden("This person is not banned")
        self._set(tx, room, sender, user_id, _plain("leave", reason))

    def forget(self, tx: WriteTx, user_id: str, room_id: str) -> None:
        """Errors: M_UNKNOWN while the user is in the room, M_NOT_FOUND where they never were."""
        room = self._visible_room(tx, user_id, room_id)
        if room.membership(user_id) not in ("leave", "ban"):
            raise Refused("M_UNKNOWN", "Leave the room before forgetting it")
        forgetting.forget(tx, user_id, room_id)

    def _visible_room(self, tx: WriteTx, user_id: str, room_id: str) -> Room:
        """A room that does not exist and one that a stranger asks for look the same."""
        try:
            room = self._memory.get(tx, room_id)
        except Refused:
            raise forbidden("You are not in this room") from None
        if user_id not in room.members:
            raise forbidden("You are not in this room")
        return room

    def _set(
        self,
        tx: WriteTx,
        room: Room,
        sender: str,
        user_id: str,
        content: dict[str, Any],
        origin: Origin = NO_ORIGIN,
    ) -> EventAppended:
        sent_at_ms = origin.sent_at_ms(tx.now_ms)
        draft = Draft(room.room_id, "m.room.member", sender, content, user_id, sent_at_ms)
        return self._appender.append(tx, room, draft, origin)


def _plain(membership: str, reason: str | None) -> dict[str, Any]:
    return {"membership": membership} | ({} if reason is None else {"reason": reason})


def _check_user_id(user_id: str) -> None:
    if not identifiers.is_user_id(user_id):
        raise invalid_param("user_id must be a user ID")


def _mine(user_id: str, membership: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (*_of(user_id), membership_table.c.membership == membership)


def _of(user_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    """The user's memberships as they are now."""
    return (
        membership_table.c.shard == shard_of(user_id),
        membership_table.c.user_id == user_id,
        membership_table.c.to_pos == FOREVER,
    )


def check_joined_rooms(tx: WriteTx, user_id: str) -> None:
    """Errors: M_TOO_LARGE for who is in as many rooms as may be."""
    joined = tx.scalar(
        sa.select(sa.func.count()).select_from(membership_table).where(*_mine(user_id, "join"))
    )
    if joined >= MAX_JOINED_ROOMS:
        raise Refused("M_TOO_LARGE", f"You can be in at most {MAX_JOINED_ROOMS} rooms")


def _authorised_via(room: Room, tx: WriteTx, user_id: str) -> str | None:
    """Who vouches for a join that needs membership elsewhere; None where no one has to or can.

    Source: room version 8, "Restricted rooms"
    """
    if not room.version.restricted_joins or room.join_rule not in RESTRICTED:
        return None
    if room.membership(user_id) == "invite":
        return None
    allowed = allowed_rooms(room.content("m.room.join_rules") or {})
    if not _in_any(tx, user_id, allowed):
        raise forbidden("You are in none of the rooms that this room is open to")
    levels = room.power_levels
    inviters = [member for member in room.joined() if levels.user(member) >= levels.invite]
    if not inviters:
        raise Refused("M_UNABLE_TO_GRANT_JOIN", "Nobody here may let you in")
    return max(inviters, key=levels.user)


def _in_any(tx: WriteTx, user_id: str, room_ids: Collection[str]) -> bool:
    found = tx.first(
        sa.select(membership_table.c.room_id)
        .where(*_mine(user_id, "join"), membership_table.c.room_id.in_(room_ids))
        .limit(1)
    )
    return found is not None
