"""Whether an event is allowed: the authorization rules of the room versions.

The order is that of the rules in the specification, and matters. Numbers in comments are those
of room version 12. What needs other events than the state (rule 3) is in auth_events.py, what
needs signatures of the event itself (rule 5.2) in signing.required_signers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teahouse.protocol import membership_rules, power_level_rules
from teahouse.protocol.auth_events import auth_event_keys as auth_event_keys
from teahouse.protocol.auth_events import check_auth_events as check_auth_events
from teahouse.protocol.errors import NeverAllowed as NeverAllowed
from teahouse.protocol.errors import NotAllowed as NotAllowed
from teahouse.protocol.events import redacted_event
from teahouse.protocol.identifiers import is_user_id, server_of
from teahouse.protocol.room_state import AuthState as AuthState
from teahouse.protocol.room_state import StateSnapshot as StateSnapshot
from teahouse.protocol.room_versions import ROOM_VERSIONS, RoomVersion


def check(version: RoomVersion, state: AuthState, pdu: Mapping[str, Any]) -> None:
    """NotAllowed when the rules reject `pdu` in a room of this `state`."""
    type = pdu["type"]
    if type == "m.room.create":
        _check_create(version, pdu)
        return
    create_content = state.create_content
    # 2, and before room version 12 the need of a create event among the auth events
    if create_content is None or pdu.get("room_id") != state.room_id:
        raise NotAllowed("There is no such room")
    sender = pdu["sender"]
    # 4
    if create_content.get("m.federate") is False and server_of(sender) != server_of(
        state.create_sender
    ):
        raise NotAllowed("This room is for users of one server only")
    if type == "m.room.aliases" and version.aliases_by_server:
        _check_aliases(pdu)
        return
    # 5
    if type == "m.room.member":
        membership_rules.check_member(version, state, pdu)
        return
    # 6
    if state.membership(sender) != "join":
        raise NotAllowed("You are not a member of this room")
    levels = state.power_levels
    level = levels.user(sender)
    # 7
    if type == "m.room.third_party_invite":
        if level < levels.invite:
            raise NotAllowed("You may not invite people to this room")
        return
    # 8
    state_key = pdu.get("state_key")
    if level < levels.event(type, state_key is not None):
        raise NotAllowed(f"Your power level does not suffice to send {type}")
    # 9
    if state_key is not None and state_key[:1] == "@" and state_key != sender:
        raise NotAllowed("This state belongs to another user")
    # 10
    if type == "m.room.power_levels":
        power_level_rules.check_power_levels(version, state, pdu)
    elif type == "m.room.redaction" and version.redactions_authorized:
        _check_redaction(version, level >= levels.redact, pdu)


def _check_create(version: RoomVersion, pdu: Mapping[str, Any]) -> None:
    content = pdu["content"]
    if pdu["prev_events"]:
        raise NeverAllowed("A room begins with its create event")
    if version.room_id_is_create_hash:
        if "room_id" in pdu:
            raise NotAllowed("The create event of this room version has no room ID")
    elif server_of(pdu["room_id"]) != server_of(pdu["sender"]):
        raise NotAllowed("The room ID is not of the server of its creator")
    room_version = content.get("room_version", "1")
    if not isinstance(room_version, str) or room_version not in ROOM_VERSIONS:
        raise NotAllowed("This room version is not known")
    if version.creator_in_content and "creator" not in content:
        raise NotAllowed("The create event names no creator")
    if version.creators_above_all and not _are_users(content.get("additional_creators", [])):
        raise NotAllowed("The additional creators are not a list of user IDs")


def _are_users(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(user_id, str) and is_user_id(user_id) for user_id in value
    )


def _check_aliases(pdu: Mapping[str, Any]) -> None:
    if "state_key" not in pdu:
        raise NotAllowed("Aliases are state of a server")
    if server_of(pdu["sender"]) != pdu["state_key"]:
        raise NotAllowed("These aliases belong to another server")


def _check_redaction(version: RoomVersion, may_redact: bool, pdu: Mapping[str, Any]) -> None:
    if may_redact:
        return
    redacted = redacted_event(version, pdu)
    if redacted is None or _domain(redacted) != _domain(pdu["event_id"]):
        raise NotAllowed("You may not redact events of other servers")


def _domain(event_id: str) -> str:
    return event_id.partition(":")[2]
