"""Which state an event names as its authorization: server-server API, "Auth events selection"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from teahouse.protocol.errors import NotAllowed
from teahouse.protocol.events import Draft, room_id_of_create
from teahouse.protocol.room_versions import RoomVersion

StateKey: TypeAlias = tuple[str, str]
"""(type, state_key)"""


def auth_event_keys(version: RoomVersion, event: Draft | Mapping[str, Any]) -> list[StateKey]:
    """The state whose events, where the room has them, are the `auth_events` of `event`."""
    if isinstance(event, Draft):
        return _keys(version, event.type, event.sender, event.state_key, event.content)
    return _keys(version, event["type"], event["sender"], event.get("state_key"), event["content"])


def check_auth_events(
    version: RoomVersion, pdu: Mapping[str, Any], auth_events: Sequence[Mapping[str, Any]]
) -> None:
    """NotAllowed unless `auth_events` are such as `pdu` may name (rule 3 of room version 12).

    Whether one of them was itself rejected is for the caller, who knows.
    """
    if pdu["type"] == "m.room.create":
        return
    wanted = set(auth_event_keys(version, pdu))
    seen: set[StateKey] = set()
    for event in auth_events:
        key = (event["type"], event.get("state_key", ""))
        if key in seen:
            raise NotAllowed("Two auth events have the same type and state key")
        if key not in wanted or "state_key" not in event:
            raise NotAllowed("An auth event is not of those that this event may name")
        if _room_of(version, event) != pdu.get("room_id"):
            raise NotAllowed("An auth event is of another room")
        seen.add(key)
    if not version.room_id_is_create_hash and ("m.room.create", "") not in seen:
        raise NotAllowed("There is no create event among the auth events")


def _room_of(version: RoomVersion, event: Mapping[str, Any]) -> str | None:
    if event["type"] == "m.room.create":
        return room_id_of_create(version, event)
    return event.get("room_id")


def _keys(
    version: RoomVersion,
    type: str,
    sender: str,
    state_key: str | None,
    content: Mapping[str, Any],
) -> list[StateKey]:
    if type == "m.room.create":
        return []
    keys = [("m.room.power_levels", ""), ("m.room.member", sender)]
    if not version.room_id_is_create_hash:
        keys.append(("m.room.create", ""))
    if type == "m.room.member" and state_key is not None:
        keys += _membership_keys(version, state_key, content)
    return list(dict.fromkeys(keys))


def _membership_keys(
    version: RoomVersion, target: str, content: Mapping[str, Any]
) -> list[StateKey]:
    keys = [("m.room.member", target)]
    membership = content.get("membership")
    if membership in ("join", "invite", "knock"):
        keys.append(("m.room.join_rules", ""))
    if membership == "invite" and (token := _third_party_token(content)) is not None:
        keys.append(("m.room.third_party_invite", token))
    authorised_via = content.get("join_authorised_via_users_server")
    if version.restricted_joins and isinstance(authorised_via, str):
        keys.append(("m.room.member", authorised_via))
    return keys


def _third_party_token(content: Mapping[str, Any]) -> str | None:
    invite = content.get("third_party_invite")
    signed = invite.get("signed") if isinstance(invite, dict) else None
    token = signed.get("token") if isinstance(signed, dict) else None
    return token if isinstance(token, str) else None
