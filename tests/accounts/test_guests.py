"""Guests: how they come, what they may do, and how they become people of the house."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from teahouse import config
from tests.people import PASSWORD, Person, client_of, segment
from tests.rooms.reading import history, messages, of, with_visibility
from tests.server import running

DUMMY = {"type": "m.login.dummy"}
OPEN_TO_GUESTS = {"guest_access": "can_join"}


async def come_as_guest(http: httpx.AsyncClient) -> Person:
    guest = Person(http)
    came = (await guest.post("/register", {}, kind="guest")).ok()
    guest.user_id, guest.device_id = came["user_id"], came["device_id"]
    guest.access_token = came["access_token"]
    return guest


@pytest.fixture
async def gus(http: httpx.AsyncClient) -> Person:
    """He is a guest."""
    return await come_as_guest(http)


async def open_room(owner: Person) -> str:
    room_id = await owner.create_room(preset="public_chat")
    (await owner.set_state(room_id, "m.room.guest_access", OPEN_TO_GUESTS)).ok()
    return room_id


async def test_guests_come_without_a_name_where_registration_is_open(gus: Person) -> None:
    whoami = (await gus.get("/account/whoami")).ok()
    assert (whoami["user_id"], whoami["is_guest"]) == (gus.user_id, True)
    login = {"type": "m.login.password", "user": gus.user_id, "password": ""}
    (await gus.post("/login", login)).refused(403, "M_FORBIDDEN")


async def test_they_are_refused_where_registration_is_closed_unless_they_are_allowed(
    settings: config.Config,
) -> None:
    closed = replace(settings, open_registration=False)
    async with running(closed) as server, client_of(server.url) as http:
        nobody = Person(http)
        refused = await nobody.post("/register", {}, kind="guest")
        refused.refused(403, "M_GUEST_ACCESS_FORBIDDEN")
        (await nobody.post("/register", {}, kind="royal")).refused(400, "M_INVALID_PARAM")
    async with running(replace(closed, allow_guests=True)) as server, client_of(server.url) as http:
        assert (await come_as_guest(http)).user_id.endswith(":localhost")


async def test_they_come_into_rooms_that_are_open_to_them_and_speak_there(
    alice: Person, gus: Person
) -> None:
    room_id = await open_room(alice)
    (await gus.join(room_id)).ok()
    (await gus.put(f"/profile/{gus.user_id}/displayname", {"displayname": "Gus"})).ok()
    said = await gus.say(room_id, "hello")
    (await gus.set_state(room_id, "m.room.topic", {"topic": "x"})).refused(403, "M_FORBIDDEN")
    assert said in [event["event_id"] for event in await history(alice, room_id)]
    assert room_id in (await gus.sync())["rooms"]["join"]
    for path in ("state", "members", f"context/{said}", f"event/{said}", "state/m.room.name"):
        answer = await gus.get(of(room_id, *path.split("/")))
        assert answer.status in (200, 404), path
    (await gus.get("/devices")).ok()
    (await gus.leave(room_id)).ok()


async def test_other_rooms_are_closed_to_them_by_every_way(alice: Person, gus: Person) -> None:
    closed = await alice.create_room(preset="public_chat")
    (await gus.join(closed)).refused(403, "M_GUEST_ACCESS_FORBIDDEN")
    joining = {"membership": "join"}
    by_state = await gus.set_state(closed, "m.room.member", joining, gus.user_id)
    assert by_state.status == 403
    (await alice.invite(closed, gus)).ok()
    (await gus.join(closed)).refused(403, "M_GUEST_ACCESS_FORBIDDEN")
    by_state = await gus.set_state(closed, "m.room.member", joining, gus.user_id)
    by_state.refused(403, "M_GUEST_ACCESS_FORBIDDEN")
    assert closed not in (await gus.sync())["rooms"].get("join", {})


async def test_they_leave_when_a_room_is_open_to_them_no_more(
    alice: Person, bob: Person, http: httpx.AsyncClient, gus: Person
) -> None:
    room_id, greta = await open_room(alice), await come_as_guest(http)
    for person in (bob, gus, greta):
        (await person.join(room_id)).ok()
    (await alice.set_state(room_id, "m.room.name", {"name": "Tea"})).ok()
    closing = await alice.set_state(room_id, "m.room.guest_access", {"guest_access": "forbidden"})
    closing.ok()
    joined = (await alice.get(f"/rooms/{room_id}/joined_members")).ok()["joined"]
    assert joined.keys() == {alice.user_id, bob.user_id}
    left = (await alice.get(of(room_id, "state", "m.room.member", gus.user_id))).ok()
    assert left["membership"] == "leave"
    (await gus.send(room_id, {"body": "x"})).refused(403, "M_FORBIDDEN")
    # And when what opened it is taken back.
    opened = await alice.set_state(room_id, "m.room.guest_access", OPEN_TO_GUESTS)
    (await gus.join(room_id)).ok()
    (await alice.put(f"/rooms/{room_id}/redact/{opened.ok()['event_id']}/r1")).ok()
    joined = (await alice.get(f"/rooms/{room_id}/joined_members")).ok()["joined"]
    assert joined.keys() == {alice.user_id, bob.user_id}


async def test_what_anyone_may_read_they_read_from_outside(alice: Person, gus: Person) -> None:
    shown = await alice.create_room(**with_visibility("world_readable"))
    hidden = await alice.create_room(**with_visibility("shared"))
    for room_id in (shown, hidden):
        await alice.say(room_id, "tea?")
    assert len((await messages(gus, shown)).ok()["chunk"]) > 1
    (await gus.get(of(shown, "state"))).ok()
    (await messages(gus, hidden)).refused(403, "M_FORBIDDEN")
    (await gus.get(of(hidden, "state"))).refused(403, "M_FORBIDDEN")


async def test_they_may_do_nothing_else(alice: Person, gus: Person) -> None:
    room_id = await open_room(alice)
    (await gus.join(room_id)).ok()
    said = await alice.say(room_id, "tea?")
    room = f"/rooms/{room_id}"
    for answer in (
        await gus.post("/createRoom"),
        await gus.invite(room_id, alice),
        await gus.post(f"/knock/{room_id}"),
        await gus.post(f"{room}/kick", {"user_id": alice.user_id}),
        await gus.post(f"{room}/upgrade", {"new_version": "11"}),
        await gus.put(f"{room}/redact/{said}/r1"),
        await gus.put(f"{room}/typing/{gus.user_id}", {"typing": False}),
        await gus.post(f"{room}/receipt/m.read/{said}"),
        await gus.put("/directory/room/%23tea:localhost", {"room_id": room_id}),
        await gus.put(f"/profile/{gus.user_id}/avatar_url", {"avatar_url": "mxc://a/b"}),
        await gus.put(f"/user/{gus.user_id}/account_data/x", {}),
        await gus.get(f"/user/{gus.user_id}/account_data/x"),
        await gus.post("/user_directory/search", {"search_term": "a"}),
        await gus.post("/search", {}),
        await gus.get("/pushers"),
        await gus.get("/pushrules/"),
        await gus.get("/joined_rooms"),
        await gus.post("/account/password", {"new_password": "x"}),
        await gus.call("POST", "/_matrix/media/v3/upload", b"x"),
        await gus.get("/_matrix/client/v1/admin/lock/@alice:localhost"),
    ):
        answer.refused(403, "M_GUEST_ACCESS_FORBIDDEN")


async def test_a_guest_becomes_an_account_and_keeps_rooms_and_devices(
    alice: Person, gus: Person
) -> None:
    room_id = await open_room(alice)
    (await gus.join(room_id)).ok()
    body = {
        "username": gus.user_id[1:].partition(":")[0],
        "password": PASSWORD,
        "guest_access_token": gus.access_token,
        "auth": DUMMY,
    }
    signed_up = (await gus.post("/register", body)).ok()
    assert signed_up["user_id"] == gus.user_id
    for token in (gus.access_token, signed_up["access_token"]):
        whoami = (await gus.call("GET", "/account/whoami", token=token)).ok()
        assert whoami["is_guest"] is False
        (await gus.call("GET", "/pushers", token=token)).ok()
    login = {"type": "m.login.password", "user": gus.user_id, "password": PASSWORD}
    (await gus.post("/login", login)).ok()
    (await alice.set_state(room_id, "m.room.guest_access", {"guest_access": "forbidden"})).ok()
    assert room_id in (await gus.get("/joined_rooms")).ok()["joined_rooms"]
    # It is nobody's to upgrade any more.
    (await gus.post("/register", body)).refused(403, "M_FORBIDDEN")


async def test_nobody_takes_another_guests_name(
    alice: Person, gus: Person, http: httpx.AsyncClient
) -> None:
    greta = await come_as_guest(http)
    name = gus.user_id[1:].partition(":")[0]
    body = {"username": name, "password": PASSWORD, "auth": DUMMY}
    (await greta.post("/register", body)).refused(400, "M_USER_IN_USE")
    for token in (greta.access_token, alice.access_token):
        answer = await greta.post("/register", {**body, "guest_access_token": token})
        answer.refused(403, "M_FORBIDDEN")
    answer = await greta.post("/register", {**body, "guest_access_token": "none"})
    answer.refused(401, "M_UNKNOWN_TOKEN")
    upgrade = {**body, "guest_access_token": gus.access_token, "username": "dora"}
    (await gus.post("/register", upgrade)).refused(403, "M_FORBIDDEN")


async def test_they_do_not_knock_by_any_operation(alice: Person, gus: Person) -> None:
    room_id = await open_room(alice)
    (await alice.set_state(room_id, "m.room.join_rules", {"join_rule": "knock"})).ok()
    (await gus.post(f"/knock/{segment(room_id)}")).refused(403, "M_GUEST_ACCESS_FORBIDDEN")
    knocked = await gus.set_state(room_id, "m.room.member", {"membership": "knock"}, gus.user_id)
    knocked.refused(403, "M_GUEST_ACCESS_FORBIDDEN")
