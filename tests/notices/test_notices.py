"""What the server says to a person."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from teahouse.homeserver.accounts.registration import NewAccount
from tests.administration.operators import V1, an_operator
from tests.people import PASSWORD, Answer, Person, sign_in
from tests.server import Server


@pytest.fixture
async def olga(server: Server, http: httpx.AsyncClient) -> Person:
    return await an_operator(server, http)


async def notify(olga: Person, user_id: str, text: str) -> Answer:
    return await olga.post(f"{V1}/notices", {"user_id": user_id, "text": text})


def only_invitation(answer: Answer) -> str:
    (room_id,) = answer["rooms"]["invite"]
    return str(room_id)


def said(answer: Answer, room_id: str) -> list[dict[str, Any]]:
    events = answer["rooms"]["join"][room_id]["timeline"]["events"]
    return [event["content"] for event in events if event["type"] == "m.room.message"]


async def test_a_person_is_told_in_one_room_that_is_tagged(
    olga: Person, alice: Person, server: Server
) -> None:
    (await notify(olga, alice.user_id, "The kettle is being mended")).ok()
    synced = await alice.sync()
    room_id = only_invitation(synced)
    tags = (await alice.get(f"/user/{alice.user_id}/rooms/{room_id}/tags")).ok()["tags"]
    assert "m.server_notice" in tags
    refused = await alice.leave(room_id)
    refused.refused(403, "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM")
    as_state = await alice.set_state(
        room_id, "m.room.member", {"membership": "leave"}, alice.user_id
    )
    as_state.refused(403, "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM")
    (await alice.join(room_id)).ok()
    (await notify(olga, alice.user_id, "Mended")).ok()
    notices = said(await alice.sync(), room_id)
    assert [(n["msgtype"], n["body"]) for n in notices][-1] == ("m.server_notice", "Mended")
    assert notices[-1]["server_notice_type"]
    (await alice.send(room_id, {"msgtype": "m.text", "body": "thanks"})).refused(403, "M_FORBIDDEN")
    found = await server.teahouse.database.read(
        lambda tx: server.teahouse.accounts.exists(tx, "@_server:localhost")
    )
    assert found


async def test_whoever_left_is_invited_again_into_the_same_room(
    olga: Person, alice: Person
) -> None:
    (await notify(olga, alice.user_id, "one")).ok()
    room_id = only_invitation(await alice.sync())
    await alice.join(room_id)
    (await alice.leave(room_id)).ok()
    await alice.sync()
    (await notify(olga, alice.user_id, "two")).ok()
    assert only_invitation(await alice.sync()) == room_id


async def test_an_invitation_of_notices_does_not_keep_an_account_open(
    olga: Person, alice: Person
) -> None:
    (await notify(olga, alice.user_id, "one")).ok()
    auth = {"type": "m.login.password", "user": alice.user_id, "password": PASSWORD}
    (await alice.post("/account/deactivate", {"auth": auth})).ok()
    (await notify(olga, alice.user_id, "two")).refused(404, "M_NOT_FOUND")


async def test_others_invitations_can_be_rejected(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(invite=[bob.user_id])
    (await bob.leave(room_id)).ok()


async def test_nobody_is_told_in_anothers_name(olga: Person, alice: Person, server: Server) -> None:
    theirs = NewAccount("@_server:localhost", None, wish=None)
    await server.teahouse.accounts.registration.create(theirs)
    (await notify(olga, alice.user_id, "hello")).refused(400, "M_USER_IN_USE")
    (await notify(olga, "@nobody:localhost", "hello")).refused(400, "M_USER_IN_USE")


async def test_nobody_and_nothing_is_refused(olga: Person, alice: Person) -> None:
    (await notify(olga, "@nobody:localhost", "hello")).refused(404, "M_NOT_FOUND")
    (await notify(olga, alice.user_id, "")).refused(400, "M_BAD_JSON")
    (await notify(olga, "@a\0:localhost", "hello")).refused(400, "M_BAD_JSON")
    (await notify(alice, olga.user_id, "I am the server")).refused(403, "M_FORBIDDEN")


async def test_tools_send_them_where_synapse_has_it(olga: Person, alice: Person) -> None:
    path = "/_synapse/admin/v1/send_server_notice"
    notice = {"user_id": alice.user_id, "content": {"msgtype": "m.text", "body": "Mended"}}
    (await alice.post(path, notice)).refused(403, "M_FORBIDDEN")
    (await olga.post(path, {"user_id": alice.user_id})).refused(400, "M_BAD_JSON")
    once, again = [(await olga.put(f"{path}/1", notice)).ok()["event_id"] for _ in range(2)]
    assert once == again
    assert (await olga.post(path, notice)).ok()["event_id"] != once


BLOCKS_ALL = {"m.invite_permission_config": {"default_action": "block"}}
BLOCKS_BY_NAME = {
    "org.matrix.msc4155.invite_permission_config": {"enabled": True, "blocked_servers": ["*"]}
}
IGNORES: dict[str, Any] = {"m.ignored_user_list": {"ignored_users": {"@_server:localhost": {}}}}


async def set_account_data(person: Person, pieces: dict[str, Any]) -> None:
    for type, content in pieces.items():
        (await person.put(f"/user/{person.user_id}/account_data/{type}", content)).ok()


async def invited_to(person: Person, path: str) -> list[str]:
    if path == "/sync":
        answer = (await person.get(path)).ok()
        return list(answer.body.get("rooms", {}).get("invite", {}))
    body = {"lists": {"all": {"ranges": [[0, 9]], "required_state": [], "timeline_limit": 1}}}
    rooms = (await person.post(path, body)).ok()["rooms"]
    return [room_id for room_id, room in rooms.items() if "invite_state" in room]


@pytest.mark.parametrize("shut_out", [BLOCKS_ALL, BLOCKS_BY_NAME, IGNORES])
async def test_nobody_can_shut_out_what_the_server_says(
    olga: Person, alice: Person, bob: Person, shut_out: dict[str, Any]
) -> None:
    """Before there is an account that it speaks from, and after."""
    simplified = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync"
    for person in (alice, bob):
        await set_account_data(person, shut_out)
        await person.sync()
        (await notify(olga, person.user_id, "one")).ok()
        room_id = only_invitation(await person.sync())
        for path in ("/sync", simplified):
            assert await invited_to(person, path) == [room_id]
        (await person.join(room_id)).ok()
        assert said(await person.sync(), room_id)[-1]["body"] == "one"
        (await notify(olga, person.user_id, "two")).ok()
        section = (await person.sync())["rooms"]["join"][room_id]
        assert section["timeline"]["events"][-1]["content"]["body"] == "two"
        assert section["unread_notifications"]["notification_count"] > 0
        history = (await person.get(f"/rooms/{room_id}/messages", dir="b")).ok()["chunk"]
        assert history[0]["content"]["body"] == "two"
        told = (await person.get("/notifications")).ok()["notifications"]
        assert told[0]["event"]["content"]["body"] == "two"
    # What people say and where they invite to is shut out as before.
    if shut_out is not IGNORES:
        refused = await olga.post("/createRoom", {"invite": [alice.user_id]})
        refused.refused(403, "M_INVITE_BLOCKED")


async def test_who_is_called_like_the_server_can_be_shut_out(
    alice: Person, server: Server, http: httpx.AsyncClient
) -> None:
    theirs = NewAccount("@_server:localhost", PASSWORD, wish=None)
    await server.teahouse.accounts.registration.create(theirs)
    impostor = await sign_in(http, "_server")
    await set_account_data(alice, BLOCKS_ALL | IGNORES)
    refused = await impostor.post("/createRoom", {"invite": [alice.user_id]})
    refused.refused(403, "M_INVITE_BLOCKED")
    await set_account_data(alice, {"m.invite_permission_config": {}})
    await impostor.create_room(invite=[alice.user_id])
    assert await invited_to(alice, "/sync") == []
