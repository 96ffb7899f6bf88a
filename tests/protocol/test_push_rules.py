"""A user's push rules: the predefined ones, and changing them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from teahouse.protocol.globs import SEARCHED
from teahouse.protocol.push_conditions import Occasion
from teahouse.protocol.push_rule_body import MAX_CONDITIONS as MAX_CONDITIONS_OF_ONE
from teahouse.protocol.push_rules import (
    KINDS,
    MAX_BYTES,
    MAX_CONDITIONS,
    MAX_PATTERN_BYTES,
    MAX_RULES,
    PushRuleError,
    Rules,
)
from tests.protocol.rooms import ALICE, BOB

SOUND = {"set_tweak": "sound", "value": "default"}
RING = {"set_tweak": "sound", "value": "ring"}
HIGHLIGHT = {"set_tweak": "highlight"}


def matches(key: str, pattern: str) -> dict[str, str]:
    return {"kind": "event_match", "key": key, "pattern": pattern}


TWO_MEMBERS = {"kind": "room_member_count", "is": "2"}

OVERRIDE: list[tuple[str, list[Any], list[Any]]] = [
    (".m.rule.master", [], []),
    (".m.rule.suppress_notices", [matches("content.msgtype", "m.notice")], []),
    (
        ".m.rule.invite_for_me",
        [
            matches("type", "m.room.member"),
            matches("content.membership", "invite"),
            matches("state_key", ALICE),
        ],
        ["notify", SOUND],
    ),
    (".m.rule.member_event", [matches("type", "m.room.member")], []),
    (
        ".m.rule.is_user_mention",
        [
            {
                "kind": "event_property_contains",
                "key": "content.m\\.mentions.user_ids",
                "value": ALICE,
            }
        ],
        ["notify", SOUND, HIGHLIGHT],
    ),
    (
        ".m.rule.is_room_mention",
        [
            {"kind": "event_property_is", "key": "content.m\\.mentions.room", "value": True},
            {"kind": "sender_notification_permission", "key": "room"},
        ],
        ["notify", HIGHLIGHT],
    ),
    (
        ".m.rule.tombstone",
        [matches("type", "m.room.tombstone"), matches("state_key", "")],
        ["notify", HIGHLIGHT],
    ),
    (".m.rule.reaction", [matches("type", "m.reaction")], []),
    (
        ".m.rule.room.server_acl",
        [matches("type", "m.room.server_acl"), matches("state_key", "")],
        [],
    ),
    (
        ".m.rule.suppress_edits",
        [
            {
                "kind": "event_property_is",
                "key": "content.m\\.relates_to.rel_type",
                "value": "m.replace",
            }
        ],
        [],
    ),
]
UNDERRIDE: list[tuple[str, list[Any], list[Any]]] = [
    (".m.rule.call", [matches("type", "m.call.invite")], ["notify", RING]),
    (
        ".m.rule.encrypted_room_one_to_one",
        [TWO_MEMBERS, matches("type", "m.room.encrypted")],
        ["notify", SOUND],
    ),
    (
        ".m.rule.room_one_to_one",
        [TWO_MEMBERS, matches("type", "m.room.message")],
        ["notify", SOUND],
    ),
    (".m.rule.message", [matches("type", "m.room.message")], ["notify"]),
    (".m.rule.encrypted", [matches("type", "m.room.encrypted")], ["notify"]),
]


def as_sent(rules: list[tuple[str, list[Any], list[Any]]]) -> list[dict[str, Any]]:
    return [
        {
            "rule_id": rule_id,
            "default": True,
            "enabled": rule_id != ".m.rule.master",
            "conditions": conditions,
            "actions": actions,
        }
        for rule_id, conditions, actions in rules
    ]


def test_the_predefined_rules_are_those_of_the_specification() -> None:
    assert Rules(ALICE).ruleset() == {
        "override": as_sent(OVERRIDE),
        "content": [],
        "room": [],
        "sender": [],
        "underride": as_sent(UNDERRIDE),
    }


def rule_ids(rules: Rules, kind: str) -> list[str]:
    return [rule["rule_id"] for rule in rules.ruleset()[kind]]


def own_ids(rules: Rules, kind: str) -> list[str]:
    return [rule_id for rule_id in rule_ids(rules, kind) if not rule_id.startswith(".")]


BODIES: dict[str, dict[str, Any]] = {
    "override": {"actions": ["notify"], "conditions": [TWO_MEMBERS]},
    "content": {"actions": ["notify", SOUND], "pattern": "cake*lie"},
    "room": {"actions": []},
    "sender": {"actions": ["notify"]},
    "underride": {"actions": ["notify"], "conditions": [{"kind": "im.teahouse.moon"}]},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_is_added_and_deleted(kind: str) -> None:
    rules = Rules(ALICE).put(kind, "mine", BODIES[kind])
    assert rules.get(kind, "mine") == {
        "rule_id": "mine",
        "default": False,
        "enabled": True,
        **BODIES[kind],
    }
    without = rules.delete(kind, "mine")
    assert without.ruleset() == Rules(ALICE).ruleset()
    assert without.are_default
    assert not rules.are_default
    with pytest.raises(PushRuleError) as refusal:
        without.get(kind, "mine")
    assert refusal.value.errcode == "M_NOT_FOUND"


def test_own_rules_come_before_predefined_ones_and_after_the_master() -> None:
    rules = Rules(ALICE).put("override", "mine", BODIES["override"])
    assert rule_ids(rules, "override")[:3] == [
        ".m.rule.master",
        "mine",
        ".m.rule.suppress_notices",
    ]
    rules = rules.put("underride", "low", BODIES["underride"])
    assert rule_ids(rules, "underride")[:2] == ["low", ".m.rule.call"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_rule_is_the_most_important_of_ones_own(kind: str) -> None:
    rules = Rules(ALICE)
    for rule_id in ("a", "b", "c"):
        rules = rules.put(kind, rule_id, BODIES[kind])
    assert own_ids(rules, kind) == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("rule_id", "before", "after", "expected"),
    [
        ("x", "b", None, "c x b a"),
        ("x", "c", None, "x c b a"),
        ("x", None, "b", "c b x a"),
        ("x", None, "a", "c b a x"),
        ("x", "a", "c", "c b x a"),
        # Rules that are there already.
        ("a", None, None, "c b a"),
        ("b", None, None, "c b a"),
        ("a", "c", None, "a c b"),
        ("c", None, "a", "b a c"),
        ("c", "a", None, "b c a"),
        ("b", "a", None, "c b a"),
    ],
)
def test_a_rule_is_placed(
    rule_id: str, before: str | None, after: str | None, expected: str
) -> None:
    rules = Rules(ALICE)
    for name in ("a", "b", "c"):
        rules = rules.put("content", name, BODIES["content"])
    moved = rules.put("content", rule_id, BODIES["content"], before=before, after=after)
    assert own_ids(moved, "content") == expected.split()
    assert own_ids(rules, "content") == ["c", "b", "a"]


@pytest.mark.parametrize("relative", ["missing", "x", ".m.rule.master", ".m.rule.call", ""])
@pytest.mark.parametrize("where", ["before", "after"])
def test_there_is_no_place_next_to_what_is_no_own_rule(relative: str, where: str) -> None:
    rules = Rules(ALICE).put("override", "a", BODIES["override"])
    rules.put("override", "x", BODIES["override"], **{where: "a"})
    with pytest.raises(PushRuleError) as refusal:
        rules.put("override", "x", BODIES["override"], **{where: relative})
    assert refusal.value.errcode == "M_UNKNOWN"
    assert refusal.value.reason == f"before/after rule not found: {relative}"


def test_an_update_keeps_whether_a_rule_is_enabled() -> None:
    rules = Rules(ALICE).put("content", "mine", BODIES["content"])
    rules = rules.set_enabled("content", "mine", False)
    rules = rules.put("content", "mine", {"pattern": "tea", "actions": []})
    assert rules.get("content", "mine")["enabled"] is False
    assert rules.get("content", "mine")["pattern"] == "tea"


def test_a_rule_id_is_one_within_its_kind() -> None:
    rules = Rules(ALICE).put("content", "mine", BODIES["content"])
    rules = rules.put("override", "mine", BODIES["override"])
    rules = rules.set_enabled("content", "mine", False).delete("override", "mine")
    assert rules.get("content", "mine")["enabled"] is False


@pytest.mark.parametrize("rule_id", ["mine", ".m.rule.message"])
def test_a_rule_is_switched_off_and_on(rule_id: str) -> None:
    rules = Rules(ALICE).put("underride", "mine", BODIES["underride"])
    off = rules.set_enabled("underride", rule_id, False)
    assert off.get("underride", rule_id)["enabled"] is False
    assert rules.get("underride", rule_id)["enabled"] is True
    on = off.set_enabled("underride", rule_id, True)
    assert on.ruleset() == rules.ruleset()


@pytest.mark.parametrize("rule_id", ["mine", ".m.rule.message"])
def test_a_rule_gets_other_actions(rule_id: str) -> None:
    rules = Rules(ALICE).put("underride", "mine", BODIES["underride"])
    loud = rules.set_actions("underride", rule_id, ["notify", RING, HIGHLIGHT])
    assert loud.get("underride", rule_id)["actions"] == ["notify", RING, HIGHLIGHT]
    assert rules.get("underride", rule_id)["actions"] == ["notify"]


def test_what_is_changed_back_is_not_changed() -> None:
    rules = Rules(ALICE).set_enabled("underride", ".m.rule.message", False)
    rules = rules.set_actions("underride", ".m.rule.message", [])
    assert not rules.are_default
    rules = rules.set_enabled("underride", ".m.rule.message", True)
    assert not rules.are_default
    rules = rules.set_actions("underride", ".m.rule.message", ["notify"])
    assert rules.are_default
    assert rules.stored() == {}


def test_the_historical_actions_are_kept_as_given() -> None:
    body = {"actions": ["dont_notify", "coalesce", "notify"], "pattern": "tea"}
    rules = Rules(ALICE).put("content", "mine", body)
    assert rules.get("content", "mine")["actions"] == body["actions"]
    rules = rules.set_actions("underride", ".m.rule.message", ["dont_notify"])
    assert rules.get("underride", ".m.rule.message")["actions"] == ["dont_notify"]


def test_only_what_the_user_changed_is_stored() -> None:
    rules = Rules(ALICE).put("room", "!r:tea.house", {"actions": []})
    rules = rules.set_enabled("override", ".m.rule.master", True)
    rules = rules.set_actions("underride", ".m.rule.message", [])
    stored = rules.stored()
    assert stored == {
        "own": {
            "room": [{"rule_id": "!r:tea.house", "default": False, "enabled": True, "actions": []}]
        },
        "changed": {".m.rule.master": {"enabled": True}, ".m.rule.message": {"actions": []}},
    }
    assert Rules.from_stored(ALICE, stored).ruleset() == rules.ruleset()
    assert Rules.from_stored(ALICE, {}).ruleset() == Rules(ALICE).ruleset()
    assert Rules.from_stored(BOB, stored).get("override", ".m.rule.invite_for_me")["conditions"][
        2
    ] == matches("state_key", BOB)


def test_a_predefined_rule_stays() -> None:
    with pytest.raises(PushRuleError) as refusal:
        Rules(ALICE).delete("override", ".m.rule.master")
    assert refusal.value.errcode == "M_INVALID_PARAM"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rule_id", ["missing", ".m.rule.missing"])
def test_what_is_not_there_is_not_found(kind: str, rule_id: str) -> None:
    rules = Rules(ALICE)
    for operation in (
        lambda: rules.get(kind, rule_id),
        lambda: rules.delete(kind, rule_id),
        lambda: rules.set_enabled(kind, rule_id, True),
        lambda: rules.set_actions(kind, rule_id, []),
    ):
        with pytest.raises(PushRuleError) as refusal:
            operation()
        assert refusal.value.errcode == "M_NOT_FOUND"


def test_there_are_five_kinds() -> None:
    rules = Rules(ALICE)
    for operation in (
        lambda: rules.get("device", "x"),
        lambda: rules.put("device", "x", {"actions": []}),
        lambda: rules.delete("device", "x"),
        lambda: rules.set_enabled("device", "x", True),
        lambda: rules.set_actions("device", "x", []),
    ):
        with pytest.raises(PushRuleError) as refusal:
            operation()
        assert refusal.value.errcode == "M_INVALID_PARAM"


@pytest.mark.parametrize("rule_id", ["", ".mine", ".m.rule.master", "a/b", "a\\b", "茶" * 86])
def test_such_an_id_no_own_rule_has(rule_id: str) -> None:
    for fine in ("a.b 茶", "a" * 255, "茶" * 85):
        Rules(ALICE).put("room", fine, {"actions": []})
    with pytest.raises(PushRuleError) as refusal:
        Rules(ALICE).put("room", rule_id, {"actions": []})
    assert refusal.value.errcode == "M_INVALID_PARAM"


BAD_BODIES: list[tuple[str, dict[str, Any], str]] = [
    ("room", {}, "M_MISSING_PARAM"),
    ("room", {"actions": None}, "M_BAD_JSON"),
    ("room", {"actions": "notify"}, "M_BAD_JSON"),
    ("room", {"actions": ["explode"]}, "M_INVALID_PARAM"),
    ("room", {"actions": [1]}, "M_INVALID_PARAM"),
    ("room", {"actions": [{}]}, "M_INVALID_PARAM"),
    ("room", {"actions": [{"set_tweak": 1}]}, "M_INVALID_PARAM"),
    ("content", {"actions": []}, "M_MISSING_PARAM"),
    ("content", {"actions": [], "pattern": 1}, "M_BAD_JSON"),
    ("override", {"actions": [], "conditions": {}}, "M_BAD_JSON"),
    ("override", {"actions": [], "conditions": ["x"]}, "M_BAD_JSON"),
    ("override", {"actions": [], "conditions": [{}]}, "M_BAD_JSON"),
    ("override", {"actions": [], "conditions": [{"kind": 1}]}, "M_BAD_JSON"),
    ("override", {"actions": [], "conditions": [{"kind": "event_match"}]}, "M_MISSING_PARAM"),
    (
        "override",
        {"actions": [], "conditions": [{"kind": "event_match", "key": "type"}]},
        "M_MISSING_PARAM",
    ),
    (
        "underride",
        {"actions": [], "conditions": [{"kind": "event_match", "key": "type", "pattern": 1}]},
        "M_BAD_JSON",
    ),
    (
        "underride",
        {"actions": [], "conditions": [{"kind": "event_property_is", "key": "a", "value": 1.5}]},
        "M_BAD_JSON",
    ),
    (
        "underride",
        {"actions": [], "conditions": [{"kind": "event_property_is", "key": "a", "value": {}}]},
        "M_BAD_JSON",
    ),
    (
        "override",
        {"actions": [], "conditions": [{"kind": "event_property_contains", "key": "a"}]},
        "M_MISSING_PARAM",
    ),
    ("override", {"actions": [], "conditions": [{"kind": "room_member_count"}]}, "M_MISSING_PARAM"),
    (
        "override",
        {"actions": [], "conditions": [{"kind": "room_member_count", "is": 2}]},
        "M_BAD_JSON",
    ),
    (
        "override",
        {"actions": [], "conditions": [{"kind": "sender_notification_permission"}]},
        "M_MISSING_PARAM",
    ),
]


@pytest.mark.parametrize(("kind", "body", "errcode"), BAD_BODIES)
def test_what_is_no_rule_is_refused(kind: str, body: dict[str, Any], errcode: str) -> None:
    with pytest.raises(PushRuleError) as refusal:
        Rules(ALICE).put(kind, "mine", body)
    assert refusal.value.errcode == errcode


@pytest.mark.parametrize("value", ["x", 1, True, None])
@pytest.mark.parametrize("kind", ["event_property_is", "event_property_contains"])
def test_any_plain_value_can_be_asked_for(kind: str, value: Any) -> None:
    condition = {"kind": kind, "key": "content.a", "value": value}
    rules = Rules(ALICE).put("override", "mine", {"actions": [], "conditions": [condition]})
    assert rules.get("override", "mine")["conditions"] == [condition]


@pytest.mark.parametrize("enabled", [None, 1, "true", {}])
def test_enabled_is_a_boolean(enabled: Any) -> None:
    with pytest.raises(PushRuleError) as refusal:
        Rules(ALICE).set_enabled("override", ".m.rule.master", enabled)
    assert refusal.value.errcode == "M_BAD_JSON"


def test_actions_are_checked_wherever_they_are_set() -> None:
    with pytest.raises(PushRuleError):
        Rules(ALICE).set_actions("override", ".m.rule.master", ["explode"])
    with pytest.raises(PushRuleError):
        Rules(ALICE).set_actions("override", ".m.rule.master", None)


def test_rules_have_a_limit_in_number() -> None:
    many = [
        {"rule_id": f"!{n}", "default": False, "enabled": True, "actions": []}
        for n in range(MAX_RULES)
    ]
    rules = Rules(ALICE, own={"room": many})
    rules.put("room", "!0", {"actions": ["notify"]})
    with pytest.raises(PushRuleError) as refusal:
        rules.put("sender", BOB, {"actions": []})
    assert refusal.value.errcode == "M_TOO_LARGE"


def refused_as_too_large(rules: Rules, kind: str, rule_id: str, body: dict[str, Any]) -> bool:
    try:
        rules.put(kind, rule_id, {"actions": [], **body})
    except PushRuleError as refusal:
        return refusal.errcode == "M_TOO_LARGE"
    return False


def test_and_in_size() -> None:
    sound = {"set_tweak": "sound", "value": "x" * MAX_BYTES}
    with pytest.raises(PushRuleError) as refusal:
        Rules(ALICE).set_actions("underride", ".m.rule.call", [sound])
    assert refusal.value.errcode == "M_TOO_LARGE"


@pytest.mark.parametrize("name", ["key", "pattern"])
def test_a_text_of_a_rule_has_255_bytes(name: str) -> None:
    rules = Rules(ALICE)
    for text, is_refused in (("茶" * 85, False), ("茶" * 85 + "x", True)):
        condition = {**matches("content.body", "tea"), name: text}
        body = {"conditions": [condition]}
        assert refused_as_too_large(rules, "underride", "mine", body) == is_refused
    assert refused_as_too_large(rules, "content", "mine", {"pattern": "x" * 256})


def test_a_rule_has_twenty_conditions_and_all_rules_five_hundred() -> None:
    rules = Rules(ALICE)
    many = {"conditions": [TWO_MEMBERS] * MAX_CONDITIONS_OF_ONE}
    for n in range(MAX_CONDITIONS // MAX_CONDITIONS_OF_ONE):
        rules = rules.put("override", f"{n}", {"actions": [], **many})
    assert refused_as_too_large(rules, "underride", "one more", {"conditions": [TWO_MEMBERS]})
    too_many = {"conditions": [TWO_MEMBERS] * (MAX_CONDITIONS_OF_ONE + 1)}
    assert refused_as_too_large(Rules(ALICE), "override", "mine", too_many)


def with_patterns(pattern: str) -> Rules:
    """As many rules with it as a person can have."""
    rules = Rules(ALICE)
    for n in range(MAX_PATTERN_BYTES // len(pattern.encode())):
        rules = rules.put("content", f"{n}", {"actions": [], "pattern": pattern})
    return rules


def test_patterns_have_a_limit_together() -> None:
    rules = with_patterns("x" * 255)
    assert refused_as_too_large(rules, "content", "more", {"pattern": "x" * 255})
    condition = matches("content.body", "x" * 255)
    assert refused_as_too_large(rules, "override", "more", {"conditions": [condition]})


@pytest.mark.parametrize(
    ("pattern", "body"),
    [
        ("?" * 254 + "z", "x" * 60_000),
        ("?" * 254 + "z", "茶" * 20_000),
        ("茶" * 84 + "z", "茶" * 20_000),
        ("*" + "?*" * 126 + "z", "x" * 60_000),
        ("*" + "a?" * 126 + "z", "a" * 60_000),
        ("*" + "ab*" * 84, "ab" * 30_000),
    ],
    ids=range(6),
)
def test_no_rules_that_one_can_have_hold_a_message_up(pattern: str, body: str) -> None:
    """A hundredth of it is usual; text times pattern would be minutes."""
    evaluator = with_patterns(pattern).evaluator
    event = {"type": "m.room.message", "sender": BOB, "content": {"body": body}}
    before = time.thread_time()
    for name in ("Alice", "茶" * 20_000):
        occasion = Occasion(
            event, user_id=ALICE, member_count=3, display_name=name, power_levels=None
        )
        evaluator.first(occasion)
    assert time.thread_time() - before < 0.5


def test_words_are_looked_for_in_the_beginning_of_a_message() -> None:
    rules = Rules(ALICE).put("content", "tea", {"actions": ["notify"], "pattern": "tea"})
    for before, is_found in ((SEARCHED - 4, True), (SEARCHED, False)):
        event = {
            "type": "m.x",
            "sender": BOB,
            "content": {"body": "x" * before + " tea"},
        }
        occasion = Occasion(
            event, user_id=ALICE, member_count=3, display_name=None, power_levels=None
        )
        assert rules.evaluator.first(occasion).notify == is_found
