"""Who may be asked in, and come in, beyond what the auth rules say.

Asked for each new membership, whichever operation makes it; never for a message.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from teahouse.homeserver.rooms.writing.room import Room
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import Refused
from teahouse.protocol.events import Draft

GUEST_ACCESS = "m.room.guest_access"
MEMBER = "m.room.member"

GuestsAmong = Callable[[ReadTx, Collection[str]], set[str]]
"""Those of the users who are guests."""
BlocksInvite = Callable[[ReadTx, str, str], bool]
"""(tx, user_id, inviter): whether the user takes no invitation of theirs."""
KeepsInvite = Callable[[ReadTx, str, str], bool]
"""(tx, room_id, user_id): whether the user may not reject an invitation to the room."""


class Admission:
    def __init__(self, guests_among: GuestsAmong, blocks_invite: BlocksInvite) -> None:
        self._guests_among = guests_among
        self._blocks_invite = blocks_invite
        self.keeps_invite: list[KeepsInvite] = []

    def check(self, tx: ReadTx, room: Room, draft: Draft) -> None:
        """Errors: M_GUEST_ACCESS_FORBIDDEN, M_INVITE_BLOCKED, M_CANNOT_LEAVE_SERVER_NOTICE_ROOM."""
        user_id = draft.state_key
        if draft.type != MEMBER or user_id is None:
            return
        wanted, has = draft.content.get("membership"), room.membership(user_id)
        if wanted == "join" and has != "join":
            self._check_guest(tx, room, user_id)
        if wanted == "knock" and self._guests_among(tx, [user_id]):
            raise Refused("M_GUEST_ACCESS_FORBIDDEN", "Guests may not knock")
        if (
            wanted == "invite"
            and has != "invite"
            and self._blocks_invite(tx, user_id, draft.sender)
        ):
            raise Refused("M_INVITE_BLOCKED", "This person takes no invitations")
        if wanted == "leave" and has == "invite" and draft.sender == user_id:
            self._check_rejection(tx, room, user_id)

    def guests_to_leave(self, tx: ReadTx, room: Room) -> list[str]:
        """Members who may not be in the room since it is not open to guests any more.

        Source: client-server API, "Guest Access", "Server behaviour"
        """
        if is_open_to_guests(room):
            return []
        joined = room.joined()
        guests = self._guests_among(tx, joined)
        return [user_id for user_id in joined if user_id in guests]

    def _check_rejection(self, tx: ReadTx, room: Room, user_id: str) -> None:
        if any(keeps(tx, room.room_id, user_id) for keeps in self.keeps_invite):
            raise Refused(
                "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM", "An invitation to notices can't be rejected"
            )

    def _check_guest(self, tx: ReadTx, room: Room, user_id: str) -> None:
        # Whoever makes a room comes into it first; guests make none.
        if room.members and not is_open_to_guests(room) and self._guests_among(tx, [user_id]):
            raise Refused("M_GUEST_ACCESS_FORBIDDEN", "This room takes no guests")


def is_open_to_guests(room: Room) -> bool:
    return (room.content(GUEST_ACCESS) or {}).get("guest_access") == "can_join"
