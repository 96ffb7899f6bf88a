"""What push rules say of an event: by tables, and against a naive evaluator."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teahouse.protocol import push_rules
from teahouse.protocol.power_levels import PowerLevels
from teahouse.protocol.push_evaluation import MAX_PLANS, read_actions
from teahouse.protocol.push_rules import NOTHING, Actions, Rules, named_users
from teahouse.protocol.room_versions import ROOM_VERSIONS
from tests.protocol import naive_push
from tests.protocol.rooms import ALICE, BOB, CAROL

ROOM, OTHER = "!r:tea.house", "!other:tea.house"


def levels(**content: Any) -> PowerLevels:
    return PowerLevels(ROOM_VERSIONS["12"], content, create_content={}, create_sender=CAROL)


def event(type: str, content: dict[str, Any], sender: str = BOB, **more: Any) -> dict[str, Any]:
    return {"type": type, "sender": sender, "room_id": ROOM, "content": content, **more}


def say(body: str, **content: Any) -> dict[str, Any]:
    return event("m.room.message", {"msgtype": "m.text", "body": body, **content})


def told(
    rules: Rules,
    happened: dict[str, Any],
    *,
    members: int = 3,
    name: str | None = "Alice",
    power_levels: PowerLevels | None = None,
) -> Actions:
    return push_rules.evaluate(
        rules,
        happened,
        user_id=rules.user_id,
        display_name=name,
        member_count=members,
        power_levels=power_levels,
    )


SOUND = {"sound": "default"}
TELL = Actions(True, False, None)
TELL_ALOUD = Actions(True, False, "default", SOUND)
MENTION = Actions(True, True, "default", {**SOUND, "highlight": True})
HIGHLIGHT = Actions(True, True, None, {"highlight": True})
RING = Actions(True, False, "ring", {"sound": "ring"})

ENCRYPTED = event("m.room.encrypted", {"ciphertext": "x"})
INVITE = event("m.room.member", {"membership": "invite"}, state_key=ALICE)

OCCASIONS: list[tuple[str, dict[str, Any], int, Actions]] = [
    ("a message", say("hello"), 3, TELL),
    ("a message in a 1:1 chat", say("hello"), 2, TELL_ALOUD),
    ("a message to nobody else", say("hello"), 1, TELL),
    ("an encrypted message", ENCRYPTED, 3, TELL),
    ("an encrypted message in a 1:1 chat", ENCRYPTED, 2, TELL_ALOUD),
    ("a notice", say("beep", msgtype="m.notice"), 2, NOTHING),
    ("an invite", INVITE, 2, TELL_ALOUD),
    ("an invite of another", {**INVITE, "state_key": CAROL}, 2, NOTHING),
    ("a join", event("m.room.member", {"membership": "join"}, state_key=BOB), 2, NOTHING),
    ("a mention", say("hi", **{"m.mentions": {"user_ids": [CAROL, ALICE]}}), 3, MENTION),
    ("a mention of another", say("hi", **{"m.mentions": {"user_ids": [CAROL]}}), 3, TELL),
    ("a mention in no list", say("hi", **{"m.mentions": {"user_ids": ALICE}}), 3, TELL),
    ("a name in the body", say("Alice alice @room"), 3, TELL),
    ("a reaction", event("m.reaction", {}), 2, NOTHING),
    ("a tombstone", event("m.room.tombstone", {}, state_key=""), 2, HIGHLIGHT),
    ("no tombstone", event("m.room.tombstone", {}, state_key="x"), 2, NOTHING),
    ("an ACL", event("m.room.server_acl", {}, state_key=""), 2, NOTHING),
    (
        "an edit",
        say("* hello", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$e"}}),
        2,
        NOTHING,
    ),
    (
        "an edit with a mention",
        say(
            "x", **{"m.relates_to": {"rel_type": "m.replace"}, "m.mentions": {"user_ids": [ALICE]}}
        ),
        2,
        MENTION,
    ),
    (
        "an answer in a thread",
        say("x", **{"m.relates_to": {"rel_type": "m.thread"}}),
        3,
        TELL,
    ),
    ("a call", event("m.call.invite", {}), 5, RING),
    ("a topic", event("m.room.topic", {"topic": "x"}, state_key=""), 2, NOTHING),
    ("one's own message", {**say("hello"), "sender": ALICE}, 2, NOTHING),
    ("types match in any case", event("M.Room.Message", {}), 3, TELL),
]


@pytest.mark.parametrize(
    ("what", "happened", "members", "expected"), OCCASIONS, ids=[o[0] for o in OCCASIONS]
)
def test_what_a_user_is_told_by_the_predefined_rules(
    what: str, happened: dict[str, Any], members: int, expected: Actions
) -> None:
    rules = Rules(ALICE)
    assert told(rules, happened, members=members) == expected
    assert rules.are_default
    # An own rule that never matches makes no difference, but is not the shared way.
    unused = rules.put("override", "x", {"actions": [], "conditions": [{"kind": "unknown"}]})
    assert told(unused, happened, members=members) == expected


@pytest.mark.parametrize(
    ("bobs", "needed", "expected"), [(50, None, HIGHLIGHT), (49, None, TELL), (10, 10, HIGHLIGHT)]
)
def test_a_room_mention_takes_power(bobs: int, needed: int | None, expected: Actions) -> None:
    notifications = {} if needed is None else {"room": needed}
    power_levels = levels(users={BOB: bobs}, notifications=notifications)
    mention = say("all!", **{"m.mentions": {"room": True}})
    assert told(Rules(ALICE), mention, power_levels=power_levels) == expected
    for no_mention in (1, "true", False, None, [True]):
        happened = say("all!", **{"m.mentions": {"room": no_mention}})
        assert told(Rules(ALICE), happened, power_levels=levels(users={BOB: 100})) == TELL
    assert told(Rules(ALICE), mention, power_levels=None) == TELL


def test_the_master_rule_silences_all() -> None:
    rules = Rules(ALICE).put("override", "loud", {"actions": ["notify"], "conditions": []})
    assert told(rules, event("m.room.topic", {})) == TELL
    silent = rules.set_enabled("override", ".m.rule.master", True)
    for _, happened, members, _ in OCCASIONS:
        assert told(silent, happened, members=members) == NOTHING


def test_a_predefined_rule_is_switched_off_or_changed() -> None:
    rules = Rules(ALICE).set_enabled("underride", ".m.rule.message", False)
    assert told(rules, say("hello")) == NOTHING
    assert told(rules, say("hello"), members=2) == TELL_ALOUD
    rules = Rules(ALICE).set_actions(
        "underride", ".m.rule.message", ["notify", {"set_tweak": "highlight"}]
    )
    assert told(rules, say("hello")) == HIGHLIGHT
    assert told(Rules(ALICE), say("hello")) == TELL


def test_a_muted_room_and_a_muted_sender_are_silent() -> None:
    by_rule = Rules(ALICE).put("room", ROOM, {"actions": []})
    by_condition = Rules(ALICE).put(
        "override",
        ROOM,
        {
            "actions": [],
            "conditions": [{"kind": "event_match", "key": "room_id", "pattern": ROOM}],
        },
    )
    by_sender = Rules(ALICE).put("sender", BOB, {"actions": []})
    mention = say("hi", **{"m.mentions": {"user_ids": [ALICE]}})
    for rules in (by_rule, by_condition, by_sender):
        assert told(rules, say("hello")) == NOTHING
    assert told(by_rule, mention) == told(by_sender, mention) == MENTION
    assert told(by_condition, mention) == NOTHING
    for rules in (by_rule, by_condition):
        assert told(rules, {**say("hello"), "room_id": OTHER}) == TELL
    assert told(by_sender, {**say("hello"), "sender": CAROL}) == TELL


def test_a_word_is_listened_for() -> None:
    body = {"actions": ["notify", {"set_tweak": "sound", "value": "cup.wav"}], "pattern": "Tea"}
    rules = Rules(ALICE).put("content", "tea", body)
    cup = Actions(True, False, "cup.wav", {"sound": "cup.wav"})
    assert told(rules, say("It's TEA time")) == cup
    assert told(rules, say("a teahouse")) == TELL
    assert told(rules, event("m.room.message", {"body": ["tea"]})) == TELL
    assert told(rules, event("im.teahouse.x", {"body": "tea"})) == cup


LUNCH = {"kind": "event_match", "key": "content.topic", "pattern": "lunc?*"}
FEDERATE = {"kind": "event_property_is", "key": r"content.m\.federate", "value": True}
ALIAS = {
    "kind": "event_property_contains",
    "key": "content.alt_aliases",
    "value": "#myroom:example.com",
}

CONDITIONS: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    # The examples of the specification.
    (LUNCH, {"topic": "Lunch plans"}, True),
    (LUNCH, {"topic": "LUNCH"}, True),
    (LUNCH, {"topic": " lunch"}, False),
    (LUNCH, {"topic": "lunc"}, False),
    (LUNCH, {"topic": None}, False),
    (FEDERATE, {"m.federate": True}, True),
    (FEDERATE, {"m.federate": "true"}, False),
    (FEDERATE, {"m.federate": 1}, False),
    (FEDERATE, {"m": {"federate": True}}, False),
    (FEDERATE, {}, False),
    (ALIAS, {"alt_aliases": ["#somewhere:example.org", "#myroom:example.com"]}, True),
    (ALIAS, {"alt_aliases": [":example.com"]}, False),
    (ALIAS, {"alt_aliases": "#myroom:example.com"}, False),
    (ALIAS, {"alt_aliases": [["#myroom:example.com"]]}, False),
    ({"kind": "event_property_is", "key": "content.a", "value": None}, {"a": None}, True),
    ({"kind": "event_property_is", "key": "content.a", "value": None}, {}, False),
    ({"kind": "event_property_is", "key": "content.a", "value": 0}, {"a": False}, False),
    (
        {"kind": "event_property_contains", "key": "content.a", "value": 0},
        {"a": [False]},
        False,
    ),
    (
        {"kind": "event_property_contains", "key": "content.a", "value": None},
        {"a": [None]},
        True,
    ),
    ({"kind": "event_match", "key": "content.a", "pattern": "*"}, {}, False),
    ({"kind": "event_match", "key": "content.a", "pattern": "*"}, {"a": 1}, False),
    ({"kind": "event_match", "key": "content.a", "pattern": "*"}, {"a": ""}, True),
    (
        {"kind": "event_match", "key": "content.body", "pattern": "time"},
        {"body": "tea time"},
        True,
    ),
    ({"kind": "event_match", "key": "content.a", "pattern": "time"}, {"a": "tea time"}, False),
    ({"kind": "event_match", "key": "type", "pattern": "im.*.X"}, {}, True),
    ({"kind": "event_match", "key": "type", "pattern": "im.?.x"}, {}, False),
    ({"kind": "event_property_is", "key": "type", "value": "im.teahouse.x"}, {}, True),
    ({"kind": "event_property_is", "key": "type", "value": "IM.teahouse.x"}, {}, False),
    ({"kind": "event_property_is", "key": "sender", "value": 1}, {}, False),
    ({"kind": "event_property_contains", "key": "type", "value": "im.teahouse.x"}, {}, False),
    ({"kind": "contains_display_name"}, {"body": "hi alice!"}, True),
    ({"kind": "contains_display_name"}, {"body": "malice"}, False),
    ({"kind": "contains_display_name"}, {}, False),
    ({"kind": "sender_notification_permission", "key": "room"}, {}, True),
    ({"kind": "sender_notification_permission", "key": "moon"}, {}, False),
    ({"kind": "im.teahouse.full_moon"}, {}, False),
]


@pytest.mark.parametrize(("condition", "content", "holds"), CONDITIONS)
def test_conditions(condition: dict[str, Any], content: dict[str, Any], holds: bool) -> None:
    rules = Rules(ALICE).put(
        "override", "x", {"actions": ["notify", {"set_tweak": "x"}], "conditions": [condition]}
    )
    power_levels = levels(users={BOB: 60}, notifications={"moon": 61})
    result = told(rules, event("im.teahouse.x", content), power_levels=power_levels)
    assert result.notify == holds


@pytest.mark.parametrize(
    ("wanted", "counts"),
    [
        ("2", {2}),
        ("==2", {2}),
        ("<2", {0, 1}),
        ("<=2", {0, 1, 2}),
        (">2", {3, 4}),
        (">=2", {2, 3, 4}),
        ("02", {2}),
        ("", set()),
        ("two", set()),
        ("=2", set()),
        ("!=2", set()),
        ("<>2", set()),
        ("-2", set()),
        ("2 ", set()),
        ("٢", set()),
        ("2.0", set()),
    ],
)
def test_counting_members(wanted: str, counts: set[int]) -> None:
    condition = {"kind": "room_member_count", "is": wanted}
    rules = Rules(ALICE).put("override", "x", {"actions": ["notify"], "conditions": [condition]})
    happened = event("im.teahouse.x", {})
    assert {n for n in range(5) if told(rules, happened, members=n).notify} == counts


@pytest.mark.parametrize("name", ["a.ice", "*", "?", "", None])
def test_a_display_name_is_no_pattern(name: str | None) -> None:
    condition = {"kind": "contains_display_name"}
    rules = Rules(ALICE).put("override", "x", {"actions": ["notify"], "conditions": [condition]})
    assert not told(rules, event("im.teahouse.x", {"body": "alice"}), name=name).notify


def test_what_is_stored_and_not_well_formed_never_matches() -> None:
    broken: list[Any] = [
        {"kind": "event_match"},
        {"kind": "event_match", "key": "content.a", "pattern": None},
        {"kind": "event_match", "key": "type", "pattern": 1},
        {"kind": "event_property_is", "key": "type", "value": {}},
        {"kind": "event_property_is", "key": "content.a"},
        {"kind": "event_property_is", "key": 1, "value": 1},
        {"kind": "event_property_contains", "key": "content.a", "value": []},
        {"kind": "room_member_count", "is": 3},
        {"kind": "sender_notification_permission"},
        {"kind": ["event_match"]},
        {},
        None,
    ]
    for condition in broken:
        rule = {"rule_id": "x", "default": False, "enabled": True, "actions": ["notify"]}
        rules = Rules(ALICE, own={"override": [{**rule, "conditions": [condition]}]})
        assert told(rules, event("im.teahouse.x", {"a": "a"})) == NOTHING


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([], NOTHING),
        (["dont_notify"], NOTHING),
        (["coalesce"], NOTHING),
        ([{"set_tweak": "highlight"}], NOTHING),
        (["notify"], TELL),
        (["notify", "coalesce", {"x": 1}, 1, None], TELL),
        (["notify", {"set_tweak": "highlight"}], HIGHLIGHT),
        (["notify", {"set_tweak": "highlight", "value": True}], HIGHLIGHT),
        (
            ["notify", {"set_tweak": "highlight", "value": False}],
            Actions(True, False, None, {"highlight": False}),
        ),
        (["notify", {"set_tweak": "sound", "value": 1}], Actions(True, False, None, {"sound": 1})),
        (["notify", {"set_tweak": "x", "value": "y"}], Actions(True, False, None, {"x": "y"})),
    ],
)
def test_what_actions_ask_for(actions: list[Any], expected: Actions) -> None:
    assert read_actions(actions) == expected


def test_whom_an_event_names() -> None:
    assert named_users(say("hello")) == set()
    assert named_users(say("x", **{"m.mentions": {"user_ids": [ALICE, 1, BOB]}})) == {ALICE, BOB}
    assert named_users(say("x", **{"m.mentions": {"user_ids": ALICE}})) == set()
    assert named_users(say("x", **{"m.mentions": [ALICE]})) == set()
    assert named_users(INVITE) == {ALICE}


# Random rules and events, from few words, so that they meet often.

words = st.sampled_from(["tea", "Tea*", "*", "t?a", "", "hot tea", "tea_", "茶"])
kinds_of_event = st.sampled_from(["m.room.message", "m.room.encrypted", "im.x", "m.room.member"])
rooms = st.sampled_from([ROOM, OTHER, ROOM.upper()])
senders = st.sampled_from([ALICE, BOB, CAROL])
plain_values = st.sampled_from(["tea", True, False, 1, 0, None, ALICE])
keys = st.sampled_from(
    [
        "type",
        "room_id",
        "sender",
        "state_key",
        "content.body",
        "content.a",
        r"content.m\.x.y",
        "content",
        "content.b.c",
        "missing",
    ]
)
patterns = words | kinds_of_event | rooms | senders | st.sampled_from(["m.*", "@*:tea.house"])

conditions = st.one_of(
    st.builds(lambda k, p: {"kind": "event_match", "key": k, "pattern": p}, keys, patterns),
    st.builds(
        lambda k, v: {"kind": "event_property_is", "key": k, "value": v},
        keys,
        plain_values | patterns,
    ),
    st.builds(
        lambda k, v: {"kind": "event_property_contains", "key": k, "value": v}, keys, plain_values
    ),
    st.builds(
        lambda p, n: {"kind": "room_member_count", "is": f"{p}{n}"},
        st.sampled_from(["", "==", "<", ">", "<=", ">="]),
        st.integers(0, 4),
    ),
    st.builds(
        lambda k: {"kind": "sender_notification_permission", "key": k},
        st.sampled_from(["room", "tea"]),
    ),
    st.sampled_from([{"kind": "contains_display_name"}, {"kind": "unknown"}]),
)

contents = st.fixed_dictionaries(
    {},
    optional={
        "body": words | st.just("a hot tea, please") | plain_values,
        "a": plain_values | st.lists(plain_values, max_size=3) | words,
        "m.x": st.fixed_dictionaries({"y": plain_values}),
        "b": st.fixed_dictionaries({"c": words}),
        "msgtype": st.sampled_from(["m.text", "m.notice"]),
        "membership": st.sampled_from(["join", "invite"]),
        "m.mentions": st.fixed_dictionaries(
            {}, optional={"room": plain_values, "user_ids": st.lists(senders, max_size=2)}
        ),
        "m.relates_to": st.fixed_dictionaries({"rel_type": st.sampled_from(["m.replace", "x"])}),
    },
)


@st.composite
def random_events(draw: st.DrawFn) -> dict[str, Any]:
    happened = event(draw(kinds_of_event), draw(contents), draw(senders))
    happened["room_id"] = draw(rooms)
    if draw(st.booleans()):
        happened["state_key"] = draw(senders | st.just(""))
    return happened


@st.composite
def random_rules(draw: st.DrawFn) -> Rules:
    rules = Rules(ALICE)
    for number in range(draw(st.integers(0, 5))):
        # Each rule has a sound of its own, so that one can tell which was met.
        actions = ["notify", {"set_tweak": "sound", "value": str(number)}]
        kind = draw(st.sampled_from(push_rules.KINDS))
        rule_id = draw(rooms | senders) if kind in ("room", "sender") else f"rule{number}"
        body = {
            "actions": actions,
            "conditions": draw(st.lists(conditions, max_size=3)),
            "pattern": draw(words),
        }
        rules = rules.put(kind, rule_id, body)
        if draw(st.integers(0, 4)) == 0:
            rules = rules.set_enabled(kind, rule_id, False)
    for rule_id in (".m.rule.member_event", ".m.rule.is_user_mention"):
        if draw(st.integers(0, 3)) == 0:
            rules = rules.set_enabled("override", rule_id, False)
    if draw(st.integers(0, 3)) == 0:
        rules = rules.set_actions("underride", ".m.rule.message", draw(st.just([])))
    return rules


@settings(max_examples=400)
@given(
    random_rules(),
    st.lists(random_events(), min_size=1, max_size=4),
    st.integers(0, 4),
    st.sampled_from([None, "", "tea", "Alice", "t?a"]),
    st.sampled_from([0, 50, 60]),
)
def test_agrees_with_the_naive_evaluator(
    rules: Rules,
    happenings: list[dict[str, Any]],
    members: int,
    name: str | None,
    level: int,
) -> None:
    power_levels = levels(users={BOB: level, CAROL: 0}, notifications={"tea": 60})
    room = naive_push.Room(members, name, power_levels)
    for happened in happenings:
        naive = naive_push.actions_for(rules.ruleset(), happened, ALICE, room)
        expected = NOTHING if naive is None else read_actions(naive)
        result = told(rules, happened, members=members, name=name, power_levels=power_levels)
        assert result == expected


@settings(max_examples=200)
@given(random_events(), st.integers(1, 3), senders)
def test_who_is_not_named_is_told_the_same_as_everybody(
    happened: dict[str, Any], members: int, user_id: str
) -> None:
    power_levels = levels()
    if user_id in named_users(happened) or user_id == happened["sender"]:
        return
    anybody = Rules("@anybody:tea.house")
    assert told(Rules(user_id), happened, members=members, power_levels=power_levels) == told(
        anybody, happened, members=members, power_levels=power_levels
    )


def test_many_muted_rooms_cost_nothing_elsewhere() -> None:
    rules = Rules(ALICE)
    for number in range(300):
        pattern = f"!{number}:tea.house"
        condition = {"kind": "event_match", "key": "room_id", "pattern": pattern}
        rules = rules.put("override", pattern, {"actions": [], "conditions": [condition]})
    assert told(rules, {**ENCRYPTED, "room_id": "!7:tea.house"}) == NOTHING
    plan = rules.evaluator.plan_for(ENCRYPTED)
    assert plan == Rules(ALICE).evaluator.plan_for(ENCRYPTED)
    assert len(plan) < 8


def test_what_is_remembered_of_events_is_little() -> None:
    for number in range(1000):
        told(Rules(ALICE), {**say("x"), "type": f"im.{number}", "room_id": f"!{number}"})
    assert len(Rules(ALICE).evaluator._plans) < 20
    glob = {"kind": "event_match", "key": "room_id", "pattern": "!*9"}
    rules = Rules(ALICE).put("override", "x", {"actions": [], "conditions": [glob]})
    for number in range(1000):
        silent = told(rules, {**say("x"), "room_id": f"!{number}"}) == NOTHING
        assert silent == (number % 10 == 9)
    assert len(rules.evaluator._plans) <= MAX_PLANS
