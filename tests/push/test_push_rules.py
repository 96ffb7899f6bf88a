"""A user's push rules, through the API."""

from __future__ import annotations

from typing import Any

from tests.people import Answer, Person, segment
from tests.server import Server

RULES = "/pushrules/"
NOTIFY = {"actions": ["notify"]}


def path(kind: str, rule_id: str, what: str = "") -> str:
    return f"{RULES}global/{kind}/{segment(rule_id)}" + (f"/{what}" if what else "")


async def put(
    person: Person, rule_id: str, kind: str = "override", body: Any = None, **query: Any
) -> Answer:
    return await person.put(path(kind, rule_id), NOTIFY if body is None else body, **query)


async def order(person: Person, kind: str = "override") -> list[str]:
    rules = (await person.get(RULES + "global/")).ok()[kind]
    return [rule["rule_id"] for rule in rules if not rule["rule_id"].startswith(".")]


async def test_everybody_has_the_predefined_rules(alice: Person, bob: Person) -> None:
    whole = (await alice.get(RULES)).ok()
    assert whole.body == {"global": (await alice.get(RULES + "global/")).ok().body}
    assert set(whole["global"]) == {"override", "content", "room", "sender", "underride"}
    master = (await alice.get(path("override", ".m.rule.master"))).ok()
    assert (master["default"], master["enabled"]) == (True, False)
    mention = (await alice.get(path("override", ".m.rule.is_user_mention"))).ok()
    assert mention["conditions"][0]["value"] == alice.user_id


async def test_a_rule_of_ones_own_is_put_got_and_deleted(alice: Person, bob: Person) -> None:
    body = {"pattern": "cake*", "actions": ["notify", {"set_tweak": "sound", "value": "x"}]}
    (await put(alice, "cake", "content", body)).ok()
    rule = (await alice.get(path("content", "cake"))).ok()
    assert rule.body == {"rule_id": "cake", "default": False, "enabled": True, **body}
    (await bob.get(path("content", "cake"))).refused(404, "M_NOT_FOUND")
    (await put(alice, "cake", "content", {**body, "pattern": "pie"})).ok()
    assert (await alice.get(path("content", "cake"))).ok()["pattern"] == "pie"
    (await alice.delete(path("content", "cake"))).ok()
    (await alice.get(path("content", "cake"))).refused(404, "M_NOT_FOUND")
    (await alice.delete(path("content", "cake"))).refused(404, "M_NOT_FOUND")


async def test_a_new_rule_is_the_most_important_unless_it_is_told_its_place(
    alice: Person,
) -> None:
    for rule_id in ("c", "b", "a"):
        (await put(alice, rule_id)).ok()
    assert await order(alice) == ["a", "b", "c"]
    (await put(alice, "x", before="c")).ok()
    (await put(alice, "y", after="a")).ok()
    assert await order(alice) == ["a", "y", "b", "x", "c"]
    (await put(alice, "c", before="a", after="b")).ok()
    assert await order(alice) == ["c", "a", "y", "b", "x"]
    for where in ({"before": "nobody"}, {"after": "nobody"}, {"before": ".m.rule.master"}):
        assert (await put(alice, "z", **where)).status == 400
    assert await order(alice) == ["c", "a", "y", "b", "x"]


async def test_rules_are_switched_and_their_actions_changed(alice: Person) -> None:
    (await put(alice, "mine")).ok()
    for rule_id in ("mine", ".m.rule.suppress_notices"):
        enabled, actions = (
            path("override", rule_id, "enabled"),
            path("override", rule_id, "actions"),
        )
        assert (await alice.get(enabled)).ok().body == {"enabled": True}
        (await alice.put(enabled, {"enabled": False})).ok()
        assert (await alice.get(enabled)).ok().body == {"enabled": False}
        loud = ["notify", {"set_tweak": "highlight"}]
        (await alice.put(actions, {"actions": loud})).ok()
        assert (await alice.get(actions)).ok().body == {"actions": loud}


async def test_predefined_rules_stay(alice: Person) -> None:
    (await alice.delete(path("override", ".m.rule.master"))).refused(400, "M_INVALID_PARAM")
    (await put(alice, ".m.rule.master")).refused(400, "M_INVALID_PARAM")
    (await put(alice, ".mine")).refused(400, "M_INVALID_PARAM")


