"""Push rules as the specification tells them, sentence by sentence and without any cleverness.

It reads the ruleset that clients get, and is what the compiled rules are checked against.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from teahouse.protocol.power_levels import PowerLevels
from tests.protocol.naive_globs import glob_matches, words_match

MISSING = object()


@dataclass
class Room:
    member_count: int
    display_name: str | None
    power_levels: PowerLevels


def actions_for(
    ruleset: dict[str, list[dict[str, Any]]], event: dict[str, Any], user_id: str, room: Room
) -> list[Any] | None:
    """The actions of the rule that is met first; None when none is."""
    # "Homeservers MUST NOT notify the Push Gateway for events that the user has sent themselves."
    if event["sender"] == user_id:
        return None
    # "The different kinds of rule, in the order that they are checked, are:"
    for kind in ("override", "content", "room", "sender", "underride"):
        for rule in ruleset[kind]:
            # "Disabled rules never match."
            if rule["enabled"] and rule_matches(kind, rule, event, room):
                return list(rule["actions"])
    return None


def rule_matches(kind: str, rule: dict[str, Any], event: dict[str, Any], room: Room) -> bool:
    if kind == "content":
        body = property_of(event, "content.body")
        return isinstance(body, str) and words_match(rule["pattern"].lower(), body.lower())
    if kind == "room":
        return bool(event.get("room_id") == rule["rule_id"])
    if kind == "sender":
        return bool(event["sender"] == rule["rule_id"])
    # "All conditions must hold true for an event in order for the rule to match. A rule with no
    # conditions always matches."
    return all(condition_holds(condition, event, room) for condition in rule["conditions"])


def condition_holds(condition: dict[str, Any], event: dict[str, Any], room: Room) -> bool:
    kind = condition["kind"]
    if kind == "event_match":
        value = property_of(event, condition["key"])
        # "If the property is completely absent from the event, or does not have a string value,
        # then the condition will not match, even if pattern is *."
        if not isinstance(value, str):
            return False
        pattern = condition["pattern"].lower()
        if condition["key"] == "content.body":
            return words_match(pattern, value.lower())
        return glob_matches(pattern, value.lower())
    if kind == "event_property_is":
        return same(property_of(event, condition["key"]), condition["value"])
    if kind == "event_property_contains":
        value = property_of(event, condition["key"])
        return isinstance(value, list) and any(same(item, condition["value"]) for item in value)
    if kind == "contains_display_name":
        body = property_of(event, "content.body")
        name = room.display_name
        if not isinstance(body, str) or not name:
            return False
        return words_contain(body.lower(), name.lower())
    if kind == "room_member_count":
        return count_holds(condition["is"], room.member_count)
    if kind == "sender_notification_permission":
        needed = room.power_levels.notification(condition["key"])
        return room.power_levels.user(event["sender"]) >= needed
    # "Unrecognised conditions MUST NOT match any events."
    return False


def same(value: Any, wanted: Any) -> bool:
    """ "The match is performed exactly", "do not cast types"."""
    return (
        type(value) is type(wanted)
        and type(value) in (str, int, bool, type(None))
        and (value == wanted)
    )


def words_contain(body: str, name: str) -> bool:
    """`name` between word boundaries; it is no pattern."""
    stand_ins = {"*": "\ue000", "?": "\ue001"}
    for char, stand_in in stand_ins.items():
        body, name = body.replace(char, stand_in), name.replace(char, stand_in)
    return words_match(name, body)


def count_holds(wanted: str, count: int) -> bool:
    for prefix in ("==", "<=", ">=", "<", ">"):
        if wanted.startswith(prefix):
            number = int(wanted[len(prefix) :])
            break
    else:
        prefix, number = "==", int(wanted)
    if prefix == "==":
        return count == number
    if prefix == "<":
        return count < number
    if prefix == ">":
        return count > number
    if prefix == "<=":
        return count <= number
    return count >= number


def property_of(event: dict[str, Any], key: str) -> Any:
    value: Any = event
    for name in names_in(key):
        if not isinstance(value, dict) or name not in value:
            return MISSING
        value = value[name]
    return value


def names_in(key: str) -> list[str]:
    names, name, rest = [], "", key
    while rest:
        if rest[:2] in ("\\.", "\\\\"):
            name, rest = name + rest[1], rest[2:]
        elif rest[0] == ".":
            names.append(name)
            name, rest = "", rest[1:]
        else:
            name, rest = name + rest[0], rest[1:]
    return [*names, name]
