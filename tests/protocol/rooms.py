"""Rooms for tests: a chain of real PDUs, with the state that they make."""

from __future__ import annotations

from typing import Any

from teahouse.protocol import auth_rules, events
from teahouse.protocol.auth_rules import StateSnapshot
from teahouse.protocol.events import Draft, Pdu
from teahouse.protocol.room_versions import ROOM_VERSIONS

ALICE = "@alice:tea.house"
BOB = "@bob:tea.house"
CAROL = "@carol:tea.house"
ZOE = "@zoe:elsewhere.example"
"""Of another server."""

VERSIONS = list(ROOM_VERSIONS)


def versions_since(first: int) -> list[str]:
    return [v for v in VERSIONS if int(v) >= first]


def versions_before(end: int) -> list[str]:
    return [v for v in VERSIONS if int(v) < end]


class TestRoom:
    """Made by Alice. `set` puts state there by force, `check` asks the rules."""

    __test__ = False

    def __init__(self, version: str = "12", made_by: str = ALICE, **create_content: Any) -> None:
        self.version = ROOM_VERSIONS[version]
        self.pdus: dict[str, Pdu] = {}
        self.head: list[str] = []
        self.creator = made_by
        content = {"room_version": version, **create_content}
        if self.version.creator_in_content:
            content.setdefault("creator", made_by)
        room_id = None if self.version.room_id_is_create_hash else "!r:tea.house"
        self.room_id = room_id
        self.create = self._append("m.room.create", made_by, content, "")
        self.room_id = events.room_id_of_create(self.version, self.create)

    @classmethod
    def with_members(cls, version: str = "12", **memberships: str) -> TestRoom:
        """Alice is joined; others as named, of the creator's server."""
        room = cls(version)
        room.set_member(ALICE, "join")
        for name, membership in memberships.items():
            room.set_member(f"@{name}:tea.house", membership)
        return room

    @property
    def state(self) -> StateSnapshot:
        return StateSnapshot(self.version, [p for p in self.pdus.values() if "state_key" in p])

    def event(
        self,
        type: str,
        sender: str,
        content: dict[str, Any] | None = None,
        state_key: str | None = None,
        *,
        redacts: str | None = None,
    ) -> Pdu:
        """As the next event of the room, in which it is not yet."""
        draft = Draft(self.room_id, type, sender, content or {}, state_key, 1_000_000, redacts)
        return events.build(
            self.version,
            draft,
            prev_events=self.head,
            auth_events=self._auth_events(draft),
            depth=len(self.pdus) + 1,
            reference_hash_of=lambda event_id: events.reference_hash(
                self.version, self.pdus[event_id]
            ),
        )

    def member(self, sender: str, target: str, membership: str, **content: Any) -> Pdu:
        return self.event("m.room.member", sender, {"membership": membership, **content}, target)

    def set(self, type: str, content: dict[str, Any], state_key: str = "") -> Pdu:
        return self._append(type, self.creator, content, state_key)

    def set_member(self, user_id: str, membership: str) -> None:
        self._append("m.room.member", user_id, {"membership": membership}, user_id)

    def set_levels(self, **content: Any) -> None:
        """In room versions before 12 the creator keeps 100."""
        if not self.version.creators_above_all:
            content["users"] = {self.creator: 100, **content.get("users", {})}
        self.set("m.room.power_levels", content)

    def set_join_rule(self, join_rule: str) -> None:
        self.set("m.room.join_rules", {"join_rule": join_rule})

    def check(self, pdu: Pdu) -> None:
        auth_rules.check(self.version, self.state, pdu)

    def accepts(self, pdu: Pdu) -> bool:
        try:
            self.check(pdu)
        except auth_rules.NotAllowed:
            return False
        return True

    def _append(self, type: str, sender: str, content: dict[str, Any], state_key: str) -> Pdu:
        pdu = self.event(type, sender, content, state_key)
        event_id = events.event_id(self.version, pdu)
        self.pdus[event_id] = pdu
        self.head = [event_id]
        return pdu

    def _auth_events(self, draft: Draft) -> list[str]:
        keys = auth_rules.auth_event_keys(self.version, draft)
        current = {(p["type"], p.get("state_key")): id for id, p in self.pdus.items()}
        return [current[key] for key in keys if key in current]
