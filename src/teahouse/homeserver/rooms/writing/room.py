"""A room as its writer holds it in memory: what the auth rules ask, and where the next event goes.

Owned by the log's thread. Contents are kept only of the state that decides who may do what; of
the members only the membership.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from teahouse.protocol.power_levels import PowerLevels
from teahouse.protocol.room_versions import RoomVersion

KEPT_CONTENTS = frozenset(
    {
        "m.room.create",
        "m.room.power_levels",
        "m.room.join_rules",
        "m.room.third_party_invite",
        "m.room.history_visibility",
        "m.room.encryption",
        "m.room.name",
        "m.room.avatar",
        "m.room.topic",
        "m.room.canonical_alias",
        "m.room.guest_access",
        "m.room.tombstone",
    }
)


@dataclass(slots=True, frozen=True)
class StateRef:
    event_id: str
    pos: int
    sender: str
    content: Mapping[str, Any] | None
    """None where the content is not kept."""
    size_bytes: int
    """Of the event as clients get it."""


@dataclass(slots=True, frozen=True)
class Member:
    membership: str
    event_id: str
    pos: int


class Room:
    """Implements protocol.room_state.AuthState."""

    __slots__ = (
        "_power_levels",
        "create_event_id",
        "create_sender",
        "depth",
        "head_event_id",
        "joined_count",
        "members",
        "notify_no",
        "room_id",
        "state",
        "state_bytes",
        "thread_notify_no",
        "version",
    )

    def __init__(self, room_id: str, version: RoomVersion) -> None:
        self.room_id = room_id
        self.version = version
        self.create_event_id = ""
        self.create_sender = ""
        self.head_event_id = ""
        self.depth = 0
        self.notify_no = 0
        self.thread_notify_no: dict[str, int] = {}
        self.state: dict[tuple[str, str], StateRef] = {}
        """Everything but members."""
        self.state_bytes = 0
        self.members: dict[str, Member] = {}
        self.joined_count = 0
        self._power_levels: PowerLevels | None = None

    # what the auth rules ask

    @property
    def create_content(self) -> Mapping[str, Any] | None:
        return self.content("m.room.create")

    @property
    def power_levels_content(self) -> Mapping[str, Any] | None:
        return self.content("m.room.power_levels")

    @property
    def power_levels(self) -> PowerLevels:
        if self._power_levels is None:
            self._power_levels = PowerLevels(
                self.version,
                self.power_levels_content,
                create_content=self.create_content or {},
                create_sender=self.create_sender,
            )
        return self._power_levels

    @property
    def join_rule(self) -> str:
        rule = (self.content("m.room.join_rules") or {}).get("join_rule", "invite")
        return rule if isinstance(rule, str) else "invite"

    def membership(self, user_id: str) -> str:
        member = self.members.get(user_id)
        return "leave" if member is None else member.membership

    def third_party_invite(self, token: str) -> Mapping[str, Any] | None:
        return self.content("m.room.third_party_invite", token)

    def third_party_invite_sender(self, token: str) -> str | None:
        invite = self.state.get(("m.room.third_party_invite", token))
        return None if invite is None else invite.sender

    # what sending asks

    def content(self, type: str, state_key: str = "") -> Mapping[str, Any] | None:
        ref = self.state.get((type, state_key))
        return None if ref is None else ref.content

    def state_event_id(self, type: str, state_key: str) -> str | None:
        found: StateRef | Member | None
        if type == "m.room.member":
            found = self.members.get(state_key)
        else:
            found = self.state.get((type, state_key))
        return None if found is None else found.event_id

    @property
    def is_encrypted(self) -> bool:
        return ("m.room.encryption", "") in self.state

    def joined(self) -> list[str]:
        return [user for user, member in self.members.items() if member.membership == "join"]

    # how it changes

    def set_state(self, type: str, state_key: str, ref: StateRef) -> None:
        if type == "m.room.create":
            self.create_event_id, self.create_sender = ref.event_id, ref.sender
        if type in ("m.room.create", "m.room.power_levels"):
            self._power_levels = None
        self.state_bytes += ref.size_bytes - self.size_of_state(type, state_key)
        self.state[(type, state_key)] = ref

    def set_member(self, user_id: str, member: Member) -> None:
        was = self.membership(user_id) == "join"
        self.members[user_id] = member
        self.joined_count += (member.membership == "join") - was

    def size_of_state(self, type: str, state_key: str) -> int:
        """In bytes; none of members."""
        found = self.state.get((type, state_key))
        return 0 if found is None else found.size_bytes

    @property
    def size(self) -> int:
        """Entries of 150 bytes, as a measure of the memory it takes."""
        return 16 + len(self.members) + 4 * len(self.state) + self.state_bytes // 150
