"""What a person is to a room that they ask to read: who gets in, and up to where they see.

Source: client-server API, GET /rooms/{roomId}/state, /members, /messages
"""

from __future__ import annotations

from dataclasses import dataclass

from teahouse.homeserver.rooms.members.membership_reads import memberships
from teahouse.homeserver.rooms.tables import FOREVER
from teahouse.homeserver.rooms.visibility.visibility_reads import has_forgotten, is_world_readable
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import Refused, forbidden

NOW = FOREVER - 1
"""A position that is always in the newest interval."""


@dataclass(frozen=True, slots=True)
class Standing:
    """State and history are read as of `upto`: now, or the moment at which the person left."""

    is_joined: bool
    upto: int


def access_room(tx: ReadTx, user_id: str, room_id: str) -> Standing:
    """Members, those who were, and everyone where the room is world-readable now.

    Errors: M_FORBIDDEN, the same for a room that does not exist.
    """
    own = memberships(tx, user_id, room_id)
    if own and own[-1].membership == "join":
        return Standing(is_joined=True, upto=NOW)
    left_at = max((m.to_pos for m in own if m.membership == "join"), default=None)
    if left_at is not None and not has_forgotten(tx, user_id, room_id):
        return Standing(is_joined=False, upto=left_at)
    if is_world_readable(tx, room_id, NOW):
        return Standing(is_joined=False, upto=NOW)
    raise outsider()


def access_joined_room(tx: ReadTx, user_id: str, room_id: str) -> None:
    """Errors: M_FORBIDDEN for who is not in the room now, be there one or not."""
    own = memberships(tx, user_id, room_id)
    if not own or own[-1].membership != "join":
        raise outsider()


def outsider() -> Refused:
    return forbidden("You are not in this room")
