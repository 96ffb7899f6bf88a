"""What a client may send as a push rule: client-server API, `setPushRule`."""

from __future__ import annotations

from typing import Any, Final

from teahouse.protocol.errors import ProtocolError

KINDS: Final = ("override", "content", "room", "sender", "underride")
"""In the order in which they are checked."""

MAX_RULE_ID_BYTES: Final = 255
MAX_TEXT_BYTES: Final = 255
"""Of a pattern, and of each other text of a condition."""
MAX_CONDITIONS: Final = 20
"""Of one rule."""

_HISTORICAL_ACTIONS: Final = ("dont_notify", "coalesce")
_NEEDED: Final = {
    "event_match": ("key", "pattern"),
    "event_property_is": ("key", "value"),
    "event_property_contains": ("key", "value"),
    "room_member_count": ("is",),
    "sender_notification_permission": ("key",),
}


class PushRuleError(ProtocolError):
    """A change of push rules that cannot be; `errcode` is the one of the specification."""

    def __init__(self, errcode: str, reason: str) -> None:
        super().__init__(reason)
        self.errcode = errcode


def check_new_rule_id(rule_id: str) -> None:
    if not rule_id or len(rule_id.encode(errors="replace")) > MAX_RULE_ID_BYTES:
        raise PushRuleError("M_INVALID_PARAM", "The rule ID is empty or too long")
    if rule_id.startswith("."):
        raise PushRuleError("M_INVALID_PARAM", "Rule IDs that start with a dot are the server's")
    if "/" in rule_id or "\\" in rule_id:
        raise PushRuleError("M_INVALID_PARAM", "A rule ID has no slashes")


def read_rule_body(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """What `body` says of a rule of this kind: its actions, and its conditions or pattern."""
    if "actions" not in body:
        raise PushRuleError("M_MISSING_PARAM", "The rule has no actions")
    rule: dict[str, Any] = {"actions": read_action_list(body["actions"])}
    if kind == "content":
        pattern = body.get("pattern")
        if pattern is None:
            raise PushRuleError("M_MISSING_PARAM", "A content rule has a pattern")
        if not isinstance(pattern, str):
            raise PushRuleError("M_BAD_JSON", "The pattern is not a string")
        _check_length("pattern", pattern)
        rule["pattern"] = pattern
    elif kind in ("override", "underride"):
        conditions = body.get("conditions", [])
        if not isinstance(conditions, list):
            raise PushRuleError("M_BAD_JSON", "The conditions are not a list")
        if len(conditions) > MAX_CONDITIONS:
            raise PushRuleError("M_TOO_LARGE", f"A rule has at most {MAX_CONDITIONS} conditions")
        for condition in conditions:
            _check_condition(condition)
        rule["conditions"] = conditions
    return rule


def read_action_list(actions: object) -> list[Any]:
    """As they are given, with the historical actions: those do nothing when rules are applied."""
    if not isinstance(actions, list):
        raise PushRuleError("M_BAD_JSON", "The actions are not a list")
    for action in actions:
        known = action == "notify" or action in _HISTORICAL_ACTIONS
        tweak = isinstance(action, dict) and isinstance(action.get("set_tweak"), str)
        if not known and not tweak:
            raise PushRuleError("M_INVALID_PARAM", "One of the actions is not known")
    return actions


def _check_condition(condition: object) -> None:
    """An unknown kind is taken, and never matches; a known one must be complete."""
    if not isinstance(condition, dict) or not isinstance(condition.get("kind"), str):
        raise PushRuleError("M_BAD_JSON", "A condition is an object with a kind")
    for key in _NEEDED.get(condition["kind"], ()):
        if key not in condition:
            raise PushRuleError("M_MISSING_PARAM", f"The condition has no {key}")
        value = condition[key]
        if key == "value":
            well_formed = value is None or type(value) in (str, int, bool)
        else:
            well_formed = isinstance(value, str)
        if not well_formed:
            raise PushRuleError("M_BAD_JSON", f"The {key} of the condition has the wrong type")
        if isinstance(value, str):
            _check_length(key, value)


def _check_length(name: str, text: str) -> None:
    if len(text.encode(errors="replace")) > MAX_TEXT_BYTES:
        raise PushRuleError("M_TOO_LARGE", f"The {name} has at most {MAX_TEXT_BYTES} bytes")
