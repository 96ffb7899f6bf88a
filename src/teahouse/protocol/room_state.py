"""The state of a room as the authorization rules read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from teahouse.protocol import events
from teahouse.protocol.events import Pdu
from teahouse.protocol.power_levels import PowerLevels
from teahouse.protocol.room_versions import RoomVersion


class AuthState(Protocol):
    """What decides whether an event may be sent. Reading it must be cheap: it is asked per send.

    Contents are those of the current state events, None where the room has none.
    """

    @property
    def room_id(self) -> str: ...
    @property
    def create_event_id(self) -> str: ...
    @property
    def create_content(self) -> Mapping[str, Any] | None:
        """None: there is no room yet, and only its create event is allowed."""
        ...

    @property
    def create_sender(self) -> str: ...
    @property
    def power_levels(self) -> PowerLevels: ...
    @property
    def power_levels_content(self) -> Mapping[str, Any] | None: ...
    @property
    def join_rule(self) -> str:
        """`invite` where the room has no join rules."""
        ...

    def membership(self, user_id: str) -> str:
        """`leave` for who was never a member."""
        ...

    def third_party_invite(self, token: str) -> Mapping[str, Any] | None: ...
    def third_party_invite_sender(self, token: str) -> str | None: ...


class StateSnapshot:
    """AuthState of a list of state events, later ones replacing earlier ones."""

    def __init__(self, version: RoomVersion, state: Iterable[Pdu]) -> None:
        self._state: dict[tuple[str, str], Pdu] = {(e["type"], e["state_key"]): e for e in state}
        create = self._state.get(("m.room.create", ""))
        self.room_id: str = ""
        self.create_event_id: str = ""
        self.create_sender: str = ""
        self.create_content: Mapping[str, Any] | None = None
        if create is not None:
            self.room_id = events.room_id_of_create(version, create)
            self.create_event_id = events.event_id(version, create)
            self.create_sender = create["sender"]
            self.create_content = create["content"]
        self.power_levels_content = self._content("m.room.power_levels")
        self.join_rules_content = self._content("m.room.join_rules")
        self.power_levels = PowerLevels(
            version,
            self.power_levels_content,
            create_content=self.create_content or {},
            create_sender=self.create_sender,
        )

    @property
    def join_rule(self) -> str:
        rule = (self.join_rules_content or {}).get("join_rule", "invite")
        return rule if isinstance(rule, str) else "invite"

    def membership(self, user_id: str) -> str:
        membership = (self._content("m.room.member", user_id) or {}).get("membership", "leave")
        return membership if isinstance(membership, str) else "leave"

    def third_party_invite(self, token: str) -> Mapping[str, Any] | None:
        return self._content("m.room.third_party_invite", token)

    def third_party_invite_sender(self, token: str) -> str | None:
        invite = self._state.get(("m.room.third_party_invite", token))
        return None if invite is None else invite["sender"]

    def get(self, type: str, state_key: str = "") -> Pdu | None:
        return self._state.get((type, state_key))

    def _content(self, type: str, state_key: str = "") -> Mapping[str, Any] | None:
        event = self._state.get((type, state_key))
        return None if event is None else event["content"]
