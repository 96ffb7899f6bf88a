"""What people show of themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from teahouse import config
from teahouse.kit.clock import ManualClock
from teahouse.kit.limits import LIMITS
from tests.people import Answer, Person, client_of, segment, sign_up
from tests.server import running


def path(person: Person, key: str = "") -> str:
    return f"/profile/{segment(person.user_id)}" + (f"/{segment(key)}" if key else "")


async def put(person: Person, key: str, value: Any) -> Answer:
    return await person.put(path(person, key), {key: value})


async def test_a_name_and_a_picture_are_shown_to_everyone(alice: Person) -> None:
    (await put(alice, "displayname", "Alice 茶")).ok()
    (await put(alice, "avatar_url", "mxc://localhost/abc")).ok()
    nobody = Person(alice.http)
    shown = {"displayname": "Alice 茶", "avatar_url": "mxc://localhost/abc"}
    assert (await nobody.get(path(alice))).ok().body == shown
    assert (await nobody.get(path(alice, "displayname"))).ok().body == {"displayname": "Alice 茶"}
    (await put(alice, "displayname", "Al")).ok()
    assert (await alice.get(path(alice, "displayname"))).ok()["displayname"] == "Al"


async def test_a_new_account_shows_nothing(alice: Person) -> None:
    assert (await alice.get(path(alice))).ok().body == {}
    (await alice.get(path(alice, "displayname"))).refused(404, "M_NOT_FOUND")


async def test_nobody_who_is_not_here_has_a_profile(alice: Person) -> None:
    for user_id in ("@nobody:localhost", "@alice:elsewhere", "alice", "a\0b"):
        answer = await alice.get(f"/profile/{segment(user_id)}")
        assert answer.status == (400 if "\0" in user_id else 404)


async def test_only_the_owner_changes_a_profile(alice: Person, bob: Person) -> None:
    (await put(alice, "displayname", "Alice")).ok()
    body = {"displayname": "Mallory"}
    (await bob.put(path(alice, "displayname"), body)).refused(403, "M_FORBIDDEN")
    (await bob.delete(path(alice, "displayname"))).refused(403, "M_FORBIDDEN")
    nobody = Person(alice.http)
    (await nobody.put(path(alice, "displayname"), body)).refused(401, "M_MISSING_TOKEN")
    (await nobody.delete(path(alice, "displayname"))).refused(401, "M_MISSING_TOKEN")
    assert (await bob.get(path(alice))).ok().body == {"displayname": "Alice"}


async def test_a_field_of_ones_own_holds_any_json(alice: Person) -> None:
    for value in ("text", 5, 1.5, True, None, ["a", {}], {"b": [1]}):
        (await put(alice, "im.example.mood", value)).ok()
        shown = (await alice.get(path(alice, "im.example.mood"))).ok().body
        assert shown == {"im.example.mood": value}
    (await put(alice, "m.tz", "Asia/Shanghai")).ok()
    assert (await alice.get(path(alice))).ok()["m.tz"] == "Asia/Shanghai"


async def test_a_field_can_be_taken_away(alice: Person) -> None:
    (await put(alice, "displayname", "Alice")).ok()
    (await alice.delete(path(alice, "displayname"))).ok()
    (await alice.delete(path(alice, "displayname"))).ok()
    assert (await alice.get(path(alice))).ok().body == {}


async def test_wrong_fields_and_values_are_refused(alice: Person) -> None:
    (await put(alice, "Display Name", "x")).refused(400, "M_INVALID_PARAM")
    (await alice.delete(path(alice, "Display Name"))).refused(400, "M_INVALID_PARAM")
    (await put(alice, "x" * 256, "x")).refused(400, "M_KEY_TOO_LARGE")
    wrong: list[Any] = [1, None, ["x"], {}]
    for value in wrong:
        (await put(alice, "displayname", value)).refused(400, "M_BAD_JSON")
        (await put(alice, "avatar_url", value)).refused(400, "M_BAD_JSON")
    (await put(alice, "displayname", "x" * 257)).refused(400, "M_INVALID_PARAM")
    (await alice.put(path(alice, "displayname"), {})).refused(400, "M_MISSING_PARAM")
    (await alice.put(path(alice, "displayname"), [])).refused(400, "M_BAD_JSON")
    (await alice.put(path(alice, "displayname"), b"{")).refused(400, "M_NOT_JSON")
    assert (await alice.get(path(alice))).ok().body == {}


async def test_a_profile_is_bounded(alice: Person) -> None:
    (await put(alice, "im.example.a", "x" * 40_000)).ok()
    (await put(alice, "im.example.b", "x" * 30_000)).refused(400, "M_PROFILE_TOO_LARGE")
    (await put(alice, "im.example.b", "x" * 20_000)).ok()


async def test_a_profile_is_changed_at_a_limited_rate(settings: config.Config) -> None:
    """Each name is told to all the rooms that one is in."""
    limited = replace(settings, no_rate_limits=False)
    async with running(limited, ManualClock()) as server, client_of(server.url) as http:
        alice, bob = await sign_up(http, "alice"), await sign_up(http, "bob")
        for number in range(LIMITS["profile"].burst):
            (await put(alice, "displayname", f"Alice {number}")).ok()
        (await put(alice, "displayname", "Al")).refused(429, "M_LIMIT_EXCEEDED")
        (await alice.delete(path(alice, "displayname"))).refused(429, "M_LIMIT_EXCEEDED")
        (await alice.get(path(alice))).ok()
        (await put(bob, "displayname", "Bob")).ok()
