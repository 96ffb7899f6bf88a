"""Where a person's push rules may count otherwise than the predefined ones do. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from teahouse.protocol.identifiers import is_name
from teahouse.protocol.push_conditions import static_test
from teahouse.protocol.push_defaults import default_rules
from teahouse.protocol.push_evaluation import read_actions
from teahouse.protocol.push_rules import KINDS, Rule, Rules

EVERYWHERE: Final = ""


def scopes_of(rules: Rules) -> frozenset[str]:
    """The rooms, in lower case, or EVERYWHERE; empty where nothing counts otherwise.

    Most people change a sound or mute a room or two: then their rules need not be asked about the
    messages of all their other rooms.
    """
    if rules.are_default:
        return frozenset()
    ruleset, defaults = rules.ruleset(), default_rules(rules.user_id)
    scopes: set[str] = set()
    for kind in KINDS:
        predefined = {rule["rule_id"]: rule for rule in defaults[kind]}
        for rule in ruleset[kind]:
            if not rule["default"]:
                scopes |= _of_own(kind, rule)
            elif _counts(rule) != _counts(predefined[rule["rule_id"]]):
                scopes.add(EVERYWHERE)
    return frozenset({EVERYWHERE}) if EVERYWHERE in scopes else frozenset(scopes)


def asks_for_name(rules: Rules) -> bool:
    """Whether a rule needs to know the person's display name in the room."""
    return any(
        isinstance(condition, dict) and condition.get("kind") == "contains_display_name"
        for kind in ("override", "underride")
        for rule in rules.ruleset()[kind]
        for condition in rule["conditions"]
    )


def _of_own(kind: str, rule: Rule) -> set[str]:
    if not rule["enabled"]:
        return set()
    if kind == "room":
        return {rule["rule_id"].lower()}
    return {_only_room(rule.get("conditions", ())) or EVERYWHERE}


def _only_room(conditions: Iterable[Any]) -> str | None:
    for condition in conditions:
        test = static_test(condition)
        if test is not None and test.key == "room_id" and is_name(test.only):
            return test.only
    return None


def _counts(rule: Mapping[str, Any]) -> tuple[bool, bool] | None:
    """What a rule that matches adds to the counts; None for one that is switched off."""
    if not rule["enabled"]:
        return None
    actions = read_actions(rule["actions"])
    return actions.notify, actions.highlight
