"""Locking and suspending accounts, and looking at where they are."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from teahouse.homeserver.accounts.registration import NewAccount
from tests.people import PASSWORD, Answer, Person, segment, sign_in
from tests.rooms.reading import together
from tests.server import Server

ADMIN = "/_matrix/client/v1/admin"
LOGIN = {
    "type": "m.login.password",
    "identifier": {"type": "m.id.user", "user": "bob"},
    "password": PASSWORD,
}


async def administrator(server: Server, http: httpx.AsyncClient, name: str) -> Person:
    new = NewAccount(f"@{name}:localhost", PASSWORD, wish=None, is_admin=True)
    await server.teahouse.accounts.registration.create(new)
    return await sign_in(http, name)


@pytest.fixture
async def olga(server: Server, http: httpx.AsyncClient) -> Person:
    """She runs the server."""
    return await administrator(server, http, "olga")


async def set_(moderator: Person, what: str, user_id: str, value: Any) -> Answer:
    body = {"locked" if what == "lock" else "suspended": value}
    return await moderator.put(f"{ADMIN}/{what}/{segment(user_id)}", body)


async def test_who_is_locked_can_only_sign_out_until_unlocked(
    olga: Person, alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob)
    tablet = await bob.another_device()
    (await set_(olga, "lock", bob.user_id, True)).ok()
    assert (await olga.get(f"{ADMIN}/lock/{bob.user_id}")).ok()["locked"] is True
    for device in (bob, tablet):
        refused = (await device.get("/sync")).refused(401, "M_USER_LOCKED")
        assert refused["soft_logout"] is True
    (await bob.send(room_id, {"body": "tea"})).refused(401, "M_USER_LOCKED")
    (await bob.get("/profile/" + alice.user_id)).refused(401, "M_USER_LOCKED")
    (await bob.post("/login", LOGIN)).refused(401, "M_USER_LOCKED")
    (await tablet.post("/logout")).ok()
    # Others are not concerned, and the room has not been left.
    assert bob.user_id in (await alice.get(f"/rooms/{room_id}/joined_members")).ok()["joined"]
    (await set_(olga, "lock", bob.user_id, False)).ok()
    (await bob.send(room_id, {"body": "tea"})).ok()
    (await tablet.get("/sync")).refused(401, "M_UNKNOWN_TOKEN")
    (await bob.post("/login", LOGIN)).ok()


async def test_a_locked_account_is_not_refreshed(olga: Person, bob: Person) -> None:
    signed_in = (await bob.post("/login", {**LOGIN, "refresh_token": True})).ok()
    refresh = {"refresh_token": signed_in["refresh_token"]}
    (await set_(olga, "lock", bob.user_id, True)).ok()
    refused = (await bob.post("/refresh", refresh)).refused(401, "M_USER_LOCKED")
    assert refused["soft_logout"] is True
    (await set_(olga, "lock", bob.user_id, False)).ok()
    (await bob.post("/refresh", refresh)).ok()


async def test_who_waits_in_a_sync_is_told_of_the_lock(
    server: Server, olga: Person, bob: Person
) -> None:
    async def follow(sliding: bool) -> Answer:
        token: dict[str, str] = {}
        while True:
            if sliding:
                path = "/_matrix/client/v4/sync"
                answer = await bob.call("POST", path, {**token, "timeout": 60_000})
            else:
                answer = await bob.get("/sync", timeout=60_000, **token)
            if answer.status != 200:
                return answer
            token = {"pos": answer["pos"]} if sliding else {"since": answer["next_batch"]}

    following = [asyncio.create_task(follow(sliding)) for sliding in (False, True)]
    view = await server.teahouse.views.user(bob.user_id)
    while len(view.waiters) < 2:
        await asyncio.sleep(0.005)
    (await set_(olga, "lock", bob.user_id, True)).ok()
    for answer in await asyncio.gather(*following):
        answer.refused(401, "M_USER_LOCKED")


async def test_who_is_suspended_reads_leaves_and_takes_back_but_does_not_speak(
    olga: Person, alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob)
    elsewhere = await alice.create_room(preset="public_chat")
    invited = await alice.create_room(invite=[bob.user_id])
    mine, theirs = await bob.say(room_id, "sorry"), await alice.say(room_id, "tea?")
    levels = {"users": {bob.user_id: 100}, "users_default": 100, "redact": 0, "events_default": 0}
    await alice.set_state(room_id, "m.room.power_levels", levels)
    (await set_(olga, "suspend", bob.user_id, True)).ok()
    assert (await olga.get(f"{ADMIN}/suspend/{bob.user_id}")).ok()["suspended"] is True

    room = f"/rooms/{room_id}"
    own = f"/profile/{bob.user_id}/displayname"
    refused = [
        await bob.send(room_id, {"body": "tea"}),
        await bob.set_state(room_id, "m.room.topic", {"topic": "tea"}),
        await bob.set_state(room_id, "m.room.member", {"membership": "join"}, bob.user_id),
        await bob.set_state(room_id, "m.room.member", {"membership": "leave"}, alice.user_id),
        await bob.post("/createRoom"),
        await bob.join(elsewhere),
        await bob.post(f"/rooms/{invited}/join"),
        await bob.post(f"/knock/{elsewhere}"),
        await bob.invite(room_id, olga),
        await bob.post(f"{room}/kick", {"user_id": alice.user_id}),
        await bob.put(f"{room}/redact/{theirs}/r1"),
        await bob.send(room_id, {"redacts": theirs}, type="m.room.redaction"),
        await bob.put(f"{room}/typing/{bob.user_id}", {"typing": False}),
        await bob.put(own, {"displayname": "Robert"}),
        await bob.delete(own),
    ]
    for answer in refused:
        answer.refused(403, "M_USER_SUSPENDED")

    assert invited in (await bob.sync())["rooms"]["invite"]
    (await bob.get(f"{room}/messages", dir="b")).ok()
    (await bob.put(f"{room}/redact/{mine}/r2")).ok()
    (await bob.leave(invited)).ok()
    (await bob.post("/keys/upload", {})).ok()
    (await bob.post("/login", LOGIN)).ok()
    (await bob.set_state(room_id, "m.room.member", {"membership": "leave"}, bob.user_id)).ok()

    (await set_(olga, "suspend", bob.user_id, False)).ok()
    (await bob.join(elsewhere)).ok()
    await bob.say(elsewhere, "tea")


async def test_only_administrators_moderate_and_never_each_other_nor_themselves(
    server: Server, http: httpx.AsyncClient, olga: Person, alice: Person, bob: Person
) -> None:
    oscar = await administrator(server, http, "oscar")
    for what in ("lock", "suspend"):
        for target in (bob.user_id, alice.user_id, "@nobody:localhost", "@bob:elsewhere"):
            (await set_(alice, what, target, True)).refused(403, "M_FORBIDDEN")
            (await alice.get(f"{ADMIN}/{what}/{target}")).refused(403, "M_FORBIDDEN")
        (await set_(olga, what, olga.user_id, True)).refused(403, "M_FORBIDDEN")
        (await set_(olga, what, oscar.user_id, True)).refused(403, "M_FORBIDDEN")
        (await olga.get(f"{ADMIN}/{what}/{oscar.user_id}")).refused(403, "M_FORBIDDEN")
        (await set_(olga, what, "@nobody:localhost", True)).refused(404, "M_NOT_FOUND")
        (await olga.get(f"{ADMIN}/{what}/@nobody:localhost")).refused(404, "M_NOT_FOUND")
        (await set_(olga, what, "@bob:elsewhere", True)).refused(400, "M_INVALID_PARAM")
        (await set_(olga, what, bob.user_id, "yes")).refused(400, "M_BAD_JSON")
        (await olga.put(f"{ADMIN}/{what}/{bob.user_id}", {})).refused(400, "M_BAD_JSON")
    (await bob.get("/sync")).ok()
    auth = {"type": "m.login.password", "password": PASSWORD}
    (await bob.post("/account/deactivate", {"auth": auth})).ok()
    (await set_(olga, "lock", bob.user_id, True)).refused(404, "M_NOT_FOUND")


async def test_capabilities_say_who_may_moderate(olga: Person, alice: Person) -> None:
    hers = (await olga.get("/capabilities")).ok()["capabilities"]
    assert hers["m.account_moderation"] == {"lock": True, "suspend": True}
    assert "m.account_moderation" not in (await alice.get("/capabilities")).ok()["capabilities"]


async def test_where_an_account_is_seen_is_told_to_itself_and_to_administrators(
    olga: Person, alice: Person, bob: Person
) -> None:
    tablet = await bob.another_device()
    for asking in (bob, olga):
        whois = (await asking.get(f"/admin/whois/{bob.user_id}")).ok()
        assert whois["user_id"] == bob.user_id
        assert whois["devices"].keys() == {bob.device_id, tablet.device_id}
        (session,) = whois["devices"][bob.device_id]["sessions"]
        (connection,) = session["connections"]
        assert connection["ip"] == "127.0.0.1"
        assert connection["last_seen"] > 0
    (await alice.get(f"/admin/whois/{bob.user_id}")).refused(403, "M_FORBIDDEN")
    (await alice.get("/admin/whois/@nobody:localhost")).refused(403, "M_FORBIDDEN")
    (await olga.get("/admin/whois/@nobody:localhost")).refused(404, "M_NOT_FOUND")
    (await olga.get(f"/admin/whois/{olga.user_id}")).ok()
