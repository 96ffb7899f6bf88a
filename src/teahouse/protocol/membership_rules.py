"""The authorization rules for `m.room.member`: rule 5 of room version 12."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teahouse.protocol.errors import NotAllowed
from teahouse.protocol.events import create_event_id_of_room, referenced_ids
from teahouse.protocol.power_levels import creators_of
from teahouse.protocol.room_state import AuthState
from teahouse.protocol.room_versions import RoomVersion
from teahouse.protocol.signing import is_signed_by_any


def check_member(version: RoomVersion, state: AuthState, pdu: Mapping[str, Any]) -> None:
    target = pdu.get("state_key")
    membership = pdu["content"].get("membership")
    # 5.1
    if target is None or membership is None:
        raise NotAllowed("A membership needs a user and a value")
    sender = pdu["sender"]
    match membership:
        case "join":
            _check_join(version, state, pdu, sender, target)
        case "invite":
            _check_invite(state, pdu, sender, target)
        case "leave":
            _check_leave(version, state, sender, target)
        case "ban":
            _check_ban(state, sender, target)
        case "knock" if version.knocking:
            _check_knock(version, state, sender, target)
        case _:
            raise NotAllowed("This membership is not known")


def _check_join(
    version: RoomVersion, state: AuthState, pdu: Mapping[str, Any], sender: str, target: str
) -> None:
    if _is_creators_first_join(version, state, pdu, target):
        return
    if sender != target:
        raise NotAllowed("Nobody joins a room for another")
    membership = state.membership(sender)
    if membership == "ban":
        raise NotAllowed("You are banned from this room")
    rule = state.join_rule
    if rule == "public":
        return
    if rule == "invite" or _is_knock(version, rule) or _is_restricted(version, rule):
        if membership in ("invite", "join"):
            return
        if _is_restricted(version, rule) and _is_authorised(state, pdu["content"]):
            return
        raise NotAllowed("You are not invited to this room")
    raise NotAllowed("This room cannot be joined")


def _is_creators_first_join(
    version: RoomVersion, state: AuthState, pdu: Mapping[str, Any], target: str
) -> bool:
    previous = pdu["prev_events"]
    if len(previous) != 1 or state.create_content is None:
        return False
    if version.room_id_is_create_hash:
        create_event_id: str = create_event_id_of_room(state.room_id)
        first = target == state.create_sender
    else:
        create_event_id = state.create_event_id
        first = target in creators_of(version, state.create_content, state.create_sender)
    return first and referenced_ids(version, previous) == [create_event_id]


def _is_knock(version: RoomVersion, rule: str) -> bool:
    return (rule == "knock" and version.knocking) or (
        rule == "knock_restricted" and version.knock_restricted_joins
    )


def _is_restricted(version: RoomVersion, rule: str) -> bool:
    return (rule == "restricted" and version.restricted_joins) or (
        rule == "knock_restricted" and version.knock_restricted_joins
    )


def _is_authorised(state: AuthState, content: Mapping[str, Any]) -> bool:
    """By a member who could have invited instead."""
    user_id = content.get("join_authorised_via_users_server")
    return (
        isinstance(user_id, str)
        and state.membership(user_id) == "join"
        and state.power_levels.user(user_id) >= state.power_levels.invite
    )


def _check_invite(state: AuthState, pdu: Mapping[str, Any], sender: str, target: str) -> None:
    if "third_party_invite" in pdu["content"]:
        _check_third_party(state, pdu["content"]["third_party_invite"], sender, target)
        return
    _need_member(state, sender)
    membership = state.membership(target)
    if membership == "join":
        raise NotAllowed("The user is a member of this room already")
    if membership == "ban":
        raise NotAllowed("The user is banned from this room")
    if state.power_levels.user(sender) < state.power_levels.invite:
        raise NotAllowed("You may not invite people to this room")


def _check_third_party(state: AuthState, invite: object, sender: str, target: str) -> None:
    if state.membership(target) == "ban":
        raise NotAllowed("The user is banned from this room")
    signed = invite.get("signed") if isinstance(invite, dict) else None
    if not isinstance(signed, dict) or "mxid" not in signed or "token" not in signed:
        raise NotAllowed("The third-party invite is not signed")
    token = signed["token"]
    if signed["mxid"] != target or not isinstance(token, str):
        raise NotAllowed("The third-party invite is for another user")
    content = state.third_party_invite(token)
    if content is None:
        raise NotAllowed("There is no such third-party invite")
    if state.third_party_invite_sender(token) != sender:
        raise NotAllowed("The third-party invite is by another user")
    if not is_signed_by_any(signed, _public_keys(content)):
        raise NotAllowed("The third-party invite is not signed by its identity server")


def _public_keys(content: Mapping[str, Any]) -> list[str]:
    keys = [content.get("public_key")]
    listed = content.get("public_keys")
    if isinstance(listed, list):
        keys += [entry.get("public_key") for entry in listed if isinstance(entry, dict)]
    return [key for key in keys if isinstance(key, str)]


def _check_leave(version: RoomVersion, state: AuthState, sender: str, target: str) -> None:
    if sender == target:
        membership = state.membership(sender)
        if membership in ("invite", "join") or (membership == "knock" and version.knocking):
            return
        raise NotAllowed("You are not a member of this room")
    _need_member(state, sender)
    levels = state.power_levels
    if state.membership(target) == "ban" and levels.user(sender) < levels.ban:
        raise NotAllowed("You may not lift a ban in this room")
    if levels.user(sender) < levels.kick or levels.user(target) >= levels.user(sender):
        raise NotAllowed("You may not remove this user from the room")


def _check_ban(state: AuthState, sender: str, target: str) -> None:
    _need_member(state, sender)
    levels = state.power_levels
    if levels.user(sender) < levels.ban or levels.user(target) >= levels.user(sender):
        raise NotAllowed("You may not ban this user from the room")


def _check_knock(version: RoomVersion, state: AuthState, sender: str, target: str) -> None:
    if not _is_knock(version, state.join_rule):
        raise NotAllowed("This room takes no knocks")
    if sender != target:
        raise NotAllowed("Nobody knocks for another")
    if state.membership(sender) in ("ban", "invite", "join"):
        raise NotAllowed("You cannot knock on this room")


def _need_member(state: AuthState, sender: str) -> None:
    if state.membership(sender) != "join":
        raise NotAllowed("You are not a member of this room")
