"""Where push rules make a difference, so that they need not be asked elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from teahouse.homeserver.push.scopes import EVERYWHERE, asks_for_name, scopes_of
from teahouse.protocol.push_rules import Rules

ME = Rules("@bob:x")
NOTIFY: list[Any] = ["notify"]


def about_room(room_id: str, kind: str = "event_match") -> dict[str, Any]:
    key = "pattern" if kind == "event_match" else "value"
    return {"conditions": [{"kind": kind, "key": "room_id", key: room_id}], "actions": []}


def test_rules_that_were_not_changed_make_no_difference() -> None:
    assert scopes_of(ME) == frozenset()


def test_another_sound_makes_no_difference() -> None:
    louder = [*NOTIFY, {"set_tweak": "sound", "value": "gong"}]
    assert scopes_of(ME.set_actions("underride", ".m.rule.message", louder)) == frozenset()


@pytest.mark.parametrize(
    "rules",
    [
        ME.set_actions("underride", ".m.rule.message", []),
        ME.set_enabled("override", ".m.rule.master", True),
        ME.set_enabled("override", ".m.rule.is_user_mention", False),
        ME.put("content", "tea", {"pattern": "tea", "actions": NOTIFY}),
        ME.put("sender", "@alice:x", {"actions": []}),
        ME.put("override", "all", {"conditions": [], "actions": []}),
        ME.put("override", "some", about_room("!r*")),
    ],
)
def test_a_rule_about_no_room_makes_one_everywhere(rules: Rules) -> None:
    assert scopes_of(rules) == {EVERYWHERE}
    assert scopes_of(rules.put("room", "!Room", {"actions": []})) == {EVERYWHERE}


def test_a_rule_about_a_room_makes_one_there() -> None:
    rules = ME.put("room", "!Room", {"actions": []})
    rules = rules.put("override", "one", about_room("!One"))
    rules = rules.put("override", "two", about_room("!two", "event_property_is"))
    assert scopes_of(rules) == {"!room", "!one", "!two"}


def test_a_rule_that_is_switched_off_makes_none() -> None:
    rules = ME.put("room", "!Room", {"actions": []}).set_enabled("room", "!Room", False)
    assert scopes_of(rules) == frozenset()


def test_a_name_is_looked_up_only_for_rules_that_ask_for_it() -> None:
    assert not asks_for_name(ME.put("override", "one", about_room("!one")))
    body = {"conditions": [{"kind": "contains_display_name"}], "actions": []}
    assert asks_for_name(ME.put("underride", "name", body))
