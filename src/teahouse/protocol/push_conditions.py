"""Push conditions, compiled into questions about an event: client-server API, "Conditions".

A condition that is not recognised, or not well formed, never matches.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

from teahouse.protocol import globs
from teahouse.protocol.power_levels import PowerLevels
from teahouse.protocol.property_paths import ABSENT, Path, look_up, parse_path

STATIC_KEYS: Final = ("type", "room_id", "sender")
"""What rules can be sorted by before an event comes: a condition on one of these is asked once
for each value, not for each event."""

ME: Final = "\0me"
"""Stands for the owner of the rules in patterns and values (no identifier has a NUL in it), so
that all users share what the predefined rules are compiled to."""

_BODY: Final = ("content", "body")
_COUNT = re.compile(r"(==|<=|>=|<|>)?([0-9]{1,18})", re.ASCII)
_COMPARE: Final[Mapping[str | None, Callable[[int, int], bool]]] = {
    None: operator.eq,
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_PLAIN: Final = (str, int, bool, type(None))


class Occasion:
    """An event, and the room at that moment as one of its members sees it."""

    def __init__(
        self,
        event: Mapping[str, Any],
        *,
        user_id: str,
        member_count: int,
        display_name: str | None,
        power_levels: PowerLevels | None,
    ) -> None:
        self.event = event
        self.user_id = user_id
        self.member_count = member_count
        self.display_name = display_name
        self.power_levels = power_levels
        self._items: dict[Path, frozenset[tuple[type, Any]]] = {}

    @cached_property
    def body(self) -> str | None:
        """What words are looked for in: in lower case; None when it is no text."""
        body = look_up(self.event, _BODY)
        return body[: globs.SEARCHED].lower() if isinstance(body, str) else None

    def has_item(self, path: Path, item: tuple[type, Any]) -> bool:
        """Whether the list that is there has it; with its kind, since `True == 1`."""
        items = self._items.get(path)
        if items is None:
            value = look_up(self.event, path)
            if type(value) is not list:
                return False
            items = frozenset((type(one), one) for one in value if type(one) in _PLAIN)
            self._items[path] = items
        return item in items


Question: TypeAlias = Callable[[Occasion], bool]


def compile_condition(condition: Any) -> Question:
    kind = condition.get("kind") if isinstance(condition, dict) else None
    compiler = _COMPILERS.get(kind) if isinstance(kind, str) else None
    return _never if compiler is None else compiler(condition)


@dataclass(frozen=True, slots=True)
class Test:
    """A condition on one of the STATIC_KEYS."""

    key: str
    passes: globs.Matcher
    only: str | None
    """In lower case, the one value that can pass; None when there may be others."""


def static_test(condition: Any) -> Test | None:
    if not isinstance(condition, dict) or condition.get("key") not in STATIC_KEYS:
        return None
    key = condition["key"]
    if condition.get("kind") == "event_match" and isinstance(condition.get("pattern"), str):
        pattern = condition["pattern"].lower()
        matches = globs.whole(pattern)
        only = None if "*" in pattern or "?" in pattern else pattern
        return Test(key, lambda value: matches(value.lower()), only)
    if condition.get("kind") == "event_property_is" and isinstance(condition.get("value"), str):
        return exact_test(key, condition["value"])
    return None


def exact_test(key: str, value: str) -> Test:
    return Test(key, value.__eq__, value.lower())


def content_pattern(pattern: str) -> Question:
    """The condition of a content rule."""
    matches = globs.words(pattern.lower())
    return lambda occasion: occasion.body is not None and matches(occasion.body)


def _never(_: Occasion) -> bool:
    return False


def _event_match(condition: dict[str, Any]) -> Question:
    key, pattern = condition.get("key"), condition.get("pattern")
    if not isinstance(key, str) or not isinstance(pattern, str):
        return _never
    path = parse_path(key)
    if path == _BODY:
        return content_pattern(pattern)
    if pattern == ME:
        return _matches_me(path)
    matches = globs.whole(pattern.lower())

    def ask(occasion: Occasion) -> bool:
        value = look_up(occasion.event, path)
        return isinstance(value, str) and matches(value.lower())

    return ask


def _matches_me(path: Path) -> Question:
    def ask(occasion: Occasion) -> bool:
        value = look_up(occasion.event, path)
        return isinstance(value, str) and value.lower() == occasion.user_id.lower()

    return ask


def _event_property_is(condition: dict[str, Any]) -> Question:
    parsed = _key_and_value(condition)
    if parsed is None:
        return _never
    path, wanted = parsed
    kind = type(wanted)

    def ask(occasion: Occasion) -> bool:
        value = look_up(occasion.event, path)
        # `True == 1`, but not here.
        return type(value) is kind and value == wanted

    return ask


def _event_property_contains(condition: dict[str, Any]) -> Question:
    parsed = _key_and_value(condition)
    if parsed is None:
        return _never
    path, wanted = parsed
    kind = type(wanted)

    def ask(occasion: Occasion) -> bool:
        one = occasion.user_id if wanted == ME else wanted
        return occasion.has_item(path, (kind, one))

    return ask


def _key_and_value(condition: dict[str, Any]) -> tuple[Path, Any] | None:
    key, value = condition.get("key"), condition.get("value", ABSENT)
    if not isinstance(key, str) or type(value) not in _PLAIN:
        return None
    return parse_path(key), value


def _contains_display_name(_: dict[str, Any]) -> Question:
    def ask(occasion: Occasion) -> bool:
        # As words, like every other search of the body; the name is no pattern.
        name, body = occasion.display_name, occasion.body
        if not name or body is None:
            return False
        return globs.has_words(body, name[: globs.SEARCHED].lower())

    return ask


def _room_member_count(condition: dict[str, Any]) -> Question:
    wanted = condition.get("is")
    match = _COUNT.fullmatch(wanted) if isinstance(wanted, str) else None
    if match is None:
        return _never
    compare, count = _COMPARE[match[1]], int(match[2])
    return lambda occasion: compare(occasion.member_count, count)


def _sender_notification_permission(condition: dict[str, Any]) -> Question:
    key = condition.get("key")
    if not isinstance(key, str):
        return _never

    def ask(occasion: Occasion) -> bool:
        levels = occasion.power_levels
        return levels is not None and levels.user(occasion.event["sender"]) >= levels.notification(
            key
        )

    return ask


_COMPILERS: Final[Mapping[str, Callable[[dict[str, Any]], Question]]] = {
    "event_match": _event_match,
    "event_property_is": _event_property_is,
    "event_property_contains": _event_property_contains,
    "contains_display_name": _contains_display_name,
    "room_member_count": _room_member_count,
    "sender_notification_permission": _sender_notification_permission,
}
