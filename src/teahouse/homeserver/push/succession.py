"""How loud a room is goes along to the room that replaces it."""

from __future__ import annotations

from typing import Any

from teahouse.homeserver.push.service import PushRules
from teahouse.kit.log import WriteTx
from teahouse.protocol.push_rules import PushRuleError, Rules

KINDS = ("override", "room", "underride")
"""A room's rules have its id; those of `override`, which clients use to mute, name it again."""


class PushRuleSuccession:
    def __init__(self, push_rules: PushRules) -> None:
        self._push_rules = push_rules

    def inherit(self, tx: WriteTx, user_id: str, old_room_id: str, room_id: str) -> None:
        rules = self._push_rules.rules_of(tx, user_id)
        if any(_has(rules, kind, old_room_id) for kind in KINDS):
            self._push_rules.apply(
                tx, user_id, lambda rules: inherited(rules, old_room_id, room_id)
            )


def inherited(rules: Rules, old_room_id: str, room_id: str) -> Rules:
    """Who has no place for more rules goes without them."""
    for kind in KINDS:
        if not _has(rules, kind, old_room_id) or _has(rules, kind, room_id):
            continue
        rule = rules.get(kind, old_room_id)
        conditions = [_about(one, old_room_id, room_id) for one in rule.get("conditions", ())]
        try:
            added = rules.put(kind, room_id, {**rule, "conditions": conditions})
            rules = added.set_enabled(kind, room_id, rule["enabled"])
        except PushRuleError:
            continue
    return rules


def _about(condition: dict[str, Any], old_room_id: str, room_id: str) -> dict[str, Any]:
    names_it = condition.get("key") == "room_id"
    return {
        key: room_id if names_it and value == old_room_id else value
        for key, value in condition.items()
    }


def _has(rules: Rules, kind: str, rule_id: str) -> bool:
    return any(rule["rule_id"] == rule_id for rule in rules.ruleset()[kind])