async def test_wrong_rules_are_refused(alice: Person) -> None:
    wrong: list[tuple[str, Any, str]] = [
        ("override", {}, "M_MISSING_PARAM"),
        ("override", {"actions": "notify"}, "M_BAD_JSON"),
        ("override", {"actions": ["notify"], "conditions": {}}, "M_BAD_JSON"),
        ("override", {"actions": [5]}, "M_INVALID_PARAM"),
        ("content", NOTIFY, "M_MISSING_PARAM"),
        ("content", {**NOTIFY, "pattern": 5}, "M_BAD_JSON"),
        ("override", [], "M_BAD_JSON"),
        ("override", b"{", "M_NOT_JSON"),
    ]
    for kind, body, errcode in wrong:
        (await put(alice, "wrong", kind, body)).refused(400, errcode)
    (await put(alice, "a\\b")).refused(400, "M_INVALID_PARAM")
    (await put(alice, "a/b")).refused(400, "M_INVALID_PARAM")
    (await put(alice, "x" * 256)).refused(400, "M_INVALID_PARAM")
    (await put(alice, "x", "sideways")).refused(400, "M_INVALID_PARAM")
    (await alice.get(path("sideways", "x"))).refused(400, "M_INVALID_PARAM")
    assert await order(alice) == []


async def test_wrong_switches_and_actions_are_refused(alice: Person) -> None:
    (await put(alice, "mine")).ok()
    cases: list[tuple[str, Any]] = [("enabled", "yes"), ("enabled", 1), ("actions", "notify")]
    for what, wrong in cases:
        where = path("override", "mine", what)
        (await alice.put(where, {what: wrong})).refused(400, "M_BAD_JSON")
        (await alice.put(where, {})).refused(400, "M_MISSING_PARAM")
        (await alice.put(where, b"{")).refused(400, "M_NOT_JSON")
        right = {"enabled": True, "actions": []}[what]
        nowhere = path("override", "nobody", what)
        (await alice.put(nowhere, {what: right})).refused(404, "M_NOT_FOUND")
        (await alice.get(nowhere)).refused(404, "M_NOT_FOUND")
    assert (await alice.get(path("override", "mine"))).ok()["actions"] == ["notify"]


async def test_a_path_that_is_not_of_a_rule_says_so(alice: Person) -> None:
    rule = "override/.m.rule.master"
    for method, wrong in (
        ("GET", ""),
        ("GET", "/global"),
        ("GET", "/global/room"),
        ("GET", "/elsewhere/"),
        ("GET", f"/global/{rule}/colour"),
        ("PUT", "/"),
        ("PUT", "/global"),
        ("PUT", f"/elsewhere/{rule}"),
        ("PUT", f"/elsewhere/{rule}/enabled"),
        ("DELETE", "/global/room"),
    ):
        body: dict[str, Any] | None = None if method == "GET" else {}
        refused = await alice.call(method, f"/pushrules{wrong}", body)
        refused.refused(400, "M_INVALID_PARAM")
    # What is a rule's is still told apart: unknown, and not to be asked so.
    (await alice.get("/pushrules/global/override/unknown")).refused(404, "M_NOT_FOUND")
    (await alice.post(f"/pushrules/global/{rule}", {})).refused(405, "M_UNRECOGNIZED")


async def test_there_are_so_many_rules(alice: Person, server: Server) -> None:
    sound = {"set_tweak": "sound", "value": "x" * 200_000}
    body = {"actions": ["notify", sound], "pattern": "x"}
    (await put(alice, "a", "content", body)).ok()
    (await put(alice, "b", "content", body)).refused(413, "M_TOO_LARGE")
    long = {"actions": ["notify"], "pattern": "x" * 256}
    (await put(alice, "c", "content", long)).refused(413, "M_TOO_LARGE")
    assert await order(alice, "content") == ["a"]


async def test_without_a_token_nothing_is_shown_or_done(alice: Person) -> None:
    nobody = Person(alice.http)
    rule = path("override", ".m.rule.master")
    for where in (RULES, RULES + "global/", rule, rule + "/enabled", rule + "/actions"):
        (await nobody.get(where)).refused(401, "M_MISSING_TOKEN")
    (await nobody.put(rule, NOTIFY)).refused(401, "M_MISSING_TOKEN")
    (await nobody.delete(rule)).refused(401, "M_MISSING_TOKEN")
    (await nobody.put(rule + "/enabled", {"enabled": True})).refused(401, "M_MISSING_TOKEN")
    (await nobody.put(rule + "/actions", {"actions": []})).refused(401, "M_MISSING_TOKEN")


async def test_a_change_is_told_by_sync(alice: Person, server: Server) -> None:
    upto = server.teahouse.log.head
    (await put(alice, "mine")).ok()
    account_data, database = server.teahouse.accountdata, server.teahouse.database
    told = await database.read(
        account_data.global_changes, alice.user_id, upto, server.teahouse.log.head
    )
    assert len(told) == 1
    assert told[0].startswith(b'{"type":"m.push_rules","content":{"global":{')
    assert b'"mine"' in told[0]


async def test_followers_hear_of_a_change_in_its_transaction(alice: Person, server: Server) -> None:
    heard: list[tuple[str, bool]] = []
    server.teahouse.push_rules.followers.append(
        lambda _tx, user_id, rules: heard.append((user_id, rules.are_default))
    )
    (await put(alice, "mine")).ok()
    (await alice.delete(path("override", "mine"))).ok()
    assert heard == [(alice.user_id, False), (alice.user_id, True)]
