"""The predefined push rules: client-server API v1.19, "Predefined Rules".

Since v1.17 none looks for names in the body of a message: mentions are said in `m.mentions`.
"""

from __future__ import annotations

from typing import Any

MASTER = ".m.rule.master"

_NOTIFY: list[Any] = ["notify"]
_HIGHLIGHT: list[Any] = ["notify", {"set_tweak": "highlight"}]
_SOUND: list[Any] = ["notify", {"set_tweak": "sound", "value": "default"}]
_RING: list[Any] = ["notify", {"set_tweak": "sound", "value": "ring"}]
_SOUND_AND_HIGHLIGHT: list[Any] = [*_SOUND, {"set_tweak": "highlight"}]

_IS_ONE_TO_ONE = {"kind": "room_member_count", "is": "2"}


def default_rules(user_id: str) -> dict[str, list[dict[str, Any]]]:
    """By kind, most important first."""
    return {
        "override": _override(user_id),
        "content": [],
        "room": [],
        "sender": [],
        "underride": _underride(),
    }


def _override(user_id: str) -> list[dict[str, Any]]:
    mentions_me = {
        "kind": "event_property_contains",
        "key": r"content.m\.mentions.user_ids",
        "value": user_id,
    }
    mentions_room = {
        "kind": "event_property_is",
        "key": r"content.m\.mentions.room",
        "value": True,
    }
    may_notify_room = {"kind": "sender_notification_permission", "key": "room"}
    is_edit = {
        "kind": "event_property_is",
        "key": r"content.m\.relates_to.rel_type",
        "value": "m.replace",
    }
    is_member = _match("type", "m.room.member")
    is_invite = _match("content.membership", "invite")
    no_state_key = _match("state_key", "")
    return [
        _rule(MASTER, [], [], enabled=False),
        _rule(".m.rule.suppress_notices", [_match("content.msgtype", "m.notice")], []),
        _rule(
            ".m.rule.invite_for_me", [is_member, is_invite, _match("state_key", user_id)], _SOUND
        ),
        _rule(".m.rule.member_event", [is_member], []),
        _rule(".m.rule.is_user_mention", [mentions_me], _SOUND_AND_HIGHLIGHT),
        _rule(".m.rule.is_room_mention", [mentions_room, may_notify_room], _HIGHLIGHT),
        _rule(".m.rule.tombstone", [_match("type", "m.room.tombstone"), no_state_key], _HIGHLIGHT),
        _rule(".m.rule.reaction", [_match("type", "m.reaction")], []),
        _rule(".m.rule.room.server_acl", [_match("type", "m.room.server_acl"), no_state_key], []),
        _rule(".m.rule.suppress_edits", [is_edit], []),
    ]


def _underride() -> list[dict[str, Any]]:
    is_message = _match("type", "m.room.message")
    is_encrypted = _match("type", "m.room.encrypted")
    return [
        _rule(".m.rule.call", [_match("type", "m.call.invite")], _RING),
        _rule(".m.rule.encrypted_room_one_to_one", [_IS_ONE_TO_ONE, is_encrypted], _SOUND),
        _rule(".m.rule.room_one_to_one", [_IS_ONE_TO_ONE, is_message], _SOUND),
        _rule(".m.rule.message", [is_message], _NOTIFY),
        _rule(".m.rule.encrypted", [is_encrypted], _NOTIFY),
    ]


def _match(key: str, pattern: str) -> dict[str, str]:
    return {"kind": "event_match", "key": key, "pattern": pattern}


def _rule(
    rule_id: str, conditions: list[Any], actions: list[Any], *, enabled: bool = True
) -> dict[str, Any]:
    return {
        "rule_id": rule_id,
        "default": True,
        "enabled": enabled,
        "conditions": conditions,
        "actions": actions,
    }
